"""Reference lines and bands: thin lines across a panel, each with its name in a free place beside it.

Nothing is shaded: grey ground is a range of time, hatched ground what is not collected. The foot names a line
whose name has no place.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from dashboard.charts.frame import SMALL, Figure, text_width
from dashboard.charts.marks import Plot
from dashboard.charts.notes import Box, Space
from dashboard.charts.picture import Panel
from dashboard.words import definitions
from indicators.nouns.definition import LineOf

NEAR, STEP, HEIGHT = 2, 6, 1.2
"""From a line to its name and between two places that are tried, in pixels; height of a line of text, in sizes."""


class Name(NamedTuple):
    """The name of a line and its place, in pixels of its panel."""

    text: str
    box: Box


def shapes(panel: Panel, plot: Plot, axis: str) -> Iterator[Figure]:
    """The lines. `axis`: the name of the panel's axis of values."""
    for height in {height for line in panel.lines for height in line.heights}:
        place = {"xref": "paper", "x0": 0, "x1": 1, "yref": axis, "y0": height, "y1": height}
        yield {"type": "line", "line": {"width": 1, "color": plot.frame.palette.muted}, "layer": "above", **place}


def names(panel: Panel, plot: Plot, space: Space) -> list[Name]:
    """The names of the lines that have a place at them, the last free one from the left to the right; their places are taken."""
    found = []
    space.soft += [Box(0, plot.y(h) - 0.5, space.width, plot.y(h) + 0.5) for line in panel.lines for h in line.heights]
    for line in panel.lines:
        size = plot.frame.size(SMALL)
        width = text_width(line.label, size)
        lefts = np.arange(space.width - width - 2, 1, -STEP)
        rows = ((low, lefts[space.free_beside(lefts, low, width, size * HEIGHT, 1)]) for low in _lows(line, plot))
        box = next((Box(float(free[0]), low, float(free[0]) + width, low + size * HEIGHT) for low, free in rows if len(free)), None)
        if box:
            space.taken.append(box)
            found.append(Name(line.label, box))
    return found


def _lows(line: LineOf, plot: Plot) -> Iterator[float]:
    """How high a name may stand: in its band, else above its highest line and below its lowest."""
    height, ends = plot.frame.size(SMALL) * HEIGHT, [plot.y(one) for one in line.heights]
    if len(ends) == 2 and ends[1] - ends[0] >= height + 2 * NEAR:
        yield from (ends[1] - height - NEAR, (sum(ends) - height) / 2, ends[0] + NEAR)
    yield from (ends[-1] + NEAR, ends[0] - NEAR - height)


def nameless(panel: Panel, placed: list[Name]) -> list[str]:
    """What the foot says of the lines whose names have no place."""
    known = {name.text for name in placed}
    return [f"{definitions.heights_words(line, panel.unit)}: {line.label}" for line in panel.lines if line.label not in known]
