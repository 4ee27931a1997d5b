"""A noun from a read file: pydantic's findings as problems with a line, what came, what is allowed and the nearest guess."""

import difflib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from indicators.problems import MOST, Place, Problem, Report, suggest, with_rest
from indicators.yamlfile import Trail, YamlFile

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


def without_misspelt(errors: Sequence[Any]) -> list[Any]:
    """Pydantic's errors without those of keys that are missing where a key that nobody knows looks like them: one slip, one fault."""
    missing: dict[tuple[Any, ...], list[str]] = {}
    for error in errors:
        if error["type"] == "missing":
            missing.setdefault(error["loc"][:-1], []).append(str(error["loc"][-1]).lower())
    strange = [error["loc"] for error in errors if error["type"] == "extra_forbidden" and error["loc"][:-1] in missing][:MOST]
    meant = {(at[:-1], near) for at in strange for near in difflib.get_close_matches(str(at[-1]).lower(), missing[at[:-1]], 1, 0.6)}
    return [error for error in errors if error["type"] != "missing" or (error["loc"][:-1], str(error["loc"][-1]).lower()) not in meant]


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
        return Problem(place(trail), "unknown-key", f"there is no key {name!r} here", suggest(name, known))
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
