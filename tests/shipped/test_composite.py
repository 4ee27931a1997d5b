"""The shipped composite gives the figures that were worked out apart from the program, in plain pandas, before it was written."""

import math

import pytest

from dashboard.words import composite as words
from indicators.compute.composite import index_of, moved
from indicators.nouns.periods import parse_period

RECIPES = ("", "@five_pillars", "@five_pillars_launches_bind", "@leaders_only", "@geometric")
PILLARS = ("dialogue", "people", "opinion")
NONE = math.nan
FIGURES = {
    "2013-04": (40.0, 79.9438, 25.5, 47.633140, 52.0246, 40.5960, 47.6331, 43.0152),
    "2014-08": (0.0, 37.0850, 13.0, 15.025489, 21.4570, 15.4065, 15.0255, 6.3818),
    "2015-12": (37.0, 10.7806, 15.0, 22.534176, 29.2509, 22.5282, 23.7342, 19.4940),
    "2018-12": (48.0, 57.5363, 31.75, 45.985904, 53.2198, 43.2198, 50.7859, 44.7716),
    "2019-08": (16.0, 49.5976, 15.75, 26.004280, 35.3177, 30.7463, 27.6043, 22.3599),
    "2019-12": (32.0, 42.8032, 15.75, 30.365949, 36.8124, 34.5267, 33.5659, 28.2284),
    "2021-04": (0.0, NONE, 12.5, 5.357143, 25.4241, 13.6384, 5.3571, 2.9519),
    "2022-12": (50.25, NONE, 17.0, 36.0, 33.7098, 45.8527, 30.1429, 31.5801),
    "2023-12": (88.75, 52.3979, 44.0, 64.419357, 59.0153, 58.4439, 68.9194, 61.3899),
    "2024-08": (70.5, 41.9115, 46.0, 54.573447, 50.9430, 52.3716, 58.3734, 53.0644),
    "2025-12": (100.0, 66.7195, 53.5, 76.065850, 70.7725, 63.9153, 76.0659, 73.4145),
    "2026-04": (100.0, 73.0098, 53.5, 77.952945, 70.6688, 70.6688, 77.9529, 75.4259),
}
OBSERVED = dict(zip(FIGURES, (0.84, 0.69, 0.75, 0.90, 0.90, 0.90, 0.70, 0.70, 1, 1, 0.84, 0.84), strict=True))
PARTS = ("leaders", "ministers", "deputies", "share", "years", "Japan", "Korea")
CHANGES = {
    ("2018-12", "2019-12"): ((-6.4, 0, 0, -7.2439, 2.8240, -3.0, -1.8), 0, -15.62),
    ("2022-12", "2023-12"): ((20.5714, 3.5714, -2.1429, 0, 0, 6.0, 5.5714), -5.1521, 28.4194),
    ("2024-12", "2025-12"): ((0, 0, 0, -1.9463, 2.5752, 0.3, 1.95), 8.0, 10.8790),
    ("2025-04", "2026-04"): ((0, 0, 0, 1.2058, 2.5752, 0.3, 1.95), 5.5, 11.5311),
}


@pytest.fixture(scope="module")
def index(shipped):
    """The index of a recipe, by month."""
    return {recipe: index_of(shipped, f"relations_health{recipe}", "monthly") for recipe in RECIPES}


def at(label):
    return parse_period(label)[0]


@pytest.mark.parametrize("month", FIGURES)
def test_twelve_months_of_five_recipes(index, month):
    got = [float(index[""].groups[pillar][at(month)]) for pillar in PILLARS]
    got += [float(index[recipe].value[at(month)]) for recipe in RECIPES]
    assert got == pytest.approx(FIGURES[month], abs=1e-4, nan_ok=True)
    assert index[""].observed[at(month)] == pytest.approx(OBSERVED[month], abs=1e-9)


def test_three_pillars_of_one_weight_are_their_plain_mean(shipped):
    equal = index_of(shipped, "relations_health@equal_pillars", "monthly")
    for month in ("2013-04", "2023-12", "2026-04"):
        assert equal.value[at(month)] == pytest.approx(sum(FIGURES[month][:3]) / 3, abs=1e-4)


@pytest.mark.parametrize(("ends", "expected"), CHANGES.items())
def test_what_moved_it_between_two_decembers_or_aprils(index, ends, expected):
    change = moved(index[""], *map(at, ends))
    real, composition, total = expected
    assert [bar.real for bar in change.bars] == pytest.approx(real, abs=1e-4)
    assert (change.composition, change.total) == pytest.approx((composition, total), abs=1e-4)
    assert sum(bar.real + bar.composition for bar in change.bars) == pytest.approx(change.total, abs=1e-9)


def test_the_rise_of_2025_is_mostly_parts_that_stopped_reporting_and_leaders_stand_at_their_ceiling(index):
    bars = dict(zip(PARTS, moved(index[""], at("2024-12"), at("2025-12")).bars, strict=True))
    assert [bars[part].composition for part in ("ministers", "deputies")] == pytest.approx([5, 3])
    assert bars["ministers"].gone == ("trilateral_foreign_minister_meetings@over_12_months",)
    assert (bars["leaders"].clip, bars["leaders"].real) == ("ceiling", 0)
    assert bars["leaders"].entered
    assert all("-2025" in row for row in bars["leaders"].entered)
    assert all("-2024" in row for row in bars["leaders"].left)


def test_without_leader_meetings_there_is_no_index(shipped):
    index = index_of(shipped, "relations_health")
    known = [index.label(period) for period in index.value.dropna().index]
    assert (known[0], known[-1], len(known)) == ("2013-T1", "2026-T1", 40)  # 13 years of three, and the first of 2026
    missing = index.values.loc[parse_period("2026-T2")[0]]
    assert (missing["why"], missing["status"]) == ("too-few-parts", 5)
    assert "Dialogue: Meetings of the leaders of Japan and South Korea – " in missing["reason"]
    assert "@" not in missing["reason"]


def test_an_index_of_four_months_is_that_of_the_last_month(shipped, index):
    in_issues = index_of(shipped, "relations_health")
    for label, month in (("2013-T1", "2013-04"), ("2024-T2", "2024-08"), ("2025-T3", "2025-12")):
        assert in_issues.value[at(label)] == index[""].value[at(month)]


def test_travel_is_left_out_from_the_travel_stop_until_its_windows_are_past_it(index):
    people = index[""].groups["people"].dropna().index
    assert [p for p in range(at("2013-03"), at("2023-11")) if p not in people] == list(range(at("2020-03"), at("2023-10")))


def test_a_survey_of_may_does_not_stand_for_april_and_is_held_for_fourteen_months(index):
    japan = next(n for n, leaf in enumerate(index[""].leaves) if leaf.name == "relations_bad_in_japan")
    bad = 100 - index[""].scores[japan]
    assert [bad[at(month)] for month in ("2019-04", "2019-05", "2019-12")] == [63, 83, 83]  # 63 of 2018, 83 of 24 to 26 May 2019
    assert [int(index[""].held[japan][at(month)]) for month in ("2019-05", "2019-12", "2020-05")] == [0, 7, 12]
    assert math.isnan(bad[at("2022-09")])  # the last was asked in 2021, month not known: June, held to August 2022
    assert bad[at("2022-08")] == 81
    assert index[""].assumed[japan][at("2018-12")]
    assert not index[""].assumed[japan][at("2019-12")]


def test_a_month_that_is_assumed_makes_an_estimate_and_provisional_figures_a_provisional_index(shipped):
    values = index_of(shipped, "relations_health").values
    assert ["MBPEIA"[values["status"][at(label)]] for label in ("2018-T3", "2019-T3", "2025-T3")] == ["E", "A", "P"]


# ---- in words ----


def test_the_sentence_of_today(shipped):
    index, definition = index_of(shipped, "relations_health"), shipped.definition("relations_health")
    assert words.short(index, definition) == (
        "Contact and opinion (experimental): 78, 66 a year earlier. 5.5 of the 11.5 points come from parts that stopped reporting. "
        "Based on 84 % of the evidence."
    )


def test_every_sentence_is_short_and_no_level_stands_alone(shipped):
    index, definition = index_of(shipped, "relations_health"), shipped.definition("relations_health")
    for period in index.value.dropna().index.tolist():
        said = words.short(index, definition, period)
        assert "a year earlier" in said
        assert "health" not in said.casefold()
        assert max(len(sentence.split()) for sentence in said.split(". ")) <= 25, said


def test_what_moved_it_says_what_is_at_its_ceiling_and_what_stopped(shipped):
    index = index_of(shipped, "relations_health")
    ends = (parse_period(name)[0] for name in ("2025-T1", "2026-T1"))
    said = {bar.part.partition("_meetings")[0]: words.bar_words(bar) for bar in moved(index, *ends).bars}
    assert said["leader"] == "at its ceiling both times (score 100): it cannot show a further rise"
    assert said["trilateral_foreign_minister"].startswith("stopped reporting (score 75 before); the index is 2.5 points higher")
    assert said["trilateral_vice_minister"].startswith("stopped reporting (score 50 before); the index is 3.0 points higher")
