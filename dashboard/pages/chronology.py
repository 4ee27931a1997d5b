"""The chronology: all events, newest first, with search and filters, cooperation and friction over time, and who to whom about what."""

from typing import Any

from dash import html

from dashboard.live import Current
from dashboard.pages import Asked
from dashboard.pages.listing import content, register_files, search_at
from dashboard.pages.listing.search import Search
from dashboard.pages.nodes import page_of_nodes, plain
from indicators.compute.listing import chronology_of
from indicators.problems import Place, fault, refused

PATH = "/chronology"
TITLE = "Chronology"
IN_NAVIGATION, TAKES_MORE = True, True
CONTENT = "chronology"


def look_up(now: Current, rest: str) -> Search | None:
    """What an address looks for; None where the project has no events. ProblemsFound where it makes no sense."""
    path, _, _ = rest.partition("?")
    table = chronology_of(now.results)
    if path:
        hint = f"{PATH} shows one table; the page Method lists all of them"
        raise refused(fault("unknown-table", hint=hint, table=path), Place("address"))
    if table and table not in now.results.tables:  # never another table in its place
        hint = "the problems above say what is wrong with it; config.yaml names it under chronology"
        raise refused(fault("unknown-table/reference", hint=hint, table=table), Place("address"))
    return search_at(now, table, PATH, rest) if table else None


def _nodes(now: Current, asked: Asked) -> Any:
    search = look_up(now, asked.rest)
    if search is None:
        return plain([html.H1(TITLE), html.P("This project has no table of events.", className="lead")])
    resource = search.resource
    about: list[Any] = [
        html.A("notes and all columns", href=f"/table/{resource.name}"),
        ". Numbers say what was found, not all that happened.",
    ]
    head = html.Header([html.H1(TITLE), html.P([f"{resource.title}: ", *about], className="lead")])
    return plain([head, *content(now, search, as_acts=True)])


layout, register = page_of_nodes(CONTENT, PATH, _nodes, also=register_files)
