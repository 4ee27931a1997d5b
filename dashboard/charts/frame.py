"""The space around the plot and the lines of text in it, measured in pixels from its edges (96 to the inch)."""

import datetime
import functools
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dashboard.charts.theme import Palette

Figure = dict[str, Any]
TITLE, LINE, TEXT, LABEL, SMALL = 18, 12, 12, 11.5, 10.7
"""Sizes of text in pixels; the smallest is 8 points."""


@dataclass(frozen=True)
class Size:
    """How large a picture is, in pixels (96 to the inch). Without `height` the plot is `plot_height` tall."""

    width: int
    plot_height: int = 320
    height: int | None = None
    scale: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Frame(Size):
    """The space of a figure and its colours. `start` and `end` bound the time shown. With a `height` the plot takes what the words
    leave; without one it is `plot_height` tall and the figure as tall as it must be. `scale`
    enlarges all text; `left` and `right` are the margins of the plot."""

    start: datetime.date
    end: datetime.date
    palette: Palette
    left: int = 44
    right: int = 14

    @property
    def narrow(self) -> bool:
        return self.width < 560

    @property
    def has_days(self) -> bool:
        """Whether the axis of time names days."""
        return (self.end - self.start).days < 62

    @property
    def plot_width(self) -> int:
        return self.width - self.left - self.right

    @property
    def text_width(self) -> float:
        """Width that a line of text may take."""
        return self.width - 20

    def size(self, pixels: float) -> float:
        return round(pixels * self.scale, 2)

    def x(self, day: datetime.date) -> float:
        """Position of a day, in pixels from the plot's left edge."""
        return (day - self.start).days / ((self.end - self.start).days + 1) * self.plot_width

    def xs(self, days: np.ndarray) -> np.ndarray:
        """The same of many days, as numpy has them."""
        length = (self.end - self.start).days + 1
        return (days.astype("datetime64[D]") - np.datetime64(self.start, "D")).astype(int) / length * self.plot_width

    def time_at(self, x: float) -> str:
        """The time at a position, to the hour."""
        days = datetime.timedelta(days=((self.end - self.start).days + 1) * x / self.plot_width)
        return (datetime.datetime.combine(self.start, datetime.time()) + days).isoformat(timespec="hours")


@dataclass
class Paper:
    """Lines of text around the plot, filled from the top and then below it, in pixels."""

    frame: Frame
    above: list[tuple[float, Figure]] = field(default_factory=list)
    below: list[tuple[float, Figure]] = field(default_factory=list)
    top: float = 12
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
        above = [line | fixed | {"x": 0, "y": 1, "xshift": line["x"] - self.frame.left, "yshift": self.top - at} for at, line in self.above]
        return above + [line | fixed | {"x": 0, "y": 0, "xshift": line["x"] - self.frame.left, "yshift": -at} for at, line in self.below]


def safe(text: str) -> str:
    """Text that Plotly shows as it is, with its markup escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


NARROW, WIDE = set("iljtfrI.,:;'|!()[]- "), set("mwMWÆŒ@%—")


def text_width(text: str, size: float) -> float:
    """Estimated width of a text in pixels at a font size.

    >>> text_width("ill", 10) < text_width("mmm", 10) < text_width("独島島", 10) + 1
    True
    """
    return size * _width_in_sizes(text)


@functools.lru_cache(20_000)
def _width_in_sizes(text: str) -> float:
    # Where lines end is tried again and again, with the same words.
    return sum(map(_share, text))


@functools.lru_cache(4096)
def _share(character: str) -> float:
    if character in NARROW:
        return 0.34
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in WIDE:
        return 0.93
    return 0.69 if character.isupper() else 0.58


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Lines of a text that fit a width; a word longer than a line is broken, after a sign where it has one, and nothing is cut.

    >>> wrapped("one two three", 10, 45), wrapped("audiences?with=duels", 10, 70)
    (['one two', 'three'], ['audiences?', 'with=duels'])
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines += _pieces(word, size, width)
    return lines


SIGNS = "?&=_/-"
"""After these an address may go on in another line, the best first."""


def _pieces(word: str, size: float, width: float) -> Iterator[str]:
    """A word in pieces that fit a width."""
    while text_width(word, size) > width and len(word) > 1:
        fits = next((n for n in range(len(word) - 1, 1, -1) if text_width(word[:n], size) <= width), 1)
        ends = (word.rfind(sign, 0, fits) + 1 for sign in SIGNS)
        end = next((n for n in ends if n > fits / 3), fits)
        yield word[:end]
        word = word[end:]
    yield word


def cut(text: str, size: float, width: float) -> str:
    """The text, shortened with an ellipsis where it does not fit."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"
