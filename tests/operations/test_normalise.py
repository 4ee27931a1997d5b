"""Series to score: laws of every normaliser, and the dimension indices of a published index."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.operations import normalise
from tests.builders import asked, told

VALUES = st.lists(st.one_of(st.just(float("nan")), st.integers(-1000, 1000).map(float)), min_size=2, max_size=20)
RISING = {
    "goalposts": lambda s: normalise.goalposts(s, low=-100, high=100),
    "goalposts in logarithms": lambda s: normalise.goalposts(s, low=1, high=100, log=True),
    "minmax": normalise.minmax,
    "minmax without outliers": lambda s: normalise.minmax(s, winsorise=3),
    "zscore": normalise.zscore,
    "percentile_rank": normalise.percentile_rank,
}
EVERY = RISING | {"distance_to": lambda s: normalise.distance_to(s, target=10, width=50)}


@pytest.mark.parametrize("name", RISING)
@given(values=VALUES)
def test_a_greater_value_never_scores_less(name, values):
    series = pd.Series(values)
    scored = pd.DataFrame({"value": series, "score": RISING[name](series)}).dropna().sort_values("value")
    assert all(one <= other + 1e-9 for one, other in itertools.pairwise(scored["score"]))


@pytest.mark.parametrize("name", EVERY)
@given(values=VALUES)
def test_a_score_is_0_to_100_and_a_missing_value_has_none(name, values):
    series = pd.Series(values, index=range(50, 50 + len(values)))
    scores = EVERY[name](series)
    assert scores.index.equals(series.index)
    assert scores.dropna().between(0, 100).all()
    assert scores[series.isna()].isna().all()


@given(values=VALUES, by=st.integers(1, 50))
def test_moving_and_stretching_values_moves_no_relative_score(values, by):
    """Degrees or miles, from here or from there: least, greatest, mean and rank are the same ones."""
    series = pd.Series(values)
    for relative in (normalise.minmax, normalise.zscore, normalise.percentile_rank):
        pd.testing.assert_series_equal(relative(series), relative(series * by + 7))


def test_goalposts_by_hand():
    assert normalise.goalposts(pd.Series([0.0, 1.0, 4.0, -1.0, 5.0, np.nan]), low=0, high=4).tolist()[:5] == [0, 25, 100, 0, 100]
    tens = normalise.goalposts(pd.Series([1.0, 10.0, 100.0, 1000.0]), low=1, high=100, log=True)
    assert tens.round(9).tolist() == [0, 50, 100, 100]  # ten is half way from one to a hundred in logarithms
    assert normalise.goalposts(pd.Series([0.0, -5.0]), low=1, high=100, log=True).isna().all()  # no logarithm, no score


@pytest.mark.parametrize("wrong", [{"low": 4, "high": 4}, {"low": 5, "high": 4}, {"low": 0, "high": 4, "log": True}], ids=str)
def test_goalposts_that_make_no_scale_are_refused(wrong):
    with pytest.raises(ValueError, match="low must be below high"):
        normalise.goalposts(pd.Series([1.0]), **wrong)


def test_values_that_are_all_alike_have_no_relative_score():
    same = pd.Series([3.0, 3.0])
    assert normalise.minmax(same).isna().all()
    assert normalise.zscore(same).isna().all()
    assert normalise.percentile_rank(same).tolist() == [50, 50]  # each is tied with the other


def test_lower_is_better_turns_the_score_round_once(copy):
    """Eight duels of thirty-two at most in June 1894, none in July."""
    of = {"where": {"kind": "duel"}, "coverage": "duels", "normalise": {"goalposts": {"low": 0, "high": 32}}}
    worse = told(asked(copy, **of, direction="lower is better"), "score")
    better = told(asked(copy, **of, direction="higher is better"), "score")
    assert [(worse[m], better[m]) for m in ("1894-06", "1894-07")] == [(75, 25), (100, 0)]
