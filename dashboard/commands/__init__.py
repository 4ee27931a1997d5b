"""The commands of `relations`, one module each, named as typed, and what they share. `COMMANDS` in `dashboard/cli.py` lists them."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TextIO, TypeVar

from indicators.problems import Problem, written

if TYPE_CHECKING:  # slow to load, and no list of commands needs it
    from dashboard.charts.view import View
    from indicators.reading.project import Project

CLEAN, FOUND, WRONG_USE = 0, 1, 2
"""Exit codes: no errors (warnings at most), problems were found, the command was used wrongly."""
WIDTH = 24
"""Characters of the progress bar."""
WIPE = "\r\x1b[2K"
"""Empties the line of a terminal."""
T = TypeVar("T")


def with_bar(steps: Iterable[T], whole: int) -> Iterator[T]:
    """The steps of long work; on a terminal a bar shows how many are done while the next is made."""

    def draw(done: int | None) -> None:
        if sys.stderr.isatty():
            full = WIDTH * (done or 0) // max(whole, 1)
            bar = WIPE if done is None else f"[{'█' * full}{'·' * (WIDTH - full)}] {done}/{whole}"
            print(bar, end="", file=sys.stderr, flush=True)

    try:
        draw(0)
        for done, step in enumerate(steps, 1):
            draw(None)
            yield step
            draw(done)
    finally:
        draw(None)


def report(problems: Iterable[Problem], form: str = "text", to: TextIO | None = None) -> None:
    """Print problems, to stderr by default."""
    text = written(problems, form)
    print(text, end="" if text.endswith("\n") or not text else "\n", file=to or sys.stderr)


def done(project: "Project") -> int:
    """Report the errors of a project; the exit code."""
    report(project.errors)
    return FOUND if project.errors else CLEAN


def format_argument(parser: argparse.ArgumentParser) -> None:
    """Add the choice between text and JSON."""
    parser.add_argument("--format", choices=["text", "json"], default="text", help="text to read (default), json for programs")


def of_today(view: "View", formerly: Mapping[str, str]) -> "View":
    """The view under the names of today; a note on stderr where they are others. `formerly`: former names -> names."""
    now = view.renamed(formerly)
    for before, after in ((view.query.name, now.query.name), (view.other, now.other)):
        if before != after:
            print(f"note: {before} is now called {after}", file=sys.stderr)
    return now


def period_of(text: str) -> str:
    """A period as it is typed. ArgumentTypeError if it is not one."""
    from indicators.nouns.periods import parse_period  # slow to load

    try:
        parse_period(text)
    except ValueError as e:
        raise argparse.ArgumentTypeError(str(e)) from None
    return text


def day_of(text: str) -> str:
    """A day as it is typed. ArgumentTypeError if it is not one."""
    from indicators.nouns.vocabulary import check_day  # slow to load

    try:
        return check_day(text)
    except ValueError as e:
        raise argparse.ArgumentTypeError(str(e)) from None
