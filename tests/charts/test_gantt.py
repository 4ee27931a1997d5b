"""The lanes of spells below a chart of what is in force: from when to when, what is known of it, and what is not."""

import datetime
from dataclasses import replace

import pytest

from dashboard.charts.figure import drawing_of
from dashboard.charts.gantt import gantt
from dashboard.charts.picture import picture_of
from dashboard.charts.theme import PALETTES
from dashboard.charts.view import parse_view
from dashboard.export.captions import alternative
from dashboard.export.embed import record_of
from dashboard.export.output import PRESETS
from dashboard.export.sheet import sheets
from dashboard.export.verify import verify
from indicators.compute.pipeline import results
from indicators.compute.spells import spells_behind
from indicators.nouns.series import Query
from indicators.problems import ProblemsFound
from tests.builders import asked, opened

DAYS = datetime.date(1894, 1, 1), datetime.date(1896, 12, 31)
TODAY = datetime.date(1896, 5, 20)
BANS = {"table": "bans", "where": {}, "coverage": "all_bans", "unit": "weight in force", "reduce": {"in_force": {"of": "weight"}}}


@pytest.fixture
def spells(copy):
    return spells_behind(asked(copy, **BANS), opened(copy).tables)


def drawn(spells, days=DAYS, width=800):
    return gantt(spells, (days[0], min(days[1], TODAY)), PALETTES["light"], width)


def parts(figure, lane):
    """First day, days and whether it is solid of each bar of a lane, which are counted from the foot."""
    bars = [bar for bar in figure["data"] if round(bar["y"][0]) == lane]
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
    assert [round(y) for y in arrows] == [2, 1]


def test_what_lies_outside_of_the_window_has_no_lane(spells):
    later = drawn(spells, (datetime.date(1894, 8, 1), TODAY))
    assert {round(bar["y"][0]) for bar in later["data"]} == {1, 2}


def test_where_a_name_has_no_room_beside_or_in_its_bar_all_stand_above(spells):
    wide, tight = (drawn(spells, width=width) for width in (800, 200))
    names, bars = ([one["y"] for one in wide["layout"]["annotations"] if one["text"] != "→"], {bar["y"][0] for bar in wide["data"]})
    assert set(names) == bars
    above = [one for one in tight["layout"]["annotations"] if one["text"] != "→"]
    assert all(one["y"] > one["y"] // 1 for one in above)
    assert {one["xanchor"] for one in above} == {"left", "right"}
    assert tight["layout"]["height"] > wide["layout"]["height"]


def test_names_are_shown_as_they_are_written(copy):
    spells = spells_behind(asked(copy, **BANS), opened(copy).tables)
    texts = drawn((spells[0]._replace(name="<b>No</b> cheese"),))["layout"]["annotations"]
    assert texts[0]["text"] == "&lt;b&gt;No&lt;/b&gt; cheese"


def test_other_charts_have_none(made, ruritania):
    assert spells_behind(made.series(Query("audiences")), ruritania.tables) == ()


# ---- a picture of its own ----


@pytest.fixture
def lanes(copy):
    asked(copy, **BANS)
    made = results(opened(copy))
    return made, picture_of(made, parse_view("asked?lanes=on"))


def test_the_lanes_stand_above_the_sum_in_every_size(lanes, spells):
    _, picture = lanes
    for preset in PRESETS.values():
        layout = drawing_of(picture, PALETTES["light"], preset.size).figure["layout"]
        assert layout["yaxis"]["domain"][1] < layout["yaxis2"]["domain"][0]
        assert layout["height"] >= preset.size.height
        texts = [one["text"] for one in layout["annotations"]]
        assert [spell.name for spell in spells if spell.name not in texts] == []
        assert "<b>Weight in force</b>" in texts


def test_the_code_follows_the_days_of_each_spell_and_not_its_name(lanes):
    _, picture = lanes
    first, *others = picture.spells
    renamed = replace(picture, spells=(first._replace(name="Cheese"), *others))
    moved = replace(picture, spells=(first._replace(start=first.start - datetime.timedelta(days=1)), *others))
    assert picture.code == renamed.code != moved.code


def test_a_file_says_which_spell_has_changed(lanes):
    made, picture = lanes
    first, *others = picture.spells
    then = record_of(made, replace(picture, spells=(first._replace(weight=first.weight + 1), *others)))
    verdict = verify(made, then)
    assert verdict.same is False
    assert f"{first.row}: weight was {first.weight + 1}, now {first.weight}" in verdict.reasons
    assert verify(made, record_of(made, picture)).same
    assert any("contradicts itself" in one for one in verify(made, then | {"spells": []}).reasons)


def test_a_workbook_and_the_alternative_text_have_each_spell(lanes):
    made, picture = lanes
    columns, rows = sheets(made, picture)["one by one"]
    assert list(columns)[:3] == ["row", "name", "start"]
    assert [row[0] for row in rows] == [spell.row for spell in picture.spells]
    words = alternative(picture, drawing_of(picture, PALETTES["light"], PRESETS["memo"].size).plan)
    assert [spell.name for spell in picture.spells if spell.name not in words] == []


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("audiences?lanes=on", "nothing with a first and a last day"),
        ("asked?lanes=on&with=duels", "shows one sum and nothing else"),
        ("asked?lanes=yes", "lanes is on or left out"),
    ],
)
def test_a_chart_without_lanes_is_refused(lanes, view, words):
    made, _ = lanes
    with pytest.raises(ProblemsFound) as found:
        picture_of(made, parse_view(view))
    assert words in found.value.problems[0].message


def test_more_lanes_than_a_page_holds_are_refused(lanes, monkeypatch):
    made, picture = lanes
    monkeypatch.setattr("dashboard.charts.picture.MOST_LANES", len(picture.spells) - 1)
    with pytest.raises(ProblemsFound, match="lanes"):
        picture_of(made, picture.view)
