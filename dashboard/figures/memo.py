"""The memo chart: everything that a reader of a picture needs stands inside it.

From top to bottom: title (what, how often), subtitle (unit, counting rule), notes placed by date, plot, strip of coverage,
key, numbered notes, and a footer with source, dates and the view's address.
"""

import datetime
from collections.abc import Sequence

import pandas as pd

from dashboard import wording
from dashboard.figures import marks, strip
from dashboard.figures.frame import SMALL, TEXT, TITLE, Figure, Frame, Paper, safe
from dashboard.figures.labels import text_width, wrapped
from dashboard.figures.notes import place_notes, write_key
from dashboard.theme import Palette, template
from indicators.annotations import in_window
from indicators.model import Annotation, Series
from indicators.periods import first_day, last_day
from indicators.vocabulary import scale_of

YEAR_WIDTH = 40
"""Pixels that the name of a year takes."""


def memo(series: Series, notes: Sequence[Annotation], frame: Frame, points: pd.DataFrame | None = None) -> Figure:
    """The chart as a plain Plotly figure of a known size.

    `notes` come in order of importance. `points`: rows behind a mean (day, value, text, label).
    """
    window = window_of(series, frame)
    paper = Paper(frame)
    _head(paper, series)
    shown = in_window(tuple(notes), frame.start, frame.end) if frame.notes else ()
    labels, numbered, left_out, shapes = place_notes(paper, shown, frame)
    paper.bottom = 24
    shapes += strip.shapes(series, window, frame.palette, below=paper.bottom, height=7) if len(window) else []
    shapes += _breaks(series, window, frame)
    paper.bottom += 13
    _key(paper, series, window, points is not None)
    write_key(paper, numbered, left_out)
    _foot(paper, series)
    data = [marks.dots(points, frame.palette)] if points is not None and len(points) else []
    data += marks.traces(series, window, frame.palette, frame.plot_width)
    layout = _layout(series, frame, paper) | {"annotations": [*paper.annotations(), *labels], "shapes": shapes}
    return {"data": data, "layout": layout}


def window_of(series: Series, frame: Frame) -> pd.DataFrame:
    """The periods that begin within the frame's time."""
    starts = [first_day(int(p), series.frequency) for p in series.values.index]
    return series.values.loc[[frame.start <= s <= frame.end for s in starts]]


def _layout(series: Series, frame: Frame, paper: Paper) -> Figure:
    margin = {"l": frame.left, "r": frame.right, "t": round(paper.top), "b": round(paper.bottom + 6), "pad": 0}
    after = frame.end + datetime.timedelta(days=1)
    tick = ".0%" if scale_of(series.unit) == "share" else None
    return {
        "template": template(frame.palette),
        "width": frame.width,
        "height": round(paper.top + frame.plot_height + paper.bottom + 6),
        "margin": margin,
        "xaxis": {"type": "date", "range": [frame.start.isoformat(), after.isoformat()], **year_ticks(frame)},
        "yaxis": {"rangemode": "tozero", "tickformat": tick, "nticks": 6} | _least_range(series, frame),
        "hovermode": "closest",
        "hoverdistance": 30,
        "barmode": "overlay",
        "uirevision": frame.view,
        "title": None,
        "dragmode": False if frame.narrow else "zoom",
    }


def year_ticks(frame: Frame) -> Figure:
    """Names of years in the middle of the years; Plotly's own ticks for a window of less than three."""
    years = [y for y in range(frame.start.year, frame.end.year + 1) if frame.start <= datetime.date(y, 7, 2) <= frame.end]
    if len(years) < 3:
        return {"nticks": 6 if frame.narrow else 12, "ticklabelmode": "period"}
    step = -(-len(years) * YEAR_WIDTH // frame.plot_width)
    shown = [y for y in years if (years[-1] - y) % step == 0]
    return {"tickmode": "array", "tickvals": [f"{y}-07-02" for y in shown], "ticktext": [str(y) for y in shown]}


def _least_range(series: Series, frame: Frame) -> Figure:
    """Room for at least one unit, whole steps for small counts, and an axis even where nothing has a value."""
    values = window_of(series, frame)["value"]
    top = float(values.max())
    if strip.is_empty(window_of(series, frame)):
        return {"range": [0, 1], "showticklabels": False}
    return {"range": [0, max(top * 1.12, 1.15)], "dtick": 1} if series.counts and top <= 5 else {}


def _head(paper: Paper, series: Series) -> None:
    frame, definition, width = paper.frame, series.definition, paper.frame.width - 20
    size = TITLE - 2 if frame.narrow else TITLE
    told = "".join(f", {wording.step_words(step)}" for step in series.query.transform)
    for line in wrapped(f"{wording.titled(definition)}{told}, {wording.FREQUENCY_WORDS[series.frequency]}", size * 1.06, width):
        paper.write(f"<b>{safe(line)}</b>", size, colour=frame.palette.ink, leading=1.3)
    unit = f"Unit: {series.unit}"
    paper.top += 2
    lines = wrapped(f"{unit}. What counts: {definition.counts.strip()}", TEXT, width)
    for line in lines:
        paper.write(safe(line), TEXT, colour=frame.palette.muted)
    paper.top += 8


def _breaks(series: Series, window: pd.DataFrame, frame: Frame) -> list[Figure]:
    """A line where the series breaks: numbers on its two sides are not comparable."""
    found = []
    for p in window.index[window["status"] == "B"]:
        day = first_day(int(p), series.frequency).isoformat()
        place = {"xref": "x", "x0": day, "x1": day, "yref": "paper", "y0": 0, "y1": 1}
        found.append({"type": "line", "line": {"width": 1.2, "dash": "dash", "color": frame.palette.muted}, "layer": "below", **place})
    return found


# ---- under the plot ----


def _key(paper: Paper, series: Series, window: pd.DataFrame, has_points: bool) -> None:
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


def _foot(paper: Paper, series: Series) -> None:
    frame, palette = paper.frame, paper.frame.palette
    width = frame.width - 20
    covered = wording.covered_to(series)
    reach = f"Data to {wording.date(series.data_to)}{f', covered to {covered}' if covered else ''}. " if series.data_to else "No rows. "
    dates = f"{reach}As of {wording.day(series.as_of)}; made on {wording.day(frame.made_on)}. {frame.licence}".strip()
    lines = [*wrapped(f"Source: {frame.credit}", SMALL, width), *wrapped(dates, SMALL, width)]
    lines += wrapped(f"{frame.whose}. View: {frame.view}", SMALL, width)
    for line in lines:
        paper.write(safe(line), SMALL, colour=palette.muted, below=True)


def span_of(series: Series, start: datetime.date | None, end: datetime.date | None) -> tuple[datetime.date, datetime.date]:
    """First and last day to show: the asked ones, within what the series has; whole periods."""
    if not len(series.values):
        return start or series.as_of, end or series.as_of
    first = first_day(int(series.values.index[0]), series.frequency)
    last = last_day(int(series.values.index[-1]), series.frequency)
    begin, finish = max(start or first, first), min(end or last, last)
    return (begin, finish) if begin <= finish else (first, last)
