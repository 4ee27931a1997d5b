"""Which characters a figure needs, and the script that tells which of them no installed font can draw."""

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from dashboard.figures.frame import Figure

UNSEEN = ("C", "M", "Z")
"""Unicode categories (by their first letter) that have no shape alone: controls, marks on other letters, blanks."""

# A character without a glyph is drawn as the font's sign for that (a box). So is one that Unicode has given to nobody.
GLYPHS = """([characters, font]) => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 48;
  const context = canvas.getContext('2d', {willReadFrequently: true});
  context.font = '24px ' + font;
  const shape = (text) => {
    context.clearRect(0, 0, 48, 48);
    context.fillText(text, 4, 34);
    return context.getImageData(0, 0, 48, 48).data.join();
  };
  const nothing = ['\\u0378', '\\uFFFF'].map(shape);
  return characters.filter(one => nothing.includes(shape(one)));
}"""


def glyphs_of(figure: Figure) -> list[str]:
    """The characters beyond ASCII of the texts that a figure shows (not of those seen on pointing only), in their order.

    >>> glyphs_of({"data": [{"text": ["≥ 3"]}], "layout": {"annotations": [{"text": "<b>Zenda – 独島</b>", "hovertext": "é"}]}})
    ['≥', '–', '独', '島']
    """
    text = html.unescape(re.sub(r"<[^<>]*>", "", "".join(_texts(figure))))
    return [c for c in dict.fromkeys(text) if not c.isascii() and unicodedata.category(c)[0] not in UNSEEN]


def _texts(figure: Figure) -> Iterator[str]:
    layout = figure["layout"]
    for part in (*figure["data"], *layout.get("annotations", ())):
        yield from _strings(part.get("text"))
    for axis in (value for key, value in layout.items() if key.startswith(("xaxis", "yaxis"))):
        yield from _strings(axis.get("ticktext"))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        yield from (str(one) for one in value)
