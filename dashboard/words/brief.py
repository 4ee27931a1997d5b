"""A briefing in words: its statements with rule, coverage, rows and source, what is not said and why, what lies ahead, and the events."""

import collections
from collections.abc import Iterator
from typing import NamedTuple

from dashboard.words import claims as claim_words
from dashboard.words import composite, numbers, states
from dashboard.words.definitions import code_words
from dashboard.words.units import unit_of
from indicators.compute.agenda import Coming
from indicators.compute.brief import Brief, Chapter, Said, Unsaid, fraction
from indicators.compute.change import season_step
from indicators.compute.interval import interval
from indicators.compute.provenance import rows_behind, short_credit_of
from indicators.compute.uncertainty import HIGH, LOW
from indicators.nouns.definition import Definition
from indicators.nouns.series import REASONS, Query, Results, RowBehind, Why
from indicators.nouns.stores import at_hand
from indicators.nouns.vocabulary import DAY, LEVELS, NEAR_COMPLETE, scale_of

HOW = (
    "How to read it: below each statement stand what counts, how much of it was collected, what the number rests on, and the source. "
    "Collected nearly in full: no gap is known, though no source states the total. Only periods collected in full or nearly so are "
    "compared; where no change is given, the period before was not. Where chance could explain a difference between numbers of "
    "events, that is said; nothing else is tested for it."
)
AHEAD = "Looking ahead"
APPENDIX = "Chronology"
MOST_OTHERS = 3
SEPARATE = " · "
COLUMNS = ("Further figures", "value", "change or pace", "collected")
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


def how(results: Results) -> str:
    """How a briefing is read, and what its own note says."""
    return " ".join(filter(None, (HOW, results.config.briefing.note)))


def lead(brief: Brief, results: Results) -> str:
    """How much is said, and as of when; that a period is not over."""
    said, unsaid = (sum(len(getattr(one, kind)) for one in brief.chapters) for kind in ("said", "unsaid"))
    pillars = sum(1 for one in brief.chapters if one.said)
    over = "" if brief.is_over else "The period is not over: little can be said of it. "
    counted = f"{said} {'statement' if said == 1 else 'statements'} on {pillars} {'subject' if pillars == 1 else 'subjects'}"
    without = f"; {unsaid} {'figure is' if unsaid == 1 else 'figures are'} incomplete or missing, with the reason" if unsaid else ""
    return f"{over}{counted}{without}. Data as of {numbers.date(results.config.as_of)}."


MOST_POLLS = 1_000
"""Polls of one value; of more rows the extremes say little."""


def line(said: Said, results: Results) -> Line:
    """A statement with what stands below it."""
    point = said.series.point(said.claim.period)
    limits = numbers.LEVEL_NAMES[point.coverage]
    parts = [_rule(said.rule), limits, _basis(said, results), _credit(said.rule, results), _limit(said), _others(said)]
    return Line(claim_words.short(said.claims, said.claim, results.config), SEPARATE.join(filter(None, parts)), *_where(said))


def _basis(said: Said, results: Results) -> str:
    """What a number rests on: how many of how many, how many polls, since which day; or the entries of a count that is not their number."""
    rows, series, period = said.rows, said.series, said.claim.period
    parts = fraction(results, series, period)
    if parts:
        return fraction_words(parts)
    if series.definition.composite:
        return _of_recipes(said, results)
    if series.unit.endswith(" of respondents"):
        return _of_polls(said, results)
    if series.definition.reduce and series.definition.reduce.name == "days_since_last" and len(at_hand(rows)) == 1:
        [day] = results.tables[series.tables[0]].rows_with(at_hand(rows))[DAY]
        return f"since {numbers.day(day.date())}"
    return _entries(len(rows)) if series.counts and len(rows) != series.point(period).value else ""


def _entries(count: int) -> str:
    return f"{count or 'no'} {'entry' if count == 1 else 'entries'}"


def fraction_words(parts: tuple[float, float]) -> str:
    """How many of how many.

    >>> fraction_words((3.0, 7.0)), fraction_words((2999962.0, 11601486.0))
    ('3 of 7', '2,999,962 of 11,601,486')
    """
    return " of ".join(numbers.number(one, "things") for one in parts)


def _of_recipes(said: Said, results: Results) -> str:
    """How sure a composite is: how far it hangs on its recipe, and on how much of the evidence it rests."""
    series, period = said.series, said.claim.period
    found = interval(results, series.query.name, series.frequency, as_of=series.query.as_of)
    if found is None or period not in found.values.index:
        return ""
    low, high = (composite.level(found.values[end][period]) for end in ("low", "high"))
    share = float(found.index.observed[period])
    parts = "all components have figures" if share == 1 else f"components with {composite.per_cent(share)} of the weight have figures"
    return f"{low} to {high} in {HIGH - LOW} % of other ways to weight and score it; {parts}"


def _of_polls(said: Said, results: Results) -> str:
    """How sure a share of respondents is: between which values the polls lie of which it is the average; the tables have no margins."""
    reduce, table = said.rule.reduce, results.tables.get(said.rule.table or "")
    if table is None or reduce is None or "of" not in reduce.parameters:
        return ""
    polls = table.rows_with(said.rows)[reduce.parameters["of"]] if 1 < len(said.rows) < MOST_POLLS else []
    low_high = [numbers.number(value, said.series.unit) for value in (min(polls), max(polls))] if len(polls) else []
    found = f"{len(said.rows)} polls, from {low_high[0]} to {low_high[1]}" if low_high else "one survey" if len(said.rows) == 1 else ""
    return "; ".join(filter(None, (found, "margin of error not recorded")))


def _uncompared(said: Said) -> str:
    """Why a value is compared with nothing: what was collected of the period that it would be compared with. "" where it is compared."""
    before = season_step(said.series, said.claim.period)
    is_compared = said.claim.kind not in ("value", "pace", "largest part") or any(one.kind == "change" for one in said.claims.each)
    level = "complete" if before is None else said.series.point(before).coverage if before in said.series.values.index else "none"
    if before is None or is_compared or LEVELS.index(level) >= NEAR_COMPLETE:
        return ""
    return f"{numbers.period(before, said.series.frequency)} {numbers.LEVEL_NAMES[level]}"


def _limit(said: Said) -> str:
    """Why a value is compared with nothing, or why what is older than the first period that a claim rests on is not in it: "no figures
    before 1996", "not comparable with what was before May 2022"."""
    claim, series = said.claim, said.series
    if nothing := _uncompared(said):
        return f"no comparison: {nothing}"
    if claim.kind not in ("extreme", "first") or claim.base is not None or claim.start is None:
        return ""
    before = season_step(series, claim.start)
    then = claim_words.short_period(series, claim, claim.start)
    if before is None or before not in series.values.index or series.point(before).status == "M":
        return f"no figures before {then}"
    if LEVELS.index(series.point(before).coverage) < NEAR_COMPLETE:
        return f"before {then} {numbers.LEVEL_NAMES[series.point(before).coverage]}"
    return f"not comparable with what was before {then}"


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
    """Variants with another number: "by other rules: 10 (journal), 12 (with un session)". One with a title of its own is about something
    else."""
    alike = [one for one in said.others if one.rule.title == said.rule.title]
    pairs = [(one.series, numbers.variant_words(one.rule) or "as defined") for one in alike]
    numbers_ = [f"{numbers.number(one.point(said.claim.period).value, one.unit)} ({name})" for one, name in pairs]
    return f"by other rules: {', '.join(numbers_[:MOST_OTHERS])}" if numbers_ else ""


def cells(said: Said, results: Results) -> Cells:
    """A value as a line of a table: the change is that of the strongest claim."""
    series, period = said.series, said.claim.period
    change = claim_words.said_of(said.claims, said.claim, results.config) or _uncompared(said) or "nothing to compare with"
    title, when = _titled(said, results), numbers.period(period, series.frequency)
    parts = fraction(results, series, period)
    counted = f"({fraction_words(parts)})" if parts else unit_of(series.point(period).value, series.unit)
    status = f" ({numbers.STATUS_WORDS[series.point(period).status]})" if series.point(period).status != "A" else ""
    value = f"{numbers.number(series.point(period).value, series.unit)} {counted}{status}"
    dated = "" if series.frequency == said.series.query.frequency else f", {when}"
    return Cells(title, f"{value}{dated}", change, numbers.LEVEL_NAMES[series.point(period).coverage], *_where(said))


def _titled(said: Said, results: Results) -> str:
    part = f", {code_words(said.claims.part, results.config.side_names)}" if said.claims.part else ""
    return f"{numbers.titled(said.rule)}{part}"


def sources(chapter: Chapter, results: Results) -> str:
    """Where the figures of the table of a pillar come from: the sources of its statements, and others by name; "" without a table."""
    above, below = ({_credit(one.rule, results): None for one in kind} for kind in (chapter.said, chapter.table))
    named = [*(["as above"] if any(name in above for name in below) else []), *(name for name in below if name not in above)]
    return f"Sources of these figures: {SEPARATE.join(named)}." if named else ""


def last_line(chapter: Chapter, results: Results) -> str:
    """What stands below a pillar: the sources of its table, and what cannot be stated."""
    return " ".join(filter(None, (sources(chapter, results), not_said(chapter))))


def not_said(chapter: Chapter) -> str:
    """What cannot be stated of a pillar, by reason: "Only partly collected: Joint exercises (at least 3). Not collected: …"; "" if
    nothing."""
    return "".join(text for text, _ in not_said_of(chapter))


def not_said_of(chapter: Chapter) -> Iterator[tuple[str, Unsaid | None]]:
    """The same in pieces: the name of a figure with what it is about, and None beside what stands between names."""
    by_reason: dict[str, list[tuple[str, Unsaid]]] = {}
    for one in chapter.unsaid:
        why, found = _why(one)
        when = "" if one.series.query.frequency else numbers.period(one.period, one.series.frequency)
        known = f"{found} in {when}" if found and when else found or when
        by_reason.setdefault(why, []).append((f"{numbers.titled(one.rule)}{f' ({known})' if known else ''}", one))
    for number, (why, each) in enumerate(by_reason.items()):
        yield f"{' ' if number else ''}{why[0].upper()}{why[1:]}: ", None
        for place, named in enumerate(each):
            if place:
                yield ", ", None
            yield named
        yield ".", None


MISSING: dict[Why, str] = {
    "not-covered": numbers.LEVEL_NAMES["none"],
    "not-published": "not published",
    "no-rows": "no figure for the period",
}
"""Why there is no value, where that is said otherwise than under a chart."""
PARTLY = f"only {numbers.LEVEL_NAMES['partial']}"


def _why(one: Unsaid) -> tuple[str, str]:
    """Why nothing is said of a figure, and what was found, where that is a number that can only grow."""
    series, period = one.series, one.period
    if period not in series.values.index:
        return MISSING["no-rows"], ""
    point = series.point(period)
    if point.why in ("not-exact", "only-a-minimum", "nothing-found"):
        return PARTLY, "nothing found" if point.why == "nothing-found" else ""
    if point.status == "M":
        return MISSING.get(point.why, f"no value ({REASONS[point.why]})"), ""
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


def about_ahead(brief: Brief, results: Results) -> str:
    """What is listed as ahead, and by whom it was said."""
    rows = rows_behind(results.tables, [one.row for one in brief.ahead if not one.called], results.config.sources)
    named = "; ".join(dict.fromkeys(filter(None, map(_producers, rows))))
    return f"Promised, expected or yearly, as far as it was known by the end of the period{f'. Sources: {named}' if named else ''}."


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


def about_events(brief: Brief) -> str:
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
