"""A text that a definition file might have, tried: what it would do to the project and to the picture of one indicator."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from dashboard.drawing import figure_of
from dashboard.figures.frame import Figure
from dashboard.picture import Size, picture_of
from dashboard.theme import Palette
from dashboard.view import View
from indicators.compute import results
from indicators.differences import Differences, differences
from indicators.model import Results, Series
from indicators.problems import Problem, ProblemsFound
from indicators.project import Project, open_project

ROOM = 1.08
"""How much further than its highest mark an axis goes that two charts share."""


@dataclass(frozen=True)
class Trial:
    """What a `file` would do: the `results` that the project has now and those with the text, and what differs between them.
    `problems` are those of the project with the text."""

    file: str
    project: Project = field(repr=False)
    earlier: Results = field(repr=False)
    now: Results = field(repr=False)
    compared: Differences = field(repr=False)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Errors of the project with the text."""
        return tuple(p for p in self.project.problems if p.level == "error")


def tried(project: Project, shown: Results, file: str, text: str) -> Trial:
    """Try a text. `project` and `shown`: what pages show. ProblemsFound where config.yaml cannot be read."""
    drafted = open_project(project.root, before=project, drafts={file: text})
    return Trial(file, drafted, shown, results(drafted), differences(project, drafted))


def rule_at(trial: Trial, line: int) -> str | None:
    """The name of the rule in which a line of the file stands (id or id@variant): of those that can be read, the last before it."""
    before = [(place.line, name) for name, place in trial.project.places.items() if place.file == trial.file and place.line <= line]
    return max(before)[1] if before else None


@dataclass(frozen=True)
class Side:
    """An indicator in one state: its series and its figure, or why there is none."""

    series: Series | None = field(default=None, repr=False)
    figure: Figure | None = field(default=None, repr=False)
    why: str = ""


def sides(trial: Trial, view: View, palette: Palette, size: Size) -> tuple[Side, Side]:
    """A view before and after, drawn to one scale where both are there."""
    found = [_side(state, view, palette, size) for state in (trial.earlier, trial.now)]
    one_scale([side.figure for side in found if side.figure])
    return found[0], found[1]


def _side(state: Results, view: View, palette: Palette, size: Size) -> Side:
    try:
        picture = picture_of(state, view)
        return Side(picture.series, figure_of(state, picture, palette, size))
    except ProblemsFound as e:
        return Side(why="; ".join(p.message for p in e.problems))


def one_scale(figures: list[Figure]) -> None:
    """Let two figures of one axis each have the same range of values, so that a mark means the same in both."""
    if len(figures) < 2 or any("yaxis2" in figure["layout"] or figure["layout"]["barmode"] == "stack" for figure in figures):
        return
    values = [value for figure in figures for value in _values(figure)]
    ranges = [figure["layout"]["yaxis"].get("range") for figure in figures]
    tops = [r[1] for r in ranges if r] + ([max(values) * ROOM] if values else [])
    if not tops or max(tops) <= 0:
        return
    for figure in figures:
        figure["layout"]["yaxis"]["range"] = [min([0.0, *values]) * ROOM, max(tops)]


def _values(figure: Figure) -> Iterator[float]:
    for trace in figure["data"]:
        yield from (float(value) for value in trace.get("y", ()) if isinstance(value, int | float) and value == value)


def rows_moved(before: Side, after: Side) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of the rows that a series gains and loses, in its order."""
    old, new = _rows(before.series), _rows(after.series)
    return tuple(r for r in new if r not in old), tuple(r for r in old if r not in new)


def _rows(series: Series | None) -> dict[str, None]:
    return dict.fromkeys(row for period in series.rows for row in period) if series else {}
