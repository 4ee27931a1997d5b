"""Series to score: 0 to 100, before direction is applied (once, in `compute`). Formulas: OECD/JRC, Handbook on
Constructing Composite Indicators (2008), part 1, section 5.
"""

from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from indicators.nouns.definition import operation


@operation(None)
def goalposts(series: pd.Series, *, low: float, high: float, log: bool = False) -> pd.Series:
    """Position between two fixed values, clipped: 0 at `low`, 100 at `high`. With `log` in logarithms. What is missing stays missing.

    The dimension index of the Human Development Report, times 100. ValueError unless low < high, and low > 0 in logarithms.

    >>> goalposts(pd.Series([-1.0, 1.0, 9.0]), low=0, high=4).tolist()
    [0.0, 25.0, 100.0]
    """
    if not low < high or (log and low <= 0):
        raise ValueError(f"low must be below high{', and above 0 in logarithms' if log else ''}; low is {low}, high is {high}")
    if series.empty:  # asked only whether it takes the parameters, of every part of every composite
        return series
    if log:
        series, low, high = np.log(series.where(series > 0)), float(np.log(low)), float(np.log(high))
    return ((series - low) / (high - low) * 100).clip(0, 100)


SKEW, KURTOSIS = 2.0, 3.5
"""Above both, the ends of a series count as outliers (Groeneveld and Meeden 1984, as the Joint Research Centre audits use it)."""
Points = Annotated[int, Field(ge=0, le=50)]


def winsorised(series: pd.Series, most: int) -> pd.Series:
    """The series with outliers drawn in to the next value that is none, one at a time and at most so many, until it is no longer
    both skewed by more than 2 and more peaked than 3.5. What is missing stays missing.

    >>> float(winsorised(pd.Series([*range(1, 21), 900.0]), 5).max())
    20.0
    """
    values = np.sort(series.dropna().to_numpy(dtype=float))
    drawn = series
    for points in range(1, min(most, len(values) - 1) + 1):
        skew, kurtosis = float(drawn.skew()), float(drawn.kurt())  # type: ignore[arg-type]  # of numbers
        if not (abs(skew) > SKEW and kurtosis > KURTOSIS):
            break
        drawn = series.clip(upper=values[-points - 1]) if skew > 0 else series.clip(lower=values[points])
    return drawn


@operation(None)
def minmax(series: pd.Series, *, winsorise: Points = 0) -> pd.Series:
    """Position between the least and the greatest value of the series, 0-100. Missing where all values are equal. At most `winsorise`
    outliers count as the next value that is none.

    >>> minmax(pd.Series([1.0, 2.0, 5.0])).tolist()
    [0.0, 25.0, 100.0]
    """
    series = winsorised(series, winsorise)
    spread = series.max() - series.min()
    return (series - series.min()) / spread * 100 if spread else series * float("nan")


@operation(None)
def zscore(series: pd.Series, *, width: Annotated[float, Field(gt=0)] = 3, winsorise: Points = 0) -> pd.Series:
    """Distance from the mean in standard deviations, with -`width` at 0, the mean at 50 and +`width` at 100, clipped. At most `winsorise`
    outliers count as the next value that is none.

    >>> zscore(pd.Series([1.0, 2.0, 3.0]), width=2).tolist()
    [25.0, 50.0, 75.0]
    """
    series = winsorised(series, winsorise)
    spread = series.std()
    return (50 + (series - series.mean()) / spread * 50 / width).clip(0, 100) if spread else series * float("nan")


@operation(None)
def percentile_rank(series: pd.Series) -> pd.Series:
    """Share of the other values that are smaller (ties count half), 0-100. Missing where there is one value only.

    >>> percentile_rank(pd.Series([1.0, 3.0, 2.0])).tolist()
    [0.0, 100.0, 50.0]
    """
    others = series.count() - 1
    return (series.rank() - 1) / others * 100 if others > 0 else series * float("nan")


@operation(None)
def distance_to(series: pd.Series, *, target: float, width: Annotated[float, Field(gt=0)]) -> pd.Series:
    """100 at the `target`, falling evenly to 0 at `width` (in the series' unit) from it on either side.

    >>> distance_to(pd.Series([10.0, 15.0, 40.0]), target=10, width=10).tolist()
    [100.0, 50.0, 0.0]
    """
    return ((1 - (series - target).abs() / width) * 100).clip(0, 100)
