"""The calendar page: what is in the address is shown, what makes no sense is refused, and what no table says is named."""

import datetime
import shutil

import pytest

from dashboard.app import create_app, status_at
from dashboard.live import Live
from dashboard.pages import Asked, calendar
from indicators.compute.dialogues import dialogues
from tests.builders import RURITANIA, appended, edited, text_of_page
from tests.compute.test_promises import DESCRIPTOR, ROWS

ENVOYS, RECORDED = "data/envoys.resource.yaml", "  recorded: recorded_on\n"
AHEAD = "ahead: {what: kind, due: date, every: year, where: {kind: waltz}, happened: {kind: waltz}, called: waltz, how: level}"
DIALOGUES = "dialogues: {name: office, level: level, sessions: {kind: meeting, participants: {exactly: [RUR, GRA]}}}"
UPDATES = "updates: [{every: month, after: 20, basis: The keeper says so.}]"


@pytest.fixture(scope="module")
def dated(tmp_path_factory):
    """The kingdoms with all that the calendar shows. Nobody changes them."""
    copy = shutil.copytree(RURITANIA, tmp_path_factory.mktemp("dated") / "ruritania")
    edited(copy, ENVOYS, RECORDED, f"{RECORDED}  {AHEAD}\n  {DIALOGUES}\n")
    edited(copy, "data/travellers.resource.yaml", "  credit: The gate keepers\n", f"  credit: The gate keepers\n  {UPDATES}\n")
    (copy / "data/vows.csv").write_text(ROWS)
    (copy / "data/vows.resource.yaml").write_text(DESCRIPTOR)
    appended(copy, "data/datapackage.yaml", "  - vows.resource.yaml")
    return Live(copy).current()


def text_at(now, rest=""):
    return text_of_page(calendar.layout(now, Asked(rest)))


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/calendar", 200),
        ("/calendar?year=1894&by=RUR&stage=agreed&sort=made&as_of=1896-04-01", 200),
        ("/calendar?q=tenor&stands=overdue", 200),
        ("/calendar?by=none&stage=none", 200),
        ("/calendar?by=RUR&as_of=1894-01-01", 200),
        ("/calendar?year=1899", 400),
        ("/calendar?year=18x", 400),
        ("/calendar?by=SYL", 400),
        ("/calendar?stage=dreamt", 400),
        ("/calendar?stands=lost", 400),
        ("/calendar?sort=cheese", 400),
        ("/calendar?as_of=1899-01-01", 400),
        ("/calendar?day=1896-01-01", 400),
        ("/calendar/1896", 400),
    ],
)
def test_an_address_that_makes_no_sense_is_refused(dated, address, code):
    path, _, search = address.partition("?")
    assert status_at(dated, path, f"?{search}" if search else "") == code


def test_the_year_shows_what_came_and_what_did_not(dated):
    text = text_at(dated, "?year=1894")
    assert "1 of 1 with a waltz." in text
    assert "sovereign 1 May" in text
    assert "no waltz found" in text_at(dated, "?year=1895")
    assert "no waltz found so far" in text_at(dated)
    assert "expected 1 May" in text_at(dated, "?year=1897")


def test_promises_are_told_as_of_their_source_and_since(dated):
    text = text_at(dated)
    assert "As the source had it on 31 December 1895: 4 of 6 open, 1 done, 1 refused or dropped." in text
    assert "outcome recorded since 1; past their date, no outcome recorded 1; not due yet 1; no date named 1." in text
    assert "outcome not recorded since 31 March 1896" in text


@pytest.mark.parametrize(
    ("keys", "first", "count"),
    [
        ("", "Return the tenor", 6),
        ("?by=GRA", "Return the tenor", 3),
        ("?by=none", "Marry", 1),
        ("?stage=weighed", "Dance in May", 2),
        ("?stage=none", "Marry", 2),
        ("?stands=no term", "Be polite", 1),
        ("?q=LETTER", "Marry", 3),
        ("?q=post", "Return the cheese", 1),
        ("?sort=made", "Marry", 6),
        ("?sort=stage", "Return the tenor", 6),
    ],
)
def test_promises_are_filtered_and_ordered(dated, keys, first, count):
    """Without another order, by the due date; what has no date comes last."""
    every = calendar.shown_promises(dated.results, calendar.look_up(dated, keys))["vows"]
    assert (every[0].what, len(every)) == (first, count)


def test_the_day_asked_is_honoured(dated):
    assert "31 December 1895; nothing is known" in text_at(dated, "?as_of=1895-06-01")
    text = text_at(dated, "?as_of=1894-04-30")
    assert "0 of 1 with a waltz; 1 expected." in text
    assert "What had been published on an earlier day is not recorded" in text
    assert "4 April 1894" in text
    assert "11 November 1894" not in text


def test_overdue_figures_are_named_here_and_on_the_overview(dated):
    assert "2 of 3 groups of figures are overdue" in text_at(dated)
    page = create_app(lambda: dated).server.test_client().get("/calendar")
    assert page.status_code == 200


def test_a_project_that_says_nothing_is_told_how_to_say_it():
    now = Live(RURITANIA).current()
    text = text_at(now)
    for what in ("ahead:", "promises:", "dialogues:", "updates:"):
        assert what in text
    assert calendar.layout(now, Asked()) is not None


def test_each_session_has_a_mark_in_the_lane_of_its_dialogue_and_thin_collection_is_hatched(dated):
    """The ministers met five times from 3 March 1893 to 2 February 1895; nobody kept a list in 1895."""
    since, today = datetime.date(1893, 1, 1), datetime.date(1896, 5, 20)
    every = dialogues(dated.results)
    [grid, key] = calendar._rhythm(every, since, today)
    lanes = {lane.children[0].children: lane.children[1].children for lane in grid.children.children[:-1]}
    assert set(lanes) == {one.name for one in every if len(one.sessions) > 1}
    hatched = [part.style for part in lanes["foreign"] if part.className == "thin"]
    length = (today - since).days + 1
    year = 100 * (datetime.date(1895, 1, 1) - since).days / length, 100 * 365 / length
    assert hatched == [f"left: {year[0]:.2f}%; width: {year[1]:.2f}%"]
    marks = [part for part in lanes["foreign"] if part.className == "session"]
    assert (marks[0].title, marks[-1].title, len(marks)) == ("3 March 1893", "2 February 1895", 5)
    assert [part.title for part in lanes["crown"] if part.className == "session open"] == ["June 1893", "1894"]
    assert "foreign: 5 sessions, the last 2 February 1895, some may be missing" in grid.__getattribute__("aria-label")
    assert "sessions may be missing" in key.children


def test_where_no_dialogue_met_twice_there_is_no_chart_of_sessions(dated):
    alone = [one._replace(sessions=one.sessions[:1]) for one in dialogues(dated.results)]
    assert calendar._rhythm(alone, datetime.date(1893, 1, 1), datetime.date(1896, 5, 20)) == []
