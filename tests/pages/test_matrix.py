"""A period split by two columns: the table on the page of an indicator."""

import csv
import io
import json
from urllib.parse import parse_qs

from dashboard.app import create_app
from dashboard.charts.picture import picture_of
from dashboard.charts.view import parse_view
from dashboard.cli import main
from dashboard.live import Live
from dashboard.pages.matrix import later_panel, matrix_panel
from dashboard.pages.nodes import plain
from indicators.compute.pipeline import results
from indicators.nouns.periods import parse_period
from indicators.reading import dependencies
from tests.builders import AUDIENCES, RURITANIA, appended, defined, opened, text_of


def panel(project, view, period):
    made = results(project)
    return matrix_panel(made, picture_of(made, parse_view(view)), parse_period(period)[0])


def cells(panel, number=0):
    """The lines of a table of the panel, each as its texts."""
    _, head, body = panel[1].children[number].children[0].children
    return [[text_of(cell) for cell in line.children] for line in (head.children, *body.children)]


def remarks(panel):
    return text_of(panel[1].children[0].children[1])


def test_a_number_for_each_pair_of_codes(ruritania):
    """1893: opera on Valentine's day and at the ball, cheese, borders; the crowns themselves. The ministers: borders and opera."""
    assert cells(panel(ruritania, "audiences@with_ministers?frequency=annual", "1893")) == [
        ["topic", "sovereign", "minister", "all"],
        ["borders", "1", "1", "2"],
        ["cheese", "1", "0", "1"],
        ["opera", "2", "1", "3"],
        ["all", "4", "2", "6"],
    ]


def test_what_is_partly_collected_is_no_zero(ruritania):
    """1895: a page remembers two audiences about borders, and there is a rumour of one at the opera."""
    shown = panel(ruritania, "audiences@by_year", "1895")
    assert cells(shown) == [
        ["topic", "sovereign", "all"],
        ["borders", "≥2", "≥2"],
        ["opera", "≥1", "≥1"],
        ["all", "≥3", "≥3"],
    ]
    assert remarks(shown) == "≥ at least. No row found in this period: cheese."


def test_codes_that_no_row_has_are_zeros_where_they_are_asked_for(copy):
    level = {"by": "level", "every_code": True}
    defined(copy, asked={"where": AUDIENCES, "frequency": "annual", "breakdown": ["topic", level]})
    assert cells(panel(opened(copy), "asked", "1893")) == [
        ["level", "borders", "cheese", "opera", "all"],
        ["sovereign", "1", "1", "2", "4"],
        ["minister", "0", "0", "0", "0"],
        ["clerk", "0", "0", "0", "0"],
        ["all", "1", "1", "2", "4"],
    ]


def placed(project, view, period):
    """What the page has in the place of the tables, and all that it says."""
    made = results(project)
    return [text_of(one) for one in later_panel(picture_of(made, parse_view(view)), period and parse_period(period)[0])]


def test_the_tables_come_when_they_are_scrolled_to_and_only_where_there_are_some(ruritania):
    assert placed(ruritania, "audiences", "1894-06") == ["Split two ways …"]
    assert placed(ruritania, "audiences", None) == []
    assert placed(ruritania, "slights", "1894") == []  # one breakdown
    assert placed(ruritania, "audiences?with=duels", "1894-06") == []
    assert placed(ruritania, "audiences?frequency=daily", "1894-06-01") == []


def test_the_address_that_a_page_asks_gives_the_tables_of_the_period(ruritania):
    client, made = create_app(Live(RURITANIA).current).server.test_client(), results(ruritania)
    view, period = "audiences?variant=with_ministers&frequency=annual", parse_period("1893")[0]
    [place] = later_panel(picture_of(made, parse_view(view)), period)
    answer = client.get(getattr(place, "data-nodes"))
    assert answer.json == json.loads(json.dumps(plain(panel(ruritania, view, "1893"))))
    for wrong in ({"view": "slights", "period": "1893"}, {"view": view, "period": "1893-05"}, {"view": view, "period": "soon"}):
        assert client.get("/pairs", query_string=wrong).status_code == 400


def test_rows_that_count_twice_are_announced(copy):
    rest = "meeting,RUR;GRA,RUR;GRA,sovereign,crown,cheese;opera,Both.,court_diary,1893-04-02"
    appended(copy, "data/envoys.csv", f"e-38,1893-04-01,,day,{rest}")
    assert "may add up to more" in remarks(panel(opened(copy), "audiences@by_year", "1893"))
    assert "may add up to more" not in remarks(panel(opened(copy), "audiences@by_year", "1894"))


def pairs_in(text, period):
    """Part -> value of a file of pairs, of one period."""
    return {row["part"]: (row["value"], row["at_least"]) for row in csv.DictReader(io.StringIO(text)) if row["period"] == period}


def test_a_file_has_the_same_numbers_and_refusals_as_the_command_and_the_page(tmp_path, capsys):
    """1893: opera on Valentine's day and at the ball, cheese, borders; the crowns themselves. The ministers: borders and opera."""
    view = "audiences@with_ministers?frequency=annual&breakdown=topic,level"
    project = ["--project", str(RURITANIA)]
    assert main([*project, "export", view, "--format", "csv", "--output", str(tmp_path)]) == 0
    [file] = tmp_path.iterdir()
    client = create_app(Live(RURITANIA).current).server.test_client()
    answer = client.get("/pairs.csv", query_string={"view": view})
    assert answer.text == file.read_text()
    assert file.name in answer.headers["Content-Disposition"]
    capsys.readouterr()
    assert main([*project, "compute", view]) == 0
    found = pairs_in(answer.text, "1893")
    assert found == pairs_in(capsys.readouterr().out, "1893")
    assert {part: value for part, (value, _) in found.items() if value != "0"} == {
        "": "6", "borders|sovereign": "1", "cheese|sovereign": "1", "opera|sovereign": "2", "borders|minister": "1", "opera|minister": "1",
    }  # fmt: skip
    assert pairs_in(answer.text, "1895")["opera|minister"] == ("", "false")  # partly collected, nothing found: no zero
    for wrong, words in (("audiences?breakdown=topic,topics", "topics"), (f"{view}&with=duels", "compared"), ("audiences", "two columns")):
        refused = client.get("/pairs.csv", query_string={"view": wrong})
        assert refused.status_code == 400
        assert words in refused.text
    assert main([*project, "export", view, "--format", "json", "--output", str(tmp_path)]) == 1
    assert "a csv has every pair" in capsys.readouterr().err


def test_a_table_has_files_of_its_period_and_of_all(ruritania):
    links = panel(ruritania, "audiences@with_ministers?frequency=annual", "1893")[1].children[0].children[2].children
    asked = [parse_qs(link.href.partition("?")[2])["view"][0] for link in links if hasattr(link, "href")]
    assert asked == [
        "audiences?variant=with_ministers&frequency=annual&breakdown=topic,level&from=1893&to=1893",
        "audiences?variant=with_ministers&frequency=annual&breakdown=topic,level",
    ]


def test_where_the_pairs_are_too_many_the_panel_says_so(ruritania, monkeypatch):
    """Three topics at two levels in the five years from 1892 on: 30 numbers."""
    view = "audiences@with_ministers?frequency=annual&as_of=1896-04-30"  # which no other test has computed
    monkeypatch.setattr(dependencies, "MOST_NUMBERS", 29)
    said = "6 parts of 5 years are more than the 29 numbers that are computed at once"
    assert text_of(panel(ruritania, view, "1893")[1]).startswith(said)
    monkeypatch.setattr(dependencies, "MOST_NUMBERS", 30)
    assert len(cells(panel(ruritania, view, "1893"))) == 5
