"""Notes: which charts take them, where they stand, and how their names are written."""

import datetime

import pytest

from indicators.compute.annotations import annotations_of, in_window
from indicators.compute.pipeline import results
from indicators.nouns.series import Query
from tests.builders import edited, opened, problem_at

NOTES = "data/annotations.csv"


def labels(made, name):
    return {a.label for a in annotations_of(made.series(Query(name)), made.annotations, made.tables)}


def noted(made, label):
    return next(a for a in made.annotations if a.label == label)


def test_an_indicator_takes_the_notes_of_its_pillar_and_its_table(ruritania):
    made = results(ruritania)
    assert labels(made, "audiences") == {"The Valentine audience", "Cheese embargo"}
    assert labels(made, "ruritanians_in_graustark") == {"Cheese embargo", "The toll book"}
    assert labels(made, "guns_heard") == {"Year of the cannon"}


def test_notes_for_all_are_taken_by_all(copy):
    edited(copy, "data/annotations.csv", "in six months.,guns,", "in six months.,all,")
    made = results(opened(copy))
    for name in made.definitions:
        assert "Year of the cannon" in labels(made, name)


def test_an_inexact_date_is_a_band_over_the_time_it_may_be(ruritania):
    made = results(ruritania)
    year, embargo, day = (noted(made, label) for label in ("Year of the cannon", "Cheese embargo", "The toll book"))
    assert (year.start, year.end) == (datetime.date(1895, 1, 1), datetime.date(1895, 12, 31))
    assert (embargo.start, embargo.end) == (datetime.date(1894, 6, 1), datetime.date(1894, 7, 31))
    assert (day.start, day.end) == (datetime.date(1896, 3, 1), None)


def test_a_note_about_a_row_stands_on_the_day_of_that_row(copy):
    edited(copy, "data/annotations.csv", "1893-02-14,,The Valentine", "1893-03-14,,The Valentine")
    made = results(opened(copy))
    assert noted(made, "The Valentine audience").start == datetime.date(1893, 2, 14)


def test_a_window_holds_the_notes_that_touch_it(ruritania):
    made = results(ruritania)
    found = in_window(made.annotations, datetime.date(1894, 7, 31), datetime.date(1895, 1, 1))
    assert {a.label for a in found} == {"Cheese embargo", "Year of the cannon"}


def test_names_with_two_forms_are_written_as_the_project_wants_them(copy):
    edited(copy, "config.yaml", "licence:", "names: {Cheese: Cheese (Kase), audience: reception}\nlicence:")
    edited(copy, "indicators/definitions/court.yaml", "title: Audiences\n", "title: Each audience\n")
    made = results(opened(copy))
    assert noted(made, "Cheese (Kase) embargo")
    assert made.definitions["audiences"].title == "Each reception"
    assert made.series(Query("audiences")).definition.title == "Each reception"


@pytest.mark.parametrize("written", ["1896-02-30", "9999"])
@pytest.mark.parametrize("place", ["{},,The toll book", "1896-03-01,{},The toll book"], ids=["date", "end_date"])
def test_a_note_on_no_day_is_a_problem_on_its_line(copy, written, place):
    """The column is text, since notes are dated to the day, month or year; its pattern lets both through."""
    line = edited(copy, NOTES, "1896-03-01,,The toll book", place.format(written))
    problem = problem_at(opened(copy), NOTES, line)
    assert (problem.code, problem.level) == ("no-such-day", "error")
    assert written in problem.message


@pytest.mark.parametrize(
    ("row", "start", "end", "precision"),
    [
        ("e-03", "1893-02-28", None, "day"),
        ("e-06", "1893-06-01", "1893-06-30", "month"),  # dated to the month; its first day is an anchor
        ("e-11", "1894-01-01", "1894-12-31", "year"),  # some time in 1894, says the cook
    ],
)
def test_a_note_is_dated_as_exactly_as_the_row_it_names(copy, row, start, end, precision):
    edited(copy, NOTES, "court_diary,e-02,day", f"court_diary,{row},day")
    note = noted(results(opened(copy)), "The Valentine audience")
    assert (str(note.start), str(note.end) if note.end else None, note.precision) == (start, end, precision)
