"""A composite as it is computed: the index with all that it is made of, and what moved it between two periods."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from indicators.nouns.composite import CompositeOf, Leaf
from indicators.nouns.periods import Frequency, label
from indicators.nouns.series import Series
from indicators.nouns.stores import Ids
from indicators.nouns.vocabulary import grouped


@dataclass(frozen=True)
class Index:
    """A composite, period by period.

    Frames have the periods (integers of `frequency`) as index. By leaf (columns are the places of `recipe.leaves`): `scores` (0-100, 100
    best; NaN is missing), `places` (where the value stands in the series of the leaf; -1 is none), `held` (for how many months it is held
    already), `assumed` (whether the month that it counts from is assumed), `weights` (in the whole after those of missing parts went to
    the others; 0 for one that is not used, NaN where the index is missing). `groups`: scores by node, "" for the whole and a/b for a group
    b in a. `observed`: the share of the weight of all parts that is used, 0-1. `values`: as in `Series.values`, without keys that only
    rows have. `series`: the series of each leaf. `reasons`: by leaf why it has no score, by period. `moved`: what has been
    found to have moved it between two periods.
    """

    name: str
    recipe: CompositeOf
    frequency: Frequency
    scores: pd.DataFrame = field(repr=False)
    places: pd.DataFrame = field(repr=False)
    held: pd.DataFrame = field(repr=False)
    assumed: pd.DataFrame = field(repr=False)
    weights: pd.DataFrame = field(repr=False)
    groups: Mapping[str, pd.Series] = field(repr=False)
    observed: pd.Series = field(repr=False)
    values: pd.DataFrame = field(repr=False)
    series: tuple[Series, ...] = field(repr=False)
    reasons: pd.DataFrame = field(repr=False)
    moved: "dict[tuple[int, int], Moved]" = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """The indicators, in the order of the columns."""
        return self.recipe.leaves

    @cached_property
    def parts(self) -> list[list[int]]:
        """The places of the leaves of each part: several where it is measured in several ways."""
        return list(grouped(((leaf.pillar, leaf.part), n) for n, leaf in enumerate(self.leaves)).values())

    @property
    def value(self) -> pd.Series:
        """The index, 0-100; NaN is missing."""
        return self.groups[""]

    @property
    def latest(self) -> int | None:
        """The newest period with a value; None where there is none."""
        known = self.value.dropna()
        return int(known.index[-1]) if len(known) else None

    def label(self, period: int) -> str:
        return label(period, self.frequency)

    def rows_of(self, place: int, period: int) -> Ids:
        """Ids of the rows behind the value of a leaf, by its place, in a period; none where it is not used."""
        at = int(self.places[place][period]) if period in self.places.index else -1
        return self.series[place].rows[at] if at >= 0 and self.weights[place][period] > 0 else ()

    def parts_used(self, period: int) -> tuple[int, int]:
        """How many parts are used in a period, and how many there are."""
        return len(self.parts) - len(self.parts_unused(period)), len(self.parts)

    def parts_unused(self, period: int) -> list[list[int]]:
        """The places of the leaves of each part that is not used in a period."""
        return [places for places in self.parts if not any(self.weights[n][period] > 0 for n in places)]


Clip = Literal["", "ceiling", "floor"]


class Bar(NamedTuple):
    """What one part did to the index between two periods, in points: `real`, what the change of its score did, and `composition`, what its
    coming or going did, which is no news of the thing measured. `before` and `after`: its score, NaN where it is not used. `clip`: it
    stands at the end of its scale at both times, and cannot show more. `gone` and `back`: its indicators that are used before alone, or
    after alone. `entered` and `left`: ids of the rows that are behind its value at one end only."""

    pillar: str
    part: str
    title: str
    real: float
    composition: float
    before: float
    after: float
    clip: Clip = ""
    gone: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    entered: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class Moved(NamedTuple):
    """The change of an index between two periods: `total` is the sum of all that the `bars` have, real and composition."""

    start: int
    end: int
    frequency: Frequency
    before: float
    after: float
    bars: tuple[Bar, ...]

    @property
    def total(self) -> float:
        """The change, in points; NaN where the index is missing at an end."""
        return self.after - self.before

    @property
    def real(self) -> float:
        """The part of it that the changes of scores did."""
        return float(np.sum([bar.real for bar in self.bars]))

    @property
    def composition(self) -> float:
        """The part of it that coming and going parts did."""
        return float(np.sum([bar.composition for bar in self.bars]))
