"""Which rows of a table an indicator is computed from, on a given day, and in which period each row counts."""

import datetime
import functools
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from indicators.compute.spells import lines_in_force
from indicators.compute.stored import different_cells, lines_of, tests_of
from indicators.nouns.definition import Definition
from indicators.nouns.periods import Frequency, label, last_day, ordinals, period_expression, period_of, periods_of
from indicators.nouns.series import OtherRows, Rows, Table
from indicators.nouns.vocabulary import DAY, FIRST, LACKS, LAST, MONTH, PERIOD, ROW, UNDATED
from indicators.operations.column import Column, code_text
from indicators.operations.reduce import as_pandas
from indicators.operations.registry import reducer_traits, references
from indicators.operations.where import CONDITIONS, columns, expression, is_blank
from indicators.reading.dependencies import FINEST, break_columns, columns_read
from indicators.reading.tables import newest_releases

Tables = Mapping[str, Table]
LENGTHS = {"year": 4, "month": 7, "day": 10}
"""Number of characters of a date that is known to the year, the month or the day."""


def date_text(day: pd.Timestamp, precision: str) -> str:
    """A date as exact as its row: a day, or the month, the week or another period that it is known by."""
    frequency = FINEST[precision]
    return label(period_of(day.date(), frequency), frequency)


def known_on(table: Table, day: datetime.date, by: str = DAY) -> pd.DataFrame:
    """Rows that the table had on a day: dated no later (in the column `by`) and, if the table has that date, recorded no later; of
    several releases of one row the newest.

    An observation of a period is left out until the period has ended.
    """
    frame = _entered(table, day)  # first, so that a row whose newest release has another date is not counted at the old one
    hidden = frame[by] > pd.Timestamp(last_known(table, day))
    return frame[~hidden] if hidden.any() else frame


def _known(table: Table, definition: Definition, day: datetime.date, by: str = DAY) -> pd.DataFrame:
    """The same, but only the columns from which the numbers of a definition and of its parts follow: most of the time that a filter takes
    it copies texts."""
    relations, time = table.relations, table.relations.time
    assert time
    ends = columns(time.end_unknown_when) if time.end_unknown_when else ()
    needed = {*columns_read(definition), *break_columns(definition, relations), *relations.lower_bound_when, *ends, time.start}
    needed |= {time.open_until, *table.resource.schema_.primaryKey, *(one.by for one in definition.breakdown)}
    frame = known_on(table, day, by)
    return frame[[name for name in frame.columns if name in needed or name[0] == "@"]]


def _entered(table: Table, day: datetime.date) -> pd.DataFrame:
    """The newest release that a table had on a day of each row, whatever its date."""
    frame, recorded = table.frame, table.relations.recorded
    if not recorded:
        return frame
    entered = ~(pd.to_datetime(frame[recorded]) > pd.Timestamp(day))
    return newest_releases(table.resource, frame if entered.all() else frame[entered])


def newest_on(table: Table, day: datetime.date) -> datetime.date | None:
    """The latest date of the rows that the table had on a day; None where it had none."""
    key = "newest", day
    if key not in table.kept:
        table.kept[key] = _newest_on(table, day)
    newest: datetime.date | None = table.kept[key]
    return newest


def _newest_on(table: Table, day: datetime.date) -> datetime.date | None:
    if table.store and table.store.last <= day and not table.relations.recorded:
        return table.store.last
    if table.store:
        lines = functools.partial(lines_of, table, tests_of(table, {}, [], day), "daily")
        kept = table.store.recalled(f"newest on {day}", lambda: as_pandas(lines().select(nw.col(DAY).max()), DAY))
        found = pd.to_datetime(kept[DAY]).dropna()
    else:
        found = known_on(table, day)[DAY].dropna()
    return pd.Timestamp(found.max()).date() if len(found) else None


def last_known(table: Table, day: datetime.date) -> datetime.date:
    """The last date of a row that is known on `day`."""
    every = table.relations.time.every if table.relations.time else None
    if table.relations.kind != "observations" or not every:
        return day
    current = period_of(day, FINEST[every])
    return day if day == last_day(current, FINEST[every]) else last_day(current - 1, FINEST[every])


def looked_up(where: Any, tables: Tables, day: datetime.date) -> Any:
    """The filter, with the name of another table's column replaced by the cells that it had on a day.

    `listed_in` and `not_listed_in` then test against a set of values.
    """
    if isinstance(where, list):
        return [looked_up(part, tables, day) for part in where]
    return {column: _with_cells(condition, tables, day) for column, condition in where.items()}


def _with_cells(condition: Any, tables: Tables, day: datetime.date) -> Any:
    if not isinstance(condition, dict):
        return condition
    return {key: _cells(value, tables, day) if CONDITIONS[key].takes.looks_up else value for key, value in condition.items()}


def _cells(name: str, tables: Tables, day: datetime.date) -> tuple[Any, ...]:
    table, _, column = name.partition(".")
    cells = known_on(tables[table], day)[column].dropna()
    return tuple(cell for cell in cells.drop_duplicates().tolist() if cell != "")


Part = tuple[tuple[str, str], ...]
"""A part of a split: a code for each column; () is the whole."""


def selected(tables: Tables, definition: Definition, frequency: Frequency, day: datetime.date) -> Rows:
    """The rows that a definition selects, with @period.

    A row counts in the period in which all the days lie that its date may mean. Rows without such a period are `loose`, and so are
    those dated after `day` by a month or a year that has begun, and those without a date.
    """
    assert definition.table
    table = tables[definition.table]
    assert table.relations.time
    start, wanted = table.relations.time.start, looked_up(definition.where, tables, day)
    separators = {name: listing.separator for name, listing in table.relations.lists.items()}
    if table.store:
        tests = tests_of(table, wanted, [], day)
        return Rows(lines_of(table, tests, frequency), frequency, separators, None, day, tests=tests)
    if reducer_traits(definition).in_force:
        rows = _passing(_known(table.with_spans, definition, day, by=FIRST), _tests(wanted, table)).to_native()
        lines, loose = lines_in_force(table, definition, rows, frequency, day)
        return Rows(nw.from_native(lines, eager_only=True), frequency, separators, loose, day)
    has_blanks = not table.resource.columns[start].constraints.required
    dated = [~nw.col(DAY).is_null()] if has_blanks else []
    exact, loose = _by_exactness(table, definition, frequency, day, [*dated, *_tests(wanted, table)])
    if has_blanks:
        blank = [nw.col(DAY).is_null(), *_tests(_but_of_date(wanted, start), table)]
        undated = _passing(known_on(table, day), blank).to_native()[ROW].to_numpy()
        anywhere = pd.DataFrame({ROW: undated, FIRST: UNDATED, LAST: period_of(day, frequency), LACKS: DAY})
        loose = _with(loose, anywhere)
    return Rows(exact.with_columns(**{PERIOD: period_expression(DAY, MONTH, frequency)}), frequency, separators, loose, day)


def by_code(whole: Rows, table: Table, name: str, day: datetime.date) -> Callable[[str], Rows]:
    """Gives those of the selected rows that have a code in a column. Those without a code may be of any part, so they are `loose`."""
    column = Column(table.resource.columns[name], whole.separators.get(name))
    if table.store:  # where no cell of such a column is blank

        def in_store(code: str) -> Rows:
            test = column.holds_code(code)
            return replace(whole, frame=whole.frame.filter(test), tests=(*whole.tests, test))

        return in_store
    blank, rows, doubt = is_blank(column, True), whole.frame, None
    if not column.field.constraints.required:
        any_part = rows.filter(blank).to_native()
        rows = rows.filter(~blank)
        doubt = pd.DataFrame({ROW: any_part[ROW], FIRST: any_part[PERIOD], LAST: any_part[PERIOD], LACKS: name})
    known = None if whole.loose is None else _entered(table, day)
    cells = None if known is None or whole.loose is None else known.loc[known[ROW].isin(whole.loose[ROW]), [ROW, name]]

    def of_code(code: str) -> Rows:
        holds, loose = column.holds_code(code), whole.loose
        if loose is not None and cells is not None:
            held = _passing(cells, [holds | blank]).to_native()
            loose = loose[loose[ROW].isin(held[ROW])]
        loose = loose if doubt is None else _with(loose, doubt)
        return replace(whole, frame=rows.filter(holds), loose=loose if loose is not None and len(loose) else None)

    return of_code


def is_alone(table: Table, definition: Definition) -> bool:
    """Whether what is counted in a period follows from coverage and the rows of that period alone, whatever other periods have."""
    traits = reducer_traits(definition)
    return table.relations.is_graded and traits.adds and traits.stored and not (break_columns(definition, table.relations) or table.store)


def in_periods(whole: Rows, first: int, last: int) -> Rows:
    """Those of the selected rows that are or may be in some periods."""
    loose = whole.loose
    loose = loose if loose is None else loose[loose[FIRST].le(last) & loose[LAST].ge(first)]
    frame = whole.frame.filter(nw.col(PERIOD).is_between(first, last))
    return replace(whole, frame=frame, loose=loose if loose is not None and len(loose) else None)


def _with(loose: pd.DataFrame | None, further: pd.DataFrame) -> pd.DataFrame | None:
    """Rows that cannot be placed and further ones; None where there are none."""
    return loose if not len(further) else further if loose is None else pd.concat([loose, further])


def _tests(where: Any, table: Table) -> "list[nw.Expr]":
    """A filter as expressions: none where it keeps every row."""
    test = expression(where, table.resource)
    return [] if test is None else [test]


def _but_of_date(where: Any, date: str) -> Any:
    """A filter without what it says of a date, which a row without one may or may not pass; but it may ask for blank dates.

    >>> _but_of_date({"day": {"from": "1894"}, "kind": "call"}, "day"), _but_of_date({"day": {"blank": False}}, "day")
    ({'kind': 'call'}, {'day': {'blank': False}})
    """
    if isinstance(where, list):
        return [_but_of_date(part, date) for part in where]
    blank = where[date].get("blank") if isinstance(where.get(date), dict) else None
    rest = {column: condition for column, condition in where.items() if column != date}
    return rest if blank is None else rest | {date: {"blank": blank}}


def _by_exactness(
    table: Table, definition: Definition, frequency: Frequency, day: datetime.date, filters: "list[nw.Expr]"
) -> "tuple[nw.DataFrame[Any], pd.DataFrame | None]":
    """The rows that pass the filters: those that lie in one period, and the others as in `Rows.loose`, None where there can be none."""
    time = table.relations.time
    assert time
    # Parts of a week belong to two months, so it adds to neither; for a mean or a last value it counts where it begins.
    is_split = time.every == "week" and reducer_traits(definition).needs_every_part
    inexact = table.relations.has_inexact_dates
    if not inexact and not is_split:
        return _passing(_known(table, definition, day), filters), None
    known = _known(table.with_spans, definition, day, by=FIRST if inexact else DAY)
    if inexact and table.resource.columns[time.start].kind == "date" and _bounds(definition.where, time.start):
        rows, passes = _passing_by_day(known, time.start, filters)
    else:
        rows = _passing(known, filters).to_native()
        passes = np.ones(len(rows), dtype=bool)
    first, last = (periods_of(ordinals(rows[column]), frequency) for column in (FIRST, LAST))
    is_exact = (first == last) & (rows[DAY] <= pd.Timestamp(day)).to_numpy() & passes
    ends = np.minimum(last, period_of(day, frequency))
    loose = pd.DataFrame({ROW: rows[ROW].to_numpy(), FIRST: first, LAST: ends, LACKS: ""})[~is_exact]
    return nw.from_native(rows[is_exact], eager_only=True), loose if len(loose) else None


def _passing(frame: pd.DataFrame, filters: "list[nw.Expr]") -> "nw.DataFrame[Any]":
    rows = nw.from_native(frame, eager_only=True)
    return rows.filter(*filters) if filters else rows


def _bounds(where: Any, date: str) -> bool:
    """Whether a filter has a first or a last day for a date."""
    parts = where if isinstance(where, list) else [where]
    return any(isinstance(part.get(date), dict) and {"from", "to"} & set(part[date]) for part in parts)


def _passing_by_day(frame: pd.DataFrame, date: str, filters: "list[nw.Expr]") -> tuple[pd.DataFrame, np.ndarray]:
    """The rows that pass filters of their date on some of the days that it may mean, with the first and the last of these as @first
    and @last; and whether they pass on all."""
    lengths = (frame[LAST] - frame[FIRST]).dt.days + 1
    each = frame.loc[frame.index.repeat(lengths)]
    each = each.assign(**{date: each[FIRST] + pd.to_timedelta(each.groupby(level=0).cumcount(), unit="D").astype("timedelta64[s]")})
    days = _passing(each, filters).to_native().groupby(level=0)[date].agg(["min", "max", "size"])
    rows = frame[frame.index.isin(days.index)]
    days = days.reindex(rows.index)
    return rows.assign(**{FIRST: days["min"], LAST: days["max"]}), (days["size"] == lengths[rows.index]).to_numpy()


def asked_of_store(tables: Tables, definition: Definition, frequency: Frequency, day: datetime.date, part: Part = ()) -> str:
    """All that numbers of a table in a store depend on besides the table, as text."""
    assert definition.reduce
    filters = {name: looked_up(value, tables, day) for name, kind, value in references("reduce", definition.reduce) if kind == "where"}
    step = {"name": definition.reduce.name, **definition.reduce.parameters, **filters}
    about = {"where": looked_up(definition.where, tables, day), "reduce": step, "break_on": definition.break_on}
    return json.dumps(about | {"frequency": frequency, "day": day.isoformat(), "part": part}, default=str, sort_keys=True)


def parameters(definition: Definition, tables: Tables, day: datetime.date) -> dict[str, Any]:
    """Parameters as the reducer takes them: filters as expressions, rows of other tables as `OtherRows`."""
    assert definition.reduce
    assert definition.table
    given = dict(definition.reduce.parameters)
    for name, kind, value in references("reduce", definition.reduce):
        if kind == "where":
            test = expression(looked_up(value, tables, day), tables[definition.table].resource)
            given[name] = nw.lit(True) if test is None else test
        if kind == "rows":
            other = tables[value["table"]]
            rows = nw.from_native(known_on(other, day), eager_only=True)
            condition = expression(looked_up(value.get("where") or {}, tables, day), other.resource)
            given[name] = OtherRows(rows if condition is None else rows.filter(condition))
    return given


def codes_of(select: Callable[[], Rows], table: Table, column: str, asked: str) -> list[str]:
    """Codes in a column of the selected rows, in the order of its vocabulary, or else alphabetical. `asked`: see `different_cells`."""
    listing = table.relations.lists.get(column)
    cells = different_cells(table, select, [column], asked)[column].dropna().tolist()
    items = [item for cell in cells for item in cell.split(listing.separator)] if listing else cells
    codes = {code_text(item): item for item in items if item != ""}
    vocabulary = listing.enum if listing else [code_text(code) for code in table.resource.columns[column].codes]
    return [code for code in vocabulary if code in codes] + sorted(codes.keys() - set(vocabulary), key=lambda code: codes[code])


def pairs_held(select: Callable[[], Rows], table: Table, columns: list[str], asked: str) -> set[tuple[str, ...]] | None:
    """The pairs of codes in two columns that the selected rows have; None where some row may have any, having no code or no date."""
    different = different_cells(table, select, columns, asked)
    cells = [different[column].tolist() for column in columns]
    if (not table.store and select().loose is not None) or any(cell == "" or pd.isna(cell) for one in cells for cell in one):
        return None
    listings = [table.relations.lists.get(column) for column in columns]
    pairs = zip(*(map(code_text, one) for one in cells), strict=True)
    split = ([cell.split(one.separator) if one else [cell] for cell, one in zip(pair, listings, strict=True)] for pair in set(pairs))
    return {names for items in split for names in itertools.product(*items)}
