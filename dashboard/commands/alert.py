"""`relations alert`: whether indicators are beyond the thresholds of their definitions, for a timer that reads the exit code."""

import argparse
from collections.abc import Iterable
from typing import Any

from dashboard.charts.view import View
from dashboard.commands import CLEAN, FOUND, format_argument, of_today, report
from dashboard.export.output import json_text
from dashboard.words.states import watched_words
from indicators.compute.pipeline import results
from indicators.compute.state import Watched, watched
from indicators.nouns.series import Query, Results
from indicators.problems import Place, fault, refused
from indicators.reading.project import open_project
from indicators.suggestions import suggest

EXAMPLE = "relations alert summonses"
ALERT, NO_DATA = 3, 4
"""Exit codes: a value is beyond its threshold; none is, but of one it is not known."""
ORDER = ("alert", "no data", "quiet")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("ids", metavar="ID", nargs="*", help="indicator or id@variant with a threshold (default: all that have one)")
    format_argument(parser)
    parser.epilog = f"{parser.epilog}\n\nexit code: 0 quiet, 1 errors, 2 wrong use, {ALERT} alert, {NO_DATA} no data and no alert"


def run(given: argparse.Namespace) -> int:
    """Print where each value is; the exit code is the first of errors, an alert, no data, quiet. ProblemsFound where there is no
    threshold."""
    views = [View(*name.split("@", 1)) for name in given.ids]
    project = open_project(given.project, only=[view.query.name for view in views] or None)
    made = results(project)
    asked = [of_today(view, project.formerly).query for view in views] or _with_thresholds(made)
    if not asked and not project.errors:
        hint = "write alert: {above: 5} into a definition"
        raise refused(fault("no-threshold/none", hint=hint), Place(str(made.config.definitions)))
    found = sorted((_watched(made, query) for query in asked), key=lambda one: ORDER.index(one.state))
    print(as_json(found, made) if given.format == "json" else as_text(found), end="")
    report(project.errors)
    states = {one.state for one in found}
    return FOUND if project.errors else ALERT if "alert" in states else NO_DATA if "no data" in states else CLEAN


def _with_thresholds(made: Results) -> list[Query]:
    return [Query(one.id, one.variant) for base in made.definitions.values() for one in base.rules if one.alert]


def _watched(made: Results, query: Query) -> Watched:
    series = made.series(query)
    if not series.definition.alert:
        names = [one.name for one in _with_thresholds(made)]
        hint = suggest(query.name, names) if names else "write alert: {above: 5} into its definition"
        raise refused(fault("no-threshold", hint=hint, name=query.name), Place("query"))
    return watched(series)


def as_text(found: Iterable[Watched]) -> str:
    """A line for each: its state, its name and the sentence."""
    return "".join(f"{one.state}: {one.series.definition.name}: {watched_words(one)}\n" for one in found)


def as_json(found: Iterable[Watched], made: Results) -> str:
    """The same as a JSON object."""
    return json_text({"as_of": made.config.as_of, "indicators": list(map(_record, found))})


def _record(one: Watched) -> dict[str, Any]:
    series, limits = one.series, one.series.definition.alert
    point = None if one.period is None else series.point(one.period)
    known = point is not None and point.status != "M"
    return {
        "indicator": series.definition.name,
        "state": one.state,
        "passed": one.passed or None,
        "thresholds": limits.given if limits else {},
        "period": point.label if point else None,
        "value": point.value if point and known else None,
        "at_least": point.at_least if point else None,
        "over": point.over if point else None,
        "unit": series.unit,
        "why": one.why or None,
        "sentence": watched_words(one),
    }
