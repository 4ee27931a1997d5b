"""What surrounds the numbers, and the lines of text around the plot, measured in pixels from its edges (96 to the inch)."""

import datetime
from dataclasses import dataclass, field, replace
from typing import Any

from dashboard.theme import Palette

Figure = dict[str, Any]
TITLE, TEXT, LABEL, SMALL = 18, 12, 11, 10.7
"""Sizes of text in pixels; the smallest is 8 points."""
PANEL_GAP = 34


@dataclass(frozen=True)
class Frame:
    """What surrounds the numbers. `start` and `end` bound the time shown; sizes in pixels. With a `height` the plot takes what
    the words leave; without one it is `plot_height` tall and the figure as tall as it must be. `scale` enlarges all text."""

    width: int
    plot_height: int
    start: datetime.date
    end: datetime.date
    palette: Palette
    credit: str
    view: str
    made_on: datetime.date
    licence: str = ""
    whose: str = ""
    notes: bool = True
    height: int | None = None
    scale: float = 1.0
    code: str = ""

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
