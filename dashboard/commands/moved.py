"""`relations moved`: what moved a composite between two periods, part by part, real changes apart from parts that came or went."""

import argparse
from typing import Any

from dashboard.commands import done, period_of
from dashboard.commands.index import Asked, add_composite, asked_for, number_or_none, place_of
from dashboard.export.output import json_text
from dashboard.export.sheet import sheet_csv
from dashboard.words import composite as words
from dashboard.words import numbers
from indicators.compute.composite import moved
from indicators.nouns.index import Bar, Index, Moved
from indicators.nouns.periods import parse_period
from indicators.problems import Place, fault, refused

EXAMPLE = "relations moved 2024-T3 2025-T3 relations_health"
ABOUT = ("composite", "recipe", "from", "to", "pillar", "part", "title")
COLUMNS = (*ABOUT, "real", "composition", "before", "after", "clip", "entered", "left")
MOST_LISTED = 12
"""Rows that are named; json names all."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("start", metavar="FROM", type=period_of, help="the earlier period, e.g. 2024-T3; sets the frequency")
    parser.add_argument("end", metavar="TO", type=period_of, help="the later period, of the same length")
    add_composite(parser)


def run(given: argparse.Namespace) -> int:
    """Print what moved it; 1 if the project has errors. ProblemsFound if there is no such composite or period."""
    (start, frequency), (end, other) = parse_period(given.start), parse_period(given.end)
    if frequency != other:
        hint = "write both as years, as months, or as other periods of one length"
        raise refused(fault("wrong-value/lengths", hint=hint, start=given.start, end=given.end), Place("query"))
    if start > end:
        raise refused(fault("wrong-value/window", hint="swap the two", start=given.start, end=given.end), Place("query"))
    asked = asked_for(given)
    index = asked.computed(frequency)
    change = moved(index, *(place_of(index, asked.definition, text) for text in (given.start, given.end)))
    write = {"text": as_text, "csv": as_csv, "json": as_json}[given.format]
    print(write(asked, index, change), end="")
    return done(asked.project)


def as_text(asked: Asked, index: Index, change: Moved) -> str:
    """The change in a sentence, and each part under its pillar, with the rows that entered and left."""
    lines = [words.moved_words(change, asked.definition, published=asked.recipe is None)]
    for end in (change.start, change.end):
        if reason := index.values["reason"][end]:
            lines.append(f"{index.label(end)}: {reason}.")
    pillar = ""
    for bar in change.bars:
        if bar.pillar != pillar and bar.pillar in index.recipe.groups:
            lines += ["", words.named(bar.pillar, index.recipe.groups[bar.pillar], asked.results)]
        pillar = bar.pillar
        lines += [f"  {bar.title}: {words.bar_words(bar)}"]
        lines += [f"    {heading}: {_listed(rows)}" for heading, rows in (("entered", bar.entered), ("left", bar.left)) if rows]
    if change.bars:
        lines += ["", f"sum of the real changes   {words.points(change.real, signed=True)}"]
        lines += [f"parts that came or went   {words.points(change.composition, signed=True)}"]
        lines += [f"change                    {words.points(change.total, signed=True)}"]
    return "\n".join(lines) + "\n"


def _listed(rows: tuple[str, ...]) -> str:
    more = f" and {len(rows) - MOST_LISTED} more" if len(rows) > MOST_LISTED else ""
    return " ".join(rows[:MOST_LISTED]) + more


def _record(bar: Bar) -> dict[str, Any]:
    own = bar._asdict()
    return {key: number_or_none(own[key]) if isinstance(own[key], float) else own[key] for key in own} | {"words": words.bar_words(bar)}


def as_csv(asked: Asked, index: Index, change: Moved) -> str:
    """A line for each part."""
    about = {"composite": asked.definition.name, "recipe": asked.recipe_name}
    about |= {"from": index.label(change.start), "to": index.label(change.end)}
    rows = [about | _record(bar) | {"entered": len(bar.entered), "left": len(bar.left)} for bar in change.bars]
    return sheet_csv(COLUMNS, ([row[key] for key in COLUMNS] for row in rows))


def as_json(asked: Asked, index: Index, change: Moved) -> str:
    """The change and its parts as a JSON object."""
    ends = {"from": index.label(change.start), "to": index.label(change.end)}
    sums = {key: number_or_none(getattr(change, key)) for key in ("before", "after", "total")}
    sums |= {key: getattr(change, key) if change.bars else None for key in ("real", "composition")}
    said = words.moved_words(change, asked.definition, published=asked.recipe is None)
    about = {"composite": asked.definition.name, "title": numbers.titled(asked.definition), "recipe": asked.recipe_name}
    return json_text({**about, **ends, **sums, "sentence": said, "bars": [_record(bar) for bar in change.bars]})
