"""What a change of definitions or data does to the numbers: an earlier and a later project in, every difference out."""

import math
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Literal

from indicators.compare import Change, change, latest
from indicators.compute import series
from indicators.model import Definition, Point, Query, Series
from indicators.problems import Problem, ProblemsFound
from indicators.project import Project
from indicators.remembering import PLACE, ground, table_ground

Kind = Literal["changed", "new", "gone", "renamed", "definition", "unknown", "unchanged"]
Facet = Literal["value", "at_least", "status", "coverage", "score"]
FACETS: tuple[Facet, ...] = ("value", "at_least", "status", "coverage", "score")
DIGITS = 12


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
class Difference:
    """What became of one indicator or variant, at its own frequency.

    `keys` of its definition that changed; `periods` that differ, of all `of` that either state has (none where the
    frequency changed: nothing can be put side by side); `was`: its earlier name; `why`: what cannot be computed, by state.
    """

    name: str
    kind: Kind
    keys: tuple[str, ...] = ()
    before: Series | None = field(default=None, repr=False)
    now: Series | None = field(default=None, repr=False)
    periods: tuple[PeriodDifference, ...] = ()
    of: int = 0
    last: LastChange | None = None
    was: str = ""
    why: Mapping[str, str] = field(default_factory=dict)

    @property
    def largest(self) -> PeriodDifference | None:
        """The period whose value differs most, the latest of several; None where no value differs between two numbers."""
        moved = [p for p in self.periods if p.difference and "value" in p.facets]
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


def differences(earlier: Project, now: Project) -> Differences:
    """Compare all indicators and variants of two states of a project. Series that cannot differ are not computed."""
    before, after = _rules(earlier), _rules(now)
    names = dict.fromkeys([*after, *now.broken, *before, *earlier.broken])
    unknown = {name: why for name in names if (why := _not_known(name, earlier, now))}
    renamed = _renamed(earlier, now, set(before) - set(after) - set(unknown), set(after) - set(before) - set(unknown))
    each = [
        Difference(name, "unknown", why=unknown[name]) if name in unknown else _one(earlier, now, name, renamed.get(name, name))
        for name in names
        if name not in renamed.values()
    ]
    errors = _errors(earlier), _errors(now)
    return Differences(tuple(each), tuple(_tables(earlier, now)), (earlier.config.as_of, now.config.as_of), errors)


def cannot_differ(earlier: Project, now: Project, name: str) -> bool:
    """Whether two series are the same without computing them: made by one rule, from the same files, on the same day."""
    return _same_ground(earlier, now, name, name)


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
    return None if math.isnan(value) else float(f"{value:.{DIGITS}g}")


def _rules(project: Project) -> dict[str, Definition]:
    return {rule.name: rule for definition in project.definitions.values() for rule in definition.rules}


def _errors(project: Project) -> tuple[Problem, ...]:
    return tuple(problem for problem in project.problems if problem.level == "error")


def _one(earlier: Project, now: Project, name: str, was: str) -> Difference:
    before, after = _rules(earlier).get(was), _rules(now).get(name)
    if before is None or after is None:
        found = _series(now if after else earlier, name)
        if isinstance(found, str):
            return Difference(name, "unknown", why={"now" if after else "earlier": found})
        return Difference(name, "new", now=found) if after else Difference(name, "gone", before=found)
    keys = _keys(before, after)
    if was != name:
        return Difference(name, "renamed", keys, was=was)
    if cannot_differ(earlier, now, name):
        return Difference(name, "definition" if keys else "unchanged", keys)
    return _computed(earlier, now, name, keys)


def _computed(earlier: Project, now: Project, name: str, keys: tuple[str, ...]) -> Difference:
    before, after = _series(earlier, name), _series(now, name)
    if isinstance(before, str) or isinstance(after, str):
        why = {state: found for state, found in (("earlier", before), ("now", after)) if isinstance(found, str)}
        return Difference(name, "unknown", keys, why=why)
    if before.frequency != after.frequency:
        return Difference(name, "changed", keys, before, after, last=LastChange(_told(before), _told(after)))
    periods = sorted({*before.values.index, *after.values.index})
    changed = tuple(_periods(before, after))
    if not changed:
        return Difference(name, "definition" if keys else "unchanged", keys)
    return Difference(name, "changed", keys, before, after, changed, len(periods), LastChange(_told(before), _told(after)))


def _series(project: Project, name: str) -> Series | str:
    """The series at its own frequency, or why there is none."""
    indicator, _, variant = name.partition("@")
    try:
        return series(project, Query(indicator, variant or None))
    except ProblemsFound as e:
        return "; ".join(problem.message for problem in e.problems)


def _told(found: Series) -> Told | None:
    newest = latest(found)
    return None if newest is None else Told(found.point(newest).label, change(found, newest))


def _periods(before: Series, now: Series) -> Iterator[PeriodDifference]:
    old, new = _points(before), _points(now)
    for period in sorted({*old, *new}):
        was, become = old.get(period), new.get(period)
        if facts(was) != facts(become):
            rows, others = before.rows_in(period), now.rows_in(period)
            came, went = tuple(r for r in others if r not in set(rows)), tuple(r for r in rows if r not in set(others))
            point = become or was
            assert point
            yield PeriodDifference(point.label, was, become, came, went)


def _points(found: Series) -> dict[int, Point]:
    columns = [found.values[name].tolist() for name in Point.__dataclass_fields__]
    return {int(period): Point(*cells) for period, *cells in zip(found.values.index, *columns, strict=True)}


# ---- definitions ----


def _keys(before: Definition, now: Definition) -> tuple[str, ...]:
    """Keys that a definition says otherwise, in the order in which definitions are described."""
    apart = PLACE - {"pillar"}
    return tuple(key for key in Definition.model_fields if key not in apart and getattr(before, key) != getattr(now, key))


def _renamed(earlier: Project, now: Project, gone: Set[str], new: Set[str]) -> dict[str, str]:
    """New name to old one, where one definition alone that went has the rule of one alone that came."""
    pairs = [(name, was) for name in sorted(new) for was in sorted(gone) if _same_ground(earlier, now, was, name)]
    return {
        name: was for name, was in pairs if sum(name == other for other, _ in pairs) == 1 and sum(was == other for _, other in pairs) == 1
    }


def _same_ground(earlier: Project, now: Project, was: str, name: str) -> bool:
    return ground(earlier, earlier.definition(was)) == ground(now, now.definition(name))


def _not_known(name: str, earlier: Project, now: Project) -> dict[str, str]:
    """Why a state cannot say what an indicator is, by state; nothing where both can, be it that there is none."""
    states = {"earlier": (earlier, now), "now": (now, earlier)}
    return {state: why for state, (project, other) in states.items() if (why := _missing(name, project, other))}


def _missing(name: str, project: Project, other: Project) -> str:
    if name in project.broken:
        return project.broken[name]
    base = name.partition("@")[0]
    if name in _rules(project):
        return ""
    if base in project.broken:
        return f"{base!r} cannot be computed: {project.broken[base]}"
    file = other.places[name].file.rpartition("/")[2] if name in other.places else ""
    folder = project.config.definitions
    faults = [p for p in _errors(project) if p.place.file in (folder, f"{folder}/{file}")]
    return f"it may stand in {faults[0].place.file}, which has faults (the first: {faults[0].place})" if faults else ""


def _tables(earlier: Project, now: Project) -> Iterator[TableDifference]:
    for name in dict.fromkeys([*now.tables, *earlier.tables]):
        before, after = earlier.tables.get(name), now.tables.get(name)
        if before is None or after is None or table_ground(earlier, name) != table_ground(now, name):
            yield TableDifference(name, None if before is None else len(before.frame), None if after is None else len(after.frame))
