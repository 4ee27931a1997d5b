"""The figure of a picture with all its texts: one function for page and export; and the small figure of a row."""

import datetime
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from dashboard.charts import axes, gantt, lines, marks, notes, reference
from dashboard.charts.fan import is_in
from dashboard.charts.frame import LABEL, SMALL, TEXT, Figure, Frame, Paper, Size, cut, safe, text_width, wrapped
from dashboard.charts.head_foot import has_legend, write_foot, write_head
from dashboard.charts.marks import Plot
from dashboard.charts.notes import Box
from dashboard.charts.picture import Days, Layer, Panel, Picture, adds_up, layer_of
from dashboard.charts.theme import Palette, template
from dashboard.words import composite
from indicators.nouns.periods import first_day
from indicators.nouns.series import Annotation, Series, worded

TICKS, AFTER_TICKS = 17, 9
"""Height of the names of the years, and of the space below them."""
HEADING, PANEL_GAP, LEAST_PANEL = 16, 8, 0.3
"""Height of the name of a panel and of the space before it; least share of the height that a panel takes."""
LEAST_PLOT, LEAST_COMPARED = 0.52, 0.46
"""Least share of the height of a picture that its plot takes, and of one of two series; a picture whose texts leave less becomes taller."""
BOLD = 1.08
"""How much wider bold text is."""
LEAST_ROW, BELOW_LANES = 44, 84
"""Least height of a panel, in pixels, and the height of a plot below lanes."""
ROOMS = (0.1, 0.25, 0.42)
"""Shares of the height that may be kept free above the marks for labels, the least first."""
ROOM_FOR_VALUES, MOST_FOR_VALUES, VALUE_LINE = 0.24, 0.5, 1.25
"""The least such share where panels lie above each other, so that a value touches no heading."""
MOST_WIDE, MOST_MEMO, MOST_NARROW = 5, 3, 2
"""Notes of a large picture, of a memo's, of one on a small screen."""
MEMO, WIDE_FROM = Size(624, height=346), 700
SMALL_HEIGHT = 44
SCORES = (0, 100)
"""The ends of an axis of scores."""
LEAST_DISTANCE = 22
"""Least space between two numbers of an axis, in pixels."""


class Drawing(NamedTuple):
    """A picture as a plain Plotly figure of a known size, and its notes."""

    figure: Figure
    plan: notes.Plan


class Word(NamedTuple):
    """A text of the plot: its box in pixels of its panel, the day or time at which it stands ("" for a place in pixels), its look."""

    text: str
    box: Box
    at: str
    colour: str
    size: float
    bold: bool = False


class Arrangement(NamedTuple):
    """What stands where: lines around the plot, axes, panels with the heights of their feet, words in them, and notes."""

    paper: Paper
    scales: tuple[axes.Scale, ...]
    plots: tuple[Plot, ...]
    bases: list[float]
    words: list[list[Word]]
    plan: notes.Plan


def drawing_of(picture: Picture, palette: Palette, size: Size, memo: Drawing | None = None) -> Drawing:
    """The chart of a picture. The notes of a memo come first in every size, and a smaller picture has no others. `memo`: that drawing of
    the same picture, where it is there already."""
    if picture.spells:
        return _below_lanes(picture, palette, size)
    wide = size.width / size.scale
    most = MOST_NARROW if wide < 480 else MOST_MEMO if wide < WIDE_FROM else MOST_WIDE
    first: tuple[Annotation, ...] = ()
    if picture.notes and size != MEMO:
        first = memo.plan.notes if memo else _arranged(picture, palette, MEMO, MOST_MEMO).plan.notes
    further = tuple(note for note in picture.notes if note not in first) if wide >= MEMO.width or size == MEMO else ()
    notes_in_order = (*first, *further)
    ordered = picture if notes_in_order == picture.notes else replace(picture, notes=notes_in_order)  # which has its code already
    return _drawn(ordered, _arranged(ordered, palette, size, most))


def _below_lanes(picture: Picture, palette: Palette, size: Size) -> Drawing:
    """The chart of what is in force, low, below a lane for each spell."""
    arranged = _arranged(picture, palette, replace(size, height=None, plot_height=round(BELOW_LANES * size.scale)), 0)
    drawing = _drawn(picture, arranged)
    unit = f"{arranged.scales[0].name} {picture.series.unit}".strip()
    heading = f"{unit[:1].upper()}{unit[1:]}"
    return drawing._replace(figure=gantt.above(drawing.figure, picture.spells, arranged.paper.frame, size.height, heading))


def _arranged(picture: Picture, palette: Palette, size: Size, most: int) -> Arrangement:
    """What stands where, with as much free height above the marks as the first notes need."""
    wanted = list(range(min(most, len(picture.notes))))
    best: tuple[list[int], Arrangement] | None = None
    for room in ROOMS:
        arranged = _with_room(picture, palette, size, most, room)
        placed = [picture.notes.index(note) for note in arranged.plan.notes]
        rank = placed + [len(picture.notes)] * (most - len(placed))
        if best is None or rank < best[0]:
            best = rank, arranged
        if placed == wanted:
            break
    assert best
    return best[1]


def _with_room(picture: Picture, palette: Palette, size: Size, most: int, room: float) -> Arrangement:
    """What stands where with a share of `room` above the marks. What its values need, and which words go to its foot, is seen when a
    picture is laid out; then it is laid out again."""
    several, remarks = len(picture.panels) > 1, tuple[str, ...]()
    least = (ROOM_FOR_VALUES if several else 0.0,) * len(picture.panels)
    may_grow = several
    while True:
        paper, scales, plots = _laid_out(picture, palette, size, tuple(max(room, own) for own in least), remarks)
        frame = paper.frame
        needed = tuple(max(own, _room_for_values(panel, plot)) for panel, plot, own in zip(picture.panels, plots, least, strict=True))
        if may_grow and needed != least:
            may_grow, least = False, needed
            continue
        bases = [sum(plot.height + _gap(picture, scales, frame) for plot in plots[number + 1 :]) for number in range(len(plots))]
        words = [list(_words(panel, plot)) for panel, plot in zip(picture.panels, plots, strict=True)]
        words[0] += _eras(picture, plots[0])
        spaces = [_space(panel, plot, taken) for panel, plot, taken in zip(picture.panels, plots, words, strict=True)]
        named = [reference.names(*one) for one in zip(picture.panels, plots, spaces, strict=True)]
        nameless = tuple(words for panel, found in zip(picture.panels, named, strict=True) for words in reference.nameless(panel, found))
        if not nameless or remarks:
            break
        remarks = nameless
    for group, found in zip(words, named, strict=True):
        group += [Word(text, box, "", palette.muted, frame.size(SMALL)) for text, box in found]
    grounds = [one for layer in picture.panels[0].layers if layer.fan for one in layer.fan.grounds if is_in(one, picture.days)]
    plan = notes.plan_of(picture.notes, frame, spaces[0], most, grounds)
    return Arrangement(paper, scales, plots, bases, words, plan)


def _laid_out(
    picture: Picture, palette: Palette, size: Size, rooms: tuple[float, ...], remarks: tuple[str, ...]
) -> tuple[Paper, tuple[axes.Scale, ...], tuple[Plot, ...]]:
    """The lines around the plot, the axes and the panels; `rooms`: of each panel the share above its marks; `remarks`: further words of
    the foot."""
    scales = tuple(_scale(panel, room) for panel, room in zip(picture.panels, rooms, strict=True))
    frame = Frame(**vars(size), start=picture.days[0], end=_end(picture), palette=palette)
    frame = replace(frame, right=_right(picture, scales, frame))
    frame = replace(frame, left=_left(picture, scales, frame))
    paper = _paper(picture, scales, frame, remarks)
    if frame.height is not None:
        frame = replace(frame, plot_height=_plot_height(picture, scales, paper, frame))
    paper.frame = frame
    return paper, scales, _plots(picture, scales, frame)


def _room_for_values(panel: Panel, plot: Plot) -> float:
    """The share of a low panel with columns that a line of text above the highest takes."""
    if not any(layer.kind == "columns" for layer in panel.layers):
        return 0.0
    return min(plot.frame.size(TEXT) * VALUE_LINE / plot.height, MOST_FOR_VALUES)


def _drawn(picture: Picture, arranged: Arrangement) -> Drawing:
    paper, scales, plots, bases, words, plan = arranged
    frame = paper.frame
    texts = [*paper.annotations(), *_names(picture, scales, plots, bases)]
    texts += [_annotation(word, base) for group, base in zip(words, bases, strict=True) for word in group]
    texts += notes.texts(plan, frame, bases[0])
    shapes = [*notes.shapes(plan, frame, bases[0]), *_break_lines(picture, frame)]
    for number, (panel, plot) in enumerate(zip(picture.panels, plots, strict=True)):
        shapes += reference.shapes(panel, plot, f"y{number + 1}" if number else "y")
    layout = _layout(picture, paper, plots, bases) | {"annotations": texts, "shapes": shapes}
    return Drawing({"data": _data(picture, plots), "layout": layout}, plan)


def _end(picture: Picture) -> datetime.date:
    """The last day of the axis of time: that of the last period of which something is known, or of a note of the first that lies later."""
    days = [layer.end for layer in picture.layers if layer.end]
    days += [note.start for note in picture.notes[:MOST_MEMO]] if days else [picture.days[1]]
    return min(max(days), picture.days[1])


def _plot_height(picture: Picture, scales: tuple[axes.Scale, ...], paper: Paper, frame: Frame) -> int:
    """What the texts leave of the height, and no less than a plot must have: of the picture, which becomes taller, and of a panel."""
    assert frame.height
    texts, share = round(paper.top) + paper.bottom + 5, LEAST_COMPARED if picture.other else LEAST_PLOT
    rows = len(picture.panels)
    panels = rows * LEAST_ROW * frame.scale + (rows - 1) * _gap(picture, scales, frame) if rows > 1 else 0
    return max(round(frame.height - texts), math.ceil(texts * share / (1 - share)), math.ceil(panels))


def _paper(picture: Picture, scales: tuple[axes.Scale, ...], frame: Frame, remarks: tuple[str, ...]) -> Paper:
    """All lines around the plot."""
    paper = Paper(frame)
    write_head(paper, picture, scales)
    paper.top += _heading_height(picture, scales, frame) if len(picture.panels) > 1 else 0
    paper.bottom = (TICKS + AFTER_TICKS) * frame.scale
    write_foot(paper, picture, scales, _plots(picture, scales, frame), remarks)
    return paper


# ---- scales and places ----


def _scale(panel: Panel, room: float) -> axes.Scale:
    """The axis of values of a panel: counts and sums begin at zero, and so does what hangs on it."""
    layers = (panel.ground,) if panel.share == "stack" else panel.layers
    columns = [layer.window.values["value"] for layer in layers]
    columns += [layer.points["value"] for layer in panel.layers if layer.points is not None]
    values = [value for column in columns for value in column.to_numpy(dtype=float).tolist()]
    values += [height for line in panel.lines for height in line.heights]
    values += [end for layer in panel.layers if layer.fan for end in SCORES]
    known = [v for v in values if not math.isnan(v)]
    counts = all(layer.series.counts for layer in panel.layers)
    zero = any(layer.kind in ("columns", "step") or adds_up(layer.series) for layer in panel.layers)
    scale = axes.scale(values, panel.unit, zero=zero or len(set(known)) < 2, whole=counts, space=room)
    kept = [n for n, tick in enumerate(scale.ticks) if tick <= SCORES[1] or not any(layer.fan for layer in panel.layers)]
    return scale._replace(ticks=tuple(scale.ticks[n] for n in kept), texts=tuple(scale.texts[n] for n in kept))


def _left(picture: Picture, scales: tuple[axes.Scale, ...], frame: Frame) -> int:
    """The left margin: the widest number of the axes that have some."""
    size, plots = frame.size(TEXT - 1), _plots(picture, scales, frame)
    numbered = [plot.scale for panel, plot in zip(picture.panels, plots, strict=True) if not has_no_numbers(panel, plot)]
    widest = max((text_width(text, size) for scale in numbered for text in scale.texts), default=0)
    return round(10 * frame.scale + (widest + 6 if widest else 0))


def _right(picture: Picture, scales: tuple[axes.Scale, ...], frame: Frame) -> int:
    """The right margin: the names or values at the ends of lines."""
    size = frame.size(LABEL)
    found = [_end_word(layer, panel, scale, frame) for panel, scale in zip(picture.panels, scales, strict=True) for layer in panel.layers]
    widest = max((text_width(word, size) * BOLD for word in found), default=0)
    return round(max(14 * frame.scale, widest + 14))


def _end_word(layer: Layer, panel: Panel, scale: axes.Scale, frame: Frame) -> str:
    """What stands at the end of a line: its name where several share the panel, and its last value, ≥ where that is a minimum."""
    if layer.kind != "line" or layer.last is None:
        return ""
    period, last = layer.last
    least = "≥" if layer.window.point(period).at_least else ""
    value = composite.level(last) if layer.fan else least + lines.number_in(last, layer.series, scale)
    return f"{layer.name} {value}" if panel.share == "lines" and not has_legend(panel, frame) else value


def _headings(picture: Picture, scales: tuple[axes.Scale, ...], frame: Frame) -> list[list[str]]:
    """The lines of the name of each panel, with its unit where the panels have several and the name does not say it."""
    texts = []
    for panel, scale in zip(picture.panels, scales, strict=True):
        unit = f"{scale.name} {panel.unit}".strip()
        named = picture.has_one_unit or unit.lower() in panel.title.lower()
        texts.append(panel.title if named else f"{panel.title}, {unit}")
    return [wrapped(text, frame.size(LABEL) * BOLD, frame.plot_width) for text in texts]


def _heading_height(picture: Picture, scales: tuple[axes.Scale, ...], frame: Frame) -> float:
    """Height of the names of panels, which all have as many lines as the longest."""
    return HEADING * frame.scale * max(map(len, _headings(picture, scales, frame)))


def _gap(picture: Picture, scales: tuple[axes.Scale, ...], frame: Frame) -> float:
    """From the foot of one panel to the top of the next."""
    return _heading_height(picture, scales, frame) + PANEL_GAP * frame.scale


def _plots(picture: Picture, scales: tuple[axes.Scale, ...], frame: Frame) -> tuple[Plot, ...]:
    """The panels in their heights: as high as their values where all have one unit, else alike."""
    height = frame.plot_height - _gap(picture, scales, frame) * (len(scales) - 1)
    weights = [max(scale.high - scale.low, 1e-12) if picture.has_one_unit else 1.0 for scale in scales]
    shares = [max(weight / max(weights), LEAST_PANEL) for weight in weights]
    return tuple(Plot(frame, scale, height * share / sum(shares)) for scale, share in zip(scales, shares, strict=True))


# ---- words in the plot ----


def _words(panel: Panel, plot: Plot) -> Iterator[Word]:
    """Values above columns, question marks, and what stands at the ends of lines."""
    frame, with_words = plot.frame, panel.share in ("alone", "stack")
    questions = marks.questions(panel.ground, plot) if with_words else []
    ends = list(_ends(panel, plot, [box for _, box, _ in questions]))
    yield from ends
    if with_words:
        size = frame.size(LABEL)
        yield from (Word(text, box, at, frame.palette.ink, size) for text, box, at in marks.values_above(panel.ground, plot))
        named = marks.named_hatching(panel.ground, plot, [end.box for end in ends])
        yield from (Word(text, box, at, frame.palette.muted, frame.size(SMALL)) for text, box, at in (*questions, *named))
    if panel.ground.last is None and not marks.named_hatching(panel.ground, plot):
        yield _why_empty(panel.ground, plot)


def _why_empty(layer: Layer, plot: Plot) -> Word:
    """Why a window has no value, in the middle of the plot."""
    frame, size = plot.frame, plot.frame.size(LABEL)
    whys = [why for why in layer.window.values["why"].tolist() if why]
    reason = f": {worded(max(whys, key=whys.count))}" if whys else ""
    text = cut(f"No value in this window{reason}", size, frame.plot_width)
    width, middle = text_width(text, size), plot.height / 2
    left = (frame.plot_width - width) / 2
    return Word(text, Box(left, middle - size * 0.6, left + width, middle + size * 0.6), "", frame.palette.muted, size)


def _ends(panel: Panel, plot: Plot, questions: Sequence[Box]) -> Iterator[Word]:
    """Names and values at the ends of lines, moved apart where they would touch, and above a question mark."""
    frame, size = plot.frame, plot.frame.size(LABEL)
    ends = []
    for layer in panel.layers:
        text = _end_word(layer, panel, plot.scale, frame)
        if text and layer.last:
            period, value = layer.last
            x = marks.x_of(period, layer.series.frequency, frame, marks.place_in(layer)) + 8
            ends.append((plot.y(value), x, text, frame.palette.of(layer.role)[0]))
    low = 0.0  # below are the names of the years
    for y, x, text, colour in sorted(ends):
        low = max(y - size * 0.6, low)
        left = max(x, max(e[1] for e in ends) if len(ends) > 1 else x)
        box = Box(left, low, left + text_width(text, size) * BOLD, low + size * 1.2)
        low = max([low, *(question.high for question in questions if box.meets(question))])
        yield Word(text, box._replace(low=low, high=low + size * 1.2), "", colour, size, bold=True)
        low += size * 1.25


def _eras(picture: Picture, plot: Plot) -> list[Word]:
    """Who leads, at the top of the plot over their time: the whole name, else its first word, where it fits."""
    frame, size, found = plot.frame, plot.frame.size(SMALL), []
    for name, start, end in picture.eras:
        left, right = frame.x(max(start, frame.start)), frame.x(min(end, frame.end))
        for text in (name, name.split()[0]):
            width = text_width(text, size)
            if width + 4 <= right - left:
                x = (left + right - width) / 2
                found.append(Word(text, Box(x, plot.height - size * 1.3, x + width, plot.height - 1), "", frame.palette.muted, size))
                break
    return found


def _annotation(word: Word, base: float) -> Figure:
    box = word.box
    text = f"<b>{safe(word.text)}</b>" if word.bold else safe(word.text)
    by_pixels = {"xref": "paper", "x": 0, "xanchor": "left", "xshift": round(box.left, 1)}
    place = {"xref": "x", "x": word.at, "xanchor": "center"} if word.at else by_pixels
    fixed = {"showarrow": False, "yref": "paper", "y": 0, "yanchor": "middle", "borderpad": 0}
    font = {"size": word.size, "color": word.colour}
    return {"text": text, "font": font, "yshift": round(base + (box.low + box.high) / 2, 1)} | place | fixed


def _space(panel: Panel, plot: Plot, words: list[Word]) -> notes.Space:
    """What is taken of a panel before notes are placed."""
    space = notes.Space(plot.frame.plot_width, plot.height, is_level=panel.layers[0].kind in ("line", "dots"))
    for layer in panel.layers:
        space.marks += marks.boxes(layer, plot) if panel.share != "stack" else []
        space.soft += marks.boxes_of_band(layer, plot)
        if layer.points is not None:
            space.soft += marks.boxes_of_dots(layer.points, plot)
    if panel.share == "stack":
        space.marks += marks.boxes(panel.ground, plot)
    values = [word.box for word in words if word.at]
    (space.taken if space.is_level else space.marks).extend(values)
    space.taken += [word.box for word in words if not word.at]
    space.soft += marks.boxes_of_hatching(panel.ground, plot) if panel.share != "lines" else []
    space.soft += [Box(x - 1, 0, x + 1, plot.height) for x in map(plot.frame.x, _breaks(panel.layers))]
    return space


def _breaks(layers: Sequence[Layer]) -> Iterator[datetime.date]:
    """The days on which a series breaks: values before and after are not comparable."""
    yield from (first_day(period, layer.series.frequency) for layer in layers for period in layer.breaks)


def _names(picture: Picture, scales: tuple[axes.Scale, ...], plots: tuple[Plot, ...], bases: list[float]) -> Iterator[Figure]:
    """The name of each panel above its left corner, where there are several."""
    if len(plots) == 1:
        return
    frame = plots[0].frame
    above = zip(picture.panels, plots, bases, _headings(picture, scales, frame), strict=True)
    place = {"xref": "paper", "x": 0, "yref": "paper", "y": 0, "xanchor": "left", "yanchor": "bottom", "borderpad": 0, "align": "left"}
    for panel, plot, base, words in above:
        font = {"size": frame.size(LABEL), "color": frame.palette.of(panel.layers[0].role)[0]}
        text = f"<b>{'<br>'.join(safe(line) for line in words)}</b>"
        yield place | {"showarrow": False, "text": text, "font": font, "yshift": round(base + plot.height + 2, 1)}


# ---- marks and axes ----


def _data(picture: Picture, plots: tuple[Plot, ...]) -> list[Figure]:
    data: list[Figure] = []
    for number, (panel, plot) in enumerate(zip(picture.panels, plots, strict=True)):
        drawn = marks.hatching(panel.ground, plot) if panel.share != "lines" else []
        for place, layer in enumerate(panel.layers):
            drawn += marks.dots(layer.points, plot.frame.palette) if layer.points is not None and len(layer.points) else []
            drawn += marks.traces(layer, plot, panel.share, place)
        data += [trace | ({"yaxis": f"y{number + 1}"} if number else {}) for trace in drawn]
    return data


def _layout(picture: Picture, paper: Paper, plots: tuple[Plot, ...], bases: list[float]) -> Figure:
    frame = paper.frame
    margin = {"l": frame.left, "r": frame.right, "t": round(paper.top), "b": round(paper.bottom + 5), "pad": 0}
    shares = {panel.share for panel in picture.panels}
    values = {
        f"yaxis{number + 1}" if number else "yaxis": _value_axis(panel, plot)
        | {"domain": [base / frame.plot_height, min((base + plot.height) / frame.plot_height, 1)], "anchor": "x"}
        for number, (panel, plot, base) in enumerate(zip(picture.panels, plots, bases, strict=True))
    }
    return {
        "template": template(frame.palette, frame.scale),
        "width": frame.width,
        # Texts that leave too little space for a plot make the figure taller than asked; nothing is cut.
        "height": max(frame.height or 0, round(paper.top) + frame.plot_height + round(paper.bottom + 5)),
        "margin": margin,
        "xaxis": axes.time_axis(frame, by_year=all(layer.series.frequency == "annual" for layer in picture.layers))
        | {"anchor": f"y{len(plots)}" if len(plots) > 1 else "y"},
        **values,
        "hovermode": "closest",
        "hoverdistance": 30,
        "barmode": "stack" if "stack" in shares else "group" if "group" in shares else "overlay",
        "uirevision": picture.view.text,
        "title": None,
        "dragmode": False if frame.narrow else "zoom",
    }


def _value_axis(panel: Panel, plot: Plot) -> Figure:
    """The axis of values: lines and numbers, fewer where they would touch, and none where each column has its value above it."""
    scale, colour = plot.scale, plot.frame.palette.muted
    line = {"zeroline": scale.low <= 0 <= scale.high, "zerolinecolor": colour, "zerolinewidth": 1.2}
    if has_no_numbers(panel, plot):
        return {"range": [scale.low, scale.high], "showticklabels": False, "showgrid": False, "ticks": ""} | line
    distance = plot.height * (scale.ticks[1] - scale.ticks[0]) / (scale.high - scale.low) if len(scale.ticks) > 1 else plot.height
    each = math.ceil(LEAST_DISTANCE * plot.frame.scale / distance)
    ticks = {"tickmode": "array", "tickvals": list(scale.ticks[::each]), "ticktext": list(scale.texts[::each])}
    return {"range": [scale.low, scale.high]} | ticks | line


def has_no_numbers(panel: Panel, plot: Plot) -> bool:
    """Whether a panel needs no numbers at its axis: every value stands above its column, or there is none."""
    return panel.ground.last is None or (panel.share == "alone" and marks.has_values(panel.layers[0], plot))


def _break_lines(picture: Picture, frame: Frame) -> list[Figure]:
    look = {"type": "line", "line": {"width": 1, "dash": "dot", "color": frame.palette.muted}, "layer": "below"}
    days = (day.isoformat() for day in _breaks(picture.layers))
    return [look | {"xref": "x", "x0": day, "x1": day, "yref": "paper", "y0": 0, "y1": 1} for day in days]


# ---- the small chart of a row ----


def small(series: Series, days: Days, palette: Palette, size: Size) -> Figure:
    """The shape of a series without texts, with the same marks and the same hatched ground as its chart."""
    layer = layer_of(series, days)
    panel = Panel((layer,), unit=series.unit)
    frame = Frame(size.width, start=days[0], end=days[1], palette=palette, left=2, right=6)
    height = (size.height or SMALL_HEIGHT) - 8
    plot = Plot(frame, _scale(panel, 0.05), height)
    after = frame.end + datetime.timedelta(days=1)
    bare = {"showticklabels": False, "showgrid": False, "ticks": "", "fixedrange": True}
    return {
        "data": [*marks.hatching(layer, plot), *(_thin(one) for one in marks.traces(layer, plot) if one["name"] != "missing")],
        "layout": {
            "template": template(palette),
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "width": size.width,
            "height": height + 8,
            "margin": {"l": frame.left, "r": frame.right, "t": 4, "b": 4, "pad": 0},
            "xaxis": bare | {"type": "date", "range": [frame.start.isoformat(), after.isoformat()], "showline": False},
            "yaxis": bare | {"range": [plot.scale.low, plot.scale.high], "zerolinecolor": palette.grid, "zeroline": plot.scale.low <= 0},
            "barmode": "overlay",
            "hovermode": False,
        },
    }


def _thin(trace: Figure) -> Figure:
    """A trace without the keys that only a large chart uses."""
    kept = {key: value for key, value in trace.items() if key not in ("hovertext", "customdata", "hoverinfo", "text", "textposition")}
    if trace["type"] == "scatter" and "markers" in trace["mode"]:
        kept |= {"mode": "markers", "marker": trace.get("marker", {}) | {"size": 4}}
    return kept | {"hoverinfo": "skip"}
