"""Figures that a source states: found by the indicator that they are about, in the words of their table."""

import pytest

from indicators.compute.pipeline import results
from indicators.compute.provenance import figures_about
from indicators.reading.project import open_project
from tests.builders import edited, opened

DESCRIPTOR = """
name: boasts
path: boasts.csv
title: Boasts of the Court Diary
schema:
  fields:
    - {name: boast_id, type: string, description: Names the boast.}
    - {name: about, type: string, description: Indicators that it is about.}
    - {name: of_whom, type: string, description: Whose boast.}
    - {name: what, type: string, description: What is boasted of.}
    - {name: number, type: number, description: The number.}
    - {name: unit, type: string, description: Its unit.}
    - {name: page, type: string, description: Page of the diary.}
    - {name: source_id, type: string, description: Who tells., constraints: {required: true}}
  primaryKey: [boast_id]
relations:
  kind: reference
  lists: {about: {separator: ';'}}
  source: source_id
  states: {of: about, what: [of_whom, what], value: number, unit: unit, place: page}
"""
ROWS = """boast_id,about,of_whom,what,number,unit,page,source_id
x-1,audiences;slights,Ruritania,balls of the king,1500,balls,12,court_diary
x-2,slights,,first slight,1801,year,13,court_diary
x-3,,Graustark,cheeses,44,cheeses,14,opera_bell
"""


@pytest.fixture
def boasting(copy):
    (copy / "data" / "boasts.resource.yaml").write_text(DESCRIPTOR)
    (copy / "data" / "boasts.csv").write_text(ROWS)
    edited(copy, "data/datapackage.yaml", "resources:\n", "resources:\n  - boasts.resource.yaml\n")
    return copy


def words(folder, indicator):
    found = figures_about(results(opened(folder)), indicator)
    return {name: [(one.row, one.what, one.value, one.unit, one.place) for one in figures] for name, figures in found.items()}


def test_a_figure_is_found_by_each_indicator_that_it_is_about(boasting):
    balls = ("boasts:x-1", ("Ruritania", "balls of the king"), "1,500", "balls", "12")
    first = ("boasts:x-2", ("first slight",), "1801", "year", "13")  # a year has no separator
    assert words(boasting, "audiences") == {"boasts": [balls]}
    assert words(boasting, "slights") == {"boasts": [balls, first]}
    assert words(boasting, "waltzes") == {}


def test_a_figure_has_its_source(boasting):
    [figure] = figures_about(results(opened(boasting)), "audiences")["boasts"]
    assert [one.id for one in figure.sources] == ["court_diary"]
    assert figure.time == ""


def test_an_indicator_that_was_renamed_keeps_its_figures(boasting):
    edited(boasting, "data/boasts.csv", "audiences;slights", "hearings;slights")
    edited(boasting, "indicators/definitions/court.yaml", "    title: Audiences\n", "    title: Audiences\n    formerly: [hearings]\n")
    assert list(words(boasting, "audiences")) == ["boasts"]


def test_a_figure_about_nothing_that_there_is_is_a_problem_on_its_line(boasting):
    edited(boasting, "data/boasts.csv", "x-2,slights", "x-2,slihgts")
    [problem] = [one for one in open_project(boasting).problems if one.level == "error"]
    assert str(problem.place) == "data/boasts.csv:3"
    assert problem.code == "unknown-id"
    assert "slights" in problem.hint
