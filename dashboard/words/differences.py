"""How indicators differ between two states of a project, in words."""

import math
from collections.abc import Callable, Iterator, Mapping

from dashboard.words.numbers import STATUS_WORDS, number, titled, value_words
from indicators.compute.change import latest
from indicators.differences import FACETS, Difference, Differences, Kind, LastChange, PartDifference, PeriodDifference
from indicators.nouns.periods import NOUNS, parse_period
from indicators.nouns.series import Point, Series
from indicators.nouns.units import digits, direction_of, fixed
from indicators.nouns.vocabulary import scale_of

MOST = 3
ALONE = {"at_least": "whether it is a minimum", "status": "the status", "coverage": "the coverage level", "score": "the score"}


def changed_words(one: Difference) -> str:
    """Periods, the largest difference with its rows, the last change, the parts, and the keys of the definition that changed."""
    assert one.before
    assert one.now
    if one.before.frequency != one.now.frequency:
        words = f"{one.now.frequency}, before {one.before.frequency}: periods cannot be compared"
    elif not one.periods:
        words = "the total is unchanged, its parts are not"
    else:
        words = f"{len(one.periods)} of {one.of} {NOUNS[one.now.frequency]}s{_facets(one)}, {_largest(one, one.now.unit)}"
    last = f"; {last_words(one.last)}" if one.last and (one.periods or one.before.frequency != one.now.frequency) else ""
    keys = f"; its definition changed: {', '.join(one.keys)}" if one.keys else ""
    was = f"was {one.was}; " if one.was else ""
    return f"{was}{words}{last}{_parts(one)}{keys}"


def _parts(one: Difference) -> str:
    """Parts that differ, each with its periods and the largest difference; the first few of each breakdown."""
    assert one.now
    words = []
    for by in dict.fromkeys(part.by for part in one.parts):
        parts = [part for part in one.parts if part.by == by]
        more = f" and {len(parts) - MOST} more" if len(parts) > MOST else ""
        shown = (f"{part.code} {len(part.periods)}{_most(part, one.now.unit)}" for part in parts[:MOST])
        words.append(f"; by {by}, {NOUNS[one.now.frequency]}s: {', '.join(shown)}{more}")
    return "".join(words)


def _most(part: PartDifference, unit: str) -> str:
    largest = part.largest
    return f" (largest {signed(largest.difference or 0.0, unit)} {_when(largest.label)})" if largest else ""


def _facets(one: Difference) -> str:
    """The number of periods by what differs, or what alone does; "" where that is the value."""
    counts = {facet: sum(facet in period.facets for period in one.periods) for facet in FACETS}
    if counts["value"] == len(one.periods) and not any(counts[facet] for facet in ("at_least", "status", "coverage")):
        return ""
    if list(filter(None, counts.values())) == [len(one.periods)]:
        return f" (only {ALONE[next(facet for facet, count in counts.items() if count)]})"
    return f" ({', '.join(f'{facet} {count}' for facet, count in counts.items() if count)})".replace("_", " ")


def _largest(one: Difference, unit: str) -> str:
    shown = one.largest
    if shown:
        return f"largest {signed(shown.difference or 0.0, unit)} {_when(shown.label)}{_rows(shown)}"
    shown = next((p for p in reversed(one.periods) if "value" in p.facets), one.periods[-1])
    return f"the latest {shown.label}: {point_words(shown.now, unit)}, before {point_words(shown.before, unit)}{_rows(shown)}"


def _rows(period: PeriodDifference) -> str:
    rows = rows_words(period)
    return f" ({', '.join(rows)})" if rows else ""


def rows_words(period: PeriodDifference, text_of: Callable[[str], str] = str) -> list[str]:
    """Rows added and rows removed, the first few of each; `text_of` gives the words for an id."""
    words = []
    for word, rows in (("with", period.came), ("without", period.went)):
        more = f" and {len(rows) - MOST} more" if len(rows) > MOST else ""
        words += [f"{word} {', '.join(map(text_of, rows[:MOST]))}{more}"] if rows else []
    return words


def _when(label: str) -> str:
    """The name of a period with its preposition.

    >>> _when("2026-09-26"), _when("2026-09")
    ('on 2026-09-26', 'in 2026-09')
    """
    return f"{'on' if parse_period(label)[1] == 'daily' else 'in'} {label}"


def signed(difference: float, unit: str) -> str:
    """A difference with its sign, without one where it prints as zero; shares and per cents differ by points.

    >>> signed(2, "meetings"), signed(-0.052, "share of visitors"), signed(-1200.0, "visitors"), signed(0.0002, "share of visitors")
    ('+2', '−5.2 points', '−1,200', 'under 0.1 points')
    """
    if not direction_of(0.0, difference, unit):
        return "0" if scale_of(unit) == "number" else "under 0.1 points"
    sign = "+" if difference > 0 else "−"
    if scale_of(unit) == "number":
        return sign + number(abs(difference), unit)
    return f"{sign}{digits(difference, unit)} points"


def point_words(point: Point | None, unit: str) -> str:
    """The value of a period, with its coverage level, status and score in brackets."""
    if point is None:
        return "missing"
    level = point.coverage.replace("_", " ")
    if math.isnan(point.value):
        return f"no value ({level})"
    score = "" if math.isnan(point.score) else f", score {fixed(point.score)}"
    status = "" if point.status == "A" else f", {STATUS_WORDS[point.status]}"
    return f"{'at least ' if point.at_least else ''}{number(point.value, unit)} ({level}{status}{score})"


def last_words(last: LastChange) -> str:
    """Whether the last change keeps its sign, or its word."""
    before, now = (one.change.word if one else "nothing to compare" for one in (last.before, last.now))
    when = {one.label for one in (last.before, last.now) if one}
    periods = f", {_when(last.before.label)} then and {_when(last.now.label)} now" if last.before and last.now and len(when) > 1 else ""
    if last.same_sign:
        return f"the last change keeps its sign ({now if before == now else f'{now}, before {before}'}){periods}"
    if before == now:
        return f"the last change is still {now}{periods}" if last.now else "there is still nothing to compare"
    return f"the last change goes from {before!r} to {now!r}{periods}"


TITLES: Mapping[Kind, str] = {
    "new": "new",
    "gone": "removed",
    "renamed": "renamed",
    "definition": "changed in definition only",
    "unknown": "cannot be computed",
}


def summary(compared: Differences) -> str:
    """How many indicators change, in one line."""
    every, changed = ({one.name.partition("@")[0] for one in each} for each in (compared.each, compared.of_kind("changed")))
    rules = (
        f" (with variants {len(compared.of_kind('changed'))} of {len(compared.each)})"
        if changed and len(every) < len(compared.each)
        else ""
    )
    words = [f"{len(changed) or 'none'} of {len(every)} indicators {'change' if len(changed) > 1 else 'changes'}{rules}"]
    counts = {kind: len(compared.of_kind(kind)) for kind in TITLES}
    return ", ".join([*words, *(f"{count} {TITLES[kind]}" for kind, count in counts.items() if count)])


def other_differences(compared: Differences) -> Iterator[str]:
    """What else differs: the day of the data and the tables."""
    if compared.as_of[0] != compared.as_of[1]:
        yield f"as of {compared.as_of[1]}, before {compared.as_of[0]}"
    for table in compared.tables:
        if table.before is None or table.now is None:
            state, errors = ("before", compared.errors[0]) if table.before is None else ("now", compared.errors[1])
            yield f"table {table.name}: missing {state}{', or has errors' if errors else ''}"
        else:
            came = f"{table.now} rows, before {table.before}" if table.now != table.before else f"still {table.now} rows"
            yield f"table {table.name} changed: {came}"
    for state, errors in zip(("earlier", "present"), compared.errors, strict=True):
        if errors:
            yield f"the {state} state has {len(errors)} {'error' if len(errors) == 1 else 'errors'}"


def sections(compared: Differences) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Indicators by the kind of difference, with a line for each; those without one are counted."""
    words: Mapping[Kind, Callable[[Difference], str]] = {
        "changed": changed_words,
        "new": lambda one: _alone(one.now),
        "gone": lambda one: _alone(one.before),
        "renamed": lambda one: f"was {one.was}{'; also changed: ' if one.keys else ''}{', '.join(one.keys)}",
        "definition": _in_definition_only,
        "unknown": lambda one: "; ".join(f"{state}: {why}" for state, why in one.why.items()),
    }
    titles = {"changed": "changed"} | dict(TITLES) | {"renamed": "renamed, with the same numbers"}
    for kind, words_for in words.items():
        lines = [(one.name, words_for(one)) for one in compared.of_kind(kind)]
        if lines:
            yield titles[kind], lines
    same = len(compared.of_kind("unchanged"))
    if same and same < len(compared.each):
        yield f"unchanged: {same} of {len(compared.each)}", []


def _in_definition_only(one: Difference) -> str:
    """The keys that changed, and the last change where it has another word now."""
    return ", ".join(one.keys) + (f"; {last_words(one.last)}" if one.last and not one.last.same_word else "")


def _alone(series: Series | None) -> str:
    """A series that only one state has: its title, frequency and latest comparable value."""
    assert series
    newest = latest(series)
    last = "no comparable value" if newest is None else f"{value_words(series, newest)} {_when(series.point(newest).label)}"
    return f"{titled(series.definition)}, {series.frequency}, {last}"
