"""What is to come: what is due, what returns every year, and when new figures appear."""

import datetime
from dataclasses import replace

import pytest

from indicators.compute.agenda import coming, occasions, releases, years_of
from indicators.compute.pipeline import results
from tests.builders import appended, edited, faults, line_of, opened

DRILLS = "data/drills.resource.yaml"
DAY = datetime.date
TIME = "  time: {start: date, precision: date_precision}\n"


def ahead(copy, words, *rows):
    edited(copy, DRILLS, TIME, f"{TIME}  ahead: {words}\n")
    appended(copy, "data/drills.csv", *rows)
    project = opened(copy)
    assert [str(p) for p in project.problems if p.level == "error"] == []
    return [(one.start, one.end, one.name, one.times, one.years) for one in coming(results(project))]


def test_what_is_due_on_the_day_of_the_data_or_later_is_to_come(copy):
    rows = ["d-8,1896-05-19,day,held,border_guard", "d-9,1896-05-20,day,held,border_guard", "d-10,1896-07-01,day,rained_off,border_guard"]
    assert ahead(copy, "{what: drill_id, due: date, where: {outcome: held}}", *rows) == [(DAY(1896, 5, 20), DAY(1896, 5, 20), "d-9", 0, 0)]


def test_what_is_due_by_a_month_or_a_year_is_to_come_until_that_is_over(copy):
    edited(copy, DRILLS, "{name: date, type: date,", "{name: date, type: string,")
    edited(copy, DRILLS, TIME, "  time: {start: date}\n  ahead: {what: drill_id, due: date}\n")
    rows = ("d-8,1896-04,month,held,border_guard", "d-9,1896-05,month,held,border_guard", "d-10,1896,day,held,border_guard")
    appended(copy, "data/drills.csv", *rows)
    named = [(one.name, one.start, one.end) for one in coming(results(opened(copy)))]
    assert named == [("d-10", DAY(1896, 1, 1), DAY(1896, 12, 31)), ("d-9", DAY(1896, 5, 1), DAY(1896, 5, 31))]


YEARLY = "{what: outcome, due: date, every: year, happened: {date_precision: day}, called: a parade}\n  words: {held: the great drill}"


def test_what_returns_is_expected_between_the_earliest_and_the_latest_day_of_the_last_years(copy):
    """The last five of the six that were held: from 24 January to 30 August. In 1896 one was held, so that the next is of 1897."""
    held, rained = ahead(copy, YEARLY, "d-8,1896-03-03,day,held,border_guard")
    assert held == (DAY(1897, 1, 24), DAY(1897, 8, 30), "the great drill", 5, 6)
    assert rained == (DAY(1897, 4, 20), DAY(1897, 4, 20), "rained off", 1, 1)


def test_what_has_not_come_this_year_is_expected_this_year_while_there_is_time(copy):
    """On 20 May 1896 it is too late for what came on 20 April, and not for what came as late as August."""
    starts = {name: start for start, _, name, *_ in ahead(copy, YEARLY)}
    assert starts == {"the great drill": DAY(1896, 1, 12), "rained off": DAY(1897, 4, 20)}


def test_what_lies_ahead_is_not_among_the_years_counted(copy):
    """A row entered before its day, of an occasion that may still come this year, is no year in which nothing came of it."""
    edited(copy, DRILLS, "description: Day; an anchor where it is not exact.", "description: Its day.")
    rows = ["d-8,1896-08-01,day,held,border_guard"]
    counted = {name: (times, years) for _, _, name, times, years in ahead(copy, YEARLY, *rows)}
    assert counted["the great drill"] == (4, 5)  # of 1895 alone: four dated by the day, one by its month


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("{what: drill_id, due: outcome}", "wrong-type"),
        ("{what: drill, due: date}", "unknown-column"),
        ("{what: drill_id, due: date, where: {outcome: hold}}", "not-allowed"),
        ("{what: drill_id, due: date, every: month}", "not-allowed"),
        ("{what: drill_id}", "missing-key"),
    ],
)
def test_what_is_wrong_with_it_is_reported_at_its_line(copy, words, code):
    edited(copy, DRILLS, TIME, f"{TIME}  ahead: {words}\n")
    line = line_of(copy, DRILLS, "  ahead:")
    assert (DRILLS, line, code) in faults(opened(copy))


# ---- one year of what returns ----

ENVOYS, TRAVELLERS = "data/envoys.resource.yaml", "data/travellers.resource.yaml"
RECORDED = "  recorded: recorded_on\n"


def results_on(copy, day):
    project = opened(copy)
    assert [str(p) for p in project.problems if p.level == "error"] == []
    read = results(project)
    return replace(read, config=read.config.model_copy(update={"as_of": day}))


def of_kind(copy, kind, more=""):
    """The kingdoms with one kind of act as what returns every year."""
    words = f"{{what: kind, due: date, every: year, where: {{kind: {kind}}}, happened: {{kind: {kind}}}, how: level{more}}}"
    edited(copy, ENVOYS, RECORDED, f"{RECORDED}  ahead: {words}\n")


def told(copy, day, *years):
    """By year: whether the one occasion came, its day, and whether it was new."""
    read = results_on(copy, day)
    return {year: (one.came, one.day, one.is_new) for year in years for one in occasions(read, year)}


def test_an_occasion_of_a_year_happened_or_is_missed_or_expected(copy):
    """The May waltz of 1893 and of 1894. The dance cards go to 1895, when there was none; of 1896 all is known to 20 May."""
    of_kind(copy, "waltz")
    assert told(copy, "1896-05-20", 1893, 1894, 1895, 1896, 1897) == {
        1893: ("happened", DAY(1893, 5, 1), False),
        1894: ("happened", DAY(1894, 5, 1), False),
        1895: ("missing", None, False),
        1896: ("missing", None, False),
        1897: ("expected", None, False),
    }


def test_the_day_asked_decides_what_had_happened(copy):
    of_kind(copy, "waltz")
    assert told(copy, "1894-04-30", 1893, 1894) == {1893: ("happened", DAY(1893, 5, 1), False), 1894: ("expected", None, False)}
    assert told(copy, "1894-05-02", 1894) == {1894: ("happened", DAY(1894, 5, 1), False)}


def test_nothing_found_is_missing_only_where_everything_was_collected(copy):
    """Of 1895 no waltz is known either way, of 1896 only the rumours of a friend."""
    of_kind(copy, "waltz")
    edited(copy, "data/coverage.csv", "waltzes,1893-01-01,1895-12-31", "waltzes,1893-01-01,1894-12-31")
    edited(copy, "data/coverage.csv", "all_acts,1896-01-01,1896-05-20,near_complete", "all_acts,1896-01-01,1896-05-20,partial")
    assert told(copy, "1896-05-20", 1895, 1896) == {1895: ("not collected", None, False), 1896: ("nothing found", None, False)}


def test_a_year_that_nobody_has_looked_at_is_not_collected_whatever_its_coverage(copy):
    appended(
        copy, "data/envoys.csv", "e-38,1895-12-31,,day,call,RUR,RUR;GRA,clerk,,,Whether they danced nobody asked.,court_diary,1896-01-01"
    )
    words = "{what: initiator, due: date, every: year, where: {kind: [waltz, call], initiator: {exactly: [RUR]}}, happened: {kind: waltz}"
    edited(copy, ENVOYS, RECORDED, f"{RECORDED}  ahead: {words}, not_collected: {{kind: call}}}}\n")
    edited(copy, "data/envoys.csv", "e-05,1893-05-01,,day,waltz,RUR;GRA,", "e-05,1893-05-01,,day,waltz,RUR,")
    assert told(copy, "1896-05-20", 1895)[1895][0] == "not collected"


def test_what_a_source_reports_as_absent_is_told_apart_from_what_was_not_found(copy):
    of_kind(copy, "[waltz, call]", ", absent: {kind: call}")
    edited(copy, ENVOYS, "what: kind, due: date, every: year, where: {kind: [waltz, call]}, happened: {kind: [waltz, call]}",
           "what: source_id, due: date, every: year, where: {kind: [waltz, call], topic: opera}, happened: {kind: waltz}")  # fmt: skip
    appended(
        copy,
        "data/envoys.csv",
        "e-38,1895-05-01,,day,call,RUR,RUR;GRA,clerk,,opera,They write that there was no waltz.,court_diary,1895-05-02",
    )
    assert told(copy, "1896-05-20", 1895)[1895][:2] == ("reported absent", DAY(1895, 5, 1))


def test_it_is_new_the_first_time_only_if_the_year_before_was_collected(copy):
    """The first duels were in 1894, and the surgeon's ledger has all of 1893; of 1892 nobody has a dance card."""
    of_kind(copy, "duel")
    assert told(copy, "1896-05-20", 1894)[1894] == ("happened", DAY(1894, 6, 18), True)


def test_what_came_of_it_before_stands_beside_it(copy):
    of_kind(copy, "waltz")
    (one,) = occasions(results_on(copy, "1896-05-20"), 1896)
    assert [(past.year, past.came, past.how) for past in one.before] == [
        (1895, "missing", ""),
        (1894, "happened", "sovereign"),
        (1893, "happened", "sovereign"),
    ]
    assert (one.month, one.is_over) == (5, False)
    assert list(years_of(results_on(copy, "1896-05-20"))) == [1893, 1894, 1895, 1896, 1897]


# ---- releases ----

UPDATES = "  credit: The gate keepers\n"


def awaited(copy, *updates, day="1896-05-20"):
    """By part: the state of the next figures, and the day on which they are due."""
    edited(copy, TRAVELLERS, UPDATES, f"{UPDATES}  updates: [{', '.join(updates)}]\n")
    every = [one for one in releases(results_on(copy, day)) if one.table == "travellers"]
    return {">".join(part): (one.awaited, one.due) for one in every for part in one.parts}


def test_figures_are_due_when_the_next_period_and_the_delay_are_over(copy):
    """The newest months: March 1896 from Ruritania, April 1895 of all, June 1895 from Graustark. April 1896 and 20 days: 20 May."""
    found = awaited(copy, "{every: month, after: 20, basis: The keeper says so.}")
    assert found == {
        "RUR>GRA": ("due", DAY(1896, 5, 20)),
        "ALL>GRA": ("overdue", DAY(1895, 6, 20)),
        "GRA>RUR": ("overdue", DAY(1895, 8, 20)),
    }


def test_figures_are_overdue_the_day_after(copy):
    assert awaited(copy, "{every: month, after: 19, basis: The keeper says so.}")["RUR>GRA"] == ("overdue", DAY(1896, 5, 19))


def test_without_a_stated_delay_nothing_is_overdue(copy):
    found = awaited(copy, "{every: month, basis: Nobody says., where: {destination: RUR}}")
    assert found == {"GRA>RUR": ("delay not stated", None)}


def test_a_key_that_has_ended_awaits_nothing(copy):
    edited(copy, TRAVELLERS, UPDATES, f"{UPDATES}  keys: {{ALL|GRA: {{to: '1895-04'}}}}\n")
    found = awaited(copy, "{every: month, after: 20, basis: The keeper says so.}")
    assert set(found) == {"RUR>GRA", "GRA>RUR"}


def test_a_table_that_says_nothing_has_no_stated_rhythm(made):
    found = {one.table: one.awaited for one in releases(made)}
    assert found["travellers"] == found["polls"] == "rhythm not stated"
    assert "envoys" not in found  # events appear when they happen


@pytest.mark.parametrize(
    ("updates", "code"),
    [
        ("[{every: fortnight, basis: So.}]", "not-allowed"),
        ("[{every: month}]", "missing-key"),
        ("[{every: month, after: soon, basis: So.}]", "wrong-value"),
        ("[{every: month, after: -1, basis: So.}]", "wrong-value"),
        ("[{every: month, basis: So., where: {destination: SYL}}]", "not-allowed"),
        ("[{every: month, basis: So., delay: 3}]", "unknown-key"),
        ("{every: month, basis: So.}", "wrong-value"),
    ],
)
def test_what_is_wrong_with_updates_is_reported_at_its_line(copy, updates, code):
    line = edited(copy, TRAVELLERS, UPDATES, f"{UPDATES}  updates: {updates}\n") + 1
    assert (TRAVELLERS, line, code) in faults(opened(copy))
