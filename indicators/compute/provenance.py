"""What numbers are made from: the rows behind them and their sources, the operations in use, and what the tables hold."""

import datetime
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from indicators.compute.coverage import levels_by_day, levels_of
from indicators.compute.selection import Tables, date_text
from indicators.nouns.config import SOURCE_COLUMNS
from indicators.nouns.definition import Definition, Step
from indicators.nouns.descriptor import FieldOf, Span
from indicators.nouns.series import RowBehind, Series, SourceRef, Table
from indicators.nouns.vocabulary import DAY, LEVELS, PRECISION, ROW, Level
from indicators.operations.registry import Room, reducer_traits
from indicators.operations.where import NUMBERS, columns
from indicators.reading.descriptors import label_of

# ---- rows ----


def rows_behind(tables: Tables, ids: Iterable[str], sources: str | None, breakdown: str | None = None) -> tuple[RowBehind, ...]:
    """The rows with these ids, in the order given; `sources` names the table of sources. The column of a `breakdown` is shown, too."""
    by_table: dict[str, list[str]] = {}
    wanted = list(ids)
    for identity in wanted:
        by_table.setdefault(identity.partition(":")[0], []).append(identity)
    known = known_sources(tables.get(sources or ""))
    found = {row.id: row for name, members in by_table.items() for row in _rows(tables[name], members, known, breakdown)}
    return tuple(found[identity] for identity in wanted)


def known_sources(table: Table | None) -> Mapping[str, SourceRef]:
    """The sources of their table by id; none where it is no table of sources."""
    if table is None or not set(table.frame) >= SOURCE_COLUMNS:
        return {}
    cells = (table.frame[column] for column in (table.resource.schema_.primaryKey[0], "producer", "title", "url"))
    return {row[0]: SourceRef(*row) for row in zip(*cells, strict=True)}


def _rows(table: Table, ids: list[str], sources: Mapping[str, SourceRef], breakdown: str | None) -> Iterable[RowBehind]:
    relations, columns = table.relations, table.resource.columns
    shown = dict.fromkeys([*relations.shows, *([breakdown] if breakdown and breakdown in columns else [])])
    for row in table.frame[table.frame[ROW].isin(ids)].to_dict("records"):
        cells = {column: cell_text(row[column], columns[column].type) for column in shown}
        if relations.time and relations.time.start in cells and row[PRECISION] == "month":
            cells[relations.time.start] = cells[relations.time.start][:7]
        named = str(row[relations.source]) if relations.source else ""
        listing = relations.lists.get(relations.source or "")
        names = named.split(listing.separator) if listing else [named]
        yield RowBehind(str(row[ROW]), cells, tuple(sources[name] for name in names if name in sources))


def cell_text(cell: object, kind: str) -> str:
    """A cell as text; "" where it is blank."""
    if isinstance(cell, pd.Timestamp):
        return cell.date().isoformat()
    if isinstance(cell, float):
        return "" if pd.isna(cell) else f"{cell:.0f}" if kind == "year" else f"{cell:,.10g}"
    return "" if cell is pd.NaT else str(cell)


def _cells(row: Mapping[Hashable, object], names: list[str], columns: Mapping[str, FieldOf], *, named: bool = False) -> str:
    """Cells that are not blank, with the names of their columns where numbers want them."""
    told = {name: cell_text(row[name], columns[name].type) for name in names}
    return ", ".join(f"{label_of(columns[name])} {text}" if named else text for name, text in told.items() if text)


def credit_of(series: Series, tables: Tables) -> str:
    """The source line of a chart: the definition's own, or those of its tables."""
    if series.definition.credit:
        return series.definition.credit
    return "; ".join(dict.fromkeys(tables[name].relations.credit for name in series.tables if tables[name].relations.credit))


def points_behind(series: Series, tables: Tables) -> pd.DataFrame | None:
    """The rows behind a weighted mean, where they are worth seeing one by one: day, value, text, group,
    label of the period."""
    reduce = series.definition.reduce
    if reduce is None or not reducer_traits(series.definition).shows_rows or not series.definition.table or series.query.transform:
        return None
    table = tables[series.definition.table]
    labels = {row: label for label, rows in zip(series.values["label"], series.rows, strict=True) for row in rows}
    frame = table.frame[table.frame[ROW].isin(labels.keys())]
    of, columns = reduce.parameters["of"], table.resource.columns
    texts = [c for c in table.relations.shows if columns[c].type not in NUMBERS]
    numbers = [of, *(c for c in table.relations.shows if columns[c].type in NUMBERS and c != of)]
    values = frame[of].tolist()
    told = [f"{_cells(row, texts, columns)}: {_cells(row, numbers, columns, named=True)}" for row in frame.to_dict("records")]
    groups = frame[table.relations.group].tolist() if table.relations.group else [""] * len(frame)
    points = {"day": frame[DAY].tolist(), "value": values, "text": told, "group": groups, "label": frame[ROW].map(labels).tolist()}
    return pd.DataFrame(points)


# ---- coverage of a table ----

STATED = "stated_count"
"""A column that a table of spans may have: the number that a source gives for the span."""


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
    levels: dict[str, tuple[Level, ...]] = {}
    for category, where in table.relations.categories.items():  # to a reader of no more columns than tell its rows apart
        by_day = levels_by_day(table, [category], columns(where), "annual", days)
        levels[category] = tuple(LEVELS[int(level)] for level in levels_of(np.array(years), "annual", by_day, days))
    spans = {c: tuple(told.get((s.category, s.start), GradedSpan(s)) for s in table.spans if s.category == c) for c in levels}
    return Strip(years, levels, spans)


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
    return date_text(first[DAY], first[PRECISION]), date_text(last[DAY], last[PRECISION])


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
