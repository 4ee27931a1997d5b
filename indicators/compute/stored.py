"""Numbers of a table in a store: the rows are selected and reduced where they are, and only what a period is worth comes into memory.

`condensed` rows stand for all rows that are alike in what decides on the worth of a value: @rows says for how many.
"""

import datetime
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from indicators.nouns.definition import Definition
from indicators.nouns.periods import Frequency, period_expression
from indicators.nouns.series import Facts, Rows, Table
from indicators.nouns.stores import IdGroup, Ids, StoredIds
from indicators.nouns.vocabulary import DAY, FILLED, MONTH, NUMBER, ORDINAL, PERIOD, PRECISION, ROW, STATUS
from indicators.operations.column import Column, column_of
from indicators.operations.reduce import Traits, added_up, as_pandas
from indicators.operations.registry import OPERATIONS
from indicators.operations.where import expression, is_blank
from indicators.reading.dependencies import break_columns

Tests = tuple["nw.Expr", ...]


def tests_of(table: Table, where: Any, held: "Sequence[nw.Expr]", day: datetime.date) -> Tests:
    """What rows of a table in a store pass that a filter selects and that are known on a day. `held`: further tests."""
    assert table.store
    recorded, test = table.relations.recorded, expression(where, table.resource)
    midnight = datetime.datetime.combine(day, datetime.time())
    tests = [*([] if test is None else [test]), *held]
    tests += [] if table.store.last <= day else [nw.col(DAY) <= midnight]
    return (*tests, *([nw.col(recorded).is_null() | (nw.col(recorded) <= midnight)] if recorded else []))


def lines_of(table: Table, tests: Tests, frequency: Frequency) -> "nw.LazyFrame[Any]":
    """The rows of a table in a store that pass some tests, with @period."""
    assert table.store
    lines = table.store.lines()
    return (lines.filter(*tests) if tests else lines).with_columns(**{PERIOD: period_expression(DAY, MONTH, frequency, ORDINAL)})


def reduced_in_store(
    table: Table, definition: Definition, select: Callable[[], Rows], given: Mapping[str, Any], asked: str
) -> tuple[pd.Series, pd.DataFrame]:
    """The values by period and the condensed rows: kept, or of the rows that `select` gives. `asked`: all that they depend on besides the
    table, as text."""
    assert table.store
    assert definition.reduce
    reducer = OPERATIONS["reduce"][definition.reduce.name]

    def compute() -> pd.DataFrame:
        facts = _facts(table, definition, reducer.traits)
        rows = replace(select(), facts=facts)
        values = reducer(rows, **given)
        lines = _condensed(rows, facts)
        return lines.assign(**{"@value": lines[PERIOD].map(values)})

    kept = table.store.recalled(asked, compute)
    kept[DAY] = pd.to_datetime(kept[DAY]).astype("datetime64[s]")
    kept["@value"] = kept["@value"].astype("float64")
    values = kept.drop_duplicates(PERIOD).set_index(PERIOD)["@value"].rename("value")
    return values, _typed(kept.drop(columns="@value"), table, definition)


def _of(table: Table, definition: Definition) -> Column | None:
    """The column that is reduced, if there is one."""
    of = definition.reduce.parameters.get("of") if definition.reduce else None
    return column_of(table.resource, of) if of else None


def _facts(table: Table, definition: Definition, traits: Traits) -> Facts:
    of = _of(table, definition)
    filled = is_blank(of, False) if of else None
    count = {} if filled is None else {FILLED: filled.cast(nw.Int64).sum()}
    return Facts({NUMBER: nw.len(), **count}, filled, _marks(table, definition, traits))


def _marks(table: Table, definition: Definition, traits: Traits) -> list[str]:
    """Columns whose cells say what a row is worth."""
    status, bounds = table.relations.status, table.relations.lower_bound_when if traits.totals else {}
    return list(dict.fromkeys([*([STATUS] if status else []), *break_columns(definition, table.relations), *bounds]))


def _condensed(rows: Rows, facts: Facts) -> pd.DataFrame:
    """For each period and what its rows are worth their number, and how many are filled."""
    if facts.found is None:
        added_up(rows)
    assert facts.found is not None
    found = facts.found.sort_values([PERIOD, *facts.marks], ignore_index=True)
    return found.astype({PERIOD: "int64"} | dict.fromkeys(facts.asked, "int64"))


def _typed(lines: pd.DataFrame, table: Table, definition: Definition) -> pd.DataFrame:
    """Condensed rows with the columns of `Table.frame` that are looked at: the column that is reduced is filled or blank."""
    of = _of(table, definition)
    lines = lines.assign(**{PRECISION: "day", ROW: ""})
    lines = lines if STATUS in lines else lines.assign(**{STATUS: "A"})
    if of is None:
        return lines
    is_text = of.kind not in ("integer", "number", "year", "date")
    full, empty = ("x", "") if is_text else (1.0, np.nan)
    blank = lines[NUMBER] - lines[FILLED]
    name = of.field.name
    parts = [lines.assign(**{NUMBER: lines[FILLED], name: lines.get(name, full)}), lines.assign(**{NUMBER: blank, name: empty})]
    both = pd.concat([part[part[NUMBER] > 0] for part in parts]).sort_values(PERIOD, kind="stable", ignore_index=True)
    return both.drop(columns=FILLED)


def different_cells(table: Table, select: Callable[[], Rows], columns: list[str], asked: str) -> pd.DataFrame:
    """The different cells of some columns together in the rows that `select` gives; of a table in a store kept under what is `asked`."""

    def compute() -> pd.DataFrame:
        return as_pandas(select().frame.select(*columns).unique(), *columns)

    return table.store.recalled(f"{columns} {asked}", compute) if table.store else as_pandas(select().frame, *columns).drop_duplicates()


Selections = Mapping[str, Callable[[], Rows]]
"""Ways to select rows, each under all that it depends on, as text."""


def ids_in_store(
    table: Table, select: Callable[[], Rows], condensed: pd.DataFrame, asked: str, frequency: Frequency, periods: np.ndarray
) -> tuple[Ids, ...]:
    """The ids of each period's rows, fetched when they are asked for."""
    counts: dict[Any, int] = condensed.groupby(PERIOD)[NUMBER].sum().to_dict()
    group = functools.partial(_group, table, frequency, {asked: select}, counts)
    return tuple(StoredIds([group(period)]) if period in counts else () for period in periods.tolist())


def _group(table: Table, frequency: Frequency, selections: Selections, counts: Mapping[int, int], period: int) -> IdGroup:
    """The ids of a period's rows that one of some selections has."""
    assert table.store
    asked = " or ".join(sorted(selections))

    def lines() -> "nw.LazyFrame[Any]":
        return _lines_of_any(table, frequency, selections).filter(nw.col(PERIOD) == period)

    def together(groups: Sequence[IdGroup]) -> IdGroup:
        every = {name: select for one in groups for name, select in one.selections.items()}
        return _group(table, frequency, every, _counts_of_any(table, frequency, every), period)

    fetch = functools.partial(table.store.page, lines, f"{asked} {period}")
    key = table.store.key, frequency, period
    return IdGroup((*key, asked), int(counts[period]), fetch, key, together, selections)


def _lines_of_any(table: Table, frequency: Frequency, selections: Selections) -> "nw.LazyFrame[Any]":
    rows = [select() for select in selections.values()]
    if len(rows) == 1:
        return rows[0].frame.lazy()
    passed = [nw.all_horizontal(*one.tests, ignore_nulls=False).fill_null(False) for one in rows if one.tests]
    tests = (nw.any_horizontal(*passed, ignore_nulls=True),) if len(passed) == len(rows) else ()
    return lines_of(table, tests, frequency)


def _counts_of_any(table: Table, frequency: Frequency, selections: Selections) -> Mapping[int, int]:
    """The number of rows of each period that one of some selections has."""
    assert table.store

    def compute() -> pd.DataFrame:
        return as_pandas(_lines_of_any(table, frequency, selections).group_by(PERIOD).agg(n=nw.len()), PERIOD, "n")

    found = table.store.recalled(f"number of {' or '.join(sorted(selections))}", compute)
    return dict(zip(found[PERIOD].tolist(), found["n"].tolist(), strict=True))


def passing_in_store(table: Table, where: Any, held: "Sequence[nw.Expr]", asked: str) -> Ids:
    """The ids of all rows that a filter selects and that pass further tests; `asked`: what these are, as text."""
    assert table.store
    store, name = table.store, f"{where} {asked}"

    def lines() -> "nw.LazyFrame[Any]":
        return lines_of(table, tests_of(table, where, held, datetime.date.max), "daily")

    number = int(store.recalled(f"number of all {name}", lambda: as_pandas(lines().select(n=nw.len()), "n"))["n"].iloc[0])
    return StoredIds([IdGroup((store.key, name), number, functools.partial(store.page, lines, name))]) if number else ()


def outside_in_store(table: Table, where: Any, categories: Sequence[Any]) -> Ids:
    """The ids of rows that a filter selects and that are in none of some categories."""
    tests = [expression(category, table.resource) for category in categories]
    if any(test is None for test in tests):
        return ()
    inside = nw.any_horizontal(*[test.fill_null(False) for test in tests if test is not None], ignore_nulls=True)
    return passing_in_store(table, where, [~inside], f"outside {categories}")
