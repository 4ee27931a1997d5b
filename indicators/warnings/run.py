"""The table of all warnings, and the warnings about a project, without those that are exempted.

A warning is a generator in a module of this folder and an entry in `WARNINGS`; `codes.yaml` has its meaning, its message and what may
be exempted from it. Exemptions of a definition are under `excuses: {code: why}`, those of an annotation in the descriptor of its
table (`relations.excuses`).
"""

from collections.abc import Callable, Iterator, Mapping, Set
from typing import Literal

from indicators.compute.annotations import read_annotations
from indicators.nouns.definition import Definition
from indicators.nouns.vocabulary import ROW
from indicators.problems import Fault, Problem, Trail, fault
from indicators.reading.definitions import Written
from indicators.reading.project import Project
from indicators.warnings import annotations, coverage, definitions, polls
from indicators.warnings.subject import Context, Subject

Checked = Literal["definition", "annotation"]
WARNINGS: Mapping[Checked, tuple[Callable[..., Iterator[Fault]], ...]] = {
    "definition": (
        definitions.empty_selection,
        definitions.where_removes_nothing,
        definitions.coverage_too_narrow,
        coverage.never_comparable,
        coverage.graded_too_coarse,
        coverage.graded_too_short,
        definitions.counts_too_short,
        definitions.counts_not_changed,
        definitions.counts_shared,
        definitions.unit_without_noun,
        polls.poll_not_counted,
        polls.poll_counted_twice,
    ),
    "annotation": (annotations.annotation_out_of_time, annotations.annotation_without_chart),
}
"""The function of each warning, by what it checks: a `Subject`, or an annotation of charts. It has the name of its code."""
NOT_NEEDED = "remove it; an exemption is only for a warning that occurs"


def warnings_of(project: Project) -> Iterator[Problem]:
    """Warnings about all definitions that can be computed, variants included, and about the annotations of their charts."""
    context = Context(project)
    for definition in project.definitions.values():
        yield from _of_definition(definition, context)
    if not any(problem.level == "error" for problem in project.problems):  # else charts may be missing because of the errors
        yield from _of_annotations(context)


def _of_definition(definition: Definition, context: Context) -> Iterator[Problem]:
    """Warnings about an indicator and its variants, and unused exemptions.

    What a variant takes over is checked, and exempted, with the indicator.
    """
    items = [context.project.written[one.name] for one in definition.rules]
    before, needed = set[tuple[Trail, str]](), set[tuple[str, str]]()
    for one, item in zip(definition.rules, items, strict=True):
        for warning in _faults("definition", Subject(one, definition if one.variant else None, context)):
            if one.variant and not item.says(warning.trail) and (warning.trail, warning.code) in before:
                continue
            before.add((warning.trail, warning.code))
            if warning.code in one.excuses:
                needed.add((_exempted_by(item), warning.code))
            else:
                yield warning.at(item.place)
    if not any(name.partition("@")[0] == definition.id for name in context.project.broken):
        yield from _unused(items, needed)


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


def _of_annotations(context: Context) -> Iterator[Problem]:
    """Warnings about annotations, and unused exemptions of rows."""
    project, needed = context.project, set[tuple[str, str, str]]()
    table = project.tables.get(project.config.annotations or "")
    if table:
        charts = annotations.charts_of(context)
        for annotation in read_annotations(project.tables, project.config):
            row = annotation.row.partition(":")[2]
            for warning in _faults("annotation", annotation, charts):
                if warning.code in table.relations.excuses.get(row, {}):
                    needed.add((table.resource.name, row, warning.code))
                else:
                    number = int(table.frame.index[table.frame[ROW] == annotation.row][0])
                    yield warning.at(table.place(number, project.config.data))
    for name, other in project.tables.items():
        for row, code in ((row, code) for row, reasons in other.relations.excuses.items() for code in reasons):
            if (name, row, code) not in needed:
                unused = fault("excuse-unused/row", "relations", "excuses", row, code, hint=NOT_NEEDED, code=code, row=row)
                yield unused.at(project.collection.described.valid[name].file.place)
