"""How complete the collection is: a strip of years for every category, and the spans behind it with their grounds."""

import datetime
from typing import Any

from dash import html

from dashboard import wording
from dashboard.pages import attributes
from dashboard.pages.rows import source_link
from dashboard.prose import filter_words
from indicators.inventory import GradedSpan, Strip, strip_of
from indicators.model import Results, Table

LETTERS = {"complete": "C", "near_complete": "N", "partial": "P", "sample": "S", "none": "–"}
RULE = (
    "A year is graded from its days by the same rule as every number: complete or nearly complete if all its days are (the "
    "lower of the two); otherwise partial if any day is partial or better, a few rows if any day has that, and else not "
    "covered. On days when a whole table is complete or nearly so, each of its categories is."
)


def strips_of(results: Results) -> dict[str, Strip]:
    """The graded tables by name."""
    today = datetime.date.fromisoformat(results.config.as_of)
    found = {name: strip_of(table, results.tables, results.config.sources, today) for name, table in results.tables.items()}
    return {name: strip for name, strip in found.items() if strip}


def coverage_section(results: Results) -> html.Section:
    """The section: rule, key, and a strip for each table."""
    today = f"The last year counts to {wording.day(datetime.date.fromisoformat(results.config.as_of))}."
    strips = [part for name, strip in strips_of(results).items() for part in _table(results, results.tables[name], strip)]
    key = [html.Li([_mark(level), f" {wording.LEVEL_WORDS[level]}"]) for level in LETTERS]
    return html.Section(
        [html.H2("Coverage", id="all-coverage"), html.P([RULE, " ", today]), html.Ul(key, className="key"), *strips],
    )


def _mark(level: str) -> html.Span:
    return html.Span(LETTERS[level], className=f"mark {level}", **attributes(aria_hidden="true"))


def _table(results: Results, table: Table, strip: Strip) -> list[Any]:
    name, title = table.resource.name, table.resource.title
    years = [html.Th(html.Span(str(year)), scope="col") for year in strip.years]
    head = html.Tr([html.Th("rows of this kind", scope="col"), *years])
    body = [_row(name, category, strip) for category in strip.levels]
    caption = html.Caption(html.Span(f"{title}: how complete each kind of row was collected, by year"))
    grid = html.Table([caption, html.Thead(head), html.Tbody(body)])
    box = html.Div(grid, className="strip", tabIndex="0", role="region", **attributes(aria_label=f"Coverage of {title.lower()} by year"))
    spans = [_spans(results, table, category, strip.spans[category]) for category in strip.levels]
    return [html.H3(title, id=f"coverage-{name}"), box, *spans]


def _row(name: str, category: str, strip: Strip) -> html.Tr:
    anchor = f"coverage-{name}-{category}"
    head = html.Th(html.A(category.replace("_", " "), href=f"#spans-{name}-{category}"), scope="row")
    return html.Tr([head, *(_cell(level) for level in strip.levels[category])], id=anchor)


def _cell(level: str) -> html.Td:
    """A year: its letter to the eye, its level to a screen reader, both beside the colour."""
    return html.Td(LETTERS[level], className=level, **attributes(aria_label=level.replace("_", " ") if level != "none" else "not covered"))


def _spans(results: Results, table: Table, category: str, spans: tuple[GradedSpan, ...]) -> html.Details:
    names = {side.code: side.name for side in results.config.sides}
    rows = filter_words(table.relations.categories[category], names) or "every row"
    count = f"{len(spans)} span{'' if len(spans) == 1 else 's'}"
    summary = html.Summary([html.Strong(category.replace("_", " ")), f" ({rows}): {count}"])
    body = _span_table(table, spans) if spans else html.P("No span grades these rows of their own.")
    return html.Details([summary, body], id=f"spans-{table.resource.name}-{category}")


def _span_table(table: Table, spans: tuple[GradedSpan, ...]) -> html.Div:
    """The spans; columns in which none says anything are left out."""
    columns: list[tuple[str, list[Any]]] = [
        ("from", [one.span.start for one in spans]),
        ("to", [one.span.end for one in spans]),
        ("level", [html.Span([_mark(one.span.level), f" {one.span.level.replace('_', ' ')}"]) for one in spans]),
        ("rows found", [_number(one.span.found) for one in spans]),
        ("stated count", [_number(one.stated) for one in spans]),
        ("finest", [one.span.finest or "" for one in spans]),
        ("not for", [_left_out(table, one) for one in spans]),
        ("basis", [one.span.basis for one in spans]),
        ("sources", [_sources(one) for one in spans]),
    ]
    kept = [(label, cells) for label, cells in columns if any(cells)]
    head = html.Tr([html.Th(label, scope="col") for label, _ in kept])
    body = [html.Tr([html.Td(cells[i]) for _, cells in kept]) for i in range(len(spans))]
    return html.Div(html.Table([html.Thead(head), html.Tbody(body)]), className="scroll spans", tabIndex="0")


def _left_out(table: Table, one: GradedSpan) -> str:
    """Columns for which the grade does not hold."""
    return ", ".join(c for c in table.resource.columns if c not in one.span.columns) if one.span.columns else ""


def _number(count: int | None) -> str:
    return "" if count is None else f"{count:,}"


def _sources(one: GradedSpan) -> Any:
    return html.Div([part for source in one.sources for part in (html.Br(), source_link(source))][1:]) if one.sources else ""
