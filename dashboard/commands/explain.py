"""`relations explain`: one number with its rule and value, and the rows behind it with their cells and sources."""

import argparse
from typing import Any

from dashboard.charts.view import parse_view
from dashboard.commands import day_of, done, format_argument, of_today, period_of
from dashboard.commands.index import Composite
from dashboard.export.output import json_text
from dashboard.export.sheet import records
from dashboard.words import definitions, numbers
from indicators.compute.change import verdict
from indicators.compute.composite import index_of
from indicators.compute.interval import interval
from indicators.compute.pipeline import results
from indicators.compute.provenance import blank_rows, rows_behind
from indicators.nouns.periods import parse_period
from indicators.nouns.series import Query, Results, RowBehind, Series
from indicators.nouns.stores import Ids, StoredIds, at_hand
from indicators.problems import Place, fault, refused
from indicators.reading.dependencies import rules_behind
from indicators.reading.project import Project, open_project

EXAMPLE = "relations explain trilateral_meetings@journal 2024-T1"
MOST_STORED = 100
"""Rows of a table in a store that are listed."""
MOST_BLANK = 20
"""Rows with a blank cell that are named."""
FILL_IN = "fill in the blank cells, or write blanks: leave_out in the definition if they mean nothing"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("id", metavar="ID", help="indicator, id@variant or view")
    parser.add_argument("period", metavar="PERIOD", type=period_of, help="2024, 2024-T1, 2024-01 …; sets the frequency")
    parser.add_argument("--as-of", type=day_of, metavar="DAY", help="as of this day instead of the day in config.yaml")
    format_argument(parser)


def run(given: argparse.Namespace) -> int:
    """Print the explanation; 1 if the project has errors. ProblemsFound if there is no such number."""
    period, frequency = parse_period(given.period)
    view = parse_view(given.id)
    project = open_project(given.project, only=view.names)
    view = of_today(view, project.formerly)
    if view.breakdown or view.other:
        raise refused(fault("wrong-value/explained", hint="leave breakdown and with out of the view"), Place("view"))
    made = results(project)
    whole = made.series(Query(view.indicator, view.variant, frequency, view.transform, None, given.as_of or view.as_of))
    if period not in whole.values.index:
        labels = list(whole.values["label"])
        hint = f"the series runs from {labels[0]} to {labels[-1]}" if labels else "the series is empty"
        raise refused(fault("unknown-period", hint=hint, name=view.indicator, period=given.period), Place("query"))
    write = explained_json if given.format == "json" else explained
    print(write(project, whole, period, _made_of(made, whole)), end="")
    return done(project)


def _made_of(made: Results, whole: Series) -> Composite | None:
    """What a composite is made of; None of other series, and of what is calculated from one."""
    if not whole.definition.composite or whole.query.transform:
        return None
    asked = whole.definition.name, whole.frequency
    return Composite(made, index_of(made, *asked, as_of=whole.query.as_of), interval(made, *asked, as_of=whole.query.as_of))


def explained(project: Project, series: Series, period: int, composite: Composite | None = None) -> str:
    """The explanation as text."""
    point = series.point(period)
    lines = [f"{numbers.titled(series.definition)} ({series.definition.name}), {numbers.period(period, series.frequency)}", ""]
    value = numbers.value_words(series, period) if point.status != "M" else f"no value: {point.reason}"
    lines += [f"  value      {value}"]
    lines += [f"  {heading:<10} {text}" for heading, text in _reasons(project, series, period).items()]
    lines += [f"  status     {point.status} ({numbers.STATUS_WORDS[point.status]})"]
    lines += [f"  coverage   {numbers.LEVEL_WORDS[point.coverage]}"]
    lines += [f"  change     {numbers.change_words(series, verdict(series, period))}"]
    lines += [f"  beside     {beside}" for beside in filter(None, [numbers.beside(series, period)]) if point.status != "M"]
    lines += [f"  sure       {text}" for text in composite.sure(period)] if composite else []
    lines += [f"  as of      {series.as_of.isoformat()}; {numbers.data_to(series)} {series.data_to or '–'}", ""]
    words = definitions.view_words(series, project.config, project.tables)
    lines += [f"  {heading.lower():<12} {' '.join(text.split())}" for heading, text in words]
    lines += [f"  note         {' '.join(note.split())}" for note in series.notes]
    if composite:
        lines += ["", *composite.table(period)]
        for title, ids in composite.rows(period):
            lines += _rows_as_lines(project, ids, f"{title}: {numbers.rows_counted(len(ids))}")
    else:
        lines += _rows_as_lines(project, series.rows_in(period), numbers.rows_counted(len(series.rows_in(period))))
    if loose := series.loose_in(period):
        lines += _rows_as_lines(project, loose, numbers.loose_counted(len(loose), numbers.period(period, series.frequency)))
    return "\n".join(lines) + "\n"


def _rows_as_lines(project: Project, ids: Ids, heading: str) -> list[str]:
    lines, most = ["", heading], _most(ids)
    lines += [f"  (the first {most})"] if len(ids) > most else []
    for one in rows_behind(project.tables, ids[:most], project.config.sources):
        lines += ["", f"  {one.id}", *(f"    {column}: {text}" for column, text in one.cells.items() if text)]
        lines += [f"    source: {s.producer}: {s.title} <{s.url}>" for s in one.sources]
    return lines


def _most(ids: Ids) -> int:
    """How many rows are listed: all of a table in memory, the first of one in a store."""
    return MOST_STORED if isinstance(ids, StoredIds) else len(ids)


def _reasons(project: Project, series: Series, period: int) -> dict[str, str]:
    """Why a value is missing or a lower bound, which rows are blank, and what to do."""
    point = series.point(period)
    if not point.reason:
        return {}
    blank = blank_rows(project.tables, rules_behind(series.definition, project.definition), at_hand(series.rows_in(period)))
    shown = ", ".join(blank[:MOST_BLANK]) + (f" and {len(blank) - MOST_BLANK} more" if len(blank) > MOST_BLANK else "")
    why = {"because": point.reason} if point.status != "M" else {}
    to_do = point.way_out or (FILL_IN if blank else "")
    return why | {key: text for key, text in (("blank", shown), ("to do", to_do)) if text}


def explained_json(project: Project, series: Series, period: int, composite: Composite | None = None) -> str:
    """The explanation as a JSON object: rule, number, rows with their cells and sources."""
    point = series.point(period)
    number = next(r for r in records(series) if r["period"] == point.label and "part" not in r)
    ids = series.rows_in(period)
    rows = rows_behind(project.tables, ids[: _most(ids)], project.config.sources)
    rule = {heading.lower(): text for heading, text in definitions.view_words(series, project.config, project.tables)}
    why = {key.replace(" ", "_"): text for key, text in _reasons(project, series, period).items() if key != "because"}
    about = {"title": series.definition.title, "rule": rule, "notes": list(series.notes), "as_of": series.as_of.isoformat()}
    listed: dict[str, Any] = {"rows": [_row(r) for r in rows]}
    listed |= {"sure": composite.sure(period), "parts": composite.parts(period)} if composite else {}
    if loose := series.loose_in(period):
        listed["may_belong"] = [_row(r) for r in rows_behind(project.tables, loose, project.config.sources)]
    return json_text(about | number | why | listed)


def _row(row: RowBehind) -> dict[str, Any]:
    return {"id": row.id, **row.cells, "sources": [source._asdict() for source in row.sources]}
