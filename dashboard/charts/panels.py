"""Small charts of scores from 0 to 100 over months, side by side: the words beside them say what they are."""

import datetime
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from dashboard.charts.frame import Figure, Size
from dashboard.charts.marks import middle
from dashboard.charts.theme import Palette, template
from indicators.nouns.periods import MONTHS, Frequency, first_day

EDGE = {"l": 30, "r": 10, "t": 8, "b": 20, "pad": 0}
TICKS = (0, 50, 100)


class Line(NamedTuple):
    """Scores by month (integers), NaN where missing: a gap. `colour` and `width` of the line; with `dots` each score has a mark, hollow
    where it is `outside` the index."""

    values: pd.Series
    colour: str
    width: float = 1.8
    dots: bool = False
    outside: bool = False


def at_months(values: pd.Series, frequency: Frequency) -> pd.Series:
    """The values of an index at the last month of each period.

    >>> at_months(pd.Series([50.0], index=[6078]), "triannual").index.tolist() == [6078 * 4 + 3]
    True
    """
    return values.set_axis(values.index * MONTHS[frequency] + MONTHS[frequency] - 1)


def small_lines(lines: Sequence[Line], span: tuple[int, int], palette: Palette, size: Size) -> Figure:
    """The lines between two months, one over the other; the years at the ends are named."""
    start, after = (first_day(month, "monthly") for month in (span[0], span[1] + 1))
    years = [year for year in range(start.year, after.year + 1) if start <= datetime.date(year, 1, 1) < after]
    shown = years[:: max(1, len(years) // 4)]
    axis = {"fixedrange": True, "automargin": False}
    return {
        "data": [trace for line in lines for trace in _traces(line, palette)],
        "layout": {
            "template": template(palette),
            "width": size.width,
            "height": size.height,
            "margin": EDGE,
            "xaxis": axis
            | {"type": "date", "range": [start.isoformat(), after.isoformat()], "tickangle": 0}
            | {"tickvals": [f"{year}-01-01" for year in shown], "ticktext": list(map(str, shown))},
            "yaxis": axis | {"range": [-4, 104], "tickvals": list(TICKS), "ticktext": list(map(str, TICKS))},
            "hovermode": False,
        },
    }


def _traces(line: Line, palette: Palette) -> list[Figure]:
    values = [None if pd.isna(one) else float(one) for one in line.values]
    times = [middle(int(month), "monthly") for month in line.values.index]
    marker = {"size": 6, "color": palette.paper if line.outside else line.colour, "line": {"color": line.colour, "width": 1.6}}
    look = {"type": "scatter", "mode": "lines+markers" if line.dots else "lines", "connectgaps": False, "hoverinfo": "skip"}
    marks = {"marker": marker} if line.dots else {}
    return [look | marks | {"x": times, "y": values, "line": {"color": line.colour, "width": line.width}, "cliponaxis": False}]
