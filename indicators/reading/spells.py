"""Tables of spells, states with a first and a last day: what their descriptors need, how exact their dates are, and rows that contradict
themselves."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from indicators.nouns.descriptor import Resource
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import FIRST, ROW, UNTIL, UNTIL_LAST, UNTIL_PRECISION
from indicators.problems import Fault, fault
from indicators.suggestions import suggest

Finding = tuple[np.ndarray, Callable[[int], Fault]]
"""The places of faulty rows, and the fault of each."""
OF_SPELLS = ("end_precision", "open_until", "end_unknown_when")
"""Keys of `time` that only spells have."""
KINDS: Mapping[str, tuple[str, ...]] = {"start": ("date", "string"), "end": ("date", "string"), "open_until": ("date",)}
"""The types of the columns of a spell's dates: a text is a day, or the month or the year that is all that is known."""
LENGTHS: Mapping[int, str] = {4: "year", 7: "month", 10: "day"}
WRITTEN: Mapping[str, tuple[str, ...]] = {"year": ("year",), "month": ("month", "approx"), "day": ("day",)}
"""How exact a text can be said to be that names a year, a month or a day."""


def time_faults(resource: Resource) -> Iterator[Fault]:
    """What the time of a table of spells does not have, and what that of another table has although only spells do."""
    time, columns = resource.relations.time, resource.columns
    if time is None:
        return
    if resource.relations.kind != "spells":
        for key in OF_SPELLS:
            if getattr(time, key) is not None:
                yield fault("spell-time/unused", "time", key, hint="remove it, or set kind: spells", key=key, kind=resource.relations.kind)
        return
    if time.every:
        yield fault("spell-time/every", "time", "every", hint="remove every")
    if not time.end:
        yield fault("spell-time/end", "time", hint="write time: {start: …, end: …}")
    for key, kinds in KINDS.items():
        column = columns.get(getattr(time, key) or "")
        if column and column.kind not in kinds:
            about = {"key": key, "column": column.name, "kind": column.type}
            fits = [name for name, one in columns.items() if one.kind in kinds]
            yield fault("wrong-type/spell", "time", key, hint=suggest(column.name, fits), **about)
    start = columns.get(time.start)
    if start and not start.constraints.required:
        hint = "write constraints: {required: true} where it is described"
        yield fault("spell-time/start", "time", "start", hint=hint, column=start.name)


def precision_of(dates: pd.Series, said: pd.Series | None) -> pd.Series:
    """How exact each date is: as its own column says, or as it is written; "day" where it is blank.

    >>> precision_of(pd.Series(["1894", "1894-05", "1894-05-03", ""]), None).tolist()
    ['year', 'month', 'day', 'day']
    """
    written = _written(dates)
    return written if said is None else said.replace({"approx": "month", "": "day"}).where(said != "", written)


def _written(dates: pd.Series) -> pd.Series:
    if dates.dtype.kind == "M":
        return pd.Series("day", index=dates.index)
    return dates.str.len().map(LENGTHS).fillna("day")


def place_ends(frame: pd.DataFrame, resource: Resource) -> None:
    """Add @until and @until_precision to the rows of a table of spells."""
    time = resource.relations.time
    if not time or not time.end:
        return
    ends = frame[time.end]
    frame[UNTIL_PRECISION] = precision_of(ends, frame[time.end_precision] if time.end_precision else None)
    days = ends if ends.dtype.kind == "M" else pd.to_datetime(ends.where(ends != ""), format="mixed", errors="coerce")
    frame[UNTIL] = days.astype("datetime64[s]")


def findings(table: Table) -> Iterator[Finding]:
    """Rows that are in force on no day, that are known to be in force when they are not, or whose dates are not as exact as they say."""
    time = table.relations.time
    if table.relations.kind != "spells" or not time or not time.end:
        return
    frame, ids = table.with_spans.frame, table.frame[ROW].tolist()
    dates = frame[[time.start, time.end]].astype(str)

    def reversed_(i: int) -> Fault:
        start, end = dates.iloc[i]
        hint = f"correct {time.start} or {time.end}: the end is the first day on which it is no longer in force"
        return fault("span-reversed/spell", hint=hint, row=ids[i], start=start, end=end)

    yield np.flatnonzero(frame[UNTIL_LAST] <= frame[FIRST]), reversed_
    if time.open_until:
        yield from _confirmed(frame, dates, time.open_until)
    for column, said in ((time.start, time.precision), (time.end, time.end_precision)):
        if said:
            yield _less_exact(table, column, said)


def _confirmed(frame: pd.DataFrame, dates: pd.DataFrame, column: str) -> Iterator[Finding]:
    ids, days = frame[ROW].tolist(), frame[column]

    def before(i: int) -> Fault:
        about = {"row": ids[i], "day": days.iloc[i].date(), "start": dates.iloc[i, 0]}
        return fault("spell-confirmed/before", hint=f"correct {column}, or the start", **about)

    def after(i: int) -> Fault:
        about = {"row": ids[i], "day": days.iloc[i].date(), "end": dates.iloc[i, 1]}
        return fault("spell-confirmed/after", hint=f"correct {column}, or the end", **about)

    yield np.flatnonzero(days < frame[FIRST]), before
    yield np.flatnonzero(days >= frame[UNTIL_LAST]), after


def _less_exact(table: Table, column: str, said: str) -> Finding:
    cells, codes, ids = table.frame[column].astype(str), table.frame[said], table.frame[ROW].tolist()
    written = _written(table.frame[column])
    fits = [code == "" or code in WRITTEN[form] for code, form in zip(codes, written, strict=True)]
    is_text = table.frame[column].dtype.kind != "M"  # a date is an anchor: its precision is what the other column says

    def differs(i: int) -> Fault:
        about = {"row": ids[i], "cell": cells.iloc[i], "written": written.iloc[i], "column": said, "precision": codes.iloc[i]}
        return fault("precision-differs", hint=f"correct {column} or {said}", **about)

    return np.flatnonzero(~np.array(fits, dtype=bool) & is_text & (cells != "").to_numpy()), differs
