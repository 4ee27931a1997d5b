"""What the journal reasons with, thing by thing: where a page shows it with its figure, or why it is not shown yet.

`tests/systems.csv` has a line for each of 108 things, named as in the plan of the relationship's measures, or one for each of its
figures. The figures are counts of the journal's issue by hand. `view` is the view of an indicator with the `period`, and the `part` of a
breakdown (two codes with | between them where it splits by two columns; `with` for what it is compared with) or the id of a figure that a
source states; or the address of a page of rows, with their number, or the cell in the column `part` of the only one. Of the calendar,
`period` says which of its numbers is read, by the function that the page has it from.
"""

import csv
import datetime
from pathlib import Path

import pytest

from dashboard.app import PAGES
from dashboard.charts.view import parse_view
from dashboard.live import Current
from dashboard.pages import calendar, on_day, rest_of
from indicators.compute.agenda import occasions
from indicators.compute.dialogues import dialogues
from indicators.compute.provenance import figures_about

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


def is_of_calendar(line):
    return line["view"].startswith(calendar.PATH)


@pytest.mark.parametrize("line", [one for one in LINES if is_of_calendar(one)], ids=named)
def test_what_the_calendar_shows_has_its_figure(now, line):
    figures = of_calendar(now, line["view"].removeprefix(calendar.PATH))
    assert str(figures[line["period"]](line["part"])) == line["value"]


@pytest.mark.parametrize("line", [one for one in LINES if one["view"] and not is_of_calendar(one)], ids=named)
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


def of_calendar(now, rest):
    """By name, what the calendar has its numbers from; each takes the part that is meant."""
    wanted = calendar.look_up(now, rest)
    results = on_day(now, wanted.as_of).results
    every = [one for some in calendar.shown_promises(results, wanted).values() for one in some]
    by_id = {one.row.partition(":")[2]: one for one in every}
    talks = {one.name: one for one in dialogues(results)}
    today = datetime.date.fromisoformat(results.config.as_of)
    sources = results.tables["events"].frame.set_index("@row")["source_id"]
    sessions = [one for dialogue in talks.values() for one in dialogue.sessions if one.number and sources[one.row] == "seed_cc_26_1"]
    return {
        "numbers of sessions told by the journal": lambda _: ", ".join(map(str, sorted(one.number for one in sessions))),
        "next session": lambda name: talks[name].next[0][0],
        "dialogues revived": lambda _: sum(one.standing == "revived" for one in talks.values()),
        "years of the pause": lambda name: f"{talks[name].revived_after:g}",
        "promises": lambda _: len(every),
        "done": lambda at: sum(one.stood == "done" and at in ("", one.at) for one in every),
        "open": lambda at: sum(one.stood == "open" and at in ("", one.at) for one in every),
        "due": lambda name: by_id[name].due,
        "days since the promise": lambda name: by_id[name].age(today),
        "day": lambda name: next(one.day.isoformat() for one in occasions(results, wanted.year) if one.name == name),
    }
