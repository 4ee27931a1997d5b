"""Tune: the YAML of a definition file beside what it does to the numbers, before anything is saved."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from dash import ClientsideFunction, Dash, Input, Output, dcc, html

from dashboard.charts.picture import Size
from dashboard.charts.theme import SMALL_CONFIG
from dashboard.charts.view import VIEW, View, parse_view
from dashboard.live import Current
from dashboard.pages import Screen, attributes
from dashboard.pages.nodes import grown, plain, problem_item, register_growth
from dashboard.pages.rows import row_tables
from dashboard.pages.tune.editing import files_of
from dashboard.pages.tune.preview import Side, Trial, mark_changed, rows_moved, sides
from dashboard.words import numbers
from dashboard.words.differences import changed_words, sections, summary
from indicators.differences import Difference
from indicators.nouns.series import REASONS
from indicators.problems import Place, fault, refused, suggest

PATH = "/tune"
TITLE = "Tune"
FILES, CHOICE = "tune-files", "tune-choice"
AGAINST = {"shown": "what pages show", "commit": "the last commit"}
"""States that a text can be compared with, by what the page calls them."""
EDITOR = Path(__file__).parents[2] / "editor" / "yaml-editor.js"
PLOT = 150
MOST = 40
"""Rows gained or lost that are shown."""


def layout(current: Current, asked: str, token: str | None) -> html.Div:
    """The page for what an address asks (a view, or ?file= and a name): the file in which its indicator stands, the first one
    where nothing is named. `token`: lets the page save; without it the page previews and offers the text to copy."""
    names = files_of(current.project.root, current.results.config.definitions)
    if not names:
        raise refused(fault("missing-file/no-definitions", hint="relations new makes a project that has some"), VIEW)
    view = parse_view(asked) if asked.partition("?")[0] else None
    place = _place(current, view)
    file = place.file if place else _named(names, next(iter(parse_qs(asked.partition("?")[2]).get("file", [])), ""))
    start = {"file": file, "line": place.line if place else 1, "view": view.text if view else "", "token": token, "editor": _editor()}
    start |= {"files": names, "project": hashlib.sha256(str(current.project.root.resolve()).encode()).hexdigest()[:12]}
    files = html.Ul([html.Li(_file_link(current, name, is_open=name == file)) for name in names], className="files")
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
    choice: list[Any] = [
        "label",
        "Compare with ",
        ["select", {"id": "tune-against"}, *[["option", {"value": k}, v] for k, v in AGAINST.items()]],
    ]
    shown = html.Div(html.P("computing…", className="place"), id="tune-outcome", className="plain prose")
    return html.Section([*grown(CHOICE, [["p", choice]], prose=False), shown], **attributes(aria_label="What it does"))


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


def register(app: Dash) -> None:
    """Start the editor when the page comes, and tell it when the project has changed."""
    for name in (FILES, CHOICE):
        register_growth(app, name)
    for call, source in (("tune", "tune-start"), ("tuneFresh", "tune-fresh")):
        app.clientside_callback(ClientsideFunction("relations", call), Output(source, "storage_type"), Input(source, "data"))


# ---- what a text does ----


def outcome(trial: Trial, view: View | None, screen: Screen) -> list[Any]:
    """What a text does, as plain nodes: problems, numbers that change, the indicator before and after, rows that come and go."""
    told = [html.Ul([problem_item(p) for p in trial.problems], className="problems")] if trial.problems else []
    told += [html.Ul([problem_item(p) for p in trial.warnings], className="problems doubts")] if trial.warnings else []
    named = view.query.name if view else ""
    others = [_section(title, [(name, words) for name, words in lines if name != named]) for title, lines in sections(trial.compared)]
    pictures = _pictures(trial, view, screen) if view else []
    headline = html.P(html.Strong(f"Against {trial.earlier.name}: {summary(trial.compared)}."), className="summary")
    found: list[Any] = plain([*told, headline, *pictures, *(part for part in others if part)])
    return found


def _section(title: str, lines: list[tuple[str, str]]) -> Any:
    """Indicators that the text touches beside the one that is shown."""
    if not lines:
        return None
    items = [html.Li([html.A(name, href=f"{PATH}/{name}"), f": {words}"]) for name, words in lines]
    return html.Details([html.Summary(f"{title}: {len(lines)}"), html.Ul(items)], id=f"tune-{title.replace(' ', '-')}")


def _pictures(trial: Trial, view: View, screen: Screen) -> list[Any]:
    quiet = replace(view, annotations="off")  # room for both charts above each other
    before, after = sides(trial, quiet, screen.palette, Size(screen.width, PLOT))
    either = after.series or before.series
    if either is None:
        return [html.P(f"No chart: {after.why}.")]
    heading = html.H2(numbers.titled(either.definition))
    if after.figure is None:
        lost = "with faults it cannot be computed; pages keep its last good numbers" if trial.problems else after.why
        return [heading, html.P(f"With this text: {lost}."), *_drawn("Before", before)]
    if before.figure is None:
        was = next((d.was for d in trial.compared.of_kind("renamed") if d.name == either.definition.name), "")
        told = f"Renamed, with the same numbers; it was {was}." if was else "This one is new."
        return [heading, html.P(told), *_drawn("With this text", after)]
    one = next((d for d in trial.compared.of_kind("changed") if d.name == either.definition.name), None)
    if one is None:
        return [heading, html.P("The numbers of this one stay."), *_drawn("With this text", after)]
    mark_changed((before.figure, after.figure), one.periods, screen.palette)
    said = [html.P(changed_words(one)), *_emptied(after), *_key(one)]
    return [heading, *said, *_drawn("With this text", after), *_drawn("Before", before), *_moved(trial, before, after)]


def _key(one: Difference) -> list[html.P]:
    """What the marks above both plots are."""
    mark = html.Span(className="changed-key", **attributes(aria_hidden="true"))
    return [html.P([mark, "above the plots: the periods that change"])] if one.periods else []


def _emptied(side: Side) -> list[html.P]:
    """Why a chart has no mark."""
    assert side.series
    values = side.series.values
    if not len(values) or values["value"].notna().any():
        return []
    commonest = values["why"].map(REASONS).value_counts().index[0]
    return [html.P(f"No period has a value; mostly since {commonest}.")]


def _drawn(heading: str, side: Side) -> list[Any]:
    shown = html.Div(dcc.Graph(figure=side.figure, config=SMALL_CONFIG), className="chart", role="img", **attributes(aria_label=heading))
    return [html.H3(heading), shown]


def _moved(trial: Trial, before: Side, after: Side) -> list[Any]:
    came, went = rows_moved(before, after)
    found: list[Any] = []
    for word, ids, state, side in (("gained", came, trial.results, after), ("lost", went, trial.earlier.results, before)):
        if ids and side.series:
            rest = f", of which {MOST} are shown" if len(ids) > MOST else ""
            heading = html.Summary(f"Rows {word}: {len(ids)}{rest}")
            found.append(html.Details([heading, *row_tables(state, side.series, ids[:MOST])], id=f"tune-rows-{word}"))
    return found
