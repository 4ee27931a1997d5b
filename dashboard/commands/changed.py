"""`relations changed`: numbers that moved, rows that are new or corrected, and due dates that have passed since a day or a revision."""

import argparse
from collections.abc import Iterable
from typing import Any

from dashboard.commands import done, format_argument
from dashboard.export.output import json_text
from dashboard.words import changed as words
from dashboard.words.changed import Changed, Item, changed_since
from indicators.compute.pipeline import results
from indicators.nouns.series import Results
from indicators.reading.project import open_project

EXAMPLE = "relations changed --since 2026-10-01"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    which = "a day (2026-10-01) or a git revision (default: before the last change of the data; without git, 90 days)"
    parser.add_argument("--since", default="", metavar="DAY|REV", help=which)
    format_argument(parser)


def run(given: argparse.Namespace) -> int:
    """Print what changed; 1 if the project has errors. ProblemsFound if there is no such revision."""
    project = open_project(given.project)
    made = results(project)
    changed = changed_since(project, made, given.since)
    print(as_json(changed, made) if given.format == "json" else as_text(changed, made), end="")
    return done(project)


def as_text(changed: Changed, made: Results) -> str:
    """Lines: the numbers, the rows of each table, and what was due."""
    lines = [changed.title]
    if changed.revision:
        lines += ["", "numbers", *_listed(words.number_items(changed), "no number changed")]
    lines += ["", "rows", *_listed(words.row_counts(changed, made), "no row")]
    for one in words.row_counts(changed, made):
        lines += ["", one.title, *(f"  {row}: {text}" for row, text in words.rows_in_words(changed, made, one.table))]
    return "\n".join([*lines, "", "due since", *_listed(words.passed_items(changed.passed), "nothing")]) + "\n"


def _listed(items: Iterable[Item], empty: str) -> list[str]:
    return [f"  {one.title}: {one.text}" for one in items] or [f"  {empty}"]


def as_json(changed: Changed, made: Results) -> str:
    """The same as a JSON object, with every row and cell."""
    rows: list[dict[str, Any]] = [
        {"table": r.table, "row": r.row, "kind": r.kind, "cells": [cell._asdict() for cell in r.cells]} for r in changed.rows
    ]
    rows += [
        {"table": r.table, "row": r.row, "kind": "recorded" if r.recorded else "dated", "day": r.day.isoformat()} for r in changed.dated
    ]
    record = {
        "since": changed.day.isoformat(),
        "revision": changed.revision.commit if changed.revision else None,
        "as_of": made.config.as_of,
        "numbers": [{"indicator": one.indicator, "title": one.title, "text": one.text} for one in words.number_items(changed)],
        "rows": rows,
        "due": [{"name": c.name, "from": c.start.isoformat(), "to": c.end.isoformat(), "row": c.row} for c in changed.passed],
    }
    return json_text(record)
