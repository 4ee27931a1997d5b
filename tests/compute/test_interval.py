"""What the recipe of a composite says of uncertainty, as recipes that are drawn; in the invented country."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from indicators.compute.interval import interval
from indicators.compute.pipeline import results
from tests.builders import DEFINITIONS, opened

PARTS = {
    "audiences": {"normalise": {"goalposts": {"low": 0, "high": 4}}},
    "duels": {"normalise": {"goalposts": {"low": 0, "high": 32}}},
    "approval": {"hold": 12, "error": 3, "normalise": {"goalposts": {"low": 0, "high": 100}}},
}


def composite(copy, uncertainty, **more):
    """The results of the kingdoms with an index of audiences, duels (fewer are better) and approval (of a hundred)."""
    mood = {
        "title": "Mood",
        "counts": "Mean of the scores of audiences, duels and approval.",
        "frequency": "monthly",
        "aggregate": {"arithmetic_mean": {"at_least": 0.3}},
        "parts": PARTS,
        **({"uncertainty": uncertainty} if uncertainty else {}),
        **more,
    }
    (copy / DEFINITIONS / "mood.yaml").write_text(json.dumps({"composites": {"mood": mood}}))
    project = opened(copy)
    assert [one for one in project.problems if one.level == "error"] == []
    return results(project)


def test_without_a_word_on_uncertainty_there_is_no_interval(copy):
    assert interval(composite(copy, None), "mood") is None


@pytest.fixture
def found(copy):
    ways = {"published": 0.5, "minmax": 0.2, "percentile_rank": 0.1, "logarithms": 0.1, "eight": 0.1}
    eight = {
        "counts": "The same, with eight audiences for full marks.",
        "parts": {"audiences": {"normalise": {"goalposts": {"low": 0, "high": 8}}}},
    }
    made = composite(copy, {"draws": 200, "seed": 18960520, "normalise": ways}, variants={"eight": eight})
    return interval(made, "mood")


def test_the_published_recipe_gives_the_index(found):
    assert found.values["published"].equals(found.index.value.rename("published"))
    assert found.values["published"].count() > 12
    inside = found.values.dropna(subset="published")
    assert ((inside["low"] <= inside["published"]) & (inside["published"] <= inside["high"])).all()


def test_ends_that_are_what_they_are_do_not_move(found):
    """Approval goes from none to all of a hundred; two audiences or four for full marks is a choice."""
    parts = {part.id: part for part in found.model.parts}
    assert [name for name, part in parts.items() if part.fixed] == ["approval"]
    assert [name for name, part in parts.items() if part.turned] == ["duels"]
    assert [part.error for part in parts.values()] == [0, 0, 3]


def test_other_scores(found):
    """One audience of four is a quarter, an eighth of eight, and log 2 of log 5; the worst month of duels is the zero of min-max."""
    scales = {scale.name: scale for scale in found.model.scales}
    assert [name for name, scale in scales.items() if not scale.same] == ["minmax", "percentile_rank"]
    positions = {part.id: part.position for part in found.model.parts}
    once = int(np.flatnonzero(positions["audiences"] == 25)[0])
    assert scales["logarithms"].scores["audiences"][once] == pytest.approx(100 * math.log(2) / math.log(5))
    assert set(scales["logarithms"].scores) == {"audiences", "duels"}
    assert set(scales["eight"].scores) == {"audiences"}  # the one part in which the variant differs
    assert scales["eight"].scores["audiences"][once] == 12.5
    worst = int(np.nanargmax(positions["duels"]))
    assert scales["minmax"].scores["duels"][worst] == 0
    for scale in scales.values():
        for name, scores in scale.scores.items():
            known = scores[~np.isnan(scores)]
            assert ((known >= 0) & (known <= 100)).all(), (scale.name, name)


def test_a_year_before_is_twelve_months(found):
    first, higher = found.values["published"].first_valid_index(), found.changes["higher"]
    assert higher.loc[first : first + 11].isna().all()
    later = higher.loc[first + 12 :].dropna()
    assert len(later)
    assert later.between(0, 1).all()


def test_what_is_said_of_one_period_is_what_is_said_of_all(found):
    assert found.newest.index.tolist() == [found.index.latest]
    pd.testing.assert_frame_equal(found.newest, found.changes.loc[[found.index.latest]])
    assert found.higher(found.index.latest) == found.changes["higher"][found.index.latest]


@pytest.mark.parametrize(
    ("uncertainty", "code"),
    [({"normalise": {"minmx": 1}}, "unknown-normalise"), ({"aggregate": {"arithmetic": 1}}, "unknown-aggregate")],
)
def test_a_misspelt_way_is_a_fault_at_its_line(copy, uncertainty, code):
    text = json.dumps({"composites": {"mood": {
        "title": "Mood", "counts": "Mean of the scores of audiences, duels and approval.", "frequency": "monthly", "parts": PARTS,
        "uncertainty": uncertainty}}}, indent=1)  # fmt: skip
    (copy / DEFINITIONS / "mood.yaml").write_text(text)
    key = next(iter(next(iter(uncertainty.values()))))
    line = next(n for n, one in enumerate(text.splitlines(), 1) if f'"{key}"' in one)
    assert [(one.place.line, one.code) for one in opened(copy).problems if one.level == "error"] == [(line, code)]
