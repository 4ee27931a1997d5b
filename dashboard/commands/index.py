"""`relations index`: a composite with its interval, what it is made of, and how much of the evidence it rests on."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from pathlib import Path
from typing import Any, NamedTuple

from dashboard.charts.view import View, parse_view
from dashboard.commands import day_of, done, of_today, period_of
from dashboard.export.output import json_text
from dashboard.export.sheet import sheet_csv
from dashboard.words import composite as words
from dashboard.words import numbers
from indicators.compute.composite import index_of, title_of
from indicators.compute.interval import Interval, interval
from indicators.compute.pipeline import results
from indicators.nouns.composite import CompositeOf, NodeOf, weights_of
from indicators.nouns.definition import Definition
from indicators.nouns.index import Index
from indicators.nouns.periods import EARLIEST, LATEST, Frequency, parse_period, within
from indicators.nouns.series import Query, Results
from indicators.nouns.stores import Ids
from indicators.nouns.vocabulary import STATUSES
from indicators.problems import Place, fault, refused
from indicators.reading.project import Project, open_project
from indicators.reading.recipe import read_recipe
from indicators.suggestions import suggest

EXAMPLE = "relations index relations_health --period 2025-T3"
FEWEST, MOST = 100, 100_000
"""Recipes that may be drawn."""
REAL = "real_change"
"""Against a year before, on the parts that report both times; what came or went is no part of it."""
COLUMNS = ("composite", "recipe", "period", "frequency", "value", "low", "high", "higher", REAL, "observed", "parts", "of", "status")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_composite(parser)
    parser.add_argument("--period", type=period_of, metavar="P", help="this period instead of the newest with a value; sets the frequency")
    parser.add_argument("--draws", type=_draws, metavar="N", help="recipes drawn for the interval (default: as many as the composite says)")


def add_composite(parser: argparse.ArgumentParser) -> None:
    """Add what each command about a composite takes."""
    parser.add_argument("id", metavar="ID", nargs="?", help="composite or id@variant (default: the first of the project)")
    parser.add_argument("--recipe", type=Path, metavar="FILE", help="YAML with other weights, means or parts, as a variant has them")
    parser.add_argument("--as-of", type=day_of, metavar="DAY", help="as of this day instead of the day in config.yaml")
    parser.add_argument("--format", choices=["text", "csv", "json"], default="text", help="text to read (default), csv or json")


def _draws(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not FEWEST <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {FEWEST} to {MOST:,}")
    return int(text)


class Asked(NamedTuple):
    """A composite that is asked for: its definition, and the recipe that takes the place of the published one, if there is one."""

    project: Project
    results: Results
    view: View
    definition: Definition
    recipe: CompositeOf | None
    as_of: str | None

    def computed(self, frequency: Frequency | None) -> Index:
        return index_of(self.results, self.definition.name, frequency or self.view.frequency, as_of=self.as_of, recipe=self.recipe)

    @property
    def recipe_name(self) -> str:
        """Which recipe it is, in records."""
        return words.NOT_PUBLISHED if self.recipe else "published"


def asked_for(given: argparse.Namespace) -> Asked:
    """The composite of the arguments. ProblemsFound where there is none, or its recipe has faults."""
    project = open_project(given.project)
    made = results(project)
    composites = [one.id for one in made.definitions.values() if one.composite]
    if not given.id and not composites:
        raise refused(fault("unknown-indicator/no-composite", hint="the README says how to write one"), Place("query"))
    view = of_today(parse_view(given.id or composites[0]), project.formerly)
    if extra := next((key for key in ("transform", "breakdown", "other") if getattr(view, key)), ""):
        raise refused(fault("wrong-value/index", hint="leave it out of the view", key="with" if extra == "other" else extra), Place("view"))
    definition = made.series(Query(view.indicator, view.variant)).definition
    if not definition.composite:
        hint = suggest(view.indicator, composites) if composites else "the project has none"
        raise refused(fault("unknown-indicator/composite", hint=hint, name=view.indicator), Place("query"))
    recipe = read_recipe(project, definition.name, given.recipe) if given.recipe else None
    return Asked(project, made, view, definition, recipe, given.as_of or view.as_of)


def place_of(index: Index, definition: Definition, text: str) -> int:
    """The number of a period. ProblemsFound where the index has none of this name."""
    period, _ = parse_period(text)
    if period in index.values.index:
        return period
    labels = [index.label(one) for one in index.values.index]
    hint = f"the index runs from {labels[0]} to {labels[-1]}" if labels else "the index is empty"
    raise refused(fault("unknown-period", hint=hint, name=definition.name, period=text), Place("query"))


def run(given: argparse.Namespace) -> int:
    """Print the index; 1 if the project has errors. ProblemsFound if there is no such composite or period."""
    asked = asked_for(given)
    index = asked.computed(parse_period(given.period)[1] if given.period else None)
    period = place_of(index, asked.definition, given.period) if given.period else None
    found = interval(asked.results, asked.definition.name, index.frequency, as_of=asked.as_of, recipe=asked.recipe, draws=given.draws)
    write = {"text": as_text, "csv": as_csv, "json": as_json}[given.format]
    print(write(asked, index, found, period), end="")
    return done(asked.project)


# ---- what it is made of ----


class Composite(NamedTuple):
    """An index with what it is made of, in words and as records."""

    results: Results
    computed: Index
    interval: Interval | None

    def sure(self, period: int) -> list[str]:
        """How sure the index of a period is, and of its being higher than a year earlier, in sentences."""
        return [text for text in (words.interval(self.interval, period), words.higher(self.interval, period)) if text]

    def table(self, period: int) -> list[str]:
        """Groups and indicators, each below what it belongs to, in columns."""
        return _aligned([("part", "weight", "here", "score", ""), *self._nodes(self.computed.recipe.groups, (), 1.0, period)])

    def _nodes(self, nodes: Mapping[str, NodeOf], trail: tuple[str, ...], whole: float, period: int) -> Iterator[Sequence[str]]:
        """Weight as written and as it counts here, score, and what limits it."""
        index = self.computed
        for name, share in weights_of(nodes).items():
            node, here, weight = nodes[name], (*trail, name), whole * share
            places = [n for n, leaf in enumerate(index.leaves) if leaf.trail[: len(here)] == here]
            counted = sum(float(index.weights[n][period]) for n in places)
            score = words.level(float(index.groups["/".join(here)][period]))
            title = "  " * len(trail) + words.named(name, node, self.results)
            limits = "" if node.parts else words.limits(index, places[0], period)
            yield title, words.weight_words(weight), words.weight_words(counted) if counted > 0 else "–", score, limits
            yield from self._nodes(node.parts or {}, here, weight, period)

    def parts(self, period: int) -> list[dict[str, Any]]:
        return [_part(self.computed, place, period) for place in range(len(self.computed.leaves))]

    def rows(self, period: int) -> Iterator[tuple[str, Ids]]:
        """The rows behind each indicator that is used, under its title."""
        for place, leaf in enumerate(self.computed.leaves):
            if ids := self.computed.rows_of(place, period):
                yield words.named(leaf.name, NodeOf(), self.results), ids


# ---- as text ----


def as_text(asked: Asked, index: Index, found: Interval | None, period: int | None) -> str:
    """The sentences, the parts of the newest or the asked period, and the periods of the view."""
    newest, published = index.latest if period is None else period, asked.recipe is None
    lines = [words.short(index, asked.definition, period, published=published)]
    if newest is not None:
        made_of = Composite(asked.results, index, found)
        lines += [*made_of.sure(newest), "", *made_of.table(newest)]
    if period is None:
        rows = [[_cell(one[key]) for key in COLUMNS[2:] if key != "frequency"] for one in records(asked, index, found)]
        lines += ["", *_aligned([[key.replace("_", " ") for key in COLUMNS[2:] if key != "frequency"], *rows])]
    lines += ["", *(f"note: {note}" for note in words.caveats(asked.definition))]
    return "\n".join(lines) + "\n"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, float) else str(value)


# ---- as records ----


def records(asked: Asked, index: Index, found: Interval | None) -> list[dict[str, Any]]:
    """A record for each period of the view; None where something is missing."""
    first, _ = within(asked.view.start or str(EARLIEST), index.frequency)
    _, last = within(asked.view.end or str(LATEST), index.frequency)
    return [_record(asked, index, found, one) for one in index.values.index.tolist() if first <= one <= last]


def _record(asked: Asked, index: Index, found: Interval | None, period: int) -> dict[str, Any]:
    used, every = index.parts_used(period)
    given: dict[str, float | None] = dict.fromkeys(("low", "high", "higher", REAL))
    if found:
        level, change = (frame.loc[period].to_dict() for frame in (found.values, found.changes))
        said = {"low": level["low"], "high": level["high"], "higher": change["higher"], REAL: change["change"]}
        given = {key: number_or_none(value) for key, value in said.items()}
    about = {"composite": asked.definition.name, "recipe": asked.recipe_name, "period": index.label(period), "frequency": index.frequency}
    status = _status(index, period)
    # Where there is no index no part is used, which says nothing of how many report.
    counted = {"observed": None, "parts": None} if status == "M" else {"observed": number_or_none(index.observed[period]), "parts": used}
    return {**about, "value": number_or_none(index.value[period]), **given, **counted, "of": every, "status": status}


def number_or_none(value: float) -> float | None:
    """A number of a record; None where it is missing."""
    return None if isnan(value) else float(value)


def _status(index: Index, period: int) -> str:
    return "M" if isnan(index.value[period]) else STATUSES[int(index.values["status"][period])]


def as_csv(asked: Asked, index: Index, found: Interval | None, period: int | None) -> str:
    """A line for each period, or for the one that is asked for."""
    rows = [_record(asked, index, found, period)] if period is not None else records(asked, index, found)
    return sheet_csv(COLUMNS, ([row[key] for key in COLUMNS] for row in rows))


def as_json(asked: Asked, index: Index, found: Interval | None, period: int | None) -> str:
    """The sentences, the parts with their scores and weights, and the periods, as a JSON object."""
    newest = index.latest if period is None else period
    said = words.long(index, asked.definition, asked.results, found, period, published=asked.recipe is None)
    about = {"composite": asked.definition.name, "title": numbers.titled(asked.definition), "recipe": asked.recipe_name}
    rows = [_record(asked, index, found, period)] if period is not None else records(asked, index, found)
    parts = [] if newest is None else Composite(asked.results, index, found).parts(newest)
    record: dict[str, Any] = {**about, "period": None if newest is None else index.label(newest), "said": {p.heading: p.text for p in said}}
    record |= {"parts": parts, "draws": found.draws if found else 0, "periods": rows}
    return json_text(record)


def _part(index: Index, place: int, period: int) -> dict[str, Any]:
    leaf, at = index.leaves[place], int(index.places[place][period])
    series = index.series[place]
    value = series.values.iloc[at] if at >= 0 else None
    return {
        "indicator": leaf.name,
        "pillar": leaf.pillar,
        "part": leaf.part,
        "title": title_of(index, place),
        "weight": leaf.weight,
        "counts_for": number_or_none(index.weights[place][period]),
        "score": number_or_none(index.scores[place][period]),
        "value": None if value is None else number_or_none(value["value"]),
        "unit": series.unit,
        "period": None if value is None else value["label"],
        "held": int(index.held[place][period]),
        "assumed": bool(index.assumed[place][period]),
        "reason": str(index.reasons[place][period]),
        "rows": list(index.rows_of(place, period)),
    }
