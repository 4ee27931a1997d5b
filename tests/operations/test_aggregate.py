"""Means, a tree of them, and the split of a change: laws for any tree, and small sums by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.operations import aggregate as a
from indicators.operations.aggregate import Node, aggregate, contributions

MEANS = ("arithmetic_mean", "geometric_mean", "harmonic_mean")
SCORES = st.one_of(st.just(float("nan")), st.sampled_from([0.0, 0.5, 50.0, 100.0]), st.floats(0, 100))
WEIGHTS = st.sampled_from([0.15, 0.25, 0.3, 0.6, 1.0, 3.0])


@st.composite
def trees(draw, means=MEANS, at_least=(0.0, 0.5, 0.66)):
    """Up to three pillars of up to four parts; a pillar may be a part itself."""
    mean, least = st.sampled_from(means), st.sampled_from(at_least)
    pillars = []
    for n in range(draw(st.integers(1, 3))):
        parts = tuple(Node(f"{n}/{m}", draw(WEIGHTS)) for m in range(draw(st.integers(0, 4))))
        pillars.append(Node(str(n), draw(WEIGHTS), draw(mean), draw(least), 1.0, parts))
    return Node("all", 1.0, draw(mean), draw(least), 1.0, tuple(pillars))


def whole(tree, scores):
    return float(aggregate(tree, {name: np.array(scores[name]) for name in tree.leaves}).score["all"])


def scored(data, tree, scores=SCORES):
    return {name: data.draw(scores) for name in tree.leaves}


def test_means_by_hand():
    """Of 2 and 8, the second counting twice: 6; the cube root of 128; 3 over a half and two eighths."""
    scores, weights = np.array([[2.0], [8.0]]), np.array([1.0, 2.0])
    assert a.arithmetic_mean(scores, weights).tolist() == [6]
    assert a.geometric_mean(scores, weights) == pytest.approx(128 ** (1 / 3))
    assert a.harmonic_mean(scores, weights) == pytest.approx(4)


def test_a_zero_counts_as_the_floor_where_it_would_make_all_zero():
    scores, weights = np.array([[0.0], [100.0]]), np.array([1.0, 1.0])
    assert a.arithmetic_mean(scores, weights).tolist() == [50]
    assert a.geometric_mean(scores, weights, floor=1).round(9).tolist() == [10]
    assert a.geometric_mean(scores, weights, floor=4).round(9).tolist() == [20]
    assert a.harmonic_mean(scores, weights, floor=25).round(9).tolist() == [40]


def test_the_least_share_does_not_depend_on_binary_numbers():
    """.1 and .7 of 1 are .8 on paper, and less in binary numbers."""
    assert 0.1 + 0.7 < 0.8
    scores, weights = np.array([[10.0], [10.0], [np.nan]]), np.array([0.1, 0.7, 0.2])
    assert a.arithmetic_mean(scores, weights, at_least=0.8).tolist() == [10]
    assert np.isnan(a.arithmetic_mean(scores, weights, at_least=0.81)).all()


def test_nothing_observed_is_missing_and_never_zero():
    tree = Node("all", children=(Node("one"), Node("other")))
    made = aggregate(tree, {"one": np.array([np.nan, 0.0]), "other": np.array([np.nan, np.nan])})
    assert np.isnan(made.score["all"][0])
    assert made.score["all"][1] == 0
    assert np.isnan(made.weight["one"][0])
    assert made.weight["one"][1] == 1
    assert made.observed["all"].tolist() == [0, 0.5]


PILLARS = Node(
    "all",
    at_least=0.66,
    children=(
        Node("dialogue", 0.4, at_least=0.5, children=(Node("leaders", 0.6), Node("ministers", 0.25), Node("deputies", 0.15))),
        Node("people", 0.3),
        Node("opinion", 0.3),
    ),
)


def test_a_pillar_that_reports_in_part_counts_in_full_and_its_parts_do_not():
    """Leaders alone are 60 per cent of their pillar, which keeps its 40: of the weight of all parts 84 per cent is reported."""
    alone = {"leaders": 50.0, "ministers": np.nan, "deputies": np.nan, "people": 10.0, "opinion": 10.0}
    made = aggregate(PILLARS, {name: np.array([value]) for name, value in alone.items()})
    assert made.score["all"] == pytest.approx(0.4 * 50 + 0.6 * 10)
    assert made.observed["all"] == pytest.approx(1)
    assert made.observed["dialogue"] == pytest.approx(0.6)
    assert made.reported["all"] == pytest.approx(0.84)
    assert made.weight["leaders"] == pytest.approx(0.4)
    assert made.weight["ministers"] == 0


def test_parts_of_a_pillar_that_is_missing_are_not_used():
    without = {"leaders": np.nan, "ministers": 50.0, "deputies": 50.0, "people": 10.0, "opinion": 10.0}
    made = aggregate(PILLARS, {name: np.array([value]) for name, value in without.items()})
    assert np.isnan(made.score["dialogue"]).all()
    assert np.isnan(made.score["all"]).all()  # .6 of the weight, and .66 is needed
    assert made.observed["all"] == pytest.approx(0.6)
    assert made.reported["all"] == pytest.approx(0.6)


def test_weights_of_each_recipe():
    tree = Node("all", children=(Node("one"), Node("other")))
    scores = {"one": np.array([[0.0, 10.0], [0.0, 10.0]]), "other": np.array([[100.0, 100.0], [100.0, 100.0]])}
    made = aggregate(tree, scores, {"one": np.array([1.0, 3.0]), "other": np.array([1.0, 1.0])})
    assert made.score["all"].tolist() == [[50, 55], [25, 32.5]]


@given(data=st.data(), tree=trees())
def test_an_index_lies_between_its_parts_and_equal_parts_give_their_value(data, tree):
    scores = scored(data, tree)
    known = [value for value in scores.values() if not np.isnan(value)]
    value = whole(tree, scores)
    assert np.isnan(value) or min(known) - 1e-9 <= value <= max(1, *known) + 1e-9
    same = data.draw(st.floats(1, 100))
    assert whole(tree, dict.fromkeys(tree.leaves, same)) == pytest.approx(same)


@given(data=st.data(), tree=trees())
def test_raising_a_part_never_lowers_the_index(data, tree):
    scores = scored(data, tree)
    part = data.draw(st.sampled_from(tree.leaves))
    raised = scores | {part: float(np.minimum(100.0, scores[part] + data.draw(st.floats(0, 50))))}  # what is missing stays missing
    before, after = whole(tree, scores), whole(tree, raised)
    assert np.isnan(before) or after >= before - 1e-9


@given(data=st.data(), tree=trees())
def test_the_order_of_parts_changes_nothing(data, tree):
    scores = scored(data, tree)
    turned = Node("all", 1.0, tree.mean, tree.at_least, 1.0, tree.children[::-1])
    np.testing.assert_allclose(whole(tree, scores), whole(turned, scores), atol=1e-9)


@given(data=st.data(), tree=trees())
def test_contributions_sum_to_the_change_whatever_the_means(data, tree):
    before, after = scored(data, tree), scored(data, tree)
    change = contributions(tree, before, after)
    total = whole(tree, after) - whole(tree, before)
    assert np.isnan(change.total) == np.isnan(total)
    if np.isnan(total):
        assert not change.real
        assert not change.composition
    else:
        assert change.total == pytest.approx(total, abs=1e-9)
        assert sum(change.real.values()) + sum(change.composition.values()) == pytest.approx(total, abs=1e-9)


@given(data=st.data(), tree=trees(at_least=(0.0,)))
def test_a_part_that_disappears_is_composition_and_never_news(data, tree):
    """The real change is the one that there would be had the part never been there."""
    before, after = scored(data, tree, st.floats(0, 100)), scored(data, tree, st.floats(0, 100))
    gone = data.draw(st.sampled_from(tree.leaves))
    change = contributions(tree, before, after | {gone: float("nan")})
    if len(tree.leaves) > 1:
        never = contributions(tree, before | {gone: float("nan")}, after | {gone: float("nan")})
        assert change.real == pytest.approx(never.real, abs=1e-9)
        assert set(change.composition) == {gone}
        assert never.composition == {}


@given(data=st.data(), tree=trees())
def test_the_way_back_is_the_same_way(data, tree):
    before, after = scored(data, tree), scored(data, tree)
    there, back = contributions(tree, before, after), contributions(tree, after, before)
    assert {name: -value for name, value in back.real.items()} == pytest.approx(there.real, abs=1e-7)


def test_what_enters_contributes_its_distance_from_those_that_stay():
    """Of two alike, one stays at 40 and the other comes with 80: half of the forty points between them."""
    tree = Node("all", children=(Node("stays"), Node("comes")))
    change = contributions(tree, {"stays": 40.0}, {"stays": 40.0, "comes": 80.0})
    assert change.real == {"stays": 0}
    assert change.composition == {"comes": 20}


def test_a_geometric_change_is_split_by_logarithms():
    """From 10 to 40, one part fourfold twice over, the other alike: all of the thirty points are the first one's."""
    tree = Node("all", mean="geometric_mean", children=(Node("one"), Node("other")))
    change = contributions(tree, {"one": 5.0, "other": 20.0}, {"one": 80.0, "other": 20.0})
    assert change.real == pytest.approx({"one": 30, "other": 0})
    both = contributions(tree, {"one": 10.0, "other": 10.0}, {"one": 20.0, "other": 80.0})
    assert both.real == pytest.approx({"one": 7.5, "other": 22.5})  # a doubling and three


def test_a_tree_refuses_what_means_nothing():
    for wrong in ({"weight": 0.0}, {"weight": float("nan")}, {"at_least": 1.5}, {"floor": 0.0}):
        with pytest.raises(ValueError, match="above 0"):
            Node("all", **wrong)
    with pytest.raises(ValueError, match="appears twice"):
        Node("all", children=(Node("one"), Node("one")))
