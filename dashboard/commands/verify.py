"""`relations verify`: whether the numbers of an exported file are those of the project as it is now."""

import argparse
from pathlib import Path

from dashboard.commands import CLEAN, FOUND, report
from indicators.compute.pipeline import results
from indicators.problems import Place, fault, refused
from indicators.reading.project import open_project

DOES = "check whether the numbers of an exported file still hold; exit code 0 if they do, 1 if changed or unverifiable"
EXAMPLE = "relations verify charts/leader_meetings.png"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="PNG, SVG, PDF, XLSX, JSON or kit, as exported")


def run(given: argparse.Namespace) -> int:
    """Print the verdict; 0 if the numbers are the same. ProblemsFound if the file cannot be read."""
    from dashboard.export.embed import read_record  # loaded only by this command
    from dashboard.export.verify import verify

    try:
        kept = read_record(given.file)
    except OSError as e:
        raise refused(fault("missing-file/exported", hint="name an exported file", why=e.strerror), Place(str(given.file))) from None
    project = open_project(given.project)
    verdict = verify(results(project), kept)
    print("\n".join(verdict.reasons))
    report(p for p in project.problems if p.level == "error")
    return CLEAN if verdict.same else FOUND
