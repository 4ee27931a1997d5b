"""The small chart of the overview: the shape of a series and where it is covered, without words."""

import datetime
from typing import Any

from dashboard.charts import marks, strip
from dashboard.charts.figure import year_ticks
from dashboard.charts.frame import Frame
from dashboard.charts.picture import Layer, window_of
from dashboard.charts.theme import Palette, template
from indicators.nouns.series import Series
from indicators.nouns.vocabulary import scale_of

HEIGHT = 96


def small(series: Series, start: datetime.date, end: datetime.date, palette: Palette, width: int) -> dict[str, Any]:
    """A figure of the width of its card; the same marks as the memo chart, and the strip of coverage."""
    frame = Frame(width, HEIGHT, start, end, palette, "", "", series.as_of)
    window = window_of(series, start, end)
    after = end + datetime.timedelta(days=1)
    plain = {"ticks": "", "minor": {}, "tickfont": {"size": 10}}
    x = {"type": "date", "range": [start.isoformat(), after.isoformat()], **year_ticks(frame), **plain}
    tick = ".0%" if scale_of(series.unit) == "share" else None
    values = window["value"]
    top = {"range": [0, max(float(values.max()) * 1.1, 1.0)]} if not strip.is_empty(window) and values.min() >= 0 else {}
    whole = {"dtick": 1} if series.counts and not strip.is_empty(window) and values.max() <= 3 else {}
    y = {"rangemode": "tozero", "nticks": 3, "tickformat": tick, "tickfont": {"size": 10}} | top | whole
    layer = Layer(series, palette.series, palette.pale)
    traces = [trace for trace in marks.traces(layer, window, palette) if trace["name"] != "missing"]
    return {
        "data": [_thin(trace) for trace in traces],
        "layout": {
            "template": template(palette),
            "width": width,
            "height": HEIGHT + 34,
            "margin": {"l": 40, "r": 6, "t": 6, "b": 30, "pad": 0},
            "xaxis": x,
            "yaxis": y,
            "barmode": "overlay",
            "shapes": strip.shapes(series, window, palette, below=20, height=5) if len(window) else [],
            "hovermode": False,
        },
    }


def _thin(trace: dict[str, Any]) -> dict[str, Any]:
    """Without what only a large chart uses."""
    kept = {key: value for key, value in trace.items() if key not in ("hovertext", "customdata", "hoverinfo", "text", "textposition")}
    if trace.get("mode") == "markers+text":  # a zero keeps its figure
        kept |= {"text": trace["text"], "textposition": trace["textposition"]}
    if trace["type"] == "scatter" and trace["mode"] == "markers":
        kept["marker"] = trace["marker"] | {"size": 4}
    return kept | {"hoverinfo": "skip"}
