"""What moved a composite between two periods: a bar for each part, that opens the rows behind it. The address keeps the periods."""

from collections.abc import Callable, Mapping
from math import isnan
from typing import Any, NamedTuple
from urllib.parse import urlencode

import flask
from dash import html

from dashboard.charts.picture import Picture, picture_of
from dashboard.charts.view import VIEW, parse_view
from dashboard.live import Current
from dashboard.pages import add_address, attributes, fresh_json
from dashboard.pages.nodes import plain
from dashboard.pages.rows import MOST_ROWS, row_tables
from dashboard.words import composite, numbers
from indicators.compute.composite import index_of, moved
from indicators.nouns.index import Bar, Index, Moved
from indicators.nouns.periods import PER_YEAR, label
from indicators.problems import fault, refused
from indicators.suggestions import suggest

KEY, BETWEEN = "moved", "to"
PLACE = "moved"


class Span(NamedTuple):
    """Two periods of an index that have a value."""

    start: int
    end: int


def indexed(now: Current, picture: Picture) -> Index:
    """The index that a picture is about, by its recipe or by a reader's."""
    query, definition = picture.series.query, picture.series.definition
    recipe = definition.composite if query.recipe else None
    return index_of(now.results, query.name, picture.series.frequency, as_of=query.as_of, recipe=recipe)


def span_in(index: Index, text: str) -> Span | None:
    """The periods that a text names, else the newest with a value and the one a year before it; None where there are no two.
    ProblemsFound where the index has no value in one of them."""
    known = {index.label(int(period)): int(period) for period in index.value.dropna().index}
    if text:
        names = text.split(BETWEEN)
        wrong = [name for name in names if name not in known]
        if wrong or len(names) != 2 or known[names[0]] >= known[names[1]]:
            hint = suggest(wrong[0], known) if wrong else "name an earlier and a later period, as 2018-T3to2019-T3"
            raise refused(fault("wrong-value/periods", hint=hint, given=text), VIEW)
        return Span(known[names[0]], known[names[1]])
    newest = index.latest
    before = [period for period in known.values() if newest is not None and period < newest]
    if newest is None or not before:
        return None
    year = newest - PER_YEAR[index.frequency]
    return Span(year if year in before else before[-1], newest)


def register(server: flask.Flask, current: Callable[[], Current]) -> None:
    """Add the address that gives the bars between two periods, or the rows of one."""
    add_address(server, "GET", "/moved", lambda: _between(current(), flask.request.args.to_dict()), ("view", "span", "rows"))


def picture_asked(now: Current, asked: Mapping[str, str]) -> Picture:
    """The picture of a composite that an address asks for a part of; ValueError for another indicator."""
    picture = picture_of(now.results, parse_view(asked["view"]))
    if not picture.series.definition.composite:
        raise ValueError("only a composite is made of parts")
    return picture


def _between(now: Current, asked: dict[str, str]) -> flask.Response:
    picture = picture_asked(now, asked)
    span = span_in(indexed(now, picture), asked.get("span", ""))
    return fresh_json(plain(_rows_of(now, picture, span, asked["rows"]) if "rows" in asked else bars(now, picture, span)))


def _rows_of(now: Current, picture: Picture, span: Span | None, name: str) -> list[Any]:
    """The rows that entered and left a bar. ValueError where there is no such bar."""
    found = [one for one in moved(indexed(now, picture), *span).bars if _name_of(one) == name] if span else []
    if not found:
        raise ValueError(f"no part {name!r} moved the index between these periods")
    nodes = list[Any]()
    for word, ids in (("Entered", found[0].entered), ("Left", found[0].left)):
        nodes += [html.H3(f"{word} the window"), *row_tables(now.results, picture.series, ids[:MOST_ROWS])] if ids else []
    return nodes


def _name_of(bar: Bar) -> str:
    return f"{bar.pillar}-{bar.part}".replace("@", "-")


# ---- the bars ----


def moved_section(now: Current, picture: Picture, text: str) -> list[Any]:
    """The choice of two periods, and what moved the index between them."""
    index = indexed(now, picture)
    span = span_in(index, text)
    if span is None:
        return []
    form = html.Form([_choice(index, "start", "From", span.start), " ", _choice(index, "end", "to", span.end)], className="span")
    inside = html.Div(bars(now, picture, span), id=PLACE, **attributes(aria_live="polite", data_view=picture.view.text))
    return [html.H2("What moved it"), form, inside]


def _choice(index: Index, name: str, label: str, chosen: int) -> html.Label:
    periods = [int(period) for period in reversed(index.value.dropna().index.tolist())]
    words = [(one, numbers.period(one, index.frequency)) for one in periods]
    options = [html.Option(text, value=index.label(one), selected=one == chosen) for one, text in words]
    return html.Label([f"{label} ", html.Select(options, id=f"span-{name}", name=name)])


def bars(now: Current, picture: Picture, span: Span | None) -> list[Any]:
    """The change in a sentence, and a bar for each part: what did most comes first within its kind."""
    if span is None:
        return [html.P("There are no two periods with a value.", className="place")]
    change = moved(indexed(now, picture), *span)
    said = composite.moved_words(change, picture.series.definition, published=not picture.view.recipe)
    scale = _scale(change)
    level, rows = change.before, list[Any]([_end(change.start, change.before, change, scale)])
    for bar in change.bars:
        rows.append(_bar(picture, change, bar, level, scale))
        level += bar.real + bar.composition
    rows.append(_end(change.end, change.after, change, scale))
    key = "Solid: news. Hatched: a part that came or went, which is no news of relations. Open a bar for the rows that entered and left."
    return [html.P(said, className="summary"), html.Div(rows, className="falls"), html.P(key, className="place")]


def _scale(change: Moved) -> tuple[float, float]:
    """The least and the greatest level on the way, with some room."""
    levels = [change.before]
    for bar in change.bars:
        levels += [levels[-1] + bar.real, levels[-1] + bar.real + bar.composition]
    low, high = min(levels), max(levels)
    room = max((high - low) * 0.06, 0.5)
    return low - room, high + room


def _end(period: int, level: float, change: Moved, scale: tuple[float, float]) -> html.Div:
    """The level at one end."""
    place = _share(level, scale)
    mark = html.Span("", className="level", style=f"left: {place:.2f}%")
    track = html.Span([mark], className="track", **attributes(aria_hidden="true"))
    when = html.Span(numbers.period(period, change.frequency), className="of")
    return html.Div([when, track, html.Span(html.Strong(composite.level(level)), className="did")], className="fall end")


def _bar(picture: Picture, change: Moved, bar: Bar, level: float, scale: tuple[float, float]) -> html.Details:
    parts = [(bar.real, "news"), (bar.composition, "composition")]
    drawn, at = [], level
    for size, kind in parts:
        if abs(size) >= composite.LEAST_SHOWN:
            ends = sorted((_share(at, scale), _share(at + size, scale)))
            way = "up" if size > 0 else "down"
            drawn.append(html.Span("", className=f"block {kind} {way}", style=f"left: {ends[0]:.2f}%; width: {ends[1] - ends[0]:.2f}%"))
        at += size
    if not drawn:
        drawn = [html.Span("", className="level faint", style=f"left: {_share(level, scale):.2f}%")]
    track = html.Span(drawn, className="track", **attributes(aria_hidden="true"))
    line = html.Summary(
        [html.Span(bar.title, className="of"), track, html.Span(composite.bar_words(bar), className="did")], className="fall"
    )
    inside = [line, html.P(composite.rows_words(bar), className="place")]
    if bar.entered or bar.left:
        span = f"{label(change.start, change.frequency)}{BETWEEN}{label(change.end, change.frequency)}"
        asked = urlencode({"view": picture.view.text, "span": span, "rows": _name_of(bar)})
        inside.append(html.Div("…", className="later", **attributes(data_nodes=f"/moved?{asked}")))
    return html.Details(inside, id=f"moved-{_name_of(bar)}")


def _share(level: float, scale: tuple[float, float]) -> float:
    """Where a level stands on the track, in per cent of its width."""
    return 0.0 if isnan(level) else (level - scale[0]) / (scale[1] - scale[0]) * 100
