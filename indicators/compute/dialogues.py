"""Standing dialogues: sessions, rhythm, and whether they meet, sleep or were revived, as far as their sessions were collected."""

import datetime
import statistics
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from indicators.compute.agenda import levels_of_rows, rows_held, selected
from indicators.compute.promises import days_of, promises
from indicators.compute.reasons import is_blank
from indicators.compute.selection import known_on
from indicators.nouns.calendar import Dialogues, SaidOfDialogues
from indicators.nouns.periods import first_day, parse_period
from indicators.nouns.series import Results, Table
from indicators.nouns.vocabulary import DAY, DAY_DATED, NEAR_COMPLETE, PRECISION, ROW, grouped
from indicators.operations.where import columns

LEAST = 3
"""Sessions with a day from which a rhythm is computed."""
TIMES = 2
"""Rhythms without a session after which a dialogue sleeps."""
A_YEAR = 365.25
Standing = Literal["sleeping", "not collected", "revived", "first session", "meets", "rhythm not known"]
"""`not collected`: silent for long, but sessions of that time were not collected; no word is then said of it."""


class Session(NamedTuple):
    """A session: its day, whether that is exact (or to which `precision`), its stated number (0: none), and its row."""

    day: datetime.date
    precision: str
    number: int
    level: str
    row: str


class Dialogue(NamedTuple):
    """A standing dialogue. `rhythm`: median days between its sessions, or as agreed where fewer have a day (`is_agreed`); None where
    neither is known. `has_holes`: whether sessions between the first and the last may be missing; `collected_to`: the day to which all
    sessions after the last would be known, None where not even the next day is; `pause`: years that a source states before the last
    session, with its row; `next`: rows of promises with when they are due, or the year by the agreed rhythm; `thin`: from the first day
    of the project's window, or of an earlier session, to today, the first and last days of the times of which sessions may be missing."""

    table: str
    name: str
    sessions: tuple[Session, ...]
    standing: Standing
    rhythm: float | None
    is_agreed: bool
    per_year: float | None
    per_year_row: str
    has_holes: bool
    collected_to: datetime.date | None
    revived_after: float | None
    revived_row: str
    next: tuple[tuple[str, str], ...]
    thin: tuple[tuple[datetime.date, datetime.date], ...] = ()

    @property
    def last(self) -> Session:
        return self.sessions[-1]

    @property
    def levels(self) -> tuple[str, ...]:
        """The ranks of those who met, the latest first."""
        return tuple(dict.fromkeys(one.level for one in reversed(self.sessions) if one.level))

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of sessions that a source states."""
        return tuple(one.number for one in self.sessions if one.number)


class Said(NamedTuple):
    """Figures that sources state of a dialogue, each with its row ("" where there is none)."""

    per_year: float | None = None
    per_year_row: str = ""
    pause: float | None = None
    pause_row: str = ""
    pause_when: str = ""

    def pause_before(self, last: datetime.date) -> float | None:
        """The years without a session before this one, if they are stated of it."""
        days = days_of(self.pause_when)
        return self.pause if not self.pause_when or (days and days[0] <= last <= days[1]) else None


def dialogues(results: Results) -> list[Dialogue]:
    """The standing dialogues of all tables, those with the latest session first."""
    today = results.config.today
    stated, coming = _stated(results), _coming(results)
    since = first_day(*parse_period(results.config.window.start))
    tables = [(table, said) for table in results.tables.values() if (said := table.relations.dialogues)]
    every = [one for table, said in tables for one in _of(table, said, stated, coming, (since, today))]
    return sorted(every, key=lambda one: (-one.last.day.toordinal(), one.name))


def _stated(results: Results) -> dict[str, Said]:
    """By dialogue, what tables of figures state."""
    found: dict[str, Said] = {}
    for table in results.tables.values():
        said: SaidOfDialogues | None = table.relations.said_of_dialogues
        for key, where in said.filters() if said else ():
            assert said
            for row in selected(table.frame, where, table).to_dict("records"):
                if not pd.isna(row[said.value]):
                    figure = {key: float(row[said.value]), f"{key}_row": row[ROW]}
                    figure |= {"pause_when": str(row[said.when])} if key == "pause" and said.when else {}
                    found[row[said.name]] = found.get(row[said.name], Said())._replace(**figure)
    return found


def _coming(results: Results) -> Mapping[str, list[tuple[str, str]]]:
    """By dialogue, the promised sessions of which no outcome is recorded: their row, and when they are due ("" where no term is named)."""
    every = (one for some in promises(results).values() for one in some)
    awaited = (one for one in every if one.next_of and one.stood == "open" and one.stands != "outcome recorded")
    return grouped((one.next_of, (one.due, one.row)) for one in awaited)


def _of(
    table: Table,
    said: Dialogues,
    stated: Mapping[str, Said],
    coming: Mapping[str, list[tuple[str, str]]],
    window: tuple[datetime.date, datetime.date],
) -> Iterator[Dialogue]:
    since, today = window
    rows, held, read = selected(known_on(table, today), said.sessions, table), rows_held(table), {said.name, *columns(said.sessions)}
    for name, own in rows[~is_blank(rows[said.name]) & rows[DAY].notna()].groupby(said.name, sort=False):
        sessions, known = _sessions(own.sort_values(DAY, kind="stable"), said), stated.get(str(name), Said())
        first = sessions[0].day.toordinal()
        days = range(min(first, since.toordinal()), today.toordinal() + 1)
        levels = levels_of_rows(table, held, [one.row for one in sessions], read, "monthly", days)
        after = None if levels is None else levels[first - days.start :]
        one = _dialogue(table.resource.name, str(name), sessions, after, known, tuple(coming.get(str(name), ())), today)
        yield one._replace(thin=_thin(levels, days))


def _thin(levels: np.ndarray | None, days: range) -> tuple[tuple[datetime.date, datetime.date], ...]:
    """The first and last day of each time that was not collected in full or nearly so."""
    poor = np.ones(len(days), dtype=np.int8) if levels is None else (levels < NEAR_COMPLETE).astype(np.int8)
    edges = np.flatnonzero(np.diff(poor, prepend=0, append=0)) + days.start
    return tuple((datetime.date.fromordinal(a), datetime.date.fromordinal(b - 1)) for a, b in edges.reshape(-1, 2).tolist())


def _sessions(rows: pd.DataFrame, said: Dialogues) -> tuple[Session, ...]:
    """One for each day; where several rows have it, the one with a number."""
    by_day: dict[datetime.date, Session] = {}
    for row in rows.to_dict("records"):
        number = row[said.number] if said.number else 0
        counted = 0 if number == "" or pd.isna(number) else int(number)
        precision = "day" if row[DAY_DATED] else row[PRECISION]
        one = Session(row[DAY].date(), precision, counted, str(row[said.level]) if said.level else "", row[ROW])
        if one.number or one.day not in by_day:
            by_day[one.day] = one
    return tuple(by_day.values())


def _dialogue(
    table: str,
    name: str,
    sessions: tuple[Session, ...],
    levels: np.ndarray | None,
    stated: Said,
    coming: tuple[tuple[str, str], ...],
    today: datetime.date,
) -> Dialogue:
    """`levels`: how completely its sessions were collected on each day from the first one to today."""
    exact = [one.day for one in sessions if one.precision == "day"]
    gaps = [(after - before).days for before, after in pairwise(exact)]
    found = float(statistics.median(gaps)) if len(exact) >= LEAST else None
    agreed = A_YEAR / stated.per_year if stated.per_year else None
    rhythm = agreed if found is None else found
    first, last = sessions[0], sessions[-1]
    good = np.zeros(0, dtype=bool) if levels is None else levels >= NEAR_COMPLETE
    until = (last.day - first.day).days
    has_holes = not len(good) or not bool(good[: until + 1].all())
    collected_to = _collected_to(last.day, good[until + 1 :])
    said = stated.pause_before(last.day)
    pause, row = (said, stated.pause_row) if said else (_revived(exact, gaps, last, has_holes), "")
    standing = _standing(last.day, rhythm, collected_to, pause, first.number == 1 and len(sessions) == 1, today)
    if stated.per_year and not coming and stated.per_year >= 1:
        coming = ((str(last.day.year + 1) if stated.per_year == 1 else "", stated.per_year_row),)
    return Dialogue(
        table, name, sessions, standing, rhythm, found is None and agreed is not None, stated.per_year,
        stated.per_year_row, has_holes, collected_to, pause, row, coming,
    )  # fmt: skip


def _collected_to(last: datetime.date, good: np.ndarray) -> datetime.date | None:
    """The last day after a session to which every day was collected; None where the next was not."""
    days = len(good) if good.all() else int(np.argmin(good))
    return last + datetime.timedelta(days=days) if days else None


def _revived(exact: Sequence[datetime.date], gaps: Sequence[int], last: Session, has_holes: bool) -> float | None:
    """Years without a session before the last one, if that was more than twice the rhythm before and every session was collected."""
    if has_holes or len(exact) <= LEAST or last.day != exact[-1] or gaps[-1] <= TIMES * statistics.median(gaps[:-1]):
        return None
    return gaps[-1] / A_YEAR


def _standing(
    last: datetime.date, rhythm: float | None, collected_to: datetime.date | None, pause: float | None, is_first: bool, today: datetime.date
) -> Standing:
    """Never asleep by days on which sessions were not collected."""
    if rhythm and collected_to and (collected_to - last).days > TIMES * rhythm:
        return "sleeping"
    if rhythm and (today - last).days > TIMES * rhythm:
        return "not collected"
    if pause:
        return "revived"
    return "first session" if is_first else "meets" if rhythm else "rhythm not known"
