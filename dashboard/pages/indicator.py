"""One indicator: its chart, its controls, the rows behind a point, and the definition in words. The address holds the view."""

import datetime
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard.charts.figure import drawing_of
from dashboard.charts.former import as_called
from dashboard.charts.frame import Size
from dashboard.charts.picture import Picture, picture_of
from dashboard.charts.theme import GRAPH_CONFIG, PALETTES
from dashboard.charts.view import View, parse_view
from dashboard.export.output import PRESETS
from dashboard.live import Current
from dashboard.pages import Asked, Screen, attributes, cached, controls, rest_of, save_picture, screen_of
from dashboard.pages.nodes import code_link, mount_point, plain, register_growth
from dashboard.pages.rows import numbers_panel, rows_panel
from dashboard.words import definitions, numbers
from indicators.compute.change import latest
from indicators.nouns.definition import Definition, called_now
from indicators.nouns.series import Results, Series
from indicators.problems import Problem, ProblemsFound

PATH = "/indicator/"
TITLE = "Indicator"
IN_NAVIGATION, TAKES_MORE = False, True
NARROW = 560
GROWN = ("controls", "saving", "numbers", "rows", "definition")
"""The parts of the page around the chart, by the id of their element."""


def look_up(now: Current, rest: str) -> Picture:
    """The picture of the view that an address is. ProblemsFound where it asks for something that does not exist."""
    try:
        view = parse_view(rest)
    except ProblemsFound as e:  # of an address with wrong keys the indicator is looked up too: every fault at once
        raise ProblemsFound([*_unknown(now.results, rest), *e.problems]) from None
    return picture_of(now.results, view)


def _unknown(results: Results, rest: str) -> tuple[Problem, ...]:
    """What is wrong with the indicator that an address names."""
    try:
        results.series(parse_view(rest.partition("?")[0]).renamed(results.formerly).query)
    except ProblemsFound as e:
        return e.problems
    return ()


def layout(now: Current, asked: Asked) -> html.Div:
    """The page of a view. ProblemsFound where it asks for something that does not exist."""
    results, screen, picture = now.results, asked.screen, look_up(now, asked.rest)
    view = picture.view
    shown = _panels(results, picture, None)
    return html.Div(
        [
            dcc.Store(id="indicator-fresh"),
            dcc.Store(id="address"),
            _head(results, results.definitions[view.indicator]),
            *_renamed(results, parse_view(asked.rest), picture),
            html.Details(
                [
                    html.Summary("Chart options"),
                    html.Form(mount_point("controls", plain(controls.controls(results, view, picture.series))), className="controls"),
                ],
                open=screen.width >= NARROW,
                className="choices",
            ),
            dcc.Store(id="asked"),
            html.P(id="refusal", className="refusal", role="alert"),
            _chart(now, picture, screen),
            html.P(id="pointed", className="unseen", role="status"),
            html.Section(mount_point("saving", shown["saving"]), className="saving", **attributes(aria_label="Save and copy")),
            html.Details([html.Summary("The numbers as a table"), *mount_point("numbers", shown["numbers"])], className="panel"),
            html.Section(mount_point("rows", shown["rows"]), className="panel", **attributes(aria_live="polite")),
            html.Section(mount_point("definition", shown["definition"]), className="panel"),
        ],
        **attributes(data_fresh="indicator-fresh", data_address="address"),
    )


def _head(results: Results, definition: Definition) -> html.Header:
    pillar = html.Span(_pillar(results, definition), id="indicator-pillar")
    crumbs = html.P([dcc.Link("Overview", href="/"), " › ", pillar], className="crumbs")
    return html.Header([crumbs, html.H1(definition.title, id="indicator-title")])


def _renamed(results: Results, asked: View, picture: Picture) -> list[html.P]:
    """A note on an address with former names: the names of today, and the code that pictures under the former names have."""
    former = {now: then for then in (asked.query.name, asked.other) if then and (now := called_now(then, results.formerly)) != then}
    if not former:
        return []
    called = "; ".join(f"{then} is now called {now}" for now, then in former.items())
    code = as_called(picture, former).code
    return [html.P(f"{called}. In a picture made under the former name these numbers have the code {code}.", className="renamed")]


def _pillar(results: Results, definition: Definition) -> str:
    return next(p.title for p in results.config.pillars if p.id == definition.pillar)


def _chart(current: Current, picture: Picture, screen: Screen) -> html.Div:
    """The chart, which keyboards can reach."""
    # On a small screen the toolbar would cover the title; the chart is read there, not zoomed.
    config = GRAPH_CONFIG | ({"displayModeBar": False} if screen.width < NARROW else {})
    graph = dcc.Graph(id="chart", figure=figure(current, picture, screen), config=config)
    label = f"Chart: {picture.series.definition.title}. Arrow keys move from point to point; Enter shows the rows behind a point."
    named = attributes(aria_label=label, aria_describedby="summary")
    return html.Div(graph, id="plot", className="chart", role="group", tabIndex="0", **named)


def figure(current: Current, picture: Picture, screen: Screen) -> Any:
    """The chart of a view, as it is sent."""
    key = ("memo", picture.view, screen, datetime.date.today())
    size = Size(screen.width, 240 if screen.width < NARROW else 320)
    return cached(current, key, lambda: drawing_of(picture, screen.palette, size).figure)


def _panels(results: Results, picture: Picture, click: Any) -> dict[str, Any]:
    """The parts under the chart, as plain nodes: numbers, rows behind the chosen point (or the latest), definition and saving."""
    rows = clicked(results, picture, click)
    if click is None:
        # Until a point is chosen, the latest comparable one in the window.
        rows = rows_panel(results, picture.series, latest(picture.window))
    definition = [part for series in picture.shown for part in _definition(results, picture, series)]
    plan = drawing_of(picture, PALETTES["light"], PRESETS["memo"].size).plan
    panel = save_picture.saving_panel(results, picture, plan)
    panels = {"numbers": numbers_panel(picture), "rows": rows, "definition": definition, "saving": panel}
    return {name: plain(part) for name, part in panels.items()}


def _definition(results: Results, picture: Picture, series: Series) -> list[Any]:
    words = definitions.view_words(series, results.config, results.tables)
    notes = [*series.notes, *(n for name in series.tables for n in results.tables[name].relations.notes)]
    pairs = [html.Div([html.Dt(heading), html.Dd(text)]) for heading, text in words]
    where = results.places.get(series.definition.name)
    warning = [html.H3("Read before quoting"), html.Ul([html.Li(n) for n in notes])] if notes else []
    heading = f"Definition: {numbers.titled(series.definition)}" if picture.other else "Definition"
    method = html.A("Method: all definitions, tables and sources", href=f"/method#{series.definition.id}")
    tune = html.A("Edit this definition", href=f"/tune/{picture.view.text if series is picture.series else series.definition.name}")
    ends = html.P([f"Defined in {where}. ", tune, ". ", method] if where else method, className="place")
    return [html.H2(heading), html.Dl(pairs), *warning, ends]


# ---- what the controls do ----


def register(app: Dash, current: Callable[[], Current], token: str | None) -> None:
    """One callback for the page: controls, clicks, the address and new numbers in; chart, rows, words and the address out. And
    the addresses for saving."""
    save_picture.register(app.server, current)
    events = {
        "asked": Input("asked", "data"),
        "click": Input("chart", "clickData"),
        "back": Input("address", "data"),
        "new": Input("indicator-fresh", "data"),
    }
    states = {"path": State("url", "pathname"), "screen": State("screen", "data"), "search": State("url", "search")}
    outputs = _outputs()
    for name in GROWN:
        register_growth(app, name)

    @app.callback(output=outputs, inputs={"events": events, "states": states}, prevent_initial_call=True)
    def react(events: dict[str, Any], states: dict[str, Any]) -> dict[str, Any]:
        now, trigger = current(), ctx.triggered_id
        try:
            picture = picture_of(now.results, _asked(now.results, trigger, events, states))
        except ProblemsFound as e:
            reasons = [html.Span([f"{p.message}. {p.hint}. ", code_link(p.code), " "]) for p in e.problems]
            return dict.fromkeys(outputs, no_update) | {"refusal": reasons}
        if trigger == "chart":
            return dict.fromkeys(outputs, no_update) | {"rows": plain(clicked(now.results, picture, events["click"])), "refusal": ""}
        shown = _shown(now, picture, screen_of(states["screen"]), events["click"] if trigger == "indicator-fresh" else None)
        return shown | (_address(picture.view, states["path"]) if trigger == "asked" else {"path": no_update, "search": no_update})


def _asked(results: Results, trigger: Any, events: dict[str, Any], states: dict[str, Any]) -> View:
    """The view that is asked for now: by the controls where one was used, otherwise by the address."""
    here = rest_of(PATH, states["path"]) or ""
    if trigger == "asked":
        indicator = View(here.partition("@")[0]).renamed(results.formerly).indicator
        return controls.asked(results, events["asked"]["by"], events["asked"]["held"], states["search"], indicator)
    search = events["back"] if trigger == "address" else states["search"]
    return parse_view(f"{here}{search or ''}")


def _outputs() -> dict[str, Output]:
    return {
        "figure": Output("chart", "figure"),
        **{name: Output(f"{name}-nodes", "data") for name in GROWN},
        "title": Output("indicator-title", "children"),
        "pillar": Output("indicator-pillar", "children"),
        "refusal": Output("refusal", "children"),
        "path": Output("url", "pathname"),
        "search": Output("url", "search"),
    }


def _address(view: View, path: str) -> dict[str, Any]:
    """The address of a view. The path changes only from one with a variant or a former name in it: the page is then drawn anew."""
    own = f"{PATH}{quote(view.indicator)}"
    return {"path": own if own != path else no_update, "search": f"?{view.search}" if view.search else ""}


def _shown(now: Current, picture: Picture, screen: Screen, click: Any) -> dict[str, Any]:
    view = picture.view
    definition = now.results.definitions[view.indicator]
    parts = {
        "title": definition.title,
        "pillar": _pillar(now.results, definition),
        "controls": plain(controls.controls(now.results, view, picture.series)),
    }
    return _panels(now.results, picture, click) | parts | {"figure": figure(now, picture, screen), "refusal": ""}


def clicked(results: Results, picture: Picture, click: Any) -> list[Any]:
    """Rows behind the mark that was clicked: of the series, of a part of it, or of the series that it is compared with."""
    mark = click["points"][0].get("customdata") if click and click.get("points") else None
    label, _, key = str(mark).partition("#")
    layer = next((one for one in picture.layers if one.key == key), None)
    series = layer.series if layer else picture.series
    match = series.values.index[series.values["label"] == label]
    part = layer.name if layer and picture.series.parts else ""
    return rows_panel(results, series, int(match[0]) if len(match) else latest(series), part)
