"""Cells in the form that their descriptor declares, and cells in none: the cause, and never another number."""

import re

import pandas as pd
import pytest

from indicators.problems import Refused
from indicators.reading.forms import date_form
from indicators.reading.project import open_project
from tests.builders import edited, line_of, problem_at

GUNS, GUNS_FORM = "data/cannonades.csv", "data/cannonades.resource.yaml"
REIGNS, REIGNS_FORM = "data/reigns.csv", "data/reigns.resource.yaml"
TRAVEL, TRAVEL_FORM = "data/travellers.csv", "data/travellers.resource.yaml"
POLLS, POLLS_FORM = "data/polls.csv", "data/polls.resource.yaml"


def days(copy, written, form, type="date"):
    """Write the days of the crown's ceremonies in another form, and say so."""
    frame = pd.read_csv(copy / REIGNS, dtype=str)
    frame["date"] = pd.to_datetime(frame["date"]).map(written)
    frame.to_csv(copy / REIGNS, index=False)
    format_ = f", format: {form!r}" if form else ""
    edited(copy, REIGNS_FORM, "type: date", f"type: {type}{format_}")


DAYS = {
    "day first": (lambda day: day.strftime("%d/%m/%Y"), "%d/%m/%Y", "date"),
    "month first, short": (lambda day: f"{day.month}/{day.day}/{day.year}", "%m/%d/%Y", "date"),
    "digits alone": (lambda day: day.strftime("%Y%m%d"), "%Y%m%d", "date"),
    "words": (lambda day: day.strftime("%d %B %Y"), "%d %B %Y", "date"),
    "short words": (lambda day: day.strftime("%d-%b-%Y"), "%d-%b-%Y", "date"),
    "Japanese": (lambda day: f"{day.year}年{day.month}月{day.day}日", "%Y年%m月%d日", "date"),
    "a time": (lambda day: day.strftime("%Y-%m-%dT18:00:00Z"), None, "datetime"),
    "a time after a blank": (lambda day: day.strftime("%Y-%m-%d 18:00"), None, "datetime"),
    "a time of its own form": (lambda day: day.strftime("%d/%m/%Y 18:00"), "%d/%m/%Y %H:%M", "datetime"),
}


@pytest.mark.parametrize(("written", "form", "kind"), DAYS.values(), ids=DAYS.keys())
def test_days_in_a_declared_form_are_the_same_days(copy, written, form, kind):
    before = open_project(copy).tables["reigns"].frame["date"].tolist()
    days(copy, written, form, kind)
    project = open_project(copy)
    assert [str(p) for p in project.problems] == []
    assert project.tables["reigns"].frame["date"].tolist() == before


def test_a_day_in_another_than_the_declared_form_is_refused_even_in_the_standard_one(copy):
    """Two forms in one column are a slip, and one of them may be another day."""
    days(copy, lambda day: day.strftime("%d/%m/%Y"), "%d/%m/%Y")
    line = edited(copy, REIGNS, "20/05/1895", "1895-05-20")
    problem = problem_at(open_project(copy), REIGNS, line)
    assert (problem.code, "'%d/%m/%Y'" in problem.message) == ("no-such-day", True)
    edited(copy, REIGNS, "1895-05-20", "31/02/1895")
    assert problem_at(open_project(copy), REIGNS, line).code == "no-such-day"


ZONES = {
    "another continent": (["+01:00", "+01:00", "-05:00", "+01:00"], None, [4]),
    "Greenwich among others": (["+09:00", "+09:00", "+09:00", "Z"], None, [5]),
    "one without": (["Z", "Z", "", "Z"], None, [4]),
    "half without": (["", "+09:00", "", "+09:00"], None, [3]),  # with "1 more"
    "a form of its own": ([" +0900", " +0900", " +0000", " +0900"], "%Y-%m-%dT18:00 %z", [4]),
    "summer time": (["+01:00", "+02:00", "+02:00", "+01:00"], None, []),
    "two names of one": (["Z", "+00:00", "-00:00", "+0000"], None, []),
}


@pytest.mark.parametrize(("zones", "form", "lines"), ZONES.values(), ids=ZONES.keys())
def test_days_of_two_clocks_in_one_column_are_reported(copy, zones, form, lines):
    """An evening in Zenda is the next morning elsewhere: counted by day, each row may be on either."""
    rest = iter(zones)
    days(copy, lambda day: day.strftime("%Y-%m-%dT18:00") + next(rest), form, "datetime")
    found = [(p.place.line, p.code, p.case) for p in open_project(copy).problems]
    assert found == [(line, "no-such-day", "zone") for line in lines]


@pytest.mark.parametrize("time", ["24:00", "23:59:60", "25:00", "9:30", "18:00 JST", "18:00+9"])
def test_a_time_that_no_clock_shows_has_its_cause(copy, time):
    days(copy, lambda day: f"{day:%Y-%m-%d}T{time if day.month == 5 else '18:00'}", None, "datetime")
    problem = problem_at(open_project(copy), REIGNS, line_of(copy, REIGNS, "banquet"))
    assert "hours go from 00 to 23" in problem.hint


@pytest.mark.parametrize("form", ["any", "%d/%m/%y", "%d/%m", "%Y-%m", "%Y-%m-%d %d", "%Y-%m-%d %Q", "", "YYYY-MM-DD"])
def test_a_format_that_does_not_name_one_day_is_refused(form):
    with pytest.raises(Refused):
        date_form(form)


def test_digits_that_nothing_parts_are_all_there():
    """1895111 could be the first of November or the eleventh of January."""
    assert date_form("%Y%m%d").fullmatch("1895111") is None
    assert date_form("%Y%m%d").fullmatch("18951101")


def numbers(copy, key, *cells, type="integer"):
    """Give the first rows of travellers these cells, and the column a key of its description."""
    path = copy / TRAVEL
    lines = path.read_text().splitlines()
    for n, cell in enumerate(cells, 1):
        parts = lines[n].split(",")
        lines[n] = ",".join([*parts[:3], f'"{cell}"', *parts[4:]])
    path.write_text("\n".join(lines) + "\n")
    if key:
        edited(copy, TRAVEL_FORM, "type: integer", f"type: {type}, {key}")


@pytest.mark.parametrize(
    ("key", "cells", "type", "values"),
    [
        ("groupChar: ','", ["1,000", "12,345,678", "900"], "integer", [1000, 12345678, 900]),
        ("groupChar: ' '", ["1 000", "-2 000", "900"], "number", [1000, -2000, 900]),
        ("decimalChar: ','", ["1,5", "2", "-0,25"], "number", [1.5, 2, -0.25]),
        ("decimalChar: ',', groupChar: '.'", ["1.000,5", "12.345", "7,0"], "number", [1000.5, 12345, 7]),
    ],
)
def test_numbers_in_a_declared_form_are_the_same_numbers(copy, key, cells, type, values):
    numbers(copy, key, *cells, type=type)
    edited(copy, TRAVEL_FORM, ", constraints: {minimum: 0}", "")
    project = open_project(copy)
    assert [str(p) for p in project.problems] == []
    assert project.tables["travellers"].frame["travellers"].tolist()[: len(values)] == values


@pytest.mark.parametrize(
    ("key", "cell", "type"),
    [
        ("groupChar: ','", "1,5", "integer"),  # fifteen, if the comma were simply left out
        ("groupChar: ','", "12,34,567", "integer"),
        ("decimalChar: ','", "1.234", "number"),  # a point may part thousands here
        ("decimalChar: ',', groupChar: '.'", "1.5", "number"),
        ("groupChar: ' '", "1 00", "integer"),
    ],
)
def test_a_number_that_could_be_another_is_refused(copy, key, cell, type):
    numbers(copy, key, cell, type=type)
    assert problem_at(open_project(copy), TRAVEL, 2).code == "wrong-type"


CAUSES = {
    "..": "list it under missingValues",
    "-": "list it under missingValues",
    "NA": "list it under missingValues",
    "n/a": "list it under missingValues",
    "null": "list it under missingValues",
    ":": "list it under missingValues",
    "11,800": "groupChar: ','",
    "14 000": "groupChar: ' '",
    "1.234": "groupChar: '.'",
    "12,5": "decimalChar",
    "4900.0": "without the point (programs add .0 where a column has blanks); see",
    "5%": "name its unit",
    "12 p": "a column of their own",
    "(5)": "a minus",
}


@pytest.mark.parametrize(("cell", "said"), CAUSES.items())
def test_a_number_that_cannot_be_read_has_its_cause_once(copy, cell, said):
    numbers(copy, "", *[cell] * 5)
    problem = problem_at(open_project(copy), TRAVEL, 2)
    assert said in problem.hint
    assert "4 more in this column: lines 3, 4, 5, 6" in problem.message
    assert [p for p in open_project(copy).problems if p.place.file == TRAVEL] == [problem]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["20/05/1895", "03/04/1895"], "format: '%d/%m/%Y' into"),
        (["05/20/1895", "03/04/1895"], "format: '%m/%d/%Y' into"),
        (["03/04/1895"], "'%d/%m/%Y' (or '%m/%d/%Y'"),
        (["20.05.1895"], "format: '%d.%m.%Y'"),
        (["1895/05/20"], "format: '%Y/%m/%d'"),
        (["18950520"], "format: '%Y%m%d'"),
        (["20/05/95"], "four digits"),
        (["1895-05-20 18:00"], "type: datetime"),
        (["45123"], "spreadsheet"),
        (["20 May 1895"], "'%d %b %Y'"),
        (["1895-05"], "a day is needed"),
        (["1895-W05"], "the name of a period has type: string"),
        (["0000-01-01"], "no year before 1000 is read"),
        (["0095-05-20"], "no year before 1000 is read"),
    ],
)
def test_a_day_of_another_form_is_told_how_to_declare_it(copy, cells, said):
    lines = (copy / REIGNS).read_text().splitlines()
    for n, cell in enumerate(cells, 1):
        parts = lines[n].split(",")
        lines[n] = ",".join([parts[0], cell, *parts[2:]])
    (copy / REIGNS).write_text("\n".join(lines) + "\n")
    assert said in problem_at(open_project(copy), REIGNS, 2).hint


def test_marks_for_missing_that_are_listed_are_blank_cells(copy):
    """A mark in the place of a number is as if nothing stood there: a missing value, never a zero."""
    numbers(copy, "", "..", "NA")
    edited(copy, TRAVEL_FORM, "schema:\n", "schema:\n  missingValues: ['', '..', NA]\n")
    project = open_project(copy)
    assert [str(p) for p in project.problems] == []
    assert project.tables["travellers"].frame["travellers"].isna().tolist()[:3] == [True, True, False]


def test_a_mark_in_a_cell_that_is_needed_is_a_blank_cell(copy):
    edited(copy, TRAVEL_FORM, "schema:\n", "schema:\n  missingValues: ['', GRA]\n")
    assert {p.code for p in open_project(copy).problems if p.place.file == TRAVEL} == {"blank"}


def test_marks_without_the_empty_cell_are_refused(copy):
    line = edited(copy, TRAVEL_FORM, "schema:\n", "schema:\n  missingValues: ['..']\n") + 1
    assert problem_at(open_project(copy), TRAVEL_FORM, line).case == "missing-values"


TRUTHS = "    - {name: heard, type: boolean, description: Whether it was heard in the capital.%s}\n  primaryKey"


def truths(copy, *cells, more=""):
    """Give the cannonades a column of truth values, the cells in turn."""
    edited(copy, GUNS_FORM, "  primaryKey", TRUTHS % more)
    lines = (copy / GUNS).read_text().splitlines()
    lines = [f"{lines[0]},heard", *(f"{line},{cells[n % len(cells)]}" for n, line in enumerate(lines[1:]))]
    (copy / GUNS).write_text("\n".join(lines) + "\n")


def test_truth_values_are_those_of_the_standard(copy):
    truths(copy, "true", "True", "TRUE", "1", "false", "False", "FALSE", "0")
    project = open_project(copy)
    assert [str(p) for p in project.problems] == []
    assert project.tables["cannonades"].frame["heard"].tolist()[:8] == ["true"] * 4 + ["false"] * 4


@pytest.mark.parametrize("cells", [("yes", "no"), ("Y", "N"), ("1.0", "0.0"), ("예", "아니오"), ("x", "")])
def test_other_truth_values_are_one_finding_with_the_way_out(copy, cells):
    truths(copy, *cells)
    (found,) = open_project(copy).problems
    assert found.code == "wrong-type"
    assert "trueValues: ['yes'], falseValues: ['no']" in found.hint


def test_truth_values_of_ones_own_replace_them(copy):
    truths(copy, "yes", "no", more=", trueValues: ['yes'], falseValues: ['no']")
    assert open_project(copy).tables["cannonades"].frame["heard"].tolist()[:2] == ["true", "false"]
    line = line_of(copy, GUNS, "c-02,")
    row = (copy / GUNS).read_text().splitlines()[line - 1]
    edited(copy, GUNS, row, row.removesuffix("no") + "true")
    assert "is not one of yes, no" in problem_at(open_project(copy), GUNS, line).message


@pytest.mark.parametrize(
    "key", ["decimalChar: ','", "groupChar: ','", "trueValues: ['yes']", "format: '%d/%m/%Y'", "format: email"], ids=str
)
def test_a_form_that_is_not_for_the_type_is_refused(copy, key):
    line = edited(copy, REIGNS_FORM, "name: leader, type: string", f"name: leader, type: string, {key}")
    assert problem_at(open_project(copy), REIGNS_FORM, line).code == "wrong-value"


def test_two_times_of_one_day_are_one_key_and_the_hint_says_why(copy):
    edited(copy, "data/polls.resource.yaml", "primaryKey: [poll_id]", "primaryKey: [leader, fieldwork_end]")
    edited(copy, "data/polls.resource.yaml", "{name: fieldwork_end, type: date", "{name: fieldwork_end, type: datetime")
    head, *lines = (copy / "data/polls.csv").read_text().splitlines()
    lines = [re.sub(r"(1895-[0-9-]+)", r"\1T18:00", line) for line in lines]
    (copy / "data/polls.csv").write_text("\n".join([head, *lines, lines[0].replace("p-01", "p-99").replace("18:00", "20:00")]) + "\n")
    (found,) = open_project(copy).problems
    assert found.code == "duplicate-key"
    assert "only the day is read" in found.hint
