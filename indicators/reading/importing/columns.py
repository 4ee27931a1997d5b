"""What the cells of a column are: days, periods, numbers, lists, codes or texts, and how they are written in the file.

Where the cells can be read in two ways, that is refused, and an option says which; nothing is taken for the more likely.
"""

import datetime
import re
import reprlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pandas as pd
from pydantic import ValidationError

from indicators.nouns.descriptor import Resource
from indicators.nouns.periods import Step
from indicators.nouns.vocabulary import is_day
from indicators.problems import Fault, Refused, in_plain_words
from indicators.reading.forms import DATETIME, ZONES, date_form, in_standard_form
from indicators.reading.importing.layout import MARK, Column, name_of
from indicators.reading.importing.options import Options, reason
from indicators.reading.importing.periods_named import named_period
from indicators.reading.tables import FORMS

_DAYS = tuple(f"{form}{clock}" for form in ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y", "%Y{0}%m{0}%d") for clock in ("", " %H:%M", " %H:%M:%S"))
DAY_FORMS = (
    *(form.format(sign) for sign in "/.-" for form in _DAYS if sign != "-" or "%Y{0}" not in form),
    *("%Y%m%d", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%B %d, %Y", "%b %d, %Y", "%B %d %Y"),
)
"""Forms of days that are tried, besides YYYY-MM-DD."""
TIME_LIKE = re.compile(
    r"(^|_)(year|years|yr|time|period|date|month|day|jahr|ann[ée]e|a[ñn]o|ano|yyyymm|sqldate|datum|fecha|mes|mois|monat)(_|$)|年|년|시점|기간|時点|日付"
)
"""Names of columns of which bare numbers may be years, months or days."""
GROUPS, DECIMALS = ",.'’ \u00a0\u202f\u2009", ".,"
MOST_CODES, LONGEST_CODE = 40, 40
"""Different texts of a column that are a vocabulary, and the characters of one."""
MARKED = 0.5
"""Share of numbers, or of days, above which the other texts of a column are marks or mistakes, and not the rule."""
LIKE_NUMBER, LIKE_DAY = re.compile(r"[-+]?[0-9][0-9.,'’\s]*"), re.compile(r"[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}([ T].*)?")
DAY_FORMED = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
TOO_LONG = re.compile("[0-9]{16}")
"""Digits that no number holds."""

SERIAL, SERIAL_DAY = "serial", re.compile("[2-6][0-9]{4}")
"""How --date calls days that spreadsheets number, and such numbers from 1954 to 2091."""

Typed = frozenset[str]
"""Texts of decimals that came as numbers."""
Base = dict[str, Any]
"""Name, title and description of a column."""


class Read(NamedTuple):
    """A column that was read: how it is described, its cells in standard form, and what it is in words. `precision`: of each cell, where
    days, months and years are mixed. `step`: of periods. `codes`: counts of a vocabulary."""

    field: dict[str, Any]
    cells: list[str]
    words: str
    step: Step | None = None
    precision: list[str] | None = None
    codes: Counter[str] = Counter()
    is_list: bool = False

    @property
    def name(self) -> str:
        return str(self.field["name"])

    @property
    def is_time(self) -> bool:
        return self.step is not None

    @property
    def is_number(self) -> bool:
        return self.field["type"] in ("integer", "number")


def as_written(column: Read) -> Read:
    """A column of days of which some are less exact, as texts: where it does not place rows in time, no precision stands beside it."""
    lengths = {"year": 4, "month": 7}
    cells = [cell[: lengths.get(exact, 10)] for cell, exact in zip(column.cells, column.precision or (), strict=True)]
    return Read({**column.field, "type": "string"}, cells, f"{column.words}; kept as text", codes=Counter())


def read_column(column: Column, file: str, options: Options, typed: Typed = frozenset()) -> Read | list[Fault]:
    """A column in standard form, or why it cannot be."""
    name = name_of(column.heading) or "column"
    base = {"name": name, "title": column.heading, "description": f"The column {column.heading!r} of {file}."}
    if column.heading == name:
        del base["title"]
    if name in options.text or column.heading in options.text:
        return _text(base, column.cells)
    cells = ["" if cell in options.missing else cell for cell in column.cells]
    filled = [cell for cell in cells if cell and not MARK.fullmatch(cell)]
    is_time_like = name in (options.time, "period") or column.heading == options.time or bool(TIME_LIKE.search(name))
    read: Read | Fault | None = None
    if filled:
        read = _periods(base, cells, filled, is_time_like) or _days(base, cells, filled, is_time_like, options)
        read = read or _numbers(base, cells, filled, options, typed)
    if isinstance(read, Read):
        return read._replace(words=read.words + _marks(column.cells, read.cells))
    return [read] if read else _doubtful(column.heading, filled) or _text(base, column.cells)


def _marks(before: Sequence[str], after: Sequence[str]) -> str:
    counts = Counter(a for a, b in zip(before, after, strict=True) if a and not b)
    blank = before.count("")
    marks = "".join(f"; {mark!r} is taken for missing ({times} ×)" for mark, times in counts.items())
    return marks + (f"; {blank} empty" if blank else "")


def _unmarked(cells: Sequence[str]) -> list[str]:
    return ["" if MARK.fullmatch(cell) else cell for cell in cells]


# ---- periods and days ----


def _periods(base: Base, cells: Sequence[str], filled: Sequence[str], like: bool) -> Read | Fault | None:
    """Names of periods; days among them where some dates are less exact than others."""
    if not like and not any(re.search(r"[^\d]", cell) for cell in filled):
        return None
    found = {cell: named_period(cell) for cell in set(filled)}
    steps: set[Step] = {one.step for one in found.values() if one} | {"day" for cell, one in found.items() if one is None and is_day(cell)}
    if any(one is None and not is_day(cell) for cell, one in found.items()) or steps == {"day"}:
        return None
    labels = {cell: one.label if one else cell for cell, one in found.items()}
    plain = [labels.get(cell, "") for cell in _unmarked(cells)]
    if len(steps) == 1:
        step = next(iter(steps))
        kind = {"month": "yearmonth", "year": "year"}.get(step, "string")
        return Read({**base, "type": kind}, plain, f"a {step}, written {next(iter(found))!r}: {_span(plain)}", step=step)
    if steps <= {"day", "month", "year"}:
        days = [f"{label}{'-01-01'[3 * label.count('-') :]}" if label else "" for label in plain]
        exact = [("year", "month", "day")[label.count("-")] if label else "" for label in plain]
        counts = ", ".join(f"{times} by {word}" for word, times in Counter(filter(None, exact)).items())
        return Read({**base, "type": "date"}, days, f"dates of different precision ({counts}): {_span(plain)}", "day", exact)
    why = f"{base['name']} names periods of different length: {', '.join(sorted(steps))}"
    return reason(why, "choose the rows of one kind, as in --where FREQ=M, or import the file once for each")


def _span(cells: Sequence[str]) -> str:
    filled = sorted(filter(None, cells))
    return f"{filled[0]} to {filled[-1]}"


def _days(base: Base, cells: Sequence[str], filled: Sequence[str], like: bool, options: Options) -> Read | Fault | None:
    """Days in one form. A fault where two forms fit and give different days."""
    unmarked = _unmarked(cells)
    if all(is_day(cell) for cell in filled):
        return Read({**base, "type": "date"}, unmarked, f"a day: {_span(unmarked)}", "day")
    if all(re.fullmatch(DATETIME, cell) for cell in filled):
        plain = _standard({**base, "type": "datetime"}, unmarked)
        if plain is None:
            return reason(f"{base['name']}: the times are not all of one zone", ZONES)
        return Read({**base, "type": "date"}, plain, f"a day with a time, of which the day is kept: {_span(plain)}", "day")
    if options.date == SERIAL and like and all(map(SERIAL_DAY.fullmatch, filled)):
        plain = [_of_serial(cell) for cell in unmarked]
        return Read({**base, "type": "date"}, plain, f"a day, counted as spreadsheets do: {_span(plain)}", "day")
    if like and all(map(SERIAL_DAY.fullmatch, filled)):
        why = f"{base['name']}: {filled[0]!r} may be the number of a day in a spreadsheet, {_of_serial(filled[0])}"
        return reason(why, f"say so: --date {SERIAL}; or keep the numbers: --text {base['name']}")
    said = _fitting(options.date, filled)
    if said and len(said) < len(filled) and (like or not filled[0].isdecimal()):
        cell = next(cell for cell in filled if cell not in said)
        return reason(f"{base['name']}: {cell!r} is not written {options.date}, as others are", "correct --date or the cell")
    forms = [options.date] if len(said) == len(filled) else [form for form in DAY_FORMS if len(_fitting(form, filled)) == len(filled)]
    readings: dict[str, list[str]] = {}
    for form in forms:
        if form == "%Y%m%d" and not like:
            continue
        plain = _standard({**base, "type": "date", "format": form}, unmarked)
        if plain and all(is_day(cell) for cell in plain if cell) and plain not in readings.values():
            readings[form] = plain
    if len(readings) > 1:
        (one, first), (two, second) = list(readings.items())[:2]
        cell, a, b = next(x for x in zip(unmarked, first, second, strict=True) if x[1] != x[2])
        return reason(f"{base['name']}: {cell!r} may be {a} or {b}", f"say how days are written: --date '{one}' or --date '{two}'")
    for form, plain in readings.items():
        return Read({**base, "type": "date"}, plain, f"a day, written {form}: {_span(plain)}", "day")
    two_digits = [cell for cell in filled if re.fullmatch(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}", cell)]
    if two_digits and len(two_digits) == len(filled):
        why = f"{base['name']}: {two_digits[0]!r} has a year of two digits"
        return reason(why, f"write it with four digits; or keep the column as text: --text {base['name']}")
    return None


def _of_serial(cell: str) -> str:
    """The day that a spreadsheet numbers so, which counts from 1900 and takes that for a leap year."""
    return (datetime.date(1899, 12, 30) + datetime.timedelta(days=int(cell))).isoformat() if cell else ""


def _fitting(form: str, cells: Sequence[str]) -> list[str]:
    """The cells that are written in a form; none where it is not one of days."""
    try:
        return list(filter(date_form(form).fullmatch, cells))
    except Refused:
        return []


def _standard(field: dict[str, Any], cells: Sequence[str]) -> list[str] | None:
    """The cells as a table with such a column would be read; None where one is in another form."""
    name = str(field["name"])
    schema = {"fields": [field], "primaryKey": [name]}
    described = {"name": "x", "path": "x.csv", "title": "x", "schema": schema, "relations": {"kind": "reference"}}
    resource = Resource.model_validate(described)
    frame, odd = in_standard_form(pd.DataFrame({name: list(cells)}, dtype=str), resource)
    return None if name in odd and odd[name].any() else frame[name].tolist()


# ---- numbers ----


def _numbers(base: Base, cells: Sequence[str], filled: Sequence[str], options: Options, typed: frozenset[str]) -> Read | Fault | None:
    """Numbers in one form. A fault where two forms fit and give different numbers."""
    if any(map(TOO_LONG.search, filled)):
        return None
    unmarked = _unmarked(cells)
    if is_percent := all(cell.endswith("%") for cell in filled):
        unmarked, filled = ([cell.removesuffix("%").rstrip() for cell in some] for some in (unmarked, filled))
        base = {**base, "description": f"{base['description']} In per cent."}
    readings: dict[tuple[str, str], list[str]] = {}
    for point, group in _number_forms(filled, options, typed):
        field = {**base, "type": "number", "decimalChar": point, "groupChar": group}
        plain = _standard(field, unmarked)
        is_plain = plain and all(re.fullmatch(FORMS["number"][0], cell) for cell in plain if cell)
        if plain and any(plain) and is_plain and plain not in readings.values():
            readings[point, group] = plain
    if len(readings) > 1:
        (one, first), (two, second) = list(readings.items())[:2]
        cell, a, b = next(x for x in zip(unmarked, first, second, strict=True) if x[1] != x[2])
        hint = f"say which sign is for decimals: --decimal '{one[0]}' or --decimal '{two[0]}'"
        return reason(f"{base['name']}: {cell!r} may be {a} or {b}", hint)
    for (point, group), plain in readings.items():
        kind, words = number_words([cell for cell in plain if cell])
        signs = (f"; {group!r} is for thousands" if group else "") + (f"; {point!r} is for decimals" if point != "." else "")
        signs += "; the sign of per cent is left out" if is_percent else ""
        return Read({**base, "type": kind}, plain, f"{words}{signs}")
    return None


def number_words(numbers: Sequence[str]) -> tuple[str, str]:
    """The type of numbers in standard form, and what they are in words."""
    is_whole = all(re.fullmatch(FORMS["integer"][0], cell) for cell in numbers)
    least, most = min(numbers, key=float), max(numbers, key=float)
    return ("integer", f"a whole number: {least} to {most}") if is_whole else ("number", f"a number: {least} to {most}")


def _number_forms(filled: Sequence[str], options: Options, typed: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Signs for decimals and for thousands that the cells may be written with."""
    signs = {character for cell in filled for character in cell}
    for point in DECIMALS:
        if (options.decimal and point != options.decimal) or (point != "." and not typed.isdisjoint(filled)):
            continue
        yield point, ""
        yield from ((point, group) for group in GROUPS if group in signs and group != point)


def _doubtful(heading: str, filled: Sequence[str]) -> list[Fault]:
    """Why a column is nearly all numbers or days, and is none of them: its other cells, or cells in several forms."""
    text = f"--text {name_of(heading)!r}"
    numbers, days = [[cell for cell in filled if form.fullmatch(cell)] for form in (LIKE_NUMBER, LIKE_DAY)]
    if filled and len(days) == len(filled):
        wrong = next((cell for cell in filled if DAY_FORMED.fullmatch(cell) and not is_day(cell)), filled[-1])
        why = f"{heading}: {wrong!r} and the other cells are not days of one form"
        return [reason(why, f"--missing {wrong!r} if that means missing, {text} if the column is text, or correct the cells")]
    if filled and len(numbers) == len(filled) and not any(re.match("[-+]?0[0-9]", cell) for cell in filled):
        why = f"{heading}: {filled[0]!r} and the other cells are not numbers of one form"
        return [reason(why, f"correct --decimal or the cells, or keep the column as text: {text}")]
    periods = [cell for cell in filled if re.search(r"\D", cell) and named_period(cell)]
    most, kind = max((numbers, "numbers"), (days, "days"), (periods, "periods"), key=lambda one: len(one[0]))
    others = [cell for cell in filled if cell not in set(most)]
    if not others or len(most) <= MARKED * len(filled):
        return []
    shown = ", ".join(repr(cell) for cell in list(dict.fromkeys(others))[:5])
    why = f"{heading}: {len(others)} of {len(filled)} cells are no {kind}: {shown}"
    return [reason(why, f"--missing {others[0]!r} if that means missing, {text} if the column is text, or correct the cells")]


# ---- texts ----


def _text(base: Base, cells: Sequence[str]) -> Read:
    """Texts; a vocabulary where few of them come again and again; lists where what is between semicolons does."""
    field: dict[str, Any] = {**base, "type": "string"}
    filled = [cell for cell in cells if cell]
    parts = [cell.split(";") for cell in filled]
    items = Counter(item.strip() for part in parts for item in part)
    is_list = sum(len(part) > 1 for part in parts) > 0 and "" not in items and 2 * len(items) <= items.total() and _are_codes(items)
    if is_list and all(len(set(map(str.strip, part))) == len(part) for part in parts):
        plain = [";".join(item.strip() for item in cell.split(";")) for cell in cells]
        return Read(field, plain, f"a list of codes: {_counts(items)}", codes=items, is_list=True)
    codes = Counter(filled)
    empty = f"; {list(cells).count('')} empty" if "" in cells else ""
    if _are_codes(codes) and 2 * len(codes) <= codes.total():
        return Read(field, list(cells), f"codes: {_counts(codes)}{empty}", codes=codes)
    return Read(field, list(cells), f"text, {len(codes)} different{empty}")


def _are_codes(codes: Counter[str]) -> bool:
    return 0 < len(codes) <= MOST_CODES and all(len(code) <= LONGEST_CODE for code in codes)


def _counts(codes: Counter[str]) -> str:
    shown = ", ".join(f"{code} ({times})" for code, times in codes.most_common(12))
    return shown + (f" and {len(codes) - 12} more" if len(codes) > 12 else "")


# ---- columns that a schema describes ----

KEPT = ("title", "description", "format", "decimalChar", "groupChar", "trueValues", "falseValues")


def described_column(column: Column, field: Base, missing: Sequence[str], file: str) -> Read | list[Fault]:
    """A column in standard form, as a schema of the Frictionless standard describes it, or why its cells are not as described."""
    name = name_of(column.heading) or "column"
    base = {"name": name, "description": f"The column {column.heading!r} of {file}."} | {k: field[k] for k in KEPT[:2] if field.get(k)}
    cells = ["" if cell in missing else cell for cell in column.cells]
    if field["type"] == "string":
        return _text(base, cells)
    said = {key: field[key] for key in KEPT[2:] if field.get(key) not in (None, "default")}
    try:
        plain = _standard({**base, **said, "type": field["type"]}, cells)
    except ValidationError as e:
        first = e.errors(include_url=False)[0]
        came = f"{first['loc'][-1]} is {reprlib.repr(first['input'])}, and should be {in_plain_words(first['msg'])}"
        return [reason(f"{column.heading}: in the package, {came}", "correct the schema, or name the table's own file")]
    except Refused as e:
        return [reason(f"{column.heading}: in the package, {e.fault.message}", e.fault.hint)]
    pattern = FORMS["date" if field["type"] == "date" else field["type"]][0]
    wrong = next((cell for cell, read in zip(cells, plain or cells, strict=True) if cell and not re.fullmatch(pattern, read)), None)
    if plain is None or wrong is not None:
        why = f"{column.heading}: {wrong!r} is not of the type {field['type']} that the package gives the column"
        return [reason(why, "correct the cell or the schema, or name the table's own file instead of the package")]
    step: Step | None = "day" if field["type"] == "date" else "month" if field["type"] == "yearmonth" else None
    step = "year" if field["type"] == "year" else step
    return Read({**base, "type": field["type"]}, plain, f"{field['type']}, as the package says", step)
