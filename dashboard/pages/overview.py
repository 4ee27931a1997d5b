"""The overview: pillars as rows of small charts, each with its latest comparable value, its age, its change, and its flaws."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dash import Dash, Input, Output, State, dcc, html

from dashboard.charts.figure import small
from dashboard.charts.theme import SMALL_CONFIG
from dashboard.charts.view import View
from dashboard.live import Current
from dashboard.pages import Asked, Screen, attributes, cached, keys_of, screen_of
from dashboard.pages.nodes import mount_point, plain, register_growth
from dashboard.words import numbers
from indicators.compute.change import Change, age_in_months, latest, verdict
from indicators.nouns.config import Pillar
from indicators.nouns.periods import first_day, parse_period
from indicators.nouns.series import Query, Results, Series

PATH = "/"
TITLE = "Overview"
IN_NAVIGATION, TAKES_MORE = True, False
CONTENT, FRESH = "overview", "overview-fresh"
NEVER = 10_000
CARD, GAP, INSIDE = 270, 13, 28
"""Least width of a card, gap between cards, and what its border and padding take; as in the stylesheet."""


def look_up(now: Current, rest: str) -> str | None:
    """The day as of which the numbers are asked for; None is that of the data. ProblemsFound for a later day, and for other keys."""
    as_of = keys_of(rest, "as_of").get("as_of")
    for name in list(now.results.definitions)[:1] if as_of else ():
        now.results.series(Query(name, as_of=as_of))
    return as_of


def layout(now: Current, asked: Asked) -> html.Div:
    """The page for these results."""
    shown = _sent(now, asked.screen, look_up(now, asked.rest))
    return html.Div([*mount_point(CONTENT, shown, prose=False), dcc.Store(id=FRESH)], **attributes(data_fresh=FRESH))


def _sent(current: Current, screen: Screen, as_of: str | None) -> Any:
    """The content, kept as it is sent."""
    return cached(current, (CONTENT, screen, as_of), lambda: plain(_content(_as_of(current, as_of), screen)))


def _as_of(current: Current, day: str | None) -> Current:
    """The same as of an earlier day."""
    if day is None:
        return current
    results = current.results
    config = results.config.model_copy(update={"as_of": day})
    return replace(current, results=replace(results, config=config, series=lambda query: results.series(query._replace(as_of=day))))


def _content(current: Current, screen: Screen) -> list[Any]:
    results = current.results
    asked = [results.series(Query(d.id)) for d in results.definitions.values()]
    pillars = [(p, sorted((s for s in asked if s.definition.pillar == p.id), key=_staleness)) for p in results.config.pillars]
    sections = [_pillar(current, pillar, series, screen) for pillar, series in pillars if series]
    return [_head(results, asked), *sections]


def register(app: Dash, current: Callable[[], Current], token: str | None) -> None:
    """Draw the page again when the numbers change."""
    register_growth(app, CONTENT)

    states = (State("screen", "data"), State("url", "search"))

    @app.callback(Output(f"{CONTENT}-nodes", "data"), Input(FRESH, "data"), *states, prevent_initial_call=True)
    def redraw(_: int, screen: Any, search: str | None) -> Any:
        now = current()
        return _sent(now, screen_of(screen), look_up(now, search or ""))


def _staleness(series: Series) -> int:
    newest = latest(series)
    return NEVER if newest is None else age_in_months(series, newest)


def _head(results: Results, asked: list[Series]) -> html.Header:
    """Title and day of the data; what to know of an earlier day, where one is asked for."""
    config = results.config
    as_of = numbers.day(datetime.date.fromisoformat(config.as_of))
    about = f"{config.subtitle}. Data as of {as_of}. Each figure states its period and its age."
    notes = dict.fromkeys(note for one in asked if one.query.as_of for note in one.notes if note not in one.definition.notes)
    back = [html.P([*(f"{note} " for note in notes), html.A("Show the newest numbers", href="/")], className="dated")] if notes else []
    return html.Header([html.H1(config.title), html.P(about, className="lead"), *back])


def _pillar(current: Current, pillar: Pillar, series: list[Series], screen: Screen) -> html.Section:
    leads = [name for name in current.results.config.headline if name.partition("@")[0] in {s.definition.id for s in series}]
    chosen = _named(current.results, leads[0]) if leads else series[0]
    chosen_ids = {name.partition("@")[0] for name in pillar.charts}
    charted = [_named(current.results, name) for name in pillar.charts if name.partition("@")[0] in current.results.definitions]
    charted = sorted(charted, key=_staleness) if pillar.charts else series
    listed = [s for s in series if pillar.charts and s.definition.id not in chosen_ids]
    columns = attributes(style=f"--columns: {_columns(screen)}")
    cards = html.Div([_card(current, one, screen) for one in charted], className="cards", **columns)
    lines = [html.H3("More in this pillar", className="more"), html.Ul([_line(one) for one in listed], className="lines")] if listed else []
    return html.Section([html.H2(pillar.title), html.P(numbers.headline(chosen), className="headline"), cards, *lines], className="pillar")


def _line(series: Series) -> html.Li:
    """An indicator without a chart here: title, latest comparable value, its age and its change."""
    definition = series.definition
    link = html.A(definition.title, href=f"/indicator/{View(definition.id, as_of=series.query.as_of).text}")
    newest = latest(series)
    if newest is None:
        return html.Li([link, html.Span("No value is complete enough to compare.", className="age")])
    value = html.Strong(numbers.value_words(series, newest))
    return html.Li([link, value, *_aged_and_changed(html.Span, series, newest)])


def _aged_and_changed(element: Any, series: Series, newest: int) -> list[Any]:
    """The period and age of a value, and its change in words."""
    when = f"{numbers.period(newest, series.frequency)} · {numbers.age(age_in_months(series, newest))}"
    last = verdict(series, newest)
    aged = element(when, className="age old" if numbers.is_old(series, newest) else "age")
    return [aged, element(numbers.change_words(series, last), className=f"change {_direction(last)}")]


def _named(results: Results, name: str) -> Series:
    """The series of `id` or `id@variant`; of the indicator itself where the variant has errors."""
    indicator, _, variant = name.partition("@")
    known = variant in results.definitions[indicator].variants
    return results.series(Query(indicator, variant if known else None))


def _columns(screen: Screen) -> int:
    return max(1, (screen.width + GAP) // (CARD + GAP))


def _card(current: Current, series: Series, screen: Screen) -> html.Article:
    definition = series.definition
    start = first_day(*parse_period(current.results.config.window.start))
    columns = _columns(screen)
    width = (screen.width - GAP * (columns - 1)) // columns - INSIDE  # known beforehand, so that each chart is drawn once
    key = ("small", definition.name, screen.theme, width, series.as_of)
    figure = cached(current, key, lambda: small(series, (start, series.as_of), screen.palette, width))
    view = View(definition.id, definition.variant, as_of=series.query.as_of)
    heading = html.H3(html.A(numbers.titled(definition), href=f"/indicator/{view.text}"))
    label = f"Trend: {numbers.titled(definition)}. {numbers.headline(series)}"
    picture = html.Div(dcc.Graph(figure=figure, config=SMALL_CONFIG), className="small", role="img", **attributes(aria_label=label))
    flags = numbers.warnings(series)
    warnings = [html.P("; ".join(flags), className="flags")] if flags else []
    return html.Article([heading, *_figures(series), picture, *warnings], className="card")


def _figures(series: Series) -> list[Any]:
    newest = latest(series)
    if newest is None:
        return [html.P("–", className="value"), html.P("No value is complete enough to compare.", className="change")]
    number = numbers.number(series.point(newest).value, series.unit)
    unit = numbers.unit_of(series.point(newest).value, series.unit)
    value = html.P([f"{number} ", html.Span(unit)], className="value")
    return [value, *_aged_and_changed(html.P, series, newest)]


def _direction(last: Change) -> str:
    """The classes of a change: its word, and the mark that shows its direction without colour."""
    way = "" if last.base is None else " same" if last.word == "about the same" else " up" if last.way > 0 else " down"
    return last.word.replace(" ", "-") + way
