"""The command `relations`: arguments in, exit code out. 0 clean (warnings too), 1 problems found, 2 wrong use."""

import argparse
import atexit
import gc
import importlib
import keyword
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, cast

from dashboard.commands import CLEAN, FOUND, report
from indicators.problems import Place, Problem, ProblemsFound, fault


class CommandModule(Protocol):
    """A module of `dashboard.commands`, named as it is typed: an example, the arguments of the command, and how it is run."""

    EXAMPLE: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments of the command."""

    def run(self, given: argparse.Namespace) -> int:
        """Run the command; the exit code is the result. ProblemsFound if there can be no result."""


class Command(NamedTuple):
    """A command as it is typed, and what it does. This is all that the list of commands needs: most modules are slow to load."""

    name: str
    does: str

    def module(self) -> CommandModule:
        """The module of the command, where `import` may not be the name of one."""
        name = f"{self.name}_" if keyword.iskeyword(self.name) else self.name
        return cast("CommandModule", importlib.import_module(f"dashboard.commands.{name}"))


COMMANDS = (
    Command("check", "read and check everything, and report all problems"),
    Command("compute", "print series: value, coverage, status and rows by period"),
    Command("explain", "show what a number counts, and the rows and sources behind it"),
    Command("index", "show a composite with its interval, its parts, and how much of the evidence it rests on"),
    Command("moved", "show what moved a composite between two periods, part by part"),
    Command("claim", "list what may be said of the latest value, with the condition of each claim"),
    Command("alert", "show which indicators are beyond the thresholds of their definitions; exit code 0 if none, 3 alert, 4 no data"),
    Command("schema", "print or write the JSON Schema of the project's YAML files, for editors"),
    Command(
        "verify",
        "check whether the numbers of an exported file or a screenshot still hold; exit code 0 if they do, 1 if changed or unverifiable",
    ),
    Command("serve", "show the dashboard; pages follow edits of definitions and tables"),
    Command("new", "create a small working project for another relationship, to adapt step by step"),
    Command(
        "import", "make a table and its descriptor from a file as it was published: CSV, TSV, XLSX, Parquet, SDMX-CSV, datapackage.json"
    ),
    Command("help", "explain a problem code and how to fix it, with an example; list all codes if none is named"),
    Command(
        "diff",
        "show what a change of definitions or data does to the numbers; exit code 0 if nothing, 1 if numbers changed or there are errors",
    ),
    Command(
        "changed", "list the numbers that moved, the rows that are new or corrected, and the due dates passed since a day or a git revision"
    ),
    Command("brief", "write the briefing of a period: statements with their rules, what was not said, what lay ahead, the chronology"),
    Command("export", "export charts as pictures, tables, or a kit for a memo"),
    Command("publish", "write the pages as a folder of files that need no server: charts as pictures, tables, rows, rules"),
)
"""All commands, in the order of `relations --help`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is the result."""
    atexit.register(_leave)
    words = sys.argv[1:] if arguments is None else arguments
    parser = parser_of(words)
    given = parser.parse_args(words)
    if not given.project.is_dir():
        parser.error(f"--project {given.project}: no such folder")
    try:
        return int(given.run(given))
    except ProblemsFound as e:
        report(e.problems)
        return FOUND
    except BrokenPipeError:  # the other end of a pipe was closed
        sys.stderr.close()
        return CLEAN
    except OSError as e:  # of temporary files too, whichever command needs them
        report([_refusal(e)])
        return FOUND


def _leave() -> None:
    """What is left is not searched for garbage, which takes 0.2 s; but DuckDB would complain of it."""
    if "duckdb" not in sys.modules:
        gc.freeze()


def _refusal(error: OSError) -> Problem:
    """What the system refuses."""
    hint = "make space, or name a folder for temporary files in TMPDIR; each file that is there is whole"
    return fault("not-written/system", hint=hint, path=error.filename or "a temporary file", why=error.strerror or error).at(
        Place("system")
    )


def parser_of(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of `words`. What it parses has the function to `run`, and all `commands` by name.

    Only a command that is among the words can be the one typed: the modules of the others are not loaded.
    """
    parser = argparse.ArgumentParser(
        "relations", description="Check, compute, explain and show indicators of the health of a relationship."
    )
    parser.add_argument("--project", type=Path, default=Path(), metavar="DIR", help="folder with config.yaml (default: the current folder)")
    parsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        form = argparse.RawDescriptionHelpFormatter
        own = parsers.add_parser(command.name, help=command.does, description=command.does, formatter_class=form)
        if command.name in words:
            module = command.module()
            own.epilog = f"example:\n  {module.EXAMPLE}"
            module.arguments(own)
            own.set_defaults(run=module.run, commands=parsers.choices)
    return parser
