"""What combinations, sums of parts and transforms take over from their inputs: status, coverage, breaks, "at least" and rows."""

import bisect
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, get_args

import numpy as np
import pandas as pd

from indicators.compute.exactness import Draft, bound, stretches
from indicators.nouns.definition import Step
from indicators.nouns.descriptor import ExcludedBase
from indicators.nouns.periods import Frequency, first_day, first_of_year, last_day, parse_period
from indicators.nouns.series import Series, Why
from indicators.nouns.vocabulary import SoFar
from indicators.operations.registry import ROOMS
from indicators.operations.transform import Calendar, Traits

SO_FAR: tuple[SoFar, ...] = get_args(SoFar)


def combined(step: Step, parts: Mapping[str, Draft], unit: str) -> Draft:
    """Combine finished parts, by name, over every period that any of them has. Status and coverage are the worst of the parts."""
    operation = ROOMS["combine"][step.name]
    periods = _union(list(parts.values()))
    frames = {name: _stretched(part, periods) for name, part in parts.items()}
    given = {
        name: [frames[one]["value"] for one in value] if isinstance(value, list) else frames[value]["value"]
        for name, value in step.parameters.items()
    }
    sums = operation.traits.sums
    values = _worst(list(frames.values()))
    values["value"] = operation(**given).to_numpy(dtype="float64") if len(periods) else np.array([], dtype="float64")
    reasons = zip(*(frame["why"] for frame in frames.values()), strict=True)
    values["why"] = np.array([next(filter(None, of_parts), "") for of_parts in reasons], dtype=object)
    refused = values["at_least"] & (not sums)
    values.loc[refused, "why"] = "not-exact"
    values.loc[refused, "value"] = np.nan
    _settle(values)
    rows = tuple(
        _together(part.rows[p - part.values.index[0]] if p in part.values.index else () for part in parts.values()) for p in periods
    )
    first = next(iter(parts.values()))
    return Draft(
        values,
        rows,
        first.frequency,
        unit,
        min((p.data_to for p in parts.values() if p.data_to), default=None),
        tuple(dict.fromkeys(chain.from_iterable(p.tables for p in parts.values()))),
        sums and all(p.counts for p in parts.values()),
        max(p.length for p in parts.values()),
        max((p.so_far for p in parts.values()), key=SO_FAR.index),
    )


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
    rows = tuple(_together(part.rows_in(p) for part in parts) for p in values.index.tolist())
    return replace(series, values=values, rows=rows, parts={})


def _union(parts: Sequence[Draft]) -> np.ndarray:
    indexes = [part.values.index for part in parts if len(part.values)]
    if not indexes:
        return np.array([], dtype=np.int64)
    return np.arange(min(i[0] for i in indexes), max(i[-1] for i in indexes) + 1, dtype=np.int64)


def _stretched(part: Draft, periods: np.ndarray) -> pd.DataFrame:
    frame = part.values.reindex(pd.Index(periods, name="period"))
    fill = {"at_least": False, "status": 0, "coverage": 0, "stretch": -1, "over": True, "why": "not-covered"}
    return frame.fillna(fill).astype({"at_least": bool, "status": int, "coverage": int, "stretch": int, "over": bool})


def _worst(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    worst = pd.DataFrame(index=frames[0].index)
    worst["at_least"] = np.logical_or.reduce([f["at_least"] for f in frames])
    worst["status"] = np.minimum.reduce([f["status"] for f in frames])
    worst["coverage"] = np.minimum.reduce([f["coverage"] for f in frames])
    worst["over"] = np.logical_and.reduce([f["over"] for f in frames])
    missing = np.logical_or.reduce([f["value"].isna() for f in frames])
    keys = zip(*(f["stretch"] for f in frames), strict=True)
    worst["stretch"] = stretches([None if is_missing else key for key, is_missing in zip(keys, missing, strict=True)])
    return worst


def _settle(values: pd.DataFrame) -> None:
    """A missing value is not a lower bound and has a reason; a value that is not missing has none."""
    bound(values)
    missing = values["value"].isna()
    values.loc[missing, "at_least"] = False
    values.loc[missing & (values["why"] == ""), "why"] = "no-result"
    values.loc[~missing, "why"] = ""


def _together(groups: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(groups)))


def transformed(draft: Draft, step: Step, not_a_base: Sequence[ExcludedBase]) -> Draft:
    """Apply a transform. Each place takes the worst status and coverage, and all rows, of the places that it reads."""
    operation = ROOMS["transform"][step.name]
    traits: Traits = operation.traits
    before, periods = draft.values, tuple(int(p) for p in draft.values.index)
    calendar = Calendar(periods or (0,), draft.frequency)
    given = {"calendar": calendar} if "calendar" in operation.supplied else {}
    value = operation(before["value"], **given, **step.parameters)
    reach = [traits.reach(place, calendar, **step.parameters) for place in range(len(periods))]
    about = [periods_about(period, draft.frequency, draft.length, draft.so_far) for period in periods if traits.per_cent]
    refused = frozenset(place for place, of in enumerate(about) if reason_against_base(of, draft.frequency, not_a_base))
    columns = {str(name): before[name].to_numpy() for name in before}
    table = [_carried(columns, place, read, traits, refused) for place, read in enumerate(reach)]
    values = pd.DataFrame(table, index=before.index, columns=["at_least", "status", "coverage", "stretch", "why"])
    values["over"], values["value"] = before["over"], value.where(values["why"] == "")
    values["stretch"] = stretches(list(values["stretch"]))
    _settle(values)
    unit, length = traits.unit.replace("{unit}", draft.unit), draft.length + step.parameters.get("window", 1) - 1
    so_far = "" if traits.compares else traits.so_far or draft.so_far
    return draft._replace(
        values=values, rows=_rows_of(draft.rows, reach), unit=unit, counts=draft.counts and traits.counts, length=length, so_far=so_far
    )


def _rows_of(rows: tuple[tuple[str, ...], ...], reach: Sequence[range | list[int]]) -> tuple[tuple[str, ...], ...]:
    """Ids of all rows behind the places read. Places without rows, which daily series have many of, are skipped."""
    filled = [place for place, ids in enumerate(rows) if ids]
    behind = []
    for read in reach:
        if isinstance(read, range):
            places: Sequence[int] = filled[bisect.bisect_left(filled, read.start) : bisect.bisect_left(filled, read.stop)]
        else:
            places = [p for p in read if 0 <= p < len(rows)]
        behind.append(_together(rows[p] for p in places))
    return tuple(behind)


def _carried(
    before: Mapping[str, np.ndarray], place: int, read: range | list[int], traits: Traits, refused: frozenset[int]
) -> tuple[bool, int, int, tuple[int, int] | None, Why]:
    """(at_least, status, coverage, stretch key, why) of one place, from the places that it reads."""
    size = len(before["value"])
    inside = slice(max(read.start, 0), min(read.stop, size)) if isinstance(read, range) else [p for p in read if 0 <= p < size]
    values, stretches_read = before["value"][inside], before["stretch"][inside]
    at_least = bool(before["at_least"][inside].any())
    stretch = int(stretches_read.min()), int(stretches_read.max())
    why: Why = ""
    if len(values) < len(read) or np.isnan(values).any():
        why = before["why"][place] or "incomplete-window"
    elif at_least and not traits.sums:
        why = "not-exact"
    elif stretch[0] != stretch[1]:
        why = "across-a-break" if traits.compares else "mixed"
    elif refused & set(read[:-1]):
        why = "excluded-base"
    coverage = int(before["coverage"][inside].min()) if len(values) == len(read) else 0
    return at_least, int(before["status"][inside].min()), coverage, None if why else stretch, why


def periods_about(period: int, frequency: Frequency, length: int, so_far: SoFar) -> range:
    """The periods that a value covers: a window of `length` that ends with its period, or the year so far."""
    first = first_of_year(period, frequency) if so_far == "year" else period - length + 1
    return range(first, period + 1)


def reason_against_base(about: range, frequency: Frequency, not_a_base: Sequence[ExcludedBase]) -> str:
    """Why a value of these periods is not a base for a change in per cent; "" if it may be one."""
    for span in not_a_base:
        start, end = first_day(*parse_period(span.start)), last_day(*parse_period(span.end))
        if first_day(about[0], frequency) <= end and last_day(about[-1], frequency) >= start:
            return span.reason
    return ""
