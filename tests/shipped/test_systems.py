"""What the journal reasons with, thing by thing: where a page shows it with its figure, or why it is not shown yet.

`tests/systems.csv` has a line for each of 108 things, named as in the plan of the relationship's measures, or one for each of its
figures. The figures are counts of the journal's issue by hand.
"""

import csv
from pathlib import Path

import pytest

from dashboard.charts.view import parse_view

LINES = list(csv.DictReader((Path(__file__).parents[1] / "systems.csv").read_text(encoding="utf-8").splitlines()))
GROUPS = {"A": 19, "B": 12, "C": 21, "D": 15, "E": 13, "F": 13, "G": 7, "H": 8}


def test_everything_is_shown_or_has_the_reason_why_it_is_not():
    assert list(dict.fromkeys(one["id"] for one in LINES)) == [f"{group}{n}" for group, most in GROUPS.items() for n in range(1, most + 1)]
    assert [one["id"] for one in LINES if bool(one["view"]) == bool(one["open"])] == []


@pytest.mark.parametrize("line", [one for one in LINES if one["view"]], ids=lambda one: " ".join((one["id"], one["view"], one["part"])))
def test_what_is_shown_has_its_figure(shipped, line):
    series = shipped.series(parse_view(line["view"]).query)
    series = series.parts[line["part"]] if line["part"] else series
    point = series.point(int(series.values.index[series.values["label"] == line["period"]][0]))
    places = len(line["value"].partition(".")[2])
    assert abs(point.value - float(line["value"])) <= 0.6 * 10**-places
