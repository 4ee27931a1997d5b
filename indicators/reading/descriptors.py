"""Which tables there are: `datapackage.yaml` and one Frictionless descriptor a table, each checked against itself and the others."""

from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path
from typing import Literal, NamedTuple

from indicators.codes import exemptable
from indicators.nouns.descriptor import FieldOf, Package, Resource, Resources
from indicators.nouns.vocabulary import is_day
from indicators.operations.where import NUMBERS, faults
from indicators.problems import Place, Problem, Report, suggest
from indicators.reading.files import beside_faults, path_faults
from indicators.reading.validation import form_of, from_file
from indicators.reading.yamlfile import Trail, YamlFile, read_yaml

PACKAGE = "datapackage.yaml"
Fault = tuple[Trail, str, str, str]
"""Trail, code, message, hint."""


class Descriptor(NamedTuple):
    """A descriptor with the file it was read from, for lines."""

    resource: Resource
    file: YamlFile

    def place_of(self, column: str) -> Place:
        """The line where a column is described."""
        names = [f.name for f in self.resource.schema_.fields]
        return self.file.place("schema", "fields", names.index(column)) if column in names else self.file.place("schema")


def read_descriptors(root: Path, folder: str, report: Report) -> tuple[Mapping[str, Descriptor], Set[str] | None]:
    """All descriptors that the package lists, by table, and the names of all tables. A faulty one is left out and its faults reported;
    where its name cannot be read, there are no names (None)."""
    package = read_yaml(root / folder / PACKAGE, f"{folder}/{PACKAGE}", report)
    found: dict[str, Descriptor] = {}
    named: set[str | None] = set() if package else {None}
    for i, name in enumerate(_listed(package, report) if package else ()):
        assert package
        faults = list(_file_faults(root, folder, name))
        for fault in faults:
            report(Problem(package.place("resources", i), *fault))
        table, descriptor = _read(root, folder, name, report) if not faults else (None, None)
        if descriptor and descriptor.resource.name in found:
            message = f"the table {descriptor.resource.name!r} is described twice; first in {found[descriptor.resource.name].file.name}"
            report(Problem(descriptor.file.place("name"), "duplicate-id", message, "rename one of them"))
        elif descriptor:
            found[descriptor.resource.name] = descriptor
        named.add(table)
    known = None if None in named else {table for table in named if table}
    return _linked(found, known, report), known


def _listed(package: YamlFile, report: Report) -> list[str]:
    """The descriptors that a package names. A fault elsewhere in it is told, and does not hide the tables."""
    from_file(Package, package, report)
    listed = package.data.get("resources") if isinstance(package.data, dict) else None
    return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []


def _linked(found: dict[str, Descriptor], named: Set[str] | None, report: Report) -> dict[str, Descriptor]:
    """Those whose references to other tables lead somewhere."""
    resources, good = Resources({name: descriptor.resource for name, descriptor in found.items()}, named), {}
    for name, descriptor in found.items():
        problems = list(outer_faults(descriptor.resource, descriptor.file, resources))
        for problem in problems:
            report(problem)
        if not problems:
            good[name] = descriptor
    return good


def _file_faults(root: Path, folder: str, name: str) -> Iterator[tuple[str, str, str]]:
    outside = list(path_faults(root, folder, name)) or list(beside_faults(name, ".yaml"))
    yield from outside
    if not outside and not (root / folder / name).is_file():
        yield "missing-file", f"there is no file {folder}/{name}", suggest(name, [p.name for p in (root / folder).glob("*.resource.yaml")])


def _read(root: Path, folder: str, name: str, report: Report) -> tuple[str | None, Descriptor | None]:
    """The name of the table, as far as it can be read, and the descriptor, if it is good."""
    file = read_yaml(root / folder / name, f"{folder}/{name}", report)
    written = file.data.get("name") if file and isinstance(file.data, dict) else None
    table = written if isinstance(written, str) else None
    resource = from_file(Resource, file, report) if file else None
    if not file or not resource or file.faulty:
        return table, None
    outside = list(path_faults(root, folder, resource.path))
    problems = [Problem(file.place("path"), *fault) for fault in outside or beside_faults(resource.path, ".csv")]
    problems += inner_faults(resource, file)
    for problem in problems:
        report(problem)
    return table, None if problems else Descriptor(resource, file)


def label_of(column: FieldOf) -> str:
    """What to call a column in a heading."""
    return column.title or column.name.replace("_", " ")


DATES = {None: ("date",), "day": ("date",), "month": ("date", "yearmonth"), "year": ("date", "yearmonth", "year")}
SPANS = {"table": "string", "category": "string", "from": "date", "to": "date", "level": "string", "found": "integer", "basis": "string"}


def inner_faults(resource: Resource, file: YamlFile) -> Iterator[Problem]:
    """Where a descriptor contradicts itself."""
    yield from _column_faults(resource, file)
    for trail, column in _named_columns(resource):
        if column not in resource.columns:
            message = f"{'.'.join(map(str, trail))} names the column {column!r}, which is not described"
            yield Problem(file.place(*trail), "unknown-column", message, suggest(column, resource.columns))
    yield from _filter_faults(resource, file)
    yield from _time_faults(resource, file)
    yield from _code_faults(resource, file)
    for row, reasons in resource.relations.excuses.items():
        for trail, code, message, hint in excuse_faults(("relations", "excuses", row), reasons, "annotation"):
            yield Problem(file.place(*trail), code, message, hint)


def excuse_faults(here: Trail, excuses: Iterable[str], of: Literal["definition", "annotation"]) -> Iterator[Fault]:
    """Excuses for what is no opinion: nothing, or an error."""
    for code in excuses:
        known = [one.code for one in exemptable(of)]
        if code not in known:
            message = f"{code!r} is no opinion that can be excused here; an error is mended and never excused"
            yield (*here, code), "unknown-excuse", message, suggest(code, known)


def _column_faults(resource: Resource, file: YamlFile) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for i, field in enumerate(resource.schema_.fields):
        place, rules = file.place("schema", "fields", i), field.constraints
        if field.name in seen:
            first = file.place("schema", "fields", seen[field.name])
            yield Problem(place, "duplicate-column", f"the column {field.name!r} is described twice; first at {first}", "remove one")
        seen.setdefault(field.name, i)
        for limit in (rules.minimum, rules.maximum):
            if limit is not None and not _is_limit(limit, field.type):
                yield Problem(place, "wrong-value", f"{limit!r} is no limit for a column of type {field.type}", "write a number, or a day")
        if rules.pattern is not None:
            try:
                form_of(rules.pattern)
            except ValueError as e:
                message, _, hint = str(e).partition("; ")
                yield Problem(place, "wrong-value", message, hint)


def _is_limit(limit: float | str, kind: str) -> bool:
    if kind == "date":
        return is_day(str(limit))
    return kind in NUMBERS and not isinstance(limit, str)


def _filter_faults(resource: Resource, file: YamlFile) -> Iterator[Problem]:
    relations = resource.relations
    filters = {("categories", name): where for name, where in relations.categories.items()}
    if relations.source_blank_when is not None:
        filters[("source_blank_when", "")] = relations.source_blank_when
    for (key, name), where in filters.items():
        for one in faults(where, resource):
            yield one.under("relations", key, *([name] if name else [])).at(lambda trail: file.place(*trail))
    if relations.whole and relations.whole not in relations.categories:
        message = f"whole names the category {relations.whole!r}, which is not described"
        yield Problem(file.place("relations", "whole"), "unknown-category", message, suggest(relations.whole, relations.categories))


def _time_faults(resource: Resource, file: YamlFile) -> Iterator[Problem]:
    relations, columns = resource.relations, resource.columns
    if relations.kind != "reference" and not relations.time:
        message = "a table of events or observations needs time: {start: …}"
        yield Problem(file.place("relations", "kind"), "missing-key", message, "name the column of dates")
    time = relations.time
    # A table for reference may hold dates of mixed exactness as text; nothing is counted by them.
    if time and relations.kind != "reference" and time.start in columns and columns[time.start].type not in DATES[time.every]:
        message = f"time starts in {time.start!r}, a column of type {columns[time.start].type}"
        hint = f"allowed: {', '.join(DATES[time.every])}; every: month or year goes with a column of months or years"
        yield Problem(file.place("relations", "time"), "wrong-type", message, hint)
    if relations.recorded and relations.recorded in columns and columns[relations.recorded].type != "date":
        message = f"recorded names {relations.recorded!r}, a column of type {columns[relations.recorded].type}"
        yield Problem(file.place("relations", "recorded"), "wrong-type", message, "name a column of type date")


def _code_faults(resource: Resource, file: YamlFile) -> Iterator[Problem]:
    """Codes named under relations that the column's vocabulary does not have."""
    relations = resource.relations
    named = [(("lower_bound_when", column), column, codes) for column, codes in relations.lower_bound_when.items()]
    if relations.status:
        named.append((("status", "map"), relations.status.column, tuple(relations.status.map)))
    for trail, column, codes in named:
        enum = [str(e) for e in resource.columns[column].constraints.enum] if column in resource.columns else []
        for code in codes:
            if enum and code not in enum:
                yield Problem(
                    file.place("relations", *trail), "not-allowed", f"{code!r} is not a code of column {column!r}", suggest(code, enum)
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
    single = {"source": relations.source, "recorded": relations.recorded, "group": relations.group}
    yield from (((here, key), column) for key, column in single.items() if column)
    if relations.status:
        yield (here, "status", "column"), relations.status.column
    yield from (((here, "break_on"), column) for column in relations.break_on)
    yield from (((here, "lower_bound_when", column), column) for column in relations.lower_bound_when)
    yield from (((here, "shows"), column) for column in relations.shows)


def outer_faults(resource: Resource, file: YamlFile, resources: Resources) -> Iterator[Problem]:
    """Where a descriptor refers to tables or columns that are not there."""
    for i, foreign in enumerate(resource.schema_.foreignKeys):
        place = file.place("schema", "foreignKeys", i)
        if len(foreign.fields) != 1 or len(foreign.reference.fields) != 1:
            yield Problem(place, "wrong-value", "a foreign key is one column here", "write one foreign key a column")
        for column in foreign.reference.fields:
            trail: Trail = ("schema", "foreignKeys", i, "reference")
            yield from _reference_faults(file, trail, foreign.reference.resource, column, resources)
    for name, listing in resource.relations.lists.items():
        for of in listing.of:
            table, _, column = of.partition(".")
            yield from _reference_faults(file, ("relations", "lists", name, "of"), table, column, resources)
    if isinstance(resource.relations.coverage, str):
        yield from _coverage_faults(resource.relations.coverage, file, resources)


def _reference_faults(file: YamlFile, trail: Trail, table: str, column: str, resources: Resources) -> Iterator[Problem]:
    if resources.lacks(table):
        yield Problem(file.place(*trail), "unknown-table", f"there is no good table {table!r}", suggest(table, resources))
    elif table in resources and column not in resources[table].columns:
        message = f"table {table!r} has no column {column!r}"
        yield Problem(file.place(*trail), "unknown-column", message, suggest(column, resources[table].columns))


def _coverage_faults(path: str, file: YamlFile, resources: Resources) -> Iterator[Problem]:
    place = file.place("relations", "coverage")
    holder = next((r for r in resources.values() if r.path == path), None)
    if holder is None:
        if resources.named is None or not resources.named <= set(resources):
            return  # it may be that of a descriptor with faults
        yield Problem(place, "missing-file", f"no good table has the path {path!r}", suggest(path, [r.path for r in resources.values()]))
        return
    for column, kind in SPANS.items():
        if column not in holder.columns or holder.columns[column].type != kind:
            message = f"{path!r} cannot hold coverage: it has no column {column!r} of type {kind}"
            yield Problem(place, "wrong-type", message, f"a table of coverage has {', '.join(SPANS)}")
