"""What definitions refer to: tables, columns, categories, codes and each other. Every fault has its line; faulty ones are named."""

from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any

import pandas as pd

from indicators.consistency import excuse_faults
from indicators.model import Definition, RowsOf
from indicators.operations import ROOMS, Room, reducer_traits, references, step_faults, wanted_column
from indicators.periods import FREQUENCIES, Frequency, is_finer
from indicators.problems import Place, Problem, Report, suggest
from indicators.reading import Written
from indicators.resource import Resource, Resources
from indicators.tangles import DEEPEST, MOST_PARTS, circle, heavy
from indicators.where import NUMBERS, column_of, columns, lookups
from indicators.wherecheck import Fault, faults
from indicators.yamlfile import Trail

FINEST: dict[str | None, Frequency] = {"year": "annual", "month": "monthly", "day": "daily", None: "daily"}


def cross_check(written: Mapping[str, Written], named: Set[str] | None, resources: Resources, report: Report) -> set[str]:
    """Check each definition against the tables' descriptors and the other definitions; names of the faulty ones.

    A part that is `named` but not written has been reported where it stands, and is not reported again; nor is any where
    not all names are known (None).
    """
    parts = {name: [part for part in parts_of(item.definition) if part in written] for name, item in written.items()}
    faulty = _tangled(written, parts, report) | {name for name, item in written.items() if not item.whole}
    sound = {name: item for name, item in written.items() if name not in faulty}
    seen: set[tuple[Place, str, str]] = set()
    for name, item in written.items():
        tell = item.file.without_echoes(report)
        for trail, code, message, hint in _definition_faults(item.definition, sound, named, resources):
            key = (item.place(trail), code, message)
            faulty.add(name)
            if key not in seen:
                tell(Problem(*key, hint))
            seen.add(key)
    return faulty


def _definition_faults(
    definition: Definition, written: Mapping[str, Written], named: Set[str] | None, resources: Resources
) -> Iterator[Fault]:
    yield from _shape_faults(definition)
    yield from excuse_faults(("excuses",), definition.excuses, "definition")
    for room, step, trail in _steps(definition):
        yield from (((*trail, *inner), code, message, hint) for inner, code, message, hint in step_faults(room, step))
    if definition.table is not None:
        if resources.lacks(definition.table):
            yield ("table",), "unknown-table", f"there is no table {definition.table!r}", suggest(definition.table, resources)
        if definition.table not in resources:
            return
        yield from _table_faults(definition, resources[definition.table], resources)
    yield from _reference_faults(definition, written, named, resources)


def _shape_faults(definition: Definition) -> Iterator[Fault]:
    if definition.combine and (definition.table or definition.reduce):
        yield (
            ("combine",),
            "two-ways",
            "an indicator is made from a table or combined from others, not both",
            "remove combine, or table and reduce",
        )
    if not definition.combine:
        for key in ("table", "reduce"):
            if getattr(definition, key) is None:
                yield (), "missing-key", f"the key {key!r} of {definition.id!r} is missing", f"add {key}: …, or combine: …"
    else:
        for key in ("where", "coverage", "breakdown"):
            if getattr(definition, key):
                yield (key,), "no-table", f"{key!r} says nothing about an indicator that is combined from others", "put it into the parts"
    if definition.normalise and not any(step_faults("normalise", definition.normalise)):
        try:
            ROOMS["normalise"][definition.normalise.name](pd.Series(dtype="float64"), **definition.normalise.parameters)
        except ValueError as e:
            yield ("normalise", definition.normalise.name), "wrong-value", str(e), "correct the parameters"
    if definition.normalise and definition.direction == "none":
        yield (
            ("normalise",),
            "no-direction",
            "an indicator without a direction has no score",
            "remove normalise, or say which way is better",
        )


def _steps(definition: Definition) -> Iterator[tuple[Room, Any, Trail]]:
    for room in ("reduce", "combine", "normalise"):
        step = getattr(definition, room)
        if step:
            yield room, step, (room,)
    for i, step in enumerate(definition.transform):
        yield "transform", step, ("transform", i)


def _table_faults(definition: Definition, resource: Resource, resources: Resources) -> Iterator[Fault]:
    relations = resource.relations
    if relations.kind == "reference" or not relations.time:
        yield (
            ("table",),
            "reference-table",
            f"{resource.name!r} is a table for reference; it has no time",
            "ask a table of events or observations",
        )
        return
    yield from ((("where", *trail), code, message, hint) for trail, code, message, hint in faults(definition.where, resource, resources))
    finest = FINEST[relations.time.every]
    if is_finer(definition.frequency, finest):
        message = f"{definition.frequency} is finer than the dates of {resource.name!r}, which are {finest}"
        yield ("frequency",), "frequency-too-fine", message, f"use {finest} or coarser"
    yield from _coverage_faults(definition, resource)
    named = [(("break_on",), c) for c in definition.break_on or ()] + [(("breakdown",), b.by) for b in definition.breakdown]
    for trail, column in named:
        if column not in resource.columns:
            yield trail, "unknown-column", f"table {resource.name!r} has no column {column!r}", suggest(column, resource.columns)
        elif trail == ("breakdown",) and resource.columns[column].type != "string":
            texts = [name for name, field in resource.columns.items() if field.type == "string"]
            kind = resource.columns[column].type
            yield trail, "wrong-type", f"a breakdown is by codes; {column!r} is a column of type {kind}", suggest(column, texts)


def _coverage_faults(definition: Definition, resource: Resource) -> Iterator[Fault]:
    categories = resource.relations.categories
    if resource.relations.kind == "observations":
        if definition.coverage:
            yield (
                ("coverage",),
                "no-categories",
                f"{resource.name!r} holds observations: a period is covered where its row exists",
                "remove coverage",
            )
        return
    if not definition.coverage:
        yield (
            (),
            "missing-key",
            f"the key 'coverage' of {definition.id!r} is missing: {resource.name!r} is a table of events",
            suggest("", categories),
        )
    graded = [(("coverage",), name) for name in definition.coverage]
    graded += [(("breakdown",), name) for b in definition.breakdown for name in b.coverage.values()]
    for trail, name in graded:
        if name not in categories:
            yield trail, "unknown-category", f"table {resource.name!r} grades no category {name!r}", suggest(name, categories)
    for n, breakdown in enumerate(definition.breakdown):
        known = column_of(resource, breakdown.by).codes if breakdown.by in resource.columns else ()
        for code in breakdown.coverage:
            if known and code not in known:
                here = ("breakdown", n, "coverage", code)
                yield here, "not-allowed", f"{code!r} is not a code of column {breakdown.by!r}", suggest(code, known)


def _reference_faults(
    definition: Definition, written: Mapping[str, Written], named: Set[str] | None, resources: Resources
) -> Iterator[Fault]:
    own = resources.get(definition.table or "")
    for room, step, trail in _steps(definition):
        if any(step_faults(room, step)):
            continue
        for name, kind, value in references(room, step):
            here = (*trail, step.name, name)
            if kind == "column" and own:
                yield from ((here, *fault) for fault in _column_faults(value, own, wanted_column(room, step, name)))
            if kind == "where" and own:
                yield from (((*here, *inner), code, message, hint) for inner, code, message, hint in faults(value, own, resources))
            if kind == "rows":
                yield from _selection_faults(here, value, resources)
            if kind in ("indicator", "indicators"):
                for part in [value] if kind == "indicator" else value:
                    yield from _part_faults(here, definition, part, written, named, resources)


def _column_faults(name: str, table: Resource, wanted: str | None) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a column that a parameter names; `wanted`: what it must hold."""
    if name not in table.columns:
        yield "unknown-column", f"table {table.name!r} has no column {name!r}", suggest(name, table.columns)
        return
    texts = {n for n, column in table.columns.items() if column.type == "string" and n not in table.relations.lists}
    fits = texts if wanted == "text" else {n for n, column in table.columns.items() if column.type in NUMBERS}
    if wanted and name not in fits:
        is_list = " with lists" if name in table.relations.lists else ""
        message = f"a column of {wanted}s stands here; {name!r} is a column of type {table.columns[name].type}{is_list}"
        yield "wrong-type", message, suggest(name, [n for n in table.columns if n in fits])


def _selection_faults(here: Trail, value: Mapping[str, Any], resources: Resources) -> Iterator[Fault]:
    if resources.lacks(value["table"]):
        yield (*here, "table"), "unknown-table", f"there is no table {value['table']!r}", suggest(value["table"], resources)
    if value["table"] not in resources:
        return
    other = resources[value["table"]]
    if not other.relations.time:
        message = f"{other.name!r} is a table for reference; it has no time"
        yield (*here, "table"), "reference-table", message, "ask a table of events or observations"
    for inner, code, message, hint in faults(value.get("where") or {}, other, resources):
        yield (*here, "where", *inner), code, message, hint
    categories = other.relations.categories
    for name in RowsOf.model_validate(value).coverage:
        if name not in categories:
            yield (*here, "coverage"), "unknown-category", f"table {other.name!r} grades no category {name!r}", suggest(name, categories)


def _part_faults(
    here: Trail,
    definition: Definition,
    part: str,
    written: Mapping[str, Written],
    named: Set[str] | None,
    resources: Mapping[str, Resource],
) -> Iterator[Fault]:
    if part not in written:
        if named is not None and part not in named:
            yield here, "unknown-indicator", f"there is no indicator {part!r}", suggest(part, named)
        return
    definitions = {name: item.definition for name, item in written.items()}
    possible = frequencies_of(written[part].definition, definitions, resources)
    if possible and definition.frequency not in possible:
        message = f"{part!r} cannot be had {definition.frequency}: its dates are coarser, or its window counts other periods"
        yield here, "part-too-coarse", message, f"it can be had: {', '.join(possible)}"


def frequencies_of(
    definition: Definition, definitions: Mapping[str, Definition], resources: Mapping[str, Resource], above: tuple[str, ...] = ()
) -> tuple[Frequency, ...]:
    """Frequencies at which an indicator can be had.

    Not finer than the dates behind it and its parts; and only its own where a transform counts in periods (a window of
    12) or a reducer weighs by the period's end. None where a part is missing or combined from itself.
    """
    if definition.name in above:
        return ()
    if definition.combine:
        parts = [definitions[name] for name in parts_of(definition) if name in definitions]
        allowed = [set(frequencies_of(part, definitions, resources, (*above, definition.name))) for part in parts]
        possible = set.intersection(*allowed) if allowed else set()
    else:
        resource = resources.get(definition.table or "")
        time = resource.relations.time if resource else None
        finest = FINEST[time.every if time else None]
        possible = {f for f in FREQUENCIES if not is_finer(f, finest)}
    if definition.reduce and not any(step_faults("reduce", definition.reduce)) and reducer_traits(definition).one_frequency:
        possible &= {definition.frequency}
    if any("window" in step.parameters or step.parameters.get("periods", 1) != 1 for step in definition.transform):
        possible &= {definition.frequency}
    return tuple(f for f in FREQUENCIES if f in possible)


def parts_of(definition: Definition) -> list[str]:
    """Names of the indicators that a definition combines."""
    if not definition.combine or any(step_faults("combine", definition.combine)):
        return []
    found = references("combine", definition.combine)
    return [part for _, kind, value in found for part in ([value] if kind == "indicator" else value)]


def tables_of(definition: Definition) -> set[str]:
    """Names of the tables that a definition reads, those that it looks into among them."""
    named = ({definition.table} if definition.table else set()) | lookups(definition.where)
    for _, kind, value in references("reduce", definition.reduce) if definition.reduce else ():
        named |= lookups(value) if kind == "where" else {value["table"]} | lookups(value.get("where") or {}) if kind == "rows" else set()
    return named


def tables_behind(definition: Definition, named: Callable[[str], Definition]) -> set[str]:
    """Names of all tables that a definition reads, itself or through those that it combines; `named` gives a definition by its name."""
    return tables_of(definition).union(*(tables_behind(named(part), named) for part in parts_of(definition)))


def columns_read(definition: Definition) -> set[str]:
    """Columns of its table that a definition reads to give a number."""
    read = columns(definition.where) | set(definition.break_on or ())
    for _name, kind, value in references("reduce", definition.reduce) if definition.reduce else ():
        read |= {value} if kind == "column" else columns(value) if kind == "where" else set()
    return read


def _tangled(written: Mapping[str, Written], parts: Mapping[str, list[str]], report: Report) -> set[str]:
    """Names of the indicators that are combined from themselves (each circle is reported once, at all its places), or from
    more than can be computed while a person waits."""
    found: set[str] = set()
    for start in written:
        path = circle(start, parts) if start not in found else []
        if path:
            places = ", ".join(f"{name} ({written[name].place(('combine',))})" for name in path)
            message = f"these are combined from each other in a circle: {places}"
            report(Problem(written[start].place(("combine",)), "cycle", message, "one of them must be made from a table"))
        found |= set(path)
    large = heavy({name: [part for part in of if part not in found] for name, of in parts.items()})
    for name in large:
        if not large & set(parts[name]):
            message = f"{name!r} rests on too many parts, each counted as often as it is read"
            hint = f"at most {MOST_PARTS} parts, {DEEPEST} deep; make a sum from the table instead"
            report(Problem(written[name].place(("combine",)), "too-many-parts", message, hint))
    return found | large
