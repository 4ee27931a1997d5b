"""The command `relations`: arguments in, exit code out. 0 clean (warnings too), 1 problems found, 2 wrong use."""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from dashboard.charts.view import View, parse_view
from dashboard.commands import diff, help, new
from dashboard.commands import export as exporting
from dashboard.commands.explain import explained, explained_json
from dashboard.export import sheet
from dashboard.export.verify import verify
from indicators.compute.pipeline import results, series
from indicators.nouns.periods import EARLIEST, FREQUENCIES, LATEST, parse_period, within
from indicators.nouns.series import Query, Series
from indicators.nouns.vocabulary import check_day
from indicators.problems import Place, Problem, ProblemsFound, written
from indicators.reading.project import open_for_names, open_project
from indicators.warnings.run import warnings_of

CLEAN, FOUND, WRONG_USE = 0, 1, 2
PORT = 8050


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is the result."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if not given.project.is_dir():
        parser.error(f"--project {given.project}: there is no such folder")
    try:
        return int(given.run(given))
    except ProblemsFound as e:
        _tell(e.problems)
        return FOUND
    except BrokenPipeError:  # the reader of a pipe has seen enough
        sys.stderr.close()
        return CLEAN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "relations", description="Indicators of the health of a relationship: checked, computed, explained, shown."
    )
    parser.add_argument("--project", type=Path, default=Path(), metavar="DIR", help="folder with config.yaml (default: the current folder)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _command(commands, "check", _check, "read and check everything, report all problems", "relations check --format github").add_argument(
        "--format", choices=["text", "json", "github"], default="text", help="how problems are written"
    )
    _add_compute(commands)
    _add_explain(commands)
    _add_schema(commands)
    _add_verify(commands)
    _add_serve(commands)
    new.arguments(_command(commands, "new", new.run, new.DOES, new.EXAMPLE))
    help.arguments(_command(commands, "help", help.run, help.DOES, help.EXAMPLE), commands.choices)
    diff.arguments(_command(commands, "diff", partial(diff.run, tell=_tell), diff.DOES, diff.EXAMPLE))
    exporting.arguments(_command(commands, "export", partial(exporting.run, tell=_tell), exporting.DOES, exporting.EXAMPLE))
    return parser


def _command(commands: Any, name: str, run: Callable[[argparse.Namespace], int], does: str, example: str) -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    found: argparse.ArgumentParser = commands.add_parser(
        name, help=does, description=does, epilog=f"example:\n  {example}", formatter_class=form
    )
    found.set_defaults(run=run)
    return found


def _add_compute(commands: Any) -> None:
    example = "relations compute summonses --variant journal --frequency triannual --from 2024"
    command = _command(commands, "compute", _compute, "print series: value, coverage, status and rows by period", example)
    command.add_argument("ids", nargs="*", metavar="ID", help="indicator, id@variant or view; all indicators where none is named")
    command.add_argument("--variant", help="the same question under another rule")
    command.add_argument("--frequency", choices=FREQUENCIES, help="instead of the definition's own")
    command.add_argument(
        "--transform", action="append", metavar="T", help="after the definition's own, e.g. rolling_sum:window=12 (repeatable)"
    )
    command.add_argument("--breakdown", metavar="C", help="also by the codes of this column")
    command.add_argument("--from", dest="start", type=_period, metavar="P", help="first period, e.g. 2019 or 2019-03")
    command.add_argument("--to", dest="end", type=_period, metavar="P", help="last period")
    command.add_argument("--as-of", type=_day, metavar="DAY", help="as seen on this day instead of config.yaml's")
    command.add_argument("--format", choices=["csv", "json", "table"], default="csv", help="csv lists row ids, table counts them")


def _add_explain(commands: Any) -> None:
    command = _command(
        commands,
        "explain",
        _explain,
        "say what a number counts, from which rows and sources",
        "relations explain trilateral_meetings@journal 2024-T1",
    )
    command.add_argument("id", metavar="ID", help="indicator, id@variant or view")
    command.add_argument("period", metavar="PERIOD", type=_period, help="2024, 2024-T1, 2024-01 … sets the frequency")
    command.add_argument("--as-of", type=_day, metavar="DAY", help="as seen on this day")
    command.add_argument("--format", choices=["text", "json"], default="text")


def _add_schema(commands: Any) -> None:
    command = _command(
        commands, "schema", _schema, "JSON Schema of the project's YAML files, for editors", "relations schema --write"
    ).add_mutually_exclusive_group()
    which = ["definitions", "descriptors", "config"]
    command.add_argument("which", nargs="?", choices=which, default=which[0], help="the files to describe (default: definitions)")
    command.add_argument("--write", action="store_true", help="write all three where the YAML files point to, and say which changed")


def _add_verify(commands: Any) -> None:
    does = "say whether the numbers of an exported file still hold: 0 the same, 1 changed or not to be known"
    command = _command(commands, "verify", _verify, does, "relations verify charts/leader_meetings.png")
    command.add_argument("file", type=Path, metavar="FILE", help="PNG, SVG, PDF, XLSX, JSON or kit, as exported")


def _add_serve(commands: Any) -> None:
    command = _command(
        commands, "serve", _serve, "show the dashboard; pages follow edits of definitions and tables", "relations serve --port 8051"
    )
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    command.add_argument("--port", type=_port, default=PORT, help=f"1 to 65535 (default: {PORT})")
    command.add_argument("--edit", action="store_true", help="the page Tune may save definition files; on this machine only")


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; write a number from 1 to 65535")
    return int(text)


def _period(text: str) -> str:
    try:
        parse_period(text)
    except ValueError as e:
        raise argparse.ArgumentTypeError(str(e)) from None
    return text


def _day(text: str) -> str:
    try:
        return check_day(text)
    except ValueError as e:
        raise argparse.ArgumentTypeError(str(e)) from None


def _tell(problems: Iterable[Problem], form: str = "text", to: TextIO | None = None) -> None:
    text = written(problems, form)
    print(text, end="" if text.endswith("\n") or not text else "\n", file=to or sys.stderr)


# ---- the commands ----


def _check(given: argparse.Namespace) -> int:
    try:
        project = open_project(given.project)
        problems = sorted({*project.problems, *warnings_of(project)})
    except ProblemsFound as e:
        project, problems = None, sorted(e.problems)
    _tell(problems, given.format, sys.stdout)
    errors = sum(p.level == "error" for p in problems)
    if given.format == "text":
        what = f"{len(project.tables)} tables and {len(project.definitions)} indicators are good" if project else "nothing could be read"
        warnings = len(problems) - errors
        print(f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}; {what}")
    return FOUND if errors else CLEAN


def _compute(given: argparse.Namespace) -> int:
    project = open_project(given.project)
    views = [_with_options(parse_view(text), given) for text in given.ids or project.definitions]
    found, problems = [], [p for p in project.problems if p.level == "error"]
    said: dict[str, None] = {}
    for view in views:
        try:
            asked = series(project, view.query)
            beside = view.compared(asked.frequency)
            several = [asked, *([series(project, beside)] if beside else [])]
            records = [record for one in several for record in sheet.records(_within(one, view))]
            found += records
            said |= {note: None for note in asked.notes if note not in asked.definition.notes}
            if not records:
                said[f"{view.text}: the series has no period there"] = None
        except ProblemsFound as e:
            problems += e.problems
    if found or not problems:
        write = {"csv": lambda r: sheet.as_csv(r, parts=any("part" in one for one in r)), "json": sheet.as_json, "table": sheet.as_text}[
            given.format
        ]
        print(write(found), end="")
    for note in said:
        print(f"note: {note}", file=sys.stderr)
    _tell(problems)
    return FOUND if problems else CLEAN


def _with_options(view: View, given: argparse.Namespace) -> View:
    names = ("variant", "frequency", "breakdown", "start", "end", "as_of")
    chosen = {name: getattr(given, name) for name in names if getattr(given, name)}
    if given.transform:
        chosen["transform"] = tuple(given.transform)
    return replace(view, **chosen)


def _within(found: Series, view: View) -> Series:
    """The series, cut to the view's window."""
    first, _ = within(view.start or str(EARLIEST), found.frequency)
    _, last = within(view.end or str(LATEST), found.frequency)
    return found.between(first, last)


def _explain(given: argparse.Namespace) -> int:
    project = open_project(given.project)
    period, frequency = parse_period(given.period)
    view = parse_view(given.id)
    if view.breakdown or view.other:
        message = "one number is explained: that of the whole, of one indicator"
        raise ProblemsFound([Problem(Place("view"), "wrong-value", message, "leave breakdown and with out of the view")])
    asked = Query(view.indicator, view.variant, frequency, view.transform, None, given.as_of or view.as_of)
    found = series(project, asked)
    if period not in found.values.index:
        labels = list(found.values["label"])
        hint = f"the series runs from {labels[0]} to {labels[-1]}" if labels else "the series is empty"
        raise ProblemsFound([Problem(Place("query"), "unknown-period", f"{view.indicator!r} has no period {given.period!r}", hint)])
    write = explained_json if given.format == "json" else explained
    print(write(project, found, period), end="")
    errors = [p for p in project.problems if p.level == "error"]
    _tell(errors)
    return FOUND if errors else CLEAN


def _schema(given: argparse.Namespace) -> int:
    from indicators.schema import writing

    project = open_for_names(given.project)
    if given.write:
        for path, changed in writing.write(project):
            print(f"{'written' if changed else 'up to date'}: {path}")
    else:
        print(writing.as_text(writing.schema_of(given.which, project)), end="")
    _tell(project.unread)
    return FOUND if project.unread else CLEAN


def _verify(given: argparse.Namespace) -> int:
    from dashboard.export.embed import read_record

    try:
        kept = read_record(given.file)
    except OSError as e:
        message = f"the file cannot be read: {e.strerror}"
        raise ProblemsFound([Problem(Place(str(given.file)), "missing-file", message, "name an exported file")]) from None
    project = open_project(given.project)
    verdict = verify(results(project), kept)
    print("\n".join(verdict.said))
    _tell(p for p in project.problems if p.level == "error")
    return CLEAN if verdict.same else FOUND


def _serve(given: argparse.Namespace) -> int:
    from dashboard.commands.serve import serve
    from dashboard.pages.tune.routes import LOOPBACK

    if given.edit and given.host not in LOOPBACK:
        print(f"relations serve: --edit works on this machine only ({', '.join(LOOPBACK)}), not on {given.host}", file=sys.stderr)
        return WRONG_USE
    return serve(given.project, given.host, given.port, edit=given.edit)
