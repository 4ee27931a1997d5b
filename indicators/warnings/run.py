"""The table of all warnings, and the warnings about a project, without those that are exempted.

A warning is a generator in a module of this folder and an entry in `WARNINGS`; `codes.yaml` has its meaning, its message and what may
be exempted from it. Exemptions of a definition are under `excuses: {code: why}`, those of an annotation in the descriptor of its
table (`relations.excuses`).
"""

from collections.abc import Callable, Iterator, Mapping, Set
from functools import cache
from typing import Literal

from indicators.compute.annotations import read_annotations
from indicators.compute.pipeline import series
from indicators.nouns.definition import Definition
from indicators.nouns.series import Query, Series, Table
from indicators.nouns.vocabulary import ROW
from indicators.problems import Checked, Fault, Problem, Trail, fault, first_few
from indicators.reading.definitions import Written
from indicators.reading.kept import Question
from indicators.reading.project import Project
from indicators.reading.tables import SHOWN
from indicators.warnings import annotations, coverage, definitions, doubtful_rows, polls, season
from indicators.warnings.subject import Context, Subject

WARNINGS: Mapping[Checked, tuple[Callable[..., Iterator[Fault]], ...]] = {
    "definition": (
        definitions.empty_selection,
        definitions.where_removes_nothing,
        definitions.coverage_too_narrow,
        coverage.never_a_value,
        coverage.never_comparable,
        coverage.graded_too_coarse,
        coverage.graded_too_short,
        coverage.sum_without_every,
        definitions.rows_without_date,
        definitions.rows_without_code,
        definitions.total_among_parts,
        definitions.value_not_found,
        definitions.last_of_several,
        definitions.counts_too_short,
        definitions.counts_not_changed,
        definitions.counts_shared,
        definitions.short_missing,
        definitions.short_too_long,
        definitions.unit_without_noun,
        polls.poll_not_counted,
        polls.poll_counted_twice,
        polls.poll_of_several,
        season.season_repeats,
    ),
    "row": (
        doubtful_rows.row_after_as_of,
        doubtful_rows.row_twice,
        doubtful_rows.mark_as_number,
        doubtful_rows.other_capitals,
        doubtful_rows.list_not_divided,
    ),
    "annotation": (annotations.annotation_out_of_time, annotations.annotation_without_chart),
}
"""The function of each warning, by what it checks: a `Subject`, the rows of a table, or an annotation of charts. It has the name of its
code."""
AGAINST_OTHERS = {definitions.counts_shared}
"""Warnings about a definition that depend on other definitions than those that it combines."""
Exempted = tuple[str, str, str]
"""Table, key of the row, code."""
NOT_NEEDED = "remove it; an exemption is only for a warning that occurs"


def warnings_of(project: Project, computed: Callable[[Query], Series] | None = None, processes: Literal[1, 2] = 1) -> Iterator[Problem]:
    """Warnings about all definitions that can be computed, variants included, about rows, and about the annotations of charts.

    `computed` gives the series of the project, where some are known already. Two `processes` are for a command that does nothing else.
    """
    context = Context(project, computed or _each_once(project))
    if processes == 2:
        context.answers.find(_questions(context))
    for definition in project.definitions.values():
        yield from _of_definition(definition, context)
    needed = set[Exempted]()
    yield from _of_rows(context, needed)
    if not project.errors:  # else charts may be missing because of the errors
        yield from _of_annotations(context, needed)
        yield from _unused_of_rows(project, needed)
    context.answers.keep()


def _each_once(project: Project) -> Callable[[Query], Series]:
    """The series of a project, computed once: composites and their variants have many parts in common."""

    @cache
    def computed(query: Query) -> Series:
        return series(project, query, computed)

    return computed


def _questions(context: Context) -> list[Question]:
    """All that is asked about definitions and rows, in this order."""
    rules = [(one, definition) for definition in context.project.definitions.values() for one in definition.rules]
    subjects = [Subject(one, base if one.variant else None, context) for one, base in rules]
    tables = (table for table in context.project.tables.values() if not table.store)
    return [*map(_about_definition, subjects), *(_about_rows(table, context) for table in tables)]


def _of_definition(definition: Definition, context: Context) -> Iterator[Problem]:
    """Warnings about an indicator and its variants, and unused exemptions.

    What a variant takes over is checked, and exempted, with the indicator.
    """
    items = [context.project.written[one.name] for one in definition.rules]
    before, needed = set[tuple[Trail, str]](), set[tuple[str, str]]()
    for one, item in zip(definition.rules, items, strict=True):
        for warning in _about(Subject(one, definition if one.variant else None, context)):
            if one.variant and not item.says(warning.trail) and (warning.trail, warning.code) in before:
                continue
            before.add((warning.trail, warning.code))
            if warning.code in one.excuses:
                needed.add((_exempted_by(item), warning.code))
            else:
                yield warning.at(item.place)
    if not any(name.partition("@")[0] == definition.id for name in context.project.broken):
        yield from _unused(items, needed)


def _about(subject: Subject) -> Iterator[Fault]:
    """Warnings about a definition or a variant."""
    yield from _once(subject.context, _about_definition(subject))
    for warning in AGAINST_OTHERS:
        yield from warning(subject)


def _about_definition(subject: Subject) -> Question:
    alone = [warning for warning in WARNINGS["definition"] if warning not in AGAINST_OTHERS]
    return f"warnings about {subject.text}", lambda: [list(one) for warning in alone for one in warning(subject)]


def _about_rows(table: Table, context: Context) -> Question:
    return f"warnings about {context.text_of(table)}", lambda: list(map(list, _faults("row", table, context.today)))


def _once(context: Context, question: Question) -> Iterator[Fault]:
    """The warnings about something, which is not looked at again until it changes."""
    return (Fault(code, message, hint, tuple(trail), case) for code, message, hint, trail, case in context.answers.of(*question))


def _faults(checked: Checked, *subject: object) -> Iterator[Fault]:
    for warning in WARNINGS[checked]:
        yield from warning(*subject)


def _exempted_by(item: Written) -> str:
    """The name of the definition that has the exemptions."""
    return item.definition.name if item.says(("excuses",)) else item.definition.id


def _unused(items: list[Written], needed: Set[tuple[str, str]]) -> Iterator[Problem]:
    for item in items:
        name = item.definition.name
        for code in item.definition.excuses if _exempted_by(item) == name else ():
            if (name, code) not in needed:
                yield fault("excuse-unused/definition", "excuses", code, hint=NOT_NEEDED, code=code, name=name).at(item.place)


def _of_rows(context: Context, needed: set[Exempted]) -> Iterator[Problem]:
    """Warnings about the rows of each table: of each code the first few, and how many more there are. Adds to the exemptions that are
    `needed`."""
    for name, table in context.project.tables.items():
        if table.store:
            place_of_all = table.place(0, context.project.config.data)
            yield from (one.at(place_of_all) for one in doubtful_rows.in_store(table, context.today, needed))
            continue
        found: dict[str, list[tuple[int, Fault]]] = {}
        for warning in _once(context, _about_rows(table, context)):
            place = int(warning.trail[0])
            row = str(table.frame[ROW].iloc[place]).partition(":")[2]
            if warning.code in table.relations.excuses.get(row, {}):
                needed.add((name, row, warning.code))
            else:
                found.setdefault(warning.code, []).append((place, warning))
        for alike in found.values():
            for (place, warning), rest in first_few(alike, SHOWN):
                yield warning.with_rest(rest).at(table.place(place, context.project.config.data))


def _of_annotations(context: Context, needed: set[Exempted]) -> Iterator[Problem]:
    """Warnings about annotations. Adds to the exemptions that are `needed`."""
    project = context.project
    table = project.tables.get(project.config.annotations or "")
    if not table:
        return
    charts = annotations.charts_of(context)
    for annotation in read_annotations(project.tables, project.config, project.formerly):
        row = annotation.row.partition(":")[2]
        for warning in _faults("annotation", annotation, charts):
            if warning.code in table.relations.excuses.get(row, {}):
                needed.add((table.resource.name, row, warning.code))
            else:
                yield warning.at(table.place(int(table.frame.index[table.frame[ROW] == annotation.row][0]), project.config.data))


def _unused_of_rows(project: Project, needed: Set[Exempted]) -> Iterator[Problem]:
    for name, table in project.tables.items():
        for row, code in ((row, code) for row, reasons in table.relations.excuses.items() for code in reasons):
            if (name, row, code) not in needed:
                unused = fault("excuse-unused/row", "relations", "excuses", row, code, hint=NOT_NEEDED, code=code, row=row)
                yield unused.at(project.collection.described.valid[name].file.place)
