"""The lines of a picture in few words: unit, span and latest value above it; what counts, what marks mean, source and view below it."""

import datetime
from collections.abc import Iterator, Sequence

from dashboard.charts.axes import Scale
from dashboard.words import numbers
from indicators.compute.change import bound_above, change, kept_in_series, verdict
from indicators.compute.change import latest as newest_comparable
from indicators.nouns.definition import LONGEST_RULE, Definition
from indicators.nouns.periods import NOUNS, Frequency
from indicators.nouns.series import Series
from indicators.nouns.units import fixed
from indicators.nouns.vocabulary import scale_of

EACH: dict[Frequency, str] = {
    "annual": "a year",
    "half-yearly": "in half a year",
    "triannual": "in four months",
    "quarterly": "a quarter",
    "monthly": "a month",
    "weekly": "a week",
    "daily": "a day",
}
"""How often a count is given, in words."""
NOT_FINAL = {"P": " (provisional)", "E": " (estimate)", "I": " (estimate)"}
MEANS: dict[str, str] = {
    "at_least": "Outline, ≥: at least",
    "hatched": "Hatched: not collected",
    "nothing": "?: partly collected, none found",
    "running": "*: period not over",
    "provisional": "Dashed: provisional",
    "not_final": "Dashed: provisional or estimated",
    "pale": "Pale: provisional",
    "estimated": "Dotted: estimate",
    "dashed": "Dashed: estimate",
    "interval": "Band: 90 % of recipes",
    "monthly": "Thin line: by month",
    "open": "Open point: provisional or estimated",
    "triangle": "Triangle: at least",
    "axis": "The axis does not begin at zero",
    "break": "Vertical line: break",
    "polls": "Dots: single polls",
    "published": "Dots: single polls as published",
}
"""What a mark means; a picture says it of the marks that occur in it."""


def rule_of(definition: Definition) -> str:
    """The counting rule in one line, without its full stop; the beginning of a rule that has no short form."""
    text = definition.short or " ".join(definition.counts.split())
    if len(text) > LONGEST_RULE and not definition.short:
        text = text[: LONGEST_RULE - 1].rsplit(" ", 1)[0] + "…"
    return text.rstrip(".")


def unit_line(series: Series, window: Series, larger: str) -> str:
    """Unit, how often, and the span shown. `larger`: name of a larger unit of the axis ("" where it is one).

    A unit with a window of its own ("meetings in 12 months") needs no "a month".
    """
    unit = series.unit
    if scale_of(unit) == "number" and _adds_up(series):
        unit = f"{unit} {EACH[series.frequency]}"
    if larger:
        unit = f"{larger} {unit}"
    return f"{unit[0].upper()}{unit[1:]}, {span_of(window)}"


@kept_in_series
def span_of(window: Series) -> str:
    """From the first period of a window to the last that has a value, or a level of coverage where none has."""
    values = window.values
    known = values.index[values["value"].notna()]
    last = known[-1] if len(known) else values.index[-1]
    return span(str(values["label"].iloc[0]), str(values.at[last, "label"]), window.frequency)


def _adds_up(series: Series) -> bool:
    """Whether a value is an amount of its period, and of no window or calculation."""
    reduce = series.definition.reduce
    return bool(reduce and reduce.name in ("count", "sum", "distinct") and not series.definition.transform and not series.query.transform)


def span(first: str, last: str, frequency: Frequency) -> str:
    """From the first period to the last, in words.

    >>> span("2012", "2026", "annual"), span("2024-01", "2024-01", "monthly"), span("2024-01-01", "2024-03-31", "daily")
    ('2012–2026', 'January 2024', '1 January to 31 March 2024')
    """
    if first == last:
        return numbers.date(first)
    if frequency == "annual":
        return f"{first}–{last}"
    if frequency == "monthly" and first[:4] == last[:4]:
        return f"{numbers.date(first).split()[0]}–{numbers.date(last)}"
    begin = numbers.date(first)
    if first[:4] == last[:4] and frequency != "weekly":
        begin = begin.removesuffix(f" {first[:4]}")
    elif first[4:] in ("-01", "-T1", "-Q1", "-H1", "-01-01"):
        begin = first[:4]
    return f"{begin} to {numbers.date(last)}"


def latest(series: Series, window: Series, scale: Scale) -> Iterator[str]:
    """The latest comparable value of the window with its change, then without; a minimum where there is none. A later minimum that is
    already higher stands in place of the change. Nothing without a value."""
    newest = _newest(window)
    if newest is None:
        return
    point = series.point(newest)
    status = "" if point.at_least or not point.over else NOT_FINAL.get(point.status, "")
    value = f"{'at least ' if point.at_least else ''}{number_in(point.value, series, scale)}"
    at_end = span_of(window).endswith(numbers.date(point.label)) and series.frequency != "annual"
    first = f"Latest: {value}{status}" + ("" if at_end else f" {numbers.at(series, newest)}")
    decided = verdict(series, newest)
    above = decided.period if decided.least else bound_above(series, newest)
    if above is not None and above in window.values.index:
        yield f"{first}; {numbers.minimum(series, above)}"
        return
    against = _against(series, newest, scale)
    yield from ([first + against] if against else [])
    yield first


@kept_in_series
def _newest(window: Series) -> int | None:
    """The latest comparable period, else the latest with a value; None without one."""
    known = window.values.index[window.values["value"].notna()]
    return newest if (newest := newest_comparable(window)) is not None else int(known[-1]) if len(known) else None


def number_in(value: float, series: Series, scale: Scale) -> str:
    """A value in the unit of the axis: three digits in a larger one."""
    return in_larger(value / scale.divisor) if scale.name else numbers.number(value, series.unit)


def in_larger(value: float) -> str:
    """A number in millions or thousands: three digits.

    >>> in_larger(0.787), in_larger(3.149), in_larger(225.35), in_larger(-16.44)
    ('0.79', '3.15', '225', '−16.4')
    """
    places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return fixed(value, places).replace("-", "−")


def _against(series: Series, period: int, scale: Scale) -> str:
    """How a value compares with the one that its change is measured against."""
    found = change(series, period)
    if found.base is None or found.difference is None or found.base == period:
        return ""
    before, then = series.point(found.base), numbers.at(series, found.base)
    if found.percent is not None and abs(found.percent) >= 0.5:
        return f", {fixed(abs(found.percent))} % {'above' if found.percent > 0 else 'below'} {numbers.date(before.label)}"
    if numbers.number(before.value, series.unit) == numbers.number(series.point(period).value, series.unit):
        return f", as {then}"
    return f", {'up' if found.difference > 0 else 'down'} from {number_in(before.value, series, scale)} {then}"


def marks_line(names: Sequence[str], frequency: Frequency) -> str:
    """What the marks that occur mean."""
    return ". ".join(MEANS[name].replace("period", NOUNS[frequency]) for name in names)


def data_line(credit: str, terms: str, data_to: str, reach: Sequence[str]) -> str:
    """Source, licence and the day of the last row, which is called `data_to`."""
    dates = "; ".join(dict.fromkeys(reach))
    return f"Source: {credit}{f', {terms}' if terms else ''}.{f' {data_to.capitalize()} {dates}' if dates else ''}"


def short_date(text: str) -> str:
    """A day, month or year as exact as it is: 22 Aug 2026.

    >>> short_date("2026-08-22"), short_date("2026-05"), short_date("2026")
    ('22 Aug 2026', 'May 2026', '2026')
    """
    if len(text) == 4:
        return text
    day = datetime.date.fromisoformat(text if len(text) == 10 else f"{text}-01")
    month = numbers.MONTHS[day.month - 1]
    return f"{day.day} {month[:3]} {day.year}" if len(text) == 10 else f"{month} {day.year}"
