"""A composite in words: what the index is beside a year earlier, what it is made of, what moved it, and what it cannot say.

A level is never a state: it stands beside the value of a year earlier, its interval, and the share of the evidence that reports.
"""

from collections.abc import Iterable, Mapping
from math import isnan
from typing import NamedTuple

import pandas as pd

from dashboard.words import numbers
from indicators.compute.composite import moved
from indicators.compute.interval import Interval
from indicators.compute.uncertainty import HIGH, LOW
from indicators.nouns.composite import PUBLISHED, CompositeOf, NodeOf, UncertaintyOf, weights_of
from indicators.nouns.definition import Definition
from indicators.nouns.index import Bar, Index, Moved
from indicators.nouns.periods import PER_YEAR
from indicators.nouns.series import Results
from indicators.nouns.units import fixed

NOT_PUBLISHED = "not the published recipe"
"""How an index is marked whose weights, means or parts someone changed."""
LEAST_SHOWN = 0.05
"""Points below which a difference prints as 0.0."""
CHANCE = 0.05
"""Above this p chance is called an explanation."""


def level(value: float) -> str:
    """An index or a score.

    >>> level(77.953), level(float("nan"))
    ('78', '–')
    """
    return "–" if isnan(value) else fixed(value)


def points(value: float, *, signed: bool = False) -> str:
    """A difference of an index.

    >>> points(11.531), points(-0.04), points(-5.15, signed=True), points(2.5, signed=True)
    ('11.5', '0.0', '−5.2', '+2.5')
    """
    text = fixed(abs(value), 1)
    return (("−" if value < 0 else "+") if signed and float(text) else "") + text


def per_cent(share: float) -> str:
    """A share as per cent; what is not all or nothing is never called so.

    >>> per_cent(0.84), per_cent(0.9996), per_cent(0.0004), per_cent(1)
    ('84 %', 'over 99 %', 'under 1 %', '100 %')
    """
    if 0 < share < 0.005:
        return "under 1 %"
    return "over 99 %" if 0.995 <= share < 1 else f"{fixed(share * 100)} %"


def weight_words(share: float) -> str:
    """A weight as per cent.

    >>> weight_words(0.075), weight_words(0.4)
    ('7.5 %', '40 %')
    """
    return f"{share * 100:.3g} %"


def marked(definition: Definition, *, published: bool = True) -> str:
    """The title with what limits it: "Contact and opinion (experimental)"."""
    return numbers.titled(definition) + ("" if published else f" – {NOT_PUBLISHED}")


# ---- the short sentence ----


def short(index: Index, definition: Definition, period: int | None = None, *, published: bool = True) -> str:
    """The index of a period, by default the newest that has a value: beside a year earlier, what coming and going parts did to the
    change, and how much of the evidence it rests on. Its period is named where one is asked for.

    "Contact and opinion (experimental): 78, 66 a year earlier. 5.5 of the 11.5 points come from parts that stopped reporting. Based on
    84 % of the evidence."
    """
    title, newest = marked(definition, published=published), index.latest if period is None else period
    if newest is None:
        return f"{title}: no value so far."
    then = numbers.period(newest, index.frequency)
    if isnan(index.value.get(newest, float("nan"))):
        reason = index.values["reason"].get(newest, "")
        return f"{title}: no value for {then}{f': {reason}' if reason else ''}."
    named = "" if period is None else f", {then}"
    return f"{title}{named}: {level(index.value[newest])}, {beside_level(index, newest)}"


def beside_level(index: Index, period: int) -> str:
    """What is said beside the level of an index: "66 a year earlier. 5.5 of the 11.5 points come from …. Based on …"."""
    parts = (
        f"{a_year_earlier(index, index.value, period)}.",
        composition(year_before(index, period)),
        f"Based on {evidence(index, period)}.",
    )
    return " ".join(filter(None, parts))


def year_before(index: Index, period: int) -> Moved | None:
    """What moved the index in a year; None where it has no value at one of the ends."""
    before = period - PER_YEAR[index.frequency]
    ends = [one in index.value.index and not isnan(index.value[one]) for one in (before, period)]
    return moved(index, before, period) if all(ends) else None


def a_year_earlier(index: Index, values: pd.Series, period: int) -> str:
    """The level of an index, or of what it is made of, a year before a period: "60 a year earlier"."""
    before = float(values.get(period - PER_YEAR[index.frequency], float("nan")))
    return "no value a year earlier" if isnan(before) else f"{level(before)} a year earlier"


def evidence(index: Index, period: int) -> str:
    """How much of the weight of all parts reports: "84 % of the evidence"."""
    return f"{per_cent(float(index.observed[period]))} of the evidence"


def composition(change: Moved | None) -> str:
    """What came of parts that report at one of two ends only, in a sentence; "" where nothing did.

    "5.5 of the 11.5 points come from parts that stopped reporting."
    """
    bars = [bar for bar in change.bars if abs(bar.composition) >= LEAST_SHOWN] if change else []
    if not change or not bars:
        return ""
    who, total, steps = _who(bars), change.total, change.composition
    if abs(steps) < LEAST_SHOWN:
        return f"What {who} added and took away is equal."
    if total * steps > 0 and abs(steps) <= abs(total):
        whole = abs(total - steps) < LEAST_SHOWN
        return f"{f'All {points(total)}' if whole else f'{points(steps)} of the {points(total)}'} points come from {who}."
    way = "up" if change.real > 0 else "down"
    real = "unchanged" if abs(change.real) < LEAST_SHOWN else f"{way} {points(change.real)} points"
    return f"On the parts that report both times it is {real}; {who} {'add' if steps > 0 else 'take away'} {points(steps)}."


def _who(bars: Iterable[Bar]) -> str:
    """Parts that did something by reporting at one end only, in words."""
    came = {_coming(bar) for bar in bars}
    if came == {"gone"}:
        return "parts that stopped reporting"
    if came == {"back"}:
        return "parts that began to report"
    if came == {"remeasured"}:
        return "parts that are measured in another way"
    return "parts that came, went or changed their measure" if "remeasured" in came else "parts that stopped or began to report"


def _coming(bar: Bar) -> str:
    """Whether a part is `gone`, `back`, `remeasured` (other indicators stand for it), or neither ("")."""
    if isnan(bar.before) or isnan(bar.after):
        return "back" if isnan(bar.before) and not isnan(bar.after) else "gone" if not isnan(bar.before) else ""
    return "remeasured" if bar.gone or bar.back else ""


# ---- what moved it ----


def moved_words(change: Moved, definition: Definition, *, published: bool = True) -> str:
    """A change between two periods as a sentence; its level at both ends.

    "Contact and opinion (experimental): 78 in January–April 2026, 66 in January–April 2025; up 11.5 points, of which 6.0 real."
    """
    ends = [numbers.period(one, change.frequency) for one in (change.end, change.start)]
    title = marked(definition, published=published)
    if isnan(change.total):
        gone = [end for end, value in zip(ends, (change.after, change.before), strict=True) if isnan(value)]
        return f"{title}: no change can be given, for there is no value in {' and in '.join(gone)}."
    values = f"{level(change.after)} in {ends[0]}, {level(change.before)} in {ends[1]}"
    size = f"{'up' if change.total > 0 else 'down'} {points(change.total)} points" if abs(change.total) >= LEAST_SHOWN else "no change"
    return " ".join(filter(None, (f"{title}: {values}; {size}.", composition(change))))


def bar_words(bar: Bar) -> str:
    """What a part did to the index between two periods, and what of it is news: its score at both ends, or that it stopped reporting, was
    not reporting before, is measured in another way, or stands at the end of its scale and could not show more."""
    kind, ends = _coming(bar), f"score {level(bar.before)}, then {level(bar.after)}"
    if isnan(bar.before) and isnan(bar.after):
        return "does not report at either end"
    if kind in ("gone", "back"):
        what = f"stopped reporting (score {level(bar.before)} before)" if kind == "gone" else f"now reports (score {level(bar.after)})"
        return f"{what}; {_for_that_alone(bar.composition)}"
    if bar.clip:
        end, way = ("ceiling", "rise") if bar.clip == "ceiling" else ("floor", "fall")
        return f"at its {end} both times (score {level(bar.after)}): it cannot show a further {way}"
    if kind == "remeasured":
        return f"{points(bar.real, signed=True)} ({ends}); measured in another way, {_for_that_alone(bar.composition)}"
    if abs(bar.real) < LEAST_SHOWN:
        return f"no change ({ends})"
    return f"{points(bar.real, signed=True)} ({ends})"


def _for_that_alone(change: float) -> str:
    """What coming, going or another measure did to the index; not news of the thing measured."""
    if abs(change) < LEAST_SHOWN:
        return "the index is the same without it"
    return f"the index is {points(change)} points {'higher' if change > 0 else 'lower'} for that alone"


def rows_words(bar: Bar) -> str:
    """How many rows entered and left what is behind a part; "" where none did.

    "6 rows entered, 5 rows left"
    """
    if not (bar.entered or bar.left):
        return ""
    return f"{numbers.rows_counted(len(bar.entered))} entered, {numbers.rows_counted(len(bar.left))} left"


# ---- how sure ----


def interval(found: Interval | None, period: int) -> str:
    """How far the index of a period hangs on the recipe, in a sentence; "" where none was drawn.

    "In 90 % of the recipes on its scale (10,000 were drawn) it is between 59 and 87."
    """
    if found is None or isnan(found.values["low"][period]):
        return ""
    low, high = level(found.values["low"][period]), level(found.values["high"][period])
    return f"In {HIGH - LOW} % of the recipes on its scale ({found.draws:,} were drawn) it is between {low} and {high}."


def higher(found: Interval | None, period: int) -> str:
    """The share of recipes in which the index is higher than a year earlier, in a sentence; "" where that is not known.

    "It is higher than a year earlier in 90 % of all recipes, on the parts that report both times."
    """
    if found is None or isnan(found.higher(period)):
        return ""
    share = per_cent(found.higher(period))
    return f"It is higher than a year earlier in {share} of all recipes, on the parts that report both times."


def how_drawn(settings: UncertaintyOf) -> str:
    """How the recipes of the interval are drawn."""
    scales = [name for name in settings.normalise if name != PUBLISHED]
    ways = {
        f"weights (Dirichlet, {settings.weights:g} between pillars and {settings.within:g} within)": True,
        f"the mean between pillars ({_shares(settings.aggregate)})": len(settings.aggregate) > 1,
        f"the way to score ({_shares(settings.normalise)})": bool(scales),
        f"goalposts, stretched by up to {per_cent(settings.goalposts)}": settings.goalposts > 0,
    }
    drawn = "; ".join(words for words, varied in ways.items() if varied)
    out = f" {per_cent(settings.leave_out_one)} of them leave out one part." if settings.leave_out_one else ""
    ranks = " Recipes that rank a month among all months count only in the share." if {"minmax", "percentile_rank"} & set(scales) else ""
    return f"Each recipe draws {drawn}.{out}{ranks} The draws begin with seed {settings.seed}; the published recipe is among them."


def _shares(weights: Mapping[str, float]) -> str:
    total = sum(weights.values())
    return ", ".join(f"{name.replace('_', ' ')} {per_cent(weight / total)}" for name, weight in weights.items())


# ---- the long text ----


class Paragraph(NamedTuple):
    """A heading and what is said under it."""

    heading: str
    text: str


def long(
    index: Index,
    definition: Definition,
    results: Results,
    found: Interval | None = None,
    period: int | None = None,
    *,
    published: bool = True,
) -> list[Paragraph]:
    """All that a reader needs to argue with an index, by default with the newest value: what it says, what it counts, parts and weights,
    how sure it is, on how much it rests, what it cannot say."""
    newest = index.latest if period is None else period
    said = [Paragraph("In short", short(index, definition, newest, published=published))]
    said.append(Paragraph("What it is", " ".join(definition.counts.split())))
    said.append(Paragraph("Parts and weights", weights_words(index.recipe, results)))
    if newest is not None and not isnan(index.value.get(newest, float("nan"))):
        settings = index.recipe.uncertainty
        sure = [interval(found, newest), higher(found, newest), how_drawn(settings) if found and settings else ""]
        said += [Paragraph("How sure", " ".join(filter(None, sure))), Paragraph("Coverage", coverage(index, newest))]
    said.append(Paragraph("Not scored", " ".join(not_scored(index.recipe, results))))
    said.append(Paragraph("Read with care", " ".join(caveats(definition))))
    return [one for one in said if one.text]


def weights_words(recipe: CompositeOf, results: Results) -> str:
    """The parts and their weights: "Dialogue 40 % (leader meetings 60 %, …); …"."""
    return "; ".join(_weighed(name, node, weights_of(recipe.groups)[name], results) for name, node in recipe.groups.items()) + "."


def _weighed(name: str, node: NodeOf, weight: float, results: Results) -> str:
    inside = [_weighed(one, part, weights_of(node.parts)[one], results) for one, part in node.parts.items()] if node.parts else []
    return f"{named(name, node, results)} {weight_words(weight)}" + (f" ({', '.join(inside)})" if inside else "")


def named(name: str, node: NodeOf, results: Results) -> str:
    """What a group or an indicator is called: as the recipe says, by its title, as the pillar of this name, or by its name in words."""
    titles = {pillar.id: pillar.title for pillar in results.config.pillars}
    indicator = results.definitions.get(name.partition("@")[0])
    if indicator and not node.title:
        return numbers.titled(results.definition(name))
    return node.title or titles.get(name, "") or name.replace("_", " ").capitalize()


def coverage(index: Index, period: int) -> str:
    """How much of the weight reports, how many parts, which values are held, and which months of measuring are assumed.

    "5 of 7 parts report, with 84 % of the weight. Held: … (for 4 months)."
    """
    used, every = index.parts_used(period)
    parts = f"{used} of {every} parts report, with {per_cent(float(index.observed[period]))} of the weight."
    places = [n for n in range(len(index.leaves)) if index.weights[n][period] > 0]
    held = [f"{_title(index, n)} ({_months(int(index.held[n][period]))})" for n in places if index.held[n][period] > 0]
    assumed = [_title(index, n) for n in places if index.assumed[n][period]]
    silent = [f"{_title(index, n)} ({index.reasons[n][period]})" for n, *_ in index.parts_unused(period)]
    listed = {"Held": held, "Month of measuring assumed": assumed, "Not reporting": silent}
    return " ".join([parts, *(f"{heading}: {'; '.join(names)}." for heading, names in listed.items() if names)])


def limits(index: Index, place: int, period: int) -> str:
    """Why an indicator has no score, for how long its value is held, and whether the month that it counts from is assumed."""
    held = int(index.held[place][period])
    said = [str(index.reasons[place][period]), f"held {_months(held)}" if held else ""]
    return "; ".join(filter(None, [*said, "month of measuring assumed" if index.assumed[place][period] else ""]))


def _title(index: Index, place: int) -> str:
    return numbers.titled(index.series[place].definition)


def _months(count: int) -> str:
    return f"for {count} month{'' if count == 1 else 's'}"


def caveats(definition: Definition) -> list[str]:
    """What limits an index, a sentence or two each, as its author wrote them."""
    return [" ".join(note.split()) for note in definition.notes]


def not_scored(recipe: CompositeOf, results: Results) -> list[str]:
    """What is shown beside the index and has no weight in it, each with the reason in a sentence."""
    return [f"{named(name, NodeOf(), results)}: {' '.join(why.split())}" for name, why in recipe.not_scored.items()]


def check_words(title: str, levels: tuple[float, int, float], changes: tuple[float, int, float]) -> str:
    """What an outside check says. `levels`, `changes`: correlation with the index, number of values, and p, of the values and of their
    changes from one to the next.

    >>> check_words("A poll", (0.47, 10, 0.17), (-0.09, 9, 0.77))
    'A poll: levels correlate at .47 (n = 10, p = .17), changes at −.09 (n = 9, p = .77). With n = 10 chance could explain it.'
    """
    said = [f"{title}: levels correlate at {_figures(*levels)}, changes at {_figures(*changes)}."]
    if levels[2] > CHANCE:
        said.append(f"With n = {levels[1]} chance could explain it.")
    elif levels[0] <= 0:
        said.append("It points the other way.")
    return " ".join(said)


def _figures(r: float, n: int, p: float) -> str:
    signed = f"{'−' if r < 0 else ''}{fixed(abs(r), 2)}".replace("0.", ".", 1)
    return f"{signed} (n = {n}, p {'< .01' if p < 0.005 else f'= {fixed(p, 2)}'.replace('0.', '.', 1)})"
