"""What the journal reasons with, thing by thing: where a page shows it with its figure, or why it is not shown yet.

`tests/systems.csv` has a line for each of 108 things, named as in the plan of the relationship's measures, or one for each of its
figures. The figures are counts of the journal's issue by hand. `view` is the view of an indicator with the `period`, and the `part` of a
breakdown (two codes with | between them where it splits by two columns; `with` for what it is compared with) or the id of a figure that a
source states; or the address of a page of rows, with their number, or the cell in the column
`part` of the only one.
"""

import csv
from pathlib import Path

import pytest

from dashboard.app import PAGES
from dashboard.charts.view import parse_view
from dashboard.live import Current
from dashboard.pages import rest_of
from indicators.compute.stated import figures_about

LINES = list(csv.DictReader((Path(__file__).parents[1] / "systems.csv").read_text(encoding="utf-8").splitlines()))
GROUPS = {"A": 19, "B": 12, "C": 21, "D": 15, "E": 13, "F": 13, "G": 7, "H": 8}


@pytest.fixture(scope="module")
def now(project, shipped):
    return Current(project, shipped, 1)


def test_everything_is_shown_or_has_the_reason_why_it_is_not():
    assert list(dict.fromkeys(one["id"] for one in LINES)) == [f"{group}{n}" for group, most in GROUPS.items() for n in range(1, most + 1)]
    assert [one["id"] for one in LINES if bool(one["view"]) == bool(one["open"])] == []


def named(line):
    return " ".join(line[key] for key in ("id", "view", "period", "part"))


@pytest.mark.parametrize("line", [one for one in LINES if one["view"]], ids=named)
def test_what_is_shown_has_its_figure(now, line):
    if line["view"].startswith("/"):
        found = number_of_rows(now, line["view"], line["part"])
    else:
        found = stated(now, line) if not line["period"] else counted(now, line)
    places = len(line["value"].partition(".")[2])
    assert abs(found - float(line["value"])) <= 0.6 * 10**-places


def counted(now, line):
    """The value of a period, of a part of it, or of the series that the first is compared with."""
    view = parse_view(line["view"])
    series = now.results.series(view.query)
    if line["part"] == "with":
        series = now.results.series(view.compared(series.frequency))
    elif line["part"]:
        series = series.parts[line["part"]]
    return series.point(int(series.values.index[series.values["label"] == line["period"]][0])).value


def stated(now, line):
    """The number of a figure on the page of an indicator."""
    figures = [one for some in figures_about(now.results, parse_view(line["view"]).indicator).values() for one in some]
    return float(next(one.value for one in figures if one.row == line["part"]).replace(",", ""))


def number_of_rows(now, address, column):
    """How many rows a page of rows finds, or a cell of the only one."""
    path, _, rest = address.partition("?")
    page, more = next((one, more) for one in PAGES if one.TAKES_MORE and (more := rest_of(one.PATH, path)) is not None)
    search = page.look_up(now, f"{more}?{rest}")
    if not column:
        return int(search.found.sum())
    [cell] = search.listing.frame.loc[search.found, column]
    return float(cell)
