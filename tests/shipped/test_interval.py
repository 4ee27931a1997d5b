"""The interval of the shipped index, against figures that were worked out apart from this program, with other random numbers."""

import math

import pytest

from indicators.compute.interval import interval
from indicators.nouns.periods import parse_period
from tests.builders import at

APART = {
    "2019-12": (9.3, 47.1, 0.001),
    "2023-12": (50.3, 72.9, 0.999),
    "2025-12": (59.1, 86.6, 0.897),
}
"""Month: 5th and 95th percentile of the recipes on one scale, share of all recipes that are higher than a year before."""


@pytest.fixture(scope="module")
def monthly(shipped):
    return interval(shipped, "relations_health", "monthly")


@pytest.mark.parametrize(("month", "low", "high", "higher"), [(month, *figures) for month, figures in APART.items()])
def test_the_interval_and_the_share_of_recipes(monthly, month, low, high, higher):
    assert at(monthly, month)["low"] == pytest.approx(low, abs=2)
    assert at(monthly, month)["high"] == pytest.approx(high, abs=2)
    assert monthly.higher(parse_period(month)[0]) == pytest.approx(higher, abs=0.02)


def test_the_published_index_is_inside_everywhere(monthly):
    values = monthly.values.dropna(subset="published")
    assert len(values) > 140
    assert ((values["low"] <= values["published"]) & (values["published"] <= values["high"])).all()
    assert 20 < (values["high"] - values["low"]).median() < 26
    assert monthly.values["low"].isna().equals(monthly.values["published"].isna())


def test_the_news_of_2025_without_the_parts_that_stopped(monthly):
    """Of 10.9 points 8.0 are rounds of the three that are no longer collected; what is left is 2.9."""
    change = monthly.changes.loc[parse_period("2025-12")[0]]
    assert change["change"] == pytest.approx(2.879, abs=0.001)
    assert change["low"] < 0 < change["high"]


def test_what_the_index_of_2025_hangs_on_most(monthly):
    """Without leader meetings people and opinion alone; without the share of visitors, people is the official number, at its ceiling."""
    first, *rest = monthly.swings(parse_period("2025-12")[0])
    assert first.source == "left_out"
    assert (first.low, first.high) == pytest.approx((60.1, 86.05), abs=0.06)
    assert first.low_by == "dialogue/leader_meetings@rolling_12_months"
    assert first.high_by == "people/korean_share_of_visitors_to_japan@over_12_months"
    assert {one.source for one in rest} == {"weights", "scale", "goalposts", "mean", "error"}


def test_by_four_months_the_interval_is_that_of_the_last_month(monthly, shipped):
    """Another seed of time would give another number; the rule is the same, and only scales that look at all months differ."""
    found = interval(shipped, "relations_health")
    for period, month in (("2019-T3", "2019-12"), ("2025-T3", "2025-12")):
        for column in ("published", "low", "high"):
            assert at(found, period)[column] == pytest.approx(at(monthly, month)[column], abs=1)
        assert found.higher(parse_period(period)[0]) == pytest.approx(monthly.higher(parse_period(month)[0]), abs=0.02)
    assert math.isnan(at(found, "2026-T2")["low"])


def test_it_is_kept_and_a_changed_recipe_has_its_own(shipped):
    published = interval(shipped, "relations_health", draws=200)
    assert interval(shipped, "relations_health", draws=200) is published
    recipe = shipped.definitions["relations_health"].composite
    pillars = recipe.pillars | {"people": recipe.pillars["people"].model_copy(update={"weight": 0.9})}
    changed = interval(shipped, "relations_health", draws=200, recipe=recipe.model_copy(update={"pillars": pillars}))
    assert at(changed, "2025-T3")["published"] < at(published, "2025-T3")["published"]


@pytest.mark.parametrize("variant", ["equal_pillars", "geometric", "leaders_only", "five_pillars"])
def test_variants_have_intervals_of_their_own(shipped, variant):
    found = interval(shipped, f"relations_health@{variant}", draws=200)
    here = at(found, "2023-T3")
    assert here["low"] <= here["published"] <= here["high"]
