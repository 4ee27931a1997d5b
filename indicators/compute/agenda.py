"""What is to come: what tables say is due, and what returns every year."""

import datetime
from collections.abc import Iterator
from typing import Any, NamedTuple

import narwhals as nw
import pandas as pd

from indicators.compute.reasons import is_blank
from indicators.compute.selection import known_on
from indicators.nouns.descriptor import Ahead
from indicators.nouns.periods import first_day, last_day, parse_period
from indicators.nouns.series import Results, Table
from indicators.nouns.vocabulary import DAY, ROW
from indicators.operations.where import expression

YEARS = 5
"""Last years in which something returned, from whose days it is expected."""
YEARS_COUNTED = 8
"""Last years of which it is counted in how many something came of it."""


class Coming(NamedTuple):
    """Something that is due between two days, both included: its name and the row that says so. Of what returns every year: in how
    many of the years before something `called` came of it, and the last row."""

    start: datetime.date
    end: datetime.date
    name: str
    row: str
    called: str = ""
    times: int = 0
    years: int = 0


def coming(results: Results) -> list[Coming]:
    """All that is due on the day of the data or later, by the tables that say so, the first first."""
    today = datetime.date.fromisoformat(results.config.as_of)
    return sorted(one for table in results.tables.values() if table.relations.ahead for one in _of(table, table.relations.ahead, today))


def _of(table: Table, ahead: Ahead, today: datetime.date) -> Iterator[Coming]:
    rows = _selected(known_on(table, today) if ahead.every else table.frame, ahead.where, table)
    return _returning(table, ahead, rows, today) if ahead.every else _due(table, ahead, rows, today)


def _due(table: Table, ahead: Ahead, rows: pd.DataFrame, today: datetime.date) -> Iterator[Coming]:
    filled = rows[~is_blank(rows[ahead.due])]
    for row, name, due in filled[[ROW, ahead.what, ahead.due]].itertuples(index=False):
        period = parse_period(due if isinstance(due, str) else f"{due:%Y-%m-%d}")
        if last_day(*period) >= today:
            yield Coming(first_day(*period), last_day(*period), table.relations.words.get(name, name), row)


def _returning(table: Table, ahead: Ahead, rows: pd.DataFrame, today: datetime.date) -> Iterator[Coming]:
    """The next time of each thing, from the earliest to the latest day of the year on which it came in the last years."""
    happened = set(_selected(rows, ahead.happened, table)[ROW])
    for name, own in rows.sort_values(DAY if DAY in rows else ahead.due).groupby(ahead.what, sort=False):
        dated = own[own[ahead.due] <= pd.Timestamp(today)].sort_values(ahead.due)
        if len(dated):
            days = sorted(dated[ahead.due].iloc[-YEARS:].dt.strftime("%m-%d"))
            came = dated[ahead.due].iloc[-1].year == today.year or _day(today.year, days[-1]) < today
            start, end = (_day(today.year + came, day) for day in (days[0], days[-1]))
            year_over = own[DAY].dt.year < today.year + came if DAY in own else False
            past = (own[ahead.due] <= pd.Timestamp(today)) | (own[ahead.due].isna() & year_over)
            counted = own.loc[past, ROW].iloc[-YEARS_COUNTED:]  # also past years without a day, in which nothing came of it
            times = len(happened.intersection(counted)), len(counted)
            words = table.relations.words.get(str(name), str(name).replace("_", " "))
            yield Coming(start, end, words, dated[ROW].iloc[-1], ahead.called, *times)


def _day(year: int, day: str) -> datetime.date:
    """A day of a year; 29 February is the 28th in most years."""
    return datetime.date.fromisoformat(f"{year:04d}-{'02-28' if day == '02-29' else day}")


def _selected(rows: pd.DataFrame, where: Any, table: Table) -> pd.DataFrame:
    test = expression(where, table.resource)
    return rows if test is None else nw.from_native(rows, eager_only=True).filter(test).to_native()
