"""The latest comparable value, its change against an earlier one, and whether the change is large enough to mean anything."""

import datetime
import functools
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, Literal, ParamSpec, TypeVar

import numpy as np
import pandas as pd

from indicators.compute.carry import excluded_base, periods_about
from indicators.nouns.periods import PER_YEAR, days_in, first_day, last_day, period_named
from indicators.nouns.series import Series
from indicators.nouns.units import direction_of
from indicators.nouns.vocabulary import LEVELS, NEAR_COMPLETE, StepOf, rounded, scale_of
from indicators.operations.registry import OPERATIONS, reducer_traits, step_from_text

Word = Literal["better", "worse", "higher", "lower", "about the same", "not comparable"]
YEARS_BACK = 2
COMPARED = LEVELS[NEAR_COMPLETE:]
SIGNIFICANCE = 0.05
LEAST_FOR_PER_CENT = 6
OLD = {"annual": 18, "half-yearly": 12, "triannual": 10, "quarterly": 8, "monthly": 4, "weekly": 2, "daily": 2}
"""Months after which a value of a frequency is called old: when later ones could have been published."""
FIXED_BASE = {"reference", "period"}
"""Parameters that make a transform compare with one fixed time."""


@dataclass(frozen=True)
class Change:
    """The value of a `period` against an earlier comparable one. `difference` in the unit; `way`: 1 up, -1 down, 0 where the
    difference prints as zero; `percent` of the base, None where it would mislead; `chance`: counts whose difference chance could
    explain; `least`: the value is a minimum, and already above the base; `why`: the reason if nothing can be compared, or no
    per cent is given."""

    word: Word
    base: int | None = None
    difference: float | None = None
    percent: float | None = None
    why: str = ""
    period: int | None = None
    way: int = 0
    chance: bool = False
    least: bool = False


Rest = ParamSpec("Rest")
Found = TypeVar("Found")


def kept_in_series(function: Callable[Concatenate[Series, Rest], Found]) -> Callable[Concatenate[Series, Rest], Found]:
    """The function with what it found for a series kept in it: a page asks for the change of its latest value dozens of times."""

    @functools.wraps(function)
    def recalled(series: Series, /, *rest: Rest.args, **named: Rest.kwargs) -> Found:
        key = function.__name__, rest
        if key not in series.kept:
            series.kept[key] = function(series, *rest, **named)
        found: Found = series.kept[key]
        return found

    return recalled


@kept_in_series
def comparable(series: Series) -> pd.Series:
    """Which periods are comparable: they have ended, are complete or near_complete, and their value is exact."""
    v = series.values
    over, at_least = (v[name].to_numpy(dtype=bool) for name in ("over", "at_least"))
    return pd.Series(_is_covered(series) & over & ~at_least & ~np.isnan(v["value"].to_numpy(dtype=float)), index=v.index)


def _is_covered(series: Series) -> np.ndarray:
    return np.array([level in COMPARED for level in series.values["coverage"].tolist()], dtype=bool)


def latest(series: Series) -> int | None:
    """The latest comparable period; None if there is none."""
    usable = comparable(series)
    return int(usable.index[usable][-1]) if usable.any() else None


@kept_in_series
def change(series: Series, period: int) -> Change:
    """Change of a period against the nearest earlier comparable one, at most two years back and not across a break.

    Two values of windows are compared only if the windows share no period. A series with a season, and a year to date, are
    compared with the same period of the year before, or else of the year before that. A minimum is compared only where it is
    already above what it is compared with.
    """
    usable = comparable(series)
    if period not in usable.index or not (usable[period] or _can_only_grow(series)[period]):
        return Change("not comparable", why=reason_against(series, period), period=period)
    base = _base(series, usable, period)
    if not usable[period]:
        minimum = None if isinstance(base, str) else _exceeding(series, base, period)
        return minimum or Change("not comparable", why=reason_against(series, period), period=period)
    if isinstance(base, str):
        return Change("not comparable", why=base, period=period)
    return _compared(series, base, period)


@kept_in_series
def verdict(series: Series, period: int) -> Change:
    """The change of a period; for the latest comparable one, that of a later minimum which is already above it.

    Nothing is called a fall where a later lower bound is already higher, even by so little that it decides nothing itself.
    """
    own = change(series, period)
    if period != latest(series):
        return own
    above = _minimums_above(series, period)
    decided = (_exceeding(series, base, later) for later, base in above.items() if base is not None)
    minimum = next(filter(None, decided), None)
    if minimum or own.way >= 0 or own.word == "about the same":
        return minimum or own
    bound = bound_above(series, period)
    return own if bound is None else Change("not comparable", period=bound, why="a later minimum is already higher")


def bound_above(series: Series, period: int) -> int | None:
    """The last later period whose lower bound is above the value of a period, or above that of its own season; None if there is none."""
    return next((later for later in _minimums_above(series, period) if series.point(later).at_least), None)


@kept_in_series
def _minimums_above(series: Series, period: int) -> dict[int, int | None]:
    """Later periods, the latest first, whose value can only grow and is already above what it has to be compared with: the base of
    each, None where there is none."""
    usable, seasonal = comparable(series), _by_season(series)
    later = series.values.index[_can_only_grow(series) & (series.values.index > period)].tolist()
    alike = [p for p in reversed(later) if (seasonal or _rises(series, period, p)) and not _reason_between(series, period, p)]
    bases = {p: base if isinstance(base := _base(series, usable, p), int) else None for p in alike}
    return {p: base for p, base in bases.items() if (not seasonal if base is None else _rises(series, base, p))}


def _rises(series: Series, before: int, now: int) -> bool:
    return direction_of(series.point(before).value, series.point(now).value, series.unit) > 0


def minimums(series: Series) -> pd.Series:
    """Which values can only grow: a lower bound of what counts, or a count of a period that is not over."""
    v = series.values
    over, at_least = (v[name].to_numpy(dtype=bool) for name in ("over", "at_least"))
    minimum = at_least | (_is_covered(series) & ~over & series.counts)
    return pd.Series(~np.isnan(v["value"].to_numpy(dtype=float)) & minimum, index=v.index)


def _can_only_grow(series: Series) -> pd.Series:
    """Which values are minimums of all that counts, and so of the same as those of other periods."""
    return minimums(series) & np.array([not names for names in series.values["not_collected"].tolist()], dtype=bool)


def reason_against(series: Series, period: int) -> str:
    """Why the value of a period cannot be compared."""
    if period not in series.values.index:
        return "the series has no such period"
    point = series.point(period)
    if math.isnan(point.value):
        return f"there is no value ({point.reason})"
    if not point.over:
        return "the period is not over yet"
    return "this value is a minimum" if point.at_least else "coverage is partial"


# ---- what a value is compared with ----


def _base(series: Series, usable: pd.Series, period: int) -> int | str:
    """The period that a value is compared with, or the reason why there is none."""
    if series.so_far == "start":
        return "a running total contains the value before it"
    if _by_season(series):
        return _same_season(series, usable, period)
    bases = usable.index[usable & (usable.index <= period - series.length)]
    if not len(bases):
        return "there is no earlier comparable value"
    last = int(bases[-1])
    if _years_between(series, last, period) > YEARS_BACK:
        return f"the nearest earlier comparable value, {series.point(last).label}, is more than two years older"
    near = itertools.takewhile(lambda base: _years_between(series, base, period) <= YEARS_BACK, map(int, reversed(bases)))
    alike = next((base for base in near if not _reason_between(series, base, period)), None)  # mostly the first of hundreds of days
    return _reason_between(series, last, period) if alike is None else alike


def _by_season(series: Series) -> bool:
    """Whether only the same period of another year is like a period. Windows of whole years have no season."""
    whole_years = series.length % PER_YEAR[series.frequency] == 0
    return bool(series.so_far) or (bool(series.definition.season) and not whole_years)


def season_step(series: Series, period: int) -> int | None:
    """The period before a period in the same line: the one before it, or of a series with a season the same one of the year before;
    None if that year has none."""
    if not _by_season(series):
        return period - 1
    name = series.point(period).label
    return _of_that_name(f"{int(name[:4]) - 1:04d}{name[4:]}")


def _same_season(series: Series, usable: pd.Series, period: int) -> int | str:
    reasons: dict[str, list[str]] = {}
    name = series.point(period).label
    for years in range(1, YEARS_BACK + 1):
        earlier = f"{int(name[:4]) - years:04d}{name[4:]}"
        base = _of_that_name(earlier)
        why = _reason_as_base(series, usable, base, period)
        if base is not None and not why:
            return base
        reasons.setdefault(why, []).append(earlier)
    listed = "; ".join(f"{' and '.join(names)}: {why}" for why, names in reasons.items())
    return f"nothing is comparable in the same period of the two years before ({listed})"


def _of_that_name(name: str) -> int | None:
    """The period of a name; None if the calendar has none, such as week 53 or 29 February of most years."""
    found = period_named(name)
    return found[0] if found else None


def _reason_as_base(series: Series, usable: pd.Series, base: int | None, period: int) -> str:
    """Why a period cannot be what another is compared with; "" if it can."""
    if base is None or base not in usable.index:
        return "the series has no such period"
    if not usable[base]:
        return reason_against(series, base)
    if base > period - series.length:
        return "the two windows overlap"
    return _reason_between(series, base, period)


def _reason_between(series: Series, base: int, period: int) -> str:
    """Why two comparable values are not alike; "" if they are."""
    stretch, keys = series.values["stretch"], series.values["keys"]
    if stretch[base] != stretch[period]:
        return "the series breaks in between"
    of = "scores of different parts" if series.definition.composite else "sums over different keys"
    return "" if keys[base] == keys[period] else f"this value and the one before are {of}"


def _years_between(series: Series, base: int, period: int) -> float:
    start, end = first_day(base, series.frequency), first_day(period, series.frequency)
    return end.year - start.year + (end.month - start.month) / 12 + (end.day - start.day) / 366


# ---- what the difference is called ----


def _compared(series: Series, base: int, period: int) -> Change:
    before, now = series.point(base).value, series.point(period).value
    way = direction_of(before, now, series.unit)
    per_cent, why = _per_cent(series, base, before, now)
    chance = way != 0 and may_be_chance(series, base, period)
    word = "about the same" if not way or chance or _is_small(series, base, period) else _word(series, way)
    return Change(word, base, now - before, per_cent, why, period, way, chance)


def _exceeding(series: Series, base: int, period: int) -> Change | None:
    """The change of a minimum that is notably above its base already; None otherwise."""
    before, now = series.point(base).value, series.point(period).value
    if direction_of(before, now, series.unit) <= 0 or _is_small(series, base, period) or may_be_chance(series, base, period):
        return None
    return Change(_word(series, 1), base, now - before, period=period, way=1, least=True)


def _word(series: Series, way: int) -> Word:
    # Values may be changes themselves: a smaller rise is lower, but not worse. Against one fixed time they are not.
    if series.definition.direction == "none" or any(not FIXED_BASE & one.parameters.keys() for one in _comparisons(series)):
        return "higher" if way > 0 else "lower"
    return "better" if (way > 0) == (series.definition.direction == "higher is better") else "worse"


def _comparisons(series: Series) -> list[StepOf]:
    """The transforms that compare a value with another one."""
    steps = [*series.definition.transform, *map(step_from_text, series.query.transform)]
    return [one for one in steps if OPERATIONS["transform"][one.name].traits.compares]


def _is_small(series: Series, base: int, period: int) -> bool:
    """Whether a difference is below `notable`; counts need none."""
    gap = rounded(series.point(period).value - series.point(base).value)  # 33.3 less 30.3 is three
    return not series.counts and abs(gap) < (series.definition.notable or 0.0)


def may_be_chance(series: Series, base: int, period: int) -> bool:
    """Whether two values are counts, or follow from a number of rows, that chance alone could make so different."""
    if series.counts:
        counted = [int(series.point(one).value) for one in (base, period)]
    elif reducer_traits(series.definition).of_rows and not _comparisons(series):
        counted = [len(series.rows_in(one)) for one in (base, period)]
    else:
        return False
    exposure = [sum(days_in(p, series.frequency) for p in _about(series, one)) for one in (base, period)]
    return min(counted) >= 0 and poisson_test(*counted, *exposure) >= SIGNIFICANCE  # what is below 0 is no count


def _about(series: Series, period: int) -> range:
    return periods_about(period, series.frequency, series.length, series.so_far)


def _per_cent(series: Series, base: int, before: float, now: float) -> tuple[float | None, str]:
    excluded = excluded_base(_about(series, base), series.frequency, series.not_a_base)
    if excluded:
        return None, excluded.reason
    if scale_of(series.unit) != "number":
        return None, "a share changes by points"
    if series.definition.composite:
        return None, "a score changes by points"
    if reducer_traits(series.definition).no_per_cent:
        return None, "a place in time changes by days"
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
    middle, reach = total * share, 20 + 15 * math.sqrt(total * share * (1 - share))  # beyond it all outcomes together are below 1e-40
    if abs(second - middle) > reach:
        return 0.0
    counts = np.arange(max(0, math.floor(middle - reach)), min(total, math.ceil(middle + reach)) + 1)
    steps = np.log((total - counts[:-1]) / counts[1:]) + math.log(share / (1 - share))
    logs = np.concatenate([[0.0], np.cumsum(steps)])
    above = logs - logs[second - counts[0]]
    return min(1.0, float(np.exp(above[above <= 1e-7]).sum()) * math.exp(_log_binomial(total, second, share)))


def _log_binomial(n: int, k: int, share: float) -> float:
    ways = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
    return ways + k * math.log(share) + (n - k) * math.log(1 - share)


def age_in_months(series: Series, period: int) -> int:
    """Whole months from the end of a period to `as_of`."""
    end, today = last_day(period, series.frequency) + datetime.timedelta(days=1), series.as_of + datetime.timedelta(days=1)
    return max((today.year - end.year) * 12 + today.month - end.month - (today.day < end.day), 0)


def is_old(series: Series, newest: int) -> bool:
    """Whether later values could have been published by now."""
    return age_in_months(series, newest) >= OLD[series.frequency]
