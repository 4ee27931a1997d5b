"""CSV and descriptor to a checked table. Checks are vectorised and report every finding with the file's physical line."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from indicators.nouns.descriptor import FieldOf, Resource
from indicators.nouns.periods import months_of, parse_period
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import DAY, DAY_DATED, MONTH, PRECISION, ROW, STATUS
from indicators.operations.where import NUMBERS
from indicators.problems import MOST, Place, Problem, Report, suggest, with_rest
from indicators.reading.descriptors import Descriptor
from indicators.reading.files import size_faults
from indicators.reading.validation import form_of
from indicators.reading.yamlfile import decoded

LARGEST, MOST_ROWS = 10_000_000, 100_000
"""Bytes and rows of a table: some thirty times the largest that ships, and read in about the time that a person waits."""
SHOWN = 3
"""Like faults in one column: the first few lines, and the count of the rest."""
PRECISIONS = ("day", "month", "approx", "year")
CALENDAR_DAY = r"\d{4}-\d\d-\d\d"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class _Cells(NamedTuple):
    """Text cells of a file with their physical lines; `digest`: SHA-256 of the bytes that they were read from."""

    name: str
    frame: pd.DataFrame
    lines: tuple[int, ...]
    has_controls: bool
    digest: str = ""


def read_table(root: Path, folder: str, descriptor: Descriptor, report: Report) -> Table | None:
    """The table, or None with its problems reported. Links to other tables are checked in `links`."""
    name = f"{folder}/{descriptor.resource.path}"
    found: list[Problem] = []
    cells = _cells(root / name, name, descriptor, found.append)
    if cells is not None and not found:
        found += _column_problems(cells, descriptor)
        found += _key_problems(cells, descriptor)
    for problem in found:
        report(problem)
    if cells is None or found:
        return None
    return replace(_typed(cells, descriptor.resource), digest=cells.digest)


def _cells(path: Path, name: str, descriptor: Descriptor, report: Report) -> _Cells | None:
    try:
        for fault in size_faults(path, LARGEST, "split the table, or leave out what no indicator reads"):
            report(Problem(Place(name), *fault))
            return None
        raw = path.read_bytes()
    except OSError as e:
        hint = f"{descriptor.file.place('path')} names it"
        report(Problem(Place(name), "missing-file", f"the file cannot be read: {e.strerror}", hint))
        return None
    text = decoded(raw, name, report)
    if text is None:
        return None
    csv.field_size_limit(LARGEST)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines, start = [], [], 1
    try:
        for row in reader:
            if row:
                rows.append(row)
                lines.append(start)
            if len(rows) > MOST_ROWS:
                message = f"here the table has more than the {MOST_ROWS:,} rows allowed"
                report(Problem(Place(name, start), "file-too-large", message, "split the table, or leave out what no indicator reads"))
                return None
            start = reader.line_num + 1
    except csv.Error as e:
        report(Problem(Place(name, start), "csv-syntax", f"this row cannot be read: {e}", "check the quotes: one inside a cell is doubled"))
        return None
    framed = _framed(name, rows, lines, descriptor, report)
    return framed and framed._replace(digest=hashlib.sha256(raw).hexdigest())


def _framed(name: str, rows: list[list[str]], lines: list[int], descriptor: Descriptor, report: Report) -> _Cells | None:
    if not rows:
        hint = f"its first line names the columns; {descriptor.file.place('schema', 'fields')}"
        report(Problem(Place(name), "empty-file", "the file is empty", hint))
        return None
    wanted = list(descriptor.resource.columns)
    header = rows[0]
    for column in [c for c in header if c not in wanted][:MOST]:
        where = descriptor.file.place("schema", "fields")
        report(
            Problem(Place(name, 1), "unknown-column", f"the column {column!r} is not described", f"{suggest(column, wanted)}; see {where}")
        )
    for column in (c for c in wanted if c not in header):
        report(
            Problem(Place(name, 1), "missing-column", f"the column {column!r} is missing", f"{descriptor.place_of(column)} describes it")
        )
    for column in sorted(c for c, times in Counter(header).items() if times > 1)[:MOST]:
        report(Problem(Place(name, 1), "duplicate-column", f"the column {column!r} stands twice", "remove one"))
    body, at = rows[1:], lines[1:]
    uneven = [(len(row), line) for row, line in zip(body, at, strict=True) if len(row) != len(header)]
    for n, (cells, line) in enumerate(uneven[:MOST], 1):
        message = f"the row has {cells} cells, the header has {len(header)}"
        problem = Problem(Place(name, line), "wrong-cells", message, "a cell with a comma inside wants quotes around it")
        report(with_rest(problem, len(uneven) - MOST if n == MOST else 0))
    if sorted(header) != sorted(wanted) or uneven:
        return None
    frame = pd.DataFrame(body, columns=header, dtype=str)
    controls = any(CONTROL.search(cell) for row in body for cell in row)
    return _Cells(name, frame[wanted], tuple(at), controls)


def _column_problems(cells: _Cells, descriptor: Descriptor) -> Iterator[Problem]:
    for field in descriptor.resource.schema_.fields:
        column, place = cells.frame[field.name], descriptor.place_of(field.name)
        for code, bad, message, hint in _column_findings(cells, field, descriptor.resource):
            yield from _listed(cells, column, bad, code, message, f"{hint}; see {place}")


def _column_findings(cells: _Cells, field: FieldOf, resource: Resource) -> Iterator[tuple[str, pd.Series, str, str]]:
    """(code, rows at fault, message with {} for the cell, hint) of one column."""
    column, rules = cells.frame[field.name], field.constraints
    filled = column != ""
    if rules.required or field.name in resource.schema_.primaryKey:
        yield "blank", ~filled, f"{field.name} is blank", "every row needs it"
    if cells.has_controls:
        yield "control-character", column.str.contains(CONTROL), f"{field.name} {{}} holds a control character", "remove it"
    typed, expected = _parsed_in_time(column, field, resource)
    wrong = filled & typed.isna()
    code = "no-such-day" if field.type == "date" or expected.startswith("a date") else "wrong-type"
    yield code, wrong, f"{field.name} {{}} is not {expected}", f"write {expected}"
    listing = resource.relations.lists.get(field.name)
    codes = _codes(field, resource)
    if codes is not None and not listing:
        yield "not-allowed", filled & ~column.isin(codes), f"{field.name} {{}} is not an allowed code", _guess(column, filled, codes)
    if listing and listing.enum:
        items = column[filled].str.split(listing.separator).explode()
        bad = items[~items.isin(listing.enum)]
        yield (
            "not-allowed",
            filled & column.index.isin(bad.index),
            f"{field.name} {{}} holds a code that is not allowed",
            _first_guess(bad, listing.enum),
        )
    if rules.pattern:
        yield (
            "wrong-pattern",
            filled & ~column.map(form_of(rules.pattern)).astype(bool),
            f"{field.name} {{}} has not the form {rules.pattern}",
            "correct it",
        )
    if rules.minimum is not None:
        yield "too-small", filled & (typed < _limit(rules.minimum, field)), f"{field.name} {{}} is below {rules.minimum}", "correct it"
    if rules.maximum is not None:
        yield "too-large", filled & (typed > _limit(rules.maximum, field)), f"{field.name} {{}} is above {rules.maximum}", "correct it"


def _guess(column: pd.Series, filled: pd.Series, allowed: list[str]) -> str:
    return _first_guess(column[filled & ~column.isin(allowed)], allowed)


def _first_guess(bad: pd.Series, allowed: Iterable[str]) -> str:
    return suggest(bad.iloc[0], allowed) if len(bad) else ""


def _limit(limit: float | str, field: FieldOf) -> float | pd.Timestamp:
    return pd.Timestamp(limit) if field.type == "date" else float(limit)


def _parsed(column: pd.Series, field: FieldOf) -> tuple[pd.Series, str]:
    """Typed cells (missing where blank or wrong) and what a cell should be, in words."""
    if field.type == "date":
        shaped = column.where(column.str.fullmatch(CALENDAR_DAY))
        return pd.to_datetime(shaped, format="%Y-%m-%d", errors="coerce"), "a day of the calendar as YYYY-MM-DD"
    if field.type == "integer":
        return pd.to_numeric(column.where(column.str.fullmatch(r"[-+]?\d+")), errors="coerce").astype("float64"), "a whole number"
    if field.type == "year":
        return pd.to_numeric(column.where(column.str.fullmatch(r"\d{4}")), errors="coerce").astype("float64"), "a year as YYYY"
    if field.type == "number":
        return pd.to_numeric(column.where(column.str.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")), errors="coerce").astype(
            "float64"
        ), "a number"
    if field.type == "yearmonth":
        return column.where(column.str.fullmatch(r"\d{4}-(0[1-9]|1[0-2])")), "a month as YYYY-MM"
    if field.type == "boolean":
        return column.where(column.isin(["true", "false"])), "true or false"
    return column, "text"


def _parsed_in_time(column: pd.Series, field: FieldOf, resource: Resource) -> tuple[pd.Series, str]:
    """As `_parsed`; but texts that place a row in time are dates of some exactness."""
    time = resource.relations.time
    if time and field.type == "string" and field.name in (time.start, time.end):
        return column.where(column.map(_is_loose_date).astype(bool)), "a date as YYYY, YYYY-MM or YYYY-MM-DD"
    return _parsed(column, field)


def _codes(field: FieldOf, resource: Resource) -> list[str] | None:
    """The codes that a column may hold: its vocabulary, and of it what `relations` can read (dates' exactness, status)."""
    time, status, enum = resource.relations.time, resource.relations.status, [str(e) for e in field.constraints.enum]
    readable: tuple[str, ...] = ()
    if time and time.precision == field.name:
        readable = PRECISIONS
    elif status and status.column == field.name:
        readable = tuple(status.map)
    if readable:
        return [code for code in enum or readable if code in readable]
    return enum or None


def _is_loose_date(cell: str) -> bool:
    try:
        return parse_period(cell)[1] in ("annual", "monthly", "daily")
    except ValueError:
        return False


def _key_problems(cells: _Cells, descriptor: Descriptor) -> Iterator[Problem]:
    """Rows whose key, or whose value in a unique column, stands in an earlier row; both lines are named."""
    primary = descriptor.resource.schema_.primaryKey
    unique = [(f.name,) for f in descriptor.resource.schema_.fields if f.constraints.unique and (f.name,) != primary]
    for key in (primary, *unique):
        ids = _keys(cells, key)
        repeated = ids.duplicated() & (ids != "")
        for i in ids[repeated].index[:SHOWN]:
            first = cells.lines[int(ids[ids == ids[i]].index[0])]
            message = f"the key {_short(ids[i])} ({', '.join(key)}) stands a second time; first on line {first}"
            yield Problem(Place(cells.name, cells.lines[int(i)]), "duplicate-key", message, "remove one of the rows, or correct the key")


def _keys(cells: _Cells, key: tuple[str, ...]) -> pd.Series:
    first, *others = (cells.frame[k] for k in key)
    return first.str.cat(pd.concat(others, axis=1), sep="|") if others else first


def _listed(cells: _Cells, column: pd.Series, bad: pd.Series, code: str, message: str, hint: str) -> Iterator[Problem]:
    if not bad.any():
        return
    rows = column.index[bad.fillna(False).astype(bool)] if hasattr(bad, "fillna") else column.index[bad]
    for n, i in enumerate(rows[:SHOWN]):
        rest = len(rows) - SHOWN
        more = (
            f" ({rest} more in this column: lines {', '.join(str(cells.lines[int(j)]) for j in rows[SHOWN : SHOWN + 5])}…)"
            if rest > 0 and n == SHOWN - 1
            else ""
        )
        yield Problem(Place(cells.name, cells.lines[int(i)]), code, message.replace("{}", _short(column[i])) + more, hint)


def _short(cell: str) -> str:
    return repr(cell if len(cell) <= 60 else cell[:57] + "…")


def _typed(cells: _Cells, resource: Resource) -> Table:
    frame = pd.DataFrame(
        {
            f.name: _parsed(cells.frame[f.name], f)[0] if f.type in (*NUMBERS, "date") else cells.frame[f.name]
            for f in resource.schema_.fields
        }
    )
    frame[ROW] = resource.name + ":" + _keys(cells, resource.schema_.primaryKey)
    _place_in_time(frame, resource)
    status = resource.relations.status
    frame[STATUS] = frame[status.column].map(dict(status.map)).fillna("A") if status else "A"
    return Table(resource, frame, cells.lines)


def _place_in_time(frame: pd.DataFrame, resource: Resource) -> None:
    """Add @day, @month, @precision (day, month or year) and @day_dated."""
    time = resource.relations.time
    if not time:
        frame[DAY], frame[PRECISION], frame[DAY_DATED] = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]"), "day", False
        frame[MONTH] = 0
        return
    kind = resource.columns[time.start].type
    start = frame[time.start]
    if kind == "year":
        start = start.map(lambda y: f"{int(y):04d}-01-01", na_action="ignore")
    frame[DAY] = (
        start if kind == "date" else pd.to_datetime(start.where(start != ""), format="mixed" if kind == "string" else None, errors="coerce")
    )
    frame[DAY] = frame[DAY].astype("datetime64[s]")
    frame[MONTH] = months_of(frame[DAY].to_numpy())
    frame[PRECISION] = frame[time.precision].replace("approx", "month") if time.precision else time.every or "day"
    frame[DAY_DATED] = (frame[PRECISION] == "day") & frame[DAY].notna()
