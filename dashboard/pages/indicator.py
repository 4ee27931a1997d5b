"""One indicator: the memo chart large, its controls, the rows behind a point, and the definition in words. The address holds the view."""

import datetime
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import wording
from dashboard.figures.frame import Frame
from dashboard.figures.memo import memo, span_of
from dashboard.live import Current
from dashboard.pages import Screen, attributes, drawn, screen_of
from dashboard.pages.rows import rows_panel
from dashboard.theme import GRAPH_CONFIG
from dashboard.view import View, parse_view
from indicators.annotations import annotations_of
from indicators.compare import comparable, latest
from indicators.model import Definition, Query, Results, Series
from indicators.periods import first_day, last_day, parse_period
from indicators.problems import Place, Problem, ProblemsFound
from indicators.provenance import credit_of, points_behind

PATH = "/indicator/"
TITLE = "Indicator"
BASE = ""
YEARS = (5, 10)
NARROW = 560


def layout(current: Current, view: View, screen: Screen) -> html.Div:
    """The page of a view. ProblemsFound where it asks for what is not there."""
    series = asked_series(current.results, view)
    definition = current.results.definitions[view.indicator]
    return html.Div(
        [
            dcc.Store(id="indicator", data=view.indicator),
            dcc.Store(id="indicator-fresh"),
            dcc.Store(id="address"),
            _head(current.results, definition),
            _controls(current.results, view),
            html.P(id="refusal", className="refusal", role="alert"),
            html.Div(_graph(current, view, series, screen), className="chart"),
            html.Section(
                rows_panel(current.results, series, _first_shown(current.results, view, series)),
                id="rows",
                **attributes(aria_live="polite"),
            ),
            html.Section(_definition(current.results, series), id="definition"),
        ],
        **attributes(data_fresh="indicator-fresh", data_address="address"),
    )


def asked_series(results: Results, view: View) -> Series:
    """The series of a view. A breakdown is refused, not left out: charts show the whole, the command line also parts."""
    if view.breakdown:
        message, hint = f"the chart does not split by {view.breakdown!r}", f"relations compute '{view.text}' prints the parts"
        raise ProblemsFound([Problem(Place("view"), "no-breakdown", message, hint)])
    return results.series(view.query)


def _head(results: Results, definition: Definition) -> html.Header:
    pillar = next(p.title for p in results.config.pillars if p.id == definition.pillar)
    return html.Header([html.P([dcc.Link("Overview", href="/"), f" › {pillar}"], className="crumbs"), html.H1(definition.title)])


def _controls(results: Results, view: View) -> html.Form:
    definition = results.definitions[view.indicator]
    chosen = definition.variants[view.variant] if view.variant else definition
    variants = [{"label": "as defined", "value": BASE}] + [{"label": v.replace("_", " "), "value": v} for v in definition.variants]
    frequencies = [{"label": f, "value": f} for f in results.frequencies[chosen.name]]
    window = [
        html.Label(["from ", dcc.Input(id="from", type="text", debounce=True, value=view.start or results.config.window.start, size="8")]),
        html.Label(["to ", dcc.Input(id="to", type="text", debounce=True, value=view.end or "", placeholder="latest", size="8")]),
        *[html.Button(f"last {n} years", id=f"last-{n}", type="button", n_clicks=0) for n in YEARS],
        html.Button("all", id="all-years", type="button", n_clicks=0),
    ]
    notes = dcc.Checklist(id="notes", options=[{"label": "show notes", "value": "on"}], value=[] if view.annotations == "off" else ["on"])
    return html.Form(
        [
            _field(
                "Counting rule",
                dcc.RadioItems(id="variant", options=variants, value=view.variant or BASE, inline=True),
                hidden=not definition.variants,
            ),
            _field("Frequency", dcc.RadioItems(id="frequency", options=frequencies, value=view.frequency or chosen.frequency, inline=True)),
            _field("Window", html.Div(window, className="window")),
            _field("Annotations", notes),
        ],
        className="controls",
    )


def _field(legend: str, control: Any, *, hidden: bool = False) -> html.Fieldset:
    return html.Fieldset([html.Legend(legend), control], hidden=hidden)


def _graph(current: Current, view: View, series: Series, screen: Screen) -> dcc.Graph:
    # On a small screen the toolbar would cover the title; the chart is read there, not zoomed.
    config = GRAPH_CONFIG | ({"displayModeBar": False} if screen.width < NARROW else {})
    return dcc.Graph(id="chart", figure=figure(current, view, series, screen), config=config)


def figure(current: Current, view: View, series: Series, screen: Screen) -> Any:
    """The memo chart of a view, as it is sent."""
    key = ("memo", view, screen, datetime.date.today())
    return drawn(current, key, lambda: memo_of(current.results, view, series, screen))


def memo_of(results: Results, view: View, series: Series, screen: Screen) -> dict[str, Any]:
    """The memo chart of a view, as a Plotly figure."""
    start, end = _window(results, view, series)
    frame = Frame(
        width=screen.width,
        plot_height=240 if screen.width < NARROW else 320,
        start=start,
        end=end,
        palette=screen.palette,
        credit=credit_of(series, results.tables),
        view=view.text,
        made_on=datetime.date.today(),
        licence=results.config.licence,
        whose=results.config.title,
        notes=view.annotations != "off",
    )
    notes = annotations_of(series, results.annotations, results.tables)
    return memo(series, notes, frame, points_behind(series, results.tables))


def _window(results: Results, view: View, series: Series) -> tuple[datetime.date, datetime.date]:
    start = first_day(*parse_period(view.start or results.config.window.start))
    return span_of(series, start, last_day(*parse_period(view.end)) if view.end else None)


def _first_shown(results: Results, view: View, series: Series) -> int | None:
    """The period whose rows are shown before a point is chosen: the latest comparable one of the window."""
    if not len(series.values):
        return None
    start, end = _window(results, view, series)
    good = comparable(series)
    inside = [p for p in good.index[good] if start <= first_day(int(p), series.frequency) <= end]
    return int(inside[-1]) if inside else None


def _definition(results: Results, series: Series) -> list[Any]:
    said = wording.definition_words(series.definition, results.config, results.tables)
    notes = [*series.notes, *(n for name in series.tables for n in results.tables[name].relations.notes)]
    pairs = [html.Div([html.Dt(heading), html.Dd(text)]) for heading, text in said]
    where = results.places.get(series.definition.name)
    warning = [html.H3("To know before it is quoted"), html.Ul([html.Li(n) for n in notes])] if notes else []
    return [html.H2("Definition"), html.Dl(pairs), *warning, html.P(f"Written in {where}", className="place") if where else None]


# ---- what the controls do ----


def register(app: Dash, current: Callable[[], Current]) -> None:
    """One callback for the page: controls, clicks, the address and new numbers in; chart, rows, words and the address out."""
    outputs = {
        "figure": Output("chart", "figure"),
        "rows": Output("rows", "children"),
        "definition": Output("definition", "children"),
        "refusal": Output("refusal", "children"),
        "search": Output("url", "search"),
        "variant": Output("variant", "value"),
        "frequencies": Output("frequency", "options"),
        "frequency": Output("frequency", "value"),
        "start": Output("from", "value"),
        "end": Output("to", "value"),
        "notes": Output("notes", "value"),
    }
    controls = {name: Input(name, "value") for name in ("variant", "frequency", "from", "to", "notes")}
    buttons = [Input(f"last-{n}", "n_clicks") for n in YEARS] + [Input("all-years", "n_clicks")]
    events = {
        "click": Input("chart", "clickData"),
        "back": Input("address", "data"),
        "buttons": buttons,
        "new": Input("indicator-fresh", "data"),
    }
    states = {"indicator": State("indicator", "data"), "screen": State("screen", "data"), "search": State("url", "search")}

    @app.callback(output=outputs, inputs={"controls": controls, "events": events, "states": states}, prevent_initial_call=True)
    def react(controls: dict[str, Any], events: dict[str, Any], states: dict[str, Any]) -> dict[str, Any]:
        now = current()
        try:
            search = events["back"] if ctx.triggered_id == "address" else states["search"]
            view = _asked(now.results, ctx.triggered_id, controls, search, states["indicator"])
            series = asked_series(now.results, view)
        except ProblemsFound as e:
            said = [html.Span(f"{p.message}. {p.hint}. ") for p in e.problems]
            return dict.fromkeys(outputs, no_update) | {"refusal": said}
        if ctx.triggered_id == "chart":
            return dict.fromkeys(outputs, no_update) | {"rows": _clicked(now.results, series, events["click"]), "refusal": ""}
        shown = _shown(now, view, series, screen_of(states["screen"]))
        if ctx.triggered_id == "indicator-fresh" and events["click"]:  # new numbers, the same point
            shown["rows"] = _clicked(now.results, series, events["click"])
        return shown


def _shown(now: Current, view: View, series: Series, screen: Screen) -> dict[str, Any]:
    results = now.results
    return {
        "figure": figure(now, view, series, screen),
        "rows": rows_panel(results, series, _first_shown(results, view, series)),
        "definition": _definition(results, series),
        "refusal": "",
        "search": f"?{view.search}" if view.search else "",
        "variant": view.variant or BASE,
        "frequencies": [{"label": f, "value": f} for f in results.frequencies[series.definition.name]],
        "frequency": series.frequency,
        "start": view.start or results.config.window.start,
        "end": view.end or "",
        "notes": [] if view.annotations == "off" else ["on"],
    }


def _asked(results: Results, trigger: Any, controls: dict[str, Any], search: str, indicator: str) -> View:
    """The view after what was done: from the address where that changed, else from the controls."""
    address = parse_view(f"{indicator}{search or ''}")
    if trigger in ("address", "indicator-fresh", "chart"):
        return address
    given = {"variant": controls["variant"], "from": (controls["from"] or "").strip(), "to": (controls["to"] or "").strip()}
    if trigger in [f"last-{n}" for n in YEARS]:
        given |= {"from": str(int(results.config.as_of[:4]) - int(str(trigger).partition("-")[2])), "to": ""}
    if trigger == "all-years":
        given |= {"from": _beginning(results, indicator, given["variant"]), "to": ""}
    given["frequency"] = "" if trigger == "variant" else controls["frequency"]
    given["annotations"] = "" if controls["notes"] else "off"
    given |= {"as_of": address.as_of or "", "breakdown": address.breakdown or ""}
    kept = {key: value for key, value in given.items() if value and value != _default(results, indicator, given["variant"], key)}
    return parse_view(f"{indicator}?{urlencode([*kept.items(), *(('transform', t) for t in address.transform)])}")


def _default(results: Results, indicator: str, variant: str, key: str) -> str | None:
    definition = results.definitions[indicator]
    chosen = definition.variants.get(variant, definition)
    return {"from": results.config.window.start, "frequency": chosen.frequency}.get(key)


def _beginning(results: Results, indicator: str, variant: str) -> str:
    values = results.series(Query(indicator, variant or None)).values
    return str(values["label"].iloc[0])[:4] if len(values) else results.config.window.start


def _clicked(results: Results, series: Series, click: Any) -> list[Any]:
    label = click["points"][0].get("customdata") if click and click.get("points") else None
    match = series.values.index[series.values["label"] == label]
    return rows_panel(results, series, int(match[0]) if len(match) else latest(series))
