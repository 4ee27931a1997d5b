"""Files of several kinds to one grid: rows of texts, each with the line or the row of the sheet in which it stands."""

import codecs
import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from indicators.problems import Place, Problem, ProblemsFound, fault
from indicators.reading.dialect import DELIMITERS, LONGEST_CELL
from indicators.reading.files import decoded
from indicators.reading.importing.options import Options, as_text, cannot, package
from indicators.reading.importing.workbooks import read_sheet
from indicators.reading.tables import LIMITS

SHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TEXTS = (".csv", ".tsv", ".txt", ".tab")
READABLE = "CSV, TSV, XLSX, Parquet and datapackage.json are"
MARKS = (
    *((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32")),
    *((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")),
)
SINGLE = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "mac_roman")
"""Encodings of one byte a letter, between which the bytes alone do not decide."""
EAST = ("cp932", "euc_jp", "cp949", "gb18030", "big5")
EDGES = " \t\r\n\v\f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff\u200b\u2060" + "".join(map(chr, range(0x2000, 0x200B)))
"""Blanks and characters without a shape, which no cell needs at its edges."""
PREFERRED = ("\t", ";", "|", ",")
"""Delimiters, those first that are rarely in a cell: of two that part every row alike, the comma may be that of decimals."""

CORNER = re.compile(r"([\w,]+)\\(\w+)")
"""The first name of Eurostat's text: dimensions, and after a backslash what the other columns are."""
FLAGGED = re.compile(r"(:|[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*([a-z]*)")


class Grid(NamedTuple):
    """Cells as texts without blanks at their edges, and the line of each row. `form`: how the file was read, in words. `typed`: texts of
    decimals that came as numbers, in which the point is for decimals; None where all cells are text. `trimmed`: cells that had blanks or
    invisible characters at an edge. `dimensions`: columns that the file tied together in its first, as Eurostat does; then numbers have
    flags behind them."""

    rows: list[list[str]]
    lines: list[int]
    form: str
    typed: frozenset[str] | None = None
    trimmed: int = 0
    dimensions: tuple[str, ...] = ()


def read_grid(path: Path, options: Options) -> Grid:
    """The cells of a file. ProblemsFound, with the reason, where it cannot be read or its form is in doubt."""
    name, suffix = path.name, path.suffix.lower()
    refuse_unreadable(path)
    if suffix in SHEETS:
        return _trimmed(_of_workbook(path, options), path.name)
    if suffix == ".parquet":
        return _trimmed(_of_parquet(path), path.name)
    if suffix not in TEXTS:
        raise cannot(name, f"files that end with {suffix or 'nothing'!r} are not read", f"{READABLE}: save it as one of them")
    return _untied(_trimmed(of_text(path.read_bytes(), name, options), name), name)


def refuse_unreadable(path: Path) -> None:
    """ProblemsFound where there is no such file, or one of too many bytes."""
    if not path.is_file():
        raise cannot(path.name, "it is a folder, a pipe or a device" if path.exists() else "there is no such file", "correct the path")
    if path.stat().st_size > LIMITS.bytes:
        reason = f"it has {path.stat().st_size:,} bytes, and at most {LIMITS.bytes:,} are read"
        raise cannot(path.name, reason, "split it, or leave out what no indicator reads")


def _trimmed(grid: Grid, name: str) -> Grid:
    """The grid without blanks at the edges of cells, and with - for the sign of minus before a digit."""
    if not any(cell.strip() for row in grid.rows for cell in row):
        raise cannot(name, "it is empty", "name a file with a table")
    count, rows = 0, []
    for row in grid.rows:
        plain = [cell.strip(EDGES) for cell in row]
        plain = [f"-{cell[1:]}" if cell[:1] == "−" and cell[1:2].isdigit() else cell for cell in plain]
        count += sum(a != b for a, b in zip(row, plain, strict=True))
        rows.append(plain)
    return grid._replace(rows=rows, trimmed=count)


# ---- text ----


def of_text(raw: bytes, name: str, options: Options, delimiter: str = "") -> Grid:
    """The cells of a text with delimiters."""
    text, encoding = _decoded(raw, name, options.encoding)
    if "\0" in text:
        why = "it has characters NUL, as a text in UTF-16 without its mark has, or a file that is no text"
        raise cannot(name, why, "choose --encoding utf-16-le or --encoding utf-16-be if it is a text")
    found = delimiter or _delimiter(text)
    rows, lines = [], []
    for row, line in _rows(text, found, name):
        if any(cell.strip() for cell in row):
            rows.append(row)
            lines.append(line)
    return Grid(rows, lines, f"{DELIMITERS[found]} between the cells, {encoding}")


def _rows(text: str, delimiter: str, name: str) -> Iterator[tuple[list[str], int]]:
    csv.field_size_limit(LONGEST_CELL)
    reader, start = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter), 1
    try:
        for row in reader:
            yield row, start
            start = reader.line_num + 1
    except csv.Error as e:
        wrong = fault("csv-syntax", hint="correct the quotes; nothing was written", reason=e)
        raise ProblemsFound([wrong.at(Place(name, start))]) from None


def _delimiter(text: str) -> str:
    """The delimiter that parts most rows into the same number of cells."""
    best, most = ",", 0.0
    for delimiter in PREFERRED:
        widths = _widths(text, delimiter)
        usual, times = max(widths.items(), key=lambda one: one[1] * (one[0] > 1), default=(1, 0))
        share = times / max(widths.total(), 1) if usual > 1 else 0
        if share > most:
            best, most = delimiter, share
    return best


def _widths(text: str, delimiter: str) -> Counter[int]:
    try:
        return Counter(len(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row))
    except csv.Error:
        return Counter()


def _decoded(raw: bytes, name: str, encoding: str) -> tuple[str, str]:
    """The text, and the encoding in words: what the file's mark says, UTF-8 where it is that, else what the person says."""
    if encoding:
        try:
            return raw.decode(encoding), encoding
        except (LookupError, UnicodeDecodeError) as e:
            raise cannot(name, f"it is not a text in {encoding}: {e}", "name the encoding in which it was saved") from None
    mark = next((codec for start, codec in MARKS if raw.startswith(start)), "utf-8")
    try:
        return raw.decode(mark), {"utf-8-sig": "UTF-8"}.get(mark, mark.upper())
    except UnicodeDecodeError:
        readings = _readings(raw)
    if not readings:
        problems: list[Problem] = []
        decoded(raw, name, problems.append)
        raise ProblemsFound(problems)
    shown = "; ".join(f"{codec}: {words!r}" for codec, words in readings.items())
    raise cannot(name, f"it is not UTF-8, and reads differently in each encoding ({shown})", "choose the right one with --encoding")


def _readings(raw: bytes) -> dict[str, str]:
    """The first word outside ASCII as each possible encoding reads it. A letter between others of ASCII is of an encoding of one byte."""
    if b"\0" in raw[:1000]:
        return {}
    readings: dict[str, str] = {}
    for codec in SINGLE if re.search(rb"[a-zA-Z][\x80-\xff][a-zA-Z]", raw) else (*EAST, *SINGLE):
        with contextlib.suppress(UnicodeDecodeError):
            text = raw.decode(codec)
            word = re.search(r"[^\s,;|\"]*[^\x00-\x7f][^\s,;|\"]*", text)
            if word and word[0].isprintable() and word[0] not in readings.values():
                readings[codec] = word[0][:30]
    return readings


# ---- text of Eurostat ----


def _untied(grid: Grid, name: str) -> Grid:
    """The grid with a column for each dimension, where the first column ties them together (`freq,geo\\TIME_PERIOD`)."""
    corner = CORNER.fullmatch(grid.rows[0][0]) if grid.rows and grid.rows[0] else None
    if not corner or len(grid.rows[0]) < 2:
        return grid
    dimensions = corner[1].split(",")
    rows = [[*dimensions, *grid.rows[0][1:]]]
    for row, line in zip(grid.rows[1:], grid.lines[1:], strict=True):
        codes = row[0].split(",")
        if len(codes) != len(dimensions):
            raise cannot(name, f"{row[0]!r} has {len(codes)} codes and the header {len(dimensions)}", "fetch the file again", line)
        wrong = next((cell for cell in row[1:] if cell and not FLAGGED.fullmatch(cell)), None)
        if wrong:
            raise cannot(name, f"{wrong!r} is neither a number with flags nor :", "correct the cell", line)
        rows.append([*codes, *row[1:]])
    form = f"{grid.form}; {len(dimensions)} dimensions in the first column, flags behind the numbers"
    return grid._replace(rows=rows, form=form, dimensions=tuple(dimensions))


def unflagged(cell: str) -> tuple[str, str]:
    """The number of a cell, and its flags.

    >>> unflagged("12.3 bp"), unflagged(": c"), unflagged(":")
    (('12.3', 'bp'), ('', 'c'), ('', ''))
    """
    found = FLAGGED.fullmatch(cell)
    return (found[1].replace(":", ""), found[2]) if found else (cell, "")


# ---- workbooks and Parquet ----


def _of_workbook(path: Path, options: Options) -> Grid:
    sheet = read_sheet(path, options.sheet)
    if sheet is None:
        return Grid([], [], "")
    kept = [(row, n) for n, row in enumerate(sheet.cells, 1) if any(cell.strip() for cell in row)]
    form = "; ".join((f"the sheet {sheet.name!r}", *sheet.remarks))
    return Grid([row for row, _ in kept], [n for _, n in kept], form, sheet.decimals)


def _of_parquet(path: Path) -> Grid:
    package("pyarrow", path.name, "Parquet")
    import pandas as pd

    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError) as e:
        raise cannot(path.name, f"it cannot be read as Parquet: {e}", "save it as CSV") from None
    frame = frame.reset_index() if frame.index.name else frame
    values = frame.astype(object).to_numpy().tolist()
    rows = [[str(column) for column in frame.columns], *([as_text(cell) for cell in row] for row in values)]
    decimals = (as_text(cell) for row in values for cell in row if isinstance(cell, float))
    return Grid(rows, list(range(1, len(rows) + 1)), "Parquet", frozenset(text for text in decimals if "." in text))
