"""Compares an earlier and a later state of a project: differences of indicators, periods, parts and tables."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal

import narwhals as nw

from indicators.compute.change import Change, latest, verdict
from indicators.compute.pipeline import inputs_key, nameless, series, table_key
from indicators.compute.selection import selected
from indicators.nouns.definition import PLACEMENT, Definition, called_now
from indicators.nouns.series import Point, Query, Series
from indicators.nouns.stores import at_hand
from indicators.nouns.vocabulary import rounded
from indicators.operations.registry import references
from indicators.problems import Problem, ProblemsFound
from indicators.reading.dependencies import parts_of, tables_of, with_parts_called
from indicators.reading.project import Project

Kind = Literal["changed", "new", "gone", "renamed", "definition", "unknown", "unchanged"]
Facet = Literal["value", "at_least", "status", "coverage", "score"]
FACETS: tuple[Facet, ...] = ("value", "at_least", "status", "coverage", "score")


@dataclass(frozen=True)
class PeriodDifference:
    """A period whose number or rows differ between two states; None if a state does not have the period.

    `came` and `went`: ids of the rows behind the number that only the later or only the earlier state has.
    """

    label: str
    before: Point | None
    now: Point | None
    came: tuple[str, ...]
    went: tuple[str, ...]

    @property
    def difference(self) -> float | None:
        """The value now minus the value before; None if one of them is missing."""
        gap = self.now.value - self.before.value if self.before and self.now else math.nan
        return None if math.isnan(gap) else gap

    @property
    def facets(self) -> tuple[Facet, ...]:
        """The columns that differ."""
        before, now = facts(self.before), facts(self.now)
        return tuple(facet for facet in FACETS if before.get(facet) != now.get(facet))


@dataclass(frozen=True)
class LatestChange:
    """The latest change in a state: the label of the latest comparable period, and its change."""

    label: str
    change: Change


@dataclass(frozen=True)
class LastChange:
    """The latest change before and now; None if a state has no comparable value."""

    before: LatestChange | None
    now: LatestChange | None

    @property
    def same_word(self) -> bool:
        """Whether both states describe it by the same word."""
        return bool(self.before and self.now and self.before.change.word == self.now.change.word)

    @property
    def same_sign(self) -> bool:
        """Whether both states have a change, in the same direction."""
        ways = [one.change.way for one in (self.before, self.now) if one and one.change.base is not None]
        return len(ways) == 2 and ways[0] == ways[1]


@dataclass(frozen=True)
class PartDifference:
    """How a part differs: the code `code` of the breakdown `by`, in these `periods`."""

    by: str
    code: str
    periods: tuple[PeriodDifference, ...]

    @property
    def largest(self) -> PeriodDifference | None:
        """The period with the largest difference of values, the latest of several; None if no two values can be subtracted."""
        return _largest(self.periods)


@dataclass(frozen=True)
class Difference:
    """How one indicator or variant differs, at its own frequency.

    `keys`: keys of its definition that changed; `periods`: those that differ, of all `of` periods in either state (none if the
    frequency changed, because periods cannot be compared then); `parts`: parts that differ, of breakdowns that both states
    have; `was`: its earlier name if it was renamed, also where its numbers changed; `why`: by state, the reason why it cannot be
    computed.
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
        """The period with the largest difference of values, the latest of several; None if no two values can be subtracted."""
        return _largest(self.periods)


def _largest(periods: Iterable[PeriodDifference]) -> PeriodDifference | None:
    moved = [p for p in periods if p.difference and "value" in p.facets]
    return max(reversed(moved), key=lambda p: abs(p.difference or 0.0), default=None)


@dataclass(frozen=True)
class TableDifference:
    """A table whose file, descriptor or coverage levels differ. `before` and `now`: number of rows, None if it cannot be read."""

    name: str
    before: int | None
    now: int | None


@dataclass(frozen=True)
class Differences:
    """All differences: `each` indicator and variant, in the order of the later project, then those that are gone; the `tables`
    that differ; the day of the data and the errors of both states, the earlier first."""

    each: tuple[Difference, ...]
    tables: tuple[TableDifference, ...]
    as_of: tuple[str, str]
    errors: tuple[tuple[Problem, ...], tuple[Problem, ...]]

    def of_kind(self, *kinds: Kind) -> tuple[Difference, ...]:
        return tuple(one for one in self.each if one.kind in kinds)

    @property
    def is_clean(self) -> bool:
        """Whether no number changed, no indicator came or went, and neither state has errors."""
        return not self.of_kind("changed", "new", "gone", "renamed", "unknown") and not any(self.errors)


def facts(point: Point | None) -> dict[str, Any]:
    """What is compared of a period: numbers to twelve digits, None if missing; empty if there is no such period."""
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


SeriesOf = Callable[[Project, Query], Series]


def differences(earlier: Project, now: Project, series_of: SeriesOf | None = None) -> Differences:
    """Compare all indicators and variants of two states of a project. Series with equal inputs are not computed.

    `series_of`: computes the series of a state, or takes it from a cache.
    """
    series_of = series_of or computed_once(earlier, now)
    before, after = earlier.rules, now.rules
    names = dict.fromkeys([*after, *now.broken, *before, *earlier.broken])
    unknown = {name: why for name in names if (why := _why_unknown(name, earlier, now))}
    renamed = _renamed(earlier, now, set(before) - set(after) - set(unknown), set(after) - set(before) - set(unknown))
    each = []
    for name in names:
        if name in unknown:
            each.append(Difference(name, "unknown", why=unknown[name]))
        elif name not in renamed.values():
            each.append(_difference(earlier, now, name, renamed, series_of))
    errors = earlier.errors, now.errors
    return Differences(tuple(each), tuple(_tables(earlier, now)), (earlier.config.as_of, now.config.as_of), errors)


def computed_once(earlier: Project, now: Project, of_now: Callable[[Query], Series] | None = None) -> SeriesOf:
    """Gives the series of two states: composites have many parts in common, and most are the same in both. `of_now`: the later ones, where
    they are kept."""

    @cache
    def is_same(name: str) -> bool:
        alike = now.rules.get(name) == earlier.rules[name] and now.config.sides == earlier.config.sides
        return alike and _same_inputs(earlier, now, name, name)

    @cache
    def later(query: Query) -> Series:
        return of_now(query) if of_now else series(now, query, later)

    @cache
    def former(query: Query) -> Series:
        return later(query) if query.name in earlier.rules and is_same(query.name) else series(earlier, query, former)

    return lambda state, query: later(query) if state is now else former(query)


def _difference(earlier: Project, now: Project, name: str, renamed: Mapping[str, str], series_of: SeriesOf) -> Difference:
    was = renamed.get(name, name)
    before, after = earlier.rules.get(was), now.rules.get(name)
    if before is None or after is None:
        only = _series(series_of, now if after else earlier, name)
        if isinstance(only, str):
            return Difference(name, "unknown", why={"now" if after else "earlier": only})
        return Difference(name, "new", now=only) if after else Difference(name, "gone", before=only)
    names = {old: new for new, old in renamed.items()}
    keys = _keys(with_parts_called(before, lambda part: called_now(part, names)), after)
    if was == name and _same_inputs(earlier, now, name, name) and "season" not in keys:  # a season changes a verdict, but no number
        return Difference(name, "definition" if keys else "unchanged", keys)
    if was == name:
        return _computed(earlier, now, name, name, keys, series_of)
    keys = tuple(key for key in keys if key != "formerly")
    if _same_inputs(earlier, now, was, name):
        return Difference(name, "renamed", keys, was=was)
    found = _computed(earlier, now, name, was, keys, series_of)
    return replace(found, was=was, kind="renamed" if found.kind in ("definition", "unchanged") else found.kind)


def _computed(earlier: Project, now: Project, name: str, was: str, keys: tuple[str, ...], series_of: SeriesOf) -> Difference:
    before, after = _series(series_of, earlier, was), _series(series_of, now, name)
    if isinstance(before, str) or isinstance(after, str):
        why = {state: reason for state, reason in (("earlier", before), ("now", after)) if isinstance(reason, str)}
        return Difference(name, "unknown", keys, why=why)
    if before.frequency != after.frequency:
        return Difference(name, "changed", keys, before, after, last=_last_change(before, after))
    periods = sorted({*before.values.index, *after.values.index})
    changed, parts = _periods(before, after), tuple(_parts(earlier, now, before, after, series_of))
    if not changed and not parts:
        return Difference(name, "definition", keys, last=_last_change(before, after)) if keys else Difference(name, "unchanged")
    return Difference(name, "changed", keys, before, after, changed, len(periods), parts, _last_change(before, after))


def _parts(earlier: Project, now: Project, before: Series, after: Series, series_of: SeriesOf) -> Iterator[PartDifference]:
    """Parts that differ, of breakdowns that both states have. A part that only one state has differs in all its periods."""
    kept = [b.by for b in after.definition.breakdown if b.by in [other.by for other in before.definition.breakdown]]
    for by in kept if not _same_rows(earlier, now, before, after) else ():
        old, new = _series(series_of, earlier, before.definition.name, by), _series(series_of, now, after.definition.name, by)
        if isinstance(old, str) or isinstance(new, str):
            continue
        for code in dict.fromkeys([*new.parts, *old.parts]):
            periods = _periods(old.parts.get(code), new.parts.get(code))
            if periods:
                yield PartDifference(by, code, periods)


def _same_rows(earlier: Project, now: Project, before: Series, after: Series) -> bool:
    """Whether two series have the same rule, the same rows with the same cells, and the same coverage levels."""
    tables = tables_of(after.definition)
    step = before.definition.reduce
    if step and any(kind == "rows" for _, kind, _ in references("reduce", step)):
        return False  # the reducer also reads other rows
    if not before.values.index.equals(after.values.index):
        return False
    if earlier.config.as_of != now.config.as_of or _keys(before.definition, after.definition) or tables != {after.definition.table}:
        return False
    old, new = (project.tables[name] for project in (earlier, now) for name in tables)
    if old.spans != new.spans or old.resource != new.resource:
        return False
    if old.store or new.store:
        return old.digest == new.digest
    picked = (selected(project.tables, one.definition, one.frequency, one.as_of) for project, one in ((earlier, before), (now, after)))
    first, second = (nw.to_native(rows.frame).reset_index(drop=True) for rows in picked)
    return bool(first.equals(second))


def _series(series_of: SeriesOf, project: Project, name: str, breakdown: str | None = None) -> Series | str:
    """The series at its own frequency, or the reason why it cannot be computed."""
    indicator, _, variant = name.partition("@")
    try:
        return series_of(project, Query(indicator, variant or None, breakdown=breakdown))
    except ProblemsFound as e:
        return "; ".join(problem.message for problem in e.problems)


def _last_change(before: Series, now: Series) -> LastChange:
    return LastChange(_latest_change(before), _latest_change(now))


def _latest_change(of: Series) -> LatestChange | None:
    newest = latest(of)
    if newest is None:
        return None
    given = verdict(of, newest)
    return LatestChange(of.point(newest if given.period is None else given.period).label, given)


Observed = Mapping[str, tuple[Point, Sequence[str]]]
"""Numbers of one series by the label of the period, each with the ids of the rows behind it."""


def compared(before: Observed, now: Observed) -> Iterator[PeriodDifference]:
    """Periods whose number or rows differ, in order."""
    for label in sorted({*before, *now}):
        (was, old), (is_now, new) = before.get(label, (None, ())), now.get(label, (None, ()))
        one = PeriodDifference(label, was, is_now, came=_without(new, old), went=_without(old, new))
        if one.came or one.went or one.facets:
            yield one


def _without(rows: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    if rows == others:
        return ()
    left_out = set(at_hand(others))
    return tuple(row for row in at_hand(rows) if row not in left_out)


def _periods(before: Series | None, now: Series | None) -> tuple[PeriodDifference, ...]:
    """Periods whose number differs; a difference of rows alone does not count."""
    return tuple(one for one in compared(_observed(before), _observed(now)) if one.facets)


def _observed(one: Series | None) -> Observed:
    if one is None:
        return {}
    columns = [one.values[name].tolist() for name in Point._fields]
    points = [Point(*cells) for cells in zip(*columns, strict=True)]
    return {point.label: (point, rows) for point, rows in zip(points, one.rows, strict=True)}


# ---- definitions ----


def _keys(before: Definition, now: Definition) -> tuple[str, ...]:
    """Keys whose values differ, in the order of the keys of a definition."""
    compared_elsewhere = (PLACEMENT | {"variants"}) - {"pillar"}
    return tuple(key for key in Definition.model_fields if key not in compared_elsewhere and getattr(before, key) != getattr(now, key))


def _renamed(earlier: Project, now: Project, gone: Set[str], new: Set[str]) -> dict[str, str]:
    """New name to old name: as the new definition says (`formerly`), else where exactly one definition that is gone has the same
    numbers as exactly one new one, else, because tables may have changed too, the same rule."""
    formerly = now.formerly
    found = {name: was for was in sorted(gone) if (name := called_now(was, formerly)) in new}
    for same in (_same_inputs, _same_rule):
        left, free = sorted(set(gone) - set(found.values())), sorted(set(new) - set(found))
        pairs = [(name, was) for name in free for was in left if same(earlier, now, was, name)]
        once = (Counter(name for name, _ in pairs), Counter(was for _, was in pairs))
        found |= {name: was for name, was in pairs if once[0][name] == once[1][was] == 1}
    return found


def _same_rule(earlier: Project, now: Project, was: str, name: str) -> bool:
    return _rule(earlier, earlier.definition(was)) == _rule(now, now.definition(name))


def _rule(project: Project, definition: Definition) -> list[Any]:
    """The keys of a definition that change numbers, and those of its parts."""
    return [nameless(definition), [_rule(project, project.definition(part)) for part in parts_of(definition)]]


def _same_inputs(earlier: Project, now: Project, was: str, name: str) -> bool:
    """Whether two series are equal without computing them, because they have the same rule, tables and day."""
    return inputs_key(earlier, earlier.definition(was)) == inputs_key(now, now.definition(name))


def _why_unknown(name: str, earlier: Project, now: Project) -> dict[str, str]:
    """By state, why an indicator cannot be read; empty if both states can be read, even if one does not have the indicator."""
    states = {"earlier": (earlier, now), "now": (now, earlier)}
    return {state: why for state, (project, other) in states.items() if (why := _error_behind(name, project, other))}


def _error_behind(name: str, project: Project, other: Project) -> str:
    if name in project.broken:
        return project.broken[name]
    base = name.partition("@")[0]
    if name in project.rules:
        return ""
    if base in project.broken:
        return f"{base!r} cannot be computed: {project.broken[base]}"
    file = other.places[name].file.rpartition("/")[2] if name in other.places else ""
    folder = project.config.definitions
    errors = [p for p in project.errors if p.place.file in (folder, f"{folder}/{file}")]
    return f"it may be in {errors[0].place.file}, which has errors (the first: {errors[0].place})" if errors else ""


def _tables(earlier: Project, now: Project) -> Iterator[TableDifference]:
    for name in dict.fromkeys([*now.tables, *earlier.tables]):
        before, after = earlier.tables.get(name), now.tables.get(name)
        if before is None or after is None or table_key(earlier, name) != table_key(now, name):
            yield TableDifference(name, None if before is None else before.rows, None if after is None else after.rows)
