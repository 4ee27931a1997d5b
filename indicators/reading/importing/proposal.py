"""The tidy table of a file and its descriptor, as they are proposed: columns, time, key, kind and status."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from indicators.nouns.vocabulary import is_day
from indicators.problems import Fault, Place, Problem, ProblemsFound
from indicators.reading.importing.columns import TIME_LIKE, Read, as_written, read_column
from indicators.reading.importing.grids import Grid
from indicators.reading.importing.layout import NUMBER, PERIOD, SERIES, VALUE, Laid, laid_out, name_of
from indicators.reading.importing.options import Options, cannot, reason
from indicators.reading.importing.packages import Packaged
from indicators.reading.importing.periods_named import month_alone, nearly_period
from indicators.reading.importing.sdmx import (
    HEAD,
    TIME,
    dimensions_of,
    heading_of,
    in_thousands,
    status_of,
    without_empty,
    without_missing,
    without_units,
    written_out,
)
from indicators.reading.importing.sdmx import VALUE as OBS_VALUE
from indicators.suggestions import suggest

ROW = "row"
"""The column of row numbers, where no columns name a row."""
RECORDED = "recorded"
TOTALS = {"total", "totals", "all", "world", "wld", "sum", "t", "_t"} | {"all countries", "grand total", "insgesamt"}
TOTALS |= {"合計", "総数", "합계", "계"}
"""Codes that stand for all others of their column."""
MOST_KEYS = 4
"""Columns of a key that is looked for."""


class Proposal(NamedTuple):
    """What would be written: the columns in order, the key, what places a row in time, the kind of the rows. `laid`: where
    in the file it was; `remarks`: what was done with the file, a sentence each; `emptied`: rows that the file names without a value."""

    table: str
    file: str
    columns: list[Read]
    key: tuple[str, ...]
    time: Read | None
    kind: str
    laid: Laid
    remarks: list[str]
    packaged: Packaged | None = None
    recorded: str = ""
    emptied: list[list[str]] = []

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def rows(self) -> list[list[str]]:
        return [list(row) for row in zip(*(column.cells for column in self.columns), strict=True)]

    @property
    def descriptor(self) -> dict[str, Any]:
        """The descriptor, as a Frictionless Data Resource has it."""
        stated = dict(self.packaged.stated) if self.packaged else {}
        schema = {"fields": [_described(column, self) for column in self.columns], "primaryKey": list(self.key)}
        title = stated.pop("title", None) or self.table.replace("_", " ").capitalize()
        if self.laid.titles:
            stated.setdefault("description", " / ".join(self.laid.titles))
        return {"name": self.table, "path": f"{self.table}.csv", "title": title, **stated, "schema": schema, "relations": _relations(self)}


def proposed(grid: Grid, path: Path, options: Options, packaged: Packaged | None = None) -> Proposal:
    """What would be written for a file. ProblemsFound, with all that must be said by options, where it does not show enough."""
    laid = laid_out(grid, path.name, options)
    headings = [one.heading for one in laid.columns]
    laid = laid._replace(columns=[one._replace(heading=heading_of(one.heading, headings)) for one in laid.columns])
    names = [name_of(one.heading) for one in laid.columns]
    heads = [name for name in names if name in HEAD and OBS_VALUE in names]
    options = options._replace(text=(*options.text, *grid.dimensions, *heads))
    columns = _columns(laid, path.name, options, grid.typed, packaged)
    columns, joined = _joined(columns)
    columns, unused = without_empty(columns)
    columns, unmeasured = without_units(columns)
    columns, stated = without_missing(columns)
    columns, multiplied = written_out(columns, path.name, [name_of(one) for one in options.text])
    columns, scaled = in_thousands(columns, laid.titles)
    time, kind = _time(columns, options), _kind(columns, laid, options)
    wrong = [one for one in (time, kind, _value_fault(columns, laid)) if isinstance(one, Fault)]
    if isinstance(time, Fault) or isinstance(kind, Fault) or wrong:
        raise ProblemsFound([one.at(Place(path.name)) for one in wrong])
    columns = [as_written(one) if one.precision and one is not time else one for one in columns]
    remarks = [grid.form, *laid.remarks, *joined, *unused, *unmeasured, *stated, *multiplied, *scaled]
    remarks += _time_remarks(columns, time)
    remarks += [f"{grid.trimmed} cells had blanks or invisible characters at an edge"] if grid.trimmed else []
    if time and time.precision:
        if kind == "observations":
            why = f"{time.name} holds days, months and years, and a row of observations is about one kind of period"
            raise cannot(path.name, why, "choose rows with --where, as in --where FREQ=M, or say --kind events")
        field = {"name": f"{time.name}_precision", "type": "string", "description": f"How exact {time.name} is."}
        codes = Counter(filter(None, time.precision))
        columns.insert(columns.index(time) + 1, Read(field, time.precision, "how exact the date is", codes=codes))
    if options.recorded:
        field = {"name": RECORDED, "type": "date", "description": "The day of the release that has the row."}
        columns.append(Read(field, [options.recorded] * len(laid.lines), f"the day of this release: {options.recorded}"))
    key = _key(columns, time, kind, laid, options, path.name, packaged)
    if key == (ROW,) and ROW not in [one.name for one in columns]:
        numbers = [str(n) for n in range(1, len(laid.lines) + 1)]
        field = {"name": ROW, "type": "integer", "description": "Number of the row: no columns of the file name a row."}
        columns.insert(0, Read(field, numbers, f"row numbers, 1 to {len(numbers)}: no columns name a row"))
    key = (*key, RECORDED) if options.recorded and key != (ROW,) and RECORDED not in key else key
    remarks += [*_totals(columns, key), *_limits(columns)]
    table, emptied = table_named(path, options, packaged), _emptied(columns, laid, options)
    return Proposal(table, path.name, columns, key, time, kind, laid, remarks, packaged, options.recorded, emptied)


def _totals(columns: Sequence[Read], key: Sequence[str]) -> Iterator[str]:
    """Which columns hold a total beside its parts."""
    for column in columns:
        is_name = column.name in key or not (column.is_number or column.is_time)
        named = sorted({cell for cell in column.cells if cell.casefold() in TOTALS}) if is_name else []
        if named and len(set(column.cells)) > len(named):
            yield f"{column.name}: {', '.join(named)} may be the total of the other codes: a sum over all of them would count twice"


def _limits(columns: Sequence[Read]) -> Iterator[str]:
    """Which columns say that a number beside them is only a limit."""
    for column in columns:
        signs = {cell for cell in column.cells if cell}
        if signs and signs <= set("<>≤≥~") | {"<=", ">="}:
            yield f"{column.name}: where it is {' or '.join(sorted(signs))}, the number beside it is a limit, kept like a value"


def _emptied(columns: Sequence[Read], laid: Laid, options: Options) -> list[list[str]]:
    """The rows of cells without a value of a table that was turned long, as the other rows are written."""
    raw = {name_of(one.heading): (n, one.cells) for n, one in enumerate(laid.columns)}
    if not laid.emptied or any(one.name not in (*raw, RECORDED) for one in columns):
        return []
    written = {one.name: dict(zip(raw[one.name][1], one.cells, strict=True)) for one in columns if one.name in raw}

    def cell(column: Read, row: Sequence[str]) -> str:
        if column.name not in raw:
            return options.recorded
        text = row[raw[column.name][0]]
        return written[column.name].get(text, text) if text else ""

    return [[cell(one, row) for one in columns] for row in laid.emptied]


def table_named(path: Path, options: Options, packaged: Packaged | None) -> str:
    """The name of the table: as it was said, or that of the file."""
    return options.name or name_of(packaged.name if packaged else path.stem)


def _columns(laid: Laid, file: str, options: Options, typed: frozenset[str] | None, packaged: Packaged | None) -> list[Read]:
    """All columns, or all that is in doubt about them."""
    columns: list[Read] = []
    problems: list[Problem] = []
    known = [*(one.heading for one in laid.columns), *(name_of(one.heading) for one in laid.columns)]
    for option in (*options.text, *options.key, *filter(None, [options.time])):
        if option not in (*known, ROW, RECORDED, PERIOD):
            problems.append(reason(f"there is no column {option!r}", suggest(option, known)).at(Place(file)))
    for column in laid.columns:
        read = packaged.read(column) if packaged else None
        read = read or read_column(column, file, options, typed or frozenset())
        if isinstance(read, Read):
            columns.append(read)
        else:
            problems += [_located(one, laid, column.cells, file) for one in read]
    if problems:
        raise ProblemsFound(problems)
    return columns


def _located(wrong: Fault, laid: Laid, cells: Sequence[str], file: str) -> Problem:
    """A fault at the line of the first cell that it quotes."""
    row = next((n for n, cell in enumerate(cells) if cell and repr(cell) in wrong.message), None)
    return wrong.at(Place(file, laid.lines[row] if row is not None else 0))


# ---- time and kind ----


def _joined(columns: list[Read]) -> tuple[list[Read], list[str]]:
    """A column of years and one of months or quarters as one of periods; with one of days, as one of dates."""
    year = next((one for one in columns if one.step == "year" and "" not in one.cells), None)
    parts = {"month": 12, "quarter": 4}
    for column in columns if year else []:
        step = next((step for step in parts if column.name in (step, step[:3], f"{step}s")), None)
        numbers = [_part(cell, parts[step]) for cell in column.cells] if step else []
        if not step or not year or column.is_time or None in numbers:
            continue
        form = "{}-{:02d}" if step == "month" else "{}-Q{}"
        cells = [form.format(a, b) for a, b in zip(year.cells, numbers, strict=True)]
        day = next((one for one in columns if step == "month" and one.name == "day"), None)
        if day:
            days = [f"{cell}-{int(d):02d}" if re.fullmatch(r"\d{1,2}", d) else "" for cell, d in zip(cells, day.cells, strict=True)]
            day, cells = (day, days) if all(map(is_day, days)) else (None, cells)
        name, kind = ("date", "date") if day else (PERIOD, "yearmonth" if step == "month" else "string")
        field = {"name": name, "type": kind, "description": f"The {'day' if day else step} of the row."}
        words = f"a {'day' if day else step}: {min(cells)} to {max(cells)}"
        read = Read(field, cells, words, "day" if day else "month" if step == "month" else "quarter")
        used = [year.name, column.name, *([day.name] if day else [])]
        return [read if one is year else one for one in columns if one not in (column, day)], [f"{', '.join(used)} are joined as {name}"]
    return columns, []


def _part(cell: str, most: int) -> int | None:
    """The number of a part of a year: 3, March, Q3."""
    found = re.fullmatch(r"0*(\d{1,2})" if most == 12 else r"[Qq]?0*(\d)", cell)
    number = int(found[1]) if found else month_alone(cell) if most == 12 else None
    return number if number is not None and 1 <= number <= most else None


def _time(columns: Sequence[Read], options: Options) -> Read | Fault | None:
    """The column that places a row in time, or what must be said to know it."""
    times = {one.name: one for one in columns if one.is_time}
    chosen = next((one for one in times.values() if options.time in (one.name, one.field.get("title"))), None) if options.time else None
    if options.time and not chosen:
        why = f"the column {options.time!r} holds no days and no periods of one form"
        return reason(why, f"columns that do: {', '.join(times) or 'none'}")
    if not times and options.kind != "reference":
        odd = next(((one, cell, why) for one in columns for cell in one.cells if (why := _nearly_time(one, cell))), None)
        hint = f"in {odd[0].name}, {odd[1]!r} looks like {odd[2]}" if odd else "name it with --time"
        return reason("no column holds days or periods", f"{hint}; or say --kind reference for a table without a time")
    if len(times) > 1 and not chosen and TIME not in times:
        ways = " or ".join(f"--time {name}" for name in times)
        return reason(f"several columns may place a row in time: {', '.join(times)}", f"choose one: {ways}")
    return chosen or times.get(TIME) or next(iter(times.values()), None)


def _time_remarks(columns: Sequence[Read], time: Read | None) -> Iterator[str]:
    """What dates may be that they do not show themselves."""
    if not time or time.step != "day" or time.precision:
        return
    filled = [cell for cell in time.cells if cell]
    if len(set(filled)) > 1 and all(cell.endswith("-01") for cell in filled):
        yield f"{time.name}: all days are the first of a month; if a row is about the month, complete the descriptor by `every: month`"
    for column in columns:
        if re.search("(^|_)prec(ision)?(_|$)", column.name) and len(set(column.cells)) > 1:
            yield (
                f"{column.name} may say that some dates are less exact, and is not used: every date counts as its day. Write its codes as"
                " day, month or year, and name it as precision under time in the descriptor"
            )


def _nearly_time(column: Read, cell: str) -> str:
    """Why a cell of a column that is called a time, or holds no numbers, is none."""
    return nearly_period(cell) if TIME_LIKE.search(column.name) or not column.is_number else ""


def _kind(columns: Sequence[Read], laid: Laid, options: Options) -> str | Fault:
    """What a row is: a number of a whole period is an observation; of a day, or of what has an id, only a person knows."""
    steps = {one.step for one in columns if one.is_time}
    if options.kind:
        return options.kind
    is_sdmx = OBS_VALUE in [one.name for one in columns]
    if laid.step or is_sdmx or ("day" not in steps and any(one.is_number for one in columns) and not any(map(_is_id, columns))):
        return "observations"
    why = "a row may be an event (a period without rows may be a zero) or an observation (it is missing)"
    return reason(why, "say which: --kind events or --kind observations")


def _value_fault(columns: Sequence[Read], laid: Laid) -> Fault | None:
    """Why the cells of a table that was turned long are not all numbers."""
    value = next((one for one in columns if one.name in (VALUE, OBS_VALUE) and laid.step), None)
    if value is None or value.is_number:
        return None
    percent = [cell for cell in value.cells if cell.endswith("%")]
    cell = next((cell for cell in value.cells if cell and not NUMBER.fullmatch(cell)), None)
    if cell is None and percent:
        why = f"below the columns of periods stand numbers and, as {percent[0]!r}, per cent"
        series = next((one for one in columns if one.name == SERIES), value)
        named = series.cells[value.cells.index(percent[0])]
        hint = f"--drop {named!r}" if series is not value else "choose the rows of one kind with --where"
        return reason(why, f"{hint}, and import the file once for each under its own --name")
    cell = cell or value.cells[0]
    why = f"below the columns of periods stands {cell!r}, which is not a number"
    return reason(why, f"--missing {cell!r} if that means missing, or correct the cells")


# ---- key ----


def _key(
    columns: Sequence[Read], time: Read | None, kind: str, laid: Laid, options: Options, file: str, packaged: Packaged | None
) -> tuple[str, ...]:
    """The columns that name a row: those that were said, else the fewest that do, else row numbers."""
    names = {**{str(one.field.get("title", one.name)): one.name for one in columns}, **{one.name: one.name for one in columns}}
    said = options.key or (packaged.key if packaged else ())
    if said == (ROW,):
        return said
    if said:
        chosen = tuple(names[one] for one in said if one in names)
        by_name = {one.name: one for one in columns}
        _refuse_key([by_name[one] for one in chosen], laid, file)
        return chosen
    full = [one for one in columns if one.name != RECORDED and "" not in one.cells]
    first = next((one for one in full if _is_id(one)), None)
    if kind != "observations" and first:
        return (first.name,)
    if kind == "observations" and time and time in full:
        parts = [one for one in full if one is not time and not one.is_number and not one.is_time and not one.is_list]
        if OBS_VALUE in [one.name for one in columns]:
            parts = [one for one in dimensions_of(columns) if one in parts]
            return (*(one.name for one in parts), time.name) if _is_unique([*parts, time]) else (ROW,)
        varied = sorted((one for one in parts if len(set(one.cells)) > 1), key=lambda one: max(map(len, one.cells)))
        if time.step == "day":  # of days it may be chance that few columns differ in every row
            key = [time, *(one for one in varied if len(set(one.cells)) < len(one.cells))]
            return tuple(one.name for one in columns if one in key) if _is_unique(key) else (ROW,)
        for key in _candidates(time, varied):
            if _is_unique(key):
                return tuple(one.name for one in columns if one in key)
        if not first:
            why = "no columns name a row: two rows are about the same period, and the same in all columns of words"
            raise cannot(file, why, "choose rows with --where, name columns with --key, or number the rows: --key row")
    return (first.name,) if first and kind == "observations" else (ROW,)


def _candidates(time: Read, parts: Sequence[Read]) -> Iterator[list[Read]]:
    dimensions = [one for one in parts if one.codes or one.name == SERIES] or list(parts)
    pools = (dimensions, list(parts)) if dimensions != list(parts) else (dimensions,)
    for pool in pools:
        for size in range(min(MOST_KEYS, len(pool) + 1)):
            yield from ([time, *some] for some in itertools.combinations(pool, size))


def _is_id(column: Read) -> bool:
    """Whether a column is called an id, and is one."""
    is_called = bool({"id", "key", "uid", "uuid"} & set(column.name.split("_"))) or column.name.endswith("id")
    return is_called and not column.is_time and len(set(column.cells)) == len(column.cells)


def _is_unique(key: Sequence[Read]) -> bool:
    together = list(zip(*(one.cells for one in key), strict=True))
    return len(set(together)) == len(together)


def _refuse_key(key: Sequence[Read], laid: Laid, file: str) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for row, line in zip(zip(*(one.cells for one in key), strict=True), laid.lines, strict=True):
        if "" in row:
            raise cannot(file, f"{key[row.index('')].name} is empty, and it is of the key", "leave it out of --key", line)
        if row in seen:
            why = f"the key {'|'.join(row)!r} is also that of line {seen[row]}"
            raise cannot(file, why, "name more columns with --key, or --key row for row numbers", line)
        seen[row] = line


# ---- descriptor ----


def _described(column: Read, proposal: Proposal) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    if column.name in proposal.key or (proposal.time and column.name == proposal.time.name):
        rules["required"] = "" not in column.cells
    if proposal.key == (column.name,):
        rules["unique"] = True
    if column.codes and not column.is_list:
        rules["enum"] = sorted(column.codes)
    rules = {key: value for key, value in rules.items() if value}
    return {**column.field, **({"constraints": rules} if rules else {})}


def _relations(proposal: Proposal) -> dict[str, Any]:
    relations: dict[str, Any] = {"kind": proposal.kind}
    if proposal.time:
        relations["time"] = {"start": proposal.time.name}
        if proposal.time.precision:
            relations["time"]["precision"] = f"{proposal.time.name}_precision"
        if proposal.time.step != "day" or proposal.laid.step == "day":
            relations["time"]["every"] = proposal.time.step
    lists = {one.name: {"separator": ";", "enum": sorted(one.codes)} for one in proposal.columns if one.is_list}
    relations |= {"lists": lists} if lists else {}
    status = status_of(proposal.columns)
    relations |= {"status": {"column": status.column, "map": status.letters}} if status else {}
    relations |= {"recorded": RECORDED} if proposal.recorded else {}
    relations |= {"notes": list(proposal.laid.notes)} if proposal.laid.notes else {}
    return relations
