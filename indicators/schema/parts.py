"""What schemas are made of: descriptions and examples from docstrings, references, names, and schemas of nouns as pydantic has them."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, get_args
from urllib.parse import quote, unquote

from pydantic import BaseModel

from indicators.nouns import definition
from indicators.nouns.vocabulary import Names
from indicators.reading.yamlfile import read_value

Schema = dict[str, Any]

GOOD = re.compile(r"\bE\.g\. (.+?)(?:; not:|\.\s|\.?$)")
QUOTED = re.compile(r"`([^`]+)`")


def told(text: str, example: str = "") -> Schema:
    """A text as the description of a schema, and the same in Markdown, where code that runs may follow it.

    >>> told("Sum of `of`.")
    {'description': 'Sum of of.', 'markdownDescription': 'Sum of `of`.'}
    """
    code = f"\n\n```python\n{example}\n```" if example else ""
    return {"description": text.replace("`", ""), "markdownDescription": text + code}


def one_line(docstring: str | None) -> str:
    """A docstring on one line."""
    return " ".join((docstring or "").split())


def prose_and_example(function: Callable[..., Any]) -> tuple[str, str]:
    """What the docstring of a function says, on one line, and the example that runs below it."""
    prose, mark, example = (inspect.getdoc(function) or "").partition(">>>")
    return one_line(prose), (mark + example).strip()


def sentences_on(name: str, prose: str) -> str:
    """The sentences of a docstring that name a parameter.

    >>> sentences_on("window", "Sum of the last `window` periods. NaN before.")
    'Sum of the last `window` periods.'
    """
    return " ".join(sentence for sentence in re.split(r"(?<=[.])\s+", prose) if f"`{name}`" in sentence)


def examples_in(text: str) -> list[Any]:
    """Values in backquotes after "E.g.", as YAML reads them.

    >>> examples_in("How often. E.g. `3`, `'2012'`; not: `0`.")
    [3, '2012']
    """
    found = GOOD.search(text)
    return [read_value(code) for code in QUOTED.findall(found[1])] if found else []


def words_of_fields(noun: type[BaseModel]) -> Mapping[str, str]:
    """What the docstrings below the fields of a noun say, by field."""
    node = ast.parse(inspect.getsource(noun)).body[0]
    assert isinstance(node, ast.ClassDef)
    return {name: text for name, text in map(_told_below, node.body, node.body[1:]) if name}


def words_of_references() -> Mapping[str, str]:
    """What the docstrings below `Column`, `Part` and the like say of what a parameter may refer to, by kind."""
    found = {
        name: text for name, text in map(_told_below, *zip(*pairwise(ast.parse(inspect.getsource(definition)).body), strict=True)) if name
    }
    marked = {name: getattr(getattr(definition, name), "__metadata__", ()) for name in found}
    return {marks[0]: found[name].partition(" -> ")[0] for name, marks in marked.items() if marks and isinstance(marks[0], str)}


def _told_below(one: ast.stmt, below: ast.stmt) -> tuple[str, str]:
    """Name and docstring of a field or alias; ("", "") where it has none."""
    target = one.target if isinstance(one, ast.AnnAssign) else one.targets[0] if isinstance(one, ast.Assign) else None
    if isinstance(target, ast.Name) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
        return target.id, one_line(str(below.value.value))
    return "", ""


HERE = "#/definitions/"
DRAFT = "http://json-schema.org/draft-07/schema#"
NONE: Schema = {"pattern": "^(?!)", "patternErrorMessage": "there is none yet"}
"""No text at all; an empty enum is no schema to some editors."""
SHOWN_AS_EXAMPLE = (str, int, float, list)
"""Editors offer examples as values and label a mapping "[object Object]"; one stands in the description alone."""


def ref(name: str) -> Schema:
    """A reference to a definition of the same schema."""
    return {"$ref": HERE + quote(name.replace("~", "~0").replace("/", "~1"))}


def schema_file(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """A whole schema; definitions that nothing refers to are left out. It has no title: editors put that above every text."""
    kept: dict[str, Schema] = {}
    todo = [schema]
    while todo:
        found = {name for name in referred(todo.pop()) if name not in kept}
        kept |= {name: definitions[name] for name in found}
        todo += [definitions[name] for name in found]
    ordered = {name: one for name, one in definitions.items() if name in kept}
    return {"$schema": DRAFT, "$comment": "Written by: relations schema --write", **schema, "definitions": ordered}


def referred(schema: Any) -> Iterator[str]:
    """Names of the definitions that a schema refers to."""
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        yield unquote(schema["$ref"].removeprefix(HERE)).replace("~1", "/").replace("~0", "~")
    for one in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from referred(one)


def described(text: str, schema: Schema) -> Schema:
    """A schema with a text and its examples; draft-07 ignores what stands beside a reference, so that is put inside."""
    inner = {"allOf": [schema]} if "$ref" in schema else schema
    examples = [e for e in examples_in(text) if isinstance(e, SHOWN_AS_EXAMPLE) and not isinstance(e, bool) and e != []]
    return {**told(text), **inner, **({"examples": examples} if examples else {})}


def noun_schema(noun: type[BaseModel]) -> tuple[Schema, dict[str, Schema]]:
    """The schema of a noun, and the definitions that it refers to, by the names of their classes."""
    written = noun.model_json_schema(ref_template=f"{HERE}{{model}}")
    nouns = {one.__name__: one for one in nouns_in(noun)}
    definitions = {name: _with_words(_plain(one), nouns[name]) for name, one in written.get("$defs", {}).items()}
    own = definitions.pop(noun.__name__, None)  # only a noun that contains itself stands among them
    return own or _with_words(_plain({key: one for key, one in written.items() if key != "$defs"}), noun), definitions


def nouns_in(annotation: Any, above: tuple[Any, ...] = ()) -> Iterator[type[BaseModel]]:
    """Every noun that an annotation, or a field of a noun in it, is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values() if annotation not in above else ():
            yield from nouns_in(field.annotation, (*above, annotation))
    for part in get_args(annotation):
        yield from nouns_in(part, above)


def _plain(schema: Any) -> Any:
    """Without titles made from names, and with defaults only where they are one word or number."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    properties = {name: _plain(one) for name, one in schema.get("properties", {}).items()}
    kept = {key: _plain(value) for key, value in schema.items() if key not in ("title", "description", "default", "properties")}
    default = schema.get("default")
    told = {"default": default} if isinstance(default, bool | int | float) or (isinstance(default, str) and default) else {}
    return kept | told | ({"properties": properties} if properties else {})


def _with_words(schema: Schema, noun: type[BaseModel]) -> Schema:
    words, aliases = words_of_fields(noun), {field.alias or name: name for name, field in noun.model_fields.items()}
    properties = {key: described(words.get(aliases[key], ""), one) for key, one in schema["properties"].items()}
    return schema | {"properties": properties}


def one_or_more(value: Schema) -> Schema:
    """A value, or a list of at least one.

    `anyOf` judges nothing, `if` does: it is where editors look for values to offer, which they do not do below `else`.
    """
    return {"if": {"type": "array"}, "then": {"minItems": 1, "items": value}, "else": value, "anyOf": [value, {}]}


def one_or_list(value: Schema) -> Schema:
    """A value, or a list of any length."""
    return {"if": {"type": "array"}, "then": {"items": value}, "else": value, "anyOf": [value, {}]}


def narrowed(properties: Mapping[str, Schema]) -> Schema:
    """What else holds of keys that are described elsewhere; editors offer each key once, where it is described."""
    return {"properties": {key: {"doNotSuggest": True} | ({"allOf": [one]} if "$ref" in one else one) for key, one in properties.items()}}


def nullable(value: Schema) -> Schema:
    """A value, or nothing: how a variant takes a key of its indicator away."""
    return {"if": {"type": "null"}, "then": {}, "else": value, "anyOf": [value, {}]}


def suggested(value: Schema) -> Schema:
    """What editors offer, for a value or the items of a list, without refusing others."""
    return {"items": {"anyOf": [value, {}]}, "anyOf": [value, {}]}


def names_of(found: Names) -> Schema:
    """One of the names that files give; of any others too where not all files could be read."""
    return names(found.titles, found.complete)


def names(known: Mapping[str, str], whole: bool = True) -> Schema:
    """One of some names, each with what is told of it (Markdown, if it has code); of any others too where these are not the whole.

    >>> names({"dialogue": "Dialogue"})
    {'type': 'string', 'enum': ['dialogue'], 'enumDescriptions': ['Dialogue']}
    """
    if not known:
        return {"type": "string"} | (NONE if whole else {})
    allowed: Schema = {"enum": list(known)}
    if any(known.values()):
        allowed["markdownEnumDescriptions" if any("`" in one for one in known.values()) else "enumDescriptions"] = list(known.values())
    return {"type": "string"} | (allowed if whole else {"anyOf": [allowed, {}]})
