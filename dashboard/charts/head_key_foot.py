"""The lines of a picture: title, unit and rule above the plot; the key, remarks, source, dates and the view's address below it."""

import datetime
from collections.abc import Iterator

import pandas as pd

from dashboard.charts import marks, strip
from dashboard.charts.frame import SMALL, TEXT, TITLE, Paper, safe, text_width, wrapped
from dashboard.charts.picture import REST, Layer, Picture
from dashboard.charts.theme import Palette
from dashboard.words import numbers
from indicators.nouns.series import Series

ROUND = {"provisional": "○", "estimated": "□"}
SIGNS = {
    "columns": {"provisional": "▭", "estimated": "▒"},
    "step": {"provisional": "┈", "estimated": "╌"},
    "line": ROUND,
    "dots": ROUND,
}


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
        paper.write_wrapped(rule, TEXT, colour=frame.palette.muted)
    paper.top += 8


def write_key(paper: Paper, picture: Picture) -> None:
    """One entry for each layer of several and for each look that occurs; wrapped to the width."""
    frame, palette = paper.frame, paper.frame.palette
    entries = [(_coloured("■", palette.of(layer.role)[0]), layer.name) for layer in picture.layers if layer.name]
    entries += [*_state_entries(picture, palette), *_look_entries(picture, palette)]
    lines, used = list[list[str]](), 0.0
    for symbol, words in entries:
        width = text_width(f"■ {words}    ", frame.size(SMALL))
        if not lines or used + width > frame.text_width:
            lines, used = [*lines, []], 0.0
        lines[-1].append(f"{symbol} {safe(words)}")
        used += width
    for line in lines:
        paper.write("&nbsp;&nbsp;&nbsp;".join(line), SMALL, colour=palette.muted, below=True, leading=1.4)
    for text in _remarks(picture):
        paper.write_wrapped(text, SMALL, colour=palette.muted, below=True)
    paper.bottom += 4


def _state_entries(picture: Picture, palette: Palette) -> list[tuple[str, str]]:
    windows = [layer.window for layer in picture.graded_layers] or [picture.window]
    seen = {name for window in windows for name, _, _ in strip.runs(window)}
    words = strip.STATES | {"partial": "partial: values are minimums; blank means unknown"}
    return [(_swatch(name, palette), words[name]) for name in strip.STATES if name in seen]


def _look_entries(picture: Picture, palette: Palette) -> list[tuple[str, str]]:
    entries: dict[str, tuple[str, str]] = {}
    for layer in picture.layers:
        values, (colour, _) = layer.window.values, palette.of(layer.role)
        looks = set(marks.looks_of(values).values())
        if "at_least" in looks:
            entries.setdefault("at_least", (_least_sign(layer, palette), "at least this much"))
        for look, words in (("provisional", "provisional or not over"), ("estimated", "estimated, or from a single poll")):
            if look in looks:
                entries.setdefault(look, (_coloured(SIGNS[layer.kind][look], colour), words))
        if (values["status"] == "B").any() and picture.panels[0].share != "stack":
            entries.setdefault("break", ("┆", "break: the two sides are not comparable"))
        if layer.points is not None and len(layer.points):
            entries |= {name: entry for name, entry in _point_entries(layer.points, colour, palette) if name not in entries}
    return list(entries.values())


def _point_entries(points: pd.DataFrame, colour: str, palette: Palette) -> Iterator[tuple[str, tuple[str, str]]]:
    """The mean, and the rows behind it by group."""
    yield "average", (_coloured("━", colour), "average of the polls")
    groups = marks.groups_of(points)
    for group, own, sign in zip(groups, palette.parts[1:], "●■◆✚", strict=False):
        yield f"points {group}", (_coloured(sign, own), group)
    yield "points", (_coloured("•", palette.muted), "other single polls" if groups else "single polls")


def _least_sign(layer: Layer, palette: Palette) -> str:
    colour, pale = palette.of(layer.role)
    if layer.kind in ("line", "dots"):
        return _coloured("△", colour)
    if layer.kind == "columns" and len(layer.window.values) <= marks.MOST_HATCHED:
        return _coloured("▨", colour)
    return _coloured("■", pale) if pale != colour else _coloured("░", colour)


def _coloured(sign: str, colour: str) -> str:
    return f'<span style="color:{colour}">{sign}</span>'


def _swatch(name: str, palette: Palette) -> str:
    if name in ("uncovered", "pending"):
        return _coloured("□" if name == "uncovered" else "⬚", palette.muted)
    return _coloured("▬", strip.fill(name, palette))


def _remarks(picture: Picture) -> list[str]:
    """What a reader must know about adjusted polls, and about the parts of a split chart."""
    adjusted = picture.adjustments
    as_published = " Single polls are drawn as published." if any(layer.points is not None for layer in picture.layers) else ""
    remarks = [adjusted + as_published] if adjusted else []
    split = picture.series.query.breakdown
    if any(panel.share == "group" for panel in picture.panels) and split and _counts_twice(picture):
        words = split.replace("_", " ")
        remarks.append(f"A row may have several values of {words} and counts under each; the columns do not add up.")
    if any(layer.role == "rest" for layer in picture.layers):
        remarks.append(f"The smaller parts are combined as {REST}.")
    if picture.left_out:
        remarks.append(f"Not drawn because they are smaller: {', '.join(picture.left_out)}.")
    return remarks


def _counts_twice(picture: Picture) -> bool:
    """Whether a row counts under two parts in a period that has a value."""
    windows = [picture.window.values, *(layer.window.values for layer in picture.layers)]
    numbered = {period for values in windows for period in values.index[values["value"].notna()].tolist()}
    rows_of_periods = ([row for part in picture.series.parts.values() for row in part.rows_in(period)] for period in numbered)
    return any(len(rows) > len(set(rows)) for rows in rows_of_periods)


def write_foot(paper: Paper, picture: Picture) -> None:
    """Source line, dates, licence, and the view with the code of its numbers."""
    frame = paper.frame
    dates = f"{_dates(picture)}. As of {numbers.day(picture.series.as_of)}; made on {numbers.day(datetime.date.today())}."
    together = f"{dates} {picture.licence}".strip()
    apart = [dates, picture.licence] if len(wrapped(together, frame.size(SMALL), frame.text_width)) > 1 else [together]
    view = f"{picture.project}. View: {picture.view.text} · {picture.code}"
    for text in (f"Source: {picture.credit}", *apart, view):
        paper.write_wrapped(text, SMALL, colour=frame.palette.muted, below=True)


def _dates(picture: Picture) -> str:
    reaches = list(dict.fromkeys(_reach(series) for series in picture.shown))
    if len(reaches) == 1:
        return reaches[0]
    return "; ".join(f"{_reach(s)} ({numbers.titled(s.definition)})" for s in picture.shown)


def _reach(series: Series) -> str:
    covered = numbers.covered_to(series)
    return f"Data to {numbers.date(series.data_to)}{f', covered to {covered}' if covered else ''}" if series.data_to else "No rows"
