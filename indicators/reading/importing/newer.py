"""A newer file of a table that is there: what it adds, changes, and no longer has."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from indicators.nouns.vocabulary import grouped
from indicators.problems import Fault, Place, ProblemsFound
from indicators.reading.importing.options import Gone, reason
from indicators.reading.importing.proposal import ROW, Proposal

Cells = tuple[str, ...]


class Change(NamedTuple):
    """A row whose cells differ: its key, and for each column what it was and is."""

    key: str
    cells: dict[str, tuple[str, str]]


class Newer(NamedTuple):
    """The rows of a table after a newer file, and what that does: keys of rows that are new, changed, or no longer in the file."""

    header: list[str]
    rows: list[list[str]]
    added: list[str]
    changed: list[Change]
    gone: list[str]

    @property
    def is_same(self) -> bool:
        """Whether the newer file says what the table says."""
        return not (self.added or self.changed or self.gone)


def as_csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as text."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def column_fault(before: Sequence[str], proposal: Proposal) -> Fault | None:
    """Why a newer file is not one of the same table: its columns are others."""
    missing = [one for one in before if one not in proposal.header]
    more = [one for one in proposal.header if one not in before]
    if not missing and not more:
        return None
    why = "; ".join(
        f"{words} {', '.join(names)}" for words, names in (("the file has no longer", missing), ("only the file has", more)) if names
    )
    return reason(
        f"the columns are not those of the table {proposal.table}: {why}", "give the options of the first time, or another --name"
    )


def compared(
    header: Sequence[str], before: Sequence[Sequence[str]], key: Sequence[str], recorded: str, proposal: Proposal, gone: Gone
) -> Newer:
    """The table before and the newer file together. Rows that are gone are kept or removed, as `gone` says; a row whose cell is empty in
    the newer file is withdrawn, and loses its value. Where a day of release is kept, an earlier release is never changed: what is new of
    a row is a row of the new release."""
    places = [proposal.header.index(one) for one in header]
    after = [[row[n] for n in places] for row in proposal.rows]
    if tuple(key) == (ROW,):
        return _by_content(header, before, after, gone)
    at = [header.index(one) for one in key if one != recorded]
    release = header.index(recorded) if recorded else None
    latest = max((row[release] for row in before), default="") if release is not None else ""
    if latest > proposal.recorded and release is not None:
        why = f"the table has a release of {latest} already, which is later than {proposal.recorded}"
        raise ProblemsFound([reason(why, "add earlier releases by hand").at(Place(proposal.file))])
    old: dict[Cells, list[str]] = {}
    for row in before:
        name = tuple(row[n] for n in at)
        if release is None or name not in old or old[name][release] <= row[release]:
            old[name] = list(row)
    new = {tuple(row[n] for n in at): row for row in after}
    if len(new) < len(after):
        twice = next("|".join(name) for name, times in Counter(tuple(row[n] for n in at) for row in after).items() if times > 1)
        hint = "complete primaryKey in the descriptor, or choose rows with --where"
        raise ProblemsFound([reason(f"several rows of the file have the key {twice!r} of the table", hint).at(Place(proposal.file))])
    withdrawn = {tuple(row[n] for n in at): row for row in ([row[n] for n in places] for row in proposal.emptied)}
    new |= {name: row for name, row in withdrawn.items() if name in old and name not in new}
    changed = [_change(header, name, old[name], row, release) for name, row in new.items() if name in old]
    differing = [one for one in changed if one.cells]
    added = [name for name in new if name not in old]
    missing = [name for name in old if name not in new]
    if release is not None:
        fresh = {one.key for one in differing} | {"|".join(name) for name in added}
        rows = [*map(list, before), *(row for name, row in new.items() if "|".join(name) in fresh)]
    else:
        rows = [new.get(name, row) for name, row in old.items() if name in new or gone == "keep"] + [new[name] for name in added]
    return Newer(list(header), rows, ["|".join(name) for name in added], differing, ["|".join(name) for name in missing])


def _change(header: Sequence[str], name: Cells, old: Sequence[str], new: Sequence[str], release: int | None) -> Change:
    cells = {column: (a, b) for n, (column, a, b) in enumerate(zip(header, old, new, strict=True)) if a != b and n != release}
    return Change("|".join(name), cells)


def _by_content(header: Sequence[str], before: Sequence[Sequence[str]], after: Sequence[Sequence[str]], gone: Gone) -> Newer:
    """Where rows have numbers alone, a row is known by all its cells: one that is corrected is gone, and another one is new."""
    n = header.index(ROW)
    numbers = grouped((_without(row, n), row[n]) for row in before)
    wanted = Counter(_without(row, n) for row in after)
    kept = {number for content, all_of in numbers.items() for number in all_of[: wanted[content]]}
    missing = [list(row) for row in before if row[n] not in kept]
    rest = wanted - Counter({content: len(all_of) for content, all_of in numbers.items()})
    last = max((int(row[n]) for row in before if row[n].isdecimal()), default=0)
    added: list[list[str]] = []
    for row in after:
        content = _without(row, n)
        if rest[content]:
            rest[content] -= 1
            added.append([*row[:n], str(last + len(added) + 1), *row[n + 1 :]])
    rows = [list(row) for row in before if row[n] in kept or gone == "keep"] + added
    return Newer(list(header), rows, ["|".join(_without(row, n)) for row in added], [], ["|".join(_without(row, n)) for row in missing])


def _without(row: Sequence[str], n: int) -> Cells:
    return (*row[:n], *row[n + 1 :])
