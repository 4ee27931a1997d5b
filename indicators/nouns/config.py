"""What config.yaml says: what a project is."""

import datetime
import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from indicators.nouns.periods import Frequency
from indicators.nouns.vocabulary import Code, Day, FileModel, PeriodName, Texts, as_list, check_order
from indicators.problems import Refused, fault


class Side(FileModel):
    """One of the states whose relationship is shown."""

    code: str
    """How the tables write this side. E.g. `RUR`; not: the name."""
    name: str
    """How titles name this side. E.g. `Ruritania`; not: a code."""
    adjective: str
    """How sentences say what is of this side. E.g. `Ruritanian`."""


class Pillar(FileModel):
    """A part of the relationship: a row of the overview."""

    id: Code
    """How definition files name the pillar: lower-case letters, digits, `_`. E.g. `dialogue`; not: `Dialogue`."""
    title: str
    """How pages name the pillar. E.g. `Politics and opinion`."""


class Window(FileModel):
    """What a page shows first: periods by name."""

    start: Annotated[PeriodName, Field(alias="from")]
    """First period shown, in quotes. E.g. `'2012'`, `'2012-03'`; not: a year without quotes."""
    end: Annotated[PeriodName | None, Field(alias="to")] = None
    """Last period shown, in quotes; without it the window ends with the data."""

    @model_validator(mode="after")
    def _has_order(self) -> "Window":
        check_order(self.start, self.end)
        return self


class Briefing(FileModel):
    """How the briefing of a period is ordered."""

    every: Frequency = "annual"
    """The length of the periods that are offered. E.g. `triannual`; not: `four months`."""
    pillars: Texts = ()
    """Pillars in the order of the briefing, by id; those that are not named follow. E.g. `[people, dialogue]`; not: titles."""
    note: str = ""
    """A sentence for its readers, printed below the heading: what a name that titles and rules use is. E.g. `The journal is …`."""


SITE_FORM = r"^(https?://)?(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?$"
NAME_FORM = r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$"
PREFIX_FORM = r"^(/[A-Za-z0-9][A-Za-z0-9._~-]*)*$"


def check_prefix(value: str) -> str:
    """The text, if it is empty or a path that addresses can begin with; `Refused` if not.

    >>> check_prefix("/relations")
    '/relations'
    """
    if not re.fullmatch(PREFIX_FORM, value):
        hint = "write it as in /relations: a slash, then letters, digits or . _ ~ -; no slash at the end"
        raise Refused(fault("wrong-value/prefix", hint=hint, value=value))
    return value


def _check_site(value: str) -> str:
    if not re.fullmatch(SITE_FORM, value):
        hint = "write it as in https://intranet.example or *.office.example; no path, and never all sites"
        raise Refused(fault("wrong-value/site", hint=hint, value=value))
    return value


def _check_name(value: str) -> str:
    if not re.fullmatch(NAME_FORM, value):
        raise Refused(fault("wrong-value/host", hint="write it as in dashboard.example: no https://, no port, no path", value=value))
    return value


Prefix = Annotated[str, AfterValidator(check_prefix), WithJsonSchema({"type": "string", "pattern": PREFIX_FORM})]
Site = Annotated[str, AfterValidator(_check_site), WithJsonSchema({"type": "string", "pattern": SITE_FORM})]

HostName = Annotated[str, AfterValidator(_check_name), WithJsonSchema({"type": "string", "pattern": NAME_FORM})]


class Server(FileModel):
    """How a server shows the project to others; `prefix` and `names` are read when it starts."""

    prefix: Prefix = ""
    """The path under which a proxy shows it. E.g. `/relations`; not: `relations/`."""
    names: Annotated[tuple[HostName, ...], BeforeValidator(as_list, json_schema_input_type=HostName | tuple[HostName, ...])] = ()
    """Names under which it answers besides those of its machine. E.g. `[dashboard.example]`; not: an address with `https://`."""
    frames: Annotated[tuple[Site, ...], BeforeValidator(as_list, json_schema_input_type=Site | tuple[Site, ...])] = ()
    """Sites whose pages may show a chart of it in a frame. E.g. `[https://intranet.example]`; not: an address with a path."""


class Limits(FileModel):
    """How much of a table is read into memory. Tables in a store (`engine` in a descriptor) have no limit."""

    bytes: Annotated[int, Field(ge=1_000, le=2_000_000_000)] = 20_000_000
    """Bytes of a file: 20 MB are some 50,000 events with all their columns, read in some seconds and 300 MB of memory."""
    rows: Annotated[int, Field(ge=1, le=10_000_000)] = 100_000
    """Rows of a table, all of its files together."""


MASTER_FORM = r"^(local(\[([0-9]+|\*)\])?|yarn|(spark|k8s|k8s://https?)://[A-Za-z0-9][A-Za-z0-9.:,_-]*)$"

LOCAL = "local[*]"


class Spark(FileModel):
    """Where tables with `engine: spark` are counted."""

    master: Annotated[str, Field(pattern=MASTER_FORM)] = LOCAL
    """The address of Spark's master, or `local[*]` for this machine alone. E.g. `spark://head.example:7077`; not: `head.example`."""


class Config(FileModel):
    """config.yaml: what this project is."""

    title: str
    """What the project is called. E.g. `Ruritania and Graustark`."""
    subtitle: str = ""
    """A line under the title."""
    sides: tuple[Side, ...]
    """The states whose relationship is shown, the two first."""
    as_of: Day
    """Today, for every number: the day on which the tables were collected. E.g. `2026-11-22`; not: `today`."""
    data: str = "data"
    """Folder of the tables, from here. E.g. `data`; not: a path that begins with `/`."""
    definitions: str = "indicators/definitions"
    """Folder of the definition files, from here. E.g. `indicators/definitions`; not: one file."""
    annotations: str | None = None
    """The table of dated notes for charts. E.g. `annotations`; not: `annotations.csv`."""
    annotation_choice: str | None = None
    """The table that says which notes the chart of an indicator shows first. E.g. `annotation_choice`."""
    sources: str | None = None
    """The table of sources. E.g. `sources`; not: `sources.csv`."""
    corrections: str | None = None
    """The table of corrections made to the others. E.g. `corrections`; not: `corrections.csv`."""
    chronology: str | None = None
    """The table of events that the chronology shows; not given: the first table of events. E.g. `events`; not: `events.csv`."""
    codebook: Texts = ()
    """Texts in Markdown that explain the tables, from here. E.g. `data/codebook.md`; not: a path that begins with `/`."""
    pillars: tuple[Pillar, ...]
    """The parts of the relationship, in the order of the overview."""
    window: Window
    """What pages show first."""
    headline: Texts = ()
    """Indicators that stand for their pillars on the overview, by id or id@variant, the first of a pillar first. Not: titles."""
    briefing: Briefing = Field(default_factory=Briefing)  # an instance here would build its schema when imported
    """The order of the briefing, and its periods."""
    server: Server = Field(default_factory=Server)
    """How a server shows the project to others."""
    names: dict[str, str] = {}
    """Names with two forms -> how titles, rules and notes write them here. E.g. `{Zenda/Zendau: Zenda}`."""
    licence: str = ""
    """Terms of the data, in a line."""
    limits: Limits = Field(default_factory=Limits)
    """How much of a table is read into memory, where the usual limits are too low. E.g. `{rows: 400000}`."""
    spark: Spark = Field(default_factory=Spark)
    """Where tables with `engine: spark` are counted. E.g. `{master: 'spark://head.example:7077'}`."""

    @property
    def today(self) -> datetime.date:
        """The day of the data."""
        return datetime.date.fromisoformat(self.as_of)

    @property
    def side_names(self) -> dict[str, str]:
        return {side.code: side.name for side in self.sides}


EVERYWHERE = "all"
"""The scope of an annotation that every chart shows."""
SCOPE = "scope"
"""The column of a table of annotations that says which charts show it."""
ANNOTATION_COLUMNS = {"date", "end_date", "label", "text", "scope", "date_precision", "kind"}
"""Columns that a table of annotations has."""
CHOICE_COLUMNS = {"indicator", "order", "annotation", "reason"}
"""Columns that a choice of annotations has."""

SOURCE_COLUMNS = {"producer", "title", "url"}
"""Columns that a table of sources has besides its key."""

CORRECTION_COLUMNS = {"column", "reason"}
"""Columns that a table of corrections has: which column of a table was corrected, and why."""
