"""The vocabulary: YAML name to function, keys to keyword-only arguments, checked against the signature.

A kind of operation (`Stage`) is a module, or two; its operations are the functions that `operation` marks there. Adding one is adding
one function.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, Literal

from pydantic import ValidationError

from indicators.characters import number_for, with_disguise
from indicators.nouns.definition import Definition, Operation
from indicators.nouns.vocabulary import Step, StepOf
from indicators.operations import aggregate, combine, days, normalise, reduce, transform
from indicators.operations.reduce import Traits
from indicators.problems import Fault, Refused, fault, in_plain_words
from indicators.suggestions import key_hint, suggest, without_misspelt

AS_WRITTEN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?|true|false")
"""The form of a number, or of a truth value, in the text of a view."""
Stage = Literal["reduce", "transform", "combine", "normalise", "aggregate"]


MODULES: Mapping[Stage, tuple[ModuleType, ...]] = {
    "reduce": (reduce, days),
    "transform": (transform,),
    "combine": (combine,),
    "normalise": (normalise,),
    "aggregate": (aggregate,),
}
OPERATIONS: Mapping[Stage, Mapping[str, Operation[Any]]] = {
    stage: {name: one for module in modules for name, one in vars(module).items() if isinstance(one, Operation)}
    for stage, modules in MODULES.items()
}


def reducer_traits(definition: Definition) -> Traits:
    """Traits of a definition's reducer; the plain ones where it is combined from others."""
    return OPERATIONS["reduce"][definition.reduce.name].traits if definition.reduce else Traits()


MOST_STEPS = 10
"""Calculations that may follow each other, because each is made again for every part, on every page."""


def number_faults(steps: Sequence[Any]) -> Iterator[Fault]:
    """What is wrong with the number of steps."""
    if len(steps) > MOST_STEPS:
        yield fault("too-many-steps", "transform", hint=f"at most {MOST_STEPS}", steps=len(steps))


def step_faults(stage: Stage, step: Step) -> Iterator[Fault]:
    """What is wrong with a step: unknown operation or parameter, a missing one, a value of the wrong kind."""
    for name in (step.name, *step.also):
        if name not in OPERATIONS[stage]:
            yield fault(f"unknown-{stage}", name, hint=suggest(name, OPERATIONS[stage]), name=name)
        elif name != step.name:
            hint = "keep one of them; several transforms are a list"
            yield fault("two-ways/operations", name, hint=hint, one=step.name, other=name)
    if step.name not in OPERATIONS[stage]:
        return
    operation = OPERATIONS[stage][step.name]
    try:
        operation.model.model_validate(step.parameters)
    except ValidationError as e:
        seen: dict[Any, Any] = {}
        for error in without_misspelt(e.errors(include_url=False)):
            seen.setdefault(_parts(error), error)  # a value that may have one of several forms is reported once
        yield from (_parameter_fault(step, operation.parameters, error) for error in seen.values())
        return
    for name, other in operation.traits.needs.items() if isinstance(operation.traits, Traits) else ():
        given = step.parameters.get(name, operation.parameters[name].default)
        if given != operation.parameters[name].default and step.parameters.get(other) is None:
            hint = f"add {other}, or leave out {name}"
            yield fault("missing-parameter/together", step.name, name, hint=hint, operation=step.name, parameter=name, other=other)


def _parts(error: Any) -> tuple[str | int, ...]:
    """Where in the parameters a value is wrong, without pydantic's names of the forms that it might have."""
    return tuple(part for part in error["loc"] if not (isinstance(part, str) and "[" in part))


def _parameter_fault(step: Step, known: Mapping[str, Any], error: Any) -> Fault:
    name = str(error["loc"][0]) if error["loc"] else ""
    trail = (step.name, *_parts(error))
    if error["type"] == "extra_forbidden" and len(error["loc"]) == 1:
        return fault("unknown-parameter", *trail, hint=key_hint(name, error["input"], known), operation=step.name, parameter=name)
    if error["type"] == "missing" and len(error["loc"]) == 1:
        return fault("missing-parameter", step.name, hint=f"write {step.name}: {{{name}: …}}", operation=step.name, parameter=name)
    about = {"parameter": ".".join(map(str, _parts(error))), "operation": step.name, "reason": _reason(error)}
    hint = number_for(error["input"]) if "number" in about["reason"] else ""
    hint = hint or with_disguise(f"the value is {error['input']!r}", error["input"])
    return fault("wrong-value/parameter", *trail, hint=hint, **about)


def _reason(error: Any) -> str:
    """Why the value of a parameter is refused."""
    refusal = error.get("ctx", {}).get("error")
    return str(refusal.fault.message) if isinstance(refusal, Refused) else f"it should be {in_plain_words(error['msg'])}"


def references(stage: Stage, step: Step) -> Iterator[tuple[str, str, Any]]:
    """What a checked step refers to: (parameter, kind, value), defaults included."""
    for name, one in OPERATIONS[stage][step.name].parameters.items():
        value = step.parameters.get(name, one.default)
        if one.refers_to and value is not None:
            yield name, one.refers_to, value


def step_from_text(text: str) -> Step:
    """A transform written on one line, as an address or a command has it; values are read as the parameters want them.

    >>> step_from_text("rolling_sum:window=12")
    StepOf(name='rolling_sum', parameters={'window': 12})
    """
    name, _, rest = text.partition(":")
    given: dict[str, Any] = {key: value for key, _, value in (pair.partition("=") for pair in filter(None, rest.split(",")))}
    operation = OPERATIONS["transform"].get(name)
    if operation:
        with contextlib.suppress(ValidationError):  # reported by `step_faults`, with the values as given
            read = operation.model.model_validate(given, strict=False).model_dump(exclude_unset=True)
            # Pydantic also reads 012, 1_2 and +12; only a number as we write it is one.
            given |= {key: value for key, value in read.items() if isinstance(value, str) or AS_WRITTEN.fullmatch(given[key])}
    return StepOf(name=name, parameters=given)
