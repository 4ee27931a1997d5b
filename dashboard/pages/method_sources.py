"""Every source with the rows that rest on it; the corrections made to the data; the project's own documents."""

from collections.abc import Iterable
from typing import Any

from dash import html

from dashboard.pages.markdown import Part, blocks, inline, parts_of
from dashboard.pages.rows import source_link, web_link
from indicators.inventory import Correction, UsedSource, corrections, used_sources
from indicators.model import Results, SourceRef

LEADING = 25
"""Sources that stand open; the others, most of them with a row or two, wait behind a line."""
MOST = 3
"""Sources named of one group of corrections."""


def sources_section(results: Results) -> html.Section:
    """The section: those that most rows rest on, then the others."""
    used = used_sources(results.tables, results.config.sources)
    if not used:
        return html.Section([html.H2("Sources", id="all-sources"), html.P("This project keeps no table of sources.")])
    unused = sum(not one.total for one in used)
    intro = (
        f"{len(used):,} sources, those that most rows rest on first. A row that names several counts for each of them. "
        f"On {unused:,} no row rests: they were read for a check."
    )
    parts: list[Any] = [_sources(used[:LEADING])]
    if len(used) > LEADING:
        summary = html.Summary(f"The other {len(used) - LEADING:,} sources")
        parts.append(html.Details([summary, _sources(used[LEADING:])], id="other-sources"))
    return html.Section([html.H2("Sources", id="all-sources"), html.P(intro), *parts])


def _sources(used: Iterable[UsedSource]) -> html.Div:
    head = html.Tr([html.Th(label, scope="col") for label in ("rows", "source", "terms", "read on")])
    grid = html.Table([html.Thead(head), html.Tbody([_source(one) for one in used])])
    return html.Div(grid, className="sources")


def _source(one: UsedSource) -> html.Tr:
    by_table = ", ".join(f"{rows:,} {name}" for name, rows in one.rows.items())
    rows: list[Any] = [f"{one.total:,}", *([html.Small(by_table)] if by_table else [])]
    named = [f"{one.source.producer}: ", web_link(one.source.title, one.source.url)]
    return html.Tr([html.Td(rows), html.Td(named), html.Td(one.licence), html.Td(one.accessed)])


# ---- corrections and documents ----


def records_section(results: Results) -> html.Section:
    """The section: corrections, then documents; each only where the project has it."""
    made = corrections(results.tables, results.config.corrections, results.config.sources)
    parts = [*(_corrections(made) if made else []), *(p for name, text in results.documents.items() for p in _document(name, text))]
    nothing = [] if parts else [html.P("This project names neither a table of corrections nor a codebook.")]
    return html.Section([html.H2("Corrections and codebook", id="all-records"), *parts, *nothing])


def _corrections(made: tuple[Correction, ...]) -> list[Any]:
    """Those made to several cells stand open, those of a single cell wait behind a line."""
    total = sum(one.rows for one in made)
    intro = f"{total:,} cells of the tables were corrected, for {len(made):,} reasons. The tables have the corrections already."
    several, single = ([one for one in made if (one.rows > 1) is many] for many in (True, False))
    parts: list[Any] = [html.H3("Corrections made to the data", id="corrections-made"), html.P(intro)]
    if several:
        parts.append(_correction_table(several))
    if single:
        parts.append(html.Details([html.Summary(f"{len(single):,} of a single cell"), _correction_table(single)], id="single-corrections"))
    return parts


def _correction_table(made: list[Correction]) -> html.Div:
    head = html.Tr([html.Th(label, scope="col") for label in ("cells", "column", "reason", "sources")])
    body = [_correction(one) for one in made]
    return html.Div(html.Table([html.Thead(head), html.Tbody(body)]), className="scroll", tabIndex="0")


def _correction(one: Correction) -> html.Tr:
    cells = (f"{one.rows:,}", one.column.replace("_", " "), one.reason, _some(one.sources))
    return html.Tr([html.Td(content) for content in cells])


def _some(sources: tuple[SourceRef, ...]) -> html.Div:
    """The first few sources, and how many more there are."""
    told = [part for source in sources[:MOST] for part in (html.Br(), source_link(source))][1:]
    rest = len(sources) - MOST
    return html.Div([*told, html.Br(), f"and {rest:,} more"] if rest > 0 else told)


def _document(name: str, text: str) -> list[Any]:
    """A document: what stands before its second headings open, each of those behind its own line."""
    parts = parts_of(text)
    first = next((i for i, part in enumerate(parts) if part.depth >= 2), len(parts))
    title = next((part.title for part in parts[:first] if part.title), name)
    opening = [block for part in parts[:first] for block in blocks(part.lines)]
    told = [html.H3(inline(title), id=f"document-{_slug(name)}"), html.P(html.Code(name), className="place"), *opening]
    for group in _groups(parts[first:]):
        told.append(html.Details([html.Summary(html.H4(inline(group[0].title))), *(b for part in group for b in _under(part, group[0]))]))
    return told


def _groups(parts: list[Part]) -> Iterable[list[Part]]:
    """Parts with the deeper ones that follow them."""
    groups: list[list[Part]] = []
    for part in parts:
        if part.depth <= 2 or not groups:
            groups.append([])
        groups[-1].append(part)
    return groups


def _under(part: Part, first: Part) -> list[Any]:
    heading = [] if part is first else [html.H5(inline(part.title))]
    return [*heading, *blocks(part.lines)]


def _slug(name: str) -> str:
    """A name as an anchor.

    >>> _slug("data/codebook.md")
    'data-codebook-md'
    """
    return "".join(c if c.isalnum() else "-" for c in name)
