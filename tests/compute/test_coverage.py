"""Coverage: from spans of days to the level of a period, and from the level to zero, 'at least' or missing."""

import datetime

import pytest

from indicators.problems import Place
from indicators.warnings.run import warnings_of
from tests.builders import AUDIENCES, appended, ask, asked, at, edited, ids, line_of, opened, told

COVERAGE = "data/coverage.csv"
COURT = "indicators/definitions/court.yaml"


def test_a_month_without_rows_is_a_zero_where_the_turnstile_counted(ruritania):
    january = at(ask(ruritania, "audiences"), "1893-01")
    assert (january["value"], january["coverage"], january["status"], january["at_least"]) == (0, "complete", "A", False)


def test_a_partial_period_with_rows_is_at_least_what_was_found(ruritania):
    march = at(ask(ruritania, "audiences"), "1895-03")  # e-29 and e-30, as the page remembers
    assert (march["value"], march["at_least"], march["coverage"]) == (2, True, "partial")


def test_a_partial_period_without_rows_is_missing_and_says_why(ruritania):
    june = at(ask(ruritania, "audiences"), "1895-06")
    assert told(ask(ruritania, "audiences"))["1895-06"] is None
    assert (june["status"], june["coverage"]) == ("M", "partial")
    assert june["why"]


def test_a_sample_is_no_figure_but_its_rows_stay_to_be_read(ruritania):
    audiences = ask(ruritania, "audiences")
    assert told(audiences)["1895-10"] is None
    assert told(audiences, "coverage")["1895-10"] == "sample"
    assert ids(audiences, "1895-10") == ["e-33"]


def test_a_row_before_the_first_span_is_observed_but_no_figure(ruritania):
    audiences = ask(ruritania, "audiences")
    assert next(iter(told(audiences))) == "1892-11"  # the pheasant
    november = at(audiences, "1892-11")
    assert (november["coverage"], november["status"]) == ("none", "M")
    assert ids(audiences, "1892-11") == ["e-01"]


def test_a_series_begins_with_its_first_graded_or_observed_period(ruritania):
    """Slights are graded from 1894 on, and none is older. The partial whole of 1893 grades nothing but itself."""
    assert next(iter(told(ask(ruritania, "slights")))) == "1894"
    assert next(iter(told(ask(ruritania, "waltzes")))) == "1893"
    assert next(iter(told(ask(ruritania, "ruritanians_in_graustark")))) == "1894-01"


def test_years_of_audiences_by_hand(ruritania):
    """1893: e-02, e-03, e-06, e-10. 1894: e-11, e-15. 1895: two remembered and a rumour. 1896: e-34, e-37 so far."""
    by_year = ask(ruritania, "audiences@by_year")
    assert told(by_year) == {"1892": None, "1893": 4, "1894": 2, "1895": 3, "1896": 2}
    assert told(by_year, "coverage") == {
        "1892": "none",
        "1893": "complete",
        "1894": "complete",
        "1895": "partial",  # partial until August, then a sample: some day is partial or better
        "1896": "near_complete",  # nothing but the whole diary, which lifts
    }
    assert told(by_year, "at_least") == {"1892": False, "1893": False, "1894": False, "1895": True, "1896": False}


def test_complete_and_near_complete_days_give_the_lower_of_the_two(copy):
    ministers = {"kind": "meeting", "participants": {"exactly": ["RUR", "GRA"]}, "office": "foreign"}
    levels = told(asked(copy, where=ministers, coverage="ministers", frequency="annual"), "coverage")
    assert levels == {"1893": "complete", "1894": "near_complete", "1895": "none", "1896": "near_complete"}


def test_the_same_rule_holds_for_halves_of_that_year(copy):
    ministers = {"kind": "meeting", "participants": {"exactly": ["RUR", "GRA"]}, "office": "foreign"}
    levels = told(asked(copy, where=ministers, coverage="ministers", frequency="half-yearly"), "coverage")
    assert (levels["1894-H1"], levels["1894-H2"]) == ("near_complete", "complete")


def test_a_year_with_complete_and_ungraded_days_is_partial(copy):
    edited(copy, COVERAGE, "envoys,audiences,1893-01-01,1894-12-31,complete,6", "envoys,audiences,1893-01-01,1894-06-30,complete,6")
    year = at(asked(copy, where=AUDIENCES, frequency="annual"), "1894")
    assert (year["coverage"], year["value"], year["at_least"]) == ("partial", 2, True)


def test_a_year_with_sample_and_ungraded_days_is_a_sample(copy):
    edited(copy, COVERAGE, "envoys,audiences,1895-01-01,1895-08-31,partial,2", "envoys,audiences,1895-01-01,1895-08-31,none,2")
    year = at(asked(copy, where=AUDIENCES, frequency="annual"), "1895")
    assert (year["coverage"], year["status"]) == ("sample", "M")


def test_every_category_takes_the_worst_day_by_day(ruritania):
    """Crowns and ministers: 1893 4+2, 1894 2+2 (near_complete as the ministers'), 1895 none as the ministers', 1896 lifted."""
    both = ask(ruritania, "audiences@with_ministers", frequency="annual")
    assert told(both) == {"1892": None, "1893": 6, "1894": 4, "1895": None, "1896": 2}
    assert told(both, "coverage") == {"1892": "none", "1893": "complete", "1894": "near_complete", "1895": "none", "1896": "near_complete"}


def test_a_near_complete_whole_lifts_every_category(ruritania):
    assert {told(ask(ruritania, name), "coverage")["1896-01"] for name in ("audiences", "duels")} == {"near_complete"}


def test_a_partial_whole_lifts_nothing(ruritania):
    opera = ask(ruritania, "waltzes@with_opera")
    assert told(opera, "coverage")["1893"] == "none"  # though the whole of 1893 is partial, all columns
    assert told(opera)["1893"] is None


def test_a_span_for_some_columns_grades_only_those_who_read_no_others(ruritania):
    assert told(ask(ruritania, "waltzes")) == {"1893": 1, "1894": 1, "1895": 0, "1896": 0}
    levels = told(ask(ruritania, "waltzes@with_opera"), "coverage")
    assert (levels["1893"], levels["1894"], levels["1896"]) == ("none", "none", "near_complete")


def test_a_breakdown_by_a_column_that_was_not_kept_has_no_coverage(ruritania):
    parts = ask(ruritania, "waltzes", breakdown="topic").parts
    assert told(parts["opera"], "coverage")["1894"] == "none"
    assert told(parts["opera"])["1894"] is None


def test_below_the_finest_frequency_a_span_is_partial(copy):
    by_ruritania = {"kind": "slight", "initiator": "RUR"}
    monthly = asked(copy, where=by_ruritania, coverage="slights_by_ruritania")
    assert told(monthly, "coverage")["1894-02"] == "partial"
    assert (told(monthly)["1894-02"], told(monthly, "at_least")["1894-02"]) == (1, True)
    assert told(monthly)["1894-03"] is None


def test_at_the_finest_frequency_the_span_holds(copy):
    by_ruritania = {"kind": "slight", "initiator": "RUR"}
    annual = asked(copy, where=by_ruritania, coverage="slights_by_ruritania", frequency="annual")
    assert {y: told(annual)[y] for y in ("1894", "1895")} == {"1894": 2, "1895": 0}
    assert told(annual, "coverage")["1895"] == "near_complete"


@pytest.mark.parametrize("reduce", ["days_per_row", "median_gap", "longest_gap", {"share": {"where": {"level": "sovereign"}}}], ids=str)
def test_only_counts_and_sums_survive_partial_coverage(copy, reduce):
    march = at(asked(copy, reduce=reduce), "1895-03")  # two rows, but who knows
    assert (march["status"], march["coverage"], march["at_least"]) == ("M", "partial", False)


def test_distinct_topics_survive_partial_coverage_as_at_least(ruritania):
    """1894: cheese, borders, opera, but Graustark's slights were seen by chance. 1895: opera, cheese."""
    topics = ask(ruritania, "subjects_of_slights")
    assert [told(topics)[y] for y in ("1894", "1895", "1896")] == [3, 2, 1]
    assert (told(topics, "at_least")["1894"], told(topics, "at_least")["1895"]) == (True, False)


def test_no_score_where_the_value_is_at_least(ruritania):
    by_year = ask(ruritania, "audiences@by_year")
    assert told(by_year, "score") == {"1892": None, "1893": 100, "1894": 50, "1895": None, "1896": None}  # 1896 is not over


@pytest.mark.parametrize("normalise", [{"goalposts": {"low": 0, "high": 8}}, "minmax", "zscore", "percentile_rank"])
def test_a_year_that_is_not_over_has_no_score_and_does_not_move_those_of_others(copy, normalise):
    """Two audiences by 20 May 1896 are the fewest of all years, but of half a year: the same scores without them."""
    rule = {"frequency": "annual", "direction": "higher is better", "normalise": normalise}
    with_part = told(asked(copy, **rule), "score")
    path = copy / "data/envoys.csv"
    path.write_text("".join(line for line in path.read_text().splitlines(keepends=True) if not line.split(",")[1].startswith("1896")))
    without = told(ask(opened(copy), "asked"), "score")
    assert with_part["1896"] is None
    assert {year: with_part[year] for year in ("1893", "1894")} == {year: without[year] for year in ("1893", "1894")}


def test_a_sum_over_a_quarter_needs_every_month(ruritania):
    """1895-Q2: April and June are there, May is lost. 1895-Q3: 14000 + 16000 + 18000."""
    quarters = ask(ruritania, "ruritanians_in_graustark", frequency="quarterly")
    assert told(quarters)["1895-Q2"] is None
    assert told(quarters)["1895-Q3"] == 48000


def test_mean_and_last_need_one_month_only(ruritania):
    """1895-Q2: 8000 in April, 12000 in June."""
    assert told(ask(ruritania, "ruritanians_in_graustark@at_last", frequency="quarterly"))["1895-Q2"] == 12000
    assert told(ask(ruritania, "ruritanians_in_graustark@in_the_middle", frequency="quarterly"))["1895-Q2"] == 10000


def test_at_least_three_months_are_wanted_where_the_definition_says_so(ruritania):
    means = told(ask(ruritania, "ruritanians_in_graustark@on_average", frequency="quarterly"))
    assert (means["1895-Q1"], means["1895-Q2"]) == (4000, None)


def test_at_least_two_polls_are_wanted_where_the_definition_says_so(ruritania):
    approval = told(ask(ruritania, "approval@of_two_polls"))
    assert approval["1895-02"] is None
    assert approval["1895-01"] == pytest.approx(53.333333)


def test_a_category_that_is_too_narrow_is_a_warning(copy):
    """A call is no duel: e-25 is graded by nobody."""
    edited(copy, COURT, "    where: {kind: duel}\n", "    where: {kind: [duel, call]}\n")
    problems = list(warnings_of(opened(copy)))
    assert [(p.code, p.level, p.place) for p in problems] == [
        ("coverage-too-narrow", "warning", Place(COURT, line_of(copy, COURT, "    coverage: duels")))
    ]
    assert "e-25" in problems[0].message


def test_a_count_of_rows_found_that_is_wrong_is_a_warning(copy):
    line = edited(copy, COVERAGE, "1894-12-31,complete,8,", "1894-12-31,complete,9,")
    found = [(p.place.file, p.place.line, p.level) for p in opened(copy).problems if p.code == "coverage-count-differs"]
    assert found == [(COVERAGE, line, "warning")]


def test_a_warning_takes_no_number_away(copy):
    edited(copy, COVERAGE, "1894-12-31,complete,8,", "1894-12-31,complete,9,")
    assert told(ask(opened(copy), "duels"))["1894-06"] == 8


def test_a_span_more_makes_a_month_more(copy):
    appended(copy, COVERAGE, "envoys,duels,1895-01-01,1895-01-31,complete,0,the surgeon took a holiday,court_diary,,")
    duels = told(ask(opened(copy), "duels"))
    assert (duels["1895-01"], duels["1895-02"]) == (0, None)


def tolled(folder, *lost):
    """A table of ten travellers a day from January to April 1895, of which some pages are lost; its monthly sum."""
    days = [d for d in (datetime.date(1895, 1, 1) + datetime.timedelta(days=n) for n in range(120)) if d.isoformat() not in lost]
    (folder / "data/toll.csv").write_text("day,travellers\n" + "".join(f"{d},10\n" for d in days))
    number = "{name: travellers, type: integer, description: Persons., constraints: {minimum: 0}}"
    fields = f"[{{name: day, type: date, description: Day.}}, {number}]"
    relations = "{kind: observations, time: {start: day, every: day}, credit: The toll}"
    text = f"name: toll\npath: toll.csv\ntitle: Toll\nschema: {{fields: {fields}, primaryKey: [day]}}\nrelations: {relations}\n"
    (folder / "data/toll.resource.yaml").write_text(text)
    appended(folder, "data/datapackage.yaml", "  - toll.resource.yaml")
    return asked(folder, table="toll", where={}, coverage=None, reduce={"sum": {"of": "travellers"}})


def test_a_month_of_days_has_as_many_as_the_calendar_says(copy):
    sums = told(tolled(copy))
    assert [sums[f"1895-0{m}"] for m in range(1, 5)] == [310, 280, 310, 300]


@pytest.mark.parametrize("lost", ["1895-01-31", "1895-02-14", "1895-03-01", "1895-04-30"])
def test_a_month_with_a_day_lost_has_no_sum(copy, lost):
    sums = told(tolled(copy, lost))
    whole = {"1895-01": 310, "1895-02": 280, "1895-03": 310, "1895-04": 300}
    assert {month: sums[month] for month in whole} == whole | {lost[:7]: None}
