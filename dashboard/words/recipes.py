"""What the chart and the page of a composite say of its recipes: the newest value in few words, and what was changed for a visit."""

from collections.abc import Iterator
from math import isnan

import pandas as pd

from dashboard.words import composite, numbers
from dashboard.words.composite import a_year_earlier, level
from indicators.compute.interval import Interval
from indicators.compute.outside import Check
from indicators.compute.uncertainty import HIGH, LOW
from indicators.nouns.definition import Definition
from indicators.nouns.index import Index


def in_short(index: Index, values: pd.DataFrame) -> Iterator[str]:
    """The newest value for the head of a chart, from long to short: with its interval, and beside a year earlier. `values`: low and high
    by period. Nothing where there is none.

    "Latest: 78 (63–85 in 90 % of recipes), 66 a year earlier"
    """
    newest = index.latest
    if newest is None:
        return
    value, low, high = (level(float(one)) for one in (index.value[newest], values["low"][newest], values["high"][newest]))
    earlier = a_year_earlier(index, index.value, newest)
    yield f"Latest: {value} ({low}–{high} in {HIGH - LOW} % of recipes), {earlier}"
    yield f"Latest: {value} ({low}–{high}), {earlier}"


def range_words(found: Interval | None) -> str:
    """The interval of the newest value: "62–85 in 90 % of recipes"; "" where there is none."""
    newest = found.index.latest if found else None
    if found is None or newest is None:
        return ""
    low, high = (level(float(found.values[end][newest])) for end in ("low", "high"))
    return f"{low}–{high} in {HIGH - LOW} % of recipes"


def preview_words(found: Interval, draws: int) -> str:
    """The newest value while a weight is dragged."""
    said = next(in_short(found.index, found.values), "no value").removeprefix("Latest: ")
    return f"{said}. From {draws} recipes; let go of the slider to draw all."


def still_words(index: Index, definition: Definition, found: Interval | None, *, published: bool) -> str:
    """The newest value when no weight is dragged any more, before the rest of the page follows."""
    sure = "" if index.latest is None else composite.interval(found, index.latest)
    return " ".join(filter(None, (composite.short(index, definition, published=published), sure)))


def without(name: str) -> str:
    """The name of a time in which a pillar is missing.

    >>> without("Travel")
    'without travel'
    """
    return f"without {name[:1].lower()}{name[1:]}"


SOURCES = {
    "left_out": "a part left out",
    "weights": "weights",
    "scale": "the way to score",
    "mean": "the mean between pillars",
    "goalposts": "goalposts",
    "error": "errors of polls",
}
"""What is varied, in words."""
WAYS = {
    "published": "as published",
    "minmax": "between the least and the greatest value so far",
    "percentile_rank": "rank among all months",
    "logarithms": "logarithms of what is counted",
}
"""Ways to score, in words; others are variants."""
CHECKED = "What follows is no part of the index. It is read in the month in which each survey was held."


def choice_words(index: Index, name: str) -> str:
    """A choice that moves the index: a part by its title, else its name in words."""
    titles = {leaf.id: place for place, leaf in enumerate(index.leaves)}
    if name in titles:
        return numbers.titled(index.series[titles[name]].definition)
    return WAYS.get(name, name.rpartition("/")[2].replace("_", " "))


def score_words(index: Index, values: pd.Series) -> str:
    """A pillar, or the evidence, at the newest period of an index: "73, 60 a year earlier"."""
    if index.latest is None:
        return "no value so far"
    now = float(values[index.latest])
    return f"{'No value now' if isnan(now) else level(now)}, {a_year_earlier(index, values, index.latest)}"


def standing(index: Index, place: int, period: int) -> str:
    """What to know of a part in a period: why it is missing, how long it is held, whether its month is assumed, whether it is at the end
    of its scale."""
    reason = str(index.reasons[place][period])
    if reason:
        return reason
    held, score = int(index.held[place][period]), float(index.scores[place][period])
    notes = [f"held for {held} month{'' if held == 1 else 's'}" if held else ""]
    notes += ["its month is assumed" if index.assumed[place][period] else ""]
    notes += ["at its ceiling" if score == 100 else "at its floor" if score == 0 else ""]
    return ", ".join(filter(None, notes))


def check_words(title: str, check: Check) -> str:
    """What an outside check says; how many values it leaves out."""
    values = f"{check.left_out} value{'' if check.left_out == 1 else 's'}"
    left = f" Not counted: {values} by other methods, or without an index." if check.left_out else ""
    if isnan(check.levels.r):
        return f"{title}: {check.levels.n} values of one method meet the index, too few for a correlation.{left}"
    return composite.check_words(title, check.levels, check.changes) + left


_UNSEEN = "not printed, because this part of the page had not been opened. Scroll to the end of the page, then print."
ABSENT = {"sure": f"How sure, and the outside checks: {_UNSEEN}", "variants": f"Other recipes: {_UNSEEN}"}
"""What a printed page says in the place of what comes when it is scrolled to."""
HOW_TO_CHANGE = "Nothing is saved: the address keeps what you choose, and the chart and its code say that it is not the published recipe."


def weight_set(weight: float) -> str:
    """The weight at a slider.

    >>> weight_set(0.4), weight_set(0)
    ('0.4', 'left out')
    """
    return f"{weight:.3g}" if weight else "left out"


def changed_words(recipe: str | None) -> str:
    """What a reader changed, in words.

    >>> changed_words("mean:geometric_mean,dialogue:0.5,people.visitors@official:0")
    'Changed: mean geometric mean; dialogue 0.5; visitors (official) left out.'
    """
    pairs = [(key, value) for key, _, value in (one.rpartition(":") for one in (recipe or "").split(","))]
    words = [f"{_node_words(key)} {'left out' if value == '0' else value.replace('_', ' ')}" for key, value in pairs]
    return f"Changed: {'; '.join(words)}."


def _node_words(key: str) -> str:
    name, _, variant = key.rpartition(".")[2].partition("@")
    return name.replace("_", " ") + (f" ({variant.replace('_', ' ')})" if variant else "")


def yaml_words(identity: str) -> str:
    """Where the YAML of a changed recipe may go."""
    file = f"a file for relations index {identity} --recipe FILE"
    return f"A variant of {identity} in its definition file (under variants, with a name and what it counts), or {file}."
