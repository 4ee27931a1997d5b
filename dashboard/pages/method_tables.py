"""Every table: what it holds, how much, from when to when, under which terms, from whom, what to beware of, its columns."""

from typing import Any

from dash import html

from dashboard import wording
from dashboard.pages.rows import web_link
from indicators.descriptors import label_of
from indicators.inventory import reach_of
from indicators.model import Results, Table
from indicators.resource import FieldOf, Licence, Producer


def tables_section(results: Results) -> html.Section:
    """The section, in the order of the data package."""
    intro = "The tables that the numbers are made from. Each is a CSV file in the folder of the data, with a descriptor beside it."
    tables = [_table(table) for table in results.tables.values()]
    return html.Section([html.H2("Tables", id="all-tables"), html.P(intro), html.Div(tables, className="entries")])


def _table(table: Table) -> html.Article:
    resource = table.resource
    said = [html.P(resource.description)] if resource.description else []
    pairs = [html.Div([html.Dt(heading), html.Dd(content)]) for heading, content in _facts(table) if content]
    notes = [html.P("To know before it is quoted:"), html.Ul([html.Li(note) for note in table.relations.notes])]
    return html.Article(
        [
            html.H3(resource.title, id=f"table-{resource.name}"),
            html.P(html.Code(resource.path), className="place"),
            *said,
            html.Dl(pairs),
            *(notes if table.relations.notes else []),
            _columns(table),
        ],
        className="entry",
    )


def _facts(table: Table) -> list[tuple[str, Any]]:
    resource, reach = table.resource, reach_of(table)
    dates = f"{wording.date(reach[0])} to {wording.date(reach[1])}" if reach else ""
    return [
        ("Rows", f"{len(table.frame):,}"),
        ("Dates", dates),
        ("Licence", _named(resource.licenses)),
        ("Producers", _named(resource.sources)),
        ("Credit", table.relations.credit),
    ]


def _named(items: tuple[Producer, ...] | tuple[Licence, ...]) -> list[Any]:
    """Titles of licences or producers, each a link where it leads to the web."""
    told: list[Any] = []
    for item in items:
        told += [html.Br(), web_link(item.title or getattr(item, "name", ""), item.path)]
    return told[1:]


def _columns(table: Table) -> html.Details:
    columns = table.resource.columns.values()
    head = html.Tr([html.Th(label, scope="col") for label in ("column", "type", "meaning")])
    box = html.Div(html.Table([html.Thead(head), html.Tbody([_column(c) for c in columns])]), className="scroll", tabIndex="0")
    return html.Details([html.Summary(f"{len(columns)} columns"), box])


def _column(column: FieldOf) -> html.Tr:
    codes = ", ".join(map(str, column.constraints.enum))
    meaning = f"{column.description} One of: {codes}." if codes else column.description
    cells = [html.Td(html.Code(column.name)), html.Td(column.type), html.Td(meaning)]
    return html.Tr(cells, title=label_of(column)) if column.title else html.Tr(cells)
