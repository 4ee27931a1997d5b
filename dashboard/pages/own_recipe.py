"""A recipe of the reader's own, for this visit: weights, the mean, the way to score, and parts left out. The address keeps it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from math import isnan
from typing import Any

import flask
import yaml
from dash import html

from dashboard.charts.marks import band_of, middle, place_in_period
from dashboard.charts.picture import Picture
from dashboard.live import Current
from dashboard.pages import add_address, attributes, fresh_json, screen_of
from dashboard.pages.nodes import form_input
from dashboard.pages.waterfall import picture_asked
from dashboard.words import composite, definitions, recipes
from indicators.compute.composite import index_of
from indicators.compute.interval import interval
from indicators.nouns.choices import MEAN, MEANS, SCALE, SCALES, as_variant, nodes_of, with_choices
from indicators.nouns.composite import CompositeOf, NodeOf, weights_of
from indicators.nouns.series import Results

STEP = "0.05"
FEWER = 300
"""Recipes that are drawn while a weight is dragged; when it is still, as many as the definition says."""


def recipe_panel(now: Current, picture: Picture) -> list[Any]:
    """The controls, set to the recipe that is shown, the mark of one that is not published, and the same as YAML."""
    definition = picture.series.definition
    published = now.results.definition(definition.name).composite
    assert published
    assert definition.composite
    view = picture.view
    reset = f"/indicator/{replace(view, recipe=None).text}"
    back = html.A("Show the published recipe", href=reset)
    mark = html.P([html.Strong("Not the published recipe. "), recipes.changed_words(view.recipe), " ", back])
    shown = definition.composite
    fields = [*_fields(now.results, published, shown), _methods(published, shown)]
    form = html.Form(fields, className="recipe", **attributes(data_view=replace(view, recipe=None).text))
    said = html.P("", id="own-said", role="status", className="place")
    line = html.Summary("Change weights, method and parts for this visit")
    inside = [line, html.P(recipes.HOW_TO_CHANGE, className="place"), form, said, *_written(view.recipe, definition.id, published, shown)]
    panel = html.Details(inside, id="own-recipe", **(attributes(data_open="yes") if view.recipe else {}))
    return [*([html.Div([mark], className="own")] if view.recipe else []), panel]


def _fields(results: Results, published: CompositeOf, shown: CompositeOf) -> Iterator[html.Fieldset]:
    """A slider for each pillar and each part in it."""
    now = dict(nodes_of(shown.groups))
    for name, node in published.groups.items():
        title = composite.named(name, node, results)
        inside = [_slider(name, f"{title}, as a whole", published.groups, now, shown.groups)]
        inner = now[name].parts if name in now else None
        inside += [
            _slider(f"{name}.{one}", composite.named(one, part, results), node.parts or {}, now, inner or {})
            for one, part in (node.parts or {}).items()
            if len(node.parts or {}) > 1
        ]
        yield html.Fieldset([html.Legend(title), *inside])


def _slider(key: str, title: str, beside: Mapping[str, NodeOf], now: Mapping[str, NodeOf], shown: Mapping[str, NodeOf]) -> html.Label:
    """The weight of a node among those beside it; 0 leaves it out."""
    name = key.rpartition(".")[2]
    given = weights_of(beside)[name]
    is_published = {one: node.weight for one, node in beside.items()} == {one: node.weight for one, node in shown.items()}
    chosen = given if is_published else now[key].weight or 0.0 if key in now else 0.0
    identity = f"weight-{key}".replace("@", "-").replace(".", "-")
    top = str(max(1.0, chosen))
    ends = {"min": "0", "max": top, "step": STEP, "value": f"{chosen:g}", "data-published": f"{given:g}"}
    slider = form_input(type="range", id=identity, name=key, **ends)
    return html.Label([html.Span(title), slider, html.Span(recipes.weight_set(chosen), className="set")], className="weight")


def _methods(published: CompositeOf, shown: CompositeOf) -> html.Fieldset:
    means = {name: name.replace("_", " ") for name in MEANS}
    scales = {"": recipes.WAYS["published"], **{name: recipes.WAYS[name] for name in SCALES}}
    used = next((leaf.node.normalise.name for leaf in shown.leaves if leaf.node.normalise), "")
    before = next((leaf.node.normalise.name for leaf in published.leaves if leaf.node.normalise), "")
    inside = [
        _choice(MEAN, "Mean between pillars", means, shown.aggregate.name, published.aggregate.name),
        _choice(SCALE, "Scores", scales, used if used in SCALES and used != before else "", ""),
    ]
    return html.Fieldset([html.Legend("Method"), *inside])


def _choice(name: str, label: str, options: Mapping[str, str], chosen: str, published: str) -> html.Label:
    listed = [html.Option(text, value=key, selected=key == chosen) for key, text in options.items()]
    return html.Label([f"{label} ", html.Select(listed, id=f"own-{name}", name=name, **attributes(data_published=published))])


def _written(recipe: str | None, identity: str, published: CompositeOf, shown: CompositeOf) -> list[Any]:
    """The changes as YAML, as a variant in a definition file or a file for the command line."""
    if not recipe:
        return []
    text = yaml.safe_dump(as_variant(published, shown), sort_keys=False, allow_unicode=True, width=120)
    note = html.P(recipes.yaml_words(identity), className="place")
    copy = html.Button("Copy as YAML", type="button", **attributes(data_copy="own-yaml"))
    return [html.Div(copy, className="buttons"), note, html.Pre(text, id="own-yaml", tabIndex="0")]


def recipe_lists(results: Results, recipe: CompositeOf | None, address: str) -> dict[str, html.Ul]:
    """What the definition of a composite says of several things, as lists by heading; indicators link to `address` and their name."""
    items = definitions.composite_items(recipe) if recipe else {}

    def named(name: str) -> Any:
        group = recipe.groups.get(name) if recipe else None
        title = composite.named(name, group or NodeOf(), results)
        return html.A(title, href=f"{address}{name}") if name.partition("@")[0] in results.definitions else html.Strong(title)

    return {heading: html.Ul([html.Li([named(name), f": {words}"]) for name, words in each]) for heading, each in items.items()}


def register(server: flask.Flask, current: Callable[[], Current]) -> None:
    """Add the address that gives the line and the interval of another recipe: from fewer draws while it changes, else from all."""
    add_address(server, "GET", "/recipe", lambda: _drawn(current(), flask.request.args.to_dict()), ("view", "recipe", "theme", "still"))


def _drawn(now: Current, asked: dict[str, str]) -> flask.Response:
    """Two marks that are laid over the chart until the page follows, and the newest value in words."""
    series, text = picture_asked(now, asked).series, asked.get("recipe", "")
    query, definition, frequency, given = series.query, series.definition, series.frequency, series.definition.composite
    recipe = with_choices(given, text) if given and text else given if query.recipe else None
    draws = {"": FEWER, "yes": None}[asked.get("still", "")]
    found = interval(now.results, query.name, frequency, as_of=query.as_of, recipe=recipe, draws=draws)
    index = index_of(now.results, query.name, frequency, as_of=query.as_of, recipe=recipe)
    values, place, colour = index.value.dropna(), place_in_period(index.frequency), screen_of(asked).palette.second
    plain = {"type": "scatter", "mode": "lines", "hoverinfo": "skip", "connectgaps": False}
    every = index.value.loc[values.index[0] : values.index[-1]] if len(values) else values
    times, heights = [middle(int(p), frequency, place) for p in every.index], [None if isnan(v) else v for v in every.tolist()]
    line = plain | {"x": times, "y": heights, "line": {"color": colour, "width": 2.2}, "name": "preview line"}
    band = [plain | band_of(found.values[["low", "high"]].dropna(), frequency, colour) | {"name": "preview"}] if found else []
    still = recipes.still_words(index, definition, found, published=recipe is None)
    return fresh_json({"traces": [*band, line], "said": recipes.preview_words(found, FEWER) if draws and found else still})
