"""Whether data fits a model: pydantic's errors as faults with the value, what is allowed and the nearest guess."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from indicators.characters import number_for, with_disguise
from indicators.problems import MOST_IN_A_FILE, Fault, Place, Refused, Report, Trail, fault, in_plain_words, report_all
from indicators.reading.yamlfile import YamlFile
from indicators.suggestions import key_hint, suggest, without_misspelt

N = TypeVar("N", bound=BaseModel)


def checked(model: type[N], data: Any) -> tuple[N | None, list[Fault]]:
    """The object and no fault, or None and every fault, each with the trail to it inside `data`."""
    try:
        return model.model_validate_json(json.dumps(data), strict=True), []
    except ValidationError as e:
        return None, list(_faults(model, data, without_misspelt(e.errors(include_url=False))))


def _faults(model: type[BaseModel], data: Any, errors: Sequence[Any]) -> Iterator[Fault]:
    """The first of pydantic's errors as faults: one for each part and kind, and none of kind where the part has another."""
    seen: set[tuple[Trail, str]] = set()
    trails = [_trail(data, error["loc"]) for error in errors[:MOST_IN_A_FILE]]
    for n, (error, trail) in enumerate(zip(errors, trails, strict=False), 1):
        if error["type"].endswith("_type") and any(len(other) > len(trail) and other[: len(trail)] == trail for other in trails):
            continue  # what may be one thing or another is the other, with a fault inside
        # Several keys may be missing in one place.
        kind = f"missing {error['loc'][-1]}" if error["type"] == "missing" else error["type"]
        if (trail, kind) not in seen and not any(trail == known for known, _ in seen if error["type"].endswith("_type")):
            yield _fault(model, trail, error).with_rest(len(errors) - n if n == MOST_IN_A_FILE else 0)
        seen.add((trail, kind))


def validated(model: type[N], data: Any, place: Place | Callable[[Trail], Place], report: Report) -> N | None:
    """The object, or None with every fault reported at its place, or at the line that `place` gives for a trail inside `data`."""
    noun, faults = checked(model, data)
    report_all(faults, place, report)
    return noun


def from_file(model: type[N], file: YamlFile, report: Report) -> N | None:
    """The object that a whole file describes."""
    return validated(model, file.data, file.place, file.without_follow_ups(report))


def _trail(data: Any, loc: tuple[int | str, ...]) -> Trail:
    """Pydantic's location without the names of union members and validators: only steps that exist in the data."""
    trail: list[str | int] = []
    for step in loc:
        if (isinstance(data, dict) and step in data) or (isinstance(data, list) and isinstance(step, int) and step < len(data)):
            data = data[step]  # type: ignore[index]  # the line above has tested it
            trail.append(step)
    return tuple(trail)


def _fault(model: type[BaseModel], trail: Trail, error: Any) -> Fault:
    kind, name, value = error["type"], str(error["loc"][-1]) if error["loc"] else "", error["input"]
    owner = next((step for step in reversed(trail) if isinstance(step, str)), None)
    if kind == "extra_forbidden":
        return fault("unknown-key", *trail, hint=key_hint(name, value, known_keys(model, trail[:-1])), key=name)
    if kind == "missing":
        if owner is None:
            return fault("missing-key", *trail, hint=f"add {name}: …", key=name)
        return fault("missing-key/of", *trail, hint=WAYS_OUT.get(name, f"add {name}: …"), key=name, owner=owner)
    if kind in ("literal_error", "enum"):
        allowed = [
            {"True": "true", "False": "false"}.get(word, word).strip(" '")
            for word in str(error["ctx"]["expected"]).replace(" or ", ", ").split(", ")
        ]
        return fault("not-allowed/value", *trail, hint=suggest(value, allowed), value=value, key=owner or "this file")
    if kind == "value_error":
        assert isinstance(error["ctx"]["error"], Refused)
        return _named(error["ctx"]["error"].fault.under(*trail))
    key = f"{trail[-1]}: " if trail and isinstance(trail[-1], str) else "this "
    wanted = in_plain_words(error["msg"])
    if name in WAYS_OUT and (kind == "too_short" or (kind == "string_type" and isinstance(value, list))):
        return _named(fault("wrong-value/kind", *trail, hint=WAYS_OUT[name], value=value))
    number = number_for(value) if "number" in wanted else ""
    return _named(fault("wrong-value/kind", *trail, hint=number or with_disguise(f"{key}should be {wanted}", value), value=value))


WAYS_OUT = {
    "path": "name a CSV file, or several",
    "primaryKey": "name the columns that together name a row, as in primaryKey: [date, place]; where none do, number the rows in a column "
    "of their own (1, 2, 3 …), describe it, and write primaryKey: [row_number]",
    "start": "name one column; where year, month and day have columns of their own, add one of type date (YYYY-MM-DD), and where not every "
    "day is known another, named under precision, that says how exact it is: day, month or year",
}
"""What to do where a key is missing and cannot simply be added."""


def _named(finding: Fault) -> Fault:
    """The fault of a value with the key that the value has."""
    key = finding.trail[-1] if finding.trail else None
    return finding._replace(message=f"{key}: {finding.message}") if isinstance(key, str) else finding


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
