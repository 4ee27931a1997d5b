"""A picture in words: the caption under it in a document, and the text for those who cannot see it."""

import html
import math
import re
from collections.abc import Iterable, Iterator

import pandas as pd

from dashboard.charts import strip
from dashboard.charts.frame import Figure
from dashboard.charts.head import title_of
from dashboard.charts.notes import note_date
from dashboard.charts.picture import Chart, Picture, chart_for, credit, kind_of
from dashboard.charts.record import fingerprint
from dashboard.charts.theme import PALETTES
from dashboard.export.sheet import cut, drawn
from dashboard.words import numbers
from indicators.compute.annotations import annotations_of
from indicators.compute.change import change, comparable
from indicators.nouns.series import Annotation, Results, Series

KINDS = {"columns": "Column chart", "step": "Step chart", "line": "Line chart", "dots": "Dot chart"}
SHARES = {"stack": "Stacked columns", "group": "Columns side by side", "lines": "Lines"}
MOST_SPELLS = 6


def title(results: Results, picture: Picture) -> str:
    """The title that stands in the picture."""
    return title_of(_chart(results, picture))


def _chart(results: Results, picture: Picture) -> Chart:
    return chart_for(results, picture, PALETTES["light"])


def caption(results: Results, picture: Picture) -> str:
    """What stands under the picture in a document: title, unit and rule, source, dates, view and code."""
    rules = [f"Unit: {one.unit}. What counts: {_closed(one.definition.counts)}" for one in picture.shown]
    if picture.other:
        rules = [f"{numbers.titled(one.definition)}. {rule}" for one, rule in zip(picture.shown, rules, strict=True)]
    source = f"Source: {credit(results, picture)}; {_dates(picture.series)}."
    view = f"{results.config.title}, view {picture.view.text}, code {fingerprint(results, picture)}."
    return " ".join([f"{title(results, picture)}.", *rules, source, view])


def _closed(text: str) -> str:
    said = " ".join(text.split())
    return said if said.endswith((".", "!", "?")) else f"{said}."


def _dates(series: Series) -> str:
    data = f"data to {numbers.date(series.data_to)}" if series.data_to else "no rows"
    return f"{data}, as of {numbers.day(series.as_of)}"


def alternative(results: Results, picture: Picture, figure: Figure) -> str:
    """The picture in words: what it shows, range, latest value, turning points, how complete, and the notes as `figure` numbers them."""
    chart, shown = _chart(results, picture), drawn(results, picture)
    said = [_opening(chart, cut(results, picture, picture.series))]
    for layer, (_, series) in zip(chart.layers, shown, strict=True):
        unit = f" ({layer.series.unit})" if len(chart.panels) > 1 else ""
        about, *more = _layer(series, picture)
        said += [f"{layer.name}{unit}: {about}" if layer.name else about, *more]
    taken = annotations_of(picture.series, results.annotations, results.tables)
    return " ".join([*said, *_completeness(cut(results, picture, picture.series)), *_notes(figure, taken)])


def _opening(chart: Chart, first: Series) -> str:
    panel = chart.panels[0]
    kind = SHARES.get(panel.share) or KINDS[kind_of(first, first.values)]
    if not len(first.values):
        return f"{kind}: {title_of(chart)}. There is no period to show."
    how = f"in {panel.unit}" if len(chart.panels) == 1 else "in two panels"
    ends = [numbers.period(int(p), first.frequency) for p in (first.values.index[0], first.values.index[-1])]
    return f"{kind}: {title_of(chart)}, from {ends[0]} to {ends[1]}, {how}."


def _layer(series: Series, picture: Picture) -> list[str]:
    """Range, minima, latest value and turning points of one series."""
    good = series.values["value"].where(comparable(series)).dropna()
    bounds = series.values.index[series.values["at_least"] & series.values["value"].notna()]
    said = []
    if len(good):
        low, high = int(good.index[int(good.argmin())]), int(good.index[int(good.argmax())])
        span = f"The lowest value is {_dated(series, low)}, the highest {_dated(series, high)}."
        said.append(span if good[low] < good[high] else f"Each comparable value is {numbers.number(good[low], series.unit)}.")
    if len(bounds):
        most = _dated(series, int(bounds[int(series.values.loc[bounds, "value"].argmax())]))
        said.append(f"{len(bounds)} {'periods are' if len(bounds) > 1 else 'period is'} known as a minimum only; the largest is {most}.")
    if len(good):
        newest = int(good.index[-1])
        said.append(f"The latest comparable value is {numbers.value_words(series, newest)} in {numbers.period(newest, series.frequency)}.")
        said += [] if picture.series.parts else [_against(series, newest, picture)]
    return [*said, *_turning(series)] or ["There is no value in this window."]


def _against(series: Series, newest: int, picture: Picture) -> str:
    """The change to the latest value, which may look back beyond the window."""
    whole = next(one for one in picture.shown if one.definition.name == series.definition.name)
    return f"{numbers.change_words(whole, change(whole, newest))}."


def _dated(series: Series, period: int) -> str:
    return f"{numbers.number(series.point(period).value, series.unit)} in {numbers.period(period, series.frequency)}"


def _turning(series: Series) -> list[str]:
    """Highs and lows between the ends; what lies on two sides of a break is not compared."""
    found = [turn for _, one in series.values[comparable(series)].groupby("stretch")["value"] for turn in turns(one)]
    said = [f"a {'high' if high else 'low'} of {_dated(series, period)}" for period, high in found]
    return [f"Turning points: {', '.join(said)}."] if said else []


def _completeness(series: Series) -> list[str]:
    """How complete the collection was, spell by spell; where there are many spells, by how many periods."""
    states = [strip.state(row) for row in series.values.itertuples()]
    if not states or set(states) == {"covered"}:
        return []
    spells = list(strip.runs(series, series.values))
    if len(spells) > MOST_SPELLS:
        told = [f"{_state(name)} in {states.count(name)}" for name in strip.STATES if name in states]
        return [f"Of the {len(states)} periods the collection is {', '.join(told)}."]
    return [f"The collection is {', then '.join(f'{_state(name)} from {numbers.date(start)}' for name, start, _ in spells)}."]


def _state(name: str) -> str:
    """A state of the strip without what its key explains of the marks."""
    return strip.STATES[name].partition(":")[0].partition(" (")[0]


def _notes(figure: Figure, taken: Iterable[Annotation]) -> Iterator[str]:
    """The notes of the figure, those with a number by it, and how many it has no room for."""
    short = {f"{note_date(n)} {n.label}. {n.text}": f"{n.label} ({numbers.date(note_date(n))})" for n in taken}
    labels, numbered, more = list[str](), list[str](), ""
    for text in figure["layout"]["annotations"]:
        notes = [html.unescape(one) for one in text.get("hovertext", "").split("<br>") if one]
        if notes and "bgcolor" in text:  # only the numbers above the plot have a ground
            first = int(text["text"].replace(",", "–").partition("–")[0])
            numbered += [f"{first + i} {short.get(note, note)}" for i, note in enumerate(notes)]
        else:
            labels += notes
        found = re.match(r"and (\d+) more notes", text["text"])
        more = f"{found[1]} more notes of this time are not shown." if found else more
    if labels:
        yield f"Notes above the plot: {'; '.join(short.get(note, note) for note in sorted(labels))}."
    if numbered:
        yield f"Numbered notes: {'; '.join(numbered)}."
    if more:
        yield more


RANGE_SHARES = (0.25, 0.4, 0.55, 0.7)
"""Shares of the range that a movement must have; the next is tried where too many turns are left."""
MOST_TURNS = 6


def turns(values: pd.Series) -> list[tuple[int, bool]]:
    """Periods at which values turn, and whether that is a high; the first and the last value are no turns. NaN are passed over.

    A turn counts where the values move by a share of their range before and after it: by a quarter, or by so much more
    that at most six are left. None where there are more even then: such a series goes up and down all the time.

    >>> turns(pd.Series([0.0, 1.0, 10.0, 9.0, 2.0, 8.0]))
    [(2, True), (4, False)]
    """
    known = [(int(p), float(v)) for p, v in values.items() if not math.isnan(v)]  # type: ignore[call-overload]
    if len({v for _, v in known}) < 2:
        return []
    span = max(v for _, v in known) - min(v for _, v in known)
    tries = (_turns(known, span * share) for share in RANGE_SHARES)
    return next((found for found in tries if len(found) <= MOST_TURNS), [])


def _turns(known: list[tuple[int, float]], least: float) -> list[tuple[int, bool]]:
    low = high = extreme = known[0]
    direction, found = 0, list[tuple[int, bool]]()
    for point in known[1:]:
        if not direction:
            low, high = min(low, point, key=lambda p: p[1]), max(high, point, key=lambda p: p[1])
            direction = 1 if point[1] - low[1] >= least else -1 if high[1] - point[1] >= least else 0
            extreme = point
        elif direction * (point[1] - extreme[1]) > 0:
            extreme = point
        elif direction * (extreme[1] - point[1]) >= least:
            found.append((extreme[0], direction > 0))
            direction, extreme = -direction, point
    return found
