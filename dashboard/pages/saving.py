"""Save a picture and copy what a memo needs beside it: the panel under the chart, and the addresses that it asks."""

import base64
import datetime
from collections.abc import Callable, Mapping
from typing import Any

import flask

from dashboard.charts.frame import Figure
from dashboard.charts.picture import Picture
from dashboard.charts.record import fingerprint
from dashboard.charts.view import parse_view
from dashboard.export.captions import alternative, caption
from dashboard.export.embed import into_png, into_svg
from dashboard.export.formats import Work, work_of
from dashboard.export.kit import citation, packed_with
from dashboard.export.output import INCH, PRESETS
from dashboard.live import Current
from dashboard.pages import LARGEST, Answer, answered
from indicators.nouns.series import Results

FORMATS = {
    "png print": "PNG, 300 dpi",
    "png 2": "PNG, double",
    "png 1": "PNG, single",
    "svg print": "SVG",
    "kit print": "kit for a memo (zip)",
}
COPIED = {"link": "copy link", "caption": "copy caption", "cite": "copy citation", "summary": "copy alternative text"}
Node = list[Any]


def saving_panel(results: Results, picture: Picture, figure: Figure) -> list[Node]:
    """Controls as plain nodes, and the texts that the buttons copy; `figure` is the one whose notes the texts name."""
    asked = (results, picture)
    texts = {
        "caption": caption(*asked),
        "cite": citation(*asked, datetime.date.today()).strip(),
        "summary": alternative(*asked, figure),
    }
    address: Node = ["span", {"id": "link", "data-address": f"/indicator/{picture.view.text}"}, ""]
    sizes = _choice("save-preset", "Size", {p.name: f"{p.name.replace('_', ' ')}: {p.about}" for p in PRESETS.values()})
    forms = _choice("save-format", "Format", FORMATS)
    save: Node = ["button", {"id": "save", "data-view": picture.view.text}, "save picture"]
    copies: list[Node] = [["button", {"data-copy": name}, label] for name, label in COPIED.items()]
    code: Node = ["p", {"class": "place"}, f"The code of these numbers is {fingerprint(*asked)}; it stands in the picture beside the view."]
    hidden: list[Node] = [["p", {"id": name, "class": "unseen"}, text] for name, text in texts.items()]
    told: Node = ["p", {"id": "saved", "role": "status"}, ""]
    return [["div", {"class": "buttons"}, sizes, forms, save, *copies], told, code, address, *hidden]


def _choice(name: str, label: str, options: Mapping[str, str]) -> Node:
    return ["select", {"id": name, "aria-label": label}, *[["option", {"value": key}, text] for key, text in options.items()]]


FACTORS = ("1", "2", "print")
"""Pixels of a PNG for each pixel of the figure; in print, 300 dpi."""
KINDS = {"png": "image/png", "svg": "image/svg+xml", "kit": "application/zip"}


def register(server: flask.Flask, current: Callable[[], Current]) -> None:
    """Put the two addresses on the server."""

    @server.get("/picture")
    def picture() -> Answer:
        return answered(lambda: _picture(_work(current())))

    @server.post("/saved")
    def saved() -> Answer:
        return answered(lambda: _saved(_work(current()), flask.request))


def factor_of(name: str) -> float:
    """Pixels of a PNG for each pixel of the figure.

    >>> factor_of("2"), factor_of("print")
    (2.0, 3.125)
    """
    if name not in FACTORS:
        raise ValueError(f"{name!r} is not one of {', '.join(FACTORS)}")
    return 300 / INCH if name == "print" else float(name)


def _work(now: Current) -> Work:
    asked = flask.request.args
    if asked.get("preset", "memo") not in PRESETS:
        raise ValueError(f"there is no preset {asked.get('preset')!r}; known: {', '.join(PRESETS)}")
    preset = next(p for name, p in PRESETS.items() if name == asked.get("preset", "memo"))
    return work_of(now.results, parse_view(asked["view"]), preset)


def _picture(work: Work) -> flask.Response:
    layout = work.figure["layout"]
    return flask.jsonify(figure=work.figure, width=layout["width"], height=layout["height"], print=factor_of("print"))


def _saved(work: Work, request: flask.Request) -> flask.Response:
    if (request.content_length or 0) > LARGEST:
        raise ValueError(f"more than {LARGEST:,} bytes were sent")
    form, factor = request.args["format"], factor_of(request.args.get("factor", "print"))
    pictures = _with_records(work, _drawn(request), factor)
    data = packed_with(work, pictures) if form == "kit" else pictures[f".{form}"]
    suffix = "zip" if form == "kit" else form
    answer = flask.Response(data, mimetype=KINDS[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{work.name}.{suffix}"'
    return answer


def _drawn(request: flask.Request) -> dict[str, bytes]:
    """The pictures that a page drew, by kind."""
    given = request.get_json(silent=True)
    drawn = given.get("drawn") if isinstance(given, dict) else None
    if not isinstance(drawn, dict) or not all(isinstance(data, str) for data in drawn.values()):
        raise ValueError("a JSON object with pictures in base64 under drawn is expected")
    return {kind: base64.b64decode(data, validate=True) for kind, data in drawn.items()}


def _with_records(work: Work, drawn: Mapping[str, bytes], factor: float) -> dict[str, bytes]:
    found = {}
    if "png" in drawn:
        found[".png"] = into_png(drawn["png"], work.record, INCH * factor)
    if "svg" in drawn:
        words = alternative(work.results, work.picture, work.figure)
        found[".svg"] = into_svg(drawn["svg"].decode(), work.record, work.title, words)
    return found
