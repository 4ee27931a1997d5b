"""Composites: a file of twenty lines is enough, a variant says only what it changes, and each mistake is reported at its line."""

import pytest

from indicators.compute.composite import index_of
from indicators.compute.pipeline import results
from indicators.nouns.composite import changed
from tests.builders import DEFINITIONS, ask, line_of, opened, told

MOOD = """composites:
  mood:
    title: Mood of the court
    counts: Mean of scores for audiences, approval and slights.
    frequency: annual
    aggregate: {arithmetic_mean: {at_least: 0.5}}
    parts:
      audiences@by_year:
        weight: 2
        normalise: {goalposts: {low: 0, high: 4}}
        reason: The crowns meet at most four times.
      approval:
        weight: 1
        hold: 4
        normalise: {goalposts: {low: 0, high: 100}}
      slights:
        weight: 1
        normalise: {goalposts: {low: 0, high: 3}}
"""
FILE = f"{DEFINITIONS}/mood.yaml"


def mood(folder, old="", new=""):
    """A copied project with the composite, one text of it changed."""
    assert MOOD.count(old) == 1 or not old, old
    (folder / FILE).write_text(MOOD.replace(old, new) if old else MOOD)
    return opened(folder)


def test_three_indicators_in_eighteen_lines(copy):
    project = mood(copy)
    assert [str(problem) for problem in project.problems] == []
    assert len(MOOD.splitlines()) <= 20
    index = index_of(results(project), "mood")
    assert [leaf.weight for leaf in index.leaves] == [0.5, 0.25, 0.25]
    assert ask(project, "mood").unit == "points of 100"
    # 1893: four audiences alone. 1894: two alone, since slights are a minimum. 1895: 28 of August held, and two of three slights.
    assert told(ask(project, "mood")) == {"1893": 100, "1894": 50, "1895": 30.666667, "1896": None}


MISTAKES = {
    "an unknown part": ("      approval:\n", "      aproval:\n", "      aproval:", "unknown-indicator"),
    "an unknown variant": ("audiences@by_year", "audiences@by_yaer", "      audiences@by_yaer:", "unknown-variant"),
    "no weight for one of several": ("        weight: 2\n", "", "      audiences@by_year:", "missing-key"),
    "a weight of nothing": ("        weight: 2\n", "        weight: 0\n", "        weight: 0", "wrong-value"),
    "a weight below nothing": ("        weight: 2\n", "        weight: -1\n", "        weight: -1", "wrong-value"),
    "no way to score": ("        normalise: {goalposts: {low: 0, high: 3}}\n", "        reason: Few.\n", "      slights:", "missing-key"),
    "goalposts with one end": ("{low: 0, high: 3}", "{low: 0}", "        normalise: {goalposts: {low: 0}}", "missing-parameter"),
    "goalposts the wrong way": (
        "{low: 0, high: 3}",
        "{low: 3, high: 0}",
        "        normalise: {goalposts: {low: 3, high: 0}}",
        "wrong-value",
    ),
    "an unknown mean": ("arithmetic_mean", "arithmetic_men", "    aggregate:", "unknown-aggregate"),
    "a least share above one": ("at_least: 0.5", "at_least: 50", "    aggregate:", "wrong-value"),
    "a part of itself": ("      approval:\n", "      mood:\n", "  mood:", "cycle"),
    "a part without direction": ("      approval:\n", "      waltzes:\n", "      waltzes:", "no-direction"),
    "a key of something else": (
        "    frequency: annual\n",
        "    frequency: annual\n    table: envoys\n",
        "    table: envoys",
        "unknown-key",
    ),
    "an unknown key of a part": ("        weight: 2\n", "        wieght: 2\n", "        wieght: 2", "unknown-key"),
    "days instead of months": ("frequency: annual", "frequency: daily", "    frequency: daily", "frequency-too-fine"),
    "finer than a part": ("frequency: annual", "frequency: monthly", "      audiences@by_year:", "part-too-coarse"),
    "sums of single months in years": ("audiences@by_year", "audiences", "      audiences:", "part-too-fine"),
    "held events": ("        weight: 2\n", "        weight: 2\n        hold: 11\n", "      audiences@by_year:", "wrong-value"),
    "a check from outside": ("    parts:\n", "    outside_check: {approval: Drinkers count.}\n    parts:\n", "      approval:", "two-ways"),
    "not scored, and unknown": (
        "    parts:\n",
        "    not_scored: {curt: None.}\n    parts:\n",
        "    not_scored: {curt: None.}",
        "unknown-pillar",
    ),
    "no base to leave out": (
        "        weight: 2\n",
        "        weight: 2\n        leave_out: not_a_base\n",
        "      audiences@by_year:",
        "wrong-value",
    ),
    "no title": ("    title: Mood of the court\n", "", "  mood:", "missing-key"),
    "a direction without reason": (
        *(
            "        normalise: {goalposts: {low: 0, high: 3}}\n",
            "        normalise: {goalposts: {low: 0, high: 3}}\n        direction: higher is better\n",
        ),
        *("      slights:", "missing-key"),
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_reported_at_its_line(copy, mistake):
    old, new, line, code = MISTAKES[mistake]
    project = mood(copy, old, new)
    found = {(p.place.file, p.place.line, p.code) for p in project.problems}
    assert (FILE, line_of(copy, FILE, line), code) in found, [str(p) for p in project.problems]
    assert {file for file, *_ in found} == {FILE}
    assert code == "unknown-pillar" or "mood" in project.broken


def test_no_parts_and_parts_twice(copy):
    for parts, code in (
        ("parts: {}", "missing-key"),
        ("pillars: {court: {parts: {approval: {}}}, crown: {parts: {approval: {}}}}", "duplicate-id"),
    ):
        (copy / FILE).write_text(MOOD[: MOOD.index("    parts:")] + f"    {parts}\n")
        assert (FILE, line_of(copy, FILE, f"    {parts}"), code) in {(p.place.file, p.place.line, p.code) for p in opened(copy).problems}


def test_a_composite_of_a_composite_is_a_part_like_any_and_not_in_a_circle(copy):
    more = "  temper:\n    title: Temper\n    counts: The mood of the court alone.\n    frequency: annual\n    parts: {mood: {}}\n"
    (copy / FILE).write_text(MOOD + more)
    project = opened(copy)
    assert [str(problem) for problem in project.problems] == []
    assert told(ask(project, "temper")) == told(ask(project, "mood"))
    (copy / FILE).write_text(MOOD.replace("      approval:", "      temper:") + more)
    assert [p.code for p in opened(copy).problems] == ["cycle"]


VARIANT = """    variants:
      without_approval:
        counts: Audiences and slights alone.
        parts: {approval: null}
      approval_first:
        counts: Approval count most.
        parts: {approval: {weight: 9}}
"""


def test_a_variant_says_what_it_changes_of_a_part_and_null_leaves_one_out(copy):
    (copy / FILE).write_text(MOOD + VARIANT)
    project = opened(copy)
    assert [str(problem) for problem in project.problems] == []
    base, without, first = (project.definition(name).composite for name in ("mood", "mood@without_approval", "mood@approval_first"))
    assert [leaf.name for leaf in without.leaves] == ["audiences@by_year", "slights"]
    assert [leaf.weight for leaf in first.leaves] == [2 / 12, 9 / 12, 1 / 12]
    assert [leaf.node.normalise for leaf in first.leaves] == [leaf.node.normalise for leaf in base.leaves]


def test_a_fault_of_a_variant_is_at_the_variant_and_one_that_it_takes_over_is_reported_once(copy):
    (copy / FILE).write_text(MOOD + VARIANT.replace("weight: 9", "weight: 0"))
    assert {(p.place.line, p.code) for p in opened(copy).problems} == {
        (line_of(copy, FILE, "parts: {approval: {weight: 0}}"), "wrong-value")
    }
    (copy / FILE).write_text(MOOD.replace("      slights:", "      slihgts:") + VARIANT)
    assert {(p.place.line, p.code) for p in opened(copy).problems} == {(line_of(copy, FILE, "slihgts"), "unknown-indicator")}


def test_what_a_variant_does_not_name_stays_as_it_is():
    base = {"pillars": {"court": {"weight": 1, "parts": {"approval": {}}}}, "aggregate": "arithmetic_mean"}
    assert changed(base, {"aggregate": "geometric_mean"}) == {**base, "aggregate": "geometric_mean"}
    assert changed(base, {"pillars": {"guns": {"parts": {}}}})["pillars"] == {**base["pillars"], "guns": {"parts": {}}}
