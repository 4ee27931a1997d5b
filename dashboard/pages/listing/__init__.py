"""The rows of a table with search, filters, pages of rows, and files of what is shown: shared by the chronology and the pages of tables."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import flask
import numpy as np
from dash import html

from dashboard.export.sheet import Sheet, as_xlsx, sheet_csv
from dashboard.live import Current
from dashboard.pages import add_address, attributes, kept
from dashboard.pages.listing.entries import Lines, page_of, words_in_cells
from dashboard.pages.listing.lanes import matrices, strip
from dashboard.pages.listing.search import AT_ONCE, PAGE, Search, coded_notes, form, is_held, nouns, search_of, uncoded, words_of
from indicators.compute.listing import Listing, links_of, listing_of, referring, rules_counting
from indicators.nouns.vocabulary import LEVELS

MIME = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def search_at(now: Current, table: str, path: str, rest: str) -> Search:
    """What an address looks for in a table. ProblemsFound where it makes no sense."""
    links = kept(now, ("links",), lambda: links_of(now.results.tables))
    return search_of(_listing(now, table), links, path, rest)


def _listing(now: Current, table: str) -> Listing:
    results = now.results
    return kept(
        now, ("listing", table), lambda: listing_of(results, table, words_in_cells(results.tables[table], results.config.side_names))
    )


def lines(now: Current, search: Search) -> Lines:
    """What makes lines of the rows found."""
    results, name = now.results, search.resource.name
    counting = kept(now, ("counting", name), lambda: rules_counting(results, search.listing))
    links = kept(now, ("links",), lambda: links_of(results.tables))
    refer = kept(now, ("referring", name), lambda: referring(results.tables, name, links))
    titles = {key: table.resource.title for key, table in results.tables.items()}
    return Lines(search, words_of(results.config, search.resource), counting, refer, titles)


def content(now: Current, search: Search, *, as_acts: bool) -> list[Any]:
    """Controls, count, strip, matrices and rows; with `as_acts`, rows are worded as acts where the descriptor says how."""
    acts = search.listing.table.relations.acts if as_acts else None
    words = words_of(now.results.config, search.resource)
    glance = [*strip(search), matrices(search, acts, now.results.config.sides, words)] if acts else []
    places = page_of(search.found, search.page, AT_ONCE)
    nothing = html.P("No row matches. Remove a filter to see more.", className="hint")
    rows = lines(now, search).shown(places, acts) if len(places) else nothing
    return [form(search, words), _count(search), *glance, rows, _pages(search)]


def _count(search: Search) -> html.Div:
    """How many rows match, the files of them, and a way back to all of them."""
    found, every = int(search.found.sum()), len(search.found)
    count = html.Strong(f"{found:,} of {every:,} {nouns(search.listing)}", id="found", role="status")
    partly = [html.Span(f"{name}: coded for {rows:,} of {every:,} only, others may match too") for name, rows in uncoded(search)]
    asked = urlencode({"table": search.resource.name, **{k: v for k, v in search.pairs.items() if k != PAGE}})
    files = [html.A(name.upper(), href=f"/rows.{name}?{asked}", **attributes(data_file=name)) for name in MIME]
    reset = [html.A("Remove all filters", href=search.path)] if search.pairs else []
    only = [html.Span(f"only {key.replace('_', ' ')} {value}") for key, value in search.pairs.items() if is_held(search, key)]
    saved = html.Span(["Save these rows: ", files[0], " ", files[1]], className="files-of")
    return html.Div([count, *partly, *only, saved, *reset], className="counted")


def _pages(search: Search) -> html.P | None:
    """Which rows are shown, and links to the others."""
    if search.pages == 1:
        return None
    first, found = (search.page - 1) * AT_ONCE + 1, int(search.found.sum())
    parts: list[Any] = [f"Rows {first:,} to {min(first + AT_ONCE - 1, found):,} of {found:,}."]
    for word, page in (("Earlier pages", search.page - 1), ("Show more", search.page + 1)):
        if 1 <= page <= search.pages:
            parts += [" ", html.A("Back" if word == "Earlier pages" else word, href=search.at({PAGE: str(page)}))]
    return html.P(parts, className="more-rows")


# ---- files ----


def register_files(server: flask.Flask, current: Callable[[], Current]) -> None:
    """Add the address of the files of rows."""
    add_address(server, "GET", "/rows.<any(csv, xlsx):form>", lambda form: _file(current(), form, flask.request), None)


def _file(now: Current, form: str, request: flask.Request) -> flask.Response:
    """All rows that an address finds, not only those of a page."""
    name = request.args.get("table", "")
    if name not in now.results.tables:
        raise ValueError(f"unknown table {name!r}")
    asked = urlencode([(key, value) for key, value in request.args.items(multi=True) if key != "table"])
    search = search_at(now, name, "", f"?{asked}")
    sheet = _sheet(now, search, in_words=form == "xlsx")
    body = sheet_csv(*sheet).encode() if form == "csv" else _workbook(now, search, sheet, asked)
    answer = flask.Response(body, mimetype=MIME[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{"".join(c if c.isalnum() else "_" for c in name)}.{form}"'
    return answer


def _sheet(now: Current, search: Search, *, in_words: bool) -> Sheet:
    cell = words_in_cells(search.listing.table, now.results.config.side_names)
    headings, rows = lines(now, search).sheet(np.flatnonzero(search.found), cell, in_words=in_words)
    levels = search.listing.levels
    if levels is None:
        return headings, rows
    named = (LEVELS[levels[place]] for place in np.flatnonzero(search.found).tolist())
    return [*headings, "coverage"], ([*row, level] for row, level in zip(rows, named, strict=True))


def _workbook(now: Current, search: Search, sheet: Sheet, asked: str) -> bytes:
    """The rows, and on a second sheet what they are: table, filters, number, day of the data, licence."""
    resource, config = search.resource, now.results.config
    licences = "; ".join(one.title or one.name for one in resource.licenses)
    about = [
        ["table", resource.title],
        ["looked for", asked or "all rows"],
        ["rows", f"{int(search.found.sum())} of {len(search.found)}"],
        ["as of", config.as_of],
        ["licence", licences or config.licence],
        ["credit", resource.relations.credit],
        *(["note", note] for note in (*resource.relations.notes, *coded_notes(search.listing))),
    ]
    sheets: dict[str, Sheet] = {"rows": sheet, "about": (["what", "in words"], about)}
    return as_xlsx(sheets, "", {"title": resource.title, "author": config.title}, config.today)
