"""Dated notes for charts, from the annotations table: placed by date, with the scopes that say which charts take them."""

import datetime
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from indicators.compute.selection import LENGTHS, date_text
from indicators.nouns.config import ANNOTATION_COLUMNS, Config
from indicators.nouns.definition import Definition
from indicators.nouns.periods import first_day, last_day, parse_period
from indicators.nouns.series import Annotation, Series, Table
from indicators.nouns.vocabulary import DAY, PRECISION, ROW, in_names

EVERYWHERE = "all"
IMPORTANCE = ("turning_point", "leadership", "agreement", "dispute", "election", "pandemic", "rule_change", "security", "data_break")
"""Kinds of notes; where there is no room for all, those named earlier are placed first."""


def read_annotations(tables: Mapping[str, Table], config: Config) -> tuple[Annotation, ...]:
    """All annotations of a project, by date; none where it has no table of them, or that table has faults.

    A note that names a row of another table (`event_id`) takes its date from there.
    """
    table = tables.get(config.annotations or "")
    if table is None or not set(table.frame) >= ANNOTATION_COLUMNS:
        return ()
    listing, dated = table.relations.lists.get("scope"), _dates_elsewhere(table, tables)
    separator = listing.separator if listing else ";"
    rows = [{**row, **dated.get(str(row.get("event_id")), {})} for row in table.frame.to_dict("records")]
    return tuple(sorted((_annotation(row, config.names, separator) for row in rows), key=lambda a: (a.start, a.label)))


def _dates_elsewhere(table: Table, tables: Mapping[str, Table]) -> dict[str, dict[str, str]]:
    """Dates of the rows that notes may name, by id: as exact as they are there."""
    listing, found = table.relations.lists.get("event_id"), {}
    for name, _, column in (of.partition(".") for of in (listing.of if listing else ())):
        frame = tables[name].frame if name in tables else table.frame.head(0)
        cells = (frame[column], frame[DAY], frame[PRECISION]) if len(frame) else ()
        for identity, day, precision in zip(*cells, strict=True):
            exact = precision if precision in LENGTHS else "month"
            if not pd.isna(day):
                found[str(identity)] = {"date": date_text(day, exact), "date_precision": exact}
    return found


def _annotation(row: Mapping[Hashable, Any], names: Mapping[str, str], separator: str) -> Annotation:
    start, own_end = _bounds(row["date"])
    end = _bounds(row["end_date"])[1] if row.get("end_date") else own_end
    return Annotation(
        label=in_names(row["label"], names),
        text=in_names(row["text"], names),
        start=start,
        end=end if end != start else None,
        precision=row["date_precision"],
        kind=row["kind"],
        scopes=tuple(row["scope"].split(separator)),
        row=row[ROW],
    )


def _bounds(text: str) -> tuple[datetime.date, datetime.date]:
    period, frequency = parse_period(text)
    return first_day(period, frequency), last_day(period, frequency)


def scopes_of(definition: Definition, tables: Mapping[str, Table]) -> frozenset[str]:
    """Scopes whose annotations an indicator takes: its id, its pillar, its tables' topics, and those it lists."""
    topics = [topic for table in tables.values() for topic in table.relations.topic]
    return frozenset([EVERYWHERE, definition.id, definition.pillar, *topics, *definition.annotations])


def annotations_of(series: Series, annotations: tuple[Annotation, ...], tables: Mapping[str, Table]) -> tuple[Annotation, ...]:
    """The annotations that a series takes, the most important first: those meant for it, for its pillar or table, for all."""
    scopes = scopes_of(series.definition, {name: tables[name] for name in series.tables if name in tables})
    own = {series.definition.id, *series.definition.annotations}

    def importance(note: Annotation) -> tuple[int, int, datetime.date, str]:
        near = 0 if own & set(note.scopes) else 1 if (scopes - {EVERYWHERE}) & set(note.scopes) else 2
        return near, IMPORTANCE.index(note.kind) if note.kind in IMPORTANCE else len(IMPORTANCE), note.start, note.label

    return tuple(sorted((a for a in annotations if scopes & set(a.scopes)), key=importance))


def in_window(annotations: tuple[Annotation, ...], start: datetime.date, end: datetime.date) -> tuple[Annotation, ...]:
    """Those of which at least a day lies in the window."""
    return tuple(a for a in annotations if a.start <= end and (a.end or a.start) >= start)
