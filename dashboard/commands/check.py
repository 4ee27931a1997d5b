"""`relations check`: every problem of a project, errors and warnings."""

import argparse
import sys

from dashboard.commands import CLEAN, FOUND, report
from indicators.problems import ProblemsFound
from indicators.reading.files import uncollected
from indicators.reading.project import open_project
from indicators.warnings.run import warnings_of

EXAMPLE = "relations check --format github"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--format", choices=["text", "json", "github"], default="text", help="how problems are printed")


def run(given: argparse.Namespace) -> int:
    """Print all problems and, as text, their number; 1 if any of them is an error."""
    try:
        with uncollected():
            project = open_project(given.project)
            problems = sorted({*project.problems, *warnings_of(project, processes=2)})
    except ProblemsFound as e:
        project, problems = None, sorted(e.problems)
    report(problems, given.format, sys.stdout)
    errors = sum(p.level == "error" for p in problems)
    if given.format == "text":
        read = f"{len(project.tables)} tables and {len(project.definitions)} indicators are valid" if project else "nothing could be read"
        warnings = len(problems) - errors
        print(f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}; {read}")
    return FOUND if errors else CLEAN
