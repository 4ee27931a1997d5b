"""What a table's descriptor says: a Frictionless Data Resource (fields, keys, sources, licences) and its key `relations`."""

from collections.abc import Iterator, Mapping, Set
from typing import Annotated, Literal

from pydantic import Field, model_validator

from indicators.nouns.calendar import Ahead, CalendarPart, Dialogues, Promises, SaidOfDialogues, Update
from indicators.nouns.package import Dialect, Licence, Producer
from indicators.nouns.periods import Frequency, Step
from indicators.nouns.vocabulary import Day, FileModel, Level, PeriodName, Reason, Status, Texts, Where, check_order
from indicators.problems import Trail

CellType = Literal["string", "integer", "number", "date", "year", "yearmonth", "boolean"]


class Constraints(FileModel):
    """Frictionless field constraints that are checked here."""

    required: bool = False
    """Whether no cell may be blank. E.g. `true`; not: `yes`."""
    unique: bool = False
    """Whether no value may appear twice."""
    enum: tuple[str | bool | int | float, ...] = ()
    """The codes that cells may have; for a column of lists, write them under relations.lists."""
    pattern: str | None = None
    """The form of a whole cell, as a regular expression, best in single quotes. E.g. `'^[A-Z]{3}$'`."""
    minimum: float | str | None = None
    """The minimum: a number, or a day for a column of dates. E.g. `0`; not: a number in quotes."""
    maximum: float | str | None = None
    """The maximum: a number, or a day for a column of dates. E.g. `100`; not: a number in quotes."""


class FieldOf(FileModel):
    """One column: name, Frictionless type, meaning, constraints."""

    name: Annotated[str, Field(pattern="^[^@]")]
    """Name of the column, as in the first line of the CSV. E.g. `event_type`; not: a name that begins with `@`."""
    type: CellType | Literal["datetime"]
    """Kind of the cells: `date` is YYYY-MM-DD, `datetime` a day with a time (the day is read), `yearmonth` YYYY-MM, `year` YYYY,
    `integer` a whole number, `boolean` true or false. Lists are `string`, see relations.lists."""
    title: str = ""
    """Heading, if the name is not clear enough."""
    description: str
    """What the cells say, with the unit. E.g. `Persons who arrived in the month.`; not: the name once more."""
    format: str = "default"
    """How days are written, where not as YYYY-MM-DD. E.g. `'%d/%m/%Y'`; not: `any`."""
    decimalChar: Annotated[str, Field(min_length=1, max_length=1)] = "."
    """The character before decimals, where not a point. E.g. `','`."""
    groupChar: Annotated[str, Field(max_length=1)] = ""
    """The character between thousands, where there is one. E.g. `','`."""
    bareNumber: Literal[True] = True
    """Cells hold the number alone; nothing around it is read."""
    trueValues: tuple[str, ...] = ("true", "True", "TRUE", "1")
    """What cells of a column of type boolean hold for true. E.g. `['yes']`."""
    falseValues: tuple[str, ...] = ("false", "False", "FALSE", "0")
    """What cells of a column of type boolean hold for false. E.g. `['no']`."""
    constraints: Constraints = Field(default_factory=Constraints)  # an instance here would build its schema when imported
    """What cells must be."""

    @property
    def kind(self) -> CellType:
        """The type of the cells as they are read: of a time of day only the day counts."""
        return "date" if self.type == "datetime" else self.type

    @property
    def codes(self) -> tuple[str | float, ...]:
        """The vocabulary as filters and cells hold it: numbers in a column of numbers, truth values in one of these, else text.

        >>> FieldOf(name="mode", type="integer", description="1 to 3.", constraints=Constraints(enum=(1, 2, 3))).codes
        (1, 2, 3)
        """
        enum = self.constraints.enum
        return enum if self.type in ("integer", "number", "year", "boolean") else tuple(map(str, enum))


class Reference(FileModel):
    """The key that a foreign key points to."""

    resource: str
    """The other table. E.g. `sources`; not: `sources.csv`."""
    fields: Texts
    """Its key, one column. E.g. `[source_id]`."""


class ForeignKey(FileModel):
    """Columns whose values are keys of another table."""

    fields: Texts
    """The column that holds keys of another table, one. E.g. `[source_id]`."""
    reference: Reference
    """The other table and its key."""


class Schema(FileModel):
    """Columns and keys."""

    fields: Annotated[tuple[FieldOf, ...], Field(max_length=500)]
    """The columns, in the order of the file."""
    primaryKey: Annotated[Texts, Field(min_length=1)]
    """The columns that together name a row; every table needs one. E.g. `[event_id]`; not: `[]`."""
    foreignKeys: tuple[ForeignKey, ...] = ()
    """Columns whose cells are keys of other tables; for lists of keys see relations.lists."""
    fieldsMatch: Literal["exact", "equal", "subset"] = "exact"
    """`subset`: the file may have columns that are not described, which are not read; otherwise these are a fault."""
    missingValues: tuple[str, ...] = ("",)
    """What a cell without a value holds: nothing, and any mark that is listed besides. E.g. `['', '..']`; not: `['..']`."""


class Time(FileModel):
    """Which columns hold the row's time: a start, an end, how exact the date is; `every` where a row is about a period."""

    start: str
    """Column with the day or the period that places the row. E.g. `date`."""
    end: str | None = None
    """Column with the last day of a row that lasts; of a spell with the first day on which it is no longer in force."""
    precision: str | None = None
    """Column that says how exact the date is: day, month, approx, quarter or year."""
    end_precision: str | None = None
    """Of spells: column that says how exact the end is, as `precision` does for the start. E.g. `to_precision`."""
    open_until: str | None = None
    """Of spells: column with the last day on which a spell without an end is known to be in force. E.g. `last_confirmed`."""
    end_unknown_when: Where | None = None
    """Of spells: rows whose end is blank because nobody knows it, written as a definition's `where`; they count to the day of `open_until`
    and are in doubt after it. E.g. `{status: end_unknown}`; not: rows that are still in force."""
    every: Step | None = None
    """The period that a row is about, in tables of observations of whole periods. E.g. `month`; not: `monthly`. Cells of `start` are a
    day of the period, or its name: 2024-Q1, 2024-W05, 2024-H1."""


class ListColumn(FileModel):
    """A column whose cells are lists."""

    separator: Annotated[str, Field(min_length=1, max_length=5)] = ";"
    """What is between the items of a cell, in every cell alike. E.g. `;`, `'; '`; not: `semicolon`."""
    enum: tuple[str, ...] = ()
    """The codes that items may have."""
    of: Texts = ()
    """Keys of other tables that the items are, as table.column. E.g. `[sources.source_id]`."""


class StatusMap(FileModel):
    """A column whose codes say how final a number is."""

    column: str
    """The column that says how final a number is."""
    map: dict[str, Status]
    """Its codes -> SDMX letters: A normal, P provisional, E estimated, I imputed, B break, M missing. E.g. `{final: A, provisional: P}`."""


class NoteOn(FileModel):
    """What a user of some rows of a table must know."""

    where: Where
    """Which rows it is about, written as a definition's `where`. E.g. `{kind: duel}`."""
    note: str
    """What to know, in a sentence. E.g. `Duels at dawn are known from one diary alone.`"""


class Span(FileModel):
    """Days with one coverage level of a category."""

    category: str
    """The category that is assessed."""
    start: Annotated[Day, Field(alias="from")]
    """First day of the span. E.g. `2024-01-01`; not: `2024`."""
    end: Annotated[Day, Field(alias="to")]
    """Last day of the span, included. E.g. `2024-12-31`; not: `2024`."""
    level: Level
    """How complete the collection is, from `none` to `complete`."""
    found: Annotated[int, Field(ge=0)] | None = None
    """Rows of the category in the span; checked against the table."""
    basis: str = ""
    """Why the level is what it is, in a sentence."""
    columns: Texts = ()
    """Columns for which the level holds; all, if not given."""
    finest: Frequency | None = None
    """Finest frequency for which the level holds; below it the coverage is partial."""


class ExcludedBase(FileModel):
    """Periods on which no change in per cent is built."""

    start: Annotated[PeriodName, Field(alias="from")]
    """First period, in quotes. E.g. `'2020-03'`."""
    end: Annotated[PeriodName, Field(alias="to")]
    """Last period, in quotes. E.g. `'2022-10'`."""
    reason: Reason
    """Why no change in per cent is built on these periods."""

    @model_validator(mode="after")
    def _has_order(self) -> "ExcludedBase":
        check_order(self.start, self.end)
        return self


class KeySpan(FileModel):
    """From when to when a key of the table has rows: a country, a code."""

    start: Annotated[PeriodName | None, Field(alias="from")] = None
    """First period with a row of the key; not given: its first row. E.g. `'2011-07'`."""
    end: Annotated[PeriodName | None, Field(alias="to")] = None
    """Last period with a row of the key; not given: it has not ended, or it ended long ago. E.g. `'2023-12'`."""


class Coded(FileModel):
    """Columns that were coded for some rows only: elsewhere a blank means that nobody coded it, and never "no"."""

    columns: Annotated[Texts, Field(min_length=1)]
    """The columns. E.g. `[hall, gifts]`."""
    where: Where
    """The rows for which they were coded, written as a definition's `where`; in these a blank means what the columns say it means. E.g.
    `{source: court_diary}`."""
    note: str = ""
    """By whom and how they were coded, in a sentence. E.g. `Two readers of the diary agree on nine rows of ten.`"""


class Stated(FileModel):
    """Which figures the rows of a table state, and about which indicators: their pages show them."""

    of: str
    """The column with the ids of the indicators that a figure is about, one or a list; blank where it is about none. E.g. `indicators`."""
    what: Annotated[Texts, Field(min_length=1)]
    """The columns that say in words what the figure is. E.g. `[subject, measure]`."""
    value: str
    """The column with the number. E.g. `value`."""
    unit: str
    """The column with its unit; of the unit `year` the number is a year. E.g. `unit`."""
    time: str | None = None
    """The column that says when it is from, in any form. E.g. `date_or_period`."""
    place: str | None = None
    """The column that says where in the source it stands. E.g. `page`."""


class Acts(FileModel):
    """How rows of events are worded and set against each other: who does what to whom about what, and which acts are cooperation and
    which friction."""

    by: str
    """The column that says who acts. E.g. `initiator`."""
    what: str
    """The column that says what kind of act it is. E.g. `event_type`."""
    to: str | None = None
    """The column that says to whom; blank in mutual acts. E.g. `target`."""
    about: str | None = None
    """The column that says what it is about. E.g. `issue`."""
    cooperation: Where | None = None
    """Rows that are cooperation, written as a definition's `where`; the chronology draws them upwards. E.g. `{kind: waltz}`."""
    friction: Where | None = None
    """Rows that are friction; the chronology draws them downwards. E.g. `{kind: [slight, duel]}`."""
    steps: Texts = ()
    """Codes of `what` that are steps of one ladder, the lowest first. E.g. `[slight, duel]`."""
    doubtful: Where | None = None
    """Rows that may not have happened as reported; the chronology says so in the words of the columns that are read here. E.g.
    `{certainty: rumoured}`."""


class Relations(FileModel):
    """What the Frictionless standard does not have: time, lists, sources, coverage."""

    kind: Literal["events", "observations", "spells", "reference"]
    """`events`: a row is an act, and coverage says whether none means none. `observations`: a row is a measurement. `spells`: a row is a
    state with a first and a last day, graded as events are. `reference`: nothing is counted from it."""
    topic: Texts = ()
    """Scopes of notes that charts of this table take."""
    engine: Literal["pandas", "duckdb", "spark"] | None = None
    """Where rows are counted: `pandas` in memory, `duckdb` where the files are, `spark` on the machines of `spark` in config.yaml. Not
    given: Parquet where it is, CSV in memory. E.g. `duckdb` for a CSV of millions of rows."""
    time: Time | None = None
    """Which columns place a row in time; tables of events and observations need it."""
    lists: dict[str, ListColumn] = {}
    """Columns whose cells are lists -> how they are written. E.g. `{participants: {separator: ';'}}`."""
    source: str | None = None
    """The column that names the sources of a row."""
    source_blank_when: Where | None = None
    """Rows that need no source, written as a definition's `where`."""
    credit: str = ""
    """The source line of charts."""
    credit_short: str = ""
    """The same in at most 60 characters, for the foot of a picture. E.g. `The Court Diary`."""
    status: StatusMap | None = None
    """The column that says how final a number is, and how to read it."""
    break_on: Texts = ()
    """Columns of which a change between neighbouring periods is a break in the series. E.g. `[definition]`."""
    lower_bound_when: dict[str, Texts] = {}
    """Column -> its codes that make a number an "at least". E.g. `{count_basis: [at_least]}`."""
    stock: Texts = ()
    """Columns of numbers that are the level at a time, as population or debt is: they are added over keys, never over time. E.g.
    `[population]`."""
    recorded: str | None = None
    """The column with the day on which a row was entered. Where it is part of the primary key, rows that differ in it alone are releases of
    one number, of which the newest counts."""
    keys: dict[str, KeySpan] = {}
    """Keys that begin late, have ended or were renamed, without their time -> from when to when they have rows; needed where the rows do
    not show it. E.g. `{RUR|GRA: {to: '1895-12'}}`."""
    coverage: str | tuple[Span, ...] | None = None
    """The spans of coverage: the path of a table, or spans written here. E.g. `coverage.csv`."""
    categories: dict[str, Where] = {}
    """Kinds of rows with coverage levels of their own -> which rows they are, written as a definition's `where`. `{}` is every row."""
    whole: str | None = None
    """The category that holds every row; where it is complete, so are the others."""
    not_a_base: tuple[ExcludedBase, ...] = ()
    """Periods on which no change in per cent is built."""
    group: str | None = None
    """Column whose codes distinguish single rows in a chart that draws them one by one. E.g. `pollster`; not: a number."""
    ahead: Ahead | None = None
    """What is to come by these rows: what is due, or what returns every year; the overview lists it. E.g. `{what: item, due: due}`."""
    promises: Promises | None = None
    """Which columns say what was promised or expected, by whom, when it is due and what came of it; the calendar lists it."""
    dialogues: Dialogues | None = None
    """Which rows of events are sessions of standing dialogues; the calendar lists them. E.g. `{name: mechanism}`."""
    said_of_dialogues: SaidOfDialogues | None = None
    """Which rows state how often dialogues are to meet, or how long they had paused. E.g. `{name: subject, value: value}`."""
    updates: tuple[Update, ...] = ()
    """When the producer publishes new figures, one entry for each producer: the calendar then says when the next are due, and which are
    overdue. E.g. `[{every: month, after: 17, basis: The keeper says so on the gate.}]`."""
    acts: Acts | None = None
    """Who does what to whom about what, by these rows; the chronology reads it. E.g. `{by: initiator, what: kind}`."""
    coded: tuple[Coded, ...] = ()
    """Columns that were coded for some rows only, and for which. No span of coverage may include them where other rows count."""
    states: Stated | None = None
    """Which rows are figures that a source states about an indicator; its page shows them. E.g. `{of: indicators, what: subject, value:
    value, unit: unit}`."""
    excuses: dict[str, dict[str, Reason]] = {}
    """Exemptions from warnings about rows and annotations: row, by key -> code -> why.
    E.g. `{1895|A ball: {annotation-out-of-time: The diaries of that year are to come.}}`."""
    words: dict[str, Annotated[str, Field(min_length=1)]] = {}
    """Code -> how it is written for readers, where that is not the code with blanks for underscores. E.g. `{pm: prime minister}`."""
    shows: Texts = ()
    """Columns that a list of rows shows, in order. E.g. `[date, summary]`."""
    notes: Texts = ()
    """What every user of the table must know, a sentence each."""
    notes_on: tuple[NoteOn, ...] = ()
    """What a user of some of its rows must know. Pages of indicators that are made from such rows show it, others do not."""

    @property
    def calendar(self) -> Iterator[tuple[Trail, CalendarPart]]:
        """What is said for the calendar, each part with its keys."""
        for key in ("ahead", "promises", "dialogues", "said_of_dialogues"):
            if part := getattr(self, key):
                yield (key,), part
        yield from ((("updates", n), one) for n, one in enumerate(self.updates))

    @property
    def filters(self) -> Iterator[tuple[Trail, Where]]:
        """Every filter, with its keys."""
        yield from ((("categories", name), where) for name, where in self.categories.items())
        yield from ((("notes_on", n, "where"), one.where) for n, one in enumerate(self.notes_on))
        yield from (((*trail, key), where) for trail, part in self.calendar for key, where in part.filters())
        yield from ((("coded", n, "where"), one.where) for n, one in enumerate(self.coded))
        own: dict[Trail, Where | None] = {("acts", key): getattr(self.acts, key, None) for key in ("cooperation", "friction", "doubtful")}
        own[("source_blank_when",)] = self.source_blank_when
        own[("time", "end_unknown_when")] = self.time.end_unknown_when if self.time else None
        yield from ((trail, where) for trail, where in own.items() if where is not None)

    @property
    def is_graded(self) -> bool:
        """Whether coverage levels say what a period without rows means: in tables of events and of spells."""
        return self.kind in ("events", "spells")

    @property
    def has_inexact_dates(self) -> bool:
        """Whether a row may be dated by its month or year."""
        return bool(self.time and self.time.precision) or self.kind == "spells"


class Resource(FileModel):
    """One table's descriptor: a Frictionless Data Resource with the key `relations`."""

    name: str
    """How definitions name the table. E.g. `events`; not: `events.csv`."""
    path_: Annotated[Texts, Field(alias="path", min_length=1)]
    """The file, in the same folder: CSV or Parquet, or a folder of Parquet; or several that continue each other. E.g. `events.csv`."""
    title: str
    """What the table is called."""
    description: str = ""
    """What the table holds, and over which years."""
    encoding: Literal["utf-8"] = "utf-8"
    """Encoding of the CSV; only UTF-8 is read."""
    dialect: Dialect = Field(default_factory=Dialect)
    """The form of the CSV, where it is not the usual one. E.g. `{delimiter: ;}`."""
    schema_: Annotated[Schema, Field(alias="schema")]
    """Columns and keys."""
    sources: tuple[Producer, ...] = ()
    """Where the table comes from: a list of `{title, path}`."""
    licenses: tuple[Licence, ...] = ()
    """Terms of the table: a list of `{name, title, path}`."""
    relations: Relations
    """What the Frictionless standard does not have: time, lists, sources, coverage."""

    @property
    def path(self) -> str:
        """The file, or the first of several."""
        return self.path_[0]

    @property
    def in_store(self) -> bool:
        """Whether the rows stay in their files, and are counted there."""
        is_text = "." in self.path.rpartition("/")[2] and not self.path.endswith(".parquet")
        return self.relations.engine in ("duckdb", "spark") or (self.relations.engine is None and not is_text)

    @property
    def columns(self) -> Mapping[str, FieldOf]:
        """Columns by name, in the order of the file."""
        return {f.name: f for f in self.schema_.fields}


class Resources(dict[str, Resource]):
    """Valid descriptors by table. `named`: names of all tables that the package lists, including those with a faulty descriptor;
    None where not all of them are known."""

    def __init__(self, valid: Mapping[str, Resource], named: Set[str] | None) -> None:
        super().__init__(valid)
        self.named = named

    def is_unknown(self, name: object) -> bool:
        """Whether no table has this name. One with a faulty descriptor is known: its own faults are reported."""
        return name not in self and self.named is not None and name not in self.named
