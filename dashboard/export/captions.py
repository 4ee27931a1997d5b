"""A picture in words: its caption, its alternative text for people who cannot see it, and its citation."""

import datetime
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import pandas as pd

from dashboard.charts.fan import Fan
from dashboard.charts.gantt import time_of
from dashboard.charts.notes import Plan, in_full, note_date
from dashboard.charts.picture import Layer, Picture
from dashboard.export.output import json_text
from dashboard.words import composite, numbers
from dashboard.words.definitions import heights_words
from dashboard.words.units import NUMBERS
from indicators.compute.change import comparable
from indicators.compute.uncertainty import HIGH, LOW
from indicators.nouns.periods import first_day
from indicators.nouns.series import Annotation, Series
from indicators.nouns.vocabulary import LEVELS, NEAR_COMPLETE, scale_of, steps_of

KINDS = {"columns": "Column chart", "step": "Step chart", "line": "Line chart", "dots": "Dot chart"}
SHARES = {"stack": "Stacked columns", "group": "Columns side by side", "lines": "Lines"}
MOST_SPELLS = 6


def caption(picture: Picture) -> str:
    """The caption of the picture in a document: title, unit and rule, how complete it is, source, dates, view and code."""
    counts = [" ".join(one.definition.counts.split()) for one in picture.shown]
    closed = [text if text.endswith((".", "!", "?")) else f"{text}." for text in counts]
    rules = [f"Unit: {one.unit}. What counts: {text}" for one, text in zip(picture.shown, closed, strict=True)]
    if picture.other:
        rules = [f"{numbers.titled(one.definition)}. {rule}" for one, rule in zip(picture.shown, rules, strict=True)]
    source = f"Source: {picture.credit}; {numbers.dates(picture.series)}."
    view = f"{picture.project}, view {picture.view.text}, code {picture.code}."
    return " ".join(filter(None, [f"{picture.title}.", *rules, picture.adjustments, *_completeness(picture.window), source, view]))


def alternative(picture: Picture, plan: Plan) -> str:
    """The picture in words: what it shows, range, latest value, turning points, how complete, and the notes of the `plan` that it
    was drawn by."""
    sentences = [_opening(picture)]
    for layer in picture.layers:
        unit = f" ({layer.series.unit})" if len(picture.panels) > 1 else ""
        about, *more = _layer(layer, picture)
        sentences += [f"{layer.name}{unit}: {about}" if layer.name else about, *more]
    lines = [f"{line.label} ({heights_words(line, panel.unit)})" for panel in picture.panels for line in panel.lines]
    sentences += [f"Reference lines: {'; '.join(lines)}."] if lines else []
    lanes = "; ".join(f"{one.name}, weight {one.weight:g}, {time_of(one)}" for one in picture.spells)
    sentences += [f"Above it a lane for each of {len(picture.spells)}: {lanes}."] if lanes else []
    return " ".join([*sentences, *_completeness(picture.window), *_notes(plan)])


def _opening(picture: Picture) -> str:
    panel, window = picture.panels[0], picture.window
    kind = SHARES.get(panel.share) or KINDS[panel.layers[0].kind]
    if not len(window.values):
        return f"{kind}: {picture.title}. No period to show."
    how = _in_unit(panel.unit) if len(picture.panels) == 1 else f"in {NUMBERS[len(picture.panels)]} panels"
    ends = [numbers.period(int(p), window.frequency) for p in (window.values.index[0], window.values.index[-1])]
    return f"{kind}: {picture.title}, from {ends[0]} to {ends[1]}, {how}."


def _in_unit(unit: str) -> str:
    """A unit as what the values are in.

    >>> _in_unit("meetings"), _in_unit("share of visitors"), _in_unit("step of slight < duel")
    ('in meetings', 'as a share of visitors', 'as a step of slight < duel')
    """
    return f"{'as a' if scale_of(unit) == 'share' or steps_of(unit) else 'in'} {unit}"


def _layer(layer: Layer, picture: Picture) -> list[str]:
    """Range, minima, latest value and turning points of one series."""
    series = layer.window
    values = series.values["value"].where(comparable(series)).dropna()
    bounds = series.values.index[series.values["at_least"] & series.values["value"].notna()]
    sentences = []
    if len(values) > 1:
        low, high = int(values.index[int(values.argmin())]), int(values.index[int(values.argmax())])
        parts = ", of parts that are not the same at all times" if series.values.loc[values.index, "keys"].nunique() > 1 else ""
        parts = parts if series.definition.composite else ""
        span = f"The lowest value is {numbers.dated(series, low)}, the highest {numbers.dated(series, high)}{parts}."
        sentences.append(span if values[low] < values[high] else f"All comparable values are {numbers.number(values[low], series.unit)}.")
    if len(bounds):
        most = numbers.dated(series, int(bounds[int(series.values.loc[bounds, "value"].argmax())]))
        sentences.append(f"{len(bounds)} {'periods have' if len(bounds) > 1 else 'period has'} only a minimum; the largest is {most}.")
    if len(values):
        newest = int(values.index[-1])
        which = "latest" if len(values) > 1 else "only"
        sentences.append(f"The {which} comparable value is {numbers.valued(series, newest)}{_beside(layer, newest, picture)}.")
        sentences += [_interval(layer.fan, newest)] if layer.fan else []
    return [*sentences, *_turning(series)] or ["No value in this window."]


def _beside(layer: Layer, newest: int, picture: Picture) -> str:
    """What the latest value stands beside, to be put behind it; the change may look back beyond the window, but not beyond its end."""
    if layer.series.definition.composite:
        return f", {numbers.beside(layer.series, newest)}"
    whole = layer.series.between(int(layer.series.values.index[0]), int(layer.window.values.index[-1]))
    return "" if picture.series.parts else numbers.joined_change(whole, newest)


def _interval(fan: Fan, period: int) -> str:
    low, high = map(composite.level, fan.ends(period))
    return f"In {HIGH - LOW} % of the recipes that were drawn it is between {low} and {high}."


def _turning(series: Series) -> list[str]:
    """Highs and lows between the ends; values before and after a break are not compared."""
    points = [turn for _, one in series.values[comparable(series)].groupby("stretch")["value"] for turn in turns(one)]
    words = [f"a {'high' if high else 'low'} of {numbers.dated(series, period)}" for period, high in points]
    return [f"Turning points: {', '.join(words)}."] if words else []


COLLECTION = {
    "covered": "collected in full",
    "partial": "partly collected",
    "uncovered": "not collected",
    "pending": "not over or not yet published",
}


def _collection(series: Series) -> list[str]:
    """The state of collection in each period."""
    states = {level: "covered" if LEVELS.index(level) >= NEAR_COMPLETE else "uncovered" for level in LEVELS} | {"partial": "partial"}
    columns = (series.values[name].tolist() for name in ("why", "over", "coverage"))
    return ["pending" if why == "not-published" or not over else states[level] for why, over, level in zip(*columns, strict=True)]


def stretches_of(window: Series) -> Iterator[tuple[str, str, str]]:
    """(state, first day, day after the last) of successive periods of one state."""
    for state, group in itertools.groupby(zip(_collection(window), window.values.index.tolist(), strict=True), itemgetter(0)):
        periods = [period for _, period in group]
        yield state, _day(periods[0], window), _day(periods[-1] + 1, window)


def _day(period: int, series: Series) -> str:
    return first_day(int(period), series.frequency).isoformat()


def _completeness(series: Series) -> list[str]:
    """How complete the collection was, spell by spell; where there are many spells, by how many periods."""
    if series.definition.composite:
        return _missing(series)
    states = _collection(series)
    if not states or set(states) == {"covered"}:
        return []
    spells = list(stretches_of(series))
    if len(spells) > MOST_SPELLS:
        counts = [f"{states.count(name)} {COLLECTION[name]}" for name in COLLECTION if name in states]
        return [f"Coverage of the {len(states)} periods: {', '.join(counts)}."]
    return [f"Coverage: {', then '.join(f'{COLLECTION[name]} from {numbers.date(start)}' for name, start, _ in spells)}."]


def _missing(series: Series) -> list[str]:
    """The periods in which a composite has no value."""
    gone = series.values.index[series.values["value"].isna() & series.values["over"]]
    names = [numbers.period(int(one), series.frequency) for one in gone]
    return [f"There is no value for {', '.join(names) if len(names) <= MOST_SPELLS else f'{len(names)} periods'}."] if names else []


def _notes(plan: Plan) -> Iterator[str]:
    """The notes of a figure, in the order of time."""
    if plan.labels:
        yield f"Notes: {'; '.join(_note(note) for note in sorted(plan.notes, key=in_full))}."


def _note(note: Annotation) -> str:
    return f"{note.label} ({numbers.date(note_date(note))})"


RANGE_SHARES = (0.25, 0.4, 0.55, 0.7)
"""Shares of the range that a movement must have; the next is tried where too many turns are left."""
MOST_TURNS = 6


def turns(values: pd.Series) -> list[tuple[int, bool]]:
    """Periods at which values turn, and whether that is a high; the first and the last value are not turns. NaN are skipped.

    A turn counts where the values move by a share of their range before and after it: by a quarter, or by so much more
    that at most six are left. None where there are more even then: such a series goes up and down all the time.

    >>> turns(pd.Series([0.0, 1.0, 10.0, 9.0, 2.0, 8.0]))
    [(2, True), (4, False)]
    """
    known = [(int(p), float(v)) for p, v in values.items() if not math.isnan(v)]  # type: ignore[call-overload]
    if len({v for _, v in known}) < 2:
        return []
    span = max(v for _, v in known) - min(v for _, v in known)
    candidates = (_turns(known, span * share) for share in RANGE_SHARES)
    return next((points for points in candidates if len(points) <= MOST_TURNS), [])


def _turns(known: list[tuple[int, float]], least: float) -> list[tuple[int, bool]]:
    low = high = extreme = known[0]
    direction, turned = 0, list[tuple[int, bool]]()
    for point in known[1:]:
        if not direction:
            low, high = min(low, point, key=lambda p: p[1]), max(high, point, key=lambda p: p[1])
            direction = 1 if point[1] - low[1] >= least else -1 if high[1] - point[1] >= least else 0
            extreme = point
        elif direction * (point[1] - extreme[1]) > 0:
            extreme = point
        elif direction * (extreme[1] - point[1]) >= least:
            turned.append((extreme[0], direction > 0))
            direction, extreme = -direction, point
    return turned


# ---- citations ----


Sources = Sequence[Mapping[str, str]]
"""Sources as a record lists them."""
BIBTEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
BIBTEX |= {c: f"\\{c}" for c in "&%$#_"}


def citation(picture: Picture, sources: Sources, made_on: datetime.date) -> str:
    """The chart and its sources as lines of text."""
    chart = f"{picture.project} ({made_on.year}): {picture.title}. Chart, made on {numbers.day(made_on)}. View {_view(picture)}."
    addresses = [f"<{source['url']}> " if source["url"] else "" for source in sources]
    listed = [f"- {s['producer']}: {s['title']} {address}[{s['id']}]" for s, address in zip(sources, addresses, strict=True)]
    return "\n".join([chart, "", "Sources:", *listed]) + "\n"


def _view(picture: Picture) -> str:
    series = picture.series
    data = f"{numbers.data_to(series)} {numbers.date(series.data_to)}, " if series.data_to else ""
    return f"{picture.view.text}, code {picture.code}, {data}as of {numbers.day(series.as_of)}"


def bibtex(picture: Picture, sources: Sources, made_on: datetime.date) -> str:
    """The same as BibTeX; names and titles in two braces stay as they are written."""
    chart = {
        "author": f"{{{_tex(picture.project)}}}",
        "title": f"{{{_tex(picture.title)}}}",
        "year": str(made_on.year),
        "howpublished": f"Chart, made on {made_on.isoformat()}",
        "note": _tex(f"View {_view(picture)}"),
    }
    entries = [_entry(picture.code, chart)]
    for s in sources:
        fields = {"author": f"{{{_tex(s['producer'])}}}", "title": f"{{{_tex(s['title'])}}}"}
        address = s["url"].replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")
        entries.append(_entry(s["id"], fields | ({"url": address} if address else {})))
    return "\n".join(entries)


def _entry(key: str, fields: Mapping[str, str]) -> str:
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{re.sub(r'[^A-Za-z0-9_:.-]', '-', key)},\n{lines}}}\n"


def _tex(text: str) -> str:
    r"""Text that BibTeX shows as it is.

    >>> print(_tex("50 % of {Zenda} & co_"))
    50 \% of \{Zenda\} \& co\_
    """
    return "".join(BIBTEX.get(c, c) for c in text)


def csl(picture: Picture, sources: Sources, made_on: datetime.date) -> str:
    """The same as CSL-JSON."""
    chart: dict[str, Any] = {
        "id": picture.code,
        "type": "graphic",
        "author": [{"literal": picture.project}],
        "title": picture.title,
        "issued": {"date-parts": [[made_on.year, made_on.month, made_on.day]]},
        "note": f"View {_view(picture)}",
    }
    kinds = [{"type": "webpage", "URL": s["url"]} if s["url"] else {"type": "document"} for s in sources]
    items = [
        {"id": s["id"], **kind, "author": [{"literal": s["producer"]}], "title": s["title"]} for s, kind in zip(sources, kinds, strict=True)
    ]
    return json_text([chart, *items])
