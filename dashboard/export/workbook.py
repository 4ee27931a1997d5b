"""A workbook of a few plain sheets, and the text kept in one of them: written with XlsxWriter, read back with no package."""

import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from dashboard.export.faults import package_missing

RECORD = "record"
"""The sheet that keeps a long text, cut into cells."""
LONGEST = 32_767
"""Characters that a cell may have."""
PIECE = "json:"
"""How cells of the record begin, so that none begins with a sign that calls for a formula."""
STARTS = tuple("=+-@＝＋－＠") + tuple(map(chr, (*range(32), 127)))
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
Sheet = tuple[Sequence[str], Iterable[Sequence[Any]]]
"""The names of the columns, and the cells row by row: texts, numbers, truths or None."""


def neutral(cell: Any) -> Any:
    """A text that no spreadsheet takes for a formula: an apostrophe before = + - @ or a control character. Numbers stay numbers.

    >>> neutral("=HYPERLINK(1)"), neutral("-3"), neutral(-3), neutral("Zenda")
    ("'=HYPERLINK(1)", "'-3", -3, 'Zenda')
    """
    if not isinstance(cell, str):
        return cell
    return CONTROLS.sub("\ufffd", f"'{cell}" if cell.startswith(STARTS) else cell)


def as_xlsx(sheets: Mapping[str, Sheet], text: str, properties: Mapping[str, Any], made_on: datetime.date) -> bytes:
    """The sheets, and `text` in one more. The same input gives the same bytes. ProblemsFound where the package is missing."""
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
        sheet, step = book.add_worksheet(RECORD), LONGEST - len(PIECE)
        sheet.write_string(0, 0, "What this file can be checked by (relations verify). Leave the cells below as they are.")
        for i, at in enumerate(range(0, len(text), step), 1):
            sheet.write_string(i, 0, PIECE + text[at : at + step])
    return out.getvalue()


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


def read_chunks(packed: zipfile.ZipFile) -> str | None:
    """The text of the record's sheet, also where a spreadsheet program has saved the file anew; None where there is none."""
    book = ElementTree.fromstring(packed.read("xl/workbook.xml"))
    link = next((s.get(LINK) for s in book.iter(f"{MAIN}sheet") if s.get("name") == RECORD), None)
    links = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
    target = next((str(r.get("Target")) for r in links if r.get("Id") == link), None)
    if link is None or target is None:
        return None
    texts = list[str]()
    if "xl/sharedStrings.xml" in packed.namelist():
        texts = [
            "".join(t.text or "" for t in item.iter(f"{MAIN}t")) for item in ElementTree.fromstring(packed.read("xl/sharedStrings.xml"))
        ]
    sheet = ElementTree.fromstring(packed.read(target.removeprefix("/") if target.startswith("/") else f"xl/{target}"))
    cells = [_text_of(cell, texts) for cell in sheet.iter(f"{MAIN}c")]
    return "".join(cell.removeprefix(PIECE) for cell in cells if cell.startswith(PIECE)) or None


def _text_of(cell: ElementTree.Element, shared: Sequence[str]) -> str:
    value = cell.findtext(f"{MAIN}v")
    text = shared[int(value)] if cell.get("t") == "s" and value else "".join(t.text or "" for t in cell.iter(f"{MAIN}t"))
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)
