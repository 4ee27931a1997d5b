"""A period split by two columns: the table on the page of an indicator."""

from dashboard.charts.picture import picture_of
from dashboard.charts.view import parse_view
from dashboard.pages.matrix import matrix_panel
from indicators.compute.pipeline import results
from indicators.nouns.periods import parse_period
from tests.builders import AUDIENCES, appended, defined, opened


def text_of(part):
    """All that a part of a page says."""
    inside = getattr(part, "children", part)
    return "".join(map(text_of, inside)) if isinstance(inside, list) else inside if isinstance(inside, str) else text_of(inside)


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


def test_an_indicator_with_one_breakdown_has_no_such_table(ruritania):
    assert panel(ruritania, "slights", "1894") == []
    assert panel(ruritania, "audiences?with=duels", "1894-06") == []


def test_rows_that_count_twice_are_announced(copy):
    rest = "meeting,RUR;GRA,RUR;GRA,sovereign,crown,cheese;opera,Both.,court_diary,1893-04-02"
    appended(copy, "data/envoys.csv", f"e-38,1893-04-01,,day,{rest}")
    assert "may add up to more" in remarks(panel(opened(copy), "audiences@by_year", "1893"))
    assert "may add up to more" not in remarks(panel(opened(copy), "audiences@by_year", "1894"))
