"""The two axes: years can always be read, and steps fit the numbers, however large or small."""

import datetime

import pytest

from dashboard.charts.axes import scale, time_ticks

WIDTH, SIZE = 560, 11


def texts(start, end, **chosen):
    return time_ticks(datetime.date.fromisoformat(start), datetime.date.fromisoformat(end), WIDTH, SIZE, **chosen).texts


@pytest.mark.parametrize(
    ("start", "end"),
    [("1893-01-01", "1896-05-20"), ("1893-01-01", "1894-12-31"), ("1894-03-01", "1894-06-30"), ("1894-02-03", "1894-02-28")],
)
def test_a_year_can_be_read_in_every_window(start, end):
    shown = texts(start, end)
    assert shown[0].endswith(start[:4])
    named = [text for text in shown if text[-4:].isdigit()]
    assert len(set(named)) == len(named)


def test_values_by_year_have_no_months_however_few_they_are():
    assert texts("1894-01-01", "1895-12-31", by_year=True) == ("1894", "1895")
    assert texts("1895-01-01", "1895-12-31", by_year=True) == ("1895",)


def test_a_year_of_which_little_is_shown_has_its_name_in_the_middle_of_that():
    ticks = time_ticks(datetime.date(1893, 1, 1), datetime.date(1896, 6, 30), WIDTH, SIZE)
    assert ticks.texts == ("1893", "1894", "1895", "1896")
    assert datetime.date(1896, 3, 1) <= ticks.at[-1] <= datetime.date(1896, 5, 1)


def test_the_first_day_that_is_named_is_not_cut_at_the_edge():
    ticks = time_ticks(datetime.date(1894, 3, 1), datetime.date(1894, 3, 31), WIDTH, SIZE)
    assert ticks.at[0] > datetime.date(1894, 3, 1)
    assert ticks.texts[0].endswith("1894")


@pytest.mark.parametrize("most", [1e-9, 1e-3, 1, 7, 1e6, 1e12, 1e18])
@pytest.mark.parametrize("whole", [False, True])
def test_a_few_steps_reach_over_all_values(most, whole):
    made = scale([0, most], "shots", zero=True, whole=whole)
    assert 1 <= len(made.ticks) <= 7
    assert made.low <= 0 < most <= made.high
    assert len(set(made.texts)) == len(made.texts)
