"""Composites: how they are written (their recipe beside the title, variants that change single pillars), and what is wrong with one."""

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

import pandas as pd

from indicators.nouns.composite import COMPOSITE, UNIT, WAYS_TO_SCORE, CompositeOf, Leaf, NodeOf, UncertaintyOf
from indicators.nouns.definition import Definition
from indicators.nouns.descriptor import Resource
from indicators.nouns.periods import MONTHS, is_finer
from indicators.nouns.vocabulary import StepOf
from indicators.operations.registry import OPERATIONS, Stage, reducer_traits, step_faults
from indicators.problems import Fault, Trail, fault
from indicators.reading.dependencies import frequencies_of, parts_of, tables_behind
from indicators.suggestions import suggest

ABOUT = (
    *("title", "question", "counts", "short", "frequency", "notable", "lines", "credit", "credit_short"),
    *("annotations", "notes", "formerly", "excuses"),
)
"""Keys of a composite that any indicator has."""
RECIPE = tuple(field.alias or name for name, field in CompositeOf.model_fields.items())
KEYS = (*ABOUT, *RECIPE, "variants")
TREE = ("pillars", "parts")
GIVEN = {"unit": UNIT, "direction": "higher is better"}


def unknown_keys(raw: Mapping[str, Any], base: Mapping[str, Any] | None = None) -> Iterator[Fault]:
    """The keys of a composite, or of a variant of one (`base`: what it changes), that it cannot have; and what the variant leaves out
    and is not there."""
    yield from idle_faults(base, raw) if base else ()
    for key in raw:
        if key not in KEYS:
            yield fault("unknown-key", key, hint=suggest(key, KEYS), key=key)


def as_definition(written: Mapping[str, Any]) -> dict[str, Any]:
    """A composite as it is written, as the definition that it is."""
    recipe = {key: value for key, value in written.items() if key in RECIPE}
    return {**{key: value for key, value in written.items() if key not in RECIPE}, **GIVEN, COMPOSITE: recipe}


def as_written(trail: Trail) -> Trail:
    """Where something of a definition is in its file: the keys of a recipe stand beside the title."""
    return trail[1:] if trail[:1] == (COMPOSITE,) else trail


def idle_faults(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Iterator[Fault]:
    """Pillars and parts that a variant leaves out, and that are not there."""
    for key in TREE:
        there, left_out = base.get(key), changes.get(key)
        if isinstance(there, dict) and isinstance(left_out, dict):
            for name in [name for name, one in left_out.items() if one is None and name not in there]:
                yield fault("unknown-key", key, name, hint=suggest(name, there), key=name)


# ---- what is wrong with one ----

Rules = Mapping[str, Definition]
Resources = Mapping[str, Resource]


def composite_faults(definition: Definition, written: Rules, named: Set[str] | None, resources: Resources) -> Iterator[Fault]:
    """The faults of a recipe, each with the trail to it in the file."""
    recipe = definition.composite
    assert recipe
    if definition.frequency not in MONTHS:
        yield fault("frequency-too-fine/composite", "frequency", hint=f"possible: {', '.join(MONTHS)}", frequency=definition.frequency)
        return
    yield from (finding.under("aggregate") for finding in step_faults("aggregate", recipe.aggregate))
    if not recipe.groups or (recipe.pillars and recipe.parts):
        case = "two-ways/pillars" if recipe.groups else "missing-key/parts"
        yield fault(case, "parts" if recipe.parts is not None else "pillars", hint="write parts:, or pillars: with parts: in each")
    for key in TREE:
        nodes = getattr(recipe, key)
        yield from (finding.under(key) for finding in _group_faults(nodes)) if nodes else ()
    known = {name: one for name, one in written.items() if not one.composite or name != definition.name}
    for leaf in recipe.leaves:
        trail = _trail_of(leaf, recipe)
        yield from (finding.under(*trail) for finding in _leaf_faults(definition, leaf, known, named, resources))
    yield from _repeated(recipe)
    if recipe.uncertainty and named is not None:
        yield from (finding.under("uncertainty") for finding in _uncertainty_faults(definition, recipe.uncertainty, written, named))
    for name in recipe.outside_check:
        if named is not None and name not in named:
            yield fault("unknown-indicator", "outside_check", name, hint=suggest(name, named), indicator=name)


def _trail_of(leaf: Leaf, recipe: CompositeOf) -> Trail:
    first, *rest = leaf.trail
    return ("pillars" if recipe.pillars else "parts", first, *(step for name in rest for step in ("parts", name)))


def _group_faults(nodes: Mapping[str, NodeOf]) -> Iterator[Fault]:
    """What is wrong with parts beside each other, and with those below them, whatever they refer to."""
    without = [name for name, node in nodes.items() if node.weight is None]
    if without and len(without) < len(nodes):
        yield fault("missing-key/weight", without[0], hint="give all parts of a group a weight, or none", part=without[0])
    for name, node in nodes.items():
        stages: tuple[tuple[Stage, StepOf | None], ...] = (("normalise", node.normalise), ("aggregate", node.aggregate))
        for stage, step in stages:
            wrong = list(step_faults(stage, step)) if step else []
            yield from (finding.under(name, stage) for finding in wrong)
            if step and stage == "normalise" and not wrong:
                yield from (finding.under(name, stage) for finding in normalise_faults(step))
        if node.parts is None and node.aggregate:
            yield fault("unknown-key/of-a-group", name, "aggregate", hint="only a group has parts to aggregate", key="aggregate", part=name)
        if node.direction and not node.reason:
            yield fault("missing-key/reason", name, hint="add reason: …", part=name)
        if node.parts is not None and not node.parts:
            yield fault("missing-key/parts", name, "parts", hint="name at least one indicator, or leave the group out")
        yield from (finding.under(name, "parts") for finding in _group_faults(node.parts or {}))


def normalise_faults(step: StepOf) -> Iterator[Fault]:
    """Why a normalisation refuses its parameters, although each is of the right kind."""
    try:
        OPERATIONS["normalise"][step.name](pd.Series(dtype="float64"), **step.parameters)
    except ValueError as e:
        yield fault("wrong-value/normalise", step.name, hint="correct the parameters", reason=e)


def _leaf_faults(definition: Definition, leaf: Leaf, written: Rules, named: Set[str] | None, resources: Resources) -> Iterator[Fault]:
    recipe = definition.composite
    assert recipe
    if leaf.name in recipe.outside_check:
        yield fault("two-ways/outside-check", hint="remove it here, or under outside_check", indicator=leaf.name)
    if leaf.name not in written:
        yield from _unknown(leaf.name, named) if leaf.name != definition.name else ()
        return
    part = written[leaf.name]
    if (leaf.node.direction or part.direction) == "none":
        yield fault("no-direction/part", hint="use another indicator, or write direction: and reason: here", indicator=leaf.name)
    if not (leaf.node.normalise or part.normalise or part.composite):
        yield fault("missing-key/normalise", hint="add normalise: {goalposts: {low: …, high: …}}", indicator=leaf.name)
    yield from _time_faults(definition, leaf, part, written, resources)


def _unknown(name: str, named: Set[str] | None) -> Iterator[Fault]:
    identity, _, variant = name.partition("@")
    if named is None or name in named:
        return  # its own faults are reported where it is
    if variant and identity in named:
        variants = [one.partition("@")[2] for one in named if one.startswith(f"{identity}@")]
        yield fault("unknown-variant", hint=suggest(variant, variants), name=identity, variant=variant)
    else:
        yield fault("unknown-indicator", hint=suggest(name, named), indicator=name)


def _time_faults(definition: Definition, leaf: Leaf, part: Definition, written: Rules, resources: Resources) -> Iterator[Fault]:
    """What is wrong with when a part counts: how long it is held, from which month, which times it leaves out."""
    if not _is_known(part, written):
        return  # what is wrong with its own parts is reported where they are
    read = [resources[name] for name in tables_behind(part, written.__getitem__) if name in resources]
    if leaf.months_held and _sums_events(part, written, resources):
        hint = "remove hold; a window of events says itself how far back it looks"
        yield fault("wrong-value/hold-of-events", hint=hint, indicator=leaf.name)
    possible = frequencies_of(part, written, resources)
    if is_finer(definition.frequency, part.frequency) and not leaf.months_held and part.frequency in possible:
        hint = f"write hold: {MONTHS[part.frequency] - 1}, or a frequency that it has: {', '.join(possible)}"
        yield fault("part-too-coarse/not-held", hint=hint, part=leaf.name, own=part.frequency, frequency=definition.frequency)
    if is_finer(part.frequency, definition.frequency) and _adds_up(part, written):
        hint = "use a variant of it with a window of twelve months, or of the frequency of the composite"
        yield fault("part-too-fine", hint=hint, part=leaf.name, own=part.frequency, frequency=definition.frequency)
    if leaf.node.leave_out and read and not any(one.relations.not_a_base for one in read):
        yield fault("wrong-value/leave-out", hint="remove leave_out, or say not_a_base in the descriptor", indicator=leaf.name)
    asked, table = leaf.node.counts_from, resources.get(part.table or "")
    if asked and table is None and not part.table:
        yield fault("no-table/counts-from", "counts_from", hint="remove counts_from", indicator=leaf.name)
    elif asked and table and asked.column not in table.columns:
        hint = suggest(asked.column, table.columns)
        yield fault("unknown-column", "counts_from", "column", hint=hint, table=table.name, column=asked.column)


def _sums_events(part: Definition, written: Rules, resources: Resources) -> bool:
    """Whether a value is a number of events, or of things in them: after the last one there are months without."""
    if part.composite or (part.combine and part.combine.name == "ratio"):
        return False
    table = resources.get(part.table or "")
    adds = bool(table and table.relations.kind == "events" and part.reduce and reducer_traits(part).adds)
    return adds or any(_sums_events(written[name], written, resources) for name in parts_of(part))


def _adds_up(part: Definition, written: Rules) -> bool:
    """Whether a value is larger, the longer its period is."""
    if part.transform or part.composite or (part.combine and part.combine.name == "ratio"):
        return False
    own = bool(part.reduce) and reducer_traits(part).accumulates
    return own or any(_adds_up(written[name], written) for name in parts_of(part))


def _is_known(part: Definition, written: Rules) -> bool:
    """Whether all that a part is made of can be read."""
    return all(name in written and _is_known(written[name], written) for name in parts_of(part))


def _repeated(recipe: CompositeOf) -> Iterator[Fault]:
    """Indicators that are a part twice."""
    seen: set[str] = set()
    for leaf in recipe.leaves:
        if leaf.name in seen:
            yield fault("duplicate-id/part", *_trail_of(leaf, recipe), hint="leave it out here or there", indicator=leaf.name)
        seen.add(leaf.name)


def _uncertainty_faults(definition: Definition, asked: UncertaintyOf, written: Rules, named: Set[str]) -> Iterator[Fault]:
    """Means that there are not, and ways to score that there are not or that do not fit this composite."""
    for name in asked.aggregate:
        if name not in OPERATIONS["aggregate"]:
            yield fault("unknown-aggregate", "aggregate", name, hint=suggest(name, OPERATIONS["aggregate"]), name=name)
    variants = [one.partition("@")[2] for one in named if one.startswith(f"{definition.id}@")]
    for name in asked.normalise:
        other = written.get(f"{definition.id}@{name}")
        if name not in (*WAYS_TO_SCORE, *variants):
            yield fault("unknown-normalise", "normalise", name, hint=suggest(name, [*WAYS_TO_SCORE, *variants]), name=name)
        elif other and _size(other) != _size(definition) and not definition.variant:
            hint = "remove it here; only scores of the same parts, or of one in the place of another, can be drawn"
            yield fault("wrong-value/other-parts", "normalise", name, hint=hint, variant=name)


def _size(definition: Definition) -> int:
    return len(definition.composite.leaves) if definition.composite else 0


def not_scored_faults(written: Any, pillars: Iterable[str], titles: Iterable[str]) -> Iterator[Fault]:
    """Names under `not_scored` that are neither a pillar of config.yaml nor an indicator."""
    known = [*pillars, *titles]
    for name in written if isinstance(written, dict) else ():
        if name not in known:
            yield fault("unknown-pillar/not-scored", "not_scored", name, hint=suggest(name, known), name=name)
