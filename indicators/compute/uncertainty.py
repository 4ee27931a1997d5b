"""How much of a composite hangs on its recipe: many recipes are drawn, each as defensible as the published one, and counted.

A draw varies weights (Dirichlet around those given), the scale of scores, goalposts, the mean at the top, which part is left out, and
errors of measuring. Draw 0 is the published recipe. Whether a period has an index at all is decided by the published recipe; a drawn
one then uses what is reported there, whatever its share. OECD/JRC, Handbook on Constructing Composite Indicators (2008), part 1, 7.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt

from indicators.nouns.composite import UncertaintyOf
from indicators.operations.aggregate import Array, Mean, Node, aggregate, score_of

Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
BLOCK = 25_600
"""Numbers of one part that are worked on at a time (draws times periods): they fit the cache of a processor."""
MOST_ERRORS = 8
"""Parts whose errors are kept; those of one take some megabytes."""
LOW, HIGH = 5, 95
"""Per cent of the recipes that end below the interval, and below its upper end."""
TIE = 1e-9


class Part(NamedTuple):
    """A part as recipes vary it. `position`: by period, where its value is between the goalposts, 0 at the low one and 100 at the high one,
    not clipped and before direction; NaN is missing. `turned`: lower is better. `fixed`: its goalposts have no other place, as 0 and 100
    of a percentage, or it has none. `error`: standard deviation of measuring, in points; neighbouring periods with one value are one
    measurement."""

    id: str
    position: Array
    turned: bool = False
    fixed: bool = False
    error: float = 0.0

    @property
    def measurements(self) -> Whole:
        """By period, the number of the measurement that stands there."""
        return np.cumsum(np.r_[False, self.position[1:] != self.position[:-1]])[: len(self.position)]


class Scale(NamedTuple):
    """A way to score, drawn with a `weight`: by part its scores, 0-100 and 100 best; a part that has none keeps its own. `same`: a score
    means what it means in the published recipe, so that both may be drawn in one band; a rank among all months does not."""

    name: str
    weight: float
    scores: Mapping[str, Array] = {}
    same: bool = True


class Recipes(NamedTuple):
    """Draws, by what is varied. Per draw: weights by node, the place of the scale, by part how far its goalposts are stretched, the
    place of the mean, the place of the part that is left out (-1 for none), and by part the errors of its measurements."""

    weights: Mapping[str, Array]
    scale: Whole
    goalposts: Mapping[str, Array]
    mean: Whole
    left_out: Whole
    error: Mapping[str, Array]

    @property
    def columns(self) -> "Iterator[npt.NDArray[Any]]":
        """All arrays, in one order."""
        for each in (self.weights, self.goalposts, self.error):
            yield from (each[name] for name in sorted(each))
        yield from (self.scale, self.mean, self.left_out)


SOURCES = Recipes._fields
"""What is varied."""


@dataclass(frozen=True)
class Model:
    """A composite as recipes vary it: the tree, what its leaves are, the scales, of which the first is the published one, and how much is
    varied."""

    tree: Node
    parts: tuple[Part, ...]
    scales: tuple[Scale, ...]
    settings: UncertaintyOf

    @cached_property
    def published(self) -> Array:
        """The index by period, as published."""
        return self.aggregated[0]

    @cached_property
    def used(self) -> Mask:
        """By part and period: whether the published recipe uses it."""
        return self.aggregated[1]

    @cached_property
    def aggregated(self) -> tuple[Array, Mask]:
        """The published index, and which parts it uses."""
        made = aggregate(self.tree, {part.id: _score(part, part.position) for part in self.parts})
        return made.score[self.tree.id], np.stack([made.weight[part.id] > 0 for part in self.parts])

    @cached_property
    def units(self) -> tuple[Node, ...]:
        """What may be left out: the parts of each group, or a group that has none, by name; several indicators below one are one part."""
        found = [child for group in self.tree.children for child in group.children or (group,)]
        return tuple(sorted(found, key=lambda node: node.id)) if len(found) > 1 else ()

    @property
    def means(self) -> tuple[Mean, ...]:
        """The means at the top: the published one, and the others that may be drawn."""
        drawn = cast(tuple[Mean, ...], tuple(self.settings.aggregate))
        return (self.tree.mean, *(name for name in drawn if name != self.tree.mean))


# ---- draws ----


def drawn(model: Model, draws: int, series: int = 0) -> Recipes:
    """So many recipes; the first is the published one. What is drawn for a part depends on its name, never on its place.

    `series` tells apart draws that must not depend on each other.
    """
    settings = model.settings
    plain = published_recipes(model, draws)

    begin = partial(_begin, settings.seed, series)
    weights: dict[str, Array] = {}
    for node in model.tree.walk():
        total = sum(child.weight for child in node.children)
        spread = settings.weights if node is model.tree else settings.within
        # Gamma numbers that are divided by their sum are Dirichlet; the mean divides them.
        weights |= {c.id: begin("weights", c.id).gamma(spread * c.weight / total, size=draws) + 1e-12 for c in node.children}
    stretched = np.log1p(settings.goalposts)
    goalposts = {name: np.exp(begin("goalposts", name).uniform(-stretched, stretched, draws)) for name in plain.goalposts}
    error = {name: _errors(settings.seed, series, name, *one.shape) for name, one in plain.error.items()}
    every = settings.aggregate
    means = [every.get(name, 0.0) for name in model.means] if every else [1.0]
    scales = [one.weight for one in model.scales]
    out = begin("left_out")
    left_out = np.where(out.random(draws) < settings.leave_out_one, out.integers(0, max(1, len(model.units)), draws), -1)
    recipes = Recipes(
        weights,
        _chosen(begin("scale"), scales, draws),
        goalposts,
        _chosen(begin("mean"), means, draws),
        left_out if model.units else plain.left_out,
        error,
    )
    for made, nominal in zip(recipes.columns, plain.columns, strict=True):
        made[0] = nominal[0]
    return recipes


def _begin(seed: int, series: int, source: str, name: str = "") -> np.random.Generator:
    return np.random.default_rng([seed, series, zlib.crc32(f"{source}:{name}".encode())])


@lru_cache(MOST_ERRORS)
def _errors(seed: int, series: int, name: str, draws: int, measurements: int) -> Array:
    """Errors of measuring, which all recipes of a composite have in common; the first draw has none."""
    made = _begin(seed, series, "error", name).standard_normal((draws, measurements))
    made[0] = 0
    return made


def published_recipes(model: Model, draws: int) -> Recipes:
    """The published recipe, so many times."""
    sizes = {part.id: (draws, int(part.measurements.max(initial=0)) + 1) for part in model.parts if part.error}
    return Recipes(
        {node.id: np.full(draws, node.weight) for node in model.tree.walk() if node is not model.tree},
        np.zeros(draws, np.int64),
        {part.id: np.ones(draws) for part in model.parts if not part.fixed},
        np.zeros(draws, np.int64),
        np.full(draws, -1),
        {name: np.zeros(size) for name, size in sizes.items()},
    )


def _chosen(random: np.random.Generator, weights: Sequence[float], draws: int) -> Whole:
    """Places, each as often as its weight says."""
    ends = np.cumsum(weights) / sum(weights)
    return np.minimum(np.searchsorted(ends, random.random(draws), side="right"), len(weights) - 1).astype(np.int64)


# ---- the index of each draw ----


def _score(part: Part, position: Array) -> Array:
    """A clipped score, 100 best."""
    score = np.clip(position, 0, 100)
    return 100 - score if part.turned else score


def _scores(model: Model, recipes: Recipes, draws: Whole, scale: int, places: Whole, used: Mask) -> dict[str, Array]:
    """Scores of the parts by draw and place of a period, on one scale; NaN where a part is not `used`."""
    made = {}
    other = model.scales[scale].scores
    for part, here in zip(model.parts, used, strict=True):
        if part.id in other:
            scores = np.broadcast_to(other[part.id][places], (len(draws), len(places))).copy()
        else:
            scores = _placed(part, recipes, draws, places)
        scores[:, ~here] = np.nan
        made[part.id] = scores
    return made


def _placed(part: Part, recipes: Recipes, draws: Whole, places: Whole) -> Array:
    """Scores of a part between the low goalpost and a high one that is nearer or farther, with the error of measuring."""
    if part.fixed:
        position = np.repeat(part.position[None, places], len(draws), axis=0)
    else:
        position = part.position[places] / recipes.goalposts[part.id][draws, None]
    if part.id in recipes.error:
        position += part.error * recipes.error[part.id][np.ix_(draws, part.measurements[places])]
    return _score(part, position)


def _blocks(recipes: Recipes, periods: int) -> Iterator[tuple[int, int, Whole]]:
    """Draws that have one scale and one mean, a block at a time: their scale, their mean, and which they are."""
    size = max(1, BLOCK // max(1, periods))
    for scale in np.unique(recipes.scale).tolist():
        for mean in np.unique(recipes.mean).tolist():
            alike = np.flatnonzero((recipes.scale == scale) & (recipes.mean == mean))
            for start in range(0, len(alike), size):
                yield scale, mean, alike[start : start + size]


def _tree(model: Model, mean: int) -> Node:
    """The tree of a draw, which takes what is reported."""

    def free(node: Node) -> Node:
        return replace(node, at_least=0.0, children=tuple(free(child) for child in node.children))

    return replace(free(model.tree), mean=model.means[mean])


def _weights(model: Model, recipes: Recipes, draws: Whole) -> dict[str, Array]:
    """Weights of some draws by node; those of a part that is left out are 0, and so is a group of which nothing is left."""
    weights = {name: one[draws] for name, one in recipes.weights.items()}
    for place, node in enumerate(model.units):
        out = recipes.left_out[draws] == place
        if out.any():
            names = [node.id, *(group.id for group in model.tree.children if group.children == (node,))]
            weights |= {name: np.where(out, 0.0, weights[name]) for name in names}
    return weights


def index_at(model: Model, recipes: Recipes, places: Whole, used: Mask) -> Array:
    """The index by draw and place of a period, from the parts that are `used` there; NaN where a recipe has no part."""
    made, trees = np.full((len(recipes.scale), len(places)), np.nan), [_tree(model, mean) for mean in range(len(model.means))]
    for scale, mean, draws in _blocks(recipes, len(places)):
        scores = _scores(model, recipes, draws, scale, places, used)
        made[draws] = score_of(trees[mean], scores, _weights(model, recipes, draws))
    return made


def indices(model: Model, recipes: Recipes) -> Array:
    """The index by draw and period; NaN where the published one is missing, or where a recipe has no part."""
    made = index_at(model, recipes, np.arange(len(model.published)), model.used)
    made[:, np.isnan(model.published)] = np.nan
    return made


# ---- what they say together ----


class Band(NamedTuple):
    """The published index and its interval, each by period; NaN where it is missing. `low`, `high`: 5-95 per cent of the recipes on one
    scale, always with the published one."""

    published: Array
    low: Array
    high: Array


class Changes(NamedTuple):
    """What recipes say of the index and the one some periods before, on the parts used at both ends; NaN where that is missing. `higher`:
    share of all recipes, 0-1, in which it is higher; no change counts half. `change`: the published change, and `low`, `high` its
    interval."""

    higher: Array
    change: Array
    low: Array
    high: Array


def said(model: Model, recipes: Recipes, lag: int, places: Whole) -> tuple[Band, Changes]:
    """The interval of each period, and how many recipes agree that the index at some places is higher than `lag` periods before."""
    known, every, same = ~np.isnan(model.published), np.arange(len(model.published)), np.array([one.same for one in model.scales])
    columns = np.flatnonzero((places >= lag) & known[places] & known[np.maximum(places - lag, 0)])
    later = places[columns]
    both = model.used[:, later] & model.used[:, later - lag]
    made = index_at(model, recipes, np.concatenate((every, later, later - lag)), np.hstack((model.used, both, both)))
    levels, after, before = np.split(made, [len(every), len(every) + len(later)], axis=1)
    levels[:, ~known] = np.nan
    change = np.full((len(made), len(places)), np.nan)
    change[:, columns] = after - before
    counted = (~np.isnan(change)).sum(axis=0)
    wins = (change > TIE).sum(axis=0) + (np.abs(change) <= TIE).sum(axis=0) / 2
    higher = np.divide(wins, counted, out=np.full(len(wins), np.nan), where=counted > 0)
    on_scale = same[recipes.scale]
    band = Band(levels[0], *_interval(levels[on_scale], levels[0]))
    return band, Changes(higher, change[0], *_interval(change[on_scale], change[0]))


def _interval(values: Array, published: Array) -> tuple[Array, Array]:
    """5th and 95th percentile of each column, widened to the published value."""
    known = np.flatnonzero(~np.isnan(published))
    ends = np.full((2, len(published)), np.nan)
    if len(known):
        ends[:, known] = np.nanpercentile(values[:, known], (LOW, HIGH), axis=0)
    return np.fmin(ends[0], published), np.fmax(ends[1], published)


class Swing(NamedTuple):
    """How far the index of a period goes when one thing alone is varied: from `low` to `high`, and by which choice, where it is one."""

    source: str
    low: float
    high: float
    low_by: str = ""
    high_by: str = ""


def swings(model: Model, period: int, draws: int = 1000) -> tuple[Swing, ...]:
    """What the index of a period (its place) hangs on, the widest swing first: every choice where there are choices, else 5-95 per cent of
    the draws. Empty where the index is missing."""
    here = _only(model, period)
    if np.isnan(here.published[0]):
        return ()
    found = [_choices(here, source, names) for source, names in _named(here).items() if names]
    some = drawn(here, draws)
    for source in ("weights", "goalposts", "error"):
        values = indices(here, published_recipes(here, draws)._replace(**{source: getattr(some, source)}))
        low, high = _interval(values, here.published)
        found.append(Swing(source, float(low[0]), float(high[0])))
    return tuple(sorted(found, key=lambda one: one.low - one.high))


def _only(model: Model, period: int) -> Model:
    """The model of one period."""
    parts = tuple(part._replace(position=part.position[period : period + 1]) for part in model.parts)
    scales = tuple(one._replace(scores={name: score[period : period + 1] for name, score in one.scores.items()}) for one in model.scales)
    return replace(model, parts=parts, scales=scales)


def _named(model: Model) -> dict[str, tuple[str, ...]]:
    """The choices besides the published one, by what is varied."""
    return {"scale": tuple(one.name for one in model.scales[1:]), "mean": model.means[1:], "left_out": tuple(one.id for one in model.units)}


def _choices(model: Model, source: str, names: Sequence[str]) -> Swing:
    first = 0 if source == "left_out" else 1
    recipes = published_recipes(model, len(names) + 1)
    taken = np.arange(first, first + len(names))
    values = indices(model, recipes._replace(**{source: np.r_[getattr(recipes, source)[:1], taken]}))[:, 0]
    low, high = int(np.nanargmin(values)), int(np.nanargmax(values))
    every = ("", *names)
    return Swing(source, float(values[low]), float(values[high]), every[low], every[high])


def total_indices(model: Model, period: int, draws: int = 4000) -> dict[str, float]:
    """Total Sobol indices of the index of a period: the share of its variance that goes when all but one thing is known. They may sum to
    more than 1. Empty where nothing varies."""
    here = _only(model, period)
    if np.isnan(here.published[0]):
        return {}
    first, second = drawn(here, draws), drawn(here, draws, series=1)
    mixed = {source: first._replace(**{source: getattr(second, source)}) for source in SOURCES}
    return jansen(indices(here, first)[:, 0], {source: indices(here, one)[:, 0] for source, one in mixed.items()})


def jansen(values: Array, mixed: Mapping[str, Array]) -> dict[str, float]:
    """Total indices from values, and from those with one source drawn anew (Jansen 1999; Saltelli et al. 2010, formula f).

    >>> jansen(np.array([0.0, 2.0]), {"all": np.array([2.0, 0.0]), "nothing": np.array([0.0, 2.0])})
    {'all': 2.0, 'nothing': 0.0}
    """
    spread = float(np.nanvar(values))
    return {source: float(np.nanmean((values - one) ** 2) / 2 / spread) for source, one in mixed.items()} if spread > TIE else {}
