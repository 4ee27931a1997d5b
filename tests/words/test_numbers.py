"""Numbers, changes, warnings and definitions in words."""

import pytest

from dashboard.words import definitions, numbers, states
from indicators.compute.change import change, is_old, latest, verdict
from indicators.compute.state import judge
from indicators.nouns.periods import parse_period
from tests.builders import SALVO_OF_1895, appended, ask, asked, edited, more_audiences, opened


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0461, "meetings a day", "0.0461"),  # three places that mean something, not 0.0
        (0.5, "days", "0.5"),
        (1.0, "days", "1"),
        (2.345, "days", "2.35"),
        (23.55, "days", "23.6"),
        (30.25, "days", "30.3"),
        (0.0625, "share of meetings", "6.3 %"),
        (22.5, "points of 100", "23"),
        (1234.5, "days", "1,235"),
        (-3.0, "meetings", "−3"),
        (0.0, "meetings", "0"),
        (0.0461, "share of meetings", "4.6 %"),
        (1.0, "share of meetings", "100.0 %"),
        (46.1, "per cent of drinkers", "46.1 %"),
        (float("nan"), "meetings", "–"),
        (-0.0, "meetings", "0"),
        (-0.0004, "share of meetings", "0.0 %"),
        (-0.04, "per cent of drinkers", "0.0 %"),
        (0.00001, "ducats", "0.00001"),
        (9.996, "ducats", "10"),
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
    assert numbers.later_words(yearly, latest(yearly)) == "But 1895 has at least 3"
    assert numbers.headline(yearly).endswith(" But 1895 has at least 3.")


def test_a_later_minimum_that_is_not_above_it_is_not_reported(ruritania):
    """Four audiences in 1893: three at least may be fewer."""
    assert numbers.later_words(ask(ruritania, "audiences@by_year"), parse_period("1893")[0]) == ""
    more = ask(ruritania, "audiences", frequency="triannual")
    assert numbers.later_words(more, parse_period("1893-T1")[0]) == ""  # two, and later at least two


def test_only_a_later_minimum_that_is_above_the_latest_value_is_called_more(ruritania, copy):
    """Four audiences in 1893, of 1896 two so far: they are not more. A month without a number is not more than anything."""
    edited(copy, "data/coverage.csv", "audiences,1893-01-01,1894-12-31,complete,6", "audiences,1893-01-01,1893-12-31,complete,4")
    yearly = ask(opened(copy), "audiences@by_year")
    assert words(yearly, "1896") == "Not comparable: the period is not over yet"
    travel = ask(ruritania, "ruritanians_in_graustark")
    unpublished = latest(travel) + 1
    assert numbers.change_words(travel, change(travel, unpublished)) == "Not comparable: there is no value (not published yet)"


def words(of, name):
    """The change of a period in words."""
    return numbers.change_words(of, change(of, parse_period(name)[0]))


def test_counts_that_chance_could_explain_are_given_and_not_judged(ruritania):
    yearly = ask(ruritania, "audiences@by_year")
    assert words(yearly, "1894") == "2, down from 4 in 1893; so few that chance could explain it"
    first = "Audiences (by year): 2 in 1894, down from 4 in 1893; chance could explain it."
    assert numbers.headline(yearly).startswith(first)


def test_large_counts_are_not_called_few(copy):
    """40 duels in July 1894, 45 in August."""
    edited(copy, "data/envoys.resource.yaml", r"'^e-\d\d$'", r"'^[ef]-\d+$'")
    rest = "day,duel,RUR;GRA,RUR;GRA,clerk,,cheese,One more.,court_diary,1894-12-31"
    appended(copy, "data/envoys.csv", *(f"f-{n},1894-0{7 if n < 40 else 8}-20,,{rest}" for n in range(85)))
    duels = asked(copy, where={"kind": "duel"}, coverage="duels")
    assert words(duels, "1894-08") == "45, up from 40 in July 1894; chance could explain the difference"
    assert words(duels, "1894-09") == "Lower: 45 fewer than 45 in August 1894"


def test_a_minimum_that_decides_is_given_with_what_it_has_passed(copy):
    """Two audiences in 1894; 10 more in the first months of 1895, of which the list is partial, and 3 before."""
    more_audiences(copy, 40, *(f"1895-0{month}-1{day}" for month in (1, 2, 3, 4, 5) for day in (1, 3)))
    asked(copy, frequency="annual", direction="lower is better")
    over = ask(opened(copy), "asked")
    assert numbers.headline(over) == "Asked: 2 things in 1894. Worse: at least 13 in 1895, 2 in 1894."
    so_far = ask(opened(copy), "asked", as_of="1895-06-30")
    least = int(so_far.point(parse_period("1895")[0]).value)
    assert numbers.headline(so_far) == f"Asked: 2 things in 1894. Worse: at least {least} so far in 1895, 2 in all of 1894."


def test_a_fall_is_not_claimed_over_a_later_minimum(copy):
    more_audiences(copy, 40, *(f"1893-0{month}-1{day}" for month in (1, 2, 3, 4, 5) for day in (1, 3)))
    years = asked(copy, frequency="annual", direction="lower is better")
    newest = latest(years)
    assert words(years, "1894") == "Better: 12 fewer than 14 in 1893"
    assert numbers.change_words(years, verdict(years, newest)) == "Not comparable: at least 3 in 1895, more than 2 in 1894"
    assert numbers.headline(years) == "Asked: 2 things in 1894. At least 3 in 1895."


@pytest.mark.parametrize(
    ("unit", "july", "august", "said"),
    [
        ("crowns for 100 ducats", 26, 20, "Lower: 6 less (−23 %) than 26 in July 1895"),
        ("days", 26, 20, "Lower: 6 less (−23 %) than 26 in July 1895"),
        ("drinkers", 26, 20, "Lower: 6 fewer (−23 %) than 26 in July 1895"),
        ("drinkers in the tavern", 20, 26, "Higher: 6 more (+30 %) than 20 in July 1895"),
        ("per cent of drinkers", 26, 20, "Lower: 6.0 points less than 26.0 % in July 1895"),
        ("per cent of drinkers", 26.01, 26.02, "Unchanged: also 26.0 % in July 1895"),
        ("per cent of drinkers", 26.04, 26.06, "About the same as 26.0 % in July 1895"),
        ("drinkers", 2026, 2027, "Higher: 1 more (under 1 %) than 2,026 in July 1895"),
    ],
)
def test_things_are_fewer_and_amounts_are_less(copy, unit, july, august, said):
    """Hentzau Weekly's polls of Michael, whatever they ask."""
    edited(copy, "data/polls.csv", "p-10,Michael,Hentzau Weekly,1895-07-24,26", f"p-10,Michael,Hentzau Weekly,1895-07-24,{july}")
    edited(copy, "data/polls.csv", "p-12,Michael,Hentzau Weekly,1895-08-31,30", f"p-12,Michael,Hentzau Weekly,1895-08-31,{august}")
    edited(copy, "data/polls.resource.yaml", "maximum: 100", "maximum: 9000")
    last = {"last": {"of": "approve_pct"}}
    assert words(asked(copy, table="polls", where={"leader": "Michael"}, coverage=None, reduce=last, unit=unit), "1895-08") == said


def test_a_large_difference_is_not_called_about_the_same(copy):
    polls = {"table": "polls", "where": {"leader": "Michael"}, "coverage": None, "reduce": {"last": {"of": "approve_pct"}}}
    edited(copy, "data/polls.csv", "p-12,Michael,Hentzau Weekly,1895-08-31,30", "p-12,Michael,Hentzau Weekly,1895-08-31,40")
    assert words(asked(copy, **polls, notable=20), "1895-08") == "40, up from 26 in July 1895; changes below 20 are not notable"
    assert words(asked(copy, **polls, notable=20, unit="per cent of drinkers"), "1895-08") == (
        "40.0 %, up from 26.0 % in July 1895; changes below 20.0 points are not notable"
    )


def test_a_value_of_a_day_is_on_it(ruritania):
    days = ask(ruritania, "waltzes", frequency="daily")
    assert " on 1 May 1894" in numbers.sentence(days, parse_period("1894-05-01")[0], "")
    assert words(days, "1894-05-01") == "1, up from 0 on 30 April 1894; so few that chance could explain it"


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
    assert is_old(series, parse_period(newest)[0]) is old


def test_the_latest_value_says_what_limits_it(ruritania, copy):
    assert " ago" not in numbers.headline(ask(ruritania, "audiences"))  # April 1896
    assert numbers.headline(ask(ruritania, "audiences", as_of="1892-12-31")) == "Audiences: no comparable value."
    edited(copy, *SALVO_OF_1895)
    assert " ago" in numbers.headline(ask(opened(copy), "guns_heard"))  # 1895-12
    assert "Based on a single record." in numbers.headline(ask(ruritania, "approval", as_of="1895-03-02"))  # February: one poll
    travel = "ruritanians_in_graustark"
    guessed = ask(ruritania, travel, as_of="1896-02-29")
    assert "Based on" not in numbers.headline(guessed)  # estimated by the keeper, not for want of rows
    assert states.certainty(judge(ask(ruritania, travel, as_of="1896-01-31"))) == "Provisional"


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
