"""The schema of definition files: keys from the noun, steps from signatures, tables and indicators from the project."""

from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from indicators.nouns.composite import COMPOSITE, CompositeOf, CountsFrom, NodeOf, UncertaintyOf
from indicators.nouns.definition import PLACEMENT, AlertOf, BoundOf, BreakdownOf, Definition, LineOf, RowsOf
from indicators.nouns.descriptor import Resource
from indicators.nouns.vocabulary import Code, Names
from indicators.operations.column import column_of
from indicators.operations.registry import OPERATIONS
from indicators.problems import exemptable
from indicators.reading.composites import ABOUT, TREE
from indicators.reading.definitions import FIXED
from indicators.reading.descriptors import Described
from indicators.reading.project import Project
from indicators.schema.filters import filter_definitions, is_asked, table_definitions
from indicators.schema.parts import (
    NONE,
    Schema,
    described,
    description,
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
from indicators.schema.steps import Offers, step_definitions

WRITTEN = tuple(key for key in Definition.model_fields if key not in (*PLACEMENT, COMPOSITE))
"""Keys of an indicator; the others follow from its place in the file, or are those of a composite."""
NAME: Schema = TypeAdapter(Code).json_schema() | {"patternErrorMessage": "a name has small letters, digits and _, and begins with a letter"}
FILTER: Schema = {"type": ["object", "array", "null"]}
NOTHING: Schema = {"type": "null"}


def definitions_schema(project: Project) -> Schema:
    """The schema of a project's definition files."""
    listed = {"type": "object", "propertyNames": NAME, "additionalProperties": ref("definition")}
    properties = {
        "pillar": described("The pillar of config.yaml that all indicators here belong to.", names_of(project.pillars)),
        "indicators": described("Id -> indicator. An id has small letters, digits and `_`. Not: a list.", listed),
        "composites": described("Id -> index made of indicators. Not: a list.", listed | {"additionalProperties": ref(COMPOSITE)}),
    }
    contents = {"anyOf": [{"required": ["pillar", "indicators"]}, {"required": ["composites"], "not": {"required": ["indicators"]}}]}
    shape = {"type": "object", "additionalProperties": False, "properties": properties, **contents}
    return schema_file(shape, _shared(project))


def _shared(project: Project) -> dict[str, Schema]:
    tables = project.collection.described
    asked = [name for name, resource in tables.form.items() if is_asked(resource)]
    split: Schema = {"if": {"type": "object"}, "then": noun_schema(BreakdownOf)[0], "else": {"type": "string"}}
    shared = {"definition": _definition(tables, asked), "changes": _changes(asked), "split": split, "rows": _rows(tables), "line": _line()}
    shared |= {f"key_{key}": schema for key, schema in _keys(project, asked)}
    shared |= {"indicator": names_of(project.indicators)}
    shared |= _composites(project.indicators)
    for stage in OPERATIONS:
        shared |= step_definitions(stage, _offers(project, asked))
    for resource in tables.form.values():
        shared |= table_definitions(resource)
    return shared | filter_definitions(tables.form, tables.names.complete)


def _definition(tables: Described, asked: list[str]) -> Schema:
    required = [key for key in WRITTEN if Definition.model_fields[key].is_required()]
    branches = [_if_table(name, _with_variants(tables.form[name])) for name in asked]
    properties = {key: ref(f"key_{key}") for key in WRITTEN}
    shape = {"type": "object", "required": required, "additionalProperties": False, "properties": properties}
    return shape | {"allOf": [_made_one_way(), _score_needs_direction(), *branches]}


def _changes(asked: list[str]) -> Schema:
    """What a variant may say; if it names a table, the rules of that table apply."""
    properties = {key: ref(f"key_{key}") for key in WRITTEN if key not in FIXED}
    shape = {"type": "object", "minProperties": 1, "additionalProperties": False, "properties": properties}
    return shape | {"allOf": [_if_table(name, ref(f"on_{name}")) for name in asked]}


def _if_table(name: str, then: Schema) -> Schema:
    return {"if": {"required": ["table"], "properties": {"table": {"const": name}}}, "then": then}


def _with_variants(resource: Resource) -> Schema:
    """An indicator on a table, and its variants that do not name another."""
    own = ref(f"on_{resource.name}")
    variants = _of_variants({"if": {"required": ["table"]}, "then": {}, "else": own})
    coverage: Schema = {"required": ["coverage"], **narrowed({"coverage": {"minItems": 1}})} if resource.relations.is_graded else {}
    return {"allOf": [own, variants, *([coverage] if coverage else [])]}


def _made_one_way() -> Schema:
    """Either from a table by a reducer or from parts, never both; the same holds for its variants."""
    why = {"errorMessage": "an indicator comes from a table or from other indicators, not both; filters and coverage belong to the parts"}
    combined = {"required": ["combine"], "properties": {"combine": {"not": NOTHING}}}
    without = narrowed(dict.fromkeys(("table", "reduce", "where", "coverage", "breakdown"), NOTHING | why))
    otherwise = {"if": {"required": ["combine"]}, "then": {}, "else": without}
    table = {"type": "string", "errorMessage": "name the table whose rows are counted"}
    reduce = {"type": ["string", "object"], "errorMessage": "say how the rows of a period become one value"}
    combined_variant = {"if": combined, "then": {"required": ["table", "reduce"], **without, **why}}
    from_table = {"required": ["table", "reduce"], "allOf": [narrowed({"table": table, "reduce": reduce}), _of_variants(combined_variant)]}
    return {"if": combined, "then": {"allOf": [without, _of_variants(otherwise)]}, "else": from_table}


def _of_variants(schema: Schema) -> Schema:
    return narrowed({"variants": {"additionalProperties": schema}})


def _score_needs_direction() -> Schema:
    none = narrowed({"normalise": NOTHING | {"errorMessage": "an indicator without a direction has no score; remove normalise"}})
    undirected = {"required": ["direction"], "properties": {"direction": {"const": "none"}}}
    return {"if": undirected, "then": {"allOf": [none, _of_variants(none)]}}


def _keys(project: Project, asked: list[str]) -> Iterator[tuple[str, Schema]]:
    """What each key may be for any table; if the table is known, columns, codes and categories must be those of the table."""
    written, words = noun_schema(Definition)[0]["properties"], words_of_fields(Definition)
    tables = project.collection.described
    countable = {name: title for name, title in tables.names.titles.items() if name in asked or name not in tables.form}
    notes = tables.form.get(project.config.annotations or "")
    scopes = notes.relations.lists["scope"].enum if notes and "scope" in notes.relations.lists else ()
    changes = {"type": ["object", "null"], "propertyNames": NAME, "additionalProperties": ref("changes")}
    own: dict[str, Schema] = {
        "table": nullable(names(countable, tables.names.complete)),
        "where": FILTER,
        "coverage": _coverage(),
        "transform": one_or_list(ref("transform")),
        "breakdown": one_or_list(ref("split")),
        "bound": noun_schema(BoundOf)[0],
        "alert": noun_schema(AlertOf)[0],
        "lines": one_or_list(ref("line")),
        "excuses": written["excuses"] | _exemptions(),
        "annotations": written["annotations"] | suggested(names(dict.fromkeys(scopes, ""))),
        "variants": changes,
        **{stage: nullable(ref(stage)) for stage in OPERATIONS if stage in WRITTEN and stage != "transform"},
    }
    for key in WRITTEN:
        yield key, described(words[key], own[key]) if key in own else written[key]


def _exemptions() -> Schema:
    """Code -> reason, with the meaning of each code; others are not allowed."""
    reasons = {one.code: description(one.means) | {"type": "string", "minLength": 1} for one in exemptable("definition")}
    return {"type": "object", "additionalProperties": False, "properties": reasons}


def _coverage() -> Schema:
    every = description("Categories of which the worst, day by day, is the coverage of the collection.") | one_or_list({"type": "string"})
    mapping = {"type": "object", "required": ["every"], "additionalProperties": False, "properties": {"every": every}}
    return {"if": {"type": "object"}, "then": mapping, "else": {"type": ["string", "array"], "items": {"type": "string"}}}


def _line() -> Schema:
    """A reference line has a value, a band has two, and neither has both."""
    either = {"required": ["value"], **narrowed({"low": NOTHING, "high": NOTHING})}
    why = {"errorMessage": "a line has a value, a band has low and high"}
    return noun_schema(LineOf)[0] | {
        "if": {"required": ["low"]},
        "then": {"required": ["high"], **narrowed({"value": NOTHING | why})},
        "else": either,
    }


def _rows(tables: Described) -> Schema:
    words = words_of_fields(RowsOf)
    own = {"table": names_of(tables.names), "where": FILTER, "coverage": _coverage()}
    properties = {key: described(words[key], own.get(key, {})) for key in RowsOf.model_fields}
    shape = {"type": "object", "required": ["table"], "additionalProperties": False, "properties": properties}
    return shape | {"allOf": [_if_table(name, ref(f"other_{name}")) for name in tables.form]}


def _offers(project: Project, asked: list[str]) -> Offers:
    """For examples: what parameters may refer to, from the first table that has numbers and codes."""
    some, resources = list(project.indicators.titles)[:2], project.collection.described.form
    offers: dict[str, list[Any]] = {"indicator": some, "indicators": [some] if some else []}
    for name in asked:
        columns = {one: column_of(resources[name], one) for one in resources[name].columns}
        numbers = [one for one, column in columns.items() if column.kind in ("integer", "number")]
        coded = {one: column.codes[0] for one, column in columns.items() if column.codes}
        if numbers and coded:
            where = dict(list(coded.items())[:1])
            return offers | {"column": [numbers[0], *where], "where": [where], "rows": [{"table": name, "where": where}]}
    return offers


# ---- composites: the keys that any indicator has, the recipe beside them, and a tree of parts ----


def _composites(indicators: Names) -> dict[str, Schema]:
    """`composite`, what its variants may say (`composite_changes`), a part (`composite_part`), and parts by name, which is offered."""
    words, written = words_of_fields(CompositeOf), noun_schema(CompositeOf)[0]["properties"]
    own = {key: written["from" if key == "start" else key] for key in CompositeOf.model_fields}
    own |= {"pillars": ref("composite_parts"), "parts": ref("composite_parts"), "aggregate": ref("aggregate")}
    own["uncertainty"] = noun_schema(UncertaintyOf)[0]
    recipe = {"from" if key == "start" else key: described(words[key], schema) for key, schema in own.items()}
    about = {key: ref(f"key_{key}") for key in ABOUT}
    changes: Schema = {"type": "object", "minProperties": 1, "additionalProperties": False, "properties": about | recipe}
    variants = {"type": ["object", "null"], "additionalProperties": ref("composite_changes")}
    text = "The same under another recipe: name -> what it replaces. Of pillars and parts only what is given; null leaves one out."
    properties = about | recipe | {"variants": described(text, variants)}
    why = {"errorMessage": "write parts, or pillars with parts in each"}
    either = {"oneOf": [{"required": [key]} for key in TREE], **why}
    required = ["title", "counts", "frequency"]
    whole: Schema = {"type": "object", "required": required, "additionalProperties": False, "properties": properties, **either}
    return {"composite": whole, "composite_changes": changes, "composite_part": _part(), "composite_parts": _parts(indicators)}


def _part() -> Schema:
    words, written = words_of_fields(NodeOf), noun_schema(NodeOf)[0]["properties"]
    counts_from = noun_schema(CountsFrom)[0]
    own = {"normalise": ref("normalise"), "aggregate": ref("aggregate"), "parts": ref("composite_parts"), "counts_from": counts_from}
    properties = {key: described(words[key], nullable(own[key]) if key in own else written[key]) for key in NodeOf.model_fields}
    return {"type": ["object", "null"], "additionalProperties": False, "properties": properties}


def _parts(indicators: Names) -> Schema:
    """Parts by name: those of indicators are offered, others are names of groups, which have parts of their own."""
    known = {name: {**description(title), **ref("composite_part")} for name, title in indicators.titles.items()}
    group = {"allOf": [ref("composite_part")], "errorMessage": "name an indicator, or a group with parts"}
    closed = indicators.complete and not known
    return {"type": "object", "minProperties": 1, "properties": known, "additionalProperties": NONE if closed else group}
