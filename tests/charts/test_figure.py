"""Charts as plain figures: valid for Plotly, honest about gaps, breaks, zeros and minima."""

import datetime
import itertools
import json
from dataclasses import replace

import plotly.graph_objects as go
import pytest

from dashboard.app import page
from dashboard.charts import marks, strip
from dashboard.charts.card import small
from dashboard.charts.figure import memo
from dashboard.charts.frame import Frame
from dashboard.charts.picture import Layer, _together, chart_of, kind_of, span_of, window_of
from dashboard.charts.theme import PALETTES
from dashboard.live import Live
from dashboard.pages import Screen
from indicators.compute.annotations import annotations_of
from indicators.compute.pipeline import results
from indicators.compute.provenance import credit_of, points_behind
from indicators.nouns.periods import parse_period
from indicators.nouns.series import Annotation, Query
from tests.builders import RURITANIA, defined, edited, opened

TODAY = datetime.date(1896, 5, 20)


def asked(made, name, **query):
    indicator, _, variant = name.partition("@")
    return made.series(Query(indicator, variant or None, **query))


def framed(made, series, *, width=1000, theme="light"):
    start, end = span_of(series, None, None)
    return Frame(width, 300, start, end, PALETTES[theme], credit_of(series, made.tables), "view", TODAY, "licence", "Ruritania")


def bounds(made, series):
    frame = framed(made, series)
    return frame.start, frame.end


def drawn(made, series, *, other=None, **options):
    frame = framed(made, series, **options)
    chart = charted(made, series, frame.palette, other=other)
    return memo(chart, annotations_of(series, made.annotations, made.tables), frame)


def charted(made, series, palette, **options):
    return chart_of(series, palette, points=points_behind(series, made.tables), **options)


def alone(series, palette):
    return Layer(series, palette.series, palette.pale)


def every(made):
    for definition in made.definitions.values():
        for variant in (None, *definition.variants):
            yield made.series(Query(definition.id, variant))


def trace(figure, name):
    return next(t for t in figure["data"] if t["name"] == name)


def texts(figure):
    return " ".join(a["text"] for a in figure["layout"]["annotations"])


def test_every_figure_is_one_that_plotly_knows_and_json_can_hold(made):
    """All of them on light ground; counts, an average of polls and sums on dark ground in a narrow picture."""
    themed = [(series, "light", 1000) for series in every(made)]
    themed += [(asked(made, name), "dark", 340) for name in ("audiences", "approval", "guns_heard")]
    for series, theme, width in themed:
        figure = drawn(made, series, theme=theme, width=width)
        go.Figure(figure)
        json.dumps(figure, allow_nan=False)
        json.dumps(small(series, *span_of(series, None, None), PALETTES[theme], 260), allow_nan=False)


def test_the_picture_says_what_counts_in_which_unit_from_where_and_until_when(made):
    for series in every(made):
        said = texts(drawn(made, series))
        assert series.definition.title.split()[0] in said
        assert f"Unit: {series.unit}" in said
        assert series.definition.counts.split()[0] in said
        assert "Source: " + credit_of(series, made.tables).split()[0] in said
        assert "As of 20 May 1896" in said
        assert "View: view" in said


def test_every_value_of_the_window_is_drawn_once_and_no_other(made):
    for series in every(made):
        frame = framed(made, series)
        window = window_of(series, frame.start, frame.end)
        looks = [t for t in marks.traces(alone(series, frame.palette), window, frame.palette) if t["name"] not in ("line", "steps")]
        drawn_labels = [label for t in looks if t["name"] != "missing" for label in t["customdata"]]
        assert sorted(drawn_labels) == sorted(window.loc[window["value"].notna(), "label"])
        missing = trace({"data": looks}, "missing")
        assert sorted(missing["customdata"]) == sorted(window.loc[window["value"].isna(), "label"])
        assert all("no value" in text for text in missing["hovertext"])


def test_a_minimum_a_zero_and_an_exact_number_do_not_look_alike(made):
    series = asked(made, "audiences", frequency="annual")
    figure = drawn(made, series)
    assert trace(figure, "normal")["customdata"] == ["1893", "1894"]
    assert trace(figure, "at_least")["customdata"] == ["1895"]
    assert trace(figure, "at_least")["marker"] != trace(figure, "normal")["marker"]
    assert trace(figure, "provisional")["customdata"] == ["1896"]
    assert "at least" in trace(figure, "at_least")["hovertext"][0]


def test_counts_start_at_zero(made):
    for series in every(made):
        axis = drawn(made, series)["layout"]["yaxis"]
        assert axis["rangemode"] == "tozero" or axis["range"][0] == 0


def test_a_line_is_cut_at_gaps_and_breaks(made):
    cut = 0
    for series in every(made):
        frame = framed(made, series)
        window = window_of(series, frame.start, frame.end)
        lines = [t for t in marks.traces(alone(series, frame.palette), window, frame.palette) if t["name"] == "line"]
        places = {marks.middle(int(p), series.frequency): p for p in window.index}
        for line in lines:
            for one, other in itertools.pairwise(line["x"]):
                if one is None or other is None:
                    cut += 1
                    continue
                assert places[other] == places[one] + 1, series.definition.name
                assert window.at[places[one], "stretch"] == window.at[places[other], "stretch"]
    assert cut


def test_the_strip_tells_each_period_once_and_in_order(made):
    for series in every(made):
        window = window_of(series, *bounds(made, series))
        runs = list(strip.runs(series, window))
        assert all(one[2] == other[1] for one, other in itertools.pairwise(runs))
        assert all(one[0] != other[0] for one, other in itertools.pairwise(runs))


def test_the_polls_behind_an_average_are_dots_at_their_days(made):
    series = next(s for s in every(made) if points_behind(s, made.tables) is not None)
    dots = trace(drawn(made, series), "polls")
    assert len(dots["x"]) == len({row for rows in series.rows for row in rows})
    assert dots["y"] == points_behind(series, made.tables)["value"].tolist()
    assert "average of the polls" in texts(drawn(made, series))


def parted(made, name, by, palette=PALETTES["light"], **query):
    return charted(made, asked(made, name, breakdown=by, **query), palette, is_list=by == "topic")


def test_parts_that_exclude_each_other_are_stacked_up_to_the_whole(copy):
    """1894: eight duels and three slights. 1896, of which two diarists told all: two slights and, so far, no duel."""
    acts = {"where": {"kind": ["duel", "slight"]}, "coverage": "duels", "frequency": "annual", "breakdown": "kind"}
    defined(copy, acts=acts)
    made = results(opened(copy))
    chart = parted(made, "acts", "kind")
    figure = memo(chart, [], framed(made, chart.series))
    assert (chart.panels[0].share, figure["layout"]["barmode"]) == ("stack", "stack")
    bars = {(t["customdata"][0], t["y"][0]) for t in figure["data"] if t["type"] == "bar"}
    assert bars == {("1894#duel", 8), ("1894#slight", 3), ("1896#slight", 2)}
    assert "by kind, by year" in texts(figure)


@pytest.mark.parametrize(("indicator", "overlap"), [("audiences", False), ("waltzes", True)])
def test_parts_that_may_overlap_stand_side_by_side_and_say_it_where_they_do(made, indicator, overlap):
    """Each audience with a number has one topic, though a row may have two: the May waltz of 1894 is about opera and cheese."""
    chart = parted(made, indicator, "topic", frequency="annual")
    figure = memo(chart, [], framed(made, chart.series))
    assert (chart.panels[0].share, figure["layout"]["barmode"]) == ("group", "group")
    assert ("do not add up" in texts(figure)) == overlap


def test_every_part_with_a_number_is_drawn(made):
    assert {layer.name for layer in parted(made, "audiences", "topic", frequency="annual").layers} == {"borders", "opera", "cheese"}


def test_a_part_whose_changes_cancel_out_is_drawn_all_the_same(copy):
    """Eight duels in one year and none in the next: the changes add up to nothing, and the part is there."""
    made = results(opened(copy))
    chart = parted(made, "slights", "initiator", transform=("change",))
    assert chart.panels[0].share == "lines"
    assert [layer.key for layer in chart.layers] == [c for c, p in chart.series.parts.items() if p.values["value"].abs().sum() > 0]


def test_small_parts_stand_together_with_their_own_rows(made):
    chart = parted(made, "audiences", "level", frequency="annual")
    whole = chart.series
    rest = _together(replace(whole, parts=whole.parts | {"nobody": replace(whole.parts["sovereign"])}), ["sovereign"])
    period = parse_period("1893")[0]
    assert rest.rows_in(period) == whole.parts["sovereign"].rows_in(period)
    assert rest.point(period).value == whole.parts["sovereign"].point(period).value


def test_parts_graded_apart_have_strips_of_their_own(made):
    chart = parted(made, "slights", "initiator")
    figure = memo(chart, [], framed(made, chart.series))
    signs = [a for a in figure["layout"]["annotations"] if a["text"] == "■"]
    assert len(signs) == len(chart.layers) == 2
    heights = {s["y1"] for s in figure["layout"]["shapes"] if s.get("ysizemode") == "pixel"}
    assert len(heights) == 2


def test_two_series_of_one_unit_share_an_axis_and_of_two_units_have_one_each(made):
    first = asked(made, "audiences", frequency="annual")
    same = drawn(made, first, other=asked(made, "audiences@with_ministers", frequency="annual"))
    assert "yaxis2" not in same["layout"]
    assert same["layout"]["barmode"] == "group"
    two = drawn(made, first, other=asked(made, "guns_heard", frequency="annual"))
    assert {t.get("yaxis", "y") for t in two["data"]} == {"y", "y2"}
    assert two["layout"]["yaxis"]["domain"][0] > two["layout"]["yaxis2"]["domain"][1]
    for said in ("Audiences", "Guns heard at the border", "Unit: audiences", "Unit: shots"):
        assert said in texts(two)
    go.Figure(two)


def test_counts_that_are_rare_in_a_long_window_are_steps_down_to_the_axis(made):
    series = asked(made, "duels", frequency="weekly")
    frame = framed(made, series)
    window = window_of(series, frame.start, frame.end)
    assert kind_of(series, window) == "step"
    for step in (t for t in marks.traces(alone(series, frame.palette), window, frame.palette) if t["name"] == "steps"):
        runs = [list(group) for filled, group in itertools.groupby(step["y"], lambda y: y is not None) if filled]
        assert all(run[0] == run[-1] == 0 for run in runs)
    few = asked(made, "duels", frequency="annual")
    assert kind_of(few, window_of(few, *bounds(made, few))) == "columns"


def test_a_figure_of_fixed_height_has_it_and_leaves_room_for_the_plot(made):
    sizes = [(series, 624, 346) for series in every(made)]  # the lowest
    sizes += [(asked(made, name), *size) for name in ("audiences", "approval", "guns_heard") for size in ((624, 432), (540, 540))]
    for series, width, height in sizes:
        frame = replace(framed(made, series), width=width, height=height)
        layout = memo(charted(made, series, frame.palette), annotations_of(series, made.annotations, made.tables), frame)["layout"]
        assert (layout["width"], layout["height"]) == (width, height), series.definition.name
        assert height - layout["margin"]["t"] - layout["margin"]["b"] >= 70
    beside = drawn(made, asked(made, "audiences"), other=asked(made, "guns_heard"), width=400)["layout"]
    assert beside["height"] - beside["margin"]["t"] - beside["margin"]["b"] >= 140


def test_a_note_without_room_is_counted_and_leaves_no_ground_behind(made):
    series = asked(made, "audiences")
    first, last = framed(made, series).start, framed(made, series).end
    lasting = [
        Annotation(f"A note that lasts, number {i:02}", "", first, last, "day", "dispute", ("court",), f"annotations:{i}")
        for i in range(40)
    ]
    frame = replace(framed(made, series), width=624, height=346)
    figure = memo(charted(made, series, frame.palette), lasting, frame)
    told = [note.label for note in lasting if note.label in texts(figure)]
    grounds = [s for s in figure["layout"]["shapes"] if s["type"] == "rect" and s["fillcolor"] == frame.palette.band]
    assert 0 < len(told) == len(grounds) < 40
    assert f"and {40 - len(told)} more notes" in texts(figure)


def test_markup_in_a_title_is_shown_as_text(made):
    series = asked(made, "audiences")
    hostile = series.definition.model_copy(update={"title": "<script>alert(1)</script> & <b>", "variant": None})
    said = texts(drawn(made, replace(series, definition=hostile)))
    assert "<script>" not in said
    assert "&lt;script&gt;" in said


def header_only(folder):
    for name in ("polls", "cannonades", "travellers"):
        path = folder / f"data/{name}.csv"
        path.write_text(path.read_text().splitlines()[0] + "\n")


def long_ago(folder):
    edited(folder, "config.yaml", "as_of: 1896-05-20", "as_of: 1880-01-01")


@pytest.mark.parametrize("emptied", [header_only, long_ago])
def test_a_series_without_periods_has_a_page_and_a_figure(copy, emptied):
    emptied(copy)
    defined(copy, nobody={"table": "polls", "where": {"leader": "Nobody"}, "coverage": None, "reduce": {"mean": {"of": "approve_pct"}}})
    now = Live(copy).current()
    assert now.problems == ()
    page(now, "/", "", Screen())
    empty = [definition.id for definition in now.results.definitions.values() if not len(asked(now.results, definition.id).values)]
    assert {"approval", "ruritanians_in_graustark", "nobody"} <= set(empty)
    for name in empty:
        series = asked(now.results, name)
        figure = drawn(now.results, series)
        go.Figure(figure)
        json.dumps([figure, small(series, *span_of(series, None, None), PALETTES["light"], 260)], allow_nan=False)
        assert "No rows." in texts(figure)
        assert series.definition.title in str(page(now, f"/indicator/{name}", "", Screen()))


def test_a_day_before_all_rows_has_a_page():
    """The first audience is of 1892; transforms and combinations of nothing are nothing."""
    now = Live(RURITANIA).current()
    for name in ("audiences", "approval", "ruritanian_share", "guns_heard", "growth_over_a_year"):
        assert len(asked(now.results, name, as_of="1880-01-01").values) == 0, name
        assert "Nothing to show here" not in str(page(now, f"/indicator/{name}", "?as_of=1880-01-01", Screen())), name
