"""What reducers share: the traits that stand beside them, and the first aggregation on any engine."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import narwhals as nw
import pandas as pd

from indicators.model import Rows
from indicators.vocabulary import DAY_DATED, PERIOD


class Traits(NamedTuple):
    """What `compute` must know of a reducer.

    `adds`: a covered period without rows is 0, partial coverage gives "at least". `grows`: a row more can only raise the
    value, so partial coverage gives "at least", too; `grows_with_others`: so can a row more of another table;
    `estimates_with_others`: it can change the value either way, which is then an estimate. `ahead`: in
    which table it looks `within` days ahead. `counts`: the value is a count of rows or things (the Poisson test
    applies). `selects`: the rows it uses, of those selected. `reads_also`: further rows behind a value, of this table or
    another, as @period and @row. `estimate_below`: with fewer rows the status is E. `needs_every_part`: a period of
    observations wants all its parts. `shows_rows`: the rows behind a value are worth seeing one by one. `apart`: between
    the values of neighbouring periods there is nothing. `one_frequency`: it
    weighs by days before the period's end, so its rule holds for one frequency. `picks`: it uses one row, and `at_least` counts
    those that it is picked from.
    """

    adds: bool = False
    grows: bool = False
    grows_with_others: bool = False
    estimates_with_others: bool = False
    ahead: Literal["", "own", "other"] = ""
    counts: bool = False
    selects: Callable[..., Any] | None = None
    reads_also: Callable[..., pd.DataFrame] | None = None
    estimate_below: int = 0
    needs_every_part: bool = False
    shows_rows: bool = False
    apart: bool = False
    one_frequency: bool = False
    picks: bool = False


def traits(**known: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Put traits beside a reducer."""

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        function.traits = Traits(**known)  # type: ignore[attr-defined]  # a mark that is read where it is applied
        return function

    return mark


def by_period(frame: Any, value: "nw.Expr") -> pd.Series:
    """An aggregate of each period's rows, on whatever engine holds them; a pandas Series by period."""
    result = frame.group_by(PERIOD).agg(value=value)
    collected = result.collect(backend="pandas") if isinstance(result, nw.LazyFrame) else result
    pandas = collected.to_pandas().astype({"value": "float64"})
    return pandas.set_index(PERIOD)["value"].sort_index()


def as_pandas(frame: Any, *columns: str) -> pd.DataFrame:
    """Some columns of the rows as a pandas frame."""
    selected = frame.select(*columns)
    return (selected.collect(backend="pandas") if isinstance(selected, nw.LazyFrame) else selected).to_pandas()


def day_dated(rows: Rows, **_: Any) -> Any:
    """Rows whose day is exact."""
    return rows.frame.filter(nw.col(DAY_DATED))
