"""Opinions about good definitions, as warnings: rows outside the graded categories, filters that let nothing through."""

import datetime
from collections.abc import Iterator
from typing import Any

import narwhals as nw

from indicators.coverage import outside
from indicators.model import Definition, Table
from indicators.problems import Problem
from indicators.project import Project
from indicators.selection import looked_up
from indicators.vocabulary import ROW
from indicators.where import expression

SHOWN = 3


def audit(project: Project) -> Iterator[Problem]:
    """Warnings about every definition that can be computed, variants included."""
    for definition in project.definitions.values():
        for one in (definition, *definition.variants.values()):
            if one.table:
                yield from _of_one(one, project.tables[one.table], project)


def _of_one(definition: Definition, table: Table, project: Project) -> Iterator[Problem]:
    rows = nw.from_native(table.frame, eager_only=True)
    where = looked_up(definition.where, project.tables, datetime.date.fromisoformat(project.config.as_of))
    condition = expression(where, table.resource)
    chosen = rows if condition is None else rows.filter(condition)
    place = project.places[definition.name]
    if not len(chosen):
        message = f"{definition.name!r} selects no row: {_emptied_by(where, table, rows)} removes the last of them"
        yield Problem(place, "empty-selection", message, "loosen the filter, or correct a code in it", "warning")
    if definition.coverage:
        strays = outside(table, definition.coverage, chosen)[ROW].to_list()
        if strays:
            shown = ", ".join(strays[:SHOWN]) + ("…" if len(strays) > SHOWN else "")
            message = f"{len(strays)} rows of {definition.name!r} lie outside {', '.join(definition.coverage)}: {shown}"
            yield Problem(
                place, "coverage-too-narrow", message, "name a category that grades these rows too, or narrow the filter", "warning"
            )


def _emptied_by(where: Any, table: Table, rows: nw.DataFrame[Any]) -> str:
    if isinstance(where, list):
        return "its filter"
    for column, condition in where.items():
        test = expression({column: condition}, table.resource)
        rows = rows if test is None else rows.filter(test)
        if not len(rows):
            return f"{column}: {condition!r}"
    return "its filter"
