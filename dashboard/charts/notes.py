"""Notes at the data: the first few of a window, each a label beside its mark, or a named range of time on grey ground.

Where a label may stand is decided in pixels of the plot, x from its left edge and y from its foot. Labels never cover each other, a
mark, a value or a name, and their lines cross none of these. A note that has no place is left out of the picture; the page lists all.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from dashboard.charts.axes import MONTHS
from dashboard.charts.frame import LABEL, Figure, Frame, safe, text_width, wrapped
from indicators.compute.selection import LENGTHS
from indicators.nouns.series import Annotation

LEADING = 1.2
STEP = 4
"""Pixels between two heights that are tried."""
PAD, NEAR, BESIDE = 3, 6, 4
"""Space around a label, from a label to its mark, and from a line to the label beside it."""
LEAST_BAND = 26
"""Width of the narrowest range of time that is drawn as one, in pixels."""
MOST_LINES = 4
WIDEST = (400.0, 120.0, 84.0, 66.0)
"""Widths to which a label is wrapped, one line first."""


class Box(NamedTuple):
    """A rectangle of the plot, in pixels from its left edge and its foot."""

    left: float
    low: float
    right: float
    high: float

    def meets(self, other: "Box") -> bool:
        """Whether two rectangles share ground.

        >>> Box(0, 0, 2, 2).meets(Box(1, 1, 3, 3)), Box(0, 0, 2, 2).meets(Box(2, 0, 3, 2))
        (True, False)
        """
        return self.left < other.right and other.left < self.right and self.low < other.high and other.low < self.high


@dataclass(frozen=True)
class Label:
    """A placed note: its lines of text, their box, and its `line` from the mark to the label or along it; None in a band."""

    note: Annotation
    lines: tuple[str, ...]
    box: Box
    line: Box | None = None
    side: int = 0
    """1 where it stands to the right of its line, -1 to the left, 0 above it."""


@dataclass(frozen=True)
class Plan:
    """The notes that are drawn, the first of the order first; the others of the window have no place. `grounds`: named times of the series
    itself, which are no notes."""

    labels: tuple[Label, ...] = ()
    grounds: tuple[Label, ...] = ()

    @property
    def notes(self) -> tuple[Annotation, ...]:
        return tuple(label.note for label in self.labels)


@dataclass
class Space:
    """What is taken of a plot of a width and height, in pixels: `marks` with their values, `taken` by names and labels, and `soft`
    what a line may cross, but no text may cover. `is_level`: what is drawn is a line, so that a day without a mark is at the height
    of those beside it, and not at zero."""

    width: float
    height: float
    marks: list[Box] = field(default_factory=list)
    taken: list[Box] = field(default_factory=list)
    soft: list[Box] = field(default_factory=list)
    is_level: bool = False
    _known: dict[str, np.ndarray] = field(default_factory=lambda: dict.fromkeys(("marks", "taken", "soft"), np.empty((0, 4))))

    def top_at(self, x: float) -> float:
        """The height of what is drawn at an x; where nothing is, that of the marks to its left and right, or zero."""
        here = [box.high for box in self.marks if box.left - 3 <= x <= box.right + 3]
        if here or not self.is_level:
            return max(here, default=0.0)
        left = max((box for box in self.marks if box.right < x), default=None, key=lambda box: box.right)
        right = min((box for box in self.marks if box.left > x), default=None, key=lambda box: box.left)
        beside = [box.high for box in (left, right) if box]
        return sum(beside) / len(beside) if beside else 0.0

    def free_beside(self, lefts: np.ndarray, low: float, width: float, height: float, pad: float) -> np.ndarray:
        """Which of some places beside each other, by their left ends, a text of a size may have at one height."""
        if low < 1 or low + height > self.height:
            return np.zeros(len(lefts), dtype=bool)
        others = self._boxes("marks", "taken", "soft")
        left, _, right, _ = others[(others[:, 3] > low - pad) & (others[:, 1] < low + height + pad)].T
        near = (lefts[:, np.newaxis] - pad < right) & (lefts[:, np.newaxis] + width + pad > left)
        return (lefts >= 0) & (lefts + width <= self.width) & ~near.any(axis=1)

    def are_free(self, left: float, right: float, lows: np.ndarray, height: float, pad: float = PAD) -> np.ndarray:
        """Which of some places above each other, by their feet, a text of a height may have between two x."""
        if left < 0 or right > self.width:
            return np.zeros(len(lows), dtype=bool)
        others = self._boxes("marks", "taken", "soft")
        _, low, _, high = others[(others[:, 2] > left - pad) & (others[:, 0] < right + pad)].T
        feet = lows[:, np.newaxis]
        near = (feet - pad < high) & (feet + height + pad > low)
        return (lows >= 1) & (lows + height <= self.height) & ~near.any(axis=1)

    def first_above(self, x: float, y: float) -> float:
        """The foot of the first mark, value or name that a line up from a point would come too near to; infinity where there is none."""
        others = self._boxes("marks", "taken")
        met = others[(others[:, 2] > x - 2) & (others[:, 0] < x + 2) & (others[:, 3] > y), 1]
        return float(met.min()) if len(met) else np.inf

    def _boxes(self, *kinds: str) -> np.ndarray:
        """Boxes of some kinds, one a row. They become numbers again only when there are more: many places are tried against them."""
        for kind in kinds:
            boxes = getattr(self, kind)
            if len(self._known[kind]) != len(boxes):
                self._known[kind] = np.array(boxes, dtype=float).reshape(-1, 4)
        return np.concatenate([self._known[kind] for kind in kinds])


def plan_of(notes: Sequence[Annotation], frame: Frame, space: Space, most: int, grounds: Sequence[Annotation] = ()) -> Plan:
    """A place for the first `most` notes that have one. A note between two that are placed is never skipped for one of less weight
    unless nothing of it fits. `grounds` come first, and do not count."""
    named: list[Label] = []
    for ground in grounds:
        label = _band(ground, frame, space, named)
        if label:
            named.append(label)
            space.taken.append(label.box)
    labels: list[Label] = []
    for note in notes:
        if len(labels) == most:
            break
        label = _band(note, frame, space, [*named, *labels]) or _beside(note, frame, space)
        if label:
            labels.append(label)
            space.taken.append(label.box)
            space.taken += [label.line] if label.line else []
    return Plan(tuple(labels), tuple(named))


def date_of(note: Annotation, frame: Frame) -> str:
    """The month of a note, where the axis of time leaves it open; "" else."""
    if frame.has_days or note.precision == "year" or (note.end and not _is_inexact(note)):
        return ""
    return month_of(note)


def month_of(note: Annotation) -> str:
    """The month in which a note begins."""
    return f"{MONTHS[note.start.month - 1]} {note.start.year}"


def _is_inexact(note: Annotation) -> bool:
    """Whether the time of a note is no range, only a month or year in which it lies."""
    return note.end is not None and (note.end - note.start).days <= (31 if note.precision == "month" else 366)


def _sizes(text: str, date: str, frame: Frame) -> Iterator[tuple[tuple[str, ...], float, float]]:
    """Lines, width and height of a label and its date, wrapped ever narrower; no word is cut, no date divided."""
    size, seen = frame.size(LABEL), set[tuple[str, ...]]()
    for width in WIDEST:
        lines = wrapped(text, size, width * frame.scale)
        if date:
            last = f"{lines[-1]}, {date}"
            lines = [*lines[:-1], last] if text_width(last, size) <= width * frame.scale else [*lines[:-1], f"{lines[-1]},", date]
        if tuple(lines) not in seen and len(lines) <= MOST_LINES and " ".join(lines).startswith(text):
            seen.add(tuple(lines))
            yield tuple(lines), max(text_width(line, size) for line in lines), len(lines) * size * LEADING


def _band(note: Annotation, frame: Frame, space: Space, labels: Sequence[Label]) -> Label | None:
    """A range of time with its name inside; None where it is too narrow, meets another or has no room for the name."""
    if note.end is None or _is_inexact(note):
        return None
    left, right = frame.x(max(note.start, frame.start)), frame.x(min(note.end, frame.end) + datetime.timedelta(days=1))
    bands = [label.note for label in labels if not label.line]
    if right - left < LEAST_BAND * frame.scale or any(one.end and one.start <= note.end and note.start <= one.end for one in bands):
        return None
    for lines, width, height in _sizes(note.label, "", frame):
        if width > right - left - 2:
            continue
        x = (left + right - width) / 2
        lows = np.arange(space.height - height - 2, 1, -STEP)
        free = np.flatnonzero(space.are_free(x, x + width, lows, height, 2))
        if len(free):
            low = lows[free[0]]
            return Label(note, lines, Box(x, low, x + width, low + height))
    return None


def _beside(note: Annotation, frame: Frame, space: Space) -> Label | None:
    """The label nearest to the mark of its day that has a free place and a free line to it."""
    if not frame.start <= note.start <= frame.end:
        return None
    x = min(max(frame.x(note.start), 1.0), space.width - 1)
    top = space.top_at(x)
    best: tuple[float, Label] | None = None
    date = date_of(note, frame) or (month_of(note) if note.end and not _is_inexact(note) else "")  # no ground shows when it began
    first = space.first_above(x, top)
    for number, (lines, width, height) in enumerate(_sizes(note.label, date, frame)):
        for side, left in ((0, x - width / 2), (1, x + BESIDE), (-1, x - BESIDE - width)):
            more = 20 * number + 8 * abs(side)
            # Above the mark its line ends at the foot of the label, beside it at the head; a place higher up would cost more than the best.
            ends = min(space.height - height, first if side == 0 else first - height, best[0] - more + top if best else np.inf)
            if ends <= top + NEAR:
                continue
            lows = np.arange(top + NEAR, ends, STEP)
            free = np.flatnonzero(space.are_free(left, left + width, lows, height) & (lows + (height if side else 0) + 1 <= first))
            if len(free) and (best is None or lows[free[0]] - top + more < best[0]):
                low = float(lows[free[0]])
                end = low + height if side else low
                box = Box(left, low, left + width, low + height)
                best = low - top + more, Label(note, lines, box, Box(x - 1, top + 1, x + 1, end), side)
    return best[1] if best else None


def texts(plan: Plan, frame: Frame, base: float = 0.0) -> list[Figure]:
    """The labels. `base`: height of the foot of the plot above that of all panels, in pixels."""
    return [_text(label, frame, base) for label in (*plan.grounds, *plan.labels)]


def _text(label: Label, frame: Frame, base: float) -> Figure:
    box = label.box
    return {
        "text": "<br>".join(safe(line) for line in label.lines),
        "font": {"size": frame.size(LABEL), "color": frame.palette.note if label.line else frame.palette.muted},
        "hovertext": safe(in_full(label.note)),
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 0,
        "xanchor": ("right", "center", "left")[label.side + 1],
        "yanchor": "middle",
        "xshift": round((box.right, (box.left + box.right) / 2, box.left)[label.side + 1], 1),
        "yshift": round(base + (box.low + box.high) / 2, 1),
        "align": ("right", "center", "left")[label.side + 1],
        "borderpad": 0,
    }


def shapes(plan: Plan, frame: Frame, base: float = 0.0) -> list[Figure]:
    """The grey ground of each range, and the line from each label to its mark."""
    return [_line(label, frame, base) if label.line else _ground(label.note, frame) for label in (*plan.grounds, *plan.labels)]


def _ground(note: Annotation, frame: Frame) -> Figure:
    assert note.end
    start, end = max(note.start, frame.start), min(note.end, frame.end) + datetime.timedelta(days=1)
    place = {"xref": "x", "x0": start.isoformat(), "x1": end.isoformat(), "yref": "paper", "y0": 0, "y1": 1}
    return {"type": "rect", "fillcolor": frame.palette.band, "line": {"width": 0}, "layer": "below", **place}


def _line(label: Label, frame: Frame, base: float) -> Figure:
    assert label.line
    day = label.note.start.isoformat()
    place = {"xref": "x", "x0": day, "x1": day, "yref": "paper", "ysizemode": "pixel", "yanchor": 0}
    place |= {"y0": round(base + label.line.low, 1), "y1": round(base + label.line.high, 1)}
    return {"type": "line", "line": {"width": 1.2, "color": frame.palette.note}, "layer": "above", **place}


def in_full(note: Annotation) -> str:
    """All that a note says: its date, its label and its text."""
    return f"{note_date(note)} {note.label}. {note.text}"


def note_date(note: Annotation) -> str:
    """The date of a note as exactly as it is known."""
    return note.start.isoformat()[: LENGTHS[note.precision]]
