"""The calendar of the shipped tables: figures that can be counted in the files by eye."""

import datetime
from dataclasses import replace

import pytest

from indicators.compute.agenda import coming, occasions, releases
from indicators.compute.dialogues import dialogues
from indicators.compute.promises import promises

DAY = datetime.date


@pytest.fixture(scope="module")
def on(shipped):
    return lambda day: replace(shipped, config=shipped.config.model_copy(update={"as_of": day}))


def test_eight_occasions_a_year_and_no_false_zero_in_2026(shipped):
    """The rows of 2026 were read to August, so that nothing found in October is not a finding."""
    came = {one.name: one.came for one in occasions(shipped, 2026)}
    assert len(came) == 8
    assert came.pop("Yasukuni autumn festival") == "not collected"
    assert set(came.values()) == {"happened"}


def test_the_one_occasion_without_a_response_since_2018(shipped):
    """Coverage: "only spring 2019 lacks one"; before 2018 collection was partial, so nothing is called missing."""
    missing = [(year, one.name) for year in range(2010, 2027) for one in occasions(shipped, year) if one.came == "missing"]
    assert missing == [(2019, "Yasukuni spring festival")]
    absent = [(year, one.name) for year in range(2010, 2027) for one in occasions(shipped, year) if one.came == "reported absent"]
    assert absent == [(2012, "Foreign minister's Diet speech"), (2013, "Foreign minister's Diet speech")]


def test_promises_as_the_journal_had_them_and_what_is_recorded_since(on):
    """37 items, of which 32 were open on 30 April 2024; the column outcome has six cells."""
    then, now = (promises(on(day))["deliverables"] for day in ("2024-04-30", "2026-11-25"))
    assert [sum(one.stood == "open" for one in some) for some in (then, now)] == [32, 32]
    assert [sum(one.stands == "outcome recorded" for one in some) for some in (then, now)] == [0, 6]
    assert promises(on("2024-04-29"))["deliverables"] == []


def test_no_dialogue_is_called_asleep_over_months_that_were_not_collected(on):
    """The vice ministers are collected from 2014 to July 2025: silent for 442 days on 30 April 2024, for at least as long, unknown, now."""
    then, now = ({one.name: one for one in dialogues(on(day))} for day in ("2024-04-30", "2026-11-25"))
    assert then["Vice Foreign Ministers' trilateral"].standing == "sleeping"
    assert now["Vice Foreign Ministers' trilateral"].standing == "not collected"
    assert now["Vice Foreign Ministers' trilateral"].collected_to == DAY(2025, 7, 31)
    assert [one.name for one in now.values() if one.standing == "sleeping"] == []


def test_overdue_figures_are_named(shipped):
    """Visitors to Japan end with June 2026, from Japan to Korea with January, to Korea from everywhere with July."""
    late = {one.parts[0]: one.due for one in releases(shipped) if one.awaited == "overdue"}
    assert late == {("JPN", "KOR"): DAY(2026, 4, 1), ("KOR", "JPN"): DAY(2026, 8, 17), ("ALL", "KOR"): DAY(2026, 10, 2)}


def test_what_was_next_on_an_earlier_day_does_not_know_what_came_of_it(on):
    """On 30 April 2024 the chiefs of defense had yet to meet, as they did on 18 July; now only the shelf treaty is due."""
    then, now = ({one.row for one in coming(on(day)) if one.row.startswith("deliverables:")} for day in ("2024-04-30", "2026-11-25"))
    assert {"deliverables:dlv-25", "deliverables:dlv-26"} < then
    assert now == {"deliverables:dlv-14"}
