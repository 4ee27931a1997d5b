"""Opinions about the rows that a definition selects: none at all, rows that nobody graded, conditions that do nothing."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from indicators.nouns.vocabulary import ROW
from indicators.operations.where import ANY_OF, CONDITIONS, column_of
from indicators.warnings.subject import Finding, Seen, single_conditions, without

SHOWN = 3


def selects_nothing(seen: Seen) -> Iterator[Finding]:
    """A filter that lets no row through; the part that removes the last of them is named."""
    if seen.table and not seen.chosen.any():
        message = f"{seen.name} selects no row: {_emptied_by(seen)} removes the last of them"
        yield ("where",), message, "loosen the filter, or correct a code in it"


def _emptied_by(seen: Seen) -> str:
    where = seen.definition.where
    tried: dict[str, Any] = {}
    for column, condition in where.items() if isinstance(where, dict) else ():
        tried[column] = condition
        if not seen.selects(tried).any():
            return f"{column}: {condition!r}"
    return "its filter"


def rows_nobody_graded(seen: Seen) -> Iterator[Finding]:
    """Rows outside the categories that grade an indicator."""
    table, coverage = seen.table, seen.definition.coverage
    if not table or not coverage:
        return
    graded = [seen.selects(table.relations.categories[category]) for category in coverage]
    strays = table.frame[ROW].to_numpy()[seen.chosen & ~np.logical_or.reduce(graded)].tolist()
    if strays:
        shown = ", ".join(strays[:SHOWN]) + ("…" if len(strays) > SHOWN else "")
        message = f"{len(strays)} rows of {seen.name} lie outside {', '.join(coverage)}: {shown}"
        yield ("coverage",), message, "name a category that grades these rows too, or narrow the filter"


def condition_removes_nothing(seen: Seen) -> Iterator[Finding]:
    """A condition that is there to leave rows out and leaves none out: without it the same rows are selected.

    A condition that says what the rows are (kind: meeting) may remove nothing today and be needed tomorrow; it is doubted
    only where it names all codes that the column can have.
    """
    where, table = seen.definition.where, seen.table
    if not table or not seen.chosen.any():
        return
    for trail, column, name, value in single_conditions(where):
        excludes = CONDITIONS.get(name, ANY_OF).excludes(column_of(table.resource, column), value)
        if excludes and np.array_equal(seen.selects(without(where, trail)), seen.chosen):
            told = f"{column}: {{{name}: {_shown(value)}}}" if name else f"{column}: {_shown(value)}"
            message = f"{told} removes nothing: without it {seen.name} selects the same {seen.chosen.sum()} rows"
            yield ("where", *trail), message, "leave it out, or correct a code in it"


def _shown(value: Any) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)
