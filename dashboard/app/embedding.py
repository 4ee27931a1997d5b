"""Addresses for pages of others: the memo picture of a view, and a bare page with its chart for a frame."""

import hashlib
import io
import threading
from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import quote

import flask

from dashboard.charts.figure import drawing_of
from dashboard.charts.picture import Picture, picture_of
from dashboard.charts.theme import PALETTES
from dashboard.charts.view import SAFE, parse_view
from dashboard.export.captions import alternative
from dashboard.export.formats import FORMATS, ExportJob, job_of
from dashboard.export.output import PRESETS
from dashboard.live import Current
from dashboard.pages import keeps_answer, placed
from indicators.problems import ProblemsFound

MOST_DRAWING = 2
"""Pictures that are drawn at a time, or wait for it: a browser takes seconds for one, and other requests need the threads too."""
SCRIPT = Path(__file__).parents[1] / "assets" / "embed.js"
CANNOT = ("no-playwright", "no-chromium")
"""Codes of problems where a server cannot draw at all, by how they begin."""
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
BUSY = "other pictures are being drawn; ask again in a moment\n"
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>{head}<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title><link rel="stylesheet" href="{style}">
<script defer src="{plotly}"></script><script defer src="{script}"></script></head>
<body class="framed">{banner}
<div id="framed" role="img" aria-label="{words}" data-drawn="{drawn}" data-version="{version}" data-shown="{shown}"></div>
<p class="open"><a href="{page}" target="_blank" rel="noopener">Rows, definition and export: {project}</a></p>
<noscript>This chart is drawn in the browser and needs JavaScript.</noscript>
</body>
</html>"""
STALE = '<p class="banner">The files of this project have problems; the numbers are the last good ones.</p>'
Made = flask.Response | tuple[str, int] | tuple[str, int, dict[str, str]]
Status = Callable[[ProblemsFound], int]


def register(server: flask.Flask, current: Callable[[], Current], head: str, plotly: str, status: Status) -> None:
    """Add both addresses. `head`: what a page must begin with, so that its style elements are allowed; `status`: that of an address with
    these problems."""
    drawing = threading.BoundedSemaphore(MOST_DRAWING)

    def answered(made: Callable[[str], Made], name: str) -> Made:
        search = flask.request.query_string.decode(errors="replace")
        try:
            return made(f"{quote(name, safe=SAFE)}{f'?{search}' if search else ''}")
        except ProblemsFound as e:
            code = 501 if any(p.code.startswith(CANNOT) for p in e.problems) else status(e)
            return flask.Response("".join(f"{p.message}; {p.hint}\n" for p in e.problems), code, mimetype="text/plain")

    @server.get("/picture/<path:name>.<any(png, svg):form>")
    def picture_at(name: str, form: str) -> Made:
        def made(view: str) -> Made:
            job = job_of(current().results, parse_view(view), PRESETS["memo"])
            if flask.request.method == "HEAD":
                return "", 200
            if not drawing.acquire(blocking=False):
                return BUSY, 503, PLAIN | {"Retry-After": "5"}
            try:
                data = drawn(job, form)
            finally:
                drawing.release()
            keeps_answer()
            return flask.send_file(io.BytesIO(data), FORMATS[form].mimetype, download_name=f"{job.name}.{form}", max_age=0)

        return answered(made, name)

    @server.get("/picture/<path:name>")
    def no_picture(name: str) -> Made:
        return f"there is no picture {name}; the address of one ends in .png or .svg, before the question mark\n", 404, PLAIN

    @server.get("/embed/<path:name>")
    def embed(name: str) -> Made:
        def made(view: str) -> Made:
            now = current()
            keeps_answer()
            return flask.Response(framed(now, picture_of(now.results, parse_view(view)), head, plotly), mimetype="text/html")

        return answered(made, name)


def drawn(job: ExportJob, form: str) -> bytes:
    """A picture as a file, as `relations export` writes it. ProblemsFound where no browser can be found, or it cannot draw."""
    from dashboard.export.browser import Chromium  # slow to load

    with Chromium() as browser:
        return FORMATS[form].make(job, browser.pictures(job.drawing.figure, FORMATS[form].draws, job.preset.factor))


def framed(now: Current, picture: Picture, head: str, plotly: str) -> str:
    """The page for a frame: the chart as wide and high as the frame, and a link to the page of the indicator."""
    view, memo = picture.view, drawing_of(picture, PALETTES["light"], PRESETS["memo"].size)
    texts = {
        "title": f"{picture.title} – {now.results.config.title}",
        "project": now.results.config.title,
        "words": alternative(picture, memo.plan),
        "style": placed("/assets/style.css"),
        "plotly": placed(plotly),
        "script": placed(f"/assets/{SCRIPT.name}?{hashlib.sha256(SCRIPT.read_bytes()).hexdigest()[:8]}"),
        "drawn": placed(f"/drawn?view={quote(view.text, safe='')}"),
        "version": placed("/version"),
        "page": placed(f"/indicator/{view.text}"),
        "shown": now.shown,
    }
    safe = {name: escape(text) for name, text in texts.items()}
    return PAGE.format(head=head, banner=STALE if now.stale else "", **safe)
