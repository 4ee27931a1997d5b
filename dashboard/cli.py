"""The command `relations`: arguments in, exit code out. 0 clean (warnings too), 1 problems found, 2 wrong use."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from dashboard.commands import (
    CLEAN,
    FOUND,
    brief,
    changed,
    check,
    claim,
    compute,
    diff,
    explain,
    export,
    help,
    import_,
    index,
    moved,
    new,
    report,
    schema,
    serve,
    verify,
)
from indicators.problems import ProblemsFound


class Command(Protocol):
    """A module of `dashboard.commands`, named as it is typed: what it does, an example, its arguments, and how it is run."""

    __name__: str
    DOES: str
    EXAMPLE: str

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments of the command."""

    def run(self, given: argparse.Namespace) -> int:
        """Run the command; the exit code is the result. ProblemsFound if there can be no result."""


SHOWING: tuple[Command, ...] = (check, compute, explain, index, moved, claim)
COMMANDS: tuple[Command, ...] = (*SHOWING, schema, verify, serve, new, import_, help, diff, changed, brief, export)
"""All commands, in the order of `relations --help`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is the result."""
    parser = parser_of(COMMANDS)
    given = parser.parse_args(arguments)
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


def name_of(command: Command) -> str:
    """The name of a command as it is typed: that of its module, where `import` may not be one."""
    return command.__name__.rpartition(".")[2].rstrip("_")


def parser_of(commands: Sequence[Command]) -> argparse.ArgumentParser:
    """The parser of all arguments. What it parses has the function to `run`, and all `commands` by name."""
    parser = argparse.ArgumentParser(
        "relations", description="Check, compute, explain and show indicators of the health of a relationship."
    )
    parser.add_argument("--project", type=Path, default=Path(), metavar="DIR", help="folder with config.yaml (default: the current folder)")
    parsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in commands:
        form = argparse.RawDescriptionHelpFormatter
        example = f"example:\n  {command.EXAMPLE}"
        name = name_of(command)
        own = parsers.add_parser(name, help=command.DOES, description=command.DOES, epilog=example, formatter_class=form)
        command.arguments(own)
        own.set_defaults(run=command.run, commands=parsers.choices)
    return parser
