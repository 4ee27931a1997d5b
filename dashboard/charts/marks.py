"""The numbers as marks: columns, steps, lines and dots. Status and bounds differ in form, not only in colour."""

import datetime
import math
from typing import Any

import pandas as pd

from dashboard.charts.frame import safe
from dashboard.charts.picture import Layer, Share
from dashboard.charts.theme import Palette
from dashboard.words import numbers
from indicators.nouns.periods import Frequency, days_in, first_day
from indicators.nouns.series import Series

Trace = dict[str, Any]
DAY_IN_MS = 86_400_000
MOST_WITH_ZEROS = 60
MOST_HATCHED = 80
LEAST_VALUE_WIDTH = 32
LOOKS = ("normal", "at_least", "provisional", "estimated")


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


def look(row: Any) -> str:
    """Which look a value has: missing, at_least, provisional (or not over), estimated (or imputed) or normal."""
    if math.isnan(row.value):
        return "missing"
    if row.at_least:
        return "at_least"
    if row.status in ("E", "I"):
        return "estimated"
    return "provisional" if row.status == "P" or not row.over else "normal"


def looks_of(values: pd.DataFrame) -> dict[int, str]:
    """The look of each period of a series' values."""
    return {period: look(row) for period, row in zip(values.index, values.itertuples(), strict=True)}


def traces(layer: Layer, palette: Palette, width: int = 0, share: Share = "alone", place: int = 0) -> list[Trace]:
    """All marks of a layer. Values are printed above columns that share their panel with no other where `width` allows; `place` is that of
    the layer among those that share the panel."""
    looks = looks_of(layer.window.values)
    if layer.kind == "columns":
        drawn = _columns(layer, looks, palette, width if share == "alone" else 0, (share, place))
    elif layer.kind == "step":
        drawn = _steps(layer, looks, palette)
    else:
        drawn = _line(layer, looks, palette)
    missing = [_missing(layer, looks)] if place == 0 else []
    return [*drawn, *missing]


def _common(layer: Layer, periods: list[int], place: float = 0.5) -> Trace:
    series = layer.series
    return {
        "x": [middle(p, series.frequency, place) for p in periods],
        "customdata": [str(series.values.at[p, "label"]) + layer.mark for p in periods],
        "hovertext": [hover(layer, p) for p in periods],
        "hoverinfo": "text",
    }


def _column_styles(layer: Layer, palette: Palette) -> dict[str, Trace]:
    """Looks of columns. Hatching needs wide columns; narrow ones that are a minimum are pale instead."""
    colour, pale_colour = palette.of(layer.role)
    is_wide = len(layer.window.values) <= MOST_HATCHED
    edge = {"color": palette.paper if layer.name else colour, "width": 1 if is_wide else 0}
    outline = {"color": colour, "width": 1}
    hatched = {"shape": "/", "fgcolor": colour, "bgcolor": palette.paper, "size": 5, "solidity": 0.3 if not layer.name else 0.5}
    pale = {"color": pale_colour} if pale_colour != colour else {"color": colour, "opacity": 0.5}
    return {
        "normal": {"color": colour} | ({"line": edge} if layer.name else {}),
        "at_least": {"color": colour, "line": outline, "pattern": hatched} if is_wide else pale,
        "provisional": pale | {"line": outline} if is_wide else {"color": palette.paper, "line": outline},
        "estimated": {"color": colour, "line": outline, "pattern": hatched | {"shape": "."}} if is_wide else pale | {"line": outline},
    }


def _columns(layer: Layer, looks: dict[int, str], palette: Palette, width: int, shared: tuple[Share, int]) -> list[Trace]:
    series, window, (share, place) = layer.series, layer.window.values, shared
    marks: list[Trace] = []
    for name, style in _column_styles(layer, palette).items():
        periods = [p for p in window.index if looks[p] == name and window.at[p, "value"] != 0]
        if periods:
            values = window.loc[periods, "value"].tolist()
            bars = {"type": "bar", "y": values, "marker": style, "name": name, **_common(layer, periods)}
            bars |= {"offsetgroup": str(place)} if share == "group" else {}
            bars |= {} if share == "group" else {"width": [days_in(p, series.frequency) * DAY_IN_MS * 0.8 for p in periods]}
            if width > len(window) * _value_width(window, series):
                text = [f"{'≥ ' if name == 'at_least' else ''}{numbers.number(v, series.unit)}" for v in values]
                bars |= {"text": text, "textposition": "outside", "textangle": 0, "constraintext": "none", "cliponaxis": False}
            marks.append(bars)
    zeros = [p for p in window.index if window.at[p, "value"] == 0]
    if zeros and share == "alone":
        marks.append(_zeros(zeros, len(window), palette.of(layer.role)[0]) | _common(layer, zeros))
    return marks


def _value_width(window: pd.DataFrame, series: Series) -> float:
    """Width of the longest value above a column."""
    longest = max((len(numbers.number(v, series.unit)) for v in window["value"].dropna()), default=1)
    return max(LEAST_VALUE_WIDTH, 14 + 7.5 * longest)


def _zeros(zeros: list[int], periods: int, colour: str) -> Trace:
    """A counted zero is visible: as a figure where there is space, else as a dash on the axis."""
    if periods <= MOST_WITH_ZEROS:
        text = {"text": ["0"] * len(zeros), "textposition": "top center", "textfont": {"color": colour}}
        return _markers("zero", [0.0] * len(zeros), {"opacity": 0, "size": 10}) | {"mode": "markers+text", **text}
    marker = {"symbol": "line-ew-open", "size": 6, "color": colour, "line": {"width": 2}}
    return _markers("zero", [0.0] * len(zeros), marker)


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
            line = {"color": colour, "width": 1.5, "dash": {"provisional": "dot", "estimated": "dash"}.get(name, "solid")}
            path = {"type": "scatter", "mode": "lines", "line": line, "fill": "toself", "fillcolor": _veil(colour)}
            marks.append(path | _outline(periods, window, layer.series.frequency) | {"hoverinfo": "skip", "name": "steps"})
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
            xs, ys = [*xs, start], [*ys, 0.0]
        xs, ys = [*xs, start, end], [*ys, values[p], values[p]]
        if after != p + 1 or stretches[after] != stretches[p]:
            xs, ys = [*xs, end, None], [*ys, 0.0, None]
    return {"x": xs, "y": ys}


def _veil(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.3)"


def _line(layer: Layer, looks: dict[int, str], palette: Palette) -> list[Trace]:
    """Marks of a level, of a line joined from one period to the next where neither a gap nor a break lies between."""
    series, window, (colour, _) = layer.series, layer.window.values, palette.of(layer.role)
    values, stretches = window["value"].to_dict(), window["stretch"].to_dict()
    path: list[int | None] = []
    last: int | None = None
    for p in window.index:
        if looks[p] == "missing":
            path.append(None)
        else:
            if last is not None and stretches[last] != stretches[p]:
                path.append(None)
            path.append(p)
            last = p
    xs = [None if p is None else middle(p, series.frequency) for p in path]
    ys = [None if p is None else values[p] for p in path]
    line = {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": {"color": colour, "width": 2}, "connectgaps": False}
    marks: list[Trace] = [line | {"hoverinfo": "skip", "name": "line"}] if layer.kind == "line" else []
    size = 4 if len(window) > 80 else 6
    styles: dict[str, Trace] = {
        "normal": {"color": colour, "size": size},
        "at_least": {"symbol": "triangle-up-open", "color": colour, "size": size + 3},
        "provisional": {"color": palette.paper, "size": size + 2, "line": {"color": colour, "width": 1.5}},
        "estimated": {"color": palette.paper, "size": size + 2, "symbol": "square", "line": {"color": colour, "width": 1.5}},
    }
    for name, style in styles.items():
        periods = [p for p in window.index if looks[p] == name]
        if periods:
            marks.append(_markers(name, [values[p] for p in periods], style) | _common(layer, periods))
    return marks


def _markers(name: str, values: list[float], marker: Trace) -> Trace:
    return {"type": "scatter", "mode": "markers", "y": values, "marker": marker, "cliponaxis": False, "name": name}


def _missing(layer: Layer, looks: dict[int, str]) -> Trace:
    """Invisible marks on the axis, so that a period without a value gives its reason when pointed at."""
    periods = [p for p, name in looks.items() if name == "missing"]
    return _markers("missing", [0.0] * len(periods), {"opacity": 0, "size": 10}) | _common(layer, periods)


MOST_GROUPS = 4
SYMBOLS = ("circle", "square", "diamond", "cross")


def groups_of(points: pd.DataFrame) -> list[str]:
    """The largest groups, which have colours of their own; none where the rows have no groups."""
    counted = points["group"][points["group"] != ""].value_counts()
    return [str(group) for group in counted.index[:MOST_GROUPS]]


def dots(points: pd.DataFrame, palette: Palette) -> list[Trace]:
    """The rows behind a mean, each where it lies, the largest groups by colour and form: `points` has day, value, text, group."""
    groups = groups_of(points)
    looks: dict[str, Trace] = {"": {"color": palette.muted, "size": 4, "opacity": 0.4}}
    for group, colour, symbol in zip(groups, palette.parts[1:], SYMBOLS, strict=False):
        looks[group] = {"color": colour, "symbol": symbol, "size": 5, "opacity": 0.7}
    shown = points["group"].where(points["group"].isin(groups), "")
    return [_dots(points[shown == group], look) for group, look in looks.items() if (shown == group).any()]


def _dots(points: pd.DataFrame, marker: Trace) -> Trace:
    return _markers("polls", points["value"].tolist(), marker) | {
        "x": [d.date().isoformat() for d in points["day"]],
        "hovertext": [safe(text) for text in points["text"]],
        "hoverinfo": "text",
        "customdata": points["label"].tolist(),
    }
