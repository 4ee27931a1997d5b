"""The conditions of `where`: their tests as Narwhals expressions, and what is wrong with a filter."""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from functools import reduce as fold
from typing import Any, NamedTuple

import narwhals as nw

from indicators.nouns.descriptor import FieldOf, Resource, Resources
from indicators.nouns.periods import first_day, label, last_day, parse_period, within
from indicators.nouns.vocabulary import is_day
from indicators.problems import suggest

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


MOST = 200
"""Alternatives of one filter; each is a test of every row."""
Fault = tuple[tuple[str | int, ...], str, str, str]
"""Trail inside the filter, code, message, hint."""


def faults(where: dict[str, Any] | list[dict[str, Any]], resource: Resource, others: Resources | None = None) -> Iterator[Fault]:
    """What is wrong with a filter on this table: columns, conditions, codes outside a vocabulary, kinds of values.

    `others`: tables that it may look things up in; None where it may not.
    """
    if isinstance(where, list):
        if not where:
            yield (), "wrong-value", "an empty list selects nothing", "leave the filter out, or write at least one mapping"
        if len(where) > MOST:
            yield (), "wrong-value", f"{len(where):,} mappings are more than the {MOST} allowed", "list values in one mapping instead"
            return
        for i, part in enumerate(where):
            yield from (((i, *trail), code, message, hint) for trail, code, message, hint in faults(part, resource, others))
        return
    for name, condition in where.items():
        if name not in resource.columns:
            message = f"table {resource.name!r} has no column {name!r}"
            yield (name,), "unknown-column", message, suggest(name, resource.columns)
        elif not isinstance(condition, dict):
            yield from _value_faults((name,), column_of(resource, name), condition)
        else:
            yield from _condition_faults(name, column_of(resource, name), condition, others)


def _condition_faults(name: str, column: Column, condition: dict[str, Any], others: Resources | None) -> Iterator[Fault]:
    if not condition:
        yield (name,), "wrong-value", f"{name!r} has no condition", "write a value, a list of values, or a condition such as {not: …}"
    for key, value in condition.items():
        trail = (name, key)
        if key not in CONDITIONS:
            yield trail, "unknown-condition", f"there is no condition {key!r}", suggest(key, CONDITIONS)
        elif key in ON_LISTS and column.separator is None:
            hint = f"use a value, a list (any of) or 'not'; list columns are named under relations.lists, {name!r} is not"
            yield trail, "not-a-list-column", f"{key!r} is for list columns, {name!r} is not one", hint
        elif key == "blank":
            if not isinstance(value, bool):
                yield trail, "wrong-value", f"'blank' takes true or false, not {value!r}", "write true or false"
        elif key in LOOKUPS:
            yield from _lookup_faults(trail, column, value, others)
        elif key in ("from", "to"):
            yield from _bound_faults(trail, column, value)
        elif key in ("at_least", "at_most"):
            if column.field.type not in NUMBERS or isinstance(value, bool) or not isinstance(value, int | float):
                message = f"{key!r} takes a number, on a column of numbers; {name!r} is {column.field.type}, the value is {value!r}"
                yield trail, "wrong-value", message, "for dates use from and to"
        elif key == "contains":
            if column.field.type in (*NUMBERS, "date"):
                message = f"'contains' is for texts; {name!r} is {column.field.type}"
                yield trail, "wrong-value", message, "use a value, at_least and at_most, or from and to"
            elif not all(isinstance(v, str) and v for v in listed(value)) or not 1 <= len(listed(value)) <= MOST:
                message = f"'contains' takes a text or several, not {str(value)[:100]!r}"
                yield trail, "wrong-value", message, f"quote the text; at most {MOST} may be given"
        else:
            yield from _value_faults(trail, column, value)


def _lookup_faults(trail: tuple[str, ...], column: Column, value: Any, others: Resources | None) -> Iterator[Fault]:
    if others is None:
        yield trail, "wrong-value", f"{trail[-1]!r} looks into another table, which a category cannot", "use it in a definition"
        return
    table, dot, other = value.partition(".") if isinstance(value, str) else ("", "", "")
    if not dot or others.lacks(table):
        known = [f"{name}.{column.field.name}" for name, resource in others.items() if column.field.name in resource.columns]
        yield trail, "unknown-table", f"{trail[-1]!r} takes table.column, not {value!r}", suggest(value, known)
    elif table not in others:
        return
    elif other not in others[table].columns:
        yield trail, "unknown-column", f"table {table!r} has no column {other!r}", suggest(other, others[table].columns)
    elif others[table].columns[other].type != column.field.type or column.separator or other in others[table].relations.lists:
        message = f"{trail[0]!r} is {column.field.type}, {value!r} is {others[table].columns[other].type}; lists cannot be looked up"
        yield trail, "wrong-type", message, "compare columns of one type"


def _bound_faults(trail: tuple[str, ...], column: Column, value: Any) -> Iterator[Fault]:
    if column.field.type not in ("date", "yearmonth", "year"):
        yield (
            trail,
            "wrong-value",
            f"{trail[-1]!r} is for dates; {trail[0]!r} is {column.field.type}",
            "for numbers use at_least and at_most",
        )
        return
    try:
        as_bound(column, value, end=False)
    except ValueError as e:
        yield trail, "wrong-value", str(e), "a bound is a period: its first day for 'from', its last day for 'to'"


def _value_faults(trail: tuple[str, ...], column: Column, value: Any) -> Iterator[Fault]:
    values = listed(value)
    if not values:
        yield trail, "wrong-value", "an empty list selects no row", "name at least one value"
    if len(values) > MOST:
        yield trail, "wrong-value", f"{len(values):,} values are more than the {MOST} allowed", "name a column that groups them"
        return
    enum = column.codes
    wanted: type | tuple[type, ...] = (int, float) if column.field.type in NUMBERS else str
    for v in values:
        if isinstance(v, bool) or not isinstance(v, wanted):
            kind = "a number" if column.field.type in NUMBERS else "text"
            yield trail, "wrong-value", f"{v!r} is not {kind}, as column {trail[0]!r} is", "quote text; do not quote numbers"
        elif column.field.type == "date" and not is_day(str(v)):
            yield trail, "wrong-value", f"{v!r} is not a day", "write YYYY-MM-DD; for longer times use from and to"
        elif enum and v not in enum:
            yield trail, "not-allowed", f"{v!r} is not a code of column {trail[0]!r}", suggest(v, enum)
