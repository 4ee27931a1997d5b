"""The rows behind a point of a chart, and the numbers of a chart as a table."""

import math
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from dash import dcc, html

from dashboard.charts.gantt import gantt
from dashboard.charts.notes import note_date
from dashboard.charts.picture import MOST_LANES, Picture
from dashboard.charts.theme import SMALL_CONFIG
from dashboard.pages import Screen, attributes
from dashboard.pages.nodes import lines_of, scrolled, web_link
from dashboard.words import definitions, numbers
from indicators.compute.annotations import annotations_of, in_window
from indicators.compute.change import verdict
from indicators.compute.provenance import credit_of, figures_about, in_time, rows_behind, rows_of
from indicators.compute.spells import spells_behind
from indicators.nouns.periods import last_day, parse_period
from indicators.nouns.series import Annotation, Results, RowBehind, Series, SourceRef
from indicators.nouns.stores import Ids, StoredIds
from indicators.reading.descriptors import label_of

MOST_ROWS, MOST_NOTES = 400, 8
INSIDE = 36
"""What the edges and margins of a panel take of the width of the page, in pixels."""


def rows_panel(results: Results, series: Series, period: int | None, part: str = "", address: str = "") -> list[Any]:
    """Heading, the number in words, sentences to copy, and a table of its rows; a hint where no point is chosen.

    `part`: the name of a part of a split series; `address`: that of the page with this point chosen.
    """
    if period is None:
        return [html.H2("Rows behind a point"), html.P("Choose a point on the chart to see the rows behind it.", className="hint choose")]
    ids = series.rows_in(period)
    whose = f", {part}" if part else ""
    heading = html.H2(f"{numbers.titled(series.definition)}{whose}: {numbers.period(period, series.frequency)}")
    parts = [heading, html.P(_summary(series, period, len(ids)), className="summary"), _sentences(results, series, period, part, address)]
    parts += _moved(results, series, period)
    if len(ids) > MOST_ROWS:
        parts.append(html.P(f"The first {MOST_ROWS} of {len(ids)} rows are shown."))
    tables = row_tables(results, series, ids[:MOST_ROWS])
    if series.definition.composite:  # its parts are what is read; the bars of what moved it open the rows that came and went
        tables = [html.Details([html.Summary(f"All rows behind it: {len(ids)}"), *tables], id="every-row")]
    return parts + tables + _loose(results, series, period)


def _loose(results: Results, series: Series, period: int) -> list[Any]:
    """The rows that cannot be placed and may belong to the period."""
    ids = series.loose_in(period)
    heading = numbers.loose_counted(len(ids), numbers.period(period, series.frequency))
    return [html.H3(heading[0].upper() + heading[1:]), *row_tables(results, series, ids[:MOST_ROWS])] if ids else []


def _sentences(results: Results, series: Series, period: int, part: str, address: str) -> html.Div:
    """The number as a short and as a full text for a memo, with buttons that copy them and the address of the point."""
    texts = {
        "short": numbers.short_sentence(series, period, part),
        "sentence": numbers.sentence(series, period, credit_of(series, results.tables), part),
    }
    link = [html.Span("", id="point", **attributes(data_address=address))] if address else []
    labels = {"short": "Copy short sentence", "sentence": "Copy full sentence", **({"point": "Copy link to this point"} if address else {})}
    buttons = [html.Button(label, type="button", **attributes(data_copy=name)) for name, label in labels.items()]
    shown = [html.P(text, id=name) for name, text in texts.items()]
    return html.Div([*shown, *link, html.Div(buttons, className="buttons")], className="sentence")


def _moved(results: Results, series: Series, period: int) -> list[Any]:
    """The rows that entered and left a window since the previous period."""
    if series.length < 2 or series.definition.composite or period - 1 not in series.values.index:
        return []
    now, before = series.rows_in(period), series.rows_in(period - 1)
    if isinstance(now, StoredIds):  # which are too many to be compared one by one
        return []
    kept = set(now) & set(before)
    entered, left = [i for i in now if i not in kept], [i for i in before if i not in kept]
    earlier = numbers.period(period - 1, series.frequency)
    if not entered and not left:
        return [html.P(f"No row entered or left the window since {earlier}.")]
    parts: list[Any] = []
    for word, ids in (("Entered", entered), ("Left", left)):
        heading = html.H3(f"{word} the window since {earlier}: {numbers.rows_counted(len(ids))}")
        parts += [heading, *row_tables(results, series, tuple(ids[:MOST_ROWS]))]
    return [*parts, html.H3(f"All rows of the window: {numbers.rows_counted(len(now))}")]


def row_tables(results: Results, series: Series, ids: Ids) -> list[Any]:
    """These rows by date with their sources, as one table for each table of the project that they come from."""
    rows = rows_of(results, series, in_time(results.tables, ids))
    by_table = {name: [row for row in rows if row.id.partition(":")[0] == name] for name in series.tables}
    return [_table(results, name, own) for name, own in by_table.items() if own]


def _summary(series: Series, period: int, count: int) -> str:
    point = series.point(period)
    rows = numbers.rows_counted(count)
    level = numbers.LEVEL_WORDS[point.coverage]
    covered = f"{level[0].upper()}{level[1:]}."
    if math.isnan(point.value):
        return f"No value: {point.reason}. {covered} In this period: {rows}."
    status = "" if point.status == "A" else f" Status: {numbers.STATUS_WORDS[point.status]}."
    bound = f" Only a minimum: {point.reason}." if point.reason else ""
    changed = numbers.change_words(series, verdict(series, period))
    return f"{numbers.value_words(series, period)}, from {rows}.{bound} {covered}{status} {changed}."


def _table(results: Results, name: str, rows: list[RowBehind]) -> html.Div:
    resource, names = results.tables[name].resource, results.config.side_names

    def shown(row: RowBehind) -> list[Any]:
        return [_cell(text, definitions.cell_words(text, column, resource, names)) for column, text in row.cells.items()]

    headings = [*(label_of(resource.columns[column]) for column in rows[0].cells), "source", "row"]
    cells = [[*shown(row), lines_of(map(source_link, row.sources)) or "not stated", html.Code(row.id)] for row in rows]
    return scrolled(headings, cells)


def _cell(text: str, words: str) -> Any:
    """The text of a cell; codes with their words before them, if these say more than the code with its underscores."""
    if not words:
        return text
    return words if words.replace(" ", "_") == text.replace(";", ";_") else html.Span([f"{words} ", html.Span(text, className="code")])


def source_link(source: SourceRef) -> Any:
    """Producer and title of a source, as a link where it has an address of the web."""
    return web_link(f"{source.producer}: {source.title}", source.url)


def notes_panel(results: Results, picture: Picture) -> list[Any]:
    """All notes of the window by date, each with its text and sources; of many, those chosen for this indicator, and the others to be
    opened. Nothing where there is none, or where notes are left out."""
    if picture.view.annotations == "off":
        return []
    definition = picture.series.definition
    every = annotations_of(picture.series, results.annotations, results.tables, results.choice)  # also those a chart has no room for
    chosen = set(results.choice.get(definition.name) or results.choice.get(definition.id) or ())
    notes = sorted(in_window(every, *picture.days), key=lambda note: (note.start, note.label))
    first = [note for note in notes if note.row in chosen or len(notes) <= MOST_NOTES] or notes
    others = [note for note in notes if note not in first]
    more = [html.Details([html.Summary(f"{len(others)} more"), _noted(results, others)], id="more-notes")] if others else []
    return [html.H2(f"Notes ({len(notes)})"), _noted(results, first), *more] if notes else []


def _noted(results: Results, notes: list[Annotation]) -> html.Ul:
    """Notes as a list; a source that several share has its title at the first of them."""
    rows = rows_behind(results.tables, [note.row for note in notes], results.config.sources)
    first = {one: row.id for row in reversed(rows) for one in row.sources}
    links = [[source_link(one) if first[one] == row.id else web_link(one.producer, one.url) for one in row.sources] for row in rows]
    return html.Ul([_note(*pair) for pair in zip(notes, links, strict=True)], className="noted")


def _note(note: Annotation, sources: list[Any]) -> html.Li:
    links = [part for link in sources for part in (" · ", link)][1:] or ["source not stated"]
    text = f". {note.text}" if note.text else ""
    said = html.Div([html.Strong(note.label), text, html.Div(links, className="from")])
    return html.Li([html.Span(_dated(note), className="date"), said])


def _dated(note: Annotation) -> str:
    """The day or the time of a note in words, as exactly as it is known."""
    start = note_date(note)
    if note.end is None or note.end == last_day(*parse_period(start)):
        return numbers.date(start)
    rough = note_date(note._replace(start=note.end))
    end = rough if last_day(*parse_period(rough)) == note.end else note.end.isoformat()
    return f"{numbers.date(start)} – {numbers.date(end)}"


def spells_panel(results: Results, picture: Picture, screen: Screen) -> list[Any]:
    """The spells behind a chart of what is in force, a lane each, and as a table; nothing for other charts."""
    spells = spells_behind(picture.window, results.tables) if not picture.other else ()
    if not spells:
        return []
    title = f"What is or may be in force, one by one ({len(spells)})"
    rows = row_tables(results, picture.series, tuple(spell.row for spell in spells)[:MOST_ROWS])
    table = html.Details([html.Summary("The same as a table, with sources"), *rows], **attributes(data_keep="spells"))
    if picture.spells:  # the chart of the page has the lanes
        alone = html.A("The sum alone", href=f"/indicator/{replace(picture.view, lanes=None).text}")
        return [html.H2(title), html.P(alone), table]
    key = "Strong colour: more weight. Hatched: may be in force, but is not confirmed or is dated less exactly. Arrow: no end on record."
    days = picture.days[0], min(picture.days[1], picture.series.as_of)
    graph = dcc.Graph(figure=gantt(spells, days, screen.palette, screen.width - INSIDE), config=SMALL_CONFIG | {"staticPlot": False})
    named = attributes(aria_label=f"Chart: {len(spells)} spells by the time in which they are in force; the table below has the same.")
    both = html.A("As one chart, to save or print", href=f"/indicator/{replace(picture.view, lanes='on').text}")
    links = [html.P(both)] if len(spells) <= MOST_LANES and not picture.series.parts else []
    return [html.H2(title), html.P(key, className="hint"), html.Div(graph, className="chart", role="img", **named), *links, table]


def stated_panel(results: Results, picture: Picture) -> list[Any]:
    """The figures that sources state about the indicator, a table for each table that has some; nothing where there is none."""
    found: list[Any] = []
    for name, figures in figures_about(results, picture.view.indicator).items():
        resource = results.tables[name].resource
        words = resource.relations.words
        values = [row_link(one.row, one.value.replace("-", "−")) for one in figures]
        units = [definitions.code_words(one.unit, words) for one in figures]
        rows = ([value, unit, ": ".join(one.what), one.time, one.place] for value, unit, one in zip(values, units, figures, strict=True))
        sources = [part for source in dict.fromkeys(s for one in figures for s in one.sources) for part in ("; ", source_link(source))][1:]
        every = html.A("all figures of this table", href=f"/table/{quote(name)}")
        lead = html.P(["As the source states them, beside what is counted here (", every, "). From: ", *(sources or ["not stated"])])
        heading = html.H2(f"{resource.title} ({len(figures)})")
        found += [heading, lead, scrolled(("figure", "unit", "what", "when", "where it stands"), rows)]
    return found


def row_link(row: str, text: str) -> html.A:
    """A text as a link to a row, by its id."""
    table, _, key = row.partition(":")
    return html.A(text, href=f"/table/{quote(table)}?{urlencode({'row': key})}")


MOST_LINES = 600
HEADINGS = ("period", "value", "status", "coverage", "rows")


def numbers_panel(picture: Picture) -> list[Any]:
    """A line for each period and series, the latest first; of a split series each part, also where the chart folds the small ones."""
    layers = picture.listed
    named = len(layers) > 1
    places = [(layer, period) for layer in layers for period in reversed(layer.window.values.index.tolist())]
    lines = [[*([layer.name] if named else []), *_line(layer.window, period)] for layer, period in places[:MOST_LINES]]
    headings = [*(["series"] if named else []), *HEADINGS]
    rest = (
        [html.P(f"The first {MOST_LINES} of {len(places)} lines are shown; relations compute prints all of them.")]
        if len(places) > MOST_LINES
        else []
    )
    caption = f"{numbers.titled(picture.series.definition)}, {picture.series.unit}"
    return [scrolled(headings, lines, caption), *rest]


def _line(series: Series, period: int) -> list[str]:
    point = series.point(period)
    bound = "at least " if point.at_least else ""
    value = f"{bound}{numbers.number(point.value, series.unit)}" if point.status != "M" else f"– ({point.reason})"
    over = "" if point.over else ", not over yet"
    status = f"{numbers.STATUS_WORDS[point.status]}{over}"
    return [point.label, value, status, numbers.LEVEL_NAMES[point.coverage], str(len(series.rows_in(period)))]
