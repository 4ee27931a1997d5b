"""Tables, their coverage, their sources, corrections and codebook."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from dash import html

from dashboard.pages import attributes
from dashboard.pages.nodes import lines_of, parts_of, scrolled, web_link
from dashboard.pages.rows import source_link
from dashboard.words import agenda, numbers
from dashboard.words.definitions import filter_words
from indicators.compute.provenance import Correction, GradedSpan, Strip, UsedSource, corrections, reach_of, strip_of, used_sources
from indicators.nouns.descriptor import FieldOf
from indicators.nouns.package import Licence, Producer
from indicators.nouns.series import Results, SourceRef, Table
from indicators.reading.descriptors import label_of


def tables_section(results: Results) -> html.Section:
    """The section, in the order of the data package."""
    intro = "The tables behind the numbers. Each is a file in the data folder, with a descriptor next to it."
    tables = [_table(table) for table in results.tables.values()]
    return html.Section([html.H2("Tables", id="all-tables"), html.P(intro), html.Div(tables, className="entries")])


def _table(table: Table) -> html.Article:
    resource = table.resource
    pairs = [html.Div([html.Dt(heading), html.Dd(content)]) for heading, content in _facts(table) if content]
    texts = [*table.relations.notes, *(one.note for one in table.relations.notes_on)]
    notes = [html.P("Read before quoting:"), html.Ul([html.Li(text) for text in texts])]
    files: list[Any] = [html.Code(", ".join(resource.path_))]
    files += [] if table.store else [" · ", html.A("all rows", href=f"/table/{quote(resource.name)}")]
    return html.Article(
        [
            html.H3(resource.title, id=f"table-{resource.name}"),
            html.P(files, className="place"),
            *([html.P(resource.description)] if resource.description else []),
            html.Dl(pairs),
            *(notes if texts else []),
            _columns(table),
        ],
        className="entry",
    )


def _facts(table: Table) -> list[tuple[str, Any]]:
    resource, reach = table.resource, reach_of(table)
    dates = f"{numbers.date(reach[0])} to {numbers.date(reach[1])}" if reach else ""
    return [
        ("Rows", f"{table.rows:,}"),
        ("Dates", dates),
        ("Licence", _named(resource.licenses)),
        ("Producers", _named(resource.sources)),
        ("Credit", table.relations.credit),
        ("New figures", "; ".join(agenda.update_words(one) for one in table.relations.updates)),
        ("Coded for some rows only", lines_of(f"{', '.join(one.columns)}. {one.note}" for one in table.relations.coded)),
    ]


def _named(items: tuple[Producer, ...] | tuple[Licence, ...]) -> list[Any]:
    """Titles of licences or producers, as links where they have an address of the web."""
    return lines_of(web_link(item.title or getattr(item, "name", ""), item.path) for item in items)


def _columns(table: Table) -> html.Details:
    columns = table.resource.columns.values()
    head = html.Tr([html.Th(label, scope="col") for label in ("column", "type", "meaning")])
    box = html.Div(html.Table([html.Thead(head), html.Tbody([_column(c) for c in columns])]), className="scroll", tabIndex="0")
    return html.Details([html.Summary(f"{len(columns)} columns"), box])


def _column(column: FieldOf) -> html.Tr:
    codes = ", ".join(map(str, column.constraints.enum))
    meaning = f"{column.description} One of: {codes}." if codes else column.description
    cells = [html.Td(html.Code(column.name)), html.Td(column.type), html.Td(meaning)]
    return html.Tr(cells, title=label_of(column)) if column.title else html.Tr(cells)


LETTERS = {"complete": "C", "near_complete": "N", "partial": "P", "sample": "S", "none": "–"}
RULE = (
    "The coverage level of a year follows from its days, by the same rule as for every number: complete or nearly complete if all "
    "its days are (the lower of the two); otherwise partial if any day is partial or better, sample if any day is a sample, and "
    "otherwise not collected. On days when a whole table is complete or nearly complete, so is each of its categories."
)


def strips_of(results: Results) -> dict[str, Strip]:
    """The coverage of each table that has coverage levels, by name."""
    today = results.config.today
    strips = {name: strip_of(table, results.tables, results.config.sources, today) for name, table in results.tables.items()}
    return {name: strip for name, strip in strips.items() if strip}


def coverage_section(results: Results) -> html.Section:
    """The section: the rule, the key, and a strip for each table."""
    today = f"The last year is counted up to {numbers.day(results.config.today)}."
    strips = [part for name, strip in strips_of(results).items() for part in _coverage_table(results, results.tables[name], strip)]
    key = [html.Li([_mark(level), f" {numbers.LEVEL_WORDS[level]}"]) for level in LETTERS]
    return html.Section([html.H2("Coverage", id="all-coverage"), html.P([RULE, " ", today]), html.Ul(key, className="key"), *strips])


def _mark(level: str) -> html.Span:
    return html.Span(LETTERS[level], className=f"mark {level}", **attributes(aria_hidden="true"))


def _coverage_table(results: Results, table: Table, strip: Strip) -> list[Any]:
    name, title = table.resource.name, table.resource.title
    years = [html.Th(html.Span(str(year)), scope="col") for year in strip.years]
    head = html.Tr([html.Th("kind of row", scope="col"), *years])
    body = [_row(name, category, strip) for category in strip.levels]
    caption = html.Caption(html.Span(f"{title}: how completely each kind of row was collected, by year"))
    grid = html.Table([caption, html.Thead(head), html.Tbody(body)])
    box = html.Div(grid, className="strip", tabIndex="0", role="region", **attributes(aria_label=f"Coverage of {title.lower()} by year"))
    spans = [_spans(results, table, category, strip.spans[category]) for category in strip.levels]
    return [html.H3(title, id=f"coverage-{name}"), box, *spans]


def _row(name: str, category: str, strip: Strip) -> html.Tr:
    anchor = f"coverage-{name}-{category}"
    head = html.Th(html.A(category.replace("_", " "), href=f"#spans-{name}-{category}"), scope="row")
    return html.Tr([head, *(_cell(level) for level in strip.levels[category])], id=anchor)


def _cell(level: str) -> html.Td:
    """A year: a letter for the eye and the level for screen readers, in addition to the colour."""
    return html.Td(LETTERS[level], className=level, **attributes(aria_label=numbers.LEVEL_NAMES[level]))


def _spans(results: Results, table: Table, category: str, spans: tuple[GradedSpan, ...]) -> html.Details:
    names = results.config.side_names
    rows = filter_words(table.relations.categories[category], names) or "every row"
    count = f"{len(spans)} span{'' if len(spans) == 1 else 's'}"
    summary = html.Summary([html.Strong(category.replace("_", " ")), f" ({rows}): {count}"])
    body = _span_table(table, spans) if spans else html.P("No span covers these rows alone.")
    return html.Details([summary, body], id=f"spans-{table.resource.name}-{category}")


def _span_table(table: Table, spans: tuple[GradedSpan, ...]) -> html.Div:
    """The spans; empty columns are left out."""
    columns: list[tuple[str, list[Any]]] = [
        ("from", [one.span.start for one in spans]),
        ("to", [one.span.end for one in spans]),
        ("level", [html.Span([_mark(one.span.level), f" {one.span.level.replace('_', ' ')}"]) for one in spans]),
        ("rows found", [_number(one.span.found) for one in spans]),
        ("stated count", [_number(one.stated) for one in spans]),
        ("finest period", [one.span.finest or "" for one in spans]),
        (
            "except columns",
            [", ".join(c for c in table.resource.columns if one.span.columns and c not in one.span.columns) for one in spans],
        ),
        ("basis", [one.span.basis for one in spans]),
        ("sources", [html.Div(lines_of(map(source_link, one.sources))) if one.sources else "" for one in spans]),
    ]
    kept = [(label, cells) for label, cells in columns if any(cells)]
    return scrolled([label for label, _ in kept], zip(*(cells for _, cells in kept), strict=True), look="scroll spans")


def _number(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


LEADING = 25
"""Sources that are shown at once; the others, most of them with a row or two, are closed under a line."""
MOST = 3
"""Sources that are named for one group of corrections."""


def sources_section(results: Results) -> html.Section:
    """The section: the sources of most rows, then the others."""
    used = used_sources(results.tables, results.config.sources)
    if not used:
        return html.Section([html.H2("Sources", id="all-sources"), html.P("This project has no table of sources.")])
    unused = sum(not one.total for one in used)
    intro = f"{len(used):,} sources, the most used first. A row that names several counts for each of them."
    if unused:
        intro += f" {unused:,} source{' was' if unused == 1 else 's were'} used only for checking."
    parts: list[Any] = [_sources(used[:LEADING])]
    if len(used) > LEADING:
        summary = html.Summary(f"The other {len(used) - LEADING:,} sources")
        parts.append(html.Details([summary, _sources(used[LEADING:])], id="other-sources"))
    return html.Section([html.H2("Sources", id="all-sources"), html.P(intro), *parts])


def _sources(used: Iterable[UsedSource]) -> html.Div:
    head = html.Tr([html.Th(label, scope="col") for label in ("rows", "source", "licence", "accessed")])
    return html.Div(html.Table([html.Thead(head), html.Tbody([_source(one) for one in used])]), className="sources")


def _source(one: UsedSource) -> html.Tr:
    by_table = ", ".join(f"{rows:,} {name}" for name, rows in one.rows.items())
    rows: list[Any] = [f"{one.total:,}", *([html.Small(by_table)] if by_table else [])]
    named = [f"{one.source.producer}: ", web_link(one.source.title, one.source.url)]
    return html.Tr([html.Td(rows), html.Td(named), html.Td(one.licence), html.Td(one.accessed)])


# ---- corrections and documents ----


def records_section(results: Results) -> html.Section:
    """The section: corrections, then documents, where the project has them."""
    corrected = corrections(results.tables, results.config.corrections, results.config.sources)
    parts = [
        *(_corrections(corrected) if corrected else []),
        *(p for name, text in results.documents.items() for p in _document(name, text)),
    ]
    nothing = [] if parts else [html.P("This project has neither a table of corrections nor a codebook.")]
    return html.Section([html.H2("Corrections and codebook", id="all-records"), *parts, *nothing])


def _corrections(corrected: tuple[Correction, ...]) -> list[Any]:
    """Those of several cells are shown at once, those of a single cell are closed under a line."""
    total = sum(one.rows for one in corrected)
    intro = f"{total:,} cells of the tables were corrected, for {len(corrected):,} reasons. The tables already include the corrections."
    several, single = ([one for one in corrected if (one.rows > 1) is many] for many in (True, False))
    summary = html.Summary(f"{len(single):,} corrections of a single cell")
    rest = [html.Details([summary, _correction_table(single)], id="single-corrections")] if single else []
    heading = html.H3("Corrections made to the data", id="corrections-made")
    return [heading, html.P(intro), *([_correction_table(several)] if several else []), *rest]


def _correction_table(corrected: list[Correction]) -> html.Div:
    rows = [(f"{one.rows:,}", one.column.replace("_", " "), one.reason, _some(one.sources)) for one in corrected]
    return scrolled(("cells", "column", "reason", "sources"), rows)


def _some(sources: tuple[SourceRef, ...]) -> html.Div:
    """The first few sources, and how many more there are."""
    rest = [f"and {len(sources) - MOST:,} more"] if len(sources) > MOST else []
    return html.Div(lines_of([*map(source_link, sources[:MOST]), *rest]))


def _document(name: str, text: str) -> list[Any]:
    """A document: the text before its first second-level heading, then each section closed under its heading."""
    parts = parts_of(text)
    first = next((i for i, part in enumerate(parts) if part.depth >= 2), len(parts))
    title = next((part.title for part in parts[:first] if part.title), [name])
    opening = [block for part in parts[:first] for block in part.blocks]
    anchor = "".join(c if c.isalnum() else "-" for c in name)
    heading = [html.H3(title, id=f"document-{anchor}"), html.P(html.Code(name), className="place")]
    groups: list[list[Any]] = []  # parts with the deeper ones that follow them
    for part in parts[first:]:
        if part.depth <= 2 or not groups:
            groups.append([html.Summary(html.H4(part.title)), *part.blocks])
        else:
            groups[-1] += [html.H5(part.title), *part.blocks]
    return [*heading, *opening, *map(html.Details, groups)]
