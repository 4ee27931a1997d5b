"""A page without a server, as nodes: without controls, with what waits for a script in its place, and with what the browser adds."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dashboard.pages.nodes import taken_apart

CONTROLS = {"form", "button", "input", "select", "datalist"}
LIVE = {"choose", "editing", "how-to", "sheet", "own-recipe", "pairs"}
"""Classes and ids of what only a server can do, or that only helps those who edit the project."""
HEADINGS = {"h1", "h2", "h3", "summary", "caption"}
"""Elements that say nothing by themselves."""
VANISHING = {"p", "section", "details", "ul"}
"""Elements that are left out where they say nothing."""
FULL = {"graph", "img"}
LABELLED = {"scroll", "standing"}
"""Classes of the boxes whose tables are cards on small screens."""
Node = Any
"""An element, or a text."""


def still(nodes: Iterable[Node]) -> list[Node]:
    """The nodes without controls, and without what is empty or only a heading then. What a script would open is open.

    >>> still([["p", ["button", "Save"]], ["details", ["summary", "Options"], ["form", ["input"]]], ["p", {"data-x": "1"}, "as of"]])
    [['p', {}, 'as of']]
    """
    return [one for node in nodes for one in _still(node)]


def _still(node: Node) -> Iterator[Node]:
    if isinstance(node, str):
        yield node
        return
    name, named, inside = taken_apart(node)
    if name in CONTROLS or LIVE & {*str(named.get("class", named.get("className", ""))).split(), named.get("id")}:
        return
    if name == "graph":
        yield node
        return
    left = still(inside)
    is_bare = not left if inside else False
    if is_bare or (name in VANISHING and not any(map(_says, left))):
        return
    kept = {key: value for key, value in named.items() if not key.startswith("data-")}
    opened = {"open": ""} if "data-open" in named else {}
    yield [name, kept | opened, *(labelled(left) if LABELLED & set(classes_of(named)) else left)]


def classes_of(named: dict[str, Any]) -> list[str]:
    """The classes among the attributes of an element."""
    return str(named.get("class", "")).split()


def _says(node: Node) -> bool:
    """Whether a node shows more than a heading."""
    if isinstance(node, str):
        return bool(node.strip())
    name, _, inside = taken_apart(node)
    return name in FULL or (name not in HEADINGS and any(map(_says, inside)))


def text_of(nodes: Iterable[Node]) -> str:
    """All texts of nodes."""
    return "".join(node if isinstance(node, str) else text_of(taken_apart(node)[2]) for node in nodes if node and node[0] != "graph")


def elements(nodes: Iterable[Node]) -> Iterator[Node]:
    """All elements of nodes, a graph too, in the order of the page."""
    for node in nodes:
        if not isinstance(node, str):
            yield node
            if node[0] != "graph":
                yield from elements(taken_apart(node)[2])


def changed(nodes: Iterable[Node], change: Callable[[str, dict[str, Any], list[Node]], Node | None]) -> list[Node]:
    """The nodes, with others for the elements for which `change` gives one, by name, attributes and what is inside."""

    def one(node: Node) -> Node:
        if isinstance(node, str):
            return node
        name, named, inside = taken_apart(node)
        new = change(name, named, inside)
        if new is not None:
            return new
        return node if name == "graph" else [name, named, *map(one, inside)]

    return [one(node) for node in nodes]


def labelled(nodes: Iterable[Node]) -> list[Node]:
    """Tables whose cells know their heading: on small screens rows are cards."""

    def label(name: str, named: dict[str, Any], inside: list[Node]) -> Node | None:
        if name != "table":
            return None
        heads = [text_of([one]) for one in elements(inside) if one[0] == "th" and taken_apart(one)[1].get("scope") == "col"]
        return [name, named, *changed(inside, lambda *line: _line(heads, *line))]

    return changed(nodes, label)


def _line(heads: list[str], name: str, named: dict[str, Any], inside: list[Node]) -> Node | None:
    if name != "tr" or any(one[0] == "th" and taken_apart(one)[1].get("scope") == "col" for one in inside):
        return None
    cells = []
    for one, head in zip(inside, [*heads, *[""] * len(inside)], strict=False):
        cell, attributes, text = taken_apart(one)
        cells.append([cell, attributes | {"data-label": head}, *text])
    return [name, named, *cells]
