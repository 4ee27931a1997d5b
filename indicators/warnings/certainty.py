"""Where a value certainly exists, decided from rows and coverage alone: `check` computes only the definitions that are in doubt.

Never yes without a value, which a test holds against what is computed; no only means that nobody has looked closely.
"""

import datetime
from collections.abc import Mapping

import numpy as np
import pandas as pd

from indicators.compute.carry import excluded_base
from indicators.compute.coverage import PARTIAL, levels_by_day, levels_of, others_read
from indicators.compute.reasons import is_blank
from indicators.nouns.definition import Definition
from indicators.nouns.periods import (
    MONTHS,
    PER_YEAR,
    Frequency,
    first_day,
    first_days,
    last_day,
    ordinals,
    parse_period,
    period_of,
    periods_of,
)
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import DAY, DAY_DATED, NEAR_COMPLETE, Step
from indicators.operations.registry import reducer_traits
from indicators.operations.where import columns
from indicators.reading.dependencies import FINEST, break_columns, columns_read, parts_of, tables_behind
from indicators.reading.tables import timeless_keys
from indicators.warnings.subject import Context

OF_NUMBERS = {"sum", "mean", "median", "last"}
"""Reducers that give a positive number where all numbers of a period are positive."""
ENOUGH = {"count": (1, PARTIAL), "distinct": (1, PARTIAL), "median_gap": (2, NEAR_COMPLETE), "longest_gap": (2, NEAR_COMPLETE)}
"""Reducers of events that give a number for so many rows of a period with this coverage level, or a better one."""
LEAST, MOST = 1e-3, 1e9
"""Numbers between these stay positive, and not too large, when they are added up, divided or compared."""
Certain = Mapping[int, int]
"""Periods that are over and certainly have an exact positive value, each with a number: no break lies between two that are equal."""


def certainly_has_a_value(definition: Definition, context: Context) -> bool:
    """Whether a definition certainly has a value at its own frequency."""
    steps, frequency = definition.transform, definition.frequency
    if any(context.project.tables[name].store for name in tables_behind(definition, context.project.definition)):
        return False  # its rows are not looked at here; the series says
    if not steps and _has_enough_rows(definition, context):
        return True
    rolls = bool(steps) and steps[0].name in ("rolling_sum", "rolling_mean")
    at = _certain(definition, frequency, context, zeros=rolls)
    if not steps or not at:
        return bool(at)
    step = steps[0]
    if len(steps) > 1 or frequency not in MONTHS:
        return False
    if rolls:
        return any(all(at.get(p - back) == kind for back in range(step.parameters["window"])) for p, kind in at.items())
    if step.name not in ("year_on_year", "change", "pct_change"):
        return False
    compared = ((_compared_with(p, step, frequency), kind) for p, kind in reversed(list(at.items())))
    return any(_is_base(base, definition, context) for base, kind in compared if at.get(base) == kind)


def _compared_with(period: int, step: Step, frequency: Frequency) -> int:
    year = PER_YEAR[frequency]
    if "reference" in step.parameters:
        return step.parameters["reference"] * year + period % year
    return period - (year if step.name == "year_on_year" else step.parameters.get("periods", 1))


def _has_enough_rows(definition: Definition, context: Context) -> bool:
    """Whether a period that is collected well enough has enough day-dated rows, whatever else may belong to it."""
    table = context.project.tables.get(definition.table or "")
    fewest, least = ENOUGH.get(definition.reduce.name if definition.reduce else "", (0, 0))
    if not table or not fewest or not definition.coverage or break_columns(definition, table.relations):
        return False
    rows = _rows(definition, table, context)
    dated = rows[rows[DAY_DATED].to_numpy() & _usable(rows, table, definition)]
    periods, counts = np.unique(periods_of(ordinals(dated[DAY]), definition.frequency), return_counts=True)
    collected, levels = _levels(definition, definition.frequency, context)
    return bool(np.isin(periods[counts >= fewest], collected[levels >= least]).any())


def _rows(definition: Definition, table: Table, context: Context) -> pd.DataFrame:
    """The rows that a definition selects and that have a date, with the columns that are looked at here."""
    assert definition.reduce
    relations = table.relations
    keys = table.resource.schema_.primaryKey if reducer_traits(definition).needs_every_part else ()
    named = [*break_columns(definition, relations), *relations.lower_bound_when, *keys, definition.reduce.parameters.get("of", DAY)]
    chosen = context.selects(table, definition.where) & context.known(table)
    return table.frame.loc[chosen, list(dict.fromkeys([DAY, DAY_DATED, *named]))]


def _is_base(period: int, definition: Definition, context: Context) -> bool:
    """Whether no table behind a definition excludes a period as a base."""
    tables = (context.project.tables[name] for name in tables_behind(definition, context.project.definition))
    about = range(period, period + 1)
    return not any(excluded_base(about, definition.frequency, table.relations.not_a_base) for table in tables)


def _certain(definition: Definition, frequency: Frequency, context: Context, *, zeros: bool = False) -> Certain:
    """The certain periods of a definition before its transforms; `zeros`: with those in which nothing is counted."""
    if definition.composite:
        return {}
    if not definition.combine:
        return _of_rows(definition, frequency, context, zeros)
    parts = [context.project.definition(name) for name in parts_of(definition)]
    if definition.combine.name not in ("ratio", "sum") or any(part.transform for part in parts):
        return {}
    of_parts = [_certain(part, frequency, context) for part in parts]
    shared = sorted(set.intersection(*map(set, of_parts)))
    numbers: dict[tuple[int, ...], int] = {}
    kinds = (tuple(one[p] for one in of_parts) for p in shared)
    return {p: numbers.setdefault(kind, len(numbers)) for p, kind in zip(shared, kinds, strict=True)}


def _of_rows(definition: Definition, frequency: Frequency, context: Context, zeros: bool) -> Certain:
    """The certain periods of a reducer: they have rows, all of them usable and of one kind, and are complete."""
    assert definition.reduce
    table, events = context.project.tables[definition.table or ""], definition.coverage
    traits, reduce = reducer_traits(definition), definition.reduce.name
    if definition.at_least != 1 or not (traits.of_rows or reduce in OF_NUMBERS or (reduce == "distinct" and events)):
        return {}
    rows = _rows(definition, table, context)
    if not len(rows) or _moves_doubt(definition, table):
        return {}
    periods = periods_of(ordinals(rows[DAY]), frequency)
    begin, at = int(periods.min()), periods - periods.min()
    counts = np.bincount(at)
    kinds, certain = _kinds(rows, break_columns(definition, table.relations), at, len(counts))
    certain &= (counts > 0) | (zeros and traits.of_rows and traits.adds)
    certain &= np.bincount(at, weights=~_usable(rows, table, definition)) == 0
    every = np.arange(begin, begin + len(counts))
    certain &= every < period_of(context.today + datetime.timedelta(days=1), frequency)
    certain &= ~_in_doubt(definition, table, every, frequency, context)
    complete = _whole(rows, table, definition, frequency, counts)
    certain &= np.isin(every, complete_periods(definition, frequency, context)) if events else complete
    return dict(zip(every[certain].tolist(), kinds[certain].tolist(), strict=True))


def _kinds(rows: pd.DataFrame, named: tuple[str, ...], at: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The kind of each period's rows by the columns that break a series, and which periods have rows of one kind."""
    if not named:
        return np.zeros(size, dtype=np.int64), np.ones(size, dtype=bool)
    codes = rows.groupby(list(named), sort=False, dropna=False).ngroup().to_numpy()
    low, high = np.full(size, len(rows)), np.full(size, -1)
    np.minimum.at(low, at, codes)
    np.maximum.at(high, at, codes)
    return low, low == high


def _usable(rows: pd.DataFrame, table: Table, definition: Definition) -> np.ndarray:
    """Rows that are no lower bounds and have what is reduced: a positive number, or anything that is different from others."""
    assert definition.reduce
    usable = np.ones(len(rows), dtype=bool)
    for column, codes in table.relations.lower_bound_when.items():
        usable &= ~rows[column].isin(codes).to_numpy()
    if definition.reduce.name == "last":  # of rows of one day or period there is no last one
        usable &= ~rows.duplicated(DAY, keep=False).to_numpy()
    of = definition.reduce.parameters.get("of")
    if of and definition.reduce.name in OF_NUMBERS:
        usable &= rows[of].between(LEAST, MOST).to_numpy()
    elif of:
        usable &= ~is_blank(rows[of])
    return usable


def _moves_doubt(definition: Definition, table: Table) -> bool:
    """Whether a filter of dates decides which rows that are dated less exactly may belong to a period."""
    time = table.relations.time
    return bool(time and table.relations.has_inexact_dates and time.start in columns(definition.where))


def _in_doubt(definition: Definition, table: Table, periods: np.ndarray, frequency: Frequency, context: Context) -> np.ndarray:
    """Periods in years with a row that is dated less exactly."""
    time = table.relations.time
    assert time
    if not table.relations.has_inexact_dates:
        return np.zeros(len(periods), dtype=bool)
    inexact = context.selects(table, definition.where) & ~table.frame[DAY_DATED].to_numpy()
    years = table.frame.loc[inexact, DAY].dropna().dt.year.unique()
    first, last = first_days(periods, frequency), first_days(periods + 1, frequency) - 1
    return np.logical_or(*(np.isin(periods_of(days, "annual"), years) for days in (first, last)))


def _whole(rows: pd.DataFrame, table: Table, definition: Definition, frequency: Frequency, counts: np.ndarray) -> np.ndarray:
    """Periods of observations that have every row that could be needed: one for each key there ever was."""
    time = table.relations.time
    assert time
    if not reducer_traits(definition).needs_every_part or not time.every:
        return np.ones(len(counts), dtype=bool)
    known = time.start in table.resource.schema_.primaryKey and frequency == FINEST[time.every]
    return (counts == timeless_keys(rows, table.resource).nunique()) & known


def complete_periods(definition: Definition, frequency: Frequency, context: Context) -> np.ndarray:
    """Periods of the window that have ended and are at least nearly complete by the lowest of all coverage levels, in the table of a
    definition and in others that it reads."""
    periods, levels = _levels(definition, frequency, context)
    return periods[levels >= NEAR_COMPLETE]


def _levels(definition: Definition, frequency: Frequency, context: Context) -> tuple[np.ndarray, np.ndarray]:
    """The periods of the window that have ended, and the lowest of all coverage levels of each."""
    tables = context.project.tables
    read = [(tables[definition.table or ""], definition.coverage, frozenset(columns_read(definition)))]
    read += [(other.table, other.categories, other.columns) for other in others_read(definition, tables) if other.categories]
    key = (frequency, *((table.resource.name, categories, columns) for table, categories, columns in read))
    if key not in context.levels:
        periods = _window(frequency, context)
        context.levels[key] = periods, _of_periods(read, periods, frequency)
    return context.levels[key]


def _window(frequency: Frequency, context: Context) -> np.ndarray:
    """The periods that begin in the window and have ended."""
    window = context.project.config.window
    start = first_day(*parse_period(window.start))
    end = min(context.today, last_day(*parse_period(window.end))) if window.end else context.today
    periods = np.arange(period_of(start, frequency), period_of(end + datetime.timedelta(days=1), frequency))
    return periods[first_days(periods, frequency) >= start.toordinal()]


def _of_periods(read: list[tuple[Table, tuple[str, ...], frozenset[str]]], periods: np.ndarray, frequency: Frequency) -> np.ndarray:
    if not len(periods):
        return periods
    days = range(*(int(day) for day in first_days(np.array([periods[0], periods[-1] + 1]), frequency)))
    by_day = np.minimum.reduce([levels_by_day(table, categories, columns, frequency, days) for table, categories, columns in read])
    return levels_of(periods, frequency, by_day, days)
