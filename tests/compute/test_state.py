"""Where a pillar stands, by the verdicts of its headline figures."""

from dataclasses import replace

import pytest

from indicators.compute.state import gone_quiet, judge, most_comparable, state_of, watched
from indicators.nouns.definition import AlertOf, BoundOf
from indicators.nouns.periods import label, parse_period
from tests.builders import ask, defined, opened, told

YEARS = [parse_period(year)[0] for year in ("1893", "1894")]


@pytest.fixture
def figure(ruritania):
    """A count of 1893 and 1894, the last years that can be compared."""

    def made(before, now, direction="higher is better", later=None, **bound):
        of = ask(ruritania, "audiences@by_year")
        values = of.values.copy()
        values.loc[YEARS, "value"] = [before, now]
        values.loc[YEARS[1] + 1, "value"] = later
        changes = {"direction": direction, "bound": BoundOf(**bound) if bound else None}
        return replace(of, values=values, definition=of.definition.model_copy(update=changes))

    return made


@pytest.mark.parametrize(
    ("figures", "standing"),
    [
        ([(100, 400)], "better"),
        ([(400, 100)], "worse"),
        ([(100, 400), (400, 100)], "mixed"),
        ([(100, 400), (100, 101)], "better"),  # a steady figure decides nothing beside one that moved
        ([(100, 101), (100, 99)], "steady"),
        ([(100, 400, "lower is better")], "worse"),
        ([(100, 400, "none")], "no verdict"),
        ([(100, 100, "none"), (100, 101)], "steady"),
        ([], "no verdict"),
    ],
)
def test_a_pillar_stands_as_its_headline_figures_do(figure, figures, standing):
    assert state_of(figure(*one) for one in figures).standing == standing


def test_a_value_at_its_bound_is_not_steady(figure):
    assert state_of([figure(8, 8, high=8)]).standing == "at its ceiling"
    assert state_of([figure(8, 8, high=9), figure(0, 0, low=0, high=8)]).standing == "at its floor"


def test_a_value_that_has_moved_to_its_bound_is_better_or_worse(figure):
    assert state_of([figure(100, 400, high=400)]).standing == "better"


def test_a_minimum_that_is_above_the_latest_value_decides_and_one_below_it_does_not(figure):
    """Of 1895 only a part was collected."""
    assert state_of([figure(400, 100, later=400)]).standing == "better"
    assert state_of([figure(400, 100, later=90)]).standing == "worse"


def test_a_month_is_judged_against_the_same_month_a_year_earlier(ruritania):
    judged = judge(ask(ruritania, "duels", as_of="1894-06-30"))
    assert (label(judged.newest, "monthly"), label(judged.change.base, "monthly")) == ("1894-06", "1893-06")


def test_without_a_year_before_it_is_judged_against_the_nearest_value(ruritania):
    judged = judge(ask(ruritania, "duels", as_of="1893-06-30"))
    assert (label(judged.newest, "monthly"), label(judged.change.base, "monthly")) == ("1893-06", "1893-05")


def test_of_a_whole_that_cannot_be_compared_the_part_that_can_stands_for_it(ruritania):
    """Ruritania's slights are counted to 1895; of Graustark's the year before is a rumour."""
    whole = ask(ruritania, "slights", frequency="annual", breakdown="initiator")
    assert most_comparable(whole) == ("", whole)
    blank = replace(whole, values=whole.values.assign(at_least=True))
    code, part = most_comparable(blank)
    assert part is whole.parts[code]


def test_a_count_that_comes_to_zero_has_gone_quiet(copy):
    never = {"kind": "duel", "topic": "opera"}
    defined(copy, silent={"where": {"kind": "duel"}, "coverage": "duels"}, never={"where": never, "coverage": "duels"})
    project = opened(copy)
    quiet = gone_quiet(ask(project, name) for name in ("silent", "never", "audiences"))
    assert [one.series.definition.id for one in quiet] == ["silent", "audiences"]
    duels = told(ask(project, "silent"))
    assert duels[label(quiet[0].newest, "monthly")] == 0
    assert duels[label(quiet[0].last, "monthly")] > 0


IN_JANUARY = "1896-01-20"


@pytest.mark.parametrize(
    ("name", "as_of", "limits", "state", "period"),
    [
        ("slights", None, {"above": 1}, "alert", "1896"),  # two so far, and the year is not over
        ("slights", None, {"above": 2}, "quiet", "1895"),  # two in 1895; two so far in 1896 say nothing yet
        ("slights", None, {"below": 3}, "alert", "1895"),
        ("slights", None, {"above": 5, "below": 2}, "quiet", "1895"),
        ("slights", "1895-01-31", {"above": 2}, "alert", "1894"),  # three were noticed, and there may be more
        ("slights", "1895-01-31", {"above": 3}, "no data", "1894"),
        ("slights", "1895-01-31", {"below": 4}, "no data", "1894"),
        ("audiences@by_year", IN_JANUARY, {"above": 3}, "no data", "1895"),  # and 1894 is not looked at instead
        ("ruritanians_in_graustark", None, {"above": 8999}, "alert", "1896-03"),  # April may not be published yet
        ("ruritanians_in_graustark", None, {"above": 9000}, "quiet", "1896-03"),
        ("approval", None, {"below": 99}, "no data", "1895-12"),  # four months without a poll
    ],
)
def test_a_threshold_is_passed_by_the_latest_value_or_by_a_later_minimum_and_nothing_unknown_is_quiet(
    ruritania, name, as_of, limits, state, period
):
    series = ask(ruritania, name, as_of=as_of)
    found = watched(replace(series, definition=series.definition.model_copy(update={"alert": AlertOf(**limits)})))
    assert (found.state, series.point(found.period).label) == (state, period)
    assert bool(found.why) is (state == "no data")
    assert found.passed == (next(iter(limits)) if state == "alert" else "")


def test_a_minimum_without_a_side_is_still_a_minimum(figure):
    """Of 1895 the other side is not collected: it is compared with no other year, and above a number all the same."""
    series = figure(1, 1, later=6)
    values = series.values.assign(not_collected="Graustark")
    values.loc[YEARS[1] + 1, ["at_least", "over"]] = True
    series = replace(series, values=values.loc[: YEARS[1] + 1])
    for above, state in ((5, "alert"), (6, "no data")):
        own = series.definition.model_copy(update={"alert": AlertOf(above=above)})
        assert watched(replace(series, definition=own)).state == state


def test_a_value_that_is_printed_as_the_threshold_is_not_beyond_it(ruritania):
    series = ask(ruritania, "slights")
    own = series.definition.model_copy(update={"alert": AlertOf(above=0.25)})
    for value, state in ((0.2504, "quiet"), (0.2506, "alert")):
        values = series.values.assign(value=value).iloc[:-1]
        assert watched(replace(series, unit="share of slights", definition=own, values=values)).state == state


def test_a_series_without_a_period_has_no_data(ruritania):
    series = ask(ruritania, "slights")
    own = series.definition.model_copy(update={"alert": AlertOf(above=1)})
    assert watched(replace(series, definition=own, values=series.values.iloc[:0], rows=())).state == "no data"
