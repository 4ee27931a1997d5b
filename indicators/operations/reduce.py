"""Rows to one value a period; the first aggregation on any engine. What a value is worth is decided in `compute.exactness`."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd
from pandas.api.typing import SeriesGroupBy
from pydantic import Field

from indicators.nouns.definition import Column, Filter, NumberColumn, Selection, TextColumn, operation
from indicators.nouns.periods import EPOCH, days_in, first_days, period_of
from indicators.nouns.series import OtherRows, Rows
from indicators.nouns.vocabulary import DAY, DAY_DATED, PERIOD, ROW


class Traits(NamedTuple):
    """What `compute` must know of a reducer.

    `adds`: a covered period without rows is 0, partial coverage gives "at least". `grows`: a row more can only raise the
    value, so partial coverage gives "at least", too; `grows_with_others`: so can a row more of another table;
    `estimates_with_others`: it can change the value either way, which is then an estimate. `ahead`: in
    which table it looks `within` days ahead. `counts`: the value is a count of rows or things (the Poisson test
    applies). `selects`: the rows it uses, of those selected. `reads_also`: further rows behind a value, of this table or
    another, as @period and @row. `estimate_below`: with fewer rows the status is E. `needs_every_part`: a period of
    observations needs all its parts. `shows_rows`: the rows behind a value can be shown one by one. `apart`: between
    the values of neighbouring periods there is nothing. `one_frequency`: it
    weighs by days before the period's end, so its rule holds for one frequency. `picks`: it uses one row, and `at_least` counts
    those that it is picked from. `of_rows`: it follows from the number of rows and of days alone (the Poisson test applies to these).
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
    one_frequency: bool = False
    picks: bool = False
    of_rows: bool = False


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


@operation(Traits(adds=True, counts=True, of_rows=True))
def count(rows: Rows) -> pd.Series:
    """Number of rows.

    >>> count(rows_of(period=[1, 1, 2])).to_dict()
    {1: 2.0, 2: 1.0}
    """
    return _by_period(rows.frame, nw.len())


@operation(Traits(adds=True, needs_every_part=True))
def sum(rows: Rows, *, of: NumberColumn) -> pd.Series:
    """Sum of a column, in its unit. Blank cells add nothing; all blank is missing.

    >>> sum(rows_of(period=[1, 1, 2], n=[2, 3, None]), of="n").to_dict()
    {1: 5.0, 2: nan}
    """
    totals = _by_period(rows.frame, nw.col(of).sum())
    return totals.where(_by_period(rows.frame, nw.col(of).count()) > 0)


@operation(Traits())
def mean(rows: Rows, *, of: NumberColumn) -> pd.Series:
    """Mean of a column, in its unit; blank cells are left out.

    >>> mean(rows_of(period=[1, 1], n=[2, 4]), of="n").to_dict()
    {1: 3.0}
    """
    return _by_period(rows.frame, nw.col(of).mean())


@operation(Traits())
def median(rows: Rows, *, of: NumberColumn) -> pd.Series:
    """Median of a column, in its unit; blank cells are left out.

    >>> median(rows_of(period=[1, 1, 1], n=[2, 4, 9]), of="n").to_dict()
    {1: 4.0}
    """
    return _by_period(rows.frame, nw.col(of).median())


def _latest(rows: Rows, *, of: str) -> Any:
    cells = _as_pandas(rows.frame.filter(~nw.col(of).is_null()), ROW, PERIOD, DAY).sort_values([DAY, ROW])
    keep = cells.drop_duplicates(PERIOD, keep="last")[ROW].tolist()
    return rows.frame.filter(nw.col(ROW).is_in(keep))


@operation(Traits(selects=_latest, picks=True))
def last(rows: Rows, *, of: NumberColumn) -> pd.Series:
    """The column's value in the last row of the period that has one, in its unit.

    >>> last(rows_of(period=[1, 1], day=["2024-01-05", "2024-01-03"], n=[7, 9]), of="n").to_dict()
    {1: 7.0}
    """
    return _by_period(_latest(rows, of=of), nw.col(of).max())


@operation(Traits(adds=True, counts=True))
def distinct(rows: Rows, *, of: Column) -> pd.Series:
    """Number of different values of a column; of different items where its cells are lists. Blanks do not count.

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

    >>> days_per_row(rows_of(period=[2024, 2024], frequency="annual")).to_dict()
    {2024: 183.0}
    """
    counted = count(rows)
    return [days_in(p, rows.frequency) for p in counted.index.tolist()] / counted


def _gaps(rows: Rows) -> "SeriesGroupBy[Any, Any]":
    days = _as_pandas(_day_dated(rows), PERIOD, DAY).sort_values(DAY)
    return days.groupby(PERIOD)[DAY].diff().dt.days.groupby(days[PERIOD])


@operation(Traits(selects=_day_dated))
def median_gap(rows: Rows) -> pd.Series:
    """Median of the days between successive day-dated rows that both lie in the period. Missing below two rows.

    >>> median_gap(rows_of(period=[1, 1, 1], day=["2024-01-01", "2024-01-04", "2024-01-14"])).to_dict()
    {1: 6.5}
    """
    return _gaps(rows).median().astype("float64")


@operation(Traits(selects=_day_dated))
def longest_gap(rows: Rows) -> pd.Series:
    """Longest stretch of days between successive day-dated rows that both lie in the period. Missing below two rows.

    >>> longest_gap(rows_of(period=[1, 1, 1], day=["2024-01-01", "2024-01-04", "2024-01-14"])).to_dict()
    {1: 10.0}
    """
    return _gaps(rows).max().astype("float64")


def _ends(rows: Rows, periods: pd.Series) -> np.ndarray:
    """Last day of each row's period, as datetime64[D]."""
    last = first_days(periods.to_numpy() + 1, rows.frequency) - 1
    return (last - EPOCH).astype("datetime64[D]")


def _in_office(days: np.ndarray, leaders: np.ndarray, ends: np.ndarray, handovers: np.ndarray) -> np.ndarray:
    """Of each poll (sorted by day): whether it asked about the leader in office on the last day of its period."""
    latest = np.searchsorted(days, ends, side="right") - 1
    before = np.searchsorted(handovers, ends, side="right") - 1
    first_after = np.searchsorted(days, handovers)[before] if len(handovers) else np.zeros(len(ends), dtype=np.int64)
    unasked = (before >= 0) & (first_after > latest)
    asked = leaders == leaders[np.where(unasked, np.minimum(first_after, len(days) - 1), latest)]
    return asked & ~(unasked & (first_after == len(days)))  # no poll after the handover: the new leader is not known


def _of_leader_in_office(rows: Rows, *, of: str, leader: str, handovers: OtherRows | None = None, **_: Any) -> Any:
    polls = _as_pandas(rows.frame.filter(~nw.col(of).is_null()), ROW, PERIOD, DAY, leader).sort_values([DAY, ROW])
    if not len(polls):
        return rows.frame.head(0)
    changes = np.sort(_numpy_days(handovers.frame[DAY].drop_nulls())) if handovers is not None else np.array([], dtype="datetime64[D]")
    in_office = _in_office(_numpy_days(polls[DAY]), polls[leader].to_numpy(dtype=object), _ends(rows, polls[PERIOD]), changes)
    return rows.frame.filter(nw.col(ROW).is_in(polls.loc[in_office, ROW].tolist()))


@operation(Traits(selects=_of_leader_in_office, estimate_below=2, shows_rows=True, one_frequency=True))
def poll_average(
    rows: Rows, *, of: NumberColumn, leader: TextColumn, half_life: Annotated[float, Field(gt=0)] = 14, handovers: Selection | None = None
) -> pd.Series:
    """Mean of the polls of a period, later ones weighing more, in the column's unit.

    Polls that ended in the period, of the leader in office on its last day; weight 0.5 ** (days from the poll's end to
    the period's end / `half_life`). In office is the leader whom the latest poll names, unless a day of `handovers` lies
    between that poll and the period's end: then a poll counts only if the next one, after it, names the same leader. House effects stay in.
    With one poll alone the status is E.

    >>> polls = rows_of(period=[24289, 24289], day=["2024-02-15", "2024-02-29"], yes=[20, 26], who=["A", "A"], frequency="monthly")
    >>> poll_average(polls, of="yes", leader="who").to_dict()
    {24289: 24.0}
    """
    chosen = _of_leader_in_office(rows, of=of, leader=leader, handovers=handovers)
    polls = _as_pandas(chosen, PERIOD, DAY, of)
    lag = (_ends(rows, polls[PERIOD]) - _numpy_days(polls[DAY])).astype(np.int64)
    weight = pd.Series(0.5 ** (lag / half_life), index=polls.index)
    totals = pd.DataFrame({"w": weight, "wa": weight * polls[of]}).groupby(polls[PERIOD]).sum()
    return totals["wa"] / totals["w"]


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


@operation(Traits(estimates_with_others=True, apart=True, selects=_with_a_pair, reads_also=_pairs, ahead="other"))
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


@operation(Traits(grows_with_others=True, selects=_day_dated, reads_also=_pairs, ahead="other"))
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


@operation(Traits(adds=True, grows=True, selects=_day_dated, reads_also=_rows_after, ahead="own"))
def share_of_days_with_next(rows: Rows, *, within: Within) -> pd.Series:
    """Share of all days of the period on which, or within `within` days after which, there is a row; from 0 to 1.

    What `share_with_next` would be for a day picked at random. Day-dated rows only. Periods of which no day is near a row
    are left out.

    >>> share_of_days_with_next(rows_of(period=[24288], day=["2024-01-15"], frequency="monthly"), within=30).round(3).to_dict()
    {24287: 0.516, 24288: 0.484}
    """
    near = _days_before(rows, within).groupby(PERIOD).size()
    lengths = [days_in(p, rows.frequency) for p in near.index.tolist()]
    return near / lengths
