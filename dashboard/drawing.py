"""The figure of a picture, with all that stands inside it: one function for page and export."""

import datetime

from dashboard.figures.frame import Figure, Frame
from dashboard.figures.memo import memo
from dashboard.picture import Picture, Size, chart_for, credit, window_of_view
from dashboard.record import fingerprint
from dashboard.theme import Palette
from indicators.annotations import annotations_of
from indicators.model import Results


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
    notes = annotations_of(series, results.annotations, results.tables)
    return memo(chart_for(results, picture, palette), notes, frame)
