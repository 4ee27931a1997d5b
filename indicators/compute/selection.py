"""Which rows of a table an indicator is computed from, on a given day, and in which period each row counts."""

import datetime
from collections.abc import Mapping
from typing import Any

import narwhals as nw
import pandas as pd

from indicators.nouns.definition import Definition
from indicators.nouns.periods import Frequency, is_finer, last_day, period_expression, period_of
from indicators.nouns.series import OtherRows, Rows, Table
from indicators.nouns.vocabulary import DAY, MONTH, PERIOD, PRECISION
from indicators.operations.registry import references
from indicators.operations.where import CONDITIONS, Column, expression
from indicators.reading.dependencies import FINEST
from indicators.reading.tables import newest_releases

Tables = Mapping[str, Table]
LENGTHS = {"year": 4, "month": 7, "day": 10}
"""Number of characters of a date that is known to the year, the month or the day."""


def date_text(day: pd.Timestamp, precision: str) -> str:
    """A date as exact as its row: a day, a year, or else a month."""
    return day.date().isoformat()[: LENGTHS.get(precision, LENGTHS["month"])]


def known_on(table: Table, day: datetime.date) -> pd.DataFrame:
    """Rows that the table had on a day: dated no later and, if the table has that date, recorded no later; of several releases of
    one row the newest.

    An observation of a period is left out until the period has ended.
    """
    frame, recorded = table.frame, table.relations.recorded
    if recorded:  # first, so that a row whose newest release has another date is not counted at the old one
        entered = ~(pd.to_datetime(frame[recorded]) > pd.Timestamp(day))
        frame = newest_releases(table.resource, frame if entered.all() else frame[entered])
    hidden = frame[DAY] > pd.Timestamp(last_known(table, day))
    return frame[~hidden] if hidden.any() else frame


def last_known(table: Table, day: datetime.date) -> datetime.date:
    """The last date of a row that is known on `day`."""
    every = table.relations.time.every if table.relations.time else None
    if table.relations.kind != "observations" or not every:
        return day
    current = period_of(day, FINEST[every])
    return day if day == last_day(current, FINEST[every]) else last_day(current - 1, FINEST[every])


def looked_up(where: Any, tables: Tables, day: datetime.date) -> Any:
    """The filter, with the name of another table's column replaced by the cells that it had on a day.

    `listed_in` and `not_listed_in` then test against a set of values.
    """
    if isinstance(where, list):
        return [looked_up(part, tables, day) for part in where]
    return {column: _with_cells(condition, tables, day) for column, condition in where.items()}


def _with_cells(condition: Any, tables: Tables, day: datetime.date) -> Any:
    if not isinstance(condition, dict):
        return condition
    return {key: _cells(value, tables, day) if CONDITIONS[key].takes.looks_up else value for key, value in condition.items()}


def _cells(name: str, tables: Tables, day: datetime.date) -> tuple[Any, ...]:
    table, _, column = name.partition(".")
    cells = known_on(tables[table], day)[column].dropna()
    return tuple(cell for cell in cells.drop_duplicates().tolist() if cell != "")


def selected(tables: Tables, definition: Definition, frequency: Frequency, day: datetime.date, only: tuple[str, str] | None = None) -> Rows:
    """The rows that a definition selects, with @period; `only` keeps the rows with one code in a column."""
    assert definition.table
    table = tables[definition.table]
    where = expression(looked_up(definition.where, tables, day), table.resource)
    filters = _in_time(table, frequency)
    filters += [] if where is None else [where]
    separators = {name: listing.separator for name, listing in table.relations.lists.items()}
    if only:
        column, code = only
        filters.append(Column(table.resource.columns[column], separators.get(column)).holds(code))
    known = nw.from_native(known_on(table, day), eager_only=True)
    frame = known.filter(*filters) if filters else known
    return Rows(frame.with_columns(**{PERIOD: period_expression(DAY, MONTH, frequency)}), frequency, separators)


def _in_time(table: Table, frequency: Frequency) -> "list[nw.Expr]":
    """Conditions for a date that is known and exact enough; none if the descriptor guarantees it."""
    time = table.relations.time
    assert time
    usable = ["day", "month", "year"] if frequency == "annual" else ["day"] if is_finer(frequency, "monthly") else ["day", "month"]
    exact = [nw.col(PRECISION).is_in(usable)] if time.precision else []
    return exact if table.resource.columns[time.start].constraints.required else [~nw.col(DAY).is_null(), *exact]


def parameters(definition: Definition, tables: Tables, day: datetime.date) -> dict[str, Any]:
    """Parameters as the reducer takes them: filters as expressions, rows of other tables as `OtherRows`."""
    assert definition.reduce
    assert definition.table
    given = dict(definition.reduce.parameters)
    for name, kind, value in references("reduce", definition.reduce):
        if kind == "where":
            test = expression(looked_up(value, tables, day), tables[definition.table].resource)
            given[name] = nw.lit(True) if test is None else test
        if kind == "rows":
            other = tables[value["table"]]
            rows = nw.from_native(known_on(other, day), eager_only=True)
            condition = expression(looked_up(value.get("where") or {}, tables, day), other.resource)
            given[name] = OtherRows(rows if condition is None else rows.filter(condition))
    return given


def codes_of(tables: Tables, definition: Definition, column: str, day: datetime.date) -> list[str]:
    """Codes in a column of the selected rows, in the order of its vocabulary, or else alphabetical."""
    assert definition.table
    table, rows = tables[definition.table], selected(tables, definition, "annual", day)
    listing = table.relations.lists.get(column)
    cells = pd.Series(rows.frame[column].to_list(), dtype="str")
    items = cells.str.split(listing.separator).explode() if listing else cells
    codes = set(items[items != ""].dropna())
    vocabulary = listing.enum if listing else [str(e) for e in table.resource.columns[column].constraints.enum]
    return [code for code in vocabulary if code in codes] + sorted(codes - set(vocabulary))
