"""The vocabulary: YAML name to function, keys to keyword-only arguments, checked against the signature.

An operation is a public function of its room that gives a pandas Series. Adding one is adding one function.
"""

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Annotated, Any, Literal, get_args, get_origin

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from indicators.nouns.definition import Definition, RowsOf, Step, StepOf
from indicators.nouns.vocabulary import Where
from indicators.operations import combine, normalise, reduce, transform
from indicators.operations.reduce import Traits
from indicators.problems import Fault, fault, suggest, without_misspelt

Room = Literal["reduce", "transform", "combine", "normalise"]
Operation = Callable[..., pd.Series]

REFERS: Mapping[str, Any] = {"column": str, "where": Where, "rows": RowsOf, "indicator": str, "indicators": list[str]}
SUPPLIED = ("calendar",)
"""Keyword-only arguments that `compute` gives, not the definition."""


def _operations(module: ModuleType) -> dict[str, Operation]:
    public = {n: f for n, f in vars(module).items() if inspect.isfunction(f) and not n.startswith("_") and f.__module__ == module.__name__}
    return {n: f for n, f in public.items() if inspect.signature(f).return_annotation is pd.Series}


ROOMS: Mapping[Room, Mapping[str, Operation]] = {
    "reduce": _operations(reduce),
    "transform": _operations(transform),
    "combine": _operations(combine),
    "normalise": _operations(normalise),
}


def reducer_traits(definition: Definition) -> Traits:
    """Traits of a definition's reducer; the plain ones where it is combined from others."""
    return ROOMS["reduce"][definition.reduce.name].traits if definition.reduce else Traits()  # type: ignore[attr-defined] # put beside it by its room


def refers_to(annotation: Any) -> str | None:
    """What a parameter refers to (`column`, `where`, `rows`, `indicator`, `indicators`), if anything."""
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is Annotated:
            return next((m for m in part.__metadata__ if isinstance(m, str) and m in REFERS), None)
    return None


def wanted_column(room: Room, step: Step, name: str) -> str | None:
    """What a column must hold that a parameter names: `number`, `text`, or anything (None)."""
    marks = getattr(parameters(ROOMS[room][step.name])[name].annotation, "__metadata__", ())
    return next((mark for mark in marks if mark in ("number", "text")), None)


def parameters(function: Operation) -> dict[str, inspect.Parameter]:
    """The parameters that a definition may give."""
    found = inspect.signature(function).parameters.values()
    return {p.name: p for p in found if p.kind is p.KEYWORD_ONLY and p.name not in SUPPLIED}


@functools.cache
def parameter_model(function: Operation) -> type[BaseModel]:
    """The parameters as a pydantic model: types, bounds and defaults of the signature."""
    fields: dict[str, Any] = {}
    for name, p in parameters(function).items():
        kind = REFERS.get(refers_to(p.annotation) or "", p.annotation)
        optional = p.default is None
        fields[name] = (kind | None if optional else kind, ... if p.default is p.empty else p.default)
    return create_model(function.__name__, __config__=ConfigDict(extra="forbid", strict=True), **fields)


def step_faults(room: Room, step: Step) -> Iterator[Fault]:
    """What is wrong with a step: unknown operation or parameter, a missing one, a value of the wrong kind."""
    for name in (step.name, *step.also):
        if name not in ROOMS[room]:
            yield fault(f"unknown-{room}", name, hint=suggest(name, ROOMS[room]), name=name)
        elif name != step.name:
            hint = "keep one of them; several transforms are a list"
            yield fault("two-ways/operations", name, hint=hint, one=step.name, other=name)
    if step.name not in ROOMS[room]:
        return
    function = ROOMS[room][step.name]
    known = parameters(function)
    try:
        parameter_model(function).model_validate(step.parameters)
    except ValidationError as e:
        yield from (_parameter_fault(step, known, error) for error in without_misspelt(e.errors(include_url=False)))


def _parameter_fault(step: Step, known: Mapping[str, Any], error: Any) -> Fault:
    name = str(error["loc"][0]) if error["loc"] else ""
    trail = (step.name, *(part for part in error["loc"] if isinstance(part, str | int)))
    if error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
        return fault("unknown-parameter", *trail, hint=suggest(name, known), operation=step.name, parameter=name)
    if error["type"] == "missing" and len(error["loc"]) == 1:
        return fault("missing-parameter", step.name, hint=f"write {step.name}: {{{name}: …}}", operation=step.name, parameter=name)
    about = {"parameter": ".".join(map(str, error["loc"])), "operation": step.name, "reason": error["msg"]}
    return fault("wrong-value/parameter", *trail, hint=f"the value is {error['input']!r}", **about)


def references(room: Room, step: Step) -> Iterator[tuple[str, str, Any]]:
    """What a checked step refers to: (parameter, kind, value), defaults included."""
    for name, p in parameters(ROOMS[room][step.name]).items():
        kind = refers_to(p.annotation)
        value = step.parameters.get(name, p.default)
        if kind and value is not None:
            yield name, kind, value


def step_from_text(text: str) -> Step:
    """A transform written on one line, as an address or a command has it; values are read as the parameters want them.

    >>> step_from_text("rolling_sum:window=12")
    StepOf(name='rolling_sum', parameters={'window': 12})
    """
    name, _, rest = text.partition(":")
    given: dict[str, Any] = {key: value for key, _, value in (pair.partition("=") for pair in filter(None, rest.split(",")))}
    function = ROOMS["transform"].get(name)
    if function:
        with contextlib.suppress(ValidationError):  # told by `step_faults`, with the values as they came
            given = parameter_model(function).model_validate(given, strict=False).model_dump(exclude_unset=True)
    return StepOf(name=name, parameters=given)
