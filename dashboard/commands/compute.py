"""`relations compute`: series as tables, by indicator or view."""

import argparse
import sys
from dataclasses import replace
from typing import Any

from dashboard.charts.view import View, parse_view
from dashboard.commands import CLEAN, FOUND, day_of, of_today, period_of, report
from dashboard.export import sheet
from indicators.compute.pipeline import series
from indicators.nouns.periods import EARLIEST, FREQUENCIES, LATEST, within
from indicators.nouns.series import Series
from indicators.problems import ProblemsFound
from indicators.reading.project import Project, open_project

EXAMPLE = "relations compute summonses --variant journal --frequency triannual --from 2024"
CHOICES = ("variant", "frequency", "breakdown", "start", "end", "as_of")
"""Options that set the part of a view that has the same name."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("ids", nargs="*", metavar="ID", help="indicator, id@variant or view (default: all indicators)")
    parser.add_argument("--variant", help="variant of the indicators: the same question under another rule")
    parser.add_argument("--frequency", choices=FREQUENCIES, help="frequency instead of the definition's own")
    step = "step to apply after the definition's own, e.g. rolling_sum:window=12 (repeatable)"
    parser.add_argument("--transform", action="append", metavar="T", help=step)
    parser.add_argument("--breakdown", metavar="C", help="also split by the codes of this column")
    parser.add_argument("--from", dest="start", type=period_of, metavar="P", help="first period, e.g. 2019 or 2019-03")
    parser.add_argument("--to", dest="end", type=period_of, metavar="P", help="last period")
    parser.add_argument("--as-of", type=day_of, metavar="DAY", help="as of this day instead of the day in config.yaml")
    parser.add_argument("--format", choices=["csv", "json", "table"], default="csv", help="csv (default), json, or a table to read")
    parser.add_argument("--ids", dest="with_ids", action="store_true", help="csv and json: also list the ids of the rows")


def run(given: argparse.Namespace) -> int:
    """Print a record for each period, and notes and problems on stderr; 1 if something could not be computed."""
    views = [_with_options(parse_view(text), given) for text in given.ids]
    project = open_project(given.project, only={name for view in views for name in view.names} if views else None)
    records: list[dict[str, Any]] = []
    notes: dict[str, None] = {}
    problems = list(project.errors)
    for view in [of_today(view, project.formerly) for view in views or [_with_options(View(one), given) for one in project.definitions]]:
        try:
            own_records, own_notes = _computed(project, view, given.with_ids)
            records += own_records
            notes |= dict.fromkeys(own_notes)
        except ProblemsFound as e:
            problems += e.problems
    if records or not problems:
        print(_written(records, given.format, given.with_ids), end="")
    for note in notes:
        print(f"note: {note}", file=sys.stderr)
    report(problems)
    return FOUND if problems else CLEAN


def _with_options(view: View, given: argparse.Namespace) -> View:
    chosen = {name: getattr(given, name) for name in CHOICES if getattr(given, name)}
    if given.transform:
        chosen["transform"] = tuple(given.transform)
    return parse_view(replace(view, **chosen).text)  # whatever a view may not say, options may not either


def _computed(project: Project, view: View, ids: bool) -> tuple[list[dict[str, Any]], list[str]]:
    """The records of a view, with those of the series it is compared with, and notes about them."""
    asked = series(project, view.query)
    other = view.compared(asked.frequency)
    several = [asked, *([series(project, other)] if other else [])]
    records = [record for one in several for record in sheet.records(_within(one, view), ids=ids)]
    notes = [note for note in asked.notes if note not in asked.definition.notes]
    return records, notes if records else [*notes, f"{view.text}: the series has no period in this window"]


def _within(whole: Series, view: View) -> Series:
    """The series, cut to the view's window."""
    first, _ = within(view.start or str(EARLIEST), whole.frequency)
    _, last = within(view.end or str(LATEST), whole.frequency)
    return whole.between(first, last)


def _written(records: list[dict[str, Any]], form: str, ids: bool) -> str:
    if form == "csv":
        return sheet.as_csv(records, parts=any("part" in one for one in records), ids=ids)
    return sheet.as_json(records) if form == "json" else sheet.as_text(records)
