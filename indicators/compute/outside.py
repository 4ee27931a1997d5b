"""A composite beside what it is checked with and may never be made of: how far the two go together, and how easily chance would do it."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from indicators.compute.composite import measured_months
from indicators.nouns.composite import CountsFrom
from indicators.nouns.index import Index
from indicators.nouns.periods import first_days, periods_of
from indicators.nouns.series import Query, Results, Series
from indicators.nouns.vocabulary import LEVELS, NEAR_COMPLETE

Array = npt.NDArray[np.float64]
LEAST = 5
"""Values below which no correlation is given."""
ORDERS, SEED = 20_000, 18960520


class Agreement(NamedTuple):
    """How far two rows of `n` numbers go together: correlation `r` (Pearson), and `p`, the share of random orders that go together as
    closely, either way. NaN below five numbers."""

    r: float
    n: int
    p: float


class Check(NamedTuple):
    """An index and an outside measure, in the months in which that was measured. `points`: month (integer), outside, index, assumed
    (whether the month is). `levels`: of the values; `changes`: of their changes from one to the next. `left_out`: values that have no
    index, or are by other methods."""

    series: Series
    points: pd.DataFrame
    levels: Agreement
    changes: Agreement
    left_out: int


def checks(results: Results, monthly: Index) -> tuple[Check, ...]:
    """The outside checks of a composite, from its index by month: of each the longest run of one method."""
    return tuple(_check(results, monthly, name) for name in monthly.recipe.outside_check)


def _check(results: Results, monthly: Index, name: str) -> Check:
    indicator, _, variant = name.partition("@")
    as_of = monthly.series[0].query.as_of if monthly.series else None
    series = results.series(Query(indicator, variant or None, as_of=as_of))
    values = series.values
    fits = values["value"].notna() & values["over"] & ~values["at_least"] & (values["coverage"].map(LEVELS.index) >= NEAR_COMPLETE)
    known = values[fits]
    longest = known["stretch"].mode()
    own = known[known["stretch"] == longest.iloc[0]] if len(longest) else known
    ends = periods_of(first_days(values.index.to_numpy(dtype=np.int64) + 1, series.frequency) - 1, "monthly")
    rule = _rule(monthly, series)
    table, plain = series.definition.table or "", (ends, ends < 0, ends < 0)
    months, assumed, unread = measured_months(rule, results.tables[table], series.rows, ends) if rule else plain
    places = values.index.get_indexer(own.index)
    places = places[~unread[places]]
    index = monthly.value.reindex(months[places]).to_numpy()
    outside = values["value"].to_numpy(dtype=float)[places]
    points = pd.DataFrame({"month": months[places], "outside": outside, "index": index, "assumed": assumed[places]})
    points = points[~np.isnan(index)].reset_index(drop=True)
    pairs = points["outside"].to_numpy(dtype=float), points["index"].to_numpy(dtype=float)
    return Check(series, points, agreement(*pairs), agreement(*(np.diff(one) for one in pairs)), int(len(known) - len(points)))


def _rule(monthly: Index, series: Series) -> CountsFrom | None:
    """From which month values of this table count by the recipe; None where it says nothing of it."""
    rules = [leaf.node.counts_from for leaf, part in zip(monthly.leaves, monthly.series, strict=True) if part.tables == series.tables]
    return next((rule for rule in rules if rule), None)


def agreement(one: Array, other: Array) -> Agreement:
    """How far two rows of numbers go together.

    >>> agreement(np.array([1.0, 2, 3, 4, 5]), np.array([2.0, 4, 6, 8, 10]))[:2]
    (1.0, 5)
    """
    n = len(one)
    if n < LEAST or not np.ptp(one) or not np.ptp(other):
        return Agreement(float("nan"), n, float("nan"))
    a, b = ((row - row.mean()) / row.std() for row in (one, other))
    r = float(np.mean(a * b))
    orders = np.random.default_rng(SEED).permuted(np.tile(b, (ORDERS, 1)), axis=1)
    as_close = np.abs(orders @ a / n) >= abs(r) - 1e-12
    return Agreement(round(r, 12), n, float((as_close.sum() + 1) / (ORDERS + 1)))
