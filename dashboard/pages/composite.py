"""What the page of a composite has beside its chart: what it says and what limits it, its pillars and parts, how sure it is, variants."""

from collections.abc import Callable, Iterable
from math import isnan
from typing import Any
from urllib.parse import urlencode

import flask
from dash import dcc, html

from dashboard.charts.frame import Size
from dashboard.charts.panels import Line, at_months, small_lines
from dashboard.charts.picture import Picture
from dashboard.charts.theme import SMALL_CONFIG
from dashboard.charts.view import View
from dashboard.live import Current
from dashboard.pages import Screen, add_address, attributes, fresh_json, screen_of, waterfall
from dashboard.pages.nodes import plain, scrolled
from dashboard.pages.own_recipe import recipe_panel
from dashboard.words import composite, numbers, recipes
from indicators.compute.composite import index_of
from indicators.compute.interval import Interval, interval
from indicators.compute.outside import Check, checks
from indicators.compute.uncertainty import Swing
from indicators.nouns.index import Index
from indicators.nouns.periods import MONTHS, PER_YEAR, label, period_of
from indicators.nouns.series import Results
from indicators.nouns.units import fixed

INSIDE, GAP = 36, 16
"""What the edges of a panel take of the width of the page, and the space between two small charts, in pixels."""
HEIGHT = 120


def composite_panel(now: Current, picture: Picture, span: str, screen: Screen) -> list[Any]:
    """All of it; nothing for the page of any other indicator. ProblemsFound where the index has no value in a period of `span`."""
    definition = picture.series.definition
    if definition.composite is None:
        return []
    index = waterfall.indexed(now, picture)
    said = composite.short(index, definition, published=not picture.view.recipe)
    about = ": what is known of the published recipe" if picture.view.recipe or picture.view.variant else ""
    sections = [
        [html.H2("In short"), html.P(said, className="short"), *_sure(picture, now.results, index)],
        recipe_panel(now, picture),
        _notes(f"Read with care{about}", composite.caveats(definition)),
        _pillars(now.results, index, screen),
        waterfall.moved_section(now, picture, span),
        [_later(picture, screen, "sure")],
        _notes("Not scored", composite.not_scored(index.recipe, now.results)),
        [_later(picture, screen, "variants")] if now.results.definitions[definition.id].variants else [],
    ]
    return [html.Section(one) for one in sections if one]


def _notes(heading: str, notes: Iterable[str]) -> list[Any]:
    items = [html.Li(one) for one in notes]
    return [html.H2(heading), html.Ul(items)] if items else []


def _found(results: Results, picture: Picture) -> Interval | None:
    query = picture.series.query
    recipe = picture.series.definition.composite if query.recipe else None
    return interval(results, query.name, picture.series.frequency, as_of=query.as_of, recipe=recipe)


def _sure(picture: Picture, results: Results, index: Index) -> list[Any]:
    """The interval of the newest value, and the share of recipes in which it is higher than a year earlier."""
    newest, found = index.latest, _found(results, picture)
    if newest is None or found is None:
        return []
    words = [composite.interval(found, newest), composite.higher(found, newest)]
    return [html.P(" ".join(filter(None, words)))] if any(words) else []


# ---- pillars and parts ----


def _pillars(results: Results, index: Index, screen: Screen) -> list[Any]:
    """A small chart for each pillar and one for the evidence, and a line for each part."""
    groups = [(composite.named(name, node, results), index.groups[name]) for name, node in index.recipe.groups.items()]
    shown = [*groups, ("Share of the evidence, per cent", index.observed.where(index.value.notna()) * 100)]
    across = 4 if screen.width >= 900 else 2 if screen.width >= 560 else 1
    size = Size((screen.width - INSIDE - GAP * (across - 1)) // across, height=HEIGHT)
    span = _months(index)
    small = []
    for title, values in shown:
        line = Line(at_months(values, index.frequency), screen.palette.series)
        graph = dcc.Graph(figure=small_lines([line], span, screen.palette, size), config=SMALL_CONFIG)
        words = recipes.score_words(index, values)
        drawn = html.Div(graph, role="img", **attributes(aria_label=f"{title}: {words}"))
        small.append(html.Div([html.H3(title), html.P(words, className="place"), drawn]))
    newest = index.latest
    table = [] if newest is None else [_parts(index, newest), html.P(composite.coverage(index, newest), className="place")]
    return [html.H2("Pillars and parts"), html.Div(small, className="multiples"), *table]


def _months(index: Index) -> tuple[int, int]:
    known = index.value.dropna().index
    ends = (int(known[0]), int(known[-1])) if len(known) else (period_of(index.series[0].as_of, index.frequency),) * 2
    return ends[0] * MONTHS[index.frequency], (ends[1] + 1) * MONTHS[index.frequency] - 1


def _parts(index: Index, newest: int) -> html.Div:
    """A line for each indicator: its score now and a year earlier, its weight by the recipe and now, and what to know of it."""
    before = newest - PER_YEAR[index.frequency]
    rows = []
    for place, leaf in enumerate(index.leaves):
        then = float(index.scores[place].get(before, float("nan")))
        title = html.A(numbers.titled(index.series[place].definition), href=f"/indicator/{leaf.name}")
        now = float(index.weights[place][newest])  # after that of missing parts went to the others
        weights = composite.weight_words(leaf.weight), composite.weight_words(now) if now > 0 else "not used"
        scores = composite.level(float(index.scores[place][newest])), composite.level(then)
        rows.append([title, *scores, *weights, recipes.standing(index, place, newest)])
    when = numbers.period(newest, index.frequency)
    return scrolled(("part", "score", "a year earlier", "weight", "weight now", "note"), rows, f"Scores in {when}, 100 best")


# ---- what takes longer ----


def _later(picture: Picture, screen: Screen, part: str) -> html.Div:
    asked = urlencode({"view": picture.view.text, "part": part, "width": screen.width, "theme": screen.theme})
    return html.Div("…", className="later", **attributes(data_nodes=f"/composite?{asked}", data_absent=recipes.ABSENT[part]))


def register(server: flask.Flask, current: Callable[[], Current]) -> None:
    """Add the address of the parts that come when they are scrolled to."""
    waterfall.register(server, current)
    add_address(server, "GET", "/composite", lambda: _part(current(), flask.request.args.to_dict()), ("view", "part", "width", "theme"))


def _part(now: Current, asked: dict[str, str]) -> flask.Response:
    picture = waterfall.picture_asked(now, asked)
    return fresh_json(plain({"sure": _how_sure, "variants": _variants}[asked["part"]](now, picture, screen_of(asked))))


def _how_sure(now: Current, picture: Picture, screen: Screen) -> list[Any]:
    """What the newest value hangs on, and the outside checks."""
    found, index = _found(now.results, picture), waterfall.indexed(now, picture)
    parts: list[Any] = []
    if found is not None and index.latest is not None and found.index.recipe.uncertainty:
        rows = [_swing(index, one) for one in found.swings(index.latest)]
        drawn = html.P(composite.how_drawn(found.index.recipe.uncertainty), className="place")
        caption = f"The index of {numbers.period(index.latest, index.frequency)} when one thing alone is varied, the widest first"
        parts += [html.H2("How sure"), drawn, scrolled(("what is varied", "from", "to", "points", "by"), rows, caption)]
    if not index.recipe.outside_check:
        return parts
    query = picture.series.query
    recipe = index.recipe if query.recipe else None
    monthly = index_of(now.results, query.name, "monthly", as_of=query.as_of, recipe=recipe)
    beside = [part for one in checks(now.results, monthly) for part in _check(one, screen)]
    return [*parts, html.H2("Outside check"), html.P(recipes.CHECKED), *beside]


def _swing(index: Index, swing: Swing) -> list[str]:
    ends = composite.level(swing.low), composite.level(swing.high)
    by = [recipes.choice_words(index, name) for name in (swing.low_by, swing.high_by) if name]
    return [recipes.SOURCES.get(swing.source, swing.source), *ends, composite.points(swing.high - swing.low), "; ".join(by)]


def _check(check: Check, screen: Screen) -> list[Any]:
    title = numbers.titled(check.series.definition)
    why = recipes.check_words(title, check)
    heading = html.H3(html.A(title, href=f"/indicator/{check.series.definition.name}"))
    if len(check.points) < 2 or isnan(check.levels.r):
        return [heading, html.P(why)]
    months = check.points["month"]
    palette = screen.palette
    own = Line(check.points.set_index("month")["index"], palette.series, dots=True)
    outside = Line(check.points.set_index("month")["outside"], palette.second, dots=True, outside=True)
    size = Size(min(screen.width - INSIDE, 560), height=160)
    figure = small_lines([own, outside], (int(months.min()) - 6, int(months.max()) + 6), palette, size)
    label_of = f"{why} Filled: the index in the month of the survey. Hollow: the survey."
    points = check.points.itertuples(index=False)
    rows = [[label(int(m), "monthly") + (" (assumed)" if a else ""), fixed(o, 1), composite.level(i)] for m, o, i, a in points]
    inside = [html.Summary("The points as a table"), scrolled(("month", "survey", "index"), rows)]
    table = html.Details(inside, id=f"check-{check.series.definition.id}")
    key = html.P("Filled: the index in the month of the survey. Hollow: the survey, per cent.", className="place")
    graph = html.Div(dcc.Graph(figure=figure, config=SMALL_CONFIG), role="img", **attributes(aria_label=label_of))
    return [heading, html.P(why), graph, key, table]


def _variants(now: Current, picture: Picture, screen: Screen) -> list[Any]:
    """The other recipes of the file, each with its newest values and lowest, and all of them as lines behind the published one."""
    results, as_of = now.results, picture.view.as_of
    identity = picture.series.definition.id
    names = ["", *results.definitions[identity].variants]
    views = [View(identity, name or None, as_of=as_of) for name in names]
    found = [index_of(results, view.query.name, as_of=as_of) for view in views]
    rows = [_variant(results, view, one) for view, one in zip(views, found, strict=True)]
    palette, size = screen.palette, Size(min(screen.width - INSIDE, 760), height=220)
    lines = [Line(at_months(one.value, one.frequency), palette.tint(palette.ink, 0.55), 1) for one in found[1:]]
    lines.append(Line(at_months(found[0].value, found[0].frequency), palette.series, 2.4))
    words = "Other recipes as thin lines, the published one as a thick line; the table has their newest values."
    drawn = dcc.Graph(figure=small_lines(lines, _months(found[0]), palette, size), config=SMALL_CONFIG)
    graph = html.Div(drawn, role="img", **attributes(aria_label=words))
    head = ("recipe", "newest", "a year earlier", "change", "lowest", "what differs")
    return [html.H2("Other recipes"), html.P(words, className="place"), graph, scrolled(head, rows)]


def _variant(results: Results, view: View, index: Index) -> list[Any]:
    definition = results.definition(view.query.name)
    name = html.A((view.variant or "published").replace("_", " "), href=f"/indicator/{view.text}")
    newest, known = index.latest, index.value.dropna()
    if newest is None:
        return [name, "–", "–", "–", "–", definition.short]
    before = float(index.value.get(newest - PER_YEAR[index.frequency], float("nan")))
    change = "–" if isnan(before) else composite.points(float(index.value[newest]) - before, signed=True)
    lowest = int(known.index[int(known.argmin())])
    ends = [f"{composite.level(float(index.value[one]))}, {numbers.period(one, index.frequency)}" for one in (newest, lowest)]
    return [name, ends[0], composite.level(before), change, ends[1], definition.short]
