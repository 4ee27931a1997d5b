"""What combinations, sums of parts and transforms take over from their inputs: status, coverage, breaks, "at least" and rows."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, get_args

import numpy as np
import pandas as pd

from indicators.compute.exactness import Draft, bound, stretches
from indicators.compute.reasons import of_parts, of_periods
from indicators.nouns.descriptor import ExcludedBase
from indicators.nouns.periods import Frequency, first_of_years, labels, last_day, parse_period, within
from indicators.nouns.series import Series, Why, worded
from indicators.nouns.stores import IdGroup, Ids, StoredIds
from indicators.nouns.vocabulary import SoFar, Step
from indicators.operations.registry import OPERATIONS, step_from_text
from indicators.operations.transform import Calendar, Reach, Traits

SO_FAR: tuple[SoFar, ...] = get_args(SoFar)
Over = Callable[[np.ndarray, np.ufunc], np.ndarray]  # see `_over`


def combined(step: Step, parts: Mapping[str, Draft], unit: str, titles: Mapping[str, str]) -> Draft:
    """Combine finished parts, by name, over every period that any of them has. Status and coverage are the worst of the parts. `titles`:
    what reasons call the parts."""
    operation = OPERATIONS["combine"][step.name]
    periods = _union(list(parts.values()))
    sums = operation.traits.sums
    frames = {name: _stretched(part, periods, sums) for name, part in parts.items()}
    given = {
        name: [frames[one]["value"] for one in value] if isinstance(value, list) else frames[value]["value"]
        for name, value in step.parameters.items()
    }
    values = _worst(list(frames.values()))
    values["value"] = operation(**given).to_numpy(dtype="float64") if len(periods) else np.array([], dtype="float64")
    _explain(values, [(titles[name], frame) for name, frame in frames.items()], refused=values["at_least"] & (not sums))
    _settle(values, np.logical_or.reduce([part.values["why"].reindex(values.index).to_numpy() == "may-belong" for part in parts.values()]))
    rows = tuple(
        _together(part.rows[p - part.values.index[0]] if p in part.values.index else () for part in parts.values()) for p in periods
    )
    first = next(iter(parts.values()))
    return Draft(
        values,
        rows,
        first.frequency,
        unit,
        min((p.data_to for p in parts.values() if p.data_to), default=None, key=lambda text: last_day(*parse_period(text))),
        tuple(dict.fromkeys(chain.from_iterable(p.tables for p in parts.values()))),
        sums and all(p.counts for p in parts.values()),
        _joined(part.loose for part in parts.values()),
        len({p.accumulates for p in parts.values()}) > 1 or (first.accumulates and not operation.traits.cancels),
        max(p.length for p in parts.values()),
        max((p.so_far for p in parts.values()), key=SO_FAR.index),
        tuple(dict.fromkeys(chain.from_iterable(p.notes for p in parts.values()))),
    )


def _explain(values: pd.DataFrame, parts: Sequence[tuple[str, pd.DataFrame]], refused: pd.Series) -> None:
    """Give a combination the reasons of its parts, by title: of those without a value, or else of those that are lower bounds. `refused`:
    periods in which a lower bound makes no value. Changes `values` in place."""
    values.loc[refused, "value"] = np.nan
    whys, reasons = [], []
    told = [(title, list(zip(frame["value"], frame["why"], frame["reason"], strict=True))) for title, frame in parts]
    for place, bounded in enumerate(refused):
        here = [(title, *part[place]) for title, part in told]
        why: Why = next((why for _, _, why, _ in here if why), "only-a-minimum" if bounded else "")
        missing = of_parts((title, reason) for title, value, _, reason in here if math.isnan(value))
        words = missing or of_parts((title, reason) for title, _, _, reason in here)
        zero = ", ".join(f"{title} is 0" for title, value, _, _ in here if value == 0)
        whys.append(why)
        reasons.append(worded("only-a-minimum", words) if why == "only-a-minimum" else words or zero)
    values["why"], values["reason"] = np.array(whys, dtype=object), np.array(reasons, dtype=object)


def sum_of_parts(series: Series, codes: Sequence[str]) -> Series:
    """The sum of some parts of a series, where at least one has a value; a lower bound where one has none. Rows are those of all."""
    parts = [series.parts[code] for code in codes]
    frames = [part.values.reindex(series.values.index) for part in parts]
    known = pd.concat([frame["value"] for frame in frames], axis=1)
    values = series.values.copy()
    values["value"] = known.sum(axis=1, min_count=1)
    bound(values)
    bounds = np.logical_or.reduce([frame["at_least"].fillna(False).astype(bool) for frame in frames])
    values["at_least"] = (bounds | known.isna().any(axis=1)) & values["value"].notna()
    values["status"] = np.where(values["value"].isna(), "M", values["status"])
    reasons = zip(*(frame["reason"].fillna("") for frame in frames), strict=True)
    values["reason"] = [of_parts(zip(codes, here, strict=True)) for here in reasons]
    values["why"] = values["why"].where(values["value"].isna(), "")
    rows = tuple(_together(part.rows_in(p) for part in parts) for p in values.index.tolist())
    return replace(series, values=values, rows=rows, loose=_joined(part.loose for part in parts), parts={})


def _union(parts: Sequence[Draft]) -> np.ndarray:
    indexes = [part.values.index for part in parts if len(part.values)]
    if not indexes:
        return np.array([], dtype=np.int64)
    return np.arange(min(i[0] for i in indexes), max(i[-1] for i in indexes) + 1, dtype=np.int64)


def _stretched(part: Draft, periods: np.ndarray, sums: bool) -> pd.DataFrame:
    """The values of a part on a longer calendar; what is known to be at least 0 is that, where it is to be added."""
    frame = part.values.reindex(pd.Index(periods, name="period"))
    fill = {"at_least": False, "status": 0, "coverage": 0, "stretch": -1, "over": True, "why": "not-covered", "floor": False, "keys": -1}
    frame = frame.fillna(fill | {"reason": worded("not-covered")})
    frame = frame.astype({"at_least": bool, "status": int, "coverage": int, "stretch": int, "over": bool, "floor": bool, "keys": int})
    return _with_floor(frame) if sums else frame


def _with_floor(values: pd.DataFrame) -> pd.DataFrame:
    """Where nothing was found in a partial collection, or rows cannot be placed, 0 as a lower bound that can be added to others."""
    floor = values["floor"]
    return values.assign(value=values["value"].mask(floor, 0.0), at_least=values["at_least"] | floor, why=values["why"].mask(floor, ""))


def _worst(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    worst = pd.DataFrame(index=frames[0].index)
    worst["at_least"] = np.logical_or.reduce([f["at_least"] for f in frames])
    worst["status"] = np.minimum.reduce([f["status"] for f in frames])
    worst["coverage"] = np.minimum.reduce([f["coverage"] for f in frames])
    worst["over"] = np.logical_and.reduce([f["over"] for f in frames])
    missing = np.logical_or.reduce([f["value"].isna() for f in frames])
    worst["keys"] = _compositions(np.array([f["keys"] for f in frames]))
    keys = zip(*(f["stretch"] for f in frames), strict=True)
    worst["days"] = frames[0]["days"]
    worst["stretch"] = stretches([None if is_missing else key for key, is_missing in zip(keys, missing, strict=True)])
    return worst


def _compositions(keys: np.ndarray) -> np.ndarray:
    """One number for the compositions of all inputs (a line each) of every period: equal where all are, negative where one is."""
    alike = np.unique(keys, axis=1, return_inverse=True)[1] if keys.size else np.zeros(keys.shape[1], dtype=np.int64)
    return np.where((keys >= 0).all(axis=0), alike, -2 - np.arange(keys.shape[1]))


def _settle(values: pd.DataFrame, doubtful: np.ndarray) -> None:
    """A missing value is not a lower bound and has a reason; an exact value has none. At least 0 says nothing, but is kept as `floor`;
    it is `doubtful` where rows that cannot be placed may belong to it."""
    bound(values)
    value, at_least = values["value"].to_numpy(dtype=np.float64), values["at_least"].to_numpy(dtype=bool)
    why, reason = (values[name].to_numpy(dtype=object, copy=True) for name in ("why", "reason"))
    floor = at_least & (value == 0)
    why[floor] = np.where(doubtful, "may-belong", "nothing-found")[floor]
    missing = np.isnan(value) | floor
    unexplained = missing & (why == "")
    why[unexplained] = "no-result"
    reason[unexplained] = [worded("no-result", one) for one in reason[unexplained]]
    reason[floor] = [worded(one) for one in why[floor]]
    reason[why == "too-large"] = worded("too-large")
    why[~missing], reason[~missing & ~at_least] = "", ""
    settled = {"floor": floor, "value": np.where(missing, np.nan, value), "at_least": at_least & ~missing, "why": why, "reason": reason}
    for name, column in settled.items():  # a frame takes long to change cells here and there
        values[name] = column


def _together(groups: Iterable[Ids]) -> Ids:
    """Rows of several groups; periods may share one, as that of all rows without a date, which is then looked at once. Of rows in a store
    each selection counts for itself."""
    different = list({id(group): group for group in groups if group}.values())
    if len(different) == 1:
        return different[0]
    if StoredIds in set(map(type, different)):
        return StoredIds(one for group in different for one in _groups(group))
    return tuple(dict.fromkeys(chain.from_iterable(different)))


def _groups(ids: Ids) -> Iterable[IdGroup]:
    return ids.groups if isinstance(ids, StoredIds) else (IdGroup(ids, len(ids), lambda start, count: ids[start : start + count]),)


def _joined(groups: Iterable[Mapping[int, Ids]]) -> Mapping[int, Ids]:
    """Rows by period of several series together."""
    joined: dict[int, Ids] = {}
    for group in groups:
        joined |= {period: _together((joined.get(period, ()), ids)) for period, ids in group.items()}
    return joined


def transformed(draft: Draft, step: Step, not_a_base: Sequence[ExcludedBase]) -> Draft:
    """Apply a transform. Each place takes the worst status and coverage, and all rows, of the places that it reads.

    A value that depends on how long its period is, is neither compared nor averaged before the period is over.
    """
    operation = OPERATIONS["transform"][step.name]
    traits: Traits = operation.traits
    before, periods = _with_floor(draft.values) if traits.sums else draft.values, draft.values.index.to_numpy(dtype=np.int64)
    calendar = Calendar(tuple(periods.tolist()), draft.frequency, tuple(before["days"]))
    given = {"calendar": calendar} if "calendar" in operation.supplied else {}
    value = operation(before["value"], **given, **step.parameters)
    reach: Reach = traits.reach(calendar, **step.parameters)
    columns = {str(name): before[name].to_numpy() for name in before} | {"doubtful": draft.values["why"].to_numpy() == "may-belong"}
    columns |= {"missing": np.isnan(columns["value"]), "unfit": ~columns["over"] & draft.accumulates}
    over = _over(reach)
    read = _carried(columns, reach, over, traits, _excluded(periods, draft, not_a_base if traits.per_cent else ()))
    values = pd.DataFrame({name: read[name] for name in ("at_least", "status", "coverage", "why", "keys")}, index=before.index)
    behind = {name: _behind(columns[name], reach) for name in ("missing", "at_least")}
    values["reason"] = _reasons(columns["reason"], behind, read["why"], read["at_least"], labels(periods, draft.frequency))
    # What adds or averages values does the same to their days.
    values["days"] = operation(before["days"], **given, **step.parameters) if traits.sums or traits.averages else before["days"]
    values["over"], values["value"] = before["over"], value.where(values["why"] == "")
    of = zip(read["low"].tolist(), read["high"].tolist(), read["why"].tolist(), strict=True)
    values["stretch"] = stretches([None if why else (low, high) for low, high, why in of])
    _settle(values, read["doubtful"])
    unit, length = traits.unit.replace("{unit}", draft.unit), draft.length + step.parameters.get("window", 1) - 1
    so_far = "" if traits.compares else traits.so_far or draft.so_far
    loose = _rows_of([draft.loose.get(period, ()) for period in calendar.periods], over) if draft.loose else ()
    return draft._replace(
        values=values,
        rows=_rows_of(draft.rows, over),
        loose={period: ids for period, ids in zip(calendar.periods, loose, strict=False) if ids},
        unit=unit,
        counts=draft.counts and traits.counts,
        accumulates=draft.accumulates and not traits.a_day,
        length=length,
        so_far=so_far,
    )


def reached(period: int, series: Series) -> tuple[int, int]:
    """The first and the last of the periods from which the value of one may follow, after the transforms of a series."""
    periods, steps = tuple(series.values.index.tolist()), [*series.definition.transform, *map(step_from_text, series.query.transform)]
    calendar, low, high = Calendar(periods, series.frequency), period - periods[0], period - periods[0] + 1
    for step in reversed(steps):
        reach: Reach = OPERATIONS["transform"][step.name].traits.reach(calendar, **step.parameters)
        start, stop = (one[low:high].clip(0, len(periods)) for one in (reach.start, reach.stop))
        inside = start < stop
        low, high = int(start[inside].min(initial=low)), int(stop[inside].max(initial=high))
    return periods[low], periods[high - 1]


def _behind(column: np.ndarray, reach: Reach) -> tuple[list[int], list[int]]:
    """For each place the first of those that it reads and that are True in a column, and how many of them it reads."""
    places, filled = np.arange(len(column)), np.flatnonzero(column)
    start, stop = np.searchsorted(filled, reach.start), np.searchsorted(filled, reach.stop)
    besides = reach.own & column & ~((reach.start <= places) & (places < reach.stop))
    return np.where(start < stop, np.append(filled, 0)[start], places).tolist(), (stop - start + besides).tolist()


def _reasons(
    before: np.ndarray, behind: Mapping[str, tuple[list[int], list[int]]], whys: np.ndarray, at_least: np.ndarray, names: Sequence[str]
) -> np.ndarray:
    """Why places have no value, or a lower bound: the reason of the first place that each reads and that has one (of `behind`); "" of the
    others. `names`: of the periods."""
    reasons = np.full(len(whys), "", dtype=object)
    for place in np.flatnonzero(at_least | (whys != "")).tolist():
        why: Why = whys[place]
        of_bounds = not why or why == "only-a-minimum"
        first, count = (one[place] for one in behind["at_least" if of_bounds else "missing"])
        if why in ("across-a-break", "mixed", "other-keys", "excluded-base"):
            reasons[place] = worded(why)
        elif not of_bounds and count == 1 and first == place:
            reasons[place] = before[place]
        else:
            words = of_periods(names[first], before[first], count) if count else "" if of_bounds else f"the series begins with {names[0]}"
            reasons[place] = worded(why if of_bounds else "incomplete-window", words) if why else words
    return reasons


@dataclass(slots=True, unsafe_hash=True)
class _Marked:
    """Some of many things that are in an order: a bit of `mask` for each from the place `low` on."""

    low: int
    mask: int

    def __or__(self, other: "_Marked") -> "_Marked":
        if not other.mask or other is self:
            return self
        if self.low > other.low or not self.mask:
            return other | self if self.mask else other
        return _Marked(self.low, self.mask | other.mask << (other.low - self.low))


NOTHING = _Marked(0, 0)


def _rows_of(rows: Sequence[Ids], over: Over) -> tuple[Ids, ...]:
    """Ids of all rows behind the places read, in the order of the places; those that read the same rows share them. Of rows in a store
    each group is one."""
    is_stored = StoredIds in set(map(type, rows))
    groups = {id(ids): {one.key: one for one in _groups(ids)} if is_stored else dict.fromkeys(ids) for ids in rows if ids}
    items: dict[Any, Any] = {key: item for group in groups.values() for key, item in group.items()}
    place_of, named = {key: place for place, key in enumerate(items)}, [*items.values()] if is_stored else [*items]

    def marked(group: Iterable[Any]) -> _Marked:
        places = np.array([place_of[key] for key in group])
        low = int(places.min())
        bits = np.zeros(int(places.max()) - low + 1, dtype=bool)
        bits[places - low] = True
        return _Marked(low, int.from_bytes(np.packbits(bits, bitorder="little").tobytes(), "little"))

    def ids_of(one: _Marked) -> Ids:
        if one not in known:
            data = one.mask.to_bytes(-(-one.mask.bit_length() // 8), "little")
            bits = np.flatnonzero(np.unpackbits(np.frombuffer(data, dtype=np.uint8), bitorder="little"))
            found = [named[place] for place in (bits + one.low).tolist()]
            known[one] = StoredIds(found) if is_stored else tuple(found)
        return known[one]

    marks = {key: marked(group) for key, group in groups.items()}
    column = np.array([marks.get(id(ids), NOTHING) for ids in rows], dtype=object)
    known: dict[_Marked, Ids] = dict(zip(column, rows, strict=True))
    return tuple(ids_of(one or NOTHING) for one in over(column, np.bitwise_or).tolist())


def _carried(before: Mapping[str, np.ndarray], reach: Reach, over: Over, traits: Traits, excluded: np.ndarray) -> dict[str, np.ndarray]:
    """What places take from the places that they read. `excluded`: places that are not a base. `low`, `high`: the least and the greatest
    stretch."""

    def of(name: str, together: np.ufunc) -> np.ndarray:
        return over(before[name], together)

    whole = (reach.start >= 0) & (reach.stop <= len(before["value"]))
    low, high, keys = of("stretch", np.minimum), of("stretch", np.maximum), of("keys", np.minimum)
    at_least, own, alike = of("at_least", np.logical_or), before["why"], keys == of("keys", np.maximum)
    whys: list[tuple[np.ndarray, Any]] = [
        (~whole | of("missing", np.logical_or), np.where(own == "", "incomplete-window", own)),
        (of("unfit", np.logical_or) & (traits.compares or traits.averages), "not-over"),
        (at_least & (not traits.sums), "only-a-minimum"),
        (low != high, "across-a-break" if traits.compares else "mixed"),
        (~alike & traits.compares, "other-keys"),
        (_over(reach._replace(own=False))(excluded, np.logical_or) if excluded.any() else excluded, "excluded-base"),
    ]
    return {
        "at_least": at_least,
        "status": of("status", np.minimum),
        "coverage": np.where(whole, of("coverage", np.minimum), 0),
        "why": np.select([where for where, _ in whys], [np.asarray(why, dtype=object) for _, why in whys], np.asarray("", dtype=object)),
        "keys": np.where(alike, keys, -2 - np.arange(len(keys))),
        "low": low,
        "high": high,
        "doubtful": of("doubtful", np.logical_or),
    }


def _over(reach: Reach) -> Over:
    """Gives the minimum, the maximum or "any" of a column over the places that each place reads, as far as there are such; of a place that
    reads none, False or 0. Two runs of a power of two places cover any span, and are computed from those of half the length."""
    size = len(reach.start)
    start, stop = reach.start.clip(0, size), reach.stop.clip(0, size)
    power = np.frexp(np.maximum(stop - start, 0))[1] - 1  # -1 where nothing is read
    of_length = [np.flatnonzero(power == one) for one in range(power.max(initial=-1) + 1)]
    spans = [(here, start[here], stop[here] - 2**one) for one, here in enumerate(of_length)]

    def over(column: np.ndarray, together: np.ufunc) -> np.ndarray:
        found, runs = column.copy() if reach.own else np.zeros_like(column), column
        for one, (here, first, last) in enumerate(spans):
            half = 2**one // 2
            runs = together(runs[:-half], runs[half:]) if half else runs
            both = together(runs[first], runs[last])
            found[here] = together(found[here], both) if reach.own else both
        return found

    return over


def _first_about(periods: np.ndarray, frequency: Frequency, length: int, so_far: SoFar) -> np.ndarray:
    return first_of_years(periods, frequency) if so_far == "year" else periods - length + 1


def periods_about(period: int, frequency: Frequency, length: int, so_far: SoFar) -> range:
    """The periods that a value covers: a window of `length` that ends with its period, or the year so far."""
    return range(int(_first_about(np.array([period]), frequency, length, so_far)[0]), period + 1)


def excluded_base(about: range, frequency: Frequency, not_a_base: Sequence[ExcludedBase]) -> ExcludedBase | None:
    """The time because of which a value of these periods is not a base for a change in per cent; None if it may be one."""
    return next((span for span in not_a_base if _touch(about[0], about[-1], span, frequency)), None)


def _excluded(periods: np.ndarray, draft: Draft, not_a_base: Sequence[ExcludedBase]) -> np.ndarray:
    """Which periods of a draft have a value that is not a base for a change in per cent."""
    begins = _first_about(periods, draft.frequency, draft.length, draft.so_far)
    touched = (_touch(begins, periods, span, draft.frequency) for span in not_a_base)
    return np.logical_or.reduce([np.zeros(len(periods), dtype=bool), *touched])


def _touch(first: Any, last: Any, span: ExcludedBase, frequency: Frequency) -> Any:
    """Whether periods, one or many, from the `first` to the `last` touch such a time."""
    return (first <= within(span.end, frequency)[1]) & (last >= within(span.start, frequency)[0])
