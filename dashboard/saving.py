"""What the browser needs to save and check pictures without a browser on the server: it draws, and the files are packed here.

`/picture` gives the figure of a view in a preset; `/saved` takes what was drawn of it and gives back the file with the record
inside; `/verified` takes a file and says whether its numbers still hold.
"""

import base64
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import flask

from dashboard.answers import Answer, answered
from dashboard.export.embed import into_png, into_svg, read_record
from dashboard.export.formats import Work, work_of
from dashboard.export.kit import packed_with
from dashboard.export.presets import INCH, PRESETS
from dashboard.export.words import alternative
from dashboard.live import Current
from dashboard.verify import verify
from dashboard.view import parse_view

LARGEST = 40_000_000
"""Bytes that a browser may send."""
FACTORS = ("1", "2", "print")
"""Pixels of a PNG for each pixel of the figure; in print, 300 dpi."""
KINDS = {"png": "image/png", "svg": "image/svg+xml", "kit": "application/zip"}


def register(server: flask.Flask, current: Callable[[], Current]) -> None:
    """Put the three addresses on the server."""

    @server.get("/picture")
    def picture() -> Answer:
        return answered(lambda: _picture(_work(current())))

    @server.post("/saved")
    def saved() -> Answer:
        return answered(lambda: _saved(_work(current()), flask.request))

    @server.post("/verified")
    def verified() -> Answer:
        return answered(lambda: _verified(current(), flask.request))


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


def _verified(now: Current, request: flask.Request) -> flask.Response:
    if (request.content_length or 0) > LARGEST:
        raise ValueError(f"the file has more than {LARGEST:,} bytes")
    verdict = verify(now.results, kept_in(request.get_data()))
    return flask.jsonify(same=verdict.same, said=list(verdict.said))


def kept_in(data: bytes) -> dict[str, Any] | None:
    """The record in the bytes of a file; None where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        return read_record(path)
