"""`relations schema`: what editors need to know of a project's YAML files, printed or written beside them."""

import argparse

from dashboard.commands import CLEAN, FOUND, report

DOES = "JSON Schema of the project's YAML files, for editors"
EXAMPLE = "relations schema --write"
FILES = ("definitions", "descriptors", "config")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    either = parser.add_mutually_exclusive_group()
    either.add_argument("which", nargs="?", choices=FILES, default=FILES[0], help="the files to describe (default: definitions)")
    either.add_argument("--write", action="store_true", help="write all three where the YAML files point to, and say which changed")


def run(given: argparse.Namespace) -> int:
    """Print or write the schema, as far as the project's faults allow; 1 where it has some."""
    from indicators import schema  # only this command needs what it loads
    from indicators.reading.project import open_for_names

    project = open_for_names(given.project)
    if given.write:
        for path, changed in schema.write(project):
            print(f"{'written' if changed else 'up to date'}: {path}")
    else:
        print(schema.as_text(schema.schema_of(given.which, project)), end="")
    report(project.unread)
    return FOUND if project.unread else CLEAN
