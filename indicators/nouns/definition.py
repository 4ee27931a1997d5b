"""What a definition says: an indicator or variant, its steps and breakdowns; what an operation is, and what its parameters may refer to."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Annotated, Any, Generic, Literal, NamedTuple, TypeVar, get_args, get_origin

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    create_model,
    model_serializer,
    model_validator,
)

from indicators.nouns.composite import CompositeOf
from indicators.nouns.periods import Frequency
from indicators.nouns.vocabulary import LARGEST_NUMBER, Code, Direction, FileModel, Reason, Step, Texts, Where, as_list
from indicators.problems import Refused, fault


def _as_answer(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("yes", "no"):
        return value.lower() == "yes"
    shown = value if isinstance(value, str | int | float) else type(value).__name__
    raise Refused(fault("wrong-value/answer", hint="write yes or no", value=shown))


YES_OR_NO = BeforeValidator(_as_answer, json_schema_input_type=Literal["yes", "no"] | bool | None)
"""A truth value, which may also be written as yes or no."""


def as_coverage(value: Any) -> Any:
    """Names of categories from one, a list, or `every:` with either. `Refused` for another key."""
    for key in value if isinstance(value, dict) else ():
        if key != "every":
            raise Refused(fault("wrong-value/coverage", key, hint="write one name, or every: and the names", key=key))
    return as_list(value.get("every") if isinstance(value, dict) else value)


class BreakdownOf(FileModel):
    """A column by which values are split; `coverage` may name a category for single codes."""

    by: str
    """The column whose codes split the value; a column of texts. E.g. `level`; not: a column of numbers or dates."""
    coverage: dict[str, str] = {}
    """Code of the column -> coverage category of this code alone. E.g. `{RUR: slights_by_ruritania}`; not: a level."""
    every_code: bool = False
    """`true`: codes of the vocabulary that no row has are parts as well, zero where the collection is complete. Not: the codes."""

    @model_serializer(mode="wrap")
    def _without_what_is_not_set(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """As before the key was there, so that the codes of pictures stay."""
        return {key: value for key, value in write(self).items() if key != "every_code" or value}


NAME = r"^[a-z][a-z0-9_]*(@[a-z][a-z0-9_]*)?$"
"""An id, or id@variant."""


def _checked_name(value: Any) -> Any:
    if not isinstance(value, str) or not re.match(NAME, value):
        hint = "write an id, or id@variant: lower-case letters, digits and _"
        raise Refused(fault("wrong-value/former", hint=hint, former=value))
    return value


class BoundOf(FileModel):
    """The least and the most that a value can be."""

    low: float | None = None
    """The least that it can be. E.g. `0`."""
    high: float | None = None
    """The most that it can be. E.g. `8`, of eight occasions."""

    @model_validator(mode="after")
    def _has_ends(self) -> "BoundOf":
        if (self.low is None and self.high is None) or (self.low is not None and self.high is not None and self.low >= self.high):
            hint = "write low, high or both, low below high: {low: 0, high: 8}"
            raise Refused(fault("wrong-value/ends", hint=hint, low=self.low, high=self.high))
        return self


Name = Annotated[str, BeforeValidator(_checked_name), Field(pattern=NAME)]
Breakdown = Annotated[BreakdownOf, BeforeValidator(lambda value: {"by": value} if isinstance(value, str) else value)]


LONGEST_RULE, LONGEST_CREDIT, LONGEST_LABEL = 75, 60, 40
"""Characters of `short` and `credit_short`, which a line of a picture has room for, and of the label of a reference line."""
Height = Annotated[float, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER, allow_inf_nan=False)]


class LineOf(FileModel):
    """A value, or a band between two, with which readers compare the numbers of a chart."""

    value: Height | None = None
    """The value of a line, in the unit. E.g. `3.5`; not: `3.5 days`, nor together with `low` and `high`."""
    low: Height | None = None
    """The lower end of a band, in the unit; goes with `high`. E.g. `20`; not: `20 %`."""
    high: Height | None = None
    """The upper end of a band, in the unit. E.g. `30`; not: less than `low`."""
    label: Annotated[str, Field(min_length=1, max_length=LONGEST_LABEL)]
    """What the line is, as the chart prints it, in at most 40 characters. E.g. `One audience a month`; not: the source."""
    source: Annotated[str, Field(min_length=1)]
    """Who says so: the id of a source. E.g. `court_diary`; not: a title or an address."""

    @model_validator(mode="after")
    def _is_line_or_band(self) -> "LineOf":
        given = [key for key in ("value", "low", "high") if getattr(self, key) is not None]
        if given not in (["value"], ["low", "high"]):
            hint = "write value: for a line, or low: and high: for a band"
            raise Refused(fault("wrong-value/line", hint=hint, given=" and ".join(given) or "neither"))
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise Refused(fault("wrong-value/band", hint="swap the two, or correct one", low=self.low, high=self.high))
        return self

    @property
    def heights(self) -> tuple[float, ...]:
        """The value of a line, or the two of a band, the lower first."""
        return tuple(one for one in (self.value, self.low, self.high) if one is not None)


Threshold = Literal["above", "below"]


class AlertOf(FileModel):
    """The values beyond which `relations alert` reports an indicator."""

    above: Height | None = None
    """An alert where the value is higher than this, in the unit. E.g. `5`; not: `5 summonses`, nor the most that it can be."""
    below: Height | None = None
    """An alert where the value is lower than this, in the unit. E.g. `2`; not: more than `above`."""

    @model_validator(mode="after")
    def _can_be_quiet(self) -> "AlertOf":
        if (self.above is None and self.below is None) or (self.above is not None and self.below is not None and self.below > self.above):
            hint = "write above, below or both, below not higher than above: {below: 2, above: 5}"
            raise Refused(fault("wrong-value/thresholds", hint=hint, above=self.above, below=self.below))
        return self

    @property
    def given(self) -> dict[Threshold, float]:
        """The thresholds that there are."""
        every: dict[Threshold, float | None] = {"above": self.above, "below": self.below}
        return {which: limit for which, limit in every.items() if limit is not None}


class Mark(Enum):
    """What a key of a definition is for, where it is not part of the rule that makes the numbers."""

    PROSE = "words for readers, in which names are written as config.yaml has them"
    PLACEMENT = "where the definition is"
    SHOWN = "what is shown with the numbers"
    JUDGED = "how a change is judged, which is neither drawn nor a number"
    APART = "rules and exemptions that are not this rule"
    DRAWN = "how the numbers are drawn"


class Definition(FileModel):
    """One indicator, or one variant of it with its changes already applied. Ids and pillar follow from where it is."""

    id: Annotated[Code, Mark.PLACEMENT]
    pillar: Annotated[Code, Mark.PLACEMENT]
    variant: Annotated[str | None, Mark.PLACEMENT] = None
    title: Annotated[str, Field(min_length=1), Mark.PROSE]
    """What the chart is called. E.g. `Envoys summoned`; not: `summonses_monthly`, nor a title with unit and years in it."""
    question: Annotated[str, Mark.PROSE] = ""
    """The question that the number answers, in plain words. E.g. `How often do the leaders meet?`; not: a statement."""
    counts: Annotated[str, Field(min_length=1), Mark.PROSE]
    """The rule, printed on the chart: what counts, what is left out. E.g. `Meetings, but no calls.`; not: `see codebook`."""
    short: Annotated[str, Mark.PROSE] = ""
    """The rule in at most 75 characters, for the foot of a picture. E.g. `Meetings of the two crowns; no balls`; not: the title."""
    unit: Annotated[str, Field(min_length=1)]
    """What one number is; `share …` goes from 0 to 1, `per cent …` to 100. E.g. `meetings in 12 months`; not: `n`, `%`."""
    direction: Direction
    """Which way is better; `none` where that is contested: changes are not called better or worse, no score is given. Not: `up`."""
    frequency: Frequency
    """Length of a period: not finer than the table's dates; windows count these. E.g. `monthly`; not: `month`, `yearly`."""
    table: str | None = None
    """The table whose rows are counted; goes with `reduce`. E.g. `events`; not: `events.csv`, nor a reference table."""
    where: Annotated[Where, BeforeValidator(lambda value: {} if value is None else value)] = {}
    """Which rows: column -> value, list (any of) or conditions; a list of mappings: any of these. Not: `kind = meeting`."""
    coverage: Annotated[tuple[str, ...], BeforeValidator(as_coverage)] = ()
    """Category with the coverage levels; `{every: [a, b]}`: the worse of both. Tables of events need it. Not: `complete`."""
    reduce: Step | None = None
    """How the rows of a period become one value: an operation, or one with its parameters. Not: two operations."""
    combine: Step | None = None
    """How finished indicators become one. Not with `table`, `reduce`, `where`, `coverage`, `breakdown`: the parts have these."""
    composite: Annotated[CompositeOf | None, Field(exclude_if=lambda recipe: recipe is None)] = None  # so that other codes stay
    """The recipe of a composite, whose keys stand beside its title. Not with `table`, `reduce`, `combine`, `transform`."""
    transform: Annotated[tuple[Step, ...], BeforeValidator(as_list)] = ()
    """What is done to the series, in this order: an operation or a list of them. Not: one mapping with two operations."""
    normalise: Step | None = None
    """How a value becomes a score from 0 to 100; needs a direction. Not: which way is better, that is `direction`."""
    breakdown: Annotated[tuple[Breakdown, ...], BeforeValidator(as_list)] = ()
    """Columns whose codes may split the value, or `{by: column, coverage: {code: category}}`. Not: a column of numbers."""
    shown: Annotated[str | None, Mark.DRAWN] = None
    """The breakdown that is drawn where nothing else is asked for; one of `breakdown`. E.g. `initiator`; not: a code of it."""
    lines: Annotated[tuple[LineOf, ...], BeforeValidator(as_list), Mark.DRAWN] = ()
    """Reference lines and bands that the chart draws and names: value (or low and high), label, source. Not: a goal without a source."""
    credit: Annotated[str, Mark.PROSE] = ""
    """Source line of the chart, where the table's own names more than this indicator uses. E.g. `The Court Diary`."""
    credit_short: Annotated[str, Mark.PROSE] = ""
    """The same in at most 60 characters, for the foot of a picture. E.g. `The Court Diary`."""
    annotations: Annotated[Texts, Mark.SHOWN] = ()
    """Further scopes of notes for the chart; those of its id, pillar and table it has anyway. Not: the text of a note."""
    notes: Annotated[Texts, Mark.PROSE] = ()
    """What a reader must know, a sentence each. E.g. `Only 2024 was read in full.`; not: the rule, that is `counts`."""
    break_on: Texts | None = None
    """Columns whose change is a break in the series, instead of those that the table names. E.g. `[]`; not: a date."""
    at_least: Annotated[int, Field(ge=1)] = 1
    """How many rows a mean, median or last value of observations needs. E.g. `3`; not: `0`."""
    notable: Annotated[float, Field(gt=0)] | None = None
    """The smallest change that is reported, in the unit; counts need none. E.g. `0.2`; not: `10 %`."""
    season: Annotated[bool | None, YES_OR_NO, Mark.JUDGED] = None
    """`yes`: the same months repeat, so changes are against the same period a year before; `no`: they do not. Not: `winter`."""
    bound: Annotated[BoundOf | None, Mark.JUDGED] = None
    """The least and the most that a value can be; a value there is at its floor or ceiling, not steady. E.g. `{high: 8}`."""
    alert: Annotated[AlertOf | None, Mark.JUDGED] = None
    """The values beyond which `relations alert` reports it; a variant has none but its own. E.g. `{above: 5}`; not: a word."""
    formerly: Annotated[tuple[Name, ...], BeforeValidator(as_list), Mark.APART] = ()
    """Names that it had, by which old addresses, pictures and links find it. E.g. `[old_id]`, of a variant its old name; not: a title."""
    excuses: Annotated[dict[str, Reason], Mark.APART] = {}
    """Exemptions from warnings of `relations check`: code -> why. E.g. `{never-comparable: Nobody lists all.}`; not: an error."""
    variants: Annotated[dict[Code, "Definition"], Mark.APART] = {}
    """The same question under another rule: name -> the keys it replaces, whole; never direction. Not: a copy of all keys."""

    @property
    def name(self) -> str:
        """`id`, or `id@variant`."""
        return f"{self.id}@{self.variant}" if self.variant else self.id

    @property
    def graded_apart(self) -> "Mapping[str, str]":
        """Codes whose own categories, together, are the coverage of the whole: code -> category. Empty where there are none."""
        every = (one.coverage for one in self.breakdown if self.coverage and set(one.coverage.values()) == set(self.coverage))
        return next(every, {})

    @property
    def former(self) -> tuple[str, ...]:
        """The names that it had, as `id` or `id@variant`."""
        return tuple(f"{self.id}@{one}" if self.variant and "@" not in one else one for one in self.formerly)

    @property
    def rules(self) -> "tuple[Definition, ...]":
        return (self, *self.variants.values())


def marked(*marks: Mark) -> frozenset[str]:
    """The keys of a definition that have one of these marks.

    >>> sorted(marked(Mark.PLACEMENT))
    ['id', 'pillar', 'variant']
    """
    return frozenset(key for key, field in Definition.model_fields.items() if any(mark in field.metadata for mark in marks))


PROSE, PLACEMENT = marked(Mark.PROSE), marked(Mark.PLACEMENT)
APART = marked(Mark.APART)
"""Keys that a record of the definition leaves out."""
DRAWN = marked(Mark.DRAWN)
IN_NO_CODE = PROSE | APART | DRAWN | marked(Mark.JUDGED)
"""Keys that may change while the code of a picture stays."""
IN_NO_NUMBER = marked(*Mark)
"""Keys that change no number."""


def rule_called(name: str, definitions: Mapping[str, Definition]) -> Definition:
    """The definition called `id` or `id@variant`; KeyError where there is none."""
    indicator, _, variant = name.partition("@")
    base = definitions[indicator]
    return base.variants[variant] if variant else base


def former_names(definitions: Iterable[Definition]) -> dict[str, str]:
    """Former name -> name of today, of indicators and of their variants."""
    return {former: rule.name for definition in definitions for rule in definition.rules for former in rule.former}


def titled(definition: Definition) -> str:
    """The title, and of a variant its name, unless its own title says it; of a composite whether it is an experiment."""
    name = variant_words(definition)
    marks = [name] if name and name.casefold() not in definition.title.casefold() else []
    marks += ["experimental"] if definition.composite and definition.composite.experimental else []
    return f"{definition.title} ({', '.join(marks)})" if marks else definition.title


def variant_words(definition: Definition) -> str:
    """The name of a variant, with capitals where its rule has them: "with UN session"; "" of an indicator."""
    words = re.findall(r"(?<=[\w,;] )\w+", f"{definition.short} {definition.counts}")  # none that begins a sentence
    spelt = {word.lower(): word for word in words if word[:1].isupper() and word.lower() not in words}
    return " ".join(spelt.get(word, word) for word in (definition.variant or "").split("_"))


def called_now(name: str, formerly: Mapping[str, str]) -> str:
    """The name of today of what was called `name`; a variant follows its indicator. What was never renamed keeps its name.

    >>> called_now("balls@summer", {"balls": "dances", "dances@summer": "dances@outdoors"})
    'dances@outdoors'
    """
    indicator, at, variant = name.partition("@")
    base = formerly.get(indicator, "@")
    if name in formerly or not at or "@" in base:
        return formerly.get(name, name)
    return formerly.get(f"{base}@{variant}", f"{base}@{variant}")


# ---- what a parameter of an operation may refer to; each is read as the part after the arrow ----

Column = Annotated[str, "column"]
"""A column of the indicator's table."""
NumberColumn = Annotated[str, "column", "number"]
TextColumn = Annotated[str, "column", "text"]  # single texts, no lists
DateColumn = Annotated[str, "column", "date"]
Filter = Annotated[Any, "where"]
"""A filter on the indicator's table -> a Narwhals expression."""
Selection = Annotated[Any, "rows"]
"""Rows of another table, {table: ..., where: ..., coverage: ...} -> `OtherRows`."""
Part = Annotated[Any, "indicator"]
"""Another indicator by id or id@variant -> its values (pandas Series by period)."""
Parts = Annotated[Any, "indicators"]
"""A list of other indicators -> the list of their values."""


class RowsOf(FileModel):
    """Rows of another table: what `Selection` is written as."""

    table: str
    """The other table. E.g. `drills`; not: `drills.csv`."""
    where: Where = {}
    """Which of its rows, written as a definition's `where`."""
    coverage: Annotated[tuple[str, ...], BeforeValidator(as_coverage)] = ()
    """Categories of the other table with the coverage levels of these rows, written as a definition's `coverage`."""


# ---- operations ----

REFERENCES: Mapping[str, Any] = {"column": str, "where": Where, "rows": RowsOf, "indicator": str, "indicators": list[str]}
"""What a parameter may refer to, and as what that is written."""
SUPPLIED = ("calendar",)
"""Keyword-only arguments that `compute` gives, not the definition."""
T = TypeVar("T")


class Parameter(NamedTuple):
    """What a definition may give an operation. `refers_to`: a key of `REFERENCES`; `holds`: what a column that it names must hold."""

    annotation: Any
    default: Any
    refers_to: str | None
    holds: Literal["number", "text", "date"] | None

    @property
    def required(self) -> bool:
        return self.default is inspect.Parameter.empty


def _parameter(argument: inspect.Parameter) -> Parameter:
    parts = (argument.annotation, *get_args(argument.annotation))
    marks = next((part.__metadata__ for part in parts if get_origin(part) is Annotated), ())
    refers_to = next((mark for mark in marks if isinstance(mark, str) and mark in REFERENCES), None)
    holds = next((mark for mark in marks if mark in ("number", "text", "date")), None)
    return Parameter(argument.annotation, argument.default, refers_to, holds)


@dataclass(frozen=True, eq=False)
class Operation(Generic[T]):
    """A function that a definition may name, with its `traits`: what `compute` must know of it besides.

    Its name is the word of the YAML, its keyword-only arguments are the parameters, its docstring is the manual. It is
    called, documented and tested as the function.
    """

    function: Callable[..., Any]
    traits: T

    def __post_init__(self) -> None:
        vars(self).update({key: getattr(self.function, key) for key in ("__module__", "__name__", "__doc__")}, __wrapped__=self.function)

    def __call__(self, *args: Any, **given: Any) -> Any:
        return self.function(*args, **given)

    @cached_property
    def parameters(self) -> Mapping[str, Parameter]:
        """The parameters that a definition may give, by name."""
        arguments = inspect.signature(self.function).parameters.values()
        return {one.name: _parameter(one) for one in arguments if one.kind is one.KEYWORD_ONLY and one.name not in SUPPLIED}

    @cached_property
    def supplied(self) -> frozenset[str]:
        """The arguments that `compute` gives."""
        return frozenset(SUPPLIED) & set(inspect.signature(self.function).parameters)

    @cached_property
    def model(self) -> type[BaseModel]:
        """The parameters as a pydantic model: types, bounds and defaults of the signature."""
        fields: dict[str, Any] = {}
        for name, one in self.parameters.items():
            kind = REFERENCES.get(one.refers_to or "", one.annotation)
            fields[name] = (kind | None if one.default is None else kind, ... if one.required else one.default)
        return create_model(self.function.__name__, __config__=ConfigDict(extra="forbid", strict=True), **fields)


def operation(traits: T) -> Callable[[Callable[..., Any]], Operation[T]]:
    """Make an operation of a function, with its traits; None where its kind has none."""
    return lambda function: Operation(function, traits)
