"""Where the pillars stand, and what is to come, in words."""

from collections.abc import Sequence

from dashboard.words import numbers
from dashboard.words.units import unit_of
from indicators.compute.agenda import Coming
from indicators.compute.change import age_in_months, is_old
from indicators.compute.state import BOUNDS, Judged, Standing, State, Watched
from indicators.nouns.periods import NOUNS, Frequency
from indicators.nouns.series import Series
from indicators.nouns.units import digits, fixed
from indicators.nouns.vocabulary import scale_of

RULE = """
The newest figure of each headline indicator is compared with the one a year earlier, or else with the nearest before it, if
collection was complete or nearly complete in both periods and the series does not break in between; a count so far that is already
higher decides too. A pillar is better if a figure is better and none is worse; worse likewise; mixed if both. Otherwise it is at
its ceiling or floor if a figure is the most or the least that it can be, steady if the figures are about the same, and without a
verdict if none can be compared. Indicators for which better and worse are contested, such as approval, take no part.
"""
ORDER: tuple[Standing, ...] = ("better", "worse", "mixed", "at its ceiling", "at its floor", "steady", "no verdict")
A_MILLION = 1_000_000


def sentence(titles: Sequence[str], states: Sequence[State]) -> str:
    """Where all pillars stand, in one sentence: "mixed – people better; security worse; dialogue steady"."""
    groups: dict[str, list[str]] = {}
    for title, state in sorted(zip(titles, states, strict=True), key=lambda pair: ORDER.index(pair[1].standing)):
        end = _end_of(state)
        word = "without a verdict" if state.standing == "no verdict" else f"{state.standing} ({end})" if end else state.standing
        groups.setdefault(word, []).append(title[:1].lower() + title[1:])
    mixed = {"better", "worse"} <= {state.standing for state in states}
    return ("mixed – " if mixed else "") + "; ".join(f"{_listed(named)} {word}" for word, named in groups.items())


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1]


def standing_words(state: State) -> str:
    """The state of a pillar, with its date where that is over a year old, and which end a bound is: "At its ceiling, the worst end"."""
    word = state.standing[:1].upper() + state.standing[1:]
    word += f", {end}" if (end := _end_of(state)) else ""
    old = state.decided and not state.decided.is_recent and state.decided.newest is not None
    return f"{word} ({state.decided.series.point(state.decided.newest).label})" if old and state.decided and state.decided.newest else word


def _end_of(state: State) -> str:
    """Whether the bound at which a pillar is is the best or the worst that can be; "" where that is contested, and elsewhere."""
    direction = state.decided.series.definition.direction if state.decided and state.standing in BOUNDS else "none"
    if direction == "none":
        return ""
    return "the best end" if (state.standing == "at its ceiling") == (direction == "higher is better") else "the worst end"


def why_no_verdict(state: State) -> str:
    """Why a pillar has no verdict: "" where it has one."""
    if state.standing != "no verdict":
        return ""
    reasons = dict.fromkeys(one.change.why for one in state.judged if one.change.why and one.series.definition.direction != "none")
    return "; ".join(reasons) or "better and worse are contested"


def figure_words(series: Series, period: int) -> tuple[str, str]:
    """A value, large ones in millions and those with an upper bound with it ("8 of 8"), and its unit and period."""
    value, unit, bound = series.point(period).value, series.unit, series.definition.bound
    short = f"{fixed(value / A_MILLION, 1)} million" if abs(value) >= A_MILLION else numbers.number(value, unit)
    when = time_words(period, series.frequency, series.length)
    if bound and bound.high is not None and series.counts:
        return f"{short} of {numbers.number(bound.high, unit)}", f"in {when}"
    named = "" if scale_of(unit) != "number" else unit_of(value, unit).removesuffix(f" in {series.length} months")
    return short, f"{named}, {when}" if named else when


def moved_words(one: Judged) -> str:
    """A value with the earlier one: "25.0 % in June 2026, 21.6 % in June 2025", or the minimum that decides."""
    series, change = one.series, one.change
    if change.base is None or change.period is None:
        return numbers.change_words(series, change)
    now, before = (series.point(period) for period in (change.period, change.base))
    least = "at least " if now.at_least else ""
    so_far = "" if now.over else " so far"
    words = [numbers.number(point.value, series.unit) for point in (now, before)]
    when = [time_words(period, series.frequency, series.length) for period in (change.period, change.base)]
    return f"{least}{words[0]}{so_far} in {when[0]}, {words[1]} in {when[1]}"


def change_words(one: Judged) -> str:
    """A change in few words: "Better: +13 % on June 2025", "As in 2024"."""
    series, change = one.series, one.change
    if change.base is None or change.period is None:
        return f"Not comparable: {change.why}"
    before = time_words(change.base, series.frequency, 1)
    if not change.way:
        return f"As in {before}" if change.difference == 0 else f"About as in {before}"
    value = numbers.number(series.point(change.base).value, series.unit)
    is_alike = change.word == "about the same" and (scale_of(series.unit) == "number" or numbers.is_large(series, change))
    if change.least or change.chance or is_alike:
        return numbers.change_words(series, change)
    if change.percent is not None:
        small = f"{'up' if change.way > 0 else 'down'} under 1 %"
        size = numbers.per_cent_change(change.percent) if abs(change.percent) >= 0.5 else small
    elif scale_of(series.unit) != "number":
        size = f"{'+' if change.way > 0 else '−'}{digits(change.difference or 0.0, series.unit)} points"
    else:
        return f"{change.word.capitalize()}: {'up' if change.way > 0 else 'down'} from {value} in {before}"
    return f"{change.word.capitalize()}: {size} on {before}"


def judged_words(one: Judged) -> str:
    """A figure with the change by which it is judged, as a sentence: "Visits: 5 in 1895, as in 1894."."""
    series, newest, change = one.series, one.newest, change_words(one)
    if newest is None:
        return f"{numbers.titled(series.definition)}: no comparable value."
    ago = f", {numbers.age(age_in_months(series, newest)).removesuffix(' old')} ago" if is_old(series, newest) else ""
    joined = f", {change[0].lower()}{change[1:]}" if change.lower().startswith(("as ", "about as ")) else f". {change}"
    return f"{numbers.heading(series)}: {numbers.valued(series, newest, noun=not series.counts)}{ago}{joined}."


def time_words(period: int, frequency: Frequency, length: int) -> str:
    """The time that a value is about.

    >>> from indicators.nouns.periods import parse_period
    >>> time_words(*parse_period("2026-06"), 12), time_words(*parse_period("2025"), 1)
    ('12 months to June 2026', '2025')
    """
    words = numbers.period(period, frequency)
    return words if length == 1 else f"{length} {NOUNS[frequency]}s to {words}"


def watched_words(one: Watched) -> str:
    """A value beside its thresholds: "Slights, 1895: at least 6 (not over yet). Above 5.", or why nothing is known of them."""
    series, limits = one.series, one.series.definition.alert
    given = {which: numbers.number(limit, series.unit) for which, limit in limits.given.items()} if limits else {}
    if one.passed:
        said = f"{one.passed.capitalize()} {given[one.passed]}"
    elif one.state == "quiet":
        said = " and ".join(f"not {which} {limit}" for which, limit in given.items()).capitalize()
    else:
        why = "" if one.period is not None and series.point(one.period).status == "M" else f": {one.why}"
        said = f"Whether it is {' or '.join(f'{which} {limit}' for which, limit in given.items())} is not known{why}"
    if one.period is None:
        return f"{numbers.titled(series.definition)}. {said}."
    later = one.state != "no data" and series.values["over"].loc[one.period + 1 :].any()
    old = f" Later periods are not published yet: this one is {numbers.age(age_in_months(series, one.period))}." if later else ""
    return f"{numbers.short_sentence(series, one.period)} {said}.{old}"


SURE = {"complete": "collected in full", "near_complete": "nearly complete"}
"""How completely a headline figure is collected, in fewer words than elsewhere: the first screen has few."""


def certainty(one: Judged) -> str:
    """How sure and how old the latest comparable figure is."""
    if one.newest is None:
        return "No figure is complete enough to compare"
    point = one.series.point(one.newest)
    words = [SURE.get(point.coverage, "")] if one.series.definition.coverage else []
    words += {"P": ["provisional"], "E": ["estimated"], "B": ["first after a break"]}.get(point.status, [])
    if is_old(one.series, one.newest):
        words.append(numbers.age(age_in_months(one.series, one.newest)))
    text = ", ".join(filter(None, words)) or "as published"
    return text[:1].upper() + text[1:]


def due_words(one: Coming) -> str:
    """When something is due.

    >>> import datetime
    >>> day = datetime.date
    >>> due_words(Coming(day(2027, 2, 22), day(2027, 2, 22), "", "")), due_words(Coming(day(2027, 1, 17), day(2027, 2, 20), "", ""))
    ('22 February 2027', 'January–February 2027')
    """
    if one.start == one.end:
        return numbers.day(one.start)
    months = dict.fromkeys(numbers.MONTHS[day.month - 1] for day in (one.start, one.end))
    if (one.start.year, one.start.month) == (one.end.year, 1) and one.end.month == 12:
        return str(one.start.year)
    return f"{'–'.join(months)} {one.end.year}"


def came_of_it(one: Coming, before: Coming | None = None) -> str:
    """How often something came of what returns every year: "a letter in 7 of 8 years", or "7 of 8" after one `before` of which the same is
    told; "" where nothing is said of it."""
    if not one.called or one.years < 2:
        return ""
    often = f"{one.times} of {one.years}"
    return often if before and (before.called, before.years) == (one.called, one.years) else f"{one.called} in {often} years"
