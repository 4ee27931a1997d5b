"""Better or worse than before: against what, by how much, and in which word."""

import pytest

from indicators.compute.change import change, latest, poisson_test
from indicators.nouns.periods import label, parse_period
from tests.builders import AUDIENCE_OF_1894, appended, ask, asked, edited, opened

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
    assert changed(so_far, "1894-04").why == "there is no comparable value a year earlier"


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
    assert changed(travel, "1896-02").why == "there is a break in the series between this value and the one before"


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
