"""Where in a grid the table is: titles above, header in one line or stacked, notes below; and wide tables turned long.

A row is left out only where it is a title, a note below, or named by --skip, and each is reported. What else does not fit is refused.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from indicators.nouns.periods import Step
from indicators.nouns.vocabulary import is_day
from indicators.problems import Place, Problem, ProblemsFound
from indicators.reading.forms import MISSING
from indicators.reading.importing.grids import Grid, unflagged
from indicators.reading.importing.options import Options, cannot, reason
from indicators.reading.importing.periods_named import Named, month_alone, named_period, nearly_period
from indicators.suggestions import suggest

NUMBER = re.compile(r"[-+(]?[0-9][0-9.,'’\s\u00a0\u202f]*([eE][-+]?[0-9]+)?%?\)?")
MARK = re.compile(MISSING)
"""What a cell without a number holds, besides nothing."""
NOTE = re.compile(r"[^\W\d_].*\s|[:：※*]|.{25}|^\(?\w{1,2}\)")
"""What tells a note below a table from the name of a row without numbers."""
MOST_LEVELS = 5
"""Lines of a stacked header."""
MOST_SHOWN = 10
"""Rows that do not fit which are shown."""
SERIES, PERIOD, VALUE = "series", "period", "value"
"""Columns of a table that was turned long."""
FLAGGED = ("TIME_PERIOD", "OBS_VALUE", "OBS_FLAG")
"""The same where numbers have flags behind them, by the names of SDMX."""


class Column(NamedTuple):
    """A column as the file has it: its heading, the lines of a stacked one joined, and its cells."""

    heading: str
    cells: list[str]


class Laid(NamedTuple):
    """The columns of a table; the line of each row; what was left out and how it was turned, a sentence each. `titles`: what stood above
    it; `notes`: what stood below. `step`: of a table that had periods as columns; `emptied`: the rows of its cells without a value."""

    columns: list[Column]
    lines: list[int]
    remarks: list[str]
    titles: tuple[str, ...]
    notes: tuple[str, ...]
    step: Step | None = None
    emptied: list[list[str]] = []


class _Body(NamedTuple):
    """The names of each column, a line of the header each, and the rows below. `has_flags`: numbers have flags behind them."""

    names: list[list[str]]
    rows: list[list[str]]
    lines: list[int]
    remarks: list[str]
    titles: tuple[str, ...]
    notes: tuple[str, ...]
    has_flags: bool = False


def laid_out(grid: Grid, name: str, options: Options) -> Laid:
    """The table of a grid, long. ProblemsFound where a row is neither of the table nor plainly beside it."""
    if grid.dimensions:
        options = options._replace(header=(grid.lines[0],), text=(*options.text, *grid.dimensions))
    body = _chosen(_filled(_body(grid, name, options), name, options), name, options)
    return _long(body._replace(has_flags=bool(grid.dimensions)), name, options)


# ---- header and rows ----


def _body(grid: Grid, name: str, options: Options) -> _Body:
    pairs = [(row, line) for row, line in zip(grid.rows, grid.lines, strict=True) if line not in options.skip]
    width = max((n for row, _ in pairs for n, cell in enumerate(row, 1) if cell), default=0)
    rows = [[*row, *[""] * (width - len(row))][:width] for row, _ in pairs]
    lines = [line for _, line in pairs]
    first, last = _header(rows, lines, name, options)
    names = _names(rows[first : last + 1])
    kept, notes = _without_notes(rows[last + 1 :])
    named = max(n for n, one in enumerate(names, 1) if one)
    uneven = [] if grid.typed is not None else [len(row) < named for row, _ in pairs[last + 1 :]]
    _refuse_strays(kept, lines[last + 1 :], names, uneven, name)
    titles = tuple(cell for row in rows[:first] for cell in dict.fromkeys(row) if cell)
    remarks = [f"above the header, left out: {' / '.join(titles)}"] if titles else []
    remarks += [f"below the table, left out: {note}" for note in notes]
    remarks += [f"lines left out by --skip: {', '.join(map(str, options.skip))}"] if options.skip else []
    return _Body(names, kept, lines[last + 1 :][: len(kept)], remarks, titles, tuple(notes))


def _header(rows: list[list[str]], lines: list[int], name: str, options: Options) -> tuple[int, int]:
    """The first and the last line of the header, as places among the rows."""
    if options.header:
        places = [n for n, line in enumerate(lines) if line in (options.header[0], options.header[-1])]
        if not places:
            raise cannot(name, f"line {options.header[0]} is empty, or not in the file", "correct --header")
        return places[0], places[-1]
    filled = [sum(map(bool, row)) for row in rows]
    several = sorted(n for n in filled if n > 1)
    if not several:
        raise cannot(name, "no line has two cells, so none is the header of a table", "name the header's line with --header")
    start = next(n for n, count in enumerate(filled) if count > 1 and 2 * count >= several[len(several) // 2])
    numeric = _numeric(rows[start + 1 :])
    first, last = start, start
    while first and lines[first] - lines[first - 1] == 1 and _is_level_above(rows[first - 1]):
        first -= 1
    while last - first < MOST_LEVELS - 1 and last + 2 < len(rows) and _is_level(rows[last + 1], numeric):
        last += 1
    named = [rows[start][n] for n in numeric]
    if last > start and all(named) and len(set(named)) == len(named):
        why = "the line below the names of the columns has words where other rows have numbers"
        hint = f"--header {lines[first]}-{lines[last]} if it belongs to the header, --skip {lines[last]} to leave it out"
        raise cannot(name, why, f"{hint}, --header {lines[first]} if it is a row", lines[last])
    if numeric and not _is_level(rows[start], numeric) and first == last:
        raise cannot(name, *_no_header(rows[start], lines[start]), lines[start])
    return first, last


def _no_header(row: Sequence[str], line: int) -> tuple[str, str]:
    """Why no line is taken for the header, and what to do."""
    odd = next(((cell, why) for cell in row if (why := nearly_period(cell))), None)
    if odd:
        return f"{odd[0]!r} above the numbers is not the name of a period", f"it looks like {odd[1]}"
    names = "name its line with --header" if line > 1 else f"--header {line} if this is it; else write the names into a first line"
    return "no line of names was found above the numbers", names


def _numeric(rows: Sequence[Sequence[str]]) -> list[int]:
    """The columns of which most cells are numbers, by the lower half of the rows, where no header is."""
    lower = rows[len(rows) // 2 :]
    columns = [[row[n] for row in lower if row[n]] for n in range(len(rows[0]))] if rows else []
    return [n for n, cells in enumerate(columns) if cells and 2 * sum(map(_is_numeric, cells)) > len(cells)]


def _is_numeric(cell: str) -> bool:
    return bool(NUMBER.fullmatch(cell) or MARK.fullmatch(cell))


def _is_level(row: Sequence[str], numeric: Sequence[int]) -> bool:
    """Whether a row names columns: where the others have numbers it has words, or periods that follow each other."""
    cells = [row[n] for n in numeric if row[n]]
    if not cells or any(MARK.fullmatch(cell) for cell in cells):
        return False
    bare = [cell for cell in cells if re.search("[0-9]", cell) and not re.search(r"[^\W\d_]", cell)]
    if not bare:
        return True
    named = [one.label for cell in bare if (one := Named(cell, "day") if is_day(cell) else named_period(cell))]
    return len(named) == len(bare) > 1 and (named in (sorted(set(named)), sorted(set(named), reverse=True)) or _is_repeated(named))


def _is_repeated(names: Sequence[str]) -> bool:
    """Whether the same names come again and again, as years below several headings do: 2019, 2020, 2019, 2020."""
    different = list(dict.fromkeys(names))
    return len(names) % len(different) == 0 and list(names) == different * (len(names) // len(different)) and len(different) > 1


def _is_level_above(row: Sequence[str]) -> bool:
    """Whether the row above a header names groups of columns: two cells behind the first, or one that is a period."""
    cells = [cell for cell in row[1:] if cell]
    return len(set(cells)) > 1 or (len(set(cells)) == 1 and (len(cells) > 1 or named_period(cells[0]) is not None))


def _names(levels: Sequence[Sequence[str]]) -> list[list[str]]:
    """The names of each column from the top; one that is written over the first of several columns holds for all of them."""
    spread = [list(row) for row in levels]
    for level, below in zip(spread[:-1], levels[1:], strict=True):
        for n in range(1, len(level)):
            if not level[n] and below[n] and level[n - 1] and (n > 1 or levels[-1][0] != levels[-1][n]) and below[n - 1]:
                level[n] = level[n - 1]
    return [list(dict.fromkeys(filter(None, (row[n] for row in spread)))) for n in range(len(levels[0]))]


def _without_notes(rows: list[list[str]]) -> tuple[list[list[str]], list[str]]:
    """The rows, and the notes below them: the last ones of which only the first cell is filled, by words, in a table of more columns."""
    end = len(rows)
    while end and len(rows[0]) > 1 and not any(rows[end - 1][1:]) and NOTE.search(rows[end - 1][0]) and not named_period(rows[end - 1][0]):
        end -= 1
    return (rows[:end], [row[0] for row in rows[end:]]) if end else (rows, [])


def _refuse_strays(rows: list[list[str]], lines: list[int], names: list[list[str]], uneven: list[bool], name: str) -> None:
    """Refuse rows with one cell alone, with fewer cells than the header, and cells in columns without a name."""
    problems: list[Problem] = []
    if not rows:
        problems.append(reason("there is no row below the header", "name the header's line with --header").at(Place(name)))
    for place, (row, line) in enumerate(zip(rows, lines, strict=False)):
        filled = [n for n, cell in enumerate(row) if cell]
        nameless = next((row[n] for n in filled if n and not names[n]), None)
        if len(filled) == 1 and len(row) > 2:
            why = f"the row has nothing but {row[filled[0]]!r}: a heading, or a row without its numbers?"
            hint = f"leave it out with --skip {line}, or write what it says into a column"
        elif nameless is not None:
            why, hint = f"the cell {nameless!r} is in a column without a name", "name the column, or name the header's line with --header"
        elif uneven and uneven[place]:
            why, hint = "the row has fewer cells than the header", f"complete it, or leave it out with --skip {line}"
        else:
            continue
        problems.append(reason(why, hint).at(Place(name, line)))
    if problems:
        raise ProblemsFound(problems[:MOST_SHOWN])


# ---- columns ----


def _filled(body: _Body, name: str, options: Options) -> _Body:
    """Names that are written only once in a block, in the rows below too: where the file shows it, or --fill says so."""
    headings = [" ".join(one) for one in body.names]
    asked = [_place(heading, headings, name, "--fill") for heading in options.fill]
    rows, remarks, known = [list(row) for row in body.rows], list(body.remarks), set(asked)
    leading = 0
    for n, heading in enumerate(headings):
        cells = [row[n] for row in rows]
        is_block = n == leading and _is_block(cells, rows, n)
        if n in known or (is_block and _is_same_in_each(cells, rows, n)):
            leading = n + 1
            for above, row in itertools.pairwise(rows):
                row[n] = row[n] or above[n]
            remarks.append(f"{heading!r} was written once in a block: {cells.count('')} empty cells below a name have it too")
        elif is_block and heading not in options.text and name_of(heading) not in options.text:
            why = f"the column {heading!r} is empty in {cells.count('')} rows below a name"
            hint = f"if the name holds for them too: --fill {heading!r}; if they have none: --text {heading!r}"
            raise cannot(name, why, hint)
    return body._replace(rows=rows, remarks=remarks)


def _is_block(cells: Sequence[str], rows: Sequence[Sequence[str]], n: int) -> bool:
    """Whether a leading column of words has names with empty cells below them, beside another column of words that is full; or years
    beside one of months."""
    if not cells[0] or "" not in cells or n + 1 >= len(rows[0]):
        return False
    beside = [row[n + 1] for row in rows]
    if all(_is_year(cell) for cell in cells if cell):
        return all(_month(cell) for cell in beside)
    is_words = not any(_is_numeric(cell) for cell in cells if cell) and not all(_is_numeric(cell) for cell in beside)
    return all(beside) and is_words and 2 * cells.count("") >= len(cells)


def _month(cell: str) -> int | None:
    return int(cell) if re.fullmatch("0?[1-9]|1[0-2]", cell) else month_alone(cell)


def _is_same_in_each(cells: Sequence[str], rows: Sequence[Sequence[str]], n: int) -> bool:
    """Whether the column beside has the same names in each block, two blocks at least, or months in their order: what plainly belongs
    together."""
    starts = [place for place, cell in enumerate(cells) if cell]
    blocks = [tuple(row[n + 1] for row in rows[a:b]) for a, b in zip(starts, [*starts[1:], len(rows)], strict=True)]
    months = [[_month(cell) or 0 for cell in block] for block in blocks]
    if all(_is_year(cell) for cell in cells if cell) and all(block == sorted(set(block)) for block in months):
        return True
    return len(blocks) > 1 and len(set(blocks)) == 1


def _place(heading: str, headings: Sequence[str], name: str, option: str) -> int:
    """The place of a column that an option names, by its heading as the file has it or as a name."""
    for n, one in enumerate(headings):
        if heading in (one, name_of(one)):
            return n
    raise cannot(name, f"{option} names {heading!r}, and there is no such column", suggest(heading, headings))


def _places(heading: str, headings: Sequence[str], names: Sequence[Sequence[str]], name: str) -> list[int]:
    """The places of all columns that have a heading, or have it as a line of a stacked one."""
    found = [n for n, one in enumerate(headings) if heading in (one, name_of(one), *names[n])]
    return found or [_place(heading, headings, name, "--drop")]


def name_of(heading: str) -> str:
    """The name of a column by its heading.

    >>> name_of("Country Name"), name_of("% of GDP"), name_of("国・地域")
    ('country_name', 'of_gdp', '国_地域')
    """
    return re.sub(r"[\W_]+", "_", heading.casefold()).strip("_")


def _chosen(body: _Body, name: str, options: Options) -> _Body:
    """The rows that --where selects, without the columns that --drop names and those that hold nothing."""
    headings, rows, lines = [" ".join(one) for one in body.names], body.rows, body.lines
    remarks = list(body.remarks)
    for heading, value in options.where.items():
        n = _place(heading, headings, name, "--where")
        kept = [place for place, row in enumerate(rows) if row[n] == value]
        if not kept:
            raise cannot(name, f"no row has {value!r} under {heading!r}", suggest(value, sorted({row[n] for row in rows})))
        remarks.append(f"--where {heading}={value}: {len(rows) - len(kept)} of {len(rows)} rows are left out")
        rows, lines = [rows[place] for place in kept], [lines[place] for place in kept]
    dropped = {n for heading in options.drop for n in _places(heading, headings, body.names, name)}
    empty = {n for n in range(len(headings)) if not body.names[n] and not any(row[n] for row in rows)}
    remarks += [f"columns left out by --drop: {', '.join(headings[n] for n in sorted(dropped))}"] if dropped else []
    kept_columns = [n for n in range(len(headings)) if n not in dropped | empty]
    return body._replace(
        names=[body.names[n] for n in kept_columns], rows=[[row[n] for n in kept_columns] for row in rows], lines=lines, remarks=remarks
    )


# ---- wide to long ----


def _refuse_values_as_names(columns: Sequence[Column], name: str) -> None:
    """Refuse a header that is a row of the table: a name that is a period, day or number above cells that are, too."""
    for column in columns:
        kind = _kind_of(column.heading)
        if kind and any(_kind_of(cell) == kind for cell in column.cells):
            why = f"no line of names was found: {column.heading!r} would be the name of a column of such cells"
            raise cannot(name, why, "write the names of the columns into the first line, or name their line with --header")


def _kind_of(cell: str) -> str:
    if is_day(cell):
        return "day"
    named = named_period(cell)
    return named.step if named else "number" if NUMBER.fullmatch(cell) else ""


class _Wide(NamedTuple):
    """A column that is about a period: its place, the period (or the month alone, as its number), its step, and its other names."""

    place: int
    period: str
    step: Step
    series: str


def _long(body: _Body, name: str, options: Options) -> Laid:
    wide = list(_about_periods(body.names))
    headings = _distinct([" ".join(one) for one in body.names])
    columns = [Column(heading, [row[n] for row in body.rows]) for n, heading in enumerate(headings)]
    if len(wide) < 2:
        _refuse_values_as_names(columns, name)
    if not wide or (len(wide) == 1 and not re.match("[0-9]{4}", wide[0].period)):
        return Laid(columns, body.lines, body.remarks, body.titles, body.notes)
    steps = Counter(one.step for one in wide)
    if len(steps) > 1:
        shown = ", ".join(f"{count} of a {step}" for step, count in steps.items())
        raise cannot(name, f"the columns are about periods of different length ({shown})", "leave out all but one kind with --drop")
    places = {one.place for one in wide}
    beside = [n for n in range(len(headings)) if n not in places]
    year = next((n for n in beside if all(_is_year(cell) for cell in columns[n].cells)), None)
    is_month_alone = not re.search("[0-9]{4}", wide[0].period)
    if is_month_alone and year is None:
        raise cannot(name, "months are named without a year, and no column has the year", "write the year into a column or the header")
    kept = [n for n in beside if not (is_month_alone and n == year)]
    _refuse_numbers(kept, columns, name, options)
    return _melted(body, columns, wide, kept, year if is_month_alone else None, options)


def _is_year(cell: str) -> bool:
    named = named_period(cell)
    return named is not None and named.step == "year"


def _about_periods(names: Sequence[Sequence[str]]) -> Iterator[_Wide]:
    for place, levels in enumerate(names):
        for period, rest in _readings(levels):
            named, month = Named(period, "day") if is_day(period) else named_period(period), month_alone(period)
            if named or month:
                label, step = named or (f"{month:02d}", "month")
                yield _Wide(place, label, step, " ".join(rest))
                break


def _readings(levels: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Which of the names of a column may be that of its period, and the others: a year and a month (or quarter) together come first."""
    for first, year in enumerate(levels):
        named = named_period(year)
        for second, part in enumerate(levels):
            if named and named.step == "year" and first != second:
                month = month_alone(part)
                rest = [one for n, one in enumerate(levels) if n not in (first, second)]
                yield (f"{named.label}-{month:02d}" if month else f"{named.label} {part}"), rest
    for n, one in enumerate(levels):
        yield one, [other for m, other in enumerate(levels) if m != n]


def _refuse_numbers(beside: Sequence[int], columns: Sequence[Column], name: str, options: Options) -> None:
    """Refuse columns of numbers beside those of periods: a total would become a name of rows."""
    problems: list[Problem] = []
    for n in beside:
        cells = [cell for cell in columns[n].cells if cell]
        heading = columns[n].heading
        is_said = heading in options.text or name_of(heading) in (*options.text, *options.key)
        if cells and not is_said and all(NUMBER.fullmatch(cell) for cell in cells):
            odd = nearly_period(heading)
            why = f"the column {heading!r} holds numbers beside columns of periods: a total, or a code?"
            why = f"the column {heading!r} looks like {odd}" if odd else why
            hint = f"leave it out with --drop {heading!r}, or keep it as a code with --text {heading!r}"
            problems.append(reason(why, hint).at(Place(name)))
    if problems:
        raise ProblemsFound(problems)


def _melted(
    body: _Body, columns: Sequence[Column], wide: Sequence[_Wide], beside: Sequence[int], year: int | None, options: Options
) -> Laid:
    """A row for each cell that is not empty, or that has a flag which says why it is."""
    has_series = len({one.series for one in wide}) > 1
    long: list[list[str]] = []
    emptied: list[list[str]] = []
    lines: list[int] = []
    for number, row in enumerate(body.rows):
        for one in wide:
            cells = unflagged(row[one.place]) if body.has_flags else (row[one.place],)
            named = named_period(columns[year].cells[number]) if year is not None else None
            period = f"{named.label}-{one.period}" if named else one.period
            before = [*(row[n] for n in beside), *([one.series] if has_series else []), period]
            if not any(cells) or cells[0] in options.missing or MARK.fullmatch(cells[0]):
                emptied.append([*before, *[""] * len(cells)])
            else:
                long.append([*before, *cells])
                lines.append(body.lines[number])
    names = FLAGGED if body.has_flags else (PERIOD, VALUE)
    headings = _distinct([*(columns[n].heading for n in beside), *([SERIES] if has_series else []), *names])
    remarks = [*body.remarks, f"{len(wide)} columns are about a {wide[0].step} each: they become rows, with the columns {', '.join(names)}"]
    if emptied:
        marked = Counter(
            row[one.place] for row in body.rows for one in wide if row[one.place] in options.missing or MARK.fullmatch(row[one.place])
        )
        marks = "".join(f", {mark!r} is taken for missing ({times} ×)" for mark, times in marked.items())
        remarks.append(f"{len(emptied)} cells below periods have no number and become no row{marks}")
    named_once = {one.series for one in wide} - {""}
    measures = tuple(named_once) if named_once and not has_series else ()
    remarks += [f"the numbers are {one!r}" for one in measures]
    cells_of = [Column(h, [row[n] for row in long]) for n, h in enumerate(headings)]
    return Laid(cells_of, lines, remarks, (*body.titles, *measures), body.notes, wide[0].step, emptied)


def _distinct(headings: Sequence[str]) -> list[str]:
    """Headings of which none is empty and none appears twice; `column 3` where there is none."""
    seen: Counter[str] = Counter()
    distinct = []
    for n, heading in enumerate(headings, 1):
        plain = heading or f"column {n}"
        seen[name_of(plain)] += 1
        distinct.append(plain if seen[name_of(plain)] == 1 else f"{plain} {seen[name_of(plain)]}")
    return distinct
