"""Check a chart: drop an exported file, or type what is printed in a screenshot, to see whether its numbers are still the same."""

import json
import threading
from collections.abc import Callable, Iterator

import flask
from dash import Dash, html

from dashboard.export.extract import found_in
from dashboard.export.screenshot import Progress, looked_up
from dashboard.export.verify import Verdict, verify_file
from dashboard.live import Current
from dashboard.pages import Asked, add_address, attributes, keys_of
from dashboard.pages.nodes import form_input, mount_point, plain, register_growth

PATH = "/check"
TITLE = "Check a chart"
IN_NAVIGATION, TAKES_MORE = True, False
PLACE = "checking"
MOST_SEARCHES, LONGEST_QUESTION = 2, 20_000
"""Searches at a time, because each keeps a processor busy; bytes of what is typed."""


def look_up(now: Current, rest: str) -> None:
    """ProblemsFound for an address with keys: the page has none."""
    keys_of(rest)


def layout(now: Current, asked: Asked) -> html.Div:
    """The page. The file goes to `/verified` on this server, and nowhere else."""
    look_up(now, asked.rest)
    lead = "Drop a PNG, SVG, PDF, XLSX, JSON or kit exported from this dashboard to see whether its numbers are still the same."
    screenshot = "Of a screenshot, type the view and the code at its foot: they are looked up in the project and its history."
    box = form_input(type="file", id="check-file", **{"aria-label": "Exported file"})
    drop = html.Div(html.Label(["Choose a file, or drop one here: ", box]), id="drop", className="drop")
    return html.Div(
        [
            html.H1(TITLE),
            html.P(lead, className="lead"),
            html.P(screenshot, className="lead"),
            html.Div(mount_point(PLACE, plain([drop, _form()]))),
            html.Div(id="verdict", role="status", **attributes(aria_live="polite")),
        ]
    )


def _form() -> html.Div:
    """The fields for what is printed in a screenshot."""
    view = form_input(type="text", id="look-up-view", placeholder="leader_meetings?from=2019", spellcheck="false", autocomplete="off")
    code = form_input(type="text", id="look-up-code", placeholder="RH-7K3M-9QXP", spellcheck="false", autocomplete="off")
    fields = [html.Label(["View ", view]), html.Label(["Code ", code])]
    return html.Div([*fields, html.Button("Look up", id="look-up")], id="look-up-form", className="look-up")


def register(app: Dash, current: Callable[[], Current], token: str | None) -> None:
    """Show the box, and read on the server the file that is dropped."""
    register_growth(app, PLACE)
    add_address(app.server, "POST", "/verified", lambda: _verified(current(), flask.request))

    running = threading.BoundedSemaphore(MOST_SEARCHES)
    add_address(app.server, "POST", "/looked-up", lambda: _looked_up(current(), flask.request, running))


def _looked_up(now: Current, request: flask.Request, running: threading.BoundedSemaphore) -> flask.Response:
    """A line of JSON for each step of the search, the last with the verdict. It ends when the browser no longer listens."""
    asked = json.loads(request.get_data())
    view, code = asked["view"], asked["code"]
    if not isinstance(view, str) or not isinstance(code, str):
        raise TypeError("view and code are texts")

    def lines() -> Iterator[str]:
        if not running.acquire(blocking=False):
            yield _line(Verdict(None, ("other searches are running; try again in a minute",)))
            return
        try:
            for step in looked_up(now.results, now.project.root, view, code):
                yield _line(step)
        finally:
            running.release()

    return flask.Response(lines(), mimetype="application/x-ndjson", headers={"Cache-Control": "no-store"})


def _line(step: Progress | Verdict) -> str:
    said = {"same": step.same, "said": step.reasons} if isinstance(step, Verdict) else step._asdict()
    return f"{json.dumps(said)}\n"


def _verified(now: Current, request: flask.Request) -> flask.Response:
    verdict = verify_file(now.results, found_in(request.get_data()))
    return flask.jsonify(same=verdict.same, said=list(verdict.reasons))
