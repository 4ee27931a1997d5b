"""`relations schema`: JSON Schema of a project's YAML files for editors, printed or written next to them."""

import argparse

from dashboard.commands import CLEAN, FOUND, report

EXAMPLE = "relations schema --write"
FILES = ("definitions", "descriptors", "config")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    either = parser.add_mutually_exclusive_group()
    either.add_argument("which", nargs="?", choices=FILES, default=FILES[0], help="the files to describe (default: definitions)")
    either.add_argument(
        "--write", action="store_true", help="write all three to the paths that the YAML files name, and list which changed"
    )


def run(given: argparse.Namespace) -> int:
    """Print or write the schema, as far as the project can be read; 1 if parts of it cannot."""
    from indicators import schema  # loaded only by this command
    from indicators.reading.project import open_for_names

    project = open_for_names(given.project)
    if given.write:
        for path, changed in schema.write(project):
            print(f"{'written' if changed else 'up to date'}: {path}")
    else:
        print(schema.as_text(schema.schema_of(given.which, project)), end="")
    report(project.unread)
    return FOUND if project.unread else CLEAN
