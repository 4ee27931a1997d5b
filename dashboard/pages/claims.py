"""What may be said of the latest value of an indicator, on its page: each claim with its condition and the way to its rows."""

from typing import Any

from dash import html

from dashboard.charts.picture import Picture
from dashboard.pages import points
from dashboard.words import claims as words
from dashboard.words import numbers
from indicators.compute.claims import Claim, Claims, by_each_breakdown, claims
from indicators.nouns.series import Results, Series


def claims_panel(results: Results, picture: Picture) -> list[Any]:
    """The claims about what a chart shows, or why there is none."""
    series = picture.series
    said = claims(series, by_each_breakdown(results, series))
    items = [html.Li(_claim(results, picture, said, one)) for one in said.each]
    more = [html.P(text, className="place") for text in (words.old_words(said), words.why_nothing_more(said)) if text]
    listed = [html.Ul(items, className="claims")] if items else []
    return [html.H2("What may be said"), *listed, *more, *_missing(results, said)]


def _missing(results: Results, said: Claims) -> list[html.P]:
    """Where it is said what was collected, and by whom, where claims are refused."""
    links = collected_links(results, said.series) if said.silent or said.refused else []
    parts = [part for text, address in links for part in (", ", html.A(text, href=address))][1:]
    return (
        [html.P(["What was collected, on what basis and by whom, and what is missing: ", *parts, "."], className="place")] if parts else []
    )


def collected_links(results: Results, series: Series) -> list[tuple[str, str]]:
    """Where it is said what was collected of a series, on what basis and from which sources: of its categories, else of its tables."""
    own, graded = series.definition, [name for name in series.tables if results.tables[name].spans]
    if own.table in graded and own.coverage:
        return [(one.replace("_", " "), f"/method#spans-{own.table}-{one}") for one in own.coverage]
    return [(results.tables[name].resource.title, f"/method#coverage-{name}") for name in graded]


def _claim(results: Results, picture: Picture, said: Claims, one: Claim) -> list[Any]:
    """The sentence, its condition, and links to the rows of the values that it names."""
    parts: list[Any] = [words.short(said, one, results.config), html.Span(f" {words.condition(said, one)}", className="why")]
    for period in filter(None, (one.period, one.base)):
        label = str(said.series.values.at[period, "label"])
        point = f"{label}:{said.part}" if said.part else label
        if points.is_in(picture, point):
            address = f"/indicator/{picture.view.indicator}?{points.joined(picture.view.search, point)}"
            parts += [" ", html.A(f"Rows of {numbers.period(period, said.series.frequency)}", href=address)]
    return parts
