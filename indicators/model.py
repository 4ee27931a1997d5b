"""The nouns, all frozen: what files say (pydantic, read strictly) and what is computed from them (dataclasses, and tuples by name)."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NamedTuple

import narwhals as nw
import pandas as pd
from pydantic import BeforeValidator, Field

from indicators.config import Config
from indicators.periods import Frequency
from indicators.problems import Place
from indicators.resource import NotABase, Relations, Resource, Span
from indicators.shorthand import Breakdown, Step, as_coverage
from indicators.vocabulary import Code, Direction, Level, Noun, Reason, SoFar, Status, Texts, Where, as_list


class Definition(Noun):
    """One indicator, or one variant of it with its changes already applied. Ids and pillar come from where it stands."""

    id: Code
    pillar: Code
    variant: str | None = None
    title: Annotated[str, Field(min_length=1)]
    """What the chart is called. E.g. `Envoys summoned`; not: `summonses_monthly`, nor a title with unit and years in it."""
    question: str = ""
    """The question that the number answers, in plain words. E.g. `How often do the leaders meet?`; not: a statement."""
    counts: Annotated[str, Field(min_length=1)]
    """The rule, printed on the chart: what counts, what is left out. E.g. `Meetings, but no calls.`; not: `see codebook`."""
    unit: Annotated[str, Field(min_length=1)]
    """What one number is; `share …` goes from 0 to 1, `per cent …` to 100. E.g. `meetings in 12 months`; not: `n`, `%`."""
    direction: Direction
    """Which way is better; `none` where that is contested: no better or worse is said, no score given. Not: `up`."""
    frequency: Frequency
    """Length of a period: not finer than the table's dates; windows count these. E.g. `monthly`; not: `month`, `yearly`."""
    table: str | None = None
    """The table whose rows are counted; goes with `reduce`. E.g. `events`; not: `events.csv`, nor a table for reference."""
    where: Where = {}
    """Which rows: column -> value, list (any of) or conditions; a list of mappings: any of these. Not: `kind = meeting`."""
    coverage: Annotated[tuple[str, ...], BeforeValidator(as_coverage)] = ()
    """Category that grades the collection; `{every: [a, b]}`: the worse of both. Tables of events need it. Not: `complete`."""
    reduce: Step | None = None
    """How the rows of a period become one value: an operation, or one with its parameters. Not: two operations."""
    combine: Step | None = None
    """How finished indicators become one. Not beside `table`, `reduce`, `where`, `coverage`, `breakdown`: the parts have these."""
    transform: Annotated[tuple[Step, ...], BeforeValidator(as_list)] = ()
    """What is done to the series, in this order: an operation or a list of them. Not: one mapping with two operations."""
    normalise: Step | None = None
    """How a value becomes a score from 0 to 100; needs a direction. Not: which way is better, that is `direction`."""
    breakdown: Annotated[tuple[Breakdown, ...], BeforeValidator(as_list)] = ()
    """Columns whose codes may split the value, or `{by: column, coverage: {code: category}}`. Not: a column of numbers."""
    credit: str = ""
    """Source line of the chart, where the table's own names more than this indicator rests on. E.g. `The Court Diary`."""
    annotations: Texts = ()
    """Further scopes of notes for the chart; those of its id, pillar and table it has anyway. Not: the text of a note."""
    notes: Texts = ()
    """What a reader must know, a sentence each. E.g. `Only 2024 was read in full.`; not: the rule, that is `counts`."""
    break_on: Texts | None = None
    """Columns of which a change is a break in the series, in the place of those the table names. E.g. `[]`; not: a date."""
    at_least: Annotated[int, Field(ge=1)] = 1
    """How many rows a mean, median or last value of observations needs. E.g. `3`; not: `0`."""
    notable: Annotated[float, Field(gt=0)] | None = None
    """How large a change is worth saying, in the unit; counts need none. E.g. `0.2`; not: `10 %`."""
    excuses: Annotated[dict[str, Reason], Field(exclude=True)] = {}
    """Opinions of `relations check` that do not hold here: code -> why. E.g. `{never-comparable: Nobody lists all.}`; not: an error."""
    variants: dict[Code, "Definition"] = {}
    """The same question under another rule: name -> the keys it replaces, whole; never direction. Not: a copy of all keys."""

    @property
    def name(self) -> str:
        """`id`, or `id@variant`."""
        return f"{self.id}@{self.variant}" if self.variant else self.id

    @property
    def rules(self) -> "tuple[Definition, ...]":
        """The definition and its variants."""
        return (self, *self.variants.values())


def rule_called(name: str, definitions: Mapping[str, Definition]) -> Definition:
    """The definition called `id` or `id@variant`; KeyError where there is none."""
    indicator, _, variant = name.partition("@")
    found = definitions[indicator]
    return found.variants[variant] if variant else found


# ---- what a parameter of an operation may refer to; each is read as the part after the arrow ----

Column = Annotated[str, "column"]
"""A column of the indicator's table."""
NumberColumn = Annotated[str, "column", "number"]
TextColumn = Annotated[str, "column", "text"]  # single texts, no lists
Condition = Annotated[Any, "where"]
"""A filter on the indicator's table -> a Narwhals expression."""
Selection = Annotated[Any, "rows"]
"""Rows of another table, {table: ..., where: ..., coverage: ...} -> `OtherRows`."""
Part = Annotated[Any, "indicator"]
"""Another indicator by id or id@variant -> its values (pandas Series by period)."""
Parts = Annotated[Any, "indicators"]
"""A list of other indicators -> the list of their values."""


class RowsOf(Noun):
    """Rows of another table: what `Selection` is written as."""

    table: str
    """The other table. E.g. `drills`; not: `drills.csv`."""
    where: Where = {}
    """Which of its rows, written as a definition's `where`."""
    coverage: Annotated[tuple[str, ...], BeforeValidator(as_coverage)] = ()
    """Categories of the other table that grade these rows, written as a definition's `coverage`."""


# ---- computed ----


@dataclass(frozen=True)
class Table:
    """A checked table. `frame`: one line a row, in file order; texts as str ("" is blank), numbers as float (NaN is
    blank), dates as datetime64 (NaT is blank); and @row (id), @day (the day that places the row, NaT where none can),
    @precision (day, month, approx or year), @day_dated (whether that day is exact) and @status (SDMX letter). `spans`: coverage,
    sorted. `digest`: SHA-256 of the file."""

    resource: Resource
    frame: pd.DataFrame = field(repr=False)
    lines: tuple[int, ...] = field(repr=False)
    spans: tuple[Span, ...] = field(default=(), repr=False)
    digest: str = ""

    @property
    def relations(self) -> Relations:
        """The descriptor's own part."""
        return self.resource.relations


class OtherRows(NamedTuple):
    """Rows of another table that a reducer reads: a narwhals frame with the columns of `Table.frame`."""

    frame: "nw.DataFrame[Any]"


@dataclass(frozen=True)
class Rows:
    """Selected rows of one table: a narwhals frame with @row, @day, @day_dated and @period (of `frequency`) added."""

    frame: "nw.DataFrame[Any] | nw.LazyFrame[Any]"
    frequency: Frequency
    separators: Mapping[str, str] = field(default_factory=dict)


class Query(NamedTuple):
    """Which numbers are asked: everything that changes a value. Defaults are the definition's own."""

    indicator: str
    variant: str | None = None
    frequency: Frequency | None = None
    transform: tuple[str, ...] = ()
    breakdown: str | None = None
    as_of: str | None = None

    @property
    def name(self) -> str:
        """The rule that is asked: `id` or `id@variant`."""
        return f"{self.indicator}@{self.variant}" if self.variant else self.indicator


class Point(NamedTuple):
    """One period of a series: a row of `Series.values`, whose columns these are."""

    label: str
    value: float
    at_least: bool
    status: Status
    coverage: Level
    score: float
    stretch: int
    over: bool
    why: str


@dataclass(frozen=True)
class Series:
    """What an indicator says, period by period.

    `values`: index `period` (integers of `frequency`, without gaps), columns `label`; `value` (in `unit`; NaN is
    missing); `at_least` (the value is a lower bound); `status` (SDMX letter); `coverage` (level); `score` (0-100, 100
    best; NaN where none is given); `stretch` (numbers of one stretch are comparable, a change of it is a break); `over`
    (whether the period has ended on `as_of`); `why` (why a value is missing, else ""). `rows`: ids of the rows behind
    each period, in order of the index. `parts`: the same by code of a breakdown. `counts`: values are counts of rows or
    things. `length`: periods that a value is about (12 for a window of 12); `so_far`: those since when. `data_to`: the last row,
    as exactly as it is dated (2026-01-13, 2026-05 or 2026).
    `tables`: names of the tables read.
    """

    query: Query
    definition: Definition
    frequency: Frequency
    unit: str
    values: pd.DataFrame = field(repr=False)
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    as_of: datetime.date
    data_to: str | None
    tables: tuple[str, ...]
    counts: bool = False
    length: int = 1
    so_far: SoFar = ""
    not_a_base: tuple[NotABase, ...] = ()
    notes: tuple[str, ...] = ()
    parts: Mapping[str, "Series"] = field(default_factory=dict, repr=False)

    def point(self, period: int) -> Point:
        """What is said of one period. KeyError for a period outside the series."""
        row: Any = self.values.loc[period]
        value, bound, score = float(row["value"]), bool(row["at_least"]), float(row["score"])
        return Point(row["label"], value, bound, row["status"], row["coverage"], score, int(row["stretch"]), bool(row["over"]), row["why"])

    def rows_in(self, period: int) -> tuple[str, ...]:
        """Ids of the rows behind one period; none for a period outside the series."""
        return self.rows[period - self.values.index[0]] if period in self.values.index else ()


class Annotation(NamedTuple):
    """A dated note of a chart: a moment (`end` is None), or a time from `start` to `end`, both included. A month or a year
    that is all that is known is such a time."""

    label: str
    text: str
    start: datetime.date
    end: datetime.date | None
    precision: Literal["day", "month", "year"]
    kind: str
    scopes: tuple[str, ...]
    row: str


class SourceRef(NamedTuple):
    """Where a row comes from."""

    id: str
    producer: str
    title: str
    url: str


class RowBehind(NamedTuple):
    """One row behind a number: its id, what it says (columns worth seeing), and its sources."""

    id: str
    cells: Mapping[str, str]
    sources: tuple[SourceRef, ...]


@dataclass(frozen=True)
class Results:
    """All that the dashboard sees of a project. `series` computes what is asked and remembers it (ProblemsFound where it
    cannot); `frequencies` are those at which a definition, by name, can be had; `documents` the texts of the codebook by file."""

    config: Config
    definitions: Mapping[str, Definition]
    tables: Mapping[str, Table]
    annotations: tuple[Annotation, ...]
    series: Callable[[Query], Series]
    frequencies: Mapping[str, tuple[Frequency, ...]] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict, repr=False)

    def definition(self, name: str) -> Definition:
        """The definition called `id` or `id@variant`; KeyError where there is none."""
        return rule_called(name, self.definitions)
