"""A trial of a text for a definition file: its effect on the project, and how the page Tune shows it."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from dash import dcc, html

from dashboard.charts.figure import drawing_of
from dashboard.charts.frame import Figure, Size
from dashboard.charts.picture import Picture, picture_of
from dashboard.charts.theme import SMALL_CONFIG, Palette
from dashboard.charts.view import View
from dashboard.pages import Screen, attributes
from dashboard.pages.nodes import plain, problem_item
from dashboard.pages.rows import row_tables
from dashboard.words import numbers
from dashboard.words.differences import changed_words, sections, summary
from indicators.compute.pipeline import inputs_key, results
from indicators.differences import Differences, PeriodDifference, differences
from indicators.nouns.periods import first_day, parse_period
from indicators.nouns.series import REASONS, Query, Results, Series
from indicators.nouns.stores import at_hand
from indicators.problems import Problem, ProblemsFound
from indicators.reading.project import Project, open_project
from indicators.reading.revision import revision, unpacked
from indicators.warnings.run import warnings_of

PLOT = 150
"""Height of a plot, in pixels."""
FEW = 8
"""Up to this number an axis of counts has a tick at each number."""
ROOM = 1.18
"""How far a shared axis goes, as a multiple of the highest mark: there is space for the number above a column."""
MARK, TINT = 6, 0.14
"""Of a period that changes: height of the mark above the plot, in pixels, and opacity of the tint behind it."""
MOST = 40
"""Rows gained or lost that are shown."""


@dataclass(frozen=True)
class Earlier:
    """A state that a text is compared with, and its name on the page."""

    name: str
    project: Project = field(repr=False)
    results: Results = field(repr=False)


@dataclass(frozen=True)
class Trial:
    """The effect of a text of a `file`: the project with it, its results, `errors` and `warnings`, the `earlier` state, and the
    differences between the two."""

    file: str
    project: Project = field(repr=False)
    results: Results = field(repr=False)
    earlier: Earlier = field(repr=False)
    compared: Differences = field(repr=False)
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def tried(project: Project, file: str, text: str, earlier: Earlier) -> Trial:
    """Try a text in a project; tables are reused unless their files have changed. ProblemsFound if config.yaml cannot be read."""
    drafted = open_project(project.root, before=project, drafts={file: text})
    shown = results(drafted)
    compared = differences(earlier.project, drafted, lambda state, query: (shown if state is drafted else earlier.results).series(query))
    warnings = sorted({p for p in (*drafted.problems, *warnings_of(drafted, _known(drafted, shown, earlier))) if p.level == "warning"})
    return Trial(file, drafted, shown, earlier, compared, drafted.errors, tuple(warnings))


def _known(drafted: Project, shown: Results, earlier: Earlier) -> Callable[[Query], Series]:
    """The series of the drafted project; where nothing that they are made of has changed, those of the earlier state."""
    before = {one.name: one for definition in earlier.project.definitions.values() for one in definition.rules}

    def known(query: Query) -> Series:
        now, then = drafted.definition(query.name), before.get(query.name)
        same = then is not None and inputs_key(drafted, now) == inputs_key(earlier.project, then)
        return (earlier.results if same else shown).series(query)

    return known


def last_commit(project: Project) -> Earlier:
    """The project as of the last commit. ProblemsFound if that cannot be read."""
    head = revision(project.root, "HEAD")
    with unpacked(head) as folder:
        committed = open_project(folder, before=project)
    return Earlier(f"the last commit ({head.commit[:7]})", committed, results(committed))


def rule_at(trial: Trial, line: int) -> str | None:
    """The name (id or id@variant) of the rule at a line of the file: the last one before it that can be read; if none can, the
    one that was there before."""
    for places in (trial.project.places, trial.earlier.project.places):
        before = [(place.line, name) for name, place in places.items() if place.file == trial.file and place.line <= line]
        if before:
            return max(before)[1]
    return None


# ---- an indicator before and after ----


@dataclass(frozen=True)
class Side:
    """An indicator in one state: its picture, series and figure, or why there is none."""

    picture: Picture | None = None
    series: Series | None = None
    figure: Figure | None = None
    why: str = ""


def sides(trial: Trial, view: View, screen: Screen) -> tuple[Side, Side]:
    """A view before and after, drawn to one scale if both can be drawn."""
    before, after = (_side(state, view, screen) for state in (trial.earlier.results, trial.results))
    if before.series and after.series and before.series.frequency == after.series.frequency:
        _one_scale(before, after)
    return before, after


def _side(state: Results, view: View, screen: Screen) -> Side:
    try:
        picture = picture_of(state, view)
        return Side(picture, picture.series, drawing_of(picture, screen.palette, Size(screen.width, PLOT)).figure)
    except ProblemsFound as e:
        return Side(why="; ".join(p.message for p in e.problems))


def _one_scale(before: Side, after: Side) -> None:
    """Give two figures with one axis each the same range of values, so that marks can be compared."""
    panels = [panel for side in (before, after) if side.picture for panel in side.picture.panels]
    if len(panels) > 2 or any(panel.share == "stack" for panel in panels):
        return
    drawn = [points for panel in panels for layer in panel.layers for points in (layer.window.values, layer.points) if points is not None]
    values = [value for points in drawn for value in points["value"].dropna().tolist()]
    axes = [side.figure["layout"]["yaxis"] for side in (before, after) if side.figure]
    tops = [axis["range"][1] for axis in axes if "range" in axis] + ([max(values) * ROOM] if values else [])
    if not tops or max(tops) <= 0:
        return
    for axis in axes:
        axis["range"] = [min([0.0, *values]) * ROOM, max(tops)]
        if max(tops) > FEW:
            axis.pop("dtick", None)


def mark_changed(figures: Iterable[Figure], changed: Iterable[PeriodDifference], palette: Palette) -> None:
    """Mark the periods that change, with a mark above the plot and a tint behind it; adjacent periods share one."""
    spans: list[tuple[datetime.date, datetime.date]] = []
    for period, frequency in (parse_period(one.label) for one in changed):
        start, end = first_day(period, frequency), first_day(period + 1, frequency)
        spans[-1:] = [(spans[-1][0], end)] if spans and spans[-1][1] == start else [*spans[-1:], (start, end)]
    for figure in figures:
        figure["layout"]["shapes"] = [*figure["layout"].get("shapes", ()), *(s for span in spans for s in _marks(*span, palette))]


def _marks(start: datetime.date, end: datetime.date, palette: Palette) -> list[Figure]:
    place = {"type": "rect", "xref": "x", "x0": start.isoformat(), "x1": end.isoformat(), "yref": "paper", "fillcolor": palette.second}
    above = {"ysizemode": "pixel", "yanchor": 1, "y0": 1, "y1": MARK, "line": {"width": 1, "color": palette.second}}
    return [place | {"y0": 0, "y1": 1, "layer": "below", "opacity": TINT, "line": {"width": 0}}, place | above]


# ---- what the page shows ----


def outcome(trial: Trial, view: View | None, screen: Screen) -> list[Any]:
    """The effect of a text, as plain nodes: problems, numbers that change, the indicator before and after, rows gained and lost."""
    problems = [html.Ul([problem_item(p) for p in trial.errors], className="problems")] if trial.errors else []
    problems += [html.Ul([problem_item(p) for p in trial.warnings], className="problems warnings")] if trial.warnings else []
    headline = html.P(html.Strong(f"Compared with {trial.earlier.name}: {summary(trial.compared)}."), className="summary")
    pictures = _pictures(trial, view, screen) if view else []
    others = []  # the other indicators that the text changes
    for title, lines in sections(trial.compared):
        items = [
            html.Li([html.A(name, href=f"/tune/{name}"), f": {words}"]) for name, words in lines if not view or name != view.query.name
        ]
        if items:
            others.append(html.Details([html.Summary(f"{title}: {len(items)}"), html.Ul(items)], id=f"tune-{title.replace(' ', '-')}"))
    nodes: list[Any] = plain([*problems, headline, *pictures, *others])
    return nodes


def _pictures(trial: Trial, view: View, screen: Screen) -> list[Any]:
    before, after = sides(trial, replace(view, annotations="off"), screen)  # so that both charts fit, one above the other
    either = after.series or before.series
    if either is None:
        return [html.P(f"No chart: {after.why}.")]
    heading, name = html.H2(numbers.titled(either.definition)), either.definition.name
    if after.figure is None:
        why = "With errors it cannot be computed; pages keep its last good numbers." if trial.errors else f"With this text: {after.why}."
        return [heading, html.P(why), *_drawn("Before", before)]
    if before.figure is None:
        named = next((d for d in trial.compared.each if d.name == name and d.was), None)
        same = f"Renamed from {named.was}; the numbers are the same." if named else "New indicator."
        change = f"Renamed: {changed_words(named)}" if named and named.kind == "changed" else same
        return [heading, html.P(change), *_drawn("With this text", after)]
    one = next((d for d in trial.compared.of_kind("changed") if d.name == name), None)
    if one is None:
        return [heading, html.P("No numbers change."), *_drawn("With this text", after)]
    mark_changed((before.figure, after.figure), one.periods, screen.palette)
    mark = html.Span(className="changed-key", **attributes(aria_hidden="true"))
    key = [html.P([mark, "above the plots: periods that change"])] if one.periods else []
    words = [html.P(changed_words(one)), *_emptied(either), *key]
    return [heading, *words, *_drawn("With this text", after), *_drawn("Before", before), *_moved(trial, before, after)]


def _emptied(series: Series) -> list[html.P]:
    """Why a chart is empty."""
    if not len(series.values) or series.values["value"].notna().any():
        return []
    commonest = series.values["why"].map(REASONS).value_counts().index[0]
    return [html.P(f"No period has a value. Most common reason: {commonest}.")]


def _drawn(heading: str, side: Side) -> list[Any]:
    graph = dcc.Graph(figure=side.figure, config=SMALL_CONFIG)
    return [html.H3(heading), html.Div(graph, className="chart", role="img", **attributes(aria_label=heading))]


def _moved(trial: Trial, before: Side, after: Side) -> list[Any]:
    """The rows that the series gains and loses, in its order."""
    old, new = (dict.fromkeys(row for rows in side.series.rows for row in at_hand(rows)) if side.series else {} for side in (before, after))
    parts: list[Any] = []
    for word, these, others, state, side in (("gained", new, old, trial.results, after), ("lost", old, new, trial.earlier.results, before)):
        ids = tuple(row for row in these if row not in others)
        if ids and side.series:
            rest = f", of which {MOST} are shown" if len(ids) > MOST else ""
            heading = html.Summary(f"Rows {word}: {len(ids)}{rest}")
            parts.append(html.Details([heading, *row_tables(state, side.series, ids[:MOST])], id=f"tune-rows-{word}"))
    return parts
