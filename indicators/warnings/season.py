"""A warning about a season: the same months repeat from year to year, and the definition does not say so."""

import datetime
from collections.abc import Iterator

import numpy as np
import pandas as pd

from indicators.compute.carry import excluded_base
from indicators.compute.change import comparable
from indicators.nouns.descriptor import Span
from indicators.nouns.periods import PER_YEAR, Frequency
from indicators.nouns.series import Series
from indicators.nouns.vocabulary import LEVELS, NEAR_COMPLETE
from indicators.operations.registry import OPERATIONS
from indicators.problems import Fault, fault
from indicators.reading.dependencies import parts_of
from indicators.warnings.subject import Subject

RARE: dict[Frequency, float] = {"monthly": 31.264, "quarterly": 16.266, "triannual": 13.816}
"""The value that Friedman's statistic has once in a thousand series without a season: chi-square with 11, 3 and 2 degrees of freedom."""
AGREEMENT = 0.5
"""Least of Kendall's W: how much the years agree, from 0 to 1."""
FEWEST_YEARS = 5
RULE_KEYS = ("table", "where", "reduce", "combine", "frequency")
"""Keys of a variant that may give it a season of its own."""


def season_repeats(subject: Subject) -> Iterator[Fault]:
    """A series whose changes from period to period have the same order in every year, without `season`.

    Friedman's test on the ranks of the changes within each whole year (Friedman, JASA 32, 1937): a trend or a single odd year does not
    look like a season. Five years at least; years with a missing value, a break or a time that is no base do not count.
    """
    definition = subject.definition
    if definition.season is not None or definition.frequency not in RARE or not _may_repeat(subject):
        return
    of = subject.series
    years = yearly_changes(of)
    statistic, agreement = friedman(years)
    if len(years) >= FEWEST_YEARS and agreement >= AGREEMENT and statistic >= RARE[of.frequency]:
        hint = (
            "add season: yes, and changes are against the same period a year before; season: no if they are rightly against the one before"
        )
        yield fault("season-repeats", "frequency", hint=hint, name=subject.name, years=len(years), agreement=round(agreement, 2))


def _may_repeat(subject: Subject) -> bool:
    """Whether the series of a definition needs to be computed: not after windows and comparisons, nor with little coverage, nor where
    this holds for all of its parts."""
    steps = subject.definition.transform
    traits = [OPERATIONS["transform"][step.name].traits for step in steps]
    if any("window" in step.parameters for step in steps) or any(one.compares or one.so_far for one in traits):
        return False
    base, table = subject.base, subject.table
    if base and all(getattr(base, key) == getattr(subject.definition, key) for key in RULE_KEYS):
        return False
    if not table:
        parts = (subject.context.project.definition(name) for name in parts_of(subject.definition))
        own = (Subject(part, None, subject.context) for part in parts if not subject.definition.composite or part.frequency in RARE)
        return any(map(_may_repeat, own))
    if not table.relations.is_graded:
        return True
    named = {*subject.definition.coverage, table.relations.whole}
    return sum(_days(span) for span in table.spans if span.category in named) >= FEWEST_YEARS * 365


def _days(span: Span) -> int:
    """Days of a span in which a period without rows is a zero."""
    days = datetime.date.fromisoformat(span.end) - datetime.date.fromisoformat(span.start)
    return days.days + 1 if LEVELS.index(span.level) >= NEAR_COMPLETE else 0


def yearly_changes(of: Series) -> np.ndarray:
    """The changes against the period before: a line for each calendar year in which all are known, a column for each period of it."""
    usable = np.array([not excluded_base(range(p, p + 1), of.frequency, of.not_a_base) for p in of.values.index.tolist()], dtype=bool)
    values = of.values["value"].where(comparable(of) & usable)
    gaps = values.diff().where(of.values["stretch"].diff() == 0)
    years = pd.Series([int(name[:4]) for name in of.values["label"]], index=gaps.index)
    whole = [one.to_numpy() for _, one in gaps.groupby(years) if len(one) == PER_YEAR[of.frequency] and one.notna().all()]
    return np.array(whole).reshape(len(whole), PER_YEAR[of.frequency])


def friedman(lines: np.ndarray) -> tuple[float, float]:
    """Friedman's statistic of ranks within lines, with averaged ranks for ties, and Kendall's W, from 0 (no agreement) to 1.

    >>> friedman(np.array([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]))
    (4.0, 1.0)
    >>> friedman(np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0]]))
    (0.0, 0.0)
    """
    n, k = lines.shape
    if not n:
        return 0.0, 0.0
    sums = pd.DataFrame(lines).rank(axis=1).sum().to_numpy()
    spread = float(((sums - n * (k + 1) / 2) ** 2).sum())
    agreement = 12 * spread / (n**2 * (k**3 - k))
    return agreement * n * (k - 1), agreement
