"""The numbers as marks: columns for counts, lines for levels, dots for polls. Status and bounds differ in form, not only in colour."""

import datetime
import math
from typing import Any

import pandas as pd

from dashboard import wording
from dashboard.figures.frame import safe
from dashboard.theme import Palette
from indicators.model import Series
from indicators.periods import Frequency, days_in, first_day

Trace = dict[str, Any]
DAY_IN_MS = 86_400_000
ROOM_FOR_FIGURES = 60
ROOM_FOR_HATCHING = 80
ROOM_FOR_A_VALUE = 32


def is_columns(series: Series) -> bool:
    """Whether a series is drawn in columns: counts period by period; sums over a window and levels are lines."""
    if series.definition.transform or series.query.transform or series.definition.combine:
        return False
    reduce = series.definition.reduce
    return series.counts or (reduce is not None and reduce.name == "sum" and series.frequency in ("annual", "half-yearly", "triannual"))


def middle(period: int, frequency: Frequency) -> str:
    """The middle of a period, where its mark stands."""
    start = datetime.datetime.combine(first_day(period, frequency), datetime.time())
    return (start + datetime.timedelta(days=days_in(period, frequency) / 2)).isoformat(timespec="hours")


def hover(series: Series, period: int) -> str:
    """What a mark says when pointed at."""
    point = series.point(period)
    when = wording.period(period, series.frequency)
    if math.isnan(point.value):
        return safe(f"{when}: no value ({point.why})")
    said = [wording.value_words(series, period)]
    said += [wording.STATUS_WORDS[point.status]] if point.status != "A" else []
    said += ["not over yet"] if not point.over else []
    return safe(f"{when}: {', '.join(said)}")


def look(row: Any) -> str:
    """Which look a value has: missing, at_least, tentative (provisional or estimated) or normal."""
    if math.isnan(row.value):
        return "missing"
    if row.at_least:
        return "at_least"
    return "tentative" if row.status in ("P", "E", "I") or not row.over else "normal"


def traces(series: Series, window: pd.DataFrame, palette: Palette, width: int = 0) -> list[Trace]:
    """All marks of the series within a window (rows of `series.values`); values stand above columns where `width` has room."""
    looks = {period: look(row) for period, row in zip(window.index, window.itertuples(), strict=True)}
    drawn = _columns(series, window, looks, palette, width) if is_columns(series) else _line(series, window, looks, palette)
    return [*drawn, _missing(series, window, looks)]


def _common(series: Series, periods: list[int]) -> Trace:
    return {
        "x": [middle(p, series.frequency) for p in periods],
        "customdata": [series.values.at[p, "label"] for p in periods],
        "hovertext": [hover(series, p) for p in periods],
        "hoverinfo": "text",
    }


def _column_styles(window: pd.DataFrame, palette: Palette) -> dict[str, Trace]:
    """Looks of columns. Hatching needs room; narrow columns that are a minimum are pale instead."""
    outline = {"color": palette.series, "width": 1}
    hatched = {"shape": "/", "fgcolor": palette.series, "bgcolor": palette.paper, "size": 5, "solidity": 0.3}
    roomy = len(window) <= ROOM_FOR_HATCHING
    return {
        "normal": {"color": palette.series},
        "at_least": {"color": palette.series, "line": outline, "pattern": hatched} if roomy else {"color": palette.pale},
        "tentative": {"color": palette.pale if roomy else palette.paper, "line": outline},
    }


def _columns(series: Series, window: pd.DataFrame, looks: dict[int, str], palette: Palette, width: int) -> list[Trace]:
    styles = _column_styles(window, palette)
    found: list[Trace] = []
    for name, style in styles.items():
        periods = [p for p in window.index if looks[p] == name and window.at[p, "value"] != 0]
        if periods:
            widths = [days_in(p, series.frequency) * DAY_IN_MS * 0.8 for p in periods]
            values = window.loc[periods, "value"].tolist()
            bars = {"type": "bar", "y": values, "width": widths, "marker": style, "name": name, **_common(series, periods)}
            found.append(bars | (_figures(values, name, series) if width > len(window) * ROOM_FOR_A_VALUE else {}))
    zeros = [p for p in window.index if window.at[p, "value"] == 0]
    if zeros:
        found.append(_zeros(zeros, len(window), palette) | _common(series, zeros))
    return found


def _figures(values: list[float], name: str, series: Series) -> Trace:
    """The values above their columns."""
    bound = "≥ " if name == "at_least" else ""
    text = [f"{bound}{wording.number(v, series.unit)}" for v in values]
    return {"text": text, "textposition": "outside", "textangle": 0, "constraintext": "none", "cliponaxis": False, "textfont": {"size": 11}}


def _zeros(zeros: list[int], periods: int, palette: Palette) -> Trace:
    """A counted zero is seen: as a figure where there is room, else as a dash on the axis."""
    if periods <= ROOM_FOR_FIGURES:
        text = {"text": ["0"] * len(zeros), "textposition": "top center", "textfont": {"color": palette.series, "size": 12}}
        return _markers("zero", [0.0] * len(zeros), {"opacity": 0, "size": 10}) | {"mode": "markers+text", **text}
    marker = {"symbol": "line-ew-open", "size": 6, "color": palette.series, "line": {"width": 2}}
    return _markers("zero", [0.0] * len(zeros), marker)


def _line(series: Series, window: pd.DataFrame, looks: dict[int, str], palette: Palette) -> list[Trace]:
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
    line = {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": {"color": palette.series, "width": 2}, "connectgaps": False}
    found: list[Trace] = [line | {"hoverinfo": "skip", "name": "line"}]
    size = 4 if len(window) > 80 else 6
    styles: dict[str, Trace] = {
        "normal": {"color": palette.series, "size": size},
        "at_least": {"symbol": "triangle-up-open", "color": palette.series, "size": size + 3},
        "tentative": {"color": palette.paper, "size": size + 2, "line": {"color": palette.series, "width": 1.5}},
    }
    for name, style in styles.items():
        periods = [p for p in window.index if looks[p] == name]
        if periods:
            found.append(_markers(name, [values[p] for p in periods], style) | _common(series, periods))
    return found


def _markers(name: str, values: list[float], marker: Trace) -> Trace:
    return {"type": "scatter", "mode": "markers", "y": values, "marker": marker, "cliponaxis": False, "name": name}


def _missing(series: Series, window: pd.DataFrame, looks: dict[int, str]) -> Trace:
    """Unseen marks on the axis, so that a period without a value can be pointed at and says why."""
    periods = [p for p in window.index if looks[p] == "missing"]
    return _markers("missing", [0.0] * len(periods), {"opacity": 0, "size": 10}) | _common(series, periods)


def dots(points: pd.DataFrame, palette: Palette) -> Trace:
    """The rows behind a mean, each where it lies: `points` has day, value, text."""
    marker = {"color": palette.muted, "size": 4, "opacity": 0.45}
    x = [d.date().isoformat() for d in points["day"]]
    found = _markers("polls", points["value"].tolist(), marker) | {
        "x": x,
        "hovertext": [safe(text) for text in points["text"]],
        "hoverinfo": "text",
    }
    return found | {"customdata": points["label"].tolist()}
