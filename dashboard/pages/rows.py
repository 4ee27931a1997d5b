"""The rows behind a point of a chart, and the numbers of a chart as a table."""

import math
from collections.abc import Iterator
from typing import Any

from dash import html

from dashboard.charts.picture import Layer, Picture
from dashboard.pages import attributes
from dashboard.words import numbers
from indicators.compute.change import change
from indicators.compute.provenance import credit_of, rows_behind
from indicators.nouns.series import Results, RowBehind, Series, SourceRef
from indicators.reading.descriptors import label_of

MOST_ROWS = 400


def rows_panel(results: Results, series: Series, period: int | None, part: str = "") -> list[Any]:
    """Heading, the number in words, a sentence to copy, and a table of its rows; an invitation where no point is chosen.

    `part`: what to call a part of a split series.
    """
    if period is None:
        return [html.H2("Rows behind a point"), html.P("Choose a point of the chart to see the rows it was made from.")]
    ids = series.rows_in(period)
    whose = f", {part}" if part else ""
    heading = html.H2(f"{series.definition.title}{whose}: {numbers.period(period, series.frequency)}")
    said = [heading, html.P(_summary(series, period, len(ids)), className="summary"), _sentence(results, series, period, part)]
    said += _moved(results, series, period)
    if len(ids) > MOST_ROWS:
        said.append(html.P(f"The first {MOST_ROWS} of {len(ids)} rows are shown."))
    return said + row_tables(results, series, ids[:MOST_ROWS])


def _sentence(results: Results, series: Series, period: int, part: str) -> html.Div:
    """The number as a sentence that can stand in a memo, with a button that copies it."""
    text = numbers.sentence(series, period, credit_of(series, results.tables), part)
    button = html.Button("copy this number as a sentence", **attributes(data_copy="sentence"))
    return html.Div([html.P(text, id="sentence"), button], className="sentence")


def _moved(results: Results, series: Series, period: int) -> list[Any]:
    """What entered and what left a window since the one before it."""
    if series.length < 2 or period - 1 not in series.values.index:
        return []
    now, before = series.rows_in(period), series.rows_in(period - 1)
    kept = set(now) & set(before)
    entered, left = [i for i in now if i not in kept], [i for i in before if i not in kept]
    earlier = numbers.period(period - 1, series.frequency)
    if not entered and not left:
        return [html.P(f"No row entered or left the window since {earlier}.")]
    found: list[Any] = []
    for word, ids in (("Entered", entered), ("Left", left)):
        heading = html.H3(f"{word} the window since {earlier}: {numbers.rows_counted(len(ids))}")
        found += [heading, *row_tables(results, series, tuple(ids[:MOST_ROWS]))]
    return [*found, html.H3(f"All rows of the window: {numbers.rows_counted(len(now))}")]


def row_tables(results: Results, series: Series, ids: tuple[str, ...]) -> list[Any]:
    """A table of these rows, for each table that the series reads, each row with its sources."""
    rows = rows_behind(results.tables, ids, results.config.sources, series.query.breakdown)
    return [_table(results, name, [r for r in rows if r.id.partition(":")[0] == name]) for name in series.tables if rows]


def _summary(series: Series, period: int, count: int) -> str:
    point = series.point(period)
    rows = numbers.rows_counted(count)
    covered = f"Collection: {numbers.LEVEL_WORDS[point.coverage]}."
    if math.isnan(point.value):
        return f"No value: {point.reason}. {covered} In this period: {rows}."
    status = "" if point.status == "A" else f" Status: {numbers.STATUS_WORDS[point.status]}."
    changed = numbers.change_words(series, change(series, period))
    return f"{numbers.value_words(series, period)}, from {rows}. {covered}{status} {changed}."


def _table(results: Results, name: str, rows: list[RowBehind]) -> Any:
    if not rows:
        return None
    columns = results.tables[name].resource.columns
    head = html.Tr(
        [html.Th(label_of(columns[c]), scope="col") for c in rows[0].cells] + [html.Th("source", scope="col"), html.Th("row", scope="col")]
    )
    cells: list[list[Any]] = [[*row.cells.values(), _sources(row), html.Code(row.id)] for row in rows]
    body = [html.Tr([html.Td(content) for content in line]) for line in cells]
    return html.Div(html.Table([html.Thead(head), html.Tbody(body)]), className="scroll", tabIndex="0")


def _sources(row: RowBehind) -> list[Any]:
    said: list[Any] = []
    for source in row.sources:
        said += [source_link(source), html.Br()]
    return said[:-1] or ["none stated"]


def source_link(source: SourceRef) -> Any:
    """A link, where the address is one of the web; the words alone where it is anything else."""
    return web_link(f"{source.producer}: {source.title}", source.url)


def web_link(text: Any, address: str) -> Any:
    """A text, or elements, that lead to an address, if that is one of the web."""
    if address.startswith(("https://", "http://")):
        return html.A(text, href=address, rel="noopener noreferrer", target="_blank")
    return html.Span(text)


MOST_LINES = 600
HEADINGS = ("period", "value", "status", "collection", "rows")


def numbers_panel(picture: Picture) -> list[Any]:
    """A line for each period and series that the chart shows, the latest first."""
    layers = picture.layers
    lines = [line for layer in layers for line in _lines(layer, several=len(layers) > 1)]
    headings = [*(["series"] if len(layers) > 1 else []), *HEADINGS]
    head = html.Tr([html.Th(h, scope="col") for h in headings])
    body = [html.Tr([html.Td(cell) for cell in line]) for line in lines[:MOST_LINES]]
    rest = [html.P(f"The first {MOST_LINES} of {len(lines)} lines; relations compute prints them all.")] if len(lines) > MOST_LINES else []
    caption = html.Caption(f"{numbers.titled(picture.series.definition)}, {picture.series.unit}")
    table = html.Div(html.Table([caption, html.Thead(head), html.Tbody(body)]), className="scroll", tabIndex="0")
    return [table, *rest]


def _lines(layer: Layer, *, several: bool) -> Iterator[list[str]]:
    for period in reversed(layer.window.values.index.tolist()):
        yield [*([layer.name] if several else []), *_line(layer.window, period)]


def _line(series: Series, period: int) -> list[str]:
    point = series.point(period)
    bound = "at least " if point.at_least else ""
    value = f"{bound}{numbers.number(point.value, series.unit)}" if point.status != "M" else f"– ({point.reason})"
    over = "" if point.over else ", not over yet"
    status = f"{numbers.STATUS_WORDS[point.status]}{over}"
    return [point.label, value, status, point.coverage.replace("_", " "), str(len(series.rows_in(period)))]
