"""CSV and descriptor to a checked table. Checks are vectorised and report every finding with the file's physical line."""

import datetime
import functools
import hashlib
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

from indicators.nouns.config import Limits
from indicators.nouns.descriptor import FieldOf, Resource
from indicators.nouns.periods import (
    FREQUENCY,
    Frequency,
    as_days,
    first_day,
    first_days,
    label,
    months_of,
    ordinals,
    parse_period,
    period_named,
    period_of,
    periods_of,
)
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import DAY, DAY_DATED, MONTH, PRECISION, PRECISIONS, ROW, STATUS, form_of
from indicators.operations.column import NUMBERS
from indicators.problems import MOST_IN_A_FILE, Fault, Place, Problem, Report, fault, first_few, report_all
from indicators.reading.cells import TYPED, Finding, exactly, is_known, not_read, peculiar, quoted, text_findings
from indicators.reading.descriptors import Descriptor
from indicators.reading.dialect import Rows, cells_fault, column_list_faults, header_faults, read_rows, renamed
from indicators.reading.files import decoded, read_raw, uncollected
from indicators.reading.forms import causes, form_in_words, in_standard_form
from indicators.reading.spells import findings, place_ends, precision_of
from indicators.reading.store_rules import counted_in_file_or
from indicators.suggestions import suggest

TOO_LONG = "write a higher limit under limits: bytes in config.yaml, or list several files under path in the descriptor"
TOO_MANY = "write a higher limit under limits: rows in config.yaml, or leave out what no indicator reads"
SHOWN = 3
"""Similar faults in one column: the first few lines are shown, and the number of the rest."""
EXAMPLE = datetime.date(2024, 1, 14)
"""A day, to show how a period is written."""
OF_FORM = ("wrong-type", "no-such-day", "not-allowed", "wrong-pattern")
"""Faults of a cell that may come from a character that only looks like another."""
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


LIMITS = Limits()


class Cells(NamedTuple):
    """Text cells with their physical lines; `digest`: SHA-256 of the bytes that they were read from. `files`: of each row, where the
    table has several. `odd`: cells that are not in the form that their column declares. `parsed`: columns that are typed already."""

    name: str
    frame: pd.DataFrame
    lines: tuple[int, ...]
    has_controls: bool
    digest: str = ""
    files: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    odd: Mapping[str, pd.Series] = MappingProxyType({})
    parsed: Mapping[str, tuple[pd.Series, str]] = MappingProxyType({})

    def place(self, row: int) -> Place:
        return Place(self.files[row] if self.files else self.name, self.lines[row])

    def labels(self, rows: Iterable[Any]) -> Sequence[int | str]:
        """What messages call rows: their lines, with the file where there are several."""
        return [str(self.place(int(row))) if self.files else self.lines[int(row)] for row in rows]


def read_table(
    root: Path,
    folder: str,
    descriptor: Descriptor,
    report: Report,
    sound: Callable[[Table], object] | None = None,
    before: Table | None = None,
    limits: Limits = LIMITS,
) -> Table | None:
    """The table, or None with its problems reported. Links to other tables are checked in `links`; `sound` is called with the rows of
    a faulty table whose own cells are right, so that what else is wrong with these is found in the same run. `before`: the table
    under the same descriptor as it was read without a problem; texts that it has are not looked at again."""
    problems: list[Problem] = []
    cells = _cells(root, folder, descriptor, limits, problems.append)
    if cells:
        frame, odd = in_standard_form(cells.frame, descriptor.resource)
        parsed = {field.name: _parsed(frame[field.name], field, descriptor.resource) for field in descriptor.resource.schema_.fields}
        cells = cells._replace(frame=frame, odd=odd, parsed=parsed)
        problems += [*column_problems(cells, descriptor, before, descriptor.resource.schema_.fields), *_key_problems(cells, descriptor)]
    for problem in problems:
        report(problem)
    if cells is None:
        return None
    if problems:
        _ = sound and sound(_sound(cells, descriptor.resource))
        return None
    table = _typed(cells, descriptor.resource)
    problems = [*_period_problems(table, folder), *_row_problems(table, folder)]
    for problem in problems:
        report(problem)
    return None if problems else table


def _sound(cells: Cells, resource: Resource) -> Table:
    """The rows of a table in which no cell has a fault of its own."""
    right = pd.Series(True, index=cells.frame.index)
    for field in resource.schema_.fields:
        for finding in _column_findings(cells, field, resource):
            right &= ~finding.rows
    kept = [row for row, is_right in enumerate(right.tolist()) if is_right]
    frame, lines = cells.frame[right].reset_index(drop=True), tuple(cells.lines[row] for row in kept)
    files = tuple(cells.files[row] for row in kept if cells.files)
    return _typed(cells._replace(frame=frame, lines=lines, files=files, parsed={}), resource)


def _cells(root: Path, folder: str, descriptor: Descriptor, limits: Limits, report: Report) -> Cells | None:
    """The cells of all files of a table, one after the other; None where those of one cannot be read."""
    parts: list[Cells | None] = []
    header: list[str] = []
    for path in descriptor.resource.path_:
        part = _part(root / folder / path, f"{folder}/{path}", descriptor, header, limits, report)
        parts.append(part)
        header = header or (list(part.header) if part else [])
    read = [part for part in parts if part]
    if len(read) < len(parts) or len(read) == 1:
        return read[0] if len(read) == len(parts) else None
    lines = tuple(line for part in read for line in part.lines)
    digest = hashlib.sha256("".join(p.digest for p in read).encode()).hexdigest()
    files = tuple(part.name for part in read for _ in part.lines)
    frame = pd.concat([part.frame for part in read], ignore_index=True)
    cells = Cells(read[0].name, frame, lines, any(part.has_controls for part in read), digest, files)
    if len(frame) > limits.rows:
        hint = counted_in_file_or(descriptor.resource, TOO_MANY)
        report(fault("file-too-large/rows", hint=hint, most=limits.rows).at(cells.place(limits.rows)))
        return None
    return cells


def _part(path: Path, name: str, descriptor: Descriptor, header: list[str], limits: Limits, report: Report) -> Cells | None:
    """The cells of one file; `header`: of the files before it."""
    absent = f"{descriptor.file.place(('path',))} names it"
    hints = [counted_in_file_or(descriptor.resource, hint) for hint in (TOO_LONG, TOO_MANY)]
    raw = read_raw(path, name, hints[0], report, largest=limits.bytes, absent=absent)
    text = None if raw is None else decoded(raw, name, report)
    if raw is None or text is None:
        return None
    with uncollected():
        read = read_rows(text, name, descriptor, report, most=limits.rows, hint=hints[1], before=header)
        framed = read and _framed(name, read, descriptor, report)
    return framed and framed._replace(digest=hashlib.sha256(raw).hexdigest())


def _framed(name: str, read: Rows, descriptor: Descriptor, report: Report) -> Cells | None:
    place, wanted = Place(name, read.line), list(descriptor.resource.columns)
    header = renamed(read.header, descriptor, lambda wrong: report(wrong.at(place)))
    described = [column for column in header if column in wanted]
    wrong, names = header_faults(described if described and descriptor.resource.schema_.fieldsMatch == "subset" else header, descriptor)
    report_all(wrong, place, report)
    report_all(column_list_faults(names, descriptor), place, report)
    uneven = [(row, line) for row, line in zip(read.rows, read.lines, strict=True) if len(row) != len(header)]
    for (row, line), rest in first_few(uneven, MOST_IN_A_FILE):
        report(cells_fault(row, len(header)).with_rest(rest).at(Place(name, line)))
    if set(wanted) - set(header) or len(set(described)) < len(described) or uneven:
        return None
    places = [header.index(column) for column in wanted]
    rows = read.rows if places == list(range(len(header))) else [[row[place] for place in places] for row in read.rows]
    frame = pd.DataFrame(rows, columns=wanted, dtype=str)
    controls = bool(CONTROL.search("\n".join(map("\n".join, rows))))
    return Cells(name, frame, tuple(read.lines), controls, header=tuple(read.header))


def column_problems(cells: Cells, descriptor: Descriptor, before: Table | None, fields: Iterable[FieldOf]) -> Iterator[Problem]:
    """The first cells of each finding at their lines, with where the column is described."""
    for field in fields:
        column, place = cells.frame[field.name], descriptor.place_of(field.name)
        for finding in () if is_known(column, field, descriptor.resource, before) else _column_findings(cells, field, descriptor.resource):
            rows = column.index[finding.rows]
            for n, i in enumerate(rows[: finding.shown], 1):
                wrong = finding.fault(quoted(column[i]))
                more = more_lines(cells.labels(rows[finding.shown :]), " in this column") if n == finding.shown else ""
                why = peculiar(column[i], field.type in ("integer", "number")) if wrong.code in OF_FORM else ""
                wrong = wrong._replace(message=wrong.message + more, hint=f"{wrong.hint}{why}; see {place}")
                yield wrong.at(cells.place(int(i)))


def more_lines(lines: Sequence[int | str], where: str = "") -> str:
    """How many rows of a finding are not shown, and the first of their lines; "" where all are.

    >>> more_lines([53, 54]), more_lines(range(60, 80)), more_lines([])
    (' (2 more: lines 53, 54)', ' (20 more: lines 60, 61, 62, 63, 64…)', '')
    """
    first = ", ".join(map(str, lines[:5]))
    return f" ({len(lines):,} more{where}: line{'s' * (len(lines) > 1)} {first}{'…' * (len(lines) > 5)})" if lines else ""


def _column_findings(cells: Cells, field: FieldOf, resource: Resource) -> Iterator[Finding]:
    name, column, rules = field.name, cells.frame[field.name], field.constraints
    blank = (column == "").to_numpy()
    if rules.required or name in resource.schema_.primaryKey:
        yield Finding(blank, lambda _: fault("blank", hint="every row needs a value", column=name))
    elif says := _unsaid(cells.frame, name, blank, resource):
        hint, unsaid = says
        yield Finding(unsaid, lambda _: fault("blank", hint=hint, column=name))
    texts = list(text_findings(column, resource.relations.lists.get(name), cells.labels, _is_free(field, resource)))
    yield from texts
    filled = functools.reduce(operator.and_, (~finding.rows for finding in texts), ~blank)
    if cells.has_controls:
        controls = column.str.contains(CONTROL).to_numpy(dtype=bool)
        yield Finding(filled & controls, lambda cell: fault("control-character", hint="remove it", column=name, cell=cell))
    typed, standard = cells.parsed.get(name) or _parsed(column, field, resource)
    typed, expected = typed.mask(cells.odd[name]) if name in cells.odd else typed, form_in_words(field) or standard
    is_date = field.kind == "date" or expected.startswith("a date")
    unread = filled & typed.isna().to_numpy()
    for cause, wrong in causes(column[unread], field).items() if unread.any() else ():
        found = functools.partial(not_read, is_date, name, expected, cause or f"write {expected}")
        yield Finding(column.index.isin(wrong), found, 1 if cause else SHOWN)
    yield from _code_findings(column, filled, field, resource)
    if rules.pattern:
        rows = filled & ~column.map(form_of(rules.pattern)).to_numpy(dtype=bool)
        yield Finding(rows, lambda cell: fault("wrong-pattern", hint="correct it", column=name, cell=cell, pattern=rules.pattern))
    if rules.minimum is not None:
        rows = filled & (typed < _limit(rules.minimum, field)).to_numpy(dtype=bool)
        yield Finding(rows, lambda cell: fault("too-small", hint="correct it", column=name, cell=cell, limit=rules.minimum))
    if rules.maximum is not None:
        rows = filled & (typed > _limit(rules.maximum, field)).to_numpy(dtype=bool)
        yield Finding(rows, lambda cell: fault("too-large", hint="correct it", column=name, cell=cell, limit=rules.maximum))


def _unsaid(frame: pd.DataFrame, name: str, blank: np.ndarray, resource: Resource) -> tuple[str, np.ndarray] | None:
    """Blank cells in a column that says what another cell of the row is worth, and what to do: nothing is taken for exact or final."""
    time, status = resource.relations.time, resource.relations.status
    if time and name in (time.precision, time.end_precision):
        date = time.start if name == time.precision else time.end
        # The first of a month is how a date is written of which only the month or the year is known; any other day is one.
        return "say how exact the date is: day, month, quarter or year", blank & frame[date].str.endswith("-01").to_numpy(dtype=bool)
    if status and name == status.column and "" not in status.map:
        return "say how final the number is, or give blanks a letter under status in the descriptor: map: {'': P}", blank
    return None


def _is_free(field: FieldOf, resource: Resource) -> bool:
    """Whether any text is allowed in a column: what its cells are is not said by a vocabulary."""
    listing = resource.relations.lists.get(field.name)
    return field.type == "string" and not (listing.enum if listing else _codes(field, resource))


def _code_findings(column: pd.Series, filled: np.ndarray, field: FieldOf, resource: Resource) -> Iterator[Finding]:
    """Cells that hold what is not one of the codes of their column, or of its lists."""
    codes, listing = _codes(field, resource), resource.relations.lists.get(field.name)
    if codes is not None and not listing:
        cells = pd.to_numeric(column, errors="coerce") if field.type in NUMBERS else column
        unknown_codes = filled & cells.notna().to_numpy() & ~cells.isin(codes).to_numpy()
        hint = _first_guess(column[unknown_codes], codes)
        yield Finding(unknown_codes, lambda cell: fault("not-allowed/cell", hint=hint, column=field.name, cell=cell))
    if listing and listing.enum:
        odd = {cell for cell in pd.unique(column[filled]).tolist() if not set(cell.split(listing.separator)) <= set(listing.enum)}
        items = column[filled & column.isin(odd)].str.split(listing.separator).explode()
        unknown = items[~items.isin(listing.enum)]
        guess = _first_guess(unknown, listing.enum)
        rows = filled & column.index.isin(unknown.index)
        yield Finding(rows, lambda cell: fault("not-allowed/item", hint=guess, column=field.name, cell=cell))


def _first_guess(unknown: pd.Series, allowed: Iterable[str | float]) -> str:
    return suggest(unknown.iloc[0], allowed) if len(unknown) else ""


def _limit(limit: float | str, field: FieldOf) -> float | pd.Timestamp:
    return pd.Timestamp(limit) if field.kind == "date" else float(limit)


WHOLE, YEAR = "(0|[1-9][0-9]*)", "[1-9][0-9]{3}"
FORMS = {
    "date": (f"{YEAR}-[0-9]{{2}}-[0-9]{{2}}", "a day of the calendar as YYYY-MM-DD"),
    "integer": (f"[-+]?{WHOLE}", "a whole number"),
    "year": (YEAR, "a year as YYYY"),
    "number": (rf"[-+]?({WHOLE}(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?", "a number"),
    "yearmonth": (f"{YEAR}-(0[1-9]|1[0-2])", "a month as YYYY-MM"),
    "boolean": (r"(true|false)", "true or false"),
}
"""The form of a cell by the type of its column, and in words; any text is text."""


def _parsed(column: pd.Series, field: FieldOf, resource: Resource) -> tuple[pd.Series, str]:
    """Typed cells (missing where blank or wrong) and what a cell should be, in words. Texts that place a row in time are dates of
    some precision."""
    time = resource.relations.time
    if field.type == "string":
        if time and time.every and field.name == time.start:
            every = FREQUENCY[time.every]
            is_named = column.map(lambda cell: _is_period(cell, every)).astype(bool)
            return column.where(is_named), f"a {time.every} as {label(period_of(EXAMPLE, every), every)}"
        if time and field.name in (time.start, time.end):
            return column.where(column.map(_is_loose_date).astype(bool)), "a date as YYYY, YYYY-MM or YYYY-MM-DD"
        return column, "text"
    places, different = pd.factorize(column)
    return pd.Series(_read(pd.Series(different), field).array.take(places), index=column.index), FORMS[field.kind][1]


def _read(texts: pd.Series, field: FieldOf) -> pd.Series:
    """Different texts as cells of their type."""
    shaped = texts.where(texts.str.fullmatch(FORMS[field.kind][0]))
    if field.kind == "date":
        return pd.to_datetime(shaped, format="%Y-%m-%d", errors="coerce")
    return exactly(pd.to_numeric(shaped, errors="coerce").astype("float64"), shaped) if field.type in NUMBERS else shaped


def _codes(field: FieldOf, resource: Resource) -> list[str | float] | None:
    """The codes that a column may hold: its vocabulary, and of it what `relations` can read (precision of dates, status)."""
    time, status = resource.relations.time, resource.relations.status
    enum = list(field.codes) if field.type in NUMBERS else [str(e).lower() if isinstance(e, bool) else str(e) for e in field.codes]
    readable: tuple[str, ...] = ()
    if time and field.name in (time.precision, time.end_precision):
        readable = PRECISIONS
    elif status and status.column == field.name:
        readable = tuple(status.map)
    allowed = [code for code in enum or readable if not readable or code in readable]
    return allowed or None


def _period_named(cell: str) -> tuple[int, Frequency]:
    """Period and frequency of a name as statistics offices write it: also SDMX's 2024-S1 for a half-year and 2024-M01 for a month."""
    return parse_period(re.sub(r"^(\d{4}-)S(?=[12]$)", r"\1H", re.sub(r"^(\d{4}-)M(?=\d\d$)", r"\1", cell)))


def _is_period(cell: str, frequency: Frequency) -> bool:
    try:
        return _period_named(cell)[1] == frequency
    except ValueError:
        return False


def _is_loose_date(cell: str) -> bool:
    found = period_named(cell)
    return found is not None and found[1] in ("annual", "monthly", "daily")


def _key_problems(cells: Cells, descriptor: Descriptor) -> Iterator[Problem]:
    """Rows whose key, or whose value in a unique column, appears in an earlier row; both lines are named."""
    primary = descriptor.resource.schema_.primaryKey
    unique = [(f.name,) for f in descriptor.resource.schema_.fields if f.constraints.unique and (f.name,) != primary]
    for key in (primary, *unique):
        ids = _keys(_with_numbers(cells, key, descriptor.resource), key)
        repeated = ids[ids.duplicated() & (ids != "")].index.tolist()
        for i, rest in first_few(repeated, SHOWN):
            earlier = cells.place(int(ids[ids == ids[i]].index[0]))
            first = f"{earlier.line} of {earlier.file}" if cells.files else earlier.line
            hint = "remove one of the rows, or correct the key; if both are meant, add a column to the key that tells them apart"
            hint += _release_hint(descriptor.resource, key)
            hint += "; of a datetime only the day is read" * any(descriptor.resource.columns[k].type == "datetime" for k in key)
            twice = fault("duplicate-key/row", hint=hint, key=quoted(_keys(cells, key)[i]), columns=", ".join(key), line=first)
            twice = twice._replace(message=twice.message + (more_lines(cells.labels(repeated[SHOWN:])) if rest else ""))
            yield twice.at(cells.place(int(i)))


def _with_numbers(cells: Cells, key: tuple[str, ...], resource: Resource) -> Cells:
    """The cells with numbers of a key in one form, since 7, +7 and 7.0 are the same number."""
    typed = {k: _parsed(cells.frame[k], resource.columns[k], resource)[0] for k in key if resource.columns[k].type in NUMBERS}
    return cells._replace(frame=cells.frame.assign(**{k: n.astype(str).where(n.notna(), cells.frame[k]) for k, n in typed.items()}))


def _release_hint(resource: Resource, key: tuple[str, ...]) -> str:
    recorded = resource.relations.recorded
    if not recorded or recorded in key:
        return ""
    way = "remove unique from the column" if recorded in resource.schema_.primaryKey else f"add {recorded} to the primary key"
    return f"; if they are releases of one row, {way}"


def _period_problems(table: Table, folder: str) -> Iterator[Problem]:
    """Rows about one period and key, of which an earlier row has the same under another date."""
    time, primary = table.relations.time, table.resource.schema_.primaryKey
    if not time or not time.every or time.start not in primary:
        return
    same = [DAY, *(key for key in primary if key != time.start)]
    twice = table.frame.duplicated(same)
    repeated = [int(str(row)) for row in twice.index[twice]]
    for i, rest in first_few(repeated, SHOWN):
        (first,) = table.labels([(table.frame[same] == table.frame.loc[i, same]).all(axis=1).idxmax()])
        frequency = FREQUENCY[time.every]
        day: Any = table.frame.at[i, DAY]
        period = label(period_of(day.date(), frequency), frequency)
        hint = f"keep one row for each {time.every}, or correct `every` under time in the descriptor"
        again = fault("duplicate-key/period", hint=hint, period=period, line=first)
        more = more_lines(table.labels(repeated[SHOWN:])) if rest else ""
        yield again._replace(message=again.message + more).at(table.place(i, folder))


def _row_problems(table: Table, folder: str) -> Iterator[Problem]:
    """Rows whose dates contradict each other."""
    for places, fault_of in findings(table) if table.relations.kind == "spells" else _reversed(table):
        rows = [int(place) for place in places]
        for i, rest in first_few(rows, SHOWN):
            wrong, more = fault_of(i), more_lines(table.labels(rows[SHOWN:])) if rest else ""
            yield wrong._replace(message=wrong.message + more).at(table.place(i, folder))


def _reversed(table: Table) -> Iterator[tuple[Any, Callable[[int], Fault]]]:
    """Rows that end before they begin."""
    time = table.relations.time
    if not time or not time.end or table.resource.columns[time.end].kind != "date":
        return
    start, end, hint = table.frame[DAY], table.frame[time.end], f"correct {time.start} or {time.end}"

    def wrong(i: int) -> Fault:
        return fault("span-reversed/row", hint=hint, row=table.frame[ROW].iloc[i], start=start[i].date(), end=end[i].date())

    yield (end < start).to_numpy().nonzero()[0], wrong


def _keys(cells: Cells, key: tuple[str, ...]) -> pd.Series:
    first, *others = (cells.frame[k] for k in key)
    return first.str.cat(pd.concat(others, axis=1), sep="|") if others else first


def newest_releases(resource: Resource, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows without those of which a later release is among them: the same key but for the day on which it was recorded."""
    recorded, key = resource.relations.recorded, resource.schema_.primaryKey
    if recorded not in key or len(key) == 1:
        return rows
    latest = rows[recorded].groupby([rows[k] for k in key if k != recorded], dropna=False).transform("max")
    return rows[(rows[recorded] == latest).to_numpy()]


def timeless_keys(rows: pd.DataFrame, resource: Resource) -> pd.Series:
    """What each row is about besides its time: its key without time and release, joined by |; "" where that is all there is."""
    relations = resource.relations
    apart = {relations.recorded, relations.time.start if relations.time else None}
    texts = [_as_text(rows[key]) for key in resource.schema_.primaryKey if key not in apart]
    joined = pd.Series("", index=rows.index) if not texts else texts[0]
    return joined.str.cat(pd.concat(texts[1:], axis=1), sep="|") if len(texts) > 1 else joined


def _as_text(cells: pd.Series) -> pd.Series:
    if is_datetime64_any_dtype(cells):
        return cells.dt.strftime("%Y-%m-%d")
    return cells.map(lambda cell: f"{cell:.15g}").astype(str) if is_numeric_dtype(cells) else cells.astype(str)


def _typed(cells: Cells, resource: Resource) -> Table:
    columns = {f.name: (f, cells.frame[f.name]) for f in resource.schema_.fields}
    parsed = {name: cells.parsed.get(name) or _parsed(cell, f, resource) for name, (f, cell) in columns.items() if f.kind in TYPED}
    frame = pd.DataFrame({name: parsed[name][0] if name in parsed else cell for name, (_, cell) in columns.items()})
    frame[ROW] = resource.name + ":" + _keys(cells, resource.schema_.primaryKey)
    _place_in_time(frame, resource)
    status = resource.relations.status
    frame[STATUS] = frame[status.column].map(dict(status.map)).fillna("A") if status else "A"
    files = tuple(Path(file).name for file in cells.files)
    return Table(resource, frame, cells.lines, files, digest=cells.digest)


def _place_in_time(frame: pd.DataFrame, resource: Resource) -> None:
    """Add @day, @month, @precision (day, month or year) and @day_dated."""
    time = resource.relations.time
    if not time:
        frame[DAY], frame[PRECISION], frame[DAY_DATED] = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[s]"), "day", False
        frame[MONTH] = 0
        return
    kind = resource.columns[time.start].kind
    start = frame[time.start]
    if kind == "string" and time.every:
        start = start.map(lambda name: first_day(*_period_named(name)).isoformat() if name else "")
    if kind == "year":
        start = start.map(lambda y: f"{int(y):04d}-01-01", na_action="ignore")
    if kind != "date":
        start = pd.to_datetime(start.where(start != ""), format="mixed" if kind == "string" else None, errors="coerce")
    frame[DAY] = start.astype("datetime64[s]")
    if time.every:
        frame[DAY] = _first_days(frame[DAY], FREQUENCY[time.every])
    frame[MONTH] = months_of(frame[DAY].to_numpy())
    if resource.relations.kind == "spells":
        frame[PRECISION] = precision_of(frame[time.start], frame[time.precision] if time.precision else None)
        place_ends(frame, resource)
    else:
        frame[PRECISION] = frame[time.precision].replace({"approx": "month", "": "day"}) if time.precision else time.every or "day"
    frame[DAY_DATED] = (frame[PRECISION] == "day") & frame[DAY].notna()


def _first_days(days: pd.Series, frequency: Frequency) -> pd.Series:
    filled = ordinals(days.fillna(pd.Timestamp(0)))
    first = as_days(first_days(periods_of(filled, frequency), frequency)).astype("datetime64[s]")
    return pd.Series(first, index=days.index).where(days.notna())
