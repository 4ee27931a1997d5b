"""The memo chart: everything that a reader of a picture needs stands inside it.

From top to bottom: title (what, how often), subtitle (unit, counting rule), notes placed by date, plot, strip of coverage,
key, numbered notes, and a footer with source, dates and the view's address.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from dashboard import wording
from dashboard.figures import marks, strip
from dashboard.figures.labels import cut, grouped, mark_text, placed, text_width, wrapped
from dashboard.theme import Palette, template
from indicators.annotations import in_window
from indicators.model import Annotation, Series
from indicators.periods import first_day, last_day

Figure = dict[str, Any]
TITLE, TEXT, LABEL, SMALL = 18, 12, 11, 10.5
ROW, TICK = 15, 7


@dataclass(frozen=True)
class Frame:
    """What surrounds the numbers. `start` and `end` bound the time shown; sizes in pixels."""

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

    @property
    def narrow(self) -> bool:
        """Whether this is a small screen."""
        return self.width < 560

    @property
    def left(self) -> int:
        """Left margin of the plot."""
        return 44 if self.narrow else 62

    @property
    def right(self) -> int:
        """Right margin of the plot."""
        return 10 if self.narrow else 18

    @property
    def plot_width(self) -> int:
        """Width of the plot."""
        return self.width - self.left - self.right

    def x(self, day: datetime.date) -> float:
        """Where a day lies, in pixels from the plot's left edge."""
        length = (self.end - self.start).days + 1
        return (day - self.start).days / length * self.plot_width


@dataclass
class _Paper:
    """Lines of text around the plot, filled from the top and then below it, in pixels."""

    frame: Frame
    above: list[tuple[float, Figure]] = field(default_factory=list)
    below: list[tuple[float, Figure]] = field(default_factory=list)
    top: float = 10
    bottom: float = 0

    def write(self, text: str, size: float, *, colour: str, below: bool = False, leading: float = 1.32, x: float = 10) -> None:
        """Put one line of text under those before it."""
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


def memo(series: Series, notes: Sequence[Annotation], frame: Frame, points: pd.DataFrame | None = None) -> Figure:
    """The chart as a plain Plotly figure of a known size.

    `notes` come in order of importance. `points`: rows behind a mean (day, value, text, label).
    """
    window = window_of(series, frame)
    paper = _Paper(frame)
    _head(paper, series)
    shown = in_window(tuple(notes), frame.start, frame.end) if frame.notes else ()
    labels, numbered, left_out, shapes = _notes(paper, shown, frame)
    paper.bottom = 24
    shapes += strip.shapes(series, window, frame.palette, below=paper.bottom, height=7) if len(window) else []
    shapes += _breaks(series, window, frame)
    paper.bottom += 13
    _key(paper, series, window, points is not None)
    _numbered(paper, numbered, left_out)
    _foot(paper, series)
    data = [marks.dots(points, frame.palette)] if points is not None and len(points) else []
    data += marks.traces(series, window, frame.palette)
    layout = _layout(series, frame, paper) | {"annotations": [*paper.annotations(), *labels], "shapes": shapes}
    return {"data": data, "layout": layout}


def window_of(series: Series, frame: Frame) -> pd.DataFrame:
    """The periods that begin within the frame's time."""
    starts = [first_day(int(p), series.frequency) for p in series.values.index]
    return series.values[[frame.start <= s <= frame.end for s in starts]]


def _layout(series: Series, frame: Frame, paper: _Paper) -> Figure:
    margin = {"l": frame.left, "r": frame.right, "t": round(paper.top), "b": round(paper.bottom + 6), "pad": 0}
    after = frame.end + datetime.timedelta(days=1)
    tick = ".0%" if series.unit.startswith("share") else None
    return {
        "template": template(frame.palette),
        "width": frame.width,
        "height": round(paper.top + frame.plot_height + paper.bottom + 6),
        "margin": margin,
        "xaxis": {"type": "date", "range": [frame.start.isoformat(), after.isoformat()], "nticks": 6 if frame.narrow else 14},
        "yaxis": {"rangemode": "tozero", "tickformat": tick, "nticks": 6} | _least_range(series, frame),
        "hovermode": "closest",
        "hoverdistance": 30,
        "barmode": "overlay",
        "uirevision": frame.view,
        "title": None,
        "dragmode": False if frame.narrow else "zoom",
    }


def _least_range(series: Series, frame: Frame) -> Figure:
    """Room for at least one unit, whole steps for small counts, and an axis even where nothing has a value."""
    values = window_of(series, frame)["value"]
    top = float(values.max())
    if strip.is_empty(window_of(series, frame)):
        return {"range": [0, 1], "showticklabels": False}
    return {"range": [0, max(top * 1.12, 1.15)], "dtick": 1} if series.counts and top <= 5 else {}


def _head(paper: _Paper, series: Series) -> None:
    frame, definition, width = paper.frame, series.definition, paper.frame.width - 20
    variant = f" ({definition.variant.replace('_', ' ')})" if definition.variant else ""
    size = TITLE - 2 if frame.narrow else TITLE
    for line in wrapped(f"{definition.title}{variant}, {wording.FREQUENCY_WORDS[series.frequency]}", size * 1.06, width):
        paper.write(f"<b>{_safe(line)}</b>", size, colour=frame.palette.ink, leading=1.3)
    unit = f"Unit: {series.unit}"
    paper.top += 2
    lines = wrapped(f"{unit}. What counts: {definition.counts.strip()}", TEXT, width)
    for line in lines:
        paper.write(_safe(line), TEXT, colour=frame.palette.muted)
    paper.top += 8


def _safe(text: str) -> str:
    """Text that Plotly shows as it is: its own markup taken out of force."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# ---- notes ----


def _notes(
    paper: _Paper, shown: Sequence[Annotation], frame: Frame
) -> tuple[list[Figure], list[tuple[int, Annotation]], int, list[Figure]]:
    """Labels above the plot; the notes left to number; how many found no room; lines and bands. Makes room for them on the paper."""
    ranked = list(shown)
    at = {id(note): min(max(frame.x(max(note.start, frame.start)), 0), frame.plot_width) for note in ranked}
    rows = 3 if frame.narrow else 5
    fitting, rest = placed([(at[id(n)], n.label) for n in ranked], size=LABEL, width=frame.plot_width + frame.right - 8, rows=rows)
    kept = rest[: _columns(frame) * (12 if frame.narrow else 10)]
    numbered = list(enumerate(sorted((ranked[i] for i in kept), key=lambda n: n.start), 1))
    used = max((p.row for p in fitting), default=-1) + 1
    base = ROW if numbered else 0
    paper.top += used * ROW + base
    labels = [_label(ranked[p.index].label, p.left, base + p.row * ROW, frame) for p in fitting]
    groups = grouped([(at[id(note)], n) for n, note in numbered], size=SMALL)
    labels += [_number(numbers, x, frame) for x, numbers in groups]
    shapes = [_band(note, frame) for note in ranked if note.end]
    heights = {p.index: base + (p.row + 1) * ROW - 3 for p in fitting}
    shapes += [_line(note, heights.get(i), frame) for i, note in enumerate(ranked) if i in heights or i in kept]
    return labels, numbered, len(rest) - len(kept), shapes


def _label(text: str, left: float, up: float, frame: Frame) -> Figure:
    return {
        "text": _safe(text),
        "font": {"size": LABEL, "color": frame.palette.note},
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "xshift": left,
        "yshift": up,
        "borderpad": 0,
    }


def _number(numbers: list[int], x: float, frame: Frame) -> Figure:
    return _label(mark_text(numbers), x, 0, frame) | {"xanchor": "center", "font": {"size": SMALL, "color": frame.palette.note}}


def _line(note: Annotation, up: float | None, frame: Frame) -> Figure:
    """From a label down through the plot; for a numbered note (`up` is None) a short tick at the plot's top."""
    start = max(note.start, frame.start).isoformat()
    bottom, top = (0.0, 1 + up / frame.plot_height) if up is not None else (1 - TICK / frame.plot_height, 1.0)
    place = {"xref": "x", "x0": start, "x1": start, "yref": "paper", "y0": bottom, "y1": top}
    look = {"width": 0.8, "dash": "dot"} if up is not None else {"width": 1.2}
    return {"type": "line", "line": look | {"color": frame.palette.note}, "layer": "below", **place}


def _band(note: Annotation, frame: Frame) -> Figure:
    assert note.end
    end = min(note.end, frame.end) + datetime.timedelta(days=1)
    place = {"xref": "x", "x0": max(note.start, frame.start).isoformat(), "x1": end.isoformat(), "yref": "paper", "y0": 0, "y1": 1}
    return {"type": "rect", "fillcolor": frame.palette.band, "opacity": 0.1, "line": {"width": 0}, "layer": "below", **place}


def _breaks(series: Series, window: pd.DataFrame, frame: Frame) -> list[Figure]:
    """A line where the series breaks: numbers on its two sides are not comparable."""
    found = []
    for p in window.index[window["status"] == "B"]:
        day = first_day(int(p), series.frequency).isoformat()
        place = {"xref": "x", "x0": day, "x1": day, "yref": "paper", "y0": 0, "y1": 1}
        found.append({"type": "line", "line": {"width": 1.2, "dash": "dash", "color": frame.palette.muted}, "layer": "below", **place})
    return found


# ---- under the plot ----


def _key(paper: _Paper, series: Series, window: pd.DataFrame, has_points: bool) -> None:
    """One entry for each look that occurs, coverage first; wrapped to the width."""
    palette = paper.frame.palette
    entries = [(_swatch(name, palette), strip.STATES[name]) for name in strip.present(series, window)]
    looks = {marks.look(row) for row in window.itertuples()}
    columns = marks.is_columns(series)
    if "at_least" in looks:
        roomy = len(window) <= marks.ROOM_FOR_HATCHING
        sign = (
            (f'<span style="color:{palette.series}">▨</span>' if roomy else f'<span style="color:{palette.pale}">■</span>')
            if columns
            else "△"
        )
        entries.append((sign, "at least this many"))
    if "tentative" in looks:
        entries.append((f'<span style="color:{palette.series}">{"▭" if columns else "○"}</span>', "provisional, estimated or not over"))
    if (window["status"] == "B").any():
        entries.append(("┆", "break: the two sides are not comparable"))
    if has_points:
        entries.append((f'<span style="color:{palette.muted}">•</span>', "single polls"))
    line, used = list[str](), 0.0
    for symbol, said in entries:
        width = text_width(f"■ {said}    ", SMALL)
        if line and used + width > paper.frame.width - 20:
            paper.write("&nbsp;&nbsp;&nbsp;".join(line), SMALL, colour=palette.muted, below=True, leading=1.4)
            line, used = [], 0.0
        line.append(f"{symbol} {said}")
        used += width
    if line:
        paper.write("&nbsp;&nbsp;&nbsp;".join(line), SMALL, colour=palette.muted, below=True, leading=1.4)
    paper.bottom += 4


def _swatch(name: str, palette: Palette) -> str:
    if name in ("uncovered", "pending"):
        return f'<span style="color:{palette.muted}">{"□" if name == "uncovered" else "⬚"}</span>'
    return f'<span style="color:{strip.fill(name, palette)}">■</span>'


def _columns(frame: Frame) -> int:
    """Columns of the key of numbered notes."""
    return 1 if frame.narrow else 3 if frame.width > 900 else 2


def _numbered(paper: _Paper, numbered: Sequence[tuple[int, Annotation]], left_out: int) -> None:
    """The key of numbered notes, in columns; what is too much for the space is counted, never left out in silence."""
    frame = paper.frame
    columns = _columns(frame)
    width = (frame.width - 20) / columns
    depth = -(-len(numbered) // columns)
    start = paper.bottom
    for i, (n, note) in enumerate(numbered):
        paper.bottom = start + (i % depth) * SMALL * 1.35
        text = cut(f"{n}  {note_date(note)}  {note.label}", SMALL, width - 12)
        paper.write(_safe(text), SMALL, colour=frame.palette.note, below=True, x=10 + (i // depth) * width)
    paper.bottom = start + depth * SMALL * 1.35
    if left_out:
        more = f"and {left_out} more notes in this window; a shorter window has room for them"
        for line in wrapped(more, SMALL, frame.width - 20):
            paper.write(line, SMALL, colour=frame.palette.note, below=True)
    paper.bottom += 4 if numbered else 0


def note_date(note: Annotation) -> str:
    """The date of a note as exactly as it is known."""
    text = note.start.isoformat()
    return text[: {"year": 4, "month": 7, "day": 10}[note.precision]]


def _foot(paper: _Paper, series: Series) -> None:
    frame, palette = paper.frame, paper.frame.palette
    width = frame.width - 20
    reach = f"Data to {wording.day(series.data_to)}. " if series.data_to else ""
    dates = f"{reach}As of {wording.day(series.as_of)}; made on {wording.day(frame.made_on)}. {frame.licence}".strip()
    lines = [*wrapped(f"Source: {frame.credit}", SMALL, width), *wrapped(dates, SMALL, width)]
    lines += wrapped(f"{frame.whose}. View: {frame.view}", SMALL, width)
    for line in lines:
        paper.write(_safe(line), SMALL, colour=palette.muted, below=True)


def span_of(series: Series, start: datetime.date | None, end: datetime.date | None) -> tuple[datetime.date, datetime.date]:
    """First and last day to show: the asked ones, within what the series has; whole periods."""
    if not len(series.values):
        return start or series.as_of, end or series.as_of
    first = first_day(int(series.values.index[0]), series.frequency)
    last = last_day(int(series.values.index[-1]), series.frequency)
    begin, finish = max(start or first, first), min(end or last, last)
    return (begin, finish) if begin <= finish else (first, last)
