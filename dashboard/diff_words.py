"""What became of a changed series, in words: how many periods, the largest difference with its rows, the last change."""

import math

from dashboard.wording import STATUS_WORDS, number
from indicators.differing import FACETS, Difference, Facet, LastChange, PartDifference, PeriodDifference
from indicators.model import Point
from indicators.periods import Frequency
from indicators.vocabulary import scale_of

MOST = 3
FACET_WORDS: dict[Facet, str] = {"value": "value", "at_least": "at least", "status": "status", "coverage": "coverage", "score": "score"}
PERIODS: dict[Frequency, str] = {
    "annual": "years",
    "half-yearly": "half-years",
    "triannual": "four-month periods",
    "quarterly": "quarters",
    "monthly": "months",
    "weekly": "weeks",
    "daily": "days",
}


def changed_words(one: Difference) -> str:
    """Periods, the largest difference with its rows, the last change, the parts, and the keys of the definition that changed."""
    assert one.before
    assert one.now
    if one.before.frequency != one.now.frequency:
        told = f"{one.now.frequency}, before {one.before.frequency}: no period can be put beside another"
    elif not one.periods:
        told = "the whole stays, its parts do not"
    else:
        told = f"{len(one.periods)} of {one.of} {PERIODS[one.now.frequency]}{_facets(one)}, {_largest(one, one.now.unit)}"
    last = f"; {last_words(one.last)}" if one.last and (one.periods or one.before.frequency != one.now.frequency) else ""
    keys = f"; its definition changed: {', '.join(one.keys)}" if one.keys else ""
    return f"{told}{last}{_parts(one)}{keys}"


def _parts(one: Difference) -> str:
    """Parts that differ, each with its periods and the largest difference; the first few of each breakdown."""
    assert one.now
    said = []
    for by in dict.fromkeys(part.by for part in one.parts):
        parts = [part for part in one.parts if part.by == by]
        more = f" and {len(parts) - MOST} more" if len(parts) > MOST else ""
        shown = (f"{part.code} {len(part.periods)}{_most(part, one.now.unit)}" for part in parts[:MOST])
        said.append(f"; by {by}, {PERIODS[one.now.frequency]}: {', '.join(shown)}{more}")
    return "".join(said)


def _most(part: PartDifference, unit: str) -> str:
    found = part.largest
    return f" (largest {signed(found.difference or 0.0, unit)} in {found.label})" if found else ""


def _facets(one: Difference) -> str:
    """What differs in how many periods, unless it is the value in all of them and nothing else."""
    counts = {facet: sum(facet in period.facets for period in one.periods) for facet in FACETS}
    if counts["value"] == len(one.periods) and not any(counts[facet] for facet in ("at_least", "status", "coverage")):
        return ""
    return f" ({', '.join(f'{FACET_WORDS[facet]} {count}' for facet, count in counts.items() if count)})"


def _largest(one: Difference, unit: str) -> str:
    shown = one.largest
    if shown:
        return f"largest {signed(shown.difference or 0.0, unit)} in {shown.label}{_rows(shown)}"
    shown = next((p for p in reversed(one.periods) if "value" in p.facets), one.periods[-1])
    return f"the latest {shown.label}: {_told(shown.now, unit)}, before {_told(shown.before, unit)}{_rows(shown)}"


def _rows(period: PeriodDifference) -> str:
    """Rows that came and went, the first few by id."""
    said = []
    for word, rows in (("with", period.came), ("without", period.went)):
        more = f" and {len(rows) - MOST} more" if len(rows) > MOST else ""
        said += [f"{word} {', '.join(rows[:MOST])}{more}"] if rows else []
    return f" ({', '.join(said)})" if said else ""


def signed(difference: float, unit: str) -> str:
    """A difference with its sign; shares and per cents differ by points.

    >>> signed(2, "meetings"), signed(-0.052, "share of visitors"), signed(-1200.0, "visitors")
    ('+2', '−5.2 points', '−1,200')
    """
    sign = "+" if difference > 0 else "−"
    if scale_of(unit) == "number":
        return sign + number(abs(difference), unit)
    return f"{sign}{number(abs(difference), unit).removesuffix(' %')} points"


def _told(point: Point | None, unit: str) -> str:
    """A period's value with what it is worth, in brackets."""
    if point is None:
        return "not there"
    level = point.coverage.replace("_", " ")
    if point.status == "M":
        return f"no number ({level})"
    score = "" if math.isnan(point.score) else f", score {point.score:.0f}"
    status = "" if point.status == "A" else f", {STATUS_WORDS[point.status]}"
    return f"{'at least ' if point.at_least else ''}{number(point.value, unit)} ({level}{status}{score})"


def last_words(last: LastChange) -> str:
    """Whether the last change keeps its sign, or its word."""
    before, now = (told.change.word if told else "nothing to compare" for told in (last.before, last.now))
    when = {told.label for told in (last.before, last.now) if told}
    periods = f", in {last.before.label} then and {last.now.label} now" if last.before and last.now and len(when) > 1 else ""
    if last.same_sign:
        return f"the last change keeps its sign ({now if before == now else f'{now}, before {before}'}){periods}"
    if before == now:
        return f"the last change stays {now!r}{periods}" if last.now else "nothing can be compared, as before"
    return f"the last change turns to {now!r} from {before!r}{periods}"
