"""What config.yaml says: what a project is."""

from typing import Annotated

from pydantic import Field

from indicators.vocabulary import Code, Day, Noun, PeriodName, Texts


class Side(Noun):
    """One of the states whose relationship is shown."""

    code: str
    name: str
    adjective: str


class Pillar(Noun):
    """A part of the relationship: a row of the overview."""

    id: Code
    title: str


class Window(Noun):
    """What a page shows first: periods by name."""

    start: Annotated[PeriodName, Field(alias="from")]
    end: Annotated[PeriodName | None, Field(alias="to")] = None


class Config(Noun):
    """config.yaml: what this project is."""

    title: str
    subtitle: str = ""
    sides: tuple[Side, ...]
    as_of: Day
    data: str = "data"
    definitions: str = "indicators/definitions"
    annotations: str | None = None
    sources: str | None = None
    pillars: tuple[Pillar, ...]
    window: Window
    headline: Texts = ()
    names: dict[str, str] = {}
    licence: str = ""
