"""Where a value certainly exists, decided from rows and coverage alone: `check` computes only the definitions that are in doubt.

Never yes without a value, which a test holds against what is computed; no only means that nobody has looked closely.
"""

import datetime
from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd

from indicators.compute.composite import measured_months, tree_of
from indicators.compute.coverage import PARTIAL, levels_by_day, levels_of, others_read
from indicators.compute.reasons import is_blank
from indicators.nouns.composite import CompositeOf, CountsFrom, Leaf
from indicators.nouns.definition import Definition, RowsOf
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
    within,
)
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import DAY, DAY_DATED, NEAR_COMPLETE, ROW, Step
from indicators.operations.aggregate import score_of
from indicators.operations.registry import reducer_traits
from indicators.operations.where import columns
from indicators.reading.dependencies import FINEST, break_columns, columns_read, parts_of, tables_behind
from indicators.reading.tables import timeless_keys
from indicators.warnings.subject import Context

OF_NUMBERS = {"sum", "mean", "median", "last"}
"""Reducers that give a positive number where all numbers of a period are positive."""
OF_EVENTS = {"share", "effective_number", "highest_step", "days_with_rows", "days_lasted", "days_since_last", "first_day"}
"""Reducers of events that give a number, which may be zero, where a complete period has rows and all of them are exact."""
ENOUGH = {"count": (1, PARTIAL), "distinct": (1, PARTIAL), "median_gap": (2, NEAR_COMPLETE), "longest_gap": (2, NEAR_COMPLETE)}
ENOUGH |= {"gap_variation": (3, NEAR_COMPLETE), "days_to_next": (1, NEAR_COMPLETE)}
ENOUGH |= {"share_with_next": (1, NEAR_COMPLETE), "share_of_days_with_next": (1, PARTIAL)}
"""Reducers of events that give a number for rows of so many days of a period with this coverage level, or a better one."""
FIXED = {"goalposts", "distance_to"}
"""Ways to score a value that do not depend on other values."""
LEAST, MOST = 1e-3, 1e9
"""Numbers between these stay positive, and not too large, when they are added up, divided or compared."""
Certain = Mapping[int, int]
"""Periods that are over and certainly have an exact value, each with a number: no break lies between two that are equal."""


def certainly_has_a_value(definition: Definition, context: Context) -> bool:
    """Whether a definition certainly has a value at its own frequency."""
    if any(context.project.tables[name].store for name in tables_behind(definition, context.project.definition)):
        return False  # its rows are not looked at here; the series says
    if definition.composite:
        return _has_enough_parts(definition.composite, definition.frequency, context)
    if not definition.transform and _has_enough_rows(definition, context):
        return True
    return bool(certain_periods(definition, definition.frequency, context, any_number=True))


def _has_enough_parts(recipe: CompositeOf, frequency: Frequency, context: Context) -> bool:
    """Whether a composite has a value in some period by those of its parts alone that certainly have a score."""
    length, over = MONTHS[frequency], period_of(context.today + datetime.timedelta(days=1), frequency)
    first = within(recipe.start, frequency)[0] if recipe.start else 0
    standing = {leaf.id: context.once((leaf.name, repr(leaf.node)), partial(_standing, leaf, context)) for leaf in recipe.leaves}
    lasts = (month for month in set().union(*standing.values()) if month % length == length - 1)
    months = [month for month in lasts if first <= month // length < over]
    scores = {name: np.array([50.0 if month in known else np.nan for month in months]) for name, known in standing.items()}
    return bool(np.isfinite(score_of(tree_of(recipe), scores, {})).any())


def _standing(leaf: Leaf, context: Context) -> set[int]:
    """The months in which a part of a composite certainly has a score."""
    definition, node = context.project.definition(leaf.name), leaf.node
    frequency, step = definition.frequency, node.normalise or definition.normalise
    if frequency not in MONTHS or (step and step.name not in FIXED):
        return set()
    at = _of_part(leaf.name, frequency, context, any_number=not (step and step.parameters.get("log")))
    closed = _closed(definition, context) if node.leave_out else set()
    fit = [period for period in at if closed.isdisjoint(_months(period, frequency, _length(definition, context)))]
    lasts = [_months(period, frequency)[-1] for period in fit]
    spans = _measured(node.counts_from, definition, fit, context) if node.counts_from else zip(lasts, lasts, strict=True)
    return {month for early, late in spans for month in range(late, early + leaf.months_held + 1)} - closed


def _measured(rule: CountsFrom, definition: Definition, periods: list[int], context: Context) -> list[tuple[int, int]]:
    """The first and the last month from which the value of each period may count by its rows; none where one cannot be read."""
    if not definition.table or definition.transform:
        return []
    table, frequency = context.project.tables[definition.table], definition.frequency
    rows = table.frame.loc[context.selects(table, definition.where) & context.known(table), [ROW, DAY]]
    at = periods_of(ordinals(rows[DAY]), frequency)
    last = np.array([_months(period, frequency)[-1] for period in at.tolist()], dtype=np.int64)
    months, _, unread = measured_months(rule, table, [(row,) for row in rows[ROW]], last)
    found = [months[own] for period in periods if not unread[own := at == period].any() and own.any()]
    return [(int(own.min()), int(own.max())) for own in found]


def _months(period: int, frequency: Frequency, length: int = 1) -> range:
    """The months of the last `length` periods."""
    return range((period - length + 1) * MONTHS[frequency], (period + 1) * MONTHS[frequency])


def _closed(definition: Definition, context: Context) -> set[int]:
    """The months of all times that a table behind a definition excludes as a base."""
    tables = (context.project.tables[name] for name in tables_behind(definition, context.project.definition))
    spans = [(span.start, span.end) for table in tables for span in table.relations.not_a_base]
    return {month for start, end in spans for month in range(within(start, "monthly")[0], within(end, "monthly")[1] + 1)}


def _length(definition: Definition, context: Context) -> int:
    """How many periods a value covers."""
    of_parts = (_length(context.project.definition(name), context) for name in parts_of(definition))
    return max(of_parts, default=1) + sum(step.parameters.get("window", 1) - 1 for step in definition.transform)


def certain_periods(definition: Definition, frequency: Frequency, context: Context, *, any_number: bool = False) -> Certain:
    """The periods of a definition that certainly have an exact value above 0, and are complete; with `any_number` also others of which the
    value is certain, but may be 0 or less."""
    if not definition.transform:
        return _untransformed(definition, frequency, context, any_number)
    step = definition.transform[0]
    if len(definition.transform) > 1 or frequency not in MONTHS:
        return {}
    if step.name in ("rolling_sum", "rolling_mean"):
        at = _untransformed(definition, frequency, context, any_number)
        return {p: kind for p, kind in at.items() if all(at.get(p - back) == kind for back in range(step.parameters["window"]))}
    if step.name not in ("year_on_year", "change", "pct_change") or not any_number:
        return {}
    at, closed = _untransformed(definition, frequency, context, False), _closed(definition, context)
    bases = {p: base for p in at if closed.isdisjoint(_months(base := _compared_with(p, step, frequency), frequency))}
    return {p: at[p] for p, base in bases.items() if at.get(base) == at[p]}


def _compared_with(period: int, step: Step, frequency: Frequency) -> int:
    year = PER_YEAR[frequency]
    if "reference" in step.parameters:
        return step.parameters["reference"] * year + period % year
    return period - (year if step.name == "year_on_year" else step.parameters.get("periods", 1))


def _untransformed(definition: Definition, frequency: Frequency, context: Context, any_number: bool) -> Certain:
    """The certain periods of a definition before its transforms."""
    if definition.table:
        return _of_rows(definition, frequency, context, any_number)
    if not definition.combine or definition.combine.name not in ("ratio", "sum"):
        return {}
    of_parts = [_of_part(name, frequency, context) for name in parts_of(definition)]
    shared = sorted(set.intersection(*map(set, of_parts)))
    numbers: dict[tuple[int, ...], int] = {}
    kinds = (tuple(one[p] for one in of_parts) for p in shared)
    return {p: numbers.setdefault(kind, len(numbers)) for p, kind in zip(shared, kinds, strict=True)}


def _of_part(name: str, frequency: Frequency, context: Context, *, any_number: bool = False) -> Certain:
    """The certain periods of a part, which may be one of several definitions."""
    part = context.project.definition(name)
    return context.once((name, frequency, any_number), lambda: certain_periods(part, frequency, context, any_number=any_number))


def _has_enough_rows(definition: Definition, context: Context) -> bool:
    """Whether a period that is collected well enough has rows of enough days, whatever else may belong to it."""
    table = context.project.tables.get(definition.table or "")
    fewest, least = ENOUGH.get(definition.reduce.name if definition.reduce else "", (0, 0))
    if not table or not definition.reduce or not fewest or not definition.coverage or break_columns(definition, table.relations):
        return False
    rows, within = _rows(definition, table, context), definition.reduce.parameters.get("within", 0)
    days = np.unique(ordinals(rows.loc[rows[DAY_DATED].to_numpy() & _usable(rows, table, definition), DAY]))
    if definition.reduce.name == "days_to_next":
        to = RowsOf.model_validate(definition.reduce.parameters["to"])
        other = context.project.tables[to.table]
        others = other.frame[context.selects(other, to.where) & context.known(other)]
        nexts = np.unique(ordinals(others.loc[others[DAY_DATED].to_numpy(), DAY]))
        days = days[np.searchsorted(nexts, days) < np.searchsorted(nexts, days + within, side="right")]
    periods, counts = np.unique(periods_of(days, definition.frequency), return_counts=True)
    enough = _window(definition.frequency, context)[_levels(definition, definition.frequency, context, within) >= least]
    return bool(np.isin(periods[counts >= fewest], enough).any())


def _rows(definition: Definition, table: Table, context: Context) -> pd.DataFrame:
    """The rows that a definition selects and that have a date, with the columns that are looked at here."""
    assert definition.reduce
    relations = table.relations
    keys = table.resource.schema_.primaryKey if reducer_traits(definition).needs_every_part else ()
    named = [*break_columns(definition, relations), *relations.lower_bound_when, *keys, definition.reduce.parameters.get("of", DAY)]
    chosen = context.selects(table, definition.where) & context.known(table)
    return table.frame.loc[chosen, list(dict.fromkeys([DAY, DAY_DATED, *named]))]


def _of_rows(definition: Definition, frequency: Frequency, context: Context, any_number: bool) -> Certain:
    """The certain periods of a reducer: they have rows, all of them usable and of one kind, and are complete."""
    assert definition.reduce
    table, events = context.project.tables[definition.table or ""], definition.coverage
    traits, reduce = reducer_traits(definition), definition.reduce.name
    known = traits.of_rows or reduce in OF_NUMBERS or (events and (reduce == "distinct" or (any_number and reduce in OF_EVENTS)))
    if definition.at_least != 1 or not known:
        return {}
    rows = _rows(definition, table, context)
    if not len(rows) or _moves_doubt(definition, table):
        return {}
    periods = periods_of(ordinals(rows[DAY]), frequency)
    begin, at = int(periods.min()), periods - periods.min()
    counts = np.bincount(at)
    kinds, certain = _kinds(rows, break_columns(definition, table.relations), at, len(counts))
    certain &= (counts > 0) | (any_number and traits.adds and bool(events))
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
    """Whether rows without a date may belong to any period, or a filter of dates decides which rows that are dated less exactly may."""
    time = table.relations.time
    moves = time and table.relations.has_inexact_dates and time.start in columns(definition.where)
    return bool(moves or table.frame[DAY].isna().any())


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
    return _window(frequency, context)[_levels(definition, frequency, context) >= NEAR_COMPLETE]


def _levels(definition: Definition, frequency: Frequency, context: Context, ahead: int = 0) -> np.ndarray:
    """The lowest of all coverage levels of each period of the window that has ended, and of so many days after each of its days."""
    tables = context.project.tables
    read = [(tables[definition.table or ""], definition.coverage, frozenset(columns_read(definition)))]
    read += [(other.table, other.categories, other.columns) for other in others_read(definition, tables) if other.categories]
    key = (frequency, ahead, *((table.resource.name, categories, columns) for table, categories, columns in read))
    return context.once(key, lambda: _of_periods(read, _window(frequency, context), frequency, ahead))


def _window(frequency: Frequency, context: Context) -> np.ndarray:
    """The periods that begin in the window and have ended."""
    window = context.project.config.window
    start = first_day(*parse_period(window.start))
    end = min(context.today, last_day(*parse_period(window.end))) if window.end else context.today
    periods = np.arange(period_of(start, frequency), period_of(end + datetime.timedelta(days=1), frequency))
    return periods[first_days(periods, frequency) >= start.toordinal()]


def _of_periods(
    read: list[tuple[Table, tuple[str, ...], frozenset[str]]], periods: np.ndarray, frequency: Frequency, ahead: int
) -> np.ndarray:
    if not len(periods):
        return periods
    days = range(*(int(day) for day in first_days(np.array([periods[0], periods[-1] + 1]), frequency)))
    until = range(days.start, days.stop + ahead)
    by_day = np.minimum.reduce([levels_by_day(table, categories, columns, frequency, until) for table, categories, columns in read])
    by_day = np.lib.stride_tricks.sliding_window_view(by_day, ahead + 1).min(axis=1) if ahead else by_day
    return levels_of(periods, frequency, by_day, days)
