"""The interval of a composite: what its recipe says of uncertainty, made into recipes that are drawn."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from indicators.compute.composite import index_of, tree_of
from indicators.compute.uncertainty import Changes, Model, Part, Scale, Swing, Whole, drawn, said, swings, total_indices
from indicators.nouns.composite import PUBLISHED, CompositeOf, Leaf, UncertaintyOf
from indicators.nouns.definition import Definition
from indicators.nouns.index import Index
from indicators.nouns.periods import MONTHS, Frequency
from indicators.nouns.series import Results
from indicators.operations.aggregate import Array
from indicators.operations.normalise import minmax, percentile_rank

NATURAL = {"per cent of": (0, 100), "share of": (0, 1)}
"""Units whose ends are what they are: goalposts there have no other place."""


@dataclass(frozen=True)
class Interval:
    """An index with what `draws` recipes say of it. `values`, by period: published, low, high (5-95 per cent of the recipes on one scale);
    `newest`: the `changes` of the newest value alone. NaN is missing."""

    index: Index
    draws: int
    values: pd.DataFrame = field(repr=False)
    newest: pd.DataFrame = field(repr=False)
    model: Model = field(repr=False)

    @cached_property
    def changes(self) -> pd.DataFrame:
        """What the recipes say of each period and a year before, on the parts used at both ends: higher (share of all recipes, 0-1, in
        which the index is higher; no change counts half), change (as published), low, high."""
        periods = self.values.index.tolist()
        _, changes = said(self.model, drawn(self.model, self.draws), *_compared(self.index, periods))
        return _by_period(changes, periods)

    def higher(self, period: int) -> float:
        """The share of recipes in which the index of a period is higher than a year before."""
        return float((self.newest if period in self.newest.index else self.changes)["higher"][period])

    def swings(self, period: int) -> tuple[Swing, ...]:
        """What the index of a period hangs on when one thing alone is varied, the widest first."""
        return swings(self.model, list(self.values.index).index(period))

    def total_indices(self, period: int) -> dict[str, float]:
        """Total Sobol indices of the index of a period, by what is varied."""
        return total_indices(self.model, list(self.values.index).index(period))


def interval(
    results: Results,
    name: str,
    frequency: Frequency | None = None,
    *,
    as_of: str | None = None,
    recipe: CompositeOf | None = None,
    draws: int | None = None,
) -> Interval | None:
    """The interval of a composite (`id` or `id@variant`), by its recipe or by a changed one, from so many draws or as many as the recipe
    says; None where the recipe says nothing of uncertainty. It is kept, for the same question has the same answer."""
    at = frequency or results.definition(name).frequency

    def compute() -> Interval | None:
        index = index_of(results, name, at, as_of=as_of, recipe=recipe)
        asked = index.recipe.uncertainty
        return _drawn(results, index, asked, as_of, draws or asked.draws) if asked else None

    return results.once(("interval", name, at, as_of, repr(recipe), draws), compute)


def _drawn(results: Results, index: Index, asked: UncertaintyOf, as_of: str | None, draws: int) -> Interval:
    parts = tuple(_part(index, place, leaf) for place, leaf in enumerate(index.leaves))
    scales = tuple(_scale(results, index, parts, name, weight, as_of) for name, weight in _ways(asked))
    model = Model(tree_of(index.recipe), parts, scales, asked)
    newest = [] if index.latest is None else [index.latest]
    band, changes = said(model, drawn(model, draws), *_compared(index, newest))
    values = pd.DataFrame(band._asdict(), index=index.value.index)
    return Interval(index, draws, values, _by_period(changes, newest), model)


def _compared(index: Index, periods: list[int]) -> tuple[int, Whole]:
    """How many periods a year has, and the places of some periods."""
    return 12 // MONTHS[index.frequency], np.array([period - index.value.index[0] for period in periods], dtype=np.int64)


def _by_period(changes: Changes, periods: list[int]) -> pd.DataFrame:
    return pd.DataFrame(changes._asdict(), index=pd.Index(periods, name="period"))


def _ways(asked: UncertaintyOf) -> Iterator[tuple[str, float]]:
    """Ways to score with their weights, the published one first."""
    yield PUBLISHED, asked.normalise.get(PUBLISHED, 0.0)
    yield from ((name, weight) for name, weight in asked.normalise.items() if name != PUBLISHED)


# ---- parts, and other scores for them ----


def _values(index: Index, place: int) -> pd.Series:
    """Values of a leaf in its unit, by period; NaN where it has no score."""
    own = index.series[place].values["value"].to_numpy(dtype=float)
    at = index.places[place].to_numpy()
    values = own[np.maximum(at, 0)] if len(own) else np.full(len(at), np.nan)
    return pd.Series(np.where(index.scores[place].isna(), np.nan, values), index=index.scores.index)


def _is_turned(index: Index, place: int, leaf: Leaf) -> bool:
    return (leaf.node.direction or index.series[place].definition.direction) == "lower is better"


def _goalposts(definition: Definition, leaf: Leaf) -> tuple[float, float, bool] | None:
    """Low, high, and whether in logarithms; None where a part is scored in another way."""
    step = leaf.node.normalise or definition.normalise
    if step is None or step.name != "goalposts":
        return None
    return step.parameters["low"], step.parameters["high"], step.parameters.get("log", False)


def _part(index: Index, place: int, leaf: Leaf) -> Part:
    definition, error = index.series[place].definition, leaf.node.error or 0.0
    posts, name = _goalposts(definition, leaf), leaf.id
    if posts is None:
        return Part(name, index.scores[place].to_numpy(dtype=float), fixed=True, error=error)
    low, high, log = posts
    values = _values(index, place).to_numpy()
    if log:
        values, low, high = np.log(values), float(np.log(low)), float(np.log(high))
    fixed = any(definition.unit.startswith(unit) and posts[:2] == ends for unit, ends in NATURAL.items())
    return Part(name, (values - low) / (high - low) * 100, _is_turned(index, place, leaf), fixed, error)


def _scale(results: Results, index: Index, parts: tuple[Part, ...], name: str, weight: float, as_of: str | None) -> Scale:
    """One way to score all parts, or those that it fits."""
    if name == PUBLISHED:
        return Scale(name, weight)
    names = [part.id for part in parts]
    if name in ("minmax", "percentile_rank"):
        way = minmax if name == "minmax" else percentile_rank
        found = [np.asarray(way(_values(index, place)), dtype=float) for place in range(len(parts))]
        turned = [100 - one if _is_turned(index, n, leaf) else one for n, (leaf, one) in enumerate(zip(index.leaves, found, strict=True))]
        return Scale(name, weight, dict(zip(names, turned, strict=True)), same=False)
    if name == "logarithms":
        scores = {names[place]: one for place, leaf in enumerate(index.leaves) if (one := _in_logarithms(index, place, leaf)) is not None}
        return Scale(name, weight, scores)
    return Scale(name, weight, _in_its_place(results, index, name, as_of))


def _in_its_place(results: Results, index: Index, variant: str, as_of: str | None) -> dict[str, Array]:
    """Scores that a variant has where it differs from the published recipe, by the part in whose place they are."""
    base = results.definition(index.name.partition("@")[0])
    other = index_of(results, f"{base.id}@{variant}", index.frequency, as_of=as_of)
    assert base.composite
    pairs = enumerate(zip(base.composite.leaves, other.leaves, strict=True))
    differing = [(place, own) for place, (own, its) in pairs if (own.name, own.node.normalise) != (its.name, its.node.normalise)]
    on = index.scores.index
    return {own.id: other.scores[place].reindex(on).to_numpy(dtype=float) for place, own in differing}


def _in_logarithms(index: Index, place: int, leaf: Leaf) -> Array | None:
    """Scores of what counts from 0 where each further one counts less: logarithms of one more. None of other parts."""
    definition = index.series[place].definition
    posts = _goalposts(definition, leaf)
    if posts is None or posts[0] != 0 or posts[2] or definition.unit.startswith(tuple(NATURAL)):
        return None
    scores = np.clip(np.log1p(np.maximum(_values(index, place).to_numpy(), 0)) / np.log1p(posts[1]) * 100, 0, 100)
    return np.asarray(100 - scores if _is_turned(index, place, leaf) else scores, dtype=float)
