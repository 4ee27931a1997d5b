"""A recipe of the reader's own, for this visit: weights, the mean, the way to score, and parts left out. The address keeps it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import flask
import yaml
from dash import html
from plotly.io.json import to_json_plotly

from dashboard.charts.figure import drawing_of
from dashboard.charts.frame import Size
from dashboard.charts.picture import Picture, picture_of
from dashboard.charts.view import parse_view
from dashboard.live import Current
from dashboard.pages import Answer, Screen, answered, attributes, screen_of
from dashboard.pages.nodes import form_input
from dashboard.words import composite, recipes
from indicators.nouns.choices import MEAN, MEANS, SCALE, SCALES, as_variant, nodes_of
from indicators.nouns.composite import CompositeOf, NodeOf, weights_of
from indicators.nouns.series import Results

STEP = "0.05"
FEWER = 300
"""Recipes that are drawn while a weight is dragged; when it is still, as many as the definition says."""


def recipe_panel(now: Current, picture: Picture) -> list[Any]:
    """The controls, set to the recipe that is shown, the mark of one that is not published, and the same as YAML."""
    definition = picture.series.definition
    published = now.results.definition(definition.name).composite
    assert published and definition.composite
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
        inside = [_slider(name, title, published.groups, now, shown.groups)]
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
    chosen = now[key].weight or weights_of(shown)[name] if key in now else 0.0
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


def register(server: flask.Flask, current: Callable[[], Current]) -> None:
    """Add the address that draws the chart of another recipe, from fewer draws."""

    @server.get("/recipe")
    def recipe() -> Answer:
        return answered(lambda: _drawn(current(), flask.request.args.to_dict()))


def _drawn(now: Current, asked: dict[str, str]) -> flask.Response:
    view = replace(parse_view(asked["view"]), recipe=asked.get("recipe") or None)
    picture = picture_of(now.results, view, draws=FEWER)
    width = asked.get("width", "")
    screen: Screen = screen_of({"theme": asked.get("theme"), "width": int(width) if width.isdecimal() else None})
    size = Size(screen.width, int(asked["plot"]))
    figure = drawing_of(picture, screen.palette, size).figure
    fan = picture.layers[0].fan
    said = fan.latest[0] if fan and fan.latest else ""
    text = to_json_plotly({"figure": figure, "said": f"{said}. From {FEWER} recipes; all are drawn when you let go." if said else ""})
    return flask.Response(text, mimetype="application/json", headers={"Cache-Control": "no-store"})
