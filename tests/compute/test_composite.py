"""The index of a composite: when a part counts, what is held, what is missing, and what moved it; in the invented country and as laws."""

import datetime
import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.compute.composite import composed, index_of, moved
from indicators.compute.pipeline import results
from indicators.nouns.composite import CompositeOf
from indicators.nouns.definition import Definition
from indicators.nouns.descriptor import ExcludedBase
from indicators.nouns.periods import label, parse_period
from indicators.nouns.series import Query, Series
from tests.builders import DEFINITIONS, appended, ask, edited, ids, opened, told

# ---- series that were never counted ----

ABOUT = {"pillar": "court", "title": "Asked", "counts": "What the test asks.", "unit": "things"}
END = datetime.date(1896, 12, 31)


def a_series(name, first, values, frequency="monthly", direction="higher is better", **more):
    """A finished series of exact values; None is missing. `more` replaces columns or fields."""
    start, columns = parse_period(first)[0], {}
    periods = range(start, start + len(values))
    numbers = [math.nan if value is None else float(value) for value in values]
    columns = {
        "label": [label(p, frequency) for p in periods],
        "value": numbers,
        "at_least": False,
        "coverage": "complete",
        "score": math.nan,
    }
    columns |= {
        "status": ["M" if math.isnan(one) else "A" for one in numbers],
        "stretch": 0,
        "over": True,
        "why": "",
        "reason": "",
        "keys": 0,
    }
    columns |= {key: more.pop(key) for key in list(more) if key in columns}
    frame = pd.DataFrame(columns, index=pd.Index(periods, name="period"))
    indicator, _, variant = name.partition("@")
    definition = Definition(id=indicator, variant=variant or None, frequency=frequency, direction=direction, **ABOUT)
    rows = tuple((f"{name}:{p}",) for p in periods)
    return Series(Query(name), definition, frequency, "things", frame, rows, END, None, (), **more)


GOAL = {"goalposts": {"low": 0, "high": 100}}


def an_index(recipe, *series, frequency="monthly", first=None):
    """The index of a recipe, whose scores are the values unless it says otherwise."""
    known = {one.query.indicator: one for one in series}
    noun = CompositeOf.model_validate(recipe if first is None else recipe | {"from": first})
    whole = Definition(id="mood", frequency="monthly", direction="higher is better", composite=noun, **ABOUT)
    return composed(whole, frequency, lambda query: known[query.name], {}, END)


def parts(**weights):
    return {name: {"weight": weight, "normalise": GOAL} for name, weight in weights.items()}


def mean(at_least):
    return {"arithmetic_mean": {"at_least": at_least}}


def levels(index):
    return {index.label(p): None if math.isnan(v) else round(v, 6) for p, v in index.value.items()}


# ---- when a part counts ----


def test_a_yearly_value_counts_from_its_december_and_is_held_as_long_as_the_recipe_says():
    recipe = {"parts": {"balls": {"normalise": GOAL, "hold": 3}}}
    index = an_index(recipe, a_series("balls", "1894", [40, 60], "annual"), first="1894-11")
    assert list(levels(index).items())[:6] == [
        ("1894-11", None),
        *((f"1894-{m}", 40) for m in ("12",)),
        *((f"1895-0{m}", 40) for m in (1, 2, 3)),
        ("1895-04", None),
    ]
    assert [int(n) for n in index.held[0][1:5]] == [0, 1, 2, 3]
    assert "nothing newer than 1894-12, held for at most 3 months" in index.values["reason"].iloc[5]


def test_a_longer_period_has_the_index_of_its_last_month():
    series = a_series("balls", "1895-01", range(10, 34))
    recipe = {"parts": parts(balls=1)}
    for frequency, months in (("triannual", 4), ("quarterly", 3), ("annual", 12)):
        assert next(iter(levels(an_index(recipe, series, frequency=frequency)).values())) == 10 + months - 1


def test_what_is_a_minimum_or_partly_collected_or_not_over_has_no_score():
    for column, value in (("at_least", True), ("coverage", "partial"), ("over", False)):
        index = an_index({"parts": parts(balls=1)}, a_series("balls", "1895-01", [10, 20], **{column: value}), first="1895-01")
        assert set(levels(index).values()) == {None}


def test_direction_is_applied_once_and_a_recipe_may_take_the_other_side():
    slights = a_series("slights", "1895-01", [30], direction="lower is better")
    assert levels(an_index({"parts": parts(slights=1)}, slights))["1895-01"] == 70
    other = {"slights": {"normalise": GOAL, "direction": "higher is better", "reason": "Slights are talk."}}
    assert levels(an_index({"parts": other}, slights))["1895-01"] == 30


def test_a_window_that_touches_an_excluded_time_is_left_out_and_nothing_is_held_into_it():
    flood = (ExcludedBase.model_validate({"from": "1895-03", "to": "1895-04", "reason": "The flood."}),)
    travel = a_series("travel", "1894-12", [50] * 12, length=3, not_a_base=flood)
    recipe = {"parts": {"travel": {"normalise": GOAL, "leave_out": "not_a_base", "hold": 6}}}
    index = an_index(recipe, travel)
    gone = [name for name, value in levels(index).items() if value is None and name < "1896"]
    assert gone == ["1895-03", "1895-04"]  # held from 1895-07 on is fresh; until 06 the value of 02 is held over the flood's end
    unheld = an_index({"parts": {"travel": {"normalise": GOAL, "leave_out": "not_a_base"}}}, travel)
    assert [name for name, value in levels(unheld).items() if value is None][:4] == ["1895-03", "1895-04", "1895-05", "1895-06"]
    as_counted = an_index({"parts": parts(travel=1)}, travel)
    assert None not in [value for name, value in levels(as_counted).items() if name < "1895-12"]


def test_a_survey_counts_from_the_month_in_which_it_was_held_or_from_the_one_that_is_assumed(copy):
    held = {"1893": "1893-05-02/1893-05-09", "1894": "", "1895": "1895-03/1895-04"}
    (copy / "data/survey.csv").write_text(
        "year,held,share\n" + "".join(f"{y},{days},{n * 10}\n" for n, (y, days) in enumerate(held.items(), 1))
    )
    (copy / "data/survey.resource.yaml").write_text(SURVEY)
    appended(copy, "data/datapackage.yaml", "  - survey.resource.yaml")
    (copy / DEFINITIONS / "survey.yaml").write_text(LIKED)
    project = opened(copy)
    assert [str(p) for p in project.problems] == []
    index = index_of(results(project), "mood")
    begin = {value: name for name, value in reversed(levels(index).items()) if value is not None}
    assert begin == {10: "1893-05", 20: "1894-09", 30: "1895-04"}
    status = dict(zip(levels(index), index.values["status"].tolist(), strict=True))
    assert ["MBPEIA"[status[month]] for month in ("1893-05", "1894-08", "1894-09", "1895-04")] == ["A", "A", "E", "A"]
    assert ids(ask(project, "mood"), "1894-09") == ["1894"]


SURVEY = """name: survey
path: survey.csv
title: What the taverns like
schema:
  fields:
    - {name: year, type: year, description: The year.}
    - {name: held, type: string, description: When it was held.}
    - {name: share, type: number, description: Who likes Graustark.}
  primaryKey: year
relations:
  kind: observations
  time: {start: year, every: year}
  credit: The taverns.
"""
LIKED = """pillar: crowd
indicators:
  liked:
    title: Graustark is liked
    counts: Drinkers who like Graustark.
    table: survey
    frequency: annual
    reduce: {last: {of: share}}
    unit: per cent of drinkers
    direction: higher is better
composites:
  mood:
    title: Mood
    counts: What the taverns like.
    frequency: monthly
    parts:
      liked:
        normalise: {goalposts: {low: 0, high: 100}}
        hold: 15
        counts_from: {column: held, otherwise: 9, reason: It is held after the harvest.}
"""

# ---- what is missing ----


def test_without_a_least_share_every_part_must_have_a_value():
    first, second = a_series("balls", "1895-01", [10, None]), a_series("duels", "1895-01", [30, 50])
    assert list(levels(an_index({"parts": parts(balls=1, duels=1)}, first, second)).values())[:2] == [20, None]
    half = {"parts": parts(balls=1, duels=1), "aggregate": mean(0.5)}
    index = an_index(half, first, second)
    assert list(levels(index).values())[:2] == [20, 50]
    assert index.observed.tolist()[:2] == [1.0, 0.5]
    assert index.parts_used(parse_period("1895-02")[0]) == (1, 2)


TREE = {
    "aggregate": mean(0.5),
    "pillars": {
        "court": {"weight": 2, "aggregate": mean(0.5), "parts": parts(balls=3, duels=1)},
        "crowd": {"weight": 1, "aggregate": mean(0.5), "parts": {"taverns": {"aggregate": mean(0.5), "parts": parts(songs=1, toasts=1)}}},
    },
}


def test_a_least_share_holds_at_each_level_and_several_measures_of_one_part_count_as_one():
    songs, toasts = a_series("songs", "1895-01", [40, 40, 40]), a_series("toasts", "1895-01", [60, None, None])
    balls, duels = a_series("balls", "1895-01", [20, 20, None]), a_series("duels", "1895-01", [80, 80, 80])
    index = an_index(TREE, balls, duels, songs, toasts)
    assert index.groups["court"].tolist()[:2] == [35, 35]
    assert math.isnan(index.groups["court"].iloc[2])  # a quarter of its weight is left, and half is needed
    assert index.groups["crowd"].tolist()[:3] == [50, 40, 40]
    assert list(levels(index).values())[:3] == [40, pytest.approx(36.666667), None]
    assert index.observed.tolist()[:2] == [1, 1]  # one of two ways to measure the taverns is enough
    assert "; Court: Asked – nothing newer than 1895-02)" in index.values["reason"].iloc[2]  # titles, no ids


def test_a_change_is_not_judged_between_indices_of_different_parts():
    first, second = a_series("balls", "1895-01", [10, 10, None]), a_series("duels", "1895-01", [30, 50, 50])
    keys = an_index({"parts": parts(balls=1, duels=1), "aggregate": mean(0.5)}, first, second).values["keys"].tolist()
    assert (keys[0] == keys[1], keys[1] == keys[2]) == (True, False)


def test_a_break_in_a_part_is_a_break_in_the_index():
    broken = a_series("balls", "1895-01", [10, 20, 30], stretch=[0, 0, 1])
    stretch = an_index({"parts": parts(balls=1)}, broken).values["stretch"].tolist()
    assert (stretch[0] == stretch[1], stretch[1] == stretch[2]) == (True, False)


# ---- what moved it ----


def test_a_part_that_stops_reporting_moves_the_index_by_composition_alone():
    balls, duels = a_series("balls", "1895-01", [10, 10]), a_series("duels", "1895-01", [90, None])
    change = moved(an_index({"parts": parts(balls=1, duels=1), "aggregate": mean(0.5)}, balls, duels), *months("1895-01", "1895-02"))
    assert (change.total, change.real, change.composition) == (-40, 0, -40)
    assert [(bar.part, bar.composition, bar.gone) for bar in change.bars] == [("balls", 0, ()), ("duels", -40, ("duels",))]
    strict = an_index({"parts": parts(balls=1, duels=1)}, balls, duels)
    assert math.isnan(strict.value.iloc[1])  # by default there is no index at all
    assert moved(strict, *months("1895-01", "1895-02")).bars == ()


def months(*names):
    return [parse_period(name)[0] for name in names]


def test_a_part_of_the_invented_country_that_stops_reporting(copy):
    """The surgeon's ledger of duels ends with 1894. Had it gone on without a duel, the index would have moved by travel alone."""
    (copy / DEFINITIONS / "mood.yaml").write_text(COURT)
    ends = months("1894-12", "1895-01")
    stopped = moved(index_of(results(opened(copy)), "mood"), *ends)
    edited(copy, "data/coverage.csv", "envoys,duels,1893-01-01,1894-12-31,complete", "envoys,duels,1893-01-01,1895-12-31,complete")
    went_on = moved(index_of(results(opened(copy)), "mood"), *ends)
    assert not any(bar.composition for bar in went_on.bars)
    travel, duels = stopped.bars
    assert (duels.gone, duels.real) == (("duels",), 0)
    assert (travel.before, duels.before) == (50, 100)
    assert duels.composition == pytest.approx(50 - 75)  # what stays, against the mean of both
    assert stopped.total == pytest.approx(travel.real + duels.composition)
    (copy / DEFINITIONS / "mood.yaml").write_text(COURT.replace("    aggregate: {arithmetic_mean: {at_least: 0.5}}\n", ""))
    edited(copy, "data/coverage.csv", "envoys,duels,1893-01-01,1895-12-31,complete", "envoys,duels,1893-01-01,1894-12-31,complete")
    assert math.isnan(index_of(results(opened(copy)), "mood").value[ends[1]])


COURT = """composites:
  mood:
    title: Mood
    counts: Travel and duels.
    frequency: monthly
    aggregate: {arithmetic_mean: {at_least: 0.5}}
    parts:
      ruritanians_in_graustark: {normalise: {goalposts: {low: 0, high: 24000}}}
      duels: {normalise: {goalposts: {low: 0, high: 9}}}
"""


def test_a_part_at_the_end_of_its_scale_says_so_and_names_its_rows():
    balls, duels = a_series("balls", "1895-01", [100, 130]), a_series("duels", "1895-01", [0, -5])
    change = moved(an_index({"parts": parts(balls=1, duels=1)}, balls, duels), *months("1895-01", "1895-02"))
    assert [(bar.clip, bar.real) for bar in change.bars] == [("ceiling", 0), ("floor", 0)]
    first, second = months("1895-01", "1895-02")
    assert (change.bars[0].left, change.bars[0].entered) == ((f"balls:{first}",), (f"balls:{second}",))


# ---- laws ----

SCORES = st.lists(st.one_of(st.none(), st.floats(0, 100)), min_size=4, max_size=4)
NAMES = ("balls", "duels", "songs", "toasts")
MEANS = st.sampled_from(["arithmetic_mean", "geometric_mean", "harmonic_mean"])


def made_of(first, second, mean="arithmetic_mean", names=NAMES, order=("court", "crowd")):
    """The index of two months, by a tree of two pillars and a least share of one half."""
    recipe = TREE | {"aggregate": {mean: {"at_least": 0.5}}, "pillars": {name: TREE["pillars"][name] for name in order}}
    return an_index(
        recipe,
        *(a_series(name, "1895-01", pair) for name, pair in zip(names, zip(first, second, strict=True), strict=True)),
        first="1895-01",
    )


FROM, TO = parse_period("1895-01")[0], parse_period("1895-02")[0]


@given(SCORES, SCORES, MEANS)
def test_an_index_lies_in_0_to_100_and_its_bars_sum_to_its_change(first, second, mean):
    index = made_of(first, second, mean)
    assert all(0 <= value <= 100 + 1e-9 for value in index.value.dropna())
    change = moved(index, FROM, TO)
    if not math.isnan(change.total):
        assert sum(bar.real + bar.composition for bar in change.bars) == pytest.approx(change.total, abs=1e-9)


@given(st.floats(1, 100), st.lists(st.booleans(), min_size=4, max_size=4), MEANS)
def test_equal_scores_give_that_score_whichever_parts_report(score, missing, mean):
    index = made_of([None if gone else score for gone in missing], [score] * 4, mean)
    assert all(value == pytest.approx(score) for value in index.value.dropna())


@given(SCORES, st.integers(0, 3), st.floats(0, 100), MEANS)
def test_a_better_part_never_lowers_the_index(scores, place, gain, mean):
    better = [min(100, s + gain) if n == place and s is not None else s for n, s in enumerate(scores)]
    index = made_of(scores, better, mean)
    before, after = (float(index.value[p]) for p in (FROM, TO))
    assert math.isnan(before) == math.isnan(after)
    assert math.isnan(before) or after >= before - 1e-9


@given(SCORES, SCORES)
def test_the_order_of_pillars_changes_nothing(first, second):
    one, other = made_of(first, second), made_of(first, second, order=("crowd", "court"))
    assert np.allclose(one.value, other.value, equal_nan=True)


@given(st.lists(st.floats(0, 100), min_size=4, max_size=4), SCORES, st.integers(0, 3), st.floats(0, 100))
def test_a_part_that_disappears_never_moves_the_real_change(first, second, place, other):
    """Whatever it was before, the change of the others is the same."""
    gone = [None if n == place else s for n, s in enumerate(second)]
    before = [other if n == place else s for n, s in enumerate(first)]
    changes = [moved(made_of(one, gone), FROM, TO) for one in (first, before)]
    assert changes[0].real == pytest.approx(changes[1].real, abs=1e-9)


def test_a_changed_recipe_changes_the_index_and_nothing_that_is_published(copy):
    (copy / DEFINITIONS / "mood.yaml").write_text(COURT)
    made = results(opened(copy))
    published = made.definition("mood").composite
    heavier = CompositeOf.model_validate({"parts": {"duels": {"normalise": {"goalposts": {"low": 0, "high": 9}}}}})
    alone, as_published = index_of(made, "mood", recipe=heavier), index_of(made, "mood")
    assert as_published.recipe is published
    assert [leaf.name for leaf in alone.leaves] == ["duels"]
    assert told(made.series(Query("mood"))) == levels(as_published)
    assert all(b - a == 1 for a, b in pairwise(alone.value.index))
