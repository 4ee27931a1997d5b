"""A table: what it holds, its terms and notes, and its rows with search and filters."""

from typing import Any
from urllib.parse import quote

from dash import html

from dashboard.live import Current
from dashboard.pages import Asked
from dashboard.pages.chronology import PATH as CHRONOLOGY
from dashboard.pages.listing import content, search_at
from dashboard.pages.listing.search import Search, coded_notes
from dashboard.pages.nodes import page_of_nodes, plain, web_link
from indicators.compute.listing import chronology_of
from indicators.problems import Place, fault, refused
from indicators.suggestions import suggest

PATH = "/table/"
TITLE = "Table"
IN_NAVIGATION, TAKES_MORE = False, True
CONTENT = "table"


def look_up(now: Current, rest: str) -> Search:
    """What an address looks for in which table. ProblemsFound where there is no such table, or where it makes no sense."""
    name = rest.partition("?")[0]
    if name not in now.results.tables:
        raise refused(fault("unknown-table", hint=suggest(name, now.results.tables), table=name), Place("address"))
    return search_at(now, name, f"{PATH}{quote(name)}", rest)


def _nodes(now: Current, asked: Asked) -> Any:
    search = look_up(now, asked.rest)
    return plain([_head(now, search), *content(now, search, as_acts=False)])


layout, register = page_of_nodes(CONTENT, PATH, _nodes)


def _head(now: Current, search: Search) -> html.Header:
    resource = search.resource
    crumbs = html.P([html.A("Method", href="/method"), " › ", html.A("Tables", href="/method#all-tables"), " ›"], className="crumbs")
    notes = [*resource.relations.notes, *(one.note for one in resource.relations.notes_on), *coded_notes(search.listing)]
    read = [html.Details([html.Summary(f"Read before quoting ({len(notes)})"), html.Ul(list(map(html.Li, notes)))], id="table-notes")]
    own = [part for one in resource.licenses for part in ("; ", web_link(one.title or one.name, one.path))][1:]
    terms = own or [now.results.config.licence]
    makers = [part for one in resource.sources for part in ("; ", web_link(one.title, one.path))][1:]
    licence = ["Licence: ", *terms, "."] if terms != [""] else []
    facts = html.P([*(["From: ", *makers, ". "] if makers else []), *licence], className="place")
    events = html.P(html.A("The same rows as a chronology", href=CHRONOLOGY)) if chronology_of(now.results) == resource.name else None
    lead = html.P(resource.description, className="lead") if resource.description else None
    parts = [crumbs, html.H1(resource.title), lead, facts, *(read if notes else []), events]
    return html.Header([part for part in parts if part is not None])
