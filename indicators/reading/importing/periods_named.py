"""Names of periods as files write them (2019, 2019 [YR2019], Jan 2019, 2019M01, Q1 2019) to those that tables have."""

import re
from typing import NamedTuple

from indicators.nouns.periods import Step
from indicators.reading.forms import MONTHS

_YEAR = "(?P<year>1[5-9][0-9]{2}|2[01][0-9]{2})"
"""A number of four digits before 1500 or after 2199 is no year."""
_OTHER, _THIRD = _YEAR.replace("<year>", "<other>"), _YEAR.replace("<year>", "<third>")
_NAME = f"(?P<name>{'|'.join(MONTHS)}|{'|'.join(month[:3] for month in MONTHS)}|sept)\\.?"
FORMS = tuple(
    (re.compile(form, re.IGNORECASE | re.ASCII), step)
    for form, step in (
        (_YEAR, "year"),
        (rf"{_YEAR} ?\[YR(?P=year)\]|YR ?{_OTHER}|{_THIRD} ?[年년]", "year"),
        (rf"{_YEAR} ?\[{_OTHER}M(?P<number>[0-9]{{2}})\]", "month"),
        (rf"{_YEAR}[-/]?M?(?P<number>0[1-9]|1[0-2])", "month"),
        (rf"{_YEAR}[-/](?P<number>[1-9])|{_THIRD} ?[年년] ?(?P<other>0?[1-9]|1[0-2]) ?[月월]", "month"),
        (rf"(?P<number>0[1-9]|1[0-2])[-/]{_YEAR}", "month"),
        (rf"{_YEAR}[ -]{_NAME}", "month"),
        (rf"{_NAME}[ -]?{_YEAR}", "month"),
        (rf"{_YEAR}[ -]?[Qq](?P<number>[1-4])", "quarter"),
        (rf"[Qq](?P<number>[1-4])[ /-]?{_YEAR}|(?P<other>[1-4])Q ?{_THIRD}", "quarter"),
        (rf"{_YEAR}[ -]?[HS](?P<number>[12])", "half-year"),
        (rf"{_YEAR}[ -]?W(?P<number>0[1-9]|[1-4][0-9]|5[0-3])", "week"),
    )
)
MONTH_ALONE = re.compile(f"{_NAME}|(?P<number>0?[1-9]|1[0-2]) ?[月월]", re.IGNORECASE | re.ASCII)
NEARLY = tuple(
    (re.compile(form, re.IGNORECASE | re.ASCII), why)
    for form, why in (
        (r"[12][0-9]{3} ?[-/–] ?([12][0-9])?[0-9]{2}", "a span of years: write the one year that it stands for"),
        (
            rf"({_YEAR}|{_OTHER}[-/M]?[0-9]{{2}}|{_NAME} ?{_THIRD}) ?([*†‡¹²³]+|\(?[a-z]\)?|[0-9]\))",
            "a period with a mark: write it without",
        ),
        (r"[12][0-9]{3}\.[0-9]{1,2}", "a month behind a point, whose last zero may be lost: write it with a hyphen, as 2024-10"),
        (rf"{_NAME}[- '’]?[0-9]{{2}}|[0-9]{{1,2}}[-/. ][0-9]{{1,2}}[-/. ][0-9]{{2}}", "a date with a year of two digits: write all four"),
        (rf".*([0-9]{{1,2}} ?[-–—] ?([0-9]{{1,2}}|{_NAME})).*", "several days: write the first and the last into columns of their own"),
        (r"[2-6][0-9]{4}(\.[0-9]+)?", "a number of five digits: if spreadsheets count their days so, say --date serial"),
    )
)
"""What looks like a period or a day and is not read as one."""
LETTERS: dict[str, str] = {"quarter": "Q", "half-year": "H", "week": "W"}


class Named(NamedTuple):
    """A period by the name that tables have for it, and its step."""

    label: str
    step: Step


def named_period(text: str) -> Named | None:
    """The period that a text names; None where it names none.

    >>> named_period("2019 [YR2019]").label, named_period("Jan 2019").label, named_period("2019M11").label, named_period("Q3 2019").label
    ('2019', '2019-01', '2019-11', '2019-Q3')
    >>> named_period("1,234"), named_period("12345")
    (None, None)
    """
    for form, step in FORMS:
        found = form.fullmatch(text)
        if found:
            return _of_match(found, step)
    return None


def nearly_period(text: str) -> str:
    """Why a text that looks like a period or a day is none, and what to do; "" where it does not look like one.

    >>> nearly_period("2019/20"), nearly_period("Zenda")
    ('a span of years: write the one year that it stands for', '')
    """
    return "" if named_period(text) else next((why for form, why in NEARLY if form.fullmatch(text)), "")


def _of_match(found: re.Match[str], step: str) -> Named:
    parts = found.groupdict()
    year = parts.get("year") or parts.get("third") or parts.get("other")
    if step == "year":
        return Named(f"{year}", "year")
    if step == "month":
        number = month_of(parts["name"]) if parts.get("name") else int(parts.get("number") or parts.get("other") or 0)
        return Named(f"{year}-{number:02d}", "month")
    number = int(parts.get("number") or parts.get("other") or 0)
    steps: dict[str, Step] = {"quarter": "quarter", "half-year": "half-year", "week": "week"}
    return Named(f"{year}-{LETTERS[step]}{number:0{2 if step == 'week' else 1}d}", steps[step])


def month_of(name: str) -> int:
    """The number of a month by its English name, also cut to three letters."""
    return [month[:3] for month in MONTHS].index(name.lower()[:3]) + 1


def month_alone(text: str) -> int | None:
    """The number of a month that is named without a year.

    >>> month_alone("Sept."), month_alone("12月"), month_alone("12")
    (9, 12, None)
    """
    found = MONTH_ALONE.fullmatch(text)
    if not found:
        return None
    return month_of(found["name"]) if found["name"] else int(found["number"])
