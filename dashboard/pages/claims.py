"""What may be said of the latest value of an indicator, on its page: each claim with its condition and the way to its rows."""

from typing import Any

from dash import html

from dashboard.charts.picture import Picture
from dashboard.pages import points
from dashboard.words import claims as words
from dashboard.words import numbers
from indicators.compute.claims import Claim, Claims, by_each_breakdown, claims
from indicators.nouns.series import Results


def claims_panel(results: Results, picture: Picture) -> list[Any]:
    """The claims about what a chart shows, or why there is none."""
    series = picture.series
    said = claims(series, by_each_breakdown(results, series.query, series.definition))
    items = [html.Li(_claim(results, picture, said, one)) for one in said.each]
    more = [html.P(text, className="place") for text in (words.old_words(said), words.why_nothing_more(said)) if text]
    listed = [html.Ul(items, className="claims")] if items else []
    return [html.H2("What may be said"), *listed, *more, *_missing(results, said)]


def _missing(results: Results, said: Claims) -> list[html.P]:
    """Where it is said what was collected, and by whom, where claims are refused."""
    tables = said.series.tables if said.silent or said.refused else ()
    known = [results.tables[name] for name in tables if results.tables[name].spans]
    links = [html.A(one.resource.title, href=f"/method#coverage-{one.resource.name}") for one in known]
    parts = [part for link in links for part in (", ", link)][1:]
    return [html.P(["What was collected and what is missing: ", *parts, "."], className="place")] if parts else []


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
