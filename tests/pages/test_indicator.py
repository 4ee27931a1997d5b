"""Pages called as functions: controls and the view they ask for, the sentence, the table, rows of a part, what entered a window."""

import itertools
import json
import re
from dataclasses import replace

import pytest
from plotly.io.json import to_json_plotly

from dashboard.charts.picture import REST, picture_of
from dashboard.charts.theme import PALETTES
from dashboard.charts.view import parse_view
from dashboard.export import sheet
from dashboard.live import Live
from dashboard.pages import Asked, Screen, controls, indicator, points
from dashboard.pages.rows import notes_panel, numbers_panel, rows_panel, spells_panel
from dashboard.words import numbers
from indicators.compute.pipeline import results
from indicators.nouns.periods import parse_period
from indicators.nouns.series import Query
from indicators.problems import ProblemsFound
from tests.builders import DEFINITIONS, appended, ask, defined, edited, opened, text_of

UNTOUCHED = {
    "variant": "",
    "frequency": "monthly",
    "breakdown": "",
    "transform": "",
    "with": "",
    "from": "1893-01",
    "to": "",
    "notes": "on",
}


@pytest.fixture
def now(live):
    return live.current()


def shown(made, text):
    view = parse_view(text)
    return controls.state_of(made, view, picture_of(made, view).series)


def values(options):
    return [option["value"] for option in options]


@pytest.mark.parametrize(
    ("trigger", "changed", "search", "expected"),
    [
        ("frequency", {"frequency": "annual"}, "", "audiences?frequency=annual"),
        ("breakdown", {"breakdown": "level"}, "", "audiences?breakdown=level"),
        ("transform", {"transform": "rolling_sum:window=12"}, "", "audiences?transform=rolling_sum:window=12"),
        ("with", {"with": "duels"}, "", "audiences?with=duels"),
        ("with", {"with": "duels", "breakdown": "level"}, "", "audiences?with=duels"),  # split or compared, not both
        ("breakdown", {"with": "duels", "breakdown": "level"}, "", "audiences?breakdown=level"),
        ("variant", {"variant": "by_year", "transform": "change"}, "", "audiences?variant=by_year"),
        ("notes", {"notes": ""}, "?as_of=1895-01-01", "audiences?annotations=off&as_of=1895-01-01"),
        ("last-5", {}, "", "audiences?from=1891"),
        ("all-years", {}, "", "audiences?from=1892"),
    ],
)
def test_a_control_changes_the_view_and_leaves_the_rest(made, trigger, changed, search, expected):
    assert made.config.window.start == UNTOUCHED["from"]
    view = controls.asked(made, trigger, UNTOUCHED | changed, search, "audiences")
    assert view.text == expected
    assert parse_view(view.text) == view


def test_the_controls_hold_what_the_address_says(made):
    text = "audiences?variant=with_ministers&frequency=annual&breakdown=level&from=1894&to=1896&annotations=off"
    state = shown(made, text)
    held = {k: state[k] for k in ("variant", "frequency", "breakdown", "transform", "with", "start", "end", "notes")}
    assert held == {
        "variant": "with_ministers",
        "frequency": "annual",
        "breakdown": "level",
        "transform": "",
        "with": "",
        "start": "1894",
        "end": "1896",
        "notes": False,
    }


def test_only_calculations_that_mean_something_are_offered(made):
    counts, shares = values(shown(made, "audiences")["transforms"]), values(shown(made, "crown_share")["transforms"])
    assert {"year_to_date", "rebase:period=1893"} <= set(counts)
    assert {f"rolling_{word}:window={months}" for word in ("sum", "mean") for months in (3, 6, 12, 24)} <= set(counts)
    assert shares == ["change", "rolling_mean:window=3", "rolling_mean:window=5"]  # shares do not add up, and a year has no year within
    own = shown(made, "audiences?transform=rolling_sum:window=7")
    assert own["transform"] in values(own["transforms"])


@pytest.mark.parametrize(
    ("name", "adds"),
    [
        ("audiences", True),
        ("guns_heard", True),
        ("contacts", True),  # a sum of counts
        ("guns_heard@on_average", False),
        ("subjects_of_slights", False),  # different topics of two years may be the same
        ("audiences_in_three_periods", False),  # a window of its own
        ("quiet_between_salvos", False),
        ("ruritanian_share", False),
    ],
)
def test_sums_are_offered_of_what_can_be_added(made, name, adds):
    indicator_, _, variant = name.partition("@")
    offered = values(shown(made, f"{indicator_}?variant={variant}" if variant else name)["transforms"])
    assert ("cumulative" in offered) is adds


def test_of_a_stock_no_sum_over_time_is_offered(copy):
    edited(copy, "data/travellers.resource.yaml", "  kind: observations\n", "  kind: observations\n  stock: [travellers]\n")
    offered = values(shown(results(opened(copy)), "ruritanians_in_graustark")["transforms"])
    assert "rolling_mean:window=12" in offered
    assert not {"cumulative", "year_to_date", "rolling_sum:window=12", "per_day"} & set(offered)


def test_what_is_in_force_has_a_chart_and_a_table_of_its_spells_and_others_have_neither(copy, made):
    rule = {"table": "bans", "where": {"weight": {"at_least": 2}}, "coverage": "all_bans", "reduce": {"in_force": {"of": "weight"}}}
    defined(copy, asked=rule)
    kingdoms = results(opened(copy))
    title, _, chart, one_chart, table = spells_panel(kingdoms, picture_of(kingdoms, parse_view("asked")), Screen())
    assert title.children == "What is or may be in force, one by one (3)"
    assert len(chart.children.figure["data"]) == 5  # two of the three have days on which they may be in force
    assert one_chart.children.href == "/indicator/asked?lanes=on"
    assert all(f"bans:b-{n}" in str(table) for n in (1, 2, 4))
    assert spells_panel(made, picture_of(made, parse_view("audiences")), Screen()) == []


def test_an_indicator_that_is_gone_is_reported_with_the_nearest(made):
    with pytest.raises(ProblemsFound) as gone:
        controls.asked(made, "frequency", UNTOUCHED, "", "audienses")
    assert "did you mean 'audiences'?" in str(gone.value)


@pytest.mark.parametrize("text", ["audiences?with=audiences", "audiences?from=2999", "audiences?from=1200&to=1201"])
def test_a_view_that_shows_nothing_or_one_thing_twice_is_refused(made, text):
    with pytest.raises(ProblemsFound):
        picture_of(made, parse_view(text))


def test_a_definition_s_own_split_is_drawn_until_the_total_or_a_comparison_is_asked_for(copy):
    edited(copy, f"{DEFINITIONS}/court.yaml", "GRA: slights_by_graustark}}", "GRA: slights_by_graustark}}\n    shown: initiator")
    made = Live(copy).current().results
    drawn = {text: list(picture_of(made, parse_view(text)).series.parts) for text in ("slights", "slights?breakdown=total")}
    assert drawn == {"slights": ["RUR", "GRA"], "slights?breakdown=total": []}
    assert picture_of(made, parse_view("slights")).code == picture_of(made, parse_view("slights?breakdown=initiator")).code
    assert not picture_of(made, parse_view("slights?with=audiences@by_year")).series.parts
    assert (shown(made, "slights")["breakdown"], shown(made, "slights?breakdown=total")["breakdown"]) == ("initiator", "total")
    asked = {"frequency": "annual", "breakdown": "total"}
    assert controls.asked(made, "breakdown", UNTOUCHED | asked, "", "slights").text == "slights?breakdown=total"
    asked["breakdown"] = "initiator"
    assert controls.asked(made, "breakdown", UNTOUCHED | asked, "", "slights").text == "slights"
    assert controls.asked(made, "with", UNTOUCHED | asked | {"with": "duels"}, "", "slights").text == "slights?with=duels"


def test_an_indicator_is_compared_with_its_own_rules_first_and_never_with_itself(made):
    offered = values(shown(made, "audiences")["others"])
    assert offered[:2] == ["audiences@with_ministers", "audiences@by_year"]
    assert "audiences" not in offered
    assert "audiences" in values(shown(made, "audiences?variant=by_year")["others"])


def test_a_view_that_is_split_and_compared_is_refused(made):
    with pytest.raises(ProblemsFound) as refused:
        picture_of(made, parse_view("audiences?breakdown=level&with=duels"))
    assert "not both" in str(refused.value)


def test_what_is_compared_takes_frequency_and_calculation_of_the_view(made):
    picture = picture_of(made, parse_view("audiences?frequency=annual&transform=change&with=duels"))
    assert picture.other.frequency == "annual"
    assert picture.other.query.transform == ("change",)
    with pytest.raises(ProblemsFound):  # travellers by month have no weeks
        picture_of(made, parse_view("audiences?frequency=weekly&with=ruritanians_in_graustark"))


def test_the_page_of_every_indicator_and_rule_can_be_made_in_both_themes(now):
    themes = itertools.cycle(("light", "dark"))
    for definition in now.results.definitions.values():
        for variant in (None, *definition.variants):
            chosen = definition.variants[variant] if variant else definition
            for breakdown in (None, *(b.by for b in chosen.breakdown if not variant or chosen.breakdown != definition.breakdown)):
                search = "&".join(f"{k}={v}" for k, v in (("variant", variant), ("breakdown", breakdown)) if v)
                made = indicator.layout(now, Asked(f"{definition.id}?{search}", Screen(next(themes), 700)))
                assert definition.title in str(made)


def test_a_number_as_a_sentence_says_value_rule_collection_source_and_dates(ruritania):
    said = numbers.sentence(ask(ruritania, "audiences@by_year"), parse_period("1895")[0], "The Court Diary")
    assert said == (
        "Audiences (by year): at least 3 audiences in 1895. What counts: Meetings of the two crowns and nobody else. A ball that "
        "lasts into the next year counts where it begins. Coverage: partly collected. Based on 3 rows. "
        "Source: The Court Diary; data to 10 May 1896, as of 20 May 1896."
    )


def test_a_missing_number_says_why_in_its_sentence(ruritania):
    said = numbers.sentence(ask(ruritania, "crown_share"), parse_period("1895")[0], "The Court Diary")
    assert said.startswith("Share of meetings held by the crowns: no value for 1895 (")


def test_a_split_can_be_traced_to_the_rows(made):
    """The column of the breakdown stands in the row, as it does in no other table of audiences."""
    whole, split = (made.series(Query("audiences", frequency="annual", breakdown=by)) for by in (None, "level"))
    period = parse_period("1894")[0]
    heads = [re.findall(r"Th\(children='([^']*)'", str(rows_panel(made, one, period))) for one in (whole, split)]
    assert "level" not in heads[0]
    assert "level" in heads[1]


def test_rows_say_who_to_whom_about_what_and_codes_in_words(made):
    """Columns of codes in lists, and those that the definition reads (office), stand in the table; codes of states have their names."""
    series = made.series(Query("audiences", frequency="annual"))
    shown = rows_panel(made, series, parse_period("1893")[0])
    heads = re.findall(r"Th\(children='([^']*)'", str(shown))
    assert {"initiator", "participants", "topic", "office", "kind"} <= set(heads)
    assert "Ruritania; Graustark RUR;GRA" in " ".join(text_of(shown).split())


OFFICES = [f"keeper_of_{what}" for what in ("bees", "clocks", "ducks", "eels", "flags", "gates", "hats", "inns")]


def many_parts(folder):
    """An indicator of a copied project whose breakdown has eight parts."""
    edited(folder, "data/envoys.resource.yaml", "enum: [crown, ", f"enum: [{', '.join(OFFICES)}, crown, ")
    told = "day,meeting,RUR,RUR;GRA,sovereign,{},borders,A visit.,court_diary,1893-03-10"
    appended(folder, "data/envoys.csv", *[f"e-{n},1893-03-01,,{told.format(office)}" for n, office in enumerate(OFFICES, 60)])
    defined(folder, many={"where": {"office": OFFICES}, "frequency": "annual", "breakdown": "office"})


def test_the_table_of_a_split_has_every_part(copy):
    """Eight offices hold one audience each: the picture draws six and the rest as one, the tables each by itself."""
    many_parts(copy)
    made = results(opened(copy))
    picture = picture_of(made, parse_view("many?breakdown=office"))
    assert [layer.key for layer in picture.layers][-1] == REST
    assert {layer.key for layer in picture.listed} == {row["part"] for row in sheet.records_drawn(picture)} == set(OFFICES)
    shown = text_of(numbers_panel(picture))
    assert [office for office in OFFICES if office.replace("_", " ") not in shown] == []
    assert REST not in shown


def test_a_number_says_whether_it_is_better_or_worse(made):
    said = text_of(rows_panel(made, made.series(Query("duels")), parse_period("1894-06")[0]))
    assert "Worse: 8 more than 0 in May 1894." in said


def test_rows_that_are_dated_less_exactly_are_listed_apart(made):
    words = text_of(rows_panel(made, made.series(Query("audiences")), parse_period("1894-05")[0]))
    assert words.index("e-15") < words.index("Not counted, may belong to May 1894: 1 row") < words.index("e-11")


def test_a_window_tells_which_rows_entered_and_which_left_it(made):
    """Three issues to 1893-T3 hold the audiences of February (two), June and December; to 1894-T1 no longer those of February."""
    series = made.series(Query("audiences_in_three_periods"))
    said = text_of(rows_panel(made, series, parse_period("1894-T1")[0]))
    left = said[said.index("Left the window") : said.index("All rows of the window")]
    assert ("e-02" in left, "e-03" in left, "e-06" in left) == (True, True, False)
    assert "Entered the window since September–December 1893: 0 rows" in said


def test_the_table_has_a_line_for_each_number_of_the_window(made):
    said = text_of(numbers_panel(picture_of(made, parse_view("audiences?variant=by_year&from=1893"))))
    assert [said.count(year) for year in ("1892", "1893", "1894", "1895", "1896")] == [0, 1, 1, 1, 1]
    assert "at least 3" in said
    assert "not over yet" in said


def test_a_click_on_a_part_shows_the_rows_of_the_part(made):
    picture = picture_of(made, parse_view("slights?breakdown=initiator"))
    said = rows_behind(made, picture, "1894#RUR")
    assert ("e-12" in said, "e-26" in said, "e-24" in said) == (True, True, False)
    beside = picture_of(made, parse_view("audiences?frequency=annual&with=duels"))
    assert "e-16" in rows_behind(made, beside, "1894#with")


def rows_behind(made, picture, mark):
    layer, period = points.point_in(picture, points.clicked({"points": [{"customdata": mark}]}))
    return text_of(rows_panel(made, layer.series, period, layer.name))


def test_the_point_in_an_address_is_not_in_the_view_and_shows_its_rows(now):
    plain_, chosen = (str(indicator.layout(now, Asked(f"duels?from=1893{more}"))) for more in ("", "&point=1894-06"))
    assert "Duels: June 1894" in chosen
    assert "Duels: June 1894" not in plain_
    code = r"RH-[0-9A-Z]{4}-[0-9A-Z]{4}"
    assert set(re.findall(code, plain_)) == set(re.findall(code, chosen))
    assert indicator.look_up(now, "slights?breakdown=initiator&point=1894:RUR").layer.name == "Ruritania"


@pytest.mark.parametrize("point", ["1894", "1901-06", "1894-06:RUR", "June"])
def test_a_point_that_does_not_exist_is_reported_and_the_chart_stays(now, point):
    address = f"duels?from=1893&point={point}"
    shown = str(indicator.layout(now, Asked(address)))
    assert f"There is no point '{point}' in this chart" in shown
    assert "Duels: April 1896" in shown  # the latest, as without a point
    with pytest.raises(ProblemsFound):
        indicator.look_up(now, address)


def test_until_a_point_is_chosen_the_latest_is_shown_of_a_part_where_the_whole_has_none(now):
    """In 1894 the slights of Graustark are collected in part, and with them the whole; those of Ruritania nearly in full."""
    shown = str(indicator.layout(now, Asked("slights?breakdown=initiator&to=1894")))
    assert "Slights, Ruritania: 1894" in shown
    assert "Choose a point" not in shown


def test_a_point_outside_the_window_is_not_in_the_chart(now):
    with pytest.raises(ProblemsFound, match="the chart shows 1895-01 to"):
        indicator.look_up(now, "duels?from=1895&point=1894-06")


def test_a_counting_rule_is_named_with_the_capitals_that_its_words_have(copy):
    edited(copy, "indicators/definitions/court.yaml", "meetings of the two foreign ministers.", "meetings of the two Ministers.")
    found = results(opened(copy))
    view = parse_view("audiences@with_ministers")
    series = picture_of(found, view).series
    assert [one["label"] for one in controls.state_of(found, view, series)["variants"]] == ["standard", "with Ministers", "by year"]
    assert controls.settings(found, view, series).startswith("with Ministers, ")


def test_all_notes_of_the_window_are_listed_by_date(made):
    view = parse_view("audiences?from=1893")
    by_date = ["The Valentine audience", "Cheese embargo"]  # of the court; the cannon and the toll book are about others
    chosen = replace(made, choice={"audiences": ("annotations:1894-06|Cheese embargo",)})
    for results_ in (made, chosen):
        said = text_of(notes_panel(results_, picture_of(results_, view)))
        assert said.startswith("Notes (2)")
        assert sorted(by_date, key=said.index) == by_date
    assert "June 1894 – July 1894Cheese embargo. No cheese crosses the border and few people do." in said
    assert "14 February 1893The Valentine audience. The first audience that the diary records." in said
    assert "Court Diary" in said
    assert notes_panel(made, picture_of(made, parse_view("audiences?annotations=off"))) == []


def test_of_many_notes_the_chosen_are_open_and_a_source_is_named_in_full_once(made, monkeypatch):
    monkeypatch.setattr("dashboard.pages.rows.MOST_NOTES", 1)
    view = parse_view("audiences?from=1893")
    chosen = replace(made, choice={"audiences": ("annotations:1894-06|Cheese embargo",)})
    for results_, open_ in ((made, ["The Valentine audience", "Cheese embargo"]), (chosen, ["Cheese embargo"])):
        _, shown, *more = notes_panel(results_, picture_of(results_, view))
        assert [name for name in ("The Valentine audience", "Cheese embargo") if name in text_of(shown)] == open_
        assert ["1 more" in text_of(one) and "The Valentine audience" in text_of(one) for one in more] == [True] * (2 - len(open_))
    full = text_of(notes_panel(made, picture_of(made, view))[1])
    titles = made.tables["sources"].frame["title"].tolist()
    assert sorted({full.count(title) for title in titles}) == [0, 1]


def test_what_is_under_the_mouse_has_the_colours_of_the_chart(now):
    picture = picture_of(now.results, parse_view("duels"))
    for theme, palette in PALETTES.items():
        look = json.loads(to_json_plotly(indicator.figure(now, picture, Screen(theme))))["layout"]["hoverlabel"]
        assert (look["bgcolor"], look["font"]["color"]) == (palette.paper, palette.ink)


def test_two_points_in_one_address_are_refused(now):
    with pytest.raises(ProblemsFound, match="1894-06"):
        indicator.look_up(now, "duels?point=1894-06&point=1894-07")


def test_two_pairs_of_periods_in_one_address_are_refused(now):
    with pytest.raises(ProblemsFound, match="1893to1894"):
        indicator.look_up(now, "mood?moved=1893to1894&moved=1894to1895")


def test_a_short_sentence_has_the_value_and_what_it_is_compared_with(made):
    year = made.series(Query("audiences", frequency="annual"))
    assert numbers.short_sentence(year, parse_period("1895")[0]).startswith("Audiences, 1895: at least 3")
    assert numbers.short_sentence(year, parse_period("1892")[0]).startswith("Audiences, 1892: no value (")
    duels = made.series(Query("duels"))
    assert numbers.short_sentence(duels, parse_period("1894-06")[0]) == "Duels, June 1894: 8 (May 1894: 0; worse)."
