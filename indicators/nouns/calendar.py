"""What a descriptor says for the calendar: what is due or returns, what was promised, standing dialogues, and when new figures appear."""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from indicators.nouns.periods import Step
from indicators.nouns.vocabulary import FileModel, Where


class CalendarPart(FileModel):
    """A key of a descriptor whose values are columns of the table, or filters of its rows."""

    COLUMNS: ClassVar[tuple[str, ...]] = ()
    FILTERS: ClassVar[tuple[str, ...]] = ()
    TYPES: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Keys of columns that cannot be of any type."""

    def columns(self) -> Iterator[tuple[str, str]]:
        """The columns that it names, by key."""
        yield from ((key, column) for key in self.COLUMNS if (column := getattr(self, key)))

    def filters(self) -> "Iterator[tuple[str, Where]]":
        """The filters that it has, by key."""
        yield from ((key, where) for key in self.FILTERS if (where := getattr(self, key)) is not None)


class Ahead(CalendarPart):
    """Which rows say what is to come: what is due, or what returns every year."""

    COLUMNS = ("what", "due", "how")
    FILTERS = ("where", "happened", "absent", "not_collected")

    what: str
    """The column that says what it is. E.g. `item`."""
    due: str
    """The column that says when: one of type date, or the one that places rows in time. E.g. `due`."""
    where: Where = {}
    """The rows that are still to come, written as a definition's `where`. E.g. `{status: expected}`."""
    every: Literal["year"] | None = None
    """`year`: rows are earlier years of what returns every year, and so is expected again. Not: `once`."""
    happened: Where = {}
    """Of what returns: the rows of years in which something came of it. E.g. `{found: 'yes'}`."""
    called: str = ""
    """What came of it in those years, in words. E.g. `a letter of protest`."""
    how: str | None = None
    """Of what returns: the column that says what came of it. E.g. `response`."""
    absent: Where | None = None
    """Of what returns: the rows of years for which a source says that nothing came of it. E.g. `{found: absent_reported}`."""
    not_collected: Where | None = None
    """Of what returns: rows of years for which nobody has looked yet, whatever the coverage of the year. E.g. `{year: {from: '1896'}}`."""


class Promises(CalendarPart):
    """Rows that are promises or expected events, as a source had them on one day, and what came of them later."""

    COLUMNS = ("what", "due", "made", "at", "by", "stage", "as_of", "done_on", "outcome", "outcome_on", "next_of")
    FILTERS = ("open", "done")
    TYPES = dict.fromkeys(("as_of", "done_on", "outcome_on"), ("date",)) | dict.fromkeys(("due", "made"), ("date", "string"))

    what: str
    """The column that says what was promised or expected. E.g. `item`."""
    due: str
    """The column that says when it was due: a day, month or year; blank where no term is named. E.g. `due`."""
    as_of: str
    """The column with the day on which it stood as the row says, of type date. E.g. `as_of`."""
    open: Where
    """Rows that were open on that day, written as a definition's `where`. E.g. `{status: [expected, scheduled]}`."""
    done: Where
    """Rows that had been kept or had taken place by that day; all others were dropped. E.g. `{status: done}`."""
    made: str | None = None
    """The column that says when it was promised: a day, month or year. E.g. `promised_on`."""
    at: str | None = None
    """The column that says where it was promised: a meeting, a text, a person. E.g. `promised_at`."""
    by: str | None = None
    """The column that says who promised. E.g. `promiser`."""
    stage: str | None = None
    """The column that says how far it had come. E.g. `stage`."""
    done_on: str | None = None
    """The column with the day on which it was done, of type date. E.g. `done_on`."""
    outcome: str | None = None
    """The column that says what was found later, in words. E.g. `outcome`."""
    outcome_on: str | None = None
    """The column with the day of that, of type date. E.g. `outcome_on`."""
    next_of: str | None = None
    """The column that names the dialogue of which it is the next session. E.g. `next_of`."""


class Dialogues(CalendarPart):
    """Rows of events that are sessions of standing dialogues."""

    COLUMNS = ("name", "number", "level")
    FILTERS = ("sessions",)
    TYPES = {"name": ("string",), "number": ("integer",)}

    name: str
    """The column that names the dialogue; blank elsewhere. E.g. `mechanism`."""
    sessions: Where = {}
    """Rows that are sessions, written as a definition's `where`; of one dialogue and day one counts. E.g. `{kind: meeting}`."""
    number: str | None = None
    """The column with the number of the session as its source states it, the first being 1. E.g. `mechanism_seq`."""
    level: str | None = None
    """The column with the rank of those who meet. E.g. `level`."""


class SaidOfDialogues(CalendarPart):
    """Rows that state figures of dialogues: how often they are to meet, how long they had paused."""

    COLUMNS = ("name", "value", "when")
    FILTERS = ("per_year", "pause")
    TYPES = {"name": ("string",), "value": ("integer", "number")}

    name: str
    """The column that names the dialogue as the table of events does. E.g. `subject`."""
    value: str
    """The column with the figure, of numbers. E.g. `value`."""
    per_year: Where | None = None
    """Rows whose figure is the sessions in a year that were agreed, written as a definition's `where`. E.g. `{unit: sessions_per_year}`."""
    when: str | None = None
    """The column with the day or period of the session that a pause is about; without it, of the latest. E.g. `date_or_period`."""
    pause: Where | None = None
    """Rows whose figure is the years without a session before the latest. E.g. `{measure: gap since the previous session}`."""


class Update(CalendarPart):
    """When the producer of a table publishes the figures of a period."""

    FILTERS = ("where",)

    every: Step
    """The period of which figures are published together. E.g. `month`; not: `monthly`."""
    basis: Annotated[str, Field(min_length=1)]
    """How the rhythm and the delay are known, in a sentence. E.g. `The keeper says so on the gate.`; not: a guess."""
    after: Annotated[int, Field(ge=0, le=3660)] | None = None
    """Days from the end of a period to its figures; not given: nobody says how long it takes. E.g. `17`; not: `P17D`."""
    where: Where = {}
    """The rows that it is about, where a table has several producers, written as a definition's `where`. E.g. `{destination: RUR}`."""
    called: str = ""
    """What to call these rows. E.g. `Visitors to Ruritania`; without it the title of the table."""
    path: str = ""
    """Where the producer says so, or publishes: an address of the web."""
