"""How complete the collection was, shown under the plot in the same time: covered, partial, not covered, not over yet."""

from collections.abc import Iterator
from typing import Any

from dashboard.charts.theme import Palette
from indicators.nouns.periods import first_day
from indicators.nouns.series import Series
from indicators.nouns.vocabulary import LEVELS, NEAR_COMPLETE

STATES = {
    "covered": "collected in full",
    "partial": "partly collected",
    "uncovered": "not collected",
    "pending": "not over or not yet published",
}


def state(row: Any) -> str:
    """The state of collection in one period."""
    if row.why == "not-published" or not row.over:
        return "pending"
    level = LEVELS.index(row.coverage)
    return "covered" if level >= NEAR_COMPLETE else "partial" if row.coverage == "partial" else "uncovered"


def runs(window: Series) -> Iterator[tuple[str, str, str]]:
    """(state, first day, day after the last) of successive periods of one state."""
    current, start = "", 0
    for period, row in zip(window.values.index, window.values.itertuples(), strict=True):
        this = state(row)
        if this != current:
            if current:
                yield current, _day(start, window), _day(period, window)
            current, start = this, period
    if current:
        yield current, _day(start, window), _day(int(window.values.index[-1]) + 1, window)


def _day(period: int, series: Series) -> str:
    return first_day(int(period), series.frequency).isoformat()


def fill(name: str, palette: Palette) -> str:
    """Colour of a state; in grey, states differ in lightness."""
    return {"covered": palette.covered, "partial": palette.partial, "uncovered": palette.paper, "pending": palette.paper}[name]


def shapes(window: Series, palette: Palette, *, below: float, height: float, ground: bool = True) -> list[dict[str, Any]]:
    """The strip, `below` pixels under the axis; with `ground` pale ground behind the plot where nothing was collected."""
    drawn: list[dict[str, Any]] = []
    for name, start, end in runs(window):
        dash = "dot" if name == "pending" else "solid"
        line = {"width": 0.8, "color": palette.muted, "dash": dash} if name in ("uncovered", "pending") else {"width": 0}
        place = {
            "xref": "x",
            "x0": start,
            "x1": end,
            "yref": "paper",
            "ysizemode": "pixel",
            "yanchor": 0,
            "y0": -below - height,
            "y1": -below,
        }
        drawn.append({"type": "rect", "fillcolor": fill(name, palette), "line": line, **place})
        if name in ("uncovered", "partial") and ground:
            behind = {"xref": "x", "x0": start, "x1": end, "yref": "paper", "y0": 0, "y1": 1, "layer": "below", "line": {"width": 0}}
            look = {"fillcolor": palette.uncovered} if name == "uncovered" else {"fillcolor": palette.partial, "opacity": 0.14}
            drawn.append({"type": "rect", **look, **behind})
    return drawn


def is_empty(window: Series) -> bool:
    """Whether a window has no value at all."""
    return not window.values["value"].notna().any()
