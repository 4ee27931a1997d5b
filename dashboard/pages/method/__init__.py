"""How every number is made: definitions, operations, coverage, tables, sources, corrections, codebook and problems, on one page."""

from typing import Any

from dash import html

from dashboard.live import Current
from dashboard.pages import Asked, attributes, cached, keys_of
from dashboard.pages.method.rules import definitions_section, operations_section, problems_section, with_composites
from dashboard.pages.method.tables import coverage_section, records_section, sources_section, strips_of, tables_section
from dashboard.pages.nodes import page_of_nodes, plain
from indicators.nouns.series import Results

PATH = "/method"
TITLE = "Method"
IN_NAVIGATION, TAKES_MORE = True, False
CONTENT = "method-content"


def look_up(now: Current, rest: str) -> None:
    """ProblemsFound for an address with keys: the page has none."""
    keys_of(rest)


def _nodes(now: Current, asked: Asked) -> Any:
    """The content, kept as it is sent."""
    look_up(now, asked.rest)
    return cached(now, "method", lambda: plain(content(now.results)))


layout, register = page_of_nodes(CONTENT, PATH, _nodes, keys_change=TAKES_MORE, prose=True)


def content(results: Results) -> list[Any]:
    """Heading, table of contents and sections, as components."""
    lead = "What every number counts and how it is computed, how complete the collection is, and where each row comes from."
    sections = [
        definitions_section(results),
        operations_section(results),
        coverage_section(results),
        tables_section(results),
        sources_section(results),
        records_section(results),
        problems_section(),
    ]
    return [html.Header([html.H1(TITLE), html.P(lead, className="lead")]), _contents(results), *sections]


def _contents(results: Results) -> html.Nav:
    """The contents of the page, with a link to each part."""
    coverage = [(results.tables[name].resource.title, f"coverage-{name}") for name in strips_of(results)]
    tables = [(table.resource.title, f"table-{name}") for name, table in results.tables.items()]
    lines = [
        html.Li([_line("Definitions", "all-definitions", []), html.Ul([html.Li(line) for line in _pillars(results)])]),
        html.Li(_line("Operations", "all-operations", [])),
        html.Li(_line("Coverage", "all-coverage", coverage)),
        html.Li(_line("Tables", "all-tables", tables)),
        html.Li(_line("Sources", "all-sources", [])),
        html.Li(_line("Corrections and codebook", "all-records", [])),
        html.Li(_line("Problems", "all-problems", [])),
    ]
    return html.Nav([html.Ul(lines)], className="contents", **attributes(aria_label="On this page"))


def _pillars(results: Results) -> list[html.Span]:
    own = [(p, [(d.title, d.id) for d in results.definitions.values() if d.pillar == p.id]) for p in with_composites(results)]
    return [_line(pillar.title, f"pillar-{pillar.id}", parts) for pillar, parts in own if parts]


def _line(title: str, anchor: str, parts: list[tuple[str, str]]) -> html.Span:
    links: list[Any] = [html.A(title, href=f"#{anchor}", className="to")]
    for i, (name, where) in enumerate(parts):
        links += [" · " if i else ": ", html.A(name, href=f"#{where}")]
    return html.Span(links)
