"""What changed: numbers, rows and due dates since the last change of the data, a day or a revision; a block of them, and a feed."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import flask
from dash import html
from plotly.io.json import to_json_plotly

from dashboard.live import Current
from dashboard.pages import Asked, add_address, attributes, cached, kept, keys_of
from dashboard.pages.nodes import form_input, page_of_nodes, plain, refused_words, scrolled
from dashboard.words import changed as words
from dashboard.words.changed import Changed, Item, changed_since, entries, id_of, midnight
from indicators.nouns.series import Results
from indicators.problems import ProblemsFound

PATH = "/changed"
TITLE = "What changed"
IN_NAVIGATION, TAKES_MORE = False, False
CONTENT = "changed"
BLOCK, FEED = "/changed/block", "/changes.atom"
ATOM = "application/atom+xml"
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML file can hold, however it is written."""
MOST_NUMBERS, MOST_DUE, MOST_ITEMS, MOST_ROWS = 2, 1, 4, 300
"""Items of the block: indicators, due dates, and all with those of tables; rows of a table on the page."""
BY_DAY = "Rows are listed by their own day; only where it says so, by the day on which they were recorded."
HINT = "A day (2026-10-01) or, where the project is under git, a revision (HEAD~3). Empty: before the last change of the data."


def look_up(now: Current, rest: str) -> str:
    """Since when. ProblemsFound for other keys."""
    return keys_of(rest, "since").get("since", "")


def _nodes(now: Current, asked: Asked) -> Any:
    since = look_up(now, asked.rest)
    return cached(now, (CONTENT, since), lambda: plain(_shown(now, since)))


def _add_addresses(server: flask.Flask, current: Callable[[], Current]) -> None:
    """Add those of the block and the feed."""
    add_address(server, "GET", BLOCK, lambda: flask.Response(to_json_plotly(_block(current())), mimetype="application/json"))

    def feed_of_changes() -> flask.Response:
        asked = flask.request
        text = feed(current(), lambda address: f"{asked.url_root.rstrip('/')}{address}", asked.base_url)
        answer = flask.Response(text, mimetype=ATOM, headers={"Cache-Control": "no-cache"})
        answer.add_etag()
        answer.make_conditional(asked)
        return answer

    add_address(server, "GET", FEED, feed_of_changes)


layout, register = page_of_nodes(CONTENT, PATH, _nodes, keys_change=TAKES_MORE, also=_add_addresses)


def feed(now: Current, address_of: Callable[[str], str | None], own: str | None = None) -> bytes:
    """The changes of the default page as Atom 1.0 (RFC 4287). `address_of` an address of the dashboard: where readers find it; `own`: the
    address of the feed. Nothing in it depends on when it is asked for."""
    config = now.results.config
    found = kept(now, FEED, lambda: entries(_found(now, ""), now.results))
    updated = found[0].updated if found else midnight(config.today)
    root = ElementTree.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})
    _add(root, "id", id_of("feed", config.title, [side.code for side in config.sides]))
    _add(root, "title", f"{config.title}: {TITLE.lower()}")
    _add(root, "updated", updated.isoformat())
    _add(_add(root, "author"), "name", config.title)
    _add(root, "link", rel="self", type=ATOM, href=own) if own else None
    _link(root, address_of(PATH))
    for one in found:
        entry = _add(root, "entry")
        for tag, text in (("id", one.id), ("title", one.title), ("updated", one.updated.isoformat())):
            _add(entry, tag, text)
        _add(entry, "content", one.text or one.title, type="text")
        _link(entry, address_of(one.address))
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _add(to: ElementTree.Element, tag: str, text: str = "", **named: str) -> ElementTree.Element:
    one = ElementTree.SubElement(to, tag, {key: NOT_IN_XML.sub("�", value) for key, value in named.items()})
    one.text = NOT_IN_XML.sub("�", text)
    return one


def _link(to: ElementTree.Element, href: str | None) -> None:
    if href:
        _add(to, "link", rel="alternate", type="text/html", href=href)


def _found(now: Current, since: str) -> Changed:
    return kept(now, ("changed since", since), lambda: changed_since(now.project, now.results, since))


def _shown(now: Current, since: str) -> list[Any]:
    try:
        return _content(now, _found(now, since), since)
    except ProblemsFound as e:
        return [html.H1(TITLE), html.P(refused_words(e), className="refusal", role="alert"), _chooser(since)]


def _chooser(since: str) -> html.Form:
    described = {"aria-describedby": "since-hint"}
    box = form_input(type="text", id="since", name="since", value=since, size="18", autocomplete="off", **described)
    hint = html.Span(HINT, id="since-hint", className="why")
    return html.Form([html.Label(["Since ", box]), html.Button("Show", type="submit"), hint], className="filters")


def _content(now: Current, changed: Changed, since: str) -> list[Any]:
    what, lead = ("changed", "") if changed.revision else ("since", BY_DAY)
    counted = words.row_counts(changed, now.results)
    numbers = [_section("Numbers", map(_linked, words.number_items(changed)), "No number changed.")] if changed.revision else []
    passed = [f"{one.text}: {one.title}" for one in words.passed_items(changed.passed)]
    return [
        html.Header([html.H1(changed.title), html.P(lead, className="lead"), _chooser(since)]),
        *numbers,
        html.Section([html.H2(f"Rows {what}"), *(_rows(changed, now.results, one) for one in counted), "" if counted else "No row."]),
        _section("Due since", passed, "Nothing."),
    ]


def _section(title: str, items: Iterable[Any], empty: str) -> html.Section:
    listed = [html.Li(item) for item in items]
    return html.Section([html.H2(title), html.Ul(listed) if listed else html.P(empty)])


def _linked(one: Item) -> list[Any]:
    href = f"/indicator/{one.indicator}" if one.indicator else f"/table/{quote(one.table)}" if one.table else ""
    return [html.A(one.title, href=href) if href else one.title, f": {one.text}"]


def _rows(changed: Changed, results: Results, one: Item) -> html.Details:
    listed = list(words.rows_in_words(changed, results, one.table))
    more = [html.P(f"The first {MOST_ROWS} of {len(listed):,} rows are shown.")] if len(listed) > MOST_ROWS else []
    cells = ([html.Code(row.partition(":")[2] or row), text] for row, text in listed[:MOST_ROWS])
    table = [html.P(html.A("The whole table", href=f"/table/{quote(one.table)}"))] if one.table in results.tables else []
    inside = [*more, scrolled(("row", "what changed"), cells), *table]
    return html.Details([html.Summary(f"{one.title}: {one.text}"), *inside], id=f"rows-{one.table}")


def _block(now: Current) -> Any:
    """The block on the overview: what moved, which rows came, what was due, and the way to the rest."""
    changed = _found(now, "")
    items: list[Any] = []
    moved = [one for one in (changed.numbers.of_kind("changed") if changed.numbers else ()) if "@" not in one.name]
    for one in moved[:MOST_NUMBERS]:
        assert one.now
        items.append(_linked(Item(one.now.definition.title, words.newest_words(one), one.name)))
    more = len(moved) - MOST_NUMBERS
    items += [f"and {more} more {'indicators' if more > 1 else 'indicator'}"] if more > 0 else []
    items += [f"Due {one.text}: {one.title}" for one in words.passed_items(changed.passed)[:MOST_DUE]]
    items += [_linked(one) for one in words.row_counts(changed, now.results)[: MOST_ITEMS - len(items)]]
    listed = [html.Ul(list(map(html.Li, items)))] if items else [html.P("Nothing.", className="place")]
    since = changed.title.partition(" (")[0]  # the page has the revision
    links = [html.A("All that changed", href=PATH), html.A("Feed", href=FEED, **attributes(data_file="atom"))]
    return plain([html.H2([since, *links]), *listed])


def place() -> html.Section:
    """Where the block will be on the overview: it is asked for when the page is there."""
    waiting = [html.H2(TITLE), html.P("…", className="place")]
    return html.Section(waiting, className="changed later", **attributes(data_nodes=BLOCK))
