"""Which rows: conditions of a definition as Narwhals expressions, the same on pandas, DuckDB and the others.

A filter is a mapping from column to condition (all must hold), or a list of such mappings (any may hold). A condition
is a value (on a list column: contains it), a list of values (any of them), or a mapping of the operations below. List
cells stay strings; tests on them are tests on strings.
"""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from functools import reduce as fold
from typing import Any, NamedTuple

import narwhals as nw

from indicators.periods import first_day, label, last_day, parse_period, within
from indicators.resource import FieldOf, Resource

NUMBERS = ("integer", "number", "year")


class Column(NamedTuple):
    """A column as conditions see it: its field, its vocabulary, and, for a list column, the separator."""

    field: FieldOf
    separator: str | None = None
    codes: tuple[str | float, ...] = ()

    @property
    def values(self) -> "nw.Expr":
        """The cells."""
        return nw.col(self.field.name)

    def cell(self, value: Any) -> Any:
        """The value as a cell holds it: a day for a column of dates."""
        return datetime.datetime.fromisoformat(value) if self.field.type == "date" else value

    def holds(self, value: Any) -> "nw.Expr":
        """Cells equal to the value; on a list column, cells that contain it."""
        if self.separator is None:
            return self.values == self.cell(value)
        sep = re.escape(self.separator)
        return self.values.str.contains(f"(?:^|{sep}){re.escape(str(value))}(?:{sep}|$)")


def listed(value: Any) -> list[Any]:
    """One value where a list may stand counts as a list of one."""
    return value if isinstance(value, list) else [value]


def is_any(column: Column, value: Any) -> "nw.Expr":
    """Cells equal to one of the values; on a list column, cells that contain one of them."""
    values = listed(value)
    if column.separator is None and len(values) > 1:
        return column.values.is_in([column.cell(v) for v in values])
    return fold(lambda a, b: a | b, [column.holds(v) for v in values], nw.lit(False)) if len(values) != 1 else column.holds(values[0])


def is_not(column: Column, value: Any) -> "nw.Expr":
    """Cells with none of the values; blank cells are kept."""
    return ~is_any(column, value) | column.values.is_null()


def has_all(column: Column, value: Any) -> "nw.Expr":
    """List cells that contain every value."""
    return fold(lambda a, b: a & b, [column.holds(v) for v in listed(value)])


def has_none(column: Column, value: Any) -> "nw.Expr":
    """List cells that contain none of the values; blank cells are kept."""
    return is_not(column, value)


def is_exactly(column: Column, value: Any) -> "nw.Expr":
    """List cells that contain these values and no other, in any order; items of a cell do not repeat."""
    values = listed(value)
    length = sum(map(len, values)) + len(values) - 1
    return has_all(column, values) & (column.values.str.len_chars() == length)


def is_at_least(column: Column, value: Any) -> "nw.Expr":
    """Numbers from this one up; blank cells are left out."""
    return column.values >= value


def is_at_most(column: Column, value: Any) -> "nw.Expr":
    """Numbers up to this one; blank cells are left out."""
    return column.values <= value


def is_from(column: Column, value: Any) -> "nw.Expr":
    """Dates from the first day of a period (2024, 2024-T1, 2024-03, 2024-03-05) on; or years, or months."""
    return column.values >= as_bound(column, value, end=False)


def is_to(column: Column, value: Any) -> "nw.Expr":
    """Dates up to the last day of a period; or years, or months."""
    return column.values <= as_bound(column, value, end=True)


def contains_text(column: Column, value: Any) -> "nw.Expr":
    """Texts in which the words occur (one of them, if several are given); capitals make no difference."""
    lower = column.values.str.to_lowercase()
    return fold(lambda a, b: a | b, [lower.str.contains(str(v).lower(), literal=True) for v in listed(value)])


def is_listed_in(column: Column, value: Any) -> "nw.Expr":
    """Cells that stand in a column of another table, written table.column; blank cells are left out."""
    return column.values.is_in(list(value))


def is_not_listed_in(column: Column, value: Any) -> "nw.Expr":
    """Cells that stand in no row of a column of another table, written table.column; blank cells are kept."""
    return ~is_listed_in(column, value) | column.values.is_null()


def is_blank(column: Column, value: Any) -> "nw.Expr":
    """Cells without content (true) or with content (false)."""
    blank = column.values.is_null()
    if column.field.type not in (*NUMBERS, "date"):
        blank = blank | (column.values == "")
    return blank if value else ~blank


CONDITIONS: Mapping[str, Callable[[Column, Any], "nw.Expr"]] = {
    "not": is_not,
    "all": has_all,
    "none": has_none,
    "exactly": is_exactly,
    "at_least": is_at_least,
    "at_most": is_at_most,
    "from": is_from,
    "to": is_to,
    "contains": contains_text,
    "blank": is_blank,
    "listed_in": is_listed_in,
    "not_listed_in": is_not_listed_in,
}
ON_LISTS = ("all", "none", "exactly")
LOOKUPS = ("listed_in", "not_listed_in")
"""Conditions whose value names a column of another table; `selection.looked_up` puts its cells there."""


def as_bound(column: Column, value: Any, *, end: bool) -> Any:
    """A bound as cells of the column hold it: the first (or last: `end`) day or month of the period named, or a year."""
    if column.field.type in NUMBERS:
        return int(value)
    period, frequency = parse_period(str(value))
    if column.field.type == "yearmonth":
        return label(within(str(value), "monthly")[end], "monthly")
    day = last_day(period, frequency) if end else first_day(period, frequency)
    return datetime.datetime.combine(day, datetime.time())


def expression(where: dict[str, Any] | list[dict[str, Any]], resource: Resource) -> "nw.Expr | None":
    """The filter as one expression over the table's columns; None where it lets every row through.

    The filter has been checked (`wherecheck.faults`): columns and conditions exist.
    """
    if isinstance(where, list):
        parts = [expression(w, resource) for w in where]
        known = [part for part in parts if part is not None]
        return nw.any_horizontal(*known, ignore_nulls=True) if known and len(known) == len(parts) else None
    tests = [test for name, condition in where.items() for test in _tests(column_of(resource, name), condition)]
    return nw.all_horizontal(*tests, ignore_nulls=False) if tests else None


def column_of(resource: Resource, name: str) -> Column:
    """A column of a table as conditions see it."""
    listing = resource.relations.lists.get(name)
    field = resource.columns[name]
    return Column(field, listing.separator, listing.enum) if listing else Column(field, None, field.constraints.enum)


def _tests(column: Column, condition: Any) -> "Iterator[nw.Expr]":
    if not isinstance(condition, dict):
        yield is_any(column, condition)
        return
    for name, value in condition.items():
        yield CONDITIONS[name](column, value)


def columns(where: dict[str, Any] | list[dict[str, Any]]) -> set[str]:
    """Columns that a filter reads.

    >>> sorted(columns([{"a": 1}, {"a": 2, "b": {"not": 1}}]))
    ['a', 'b']
    """
    return {name for part in (where if isinstance(where, list) else [where]) for name in part}


def lookups(where: Any) -> set[str]:
    """Names of the tables that a filter looks into.

    >>> lookups({"day": {"not_listed_in": "feasts.day"}, "kind": "ball"})
    {'feasts'}
    """
    parts = where if isinstance(where, list) else [where]
    conditions = [c for part in parts for c in part.values() if isinstance(c, dict)]
    return {str(value).partition(".")[0] for c in conditions for key, value in c.items() if key in LOOKUPS}
