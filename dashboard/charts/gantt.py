"""The spells behind a chart of what is in force: one lane each, on the axis of time of the chart."""

import datetime
from typing import Any

from dashboard.charts.figure import time_axis
from dashboard.charts.frame import LABEL, Figure, Frame, safe, text_width
from dashboard.charts.picture import Days
from dashboard.charts.theme import Palette, template
from dashboard.words import numbers
from indicators.compute.spells import Spell

LANE, BAR, LEFT, RIGHT, FOOT = 31, 0.34, 24, 24, 26
"""Height of a lane in pixels; share of it that the bar takes; margins; room for the names of the years."""
DAY_MS = 86_400_000


def gantt(spells: tuple[Spell, ...], days: Days, today: datetime.date, palette: Palette, width: int) -> Figure:
    """Bars of spells from the first to the last day of a chart, the earliest on top; heavier ones in a stronger colour. A bar is solid
    where the spell is known to be in force, and hatched where it may be; one without an end on record has an arrow."""
    first, last = days[0], min(days[1], today)
    shown = [spell for spell in spells if spell.start <= last and (spell.until is None or spell.until > first)]
    frame = Frame(width, start=first, end=last, palette=palette, left=LEFT, right=RIGHT)
    heaviest = max((spell.weight for spell in shown), default=1)
    bars = [bar for lane, spell in enumerate(shown) for bar in _bars(spell, len(shown) - lane, frame, heaviest)]
    texts = [text for lane, spell in enumerate(shown) for text in _texts(spell, len(shown) - lane, frame)]
    axis = time_axis(frame)
    grid = {"showgrid": True, "gridcolor": palette.grid}
    layout = {
        "template": template(palette),
        "width": width,
        "height": LANE * len(shown) + FOOT,
        "margin": {"l": LEFT, "r": RIGHT, "t": 0, "b": FOOT, "pad": 0},
        "xaxis": axis | {"fixedrange": True, "minor": axis["minor"] | grid},
        "yaxis": {"range": [0.4, len(shown) + 0.6], "visible": False, "fixedrange": True},
        "barmode": "overlay",
        "bargap": 1 - BAR,
        "annotations": texts,
    }
    return {"data": bars, "layout": layout}


def _bars(spell: Spell, lane: int, frame: Frame, heaviest: float) -> list[Any]:
    """The solid part of a lane, and the parts before and after it in which the spell may be in force."""
    palette, after = frame.palette, frame.end + datetime.timedelta(days=1)
    colour = palette.tint(palette.series, 0.3 + 0.7 * (spell.weight / heaviest) ** 2)
    until = spell.until or after
    parts = ((spell.start, spell.known_from, False), (spell.known_from, spell.known_until, True), (spell.known_until, until, False))
    hatched = {"shape": "/", "fgcolor": colour, "bgcolor": palette.paper, "size": 5, "solidity": 0.35}
    bars: list[Any] = []
    for start, end, known in parts:
        begin, stop = max(start, frame.start), min(end, after)
        if begin < stop:
            edge = {"width": 0 if known else 0.8, "color": colour}
            marker = {"color": colour if known else palette.paper, "line": edge, **({} if known else {"pattern": hatched})}
            place = {"type": "bar", "orientation": "h", "base": [begin.isoformat()], "x": [(stop - begin).days * DAY_MS], "y": [lane - 0.2]}
            bars.append(place | {"marker": marker, "hovertext": [words_of(spell)], "hoverinfo": "text"})
    return bars


def _texts(spell: Spell, lane: int, frame: Frame) -> list[Any]:
    """The name of a spell above its bar, and an arrow where it has no end on record."""
    begin, palette = max(spell.start, frame.start), frame.palette
    fits = frame.x(begin) + text_width(spell.name, LABEL) < frame.plot_width
    at = begin if fits else frame.end + datetime.timedelta(days=1)
    place = {"x": at.isoformat(), "xanchor": "left" if fits else "right"}
    font = {"size": LABEL, "color": palette.ink}
    over = {"y": lane + 0.24, "yanchor": "middle", "xref": "x", "yref": "y", **place}
    name = {"text": safe(spell.name), "showarrow": False, "font": font, **over}
    if spell.until is not None:
        return [name]
    end = {"x": 1, "xref": "paper", "xanchor": "left", "text": "→", "y": lane - 0.2, "yref": "y", "yanchor": "middle"}
    return [name, end | {"showarrow": False, "font": {"size": 14, "color": palette.muted}}]


def words_of(spell: Spell) -> str:
    """A spell in words: what, from when to when, and since when that is not known.

    >>> day = datetime.date
    >>> words_of(Spell("b:1", "No hats", day(1894, 1, 3), day(1894, 1, 3), day(1894, 5, 2), None, 2.0))
    'No hats, weight 2<br>since 3 January 1894, confirmed to 1 May 1894'
    """
    start = numbers.date(spell.start.isoformat())
    rough = "" if spell.start == spell.known_from else f" to {numbers.date(spell.known_from.isoformat())}"
    confirmed = numbers.date((spell.known_until - datetime.timedelta(days=1)).isoformat())
    if spell.until is None:
        time = f"since {start}{rough}, confirmed to {confirmed}"
    else:
        time = f"from {start}{rough}, no longer from {numbers.date(spell.known_until.isoformat())}"
        time += f" to {numbers.date(spell.until.isoformat())}" if spell.until != spell.known_until else ""
    return f"{safe(spell.name)}, weight {spell.weight:g}<br>{time}"
