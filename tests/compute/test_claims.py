"""What may be said of the latest value, on invented years."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.compute.claims import by_each_breakdown, claims
from indicators.compute.pipeline import results, series
from indicators.nouns.descriptor import ExcludedBase
from indicators.nouns.periods import parse_period
from indicators.nouns.series import Query
from indicators.reading import dependencies
from tests.builders import ask

FIRST = parse_period("1880")[0]


@pytest.fixture(scope="module")
def years(ruritania):
    """A count of consecutive years that end before the day of the data, from its values; `change(frame)` may spoil some of them."""
    of = ask(ruritania, "audiences@by_year")
    whole = of.values.loc[[parse_period("1893")[0]]].iloc[0]

    def made(values, change=None, **changes):
        periods = range(FIRST, FIRST + len(values))
        frame = pd.DataFrame([whole] * len(values), index=pd.Index(periods, name="period"))
        frame["value"], frame["label"] = [float(v) for v in values], [str(1880 + n) for n in range(len(values))]
        if change:
            change(frame)
        return replace(of, values=frame, rows=((),) * len(values), loose={}, parts={}, **changes)

    return made


def of_kind(series, kind):
    return next((one for one in claims(series).each if one.kind == kind), None)


def test_the_highest_since_the_last_year_that_was_as_high(years):
    found = of_kind(years([9, 4, 5, 3, 7]), "extreme")
    assert (found.way, found.base, found.start) == (1, FIRST, FIRST + 1)


def test_the_highest_of_all_years_has_no_year_before(years):
    found = of_kind(years([4, 5, 3, 7]), "extreme")
    assert (found.base, found.start) == (None, FIRST)


def test_two_years_make_no_extreme_and_no_row(years):
    assert {one.kind for one in claims(years([4, 7])).each} == {"value", "change", "pace"}


def test_an_extreme_ends_before_a_year_that_was_partly_collected(years):
    def partial(frame):
        frame.loc[FIRST + 1, "coverage"] = "partial"

    found = of_kind(years([1, 99, 4, 5, 7], partial), "extreme")
    assert (found.base, found.start) == (None, FIRST + 2)


def test_nothing_is_said_across_a_break(years):
    def broken(frame):
        frame.loc[FIRST + 3 :, "stretch"] += 1

    assert of_kind(years([1, 2, 3, 4], broken), "extreme") is None
    assert of_kind(years([1, 2, 3, 4], broken), "run") is None


def minimum(frame):
    """The fifth year is only a minimum."""
    frame.loc[FIRST + 4, ["coverage", "at_least"]] = ["partial", True]


def test_a_later_minimum_that_is_higher_forbids_what_is_low_and_a_lower_one_does_not(years):
    assert of_kind(years([9, 8, 7, 6, 5], minimum), "run").way == -1
    higher = claims(years([9, 8, 7, 6, 40], minimum))
    assert {one.kind for one in higher.each} == {"value", "pace"}
    assert "already higher" in higher.silent


def test_years_excluded_as_a_base_are_passed_over_by_an_extreme_and_end_a_row(years):
    stop = ExcludedBase(**{"from": "1882", "to": "1883", "reason": "a plague closed the theatres"})
    of = years([5, 6, 9, 8, 7], not_a_base=(stop,))
    assert of_kind(of, "extreme").left_out == (FIRST + 3, FIRST + 2)
    assert of_kind(of, "run") is None


def test_years_excluded_as_a_base_that_fit_an_extreme_need_no_word(years):
    stop = ExcludedBase(**{"from": "1882", "to": "1883", "reason": "a plague closed the theatres"})
    assert of_kind(years([5, 6, 1, 9, 7], not_a_base=(stop,)), "extreme").left_out == (FIRST + 3,)
    assert of_kind(years([5, 6, 1, 2, 7], not_a_base=(stop,)), "extreme").left_out == ()


def test_no_change_is_measured_from_a_year_that_is_excluded_as_a_base(years):
    stop = ExcludedBase(**{"from": "1882", "to": "1882", "reason": "a plague closed the theatres"})
    of = years([5, 6, 1, 7], not_a_base=(stop,))
    assert of_kind(of, "change") is None
    assert "excluded as a base" in claims(of).silent
    assert of_kind(years([5, 6, 1, 7]), "change").base == FIRST + 2


def test_the_first_after_years_of_nothing(years):
    assert of_kind(years([3, 0, 0, 2]), "first").base == FIRST
    assert of_kind(years([3, 0, 2]), "first") is None
    assert of_kind(years([0, 0, 0]), "first") is None


def test_without_a_value_to_compare_the_reason_is_given(years):
    def partial(frame):
        frame["coverage"], frame["at_least"] = "partial", True

    said = claims(years([3, 4], partial))
    assert said.each == ()
    assert said.refused == "1881: only a minimum is known"


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["complete", "near_complete", "partial"])), min_size=1, max_size=14))
def test_extremes_and_rows_hold_in_any_years(years, drawn):
    def spoiled(frame):
        frame["coverage"] = [level for _, level in drawn]
        frame["at_least"] = frame["coverage"] == "partial"

    values = [value for value, _ in drawn]
    said = claims(years(values, spoiled))
    exact = [n for n, (_, level) in enumerate(drawn) if level != "partial"]
    assert bool(said.each) == bool(exact)
    for one in said.each:
        assert one.period == FIRST + exact[-1]
        if one.kind in ("extreme", "run"):
            used = range(one.start - FIRST, exact[-1])
            assert all(n in exact for n in used)
            own = values[exact[-1]]
        if one.kind == "extreme":
            assert all((own - values[n]) * one.way > 0 for n in used)
            assert one.base is None or (values[one.base - FIRST] - own) * one.way >= 0
        if one.kind == "run":
            assert len(used) == one.number
            assert all((values[n + 1] - values[n]) * one.way > 0 for n in used)


@pytest.mark.parametrize(("unit", "has_parts"), [("duels", True), ("step of slight < duel", False)])
def test_a_step_has_no_largest_part(years, unit, has_parts):
    whole = years([1, 2], unit=unit)
    parts = {"RUR": whole, "GRA": years([0, 0], unit=unit)}
    split = replace(whole, parts=parts, query=whole.query._replace(breakdown="initiator"))
    assert ("largest part" in [claim.kind for claim in claims(whole, [split]).each]) is has_parts


def test_of_an_earlier_year_only_what_came_before_it_is_said(years):
    of = years([4, 9, 5, 3, 7])
    found = {one.kind: one for one in claims(of, period=FIRST + 2).each}
    assert all(one.period == FIRST + 2 for one in found.values())
    assert (found["change"].base, found["change"].way) == (FIRST + 1, -1)
    assert claims(of, period=FIRST + 4).each == claims(of).each


def test_a_later_minimum_says_nothing_against_an_earlier_year(years):
    of = years([9, 8, 6, 5, 40], minimum)
    assert "run" not in {one.kind for one in claims(of).each}
    earlier = claims(of, period=FIRST + 2)
    assert ("run", -1) in {(one.kind, one.way) for one in earlier.each}
    assert earlier.silent == ""


def test_a_year_that_cannot_be_compared_is_refused_with_the_reason(years):
    def spoiled(frame):
        frame.loc[FIRST + 1, "coverage"] = "partial"
        frame.loc[FIRST + 2, ["coverage", "at_least"]] = ["partial", True]
        frame.loc[FIRST + 3, "over"] = False

    refused = {n: claims(years([3, 4, 5, 6], spoiled), period=FIRST + n) for n in (1, 2, 3, 9)}
    assert [one.each for one in refused.values()] == [()] * 4
    assert [one.refused for one in refused.values()] == [
        "1881: coverage is partial",
        "1882: this value is a minimum",
        "1883: the period is not over yet",
        "1889: the series has no such period",
    ]


def test_a_split_of_too_many_numbers_has_no_largest_part_and_refuses_nothing_else(ruritania, monkeypatch):
    whole = series(ruritania, Query("audiences", as_of="1896-04-30"))  # which no other test has computed
    monkeypatch.setattr(dependencies, "MOST_NUMBERS", 2 * len(whole.values))  # two levels, and three topics
    split = by_each_breakdown(results(ruritania), whole)
    assert [one.query.breakdown for one in split] == ["level"]
