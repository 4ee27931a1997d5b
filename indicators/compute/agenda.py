"""What is to come and what came: what tables say is due, what returns every year, and when new figures appear."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from indicators.compute.coverage import levels_by_day
from indicators.compute.reasons import is_blank
from indicators.compute.selection import known_on
from indicators.nouns.calendar import Ahead, Update
from indicators.nouns.periods import FREQUENCY, Frequency, first_day, last_day, parse_period, period_of
from indicators.nouns.series import Results, Table
from indicators.nouns.vocabulary import DAY, NEAR_COMPLETE, ROW
from indicators.operations.where import passing

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
    today = results.config.today
    return sorted(
        one for table in results.tables.values() if table.relations.ahead for one in _coming_of(table, table.relations.ahead, today)
    )


def _coming_of(table: Table, ahead: Ahead, today: datetime.date) -> Iterator[Coming]:
    rows = selected(known_on(table, today) if ahead.every else table.frame, ahead.where, table)
    return _returning(table, ahead, rows, today) if ahead.every else _due(table, ahead, rows, today)


def _due(table: Table, ahead: Ahead, rows: pd.DataFrame, today: datetime.date) -> Iterator[Coming]:
    said = table.relations.promises
    if said and said.outcome and said.outcome_on:  # what came of it on a later day than today is not known yet
        rows = rows[is_blank(rows[said.outcome]) | (rows[said.outcome_on] > pd.Timestamp(today))]
    filled = rows[~is_blank(rows[ahead.due])]
    for row, name, due in filled[[ROW, ahead.what, ahead.due]].itertuples(index=False):
        period = parse_period(due if isinstance(due, str) else f"{due:%Y-%m-%d}")
        if last_day(*period) >= today:
            yield Coming(first_day(*period), last_day(*period), table.relations.words.get(name, name), row)


def _returning(table: Table, ahead: Ahead, rows: pd.DataFrame, today: datetime.date) -> Iterator[Coming]:
    """The next time of each thing, from the earliest to the latest day of the year on which it came in the last years."""
    happened = set(selected(rows, ahead.happened, table)[ROW])
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


def selected(rows: pd.DataFrame, where: Any, table: Table) -> pd.DataFrame:
    """Those of some rows of a table that a filter lets through."""
    return rows[passing(rows, where, table.resource)]


Held = Mapping[str, Set[str]]
"""Categories with the rows that they hold."""


def rows_held(table: Table) -> Held:
    """The rows that each category holds; none where the table has no levels."""
    categories = table.relations.categories if table.spans else {}
    return {name: set(selected(table.frame, where, table)[ROW]) for name, where in categories.items()}


def levels_of_rows(
    table: Table, held: Held, rows: Iterable[str], columns: Set[str], frequency: Frequency, days: range
) -> np.ndarray | None:
    """How completely such rows, as far as these columns say which they are, were collected on each day, as an index into `LEVELS`: the
    best of the categories that hold all of them. None without rows, and where no category holds all."""
    wanted = set(rows)
    names = [name for name, those in held.items() if wanted <= those]
    if not wanted or not names or not len(days):
        return None
    return np.maximum.reduce([levels_by_day(table, [name], columns, frequency, days) for name in names])


# ---- what returns every year, in one year ----

Came = Literal["happened", "missing", "reported absent", "expected", "nothing found", "not collected"]
"""`missing`: nothing found although the collection is complete or nearly so; `nothing found`: it is not, or nobody says."""


Known = tuple[Mapping[str, Set[str]], Held]
"""The rows that each filter of `ahead` lets through, and those that each category holds."""


class Occasion(NamedTuple):
    """What returns every year, in one year: whether it `came`, on which `day` (None where that is not known), `how`; between which
    days it was expected by the years before; whether this was the first time though the year before was collected, and whether the year
    is over; its row, if any; and what came of it in the years before, the latest first."""

    table: str
    code: str
    name: str
    year: int
    came: Came
    day: datetime.date | None = None
    how: str = ""
    start: datetime.date | None = None
    end: datetime.date | None = None
    is_new: bool = False
    is_over: bool = True
    row: str = ""
    called: str = ""
    before: "tuple[Occasion, ...]" = ()

    @property
    def month(self) -> int:
        """The month of its day, or else in which it may first be expected; 0 where nothing is known."""
        day = self.day or self.start
        return day.month if day else 0


def years_of(results: Results) -> range:
    """The years for which `occasions` says something: from the first row to the year after the day of the data; empty without rows."""
    today = results.config.today
    returning = [(table, ahead) for table in results.tables.values() if (ahead := table.relations.ahead) and ahead.every]
    every = [_years(selected(known_on(table, today), ahead.where, table), ahead) for table, ahead in returning]
    first = [int(years.min()) for years in every if len(years)]
    return range(min(first), today.year + 2) if first else range(0)


def occasions(results: Results, year: int) -> list[Occasion]:
    """Everything that returns every year, in one year, in the order of the days; what has none comes last."""
    today = results.config.today
    returning = [(table, ahead) for table in results.tables.values() if (ahead := table.relations.ahead) and ahead.every]
    every = [one for table, ahead in returning for one in _occasions_of(table, ahead, year, today)]
    return sorted(every, key=lambda one: (one.month or 13, one.day or one.start or datetime.date.max, one.name))


def _years(rows: pd.DataFrame, ahead: Ahead) -> pd.Series:
    """The year that each row is about: that of the column that places it in time, or else of its day."""
    return rows[DAY].dt.year.fillna(rows[ahead.due].dt.year)


def _occasions_of(table: Table, ahead: Ahead, year: int, today: datetime.date) -> Iterator[Occasion]:
    rows = selected(known_on(table, today), ahead.where, table)
    rows = rows.assign(year=_years(rows, ahead))
    kinds, held = {key: set(selected(rows, where, table)[ROW]) for key, where in ahead.filters()}, rows_held(table)
    for code, own in rows.groupby(ahead.what, sort=False):
        name = table.relations.words.get(str(code), str(code).replace("_", " "))
        each = [
            _in_year(table, ahead, own, (kinds, held), one, today)._replace(code=str(code), name=name)
            for one in range(year, year - YEARS - 1, -1)
        ]
        first = int(own["year"].min())
        yield each[0]._replace(before=tuple(one for one in each[1:] if one.year >= first))


def _in_year(table: Table, ahead: Ahead, own: pd.DataFrame, known: Known, year: int, today: datetime.date) -> Occasion:
    """One occasion in one year. What lies after today has not happened, whatever the row says."""
    happening = known[0]["happened"]
    start, end = _expected(own[ahead.due][own["year"] < year].dropna(), year, today)
    rows = own[(own["year"] == year) & ~(own[ahead.due] > pd.Timestamp(today))]
    happened = rows[rows[ROW].isin(happening)]
    row = (happened if len(happened) else rows).iloc[-1] if len(rows) else None
    came = _came(table, known, row, year, end, today)
    one = Occasion(table.resource.name, "", "", year, came, start=start, end=end, called=ahead.called, is_over=year < today.year)
    if row is None or came == "expected":
        return one
    day = None if pd.isna(row[ahead.due]) else row[ahead.due].date()
    how = str(row[ahead.how]) if ahead.how and came == "happened" else ""
    earlier = own[(own["year"] < year) & own[ROW].isin(happening)]
    is_new = came == "happened" and earlier.empty and _least_level(table, known, year - 1, None) >= NEAR_COMPLETE
    return one._replace(day=day, how=how, is_new=is_new, row=row[ROW])


def _expected(days: pd.Series, year: int, today: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
    """Between which days it is expected, by the last years before in which it had one."""
    known = days[days <= pd.Timestamp(today)].sort_values()
    marks = sorted(known.iloc[-YEARS:].dt.strftime("%m-%d"))
    return (_day(year, marks[0]), _day(year, marks[-1])) if marks else (None, None)


def _came(table: Table, known: Known, row: Any, year: int, end: datetime.date | None, today: datetime.date) -> Came:
    kinds, name = known[0], "" if row is None else row[ROW]
    if name in kinds["happened"]:
        return "happened"
    if name in kinds.get("absent", ()):
        return "reported absent"
    if (end or datetime.date(year, 12, 31)) >= today:
        return "expected"
    if name in kinds.get("not_collected", ()):
        return "not collected"
    level = _least_level(table, known, year, end)
    return "missing" if level >= NEAR_COMPLETE else "not collected" if level == 0 else "nothing found"


def _least_level(table: Table, known: Known, year: int, end: datetime.date | None) -> int:
    """The least level of what happens on the days of a year up to one, as an index into `LEVELS`; -1 where nobody says."""
    days = range(datetime.date(year, 1, 1).toordinal(), (end or datetime.date(year, 12, 31)).toordinal() + 1)
    levels = levels_of_rows(table, known[1], known[0]["happened"], set(), "annual", days)
    return -1 if levels is None else int(levels.min())


# ---- when new figures are due ----

Awaited = Literal["overdue", "due", "delay not stated", "rhythm not stated"]


class Release(NamedTuple):
    """Figures that are published together, with the same newest period: of which table, what they are called, which keys (`parts`: codes,
    where a table has several), the newest period that has a row, and the day on which those of the next are due. `awaited`: overdue if
    that day is past on the day of the data."""

    table: str
    name: str
    parts: tuple[tuple[str, ...], ...]
    newest: int
    frequency: Frequency
    awaited: Awaited
    due: datetime.date | None = None
    after: int | None = None
    basis: str = ""
    path: str = ""


def releases(results: Results) -> list[Release]:
    """Of all tables of observations; the overdue first, then by the day on which the next are due."""
    today = results.config.today
    tables = [table for table in results.tables.values() if table.relations.updates or table.relations.kind == "observations"]
    order: tuple[Awaited, ...] = ("overdue", "due", "delay not stated", "rhythm not stated")
    every = [one for table in tables for one in _releases_of(table, today)]
    return sorted(every, key=lambda one: (order.index(one.awaited), one.due or datetime.date.max, one.name))


def _releases_of(table: Table, today: datetime.date) -> Iterator[Release]:
    frame = table.frame[table.frame[DAY] <= pd.Timestamp(today)]
    for update in table.relations.updates:
        yield from _of_producer(table, update, selected(frame, update.where, table), today)
    every = table.relations.time.every if table.relations.time else None
    if not table.relations.updates and len(frame):
        frequency = FREQUENCY[every or "day"]
        newest = period_of(frame[DAY].max().date(), frequency)
        yield Release(table.resource.name, table.resource.title, (), newest, frequency, "rhythm not stated")


def _of_producer(table: Table, update: Update, rows: pd.DataFrame, today: datetime.date) -> Iterator[Release]:
    """One release for all keys with the same newest period: what one key has, another may still await."""
    frequency, relations = FREQUENCY[update.every], table.relations
    keys = [column for column in table.resource.schema_.primaryKey if not relations.time or column != relations.time.start]
    if not relations.time or not relations.time.every:
        keys = []  # a row has a name of its own, and none repeats
    newest: dict[int, list[tuple[str, ...]]] = {}
    for key, own in rows.groupby(keys, sort=False) if keys else [((), rows)] if len(rows) else []:
        codes = tuple(map(str, key))
        spans = relations.keys.get("|".join(codes))
        if not (spans and spans.end):  # one that has ended awaits nothing
            newest.setdefault(period_of(own[DAY].max().date(), frequency), []).append(codes)
    for period, parts in newest.items():
        due = None if update.after is None else last_day(period + 1, frequency) + datetime.timedelta(days=update.after)
        awaited: Awaited = "delay not stated" if due is None else "overdue" if due < today else "due"
        name = update.called or table.resource.title
        shown = tuple(parts) if keys else ()
        yield Release(table.resource.name, name, shown, period, frequency, awaited, due, update.after, update.basis, update.path)
