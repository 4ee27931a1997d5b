"""What ties tables together: foreign keys, ids in lists, sources, and the spans that grade a table's collection."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import narwhals as nw
import numpy as np
import pandas as pd

from indicators.nouns.descriptor import Span
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import DAY
from indicators.operations.where import expression
from indicators.problems import Fault, Place, Problem, Report, fault, suggest
from indicators.reading.descriptors import Descriptor
from indicators.reading.tables import SHOWN
from indicators.reading.validation import validated

Tables = Mapping[str, Table]


def link(tables: Tables, descriptors: Mapping[str, Descriptor], folder: str, report: Report) -> dict[str, Table]:
    """Tables whose links hold, with their coverage spans; a table at fault, or without its spans, is left out."""
    linked: dict[str, Table] = {}
    for name, table in tables.items():
        found = [finding.at(_line(table, folder, row)) for row, finding in _link_faults(table, tables, descriptors[name])]
        spans, span_problems = _spans(table, tables, descriptors[name], folder)
        found += span_problems
        for problem in found:
            report(problem)
        if spans is not None and not any(problem.level == "error" for problem in found):
            linked[name] = replace(table, spans=spans)
    return linked


def _line(table: Table, folder: str, row: int) -> Place:
    return Place(f"{folder}/{table.resource.path}", table.lines[row])


def _link_faults(table: Table, tables: Tables, descriptor: Descriptor) -> Iterator[tuple[int, Fault]]:
    """What is wrong with the links of a table, each with its row."""
    for foreign in table.resource.schema_.foreignKeys:
        target = tables.get(foreign.reference.resource)
        yield from _unknown_ids(table, foreign.fields[0], [(target, foreign.reference.fields[0])], None)
    for column, listing in table.relations.lists.items():
        targets = [(tables.get(name), key) for name, _, key in (of.partition(".") for of in listing.of)]
        yield from _unknown_ids(table, column, targets, listing.separator) if targets else ()
    yield from _missing_sources(table, descriptor)


def _unknown_ids(table: Table, column: str, targets: list[tuple[Table | None, str]], separator: str | None) -> Iterator[tuple[int, Fault]]:
    if any(target is None for target, _ in targets):
        return  # the other table has its own faults; nothing can be said of ids in it
    known = {value for target, key in targets if target for value in target.frame[key]}
    cells = table.frame[column]
    items = cells[cells != ""].str.split(separator).explode() if separator else cells[cells != ""]
    unknown = items[~items.isin(known)]
    where = " or ".join(f"{target.resource.path} ({key})" for target, key in targets if target)
    for n, (row, value) in enumerate(unknown.items()):
        if n == SHOWN:
            count = len(unknown) - SHOWN
            yield int(str(row)), fault("unknown-id/more", hint=f"each must stand in {where}", count=count, column=column)
            return
        yield int(str(row)), fault("unknown-id/cell", hint=suggest(value, known, most=6), column=column, id=value, where=where)


def _missing_sources(table: Table, descriptor: Descriptor) -> Iterator[tuple[int, Fault]]:
    relations = table.relations
    if not relations.source or table.resource.columns[relations.source].constraints.required:
        return
    blank = table.frame[relations.source] == ""
    if relations.source_blank_when is not None:
        allowed = expression(relations.source_blank_when, table.resource)
        rows = table.frame if allowed is None else nw.from_native(table.frame).filter(allowed).to_native()
        blank &= ~table.frame.index.isin(rows.index)
    place = descriptor.file.place(("relations", "source_blank_when"))
    for row in table.frame.index[blank][:SHOWN]:
        yield int(row), fault("no-source", hint=f"name one; {place} says which rows may lack it")


def _spans(table: Table, tables: Tables, descriptor: Descriptor, folder: str) -> tuple[tuple[Span, ...] | None, list[Problem]]:
    """The table's spans, sorted (None where they cannot be had), and what is wrong with them."""
    written = table.relations.coverage
    if written is None:
        return (), []
    if isinstance(written, tuple):
        places = {id(span): descriptor.file.place(("relations", "coverage", i)) for i, span in enumerate(written)}
        return _sorted(written), _placed(_span_faults(table, written, places, descriptor), places)
    holder = next((t for t in tables.values() if t.resource.path == written), None)
    if holder is None:
        return None, []  # it has its own faults
    problems: list[Problem] = []
    spans, places = _read_spans(table, holder, folder, problems.append)
    return _sorted(spans), problems + _placed(_span_faults(table, spans, places, descriptor), places)


def _sorted(spans: Iterable[Span]) -> tuple[Span, ...]:
    return tuple(sorted(spans, key=lambda s: (s.category, s.start)))


def _placed(findings: Iterable[tuple[Span, Fault]], places: Mapping[int, Place]) -> list[Problem]:
    return [finding.at(places[id(span)]) for span, finding in findings]


def _read_spans(table: Table, holder: Table, folder: str, report: Report) -> tuple[list[Span], dict[int, Place]]:
    mine = holder.frame[holder.frame["table"] == table.resource.name]
    listing = holder.relations.lists.get("columns")
    spans, places = [], {}
    for number, row in zip(mine.index, mine.to_dict("records"), strict=True):
        place = _line(holder, folder, int(str(number)))
        told = {key: row[key] for key in ("category", "level", "basis")}
        told |= {key: row[key].date().isoformat() for key in ("from", "to")}
        told |= {"found": None if pd.isna(row["found"]) else int(row["found"]), "finest": row.get("finest") or None}
        told["columns"] = [c for c in str(row.get("columns", "")).split(listing.separator if listing else ";") if c]
        span = validated(Span, told, place, report)
        known = table.resource.columns
        for column in [column for column in told["columns"] if column not in known]:
            unknown = fault("unknown-column", hint=suggest(column, known), table=table.resource.name, column=column)
            report(unknown.at(place))
        if span:
            spans.append(span)
            places[id(span)] = place
    return spans, places


def _span_faults(table: Table, spans: Sequence[Span], places: Mapping[int, Place], descriptor: Descriptor) -> Iterator[tuple[Span, Fault]]:
    """What is wrong with the spans of a table, each fault with its span; `places` by their `id`."""
    categories = table.relations.categories
    days = {category: days_of(table, category) for category in {span.category for span in spans} & set(categories)}
    for span in spans:
        if span.category not in categories:
            hint = suggest(span.category, categories)
            yield span, fault("unknown-category/span", hint=hint, category=span.category, file=descriptor.file.name)
        elif span.end < span.start:
            yield span, fault("span-reversed", hint="swap the two days", end=span.end, start=span.start)
        elif span.found is not None and (counted := rows_in_span(days[span.category], span)) != span.found:
            yield span, _count_fault(span, counted)
    for one, other in overlaps(spans):
        hint = "spans of a category may not share a day"
        yield other, fault("spans-overlap", hint=hint, category=one.category, other=places[id(one)])


def _count_fault(span: Span, counted: int) -> Fault:
    hint, named = "read the span again, or correct found", span.category
    return fault("coverage-count-differs", hint=hint, found=span.found, counted=counted, category=named, start=span.start, end=span.end)


def overlaps(spans: Iterable[Span]) -> Iterator[tuple[Span, Span]]:
    """Pairs of spans of one category that share a day."""
    longest: dict[str, Span] = {}
    for span in sorted(spans, key=lambda s: s.start):
        before = longest.get(span.category)
        if before and span.start <= before.end:
            yield before, span
        if not before or span.end > before.end:
            longest[span.category] = span


def days_of(table: Table, category: str) -> np.ndarray:
    """Days of the category's rows, as `datetime64[D]`, sorted."""
    condition = expression(table.relations.categories[category], table.resource)
    rows = nw.from_native(table.frame, eager_only=True)
    chosen = rows if condition is None else rows.filter(condition)
    return np.sort(chosen[DAY].drop_nulls().to_numpy().astype("datetime64[D]"))


def rows_in_span(days: np.ndarray, span: Span) -> int:
    """Number of sorted days that lie in a span.

    >>> span = Span.model_validate({"category": "c", "from": "2024-01-01", "to": "2024-01-31", "level": "complete"})
    >>> rows_in_span(np.array(["2024-01-01", "2024-01-31", "2024-02-01"], dtype="datetime64[D]"), span)
    2
    """
    bounds = np.searchsorted(days, np.datetime64(span.start, "D"), "left"), np.searchsorted(days, np.datetime64(span.end, "D"), "right")
    return int(bounds[1] - bounds[0])
