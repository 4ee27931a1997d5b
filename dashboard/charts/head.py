"""The lines of a picture: title, unit and rule above the plot; source, dates and the view's address below it."""

import datetime

from dashboard.charts.frame import SMALL, TEXT, TITLE, Paper, safe, wrapped
from dashboard.charts.picture import Picture
from dashboard.words import numbers
from indicators.nouns.series import Series


def write_head(paper: Paper, picture: Picture) -> None:
    """Title, then unit and counting rule of each series."""
    frame = paper.frame
    size = TITLE - 2 if frame.narrow else TITLE
    for line in wrapped(picture.title, frame.size(size) * 1.06, frame.text_width):
        paper.write(f"<b>{safe(line)}</b>", size, colour=frame.palette.ink, leading=1.3)
    paper.top += 2
    for series in picture.shown:
        whose = f"{numbers.titled(series.definition)}. " if picture.other else ""
        rule = f"{whose}Unit: {series.unit}. What counts: {series.definition.counts.strip()}"
        for line in wrapped(rule, frame.size(TEXT), frame.text_width):
            paper.write(safe(line), TEXT, colour=frame.palette.muted)
    paper.top += 8


def write_foot(paper: Paper, picture: Picture, code: str) -> None:
    """Source line, dates, licence, and the view with the code of its numbers."""
    frame, palette = paper.frame, paper.frame.palette
    dates = f"{_dates(picture)}. As of {numbers.day(picture.series.as_of)}; made on {numbers.day(datetime.date.today())}."
    together = f"{dates} {picture.licence}".strip()
    apart = [dates, picture.licence] if len(wrapped(together, frame.size(SMALL), frame.text_width)) > 1 else [together]
    view = f"{picture.project}. View: {picture.view.text} · {code}"
    for text in (f"Source: {picture.credit}", *apart, view):
        for line in wrapped(text, frame.size(SMALL), frame.text_width):
            paper.write(safe(line), SMALL, colour=palette.muted, below=True)


def _dates(picture: Picture) -> str:
    reaches = list(dict.fromkeys(_reach(series) for series in picture.shown))
    if len(reaches) == 1:
        return reaches[0]
    return "; ".join(f"{_reach(s)} ({numbers.titled(s.definition)})" for s in picture.shown)


def _reach(series: Series) -> str:
    covered = numbers.covered_to(series)
    return f"Data to {numbers.date(series.data_to)}{f', covered to {covered}' if covered else ''}" if series.data_to else "No rows"
