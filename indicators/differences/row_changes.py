"""What happened in the tables: rows that are new, corrected or gone, columns that came or went, rows dated after a day, and due dates
that have passed."""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

import pandas as pd

from indicators.compute.agenda import Coming, coming
from indicators.nouns.series import Results, Table
from indicators.nouns.vocabulary import DAY, ROW
from indicators.reading.project import Project

RowKind = Literal["new", "corrected", "gone", "new column", "lost column"]


class Cell(NamedTuple):
    """A cell of a row before and now, as text; "" is blank."""

    column: str
    before: str
    now: str


class RowChange(NamedTuple):
    """A row of a table that differs between two states, and its cells that do (none where the row itself came or went); or, with its
    name in the place of the row, a column that only one of them has, which corrects no row."""

    table: str
    row: str
    kind: RowKind
    cells: tuple[Cell, ...] = ()


def row_changes(earlier: Project, now: Project) -> tuple[RowChange, ...]:
    """Rows that differ, table by table: of tables that both states have by the key of the row, of a table that is new or gone all."""
    found: list[RowChange] = []
    for name in dict.fromkeys([*now.tables, *earlier.tables]):
        before, after = earlier.tables.get(name), now.tables.get(name)
        if (before and after and before.digest == after.digest) or any(one and one.store for one in (before, after)):
            continue  # the rows of a store are too many to be listed
        found += _between(name, _texts(before), _texts(after))
    return tuple(found)


def _texts(table: Table | None) -> pd.DataFrame:
    """The cells of a table as text, by row; those of several releases of a row by its number too."""
    if table is None:
        return pd.DataFrame()
    columns = [column for column in table.frame if not str(column).startswith("@")]
    texts = table.frame[columns].map(_text)
    nth = table.frame.groupby(ROW).cumcount()
    texts.index = pd.Index([row if not n else f"{row} ({n + 1})" for row, n in zip(table.frame[ROW], nth, strict=True)])
    return texts


def _text(cell: object) -> str:
    if pd.isna(cell):  # type: ignore[call-overload]
        return ""
    if isinstance(cell, pd.Timestamp | datetime.date):
        return f"{cell:%Y-%m-%d}"
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def _between(name: str, before: pd.DataFrame, after: pd.DataFrame) -> Iterator[RowChange]:
    old, new = (dict(zip(one.index, one.to_dict("records"), strict=True)) for one in (before, after))
    if old and new:
        yield from (RowChange(name, str(column), "new column") for column in after if column not in before)
        yield from (RowChange(name, str(column), "lost column") for column in before if column not in after)
    for row, cells in new.items():
        was = old.get(row)
        if was is None:
            yield RowChange(name, row, "new")
        elif differing := tuple(Cell(str(c), was[c], text) for c, text in cells.items() if was.get(c, text) != text):
            yield RowChange(name, row, "corrected", differing)
    yield from (RowChange(name, row, "gone") for row in old if row not in new)


class DatedRow(NamedTuple):
    """A row with a day after another: the one on which it was `recorded` where its table has that, else the one it is about."""

    table: str
    row: str
    day: datetime.date
    recorded: bool


def dated_rows(results: Results, since: datetime.date) -> tuple[DatedRow, ...]:
    """Rows recorded or, where the table does not say when that was, dated after a day and up to the day of the data; the latest first."""
    today = results.config.today
    found = []
    for name, table in results.tables.items():
        column = None if table.store else table.relations.recorded or (DAY if DAY in table.frame else None)
        if column is None:
            continue
        days = pd.to_datetime(table.frame[column])
        chosen = (days > pd.Timestamp(since)) & (days <= pd.Timestamp(today))
        rows = zip(table.frame.loc[chosen, ROW], days[chosen], strict=True)
        found += [DatedRow(name, row, day.date(), bool(table.relations.recorded)) for row, day in rows]
    return tuple(sorted(found, key=lambda one: one.day, reverse=True))


def passed(results: Results, since: datetime.date) -> tuple[Coming, ...]:
    """What was due or returned after a day and before the day of the data."""
    today = results.config.today
    then = replace(results, config=results.config.model_copy(update={"as_of": since.isoformat()}))
    return tuple(one for one in coming(then) if since < one.end < today)
