"""What surrounds the numbers, and the lines of text around the plot, measured in pixels from its edges (96 to the inch)."""

import datetime
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from dashboard.charts.theme import Palette

Figure = dict[str, Any]
TITLE, TEXT, LABEL, SMALL = 18, 12, 11, 10.7
"""Sizes of text in pixels; the smallest is 8 points."""
PANEL_GAP = 34


@dataclass(frozen=True)
class Frame:
    """The space of a figure and its colours. `start` and `end` bound the time shown; sizes in pixels. With a `height` the plot takes
    what the words leave; without one it is `plot_height` tall and the figure as tall as it must be. `scale` enlarges all text."""

    width: int
    plot_height: int
    start: datetime.date
    end: datetime.date
    palette: Palette
    height: int | None = None
    scale: float = 1.0

    @property
    def narrow(self) -> bool:
        """Whether this is a small screen."""
        return self.width < 560

    @property
    def left(self) -> int:
        """Left margin of the plot."""
        return round((44 if self.narrow else 62) * self.scale)

    @property
    def right(self) -> int:
        """Right margin of the plot."""
        return round((10 if self.narrow else 18) * self.scale)

    @property
    def plot_width(self) -> int:
        """Width of the plot."""
        return self.width - self.left - self.right

    @property
    def text_width(self) -> float:
        """Width that a line of text may take."""
        return self.width - 20

    def size(self, pixels: float) -> float:
        """A size of text in this frame."""
        return round(pixels * self.scale, 2)

    def x(self, day: datetime.date) -> float:
        """Where a day lies, in pixels from the plot's left edge."""
        length = (self.end - self.start).days + 1
        return (day - self.start).days / length * self.plot_width

    def tall(self, plot_height: float) -> "Frame":
        """The same with another height of the plot."""
        return replace(self, plot_height=round(plot_height))


@dataclass
class Paper:
    """Lines of text around the plot, filled from the top and then below it, in pixels."""

    frame: Frame
    above: list[tuple[float, Figure]] = field(default_factory=list)
    below: list[tuple[float, Figure]] = field(default_factory=list)
    top: float = 10
    bottom: float = 0

    def write(self, text: str, size: float, *, colour: str, below: bool = False, leading: float = 1.32, x: float = 10) -> None:
        """Put one line of text under those before it; `size` before the frame's scale."""
        size = self.frame.size(size)
        at = self.bottom if below else self.top
        line = {"text": text, "font": {"size": size, "color": colour}, "x": x, "xanchor": "left"}
        (self.below if below else self.above).append((at, line))
        if below:
            self.bottom += size * leading
        else:
            self.top += size * leading

    def annotations(self) -> list[Figure]:
        """The lines as Plotly annotations."""
        fixed = {"showarrow": False, "xref": "paper", "yref": "paper", "yanchor": "top", "align": "left", "borderpad": 0}
        found = [line | fixed | {"x": 0, "y": 1, "xshift": line["x"] - self.frame.left, "yshift": self.top - at} for at, line in self.above]
        return found + [line | fixed | {"x": 0, "y": 0, "xshift": line["x"] - self.frame.left, "yshift": -at} for at, line in self.below]


def safe(text: str) -> str:
    """Text that Plotly shows as it is: its own markup taken out of force."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


NARROW, WIDE = set("iljtfrI.,:;'|!()[]- "), set("mwMWÆŒ@%—")


def text_width(text: str, size: float) -> float:
    """Estimated width of a text in pixels at a font size.

    >>> text_width("ill", 10) < text_width("mmm", 10) < text_width("独島島", 10) + 1
    True
    """
    return size * sum(_share(c) for c in text)


def _share(character: str) -> float:
    if character in NARROW:
        return 0.34
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in WIDE:
        return 0.93
    return 0.69 if character.isupper() else 0.58


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Lines of a text that fit a width; a word longer than a line stands alone and is cut.

    >>> wrapped("one two three", 10, 45)
    ['one two', 'three']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(cut(word, size, width))
    return lines


def cut(text: str, size: float, width: float) -> str:
    """The text, shortened with an ellipsis where it does not fit."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


@dataclass(frozen=True)
class Placed:
    """Where a label stands: `row` counts from the plot upwards; the text begins at `left`, its line stands at `x`."""

    index: int
    row: int
    x: float
    left: float
    right: float


def placed(items: Sequence[tuple[float, str]], *, size: float, width: float, rows: int, gap: float = 8) -> tuple[list[Placed], list[int]]:
    """Labels in rows above the plot, and the indexes of those that found no place (to be numbered).

    A label begins at its line, or ends there where the right edge is near. No label covers another, nor the line that
    leads from a higher label down to the plot. `items` come in order of importance.

    >>> placed([(0, "first"), (60, "second"), (62, "third")], size=10, width=200, rows=2)[1]
    [2]
    """
    done: list[Placed] = []
    left_over: list[int] = []
    for index, (x, text) in enumerate(items):
        options = (_candidate(index, row, x, text_width(text, size), side) for side in (1, -1) for row in range(rows))
        found = next((c for c in options if c.left >= 0 and c.right <= width and not any(_collide(c, other, gap) for other in done)), None)
        if found:
            done.append(found)
        else:
            left_over.append(index)
    return done, left_over


def _candidate(index: int, row: int, x: float, length: float, side: int) -> Placed:
    return Placed(index, row, x, x + 3, x + 3 + length) if side > 0 else Placed(index, row, x, x - 3 - length, x - 3)


def _collide(one: Placed, other: Placed, gap: float) -> bool:
    if one.row == other.row and one.left - gap < other.right and other.left - gap < one.right:
        return True
    upper, lower = (one, other) if one.row > other.row else (other, one)
    return upper.row > lower.row and lower.left - 3 < upper.x < lower.right + 3


def mark_text(numbers: Sequence[int]) -> str:
    """Numbers of one mark: 4, or 4,5, or 4–9."""
    first, last = numbers[0], numbers[-1]
    return str(first) if first == last else f"{first},{last}" if last == first + 1 else f"{first}–{last}"


def grouped(marks: Sequence[tuple[float, int]], *, size: float, gap: float = 6) -> list[tuple[float, list[int]]]:
    """Numbered marks (x, number), joined where their texts would touch: (x, numbers), from left to right.

    >>> grouped([(10.0, 1), (14.0, 2), (60.0, 3)], size=10)
    [(12.0, [1, 2]), (60.0, [3])]
    """
    groups = [([x], [n]) for x, n in sorted(marks)]
    at = 0
    while at < len(groups) - 1:
        (xs, numbers), (more_xs, more) = groups[at], groups[at + 1]
        room = (text_width(mark_text(numbers), size) + text_width(mark_text(more), size)) / 2 + gap
        if _centre(more_xs) - _centre(xs) < room:
            groups[at : at + 2] = [(xs + more_xs, numbers + more)]
            at = max(at - 1, 0)
        else:
            at += 1
    return [(_centre(xs), numbers) for xs, numbers in groups]


def _centre(xs: Sequence[float]) -> float:
    return (min(xs) + max(xs)) / 2
