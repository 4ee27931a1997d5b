"""Warnings about the rows of a table: they do not count yet, are there twice, hold a number that marks what is missing, or another
spelling. Each has the place of its row as its trail."""

import datetime
from collections.abc import Iterator

import numpy as np
import pandas as pd

from indicators.compute.selection import last_known
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import DAY, ROW, UNTIL
from indicators.operations.column import column_of
from indicators.problems import Fault, fault

HINT = "correct the day, set a later as_of in config.yaml, or exempt the row under relations.excuses of the descriptor"


def row_after_as_of(table: Table, today: datetime.date) -> Iterator[Fault]:
    """Rows of the future, each by its place (the trail): events that are announced, measurements of a period that is not over, spells whose
    end is announced, rows entered later than today. Reference tables may reach into the future."""
    relations, frame = table.relations, table.frame
    if relations.kind == "reference":
        return
    later = (frame[DAY] > pd.Timestamp(last_known(table, today))).to_numpy()
    case = "row-after-as-of/event" if relations.is_graded else "row-after-as-of/unfinished"
    for place in np.flatnonzero(later).tolist():
        yield fault(case, place, hint=HINT, row=frame[ROW].iloc[place], as_of=today)
    ends = (frame[UNTIL] > pd.Timestamp(today)).to_numpy() if UNTIL in frame else np.zeros(len(frame), dtype=bool)
    for place in np.flatnonzero(ends & ~later).tolist():
        yield fault("row-after-as-of/end", place, hint=HINT, row=frame[ROW].iloc[place], end=frame[UNTIL].iloc[place].date(), as_of=today)
    entered = (frame[relations.recorded] > pd.Timestamp(today)).to_numpy() if relations.recorded else np.zeros(len(frame), dtype=bool)
    for place in np.flatnonzero(entered & ~later).tolist():
        yield fault("row-after-as-of/recorded", place, hint=HINT, row=frame[ROW].iloc[place], as_of=today)


def row_twice(table: Table, today: datetime.date) -> Iterator[Fault]:
    """Observations that are the same in all but a key that does not name their time, such as the number of the row, each by its place:
    files that were joined twice would count twice."""
    relations, frame, key = table.relations, table.frame, table.resource.schema_.primaryKey
    if relations.kind != "observations" or not relations.time or relations.time.start in key:
        return
    columns = [column for column in table.resource.columns if column not in (*key, relations.recorded)]
    first: dict[tuple[object, ...], str] = {}
    alike = frame[frame.duplicated(columns, keep=False)]
    for place, row, *cells in alike[[ROW, *columns]].astype(str).itertuples():
        earlier = first.setdefault(tuple(cells), row)
        if earlier != row:
            hint = "remove one; if both are meant, add a column that tells them apart, or exempt the row under relations.excuses"
            yield fault("row-twice", int(place), hint=hint, row=row, earlier=earlier)


MARKS = [-(10**digits - 1) for digits in range(1, 8)] + [10**digits - 1 for digits in range(4, 11)]
"""Numbers that producers write where there is none: -9, -99, …, and from 9999 on without a minus."""


def mark_as_number(table: Table, today: datetime.date) -> Iterator[Fault]:
    """Numbers that are repeated, far from all others of their column, and made of nines: -99, 9999."""
    for name, field in table.resource.columns.items():
        numbers = table.frame[name] if field.type in ("integer", "number") else pd.Series(dtype="float64")
        marks = numbers[numbers.isin(MARKS)].value_counts()
        for mark in [mark for mark in MARKS if marks.get(mark, 0) >= 2]:
            is_mark, others = numbers == mark, numbers[numbers.notna() & (numbers != mark)]
            is_far = (others >= 0).all() if mark < 0 else (others.abs() < mark / 10).all()
            if not len(others) or not is_far:
                continue
            hint = f"if it stands for no number, list it under missingValues of the schema: ['', '{mark}']; else exempt the row"
            for place in np.flatnonzero(is_mark).tolist():
                yield fault("mark-as-number", place, hint=hint, row=table.frame[ROW].iloc[place], column=name, number=mark)


def other_capitals(table: Table, today: datetime.date) -> Iterator[Fault]:
    """Texts that differ from a more frequent one of their column by capitals alone, where texts repeat: they count as two."""
    for name in table.resource.columns:
        column = column_of(table.resource, name)
        if column.kind != "string" or column.codes:
            continue
        cells = table.frame.loc[table.frame[name] != "", name]
        counts = cells.value_counts()
        usual = {text.casefold(): text for text in reversed(counts.index.tolist())}
        if len(usual) in (0, len(counts)) or 2 * len(usual) > len(cells):
            continue
        for place, cell in cells[~cells.isin(usual.values())].items():
            about = {"row": table.frame[ROW].iloc[int(str(place))], "column": name, "cell": cell, "usual": usual[cell.casefold()]}
            yield fault("other-capitals", int(str(place)), hint="write both in the same way, or exempt the row", **about)
