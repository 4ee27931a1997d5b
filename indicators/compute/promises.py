"""What was promised or expected, as a source had it, and what came of it since."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple

import pandas as pd

from indicators.compute.agenda import selected
from indicators.compute.provenance import cell_text
from indicators.nouns.calendar import Promises
from indicators.nouns.periods import first_day, last_day, period_named
from indicators.nouns.series import Results, Table
from indicators.nouns.vocabulary import ROW, grouped
from indicators.operations.column import column_of

Stood = Literal["done", "open", "dropped"]
Stands = Literal["done", "outcome recorded", "overdue", "not due yet", "no term", "dropped"]
"""Where it stands on the day asked. `overdue`: its term is over and no outcome is recorded, which is not the same as broken."""


class Promise(NamedTuple):
    """One row: what, where (`at`), when (`made`, `due`: texts as exact as the source) and by whom it was promised; how it `stood` on the
    day `as_of`, and what is recorded since."""

    row: str
    what: str
    stood: Stood
    stands: Stands
    as_of: datetime.date
    at: str = ""
    made: str = ""
    due: str = ""
    by: tuple[str, ...] = ()
    stage: str = ""
    done_on: datetime.date | None = None
    outcome: str = ""
    outcome_on: datetime.date | None = None
    next_of: str = ""

    @property
    def due_until(self) -> datetime.date | None:
        """The last day of its term; None where it has none."""
        days = days_of(self.due)
        return days[1] if days else None

    def age(self, today: datetime.date) -> int | None:
        """Days since it was promised; None where the day is not known."""
        days = days_of(self.made)
        return (today - days[0]).days if days and days[0] == days[1] else None


class Tally(NamedTuple):
    """Promises of one side, or of one meeting: how many there are, how they stood when the source closed, and for how many of the open
    ones an outcome is recorded since."""

    name: str
    all: int
    done: int
    open: int
    dropped: int
    since: int


def days_of(text: str) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day of a period by name; None for anything else.

    >>> days_of("2024-02"), days_of("soon")
    ((datetime.date(2024, 2, 1), datetime.date(2024, 2, 29)), None)
    """
    period = period_named(text)
    return (first_day(*period), last_day(*period)) if period else None


def promises(results: Results) -> dict[str, list[Promise]]:
    """By table, what was promised; without rows that tell how it stood after the day asked, of which nothing is known on that day."""
    today = results.config.today
    return {name: _of(table, said, today) for name, table in results.tables.items() if (said := table.relations.promises)}


def _of(table: Table, said: Promises, today: datetime.date) -> list[Promise]:
    rows = table.frame[table.frame[said.as_of] <= pd.Timestamp(today)]
    stood: dict[str, Stood] = dict.fromkeys(selected(rows, said.open, table)[ROW], "open")
    stood |= dict.fromkeys(selected(rows, said.done, table)[ROW], "done")
    return [_promise(table, said, row, stood.get(row[ROW], "dropped"), today) for row in rows.to_dict("records")]


def _promise(table: Table, said: Promises, row: Mapping[Any, Any], stood: Stood, today: datetime.date) -> Promise:
    def text(key: str) -> str:
        column = getattr(said, key)
        return cell_text(row[column], table.resource.columns[column].type) if column else ""

    def day(key: str) -> datetime.date | None:
        days = days_of(text(key))
        return days[0] if days else None

    separator = column_of(table.resource, said.by).separator if said.by else None
    by = tuple(filter(None, text("by").split(separator) if separator else [text("by")]))
    outcome_on = day("outcome_on")
    is_known = bool(text("outcome")) and not (outcome_on and outcome_on > today)
    outcome = (text("outcome"), outcome_on) if is_known else ("", None)
    stands = _stands(stood, is_known, days_of(text("due")), today)
    texts = {key: text(key) for key in ("at", "made", "due", "stage", "next_of")}
    as_of = row[said.as_of].date()
    return Promise(
        row[ROW], text("what"), stood, stands, as_of, by=by, done_on=day("done_on"), outcome=outcome[0], outcome_on=outcome[1], **texts
    )


def _stands(stood: Stood, is_known: bool, due: tuple[datetime.date, datetime.date] | None, today: datetime.date) -> Stands:
    if stood != "open":
        return stood
    if is_known:
        return "outcome recorded"
    return "no term" if due is None else "overdue" if due[1] < today else "not due yet"


def tallies(of: Iterable[Promise], names: Mapping[str, Iterable[Promise]]) -> list[Tally]:
    """How the promises of each name stand, and of all of them."""
    return [_tally(name, list(some)) for name, some in names.items()] + [_tally("", list(of))]


def _tally(name: str, some: list[Promise]) -> Tally:
    counts = {state: sum(one.stood == state for one in some) for state in ("done", "open", "dropped")}
    return Tally(name, len(some), **counts, since=sum(one.stands == "outcome recorded" for one in some))


def by_side(some: Iterable[Promise]) -> dict[str, list[Promise]]:
    """The promises of each side, in the order in which sides first appear; one that several gave is of each. "" holds those of nobody:
    forecasts and terms."""
    return grouped((code, one) for one in some for code in one.by or ("",))


def by_place(some: Iterable[Promise]) -> dict[str, list[Promise]]:
    """The promises of each meeting or text that made more than one."""
    found = grouped((one.at, one) for one in some)
    return {name: those for name, those in found.items() if name and len(those) > 1}
