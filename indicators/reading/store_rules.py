"""What a table in a store cannot do: each use that needs all rows in memory is refused where it is written."""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from indicators.nouns.config import Config
from indicators.nouns.definition import Definition
from indicators.nouns.descriptor import Resource
from indicators.nouns.stores import IN_MEMORY
from indicators.operations.registry import OPERATIONS, reducer_traits, step_faults
from indicators.problems import Fault, fault
from indicators.reading.dependencies import tables_of
from indicators.reading.engine import Duck, missing_for
from indicators.reading.forms import is_plain

APART = (*("acts", "ahead", "promises", "dialogues", "said_of_dialogues", "updates"), *("coded", "states", "notes_on", "group", "keys"))
"""What descriptors say of single rows, which pages then list."""
SUFFIXES = (".csv", ".parquet", "")


def path_faults_of(resource: Resource) -> Iterator[Fault]:
    """Files of a form that the engine of a table does not read, or of several forms."""
    forms, engine = [PurePosixPath(path).suffix for path in resource.path_], resource.relations.engine
    known = SUFFIXES[:1] if not resource.in_store else SUFFIXES[1:] if engine == "spark" else SUFFIXES
    first = forms[0] if forms[0] in known else known[0]
    for path, form in zip(resource.path_, forms, strict=True):
        if PurePosixPath(path).name != path or form not in (first, first or ".parquet"):
            suffix = first or ".parquet"
            hint = f"name a file in the same folder that ends with {suffix}"
            yield fault("wrong-value/file", "path", hint=hint, name=path, suffix=suffix)


def counted_in_file_or(resource: Resource, other: str) -> str:
    """What to do about a CSV that is too large for memory: have its rows counted where they are, if its descriptor allows that, or the
    other thing."""
    stored = resource.model_copy(update={"relations": resource.relations.model_copy(update={"engine": "duckdb"})})
    if any(descriptor_faults_of(stored)):
        return other
    install = ", after pip install 'relations-health[duckdb]'" if missing_for(Duck) else ""
    return f"write engine: duckdb under relations in the descriptor, for files of any size{install}; or {other}"


def descriptor_faults_of(resource: Resource) -> Iterator[Fault]:
    """What a descriptor says that holds only for tables in memory."""
    if not resource.in_store:
        return
    relations, time, dialect = resource.relations, resource.relations.time, resource.dialect
    if relations.kind != "events":
        yield fault("not-in-store/descriptor", "relations", "kind", hint=IN_MEMORY, key=f"kind: {relations.kind}")
    for key in APART:
        if getattr(relations, key):
            yield fault("not-in-store/descriptor", "relations", key, hint=IN_MEMORY, key=f"relations.{key}")
    for key in ("end", "precision", "every") if time else ():
        if getattr(time, key):
            yield fault("not-in-store/descriptor", "relations", "time", key, hint=IN_MEMORY, key=f"relations.time.{key}")
    if time and time.start in resource.columns and not resource.columns[time.start].constraints.required:
        hint = "add constraints: {required: true}; rows without a date are not placed"
        yield fault("not-in-store/blank", "relations", "time", "start", hint=hint, column=time.start)
    source = resource.columns.get(relations.source or "")
    if source and not source.constraints.required:
        yield fault("not-in-store/blank", "relations", "source", hint="add constraints: {required: true}", column=source.name)
    if relations.recorded in resource.schema_.primaryKey:
        yield fault("not-in-store/descriptor", "relations", "recorded", hint=IN_MEMORY, key="releases (recorded in the primary key)")
    spans = relations.coverage if isinstance(relations.coverage, tuple) else ()
    for n, span in enumerate(spans):
        if span.found is not None:
            yield fault("not-in-store/descriptor", "relations", "coverage", n, hint="leave out found", key="spans with found")
    if dialect.headerRows != (1,) or dialect.commentRows or dialect.commentChar:
        yield fault("not-in-store/descriptor", "dialect", hint="write the header into the first line", key="lines above or between")
    for n, field in enumerate(resource.schema_.fields):
        if relations.engine == "spark" and not re.fullmatch(r"[\w -]+", field.name):
            hint = "name it by letters, digits, _ and -, or use engine: duckdb"
            yield fault("not-in-store/descriptor", "schema", "fields", n, "name", hint=hint, key=f"column {field.name!r} on Spark")
        if not is_plain(field) and field.type not in ("boolean", "datetime"):
            yield fault("not-in-store/descriptor", "schema", "fields", n, hint="write days and numbers in their usual form", key="format")


def reference_faults_of(resource: Resource, resources: Mapping[str, Resource]) -> Iterator[Fault]:
    """Keys of another table that is in a store, and spans of coverage in one."""
    for n, key in enumerate(resource.schema_.foreignKeys):
        yield from _use(resources.get(key.reference.resource), "a foreign key", "schema", "foreignKeys", n)
    for column, listing in resource.relations.lists.items():
        for of in listing.of:
            yield from _use(resources.get(of.partition(".")[0]), "a list of keys", "relations", "lists", column)
    holder = next((one for one in resources.values() if one.path == resource.relations.coverage), None)
    yield from _use(holder, "coverage", "relations", "coverage")


def config_faults_of(config: Config, resources: Mapping[str, Resource]) -> Iterator[Fault]:
    """Tables in a store that config.yaml gives a role in which pages list all rows."""
    for key in ("annotations", "annotation_choice", "sources", "corrections", "chronology"):
        yield from _use(resources.get(getattr(config, key) or ""), key.replace("_", " "), key)


def _use(table: Resource | None, purpose: str, *trail: str | int) -> Iterator[Fault]:
    if table and table.in_store:
        yield fault("not-in-store/use", *trail, hint=IN_MEMORY, table=table.name, purpose=purpose)


def definition_faults_of(definition: Definition, resources: Mapping[str, Resource]) -> Iterator[Fault]:
    """What a definition, with a reduce that is right, asks of a table in a store that needs its rows in memory."""
    if definition.reduce and any(step_faults("reduce", definition.reduce)):
        return
    for name in sorted(tables_of(definition) - {definition.table}):
        yield from _use(resources.get(name), "looking up rows", "where")
    table, step = resources.get(definition.table or ""), definition.reduce
    if table is None or not table.in_store or step is None:
        return
    if definition.table in tables_of(definition.model_copy(update={"table": None})):
        yield from _use(table, "looking up rows", "where")
    known = [name for name, one in OPERATIONS["reduce"].items() if one.traits.stored]
    if not reducer_traits(definition).stored:
        hint = f"possible: {', '.join(known)}; or {IN_MEMORY}"
        yield fault("not-in-store/reduce", "reduce", hint=hint, operation=step.name, table=table.name)
    for n, one in enumerate(definition.breakdown):
        if one.by in table.columns and not table.columns[one.by].constraints.required:
            hint = "add constraints: {required: true} to the column, if no cell is blank"
            yield fault("not-in-store/blank", "breakdown", n, hint=hint, column=one.by)
