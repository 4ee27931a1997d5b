"""Under the chart: save it in a size and a format, and copy what a memo needs beside it."""

import datetime
from collections.abc import Mapping
from typing import Any

from dashboard.export.cite import citation
from dashboard.export.presets import PRESETS
from dashboard.export.words import alternative, caption
from dashboard.figures.frame import Figure
from dashboard.picture import Picture
from dashboard.record import fingerprint
from indicators.model import Results

FORMATS = {
    "png print": "PNG, 300 dpi",
    "png 2": "PNG, double",
    "png 1": "PNG, single",
    "svg print": "SVG",
    "kit print": "kit for a memo (zip)",
}
COPIED = {"link": "copy link", "caption": "copy caption", "cite": "copy citation", "summary": "copy alternative text"}
Node = list[Any]


def saving_panel(results: Results, picture: Picture, figure: Figure) -> list[Node]:
    """Controls as plain nodes, and the texts that the buttons copy; `figure` is the one whose notes the texts name."""
    asked = (results, picture)
    texts = {
        "caption": caption(*asked),
        "cite": citation(*asked, datetime.date.today()).strip(),
        "summary": alternative(*asked, figure),
    }
    address: Node = ["span", {"id": "link", "data-address": f"/indicator/{picture.view.text}"}, ""]
    sizes = _choice("save-preset", "Size", {p.name: f"{p.name.replace('_', ' ')}: {p.about}" for p in PRESETS.values()})
    forms = _choice("save-format", "Format", FORMATS)
    save: Node = ["button", {"id": "save", "data-view": picture.view.text}, "save picture"]
    copies: list[Node] = [["button", {"data-copy": name}, label] for name, label in COPIED.items()]
    code: Node = ["p", {"class": "place"}, f"The code of these numbers is {fingerprint(*asked)}; it stands in the picture beside the view."]
    hidden: list[Node] = [["p", {"id": name, "class": "unseen"}, text] for name, text in texts.items()]
    told: Node = ["p", {"id": "saved", "role": "status"}, ""]
    return [["div", {"class": "buttons"}, sizes, forms, save, *copies], told, code, address, *hidden]


def _choice(name: str, label: str, options: Mapping[str, str]) -> Node:
    return ["select", {"id": name, "aria-label": label}, *[["option", {"value": key}, text] for key, text in options.items()]]
