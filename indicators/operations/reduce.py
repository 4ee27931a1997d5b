"""Rows to one value a period; the first aggregation on any engine. What a value is worth is decided in `compute.exactness`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd
from pydantic import Field

from indicators.nouns.definition import Column, Filter, NumberColumn, Selection, TextColumn, operation
from indicators.nouns.periods import is_finer, months_of, ordinals, periods_of
from indicators.nouns.series import Facts, OtherRows, Rows
from indicators.nouns.vocabulary import DAY, DAY_DATED, FILLED, FIRST, LAST, NUMBER, PERIOD, PRECISION, ROW, SHARE
from indicators.operations.polling import NO_HANDOVERS, handover_days, in_office, last_days, poll_names, weights_of, without_house_effects


class Traits(NamedTuple):
    """What `compute` must know of a reducer.

    `adds`: a covered period without rows is 0, partial coverage gives "at least". `grows`: a row more can only raise the
    value, so partial coverage gives "at least", too; `grows_with_others`: so can a row more of another table;
    `estimates_with_others`: it can change the value either way, which is then an estimate. `ahead`: in
    which table it looks `within` days ahead. `counts`: the value is a count of rows or things (the Poisson test
    applies). `selects`: the rows it uses, of those selected. `reads_also`: further rows behind a value, of this table or
    another, as @period and @row. `estimate_below`: with fewer rows the status is E. `needs_every_part`: a period of
    observations needs all its parts. `shows_rows`: the rows behind a value can be shown one by one. `apart`: between
    the values of neighbouring periods there is nothing. `no_coarser`: it weighs by days before the period's end, so its rule
    does not hold for longer periods, and a row that is not dated to the day makes the value an estimate. `picks`: it uses
    one row, and `at_least` counts those that it is picked from.
    `counts_once`, `breaks_on`: parameters that name a column. Rows with the same value in the first are one for `at_least` and
    `estimate_below`; where the value of the second changes there is a break in any case. `needs`: a parameter -> the other
    without which it means nothing. `of_rows`: the value follows from the number of rows and of days alone (the Poisson test
    applies to these). `by_day`: rows that are not dated to the day are left out by its rule, so they are in doubt nowhere.
    `accumulates`: the value depends on how long a period is, so one that is not over is not compared with whole ones.
    `totals`: the value adds numbers of the column `of`, and so may be below 0 where these are. `in_force`: its rows are the spells that
    are in force in a period, over its days or at its end, and not those that begin in it. `of_days`: a value depends on all days from
    `start` to `stop`, which `reads_also` names (as ordinals) beside the row, and on no others; `least` says where it is "at least".
    `own_periods`: a value is a place in its period, so that its rule holds for the definition's own frequency alone.
    `at_end`: a value is that of the last day of its period, and words say so.
    `no_per_cent`: a value is a place in time and no size, so that a change has no per cent. `rough_is_least`: a row that is not dated to
    the day makes the value "at least". `stored`: it is computed where the rows of a table in a store are.
    """

    adds: bool = False
    grows: bool = False
    grows_with_others: bool = False
    estimates_with_others: bool = False
    ahead: Literal["", "own", "other"] = ""
    counts: bool = False
    selects: Callable[..., Any] | None = None
    reads_also: Callable[..., pd.DataFrame] | None = None
    estimate_below: int = 0
    needs_every_part: bool = False
    shows_rows: bool = False
    apart: bool = False
    no_coarser: bool = False
    own_periods: bool = False
    at_end: bool = False
    picks: bool = False
    counts_once: str = ""
    breaks_on: str = ""
    needs: Mapping[str, str] = MappingProxyType({})
    of_rows: bool = False
    by_day: bool = False
    accumulates: bool = False
    totals: bool = False
    in_force: Literal["", "days", "end"] = ""
    of_days: bool = False
    no_per_cent: bool = False
    rough_is_least: bool = False
    stored: bool = False


def numpy_days(days: Any) -> np.ndarray:
    """Days as numpy has them."""
    return days.to_numpy().astype("datetime64[D]")


def by_period(rows: Rows, **values: "nw.Expr") -> pd.DataFrame:
    """Aggregates of each period's rows, on whatever engine holds them; by period. What else is asked of rows in a store is computed
    with them."""
    asked = {} if rows.facts is None or rows.facts.marks else {**rows.facts.asked, DAY: nw.col(DAY).max()}
    found = as_pandas(rows.frame.group_by(PERIOD).agg(**values, **asked))
    found = found.astype({PERIOD: "int64"}).set_index(PERIOD).sort_index()
    if rows.facts and asked:
        rows.facts.found = found[list(asked)].reset_index()
    return found[list(values)].astype("float64")


def added_up(rows: Rows, **values: "nw.Expr") -> pd.DataFrame:
    """The same of aggregates that add up. Rows in a store are added up by day there, and the days here: to find the period of each row
    takes a store as long as to count them."""
    if rows.facts is None:
        return by_period(rows, **values)
    asked, marks = rows.facts.asked, rows.facts.marks
    days = as_pandas(rows.frame.group_by(DAY, *marks).agg(**values, **asked))
    days[PERIOD] = periods_of(ordinals(days[DAY]), rows.frequency)
    together = days.groupby([PERIOD, *marks], dropna=False)
    sums = together[[*values, *asked]].sum()
    rows.facts.found = sums[list(asked)].assign(**{DAY: together[DAY].max()}).reset_index()
    return (sums.groupby(level=PERIOD).sum() if marks else sums)[list(values)].astype("float64")


def with_columns(rows: Rows, **columns: "nw.Expr") -> Rows:
    """The rows with further columns."""
    return replace(rows, frame=rows.frame.with_columns(**columns))


def as_pandas(frame: Any, *columns: str) -> pd.DataFrame:
    """Some columns of the rows, or all, as a pandas frame."""
    selected = frame.select(*columns) if columns else frame
    if not isinstance(selected, nw.LazyFrame):
        return selected.to_pandas()
    # Spark does not know this version of pandas.
    return selected.collect(backend="pyarrow" if selected.implementation.is_pyspark() else "pandas").to_pandas()


def day_dated(rows: Rows, **_: Any) -> Any:
    """Rows whose day is exact."""
    return rows.frame.filter(nw.col(DAY_DATED))


Blanks = Literal["leave_out"]
"""What blank cells mean."""
Steps = Annotated[list[str], Field(min_length=2)]
"""A ladder, the lowest step first."""


@operation(Traits(adds=True, stored=True, counts=True, of_rows=True, accumulates=True))
def count(rows: Rows) -> pd.Series:
    """Number of rows.

    >>> count(rows_of(period=[1, 1, 2])).to_dict()
    {1: 2.0, 2: 1.0}
    """
    if isinstance(rows.frame, nw.LazyFrame):
        return added_up(rows, value=nw.len())["value"]
    # In memory counting is so cheap that grouping takes ten times as long, and most indicators and all their parts are counts.
    periods, numbers = np.unique(rows.frame[PERIOD].to_numpy().astype(np.int64), return_counts=True)
    return pd.Series(numbers.astype(np.float64), index=pd.Index(periods, name=PERIOD), name="value")


@operation(Traits(adds=True, stored=True, needs_every_part=True, accumulates=True, totals=True))
def sum(rows: Rows, *, of: NumberColumn, blanks: Blanks | None = None) -> pd.Series:
    """Sum of a column, in its unit. Blank cells add nothing; all blank is missing.

    A blank makes the sum "at least", or missing where the column may be negative, because it may stand for any number.
    `blanks`: leave_out says that blank cells mean nothing, so that the sum is exact without them.

    >>> sum(rows_of(period=[1, 1, 2], n=[2, 3, None]), of="n").to_dict()
    {1: 5.0, 2: nan}
    """
    totals = added_up(rows, value=nw.col(of).sum(), numbers=nw.col(of).count())
    return totals["value"].where(totals["numbers"] > 0)


@operation(Traits(stored=True))
def mean(rows: Rows, *, of: NumberColumn, blanks: Blanks = "leave_out") -> pd.Series:
    """Mean of a column, in its unit; blank cells are left out.

    `blanks`: leave_out is what happens in any case, and may be written to say so.

    >>> mean(rows_of(period=[1, 1], n=[2, 4]), of="n").to_dict()
    {1: 3.0}
    """
    totals = added_up(rows, value=nw.col(of).sum(), numbers=nw.col(of).count())
    return totals["value"] / totals["numbers"]


@operation(Traits(stored=True))
def median(rows: Rows, *, of: NumberColumn, blanks: Blanks = "leave_out") -> pd.Series:
    """Median of a column, in its unit; blank cells are left out.

    `blanks`: leave_out is what happens in any case, and may be written to say so.

    >>> median(rows_of(period=[1, 1, 1], n=[2, 4, 9]), of="n").to_dict()
    {1: 4.0}
    """
    return by_period(rows, value=nw.col(of).median())["value"]


def _as_late(cells: pd.DataFrame) -> pd.DataFrame:
    """The rows that may be the last of their period: one, or several that are dated alike or not exactly enough.

    Where rows about one month, quarter and so on are several keys, each is as much the last as the others, and one that is late is not
    left behind: the newest rows that have the same date are among them.
    """
    first, last = (cells[column] if column in cells else cells[DAY] for column in (FIRST, LAST))
    is_latest = last >= first.groupby(cells[PERIOD]).transform("max")
    if PRECISION in cells:
        is_shared = cells.duplicated([PERIOD, DAY], keep=False) & (cells[PRECISION] != "day")
        is_latest |= is_shared & (cells[DAY] == cells[DAY].where(is_shared).groupby(cells[PERIOD]).transform("max"))
    return cells[is_latest]


def _latest(rows: Rows, *, of: str, prefer: Any = None) -> Any:
    about = [column for column in (FIRST, LAST, PRECISION) if column in rows.frame.columns]
    passes = nw.lit(1.0) if prefer is None else prefer.fill_null(False).cast(nw.Float64)
    numbered = rows.frame.filter(~nw.col(of).is_null()).with_columns(**{"@passes": passes})
    latest = _as_late(as_pandas(numbered, ROW, PERIOD, DAY, "@passes", *about))
    preferred = latest[latest["@passes"] == latest.groupby(PERIOD)["@passes"].transform("max")]
    return rows.frame.filter(nw.col(ROW).is_in(_as_late(preferred)[ROW].tolist()))


@operation(Traits(selects=_latest, picks=True))
def last(rows: Rows, *, of: NumberColumn, prefer: Filter | None = None) -> pd.Series:
    """The column's value in the last row of the period that has one, in its unit.

    Where several rows may be the last one (rows of several keys, of one day, or dated less exactly) and do not have the same number,
    the value is missing: a filter that leaves one key says which is meant. `prefer`: of the rows that may be the last one, only those
    that pass this filter count, if any does.

    >>> last(rows_of(period=[1, 1], day=["2024-01-05", "2024-01-03"], n=[7, 9]), of="n").to_dict()
    {1: 7.0}
    """
    latest = _latest(rows, of=of, prefer=prefer)
    values = by_period(replace(rows, frame=latest), value=nw.col(of).max(), least=nw.col(of).min())
    return values["value"].where(values["value"] == values["least"])


@operation(Traits(adds=True, stored=True, counts=True, accumulates=True))
def distinct(rows: Rows, *, of: Column, blanks: Blanks | None = None) -> pd.Series:
    """Number of different values of a column; of different items where its cells are lists. Blanks do not count.

    A blank makes the number "at least", because it may stand for a value of its own. `blanks`: leave_out says that blank
    cells mean nothing, so that the number is exact without them.

    >>> distinct(rows_of(period=[1, 1, 1], code=["a", "b", "a"]), of="code").to_dict()
    {1: 2.0}
    """
    facts = rows.facts
    if facts and facts.filled is not None and of not in rows.separators:  # there may be millions of them
        alike = rows.frame.group_by(PERIOD, of).agg(**{NUMBER: nw.len(), DAY: nw.col(DAY).max()})
        number, filled = nw.col(NUMBER), facts.filled.cast(nw.Int64)
        together = Facts({NUMBER: number.sum(), FILLED: (number * filled).sum()}, marks=facts.marks)
        values = by_period(replace(rows, frame=alike, facts=together), value=filled.sum())["value"]
        facts.found = together.found
        return values
    different = replace(rows, frame=rows.frame.select(PERIOD, of).unique())
    counts = _items(different, of).groupby(PERIOD)[of].nunique().astype("float64").rename("value")
    return counts.reindex(added_up(rows, value=nw.len()).index, fill_value=0.0)


def _items(rows: Rows, of: str) -> pd.DataFrame:
    """The values of a column with their @period, those of list cells one by one; blanks are left out."""
    cells = as_pandas(rows.frame, PERIOD, of)
    if of in rows.separators:
        cells = cells.assign(**{of: cells[of].str.split(rows.separators[of])}).explode(of)
    return cells[cells[of].notna() & (cells[of] != "")]


@operation(Traits(accumulates=True))
def effective_number(rows: Rows, *, of: Column, blanks: Blanks | None = None) -> pd.Series:
    """Effective number of different values of a column: how many there would be, all equally frequent, with as much variety as there is.

    The exponential of Shannon's entropy of the shares, the Hill number of order 1 (M. O. Hill, Diversity and evenness, Ecology 54,
    1973): from 1, one value alone, to the number of different values, all equally frequent. Of list cells each item is one mention. A row
    more may raise or lower it, so that it is missing where the collection is partial. A blank may stand for any value, so that a period
    with one is missing. `blanks`: leave_out says that blank cells mean nothing.

    >>> effective_number(rows_of(period=[1, 1, 1, 1, 2], code=["a", "b", "c", "d", "a"]), of="code").round(6).to_dict()
    {1: 4.0, 2: 1.0}
    """
    items = _items(rows, of)
    counts = items.groupby([PERIOD, of]).size().astype("float64")
    shares = counts / counts.groupby(level=0).transform("sum")
    numbers = np.exp((-shares * np.log(shares)).groupby(level=0).sum())
    if blanks:
        return numbers
    cells = as_pandas(rows.frame, PERIOD, of)
    with_blanks = cells.loc[cells[of].isna() | (cells[of].astype(object) == ""), PERIOD]
    return numbers[~numbers.index.isin(with_blanks)]


@operation(Traits(adds=True, accumulates=True))
def highest_step(rows: Rows, *, of: TextColumn, steps: Steps, blanks: Blanks | None = None) -> pd.Series:
    """The highest step of a ladder that the rows of a period reach: 1 for the lowest, 0 where none is reached.

    `steps`: codes of the column, the lowest first; rows with other codes are on no step. The unit is `step of …` with the steps, joined
    by <, so that a value is written as its step. Where the collection is partial the step is "at least", and so it is where a cell is
    blank. `blanks`: leave_out says that blank cells mean nothing.

    >>> acts = rows_of(period=[1, 1, 2], code=["protest", "criticism", "speech"])
    >>> highest_step(acts, of="code", steps=["criticism", "protest"]).to_dict()
    {1: 2.0, 2: 0.0}
    """
    cells = as_pandas(rows.frame, PERIOD, of)
    places = cells[of].map({step: float(place) for place, step in enumerate(steps, 1)}).astype("float64").fillna(0.0)
    return places.groupby(cells[PERIOD]).max()


@operation(Traits(stored=True))
def share(rows: Rows, *, where: Filter) -> pd.Series:
    """Share of the rows that also pass another filter, from 0 to 1. A blank cell does not pass.

    >>> share(rows_of(period=[1, 1], code=["a", "b"]), where=nw.col("code") == "a").to_dict()
    {1: 0.5}
    """
    passes = where.fill_null(False).cast(nw.Float64)  # a store has NULL where a cell is blank
    totals = added_up(with_columns(rows, **{"@passes": passes}), value=nw.col("@passes").sum(), numbers=nw.len())
    return totals["value"] / totals["numbers"]


def _dated_polls(frame: Any, *columns: str | None) -> pd.DataFrame:
    """Columns of polls with @row, @period and @day: of a poll that is not dated to the day the middle of those that it may mean."""
    spans = [FIRST, LAST] if FIRST in frame.columns else []
    polls = as_pandas(frame, *dict.fromkeys(filter(None, [ROW, PERIOD, DAY, *spans, *columns])))
    middles = {DAY: polls[FIRST] + pd.to_timedelta((polls[LAST] - polls[FIRST]).dt.days // 2, unit="D")} if spans else {}
    return polls.assign(**middles)


def _of_leader_in_office(rows: Rows, *, of: str, leader: str | None, handovers: OtherRows | None = None) -> Any:
    polled = rows.frame.filter(~nw.col(of).is_null())
    if leader is None:
        return polled
    polls = _dated_polls(polled.filter(nw.col(leader) != ""), leader).sort_values([DAY, ROW])
    if not len(polls):
        return rows.frame.head(0)
    ends = last_days(polls[PERIOD].to_numpy(), rows.frequency)
    changes = NO_HANDOVERS if handovers is None else handover_days(as_pandas(handovers.frame, DAY, PRECISION))
    asked = in_office(numpy_days(polls[DAY]), polls[leader].to_numpy(dtype=object), ends, changes)
    return rows.frame.filter(nw.col(ROW).is_in(polls.loc[asked, ROW].tolist()))


def _polls(
    rows: Rows,
    *,
    of: str,
    leader: str | None = None,
    handovers: OtherRows | None = None,
    weight: str | None = None,
    poll: str | None = None,
    prefer: Any = None,
    **_: Any,
) -> Any:
    """The rows that count: of the leader in office, with a weight above 0, and of the versions of a poll those preferred."""
    chosen = _of_leader_in_office(rows, of=of, leader=leader, handovers=handovers)
    chosen = chosen.filter(nw.col(weight) > 0) if weight else chosen
    if poll is None or prefer is None:
        return chosen
    passes = prefer.fill_null(False).cast(nw.Float64)  # a store has NULL where a cell is blank
    versions = as_pandas(chosen.with_columns(**{"@passes": passes}), ROW, PERIOD, poll, "@passes")
    best = versions.groupby([versions[PERIOD], poll_names(versions, poll)])["@passes"].transform("max")
    return chosen.filter(nw.col(ROW).is_in(versions.loc[versions["@passes"] == best, ROW].tolist()))


NEEDS = MappingProxyType({"handovers": "leader", "prefer": "poll", "house_effects": "house", "house": "house_effects"})


@operation(Traits(selects=_polls, estimate_below=2, shows_rows=True, no_coarser=True, counts_once="poll", breaks_on="leader", needs=NEEDS))
def poll_average(
    rows: Rows,
    *,
    of: NumberColumn,
    leader: TextColumn | None = None,
    half_life: Annotated[float, Field(gt=0)] = 14,
    handovers: Selection | None = None,
    weight: NumberColumn | None = None,
    poll: Column | None = None,
    prefer: Filter | None = None,
    house: Column | None = None,
    house_effects: Literal["keep", "remove"] = "keep",
) -> pd.Series:
    """Mean of the polls of a period, later ones weighing more, in the column's unit.

    Polls that ended in the period; weight 0.5 ** (days from the poll's end to the period's end / `half_life`). Of a poll that
    is dated less exactly than to the day, the middle of the days that its date allows is the end (of two the earlier), and
    the value is an estimate, status E.
    With `leader`, the column of whom a poll asks about, only those about the leader in office on the last day of the period
    count; without it, as for parties, all do. In office is the leader whom the latest poll names, unless a day of `handovers` lies
    between that poll and the period's end: then a poll counts only if the next one, after it, names the same leader. A handover that is
    dated by its month or year may have been on any of its days: until the last of them, where the latest poll names the leader of the
    polls before and the next one does not, nobody is known to be in office and no poll counts.
    A change of `leader` is a break in the series; a poll without one does not count. With one poll alone the status is E.
    Each row is a poll and weighs the same, unless other parameters are given. The column `weight` has a factor for the
    weight; a poll without a number above 0 there does not count. The column `poll` names the poll: the rows of one poll in
    a period (its versions, such as adults and voters) have the weight of one, in equal parts, and are one poll alone. Of the
    versions of a poll only those that pass the filter `prefer` count, if any does.
    With `house_effects` set to remove the mean distance of each pollster, named by the column `house`, from the line is
    subtracted from its polls: polls are line + effect, fitted by least squares with the weights of the polls, for each leader
    by itself (in weeks and days against the line of months) and over all polls known, so that earlier values move a
    little as polls come in. The effects of the pollsters add up to 0: the line is that of the average pollster, not of
    whoever polls most (as in Jackman, Australian Journal of Political Science 40, 2005, whose line is a random walk
    instead). A poll whose `house` is blank stays as it is.

    >>> polls = rows_of(period=[24289, 24289], day=["2024-02-15", "2024-02-29"], yes=[20, 26], who=["A", "A"], frequency="monthly")
    >>> poll_average(polls, of="yes", leader="who").to_dict()
    {24289: 24.0}
    """
    chosen = _polls(rows, of=of, leader=leader, handovers=handovers, weight=weight, poll=poll, prefer=prefer)
    polls = _dated_polls(chosen, of, leader, weight, poll, house)
    polls = polls.assign(**{"@weight": polls[weight] if weight else 1.0})
    values = polls[of]
    if house and house_effects == "remove":
        finer = is_finer(rows.frequency, "monthly")
        months = pd.Series(months_of(numpy_days(polls[DAY])), index=polls.index) if finer else polls[PERIOD]
        weights = weights_of(polls, months, "monthly" if finer else rows.frequency, half_life, poll)
        values = without_house_effects(polls, of, leader, house, weights, months)
    weights = weights_of(polls, polls[PERIOD], rows.frequency, half_life, poll)
    return (weights * values).groupby(polls[PERIOD]).sum() / weights.groupby(polls[PERIOD]).sum()


OpenEnds = Literal["as_entered", "as_confirmed"]
"""Until when a spell without an end counts: to this day, or to the day on which it was last known to be in force."""


def _weighed(rows: Rows, of: str | None) -> pd.Series:
    """Sum of the shares of each period's lines, or of the numbers in a column by these; all blank is missing."""
    if of is None:
        return by_period(rows, value=nw.col(SHARE).sum())["value"]
    weighed = with_columns(rows, **{"@weighed": nw.col(of) * nw.col(SHARE)})
    totals = by_period(weighed, value=nw.col("@weighed").sum(), numbers=nw.col(of).count())
    return totals["value"].where(totals["numbers"] > 0)


@operation(Traits(adds=True, totals=True, in_force="days"))
def in_force(rows: Rows, *, of: NumberColumn | None = None, open_ends: OpenEnds = "as_entered", blanks: Blanks | None = None) -> pd.Series:
    """Number of spells in force, or the sum of a column `of` theirs, as the mean over the days of a period.

    For tables of spells. A spell counts on each day from its first; on the day of its end it is no longer in force. A period that is not
    over has the days so far. `open_ends`: as_entered counts a spell without an end to this day, as_confirmed to the day on which it was
    last known to be in force, after which the value is "at least". A spell whose end nobody knows counts to that day in any case.
    A start that is known by its month or year counts from the first day that it may be, which makes the value an estimate (E); an end
    counts to the first day that it may be, which makes it "at least". `blanks`: leave_out says that blank cells mean nothing.

    >>> spells = rows_of(period=[1, 1, 2], weight=[2, 3, 3], **{"@share": [1.0, 0.5, 1.0]})
    >>> in_force(spells).to_dict(), in_force(spells, of="weight").to_dict()
    ({1: 1.5, 2: 1.0}, {1: 3.5, 2: 3.0})
    """
    return _weighed(rows, of)


@operation(Traits(adds=True, totals=True, in_force="end", at_end=True))
def in_force_at_end(
    rows: Rows, *, of: NumberColumn | None = None, open_ends: OpenEnds = "as_entered", blanks: Blanks | None = None
) -> pd.Series:
    """Number of spells in force on the last day of a period, or the sum of a column `of` theirs.

    As `in_force`, of one day: the last of the period, or today where it is not over. `open_ends` and `blanks` are as there.

    >>> spells = rows_of(period=[1, 1, 2], weight=[2, 3, 3], **{"@share": [1.0, 1.0, 1.0]})
    >>> in_force_at_end(spells).to_dict(), in_force_at_end(spells, of="weight").to_dict()
    ({1: 2.0, 2: 1.0}, {1: 5.0, 2: 3.0})
    """
    return _weighed(rows, of)
