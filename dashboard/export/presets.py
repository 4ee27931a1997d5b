"""The sizes in which pictures leave for documents, slides and posts."""

from dataclasses import dataclass
from typing import Literal

from dashboard.picture import Size

Name = Literal["memo", "memo_tall", "slide", "square"]
INCH = 96
"""Pixels of a figure to the inch."""


@dataclass(frozen=True)
class Preset:
    """A size in the final medium. `factor`: pixels of a PNG for each pixel of the figure; `about` says it to a person."""

    name: Name
    size: Size
    factor: float
    about: str

    @property
    def dpi(self) -> float:
        """Pixels to the inch of a PNG that is placed at its true size."""
        return INCH * self.factor


# Documents are printed, hence 300 dpi; a slide of 10 inches fills a screen of 1920 pixels; posts are 1080 pixels wide.
PRESETS: dict[Name, Preset] = {
    preset.name: preset
    for preset in (
        Preset("memo", Size(624, height=346), 3.125, "6.5 x 3.6 in, 300 dpi"),
        Preset("memo_tall", Size(624, height=432), 3.125, "6.5 x 4.5 in, 300 dpi"),
        Preset("slide", Size(960, height=538, scale=1.25), 2, "10 x 5.6 in, 1920 pixels wide"),
        Preset("square", Size(540, height=540), 2, "1080 x 1080 pixels"),
    )
}
