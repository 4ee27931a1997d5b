"""How complete the collection was: from spans of days to the coverage level of each period, in all tables that a definition reads."""

import datetime
from collections.abc import Callable, Mapping, Sequence, Set
from typing import NamedTuple

import numpy as np
import pandas as pd

from indicators.compute.keys import Lives
from indicators.nouns.definition import Definition, RowsOf
from indicators.nouns.descriptor import Span
from indicators.nouns.periods import Frequency, first_days, is_finer
from indicators.nouns.series import Rows, Table
from indicators.nouns.stores import Ids
from indicators.nouns.vocabulary import LEVELS, NEAR_COMPLETE
from indicators.operations.reduce import Traits
from indicators.operations.registry import references
from indicators.operations.where import columns

SAMPLE, PARTIAL, COMPLETE = LEVELS.index("sample"), LEVELS.index("partial"), LEVELS.index("complete")


def levels_by_day(table: Table, categories: Sequence[str], columns: Set[str], frequency: Frequency, days: range) -> np.ndarray:
    """Level of each day (as `datetime.date.toordinal`), as an index into `LEVELS`.

    The worst of the categories. Each is raised by the table's `whole` on days when that is complete or near_complete. A span
    for some columns counts as `none` if other columns are read; one for a coarser frequency is at most partial.
    """
    whole = table.relations.whole
    lift = _levels_by_day(table, whole, columns, frequency, days) if whole else np.zeros(len(days), dtype=np.int8)
    lift = np.where(lift >= NEAR_COMPLETE, lift, 0)
    return np.minimum.reduce([np.maximum(_levels_by_day(table, category, columns, frequency, days), lift) for category in categories])


def _levels_by_day(table: Table, category: str, columns: Set[str], frequency: Frequency, days: range) -> np.ndarray:
    levels = np.zeros(len(days), dtype=np.int8)
    for span in table.spans:
        if span.category != category or (span.columns and not columns <= set(span.columns)):
            continue
        start = datetime.date.fromisoformat(span.start).toordinal() - days.start
        end = datetime.date.fromisoformat(span.end).toordinal() - days.start + 1
        level = LEVELS.index(span.level)
        if span.finest and is_finer(frequency, span.finest):
            level = min(level, PARTIAL)
        levels[max(start, 0) : max(end, 0)] = level
    return levels


def levels_of(periods: np.ndarray, frequency: Frequency, by_day: np.ndarray, days: range) -> np.ndarray:
    """Level of each period from the levels of its days, as an index into `LEVELS`.

    Periods follow each other and begin within `days`; the last one has the level of the days that there are.

    If all days are complete or near_complete: the lower of the two. Otherwise, if any day is partial or better: partial;
    if any day is sample: sample; else none.
    """
    starts = np.clip(first_days(periods, frequency) - days.start, 0, len(by_day) - 1)
    worst, best = np.minimum.reduceat(by_day, starts), np.maximum.reduceat(by_day, starts)
    incomplete = np.where(best >= PARTIAL, PARTIAL, np.where(best >= SAMPLE, SAMPLE, 0))
    return np.where(worst >= NEAR_COMPLETE, worst, incomplete).astype(np.int8)


def level_of(by_day: np.ndarray) -> int:
    """Level of some days together, by the same rule.

    >>> level_of(np.array([4, 3])), level_of(np.array([4, 2])), level_of(np.array([4, 0])), level_of(np.array([1, 0]))
    (3, 2, 2, 1)
    """
    worst, best = int(by_day.min()), int(by_day.max())
    return worst if worst >= NEAR_COMPLETE else PARTIAL if best >= PARTIAL else SAMPLE if best >= SAMPLE else 0


class OtherTable(NamedTuple):
    """Another table that a reducer reads: the `categories` that give its coverage (none: taken as complete) and the `columns` read."""

    table: Table
    categories: tuple[str, ...]
    columns: frozenset[str]


class Reduced(NamedTuple):
    """The result of a reducer: `values` by period, from the rows `used` of the selected `rows`; `also`: further rows behind a period
    (@period, @row); `columns` of the table that were read; `others`: other tables read; `ahead`: days that it looks ahead. `ids`: of rows
    in a store what gives the ids of periods; `used` then has a line for all rows that are alike, with their number as @rows."""

    rows: Rows
    used: pd.DataFrame
    values: pd.Series
    traits: Traits
    columns: Set[str]
    also: pd.DataFrame | None = None
    others: tuple[OtherTable, ...] = ()
    ahead: int = 0
    ids: Callable[[np.ndarray], tuple[Ids, ...]] | None = None


def others_read(definition: Definition, tables: Mapping[str, Table]) -> tuple[OtherTable, ...]:
    """Other tables whose rows a definition's reducer reads."""
    assert definition.reduce
    selections = [RowsOf.model_validate(value) for _, kind, value in references("reduce", definition.reduce) if kind == "rows"]
    return tuple(OtherTable(tables[one.table], one.coverage, frozenset(columns(one.where))) for one in selections)


def spans_shown(table: Table, categories: Sequence[str]) -> list[Span]:
    """Spans from which on a series is shown: those of its categories with any level, and of the table's `whole` if that is complete."""
    return [
        span
        for span in table.spans
        if (span.category in categories and span.level != "none")
        or (span.category == table.relations.whole and span.level in LEVELS[NEAR_COMPLETE:])
    ]


def own_levels(
    table: Table, definition: Definition, reduced: Reduced, held: np.ndarray, periods: np.ndarray, today: datetime.date, lives: Lives | None
) -> tuple[np.ndarray, np.ndarray]:
    """Level of each period in the definition's table, as an index into `LEVELS`, and the codes of the parts that are not collected
    where others are ("" elsewhere). `held`: rows of each period; `lives`: those of the keys, where every part of a period is needed."""
    frequency, traits = reduced.rows.frequency, reduced.traits
    none = np.full(len(periods), "", dtype=object)
    if table.relations.is_graded:
        ahead = reduced.ahead if traits.ahead == "own" else 0
        levels = _levels_in(table, definition.coverage, reduced.columns, frequency, periods, today, ahead)
        parts = definition.graded_apart if traits.adds else {}
        if not parts:
            return levels, none
        by_part = {code: _levels_in(table, (own,), reduced.columns, frequency, periods, today, ahead) for code, own in parts.items()}
        return _of_parts(levels, by_part)
    needed, there = lives.counts(periods, frequency) if lives else (np.int64(definition.at_least), held)
    return np.where(there >= needed, COMPLETE, np.where((held > 0) & traits.needs_every_part, PARTIAL, 0)).astype(np.int8), none


def _of_parts(levels: np.ndarray, by_part: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """A whole whose parts are graded apart is partial where only some of them are collected: what these have is its minimum."""
    stacked = np.array(list(by_part.values()))
    lifted = (levels < PARTIAL) & (stacked.max(axis=0) >= PARTIAL)
    absent = [";".join(code for code, of in by_part.items() if lifted[i] and of[i] < PARTIAL) for i in range(len(levels))]
    return np.where(lifted, PARTIAL, levels).astype(np.int8), np.array(absent, dtype=object)


def lives_of(table: Table, reduced: Reduced) -> Lives | None:
    """The lives of the keys of the selected rows, where a period of observations needs all its parts."""
    time, events = table.relations.time, table.relations.is_graded
    needed = reduced.traits.needs_every_part and not events and time and time.every
    return Lives(table, reduced.rows.frame.to_native()) if needed else None


def notes_of(table: Table, reduced: Reduced, lives: Lives | None) -> tuple[str, ...]:
    """What a reader of a sum of observations must know: which keys begin late or end, or that a part may be missing unnoticed."""
    is_sum = reduced.traits.needs_every_part and not table.relations.is_graded and reduced.rows.frequency != "daily"
    return lives.notes() if lives else (UNKNOWN_PARTS,) if is_sum else ()


UNKNOWN_PARTS = "The table does not say which period a row is about, so that it is not known whether every part of a sum is there."


def other_levels(reduced: Reduced, periods: np.ndarray, today: datetime.date) -> np.ndarray:
    """Worst level of each period in the other tables that have coverage levels; complete if none has."""
    frequency, ahead = reduced.rows.frequency, reduced.ahead if reduced.traits.ahead == "other" else 0
    others = [o for o in reduced.others if o.categories]
    levels = [_levels_in(o.table, o.categories, o.columns, frequency, periods, today, ahead) for o in others]
    return np.minimum.reduce([np.full(len(periods), COMPLETE, dtype=np.int8), *levels])


def _levels_in(
    table: Table, categories: Sequence[str], columns: Set[str], frequency: Frequency, periods: np.ndarray, today: datetime.date, ahead: int
) -> np.ndarray:
    if not len(periods):
        return np.array([], dtype=np.int8)
    start, last = int(first_days(periods[:1], frequency)[0]), int(first_days(periods[-1:], frequency)[0])
    days = range(start, max(today.toordinal(), last) + 1)
    by_day = levels_by_day(table, categories, columns, frequency, range(days.start, days.stop + ahead))
    if ahead:  # a day has the worst level of the days that its number reads
        by_day = np.lib.stride_tricks.sliding_window_view(by_day, ahead + 1).min(axis=1)
    return levels_of(periods, frequency, by_day, days)
