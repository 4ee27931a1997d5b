"""A text that a definition file might have, tried: what it would do to the project and to the picture of one indicator."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from dashboard.charts.figure import drawing_of
from dashboard.charts.frame import Figure, Size
from dashboard.charts.picture import Layer, Picture, picture_of
from dashboard.charts.theme import Palette
from dashboard.charts.view import View
from indicators.compute.pipeline import results
from indicators.differences import Differences, PeriodDifference, differences
from indicators.nouns.periods import first_day, parse_period
from indicators.nouns.series import Results, Series
from indicators.problems import Problem, ProblemsFound
from indicators.reading.project import Project, open_project
from indicators.reading.revision import revision, unpacked
from indicators.warnings.run import warnings_of

FEW = 8
"""Up to this number an axis of counts has a tick at each."""
ROOM = 1.18
"""How much further than its highest mark an axis goes that two charts share: the figure above a column has room there."""
MARK, TINT = 6, 0.14
"""Of a period that changes: height of the mark above the plot, in pixels, and opacity of the tint behind it."""


@dataclass(frozen=True)
class Earlier:
    """A state that a text is compared with, and what to call it."""

    name: str
    project: Project = field(repr=False)
    results: Results = field(repr=False)


@dataclass(frozen=True)
class Trial:
    """What a text of a `file` would do: the project with it and its results, the `warnings` about it, the state `earlier`, and what
    differs between the two."""

    file: str
    project: Project = field(repr=False)
    results: Results = field(repr=False)
    earlier: Earlier = field(repr=False)
    compared: Differences = field(repr=False)
    warnings: tuple[Problem, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Errors of the project with the text."""
        return tuple(p for p in self.project.problems if p.level == "error")


def tried(project: Project, file: str, text: str, earlier: Earlier) -> Trial:
    """Try a text in a project, whose tables are taken where no file of theirs has changed. ProblemsFound where config.yaml cannot
    be read."""
    drafted = open_project(project.root, before=project, drafts={file: text})
    warnings = sorted({p for p in (*drafted.problems, *warnings_of(drafted)) if p.level == "warning"})
    made = results(drafted)
    compared = differences(earlier.project, drafted, lambda state, query: (made if state is drafted else earlier.results).series(query))
    return Trial(file, drafted, made, earlier, compared, tuple(warnings))


def last_commit(project: Project) -> Earlier:
    """The project as it was committed last. ProblemsFound where that cannot be read."""
    found = revision(project.root, "HEAD")
    with unpacked(found) as folder:
        committed = open_project(folder, before=project)
    return Earlier(f"the last commit ({found.commit[:7]})", committed, results(committed))


def rule_at(trial: Trial, line: int) -> str | None:
    """The name of the rule in which a line of the file stands (id or id@variant): of those that can be read, the last before it;
    where none can, as the file was."""
    for places in (trial.project.places, trial.earlier.project.places):
        before = [(place.line, name) for name, place in places.items() if place.file == trial.file and place.line <= line]
        if before:
            return max(before)[1]
    return None


@dataclass(frozen=True)
class Side:
    """An indicator in one state: its picture and the figure of it, or why there is none."""

    picture: Picture | None = field(default=None, repr=False)
    figure: Figure | None = field(default=None, repr=False)
    why: str = ""

    @property
    def series(self) -> Series | None:
        """What the indicator says in this state."""
        return self.picture.series if self.picture else None


def sides(trial: Trial, view: View, palette: Palette, size: Size) -> tuple[Side, Side]:
    """A view before and after, drawn to one scale where both are there."""
    found = [_side(state, view, palette, size) for state in (trial.earlier.results, trial.results)]
    if len({side.series.frequency for side in found if side.series}) == 1:
        _one_scale([(side.picture, side.figure) for side in found if side.picture and side.figure])
    return found[0], found[1]


def _side(state: Results, view: View, palette: Palette, size: Size) -> Side:
    try:
        picture = picture_of(state, view)
        return Side(picture, drawing_of(picture, palette, size).figure)
    except ProblemsFound as e:
        return Side(why="; ".join(p.message for p in e.problems))


def _one_scale(drawn: list[tuple[Picture, Figure]]) -> None:
    """Let two figures of one axis each have the same range of values, so that a mark means the same in both."""
    panels = [panel for picture, _ in drawn for panel in picture.panels]
    if len(drawn) < 2 or len(panels) > len(drawn) or any(panel.share == "stack" for panel in panels):
        return
    values = [value for panel in panels for layer in panel.layers for value in _values(layer)]
    axes = [figure["layout"]["yaxis"] for _, figure in drawn]
    tops = [axis["range"][1] for axis in axes if "range" in axis] + ([max(values) * ROOM] if values else [])
    if not tops or max(tops) <= 0:
        return
    for axis in axes:
        axis["range"] = [min([0.0, *values]) * ROOM, max(tops)]
        if max(tops) > FEW:
            axis.pop("dtick", None)


def _values(layer: Layer) -> list[float]:
    """The numbers that are drawn of a layer."""
    single = layer.points["value"].dropna().tolist() if layer.points is not None else []
    return [*layer.window.values["value"].dropna().tolist(), *single]


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


def rows_moved(before: Side, after: Side) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of the rows that a series gains and loses, in its order."""
    old, new = _rows(before.series), _rows(after.series)
    return tuple(r for r in new if r not in old), tuple(r for r in old if r not in new)


def _rows(series: Series | None) -> dict[str, None]:
    return dict.fromkeys(row for period in series.rows for row in period) if series else {}
