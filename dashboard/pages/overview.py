"""The overview: a row for each pillar with its state and its headline figures, what moved, what is next, and the headline charts."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from dash import dcc, html

from dashboard.charts.figure import small
from dashboard.charts.frame import Size
from dashboard.charts.theme import SMALL_CONFIG
from dashboard.charts.view import View
from dashboard.live import Current
from dashboard.pages import Asked, Screen, attributes, cached, changed, charts, day_asked, kept, keys_of, on_day
from dashboard.pages.charts import section, series_of, view_of
from dashboard.pages.nodes import page_of_nodes, plain, state
from dashboard.pages.pillar import headlines
from dashboard.words import agenda, composite, numbers, recipes, states
from indicators.compute.agenda import coming, releases
from indicators.compute.composite import index_of
from indicators.compute.interval import interval
from indicators.compute.state import Judged, gone_quiet, judge, most_comparable, state_of
from indicators.compute.state import State as PillarState
from indicators.nouns.config import Pillar
from indicators.nouns.definition import Definition
from indicators.nouns.periods import first_day, last_day, parse_period
from indicators.nouns.series import Results, Series

PATH = "/"
TITLE = "Overview"
IN_NAVIGATION, TAKES_MORE = True, False
CONTENT = "overview"
TREND = Size(190, height=38)
MOST_MOVED, MOST_NEXT, MOST_QUIET = 4, 5, 2
"""Items of the lists below the table."""


Found = tuple[str, Judged]
"""The part of an indicator that can be compared ("" for the whole), judged."""


class Row(NamedTuple):
    """A pillar with its headline views, and where it stands."""

    pillar: Pillar
    views: tuple[View, ...]
    state: PillarState


def look_up(now: Current, rest: str) -> str | None:
    """The day as of which the numbers are asked for; None is that of the data. ProblemsFound for a later day, and for other keys."""
    return day_asked(now, keys_of(rest, "as_of"))


def _nodes(now: Current, asked: Asked) -> Any:
    """The content, kept as it is sent."""
    as_of, screen = look_up(now, asked.rest), asked.screen
    return cached(now, (CONTENT, screen.theme, as_of), lambda: plain(_content(on_day(now, as_of), screen, as_of)))


layout, register = page_of_nodes(CONTENT, PATH, _nodes, keys_change=TAKES_MORE, also=charts.register)


def _content(current: Current, screen: Screen, as_of: str | None) -> list[Any]:
    """The page: the table, whose trends have the colours of a screen, between what is the same on every screen."""
    led, above, below = kept(current, ("around the table", as_of), lambda: _around_table(current.results, as_of))
    return [*above, *([_table(current, led, screen)] if led else []), *below]


def _around_table(results: Results, as_of: str | None) -> tuple[list[Row], list[Any], list[Any]]:
    """The rows of the table, and what is above and below it."""
    rows = [_row(results, pillar, as_of) for pillar in results.config.pillars]
    asked = [series_of(results, view_of(results, one.id, as_of)) for one in results.definitions.values() if not one.composite]
    judged = [(code, judge(part)) for code, part in map(most_comparable, asked)]
    led = [row for row in rows if row.views]
    composites = [one for one in results.definitions.values() if one.composite]
    without = [row.pillar for row in rows if not row.views and any(one.pillar == row.pillar.id for one in results.definitions.values())]
    full = [section(view, series_of(results, view)) for row in led for view in row.views]
    left = [*_moved(results, judged, MOST_MOVED - len(composites)), *([] if as_of else [changed.place()])]
    right = [*_next(results), *_quiet(results, asked)]
    lists = html.Div([html.Div(left), html.Div(right)], className="lists")
    above = [_head(results, asked, judged, led), *(_index(results, one, as_of) for one in composites)]
    return led, above, [_below(without), lists, html.Section([html.H2("Headline charts"), *full], className="charts")]


def _row(results: Results, pillar: Pillar, as_of: str | None) -> Row:
    views = tuple(view_of(results, name, as_of) for name in headlines(results, pillar))
    return Row(pillar, views, state_of(most_comparable(series_of(results, view))[1] for view in views))


# ---- the head ----


def _head(results: Results, asked: list[Series], judged: list[Found], rows: list[Row]) -> html.Header:
    """Where the relationship stands, in a sentence; how old the evidence is; what to know of an earlier day, where one is asked for."""
    config = results.config
    said = states.sentence([row.pillar.title for row in rows], [row.state for row in rows])
    title = html.H1([html.Span(config.title, className="project"), f": {said}" if said else ""])
    notes = dict.fromkeys(note for one in asked if one.query.as_of for note in one.notes if note not in one.definition.notes)
    back = [html.P([*(f"{note} " for note in notes), html.A("Show the newest numbers", href="/")], className="dated")] if notes else []
    # Of an earlier day it is not recorded which figures had appeared.
    late = "" if any(one.query.as_of for one in asked) else agenda.overdue_words(releases(results))
    due: list[Any] = [" ", html.A(late, href="/calendar#releases")] if late else []
    return html.Header([title, html.P([_evidence(results, judged), *due], className="lead"), *back])


def _evidence(results: Results, judged: list[Found]) -> str:
    """The day of the data, and how many figures are recent, older or not there."""
    recent, none = sum(one.is_recent for _, one in judged), sum(one.newest is None for _, one in judged)
    as_of = numbers.day(results.config.today)
    parts = [f"{recent} of {len(judged)} figures are at most a year old", f"{len(judged) - recent - none} are older"]
    parts += [f"{none} cannot be compared"] if none else []
    return f"Data as of {as_of}. {', '.join(parts)}."


def _index(results: Results, definition: Definition, as_of: str | None) -> html.Section:
    """The place of a composite: its newest value with its interval, and the sentence about it, which is never a verdict."""
    found = interval(results, definition.name, as_of=as_of)
    index = index_of(results, definition.name, as_of=as_of)
    name = composite.marked(definition)
    link, newest = html.A(name, href=f"/indicator/{View(definition.id, as_of=as_of).text}"), index.latest
    if newest is None:
        inside = [html.P([link, composite.short(index, definition).removeprefix(name)], className="said")]
    else:
        value = html.Strong(composite.level(float(index.value[newest])))
        when = html.Span(f" to {numbers.date(f'{last_day(newest, index.frequency):%Y-%m}')}: ")
        range_of = html.Span(recipes.range_words(found), className="range")
        inside = [html.P([value, " ", range_of]), html.P([link, when, composite.beside_level(index, newest)], className="said")]
    return html.Section(inside, className="index", **attributes(aria_label=definition.title))


# ---- the table ----

HEADINGS = ("Pillar", "State", "Headline figure", "Latest", "Change", "Trend", "How sure")


def _table(current: Current, rows: list[Row], screen: Screen) -> html.Div:
    start = first_day(*parse_period(current.results.config.window.start)).year
    end = current.results.config.as_of[:4]
    named = [f"{one} {start}–{end}" if one == "Trend" else one for one in HEADINGS]
    head = html.Thead(html.Tr([html.Th(one, scope="col") for one in named]))
    body = [html.Tr(cells) for row in rows for cells in _lines(current, row, screen)]
    return html.Div(html.Table([head, html.Tbody(body)]), className="standing")


def _lines(current: Current, row: Row, screen: Screen) -> Iterable[list[Any]]:
    """The cells of each headline figure; the first also has the pillar and its state."""
    for number, (view, judged) in enumerate(zip(row.views, row.state.judged, strict=True)):
        own = _figures(current, view, judged, screen)
        if number:
            yield own
            continue
        href = f"/pillar/{row.pillar.id}" + (f"?as_of={view.as_of}" if view.as_of else "")
        pillar = html.Th(html.A(row.pillar.title, href=href), scope="rowgroup", className="pillar-name", rowSpan=str(len(row.views)))
        chip = state(states.standing_words(row.state), row.state.standing)
        yield [pillar, html.Td(chip, className="state-of", rowSpan=str(len(row.views))), *own]


def _figures(current: Current, view: View, judged: Judged, screen: Screen) -> list[Any]:
    series, newest = judged.series, judged.newest
    link = html.Td(html.A(numbers.titled(series.definition), href=f"/indicator/{view.text}"), className="figure")
    trend = html.Td(_trend(current, series, screen), className="trend")
    sure = html.Td(states.certainty(judged), className="sure")
    if newest is None:
        return [link, html.Td("–", className="latest"), html.Td("Nothing can be compared", className="change"), trend, sure]
    value, when = states.figure_words(series, newest)
    newest_value = html.Td([html.Strong(value), " ", html.Span(when)], className="latest")
    changed = html.Td(states.change_words(judged), className=f"change {_direction(judged)}")
    return [link, newest_value, changed, trend, sure]


def _direction(judged: Judged) -> str:
    """The classes of a change: its word, and the mark that shows its direction without colour."""
    change = judged.change
    way = "" if change.base is None else " same" if change.word == "about the same" else " up" if change.way > 0 else " down"
    return change.word.replace(" ", "-") + way


def _trend(current: Current, series: Series, screen: Screen) -> html.Div:
    start = first_day(*parse_period(current.results.config.window.start))
    key = ("small", series.query, screen.theme, series.as_of)
    figure = cached(current, key, lambda: small(series, (start, series.as_of), screen.palette, TREND))
    label = f"Trend: {numbers.headline(series)}"
    return html.Div(dcc.Graph(figure=figure, config=SMALL_CONFIG), className="small", role="img", **attributes(aria_label=label))


def _below(pillars: list[Pillar]) -> html.Div:
    """What marks in the trends mean, links to the pillars without a headline figure, and the rule of the states."""
    links = [part for one in pillars for part in (", ", html.A(one.title, href=f"/pillar/{one.id}"))][1:]
    more = [" Without a headline figure: ", *links, "."] if links else []
    marks = html.P(["Hatched: not collected. Outline: a minimum, or not over. Pale: provisional.", *more], className="place below")
    rule = html.Details([html.Summary("How a state is decided"), html.P(" ".join(states.RULE.split()))], id="state-rule")
    return html.Div([marks, rule], className="legend")


# ---- the lists ----


def _list(title: str, items: list[Any], name: str, empty: str = "") -> list[Any]:
    inside = html.Ul([html.Li(item) for item in items]) if items else html.P(empty, className="place")
    return [html.Section([html.H2(title), inside], className=name)] if items or empty else []


def _moved(results: Results, judged: list[Found], most: int) -> list[Any]:
    """Recent figures that changed by more than chance, other than the headline figures; those that are better or worse first, and of
    each pillar one before any second."""
    led = {name.partition("@")[0] for name in results.config.headline}
    others = [(code, one) for code, one in judged if one.series.definition.id not in led]
    moved = [(code, one) for code, one in others if one.is_recent and one.change.way and one.change.word != "about the same"]
    seen: dict[str, int] = {}
    ranked = []
    for code, one in sorted(moved, key=lambda pair: pair[1].change.word not in ("better", "worse")):
        seen[one.series.definition.pillar] = seen.get(one.series.definition.pillar, 0) + 1
        ranked.append((seen[one.series.definition.pillar], code, one))
    items = [_moved_item(results, code, one) for _, code, one in sorted(ranked, key=lambda three: three[0])[:most]]
    return _list("What else moved", items, "moved", "No other figure of the past year changed by more than chance.")


def _moved_item(results: Results, code: str, judged: Judged) -> list[Any]:
    return [_link(results, judged.series, code), " ", html.Span(states.moved_words(judged), className=f"change {_direction(judged)}")]


def _link(results: Results, series: Series, code: str) -> html.A:
    """A link to the page of a series: its title, and the part of it that is meant."""
    names = results.config.side_names
    title = numbers.titled(series.definition) + (f", {names.get(code, code.replace('_', ' '))}" if code else "")
    return html.A(title, href=f"/indicator/{View(series.definition.id, as_of=series.query.as_of).text}")


def _next(results: Results) -> list[Any]:
    """The next things that are due, or return."""
    items, every = [], coming(results)[:MOST_NEXT]
    for one, before in zip(every, [None, *every], strict=False):
        came = states.came_of_it(one, before)
        note = html.Span(f" ({came})" if came else "", className="why")
        items.append([html.Span(states.due_words(one), className="when"), html.Span([one.name, note])])
    return _list("What is next", items, "next", "No table says what is due.")


def _quiet(results: Results, asked: list[Series]) -> list[Any]:
    """Counts that have come to zero."""
    items = []
    for one in gone_quiet(asked)[:MOST_QUIET]:
        newest, last = (numbers.when(period, one.series.frequency) for period in (one.newest, one.last))
        items.append([_link(results, one.series, one.code), f": none {newest}, {numbers.value_words(one.series, one.last)} {last}"])
    return _list("Gone quiet", items, "quiet")
