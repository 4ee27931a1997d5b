"""From a view to its picture: the series that it asks for, what is drawn of them, and in which window."""

import datetime
from dataclasses import dataclass

from dashboard.figures.layers import Chart, chart_of, window_of
from dashboard.figures.memo import span_of
from dashboard.theme import Palette
from dashboard.view import View
from indicators.model import Results, Series
from indicators.periods import LATEST, first_day, last_day, parse_period
from indicators.problems import Place, Problem, ProblemsFound
from indicators.provenance import credit_of, points_behind


@dataclass(frozen=True)
class Picture:
    """What a view shows: the series it is about, and the one beside it."""

    view: View
    series: Series
    other: Series | None = None

    @property
    def shown(self) -> tuple[Series, ...]:
        """All series."""
        return (self.series, self.other) if self.other else (self.series,)


@dataclass(frozen=True)
class Size:
    """How large a picture is, in pixels (96 to the inch). Without `height` the plot is `plot_height` tall."""

    width: int
    plot_height: int = 320
    height: int | None = None
    scale: float = 1.0


def picture_of(results: Results, view: View) -> Picture:
    """The series of a view. ProblemsFound where it asks for what is not there."""
    series = results.series(view.query)
    beside = view.compared(series.frequency)
    if beside and view.breakdown:
        raise refused("two-ways", "a chart is split or compared, not both", "leave out breakdown, or with")
    if beside and (beside.indicator, beside.variant) == (view.indicator, view.variant):
        raise refused("wrong-value", "an indicator does not stand beside itself", "name another indicator, or another rule of it")
    if (view.start or view.end) and len(series.values) and not len(window_of(series, *_asked_window(results, view))):
        first, last = series.values["label"].iloc[0], series.values["label"].iloc[-1]
        raise refused("empty-window", "the series has no period in this window", f"it runs from {first} to {last}")
    return Picture(view, series, results.series(beside) if beside else None)


def refused(code: str, message: str, hint: str) -> ProblemsFound:
    """Why a view has no picture."""
    return ProblemsFound([Problem(Place("view"), code, message, hint)])


def credit(results: Results, picture: Picture) -> str:
    """The source line of a picture."""
    return "; ".join(dict.fromkeys(credit_of(one, results.tables) for one in picture.shown))


def chart_for(results: Results, picture: Picture, palette: Palette) -> Chart:
    """What is drawn of a view."""
    series = picture.series
    names = {side.code: side.name for side in results.config.sides}
    table = results.tables.get(series.definition.table or "")
    is_list = bool(table and series.query.breakdown in table.relations.lists)
    return chart_of(series, palette, points=points_behind(series, results.tables), other=picture.other, names=names, is_list=is_list)


def window_of_view(results: Results, view: View, series: Series) -> tuple[datetime.date, datetime.date]:
    """First and last day that a view shows."""
    return span_of(series, *_asked_window(results, view))


def _asked_window(results: Results, view: View) -> tuple[datetime.date, datetime.date]:
    start, end = view.start or results.config.window.start, view.end or results.config.window.end
    return first_day(*parse_period(start)), last_day(*parse_period(end)) if end else datetime.date(LATEST, 12, 31)
