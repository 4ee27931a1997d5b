"""What numbers are made from: the rows behind them and their sources, the operations in use, and what the tables hold."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd

from indicators.compute.coverage import levels_by_day, levels_of
from indicators.compute.reasons import is_blank
from indicators.compute.selection import Tables, date_text
from indicators.nouns.config import SOURCE_COLUMNS
from indicators.nouns.definition import Definition, called_now
from indicators.nouns.descriptor import FieldOf, ListColumn, Span, Stated
from indicators.nouns.series import Results, RowBehind, Series, SourceRef, Table
from indicators.nouns.stores import at_hand
from indicators.nouns.vocabulary import DAY, FIRST, LARGEST_EXACT, LAST, LEVELS, PRECISION, ROW, Level, Step, grouped
from indicators.operations.column import NUMBERS
from indicators.operations.registry import Stage, reducer_traits
from indicators.operations.where import columns, passing
from indicators.reading.dependencies import columns_read, rules_behind
from indicators.reading.descriptors import label_of

Also = Mapping[str, Iterable[str]]
NOTHING: Also = MappingProxyType({})

# ---- rows ----


def rows_behind(tables: Tables, ids: Iterable[str], sources: str | None, also: Also = NOTHING) -> tuple[RowBehind, ...]:
    """The rows with these ids, in the order given. `sources` names the table of sources; `also`: further columns by table."""
    wanted = list(ids)
    by_table = grouped((identity.partition(":")[0], identity) for identity in wanted)
    known = known_sources(tables.get(sources or ""))
    rows = {row.id: row for name, members in by_table.items() for row in _rows(tables[name], members, known, also.get(name, ()))}
    return tuple(rows[identity] for identity in wanted)


def in_time(tables: Tables, ids: Iterable[str]) -> list[str]:
    """The ids of rows, table by table, by the day of each; of one day in the order given, those without a day last. Those of a store
    stay as given, because another question to it takes long."""
    wanted = list(ids)
    names = dict.fromkeys(identity.partition(":")[0] for identity in wanted)
    frames = [tables[name].rows_with(wanted, [ROW, DAY]) for name in names if tables[name].relations.time and not tables[name].store]
    days = {row: day for frame in frames for row, day in zip(frame[ROW], frame[DAY].fillna(pd.Timestamp.max), strict=True)}
    place = {name: number for number, name in enumerate(names)}
    return sorted(wanted, key=lambda row: (place[row.partition(":")[0]], days.get(row, pd.Timestamp.max)))


def sources_behind(tables: Tables, ids: Iterable[str], sources: str | None) -> dict[str, SourceRef]:
    """The sources of the rows with these ids, each once, by id. Only their column is read: there may be a hundred thousand rows."""
    wanted = pd.Index(list(ids), dtype=object)
    known, named = known_sources(tables.get(sources or "")), dict[str, None]()
    for name in dict.fromkeys(identity.partition(":")[0] for identity in wanted):
        relations = tables[name].relations
        if relations.source:
            cells = tables[name].rows_with(wanted.tolist(), [relations.source])[relations.source].drop_duplicates()
            named |= dict.fromkeys(one for cell in cells for one in _names_in(str(cell), relations.lists.get(relations.source)))
    return {name: known[name] for name in named if name in known}


def rows_of(results: Results, series: Series, ids: Iterable[str]) -> tuple[RowBehind, ...]:
    """Rows behind a series with all that a reader must see to judge whether they count: besides the columns that the table shows, those
    of codes in lists (who, to whom, about what) unless they were coded for some rows only, those that the definition reads, and that of the
    breakdown."""
    own = {name: results.tables[name].relations for name in series.tables}
    partly = {name: {column for group in one.coded for column in group.columns} for name, one in own.items()}
    also = {name: [key for key, one in known.lists.items() if one.enum and key not in partly[name]] for name, known in own.items()}
    for rule in rules_behind(series.definition, results.definition):
        also.get(rule.table or "", []).extend([*columns_read(rule), *series.query.columns])
    return rows_behind(results.tables, ids, results.config.sources, also)


def blank_rows(tables: Tables, definitions: Iterable[Definition], ids: Iterable[str]) -> tuple[str, ...]:
    """Which of these rows are blank in a column that one of the definitions reduces and does not leave out."""
    wanted, blank = set(ids), []
    for one in definitions:
        step = one.reduce
        if one.table and step and "of" in step.parameters and "blanks" not in step.parameters:
            rows = tables[one.table].rows_with(list(wanted), [ROW, step.parameters["of"]])
            blank += rows.loc[is_blank(rows[step.parameters["of"]]), ROW].tolist()
    return tuple(dict.fromkeys(blank))


def known_sources(table: Table | None) -> Mapping[str, SourceRef]:
    """The sources of a table by id; none if it is not a table of sources."""
    if table is None or not set(table.frame) >= SOURCE_COLUMNS:
        return {}
    if "sources" not in table.kept:
        cells = (table.frame[column].tolist() for column in (table.resource.schema_.primaryKey[0], "producer", "title", "url"))
        table.kept["sources"] = {row[0]: SourceRef(*row) for row in zip(*cells, strict=True)}
    known: Mapping[str, SourceRef] = table.kept["sources"]
    return known


def _in_order(shown: Iterable[str], also: Iterable[str], columns: Iterable[str]) -> list[str]:
    """The columns that a table shows, and others, each after the nearest shown one that it follows in the table.

    >>> _in_order(["date", "kind", "summary"], ["initiator"], ["id", "date", "kind", "initiator", "level", "summary"])
    ['date', 'kind', 'initiator', 'summary']
    """
    ordered, place = list(dict.fromkeys(shown)), 0
    wanted = set(also)
    for column in columns:
        if column in ordered:
            place = ordered.index(column) + 1
        elif column in wanted:
            ordered.insert(place, column)
            place += 1
    return ordered


def _rows(table: Table, ids: list[str], sources: Mapping[str, SourceRef], also: Iterable[str]) -> Iterable[RowBehind]:
    relations, columns = table.relations, table.resource.columns
    shown = _in_order(relations.shows, [column for column in also if column != relations.source], columns)
    about = [ROW, *([PRECISION, DAY] if relations.time else []), *([relations.source] if relations.source else [])]
    for row in table.rows_with(ids, list(dict.fromkeys([*shown, *about]))).to_dict("records"):
        cells = {column: cell_text(row[column], columns[column].type) for column in shown}
        if relations.time and cells.get(relations.time.start) and row[PRECISION] != "day":
            cells[relations.time.start] = date_text(row[DAY], row[PRECISION])
        named = str(row[relations.source]) if relations.source else ""
        names = _names_in(named, relations.lists.get(relations.source or ""))
        yield RowBehind(str(row[ROW]), cells, tuple(sources[name] for name in names if name in sources))


def _names_in(cell: str, listing: ListColumn | None) -> list[str]:
    """The sources that a cell names: one, or a list."""
    return cell.split(listing.separator) if listing else [cell]


def cell_text(cell: object, kind: str) -> str:
    """A cell as text; "" if it is blank.

    >>> cell_text(12345678901.0, "integer"), cell_text(0.1, "number"), cell_text(2024.0, "year"), cell_text(3e90, "number")
    ('12,345,678,901', '0.1', '2024', '3e+90')
    """
    if isinstance(cell, pd.Timestamp):
        return cell.date().isoformat()
    if isinstance(cell, float):
        whole = abs(cell) <= LARGEST_EXACT and cell == int(cell)
        return "" if pd.isna(cell) else f"{cell:.0f}" if kind == "year" else f"{cell:,.0f}" if whole else f"{cell:,.10g}"
    return "" if cell is pd.NaT else str(cell)


def _cells(frame: pd.DataFrame, names: list[str], columns: Mapping[str, FieldOf], *, named: bool = False) -> Iterator[str]:
    """The cells of each row that are not blank; if `named`, each with the label of its column."""
    labels = ["", *(f"{label_of(columns[name])} " if named else "" for name in names)]
    texts = [[cell_text(cell, columns[name].type) for cell in frame[name].tolist()] for name in names]
    for cells in zip([""] * len(frame), *texts, strict=True):  # where there is no column, each row has no text
        yield ", ".join(label + text for label, text in zip(labels, cells, strict=True) if text)


def short_credit_of(definition: Definition, tables: Iterable[Table]) -> str:
    """The source line of a picture: the definition's own, or those of the tables; the full credit where there is no shorter one."""
    if definition.credit_short or definition.credit:
        return definition.credit_short or definition.credit
    credits = (table.relations.credit_short or table.relations.credit for table in tables)
    return "; ".join(dict.fromkeys(filter(None, credits)))


def credit_of(series: Series, tables: Tables) -> str:
    """The source line of a chart: that of the definition, or those of its tables."""
    if series.definition.credit:
        return series.definition.credit
    return "; ".join(dict.fromkeys(tables[name].relations.credit for name in series.tables if tables[name].relations.credit))


Noted = Sequence[tuple[str, Set[str]]]
"""Notes on some rows of a table, each with the ids of the rows that it is about."""


def noted_rows(table: Table) -> Noted:
    """The notes of a table on some of its rows, with those rows."""
    if "noted" not in table.kept:
        notes = () if table.store else table.relations.notes_on  # a store takes no notes on rows
        rows = ((one.note, passing(table.frame, one.where, table.resource)) for one in notes)
        table.kept["noted"] = [(note, frozenset(table.frame[ROW][of_them])) for note, of_them in rows]
    noted: Noted = table.kept["noted"]
    return noted


def notes_on(series: Series, tables: Tables) -> tuple[str, ...]:
    """What to know before a number of a series is quoted: of the indicator, of its tables, and of those of their rows that it is made
    from."""
    behind = {row for rows in (*series.rows, *series.loose.values()) for row in at_hand(rows)}
    found = list(series.notes)
    for table in (tables[name] for name in series.tables):
        found += [*table.relations.notes, *(note for note, rows in noted_rows(table) if not behind.isdisjoint(rows))]
    return tuple(dict.fromkeys(found))


def points_behind(series: Series, tables: Tables) -> pd.DataFrame | None:
    """The rows behind a reducer whose rows are shown one by one: day (the middle of those that its date allows), value, text, group,
    label of the period. Else None."""
    reduce = series.definition.reduce
    if reduce is None or not reducer_traits(series.definition).shows_rows or not series.definition.table or series.query.transform:
        return None
    table = tables[series.definition.table]
    labels = {row: label for label, rows in zip(series.values["label"], series.rows, strict=True) for row in rows}
    frame = table.with_spans.frame[table.frame[ROW].isin(labels.keys())]
    of, columns = reduce.parameters["of"], table.resource.columns
    texts = [c for c in table.relations.shows if columns[c].type not in NUMBERS]
    numbers = [of, *(c for c in table.relations.shows if columns[c].type in NUMBERS and c != of)]
    values = frame[of].tolist()
    cells = zip(_cells(frame, texts, columns), _cells(frame, numbers, columns, named=True), strict=True)
    descriptions = [": ".join(pair) for pair in cells]
    groups = frame[table.relations.group].tolist() if table.relations.group else [""] * len(frame)
    middles = frame[FIRST] + pd.to_timedelta((frame[LAST] - frame[FIRST]).dt.days // 2, unit="D")  # where the average weighs them
    points = {"day": middles.tolist(), "value": values, "text": descriptions, "group": groups, "label": frame[ROW].map(labels).tolist()}
    return pd.DataFrame(points)


# ---- coverage of a table ----

STATED = "stated_count"
"""An optional column of a table of spans: the number that a source gives for the span."""


class GradedSpan(NamedTuple):
    """A span with the rest of its row: the number that a source states, and the sources of its coverage level."""

    span: Span
    stated: int | None = None
    sources: tuple[SourceRef, ...] = ()


class Strip(NamedTuple):
    """Coverage of one table: by category, the level of each of `years` and the spans that it comes from."""

    years: range
    levels: Mapping[str, tuple[Level, ...]]
    spans: Mapping[str, tuple[GradedSpan, ...]]


def strip_of(table: Table, tables: Tables, sources: str | None, today: datetime.date) -> Strip | None:
    """The coverage of a table by category, from the year of its first span to that of its last, or to today; None without spans.

    `tables` include the table of spans and, under the name `sources`, that of sources. The last year has the level of its days
    until today.
    """
    starts = [span.start for span in table.spans if span.start <= today.isoformat()]
    if not starts:
        return None
    years = range(int(min(starts)[:4]), min(int(max(span.end for span in table.spans)[:4]), today.year) + 1)
    days = range(datetime.date(years[0], 1, 1).toordinal(), min(datetime.date(years[-1], 12, 31), today).toordinal() + 1)
    documented = _documented_spans(table, tables, sources)
    levels: dict[str, tuple[Level, ...]] = {}
    for category, where in table.relations.categories.items():  # as if only the columns of its filter were read
        by_day = levels_by_day(table, [category], columns(where), "annual", days)
        levels[category] = tuple(LEVELS[int(level)] for level in levels_of(np.array(years), "annual", by_day, days))
    spans = {c: tuple(documented.get((s.category, s.start), GradedSpan(s)) for s in table.spans if s.category == c) for c in levels}
    return Strip(years, levels, spans)


def _documented_spans(table: Table, tables: Tables, sources: str | None) -> dict[tuple[str, str], GradedSpan]:
    """Spans from a separate table, with the rest of their row, by category and first day."""
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


# ---- operations ----


def steps_of(definition: Definition) -> Iterator[tuple[Stage, Step]]:
    """The operations behind a definition's numbers and its score, in their order."""
    if definition.reduce:
        yield "reduce", definition.reduce
    if definition.combine:
        yield "combine", definition.combine
    if definition.composite:
        yield "aggregate", definition.composite.aggregate
    for step in definition.transform:
        yield "transform", step
    if definition.normalise:
        yield "normalise", definition.normalise


def users_of_operations(definitions: Mapping[str, Definition]) -> dict[tuple[Stage, str], tuple[str, ...]]:
    """Ids of the indicators that use an operation, directly or in a variant, by kind and name of the operation."""
    users: dict[tuple[Stage, str], dict[str, None]] = {}
    for definition in definitions.values():
        for one in (definition, *definition.variants.values()):
            for stage, step in steps_of(one):
                users.setdefault((stage, step.name), {})[definition.id] = None
    return {operation: tuple(ids) for operation, ids in users.items()}


# ---- figures that a source states about an indicator: what, from when, how much, and where it stands ----

A_YEAR = "year"
"""The unit of which the number is a year: it has no separator of thousands."""


class Figure(NamedTuple):
    """One figure as its source states it. `row`: its id; `what`: one text for each column; `time` and `place`: blank where not kept."""

    row: str
    what: tuple[str, ...]
    value: str
    unit: str
    time: str
    place: str
    sources: tuple[SourceRef, ...]


def figures_about(results: Results, indicator: str) -> dict[str, tuple[Figure, ...]]:
    """By table, the figures that its rows state about an indicator, in the order of the table; tables without any are left out."""
    tables = [(name, table, states) for name, table in results.tables.items() if (states := table.relations.states)]
    found = {name: tuple(_figures(results, table, states, indicator)) for name, table, states in tables}
    return {name: figures for name, figures in found.items() if figures}


def _figures(results: Results, table: Table, states: Stated, indicator: str) -> Iterator[Figure]:
    resource, source = table.resource, table.relations.source
    known = known_sources(results.tables.get(results.config.sources or ""))

    def names(row: dict[str, object], column: str) -> list[str]:
        return _names_in(str(row[column]), table.relations.lists.get(column))

    def text(row: dict[str, object], column: str | None) -> str:
        return cell_text(row[column], resource.columns[column].type) if column else ""

    for row in table.frame.to_dict("records"):
        cells = {str(name): cell for name, cell in row.items()}
        if indicator not in [called_now(name, results.formerly) for name in names(cells, states.of)]:
            continue
        unit = text(cells, states.unit)
        value = cell_text(cells[states.value], A_YEAR if unit == A_YEAR else resource.columns[states.value].type)
        sources = tuple(known[name] for name in (names(cells, source) if source else ()) if name in known)
        what = tuple(filter(None, (text(cells, column) for column in states.what)))
        yield Figure(str(cells[ROW]), what, value, unit, text(cells, states.time), text(cells, states.place), sources)


# ---- tables and sources ----


def reach_of(table: Table) -> tuple[str, str] | None:
    """The first and the last date in a table, as exact as their rows; None if no row has a date."""
    if table.store:
        return table.store.first.isoformat(), table.store.last.isoformat()
    dated = table.frame[table.frame[DAY].notna()]
    if not len(dated):
        return None
    first, last = (dated.iloc[int(place)] for place in (dated[DAY].argmin(), dated[DAY].argmax()))
    return date_text(first[DAY], first[PRECISION]), date_text(last[DAY], last[PRECISION])


def rows_by_source(tables: Tables) -> dict[str, dict[str, int]]:
    """Number of rows by source and table. A row that names several sources counts for each."""
    counts: dict[str, dict[str, int]] = {}
    for name, table in tables.items():
        if table.relations.source:
            listing = table.relations.lists.get(table.relations.source)
            for cell, rows in table.counts(table.relations.source).items():
                for source in _names_in(str(cell), listing) if cell != "" else ():
                    counts.setdefault(source, {}).setdefault(name, 0)
                    counts[source][name] += int(rows)
    return counts


class UsedSource(NamedTuple):
    """A source with its licence, the day it was accessed, and the number of rows from it in each table."""

    source: SourceRef
    licence: str
    accessed: str
    rows: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def used_sources(tables: Tables, name: str | None) -> tuple[UsedSource, ...]:
    """All sources in the table `name`, those with most rows first. Licence and day are "" if the table does not have them."""
    table = tables.get(name or "")
    known = known_sources(table)
    if table is None or not known:
        return ()
    rows, kinds = rows_by_source(tables), {c: f.type for c, f in table.resource.columns.items()}
    licences, days = (
        [cell_text(cell, kinds[c]) for cell in table.frame[c]] if c in kinds else [""] * len(known) for c in ("licence", "accessed")
    )
    every = [UsedSource(s, terms, day, rows.get(s.id, {})) for s, terms, day in zip(known.values(), licences, days, strict=True)]
    return tuple(sorted(every, key=lambda used: (-used.total, used.source.producer, used.source.id)))


class Correction(NamedTuple):
    """Corrections of one column for one reason: their number and sources."""

    column: str
    reason: str
    rows: int
    sources: tuple[SourceRef, ...]


def corrections(tables: Tables, name: str | None, sources: str | None) -> tuple[Correction, ...]:
    """The corrections in the table `name`, grouped by column and reason, the most frequent first."""
    table = tables.get(name or "")
    if table is None or not {"column", "reason"} <= set(table.frame):
        return ()
    behind = {row.id: row.sources for row in rows_behind(tables, table.frame[ROW], sources)}
    groups = []
    for (column, reason), rows in table.frame.groupby(["column", "reason"], sort=False):
        named = dict.fromkeys(source for row in rows[ROW] for source in behind[row])
        groups.append(Correction(str(column), str(reason), len(rows), tuple(named)))
    return tuple(sorted(groups, key=lambda correction: -correction.rows))
