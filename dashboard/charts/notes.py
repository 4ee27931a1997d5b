"""Notes placed by date: labels in rows above the plot, then numbered marks with a key; ranges and inexact dates as bands."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.frame import LABEL, SMALL, Figure, Frame, Paper, cut, safe, text_width
from indicators.compute.selection import LENGTHS
from indicators.nouns.series import Annotation

ROW, TICK = 15, 6
FADE = 6
"""Steps in which the band of a note that has no end yet fades."""


@dataclass(frozen=True)
class Placed:
    """The place of a label: `row` counts from the plot upwards; the text begins at `left`, its line is at `x`."""

    index: int
    row: int
    x: float
    left: float
    right: float


def placed(items: Sequence[tuple[float, str]], *, size: float, width: float, rows: int, gap: float = 8) -> tuple[list[Placed], list[int]]:
    """Labels in rows above the plot, and the indexes of those for which there is no space (to be numbered).

    A label begins at its line, or ends there where the right edge is near. No label covers another, nor the line that
    leads from a higher label down to the plot. `items` come in order of importance.

    >>> placed([(0, "first"), (60, "second"), (62, "third")], size=10, width=200, rows=2)[1]
    [2]
    """
    done: list[Placed] = []
    left_over: list[int] = []
    for index, (x, text) in enumerate(items):
        length = text_width(text, size)
        spans = ((x + 3, x + 3 + length), (x - 3 - length, x - 3))
        options = (Placed(index, row, x, left, right) for left, right in spans for row in range(rows))
        free = (c for c in options if c.left >= 0 and c.right <= width and not any(_collide(c, other, gap) for other in done))
        place = next(free, None)
        if place:
            done.append(place)
        else:
            left_over.append(index)
    return done, left_over


def _collide(one: Placed, other: Placed, gap: float) -> bool:
    if one.row == other.row and one.left - gap < other.right and other.left - gap < one.right:
        return True
    upper, lower = (one, other) if one.row > other.row else (other, one)
    return upper.row > lower.row and lower.left - 3 < upper.x < lower.right + 3


def mark_text(numbers: Sequence[int]) -> str:
    """Numbers of one mark: 4, or 4,5, or 4–9."""
    first, last = numbers[0], numbers[-1]
    return str(first) if first == last else f"{first},{last}" if last == first + 1 else f"{first}–{last}"


def grouped(marks: Sequence[tuple[float, int]], *, size: float, gap: float = 6) -> list[tuple[float, list[int]]]:
    """Numbered marks (x, number), joined where their texts would touch: (x, numbers), from left to right.

    >>> grouped([(10.0, 1), (14.0, 2), (60.0, 3)], size=10)
    [(12.0, [1, 2]), (60.0, [3])]
    """
    groups = [([x], [n]) for x, n in sorted(marks)]
    at = 0
    while at < len(groups) - 1:
        (xs, numbers), (more_xs, more) = groups[at], groups[at + 1]
        least = (text_width(mark_text(numbers), size) + text_width(mark_text(more), size)) / 2 + gap
        if _centre(more_xs) - _centre(xs) < least:
            groups[at : at + 2] = [(xs + more_xs, numbers + more)]
            at = max(at - 1, 0)
        else:
            at += 1
    return [(_centre(xs), numbers) for xs, numbers in groups]


def _centre(xs: Sequence[float]) -> float:
    return (min(xs) + max(xs)) / 2


@dataclass(frozen=True)
class Plan:
    """The places of the notes of a window: those with a `label`, those `numbered`, and how many are `left_out` of the key."""

    shown: tuple[Annotation, ...]
    at: tuple[float, ...]
    labels: tuple[Placed, ...] = ()
    numbered: tuple[tuple[int, int], ...] = ()
    left_out: int = 0

    @property
    def keyed(self) -> tuple[tuple[int, Annotation], ...]:
        """Number and note of those that are numbered."""
        return tuple((n, self.shown[i]) for n, i in self.numbered)


def plan_of(shown: Sequence[Annotation], frame: Frame, rows: int, most: int) -> Plan:
    """A place for every note, the most important first: a label in one of `rows` rows, or a number, of which there are `most`."""
    at = tuple(min(max(frame.x(max(note.start, frame.start)), 0), frame.plot_width) for note in shown)
    items = [(x, note.label) for x, note in zip(at, shown, strict=True)]
    labels, rest = placed(items, size=frame.size(LABEL), width=frame.plot_width + frame.right - 8, rows=rows)
    kept = sorted(rest[:most], key=lambda i: shown[i].start)
    return Plan(tuple(shown), at, tuple(labels), tuple(enumerate(kept, 1)), len(rest) - len(kept))


def height_above(plan: Plan, frame: Frame) -> float:
    """Height that labels and numbers take above the plot."""
    rows = max((p.row for p in plan.labels), default=-1) + 1
    return rows * ROW * frame.scale + _base(plan, frame)


def _base(plan: Plan, frame: Frame) -> float:
    """Distance of the lowest label from the plot: above the numbers, if there are any."""
    return (ROW + TICK) * frame.scale if plan.numbered else 0


def texts(plan: Plan, frame: Frame) -> list[Figure]:
    """Labels and numbers above the plot."""
    row, base = ROW * frame.scale, _base(plan, frame)
    pairs = [(p, plan.shown[p.index]) for p in plan.labels]
    labels = [_label(note.label, p.left, base + p.row * row, frame) | _on_hover([note]) for p, note in pairs]
    by_number = dict(plan.keyed)
    groups = grouped([(plan.at[i], n) for n, i in plan.numbered], size=frame.size(SMALL))
    return labels + [_number(numbers, x, frame) | _on_hover([by_number[n] for n in numbers]) for x, numbers in groups]


def shapes(plan: Plan, frame: Frame) -> list[Figure]:
    """Bands of the notes that last, a line from each label down through the plot, a tick under each number. A note that is
    left out has none of these: a band that nothing explains would only puzzle."""
    row, base = ROW * frame.scale, _base(plan, frame)
    placed_notes = [plan.shown[i] for i in sorted({p.index for p in plan.labels} | {i for _, i in plan.numbered})]
    bands = [band for note in placed_notes if note.end for band in _bands(note, frame)]
    lines = [_line(plan.shown[p.index], base + (p.row + 1) * row - 3, frame) for p in plan.labels]
    return bands + lines + [_line(plan.shown[i], None, frame) for _, i in plan.numbered]


def _label(text: str, left: float, up: float, frame: Frame) -> Figure:
    return {
        "text": safe(text),
        "font": {"size": frame.size(LABEL), "color": frame.palette.note},
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


def _on_hover(notes: Sequence[Annotation]) -> Figure:
    """The text shown when a label is pointed at: all that the notes say."""
    return {"hovertext": "<br>".join(safe(in_full(note)) for note in notes)}


def _number(numbers: list[int], x: float, frame: Frame) -> Figure:
    return _label(mark_text(numbers), x, (TICK - 1) * frame.scale, frame) | {
        "xanchor": "center",
        "font": {"size": frame.size(SMALL), "color": frame.palette.note},
        "bgcolor": frame.palette.paper,
    }


def _line(note: Annotation, up: float | None, frame: Frame) -> Figure:
    """From a label down through the plot; for a numbered note (`up` is None) a short tick on the plot's top edge."""
    start = max(note.start, frame.start).isoformat()
    bottom, top = (0.0, 1 + up / frame.plot_height) if up is not None else (1.0, 1 + (TICK - 1) * frame.scale / frame.plot_height)
    place = {"xref": "x", "x0": start, "x1": start, "yref": "paper", "y0": bottom, "y1": top}
    look = {"width": 0.8, "dash": "dot"} if up is not None else {"width": 1.2}
    return {"type": "line", "line": look | {"color": frame.palette.note}, "layer": "below", **place}


def _bands(note: Annotation, frame: Frame) -> list[Figure]:
    """The band of a note that lasts; one that goes on beyond the window fades towards its edge."""
    assert note.end
    start, end = max(note.start, frame.start), min(note.end, frame.end) + datetime.timedelta(days=1)
    parts = FADE if note.end > frame.end else 1
    edges = [start + (end - start) * i / parts for i in range(parts + 1)]
    look = {"type": "rect", "fillcolor": frame.palette.band, "line": {"width": 0}, "layer": "below", "xref": "x", "yref": "paper"}
    return [
        look | {"opacity": round(0.1 * (1 - i / parts), 3), "x0": edges[i].isoformat(), "x1": edges[i + 1].isoformat(), "y0": 0, "y1": 1}
        for i in range(parts)
    ]


def columns_of_key(frame: Frame) -> int:
    """Columns of the key of numbered notes."""
    wide = frame.width / frame.scale
    return 1 if frame.narrow else 3 if wide > 900 else 2


def write_key(paper: Paper, plan: Plan) -> None:
    """The key of numbered notes, in columns; notes for which there is no space are counted, never dropped silently."""
    frame, numbered = paper.frame, plan.keyed
    columns = columns_of_key(frame)
    width, step = frame.text_width / columns, frame.size(SMALL) * 1.35
    depth = -(-len(numbered) // columns)
    start = paper.bottom
    for i, (n, note) in enumerate(numbered):
        paper.bottom = start + (i % depth) * step
        text = cut(f"{n}  {note_date(note)}  {note.label}", frame.size(SMALL), width - 12)
        paper.write(safe(text), SMALL, colour=frame.palette.note, below=True, x=10 + (i // depth) * width)
    paper.bottom = start + depth * step
    if plan.left_out:
        more = f"{plan.left_out} more notes are not shown; choose a shorter window to see them"
        paper.write_wrapped(more, SMALL, colour=frame.palette.note, below=True)
    paper.bottom += 4 if numbered else 0


def in_full(note: Annotation) -> str:
    """All that a note says: its date, its label and its text."""
    return f"{note_date(note)} {note.label}. {note.text}"


def note_date(note: Annotation) -> str:
    """The date of a note as exactly as it is known."""
    text = note.start.isoformat()
    return text[: LENGTHS[note.precision]]
