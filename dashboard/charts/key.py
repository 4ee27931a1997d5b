"""The key under the plot: layers, states of the collection, looks of marks, remarks."""

import pandas as pd

from dashboard.charts import marks, strip
from dashboard.charts.frame import SMALL, Paper, safe, text_width, wrapped
from dashboard.charts.picture import REST, Chart, Layer, Panel, kind_in
from dashboard.charts.theme import Palette
from indicators.nouns.series import Series

ROUND = {"provisional": "○", "estimated": "□"}
SIGNS = {
    "columns": {"provisional": "▭", "estimated": "▒"},
    "step": {"provisional": "┈", "estimated": "╌"},
    "line": ROUND,
    "dots": ROUND,
}
Windows = dict[int, pd.DataFrame]
"""Rows of each layer's values that the frame shows, by the layer's place in the chart."""


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


def graded_layers(chart: Chart) -> list[tuple[int, Layer]]:
    """Layers with a strip of their own, with their places in the chart; none where the strip is that of the whole."""
    found = [(place, layer) for place, layer in enumerate(chart.layers) if layer.graded]
    return [] if chart.series.parts and len(found) < len(chart.layers) else found
