"""The outside check of the shipped composite against figures that were worked out apart from this program, in plain pandas."""

import pytest

from indicators.compute.composite import index_of
from indicators.compute.outside import checks
from indicators.nouns.periods import label

EXPECTED = {
    # By indicator: correlation of levels, their number and p; of changes from one survey to the next.
    "favourable_view_of_japan_in_korea": ((0.47, 10, 0.17), (-0.09, 9, 0.77)),
    "favourable_view_of_korea_in_japan": ((0.63, 8, 0.09), None),
}
POINTS = [  # month (assumed June in 2018), favourable, index
    ("2014-06", 17.5, 15.5),
    ("2015-05", 15.7, 25.0),
    ("2016-07", 21.3, 30.2),
    ("2017-07", 26.8, 37.6),
    ("2018-06", 28.3, 50.5),
    ("2019-06", 31.7, 27.2),
    ("2020-06", 12.3, 24.0),
    ("2021-09", 20.5, 22.6),
    ("2022-08", 30.6, 21.9),
    ("2023-09", 28.9, 71.7),
]


@pytest.fixture(scope="module")
def found(shipped):
    return {one.series.definition.id: one for one in checks(shipped, index_of(shipped, "relations_health", "monthly"))}


@pytest.mark.parametrize("name", EXPECTED)
def test_correlations_are_those_of_the_recipe(found, name):
    levels, changes = EXPECTED[name]
    assert (round(found[name].levels.r, 2), found[name].levels.n) == levels[:2]
    assert found[name].levels.p == pytest.approx(levels[2], abs=0.01)
    if changes:
        assert (round(found[name].changes.r, 2), found[name].changes.n) == changes[:2]
        assert found[name].changes.p == pytest.approx(changes[2], abs=0.01)


def test_the_index_is_read_in_the_month_of_the_survey(found):
    points = found["favourable_view_of_japan_in_korea"].points
    told = [(label(month, "monthly"), outside, round(index, 1)) for month, outside, index, _ in points.itertuples(index=False)]
    assert told == POINTS
