"""The rows behind a number, each with what it says and where it comes from."""

import math
from typing import Any

from dash import html

from dashboard import wording
from dashboard.pages import attributes
from indicators.descriptors import label_of
from indicators.model import Results, RowBehind, Series, SourceRef
from indicators.provenance import rows_behind

MOST = 400


def rows_panel(results: Results, series: Series, period: int | None) -> list[Any]:
    """Heading, the number in words, and a table of its rows; an invitation where no point is chosen."""
    if period is None:
        return [html.H2("Rows behind a point"), html.P("Choose a point of the chart to see the rows it was made from.")]
    ids = series.rows_in(period)
    rows = rows_behind(results.tables, ids[:MOST], results.config.sources)
    heading = html.H2(f"{series.definition.title}: {wording.period(period, series.frequency)}")
    said = [heading, html.P(_summary(series, period, len(ids)), className="summary")]
    if len(ids) > MOST:
        said.append(html.P(f"The first {MOST} of {len(ids)} rows are shown."))
    return said + [_table(results, name, [r for r in rows if r.id.partition(":")[0] == name]) for name in series.tables if rows]


def _summary(series: Series, period: int, count: int) -> str:
    point = series.point(period)
    rows = f"{count} row{'s' if count != 1 else ''}"
    covered = f"Collection: {wording.LEVEL_WORDS[point.coverage]}."
    if math.isnan(point.value):
        return f"No value: {point.why}. {covered} In this period: {rows}."
    status = "" if point.status == "A" else f" Status: {wording.STATUS_WORDS[point.status]}."
    return f"{wording.value_words(series, period)}, from {rows}. {covered}{status}"


def _table(results: Results, name: str, rows: list[RowBehind]) -> Any:
    if not rows:
        return None
    columns = results.tables[name].resource.columns
    head = html.Tr(
        [html.Th(label_of(columns[c]), scope="col") for c in rows[0].cells] + [html.Th("source", scope="col"), html.Th("row", scope="col")]
    )
    body = [html.Tr([*(_cell(text, label_of(columns[c])) for c, text in row.cells.items()), *_ends(row)]) for row in rows]
    return html.Div(html.Table([html.Thead(head), html.Tbody(body)]), className="scroll", tabIndex="0")


def _cell(content: Any, label: str) -> html.Td:
    """A cell that knows its heading: on a small screen rows are cards, and the heading stands in each."""
    return html.Td(content, **attributes(data_label=label))


def _ends(row: RowBehind) -> list[html.Td]:
    return [_cell(_sources(row), "source"), _cell(html.Code(row.id), "row")]


def _sources(row: RowBehind) -> list[Any]:
    said: list[Any] = []
    for source in row.sources:
        said += [_source(source), html.Br()]
    return said[:-1] or ["none stated"]


def _source(source: SourceRef) -> Any:
    """A link, where the address is one of the web; the words alone where it is anything else."""
    text = f"{source.producer}: {source.title}"
    if source.url.startswith(("https://", "http://")):
        return html.A(text, href=source.url, rel="noopener noreferrer", target="_blank")
    return html.Span(text)
