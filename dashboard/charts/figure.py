"""The figure of a picture, with all that stands inside it: one function for page and export."""

import datetime
from collections.abc import Sequence

import pandas as pd

from dashboard.charts import marks, notes, strip
from dashboard.charts.frame import PANEL_GAP, SMALL, Figure, Frame, Paper, cut, safe
from dashboard.charts.head import write_foot, write_head
from dashboard.charts.key import Windows, graded_layers, write_key
from dashboard.charts.picture import Chart, Panel, Picture, Size, chart_for, credit, window_of, window_of_view
from dashboard.charts.record import fingerprint
from dashboard.charts.theme import Palette, template
from indicators.compute.annotations import annotations_of, in_window
from indicators.nouns.periods import first_day
from indicators.nouns.series import Annotation, Results
from indicators.nouns.vocabulary import scale_of


def figure_of(results: Results, picture: Picture, palette: Palette, size: Size) -> Figure:
    """The memo chart of a view, as a plain Plotly figure."""
    view, series = picture.view, picture.series
    start, end = window_of_view(results, view, series)
    frame = Frame(
        width=size.width,
        plot_height=size.plot_height,
        start=start,
        end=end,
        palette=palette,
        credit=credit(results, picture),
        view=view.text,
        made_on=datetime.date.today(),
        licence=results.config.licence,
        whose=results.config.title,
        notes=view.annotations != "off",
        height=size.height,
        scale=size.scale,
        code=fingerprint(results, picture),
    )
    annotations = annotations_of(series, results.annotations, results.tables)
    return memo(chart_for(results, picture, palette), annotations, frame)


YEAR_WIDTH = 40
"""Pixels that the name of a year takes."""
LEAST_PLOT = 0.27
"""Share of a figure of fixed height that the plot must have before more notes are shown."""
STRIP, STRIP_GAP, SIGN = 7, 4, 14
FIGURE = 22
"""Height of a figure above its column."""
NO_ROOM = 70
"""Least height of a panel."""


def memo(chart: Chart, annotations: Sequence[Annotation], frame: Frame) -> Figure:
    """The chart as a plain Plotly figure of a known size. `annotations` come in order of importance."""
    windows = windows_of(chart, frame)
    shown = in_window(tuple(annotations), frame.start, frame.end) if frame.notes else ()
    for rows, most in _budgets(frame):
        plan = notes.plan(shown, frame, rows, most)
        paper = _paper(chart, windows, plan, frame)
        if frame.height is None:
            break
        height = frame.height
        frame = frame.tall(max(height - round(paper.top) - round(paper.bottom + 6), NO_ROOM * len(chart.panels) * frame.scale))
        if frame.plot_height >= LEAST_PLOT * height and paper.top + frame.plot_height + paper.bottom <= height:
            break
    paper.frame = frame
    texts = [*paper.annotations(), *notes.texts(plan, frame), *_strip_signs(chart, frame), *_units(chart, frame)]
    shapes = [*_strips(chart, windows, frame), *notes.shapes(plan, frame), *_breaks(chart, windows, frame)]  # grounds lie lowest
    layout = _layout(chart, windows, frame, paper) | {"annotations": texts, "shapes": shapes}
    return {"data": _data(chart, windows, frame), "layout": layout}


def _budgets(frame: Frame) -> list[tuple[int, int]]:
    """Rows of labels and numbered notes to try, the most generous first."""
    columns = notes.columns_of_key(frame)
    if frame.height is None:
        return [(3 if frame.narrow else 5, columns * (12 if frame.narrow else 10))]
    return [(4, columns * 4), (4, columns * 2), (3, columns * 2), (3, 0), (2, 0), (1, 0)]


def _paper(chart: Chart, windows: Windows, plan: notes.Plan, frame: Frame) -> Paper:
    """All words around the plot."""
    paper = Paper(frame)
    write_head(paper, chart)
    paper.top += notes.room(plan, frame)
    paper.bottom = _strip_top(frame) + _strip_height(chart, frame) + 6
    write_key(paper, chart, windows)
    notes.write_key(paper, plan)
    write_foot(paper, chart)
    return paper


def windows_of(chart: Chart, frame: Frame) -> Windows:
    """The periods of each layer that begin within the frame's time; of the whole series at -1."""
    found = {place: window_of(layer.series, frame.start, frame.end) for place, layer in enumerate(chart.layers)}
    return found | {-1: window_of(chart.series, frame.start, frame.end)}


# ---- marks and axes ----


def _data(chart: Chart, windows: Windows, frame: Frame) -> list[Figure]:
    found, place = [], 0
    for number, panel in enumerate(chart.panels):
        for within, layer in enumerate(panel.layers):
            drawn = marks.dots(layer.points, frame.palette) if layer.points is not None and len(layer.points) else []
            drawn += marks.traces(layer, windows[place], frame.palette, frame.plot_width, panel.share, within)
            found += [trace | ({"yaxis": f"y{number + 1}"} if number else {}) for trace in drawn]
            place += 1
    return found


def _layout(chart: Chart, windows: Windows, frame: Frame, paper: Paper) -> Figure:
    margin = {"l": frame.left, "r": frame.right, "t": round(paper.top), "b": round(paper.bottom + 6), "pad": 0}
    after, last = frame.end + datetime.timedelta(days=1), len(chart.panels) - 1
    bounds = {"range": [frame.start.isoformat(), after.isoformat()], "anchor": f"y{last + 1}" if last else "y"}
    shares = {panel.share for panel in chart.panels}
    axes, place = {}, 0
    for number, (panel, domain) in enumerate(zip(chart.panels, _domains(chart, frame), strict=True)):
        seen = [windows[place + i] for i in range(len(panel.layers))]
        height = frame.plot_height / len(chart.panels) / frame.scale
        axes[f"yaxis{number + 1}" if number else "yaxis"] = _value_axis(panel, seen, height) | {"domain": domain, "anchor": "x"}
        place += len(panel.layers)
    return {
        "template": template(frame.palette, frame.scale),
        "width": frame.width,
        # Words that leave no room for a plot make the figure taller than was asked; nothing is cut.
        "height": max(frame.height or 0, round(paper.top) + frame.plot_height + round(paper.bottom + 6)),
        "margin": margin,
        "xaxis": {"type": "date", **bounds, **year_ticks(frame)},
        **axes,
        "hovermode": "closest",
        "hoverdistance": 30,
        "barmode": "stack" if "stack" in shares else "group" if "group" in shares else "overlay",
        "uirevision": frame.view,
        "title": None,
        "dragmode": False if frame.narrow else "zoom",
    }


def _domains(chart: Chart, frame: Frame) -> list[list[float]]:
    if len(chart.panels) == 1:
        return [[0, 1]]
    gap = PANEL_GAP * frame.scale / frame.plot_height
    return [[(1 + gap) / 2, 1], [0, (1 - gap) / 2]]


def _value_axis(panel: Panel, windows: Sequence[pd.DataFrame], height: float) -> Figure:
    """Room for at least one unit and for the figure above the highest column, whole steps for small counts, and an axis even
    where nothing has a value."""
    tick = ".0%" if scale_of(panel.unit) == "share" else None
    axis: Figure = {"rangemode": "tozero", "tickformat": tick, "nticks": 6}
    if all(strip.is_empty(window) for window in windows):
        return axis | {"range": [0, 1], "showticklabels": False}
    columns = [window["value"] for window in windows]
    top = float(pd.concat(columns, axis=1).sum(axis=1).max() if panel.share == "stack" else max(float(c.max()) for c in columns))
    if not all(layer.series.counts for layer in panel.layers) or top > 5:
        return axis
    return axis | {"range": [0, max(top, 1) * max(1.12, 1 + FIGURE / height)], "dtick": 1}


def year_ticks(frame: Frame) -> Figure:
    """Names of years in the middle of the years; Plotly's own ticks for a window of less than three."""
    years = [y for y in range(frame.start.year, frame.end.year + 1) if frame.start <= datetime.date(y, 7, 2) <= frame.end]
    if len(years) < 3:
        return {"nticks": 6 if frame.narrow else 12, "ticklabelmode": "period"}
    step = -(-len(years) * YEAR_WIDTH * frame.scale // frame.plot_width)
    shown = [y for y in years if (years[-1] - y) % step == 0]
    # The name in the middle of its year, a tick where each year begins.
    starts = {"dtick": "M12", "tick0": "2000-01-01", "ticks": "outside", "ticklen": 5, "tickcolor": frame.palette.muted}
    named = {"tickmode": "array", "tickvals": [f"{y}-07-02" for y in shown], "ticktext": [str(y) for y in shown]}
    return named | {"ticks": "", "minor": starts}


def _breaks(chart: Chart, windows: Windows, frame: Frame) -> list[Figure]:
    """A line where a series breaks: numbers on its two sides are not comparable."""
    found = []
    for place, layer in enumerate(chart.layers):
        window = windows[place]
        for p in window.index[window["status"] == "B"]:
            day = first_day(int(p), layer.series.frequency).isoformat()
            place_ = {"xref": "x", "x0": day, "x1": day, "yref": "paper", "y0": 0, "y1": 1}
            found.append({"type": "line", "line": {"width": 1.2, "dash": "dash", "color": frame.palette.muted}, "layer": "below", **place_})
    return found


# ---- strips of coverage ----


def _strip_top(frame: Frame) -> float:
    """Where strips begin, below the names of the years."""
    return 24 * frame.scale


def _strip_step(chart: Chart, frame: Frame) -> float:
    """From one strip to the next; several have signs at the left, which are taller."""
    return (SIGN if len(graded_layers(chart)) > 1 else STRIP + STRIP_GAP) * frame.scale


def _strip_height(chart: Chart, frame: Frame) -> float:
    return max(len(graded_layers(chart)), 1) * _strip_step(chart, frame)


def _strips(chart: Chart, windows: Windows, frame: Frame) -> list[Figure]:
    graded = [(place, layer.series) for place, layer in graded_layers(chart)] or [(-1, chart.series)]
    found: list[Figure] = []
    for row, (place, series) in enumerate(graded):
        window = windows[place]
        below = _strip_top(frame) + row * _strip_step(chart, frame)
        if len(window):
            found += strip.shapes(series, window, frame.palette, below=below, height=STRIP * frame.scale, ground=len(graded) == 1)
    return found


def _strip_signs(chart: Chart, frame: Frame) -> list[Figure]:
    """Whose strip it is, where there are several: its colour at the left."""
    graded = graded_layers(chart)
    if len(graded) < 2:
        return []
    fixed = {"showarrow": False, "xref": "paper", "yref": "paper", "x": 0, "y": 0, "xanchor": "right", "yanchor": "middle", "xshift": -4}
    return [
        fixed
        | {"text": "■", "font": {"size": frame.size(SMALL), "color": layer.colour}, "borderpad": 0}
        | {"yshift": -_strip_top(frame) - row * _strip_step(chart, frame) - STRIP * frame.scale / 2}
        for row, (_, layer) in enumerate(graded)
    ]


def _units(chart: Chart, frame: Frame) -> list[Figure]:
    """The unit of each panel beside its axis, where there are two."""
    if len(chart.panels) == 1:
        return []
    size, high = frame.size(SMALL), (frame.plot_height - PANEL_GAP * frame.scale) / 2
    place = {"xref": "paper", "yref": "paper", "x": 0, "xanchor": "center", "yanchor": "middle", "xshift": 9 - frame.left, "textangle": -90}
    fixed = place | {"showarrow": False, "borderpad": 0}
    return [
        fixed | {"text": safe(cut(panel.unit, size, high)), "y": sum(domain) / 2, "font": {"size": size, "color": panel.layers[0].colour}}
        for panel, domain in zip(chart.panels, _domains(chart, frame), strict=True)
    ]
