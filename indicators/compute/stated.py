"""Figures that a source states about an indicator: what, from when, how much, and where it stands."""

from collections.abc import Iterator
from typing import NamedTuple

from indicators.compute.provenance import cell_text, known_sources
from indicators.nouns.definition import called_now
from indicators.nouns.descriptor import Stated
from indicators.nouns.series import Results, SourceRef, Table
from indicators.nouns.vocabulary import ROW
from indicators.operations.column import column_of

A_YEAR = "year"
"""The unit of which the number is a year: it has no separator of thousands."""


class Figure(NamedTuple):
    """One figure as its source states it. `row`: its id; `what`: one text for each column; `time` and `place`: blank where not kept."""

    row: str
    what: tuple[str, ...]
    value: str
    unit: str
    time: str
    place: str
    sources: tuple[SourceRef, ...]


def figures_about(results: Results, indicator: str) -> dict[str, tuple[Figure, ...]]:
    """By table, the figures that its rows state about an indicator, in the order of the table; tables without any are left out."""
    tables = [(name, table, states) for name, table in results.tables.items() if (states := table.relations.states)]
    found = {name: tuple(_figures(results, table, states, indicator)) for name, table, states in tables}
    return {name: figures for name, figures in found.items() if figures}


def _figures(results: Results, table: Table, states: Stated, indicator: str) -> Iterator[Figure]:
    resource, source = table.resource, table.relations.source
    known = known_sources(results.tables.get(results.config.sources or ""))

    def items(row: dict[str, object], column: str) -> list[str]:
        separator = column_of(resource, column).separator
        return str(row[column]).split(separator) if separator else [str(row[column])]

    def text(row: dict[str, object], column: str | None) -> str:
        return cell_text(row[column], resource.columns[column].type) if column else ""

    for row in table.frame.to_dict("records"):
        cells = {str(name): cell for name, cell in row.items()}
        if indicator not in [called_now(name, results.formerly) for name in items(cells, states.of)]:
            continue
        unit = text(cells, states.unit)
        value = cell_text(cells[states.value], A_YEAR if unit == A_YEAR else resource.columns[states.value].type)
        sources = tuple(known[name] for name in (items(cells, source) if source else ()) if name in known)
        what = tuple(filter(None, (text(cells, column) for column in states.what)))
        yield Figure(str(cells[ROW]), what, value, unit, text(cells, states.time), text(cells, states.place), sources)
