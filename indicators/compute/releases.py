"""When the next figures of tables are due by the rhythm of their producers, and which are overdue."""

import datetime
from collections.abc import Iterator
from typing import Literal, NamedTuple

import pandas as pd

from indicators.compute.agenda import selected
from indicators.nouns.calendar import Update
from indicators.nouns.periods import FREQUENCY, Frequency, last_day, period_of
from indicators.nouns.series import Results, Table
from indicators.nouns.vocabulary import DAY

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

    @property
    def next_end(self) -> datetime.date:
        """The last day of the next period."""
        return last_day(self.newest + 1, self.frequency)


def releases(results: Results) -> list[Release]:
    """Of all tables of observations; the overdue first, then by the day on which the next are due."""
    today = datetime.date.fromisoformat(results.config.as_of)
    tables = [table for table in results.tables.values() if table.relations.updates or table.relations.kind == "observations"]
    order: tuple[Awaited, ...] = ("overdue", "due", "delay not stated", "rhythm not stated")
    every = [one for table in tables for one in _of(table, today)]
    return sorted(every, key=lambda one: (order.index(one.awaited), one.due or datetime.date.max, one.name))


def _of(table: Table, today: datetime.date) -> Iterator[Release]:
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
