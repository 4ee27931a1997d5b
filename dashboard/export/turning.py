"""Where a series turns: the highs and lows that a person would point at."""

import math

import pandas as pd

SHARES = (0.25, 0.4, 0.55, 0.7)
"""Shares of the range that a movement must have; the next is tried where too many turns are left."""
MOST = 6


def turns(values: pd.Series) -> list[tuple[int, bool]]:
    """Periods at which values turn, and whether that is a high; the first and the last value are no turns. NaN are passed over.

    A turn counts where the values move by a share of their range before and after it: by a quarter, or by so much more
    that at most six are left. None where there are more even then: such a series goes up and down all the time.

    >>> turns(pd.Series([0.0, 1.0, 10.0, 9.0, 2.0, 8.0]))
    [(2, True), (4, False)]
    """
    known = [(int(p), float(v)) for p, v in values.items() if not math.isnan(v)]  # type: ignore[call-overload]
    if len({v for _, v in known}) < 2:
        return []
    span = max(v for _, v in known) - min(v for _, v in known)
    tries = (_turns(known, span * share) for share in SHARES)
    return next((found for found in tries if len(found) <= MOST), [])


def _turns(known: list[tuple[int, float]], least: float) -> list[tuple[int, bool]]:
    low = high = extreme = known[0]
    direction, found = 0, list[tuple[int, bool]]()
    for point in known[1:]:
        if not direction:
            low, high = min(low, point, key=lambda p: p[1]), max(high, point, key=lambda p: p[1])
            direction = 1 if point[1] - low[1] >= least else -1 if high[1] - point[1] >= least else 0
            extreme = point
        elif direction * (point[1] - extreme[1]) > 0:
            extreme = point
        elif direction * (extreme[1] - point[1]) >= least:
            found.append((extreme[0], direction > 0))
            direction, extreme = -direction, point
    return found
