"""A briefing in words: its statements with rule, coverage, rows and source, what is not said and why, what lies ahead, and the events."""

import collections
from collections.abc import Iterator
from typing import NamedTuple

from dashboard.words import claims as claim_words
from dashboard.words import composite, numbers, states
from dashboard.words.units import unit_of
from indicators.compute.agenda import Coming
from indicators.compute.brief import Brief, Chapter, Said, Unsaid
from indicators.compute.change import season_step
from indicators.compute.interval import interval
from indicators.compute.provenance import short_credit_of
from indicators.compute.uncertainty import HIGH, LOW
from indicators.nouns.definition import Definition
from indicators.nouns.series import REASONS, Query, Results, RowBehind, Why
from indicators.nouns.vocabulary import LEVELS, NEAR_COMPLETE, scale_of

HOW = (
    "Statements are made from numbers by rules. Only periods that were collected in full or nearly in full are compared; nearly means "
    "that no gap is known, though no source states the total. Where chance could explain a difference, the statement says so. Where no "
    "change is given, no earlier period can be compared. Below each statement: what counts, how much was collected, the rows counted, "
    "the source."
)
AHEAD = "Looking ahead"
APPENDIX = "Chronology"
MOST_OTHERS = 3
COLUMNS = ("Also", "value", "change or pace", "collected")
"""Heads of the table of a pillar."""


class Line(NamedTuple):
    """A statement: its sentence, what stands below it, and where its rows are."""

    text: str
    under: str
    query: Query
    point: str


class Cells(NamedTuple):
    """A value of the table of a pillar."""

    title: str
    value: str
    change: str
    coverage: str
    query: Query
    point: str

    @property
    def row(self) -> tuple[str, str, str, str]:
        """What stands under the heads of the table, the last of which says "collected"."""
        return self.title, self.value, self.change, self.coverage.removeprefix("collected ")


class Event(NamedTuple):
    """A line of the appendix."""

    row: str
    day: str
    text: str
    source: str


def heading(brief: Brief, results: Results) -> str:
    """What the briefing is of: the project and the period."""
    return f"{results.config.title}, {numbers.period(brief.period, brief.frequency)}"


def lead(brief: Brief, results: Results) -> str:
    """How much is said, and as of when; that a period is not over."""
    said, unsaid = (sum(len(getattr(one, kind)) for one in brief.chapters) for kind in ("said", "unsaid"))
    pillars = sum(1 for one in brief.chapters if one.said)
    over = "" if brief.is_over else "The period is not over: little can be said of it. "
    counted = f"{said} {'statement' if said == 1 else 'statements'} on {pillars} {'subject' if pillars == 1 else 'subjects'}"
    without = f"; {unsaid} {'figure is' if unsaid == 1 else 'figures are'} left out, with the reason" if unsaid else ""
    return f"{over}{counted}{without}. Data as of {numbers.date(results.config.as_of)}."


MOST_POLLS = 1_000
"""Polls of one value; of more rows the extremes say little."""


def line(said: Said, results: Results) -> Line:
    """A statement with what stands below it."""
    point = said.series.point(said.claim.period)
    limits = numbers.LEVEL_NAMES[point.coverage]
    rows = numbers.rows_counted(len(said.rows))
    sure = _of_recipes(said, results) or _of_polls(said, results)
    parts = [_rule(said.rule), limits, rows, sure, _credit(said.rule, results), _uncompared(said), _others(said)]
    return Line(claim_words.short(said.claims, said.claim, results.config), " · ".join(filter(None, parts)), *_where(said))


def _of_recipes(said: Said, results: Results) -> str:
    """How sure a composite is: how far it hangs on its recipe, and on how much of the evidence it rests."""
    series, period = said.series, said.claim.period
    if not series.definition.composite:
        return ""
    found = interval(results, series.query.name, series.frequency, as_of=series.query.as_of)
    if found is None or period not in found.values.index:
        return ""
    low, high = (composite.level(found.values[end][period]) for end in ("low", "high"))
    return f"between {low} and {high} in {HIGH - LOW} % of recipes; {composite.evidence(found.index, period)}"


def _of_polls(said: Said, results: Results) -> str:
    """How sure a share of respondents is: between which values the polls lie of which it is the average; the tables have no margins."""
    reduce, table = said.rule.reduce, results.tables.get(said.rule.table or "")
    if not said.series.unit.endswith(" of respondents") or table is None or reduce is None or "of" not in reduce.parameters:
        return ""
    polls = table.rows_with(said.rows)[reduce.parameters["of"]] if 1 < len(said.rows) < MOST_POLLS else []
    low_high = [numbers.number(value, said.series.unit) for value in (min(polls), max(polls))] if len(polls) else []
    return f"{f'polls from {low_high[0]} to {low_high[1]}; ' if low_high else ''}margin of error not recorded"


def _uncompared(said: Said) -> str:
    """Why a value is compared with nothing: what was collected of the period that it would be compared with."""
    before = season_step(said.series, said.claim.period)
    is_compared = said.claim.kind not in ("value", "pace", "largest part") or any(one.kind == "change" for one in said.claims.each)
    if before is None or is_compared:
        return ""
    level = said.series.point(before).coverage if before in said.series.values.index else "none"
    if LEVELS.index(level) >= NEAR_COMPLETE:
        return ""
    return f"nothing to compare with ({numbers.period(before, said.series.frequency)}: {numbers.LEVEL_NAMES[level]})"


def _where(said: Said) -> tuple[Query, str]:
    """The query of the series with all its parts, and the point of the value."""
    label, whole = said.series.point(said.claim.period).label, said.rule
    query = Query(whole.id, whole.variant, None if said.series.frequency == whole.frequency else said.series.frequency)
    return query, f"{label}:{said.claims.part}" if said.claims.part else label


def _rule(rule: Definition) -> str:
    text = rule.short or " ".join(rule.counts.split())
    return text.removesuffix(".")


def _credit(rule: Definition, results: Results) -> str:
    series = results.series(Query(rule.id, rule.variant))
    return short_credit_of(rule, [results.tables[name] for name in series.tables])


def _others(said: Said) -> str:
    """Variants with another number: "counted otherwise: 10 (journal), 12 (with un session)"."""
    pairs = [(one.series, numbers.variant_words(one.rule) or "as defined") for one in said.others]
    numbers_ = [f"{numbers.number(one.point(said.claim.period).value, one.unit)} ({name})" for one, name in pairs]
    return f"counted otherwise: {', '.join(numbers_[:MOST_OTHERS])}" if numbers_ else ""


def cells(said: Said, results: Results) -> Cells:
    """A value as a line of a table: the change is that of the strongest claim."""
    series, period = said.series, said.claim.period
    change = claim_words.said_of(said.claims, said.claim, results.config) or "nothing to compare with"
    title, when = _titled(said, results), numbers.period(period, series.frequency)
    value = f"{numbers.number(series.point(period).value, series.unit)} {unit_of(series.point(period).value, series.unit)}"
    dated = "" if series.frequency == said.series.query.frequency else f", {when}"
    return Cells(title, f"{value}{dated}", change, numbers.LEVEL_NAMES[series.point(period).coverage], *_where(said))


def _titled(said: Said, results: Results) -> str:
    part = f", {claim_words.name_of(said.claims.part, results.config)}" if said.claims.part else ""
    return f"{numbers.titled(said.rule)}{part}"


def not_said(chapter: Chapter) -> str:
    """What is not said of a pillar, by reason: "Not said: Joint exercises (at least 3), because they were partly collected; …"; "" if
    nothing."""
    return "".join(text for text, _ in not_said_of(chapter))


def not_said_of(chapter: Chapter) -> Iterator[tuple[str, Unsaid | None]]:
    """The same in pieces: the name of a figure with what it is about, and None beside what stands between names."""
    by_reason: dict[str, list[tuple[str, Unsaid]]] = {}
    for one in chapter.unsaid:
        why, found = _why(one)
        by_reason.setdefault(why, []).append((f"{numbers.titled(one.rule)}{f' ({found})' if found else ''}", one))
    for number, (why, each) in enumerate(by_reason.items()):
        yield "; " if number else "Not said: ", None
        for place, named in enumerate(each):
            if place:
                yield " and " if place == len(each) - 1 else ", ", None
            yield named
        yield f", because {why}", None
    if by_reason:
        yield ".", None


MISSING: dict[Why, str] = {
    "not-covered": f"they were {numbers.LEVEL_NAMES['none']}",
    "not-published": "they are not published yet",
    "no-rows": "there are no rows for the period",
}
"""Why there is no value, where that is said otherwise than under a chart."""
PARTLY = f"they were {numbers.LEVEL_NAMES['partial']}"


def _why(one: Unsaid) -> tuple[str, str]:
    """Why nothing is said of a figure, and what was found, where that is a number that can only grow."""
    series, period = one.series, one.period
    if period not in series.values.index:
        return "the figures do not reach that far", ""
    point = series.point(period)
    if point.why in ("not-exact", "only-a-minimum", "nothing-found"):
        return PARTLY, "nothing found" if point.why == "nothing-found" else ""
    if point.status == "M":
        return MISSING.get(point.why, f"there is no value ({REASONS[point.why]})"), ""
    grows = scale_of(series.unit) == "number" and (point.at_least or series.counts)
    least = numbers.number(point.value, series.unit)
    if not point.over:
        return "the period is not over", f"{'at least ' if point.at_least else ''}{least} so far" if grows else ""
    why = PARTLY if LEVELS.index(point.coverage) < NEAR_COMPLETE else REASONS["only-a-minimum"]
    return why, f"at least {least}" if grows and point.at_least else ""


def ahead(one: Coming) -> tuple[str, str]:
    """When something was due, and what."""
    came = states.came_of_it(one)
    return states.due_words(one), f"{one.name}{f' ({came})' if came else ''}"


def events(brief: Brief, results: Results) -> Iterator[Event]:
    """The lines of the appendix: what a row says last is its summary; the source that most rows have is named once above them."""
    usual = _usual_source(brief)
    for row in brief.events:
        relations = results.tables[row.id.partition(":")[0]].relations
        columns = (relations.time.start, relations.time.end) if relations.time else ("", "")
        start, end = (row.cells.get(column or "", "") for column in columns)
        text = row.cells[(relations.shows or tuple(row.cells))[-1]]
        source = _producers(row)
        yield Event(row.id, _days(start, end), text, "" if source == usual else source)


def _producers(row: RowBehind) -> str:
    return "; ".join(dict.fromkeys(source.producer for source in row.sources))


def _usual_source(brief: Brief) -> str:
    """The source of more than half of the events; "" if there is none."""
    named = collections.Counter(map(_producers, brief.events)).most_common(1)
    return named[0][0] if named and named[0][1] * 2 > len(brief.events) else ""


def about_events(brief: Brief, results: Results) -> str:
    """What the appendix holds: how many events, from where, and how many of the period it leaves out."""
    count, usual = len(brief.events), _usual_source(brief)
    listed = f"{count} {'event' if count == 1 else 'events'}, as found: not all that happened."
    source = f" Source where none is named: {usual}." if usual else ""
    more = f" Those that an indicator counts; {brief.left_out:,} more stand in the chronology." if brief.left_out else ""
    return f"{listed}{source}{more}"


def _days(start: str, end: str) -> str:
    """From a day to another, without the year.

    >>> _days("2024-04-11", "2024-04-12"), _days("2024-03-30", "2024-04-02"), _days("2024-04-11", "")
    ('11–12 April', '30 March – 2 April', '11 April')
    """
    first, last = _short_day(start), _short_day(end) if end else ""
    if not last or last == first:
        return first
    same = start[:7] == end[:7]
    return f"{first.partition(' ')[0]}–{last}" if same else f"{first} – {last}"


def _short_day(text: str) -> str:
    """A day without its year, which the heading has: "14 January".

    >>> _short_day("2024-01-14"), _short_day("2024-01")
    ('14 January', 'January')
    """
    return numbers.date(text).rpartition(" ")[0] if text.count("-") else text
