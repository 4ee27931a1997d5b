"""The words of a chart: title and rule above the plot; key, source, dates and the view's address under it."""

import pandas as pd

from dashboard import wording
from dashboard.figures import marks, strip
from dashboard.figures.frame import SMALL, TEXT, TITLE, Paper, safe
from dashboard.figures.labels import text_width, wrapped
from dashboard.figures.layers import REST, Chart, Layer, Panel, kind_in
from dashboard.theme import Palette
from indicators.model import Series

ROUND = {"provisional": "○", "estimated": "□"}
SIGNS = {
    "columns": {"provisional": "▭", "estimated": "▒"},
    "step": {"provisional": "┈", "estimated": "╌"},
    "line": ROUND,
    "dots": ROUND,
}
Windows = dict[int, pd.DataFrame]
"""Rows of each layer's values that the frame shows, by the layer's place in the chart."""


def title_of(chart: Chart) -> str:
    """What, how split, and how often."""
    series = chart.series
    told = "".join(f", {wording.step_words(step)}" for step in series.query.transform)
    split = f", by {series.query.breakdown.replace('_', ' ')}" if series.query.breakdown else ""
    names = " and ".join(dict.fromkeys(wording.titled(one.definition) for one in chart.shown))
    return f"{names}{split}{told}, {wording.FREQUENCY_WORDS[series.frequency]}"


def write_head(paper: Paper, chart: Chart) -> None:
    """Title, then unit and counting rule of each series."""
    frame = paper.frame
    size = TITLE - 2 if frame.narrow else TITLE
    for line in wrapped(title_of(chart), frame.size(size) * 1.06, frame.text_width):
        paper.write(f"<b>{safe(line)}</b>", size, colour=frame.palette.ink, leading=1.3)
    paper.top += 2
    for series in chart.shown:
        whose = f"{wording.titled(series.definition)}. " if chart.other else ""
        rule = f"{whose}Unit: {series.unit}. What counts: {series.definition.counts.strip()}"
        for line in wrapped(rule, frame.size(TEXT), frame.text_width):
            paper.write(safe(line), TEXT, colour=frame.palette.muted)
    paper.top += 8


def write_key(paper: Paper, chart: Chart, windows: Windows) -> None:
    """One entry for each layer of several and for each look that occurs; wrapped to the width."""
    frame, palette = paper.frame, paper.frame.palette
    entries = [*_layer_entries(chart), *_state_entries(chart, windows, palette), *_look_entries(chart, windows, palette)]
    line, used = list[str](), 0.0
    for symbol, said in entries:
        width = text_width(f"■ {said}    ", frame.size(SMALL))
        if line and used + width > frame.text_width:
            paper.write("&nbsp;&nbsp;&nbsp;".join(line), SMALL, colour=palette.muted, below=True, leading=1.4)
            line, used = [], 0.0
        line.append(f"{symbol} {safe(said)}")
        used += width
    if line:
        paper.write("&nbsp;&nbsp;&nbsp;".join(line), SMALL, colour=palette.muted, below=True, leading=1.4)
    for text in _remarks(chart, windows):
        for row in wrapped(text, frame.size(SMALL), frame.text_width):
            paper.write(safe(row), SMALL, colour=frame.palette.muted, below=True)
    paper.bottom += 4


def _layer_entries(chart: Chart) -> list[tuple[str, str]]:
    named = [layer for layer in chart.layers if layer.name]
    return [(_coloured("■", layer.colour), layer.name) for layer in named]


def _state_entries(chart: Chart, windows: Windows, palette: Palette) -> list[tuple[str, str]]:
    graded = graded_layers(chart)
    seen = {name for place, layer in graded for name in strip.present(layer.series, windows[place])}
    if not graded:
        seen = set(strip.present(chart.series, windows[-1]))
    told = strip.STATES | {"partial": "partial: numbers are at least, no mark is unknown"}
    return [(_swatch(name, palette), told[name]) for name in strip.STATES if name in seen]


def _look_entries(chart: Chart, windows: Windows, palette: Palette) -> list[tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for place, (panel, layer) in enumerate(_with_panels(chart)):
        window = windows[place]
        looks = set(marks.looks_of(window).values())
        if "at_least" in looks:
            found.setdefault("at_least", (_least_sign(panel, layer, window), "at least this many"))
        signs = SIGNS[kind_in(panel.share, layer.series, window)]
        for look, told in (("provisional", "provisional or not over"), ("estimated", "estimated, or from one row alone")):
            if look in looks:
                found.setdefault(look, (_coloured(signs[look], layer.colour), told))
        if (window["status"] == "B").any() and panel.share != "stack":
            found.setdefault("break", ("┆", "break: the two sides are not comparable"))
        if layer.points is not None and len(layer.points):
            found.setdefault("average", (_coloured("━", layer.colour), "average of the polls"))
            named = marks.groups_of(layer.points)
            for group, colour, sign in zip(named, palette.parts[1:], "●■◆✚", strict=False):
                found.setdefault(f"points {group}", (_coloured(sign, colour), group))
            found.setdefault("points", (_coloured("•", palette.muted), "other single polls" if named else "single polls"))
    return list(found.values())


def _with_panels(chart: Chart) -> list[tuple[Panel, Layer]]:
    return [(panel, layer) for panel in chart.panels for layer in panel.layers]


def _least_sign(panel: Panel, layer: Layer, window: pd.DataFrame) -> str:
    kind = kind_in(panel.share, layer.series, window)
    if kind in ("line", "dots"):
        return _coloured("△", layer.colour)
    if kind == "columns" and len(window) <= marks.ROOM_FOR_HATCHING:
        return _coloured("▨", layer.colour)
    return _coloured("■", layer.pale) if layer.pale != layer.colour else _coloured("░", layer.colour)


def _coloured(sign: str, colour: str) -> str:
    return f'<span style="color:{colour}">{sign}</span>'


def _swatch(name: str, palette: Palette) -> str:
    if name in ("uncovered", "pending"):
        return _coloured("□" if name == "uncovered" else "⬚", palette.muted)
    return _coloured("▬", strip.fill(name, palette))


def _counts_twice(series: Series, windows: Windows) -> bool:
    """Whether a row stands under two parts in a period that has a number."""
    numbered = {period for window in windows.values() for period in window.index[window["value"].notna()].tolist()}
    found = ([row for part in series.parts.values() for row in part.rows_in(period)] for period in numbered)
    return any(len(rows) > len(set(rows)) for rows in found)


def _remarks(chart: Chart, windows: Windows) -> list[str]:
    """What must be known of the parts of a split chart."""
    said = []
    split = chart.series.query.breakdown
    if any(panel.share == "group" for panel in chart.panels) and split and _counts_twice(chart.series, windows):
        said.append(f"One row may have several codes of {split.replace('_', ' ')} and then counts under each; the columns do not add up.")
    if any(layer.name == REST for layer in chart.layers):
        said.append(f"The smaller parts stand together as {REST}.")
    if chart.left_out:
        said.append(f"Not drawn, since they are smaller: {', '.join(chart.left_out)}.")
    return said


def write_foot(paper: Paper, chart: Chart) -> None:
    """Source line, dates, licence, and the view with its code."""
    frame, palette = paper.frame, paper.frame.palette
    code = f" · {frame.code}" if frame.code else ""
    dates = f"{_dates(chart)}. As of {wording.day(chart.series.as_of)}; made on {wording.day(frame.made_on)}."
    together = f"{dates} {frame.licence}".strip()
    apart = [dates, frame.licence] if len(wrapped(together, frame.size(SMALL), frame.text_width)) > 1 else [together]
    for text in (f"Source: {frame.credit}", *apart, f"{frame.whose}. View: {frame.view}{code}"):
        for line in wrapped(text, frame.size(SMALL), frame.text_width):
            paper.write(safe(line), SMALL, colour=palette.muted, below=True)


def _dates(chart: Chart) -> str:
    told = list(dict.fromkeys(_reach(series) for series in chart.shown))
    if len(told) == 1:
        return told[0]
    return "; ".join(f"{_reach(s)} ({wording.titled(s.definition)})" for s in chart.shown)


def _reach(series: Series) -> str:
    covered = wording.covered_to(series)
    return f"Data to {wording.date(series.data_to)}{f', covered to {covered}' if covered else ''}" if series.data_to else "No rows"


def graded_layers(chart: Chart) -> list[tuple[int, Layer]]:
    """Layers with a strip of their own, with their places in the chart; none where the strip is that of the whole."""
    found = [(place, layer) for place, layer in enumerate(chart.layers) if layer.graded]
    return [] if chart.series.parts and len(found) < len(chart.layers) else found
