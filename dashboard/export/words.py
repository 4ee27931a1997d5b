"""A picture in words: the caption under it in a document, and the text for those who cannot see it."""

import html
import re
from collections.abc import Iterable, Iterator

from dashboard import wording
from dashboard.export.sheet import cut, drawn
from dashboard.export.turning import turns
from dashboard.figures import strip
from dashboard.figures.frame import Figure
from dashboard.figures.layers import Chart, kind_of
from dashboard.figures.notes import note_date
from dashboard.figures.words import title_of
from dashboard.picture import Picture, chart_for, credit
from dashboard.record import fingerprint
from dashboard.theme import PALETTES
from indicators.annotations import annotations_of
from indicators.compare import change, comparable
from indicators.model import Annotation, Results, Series

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
        rules = [f"{wording.titled(one.definition)}. {rule}" for one, rule in zip(picture.shown, rules, strict=True)]
    source = f"Source: {credit(results, picture)}; {_dates(picture.series)}."
    view = f"{results.config.title}, view {picture.view.text}, code {fingerprint(results, picture)}."
    return " ".join([f"{title(results, picture)}.", *rules, source, view])


def _closed(text: str) -> str:
    said = " ".join(text.split())
    return said if said.endswith((".", "!", "?")) else f"{said}."


def _dates(series: Series) -> str:
    data = f"data to {wording.date(series.data_to)}" if series.data_to else "no rows"
    return f"{data}, as of {wording.day(series.as_of)}"


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
    ends = [wording.period(int(p), first.frequency) for p in (first.values.index[0], first.values.index[-1])]
    return f"{kind}: {title_of(chart)}, from {ends[0]} to {ends[1]}, {how}."


def _layer(series: Series, picture: Picture) -> list[str]:
    """Range, minima, latest value and turning points of one series."""
    good = series.values["value"].where(comparable(series)).dropna()
    bounds = series.values.index[series.values["at_least"] & series.values["value"].notna()]
    said = []
    if len(good):
        low, high = int(good.index[int(good.argmin())]), int(good.index[int(good.argmax())])
        span = f"The lowest value is {_dated(series, low)}, the highest {_dated(series, high)}."
        said.append(span if good[low] < good[high] else f"Each comparable value is {wording.number(good[low], series.unit)}.")
    if len(bounds):
        most = _dated(series, int(bounds[int(series.values.loc[bounds, "value"].argmax())]))
        said.append(f"{len(bounds)} {'periods are' if len(bounds) > 1 else 'period is'} known as a minimum only; the largest is {most}.")
    if len(good):
        newest = int(good.index[-1])
        said.append(f"The latest comparable value is {wording.value_words(series, newest)} in {wording.period(newest, series.frequency)}.")
        said += [] if picture.series.parts else [_against(series, newest, picture)]
    return [*said, *_turning(series)] or ["There is no value in this window."]


def _against(series: Series, newest: int, picture: Picture) -> str:
    """The change to the latest value, which may look back beyond the window."""
    whole = next(one for one in picture.shown if one.definition.name == series.definition.name)
    return f"{wording.change_words(whole, change(whole, newest))}."


def _dated(series: Series, period: int) -> str:
    return f"{wording.number(series.point(period).value, series.unit)} in {wording.period(period, series.frequency)}"


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
    return [f"The collection is {', then '.join(f'{_state(name)} from {wording.date(start)}' for name, start, _ in spells)}."]


def _state(name: str) -> str:
    """A state of the strip without what its key explains of the marks."""
    return strip.STATES[name].partition(":")[0].partition(" (")[0]


def _notes(figure: Figure, taken: Iterable[Annotation]) -> Iterator[str]:
    """The notes of the figure, those with a number by it, and how many it has no room for."""
    short = {f"{note_date(n)} {n.label}. {n.text}": f"{n.label} ({wording.date(note_date(n))})" for n in taken}
    labels, numbers, more = list[str](), list[str](), ""
    for text in figure["layout"]["annotations"]:
        notes = [html.unescape(one) for one in text.get("hovertext", "").split("<br>") if one]
        if notes and "bgcolor" in text:  # only the numbers above the plot have a ground
            first = int(text["text"].replace(",", "–").partition("–")[0])
            numbers += [f"{first + i} {short.get(note, note)}" for i, note in enumerate(notes)]
        else:
            labels += notes
        found = re.match(r"and (\d+) more notes", text["text"])
        more = f"{found[1]} more notes of this time are not shown." if found else more
    if labels:
        yield f"Notes above the plot: {'; '.join(short.get(note, note) for note in sorted(labels))}."
    if numbers:
        yield f"Numbered notes: {'; '.join(numbers)}."
    if more:
        yield more
