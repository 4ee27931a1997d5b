"""Definitions: YAML files to nouns, variants applied, cross-checked against tables, columns, categories, codes and each other."""

from collections.abc import Iterable, Iterator, Mapping, Set
from pathlib import Path
from typing import Any, NamedTuple

from indicators.nouns.composite import COMPOSITE, changed
from indicators.nouns.definition import Definition, RowsOf
from indicators.nouns.descriptor import Resource, Resources
from indicators.nouns.periods import FREQUENCIES, consists_of
from indicators.nouns.vocabulary import Names, StepOf, unit_of_steps
from indicators.operations.column import NUMBERS, OF_CODES, codes_in
from indicators.operations.registry import OPERATIONS, Stage, number_faults, reducer_traits, references, step_faults
from indicators.operations.where import faults
from indicators.problems import Fault, Place, Problem, Report, Trail, fault, report_all
from indicators.reading.composites import TREE, as_definition, as_written, composite_faults, normalise_faults, unknown_keys
from indicators.reading.dependencies import (
    DEEPEST,
    FINEST,
    MOST_PARTS,
    find_cycle,
    frequencies_of,
    parts_of,
    stock_behind,
    stock_faults,
    sums_stock,
    with_too_many_parts,
)
from indicators.reading.descriptors import exemption_faults
from indicators.reading.files import path_faults
from indicators.reading.heights import height_faults
from indicators.reading.store_rules import definition_faults_of
from indicators.reading.validation import checked
from indicators.reading.yamlfile import YamlFile, read_text, read_yaml
from indicators.suggestions import suggest

STAND_INS = {"title": "…", "counts": "…", "unit": "…", "direction": "higher is better", "frequency": "annual"}
"""Values for missing and faulty keys while the rest of a definition is checked."""
MADE_OF = {"table", "reduce", "combine", "coverage", "pillars", "parts"}
"""Keys of which some need others: where one is faulty, the others are not missed."""
SHORT_OF = {"counts": "short", "credit": "credit_short"}
"""What a variant does not take over once it replaces the long form."""
MEASURED_BY = {"unit", "reduce", "combine", "transform", "frequency"}
"""A variant that replaces one of these does not take over reference lines: they are values of another measure. Thresholds it never does."""
FIXED = ("id", "pillar", "direction", "variants", "variant")
"""What a variant may not change."""
SECTIONS = ("indicators", "composites")
"""Keys of a file under which definitions stand."""


class Written(NamedTuple):
    """A definition (variants apart) with its place: `trail` leads to it in `file`; `own` are a variant's own keys. `whole`: it has
    every key that it needs, and no fault of form; one that is not is checked all the same without its `unread` keys, and never
    computed."""

    definition: Definition
    file: YamlFile
    trail: Trail
    own: frozenset[str] | None = None
    whole: bool = True
    unread: frozenset[str] = frozenset()

    def says(self, trail: Trail) -> bool:
        """Whether a part is written here, and not taken over by a variant."""
        if self.own is None or not trail or trail[0] not in TREE:
            return self.own is None or not trail or trail[0] in self.own
        return (*self.trail, *trail[:2]) in self.file.lines  # of a composite a variant may change one pillar alone

    def place(self, trail: Trail = ()) -> Place:
        """Line of a part; of one that a variant takes over, the line where the indicator has it."""
        trail = as_written(trail)
        return self.file.place((*(self.trail if self.says(trail) else self.trail[:2]), *trail))


def read_definitions(
    root: Path, folder: str, pillars: tuple[str, ...], report: Report, drafts: Mapping[str, str] | None = None
) -> tuple[dict[str, Written], Names]:
    """Every definition of valid form by name (`id`, `id@variant`), and all names that are in the files (or in `drafts`).

    Contents are checked in `cross_check`. The faults of a name without a definition have been reported.
    """
    definitions: dict[str, Written] = {}
    titles: dict[str, str] = {}
    unread: list[Problem] = []
    admitted = definition_files(root, folder, unread.append)
    complete = bool(admitted)
    for name, may in admitted.items():
        draft = drafts.get(name) if drafts else None
        read = None if not may else read_yaml(root / name, name, unread.append) if draft is None else read_text(draft, name, unread.append)
        sections = [read.data.get(section) for section in SECTIONS] if read and isinstance(read.data, dict) else []
        listed = [(section, names) for section, names in zip(SECTIONS, sections, strict=False) if isinstance(names, dict)]
        for _, names in listed:
            titles |= dict(_titles(names))
        complete = complete and bool(listed)
        if read:
            wrong = list(_file_faults(read.data, pillars))
            report_all(wrong, read.place, report)
            readable = [
                (section, names) for section, names in listed if section != "indicators" or isinstance(read.data.get("pillar"), str)
            ]
            whole = all(one.code == "unknown-key" for one in wrong)
            for trail in [(section, identity) for section, names in readable for identity in names]:
                _read_indicator(read, trail, definitions, read.without_follow_ups(report), whole)
    for problem in unread:
        report(problem)
    return definitions, Names(titles, complete, tuple(unread))


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
    names = {f"{folder}/{path.name}": path.name for path in sorted((root / folder).glob("*.yaml"))}
    if not names:
        report(fault("missing-file/folder", hint="config.yaml says where definitions are").at(Place(folder)))
    return {name: not report_all(path_faults(root, folder, file), Place(name), report) for name, file in names.items()}


def _file_faults(data: Any, pillars: tuple[str, ...]) -> Iterator[Fault]:
    if not isinstance(data, dict):
        yield fault("wrong-value/definition-file", hint="write pillar: … and indicators: …")
        return
    for key in data:
        if key not in ("pillar", *SECTIONS):
            yield fault("unknown-key", key, hint=suggest(key, ["pillar", *SECTIONS]), key=key)
    pillar, composites = data.get("pillar"), data.get("composites")
    if pillar not in pillars and not (pillar is None and isinstance(composites, dict) and "indicators" not in data):
        yield fault("unknown-pillar", "pillar", hint=suggest(pillar, pillars), pillar=pillar)
    if not isinstance(data.get("indicators"), dict) and not (isinstance(composites, dict) and "indicators" not in data):
        yield fault("missing-key/indicators", "indicators", hint="write indicators: and below it one key for each indicator")
    elif "composites" in data and not isinstance(composites, dict):
        yield fault("missing-key/composites", "composites", hint="write one key for each composite, or remove composites:")


def _checked(section: str, written: Mapping[str, Any]) -> tuple[Definition | None, list[Fault]]:
    """The definition, or none and what is wrong with it, each fault with the trail to it in the file."""
    definition, wrong = checked(Definition, as_definition(written) if section == "composites" else written)
    return definition, [finding._replace(trail=as_written(finding.trail)) for finding in wrong]


def _read_indicator(file: YamlFile, trail: tuple[str, str], definitions: dict[str, Written], report: Report, whole: bool) -> None:
    """Add the definition of one indicator, and those of its variants, to `definitions`; report what is wrong. `whole`: whether its
    file is valid otherwise."""

    def refuse(wrong: Fault) -> None:
        report(wrong.under(*trail).at(file.place))

    section, name = trail
    raw = file.data[section][name]
    if name in definitions:
        first = definitions[name].place()
        refuse(fault("duplicate-id/indicator", hint="rename one of them, or make it a variant", indicator=name, first=first))
        return
    if not isinstance(raw, dict):
        refuse(fault("wrong-value/indicator", hint="give it at least title, counts, unit, direction, frequency", indicator=name))
        return
    reserved = [key for key in ("id", "pillar", "variant", COMPOSITE) if key in raw]
    for key in reserved:
        refuse(fault("unknown-key/reserved", key, hint="it follows from where the definition is", key=key))
    unknown = [finding for finding in unknown_keys(raw) if finding.trail[0] not in reserved] if section == "composites" else []
    for finding in unknown:
        refuse(finding)
    reserved += [str(finding.trail[0]) for finding in unknown]
    variants = raw.get("variants") or {}
    base = {key: value for key, value in raw.items() if key not in ("variants", *reserved)}
    base |= {"id": name, "pillar": COMPOSITE if section == "composites" else file.data["pillar"]}
    definition, wrong = _checked(section, base)
    for finding in wrong:
        refuse(finding)
    if wrong:
        base = _without(wrong, base)
        definition, _ = _checked(section, base)
    if definition is None:
        return
    whole = whole and not wrong and not unknown
    on_faulty_line = any(t[:2] == trail and t[2:3] != ("variants",) for t in file.trails_on_faulty_lines())
    definitions[name] = Written(definition, file, trail, None, whole and not on_faulty_line, _first_keys(wrong))
    if not isinstance(variants, dict):
        refuse(fault("wrong-value/variants", "variants", hint="write one key for each variant"))
        return
    for variant, changes in variants.items():
        _read_variant(definitions, name, base, variant, changes, report)


def _read_variant(definitions: dict[str, Written], name: str, base: dict[str, Any], variant: str, changes: Any, report: Report) -> None:
    file, section = definitions[name].file, str(definitions[name].trail[0])
    trail = (section, name, "variants", variant)
    wrong = list(_change_faults(variant, changes))
    wrong += unknown_keys(changes, base) if section == "composites" and not wrong else ()
    definition = None
    if not wrong:
        renewed: dict[str, Any] = {short: "" for key, short in SHORT_OF.items() if key in changes}
        renewed |= {"lines": []} if MEASURED_BY & set(changes) else {}
        renewed |= {"alert": None} if "alert" in base else {}
        taken = {key: value for key, value in base.items() if key != "formerly"} | renewed
        own = (changed(taken, changes) if section == "composites" else taken | changes) | {"variant": variant}
        definition, wrong = _checked(section, own)
        if wrong:
            definition, _ = _checked(section, _without(wrong, own))
    report_all((finding.under(*trail) for finding in wrong), file.place, report)
    if definition:
        whole = not wrong and definitions[name].whole and not any(t[:4] == trail for t in file.trails_on_faulty_lines())
        unread = _first_keys(wrong) | (definitions[name].unread - set(changes))
        definitions[f"{name}@{variant}"] = Written(definition, file, trail, frozenset(changes), whole, unread)


def _first_keys(wrong: Iterable[Fault]) -> frozenset[str]:
    return frozenset(str(finding.trail[0]) for finding in wrong if finding.trail)


def _without(wrong: Iterable[Fault], base: Mapping[str, Any]) -> dict[str, Any]:
    """What is written, without its faulty keys, so that the others can be checked."""
    return STAND_INS | {key: value for key, value in base.items() if key not in _first_keys(wrong)}


def _change_faults(variant: str, changes: Any) -> Iterator[Fault]:
    """Why a variant is not valid: it changes nothing, or what it may not."""
    if not isinstance(changes, dict) or not changes:
        yield fault("wrong-value/variant", hint="give the keys that it replaces", variant=variant)
        return
    for key in [key for key in FIXED if key in changes][:1]:
        yield fault("fixed-key", key, hint="make it a separate indicator", key=key)


def cross_check(written: Mapping[str, Written], named: Set[str] | None, resources: Resources, report: Report) -> set[str]:
    """Check each definition against the tables' descriptors and the other definitions; names of the faulty ones.

    A part that is `named` but not written has been reported at its own place, and is not reported again; nor is any if not all
    names are known (None).
    """
    parts = {name: [part for part in parts_of(item.definition) if part in written] for name, item in written.items()}
    faulty = _not_computable(written, parts, report) | {name for name, item in written.items() if not item.whole}
    sound = {name: item for name, item in written.items() if name not in faulty}
    former = _former_faults(written, named or ())
    for name, item in written.items():
        found = [*former.get(name, ()), *_foreseen_or_not(item.definition, sound, named, resources)]
        wrong = [finding for finding in found if not (finding.code == "missing-key" and item.unread & MADE_OF)]
        if report_all(wrong, item.place, item.file.without_follow_ups(report)):
            faulty.add(name)
    return faulty


def _former_faults(written: Mapping[str, Written], named: Iterable[str]) -> dict[str, list[Fault]]:
    """By definition, which of its former names are those of an indicator of today, or are given twice."""
    faults: dict[str, list[Fault]] = {}
    first: dict[str, Place] = {}
    for name, item in written.items():
        for n, former in enumerate(item.definition.former):
            about = {"former": former, "hint": "leave it out here, or rename the other"}
            if former in written or former in named:
                other = written[former].place() if former in written else "it has faults of its own"
                faults.setdefault(name, []).append(fault("duplicate-id/living", "formerly", n, other=other, **about))
            elif former in first and former not in item.definition.former[:n]:  # else the list itself has it twice
                faults.setdefault(name, []).append(fault("duplicate-id/formerly", "formerly", n, first=first[former], **about))
            first.setdefault(former, item.place(("formerly", n)))
    return faults


def _foreseen_or_not(
    definition: Definition, written: Mapping[str, Written], named: Set[str] | None, resources: Resources
) -> Iterator[Fault]:
    """The faults of a definition; a failure of the check itself is one, at the definition's line, and the others are still checked."""
    try:
        yield from _definition_faults(definition, written, named, resources)
    except Exception as e:
        hint = "undo the last edit here; then please report the message"
        yield fault("fault/definition", hint=hint, indicator=definition.name, kind=type(e).__name__, why=e)


def _definition_faults(
    definition: Definition, written: Mapping[str, Written], named: Set[str] | None, resources: Resources
) -> Iterator[Fault]:
    yield from (*_shape_faults(definition), *definition_faults_of(definition, resources))
    if definition.composite:
        yield from composite_faults(definition, {name: item.definition for name, item in written.items()}, named, resources)
    yield from (finding.under("excuses") for finding in exemption_faults(definition.excuses, "definition"))
    yield from height_faults(definition)
    yield from number_faults(definition.transform)
    for stage, step, trail in _steps(definition):
        yield from (finding.under(*trail) for finding in step_faults(stage, step))
    if definition.table is not None:
        if resources.is_unknown(definition.table):
            yield fault("unknown-table", "table", hint=suggest(definition.table, resources), table=definition.table)
        if definition.table not in resources:
            return
        yield from _table_faults(definition, resources[definition.table], resources)
    yield from _reference_faults(definition, written, named, resources)


def _category_faults(key: str, names: Iterable[str], table: Resource) -> Iterator[Fault]:
    known = table.relations.categories
    for name in names:
        if name not in known:
            yield fault("unknown-category", key, hint=suggest(name, known), table=table.name, category=name)


def _shape_faults(definition: Definition) -> Iterator[Fault]:
    if definition.composite:
        return
    if definition.combine and (definition.table or definition.reduce):
        yield fault("two-ways", "combine", hint="remove combine, or table and reduce")
    if not definition.combine:
        for key in ("table", "reduce"):
            if getattr(definition, key) is None:
                yield fault("missing-key/table", hint=f"add {key}: …, or combine: …", key=key, indicator=definition.id)
    else:
        for key in ("where", "coverage", "breakdown"):
            if getattr(definition, key):
                yield fault("no-table", key, hint="put it into the parts", key=key)
    if definition.normalise and not any(step_faults("normalise", definition.normalise)):
        yield from (finding.under("normalise") for finding in normalise_faults(definition.normalise))
    if definition.normalise and definition.direction == "none":
        yield fault("no-direction", "normalise", hint="remove normalise, or say which way is better")


def _steps(definition: Definition) -> Iterator[tuple[Stage, Any, Trail]]:
    for stage in ("reduce", "combine", "normalise"):
        step = getattr(definition, stage)
        if step:
            yield stage, step, (stage,)
    for i, step in enumerate(definition.transform):
        yield "transform", step, ("transform", i)


def _table_faults(definition: Definition, resource: Resource, resources: Resources) -> Iterator[Fault]:
    relations = resource.relations
    if relations.kind == "reference" or not relations.time:
        yield fault("reference-table", "table", hint="use a table of events or observations", table=resource.name)
        return
    yield from (finding.under("where") for finding in faults(definition.where, resource, resources))
    step = definition.reduce
    if step and relations.kind != "spells" and not any(step_faults("reduce", step)) and reducer_traits(definition).in_force:
        hint = "set kind: spells and name start and end under time in its descriptor, or use another operation"
        yield fault("not-spells", "reduce", hint=hint, operation=step.name, table=resource.name)
    finest = FINEST[relations.time.every]
    if not consists_of(definition.frequency, finest):
        hint = f"possible: {', '.join(f for f in FREQUENCIES if consists_of(f, finest))}"
        yield fault("frequency-too-fine", "frequency", hint=hint, frequency=definition.frequency, table=resource.name, finest=finest)
    elif definition.frequency != finest and sums_stock(definition, resource):
        timed = "" if relations.time.every else "; say under time: every which period a row of the table is about"
        hint = f"write frequency: {finest}, or, for the rows of one key, reduce: {{last: …}} or {{mean: …}}{timed}"
        about = {
            "name": definition.name,
            "column": definition.reduce and definition.reduce.parameters["of"],
            "frequency": definition.frequency,
        }
        yield fault("stock-over-time/frequency", "frequency", hint=hint, **about)
    yield from _coverage_faults(definition, resource)
    for column in definition.break_on or ():
        if column not in resource.columns:
            yield fault("unknown-column", "break_on", hint=suggest(column, resource.columns), table=resource.name, column=column)
    columns = [one.by for one in definition.breakdown]
    if definition.shown and definition.shown not in columns:
        yield fault("unknown-breakdown", "shown", hint=suggest(definition.shown, columns), name=definition.name, column=definition.shown)
    for breakdown in definition.breakdown:
        yield from (finding.under("breakdown") for finding in _breakdown_faults(breakdown.by, resource))


def _breakdown_faults(column: str, resource: Resource) -> Iterator[Fault]:
    if column not in resource.columns:
        yield fault("unknown-column", hint=suggest(column, resource.columns), table=resource.name, column=column)
    elif resource.columns[column].type not in OF_CODES:
        with_codes = [name for name, field in resource.columns.items() if field.type in OF_CODES]
        yield fault("wrong-type/breakdown", hint=suggest(column, with_codes), column=column, kind=resource.columns[column].type)


def _coverage_faults(definition: Definition, resource: Resource) -> Iterator[Fault]:
    if resource.relations.kind == "observations":
        if definition.coverage:
            yield fault("no-categories", "coverage", hint="remove coverage", table=resource.name)
        return
    if not definition.coverage:
        yield fault("missing-key/coverage", hint=suggest("", resource.relations.categories), indicator=definition.id, table=resource.name)
    yield from _category_faults("coverage", definition.coverage, resource)
    for n, breakdown in enumerate(definition.breakdown):
        yield from _category_faults("breakdown", breakdown.coverage.values(), resource)
        known = codes_in(resource, breakdown.by) if breakdown.by in resource.columns else ()
        for code in breakdown.coverage:
            if known and code not in known:
                trail = ("breakdown", n, "coverage", code)
                yield fault("not-allowed/code", *trail, hint=suggest(code, known), value=code, column=breakdown.by)


def _reference_faults(
    definition: Definition, written: Mapping[str, Written], named: Set[str] | None, resources: Resources
) -> Iterator[Fault]:
    own = resources.get(definition.table or "")
    stock = stock_behind(definition, {name: item.definition for name, item in written.items()}.get, resources)
    for stage, step, trail in _steps(definition):
        if any(step_faults(stage, step)):
            continue
        if stage == "transform":
            yield from (finding.under(*trail) for finding in stock_faults(step, stock))
        if own and "steps" in step.parameters:
            yield from _ladder_faults(definition, step, own)
        for name, kind, value in references(stage, step):
            inner: Iterable[Fault] = ()
            if kind == "column" and own:
                inner = _column_faults(value, own, OPERATIONS[stage][step.name].parameters[name].holds)
            elif kind == "where" and own:
                every_row = fault("wrong-value/every-row", hint="write a condition: which of the rows are meant")
                inner = faults(value, own, resources) if value else [every_row]
            elif kind == "rows":
                inner = _selection_faults(value, resources)
            elif kind in ("indicator", "indicators"):
                parts = [value] if kind == "indicator" else value
                inner = (finding for part in parts for finding in _part_faults(definition, part, written, named, resources))
            yield from (finding.under(*trail, step.name, name) for finding in inner)


def _ladder_faults(definition: Definition, step: StepOf, table: Resource) -> Iterator[Fault]:
    """What is wrong with the steps of a ladder: codes that the column does not have, one that comes twice, or another unit."""
    steps, column = step.parameters["steps"], step.parameters["of"]
    codes = codes_in(table, column) if column in table.columns else ()
    for n, code in enumerate(steps):
        trail = ("reduce", step.name, "steps", n)
        if codes and code not in codes:
            yield fault("not-allowed/code", *trail, hint=suggest(code, codes), value=code, column=column)
        elif code in steps[:n]:
            yield fault("wrong-value/step", *trail, hint="write each step once, the lowest first", step=code)
    expected = unit_of_steps(steps)
    if definition.unit not in (expected, STAND_INS["unit"]) and not definition.transform:
        yield fault("wrong-value/unit-of-steps", "unit", hint=f"write unit: {expected}", unit=definition.unit, operation=step.name)


def _column_faults(name: str, table: Resource, wanted: str | None) -> Iterator[Fault]:
    """What is wrong with a column that a parameter names; `wanted`: what it must hold."""
    if name not in table.columns:
        yield fault("unknown-column", hint=suggest(name, table.columns), table=table.name, column=name)
        return
    texts = {n for n, column in table.columns.items() if column.type == "string" and n not in table.relations.lists}
    kinds = ("date",) if wanted == "date" else NUMBERS
    fits = texts if wanted == "text" else {n for n, column in table.columns.items() if column.type in kinds}
    if wanted and name not in fits:
        kind = table.columns[name].type + (" with lists" if name in table.relations.lists else "")
        yield fault("wrong-type/parameter", hint=suggest(name, fits), wanted=wanted, column=name, kind=kind)


def _selection_faults(value: Mapping[str, Any], resources: Resources) -> Iterator[Fault]:
    if resources.is_unknown(value["table"]):
        yield fault("unknown-table", "table", hint=suggest(value["table"], resources), table=value["table"])
    if value["table"] not in resources:
        return
    other = resources[value["table"]]
    if not other.relations.time:
        yield fault("reference-table", "table", hint="use a table of events or observations", table=other.name)
    yield from (finding.under("where") for finding in faults(value.get("where") or {}, other, resources))
    yield from _category_faults("coverage", RowsOf.model_validate(value).coverage, other)


def _part_faults(
    definition: Definition, part: str, written: Mapping[str, Written], named: Set[str] | None, resources: Mapping[str, Resource]
) -> Iterator[Fault]:
    if part not in written:
        if named is not None and part not in named:
            yield fault("unknown-indicator", hint=suggest(part, named), indicator=part)
        return
    definitions = {name: item.definition for name, item in written.items()}
    possible = frequencies_of(written[part].definition, definitions, resources)
    if possible and definition.frequency not in possible:
        yield fault("part-too-coarse", hint=f"available: {', '.join(possible)}", part=part, frequency=definition.frequency)


def _not_computable(written: Mapping[str, Written], parts: Mapping[str, list[str]], report: Report) -> set[str]:
    """Names of the indicators that are combined from themselves (each cycle is reported once, at all its places), or from
    more than can be computed while a person waits."""
    in_cycles: set[str] = set()
    wrong: dict[str, Fault] = {}
    for start in written:
        path = find_cycle(start, parts) if start not in in_cycles else []
        if path:
            places = ", ".join(f"{name} ({written[name].place(('combine',))})" for name in path)
            wrong[start] = fault("cycle", "combine", hint="one of them must be made from a table", places=places)
        in_cycles |= set(path)
    large = with_too_many_parts({name: [part for part in of if part not in in_cycles] for name, of in parts.items()})
    for name in large:
        if not large & set(parts[name]):
            hint = f"at most {MOST_PARTS} parts, {DEEPEST} deep; make a sum from the table instead"
            wrong[name] = fault("too-many-parts", "combine", hint=hint, indicator=name)
    for name, finding in wrong.items():
        report(finding.at(written[name].place))
    return in_cycles | large
