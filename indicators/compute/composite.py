"""Composites: the scores of their parts month by month, the index that follows, and what moved it between two periods.

A value of a part counts from the last month of its period, or from the month in which it was measured, and is held as long as its recipe
says. The index of a period is that of its last month. Only what is over counts, is complete or near_complete, and is exact.
"""

import datetime
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

import numpy as np
import pandas as pd

from indicators.compute.carry import excluded_base, periods_about
from indicators.compute.exactness import Draft
from indicators.nouns.composite import MEAN, CompositeOf, CountsFrom, Leaf, NodeOf
from indicators.nouns.definition import Definition
from indicators.nouns.descriptor import ExcludedBase
from indicators.nouns.index import Bar, Clip, Index, Moved
from indicators.nouns.periods import (
    MONTHS,
    Frequency,
    first_days,
    label,
    last_day,
    parse_period,
    period_named,
    period_of,
    periods_of,
    within,
)
from indicators.nouns.series import Query, Results, Series, Table, worded
from indicators.nouns.stores import Ids
from indicators.nouns.vocabulary import LEVELS, NEAR_COMPLETE, ROW, STATUSES
from indicators.operations.aggregate import Aggregated, Mean, Node, aggregate, contributions
from indicators.operations.registry import OPERATIONS

Ask = Callable[[Query], Series]
Tables = Mapping[str, Table]
NORMAL, BREAK, ESTIMATED = (STATUSES.index(letter) for letter in "ABE")


def index_of(
    results: Results, name: str, frequency: Frequency | None = None, *, as_of: str | None = None, recipe: CompositeOf | None = None
) -> Index:
    """The index of a composite (`id` or `id@variant`), by the recipe that is published or by a changed one. ProblemsFound where a part
    cannot be computed."""
    definition = results.definition(name)
    at, day = frequency or definition.frequency, datetime.date.fromisoformat(as_of or results.config.as_of)
    given = definition if recipe is None else definition.model_copy(update={"composite": recipe})

    def compute() -> Index:
        readings = results.kept.setdefault("readings", {})
        return composed(given, at, results.series, results.tables, day, as_of, readings)

    return results.once(("index", name, at, as_of, repr(recipe)), compute)


def composed(
    definition: Definition,
    frequency: Frequency,
    ask: Ask,
    tables: Tables,
    day: datetime.date,
    as_of: str | None = None,
    readings: "dict[Any, Reading] | None" = None,
) -> Index:
    """The index of a definition that is a composite, by month or in longer periods; `ask` gives the series of its parts. `readings`: what
    parts gave to other recipes of the same project, which is remembered there, because a weight changes none of it."""
    recipe = definition.composite
    assert recipe
    leaves = recipe.leaves
    series = tuple(ask(Query(*_asked(leaf.name), as_of=as_of)) for leaf in leaves)
    remembered = {} if readings is None else readings
    given = [_read_once(leaf, one, tables, remembered, as_of) for leaf, one in zip(leaves, series, strict=True)]
    periods = _periods(recipe, given, frequency, day)
    over = periods <= period_of(day + datetime.timedelta(days=1), frequency) - 1
    months = periods * MONTHS[frequency] + MONTHS[frequency] - 1
    stands = [_standing(one, leaf, months, over) for leaf, one in zip(leaves, given, strict=True)]
    places, held = (np.array([one[n] for one in stands]).reshape(len(leaves), len(periods)) for n in (0, 1))
    scores = np.where(places >= 0, [_taken(one.scores, at) for one, at in zip(given, places, strict=True)], np.nan)
    made = aggregate(tree_of(recipe), {leaf.id: row for leaf, row in zip(leaves, scores, strict=True)})
    weights = np.array([made.weight[leaf.id] for leaf in leaves]).reshape(len(leaves), len(periods))
    on = pd.Index(periods, name="period")
    reasons = [_reasons(one, leaf, months, at) for leaf, one, at in zip(leaves, given, places, strict=True)]
    assumed = [_taken(one.assumed, at) & (at >= 0) for one, at in zip(given, places, strict=True)]
    why = pd.DataFrame(dict(enumerate(reasons)), index=on)
    values = _values(recipe, series, given, (places, weights, np.array(assumed)), made, over, why)
    by_leaf: dict[str, Any] = {"scores": scores, "places": places, "held": held, "assumed": assumed, "weights": weights}
    frames = {key: pd.DataFrame(dict(enumerate(rows)), index=on) for key, rows in by_leaf.items()}
    groups = {key: pd.Series(row, index=on) for key, row in made.score.items()}
    observed, values = pd.Series(_observed(leaves, weights), index=on), values.set_index(on)
    return Index(definition.name, recipe, frequency, **frames, groups=groups, observed=observed, values=values, series=series, reasons=why)


def _asked(name: str) -> tuple[str, str | None]:
    indicator, _, variant = name.partition("@")
    return indicator, variant or None


def tree_of(recipe: CompositeOf) -> Node:
    """The tree of weights and means of a recipe; nodes are called by the names on the way to them, joined by /."""
    return Node("", 1.0, *_mean_of(recipe), children=tuple(_node(name, node) for name, node in recipe.groups.items()))


def _mean_of(group: CompositeOf | NodeOf) -> tuple[Mean, float, float]:
    step = group.aggregate or MEAN
    known = OPERATIONS["aggregate"][step.name].parameters
    given = {name: step.parameters.get(name, known[name].default) for name in known}
    return cast(Mean, step.name), given["at_least"], given.get("floor", 1.0)


def _node(name: str, node: NodeOf) -> Node:
    if node.parts is None:
        return Node(name, node.weight or 1.0)
    return Node(name, node.weight or 1.0, *_mean_of(node), children=tuple(_node(f"{name}/{key}", one) for key, one in node.parts.items()))


# ---- parts ----


class Reading(NamedTuple):
    """The values of a part, one for each of its own periods: the `months` from which they count, `assumed` where that is not known, the
    `scores` (NaN is missing), and the `reasons` why one is missing; `status` (the first value after a break is only where its line begins)
    and `coverage` as indices into STATUSES and LEVELS. `closed`: times into which no value is held."""

    months: np.ndarray
    assumed: np.ndarray
    scores: np.ndarray
    reasons: np.ndarray
    status: np.ndarray
    coverage: np.ndarray
    closed: tuple[ExcludedBase, ...] = ()


def _read_once(leaf: Leaf, series: Series, tables: Tables, readings: dict[Any, Reading], as_of: str | None) -> Reading:
    """What a part gives, remembered by all of its rule but weights and words."""
    key = leaf.name, repr(leaf.node.model_copy(update={"weight": None, "title": "", "reason": ""})), as_of
    if key not in readings:
        readings[key] = read(leaf, series, tables)
    return readings[key]


def read(leaf: Leaf, series: Series, tables: Tables) -> Reading:
    """What a part gives to a composite. Direction is applied here, once."""
    values = series.values
    periods = values.index.to_numpy(dtype=np.int64)
    months = periods_of(first_days(periods + 1, series.frequency) - 1, "monthly")
    assumed = np.zeros(len(periods), dtype=bool)
    reasons = values["reason"].to_numpy(dtype=object, copy=True)
    fits = values["over"].to_numpy(dtype=bool) & ~values["at_least"].to_numpy(dtype=bool)
    status, coverage = (values[name].map(every.index).to_numpy(np.int64) for name, every in (("status", STATUSES), ("coverage", LEVELS)))
    fits &= coverage >= NEAR_COMPLETE
    if leaf.node.counts_from:
        months, assumed, unread = measured_months(leaf.node.counts_from, tables[series.definition.table or ""], series.rows, months)
        fits &= ~unread
        reasons[unread] = f"{leaf.node.counts_from.column} says no month"
    closed = series.not_a_base if leaf.node.leave_out else ()
    for place, period in enumerate(periods.tolist()) if closed else ():
        touched = excluded_base(periods_about(period, series.frequency, series.length, series.so_far), series.frequency, closed)
        if touched:
            fits[place], reasons[place] = False, _touches(touched)
    reasons[~fits & (reasons == "")] = worded("not-exact")
    reasons[~values["over"].to_numpy(dtype=bool)] = worded("not-over")
    scores = _scores(leaf, series.definition, values["value"].where(fits))
    return Reading(months, assumed, scores, reasons, np.where(status == BREAK, NORMAL, status), coverage, closed)


def _scores(leaf: Leaf, definition: Definition, values: pd.Series) -> np.ndarray:
    step = leaf.node.normalise or definition.normalise
    scores = OPERATIONS["normalise"][step.name](values, **step.parameters) if step else values  # a composite is a score already
    return np.asarray(100 - scores if (leaf.node.direction or definition.direction) == "lower is better" else scores, dtype=np.float64)


def _touches(span: ExcludedBase) -> str:
    return f"it touches {span.start} to {span.end}, which is excluded as a base"


def measured_months(rule: CountsFrom, table: Table, rows: Sequence[Ids], months: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """From which month each value counts by its rows (the latest of several), where that is assumed, and where it cannot be read."""
    cells = dict(zip(table.frame[ROW].tolist(), table.frame[rule.column].astype(str).tolist(), strict=True))
    counts, assumed, unread = months.copy(), np.zeros(len(months), dtype=bool), np.zeros(len(months), dtype=bool)
    for place, ids in enumerate(rows):
        written = [_month_in(cells[row]) for row in ids if row in cells]  # a lag has rows of another table, too
        if written:
            unread[place] = -1 in written
            assumed[place] = None in written
            guess = int(months[place]) // 12 * 12 + rule.otherwise - 1
            counts[place] = max(guess if month is None else month for month in written)
    return counts, assumed, unread


def _month_in(cell: str) -> int | None:
    """The month of a day, a month, or the end of a range of them; None of a blank cell, -1 of another text.

    >>> [label(_month_in(cell), "monthly") for cell in ("2019-05-24/2019-05-26", "2016-04", "1894-12-30/1895-01")]
    ['2019-05', '2016-04', '1895-01']
    """
    if not cell or cell in ("NaT", "nan"):
        return None
    found = period_named(cell.rpartition("/")[2].strip()[:7])
    return found[0] if found and found[1] == "monthly" else -1


def _periods(recipe: CompositeOf, readings: Sequence[Reading], frequency: Frequency, day: datetime.date) -> np.ndarray:
    """The periods of an index: from its first, or the first with a value of a part, to today."""
    known = [int(one.months[~np.isnan(one.scores)].min()) for one in readings if not np.isnan(one.scores).all()]
    if recipe.start is None and not known:
        return np.array([], dtype=np.int64)
    first = within(recipe.start, frequency)[0] if recipe.start else min(known) // MONTHS[frequency]
    return np.arange(first, period_of(day, frequency) + 1, dtype=np.int64)


def _standing(reading: Reading, leaf: Leaf, months: np.ndarray, over: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which value stands in each month (its place, -1 for none), and for how many months it has been held."""
    usable = np.flatnonzero(~np.isnan(reading.scores))
    usable = usable[np.argsort(reading.months[usable], kind="stable")]
    if not len(usable):
        return np.full(len(months), -1), np.zeros(len(months), dtype=np.int64)
    last = np.searchsorted(reading.months[usable], months, side="right") - 1
    places = usable[np.maximum(last, 0)]
    age = months - reading.months[places]
    stands = (last >= 0) & (age <= leaf.months_held) & over
    for span in reading.closed:
        first, final = within(span.start, "monthly")[0], within(span.end, "monthly")[1]
        stands &= (months < first) | (months > final)
    return np.where(stands, places, -1), np.where(stands, age, 0)


def _taken(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The values at these places; any where there is none."""
    return values[np.maximum(places, 0)] if len(values) else np.zeros(len(places), values.dtype)


def _reasons(reading: Reading, leaf: Leaf, months: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Why a part has no score in each month; "" where it has one."""
    reasons = np.full(len(months), "", dtype=object)
    for at in np.flatnonzero(places < 0):
        own = np.flatnonzero(reading.months == months[at])
        reasons[at] = reading.reasons[own[-1]] if len(own) else ""
        if not reasons[at]:
            earlier = np.flatnonzero((reading.months <= months[at]) & ~np.isnan(reading.scores))
            inside = excluded_base(range(months[at], months[at] + 1), "monthly", reading.closed)
            since = f"nothing newer than {label(int(reading.months[earlier].max()), 'monthly')}" if len(earlier) else "nothing so far"
            limit = f", held for at most {leaf.months_held} months" if leaf.months_held and len(earlier) else ""
            reasons[at] = _touches(inside) if inside else since + limit
    return reasons


# ---- the whole ----


def _observed(leaves: Sequence[Leaf], weights: np.ndarray) -> np.ndarray:
    """Share of the weight of all parts that is used. A part that is measured in several ways counts in full with one of them."""
    used: dict[tuple[str, str], np.ndarray] = {}
    whole: dict[tuple[str, str], float] = {}
    for leaf, row in zip(leaves, weights, strict=True):
        key = leaf.pillar, leaf.part
        used[key] = used.get(key, np.zeros(len(row), dtype=bool)) | (np.nan_to_num(row) > 0)
        whole[key] = whole.get(key, 0.0) + leaf.weight
    return np.sum([whole[key] * row for key, row in used.items()], axis=0) if used else np.zeros(0)


def _values(
    recipe: CompositeOf,
    series: Sequence[Series],
    given: Sequence[Reading],
    chosen: tuple[np.ndarray, np.ndarray, np.ndarray],
    made: Aggregated,
    over: np.ndarray,
    reasons: pd.DataFrame,
) -> pd.DataFrame:
    """The columns of a draft: status and coverage are the worst of the values that are used; keys are equal where the same are."""
    places, weights, assumed = chosen
    used = np.nan_to_num(weights) > 0
    columns = ([one.status for one in given], [one.coverage for one in given], [one.values["stretch"].to_numpy() for one in series])
    status, coverage, stretch = (
        np.array([_taken(one, at) for one, at in zip(column, places, strict=True)]).reshape(places.shape) for column in columns
    )
    status = np.where(assumed, np.minimum(status, ESTIMATED), status)
    values = pd.DataFrame({"value": made.score[""]})
    missing = values["value"].isna().to_numpy()
    values["at_least"] = False
    values["status"] = np.where(used, status, NORMAL).min(axis=0, initial=NORMAL)
    values["coverage"] = np.where(missing, 0, np.where(used, coverage, len(LEVELS) - 1).min(axis=0, initial=len(LEVELS) - 1))
    values["stretch"] = _stretches(stretch, used)
    values["over"] = over
    values["days"] = 1  # a score does not depend on how long its period is
    values["why"] = np.where(missing, np.where(over, "too-few-parts", "not-over"), "").astype(object)
    titles = [leaf.node.title or one.definition.title for leaf, one in zip(recipe.leaves, series, strict=True)]
    named = reasons.set_axis(titles, axis=1)
    words = (_missing_words(recipe, made, named, n) if done else worded("not-over") for n, done in enumerate(over) if missing[n])
    values["reason"] = np.array([next(words) if gone else "" for gone in missing], dtype=object)
    kinds: dict[bytes, int] = {}
    values["keys"] = [kinds.setdefault(column.tobytes(), len(kinds)) for column in used.T]
    values["floor"] = False
    return values


def _stretches(stretch: np.ndarray, used: np.ndarray) -> np.ndarray:
    """One number for all periods between two breaks of any part that is used."""
    current, seen, numbers = 0, dict[int, int](), []
    for period in range(used.shape[1]):
        now = {int(place): int(stretch[place, period]) for place in np.flatnonzero(used[:, period])}
        current += any(seen.get(place, number) != number for place, number in now.items())
        seen |= now
        numbers.append(current)
    return np.array(numbers, dtype=np.int64)


def _missing_words(recipe: CompositeOf, made: Aggregated, reasons: pd.DataFrame, at: int) -> str:
    """Why there is no index: how much is observed, and what is missing of the highest groups. `reasons`: by the title of each leaf."""
    share, least = float(made.observed[""][at]), _mean_of(recipe)[1]
    gone = [(name, node) for name, node in recipe.groups.items() if np.isnan(made.score[name][at])]
    words = [next(_of_group(recipe, reasons, name, at), _called(name, node)) for name, node in gone]
    return worded("too-few-parts", f"{share:.2f} of the weight, {least:.2f} is needed; {'; '.join(words)}")


def _of_group(recipe: CompositeOf, reasons: pd.DataFrame, name: str, at: int) -> Iterator[str]:
    """Why the heaviest parts of a group are missing, under its name; without it where the group is one indicator."""
    inside = sorted(((leaf.weight, n, leaf) for n, leaf in enumerate(recipe.leaves) if leaf.pillar == name), key=lambda one: -one[0])
    for _, n, leaf in inside:
        if reason := str(reasons.iat[at, n]):
            title = str(reasons.columns[n])
            yield f"{title}: {reason}" if leaf.name == name else f"{_called(name, recipe.groups[name])}: {title} – {reason}"


def _called(name: str, node: NodeOf) -> str:
    return node.title or name.replace("_", " ").capitalize()


def drafted(index: Index, definition: Definition) -> Draft:
    """An index as a series before its score; behind each period are the rows of all values that are used."""
    rows = _rows(index)
    latest = index.latest
    read_last = [one for place, one in enumerate(index.series) if latest is not None and index.weights[place][latest] > 0]
    ends = (one.data_to for one in read_last if one.data_to)
    data_to = min(ends, default=None, key=lambda text: last_day(*parse_period(text)))
    tables = tuple(dict.fromkeys(name for one in index.series for name in one.tables))
    months = max((one.length * MONTHS.get(one.frequency, 0) for one in index.series), default=0)
    length = max(-(-months // MONTHS[index.frequency]), 1)
    return Draft(index.values, rows, index.frequency, definition.unit, data_to, tables, counts=False, length=length)


def _rows(index: Index) -> tuple[Ids, ...]:
    """Behind each period the rows of all values that are used, as `Index.rows_of` has them."""
    places = np.where(index.weights.to_numpy() > 0, index.places.to_numpy(), -1).tolist()
    behind = [[one.rows[at] for one, at in zip(index.series, line, strict=True) if at >= 0] for line in places]
    return tuple(tuple(dict.fromkeys(itertools.chain.from_iterable(ids))) for ids in behind)


# ---- what moved it ----


def moved(index: Index, start: int, end: int) -> Moved:
    """The change of an index between two of its periods, a bar for each part: exactly its sum, and empty where the index is missing at
    one of them. Only the two ends are compared, for real changes of several spans do not add up to that of the whole."""
    if (start, end) not in index.moved:
        index.moved[start, end] = _moved(index, start, end)
    return index.moved[start, end]


def _moved(index: Index, start: int, end: int) -> Moved:
    ends = [{leaf.id: float(index.scores[n][period]) for n, leaf in enumerate(index.leaves)} for period in (start, end)]
    change = contributions(tree_of(index.recipe), *ends)
    levels = float(index.value[start]), float(index.value[end])
    parts = index.parts if change.real or change.composition else ()
    bars = (_bar(index, places, change.real, change.composition, (start, end)) for places in parts)
    return Moved(start, end, index.frequency, *levels, tuple(bars))


def _bar(index: Index, places: list[int], real: Mapping[str, float], composition: Mapping[str, float], ends: tuple[int, int]) -> Bar:
    leaves = [index.leaves[place] for place in places]
    pillar, part = leaves[0].pillar, leaves[0].part
    did, came = (float(sum(of.get(leaf.id, 0.0) for leaf in leaves)) for of in (real, composition))
    used = [{place for place in places if index.weights[place][end] > 0} for end in ends]
    gone, back = (tuple(index.leaves[place].name for place in sorted(one)) for one in (used[0] - used[1], used[1] - used[0]))
    node = "/".join(leaves[0].trail[:2])  # of the part that a leaf is, or is one measure of
    scores = [float(index.groups[node][end]) if here else float("nan") for end, here in zip(ends, used, strict=True)]
    before, after = ([row for place in places for row in index.rows_of(place, end)] for end in ends)
    entered, left = tuple(row for row in after if row not in before), tuple(row for row in before if row not in after)
    clip: Clip = "ceiling" if scores == [100.0, 100.0] else "floor" if scores == [0.0, 0.0] else ""
    return Bar(pillar, part, title_of(index, places[0]), did, came, scores[0], scores[1], clip, gone, back, entered, left)


def title_of(index: Index, place: int) -> str:
    """What the part of a leaf is called, by its place."""
    leaf = index.leaves[place]
    nodes, title = index.recipe.groups, ""
    for name in leaf.trail[:2]:
        title = nodes[name].title
        nodes = nodes[name].parts or {}
    return title or (index.series[place].definition.title if leaf.name == leaf.part else _called(leaf.part, NodeOf()))
