"""`relations export` as it is typed: its arguments, and what is said of the files."""

import argparse
from collections.abc import Callable
from pathlib import Path

from dashboard.export.output import PRESETS
from indicators.problems import Problem

DOES = "make files of charts: pictures, tables, or a kit for a memo"
EXAMPLE = "relations export 'summonses?frequency=triannual&from=2019' --format png --output charts"
FORMATS = {
    "png": "picture for documents and slides",
    "svg": "vectors, text as text",
    "pdf": "vectors, one page",
    "csv": "the numbers drawn",
    "xlsx": "numbers, rows, definition",
    "json": "full record",
    "kit": "a zip of png, svg, pdf, csv, json, caption, alternative text, citations",
}


def arguments(command: argparse.ArgumentParser) -> None:
    """What the command takes."""
    command.add_argument(
        "views",
        nargs="*",
        metavar="ID|VIEW",
        help="indicator, id@variant or view; where none is named all indicators, each by its main rule",
    )
    command.add_argument("--variants", action="store_true", help="also each variant of the indicators named (or of all)")
    told = "; ".join(f"{name}: {what}" for name, what in FORMATS.items())
    command.add_argument("--format", choices=FORMATS, default="png", help=f"{told} (default: png)")
    command.add_argument("--output", type=Path, required=True, metavar="DIR", help="folder for the files; made if needed, files replaced")
    sizes = "; ".join(f"{preset.name}: {preset.about}" for preset in PRESETS.values())
    command.add_argument("--preset", choices=PRESETS, default="memo", help=f"{sizes} (default: memo)")


def run(given: argparse.Namespace, tell: Callable[[list[Problem]], None]) -> int:
    """Make the files, print each on stdout, `tell` the problems; 0 where all were made, else 1."""
    from dashboard.export.batch import Order, files  # what draws takes its time to load, and only this command needs it

    clean = True
    order = Order(given.project, tuple(given.views), given.variants, given.format, given.preset, given.output)
    for found in files(order):
        if isinstance(found, Problem):
            clean = False
            tell([found])
        else:
            print(found, flush=True)
    return 0 if clean else 1
