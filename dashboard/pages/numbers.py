"""The numbers of a chart as a table, for who reads rather than looks: what is drawn, no more and no less."""

from collections.abc import Iterator
from typing import Any

from dash import html

from dashboard import wording
from dashboard.figures.layers import Layer, window_of
from dashboard.picture import Picture, chart_for, window_of_view
from dashboard.theme import PALETTES
from indicators.model import Results, Series

MOST = 600
HEADINGS = ("period", "value", "status", "collection", "rows")


def numbers_panel(results: Results, picture: Picture) -> list[Any]:
    """A line for each period and series that the chart shows, the latest first."""
    start, end = window_of_view(results, picture.view, picture.series)
    layers = chart_for(results, picture, PALETTES["light"]).layers
    lines = [line for layer in layers for line in _lines(layer, start, end, several=len(layers) > 1)]
    headings = [*(["series"] if len(layers) > 1 else []), *HEADINGS]
    head = html.Tr([html.Th(h, scope="col") for h in headings])
    body = [html.Tr([html.Td(cell) for cell in line]) for line in lines[:MOST]]
    rest = [html.P(f"The first {MOST} of {len(lines)} lines; relations compute prints them all.")] if len(lines) > MOST else []
    caption = html.Caption(f"{wording.titled(picture.series.definition)}, {picture.series.unit}")
    table = html.Div(html.Table([caption, html.Thead(head), html.Tbody(body)]), className="scroll", tabIndex="0")
    return [table, *rest]


def _lines(layer: Layer, start: Any, end: Any, *, several: bool) -> Iterator[list[str]]:
    series = layer.series
    for period in reversed(window_of(series, start, end).index.tolist()):
        yield [*([layer.name] if several else []), *_line(series, period)]


def _line(series: Series, period: int) -> list[str]:
    point = series.point(period)
    bound = "at least " if point.at_least else ""
    value = f"{bound}{wording.number(point.value, series.unit)}" if point.status != "M" else f"– ({point.why})"
    over = "" if point.over else ", not over yet"
    status = f"{wording.STATUS_WORDS[point.status]}{over}"
    return [point.label, value, status, point.coverage.replace("_", " "), str(len(series.rows_in(period)))]
