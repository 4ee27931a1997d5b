"""What is wrong with a filter: columns, conditions, codes outside a vocabulary, kinds of values, tables looked into."""

from collections.abc import Iterator
from typing import Any

from indicators.problems import suggest
from indicators.resource import Resource, Resources
from indicators.vocabulary import is_day
from indicators.where import CONDITIONS, LOOKUPS, NUMBERS, ON_LISTS, Column, as_bound, column_of, listed

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
