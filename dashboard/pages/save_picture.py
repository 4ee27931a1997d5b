"""Save or copy a picture and the texts that a memo needs with it: the panel under the chart, and the addresses that it calls."""

import base64
import datetime
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import flask
from dash import dcc, html

from dashboard.charts.figure import Drawing
from dashboard.charts.picture import Picture
from dashboard.charts.theme import SMALL_CONFIG
from dashboard.charts.view import parse_view
from dashboard.export.captions import alternative, caption, citation
from dashboard.export.embed import sources
from dashboard.export.formats import FORMATS, ExportJob, Format, job_of
from dashboard.export.output import INCH, PRESETS
from dashboard.live import Current
from dashboard.pages import add_address, as_sent, attributes, keeps_answer
from indicators.nouns.series import Results

COPIED = {"link": "Copy link", "caption": "Copy caption", "cite": "Copy citation", "summary": "Copy alternative text"}


def saving_panel(results: Results, picture: Picture, memo: Drawing) -> list[Any]:
    """The controls, the texts that the buttons copy, and the picture for paper; `memo`: the picture as a memo has it,
    `for_paper`."""
    texts = {
        "caption": caption(picture),
        "cite": citation(picture, sources(results, picture), datetime.date.today()).strip(),
        "summary": alternative(picture, memo.plan),
    }
    address = html.Span("", id="link", **attributes(data_address=f"/indicator/{picture.view.text}"))
    sizes = _choice("save-preset", "Size", {p.name: f"{p.name.replace('_', ' ')}: {p.about}" for p in PRESETS.values()})
    offered = {f"{one.name} {factor}": label for one in FORMATS.values() for factor, label in one.on_page.items()}
    forms = _choice("save-format", "Format", offered)
    view = attributes(data_view=picture.view.text)
    save, copy = html.Button("Save picture", id="save", **view), html.Button("Copy picture", id="copy-picture", **view)
    copies = [html.Button(label, **attributes(data_copy=name)) for name, label in COPIED.items()]
    outcome = html.P("", id="saved", role="status")
    terms = (picture.licence or "Reuse: see each source's terms").rstrip(".")
    code = html.P(f"Code of these numbers: {picture.code}; it is in the picture, after the view. {terms}.", className="place")
    hidden = [html.P(text, id=name, className="unseen", **attributes(aria_hidden="true")) for name, text in texts.items()]
    buttons = html.Div([save, sizes, forms, copy, *copies], className="buttons")
    sheet = dcc.Graph(figure=memo.figure, config=SMALL_CONFIG, className="sheet")
    return [sheet, buttons, outcome, code, address, *hidden]


def for_paper(drawing: Drawing) -> Drawing:
    """The same with its figure as it is sent, without what only a mouse needs."""
    figure = drawing.figure
    data = [{key: value for key, value in trace.items() if key not in ("hovertext", "customdata")} for trace in figure["data"]]
    return drawing._replace(figure=as_sent({"data": data, "layout": figure["layout"]}))


def _choice(name: str, label: str, options: Mapping[str, str]) -> html.Select:
    return html.Select([html.Option(text, value=key) for key, text in options.items()], id=name, **attributes(aria_label=label))


FACTORS = {"1": 1.0, "2": 2.0, "print": 300 / INCH}
"""Pixels of a PNG for each pixel of the figure; print is 300 dpi."""


def register(server: flask.Flask, current: Callable[[], Current]) -> None:
    """Add the two addresses to the server."""
    add_address(server, "GET", "/picture", lambda: _picture(current(), flask.request.args), ASKED)
    add_address(server, "POST", "/saved", lambda: _saved(current(), flask.request), ASKED)


ASKED = ("view", "preset", "factor", "format")
"""Keys of the two addresses."""


def _job(now: Current, asked: Mapping[str, str]) -> ExportJob:
    """The picture that is asked for: a view in a size, and how many pixels of a PNG it has for each of its own."""
    factor, preset = asked.get("factor", "print"), next((p for name, p in PRESETS.items() if name == asked.get("preset", "memo")), None)
    if preset is None:
        raise ValueError(f"there is no preset {asked['preset']!r}; known: {', '.join(PRESETS)}")
    if factor not in FACTORS:
        raise ValueError(f"{factor!r} is not one of {', '.join(FACTORS)}")
    return job_of(now.results, parse_view(asked["view"]), replace(preset, factor=FACTORS[factor]))


def _format(asked: Mapping[str, str]) -> Format:
    """The format that is asked for, of those that the page offers."""
    offered = {one.name: one for one in FORMATS.values() if one.on_page}
    if asked["format"] not in offered:
        raise ValueError(f"a page cannot save {asked['format']!r}; known: {', '.join(offered)}")
    return offered[asked["format"]]


def _picture(now: Current, asked: Mapping[str, str]) -> flask.Response:
    """A figure, and the formats in which the page must draw it."""
    keeps_answer()
    job, form = _job(now, asked), _format(asked)
    figure, draws = job.drawing.figure, [name for name in form.draws if FORMATS[name].on_page]
    size = {key: figure["layout"][key] for key in ("width", "height")}
    return flask.jsonify(figure=figure, **size, factor=job.preset.factor, draws=draws)


def _saved(now: Current, request: flask.Request) -> flask.Response:
    job, form = _job(now, request.args), _format(request.args)
    answer = flask.Response(form.make(job, _sent(request)), mimetype=form.mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{job.name}.{form.suffix}"'
    return answer


def _sent(request: flask.Request) -> dict[str, bytes]:
    """The pictures that a page has drawn, by format."""
    given = request.get_json(silent=True)
    drawn = given.get("drawn") if isinstance(given, dict) else None
    if not isinstance(drawn, dict) or not all(isinstance(data, str) for data in drawn.values()):
        raise ValueError("expected a JSON object with base64 pictures under drawn")
    return {name: base64.b64decode(data, validate=True) for name, data in drawn.items()}
