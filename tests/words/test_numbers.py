"""Numbers, changes, warnings and definitions in words."""

import pytest

from dashboard.words import definitions, numbers
from indicators.compute.change import latest
from indicators.nouns.periods import parse_period
from tests.builders import SALVO_OF_1895, ask, edited, opened


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0461, "meetings a day", "0.0461"),  # three places that mean something, not 0.0
        (0.5, "days", "0.5"),
        (1.0, "days", "1"),
        (2.345, "days", "2.35"),
        (23.55, "days", "23.6"),
        (1234.5, "days", "1,234"),
        (-3.0, "meetings", "−3"),
        (0.0, "meetings", "0"),
        (0.0461, "share of meetings", "4.6 %"),
        (1.0, "share of meetings", "100.0 %"),
        (46.1, "per cent of drinkers", "46.1 %"),
        (float("nan"), "meetings", "–"),
    ],
)
def test_a_number_is_written_as_exactly_as_it_helps(value, unit, words):
    assert numbers.number(value, unit) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1, "audiences", "audience"),
        (2, "audiences", "audiences"),
        (0, "audiences", "audiences"),
        (1, "audiences in 12 months", "audience in 12 months"),
        (1, "parties", "party"),
        (1, "days", "day"),
        (1, "audiences and waltzes", "audiences and waltzes"),  # one of both is not one audience and waltzes
        (1, "waltzes", "waltzes"),
        (1, "glass", "glass"),
        (1, "share of meetings", "of meetings"),  # 100 % of meetings
        (1, "per cent of drinkers", "of drinkers"),
    ],
)
def test_one_thing_is_written_in_the_singular(value, unit, words):
    assert numbers.unit_of(value, unit) == words


def test_a_value_says_that_it_is_a_minimum(ruritania):
    yearly = ask(ruritania, "audiences@by_year")
    words = [numbers.value_words(yearly, parse_period(y)[0]) for y in ("1894", "1895", "1896")]
    assert words == ["2 audiences", "at least 3 audiences", "2 audiences"]


def test_a_later_minimum_above_the_latest_value_is_reported(ruritania):
    """Two audiences in 1894; 1895 is partial and has three at least; 1896 has two so far and is not a minimum."""
    yearly = ask(ruritania, "audiences@by_year")
    assert numbers.later_words(yearly, latest(yearly)) == "But 1895 has at least 3 audiences"
    assert numbers.headline(yearly).endswith(" But 1895 has at least 3 audiences.")
    assert "but 1895 has at least 3 audiences" in numbers.warnings(yearly)


def test_a_later_minimum_that_is_not_above_it_is_not_reported(ruritania):
    """Four audiences in 1893: three at least may be fewer."""
    assert numbers.later_words(ask(ruritania, "audiences@by_year"), parse_period("1893")[0]) == ""
    more = ask(ruritania, "audiences", frequency="triannual")
    assert numbers.later_words(more, parse_period("1893-T1")[0]) == ""  # two, and later at least two


@pytest.mark.parametrize(
    ("frequency", "newest", "old"),
    [
        # from the end of the period to 20 May 1896, in whole months: a year may be 18 months old, a month 4
        ("annual", "1894", False),  # 16
        ("annual", "1893", True),  # 28
        ("half-yearly", "1895-H1", False),  # 10
        ("half-yearly", "1894-H2", True),  # 16
        ("triannual", "1895-T2", False),  # 8
        ("triannual", "1895-T1", True),  # 12
        ("quarterly", "1895-Q3", False),  # 7
        ("quarterly", "1895-Q2", True),  # 10
        ("monthly", "1896-01", False),  # 3
        ("monthly", "1895-12", True),  # 4
        ("weekly", "1896-W14", False),  # to 5 April: 1
        ("weekly", "1896-W11", True),  # to 15 March: 2
        ("daily", "1896-03-21", False),  # 1
        ("daily", "1896-03-19", True),  # 2
    ],
)
def test_a_figure_is_old_when_newer_ones_could_be_there(ruritania, frequency, newest, old):
    series = ask(ruritania, "audiences", frequency=frequency)
    assert numbers.is_old(series, parse_period(newest)[0]) is old


def test_the_warnings_about_a_latest_value(ruritania, copy):
    assert numbers.warnings(ask(ruritania, "audiences")) == []  # April 1896
    assert numbers.warnings(ask(ruritania, "audiences", as_of="1892-12-31")) == ["no value is complete enough to compare"]
    edited(copy, *SALVO_OF_1895)
    assert numbers.warnings(ask(opened(copy), "guns_heard")) == ["old: later periods are partial, not covered or not published"]  # 1895-12
    assert "based on a single record" in numbers.warnings(ask(ruritania, "approval", as_of="1895-03-02"))  # February: one poll
    travel = "ruritanians_in_graustark"
    assert numbers.warnings(ask(ruritania, travel, as_of="1896-01-31")) == ["provisional"]
    assert numbers.warnings(ask(ruritania, travel, as_of="1896-02-29")) == ["estimated"]  # a guess of the keeper


def test_a_definition_is_read_out(ruritania):
    words = dict(definitions.definition_words(ruritania.definitions["audiences"], ruritania.config, ruritania.tables))
    assert words["Table"] == "Acts between the courts"
    assert words["Rows"] == "kind is meeting; participants is exactly Ruritania and Graustark; office is crown"
    assert (words["Calculation"], words["Coverage"], words["Unit"]) == ("count", "category audiences", "audiences")
    approval = dict(definitions.definition_words(ruritania.definitions["approval"], ruritania.config, ruritania.tables))
    assert approval["Rows"] == "all rows"
    handovers = "reigns where what is coronation or confirmation"
    assert approval["Calculation"] == f"poll average (of: approve_pct, leader: leader, half life: 14, handovers: {handovers})"
    share = dict(definitions.definition_words(ruritania.definitions["crown_share"], ruritania.config, ruritania.tables))
    assert share["Calculation"] == "share (where: office is crown)"
    duels = dict(definitions.definition_words(ruritania.definitions["waltzes"], ruritania.config, ruritania.tables))
    assert duels["Direction"] == "neither higher nor lower is better"
    warmth = dict(definitions.definition_words(ruritania.definitions["warmth"], ruritania.config, ruritania.tables))
    assert warmth["Calculation"] == "difference (of: audiences, minus: duels)"
    assert not {"Table", "Rows", "Coverage", "Question"} & set(warmth)
