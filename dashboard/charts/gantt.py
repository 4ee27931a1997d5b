"""The spells behind a chart of what is in force: one lane each, alone or above the chart, on its axis of time."""

import datetime
from collections.abc import Sequence

from dashboard.charts.axes import time_axis
from dashboard.charts.frame import LABEL, SMALL, Figure, Frame, safe, text_width
from dashboard.charts.theme import Palette, template
from dashboard.words import numbers
from indicators.compute.spells import Spell

LANE, HIGH_LANE, LEFT, RIGHT, FOOT = 15.5, 24, 24, 24, 26
"""Least height of a lane in pixels, and of one with the name above the bar; margins; room for the names of the years."""
BAR, BAR_HIGH, LOW = 0.66, 0.34, 0.22
"""Share of a lane that the bar takes, in each case; how far below the middle it lies in the second."""
BESIDE, HEADING, WIDER = 5, 18, 1.3
"""From the end of a bar to its name, and from the lanes to the chart below them; how much higher lanes are on a page."""
DAY_MS, DARK = 86_400_000, 0.7
"""Milliseconds of a day; the share of the colour from which a name in a bar has the colour of the paper."""


def in_lanes(spells: Sequence[Spell], start: datetime.date, end: datetime.date) -> tuple[Spell, ...]:
    """The spells that are or may be in force between two days."""
    return tuple(spell for spell in spells if spell.start <= end and (spell.until is None or spell.until > start))


def gantt(spells: Sequence[Spell], days: tuple[datetime.date, datetime.date], palette: Palette, width: int) -> Figure:
    """Bars of spells from the first to the last of some days, the earliest on top; heavier ones in a stronger colour. A bar is solid where
    the spell is known to be in force, and hatched where it may be; one without an end on record has an arrow."""
    frame = Frame(width, start=days[0], end=days[1], palette=palette, left=LEFT, right=RIGHT)
    shown = in_lanes(spells, *days)
    bars, texts, axis = _lanes(shown, frame, "y")
    layout = {
        "template": template(palette),
        "width": width,
        "height": round(WIDER * _lane_of(shown, frame) * len(shown)) + FOOT,
        "margin": {"l": LEFT, "r": RIGHT, "t": 0, "b": FOOT, "pad": 0},
        "xaxis": with_grid(time_axis(frame), palette) | {"fixedrange": True},
        "yaxis": axis,
        "barmode": "overlay",
        "annotations": texts,
    }
    return {"data": bars, "layout": layout}


def above(figure: Figure, spells: Sequence[Spell], frame: Frame, height: int | None, heading: str) -> Figure:
    """A chart, in a `frame`, with lanes of spells above it, which take what it leaves of a `height` and no less than they need; `heading`:
    what the chart below them shows."""
    shown, layout, low = in_lanes(spells, frame.start, frame.end), figure["layout"], frame.plot_height
    gap = HEADING * frame.scale
    least = _lane_of(shown, frame) * len(shown) * (WIDER if height is None else 1)
    room = max(least, (height or 0) - layout["height"] - gap)
    whole = low + gap + room
    bars, texts, axis = _lanes(shown, frame, "y2")
    place = {"xref": "paper", "x": 0, "xanchor": "left", "yref": "paper", "y": 0, "yanchor": "bottom", "yshift": low + 2, "borderpad": 0}
    font = {"size": frame.size(LABEL), "color": frame.palette.series}
    named = place | {"text": f"<b>{safe(heading)}</b>", "showarrow": False, "font": font}
    shapes = [one | {"y1": low / whole} if one.get("yref") == "paper" and one["y1"] == 1 else one for one in layout["shapes"]]
    return figure | {
        "data": [*figure["data"], *bars],
        "layout": layout
        | {
            "height": round(layout["height"] + gap + room),
            "xaxis": with_grid(layout["xaxis"], frame.palette),
            "yaxis": layout["yaxis"] | {"domain": [0, low / whole]},
            "yaxis2": axis | {"domain": [(low + gap) / whole, 1], "anchor": "x"},
            "annotations": [*layout["annotations"], *texts, named],
            "shapes": shapes,
        },
    }


def with_grid(axis: Figure, palette: Palette) -> Figure:
    """The axis of time with a line where each of its periods begins."""
    return axis | {"minor": axis["minor"] | {"showgrid": True, "gridcolor": palette.grid}}


def _lanes(spells: Sequence[Spell], frame: Frame, axis: str) -> tuple[list[Figure], list[Figure], Figure]:
    """The bars, the names, and the axis of lanes."""
    heaviest, count, high = max((spell.weight for spell in spells), default=1), len(spells), _is_high(spells, frame)
    bars, texts = list[Figure](), list[Figure]()
    for place, spell in enumerate(spells):
        share, lane = 0.2 + 0.75 * (spell.weight / heaviest) ** 2 if heaviest else 1, count - place
        at = {"y": lane - LOW if high else lane, "yref": axis, "yanchor": "middle", "showarrow": False, "borderpad": 0}
        bars += [bar | {"y": [at["y"]], "width": BAR_HIGH if high else BAR, "yaxis": axis} for bar in _bars(spell, frame, share)]
        name = _above_bar(spell, frame) | {"y": lane + LOW} if high else _beside(spell, frame) or _inside(spell, frame, share)
        texts.append(at | {"text": safe(spell.name), "font": {"size": frame.size(SMALL), "color": frame.palette.ink}, "xref": "x"} | name)
        if spell.until is None:
            font = {"size": frame.size(LABEL), "color": frame.palette.muted}
            texts.append(at | {"text": "→", "x": 1, "xref": "paper", "xanchor": "left", "font": font})
    return bars, texts, {"range": [0.5, count + 0.5], "visible": False, "fixedrange": True}


def _bars(spell: Spell, frame: Frame, share: float) -> list[Figure]:
    """The solid part of a lane, and the parts before and after it in which the spell may be in force."""
    palette, after = frame.palette, frame.end + datetime.timedelta(days=1)
    colour = palette.tint(palette.series, share)
    until = spell.until or after
    parts = ((spell.start, spell.known_from, False), (spell.known_from, spell.known_until, True), (spell.known_until, until, False))
    hatched = {"shape": "/", "fgcolor": colour, "bgcolor": palette.paper, "size": 5, "solidity": 0.35}
    bars: list[Figure] = []
    for start, end, known in parts:
        begin, stop = max(start, frame.start), min(end, after)
        if begin < stop:
            edge = {"width": 0 if known else 0.8, "color": colour}
            marker = {"color": colour if known else palette.paper, "line": edge, **({} if known else {"pattern": hatched})}
            place = {"type": "bar", "orientation": "h", "base": [begin.isoformat()], "x": [(stop - begin).days * DAY_MS]}
            bars.append(place | {"marker": marker, "hovertext": [words_of(spell)], "hoverinfo": "text"})
    return bars


# ---- names: behind their bar, else before it, else in it; above all bars where one of them has no room ----


def _lane_of(spells: Sequence[Spell], frame: Frame) -> float:
    """The least height of a lane."""
    return (HIGH_LANE if _is_high(spells, frame) else LANE) * frame.scale


def _is_high(spells: Sequence[Spell], frame: Frame) -> bool:
    """Whether names stand above their bars."""
    return any(not _beside(spell, frame) and _solid(spell, frame) < _width(spell, frame) for spell in spells)


def _width(spell: Spell, frame: Frame) -> float:
    return text_width(spell.name, frame.size(SMALL)) + 2 * BESIDE


def _ends(spell: Spell, frame: Frame) -> tuple[datetime.date, datetime.date]:
    """The first day of a bar and the first after it."""
    after = frame.end + datetime.timedelta(days=1)
    return max(spell.start, frame.start), min(spell.until or after, after)


def _beside(spell: Spell, frame: Frame) -> Figure:
    """The place of a name behind its bar or before it; empty where there is room at neither end."""
    begin, end = _ends(spell, frame)
    if frame.x(end) + _width(spell, frame) <= frame.plot_width:
        return {"x": end.isoformat(), "xanchor": "left", "xshift": BESIDE}
    before = {"x": begin.isoformat(), "xanchor": "right", "xshift": -BESIDE}
    return before if _width(spell, frame) <= frame.x(begin) else {}


def _solid(spell: Spell, frame: Frame) -> float:
    """The length of the solid part of a bar, in pixels."""
    _, end = _ends(spell, frame)
    return frame.x(min(spell.known_until, end)) - frame.x(max(spell.known_from, frame.start))


def _inside(spell: Spell, frame: Frame, share: float) -> Figure:
    """The place of a name in the solid part of its bar."""
    font = {"size": frame.size(SMALL), "color": frame.palette.paper if share > DARK else frame.palette.ink}
    return {"x": max(spell.known_from, frame.start).isoformat(), "xanchor": "left", "xshift": BESIDE, "font": font}


def _above_bar(spell: Spell, frame: Frame) -> Figure:
    """The place of a name that begins with its bar, or ends at the edge."""
    begin, _ = _ends(spell, frame)
    if frame.x(begin) + _width(spell, frame) <= frame.plot_width:
        return {"x": begin.isoformat(), "xanchor": "left"}
    return {"x": (frame.end + datetime.timedelta(days=1)).isoformat(), "xanchor": "right"}


def words_of(spell: Spell) -> str:
    """A spell in words for under the mouse: what, from when to when, and since when that is not known.

    >>> day = datetime.date
    >>> words_of(Spell("b:1", "No hats", day(1894, 1, 3), day(1894, 1, 3), day(1894, 5, 2), None, 2.0))
    'No hats, weight 2<br>since 3 January 1894, confirmed to 1 May 1894'
    """
    return f"{safe(spell.name)}, weight {spell.weight:g}<br>{time_of(spell)}"


def time_of(spell: Spell) -> str:
    """The time of a spell in words."""
    start = numbers.date(spell.start.isoformat())
    rough = "" if spell.start == spell.known_from else f" to {numbers.date(spell.known_from.isoformat())}"
    confirmed = numbers.date((spell.known_until - datetime.timedelta(days=1)).isoformat())
    if spell.until is None:
        return f"since {start}{rough}, confirmed to {confirmed}"
    time = f"from {start}{rough}, no longer from {numbers.date(spell.known_until.isoformat())}"
    return time + (f" to {numbers.date(spell.until.isoformat())}" if spell.until != spell.known_until else "")
