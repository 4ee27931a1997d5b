"""What is measured by days: each operation by itself on a few rows, and through a definition."""

import datetime
from dataclasses import replace

import pytest

from indicators.nouns.periods import parse_period
from indicators.operations import days
from indicators.problems import ProblemsFound
from tests.builders import AUDIENCE_OF_1894, AUDIENCES, appended, ask, asked, at, defined, edited, ids, opened, plain, rows, told

JANUARY, FEBRUARY, MARCH = (parse_period(f"1895-0{n}")[0] for n in (1, 2, 3))
SALVOS = {"table": "cannonades", "where": {}, "coverage": "all_cannonades"}


def test_days_per_row_divides_the_days_of_the_period():
    pace = days.days_per_row(rows("1895-01-01", "1895-01-31", "1895-02-01"))
    assert pace.to_dict() == {JANUARY: 15.5, FEBRUARY: 28}


def test_gaps_lie_inside_a_period_and_want_two_rows():
    """January: 3 and 10 days; nothing leads from 14 January to 1 February, and February is alone."""
    salvos = rows("1895-01-14", "1895-01-01", "1895-01-04", "1895-02-01")
    assert days.median_gap(salvos).dropna().to_dict() == {JANUARY: 6.5}
    assert days.longest_gap(salvos).dropna().to_dict() == {JANUARY: 10}


def test_two_rows_on_one_day_are_a_gap_of_nothing():
    assert days.median_gap(rows("1895-01-14", "1895-01-14")).to_dict() == {JANUARY: 0}


def test_even_gaps_do_not_vary_and_a_burst_varies_more_than_chance():
    """Gaps of 7, 7 and 7; of 4 and 12 (mean 8, deviation 4); of 0, 0, 0 and 28 (mean 7, deviation the root of 147)."""
    weekly = rows("1895-01-01", "1895-01-08", "1895-01-15", "1895-01-22")
    uneven = rows("1895-01-01", "1895-01-05", "1895-01-17")
    burst = rows("1895-01-01", "1895-01-01", "1895-01-01", "1895-01-01", "1895-01-29")
    assert [plain(days.gap_variation(some)) for some in (weekly, uneven, burst)] == [[0], [0.5], [round(147**0.5 / 7, 6)]]


def test_two_gaps_are_needed_and_those_of_one_day_say_nothing():
    assert plain(days.gap_variation(rows("1895-01-01", "1895-01-08"))) == [None]
    assert plain(days.gap_variation(rows("1895-01-01", "1895-01-01", "1895-01-01"))) == [None]


def test_inexact_days_make_no_gap():
    salvos = rows("1895-01-01", "1895-01-05", "1895-01-09", inexact=[1])
    assert days.longest_gap(salvos).to_dict() == {JANUARY: 8}


def test_days_to_the_next_drill(ruritania):
    """January: 2 days and 0. March: the dated drill of April rained off, another is only 'April'. April: 17 April to 10 May."""
    lags = told(ask(ruritania, "drill_after_salvo"))
    assert {m: lags[f"1895-{m}"] for m in ("01", "02", "03", "04", "06", "07", "12")} == {
        "01": 1, "02": None, "03": None, "04": 23, "06": None, "07": None, "12": None,
    }  # fmt: skip


def test_a_lag_of_exactly_the_limit_is_within_it(copy):
    lags = {}
    for within in (22, 23, 41):
        reduce_ = {"days_to_next": {"to": {"table": "drills", "where": {"outcome": "held"}}, "within": within}}
        lags[within] = told(asked(copy, **SALVOS, reduce=reduce_))
    assert [lags[w]["1895-04"] for w in (22, 23)] == [None, 23]
    assert lags[41]["1895-07"] == 41  # 20 July to 30 August; the approximate salvo of 2 July would be 59


def test_the_filter_of_the_other_table_counts(copy):
    lags = told(asked(copy, **SALVOS, reduce={"days_to_next": {"to": {"table": "drills"}, "within": 30}}))
    assert lags["1895-04"] == 3  # to the drill of 20 April that rained off


def test_the_median_lag_of_a_year(copy):
    lags = told(asked(copy, **SALVOS, frequency="annual", reduce={"days_to_next": {"to": {"table": "drills"}, "within": 30}}))
    assert lags["1895"] == 2  # of 2, 0 and 3


def test_a_lag_knows_both_of_its_rows(ruritania):
    """January: 10 to 12, and 24 to 24."""
    lags = ask(ruritania, "drill_after_salvo")
    assert ids(lags, "1895-01") == ["c-01", "c-02", "d-1", "d-2"]
    assert lags.tables == ("cannonades", "drills")


NEXT = {"to": {"table": "drills", "where": {"outcome": "held"}}, "within": 30}


def test_the_share_of_days_with_a_salvo_that_a_drill_followed(copy):
    """Of 10 and 24 January, 5 March, 17 April, 9 June, 20 July and 30 December the first two and the fourth; a day counts once."""
    appended(copy, "data/cannonades.csv", "c-11,1895-01-24,day,1,exact,mill,border_guard")
    edited(copy, "data/cannonades.resource.yaml", "level: complete, found: 10", "level: complete, found: 11")
    shares = asked(copy, **SALVOS, frequency="annual", reduce={"share_with_next": NEXT})
    assert told(shares)["1895"] == round(3 / 7, 6)
    assert not at(shares, "1895")["at_least"]
    assert {"d-1", "d-2", "d-5"} < set(ids(shares, "1895"))


def graded_drills(folder):
    """Drills as events of which some may be missing; July was not looked at."""
    halves = [("1895-01-01", "1895-06-30"), ("1895-08-01", "1895-12-31")]
    spans = ", ".join(f"{{category: drills, from: {start}, to: {end}, level: partial}}" for start, end in halves)
    more = f"kind: events\n  credit: The guard\n  categories: {{drills: {{}}}}\n  coverage: [{spans}]"
    edited(folder, "data/drills.resource.yaml", "kind: reference", more)


def test_a_share_that_a_missed_drill_could_only_raise_is_at_least(copy):
    graded_drills(copy)
    to = NEXT["to"] | {"coverage": "drills"}
    shares = asked(copy, **SALVOS, reduce={"share_with_next": NEXT | {"to": to}})
    bounds = told(shares, "at_least")
    assert [(told(shares)[f"1895-{m}"], bounds[f"1895-{m}"]) for m in ("01", "03", "04")] == [
        (1, True),
        (None, False),
        (1, True),
    ]  # of March: at least nothing says nothing
    assert told(shares)["1895-07"] is None  # nobody looked for drills then
    lags = at(asked(copy, **SALVOS, reduce={"days_to_next": NEXT | {"to": to}}), "1895-01")
    # One more drill could make a lag shorter or add a longer one.
    assert (lags["value"], lags["at_least"], lags["status"], lags["coverage"]) == (1, False, "E", "partial")


def test_a_salvo_that_was_missed_may_lower_the_share(copy):
    """Where the salvos themselves are partial nothing is known."""
    edited(copy, "data/cannonades.resource.yaml", "level: complete, found: 10", "level: partial, found: 10")
    shares = asked(copy, **SALVOS, frequency="annual", reduce={"share_with_next": NEXT})
    assert told(shares)["1895"] is None


def test_a_share_is_provisional_until_all_days_that_it_looks_at_are_over(copy):
    """The salvo of 20 July and the drill of 30 August lie 41 days apart."""
    shares = {"table": "cannonades", "where": {}, "coverage": "all_cannonades", "reduce": {"share_with_next": NEXT | {"within": 60}}}
    defined(copy, asked=shares)
    project = opened(copy)
    early, late = (ask(project, "asked", as_of=day) for day in ("1895-08-05", "1895-09-30"))
    assert (at(early, "1895-07")["value"], at(early, "1895-07")["status"]) == (0, "P")
    assert (at(late, "1895-07")["value"], at(late, "1895-07")["status"]) == (1, "A")


def test_days_after_the_end_of_a_collection_were_not_looked_at(copy):
    """Drills were followed to the end of April: for the days of April that look into May the share is a minimum."""
    span = "[{category: drills, from: 1895-01-01, to: 1895-04-30, level: complete}]"
    edited(copy, "data/drills.resource.yaml", "kind: reference", f"kind: events\n  categories: {{drills: {{}}}}\n  coverage: {span}")
    drills = {"table": "drills", "where": {"outcome": "held"}, "coverage": "drills"}
    shares = asked(copy, **drills, reduce={"share_of_days_with_next": {"within": 10}})
    assert (at(shares, "1895-02")["value"], at(shares, "1895-02")["at_least"]) == (0, False)  # no drill till March: a counted zero
    assert at(shares, "1895-04")["at_least"]


def test_columns_for_which_the_other_grade_does_not_hold_have_none(copy):
    """The dance cards do not say what was talked about."""
    to = {"table": "envoys", "where": {"kind": "waltz"}, "coverage": "waltzes"}
    for where, value in (({"kind": "waltz"}, 0), ({"kind": "waltz", "topic": "opera"}, None)):
        reduce_ = {"share_with_next": {"to": to | {"where": where}, "within": 1}}
        assert told(asked(copy, **SALVOS, frequency="annual", reduce=reduce_))["1895"] == value


def test_the_share_of_all_days_that_a_drill_follows(copy):
    """Within ten days: 2 to 12 and 14 to 24 January, 30 April, 1 to 10 May, 20 to 30 August. The drill of some day in April is left out."""
    graded_drills(copy)
    drills = {"table": "drills", "where": {"outcome": "held"}, "coverage": "drills"}
    shares = asked(copy, **drills, reduce={"share_of_days_with_next": {"within": 10}})
    values = told(shares)
    assert [values[f"1895-{m}"] for m in ("01", "04", "05", "08")] == [round(n, 6) for n in (22 / 31, 1 / 30, 10 / 31, 11 / 31)]
    assert at(shares, "1895-04")["at_least"]
    assert ids(shares, "1895-04") == ["d-5"]  # of May; 30 April is ten days before it


def test_a_period_that_is_not_over_has_the_days_so_far():
    """To 20 January: three rows in 20 days; the 10th and the five days before it are near a row."""
    to_date = replace(rows("1895-01-10", "1895-01-10", "1895-01-10"), today=datetime.date(1895, 1, 20))
    assert plain(days.days_per_row(to_date)) == [6.666667]
    assert plain(days.share_of_days_with_next(to_date, within=5)) == [0.3]


# ---- first and last days, lengths ----


YEARLY = {"where": AUDIENCES, "coverage": "audiences", "frequency": "annual", "unit": "days into the year"}


def test_the_first_day_is_the_day_of_the_year(copy):
    """14 February 1893 is the 45th; May 1896, the year so far, began with 2 February, the 33rd."""
    first = asked(copy, **YEARLY, reduce="first_day")
    assert told(first)["1893"] == 45
    assert ids(first, "1893") == ["e-02"]
    assert told(first)["1896"] == 33


def test_a_first_day_holds_for_its_own_periods_alone(copy):
    defined(copy, first_audience=YEARLY | {"reduce": "first_day"})
    with pytest.raises(ProblemsFound, match="goes by the days of its own periods"):
        ask(opened(copy), "first_audience", frequency="monthly")


def test_a_row_of_which_the_year_alone_is_known_may_be_the_first(copy):
    """1894: an audience on 5 May, and one on some day of the year."""
    assert told(asked(copy, **YEARLY, reduce="first_day"))["1894"] is None
    edited(copy, *AUDIENCE_OF_1894)
    assert told(asked(copy, **YEARLY, reduce="first_day"))["1894"] == 1


def test_there_is_no_first_day_where_an_earlier_row_may_be_missing(copy):
    first = asked(copy, **YEARLY, reduce="first_day")
    assert at(first, "1895")[["status", "why"]].tolist() == ["M", "not-exact"]
    duels = asked(copy, **YEARLY | {"where": {"kind": "duel"}, "coverage": "duels"}, reduce="first_day")
    assert at(duels, "1893")[["status", "why"]].tolist() == ["M", "no-rows"]


SINCE = {"where": {"kind": "meeting", "office": "foreign"}, "unit": "days", "reduce": "days_since_last"}


def test_days_since_the_last_row_run_on_through_months_without_one(copy):
    """The foreign ministers meet on 3 March, 7 July and 9 September 1893, and on 4 April 1894."""
    since = asked(copy, **SINCE, coverage="ministers")
    assert [told(since)[f"1893-0{n}"] for n in (2, 3, 4, 8, 9)] == [None, 28, 58, 55, 21]
    assert ids(since, "1893-04") == ["e-04"]
    assert at(since, "1893-02")["why"] == "no-rows"
    assert told(since)["1894-03"] == (31 - 9) + 31 + 30 + 31 + 31 + 28 + 31 - 1


def test_days_since_are_unknown_after_a_day_that_was_not_collected(copy):
    """The numbers of the ministry end with 1894; the meeting of February 1895 was not its own."""
    since = asked(copy, **SINCE, coverage="ministers")
    assert told(since)["1894-12"] == 19 + 31
    assert [at(since, month)["status"] for month in ("1895-01", "1895-02", "1895-09")] == ["M", "M", "M"]
    assert at(since, "1896-02")[["status", "coverage"]].tolist() == ["M", "partial"]  # the last row lies before a gap


def test_days_since_a_row_without_its_day_are_a_minimum(copy):
    """1893: audiences on 14 and 28 February, in June, which may have been on its last day, and on 31 December. 1894: one on some day."""
    since = asked(copy, where=AUDIENCES, unit="days", reduce="days_since_last")
    assert [told(since)[month] for month in ("1893-02", "1893-05", "1893-06", "1893-07", "1893-12")] == [0, 92, None, 31, 0]
    assert [bool(at(since, month)["at_least"]) for month in ("1893-02", "1893-05", "1893-07", "1893-12")] == [False, False, True, False]
    assert [told(since)[month] for month in ("1894-04", "1894-05", "1894-12")] == [None, None, None]


def test_days_since_and_the_first_day_depend_on_the_days_between_alone(copy):
    """The ministry's numbers end in the middle of 1894: what comes after a first meeting, or before a last one, does not matter."""
    edited(copy, "data/coverage.csv", "1894-07-01,1894-12-31,complete,1,a new pen", "1894-07-01,1894-12-31,partial,1,no pen")
    first = asked(copy, **YEARLY | {"where": SINCE["where"], "coverage": "ministers"}, reduce="first_day")
    assert at(first, "1894")[["value", "coverage"]].tolist() == [31 + 28 + 31 + 4, "near_complete"]
    since = asked(copy, **SINCE, coverage="ministers")
    assert told(since)["1894-06"] == 26 + 31 + 30
    assert at(since, "1894-07")[["status", "why"]].tolist() == ["M", "not-exact"]


def test_today_is_the_end_of_a_month_that_is_not_over(copy):
    """10 May 1896, and today is the 20th."""
    assert told(asked(copy, where=AUDIENCES, unit="days", reduce="days_since_last"))["1896-05"] == 10


def test_a_row_lasts_from_its_first_day_to_its_last(copy):
    """The new year's ball lasts from 31 December to 2 January; the others have no last day, and so last a day at least."""
    lengths = {"of": "end_date"}
    least = asked(copy, **YEARLY, reduce={"days_lasted": lengths})
    assert at(least, "1893")[["value", "at_least"]].tolist() == [3 + 3, True]
    assert at(least, "1893")["reason"] == "3 of 4 rows have no `end_date`"
    told_in_full = {**YEARLY, "where": AUDIENCES | {"date_precision": "day"}}
    full = asked(copy, **told_in_full, reduce={"days_lasted": lengths | {"blanks": "one_day"}})
    assert at(full, "1893")[["value", "at_least"]].tolist() == [5, False]
    with_june = asked(copy, **YEARLY, reduce={"days_lasted": lengths | {"blanks": "one_day"}})
    assert at(with_june, "1893")[["value", "at_least"]].tolist() == [6, True]


def test_a_column_of_last_days_holds_days(copy):
    defined(copy, asked=YEARLY | {"reduce": {"days_lasted": {"of": "topic"}}})
    assert [(p.code, "end_date" in p.hint) for p in opened(copy).problems] == [("wrong-type", True)]


def test_days_with_several_rows(copy):
    """Five salvos on three days, and one of which the month alone is known, which may be on any of them."""
    salvos = rows("1895-01-05", "1895-01-05", "1895-01-09", "1895-01-22", "1895-01-22", inexact=[2])
    assert [days.days_with_rows(salvos, at_least=n).to_dict() for n in (1, 2, 3)] == [{JANUARY: 2}, {JANUARY: 2}, {JANUARY: 0}]
    rest = "meeting,RUR;GRA,RUR;GRA,sovereign,crown,cheese,Another.,court_diary,1893-03-01"
    appended(copy, "data/envoys.csv", f"e-38,1893-02-28,,day,{rest}")
    busy = asked(copy, **YEARLY | {"unit": "days"}, reduce={"days_with_rows": {"at_least": 2}})
    assert at(busy, "1893")[["value", "at_least"]].tolist() == [1, True]  # the audience of June may have been a second one
    assert at(asked(copy, where=AUDIENCES, unit="days", reduce={"days_with_rows": {"at_least": 2}}), "1893-03")["value"] == 0
