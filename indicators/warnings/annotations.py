"""Warnings about annotations that no chart can show because of their date or their scopes."""

import datetime
from collections.abc import Iterator, Mapping

import numpy as np

from indicators.compute.annotations import scopes_of
from indicators.compute.coverage import spans_shown
from indicators.nouns.definition import Definition
from indicators.nouns.series import Annotation, Table
from indicators.nouns.vocabulary import DAY
from indicators.problems import Fault, fault
from indicators.reading.dependencies import parts_of, tables_behind
from indicators.suggestions import suggest
from indicators.warnings.subject import Context, Subject

Charts = Mapping[str, datetime.date | None]
"""For each scope that charts use, the first day of the earliest chart; None if no chart has a day."""


def charts_of(context: Context) -> Charts:
    """The charts of all definitions and variants at their widest window."""
    first_days: dict[str, datetime.date | None] = {}
    for definition in context.project.definitions.values():
        for one in definition.rules:
            first = _first_day(one, context)
            tables = {name: context.project.tables[name] for name in tables_behind(one, context.project.definition)}
            for scope in scopes_of(one, tables):
                known = [day for day in (first_days.get(scope), first) if day]
                first_days[scope] = min(known, default=None)
    return first_days


def _first_day(definition: Definition, context: Context) -> datetime.date | None:
    """The first day with a row or a coverage level; for a combination, the first day of all its parts. None if there is none."""
    if not definition.table:
        days = [_first_day(context.project.definition(part), context) for part in parts_of(definition)]
        known = [day for day in days if day]
        return max(known) if known and len(known) == len(days) else None
    table = context.project.tables[definition.table]
    spans = spans_shown(table, definition.coverage) if definition.coverage else []
    observed = [table.store.first] if table.store else _first_seen(table, definition, context)
    first = min([*(datetime.date.fromisoformat(span.start) for span in spans), *observed], default=None)
    return first.replace(month=1, day=1) if first else None  # an annual chart begins with the year


def _first_seen(table: Table, definition: Definition, context: Context) -> list[datetime.date]:
    """The first day of the rows that a definition selects, if any has one."""
    subject = Subject(definition, None, context)

    def first() -> list[str]:
        seen = table.frame[DAY].to_numpy()[subject.chosen]
        dated = seen[~np.isnat(seen)]
        return [str(dated.min().astype("datetime64[D]"))] if len(dated) else []

    return list(map(datetime.date.fromisoformat, context.answers.of(f"first day of {subject.text}", first)))


def annotation_out_of_time(annotation: Annotation, charts: Charts) -> Iterator[Fault]:
    """An annotation that ends before the first chart that could show it. Annotations of the future are not reported."""
    begins = [day for day in (charts.get(scope) for scope in annotation.scopes) if day]
    end = annotation.end or annotation.start
    if begins and end < min(begins):
        parts = {"label": annotation.label, "scopes": ", ".join(annotation.scopes), "year": min(begins).year}
        yield fault("annotation-out-of-time", hint="correct its date, or remove it: no chart shows it", **parts)


def annotation_without_chart(annotation: Annotation, charts: Charts) -> Iterator[Fault]:
    """An annotation whose scopes are not used by any indicator."""
    if not set(annotation.scopes) & set(charts):
        scopes = " or ".join(map(repr, annotation.scopes))
        yield fault("annotation-without-chart", hint=suggest(annotation.scopes[0], charts), label=annotation.label, scopes=scopes)
