"""What the page Tune asks the server: a file, the schema for its editor, what a text would do, and to save it.

Trying changes nothing and is refused to other sites. Saving writes a definition file: only where the server was started to
edit, from a page that knows its token, asked by this machine's own name.
"""

import difflib
import hmac
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import flask
from plotly.io.json import to_json_plotly

from dashboard.answers import Answer, Refused, answered
from dashboard.editing import Changed, Edited, is_free, read_file, save_file
from dashboard.live import Current
from dashboard.pages import screen_of
from dashboard.pages.tune import AGAINST, outcome
from dashboard.trial import Earlier, Trial, last_commit, rule_at, tried
from dashboard.view import View, parse_view
from indicators.problems import ProblemsFound
from indicators.project import Project, open_project
from indicators.revision import revision
from indicators.schema import files
from indicators.schema.known import read_known
from indicators.yamlfile import LARGEST

LOOPBACK = ("127.0.0.1", "localhost", "::1")
TOKEN = "X-Relations-Token"
LARGEST_SENT = 4 * LARGEST
"""Bytes of a question: a text as JSON is longer than the file."""


def new_token() -> str:
    """A secret for one run of the server."""
    return secrets.token_urlsafe(24)


def register(server: flask.Flask, current: Callable[[], Current], token: str | None) -> None:
    """Put the addresses on the server; that for saving does nothing without a `token`."""
    commits: dict[str, Earlier] = {}

    @server.get("/tune/file")
    def file() -> Answer:
        return answered(lambda: _told(current(), flask.request.args["name"]))

    @server.get("/tune/schema")
    def schema() -> Answer:
        return answered(lambda: flask.Response(_schema(current()), mimetype="application/json"))

    @server.post("/tune/try")
    def attempt() -> Answer:
        return answered(lambda: _tried(current(), _sent(flask.request), commits))

    @server.post("/tune/save")
    def save() -> Answer:
        return answered(lambda: _saved(current(), flask.request, token))


def _sent(request: flask.Request) -> Mapping[str, Any]:
    """What a page of this server sent. Refused where another site did."""
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site", "same-origin")
    if (origin and urlsplit(origin).netloc != request.host) or site not in ("same-origin", "none"):
        raise Refused("only a page of this server may ask this")
    if (request.content_length or 0) > LARGEST_SENT:
        raise ValueError(f"more than {LARGEST_SENT:,} bytes were sent")
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise ValueError("a JSON object with file and text is expected")
    return given


def _file(now: Current, name: str) -> Edited:
    return read_file(now.project.root, now.results.config.definitions, name)


def _gone(now: Current, name: str) -> flask.Response | None:
    """What is answered about a definition file that is gone, because nothing is wrong with the question; None for any other."""
    if is_free(now.project.root, now.results.config.definitions, name):
        return flask.jsonify(said=[f"{name} is gone"], gone=True)
    return None


def _told(now: Current, name: str) -> flask.Response:
    if gone := _gone(now, name):
        return gone
    found = _file(now, name)
    answer = flask.jsonify(text=found.text, digest=found.digest)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _schema(now: Current) -> str:
    """The JSON Schema of definitions, as the project is now."""
    return json.dumps(files.schema_of("definitions", read_known(now.project.root)))


# ---- trying ----


def _tried(now: Current, given: Mapping[str, Any], commits: dict[str, Earlier]) -> flask.Response:
    file, text = str(given["file"]), given["text"]
    if gone := _gone(now, file):
        return gone
    _file(now, file)
    trial = tried(now.project, file, text, _earlier(now, given.get("against", "shown"), commits))
    view = _view(trial, str(given.get("view") or ""), int(given.get("line") or 1))
    own = [
        {"line": p.place.line, "level": p.level, "code": p.code, "message": p.message, "hint": p.hint}
        for p in (*trial.problems, *trial.doubts)
        if p.place.file == file
    ]
    told = {"problems": own, "errors": len(trial.problems), "nodes": outcome(trial, view, screen_of(given.get("screen")))}
    return flask.Response(to_json_plotly(told), mimetype="application/json")


def _earlier(now: Current, asked: object, commits: dict[str, Earlier]) -> Earlier:
    """The state to compare with; of the commits the last one that was asked for is kept."""
    if asked not in AGAINST:
        raise ValueError(f"{asked!r} is no state to compare with; known: {', '.join(AGAINST)}")
    if asked == "shown":
        return Earlier(AGAINST["shown"], now.project, now.results)
    commit = revision(now.project.root, "HEAD").commit
    found = commits.get(commit)
    if found is None:
        found = last_commit(now.project)
        commits.clear()
        commits[commit] = found
    return found


def _view(trial: Trial, asked: str, line: int) -> View | None:
    """What is shown of a trial: the rule at the line, in the view that was asked for where that is of the same rule."""
    name = rule_at(trial, line)
    view = parse_view(asked) if asked else None
    if name is None:
        return view
    indicator, _, variant = name.partition("@")
    if view and (view.indicator, view.variant or "") == (indicator, variant):
        return view
    return View(indicator, variant or None)


# ---- saving ----


def _saved(now: Current, request: flask.Request, token: str | None) -> Answer:
    if token is None:
        raise Refused("this server does not save: start it with --edit")
    if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
        raise Refused("files are saved only from this machine, by its own name")
    if not hmac.compare_digest(request.headers.get(TOKEN, ""), token):
        raise Refused("the page is of an earlier run of the server: load it again, your text stays")
    given = _sent(request)
    root, folder, name, digest = now.project.root, now.results.config.definitions, str(given["file"]), str(given["digest"])
    if digest and (gone := _gone(now, name)):
        return gone
    try:
        saved = save_file(root, folder, name, given["text"], digest)
    except Changed as e:
        return flask.jsonify(said=[str(e)], theirs=e.now.text, digest=e.now.digest, lines=list(_compared(e.now.text, given["text"])))
    return flask.jsonify(text=saved.text, digest=saved.digest, errors=_errors(now.project))


def _errors(before: Project) -> int:
    """How many errors the project has as it stands now."""
    try:
        problems = open_project(before.root, before=before).problems
    except ProblemsFound as e:
        problems = e.problems
    return sum(problem.level == "error" for problem in problems)


def _compared(theirs: str, yours: str) -> Iterator[list[Any]]:
    """Both versions as plain nodes, line by line where they differ."""
    told = difflib.unified_diff(theirs.splitlines(), yours.splitlines(), "on the disk", "yours", lineterm="", n=2)
    looks = {"+": "ins", "-": "del"}
    for line in told:
        yield [looks.get(line[:1], "span"), {"class": "line"}, line]
