"""Warnings about an indicator's categories of coverage: no period complete enough to be compared, ever or at its own frequency."""

import datetime
from collections.abc import Iterator, Sequence, Set

import numpy as np

from indicators.compute.coverage import levels_by_day, levels_of, others_read
from indicators.nouns.definition import Definition
from indicators.nouns.periods import Frequency, first_day, first_days, is_finer, last_day, parse_period, period_of
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import NEAR_COMPLETE
from indicators.problems import Fault, fault
from indicators.reading.dependencies import columns_read, frequencies_of
from indicators.warnings.subject import Context, Subject


def never_comparable(subject: Subject) -> Iterator[Fault]:
    """An indicator that is complete in no period of the window, at no frequency: nothing of it can ever be compared."""
    if subject.definition.coverage and not _comparable_at(subject):
        hint = f"{_graded_by(subject)}: grade it anew where a source allows it, or name another category"
        yield fault("never-comparable", "coverage", hint=hint, name=subject.name, since=_since(subject))


def graded_too_coarse(subject: Subject) -> Iterator[Fault]:
    """Categories that are complete for longer periods only than those of the indicator."""
    yield from (one for one in _graded_otherwise(subject) if one.code == "graded-too-coarse")


def graded_too_short(subject: Subject) -> Iterator[Fault]:
    """Categories that are complete for a time that is shorter than any period of the indicator."""
    yield from (one for one in _graded_otherwise(subject) if one.code == "graded-too-short")


def _graded_otherwise(subject: Subject) -> Iterator[Fault]:
    """An indicator of which nothing can be compared at its own frequency, but at another: the next longer one, or else the longest."""
    own = subject.definition.frequency
    possible = _comparable_at(subject) if subject.definition.coverage else []
    if possible and own not in possible:
        longer = [frequency for frequency in possible if is_finer(own, frequency)]
        other = longer[-1] if longer else possible[0]
        hint = f"{_graded_by(subject)}: set frequency to {other}, or name a category that is graded for {own} periods"
        code = "graded-too-coarse" if longer else "graded-too-short"
        yield fault(code, "coverage", hint=hint, own=own, name=subject.name, since=_since(subject), other=other)


def _since(subject: Subject) -> str:
    return subject.context.project.config.window.start


def _graded_by(subject: Subject) -> str:
    others = [category for other in others_read(subject.definition, subject.context.project.tables) for category in other.categories]
    return f"it is graded by {', '.join(dict.fromkeys([*subject.definition.coverage, *others]))}"


def _comparable_at(subject: Subject) -> list[Frequency]:
    """Frequencies, from long to short, at which a period of the window is complete or nearly so; its own alone if it is among them."""
    own, context = subject.definition.frequency, subject.context
    if _is_comparable(subject.definition, own, context):
        return [own]
    resources = {name: table.resource for name, table in context.project.tables.items()}
    possible = frequencies_of(subject.definition, context.project.definitions, resources)
    return [f for f in possible if f != own and _is_comparable(subject.definition, f, context)]


def _is_comparable(definition: Definition, frequency: Frequency, context: Context) -> bool:
    """Whether the lowest of all coverage levels, in its table and in others that it reads, is at least nearly complete over a period."""
    tables = context.project.tables
    asked = [(tables[definition.table or ""], definition.coverage, frozenset(columns_read(definition)))]
    asked += [(other.table, other.categories, other.columns) for other in others_read(definition, tables) if other.categories]
    key = (frequency, *((table.resource.name, categories, columns) for table, categories, columns in asked))
    if key not in context.levels:
        context.levels[key] = _any_period(asked, frequency, context)
    return context.levels[key]


def _any_period(asked: Sequence[tuple[Table, Sequence[str], Set[str]]], frequency: Frequency, context: Context) -> bool:
    """Whether any period that begins in the window and has ended is at least nearly complete."""
    window = context.project.config.window
    start = first_day(*parse_period(window.start))
    end = min(context.today, last_day(*parse_period(window.end))) if window.end else context.today
    periods = np.arange(period_of(start, frequency), period_of(end + datetime.timedelta(days=1), frequency))
    periods = periods[first_days(periods, frequency) >= start.toordinal()]
    if not len(periods):
        return False
    days = range(*(int(day) for day in first_days(np.array([periods[0], periods[-1] + 1]), frequency)))
    by_day = np.minimum.reduce([levels_by_day(table, categories, columns, frequency, days) for table, categories, columns in asked])
    return bool((levels_of(periods, frequency, by_day, days) >= NEAR_COMPLETE).any())
