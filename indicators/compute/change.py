"""The latest comparable value, its change against an earlier one, and whether the change is large enough to mean anything."""

import datetime
import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from indicators.compute.carry import periods_about, reason_against_base
from indicators.nouns.periods import days_in, first_day, last_day
from indicators.nouns.series import Series
from indicators.nouns.vocabulary import LEVELS, NEAR_COMPLETE, rounded, scale_of

Word = Literal["better", "worse", "higher", "lower", "about the same", "not comparable"]
YEARS_BACK = 2
SIGNIFICANCE = 0.05
LEAST_FOR_PER_CENT = 6


@dataclass(frozen=True)
class Change:
    """A value against the nearest earlier comparable one. `difference` in the unit; `percent` of the base, None where it
    would mislead; `why` gives the reason if nothing can be compared, or no per cent is given."""

    word: Word
    base: int | None = None
    difference: float | None = None
    percent: float | None = None
    why: str = ""


def comparable(series: Series) -> pd.Series:
    """Which periods are comparable: they have ended, are complete or near_complete, and their value is exact."""
    v = series.values
    covered = v["coverage"].isin(LEVELS[NEAR_COMPLETE:])
    return covered & v["over"] & ~v["at_least"] & v["value"].notna()


def latest(series: Series) -> int | None:
    """The latest comparable period; None if there is none."""
    usable = comparable(series)
    return int(usable.index[usable][-1]) if usable.any() else None


def change(series: Series, period: int) -> Change:
    """Change of a period against the nearest earlier comparable one, at most two years back and not across a break.

    Two values of windows are compared only if the windows share no period. A year to date is compared with the same part of
    the year before.
    """
    usable = comparable(series)
    if period not in usable.index or not usable[period]:
        return Change("not comparable", why=_reason_against(series, period))
    if series.so_far == "start":
        return Change("not comparable", why="a running total contains the value before it")
    bases = _bases(series, usable, period)
    if not bases:
        what = "comparable value a year earlier" if series.so_far else "earlier comparable value"
        return Change("not comparable", why=f"there is no {what}")
    near = [base for base in bases if _years_between(series, base, period) <= YEARS_BACK]
    if not near:
        earlier = series.point(bases[-1]).label
        return Change("not comparable", why=f"the nearest earlier comparable value, {earlier}, is more than two years older")
    stretch, keys = series.values["stretch"], series.values["keys"]
    unbroken = [base for base in near if stretch[base] == stretch[period]]
    if not unbroken:
        return Change("not comparable", why="there is a break in the series between this value and the one before")
    alike = next((base for base in reversed(unbroken) if keys[base] == keys[period]), None)
    if alike is None:
        return Change("not comparable", why="this value and the one before are sums over different keys")
    return _compared(series, alike, period)


def _reason_against(series: Series, period: int) -> str:
    """Why a value cannot be compared."""
    if period not in series.values.index:
        return "the series has no such period"
    point = series.point(period)
    if math.isnan(point.value):
        return f"there is no value ({point.reason})"
    if not point.over:
        return "the period is not over yet"
    return "this value is a minimum" if point.at_least else "coverage is partial"


def _bases(series: Series, usable: pd.Series, period: int) -> list[int]:
    """Earlier comparable periods that do not overlap with a period; for a year to date, the same part of the year before."""
    if series.so_far:
        name = series.point(period).label
        usable = usable & (series.values["label"] == f"{int(name[:4]) - 1:04d}{name[4:]}")
    return [int(base) for base in usable.index[usable & (usable.index <= period - series.length)]]


def _years_between(series: Series, base: int, period: int) -> float:
    start, end = first_day(base, series.frequency), first_day(period, series.frequency)
    return end.year - start.year + (end.month - start.month) / 12 + (end.day - start.day) / 366


def _compared(series: Series, base: int, period: int) -> Change:
    before, now = series.point(base).value, series.point(period).value
    per_cent, why = _per_cent(series, base, before, now)
    return Change(_word(series, base, period, before, now), base, now - before, per_cent, why)


def _word(series: Series, base: int, period: int, before: float, now: float) -> Word:
    if _about_the_same(series, base, period, before, now):
        return "about the same"
    if series.definition.direction == "none":
        return "higher" if now > before else "lower"
    return "better" if (now > before) == (series.definition.direction == "higher is better") else "worse"


def _about_the_same(series: Series, base: int, period: int, before: float, now: float) -> bool:
    if series.counts:
        exposure = [sum(days_in(p, series.frequency) for p in _about(series, one)) for one in (base, period)]
        return poisson_test(int(before), int(now), *exposure) >= SIGNIFICANCE
    gap = abs(rounded(now - before))  # 33.3 less 30.3 is three
    return gap < series.definition.notable if series.definition.notable else now == before


def _about(series: Series, period: int) -> range:
    return periods_about(period, series.frequency, series.length, series.so_far)


def _per_cent(series: Series, base: int, before: float, now: float) -> tuple[float | None, str]:
    reason = reason_against_base(_about(series, base), series.frequency, series.not_a_base)
    if reason:
        return None, reason
    if scale_of(series.unit) != "number":
        return None, "a share changes by points"
    if before < LEAST_FOR_PER_CENT or now < LEAST_FOR_PER_CENT:
        return None, "numbers below six are too small for a change in per cent"
    return (now - before) / before * 100, ""


def poisson_test(first: int, second: int, first_days: float, second_days: float) -> float:
    """Exact two-sided p-value that two Poisson counts have one rate: the conditional binomial test.

    Given the total, the second count is binomial with the share of its exposure; the p-value adds the probabilities of all
    outcomes that are at most as likely as the one observed (Przyborowski and Wilenski, Biometrika 31, 1940).

    >>> round(poisson_test(2, 7, 365, 365), 4)
    0.1797
    >>> poisson_test(0, 0, 1, 1)
    1.0
    """
    total, share = first + second, second_days / (first_days + second_days)
    logs = [_log_binomial(total, k, share) for k in range(total + 1)]
    observed = logs[second] + 1e-7
    return min(1.0, sum(math.exp(one) for one in logs if one <= observed))


def _log_binomial(n: int, k: int, share: float) -> float:
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return ways + k * math.log(share) + (n - k) * math.log(1 - share)


def age_in_months(series: Series, period: int) -> int:
    """Whole months from the end of a period to `as_of`."""
    end, today = last_day(period, series.frequency) + datetime.timedelta(days=1), series.as_of + datetime.timedelta(days=1)
    return max((today.year - end.year) * 12 + today.month - end.month - (today.day < end.day), 0)
