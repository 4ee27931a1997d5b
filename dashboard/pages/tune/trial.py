"""A text that a definition file might have, tried: what it would do to the project, and how the page Tune shows that."""

import datetime
from collections.abc import Iterable
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
from indicators.compute.pipeline import results
from indicators.differences import Differences, PeriodDifference, differences
from indicators.nouns.periods import first_day, parse_period
from indicators.nouns.series import REASONS, Results, Series
from indicators.problems import Problem, ProblemsFound
from indicators.reading.project import Project, open_project
from indicators.reading.revision import revision, unpacked
from indicators.warnings.run import warnings_of

PLOT = 150
"""Height of a plot, in pixels."""
FEW = 8
"""Up to this number an axis of counts has a tick at each."""
ROOM = 1.18
"""How much further than its highest mark an axis goes that two charts share: the figure above a column has room there."""
MARK, TINT = 6, 0.14
"""Of a period that changes: height of the mark above the plot, in pixels, and opacity of the tint behind it."""
MOST = 40
"""Rows gained or lost that are shown."""


@dataclass(frozen=True)
class Earlier:
    """A state that a text is compared with, and what to call it."""

    name: str
    project: Project = field(repr=False)
    results: Results = field(repr=False)


@dataclass(frozen=True)
class Trial:
    """What a text of a `file` would do: the project with it and its results, its `errors`, the `warnings` about it, the state
    `earlier`, and what differs between the two."""

    file: str
    project: Project = field(repr=False)
    results: Results = field(repr=False)
    earlier: Earlier = field(repr=False)
    compared: Differences = field(repr=False)
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def tried(project: Project, file: str, text: str, earlier: Earlier) -> Trial:
    """Try a text in a project, whose tables are taken where no file of theirs has changed. ProblemsFound where config.yaml cannot
    be read."""
    drafted = open_project(project.root, before=project, drafts={file: text})
    shown = results(drafted)
    compared = differences(earlier.project, drafted, lambda state, query: (shown if state is drafted else earlier.results).series(query))
    errors = tuple(p for p in drafted.problems if p.level == "error")
    warnings = sorted({p for p in (*drafted.problems, *warnings_of(drafted)) if p.level == "warning"})
    return Trial(file, drafted, shown, earlier, compared, errors, tuple(warnings))


def last_commit(project: Project) -> Earlier:
    """The project as it was committed last. ProblemsFound where that cannot be read."""
    head = revision(project.root, "HEAD")
    with unpacked(head) as folder:
        committed = open_project(folder, before=project)
    return Earlier(f"the last commit ({head.commit[:7]})", committed, results(committed))


def rule_at(trial: Trial, line: int) -> str | None:
    """The name of the rule in which a line of the file stands (id or id@variant): of those that can be read, the last before it;
    where none can, as the file was."""
    for places in (trial.project.places, trial.earlier.project.places):
        before = [(place.line, name) for name, place in places.items() if place.file == trial.file and place.line <= line]
        if before:
            return max(before)[1]
    return None


# ---- an indicator before and after ----


@dataclass(frozen=True)
class Side:
    """An indicator in one state: its picture, its series and the figure of it, or why there is none."""

    picture: Picture | None = None
    series: Series | None = None
    figure: Figure | None = None
    why: str = ""


def sides(trial: Trial, view: View, screen: Screen) -> tuple[Side, Side]:
    """A view before and after, drawn to one scale where both are there."""
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
    """Let two figures of one axis each have the same range of values, so that a mark means the same in both."""
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
    """Show in figures which periods change: a mark above the plot and a tint behind it; neighbours share one."""
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
    """What a text does, as plain nodes: problems, numbers that change, the indicator before and after, rows that come and go."""
    problems = [html.Ul([problem_item(p) for p in trial.errors], className="problems")] if trial.errors else []
    problems += [html.Ul([problem_item(p) for p in trial.warnings], className="problems doubts")] if trial.warnings else []
    headline = html.P(html.Strong(f"Against {trial.earlier.name}: {summary(trial.compared)}."), className="summary")
    pictures = _pictures(trial, view, screen) if view else []
    others = []  # the indicators that the text touches beside the one that is shown
    for title, lines in sections(trial.compared):
        items = [
            html.Li([html.A(name, href=f"/tune/{name}"), f": {words}"]) for name, words in lines if not view or name != view.query.name
        ]
        if items:
            others.append(html.Details([html.Summary(f"{title}: {len(items)}"), html.Ul(items)], id=f"tune-{title.replace(' ', '-')}"))
    nodes: list[Any] = plain([*problems, headline, *pictures, *others])
    return nodes


def _pictures(trial: Trial, view: View, screen: Screen) -> list[Any]:
    before, after = sides(trial, replace(view, annotations="off"), screen)  # room for both charts above each other
    either = after.series or before.series
    if either is None:
        return [html.P(f"No chart: {after.why}.")]
    heading, name = html.H2(numbers.titled(either.definition)), either.definition.name
    if after.figure is None:
        why = "with faults it cannot be computed; pages keep its last good numbers" if trial.errors else after.why
        return [heading, html.P(f"With this text: {why}."), *_drawn("Before", before)]
    if before.figure is None:
        was = next((d.was for d in trial.compared.of_kind("renamed") if d.name == name), "")
        change = f"Renamed, with the same numbers; it was {was}." if was else "This one is new."
        return [heading, html.P(change), *_drawn("With this text", after)]
    one = next((d for d in trial.compared.of_kind("changed") if d.name == name), None)
    if one is None:
        return [heading, html.P("The numbers of this one stay."), *_drawn("With this text", after)]
    mark_changed((before.figure, after.figure), one.periods, screen.palette)
    mark = html.Span(className="changed-key", **attributes(aria_hidden="true"))
    key = [html.P([mark, "above the plots: the periods that change"])] if one.periods else []
    words = [html.P(changed_words(one)), *_emptied(either), *key]
    return [heading, *words, *_drawn("With this text", after), *_drawn("Before", before), *_moved(trial, before, after)]


def _emptied(series: Series) -> list[html.P]:
    """Why a chart has no mark."""
    if not len(series.values) or series.values["value"].notna().any():
        return []
    commonest = series.values["why"].map(REASONS).value_counts().index[0]
    return [html.P(f"No period has a value; mostly since {commonest}.")]


def _drawn(heading: str, side: Side) -> list[Any]:
    graph = dcc.Graph(figure=side.figure, config=SMALL_CONFIG)
    return [html.H3(heading), html.Div(graph, className="chart", role="img", **attributes(aria_label=heading))]


def _moved(trial: Trial, before: Side, after: Side) -> list[Any]:
    """The rows that a series gains and loses, in its order."""
    old, new = (dict.fromkeys(row for rows in side.series.rows for row in rows) if side.series else {} for side in (before, after))
    parts: list[Any] = []
    for word, these, others, state, side in (("gained", new, old, trial.results, after), ("lost", old, new, trial.earlier.results, before)):
        ids = tuple(row for row in these if row not in others)
        if ids and side.series:
            rest = f", of which {MOST} are shown" if len(ids) > MOST else ""
            heading = html.Summary(f"Rows {word}: {len(ids)}{rest}")
            parts.append(html.Details([heading, *row_tables(state, side.series, ids[:MOST])], id=f"tune-rows-{word}"))
    return parts
