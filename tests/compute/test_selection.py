"""As of when: provisional periods, periods not published yet, precision of dates, frequencies."""

import datetime

import pytest

from indicators.nouns.periods import FREQUENCY, parse_period
from indicators.problems import ProblemsFound
from tests.builders import AUDIENCES, SALVO_OF_1895, appended, ask, asked, at, defined, edited, faults, ids, opened, told

GUNS_BY_MONTH = {"01": 5, "02": 0, "03": 5, "04": 4, "05": 0, "06": None, "07": 7, "08": 0, "09": 0, "10": 0, "11": 0, "12": 2}
"""January 3+2; April 4 and 'several'; June only 'several'; July 1+6. The seven guns of 'some time in 1895' are in no month."""


def test_a_period_that_is_not_over_is_provisional_and_shows_its_value_to_date(ruritania):
    may = at(ask(ruritania, "audiences"), "1896-05")
    assert (may["value"], may["status"], may["over"], may["coverage"]) == (1, "P", False, "near_complete")


def test_the_period_before_is_over(ruritania):
    april = at(ask(ruritania, "audiences"), "1896-04")
    assert (april["value"], april["status"], bool(april["over"])) == (0, "A", True)


def test_a_series_ends_with_the_period_of_today(ruritania):
    for frequency, end in (("annual", "1896"), ("triannual", "1896-T2"), ("quarterly", "1896-Q2"), ("monthly", "1896-05")):
        assert list(told(ask(ruritania, "audiences", frequency=frequency)))[-1] == end


def test_a_series_has_no_holes_in_its_periods(ruritania):
    periods = ask(ruritania, "ruritanians_in_graustark").values.index.tolist()
    assert periods == list(range(periods[0], periods[0] + 29))  # January 1894 to May 1896


def test_a_period_after_the_last_row_is_not_published_yet(ruritania):
    travellers = ask(ruritania, "ruritanians_in_graustark")
    assert [told(travellers)[m] for m in ("1896-03", "1896-04", "1896-05")] == [9000, None, None]
    assert at(travellers, "1896-04")["why"] == "not-published"
    assert at(travellers, "1896-04")["status"] == "M"


def test_a_hole_before_the_last_row_has_another_reason(ruritania):
    may = at(ask(ruritania, "ruritanians_in_graustark"), "1895-05")
    assert may["why"] not in ("", "not-published")


def test_data_to_is_the_last_row_as_exactly_as_it_is_dated(ruritania):
    assert ask(ruritania, "audiences").as_of == datetime.date(1896, 5, 20)
    assert ask(ruritania, "approval").data_to == "1895-08-31"


def test_as_of_ends_the_series_earlier(ruritania):
    early = ask(ruritania, "audiences", as_of="1893-03-15")
    assert list(told(early))[-1] == "1893-03"
    assert at(early, "1893-03")["status"] == "P"
    assert early.as_of == datetime.date(1893, 3, 15)


def test_as_of_hides_rows_recorded_later(ruritania):
    """The audience of June 1893 was written down in March 1894, New Year's ball in January 1894."""
    then = told(ask(ruritania, "audiences", as_of="1893-12-31"))
    assert (then["1893-06"], then["1893-12"]) == (0, 0)
    later = told(ask(ruritania, "audiences", as_of="1894-01-31"))
    assert (later["1893-06"], later["1893-12"]) == (0, 1)
    assert told(ask(ruritania, "audiences"))["1893-06"] == 1


def test_as_of_the_last_day_of_a_period_finds_it_over(ruritania):
    then = ask(ruritania, "audiences", as_of="1893-12-31")
    assert (at(then, "1893-12")["status"], bool(at(then, "1893-12")["over"])) == ("A", True)


def test_a_table_that_records_says_nothing_about_dates(ruritania):
    assert not any("not what was known" in note for note in ask(ruritania, "audiences", as_of="1893-12-31").notes)


def test_as_of_without_recorded_hides_rows_dated_later_and_says_so(ruritania):
    then = ask(ruritania, "guns_heard", as_of="1895-03-02")
    assert told(then)["1895-01"] == 5
    assert "1895-04" not in told(then)
    assert [row for behind in then.rows for row in behind] == ["cannonades:c-01", "cannonades:c-02"]  # 5 March is to come
    assert any("dated to 1895-03-02, not what was known on 1895-03-02" in note.lower() for note in then.notes)


def test_a_quiet_month_that_was_covered_is_a_zero_though_no_later_row_is_known(copy):
    """Coverage decides about events: the guard did not sleep in February 1895, and heard nothing."""
    edited(copy, *SALVO_OF_1895)
    then = ask(opened(copy), "guns_heard", as_of="1895-03-02")
    assert told(then) == {"1895-01": 12, "1895-02": 0, "1895-03": 0}


def test_as_of_hides_observations_of_later_months(ruritania):
    then = told(ask(ruritania, "ruritanians_in_graustark", as_of="1894-02-28"))
    assert then == {"1894-01": 1000, "1894-02": 2000}


def test_as_of_hides_later_polls(ruritania):
    then = told(ask(ruritania, "approval", as_of="1895-01-20"))
    assert then == {"1895-01": 40}  # p-01 alone; p-02 is asked on the 31st


def test_month_and_approx_dates_count_in_their_month_and_longer_year_dates_only_in_the_year(ruritania):
    """The seven guns of some day of 1895 are in no month, so that no month is exact, and a quiet one is no zero."""
    monthly = ask(ruritania, "guns_heard")
    assert {m[5:]: v for m, v in told(monthly).items() if m.startswith("1895")} == {m: v or None for m, v in GUNS_BY_MONTH.items()}
    assert told(monthly, "at_least") == {label: value is not None for label, value in told(monthly).items()}
    assert told(ask(ruritania, "guns_heard", frequency="quarterly"))["1895-Q1"] == 10
    assert told(ask(ruritania, "guns_heard", frequency="annual"))["1895"] == 30  # 3+2+5+4+1+6+7+2


def test_a_year_dated_audience_is_in_no_month_and_in_no_third_of_its_year(ruritania):
    for frequency, label in (("monthly", "1894-01"), ("triannual", "1894-T1")):
        quiet = at(ask(ruritania, "audiences", frequency=frequency), label)
        assert (quiet["status"], quiet["why"], quiet["coverage"]) == ("M", "may-belong", "complete")
    assert ids(ask(ruritania, "audiences@by_year"), "1894") == ["e-11", "e-15"]


def test_a_month_dated_row_is_in_no_week(copy):
    weekly = asked(copy, frequency="weekly")
    assert sum(v or 0 for w, v in told(weekly).items() if w.startswith("1893")) == 3  # e-02, e-03, e-10, not e-06
    assert not any("e-06" in row for behind in weekly.rows for row in behind)


def test_every_week_that_overlaps_the_month_of_a_row_is_no_zero(copy):
    """June 1893, in which an audience was held, has days of the weeks 22 (29 May to 4 June) to 26 (26 June to 2 July)."""
    weekly = asked(copy, frequency="weekly")
    june = [f"1893-W{week}" for week in range(22, 27)]
    assert [told(weekly)[week] for week in ("1893-W21", *june, "1893-W27")] == [0, *[None] * 5, 0]
    assert {told(weekly, "why")[week] for week in june} == {"may-belong"}
    assert [weekly.loose_in(parse_period(week)[0]) for week in ("1893-W21", *june)] == [(), *[("envoys:e-06",)] * 5]


def test_every_day_of_the_month_of_a_row_is_no_zero(copy):
    daily = told(asked(copy, frequency="daily"))
    assert [daily[f"1893-{day}"] for day in ("05-31", "06-01", "06-30", "07-01")] == [0, None, None, 0]


def test_a_week_with_a_row_is_at_least_where_another_may_belong_to_it(copy):
    edited(copy, "data/envoys.csv", "e-06,1893-06-01,,month", "e-06,1893-02-01,,month")
    weekly = at(asked(copy, frequency="weekly"), "1893-W07")
    assert (weekly["value"], weekly["at_least"]) == (1, True)


def test_the_year_of_a_row_counts_where_it_is_known_and_no_longer_period_is_in_doubt(ruritania):
    annual = at(ask(ruritania, "audiences@by_year"), "1894")
    assert (annual["value"], annual["at_least"]) == (2, False)


def test_a_mean_is_missing_where_a_row_may_belong_to_it(ruritania):
    means = ask(ruritania, "guns_heard@on_average", frequency="monthly")
    assert set(told(means).values()) == {None}
    assert at(means, "1895-01")["why"] == "may-belong"


def test_what_is_measured_from_day_to_day_leaves_out_other_rows_and_is_not_in_doubt(ruritania):
    """1895-Q1: 10 and 24 January, 5 March."""
    gaps = ask(ruritania, "quiet_between_salvos", frequency="quarterly")
    assert (told(gaps)["1895-Q1"], gaps.loose) == (27, {})


def test_a_row_dated_by_a_month_that_has_begun_may_have_happened(copy):
    """An audience of the 15th or so, asked for on the 10th: neither counted nor a zero."""
    edited(copy, "data/envoys.csv", "e-06,1893-06-01,,month", "e-06,1893-06-15,,approx")
    june = at(ask(opened(copy), "audiences", as_of="1896-05-20"), "1893-06")
    assert (june["value"], june["at_least"]) == (1, False)
    edited(copy, "data/envoys.csv", "court_diary,1894-03-01", "court_diary,1893-06-02")
    june = at(ask(opened(copy), "audiences", as_of="1893-06-10"), "1893-06")
    assert (june["status"], june["why"]) == ("M", "may-belong")


@pytest.mark.parametrize(
    ("since", "until", "value", "at_least"),
    [
        ("1894-01-01", "1894-12-31", 2, False),  # any day of the year will do
        ("1894-03-01", "1894-12-31", 1, True),  # e-15 in May; e-11 on some day of the year
        ("1894-09-01", "1894-09-30", None, False),  # e-11 perhaps, though neither the first day of 1894 nor the last will do
        ("1893-01-01", "1893-12-31", 0, False),  # nothing of 1894
    ],
)
def test_a_filter_of_the_date_leaves_rows_in_doubt_whose_date_may_pass_it(copy, since, until, value, at_least):
    years = asked(copy, where=AUDIENCES | {"date": {"from": since, "to": until}}, frequency="annual")
    assert (told(years)["1894"], told(years, "at_least")["1894"]) == (value, at_least)


def test_a_blank_precision_is_a_day(copy):
    rules = "enum: [day, month, approx, year]}"
    edited(copy, "data/envoys.resource.yaml", f"{{required: true, {rules}", f"{{{rules}")
    edited(copy, "data/envoys.csv", "e-02,1893-02-14,,day", "e-02,1893-02-14,,")
    assert told(ask(opened(copy), "audiences"))["1893-02"] == 2


def test_a_breakdown_is_in_doubt_only_in_the_part_of_the_row(ruritania):
    """The audience of some day of 1894 was about cheese."""
    parts = ask(ruritania, "audiences", breakdown="topic").parts
    assert [told(parts[topic])["1894-02"] for topic in ("cheese", "opera")] == [None, 0]


# ---- tables of observations ----


def crossings(copy, every, kind, **numbers):
    """Travellers by the week, the quarter …: a copy of the kingdoms in which nothing else is told of the roads."""
    lines = ["period,origin,destination,travellers,standing,method,source_id"]
    lines += [f"{period},RUR,GRA,{number},counted,gate_book,gate_keeper" for period, number in numbers.items()]
    (copy / "data/travellers.csv").write_text("\n".join(lines) + "\n")
    descriptor = copy / "data/travellers.resource.yaml"
    text = descriptor.read_text().replace("name: period, type: yearmonth", f"name: period, type: {kind}")
    descriptor.write_text(text.replace("every: month", f"every: {every}"))
    (copy / "indicators/definitions/roads.yaml").unlink()
    defined(copy, asked={"table": "travellers", "where": {}, "frequency": FREQUENCY[every], "reduce": {"sum": {"of": "travellers"}}})
    return opened(copy)


@pytest.mark.parametrize(
    ("every", "kind", "names"),
    [
        ("quarter", "string", ("1894-Q1", "1894-Q2", "1894-Q3", "1894-Q4", "1895-Q1", "1895-Q3")),
        ("quarter", "date", ("1894-01-01", "1894-06-30", "1894-07-15", "1894-10-01", "1895-01-01", "1895-07-01")),
        ("quarter", "yearmonth", ("1894-01", "1894-04", "1894-07", "1894-10", "1895-03", "1895-09")),
        ("half-year", "string", ("1894-H1", "1894-S2", "1895-S1")),
    ],
)
def test_a_year_is_complete_if_every_part_of_it_is_there(copy, every, kind, names):
    project = crossings(copy, every, kind, **dict.fromkeys(names, 10))
    assert faults(project) == []
    years = ask(project, "asked", frequency="annual")
    assert (told(years)["1894"], told(years)["1895"]) == (len([n for n in names if n < "1895"]) * 10, None)
    assert at(years, "1895")["why"] == "not-every-part"


def test_a_week_on_the_border_of_two_months_adds_to_neither(copy):
    """April 1895 has the whole weeks 14 (from the 1st) to 17, and two days of week 18, which ends in May."""
    project = crossings(copy, "week", "string", **{f"1895-W{week}": 7 for week in range(14, 24)})
    assert (told(ask(project, "asked"))["1895-W14"], at(ask(project, "asked"), "1895-W18")["at_least"]) == (7, False)
    april = at(ask(project, "asked", frequency="monthly"), "1895-04")
    assert (april["value"], april["at_least"]) == (28, True)


def test_a_frequency_whose_periods_are_not_made_up_of_those_of_the_table_is_refused(copy):
    project = crossings(copy, "quarter", "string", **{"1894-Q1": 1})
    for frequency in ("triannual", "monthly", "weekly", "daily"):
        with pytest.raises(ProblemsFound):
            ask(project, "asked", frequency=frequency)


def test_a_quarter_that_is_not_over_is_not_yet_known(copy):
    project = crossings(copy, "quarter", "string", **{"1895-Q1": 1, "1895-Q2": 2})
    assert told(ask(project, "asked", as_of="1895-06-29")) == {"1895-Q1": 1, "1895-Q2": None}
    assert told(ask(project, "asked", as_of="1895-06-30")) == {"1895-Q1": 1, "1895-Q2": 2}


@pytest.mark.parametrize("name", ["1895-Q5", "1895-02", "1895", "1895-H1", "Q1 1895"])
def test_the_name_of_another_period_is_reported(copy, name):
    problems = crossings(copy, "quarter", "string", **{"1894-Q1": 1, name: 1}).problems
    assert [(p.place.line, p.code) for p in problems if p.place.file == "data/travellers.csv"] == [(3, "wrong-type")]


@pytest.mark.parametrize(("kind", "names"), [("date", ("1895-01-01", "1895-02-01")), ("string", ("1895-H1", "1895-S1"))])
def test_two_rows_of_one_period_are_reported(copy, kind, names):
    every = "quarter" if kind == "date" else "half-year"
    problems = crossings(copy, every, kind, **dict.fromkeys(names, 1)).problems
    found = [p for p in problems if p.place.file == "data/travellers.csv"]
    assert [(p.place.line, p.code, p.case) for p in found] == [(3, "duplicate-key", "period")]


def test_gaps_are_between_day_dated_rows_only(ruritania):
    """Salvos of 1895 by day: 10 and 24 January, 5 March, 17 April, 9 June, 20 July, 30 December: 14, 40, 43, 53, 41, 163 days."""
    assert told(ask(ruritania, "quiet_between_salvos"))["1895"] == 42
    assert told(ask(ruritania, "quiet_between_salvos@longest"))["1895"] == 163


def test_a_range_counts_where_it_begins(ruritania):
    audiences = ask(ruritania, "audiences", frequency="triannual")
    assert ids(audiences, "1893-T3") == ["e-10"]
    assert "e-10" not in ids(audiences, "1894-T1")


def test_triannual_is_the_journal_s_issues(ruritania):
    """1893: two in February, one in June, one on the last day. 1894: one in May, one on some day. 1895: a page, nothing, a rumour."""
    audiences = told(ask(ruritania, "audiences", frequency="triannual"))
    expected = {"1892-T3": None, "1893-T1": 2, "1893-T2": 1, "1893-T3": 1, "1894-T1": None, "1894-T2": 1, "1894-T3": None}
    assert audiences == expected | {"1895-T1": 2, "1895-T2": None, "1895-T3": None, "1896-T1": 1, "1896-T2": 1}


@pytest.mark.parametrize(
    ("frequency", "label", "value"),
    [
        ("annual", "1893", 4),
        ("half-yearly", "1893-H1", 3),
        ("quarterly", "1893-Q1", 2),
        ("weekly", "1893-W07", 1),
        ("daily", "1893-02-28", 1),
    ],
)
def test_every_frequency_has_its_labels(copy, frequency, label, value):
    """14 February 1893 was a Tuesday, in ISO week 7 (13 to 19 February)."""
    assert told(asked(copy, frequency=frequency))[label] == value


@pytest.mark.parametrize("frequency", ["weekly", "daily"])
def test_a_frequency_finer_than_the_dates_is_refused(ruritania, frequency):
    with pytest.raises((ValueError, ProblemsFound)):
        ask(ruritania, "ruritanians_in_graustark", frequency=frequency)


def test_what_is_announced_for_later_is_not_yet_counted(copy):
    """An audience invited in May for August: a series ends with today's period, and August has not come."""
    row = "e-38,1896-08-01,,day,meeting,RUR;GRA,RUR;GRA,sovereign,crown,opera,An invitation.,court_diary,1896-05-01"
    appended(copy, "data/envoys.csv", row)
    project = opened(copy)
    assert list(told(ask(project, "audiences")))[-1] == "1896-05"
    assert told(ask(project, "audiences@by_year"))["1896"] == 2


def test_what_is_announced_for_later_this_month_is_not_yet_counted(copy):
    row = "e-38,1896-05-30,,day,meeting,RUR;GRA,RUR;GRA,sovereign,crown,opera,An invitation.,court_diary,1896-05-01"
    appended(copy, "data/envoys.csv", row)
    assert told(ask(opened(copy), "audiences"))["1896-05"] == 1  # the value to date is of the 20th


def test_today_is_what_the_config_says_and_never_the_clock(copy):
    edited(copy, "config.yaml", "as_of: 1896-05-20", "as_of: 1896-02-29")
    audiences = ask(opened(copy), "audiences")
    assert list(told(audiences))[-1] == "1896-02"
    assert bool(at(audiences, "1896-02")["over"])


def test_a_day_after_the_data_is_refused(ruritania):
    with pytest.raises(ProblemsFound) as refused:
        ask(ruritania, "audiences", as_of="1896-05-21")
    assert "1896-05-20" in refused.value.problems[0].message
    assert list(told(ask(ruritania, "audiences", as_of="1896-05-20"))) == list(told(ask(ruritania, "audiences")))


# ---- releases ----

TRAVEL, GATES = "data/travellers.csv", "data/travellers.resource.yaml"
RELEASED = "    - {name: released, type: date, description: Day of release., constraints: {required: true}}\n"


def released(folder, *later):
    """The travellers with a day of release, the last day of the month's year, and later releases of some rows."""
    header, *rows = (folder / TRAVEL).read_text().splitlines()
    first = [f"{row},{min(row[:4] + '-12-31', '1896-05-01')}" for row in rows]
    (folder / TRAVEL).write_text("\n".join([f"{header},released", *first, *later]) + "\n")
    edited(folder, GATES, "  primaryKey: [period, origin, destination]", f"{RELEASED}  primaryKey: [period, origin, destination, released]")
    edited(folder, GATES, "  break_on: [method]", "  break_on: [method]\n  recorded: released")
    return opened(folder)


def test_the_newest_release_is_the_row_and_no_two_are_added_up(copy):
    project = released(copy, "1894-05,RUR,GRA,5500,counted,gate_book,gate_keeper,1895-06-30")
    travel = ask(project, "ruritanians_in_graustark")
    assert (told(travel)["1894-05"], ids(travel, "1894-05")) == (5500, ["1894-05|RUR|GRA|1895-06-30"])
    assert told(ask(project, "ruritanians_in_graustark", frequency="annual"))["1894"] == 78_500


def test_an_earlier_day_knows_the_release_of_that_day(copy):
    project = released(
        copy,
        "1894-05,RUR,GRA,5500,counted,gate_book,gate_keeper,1895-06-30",
        "1894-05,RUR,GRA,5700,counted,gate_book,gate_keeper,1896-01-31",
    )
    values = {
        day: told(ask(project, "ruritanians_in_graustark", as_of=day)).get("1894-05") for day in ("1895-01-31", "1895-07-01", "1896-02-01")
    }
    assert list(values.values()) == [5000, 5500, 5700]


def test_a_newer_release_without_a_number_takes_the_older_one_back(copy):
    project = released(copy, "1894-05,RUR,GRA,,counted,gate_book,gate_keeper,1895-06-30")
    assert told(ask(project, "ruritanians_in_graustark"))["1894-05"] is None


def test_a_key_with_releases_still_needs_one_row_a_month(copy):
    """Two releases of April do not stand for the page of May that is lost."""
    project = released(copy, "1895-04,RUR,GRA,8100,counted,gate_book,gate_keeper,1896-01-31")
    assert told(ask(project, "ruritanians_in_graustark", frequency="quarterly"))["1895-Q2"] is None


def test_an_event_whose_newest_release_has_another_date_is_not_counted_at_the_old_one(copy):
    """The audience of 14 February 1893 was put off to 1897: known since 1896."""
    envoys = "data/envoys.resource.yaml"
    edited(copy, envoys, "  primaryKey: [act_id]", "  primaryKey: [act_id, recorded_on]")
    edited(copy, envoys, "required: true, unique: true, pattern", "required: true, pattern")
    row = next(line for line in (copy / "data/envoys.csv").read_text().splitlines() if line.startswith("e-02,"))
    appended(copy, "data/envoys.csv", row.replace("1893-02-14", "1897-02-14").replace("1893-02-15", "1896-01-05"))
    project = opened(copy)
    assert "e-02|1893-02-15" not in ids(ask(project, "audiences"), "1893-02")
    assert "e-02|1893-02-15" in ids(ask(project, "audiences", as_of="1895-12-31"), "1893-02")


def test_releases_without_their_day_in_the_key_are_told_what_to_write(copy):
    released(copy, "1894-05,RUR,GRA,5500,counted,gate_book,gate_keeper,1895-06-30")
    edited(copy, GATES, "destination, released]", "destination]")
    (problem,) = opened(copy).problems
    assert problem.code == "duplicate-key"
    assert "add released to the primary key" in problem.hint


def without_dates(copy, *rows):
    """Cannonades of which some have no date."""
    edited(copy, "data/cannonades.resource.yaml", "where it is not exact., constraints: {required: true}", "where it is not exact.")
    for row, date in rows:
        edited(copy, "data/cannonades.csv", f"{row},{date}", f"{row},")


def test_a_row_without_a_date_may_belong_to_any_period(copy):
    """24 January 1895, two guns: the sum without it is a minimum everywhere, and a covered month without rows is no zero."""
    without_dates(copy, ("c-02", "1895-01-24"))
    annual, monthly = (ask(opened(copy), "guns_heard", frequency=frequency) for frequency in ("annual", "monthly"))
    assert (at(annual, "1895")["value"], at(annual, "1895")["at_least"]) == (28, True)
    assert "1 row without a date may belong to it" in at(annual, "1895")["reason"]
    assert (at(monthly, "1895-01")["value"], at(monthly, "1895-02")["why"]) == (3, "may-belong")
    assert "cannonades:c-02" in monthly.loose_in(parse_period("1895-02")[0])


def test_a_filter_by_date_keeps_rows_without_one_in_doubt_unless_it_asks_for_a_date(copy):
    without_dates(copy, ("c-02", "1895-01-24"))
    given = {"table": "cannonades", "coverage": "all_cannonades", "frequency": "annual"}
    for where, in_doubt in (({"from": "1895"}, True), ({"blank": False}, False)):
        assert bool(at(asked(copy, **given, where={"date": where}), "1895")["at_least"]) is in_doubt


def test_a_row_without_a_date_that_the_filter_leaves_out_is_in_doubt_nowhere(copy):
    without_dates(copy, ("c-02", "1895-01-24"))
    mill = asked(copy, table="cannonades", coverage="all_cannonades", frequency="annual", where={"place": "mill"})
    assert not at(mill, "1895")["at_least"]
    assert mill.loose == {}


def test_means_of_observations_are_estimates_where_a_row_has_no_date(copy):
    """Without the poll of 31 January (60), that of the 17th (40) remains: an estimate, as are those of all other months."""
    edited(copy, "data/polls.resource.yaml", "Last evening of asking., constraints: {required: true}", "Last evening of asking.")
    edited(copy, "data/polls.csv", "p-02,Rudolf,Hentzau Weekly,1895-01-31", "p-02,Rudolf,Hentzau Weekly,")
    mean = asked(copy, table="polls", where=None, coverage=None, reduce={"mean": {"of": "approve_pct"}})
    assert (at(mean, "1895-01")["value"], at(mean, "1895-01")["status"]) == (40, "E")
    assert set(told(mean, "status").values()) == {"E", "B", "M"}  # the crowns are breaks


def test_a_date_known_to_the_quarter_counts_in_it_and_not_in_its_months(copy):
    """The envoys of June 1893 (e-06) met in the second quarter."""
    edited(copy, "data/envoys.resource.yaml", "enum: [day, month, approx, year]", "enum: [day, month, approx, quarter, year]")
    edited(copy, "data/envoys.csv", "e-06,1893-06-01,,month", "e-06,1893-04-01,,quarter")
    quarterly, monthly = (asked(copy, frequency=frequency) for frequency in ("quarterly", "monthly"))
    assert ids(quarterly, "1893-Q2") == ["e-06"]
    assert [told(monthly)[f"1893-{month}"] for month in ("03", "04", "05", "06")] == [0, None, None, None]
