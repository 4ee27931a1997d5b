"""What a picture draws as tables: its numbers, the rows behind them with their sources, the definition in words."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from dashboard import prose, tables, wording
from dashboard.export.workbook import Sheet, neutral
from dashboard.figures.layers import window_of
from dashboard.picture import Picture, chart_for, window_of_view
from dashboard.theme import PALETTES
from indicators.model import Results, RowBehind, Series
from indicators.provenance import rows_behind


def drawn(results: Results, picture: Picture) -> list[tuple[str, Series]]:
    """The series that a picture draws, cut to its window, with the code of the part ("" where it is not split)."""
    layers = chart_for(results, picture, PALETTES["light"]).layers
    split = bool(picture.series.parts)
    return [((layer.key or layer.name) if split else "", cut(results, picture, layer.series)) for layer in layers]


def cut(results: Results, picture: Picture, series: Series) -> Series:
    """A series of a picture, without its parts, cut to the picture's window."""
    values = window_of(series, *window_of_view(results, picture.view, picture.series))
    return replace(series, values=values, rows=tuple(series.rows_in(p) for p in values.index.tolist()), parts={})


def numbers(results: Results, picture: Picture) -> list[dict[str, Any]]:
    """One record a period of each series drawn, in the columns that `relations compute` prints."""
    return [record for part, series in drawn(results, picture) for record in tables.records(series, part or None)]


def as_csv(results: Results, picture: Picture) -> str:
    """The numbers as comma-separated text; texts that a spreadsheet would take for formulas are neutralised."""
    found = [{key: _neutral(value) for key, value in record.items()} for record in numbers(results, picture)]
    return tables.as_csv(found, parts=bool(picture.series.parts))


def _neutral(value: Any) -> Any:
    return [neutral(one) for one in value] if isinstance(value, list) else neutral(value)


def rows_with_periods(results: Results, picture: Picture) -> list[tuple[RowBehind, list[str]]]:
    """The rows behind the numbers drawn, each with the periods in which it counts."""
    counted: dict[str, dict[str, None]] = {}
    for _, series in drawn(results, picture):
        for label, ids in zip(series.values["label"], series.rows, strict=True):
            for identity in ids:
                counted.setdefault(identity, {})[str(label)] = None
    rows = rows_behind(results.tables, counted, results.config.sources)
    return [(row, list(counted[row.id])) for row in rows]


def rows_told(results: Results, picture: Picture) -> list[dict[str, Any]]:
    """The same as plain values for JSON."""
    return [
        {"id": row.id, "periods": periods, **row.cells, "sources": [s.id for s in row.sources]}
        for row, periods in rows_with_periods(results, picture)
    ]


def sheets(results: Results, picture: Picture, code: str) -> dict[str, Sheet]:
    """The sheets of a workbook."""
    columns = [*tables.COLUMNS, *(["part"] if picture.series.parts else [])]
    cells = [[" ".join(r[c]) if c == "rows" else r.get(c) for c in columns] for r in numbers(results, picture)]
    about = [["view", picture.view.text], ["code", code], ["as of", picture.series.as_of.isoformat()]]
    words = [[heading, text] for one in picture.shown for heading, text in _definition(results, one)]
    return {
        "numbers": (columns, cells),
        "rows": _rows_sheet(results, picture),
        "definition": (["what", "in words"], [*words, *about]),
    }


def _rows_sheet(results: Results, picture: Picture) -> Sheet:
    found = rows_with_periods(results, picture)
    shown = list(dict.fromkeys(column for row, _ in found for column in row.cells))
    cells = [[row.id, " ".join(periods), *(row.cells.get(column, "") for column in shown), *_sources(row)] for row, periods in found]
    return ["id", "periods", *shown, "producers", "titles", "addresses"], cells


def _sources(row: RowBehind) -> list[str]:
    return ["; ".join(dict.fromkeys(getattr(s, name) for s in row.sources)) for name in ("producer", "title", "url")]


def _definition(results: Results, series: Series) -> Iterator[tuple[str, str]]:
    yield "Indicator", f"{wording.titled(series.definition)} ({series.definition.name})"
    for step in series.query.transform:
        yield "Further calculation", wording.step_words(step)
    yield from prose.definition_words(series.definition, results.config, results.tables)
    for note in series.notes:
        yield "Note", note.strip()
