"""From the id of a row to what it says and where it comes from."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import pandas as pd

from indicators.model import RowBehind, Series, SourceRef, Table
from indicators.vocabulary import DAY, PRECISION, ROW


def rows_behind(tables: Mapping[str, Table], ids: Iterable[str], sources: str | None) -> tuple[RowBehind, ...]:
    """The rows with these ids, in the order given; `sources` names the table of sources."""
    by_table: dict[str, list[str]] = {}
    wanted = list(ids)
    for identity in wanted:
        by_table.setdefault(identity.partition(":")[0], []).append(identity)
    found = {row.id: row for name, members in by_table.items() for row in _rows(tables[name], members, tables.get(sources or ""))}
    return tuple(found[identity] for identity in wanted)


def _rows(table: Table, ids: list[str], sources: Table | None) -> Iterable[RowBehind]:
    frame = table.frame[table.frame[ROW].isin(ids)]
    for row in frame.to_dict("records"):
        cells = {column: _shown(row[column], table.resource.columns[column].type) for column in table.relations.shows}
        if table.relations.time and table.relations.time.start in cells and row[PRECISION] == "month":
            cells[table.relations.time.start] = cells[table.relations.time.start][:7]
        yield RowBehind(row[ROW], cells, _sources(table, row, sources))


def _sources(table: Table, row: Mapping[Hashable, Any], sources: Table | None) -> tuple[SourceRef, ...]:
    column = table.relations.source
    if sources is None or not column or not row[column]:
        return ()
    listing = table.relations.lists.get(column)
    names = row[column].split(listing.separator) if listing else [row[column]]
    known = sources.frame.set_index("source_id").loc[names]
    return tuple(SourceRef(str(i), r["producer"], r["title"], r["url"]) for i, r in known.iterrows())


def _shown(cell: object, kind: str) -> str:
    if isinstance(cell, pd.Timestamp):
        return cell.date().isoformat()
    if isinstance(cell, float):
        return "" if pd.isna(cell) else f"{cell:.0f}" if kind == "year" else f"{cell:,.10g}"
    return "" if cell is pd.NaT else str(cell)


def credit_of(series: Series, tables: Mapping[str, Table]) -> str:
    """The source line of a chart."""
    return "; ".join(dict.fromkeys(tables[name].relations.credit for name in series.tables if tables[name].relations.credit))


def points_behind(series: Series, tables: Mapping[str, Table]) -> pd.DataFrame | None:
    """The rows behind a weighted mean, where they are worth seeing one by one: day, value, text, label of the period."""
    reduce = series.definition.reduce
    if reduce is None or reduce.name != "poll_average" or not series.definition.table or series.query.transform:
        return None
    table = tables[series.definition.table]
    labels = {row: label for label, rows in zip(series.values["label"], series.rows, strict=True) for row in rows}
    frame = table.frame[table.frame[ROW].isin(labels.keys())]
    shown = [c for c in table.relations.shows if c != reduce.parameters["of"]]
    texts = [", ".join(filter(None, (_shown(r[c], table.resource.columns[c].type) for c in shown))) for r in frame.to_dict("records")]
    values = frame[reduce.parameters["of"]].tolist()
    told = [f"{text}: {value:g}" for text, value in zip(texts, values, strict=True)]
    return pd.DataFrame({"day": frame[DAY].tolist(), "value": values, "text": told, "label": frame[ROW].map(labels).tolist()})
