"""One picture in each format: bytes in, nothing written."""

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from dashboard.charts.figure import Drawing, drawing_of
from dashboard.charts.picture import Picture, picture_of
from dashboard.charts.record import canonical, record_of
from dashboard.charts.theme import PALETTES
from dashboard.charts.view import View
from dashboard.export import embed, sheet
from dashboard.export.browser import Chromium
from dashboard.export.captions import alternative
from dashboard.export.output import EXPORT, Preset, name_of
from indicators.nouns.series import Results
from indicators.problems import fault, refused

Format = Literal["png", "svg", "pdf", "csv", "xlsx", "json", "kit"]
DRAWN: tuple[Format, ...] = ("png", "svg", "pdf", "kit")
"""Formats that need a browser."""


@dataclass(frozen=True)
class Work:
    """A picture on its way into a file."""

    results: Results
    picture: Picture
    preset: Preset
    record: dict[str, Any]
    drawn: Drawing | None = None

    @property
    def drawing(self) -> Drawing:
        """The figure and the places of its notes; only a picture that is to be drawn has them."""
        assert self.drawn is not None
        return self.drawn

    @property
    def name(self) -> str:
        """The name of its files, without suffix."""
        return name_of(self.picture.view, self.preset.name)

    @property
    def made_on(self) -> datetime.date:
        """The day that the files tell."""
        return datetime.date.fromisoformat(self.record["made_on"])


def work_of(results: Results, view: View, preset: Preset, *, drawn: bool = True) -> Work:
    """The picture of a view, always in light colours; without a figure if it is not `drawn`. ProblemsFound where the view asks
    for what is not there."""
    picture = picture_of(results, view)
    drawing = drawing_of(picture, PALETTES["light"], preset.size) if drawn else None
    return Work(results, picture, preset, record_of(results, picture), drawing)


def png(work: Work, browser: Chromium) -> bytes:
    """The picture in the preset's resolution."""
    _check_glyphs(work, browser)
    return embed.into_png(browser.png(work.drawing.figure, work.preset.factor), work.record, work.preset.dpi)


def svg(work: Work, browser: Chromium) -> bytes:
    """The picture as vectors; its texts are drawn by the fonts of whoever opens it, so no glyph is missing yet."""
    return embed.into_svg(browser.svg(work.drawing.figure), work.record, work.picture.title, alternative(work.picture, work.drawing.plan))


def pdf(work: Work, browser: Chromium) -> bytes:
    """The picture as vectors, on one page of its size."""
    _check_glyphs(work, browser)
    return embed.into_pdf(browser.pdf(work.drawing.figure), work.record, work.picture.title)


def _check_glyphs(work: Work, browser: Chromium) -> None:
    found = browser.missing(work.drawing.figure)
    if found:
        named = ", ".join(f"{c} (U+{ord(c):04X})" for c in found[:12]) + (f" and {len(found) - 12} more" if len(found) > 12 else "")
        hint = "install fonts that have them (Debian: apt-get install fonts-noto-cjk fonts-dejavu-core); svg needs none here"
        raise refused(fault("missing-glyphs", hint=hint, characters=named), EXPORT)


def csv(work: Work) -> bytes:
    """The numbers drawn."""
    return sheet.numbers_csv(work.picture).encode()


def xlsx(work: Work) -> bytes:
    """The numbers drawn, the rows behind them, the definition in words, and the record."""
    record = work.record
    about = {"title": work.picture.title, "comments": f"View {record['view']}, code {record['fingerprint']}", "author": record["project"]}
    found = sheet.sheets(work.results, work.picture, record["fingerprint"])
    return sheet.as_xlsx(found, canonical(record), about, work.made_on)


def json_(work: Work) -> bytes:
    """The record, and with it what each row says and which sources it has."""
    full = work.record | {"rows": sheet.rows_told(work.results, work.picture)}
    return (json.dumps(full, ensure_ascii=False, indent=1) + "\n").encode()


PICTURES: dict[str, Callable[[Work, Chromium], bytes]] = {"png": png, "svg": svg, "pdf": pdf}
TABLES: dict[str, Callable[[Work], bytes]] = {"csv": csv, "xlsx": xlsx, "json": json_}
