"""Warnings about coverage: an indicator never has a value, or none that is complete enough to be compared, at all or at its own
frequency; values pass as complete that are not."""

import math
from collections.abc import Iterator, Mapping

import numpy as np

from indicators.compute.coverage import others_read
from indicators.nouns.definition import Definition
from indicators.nouns.periods import FREQUENCIES, NOUNS, Frequency, is_finer
from indicators.nouns.series import Series, Table
from indicators.nouns.vocabulary import DAY
from indicators.operations.registry import reducer_traits
from indicators.problems import Fault, fault
from indicators.reading.dependencies import frequencies_of
from indicators.warnings.certainty import certainly_has_a_value, complete_periods
from indicators.warnings.subject import Context, Subject


def never_a_value(subject: Subject) -> Iterator[Fault]:
    """An indicator or a variant with rows, but without one value at its own frequency; the last period that has rows says why."""
    if not _is_empty(subject):
        return
    one, found = subject.definition, subject.series
    key = "composite" if one.composite else "combine" if one.combine else "transform" if one.transform else "reduce"
    period, reason = _last_with_rows(found)
    hint = "complete what is missing, choose a frequency, a category or a calculation that has values, or remove the definition"
    yield fault("never-a-value", key, hint=hint, name=subject.name, frequency=one.frequency, period=period, reason=reason)


def _last_with_rows(found: Series) -> tuple[str, str]:
    """The last period that has rows, of those that are over if there is one, and why it has no value."""
    at = [place for place, ids in enumerate(found.rows) if ids]
    at = at or list(range(len(found.values)))
    over = [place for place in at if found.values["over"].iloc[place]]
    if not at:
        return "any period", "none of its parts has a value"
    row = found.values.iloc[(over or at)[-1]]
    return str(row["label"]), str(row["reason"])


def _is_empty(subject: Subject) -> bool:
    """Whether a series has rows and no value; it is computed only where that is in doubt."""
    if certainly_has_a_value(subject.definition, subject.context):
        return False
    has_rows = subject.definition.composite or any(subject.series.rows)  # behind an index without a value there are none
    return bool(has_rows) and not subject.series.values["value"].notna().any()


def never_comparable(subject: Subject) -> Iterator[Fault]:
    """An indicator without any period, at any frequency, that is complete enough to be compared. One without any value has another
    warning."""
    if subject.definition.coverage and not _comparable_at(subject) and not _is_empty(subject):
        hint = f"{_coverage_from(subject)}: raise its level if a source supports it, or name another category"
        yield fault("never-comparable", "coverage", hint=hint, name=subject.name, since=subject.context.project.config.window.start)


def graded_too_coarse(subject: Subject) -> Iterator[Fault]:
    """Categories that are complete only for periods longer than those of the indicator."""
    yield from (one for one in _comparable_at_another_frequency(subject) if one.code == "graded-too-coarse")


def graded_too_short(subject: Subject) -> Iterator[Fault]:
    """Categories that are complete only for a time that is shorter than a period of the indicator."""
    yield from (one for one in _comparable_at_another_frequency(subject) if one.code == "graded-too-short")


STEPS: Mapping[int, str] = {1: "day", 7: "week", 31: "month", 92: "quarter", 184: "half-year", 366: "year"}
"""Longest distance of neighbouring rows in days, by the period that they are about."""


def sum_without_every(subject: Subject) -> Iterator[Fault]:
    """A sum of observations whose table does not say which period a row is about, over periods longer than the gaps of its rows."""
    table, definition = subject.table, subject.definition
    if not table or table.relations.kind != "observations" or not table.relations.time or table.relations.time.every:
        return
    gap = _gap(table, subject.chosen) if reducer_traits(definition).needs_every_part else math.inf
    longer = [frequency for frequency in FREQUENCIES if gap < SHORTEST[frequency]]
    if longer:
        period = definition.frequency if definition.frequency in longer else longer[0]
        step = next(step for days, step in STEPS.items() if gap <= days)
        hint = f"write every: {step} under time in the descriptor of {table.resource.name}, if a row is about a {step}"
        parts = {"name": subject.name, "table": table.resource.name, "gap": f"{gap:g}", "period": NOUNS[period]}
        yield fault("sum-without-every", "reduce", hint=hint, **parts)


SHORTEST: Mapping[Frequency, int] = {
    "annual": 365,
    "half-yearly": 181,
    "triannual": 120,
    "quarterly": 90,
    "monthly": 28,
    "weekly": 7,
    "daily": 1,
}
"""Days of the shortest period of each frequency."""


def _gap(table: Table, chosen: np.ndarray) -> float:
    """Median of the days between the dates of neighbouring rows with one key; infinite with fewer than two dates."""
    assert table.relations.time
    others = [key for key in table.resource.schema_.primaryKey if key != table.relations.time.start]
    days = table.frame.loc[chosen, [DAY, *others]].drop_duplicates().dropna(subset=[DAY]).sort_values(DAY)
    gaps = (days.groupby(others)[DAY] if others else days[DAY]).diff().dt.days
    known = gaps if gaps.notna().any() else days[DAY].drop_duplicates().diff().dt.days  # a key of one's own for each row
    return float(known.median()) if known.notna().any() else math.inf


def _comparable_at_another_frequency(subject: Subject) -> Iterator[Fault]:
    """An indicator that can be compared only at another frequency: the next longer one, or else the longest."""
    own = subject.definition.frequency
    possible = _comparable_at(subject) if subject.definition.coverage else []
    if possible and own not in possible:
        longer = [frequency for frequency in possible if is_finer(own, frequency)]
        other = longer[-1] if longer else possible[0]
        hint = f"{_coverage_from(subject)}: set frequency to {other}, or name a category that is complete for {own} periods"
        code = "graded-too-coarse" if longer else "graded-too-short"
        since = subject.context.project.config.window.start
        yield fault(code, "coverage", hint=hint, own=own, name=subject.name, since=since, other=other)


def _coverage_from(subject: Subject) -> str:
    others = [category for other in others_read(subject.definition, subject.context.project.tables) for category in other.categories]
    return f"its coverage is that of {', '.join(dict.fromkeys([*subject.definition.coverage, *others]))}"


def _comparable_at(subject: Subject) -> list[Frequency]:
    """Frequencies, from long to short, at which a period of the window is complete or nearly so; only its own if that is one."""
    own, context = subject.definition.frequency, subject.context
    if _is_comparable(subject.definition, own, context):
        return [own]
    resources = {name: table.resource for name, table in context.project.tables.items()}
    possible = frequencies_of(subject.definition, context.project.definitions, resources)
    return [f for f in possible if f != own and _is_comparable(subject.definition, f, context)]


def _is_comparable(definition: Definition, frequency: Frequency, context: Context) -> bool:
    """Whether some period is at least nearly complete by the lowest of all coverage levels, in its table and in others that it reads;
    or that of a part which is graded apart and drawn."""
    if definition.shown:
        apart = ((category,) for category in definition.graded_apart.values() if len(definition.coverage) > 1)
        if any(_is_comparable(definition.model_copy(update={"coverage": own, "shown": None}), frequency, context) for own in apart):
            return True
    return len(complete_periods(definition, frequency, context)) > 0
