"""What a text does, as the page Tune shows it: problems, numbers that change, charts before and after, rows that come and go."""

from dataclasses import replace
from typing import Any

from dash import dcc, html

from dashboard.charts.frame import Size
from dashboard.charts.theme import SMALL_CONFIG
from dashboard.charts.view import View
from dashboard.pages import Screen, attributes
from dashboard.pages.nodes import plain, problem_item
from dashboard.pages.rows import row_tables
from dashboard.pages.tune.preview import Side, Trial, mark_changed, rows_moved, sides
from dashboard.words import numbers
from dashboard.words.differences import changed_words, sections, summary
from indicators.differences import Difference
from indicators.nouns.series import REASONS

PLOT = 150
MOST = 40
"""Rows gained or lost that are shown."""


def outcome(trial: Trial, view: View | None, screen: Screen) -> list[Any]:
    """What a text does, as plain nodes: problems, numbers that change, the indicator before and after, rows that come and go."""
    told = [html.Ul([problem_item(p) for p in trial.problems], className="problems")] if trial.problems else []
    told += [html.Ul([problem_item(p) for p in trial.warnings], className="problems doubts")] if trial.warnings else []
    named = view.query.name if view else ""
    others = [_section(title, [(name, words) for name, words in lines if name != named]) for title, lines in sections(trial.compared)]
    pictures = _pictures(trial, view, screen) if view else []
    headline = html.P(html.Strong(f"Against {trial.earlier.name}: {summary(trial.compared)}."), className="summary")
    found: list[Any] = plain([*told, headline, *pictures, *(part for part in others if part)])
    return found


def _section(title: str, lines: list[tuple[str, str]]) -> Any:
    """Indicators that the text touches beside the one that is shown."""
    if not lines:
        return None
    items = [html.Li([html.A(name, href=f"/tune/{name}"), f": {words}"]) for name, words in lines]
    return html.Details([html.Summary(f"{title}: {len(lines)}"), html.Ul(items)], id=f"tune-{title.replace(' ', '-')}")


def _pictures(trial: Trial, view: View, screen: Screen) -> list[Any]:
    quiet = replace(view, annotations="off")  # room for both charts above each other
    before, after = sides(trial, quiet, screen.palette, Size(screen.width, PLOT))
    either = after.series or before.series
    if either is None:
        return [html.P(f"No chart: {after.why}.")]
    heading = html.H2(numbers.titled(either.definition))
    if after.figure is None:
        lost = "with faults it cannot be computed; pages keep its last good numbers" if trial.problems else after.why
        return [heading, html.P(f"With this text: {lost}."), *_drawn("Before", before)]
    if before.figure is None:
        was = next((d.was for d in trial.compared.of_kind("renamed") if d.name == either.definition.name), "")
        told = f"Renamed, with the same numbers; it was {was}." if was else "This one is new."
        return [heading, html.P(told), *_drawn("With this text", after)]
    one = next((d for d in trial.compared.of_kind("changed") if d.name == either.definition.name), None)
    if one is None:
        return [heading, html.P("The numbers of this one stay."), *_drawn("With this text", after)]
    mark_changed((before.figure, after.figure), one.periods, screen.palette)
    said = [html.P(changed_words(one)), *_emptied(after), *_key(one)]
    return [heading, *said, *_drawn("With this text", after), *_drawn("Before", before), *_moved(trial, before, after)]


def _key(one: Difference) -> list[html.P]:
    """What the marks above both plots are."""
    mark = html.Span(className="changed-key", **attributes(aria_hidden="true"))
    return [html.P([mark, "above the plots: the periods that change"])] if one.periods else []


def _emptied(side: Side) -> list[html.P]:
    """Why a chart has no mark."""
    assert side.series
    values = side.series.values
    if not len(values) or values["value"].notna().any():
        return []
    commonest = values["why"].map(REASONS).value_counts().index[0]
    return [html.P(f"No period has a value; mostly since {commonest}.")]


def _drawn(heading: str, side: Side) -> list[Any]:
    shown = html.Div(dcc.Graph(figure=side.figure, config=SMALL_CONFIG), className="chart", role="img", **attributes(aria_label=heading))
    return [html.H3(heading), shown]


def _moved(trial: Trial, before: Side, after: Side) -> list[Any]:
    came, went = rows_moved(before, after)
    found: list[Any] = []
    for word, ids, state, side in (("gained", came, trial.results, after), ("lost", went, trial.earlier.results, before)):
        if ids and side.series:
            rest = f", of which {MOST} are shown" if len(ids) > MOST else ""
            heading = html.Summary(f"Rows {word}: {len(ids)}{rest}")
            found.append(html.Details([heading, *row_tables(state, side.series, ids[:MOST])], id=f"tune-rows-{word}"))
    return found
