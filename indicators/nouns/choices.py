"""The recipe of a composite as a reader changes it for one visit: a short text that an address can hold.

`mean:geometric_mean,scale:minmax,dialogue:0.5,people.visitors:0`: the mean at the top, one way to score all parts, and weights of nodes by
the names on the way to them; a weight of 0 leaves a node out.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from indicators.nouns.composite import CompositeOf, NodeOf, weights_of
from indicators.nouns.vocabulary import StepOf
from indicators.problems import Fault, Place, ProblemsFound, fault
from indicators.suggestions import suggest

MEAN, SCALE = "mean", "scale"
MEANS = ("arithmetic_mean", "geometric_mean", "harmonic_mean")
SCALES = ("minmax", "percentile_rank")
"""Other ways to score that need no numbers of their own; both move the past when a new month comes."""
ADDRESS = Place("recipe")


def with_choices(recipe: CompositeOf, text: str) -> CompositeOf:
    """A recipe with the choices of a text. ProblemsFound, with all that is wrong, where it does not fit the recipe."""
    pairs = [(key, value) for key, _, value in (one.rpartition(":") for one in text.split(",") if one)]
    nodes = dict(nodes_of(recipe.groups))
    faults = [one for key, value in pairs for one in _faults(key, value, nodes)]
    if not faults and pairs:
        weights = {key: float(value) for key, value in pairs if key in nodes}
        groups = _weighed(recipe.groups, "", weights, dict(pairs).get(SCALE))
        if groups:
            given: dict[str, Any] = {"pillars" if recipe.pillars else "parts": groups}
            return recipe.model_copy(update=given | _mean_of(recipe, dict(pairs).get(MEAN)))
        faults = [fault("wrong-value/recipe", hint="leave at least one part in it", given=text)]
    faults = faults or [fault("wrong-value/recipe", hint="leave it out for the published recipe", given=text)]
    raise ProblemsFound(one.at(ADDRESS) for one in faults)


def nodes_of(groups: Mapping[str, NodeOf], above: str = "") -> Iterator[tuple[str, NodeOf]]:
    """Every node below, by the names on the way to it, with its own."""
    for name, node in groups.items():
        yield f"{above}{name}", node
        yield from nodes_of(node.parts or {}, f"{above}{name}.")


def _faults(key: str, value: str, nodes: Mapping[str, NodeOf]) -> Iterator[Fault]:
    given, known = f"{key}:{value}", {MEAN: MEANS, SCALE: SCALES}.get(key)
    if known:
        if value not in known:
            yield fault("wrong-value/recipe", hint=suggest(value, known), given=given)
    elif key not in nodes:
        yield fault("wrong-value/recipe", hint=suggest(key, (*nodes, MEAN, SCALE)), given=given)
    elif not _is_weight(value):
        yield fault("wrong-value/recipe", hint="a weight is a number from 0 to 1000; 0 leaves the part out", given=given)


def _is_weight(text: str) -> bool:
    try:
        return 0 <= float(text) <= 1000 and not math.isnan(float(text))
    except ValueError:
        return False


def _weighed(groups: Mapping[str, NodeOf], above: str, weights: Mapping[str, float], scale: str | None) -> dict[str, NodeOf]:
    """The nodes with other weights and another way to score; without those of weight 0, and without groups of which nothing is left."""
    own, made = weights_of(groups), dict[str, NodeOf]()
    is_changed = any(f"{above}{name}" in weights for name in groups)
    for name, node in groups.items():
        weight = weights.get(f"{above}{name}", own[name])
        changes: dict[str, Any] = {"weight": weight} if is_changed else {}
        if node.parts is not None:
            changes["parts"] = _weighed(node.parts, f"{above}{name}.", weights, scale)
        if scale and (node.parts is None or node.normalise):
            changes["normalise"] = StepOf(name=scale)
        if weight and changes.get("parts", True):
            made[name] = node.model_copy(update=changes)
    return made


def _mean_of(recipe: CompositeOf, name: str | None) -> dict[str, Any]:
    """The mean at the top with the least share of the published one."""
    least = {key: value for key, value in recipe.aggregate.parameters.items() if key == "at_least"}
    return {"aggregate": StepOf(name=name, parameters=least)} if name else {}


def as_variant(published: CompositeOf, changed: CompositeOf) -> dict[str, Any]:
    """What a variant in a definition file says to be the changed recipe: only what differs, a group's parts as a whole."""
    written: dict[str, Any] = {}
    if changed.aggregate != published.aggregate:
        written["aggregate"] = _step(changed.aggregate)
    if published.pillars:
        found = {name: _difference(node, (changed.pillars or {}).get(name)) for name, node in published.pillars.items()}
        pillars = {name: one for name, one in found.items() if one != {}}
        return written | ({"pillars": pillars} if pillars else {})
    return written | {"parts": {name: _node(node) for name, node in (changed.parts or {}).items()}}


def _difference(published: NodeOf, changed: NodeOf | None) -> dict[str, Any] | None:
    """What a variant says of one pillar; None leaves it out, and an empty mapping says nothing."""
    if changed is None:
        return None
    said: dict[str, Any] = {"weight": changed.weight} if changed.weight != published.weight else {}
    if changed.normalise != published.normalise:
        said["normalise"] = _step(changed.normalise)
    before, after = ([_node(NodeOf(parts=node.parts))] for node in (published, changed))
    return said | ({"parts": after[0]["parts"]} if before != after else {})


def _node(node: NodeOf) -> dict[str, Any]:
    """A node as it is written."""
    said = ((key, getattr(node, key)) for key in NodeOf.model_fields)
    return {key: _written(key, value) for key, value in said if value not in (None, "")}


def _written(key: str, value: Any) -> Any:
    if key == "parts":
        return {name: _node(one) for name, one in value.items()}
    return _step(value) if isinstance(value, StepOf) else value.model_dump() if hasattr(value, "model_dump") else value


def _step(step: StepOf | None) -> Any:
    return None if step is None else {step.name: dict(step.parameters)} if step.parameters else step.name
