"""Opinions beside errors: what is right by its form and doubtful all the same, as warnings, with the excuses beside what they excuse.

An opinion is a small generator in `indicators.warnings`; the two tables below list them all by their codes. A definition
excuses one with `excuses: {code: why}`, a row of the notes in its table's descriptor (`relations.excuses`).
"""

from collections.abc import Callable, Iterator, Mapping, Set
from types import MappingProxyType

from indicators.compute.annotations import read_annotations
from indicators.nouns.definition import Definition
from indicators.nouns.series import Annotation, Table
from indicators.nouns.vocabulary import ROW
from indicators.problems import Place, Problem, Trail
from indicators.reading.definitions import Written
from indicators.reading.project import Project
from indicators.warnings.annotations import Charts, Said, charts_of, note_out_of_time, note_without_chart
from indicators.warnings.coverage import graded_for_longer_periods, graded_for_shorter_periods, never_compared
from indicators.warnings.rows import condition_removes_nothing, rows_nobody_graded, selects_nothing
from indicators.warnings.subject import Around, Finding, Seen
from indicators.warnings.wording import rule_not_its_own, rule_of_another, rule_says_little, unit_without_noun

ON_DEFINITIONS: Mapping[str, Callable[[Seen], Iterator[Finding]]] = MappingProxyType(
    {
        "empty-selection": selects_nothing,
        "where-removes-nothing": condition_removes_nothing,
        "coverage-too-narrow": rows_nobody_graded,
        "never-comparable": never_compared,
        "graded-too-coarse": graded_for_longer_periods,
        "graded-too-short": graded_for_shorter_periods,
        "counts-too-short": rule_says_little,
        "counts-not-changed": rule_not_its_own,
        "counts-shared": rule_of_another,
        "unit-without-noun": unit_without_noun,
    }
)
ON_ANNOTATIONS: Mapping[str, Callable[[Annotation, Charts], Iterator[Said]]] = MappingProxyType(
    {
        "annotation-out-of-time": note_out_of_time,
        "annotation-without-chart": note_without_chart,
    }
)
NOT_NEEDED = "remove it; an excuse is for an opinion that finds something"


def audit(project: Project) -> Iterator[Problem]:
    """Warnings about all definitions that can be computed, variants included, and about the notes for their charts."""
    around = Around(project)
    for definition in project.definitions.values():
        yield from _of_indicator(definition, around)
    if not any(problem.level == "error" for problem in project.problems):  # a chart that is missing is a fault of its own
        yield from _of_annotations(around)


def _of_indicator(definition: Definition, around: Around) -> Iterator[Problem]:
    """What is found in an indicator and in its variants, and excuses that nothing needs.

    What a variant takes over is judged, and excused, with the indicator.
    """
    items = [around.project.written[one.name] for one in definition.rules]
    told, needed = set[tuple[Trail, str]](), set[tuple[str, str]]()
    for one, item in zip(definition.rules, items, strict=True):
        for code, (trail, message, hint) in _found(Seen(one, definition if one.variant else None, around)):
            if one.variant and not item.says(trail) and (trail, code) in told:
                continue
            told.add((trail, code))
            if code in one.excuses:
                needed.add((_excused_by(item), code))
            else:
                yield Problem(item.place(trail), code, message, hint, "warning")
    if not any(name.partition("@")[0] == definition.id for name in around.project.broken):
        yield from _unused(items, needed)


def _excused_by(item: Written) -> str:
    """The name of the definition in which the excuses stand."""
    return item.definition.name if item.says(("excuses",)) else item.definition.id


def _found(seen: Seen) -> Iterator[tuple[str, Finding]]:
    for code, opinion in ON_DEFINITIONS.items():
        yield from ((code, finding) for finding in opinion(seen))


def _unused(items: list[Written], needed: Set[tuple[str, str]]) -> Iterator[Problem]:
    for item in items:
        name = item.definition.name
        for code in item.definition.excuses if _excused_by(item) == name else ():
            if (name, code) not in needed:
                message = f"{code!r} finds nothing in {name!r} that has to be excused"
                yield Problem(item.place(("excuses", code)), "excuse-unused", message, NOT_NEEDED, "warning")


def _of_annotations(around: Around) -> Iterator[Problem]:
    """What is found in the notes for charts, and excuses of rows that nothing needs."""
    project, needed = around.project, set[tuple[str, str, str]]()
    table = project.tables.get(project.config.annotations or "")
    for note, code, (message, hint) in _found_in_notes(around) if table else ():
        assert table
        name, row = table.resource.name, note.row.partition(":")[2]
        if code in table.relations.excuses.get(row, {}):
            needed.add((name, row, code))
        else:
            yield Problem(_place_of(table, note.row, project), code, message, hint, "warning")
    for name, other in project.tables.items():
        for row, code in ((row, code) for row, reasons in other.relations.excuses.items() for code in reasons):
            if (name, row, code) not in needed:
                message = f"{code!r} finds nothing in the row {row!r} that has to be excused"
                place = project.collection.descriptors[name].file.place(("relations", "excuses", row, code))
                yield Problem(place, "excuse-unused", message, NOT_NEEDED, "warning")


def _found_in_notes(around: Around) -> Iterator[tuple[Annotation, str, Said]]:
    charts = charts_of(around)
    for note in read_annotations(around.project.tables, around.project.config):
        for code, opinion in ON_ANNOTATIONS.items():
            yield from ((note, code, said) for said in opinion(note, charts))


def _place_of(table: Table, row: str, project: Project) -> Place:
    line = table.lines[table.frame.index[table.frame[ROW] == row][0]]
    return Place(f"{project.config.data}/{table.resource.path}", line)
