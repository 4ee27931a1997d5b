"""What ties tables together: foreign keys, ids in lists, sources, and the spans with the coverage levels of a table."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from indicators.nouns.descriptor import Resource, Span
from indicators.nouns.periods import first_day, last_day, parse_period
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import DAY, LEVELS, ROW, listed
from indicators.operations.where import passing
from indicators.problems import Fault, Place, Problem, Report, fault, first_few
from indicators.reading.descriptors import Descriptor
from indicators.reading.spelling import descriptor_faults
from indicators.reading.tables import SHOWN, more_lines, newest_releases, timeless_keys
from indicators.reading.validation import validated
from indicators.suggestions import suggest

Tables = Mapping[str, Table]
Placed = tuple[Span, Place]
PARTIAL = LEVELS.index("partial")


class Linked(NamedTuple):
    """What the links of a table gave: the table with its coverage spans, None where it has faults or its spans cannot be read; and the
    problems."""

    table: Table | None
    problems: tuple[Problem, ...]


def linked(name: str, tables: Tables, sound: Tables, descriptor: Descriptor, folder: str) -> Linked:
    """The links of one of the tables. `sound`: the rows of faulty tables that have no fault themselves, whose links are checked too."""
    table = tables.get(name) or sound.get(name)
    if table is None:
        return Linked(None, ())
    problems = [finding.at(table.place(row, folder)) for row, finding in _link_faults(table, tables, descriptor)]
    if name not in tables:
        return Linked(None, tuple(problems))
    problems += [finding.at(descriptor.file.place) for finding in descriptor_faults(table, tables)]
    spans, span_problems = _spans(table, tables, sound, descriptor, folder)
    problems += span_problems
    problems += (finding.at(descriptor.file.place) for finding in _key_span_faults(table))
    is_sound = spans is not None and not any(problem.level == "error" for problem in problems)
    spanned = replace(table, spans=spans or ())
    spanned.kept["conditions"] = table.kept.get("conditions", {})  # of the same rows
    return Linked(spanned if is_sound else None, tuple(problems))


def referred(resource: Resource, resources: Mapping[str, Resource]) -> set[str]:
    """Names of the tables by which the links of a table are checked: those of its keys and lists, and that of its coverage."""
    keys = {foreign.reference.resource for foreign in resource.schema_.foreignKeys}
    lists = {of.partition(".")[0] for listing in resource.relations.lists.values() for of in listing.of}
    return keys | lists | {name for name, other in resources.items() if other.path == resource.relations.coverage}


def with_referred(names: Iterable[str], resources: Mapping[str, Resource]) -> set[str]:
    """Names of tables with all tables to which they refer, themselves or through others."""
    every, new = set[str](), set(names)
    while new:
        every |= new
        new = {other for name in new & resources.keys() for other in referred(resources[name], resources)} - every
    return every


def _link_faults(table: Table, tables: Tables, descriptor: Descriptor) -> Iterator[tuple[int, Fault]]:
    """What is wrong with the links of a table, each with its row."""
    for foreign in table.resource.schema_.foreignKeys:
        target = tables.get(foreign.reference.resource)
        yield from _unknown_ids(table, foreign.fields[0], [(target, foreign.reference.fields[0])], None)
    for column, listing in table.relations.lists.items():
        targets = [(tables.get(name), key) for name, _, key in (of.partition(".") for of in listing.of)]
        yield from _unknown_ids(table, column, targets, listing.separator) if targets else ()
    yield from _missing_sources(table, descriptor)
    yield from _coded_elsewhere(table)


def _unknown_ids(table: Table, column: str, targets: list[tuple[Table | None, str]], separator: str | None) -> Iterator[tuple[int, Fault]]:
    if any(target is None for target, _ in targets):
        return  # the other table has its own faults; its ids are not known
    cells = table.cells(column)
    filled = cells[cells.notna() & (cells != "")]
    items = filled.str.split(separator).explode() if separator else filled
    unknown = items
    for target, key in targets:
        unknown = unknown[~unknown.isin(target.cells(key))] if target else unknown
    known = {value for target, key in targets if target and len(unknown) for value in target.cells(key)}
    where = " or ".join(f"{target.resource.path} ({key})" for target, key in targets if target)
    for n, (row, value) in enumerate(unknown.items()):
        if n == SHOWN:
            count = len(unknown) - SHOWN
            yield int(str(row)), fault("unknown-id/more", hint=f"each must be in {where}", count=count, column=column)
            return
        yield int(str(row)), fault("unknown-id/cell", hint=suggest(value, known, most=6), column=column, id=value, where=where)


def _coded_elsewhere(table: Table) -> Iterator[tuple[int, Fault]]:
    """Cells of columns that are coded for some rows only, in other rows."""
    for coded in table.relations.coded:
        others = table.frame[~meeting(table, coded.where)]
        for column in coded.columns:
            filled = [int(row) for row in others.index[others[column].notna() & (others[column] != "")]]
            for row, rest in first_few(filled, SHOWN):
                found = fault("coded-elsewhere/cell", hint="correct the cell, or what relations.coded says", column=column)
                yield row, found.with_rest(rest)


def _missing_sources(table: Table, descriptor: Descriptor) -> Iterator[tuple[int, Fault]]:
    relations = table.relations
    if table.store or not relations.source or table.resource.columns[relations.source].constraints.required:
        return
    blank = table.frame[relations.source] == ""
    if relations.source_blank_when is not None:
        blank &= ~meeting(table, relations.source_blank_when)
    place = descriptor.file.place(("relations", "source_blank_when"))
    rows = [int(row) for row in table.frame.index[blank]]
    for row, rest in first_few(rows, SHOWN):
        wrong = fault("no-source", hint=f"name one; {place} says which rows need none")
        more = more_lines(table.labels(rows[SHOWN:])) if rest else ""
        yield row, wrong._replace(message=wrong.message + more)


def _spans(
    table: Table, tables: Tables, sound: Tables, descriptor: Descriptor, folder: str
) -> tuple[tuple[Span, ...] | None, list[Problem]]:
    """The table's spans, sorted (None where some cannot be read), and what is wrong with them."""
    written, problems, placed = table.relations.coverage, list[Problem](), list[Placed]()
    if isinstance(written, tuple):
        placed += ((span, descriptor.file.place(("relations", "coverage", i))) for i, span in enumerate(written))
    elif written:
        holder = next((t for t in (*tables.values(), *sound.values()) if t.resource.path == written), None)
        if holder is None:
            return None, []  # it has its own faults
        placed += _read_spans(table, holder, folder, problems.append)
        if holder.resource.name in sound:  # it has its own faults besides
            return None, [*problems, *_span_problems(table, placed, descriptor)]
    problems += _span_problems(table, placed, descriptor)
    return tuple(sorted((span for span, _ in placed), key=lambda s: (s.category, s.start))), problems


def _read_spans(table: Table, holder: Table, folder: str, report: Report) -> Iterator[Placed]:
    mine = holder.frame[holder.frame["table"] == table.resource.name]
    listing = holder.relations.lists.get("columns")
    for number, row in zip(mine.index, mine.to_dict("records"), strict=True):
        place = holder.place(int(str(number)), folder)
        cells = {key: row[key] for key in ("category", "level", "basis")}
        cells |= {key: row[key].date().isoformat() for key in ("from", "to")}
        cells |= {"found": None if pd.isna(row["found"]) else int(row["found"]), "finest": row.get("finest") or None}
        cells["columns"] = [c for c in str(row.get("columns", "")).split(listing.separator if listing else ";") if c]
        span = validated(Span, cells, place, report)
        known = table.resource.columns
        for column in [column for column in cells["columns"] if column not in known]:
            unknown = fault("unknown-column", hint=suggest(column, known), table=table.resource.name, column=column)
            report(unknown.at(place))
        if span:
            yield span, place


def _span_problems(table: Table, placed: Sequence[Placed], descriptor: Descriptor) -> Iterator[Problem]:
    categories = table.relations.categories
    counted_in = {span.category for span, _ in placed if span.found is not None} & set(categories)
    days = {category: days_of(table, table.frame, category) for category in counted_in}
    yield from _uncoded(table, [(span, place) for span, place in placed if span.category in categories])
    for span, place in placed:
        named = span.category
        if named not in categories:
            yield fault("unknown-category/span", hint=suggest(named, categories), category=named, file=descriptor.file.name).at(place)
        elif span.end < span.start:
            yield fault("span-reversed", hint="swap the two days", end=span.end, start=span.start).at(place)
        elif span.found is not None and (counted := rows_in_span(days[named], span)) != span.found:
            about = {"found": span.found, "counted": counted, "category": named, "start": span.start, "end": span.end}
            yield fault("coverage-count-differs", hint="check the span, or correct found", **about).at(place)
    places = {id(span): place for span, place in placed}
    for one, other in overlaps(span for span, _ in placed):
        hint = "spans of a category may not share a day"
        yield fault("spans-overlap", hint=hint, category=one.category, other=places[id(one)]).at(places[id(other)])


def _uncoded(table: Table, placed: Sequence[Placed]) -> Iterator[Problem]:
    """Spans that grade columns which were not coded for all of their rows: a blank of these rows would pass for "no"."""
    for coded in table.relations.coded:
        graded = [
            (span, place, named)
            for span, place in placed
            if LEVELS.index(span.level) >= PARTIAL and (named := [one for one in coded.columns if not span.columns or one in span.columns])
        ]
        others = table.frame[~meeting(table, coded.where)] if graded else table.frame
        days = {category: days_of(table, others, category) for category in {span.category for span, *_ in graded}}
        for span, place, named in graded:
            if count := rows_in_span(days[span.category], span):
                hint = "name under columns only those that were coded for all rows of the span"
                about = {"columns": ", ".join(named), "count": count, "category": span.category}
                yield fault("coded-elsewhere/span", hint=hint, **about).at(place)


def _key_span_faults(table: Table) -> Iterator[Fault]:
    """Spans of keys that no row has, that end before they begin, or outside of which the key has rows."""
    declared = table.relations.keys
    if not declared:
        return
    days, keys = table.frame[DAY], timeless_keys(table.frame, table.resource)
    for name, span in declared.items():
        trail = ("relations", "keys", name)
        own = days[keys == name].dropna()
        first = first_day(*parse_period(span.start)) if span.start else None
        last = last_day(*parse_period(span.end)) if span.end else None
        if not len(own):
            yield fault("key-span/unknown", *trail, hint=suggest(name, keys.unique()), key=name)
        elif first and last and last < first:
            yield fault("key-span/reversed", *trail, hint="swap the two periods", key=name, end=span.end, start=span.start)
        else:
            outside = own[(own < pd.Timestamp(first or own.min())) | (own > pd.Timestamp(last or own.max()))]
            if len(outside):
                about = {"key": name, "row": table.frame.at[outside.index[0], ROW], "count": len(outside)}
                yield fault("key-span/outside", *trail, hint="correct the span, or the rows", **about)


def measured_later(tables: Tables, folder: str, today: datetime.date) -> dict[str, list[Problem]]:
    """Tables with rows of observations, or with days on which a spell was in force, that are after `today`: neither can be known yet."""
    faulty = {}
    hint = "correct the date, or set as_of in config.yaml to the day on which the tables were collected"
    for name, table in tables.items():
        time, spells = table.relations.time, table.relations.kind == "spells"
        column = time.open_until if spells and time else DAY if table.relations.kind == "observations" else None
        later: Any = table.frame.index[table.frame[column] > pd.Timestamp(today)] if column else []
        problems = []
        for row, rest in first_few(later, SHOWN):
            about = {"row": table.frame.at[row, ROW], "as_of": today.isoformat()}
            code = "measured-after-as-of/confirmed" if spells else "measured-after-as-of/row"
            finding = fault(code, hint=hint, **about).with_rest(rest)
            problems.append(finding.at(table.place(int(str(row)), folder)))
        if problems:
            faulty[name] = problems
    return faulty


def overlaps(spans: Iterable[Span]) -> Iterator[tuple[Span, Span]]:
    """Pairs of spans of one category that share a day."""
    longest: dict[str, Span] = {}
    for span in sorted(spans, key=lambda s: s.start):
        before = longest.get(span.category)
        if before and span.start <= before.end:
            yield before, span
        if not before or span.end > before.end:
            longest[span.category] = span


def days_of(table: Table, among: pd.DataFrame, category: str) -> np.ndarray:
    """Days of the category's rows, of all or some lines of a table, as `datetime64[D]`, sorted."""
    rows = newest_releases(table.resource, among)
    days = rows[DAY][meeting(table, table.relations.categories[category])[rows.index]]
    return np.sort(days.dropna().to_numpy().astype("datetime64[D]"))


MOST_KEPT = 500  # conditions of a table whose rows are remembered


def meeting(table: Table, where: Any) -> np.ndarray:
    """Whether each row of a table in memory passes a checked filter without lookups. The filters of its coverage and of definitions
    have many conditions in common, so each is tried once and remembered with the table."""
    kept = table.kept.setdefault("conditions", {})
    if len(kept) > MOST_KEPT:
        kept.clear()

    def met(column: str, condition: Any) -> np.ndarray:
        key = f"{column}: {condition!r}"
        mask = kept.get(key)
        return kept.setdefault(key, passing(table.frame, {column: condition}, table.resource)) if mask is None else mask

    every = np.ones(len(table.frame), dtype=bool)
    return np.logical_or.reduce([np.logical_and.reduce([every, *(met(*one) for one in part.items())]) for part in listed(where)])


def rows_in_span(days: np.ndarray, span: Span) -> int:
    """Number of sorted days that lie in a span.

    >>> span = Span.model_validate({"category": "c", "from": "2024-01-01", "to": "2024-01-31", "level": "complete"})
    >>> rows_in_span(np.array(["2024-01-01", "2024-01-31", "2024-02-01"], dtype="datetime64[D]"), span)
    2
    """
    bounds = np.searchsorted(days, np.datetime64(span.start, "D"), "left"), np.searchsorted(days, np.datetime64(span.end, "D"), "right")
    return int(bounds[1] - bounds[0])
