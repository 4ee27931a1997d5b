"""Scores of parts to one score: weighted means, a tree of them, and the exact split of a change.

All of it works on arrays: a score is a number from 0 to 100 for each period, NaN where it is missing, and may have any axes before the
periods (one for each of many recipes). A part that is missing gives its weight to the others of its group; where less than the least share
of a group's weight is observed, the group is missing. Formulas: OECD/JRC, Handbook on Constructing Composite Indicators (2008), part 1, 6.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import Field

from indicators.nouns.definition import operation

Array: TypeAlias = npt.NDArray[np.float64]
Mean = Literal["arithmetic_mean", "geometric_mean", "harmonic_mean"]
Share = Annotated[float, Field(ge=0, le=1)]
Floor = Annotated[float, Field(gt=0, le=100)]
EDGE = 1e-9
"""By how much an observed share may miss the least share: .4 + .3 is less than .7 in binary numbers, and not on paper."""


class Scale(NamedTuple):
    """A quasi-arithmetic mean is the arithmetic one of scores on another scale, brought back: `to` and `back` (Kolmogorov 1930).
    `derivative`: that of `to`."""

    to: Callable[[Array], Array]
    back: Callable[[Array], Array]
    derivative: Callable[[float], float]


def scale_of(mean: Mean, floor: float) -> Scale:
    """The scale of a mean: scores themselves, their logarithms, or one over them, lifted to the floor."""
    if mean == "arithmetic_mean":
        return Scale(lambda scores: scores, lambda read: read, lambda score: 1.0)
    if mean == "geometric_mean":
        return Scale(lambda scores: np.log(np.maximum(scores, floor)), np.exp, lambda score: (score >= floor) / max(score, floor))
    return Scale(
        lambda scores: 1 / np.maximum(scores, floor), lambda read: 1 / read, lambda score: -(score >= floor) / max(score, floor) ** 2
    )


def observed_share(scores: Array, weights: Array) -> Array:
    """Share of the weight of those parts that are observed, 0-1; NaN where no part has a weight. Axes as for the means.

    >>> observed_share(np.array([[50.0], [np.nan]]), np.array([3.0, 1.0])).tolist()
    [0.75]
    """
    wide = _widened(weights, scores)
    total = wide.sum(axis=0)
    return _divided(np.where(np.isnan(scores), 0.0, wide).sum(axis=0), total)


def _widened(weights: Array, scores: Array) -> Array:
    """Weights with an axis of length one for each that the scores have besides."""
    return weights.reshape(weights.shape + (1,) * (scores.ndim - weights.ndim))


def _divided(above: Array, below: Array) -> Array:
    """A ratio, NaN where it has no meaning."""
    return np.divide(above, below, out=np.full(np.broadcast_shapes(above.shape, below.shape), np.nan), where=below > 0)


def _mean(scores: Array, weights: Array, at_least: float, by: Scale) -> Array:
    missing = np.isnan(scores)
    wide = np.where(missing, 0.0, _widened(weights, scores))
    observed = wide.sum(axis=0)
    read = np.where(missing, 0.0, by.to(scores))
    means = by.back(_divided((wide * read).sum(axis=0), observed))
    if not at_least:
        return means
    short = observed < (at_least - EDGE) * _widened(weights, scores).sum(axis=0)
    return np.where(short, np.nan, means)


@operation(None)
def arithmetic_mean(scores: Array, weights: Array, *, at_least: Share = 1) -> Array:
    """Weighted mean: a low score may be offset by a high one, in full. Missing below the least share of weight observed,
    `at_least`; without one everything must be.

    `scores` have the parts on their first axis; `weights` one number for each part, or one for each part and recipe.

    >>> arithmetic_mean(np.array([[90.0, 90.0], [10.0, np.nan]]), np.array([3.0, 1.0]), at_least=0.5).tolist()
    [70.0, 90.0]
    """
    return _mean(scores, weights, at_least, scale_of("arithmetic_mean", 1))


@operation(None)
def geometric_mean(scores: Array, weights: Array, *, at_least: Share = 1, floor: Floor = 1) -> Array:
    """Weighted geometric mean: a low score pulls harder than a high one lifts. Scores below the `floor` count as the floor, for one zero
    would make all zero. Missing below the least share of weight observed, `at_least`; without one everything must be.

    >>> geometric_mean(np.array([[4.0, 0.0], [9.0, 100.0]]), np.array([1.0, 1.0])).round(9).tolist()
    [6.0, 10.0]
    """
    return _mean(scores, weights, at_least, scale_of("geometric_mean", floor))


@operation(None)
def harmonic_mean(scores: Array, weights: Array, *, at_least: Share = 1, floor: Floor = 1) -> Array:
    """Weighted harmonic mean: the lowest score decides most. Scores below the `floor` count as the floor. Missing below the least share of
    weight observed, `at_least`; without one everything must be.

    >>> harmonic_mean(np.array([[20.0], [60.0]]), np.array([1.0, 1.0])).round(9).tolist()
    [30.0]
    """
    return _mean(scores, weights, at_least, scale_of("harmonic_mean", floor))


@dataclass(frozen=True)
class Node:
    """A composite, a pillar or a part, with its `weight` among its siblings. The `mean` of its children is missing where less than
    `at_least` of their weight is observed; `floor` is that of a geometric or harmonic mean. A part has no children."""

    id: str
    weight: float = 1.0
    mean: Mean = "arithmetic_mean"
    at_least: float = 0.0
    floor: float = 1.0
    children: tuple["Node", ...] = ()

    def __post_init__(self) -> None:
        if not (0 < self.weight < np.inf and 0 <= self.at_least <= 1 and self.floor > 0):
            raise ValueError(f"{self.id}: a weight and a floor are above 0, a least share is from 0 to 1")
        names = [one.id for one in self.walk()]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.id}: a name appears twice among {', '.join(names)}")

    def walk(self) -> Iterator["Node"]:
        """The node and all below it, parents first."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def leaves(self) -> tuple[str, ...]:
        """Names of the parts below it, or its own where it is one."""
        return tuple(one.id for one in self.walk() if not one.children)

    def nominal(self) -> dict[str, float]:
        """The weight of each part in the whole where everything is observed; they sum to 1."""
        if not self.children:
            return {self.id: 1.0}
        total = sum(child.weight for child in self.children)
        return {name: child.weight / total * weight for child in self.children for name, weight in child.nominal().items()}


class Aggregated(NamedTuple):
    """What a tree makes of the scores of its parts, each by period (and recipe).

    `score`: by node, parts as given; NaN where missing. `observed`: by node with children, the share of the weight of its own children
    that is observed, 0-1, also where that is too little. `reported`: by node, the share of the weight of all parts below it that is
    observed and used, 0-1: a part in a group that is missing is not used. `weight`: by part, its weight in the whole after that of missing
    ones went to their siblings; 0 for one that is not used, NaN where the whole is missing. They sum to 1.
    """

    score: dict[str, Array]
    observed: dict[str, Array]
    reported: dict[str, Array]
    weight: dict[str, Array]


def aggregate(tree: Node, scores: Mapping[str, Array], weights: Mapping[str, Array] | None = None) -> Aggregated:
    """Scores of the parts to those of every node. `weights` (one for each recipe, by node) take the place of the nodes' own.

    >>> tree = Node("all", at_least=0.5, children=(Node("a", 3), Node("b", 1)))
    >>> aggregate(tree, {"a": np.array([60.0, np.nan]), "b": np.array([20.0, 20.0])}).score["all"].tolist()
    [50.0, nan]
    """
    made = Aggregated({}, {}, {}, {})
    score_of(tree, scores, weights or {}, made.score)
    _report(tree, weights or {}, made)
    _descend(tree, np.where(np.isnan(made.score[tree.id]), np.nan, 1.0), weights or {}, made)
    return made


def score_of(node: Node, scores: Mapping[str, Array], weights: Mapping[str, Array], every: dict[str, Array] | None = None) -> Array:
    """The score of a node alone, as `aggregate` has it, and nothing about what it is made of; `every` takes the scores of all nodes."""
    if node.children:
        below = np.stack([score_of(child, scores, weights, every) for child in node.children])
        score = _mean(below, _weights_of(node, weights), node.at_least, scale_of(node.mean, node.floor))
    else:
        score = scores[node.id]
    if every is not None:
        every[node.id] = score
    return score


def _report(node: Node, weights: Mapping[str, Array], made: Aggregated) -> None:
    if not node.children:
        made.reported[node.id] = np.where(np.isnan(made.score[node.id]), 0.0, 1.0)
        return
    for child in node.children:
        _report(child, weights, made)
    below = np.stack([made.score[child.id] for child in node.children])
    used = np.where(np.isnan(below), 0.0, np.stack([made.reported[child.id] for child in node.children]))
    wide = _widened(_weights_of(node, weights), below)
    made.observed[node.id] = observed_share(below, wide)
    made.reported[node.id] = _divided((wide * used).sum(axis=0), wide.sum(axis=0))


def _weights_of(node: Node, weights: Mapping[str, Array]) -> Array:
    """Weights of a node's children, those of each recipe on the second axis where there are recipes."""
    return np.stack(np.broadcast_arrays(*(weights.get(child.id, np.asarray(child.weight, float)) for child in node.children)))


def _descend(node: Node, weight: Array, weights: Mapping[str, Array], made: Aggregated) -> None:
    if not node.children:
        made.weight[node.id] = weight
        return
    below = np.stack([made.score[child.id] for child in node.children])
    own = np.where(np.isnan(below), 0.0, _widened(_weights_of(node, weights), below))
    shares = np.nan_to_num(_divided(own, own.sum(axis=0)))
    for child, share in zip(node.children, shares, strict=True):
        _descend(child, weight * share, weights, made)


class Change(NamedTuple):
    """A change of a composite between two periods, in points. `total` is the sum of all of `real` and `composition`; NaN, and both empty,
    where the composite is missing at an end.

    `real`: by part that is used at both ends, what the change of its score did, with the weights that hold among these parts.
    `composition`: by part that is used at one end only, what its entering or leaving did: no news of the thing measured.
    """

    total: float
    real: dict[str, float]
    composition: dict[str, float]


def contributions(tree: Node, before: Mapping[str, float], after: Mapping[str, float]) -> Change:
    """The change from `before` to `after` (scores by part, NaN where missing), split exactly over the parts.

    Arithmetic: weight times change of score. Other means are arithmetic on their own scale, so the change there is split in the same way
    and brought back at one rate, change of the mean over change on its scale: for the geometric mean the logarithmic mean of
    both ends (Ang, Energy Policy 32 (2004), LMDI-I; Montgomery 1937), exact and the same in either direction. A part that enters or
    leaves contributes its weight times the distance of its score from the mean of those that stay in its group.

    >>> tree = Node("all", children=(Node("a"), Node("b")))
    >>> contributions(tree, {"a": 40.0, "b": float("nan")}, {"a": 50.0, "b": 80.0})
    Change(total=25.0, real={'a': 10.0}, composition={'b': 15.0})
    """
    ends = [{name: np.asarray(end.get(name, np.nan), float) for name in tree.leaves} for end in (before, after)]
    made = [aggregate(tree, end) for end in ends]
    low, high = (float(one.score[tree.id]) for one in made)
    if np.isnan(low) or np.isnan(high):
        return Change(np.nan, {}, {})
    used = [{name: float(end[name]) for name in tree.leaves if one.weight[name] > 0} for end, one in zip(ends, made, strict=True)]
    common = [{name: end[name] for name in end if name in used[0] and name in used[1]} for end in used]
    real = _path(tree, common[0], common[1], 0.0) if common[0] else {}
    middle = (low + high) / 2  # what is entered against where no part stays; any value gives the same sum
    left, entered = (_path(tree, stays, end, middle) for stays, end in zip(common, used, strict=True))
    composition = {name: value for name, value in entered.items() if name not in real}
    composition |= {name: -value for name, value in left.items() if name not in real}
    rest = (high - low - sum(real.values()) - sum(composition.values())) / max(1, len(composition))  # a floor between two kinds of mean
    return Change(high - low, real, {name: value + rest for name, value in composition.items()})


def _path(node: Node, start: Mapping[str, float], end: Mapping[str, float], elsewhere: float) -> dict[str, float]:
    """What each part did on the way of a node's score from `start` to `end`, where parts may enter but none leaves. A group that begins
    empty begins at `elsewhere`."""
    if not node.children:
        return {node.id: end[node.id] - start.get(node.id, elsewhere)} if node.id in end else {}
    inside = [child for child in node.children if any(name in end for name in child.leaves)]
    before, after = _value(node, start, elsewhere), _value(node, end, elsewhere)
    total = sum(child.weight for child in inside)
    by = scale_of(node.mean, node.floor)
    speed = _rate(by, before, after)
    split: dict[str, float] = {}
    for child in inside:
        parts = _path(child, start, end, before)
        pace = _rate(by, _value(child, start, before), _value(child, end, before))
        share = child.weight / total * pace / speed if speed else 0.0
        split |= {name: share * value for name, value in parts.items()}
    return split


def _value(node: Node, scores: Mapping[str, float], elsewhere: float) -> float:
    """Score of a node from those parts that have one, whatever their share; `elsewhere` where none has."""
    if not node.children:
        return scores.get(node.id, elsewhere)
    inside = [child for child in node.children if any(name in scores for name in child.leaves)]
    if not inside:
        return elsewhere
    by, total = scale_of(node.mean, node.floor), sum(child.weight for child in inside)
    return float(by.back(np.asarray(sum(child.weight / total * by.to(np.asarray(_value(child, scores, 0.0))) for child in inside))))


def _rate(by: Scale, start: float, end: float) -> float:
    """The change on a scale over the change of the score between two scores, or the derivative where there is none."""
    read = by.to(np.asarray([start, end], float))
    return float(read[1] - read[0]) / (end - start) if abs(end - start) > EDGE else by.derivative((start + end) / 2)
