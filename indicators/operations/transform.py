"""Series to series over the same periods. Windows are calendar windows: one place is one period, gaps are NaN.

Each function has its reach: which other places the value at a place reads. From it `compute.carry` carries
status, coverage and rows; no transform does.
"""

import functools
from collections.abc import Callable
from typing import Annotated, NamedTuple

import numpy as np
import pandas as pd
from pydantic import Field

from indicators.nouns.definition import operation
from indicators.nouns.periods import Frequency, days_in, first_of_years, labels, period_named, within
from indicators.nouns.vocabulary import PeriodName, SoFar

NOWHERE = -1_000_000_000
Window = Annotated[int, Field(ge=1, le=1000)]


class Reach(NamedTuple):
    """What each place of a series reads: the places from `start` up to `stop`, which may lie outside the series, and, if `own`, itself."""

    start: np.ndarray
    stop: np.ndarray
    own: bool = False


class Calendar(NamedTuple):
    """The periods of a series: `periods` without gaps, of one frequency. `days`: how many each value is about, so far; all those of
    the periods if not given."""

    periods: tuple[int, ...]
    frequency: Frequency
    days: tuple[float, ...] = ()

    @property
    def start(self) -> int:
        """The period at place 0."""
        return self.periods[0] if self.periods else 0

    @property
    def places(self) -> np.ndarray:
        return np.arange(len(self.periods))


class Traits(NamedTuple):
    """What `compute` must know of a transform.

    `reach`: (calendar, **parameters) -> the places it reads. `sums`: "at least" survives. `counts`: counts stay counts. `compares`:
    nothing is given across a break, nor for a period that is not over. `averages`: nor is a mean. `a_day`: the result does not depend
    on how long a period is. `per_cent`: a base may be refused. `unit`: the unit of the result. `so_far`: as in `Series`.
    """

    reach: Callable[..., Reach]
    sums: bool = False
    counts: bool = False
    compares: bool = False
    averages: bool = False
    a_day: bool = False
    per_cent: bool = False
    unit: str = "{unit}"
    so_far: SoFar = ""


def _window(calendar: Calendar, *, window: int) -> Reach:
    return Reach(calendar.places - window + 1, calendar.places + 1)


def _step_back(calendar: Calendar, *, periods: int = 1) -> Reach:
    return Reach(calendar.places - periods, calendar.places - periods + 1, own=True)


def _year_back(calendar: Calendar, *, reference: int | None = None) -> Reach:
    bases = _bases(calendar.start, len(calendar.periods), calendar.frequency, reference)
    return Reach(bases, bases + 1, own=True)


@functools.lru_cache(8)
def _bases(start: int, size: int, frequency: Frequency, reference: int | None) -> np.ndarray:
    """Places of the periods of the same names in another year; negative where that year has none (29 February, week 53)."""
    names = labels(np.arange(start, start + size), frequency)
    found = (period_named(f"{int(one[:4]) - 1 if reference is None else reference:04d}{one[4:]}") for one in names)
    return np.array([one[0] - start if one else NOWHERE for one in found], dtype=np.int64)


def _this_year(calendar: Calendar) -> Reach:
    periods = np.array(calendar.periods, dtype=np.int64)
    return Reach(first_of_years(periods, calendar.frequency) - calendar.start, calendar.places + 1)


def _with_base(calendar: Calendar, *, period: str) -> Reach:
    first, last = (np.full_like(calendar.places, one - calendar.start) for one in within(period, calendar.frequency))
    return Reach(first, last + 1, own=True)


@operation(Traits(_window, sums=True, counts=True))
def rolling_sum(series: pd.Series, *, window: Window) -> pd.Series:
    """Sum of the last `window` periods, in the same unit. Missing until every period of the window has a value; a period of a
    partial collection in which nothing was found counts as at least 0, and the sum is a minimum.

    >>> rolling_sum(pd.Series([1.0, 2.0, 4.0]), window=2).tolist()
    [nan, 3.0, 6.0]
    """
    return series.rolling(window).sum()


@operation(Traits(_window, averages=True))
def rolling_mean(series: pd.Series, *, window: Window) -> pd.Series:
    """Mean of the last `window` periods, in the same unit. Missing until every period of the window has a value.

    A count or a sum of a period that is not over is not averaged with those of whole periods: missing.

    >>> rolling_mean(pd.Series([1.0, 2.0, 4.0]), window=2).tolist()
    [nan, 1.5, 3.0]
    """
    return series.rolling(window).mean()


@operation(Traits(_step_back, compares=True, unit="change of {unit}"))
def change(series: pd.Series, *, periods: Window = 1) -> pd.Series:
    """Difference to the value `periods` earlier, as a change of the unit. Missing where one of the two is missing.

    A count or a sum of a period that is not over is not compared with that of a whole one: missing.

    >>> change(pd.Series([1.0, 3.0])).tolist()
    [nan, 2.0]
    """
    return series - series.shift(periods)


@operation(Traits(_step_back, compares=True, per_cent=True, unit="per cent change of {unit}"))
def pct_change(series: pd.Series, *, periods: Window = 1) -> pd.Series:
    """Change against the value `periods` earlier, in per cent of it. Missing where the base is missing, zero or below: in
    per cent of a negative number a rise would be a fall.

    A count or a sum of a period that is not over is not compared with that of a whole one: missing.

    >>> pct_change(pd.Series([2.0, 3.0, 0.0, 1.0, -4.0, -2.0])).tolist()
    [nan, 50.0, -100.0, nan, -500.0, nan]
    """
    base = series.shift(periods)
    return (series - base) / base.where(base > 0) * 100


@operation(Traits(_year_back, compares=True, per_cent=True, unit="per cent change of {unit} against another year"))
def year_on_year(series: pd.Series, *, calendar: Calendar, reference: Annotated[int, Field(ge=1, le=9999)] | None = None) -> pd.Series:
    """Change in per cent against the same period a year earlier, or of the `reference` year. Missing where the base is missing, zero or
    below.

    A count or a sum of a period that is not over is not compared with that of a whole one: missing.

    >>> months = Calendar(tuple(range(24288, 24301)), "monthly")
    >>> year_on_year(pd.Series([2.0] * 12 + [3.0], index=months.periods), calendar=months).tolist()[-1]
    50.0
    """
    at = _year_back(calendar, reference=reference).start
    base = pd.Series(series.reindex(at + calendar.start).to_numpy(), index=series.index)
    return (series - base) / base.where(base > 0) * 100


@operation(Traits(lambda calendar: Reach(0 * calendar.places, calendar.places + 1), sums=True, counts=True, so_far="start"))
def cumulative(series: pd.Series) -> pd.Series:
    """Sum of all periods so far, in the same unit. Missing from the first missing period on.

    >>> cumulative(pd.Series([1.0, 2.0, 4.0])).tolist()
    [1.0, 3.0, 7.0]
    """
    return series.cumsum(skipna=False)


@operation(Traits(_this_year, sums=True, counts=True, so_far="year"))
def year_to_date(series: pd.Series, *, calendar: Calendar) -> pd.Series:
    """Sum of the calendar year so far, in the same unit. Missing from a missing period to the end of its year.

    >>> months = Calendar((24287, 24288, 24289), "monthly")
    >>> year_to_date(pd.Series([5.0, 1.0, 2.0], index=months.periods), calendar=months).tolist()
    [nan, 1.0, 3.0]
    """
    first = _this_year(calendar).start
    return series.groupby(first).cumsum(skipna=False).where(first >= 0)


@operation(Traits(_with_base, compares=True, per_cent=True, unit="index of {unit}"))
def rebase(series: pd.Series, *, calendar: Calendar, period: PeriodName) -> pd.Series:
    """Index with the mean of a `period` as 100. Missing everywhere where that period is missing, not whole, zero or below.

    A count or a sum of a period that is not over is not compared with that of a whole one: missing.

    >>> years = Calendar((2019, 2020), "annual")
    >>> rebase(pd.Series([4.0, 5.0], index=years.periods), calendar=years, period="2019").tolist()
    [100.0, 125.0]
    """
    first, last = within(period, calendar.frequency)
    base = series.reindex(range(first, last + 1)).mean(skipna=False)
    return series * 100 / base if base > 0 else series * float("nan")


@operation(Traits(lambda calendar: _window(calendar, window=1), sums=True, a_day=True, unit="{unit} a day"))
def per_day(series: pd.Series, *, calendar: Calendar) -> pd.Series:
    """Value for each calendar day of the period, in the same unit a day.

    A window or a sum so far has all its days, a mean of a window their mean; a period that is not over has the days so far.

    >>> per_day(pd.Series([62.0], index=[24288]), calendar=Calendar((24288,), "monthly")).tolist()
    [2.0]
    """
    return series / list(calendar.days or [days_in(int(p), calendar.frequency) for p in series.index])
