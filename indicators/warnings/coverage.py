"""Opinions about the categories that grade an indicator: no period full enough to be compared, ever or at its own frequency."""

import datetime
from collections.abc import Iterator, Sequence, Set

import numpy as np

from indicators.compute.coverage import levels_by_day, levels_of, others_read
from indicators.nouns.definition import Definition
from indicators.nouns.periods import Frequency, first_day, first_days, is_finer, last_day, parse_period, period_of
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import NEAR_COMPLETE
from indicators.reading.dependencies import columns_read, frequencies_of
from indicators.warnings.subject import Around, Finding, Seen


def never_compared(seen: Seen) -> Iterator[Finding]:
    """An indicator that is full in no period of the window, at no frequency: nothing of it can ever be compared."""
    if seen.definition.coverage and not _comparable_at(seen):
        message = f"no period of {seen.name} since {_since(seen)} is complete or nearly so, at no frequency: none is ever compared"
        yield ("coverage",), message, f"{_graded_by(seen)}: grade it anew where a source allows it, or name another category"


def graded_for_longer_periods(seen: Seen) -> Iterator[Finding]:
    """Grades that hold for longer periods only than those of the indicator."""
    yield from _graded_otherwise(seen, finer=False)


def graded_for_shorter_periods(seen: Seen) -> Iterator[Finding]:
    """Grades good for a time that is shorter than any period of the indicator."""
    yield from _graded_otherwise(seen, finer=True)


def _graded_otherwise(seen: Seen, *, finer: bool) -> Iterator[Finding]:
    definition, possible = seen.definition, _comparable_at(seen) if seen.definition.coverage else []
    if not possible or definition.frequency in possible:
        return
    longer = [f for f in possible if is_finer(definition.frequency, f)]
    if finer == bool(longer):
        return
    nearest = longer[-1] if longer else possible[0]
    own = definition.frequency
    message = f"no {own} period of {seen.name} since {_since(seen)} is complete or nearly so; {nearest} ones are"
    yield ("coverage",), message, f"{_graded_by(seen)}: set frequency to {nearest}, or name a category that is graded for {own} periods"


def _since(seen: Seen) -> str:
    return seen.around.project.config.window.start


def _graded_by(seen: Seen) -> str:
    return f"it is graded by {', '.join(_categories(seen.definition, seen.around))}"


def _categories(definition: Definition, around: Around) -> list[str]:
    others = [category for other in others_read(definition, around.project.tables) for category in other.categories]
    return list(dict.fromkeys([*definition.coverage, *others]))


def _comparable_at(seen: Seen) -> list[Frequency]:
    """Frequencies, from long to short, at which a period of the window is complete or nearly so; its own alone if it is among them."""
    own, around = seen.definition.frequency, seen.around
    if _is_comparable(seen.definition, own, around):
        return [own]
    resources = {name: table.resource for name, table in around.project.tables.items()}
    possible = frequencies_of(seen.definition, around.project.definitions, resources)
    return [f for f in possible if f != own and _is_comparable(seen.definition, f, around)]


def _is_comparable(definition: Definition, frequency: Frequency, around: Around) -> bool:
    """Whether the worst of all grades, in its table and in those that it reads besides, is good over a whole period."""
    tables = around.project.tables
    asked = [(tables[definition.table or ""], definition.coverage, frozenset(columns_read(definition)))]
    asked += [(other.table, other.categories, other.columns) for other in others_read(definition, tables) if other.categories]
    key = (frequency, *((table.resource.name, categories, columns) for table, categories, columns in asked))
    if key not in around.levels:
        around.levels[key] = _any_period(asked, frequency, around)
    return around.levels[key]


def _any_period(asked: Sequence[tuple[Table, Sequence[str], Set[str]]], frequency: Frequency, around: Around) -> bool:
    """Whether any period that begins in the window and has ended is at least nearly complete."""
    window = around.project.config.window
    start = first_day(*parse_period(window.start))
    end = min(around.today, last_day(*parse_period(window.end))) if window.end else around.today
    periods = np.arange(period_of(start, frequency), period_of(end + datetime.timedelta(days=1), frequency))
    periods = periods[first_days(periods, frequency) >= start.toordinal()]
    if not len(periods):
        return False
    days = range(*(int(day) for day in first_days(np.array([periods[0], periods[-1] + 1]), frequency)))
    by_day = np.minimum.reduce([levels_by_day(table, categories, columns, frequency, days) for table, categories, columns in asked])
    return bool((levels_of(periods, frequency, by_day, days) >= NEAR_COMPLETE).any())
