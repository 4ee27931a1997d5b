"""`relations claim`: what may be said of the latest value of an indicator, each with its condition; or why nothing may."""

import argparse
from typing import Any

from dashboard.charts.view import parse_view
from dashboard.commands import done, format_argument, of_today
from dashboard.export.output import json_text
from dashboard.words import claims as words
from indicators.compute.claims import Claim, Claims, by_each_breakdown, claims
from indicators.compute.pipeline import results
from indicators.nouns.series import Results
from indicators.problems import Place, fault, refused
from indicators.reading.project import open_project

EXAMPLE = "relations claim leader_meetings"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("id", metavar="ID", help="indicator, id@variant or view")
    format_argument(parser)


def run(given: argparse.Namespace) -> int:
    """Print the claims; 1 if the project has errors. ProblemsFound if there is no such indicator."""
    view = parse_view(given.id)
    project = open_project(given.project, only=view.names)
    view = of_today(view, project.formerly)
    if view.other:
        raise refused(fault("wrong-value/explained", hint="leave with out of the view"), Place("view"))
    made = results(project)
    definition = made.series(view.query).definition
    shown = made.series(view.query._replace(breakdown=view.breakdown or definition.shown))
    said = claims(shown, by_each_breakdown(made, shown))
    print(as_json(said, made) if given.format == "json" else as_text(said, made), end="")
    return done(project)


def as_text(said: Claims, made: Results) -> str:
    """The claims as text, each with its condition."""
    lines = []
    for one in said.each:
        lines += [words.short(said, one, made.config), f"    {words.condition(said, one)}"]
    return "\n".join([*lines, *filter(None, (words.old_words(said), words.why_nothing_more(said)))]) + "\n"


def as_json(said: Claims, made: Results) -> str:
    """The claims as a JSON object: each with its kind, periods, values, sentence and condition."""
    record = {
        "indicator": said.series.definition.name,
        "part": said.part,
        "as_of": said.series.as_of.isoformat(),
        "claims": [_record(said, one, made) for one in said.each],
        "refused": said.refused,
        "silent": said.silent,
    }
    return json_text(record)


def _record(said: Claims, one: Claim, made: Results) -> dict[str, Any]:
    labels = {"base": one.base, "start": one.start}
    named = {key: None if period is None else said.series.point(period).label for key, period in labels.items()}
    point = said.series.point(one.period)
    return {
        "kind": one.kind,
        "period": point.label,
        "value": point.value,
        "way": one.way,
        **named,
        "number": one.number,
        "left_out": [said.series.point(period).label for period in one.left_out],
        "chance": one.chance,
        "part": one.part,
        "sentence": words.short(said, one, made.config),
        "condition": words.condition(said, one),
    }
