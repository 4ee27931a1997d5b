"""The two axes: steps and words of values, in one unit for large numbers; years, months or days of time, never turned."""

import datetime
import math
from collections.abc import Sequence
from typing import NamedTuple

from dashboard.charts.frame import TEXT, Figure, Frame, text_width
from indicators.nouns.vocabulary import scale_of, steps_of

STEPS = (1, 2, 2.5, 5, 10, 20, 50, 100)
MOST_STEPS = 6
LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e4, "thousand"))
"""From which value on numbers are written in a larger unit, and its name; ten thousand and more are written in thousands."""
LEAST_SHARE = 0.45
"""An axis that need not begin at zero does so where the lowest value is below this share of the highest."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
GAP = 10
"""Least space between two labels of the axis of time, in pixels."""


class Scale(NamedTuple):
    """An axis of values: `low` to `high`, the values with a line and their `texts`; numbers are divided by `divisor`, whose `name` is
    part of the unit ("" where it is one). `from_zero`: whether it begins at zero."""

    low: float
    high: float
    ticks: tuple[float, ...]
    texts: tuple[str, ...]
    divisor: float = 1
    name: str = ""
    from_zero: bool = True


def larger_unit(most: float) -> tuple[float, str]:
    """Divisor and name of the unit in which numbers up to `most` are written.

    >>> larger_unit(950_000), larger_unit(1_200_000), larger_unit(70)
    ((1000.0, 'thousand'), (1000000.0, 'million'), (1, ''))
    """
    for least, name in LARGE:
        if most >= least:
            return (1e3 if name == "thousand" else least), name
    return 1, ""


def scale(values: Sequence[float], unit: str, *, zero: bool, whole: bool, space: float = 0.0) -> Scale:
    """The axis for values in a unit. `zero`: it must include zero; `whole`: its steps are whole numbers; `space`: share of the height
    that is kept free above the highest value.

    >>> scale([2, 7], "meetings", zero=True, whole=True).texts
    ('0', '2', '4', '6')
    >>> scale([0, 1], "step of slight < duel", zero=True, whole=False).texts
    ('none', 'slight', 'duel')
    >>> scale([151.2, 157.9], "yen for a dollar", zero=False, whole=False).from_zero
    False
    """
    known = [v for v in values if not math.isnan(v)]
    steps = ("none", *steps_of(unit))
    if len(steps) > 1 and all(v in range(len(steps)) for v in known):
        top = len(steps) - 1
        return Scale(0, top + top * space / (1 - space), tuple(map(float, range(top + 1))), steps)
    least, most = (min(known), max(known)) if known else (0.0, 1.0)
    if zero or least < 0 < most or least <= LEAST_SHARE * most:
        least, most = min(least, 0.0), max(most, 0.0)
    if least == most:
        least, most = (least, least + 1) if least >= 0 else (least - 1, least)
    step = _step((most - least) / (MOST_STEPS - 1) * 0.999, whole=whole)
    low = math.floor(least / step + 1e-9) * step
    high = most + (most - low) * space / (1 - space)
    count = math.floor((high - low) / step + 1e-9)
    ticks = tuple(round(low + i * step, 12) for i in range(count + 1))
    whole_share = {"share": 1.0, "per cent": 100.0}.get(scale_of(unit))
    if whole_share and most <= whole_share:  # no more than all
        ticks = tuple(tick for tick in ticks if tick <= whole_share)
    divisor, name = larger_unit(max(abs(least), abs(most))) if scale_of(unit) == "number" else (1, "")
    return Scale(low, high, ticks, tuple(_texts(ticks, unit, divisor)), divisor, name, low <= 0)


def _step(rough: float, *, whole: bool) -> float:
    """A round step of at least that size."""
    rough = max(rough, 1.0) if whole else rough
    power = 10.0 ** math.floor(math.log10(rough))
    steps = (s * power for s in STEPS if s * power >= rough)
    return next(s for s in steps if not whole or (s >= 1 and s == int(s)))


def _texts(ticks: Sequence[float], unit: str, divisor: float) -> list[str]:
    """Values as the axis has them, all with as many places as the finest needs."""
    factor = 100 if scale_of(unit) == "share" else 1
    numbers = [tick / divisor * factor for tick in ticks]
    places = max((_places(n) for n in numbers), default=0)
    if places > 6 or max(map(abs, numbers), default=0) >= 1e15:
        return [_in_powers(n) for n in numbers]
    sign = "" if scale_of(unit) == "number" else " %"
    return [f"{n:,.{places}f}{sign}".replace("-", "−") for n in numbers]


POWERS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _in_powers(number: float) -> str:
    """A very small or very large number.

    >>> _in_powers(1.6e-9), _in_powers(0.0), _in_powers(-2e15)
    ('1.6×10⁻⁹', '0', '−2×10¹⁵')
    """
    digits, _, power = f"{number:.3g}".replace("e+", "e").partition("e")
    return digits.replace("-", "−") + (f"×10{str(int(power)).translate(POWERS)}" if power else "")


def _places(number: float) -> int:
    """Decimal places that a number needs."""
    return len(f"{number:.10f}".rstrip("0").partition(".")[2])


class TimeTicks(NamedTuple):
    """Labels of the axis of time at their days, and the days at which a period begins, which have a tick."""

    at: tuple[datetime.date, ...]
    texts: tuple[str, ...]
    begins: tuple[datetime.date, ...]


def time_ticks(start: datetime.date, end: datetime.date, width: float, size: float, *, by_year: bool = False) -> TimeTicks:
    """Years in their middle for a window of three years or more, or of values `by_year`; else months, the first of each year with the
    year; days below two.

    `width`: of the plot, in pixels; `size`: of the text.
    """
    days = (end - start).days + 1
    if by_year or days >= 3 * 365:
        return _years(start, end, width, size)
    return _months(start, end, width, size) if days > 62 else _days(start, end, width, size)


def _years(start: datetime.date, end: datetime.date, width: float, size: float) -> TimeTicks:
    day = datetime.timedelta(days=1)
    parts = [(max(datetime.date(y, 1, 1), start), min(datetime.date(y, 12, 31), end)) for y in range(start.year, end.year + 1)]
    share = width / ((end - start) / day + 1)
    named = [(a, b) for a, b in parts if ((b - a) / day + 1) * share >= text_width("2000", size) or (b - a).days > 360]
    step = _every(1, 365.25 * share, text_width("2000", size))
    shown = [(a, b) for a, b in named if (named[-1][0].year - a.year) % step == 0]
    begins = [a for a, _ in parts if a >= start and (a.month, a.day) == (1, 1)]
    return TimeTicks(tuple(a + (b - a) / 2 for a, b in shown), tuple(str(a.year) for a, _ in shown), tuple(begins))


def _every(count: int, width: float, length: float) -> int:
    """Each how manieth of `count` labels has room in a width."""
    return max(1, math.ceil(count * (length + GAP) / width))


def _months(start: datetime.date, end: datetime.date, width: float, size: float) -> TimeTicks:
    months = [(y, m) for y in range(start.year, end.year + 1) for m in range(1, 13)]
    inside = [(y, m) for y, m in months if start <= datetime.date(y, m, 15) <= end]
    fits = _every(len(inside), width, text_width("Jan 2000", size))
    step = next((s for s in (1, 2, 3, 4, 6, 12) if s >= fits), 12)
    share, least = (
        width / ((end - start).days + 1),
        text_width("Jan 2000", size) / 2 - GAP,
    )  # one further to the left would leave the picture
    wide = [(y, m) for y, m in inside if (datetime.date(y, m, 15) - start).days * share >= least]
    shown = [(y, m) for y, m in wide if (m - 1) % step == 0] or wide[:1]
    named, texts = set[int](), []
    for y, m in shown:
        texts.append(MONTHS[m - 1] if y in named else f"{MONTHS[m - 1]} {y}")
        named.add(y)
    begins = tuple(datetime.date(y, m, 1) for y, m in inside if datetime.date(y, m, 1) >= start)
    return TimeTicks(tuple(datetime.date(y, m, 15) for y, m in shown), tuple(texts), begins)


def _days(start: datetime.date, end: datetime.date, width: float, size: float) -> TimeTicks:
    every = [start + datetime.timedelta(days=n) for n in range((end - start).days + 1)]
    length = text_width("30 Sep 2000", size)
    first = math.ceil(max((length / 2 - GAP) * len(every) / width - 0.5, 0))  # one further to the left would leave the picture
    shown = every[first :: _every(len(every), width, length)]
    texts = [f"{d.day} {MONTHS[d.month - 1]}{f' {d.year}' if i == 0 or d.year != shown[i - 1].year else ''}" for i, d in enumerate(shown)]
    return TimeTicks(tuple(shown), tuple(texts), tuple(shown))


def time_axis(frame: Frame, *, by_year: bool = False) -> Figure:
    """The axis of time: labels in the middle of their period, ticks where periods begin."""
    ticks = time_ticks(frame.start, frame.end, frame.plot_width, frame.size(TEXT - 1), by_year=by_year)
    after = frame.end + datetime.timedelta(days=1)
    marked = {"tickmode": "array", "tickvals": [f"{day}T12" for day in ticks.at], "ticktext": list(ticks.texts), "tickangle": 0}
    begins = [day.isoformat() for day in ticks.begins]
    minor = {"tickmode": "array", "tickvals": begins, "ticks": "outside", "ticklen": 4, "tickcolor": frame.palette.muted}
    return {"type": "date", "range": [frame.start.isoformat(), after.isoformat()], **marked, "ticks": "", "minor": minor}
