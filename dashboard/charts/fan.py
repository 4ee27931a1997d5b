"""What is drawn about the line of a composite: the interval of its recipes, the line by month behind it, and the times without a pillar."""

import datetime
import functools
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from dashboard.words.composite import named
from dashboard.words.recipes import in_short, without
from indicators.compute.composite import index_of
from indicators.compute.interval import Interval, interval
from indicators.nouns.index import Index
from indicators.nouns.periods import MONTHS, first_day, last_day
from indicators.nouns.series import Annotation, Results, Series

TENTHS = 1
"""Decimals of an interval in codes and records: as exact as anybody may read it."""


@dataclass(frozen=True)
class Fan:
    """`found`: the interval; `finest`: gives the index by month, or the same where it is not available by month. What is drawn and not in
    the code of a picture is computed where it is drawn."""

    found: Interval
    finest: Callable[[], Index]
    results: Results

    @property
    def band(self) -> pd.DataFrame:
        """Low and high of each period, NaN where the index is missing."""
        return self.found.values[["low", "high"]]

    @property
    def latest(self) -> tuple[str, ...]:
        """The latest value in words, from long to short."""
        return tuple(in_short(self.found.index, self.found.values))

    @functools.cached_property
    def monthly(self) -> pd.Series:
        """The index by month, empty where it is drawn itself."""
        return self._finest.value if self._finest is not self.found.index else self._finest.value.head(0)

    @functools.cached_property
    def grounds(self) -> tuple[Annotation, ...]:
        """Times in which a pillar is missing."""
        return tuple(_grounds(self._finest, self.results))

    @functools.cached_property
    def _finest(self) -> Index:
        return self.finest()

    def ends(self, period: int) -> tuple[float, float]:
        """The interval of a period, as exactly as it is given; NaN where there is none."""
        return self._ends[period]

    @functools.cached_property
    def _ends(self) -> dict[int, tuple[float, float]]:
        known = zip(self.band.index.tolist(), self.band["low"].tolist(), self.band["high"].tolist(), strict=True)
        return {period: (round(low, TENTHS), round(high, TENTHS)) for period, low, high in known}


def fan_of(results: Results, series: Series) -> Fan | None:
    """What is drawn about a series; None where that is no composite, or calculated further, or its recipe says nothing of uncertainty."""
    query = series.query
    if series.definition.composite is None or query.transform:
        return None
    recipe = series.definition.composite if query.recipe else None
    found = interval(results, query.name, series.frequency, as_of=query.as_of, recipe=recipe)
    if found is None:
        return None
    finer = MONTHS[series.frequency] > 1 and "monthly" in results.frequencies[series.definition.name]
    asked = functools.partial(index_of, results, query.name, "monthly", as_of=query.as_of, recipe=recipe)
    return Fan(found, asked if finer else lambda: found.index, results)


def _grounds(index: Index, results: Results) -> Iterator[Annotation]:
    """The times in which the index has a value without one of its pillars."""
    for name, node in index.recipe.groups.items():
        if node.parts is None:
            continue
        gone = [int(period) for period in index.value.index[index.value.notna() & index.groups[name].isna()]]
        for start, end in _runs(gone):
            label = without(named(name, node, results))
            days = first_day(start, index.frequency), last_day(end, index.frequency)
            yield Annotation(label, "", *days, "month", "", (), "")


def _runs(periods: list[int]) -> list[tuple[int, int]]:
    """The first and the last of periods that follow each other.

    >>> _runs([3, 4, 5, 9])
    [(3, 5), (9, 9)]
    """
    groups = (list(group) for _, group in itertools.groupby(enumerate(periods), lambda place: place[1] - place[0]))
    return [(group[0][1], group[-1][1]) for group in groups]


def is_in(ground: Annotation, days: tuple[datetime.date, datetime.date]) -> bool:
    """Whether a ground meets the days that are shown."""
    return ground.end is not None and ground.start <= days[1] and ground.end >= days[0]
