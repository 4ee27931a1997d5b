"""From a view to its picture: the series that it asks for, the layers and panels that are drawn of them, and the window."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from dashboard.charts.theme import Palette
from dashboard.charts.view import View
from dashboard.words import definitions, numbers
from indicators.compute.carry import sum_of_parts
from indicators.compute.provenance import credit_of, points_behind
from indicators.nouns.periods import LATEST, first_day, last_day, parse_period
from indicators.nouns.series import Results, Series
from indicators.nouns.vocabulary import scale_of
from indicators.operations.registry import reducer_traits
from indicators.problems import Place, Problem, ProblemsFound

Share = Literal["alone", "stack", "group", "lines"]
"""How the layers of a panel stand: one alone; columns on top of each other, beside each other; lines across each other."""
Kind = Literal["columns", "step", "line", "dots"]
MOST_STACKED, MOST_GROUPED, MOST_LINES = 6, 4, 6
RARE_FROM, RARE_SHARE = 80, 1 / 3
REST = "all others"
OTHER = "with"
"""The key of a series that another is compared with."""


@dataclass(frozen=True)
class Layer:
    """One series of a chart: its marks, its colour, and what the key calls it ("" where it stands alone). `graded`: it has
    a strip of coverage of its own. `points`: rows behind a mean (day, value, text, label). `key`: the code of a part, or
    OTHER; "" for what the chart is about."""

    series: Series
    colour: str
    pale: str
    name: str = ""
    graded: bool = True
    points: pd.DataFrame | None = None
    key: str = ""

    @property
    def mark(self) -> str:
        """What follows the name of a period in the data of a mark, to tell whose mark it is."""
        return f"#{self.key}" if self.key else ""


@dataclass(frozen=True)
class Panel:
    """A plot with one axis of values: layers of one unit."""

    layers: tuple[Layer, ...]
    share: Share = "alone"
    unit: str = ""


@dataclass(frozen=True)
class Chart:
    """What is drawn. `series` is what the chart is about, `other` what it is compared with; `left_out` names parts that are not drawn."""

    series: Series
    panels: tuple[Panel, ...]
    other: Series | None = None
    left_out: tuple[str, ...] = ()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All layers, from the first panel on."""
        return tuple(layer for panel in self.panels for layer in panel.layers)

    @property
    def shown(self) -> tuple[Series, ...]:
        """The series whose titles, rules and sources the chart tells."""
        return (self.series, self.other) if self.other else (self.series,)


def chart_of(
    series: Series,
    palette: Palette,
    *,
    points: pd.DataFrame | None = None,
    other: Series | None = None,
    names: Mapping[str, str] | None = None,
    is_list: bool = False,
) -> Chart:
    """The chart of a series: alone, split into its parts (`names` call their codes), or with another series.

    `is_list`: the parts are items of lists, so that a row may be in several of them and they do not add up.
    """
    if series.parts:
        return _split(series, palette, names or {}, is_list)
    first = Layer(series, palette.series, palette.pale, points=points)
    if other is None:
        return Chart(series, (Panel((first,), unit=series.unit),))
    return _compared(series, other, replace(first, name=_told(series, other)), palette)


def _told(series: Series, other: Series) -> str:
    """What the key calls a series beside another: its title, or its rule where the title is the same."""
    if series.definition.id != other.definition.id:
        return numbers.titled(series.definition)
    return series.definition.variant.replace("_", " ") if series.definition.variant else "as defined"


def _compared(series: Series, other: Series, first: Layer, palette: Palette) -> Chart:
    second = Layer(other, palette.second, palette.second_pale, _told(other, series), key=OTHER)
    if series.unit != other.unit and (scale_of(series.unit) == "number" or scale_of(series.unit) != scale_of(other.unit)):
        return Chart(series, (Panel((first,), unit=series.unit), Panel((second,), unit=other.unit)), other)
    share: Share = "group" if kind_of(series) == kind_of(other) == "columns" else "lines"
    return Chart(series, (Panel((first, second), share, series.unit),), other)


def _split(series: Series, palette: Palette, names: Mapping[str, str], is_list: bool) -> Chart:
    adds = is_columns(series)
    share: Share = "lines" if not adds else "group" if is_list else "stack"
    most = {"stack": MOST_STACKED, "group": MOST_GROUPED, "lines": MOST_LINES}[share]
    weights = {code: float(part.values["value"].abs().sum()) for code, part in series.parts.items()}
    codes = [code for code in series.parts if weights[code] > 0]
    if len(codes) > most:
        ranked = sorted(codes, key=lambda code: -weights[code])[:most]
        codes, rest = [c for c in codes if c in ranked], [c for c in codes if c not in ranked]
    else:
        rest = []
    breakdown = next((b for b in series.definition.breakdown if b.by == series.query.breakdown), None)
    graded = breakdown.coverage if breakdown else {}
    pairs = zip(codes, palette.parts, strict=False)
    layers = [Layer(series.parts[c], colour, colour, definitions.code_words(c, names), c in graded, key=c) for c, colour in pairs]
    if rest and share == "stack":
        layers.append(Layer(sum_of_parts(series, rest), palette.rest, palette.rest, REST, False, key=REST))
        rest = []
    return Chart(series, (Panel(tuple(layers), share, series.unit),), left_out=tuple(definitions.code_words(c, names) for c in rest))


def is_columns(series: Series) -> bool:
    """Whether a series adds up period by period: counts, and sums over longer periods; sums over a window and levels do not."""
    if series.definition.transform or series.query.transform or series.definition.combine:
        return False
    reduce = series.definition.reduce
    return series.counts or (reduce is not None and reduce.name == "sum" and series.frequency in ("annual", "half-yearly", "triannual"))


def kind_of(series: Series, window: pd.DataFrame | None = None) -> Kind:
    """How a series is drawn: columns for counts, steps for counts that are rare in a long window or run over a window, dots for
    lags, which have no path from one to the next, lines for levels."""
    if not is_columns(series):
        return "step" if series.counts else "dots" if reducer_traits(series.definition).apart else "line"
    if window is None or len(window) <= RARE_FROM or not series.counts:
        return "columns"
    return "step" if float((window["value"] > 0).mean()) < RARE_SHARE else "columns"


def kind_in(share: Share, series: Series, window: pd.DataFrame) -> Kind:
    """How a series is drawn in a panel that it may share with others."""
    return "columns" if share in ("stack", "group") else "line" if share == "lines" else kind_of(series, window)


def window_of(series: Series, start: datetime.date, end: datetime.date) -> pd.DataFrame:
    """The rows of a series' values whose periods begin from `start` to `end`."""
    starts = [first_day(p, series.frequency) for p in series.values.index.tolist()]
    return series.values.loc[[start <= day <= end for day in starts]]


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


def span_of(series: Series, start: datetime.date | None, end: datetime.date | None) -> tuple[datetime.date, datetime.date]:
    """First and last day to show: the asked ones, within what the series has; whole periods."""
    if not len(series.values):
        return start or series.as_of, end or series.as_of
    first = first_day(int(series.values.index[0]), series.frequency)
    last = last_day(int(series.values.index[-1]), series.frequency)
    begin, finish = max(start or first, first), min(end or last, last)
    return (begin, finish) if begin <= finish else (first, last)
