"""Finished parts to one series. Each part is a pandas Series by period at one frequency; no part may be missing.

Parts are recomputed from rows at the requested frequency and then combined: a ratio of sums, never a mean of ratios.
"""

from typing import NamedTuple

import pandas as pd

from indicators.nouns.definition import Part, Parts, operation


class Traits(NamedTuple):
    """What `compute` must know of a combination. `sums`: "at least" is kept, counts stay counts. `cancels`: parts that both depend on
    how long a period is give a value that does not."""

    sums: bool = False
    cancels: bool = False


@operation(Traits(cancels=True))
def ratio(*, of: Part, to: Part) -> pd.Series:
    """One part, `of`, divided by another, `to`. Missing where one is missing or the divisor is zero.

    >>> ratio(of=pd.Series([1.0, 1.0]), to=pd.Series([4.0, 0.0])).tolist()
    [0.25, nan]
    """
    return of / to.where(to != 0)


@operation(Traits())
def difference(*, of: Part, minus: Part) -> pd.Series:
    """One part, `of`, less another, `minus`, in their unit. Missing where one is missing.

    >>> difference(of=pd.Series([3.0]), minus=pd.Series([1.0])).tolist()
    [2.0]
    """
    return of - minus


@operation(Traits(sums=True))
def sum(*, of: Parts) -> pd.Series:
    """Sum of the parts, `of`, in their unit. Missing where one is missing; one that is partly collected and in which nothing was
    found counts as at least 0, and the sum is a minimum.

    >>> sum(of=[pd.Series([3.0, 1.0]), pd.Series([1.0, None])]).tolist()
    [4.0, nan]
    """
    return pd.concat(of, axis=1).sum(axis=1, skipna=False)
