"""Numbers, dates and changes in words. Side names come from config.yaml; nothing here knows a country."""

import datetime
import math
import re
from collections.abc import Iterable

from dashboard.words.units import unit_of, unit_words
from indicators.compute.change import Change, age_in_months, bound_above, is_old, latest, verdict
from indicators.nouns.definition import titled as titled
from indicators.nouns.definition import variant_words as variant_words
from indicators.nouns.periods import PER_YEAR, Frequency, first_day, last_day, parse_period
from indicators.nouns.series import Series
from indicators.nouns.units import differs_when_printed, digits, fixed, is_amount
from indicators.nouns.vocabulary import scale_of, steps_of
from indicators.operations.registry import reducer_traits

MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
LEVEL_NAMES = {
    "complete": "collected in full",
    "near_complete": "collected nearly in full",
    "partial": "partly collected",
    "sample": "only a sample collected",
    "none": "not collected",
}
LEVEL_WORDS = LEVEL_NAMES | {"partial": "partly collected: the true number may be higher", "sample": "only a sample collected: no value"}
STATUS_WORDS = {"M": "missing", "B": "first after a break", "P": "provisional", "E": "estimated", "I": "imputed", "A": "normal"}
WORD = re.compile(r"\w\S*")
"""A word: not a sign such as that of per cent."""
MOST_WORDS = 25
"""Words of a short sentence."""
CHANGE = "change "
"""How the unit of a value goes on that is itself a change in per cent."""
JUDGED = ("better", "worse")


def number(value: float, unit: str) -> str:
    """A value as text: shares and per cents with a sign, counts whole, others to three significant places.

    >>> number(0.2776, "share of visitors"), number(23.599, "per cent of respondents"), number(6958494, "visitors"), number(12.1, "days")
    ('27.8 %', '23.6 %', '6,958,494', '12.1')
    >>> number(-3.0, "meetings"), number(-0.0, "meetings"), number(-0.0004, "share of visitors"), number(2e92, "visitors")
    ('−3', '0', '0.0 %', '2e+92')
    >>> number(2.0, "step of slight < duel"), number(0.0, "step of slight < duel")
    ('duel', 'none')
    """
    if math.isnan(value):
        return "–"
    steps = ("none", *steps_of(unit))
    if len(steps) > 1 and value in range(len(steps)):
        return steps[int(value)]
    text = digits(value, unit) + ("" if scale_of(unit) == "number" else " %")
    return f"−{text}" if value < 0 and text.strip("0. %") else text


def value_words(series: Series, period: int) -> str:
    """A value with its unit, "at least" where it is a lower bound, and what is not collected in it."""
    point = series.point(period)
    bound = "at least " if point.at_least else ""
    without = f" ({point.not_collected} not collected)" if point.not_collected and point.at_least else ""
    return f"{bound}{number(point.value, series.unit)} {unit_of(point.value, series.unit)}{without}"


def valued(series: Series, period_: int, *, noun: bool = True) -> str:
    """A value with its unit and its time: "7 meetings in the 12 months to May 2026", "+20.8 % in July 2026". `noun`:
    False, behind a title, leaves out what is counted where the title begins with it."""
    point, then = series.point(period_), at(series, period_)
    unit = unit_of(point.value, series.unit)
    window = f" in {series.length} months"
    if series.length > 1 and f" {unit}".endswith(window):
        unit, then = f" {unit}".removesuffix(window).strip(), f"in the {series.length} months to {period(period_, series.frequency)}"
    value = number(point.value, series.unit)
    if unit.startswith(CHANGE):
        value = f"+{value}" if point.value > 0 else value
        unit = "" if series.definition.variant and _is_marked(series) else unit.removeprefix(CHANGE)
    unit, comma, more = unit.partition(", ")
    if not noun and series.definition.title.casefold().startswith(unit_words(series.unit).split(" in ")[0].casefold()):
        value, unit = "none" if not point.value and series.counts else value, ""
    without = f" ({point.not_collected} not collected)" if point.not_collected and point.at_least else ""
    sized = " ".join(filter(None, ["at least" if point.at_least else "", value, unit]))
    return f"{sized}{without} {then}{comma}{more}"


def beside(series: Series, period_: int) -> str:
    """What a value of a composite stands beside, for its level alone says nothing: the value of a year earlier, and whether that one
    is made of the same parts. "" of other series.

    "66 a year earlier", "not comparable with 66 a year earlier (other components)"
    """
    before = period_ - PER_YEAR[series.frequency]
    if not series.definition.composite:
        return ""
    if before not in series.values.index or series.point(before).status == "M":
        return "no value a year earlier"
    keys = series.values["keys"]
    value = number(series.point(before).value, series.unit)
    if keys[before] == keys[period_]:
        return f"{value} a year earlier"
    return f"not comparable with {value} a year earlier (other components)"


def day(date: datetime.date) -> str:
    """A day in words.

    >>> day(datetime.date(2026, 11, 22))
    '22 November 2026'
    """
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def date(text: str) -> str:
    """A day, month or year, as exact as it is, in words.

    >>> date("2026-05-31"), date("2026-05"), date("2026")
    ('31 May 2026', 'May 2026', '2026')
    """
    return period(*parse_period(text))


def period(number_: int, frequency: Frequency) -> str:
    """A period in words.

    >>> from indicators.nouns.periods import parse_period
    >>> [period(*parse_period(text)) for text in ("2024", "2024-T1", "2024-04", "2024-W05")]
    ['2024', 'January–April 2024', 'April 2024', 'week 5 of 2024']
    """
    start = first_day(number_, frequency)
    if frequency == "annual":
        return str(start.year)
    if frequency == "daily":
        return day(start)
    if frequency == "weekly":
        return f"week {start.isocalendar().week} of {start.isocalendar().year}"
    first, last = MONTHS[start.month - 1], MONTHS[last_day(number_, frequency).month - 1]
    return f"{first if frequency == 'monthly' else f'{first}–{last}'} {start.year}"


def when(number_: int, frequency: Frequency) -> str:
    """A period in words with its preposition: on a day, in anything longer.

    >>> [when(*parse_period(text)) for text in ("2026-09-26", "2024-W05", "2024")]
    ['on 26 September 2026', 'in week 5 of 2024', 'in 2024']
    """
    return f"{'on' if frequency == 'daily' else 'in'} {period(number_, frequency)}"


def at(series: Series, period_: int) -> str:
    """When a value holds: in its period, or on the last day of it where it is measured at the end, as "12 days since" is."""
    if not _is_at_end(series):
        return when(period_, series.frequency)
    return f"on {day(min(last_day(period_, series.frequency), series.as_of))}"


def _is_at_end(series: Series) -> bool:
    return reducer_traits(series.definition).at_end and series.length == 1


def age(months: int) -> str:
    """How old a value is.

    >>> age(0), age(1), age(31)
    ('less than a month old', '1 month old', '2 years 7 months old')
    """
    if not months:
        return "less than a month old"
    years, rest = divmod(months, 12)
    parts = [f"{n} {word}{'s' if n > 1 else ''}" for n, word in ((years, "year"), (rest, "month")) if n]
    return f"{' '.join(parts)} old"


def loose_counted(count: int, period_words: str) -> str:
    """How many rows may belong to a period, but are dated less exactly, not at all, or without the code of a part.

    >>> loose_counted(1, "May 2024"), loose_counted(2, "2024")
    ('not counted, may belong to May 2024: 1 row', 'not counted, may belong to 2024: 2 rows')
    """
    return f"not counted, may belong to {period_words}: {rows_counted(count)}"


def change_words(series: Series, changed: Change) -> str:
    """A change in words: its judgement, its size and the value compared with; or why there is none."""
    if changed.base is None:
        return f"Not comparable: {_why_not(series, changed)}"
    if changed.least:
        return f"{changed.word.capitalize()}: {_so_far(series, changed)}"
    before = dated(series, changed.base)
    if not changed.way:
        same = number(_value_of(series, changed.period), series.unit) == number(_value_of(series, changed.base), series.unit)
        return f"Unchanged: also {before}" if same else f"About the same as {before}"
    if changed.chance or is_large(series, changed):
        return f"{number(_value_of(series, changed.period), series.unit)}, {_small_words(series, changed)}"
    now, base = (_value_of(series, one) for one in (changed.period, changed.base))
    exact = " (before rounding)" if differs_when_printed(base, now, series.unit) else ""
    return f"{changed.word.capitalize()}: {_difference(series, changed)} than {before}{exact}"


def _value_of(series: Series, period_: int | None) -> float:
    return math.nan if period_ is None else series.point(period_).value


def _why_not(series: Series, changed: Change) -> str:
    """The reason why there is no change. A later minimum that is only a little higher is given with both numbers."""
    newest = latest(series)
    if changed.period is None or newest is None or changed.period <= newest or bound_above(series, newest) != changed.period:
        return changed.why
    return f"{minimum(series, changed.period)}, more than {dated(series, newest)}"


def minimum(series: Series, period_: int) -> str:
    """A value that can only grow, with its period.

    "at least 40 so far in 2026", "7 so far in 2026", "at least 6 in 2023"
    """
    point = series.point(period_)
    bound, so_far = "at least " if point.at_least else "", "" if point.over or _is_at_end(series) else " so far"
    return f"{bound}{number(point.value, series.unit)}{so_far} {at(series, period_)}"


def _so_far(series: Series, changed: Change) -> str:
    """A minimum against the value that it has passed: "at least 40 so far in 2026, 11 in all of 2025"."""
    assert changed.period is not None
    assert changed.base is not None
    before = dated(series, changed.base)
    if not series.point(changed.period).over and series.frequency != "daily":
        before = before.replace(" in ", " in all of ", 1)
    return f"{minimum(series, changed.period)}, {before}"


FEW = 30
"""Counts below this are called few where chance could explain a difference."""
LARGE = 0.25
"""Part of the base from which a difference is not called about the same, however little of it is notable."""


def is_large(series: Series, changed: Change) -> bool:
    """Whether a difference that is not notable is too large a part of its base to be called about the same."""
    is_other = changed.word == "about the same" and changed.way != 0
    return is_other and abs(changed.difference or 0.0) >= LARGE * abs(_value_of(series, changed.base))


def _small_words(series: Series, changed: Change) -> str:
    """A difference that says nothing: "up from 2 in 2021; so few that chance could explain it"."""
    assert changed.base is not None
    moved = f"{'up' if changed.way > 0 else 'down'} from {dated(series, changed.base)}"
    if not changed.chance:
        least = series.definition.notable or 0.0
        limit = number(least, series.unit) if scale_of(series.unit) == "number" else f"{digits(least, series.unit)} points"
        return f"{moved}; changes below {limit} are not notable"
    few = series.counts and max(_value_of(series, changed.base), _value_of(series, changed.period)) < FEW
    return f"{moved}; {'so few that chance could explain it' if few else 'chance could explain the difference'}"


def _difference(series: Series, changed: Change) -> str:
    gap, up = changed.difference or 0.0, changed.way > 0
    if steps_of(series.unit) and float(gap).is_integer():
        return f"{abs(gap):.0f} step{'' if abs(gap) == 1 else 's'} {'higher' if up else 'lower'}"
    if scale_of(series.unit) != "number":
        return f"{digits(gap, series.unit)} points {'more' if up else 'less'}"
    fewer = "less" if is_amount(series.unit) and not series.counts else "fewer"  # things are fewer, amounts are less
    return f"{number(abs(gap), series.unit)} {'more' if up else fewer}{_per_cent(changed)}"


def _per_cent(changed: Change) -> str:
    if changed.percent is None:
        return ""
    return f" ({per_cent_change(changed.percent)})" if abs(changed.percent) >= 0.5 else " (under 1 %)"


def per_cent_change(percent: float) -> str:
    """A change in per cent with its sign.

    >>> per_cent_change(12.5), per_cent_change(-0.5)
    ('+13 %', '−1 %')
    """
    return f"{'−' if percent < 0 else '+'}{fixed(abs(percent))} %"


def heading(series: Series) -> str:
    """The title before a value: without the name of a variant that the unit has, too."""
    own = series.definition
    return titled(own if _is_marked(series) else own.model_copy(update={"variant": None}))


def _is_marked(series: Series) -> bool:
    """Whether the name of the variant says what the unit does not."""
    name = variant_words(series.definition)
    return not name or re.sub("^(over|rolling) ", "", name) not in series.unit


def shortest(forms: Iterable[str]) -> str:
    """The first of these sentences that is short, or else the last."""
    text = ""
    for text in forms:
        if len(WORD.findall(text)) <= MOST_WORDS:
            break
    return text


def headline(series: Series) -> str:
    """The latest comparable value as a sentence: title, value, period, age (unless that makes it long), change, and what is already known
    of later periods."""
    newest = latest(series)
    if newest is None:
        return f"{titled(series.definition)}: no comparable value."
    return shortest(_headline(series, newest, *form) for form in ((not series.counts, True), (False, True), (False, False)))


def _headline(series: Series, newest: int, noun: bool, whole: bool) -> str:
    """`whole`: False leaves out the age, for the period is named, and beside a later minimum the change."""
    later = later_words(series, newest)
    ago = f", {age(age_in_months(series, newest)).removesuffix(' old')} ago" if whole and is_old(series, newest) else ""
    first = f"{heading(series)}: {valued(series, newest, noun=noun)}{ago}"
    if series.definition.composite:
        first += f", {beside(series, newest)}"
    elif not later or (whole and verdict(series, newest).base is not None):
        first += joined_change(series, newest)
    single = " Based on a single record." if _from_one_row(series, newest) else ""
    return f"{first}.{single}{f' {later}.' if later else ''}"


def joined_change(series: Series, period_: int) -> str:
    """What the value of a period is compared with, to be put behind it: ", as in 2024", ". Better: up 8 % from 729,860 in June 2025"."""
    changed = verdict(series, period_)
    if changed.least:
        return f". {change_words(series, changed)}"
    if changed.base is None:
        later = minimum(series, changed.period) if changed.period not in (None, period_) else ""
        return f". {later[0].upper()}{later[1:]}" if later else ". Nothing to compare it with"
    return (f". {changed.word.capitalize()}: " if changed.word in JUDGED else ", ") + against_words(series, changed)


def against_words(series: Series, changed: Change) -> str:
    """How a value stands against the one that it is compared with: "up 8 % from 729,860 in June 2025", "as in 2024"."""
    assert changed.base is not None
    assert changed.period is not None
    then = at_beside(series, changed.base, changed.period)
    if not changed.way:
        same = number(_value_of(series, changed.period), series.unit) == number(_value_of(series, changed.base), series.unit)
        return f"as {then}" if same else f"about as {then}"
    before = f"from {number(_value_of(series, changed.base), series.unit)} {then}"
    way = "up" if changed.way > 0 else "down"
    if changed.word == "about the same" and not changed.chance:
        return f"{way} {before}, not a notable change" if is_large(series, changed) else f"slightly {way} {before}"
    percent = None if changed.chance else changed.percent
    size = f" {fixed(abs(percent))} %" if percent is not None and abs(percent) >= 0.5 else ""
    return f"{way}{size} {before}{'; chance could explain it' if changed.chance else ''}"


def dated(series: Series, period: int) -> str:
    """The value of a period with its unit, and the period."""
    return f"{number(series.point(period).value, series.unit)} {at(series, period)}"


def at_beside(series: Series, other: int, period_: int) -> str:
    """When another value holds, beside a value whose period is named: without the year where that is the same."""
    return _without_year(at(series, other), series, other, period_)


def period_beside(series: Series, other: int, period_: int) -> str:
    """The same of a period."""
    return _without_year(period(other, series.frequency), series, other, period_)


def _without_year(text: str, series: Series, other: int, period_: int) -> str:
    years = {first_day(one, series.frequency).year for one in (other, period_)}
    return text.rpartition(" ")[0] if series.frequency not in ("annual", "weekly") and len(years) == 1 else text


def later_words(series: Series, newest: int) -> str:
    """What is already known of later periods, where a minimum of theirs is above the latest comparable value, or above the same
    period of another year; "" where the verdict says so."""
    above = bound_above(series, newest)
    if above is None or verdict(series, newest).period != newest:
        return ""
    already = "" if series.point(above).over else " already"
    point = series.point(above)
    return f"But {period(above, series.frequency)}{already} has {'at least ' if point.at_least else ''}{number(point.value, series.unit)}"


def _from_one_row(series: Series, newest: int) -> bool:
    """Whether a value is an estimate because it is based on too few rows."""
    few = len(series.rows_in(newest)) < reducer_traits(series.definition).estimate_below
    return series.point(newest).status == "E" and few


def rows_counted(count: int) -> str:
    """A number of rows.

    >>> rows_counted(1), rows_counted(3)
    ('1 row', '3 rows')
    """
    return f"{count} row{'' if count == 1 else 's'}"


def sentence(series: Series, period_: int, credit: str, part: str = "") -> str:
    """A value as text to be quoted: value, unit, period, counting rule, coverage, source, dates. `part`: its part of a breakdown."""
    point, title, then = series.point(period_), _named(series, part), at(series, period_)
    if point.status == "M":
        first = f"{title}: no value for {period(period_, series.frequency)} ({point.reason})."
    else:
        status = "" if point.status == "A" else f" ({STATUS_WORDS[point.status]})"
        so_far = "" if point.over else ", not over yet"
        first = ", ".join(filter(None, (f"{title}: {value_words(series, period_)} {then}{so_far}{status}", beside(series, period_)))) + "."
    rule = f"What counts: {series.definition.counts.strip()}"
    level, rows = LEVEL_NAMES[point.coverage], rows_counted(len(series.rows_in(period_)))
    coverage = f"Coverage: {level}. Based on {rows}."
    return f"{first} {rule} {coverage} Source: {credit or 'see the rows'}; {dates(series)}."


def short_sentence(series: Series, period_: int, part: str = "") -> str:
    """A value as a short text to be quoted: title, period and value; in brackets what limits it, the value it is compared with, and
    the judgement.

    "Leader meetings, 2025: 7 (2024: 7; unchanged)."
    """
    point, first = series.point(period_), f"{_named(series, part)}, {period(period_, series.frequency)}"
    if point.status == "M":
        return f"{first}: no value ({point.reason})."
    value, unit = number(point.value, series.unit), unit_of(point.value, series.unit)
    if not series.counts or unit.startswith("of "):  # what is counted is in the title
        value = f"{value} {unit}"
    limits = ["not over yet"] if not point.over else []
    limits += [f"{point.not_collected} not collected"] if point.not_collected and point.at_least else []
    limits += [STATUS_WORDS[point.status]] if point.status != "A" and (point.over or point.status != "P") else []
    notes = "; ".join([*limits, *_against(series, verdict(series, period_), period_)])
    return f"{first}: {'at least ' if point.at_least else ''}{value}{f' ({notes})' if notes else ''}."


def _named(series: Series, part: str) -> str:
    """The title of a series, its part of a breakdown and what else was calculated."""
    steps = "".join(f", {step_words(step)}" for step in series.query.transform)
    return f"{titled(series.definition)}{f', {part}' if part else ''}{steps}"


def _against(series: Series, changed: Change, period_: int) -> list[str]:
    """What a value is compared with, and the judgement; of one that a later minimum has passed, that minimum."""
    if series.definition.composite:
        return [beside(series, period_)]
    if changed.period is not None and changed.period != period_:
        return [minimum(series, changed.period)]
    if changed.base is None:
        return []
    before = f"{period(changed.base, series.frequency)}: {number(_value_of(series, changed.base), series.unit)}"
    if changed.chance or is_large(series, changed):
        return [before, _small_words(series, changed).partition("; ")[2] if changed.chance else "not notable"]
    same = number(_value_of(series, changed.period), series.unit) == number(_value_of(series, changed.base), series.unit)
    return [before, "unchanged" if same else changed.word]


def data_to(*shown: Series) -> str:
    """What the last day or period with rows is called: of composites alone that of the part whose data are the oldest."""
    return "oldest data:" if all(series.definition.composite for series in shown) else "data to"


def dates(series: Series) -> str:
    """The last day or period with rows, and the day of the data."""
    data = f"{data_to(series)} {date(series.data_to)}" if series.data_to else "no rows"
    return f"{data}, as of {day(series.as_of)}"


def step_words(text: str) -> str:
    """A transform of an address in words.

    >>> step_words("rolling_sum:window=12"), step_words("year_on_year")
    ('rolling sum (window 12)', 'year on year')
    """
    name, _, rest = text.partition(":")
    parameters = ", ".join(" ".join(pair.split("=")) for pair in rest.split(",") if pair)
    return name.replace("_", " ") + (f" ({parameters})" if parameters else "")
