"""Frequencies, periods and their names. A period is an integer that grows by one; a date is a day.

Months, quarters, triannual periods (January-April, May-August, September-December), half-years and years count months
from year 0; weeks are ISO 8601 weeks; days count as `datetime.date.toordinal`.
"""

import datetime
import re
from typing import Literal, get_args

import narwhals as nw
import numpy as np
import pandas as pd

from indicators.characters import with_disguise
from indicators.problems import Refused, fault

Frequency = Literal["annual", "half-yearly", "triannual", "quarterly", "monthly", "weekly", "daily"]
FREQUENCIES: tuple[Frequency, ...] = get_args(Frequency)

MONTHS: dict[str, int] = {"annual": 12, "half-yearly": 6, "triannual": 4, "quarterly": 3, "monthly": 1}
PER_YEAR: dict[str, int] = {"annual": 1, "half-yearly": 2, "triannual": 3, "quarterly": 4, "monthly": 12, "weekly": 52, "daily": 365}
NOUNS: dict[Frequency, str] = {
    "annual": "year",
    "half-yearly": "half-year",
    "triannual": "four-month period",
    "quarterly": "quarter",
    "monthly": "month",
    "weekly": "week",
    "daily": "day",
}
"""What one period is called; several have an s."""
Step = Literal["day", "week", "month", "quarter", "half-year", "year"]
"""A period that a row of a table is about."""
FREQUENCY: dict[str | None, Frequency] = {noun: frequency for frequency, noun in NOUNS.items()}
"""The frequency of each noun: monthly of month."""
LETTER: dict[Frequency, str] = {"half-yearly": "H", "triannual": "T", "quarterly": "Q"}
LABEL = re.compile(r"(?P<year>[0-9]{4})(-(?P<letter>[HTQW])(?P<part>[0-9]{1,2})|-(?P<month>[0-9]{2})(-(?P<day>[0-9]{2}))?)?")
EARLIEST, LATEST = 1000, 2999
"""Years that a period may lie in."""
EPOCH = datetime.date(1970, 1, 1).toordinal()


def ordinals(days: pd.Series) -> np.ndarray:
    """Days as `datetime.date.toordinal` gives them; of NaT any number.

    >>> as_days(ordinals(pd.Series(pd.to_datetime(["2024-04-30"]))))
    array(['2024-04-30'], dtype='datetime64[D]')
    """
    return days.to_numpy().astype("datetime64[D]").astype(np.int64) + EPOCH


def as_days(ordinals: np.ndarray) -> np.ndarray:
    """Ordinals as days, as `datetime64[D]`."""
    return (ordinals - EPOCH).astype("datetime64[D]")


def is_finer(one: str, other: str) -> bool:
    """Whether `one` divides time more finely than `other`.

    >>> is_finer("monthly", "annual"), is_finer("annual", "annual")
    (True, False)
    """
    order: tuple[str, ...] = FREQUENCIES
    return order.index(one) > order.index(other)


def consists_of(frequency: Frequency, parts: Frequency) -> bool:
    """Whether values of `parts` add up to those of `frequency`: a year consists of quarters, a four-month period does not.

    Weeks make up longer periods but for those at their ends, which belong to two.

    >>> consists_of("annual", "quarterly"), consists_of("triannual", "quarterly"), consists_of("monthly", "weekly")
    (True, False, True)
    """
    if frequency in MONTHS and parts in MONTHS:
        return MONTHS[frequency] % MONTHS[parts] == 0
    return not is_finer(frequency, parts)


def period_of(day: datetime.date, frequency: Frequency) -> int:
    """The period in which a day lies.

    >>> label(period_of(datetime.date(2024, 4, 30), "triannual"), "triannual")
    '2024-T1'
    """
    if frequency == "daily":
        return day.toordinal()
    if frequency == "weekly":
        return (day.toordinal() - 1) // 7
    return (day.year * 12 + day.month - 1) // MONTHS[frequency]


def months_of(days: np.ndarray) -> np.ndarray:
    """Months from year 0 of many days; of NaT any number."""
    return days.astype("datetime64[M]").astype(np.int64) + 1970 * 12


def period_expression(day: str, month: str, frequency: Frequency, ordinal: str = "") -> "nw.Expr":
    """The same as `period_of`, over the columns of a day and of its month (`months_of`), on any engine; some need the `ordinal` of the
    day in a column."""
    if frequency in MONTHS:
        return nw.col(month) // MONTHS[frequency] if MONTHS[frequency] > 1 else nw.col(month)
    days = nw.col(ordinal) if ordinal else nw.col(day).dt.timestamp("ms") // 86_400_000 + EPOCH
    return days if frequency == "daily" else (days - 1) // 7


def first_day(period: int, frequency: Frequency) -> datetime.date:
    """First day of a period."""
    if frequency == "daily":
        return datetime.date.fromordinal(period)
    if frequency == "weekly":
        return datetime.date.fromordinal(period * 7 + 1)
    months = period * MONTHS[frequency]
    return datetime.date(months // 12, months % 12 + 1, 1)


def last_day(period: int, frequency: Frequency) -> datetime.date:
    """Last day of a period.

    >>> last_day(period_of(datetime.date(2024, 2, 1), "monthly"), "monthly")
    datetime.date(2024, 2, 29)
    """
    return first_day(period + 1, frequency) - datetime.timedelta(days=1)


def days_in(period: int, frequency: Frequency) -> int:
    """Calendar days of a period.

    >>> days_in(period_of(datetime.date(2024, 1, 1), "triannual"), "triannual")
    121
    """
    return 1 if frequency == "daily" else (first_day(period + 1, frequency) - first_day(period, frequency)).days


def days_so_far(period: int, frequency: Frequency, today: datetime.date | None) -> int:
    """Calendar days of a period up to today, today included; all of them where today is not given.

    >>> days_so_far(2024, "annual", datetime.date(2024, 4, 30)), days_so_far(2023, "annual", datetime.date(2024, 4, 30))
    (121, 365)
    """
    whole = days_in(period, frequency)
    return whole if today is None else max(min(whole, (today - first_day(period, frequency)).days + 1), 0)


def first_days(periods: np.ndarray, frequency: Frequency) -> np.ndarray:
    """First days of many periods, as `datetime.date.toordinal` gives them."""
    if frequency in MONTHS:
        months = (periods * MONTHS[frequency] - 1970 * 12).astype("datetime64[M]")
        return months.astype("datetime64[D]").astype(np.int64) + EPOCH
    return periods if frequency == "daily" else periods * 7 + 1


def periods_of(days: np.ndarray, frequency: Frequency) -> np.ndarray:
    """The periods in which many days lie, given as `datetime.date.toordinal` gives them: `period_of`, many times.

    >>> [label(int(p), "quarterly") for p in periods_of(np.array([datetime.date(2024, 4, 30).toordinal()]), "quarterly")]
    ['2024-Q2']
    """
    if frequency in MONTHS:
        return months_of(as_days(days)) // MONTHS[frequency]
    return days if frequency == "daily" else (days - 1) // 7


def first_of_years(periods: np.ndarray, frequency: Frequency) -> np.ndarray:
    """The first periods of the years of many periods; the year of a week is that of its Thursday.

    >>> labels(first_of_years(np.array([24293]), "monthly"), "monthly"), labels(first_of_years(np.array([105_711]), "weekly"), "weekly")
    (['2024-01'], ['2026-W01'])
    """
    shift = 3 if frequency == "weekly" else 0
    years = as_days(first_days(periods, frequency) + shift).astype("datetime64[Y]")
    return periods_of(years.astype("datetime64[D]").astype(np.int64) + EPOCH + shift, frequency)


def label(period: int, frequency: Frequency) -> str:
    """The name of a period: `2024`, `2024-H1`, `2024-T1`, `2024-Q1`, `2024-01`, `2024-W05`, `2024-01-14`."""
    day = first_day(period, frequency)
    if frequency == "annual":
        return f"{day.year:04d}"
    if frequency == "weekly":
        iso = day.isocalendar()
        return f"{iso.year:04d}-W{iso.week:02d}"
    if frequency in LETTER:
        return f"{day.year:04d}-{LETTER[frequency]}{(day.month - 1) // MONTHS[frequency] + 1}"
    return day.isoformat()[: 10 if frequency == "daily" else 7]


def labels(periods: np.ndarray, frequency: Frequency) -> list[str]:
    """The names of many periods, as `label` has them.

    >>> labels(np.array([24288, 24289]), "monthly"), labels(np.array([730_000]), "daily"), labels(np.array([2024]), "annual")
    (['2024-01', '2024-02'], ['1999-09-03'], ['2024'])
    """
    if frequency == "daily":
        return [str(name) for name in np.datetime_as_string(as_days(periods))]
    return [label(period, frequency) for period in periods.tolist()]


def parse_period(text: str) -> tuple[int, Frequency]:
    """Period and frequency of a name; `Refused` for another text.

    >>> label(*parse_period("2024-T1")), label(*parse_period("2024-W05"))
    ('2024-T1', '2024-W05')
    """
    found = period_named(text)
    if found:
        return found
    hint = with_disguise("write 2024, 2024-H1, 2024-T1, 2024-Q1, 2024-01, 2024-W05 or 2024-01-14", text)
    raise Refused(fault("wrong-value/period", hint=hint, value=text))


def period_named(text: str) -> tuple[int, Frequency] | None:
    """Period and frequency of a name; None for another text.

    >>> period_named("2024"), period_named("many")
    ((2024, 'annual'), None)
    """
    match = LABEL.fullmatch(text)
    try:
        return _parsed(match) if match else None
    except ValueError:
        return None


def _parsed(match: re.Match[str]) -> tuple[int, Frequency]:
    year, letter = int(match["year"]), match["letter"]
    if not EARLIEST <= year <= LATEST:
        raise ValueError(match[0])
    if letter == "W":
        return period_of(datetime.date.fromisocalendar(year, int(match["part"]), 1), "weekly"), "weekly"
    if letter:
        frequency = next(f for f, sign in LETTER.items() if sign == letter)
        part = int(match["part"])
        if not 1 <= part <= PER_YEAR[frequency]:
            raise ValueError(match[0])
        return year * PER_YEAR[frequency] + part - 1, frequency
    frequency = "daily" if match["day"] else "monthly" if match["month"] else "annual"
    day = datetime.date(year, int(match["month"] or 1), int(match["day"] or 1))
    return period_of(day, frequency), frequency


def within(text: str, frequency: Frequency) -> tuple[int, int]:
    """First and last period of `frequency` that lie in the period called `text`: what a window's ends mean.

    >>> [label(p, "monthly") for p in within("2024-T1", "monthly")]
    ['2024-01', '2024-04']
    """
    period, own = parse_period(text)
    return period_of(first_day(period, own), frequency), period_of(last_day(period, own), frequency)
