"""`relations verify`: whether the numbers of an exported file, or of a screenshot of one, are those of the project as it is now."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.commands import CLEAN, FOUND, report
from indicators.compute.pipeline import results
from indicators.problems import Place, fault, refused
from indicators.reading.project import DRAWN, Project, open_project

if TYPE_CHECKING:  # loaded only by this command
    from dashboard.export.extract import Found
    from dashboard.export.screenshot import Progress
    from dashboard.export.verify import Verdict

EXAMPLE = "relations verify charts/leader_meetings.png\n  relations verify 'leader_meetings?from=2019' RH-7K3M-9QXP"
PATIENCE = 600.0
"""Seconds after which a search through the history ends; Ctrl+C ends it before."""
WIPE = "\r\x1b[K"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", metavar="FILE|VIEW", help="PNG, SVG, PDF, XLSX, JSON or kit, as exported; or the view printed in a picture")
    parser.add_argument("code", nargs="?", default="", metavar="CODE", help="the code printed behind the view")


def run(given: argparse.Namespace) -> int:
    """Print the verdict; 0 if the numbers are the same. ProblemsFound if the file cannot be read."""
    from dashboard.export.screenshot import is_typed
    from dashboard.export.verify import names_in, verify_file

    is_screenshot = given.code or (is_typed(given.file) and not Path(given.file).exists())
    if is_screenshot:
        project = open_project(given.project)
        verdict = _looked_up(project, given.file, given.code)
    else:
        found = _found(Path(given.file))
        project = open_project(given.project, only=names_in(found), roles=DRAWN)
        verdict = verify_file(results(project), found)
    print("\n".join(verdict.reasons))
    report(project.errors)
    return CLEAN if verdict.same else FOUND


def _found(path: Path) -> "Found":
    from dashboard.export.extract import read_file

    try:
        return read_file(path)
    except OSError as e:
        hint = "name an exported file, or the view and the code that are printed in a picture"
        raise refused(fault("missing-file/exported", hint=hint, why=e.strerror), Place(str(path))) from None


def _looked_up(project: Project, view: str, code: str) -> "Verdict":
    """The verdict on a view and a code; a terminal shows how far the search is."""
    from dashboard.export.screenshot import looked_up
    from dashboard.export.verify import Verdict

    search = looked_up(results(project), project.root, view, code, PATIENCE)
    try:
        for step in search:
            if isinstance(step, Verdict):
                return step
            _draw(step)
    except KeyboardInterrupt:
        return Verdict(None, ("cancelled",))
    finally:
        search.close()
        _draw(None)
    raise AssertionError("a search ends with a verdict")


def _draw(step: "Progress | None") -> None:
    if sys.stderr.isatty():
        print(WIPE + (f"{step.done} of {step.of} {step.what}" if step else ""), end="", file=sys.stderr, flush=True)
