"""Check a chart: drop an exported file to see whether its numbers are still the same."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask
from dash import Dash, html

from dashboard.export.embed import read_record
from dashboard.export.verify import verify
from dashboard.live import Current
from dashboard.pages import LARGEST, Answer, Asked, answered, attributes, keys_of
from dashboard.pages.nodes import form_input, mount_point, plain, register_growth

PATH = "/check"
TITLE = "Check a chart"
IN_NAVIGATION, TAKES_MORE = True, False
PLACE = "checking"


def look_up(now: Current, rest: str) -> None:
    """ProblemsFound for an address with keys: the page has none."""
    keys_of(rest)


def layout(now: Current, asked: Asked) -> html.Div:
    """The page. The file goes to `/verified` on this server, and nowhere else."""
    look_up(now, asked.rest)
    lead = "Drop a PNG, SVG, PDF, XLSX, JSON or kit exported from this dashboard to see whether its numbers are still the same."
    screenshot = "A screenshot carries no record. Open the view printed in its footer and compare the code printed next to it."
    box = form_input(type="file", id="check-file", **{"aria-label": "Exported file"})
    drop = html.Div(html.Label(["Choose a file, or drop one here: ", box]), id="drop", className="drop")
    return html.Div(
        [
            html.H1(TITLE),
            html.P(lead, className="lead"),
            html.P(screenshot, className="lead"),
            html.Div(mount_point(PLACE, plain([drop]))),
            html.Div(id="verdict", role="status", **attributes(aria_live="polite")),
        ]
    )


def register(app: Dash, current: Callable[[], Current], token: str | None) -> None:
    """Show the box, and read on the server the file that is dropped."""
    register_growth(app, PLACE)

    @app.server.post("/verified")
    def verified() -> Answer:
        return answered(lambda: _verified(current(), flask.request))


def _verified(now: Current, request: flask.Request) -> flask.Response:
    if (request.content_length or 0) > LARGEST:
        raise ValueError(f"the file has more than {LARGEST:,} bytes")
    verdict = verify(now.results, kept_in(request.get_data()))
    return flask.jsonify(same=verdict.same, said=list(verdict.reasons))


def kept_in(data: bytes) -> dict[str, Any] | None:
    """The record in the bytes of a file; None if there is none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        return read_record(path)
