"""Rows to one value a period by their days: pace, gaps, lags, first and last days, lengths."""

from typing import Annotated, Any, Literal

import narwhals as nw
import numpy as np
import pandas as pd
from pandas.api.typing import SeriesGroupBy
from pydantic import Field

from indicators.nouns.definition import DateColumn, Selection, operation
from indicators.nouns.periods import EPOCH, days_so_far, first_days, period_of, periods_of
from indicators.nouns.series import OtherRows, Rows
from indicators.nouns.vocabulary import DAY, DAY_DATED, FIRST, LACKS, LAST, PERIOD, ROW, UNDATED
from indicators.operations.reduce import Traits, as_pandas, count, day_dated, numpy_days


@operation(Traits(of_rows=True, stored=True))
def days_per_row(rows: Rows) -> pd.Series:
    """Calendar days of the period for each row: the pace, in days. Missing where there are no rows.

    A period that is not over has the days so far.

    >>> days_per_row(rows_of(period=[2024, 2024], frequency="annual")).to_dict()
    {2024: 183.0}
    """
    counted = count(rows)
    return [days_so_far(p, rows.frequency, rows.today) for p in counted.index.tolist()] / counted


def _gaps(rows: Rows) -> "SeriesGroupBy[Any, Any]":
    days = as_pandas(day_dated(rows), PERIOD, DAY).sort_values(DAY)
    return days.groupby(PERIOD)[DAY].diff().dt.days.groupby(days[PERIOD])


@operation(Traits(selects=day_dated, by_day=True, accumulates=True))
def median_gap(rows: Rows) -> pd.Series:
    """Median of the days between successive day-dated rows that both lie in the period. Missing below two rows.

    >>> median_gap(rows_of(period=[1, 1, 1], day=["2024-01-01", "2024-01-04", "2024-01-14"])).to_dict()
    {1: 6.5}
    """
    return _gaps(rows).median().astype("float64")


@operation(Traits(selects=day_dated, by_day=True, accumulates=True))
def longest_gap(rows: Rows) -> pd.Series:
    """Longest stretch of days between successive day-dated rows that both lie in the period. Missing below two rows.

    >>> longest_gap(rows_of(period=[1, 1, 1], day=["2024-01-01", "2024-01-04", "2024-01-14"])).to_dict()
    {1: 10.0}
    """
    return _gaps(rows).max().astype("float64")


@operation(Traits(selects=day_dated, by_day=True, accumulates=True))
def gap_variation(rows: Rows) -> pd.Series:
    """Unevenness of the gaps: their standard deviation divided by their mean, the coefficient of variation. Missing below three rows.

    Gaps are the days between successive day-dated rows that both lie in the period. 0 is as even as a clock, about 1 is what chance alone
    gives (a Poisson process), and more is bursts (K.-I. Goh and A.-L. Barabási, Burstiness and memory in complex systems, EPL 81, 2008,
    whose burstiness is (v − 1) / (v + 1) of this v).

    >>> gap_variation(rows_of(period=[1, 1, 1], day=["2024-01-01", "2024-01-05", "2024-01-17"])).to_dict()
    {1: 0.5}
    """
    gaps = _gaps(rows)
    return (gaps.std(ddof=0) / gaps.mean()).where(gaps.count() > 1).astype("float64")


def _spans(rows: Rows) -> pd.DataFrame:
    """Rows with @row, @period, and as ordinals the first and the last day that each may mean."""
    spans = [FIRST, LAST] if FIRST in rows.frame.collect_schema().names() else [DAY, DAY]
    dated = as_pandas(rows.frame, *dict.fromkeys([ROW, PERIOD, *spans]))
    first, last = (numpy_days(dated[column]).astype("int64") + EPOCH for column in spans)
    return pd.DataFrame({ROW: dated[ROW], PERIOD: dated[PERIOD], "first": first, "last": last})


def _earliest(rows: Rows) -> Any:
    """The rows that may be the first of their period."""
    spans = _spans(rows)
    return rows.frame.filter(nw.col(ROW).is_in(spans.loc[spans["first"] <= spans.groupby(PERIOD)["last"].transform("min"), ROW].tolist()))


def _until_first(rows: Rows) -> pd.DataFrame:
    """The days of each period (`start` to `stop`) up to its first row, or to the last day on which that may lie; and that row."""
    spans = _spans(rows)
    firsts = spans.loc[spans.groupby(PERIOD)["last"].idxmin()].sort_values(PERIOD)
    begins = first_days(firsts[PERIOD].to_numpy(dtype=np.int64), rows.frequency)
    return firsts.assign(start=begins, stop=firsts["last"], least=False)


@operation(Traits(selects=_earliest, reads_also=_until_first, apart=True, of_days=True, own_periods=True, no_per_cent=True))
def first_day(rows: Rows) -> pd.Series:
    """The day of the period on which its first row lies, in days: 1 is the first day, so that of a year it is the day of the year.

    Missing without a row, where a row that is dated less exactly may be the first, and where the collection was partial until then, because
    an earlier row may be missing.

    >>> first_day(rows_of(period=[2024, 2024], day=["2024-02-01", "2024-01-14"], frequency="annual")).to_dict()
    {2024: 14.0}
    """
    spans = _spans(rows).groupby(PERIOD)
    earliest, latest = spans["first"].min(), spans["last"].min()
    begins = first_days(earliest.index.to_numpy(dtype=np.int64), rows.frequency)
    return (earliest - begins + 1).astype("float64").where(earliest == latest)


def _doubtful(loose: pd.DataFrame | None, rows: Rows) -> pd.DataFrame:
    """The rows that cannot be placed, as days: the first and the last that they may lie on, and whether they belong to it in any case."""
    if loose is None or not len(loose):
        return pd.DataFrame({"first": [], "last": [], "certain": []}, dtype="int64")
    first = np.where(loose[FIRST] == UNDATED, 0, first_days(loose[FIRST].to_numpy(dtype=np.int64), rows.frequency))
    last = first_days(loose[LAST].to_numpy(dtype=np.int64) + 1, rows.frequency) - 1
    return pd.DataFrame({"first": first, "last": last, "certain": (loose[LACKS] == "").to_numpy()})


def _since_last(rows: Rows) -> pd.DataFrame:
    """For each period from the first with a row: @period, the days from the last row before its end, that row (@row), and the days since
    it (`start` to `stop`). Where a row may be later, they are counted from the last day on which it may lie, and `least` is true."""
    spans = _spans(rows).sort_values(["first", ROW]).reset_index(drop=True)
    if not len(spans):
        return pd.DataFrame({PERIOD: [], "days": [], ROW: [], "start": [], "stop": [], "least": []})
    today = rows.today.toordinal() if rows.today else int(spans["last"].max())
    periods = np.arange(int(spans[PERIOD].min()), int(periods_of(np.array([today]), rows.frequency)[0]) + 1)
    ends = np.minimum(first_days(periods + 1, rows.frequency) - 1, today)
    doubts = _doubtful(rows.loose, rows)
    known = np.concatenate([spans["first"], doubts.loc[doubts["certain"].astype(bool), "first"]])
    first, last = np.concatenate([spans["first"], doubts["first"]]), np.concatenate([spans["last"], doubts["last"]])
    lows = np.array([known[known <= end].max(initial=0) for end in ends])
    highs = np.array([np.minimum(last[first <= end], end).max(initial=0) for end in ends])
    at = np.searchsorted(spans["first"].to_numpy(), ends, side="right") - 1
    since = {PERIOD: periods, "days": ends - highs, ROW: spans[ROW].to_numpy()[at], "start": lows, "stop": ends, "least": lows < highs}
    return pd.DataFrame(since)[at >= 0]


def _last_rows(rows: Rows, **_: Any) -> Any:
    spans = _spans(rows)
    return rows.frame.filter(nw.col(ROW).is_in(spans.loc[spans["first"] == spans.groupby(PERIOD)["first"].transform("max"), ROW].tolist()))


@operation(Traits(selects=_last_rows, reads_also=_since_last, by_day=True, of_days=True, at_end=True, no_per_cent=True))
def days_since_last(rows: Rows) -> pd.Series:
    """Days from the last row to the end of a period, or to today where it is not over: 0 if that day has a row.

    The row may lie in an earlier period; before the first one there is no value. Where one that is dated less exactly may be later, the
    days are at least those since the last day on which it may lie. Missing where the collection was partial on any day since the last
    row, because a later one may be missing.

    >>> days_since_last(rows_of(period=[24288, 24290], day=["2024-01-21", "2024-03-31"], frequency="monthly")).to_dict()
    {24288: 10.0, 24289: 39.0, 24290: 0.0}
    """
    return _since_last(rows).set_index(PERIOD)["days"].astype("float64")


@operation(Traits(adds=True, accumulates=True, rough_is_least=True))
def days_lasted(rows: Rows, *, of: DateColumn, blanks: Literal["one_day"] | None = None) -> pd.Series:
    """Days that rows last, from the day on which they start to the last, both counted, added up.

    `of`: the column of the last day. A row counts with all its days in the period in which it starts. One without a last day lasts one day
    at least, and so does one that is dated less exactly; both make the number "at least". `blanks`: one_day says that a row without a
    last day lasts one day.

    >>> drills = rows_of(period=[1, 1], day=["2024-01-15", "2024-01-30"], end=pd.to_datetime(["2024-01-17", None]))
    >>> days_lasted(drills, of="end").to_dict()
    {1: 4.0}
    """
    dated = as_pandas(rows.frame, PERIOD, DAY, DAY_DATED, of)
    lengths = (dated[of] - dated[DAY]).dt.days + 1
    return lengths.where(dated[of].notna() & dated[DAY_DATED], 1).astype("float64").groupby(dated[PERIOD]).sum()


@operation(Traits(adds=True, counts=True, accumulates=True, rough_is_least=True))
def days_with_rows(rows: Rows, *, at_least: Annotated[int, Field(ge=1)] = 1) -> pd.Series:
    """Number of days with at least `at_least` rows. A row that is dated less exactly adds no day and makes the number "at least".

    >>> days_with_rows(rows_of(period=[1, 1, 1], day=["2024-01-05", "2024-01-05", "2024-01-09"]), at_least=2).to_dict()
    {1: 1.0}
    """
    dated = as_pandas(rows.frame, PERIOD, DAY, DAY_DATED)
    by_day = dated[dated[DAY_DATED]].groupby([PERIOD, DAY]).size()
    days = by_day[by_day >= at_least].groupby(level=0).size()
    return days.reindex(sorted(dated[PERIOD].unique()), fill_value=0).astype("float64")


Within = Annotated[int, Field(ge=0, le=1000)]
"""Days to look ahead."""


def _next(days: np.ndarray, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of each day (datetime64[D]): the place of the first of the sorted `others` on it or later, and the days until then."""
    at = np.searchsorted(others, days)
    return at, (np.append(others, np.datetime64("9999-01-01", "D"))[at] - days).astype("int64")


def _paired(rows: Rows, to: OtherRows, within: int) -> pd.DataFrame:
    """Day-dated rows with @row, @period and @day; `lag`: days to the next day-dated row of the other table (NaN beyond
    `within`), and `other`: its @row."""
    firsts = as_pandas(day_dated(rows), ROW, PERIOD, DAY)
    others = to.frame.filter(nw.col(DAY_DATED)).to_pandas().sort_values(DAY, kind="stable")
    at, lag = _next(numpy_days(firsts[DAY]), numpy_days(others[DAY]))
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
    return _paired(rows, to, within).dropna().groupby(PERIOD)["lag"].median()


@operation(Traits(grows_with_others=True, selects=day_dated, reads_also=_pairs, ahead="other", by_day=True))
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
    dated = as_pandas(day_dated(rows), ROW, DAY)
    days = np.unique((numpy_days(dated[DAY])[:, None] - np.arange(within + 1)).ravel())
    rows_by_day = dated.sort_values(DAY, kind="stable")
    at, _ = _next(days, numpy_days(rows_by_day[DAY]))
    periods = [period_of(day, rows.frequency) for day in days.tolist()]
    return pd.DataFrame({DAY: days, PERIOD: periods, ROW: rows_by_day[ROW].to_numpy()[at]})


def _rows_after(rows: Rows, *, within: int) -> pd.DataFrame:
    return _days_before(rows, within)[[PERIOD, ROW]].drop_duplicates()


@operation(Traits(adds=True, grows=True, selects=day_dated, reads_also=_rows_after, ahead="own", by_day=True))
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
