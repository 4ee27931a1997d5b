"""The lanes of spells below a chart of what is in force: from when to when, what is known of it, and what is not."""

import datetime

import pytest

from dashboard.charts.gantt import gantt
from dashboard.charts.theme import PALETTES
from indicators.compute.spells import spells_behind
from indicators.nouns.series import Query
from tests.builders import asked, opened

DAYS = datetime.date(1894, 1, 1), datetime.date(1896, 12, 31)
TODAY = datetime.date(1896, 5, 20)
BANS = {"table": "bans", "where": {}, "coverage": "all_bans", "unit": "weight in force", "reduce": {"in_force": {"of": "weight"}}}


@pytest.fixture
def spells(copy):
    return spells_behind(asked(copy, **BANS), opened(copy).tables)


def drawn(spells, days=DAYS, width=800):
    return gantt(spells, days, TODAY, PALETTES["light"], width)


def parts(figure, lane):
    """First day, days and whether it is solid of each bar of a lane, which are counted from the foot."""
    bars = [bar for bar in figure["data"] if round(bar["y"][0] + 0.2) == lane]
    return [(bar["base"][0], bar["x"][0] / 86_400_000, "pattern" not in bar["marker"]) for bar in bars]


def test_the_earliest_is_on_top_under_its_name(spells):
    texts = [text for text in drawn(spells)["layout"]["annotations"] if text["text"] != "→"]
    assert [text["text"] for text in sorted(texts, key=lambda text: -text["y"])] == [spell.name for spell in spells]
    assert [spell.row for spell in spells] == [f"bans:b-{n}" for n in range(1, 6)]


def test_a_bar_ends_before_the_day_of_its_end(spells):
    assert parts(drawn(spells), 5) == [("1894-01-11", 31, True)]


def test_days_on_which_it_may_begin_or_end_are_hatched(spells):
    assert parts(drawn(spells), 4) == [("1894-03-01", 30, False), ("1894-03-31", 62, True)]
    assert parts(drawn(spells), 3) == [("1894-05-01", 61, True), ("1894-07-01", 30, False)]


def test_after_the_last_day_on_which_it_was_seen_it_is_hatched_to_this_day(spells):
    seen, unseen = parts(drawn(spells), 2)
    assert seen == ("1895-01-01", 181, True)
    assert unseen == ("1895-07-01", (TODAY - datetime.date(1895, 6, 30)).days, False)
    arrows = [text["y"] for text in drawn(spells)["layout"]["annotations"] if text["text"] == "→"]
    assert [round(y + 0.2) for y in arrows] == [2, 1]


def test_what_lies_outside_of_the_window_has_no_lane(spells):
    later = drawn(spells, (datetime.date(1894, 8, 1), TODAY))
    assert {round(bar["y"][0] + 0.2) for bar in later["data"]} == {1, 2}


def test_a_name_that_has_no_room_ends_at_the_edge(spells):
    sides = {text["xanchor"] for text in drawn(spells, width=200)["layout"]["annotations"] if text["text"] != "→"}
    assert sides == {"left", "right"}


def test_names_are_shown_as_they_are_written(copy):
    spells = spells_behind(asked(copy, **BANS), opened(copy).tables)
    texts = drawn((spells[0]._replace(name="<b>No</b> cheese"),))["layout"]["annotations"]
    assert texts[0]["text"] == "&lt;b&gt;No&lt;/b&gt; cheese"


def test_other_charts_have_none(made, ruritania):
    assert spells_behind(made.series(Query("audiences")), ruritania.tables) == ()
