"""Closed sets and kinds of value that the nouns share, and the names of the columns that reading adds to a table."""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import SchemaError, SchemaValidator, core_schema

from indicators.characters import with_disguise
from indicators.nouns.periods import EARLIEST, LATEST, first_day, last_day, parse_period
from indicators.problems import Problem, Refused, fault

Level = Literal["none", "sample", "partial", "near_complete", "complete"]
LEVELS: tuple[Level, ...] = ("none", "sample", "partial", "near_complete", "complete")
NEAR_COMPLETE = LEVELS.index("near_complete")

Status = Literal["M", "B", "P", "E", "I", "A"]
STATUSES = "MBPEIA"
"""SDMX observation status: missing, break, provisional, estimated, imputed, normal. Of several the first applies."""

PRECISIONS = ("day", "month", "approx", "quarter", "year")
"""How exact a date can be; the codes of a column of precision."""

SoFar = Literal["", "year", "start"]
"""Whether a value is a sum so far, of its year or from the start of its series, and so contains those before it."""

Direction = Literal["higher is better", "lower is better", "none"]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Where = dict[str, Any] | list[dict[str, Any]]

# Columns that the reader adds to a table's own; a column of a table may not begin with "@".
ROW, DAY, MONTH, DAY_DATED, PERIOD = "@row", "@day", "@month", "@day_dated", "@period"
PRECISION, STATUS = "@precision", "@status"
NUMBER, FILLED, ORDINAL = "@rows", "@filled", "@ordinal"
FIRST, LAST, LACKS = "@first", "@last", "@lacks"
UNTIL, UNTIL_PRECISION = "@until", "@until_precision"
UNTIL_FIRST, UNTIL_LAST = "@until_first", "@until_last"
SHARE, LATER, LONGER = "@share", "@later", "@longer"
UNDATED = 0
"""The first period that a row without a date may belong to: it may be any."""


class FileModel(BaseModel):
    """What a file says: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


def _as_step(value: Any) -> Any:
    if isinstance(value, str):
        return {"name": value}
    if isinstance(value, dict) and value:
        name, *also = value
        if isinstance(value[name], dict) or also:
            return {"name": name, "parameters": value[name] if isinstance(value[name], dict) else {}, "also": tuple(also)}
    hint = "write the name of one, or one with its parameters: {rolling_sum: {window: 12}}"
    raise Refused(fault("wrong-value/operation", hint=hint))


class StepOf(FileModel):
    """One operation with its parameters."""

    name: str
    parameters: dict[str, Any] = {}
    also: Annotated[tuple[str, ...], Field(exclude=True, repr=False)] = ()
    """Keys besides the first, which are always a fault."""


Step = Annotated[StepOf, BeforeValidator(_as_step)]


class Names(NamedTuple):
    """Names of pillars, tables or indicators as their files give them, each with its title; those with faults are among them.

    `complete`: every file could be read, so that there are no others. `problems`: because of which something may be missing.
    """

    titles: Mapping[str, str]
    complete: bool
    problems: tuple[Problem, ...] = ()

    @property
    def all(self) -> Set[str] | None:
        """All names that there are; None where they are not all known."""
        return self.titles.keys() if self.complete else None


def listed(value: Any) -> list[Any]:
    """The values: a single value is a list of one."""
    return value if isinstance(value, list) else [value]


def as_list(value: Any) -> Any:
    """The values: a single text or mapping is a list of one."""
    # A tuple, because what a validator returns is no longer read as JSON, where a list would do.
    return (value,) if isinstance(value, str | dict) else tuple(value) if isinstance(value, list) else value


def is_day(value: str) -> bool:
    """Whether a text is a day of the calendar written YYYY-MM-DD; other forms of ISO 8601 would not sort as texts.

    >>> is_day("2024-02-29"), is_day("20240229"), is_day("2024-W09-4"), is_day("2023-02-29")
    (True, False, False, False)
    """
    try:
        return datetime.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def check_day(value: str) -> str:
    """The text, if it names a day that a chart could have; `Refused` if not.

    >>> check_day("2024-02-29")
    '2024-02-29'
    """
    if not is_day(value):
        raise Refused(fault("wrong-value/not-a-day", hint=with_disguise("write YYYY-MM-DD", value), value=value))
    if not EARLIEST <= int(value[:4]) <= LATEST:
        raise Refused(fault("wrong-value/year", hint=f"years go from {EARLIEST} to {LATEST}", value=value))
    return value


_MONTH, _DAY = "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])"
DAY_FORM = f"^[12][0-9]{{3}}-{_MONTH}-{_DAY}$"
PERIOD_FORM = f"^[12][0-9]{{3}}(-(H0?[12]|T0?[1-3]|Q0?[1-4]|W(0?[1-9]|[1-4][0-9]|5[0-3])|{_MONTH}(-{_DAY})?))?$"
MONTH_FORM = f"^[12][0-9]{{3}}(-(H0?[12]|T0?[1-3]|Q0?[1-4]|{_MONTH}))?$"
"""Forms of days, of names of periods, and of those of a month or longer, for editors; what the calendar says is checked when a file
is read."""

Day = Annotated[str, AfterValidator(check_day), WithJsonSchema({"type": "string", "pattern": DAY_FORM})]
PeriodName = Annotated[
    str, AfterValidator(lambda name: parse_period(name) and name), WithJsonSchema({"type": "string", "pattern": PERIOD_FORM})
]


def check_order(start: str, end: str | None) -> None:
    """`Refused` where a span of periods ends before it begins.

    >>> check_order("1894-06", "1894")
    """
    if end is not None and last_day(*parse_period(end)) < first_day(*parse_period(start)):
        raise Refused(fault("span-reversed/periods", hint="swap the two, or correct one", start=start, end=end))


Reason = Annotated[str, Field(min_length=1)]
"""Why a warning does not apply."""
Texts = Annotated[tuple[str, ...], BeforeValidator(as_list, json_schema_input_type=str | tuple[str, ...])]

Key = TypeVar("Key")
Item = TypeVar("Item")


def grouped(pairs: Iterable[tuple[Key, Item]]) -> dict[Key, list[Item]]:
    """The second of each pair under the first, all in their order.

    >>> grouped([("balls", 1), ("duels", 2), ("balls", 3)])
    {'balls': [1, 3], 'duels': [2]}
    """
    found: dict[Key, list[Item]] = {}
    for key, item in pairs:
        found.setdefault(key, []).append(item)
    return found


Scale = Literal["share", "per cent", "number"]


def scale_of(unit: str) -> Scale:
    """How values of a unit are written: a unit that begins with "share" goes from 0 to 1, one with "per cent" from 0 to 100.

    >>> [scale_of(unit) for unit in ("share of visitors", "per cent of respondents", "meetings")]
    ['share', 'per cent', 'number']
    """
    return "share" if unit.startswith("share") else "per cent" if unit.startswith("per cent") else "number"


STEPS = "step of "
"""How the unit of the highest step begins; after it stand the steps, the lowest first."""


def steps_of(unit: str) -> tuple[str, ...]:
    """The steps that the values 1, 2, … of a unit stand for, 0 being none; empty where a unit has no such steps.

    >>> steps_of("step of slight < duel"), steps_of("duels")
    (('slight', 'duel'), ())
    """
    return tuple(unit.removeprefix(STEPS).split(" < ")) if unit.startswith(STEPS) and " < " in unit else ()


def unit_of_steps(steps: Sequence[str]) -> str:
    """The unit of the highest of some steps.

    >>> unit_of_steps(["slight", "duel"])
    'step of slight < duel'
    """
    return STEPS + " < ".join(step.replace("_", " ") for step in steps)


LARGEST_EXACT = 2**53
"""Up to here a number of floating point holds every whole number."""
LARGEST_NUMBER = 1e100
"""No number that is read or computed is larger: what is computed from it, for an axis or a difference, stays a number, too."""


def rounded(value: float) -> float:
    """A value to twelve significant digits: what binary fractions add is gone. A whole number keeps all its digits.

    >>> rounded(33.3 - 30.3), rounded(1e20), rounded(1234567890123.0)
    (3.0, 1e+20, 1234567890123.0)
    """
    is_whole = abs(value) <= LARGEST_EXACT and value == int(value)
    return float(value) if is_whole else float(f"{value:.12g}")


def in_names(text: str, names: Mapping[str, str]) -> str:
    """A text with the names that have two forms written as the project wants them.

    >>> in_names("Visit to Zenda/Zendau", {"Zenda/Zendau": "Zenda (Zendau)"})
    'Visit to Zenda (Zendau)'
    """
    if not names:
        return text
    # All at once, the longest first: what replaces one name is not read for another.
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    return pattern.sub(lambda name: names[name[0]], text)


LONGEST_PATTERN, LONGEST_CELL = 500, 10_000
"""Characters. A longer cell matches no pattern."""
DIGITS = {"d": "[0-9]", "D": "[^0-9]"}
r"""What `\d` and `\D` mean: the digits that numbers are read from, and not those of every script."""


def form_of(pattern: str) -> Callable[[str], bool]:
    """Whether a whole cell matches the pattern; `Refused` where the pattern cannot be read.

    Rust's engine, which pydantic brings: its time grows with the cell's length, never with the powers of it as that of
    Python's own does for `(a+)+`. In return it has no backreferences and no lookaround.

    >>> form_of("e-[0-9]+")("e-12"), form_of("e-[0-9]+")("e-12b"), form_of("(a+)+")("a" * 50 + "!"), form_of("[\\\\d-]+")("１２")
    (True, False, False, False)
    """
    if len(pattern) > LONGEST_PATTERN:
        raise Refused(fault("wrong-value/pattern-too-long", hint=f"at most {LONGEST_PATTERN} characters are allowed", length=len(pattern)))
    ascii_digits = re.sub(r"\\(.)", lambda m: DIGITS.get(m[1], m[0]), pattern, flags=re.DOTALL)
    try:
        checked = SchemaValidator(core_schema.str_schema(pattern=f"^(?:{ascii_digits})$", regex_engine="rust-regex", strict=True))
    except SchemaError as e:
        reason = str(e).rpartition("error: ")[2].strip() or "it is not a regular expression"
        hint = "write a regular expression without lookaround or backreferences"
        raise Refused(fault("wrong-value/pattern", hint=hint, pattern=pattern, reason=reason)) from None
    return lambda cell: len(cell) <= LONGEST_CELL and checked.isinstance_python(cell)
