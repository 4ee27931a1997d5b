"""What is to come: what is due, and what returns every year."""

import datetime

import pytest

from indicators.compute.agenda import coming
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
    assert ahead(copy, "{what: drill_id, due: date, where: {outcome: held}}", *rows) == [
        (DAY(1896, 5, 20), DAY(1896, 5, 20), "d-9", 0, 0)
    ]


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
