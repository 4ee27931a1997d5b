"""What a picture draws as tables: records for CSV, JSON and text; sheets of numbers, rows and definition; the workbook."""

import csv
import datetime
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashboard.charts.picture import Layer, Picture, exact, picture_of, window_of
from dashboard.charts.view import View
from dashboard.export.output import json_text, package_missing
from dashboard.words import definitions, numbers
from indicators.compute.provenance import rows_of
from indicators.nouns.series import Results, RowBehind, Series
from indicators.nouns.stores import at_hand
from indicators.nouns.units import fixed

RECORD = "record"
"""The sheet that keeps a long text, cut into cells."""
LONGEST = 32_767
"""Characters that a cell may have."""
ABOVE_RECORD = "This record lets relations verify check the file. Leave the cells below as they are."
PIECE = "json:"
"""The start of each cell of the record, so that none begins with a sign of a formula."""
FORMULA = re.compile("((?:^|;)[ '\"]*(?=[\x00-\x1f\x7f])|(?:^|[;\t\n\r])[ '\"]*(?=[=+\\-@＝＋－＠]))")
"""Where a text could be read as a formula, also behind blanks and quotation marks: at its start, and behind a semicolon, which
separates cells where the comma is in numbers. Where it does, or a tab, quotes do not hold lines together, so that a line of a text begins
a row."""
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
Sheet = tuple[Sequence[str], Iterable[Sequence[Any]]]
"""The names of the columns, and the cells row by row: texts, numbers, booleans or None."""


def neutral(cell: Any) -> Any:
    """A text that a spreadsheet does not read as a formula: an apostrophe before = + - @ or a control character, also before those
    apostrophes that it has there, so that taking one away gives the text again. Numbers stay numbers.

    >>> neutral("=HYPERLINK(1)"), neutral("-3"), neutral(-3), neutral("Zenda"), neutral("'=1"), neutral("RUR; =1"), neutral("a\\n@b")
    ("'=HYPERLINK(1)", "'-3", -3, 'Zenda', "''=1", "RUR; '=1", "a\\n'@b")
    """
    if isinstance(cell, list):
        return [neutral(one) for one in cell]
    if not isinstance(cell, str):
        return cell
    return CONTROLS.sub("\ufffd", FORMULA.sub(r"\1'", cell))


def as_xlsx(sheets: Mapping[str, Sheet], text: str, properties: Mapping[str, Any], made_on: datetime.date) -> bytes:
    """The sheets, and `text`, if there is any, in one more. The same input gives the same bytes. ProblemsFound where the package is
    missing."""
    try:
        import xlsxwriter
    except ImportError:
        raise package_missing("xlsxwriter", "XLSX") from None
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({**properties, "created": datetime.datetime.combine(made_on, datetime.time())})
        bold = book.add_format({"bold": True})
        for name, (columns, rows) in sheets.items():
            _write(book.add_worksheet(name), columns, rows, bold)
        if text:
            _record(book.add_worksheet(RECORD), text)
    return out.getvalue()


def _record(sheet: Any, text: str) -> None:
    step = LONGEST - len(PIECE)
    sheet.write_string(0, 0, ABOVE_RECORD)
    for i, at in enumerate(range(0, len(text), step), 1):
        sheet.write_string(i, 0, PIECE + text[at : at + step])


def _write(sheet: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]], bold: Any) -> None:
    widths = [len(c) for c in columns]
    for i, row in enumerate([columns, *rows]):
        for j, cell in enumerate(row):
            if isinstance(cell, bool):
                sheet.write_boolean(i, j, cell)
            elif isinstance(cell, int | float):
                sheet.write_number(i, j, cell)
            elif cell:
                sheet.write_string(i, j, _short(neutral(str(cell))), bold if i == 0 else None)
            widths[j] = max(widths[j], min(len(str(cell)), 60))
    for j, width in enumerate(widths):
        sheet.set_column(j, j, width + 2)
    sheet.freeze_panes(1, 0)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


COLUMNS = ("indicator", "variant", "period", "frequency", "value", "at_least", "unit", "status", "coverage", "score", "rows")


INTERVAL = ("low", "high")
"""Further columns of a composite: the interval of its recipes."""
IDS = "ids"
"""A further column: the ids of the rows."""


def records(series: Series, part: str | None = None, *, ids: bool = False) -> Iterator[dict[str, Any]]:
    """One record a period; None for what is missing, and `why` that is, or why a value is a minimum. `rows` is the number of rows;
    with `ids` their ids are listed too. A breakdown's parts follow, marked `part`."""
    row: Any  # the stubs know no columns of a row
    for row, behind in zip(series.values.itertuples(), series.rows, strict=True):
        record = {
            "indicator": series.definition.id,
            "variant": series.definition.variant,
            "period": row.label,
            "frequency": series.frequency,
            "value": exact(row.value),
            "at_least": bool(row.at_least),
            "unit": series.unit,
            "status": row.status,
            "coverage": row.coverage,
            "score": exact(row.score),
            "rows": len(behind),
        }
        record |= {IDS: list(at_hand(behind))} if ids else {}
        why = {"why": row.reason} if row.reason else {}
        yield record | why | ({"part": part or ""} if part or series.parts else {})
    for code, one in series.parts.items():
        yield from records(one, code, ids=ids)


def as_csv(rows: Iterable[dict[str, Any]], *, parts: bool, ids: bool = False) -> str:
    """Comma-separated, row ids joined by blanks; always with a header line. No text is read as a formula by a spreadsheet."""
    columns = [*COLUMNS, *([IDS] if ids else []), *(["part"] if parts else [])]
    return sheet_csv(columns, ([record.get(name) for name in columns] for record in rows))


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return " ".join(value) if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else value


def sheet_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A sheet as comma-separated text. No text is read as a formula by a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(neutral, columns))
    writer.writerows([neutral(_cell(cell)) for cell in row] for row in rows)
    return text.getvalue()


def as_json(rows: Iterable[dict[str, Any]]) -> str:
    """A list of records."""
    return json_text(list(rows))


def as_text(rows: Iterable[dict[str, Any]]) -> str:
    """Aligned columns for reading; blank means missing, for the reason that the last column gives."""
    lines = [("indicator", "period", "value", "unit", "status", "coverage", "score", "rows", "why")]
    for record in rows:
        name = "@".join(filter(None, [record["indicator"], record["variant"]])) + (f" {record['part']}" if record.get("part") else "")
        value = "" if record["value"] is None else f"{'≥ ' if record['at_least'] else ''}{record['value']:,}"
        score = "" if record["score"] is None else fixed(record["score"], 1)
        what = (record["period"], value, record["unit"], record["status"], record["coverage"], score, str(record["rows"]))
        lines.append((name, *what, record.get("why", "")))
    columns = list(zip(*lines, strict=True))
    widths = [max(map(len, column)) for column in columns]
    aligned = [
        [c.rjust(w) if i in (2, 6, 7) else c.ljust(w) for c in column] for i, (column, w) in enumerate(zip(columns, widths, strict=True))
    ]
    return "".join("  ".join(line).rstrip() + "\n" for line in zip(*aligned, strict=True))


def records_drawn(picture: Picture) -> list[dict[str, Any]]:
    """One record a period of each series drawn, and of each part, drawn or not; in the columns that `relations compute` prints."""
    split = bool(picture.series.parts)
    named = ((layer, records(layer.window, (layer.key or layer.name) if split else None)) for layer in picture.listed)
    return [record | ends for layer, of in named for record, ends in zip(of, _intervals(layer), strict=False)]


def _intervals(layer: Layer) -> Iterator[dict[str, Any]]:
    """The interval of each period, where the series has some; nothing for those that follow, the parts of a breakdown."""
    if layer.fan:
        yield from (dict(zip(INTERVAL, map(exact, layer.fan.ends(period)), strict=True)) for period in layer.window.values.index)
    yield from itertools.repeat({})


def columns_of(picture: Picture) -> tuple[str, ...]:
    """The columns of the numbers drawn."""
    more = {"part": bool(picture.series.parts), **dict.fromkeys(INTERVAL, any(layer.fan for layer in picture.listed))}
    return (*COLUMNS, *(name for name, is_used in more.items() if is_used))


def numbers_csv(picture: Picture) -> str:
    """The numbers as comma-separated text."""
    return sheet_csv(columns_of(picture), ([record.get(name) for name in columns_of(picture)] for record in records_drawn(picture)))


def two_ways_csv(results: Results, view: View) -> str:
    """The numbers split by two columns at once, which no picture draws, as comma-separated text: in the window of the picture that is
    split by the first of them. ProblemsFound where the view asks for what is not there."""
    days = picture_of(results, replace(view, breakdown=view.query.columns[0])).days
    return as_csv(records(window_of(results.series(view.query), days)), parts=True)


def rows_with_periods(results: Results, picture: Picture) -> list[tuple[RowBehind, list[str]]]:
    """The rows behind the numbers drawn, each with the periods in which it counts."""
    counted: dict[str, dict[str, None]] = {}
    for layer in picture.listed:
        for label, ids in zip(layer.window.values["label"], layer.window.rows, strict=True):
            for identity in at_hand(ids):
                counted.setdefault(identity, {})[str(label)] = None
    rows = {row.id: row for one in picture.shown for row in rows_of(results, one, counted)}
    return [(rows[identity], list(periods)) for identity, periods in counted.items()]


def sheets(results: Results, picture: Picture) -> dict[str, Sheet]:
    """The sheets of a workbook."""
    columns = columns_of(picture)
    cells = [[r.get(c) for c in columns] for r in records_drawn(picture)]
    about = [["view", picture.view.text], ["code", picture.code], ["as of", picture.series.as_of.isoformat()]]
    words = [[heading, text] for one in picture.shown for heading, text in _definition(results, one)]
    return {"numbers": (columns, cells), "rows": _rows_sheet(results, picture), "definition": (["what", "in words"], [*words, *about])} | (
        {"one by one": (list(picture.spells[0].facts), [list(one.facts.values()) for one in picture.spells])} if picture.spells else {}
    )


def _rows_sheet(results: Results, picture: Picture) -> Sheet:
    """A line for each row. Next to a column of codes stand these in words, if any of them says more than the code."""
    counted = rows_with_periods(results, picture)
    words = {row.id: _in_words(results, row) for row, _ in counted}
    columns = dict.fromkeys(column for row, _ in counted for column in row.cells)
    told = [column for column in columns if any(words[row.id].get(column) for row, _ in counted)]
    lines = []
    for row, periods in counted:
        cells = [cell for c in columns for cell in ([row.cells.get(c, "")] + ([words[row.id].get(c, "")] if c in told else []))]
        sources = ["; ".join(dict.fromkeys(getattr(s, name) for s in row.sources)) for name in ("producer", "title", "url")]
        lines.append([row.id, " ".join(periods), *cells, *sources])
    headings = [heading for c in columns for heading in ([c] + ([f"{c} in words"] if c in told else []))]
    return ["id", "periods", *headings, "producers", "titles", "addresses"], lines


def _in_words(results: Results, row: RowBehind) -> dict[str, str]:
    """The cells of a row that hold codes, in words."""
    names = results.config.side_names
    resource = results.tables[row.id.partition(":")[0]].resource
    return {column: definitions.cell_words(text, column, resource, names) for column, text in row.cells.items()}


def _definition(results: Results, series: Series) -> Iterator[tuple[str, str]]:
    yield "Indicator", f"{numbers.titled(series.definition)} ({series.definition.name})"
    yield from definitions.view_words(series, results.config, results.tables)
    for note in series.notes:
        yield "Note", note.strip()
