"""Rows to one value a period by their days: pace, gaps, lags, first and last days, lengths."""

from typing import Annotated, Any

import narwhals as nw
import numpy as np
import pandas as pd
from pandas.api.typing import SeriesGroupBy
from pydantic import Field

from indicators.nouns.definition import Selection, operation
from indicators.nouns.periods import days_so_far, period_of
from indicators.nouns.series import OtherRows, Rows
from indicators.nouns.vocabulary import DAY, DAY_DATED, PERIOD, ROW
from indicators.operations.reduce import Traits, as_pandas, count, day_dated, numpy_days


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
    lags = _paired(rows, to, within).dropna()
    return lags.groupby(PERIOD)["lag"].median()


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
