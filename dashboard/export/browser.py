"""One Chromium for many figures: offline and quiet, with the page's own Plotly, and with a time limit.

A browser may hang without any message, so Playwright runs in a thread of its own, and every answer has a time limit.
"""

import asyncio
import base64
import html
import os
import re
import shutil
import subprocess
import threading
import unicodedata
from collections.abc import Callable, Collection, Coroutine, Iterator
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TypeVar

from dashboard.charts.frame import Figure
from dashboard.charts.theme import FONT
from dashboard.export.output import EXPORT, package_missing
from indicators.problems import fault, refused

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
QUIET = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]
PATIENCE = 60.0
"""Seconds in which a browser starts, or draws one figure."""
MOST_SILENT = 2
"""Figures in a row without an answer, after which a browser is not tried again."""
VENDOR = Path(__file__).parents[1] / "vendor"

# Ids inside an SVG come from Math.random: because it is reset for each figure, the same figure gives the same bytes.
DRAW = """([figure, options]) => {
  let state = 7;
  Math.random = () => (state = state * 16807 % 2147483647) / 2147483647;
  return Plotly.toImage(figure, {...options, width: figure.layout.width, height: figure.layout.height, imageDataOnly: true});
}"""
SHOW = "svg => { document.body.innerHTML = svg; document.body.firstElementChild.style.display = 'block'; }"
CLEAR = "() => { document.body.innerHTML = ''; }"
NO_CHROMIUM = (
    "install one (Debian: apt-get install chromium fonts-noto-cjk fonts-open-sans) or set CHROMIUM=/path/to/chromium; "
    "csv, xlsx and json work without it"
)

T = TypeVar("T")


def find_chromium() -> str:
    """The path of the Chromium or Chrome that CHROMIUM names, else of the first that runs. ProblemsFound where there is none."""
    named = os.environ.get("CHROMIUM")
    for path in [named] if named else filter(None, map(shutil.which, (*NAMES, MAC))):
        if _runs(path):
            return path
    if named:
        raise refused(fault("no-chromium/named", hint=NO_CHROMIUM, path=named), EXPORT)
    raise refused(fault("no-chromium/none", hint=NO_CHROMIUM), EXPORT)


def _runs(path: str) -> bool:
    """Whether it starts: on Ubuntu chromium-browser may be a stub that only asks for a snap."""
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run([path, "--version"], capture_output=True, timeout=20, check=False).returncode == 0
    return False


class Chromium:
    """A browser that draws figures while the `with` block lasts. ProblemsFound where it cannot start, draw or answer in time."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience, self._silent = patience, 0
        self._page: Any = None
        self._playwright: Any = None
        self._seen: dict[str, bool] = {}

    def __enter__(self) -> Self:
        self._path, self._api = find_chromium(), _playwright()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._turn = asyncio.Lock()
        self._opening = asyncio.run_coroutine_threadsafe(self._opened(), self._loop)  # it starts while the first figure is made
        return self

    def __exit__(self, *_: object) -> None:
        self._close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        if not self._thread.is_alive():
            self._loop.close()

    def pictures(self, figure: Figure, names: Collection[str], factor: float) -> dict[str, bytes]:
        """A figure in the formats named. Every character must have a glyph, except in SVG alone, where fonts are chosen on opening."""
        if set(names) != {"svg"}:
            self._check_glyphs(figure)
        draw: dict[str, Callable[[], bytes]] = {
            "png": lambda: self.png(figure, factor),
            "svg": lambda: self.svg(figure).encode(),
            "pdf": lambda: self.pdf(figure),
        }
        return {name: draw[name]() for name in names}

    def png(self, figure: Figure, factor: float) -> bytes:
        """A figure as PNG, with `factor` pixels for each pixel of the figure."""
        return base64.b64decode(self._drawn(figure, {"format": "png", "scale": factor}))

    def svg(self, figure: Figure) -> str:
        """A figure as SVG; its texts stay texts."""
        return str(self._drawn(figure, {"format": "svg"}))

    def pdf(self, figure: Figure) -> bytes:
        """A figure as PDF: vectors, one page of the figure's size."""
        svg, size = self.svg(figure), {key: f"{figure['layout'][key]}px" for key in ("width", "height")}
        return self._answer(self._printed(svg, size))

    def _check_glyphs(self, figure: Figure) -> None:
        """ProblemsFound where no installed font has a glyph for a character of the figure's texts."""
        wanted = glyphs_of(figure)
        unknown = [c for c in wanted if c not in self._seen]
        if unknown:
            without = set(self._answer(self._evaluated(GLYPHS, [unknown, FONT])))
            self._seen |= {c: c not in without for c in unknown}
        missing = [c for c in wanted if not self._seen[c]]
        if missing:
            listed = ", ".join(f"{c} (U+{ord(c):04X})" for c in missing[:12])
            listed += f" and {len(missing) - 12} more" if len(missing) > 12 else ""
            hint = "install fonts that have them (Debian: apt-get install fonts-noto-cjk fonts-dejavu-core); svg does not need them here"
            raise refused(fault("missing-glyphs", hint=hint, characters=listed), EXPORT)

    def _drawn(self, figure: Figure, options: dict[str, Any]) -> Any:
        return self._answer(self._evaluated(DRAW, [figure, options]))

    def _answer(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of work in the browser's thread, in time; a browser that gives none is stopped, and the next work starts another."""
        if self._silent >= MOST_SILENT:
            work.close()
            raise refused(fault("browser-hung/again", hint=f"it is {self._path}"), EXPORT)
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            result = future.result(self._patience)
            self._silent = 0
            return result
        except (TimeoutError, CancelledError):
            future.cancel()
            self._silent += 1
            self._close()
            hint = f"try again, or set CHROMIUM to another browser than {self._path}"
            raise refused(fault("browser-hung/late", hint=hint, seconds=self._patience), EXPORT) from None
        except self._api.Error as e:
            self._close()
            why = str(e).strip().splitlines()[0]
            raise refused(fault("not-drawn", hint=f"the browser is {self._path}", why=why), EXPORT) from None

    async def _evaluated(self, script: str, given: Any) -> Any:
        return await (await self._opened()).evaluate(script, given)

    async def _printed(self, svg: str, size: dict[str, str]) -> bytes:
        page = await self._opened()
        await page.evaluate(SHOW, svg)
        data = await page.pdf(**size, print_background=True, page_ranges="1")
        await page.evaluate(CLEAR)
        return bytes(data)

    async def _opened(self) -> Any:
        """The page to draw on, in a browser that is started when first needed."""
        async with self._turn:
            if self._page is None:
                self._page = await self._new_page()
            return self._page

    async def _new_page(self) -> Any:
        self._playwright = await self._api.async_playwright().start()
        browser = await self._playwright.chromium.launch(executable_path=self._path, args=QUIET, timeout=self._patience * 1000)
        page = await (await browser.new_context(offline=True)).new_page()
        await page.set_content('<!DOCTYPE html><meta charset="utf-8"><style>body { margin: 0 }</style><body></body>')
        await page.add_script_tag(path=next(VENDOR.glob("plotly-basic-*.min.js")))
        return page

    def _close(self) -> None:
        """Stop the browser; one that does not answer ends with its driver."""
        with suppress(Exception):  # a browser can be stopped only once it has started
            self._opening.result(5)
        self._opening.cancel()
        if self._playwright is not None:
            ending = asyncio.run_coroutine_threadsafe(self._playwright.stop(), self._loop)
            with suppress(Exception):
                ending.result(5)
        self._playwright = self._page = None


def _playwright() -> Any:
    """Playwright, imported late because it is slow to load and optional."""
    try:
        import playwright.async_api as api
    except ImportError:
        raise package_missing("playwright", "drawing") from None
    return api


UNSEEN = ("C", "M", "Z")
"""Unicode categories (by their first letter) without a shape of their own: controls, combining marks, blanks."""

# A character without a glyph is drawn as the font's replacement sign (a box). So is one that Unicode has not assigned.
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
    """The characters beyond ASCII of the texts that a figure shows (without those shown only on hover), in their order.

    >>> glyphs_of({"data": [{"text": ["≥ 3"]}], "layout": {"annotations": [{"text": "<b>Zenda – 独島</b>", "hovertext": "é"}]}})
    ['≥', '–', '独', '島']
    """
    text = html.unescape(re.sub(r"<[^<>]*>", "", "".join(_texts(figure))))
    return [c for c in dict.fromkeys(text) if not c.isascii() and unicodedata.category(c)[0] not in UNSEEN]


def _texts(figure: Figure) -> Iterator[str]:
    layout = figure["layout"]
    values = [part.get("text") for part in (*figure["data"], *layout.get("annotations", ()))]
    values += [axis.get("ticktext") for key, axis in layout.items() if key.startswith(("xaxis", "yaxis"))]
    for value in values:
        yield from [value] if isinstance(value, str) else map(str, value or ())
