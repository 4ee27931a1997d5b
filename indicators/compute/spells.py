"""Spells by the periods in which they are in force: a line for each of both, the periods in which that is in doubt, and the spells
behind a series one by one."""

import datetime
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from indicators.nouns.definition import Definition
from indicators.nouns.descriptor import Resource
from indicators.nouns.periods import Frequency, first_days, ordinals, periods_of
from indicators.nouns.series import Series, Table
from indicators.nouns.vocabulary import FIRST, LACKS, LAST, LATER, LONGER, PERIOD, ROW, SHARE, UNTIL, UNTIL_FIRST, UNTIL_LAST, StepOf
from indicators.operations.registry import reducer_traits
from indicators.operations.where import passing


class Spell(NamedTuple):
    """One spell behind a series. `start`, `known_from`: the first day on which it may be in force, and from which it is known to be;
    `known_until`, `until`: the first day from which it is not known to be in force, and from which it is known not to be (None where it
    has no end on record). `weight`: the number that the series adds; 1 where it counts spells."""

    row: str
    name: str
    start: datetime.date
    known_from: datetime.date
    known_until: datetime.date
    until: datetime.date | None
    weight: float

    @property
    def facts(self) -> dict[str, str | float | None]:
        """The same as plain values for JSON."""
        return {key: value.isoformat() if isinstance(value, datetime.date) else value for key, value in self._asdict().items()}


def spells_behind(series: Series, tables: Mapping[str, Table]) -> tuple[Spell, ...]:
    """The spells that are or may be in force in the periods of a series, by their start; none where it is about something else.

    Of one that has no end on record only the day on which it was last confirmed is known, whatever the series counts.
    """
    definition = series.definition
    if not definition.table or not definition.reduce or not reducer_traits(definition).in_force:
        return ()
    table, ids = tables[definition.table], {row for rows in (*series.rows, *series.loose.values()) for row in rows}
    rows = table.with_spans.frame
    rows = rows[rows[ROW].isin(ids)].sort_values([FIRST, ROW], kind="stable")
    confirmed = definition.model_copy(update={"reduce": StepOf(name=definition.reduce.name, parameters={"open_ends": "as_confirmed"})})
    bounds, named = _bounds(table, confirmed, rows, series.as_of), name_column(table.resource)
    of = definition.reduce.parameters.get("of")
    days = zip(*(map(datetime.date.fromordinal, one.tolist()) for one in bounds[:4]), strict=True)
    return tuple(
        Spell(row[ROW], str(row[named or ROW]), start, sure, max(end, start), last, float(row[of]) if of else 1.0)
        for row, (start, sure, end, latest) in zip(rows.to_dict("records"), days, strict=True)
        for last in [None if pd.isna(row[UNTIL]) else latest]
    )


def name_column(resource: Resource) -> str | None:
    """The column that says what a row is called: the first of those that a list of rows shows that holds free texts."""
    time = resource.relations.time
    apart = {*resource.relations.lists, *([time.start, time.end] if time else [])}
    free = (name for name in resource.relations.shows if name not in apart)
    return next((name for name in free if resource.columns[name].kind == "string" and not resource.columns[name].codes), None)


class _Bounds(NamedTuple):
    """Of each spell the first day in force and the first day no longer in force, each the earliest and the latest that it may be, as
    `datetime.date.toordinal` gives them; `is_unsure`: it has no end, and is not known to be in force to this day."""

    start: np.ndarray
    latest_start: np.ndarray
    end: np.ndarray
    latest_end: np.ndarray
    is_unsure: np.ndarray


def lines_in_force(
    table: Table, definition: Definition, rows: pd.DataFrame, frequency: Frequency, today: datetime.date
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """A line for each row of spells and each period in which it is in force, as `Rows` has them; and the periods in which a row may be in
    force but is not counted, as in `Rows.loose`. `rows` are known on `today`, with the days that their dates may mean."""
    bounds = _bounds(table, definition, rows, today)
    first, last = periods_of(bounds.start, frequency), periods_of(bounds.latest_end - 1, frequency)
    sizes = np.maximum(last - first + 1, 0) * (bounds.latest_end > bounds.start)
    at = np.repeat(np.arange(len(rows)), sizes)
    periods = first[at] + np.arange(len(at)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    end = np.minimum(first_days(periods + 1, frequency), today.toordinal() + 1)
    begin = first_days(periods, frequency) if reducer_traits(definition).in_force == "days" else end - 1

    def days(start: np.ndarray, until: np.ndarray) -> np.ndarray:
        return np.maximum(np.minimum(until[at], end) - np.maximum(start[at], begin), 0)

    counted = days(bounds.start, bounds.end)
    later, longer = days(bounds.latest_start, bounds.end) < counted, days(bounds.start, bounds.latest_end) > counted
    flags = {PERIOD: periods, SHARE: counted / (end - begin), LATER: later, LONGER: longer}
    lines = rows.iloc[at].assign(**flags)[counted > 0]
    lacks = np.where(bounds.is_unsure[at], UNTIL, "")
    doubt = pd.DataFrame({ROW: rows[ROW].to_numpy()[at], FIRST: periods, LAST: periods, LACKS: lacks})[(counted == 0) & longer]
    return lines, doubt if len(doubt) else None


def _bounds(table: Table, definition: Definition, rows: pd.DataFrame, today: datetime.date) -> _Bounds:
    time, horizon = table.relations.time, today.toordinal() + 1
    assert time
    assert definition.reduce
    start, latest_start = ordinals(rows[FIRST]), ordinals(rows[LAST])
    is_open = rows[UNTIL].isna().to_numpy()
    unsure = is_open  # or only those of which nobody knows the end
    if definition.reduce.parameters.get("open_ends") != "as_confirmed":
        where = time.end_unknown_when
        unsure = is_open & passing(rows, where, table.resource) if where else np.zeros(len(rows), dtype=bool)
    confirmed = rows[time.open_until] if time.open_until else pd.Series(pd.NaT, index=rows.index, dtype="datetime64[s]")
    known_until = np.where(confirmed.isna(), start, ordinals(confirmed)) + 1  # one never confirmed is known on its first day alone
    end = np.where(unsure, known_until, np.where(is_open, horizon, ordinals(rows[UNTIL_FIRST])))
    latest_end = np.where(is_open, horizon, ordinals(rows[UNTIL_LAST]))
    return _Bounds(start, latest_start, np.minimum(end, horizon), np.minimum(latest_end, horizon), unsure)
