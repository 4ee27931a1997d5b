"""Notes placed by date: labels in rows above the plot, then numbered marks with a key; ranges and inexact dates as bands."""

import datetime
from collections.abc import Sequence

from dashboard.figures.frame import LABEL, SMALL, Figure, Frame, Paper, safe
from dashboard.figures.labels import cut, grouped, mark_text, placed, wrapped
from indicators.annotations import LENGTHS
from indicators.model import Annotation

ROW, TICK = 15, 7


def place_notes(
    paper: Paper, shown: Sequence[Annotation], frame: Frame
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
    labels = [_label(ranked[p.index].label, p.left, base + p.row * ROW, frame) | _on_hover([ranked[p.index]]) for p in fitting]
    groups = grouped([(at[id(note)], n) for n, note in numbered], size=SMALL)
    by_number = dict(numbered)
    labels += [_number(numbers, x, frame) | _on_hover([by_number[n] for n in numbers]) for x, numbers in groups]
    shapes = [_band(note, frame) for note in ranked if note.end]
    heights = {p.index: base + (p.row + 1) * ROW - 3 for p in fitting}
    shapes += [_line(note, heights.get(i), frame) for i, note in enumerate(ranked) if i in heights or i in kept]
    return labels, numbered, len(rest) - len(kept), shapes


def _label(text: str, left: float, up: float, frame: Frame) -> Figure:
    return {
        "text": safe(text),
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


def _on_hover(notes: Sequence[Annotation]) -> Figure:
    """What a label says when pointed at: all that the notes tell."""
    return {"hovertext": "<br>".join(safe(f"{note_date(n)} {n.label}. {n.text}") for n in notes)}


def _number(numbers: list[int], x: float, frame: Frame) -> Figure:
    return _label(mark_text(numbers), x, 0, frame) | {
        "xanchor": "center",
        "font": {"size": SMALL, "color": frame.palette.note},
        "bgcolor": frame.palette.paper,
    }


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


def _columns(frame: Frame) -> int:
    """Columns of the key of numbered notes."""
    return 1 if frame.narrow else 3 if frame.width > 900 else 2


def write_key(paper: Paper, numbered: Sequence[tuple[int, Annotation]], left_out: int) -> None:
    """The key of numbered notes, in columns; what is too much for the space is counted, never left out in silence."""
    frame = paper.frame
    columns = _columns(frame)
    width = (frame.width - 20) / columns
    depth = -(-len(numbered) // columns)
    start = paper.bottom
    for i, (n, note) in enumerate(numbered):
        paper.bottom = start + (i % depth) * SMALL * 1.35
        text = cut(f"{n}  {note_date(note)}  {note.label}", SMALL, width - 12)
        paper.write(safe(text), SMALL, colour=frame.palette.note, below=True, x=10 + (i // depth) * width)
    paper.bottom = start + depth * SMALL * 1.35
    if left_out:
        more = f"and {left_out} more notes in this window; a shorter window has room for them"
        for line in wrapped(more, SMALL, frame.width - 20):
            paper.write(line, SMALL, colour=frame.palette.note, below=True)
    paper.bottom += 4 if numbered else 0


def note_date(note: Annotation) -> str:
    """The date of a note as exactly as it is known."""
    text = note.start.isoformat()
    return text[: LENGTHS[note.precision]]
