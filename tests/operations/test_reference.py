"""Two published indices, through the operations of this product: the Human Development Index and the ASEM Sustainable Connectivity Index.

Rows are countries and years there, periods here. Files, sources and licences: `tests/reference/README.md`.
"""

import pandas as pd
import pytest

from indicators.operations import normalise
from indicators.operations.aggregate import Node, aggregate
from tests.reference.asem import REFERENCE, asem_tree, directed, file

LIFE = {"low": 20, "high": 85}
EXPECTED, MEAN = {"low": 0, "high": 18}, {"low": 0, "high": 15}
INCOME = {"low": 100, "high": 75_000, "log": True}
"""Goalposts of the Human Development Report: years of life; expected and mean years of school; income in logarithms."""
SCHOOL = Node("school", at_least=1, children=(Node("eys"), Node("mys")))
HDI = Node("hdi", mean="geometric_mean", at_least=1, children=(Node("le"), SCHOOL, Node("gnipc")))


def aggregated(scores, **kind):
    tree = asem_tree(**kind)
    made = aggregate(tree, {name: scores[name].to_numpy() for name in tree.leaves})
    return pd.DataFrame({node.id: made.score[node.id] for node in tree.walk() if node.children}, index=scores.index)


def same(one, other):
    pd.testing.assert_frame_equal(one[other.columns], other, check_exact=False, check_dtype=False, rtol=0, atol=1e-9)


@pytest.fixture(scope="module")
def treated():
    return file("treated")


def test_every_published_human_development_index():
    rows = pd.read_csv(REFERENCE / "hdi.csv")
    assert len(rows) == 5923
    scores = {
        "le": normalise.goalposts(rows["le"], **LIFE),
        "eys": normalise.goalposts(rows["eys"], **EXPECTED),
        "mys": normalise.goalposts(rows["mys"], **MEAN),
        "gnipc": normalise.goalposts(rows["gnipc"], **INCOME),
    }
    index = aggregate(HDI, {name: one.to_numpy() for name, one in scores.items()}).score["hdi"] / 100
    assert (rows["eys"] > 18).any()  # capped at eighteen years
    assert (rows["gnipc"] > 75_000).any()  # capped at 75,000
    assert index.round(3).tolist() == rows["hdi_published"].tolist()


def test_outliers_are_drawn_in_as_published(treated):
    untreated = file("untreated")
    assert (untreated != treated).sum().sum() > 30
    pd.testing.assert_frame_equal(untreated.apply(lambda column: normalise.winsorised(column, 5)), treated, rtol=0, atol=1e-12)
    same(directed(untreated.apply(normalise.minmax, winsorise=5)), file("normalised"))


def test_scores_and_means_of_the_connectivity_index(treated):
    scores = directed(treated.apply(normalise.minmax))
    same(scores, file("normalised"))
    levels = aggregated(scores)
    same(levels, file("arithmetic"))
    published = file("published").drop(columns="Rank")
    assert (levels.loc[published.index, published.columns] - published).abs().max().max() <= 0.005 + 1e-9
    assert levels["Index"].rank(ascending=False).loc[published.index].tolist() == file("published")["Rank"].tolist()


def test_the_geometric_variant_from_one_to_a_hundred(treated):
    scores = 1 + directed(treated.apply(normalise.minmax)) * 0.99
    same(aggregated(scores, mean="geometric_mean"), file("geometric"))


def test_the_variant_by_distance_from_the_mean(treated):
    """Read back in standard deviations: 50 is the mean, and so wide a scale clips nothing."""
    scores = directed(treated.apply(normalise.zscore, width=100))
    same((aggregated(scores) - 50) * 2, file("zscore"))


def test_a_group_with_too_little_observed_is_missing_where_it_is_missing_there():
    scores, expected = file("missing_normalised"), file("missing_aggregated")
    assert scores.isna().sum().sum() == 65
    levels = aggregated(scores, at_least=0.75)
    assert expected.isna().any().any()
    assert levels[expected.columns].isna().equals(expected.isna())
    same(levels, expected)
