"""Cells in the form that their descriptor says (dates, decimal and grouping characters, truth values, marks for missing) to the
standard form of their type; and for a cell that is in neither the likely cause."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pandas as pd

from indicators.nouns.descriptor import FieldOf, Resource
from indicators.nouns.periods import EARLIEST
from indicators.nouns.vocabulary import grouped
from indicators.problems import Fault, Refused, fault

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
ZONE = "(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})"
DIRECTIVES = {
    "Y": "(?P<year>[12][0-9]{3})",
    "m": "(?P<month>0?[1-9]|1[0-2])",
    "B": f"(?P<name>(?ai:{'|'.join(MONTHS)}))",
    "b": f"(?P<name>(?ai:{'|'.join(month[:3] for month in MONTHS)}))",
    "d": "(?P<day>0?[1-9]|[12][0-9]|3[01])",
    "H": "([01]?[0-9]|2[0-3])",
    "M": "[0-5]?[0-9]",
    "S": "[0-5]?[0-9]",
    "f": "[0-9]{1,6}",
    "z": ZONE,
    "I": "(0?[1-9]|1[0-2])",
    "p": "(?ai:am|pm)",
}
"""What a directive of a `format` stands for."""
CLOCK = rf"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?{ZONE}?"
SUMMER_TIME = 60
"""Minutes by which the zone of one clock may differ within a column."""
DATETIME = f"(?P<year>[12][0-9]{{3}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})[T ]{CLOCK}"


class Standard(NamedTuple):
    """Cells in the standard form of their types, as text; `odd`: by column, those that are not in the form that is declared."""

    frame: pd.DataFrame
    odd: Mapping[str, pd.Series]


def in_standard_form(frame: pd.DataFrame, resource: Resource) -> Standard:
    """The cells of a table in the standard form. One that is not in its declared form stays as it is and is odd."""
    marks = [mark for mark in resource.schema_.missingValues if mark]
    frame = frame.mask(frame.isin(marks), "") if marks else frame
    changed: dict[str, pd.Series] = {}
    odd: dict[str, pd.Series] = {}
    for field in resource.schema_.fields:
        if is_plain(field):
            continue
        cells = frame[field.name]
        read = _read(cells, field)
        odd[field.name] = (cells != "") & read.isna()
        changed[field.name] = read.where(read.notna(), cells)
    return Standard(frame.assign(**changed) if changed else frame, odd)


def is_plain(field: FieldOf) -> bool:
    """Whether the cells of a column are declared to be in the standard form of its type."""
    if field.type in ("date", "integer", "number"):
        return field.format == "default" and not field.groupChar and field.decimalChar == "."
    return field.type not in ("datetime", "boolean")


def form_in_words(field: FieldOf) -> str:
    """What a cell of a declared form should be; "" where the form is the standard one.

    >>> form_in_words(FieldOf(name="day", type="date", description="The day.", format="%d/%m/%Y"))
    "a day of the calendar written as '%d/%m/%Y'"
    """
    if is_plain(field):
        return ""
    if field.type == "boolean":
        return f"one of {', '.join((*field.trueValues, *field.falseValues))}"
    if field.kind == "date":
        return f"a day of the calendar written as {field.format!r}" if field.format != "default" else "a day with a time: 2024-01-31T18:00"
    signs = [f"{field.decimalChar!r} for decimals"] * (field.type == "number") + [f"{field.groupChar!r} for thousands"] * bool(
        field.groupChar
    )
    return f"{'a whole number' if field.type == 'integer' else 'a number'} with {' and '.join(signs)}"


def _read(cells: pd.Series, field: FieldOf) -> pd.Series:
    """The cells in standard form, missing where they are in another."""
    if field.type == "boolean":
        return cells.map(dict.fromkeys(field.trueValues, "true") | dict.fromkeys(field.falseValues, "false"))
    if field.kind == "date":
        return _days(cells, re.compile(DATETIME) if field.format == "default" else date_form(field.format))
    return _numbers(cells, field)


def _days(cells: pd.Series, form: re.Pattern[str]) -> pd.Series:
    """Days as YYYY-MM-DD; that they are in the calendar is checked later. Missing where the time has another zone than most."""
    found = cells.map(form.fullmatch)
    return found.map(_day, na_action="ignore").astype(object).mask(_of_other_zones(found))


def _of_other_zones(found: pd.Series) -> pd.Series:
    """Which days are those of another clock than most: of another zone, or with a zone where most have none."""
    zones = found.map(lambda one: one.groupdict().get("zone") or "", na_action="ignore").dropna()
    if zones.nunique() < 2:
        return pd.Series(False, index=found.index)
    ahead = {zone: _minutes(zone) for zone in zones.unique().tolist()}
    usual = ahead[zones.value_counts().index[0]]
    alike = [zone for zone, one in ahead.items() if (one is None) == (usual is None) and abs((one or 0) - (usual or 0)) <= SUMMER_TIME]
    return pd.Series(found.index.isin(zones.index[~zones.isin(alike)]), index=found.index)


def _minutes(zone: str) -> int | None:
    """How far a zone is ahead of Greenwich; None where there is none."""
    if zone in ("", "Z"):
        return 0 if zone else None
    minutes = 60 * int(zone[1:3]) + int(zone[-2:])
    return -minutes if zone[0] == "-" else minutes


def _day(found: re.Match[str] | None) -> str | None:
    if found is None:
        return None
    parts = found.groupdict()
    name = (parts.get("name") or "").lower()[:3]
    month = parts.get("month") or str([month[:3] for month in MONTHS].index(name) + 1)
    return f"{parts['year']}-{int(month):02d}-{int(parts['day']):02d}"


def _numbers(cells: pd.Series, field: FieldOf) -> pd.Series:
    """Numbers without a grouping character, which must part groups of three digits, and with a point for decimals."""
    group, point = re.escape(field.groupChar), re.escape(field.decimalChar)
    whole = f"([0-9]+|[0-9]{{1,3}}({group}[0-9]{{3}})+)" if field.groupChar else "[0-9]+"
    decimals = f"({point}[0-9]+)?([eE][-+]?[0-9]+)?" if field.type == "number" else ""
    fits = cells.str.fullmatch(f"[-+]?{whole}{decimals}")
    plain = cells.str.replace(field.groupChar, "", regex=False) if field.groupChar else cells
    return plain.str.replace(field.decimalChar, ".", regex=False).where(fits)


# ---- declared forms ----


def date_form(written: str) -> re.Pattern[str]:
    """The form of a day by a `format` of Frictionless; `Refused` for one that does not say exactly one day.

    >>> date_form("%d/%m/%Y").fullmatch("5/1/2024").groupdict()
    {'day': '5', 'month': '1', 'year': '2024'}
    """
    if written == "any":
        raise Refused(fault("wrong-value/format", hint="say how days are written, as in '%d/%m/%Y'", format=written, reason=ANY))
    parts = re.split(r"%([A-Za-z%])", written)
    directives = [part for part in parts[1::2] if part != "%"]
    unknown = [part for part in directives if part not in DIRECTIVES]
    if "y" in unknown:
        reason = "a year of two digits may lie in two centuries"
        raise Refused(fault("wrong-value/format", hint="write years with four digits, and %Y", format=written, reason=reason))
    months = [part for part in directives if part in "mBb"]
    if unknown or directives.count("Y") != 1 or directives.count("d") != 1 or len(months) != 1 or len(set(directives)) < len(directives):
        reason = "it must name year, month and day once each"
        hint = f"known: {', '.join(f'%{one}' for one in DIRECTIVES)}; as in '%d/%m/%Y' or '%Y%m%d'"
        raise Refused(fault("wrong-value/format", hint=hint, format=written, reason=reason))
    # Where nothing parts two numbers, each has all its digits.
    tight = any(parts[n] == "" for n in range(2, len(parts) - 1, 2))
    forms = {key: form.replace("0?", "0").replace("]?[", "][") if tight else form for key, form in DIRECTIVES.items()}
    forms |= {"%": "%"}
    return re.compile("".join(forms[part] if n % 2 else re.escape(part) for n, part in enumerate(parts)))


ANY = "01/02/2024 could then be the first of February or the second of January"


def form_faults(field: FieldOf) -> Iterator[Fault]:
    """What is wrong with the form that a column declares for its cells."""
    if field.format != "default" and field.kind != "date":
        yield fault("wrong-value/format", "format", hint="remove it", format=field.format, reason="only columns of dates have one")
    elif field.format != "default":
        try:
            date_form(field.format)
        except Refused as e:
            yield e.fault.under("format")
    signs = {"decimalChar": ("number",), "groupChar": ("number", "integer"), "trueValues": ("boolean",), "falseValues": ("boolean",)}
    for key, types in signs.items():
        if key in field.model_fields_set and field.type not in types:
            yield fault("wrong-value/sign", key, hint=f"it is for columns of type {' or '.join(types)}", key=key, column=field.name)
    if field.decimalChar == field.groupChar or re.search(r"[0-9eE+\-]", field.decimalChar + field.groupChar):
        hint = "name two different characters that are no digits or signs"
        yield fault("wrong-value/sign", "decimalChar", hint=hint, key="decimalChar and groupChar", column=field.name)
    if set(field.trueValues) & set(field.falseValues):
        yield fault("wrong-value/sign", "trueValues", hint="a word is true or false", key="trueValues and falseValues", column=field.name)


# ---- why a cell cannot be read ----

# These are texts, because only faulty cells need them, and compiling them all would slow every start.
MISSING = (
    r"(?i)\.{1,3}|…|-{1,3}|–|—|−|:|\*|\?|x|/|\(?n\.?a\.?\)?|n/a|#n/a|#null!|nan|<na>|null|nil|none|missing|not available|無|不明|미상|없음"
)
GROUPED = r"[-+]?[0-9]{1,3}(?:([,.'’\s])[0-9]{3})(?:\1[0-9]{3})*(?:[.,][0-9]+)?"
LIKE_NUMBERS = (
    (r"[-+]?[0-9]+,[0-9]+", "write a point for decimals, or put decimalChar: ',' into the column's description"),
    (r"[0-9]+\.0+", "write it without the point (programs add .0 where a column has blanks)"),
    (
        r"[^\w\s.,+\-‐‑–—−]{1,3}\s*[-+]?[0-9][0-9.,]*|[-+]?[0-9][0-9.,]*\s*[^\w\s.,+-]{1,3}",
        "write the number alone; name its unit in the description",
    ),
    (r"[-+]?[0-9][0-9.,]*\s*\(?[a-zA-Z]{1,3}\)?", "write the number alone; put marks into a column of their own"),
    (r"\([0-9][0-9.,]*\)", "write a minus for a number below zero"),
)
DAY_WITH_TIME = r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+.*"
ZONES = "write all times in one zone, or all without one, as the clocks of the place show it"
LIKE_DAYS = (
    (r"[12][0-9]{3}(0[1-9]|1[0-2])[0-9]{2}", "write YYYY-MM-DD, or put format: '%Y%m%d' into the column's description"),
    (DAY_WITH_TIME, "a day with a time has type: datetime, whose day is read"),
    (r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2}", "write the year with four digits, best YYYY-MM-DD"),
    (r"[34][0-9]{4}(\.0)?", "a spreadsheet has written its own number of the day: format the cells as YYYY-MM-DD before saving"),
    (r"[0-9]{1,2}[ -][A-Za-z]{4,}[ -][12][0-9]{3}", "write YYYY-MM-DD, or put format: '%d %B %Y' into the column's description"),
    (r"[0-9]{1,2}[ -][A-Za-z]{3}[ -][12][0-9]{3}", "write YYYY-MM-DD, or put format: '%d %b %Y' into the column's description"),
    (r"[12][0-9]{3}-[HSTQW][0-9]{1,2}", "the name of a period has type: string, and `every` under time names the period"),
    (
        r"[12][0-9]{3}(-[0-9]{1,2})?",
        "a day is needed: where only the month or year is known, write its first day, and the precision in a column",
    ),
)
LIKE_MONTHS = (
    (r"[12][0-9]{3}([Mm/.-]?[0-9]{1,2})", "write the month with a hyphen and two digits: 2024-01"),
    (r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}.*", "this is a day: write its month alone, or give the column the type date"),
)
EARLY = r"0[0-9]{3}(-.*)?"
PARTED = r"([0-9]{1,4})([/.-])([0-9]{1,2})\2([0-9]{1,4})"


def causes(cells: pd.Series, field: FieldOf) -> dict[str, list[int]]:
    """Why cells of a column cannot be read, with the rows of each cause; cells without a known cause are under "". What to do comes
    with it: it is the hint of a fault."""
    order = _order_of(cells) if field.kind == "date" else ""
    return grouped((_cause(str(cell), field, order), int(str(row))) for row, cell in cells.items())


TRUTHS = r"(?i)yes|no|y|n|t|f|x|on|off|ja|nein|oui|non|s[ií]|да|нет|[01]\.0|true|false|是|否|はい|いいえ|예|아니오|아니요"


def _cause(cell: str, field: FieldOf, order: str) -> str:
    if field.type == "boolean" and re.fullmatch(TRUTHS, cell.strip()):
        return "write true or false, or put what cells hold into the column's description: trueValues: ['yes'], falseValues: ['no']"
    if re.fullmatch(MISSING, cell.strip()):
        return f"leave the cell empty, or list it under missingValues of the schema: ['', '{cell}']"
    if field.kind in ("year", "yearmonth", "date") and re.fullmatch(EARLY, cell):
        return f"no year before {EARLIEST} is read; leave the cell empty, if the time is not known"
    if field.type in ("integer", "number", "year"):
        return _cause_of_number(cell.strip(), field)
    if field.kind == "yearmonth":
        return next((hint for form, hint in LIKE_MONTHS if re.fullmatch(form, cell)), "")
    if field.kind != "date":
        return ""
    if "%z" in field.format or field.type == "datetime":
        form = DATETIME if field.format == "default" else date_form(field.format)
        if re.fullmatch(form, cell):
            return ZONES
        if field.format == "default" and re.fullmatch(DAY_WITH_TIME, cell):
            return "hours go from 00 to 23, minutes and seconds to 59, and behind them is nothing, Z or a zone such as +09:00"
    parted = re.fullmatch(PARTED, cell)
    if parted and len(parted[1]) == 4:
        return f"write YYYY-MM-DD, or put format: '%Y{parted[2]}%m{parted[2]}%d' into the column's description" if parted[2] != "-" else ""
    if parted and len(parted[4]) == 4:
        return f"write YYYY-MM-DD, or put {order.replace('/', parted[2])} into the column's description"
    return next((hint for form, hint in LIKE_DAYS if re.fullmatch(form, cell)), "")


def _cause_of_number(cell: str, field: FieldOf) -> str:
    grouped = re.fullmatch(GROUPED, cell)
    if grouped and not (grouped[1] == "." and field.type == "number" and field.decimalChar == "."):
        decimals = f"; if {grouped[1]!r} is for decimals, decimalChar" if field.type == "number" and grouped[1] in ",." else ""
        return f"write it without separators of thousands, or put groupChar: '{grouped[1]}' into the column's description{decimals}"
    if field.type == "integer" and re.fullmatch(r"[-+]?[0-9]+,[0-9]+", cell):
        return "decimals need type: number, and a comma before them decimalChar: ','"
    return next((hint for form, hint in LIKE_NUMBERS if re.fullmatch(form, cell)), "")


def _order_of(cells: pd.Series) -> str:
    """The order of day and month in texts such as 31/01/2024, where one of them shows it."""
    parted = [found for cell in cells if (found := re.fullmatch(PARTED, str(cell))) and len(found[4]) == 4]
    if any(int(found[1]) > 12 for found in parted):
        return "format: '%d/%m/%Y'"
    if any(int(found[3]) > 12 for found in parted):
        return "format: '%m/%d/%Y'"
    return "format: '%d/%m/%Y' (or '%m/%d/%Y', if the month comes first)"
