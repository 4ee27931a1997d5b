"""What there is: coverage by category and year, operations in use, rows by source, corrections, the reach of a table."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from indicators.compute.coverage import levels_by_day, levels_of
from indicators.compute.provenance import cell_text, known_sources, rows_behind
from indicators.nouns.definition import Definition, Step
from indicators.nouns.descriptor import Span
from indicators.nouns.series import SourceRef, Table
from indicators.nouns.vocabulary import DAY, LEVELS, PRECISION, ROW, Level
from indicators.operations.registry import Room
from indicators.operations.where import columns

STATED = "stated_count"
"""A column that a table of spans may have: the number that a source gives for the span."""
Tables = Mapping[str, Table]


class GradedSpan(NamedTuple):
    """A span with what its table says beside the grade: the number that a source states, and the sources."""

    span: Span
    stated: int | None = None
    sources: tuple[SourceRef, ...] = ()


class Strip(NamedTuple):
    """Coverage of one table: by category the level of each of `years`, and the spans that gave it."""

    years: range
    levels: Mapping[str, tuple[Level, ...]]
    spans: Mapping[str, tuple[GradedSpan, ...]]


def strip_of(table: Table, tables: Tables, sources: str | None, today: datetime.date) -> Strip | None:
    """Every category of a table from its first to its last graded year, or to today; None where nothing is graded.

    `tables` hold the table of spans and, under the name `sources`, that of sources. The last year is graded by the days
    that there were until today.
    """
    starts = [span.start for span in table.spans if span.start <= today.isoformat()]
    if not starts:
        return None
    years = range(int(min(starts)[:4]), min(int(max(span.end for span in table.spans)[:4]), today.year) + 1)
    days = range(datetime.date(years[0], 1, 1).toordinal(), min(datetime.date(years[-1], 12, 31), today).toordinal() + 1)
    told = _told(table, tables, sources)
    levels = {category: _levels(table, category, years, days) for category in table.relations.categories}
    spans = {c: tuple(told.get((s.category, s.start), GradedSpan(s)) for s in table.spans if s.category == c) for c in levels}
    return Strip(years, levels, spans)


def _levels(table: Table, category: str, years: range, days: range) -> tuple[Level, ...]:
    """A level for each year, to who reads no more than what tells the category's rows apart."""
    by_day = levels_by_day(table, [category], columns(table.relations.categories[category]), "annual", days)
    return tuple(LEVELS[int(level)] for level in levels_of(np.array(years), "annual", by_day, days))


def _told(table: Table, tables: Tables, sources: str | None) -> dict[tuple[str, str], GradedSpan]:
    """Spans that stand in a table of their own, with the rest of their row, by category and first day."""
    holder = next((t for t in tables.values() if t.resource.path == table.relations.coverage), None)
    if holder is None:
        return {}
    mine = holder.frame[holder.frame["table"] == table.resource.name]
    stated = mine[STATED].tolist() if STATED in mine else [None] * len(mine)
    behind = rows_behind(tables, mine[ROW].tolist(), sources)
    keys = zip(mine["category"], (day.date().isoformat() for day in mine["from"]), strict=True)
    known = {(span.category, span.start): span for span in table.spans}
    return {
        key: GradedSpan(known[key], None if pd.isna(number) else int(number), row.sources)
        for key, number, row in zip(keys, stated, behind, strict=True)
    }


# ---- operations in use ----


def steps_of(definition: Definition) -> Iterator[tuple[Room, Step]]:
    """The operations that make a definition's number, in their order, and its score."""
    if definition.reduce:
        yield "reduce", definition.reduce
    if definition.combine:
        yield "combine", definition.combine
    for step in definition.transform:
        yield "transform", step
    if definition.normalise:
        yield "normalise", definition.normalise


def users_of_operations(definitions: Mapping[str, Definition]) -> dict[tuple[Room, str], tuple[str, ...]]:
    """Ids of the indicators that use an operation, themselves or in a variant, by room and name of the operation."""
    found: dict[tuple[Room, str], dict[str, None]] = {}
    for definition in definitions.values():
        for one in (definition, *definition.variants.values()):
            for room, step in steps_of(one):
                found.setdefault((room, step.name), {})[definition.id] = None
    return {operation: tuple(ids) for operation, ids in found.items()}


# ---- tables and sources ----


def reach_of(table: Table) -> tuple[str, str] | None:
    """The first and the last date of a table, as exactly as their rows are dated; None where no row has one."""
    dated = table.frame[table.frame[DAY].notna()]
    if not len(dated):
        return None
    first, last = (dated.iloc[int(place)] for place in (dated[DAY].argmin(), dated[DAY].argmax()))
    return _date(first), _date(last)


def _date(row: "pd.Series[Any]") -> str:
    return row[DAY].date().isoformat()[: {"day": 10, "year": 4}.get(str(row[PRECISION]), 7)]


def rows_by_source(tables: Tables) -> dict[str, dict[str, int]]:
    """How many rows of each table rest on a source, by the source's id. A row that names several counts for each."""
    found: dict[str, dict[str, int]] = {}
    for name, table in tables.items():
        if table.relations.source:
            cells = table.frame[table.relations.source]
            listing = table.relations.lists.get(table.relations.source)
            items = cells.str.split(listing.separator).explode() if listing else cells
            once = items[items != ""].reset_index().drop_duplicates()[table.relations.source]
            for source, rows in once.value_counts().items():
                found.setdefault(str(source), {})[name] = int(rows)
    return found


class UsedSource(NamedTuple):
    """A source with its terms, the day it was read, and how many rows of each table rest on it."""

    source: SourceRef
    licence: str
    accessed: str
    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())


def used_sources(tables: Tables, name: str | None) -> tuple[UsedSource, ...]:
    """All sources, those that most rows rest on first; `name` is their table. Licence and day are "" where not kept."""
    table = tables.get(name or "")
    known = known_sources(table)
    if table is None or not known:
        return ()
    rows, kinds = rows_by_source(tables), {c: f.type for c, f in table.resource.columns.items()}
    licences, days = (
        [cell_text(cell, kinds[c]) for cell in table.frame[c]] if c in kinds else [""] * len(known) for c in ("licence", "accessed")
    )
    found = [UsedSource(s, terms, day, rows.get(s.id, {})) for s, terms, day in zip(known.values(), licences, days, strict=True)]
    return tuple(sorted(found, key=lambda used: (-used.total, used.source.producer, used.source.id)))


class Correction(NamedTuple):
    """Corrections of one column for one reason: how many, and their sources."""

    column: str
    reason: str
    rows: int
    sources: tuple[SourceRef, ...]


def corrections(tables: Tables, name: str | None, sources: str | None) -> tuple[Correction, ...]:
    """What a table of corrections says, like ones together, the most frequent first."""
    table = tables.get(name or "")
    if table is None or not {"column", "reason"} <= set(table.frame):
        return ()
    behind = {row.id: row.sources for row in rows_behind(tables, table.frame[ROW], sources)}
    found = []
    for (column, reason), rows in table.frame.groupby(["column", "reason"], sort=False):
        named = dict.fromkeys(source for row in rows[ROW] for source in behind[row])
        found.append(Correction(str(column), str(reason), len(rows), tuple(named)))
    return tuple(sorted(found, key=lambda correction: -correction.rows))
