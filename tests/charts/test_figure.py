"""Charts as plain figures: valid for Plotly, honest about gaps, breaks, zeros and minima."""

import itertools
import json
from dataclasses import replace

import plotly.graph_objects as go
import pytest

from dashboard.app import page
from dashboard.charts import lines, marks
from dashboard.charts.axes import scale
from dashboard.charts.figure import LEAST_ROW, MOST_MEMO, drawing_of, small
from dashboard.charts.frame import LABEL, SMALL, Frame, Size
from dashboard.charts.notes import Plan
from dashboard.charts.picture import adds_up, picture_of
from dashboard.charts.theme import PALETTES
from dashboard.charts.view import View
from dashboard.export.captions import alternative, caption
from dashboard.export.embed import record_of
from dashboard.live import Current
from dashboard.pages import Screen
from indicators.compute.pipeline import results
from indicators.compute.provenance import credit_of
from indicators.nouns.definition import LineOf
from indicators.nouns.series import Annotation
from tests.builders import defined, edited, opened

MEMO, PAGE = Size(624, height=346), Size(1000, 300)


def pictured(made, name, **chosen):
    """The picture of a rule over all the time that it has, unless another window is chosen."""
    indicator, _, variant = name.partition("@")
    return picture_of(made, View(indicator, variant or None, **{"start": "1800"} | chosen))


def drawn(picture, size=PAGE, theme="light"):
    return drawing_of(picture, PALETTES[theme], size).figure


@pytest.fixture(scope="module")
def charts(made):
    """Every rule with its chart on a page and in a memo, which is the lowest. Nobody changes them."""
    pictures = [pictured(made, rule.name) for definition in made.definitions.values() for rule in definition.rules]
    return [(picture, *(drawing_of(picture, PALETTES["light"], size) for size in (PAGE, MEMO))) for picture in pictures]


def trace(figure, name):
    return next(t for t in figure["data"] if t["name"] == name)


def texts(figure):
    return " ".join(a["text"] for a in figure["layout"]["annotations"])


def test_every_figure_is_one_that_plotly_knows_and_json_can_hold(made, charts):
    """All of them on light ground; counts, an average of polls and sums on dark ground in a narrow picture."""
    themed = [(picture, "light", drawing.figure) for picture, drawing, _ in charts]
    dark = [pictured(made, name) for name in ("audiences", "approval", "guns_heard")]
    themed += [(picture, "dark", drawn(picture, Size(340, 300), "dark")) for picture in dark]
    for picture, theme, figure in themed:
        go.Figure(figure)
        json.dumps(figure, allow_nan=False)
        json.dumps(small(picture.series, picture.days, PALETTES[theme], Size(230, height=44)), allow_nan=False)


def test_the_picture_says_what_counts_in_which_unit_from_where_and_until_when(made, charts):
    for picture, drawing, _ in charts:
        words, series = texts(drawing.figure), picture.series
        assert series.definition.title.split()[0] in words
        assert series.unit.lower() in words.lower()
        assert lines.rule_of(series.definition).split()[0] in words
        assert "Source: " + credit_of(series, made.tables).split()[0] in words
        assert picture.view.text.replace("&", "&amp;") in words
        assert picture.code in words


def test_a_licence_that_the_tables_share_stands_in_the_foot(copy):
    """The toll books are free for all; of two tables with different terms, or of terms without a name, none is named."""
    path = copy / "data/travellers.resource.yaml"
    path.write_text(path.read_text() + "\nlicenses:\n  - {name: CC0-1.0, title: Free for all}\n")
    made = results(opened(copy))
    assert ", CC0-1.0." in texts(drawn(pictured(made, "ruritanians_in_graustark")))
    assert "CC0-1.0" not in texts(drawn(pictured(made, "ruritanians_in_graustark", other="audiences")))
    edited(copy, "data/travellers.resource.yaml", "CC0-1.0", "other-open")
    assert "other-open" not in texts(drawn(pictured(results(opened(copy)), "ruritanians_in_graustark")))


def test_every_value_of_the_window_is_drawn_once_and_no_other(charts):
    for picture, drawing, _ in charts:
        window, figure = picture.window.values, drawing.figure
        known = window.loc[window["value"].notna()]
        found = {label for t in figure["data"] if t["name"] in (*marks.LOOKS, "zero") for label in t["customdata"]}
        written = [
            a for a in figure["layout"]["annotations"] if a.get("x") in {marks.middle(p, picture.series.frequency) for p in known.index}
        ]
        zeros = set(known.loc[known["value"] == 0, "label"])
        assert set(known["label"]) - found <= zeros, picture.view.text
        assert found <= set(known["label"])
        assert zeros <= found or len(written) >= len(known), picture.view.text
        missing = trace(figure, "missing")
        assert sorted(missing["customdata"]) == sorted(window.loc[window["value"].isna(), "label"])
        assert all("no value" in text for text in missing["hovertext"])


def test_a_minimum_a_zero_and_an_exact_number_do_not_look_alike(made):
    figure = drawn(pictured(made, "audiences", frequency="annual"))
    assert trace(figure, "normal")["customdata"] == ["1893", "1894"]
    assert trace(figure, "at_least")["customdata"] == ["1895"]
    assert trace(figure, "at_least")["marker"] != trace(figure, "normal")["marker"]
    assert trace(figure, "provisional")["customdata"] == ["1896"]
    assert "at least" in trace(figure, "at_least")["hovertext"][0]


def test_counts_start_at_zero(charts):
    for picture, drawing, _ in charts:
        if adds_up(picture.series) and picture.window.values["value"].min() >= 0:
            assert drawing.figure["layout"]["yaxis"]["range"][0] == 0, picture.view.text


def test_a_line_is_cut_at_gaps_and_breaks(charts):
    cut = 0
    for picture, drawing, _ in charts:
        series, window = picture.series, picture.window.values
        places = {marks.middle(int(p), series.frequency): p for p in window.index}
        for line in (t for t in drawing.figure["data"] if t["name"] == "line"):
            for one, other in itertools.pairwise(line["x"]):
                if one is None or other is None:
                    cut += 1
                    continue
                assert places[other] == places[one] + 1, series.definition.name
                assert window.at[places[one], "stretch"] == window.at[places[other], "stretch"]
    assert cut


def test_the_polls_behind_an_average_are_dots_at_their_days(charts):
    picture, drawing, _ = next(one for one in charts if one[0].layers[0].points is not None)
    dots = trace(drawing.figure, "polls")
    assert len(dots["x"]) == len({row for rows in picture.series.rows for row in rows})
    assert dots["y"] == picture.layers[0].points["value"].tolist()
    assert "Dots: single polls" in texts(drawing.figure)


def test_parts_that_exclude_each_other_are_stacked_up_to_the_whole(copy):
    """1894: eight duels and three slights. 1896, which two diarists covered in full: two slights and, so far, no duel."""
    acts = {"where": {"kind": ["duel", "slight"]}, "coverage": "duels", "frequency": "annual", "breakdown": "kind"}
    defined(copy, acts=acts)
    made = results(opened(copy))
    picture = pictured(made, "acts", breakdown="kind")
    figure = drawn(picture)
    assert (picture.panels[0].share, figure["layout"]["barmode"]) == ("stack", "stack")
    bars = {(t["customdata"][0], t["y"][0]) for t in figure["data"] if t["type"] == "bar"}
    assert bars == {("1894#duel", 8), ("1894#slight", 3), ("1896#slight", 2)}
    assert all(f"■</span> {name}" in texts(figure) for name in ("duel", "slight"))


def test_parts_that_may_overlap_have_panels_of_their_own_and_say_it_where_they_do(made, copy):
    """Each audience with a number has one topic; then one has two."""
    picture = pictured(made, "audiences", breakdown="topic", frequency="annual")
    figure = drawn(picture)
    assert [panel.share for panel in picture.panels] == ["alone"] * 3
    assert [panel.title for panel in picture.panels] == [layer.name for layer in picture.layers]
    assert "A row may count under several parts" not in texts(figure)
    edited(copy, "data/envoys.csv", "sovereign,crown,opera,A Valentine audience", "sovereign,crown,opera;cheese,A Valentine audience")
    twice = pictured(results(opened(copy)), "audiences", breakdown="topic", frequency="annual")
    assert "A row may count under several parts" in texts(drawn(twice))


def test_parts_of_which_none_has_more_than_zero_leave_the_whole(made):
    """The dance cards do not say what was talked about: of no topic a waltz is known, and the whole is drawn."""
    picture = pictured(made, "waltzes", breakdown="topic", frequency="annual")
    assert [layer.series.parts.keys() for layer in picture.layers] == [picture.series.parts.keys()]
    assert "Not drawn: opera, cheese" in texts(drawn(picture)) or "Not drawn: cheese, opera" in texts(drawn(picture))


def test_a_chart_states_that_house_effects_are_removed_and_others_do_not(copy):
    """So do its caption, and a chart that combines such an average with another."""
    polls = {"table": "polls", "where": {}, "coverage": None}
    plain = {"of": "approve_pct", "leader": "leader"}
    removed = plain | {"house": "pollster", "house_effects": "remove"}
    gap = {"combine": {"difference": {"of": "with_houses", "minus": "without"}}, "where": None, "coverage": None, "table": None}
    averages = {"with_houses": polls | {"reduce": {"poll_average": plain}}, "without": polls | {"reduce": {"poll_average": removed}}}
    defined(copy, **averages, gap=gap)
    made = results(opened(copy))
    for name, stated in (("with_houses", False), ("without", True), ("gap", True)):
        picture = pictured(made, name)
        assert ("House effects are removed" in texts(drawn(picture))) == ("House effects are removed" in caption(picture)) == stated
        assert ("Dots: single polls as published" in texts(drawn(picture))) == (name == "without")


def test_what_a_full_collection_has_no_number_for_is_a_gap_and_no_question(made):
    """Growth over a year needs a base of its own kind; an audience of 1894 without a month may be of any."""
    growth, audiences = pictured(made, "growth_over_a_year").layers[0], pictured(made, "audiences").layers[0]
    assert {"across-a-break", "excluded-base"} <= set(growth.window.values["why"])
    assert growth.unknown[1] == []
    assert set(audiences.window.values["why"][audiences.unknown[1]]) >= {"may-belong"}


def test_a_later_minimum_that_is_already_higher_stands_beside_the_latest_value(made):
    """Two audiences in 1894, of all; at least three in 1895."""
    assert "Latest: 2 in 1894; at least 3 in 1895" in texts(drawn(pictured(made, "audiences", frequency="annual")))
    assert "Latest: 2 in 1894, down from 4 in 1893" in texts(drawn(pictured(made, "audiences", frequency="annual", end="1894")))


def test_a_day_is_named_as_a_day_beside_the_latest_value(made):
    """No duel on the last two days of March 1894."""
    assert "1 January to 31 March 1894. Latest: 0, as on 30 March 1894" in texts(
        drawn(pictured(made, "duels", frequency="daily", start="1894-01", end="1894-03"))
    )


def test_points_that_no_line_connects_are_called_open_and_not_dashed(copy):
    """The first audience of 1896 is known on 20 May, in a year that is not over; of a line the same is dashed."""
    first = {"where": {}, "coverage": "audiences", "frequency": "annual", "reduce": "first_day", "unit": "days into the year"}
    defined(copy, first=first)
    foot = texts(drawn(pictured(results(opened(copy)), "first")))
    assert "Open point: provisional" in foot
    assert "Dashed" not in foot


def test_stacked_parts_are_unknown_only_where_none_has_a_number(copy):
    """The first part without any number: what the second has is known all the same, unless that is nothing: no less than 0 says nothing."""
    acts = {"where": {"kind": ["duel", "slight"]}, "coverage": "duels", "frequency": "annual", "breakdown": "kind"}
    defined(copy, acts=acts)
    panel = pictured(results(opened(copy)), "acts", breakdown="kind").panels[0]
    first, second = panel.layers
    blank = replace(first, window=replace(first.window, values=first.window.values.assign(value=float("nan"))))
    ground = replace(panel, layers=(blank, second)).ground.window.values["value"]
    numbers = second.window.values["value"]
    assert numbers.notna().any()
    assert (ground == numbers.reindex(ground.index))[ground.notna()].all()
    assert (numbers.reindex(ground.index)[ground.isna()].fillna(0) == 0).all()


def test_stacked_parts_that_begin_in_different_years_are_known_where_one_is(copy):
    """Without its first year, the first part begins later than the second; the second is known, and the sum has the years of both."""
    acts = {"where": {"kind": ["duel", "slight"]}, "coverage": "duels", "frequency": "annual", "breakdown": "kind"}
    defined(copy, acts=acts)
    picture = pictured(results(opened(copy)), "acts", breakdown="kind")
    panel = picture.panels[0]
    first, second = panel.layers
    late = replace(first, window=first.window.between(int(first.window.values.index[1]), int(first.window.values.index[-1])))
    ground = replace(panel, layers=(late, second)).ground.window.values
    assert ground.index.tolist() == second.window.values.index.tolist()
    for part, known in ((late, ground), (second, ground)):
        shown = part.window.values["value"].dropna()
        assert known.loc[shown.index, "value"].notna().all()


def test_a_stack_has_the_number_of_its_whole_above_it(copy):
    """1894: eight duels and three slights; a sum of parts that is not the number of the whole is a minimum."""
    acts = {"where": {"kind": ["duel", "slight"]}, "coverage": "duels", "frequency": "annual", "breakdown": "kind"}
    defined(copy, acts=acts)
    picture = pictured(results(opened(copy)), "acts", breakdown="kind")
    panel = picture.panels[0]
    assert [a["text"] for a in drawn(picture)["layout"]["annotations"] if a["text"] == "11"] == ["11"]
    ground = replace(panel, layers=panel.layers[:1]).ground.window.values
    of_1894 = ground[ground["label"] == "1894"].iloc[0]
    assert (of_1894["value"], of_1894["at_least"]) == (3, True)


def test_parts_have_the_words_of_their_table(copy):
    edited(copy, "data/envoys.resource.yaml", "  whole: all_acts", "  words: {cheese: Cheese and wine}\n  whole: all_acts")
    picture = pictured(results(opened(copy)), "audiences", breakdown="topic", frequency="annual")
    assert {layer.name for layer in picture.layers} == {"borders", "opera", "Cheese and wine"}
    assert "<b>Cheese and wine</b>" in texts(drawn(picture))


def test_an_empty_window_says_why(made):
    """The tolls of April and May 1896 are not published, and nobody watched the crowns in 1892."""
    for size in (MEMO, PAGE, Size(340, 300)):
        figure = drawn(pictured(made, "ruritanians_in_graustark", start="1896-04"), size)
        assert "No value in this window: not published yet" in texts(figure)
        assert figure["layout"]["yaxis"]["showticklabels"] is False
        assert "not collected" in texts(drawn(pictured(made, "audiences", start="1892-11", end="1892-12"), size))


def test_the_axis_of_time_ends_with_what_is_known_and_the_view_stays(made):
    """The last tolls are of March 1896; the view, and with it the code, goes on to the day of the project."""
    picture = pictured(made, "ruritanians_in_graustark")
    assert drawn(picture)["layout"]["xaxis"]["range"][1] == "1896-04-01"
    assert picture.full_view["to"] == picture.days[1].isoformat() > "1896-04-01"


def test_hatched_ground_is_named_in_the_middle_of_what_is_seen_of_it(made):
    """Nobody watched from September 1895 to August 1896; the guns end the axis in December 1895, the tolls in August."""
    seen = drawn(pictured(made, "audiences_in_three_periods", other="guns_heard", start="1894-06"))
    assert [a["x"] for a in seen["layout"]["annotations"] if a["text"] == "not collected"] == ["1895-11-01T00"]
    assert seen["layout"]["xaxis"]["range"][1] == "1896-01-01"
    unseen = drawn(pictured(made, "audiences_in_three_periods", other="graustarkians_in_ruritania", start="1894-06"))
    assert unseen["layout"]["xaxis"]["range"][1] == "1895-09-01"
    assert "not collected" not in texts(unseen)


def test_hatched_ground_too_narrow_for_its_name_is_explained_in_the_foot(made):
    narrow = drawn(pictured(made, "audiences_in_three_periods", other="guns_heard", start="1894-06"), Size(340, 300))
    assert "Hatched: not collected" in texts(narrow)


def test_the_name_of_hatched_ground_gives_way_to_a_value(made):
    picture = pictured(made, "audiences", start="1892-11", end="1892-12")
    frame = Frame(624, start=picture.days[0], end=picture.days[1], palette=PALETTES["light"])
    plot = marks.Plot(frame, scale([1], "", zero=True, whole=True), LEAST_ROW)
    [(_, first, _)] = marks.named_hatching(picture.layers[0], plot)
    [(_, second, _)] = marks.named_hatching(picture.layers[0], plot, [first])
    assert not second.meets(first)
    assert 0 <= second.low < second.high <= plot.height


def test_a_value_at_the_end_of_a_line_stands_above_a_question_mark(made):
    """The line ends at zero a week before one of which only a part is collected."""
    figure = drawn(pictured(made, "warmth", frequency="weekly", start="1893-01", end="1893-06-04"), Size(340, 300))
    height = {a["text"]: a["yshift"] for a in figure["layout"]["annotations"]}
    assert height["<b>0</b>"] - height["?"] >= (LABEL + SMALL) / 2


def test_a_minimum_at_the_end_of_a_line_is_called_one(charts):
    said = set()
    for picture, drawing, _ in charts:
        ends = [layer.window.point(layer.last[0]) for layer in picture.layers if layer.kind == "line" and layer.last]
        said |= {(any(point.at_least for point in ends), "<b>≥" in texts(drawing.figure))} if ends else set()
    assert said == {(True, True), (False, False)}


def test_every_part_with_a_number_is_drawn(made):
    picture = pictured(made, "audiences", breakdown="topic", frequency="annual")
    assert {layer.name for layer in picture.layers} == {"borders", "opera", "cheese"}


def test_a_part_whose_changes_cancel_out_is_drawn_all_the_same(copy):
    """Eight duels in one year and none in the next: the changes add up to nothing, and the part is there."""
    made = results(opened(copy))
    picture = pictured(made, "slights", breakdown="initiator", transform=("change",))
    assert picture.panels[0].share == "lines"
    assert [layer.key for layer in picture.layers] == [c for c, p in picture.series.parts.items() if p.values["value"].abs().sum() > 0]


def test_each_side_has_a_panel_of_its_own_with_one_scale(made):
    picture = pictured(made, "slights", breakdown="initiator")
    figure = drawn(picture)
    assert [panel.title for panel in picture.panels] == [layer.name for layer in picture.layers]
    assert all(f"<b>{panel.title}</b>" in texts(figure) for panel in picture.panels)
    domains = [figure["layout"][axis]["domain"] for axis in ("yaxis", "yaxis2")]
    assert domains[0][0] > domains[1][1]
    ranges = [figure["layout"][axis]["range"] for axis in ("yaxis", "yaxis2")]
    heights = [high - low for low, high in domains]
    assert (ranges[0][1] - ranges[0][0]) / heights[0] == pytest.approx((ranges[1][1] - ranges[1][0]) / heights[1], rel=0.01)


def test_two_series_of_one_unit_share_an_axis_and_of_two_units_have_one_each(made):
    same = drawn(pictured(made, "audiences", frequency="annual", other="audiences@with_ministers"))
    assert "yaxis2" not in same["layout"]
    assert same["layout"]["barmode"] == "group"
    two = drawn(pictured(made, "audiences", frequency="annual", other="guns_heard"))
    assert {t.get("yaxis", "y") for t in two["data"]} == {"y", "y2"}
    assert two["layout"]["yaxis"]["domain"][0] > two["layout"]["yaxis2"]["domain"][1]
    for words in ("<b>Audiences</b>", "Guns heard at the border, shots"):
        assert words in texts(two)
    go.Figure(two)


LOUD = {"value": 12, "label": "A loud month", "source": "border_guard"}
QUIET = {"low": 1, "high": 4, "label": "Quiet months", "source": "border_guard"}
SHOTS = {"table": "cannonades", "where": {}, "coverage": "all_cannonades", "reduce": {"sum": {"of": "guns"}}, "unit": "shots"}


def heights(figure, axis="y"):
    """The values at which lines cross a panel from one end to the other."""
    shapes = figure["layout"]["shapes"]
    return sorted(s["y0"] for s in shapes if s["yref"] == axis and s["y0"] == s["y1"] and (s["x0"], s["x1"]) == (0, 1))


def test_reference_lines_and_bands_are_drawn_on_the_axis_and_named(copy):
    defined(copy, shots=SHOTS | {"lines": [LOUD | {"value": 200}, QUIET]}, hush=SHOTS)
    made = results(opened(copy))
    picture = pictured(made, "shots")
    for size in (MEMO, PAGE, Size(340, 300)):
        figure = drawn(picture, size)
        assert heights(figure) == [1, 4, 200]
        assert figure["layout"]["yaxis"]["range"][1] >= 200
        assert "A loud month" in texts(figure)
        assert "Quiet months" in texts(figure)
        go.Figure(figure)
    assert "Reference lines: A loud month (200); Quiet months (1 to 4)." in alternative(picture, Plan())
    assert heights(drawn(pictured(made, "hush"))) == []


def test_a_line_is_not_drawn_where_another_measure_is_shown(copy):
    """Shots by year, changes of shots and parts are no shots by month; of two series in one panel both must have it."""
    defined(copy, shots=SHOTS | {"lines": LOUD}, hush=SHOTS)
    made = results(opened(copy))
    assert heights(drawn(pictured(made, "shots"))) == [12]
    assert heights(drawn(pictured(made, "shots", frequency="annual"))) == []
    assert heights(drawn(pictured(made, "shots", transform=("change",)))) == []
    assert heights(drawn(pictured(made, "shots", other="hush"))) == []
    apart = drawn(pictured(made, "audiences", other="shots"))
    assert (heights(apart), heights(apart, "y2")) == ([], [12])


def test_a_variant_keeps_the_lines_unless_it_measures_otherwise(copy):
    variants = {"day_dated": {"where": {"date_precision": "day"}}, "by_year": {"frequency": "annual"}}
    defined(copy, shots=SHOTS | {"lines": LOUD, "variants": variants})
    made = results(opened(copy))
    assert heights(drawn(pictured(made, "shots@day_dated"))) == [12]
    assert heights(drawn(pictured(made, "shots@by_year"))) == []


def test_a_line_changes_no_code_and_its_source_is_in_the_record(copy):
    defined(copy, shots=SHOTS)
    plain = pictured(results(opened(copy)), "shots").code
    defined(copy, shots=SHOTS | {"lines": LOUD | {"source": "opera_bell"}})
    made = results(opened(copy))
    assert pictured(made, "shots").code == plain
    assert "opera_bell" in [source["id"] for source in record_of(made, pictured(made, "shots"))["sources"]]


def test_a_line_whose_name_has_no_place_is_named_in_the_foot(made):
    picture = pictured(made, "guns_heard")
    line = LineOf(value=3, label="A name as long as forty characters allow", source="border_guard")
    panel = replace(picture.panels[0], lines=(line,))
    figure = drawn(replace(picture, panels=(panel,)), Size(200, 60))
    assert "Line at 3: A name as long" in texts(figure).replace("</b>", "") or line.label in texts(figure)


def test_counts_that_are_rare_in_a_long_window_are_steps_down_to_the_axis(made):
    layer = pictured(made, "duels", frequency="weekly").layers[0]
    assert layer.kind == "step"
    steps = [t for t in drawn(pictured(made, "duels", frequency="weekly"))["data"] if t["name"].startswith("steps")]
    assert steps
    for step in steps:
        runs = [list(group) for filled, group in itertools.groupby(step["y"], lambda y: y is not None) if filled]
        assert all(run[0] == run[-1] == 0 for run in runs)
    assert pictured(made, "duels", frequency="annual").layers[0].kind == "columns"


def test_a_figure_of_fixed_height_has_it_and_leaves_room_for_the_plot(made, charts):
    drawings = [(picture, MEMO, drawing.figure) for picture, _, drawing in charts]
    further = [pictured(made, name) for name in ("audiences", "approval", "guns_heard")]
    sizes = [Size(624, height=432), Size(540, height=540)]
    drawings += [(picture, size, drawn(picture, size)) for picture in further for size in sizes]
    for picture, size, figure in drawings:
        layout, height = figure["layout"], size.height
        assert (layout["width"], layout["height"]) == (size.width, height), picture.view.text
        assert height - layout["margin"]["t"] - layout["margin"]["b"] >= 70
    beside = drawn(pictured(made, "audiences", other="guns_heard"), Size(400, 300))["layout"]
    assert beside["height"] - beside["margin"]["t"] - beside["margin"]["b"] >= 140


def test_a_memo_has_the_first_three_notes_with_a_place_and_a_larger_picture_has_them_too(made):
    picture = crowded(pictured(made, "audiences"))
    figure, plan = drawing_of(picture, PALETTES["light"], MEMO)
    seen = [note for note in picture.notes if note.label in texts(figure).replace("<br>", " ")]
    assert 0 < len(plan.labels) <= MOST_MEMO
    assert {note.label for note in plan.notes} == {note.label for note in seen}
    assert {note.label for note in plan.notes} <= {note.label for note in drawing_of(picture, PALETTES["light"], PAGE).plan.notes}


def test_labels_cover_neither_each_other_nor_marks(charts):
    placed = 0
    for picture, *known in charts:
        for drawing in (*known, drawing_of(picture, PALETTES["light"], Size(340, 300))):
            boxes = [label.box for label in drawing.plan.labels]
            placed += len(boxes)
            for one, other in itertools.combinations(boxes, 2):
                apart = one.right <= other.left or other.right <= one.left or one.high <= other.low or other.high <= one.low
                assert apart, picture.view.text
    assert placed


def crowded(picture):
    """The picture with more notes than there is room for."""
    first, last = picture.days
    notes = (Annotation(f"A note that lasts, number {i:02}", "", first, last, "day", "dispute", ("court",), f"a:{i}") for i in range(40))
    return replace(picture, notes=tuple(notes))


def test_markup_in_a_title_is_shown_as_text(made):
    picture = pictured(made, "audiences")
    hostile = picture.series.definition.model_copy(update={"title": "<script>alert(1)</script> & <b>", "variant": None})
    words = texts(drawn(replace(picture, series=replace(picture.series, definition=hostile))))
    assert "<script>" not in words
    assert "&lt;script&gt;" in words


def header_only(folder):
    for name in ("polls", "cannonades", "travellers", "bans"):
        path = folder / f"data/{name}.csv"
        path.write_text(path.read_text().splitlines()[0] + "\n")


def long_ago(folder):
    """A day before all acts, on which nothing was measured yet."""
    header_only(folder)
    edited(folder, "config.yaml", "as_of: 1896-05-20", "as_of: 1880-01-01")
    edited(folder, "config.yaml", "window: {from: '1893-01'}", "window: {from: '1870-01'}")


@pytest.mark.parametrize("emptied", [header_only, long_ago])
def test_a_series_without_periods_has_a_page_and_a_figure(copy, emptied):
    emptied(copy)
    defined(copy, nobody={"table": "polls", "where": {"leader": "Nobody"}, "coverage": None, "reduce": {"mean": {"of": "approve_pct"}}})
    project = opened(copy)
    assert [str(p) for p in project.problems if p.level == "error"] == []
    now = Current(project, results(project), 1)
    page(now, "/", "", Screen())
    empty = [p for p in (pictured(now.results, name) for name in now.results.definitions) if not len(p.series.values)]
    assert {"approval", "ruritanians_in_graustark", "nobody"} <= {picture.view.indicator for picture in empty}
    for picture in empty:
        figure = drawn(picture)
        go.Figure(figure)
        json.dumps([figure, small(picture.series, picture.days, PALETTES["light"], Size(230, height=44))], allow_nan=False)
        assert "No value in this window" in texts(figure)
        assert picture.series.definition.title in str(page(now, f"/indicator/{picture.view.indicator}", "", Screen()))


def test_a_day_before_all_rows_has_a_page(ruritania, made):
    """The first audience is of 1892; transforms and combinations of nothing are nothing."""
    now = Current(ruritania, made, 1)
    for name in ("audiences", "approval", "ruritanian_share", "guns_heard", "growth_over_a_year"):
        assert len(pictured(now.results, name, as_of="1880-01-01").series.values) == 0, name
        assert "Nothing to show here" not in str(page(now, f"/indicator/{name}", "?as_of=1880-01-01", Screen())), name
