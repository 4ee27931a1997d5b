"""What differs between two states of a project, in nouns: periods, parts, indicators, tables."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from indicators.compare import Change
from indicators.model import Point, Series
from indicators.problems import Problem
from indicators.vocabulary import rounded

Kind = Literal["changed", "new", "gone", "renamed", "definition", "unknown", "unchanged"]
Facet = Literal["value", "at_least", "status", "coverage", "score"]
FACETS: tuple[Facet, ...] = ("value", "at_least", "status", "coverage", "score")


@dataclass(frozen=True)
class PeriodDifference:
    """A period of which two states say different things; None where a state has no such period. `came` and `went`: row ids."""

    label: str
    before: Point | None
    now: Point | None
    came: tuple[str, ...]
    went: tuple[str, ...]

    @property
    def difference(self) -> float | None:
        """The value now less the value before; None where one of them is missing."""
        gap = self.now.value - self.before.value if self.before and self.now else math.nan
        return None if math.isnan(gap) else gap

    @property
    def facets(self) -> tuple[Facet, ...]:
        """What differs."""
        before, now = facts(self.before), facts(self.now)
        return tuple(facet for facet in FACETS if before.get(facet) != now.get(facet))


@dataclass(frozen=True)
class Told:
    """What a state says last: the label of the latest comparable period, and its change."""

    label: str
    change: Change


@dataclass(frozen=True)
class LastChange:
    """The latest change in words, before and now; None where a state has no comparable value."""

    before: Told | None
    now: Told | None

    @property
    def same_word(self) -> bool:
        """Whether both states say it in one word."""
        return bool(self.before and self.now and self.before.change.word == self.now.change.word)

    @property
    def same_sign(self) -> bool:
        """Whether both states have a change, and in one direction."""
        gaps = [told.change.difference for told in (self.before, self.now) if told and told.change.difference is not None]
        return len(gaps) == 2 and (gaps[0] > 0) == (gaps[1] > 0) and (gaps[0] < 0) == (gaps[1] < 0)


@dataclass(frozen=True)
class PartDifference:
    """What became of a part: the code `code` of the breakdown `by`, in those `periods`."""

    by: str
    code: str
    periods: tuple[PeriodDifference, ...]

    @property
    def largest(self) -> PeriodDifference | None:
        """The period whose value differs most, the latest of several; None where no value differs between two numbers."""
        return _largest(self.periods)


@dataclass(frozen=True)
class Difference:
    """What became of one indicator or variant, at its own frequency.

    `keys` of its definition that changed; `periods` that differ, of all `of` that either state has (none where the
    frequency changed: nothing can be put side by side); `parts` of its breakdowns that differ, where both states have the
    breakdown; `was`: its earlier name; `why`: what cannot be computed, by state.
    """

    name: str
    kind: Kind
    keys: tuple[str, ...] = ()
    before: Series | None = field(default=None, repr=False)
    now: Series | None = field(default=None, repr=False)
    periods: tuple[PeriodDifference, ...] = ()
    of: int = 0
    parts: tuple[PartDifference, ...] = ()
    last: LastChange | None = None
    was: str = ""
    why: Mapping[str, str] = field(default_factory=dict)

    @property
    def largest(self) -> PeriodDifference | None:
        """The period whose value differs most, the latest of several; None where no value differs between two numbers."""
        return _largest(self.periods)


def _largest(periods: Iterable[PeriodDifference]) -> PeriodDifference | None:
    moved = [p for p in periods if p.difference and "value" in p.facets]
    return max(reversed(moved), key=lambda p: abs(p.difference or 0.0), default=None)


@dataclass(frozen=True)
class TableDifference:
    """A table whose file, descriptor or grades differ; `before` and `now` count rows, None where a state cannot read it."""

    name: str
    before: int | None
    now: int | None


@dataclass(frozen=True)
class Differences:
    """All of it: `each` indicator and variant, in the order of the later project, then those that went; the `tables` that
    differ; the day of the data and the errors of the two states, the earlier first."""

    each: tuple[Difference, ...]
    tables: tuple[TableDifference, ...]
    as_of: tuple[str, str]
    errors: tuple[tuple[Problem, ...], tuple[Problem, ...]]

    def of_kind(self, *kinds: Kind) -> tuple[Difference, ...]:
        """Those of some kinds."""
        return tuple(one for one in self.each if one.kind in kinds)

    @property
    def is_clean(self) -> bool:
        """Whether no number changed, came or went, and neither state has faults."""
        return not self.of_kind("changed", "new", "gone", "renamed", "unknown") and not any(self.errors)


def facts(point: Point | None) -> dict[str, Any]:
    """What is compared of a period: numbers to twelve digits, None where missing; nothing where there is no such period."""
    if point is None:
        return {}
    return {
        "value": _rounded(point.value),
        "at_least": point.at_least,
        "status": point.status,
        "coverage": point.coverage,
        "score": _rounded(point.score),
    }


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else rounded(value)
