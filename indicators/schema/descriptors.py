"""The schemas of descriptors and of config.yaml: keys from the nouns.

A table's own columns and codes are only offered, because the edited file itself defines them. Tables and indicators that it refers to
must exist.
"""

import re
from collections.abc import Mapping

from indicators.nouns.calendar import Ahead, CalendarPart, Dialogues, Promises, SaidOfDialogues, Update
from indicators.nouns.config import Config
from indicators.nouns.descriptor import Relations, Resource
from indicators.operations.column import column_of
from indicators.reading.descriptors import Described
from indicators.reading.project import Project
from indicators.schema.filters import code_definitions, conditions, with_codes
from indicators.schema.parts import (
    Schema,
    described,
    names,
    names_of,
    narrowed,
    noun_schema,
    nullable,
    one_or_list,
    ref,
    schema_file,
    suggested,
    words_of_fields,
)


def descriptors_schema(project: Project) -> Schema:
    """The schema of a project's descriptors of tables."""
    written, definitions = noun_schema(Resource)
    tables = project.collection.described
    definitions["Relations"] |= _relations(definitions["Relations"]["properties"])
    definitions["Schema"]["properties"]["primaryKey"] |= {"minItems": 1}  # pydantic does not state this for one text or a list
    definitions["Reference"]["properties"]["resource"] |= names_of(tables.names)
    definitions["ListColumn"]["properties"]["of"] |= _keys_of_tables(tables)
    definitions |= _filters()
    for resource in tables.form.values():
        definitions |= _of_table(resource, tables)
    branches = [
        {"if": {"required": ["name"], "properties": {"name": {"const": name}}}, "then": ref(f"offers_{name}")} for name in tables.form
    ]
    return schema_file(written | {"allOf": branches}, definitions)


def _relations(written: Mapping[str, Schema]) -> Schema:
    """The form of filters; and that tables whose rows are counted need `time`."""
    words = words_of_fields(Relations)
    filters = {"categories": {"type": "object", "additionalProperties": ref("filter")}, "source_blank_when": ref("filter")}
    timed = {"required": ["kind"], "properties": {"kind": {"enum": ["events", "observations", "spells"]}}}
    properties = dict(written) | {key: described(words[key], schema) for key, schema in filters.items()}
    return {"properties": properties, "if": timed, "then": {"required": ["time"], **narrowed({"time": {"type": "object"}})}}


def _keys_of_tables(tables: Described) -> Schema:
    """Items of `of`, written table.column, of a table of the project; primary keys of one column are offered."""
    keys = [f"{name}.{one.schema_.primaryKey[0]}" for name, one in tables.form.items() if len(one.schema_.primaryKey) == 1]
    some = "|".join(map(re.escape, tables.names.titles)) if tables.names.complete else r"[^.]+"
    item = {"type": "string", "pattern": rf"^({some})\..+$", "patternErrorMessage": "write table.column, of a table of this project"}
    offered = item | {"anyOf": [{"enum": keys}, {}]}
    return {"if": {"type": "array"}, "then": {"items": offered}, "else": offered, "anyOf": [{"enum": keys}, {"type": ["string", "array"]}]}


def _filters() -> dict[str, Schema]:
    """The form of filters: any condition that does not read another table, on any column."""
    value: Schema = {"type": ["string", "number"]}
    several = {"if": {"type": "array"}, "then": {"minItems": 1, "items": value}, "else": value}
    row = {"type": "object", "additionalProperties": ref("test")}
    return {
        "filter": {"if": {"type": "array"}, "then": {"minItems": 1, "items": ref("row")}, "else": nullable(ref("row"))},
        "row": row,
        "test": {"if": {"type": "object"}, "then": ref("conditions"), "else": several},
        "conditions": conditions(None),
    }


def _of_table(resource: Resource, tables: Described) -> dict[str, Schema]:
    """`offers_<table>`: what editors offer in the descriptor of a table."""
    name, columns = resource.name, ref(f"some_{resource.name}")
    coded = [one for one in resource.columns if column_of(resource, one).codes]
    shared = code_definitions(resource) | {f"some_{name}": suggested(ref(f"columns_{name}"))}
    shared |= {f"some_{name}.{one}": suggested(ref(f"code_{name}.{one}")) for one in coded}
    shared[f"row_{name}"] = {"properties": {one: _test(resource, one) for one in resource.columns}}
    filters = {"items": ref(f"row_{name}"), "allOf": [ref(f"row_{name}")]}
    relations = {
        "time": narrowed(dict.fromkeys(("start", "end", "precision"), columns)),
        "status": narrowed({"column": columns}),
        **dict.fromkeys(("source", "recorded", "break_on", "shows"), columns),
        "lower_bound_when": {"properties": {one: ref(f"some_{name}.{one}") for one in coded}},
        "categories": {"additionalProperties": filters},
        "source_blank_when": filters,
        **{key: _of_calendar(part, columns, filters) for key, part in CALENDAR.items()},
        "updates": {"items": _of_calendar(Update, columns, filters)},
        "acts": narrowed(
            dict.fromkeys(("by", "what", "to", "about"), columns) | dict.fromkeys(("cooperation", "friction", "doubtful"), filters)
        ),
        "coded": {"items": narrowed({"columns": columns, "where": filters})},
        "states": narrowed(dict.fromkeys(("of", "what", "value", "unit", "time", "place"), columns)),
        "whole": suggested(names(dict.fromkeys(resource.relations.categories, ""))),
        "coverage": suggested(names(dict.fromkeys([one.path for one in tables.form.values()], ""))),
    }
    schema = narrowed({"primaryKey": columns, "foreignKeys": {"items": narrowed({"fields": columns})}})
    return shared | {f"offers_{name}": narrowed({"schema": schema, "relations": narrowed(relations)})}


CALENDAR: Mapping[str, type[CalendarPart]] = {
    "ahead": Ahead,
    "promises": Promises,
    "dialogues": Dialogues,
    "said_of_dialogues": SaidOfDialogues,
}


def _of_calendar(part: type[CalendarPart], columns: Schema, filters: Schema) -> Schema:
    """What editors offer in a part of the calendar: columns, and filters with codes."""
    return narrowed(dict.fromkeys(part.COLUMNS, columns) | dict.fromkeys(part.FILTERS, filters))


def _test(resource: Resource, column: str) -> Schema:
    """What editors offer for a column of a filter: its codes."""
    words = {"description": resource.columns[column].description}
    known = column_of(resource, column)
    if not known.codes:
        return words
    codes = ref(f"some_{resource.name}.{column}")
    return words | suggested(codes) | narrowed(dict.fromkeys(with_codes(known), codes))


def config_schema(project: Project) -> Schema:
    """The schema of a project's config.yaml."""
    written, definitions = noun_schema(Config)
    words, indicators = words_of_fields(Config), one_or_list(ref("indicator"))
    own = dict.fromkeys(("annotations", "sources", "corrections", "chronology"), nullable(ref("table"))) | {"headline": indicators}
    properties = written["properties"] | {key: described(words[key], schema) for key, schema in own.items()}
    definitions |= {"table": names_of(project.collection.described.names), "indicator": names_of(project.indicators)}
    return schema_file(written | {"properties": properties}, definitions)
