"""Annotations of charts, from the annotations table: sorted by date, with the scopes that decide which charts show them."""

import datetime
from collections.abc import Hashable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from indicators.compute.selection import LENGTHS, date_text
from indicators.nouns.config import ANNOTATION_COLUMNS, CHOICE_COLUMNS, EVERYWHERE, SCOPE, Config
from indicators.nouns.definition import Definition, called_now
from indicators.nouns.periods import Frequency, first_day, last_day, parse_period, period_of
from indicators.nouns.series import Annotation, Series, Table
from indicators.nouns.vocabulary import DAY, PRECISION, ROW, in_names

NO_NAMES: Mapping[str, str] = MappingProxyType({})
NO_CHOICE: Mapping[str, tuple[str, ...]] = MappingProxyType({})
MOST_STEPS = 4
"""Large steps of a series that attract annotations."""
_FIRST = ("turning_point", "leadership", "agreement", "dispute", "scandal", "disaster", "meeting", "election", "pandemic")
IMPORTANCE = (*_FIRST, "rule_change", "security", "data_break")
"""Kinds of annotations, the most important first. Where a chart has no space for all, the first are placed first."""


def read_annotations(tables: Mapping[str, Table], config: Config, formerly: Mapping[str, str] = NO_NAMES) -> tuple[Annotation, ...]:
    """All annotations of a project, by date; none if it has no such table, or if the table has errors.

    An annotation that names a row of another table (`event_id`) takes its date from that row; one whose scope is a former name of an
    indicator (`formerly`: former name -> name) is about the indicator.
    """
    table = tables.get(config.annotations or "")
    if table is None or not set(table.frame) >= ANNOTATION_COLUMNS:
        return ()
    listing, dated = table.relations.lists.get(SCOPE), _dates_elsewhere(table, tables)
    separator = listing.separator if listing else ";"
    rows = [{**row, **dated.get(str(row.get("event_id")), {})} for row in table.frame.to_dict("records")]
    scopes = [tuple(called_now(scope, formerly) for scope in row[SCOPE].split(separator)) for row in rows]
    notes = (_annotation(row, config.names, own) for row, own in zip(rows, scopes, strict=True))
    return tuple(sorted(notes, key=lambda a: (a.start, a.label)))


def _dates_elsewhere(table: Table, tables: Mapping[str, Table]) -> dict[str, dict[str, str]]:
    """Dates of the rows that annotations may name, by id, with the precision of those rows."""
    listing, dates = table.relations.lists.get("event_id"), {}
    for name, _, column in (of.partition(".") for of in (listing.of if listing else ())):
        frame = tables[name].frame if name in tables else table.frame.head(0)
        cells = (frame[column], frame[DAY], frame[PRECISION]) if len(frame) else ()
        for identity, day, precision in zip(*cells, strict=True):
            exact = precision if precision in LENGTHS else "month"
            if not pd.isna(day):
                dates[str(identity)] = {"date": date_text(day, exact), "date_precision": exact}
    return dates


def _annotation(row: Mapping[Hashable, Any], names: Mapping[str, str], scopes: tuple[str, ...]) -> Annotation:
    start, own_end = _bounds(row["date"])
    end = _bounds(row["end_date"])[1] if row.get("end_date") else own_end
    return Annotation(
        label=in_names(row["label"], names),
        text=in_names(row["text"], names),
        start=start,
        end=end if end != start else None,
        precision=row["date_precision"],
        kind=row["kind"],
        scopes=scopes,
        row=row[ROW],
    )


def _bounds(text: str) -> tuple[datetime.date, datetime.date]:
    period, frequency = parse_period(text)
    return first_day(period, frequency), last_day(period, frequency)


def scopes_of(definition: Definition, tables: Mapping[str, Table]) -> frozenset[str]:
    """Scopes whose annotations an indicator shows: all, its name, its pillar, the topics of its tables, and those it lists. A composite
    reads so many tables that their topics say nothing of it."""
    topics = [topic for table in tables.values() for topic in table.relations.topic if not definition.composite]
    return frozenset([EVERYWHERE, definition.id, definition.name, definition.pillar, *topics, *definition.annotations])


def read_choice(tables: Mapping[str, Table], config: Config) -> Mapping[str, tuple[str, ...]]:
    """Which annotations the chart of an indicator or variant shows first: its name -> ids of rows, in order."""
    choice = tables.get(config.annotation_choice or "")
    if choice is None or not set(choice.frame) >= CHOICE_COLUMNS or not config.annotations:
        return {}
    ordered = choice.frame.sort_values("order", kind="stable")
    ids = config.annotations + ":" + ordered["annotation"]
    return {str(name): tuple(ids[of.index]) for name, of in ordered.groupby("indicator")}


def annotations_of(
    series: Series, annotations: tuple[Annotation, ...], tables: Mapping[str, Table], choice: Mapping[str, tuple[str, ...]] = NO_CHOICE
) -> tuple[Annotation, ...]:
    """The annotations that a series shows, the most important first.

    A curated choice comes first, in its order (that of the indicator where its variant has none). Then how specific the scope is: the
    indicator, its pillar or tables, all. Among equals the one that is nearer to a break, an extreme or a large step of the numbers.
    """
    scopes = scopes_of(series.definition, {name: tables[name] for name in series.tables if name in tables})
    own = {series.definition.id, series.definition.name, *series.definition.annotations}
    chosen = choice.get(series.definition.name) or choice.get(series.definition.id) or ()
    moments = _moments(series)

    def importance(annotation: Annotation) -> tuple[int, int, int, int, datetime.date, str]:
        place = chosen.index(annotation.row) if annotation.row in chosen else len(chosen)
        distance = 0 if own & set(annotation.scopes) else 1 if (scopes - {EVERYWHERE}) & set(annotation.scopes) else 2
        kind = IMPORTANCE.index(annotation.kind) if annotation.kind in IMPORTANCE else len(IMPORTANCE)
        return place, distance, _steps_away(annotation.start, moments, series.frequency), kind, annotation.start, annotation.label

    return tuple(sorted((a for a in annotations if scopes & set(a.scopes) or a.row in chosen), key=importance))


def _moments(series: Series) -> list[int]:
    """Periods at which the numbers of a series do something: breaks, the highest and the lowest, the largest steps."""
    values = series.values["value"].dropna()
    if not len(values):
        return []
    steps = values.diff()[np.diff(values.index.to_numpy(), prepend=values.index[0]) == 1].abs()
    breaks = series.values.index[series.values["status"] == "B"]
    found = [values.idxmax(), values.idxmin(), *breaks, *steps.nlargest(MOST_STEPS).index]
    return sorted({int(str(period)) for period in found})


def _steps_away(day: datetime.date, moments: list[int], frequency: Frequency) -> int:
    """How far a day is from the next of some periods, in steps that grow twofold: 0 in it, 1 beside it, 2 up to three periods away."""
    return min((abs(period_of(day, frequency) - period) for period in moments), default=0).bit_length()


def in_window(annotations: tuple[Annotation, ...], start: datetime.date, end: datetime.date) -> tuple[Annotation, ...]:
    """Annotations with at least one day in the window."""
    return tuple(a for a in annotations if a.start <= end and (a.end or a.start) >= start)
