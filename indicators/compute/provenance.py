"""From the id of a row to what it says and where it comes from."""

from collections.abc import Hashable, Iterable, Mapping

import pandas as pd

from indicators.nouns.config import SOURCE_COLUMNS
from indicators.nouns.descriptor import FieldOf
from indicators.nouns.series import RowBehind, Series, SourceRef, Table
from indicators.nouns.vocabulary import DAY, PRECISION, ROW
from indicators.operations.registry import reducer_traits
from indicators.operations.where import NUMBERS
from indicators.reading.descriptors import label_of


def rows_behind(
    tables: Mapping[str, Table], ids: Iterable[str], sources: str | None, breakdown: str | None = None
) -> tuple[RowBehind, ...]:
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


def credit_of(series: Series, tables: Mapping[str, Table]) -> str:
    """The source line of a chart: the definition's own, or those of its tables."""
    if series.definition.credit:
        return series.definition.credit
    return "; ".join(dict.fromkeys(tables[name].relations.credit for name in series.tables if tables[name].relations.credit))


def points_behind(series: Series, tables: Mapping[str, Table]) -> pd.DataFrame | None:
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
