"""Better or worse than before: against what, by how much, and in which word."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.compute.change import change, latest, poisson_test, verdict
from indicators.nouns.periods import label, parse_period
from tests.builders import AUDIENCE_OF_1894, appended, ask, asked, edited, more_audiences, opened, seasonal

TRAVEL = "ruritanians_in_graustark"
DUELS = {"where": {"kind": "duel"}, "coverage": "duels"}


def changed(series, name):
    return change(series, parse_period(name)[0])


def base(of, frequency="monthly"):
    return None if of.base is None else label(of.base, frequency)


@pytest.mark.parametrize(
    ("indicator", "frequency", "expected"),
    [
        ("audiences", "monthly", "1896-04"),  # May is not over
        ("audiences", "triannual", "1896-T1"),
        ("audiences", "annual", "1894"),  # 1895 is partial, 1896 not over
        ("waltzes", "annual", "1895"),
        ("approval", "monthly", "1895-08"),
    ],
)
def test_latest_is_comparable_and_over(ruritania, indicator, frequency, expected):
    assert label(latest(ask(ruritania, indicator, frequency=frequency)), frequency) == expected


def test_latest_is_none_where_nothing_is_comparable(ruritania):
    assert latest(ask(ruritania, "audiences", as_of="1892-12-31")) is None


@pytest.mark.parametrize(
    ("direction", "june", "july"),
    [("lower is better", "worse", "better"), ("higher is better", "better", "worse"), ("none", "higher", "lower")],
)
def test_the_word_follows_the_direction(copy, direction, june, july):
    """No duel in May 1894, eight in June, none in July: by chance once in 128."""
    duels = asked(copy, **DUELS, direction=direction)
    assert (changed(duels, "1894-06").word, changed(duels, "1894-07").word) == (june, july)


def test_the_difference_is_in_the_unit(ruritania):
    june = changed(ask(ruritania, "duels"), "1894-06")
    assert (base(june), june.difference) == ("1894-05", 8)


def test_counts_that_differ_by_chance_are_about_the_same(ruritania):
    """4 audiences in 1893, 2 in 1894: a fair coin does that."""
    year = changed(ask(ruritania, "audiences@by_year"), "1894")
    assert (year.word, base(year, "annual"), year.difference) == ("about the same", "1893", -2)


def test_the_test_is_exact(copy):
    """Eight against none is chance once in 128; one against none says nothing."""
    assert changed(asked(copy, **DUELS, direction="lower is better"), "1894-06").word == "worse"
    edited(copy, "indicators/definitions/court.yaml", "where: {kind: duel}\n", "where: {kind: duel, date: {to: 1894-06-11}}\n")
    assert changed(ask(opened(copy), "duels"), "1894-06").word == "about the same"


@pytest.mark.parametrize("how", [{"reduce": "days_per_row"}, {"transform": ["per_day"]}, {"transform": [{"rolling_mean": {"window": 1}}]}])
def test_what_follows_from_a_number_of_rows_is_judged_by_it(copy, how):
    """4 audiences in 1893, 2 in 1894: chance, also as days for each of them and as audiences a day."""
    year = changed(asked(copy, frequency="annual", direction="lower is better", **how), "1894")
    assert (year.word, year.chance, base(year, "annual")) == ("about the same", True, "1893")


def test_equal_values_are_about_the_same(ruritania):
    """No audience in April 1893, and none in May."""
    assert changed(ask(ruritania, "audiences"), "1893-05").word == "about the same"


def test_what_is_no_count_is_better_or_worse_by_direction(ruritania):
    august = changed(ask(ruritania, "approval"), "1895-08")  # Michael from 24 to 28
    assert (august.word, base(august), august.difference) == ("better", "1895-07", 4)


def test_no_per_cent_below_six(ruritania):
    assert changed(ask(ruritania, "audiences@by_year"), "1894").percent is None
    assert changed(ask(ruritania, "duels"), "1894-06").percent is None  # from 0


def test_five_is_too_few_and_six_is_enough(copy):
    """Graustarkians, by ones: 5 in January, 6 in February; 6 in April, 7 in May, 5 in June."""
    for old, new in (("01,GRA,RUR,500", 5), ("02,GRA,RUR,600", 6), ("04,GRA,RUR,800", 6), ("05,GRA,RUR,900", 7), ("06,GRA,RUR,1000", 5)):
        edited(copy, "data/travellers.csv", f"1895-{old}", f"1895-{old[:11]}{new}")
    travel = ask(opened(copy), "graustarkians_in_ruritania")
    assert [changed(travel, f"1895-{m}").percent for m in ("02", "05", "06")] == [None, pytest.approx(100 / 6), None]


def test_per_cent_from_six_on(ruritania):
    assert changed(ask(ruritania, TRAVEL), "1894-09").percent == pytest.approx(12.5)  # 8000 to 9000


@pytest.mark.parametrize("month", ["1894-07", "1894-08"])
def test_the_embargo_is_no_base(ruritania, month):
    """June and July 1894 are no base; August against July has a difference, but no per cent."""
    given = changed(ask(ruritania, TRAVEL), month)
    assert (given.difference, given.percent) == (1000, None)


def test_a_month_of_the_embargo_may_be_compared_with_one_before(ruritania):
    assert changed(ask(ruritania, TRAVEL), "1894-06").percent == pytest.approx(20)  # 5000 to 6000


def test_the_base_is_the_nearest_earlier_period_that_is_comparable(ruritania):
    june = changed(ask(ruritania, TRAVEL), "1895-06")  # May is lost
    assert (base(june), june.difference, june.percent) == ("1895-04", 4000, pytest.approx(50))


def test_partial_and_sample_periods_are_skipped(copy):
    edited(copy, *AUDIENCE_OF_1894)
    january = changed(ask(opened(copy), "audiences"), "1896-01")
    assert (base(january), january.difference) == ("1894-12", 0)


def test_a_base_is_at_most_two_years_back(copy):
    """December 1893 is the last counted month: 24 months before December 1895 (ungraded), 25 before January 1896."""
    edited(copy, "data/coverage.csv", "audiences,1893-01-01,1894-12-31,complete,6", "audiences,1893-01-01,1893-12-31,complete,4")
    january = changed(ask(opened(copy), "audiences"), "1896-01")
    assert (january.word, january.base) == ("not comparable", None)
    assert january.why


def test_two_years_back_is_still_near_enough(copy):
    edited(copy, *AUDIENCE_OF_1894)
    edited(copy, "data/coverage.csv", "audiences,1893-01-01,1894-12-31,complete,6", "audiences,1893-01-01,1894-01-31,complete,5")
    assert base(changed(ask(opened(copy), "audiences"), "1896-01")) == "1894-01"


@pytest.mark.parametrize(
    ("month", "why"),
    [
        ("1895-03", "this value is a minimum"),
        ("1895-06", "there is no value (collection is partial and nothing was found)"),
        ("1895-10", "there is no value (not covered by the collection)"),
        ("1896-05", "the period is not over yet"),
    ],
)
def test_what_is_not_comparable_itself_has_no_change(ruritania, month, why):
    """At least two; partial and missing; a rumour."""
    given = changed(ask(ruritania, "audiences"), month)
    assert (given.word, given.base, given.difference, given.percent) == ("not comparable", None, None, None)
    assert given.why == why


def test_a_window_that_touches_the_embargo_is_no_base(ruritania):
    """Sums of two months: October against August, which has July in it; November against September, which has not."""
    sums = ask(ruritania, TRAVEL, transform=("rolling_sum:window=2",))
    october, november = changed(sums, "1894-10"), changed(sums, "1894-11")
    assert (base(october), october.difference, october.percent) == ("1894-08", 4000, None)
    assert (base(november), november.percent) == ("1894-09", pytest.approx(100 * 4000 / 17000))


def test_a_year_so_far_is_compared_with_the_year_before_so_far(ruritania):
    """January to April: 20,000 in 1895, 10,000 in 1894. In January 1895 the sum begins again, and that is no fall."""
    so_far = ask(ruritania, TRAVEL, transform=("year_to_date",))
    april = changed(so_far, "1895-04")
    assert (base(april), april.difference, april.percent) == ("1894-04", 10000, 100)
    assert base(changed(so_far, "1895-01")) == "1894-01"
    why = "nothing is comparable in the same period of the two years before (1893-04 and 1892-04: the series has no such period)"
    assert changed(so_far, "1894-04").why == why


def test_a_count_so_far_is_judged_as_a_count(copy):
    """Audiences until the end of May: two in 1893, one in 1894; the one that is dated by its year was in July."""
    edited(copy, *AUDIENCE_OF_1894[:2], "e-11,1894-07-01,,day")
    given = changed(ask(opened(copy), "audiences", transform=("year_to_date",)), "1894-05")
    assert (base(given), given.difference, given.word, given.chance) == ("1893-05", -1, "about the same", True)


def test_what_contains_the_value_before_is_not_compared_with_it(ruritania):
    given = changed(ask(ruritania, TRAVEL, transform=("cumulative",)), "1895-04")
    assert (given.word, given.why) == ("not comparable", "a running total contains the value before it")
    grown = changed(ask(ruritania, TRAVEL, transform=("cumulative", "change")), "1895-04")
    assert grown.difference == 2000  # the change of a sum is no sum: 8,000 after 6,000


def test_a_kind_that_comes_back_is_compared_with_itself(copy):
    edited(copy, "data/travellers.csv", "1896-02,RUR,GRA,6000,guessed,gate_book", "1896-02,RUR,GRA,6000,guessed,toll_book")
    edited(copy, "data/travellers.csv", "1896-03,RUR,GRA,9000,counted,toll_book", "1896-03,RUR,GRA,9000,counted,gate_book")
    travel = ask(opened(copy), TRAVEL)
    march = changed(travel, "1896-03")
    assert (base(march), march.difference) == ("1896-01", 6000)
    assert changed(travel, "1896-02").why == "the series breaks in between"


def test_a_change_of_just_what_is_notable_is_said(copy):
    """33.3 less 30.3 is three, though not in binary fractions."""
    edited(copy, "data/polls.csv", "p-10,Michael,Hentzau Weekly,1895-07-24,26", "p-10,Michael,Hentzau Weekly,1895-07-24,30.3")
    edited(copy, "data/polls.csv", "p-12,Michael,Hentzau Weekly,1895-08-31,30", "p-12,Michael,Hentzau Weekly,1895-08-31,33.3")
    found = asked(copy, table="polls", where={"leader": "Michael"}, coverage=None, reduce={"last": {"of": "approve_pct"}}, notable=3)
    assert changed(found, "1895-08").word == "higher"


def test_no_change_across_a_break(ruritania):
    march = changed(ask(ruritania, TRAVEL), "1896-03")  # the toll book begins
    assert (march.word, march.base) == ("not comparable", None)
    assert march.why


def test_no_change_from_one_leader_to_the_next(ruritania):
    """Rudolf 50 in February, Flavia 74 in March; Flavia 72 in May; Michael 24 in July."""
    approval = ask(ruritania, "approval")
    assert changed(approval, "1895-03").word == "not comparable"
    assert (changed(approval, "1895-05").word, changed(approval, "1895-05").difference) == ("worse", -2)
    assert changed(approval, "1895-07").word == "not comparable"


def test_without_the_break_the_month_is_comparable(ruritania):
    march = changed(ask(ruritania, f"{TRAVEL}@without_breaks"), "1896-03")
    assert (base(march), march.word, march.percent) == ("1896-02", "better", pytest.approx(50))


def test_the_first_period_has_nothing_before_it(ruritania):
    first = changed(ask(ruritania, TRAVEL), "1894-01")
    assert (first.word, first.base) == ("not comparable", None)
    assert first.why


def test_a_change_smaller_than_notable_is_about_the_same(copy):
    asked_of = {"table": "polls", "where": {}, "coverage": [], "reduce": {"mean": {"of": "approve_pct"}}, "direction": "higher is better"}
    assert changed(asked(copy, **asked_of), "1895-08").word == "better"  # Michael from 23 to 25
    assert changed(asked(copy, **asked_of, notable=5), "1895-08").word == "about the same"


def test_a_longer_period_is_compared_with_one_of_its_length(copy):
    """Nine more duels in February 1894 make 9 in its first third, against 8 in the second: per cent, but about the same."""
    edited(copy, "data/coverage.csv", "duels,1893-01-01,1894-12-31,complete,8", "duels,1893-01-01,1894-12-31,complete,17")
    days = range(10, 19)
    duels = (f"e-{n + 30},1894-02-{n},,day,duel,RUR;GRA,RUR;GRA,clerk,,cheese,One more.,court_diary,1894-02-28" for n in days)
    appended(copy, "data/envoys.csv", *duels)
    second = changed(ask(opened(copy), "duels", frequency="triannual"), "1894-T2")
    assert (base(second, "triannual"), second.word, second.percent) == ("1894-T1", "about the same", pytest.approx(-100 / 9))


def test_a_window_is_compared_with_the_window_before_it(copy, monkeypatch):
    """Eight duels in April to June 1894 (91 days), none in January to March (90): not with March to May, which shares two months."""
    seen = []

    def spied(*counts_and_days):
        seen.append(counts_and_days)
        return poisson_test(*counts_and_days)

    monkeypatch.setattr("indicators.compute.change.poisson_test", spied)
    duels = asked(copy, **DUELS, direction="lower is better", transform=[{"rolling_sum": {"window": 3}}])
    june, july = changed(duels, "1894-06"), changed(duels, "1894-07")
    assert (base(june), june.word, june.difference) == ("1894-03", "worse", 8)
    assert base(july) == "1894-04"
    assert seen == [(0, 8, 90, 91), (0, 8, 89, 92)]  # February to April; May to July


def test_windows_of_a_page_and_of_a_definition_add_up(copy):
    """Three months of two-month sums are about four months: June reaches back to March, and is compared with February."""
    duels = asked(copy, **DUELS, transform=[{"rolling_sum": {"window": 2}}])
    assert duels.length == 2
    again = ask(opened(copy), "asked", transform=("rolling_sum:window=3",))
    assert again.length == 4
    assert base(changed(again, "1894-06")) == "1894-02"


def test_a_year_of_months_has_nothing_before_it_in_its_first_two_years(ruritania):
    """The first twelve months end in December 1893; June 1894 shares seven months with them."""
    duels = ask(ruritania, "duels", transform=("rolling_sum:window=12",))
    assert changed(duels, "1894-06").word == "not comparable"
    assert base(changed(duels, "1894-12")) == "1893-12"


# ---- series with a season ----

GRAUSTARKIANS = {"table": "travellers", "where": {"origin": "GRA", "destination": "RUR"}, "reduce": {"sum": {"of": "travellers"}}}
GRAUSTARKIANS |= {"direction": "higher is better"}


@pytest.fixture
def summers(copy):
    """Graustarkians of 1884 to 1888: each month 300 more than a year before, September less than half of August."""
    seasonal(copy, range(1884, 1889))
    return copy


@pytest.mark.parametrize(("season", "expected"), [(True, ("1887-09", "better", 300)), (False, ("1888-08", "worse", -1400))])
def test_a_month_of_a_season_is_compared_with_that_month_a_year_before(summers, season, expected):
    september = changed(asked(summers, **GRAUSTARKIANS, season=season), "1888-09")
    assert (base(september), september.word, september.difference) == expected


def test_without_the_word_season_there_is_none(summers):
    assert base(changed(asked(summers, **GRAUSTARKIANS), "1888-09")) == "1888-08"


@pytest.mark.parametrize(("frequency", "period", "before"), [("quarterly", "1888-Q3", "1887-Q3"), ("half-yearly", "1888-H2", "1887-H2")])
def test_a_season_is_one_at_each_frequency(summers, frequency, period, before):
    asked(summers, **GRAUSTARKIANS, season=True)
    assert base(changed(ask(opened(summers), "asked", frequency=frequency), period), frequency) == before


def test_where_that_month_is_missing_the_year_before_that_is_taken_and_never_another_month(summers):
    edited(summers, "data/travellers.csv", "1887-09,GRA,RUR,2000,", "1887-09,GRA,RUR,,")
    september = changed(asked(summers, **GRAUSTARKIANS, season=True), "1888-09")
    assert (base(september), september.difference) == ("1886-09", 600)


def test_more_than_two_years_back_nothing_is_comparable_and_it_says_why(summers):
    for year, number in ((1886, 1700), (1887, 2000)):
        edited(summers, "data/travellers.csv", f"{year}-09,GRA,RUR,{number},", f"{year}-09,GRA,RUR,,")
    september = changed(asked(summers, **GRAUSTARKIANS, season=True), "1888-09")
    assert (september.word, september.base) == ("not comparable", None)
    assert "nothing is comparable in the same period of the two years before (1887-09 and 1886-09: there is no value" in september.why


def test_a_season_is_not_compared_across_a_break(summers):
    edited(summers, "data/travellers.csv", "1888-09,GRA,RUR,2300,counted,gate_book", "1888-09,GRA,RUR,2300,counted,toll_book")
    september = changed(asked(summers, **GRAUSTARKIANS, season=True), "1888-09")
    assert september.base is None
    assert "the series breaks in between" in september.why


@pytest.mark.parametrize(("window", "before"), [(3, "1887-12"), (12, "1887-07")])
def test_a_window_of_a_whole_year_has_no_season_and_one_of_three_months_has(summers, window, before):
    """August 1887 is lost: the last twelve months before 1888 that are known end in July 1887."""
    edited(summers, "data/travellers.csv", "1887-08,GRA,RUR,3400,", "1887-08,GRA,RUR,,")
    sums = asked(summers, **GRAUSTARKIANS, season=True, transform=[{"rolling_sum": {"window": window}}])
    assert base(changed(sums, "1888-12")) == before


def test_a_smaller_rise_is_lower_but_not_worse(summers):
    """A year before: 300 more of 2,000 in September 1888, of 1,700 in 1887. Against 1884 it is a level again."""
    grown = asked(summers, **GRAUSTARKIANS, transform="year_on_year", season=True, unit="per cent change")
    assert changed(grown, "1888-09").word == "lower"
    level = asked(summers, **GRAUSTARKIANS, transform={"year_on_year": {"reference": 1884}}, season=True, unit="per cent change")
    assert changed(level, "1888-09").word == "better"


# ---- minimums that are already higher ----

DAYS = [f"1895-0{month}-1{day}" for month in (1, 2, 3, 4, 5) for day in (1, 3)]
YEARLY = {"frequency": "annual", "direction": "higher is better"}


def judged(of, name="1894"):
    return verdict(of, parse_period(name)[0])


@pytest.mark.parametrize(("direction", "word"), [("higher is better", "better"), ("lower is better", "worse"), ("none", "higher")])
def test_a_minimum_that_is_clearly_higher_decides(copy, direction, word):
    """2 audiences in 1894, 13 at least in 1895: by chance once in 135."""
    more_audiences(copy, 40, *DAYS)
    given = judged(asked(copy, **YEARLY | {"direction": direction}))
    assert (given.word, given.least, given.difference) == (word, True, 11)
    assert (label(given.period, "annual"), base(given, "annual")) == ("1895", "1894")


def test_a_minimum_that_is_not_higher_decides_nothing(ruritania):
    """4 audiences in 1893, 2 in 1894; until the end of April 1895 two at least."""
    years = ask(ruritania, "audiences@by_year", as_of="1895-04-30")
    assert judged(years) == changed(years, "1894")


def test_a_fall_is_no_verdict_where_a_later_minimum_is_a_little_higher(copy):
    """14 audiences in 1893, 2 in 1894, 3 at least in 1895."""
    more_audiences(copy, 40, *(day.replace("1895", "1893") for day in DAYS))
    years = asked(copy, **YEARLY)
    assert changed(years, "1894").word == "worse"
    given = judged(years)
    assert (given.word, given.base, label(given.period, "annual")) == ("not comparable", None, "1895")


def test_what_has_been_counted_of_a_year_is_a_minimum_of_it(copy):
    """2 in all of 1894; 12 until 20 May 1896, which are all."""
    more_audiences(copy, 40, *(day.replace("1895", "1896") for day in DAYS))
    given = judged(asked(copy, **YEARLY))
    assert (given.word, given.least, label(given.period, "annual"), given.difference) == ("better", True, "1896", 10)


def test_the_minimum_of_a_season_is_compared_with_that_season(copy):
    """Seven at least in January 1895, and none in January 1894; in December 1894 none either."""
    edited(copy, *AUDIENCE_OF_1894[:2], "e-11,1894-07-01,,day")
    more_audiences(copy, 40, *(f"1895-01-1{n}" for n in range(7)))
    asked(copy, direction="higher is better", season=True)
    given = judged(ask(opened(copy), "asked", as_of="1895-03-31"), "1894-12")
    assert (given.word, label(given.period, "monthly"), base(given)) == ("better", "1895-01", "1894-01")


def test_only_the_latest_comparable_value_has_a_verdict_of_its_own(copy):
    more_audiences(copy, 40, *DAYS)
    years = asked(copy, **YEARLY)
    assert judged(years, "1893") == changed(years, "1893")


# ---- printed zeros ----


def michael(folder, august):
    """Hentzau Weekly's polls of Michael: 26 in July, and in August."""
    edited(folder, "data/polls.csv", "p-12,Michael,Hentzau Weekly,1895-08-31,30", f"p-12,Michael,Hentzau Weekly,1895-08-31,{august}")
    last = {"last": {"of": "approve_pct"}}
    unit = {"unit": "per cent of drinkers", "direction": "higher is better"}
    return changed(asked(folder, table="polls", where={"leader": "Michael"}, coverage=None, reduce=last, **unit), "1895-08")


@pytest.mark.parametrize(
    ("august", "word", "way"), [("26.04", "about the same", 0), ("25.96", "about the same", 0), ("26.06", "better", 1)]
)
def test_a_difference_that_prints_as_zero_has_no_direction(copy, august, word, way):
    given = michael(copy, august)
    assert (given.word, given.way) == (word, way)


@given(st.integers(0, 40), st.integers(0, 40), st.sampled_from([28, 31, 365]), st.sampled_from([28, 31, 366]))
def test_the_chance_of_two_counts_is_that_of_its_definition(first, second, first_days, second_days):
    """In fractions: all outcomes that are at most as likely as the one observed."""
    total, share = first + second, Fraction(second_days, first_days + second_days)
    chances = [math.comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(total + 1)]
    expected = sum(chance for chance in chances if chance <= chances[second])
    assert poisson_test(first, second, first_days, second_days) == pytest.approx(float(expected), rel=1e-9)


def test_the_chance_of_two_large_counts_is_that_of_the_normal_distribution():
    first, second = 5_000_000, 5_003_000
    deviations = (second - first - 1) / math.sqrt(first + second)  # with the correction for continuity
    assert poisson_test(first, second, 31, 31) == pytest.approx(math.erfc(deviations / math.sqrt(2)), rel=1e-5)
    assert poisson_test(first, 2 * first, 31, 31) == 0.0
