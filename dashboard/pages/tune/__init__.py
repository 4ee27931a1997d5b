"""Tune: the YAML of a definition file beside what it does to the numbers, before anything is saved."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, quote

from dash import ClientsideFunction, Dash, Input, Output, dcc, html

from dashboard.charts.view import VIEW, View, parse_view
from dashboard.live import Current
from dashboard.pages import Asked, attributes
from dashboard.pages.nodes import grown, plain, register_growth
from dashboard.pages.tune import routes
from dashboard.pages.tune.editing import files_of
from indicators.problems import Place, fault, refused, suggest

PATH = "/tune"
TITLE = "Tune"
IN_NAVIGATION, TAKES_MORE = True, True
FILES, CHOICE = "tune-files", "tune-choice"
EDITOR = Path(__file__).parents[2] / "editor" / "yaml-editor.js"


def layout(now: Current, asked: Asked) -> html.Div:
    """The page for what an address asks (a view, or ?file= and a name): the file in which its indicator stands, the first one
    where nothing is named. Without a token the page does not save: it previews and offers the text to copy."""
    names, token = files_of(now.project.root, now.results.config.definitions), asked.token
    if not names:
        raise refused(fault("missing-file/no-definitions", hint="relations new makes a project that has some"), VIEW)
    name, _, search = asked.rest.partition("?")
    view = parse_view(asked.rest) if name else None
    place = _place(now, view)
    file = place.file if place else _named(names, next(iter(parse_qs(search).get("file", [])), ""))
    start = {"file": file, "line": place.line if place else 1, "view": view.text if view else "", "token": token, "editor": _editor()}
    start |= {"files": names, "project": hashlib.sha256(str(now.project.root.resolve()).encode()).hexdigest()[:12]}
    files = html.Ul([html.Li(_file_link(now, one, is_open=one == file)) for one in names], className="files")
    return html.Div(
        [
            dcc.Store(id="tune-start", data=start),
            dcc.Store(id="tune-fresh"),
            html.H1(TITLE),
            html.P(_lead(token), className="lead"),
            html.Div(grown(FILES, plain([files]), prose=False), role="navigation", **attributes(aria_label="Definition files")),
            html.Div([_editing(token), _outcome()], className="tune"),
        ],
        **attributes(data_fresh="tune-fresh"),
    )


def _editor() -> str:
    """Address of the editor's script; another one when the script changes."""
    return f"/editor/{EDITOR.name}?{EDITOR.stat().st_mtime_ns:x}"


def _named(names: list[str], label: str) -> str:
    """The file of that last name; the first where none is named."""
    found = next((name for name in names if name.rpartition("/")[2] == label), None) if label else names[0]
    if found is None:
        hint = suggest(label, [name.rpartition("/")[2] for name in names])
        raise refused(fault("missing-file/definition-file", hint=hint, name=label), VIEW)
    return found


def _lead(token: str | None) -> str:
    what = "Change a definition and see what it does to the numbers."
    return (
        f"{what} Nothing is written before you save."
        if token
        else f"{what} This server does not save: copy the text, or start it with --edit."
    )


def _editing(token: str | None) -> html.Section:
    save = html.Button("save", id="tune-save", title="Ctrl+S", disabled=True) if token else None
    hint = html.P("Ctrl+Space offers words, Ctrl+] and Ctrl+[ indent, Tab leaves the editor.", className="place")
    buttons = [save, html.Button("copy the text", id="tune-copy"), html.Button("undo all changes", id="tune-revert", disabled=True)]
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


def _outcome() -> html.Section:
    states = html.Select([html.Option(label, value=name) for name, label in routes.AGAINST.items()], id="tune-against")
    choice = html.P(html.Label(["Compare with ", states]))
    shown = html.Div(html.P("computing…", className="place"), id="tune-outcome", className="plain prose")
    return html.Section([*grown(CHOICE, plain([choice]), prose=False), shown], **attributes(aria_label="What it does"))


def _place(current: Current, view: View | None) -> Place | None:
    """Where the indicator of a view is written. ProblemsFound for one that is written nowhere."""
    if view is None:
        return None
    name = view.query.name
    places = current.project.places
    if name not in places:
        raise refused(fault("unknown-indicator/asked", hint=suggest(name, places), name=name), VIEW)
    return places[name]


def _file_link(current: Current, name: str, *, is_open: bool) -> html.A:
    first = next((rule for rule, place in current.project.places.items() if place.file == name), None)
    label = name.rpartition("/")[2]
    here = attributes(aria_current="page") if is_open else {}
    return html.A(label, href=f"{PATH}/{first}" if first else f"{PATH}?file={quote(label)}", **here, **attributes(data_name=label))


def register(app: Dash, current: Callable[[], Current], token: str | None) -> None:
    """Start the editor when the page comes, tell it when the project has changed, and answer what it asks the server."""
    routes.register(app.server, current, token)
    for name in (FILES, CHOICE):
        register_growth(app, name)
    for call, source in (("tune", "tune-start"), ("tuneFresh", "tune-fresh")):
        app.clientside_callback(ClientsideFunction("relations", call), Output(source, "storage_type"), Input(source, "data"))
