"""Long content as plain nodes: written with Dash's html components, sent without them.

Dash watches each of its components, and the cost grows with their square: a table of 400 rows takes a browser seconds, one
of 2,000 half a minute. So a tree of components becomes [element, {attributes}, child, …], without the attributes where there
are none, and `relations.grow` in live.js turns it into elements. Texts become text nodes: nothing in a table is ever read as
HTML. The browser adds what follows from the rest: how links to the web open, and the heading of each cell of a table.
A graph becomes ["graph", {its figure and settings}], which Plotly draws into an empty element; no callback is involved.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from itertools import pairwise
from typing import Any, NamedTuple

import flask
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from markdown_it import MarkdownIt
from markdown_it.token import Token

from dashboard.live import Current
from dashboard.pages import Asked, attributes, rest_of, screen_of
from indicators.problems import Problem, ProblemsFound

ATTRIBUTES = {
    "className": "class",
    "colSpan": "colspan",
    "rowSpan": "rowspan",
    "tabIndex": "tabindex",
    **{name: name for name in ("href", "id", "label", "name", "role", "scope", "selected", "style", "title", "type", "value")},
}
"""Attributes that plain nodes may have, by their names in Dash; in addition to those that begin with aria- and data-."""
ADDED = ("data-label", "rel", "target")
"""Attributes that are left out because the browser adds them."""
NODES = "-nodes"
"""The end of the id of a store that holds what an element will have inside it."""
WITHOUT_ELEMENT = ("Store", "Location")
"""Components that a browser does not show."""

NO_PROPS = vars(html.Br()).keys() - {"children"}
"""What a component has besides its properties. Its own list of them takes most of the time of a page with thousands."""


class FormInput(NamedTuple):
    """An input of a form."""

    attributes: dict[str, str]


def form_input(**named: str) -> Any:
    """A native input, by its attributes; for `plain` only. Dash's own cannot be sent as checked, and always has a callback."""
    return FormInput(named)


def plain(part: Any) -> Any:
    """A component, a text or a list of them as plain nodes. ValueError for an attribute that is not allowed.

    An attribute that is True is written without a value, one that is False not at all.

    >>> plain(html.P(["see ", html.A("this", href="#there", className="on")]))
    ['p', 'see ', ['a', {'class': 'on', 'href': '#there'}, 'this']]
    """
    if type(part) is str:
        return part
    if isinstance(part, FormInput):
        return ["input", part.attributes]
    if isinstance(part, list | tuple):
        return [plain(one) for one in part if one is not None]
    if not isinstance(part, Component):
        return str(part)
    if isinstance(part, dcc.Graph):
        return ["graph", dict(part.to_plotly_json()["props"])]
    props = {name: value for name, value in vars(part).items() if name not in NO_PROPS}
    children = props.pop("children", None)
    inside = children if isinstance(children, list | tuple) else [children]
    named = _attributes(props)
    return [type(part).__name__.lower(), *([named] if named else []), *plain(inside)]


def _attributes(props: Mapping[str, Any]) -> dict[str, str]:
    every = ((name, value) for name, value in sorted(props.items()) if name not in ADDED and value is not False)
    return {_attribute(name): "" if value is True else str(value) for name, value in every}


def _attribute(name: str) -> str:
    if name.startswith(("aria-", "data-")):
        return name
    if name not in ATTRIBUTES:
        raise ValueError(f"plain nodes have no attribute {name!r}; allowed: {', '.join(ATTRIBUTES)}")
    return ATTRIBUTES[name]


VOID = ("br", "hr", "img", "input", "link", "meta", "source")
"""Elements without an end."""


def taken_apart(node: list[Any]) -> tuple[str, dict[str, Any], list[Any]]:
    """The name of a node, its attributes, and what is inside it.

    >>> taken_apart(["p", "see ", ["b", "this"]])
    ('p', {}, ['see ', ['b', 'this']])
    """
    has_attributes = len(node) > 1 and isinstance(node[1], dict)
    return node[0], node[1] if has_attributes else {}, node[2 if has_attributes else 1 :]


ADDRESSES = ("href", "data-address", "data-figure", "data-nodes")
"""Attributes that can have an address of the dashboard."""


def as_html(node: Any, drawn: Callable[[dict[str, Any]], str], placed: Callable[[str], str] | None = None) -> str:
    """A node as text of HTML; `drawn` writes a chart from its properties. In a file links within the dashboard lead nowhere, so their texts
    are left alone. For a page of a server `placed` gives an address as a browser needs it, and the elements are those of `made` in live.js.

    >>> as_html(plain(html.P(["1 < 2 ", html.A("here", href="/there")])), lambda chart: "")
    '<p>1 &lt; 2 <span>here</span></p>'
    >>> as_html(plain(html.A("here", href="/there")), lambda chart: "", lambda path: f"/prefix{path}")
    '<a href="/prefix/there">here</a>'
    """
    if isinstance(node, str):
        return escape(node, quote=False)
    if node[0] == "graph":
        return drawn(node[1])
    name, named, inner = taken_apart(node)
    if placed:
        web = {"rel": "noopener noreferrer", "target": "_blank"} if named.get("href", "").startswith(("https:", "http:")) else {}
        named = {key: placed(value) if key in ADDRESSES else value for key, value in named.items()} | web
    is_inner = not placed and name == "a" and named.get("href", "").startswith("/")
    name = "span" if is_inner else name
    written = "".join(f' {key}="{escape(value)}"' for key, value in named.items() if not (is_inner and key == "href"))
    inside = "".join(as_html(one, drawn, placed) for one in inner)
    return f"<{name}{written}>" if name in VOID else f"<{name}{written}>{inside}</{name}>"


def grown(sent: Any) -> list[Any]:
    """The nodes of a page as it is sent to a browser, in JSON: content that comes in a store stands in its place, and what only holds
    data is left out. ValueError for an attribute that is not allowed.

    >>> grown({"type": "P", "props": {"className": "lead", "children": ["1 < 2", {"type": "Store", "props": {"id": "x"}}]}})
    [['p', {'class': 'lead'}, '1 < 2']]
    """
    return _grown(sent, dict(_stored(sent)))


def _stored(sent: Any) -> Iterator[tuple[str, Any]]:
    """The stores of a page with content: the ids of the elements into which it is put, and its nodes."""
    for one in sent if isinstance(sent, list) else [sent]:
        if isinstance(one, dict):
            props = one["props"]
            if one["type"] == "Store" and str(props["id"]).endswith(NODES):
                yield str(props["id"]).removesuffix(NODES), props["data"]
            yield from _stored(props.get("children"))


def _grown(sent: Any, stored: Mapping[str, Any]) -> list[Any]:
    if isinstance(sent, list):
        return [node for one in sent for node in _grown(one, stored)]
    if not isinstance(sent, dict):
        return [] if sent is None else [str(sent)]
    kind, props = sent["type"], dict(sent["props"])
    if kind in WITHOUT_ELEMENT:
        return []
    if kind == "Graph":
        return [["graph", props]]
    children = props.pop("children", None)
    inside = stored.get(str(props.get("id")), None) or _grown(children, stored)
    return [["a" if kind == "Link" else kind.lower(), _attributes({k: v for k, v in props.items() if v is not None}), *inside]]


def mount_point(name: str, nodes: Any, *, prose: bool = True) -> list[Any]:
    """The element that the content is put into, and its `nodes` as `plain` gives them. `prose`: it is set as running text, in
    lines that are not too long."""
    return [html.Div(id=name, className="plain prose" if prose else "plain"), dcc.Store(id=f"{name}{NODES}", data=nodes)]


def register_growth(app: Dash, name: str) -> None:
    """Make the elements whenever the nodes come or change; `data-grown` is then their number."""
    grow = ClientsideFunction("relations", "grow")
    app.clientside_callback(grow, Output(name, "data-grown"), Input(f"{name}-nodes", "data"), State(name, "id"))


Content = Callable[[Current, Asked], Any]
"""What a page shows for results and an address, as `plain` or `cached` gives it."""


Shown = tuple[Callable[[Current, Asked], html.Div], Callable[[Dash, Callable[[], Current], str | None], None]]


def page_of_nodes(
    name: str,
    path: str,
    content: Content,
    *,
    keys_change: bool = True,
    prose: bool = False,
    also: Callable[[flask.Flask, Callable[[], Current]], None] | None = None,
) -> Shown:
    """The layout of the page at a path, and what registers it: its content is shown again when the numbers change, or with `keys_change`
    the keys of its address. What cannot be shown is refused in words, and what was shown before stays. The ids of its parts begin with
    `name`. `also` adds further addresses to the server."""
    fresh, refusal = f"{name}-fresh", f"{name}-refusal"

    def layout(now: Current, asked: Asked) -> html.Div:
        parts = mount_point(name, content(now, asked), prose=prose)
        alert = html.P(id=refusal, className="refusal", role="alert")
        return html.Div([alert, *parts, dcc.Store(id=fresh)], **attributes(data_fresh=fresh))

    def register(app: Dash, current: Callable[[], Current], token: str | None) -> None:
        if also:
            also(app.server, current)
        register_growth(app, name)
        search = (Input if keys_change else State)("url", "search")
        outputs = Output(f"{name}{NODES}", "data"), Output(refusal, "children")

        @app.callback(*outputs, Input(fresh, "data"), search, State("url", "pathname"), State("screen", "data"), prevent_initial_call=True)
        def show_again(_: int, keys: str | None, at: str, screen: Any) -> Any:
            rest = rest_of(path, at)
            if rest is None:
                return no_update, no_update  # a link was followed: what is asked for belongs to another page
            try:
                return content(current(), Asked(f"{rest}{keys or ''}", screen_of(screen))), ""
            except ProblemsFound as e:
                return no_update, [*refused_words(e), "Below is what was shown before."]

    return layout, register


def refused_words(found: ProblemsFound) -> list[Any]:
    """What is wrong and what to do, with a link to the explanation of each code."""
    return [part for p in found.problems for part in (f"{p.message}; {p.hint} (", code_link(p.code), ") ")]


def web_link(text: Any, address: str) -> Any:
    """A link to an address of the web; the text, or elements, alone where the address is anything else."""
    if address.startswith(("https://", "http://")):
        return html.A(text, href=address, rel="noopener noreferrer", target="_blank")
    return html.Span(text)


def lines_of(links: Iterable[Any]) -> list[Any]:
    """Links, each on its own line."""
    return [part for link in links for part in (html.Br(), link)][1:]


def scrolled(headings: Iterable[Any], rows: Iterable[Iterable[Any]], caption: str = "", *, look: str = "scroll") -> html.Div:
    """A table in a box that scrolls, for `plain` only: its headings, and the cells of each row, which are nodes already, because components
    for hundreds of cells take longer than their texts."""
    head = html.Thead(html.Tr([html.Th(heading, scope="col") for heading in headings]))
    lines = ([["td", *(cell if isinstance(cell, list | tuple) else [cell])] for cell in row] for row in rows)
    body: Any = html.Tbody()
    body.children = [["tr", *line] for line in lines]
    parts = [html.Caption(caption), head, body] if caption else [head, body]
    return html.Div(html.Table(parts), className=look, tabIndex="0")


def state(text: str, name: str) -> html.Span:
    """A state in words, in the look of its name."""
    return html.Span(text, className=f"state {name.replace(' ', '-')}")


def chooser(label: str, key: str, options: Mapping[str, str], chosen: str) -> html.Label:
    """A control of a form that filters: its values, each with its text."""
    named = [html.Option(text, value=value, selected=value == chosen) for value, text in options.items()]
    return html.Label([html.Span(label), html.Select(named, id=f"find-{key}", name=key)], className="field")


def matrix(title: str, headings: Iterable[str], lines: Iterable[list[Any]]) -> html.Div:
    """A small table of numbers whose lines begin with a heading each."""
    head = html.Thead(html.Tr([html.Th(one, scope="col") for one in headings]))
    body = [html.Tr([html.Th(line[0], scope="row"), *map(html.Td, line[1:])]) for line in lines]
    return html.Div(html.Table([html.Caption(title), head, html.Tbody(body)]), className="matrix", tabIndex="0")


def anchor_of(code: str) -> str:
    """The id of a code's explanation on the page Method."""
    return f"code-{code}"


def code_link(code: str) -> html.A:
    """A code as a link to its explanation.

    It is a plain link, not one of Dash, so that on the page Method itself the browser scrolls to the explanation.

    >>> code_link("unknown-key").href
    '/method#code-unknown-key'
    """
    return html.A(html.Code(code), href=f"/method#{anchor_of(code)}", **attributes(aria_label=f"what {code} means"))


def problem_item(problem: Problem) -> html.Li:
    """A problem in a list; the item knows its file and line."""
    place, code = html.Code(str(problem.place)), code_link(problem.code)
    parts: list[Any] = [place, " ", code, f" {problem.message}", html.Br(), html.Small(problem.hint)]
    return html.Li(parts, **attributes(data_file=problem.place.file, data_line=problem.place.line))


# ---- Markdown ----

MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
"""Reads CommonMark and tables. HTML in it stays text."""
DEEPEST = 40
"""Levels of nested elements; what is nested deeper is shown as plain text."""
ELEMENTS = {
    "p": html.P,
    "ul": html.Ul,
    "ol": html.Ol,
    "li": html.Li,
    "blockquote": html.Blockquote,
    "strong": html.Strong,
    "em": html.Em,
    "thead": html.Thead,
    "tbody": html.Tbody,
    "tr": html.Tr,
}


class Part(NamedTuple):
    """A heading of a text, its depth, and the elements up to the next heading; depth 0 and no title before the first heading."""

    depth: int
    title: list[Any]
    blocks: list[Any]


def parts_of(text: str) -> list[Part]:
    """A text in Markdown, split at its headings; there is no part before the first heading where nothing comes before it.

    >>> parts_of("Hello *you*\\n# One\\n## Two")[1:]
    [Part(depth=1, title=['One'], blocks=[]), Part(depth=2, title=['Two'], blocks=[])]
    """
    tokens = MARKDOWN.parse(text)
    starts = [i for i, token in enumerate(tokens) if token.type == "heading_open" and token.level == 0]
    opening = Part(0, [], _elements(tokens[: starts[0]] if starts else tokens))
    parts = [
        Part(int(tokens[start].tag[1]), _elements([tokens[start + 1]]), _elements(tokens[start + 3 : end]))  # opened, title, closed
        for start, end in pairwise([*starts, len(tokens)])
    ]
    return [*([opening] if opening.blocks else []), *parts]


def inline(text: str) -> list[Any]:
    """A line with its code, emphasis and links.

    >>> inline("see `a` and *b*")
    ['see ', Code('a'), ' and ', Em(['b'])]
    """
    return _elements(MARKDOWN.parseInline(text))


def _elements(tokens: Iterable[Token]) -> list[Any]:
    """The elements of tokens, some of which open and close others."""
    opened: list[tuple[Token | None, list[Any]]] = [(None, [])]
    for token in tokens:
        if token.nesting == 1:
            opened.append((token, []))
            continue
        if token.nesting == -1:
            start, inside = opened.pop()
            parts = inside if token.hidden or start is None or len(opened) > DEEPEST else [_element(start, inside)]
        else:
            parts = _leaf(token)
        for one in parts:
            _add(opened[-1][1], one)
    return opened[0][1]


def _add(parts: list[Any], one: Any) -> None:
    """Add a part; a text that follows a text is joined to it."""
    if isinstance(one, str) and parts and isinstance(parts[-1], str):
        parts[-1] += one
    elif one != "":
        parts.append(one)


def _element(token: Token, inside: list[Any]) -> Any:
    """The element of a token: links lead only to the web, tables scroll, a heading inside an element is a bold line."""
    if token.tag == "a":
        return web_link(inside, str(token.attrGet("href")))
    if token.tag == "table":
        return html.Div(html.Table(inside), className="scroll", tabIndex="0")
    if token.tag == "th":
        return html.Th(inside, scope="col")
    if token.tag == "td":
        return html.Td(html.Span(inside) if inside else "")
    return ELEMENTS[token.tag](inside) if token.tag in ELEMENTS else html.P(html.Strong(inside))


def _leaf(token: Token) -> list[Any]:
    """The parts of a token without children; an image is shown as its alternative text."""
    if token.type == "inline":
        return _elements(token.children or [])
    if token.type in ("fence", "code_block"):
        return [html.Pre(html.Code(token.content.removesuffix("\n")))]
    breaks = {"code_inline": html.Code(token.content), "softbreak": " ", "hardbreak": html.Br(), "hr": html.Hr()}
    return [breaks.get(token.type, token.content)]
