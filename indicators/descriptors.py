"""Which tables there are: `datapackage.yaml` and one Frictionless descriptor a table, each checked against itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from indicators.problems import Place, Problem, Report, suggest
from indicators.resource import FieldOf, Resource
from indicators.validation import from_file
from indicators.where import faults
from indicators.yamlfile import Trail, YamlFile, read_yaml

PACKAGE = "datapackage.yaml"


@dataclass(frozen=True)
class Descriptor:
    """A descriptor with the file it was read from, for lines."""

    resource: Resource
    file: YamlFile

    def place_of(self, column: str) -> Place:
        """The line where a column is described."""
        names = [f.name for f in self.resource.schema_.fields]
        return self.file.place("schema", "fields", names.index(column)) if column in names else self.file.place("schema")


def read_descriptors(root: Path, folder: str, report: Report) -> Mapping[str, Descriptor]:
    """All descriptors that the package lists, by table; a faulty one is left out and its faults reported."""
    package = read_yaml(root / folder / PACKAGE, f"{folder}/{PACKAGE}", report)
    listed = package.data.get("resources") if package and isinstance(package.data, dict) else None
    if package and not (isinstance(listed, list) and all(isinstance(name, str) for name in listed)):
        hint = "write resources: and below it one line '- <table>.resource.yaml' a table"
        report(Problem(package.place("resources"), "missing-key", "the package lists no descriptors", hint))
        return {}
    found: dict[str, Descriptor] = {}
    for i, name in enumerate(listed or []):
        assert package
        if not (root / folder / name).is_file():
            report(
                Problem(package.place("resources", i), "missing-file", f"there is no file {folder}/{name}", _nearest(root / folder, name))
            )
            continue
        descriptor = _read(root / folder / name, f"{folder}/{name}", report)
        if descriptor and descriptor.resource.name in found:
            message = f"the table {descriptor.resource.name!r} is described twice; first in {found[descriptor.resource.name].file.name}"
            report(Problem(descriptor.file.place("name"), "duplicate-id", message, "rename one of them"))
        elif descriptor:
            found[descriptor.resource.name] = descriptor
    return found


def _nearest(folder: Path, name: str) -> str:
    return suggest(name, [p.name for p in folder.glob("*" + "".join(Path(name).suffixes[-2:]))])


def _read(path: Path, name: str, report: Report) -> Descriptor | None:
    file = read_yaml(path, name, report)
    resource = from_file(Resource, file, report) if file else None
    if not file or not resource:
        return None
    problems = list(_inner_faults(Descriptor(resource, file)))
    for problem in problems:
        report(problem)
    return None if problems else Descriptor(resource, file)


def _inner_faults(descriptor: Descriptor) -> Iterator[Problem]:
    """Columns that the descriptor names but does not describe, and filters that cannot be read."""
    resource, file = descriptor.resource, descriptor.file
    for trail, column in _named_columns(resource):
        if column not in resource.columns:
            message = f"{'.'.join(map(str, trail))} names the column {column!r}, which is not described"
            yield Problem(file.place(*trail), "unknown-column", message, suggest(column, resource.columns))
    filters = {("categories", name): where for name, where in resource.relations.categories.items()}
    if resource.relations.source_blank_when is not None:
        filters[("source_blank_when", "")] = resource.relations.source_blank_when
    for (key, name), where in filters.items():
        for trail, code, message, hint in faults(where, resource):
            yield Problem(file.place("relations", key, *([name] if name else []), *trail), code, message, hint)
    whole = resource.relations.whole
    if whole and whole not in resource.relations.categories:
        message = f"whole names the category {whole!r}, which is not described"
        yield Problem(file.place("relations", "whole"), "unknown-category", message, suggest(whole, resource.relations.categories))
    if resource.relations.kind != "reference" and not resource.relations.time:
        yield Problem(
            file.place("relations"), "missing-key", "a table of events or observations needs time: {start: …}", "name the column of dates"
        )


def _named_columns(resource: Resource) -> Iterator[tuple[Trail, str]]:
    relations, here = resource.relations, "relations"
    for key in resource.schema_.primaryKey:
        yield ("schema", "primaryKey"), key
    for i, foreign in enumerate(resource.schema_.foreignKeys):
        yield from ((("schema", "foreignKeys", i), column) for column in foreign.fields)
    if relations.time:
        times = {"start": relations.time.start, "end": relations.time.end, "precision": relations.time.precision}
        yield from (((here, "time", key), column) for key, column in times.items() if column)
    yield from (((here, "lists", column), column) for column in relations.lists)
    single = {"source": relations.source, "recorded": relations.recorded}
    yield from (((here, key), column) for key, column in single.items() if column)
    if relations.status:
        yield (here, "status", "column"), relations.status.column
    yield from (((here, "break_on"), column) for column in relations.break_on)
    yield from (((here, "lower_bound_when", column), column) for column in relations.lower_bound_when)
    yield from (((here, "shows"), column) for column in relations.shows)


def label_of(column: FieldOf) -> str:
    """What to call a column in a heading."""
    return column.title or column.name.replace("_", " ")
