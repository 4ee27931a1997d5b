"""What may stand in `where`, and what a definition may say of each table: conditions, columns, codes, categories, frequencies."""

from collections.abc import Iterator, Mapping
from typing import Literal, get_args

from indicators.nouns.descriptor import Resource
from indicators.nouns.periods import EARLIEST, FREQUENCIES, LATEST, is_finer
from indicators.nouns.vocabulary import DAY_FORM, PERIOD_FORM
from indicators.operations.registry import ROOMS, parameters, refers_to
from indicators.operations.where import CONDITIONS, LOOKUPS, ON_LISTS, Column, column_of
from indicators.reading.dependencies import FINEST
from indicators.reading.yamlfile import in_yaml
from indicators.schema.parts import Schema, names, narrowed, nullable, one_or_list, one_or_more, prose_and_example, ref, told

Kind = Literal["list", "string", "boolean", "integer", "number", "year", "yearmonth", "date"]
"""Of columns: whether cells are lists, else the Frictionless type."""
KINDS: tuple[Kind, ...] = get_args(Kind)
TIMES: tuple[Kind, ...] = ("year", "yearmonth", "date")
NUMERIC: tuple[Kind, ...] = ("integer", "number", "year")

DAY: Schema = {"type": "string", "pattern": DAY_FORM, "patternErrorMessage": "write a day as YYYY-MM-DD; for longer times use from and to"}
ONLY_ON: Mapping[str, tuple[Kind, ...]] = {
    **dict.fromkeys(ON_LISTS, ("list",)),
    **dict.fromkeys(LOOKUPS, tuple(kind for kind in KINDS if kind != "list")),
    **dict.fromkeys(("at_least", "at_most"), NUMERIC),
    **dict.fromkeys(("from", "to"), TIMES),
    "contains": ("list", "string", "yearmonth"),
}
"""Conditions that only some kinds of columns know."""

BOUND = {"type": ["string", "integer"], "pattern": PERIOD_FORM, "minimum": EARLIEST, "maximum": LATEST}
WORDS = one_or_more({"type": "string", "minLength": 1})


def filter_definitions(resources: Mapping[str, Resource], whole: bool) -> dict[str, Schema]:
    """Conditions by kind of column, and `where_<table>` for every table. `whole`: these are all tables that there are."""
    found: dict[str, Schema] = {}
    for kind in KINDS:
        cells = [f"{name}.{column}" for name, one in resources.items() for column, field in one.columns.items() if field.type == kind]
        found[f"cells_{kind}"] = names(dict.fromkeys(cells, ""), whole)
        found[f"values_{kind}"] = one_or_more(_value(kind))
        found[f"conditions_{kind}"] = conditions(kind)
        several = {"minItems": 1, "items": _value(kind)}
        found[f"test_{kind}"] = {"if": {"type": "object"}, "then": ref(f"conditions_{kind}"), "else": several}
    for name, resource in resources.items():
        found |= code_definitions(resource)
        found[f"row_{name}"] = {"properties": dict(_tests(resource)), "additionalProperties": False}
        items = {"type": "object", "allOf": [ref(f"row_{name}")]}
        found[f"where_{name}"] = {"if": {"type": "array"}, "then": {"minItems": 1, "items": items}, "else": ref(f"row_{name}")}
    return found


def _value(kind: Kind) -> Schema:
    return DAY if kind == "date" else {"type": "number" if kind in NUMERIC else "string"}


def code_definitions(resource: Resource) -> dict[str, Schema]:
    """The columns of a table with what they hold, and the codes of each column that has a vocabulary: one, and one or more."""
    found = {f"columns_{resource.name}": names({name: field.description for name, field in resource.columns.items()})}
    for name in resource.columns:
        codes = column_of(resource, name).codes
        if codes:
            found[f"code_{resource.name}.{name}"] = {"enum": list(codes)}
            found[f"codes_{resource.name}.{name}"] = one_or_more(ref(f"code_{resource.name}.{name}"))
    return found


def conditions(kind: Kind | None) -> Schema:
    """The conditions of a kind of column, with what they do; of any column, where the kind is not known."""
    known = [name for name in CONDITIONS if kind is None or kind in ONLY_ON.get(name, (kind,))]
    properties = {name: told(prose_and_example(CONDITIONS[name])[0]) | _condition(name, kind) for name in known}
    return {"type": "object", "minProperties": 1, "additionalProperties": False, "properties": properties}


def _condition(name: str, kind: Kind | None) -> Schema:
    if name == "blank":
        return {"type": "boolean"}
    if name in ("at_least", "at_most"):
        return {"type": "number"}
    if name in ("from", "to"):
        return {"type": ["string", "integer"]} if kind == "year" else BOUND
    if name == "contains":
        return WORDS
    if name in LOOKUPS:
        return {"allOf": [ref(f"cells_{kind}")]}
    return {"allOf": [ref(f"values_{kind}")]} if kind else {}


def kind_of(column: Column) -> Kind:
    """The kind of a column: which conditions it knows."""
    return "list" if column.separator else column.field.type


def with_codes(column: Column) -> tuple[str, ...]:
    """The conditions of a column whose values are codes of its vocabulary."""
    return ("not", *ON_LISTS) if column.separator else ("not",)


def _tests(resource: Resource) -> Iterator[tuple[str, Schema]]:
    for name, field in resource.columns.items():
        column = column_of(resource, name)
        kind = kind_of(column)
        alone = _value(kind) | {"type": [_value(kind)["type"], "array", "object"]}
        test = {"description": field.description, **alone, "allOf": [ref(f"test_{kind}")]}
        yield name, test | (_coded(ref(f"codes_{resource.name}.{name}"), with_codes(column)) if column.codes else {})


def _coded(codes: Schema, within: tuple[str, ...]) -> Schema:
    """That values are codes, alone or in conditions."""
    return {"if": {"type": "object"}, "then": narrowed(dict.fromkeys(within, codes)), "else": codes, "anyOf": [codes, {}]}


NO_COVERAGE: Schema = {
    "type": "array",
    "maxItems": 0,
    "errorMessage": "this table grades no categories: a period of observations is covered where its row exists; remove coverage",
}


def is_asked(resource: Resource) -> bool:
    """Whether indicators may count rows of a table: tables for reference are only looked into."""
    return resource.relations.kind != "reference" and resource.relations.time is not None


def table_definitions(resource: Resource) -> dict[str, Schema]:
    """`on_<table>`: what an indicator on it may say; `other_<table>`: what is said of its rows where another asks for them."""
    name, categories = resource.name, resource.relations.categories
    texts = {column: field.description for column, field in resource.columns.items() if field.type == "string"}
    found = {
        f"category_{name}": names({key: f"`{in_yaml(where)}`" if where else "Every row." for key, where in categories.items()}),
        f"coverage_{name}": _one_list_or_every(ref(f"category_{name}")) if categories else NO_COVERAGE,
        f"other_{name}": narrowed({"where": ref(f"where_{name}"), "coverage": ref(f"coverage_{name}")}),
    }
    if is_asked(resource):
        found |= {f"texts_{name}": names(texts), f"split_{name}": _split(name), f"on_{name}": _on(resource)}
    return found


def _on(resource: Resource) -> Schema:
    name, relations = resource.name, resource.relations
    finest = FINEST[relations.time.every if relations.time else None]
    properties = {
        "frequency": {"enum": [f for f in FREQUENCIES if not is_finer(f, finest)]},
        "where": ref(f"where_{name}"),
        "coverage": ref(f"coverage_{name}") if relations.kind == "events" else NO_COVERAGE,
        "breakdown": one_or_list(ref(f"split_{name}")),
        "break_on": nullable(one_or_list(ref(f"columns_{name}"))),
        "reduce": {"additionalProperties": narrowed(_parameters(name))},
    }
    return narrowed(properties)


def _one_list_or_every(category: Schema) -> Schema:
    several = one_or_list(category)
    return {"if": {"type": "object"}, "then": narrowed({"every": several}), "else": several, "anyOf": [category, {}]}


def _split(table: str) -> Schema:
    column = ref(f"texts_{table}")
    mapping = narrowed({"by": column, "coverage": {"additionalProperties": ref(f"category_{table}")}})
    return {"if": {"type": "object"}, "then": mapping, "else": column, "anyOf": [column, {}]}


def _parameters(table: str) -> dict[str, Schema]:
    """Parameters of reducers that name columns of the table, or filter it; one name means one kind in all of them."""
    kinds: Mapping[str, Schema] = {"column": ref(f"columns_{table}"), "where": ref(f"where_{table}")}
    refer = [(key, refers_to(p.annotation)) for function in ROOMS["reduce"].values() for key, p in parameters(function).items()]
    return {key: kinds[kind] for key, kind in refer if kind and kind in kinds}
