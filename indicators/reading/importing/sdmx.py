"""What statistical offices agreed on: codes of observation status, powers of ten behind a number, labels beside codes, Eurostat's text.

A number is written out in its unit (12.5 with the multiplier 6 is 12500000), so that nobody takes thousands for units.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from indicators.nouns.vocabulary import STATUSES
from indicators.reading.importing.columns import Read, number_words
from indicators.reading.importing.options import cannot

TIME, VALUE = "time_period", "obs_value"
STATUS_COLUMNS = ("obs_status", "obs_flag", "flag_codes", "flag")
HEAD = ("dataflow", "structure", "structure_id", "structure_name", "action", "last_update")
"""Columns of SDMX-CSV before the dimensions."""
LETTERS = {
    **{letter: letter for letter in "ABEIP"},
    **dict.fromkeys("DFGJNSUW", "E"),
    **dict.fromkeys("HKLMOQ", "M"),
    **dict.fromkeys("VR", "P"),
}
"""Codes of SDMX's CL_OBS_STATUS and the letters of tables. A value with a definition of its own, of low reliability, forecast or rounded
to zero is at best an estimate; one that is suppressed, not collected or in another category is missing."""
FLAGS = {**{code.lower(): letter for code, letter in LETTERS.items() if code in "ABDEFINPRSUVM"}, "c": "M", "z": "M"}
"""Eurostat's flags, of which a number may have several; c is confidential, z not applicable."""
UNKNOWN = "P"
"""The letter of a code that is not known, because nothing is taken for final."""
POWER_COLUMNS = ("unit_mult", "powercode_code", "unit_mult_code")
SCALE_COLUMNS = ("scale", "unit_multiplier", "powercode", "multiplier", "magnitude", "units_multiplier")
SCALES = {"": 0, "one": 0, "unit": 0, "ten": 1, "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
"""Powers of ten by their names; a billion is 10⁹, as in all statistics of international bodies."""
IN_WORDS = re.compile(
    r"(?i)\b(thousands?|millions?|billions?|tausend|milliers?|miles|millones|mio|mrd|bn)\b|'000|千|万|億|천|만|억|тыс|млн|млрд"
)
"""Words of a title that say how many a number stands for."""
ID = re.compile("[A-Z][A-Z0-9_]*|[a-z][a-z0-9_]*")
"""The name of a dimension, and not a label for people beside it."""
LABELLED = re.compile("([A-Z][A-Z0-9_]*): .+")


class Mapped(NamedTuple):
    """The column of status and the letter of each of its codes. `unknown`: codes that no list has."""

    column: str
    letters: dict[str, str]
    unknown: tuple[str, ...]


# ---- labels ----


def heading_of(heading: str, headings: Sequence[str]) -> str:
    """A heading without its label, where all have one: `OBS_VALUE: Observation value`."""
    found = LABELLED.fullmatch(heading)
    return found[1] if found and all(LABELLED.fullmatch(one) or one.isupper() for one in headings) else heading


def code_of(cell: str) -> str:
    """The code of a cell that may have a label: `A: Normal value`."""
    return cell.partition(": ")[0]


def dimensions_of(columns: Sequence[Read]) -> list[Read]:
    """The columns before the time that are dimensions, without the labels that may stand beside each."""
    before = list(itertools.takewhile(lambda one: one.name != TIME, columns))
    codes = [one for one in before if ID.fullmatch(one.field.get("title", one.name))]
    return [one for one in (codes or before) if one.name not in HEAD]


def without_empty(columns: list[Read]) -> tuple[list[Read], list[str]]:
    """The columns of SDMX-CSV without those that have no cell (labels of numbers, attributes that are not used); what was done."""
    if VALUE not in [one.name for one in columns]:
        return columns, []
    empty = [one.name for one in columns if not any(one.cells) and one.name not in (VALUE, TIME)]
    return [one for one in columns if one.name not in empty], [f"columns without a cell, left out: {', '.join(empty)}"] if empty else []


# ---- status ----


def letter_of(code: str) -> str:
    """The letter of a code, of several flags the first that applies; "" where it is in no list.

    >>> letter_of("F"), letter_of("bp"), letter_of("ZZ")
    ('E', 'B', '')
    """
    letters = [FLAGS.get(one, "") for one in code] if code.islower() else [LETTERS.get(code, "")]
    return min(letters, key=STATUSES.index) if all(letters) else ""


def status_of(columns: Sequence[Read]) -> Mapped | None:
    """The column of status, with a letter for each of its codes. A blank is normal, as the code list has it, where the column has only
    exceptions; beside an explicit A it is what nobody said."""
    column = next((one for name in STATUS_COLUMNS for one in columns if one.name == name), None)
    codes = set(column.cells) if column else set()
    if not column or codes == {""}:
        return None
    known = {code: letter_of(code) for code in sorted(codes - {""})}
    if column.name == "flag" and not any(known.values()):
        return None
    blank = {"": UNKNOWN if "A" in known else "A"} if "" in codes else {}
    letters = {code: letter or UNKNOWN for code, letter in known.items()}
    return Mapped(column.name, blank | letters, tuple(code for code, letter in known.items() if not letter))


def without_missing(columns: list[Read]) -> tuple[list[Read], list[str]]:
    """The columns with codes of status without labels, and without numbers under a status that says that there is none; what was done."""
    columns = [one._replace(cells=[*map(code_of, one.cells)]) if one.name in STATUS_COLUMNS else one for one in columns]
    columns = [one._replace(codes=Counter(filter(None, one.cells))) if one.name in STATUS_COLUMNS and one.codes else one for one in columns]
    mapped = status_of(columns)
    if not mapped:
        return columns, []
    by_name = {one.name: one for one in columns}
    remarks = [f"{mapped.column}: " + ", ".join(f"{code or 'blank'} is {letter}" for code, letter in mapped.letters.items())]
    if mapped.unknown:
        remarks.append(f"{mapped.column}: {', '.join(mapped.unknown)} is in no code list; correct `status` in the descriptor")
    value, letters = by_name.get(VALUE) or by_name.get("value"), [mapped.letters[cell] for cell in by_name[mapped.column].cells]
    if not value or not value.is_number:
        return columns, remarks
    cells = ["" if letter == "M" else cell for cell, letter in zip(value.cells, letters, strict=True)]
    taken = sum(a != b for a, b in zip(value.cells, cells, strict=True))
    remarks += [f"{value.name}: {taken} numbers under a status that says missing are left out"] if taken else []
    return [_with(one, cells) if one is value else one for one in columns], remarks


def _with(column: Read, cells: list[str]) -> Read:
    """A column of numbers with other cells."""
    numbers = [cell for cell in cells if cell]
    return column._replace(cells=cells, words=number_words(numbers)[1] if numbers else "no number")


def without_units(columns: list[Read]) -> tuple[list[Read], list[str]]:
    """The columns of UN Comtrade without quantities that have no unit (-1): the file has 0 for them; what was done."""
    units = {one.name.replace("unitcode", ""): one for one in columns if one.name in ("qtyunitcode", "altqtyunitcode")}
    remarks = []
    for n, column in enumerate(columns):
        unit = units.get(column.name)
        if unit and column.is_number:
            cells = ["" if code == "-1" else cell for cell, code in zip(column.cells, unit.cells, strict=True)]
            taken = sum(a != b for a, b in zip(column.cells, cells, strict=True))
            remarks += [f"{column.name}: {taken} quantities without a unit ({unit.name} -1) are left out"] if taken else []
            columns[n] = _with(column, cells)
    return columns, remarks


# ---- powers of ten ----


def written_out(columns: list[Read], file: str, text: Sequence[str]) -> tuple[list[Read], list[str]]:
    """The columns with numbers in their unit instead of in thousands or millions, and what was done."""
    scales = [one for one in columns if one.name in (*POWER_COLUMNS, *SCALE_COLUMNS)]
    scale = next((one for one in scales if one.name in POWER_COLUMNS), next(iter(scales), None))
    powers = [_power(cell, scale.name) for cell in scale.cells] if scale else []
    unclear = scale is not None and scale.name in SCALE_COLUMNS and None in powers
    if not scale or not (unclear or any(powers)):
        return columns, []
    named = ", ".join(f"{code or 'blank'} ({times})" for code, times in Counter(scale.cells).most_common(5))
    if unclear:
        return columns, [f"{scale.name}: {named}; if the numbers are in such units, they must be multiplied before they are compared"]
    value = next((one for one in columns if one.name in (VALUE, "value") and one.is_number), None)
    if value is None or scale.name in text:
        of = value.name if value else "the numbers"
        return columns, [f"{scale.name}: {named}; {of} stay as published, and must be multiplied before they are compared"]
    wrong = next((n for n, power in enumerate(powers) if power is None and value.cells[n]), None)
    if wrong is not None:
        why = f"{scale.name} is {scale.cells[wrong]!r} beside the number {value.cells[wrong]}, and no power of ten"
        raise cannot(file, why, f"choose rows with --where, or keep numbers as published: --text {scale.name}")
    cells = [f"{Decimal(cell).scaleb(power):f}" if cell and power else cell for cell, power in zip(value.cells, powers, strict=True)]
    kind, words = number_words([cell for cell in cells if cell])
    description = f"{value.field['description']} Written out: multiplied by its {scale.name} ({named}) of the file."
    read = value._replace(field={**value.field, "type": kind, "description": description}, cells=cells, words=words)
    kept = [read if one is value else one for one in columns if one not in scales]
    example = next(n for n, power in enumerate(powers) if power and value.cells[n])
    return kept, [f"{value.name} is multiplied by {scale.name} ({named}), as {value.cells[example]} to {cells[example]}"]


def in_thousands(columns: list[Read], titles: Sequence[str]) -> tuple[list[Read], list[str]]:
    """The columns of numbers, described by the title that says that they are in thousands or millions; what it says."""
    said = [title for title in titles if IN_WORDS.search(title)]
    if not said:
        return columns, []
    words = f" The file says above the table: {' / '.join(said)}."
    described = [
        one._replace(field={**one.field, "description": f"{one.field['description']}{words}"}) if one.is_number else one for one in columns
    ]
    return described, [f"the numbers stay as published; above the table stands {' / '.join(map(repr, said))}"]


def _power(cell: str, name: str) -> int | None:
    """The power of ten that a cell names; None where it names none."""
    code = code_of(cell)
    if re.fullmatch("-?[0-9]{1,2}", code):
        return int(code) if name in POWER_COLUMNS else None
    return SCALES.get(cell.casefold().removesuffix("s")) if cell or name in SCALE_COLUMNS else None
