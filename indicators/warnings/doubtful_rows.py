"""Warnings about the rows of a table: they do not count yet, are there twice, hold a number that marks what is missing, another
spelling, or a list that is not divided. Each has the place of its row as its trail; those of a table in a store are found where they
are, and have the first rows."""

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

import narwhals as nw
import numpy as np
import pandas as pd

from indicators.characters import letters_of
from indicators.compute.selection import last_known
from indicators.compute.stored import passing_in_store
from indicators.nouns.series import Table
from indicators.nouns.stores import Ids
from indicators.nouns.vocabulary import DAY, ROW, UNTIL
from indicators.operations.column import column_of
from indicators.operations.reduce import as_pandas
from indicators.problems import Fault, fault, first_few
from indicators.reading.tables import SHOWN

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
        if field.type not in ("integer", "number") or not np.isin(table.frame[name].to_numpy(), MARKS).any():
            continue
        numbers = table.frame[name]
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
    """Texts, or items of lists, that differ from a more frequent one of their column by capitals, accents or punctuation alone, where
    texts repeat: they count as two."""
    for name, items in _free_texts(table, table.resource.columns):
        odd = _odd_spellings(items.value_counts())
        for place, item in items[items.isin(odd)].items() if odd else ():
            about = {"row": table.frame[ROW].iloc[int(str(place))], "column": name, "cell": item, "usual": odd[item]}
            yield fault("other-capitals", int(str(place)), hint="write both in the same way, or exempt the row", **about)


def _free_texts(table: Table, names: Iterable[str]) -> Iterator[tuple[str, pd.Series]]:
    """Those columns in which any text is allowed, with their texts: items of lists one by one, under the places of their rows."""
    for name in names:
        column = column_of(table.resource, name)
        if column.kind in ("string", "list") and not column.codes:
            cells = table.frame.loc[table.frame[name] != "", name]
            yield name, cells.str.split(column.separator, regex=False).explode() if column.separator else cells


def _odd_spellings(counts: pd.Series) -> dict[str, str]:
    """Texts with a more frequent one of the same letters; none where hardly a text is repeated. `counts`: the most frequent first."""
    usual = {letters_of(text): text for text in reversed(counts.index.tolist())}
    if len(usual) in (0, len(counts)) or 2 * len(usual) > counts.sum():
        return {}
    return {text: usual[letters_of(text)] for text in counts.index.tolist() if text != usual[letters_of(text)]}


OTHER_SEPARATORS = re.compile("[,;|/+&\n\u3001\u00b7\u2022]")
"""What may be between the items of a list, besides the separator of its column."""


def list_not_divided(table: Table, today: datetime.date) -> Iterator[Fault]:
    """Items of lists that are several other items of their column, divided by another sign: no filter and no count finds these."""
    for name, items in _free_texts(table, [name for name in table.resource.columns if name in table.relations.lists]):
        known = set(items.unique().tolist())
        parts = {item: [part.strip() for part in OTHER_SEPARATORS.split(item)] for item in known if OTHER_SEPARATORS.search(item)}
        whole = {item: divided for item, divided in parts.items() if known.issuperset(divided)}
        for place, item in items[items.isin(whole)].items() if whole else ():
            about = {"row": table.frame[ROW].iloc[int(str(place))], "column": name, "item": item, "items": " and ".join(whole[item])}
            hint = f"write {table.relations.lists[name].separator!r} between the items, or exempt the row under relations.excuses"
            yield fault("list-not-divided", int(str(place)), hint=hint, **about)


# ---- rows in a store ----

MOST_DIFFERENT = 50_000
"""Different texts of a column that are compared with each other."""


def in_store(table: Table, today: datetime.date, needed: set[tuple[str, str, str]]) -> Iterator[Fault]:
    """Rows that do not count yet, numbers that mark what is missing, and other spellings, without rows that are exempted. Adds to the
    exemptions that are `needed`, by table, key of the row and code."""
    yield from _later_in_store(table, today, needed)
    for name, field in table.resource.columns.items():
        if field.type in ("integer", "number"):
            yield from _marks_in_store(table, name, needed)
        column = column_of(table.resource, name)
        if column.kind == "string" and not column.codes:
            yield from _capitals_in_store(table, name, needed)


def _rows(table: Table, code: str, tests: "list[nw.Expr]", asked: str, needed: set[tuple[str, str, str]]) -> Ids:
    """The rows that pass some tests and are not exempted from a code."""
    excused = [key for key, reasons in table.relations.excuses.items() if code in reasons]
    if not excused:
        return passing_in_store(table, {}, tests, asked)
    is_excused = nw.col(ROW).is_in([f"{table.resource.name}:{key}" for key in excused])
    exempted = passing_in_store(table, {}, [*tests, is_excused], f"{asked}, of {excused}")
    needed |= {(table.resource.name, row.partition(":")[2], code) for row in exempted}
    return passing_in_store(table, {}, [*tests, ~is_excused], f"{asked}, without {excused}")


def _first(rows: Sequence[str], faulty: Callable[[str], Fault]) -> Iterator[Fault]:
    """A fault for the first few rows; the last says how many more there are."""
    return (faulty(row).with_rest(rest) for row, rest in first_few(rows, SHOWN))


def _later_in_store(table: Table, today: datetime.date, needed: set[tuple[str, str, str]]) -> Iterator[Fault]:
    assert table.store
    midnight, recorded = datetime.datetime.combine(today, datetime.time()), table.relations.recorded
    code = "row-after-as-of"
    if table.store.last > today:
        case = "row-after-as-of/event" if table.relations.is_graded else "row-after-as-of/unfinished"
        later = _rows(table, code, [nw.col(DAY) > midnight], f"after {today}", needed)
        yield from _first(later, lambda row: fault(case, hint=HINT, row=row, as_of=today))
    if recorded:
        tests = [nw.col(recorded) > midnight, nw.col(DAY) <= midnight]
        entered = _rows(table, code, tests, f"entered after {today}", needed)
        yield from _first(entered, lambda row: fault("row-after-as-of/recorded", hint=HINT, row=row, as_of=today))


def _marks_in_store(table: Table, name: str, needed: set[tuple[str, str, str]]) -> Iterator[Fault]:
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
            hint = f"if it stands for no number, list it under missingValues of the schema: ['', '{mark:.0f}']; else exempt the row"
            rows = _rows(table, "mark-as-number", [cells == mark], f"{name} is {mark}", needed)
            yield from _first(rows, lambda row: fault("mark-as-number", hint=hint, row=row, column=name, number=int(mark)))  # noqa: B023


def _capitals_in_store(table: Table, name: str, needed: set[tuple[str, str, str]]) -> Iterator[Fault]:
    assert table.store
    store = table.store
    different = store.recalled(f"different in {name}", lambda: as_pandas(store.lines().select(n=nw.col(name).n_unique()), "n"))
    if int(different["n"].iloc[0]) > MOST_DIFFERENT:
        return
    odd = _odd_spellings(store.counts(name).sort_values(ascending=False, kind="stable"))
    if not odd:
        return
    rows = _rows(table, "other-capitals", [nw.col(name).is_in(list(odd))], f"{name} in other capitals", needed)
    cells = table.rows_with(rows[:SHOWN]).set_index(ROW)[name]

    def other(row: str) -> Fault:
        about = {"row": row, "column": name, "cell": cells[row], "usual": odd[cells[row]]}
        return fault("other-capitals", hint="write both in the same way, or exempt the row", **about)

    yield from _first(rows, other)
