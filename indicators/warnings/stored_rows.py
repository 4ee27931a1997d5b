"""Warnings about the rows of a table in a store, found where they are: the same as of a table in memory, each with the first rows."""

import datetime
from collections.abc import Callable, Iterator, Sequence

import narwhals as nw
import pandas as pd

from indicators.compute.stored import passing_in_store
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import DAY, ROW
from indicators.operations.column import column_of
from indicators.operations.reduce import as_pandas
from indicators.problems import Fault, fault
from indicators.reading.tables import SHOWN
from indicators.warnings.doubtful_rows import MARKS

MOST_DIFFERENT = 50_000
"""Different texts of a column that are compared with each other."""


def doubtful_in_store(table: Table, today: datetime.date) -> Iterator[Fault]:
    """Rows that do not count yet, numbers that mark what is missing, and other spellings."""
    yield from _after(table, today)
    for name, field in table.resource.columns.items():
        if field.type in ("integer", "number"):
            yield from _marks(table, name)
        column = column_of(table.resource, name)
        if column.kind == "string" and not column.codes:
            yield from _other_capitals(table, name)


def _first(rows: Sequence[str], faulty: Callable[[str], Fault]) -> Iterator[Fault]:
    """A fault for the first few rows; the last says how many more there are."""
    shown = rows[:SHOWN]
    for n, row in enumerate(shown, 1):
        yield faulty(row).with_rest(len(rows) - SHOWN if n == SHOWN else 0)


def _after(table: Table, today: datetime.date) -> Iterator[Fault]:
    assert table.store
    midnight, recorded = datetime.datetime.combine(today, datetime.time()), table.relations.recorded
    hint = "correct the day, or set a later as_of in config.yaml"
    if table.store.last > today:
        case = "row-after-as-of/event" if table.relations.is_graded else "row-after-as-of/unfinished"
        later = passing_in_store(table, {}, [nw.col(DAY) > midnight], f"after {today}")
        yield from _first(later, lambda row: fault(case, hint=hint, row=row, as_of=today))
    if recorded:
        entered = passing_in_store(table, {}, [nw.col(recorded) > midnight, nw.col(DAY) <= midnight], f"entered after {today}")
        yield from _first(entered, lambda row: fault("row-after-as-of/recorded", hint=hint, row=row, as_of=today))


def _marks(table: Table, name: str) -> Iterator[Fault]:
    assert table.store
    store, cells = table.store, nw.col(name)

    def counted() -> pd.DataFrame:
        return as_pandas(store.lines().filter(cells.is_in(list(map(float, MARKS)))).group_by(name).agg(n=nw.len()), name, "n")

    marks = store.recalled(f"marks in {name}", counted)
    for mark in [float(one) for one, n in zip(marks[name].tolist(), marks["n"].tolist(), strict=True) if n >= 2]:

        def others(mark: float = mark) -> pd.DataFrame:
            found = store.lines().filter(cells != mark).select(low=cells.min(), high=cells.abs().max(), n=cells.count())
            return as_pandas(found, "low", "high", "n")

        low, high, count = store.recalled(f"numbers but {mark} in {name}", others).iloc[0]
        if count and (low >= 0 if mark < 0 else high < mark / 10):
            hint = f"if it stands for no number, list it under missingValues of the schema: ['', '{mark:.0f}']"
            rows = passing_in_store(table, {}, [cells == mark], f"{name} is {mark}")
            yield from _first(rows, lambda row: fault("mark-as-number", hint=hint, row=row, column=name, number=int(mark)))  # noqa: B023


def _other_capitals(table: Table, name: str) -> Iterator[Fault]:
    assert table.store
    store = table.store
    different = store.recalled(f"different in {name}", lambda: as_pandas(store.lines().select(n=nw.col(name).n_unique()), "n"))
    if int(different["n"].iloc[0]) > MOST_DIFFERENT:
        return
    counts = store.counts(name).sort_values(ascending=False, kind="stable")
    usual = {text.casefold(): text for text in reversed(counts.index.tolist())}
    if len(usual) in (0, len(counts)) or 2 * len(usual) > counts.sum():
        return
    odd = [cell for cell in counts.index if cell not in usual.values()]
    rows = passing_in_store(table, {}, [nw.col(name).is_in(odd)], f"{name} in other capitals")
    cells = table.rows_with(rows[:SHOWN]).set_index(ROW)[name]

    def other(row: str) -> Fault:
        about = {"row": row, "column": name, "cell": cells[row], "usual": usual[cells[row].casefold()]}
        return fault("other-capitals", hint="write both in the same way", **about)

    yield from _first(rows, other)
