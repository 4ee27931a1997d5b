"""A pillar: where it stands and why, and the charts of all its indicators, its headline figures first."""

from typing import Any, NamedTuple

from dash import html

from dashboard.live import Current
from dashboard.pages import Asked, cached, day_asked, keys_of
from dashboard.pages.charts import section, series_of, view_of
from dashboard.pages.nodes import page_of_nodes, plain
from dashboard.words import states
from indicators.compute.state import most_comparable, state_of
from indicators.nouns.config import Pillar
from indicators.nouns.series import Results
from indicators.problems import Place, fault, refused
from indicators.suggestions import suggest

PATH = "/pillar/"
TITLE = "Pillar"
IN_NAVIGATION, TAKES_MORE = False, True
CONTENT = "pillar"


class Wanted(NamedTuple):
    """A pillar as of a day; None is the day of the data."""

    pillar: Pillar
    as_of: str | None


def look_up(now: Current, rest: str) -> Wanted:
    """The pillar that an address names. ProblemsFound where there is none, and for unknown keys."""
    results = now.results
    name, asked = rest.partition("?")[0], keys_of(rest, "as_of")
    known = {one.id: one for one in results.config.pillars}
    if name not in known:
        raise refused(fault("unknown-pillar", hint=suggest(name, known), pillar=name), Place("address"))
    return Wanted(known[name], day_asked(now, asked))


def headlines(results: Results, pillar: Pillar) -> list[str]:
    """The headline rules of a pillar, in the order of config.yaml."""
    return [name for name in results.config.headline if results.definitions[name.partition("@")[0]].pillar == pillar.id]


def _nodes(now: Current, asked: Asked) -> Any:
    wanted = look_up(now, asked.rest)
    return cached(now, (CONTENT, wanted.pillar.id, wanted.as_of), lambda: plain(_content(now.results, wanted)))


layout, register = page_of_nodes(CONTENT, PATH, _nodes)


def _content(results: Results, wanted: Wanted) -> list[Any]:
    pillar, leads = wanted.pillar, headlines(results, wanted.pillar)
    others = [one.id for one in results.definitions.values() if one.pillar == pillar.id and one.id not in leads]
    views = [view_of(results, name, wanted.as_of) for name in (*leads, *others)]
    charts = [section(view, series_of(results, view)) for view in views]
    crumbs = html.P([html.A("Overview", href="/"), " › ", pillar.title], className="crumbs")
    return [html.Header([crumbs, html.H1(pillar.title), *_standing(results, wanted, leads)]), *charts]


def _standing(results: Results, wanted: Wanted, leads: list[str]) -> list[Any]:
    """Where the pillar stands, with the sentence of each headline figure."""
    if not leads:
        return [html.P("This pillar has no headline figure, and so no state.", className="lead")]
    asked = [most_comparable(series_of(results, view_of(results, name, wanted.as_of)))[1] for name in leads]
    state = state_of(asked)
    why = states.why_no_verdict(state)
    words = f"{states.standing_words(state)}{f': {why}' if why else ''}."
    views = [view_of(results, name, wanted.as_of).text for name in leads]
    items = [html.Li(html.A(states.judged_words(one), href=f"/indicator/{view}")) for one, view in zip(state.judged, views, strict=True)]
    return [html.P(words, className="lead"), html.Ul(items, className="headlines")]
