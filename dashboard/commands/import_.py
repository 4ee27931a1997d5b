"""`relations import`: a file as it was published to a tidy table with its descriptor; shows the plan, and writes it with --write."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dashboard.commands import CLEAN, FOUND, day_of, report
from indicators.problems import in_one_line

if TYPE_CHECKING:
    from indicators.reading.importing.newer import Newer
    from indicators.reading.importing.plan import Plan

EXAMPLE = "relations import downloads/travellers.xlsx --name travellers --write"
SHOWN, LISTED = 5, 10
"""Rows of the table, and rows that change, that the plan shows."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the file as it was published; for a package its datapackage.json")
    parser.add_argument(
        "--write", action="store_true", help="write the table, its descriptor and the original; otherwise only show the plan"
    )
    parser.add_argument("--name", default="", metavar="T", help="name of the table (default: that of the file)")
    meaning = parser.add_argument_group("what the file does not say")
    meaning.add_argument("--kind", choices=["events", "observations", "reference"], help="what a row is")
    meaning.add_argument("--time", default="", metavar="COLUMN", help="the column that places a row in time")
    meaning.add_argument("--key", type=_names, default=(), metavar="A,B", help="the columns that name a row; `row` numbers the rows")
    meaning.add_argument("--date", default="", metavar="FORMAT", help="how days are written, as in '%%d/%%m/%%Y', or `serial`")
    meaning.add_argument("--decimal", default="", choices=[".", ","], metavar="SIGN", help="the sign for decimals: . or ,")
    meaning.add_argument("--missing", action="append", default=[], metavar="MARK", help="what a cell without a value holds; repeatable")
    meaning.add_argument("--text", type=_names, default=(), metavar="A,B", help="columns that are text, whatever they look like")
    meaning.add_argument("--fill", type=_names, default=(), metavar="A,B", help="columns whose names also hold for the empty cells below")
    meaning.add_argument("--recorded", type=day_of, metavar="DAY", help="the day of this release, where releases are kept")
    meaning.add_argument("--gone", choices=["keep", "remove"], help="what happens to rows that a newer file no longer has")
    form = parser.add_argument_group("where the table is in the file")
    form.add_argument("--sheet", default="", metavar="NAME", help="the sheet of a workbook, or the table of a package")
    form.add_argument("--header", type=_lines, default=(), metavar="N[-M]", help="the line or lines with the names of the columns")
    form.add_argument("--skip", type=_lines, default=(), metavar="N,M", help="lines to leave out")
    form.add_argument("--drop", type=_names, default=(), metavar="A,B", help="columns to leave out, also all below a name")
    form.add_argument("--where", type=_choice, action="append", default=[], metavar="COLUMN=VALUE", help="only rows with this value")
    form.add_argument("--encoding", default="", metavar="NAME", help="the encoding of a text that is not UTF-8, as in cp1252")


def _names(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


def _lines(text: str) -> tuple[int, ...]:
    try:
        parts = [one.partition("-") for one in text.split(",")]
        return tuple(n for first, _, last in parts for n in range(int(first), int(last or first) + 1))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a line number, as in 3, 3-4 or 5,7") from None


def _choice(text: str) -> tuple[str, str]:
    column, sign, value = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"{text!r} is not COLUMN=VALUE")
    return column, value


def run(given: argparse.Namespace) -> int:
    """Show the plan; write it where that is asked and `check` would find nothing new. 1 where it would."""
    from indicators.reading.importing.options import Options  # loaded only by this command
    from indicators.reading.importing.plan import command_of, planned, write

    said = {key: getattr(given, key) for key in Options._fields if getattr(given, key)}
    options = Options(**{**said, "where": dict(given.where), "missing": tuple(given.missing)})
    plan = planned(given.project, given.file, options, command_of(given.file, _said(given, Options._fields)))
    print("\n".join(map(in_one_line, in_words(plan))))
    errors = [one for one in plan.problems if one.level == "error"]
    report(errors)
    if errors:
        print("nothing was written: with this table the check would find what is listed", file=sys.stderr)
        return FOUND
    if given.write and plan.files:
        write(given.project, plan)
        print("written; `relations check` finds nothing new. `relations schema --write` tells editors of the table")
    elif plan.files:
        print("nothing was written yet: add --write")
    return CLEAN


def _said(given: argparse.Namespace, options: Sequence[str]) -> list[str]:
    """The options as they were typed, to be repeated for a newer file."""
    said = []
    for key in options:
        value = getattr(given, key)
        for one in value if key == "where" else [(key, mark) for mark in value] if key == "missing" else [(key, value)]:
            text = ",".join(map(str, one[1])) if isinstance(one[1], tuple) else str(one[1] or "")
            said += [f"--{key}", f"{one[0]}={text}" if key == "where" else text] if text and key != "gone" else []
    return said


def in_words(plan: "Plan") -> Iterator[str]:
    """The plan as lines: how the file was read, columns, key, first rows, and what is written."""
    from indicators.reading.importing.newer import as_csv

    proposal = plan.proposal
    yield f"{proposal.file}: {len(proposal.laid.lines):,} rows of {len(proposal.columns)} columns, a table of {proposal.kind}"
    yield from (f"  {remark}" for remark in proposal.remarks)
    yield "columns"
    width = max(len(name) for name in proposal.header)
    yield from (f"  {column.name:<{width}}  {column.words}" for column in proposal.columns)
    yield f"key   {', '.join(proposal.key)}"
    yield f"time  {proposal.time.name if proposal.time else 'none'}"
    yield "first rows"
    yield from (f"  {line}" for line in as_csv(proposal.header, proposal.rows[:SHOWN]).splitlines())
    if plan.newer:
        yield from _changes(plan.newer, proposal.table)
    if plan.files:
        yield "files"
        yield from (f"  {name}" for name in plan.files)


def _changes(newer: "Newer", table: str) -> Iterator[str]:
    """What a newer file does to a table, row by row as far as a person reads."""
    if newer.is_same:
        yield f"the table {table} already says what the file says"
        return
    yield f"the table {table} is there: {len(newer.added)} rows are new, {len(newer.changed)} change, {len(newer.gone)} are not in the file"
    yield from _listed("new", newer.added)
    yield from _listed("changed", [f"{one.key}: {_cells(one.cells)}" for one in newer.changed])
    yield from _listed("not in the file", newer.gone)


def _cells(cells: dict[str, tuple[str, str]]) -> str:
    return ", ".join(f"{column} {before or 'empty'} -> {after or 'empty'}" for column, (before, after) in cells.items())


def _listed(words: str, rows: Sequence[str]) -> Iterator[str]:
    yield from (f"  {words}: {row}" for row in rows[:LISTED])
    if len(rows) > LISTED:
        yield f"  {words}: and {len(rows) - LISTED:,} more"
