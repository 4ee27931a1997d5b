"""Which tables there are: `datapackage.yaml` and one Frictionless descriptor a table, each checked against itself and the others."""

from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from indicators.characters import number_for
from indicators.nouns.descriptor import FieldOf, Resource, Resources
from indicators.nouns.package import Package
from indicators.nouns.vocabulary import PRECISIONS, Names, form_of, is_day
from indicators.operations.column import NUMBERS
from indicators.operations.where import CELLS_BY_KIND, TEXT, faults
from indicators.problems import Checked, Fault, Place, Problem, Refused, Report, Trail, exemptable, fault, report_all
from indicators.reading.files import beside_faults, path_faults
from indicators.reading.forms import form_faults
from indicators.reading.spells import time_faults
from indicators.reading.store_rules import descriptor_faults_of, path_faults_of, reference_faults_of
from indicators.reading.validation import from_file
from indicators.reading.yamlfile import YamlFile, read_yaml
from indicators.suggestions import suggest

PACKAGE = "datapackage.yaml"


class Descriptor(NamedTuple):
    """A descriptor with the file it was read from, for lines."""

    resource: Resource
    file: YamlFile

    def place_of(self, column: str) -> Place:
        names = [f.name for f in self.resource.schema_.fields]
        return self.file.place(("schema", "fields", names.index(column)) if column in names else ("schema",))


class Described(NamedTuple):
    """What a data folder describes: `valid` descriptors by table, all of valid `form`, and the names of all tables."""

    valid: Mapping[str, Descriptor]
    form: Mapping[str, Resource]
    names: Names

    @property
    def resources(self) -> Resources:
        """What the valid descriptors say."""
        return Resources({name: descriptor.resource for name, descriptor in self.valid.items()}, self.names.all)


def read_descriptors(root: Path, folder: str, report: Report) -> Described:
    """All descriptors that the package lists. A faulty one is not `valid`, and its faults are reported."""
    unread: list[Problem] = []
    name = f"{folder}/{PACKAGE}"
    is_outside = report_all(path_faults(root, folder, PACKAGE), Place(name), unread.append)
    package = None if is_outside else read_yaml(root / folder / PACKAGE, name, unread.append)
    if package:
        from_file(Package, package, report)
    listed = package.data.get("resources") if package and isinstance(package.data, dict) else None
    paths = [path for path in listed if isinstance(path, str)] if isinstance(listed, list) else []
    files = list(_files(root, folder, package, paths, unread.append)) if package else []
    formed = [(resource, file) for file in files if file and (resource := from_file(Resource, file, unread.append))]
    for problem in unread:
        report(problem)
    written = [file.data if file and isinstance(file.data, dict) else {} for file in files]
    titles = {one["name"]: str(one.get("title") or "") for one in written if isinstance(one.get("name"), str)}
    complete = package is not None and all(isinstance(one.get("name"), str) for one in written)
    valid: dict[str, Descriptor] = {}
    for resource, file in formed:
        if not file.faulty and not report_all(_descriptor_faults(root, folder, resource, file, valid), file.place, report):
            valid[resource.name] = Descriptor(resource, file)
    names = Names(titles, complete, tuple(unread))
    return Described(_linked(valid, names.all, report), {resource.name: resource for resource, _ in formed}, names)


def _linked(descriptors: dict[str, Descriptor], named: Set[str] | None, report: Report) -> dict[str, Descriptor]:
    """Those whose references to other tables lead somewhere."""
    resources = Resources({name: descriptor.resource for name, descriptor in descriptors.items()}, named)
    return {
        name: descriptor
        for name, descriptor in descriptors.items()
        if not report_all(_outer_faults(descriptor.resource, resources), descriptor.file.place, report)
    }


def _file_faults(root: Path, folder: str, name: str) -> Iterator[Fault]:
    outside = list(path_faults(root, folder, name)) or list(beside_faults(name, ".yaml"))
    yield from outside
    if not outside and not (root / folder / name).is_file():
        hint = suggest(name, [p.name for p in (root / folder).glob("*.resource.yaml")])
        yield fault("missing-file", hint=hint, path=f"{folder}/{name}")


def _files(root: Path, folder: str, package: YamlFile, names: list[str], report: Report) -> Iterator[YamlFile | None]:
    """The files of these names; None for one that cannot be read."""
    for i, name in enumerate(names):
        if name in names[:i]:  # reported as an item that appears twice
            continue
        refused = report_all(_file_faults(root, folder, name), package.place(("resources", i)), report)
        yield None if refused else read_yaml(root / folder / name, f"{folder}/{name}", report)


def _descriptor_faults(root: Path, folder: str, resource: Resource, file: YamlFile, valid: Mapping[str, Descriptor]) -> Iterator[Fault]:
    """Why a descriptor is not valid: its file, itself, or another of its name."""
    outside = [one.under("path") for path in resource.path_ for one in path_faults(root, folder, path)] or path_faults_of(resource)
    inner = [*outside, *_inner_faults(resource, file), *descriptor_faults_of(resource)]
    yield from inner
    if not inner and resource.name in valid:
        first = valid[resource.name].file.name
        yield fault("duplicate-id/table", "name", hint="rename one of them", table=resource.name, first=first)


def label_of(column: FieldOf) -> str:
    """What to call a column in a heading."""
    return column.title or column.name.replace("_", " ")


_OF_MONTHS = ("date", "yearmonth", "string")
DATES: Mapping[str | None, tuple[str, ...]] = {
    **dict.fromkeys(("quarter", "half-year", "month"), _OF_MONTHS),
    None: ("date",),
    "day": ("date",),
    "week": ("date", "string"),
    "year": (*_OF_MONTHS, "year"),
}
"""The types of the column that places a row in time, by the period that the row is about. Texts are names of periods."""
SPANS = {"table": "string", "category": "string", "from": "date", "to": "date", "level": "string", "found": "integer", "basis": "string"}


def _inner_faults(resource: Resource, file: YamlFile) -> Iterator[Fault]:
    """Where a descriptor contradicts itself."""
    if "" not in resource.schema_.missingValues:
        hint = "list '' too: an empty cell has no value here"
        yield fault("wrong-value/missing-values", "schema", "missingValues", hint=hint, marks=list(resource.schema_.missingValues))
    yield from (finding.under("schema", "fields") for finding in _column_faults(resource, file))
    for trail, column in _named_columns(resource):
        if column not in resource.columns:
            key = ".".join(map(str, trail))
            yield fault("unknown-column/descriptor", *trail, hint=suggest(column, resource.columns), key=key, column=column)
    relations = (_filter_faults(resource), _time_faults(resource), _code_faults(resource))
    yield from (finding.under("relations") for findings in relations for finding in findings)
    for row, reasons in resource.relations.excuses.items():
        yield from (finding.under("relations", "excuses", row) for finding in exemption_faults(reasons, "annotation", "row"))


def exemption_faults(excuses: Iterable[str], *of: Checked) -> Iterator[Fault]:
    """Exemptions from what is not a warning: an unknown code, or an error."""
    for code in excuses:
        known = [one.code for kind in of for one in exemptable(kind)]
        if code not in known:
            yield fault("unknown-excuse", code, hint=suggest(code, known), code=code)


def _column_faults(resource: Resource, file: YamlFile) -> Iterator[Fault]:
    """What is wrong with the list of columns; `file` knows the line of the first of two."""
    seen: dict[str, int] = {}
    for i, field in enumerate(resource.schema_.fields):
        rules = field.constraints
        if field.name in seen:
            first = file.place(("schema", "fields", seen[field.name]))
            yield fault("duplicate-column/descriptor", i, hint="remove one", column=field.name, first=first)
        seen.setdefault(field.name, i)
        yield from (finding.under(i) for finding in (*_enum_faults(field), *form_faults(field)))
        for limit in (rules.minimum, rules.maximum):
            is_limit = is_day(str(limit)) if field.kind == "date" else field.type in NUMBERS and not isinstance(limit, str)
            if limit is not None and not is_limit:
                yield fault("wrong-value/limit", i, hint="write a number, or a day", limit=limit, kind=field.type)
        if rules.pattern is not None:
            try:
                form_of(rules.pattern)
            except Refused as e:
                yield e.fault.under(i)


def _enum_faults(field: FieldOf) -> Iterator[Fault]:
    """Codes of a column that none of its cells could be."""
    takes = CELLS_BY_KIND.get(field.kind, TEXT)
    for code in field.codes:
        if not takes.accepts(code):
            hint = number_for(code) or takes.hint
            yield fault("not-allowed/enum", "constraints", "enum", hint=hint, code=code, column=field.name, kind=takes.words)


def _filter_faults(resource: Resource) -> Iterator[Fault]:
    relations = resource.relations
    for trail, where in relations.filters:
        yield from (finding.under(*trail) for finding in faults(where, resource))
    if relations.whole and relations.whole not in relations.categories:
        hint = suggest(relations.whole, relations.categories)
        yield fault("unknown-category/whole", "whole", hint=hint, category=relations.whole)


def _time_faults(resource: Resource) -> Iterator[Fault]:
    relations, columns = resource.relations, resource.columns
    if relations.kind != "reference" and not relations.time:
        yield fault("missing-key/time", "kind", hint="name the date column")
    time = relations.time
    # A reference table may hold dates of mixed precision as text; nothing is counted by them.
    yield from time_faults(resource)
    dated = relations.kind in ("events", "observations")
    if time and dated and time.start in columns and columns[time.start].kind not in DATES[time.every]:
        more = "" if time.every else "; months, years and names of periods such as 2024-Q1 need every: month, quarter, year … under time"
        hint = f"allowed: {', '.join(DATES[time.every])}{more}"
        yield fault("wrong-type/time", "time", hint=hint, column=time.start, kind=columns[time.start].type)
    if relations.keys and (relations.kind != "observations" or not time or not time.every):
        yield fault("key-span/unused", "keys", hint="remove them, or name the period of a row under time: every", table=resource.name)
    yield from _precision_faults(resource)
    for column in relations.stock:
        if column in columns and columns[column].type not in NUMBERS:
            hint = suggest(column, [name for name, field in columns.items() if field.type in NUMBERS])
            yield fault("wrong-type/parameter", "stock", hint=hint, wanted="number", column=column, kind=columns[column].type)
    ahead, start = columns.get(relations.ahead.due if relations.ahead else ""), time.start if time else ""
    if relations.ahead and ahead and ahead.kind != "date" and (ahead.name != start or relations.ahead.every):
        hint = "name a column of type date, or, of what does not return, the one under time: start"
        yield fault("wrong-type/ahead", "ahead", "due", hint=hint, column=ahead.name, kind=ahead.type)
    for trail, part in relations.calendar:
        for key, column in part.columns():
            wanted = part.TYPES.get(key)
            if wanted and column in columns and columns[column].kind not in wanted:
                named = ".".join(map(str, (*trail, key)))
                hint = f"name a column of type {' or '.join(wanted)}"
                yield fault("wrong-type/calendar", *trail, key, hint=hint, key=named, column=column, kind=columns[column].type)
    recorded = columns.get(relations.recorded or "")
    if recorded and recorded.kind != "date":
        yield fault("wrong-type/recorded", "recorded", hint="name a column of type date", column=recorded.name, kind=recorded.type)


def _precision_faults(resource: Resource) -> Iterator[Fault]:
    """Columns that say how exact a date is in words that are not read."""
    time = resource.relations.time
    for key in ("precision", "end_precision"):
        column = resource.columns.get((time and getattr(time, key)) or "")
        strange = [code for code in column.codes if code not in PRECISIONS] if column else []
        if column and (strange or column.type != "string"):
            codes = ", ".join(map(str, strange)) or f"numbers ({column.type})"
            hint = f"only {', '.join(PRECISIONS)} are read: put these words into the cells and under enum"
            yield fault("not-allowed/precision", "time", key, hint=hint, column=column.name, codes=codes)


def _code_faults(resource: Resource) -> Iterator[Fault]:
    """Codes named under relations that the column's vocabulary does not have."""
    relations = resource.relations
    named = [(("lower_bound_when", column), column, codes) for column, codes in relations.lower_bound_when.items()]
    if relations.status:
        named.append((("status", "map"), relations.status.column, tuple(relations.status.map)))
    if relations.acts:
        named.append((("acts", "steps"), relations.acts.what, relations.acts.steps))
    for trail, column, codes in named:
        kind = resource.columns[column].type if column in resource.columns else "string"
        if kind not in ("string", "boolean"):
            hint = "give the column the type string: then its cells are codes as they are written"
            yield fault("wrong-type/codes", *trail, hint=hint, column=column, kind=kind)
            continue
        enum = [str(e) for e in resource.columns[column].codes] if column in resource.columns else []
        for code in codes:
            if enum and code and code not in enum:  # a blank is in no vocabulary
                yield fault("not-allowed/code", *trail, hint=suggest(code, enum), value=code, column=column)
    listed = chain.from_iterable(one.enum for one in relations.lists.values())
    known = [*(str(code) for field in resource.columns.values() for code in field.codes), *listed]
    for code in relations.words:
        if code not in known:
            yield fault("not-allowed/value", "words", code, hint=suggest(code, known), value=code, key="any column")


def _named_columns(resource: Resource) -> Iterator[tuple[Trail, str]]:
    relations, here = resource.relations, "relations"
    yield from ((("schema", "primaryKey"), key) for key in resource.schema_.primaryKey)
    for i, foreign in enumerate(resource.schema_.foreignKeys):
        yield from ((("schema", "foreignKeys", i), column) for column in foreign.fields)
    if relations.time:
        times = ((key, getattr(relations.time, key)) for key in ("start", "end", "precision", "end_precision", "open_until"))
        yield from (((here, "time", key), column) for key, column in times if column)
    yield from (((here, "lists", column), column) for column in relations.lists)
    single = {"source": relations.source, "recorded": relations.recorded, "group": relations.group}
    yield from (((here, key), column) for key, column in single.items() if column)
    if relations.status:
        yield (here, "status", "column"), relations.status.column
    yield from (((here, "break_on"), column) for column in relations.break_on)
    yield from (((here, "stock"), column) for column in relations.stock)
    yield from (((here, "lower_bound_when", column), column) for column in relations.lower_bound_when)
    yield from (((here, "shows"), column) for column in relations.shows)
    for trail, part in relations.calendar:
        yield from (((here, *trail, key), column) for key, column in part.columns())
    for key in ("by", "what", "to", "about") if relations.acts else ():
        yield from (((here, "acts", key), column) for column in [getattr(relations.acts, key)] if column)
    for n, coded in enumerate(relations.coded):
        yield from (((here, "coded", n, "columns", i), column) for i, column in enumerate(coded.columns))
    if relations.states:
        yield from (((here, "states", "what", i), column) for i, column in enumerate(relations.states.what))
        named = ((key, getattr(relations.states, key)) for key in ("of", "value", "unit", "time", "place"))
        yield from (((here, "states", key), column) for key, column in named if column)


def _outer_faults(resource: Resource, resources: Resources) -> Iterator[Fault]:
    """Where a descriptor refers to tables or columns that are not there."""
    yield from reference_faults_of(resource, resources)
    for i, foreign in enumerate(resource.schema_.foreignKeys):
        trail: Trail = ("schema", "foreignKeys", i)
        if len(foreign.fields) != 1 or len(foreign.reference.fields) != 1:
            yield fault("wrong-value/foreign-key", *trail, hint="write one foreign key for each column")
        for column in foreign.reference.fields:
            yield from (f.under(*trail, "reference") for f in _reference_faults(foreign.reference.resource, column, resources))
    for name, listing in resource.relations.lists.items():
        for of in listing.of:
            table, _, column = of.partition(".")
            yield from (f.under("relations", "lists", name, "of") for f in _reference_faults(table, column, resources))
    if isinstance(resource.relations.coverage, str):
        yield from (f.under("relations", "coverage") for f in _coverage_faults(resource.relations.coverage, resources))


def _reference_faults(table: str, column: str, resources: Resources) -> Iterator[Fault]:
    if resources.is_unknown(table):
        yield fault("unknown-table/reference", hint=suggest(table, resources), table=table)
    elif table in resources and column not in resources[table].columns:
        yield fault("unknown-column", hint=suggest(column, resources[table].columns), table=table, column=column)


def _coverage_faults(path: str, resources: Resources) -> Iterator[Fault]:
    holder = next((r for r in resources.values() if r.path == path), None)
    if holder is None:
        if resources.named is not None and resources.named <= set(resources):  # else it may be that of a descriptor with faults
            yield fault("missing-file/coverage", hint=suggest(path, [r.path for r in resources.values()]), path=path)
        return
    for column, kind in SPANS.items():
        if column not in holder.columns or holder.columns[column].kind != kind:
            yield fault("wrong-type/coverage", hint=f"a table of coverage has {', '.join(SPANS)}", path=path, column=column, kind=kind)
