"""The numbers as marks: columns, steps, lines and dots, and the boxes that they take. What a number is worth has a form of its own:
solid, an outline where it is a minimum, dashed or pale where it is provisional, hatched ground where nothing is collected, and a
question mark where the collection is partial and nothing was found."""

import datetime
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from dashboard.charts.axes import Scale
from dashboard.charts.frame import LABEL, SMALL, Frame, safe, text_width
from dashboard.charts.lines import number_in
from dashboard.charts.notes import Box
from dashboard.charts.picture import Layer, Share
from dashboard.charts.theme import Palette
from dashboard.words import numbers
from indicators.nouns.periods import MONTHS, PER_YEAR, Frequency, days_in, first_day, last_day, period_of
from indicators.nouns.series import Point, Series

Trace = dict[str, Any]
DAY_IN_MS = 86_400_000
WIDE = 0.8
"""Share of its period that a column takes."""
LOOKS = ("normal", "at_least", "provisional", "estimated")
VALUE_ROOM = 6
"""Least space between two values above columns, in pixels."""
QUESTION, DASH = "?", "4px,2.5px"


def middle(period: int, frequency: Frequency, place: float = 0.5) -> str:
    """The time at which a period is marked: its middle, or another `place` in it (0 to 1)."""
    start = datetime.datetime.combine(first_day(period, frequency), datetime.time())
    return (start + datetime.timedelta(days=days_in(period, frequency) * place)).isoformat(timespec="hours")


def hover(layer: Layer, period: int) -> str:
    """The text shown when a mark is pointed at."""
    series = layer.series
    point = series.point(period)
    when = numbers.period(period, series.frequency) + (f", {layer.name}" if layer.name else "")
    if math.isnan(point.value):
        return safe(f"{when}: no value ({point.reason})")
    words = [numbers.value_words(series, period)]
    words += [numbers.STATUS_WORDS[point.status]] if point.status != "A" else []
    words += ["not over yet"] if not point.over else []
    words += [point.reason] if point.reason else []
    return safe(f"{when}: {', '.join(words)}")


class Plot(NamedTuple):
    """Where a panel is drawn: the frame, its scale of values and its height in pixels."""

    frame: Frame
    scale: Scale
    height: float

    def y(self, value: float) -> float:
        """The height of a value, in pixels from the foot of the panel."""
        return (value - self.scale.low) / (self.scale.high - self.scale.low) * self.height


def traces(layer: Layer, plot: Plot, share: Share = "alone", place: int = 0) -> list[Trace]:
    """All marks of a layer; `place` is its place among those that share the panel."""
    palette, looks = plot.frame.palette, layer.looks
    if layer.kind == "columns":
        drawn = _columns(layer, looks, plot, (share, place))
    elif layer.kind == "step":
        drawn = _steps(layer, looks, palette)
    else:
        drawn = _line(layer, looks, palette)
    missing = [_missing(layer, looks, plot.scale.low)] if place == 0 else []
    return [*_fan(layer, palette), *drawn, *missing]


def place_in(layer: Layer) -> float:
    """Where in its period a value stands, 0 to 1: in the middle; that of an index in its last month, the month that it is read in."""
    return place_in_period(layer.series.frequency) if layer.fan else 0.5


def place_in_period(frequency: Frequency) -> float:
    """Where in its period an index stands: in the middle of its last month."""
    return 1 - 0.5 / MONTHS[frequency]


def _common(layer: Layer, periods: list[int]) -> Trace:
    series, place = layer.series, place_in(layer)
    for p in periods:
        if p not in layer.kept:
            layer.kept[p] = middle(p, series.frequency, place), hover(layer, p)
    return {
        "x": [layer.kept[p][0] for p in periods],
        "customdata": [f"{series.point(p).label}{layer.mark}" for p in periods],
        "hovertext": [layer.kept[p][1] for p in periods],
        "hoverinfo": "text",
    }


# ---- the interval of a composite ----


def _fan(layer: Layer, palette: Palette) -> list[Trace]:
    """The interval of an index, and behind its line the one by month; both with the gaps of their own values."""
    if layer.fan is None:
        return []
    ends = layer.fan.band.reindex(_in_band(layer))
    plain = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "cliponaxis": True}
    band = band_of(ends, layer.series.frequency, palette.of(layer.role)[0]) | {"name": "interval"}
    return [plain | band, *(plain | one for one in _by_month(layer, palette))]


def band_of(ends: pd.DataFrame, frequency: Frequency, colour: str) -> Trace:
    """The ground between low and high of periods, cut where one does not follow the other. A break cuts only the line."""
    xs: list[str | None] = []
    ys: list[float | None] = []
    periods, low, high = (list(one) for one in (ends.index.tolist(), ends["low"].tolist(), ends["high"].tolist()))
    for _, run in itertools.groupby(range(len(periods)), lambda at: periods[at] - at):
        places = list(run)
        times = [middle(periods[at], frequency, place_in_period(frequency)) for at in places]
        lows, highs = [round(low[at], 1) for at in places], [round(high[at], 1) for at in reversed(places)]
        xs, ys = [*xs, *times, *reversed(times), None], [*ys, *lows, *highs, None]
    return {"x": xs, "y": ys, "line": {"width": 0}, "fill": "toself", "fillcolor": _veil(colour)}


def _in_band(layer: Layer) -> list[int]:
    return [p for p, look in layer.looks.items() if look != "missing"]


def _by_month(layer: Layer, palette: Palette) -> Iterator[Trace]:
    """The line by month, from the first month of the window to the last."""
    window, frequency = layer.window.values, layer.series.frequency
    if layer.fan is None or not len(layer.fan.monthly) or not len(window):
        return
    ends = first_day(int(window.index[0]), frequency), last_day(int(window.index[-1]), frequency)
    shown = layer.fan.monthly.loc[period_of(ends[0], "monthly") : period_of(ends[1], "monthly")]
    values = [None if math.isnan(value) else value for value in shown.tolist()]
    line = {"width": 1, "color": palette.tint(palette.ink, 0.6)}
    yield {"x": [middle(p, "monthly") for p in shown.index.tolist()], "y": values, "line": line, "connectgaps": False, "name": "by month"}


# ---- columns ----


def _column_styles(layer: Layer, palette: Palette) -> dict[str, Trace]:
    """Looks of columns: solid, an outline for a minimum, pale with an outline for what is provisional, dotted for an estimate. Of parts
    on each other an outline has a tint inside, because empty ones cannot be told apart, and what is provisional has none."""
    colour, pale = palette.of(layer.role)
    on_each_other = isinstance(layer.role, int) or layer.role == "rest"
    outline = {"color": colour, "width": 1.4}
    dotted = {"shape": ".", "fgcolor": colour, "bgcolor": palette.paper, "size": 5, "solidity": 0.5}
    return {
        "normal": {"color": colour, "line": {"color": palette.paper, "width": 1 if on_each_other else 0}},
        "at_least": {"color": palette.tint(colour, 0.3) if on_each_other else palette.paper, "line": outline},
        "provisional": {"color": palette.tint(colour, 0.6)} if on_each_other else {"color": pale, "line": outline},
        "estimated": {"color": palette.paper, "line": outline, "pattern": dotted},
    }


def _columns(layer: Layer, looks: dict[int, str], plot: Plot, shared: tuple[Share, int]) -> list[Trace]:
    series, (share, place), values = layer.series, shared, layer.window.values["value"].to_dict()
    marks: list[Trace] = []
    for name, style in _column_styles(layer, plot.frame.palette).items():
        periods = [p for p, look in looks.items() if look == name and values[p] != 0]
        if periods:
            bars = {"type": "bar", "y": [values[p] for p in periods], "marker": style, "name": name, **_common(layer, periods)}
            bars |= {"offsetgroup": str(place)} if share == "group" else {}
            bars |= {} if share == "group" else {"width": [days_in(p, series.frequency) * DAY_IN_MS * WIDE for p in periods]}
            marks.append(bars)
    zeros = [p for p in looks if values[p] == 0]
    if zeros and share == "alone" and not has_values(layer, plot):
        dash = {"symbol": "line-ew-open", "size": 6, "color": plot.frame.palette.of(layer.role)[0], "line": {"width": 2}}
        marks.append(_markers("zero", [0.0] * len(zeros), dash) | _common(layer, zeros))  # visible where it has no figure
    return marks


def value_texts(layer: Layer, scale: Scale) -> dict[int, str]:
    """What is written above each column, by period."""
    key = scale.divisor, scale.name
    if key not in layer.kept:
        layer.kept[key] = {period: _value_text(point, layer.series, scale) for period, point in layer.window.points.items()}
    found: dict[int, str] = layer.kept[key]
    return found


def _value_text(point: Point, series: Series, scale: Scale) -> str:
    """A value in the unit of the axis, ≥ where it is a minimum, and * where its period is not over."""
    if math.isnan(point.value):
        return ""
    words = number_in(point.value, series, scale)
    return f"{'≥' if point.at_least else ''}{words}{'' if point.over else '*'}"


def has_values(layer: Layer, plot: Plot) -> bool:
    """Whether all values of a layer have room above its columns."""
    window, size = layer.window, plot.frame.size(LABEL)
    if layer.kind != "columns" or not len(window.values):
        return False
    widest = max(text_width(text, size) for text in value_texts(layer, plot.scale).values())
    return widest + VALUE_ROOM <= plot.frame.plot_width / _periods_in(plot.frame, layer.series.frequency)


def _periods_in(frame: Frame, frequency: Frequency) -> float:
    """How many periods the axis of time has room for."""
    return max(((frame.end - frame.start).days + 1) * PER_YEAR[frequency] / 365.25, 1)


def values_above(layer: Layer, plot: Plot) -> Iterator[tuple[str, Box, str]]:
    """What stands above the columns, with its box, in pixels of the panel, and the time of its middle."""
    if not has_values(layer, plot):
        return
    size, frame = plot.frame.size(LABEL), plot.frame
    for period, words in value_texts(layer, plot.scale).items():
        if words:
            x, width = x_of(period, layer.series.frequency, frame), text_width(words, size)
            low = plot.y(max(layer.window.point(period).value, 0)) + 2
            yield words, Box(x - width / 2, low, x + width / 2, low + size * 1.15), middle(period, layer.series.frequency)


def x_of(period: int, frequency: Frequency, frame: Frame, place: float = 0.5) -> float:
    """The middle of a period, or another `place` in it, in pixels from the left edge of the plot."""
    start = first_day(period, frequency)
    return frame.x(start) + (frame.x(start + datetime.timedelta(days=days_in(period, frequency))) - frame.x(start)) * place


# ---- steps and lines ----


def _steps(layer: Layer, looks: dict[int, str], palette: Palette) -> list[Trace]:
    """Each value as long as its period; a minimum is pale, and nothing is drawn where nothing is known."""
    normal, pale = palette.of(layer.role)
    window = layer.window.values
    values = window["value"].to_dict()
    marks: list[Trace] = []
    for name in LOOKS:
        periods = [p for p in window.index if looks[p] == name]
        if periods:
            colour = pale if name == "at_least" else normal
            dash = DASH if name in ("provisional", "estimated") else "solid"
            line = {"color": normal, "width": 1.5, "dash": dash, "simplify": False}  # a small step stays a step
            path = {"type": "scatter", "mode": "lines", "line": line, "fill": "toself"}
            path |= {"fillcolor": palette.paper if name == "at_least" else _veil(colour)}
            marks.append(path | _outline(periods, window, layer.series.frequency) | {"hoverinfo": "skip", "name": f"steps {name}"})
            unseen = _markers(name, [values[p] for p in periods], {"opacity": 0, "size": 8})
            marks.append(unseen | _common(layer, periods))
    return marks


def _outline(periods: list[int], window: pd.DataFrame, frequency: Frequency) -> Trace:
    """The outline of successive steps down to the axis, which starts again after each gap and each break."""
    values, stretches = window["value"].to_dict(), window["stretch"].to_dict()
    xs: list[str | None] = []
    ys: list[float | None] = []
    for before, p, after in zip([None, *periods], periods, [*periods[1:], None], strict=False):
        start, end = middle(p, frequency, 0), middle(p, frequency, 1)
        if before != p - 1 or stretches[before] != stretches[p]:
            xs.append(start)
            ys.append(0.0)
        xs += (start, end)
        ys += (values[p], values[p])
        if after != p + 1 or stretches[after] != stretches[p]:
            xs += (end, None)
            ys += (0.0, None)
    return {"x": xs, "y": ys}


def _veil(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.3)"


def runs_of_line(layer: Layer, looks: dict[int, str]) -> list[list[int]]:
    """Periods that a line joins: neither a gap nor a break lies between them."""
    stretches = layer.window.values["stretch"].to_dict()
    runs: list[list[int]] = []
    for p, look in looks.items():
        if look == "missing":
            continue
        if runs and runs[-1][-1] == p - 1 and stretches[p - 1] == stretches[p]:
            runs[-1].append(p)
        else:
            runs.append([p])
    return runs


def _line(layer: Layer, looks: dict[int, str], palette: Palette) -> list[Trace]:
    """A level: a line, dashed towards what is provisional or estimated, with a mark at its end and at points that nothing joins; dots
    where nothing leads from one to the next. All points can be pointed at."""
    points, (colour, _) = layer.window.points, palette.of(layer.role)
    values = layer.window.values["value"].to_dict()
    runs = runs_of_line(layer, looks)
    marks: list[Trace] = []
    if layer.kind == "line":
        parts = {"solid": list[tuple[int, int]](), DASH: list[tuple[int, int]]()}
        for run in runs:
            for a, b in itertools.pairwise(run):
                parts[DASH if looks[b] in ("provisional", "estimated") else "solid"].append((a, b))
        marks += [_path(layer, pairs, {"color": colour, "width": 2.2, "dash": dash}) for dash, pairs in parts.items() if pairs]
    last = next((p for p in reversed(looks) if looks[p] != "missing"), None)
    alone = {run[0] for run in runs if len(run) == 1}
    for name in LOOKS:
        periods = [p for p, look in looks.items() if look == name]
        if periods:
            shown = [layer.kind == "dots" or p == last or p in alone or name == "at_least" for p in periods]
            is_open = [name != "normal" or not points[p].over for p in periods]
            marker = {
                "symbol": "triangle-up" if name == "at_least" else "circle",
                "size": [7 if one else 6 for one in shown],
                "opacity": [1 if one else 0 for one in shown],
                "color": [palette.paper if one else colour for one in is_open],
                "line": {"color": colour, "width": 1.8},
            }
            marks.append(_markers(name, [values[p] for p in periods], marker) | _common(layer, periods))
    return marks


def _path(layer: Layer, pairs: Sequence[tuple[int, int]], line: Trace) -> Trace:
    """The joined pairs as one trace, cut where one pair does not begin where the one before it ends."""
    values, frequency, place = layer.window.values["value"].to_dict(), layer.series.frequency, place_in(layer)
    xs: list[str | None] = []
    ys: list[float | None] = []
    for before, (a, b) in zip([None, *pairs], pairs, strict=False):
        if before is None or before[1] != a:
            xs += (None, middle(a, frequency, place))
            ys += (None, values[a])
        xs.append(middle(b, frequency, place))
        ys.append(values[b])
    path = {"type": "scatter", "mode": "lines", "x": xs[1:], "y": ys[1:], "line": line, "connectgaps": False}
    return path | {"hoverinfo": "skip", "name": "line"}


def _markers(name: str, values: list[float], marker: Trace) -> Trace:
    return {"type": "scatter", "mode": "markers", "y": values, "marker": marker, "cliponaxis": False, "name": name}


def _missing(layer: Layer, looks: dict[int, str], foot: float) -> Trace:
    """Invisible marks on the axis, so that a period without a value gives its reason when pointed at."""
    periods = [p for p, name in looks.items() if name == "missing"]
    return _markers("missing", [foot] * len(periods), {"opacity": 0, "size": 10}) | _common(layer, periods)


def dots(points: pd.DataFrame, palette: Palette) -> list[Trace]:
    """The rows behind a mean, each where it lies, small and pale: `points` has day, value, text, label; who it is from shows when
    pointed at."""
    look = {"color": palette.muted, "size": 3.5, "opacity": 0.35}
    return [
        _markers("polls", points["value"].tolist(), look)
        | {
            "x": [d.date().isoformat() for d in points["day"]],
            "hovertext": [safe(text) for text in points["text"]],
            "hoverinfo": "text",
            "customdata": points["label"].tolist(),
        }
    ]


# ---- what is not known ----


def hatching(layer: Layer, plot: Plot) -> list[Trace]:
    """Hatched ground where nothing was collected, from the foot of the panel to its top."""
    runs, _ = layer.unknown
    if not runs:
        return []
    low, high = plot.scale.low, plot.scale.high
    xs: list[str | None] = []
    ys: list[float | None] = []
    for first, last in runs:
        start, end = middle(first, layer.series.frequency, 0), middle(last, layer.series.frequency, 1)
        xs += (start, end, end, start, start, None)
        ys += (low, low, high, high, low, None)
    palette = plot.frame.palette
    pattern = {"shape": "/", "fgcolor": palette.hatch, "bgcolor": palette.paper, "size": 6, "solidity": 0.12}
    area = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "fill": "toself", "fillpattern": pattern, "fillcolor": palette.paper}
    return [area | {"x": xs, "y": ys, "hoverinfo": "skip", "name": "not collected", "cliponaxis": True}]


def questions(layer: Layer, plot: Plot) -> list[tuple[str, Box, str]]:
    """A question mark on the axis for each period whose collection is partial and in which nothing was found, where it has room."""
    _, nothing = layer.unknown
    size, frame = plot.frame.size(SMALL), plot.frame
    if not nothing or frame.plot_width / _periods_in(frame, layer.series.frequency) < text_width(QUESTION, size) + 1:
        return []
    found = []
    for period in nothing:
        x, width = x_of(period, layer.series.frequency, frame), text_width(QUESTION, size)
        found.append((QUESTION, Box(x - width / 2, 2, x + width / 2, 2 + size * 1.15), middle(period, layer.series.frequency)))
    return found


NOT_COLLECTED, HEIGHTS = "not collected", (1 / 2, 1 / 6, 5 / 6)
"""The name of hatched ground, and the shares of the height at which it may stand, the best first."""


def named_hatching(layer: Layer, plot: Plot, taken: Sequence[Box] = ()) -> list[tuple[str, Box, str]]:
    """What hatched ground means, written on the widest of it that is seen, where it has room: at the first height that is not `taken`."""
    size = plot.frame.size(SMALL)
    width, grounds = text_width(NOT_COLLECTED, size), boxes_of_hatching(layer, plot)
    widest = max(grounds, key=lambda box: box.right - box.left, default=None)
    if widest is None or widest.right - widest.left < width + 8:
        return []
    x, heights = (widest.left + widest.right) / 2, [plot.height * share for share in HEIGHTS]
    places = [Box(x - width / 2, height - size * 0.6, x + width / 2, height + size * 0.6) for height in heights]
    box = next((place for place in places if not any(map(place.meets, taken))), places[0])
    return [(NOT_COLLECTED, box, plot.frame.time_at(x))]


def boxes_of_hatching(layer: Layer, plot: Plot) -> list[Box]:
    """The rectangles of the hatched ground between the ends of the axis of time, which may end before what is not collected does."""
    frame, frequency = plot.frame, layer.series.frequency
    bounds = [(frame.x(first_day(first, frequency)), frame.x(first_day(last + 1, frequency))) for first, last in layer.unknown[0]]
    seen = [(max(left, 0), min(right, frame.plot_width)) for left, right in bounds]
    return [Box(left, 0, right, plot.height) for left, right in seen if left < right]


# ---- the boxes of marks ----

HALO, REACH = 3, 8
"""Half the height of a box around a line, and the width of each, in pixels."""


def boxes(layer: Layer, plot: Plot) -> Iterator[Box]:
    """The rectangles that the marks of a layer take, in pixels of the panel."""
    frame, frequency, values = plot.frame, layer.series.frequency, layer.window.values["value"].to_dict()
    if layer.kind in ("columns", "step"):
        for period, value in values.items():
            if not math.isnan(value) and value:
                x, half = x_of(int(str(period)), frequency, frame), frame.plot_width / _periods_in(frame, frequency) / 2
                half *= WIDE if layer.kind == "columns" else 1
                yield Box(x - half, min(plot.y(value), plot.y(0)), x + half, max(plot.y(value), plot.y(0)))
        return
    for run in runs_of_line(layer, layer.looks):
        seen = run if layer.kind == "dots" else _turning(run, values)
        points = [(x_of(p, frequency, frame, place_in(layer)), plot.y(values[p])) for p in seen]
        yield from (Box(x - HALO, y - HALO, x + HALO, y + HALO) for x, y in (points[0], points[-1]))
        if layer.kind == "dots":
            yield from (Box(x - HALO, y - HALO, x + HALO, y + HALO) for x, y in points)
        else:
            for a, b in itertools.pairwise(points):
                yield from _along(a, b)


def _turning(run: list[int], values: Mapping[Any, float]) -> list[int]:
    """The periods of a line without those inside a level stretch: a line of days has thousands of them, mostly at 0."""
    level = (values[before] == values[p] == values[after] for before, p, after in zip(run, run[1:], run[2:], strict=False))
    return [*run[:1], *(p for p, is_level in zip(run[1:], level, strict=False) if not is_level), *run[1:][-1:]]


def _along(a: tuple[float, float], b: tuple[float, float]) -> Iterator[Box]:
    """Boxes along a line from one point to another."""
    steps = 1 if a[1] == b[1] else max(1, math.ceil(abs(b[0] - a[0]) / REACH))
    for i in range(steps):
        (x0, y0), (x1, y1) = ((a[0] + (b[0] - a[0]) * t / steps, a[1] + (b[1] - a[1]) * t / steps) for t in (i, i + 1))
        yield Box(x0, min(y0, y1) - HALO, x1, max(y0, y1) + HALO)


def boxes_of_band(layer: Layer, plot: Plot) -> Iterator[Box]:
    """The rectangles of the interval of an index."""
    for period in _in_band(layer) if layer.fan else ():
        start = plot.frame.x(first_day(period, layer.series.frequency))
        low, high = (plot.y(end) for end in layer.fan.ends(period)) if layer.fan else (0, 0)
        yield Box(start, low, plot.frame.x(first_day(period + 1, layer.series.frequency)), high)


def boxes_of_dots(points: pd.DataFrame, plot: Plot) -> Iterator[Box]:
    """The rectangles of single rows."""
    across = plot.frame.xs(points["day"].to_numpy()).tolist()
    for x, y in zip(across, map(plot.y, points["value"].tolist()), strict=True):
        yield Box(x - 2, y - 2, x + 2, y + 2)
