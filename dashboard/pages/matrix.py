"""A period of an indicator split by two columns at once: a table with a number for each pair of codes, and a file of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

import flask
from dash import html

from dashboard.charts.picture import Picture, code_names, picture_of
from dashboard.charts.view import parse_view
from dashboard.export.output import name_of
from dashboard.export.sheet import two_ways_csv
from dashboard.live import Current
from dashboard.pages import add_address, attributes, fresh_json
from dashboard.pages.nodes import plain
from dashboard.words import definitions, numbers
from indicators.nouns.periods import label, parse_period
from indicators.nouns.series import BOTH, Results, Series
from indicators.nouns.stores import at_hand
from indicators.problems import ProblemsFound

ALL = "all"
MOST_TABLES = 2
"""Tables that a page shows; others appear when another breakdown is chosen."""
KEYS = {"≥": "≥ at least", "?": "? partly collected, nothing found", "–": "– no value"}
"""What the marks in a table mean."""
ABSENT = "Split two ways: on the page, a table that appears when it is scrolled to."
"""What a printed page says in the place of a table that nobody has scrolled to."""
SHARED = "One row may count under several, so that numbers may add up to more than that for all"


class Side(NamedTuple):
    """A column by which the numbers are split: its name, and its codes with their numbers alone. `kept`: also codes without any."""

    column: str
    parts: Mapping[str, Series]
    kept: bool


def later_panel(picture: Picture, period: int | None) -> list[Any]:
    """The place of the tables of a period, which come when it is scrolled to; nothing where a picture compares, and for a day."""
    series = picture.series
    if len(series.definition.breakdown) < 2 or picture.other or period is None or series.frequency == "daily":
        return []
    asked = urlencode({"view": picture.view.text, "period": label(period, series.frequency)})
    return [html.Div("Split two ways …", className="later", **attributes(data_nodes=f"/pairs?{asked}", data_absent=ABSENT))]


def matrix_panel(results: Results, picture: Picture, period: int) -> list[Any]:
    """For a period: a table for the breakdown that is drawn (else the first) with each of the first two others."""
    columns = [one.by for one in picture.series.definition.breakdown]
    first = picture.series.query.breakdown or columns[0]
    others = [column for column in columns if column != first][:MOST_TABLES]
    try:
        tables: list[Any] = [part for other in others for part in _table(results, picture, first, other, period)]
    except ProblemsFound as e:  # more pairs than are computed at once
        tables = [html.P(f"{p.message}; {p.hint}.") for p in e.problems]
    heading = f"Split two ways: {numbers.period(period, picture.series.frequency)}"
    return [html.H2(heading), html.Div(tables, className="matrices")] if tables else []


def _table(results: Results, picture: Picture, first: str, second: str, period: int) -> Iterator[html.Div]:
    """The table of two columns, the one with more codes downwards; nothing where no code has a row in the period."""
    query, definition = picture.series.query, picture.series.definition

    def parts(columns: str) -> Mapping[str, Series]:
        """The parts by one column or two: those that are drawn, or those of the period alone."""
        is_drawn = columns == query.breakdown
        return (picture.series if is_drawn else results.series(query._replace(breakdown=columns, period=period))).parts

    both, every = parts(f"{first},{second}"), {one.by: one.every_code for one in definition.breakdown}
    sides = [Side(column, parts(column), every[column]) for column in (first, second)]
    across, down = sorted(sides, key=lambda side: len(_shown(side, period)))
    if not _shown(across, period) or not _shown(down, period):
        return
    names = code_names(results, picture.series)

    def cell(one: str, other: str) -> str:
        """The number of a pair of codes, of one code, or of all."""
        if one and other:
            return _number(both[BOTH.join((one, other) if across.column == first else (other, one))], period)
        return _number(across.parts[one] if one else down.parts[other] if other else picture.series, period)

    heads = [*_shown(across, period), ""]
    lines = [[cell(head, line) for head in heads] for line in [*_shown(down, period), ""]]
    words = [definitions.code_words(code, names) if code else ALL for code in heads]
    left = [definitions.code_words(code, names) if code else ALL for code in [*_shown(down, period), ""]]
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in [_words(down.column), *words]]))
    body = [html.Tr([html.Th(text, scope="row"), *map(_cell, line)]) for text, line in zip(left, lines, strict=True)]
    unit = "" if picture.series.counts else f", {picture.series.unit}"
    title = html.Caption(f"{numbers.titled(definition)} by {_words(across.column)} and {_words(down.column)}{unit}")
    table = html.Table([title, head, html.Tbody(body)])
    about = html.P(_about(results, picture, [across, down], period, {text for line in lines for text in line}), className="place")
    yield html.Div([table, about, _files(picture, f"{first},{second}", period)], className="matrix", tabIndex="0")


def _files(picture: Picture, columns: str, period: int) -> html.P:
    """Links to files with every pair of codes: of the period, and of all that the chart shows."""
    every, when = replace(picture.view, breakdown=columns, lanes=None), label(period, picture.series.frequency)
    views = {"this period": replace(every, start=when, end=when), "all periods of the chart": every}
    links = [part for name, view in views.items() for part in (" · ", html.A(name, href=f"/pairs.csv?{urlencode({'view': view.text})}"))]
    return html.P(["Save as CSV: ", *links[1:]], className="files-of pairs")


def register(server: flask.Flask, current: Callable[[], Current]) -> None:
    """Add the addresses of the tables and of their files."""
    add_address(server, "GET", "/pairs", lambda: _tables(current().results, flask.request.args), ("view", "period"))
    add_address(server, "GET", "/pairs.csv", lambda: _file(current().results, flask.request.args["view"]), ("view",))


def _tables(results: Results, asked: Mapping[str, str]) -> flask.Response:
    picture, (period, frequency) = picture_of(results, parse_view(asked["view"])), parse_period(asked["period"])
    if frequency != picture.series.frequency or not later_panel(picture, period):
        raise ValueError("this view has no tables of two columns for that period")
    return fresh_json(plain(matrix_panel(results, picture, period)))


def _file(results: Results, text: str) -> flask.Response:
    view = parse_view(text)
    if len(view.query.columns) != 2:
        raise ValueError("a file of pairs is split by two columns")
    answer = flask.Response(two_ways_csv(results, view), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name_of(view)}.csv"'
    return answer


def _cell(text: str) -> html.Td:
    return html.Td(text, className="zero" if text in ("0", *KEYS) else None)


def _words(column: str) -> str:
    return column.replace("_", " ")


def _shown(side: Side, period: int) -> list[str]:
    """The codes that a row of the period has, and those of which each has a line in any case."""
    return [code for code, part in side.parts.items() if side.kept or (period in part.values.index and part.point(period).value > 0)]


def _number(series: Series, period: int) -> str:
    """A number as the table has it: ≥ where it is a minimum, ? where nothing was found in a partial collection."""
    if period not in series.values.index:
        return "–"
    point = series.point(period)
    if point.status == "M":
        return "?" if point.why in ("nothing-found", "may-belong") else "–"
    return f"{'≥' if point.at_least else ''}{numbers.number(point.value, series.unit)}"


def _about(results: Results, picture: Picture, sides: list[Side], period: int, texts: set[str]) -> str:
    """What the marks mean, that rows may count twice, and which codes have no line."""
    names = code_names(results, picture.series)
    marks = [words for mark, words in KEYS.items() if any(text.startswith(mark) for text in texts)]
    rows = [[row for part in side.parts.values() if period in part.values.index for row in at_hand(part.rows_in(period))] for side in sides]
    shared = [SHARED] if any(len(some) > len(set(some)) for some in rows) else []
    absent = [definitions.code_words(code, names) for side in sides for code in side.parts if code not in _shown(side, period)]
    without = [f"No row found in this period: {', '.join(absent)}"] if absent else []
    return ". ".join([*marks, *shared, *without, ""]).strip()
