"""What may be said of a value of a series, by default the latest comparable one: only what follows from values that can be compared
with it."""

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from indicators.compute.carry import excluded_base, periods_about
from indicators.compute.change import age_in_months, bound_above, comparable, latest, may_be_chance, reason_against, season_step, verdict
from indicators.compute.state import most_comparable
from indicators.nouns.periods import days_in, label
from indicators.nouns.series import Results, Series
from indicators.nouns.units import direction_of
from indicators.nouns.vocabulary import ROW, scale_of, steps_of
from indicators.problems import ProblemsFound

Kind = Literal["value", "change", "extreme", "run", "first", "largest part", "pace"]
LEAST_PERIODS = 3
"""Values that an extreme or a run needs at least, the latest included."""
LEAST_PACED = 3
"""Things from which on the days for each say something."""


@dataclass(frozen=True)
class Claim:
    """One thing that is true of the value of a `period`.

    `way`: 1 for a rise or the highest, -1 for a fall or the lowest. `base`: the period that it is measured against: of an extreme the
    last one before with a value as high (as low), None where there is none; of a run the one before its first step; of a first the
    last one with something in it, None where there is none. `start`: the first period whose value it rests on. `number`: of a run its
    steps, of a part its share of the whole, of a pace the days. `left_out`: periods in between that do not fit and were passed over,
    because no change is measured from them. `chance`: whether chance could explain the difference, of an extreme the one to the nearest
    value.
    `part`: the code of the largest part of the breakdown `by`.
    """

    kind: Kind
    period: int
    way: int = 0
    base: int | None = None
    start: int | None = None
    number: float = 0.0
    left_out: tuple[int, ...] = ()
    chance: bool = False
    by: str = ""
    part: str = ""


@dataclass(frozen=True)
class Claims:
    """The claims about a series, or about the part of its breakdown that can be compared (`part`); `refused`: why there is none;
    `silent`: why nothing is said against earlier values, "" where something may be said. `months`: age of the value."""

    series: Series
    part: str = ""
    each: tuple[Claim, ...] = ()
    refused: str = ""
    silent: str = ""
    months: int = 0


def claims(whole: Series, broken_down: Iterable[Series] = (), period: int | None = None) -> Claims:
    """All that may be said of the value of a period, by default the latest comparable one; the value itself first. `broken_down`: the
    series by each breakdown whose largest part is asked for.

    Periods that are not over, that were partly collected or have only a minimum are in no claim; no claim crosses a break of the
    series, or measures from periods that are excluded as a base. A later minimum limits only what is said of the latest value: of a
    period that is asked for nothing is said against what came after it.
    """
    part, series = most_comparable(whole) if period is None else _comparable_in(whole, period)
    newest = latest(series) if period is None else period if _is_comparable(series, period) else None
    if newest is None:
        return Claims(series, part, refused=_why_none(series) if period is None else _why_not(series, period))
    passed = period is None and is_passed(series, newest)
    found = [Claim("value", newest), *_change(series, newest, passed)]
    line = _line(series, newest)
    silent = _why_silent(series, newest, line, passed)
    for way in (1, -1):
        if not (passed and way < 0):  # a later minimum is already higher: nothing is called low, or falling
            found += [*_extreme(series, newest, line, way), *_run(series, newest, line, way)]
    found += [*_first(series, newest, line), *_pace(series, newest)]
    if not part and _may_have_parts(series, newest):  # else no breakdown is computed
        found += [claim for one in broken_down for claim in _largest_part(one, newest)]
    return Claims(series, part, tuple(found), silent=silent, months=age_in_months(series, newest))


def by_each_breakdown(results: Results, whole: Series) -> Iterator[Series]:
    """A series by each of its breakdowns, in its latest comparable period; without those of more numbers than are computed at once, and
    without those whose parts would add up to more than the whole."""
    newest = latest(whole)
    query = whole.query._replace(period=newest)
    for one in whole.definition.breakdown:
        if newest is not None and _counts_twice(results, whole, one.by, newest):
            continue
        with contextlib.suppress(ProblemsFound):
            yield whole if one.by == whole.query.breakdown else results.series(query._replace(breakdown=one.by))


def _counts_twice(results: Results, whole: Series, column: str, period: int) -> bool:
    """Whether a row that is counted in a period has several codes in a column."""
    table = results.tables[whole.definition.table or ""]
    listing = table.relations.lists.get(column)
    if not listing or not whole.counts or table.store:
        return False
    return bool(table.rows_with(whole.rows_in(period), [ROW, column])[column].str.contains(listing.separator, regex=False).any())


def is_passed(series: Series, period: int) -> bool:
    """Whether a period is the latest comparable one and a later minimum is already above its value."""
    return period == latest(series) and bound_above(series, period) is not None


def _comparable_in(series: Series, period: int) -> tuple[str, Series]:
    """The series, or where its value of a period cannot be compared, the first part of its breakdown whose value can."""
    if _is_comparable(series, period):
        return "", series
    return next(((code, part) for code, part in series.parts.items() if _is_comparable(part, period)), ("", series))


def _is_comparable(series: Series, period: int) -> bool:
    return period in series.values.index and bool(comparable(series)[period])


def _why_not(series: Series, period: int) -> str:
    return f"{label(period, series.frequency)}: {reason_against(series, period)}"


def _why_none(series: Series) -> str:
    """Why no value can be compared: the reason of the last period that could have one."""
    over = series.values.index[series.values["over"]]
    if not len(over):
        return "no period is over yet"
    point = series.point(int(over[-1]))
    if point.status == "M":
        return f"{point.label}: there is no value ({point.reason})"
    return f"{point.label}: {'only a minimum is known' if point.at_least else 'coverage is partial'}"


def _why_silent(series: Series, newest: int, line: list[int], passed: bool) -> str:
    if passed:
        return "a later minimum is already higher, so nothing is called low or falling"
    own = verdict(series, newest)
    if _excluded(series, newest) or (own.base is not None and _excluded(series, own.base)):
        return "no change is measured from or to a time that is excluded as a base"
    if len(line) >= LEAST_PERIODS:
        return ""
    return own.why if own.base is None else "too few earlier values can be compared"


def _change(series: Series, newest: int, passed: bool) -> Iterator[Claim]:
    own = verdict(series, newest)
    if own.base is not None and own.period == newest and not passed and not _excluded(series, own.base):
        yield Claim("change", newest, own.way, own.base, own.base, chance=own.chance)


def _line(series: Series, newest: int) -> list[int]:
    """Comparable periods up to the latest one, the latest first, as far back as none is missing and the series does not break. Of a
    series with a season, the same period of each year."""
    usable, (stretch, keys) = comparable(series), (series.values["stretch"], series.values["keys"])
    line = []
    period: int | None = newest
    while period is not None and period in usable.index and usable[period]:
        if stretch[period] != stretch[newest] or keys[period] != keys[newest]:
            break
        line.append(period)
        period = season_step(series, period)
    return line


def _excluded(series: Series, period: int) -> bool:
    return bool(excluded_base(periods_about(period, series.frequency, series.length, series.so_far), series.frequency, series.not_a_base))


def _extreme(series: Series, newest: int, line: list[int], way: int) -> Iterator[Claim]:
    """The highest (lowest) value since the last one that was as high (as low), or of all that can be compared."""
    if series.so_far == "start" or _excluded(series, newest):
        return
    values = {period: series.point(period).value for period in line}
    kept = [period for period in line if not _excluded(series, period)]
    reached = (period for period in kept[1:] if direction_of(values[period], values[newest], series.unit) * way <= 0)
    base = next(reached, None)
    beaten = [period for period in kept[1:] if base is None or period > base]
    if len(beaten) + 1 < LEAST_PERIODS:
        return
    nearest = max(beaten, key=lambda period: values[period] * way)
    passed_over = [period for period in line if period not in kept and period > beaten[-1]]
    left_out = tuple(one for one in passed_over if direction_of(values[one], values[newest], series.unit) * way <= 0)
    yield Claim("extreme", newest, way, base, beaten[-1], left_out=left_out, chance=may_be_chance(series, nearest, newest))


def _run(series: Series, newest: int, line: list[int], way: int) -> Iterator[Claim]:
    """Rises (falls) one after the other. Windows are compared with windows that share no period with them."""
    steps, period = 0, newest
    stride = series.length if season_step(series, newest) == newest - 1 else 1
    for before in line[stride::stride]:
        if direction_of(series.point(before).value, series.point(period).value, series.unit) != way or _excluded(series, before):
            break
        steps, period = steps + 1, before
    if steps + 1 >= LEAST_PERIODS and not _excluded(series, newest) and series.so_far != "start":
        yield Claim("run", newest, way, period, period, number=steps, chance=may_be_chance(series, period, newest))


def _first(series: Series, newest: int, line: list[int]) -> Iterator[Claim]:
    """Something, after periods with nothing at all."""
    if not series.counts or series.point(newest).value <= 0:
        return
    base = next((period for period in line[1:] if series.point(period).value != 0), None)
    empty = [period for period in line[1:] if base is None or period > base]
    if len(empty) + 1 >= LEAST_PERIODS:
        yield Claim("first", newest, 1, base, empty[-1])


def _pace(series: Series, newest: int) -> Iterator[Claim]:
    """Days of the period for each thing that was counted; neither of kinds nor of what has its days in the calendar and so a most."""
    count, own = series.point(newest).value, series.definition
    happens = not (own.reduce and own.reduce.name == "distinct") and not (own.bound and own.bound.high is not None)
    if series.counts and happens and count >= LEAST_PACED and not series.so_far:
        days = sum(days_in(one, series.frequency) for one in periods_about(newest, series.frequency, series.length, series.so_far))
        yield Claim("pace", newest, number=days / count)


def _may_have_parts(series: Series, newest: int) -> bool:
    """Whether a value can be made of several parts: a step has none, and one thing has only one."""
    return scale_of(series.unit) == "number" and not steps_of(series.unit) and series.point(newest).value > 1


def _largest_part(series: Series, newest: int) -> Iterator[Claim]:
    """The largest part of a sum, and its share: only where the parts are exact and make up the whole, and that is more than one thing."""
    alone = {code: part.between(newest, newest) for code, part in series.parts.items() if newest in part.values.index}
    points = {code: part.point(newest) for code, part in alone.items()}
    whole = series.point(newest).value
    exact = all(point.value >= 0 and not point.at_least for point in points.values())
    if len(points) < 2 or not exact or not _may_have_parts(series, newest):
        return
    if direction_of(sum(point.value for point in points.values()), whole, series.unit) != 0:
        return  # rows with several codes are in several parts
    ranked = sorted(points, key=lambda code: -points[code].value)
    if direction_of(points[ranked[1]].value, points[ranked[0]].value, series.unit) > 0:
        yield Claim("largest part", newest, number=points[ranked[0]].value / whole, by=series.query.breakdown or "", part=ranked[0])
