"""One indicator: its chart, its controls, the rows behind a point, and the definition in words. The address holds the view."""

import datetime
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update, set_props

from dashboard.charts.figure import MEMO, Drawing, drawing_of
from dashboard.charts.former import as_called
from dashboard.charts.frame import Size
from dashboard.charts.picture import Picture, picture_of
from dashboard.charts.theme import GRAPH_CONFIG, PALETTES
from dashboard.charts.view import VIEW, View, parse_view
from dashboard.live import Current
from dashboard.pages import (
    Asked,
    Screen,
    attributes,
    cached,
    composite,
    controls,
    go_on_if_wanted,
    keeps_answer,
    kept,
    matrix,
    own_recipe,
    placed,
    points,
    rest_of,
    save_picture,
    screen_of,
    waterfall,
)
from dashboard.pages.claims import claims_panel
from dashboard.pages.nodes import code_link, mount_point, plain, register_growth
from dashboard.pages.rows import notes_panel, numbers_panel, rows_panel, spells_panel, stated_panel
from dashboard.words import definitions, numbers
from dashboard.words.composite import NOT_PUBLISHED
from indicators.compute.provenance import notes_on
from indicators.nouns.definition import Definition, called_now
from indicators.nouns.series import Results, Series
from indicators.problems import Problem, ProblemsFound, fault, refused

PATH = "/indicator/"
TITLE = "Indicator"
IN_NAVIGATION, TAKES_MORE = False, True
NARROW = 560
PLOT, PLOT_NARROW, LOW = 320, 240, 312
"""Height of the plot, on a wide screen and on a narrow one; and of the whole chart in a low window, where it is seen without scrolling."""
SPOKEN = attributes(aria_live="polite")
PANELS = {"composite": {}, "spells": {}, "rows": SPOKEN, "matrix": SPOKEN, "claims": {}, "stated": {}, "annotations": {}}
"""The panels below the chart, in order, with their further attributes."""
GROWN = ("controls", "saving", *PANELS, "numbers", "definition")
"""The parts of the page around the chart, by the id of their element."""


def look_up(now: Current, rest: str) -> points.Point | None:
    """The point that an address chooses. ProblemsFound where the view or the point does not exist."""
    picture, point, span = _read(now, rest)
    if span:
        waterfall.span_in(waterfall.indexed(now, picture), span)
    return points.point_in(picture, point)


def _read(now: Current, address: str) -> tuple[Picture, str, str]:
    """The picture of the view that an address is, the point that it chooses, and the periods that it compares. ProblemsFound where there
    is no such view."""
    rest, span = points.apart(address, waterfall.KEY)
    rest, point = points.apart(rest)
    try:
        view = parse_view(rest)
    except ProblemsFound as e:  # of an address with wrong keys the indicator is looked up too: every fault at once
        raise ProblemsFound([*_unknown(now.results, rest), *e.problems]) from None
    picture = picture_of(now.results, view)
    if span and not picture.series.definition.composite:
        raise refused(fault("unknown-key/view", hint="only a composite has it; leave it out", key=waterfall.KEY), VIEW)
    return picture, point, span


def _unknown(results: Results, rest: str) -> tuple[Problem, ...]:
    """What is wrong with the indicator that an address names."""
    try:
        results.series(parse_view(rest.partition("?")[0]).renamed(results.formerly).query)
    except ProblemsFound as e:
        return e.problems
    return ()


def layout(now: Current, asked: Asked) -> html.Div:
    """The page of a view. ProblemsFound where it asks for something that does not exist."""
    results, (picture, point, span) = now.results, _read(now, asked.rest)
    shown = _shown(now, picture, asked.screen, point, span)
    return html.Div(
        [
            dcc.Store(id="indicator-fresh"),
            dcc.Store(id="address"),
            _head(shown),
            *_renamed(results, parse_view(points.apart(points.apart(asked.rest, waterfall.KEY)[0])[0]), picture),
            _options(shown),
            dcc.Store(id="asked"),
            html.P(shown["refusal"], id="refusal", className="refusal", role="alert"),
            _chart(picture, shown["figure"], asked.screen),
            html.P(id="pointed", className="unseen", role="status"),
            html.Section(mount_point("saving", shown["saving"]), className="saving", **attributes(aria_label="Save and copy")),
            *(html.Section(mount_point(name, shown[name]), className="panel", **more) for name, more in PANELS.items()),
            html.Details(
                [html.Summary("The numbers as a table"), *mount_point("numbers", shown["numbers"])],
                className="panel",
                **attributes(data_keep="numbers"),
            ),
            html.Section(mount_point("definition", shown["definition"]), className="panel whole"),
        ],
        **attributes(data_fresh="indicator-fresh", data_address="address"),
    )


def _head(shown: dict[str, Any]) -> html.Header:
    """One line, because the chart has the title too."""
    crumbs = html.P([dcc.Link("Overview", href="/"), " › ", html.Span(shown["pillar"], id="indicator-pillar"), " ›"], className="crumbs")
    return html.Header([crumbs, html.H1(shown["title"], id="indicator-title")], className="here")


def _options(shown: dict[str, Any]) -> html.Details:
    """The controls, folded in one line that says what they are set to."""
    line = html.Summary(["Chart options", html.Span(shown["settings"], id="settings")])
    form = html.Form(mount_point("controls", shown["controls"]), className="controls")
    return html.Details([line, form], className="choices", **attributes(data_keep="options"))


def _renamed(results: Results, asked: View, picture: Picture) -> list[html.P]:
    """A note on an address with former names: the names of today, and the code that pictures under the former names have."""
    former = {now: then for then in (asked.query.name, asked.other) if then and (now := called_now(then, results.formerly)) != then}
    if not former:
        return []
    called = "; ".join(f"{then} is now called {now}" for now, then in former.items())
    code = as_called(picture, former).code
    return [html.P(f"{called}. In a picture made under the former name these numbers have the code {code}.", className="renamed")]


def _pillar(results: Results, definition: Definition) -> Any:
    """The pillar of an indicator, with a link to its page; a composite belongs to none."""
    own = (dcc.Link(p.title, href=f"/pillar/{p.id}") for p in results.config.pillars if p.id == definition.pillar)
    return next(own, "Composite of several pillars")


def _chart(picture: Picture, drawn: Any, screen: Screen) -> html.Div:
    """The chart, which keyboards can reach."""
    # On a small screen the toolbar would cover the title; the chart is read there, not zoomed.
    config = GRAPH_CONFIG | ({"displayModeBar": False} if screen.width < NARROW else {})
    graph = dcc.Graph(id="chart", figure=drawn, config=config)
    label = f"Chart: {picture.series.definition.title}. Arrow keys move from point to point; Enter shows the rows behind a point."
    named = attributes(aria_label=label, aria_describedby="summary")
    return html.Div(graph, id="plot", className="chart", role="group", tabIndex="0", **named)


def figure(current: Current, picture: Picture, screen: Screen, height: int | None = None) -> Any:
    """The chart of a view, as it is sent; with a `height`, as high as that where its words leave enough for the numbers."""
    key = ("memo", picture.view, screen, height, datetime.date.today())
    size = Size(screen.width, PLOT_NARROW if screen.width < NARROW else PLOT, LOW if screen.low else height)
    return cached(current, key, lambda: _in_own_colours(drawing_of(picture, screen.palette, size, _memo(current, picture)), screen).figure)


def _memo(current: Current, picture: Picture) -> Drawing:
    """The picture that is saved; its notes are those of every chart."""
    return kept(current, ("drawing", picture.view), lambda: save_picture.for_paper(drawing_of(picture, PALETTES["light"], MEMO)))


def _in_own_colours(drawing: Drawing, screen: Screen) -> Drawing:
    """The same; what appears under the mouse has the colours of the chart, and not those of the mark."""
    palette = screen.palette
    look = {"bgcolor": palette.paper, "bordercolor": palette.muted, "font": {"color": palette.ink, "size": 12}, "align": "left"}
    drawing.figure["layout"]["hoverlabel"] = look
    return drawing


def _panels(now: Current, picture: Picture, screen: Screen) -> dict[str, Any]:
    """The parts under the chart that depend on the picture and the screen alone, as plain nodes."""
    results = now.results
    definition = [part for series in picture.shown for part in _definition(results, picture, series)]
    panels = {
        "saving": save_picture.saving_panel(results, picture, _memo(now, picture)),
        "spells": spells_panel(results, picture, screen),
        "claims": claims_panel(results, picture),
        "stated": stated_panel(results, picture),
        "annotations": notes_panel(results, picture),
        "numbers": numbers_panel(picture),
        "definition": definition,
    }
    return {name: plain(part) for name, part in panels.items()}


def _matrix(picture: Picture, point: points.Point | None) -> Any:
    """The chosen period, until one is chosen the latest comparable one, split by two columns at once."""
    _, period = point or points.latest_in(picture) or (None, None)
    return plain(matrix.later_panel(picture, period))


def _rows(results: Results, picture: Picture, point: points.Point | None) -> Any:
    """The rows behind a point of the series, of a part of it, or of the series that it is compared with; until one is chosen, of the
    latest comparable one in the window: that of the whole, else of the first part that has one. Why, where they cannot be fetched from
    their files now."""
    layer, period = point or points.latest_in(picture) or (None, None)
    if layer is None or period is None:
        return plain(rows_panel(results, picture.series, None))
    address = f"{PATH}{picture.view.indicator}?{points.joined(picture.view.search, points.written(layer, period))}"
    try:
        return plain(rows_panel(results, layer.series, period, layer.name if picture.series.parts else "", address))
    except ProblemsFound as e:
        heading = f"Rows behind {numbers.titled(layer.series.definition)}: {numbers.period(period, layer.series.frequency)}"
        return plain([html.H2(heading), html.P(["The rows cannot be fetched now. ", *_reasons(e)], className="refusal")])


def _definition(results: Results, picture: Picture, series: Series) -> list[Any]:
    words = definitions.view_words(series, results.config, results.tables)
    notes = notes_on(series, results.tables)
    lists = own_recipe.recipe_lists(results, series.definition.composite, PATH)
    pairs = [html.Div([html.Dt(heading), html.Dd(lists.get(heading, text))]) for heading, text in words]
    where = results.places.get(series.definition.name)
    warning = [html.H3("Read before quoting"), html.Ul([html.Li(n) for n in notes])] if notes else []
    heading = f"Definition: {numbers.titled(series.definition)}" if picture.other else "Definition"
    method = html.A("Method: all definitions, tables and sources", href=f"/method#{series.definition.id}")
    tune = html.A("Edit this definition", href=f"/tune/{picture.view.text if series is picture.series else series.definition.name}")
    ends = html.P([f"Defined in {where}. ", html.Span([tune, ". "], className="editing"), method] if where else method, className="place")
    return [html.H2(heading), html.Dl(pairs), *warning, ends]


# ---- what the controls do ----


def register(app: Dash, current: Callable[[], Current], token: str | None) -> None:
    """One callback for the page: controls, clicks, the address and new numbers in; chart, rows, words and the address out. And
    the addresses for saving."""
    save_picture.register(app.server, current)
    matrix.register(app.server, current)
    composite.register(app.server, current)
    own_recipe.register(app.server, current)
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
        keeps_answer()
        now, trigger, same = current(), ctx.triggered_id, dict.fromkeys(outputs, no_update)
        try:
            view, point, span = _asked(now.results, trigger, events, states)
            picture = picture_of(now.results, view)
            chosen = points.point_in(picture, point) if trigger == "chart" else None
        except ProblemsFound as e:
            return same | {"refusal": _reasons(e)}
        if trigger == "chart":
            if point:
                set_props("url", _address(view, states["path"], point, span))
            behind = {"matrix": _matrix(picture, chosen), "rows": _rows(now.results, picture, chosen)}
            return same | behind | {"refusal": ""}
        if trigger != "asked":
            return same | _shown(now, picture, screen_of(states["screen"]), point, span)
        stays = point if points.is_in(picture, point) else ""  # a point that the new chart does not show is no longer chosen
        set_props("url", _address(picture.view, states["path"], stays, span))
        return _shown(now, picture, screen_of(states["screen"]), stays, span)


def _asked(results: Results, trigger: Any, events: dict[str, Any], states: dict[str, Any]) -> tuple[View, str, str]:
    """The view that is asked for now, by the controls where one was used, otherwise by the address; the point, by a click or
    by the address; and the periods that the address compares."""
    here = rest_of(PATH, states["path"]) or ""
    search = (events["back"] if trigger == "address" else states["search"]) or ""
    whole, span = points.apart(f"{here}{search}", waterfall.KEY)
    address, point = points.apart(whole)
    if trigger == "asked":
        indicator = View(here.partition("@")[0]).renamed(results.formerly).indicator
        known = f"?{address.partition('?')[2]}"
        return controls.asked(results, events["asked"]["by"], events["asked"]["held"], known, indicator), point, span
    return parse_view(address), points.clicked(events["click"]) if trigger == "chart" else point, span


def _reasons(found: ProblemsFound) -> list[html.Span]:
    """What is wrong, in sentences, with links to the explanations."""
    sentences = ((f"{text[0].upper()}{text[1:]}. " for text in (p.message, p.hint) if text) for p in found.problems)
    return [html.Span([*said, code_link(p.code), " "]) for said, p in zip(sentences, found.problems, strict=True)]


def _outputs() -> dict[str, Output]:
    return {
        "figure": Output("chart", "figure"),
        **{name: Output(f"{name}-nodes", "data") for name in GROWN},
        "title": Output("indicator-title", "children"),
        "pillar": Output("indicator-pillar", "children"),
        "settings": Output("settings", "children"),
        "refusal": Output("refusal", "children"),
    }


def _address(view: View, path: str, point: str, span: str) -> dict[str, Any]:
    """The address of a view, a point and two periods. The path changes only from one with a variant or a former name: the page is then
    drawn anew.

    It is set, and no output of the callback: as one it would make Dash ask for all of a page that has just come.
    """
    own = f"{PATH}{quote(view.indicator)}"
    search = points.joined(points.joined(view.search, point), span, waterfall.KEY)
    return ({"pathname": placed(own)} if own != path else {}) | {"search": f"?{search}" if search else ""}


def _shown(now: Current, picture: Picture, screen: Screen, point: str, span: str) -> dict[str, Any]:
    """All that the page shows of a picture, a point and two periods; where these do not exist, why, and the latest."""
    go_on_if_wanted()
    view, definition, refusal, chosen = picture.view, now.results.definitions[picture.view.indicator], list[html.Span](), None
    try:
        chosen = points.point_in(picture, point)
    except ProblemsFound as e:
        refusal = _reasons(e)
    parts = {
        "title": definition.title + (f" – {NOT_PUBLISHED}" if view.recipe else ""),
        "pillar": _pillar(now.results, definition),
        "settings": controls.settings(now.results, view, picture.series),
        "controls": plain(controls.controls(now.results, view, picture.series)),
        "matrix": _matrix(picture, chosen),
        "rows": _rows(now.results, picture, chosen),
    }
    try:
        parts["composite"] = plain(composite.composite_panel(now, picture, span, screen))
    except ProblemsFound as e:
        parts["composite"], refusal = plain(composite.composite_panel(now, picture, "", screen)), _reasons(e)
    return _panels(now, picture, screen) | parts | {"figure": figure(now, picture, screen), "refusal": refusal}
