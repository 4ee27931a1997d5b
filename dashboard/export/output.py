"""Names of files, sizes of pictures, how files are written, and faults that prevent a file."""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from dashboard.charts.frame import Size
from dashboard.charts.view import View
from indicators.problems import Place, ProblemsFound, fault, refused
from indicators.reading.replacing import replace_file

Name = Literal["memo", "memo_tall", "slide", "square"]
INCH = 96
"""Pixels of a figure to the inch."""


@dataclass(frozen=True)
class Preset:
    """A size in the final medium. `factor`: pixels of a PNG for each pixel of the figure; `about`: the size in words."""

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
OF_A_BRIEFING = replace(PRESETS["memo"], size=replace(PRESETS["memo"].size, width=662, height=228))
"""Charts of a briefing: wider than those of a memo (6.9 inches) and less high, so that four pages hold a full period."""


def json_text(data: Any) -> str:
    """JSON as every command and file writes it, to be read by people too."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


EXPORT = Place("export")
"""The place of a fault that prevents an export but is not in any file."""


def package_missing(name: str, does: str, extra: str = "export") -> ProblemsFound:
    """A package of an extra is not installed.

    >>> print(package_missing("pypdf", "PDF").problems[0].message)
    PDF needs the package pypdf, which is not installed
    """
    make = "make export-setup installs it, or " if extra == "export" else ""
    hint = f"{make}pip install '.[{extra}]'; {'csv and json work' if extra == 'export' else 'html and text work'} without it"
    return refused(fault(f"no-{name}", hint=hint, does=does), EXPORT)


LONGEST = 120
"""Characters of a name, so that any file system and any archive takes it."""


def name_of(view: View, preset: str = "memo") -> str:
    """The name of a view's files, without suffix: safe everywhere; a preset other than the memo's is part of it.

    Characters that a name cannot have are replaced, and a hash of the view is added, so that two views never share a name.

    >>> name_of(View("summonses", "journal", start="2019"), "slide")
    'summonses_variant-journal_from-2019_slide'
    >>> name_of(View("summonses", transform=("rolling_sum:window=3",)))
    'summonses_transform-rolling_sum-window-3_7ed8ae'
    """
    text = view.text
    name = re.sub(r"[?&]", "_", text).replace("=", "-")
    safe = re.sub(r"[^A-Za-z0-9_.-]+", "-", name)[:LONGEST]
    if safe != name or text.count("=") != text.count("&") + ("?" in text):
        safe += f"_{hashlib.sha256(text.encode()).hexdigest()[:6]}"
    return safe if preset == "memo" else f"{safe}_{preset}"


def make_folder(path: Path) -> None:
    """Make a folder where it is not there. ProblemsFound where that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise refused(fault("no-folder", hint="choose another folder with --output", path=path, why=e.strerror), EXPORT) from None


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; one that is there is replaced. ProblemsFound where that cannot be."""
    try:
        replace_file(path, data)
    except OSError as e:
        raise refused(fault("not-written/file", hint="choose another folder with --output", path=path, why=e.strerror), EXPORT) from None
