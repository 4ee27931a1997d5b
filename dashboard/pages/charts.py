"""Charts in full on pages of several: each is asked for, and drawn, when it is scrolled to."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import flask
from dash import html

from dashboard.charts.picture import picture_of
from dashboard.charts.theme import GRAPH_CONFIG
from dashboard.charts.view import View, parse_view
from dashboard.live import Current
from dashboard.pages import add_address, attributes, fresh_json, keeps_answer, screen_of
from dashboard.pages.indicator import figure
from dashboard.words import numbers
from indicators.nouns.series import Results, Series

LOWEST, HIGHEST = 240, 900
"""Pixels that a chart for a frame is high, at least and at most."""


def view_of(results: Results, name: str, as_of: str | None = None) -> View:
    """The view of `id` or `id@variant`; of the indicator itself where the variant has errors."""
    indicator, _, variant = name.partition("@")
    return View(indicator, variant if variant in results.definitions[indicator].variants else None, as_of=as_of)


def series_of(results: Results, view: View) -> Series:
    """The series of a view with the parts that its chart shows."""
    return results.series(view.query._replace(breakdown=results.definition(view.query.name).shown))


def section(view: View, series: Series) -> html.Section:
    """The place of an indicator's chart, which has its title in it, and a link to its page; the browser adds its screen to the address."""
    title = numbers.titled(series.definition)
    named = attributes(data_figure=f"/drawn?{urlencode({'view': view.text})}", aria_label=title)
    place = html.Div(className="chart later", role="img", **named)
    more: list[Any] = [html.Span(f"{title}: ", className="unseen"), "rows behind it, definition and export"]
    link = html.P(html.A(more, href=f"/indicator/{view.text}"), className="open")
    return html.Section([html.H3(title, className="unseen"), place, link], className="full", id=f"chart-{series.definition.name}")


def register(server: flask.Flask, current: Callable[[], Current]) -> None:
    """Add the address that gives the chart of a view."""
    add_address(server, "GET", "/drawn", lambda: _drawn(current(), flask.request.args.to_dict()), ("view", "width", "height", "theme"))


def _drawn(now: Current, asked: dict[str, str]) -> flask.Response:
    keeps_answer()
    height = asked.get("height", "")
    fits = min(max(int(height), LOWEST), HIGHEST) // 20 * 20 if height.isdecimal() else None
    chart = figure(now, picture_of(now.results, parse_view(asked["view"])), screen_of(asked), fits)
    return fresh_json({"figure": chart, "config": GRAPH_CONFIG | {"displayModeBar": False}})
