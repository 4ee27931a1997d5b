"""One number, explained: the rule, the value, and the rows with what they say and where they come from."""

import json
from typing import Any

from dashboard.export.sheet import records
from dashboard.words import definitions, numbers
from indicators.compute.change import change
from indicators.compute.provenance import rows_behind
from indicators.nouns.series import RowBehind, Series
from indicators.reading.project import Project


def explained(project: Project, series: Series, period: int) -> str:
    """The explanation as text."""
    point = series.point(period)
    lines = [f"{series.definition.title} ({series.definition.name}), {numbers.period(period, series.frequency)}", ""]
    value = numbers.value_words(series, period) if point.status != "M" else f"no value: {point.reason}"
    lines += [f"  value      {value}"]
    lines += [f"  status     {point.status} ({numbers.STATUS_WORDS[point.status]})"]
    lines += [f"  coverage   {numbers.LEVEL_WORDS[point.coverage]}"]
    lines += [f"  change     {numbers.change_words(series, change(series, period))}"]
    lines += [f"  as of      {series.as_of.isoformat()}; data to {series.data_to or '–'}", ""]
    said = definitions.definition_words(series.definition, project.config, project.tables)
    lines += [f"  {heading.lower():<12} {' '.join(text.split())}" for heading, text in said]
    lines += [f"  note         {' '.join(note.split())}" for note in series.notes]
    rows = rows_behind(project.tables, series.rows_in(period), project.config.sources)
    lines += ["", numbers.rows_counted(len(rows))]
    for one in rows:
        lines += ["", f"  {one.id}", *(f"    {column}: {text}" for column, text in one.cells.items() if text)]
        lines += [f"    source: {s.producer}: {s.title} <{s.url}>" for s in one.sources]
    return "\n".join(lines) + "\n"


def explained_json(project: Project, series: Series, period: int) -> str:
    """The explanation as a JSON object: rule, number, rows with their cells and sources."""
    point = series.point(period)
    number = next(r for r in records(series) if r["period"] == point.label and "part" not in r)
    rows = rows_behind(project.tables, series.rows_in(period), project.config.sources)
    rule = {heading.lower(): text for heading, text in definitions.definition_words(series.definition, project.config, project.tables)}
    why = {"why": point.reason} if number["value"] is None else {}
    about = {"title": series.definition.title, "rule": rule, "notes": list(series.notes), "as_of": series.as_of.isoformat()}
    return json.dumps(about | number | why | {"rows": [_row(r) for r in rows]}, ensure_ascii=False, indent=1) + "\n"


def _row(row: RowBehind) -> dict[str, Any]:
    sources = [{"id": s.id, "producer": s.producer, "title": s.title, "url": s.url} for s in row.sources]
    return {"id": row.id, **row.cells, "sources": sources}
