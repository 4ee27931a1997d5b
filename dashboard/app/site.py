"""The pages as files that need no server: what a browser would be sent, as HTML, with charts as pictures and links that lead to files."""

import hashlib
import json
import posixpath
import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from dash import html
from plotly.io.json import to_json_plotly

from dashboard.app import PAGES, Page, create_app, page_at
from dashboard.charts.figure import drawing_of
from dashboard.charts.frame import Figure, Size
from dashboard.charts.theme import PALETTES
from dashboard.charts.view import View, parse_view
from dashboard.export.captions import alternative, caption, citation
from dashboard.export.formats import FORMATS, ExportJob, job_of
from dashboard.export.output import PRESETS
from dashboard.live import Current
from dashboard.pages import Asked, Screen, attributes, check, chronology, indicator, kept, rest_of, table, tune
from dashboard.pages.changed import ATOM, FEED, feed
from dashboard.pages.listing.entries import page_of
from dashboard.pages.listing.search import AT_ONCE, Search
from dashboard.pages.nodes import as_html, grown, plain, taken_apart
from dashboard.pages.still import Node, changed, classes_of, elements, still, text_of
from dashboard.words import numbers
from indicators.nouns.definition import called_now

MOST_PAGES = 50
"""Pages of rows that are published of a table."""
MOST_ROWS = 200_000
"""Rows of a table that is published as a file."""
NARROW, DARK = "(max-width: 560px)", "(prefers-color-scheme: dark)"
SCREENS = {
    "": Screen("light"),
    f"screen and {DARK}": Screen("dark"),
    f"screen and {NARROW}": Screen("light", 340),
    f"screen and {NARROW} and {DARK}": Screen("dark", 340),
}
"""The screens for which charts are drawn, by the condition under which a browser takes them; the first is also for paper."""
POLICY = (
    "default-src 'none'; img-src 'self' file:; style-src 'self' file:; style-src-attr 'unsafe-inline'; script-src 'self' file:; "
    "base-uri 'none'; form-action 'none'"
)
"""Nothing outside the folder is asked for. Not every browser takes a folder on a disk for `self`."""
HERE_IS = {"aria_current": "page"}
MEMO = PRESETS["memo"]
HERE = Path(__file__).parent
STYLE, SCRIPT, ICON = "style.css", "find.js", "icon.svg"
ASSETS = {
    STYLE: (HERE.parent / "assets" / "style.css", HERE.parent / "assets" / "brief.css", HERE / "site.css"),
    SCRIPT: (HERE / SCRIPT,),
    ICON: (HERE / ICON,),
}
LEFT_OUT = (check, tune)
"""Pages that only a server can answer."""
TO_SERVER = re.compile(r"/rows\.xlsx|.*[?&](point|year)=")
"""Links within a page that only a server can answer, and that say nothing without it."""


class Drawn(NamedTuple):
    """A picture to draw: its file, the figure, and what makes the file of the SVG that a browser draws."""

    file: str
    figure: Figure
    finished: Callable[[bytes], bytes]


class Written(NamedTuple):
    """A page: its file, its text with marks in the places of links, and the ids of its elements."""

    file: str
    text: str
    ids: frozenset[str]


class Site:
    """The pages of a project as files. `about`: what was published when, as a sentence; `write` is given every file that is no page, and
    `draw` every picture."""

    def __init__(self, now: Current, about: str, write: Callable[[str, bytes], None], draw: Callable[[Drawn], None]) -> None:
        self.now, self.about, self._write, self._draw = now, about, write, draw
        self._client = create_app(lambda: now).server.test_client()
        self._mark, self._links = f"link-{secrets.token_hex(8)}-", list[str]()
        self._pages, self._files, self._rows = dict[str, Written](), set[str](), dict[tuple[str, str], str]()
        self._charts = dict[str, Node]()

    @cached_property
    def addresses(self) -> list[str]:
        results = self.now.results
        fixed = [one.PATH for one in PAGES if one not in LEFT_OUT and (one.IN_NAVIGATION or not one.TAKES_MORE)]
        pillars = [f"/pillar/{one.id}" for one in results.config.pillars]
        rules = [f"{indicator.PATH}{rule.name}" for one in results.definitions.values() for rule in one.rules]
        rows = [
            f"{table.PATH}{quote(name)}" + (f"?page={n}" if n > 1 else "")
            for name, one in results.tables.items()
            if not one.store  # which no page lists
            for n in range(1, min(max(-(-one.rows // AT_ONCE), 1), MOST_PAGES) + 1)
        ]
        return [*fixed, *pillars, *rules, *rows]

    def add(self, address: str) -> None:
        """Make the page at an address. ProblemsFound where it cannot be shown."""
        nodes = self._with_pictures(address)
        if address == chronology.PATH:
            nodes = self._whole_chronology(nodes)
        if (of := rest_of(table.PATH, address.partition("?")[0])) is not None:
            nodes = self._with_rows(unquote(of), address, nodes)
        title = text_of([next(one for one in elements(nodes) if one[0] == "h1")])
        file = file_of(address)
        if address.startswith(indicator.PATH):
            title = numbers.titled(self.now.results.definition(unquote(address.removeprefix(indicator.PATH))))
        ids = frozenset(str(taken_apart(one)[1]["id"]) for one in elements(nodes) if "id" in taken_apart(one)[1])
        self._pages[file] = Written(file, self._document(address, title, nodes), ids | {"page"})

    def finish(self) -> Iterator[tuple[str, bytes]]:
        """All pages with their links, and what they share."""
        news = FEED.lstrip("/")
        self._files |= {*ASSETS, news}
        links = re.compile(rf' (href|src|srcset)="{self._mark}(\d+)"')
        for one in self._pages.values():

            def linked(found: re.Match[str], own: Written = one) -> str:
                to = self._resolved(self._links[int(found[2])], own)
                return f' {found[1]}="{to}"' if to else ""

            yield one.file, links.sub(linked, one.text).encode()
        yield news, feed(self.now, lambda address: self._resolved(address, Written(news, "", frozenset())))
        for name, paths in ASSETS.items():
            yield name, "\n".join(path.read_text(encoding="utf-8") for path in paths).encode()

    # ---- nodes ----

    def _with_pictures(self, address: str) -> list[Node]:
        """The nodes of a page, with each chart drawn for every screen."""
        nodes = self._nodes(address, SCREENS[""])
        graphs = [one for one in elements(nodes) if one[0] == "graph"]
        if not graphs:
            return nodes
        every = {condition: graphs if screen == SCREENS[""] else self._graphs(address, screen) for condition, screen in SCREENS.items()}
        # A picture belongs to its graph, and to no other: what is drawn in the wrong place is a false number.
        alike = {id(own[0][1]): own for own in zip(*every.values(), strict=True)}

        def drawn(name: str, named: dict[str, Any], inside: list[Node]) -> Node | None:
            if name != "graph":
                return None
            figures = {condition: one[1]["figure"] for condition, one in zip(every, alike[id(named)], strict=True)}
            return self._picture({condition: self._small(figure) for condition, figure in figures.items()}, figures[""], "")

        return changed(nodes, drawn)

    def _graphs(self, address: str, screen: Screen) -> list[Node]:
        return [one for one in elements(self._nodes(address, screen)) if one[0] == "graph"]

    def _nodes(self, address: str, screen: Screen) -> list[Node]:
        """The nodes of a page for a screen, without controls; what comes later is in its place, and the chart of a view is a picture."""
        one, asked = self._asked(address)
        assert one is not None, address
        rule = asked if one is indicator else ""
        own = self._chart(parse_view(rule)) if rule else ""
        sent = json.loads(to_json_plotly(one.layout(self.now, Asked(asked, screen))))

        def filled(name: str, named: dict[str, Any], inside: list[Node]) -> Node | None:
            if "data-nodes" in named:
                there = named | {"class": " ".join(one for one in classes_of(named) if one != "later")}
                return [name, there, *changed(self._sent(named["data-nodes"]), filled)]
            if "data-figure" in named:
                return self._chart(parse_view(parse_qs(urlsplit(named["data-figure"]).query)["view"][0]))
            if rule and named.get("id") == "plot":
                return own
            if rule and named.get("id") == "saving":
                return [name, named, *self._saving(parse_view(rule))]
            if rule and name == "header":
                return ["div", {}, [name, named, *inside], *self._rules(rule)]
            is_lost = name == "a" and TO_SERVER.match(named.get("href", ""))
            return "" if is_lost and (self._asked(named["href"])[0] in (one, None)) else None

        return still(changed(grown(sent), filled))

    def _asked(self, address: str) -> tuple[Page | None, str]:
        """The page at an address, and what the address has after that of the page."""
        path, mark, search = address.partition("?")
        known = page_at(path)
        return (known[0], f"{known[1]}{mark}{search}") if known else (None, "")

    def _sent(self, address: str) -> list[Node]:
        """What the application answers to a part of a page that is asked for later."""
        answer = self._client.get(address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.get_data(as_text=True)}")
        return list(json.loads(answer.get_data()))

    def _whole_chronology(self, nodes: list[Node]) -> list[Node]:
        """The chronology with the rows of its other pages, so that a script can look for words in all of them."""
        search = chronology.look_up(self.now, "")
        pages = min(search.pages, MOST_PAGES) if search else 1
        more = [self._nodes(f"{chronology.PATH}?page={n}", SCREENS[""]) for n in range(2, pages + 1)]
        rows = [row for page in more for row in _listed(page)]
        rest = f"The newest {pages * AT_ONCE:,} are listed; the file of the rows has all." if search and search.pages > pages else ""

        def whole(name: str, named: dict[str, Any], inside: list[Node]) -> Node | None:
            if name == "p" and "more-rows" in classes_of(named):
                return ["p", {"class": "place"}, rest]
            return [name, named, *inside, *rows] if name == "tbody" else None

        return _in_list(nodes, whole)

    def _with_rows(self, name: str, address: str, nodes: list[Node]) -> list[Node]:
        """The rows of a table with an id each, to which other pages can lead; with the first ones comes the file of all."""
        search: Search = table.look_up(self.now, self._asked(address)[1])
        keys = iter(search.listing.keys.iloc[page_of(search.found, search.page, AT_ONCE)].tolist())
        if search.page == 1 and len(search.found) <= MOST_ROWS:
            self._give(f"table/{name}.csv", self._client.get(f"/rows.csv?{urlencode({'table': name})}").get_data())

        def with_id(tag: str, named: dict[str, Any], inside: list[Node]) -> Node | None:
            if tag != "tr":
                return None
            key = next(keys)
            self._rows[name, key] = file_of(address)
            return [tag, named | {"id": f"row-{key}"}, *inside]

        return _in_list(nodes, lambda *body: [*body[:2], *changed(body[2], with_id)] if body[0] == "tbody" else None)

    def _rules(self, rule: str) -> list[Node]:
        """Links to the same indicator under its other counting rules."""
        definition = self.now.results.definitions[rule.partition("@")[0]]
        every = [(one.name, numbers.variant_words(one) or "standard") for one in definition.rules]
        links = [html.Strong(text) if name == rule else html.A(text, href=f"{indicator.PATH}{name}") for name, text in every]
        parts = [part for link in links for part in (" · ", link)][1:]
        return [plain(html.P(["Counting rule: ", *parts], className="rules"))] if len(every) > 1 else []

    # ---- pictures ----

    def _job(self, view: View) -> ExportJob:
        view = view.renamed(self.now.results.formerly)
        job = cast("ExportJob", kept(self.now, ("export", view), lambda: job_of(self.now.results, view, MEMO)))
        kept(self.now, ("drawing", job.picture.view), lambda: job.drawing)  # the page of the view takes it, too
        return job

    def _chart(self, view: View) -> Node:
        """The picture of a view as it is exported, and as it is on dark and on narrow screens."""
        if view.text in self._charts:
            return self._charts[view.text]
        job = self._job(view)
        drawing, files = job.drawing, {"": f"charts/{job.name}.svg"}
        self._give_drawn(Drawn(files[""], drawing.figure, lambda svg: FORMATS["svg"].make(job, {"svg": svg})))
        for condition, screen in SCREENS.items():
            if condition:
                size = Size(screen.width, indicator.PLOT_NARROW) if NARROW in condition else MEMO.size
                files[condition] = self._small(drawing_of(job.picture, PALETTES[screen.theme], size).figure)
        node = ["div", {"class": "chart"}, self._picture(files, drawing.figure, alternative(job.picture, drawing.plan))]
        self._charts[view.text] = node
        return node

    def _small(self, figure: Figure) -> str:
        """The file of a picture that is only seen on a page."""
        text = json.dumps(json.loads(to_json_plotly(figure)), sort_keys=True)
        file = f"charts/{hashlib.sha256(text.encode()).hexdigest()[:16]}.svg"
        if file not in self._files:
            self._give_drawn(Drawn(file, json.loads(text), lambda svg: svg))
        return file

    def _picture(self, files: dict[str, str], figure: Figure, words: str) -> Node:
        """A picture for each screen; the narrowest condition comes first, because a browser takes the first that holds. When it prints it
        does not choose again, so that paper has one of its own."""
        others = [["source", {"media": media, "srcset": f"/{file}"}] for media, file in reversed(files.items()) if file != files[""]]
        size = {key: f"{figure['layout'][key]:.0f}" for key in ("width", "height")}
        image = {"src": f"/{files['']}", "alt": words, **size}
        paper = [["img", image | {"class": "on-paper"}]] if others else []
        return ["span", {"class": "picture"}, ["picture", {}, *others, ["img", image]], *paper]

    def _saving(self, view: View) -> list[Node]:
        """The files of a chart, its code and terms, and the texts that a memo needs with it."""
        job = self._job(view)
        self._give(f"charts/{job.name}.csv", FORMATS["csv"].make(job, {}))
        links = [html.A(text, href=f"/charts/{job.name}.{form}") for form, text in (("svg", "Picture (SVG)"), ("csv", "Numbers (CSV)"))]
        terms = (job.picture.licence or "Reuse: see each source's terms").rstrip(".")
        texts = {
            "Caption": caption(job.picture),
            "Citation": citation(job.picture, job.record["sources"], job.made_on).strip(),
            "Alternative text": alternative(job.picture, job.drawing.plan),
        }
        pairs = html.Dl([html.Div([html.Dt(heading), html.Dd(text)]) for heading, text in texts.items()])
        code = f"Code of these numbers: {job.picture.code}; it is in the picture, after the view. {terms}."
        return plain(
            [
                html.P([links[0], " · ", links[1]], className="files-of"),
                html.P(code, className="place"),
                html.Details([html.Summary("Caption, citation and alternative text"), pairs]),
            ]
        )

    def _give(self, file: str, data: bytes) -> None:
        self._files.add(file)
        self._write(file, data)

    def _give_drawn(self, one: Drawn) -> None:
        self._files.add(one.file)
        self._draw(one)

    # ---- documents ----

    def _document(self, address: str, title: str, nodes: list[Node]) -> str:
        config = self.now.results.config
        named = title if config.title in title else f"{title} – {config.title}"
        pages = [one for one in PAGES if one.IN_NAVIGATION and one not in LEFT_OUT]
        links = [html.A(one.TITLE, href=one.PATH, **attributes(**HERE_IS if address == one.PATH else {})) for one in pages]
        shell = [
            html.A("Skip to content", href="#page", className="skip"),
            html.Nav([html.A(config.title, href="/", className="brand"), *links], **attributes(aria_label="Pages")),
            html.Main([], id="page", tabIndex="-1"),
            html.Footer([html.P([self.about, " ", html.A("How this is counted", href="/method"), "."])], className="published"),
        ]
        skip, nav, main, foot = plain(shell)
        body = self._marked([skip, nav, [*main, *nodes], foot])
        script = [["script", {"src": f"/{SCRIPT}", "defer": ""}]] if address == chronology.PATH else []
        head = [
            ["meta", {"charset": "utf-8"}],
            ["meta", {"http-equiv": "Content-Security-Policy", "content": POLICY}],
            ["meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}],
            ["meta", {"name": "color-scheme", "content": "light dark"}],
            ["title", {}, named],
            ["link", {"rel": "icon", "href": f"/{ICON}"}],
            ["link", {"rel": "alternate", "type": ATOM, "title": "What changed", "href": FEED}],
            ["link", {"rel": "stylesheet", "href": f"/{STYLE}"}],
            *script,
        ]
        parts = [_text(["head", {}, *self._marked(head)]), _text(["body", {}, *body])]
        return "\n".join(["<!DOCTYPE html>", '<html lang="en">', *parts, "</html>", ""])

    def _marked(self, nodes: Iterable[Node]) -> list[Node]:
        """The nodes with marks in the places of addresses; links to the web open a page of their own."""

        def marked(name: str, named: dict[str, Any], inside: list[Node]) -> Node | None:
            own = {key: self._marks(value) for key, value in named.items() if key in ("href", "src", "srcset") and value[:1] in ("/", "#")}
            web = {"rel": "noopener noreferrer", "target": "_blank"} if str(named.get("href", "")).startswith(("https:", "http:")) else {}
            return [name, named | own | web, *self._marked(inside)] if own or web else None

        return changed(nodes, marked)

    def _marks(self, address: str) -> str:
        self._links.append(address)
        return f"{self._mark}{len(self._links) - 1}"

    # ---- links ----

    def _resolved(self, address: str, own: Written) -> str | None:
        """Where a link leads from a page; None where nothing is published there."""
        parts = urlsplit(address)
        if not parts.path:
            return address if unquote(parts.fragment) in own.ids else None
        file = unquote(parts.path).lstrip("/")
        fragment = unquote(parts.fragment)
        if file not in self._files:
            keys = {key: values[0] for key, values in parse_qs(parts.query).items()}
            file, fragment = self._target(unquote(parts.path), keys, fragment, own)
        if file not in self._pages.keys() | self._files:
            return None
        there = self._pages.get(file)
        is_known = there is not None and (fragment in there.ids or fragment.startswith(FIND))
        way = posixpath.relpath(file, posixpath.dirname(own.file) or ".")
        return quote(way, safe="/@") + (f"#{quote(fragment, safe='=')}" if fragment and is_known else "")

    def _target(self, path: str, keys: dict[str, str], fragment: str, own: Written) -> tuple[str, str]:
        """The file that is nearest to an address, "" where there is none, and the part of it that is meant."""
        if path.startswith(indicator.PATH):
            file, keys = self._of_indicator(path.removeprefix(indicator.PATH), keys)
        elif path == "/rows.csv":
            return f"table/{keys['table']}.csv", ""
        elif path.startswith(table.PATH) and "row" in keys:
            return self._rows.get((path.removeprefix(table.PATH), keys["row"]), ""), f"row-{keys['row']}"
        else:
            number = keys.pop("page", "")
            file = file_of(f"{path}?page={number}" if number else path)
        if path == chronology.PATH and file != own.file:
            return file, f"{FIND}{keys['q']}" if "q" in keys else ""
        narrower = keys and (file == own.file or path.startswith(table.PATH))
        return ("" if narrower else file), fragment

    def _of_indicator(self, rest: str, keys: dict[str, str]) -> tuple[str, dict[str, str]]:
        """The file of an indicator under the rule that is meant, and what else the address says."""
        variant = keys.pop("variant", "")
        name = called_now(f"{rest}@{variant}" if variant and "@" not in rest else rest, self.now.results.formerly)
        files = [file_of(f"{indicator.PATH}{one}") for one in (name, name.partition("@")[0])]
        return next((file for file in files if file in self._pages), ""), keys


FIND = "find="
"""The beginning of the part of an address that says which words are looked for in the chronology."""


def _in_list(nodes: list[Node], change: Callable[[str, dict[str, Any], list[Node]], Node | None]) -> list[Node]:
    """The nodes of a page with a list of rows, changed in that list and below it."""

    def inside_list(name: str, named: dict[str, Any], inside: list[Node]) -> Node | None:
        if "listed" in classes_of(named):
            return [name, named, *changed(inside, change)]
        return change(name, named, inside) if name == "p" else None

    return changed(nodes, inside_list)


def _listed(nodes: list[Node]) -> list[Node]:
    """The rows of the list of a page."""
    lists = [one for one in elements(nodes) if "listed" in classes_of(taken_apart(one)[1])]
    return [row for one in lists for body in elements([one]) if body[0] == "tbody" for row in taken_apart(body)[2]]


def file_of(address: str) -> str:
    """The file of the page at an address.

    >>> file_of("/"), file_of("/table/guns?page=2"), file_of("/indicator/balls@summer")
    ('index.html', 'table/guns-2.html', 'indicator/balls@summer.html')
    """
    path, _, search = address.partition("?")
    number = parse_qs(search).get("page", ["1"])[0]
    name = unquote(path).strip("/") or "index"
    return f"{name}-{number}.html" if number != "1" else f"{name}.html"


def _text(node: Node) -> str:
    def undrawn(graph: dict[str, Any]) -> str:
        raise ValueError("a chart has no picture")

    return as_html(node, undrawn)
