"""Standing dialogues: rhythm, and whether they meet, sleep or were revived, as far as their sessions were collected."""

import csv
import datetime
import statistics
from dataclasses import replace
from itertools import pairwise

import pytest

from indicators.compute.dialogues import dialogues
from indicators.compute.pipeline import results
from tests.builders import appended, edited, opened

DAY = datetime.date
ENVOYS, RECORDED = "data/envoys.resource.yaml", "  recorded: recorded_on\n"
SESSIONS = "sessions: {kind: meeting, participants: {exactly: [RUR, GRA]}}"
LEDGER = "envoys,ministers,1895-01-01,1896-05-20,complete,{},a ledger of all doors,court_diary,,"
SAYINGS = """name: sayings
path: sayings.csv
title: Sayings
schema:
  fields:
    - {name: saying_id, type: string, description: The row.}
    - {name: talks, type: string, description: Which.}
    - {name: figure, type: number, description: The number.}
    - {name: of, type: string, description: What it counts., constraints: {enum: [a_year, pause]}}
    - {name: said_of, type: string, description: Which session.}
  primaryKey: [saying_id]
relations:
  kind: reference
  said_of_dialogues: {name: talks, value: figure, when: said_of, per_year: {of: a_year}, pause: {of: pause}}
"""


@pytest.fixture
def talking(copy):
    edited(copy, ENVOYS, RECORDED, f"{RECORDED}  dialogues: {{name: office, level: level, {SESSIONS}}}\n")
    return copy


def of(folder, name="foreign", day="1896-05-20"):
    project = opened(folder)
    assert [str(p) for p in project.problems if p.level == "error"] == []
    read = results(project)
    every = dialogues(replace(read, config=read.config.model_copy(update={"as_of": day})))
    return next(one for one in every if one.name == name)


def said(folder, *rows):
    (folder / "data/sayings.csv").write_text("\n".join(["saying_id,talks,figure,of,said_of", *rows]) + "\n")
    (folder / "data/sayings.resource.yaml").write_text(SAYINGS)
    appended(folder, "data/datapackage.yaml", "  - sayings.resource.yaml")


def test_the_rhythm_is_the_median_of_the_days_between_sessions(talking):
    """3 March and 9 September 1893, 4 April and 11 November 1894, 2 February 1895: 190, 207, 221 and 83 days."""
    one = of(talking)
    assert [session.day for session in one.sessions][-1] == one.last.day == DAY(1895, 2, 2)
    assert (len(one.sessions), one.rhythm, one.levels) == (5, 198.5, ("minister",))


def test_a_dialogue_whose_sessions_were_not_collected_is_not_called_asleep(talking):
    """473 days since the last one are more than twice 198.5, but nobody kept a list in 1895."""
    one = of(talking)
    assert (one.standing, one.collected_to, one.has_holes) == ("not collected", None, True)


def test_it_sleeps_where_every_session_would_be_known(talking):
    appended(talking, "data/coverage.csv", LEDGER.format(1))
    one = of(talking)
    assert (one.standing, one.collected_to, one.has_holes) == ("sleeping", DAY(1896, 5, 20), False)
    assert of(talking, day="1896-03-05").standing == "meets"  # 397 days, which are twice 198.5
    assert of(talking, day="1896-03-06").standing == "sleeping"


def test_it_sleeps_up_to_the_day_to_which_its_sessions_were_collected(talking):
    """All of March 1896 is known and nothing after it: 423 days."""
    appended(talking, "data/coverage.csv", LEDGER.format(1).replace("1896-05-20", "1896-03-31"))
    edited(
        talking, "data/coverage.csv", "envoys,all_acts,1896-01-01,1896-05-20,near_complete", "envoys,all_acts,1896-01-01,1896-05-20,partial"
    )
    one = of(talking)
    assert (one.standing, one.collected_to) == ("sleeping", DAY(1896, 3, 31))


def test_a_session_after_a_long_pause_revives_it(talking):
    """467 days after the last one, more than twice the median of the gaps before."""
    row = "e-38,1896-05-14,,day,meeting,RUR;GRA,RUR;GRA,minister,foreign,borders,The ministers find the map.,court_diary,1896-05-15"
    appended(talking, "data/envoys.csv", row)
    assert (of(talking).standing, of(talking).revived_after) == ("meets", None)  # nobody knows whether they met in between
    appended(talking, "data/coverage.csv", LEDGER.format(2))
    assert of(talking).standing == "revived"
    assert round(of(talking).revived_after, 1) == 1.3


def test_a_stated_pause_revives_it_at_that_session_and_not_later(talking):
    said(talking, "s-1,foreign,7,pause,1895-02-02")
    one = of(talking, day="1895-03-01")
    assert (one.standing, one.revived_after, one.revived_row) == ("revived", 7, "sayings:s-1")
    appended(
        talking, "data/envoys.csv", "e-38,1895-04-14,,day,meeting,RUR;GRA,RUR;GRA,minister,foreign,,The map again.,court_diary,1895-04-15"
    )
    assert of(talking, day="1895-05-01").standing == "meets"


def test_where_few_sessions_have_a_day_the_agreed_rhythm_counts_and_gives_the_next(talking):
    said(talking, "s-1,foreign,1,a_year,1894")
    one = of(talking, day="1893-10-01")
    assert (len(one.sessions), one.rhythm, one.is_agreed) == (2, 365.25, True)
    assert one.next == (("1894", "sayings:s-1"),)
    assert not of(talking, day="1896-05-20").is_agreed


def test_a_session_dated_by_its_month_or_year_adds_no_gap(talking):
    """Audiences: eleven and more sessions, of which June 1893 and "some time in 1894" have no day."""
    one = of(talking, "crown")
    assert {session.row for session in one.sessions if session.precision != "day"} == {"envoys:e-06", "envoys:e-11"}
    exact = [session.day for session in one.sessions if session.precision == "day"]
    assert one.rhythm == statistics.median((after - before).days for before, after in pairwise(exact))


def test_the_number_that_a_source_states_is_kept_with_its_session(talking):
    topic = "    - {name: topic, type: string, description: What it was about.}\n"
    edited(talking, ENVOYS, topic, f"{topic}    - {{name: session, type: integer, description: Its number.}}\n")
    text = (talking / "data/envoys.csv").read_text().splitlines()
    head = text[0].split(",")
    assert head[9] == "topic"
    lines = [[*head[:10], "session", *head[10:]]]
    edited(talking, ENVOYS, "dialogues: {name: office,", "dialogues: {name: office, number: session,")
    for row in list(csv.reader(text))[1:]:
        lines.append([*row[:10], {"e-04": "1", "e-09": "2"}.get(row[0], ""), *row[10:]])
    with (talking / "data/envoys.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    assert of(talking).numbers == (1, 2)
    assert of(talking, day="1893-04-01").standing == "first session"


def test_the_times_in_which_sessions_may_be_missing_are_known_from_the_first_day_of_the_window(talking):
    """The ministry numbers its meetings in 1893 and 1894; in 1896 two diarists write down everything; nobody kept a list in 1895."""
    one = of(talking)
    assert one.thin == ((DAY(1895, 1, 1), DAY(1895, 12, 31)),)
    appended(talking, "data/coverage.csv", LEDGER.format(1))
    assert of(talking).thin == ()
    edited(talking, "config.yaml", "from: '1893-01'", "from: '1892-07'")
    assert of(talking).thin == ((DAY(1892, 7, 1), DAY(1892, 12, 31)),)
