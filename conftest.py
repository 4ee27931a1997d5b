"""What examples in docstrings may use without saying where it comes from."""

import gc
from collections.abc import Generator
from typing import Any

import narwhals as nw
import pandas as pd
import pytest

from indicators.nouns.periods import Frequency
from indicators.nouns.series import OtherRows, Rows
from indicators.nouns.vocabulary import DAY, DAY_DATED, PERIOD, ROW


def rows_of(*, frequency: Frequency = "monthly", day: list[str] | None = None, **columns: Any) -> Rows:
    """Rows as `compute` hands them to a reducer: any columns, `period` and `day` by their short names."""
    size = len(columns["period"])
    frame = pd.DataFrame({PERIOD: columns.pop("period"), **columns})
    frame[ROW] = [f"row{i}" for i in range(size)]
    frame[DAY] = pd.to_datetime(day if day else ["2024-01-01"] * size)
    frame[DAY_DATED] = True
    return Rows(nw.from_native(frame, eager_only=True), frequency)


def other_rows_of(*, day: list[str]) -> OtherRows:
    """Rows of another table, day-dated."""
    frame = pd.DataFrame({DAY: pd.to_datetime(day), DAY_DATED: True, ROW: [f"other{i}" for i in range(len(day))]})
    return OtherRows(nw.from_native(frame, eager_only=True))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is imported stays to the end: the garbage collector need not look through it, neither meanwhile nor during the tests."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_unconfigure() -> None:
    """What is not needed any more goes in good order."""
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _examples(doctest_namespace: dict[str, Any]) -> None:
    doctest_namespace.update(rows_of=rows_of, other_rows_of=other_rows_of, nw=nw, pd=pd)
