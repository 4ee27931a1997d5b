"""What a definition may say of each table: its columns, its categories, and frequencies that are not finer than its dates."""

from collections.abc import Mapping

from indicators.crosscheck import FINEST
from indicators.operations import ROOMS, parameters, refers_to
from indicators.periods import FREQUENCIES, is_finer
from indicators.resource import Resource
from indicators.schema.nouns import names, narrowed, nullable, one_or_list, ref
from indicators.schema.words import Schema, in_yaml

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
