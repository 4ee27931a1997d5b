"""Rows to one value a period; the first aggregation on any engine. What a value is worth is decided in `compute.exactness`."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd
from pandas.api.typing import SeriesGroupBy
from pydantic import Field

from indicators.nouns.definition import Column, Filter, NumberColumn, Selection, TextColumn, operation
from indicators.nouns.periods import days_so_far, is_finer, months_of, period_of
from indicators.nouns.series import OtherRows, Rows
from indicators.nouns.vocabulary import DAY, DAY_DATED, FIRST, LAST, PERIOD, PRECISION, ROW, SHARE
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
    are in force in a period, over its days or at its end, and not those that begin in it.
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
    picks: bool = False
    counts_once: str = ""
    breaks_on: str = ""
    needs: Mapping[str, str] = MappingProxyType({})
    of_rows: bool = False
    by_day: bool = False
    accumulates: bool = False
    totals: bool = False
    in_force: Literal["", "days", "end"] = ""


def _numpy_days(days: Any) -> np.ndarray:
    return days.to_numpy().astype("datetime64[D]")


def _by_period(frame: Any, value: "nw.Expr") -> pd.Series:
    """An aggregate of each period's rows, on whatever engine holds them; a pandas Series by period."""
    values = _as_pandas(frame.group_by(PERIOD).agg(value=value), PERIOD, "value")
    return values.astype({"value": "float64"}).set_index(PERIOD)["value"].sort_index()


def _as_pandas(frame: Any, *columns: str) -> pd.DataFrame:
    """Some columns of the rows as a pandas frame."""
    selected = frame.select(*columns)
    return (selected.collect(backend="pandas") if isinstance(selected, nw.LazyFrame) else selected).to_pandas()


def _day_dated(rows: Rows, **_: Any) -> Any:
    """Rows whose day is exact."""
    return rows.frame.filter(nw.col(DAY_DATED))


Blanks = Literal["leave_out"]
"""What blank cells mean."""


@operation(Traits(adds=True, counts=True, of_rows=True, accumulates=True))
def count(rows: Rows) -> pd.Series:
    """Number of rows.

    >>> count(rows_of(period=[1, 1, 2])).to_dict()
    {1: 2.0, 2: 1.0}
    """
    return _by_period(rows.frame, nw.len())


@operation(Traits(adds=True, needs_every_part=True, accumulates=True, totals=True))
def sum(rows: Rows, *, of: NumberColumn, blanks: Blanks | None = None) -> pd.Series:
    """Sum of a column, in its unit. Blank cells add nothing; all blank is missing.

    A blank makes the sum "at least", or missing where the column may be negative, because it may stand for any number.
    `blanks`: leave_out says that blank cells mean nothing, so that the sum is exact without them.

    >>> sum(rows_of(period=[1, 1, 2], n=[2, 3, None]), of="n").to_dict()
    {1: 5.0, 2: nan}
    """
    totals = _by_period(rows.frame, nw.col(of).sum())
    return totals.where(_by_period(rows.frame, nw.col(of).count()) > 0)


@operation(Traits())
def mean(rows: Rows, *, of: NumberColumn, blanks: Blanks = "leave_out") -> pd.Series:
    """Mean of a column, in its unit; blank cells are left out.

    `blanks`: leave_out is what happens in any case, and may be written to say so.

    >>> mean(rows_of(period=[1, 1], n=[2, 4]), of="n").to_dict()
    {1: 3.0}
    """
    return _by_period(rows.frame, nw.col(of).mean())


@operation(Traits())
def median(rows: Rows, *, of: NumberColumn, blanks: Blanks = "leave_out") -> pd.Series:
    """Median of a column, in its unit; blank cells are left out.

    `blanks`: leave_out is what happens in any case, and may be written to say so.

    >>> median(rows_of(period=[1, 1, 1], n=[2, 4, 9]), of="n").to_dict()
    {1: 4.0}
    """
    return _by_period(rows.frame, nw.col(of).median())


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
    latest = _as_late(_as_pandas(numbered, ROW, PERIOD, DAY, "@passes", *about))
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
    values = _by_period(latest, nw.col(of).max())
    return values.where(values == _by_period(latest, nw.col(of).min()))


@operation(Traits(adds=True, counts=True, accumulates=True))
def distinct(rows: Rows, *, of: Column, blanks: Blanks | None = None) -> pd.Series:
    """Number of different values of a column; of different items where its cells are lists. Blanks do not count.

    A blank makes the number "at least", because it may stand for a value of its own. `blanks`: leave_out says that blank
    cells mean nothing, so that the number is exact without them.

    >>> distinct(rows_of(period=[1, 1, 1], code=["a", "b", "a"]), of="code").to_dict()
    {1: 2.0}
    """
    cells = _as_pandas(rows.frame, PERIOD, of).drop_duplicates()
    if of in rows.separators:
        cells = cells.assign(**{of: cells[of].str.split(rows.separators[of])}).explode(of)
    cells = cells[cells[of].notna() & (cells[of] != "")]
    counts = cells.groupby(PERIOD)[of].nunique().astype("float64").rename("value")
    return counts.reindex(_by_period(rows.frame, nw.len()).index, fill_value=0.0)


@operation(Traits())
def share(rows: Rows, *, where: Filter) -> pd.Series:
    """Share of the rows that also pass another filter, from 0 to 1. A blank cell does not pass.

    >>> share(rows_of(period=[1, 1], code=["a", "b"]), where=nw.col("code") == "a").to_dict()
    {1: 0.5}
    """
    passes = where.fill_null(False).cast(nw.Float64)  # a store has NULL where a cell is blank
    return _by_period(rows.frame.with_columns(**{"@passes": passes}), nw.col("@passes").mean())


@operation(Traits(of_rows=True))
def days_per_row(rows: Rows) -> pd.Series:
    """Calendar days of the period for each row: the pace, in days. Missing where there are no rows.

    A period that is not over has the days so far.

    >>> days_per_row(rows_of(period=[2024, 2024], frequency="annual")).to_dict()
    {2024: 183.0}
    """
    counted = count(rows)
    return [days_so_far(p, rows.frequency, rows.today) for p in counted.index.tolist()] / counted


def _gaps(rows: Rows) -> "SeriesGroupBy[Any, Any]":
    days = _as_pandas(_day_dated(rows), PERIOD, DAY).sort_values(DAY)
    return days.groupby(PERIOD)[DAY].diff().dt.days.groupby(days[PERIOD])


@operation(Traits(selects=_day_dated, by_day=True, accumulates=True))
def median_gap(rows: Rows) -> pd.Series:
    """Median of the days between successive day-dated rows that both lie in the period. Missing below two rows.

    >>> median_gap(rows_of(period=[1, 1, 1], day=["2024-01-01", "2024-01-04", "2024-01-14"])).to_dict()
    {1: 6.5}
    """
    return _gaps(rows).median().astype("float64")


@operation(Traits(selects=_day_dated, by_day=True, accumulates=True))
def longest_gap(rows: Rows) -> pd.Series:
    """Longest stretch of days between successive day-dated rows that both lie in the period. Missing below two rows.

    >>> longest_gap(rows_of(period=[1, 1, 1], day=["2024-01-01", "2024-01-04", "2024-01-14"])).to_dict()
    {1: 10.0}
    """
    return _gaps(rows).max().astype("float64")


def _dated_polls(frame: Any, *columns: str | None) -> pd.DataFrame:
    """Columns of polls with @row, @period and @day: of a poll that is not dated to the day the middle of those that it may mean."""
    spans = [FIRST, LAST] if FIRST in frame.columns else []
    polls = _as_pandas(frame, *dict.fromkeys(filter(None, [ROW, PERIOD, DAY, *spans, *columns])))
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
    changes = NO_HANDOVERS if handovers is None else handover_days(_as_pandas(handovers.frame, DAY, PRECISION))
    asked = in_office(_numpy_days(polls[DAY]), polls[leader].to_numpy(dtype=object), ends, changes)
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
    versions = _as_pandas(chosen.with_columns(**{"@passes": passes}), ROW, PERIOD, poll, "@passes")
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
        months = pd.Series(months_of(_numpy_days(polls[DAY])), index=polls.index) if finer else polls[PERIOD]
        weights = weights_of(polls, months, "monthly" if finer else rows.frequency, half_life, poll)
        values = without_house_effects(polls, of, leader, house, weights, months)
    weights = weights_of(polls, polls[PERIOD], rows.frequency, half_life, poll)
    return (weights * values).groupby(polls[PERIOD]).sum() / weights.groupby(polls[PERIOD]).sum()


Within = Annotated[int, Field(ge=0, le=1000)]
"""Days to look ahead."""


def _next(days: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each day (datetime64[D]): the place of the first of the sorted `others` on it or later, and the days until then."""
    at = np.searchsorted(others, days)
    return at, (np.append(others, np.datetime64("9999-01-01", "D"))[at] - days).astype("int64")


def _paired(rows: Rows, to: OtherRows, within: int) -> pd.DataFrame:
    """Day-dated rows with @row, @period and @day; `lag`: days to the next day-dated row of the other table (NaN beyond
    `within`), and `other`: its @row."""
    firsts = _as_pandas(_day_dated(rows), ROW, PERIOD, DAY)
    others = to.frame.filter(nw.col(DAY_DATED)).to_pandas().sort_values(DAY, kind="stable")
    at, lag = _next(_numpy_days(firsts[DAY]), _numpy_days(others[DAY]))
    firsts["lag"] = pd.Series(lag, index=firsts.index).astype("float64").where(lag <= within)
    firsts["other"] = np.append(others[ROW].to_numpy(dtype=object), "")[at]
    return firsts


def _with_a_pair(rows: Rows, *, to: OtherRows, within: int) -> Any:
    return rows.frame.filter(nw.col(ROW).is_in(_paired(rows, to, within).dropna()[ROW].tolist()))


def _pairs(rows: Rows, *, to: OtherRows, within: int) -> pd.DataFrame:
    return _paired(rows, to, within).dropna()[[PERIOD, "other"]].rename(columns={"other": ROW})


@operation(Traits(estimates_with_others=True, apart=True, selects=_with_a_pair, reads_also=_pairs, ahead="other", by_day=True))
def days_to_next(rows: Rows, *, to: Selection, within: Within) -> pd.Series:
    """Median of the days from each row to the first row of another table on the same day or later, within `within` days.

    Day-dated rows only, on both sides; the period is the first row's; no pair is missing. A lag in time, not evidence of
    a reply.

    >>> drills = other_rows_of(day=["2024-01-15", "2024-03-01"])
    >>> days_to_next(rows_of(period=[1, 2], day=["2024-01-14", "2024-02-01"]), to=drills, within=20).to_dict()
    {1: 1.0}
    """
    lags = _paired(rows, to, within).dropna()
    return lags.groupby(PERIOD)["lag"].median()


@operation(Traits(grows_with_others=True, selects=_day_dated, reads_also=_pairs, ahead="other", by_day=True))
def share_with_next(rows: Rows, *, to: Selection, within: Within) -> pd.Series:
    """Share of the days with rows on which, or within `within` days after which, another table has a row; from 0 to 1.

    Day-dated rows only, on both sides; several rows of a day count once. A coincidence in time, not evidence of a reply:
    to be read together with `share_of_days_with_next`.

    >>> drills = other_rows_of(day=["2024-01-15"])
    >>> days = ["2024-01-14", "2024-01-14", "2024-01-20"]
    >>> share_with_next(rows_of(period=[1, 1, 1], day=days), to=drills, within=20).to_dict()
    {1: 0.5}
    """
    days = _paired(rows, to, within).drop_duplicates([PERIOD, DAY])
    return days["lag"].notna().groupby(days[PERIOD]).mean()


def _days_before(rows: Rows, within: int) -> pd.DataFrame:
    """Every day on which, or at most `within` days after which, a day-dated row lies: @day, @period and @row."""
    dated = _as_pandas(_day_dated(rows), ROW, DAY)
    days = np.unique((_numpy_days(dated[DAY])[:, None] - np.arange(within + 1)).ravel())
    rows_by_day = dated.sort_values(DAY, kind="stable")
    at, _ = _next(days, _numpy_days(rows_by_day[DAY]))
    periods = [period_of(day, rows.frequency) for day in days.tolist()]
    return pd.DataFrame({DAY: days, PERIOD: periods, ROW: rows_by_day[ROW].to_numpy()[at]})


def _rows_after(rows: Rows, *, within: int) -> pd.DataFrame:
    return _days_before(rows, within)[[PERIOD, ROW]].drop_duplicates()


@operation(Traits(adds=True, grows=True, selects=_day_dated, reads_also=_rows_after, ahead="own", by_day=True))
def share_of_days_with_next(rows: Rows, *, within: Within) -> pd.Series:
    """Share of all days of the period on which, or within `within` days after which, there is a row; from 0 to 1.

    What `share_with_next` would be for a day picked at random. Day-dated rows only. Periods of which no day is near a row
    are left out; a period that is not over has the days so far.

    >>> share_of_days_with_next(rows_of(period=[24288], day=["2024-01-15"], frequency="monthly"), within=30).round(3).to_dict()
    {24287: 0.516, 24288: 0.484}
    """
    near = _days_before(rows, within).groupby(PERIOD).size()
    lengths = [days_so_far(p, rows.frequency, rows.today) for p in near.index.tolist()]
    return near / lengths


OpenEnds = Literal["as_entered", "as_confirmed"]
"""Until when a spell without an end counts: to this day, or to the day on which it was last known to be in force."""


def _weighed(rows: Rows, of: str | None) -> pd.Series:
    """Sum of the shares of each period's lines, or of the numbers in a column by these; all blank is missing."""
    if of is None:
        return _by_period(rows.frame, nw.col(SHARE).sum())
    totals = _by_period(rows.frame.with_columns(**{"@weighed": nw.col(of) * nw.col(SHARE)}), nw.col("@weighed").sum())
    return totals.where(_by_period(rows.frame, nw.col(of).count()) > 0)


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


@operation(Traits(adds=True, totals=True, in_force="end"))
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
