"""The text of a CSV file to its header and rows: in the form that the descriptor says, or refused with the cause.

Where another delimiter, lines above the header, notes below the rows and the like are found, each is reported once, and the rest of
the file is looked at as if it were right, so that one run finds everything.
"""

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from indicators.characters import disguised, look, unseen
from indicators.nouns.descriptor import Resource
from indicators.problems import MOST_IN_A_FILE, Fault, Place, Report, fault, first_few
from indicators.reading.descriptors import Descriptor
from indicators.reading.forms import MISSING
from indicators.reading.yamlfile import in_yaml
from indicators.suggestions import suggest

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
LOOKED_AT = 60
"""Rows at the beginning of a file that may hold the header."""
FEW = 5
"""Columns that are named one by one where they are not described, or are missing."""
LEFT_OUT = "columns that nothing needs are left out by fieldsMatch: subset under schema"
LONGEST_CELL = 10_000_000
QUOTES = (("unexpected end", "a quote that opens in it is not closed"), ("expected after", "a quote closes inside a cell"))
"""Words of Python's reader about quotes, and what they mean."""


class Rows(NamedTuple):
    """The rows of a file in order, each with the physical line on which it begins; `line`: that of the header."""

    header: list[str]
    rows: list[list[str]]
    lines: list[int]
    line: int = 1


class _Line(NamedTuple):
    """A row of a file and the physical line on which it begins."""

    cells: list[str]
    number: int


def read_rows(
    text: str, name: str, descriptor: Descriptor, report: Report, *, most: int, hint: str = "", before: Sequence[str] = ()
) -> Rows | None:
    """Header and rows of a file, or None with the reason reported. `most`: rows that are read (`hint`: what to do with more). `before`:
    the header of an earlier file of the same table, which holds for this one where it has none of its own."""
    resource = descriptor.resource
    delimiter, above = _layout(text, resource)
    first = _first(text, delimiter, resource)
    lines = _parsed(text, name, delimiter, resource, (most, hint), report)
    if lines is None:
        return None
    if not above and before and first and delimiter == resource.dialect.separator and 2 * _named(first, resource) < len(before):
        return _body(list(before), lines, name, resource, report)
    if not lines:
        why = "its dialect leaves out every row" if text.strip() else "its first line names the columns"
        report(fault("empty-file", hint=f"{why}; {descriptor.file.place(('schema', 'fields'))}").at(Place(name)))
        return None
    above = min(above, len(lines) - 1)
    head = lines[above]
    for finding in (*_delimiter_faults(delimiter, resource), *_above_faults(lines, above)):
        report(finding.at(Place(name, lines[0].number)))
    return _body(head.cells, lines[above + 1 :], name, resource, report)._replace(line=head.number)


def _parsed(text: str, name: str, delimiter: str, resource: Resource, limit: tuple[int, str], report: Report) -> list[_Line] | None:
    """All rows but empty lines and those that the dialect leaves out; None, with the reason reported, where quotes do not fit or there
    are too many."""
    csv.field_size_limit(LONGEST_CELL)
    reader, lines, start = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter), list[_Line](), 1
    try:
        for number, row in enumerate(reader, 1):
            if row and not resource.dialect.leaves_out(number, row):
                lines.append(_Line(row, start))
            if len(lines) > limit[0] + 1:  # one is the header
                report(fault("file-too-large/rows", hint=limit[1], most=limit[0]).at(Place(name, start)))
                return None
            start = reader.line_num + 1
    except csv.Error as e:
        reason = next((plain for words, plain in QUOTES if words in str(e)), e)
        report(fault("csv-syntax", hint="check the quotes: one inside a cell is doubled", reason=reason).at(Place(name, start)))
        return None
    return lines


# ---- delimiter and header ----


def _layout(text: str, resource: Resource) -> tuple[str, int]:
    """The delimiter, and the number of rows above the header: those of the row that names most columns of the table."""
    own, wanted = resource.dialect.separator, len(resource.columns)
    first = _first(text, own, resource)
    if set(first) == set(resource.columns):
        return own, 0
    found = [
        (_named(row, resource), delimiter == own, -n, delimiter)
        for delimiter in (own, *DELIMITERS)
        for n, row in enumerate(_beginning(text, delimiter, resource))
    ]
    best = max(found, default=(0, True, 0, own))
    if best[0] > _named(first, resource) and 2 * best[0] >= wanted:
        return best[3], -best[2]
    if best[0] == 0 and wanted > 1:  # none of the columns is known, but they are separated all the same
        return _most_regular(text, own, resource), 0
    return own, 0


def _most_regular(text: str, own: str, resource: Resource) -> str:
    """The delimiter that gives the first rows most cells, the same number in each; the table's own where none gives more."""
    cells = {delimiter: [len(row) for row in _beginning(text, delimiter, resource)[:5]] for delimiter in (own, *DELIMITERS)}
    regular = {delimiter: numbers[0] for delimiter, numbers in cells.items() if len(set(numbers)) == 1}
    best = max(regular, key=lambda delimiter: regular[delimiter], default=own)
    return best if regular and regular[best] > cells[own][0] else own


def _beginning(text: str, delimiter: str, resource: Resource) -> list[list[str]]:
    """The first rows, read leniently."""
    rows: list[list[str]] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter), 1):
            rows += [row] if row and not resource.dialect.leaves_out(number, row) else []
            if len(rows) >= LOOKED_AT:
                break
    except csv.Error:
        pass
    return rows


def _first(text: str, delimiter: str, resource: Resource) -> list[str]:
    return next(iter(_beginning(text, delimiter, resource)), [])


def _plain(name: str) -> str:
    """A name of a column without capitals, blanks and marks: how alike two look to a person."""
    return re.sub(r"[\W_]+", "", name.casefold())


def _named(row: Sequence[str], resource: Resource) -> int:
    """How many columns of the table a row names, in whatever spelling."""
    return len({_plain(cell) for cell in row if cell.strip()} & {_plain(column) for column in resource.columns})


def _delimiter_faults(delimiter: str, resource: Resource) -> Iterator[Fault]:
    own = resource.dialect.separator
    if delimiter != own:
        way_out = f"put dialect: {{delimiter: {in_yaml(delimiter)}}} into" if delimiter != "," else "remove delimiter from dialect in"
        hint = f"write {DELIMITERS[own]}, or {way_out} the descriptor"
        yield fault("table-form/delimiter", hint=hint, found=DELIMITERS[delimiter], own=DELIMITERS[own])


def _above_faults(lines: Sequence[_Line], above: int) -> Iterator[Fault]:
    if above:
        own, others = lines[above].number, _lines_in_words(lines[:above])
        hint = f"remove what is above it ({others}), or put dialect: {{headerRows: [{own}]}} into the descriptor"
        yield fault("table-form/above", hint=hint, line=own)


# ---- rows ----


def _body(header: list[str], lines: list[_Line], name: str, resource: Resource, report: Report) -> Rows:
    """Header and rows without what does not belong to the table; each kind of it is reported once."""

    def tell(finding: Fault, lines: Sequence[_Line]) -> None:
        report(finding.at(Place(name, lines[0].number)))

    blank = [line for line in lines if not "".join(line.cells).strip()]
    if blank:
        tell(fault("table-form/blank-rows", hint="remove these lines", lines=_lines_in_words(blank)), blank)
    filled = [line for line in lines if "".join(line.cells).strip()] if blank else lines
    if _is_spaced(filled):
        tell(fault("table-form/spaced", hint=f"remove the blank behind each {resource.dialect.separator!r}"), filled)
        header = [cell.removeprefix(" ") for cell in header]
        filled = [_Line([cell.removeprefix(" ") for cell in line.cells], line.number) for line in filled]
    again = [line for line in filled if line.cells == list(header)]
    if again:
        tell(fault("table-form/again", hint="remove these lines: files were joined", lines=_lines_in_words(again)), again)
        filled = [line for line in filled if line not in again]
    more = _more_header(filled, header, resource)
    if more:
        rows = ", ".join(str(line.number) for line in more)
        hint = f"remove them, or put dialect: {{commentRows: [{rows}]}} into the descriptor"
        tell(fault("table-form/below-header", hint=hint, lines=_lines_in_words(more)), more)
        filled = filled[len(more) :]
    below = _notes(filled, header, resource)
    if below:
        hint = "remove notes and sources below the table; they belong into the descriptor"
        tell(fault("table-form/below", hint=hint, lines=_lines_in_words(below)), below)
    kept = filled[: len(filled) - len(below)]
    surplus = _surplus(header, kept)
    if surplus:
        cells = "an empty cell" if surplus == 1 else f"{surplus} empty cells"
        tell(fault("table-form/surplus", hint="remove the delimiter at the end of the lines", cells=cells), kept)
        width = _width(header)
        header, kept = header[:width], [_Line(line.cells[:width], line.number) for line in kept]
    return Rows(header, [line.cells for line in kept], [line.number for line in kept])


def _is_spaced(lines: Sequence[_Line]) -> bool:
    """Whether a blank stands behind every delimiter that has something behind it."""
    begins = (cell[0] == " " for line in lines for cell in line.cells[1:] if cell)
    return len(lines) > 2 and next(begins, False) and all(begins)


def _more_header(lines: Sequence[_Line], header: Sequence[str], resource: Resource) -> list[_Line]:
    """The first rows, a few at most, that hold codes, units or other words about the columns: none of their numbers and dates is one,
    and where a row needs a number or a date there is a word, or nothing as in most that it needs; and a number in the next row."""
    required = {*resource.schema_.primaryKey, *(field.name for field in resource.schema_.fields if field.constraints.required)}
    described = {name: field for name, field in resource.columns.items() if field.type not in ("string", "boolean")}
    measured = [n for n, name in enumerate(header) if name in described]
    start = resource.relations.time.start if resource.relations.time else ""
    needed = [n for n, name in enumerate(header) if name == start or (n in measured and name in resource.schema_.primaryKey)]
    owed = [n for n, name in enumerate(header) if name in required]
    for count, line in enumerate(lines[: FEW + 1]):
        cells = ["" if cell in resource.schema_.missingValues else cell.strip() for cell in [*line.cells, *[""] * len(header)]]
        words = {n for n in (*needed, *measured) if cells[n] and not re.search("[0-9]", cells[n]) and not re.fullmatch(MISSING, cells[n])}
        is_bare = not any(cells[n] for n in needed) and 2 * sum(not cells[n] for n in owed) > len(owed)
        is_word = bool(words & set(needed)) or (bool(needed) and is_bare and bool(words))
        if not is_word or any(re.match(r"\W*([1-9]|0([^0-9]|$))", cells[n]) for n in measured):
            return list(lines[:count])
    return []


def _notes(lines: Sequence[_Line], header: Sequence[str], resource: Resource) -> list[_Line]:
    """The last rows that are no rows of the table: a sentence, and nothing where every row needs something."""
    needed = {*resource.schema_.primaryKey, *(field.name for field in resource.schema_.fields if field.constraints.required)}
    count = 0
    for line in reversed(lines):
        if not _is_note(line.cells, header, needed):
            break
        count += 1
    return list(lines[len(lines) - count :])


def _is_note(cells: Sequence[str], header: Sequence[str], needed: set[str]) -> bool:
    filled = sum(bool(cell.strip()) for cell in cells)
    if re.match(MERGE, cells[0]):
        return False
    if len(cells) < len(header):
        return (filled == 1 or 2 * filled <= len(header)) and bool(re.search(r"[\s:*：※]|.{40}", cells[0]))
    lacks = any(name in needed and not cell.strip() for name, cell in zip(header, cells, strict=False))
    return len(header) > 2 and filled == 1 and lacks


def _width(header: Sequence[str]) -> int:
    """Cells of the header up to the last that has a name."""
    return max((n for n, cell in enumerate(header, 1) if cell.strip()), default=0)


def _surplus(header: Sequence[str], lines: Sequence[_Line]) -> int:
    """How many empty cells every row has behind the last column that has a name."""
    width = _width(header)
    if any(len(line.cells) <= width for line in lines):
        return 0
    tails = [line.cells[width:] for line in lines]
    return max(map(len, tails)) if tails and all(tail and not any(tail) for tail in tails) else 0


def _lines_in_words(lines: Sequence[_Line]) -> str:
    """Numbers of lines in words.

    >>> [_lines_in_words([_Line([], n) for n in numbers]) for numbers in ((50, 51, 52), (7,), (3, 9))]
    ['lines 50 to 52', 'line 7', 'lines 3, 9']
    """
    numbers = [line.number for line in lines]
    if len(numbers) == 1:
        return f"line {numbers[0]}"
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"lines {numbers[0]} to {numbers[-1]}"
    rest = f" and {len(numbers) - 5} more" if len(numbers) > 5 else ""
    return f"lines {', '.join(map(str, numbers[:5]))}{rest}"


# ---- names of columns ----


def renamed(header: Sequence[str], descriptor: Descriptor, report: Callable[[Fault], None]) -> list[str]:
    """The header with columns that differ from a described one by capitals, blanks or marks under the described name: reported once."""
    wanted = {_plain(column): column for column in descriptor.resource.columns}
    known = set(header) & set(descriptor.resource.columns)
    meant = [name if name in known else wanted.get(_plain(name), name) for name in header]
    meant = [name if own == name or name not in known else own for own, name in zip(header, meant, strict=True)]
    if len(set(meant)) < len(set(header)):
        return list(header)
    other = [(own, name) for own, name in zip(header, meant, strict=True) if own != name]
    if other:
        shown = ", ".join(f"{own!r} for {name!r}" for own, name in other[:FEW]) + (f" and {len(other) - FEW} more" if other[FEW:] else "")
        hint = f"write the names as the descriptor has them: {descriptor.file.place(('schema', 'fields'))}"
        peculiar = next(filter(None, (unseen(own) or disguised(own) for own, _ in other)), "")
        hint += f"; the first {peculiar}" if peculiar else ""
        report(fault("table-form/spelling", hint=hint, shown=shown))
    return meant


def column_list_faults(header: list[str], descriptor: Descriptor) -> Iterator[Fault]:
    """Columns of a file that are not described, are missing, or appear twice."""
    wanted = list(descriptor.resource.columns)
    unknown, looks = [c for c in header if c not in wanted], set(map(look, header))
    for column, rest in first_few(unknown, MOST_IN_A_FILE):
        hint = f"{suggest(column, wanted)}; see {descriptor.file.place(('schema', 'fields'))}; {LEFT_OUT}"
        yield fault("unknown-column/header", hint=hint, column=column).with_rest(rest)
    for column in (c for c in wanted if c not in header and look(c) not in looks):
        yield fault("missing-column/table", hint=f"{descriptor.place_of(column)} describes it", column=column)
    twice = sorted(c for c, times in Counter(header).items() if times > 1)
    for column, rest in first_few(twice, MOST_IN_A_FILE):
        yield fault("duplicate-column/header", hint="remove one", column=column).with_rest(rest)


def header_faults(header: Sequence[str], descriptor: Descriptor) -> tuple[list[Fault], list[str]]:
    """What is wrong with a header as a whole, and those of its names that can be looked at one by one: none where hardly any fits."""
    wanted = list(descriptor.resource.columns)
    place = descriptor.file.place(("schema", "fields"))
    periods = _periods([name for name in header if name.strip() and name not in wanted])
    if periods:
        about = {"count": len(periods), "first": periods[0].strip(), "last": periods[-1].strip()}
        return [fault("table-form/wide", hint="write one row for each period, with the period in a column of its own", **about)], wanted
    if not set(header) & set(wanted):
        hint = f"{_what_else(header)}the first line names the columns, as {place} describes them: {_some(wanted)}"
        return [fault("table-form/no-header", hint=hint, found=_some(header))], wanted
    found: list[Fault] = []
    unnamed = [n for n, name in enumerate(header, 1) if not name.strip()]
    if unnamed:
        hint = "remove it (programs write the numbers of rows into such a column), or name and describe it"
        columns = ", ".join(map(str, unnamed[:FEW]))
        found.append(fault("table-form/unnamed", hint=hint, columns=columns))
    named = [name for name in header if name.strip()]
    unknown, missing = [name for name in named if name not in wanted], [name for name in wanted if name not in named]
    if len(unknown) > FEW:
        hint = f"describe those that are needed at {place} (name, type, description); {LEFT_OUT}"
        found.append(fault("table-form/undescribed", hint=hint, count=len(unknown), columns=_some(unknown)))
        named = [name for name in named if name in wanted]
    if len(missing) > FEW:
        hint = f"add them to the file, or remove them from {place}"
        found.append(fault("table-form/missing", hint=hint, count=len(missing), columns=_some(missing)))
        named += missing
    return found, named


OTHER_FORMS = (
    (r"\s*<", "this seems to be a web page or XML, not a CSV; "),
    (r"\s*[{\[]", "this seems to be JSON, not a CSV; "),
    ("version https://git-lfs", "this is a pointer of Git LFS: get the file itself with git lfs pull; "),
)
"""How texts begin that are no tables, and what they are."""
MERGE = r"(<{7}|={7}|>{7})( |$)"
"""How the lines begin that a merge leaves between two states of a text."""


def _what_else(header: Sequence[str]) -> str:
    """What a file seems to be whose first line names no column, as the beginning of a hint; "" where nothing is known.

    >>> _what_else(["<html>"]), _what_else(["period，origin"]), _what_else(["Zenda"])
    ('this seems to be a web page or XML, not a CSV; ', "it has U+FF0C FULLWIDTH COMMA, not ','; ", '')
    """
    text = ",".join(header)
    known = next((what for form, what in OTHER_FORMS if re.match(form, text)), "")
    why = disguised(text) if not known else ""
    return known or (f"{why}; " if why else "")


def _periods(names: Sequence[str]) -> list[str]:
    """The names that are periods, where most are."""
    periods = [name for name in names if re.match(r"\s*[12][0-9]{3}", name) and _is_period(name)]
    return periods if len(periods) > 2 and 2 * len(periods) > len(names) else []


def _is_period(name: str) -> bool:
    """Whether a name is that of a period, as producers write it: `1960`, `1960 [YR1960]`, `2019M1`, `2019-Q1`, `2019_01`."""
    return bool(re.fullmatch(r"[12][0-9]{3}([-_ ]?[MQTHSWmqthsw]?[-_ ]?[0-9]{1,2})?(\s*\[.*\])?", name.strip()))


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(name if len(name) <= 40 else f"{name[:39]}…" for name in names[:FEW])
    return f"{shown} and {len(names) - FEW} more" if len(names) > FEW else shown


def cells_fault(cells: Sequence[str], columns: int) -> Fault:
    """A row that has more or fewer cells than the header, and the likely cause."""
    thousands = next((f"{one},{two}" for one, two in itertools.pairwise(cells) if _is_split(one, two)), None)
    if re.match(MERGE, cells[0]):
        hint = "a merge has left a marker here: keep one of the two sides, and remove the markers"
    elif len(cells) < columns:
        is_remark = "; for a remark put dialect: {commentChar: '#'} into the descriptor" if cells[0].startswith("#") else ""
        hint = f"a row is cut off, or commas of empty cells are missing{is_remark}"
    elif not any(cells[columns:]):
        hint = "remove what is too much at its end"
    elif thousands:
        hint = f"write {thousands.replace(',', '')}, or put a number with a comma in quotes and groupChar into the descriptor"
    else:
        hint = "put a cell with a comma in quotes"
    return fault("wrong-cells", hint=hint, cells=len(cells), columns=columns)


def _is_split(one: str, two: str) -> bool:
    """Whether two cells are one number with a comma for thousands."""
    return bool(re.fullmatch(r"\s*-?[0-9]{1,3}", one) and re.fullmatch(r"[0-9]{3}(\.[0-9]+)?\s*", two))
