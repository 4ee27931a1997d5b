"""Series to series: windows of the calendar, changes, indices, and what is carried along."""

import math

import pandas as pd
import pytest

from indicators.compute.carry import transformed
from indicators.compute.exactness import Draft
from indicators.compute.pipeline import frequencies
from indicators.nouns.periods import parse_period
from indicators.operations import transform
from indicators.operations.registry import step_from_text
from indicators.problems import ProblemsFound
from indicators.reading.project import open_project
from tests.builders import AUDIENCE_OF_1894, SALVO_OF_1895, appended, ask, asked, at, defined, edited, ids, months, opened, plain, told

TRAVEL = "ruritanians_in_graustark"


def test_a_window_wants_a_value_in_every_period():
    assert plain(transform.rolling_sum(months("1895-01", 1, 2, None, 4, 5, 6), window=2)) == [None, 3, None, None, 9, 11]
    assert plain(transform.rolling_mean(months("1895-01", 1, 2, None, 4, 5, 6), window=2)) == [None, 1.5, None, None, 4.5, 5.5]


def test_change_and_pct_change_reach_back_by_periods():
    assert plain(transform.change(months("1895-01", 1, 3, None, 4))) == [None, 2, None, None]
    assert plain(transform.change(months("1895-01", 1, 3, 7), periods=2)) == [None, None, 6]
    assert plain(transform.pct_change(months("1895-01", 4, 5, 0, 1))) == [None, 25, -100, None]  # nothing grows from nothing


def test_cumulative_ends_at_the_first_hole():
    assert plain(transform.cumulative(months("1895-01", 1, 2, None, 4))) == [1, 3, None, None]


def test_no_transform_touches_what_it_was_given():
    series = months("1895-01", 1, 2, None, 4)
    for given in (transform.cumulative(series), transform.change(series), transform.rolling_sum(series, window=2)):
        assert list(given.index) == list(series.index)
    assert plain(series) == [1, 2, None, 4]


def test_three_issues_of_audiences_by_hand(ruritania):
    """By issue from 1893-T1: 2 1 1, 0 1 0, then at least 2, at least nothing, unknown, 1, and 1 so far. Minimums add up to a minimum."""
    rolled = ask(ruritania, "audiences_in_three_periods")
    expected = {"1893-T1": None, "1893-T2": None, "1893-T3": 4, "1894-T1": 2, "1894-T2": 2, "1894-T3": 1, "1895-T1": 3}
    assert told(rolled) == {"1892-T3": None} | expected | {"1895-T2": 2, "1895-T3": None, "1896-T1": None, "1896-T2": None}
    assert at(rolled, "1895-T2")["at_least"]


def test_a_window_carries_the_worst_coverage_and_at_least_and_all_rows(ruritania):
    rolled = ask(ruritania, "audiences_in_three_periods")
    spring = at(rolled, "1895-T1")
    assert (spring["coverage"], bool(spring["at_least"])) == ("partial", True)
    assert ids(rolled, "1895-T1") == ["e-15", "e-29", "e-30"]
    assert (at(rolled, "1893-T3")["coverage"], bool(at(rolled, "1893-T3")["at_least"])) == ("complete", False)


def test_twelve_months_asked_by_a_page(ruritania):
    """July 1893 to June 1894 holds the New Year's ball and the audience of May."""
    rolled = ask(ruritania, "audiences", transform=("rolling_sum:window=12",))
    values = told(rolled)
    assert [values[m] for m in ("1893-11", "1893-12", "1894-06", "1894-12")] == [None, 4, 2, 1]
    assert ids(rolled, "1894-06") == ["e-10", "e-15"]


def test_a_window_that_is_not_over_is_provisional(ruritania):
    may = at(ask(ruritania, "audiences", transform=("rolling_sum:window=2",)), "1896-05")
    assert (may["value"], may["status"]) == (1, "P")


def test_a_window_takes_the_first_letter_that_applies(ruritania):
    """January 1896 is provisional, February a guess: together provisional."""
    february = at(ask(ruritania, TRAVEL, transform=("rolling_sum:window=2",)), "1896-02")
    assert (february["value"], february["status"]) == (9000, "P")


def test_at_least_survives_only_sums(ruritania):
    for name in ("change", "rolling_mean:window=2"):
        march = at(ask(ruritania, "guns_heard", transform=(name,)), "1895-03")
        assert (march["status"], bool(march["at_least"])) == ("M", False)
    march = at(ask(ruritania, "guns_heard", transform=("rolling_sum:window=2",)), "1895-03")
    assert (march["value"], bool(march["at_least"])) == (5, True)


def test_cumulative_guns_by_hand(copy):
    """12, 12, at least 17, at least 21, 21, and from June on the value is not known: 'several' alone is no number."""
    edited(copy, *SALVO_OF_1895)
    total = ask(opened(copy), "guns_heard", transform=("cumulative",))
    assert [told(total)[f"1895-0{m}"] for m in range(1, 8)] == [12, 12, 17, 21, 21, None, None]
    assert [told(total, "at_least")[f"1895-0{m}"] for m in range(1, 6)] == [False, False, True, True, True]


RUNNING = {"frequency": "annual", "as_of": "1894-06-30"}
"""Half of 1894: the audience of May; that of some day is written down in December. All of 1893 had four."""


@pytest.mark.parametrize("step", ["change", "pct_change", "year_on_year", "rolling_mean:window=2", "rebase:period=1893"])
def test_a_count_that_is_not_over_is_compared_with_no_whole_one(ruritania, step):
    half = at(ask(ruritania, "audiences", transform=(step,), **RUNNING), "1894")
    assert (half["status"], half["why"]) == ("M", "not-over")


def test_what_does_not_depend_on_the_length_of_a_period_is_compared_before_it_is_over(ruritania):
    """The only poll of 1 to 14 February 1895 gave 50, the average of January is 53.3."""
    february = at(ask(ruritania, "approval", transform=("change",), as_of="1895-02-20"), "1895-02")
    assert (round(february["value"], 1), february["status"]) == (-3.3, "P")


def test_a_running_rate_has_the_days_so_far(ruritania):
    half = at(ask(ruritania, "audiences", transform=("per_day",), **RUNNING), "1894")
    assert half["value"] == pytest.approx(1 / 181)
    assert told(ask(ruritania, "pace_of_audiences", as_of="1894-06-30"))["1894"] == 181
    assert told(ask(ruritania, "pace_of_audiences"))["1893"] == 365 / 4


def test_a_window_a_day_has_all_its_days(ruritania):
    """January and February 1895: 6000 travellers in 59 days."""
    steps = ("rolling_sum:window=2", "per_day")
    assert at(ask(ruritania, TRAVEL, transform=steps), "1895-02")["value"] == pytest.approx(6000 / 59)
    mean = at(ask(ruritania, TRAVEL, transform=("rolling_mean:window=2", "per_day")), "1895-02")
    assert mean["value"] == pytest.approx(6000 / 59)
    so_far = at(ask(ruritania, TRAVEL, transform=("year_to_date", "per_day")), "1895-03")
    assert so_far["value"] == pytest.approx(12000 / 90)


def test_a_year_to_date_is_right_before_the_period_is_over(ruritania):
    """The audience of 14 February 1893; that of the 28th is to come."""
    february = at(ask(ruritania, "audiences", transform=("year_to_date",), as_of="1893-02-20"), "1893-02")
    assert (february["value"], february["status"]) == (1, "P")


def test_a_row_in_doubt_makes_a_window_at_least_and_is_listed_with_it(ruritania):
    """March to May 1894: the audience of May, and perhaps the one of some day of 1894."""
    may = ask(ruritania, "audiences", transform=("rolling_sum:window=3",))
    assert (at(may, "1894-05")["value"], at(may, "1894-05")["at_least"]) == (1, True)
    assert at(may, "1894-03")["why"] == "may-belong"
    assert may.loose_in(parse_period("1894-05")[0]) == ("envoys:e-11",)


def test_year_to_date_begins_anew_in_january(ruritania):
    """1895: 2000, 6000, 12000, 20000, and the lost page of May ends the year's total."""
    to_date = told(ask(ruritania, TRAVEL, transform=("year_to_date",)))
    assert to_date["1894-12"] == 78000
    assert [to_date[f"1895-{m}"] for m in ("01", "04", "05", "06", "12")] == [2000, 20000, None, None, None]
    assert to_date["1896-02"] == 9000


def test_per_day_knows_the_calendar(ruritania):
    daily = told(ask(ruritania, TRAVEL, transform=("per_day",)))
    assert daily["1894-02"] == pytest.approx(2000 / 28, abs=1e-6)
    assert daily["1896-02"] == pytest.approx(6000 / 29, abs=1e-6)  # 1896 was a leap year


def test_year_on_year_by_hand(ruritania):
    """1895 doubles 1894; 1896 is half again as much; February 1896 is a guess, so its growth is one."""
    growth = ask(ruritania, "growth_over_a_year")
    values = told(growth)
    assert [values[m] for m in ("1894-12", "1895-01", "1895-05", "1895-12", "1896-01", "1896-02")] == [None, 100, None, 100, 50, 50]
    assert [told(growth, "status")[m] for m in ("1895-01", "1896-01", "1896-02")] == ["A", "P", "E"]


def test_year_on_year_is_made_of_both_years(ruritania):
    assert ids(ask(ruritania, "growth_over_a_year"), "1895-01") == ["1894-01|RUR|GRA", "1895-01|RUR|GRA"]


def test_year_on_year_against_one_year(ruritania):
    """Twice and thrice the months of 1894."""
    growth = told(ask(ruritania, "growth_over_a_year@against_1894"))
    assert [growth[m] for m in ("1895-01", "1895-12", "1896-01", "1896-02")] == [100, 100, 200, 200]


@pytest.mark.parametrize("name", ["year_on_year", "change", "pct_change", "rebase:period=1894-02", "change:periods=12"])
def test_no_change_is_computed_across_a_break(ruritania, name):
    """In March 1896 the toll book begins."""
    march = at(ask(ruritania, TRAVEL, transform=(name,)), "1896-03")
    assert march["status"] == "M"
    assert march["why"]


def test_without_the_break_it_is_computed(ruritania):
    changes = told(ask(ruritania, f"{TRAVEL}@without_breaks", transform=("change",)))
    assert changes["1896-03"] == 3000


def test_rebase_is_100_in_its_period(ruritania):
    assert [told(ask(ruritania, TRAVEL, transform=("rebase:period=1894-02",)))[m] for m in ("1894-01", "1894-02", "1894-03")] == [
        50,
        100,
        150,
    ]


def test_rebase_takes_a_year_from_the_text_of_a_page(ruritania):
    """Of the last months: 12000 in 1894, 24000 in 1895."""
    assert told(ask(ruritania, f"{TRAVEL}@at_last", frequency="annual", transform=("rebase:period=1895",)))["1894"] == 50


def test_no_index_uses_a_base_that_the_table_refuses(ruritania):
    """The cheese embargo of June and July 1894: no base for a change in per cent, and an index is one."""
    index = ask(ruritania, f"{TRAVEL}@at_last", frequency="annual", transform=("rebase:period=1894",))
    assert set(told(index).values()) == {None}


def test_rebase_in_a_definition(copy):
    of = {
        "table": "travellers",
        "where": {"origin": "RUR"},
        "coverage": [],
        "reduce": {"last": {"of": "travellers"}},
        "frequency": "annual",
    }
    assert told(asked(copy, **of, transform=[{"rebase": {"period": "1895"}}]))["1894"] == 50


def test_the_page_s_transform_comes_after_the_definition_s_own(ruritania):
    """Growth of 100 % in each month: a mean of growth, not the growth of a mean."""
    mean = told(ask(ruritania, "growth_over_a_year", transform=("rolling_mean:window=2",)))
    assert (mean["1895-01"], mean["1895-02"]) == (None, 100)


def test_transforms_run_in_their_order(copy):
    """The change of sums of two months: 1000 + 2000, then 2000 + 3000."""
    steps = [{"rolling_sum": {"window": 2}}, "change"]
    given = told(
        asked(copy, table="travellers", where={"origin": "RUR"}, coverage=[], reduce={"sum": {"of": "travellers"}}, transform=steps)
    )
    assert (given["1894-02"], given["1894-03"]) == (None, 2000)


@pytest.mark.parametrize("period", ["9999", "0999", "1894-02-30"])
def test_a_base_out_of_time_is_refused(ruritania, period):
    with pytest.raises(ProblemsFound):
        ask(ruritania, TRAVEL, transform=(f"rebase:period={period}",))


def test_no_growth_is_computed_from_the_embargo(ruritania):
    """June and July 1894 are no base; in August 1895 twice as many travel as in August 1894."""
    growth = ask(ruritania, "growth_over_a_year")
    assert [told(growth)[f"1895-0{m}"] for m in (6, 7, 8)] == [None, None, 100]
    assert at(growth, "1895-07")["why"] == "excluded-base"
    rebased = ask(ruritania, TRAVEL, transform=("rebase:period=1894-07",))
    assert set(told(rebased).values()) == {None}
    assert at(rebased, "1894-08")["why"] == "excluded-base"


def test_no_growth_is_computed_from_a_window_with_the_embargo(ruritania):
    """Sums of two months: that of August has July in it, that of September has not."""
    growth = ask(ruritania, TRAVEL, transform=("rolling_sum:window=2", "pct_change:periods=2"))
    assert [at(growth, f"1894-{m}")["why"] for m in ("08", "09", "10", "11")] == ["excluded-base", "excluded-base", "excluded-base", ""]
    assert told(growth)["1894-11"] == pytest.approx(100 * 4000 / 17000)


@pytest.mark.parametrize(("step", "many"), [("change", 2), ({"change": {"periods": 1}}, 2), ({"change": {"periods": 12}}, 1)])
def test_one_period_back_is_one_at_any_frequency_and_twelve_are_not(copy, step, many):
    defined(copy, steps={"transform": [step]})
    project = open_project(copy)
    assert len([f for f in frequencies(project, project.definitions["steps"]) if f in ("monthly", "annual")]) == many


def counted_from(first, last):
    """A series of 1, 2, 3 … from one period to another, and its calendar."""
    (start, frequency), (end, _) = parse_period(first), parse_period(last)
    periods = tuple(range(start, end + 1))
    return pd.Series([float(n + 1) for n in range(len(periods))], index=periods), transform.Calendar(periods, frequency)


def of_rows(first, last, values):
    """A draft with a row of its own behind each period; one more lies behind every other period."""
    series, calendar = counted_from(first, last)
    plain_columns = {"at_least": False, "status": 5, "coverage": 3, "stretch": 0, "over": True, "why": "", "reason": "", "floor": False}
    frame = pd.DataFrame({"value": values, **plain_columns, "keys": 0, "days": 1.0}, index=series.index)
    rows = tuple((f"r{place}", "shared") if place % 2 else (f"r{place}",) for place in range(len(series)))
    return Draft(frame.astype({"why": object, "reason": object}), rows, calendar.frequency, "duels", None, ("duels",), True)


@pytest.mark.parametrize(
    "text",
    [
        *("rolling_sum:window=5", "rolling_mean:window=8", "change:periods=3", "pct_change", "cumulative", "year_to_date", "per_day"),
        *("year_on_year", "year_on_year:reference=1896", "rebase:period=1895-06", "rebase:period=1896-W01"),
    ],
)
@pytest.mark.parametrize(("first", "last"), [("1894-W40", "1896-W20"), ("1895-05-20", "1896-07-05"), ("1893-05", "1896-12")])
def test_the_rows_behind_a_value_are_those_whose_numbers_it_changes_with(text, first, last):
    """Numbers are changed in turn. One that is its own base is 0 or 100 whatever it is."""
    size, step = len(counted_from(first, last)[0]), step_from_text(text)
    values = [float(place % 7 + 2) for place in range(size)]
    before = transformed(of_rows(first, last, values), step, ())
    named = [{int(row[1:]) for row in rows if row != "shared"} for rows in before.rows]
    changed = range(0, size, 31 if size > 100 else 1)
    found = [set() for _ in range(size)]
    for one in changed:
        other = transformed(of_rows(first, last, [*values[:one], values[one] + 1, *values[one + 1 :]]), step, ())
        for place in (other.values["value"] != before.values["value"]).to_numpy().nonzero()[0].tolist():
            found[place].add(one)
    given = before.values["value"].notna().to_numpy().nonzero()[0].tolist()
    assert given
    for place in given:
        assert found[place] == named[place] & {*changed} or (named[place] == {place} and not found[place])
        assert ("shared" in before.rows[place]) == any(one % 2 for one in named[place])


@pytest.mark.parametrize(
    ("label", "reference", "base"),
    [
        ("1895-W10", None, "1894-W10"),
        ("1897-W01", None, "1896-W01"),  # 1896 had 53 weeks
        ("1896-W53", None, None),  # 1895 had 52
        ("1896-W10", 1894, "1894-W10"),
        ("1896-W53", 1894, None),
        ("1895-03-01", None, "1894-03-01"),
        ("1896-02-28", None, "1895-02-28"),
        ("1896-02-29", None, None),  # 1895 was no leap year
        ("1896-03-01", None, "1895-03-01"),  # 366 days before
        ("1896-12-31", 1894, "1894-12-31"),
        ("1894-05-05", None, None),  # nothing is known of 1893
    ],
)
def test_year_on_year_goes_back_to_the_period_of_the_same_name(label, reference, base):
    series, calendar = counted_from(*(("1894-W01", "1897-W10") if "W" in label else ("1894-01-01", "1897-03-10")))
    given = transform.year_on_year(series, calendar=calendar, reference=reference)[parse_period(label)[0]]
    if base is None:
        assert math.isnan(given)
    else:
        now, before = series[parse_period(label)[0]], series[parse_period(base)[0]]
        assert given == pytest.approx((now - before) / before * 100)


def test_a_missing_value_that_is_its_own_base_has_its_own_reason(ruritania):
    growth = ask(ruritania, "audiences", transform=("year_on_year:reference=1895",))
    assert at(growth, "1895-01")["reason"] == at(ask(ruritania, "audiences"), "1895-01")["reason"] != ""


def test_year_on_year_by_week_through_a_definition(copy):
    """An audience in week 9 of 1893, and one more written into week 9 of 1894: no change, of two weeks' rows."""
    appended(copy, "data/envoys.csv", "e-38,1894-02-28,,day,meeting,RUR;GRA,RUR;GRA,sovereign,crown,,A joke.,court_diary,1894-03-01")
    edited(copy, "data/coverage.csv", "complete,6,the throne", "complete,7,the throne")
    edited(copy, *AUDIENCE_OF_1894)
    growth = asked(copy, frequency="weekly", transform="year_on_year")
    assert told(growth)["1894-W09"] == 0
    assert ids(growth, "1894-W09") == ["e-03", "e-38"]


@pytest.mark.parametrize("step", ["pct_change", {"year_on_year": {}}, {"rebase": {"period": "1894"}}])
def test_a_rise_from_below_zero_is_no_fall_in_per_cent(copy, step):
    """From -5 to 1 is a rise; in per cent of -5 it would be -120."""
    edited(copy, "data/travellers.resource.yaml", "blank where the ink ran., constraints: {minimum: 0}", "blank where the ink ran.")
    path = copy / "data/travellers.csv"
    header, *rows = path.read_text().splitlines()
    years = (
        f"{year}-{month:02d},GRA,RUR,{-5 if year == 1894 else 1},counted,gate_book,gate_keeper"
        for year in (1894, 1895)
        for month in range(1, 13)
    )
    path.write_text("\n".join([header, *(row for row in rows if ",GRA,RUR," not in row), *years]) + "\n")
    where = {"origin": "GRA", "destination": "RUR"}
    about = {"table": "travellers", "where": where, "coverage": None, "reduce": {"sum": {"of": "travellers"}}, "frequency": "annual"}
    assert told(asked(copy, **about, transform=[step]))["1895"] is None
