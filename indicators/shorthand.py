"""What a definition may write in short: an operation by its name alone, a breakdown by its column, categories as one or a list."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from indicators.vocabulary import Noun, WrongPart, as_list


def _as_step(value: Any) -> Any:
    if isinstance(value, str):
        return {"name": value}
    if isinstance(value, dict) and value:
        name, *also = value
        if isinstance(value[name], dict) or also:
            return {"name": name, "parameters": value[name] if isinstance(value[name], dict) else {}, "also": tuple(also)}
    raise ValueError("this is no operation; write the name of one, or one with its parameters: {rolling_sum: {window: 12}}")


def as_coverage(value: Any) -> Any:
    """Names of categories from one, a list, or `every:` with either. WrongPart for another key."""
    for key in value if isinstance(value, dict) else ():
        if key != "every":
            raise WrongPart(f"there is no key {key!r} here; write one name, or every: and the names", key)
    return as_list(value.get("every") if isinstance(value, dict) else value)


def _as_breakdown(value: Any) -> Any:
    return {"by": value} if isinstance(value, str) else value


class StepOf(Noun):
    """One operation with its parameters."""

    name: str
    parameters: dict[str, Any] = {}
    also: Annotated[tuple[str, ...], Field(exclude=True, repr=False)] = ()
    """Keys beside the first, which are always a fault."""


Step = Annotated[StepOf, BeforeValidator(_as_step)]


class BreakdownOf(Noun):
    """A column by which values are split; `coverage` may grade its codes apart."""

    by: str
    """The column whose codes split the value; a column of texts. E.g. `level`; not: a column of numbers or dates."""
    coverage: dict[str, str] = {}
    """Code of the column -> category that grades this code alone. E.g. `{RUR: slights_by_ruritania}`; not: a level."""


Breakdown = Annotated[BreakdownOf, BeforeValidator(_as_breakdown)]
