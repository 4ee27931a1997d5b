"""One letter, the first that applies of missing, break, provisional, estimated, normal; 'at least' stands beside it."""

import math
from typing import get_args

import pytest

from indicators.nouns.series import REASONS, Why
from tests.builders import ask, at, defined, edited, opened, told

TRAVEL = "ruritanians_in_graustark"
TRAVELLERS = "data/travellers.csv"
MARCH = "1896-03,RUR,GRA,9000,counted,toll_book"


def letter(series, label):
    return at(series, label)["status"]


def test_letters_of_the_gate_book(ruritania):
    letters = told(ask(ruritania, TRAVEL), "status")
    some = ("1894-01", "1895-04", "1895-05", "1895-06", "1896-01", "1896-02", "1896-03", "1896-04")
    assert "".join(letters[m] for m in some) == "AAMAPEBM"


def test_missing_comes_before_break(copy):
    edited(copy, TRAVELLERS, MARCH, "1896-03,RUR,GRA,,counted,toll_book")
    assert letter(ask(opened(copy), TRAVEL), "1896-03") == "M"


def test_break_comes_before_provisional(copy):
    edited(copy, TRAVELLERS, MARCH, MARCH.replace("counted", "provisional"))
    assert letter(ask(opened(copy), TRAVEL), "1896-03") == "B"


def test_provisional_comes_before_estimated(ruritania):
    """One poll alone is an estimate; before the month is over it is provisional."""
    assert letter(ask(ruritania, "approval"), "1895-02") == "E"
    assert letter(ask(ruritania, "approval", as_of="1895-02-20"), "1895-02") == "P"


def test_a_longer_period_takes_the_first_letter_of_its_months(ruritania):
    """January 1896 is provisional, February guessed, March counted."""
    quarters = ask(ruritania, f"{TRAVEL}@without_breaks", frequency="quarterly")
    assert (at(quarters, "1896-Q1")["value"], letter(quarters, "1896-Q1")) == (18000, "P")


def test_a_code_of_the_status_map_is_read_from_the_table(copy):
    edited(copy, TRAVELLERS, "1894-05,RUR,GRA,5000,counted", "1894-05,RUR,GRA,5000,guessed")
    assert letter(ask(opened(copy), TRAVEL), "1894-05") == "E"


def test_a_break_is_one_period_and_begins_a_stretch(ruritania):
    travel = ask(ruritania, TRAVEL)
    stretches = told(travel, "stretch")
    assert stretches["1894-01"] == stretches["1895-12"] == stretches["1896-02"]
    assert stretches["1896-03"] != stretches["1896-02"]


def test_a_break_is_the_period_of_the_change_and_not_the_next(copy):
    path = copy / TRAVELLERS
    row = "1896-04,RUR,GRA,12000,counted,toll_book,gate_keeper\n"
    path.write_text(path.read_text() + row)
    travel = ask(opened(copy), TRAVEL)
    assert (letter(travel, "1896-03"), letter(travel, "1896-04")) == ("B", "A")
    assert told(travel, "stretch")["1896-03"] == told(travel, "stretch")["1896-04"]


def test_a_change_of_method_of_others_is_no_break_here(copy):
    """Graustarkians are counted at the toll from April 1895; Ruritanians are not."""
    edited(copy, TRAVELLERS, "1895-04,GRA,RUR,800,counted,gate_book", "1895-04,GRA,RUR,800,counted,toll_book")
    project = opened(copy)
    assert letter(ask(project, TRAVEL), "1895-04") == "A"
    assert letter(ask(project, "graustarkians_in_ruritania"), "1895-05") == "B"  # April differs from its neighbours
    assert told(ask(project, TRAVEL), "stretch")["1895-03"] == told(ask(project, TRAVEL), "stretch")["1895-05"]


def test_a_definition_may_break_on_nothing(ruritania):
    travel = ask(ruritania, f"{TRAVEL}@without_breaks")
    assert letter(travel, "1896-03") == "A"
    assert len(set(told(travel, "stretch").values())) == 1


def test_a_definition_may_break_on_another_column(copy):
    edited(copy, "indicators/definitions/roads.yaml", "        break_on: []", "        break_on: [standing]")
    letters = told(ask(opened(copy), f"{TRAVEL}@without_breaks"), "status")
    assert [letters[f"1896-0{m}"] for m in (1, 2, 3)] == ["B", "B", "B"]  # counted, provisional, guessed, counted


def test_a_change_of_leader_is_a_break(ruritania):
    """Rudolf to February, Flavia from March, Michael from July; April and June are missing."""
    approval = ask(ruritania, "approval")
    letters = told(approval, "status")
    assert "".join(letters[f"1895-0{m}"] for m in range(1, 9)) == "AEBMEMBA"
    stretches = told(approval, "stretch")
    assert len({stretches[f"1895-0{m}"] for m in (1, 3, 7)}) == 3
    assert stretches["1895-03"] == stretches["1895-05"]


def test_every_missing_value_says_why_and_no_other_does(ruritania):
    for name in ("audiences", TRAVEL, "approval", "guns_heard", "ruritanian_share", "growth_over_a_year"):
        values = ask(ruritania, name).values
        missing = values["value"].isna()
        assert (values["status"].eq("M") == missing).all(), name
        assert (values["why"].ne("") == missing).all(), name
        assert values["why"].isin(get_args(Why)).all(), name
    assert set(REASONS) == set(get_args(Why))


def test_rows_that_give_no_number_in_a_partial_collection_say_so(copy):
    """June 1895 has one salvo, of several shots, which no drill followed; the guard is said to have slept."""
    edited(copy, "data/cannonades.resource.yaml", "level: complete, found: 10", "level: partial, found: 10")
    project = opened(copy)
    june = at(ask(project, "guns_heard"), "1895-06")
    assert (june["status"], june["why"], june["at_least"]) == ("M", "all-blank", False)
    assert june["reason"] == "the rows give no number (the row has no `guns`)"
    for name in ("guns_heard", "drill_after_salvo", "quiet_between_salvos"):
        values = ask(project, name).values
        assert (values["why"].ne("") == values["value"].isna()).all(), name


def test_a_missing_value_is_never_at_least_and_has_no_score(ruritania):
    values = ask(ruritania, "audiences").values
    missing = values[values["status"] == "M"]
    assert len(missing) > 0
    assert not missing["at_least"].any()
    assert missing["score"].isna().all()


def test_scores_of_duels_fall_as_duels_rise(ruritania):
    """Direction: lower is better; 8 of 16 is half way, 0 is best."""
    scores = told(ask(ruritania, "duels"), "score")
    assert (scores["1894-05"], scores["1894-06"]) == (100, 50)


def test_a_score_of_a_contested_thing_is_none(copy):
    edited(copy, "indicators/definitions/court.yaml", "    normalise: {goalposts: {low: 0, high: 16}}\n", "")
    assert ask(opened(copy), "duels").values["score"].isna().all()


def test_rows_on_both_sides_of_a_break_make_no_one_number(copy):
    """January and February 1896 by the gate book, March by the toll book."""
    quarter = at(ask(opened(copy), "ruritanians_in_graustark", frequency="quarterly"), "1896-Q1")
    assert math.isnan(quarter["value"])
    assert quarter["status"] == "M"
    assert quarter["why"] == "mixed"
    assert at(ask(opened(copy), "ruritanians_in_graustark@without_breaks", frequency="quarterly"), "1896-Q1")["value"] == 18_000


# ---- numbers that are none ----

HUGE = {"table": "travellers", "where": {"origin": "RUR", "destination": "GRA"}, "reduce": {"sum": {"of": "travellers"}}, "coverage": None}
"""Two months of the gate book have 9e99 travellers each: more than a number may be, if added or divided by a small one."""


@pytest.fixture
def crowded(copy):
    edited(copy, "data/travellers.resource.yaml", "name: travellers, type: integer", "name: travellers, type: number")
    for month, count in (("1894-01", "1000"), ("1894-02", "2000")):
        edited(copy, TRAVELLERS, f"{month},RUR,GRA,{count},", f"{month},RUR,GRA,9e99,")
    return copy


def test_a_result_that_is_too_large_is_missing_and_says_so(crowded):
    huge = HUGE | {"frequency": "monthly"}
    defined(
        crowded,
        huge=huge,
        by_year=HUGE | {"frequency": "annual"},
        so_far=huge | {"transform": ["cumulative"]},
        both=huge | {"transform": [{"rolling_sum": {"window": 2}}]},
        rows=huge | {"reduce": "count"},
        rows_each={"combine": {"ratio": {"of": "rows", "to": "huge"}}},
        divided={"combine": {"ratio": {"of": "huge", "to": "rows_each"}}},
    )
    project = opened(crowded)
    assert [str(p) for p in project.problems if p.level == "error"] == []
    for name, label in (("by_year", "1894"), ("so_far", "1894-02"), ("both", "1894-02"), ("divided", "1894-01")):
        point = at(ask(project, name), label)
        assert (math.isnan(point["value"]), point["why"], point["status"]) == (True, "too-large", "M"), name


def test_what_is_computed_is_never_minus_zero(copy):
    """Nobody in February, after a thousand in January: 0 divided by -1000."""
    edited(copy, TRAVELLERS, "1894-02,RUR,GRA,2000,", "1894-02,RUR,GRA,-0,")
    month = HUGE | {"frequency": "monthly"}
    defined(copy, people=month, fall=month | {"transform": ["change"]}, part={"combine": {"ratio": {"of": "people", "to": "fall"}}})
    project = opened(copy)
    for name in ("people", "part"):
        assert str(at(ask(project, name), "1894-02")["value"]) == "0.0"
