"""Exact, "at least" (a lower bound), zero, or missing: what each period is worth, from reduced values and coverage. Decided only here."""

import datetime
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from indicators.compute.coverage import PARTIAL, Reduced, level_of, levels_by_day, lives_of, notes_of, other_levels, own_levels, spans_shown
from indicators.compute.reasons import is_blank, reasons_of
from indicators.compute.selection import date_text, newest_on
from indicators.nouns.definition import Definition
from indicators.nouns.periods import Frequency, first_days, last_day, period_of
from indicators.nouns.series import Table, Why
from indicators.nouns.stores import Ids
from indicators.nouns.vocabulary import (
    DAY,
    FIRST,
    LACKS,
    LARGEST_NUMBER,
    LAST,
    LATER,
    LONGER,
    NEAR_COMPLETE,
    NUMBER,
    PERIOD,
    PRECISION,
    ROW,
    STATUS,
    STATUSES,
    UNDATED,
    UNTIL,
    UNTIL_PRECISION,
    SoFar,
    grouped,
)
from indicators.operations.polling import poll_names
from indicators.operations.reduce import Traits
from indicators.operations.registry import reducer_traits
from indicators.problems import Place, ProblemsFound
from indicators.reading.dependencies import FINEST, break_columns, period_faults

NORMAL, PROVISIONAL = STATUSES.index("A"), STATUSES.index("P")
ASKED = Place("query")
"""The place of a fault in a question, which is not in a file."""
State = dict[str, np.ndarray]


class Draft(NamedTuple):
    """A series before its score: `values` by period with value, at_least, status (index into STATUSES), coverage (index into
    LEVELS), stretch, over, why, reason, floor (missing, but known to be at least 0), keys (equal where sums are over the same keys),
    days (that it is about, so far) and, from rows alone, not_collected; `rows` aligned. `notes`: what its rows say of the numbers.
    `accumulates`: values depend on how long their period is, so that one that is not over is not compared. The rest is as in `Series`."""

    values: pd.DataFrame
    rows: tuple[Ids, ...]
    frequency: Frequency
    unit: str
    data_to: str | None
    tables: tuple[str, ...]
    counts: bool
    loose: Mapping[int, Ids] = MappingProxyType({})
    accumulates: bool = False
    length: int = 1
    so_far: SoFar = ""
    notes: tuple[str, ...] = ()


def valued(table: Table, definition: Definition, reduced: Reduced, today: datetime.date) -> Draft:
    """Put reduced values on the calendar and decide, period by period, what they are worth."""
    selected, frequency, used, traits = reduced.rows.frame.to_native(), reduced.rows.frequency, reduced.used, reduced.traits
    periods = _calendar(table, definition, reduced, today)
    on = _Calendar(periods, used[PERIOD].to_numpy() - (periods[0] if len(periods) else 0))
    row_counts = _rows_in(periods, selected)
    held = row_counts if traits.needs_every_part else _rows_in(periods, _counted(definition, selected if traits.picks else used, traits))
    reach, kinds = _reach(table, selected, today), _kinds(table, definition, used, on)
    over, settled = _ended_by(today, periods, frequency), _ended_by(today - datetime.timedelta(days=reduced.ahead), periods, frequency)
    lives, others = lives_of(table, reduced), other_levels(reduced, periods, today)
    own, not_collected = own_levels(table, definition, reduced, held, periods, today, lives)
    own, row_counts, least = _of_days(table, definition, reduced, own, row_counts, periods)
    statuses = _statuses(table, used, _is_rough(table, definition, used, traits, on), on)
    state = {
        "value": on.placed(reduced.values),
        "at_least": on.any(_lower_bound(table, definition, used, traits)) if traits.adds else least,
        "status": np.where(over & settled, statuses, np.minimum(statuses, PROVISIONAL)),
        "coverage": np.minimum(own, others),
        "stretch": stretches([None if kind is None else kind[0] for kind in kinds]),
        "over": over,
        "days": np.minimum(first_days(periods + 1, frequency), today.toordinal() + 1) - first_days(periods, frequency),
        "why": np.full(len(periods), "", dtype=object),
        "not_collected": not_collected,
    }
    _miss(state, np.array([kind is not None and kind[0] != kind[1] for kind in kinds], dtype=bool), "mixed")
    raised, loose = _raised(own, others, traits), _by_period(_unplaced(reduced), periods)
    estimated = (own >= NEAR_COMPLETE) & (others == PARTIAL) & traits.estimates_with_others
    state["status"] = np.where(estimated, np.minimum(state["status"], STATUSES.index("E")), state["status"])
    doubtful, never_negative = np.isin(periods, list(loose)), _never_negative(table, definition)
    state["at_least"] |= doubtful & traits.adds
    _decide(state, row_counts, table, definition, traits, (raised, estimated | _later(used, traits, on), on.any(_blank(definition, used))))
    _explain_doubt(state, doubtful, table, traits)
    _await(state, periods > (period_of(reach, frequency) if reach else -1), table)
    state["floor"] = _unseen(state) & raised & traits.adds & never_negative
    bound(state)
    state["keys"] = lives.compositions(periods, frequency) if lives else np.zeros(len(periods), dtype=np.int64)
    state["reason"] = np.array(reasons_of(state, periods, table, definition, reduced, lives, loose), dtype=object)
    values = pd.DataFrame(state, index=pd.Index(periods, name="period"))
    tables = tuple(dict.fromkeys((table.resource.name, *(other.table.resource.name for other in reduced.others))))
    about = _data_to(selected, table, today), tables, traits.counts, loose, traits.accumulates
    return Draft(values, _ids(on, reduced), frequency, definition.unit, *about)._replace(notes=notes_of(table, reduced, lives))


def _of_days(
    table: Table, definition: Definition, reduced: Reduced, own: np.ndarray, row_counts: np.ndarray, periods: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of values that depend on certain days: the level of these days, how many rows a value has, and whether it is "at least"; of others
    what is known already."""
    levels, counts, least = own.copy(), row_counts.copy(), np.zeros(len(periods), dtype=bool)
    if not reduced.traits.of_days or reduced.also is None or not len(reduced.also):
        return levels, counts, least
    also = reduced.also[reduced.also[PERIOD].between(int(periods[0]), int(periods[-1]))]
    spans = also[[PERIOD, "start", "stop"]].astype("int64").itertuples(index=False)
    days = range(int(also["start"].min()), int(also["stop"].max()) + 1)
    graded = table.relations.is_graded
    by_day = levels_by_day(table, definition.coverage, reduced.columns, reduced.rows.frequency, days) if graded else None
    for (period, start, stop), is_least in zip(spans, also["least"].tolist(), strict=True):
        at = period - int(periods[0])
        if by_day is not None:
            levels[at] = level_of(by_day[start - days.start : stop - days.start + 1])
        counts[at], least[at] = max(counts[at], 1), is_least
    return levels, counts, least


def _raised(own: np.ndarray, others: np.ndarray, traits: Traits) -> np.ndarray:
    """Where a missing row, of its own table or of another, could only raise the value."""
    return ((own != PARTIAL) | traits.adds | traits.grows) & ((others != PARTIAL) | traits.grows | traits.grows_with_others)


def _ended_by(day: datetime.date, periods: np.ndarray, frequency: Frequency) -> np.ndarray:
    """Which periods have ended on a day."""
    return periods <= period_of(day + datetime.timedelta(days=1), frequency) - 1


def _ids(on: "_Calendar", reduced: Reduced) -> tuple[Ids, ...]:
    """Ids of the rows behind each period: those used, then any others that the reducer read."""
    if reduced.ids:
        return reduced.ids(on.periods)
    own = on.ids(reduced.used[ROW].to_numpy())
    if reduced.also is None:
        return own
    begin = int(on.periods[0]) if len(on.periods) else 0
    inside = reduced.also[reduced.also[PERIOD].between(begin, begin + len(on.periods) - 1)]
    further = _Calendar(on.periods, inside[PERIOD].to_numpy(dtype=np.int64) - begin).ids(inside[ROW].to_numpy())
    return tuple(tuple(dict.fromkeys(ids + more)) for ids, more in zip(own, further, strict=True))


class _Calendar(NamedTuple):
    """The used rows on the calendar: the `places` of rows among `periods`."""

    periods: np.ndarray
    places: np.ndarray

    def placed(self, values: pd.Series) -> np.ndarray:
        """The values of each period, NaN where there is none."""
        found, places = np.full(len(self.periods), np.nan), values.index.to_numpy(dtype=np.int64) - self.periods[:1].sum()
        inside = (places >= 0) & (places < len(found))
        found[places[inside]] = values.to_numpy(dtype="float64")[inside]
        return found

    def any(self, flags: np.ndarray) -> np.ndarray:
        """Periods of which a row is flagged."""
        return np.bincount(self.places[flags], minlength=len(self.periods)).astype(bool)

    def least(self, numbers: np.ndarray, otherwise: int) -> np.ndarray:
        """Smallest number of each period's rows."""
        smallest = np.full(len(self.periods), otherwise, dtype=np.int64)
        np.minimum.at(smallest, self.places, numbers)
        return smallest

    def ids(self, ids: np.ndarray) -> tuple[tuple[str, ...], ...]:
        """Ids of each period's rows, in the order of the table."""
        order = np.argsort(self.places, kind="stable")
        bounds = np.searchsorted(self.places[order], np.arange(len(self.periods) + 1))
        ordered, found = ids[order].tolist(), [()] * len(self.periods)
        for place in np.flatnonzero(np.diff(bounds)).tolist():  # most days have none
            found[place] = tuple(ordered[bounds[place] : bounds[place + 1]])
        return tuple(found)


def _rows_in(periods: np.ndarray, rows: pd.DataFrame) -> np.ndarray:
    if not len(periods):
        return np.zeros(0, dtype=int)
    weights = rows[NUMBER].to_numpy() if NUMBER in rows else None
    return np.bincount(rows[PERIOD].to_numpy() - periods[0], weights, minlength=len(periods)).astype(np.int64)


def _counted(definition: Definition, rows: pd.DataFrame, traits: Traits) -> pd.DataFrame:
    """The rows that count for `at_least`: if more than one is needed, those with a number."""
    assert definition.reduce
    of = definition.reduce.parameters.get("of")
    return _once(definition, rows[rows[of].notna()] if of and definition.at_least > 1 else rows, traits)


def _once(definition: Definition, rows: pd.DataFrame, traits: Traits) -> pd.DataFrame:
    """The rows, of those that are one thing in a period (the versions of a poll) only one."""
    assert definition.reduce
    column = definition.reduce.parameters.get(traits.counts_once)
    return rows[~pd.DataFrame({PERIOD: rows[PERIOD], "name": poll_names(rows, column)}).duplicated()] if column else rows


def _unplaced(reduced: Reduced) -> pd.DataFrame | None:
    """The rows that cannot be placed and matter: what is measured from day to day leaves out rows that are dated less exactly."""
    loose = reduced.rows.loose
    return loose if loose is None or not reduced.traits.by_day else loose[(loose[LACKS] != "") & (loose[FIRST] != UNDATED)]


def _by_period(loose: pd.DataFrame | None, periods: np.ndarray) -> Mapping[int, tuple[str, ...]]:
    """Ids of the rows that cannot be placed, by each period that they may belong to."""
    if loose is None or not len(periods):
        return {}
    undated = loose[FIRST] == UNDATED
    spans = loose.loc[~undated, [ROW, FIRST, LAST]].itertuples(index=False)
    ids = grouped((period, row) for row, first, last in spans for period in range(max(first, int(periods[0])), last + 1))
    anywhere = tuple(loose.loc[undated, ROW])  # one and the same for all periods: there may be many of both
    touched = periods.tolist() if anywhere else ids
    return {period: (*ids[period], *anywhere) if period in ids else anywhere for period in touched}


def _await(state: State, late: np.ndarray, table: Table) -> None:
    """What is not published yet: `late` periods, after the table's last row, that no coverage level speaks of. Changes `state` in place."""
    covered = (state["coverage"] >= PARTIAL) & table.relations.is_graded
    _miss(state, late & ~covered, "not-published", always=True)


def _unseen(state: State) -> np.ndarray:
    """Periods in which nothing is known, but which a collection covers at least in part."""
    return (state["why"] == "nothing-found") | ((state["why"] == "may-belong") & (state["coverage"] >= PARTIAL))


def _explain_doubt(state: State, doubtful: np.ndarray, table: Table, traits: Traits) -> None:
    """What is missing, or an estimate, because of rows that cannot be placed. Changes `state` in place.

    A mean or another number of observations that does not add up is an estimate from the rows that can be placed; of events it is
    missing.
    """
    observed = table.relations.kind == "observations"
    known = doubtful & ((state["coverage"] >= PARTIAL) | observed)
    otherwise = ["nothing-found", "no-rows", "too-few"] + (["not-exact", "only-a-minimum"] if traits.adds else [] if observed else [""])
    if observed and not traits.adds:
        state["status"] = np.where(known, np.minimum(state["status"], STATUSES.index("E")), state["status"])
    _miss(state, known & np.isin(state["why"].astype(str), otherwise), "may-belong", always=True)


def _calendar(table: Table, definition: Definition, reduced: Reduced, today: datetime.date) -> np.ndarray:
    """Periods from the first with a coverage level or a row to today. ProblemsFound for more than are computed at once."""
    selected, frequency, columns = reduced.rows.frame.to_native(), reduced.rows.frequency, reduced.columns
    starts = [int(selected[PERIOD].min())] if len(selected) else []
    loose = () if reduced.rows.loose is None else reduced.rows.loose[FIRST].tolist()
    starts += [first for first in loose if first != UNDATED]
    if table.relations.is_graded:
        spans = spans_shown(table, definition.coverage)
        starts += [period_of(datetime.date.fromisoformat(s.start), frequency) for s in spans if not s.columns or columns <= set(s.columns)]
    last = max([period_of(today, frequency), *([int(selected[PERIOD].max())] if len(selected) else [])])
    first = min(starts, default=last + 1)
    too_many = [one.at(ASKED) for one in period_faults(last + 1 - first, frequency)]
    if too_many:
        raise ProblemsFound(too_many)
    return np.arange(first, last + 1, dtype=np.int64)


def _lower_bound(table: Table, definition: Definition, used: pd.DataFrame, traits: Traits) -> np.ndarray:
    """Rows that make a value a lower bound: blanks, rows that are lower bounds themselves, inexact days."""
    assert definition.reduce
    of, time = definition.reduce.parameters.get("of"), table.relations.time
    low = np.zeros(len(used), dtype=bool)
    low |= _blank(definition, used)
    low |= used[LONGER].to_numpy() if traits.in_force else False
    low |= (used[PRECISION] != "day").to_numpy() if traits.rough_is_least and table.relations.has_inexact_dates else False
    if of and traits.totals:
        for column, codes in table.relations.lower_bound_when.items():
            low |= used[column].isin(codes).to_numpy()
    if of and time and of == time.start and table.relations.has_inexact_dates:
        low |= (used[PRECISION] != "day").to_numpy()
    return low


def _blank(definition: Definition, used: pd.DataFrame) -> np.ndarray:
    """Rows whose blank cell could be any number; none where the definition says that blanks mean nothing."""
    assert definition.reduce
    of = definition.reduce.parameters.get("of")
    return is_blank(used[of]) if of and not definition.reduce.parameters.get("blanks") else np.zeros(len(used), dtype=bool)


def _is_rough(table: Table, definition: Definition, used: pd.DataFrame, traits: Traits, on: "_Calendar") -> np.ndarray:
    """Periods of which the value is an estimate at best: of too few rows, or of one that is weighed by a day which is not exactly known."""
    few = _rows_in(on.periods, _once(definition, used, traits)) < traits.estimate_below
    few |= _later(used, traits, on)
    return few | on.any((used[PRECISION] != "day").to_numpy()) if traits.no_coarser and table.relations.has_inexact_dates else few


def _later(used: pd.DataFrame, traits: Traits, on: "_Calendar") -> np.ndarray:
    """Periods with a spell that may have begun later than it is counted from, so that the value is no minimum."""
    return on.any(used[LATER].to_numpy()) if traits.in_force else np.zeros(len(on.periods), dtype=bool)


def _statuses(table: Table, used: pd.DataFrame, rough: np.ndarray, on: _Calendar) -> np.ndarray:
    """Worst status of the rows of each period, as an index into STATUSES; at best estimated where they are too few or too `rough`."""
    statuses = np.full(len(on.periods), NORMAL, dtype=np.int64)
    if table.relations.status:
        statuses = on.least(used[STATUS].map(STATUSES.index).to_numpy(dtype=np.int64), NORMAL)
    return np.where(rough, np.minimum(statuses, STATUSES.index("E")), statuses)


def _kinds(table: Table, definition: Definition, used: pd.DataFrame, on: _Calendar) -> list[tuple[int, int] | None]:
    """Lowest and highest code of the values of the columns that break a series in each period; None if it has no rows. Rows of
    two codes in one period are not combined into one number."""
    columns = break_columns(definition, table.relations)
    if not columns or not len(used):
        return [None] * len(on.periods)
    joined = used[columns[0]].astype(str).str.cat([used[c].astype(str) for c in columns[1:]], sep="|")  # type: ignore[misc]  # the stubs do not have a list of Series
    codes = pd.factorize(joined)[0]
    low, high = on.least(codes, len(codes)), -on.least(-codes, 1)
    return [(int(a), int(b)) if b >= 0 else None for a, b in zip(low, high, strict=True)]


def stretches(keys: list[Any]) -> np.ndarray:
    """Number the keys: periods with the same number are comparable, a change of number is a break. None (no value) takes the
    number before it; a key that returns gets its earlier number.

    >>> stretches([None, "a", "a", None, "b", "a"]).tolist()
    [0, 0, 0, 0, 1, 0]
    """
    if keys.count(None) == len(keys):
        return np.zeros(len(keys), dtype=np.int64)
    numbers: dict[Any, int] = {}
    number, numbered = 0, []
    for key in keys:
        if key is not None:
            number = numbers.setdefault(key, len(numbers))
        numbered.append(number)
    return np.array(numbered, dtype=np.int64)


def _decide(
    state: State, row_counts: np.ndarray, table: Table, definition: Definition, traits: Traits, bounds: tuple[np.ndarray, ...]
) -> None:
    """What a period of each coverage level is worth. Changes `state` in place. `bounds`: where a missing row can only raise
    the value, where the value is an estimate from a partial list, and where a cell is blank."""
    level, empty, value = state["coverage"], row_counts == 0, state["value"]
    events = table.relations.is_graded
    covered, partial = level >= NEAR_COMPLETE, level == PARTIAL
    raised, estimated, blank = bounds
    bounded = raised & _never_negative(table, definition)
    if not _never_negative(table, definition):  # if values may be negative, a part is not a lower bound of the whole
        low = state["at_least"] & ~np.isnan(value)
        _miss(state, low & blank, "some-blank")
        _miss(state, low & ~blank, "only-a-minimum")
    if events and traits.adds:
        value[covered & empty & np.isnan(value)] = 0.0
    _miss(state, covered & ~empty & np.isnan(value), "all-blank")
    _miss(state, covered & empty & np.isnan(value), "no-rows")
    _miss(state, partial & empty & np.isnan(value), "nothing-found")
    counted_so_far = bounded & (events | ~state["over"])
    _miss(state, partial & ~empty & ~counted_so_far & ~estimated, "not-exact" if events else "not-every-part")
    _miss(state, partial & np.isnan(value), "all-blank")
    state["at_least"] = (state["at_least"] | (partial & ~np.isnan(value))) & ~estimated
    _miss(state, state["at_least"] & (value == 0), "nothing-found")  # "at least 0" says nothing
    if not events and definition.at_least == 1:
        _miss(state, (level < PARTIAL) & ~empty, "none-counts")
    _miss(state, level < PARTIAL, "not-covered" if events else "too-few" if definition.at_least > 1 else "no-rows")


def _miss(state: State, where: np.ndarray, why: Why, *, always: bool = False) -> None:
    state["value"][where] = np.nan
    state["at_least"][where] = False
    state["why"][where & (always | (state["why"] == ""))] = why


def bound(values: Any) -> None:
    """Make what is not a number missing: a value that is infinite or too large. Minus zero is zero. Changes `values`, a frame or a state,
    in place."""
    value = np.asarray(values["value"], dtype="float64")
    too_large = np.abs(value) > LARGEST_NUMBER
    values["value"] = np.where(too_large, np.nan, value) + 0.0
    if too_large.any():
        values["why"] = np.where(too_large, "too-large", np.asarray(values["why"], dtype=object))
        values["at_least"] = np.asarray(values["at_least"], dtype=bool) & ~too_large


def _never_negative(table: Table, definition: Definition) -> bool:
    assert definition.reduce
    of = definition.reduce.parameters.get("of")
    if not reducer_traits(definition).totals or not of:
        return True
    minimum = table.resource.columns[of].constraints.minimum
    return minimum is not None and float(minimum) >= 0


def _reach(table: Table, selected: pd.DataFrame, today: datetime.date) -> datetime.date | None:
    """The last day that the data cover: by all rows of a table of events, by the selected rows of observations."""
    last = None if table.relations.is_graded else selected[DAY].max()  # NaT where no row has a date
    latest = newest_on(table, today) if last is None else None if pd.isna(last) else last.date()
    if latest is None:
        return None
    every = table.relations.time.every if table.relations.time else None
    return min(last_day(period_of(latest, FINEST[every]), FINEST[every]), today) if every else latest


def _data_to(selected: pd.DataFrame, table: Table, today: datetime.date) -> str | None:
    """The date of the last selected row, as exact as it is known: a day, a month or a year. Of spells also an end, or the last day on which
    one without an end is known to be in force."""
    if not len(selected):
        return None
    time = table.relations.time
    columns = [(DAY, PRECISION)]
    if UNTIL in selected and time:
        columns += [(UNTIL, UNTIL_PRECISION), *([(time.open_until, "")] if time.open_until else [])]
    # Line by line, so that of equal days the first of a row is taken; whole rows as records cost more than all the rest of a series.
    days = np.stack([selected[day].to_numpy() for day, _ in columns], axis=1).ravel()
    named = [selected[name].to_numpy(dtype=object) if name else np.full(len(selected), "day") for _, name in columns]
    known = np.flatnonzero(days <= np.datetime64(today))
    last = known[days[known].argmax()]
    return date_text(pd.Timestamp(days[last]), np.stack(named, axis=1).ravel()[last])
