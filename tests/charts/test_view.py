"""A view and its text are the same thing in two forms."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.view import View, parse_view
from indicators.nouns.periods import FREQUENCIES
from indicators.operations.registry import step_faults, step_from_text
from indicators.problems import ProblemsFound

names = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
years = st.integers(1000, 2999).map(str)
transforms = st.sampled_from(["rolling_sum:window=12", "year_on_year", "rebase:period=2019", "change:periods=2"])
views = st.builds(
    View,
    indicator=names,
    variant=st.none() | names,
    frequency=st.none() | st.sampled_from(FREQUENCIES),
    transform=st.lists(transforms, max_size=2).map(tuple),
    breakdown=st.none() | names,
    other=st.none() | names | st.tuples(names, names).map("@".join),
    start=st.none() | years | years.map(lambda y: f"{y}-T2"),
    end=st.none() | years | years.map(lambda y: f"{y}-03"),
    annotations=st.none() | st.just("off"),
    as_of=st.none() | years.map(lambda y: f"{y}-02-28"),
).filter(lambda view: not (view.start and view.end) or view.start[:4] < view.end[:4])


@given(views)
def test_an_address_brings_back_the_view(view):
    assert parse_view(view.text) == view


@given(views)
def test_the_text_of_a_view_is_one_line_that_an_address_can_hold(view):
    assert not set(view.text) & set(' \n"<>#')


@given(st.text(max_size=60))
def test_any_text_is_a_view_or_a_problem(text):
    with contextlib.suppress(ProblemsFound):
        assert parse_view(parse_view(text).text).search == parse_view(text).search


def test_all_faults_are_reported_at_once():
    with pytest.raises(ProblemsFound) as found:
        parse_view("x?frequency=yearly&from=20x&as_of=2024-02-30&colour=red")
    assert len(found.value.problems) == 4


@pytest.mark.parametrize("text", ["duels?colour=", "duels@a?variant=b", "duels?from=1893&from=1894", "duels?Frequency=annual"])
def test_no_key_is_ignored(text):
    with pytest.raises(ProblemsFound):
        parse_view(text)


def test_a_view_under_former_names_is_that_under_the_names_of_today():
    """A variant follows its indicator, and may have been renamed itself."""
    formerly = {"balls": "dances", "dances@summer": "dances@outdoors", "duels": "dawns"}
    for text, now in (("balls", "dances"), ("balls@winter", "dances?variant=winter"), ("balls@summer", "dances?variant=outdoors")):
        assert parse_view(text).renamed(formerly).text == now
    assert parse_view("waltzes?with=duels@a").renamed(formerly).text == "waltzes?with=dawns@a"


@pytest.mark.parametrize("year", ["0999", "3000", "9999"])
@pytest.mark.parametrize("key", ["from", "to"])
def test_years_of_a_window_are_bounded(key, year):
    """A chart or a window of nine thousand years is refused."""
    with pytest.raises(ProblemsFound) as found:
        parse_view(f"audiences?{key}={year}")
    assert year in found.value.problems[0].message


def test_the_first_and_the_last_year_may_be_asked():
    assert parse_view("audiences?from=1000&to=2999").text == "audiences?from=1000&to=2999"


def test_a_window_that_ends_before_it_begins_is_refused():
    with pytest.raises(ProblemsFound, match="1895"):
        parse_view("audiences?from=1895&to=1894-12")
    assert parse_view("audiences?from=1894-12&to=1894")  # December lies in the year


@pytest.mark.parametrize("text", ["from=２０２３", "to=2023-٠١", "from=2023%C2%A0", "as_of=２０２３-01-01", "frequency=annual%20"])
def test_only_the_digits_and_letters_of_the_keyboard_are_read(text):
    with pytest.raises(ProblemsFound):
        parse_view(f"audiences?{text}")


@pytest.mark.parametrize("number", ["１２", "012", "1_2", "+12", "1e1", " 12", "inf", "nan", "-0012"])
def test_a_number_of_a_calculation_is_one_as_we_write_it(number):
    assert list(step_faults("transform", step_from_text(f"rolling_sum:window={number}")))


def test_a_plain_number_of_a_calculation_is_read():
    assert step_from_text("rolling_sum:window=12").parameters == {"window": 12}
    assert step_from_text("rebase:period=2019").parameters == {"period": "2019"}
