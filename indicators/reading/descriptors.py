"""Which tables there are: `datapackage.yaml` and one Frictionless descriptor a table, each checked against itself and the others."""

from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path
from typing import Literal, NamedTuple

from indicators.codes import exemptable
from indicators.nouns.descriptor import FieldOf, Package, Resource, Resources
from indicators.nouns.vocabulary import Names, is_day
from indicators.operations.where import NUMBERS, Fault, faults
from indicators.problems import Place, Problem, Report, suggest
from indicators.reading.files import beside_faults, path_faults
from indicators.reading.validation import form_of, from_file
from indicators.reading.yamlfile import Trail, YamlFile, read_yaml

PACKAGE = "datapackage.yaml"


class Descriptor(NamedTuple):
    """A descriptor with the file it was read from, for lines."""

    resource: Resource
    file: YamlFile

    def place_of(self, column: str) -> Place:
        """The line where a column is described."""
        names = [f.name for f in self.resource.schema_.fields]
        return self.file.place("schema", "fields", names.index(column)) if column in names else self.file.place("schema")


class Described(NamedTuple):
    """What a data folder describes: `good` descriptors by table, those of valid `form`, good or not, and the names of all tables."""

    good: Mapping[str, Descriptor]
    form: Mapping[str, Resource]
    names: Names


def read_descriptors(root: Path, folder: str, report: Report) -> Described:
    """All descriptors that the package lists. A faulty one is not good, and its faults are reported."""
    unread: list[Problem] = []
    package = read_yaml(root / folder / PACKAGE, f"{folder}/{PACKAGE}", unread.append)
    files = list(_files(root, folder, package, _listed(package, report), unread.append)) if package else []
    formed = [(resource, file) for file in files if file and (resource := from_file(Resource, file, unread.append))]
    for problem in unread:
        report(problem)
    written = [file.data if file and isinstance(file.data, dict) else {} for file in files]
    titles = {one["name"]: str(one.get("title") or "") for one in written if isinstance(one.get("name"), str)}
    complete = package is not None and all(isinstance(one.get("name"), str) for one in written)
    good: dict[str, Descriptor] = {}
    for resource, file in formed:
        if not file.faulty and not _is_at_fault(root, folder, resource, file, report):
            _add(good, Descriptor(resource, file), report)
    names = Names(titles, complete, tuple(unread))
    return Described(_linked(good, names.all, report), {resource.name: resource for resource, _ in formed}, names)


def _add(good: dict[str, Descriptor], one: Descriptor, report: Report) -> None:
    name = one.resource.name
    if name in good:
        message = f"the table {name!r} is described twice; first in {good[name].file.name}"
        report(Problem(one.file.place("name"), "duplicate-id", message, "rename one of them"))
    else:
        good[name] = one


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


def _files(root: Path, folder: str, package: YamlFile, names: list[str], report: Report) -> Iterator[YamlFile | None]:
    """The files of these names; None for one that cannot be read."""
    for i, name in enumerate(names):
        faults = list(_file_faults(root, folder, name))
        for fault in faults:
            report(Problem(package.place("resources", i), *fault))
        yield None if faults else read_yaml(root / folder / name, f"{folder}/{name}", report)


def _is_at_fault(root: Path, folder: str, resource: Resource, file: YamlFile, report: Report) -> bool:
    outside = list(path_faults(root, folder, resource.path))
    problems = [Problem(file.place("path"), *fault) for fault in outside or beside_faults(resource.path, ".csv")]
    problems += inner_faults(resource, file)
    for problem in problems:
        report(problem)
    return bool(problems)


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
        for trail, code, message, hint in faults(where, resource):
            yield Problem(file.place("relations", key, *([name] if name else []), *trail), code, message, hint)
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
