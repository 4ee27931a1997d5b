"""Opinions about notes for charts: those that no chart can show, by their date or by their scopes."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from indicators.compute.annotations import scopes_of
from indicators.nouns.definition import Definition
from indicators.nouns.series import Annotation
from indicators.nouns.vocabulary import DAY, LEVELS, NEAR_COMPLETE
from indicators.problems import suggest
from indicators.reading.dependencies import parts_of, tables_behind
from indicators.warnings.subject import Around, Seen

Said = tuple[str, str]
"""Message, hint."""


@dataclass(frozen=True)
class Charts:
    """What charts there can be: for each scope the first day that a chart which takes it can show; None where it has none."""

    begin: Mapping[str, datetime.date | None]
    today: datetime.date


def charts_of(around: Around) -> Charts:
    """The charts of all definitions and variants, each as far back as it goes at the widest window."""
    begin: dict[str, datetime.date | None] = {}
    for definition in around.project.definitions.values():
        for one in definition.rules:
            first = _first_day(one, around)
            tables = {name: around.project.tables[name] for name in tables_behind(one, around.project.definition)}
            for scope in scopes_of(one, tables):
                known = [day for day in (begin.get(scope), first) if day]
                begin[scope] = min(known, default=None)
    return Charts(begin, around.today)


def _first_day(definition: Definition, around: Around) -> datetime.date | None:
    """The first day that is observed or graded; of a combination the first that all its parts have. None where there is none."""
    if not definition.table:
        days = [_first_day(around.project.definition(part), around) for part in parts_of(definition)]
        known = [day for day in days if day]
        return max(known) if known and len(known) == len(days) else None
    table, spans = around.project.tables[definition.table], []
    for span in table.spans:
        if (span.category in definition.coverage and span.level != "none") or (
            span.category == table.relations.whole and span.level in LEVELS[NEAR_COMPLETE:] and definition.coverage
        ):
            spans.append(datetime.date.fromisoformat(span.start))
    days_seen = table.frame[DAY].to_numpy()[Seen(definition, None, around).chosen]
    dated = days_seen[~np.isnat(days_seen)]
    observed = [dated.min().astype("datetime64[D]").item()] if len(dated) else []
    first = min([*spans, *observed], default=None)
    return first.replace(month=1, day=1) if first else None  # asked by year, a chart begins with the year


def note_out_of_time(note: Annotation, charts: Charts) -> Iterator[Said]:
    """A note of a time before any chart that takes it begins; one that lies ahead waits for its day."""
    begins = [day for day in (charts.begin.get(scope) for scope in note.scopes) if day]
    end = note.end or note.start
    if begins and end < min(begins):
        message = f"the note {note.label!r} lies before all charts of {', '.join(note.scopes)}, which begin in {min(begins).year}"
        yield message, "correct its date, or remove it: no chart shows it"


def note_without_chart(note: Annotation, charts: Charts) -> Iterator[Said]:
    """A note whose scopes no indicator takes."""
    if not set(note.scopes) & set(charts.begin):
        message = f"no indicator takes the note {note.label!r}: none has the scope {' or '.join(map(repr, note.scopes))}"
        yield message, suggest(note.scopes[0], charts.begin)
