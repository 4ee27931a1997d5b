"""The page of a composite: a reader's own recipe, what moved the index, the outside check, and its place on the overview."""

import re
from urllib.parse import quote

import numpy as np
import pytest
import yaml

from dashboard.app import create_app, page
from dashboard.charts.figure import MEMO, drawing_of
from dashboard.charts.picture import picture_of
from dashboard.charts.theme import PALETTES
from dashboard.charts.view import parse_view
from dashboard.export.embed import record_of
from dashboard.live import Current
from dashboard.pages import Screen, overview, still, waterfall
from dashboard.pages.composite import composite_panel
from dashboard.pages.method.rules import definitions_section
from dashboard.pages.nodes import plain, taken_apart
from dashboard.pages.own_recipe import recipe_lists
from dashboard.pages.rows import rows_panel
from dashboard.pages.still import classes_of, elements
from indicators.compute.composite import index_of
from indicators.compute.outside import agreement
from indicators.compute.pipeline import results
from indicators.nouns.choices import as_variant, with_choices
from indicators.nouns.periods import parse_period
from indicators.problems import ProblemsFound
from tests.builders import DEFINITIONS, opened, text_of

MOOD = """composites:
  mood:
    title: Mood of the court
    counts: Mean of scores for audiences, slights and approval.
    frequency: annual
    experimental: true
    aggregate: {arithmetic_mean: {at_least: 0.5}}
    pillars:
      court:
        weight: 3
        reason: What the crowns do.
        aggregate: {arithmetic_mean: {at_least: 0.3}}
        parts:
          audiences@by_year: {weight: 2, normalise: {goalposts: {low: 0, high: 4}}, reason: At most four.}
          slights: {weight: 1, normalise: {goalposts: {low: 0, high: 3}}, reason: At most three.}
      crowd:
        title: Approval
        weight: 1
        reason: What the people say.
        parts:
          approval: {hold: 4, normalise: {goalposts: {low: 0, high: 100}}}
    not_scored: {duels: A duel is no affair of state.}
    uncertainty: {draws: 200, seed: 1}
"""
FILE = f"{DEFINITIONS}/mood.yaml"


@pytest.fixture
def now(copy):
    (copy / FILE).write_text(MOOD)
    project = opened(copy)
    assert [str(problem) for problem in project.problems] == []
    return Current(project, results(project), 1)


def picture(now, view):
    return picture_of(now.results, parse_view(view))


def of_class(parts, name):
    """The texts of all elements of a class."""
    found = [taken_apart(one) for one in elements(plain(parts))]
    return [still.text_of(inside) for _, named, inside in found if name in classes_of(named)]


# ---- a recipe of one's own ----


def test_a_weight_of_nothing_leaves_a_part_out_and_the_others_share_its_weight(now):
    published = now.results.definition("mood").composite
    own = with_choices(published, "court.slights:0,crowd:3")
    assert [(leaf.name, leaf.weight) for leaf in own.leaves] == [("audiences@by_year", pytest.approx(0.75 / 3.75)), ("approval", 0.8)]
    assert with_choices(published, "court:0").names == ("approval",)
    assert with_choices(published, "mean:geometric_mean").aggregate.name == "geometric_mean"
    assert {leaf.node.normalise.name for leaf in with_choices(published, "scale:minmax").leaves} == {"minmax"}


@pytest.mark.parametrize(
    "text", ["crwd:1", "court:-1", "court:many", "court:nan", "mean:middle", "scale:ruler", "court:0,crowd:0", ",", "court"]
)
def test_a_text_that_does_not_fit_the_recipe_is_refused(now, text):
    with pytest.raises(ProblemsFound) as found:
        with_choices(now.results.definition("mood").composite, text)
    assert {problem.code for problem in found.value.problems} == {"wrong-value"}


def test_only_a_composite_has_a_recipe(now):
    with pytest.raises(ProblemsFound):
        picture(now, "duels?recipe=court:1")


@pytest.mark.parametrize(
    "text", ["crowd:3", "court.slights:0", "mean:harmonic_mean,court.audiences@by_year:0.25", "scale:minmax", "crowd:0"]
)
def test_the_yaml_of_an_own_recipe_is_a_variant_with_the_same_numbers(now, copy, text):
    published = now.results.definition("mood").composite
    own = with_choices(published, text)
    variant = as_variant(published, own) | {"counts": "As a reader likes it."}
    data = yaml.safe_load(MOOD)
    data["composites"]["mood"]["variants"] = {"own": variant}
    (copy / FILE).write_text(yaml.safe_dump(data, sort_keys=False))
    project = opened(copy)
    assert [str(problem) for problem in project.problems] == []
    expected, found = index_of(now.results, "mood", recipe=own), index_of(results(project), "mood@own")
    np.testing.assert_allclose(found.value, expected.value, rtol=1e-12)


def test_a_picture_of_an_own_recipe_says_so_and_has_another_code(now):
    published, own, same = picture(now, "mood"), picture(now, "mood?recipe=crowd:3"), picture(now, "mood?recipe=crowd:3")
    assert "not the published recipe" not in published.title
    assert own.title.endswith("not the published recipe")
    assert own.view.text == "mood?recipe=crowd:3"
    assert own.code == same.code != published.code
    assert "Not the published recipe. " in text_of(composite_panel(now, own, "", Screen()))
    assert "Not the published recipe. " not in text_of(composite_panel(now, published, "", Screen()))


# ---- the chart ----


def test_the_foot_names_the_oldest_data_of_an_index_and_the_last_row_of_anything_else(now):
    """A composite beside another series has two dates, of which one is no oldest date of its parts."""

    def foot(view):
        drawn = drawing_of(picture(now, view), PALETTES["light"], MEMO).figure["layout"]["annotations"]
        return " ".join(one["text"] for one in drawn)

    assert "Oldest data:" in foot("mood")
    assert "Data to" not in foot("mood")
    assert "Oldest data:" not in foot("mood?with=audiences@by_year")
    assert "Data to" in foot("audiences@by_year")


def test_a_picture_has_the_interval_in_its_record_and_the_published_value_lies_in_it(now):
    shown = picture(now, "mood")
    points = record_of(now.results, shown)["series"][0]["points"]
    known = [one for one in points if one["value"] is not None]
    assert known
    assert all(one["low"] <= one["value"] + 0.05 and one["value"] - 0.05 <= one["high"] for one in known)
    assert all(one["low"] is None and one["high"] is None for one in points if one["value"] is None)
    assert "low" not in record_of(now.results, picture(now, "duels"))["series"][0]["points"][0]


def test_a_time_without_a_pillar_is_named(now):
    grounds = picture(now, "mood").layers[0].fan.grounds
    # The first poll is of August 1895; by year it counts from the end of 1895.
    assert [(one.label, one.start.year, one.end.year) for one in grounds] == [("without approval", 1893, 1894)]


# ---- what moved it ----


def test_the_bars_lead_from_one_level_to_the_other(now):
    index = waterfall.indexed(now, picture(now, "mood"))
    span = waterfall.span_in(index, "1893to1894")
    bars = waterfall.bars(now, picture(now, "mood"), span)
    # Four audiences of four in 1893, two in 1894; nothing else reports.
    assert (index.value[span.start], index.value[span.end]) == (100, 50)
    assert len(of_class(bars, "down")) == 1
    assert "−50.0 (score 100, then 50)" in text_of(bars)
    assert "does not report at either end" in text_of(bars)


def test_a_bar_asks_for_its_rows(now):
    """Four audiences of 1893 left, two of 1894 entered."""
    client = create_app(lambda: now).server.test_client()
    shown = picture(now, "mood")
    bars = waterfall.bars(now, shown, waterfall.span_in(waterfall.indexed(now, shown), "1893to1894"))
    named = (taken_apart(one)[1] for one in elements(plain(bars)))
    [asked] = [one["data-nodes"] for one in named if "data-nodes" in one]
    nodes = client.get(asked).json
    assert [still.text_of(one[1:]) for one in nodes if one[0] == "h3"] == ["Entered the window", "Left the window"]
    assert client.get(asked.replace("rows=", "rows=no-")).status_code == 400


@pytest.mark.parametrize("address", ["/composite?part=sure", "/composite?part=variants", "/composite?part=none", "/moved?"])
def test_no_part_of_a_recipe_is_given_where_there_is_none(now, address):
    answer = create_app(lambda: now).server.test_client().get(f"{address}&view=audiences")
    assert answer.status_code == 400
    assert "composite" in answer.json["said"][0]


@pytest.mark.parametrize("as_of", ["1894-06-30", "1893-06-30", "1850-01-01"])
def test_a_composite_has_a_page_on_a_day_when_some_or_all_parts_had_no_period(now, as_of):
    client = create_app(lambda: now).server.test_client()
    view = f"mood?as_of={as_of}"
    assert client.get(f"/indicator/{view}").status_code == 200
    assert "Nothing to show" not in str(page(now, "/indicator/mood", f"?as_of={as_of}", Screen()))
    for address in ("/composite?part=sure", "/composite?part=variants", "/recipe?still=yes", "/moved?span="):
        answer = client.get(f"{address}&view={quote(view)}")
        assert answer.status_code == 200, (address, answer.json)


@pytest.mark.parametrize("wrong", ["frequency=daily", "variant=none", "transform=none", "with=none", "breakdown=none", "recipe=none"])
def test_the_line_of_another_recipe_is_that_of_a_view_that_exists(now, wrong):
    answer = create_app(lambda: now).server.test_client().get(f"/recipe?view={quote(f'mood?{wrong}')}")
    assert answer.status_code == 400
    assert not answer.json["said"][0].startswith("the request cannot be read")


def test_the_line_of_a_view_with_a_recipe_is_drawn_by_that_recipe(now):
    client = create_app(lambda: now).server.test_client()
    chosen = client.get(f"/recipe?view=mood&recipe={quote('crowd:0')}").json
    assert client.get(f"/recipe?view={quote('mood?recipe=crowd:0')}").json == chosen
    assert client.get("/recipe?view=mood").json != chosen
    assert client.get("/recipe?view=mood&still=no").status_code == 400


def test_what_comes_and_goes_is_hatched_and_no_news(now):
    shown = picture(now, "mood")
    span = waterfall.span_in(waterfall.indexed(now, shown), "1894to1895")
    bars = waterfall.bars(now, shown, span)
    assert of_class(bars, "composition")
    assert "now reports" in text_of(bars)


@pytest.mark.parametrize("text", ["1893to1896", "1894to1893", "1893", "1893to1894to1895", "1899to1900"])
def test_periods_without_a_value_or_the_wrong_way_round_are_refused(now, text):
    with pytest.raises(ProblemsFound):
        waterfall.span_in(waterfall.indexed(now, picture(now, "mood")), text)


def test_without_a_choice_the_newest_value_is_compared_with_the_one_a_year_before(now):
    index = waterfall.indexed(now, picture(now, "mood"))
    assert [index.label(one) for one in waterfall.span_in(index, "")] == ["1894", "1895"]


# ---- titles and the definition ----


def test_an_experiment_is_named_as_one_in_the_record_the_rows_and_on_method(now):
    shown = picture(now, "mood")
    marked = "Mood of the court (experimental)"
    assert record_of(now.results, shown)["series"][0]["title"] == marked
    assert f"{marked}: 1895" in text_of(rows_panel(now.results, shown.series, parse_period("1895")[0]))
    assert marked in text_of(definitions_section(now.results))


def test_the_parts_of_a_recipe_are_a_list_that_leads_to_each(now):
    recipe = now.results.definition("mood").composite
    lists = recipe_lists(now.results, recipe, "/indicator/")
    assert [item.children[0].href for item in lists["Parts"].children] == [f"/indicator/{name}" for name in recipe.names]
    assert lists["Parts"].children[2].children[0].children == now.results.definition("approval").title


# ---- the outside check ----


def test_numbers_that_go_together_are_one_order_of_all_and_its_reverse():
    found = agreement(np.arange(5.0), np.arange(5.0) * 3 + 1)
    assert (found.r, found.n) == (1, 5)
    assert found.p == pytest.approx(2 / 120, abs=0.004)
    assert agreement(np.arange(5.0), -np.arange(5.0)).r == -1


def test_too_few_numbers_and_numbers_that_never_change_give_no_correlation():
    assert np.isnan(agreement(np.arange(4.0), np.arange(4.0)).r)
    assert np.isnan(agreement(np.arange(6.0), np.ones(6)).r)


# ---- the overview ----


def test_the_overview_has_a_place_for_a_composite_and_never_lists_it_as_a_figure(now, ruritania):
    content = overview._content(now, Screen(), None)
    shown, (line,) = text_of(content), of_class(content, "index")
    assert re.search(r"Mood of the court \(experimental\) to \w+ \d{4}: ", line)  # the level stands before it, and once
    moved = shown[shown.index("What else moved") :]
    assert "Mood of the court" not in moved[: moved.index("Headline charts")]
    assert of_class(overview._content(Current(ruritania, results(ruritania), 1), Screen(), None), "index") == []
