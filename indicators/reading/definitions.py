"""Definitions: YAML files to nouns, variants applied, cross-checked against tables, columns, categories, codes and each other."""

from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from indicators.nouns.definition import Definition, RowsOf
from indicators.nouns.descriptor import Resource, Resources
from indicators.nouns.periods import is_finer
from indicators.nouns.vocabulary import Names
from indicators.operations.registry import ROOMS, Room, references, step_faults, wanted_column
from indicators.operations.where import NUMBERS, Fault, column_of, faults
from indicators.problems import Place, Problem, Report, suggest
from indicators.reading.dependencies import DEEPEST, FINEST, MOST_PARTS, circle, frequencies_of, heavy, parts_of
from indicators.reading.descriptors import excuse_faults
from indicators.reading.files import path_faults
from indicators.reading.validation import lacks_only, validated
from indicators.reading.yamlfile import Trail, YamlFile, read_text, read_yaml

LACKING = {"title": "…", "counts": "…", "unit": "…", "direction": "none", "frequency": "annual"}
"""What stands for a key that is missing while the rest of a definition is checked."""
FIXED = ("id", "pillar", "direction", "variants", "variant")
"""What a variant may not change."""


class Written(NamedTuple):
    """A definition (variants apart) with its place: `trail` leads to it in `file`; `own` are a variant's own keys. `whole`: it has
    every key that it needs, and no fault of form; one that is not is checked all the same, and never computed."""

    definition: Definition
    file: YamlFile
    trail: Trail
    own: frozenset[str] | None = None
    whole: bool = True

    def says(self, trail: Trail) -> bool:
        """Whether a part stands here, and is not what a variant takes over."""
        return self.own is None or not trail or trail[0] in self.own

    def place(self, trail: Trail = ()) -> Place:
        """Line of a part; what a variant takes over stands where the indicator says it."""
        return self.file.place(*(self.trail if self.says(trail) else self.trail[:2]), *trail)


def read_definitions(
    root: Path, folder: str, pillars: tuple[str, ...], report: Report, drafts: Mapping[str, str] | None = None
) -> tuple[dict[str, Written], Names]:
    """Every definition by name (`id`, `id@variant`) whose form is right, and all names that stand in the files (or in `drafts`).

    Contents are checked in `cross_check`. A name that stands there without a definition has faults of its own.
    """
    found: dict[str, Written] = {}
    titles: dict[str, str] = {}
    unread: list[Problem] = []
    admitted = definition_files(root, folder, unread.append)
    complete = bool(admitted)
    for name, may in admitted.items():
        draft = drafts.get(name) if drafts else None
        read = None if not may else read_yaml(root / name, name, unread.append) if draft is None else read_text(draft, name, unread.append)
        listed = read.data.get("indicators") if read and isinstance(read.data, dict) else None
        titles |= dict(_titles(listed)) if isinstance(listed, dict) else {}
        complete = complete and isinstance(listed, dict)
        if read and _is_definition_file(read, pillars, report):
            for identity in read.data["indicators"]:
                _read_indicator(read, identity, found, read.without_echoes(report))
    for problem in unread:
        report(problem)
    return found, Names(titles, complete, tuple(unread))


def _titles(listed: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names with titles; a variant has that of its indicator unless it has its own."""
    for name, raw in listed.items():
        written = raw if isinstance(raw, dict) else {}
        yield name, str(written.get("title") or "")
        variants = written.get("variants")
        for variant, changes in variants.items() if isinstance(variants, dict) else ():
            own = changes.get("title") if isinstance(changes, dict) else None
            yield f"{name}@{variant}", str(own or written.get("title") or "")


def definition_files(root: Path, folder: str, report: Report) -> dict[str, bool]:
    """The definition files of a project by their names in it, and whether each may be read: what leads out of it may not."""
    names = {f"{folder}/{path.name}": list(path_faults(root, folder, path.name)) for path in sorted((root / folder).glob("*.yaml"))}
    if not names:
        message = "there is no definition file (*.yaml) here"
        report(Problem(Place(folder), "missing-file", message, "config.yaml says where definitions are"))
    for name, refusals in names.items():
        for fault in refusals:
            report(Problem(Place(name), *fault))
    return {name: not refusals for name, refusals in names.items()}


def _is_definition_file(file: YamlFile, pillars: tuple[str, ...], report: Report) -> bool:
    if not isinstance(file.data, dict):
        report(Problem(file.place(), "wrong-value", "a definition file is a mapping", "write pillar: … and indicators: …"))
        return False
    for key in file.data:
        if key not in ("pillar", "indicators"):
            report(Problem(file.place(key), "unknown-key", f"there is no key {key!r} here", suggest(key, ["pillar", "indicators"])))
    pillar = file.data.get("pillar")
    if pillar not in pillars:
        report(Problem(file.place("pillar"), "unknown-pillar", f"{pillar!r} is not a pillar of config.yaml", suggest(pillar, pillars)))
    indicators = file.data.get("indicators")
    if not isinstance(indicators, dict):
        report(
            Problem(
                file.place("indicators"),
                "missing-key",
                "the file lists no indicators",
                "write indicators: and below it one key an indicator",
            )
        )
    return pillar in pillars and isinstance(indicators, dict)


def _read_indicator(file: YamlFile, name: str, found: dict[str, Written], report: Report) -> None:
    trail, raw = ("indicators", name), file.data["indicators"][name]
    if name in found:
        message = f"the indicator {name!r} is defined twice; first at {found[name].place()}"
        report(Problem(file.place(*trail), "duplicate-id", message, "rename one of them, or make it a variant"))
        return
    if not isinstance(raw, dict):
        report(
            Problem(
                file.place(*trail), "wrong-value", f"{name!r} says nothing", "give it at least title, counts, unit, direction, frequency"
            )
        )
        return
    reserved = [key for key in ("id", "pillar", "variant") if key in raw]
    for key in reserved:
        report(Problem(file.place(*trail, key), "unknown-key", f"{key!r} is not written here", "it comes from where the definition stands"))
    variants = raw.get("variants") or {}
    base = {key: value for key, value in raw.items() if key not in ("variants", *reserved)}
    base |= {"id": name, "pillar": file.data["pillar"]}
    lacking = lacks_only(Definition, base)
    definition = validated(Definition, base, lambda inner: file.place(*trail, *inner), report)
    if lacking:
        base |= {key: LACKING[key] for key in lacking}
        definition = validated(Definition, base, lambda inner: file.place(*trail, *inner), report)
    if definition is None:
        return
    spoiled = any(t[:2] == trail and t[2:3] != ("variants",) for t in file.spoiled())
    found[name] = Written(definition, file, trail, whole=not lacking and not spoiled)
    if not isinstance(variants, dict):
        report(Problem(file.place(*trail, "variants"), "wrong-value", "variants is a mapping", "write one key a variant"))
        return
    for variant, changes in variants.items():
        _read_variant(found, name, base, variant, changes, report)


def _read_variant(found: dict[str, Written], name: str, base: dict[str, Any], variant: str, changes: Any, report: Report) -> None:
    file, trail = found[name].file, ("indicators", name, "variants", variant)
    if not isinstance(changes, dict) or not changes:
        report(Problem(file.place(*trail), "wrong-value", f"the variant {variant!r} changes nothing", "give the keys that it replaces"))
        return
    for key in FIXED:
        if key in changes:
            report(Problem(file.place(*trail, key), "fixed-key", f"a variant may not change {key!r}", "make it an indicator of its own"))
            return

    def place(inner: Trail) -> Place:
        return file.place(*trail, *inner) if inner and inner[0] in changes else file.place(*trail)

    definition = validated(Definition, base | changes | {"variant": variant}, place, report)
    if definition:
        whole = found[name].whole and not any(t[:4] == trail for t in file.spoiled())
        found[f"{name}@{variant}"] = Written(definition, file, trail, frozenset(changes), whole)


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
