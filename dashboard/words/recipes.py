"""What the chart and the page of a composite say of its recipes: the newest value in few words, and what was changed for a visit."""

from collections.abc import Iterator
from math import isnan

import pandas as pd

from dashboard.words.composite import level
from indicators.compute.uncertainty import HIGH, LOW
from indicators.nouns.index import Index
from indicators.nouns.periods import PER_YEAR


def in_short(index: Index, values: pd.DataFrame) -> Iterator[str]:
    """The newest value for the head of a chart, from long to short: with its interval, and beside a year earlier. `values`: low and high
    by period. Nothing where there is none.

    "Latest: 78 (63–85 in 90 % of recipes), 66 a year earlier"
    """
    newest = index.latest
    if newest is None:
        return
    value, low, high = (level(float(one)) for one in (index.value[newest], values["low"][newest], values["high"][newest]))
    before = float(index.value.get(newest - PER_YEAR[index.frequency], float("nan")))
    earlier = "no value a year earlier" if isnan(before) else f"{level(before)} a year earlier"
    yield f"Latest: {value} ({low}–{high} in {HIGH - LOW} % of recipes), {earlier}"
    yield f"Latest: {value} ({low}–{high}), {earlier}"


def without(name: str) -> str:
    """The name of a time in which a pillar is missing.

    >>> without("Travel")
    'without travel'
    """
    return f"without {name[:1].lower()}{name[1:]}"
