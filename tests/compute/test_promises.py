"""What was promised, how it stood when its source closed, and what is recorded since."""

import datetime
from dataclasses import replace

import pytest

from indicators.compute.pipeline import results
from indicators.compute.promises import by_place, by_side, promises, tallies
from tests.builders import appended, edited, faults, opened

DAY = datetime.date
ROWS = """vow_id,vow,at,by,made,due,stage,told_on,standing,kept_on,outcome,outcome_on,next_of
v-1,Return the tenor,Peace of the box,RUR;GRA,1895-01-10,1895-03,agreed,1895-12-31,kept,1895-03-15,,,
v-2,Return the cheese,Peace of the box,RUR,1895-02-01,1896-04,agreed,1895-12-31,open,,Returned by post,1896-04-30,
v-3,Build a bridge,Peace of the box,GRA,1895-01-10,1896-03,weighed,1895-12-31,open,,,,
v-4,Dance in May,A letter,RUR;GRA,1895-12,1896,weighed,1895-12-31,open,,,,crown
v-5,Be polite,A letter,RUR,,,,1895-12-31,open,,,,
v-6,Marry,A letter,,1895,1895-06,,1895-12-31,refused,,,,
"""
DESCRIPTOR = """name: vows
path: vows.csv
title: Vows
schema:
  fields:
    - {name: vow_id, type: string, description: The row.}
    - {name: vow, type: string, description: What.}
    - {name: at, type: string, description: Where.}
    - {name: by, type: string, description: Who.}
    - {name: made, type: string, description: When.}
    - {name: due, type: string, description: By when.}
    - {name: stage, type: string, description: How far., constraints: {enum: [weighed, agreed]}}
    - {name: told_on, type: date, description: As of.}
    - {name: standing, type: string, description: How it stood., constraints: {enum: [kept, open, refused]}}
    - {name: kept_on, type: date, description: Day.}
    - {name: outcome, type: string, description: Later.}
    - {name: outcome_on, type: date, description: Day of that.}
    - {name: next_of, type: string, description: Which talks.}
  primaryKey: [vow_id]
relations:
  kind: reference
  time: {start: due}
  lists: {by: {separator: ';', enum: [RUR, GRA]}}
  promises: {what: vow, due: due, made: made, at: at, by: by, stage: stage, as_of: told_on, open: {standing: open},
    done: {standing: kept}, done_on: kept_on, outcome: outcome, outcome_on: outcome_on, next_of: next_of}
"""


@pytest.fixture
def vowed(copy):
    (copy / "data/vows.csv").write_text(ROWS)
    (copy / "data/vows.resource.yaml").write_text(DESCRIPTOR)
    appended(copy, "data/datapackage.yaml", "  - vows.resource.yaml")
    return copy


def on(folder, day):
    project = opened(folder)
    assert [str(p) for p in project.problems if p.level == "error"] == []
    read = results(project)
    return promises(replace(read, config=read.config.model_copy(update={"as_of": day})))["vows"]


def test_where_each_stands_on_the_day_of_the_data(vowed):
    assert [(one.stood, one.stands) for one in on(vowed, "1896-05-20")] == [
        ("done", "done"),
        ("open", "outcome recorded"),
        ("open", "overdue"),
        ("open", "not due yet"),
        ("open", "no term"),
        ("dropped", "dropped"),
    ]


def test_an_outcome_is_not_known_before_its_day_and_a_term_is_over_after_its_last(vowed):
    before = {one.what: one.stands for one in on(vowed, "1896-03-31")}
    assert (before["Return the cheese"], before["Build a bridge"]) == ("not due yet", "not due yet")
    assert {one.what: one.stands for one in on(vowed, "1896-04-01")}["Build a bridge"] == "overdue"


def test_nothing_is_said_of_a_day_before_the_source_closed(vowed):
    assert on(vowed, "1895-12-30") == []


def test_how_old_each_is_where_the_day_is_known(vowed):
    """From 10 January 1895 to the end of that year are 355 days, and to 20 May 1896, a leap year, 31 + 29 + 31 + 30 + 20 more."""
    ages = {one.what: one.age(DAY(1896, 5, 20)) for one in on(vowed, "1896-05-20")}
    assert ages["Return the tenor"] == 355 + 31 + 29 + 31 + 30 + 20
    assert ages["Dance in May"] is ages["Be polite"] is ages["Marry"] is None


def test_what_became_of_the_promises_of_each_side_and_meeting(vowed):
    every = on(vowed, "1896-05-20")
    assert [tuple(one) for one in tallies(every, by_side(every))] == [
        ("RUR", 4, 1, 3, 0, 1),
        ("GRA", 3, 1, 2, 0, 0),
        ("", 1, 0, 0, 1, 0),
        ("", 6, 1, 4, 1, 1),
    ]
    assert [tuple(one) for one in tallies([], by_place(every))][:-1] == [("Peace of the box", 3, 1, 2, 0, 1), ("A letter", 3, 0, 2, 1, 0)]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("as_of: told_on", "as_of: made", "wrong-type"),
        ("by: by", "by: bye", "unknown-column"),
        ("open: {standing: open}", "open: {standing: opne}", "not-allowed"),
        ("what: vow, due", "due", "missing-key"),
        ("stage: stage, as_of", "stages: stage, as_of", "unknown-key"),
    ],
)
def test_what_is_wrong_with_it_is_reported(vowed, old, new, code):
    edited(vowed, "data/vows.resource.yaml", old, new)
    assert ("data/vows.resource.yaml", code) in {(file, what) for file, _, what in faults(opened(vowed))}
