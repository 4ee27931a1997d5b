"""The first answer: a page as HTML, read before any script has run. Scripts draw its charts, and then Dash's elements take its place."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

from plotly.io.json import to_json_plotly

from dashboard.charts.theme import Name
from dashboard.pages import placed
from dashboard.pages.nodes import as_html, grown
from dashboard.pages.still import LABELLED, Node, changed, classes_of, elements, labelled, text_of

ID = "first"
OWN = ("banner", "brand")
"""Ids in the shell by which scripts find Dash's elements."""
MAIN = f"{ID}-page"
"""The id of the page, for the link that skips what comes before; that of Dash's element is `page`."""


class First(NamedTuple):
    """What a page shows: the title of its window, and its HTML."""

    title: str
    html: str


def first_of(shell: Any, pages: Mapping[Name, Any], title: str) -> First:
    """The first answer with a page in its shell. The `pages` differ only in the colours of their charts, one for each theme; a browser
    takes its own. `title` is that of the project."""
    sent = {theme: grown(json.loads(to_json_plotly(one))) for theme, one in pages.items()}
    nodes = next(iter(sent.values()))
    inside = changed(grown(json.loads(to_json_plotly(shell))), lambda *element: _in_shell(nodes, *element))
    figures = {theme: [one[1] for one in elements(own) if one[0] == "graph"] for theme, own in sent.items()}
    data = json.dumps(figures, separators=(",", ":")).replace("<", "\\u003c")  # the text of a script ends where it says so
    written = "".join(as_html(one, _place, placed) for one in inside)
    heading = text_of([one for one in elements(nodes) if one[0] == "h1"][:1])
    named = title if heading in ("", title) else f"{heading} – {title}"
    return First(named, f'<div id="{ID}">{written}<script type="application/json">{data}</script></div>')


def _in_shell(nodes: list[Node], name: str, named: dict[str, Any], inside: list[Node]) -> Node | None:
    """The elements of the shell without the ids that Dash's have, and with the page."""
    if name == "main":
        return [name, named | {"id": MAIN}, *changed(nodes, _on_page)]
    if named.get("href") == "#page":
        return [name, named | {"href": f"#{MAIN}"}, *inside]
    return [name, _without(named, "id"), *inside] if named.get("id") in OWN else None


def _on_page(name: str, named: dict[str, Any], inside: list[Node]) -> Node | None:
    """The page without what names parts of Dash, and with the headings of cells of tables."""
    if "data-fresh" in named or {"plain", "refusal"} & set(classes_of(named)):
        return [name, _without(named, "id", "data-fresh", "data-address"), *changed(inside, _on_page)]
    return [name, named, *labelled(inside)] if LABELLED & set(classes_of(named)) else None


def _without(named: dict[str, Any], *left_out: str) -> dict[str, Any]:
    return {key: value for key, value in named.items() if key not in left_out}


def _place(graph: dict[str, Any]) -> str:
    """The place of a chart, as `made` in live.js makes it."""
    return f'<div class="{escape(graph.get("className", "graph"))}"></div>'
