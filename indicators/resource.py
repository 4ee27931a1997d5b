"""What a table's descriptor says: a Frictionless Data Resource (fields, keys, sources, licences) and its key `relations`."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from indicators.periods import Frequency
from indicators.vocabulary import Day, Level, Noun, PeriodName, Status, Texts, Where


class Constraints(Noun):
    """Frictionless field constraints that are checked here."""

    required: bool = False
    unique: bool = False
    enum: tuple[str | float, ...] = ()
    pattern: str | None = None
    minimum: float | str | None = None
    maximum: float | str | None = None


class FieldOf(Noun):
    """One column: name, Frictionless type, meaning, constraints."""

    name: Annotated[str, Field(pattern="^[^@]")]
    type: Literal["string", "integer", "number", "date", "year", "yearmonth", "boolean"]
    title: str = ""
    description: str
    format: Literal["default"] = "default"
    constraints: Constraints = Field(default_factory=Constraints)  # an instance here would build its schema when imported


class Reference(Noun):
    """The key that a foreign key points to."""

    resource: str
    fields: Texts


class ForeignKey(Noun):
    """Columns whose values are keys of another table."""

    fields: Texts
    reference: Reference


class Schema(Noun):
    """Columns and keys."""

    fields: tuple[FieldOf, ...]
    primaryKey: Annotated[Texts, Field(min_length=1)]
    foreignKeys: tuple[ForeignKey, ...] = ()
    missingValues: tuple[Literal[""], ...] = ("",)


class Time(Noun):
    """Which columns hold the row's time: a start, an end, how exact the date is; `every` where a row stands for a period."""

    start: str
    end: str | None = None
    precision: str | None = None
    every: Literal["day", "month", "year"] | None = None


class Listing(Noun):
    """A column whose cells are lists."""

    separator: Annotated[str, Field(min_length=1, max_length=1)] = ";"
    enum: tuple[str, ...] = ()
    of: Texts = ()


class StatusMap(Noun):
    """A column whose codes say how final a number is."""

    column: str
    map: dict[str, Status]


class Span(Noun):
    """Days for which a category's collection was graded."""

    category: str
    start: Annotated[Day, Field(alias="from")]
    end: Annotated[Day, Field(alias="to")]
    level: Level
    found: int | None = None
    basis: str = ""
    columns: Texts = ()
    finest: Frequency | None = None


class NotABase(Noun):
    """Periods on which no change in per cent is built."""

    start: Annotated[PeriodName, Field(alias="from")]
    end: Annotated[PeriodName, Field(alias="to")]
    reason: str


class Relations(Noun):
    """What the Frictionless standard lacks: time, lists, sources, coverage."""

    kind: Literal["events", "observations", "reference"]
    topic: Texts = ()
    time: Time | None = None
    lists: dict[str, Listing] = {}
    source: str | None = None
    source_blank_when: Where | None = None
    credit: str = ""
    status: StatusMap | None = None
    break_on: Texts = ()
    lower_bound_when: dict[str, Texts] = {}
    recorded: str | None = None
    coverage: str | tuple[Span, ...] | None = None
    categories: dict[str, Where] = {}
    whole: str | None = None
    not_a_base: tuple[NotABase, ...] = ()
    shows: Texts = ()
    notes: Texts = ()


class Resource(Noun):
    """One table's descriptor: a Frictionless Data Resource with the key `relations`."""

    name: str
    path: str
    title: str
    description: str = ""
    encoding: Literal["utf-8"] = "utf-8"
    schema_: Annotated[Schema, Field(alias="schema")]
    sources: tuple[dict[str, str], ...] = ()
    licenses: tuple[dict[str, str], ...] = ()
    relations: Relations

    @property
    def columns(self) -> Mapping[str, FieldOf]:
        """Columns by name, in the order of the file."""
        return {f.name: f for f in self.schema_.fields}
