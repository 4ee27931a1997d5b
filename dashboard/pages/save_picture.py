"""Save a picture and copy the texts that a memo needs with it: the panel under the chart, and the addresses that it calls."""

import base64
import datetime
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import flask
from dash import html

from dashboard.charts.notes import Plan
from dashboard.charts.picture import Picture
from dashboard.charts.view import parse_view
from dashboard.export.captions import alternative, caption, citation
from dashboard.export.embed import sources
from dashboard.export.formats import FORMATS, ExportJob, Format, job_of
from dashboard.export.output import INCH, PRESETS
from dashboard.live import Current
from dashboard.pages import LARGEST, Answer, answered, attributes
from indicators.nouns.series import Results

COPIED = {"link": "copy link", "caption": "copy caption", "cite": "copy citation", "summary": "copy alternative text"}


def saving_panel(results: Results, picture: Picture, plan: Plan) -> list[Any]:
    """The controls, and the texts that the buttons copy; `plan`: where the notes are that the texts name."""
    texts = {
        "caption": caption(picture),
        "cite": citation(picture, sources(results, picture), datetime.date.today()).strip(),
        "summary": alternative(picture, plan),
    }
    address = html.Span("", id="link", **attributes(data_address=f"/indicator/{picture.view.text}"))
    sizes = _choice("save-preset", "Size", {p.name: f"{p.name.replace('_', ' ')}: {p.about}" for p in PRESETS.values()})
    offered = {f"{one.name} {factor}": label for one in FORMATS.values() for factor, label in one.on_page.items()}
    forms = _choice("save-format", "Format", offered)
    save = html.Button("save picture", id="save", **attributes(data_view=picture.view.text))
    copies = [html.Button(label, **attributes(data_copy=name)) for name, label in COPIED.items()]
    outcome = html.P("", id="saved", role="status")
    code = html.P(f"The code of these numbers is {picture.code}; the picture shows it next to the view.", className="place")
    hidden = [html.P(text, id=name, className="unseen") for name, text in texts.items()]
    return [html.Div([sizes, forms, save, *copies], className="buttons"), outcome, code, address, *hidden]


def _choice(name: str, label: str, options: Mapping[str, str]) -> html.Select:
    return html.Select([html.Option(text, value=key) for key, text in options.items()], id=name, **attributes(aria_label=label))


FACTORS = {"1": 1.0, "2": 2.0, "print": 300 / INCH}
"""Pixels of a PNG for each pixel of the figure; print is 300 dpi."""


def register(server: flask.Flask, current: Callable[[], Current]) -> None:
    """Add the two addresses to the server."""

    @server.get("/picture")
    def picture() -> Answer:
        return answered(lambda: _picture(current(), flask.request.args))

    @server.post("/saved")
    def saved() -> Answer:
        return answered(lambda: _saved(current(), flask.request))


ASKED = {"view", "preset", "factor", "format"}
"""Keys of the two addresses."""


def _job(now: Current, asked: Mapping[str, str]) -> ExportJob:
    """The picture that is asked for: a view in a size, and how many pixels of a PNG it has for each of its own."""
    strange = sorted(set(asked) - ASKED)
    if strange:
        raise ValueError(f"there is no key {strange[0]!r}; known: {', '.join(sorted(ASKED))}")
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
    job, form = _job(now, asked), _format(asked)
    figure, draws = job.drawing.figure, [name for name in form.draws if FORMATS[name].on_page]
    size = {key: figure["layout"][key] for key in ("width", "height")}
    return flask.jsonify(figure=figure, **size, factor=job.preset.factor, draws=draws)


def _saved(now: Current, request: flask.Request) -> flask.Response:
    if (request.content_length or 0) > LARGEST:
        raise ValueError(f"more than {LARGEST:,} bytes were sent")
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
