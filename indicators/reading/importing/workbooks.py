"""Sheets of workbooks as rows of texts, with what their formats say of a number: 0.123 that is shown as 12.3 % becomes 12.3%.

Values are read by python-calamine, which knows neither formats nor errors; of XLSX these are read from the XML in the file.
"""

import re
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

from indicators.reading.importing.options import as_text, cannot, package
from indicators.reading.tables import LIMITS
from indicators.suggestions import suggest

FORMATTED = (".xlsx", ".xlsm")
MOST_UNPACKED = 5
"""How many times the limit of bytes a workbook may have when it is unpacked: XML takes several times as many as CSV."""
AT_ONCE = 1_000_000
"""Bytes that are unpacked together to be counted."""
MOST_PLACES = 10_000_000
"""Places from A1 to the last cell, filled or not: room is made for each of them."""
ADDRESS = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
COUNT = re.compile(rb"""\b(?:uniqueC|c)ount\s*=\s*["'][0-9+&#x;]{8}""")
"""A number of parts for which a library would make room before it sees one: more than ten million."""
LONGEST_ADDRESS = 30
UNPACKING = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError)
"""What unpacking raises where a file is broken, encrypted or packed in a way that is not known."""
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINKED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PER_CENT_BUILT_IN = ("9", "10")
QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
"""Parts of a number format that are printed as they stand, colours and conditions."""
IN_THOUSANDS = re.compile(r"[0#?],+(?![0#?,])")

Place = tuple[int, int]


class Sheet(NamedTuple):
    """The cells of a sheet that is not empty, from its first row. `decimals`: texts of decimals that came as numbers; `remarks`: what
    formats did to numbers, a sentence each."""

    name: str
    cells: list[list[str]]
    decimals: frozenset[str]
    remarks: tuple[str, ...]


class _Formats(NamedTuple):
    """Cells, by row and column from 0, that are shown as per cent or in thousands; that hold an error; whose formula has no value."""

    per_cent: set[Place]
    in_thousands: set[Place]
    errors: dict[Place, str]
    empty: set[Place]


def read_sheet(path: Path, wanted: str) -> Sheet | None:
    """The sheet that is wanted, or the only one with cells; None where there is none. ProblemsFound where it cannot be read."""
    calamine = package("python_calamine", path.name, "a workbook")
    _refuse_text(path)
    _refuse_large(path)
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        names = [str(name) for name in book.sheet_names]
        if wanted and wanted not in names:
            raise cannot(path.name, f"there is no sheet {wanted!r}", suggest(wanted, names))
        sheets = {one: book.get_sheet_by_name(one) for one in names if not wanted or one == wanted}
        filled = {one: sheet for one, sheet in sheets.items() if any(cell != "" for row in sheet.iter_rows() for cell in row)}
        if len(filled) > 1:
            raise cannot(path.name, f"it has several sheets: {', '.join(map(repr, filled))}", "choose one with --sheet")
        return _as_shown(next(iter(filled.values())), path) if filled else None
    except calamine.CalamineError as e:
        raise cannot(path.name, f"it is not a workbook that can be read: {e}", "open it, and save it as XLSX or CSV") from None


def _refuse_text(path: Path) -> None:
    """Refuse pages and texts that are only called a workbook, as offices and banks publish them."""
    with path.open("rb") as file:
        start = file.read(512).lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"<":
        raise cannot(path.name, "it is a web page or XML, only called a workbook", "open it in a spreadsheet, and save it as XLSX")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or (start and b"\0" not in start and start[:2] != b"PK"):
        raise cannot(path.name, "it is a text, only called a workbook", "rename it: .tsv, or .csv")


def _refuse_large(path: Path) -> None:
    """Refuse a workbook that is too large when it is unpacked, before that is done, or in which a cell is far from the others. What it
    says of the sizes of its parts need not be true, and is not asked."""
    if not zipfile.is_zipfile(path):
        return
    left, far = MOST_UNPACKED * LIMITS.bytes, list[Place]()
    try:
        with zipfile.ZipFile(path) as packed:
            for part in packed.infolist():
                size, last = _measured(packed, part, left)
                left -= size
                far += [last] if (last[0] + 1) * (last[1] + 1) > MOST_PLACES else []
    except UNPACKING as e:
        raise cannot(path.name, f"it is not a workbook that can be read: {e}", "open it, and save it as XLSX or CSV") from None
    if left < 0:
        why = f"unpacked it has more than {MOST_UNPACKED * LIMITS.bytes:,} bytes, and at most so many are read"
        raise cannot(path.name, why, "save the sheet alone, as XLSX or CSV, and leave out what no indicator reads")
    if far:
        why = f"its cells reach to {_address(*far[0])}, and at most {MOST_PLACES:,} places of cells are read"
        raise cannot(path.name, why, "delete what is far from the table, or save the sheet as CSV")


def _measured(packed: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> tuple[int, Place]:
    """The bytes of a part when it is unpacked, of which not many more than `most` are counted; its last row and column with an address."""
    part.file_size = sys.maxsize
    size, row, column, rest = 0, 0, 0, b""
    with packed.open(part) as unpacked:
        while size <= most and (some := unpacked.read(AT_ONCE)):
            size += len(some)
            if COUNT.search(rest + some):
                raise ValueError(f"{part.filename} says that it has more parts than a file can hold")
            found = ADDRESS.findall(rest + some)
            rest = some[-LONGEST_ADDRESS:]
            row = max((row, *(int(number) - 1 for _, number in found)))
            column = max((column, *(_column(letters.decode()) for letters in {letters for letters, _ in found})))
    return size, (row, column)


def _as_shown(sheet: Any, path: Path) -> Sheet:
    values = sheet.to_python(skip_empty_area=False)
    is_formatted = path.suffix.lower() in FORMATTED
    formats = _formats(path, str(sheet.name)) if is_formatted else _Formats(set(), set(), {}, set())
    if formats.empty:
        first = min(formats.empty)
        why = f"the formula in {_address(*first)} has no value yet: a program wrote the file without computing it"
        raise cannot(path.name, why, "open it in a spreadsheet, and save it", first[0] + 1)
    cells = [[_shown(cell, (n, m), formats) for m, cell in enumerate(row)] for n, row in enumerate(values)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        # A title over the whole table begins in the first column and is no name of the columns below it.
        if top < len(cells) and (left > 0 or left == right):
            for row in cells[top : bottom + 1]:
                row[left : right + 1] = [cells[top][left]] * len(row[left : right + 1])
    numbers = [cells[n][m] for n, row in enumerate(values) for m, cell in enumerate(row) if isinstance(cell, float)]
    decimals = frozenset(text.removesuffix("%") for text in numbers if "." in text)
    return Sheet(str(sheet.name), cells, decimals, tuple(_remarks(formats, values, is_formatted, path.suffix)))


def _shown(cell: Any, place: Place, formats: _Formats) -> str:
    if place in formats.errors:
        return formats.errors[place]
    if isinstance(cell, int | float) and place in formats.per_cent:
        return f"{(Decimal(repr(cell)) * 100).normalize():f}%"
    return as_text(cell)


def _remarks(formats: _Formats, values: Sequence[Sequence[Any]], is_formatted: bool, suffix: str) -> Iterator[str]:
    numbers = {(n, m) for n, row in enumerate(values) for m, cell in enumerate(row) if isinstance(cell, int | float)}
    if formats.per_cent & numbers:
        yield f"{len(formats.per_cent & numbers)} cells are shown as per cent: read as shown, 0.5 as 50%"
    if formats.in_thousands & numbers:
        first = _address(*min(formats.in_thousands & numbers))
        yield f"{len(formats.in_thousands & numbers)} cells are shown in thousands or millions, as {first}: the whole number behind is read"
    if numbers and not is_formatted:
        yield f"formats are not seen in {suffix}: a number shown as 50 % is read as 0.5 (save the file as XLSX if it has such)"


def _address(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


# ---- the XML in a workbook ----


def _formats(path: Path, sheet: str) -> _Formats:
    found = _Formats(set(), set(), {}, set())
    try:
        with zipfile.ZipFile(path) as packed:
            book, styles = _part(packed, "xl/workbook.xml", path.name), _styles(packed, path.name)
            with packed.open(_part_of(packed, book, sheet, path.name)) as part:
                row = -1
                for _, element in ElementTree.iterparse(part):
                    if element.tag == f"{MAIN}row":
                        row = int(element.get("r", row + 2)) - 1
                        _note(element, row, found, *styles, _uncomputed(book))
                        element.clear()
    except (zipfile.BadZipFile, ElementTree.ParseError, LookupError, ValueError) as e:
        raise cannot(path.name, f"the formats of its cells cannot be read: {e}", "open it, and save it as XLSX or CSV") from None
    return found


def _uncomputed(book: ElementTree.Element) -> tuple[str | None, ...]:
    """What a formula's value may be that nobody computed: programs that write workbooks leave it out, or write 0 and ask to compute it."""
    is_asked = any(one.get("fullCalcOnLoad") in ("1", "true") for one in book.iter(f"{MAIN}calcPr"))
    return (None, "", "0") if is_asked else (None, "")


def _note(
    line: ElementTree.Element, row: int, found: _Formats, percent: set[str], thousands: set[str], uncomputed: tuple[str | None, ...]
) -> None:
    """Note what is odd in a row; a cell without an address stands behind the one before it."""
    column = -1
    for cell in line.iter(f"{MAIN}c"):
        letters = re.match("[A-Z]+", cell.get("r", ""))
        column = _column(letters[0]) if letters else column + 1
        place, value, style = (row, column), cell.findtext(f"{MAIN}v"), cell.get("s", "0")
        if cell.get("t") == "e":
            found.errors[place] = value or "#error"
        elif cell.find(f"{MAIN}f") is not None and value in uncomputed and cell.get("t") != "str":
            found.empty.add(place)
        if style in percent:
            found.per_cent.add(place)
        if style in thousands:
            found.in_thousands.add(place)


def _column(letters: str) -> int:
    """The number of a column from 0.

    >>> _column("A"), _column("AB")
    (0, 27)
    """
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _part(packed: zipfile.ZipFile, name: str, file: str) -> ElementTree.Element:
    if packed.getinfo(name).file_size > LIMITS.bytes:  # more are not unpacked, whatever the file has
        raise cannot(file, f"its part {name} is too large", "leave out what no indicator reads")
    return ElementTree.fromstring(packed.read(name))


def _part_of(packed: zipfile.ZipFile, book: ElementTree.Element, sheet: str, file: str) -> str:
    """The name of the part of a workbook that has the cells of a sheet."""
    links = _part(packed, "xl/_rels/workbook.xml.rels", file)
    targets = {one.get("Id", ""): one.get("Target", "") for one in links}
    named = {one.get("name"): one.get(LINKED, "") for one in book.iter(f"{MAIN}sheet")}
    target = targets[named[sheet]]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _styles(packed: zipfile.ZipFile, file: str) -> tuple[set[str], set[str]]:
    """The numbers of the styles that show per cent, and of those that show thousands."""
    if "xl/styles.xml" not in packed.namelist():
        return set(), set()
    styles = _part(packed, "xl/styles.xml", file)
    codes = {one.get("numFmtId"): one.get("formatCode", "") for one in styles.iter(f"{MAIN}numFmt")}
    plain = {key: QUOTED.sub("", code).split(";")[0] for key, code in codes.items()}
    percent, thousands = set(), set()
    for number, style in enumerate(styles.iterfind(f"{MAIN}cellXfs/{MAIN}xf")):
        shown = style.get("numFmtId", "0")
        if shown in PER_CENT_BUILT_IN or "%" in plain.get(shown, ""):
            percent.add(str(number))
        elif IN_THOUSANDS.search(plain.get(shown, "")):
            thousands.add(str(number))
    return percent, thousands
