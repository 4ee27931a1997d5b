"""Parts of schemas: descriptions and examples from docstrings, references, names, and the schemas of nouns from pydantic."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, get_args
from urllib.parse import quote, unquote

from pydantic import BaseModel

from indicators.nouns import definition
from indicators.nouns.vocabulary import FileModel, Names
from indicators.reading.yamlfile import read_value

Schema = dict[str, Any]

GOOD = re.compile(r"\bE\.g\. (.+?)(?:; not:|\.\s|\.?$)")
QUOTED = re.compile(r"`([^`]+)`")


def description(text: str, example: str = "") -> Schema:
    """A text as the description of a schema, and the same in Markdown, where an example may follow.

    >>> description("Sum of `of`.")
    {'description': 'Sum of of.', 'markdownDescription': 'Sum of `of`.'}
    """
    code = f"\n\n```python\n{example}\n```" if example else ""
    return {"description": text.replace("`", ""), "markdownDescription": text + code}


def one_line(docstring: str | None) -> str:
    """A docstring on one line."""
    return " ".join((docstring or "").split())


def prose_and_example(function: Callable[..., Any]) -> tuple[str, str]:
    """The text of a function's docstring, on one line, and its example."""
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
    good = GOOD.search(text)
    return [read_value(code) for code in QUOTED.findall(good[1])] if good else []


def words_of_fields(noun: type[BaseModel]) -> Mapping[str, str]:
    """The docstrings below the fields of a noun and of those that it extends, by field."""
    classes = (ast.parse(inspect.getsource(one)).body[0] for one in reversed(noun.__mro__) if issubclass(one, FileModel))
    pairs = (pair for one in classes if isinstance(one, ast.ClassDef) for pair in pairwise(one.body))
    return {name: text for name, text in (_docstring_below(*pair) for pair in pairs) if name}


def words_of_references() -> Mapping[str, str]:
    """The docstrings below `Column`, `Part` and the like: what a parameter may refer to, by kind of reference."""
    statements = pairwise(ast.parse(inspect.getsource(definition)).body)
    texts = {name: text for name, text in (_docstring_below(*pair) for pair in statements) if name}
    marked = {name: getattr(getattr(definition, name), "__metadata__", ()) for name in texts}
    return {marks[0]: texts[name].partition(" -> ")[0] for name, marks in marked.items() if marks and isinstance(marks[0], str)}


def _docstring_below(one: ast.stmt, below: ast.stmt) -> tuple[str, str]:
    """Name and docstring of a field or alias; ("", "") if it has none."""
    target = one.target if isinstance(one, ast.AnnAssign) else one.targets[0] if isinstance(one, ast.Assign) else None
    if isinstance(target, ast.Name) and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
        return target.id, one_line(str(below.value.value))
    return "", ""


HERE = "#/definitions/"
DRAFT = "http://json-schema.org/draft-07/schema#"
NONE: Schema = {"pattern": "^(?!)", "patternErrorMessage": "there is none yet"}
"""Allows no text at all. Some editors do not accept an empty enum as a schema."""
SHOWN_AS_EXAMPLE = (str, int, float, list)
"""Types of examples. Editors would label a mapping "[object Object]", so it appears only in the description."""


def ref(name: str) -> Schema:
    """A reference to a definition of the same schema."""
    return {"$ref": HERE + quote(name.replace("~", "~0").replace("/", "~1"))}


def schema_file(schema: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """A whole schema, without definitions that are not referred to. It has no title, because editors would show it above every text."""
    kept: dict[str, Schema] = {}
    todo = [schema]
    while todo:
        new = {name for name in referred(todo.pop()) if name not in kept}
        kept |= {name: definitions[name] for name in new}
        todo += [definitions[name] for name in new]
    ordered = {name: one for name, one in definitions.items() if name in kept}
    return {"$schema": DRAFT, "$comment": "Written by: relations schema --write", **schema, "definitions": ordered}


def referred(schema: Any) -> Iterator[str]:
    """Names of the definitions that a schema refers to."""
    if isinstance(schema, dict) and isinstance(schema.get("$ref"), str):
        yield unquote(schema["$ref"].removeprefix(HERE)).replace("~1", "/").replace("~0", "~")
    for one in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from referred(one)


def described(text: str, schema: Schema) -> Schema:
    """A schema with a text and its examples. A reference is put into `allOf`, because draft-07 ignores other keys next to it."""
    inner = {"allOf": [schema]} if "$ref" in schema else schema
    examples = [e for e in examples_in(text) if isinstance(e, SHOWN_AS_EXAMPLE) and not isinstance(e, bool) and e != []]
    return {**description(text), **inner, **({"examples": examples} if examples else {})}


def noun_schema(noun: type[BaseModel]) -> tuple[Schema, dict[str, Schema]]:
    """The schema of a noun, and the definitions that it refers to, by the names of their classes."""
    written = noun.model_json_schema(ref_template=f"{HERE}{{model}}")
    nouns = {one.__name__: one for one in nouns_in(noun)}
    definitions = {name: _with_words(_plain(one), nouns[name]) for name, one in written.get("$defs", {}).items()}
    own = definitions.pop(noun.__name__, None)  # only a noun that contains itself is one of them
    return own or _with_words(_plain({key: one for key, one in written.items() if key != "$defs"}), noun), definitions


def nouns_in(annotation: Any, above: tuple[Any, ...] = ()) -> Iterator[type[BaseModel]]:
    """Every noun in an annotation, or in a field of such a noun."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values() if annotation not in above else ():
            yield from nouns_in(field.annotation, (*above, annotation))
    for part in get_args(annotation):
        yield from nouns_in(part, above)


def _plain(schema: Any) -> Any:
    """The schema without generated titles, and with a default only if it is one word or number."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    properties = {name: _plain(one) for name, one in schema.get("properties", {}).items()}
    kept = {key: _plain(value) for key, value in schema.items() if key not in ("title", "description", "default", "properties")}
    default = schema.get("default")
    shown = {"default": default} if isinstance(default, bool | int | float) or (isinstance(default, str) and default) else {}
    return kept | shown | ({"properties": properties} if properties else {})


def _with_words(schema: Schema, noun: type[BaseModel]) -> Schema:
    words, aliases = words_of_fields(noun), {field.alias or name: name for name, field in noun.model_fields.items()}
    return schema | {"properties": {key: described(words.get(aliases[key], ""), one) for key, one in schema["properties"].items()}}


def one_or_more(value: Schema) -> Schema:
    """A value, or a list of at least one.

    `if` checks the value. `anyOf` allows everything, but editors look there for values to offer, and not below `else`.
    """
    return {"if": {"type": "array"}, "then": {"minItems": 1, "items": value}, "else": value, "anyOf": [value, {}]}


def one_or_list(value: Schema) -> Schema:
    """A value, or a list of any length."""
    return {"if": {"type": "array"}, "then": {"items": value}, "else": value, "anyOf": [value, {}]}


def narrowed(properties: Mapping[str, Schema]) -> Schema:
    """Further limits on keys that are described elsewhere; editors offer each key only where it is described."""
    return {"properties": {key: {"doNotSuggest": True} | ({"allOf": [one]} if "$ref" in one else one) for key, one in properties.items()}}


def nullable(value: Schema) -> Schema:
    """A value or null, by which a variant removes a key of its indicator."""
    return {"if": {"type": "null"}, "then": {}, "else": value, "anyOf": [value, {}]}


def suggested(value: Schema) -> Schema:
    """Values that editors offer, for a value or the items of a list; others are allowed."""
    return {"items": {"anyOf": [value, {}]}, "anyOf": [value, {}]}


def names_of(known: Names) -> Schema:
    """One of the names in the files; any other is allowed too if not all files could be read."""
    return names(known.titles, known.complete)


def names(known: Mapping[str, str], whole: bool = True) -> Schema:
    """One of some names, each with its description (Markdown, if it has code); any other is allowed too if these are not `whole`.

    >>> names({"dialogue": "Dialogue"})
    {'type': 'string', 'enum': ['dialogue'], 'enumDescriptions': ['Dialogue']}
    """
    if not known:
        return {"type": "string"} | (NONE if whole else {})
    allowed: Schema = {"enum": list(known)}
    if any(known.values()):
        allowed["markdownEnumDescriptions" if any("`" in one for one in known.values()) else "enumDescriptions"] = list(known.values())
    return {"type": "string"} | (allowed if whole else {"anyOf": [allowed, {}]})
