"""How an operation is written: its name alone, or one key with the parameters of its signature; and the manual of operations."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from indicators.nouns.definition import Operation
from indicators.nouns.vocabulary import PeriodName
from indicators.operations.registry import OPERATIONS, Stage
from indicators.operations.where import CONDITIONS
from indicators.reading.yamlfile import in_yaml
from indicators.schema.parts import Schema, described, description, prose_and_example, ref, sentences_on, words_of_references


class Reference(NamedTuple):
    """What a parameter refers to, in `words`; how it is written (if the table is known, columns and filters are those of the table);
    and what would be `wrong` instead."""

    words: str
    schema: Schema
    wrong: str


REFERS: Mapping[str, Reference] = {
    "column": Reference("a column of the table", {"type": "string"}, "a heading, or a column of another table"),
    "where": Reference("a filter", {"type": ["object", "array"]}, "a text"),
    "rows": Reference("rows of another table", {"type": "object", "allOf": [ref("rows")]}, "the name of a table alone"),
    "indicator": Reference("an indicator", ref("indicator"), "a title"),
    "indicators": Reference("a list of indicators", {"type": "array", "minItems": 1, "items": ref("indicator")}, "one id without brackets"),
}
Offers = Mapping[str, Sequence[Any]]
"""What parameters may refer to in a project, by kind: for examples."""


@dataclass(frozen=True)
class Explained:
    """An operation as editors explain it: its prose, its example, and parameters that a definition could give."""

    name: str
    prose: str
    code: str
    example: Mapping[str, Any]
    required: tuple[str, ...]

    @property
    def good(self) -> str:
        """How it is written."""
        return in_yaml({self.name: dict(self.example)} if self.example else self.name)

    @property
    def words(self) -> str:
        """The prose, with correct examples and a wrong one."""
        needs = " and ".join(f"`{name}`" for name in self.required)
        good = [self.good] if self.required or not self.example else [self.name, self.good]
        wrong = f"`{self.name}` alone (it needs {needs})" if self.required else f"`{{{self.name}: 12}}`"
        return f"{self.prose} E.g. {', '.join(f'`{one}`' for one in good)}; not: {wrong}."


def explained(stage: Stage, offers: Offers) -> Iterator[Explained]:
    """The operations of a kind."""
    for name, operation in OPERATIONS[stage].items():
        prose, code = prose_and_example(operation)
        required = tuple(key for key, one in operation.parameters.items() if one.required)
        literals, count = _literals(name, code), dict.fromkeys(offers, 0)
        example: dict[str, Any] = {}
        for key, one in operation.parameters.items():
            kind = one.refers_to
            if kind and key in required and offers.get(kind):
                example[key] = offers[kind][count[kind] % len(offers[kind])]
                count[kind] += 1
            elif not kind and (key in literals or (not required and one.default is not None)):
                example[key] = literals.get(key, one.default)
        yield Explained(name, prose, code, example, required)


def _literals(name: str, code: str) -> dict[str, Any]:
    """Parameters that the example gives to an operation as plain values."""
    lines = "\n".join(line[4:] for line in code.splitlines() if line.startswith((">>> ", "... ")))
    calls = [node for node in ast.walk(ast.parse(lines)) if isinstance(node, ast.Call)]
    keywords = next((call.keywords for call in calls if isinstance(call.func, ast.Name) and call.func.id == name), [])
    return {one.arg: ast.literal_eval(one.value) for one in keywords if one.arg and _is_plain(one.value)}


def _is_plain(node: ast.expr) -> bool:
    """Whether an argument is a value, or a list of values."""
    return all(isinstance(one, ast.Constant) for one in node.elts) if isinstance(node, ast.List) else isinstance(node, ast.Constant)


def step_definitions(stage: Stage, offers: Offers) -> dict[str, Schema]:
    """`<stage>`: a step; `<stage>_bare`: names that need no parameters; `<stage>_with`: one key with parameters."""
    known = list(explained(stage, offers))
    bare = [one for one in known if not one.required]
    alone: Schema = {"enum": [one.name for one in bare], "markdownEnumDescriptions": [one.words for one in bare]}
    # The label of a snippet differs from all names, because editors merge values and keys with the same label.
    snippets = [
        {"label": f"{one.name} {{{', '.join(one.example)}}}", "bodyText": one.good, "markdownDescription": one.words}
        for one in known
        if one.example
    ]
    expected = _expected(bare, [one for one in known if one.required])
    alone = (alone if bare else {"type": "object"}) | {"defaultSnippets": snippets, "errorMessage": expected}
    properties = {one.name: _parameters(OPERATIONS[stage][one.name], one) for one in known}
    shape = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": False}
    return {
        stage: {"if": {"type": "object"}, "then": ref(f"{stage}_with"), "else": ref(f"{stage}_bare"), "anyOf": [ref(f"{stage}_bare"), {}]},
        f"{stage}_bare": alone,
        f"{stage}_with": shape | {"properties": properties},
    }


def _expected(bare: Sequence[Explained], longer: Sequence[Explained]) -> str:
    """The message for anything else, which is most likely a name alone that needs parameters."""
    parts = [f"one of {', '.join(one.name for one in bare)}"] if bare else []
    parts += [f"{', '.join(one.name for one in longer)} with parameters, such as {longer[0].good}"] if longer else []
    return f"write {', or '.join(parts)}"


def _parameters(operation: Operation[Any], one: Explained) -> Schema:
    """The parameters are one level down, so that an editor that completes the name writes the snippet, on one line.

    An operation that needs no parameters is offered as a name, not as a key.
    """
    properties = dict(_parameter_schemas(operation, one.prose))
    shape = {"additionalProperties": False, **({"properties": properties} if properties else {"maxProperties": 0})}
    shape |= {"required": list(one.required)} if one.required else {}
    example = dict(one.example)
    shape |= {"examples": [example]} if example else {}
    snippet = {"label": in_yaml(example), "body": in_yaml(example)}
    offered: Schema = {"defaultSnippets": [snippet]} if one.required else {"doNotSuggest": True}
    return {"type": "object", **description(one.words, one.code), **offered, "allOf": [shape]}


def _parameter_schemas(operation: Operation[Any], prose: str) -> Iterator[tuple[str, Schema]]:
    written, references = operation.model.model_json_schema()["properties"], words_of_references()
    for name, one in operation.parameters.items():
        if one.refers_to:
            kind = REFERS[one.refers_to]
            schema = kind.schema if one.default is not None else {"anyOf": [kind.schema, {"type": "null"}]}
            meaning, wrong = references[one.refers_to].rstrip(".") + ".", kind.wrong
        else:
            schema = {key: value for key, value in written[name].items() if key != "title" and value is not None}
            meaning, wrong = "", _wrong(schema)
        text = " ".join(filter(None, [meaning, sentences_on(name, prose)]))
        default = "" if one.required or one.default is None else f" Without it: `{in_yaml(one.default)}`."
        yield name, described(f"{text}{default} Not: {wrong}.", schema)


def _wrong(schema: Schema) -> str:
    """A value just outside the bounds of a parameter."""
    inner = next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), schema)
    if "exclusiveMinimum" in inner:
        return f"`{inner['exclusiveMinimum']:g}`"
    if "minimum" in inner:
        return f"`{inner['minimum'] - 1:g}`"
    wrong = {"boolean": "`yes`", "number": "a number in quotes", "string": "a number", "array": "a text"}
    return wrong.get(inner.get("type", ""), "a list")


TYPES: Mapping[str, str] = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "string": "a text",
    "array": "a list",
}
SENTENCE = re.compile(r"(?<=\.)\s")


@dataclass(frozen=True)
class Argument:
    """A parameter: its name, what it takes in words, its default as written in YAML (None: it must be given)."""

    name: str
    takes: str
    default: str | None


@dataclass(frozen=True)
class Entry:
    """The entry of a function in the manual: the first sentence, the rest, the arguments, the example."""

    name: str
    sentence: str
    rest: str
    arguments: tuple[Argument, ...] = ()
    example: str = ""


def manual_of(stage: Stage) -> tuple[Entry, ...]:
    """The entries of a kind of operation, in the order of its module.

    >>> manual_of("transform")[0].arguments
    (Argument(name='window', takes='a whole number from 1 to 1000', default=None),)
    """
    return tuple(_entry(name, one, _arguments(one)) for name, one in OPERATIONS[stage].items())


def conditions() -> tuple[Entry, ...]:
    """The entries of the conditions of a filter."""
    return tuple(_entry(one.key, one.test, ()) for one in CONDITIONS.values())


def _entry(name: str, function: Callable[..., Any], arguments: tuple[Argument, ...]) -> Entry:
    prose, example = prose_and_example(function)
    sentence, *rest = SENTENCE.split(prose, maxsplit=1)
    return Entry(name, sentence, "".join(rest), arguments, example)


def _arguments(operation: Operation[Any]) -> tuple[Argument, ...]:
    written = operation.model.model_json_schema()["properties"] if operation.parameters else {}
    arguments = []
    for name, one in operation.parameters.items():
        takes = REFERS[one.refers_to].words if one.refers_to else "a period" if one.annotation == PeriodName else _takes(written[name])
        optional = None if one.required else "none" if one.default is None else str(one.default).lower()
        arguments.append(Argument(name, takes, optional))
    return tuple(arguments)


def _takes(schema: Mapping[str, Any]) -> str:
    """A kind of value with its bounds, in words.

    >>> _takes({"type": "number", "exclusiveMinimum": 0}), _takes({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]})
    ('a number above 0', 'a whole number from 1 up')
    """
    one = next(part for part in schema.get("anyOf", [schema]) if part.get("type") != "null")
    if "enum" in one:
        return " or ".join(one["enum"])
    words = TYPES.get(one.get("type", ""), "a value")
    if "exclusiveMinimum" in one:
        return f"{words} above {one['exclusiveMinimum']:g}"
    if "minimum" not in one:
        return words
    return f"{words} from {one['minimum']:g} {'to {:g}'.format(one['maximum']) if 'maximum' in one else 'up'}"
