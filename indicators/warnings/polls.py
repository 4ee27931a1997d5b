"""Warnings about averages of polls: rows that do not count, rows that are one poll but count as several, and the other way round."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from indicators.compute.reasons import some_of
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import DAY, ROW
from indicators.problems import Fault, fault
from indicators.warnings.subject import Subject


def _average(subject: Subject) -> tuple[Table, Mapping[str, Any], pd.DataFrame] | None:
    """Table and parameters of an average of polls, and the rows that have a number; None for other definitions."""
    reduce, table = subject.definition.reduce, subject.table
    if reduce is None or table is None or reduce.name != "poll_average":
        return None
    rows = table.frame[subject.chosen]
    return table, reduce.parameters, rows[rows[reduce.parameters["of"]].notna()]


def poll_not_counted(subject: Subject) -> Iterator[Fault]:
    """Polls that an average leaves out because they name no leader, or have no usable weight. A weight of 0 is meant that way."""
    average = _average(subject)
    if average is None:
        return
    _, given, rows = average
    leader, weight = given.get("leader"), given.get("weight")
    about = {"total": len(rows), "name": subject.name}
    if leader and len(nobody := rows[rows[leader] == ""]):
        hint = f"fill in {leader}, or leave these rows out with where"
        yield fault("poll-not-counted/leader", "reduce", hint=hint, count=len(nobody), column=leader, rows=_shown(nobody), **about)
    if weight and len(weightless := rows[~(rows[weight] >= 0)]):
        hint = f"fill in {weight}, or leave these rows out with where; a weight of 0 leaves a poll out without a warning"
        yield fault("poll-not-counted/weight", "reduce", hint=hint, count=len(weightless), column=weight, rows=_shown(weightless), **about)


def poll_counted_twice(subject: Subject) -> Iterator[Fault]:
    """Rows of one poll that count as several: a column of a key of several columns names the poll, and no `poll` says so; or each row has
    a key of its own, and rows on one leader are of one pollster and day.

    A column names the poll if each of its codes is on one leader and one day, and some have several rows.
    """
    average = _average(subject)
    if average is None or average[1].get("poll"):
        return
    table, given, rows = average
    key = table.resource.schema_.primaryKey
    for column in key if len(key) > 1 else ():
        groups = rows.groupby(rows[column].astype(str))
        alike = (groups[[DAY, *filter(None, [given.get("leader")])]].nunique() == 1).all(axis=None)
        repeated = rows[rows[column].astype(str).map(groups.size()) > 1]
        if alike and len(repeated):
            hint = f"write poll: {column}; the versions of a poll then weigh as much as one poll"
            about = {"count": len(repeated), "polls": repeated[column].nunique(), "name": subject.name, "column": column}
            yield fault("poll-counted-twice", "reduce", hint=hint, **about, rows=_shown(repeated))
            return
    columns = _pollster(table, given)  # among them that of the last day
    alike_rows = rows[rows.duplicated(columns, keep=False)] if columns else rows.head(0)
    if len(alike_rows):
        hint = "if they are versions of one poll, add a column that names the poll, and write poll: with its name"
        about = {"count": len(alike_rows), "name": subject.name, "columns": ", ".join(columns)}
        yield fault("poll-counted-twice/alike", "reduce", hint=hint, **about, rows=_shown(alike_rows))


def poll_of_several(subject: Subject) -> Iterator[Fault]:
    """Rows that count as one poll because they share its name, but are of several days or pollsters."""
    average = _average(subject)
    poll = average[1].get("poll") if average else None
    if average is None or poll is None:
        return
    table, given, rows = average
    columns = [DAY, *filter(None, [given.get("house") or table.relations.group])]
    named = rows[rows[poll].astype(str) != ""]
    names = named[poll].astype(str)
    differs = (named.groupby(names)[columns].nunique() > 1).any(axis=1)
    mixed = named[names.map(differs).to_numpy(dtype=bool)]
    if len(mixed):
        hint = f"give each poll its own name in {poll}; versions of one poll end on one day"
        about = {"count": len(mixed), "polls": int(differs.sum()), "name": subject.name, "column": poll}
        yield fault("poll-of-several", "reduce", hint=hint, **about, rows=_shown(mixed))


def _pollster(table: Table, given: Mapping[str, Any]) -> list[str]:
    """The columns in which versions of one poll are alike besides the last day: leader, pollster and other days; where none is said to be
    the pollster, all columns of text. None where these say nothing."""
    relations, fields = table.relations, table.resource.columns
    house = [column for column in (given.get("house") or relations.group,) if column]
    beside = {*table.resource.schema_.primaryKey, relations.source, relations.recorded, given.get("leader")}
    texts = [name for name, field in fields.items() if field.type == "string" and name not in beside]
    days = [name for name, field in fields.items() if field.kind == "date" and name not in beside]
    pollster = house or texts
    return [*filter(None, [given.get("leader")]), *pollster, *days] if pollster else []


def _shown(rows: pd.DataFrame) -> str:
    return some_of(rows[ROW].tolist())
