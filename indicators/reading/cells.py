"""Texts in cells: a text is read exactly as it is written, or reported with the character that is not seen.

Each finding is of a column, so that similar ones are counted together. Different cells of a column are looked at once each.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from indicators.characters import are_plain, difference, disguised, has_one_look, look, unseen, with_disguise
from indicators.nouns.descriptor import FieldOf, ListColumn, Resource
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import LARGEST_EXACT, LARGEST_NUMBER, grouped
from indicators.operations.column import NUMBERS
from indicators.problems import Fault, fault
from indicators.reading.forms import ZONES

TYPED = (*NUMBERS, "date")
"""Kinds of columns of which a table holds something else than the text."""


Labels = Callable[[Iterable[Any]], Sequence[int | str]]
"""What messages call rows, by their numbers in the table."""


class Finding(NamedTuple):
    """Cells of a column with one fault: whether each row is faulty, and the fault of a cell, as it is quoted."""

    rows: np.ndarray
    fault: Callable[[str], Fault]
    shown: int = 3


def quoted(cell: str) -> str:
    """A cell as messages show it."""
    return repr(cell if len(cell) <= 60 else cell[:57] + "…")


def is_known(column: pd.Series, field: FieldOf, resource: Resource, before: Table | None) -> bool:
    """Whether a column has only texts in which nothing was found before, and which are not judged by other cells of their rows."""
    time, status = resource.relations.time, resource.relations.status
    beside = (time and time.precision, time and time.end_precision, status and status.column)
    if before is None or field.kind in TYPED or field.name in beside:
        return False
    return bool(column.isin(before.frame[field.name]).all())


def text_findings(column: pd.Series, listing: ListColumn | None, labels: Labels, is_free: bool) -> Iterator[Finding]:
    """What is wrong with the texts of a column, whatever they mean. `is_free`: it has no vocabulary, and any text is allowed."""
    cells, name = set(pd.unique(column).tolist()), str(column.name)  # one by one out of pandas, texts take seven times as long
    is_plain = are_plain(cells)
    where = {} if is_plain else {cell: words for cell in cells if (words := unseen(cell))}

    def of_cell(cell: str, words: str) -> Fault:
        return fault("unseen-character/cell", hint="remove it", column=name, cell=cell, where=words)

    yield from _finding(column, where, of_cell)
    if listing:
        yield from _item_findings(column, cells - set(where), listing)
    if is_free and not is_plain:
        yield from _alike_findings(column, listing, labels, set(where))


def _finding(column: pd.Series, words: Mapping[str, str], wrong: Callable[[str, str], Fault]) -> Iterator[Finding]:
    """The rows with cells that have words of their own, which the fault says."""
    shown = {quoted(cell): told for cell, told in words.items()}
    if words:
        yield Finding(column.isin(words).to_numpy(), lambda cell: wrong(cell, shown[cell]))


def _item_findings(column: pd.Series, cells: Iterable[str], listing: ListColumn) -> Iterator[Finding]:
    """Items of lists that have unseen characters, are empty, or appear twice; cells that are not divided by their separator."""
    sep, name, bare = listing.separator, str(column.name), listing.separator.strip()
    lists = {cell: cell.split(sep) for cell in cells if sep in cell}
    edges = {cell: f"{item!r}, which {unseen(item)}" for cell, items in lists.items() for item in items if unseen(item)}
    whole = {cell: items for cell, items in lists.items() if cell not in edges}
    counts = {cell: Counter(filter(None, map(look, items))).most_common(1) for cell, items in whole.items()}
    twice = {cell: repr(most[0][0]) for cell, most in counts.items() if most and most[0][1] > 1}
    mixed = {cell: "" for cell in cells if any(_holds_sign(item, sep) for item in cell.split(sep))}

    def unseen_in_item(cell: str, item: str) -> Fault:
        hint = f"remove it; where every list is written so, write in the descriptor separator: {sep + ' '!r}"
        return fault("unseen-character/item", hint=hint, column=name, cell=cell, item=item)

    def empty_item(cell: str, _: str) -> Fault:
        return fault("wrong-item/empty", hint=f"remove one of the separators {sep!r}", column=name, cell=cell)

    def not_divided(cell: str, _: str) -> Fault:
        hint = f"write {sep!r} between all items" + (f", or {bare!r} in all cells and in the descriptor" if bare not in ("", sep) else "")
        return fault("wrong-item/separator", hint=with_disguise(hint, cell), column=name, cell=cell, separator=sep)

    yield from _finding(column, edges, unseen_in_item)
    yield from _finding(column, {cell: "" for cell, items in whole.items() if "" in items}, empty_item)
    yield from _finding(column, twice, lambda cell, item: fault("wrong-item/twice", hint="name it once", column=name, cell=cell, item=item))
    yield from _finding(column, mixed, not_divided)


def _holds_sign(item: str, separator: str) -> bool:
    """Whether an item holds the separator without its blanks, or a character that only looks like it. A word may be part of an item."""
    sign = separator.strip() or separator
    if any(map(str.isalnum, sign)):
        return False
    return (sign != separator and sign in item) or (not item.isascii() and sign in look(item))


def _alike_findings(column: pd.Series, listing: ListColumn | None, labels: Labels, known: set[str]) -> Iterator[Finding]:
    """Texts that look like a more frequent text of the column."""
    looked = column[~column.isin(known)] if known else column
    if all(map(has_one_look, pd.unique(looked))):
        return
    items = looked.str.split(listing.separator).explode() if listing else looked
    twins = twins_of(items)
    if not twins:
        return
    usual = items[items.isin(twins.values())].drop_duplicates()
    first = dict(zip(usual, labels(usual.index), strict=True))
    faulty = items[items.isin(twins)]

    def alike(cell: str, item: str) -> Fault:
        other = f"{twins[item]!r} of line {first[twins[item]]}: {difference(item, twins[item])}"
        return fault("looks-the-same/cell", hint="write both in the same way", column=column.name, cell=cell, other=other)

    yield from _finding(column, {column[int(str(row))]: item for row, item in faulty.items()}, alike)


def twins_of(texts: pd.Series) -> dict[str, str]:
    """Texts that look like another text of the same values, with the most frequent of that look.

    >>> twins_of(pd.Series(["Zenda", "Zenda", "Zenda  ", "Hentzau"]))
    {'Zenda  ': 'Zenda'}
    """
    different = list(dict.fromkeys(texts.tolist()))
    if all(map(has_one_look, different)):
        return {}
    looks = grouped((look(text), text) for text in different)
    several = {text for alike in looks.values() if len(alike) > 1 for text in alike}
    if not several:
        return {}
    counts = Counter(texts[texts.isin(several)])
    most = {seen: max(alike, key=lambda text: counts[text]) for seen, alike in looks.items() if len(alike) > 1}
    return {text: most[look(text)] for text in several if text != most[look(text)]}


def not_read(is_date: bool, column: str, expected: str, hint: str, cell: str) -> Fault:
    """The fault of a cell that is not what is `expected` in its column."""
    if hint == ZONES:
        return fault("no-such-day/zone", hint=ZONES, column=column, cell=cell)
    code = "no-such-day/cell" if is_date else "wrong-type/cell"
    return fault(code, hint=hint, column=column, cell=cell, expected=expected)


def exactly(numbers: pd.Series, cells: pd.Series) -> pd.Series:
    """Numbers that are what their cells say; missing where a cell is too large, or has digits that a number cannot hold.

    >>> exactly(pd.Series([1e16, float("inf"), -0.0, 0.0]), pd.Series(["9999999999999999", "9" * 400, "-0", "1e-999"])).tolist()
    [nan, nan, 0.0, nan]
    """
    values = numbers.to_numpy(dtype="float64")
    looked = np.flatnonzero((np.abs(values) >= LARGEST_EXACT) | (values == 0))
    wrong = [place for place in looked.tolist() if not _is_exact(float(values[place]), str(cells.iloc[place]))]
    kept = values + 0.0
    kept[wrong] = np.nan
    return pd.Series(kept, index=numbers.index)


def _is_exact(number: float, cell: str) -> bool:
    if number == 0:
        return not re.search("[1-9]", re.split("[eE]", cell)[0])
    whole, _, fraction = cell.partition(".")
    is_whole = whole.lstrip("+-").isdecimal() and not fraction.strip("0")
    return abs(number) <= LARGEST_NUMBER and (not is_whole or int(whole) == int(number))


def peculiar(cell: str, is_number: bool) -> str:
    """Why a cell is not what it seems to be, as a sentence for a hint; "" where nothing is peculiar.

    >>> peculiar("007", True)
    "; it begins with a zero that a number would lose: write 7, or make the column's type string"
    >>> peculiar("5.0", True)
    ''
    """
    digits = cell.lstrip("+-")
    if disguised(cell):
        return f"; {disguised(cell)}"
    if not is_number or not digits.replace(".", "", 1).isdecimal():
        return ""
    if digits.startswith("0") and digits[1:2].isdecimal():
        plain = digits.lstrip("0") or "0"
        return f"; it begins with a zero that a number would lose: write {plain[:20]}, or make the column's type string"
    if len(digits.partition(".")[0]) > 100:
        return f"; it has {len(digits)} characters, and no number here is larger than {LARGEST_NUMBER:.0e}"
    if exactly(pd.Series([float(digits)]), pd.Series([digits])).notna().all():
        return ""
    return f"; it has more digits than a number holds, and would be read as {float(digits):.17g}; make the column's type string"
