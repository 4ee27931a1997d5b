"""A period as a briefing has it: by pillar what may be said, what may not and why; what was due after it; the events in it."""

import datetime
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from indicators.compute.agenda import Coming, coming
from indicators.compute.change import comparable
from indicators.compute.claims import Claim, Claims, Kind, claims
from indicators.compute.listing import chronology_of
from indicators.compute.provenance import rows_behind
from indicators.nouns.composite import COMPOSITE
from indicators.nouns.config import Pillar
from indicators.nouns.definition import Definition
from indicators.nouns.periods import Frequency, first_day, is_finer, label, last_day, parse_period, period_named, period_of
from indicators.nouns.series import Query, Results, RowBehind, Series
from indicators.nouns.stores import Ids, at_hand
from indicators.nouns.units import direction_of
from indicators.nouns.vocabulary import DAY, ROW, scale_of
from indicators.operations.registry import reducer_traits

Days = tuple[datetime.date, datetime.date]
MOST_SAID = 4
"""Statements of a pillar; the other values stand in a table."""
MOST_EVENTS = 90
"""Events that the appendix has room for; where there are more, it keeps those that an indicator counts."""
MOST_AHEAD = 12
YEARS_AHEAD = 2
"""Things due after the period, and how far ahead."""
A_YEAR = datetime.timedelta(days=366)
"""How old a figure that is not available for the period itself may be at its end."""
EXACT = 1e-9
"""By how much a share may differ from the ratio of the two numbers that are given for it."""
STRONG: tuple[Kind, ...] = ("extreme", "first", "run")
STRENGTH: tuple[Kind, ...] = (*STRONG, "change", "pace", "value")
"""Kinds of claims, the one that says most first; an extreme or a run that chance could explain says less than the value alone."""


class Other(NamedTuple):
    """A variant that gives another number for the same period."""

    rule: Definition
    series: Series


@dataclass(frozen=True)
class Said:
    """What is said of an indicator: the strongest claim about a `period` of a series, and variants with another number."""

    rule: Definition
    claims: Claims
    claim: Claim
    others: tuple[Other, ...] = ()

    @property
    def series(self) -> Series:
        """The series of the value, which may be a part of a breakdown."""
        return self.claims.series

    @property
    def rows(self) -> Ids:
        """The rows behind the value."""
        return self.series.rows_in(self.claim.period)


class Unsaid(NamedTuple):
    """An indicator of which nothing is said for a `period` of its series."""

    rule: Definition
    series: Series
    period: int


class Chapter(NamedTuple):
    """A pillar: its statements, what stands in a table, and what is not said."""

    pillar: Pillar
    said: tuple[Said, ...]
    table: tuple[Said, ...]
    unsaid: tuple[Unsaid, ...]


@dataclass(frozen=True)
class Brief:
    """A briefing. `is_over`: whether its period had ended on the day of the data; `events`: rows of the chronology, the first first;
    `left_out`: how many more of the period stand there."""

    period: int
    frequency: Frequency
    is_over: bool
    chapters: tuple[Chapter, ...]
    ahead: tuple[Coming, ...]
    events: tuple[RowBehind, ...]
    left_out: int = 0

    @property
    def label(self) -> str:
        return label(self.period, self.frequency)

    @property
    def days(self) -> Days:
        """First and last day."""
        return first_day(self.period, self.frequency), last_day(self.period, self.frequency)


def default_period(results: Results) -> str:
    """The last period that is over, of the length that config.yaml names."""
    every, today = results.config.briefing.every, results.config.today
    current = period_of(today, every)
    return label(current if last_day(current, every) <= today else current - 1, every)


def brief_of(results: Results, name: str) -> Brief:
    """The briefing of a period, by its name. `Refused` for a text that is none."""
    period, frequency = parse_period(name)
    today = results.config.today
    start, end = first_day(period, frequency), last_day(period, frequency)
    order = results.config.briefing.pillars
    pillars = sorted(results.config.pillars, key=lambda one: order.index(one.id) if one.id in order else len(order))
    pillars.insert(0, Pillar(id=COMPOSITE, title="Overall"))
    chapters = tuple(filter(None, (_chapter(results, one, period, frequency) for one in pillars)))
    events, left_out = _events(results, (start, end), lambda: _counted(results, period, frequency))
    return Brief(period, frequency, end <= today, chapters, tuple(_ahead(results, min(end, today))), events, left_out)


# ---- what is said, and what is not ----


def _chapter(results: Results, pillar: Pillar, period: int, frequency: Frequency) -> Chapter | None:
    """A pillar; None for one without indicators."""
    said, unsaid = [], []
    for definition in results.definitions.values():
        if definition.pillar == pillar.id:
            one, missing = _about(results, definition, period, frequency)
            said += [one] if one else []
            unsaid += [missing] if missing else []
    kept = _chosen(results, said, frequency)
    table = tuple(one for one in said if one not in kept)
    return Chapter(pillar, tuple(kept), table, tuple(unsaid)) if said or unsaid else None


def _about(results: Results, definition: Definition, period: int, frequency: Frequency) -> tuple[Said | None, Unsaid | None]:
    """What is said of an indicator by its own rule, or else by the first variant of the same kind whose value can be compared; and
    what is not, where its own rule has no exact value of the whole."""
    missing = None
    for rule in (one for one in definition.rules if _is_alike(definition, one)):
        series, asked = _series(results, rule, period, frequency)
        found = claims(series, period=asked)
        if rule is definition and (found.refused or found.part):
            missing = Unsaid(rule, series, asked)
        if found.each:
            others = tuple(_others(results, definition, rule, found.series, asked)) if not found.part else ()
            has_pace = rule.reduce is not None and rule.reduce.name == "count" and found.series.frequency == frequency
            return Said(rule, found, min(found.each, key=lambda claim: _rank(claim, has_pace)), others), missing
    return None, missing


def _is_alike(one: Definition, other: Definition) -> bool:
    """Whether two rules calculate the same in the same unit, of other rows at most. Another recipe of a composite is another index, which
    never stands in for one that is missing."""
    if one.composite:
        return one is other
    steps = [(rule.reduce or rule.combine, rule.transform, rule.unit) for rule in (one, other)]
    (first, *rest), (second, *others) = steps
    return rest == others and (first and first.name) == (second and second.name)


def _rank(claim: Claim, has_pace: bool) -> int:
    """Lower for a claim that says more. `has_pace`: whether days for each thing counted mean something."""
    is_idle = claim.kind not in STRENGTH or (claim.kind in STRONG and claim.chance) or (claim.kind == "pace" and not has_pace)
    return len(STRENGTH) if is_idle else STRENGTH.index(claim.kind)


def _series(results: Results, rule: Definition, period: int, frequency: Frequency) -> tuple[Series, int]:
    """The series of a rule at the frequency of a period, and the period; where it is not available, at the rule's own, and its latest
    comparable period that is over by then: a shorter one in the period itself, a longer one that ended up to a year before. Only counts
    and sums are given for periods shorter than the rule's own: a rate, a share or a lag of a year is about a year. The day on which
    something happened first in a longer period is known on that day."""
    query = Query(rule.id, rule.variant, breakdown=rule.shown)
    if frequency in results.frequencies[rule.name]:
        same = results.series(query._replace(frequency=frequency))
        if same.counts or reducer_traits(rule).totals or not is_finer(frequency, rule.frequency):
            return same, period
    series, end = results.series(query), last_day(period, frequency)
    last = period_of(end, series.frequency)
    last -= last_day(last, series.frequency) > end and not _is_known_by(series, last, end)
    usable, before = comparable(series), end - A_YEAR
    if is_finer(series.frequency, frequency):
        before = first_day(period, frequency) - datetime.timedelta(days=1)
    known = [int(one) for one in usable.index[usable] if one <= last and last_day(int(one), series.frequency) > before]
    return series, known[-1] if known else last


def _is_known_by(series: Series, period: int, day: datetime.date) -> bool:
    """Whether a value that is a place in its period lies on a day or before it."""
    is_place = reducer_traits(series.definition).own_periods and period in series.values.index
    return is_place and series.point(period).value <= (day - first_day(period, series.frequency)).days + 1


def _others(results: Results, definition: Definition, rule: Definition, series: Series, period: int) -> Iterator[Other]:
    """Rules of the same kind whose value of the period is exact and another."""
    for one in definition.rules:
        if one is not rule and _is_alike(rule, one) and series.frequency in results.frequencies[one.name]:
            other = results.series(Query(one.id, one.variant, series.frequency))
            is_exact = period in other.values.index and comparable(other)[period]
            if is_exact and direction_of(series.point(period).value, other.point(period).value, series.unit):
                yield Other(one, other)


def _chosen(results: Results, said: list[Said], frequency: Frequency) -> list[Said]:
    """The statements of a pillar: headline indicators first, then the others in the order of the definitions; figures of a longer time
    that was over before follow those of the period. One that counts rows that a statement has already, or counts nothing, is among
    them only where the value stands out."""
    led = {name.partition("@")[0] for name in results.config.headline}
    kept = [one for one in said if one.rule.id in led][:MOST_SAID]
    for one in said:
        stands_out = one.claim.kind in STRONG
        repeats = any(set(at_hand(one.rows)) <= set(at_hand(other.rows)) for other in kept if at_hand(one.rows))
        if one not in kept and len(kept) < MOST_SAID and (stands_out or (one.rows and not repeats)):
            kept.append(one)
    return sorted(kept, key=lambda one: one.series.frequency != frequency and is_finer(frequency, one.series.frequency))


def fraction(results: Results, series: Series, period: int) -> tuple[float, float] | None:
    """The two numbers whose ratio a share is: how many of how many. None where the value is no such share, or they are not at hand."""
    rule, rows, value = series.definition, series.rows_in(period), series.point(period).value
    if math.isnan(value) or scale_of(series.unit) != "share" or rule.transform or series.query.transform:
        return None
    if rule.combine and rule.combine.name == "ratio":
        parts = [results.definition(rule.combine.parameters[end]) for end in ("of", "to")]
        if not all(series.frequency in results.frequencies[one.name] for one in parts):
            return None
        both = [results.series(Query(one.id, one.variant, series.frequency)) for one in parts]
        of, to = (one.point(period).value if period in one.values.index else math.nan for one in both)
        return (of, to) if to and abs(of / to - value) < EXACT else None
    kind = rule.reduce.name if rule.reduce else ""
    whole = len(rows) if kind == "share" else _days(results, rule, rows) if kind == "share_with_next" else 0
    count = round(value * whole) if whole else 0
    return (count, whole) if whole and abs(count / whole - value) < EXACT else None


def _days(results: Results, rule: Definition, rows: Ids) -> int:
    """Days on which rows of a rule's own table lie."""
    return int(results.tables[rule.table or ""].rows_with(at_hand(rows))[DAY].nunique()) if at_hand(rows) else 0


# ---- after the period, and in it ----


def _ahead(results: Results, end: datetime.date) -> list[Coming]:
    """What was due after a day, by what was known on it."""
    then = replace(results, config=results.config.model_copy(update={"as_of": end.isoformat()}))
    limit = end.replace(year=end.year + YEARS_AHEAD, day=min(end.day, 28))
    near = [one for one in coming(then) if one.end > end and one.start <= limit and (one.called or _is_known(results, one.row, end))]
    return near[:MOST_AHEAD]


def _is_known(results: Results, row: str, day: datetime.date) -> bool:
    """Whether a row bears a date, other than the one when it is due, that is not later than a day: somebody had said so by then."""
    table = results.tables[row.partition(":")[0]]
    due = table.relations.ahead.due if table.relations.ahead else ""
    cells = table.frame.loc[table.frame[ROW] == row, [name for name in table.resource.columns if name != due]]
    return any(_last_day(cell) <= day for cell in cells.iloc[0].tolist())


def _last_day(cell: object) -> datetime.date:
    """The last day that a cell may mean; the last of all where it is not a date."""
    if isinstance(cell, datetime.datetime) and cell == cell:
        return cell.date()
    period = period_named(cell) if isinstance(cell, str) else None
    return last_day(*period) if period else datetime.date.max


def _events(results: Results, days: Days, counted: Callable[[], set[str]]) -> tuple[tuple[RowBehind, ...], int]:
    """The rows of the chronology from a day to another, and how many of them are left out."""
    table = results.tables.get(chronology_of(results) or "")
    if table is None:
        return (), 0
    start, end = map(pd.Timestamp, days)
    dated = table.frame[table.frame[DAY].between(start, end)].sort_values(DAY, kind="stable")
    every = dated[ROW].tolist()
    wanted = counted() if len(every) > MOST_EVENTS else set(every)
    kept = [row for row in every if row in wanted]
    return rows_behind(results.tables, kept, results.config.sources), len(every) - len(kept)


def _counted(results: Results, period: int, frequency: Frequency) -> set[str]:
    """The rows that some indicator counts in a period."""
    rules = (one for one in results.definitions.values() if frequency in results.frequencies[one.id])
    return {row for one in rules for row in at_hand(results.series(Query(one.id, frequency=frequency)).rows_in(period))}
