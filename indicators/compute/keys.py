"""Keys of a table of observations: from when to when each lives, how many rows a period needs, and which rows are missing.

A key is what a row is about besides its time: a country, a code, a pair of them.
"""

import datetime
from collections import Counter
from collections.abc import Mapping, Set
from functools import cached_property

import narwhals as nw
import numpy as np
import pandas as pd

from indicators.nouns.periods import PER_YEAR, Frequency, first_days, label, period_expression, period_of, within
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import DAY, MONTH, PERIOD
from indicators.reading.dependencies import FINEST
from indicators.reading.tables import timeless_keys

ALWAYS = 1 << 40
"""A key without a known first or last period lives from -ALWAYS, or to ALWAYS."""
LEAST_SILENT = 3
"""Periods of the table without a row, while other keys have rows, after which a key can count as ended."""
MOST_NOTED = 4
"""Keys that begin late or end which a note names."""
NAMED = 2
"""Missing keys that are named; the rest are counted."""


class Lives:
    """When each key of the selected rows of a table lives, in periods of the table's own frequency `every`.

    A key lives from its first to its last row, or as the descriptor declares. One that has a row in the first period of all
    may be older, and is needed from the start. One without a row in the newest period is late and still needed, until it
    counts as ended: when it has had no row for a year of periods (at least three), or when, three periods ago or earlier,
    exactly one other key began in the very period after its last. Anything else would make the newest total too low.
    Where the primary key does not name the period, keys are not known, and a period needs one row.
    """

    def __init__(self, table: Table, selected: pd.DataFrame) -> None:
        assert table.relations.time
        assert table.relations.time.every
        self.every: Frequency = FINEST[table.relations.time.every]
        rows = nw.from_native(selected, eager_only=True).with_columns(**{PERIOD: period_expression(DAY, MONTH, self.every)}).to_native()
        self.are_known = table.relations.time.start in table.resource.schema_.primaryKey
        keys = timeless_keys(rows, table.resource) if self.are_known else pd.Series("", index=rows.index)
        self._codes, names = pd.factorize(keys)
        self.names = tuple(map(str, names))
        self._at = rows[PERIOD].to_numpy(dtype=np.int64)
        by_key = pd.Series(self._at).groupby(self._codes)
        self.seen = by_key.min().to_numpy(), by_key.max().to_numpy()
        self.first, self.last = self._bounds(table)

    def _bounds(self, table: Table) -> tuple[np.ndarray, np.ndarray]:
        if not len(self.names):
            return self.seen
        first, last = np.where(self.seen[0] == self.seen[0].min(), -ALWAYS, self.seen[0]), np.where(self._ended(), self.seen[1], ALWAYS)
        for place, name in enumerate(self.names):
            declared = table.relations.keys.get(name)
            if declared and declared.start:
                first[place] = within(declared.start, self.every)[0]
            if declared and declared.end:
                last[place] = within(declared.end, self.every)[1]
        return first, last

    def _ended(self) -> np.ndarray:
        """Which keys count as ended without being declared so."""
        silent = self.seen[1].max() - self.seen[1]
        return (silent >= max(PER_YEAR[self.every], LEAST_SILENT)) | (self._replaced(self.seen[1]) & (silent >= LEAST_SILENT))

    def _replaced(self, last: np.ndarray) -> np.ndarray:
        """Which keys are followed by one other key that begins in the very next period, and that follows no other: a new name."""
        begun, stopped = Counter(self.seen[0].tolist()), Counter(last.tolist())
        return np.array([stopped[at] == 1 and begun[at + 1] == 1 for at in last.tolist()], dtype=bool)

    def counts(self, periods: np.ndarray, frequency: Frequency) -> tuple[np.ndarray, np.ndarray]:
        """(rows needed, rows there) of each period; rows outside a declared life are faults and not counted here."""
        if not len(periods):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        base, place = self._base(periods, frequency)
        if not len(base):
            return np.ones(len(periods), dtype=np.int64), np.zeros(len(periods), dtype=np.int64)
        inside = self._at[np.isin(self._at, base)]
        needed, there = self._alive(base), np.bincount(np.searchsorted(base, inside), minlength=len(base))
        needed, there = (np.bincount(place, weights=of, minlength=len(periods)).astype(np.int64) for of in (needed, there))
        return needed, there

    def _base(self, periods: np.ndarray, frequency: Frequency) -> tuple[np.ndarray, np.ndarray]:
        """The table's periods that lie wholly in these, and the place of each among these."""
        bounds = first_days(np.append(periods, periods[-1] + 1), frequency)
        start, stop = (period_of(datetime.date.fromordinal(int(day)), self.every) for day in (bounds[0], bounds[-1]))
        base = np.arange(start, stop + 1, dtype=np.int64)
        starts, lasts = first_days(base, self.every), first_days(base + 1, self.every) - 1
        places, ends = (np.searchsorted(bounds, days, "right") - 1 for days in (starts, lasts))
        inside = (places == ends) & (places >= 0) & (places < len(periods))
        return base[inside], places[inside]

    def _alive(self, base: np.ndarray) -> np.ndarray:
        """How many rows each of the table's periods needs: one for each living key, and one where none lives between two that do."""
        steps = np.zeros(len(base) + 1, dtype=np.int64)
        np.add.at(steps, np.searchsorted(base, self.first), 1)
        np.add.at(steps, np.searchsorted(base, self.last + 1), -1)
        between = (base >= self.first.min(initial=ALWAYS)) & (base <= self.last.max(initial=-ALWAYS))
        return np.maximum(steps[:-1].cumsum(), between.astype(np.int64))

    def compositions(self, periods: np.ndarray, frequency: Frequency) -> np.ndarray:
        """A number for each period: equal where sums are over the same keys throughout. A key that is replaced by one other is the same
        under a new name. A period in which the keys change is like no other, and has a negative number.
        """
        if not len(periods) or not len(self.names):
            return np.zeros(len(periods), dtype=np.int64)
        base, place = self._base(periods, frequency)
        ends, renamed = self.last + 1, self._replaced(self.last)
        begins = ~np.isin(self.first, ends[renamed])
        events = np.unique(np.concatenate([self.first[begins & (self.first > -ALWAYS)], ends[~renamed & (self.last < ALWAYS)]]))
        at = np.searchsorted(events, base, "right")
        low, high = np.full(len(periods), len(events), dtype=np.int64), np.zeros(len(periods), dtype=np.int64)
        np.minimum.at(low, place, at)
        np.maximum.at(high, place, at)
        return np.where(low == high, high, -2 - np.arange(len(periods)))

    @cached_property
    def _keys_at(self) -> Mapping[int, Set[int]]:
        keys: dict[int, set[int]] = {}
        for at, code in zip(self._at.tolist(), self._codes.tolist(), strict=True):
            keys.setdefault(at, set()).add(code)
        return keys

    def missing(self, period: int, frequency: Frequency) -> str:
        """The first of the table's periods that lacks rows, and for which keys; "" where nothing is missing.

        E.g. "2023-05: no row for RUR|GRA (its last is 2023-03), and 2 more like it".
        """
        base, _ = self._base(np.array([period]), frequency)
        there = np.array([len(self._keys_at.get(at, ())) for at in base.tolist()], dtype=np.int64)
        lacking = base[self._alive(base) > there]
        if not len(lacking):
            return ""
        at = int(lacking[0])
        alive = np.flatnonzero((self.first <= at) & (at <= self.last))
        absent = [code for code in alive.tolist() if code not in self._keys_at.get(at, ())]
        words = f"{label(at, self.every)}: no row{self._named(absent, at)}"
        return words + (f", and {len(lacking) - 1} more like it" if len(lacking) > 1 else "")

    def _named(self, absent: list[int], at: int) -> str:
        names = [self.names[code] + self._since(code, at) for code in absent[:NAMED] if self.names[code]]
        more = f" and {len(absent) - NAMED} other keys" if len(absent) > NAMED else ""
        return f" for {', '.join(names)}{more}" if names else ""

    def _since(self, code: int, at: int) -> str:
        last = int(self.seen[1][code])
        return f" (its last is {label(last, self.every)})" if last < at - 1 else ""

    def notes(self) -> tuple[str, ...]:
        """What a reader must know: which keys begin late or end, and whether keys are known at all; a sentence each."""
        if not self.are_known:
            return ("The key of the table does not name the period, so that it is not known whether every part of a sum is there.",)
        spans = [f"{name}{self._span(code)}" for code, name in enumerate(self.names) if self._span(code)]
        more = f" and {len(spans) - MOST_NOTED} more" if len(spans) > MOST_NOTED else ""
        return (f"Not every key has rows throughout: {', '.join(spans[:MOST_NOTED])}{more}.",) if spans else ()

    def _span(self, code: int) -> str:
        """When a key begins and ends, e.g. " to 1895-12"; "" where it lives throughout."""
        begins = f" from {label(int(self.first[code]), self.every)}" if self.first[code] > -ALWAYS else ""
        return begins + (f" to {label(int(self.last[code]), self.every)}" if self.last[code] < ALWAYS else "")
