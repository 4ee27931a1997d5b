"""The conditions of `where`, one object each, and the filters made of them: as Narwhals expressions, and what is wrong with them.

A new condition is a test, whose docstring is the manual, and an entry in `CONDITIONS`.
"""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from functools import reduce as fold
from typing import Any, Literal, NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd

from indicators.characters import number_for, with_disguise
from indicators.nouns.descriptor import Resource, Resources
from indicators.nouns.periods import (
    EARLIEST,
    LATEST,
    NOUNS,
    Frequency,
    consists_of,
    first_day,
    label,
    last_day,
    parse_period,
    period_of,
    within,
)
from indicators.nouns.vocabulary import MONTH_FORM, PERIOD_FORM, is_day, listed
from indicators.operations.column import KINDS, NUMBERS, TEXTS, TIMES, Column, Kind, column_of, frequency_of
from indicators.problems import Fault, fault
from indicators.suggestions import key_hint, suggest

MOST = 200
"""Alternatives of one filter; each is a test of every row."""


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
    length = sum(map(len, values)) + (len(values) - 1) * len(column.separator or "")
    return has_all(column, values) & (column.values.str.len_chars() == length)


def is_at_least(column: Column, value: Any) -> "nw.Expr":
    """Numbers from this one up; blank cells are left out."""
    return column.values >= value


def is_at_most(column: Column, value: Any) -> "nw.Expr":
    """Numbers up to this one; blank cells are left out."""
    return column.values <= value


def is_from(column: Column, value: Any) -> "nw.Expr":
    """Dates from the first day of a period (2024, 2024-T1, 2024-03, 2024-03-05) on; or years, months, or names of periods."""
    if column.names:
        cells, bound = column.ordered(periods_within(value, column.names)[0])
        return cells >= bound
    return column.values >= as_bound(column, value, end=False)


def is_to(column: Column, value: Any) -> "nw.Expr":
    """Dates up to the last day of a period; or years, months, or names of periods."""
    if column.names:
        cells, bound = column.ordered(periods_within(value, column.names)[1])
        return cells <= bound
    return column.values <= as_bound(column, value, end=True)


def contains_text(column: Column, value: Any) -> "nw.Expr":
    """Texts in which the words occur (one of them, if several are given); capitals make no difference."""
    lower = column.values.str.to_lowercase()
    return fold(lambda a, b: a | b, [lower.str.contains(str(v).lower(), literal=True) for v in listed(value)])


def is_listed_in(column: Column, value: Any) -> "nw.Expr":
    """Cells that appear in a column of another table, written table.column; blank cells are left out."""
    return column.values.is_in(list(value))


def is_not_listed_in(column: Column, value: Any) -> "nw.Expr":
    """Cells that do not appear in a column of another table, written table.column; blank cells are kept."""
    return ~is_listed_in(column, value) | column.values.is_null()


def is_blank(column: Column, value: Any) -> "nw.Expr":
    """Cells without content (true) or with content (false)."""
    blank = column.values.is_null()
    if column.kind not in (*NUMBERS, "date"):
        blank = blank | (column.values == "")
    return blank if value else ~blank


def as_bound(column: Column, value: Any, *, end: bool) -> Any:
    """A bound as cells of the column hold it: the first (or last: `end`) day or month of the period named, or a year."""
    if column.kind == "year":
        return int(value)
    if column.names:
        return periods_within(value, column.names)[end]
    period, frequency = parse_period(str(value))
    if column.kind == "yearmonth":
        return label(within(str(value), "monthly")[end], "monthly")
    day = last_day(period, frequency) if end else first_day(period, frequency)
    return datetime.datetime.combine(day, datetime.time())


def periods_within(value: Any, frequency: Frequency) -> tuple[int, int]:
    """First and last period whose name lies in the period named: the weeks of 2025 are those called 2025-W…

    >>> [label(p, "weekly") for p in periods_within("2025", "weekly")]
    ['2025-W01', '2025-W52']
    """
    if frequency == "weekly" and frequency_of(value) == "annual":
        return parse_period(f"{value}-W01")[0], parse_period(f"{int(value) + 1}-W01")[0] - 1
    return within(str(value), frequency)


# ---- what the value of a condition may be ----

Check = Callable[[Column, str, Any, Resources | None], Iterator[Fault]]
"""Column, key of the condition, value, and the tables that it may look things up in -> what is wrong with the value."""


class Takes(NamedTuple):
    """What a condition takes for its value, and on which kinds of column: a check and a JSON Schema, which agree.

    `schema`: for a kind of column, or for any (None); the definitions `values_<kind>` and `cells_<kind>` are those of
    `indicators.schema.filters`. `codes`: values of the column, which are codes where it has a vocabulary. `looks_up`: the
    name of a column of another table; `compute.selection.looked_up` puts its cells there.
    """

    check: Check
    schema: Callable[[Kind | None], dict[str, Any]]
    kinds: tuple[Kind, ...] = KINDS
    codes: bool = False
    looks_up: bool = False


class _Kind(NamedTuple):
    """What one cell of a kind of column may be in a filter, in words, and what to write."""

    words: str
    hint: str
    accepts: Callable[[Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: Any) -> bool:
    return _is_number(value) and float(value).is_integer()


def _is_year(value: Any) -> bool:
    return _is_whole(value) and EARLIEST <= value <= LATEST


def _is_month(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch("[12][0-9]{3}-(0[1-9]|1[0-2])", value) is not None


TEXT = _Kind("text", "put text in quotes", lambda value: isinstance(value, str))
NUMERIC = _Kind("a number", "write a number without quotes", _is_number)
YEAR = _Kind("a year", "write a year without quotes: 2024", _is_year)
CELLS_BY_KIND: Mapping[Kind, _Kind] = {
    "number": NUMERIC,
    "integer": _Kind("a whole number", "write a whole number without quotes", _is_whole),
    "year": YEAR,
    "boolean": _Kind("true or false", "write true or false without quotes", lambda value: isinstance(value, bool)),
    "date": _Kind("a day", "write YYYY-MM-DD; for longer periods use from and to", TEXT.accepts),
    "yearmonth": _Kind("a month", "write YYYY-MM; for longer periods use from and to", _is_month),
}
"""Kinds of column whose cells are not any text in a filter."""


def _value_faults(column: Column, key: str, value: Any, others: Resources | None) -> Iterator[Fault]:
    values, name = listed(value), column.field.name
    if not values:
        yield fault("wrong-value/no-values", hint="name at least one value")
    if len(values) > MOST:
        yield fault("wrong-value/too-many", hint="name a column that groups them", count=len(values), items="values", most=MOST)
        return
    takes = CELLS_BY_KIND.get(column.kind, TEXT)
    for v in values:
        if not takes.accepts(v):
            hint = number_for(v) or with_disguise(takes.hint, v)
            yield fault("wrong-value/kind-of-value", hint=hint, value=v, kind=takes.words, column=name)
        elif column.kind == "date" and not is_day(str(v)):
            yield fault("wrong-value/not-a-day", hint=with_disguise("write YYYY-MM-DD; for longer periods use from and to", v), value=v)
        elif column.codes and v not in column.codes:
            yield fault("not-allowed/code", hint=suggest(v, column.codes), value=v, column=name)


def _item_faults(column: Column, key: str, value: Any, others: Resources | None) -> Iterator[Fault]:
    if column.separator is None:
        name = column.field.name
        hint = f"use a value, a list (any of) or 'not'; list columns are named under relations.lists, {name!r} is not"
        yield fault("not-a-list-column", hint=hint, key=key, column=name)
    else:
        yield from _value_faults(column, key, value, others)


def _number_faults(column: Column, key: str, value: Any, others: Resources | None) -> Iterator[Fault]:
    name, kind = column.field.name, column.kind
    if kind not in NUMBERS:
        hint = "for dates use from and to" if kind in TIMES else "name a column of numbers"
        yield fault("wrong-value/number", hint=hint, key=key, column=name, type=column.field.type, value=value)
        return
    takes = YEAR if kind == "year" else NUMERIC
    if not takes.accepts(value):
        yield fault("wrong-value/limit-of-numbers", hint=number_for(value) or takes.hint, key=key, kind=takes.words, value=value)


def _bound_faults(column: Column, key: str, value: Any, others: Resources | None) -> Iterator[Fault]:
    if column.kind not in TIMES:
        about = {"key": key, "column": column.field.name, "type": column.field.type}
        hint = "for numbers use at_least and at_most" if column.kind in NUMBERS else ANY_TEXT
        yield fault("wrong-value/bound-of-dates", hint=hint, **about)
        return
    if column.kind == "year":
        if not (_is_year(value) or (isinstance(value, str) and re.fullmatch("[1-9][0-9]{3}", value) and _is_year(int(value)))):
            yield fault("wrong-value/bound", hint=YEAR.hint, key=key, kind="a year", value=value)
        return
    frequency = frequency_of(value)
    if frequency is None:
        hint = "write 2024, 2024-H1, 2024-T1, 2024-Q1, 2024-01, 2024-W05 or 2024-01-14: 'from' takes its first day, 'to' its last day"
        yield fault("wrong-value/bound", hint=hint, key=key, kind="a period", value=value)
    elif column.names and not _has_bounds_of(column.names, frequency):
        noun = NOUNS[column.names]
        name = label(period_of(datetime.date(2024, 1, 1), column.names), column.names)
        hint = f"write a {noun}{'' if noun == 'year' else ' or a year'}, as in {name}"
        yield fault("wrong-value/bound", hint=hint, key=key, kind=f"a {noun}", value=value)
    elif column.kind == "yearmonth" and frequency in ("weekly", "daily"):
        yield fault("wrong-value/bound", hint="write a month, or a longer period: 2024-01", key=key, kind="a month", value=value)


ANY_TEXT = (
    "these cells may be any text: give the column the type year, yearmonth or date, or a pattern of the periods that it names, as in "
    "'[0-9]{4}-Q[1-4]'"
)


def _has_bounds_of(names: Frequency, bound: Frequency) -> bool:
    """Whether periods of one frequency begin and end where those of a bound do; of weeks only by their names, which have a year."""
    return bound in ("weekly", "annual") if names == "weekly" else consists_of(bound, names)


def _words_faults(column: Column, key: str, value: Any, others: Resources | None) -> Iterator[Fault]:
    if column.kind not in TEXTS:
        hint = "use a value, at_least and at_most, or from and to"
        yield fault("wrong-value/words-of-texts", hint=hint, key=key, column=column.field.name, type=column.field.type)
    elif not all(isinstance(v, str) and v for v in listed(value)) or not 1 <= len(listed(value)) <= MOST:
        yield fault("wrong-value/words", hint=f"quote the text; at most {MOST} may be given", key=key, value=value)


def _yes_or_no_faults(column: Column, key: str, value: Any, others: Resources | None) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield fault("wrong-value/yes-or-no", hint="write true or false", key=key, value=value)


def _cells_faults(column: Column, key: str, value: Any, others: Resources | None) -> Iterator[Fault]:
    name, kind = column.field.name, column.field.kind
    if others is None:
        yield fault("wrong-value/lookup-in-category", hint="use it in a definition", key=key)
        return
    table, dot, other = value.partition(".") if isinstance(value, str) else ("", "", "")
    if not dot or others.is_unknown(table):
        known = [f"{called}.{name}" for called, resource in others.items() if name in resource.columns]
        yield fault("unknown-table/lookup", hint=suggest(value, known), key=key, value=value)
    elif table not in others:
        return
    elif other not in others[table].columns:
        yield fault("unknown-column", hint=suggest(other, others[table].columns), table=table, column=other)
    elif others[table].columns[other].kind != kind or column.separator or other in others[table].relations.lists:
        about = {"column": name, "type": kind, "value": value, "other": others[table].columns[other].type}
        yield fault("wrong-type/lookup", hint="compare columns of the same type", **about)


def _of_kind(definitions: str) -> Callable[[Kind | None], dict[str, Any]]:
    return lambda kind: {"allOf": [{"$ref": f"#/definitions/{definitions}_{kind}"}]} if kind else {}


PERIOD: dict[str, Any] = {"type": ["string", "integer"], "pattern": PERIOD_FORM, "minimum": EARLIEST, "maximum": LATEST}
WHOLE_YEAR: dict[str, Any] = {"type": "integer", "minimum": EARLIEST, "maximum": LATEST}
BOUNDS: Mapping[str, dict[str, Any]] = {"year": PERIOD | {"pattern": "^[12][0-9]{3}$"}, "yearmonth": PERIOD | {"pattern": MONTH_FORM}}
"""Bounds of columns that know no days."""
WORD: dict[str, Any] = {"type": "string", "minLength": 1}
SEVERAL_WORDS = {"if": {"type": "array"}, "then": {"minItems": 1, "items": WORD}, "else": WORD, "anyOf": [WORD, {}]}

VALUES = Takes(_value_faults, _of_kind("values"), codes=True)
ITEMS = Takes(_item_faults, _of_kind("values"), ("list",), codes=True)
NUMBER = Takes(_number_faults, lambda kind: WHOLE_YEAR if kind == "year" else {"type": "number"}, NUMBERS)
BOUND = Takes(_bound_faults, lambda kind: BOUNDS.get(kind or "date", PERIOD), TIMES)
WORDS = Takes(_words_faults, lambda kind: SEVERAL_WORDS, TEXTS)
YES_OR_NO = Takes(_yes_or_no_faults, lambda kind: {"type": "boolean"})
CELLS = Takes(_cells_faults, _of_kind("cells"), tuple(kind for kind in KINDS if kind != "list"), looks_up=True)


# ---- the conditions ----


def _always(column: Column, value: Any) -> bool:
    return True


def _names_all(column: Column, value: Any) -> bool:
    return isinstance(value, list) and bool(column.codes) and set(column.codes) <= set(value)


class Condition(NamedTuple):
    """All that is known of a condition; filters, checks, schemas, pages and warnings read it here.

    `key`: its word in YAML. `test`: which cells pass; its docstring is the manual. `words`: how it is read out, with the
    values instead of {}, the last after `joint`; `words_if_no`: where the value is false. `excludes`: whether, on a
    column with a value, its purpose is to leave rows out.
    """

    key: str
    test: Callable[[Column, Any], "nw.Expr"]
    words: str
    takes: Takes
    joint: Literal["or", "and"] = "or"
    words_if_no: str = ""
    excludes: Callable[[Column, Any], bool] = lambda column, value: False

    def sentence(self, value: Any, name_of: Callable[[str], str]) -> str:
        """What the condition says of a column; `name_of` gives the words of a value.

        >>> CONDITIONS["exactly"].sentence(["RUR", "GRA"], {"RUR": "Ruritania", "GRA": "Graustark"}.get)
        'is exactly Ruritania and Graustark'
        """
        *others, last = [name_of(str(v)) for v in listed(value)]
        template = (value is False and self.words_if_no) or self.words
        return template.format(f"{', '.join(others)} {self.joint} {last}" if others else last)


ANY_OF = Condition("", is_any, "is {}", VALUES, excludes=_names_all)
"""What a value, or a list of values, means where no condition is named."""

CONDITIONS: Mapping[str, Condition] = {
    one.key: one
    for one in (
        Condition("not", is_not, "is not {}", VALUES, excludes=_always),
        Condition("all", has_all, "includes {}", ITEMS, joint="and"),
        Condition("none", has_none, "includes none of {}", ITEMS, excludes=_always),
        Condition("exactly", is_exactly, "is exactly {}", ITEMS, joint="and"),
        Condition("at_least", is_at_least, "is at least {}", NUMBER, excludes=_always),
        Condition("at_most", is_at_most, "is at most {}", NUMBER, excludes=_always),
        Condition("from", is_from, "is from {} on", BOUND, excludes=_always),
        Condition("to", is_to, "is up to {}", BOUND, excludes=_always),
        Condition("contains", contains_text, "has the words {}", WORDS),
        Condition("blank", is_blank, "is blank", YES_OR_NO, words_if_no="is not blank", excludes=lambda column, value: not value),
        Condition("listed_in", is_listed_in, "is listed in {}", CELLS),
        Condition("not_listed_in", is_not_listed_in, "is not listed in {}", CELLS, excludes=_always),
    )
}


# ---- filters ----


def conditions_in(condition: Any) -> list[tuple[Condition, Any]]:
    """The conditions that a filter sets for one column, each with its value."""
    return [(CONDITIONS[key], value) for key, value in condition.items()] if isinstance(condition, dict) else [(ANY_OF, condition)]


def expression(where: dict[str, Any] | list[dict[str, Any]], resource: Resource) -> "nw.Expr | None":
    """The filter as one expression over the table's columns; None where it lets every row through.

    The filter has been checked (`faults`): columns and conditions exist.
    """
    if isinstance(where, list):
        parts = [expression(w, resource) for w in where]
        known = [part for part in parts if part is not None]
        return nw.any_horizontal(*known, ignore_nulls=True) if known and len(known) == len(parts) else None
    columns = {name: column_of(resource, name) for name in where}
    tests = [one.test(columns[name], value) for name, condition in where.items() for one, value in conditions_in(condition)]
    return nw.all_horizontal(*tests, ignore_nulls=False) if len(tests) > 1 else tests[0] if tests else None


def passing(frame: pd.DataFrame, where: dict[str, Any] | list[dict[str, Any]], resource: Resource) -> np.ndarray:
    """Whether each of some rows passes a checked filter."""
    test = expression(where, resource)
    if test is None or not len(frame):
        return np.ones(len(frame), dtype=bool)
    return nw.from_native(frame, eager_only=True).select(passes=test.fill_null(False))["passes"].to_numpy().astype(bool)


def columns(where: dict[str, Any] | list[dict[str, Any]]) -> set[str]:
    """Columns that a filter reads.

    >>> sorted(columns([{"a": 1}, {"a": 2, "b": {"not": 1}}]))
    ['a', 'b']
    """
    return {name for part in listed(where) for name in part}


def lookups(where: Any) -> set[str]:
    """Names of the tables that a filter looks into.

    >>> lookups({"day": {"not_listed_in": "feasts.day"}, "kind": "ball"})
    {'feasts'}
    """
    given = [item for part in listed(where) for condition in part.values() if isinstance(condition, dict) for item in condition.items()]
    return {str(value).partition(".")[0] for key, value in given if key in CONDITIONS and CONDITIONS[key].takes.looks_up}


def faults(where: dict[str, Any] | list[dict[str, Any]], resource: Resource, others: Resources | None = None) -> Iterator[Fault]:
    """What is wrong with a filter on this table: columns, conditions, codes outside a vocabulary, kinds of values.

    `others`: tables that it may look things up in; None where it may not.
    """
    if isinstance(where, list):
        if not where:
            yield fault("wrong-value/empty-filter", hint="leave the filter out, or write at least one mapping")
        if len(where) > MOST:
            yield fault("wrong-value/too-many", hint="list values in one mapping instead", count=len(where), items="mappings", most=MOST)
            return
        for i, part in enumerate(where):
            if not part:
                yield fault("wrong-value/every-row", i, hint="write a condition, or remove it; then the others select rows")
            yield from (one.under(i) for one in faults(part, resource, others))
        return
    for name, condition in where.items():
        if name not in resource.columns:
            yield fault("unknown-column", name, hint=key_hint(name, condition, resource.columns), table=resource.name, column=name)
        else:
            yield from (one.under(name) for one in _condition_faults(column_of(resource, name), condition, others))


def _condition_faults(column: Column, condition: Any, others: Resources | None) -> Iterator[Fault]:
    if not isinstance(condition, dict):
        yield from ANY_OF.takes.check(column, "", condition, others)
    elif not condition:
        hint = "write a value, a list of values, or a condition such as {not: …}"
        yield fault("wrong-value/no-condition", hint=hint, column=column.field.name)
    found = []
    for key, value in condition.items() if isinstance(condition, dict) else ():
        if key not in CONDITIONS:
            found.append(fault("unknown-condition", key, hint=key_hint(key, value, CONDITIONS), key=key))
        else:
            found += (one.under(key) for one in CONDITIONS[key].takes.check(column, key, value, others))
    yield from found or (_crossed_bounds(column, condition) if isinstance(condition, dict) else ())


def _crossed_bounds(column: Column, condition: dict[str, Any]) -> Iterator[Fault]:
    """Two valid bounds between which nothing lies."""
    for low, high in (("from", "to"), ("at_least", "at_most")):
        if not {low, high} <= condition.keys():
            continue
        first, last = condition[low], condition[high]
        if low == "from":
            first, last = as_bound(column, first, end=False), as_bound(column, last, end=True)
        if first > last:
            about = {"low": low, "high": high, "first": condition[low], "last": condition[high]}
            yield fault("wrong-value/crossed-bounds", low, hint="swap the two, or correct one", **about)
