"""The calendar in words: what returned, what was promised, who meets, which figures are due."""

import datetime
from collections import Counter
from collections.abc import Sequence

from dashboard.words import numbers
from indicators.compute.agenda import Came, Occasion, Release
from indicators.compute.dialogues import TIMES, Dialogue, Session, Standing
from indicators.compute.promises import Promise, Tally
from indicators.nouns.calendar import Update
from indicators.nouns.series import Table
from indicators.nouns.units import fixed

A_MONTH = 30.4375
"""Days of a month, in the mean."""
MOST_BEFORE = 4
"""Earlier years whose outcome stands beside an occasion."""

YEARLY = """ahead: {what: occasion, due: date, every: year, happened: {found: 'yes'}, called: response, how: response}"""
PROMISES = """promises: {what: item, due: due, as_of: as_of, open: {status: expected}, done: {status: done}, by: promiser}"""
DIALOGUES = """dialogues: {name: mechanism, number: session, level: level, sessions: {event_type: meeting}}"""
UPDATES = """updates:
  - {every: month, after: 17, basis: The producer says so on its page., path: 'https://…'}"""

# ---- what returns every year ----

STATES = (
    "“None found”: the year was collected in full or nearly so, and nothing was found. “Nothing found” and “not collected”: collection was "
    "thin or is still to come, so that something may have happened. “New”: for the first time, although the year before was collected. "
    "“Expected”: between the earliest and the latest day of the last five years."
)


def came_words(one: Occasion) -> str:
    """Whether something came of an occasion: "summons", "none found", "not collected"."""
    called = one.called or "entry"
    words = {
        "happened": one.how.replace("_", " ") or called,
        "missing": f"no {called} found{'' if one.is_over else ' so far'}",
        "reported absent": f"no {called}, as reported",
        "nothing found": "nothing found, collected in part",
    }
    return words.get(one.came, one.came)


def when_words(one: Occasion) -> str:
    """The day of an occasion, or between which it is expected."""
    if one.day:
        return numbers.day(one.day).rpartition(" ")[0]
    if one.came == "happened":
        return "day not known"
    if not one.start or not one.end:
        return ""
    first, last = (numbers.day(day).rpartition(" ")[0] for day in (one.start, one.end))
    days = first if first == last else f"{first} to {last}"
    return days if one.came == "expected" else f"expected {days}"


def before_words(one: Occasion) -> str:
    """What came of it in the years before: "2025 summons · 2024 protest"."""
    short = {
        "missing": "none found",
        "reported absent": "none, as reported",
        "nothing found": "nothing found",
        "not collected": "not collected",
    }
    return " · ".join(f"{past.year} {short.get(past.came) or came_words(past)}" for past in one.before[:MOST_BEFORE])


def year_words(every: Sequence[Occasion]) -> str:
    """How many occasions had something come of them: "7 of 8 with a response; 1 not collected."."""
    counts = Counter(one.came for one in every)
    called = next((one.called for one in every if one.called), "an entry")
    names: dict[Came, str] = {
        "missing": "with none found",
        "reported absent": "with none, as reported",
        "expected": "expected",
        "nothing found": "with nothing found where collection was thin",
        "not collected": "not collected",
    }
    rest = [f"{counts[came]} {name}" for came, name in names.items() if counts[came]]
    new = sum(one.is_new for one in every)
    rest += [f"{new} new"] if new else []
    return "; ".join([f"{counts['happened']} of {len(every)} with a {called}", *rest]) + "."


# ---- promises ----

STANDS = {
    "done": "done",
    "outcome recorded": "outcome recorded",
    "overdue": "past its date, no outcome recorded",
    "not due yet": "not due yet",
    "no term": "open, no date named",
    "dropped": "refused or dropped",
}
ORDERS = ("by due date", "by day of the promise", "by stage", "by where it stands")
TALLY = ("promised", "all", "done", "open", "dropped", "of the open: outcome since")


def tally_words(one: Tally) -> list[str]:
    """The numbers of a tally, in the order of `TALLY`."""
    return [str(n) for n in (one.all, one.done, one.open, one.dropped, one.since)]


def promises_words(every: Sequence[Promise]) -> list[str]:
    """How they stood when their source closed, and what is recorded since; two sentences, because the two are of different days."""
    stood, stands = Counter(one.stood for one in every), Counter(one.stands for one in every)
    days = sorted({one.as_of for one in every})
    when = numbers.day(days[0]) if len(days) == 1 else f"{numbers.day(days[0])} to {numbers.day(days[-1])}"
    then = (
        f"As the source had it on {when}: {stood['open']} of {len(every)} open, {stood['done']} done, "
        f"{stood['dropped']} refused or dropped."
    )
    since = (
        f"Of the {stood['open']} open ones, by the day above: outcome recorded since {stands['outcome recorded']}; past their date, no "
        f"outcome recorded {stands['overdue']}; not due yet {stands['not due yet']}; no date named {stands['no term']}. "
        "No outcome recorded means that this collection holds none, not that nothing happened."
    )
    return [then, since]


def stands_words(one: Promise) -> str:
    """What is known of where a promise stands."""
    if one.stands == "done":
        return f"on {numbers.day(one.done_on)}" if one.done_on else ""
    if one.stands == "outcome recorded":
        day = f"{numbers.day(one.outcome_on)}: " if one.outcome_on else ""
        return f"{day}{one.outcome}"
    if one.stands == "overdue" and one.due_until:
        return f"outcome not recorded since {numbers.day(one.due_until)}"
    return f"as of {numbers.day(one.as_of)}" if one.stands == "dropped" else ""


def age_words(one: Promise, today: datetime.date) -> str:
    """How long ago it was promised, as exact as that is known."""
    days = one.age(today)
    if days is not None:
        return numbers.age(max(int(days / A_MONTH), 0)).removesuffix(" old")
    return f"since {numbers.date(one.made)}" if one.made else "not known"


def too_early(table: Table) -> str:
    """Why nothing is said of promises on an early day."""
    said = table.relations.promises
    first = table.frame[said.as_of].min() if said else None
    day = numbers.day(first.date()) if first is not None else "a later day"
    return f"{table.resource.title}: the table tells how things stood on {day}; nothing is known of how they stood before."


# ---- dialogues ----

STANDINGS: dict[Standing, str] = {
    "sleeping": "sleeping",
    "not collected": "not known",
    "revived": "revived",
    "first session": "first session",
    "meets": "within its rhythm",
    "rhythm not known": "rhythm not known",
}
DIALOGUE_RULE = (
    "The rhythm is the median number of days between sessions, where at least three have a day; else the one agreed, if a source "
    f"states it. A dialogue sleeps if no session was held for more than {TIMES} times its rhythm, counted only to the day to which its "
    "sessions were collected in full or nearly so; where they were not, its state is not known. It was revived if the pause before its "
    f"last session was longer than {TIMES} times the rhythm before and was collected, or if a source states the pause. "
    "First session: the only one found is numbered one. Numbers are as sources state them."
)


def dialogues_words(every: Sequence[Dialogue]) -> str:
    """How many dialogues there are, in which state, and how many sessions have a number."""
    counts = Counter(one.standing for one in every)
    told: tuple[tuple[Standing, str], ...] = (("sleeping", "sleeping"), ("revived", "revived"), ("meets", "within their rhythm"))
    named = [f"{counts[key]} {word}" for key, word in told if counts[key]]
    unknown = counts["not collected"]
    named += [f"{unknown} silent for long while sessions were not collected"] if unknown else []
    numbered = sum(len(one.numbers) for one in every)
    return f"{len(every)} dialogues: {', '.join(named) or 'no state known'}. {numbered} sessions have a number that a source states."


def sessions_words(one: Dialogue) -> str:
    """How many sessions were found, which numbers are stated, and since when."""
    count = f"{len(one.sessions)} since {one.sessions[0].day.year}" if len(one.sessions) > 1 else "1"
    stated = f"; no. {', '.join(map(str, one.numbers))} stated" if one.numbers else ""
    return f"{count}{stated}{'; some may be missing' if one.has_holes else ''}"


def session_day(one: Session) -> str:
    """The day of a session, as exact as it is known."""
    return (
        numbers.day(one.day) if one.precision == "day" else numbers.date(f"{one.day:%Y-%m}" if one.precision != "year" else f"{one.day:%Y}")
    )


def rhythm_alternative(shown: Sequence[Dialogue], since: datetime.date, today: datetime.date) -> str:
    """The chart of sessions in words."""
    lanes = [
        f"{one.name}: {sum(session.day >= since for session in one.sessions)} sessions, the last {session_day(one.last)}"
        f"{', some may be missing' if any(end >= since for _, end in one.thin) else ''}"
        for one in shown
    ]
    return f"Sessions from {numbers.day(since)} to {numbers.day(today)}, a lane for each dialogue. {'; '.join(lanes)}."


def rhythm_key(every: Sequence[Dialogue], shown: Sequence[Dialogue], since: datetime.date) -> str:
    """What the marks of the chart of sessions mean, and what is not in it."""
    marks = ["Each mark is a session"]
    marks += ["an open one has no day on record"] if any(s.precision != "day" for one in shown for s in one.sessions) else []
    key = f"{', '.join(marks)}. Hatched: not collected in full, so that sessions may be missing."
    earlier = sum(session.day < since for one in shown for session in one.sessions)
    rest = len(every) - len(shown)
    left_out = [f"{earlier} sessions before {since.year}"] if earlier else []
    left_out += [f"{rest} dialogues of which one session was found"] if rest else []
    return f"{key} Only in the table: {' and '.join(left_out)}." if left_out else key


def rhythm_words(one: Dialogue) -> str:
    """How often a dialogue meets."""
    if one.rhythm is None:
        return "not known"
    if one.is_agreed and one.per_year:
        return f"{one.per_year:g} a year, as agreed"
    return f"every {fixed(one.rhythm)} days (median{' of those found' if one.has_holes else ''})"


def next_words(term: str, row: str, one: Dialogue, today: datetime.date) -> str:
    """When the next session is due."""
    due = numbers.date(term) if term else "no date named"
    if row == one.per_year_row:
        due = f"{due}, {one.per_year:g} a year agreed"
    return f"{due}; none found" if term and int(term[:4]) < today.year else due


def standing_note(one: Dialogue, today: datetime.date) -> str:
    """What the state of a dialogue rests on."""
    known = one.collected_to
    notes = []
    if one.standing == "sleeping":
        notes.append(f"no session since {session_day(one.last)}")
    if one.standing == "revived" and one.revived_after:
        notes.append(f"after {fixed(one.revived_after)} years{', as a source states' if one.revived_row else ''}")
    if known is None or known < today:
        notes.append(f"sessions after {numbers.day(known) if known else session_day(one.last)} were not collected in full")
    text = "; ".join(notes)
    return text[:1].upper() + text[1:]


# ---- releases ----

AWAITED = {"overdue": "overdue", "due": "not due yet", "delay not stated": "delay not stated", "rhythm not stated": "rhythm not stated"}
NO_PAST = "What had been published on an earlier day is not recorded, so nothing is said of it."


def update_words(one: Update) -> str:
    """How often, and how long after a period, its figures appear."""
    delay = "delay not stated" if one.after is None else f"within {one.after} days of its end"
    return f"{f'{one.called}, ' if one.called else ''}every {one.every}, {delay}: {one.basis.removesuffix('.')}"


def releases_words(known: Sequence[Release]) -> str:
    """How many series of figures are overdue in this collection."""
    late = sum(one.awaited == "overdue" for one in known)
    return (
        f"{late} of {len(known)} groups of figures are overdue: by the rhythm of their producers newer ones should have appeared, and "
        "they are not in the tables. A delay is the longest that a source here shows, not a date that a producer promised."
    )


def overdue_words(every: Sequence[Release]) -> str:
    """Which figures are overdue, in few words; "" where none are."""
    late = list(dict.fromkeys(one.name for one in every if one.awaited == "overdue"))
    return f"Overdue: {', '.join(late)}." if late else ""
