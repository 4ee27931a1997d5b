"""Tune: the YAML of a definition file next to its effect on the numbers, before anything is saved; the page and its addresses.

Trying a text changes nothing and is refused to other sites. Saving writes a definition file: only where the server was
started with --edit, from a page that knows its token, at a local address of this machine.
"""

import difflib
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import flask
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from plotly.io.json import to_json_plotly

from dashboard.charts.view import VIEW, View, parse_view
from dashboard.live import Current
from dashboard.pages import Answer, Asked, Refused, add_address, attributes, fresh_json, keys_of, screen_of
from dashboard.pages.nodes import mount_point, plain, register_growth
from dashboard.pages.tune.save_definition import Changed, Edited, files_of, is_free, read_file, save_file
from dashboard.pages.tune.trial import Earlier, Trial, last_commit, outcome, rule_at, tried
from indicators.problems import ProblemsFound, fault, refused
from indicators.reading.files import LARGEST
from indicators.reading.project import Project, open_for_names, open_project
from indicators.reading.revision import revision
from indicators.schema import schema_of
from indicators.suggestions import suggest

PATH = "/tune"
TITLE = "Tune"
IN_NAVIGATION, TAKES_MORE = True, True
FILES, CHOICE = "tune-files", "tune-choice"
EDITOR = Path(__file__).parents[2] / "editor" / "yaml-editor.js"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
TOKEN = "X-Relations-Token"
AGAINST = {"shown": "the current pages", "commit": "the last commit"}
"""States that a text can be compared with, and their names on the page."""
LARGEST_SENT = 4 * LARGEST
"""Largest request in bytes: a text as JSON is longer than the file."""


def new_token() -> str:
    """A secret for one run of the server."""
    return secrets.token_urlsafe(24)


# ---- the page ----


def layout(now: Current, asked: Asked) -> html.Div:
    """The page for an address (a view, or ?file= and a name): the file that defines its indicator, or the first file if none is
    named. Without a token the page cannot save: it previews, and offers the text to copy."""
    names, token = files_of(now.project.root, now.results.config.definitions), asked.token
    file, line, view = look_up(now, asked.rest)
    editor = f"/editor/{EDITOR.name}?{EDITOR.stat().st_mtime_ns:x}"  # another address when the script changes
    start = {"file": file, "line": line, "view": view.text if view else "", "token": token, "editor": editor, "files": names}
    start["project"] = hashlib.sha256(str(now.project.root.resolve()).encode()).hexdigest()[:12]
    files = html.Ul([html.Li(_file_link(now, one, is_open=one == file)) for one in names], className="files")
    choice = html.P(
        html.Label(["Compare with ", html.Select([html.Option(label, value=name) for name, label in AGAINST.items()], id="tune-against")])
    )
    shown = html.Div(html.P("computing…", className="place"), id="tune-outcome", className="plain prose")
    effect = html.Section([*mount_point(CHOICE, plain([choice]), prose=False), shown], **attributes(aria_label="Effect on the numbers"))
    saves = "Nothing is written until you save." if token else "This server cannot save: copy the text, or start the server with --edit."
    return html.Div(
        [
            dcc.Store(id="tune-start", data=start),
            dcc.Store(id="tune-fresh"),
            html.H1(TITLE),
            html.P(f"Change a definition and see the effect on the numbers. {saves}", className="lead"),
            html.Div(mount_point(FILES, plain([files]), prose=False), role="navigation", **attributes(aria_label="Definition files")),
            html.Div([_editing(token), effect], className="tune"),
        ],
        **attributes(data_fresh="tune-fresh"),
    )


def look_up(now: Current, rest: str) -> tuple[str, int, View | None]:
    """File and line that an address asks for, and its view if it has one. ProblemsFound for an unknown name or key."""
    names = files_of(now.project.root, now.results.config.definitions)
    if not names:
        raise refused(fault("missing-file/no-definitions", hint="relations new makes a project that has some"), VIEW)
    if rest.partition("?")[0]:
        view, places = parse_view(rest).renamed(now.results.formerly), now.project.places
        rule = view.query.name
        if rule not in places:
            raise refused(fault("unknown-indicator/asked", hint=suggest(rule, places), name=rule), VIEW)
        return places[rule].file, places[rule].line, view
    label = keys_of(rest, "file").get("file", "")
    labels = {one.rpartition("/")[2]: one for one in names}
    if label and label not in labels:
        raise refused(fault("missing-file/definition-file", hint=suggest(label, labels), name=label), VIEW)
    return labels.get(label, names[0]), 1, None


def _editing(token: str | None) -> html.Section:
    save = html.Button("save", id="tune-save", title="Ctrl+S", disabled=True) if token else None
    hint = html.P("Ctrl+Space autocompletes, Ctrl+] and Ctrl+[ indent, Tab leaves the editor.", className="place")
    buttons = [save, html.Button("copy text", id="tune-copy"), html.Button("undo all changes", id="tune-revert", disabled=True)]
    return html.Section(
        [
            html.Div(id="editor", className="editor"),
            html.Div([b for b in buttons if b], className="buttons"),
            hint,
            html.P("", id="tune-said", role="status"),
            html.Div(id="tune-conflict", className="plain prose", role="alert"),
        ],
        **attributes(aria_label="Definitions"),
    )


def _file_link(now: Current, name: str, *, is_open: bool) -> html.A:
    first = next((rule for rule, place in now.project.places.items() if place.file == name), None)
    label = name.rpartition("/")[2]
    here = attributes(aria_current="page") if is_open else {}
    return html.A(label, href=f"{PATH}/{first}" if first else f"{PATH}?file={quote(label)}", **here, **attributes(data_name=label))


def register(app: Dash, current: Callable[[], Current], token: str | None) -> None:
    """Start the editor when the page comes, notify it when the project has changed, and answer its requests. Without a `token`
    nothing is saved."""
    for name in (FILES, CHOICE):
        register_growth(app, name)
    for call, source in (("tune", "tune-start"), ("tuneFresh", "tune-fresh")):
        app.clientside_callback(ClientsideFunction("relations", call), Output(source, "storage_type"), Input(source, "data"))
    server = app.server
    commits: dict[str, Earlier] = {}
    add_address(server, "GET", "/tune/file", lambda: _file_as_sent(current(), flask.request.args["name"]), ("name",))
    add_address(server, "GET", "/tune/schema", lambda: _schema(current()))
    add_address(server, "POST", "/tune/try", lambda: _tried(current(), _sent(flask.request), commits))
    add_address(server, "POST", "/tune/save", lambda: _saved(current(), flask.request, token))


def _sent(request: flask.Request) -> Mapping[str, Any]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise ValueError("expected a JSON object with file and text")
    return given


def _file(now: Current, name: str) -> Edited:
    return read_file(now.project.root, now.results.config.definitions, name)


def _gone(now: Current, name: str) -> flask.Response | None:
    """The answer about a definition file that no longer exists, because nothing is wrong with the question; None for any other."""
    if is_free(now.project.root, now.results.config.definitions, name):
        return flask.jsonify(said=[f"{name} no longer exists"], gone=True)
    return None


def _file_as_sent(now: Current, name: str) -> flask.Response:
    if gone := _gone(now, name):
        return gone
    file = _file(now, name)
    return fresh_json({"text": file.text, "digest": file.digest})


def _schema(now: Current) -> flask.Response:
    """The JSON Schema of definitions, as the project is now."""
    return flask.Response(json.dumps(schema_of("definitions", open_for_names(now.project.root, now.project))), mimetype="application/json")


# ---- trying ----


def _tried(now: Current, given: Mapping[str, Any], commits: dict[str, Earlier]) -> flask.Response:
    file, text = str(given["file"]), given["text"]
    if gone := _gone(now, file):
        return gone
    _file(now, file)  # refused where it is not one of the definition files
    trial = tried(now.project, file, text, _earlier(now, given.get("against", "shown"), commits))
    view = _view(trial, str(given.get("view") or ""), int(given.get("line") or 1))
    own = [
        {"line": p.place.line, "level": p.level, "code": p.code, "message": p.message, "hint": p.hint}
        for p in (*trial.errors, *trial.warnings)
        if p.place.file == file
    ]
    answer = {"problems": own, "errors": len(trial.errors), "nodes": outcome(trial, view, screen_of(given.get("screen")))}
    return flask.Response(to_json_plotly(answer), mimetype="application/json")


def _earlier(now: Current, asked: object, commits: dict[str, Earlier]) -> Earlier:
    """The state to compare with; the last commit that was asked for is kept."""
    if asked not in AGAINST:
        raise ValueError(f"{asked!r} is not a state to compare with; known: {', '.join(AGAINST)}")
    if asked == "shown":
        return Earlier(AGAINST["shown"], now.project, now.results)
    commit = revision(now.project.root, "HEAD").commit
    if commit not in commits:
        earlier = last_commit(now.project)
        commits.clear()
        commits[commit] = earlier
    return commits[commit]


def _view(trial: Trial, asked: str, line: int) -> View | None:
    """The view to show: of the rule at the line, as it was asked for if that is a view of the same rule."""
    name = rule_at(trial, line)
    view = parse_view(asked).renamed(trial.results.formerly) if asked else None
    if name is None or (view and view.query.name == name):
        return view
    return parse_view(name)


# ---- saving ----


def _saved(now: Current, request: flask.Request, token: str | None) -> Answer:
    if token is None:
        raise Refused("this server cannot save: start it with --edit")
    if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
        raise Refused("files can be saved only from this machine, at a local address")
    if not hmac.compare_digest(request.headers.get(TOKEN, ""), token):
        raise Refused("this page is from an earlier server session. Reload it; your text is kept")
    given = _sent(request)
    root, folder, name, digest = now.project.root, now.results.config.definitions, str(given["file"]), str(given["digest"])
    if digest and (gone := _gone(now, name)):
        return gone
    try:
        saved = save_file(root, folder, name, given["text"], digest)
    except Changed as e:
        return flask.jsonify(said=[str(e)], theirs=e.now.text, digest=e.now.digest, lines=_compared(e.now.text, given["text"]))
    return flask.jsonify(text=saved.text, digest=saved.digest, errors=_errors(now.project))


def _errors(before: Project) -> int:
    try:
        problems = open_project(before.root, before=before).problems
    except ProblemsFound as e:
        problems = e.problems
    return sum(problem.level == "error" for problem in problems)


def _compared(theirs: str, yours: str) -> Any:
    """The differences of both versions as plain nodes, line by line."""
    lines = difflib.unified_diff(theirs.splitlines(), yours.splitlines(), "on the disk", "yours", lineterm="", n=2)
    elements = {"+": html.Ins, "-": html.Del}
    return plain([elements.get(line[:1], html.Span)(line, className="line") for line in lines])
