"""The lines of a chart: title, unit and rule above the plot; source, dates and the view's address below it."""

from dashboard.charts.frame import SMALL, TEXT, TITLE, Paper, safe, wrapped
from dashboard.charts.picture import Chart
from dashboard.words import numbers
from indicators.nouns.periods import NOUNS
from indicators.nouns.series import Series


def title_of(chart: Chart) -> str:
    """What, how split, and how often."""
    series = chart.series
    told = "".join(f", {numbers.step_words(step)}" for step in series.query.transform)
    split = f", by {series.query.breakdown.replace('_', ' ')}" if series.query.breakdown else ""
    names = " and ".join(dict.fromkeys(numbers.titled(one.definition) for one in chart.shown))
    return f"{names}{split}{told}, by {NOUNS[series.frequency]}"


def write_head(paper: Paper, chart: Chart) -> None:
    """Title, then unit and counting rule of each series."""
    frame = paper.frame
    size = TITLE - 2 if frame.narrow else TITLE
    for line in wrapped(title_of(chart), frame.size(size) * 1.06, frame.text_width):
        paper.write(f"<b>{safe(line)}</b>", size, colour=frame.palette.ink, leading=1.3)
    paper.top += 2
    for series in chart.shown:
        whose = f"{numbers.titled(series.definition)}. " if chart.other else ""
        rule = f"{whose}Unit: {series.unit}. What counts: {series.definition.counts.strip()}"
        for line in wrapped(rule, frame.size(TEXT), frame.text_width):
            paper.write(safe(line), TEXT, colour=frame.palette.muted)
    paper.top += 8


def write_foot(paper: Paper, chart: Chart) -> None:
    """Source line, dates, licence, and the view with its code."""
    frame, palette = paper.frame, paper.frame.palette
    code = f" · {frame.code}" if frame.code else ""
    dates = f"{_dates(chart)}. As of {numbers.day(chart.series.as_of)}; made on {numbers.day(frame.made_on)}."
    together = f"{dates} {frame.licence}".strip()
    apart = [dates, frame.licence] if len(wrapped(together, frame.size(SMALL), frame.text_width)) > 1 else [together]
    for text in (f"Source: {frame.credit}", *apart, f"{frame.whose}. View: {frame.view}{code}"):
        for line in wrapped(text, frame.size(SMALL), frame.text_width):
            paper.write(safe(line), SMALL, colour=palette.muted, below=True)


def _dates(chart: Chart) -> str:
    told = list(dict.fromkeys(_reach(series) for series in chart.shown))
    if len(told) == 1:
        return told[0]
    return "; ".join(f"{_reach(s)} ({numbers.titled(s.definition)})" for s in chart.shown)


def _reach(series: Series) -> str:
    covered = numbers.covered_to(series)
    return f"Data to {numbers.date(series.data_to)}{f', covered to {covered}' if covered else ''}" if series.data_to else "No rows"
