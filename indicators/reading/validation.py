"""Whether data fits a noun: pydantic's findings as problems with a line, what came, what is allowed and the nearest guess."""

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import SchemaError, SchemaValidator, core_schema

from indicators.problems import MOST, Place, Problem, Report, fault, suggest, with_rest, without_misspelt
from indicators.reading.yamlfile import Trail, YamlFile

N = TypeVar("N", bound=BaseModel)


def validated(model: type[N], data: Any, place: Callable[[Trail], Place], report: Report) -> N | None:
    """The noun, or None with every fault reported at the line that `place` gives for a trail inside `data`."""
    try:
        return model.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as e:
        seen: set[tuple[Trail, str]] = set()
        errors = without_misspelt(e.errors(include_url=False))
        for n, error in enumerate(errors[:MOST], 1):
            trail = _trail(data, error["loc"])
            kind = (
                f"missing {error['loc'][-1]}" if error["type"] == "missing" else error["type"]
            )  # several keys may be missing in one place
            if (trail, kind) not in seen and not any(trail == known for known, _ in seen if error["type"].endswith("_type")):
                rest = len(errors) - MOST if n == MOST else 0
                report(with_rest(_problem(model, data, trail, error, place), rest))
            seen.add((trail, kind))
        return None


def lacks_only(model: type[BaseModel], data: Any) -> tuple[str, ...]:
    """Keys of the noun itself that are missing, where nothing else is wrong with the data; none where something is."""
    try:
        model.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as e:
        errors = e.errors(include_url=False)
        if all(error["type"] == "missing" and len(error["loc"]) == 1 for error in errors):
            return tuple(str(error["loc"][0]) for error in errors)
    return ()


def from_file(model: type[N], file: YamlFile, report: Report) -> N | None:
    """The noun that a whole file describes."""
    return validated(model, file.data, lambda trail: file.place(*trail), file.without_echoes(report))


def _trail(data: Any, loc: tuple[int | str, ...]) -> Trail:
    """Pydantic's location without the names of union members and validators: only steps that exist in the data."""
    trail: list[str | int] = []
    for step in loc:
        if (isinstance(data, dict) and step in data) or (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            data = data[step]  # type: ignore[index]  # the line above has tested it
            trail.append(step)
    return tuple(trail)


def _problem(model: type[BaseModel], data: Any, trail: Trail, error: Any, place: Callable[[Trail], Place]) -> Problem:
    kind, name = error["type"], str(error["loc"][-1]) if error["loc"] else ""
    if kind == "extra_forbidden":
        known = known_keys(model, trail[:-1])
        return fault("unknown-key", *trail, hint=suggest(name, known), key=name).at(place)
    if kind == "missing":
        return Problem(place(trail), "missing-key", f"the key {name!r} is missing{_owner(trail)}", f"add {name}: …")
    if kind in ("literal_error", "enum"):
        allowed = [word.strip(" '") for word in str(error["ctx"]["expected"]).replace(" or ", ", ").split(", ")]
        message = f"{error['input']!r} is not a value of {trail[-1] if trail else 'this file'}"
        return Problem(place(trail), "not-allowed", message, suggest(error["input"], allowed))
    if kind == "value_error":
        trail = (*trail, *getattr(error["ctx"]["error"], "trail", ()))
    said = str(error["ctx"]["error"]) if kind == "value_error" else error["msg"].removeprefix("Input should be ")
    came = error["input"] if isinstance(error["input"], str | int | float | bool | None) else type(error["input"]).__name__
    where = f"{trail[-1]}: " if trail and isinstance(trail[-1], str) else ""
    if kind == "value_error":  # our own words: what is wrong, then after a semicolon the way out
        message, _, hint = said.partition("; ")
        return Problem(place(trail), "wrong-value", f"{where}{message}", hint)
    return Problem(place(trail), "wrong-value", f"{where}{came!r} is not of the right kind", f"{where or 'this '}should be {said}")


def _owner(trail: Trail) -> str:
    names = [str(step) for step in trail if isinstance(step, str)]
    return f" of {names[-1]!r}" if names else ""


def known_keys(model: type[BaseModel], trail: Trail) -> list[str]:
    """Keys that are allowed at a trail inside the model."""
    models = [model]
    for step in trail:
        inner = [f.annotation for m in models for n, f in m.model_fields.items() if step in (n, f.alias)]
        models = [m for annotation in inner for m in _models(annotation)] or models
    return sorted({f.alias or n for m in models for n, f in m.model_fields.items()})


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


LONGEST_PATTERN, LONGEST_CELL = 500, 10_000
"""Letters. A longer cell has no form."""


def form_of(pattern: str) -> Callable[[str], bool]:
    """Whether a whole cell has the form; ValueError, with the way out behind a semicolon, where the pattern cannot be read.

    Rust's engine, which pydantic brings: its time grows with the cell's length, never with the powers of it as that of
    Python's own does for `(a+)+`. In return there are no references back and no looking around.

    >>> form_of("e-[0-9]+")("e-12"), form_of("e-[0-9]+")("e-12b"), form_of("(a+)+")("a" * 50 + "!")
    (True, False, False)
    """
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"a pattern of {len(pattern)} letters is not read; at most {LONGEST_PATTERN} are")
    try:
        checked = SchemaValidator(core_schema.str_schema(pattern=f"^(?:{pattern})$", regex_engine="rust-regex", strict=True))
    except SchemaError as e:
        said = str(e).rpartition("error: ")[2].strip() or "it is no regular expression"
        raise ValueError(f"the pattern {pattern!r} cannot be read: {said}; write a regular expression without looking around") from None
    return lambda cell: len(cell) <= LONGEST_CELL and checked.isinstance_python(cell)
