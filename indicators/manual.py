"""Operations and conditions as their manual: what the docstring says, what the signature takes, the example that runs."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from indicators.operations import ROOMS, Room, parameter_model, parameters, refers_to
from indicators.schema.words import prose_and_example
from indicators.vocabulary import PeriodName
from indicators.where import CONDITIONS

KINDS: Mapping[str, str] = {
    "column": "a column of the table",
    "where": "a filter",
    "rows": "rows of another table",
    "indicator": "an indicator",
    "indicators": "a list of indicators",
}
TYPES: Mapping[str, str] = {"integer": "a whole number", "number": "a number", "boolean": "true or false", "string": "a text"}
SENTENCE = re.compile(r"(?<=\.)\s")


@dataclass(frozen=True)
class Argument:
    """A parameter: its name, what it takes in words, its default as YAML has it (None: it must be given)."""

    name: str
    takes: str
    default: str | None


@dataclass(frozen=True)
class Entry:
    """What the manual says of a function: the first sentence, the rest, the arguments, the example."""

    name: str
    sentence: str
    rest: str
    arguments: tuple[Argument, ...] = ()
    example: str = ""


def manual_of(room: Room) -> tuple[Entry, ...]:
    """The entries of a room, in the order of its file.

    >>> manual_of("transform")[0].arguments
    (Argument(name='window', takes='a whole number from 1 to 1000', default=None),)
    """
    return tuple(_entry(name, function, _arguments(function)) for name, function in ROOMS[room].items())


def conditions() -> tuple[Entry, ...]:
    """The entries of the conditions that a filter may set."""
    return tuple(_entry(name, function, ()) for name, function in CONDITIONS.items())


def _entry(name: str, function: Callable[..., Any], arguments: tuple[Argument, ...]) -> Entry:
    prose, example = prose_and_example(function)
    sentence, *rest = SENTENCE.split(prose, maxsplit=1)
    return Entry(name, sentence, "".join(rest), arguments, example)


def _arguments(function: Callable[..., Any]) -> tuple[Argument, ...]:
    told = parameter_model(function).model_json_schema()["properties"] if parameters(function) else {}
    found = []
    for name, p in parameters(function).items():
        takes = KINDS.get(refers_to(p.annotation) or "") or ("a period" if p.annotation == PeriodName else _takes(told[name]))
        optional = None if p.default is p.empty else "none" if p.default is None else str(p.default).lower()
        found.append(Argument(name, takes, optional))
    return tuple(found)


def _takes(schema: Mapping[str, Any]) -> str:
    """A kind of value with its bounds.

    >>> _takes({"type": "number", "exclusiveMinimum": 0}), _takes({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]})
    ('a number above 0', 'a whole number from 1 up')
    """
    one = next(part for part in schema.get("anyOf", [schema]) if part.get("type") != "null")
    said = TYPES.get(one.get("type", ""), "a value")
    if "exclusiveMinimum" in one:
        return f"{said} above {one['exclusiveMinimum']:g}"
    if "minimum" not in one:
        return said
    return f"{said} from {one['minimum']:g} {'to {:g}'.format(one['maximum']) if 'maximum' in one else 'up'}"
