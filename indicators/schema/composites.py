"""The schema of composites: the keys that any indicator has, the recipe beside them, and a tree of parts."""

from indicators.nouns.composite import CompositeOf, CountsFrom, NodeOf, UncertaintyOf
from indicators.nouns.vocabulary import Names
from indicators.reading.composites import ABOUT, TREE
from indicators.schema.parts import NONE, Schema, described, description, noun_schema, nullable, ref, words_of_fields

REQUIRED = ("title", "counts", "frequency")


def composite_definitions(indicators: Names) -> dict[str, Schema]:
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
    whole: Schema = {"type": "object", "required": list(REQUIRED), "additionalProperties": False, "properties": properties, **either}
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
