"""What is computed, all frozen: tables, rows, series, annotations, results."""

import datetime
import functools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, TypeVar

import narwhals as nw
import pandas as pd

from indicators.nouns.config import Config
from indicators.nouns.definition import Definition, called_now, former_names, rule_called
from indicators.nouns.descriptor import ExcludedBase, Relations, Resource, Span
from indicators.nouns.periods import FREQUENCY, Frequency, as_days, first_days, ordinals, periods_of
from indicators.nouns.stores import Ids, Store
from indicators.nouns.vocabulary import (
    DAY,
    FIRST,
    LAST,
    PRECISION,
    ROW,
    UNTIL,
    UNTIL_FIRST,
    UNTIL_LAST,
    UNTIL_PRECISION,
    Level,
    SoFar,
    Status,
)
from indicators.problems import Place


@dataclass(frozen=True)
class Table:
    """A checked table. `frame`: one line a row, in file order; texts as str ("" is blank), numbers as float (NaN is
    blank), dates as datetime64 (NaT is blank); and @row (id), @day (the day that places the row, NaT where none can),
    @precision (day, month, approx or year), @day_dated (whether that day is exact) and @status (SDMX letter); of spells @until (the
    first day no longer in force, NaT without an end) and @until_precision. `spans`: coverage, sorted. `digest`: SHA-256 of the file.
    `lines`: the physical line of each row; `files`: its file, where the table has several. `store`: where the rows are, if they are not in
    memory; `frame` is then `NotInMemory`. `kept`: what was found out about it and is asked for again."""

    resource: Resource
    frame: pd.DataFrame = field(repr=False)
    lines: tuple[int, ...] = field(repr=False)
    files: tuple[str, ...] = field(default=(), repr=False)
    spans: tuple[Span, ...] = field(default=(), repr=False)
    digest: str = ""
    store: Store | None = None
    _texts: dict[str, set[str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def rows(self) -> int:
        return self.store.rows if self.store else len(self.frame)

    def counts(self, column: str) -> pd.Series:
        """The different cells of a column and the number of rows that have each."""
        return self.store.counts(column) if self.store else self.frame[column].value_counts()

    def cells(self, column: str) -> pd.Series:
        """The cells of a column by row; of a table in a store each different cell once."""
        return pd.Series(self.store.counts(column).index, dtype="str") if self.store else self.frame[column]

    def texts(self, column: str, separator: str | None) -> Set[str]:
        """The different texts of a column, items of lists one by one; made once, because every filter asks for them."""
        if column not in self._texts:
            cells = set(pd.unique(self.cells(column)).tolist())
            self._texts[column] = {item for cell in cells for item in cell.split(separator)} if separator else cells
        return self._texts[column]

    @functools.cached_property
    def dated(self) -> tuple[str, ...]:
        """The first and the last day of the rows, none where no row has a day."""
        days = pd.Series([self.store.first, self.store.last]) if self.store else self.frame[DAY]
        return () if days.isna().all() else tuple(day.isoformat()[:10] for day in (days.min(), days.max()))

    def rows_with(self, ids: Sequence[str], columns: list[str] | None = None) -> pd.DataFrame:
        """The rows with these ids; all columns, or some."""
        frame = self.store.found(ids) if self.store else self.frame
        some = frame if columns is None else frame[columns]
        return some if self.store else some[frame[ROW].isin(ids)]

    @property
    def relations(self) -> Relations:
        """The descriptor's own part."""
        return self.resource.relations

    @functools.cached_property
    def with_spans(self) -> "Table":
        """The table with the first and the last day that the date of each row may mean: @first and @last; of spells also those of the
        end, @until_first and @until_last, NaT without an end."""
        spans = dict(zip((FIRST, LAST), days_meant(self.frame[DAY], self.frame[PRECISION]), strict=True))
        if UNTIL in self.frame:
            is_open = self.frame[UNTIL].isna()
            ends = days_meant(self.frame[UNTIL], self.frame[UNTIL_PRECISION])
            spans |= {name: days.mask(is_open) for name, days in zip((UNTIL_FIRST, UNTIL_LAST), ends, strict=True)}
        return replace(self, frame=self.frame.assign(**spans))

    def place(self, row: int, folder: str) -> Place:
        """File and line of a row, by its number in the table; of a table in a store the file."""
        if self.store:
            return Place(f"{folder}/{self.resource.path}")
        return Place(f"{folder}/{self.files[row] if self.files else self.resource.path}", self.lines[row])

    def labels(self, rows: Iterable[Any]) -> Sequence[int | str]:
        """What messages call rows: their lines, with the file where there are several."""
        return [f"{self.files[int(row)]}:{self.lines[int(row)]}" if self.files else self.lines[int(row)] for row in rows]


def days_meant(dates: pd.Series, precisions: pd.Series) -> tuple[pd.Series, pd.Series]:
    """The first and the last day that each date may mean, by what it is exact to; of a blank one any day."""
    days = ordinals(dates.fillna(pd.Timestamp(0)))
    first, last = days.copy(), days.copy()
    for precision in precisions.unique():
        frequency, rows = FREQUENCY[precision], (precisions == precision).to_numpy()
        periods = periods_of(days[rows], frequency)
        first[rows], last[rows] = first_days(periods, frequency), first_days(periods + 1, frequency) - 1
    stamps = (as_days(days).astype("datetime64[s]") for days in (first, last))
    begin, end = (pd.Series(one, index=dates.index) for one in stamps)
    return begin, end


class OtherRows(NamedTuple):
    """Rows of another table that a reducer reads: a narwhals frame with the columns of `Table.frame`."""

    frame: "nw.DataFrame[Any]"


class Facts:
    """What is asked of each period's rows in a store besides the value, with which it is computed in one go: sums, by columns that are
    `marks`. `filled`: whether a row has something in the column that is reduced. `found`: lines with @period, the marks, what was asked and
    the last @day, once they have been aggregated."""

    def __init__(self, asked: Mapping[str, "nw.Expr"], filled: "nw.Expr | None" = None, marks: Sequence[str] = ()) -> None:
        self.asked = asked
        self.filled = filled
        self.marks = marks
        self.found: pd.DataFrame | None = None


@dataclass(frozen=True)
class Rows:
    """Selected rows of one table: a narwhals frame with @row, @day, @day_dated and @period (of `frequency`) added. `loose`: rows that
    cannot be placed, each with the first and the last period that it may belong to (@row, @first, @last) and @lacks: "" where it is
    dated less exactly than the periods, @day where it has no date (@first is then `UNDATED`), @until where it has no end, or the column
    of the parts where that is blank. `today`: the last day that a period that is not over has so far. Of spells that are in force there
    is a line for each spell
    and period, with @share (of the days of the period, from 0 to 1), @later (whether it may begin later than it is counted from) and
    @longer (whether it may last longer than it is counted to). `facts`, and the `tests` that they have passed: of rows in a store."""

    frame: "nw.DataFrame[Any] | nw.LazyFrame[Any]"
    frequency: Frequency
    separators: Mapping[str, str] = field(default_factory=dict)
    loose: pd.DataFrame | None = None
    today: datetime.date | None = None
    facts: "Facts | None" = None
    tests: "tuple[nw.Expr, ...]" = ()


BOTH = "|"
"""Joins the codes of a part of a split by two columns: RUR|cheese."""


class Query(NamedTuple):
    """Which numbers are requested: everything that changes a value. Defaults are the definition's own. `breakdown`: a column, or two
    with a comma between them. `recipe`: what a reader changes in the recipe of a composite (`nouns.choices`). `period`: the only one that
    is asked for of a split; a status "B", and all periods that a reason names, which depend on others, are then not found."""

    indicator: str
    variant: str | None = None
    frequency: Frequency | None = None
    transform: tuple[str, ...] = ()
    breakdown: str | None = None
    as_of: str | None = None
    recipe: str | None = None
    period: int | None = None

    @property
    def name(self) -> str:
        """The rule that is requested: `id` or `id@variant`."""
        return f"{self.indicator}@{self.variant}" if self.variant else self.indicator

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns by which the numbers are split.

        >>> Query("duels", breakdown="level,topic").columns, Query("duels").columns
        (('level', 'topic'), ())
        """
        return tuple(self.breakdown.split(",")) if self.breakdown else ()


Why = Literal[
    "",
    "not-covered",
    "nothing-found",
    "not-exact",
    "only-a-minimum",
    "not-published",
    "no-rows",
    "none-counts",
    "too-few",
    "all-blank",
    "some-blank",
    "mixed",
    "may-belong",
    "not-over",
    "not-every-part",
    "across-a-break",
    "other-keys",
    "incomplete-window",
    "excluded-base",
    "too-large",
    "no-result",
    "too-few-parts",
]
REASONS: Mapping[Why, str] = {
    "": "",
    "not-covered": "not covered by the collection",
    "nothing-found": "collection is partial and nothing was found",
    "not-exact": "collection is partial",
    "only-a-minimum": "only a minimum is known",
    "not-published": "not published yet",
    "no-rows": "no rows in this period",
    "none-counts": "none of its rows counts by this rule",
    "too-few": "fewer rows than the definition requires",
    "all-blank": "the rows give no number",
    "some-blank": "blank cells may be negative",
    "mixed": "its rows are of two kinds with a break between them, so there is no single number",
    "may-belong": "rows that cannot be placed exactly may belong to it",
    "not-over": "the period is not over",
    "not-every-part": "part of the period is missing",
    "across-a-break": "the two numbers lie on either side of a break in the series",
    "other-keys": "the two numbers are sums over different keys",
    "incomplete-window": "a period that this number needs is missing",
    "excluded-base": "no per cent change is computed from this base",
    "too-large": "the calculation gives a number that is too large",
    "no-result": "the calculation gives no number",
    "too-few-parts": "too few of its parts have a value",
}
"""Why a value is missing, in words; "" where it is not."""
WAYS_OUT: Mapping[Why, str] = {
    "some-blank": "give the column a minimum of 0 if it is never negative, or write blanks: leave_out if its blanks mean nothing",
    "not-every-part": "add the missing rows; if a key has ended, say so under relations.keys of the table's descriptor",
}
"""What an analyst can do about a missing value, where the files can say more."""


def worded(why: Why, detail: str = "") -> str:
    """A reason with what it is about: a period, a part, rows. The one form in which every page and command gives it.

    >>> worded("not-every-part", "1895-05: no row for RUR|GRA")
    'part of the period is missing (1895-05: no row for RUR|GRA)'
    """
    return f"{REASONS[why]} ({detail})" if detail else REASONS[why]


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
    why: Why
    not_collected: str = ""
    reason: str = ""

    @property
    def way_out(self) -> str:
        """What an analyst can do about a missing value; "" where the files cannot say more."""
        return WAYS_OUT.get(self.why, "")

    @property
    def look(self) -> str:
        """What sort of value it is: missing, at_least, estimated (or imputed), provisional or normal."""
        if math.isnan(self.value):
            return "missing"
        if self.at_least:
            return "at_least"
        if self.status in ("E", "I"):
            return "estimated"
        return "provisional" if self.status == "P" or not self.over else "normal"


@dataclass(frozen=True)
class Series:
    """What an indicator says, period by period.

    `values`: index `period` (integers of `frequency`, without gaps), columns `label`; `value` (in `unit`; NaN is
    missing); `at_least` (the value is a lower bound); `status` (SDMX letter); `coverage` (level); `score` (0-100, 100
    best; NaN where none is given); `stretch` (numbers of one stretch are comparable, a change of it is a break); `over`
    (whether the period has ended on `as_of`); `why` (the code of the reason why a value is missing, else "");
    `not_collected` (names of the parts that a lower bound is without, else ""); `reason` (why a value is missing or a lower
    bound, in words, with the period and the part that it is about, else ""); `keys` (equal where sums are over the same keys).
    `rows`: ids of the rows behind each period, in order of the index. `parts`: the same by code of a breakdown. `counts`:
    values are counts of rows or things. `loose`: by period, ids of rows that cannot be placed and may belong to it (`Rows.loose`);
    they are in no value of it. `length`: periods that a value is about (12 for a window of 12); `so_far`: from when on. `data_to`:
    the last row, as exactly as it is dated (2026-01-13, 2026-05 or 2026).
    `tables`: names of the tables read. `kept`: what was found out about it and is asked for again.
    """

    query: Query
    definition: Definition
    frequency: Frequency
    unit: str
    values: pd.DataFrame = field(repr=False)
    rows: tuple[Ids, ...] = field(repr=False)
    as_of: datetime.date
    data_to: str | None
    tables: tuple[str, ...]
    counts: bool = False
    loose: Mapping[int, Ids] = field(default_factory=dict, repr=False)
    length: int = 1
    so_far: SoFar = ""
    not_a_base: tuple[ExcludedBase, ...] = ()
    notes: tuple[str, ...] = ()
    parts: Mapping[str, "Series"] = field(default_factory=dict, repr=False)
    kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def point(self, period: int) -> Point:
        """The values of one period. KeyError for a period outside the series."""
        return self.points[period]

    @functools.cached_property
    def points(self) -> Mapping[int, Point]:
        """All periods at once: a chart of days asks for thousands."""
        columns = (self.values[name].tolist() for name in Point._fields)
        return dict(zip(self.values.index.tolist(), map(Point, *columns), strict=True))

    def between(self, first: int, last: int) -> "Series":
        """The same from one period to another, both included, with its parts."""
        begin = int(self.values.index[0]) if len(self.values) else first
        kept = slice(max(first - begin, 0), max(last + 1 - begin, 0))
        parts = {code: part.between(first, last) for code, part in self.parts.items()}
        loose = {period: ids for period, ids in self.loose.items() if first <= period <= last}
        return replace(self, values=self.values.iloc[kept], rows=self.rows[kept], loose=loose, parts=parts)

    def rows_in(self, period: int) -> Ids:
        """Ids of the rows behind one period; none for a period outside the series."""
        return self.rows[period - self.values.index[0]] if period in self.values.index else ()

    def loose_in(self, period: int) -> Ids:
        """Ids of the rows that cannot be placed and may belong to a period."""
        return self.loose.get(period, ())


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
    """One row behind a number: its id, what it says (the columns that are shown), and its sources."""

    id: str
    cells: Mapping[str, str]
    sources: tuple[SourceRef, ...]


MOST_KEPT = 64
Found = TypeVar("Found")


@dataclass(frozen=True)
class Results:
    """All that the dashboard sees of a project. `series` computes what is requested and remembers it (ProblemsFound where it
    cannot); `frequencies`: those at which a definition, by name, is available; `documents`: the texts of the codebook by
    file; `choice`: by name of an indicator the annotations that its chart shows first; `kept`: what took long and is asked for again."""

    config: Config
    definitions: Mapping[str, Definition]
    tables: Mapping[str, Table]
    annotations: tuple[Annotation, ...]
    series: Callable[[Query], Series]
    frequencies: Mapping[str, tuple[Frequency, ...]] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict, repr=False)
    choice: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, key: Any, compute: Callable[[], Found]) -> Found:
        """What took long and is asked for again, under all that it depends on; what was computed longest ago is dropped."""
        found = self.kept.get(key, self)
        if found is self:
            found = compute()
            for oldest in list(self.kept)[: max(0, len(self.kept) + 1 - MOST_KEPT)]:
                self.kept.pop(oldest, None)
            self.kept[key] = found
        return found

    def definition(self, name: str) -> Definition:
        """The definition called `id` or `id@variant`, now or formerly; KeyError where there is none."""
        return rule_called(called_now(name, self.formerly), self.definitions)

    @functools.cached_property
    def formerly(self) -> Mapping[str, str]:
        """Former names of indicators and variants -> their names of today."""
        return former_names(self.definitions.values())
