"""The figure of a picture with all its texts: one function for page and export; and the small figure of a card."""

import datetime
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from dashboard.charts import marks, notes, strip
from dashboard.charts.frame import PANEL_GAP, SMALL, Figure, Frame, Paper, Size, cut, safe
from dashboard.charts.head_key_foot import write_foot, write_head, write_key
from dashboard.charts.picture import Days, Panel, Picture, layer_of
from dashboard.charts.theme import Palette, template
from indicators.nouns.periods import first_day
from indicators.nouns.series import Series
from indicators.nouns.vocabulary import scale_of

YEAR_WIDTH = 40
"""Width of a year label in pixels."""
LEAST_PLOT = 0.27
"""Share of a figure of fixed height that the plot must have before more notes are shown."""
STRIP_TOP, STRIP, STRIP_GAP, SIGN = 24, 7, 4, 14
"""Pixels: strips of coverage begin below the names of the years; from one to the next it is more where they have signs."""
VALUE = 22
"""Height of a value above its column."""
LEAST_HEIGHT = 70
"""Least height of a panel."""
SMALL_HEIGHT = 96


class Drawing(NamedTuple):
    """A picture as a plain Plotly figure of a known size, and the places of its notes: with a label, with a number, or left out."""

    figure: Figure
    plan: notes.Plan


def drawing_of(picture: Picture, palette: Palette, size: Size) -> Drawing:
    """The memo chart of a picture."""
    frame = Frame(**vars(size), start=picture.days[0], end=picture.days[1], palette=palette)
    for rows, most in _budgets(frame):
        plan = notes.plan_of(picture.notes, frame, rows, most)
        paper = _paper(picture, plan, frame)
        if frame.height is None:
            break
        height = frame.height
        least = LEAST_HEIGHT * len(picture.panels) * frame.scale
        frame = replace(frame, plot_height=round(max(height - round(paper.top) - round(paper.bottom + 6), least)))
        if frame.plot_height >= LEAST_PLOT * height and paper.top + frame.plot_height + paper.bottom <= height:
            break
    paper.frame = frame
    texts = [*paper.annotations(), *notes.texts(plan, frame), *_strip_signs(picture, frame), *_units(picture, frame)]
    shapes = [*_strips(picture, frame), *notes.shapes(plan, frame), *_breaks(picture, frame)]  # grounds lie lowest
    layout = _layout(picture, frame, paper) | {"annotations": texts, "shapes": shapes}
    return Drawing({"data": _data(picture, frame), "layout": layout}, plan)


def _budgets(frame: Frame) -> list[tuple[int, int]]:
    """Rows of labels and numbered notes to try, the most generous first."""
    columns = notes.columns_of_key(frame)
    if frame.height is None:
        return [(3 if frame.narrow else 5, columns * (12 if frame.narrow else 10))]
    return [(4, columns * 4), (4, columns * 2), (3, columns * 2), (3, 0), (2, 0), (1, 0)]


def _paper(picture: Picture, plan: notes.Plan, frame: Frame) -> Paper:
    """All texts around the plot."""
    paper = Paper(frame)
    write_head(paper, picture)
    paper.top += notes.height_above(plan, frame)
    paper.bottom = STRIP_TOP * frame.scale + max(len(picture.graded_layers), 1) * _strip_step(picture, frame) + 6
    write_key(paper, picture)
    notes.write_key(paper, plan)
    write_foot(paper, picture)
    return paper


# ---- marks and axes ----


def _data(picture: Picture, frame: Frame) -> list[Figure]:
    data: list[Figure] = []
    for number, panel in enumerate(picture.panels):
        for place, layer in enumerate(panel.layers):
            drawn = marks.dots(layer.points, frame.palette) if layer.points is not None and len(layer.points) else []
            drawn += marks.traces(layer, frame.palette, frame.plot_width, panel.share, place)
            data += [trace | ({"yaxis": f"y{number + 1}"} if number else {}) for trace in drawn]
    return data


def _layout(picture: Picture, frame: Frame, paper: Paper) -> Figure:
    margin = {"l": frame.left, "r": frame.right, "t": round(paper.top), "b": round(paper.bottom + 6), "pad": 0}
    after, last = frame.end + datetime.timedelta(days=1), len(picture.panels) - 1
    bounds = {"range": [frame.start.isoformat(), after.isoformat()], "anchor": f"y{last + 1}" if last else "y"}
    shares = {panel.share for panel in picture.panels}
    height = frame.plot_height / len(picture.panels) / frame.scale
    axes = {
        f"yaxis{number + 1}" if number else "yaxis": _value_axis(panel, height) | {"domain": domain, "anchor": "x"}
        for number, (panel, domain) in enumerate(zip(picture.panels, _domains(picture, frame), strict=True))
    }
    return {
        "template": template(frame.palette, frame.scale),
        "width": frame.width,
        # Texts that leave too little space for a plot make the figure taller than asked; nothing is cut.
        "height": max(frame.height or 0, round(paper.top) + frame.plot_height + round(paper.bottom + 6)),
        "margin": margin,
        "xaxis": {"type": "date", **bounds, **year_ticks(frame)},
        **axes,
        "hovermode": "closest",
        "hoverdistance": 30,
        "barmode": "stack" if "stack" in shares else "group" if "group" in shares else "overlay",
        "uirevision": picture.view.text,
        "title": None,
        "dragmode": False if frame.narrow else "zoom",
    }


def _domains(picture: Picture, frame: Frame) -> list[list[float]]:
    if len(picture.panels) == 1:
        return [[0, 1]]
    gap = PANEL_GAP * frame.scale / frame.plot_height
    return [[(1 + gap) / 2, 1], [0, (1 - gap) / 2]]


def _value_axis(panel: Panel, height: float) -> Figure:
    """Space for at least one unit and for the value above the highest column, whole steps for small counts, and an axis even
    where nothing has a value."""
    tick = ".0%" if scale_of(panel.unit) == "share" else None
    axis: Figure = {"rangemode": "tozero", "tickformat": tick, "nticks": 6}
    if all(strip.is_empty(layer.window) for layer in panel.layers):
        return axis | {"range": [0, 1], "showticklabels": False}
    columns = [layer.window.values["value"] for layer in panel.layers]
    top = float(pd.concat(columns, axis=1).sum(axis=1).max() if panel.share == "stack" else max(float(c.max()) for c in columns))
    if not all(layer.series.counts for layer in panel.layers) or top > 5:
        return axis
    return axis | {"range": [0, max(top, 1) * max(1.12, 1 + VALUE / height)], "dtick": 1}


def year_ticks(frame: Frame) -> Figure:
    """Labels in the middle of the years; Plotly's own ticks for a window of less than three."""
    years = [y for y in range(frame.start.year, frame.end.year + 1) if frame.start <= datetime.date(y, 7, 2) <= frame.end]
    if len(years) < 3:
        return {"nticks": 6 if frame.narrow else 12, "ticklabelmode": "period"}
    step = -(-len(years) * YEAR_WIDTH * frame.scale // frame.plot_width)
    shown = [y for y in years if (years[-1] - y) % step == 0]
    # The label is in the middle of its year, a tick where each year begins.
    starts = {"dtick": "M12", "tick0": "2000-01-01", "ticks": "outside", "ticklen": 5, "tickcolor": frame.palette.muted}
    named = {"tickmode": "array", "tickvals": [f"{y}-07-02" for y in shown], "ticktext": [str(y) for y in shown]}
    return named | {"ticks": "", "minor": starts}


def _breaks(picture: Picture, frame: Frame) -> list[Figure]:
    """A line where a series breaks: values before and after it are not comparable."""
    lines = []
    for layer in picture.layers:
        values = layer.window.values
        for p in values.index[values["status"] == "B"]:
            day = first_day(int(p), layer.series.frequency).isoformat()
            place = {"xref": "x", "x0": day, "x1": day, "yref": "paper", "y0": 0, "y1": 1}
            lines.append({"type": "line", "line": {"width": 1.2, "dash": "dash", "color": frame.palette.muted}, "layer": "below", **place})
    return lines


# ---- strips of coverage ----


def _strip_step(picture: Picture, frame: Frame) -> float:
    """From one strip to the next; several have signs at the left, which are taller."""
    return (SIGN if len(picture.graded_layers) > 1 else STRIP + STRIP_GAP) * frame.scale


def _strips(picture: Picture, frame: Frame) -> list[Figure]:
    windows = [layer.window for layer in picture.graded_layers] or [picture.window]
    shapes: list[Figure] = []
    for row, window in enumerate(windows):
        below = STRIP_TOP * frame.scale + row * _strip_step(picture, frame)
        shapes += strip.shapes(window, frame.palette, below=below, height=STRIP * frame.scale, ground=len(windows) == 1)
    return shapes


def _strip_signs(picture: Picture, frame: Frame) -> list[Figure]:
    """The colour of the layer of each strip, at its left, where there are several strips."""
    graded = picture.graded_layers
    if len(graded) < 2:
        return []
    fixed = {"showarrow": False, "xref": "paper", "yref": "paper", "x": 0, "y": 0, "xanchor": "right", "yanchor": "middle", "xshift": -4}
    return [
        fixed
        | {"text": "■", "font": {"size": frame.size(SMALL), "color": frame.palette.of(layer.role)[0]}, "borderpad": 0}
        | {"yshift": -STRIP_TOP * frame.scale - row * _strip_step(picture, frame) - STRIP * frame.scale / 2}
        for row, layer in enumerate(graded)
    ]


def _units(picture: Picture, frame: Frame) -> list[Figure]:
    """The unit of each panel next to its axis, where there are two."""
    if len(picture.panels) == 1:
        return []
    size, high = frame.size(SMALL), (frame.plot_height - PANEL_GAP * frame.scale) / 2
    place = {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "center", "yanchor": "middle", "xshift": 9 - frame.left, "textangle": -90}
    fixed = place | {"showarrow": False, "borderpad": 0}
    return [
        fixed
        | {"text": safe(cut(layer.series.unit, size, high)), "y": sum(domain) / 2}
        | {"font": {"size": size, "color": frame.palette.of(layer.role)[0]}}
        for layer, domain in zip(picture.layers, _domains(picture, frame), strict=True)
    ]


# ---- the small chart of a card ----


def small(series: Series, days: Days, palette: Palette, width: int) -> Figure:
    """The shape of a series and its coverage, without texts; as wide as its card, with the same marks and strip."""
    layer = layer_of(series, days)
    window, values = layer.window, layer.window.values["value"]
    frame = Frame(width, SMALL_HEIGHT, start=days[0], end=days[1], palette=palette)
    after = frame.end + datetime.timedelta(days=1)
    plain = {"ticks": "", "minor": {}, "tickfont": {"size": 10}}
    x = {"type": "date", "range": [frame.start.isoformat(), after.isoformat()], **year_ticks(frame), **plain}
    tick = ".0%" if scale_of(series.unit) == "share" else None
    top = {"range": [0, max(float(values.max()) * 1.1, 1.0)]} if not strip.is_empty(window) and values.min() >= 0 else {}
    whole = {"dtick": 1} if series.counts and not strip.is_empty(window) and values.max() <= 3 else {}
    y = {"rangemode": "tozero", "nticks": 3, "tickformat": tick, "tickfont": {"size": 10}} | top | whole
    return {
        "data": [_thin(trace) for trace in marks.traces(layer, palette) if trace["name"] != "missing"],
        "layout": {
            "template": template(palette),
            "width": width,
            "height": SMALL_HEIGHT + 34,
            "margin": {"l": 40, "r": 6, "t": 6, "b": 30, "pad": 0},
            "xaxis": x,
            "yaxis": y,
            "barmode": "overlay",
            "shapes": strip.shapes(window, palette, below=20, height=5),
            "hovermode": False,
        },
    }


def _thin(trace: Figure) -> Figure:
    """A trace without the keys that only a large chart uses."""
    kept = {key: value for key, value in trace.items() if key not in ("hovertext", "customdata", "hoverinfo", "text", "textposition")}
    if trace.get("mode") == "markers+text":  # a zero keeps its figure
        kept |= {"text": trace["text"], "textposition": trace["textposition"]}
    if trace["type"] == "scatter" and trace["mode"] == "markers":
        kept["marker"] = trace["marker"] | {"size": 4}
    return kept | {"hoverinfo": "skip"}
