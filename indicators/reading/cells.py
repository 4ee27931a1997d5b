"""Texts in cells: a text is read exactly as it is written, or reported with the character that is not seen.

Each finding is of a column, so that similar ones are counted together. Different cells of a column are looked at once each.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from indicators.characters import difference, disguised, has_one_look, look, unseen
from indicators.nouns.descriptor import ListColumn
from indicators.nouns.vocabulary import LARGEST_NUMBER
from indicators.problems import Fault, fault

LARGEST_EXACT = 2**53
"""Up to here a number of floating point holds every whole number."""


class Finding(NamedTuple):
    """Cells of a column with one fault: whether each row is faulty, and the fault of a cell, as it is quoted."""

    rows: pd.Series
    fault: Callable[[str], Fault]


def quoted(cell: str) -> str:
    """A cell as messages show it."""
    return repr(cell if len(cell) <= 60 else cell[:57] + "…")


def text_findings(column: pd.Series, listing: ListColumn | None, lines: Sequence[int], is_free: bool) -> Iterator[Finding]:
    """What is wrong with the texts of a column, whatever they mean. `is_free`: it has no vocabulary, and any text is allowed."""
    cells, name = set(column), str(column.name)
    where = {cell: words for cell in cells if (words := unseen(cell))}
    yield _finding(column, where, lambda cell, words: fault("unseen-character/cell", hint="remove it", column=name, cell=cell, where=words))
    if listing:
        yield from _item_findings(column, cells - set(where), listing)
    if is_free:
        yield from _alike_findings(column, listing, lines, set(where))


def _finding(column: pd.Series, words: Mapping[str, str], wrong: Callable[[str, str], Fault]) -> Finding:
    """The rows with cells that have words of their own, which the fault says."""
    shown = {quoted(cell): told for cell, told in words.items()}
    return Finding(column.isin(words) if words else column != column, lambda cell: wrong(cell, shown[cell]))


def _item_findings(column: pd.Series, cells: Iterable[str], listing: ListColumn) -> Iterator[Finding]:
    """Items of lists that have unseen characters, are empty, or appear twice."""
    sep, name, bare = listing.separator, str(column.name), listing.separator.strip()
    lists = {cell: cell.split(sep) for cell in cells if sep in cell}
    edges = {cell: next((f"{item!r}, which {unseen(item)}" for item in items if unseen(item)), "") for cell, items in lists.items()}
    empty = {cell: "" for cell, items in lists.items() if not edges[cell] and "" in items}
    counts = {cell: Counter(filter(None, map(look, items))).most_common(1) for cell, items in lists.items() if not edges[cell]}
    twice = {cell: repr(most[0][0]) for cell, most in counts.items() if most and most[0][1] > 1}
    mixed = {cell: "" for cell in cells if bare != sep and bare and any(bare in item for item in cell.split(sep))}

    in_all = f"write {sep!r} between all items, or {bare!r} in all cells and in the descriptor"
    as_it_is = f"remove it; where every list is written so, write in the descriptor separator: {sep + ' '!r}"
    yield _finding(column, {cell: words for cell, words in edges.items() if words}, lambda cell, item: fault("unseen-character/item", hint=as_it_is, column=name, cell=cell, item=item))
    yield _finding(column, empty, lambda cell, _: fault("wrong-item/empty", hint=f"remove one of the separators {sep!r}", column=name, cell=cell))
    yield _finding(column, twice, lambda cell, item: fault("wrong-item/twice", hint="name it once", column=name, cell=cell, item=item))
    yield _finding(column, mixed, lambda cell, _: fault("wrong-item/separator", hint=in_all, column=name, cell=cell, separator=sep))


def _alike_findings(column: pd.Series, listing: ListColumn | None, lines: Sequence[int], known: set[str]) -> Iterator[Finding]:
    """Texts that look like a more frequent text of the column."""
    looked = column[~column.isin(known)] if known else column
    items = looked.str.split(listing.separator).explode() if listing else looked
    twins = twins_of(items)
    if not twins:
        return
    first = {text: lines[int(items.index[items == text][0])] for text in set(twins.values())}
    faulty = items[items.isin(twins)]
    told = {column[int(str(row))]: item for row, item in faulty.items()}
    words = {cell: f"{twins[item]!r} of line {first[twins[item]]}: {difference(item, twins[item])}" for cell, item in told.items()}
    name, hint = str(column.name), "write both in the same way"
    yield _finding(column, words, lambda cell, other: fault("looks-the-same/cell", hint=hint, column=name, cell=cell, other=other))


def twins_of(texts: pd.Series) -> dict[str, str]:
    """Texts that look like another text of the same values, with the most frequent of that look.

    >>> twins_of(pd.Series(["Zenda", "Zenda", "Zenda  ", "Hentzau"]))
    {'Zenda  ': 'Zenda'}
    """
    different = list(dict.fromkeys(texts))
    if all(map(has_one_look, different)):
        return {}
    looks: dict[str, list[str]] = {}
    for text in different:
        looks.setdefault(look(text), []).append(text)
    several = {text for alike in looks.values() if len(alike) > 1 for text in alike}
    if not several:
        return {}
    counts = Counter(texts[texts.isin(several)])
    most = {seen: max(alike, key=lambda text: counts[text]) for seen, alike in looks.items() if len(alike) > 1}
    return {text: most[look(text)] for text in several if text != most[look(text)]}


def exactly(numbers: pd.Series, cells: pd.Series) -> pd.Series:
    """Numbers that are what their cells say; missing where a cell is too large, or has digits that a number cannot hold.

    >>> exactly(pd.Series([1e16, float("inf"), -0.0, 0.0]), pd.Series(["9999999999999999", "9" * 400, "-0", "1e-999"])).tolist()
    [nan, nan, 0.0, nan]
    """
    odd = (numbers.abs() > LARGEST_EXACT) | ((numbers == 0) & cells.str.contains("[1-9]", regex=True, na=False))
    odd &= [not _is_exact(number, cell) for number, cell in zip(numbers, cells, strict=True)] if odd.any() else False
    return numbers.mask(odd) + 0.0


def _is_exact(number: float, cell: str) -> bool:
    if number != number or abs(number) > LARGEST_NUMBER:
        return False
    whole, _, fraction = cell.partition(".")
    is_whole = whole.lstrip("+-").isdecimal() and not fraction.strip("0")
    return int(whole) == int(number) if is_whole else number != 0


def peculiar(cell: str, is_number: bool) -> str:
    """Why a cell is not what it seems to be, as a sentence for a hint; "" where nothing is peculiar.

    >>> peculiar("007", True)
    "; it begins with a zero that a number would lose: write 7, or make the column's type string"
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
    return f"; it has more digits than a number holds, and would be read as {float(digits):.0f}; make the column's type string"
