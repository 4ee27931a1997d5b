"""What a filter may contain, and what a definition may say about each table: conditions, columns, codes, categories, frequencies."""

from collections.abc import Iterator, Mapping

from indicators.nouns.descriptor import Resource
from indicators.nouns.periods import FREQUENCIES, consists_of
from indicators.nouns.vocabulary import DAY_FORM
from indicators.operations.column import KINDS, OF_CODES, Column, Kind, column_of
from indicators.operations.registry import OPERATIONS
from indicators.operations.where import CONDITIONS, WHOLE_YEAR
from indicators.reading.dependencies import FINEST
from indicators.reading.yamlfile import in_yaml
from indicators.schema.parts import Schema, description, names, narrowed, nullable, one_or_list, one_or_more, prose_and_example, ref

MONTH = "^[12][0-9]{3}-(0[1-9]|1[0-2])$"
DAY: Schema = {"type": "string", "pattern": DAY_FORM, "patternErrorMessage": "write a day as YYYY-MM-DD; for longer times use from and to"}


VALUES: Mapping[Kind, Schema] = {
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "year": WHOLE_YEAR,
    "boolean": {"type": "boolean"},
    "date": DAY,
    "yearmonth": {"type": "string", "pattern": MONTH, "patternErrorMessage": "write a month as YYYY-MM; for longer times use from and to"},
}
"""Cells that are not any text in a filter."""


def filter_definitions(resources: Mapping[str, Resource], whole: bool) -> dict[str, Schema]:
    """Conditions by kind of column, and `where_<table>` for every table. `whole`: whether these are all tables."""
    shared: dict[str, Schema] = {}
    for kind in KINDS:
        of = "string" if kind == "period" else kind
        cells = [f"{name}.{column}" for name, one in resources.items() for column, field in one.columns.items() if field.kind == of]
        shared[f"cells_{kind}"] = names(dict.fromkeys(cells, ""), whole)
        shared[f"values_{kind}"] = one_or_more(_value(kind))
        shared[f"conditions_{kind}"] = conditions(kind)
        several = {"minItems": 1, "items": _value(kind)}
        shared[f"test_{kind}"] = {"if": {"type": "object"}, "then": ref(f"conditions_{kind}"), "else": several}
    for name, resource in resources.items():
        shared |= code_definitions(resource)
        shared[f"row_{name}"] = {"properties": dict(_tests(resource)), "additionalProperties": False}
        items = {"type": "object", "allOf": [ref(f"row_{name}")]}
        shared[f"where_{name}"] = {"if": {"type": "array"}, "then": {"minItems": 1, "items": items}, "else": ref(f"row_{name}")}
    return shared


def _value(kind: Kind) -> Schema:
    return VALUES.get(kind, {"type": "string"})


def code_definitions(resource: Resource) -> dict[str, Schema]:
    """The columns of a table with their descriptions, and for each column with a vocabulary: one code, and one or more."""
    shared = {f"columns_{resource.name}": names({name: field.description for name, field in resource.columns.items()})}
    for name in resource.columns:
        codes = column_of(resource, name).codes
        if codes:
            shared[f"code_{resource.name}.{name}"] = {"enum": list(codes)}
            shared[f"codes_{resource.name}.{name}"] = one_or_more(ref(f"code_{resource.name}.{name}"))
    return shared


def conditions(kind: Kind | None) -> Schema:
    """The conditions for a kind of column, with their descriptions; if the kind is unknown, all that do not read another table."""
    known = [one for one in CONDITIONS.values() if (kind in one.takes.kinds if kind else not one.takes.looks_up)]
    properties = {one.key: description(prose_and_example(one.test)[0]) | one.takes.schema(kind) for one in known}
    return {"type": "object", "minProperties": 1, "additionalProperties": False, "properties": properties}


def with_codes(column: Column) -> tuple[str, ...]:
    """The conditions of a column whose values are codes from its vocabulary."""
    return tuple(one.key for one in CONDITIONS.values() if one.takes.codes and column.kind in one.takes.kinds)


def _tests(resource: Resource) -> Iterator[tuple[str, Schema]]:
    for name, field in resource.columns.items():
        column = column_of(resource, name)
        value = _value(column.kind)
        alone = value | {"type": [value["type"], "array", "object"]}
        test: Schema = {"description": field.description, **alone, "allOf": [ref(f"test_{column.kind}")]}
        if column.codes:  # alone or in conditions
            codes = ref(f"codes_{resource.name}.{name}")
            within = narrowed(dict.fromkeys(with_codes(column), codes))
            test |= {"if": {"type": "object"}, "then": within, "else": codes, "anyOf": [codes, {}]}
        yield name, test


NO_COVERAGE: Schema = {
    "type": "array",
    "maxItems": 0,
    "errorMessage": "this table has no coverage categories: a period of observations is covered if its row exists; remove coverage",
}


def is_asked(resource: Resource) -> bool:
    """Whether indicators may count rows of a table; reference tables are only looked up."""
    return resource.relations.kind != "reference" and resource.relations.time is not None


def table_definitions(resource: Resource) -> dict[str, Schema]:
    """`on_<table>`: what an indicator on the table may say; `other_<table>`: what another may say about its rows."""
    name, categories = resource.name, resource.relations.categories
    coded = {column: field.description for column, field in resource.columns.items() if field.type in OF_CODES}
    shared = {
        f"category_{name}": names({key: f"`{in_yaml(where)}`" if where else "Every row." for key, where in categories.items()}),
        f"coverage_{name}": _coverage(ref(f"category_{name}")) if categories else NO_COVERAGE,
        f"other_{name}": narrowed({"where": ref(f"where_{name}"), "coverage": ref(f"coverage_{name}")}),
    }
    if is_asked(resource):
        shared |= {f"coded_{name}": names(coded), f"split_{name}": _split(name), f"on_{name}": _on(resource)}
    return shared


def _on(resource: Resource) -> Schema:
    name, relations = resource.name, resource.relations
    finest = FINEST[relations.time.every if relations.time else None]
    properties = {
        "frequency": {"enum": [f for f in FREQUENCIES if consists_of(f, finest)]},
        "where": ref(f"where_{name}"),
        "coverage": ref(f"coverage_{name}") if relations.is_graded else NO_COVERAGE,
        "breakdown": one_or_list(ref(f"split_{name}")),
        "break_on": nullable(one_or_list(ref(f"columns_{name}"))),
        "reduce": {"additionalProperties": narrowed(_parameters(name))},
    }
    return narrowed(properties)


def _coverage(category: Schema) -> Schema:
    several = one_or_list(category)
    return {"if": {"type": "object"}, "then": narrowed({"every": several}), "else": several, "anyOf": [category, {}]}


def _split(table: str) -> Schema:
    column = ref(f"coded_{table}")
    mapping = narrowed({"by": column, "coverage": {"additionalProperties": ref(f"category_{table}")}})
    return {"if": {"type": "object"}, "then": mapping, "else": column, "anyOf": [column, {}]}


def _parameters(table: str) -> dict[str, Schema]:
    """Parameters of reducers that name columns of the table, or filter it. A name means the same in all reducers."""
    kinds: Mapping[str, Schema] = {"column": ref(f"columns_{table}"), "where": ref(f"where_{table}")}
    known = [item for operation in OPERATIONS["reduce"].values() for item in operation.parameters.items()]
    return {key: kinds[one.refers_to] for key, one in known if one.refers_to and one.refers_to in kinds}
