"""What a composite says: the parts of an index in a tree, each with its weight and the rule for its score."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from indicators.nouns.vocabulary import Direction, FileModel, PeriodName, Reason, Step, StepOf

COMPOSITE = "composite"
"""What stands for a pillar of config.yaml in a composite, which has pillars of its own."""
UNIT = "points of 100"
Weight = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]
MEAN = StepOf.model_construct(name="arithmetic_mean")  # building the schema to check a constant is a third of the start


class CountsFrom(FileModel):
    """From which month the number of a row counts, where a row is about a longer period but was measured at a known time."""

    column: str
    """Column of the part's table with the day or month of measuring, or a range of them as a/b, whose end counts. E.g. `field_date`."""
    otherwise: Annotated[int, Field(ge=1, le=12)]
    """Month from which a row counts that does not say when it was measured; its status is E. E.g. `6`; not: `June`."""
    reason: Annotated[Reason, Field(exclude=True)]
    """Why this month is assumed. E.g. `The rounds with a date were held from March to June.`"""


class NodeOf(FileModel):
    """A part of a composite: an indicator with the rule for its score, or a group of such parts. What a group says of `normalise`, `hold`,
    `counts_from`, `leave_out` and `error` holds for all parts below it that say nothing of it."""

    title: Annotated[str, Field(exclude=True)] = ""
    """What the group or part is called, where its name is not clear enough. E.g. `Opinion in Ruritania`."""
    weight: Weight | None = None
    """Weight among the parts beside it; all have one, or none has and they are alike. E.g. `0.4`; not: `0`, nor `40 %`."""
    reason: Annotated[str, Field(exclude=True)] = ""
    """Why this part, this weight and these goalposts, in a sentence."""
    parts: dict[str, "NodeOf"] | None = None
    """The parts of a group: name of an indicator (id or id@variant), or name of a further group -> what holds for it. Not: a list."""
    aggregate: Step | None = None
    """How the scores of a group become one; `at_least` is the least share of their weight that must be observed. E.g. `arithmetic_mean`."""
    normalise: Step | None = None
    """How a value becomes a score from 0 to 100; without it, as the indicator's own definition says."""
    direction: Direction | None = None
    """Which way is better in this composite, where it is not the indicator's own; needs a reason."""
    hold: Annotated[int, Field(ge=0, le=120)] | None = None
    """For how many further months the last value stands; it is then counted as held. E.g. `11` of yearly values; not: of sums of events."""
    counts_from: CountsFrom | None = None
    """The month from which a value counts, where that is not the last month of its period."""
    leave_out: Literal["not_a_base"] | None = None
    """`not_a_base`: a value whose window or year touches a time that its table excludes as a base is missing, and none is held into it."""
    error: Annotated[float | None, Field(ge=0, le=50, exclude=True)] = None
    """Standard deviation of the error of measuring, in points of its score; a part of the interval. E.g. `1.6` of a poll of 1,000."""


INHERITED = ("normalise", "hold", "counts_from", "leave_out", "error")
PUBLISHED = "published"
WAYS_TO_SCORE = (PUBLISHED, "minmax", "percentile_rank", "logarithms")
"""What `normalise` of the uncertainty may name besides variants."""


class UncertaintyOf(FileModel):
    """How the recipe is varied to see how much hangs on it."""

    draws: Annotated[int, Field(ge=100, le=100_000)] = 10_000
    """How many recipes are drawn. E.g. `10000`; not: `10`."""
    seed: Annotated[int, Field(ge=0)] = 0
    """Where the draws begin: the same seed gives the same interval. E.g. `18960520`."""
    weights: Annotated[float, Field(gt=0)] = 30
    """Concentration of the Dirichlet distribution of the pillars' weights around those given; less is wider. E.g. `30`."""
    within: Annotated[float, Field(gt=0)] = 12
    """The same for the weights within a group. E.g. `12`."""
    goalposts: Annotated[float, Field(ge=0, lt=1)] = 0.25
    """By how much goalposts are stretched at most, as a share. E.g. `0.25`."""
    aggregate: dict[str, Weight] = Field(default_factory=lambda: {"arithmetic_mean": 0.5, "geometric_mean": 0.3, "harmonic_mean": 0.2})
    """Means between the pillars -> how often each is drawn. E.g. `{arithmetic_mean: 0.7, geometric_mean: 0.3}`."""
    leave_out_one: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Share of the draws that leave out one part. E.g. `0.5`."""
    normalise: dict[str, Weight] = Field(default_factory=lambda: {PUBLISHED: 0.7, "minmax": 0.15, "percentile_rank": 0.15})
    """Ways to score -> how often each is drawn: `published`, `minmax` and `percentile_rank` of every part, `logarithms` of all that counts
    from 0, or a variant of this composite with as many parts, of which only the scores are taken. E.g. `{published: 0.8, minmax: 0.2}`."""


class CompositeOf(FileModel):
    """The recipe of a composite: what follows from it for each period is computed, never written."""

    pillars: dict[str, NodeOf] | None = None
    """The groups of a composite: name -> its weight, reason and parts. The names are its own, not those of config.yaml."""
    parts: dict[str, NodeOf] | None = None
    """The parts of a composite without pillars: id or id@variant -> weight and rule. Not: a list of ids."""
    aggregate: Step = MEAN
    """How scores become one; `at_least` is the least share of weight that must be observed. E.g. `{arithmetic_mean: {at_least: 0.6}}`."""
    start: Annotated[PeriodName | None, Field(alias="from")] = None
    """The first period with an index, in quotes. E.g. `'1894-05'`; not: `1894-05`."""
    experimental: Annotated[bool, Field(exclude=True)] = False
    """Whether every sentence about the index says that it is an experiment. E.g. `true`; not: `experimental`."""
    not_scored: Annotated[dict[str, Reason], Field(exclude=True)] = {}
    """Pillars of config.yaml, or indicators, that are shown beside the index and have no weight in it -> why."""
    outside_check: Annotated[dict[str, Reason], Field(exclude=True)] = {}
    """Indicators that the index is compared with, and that may therefore never be a part -> why they are a check."""
    rejected: Annotated[dict[str, Reason], Field(exclude=True)] = {}
    """Alternatives that were considered -> why they were not taken."""
    uncertainty: Annotated[UncertaintyOf | None, Field(exclude=True)] = None
    """How much the recipe is varied for the interval. Without it there is none."""

    @property
    def groups(self) -> Mapping[str, NodeOf]:
        """The highest level of parts: pillars, or the parts of a composite that has none."""
        return self.pillars or self.parts or {}

    @property
    def leaves(self) -> "tuple[Leaf, ...]":
        """The indicators in their order, each with all that holds for it."""
        return tuple(leaf for name, node in self.groups.items() for leaf in _leaves(node, (name,), self.groups, 1.0))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(leaf.name for leaf in self.leaves))

    def renamed(self, called: Callable[[str], str]) -> "CompositeOf":
        """The same recipe with other names for its indicators; where there is no name, with their number."""
        numbers = {name: called(name) or str(n) for n, name in enumerate(self.names)}
        return self.model_copy(update={"pillars": _renamed(self.pillars, numbers), "parts": _renamed(self.parts, numbers)})


class Leaf(NamedTuple):
    """An indicator in a composite: its `name`, the names on the way to it (the last is its own), what holds for it, and its share of
    the whole weight."""

    name: str
    trail: tuple[str, ...]
    node: NodeOf
    weight: float

    @property
    def id(self) -> str:
        """The names on the way to it, as text: a/b/c."""
        return "/".join(self.trail)

    @property
    def pillar(self) -> str:
        """The highest group, or the indicator itself where there is none."""
        return self.trail[0]

    @property
    def part(self) -> str:
        """What counts as one part: a child of a pillar. Several indicators below it are one part, measured in several ways."""
        return self.trail[min(1, len(self.trail) - 1)]

    @property
    def months_held(self) -> int:
        """For how many further months its last value stands."""
        return self.node.hold or 0


def weights_of(nodes: Mapping[str, NodeOf]) -> dict[str, float]:
    """Weights beside each other, as shares of one; alike where none is given.

    >>> weights_of({"balls": NodeOf(weight=3), "duels": NodeOf(weight=1)}), weights_of({"balls": NodeOf(), "duels": NodeOf()})
    ({'balls': 0.75, 'duels': 0.25}, {'balls': 0.5, 'duels': 0.5})
    """
    given = {name: node.weight or 1.0 for name, node in nodes.items()}
    return {name: weight / sum(given.values()) for name, weight in given.items()}


def _leaves(node: NodeOf, trail: tuple[str, ...], beside: Mapping[str, NodeOf], whole: float) -> Iterator[Leaf]:
    weight = whole * weights_of(beside)[trail[-1]]
    if node.parts is None:
        yield Leaf(trail[-1], trail, node, weight)
        return
    for name, part in node.parts.items():
        own = part.model_fields_set
        taken = {key: getattr(node, key) for key in INHERITED if key not in own and getattr(node, key) is not None}
        full = part.model_copy(update=taken)
        yield from _leaves(full, (*trail, name), node.parts, weight)


def _renamed(nodes: Mapping[str, NodeOf] | None, called: Mapping[str, str]) -> dict[str, NodeOf] | None:
    if nodes is None:
        return None
    return {
        called[name] if node.parts is None else name: node.model_copy(update={"parts": _renamed(node.parts, called)})
        for name, node in nodes.items()
    }


def changed(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """What is written of a composite with the changes of a variant: other keys as a whole, `pillars` and `parts` by name. Of each of
    these only the keys given are replaced, and null leaves it out.

    >>> changed({"pillars": {"a": {"weight": 1, "reason": "r"}, "b": {"weight": 2}}}, {"pillars": {"a": {"weight": 3}, "b": None}})
    {'pillars': {'a': {'weight': 3, 'reason': 'r'}}}
    """
    result = {**base, **changes}
    for key in ("pillars", "parts"):
        own, before = changes.get(key), base.get(key)
        if isinstance(own, dict) and isinstance(before, dict):
            shared = [name for name, one in own.items() if isinstance(one, dict) and isinstance(before.get(name), dict)]
            merged = {**before, **own, **{name: {**before[name], **own[name]} for name in shared}}
            result[key] = {name: one for name, one in merged.items() if one is not None or name not in own}
    return result
