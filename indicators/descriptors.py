"""Which tables there are: `datapackage.yaml` and one Frictionless descriptor a table, each checked against itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from indicators.consistency import inner_faults, outer_faults
from indicators.problems import Place, Problem, Report, suggest
from indicators.resource import FieldOf, Resource
from indicators.validation import from_file
from indicators.yamlfile import YamlFile, read_yaml

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
    whole = True
    for i, name in enumerate(listed or []):
        assert package
        if not (root / folder / name).is_file():
            report(
                Problem(package.place("resources", i), "missing-file", f"there is no file {folder}/{name}", _nearest(root / folder, name))
            )
            whole = False
            continue
        descriptor = _read(root / folder / name, f"{folder}/{name}", report)
        if descriptor and descriptor.resource.name in found:
            message = f"the table {descriptor.resource.name!r} is described twice; first in {found[descriptor.resource.name].file.name}"
            report(Problem(descriptor.file.place("name"), "duplicate-id", message, "rename one of them"))
        elif descriptor:
            found[descriptor.resource.name] = descriptor
        whole = whole and descriptor is not None
    return _linked(found, whole, report)


def _linked(found: dict[str, Descriptor], whole: bool, report: Report) -> dict[str, Descriptor]:
    """Those whose references to other tables lead somewhere; where a descriptor could not be read (not `whole`), a table
    that is missing has been told of already."""
    resources, good = {name: descriptor.resource for name, descriptor in found.items()}, {}
    for name, descriptor in found.items():
        problems = list(outer_faults(descriptor.resource, descriptor.file, resources, whole))
        for problem in problems:
            report(problem)
        if not problems:
            good[name] = descriptor
    return good


def _nearest(folder: Path, name: str) -> str:
    return suggest(name, [p.name for p in folder.glob("*" + "".join(Path(name).suffixes[-2:]))])


def _read(path: Path, name: str, report: Report) -> Descriptor | None:
    file = read_yaml(path, name, report)
    resource = from_file(Resource, file, report) if file else None
    if not file or not resource:
        return None
    problems = list(inner_faults(resource, file))
    for problem in problems:
        report(problem)
    return None if problems else Descriptor(resource, file)


def label_of(column: FieldOf) -> str:
    """What to call a column in a heading."""
    return column.title or column.name.replace("_", " ")
