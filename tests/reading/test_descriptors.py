"""Descriptors that contradict themselves or each other: a problem with a line, never a crash, and the rest goes on."""

import pytest

from indicators.compute.pipeline import SeriesCache, results
from indicators.nouns.series import Query
from indicators.problems import ProblemsFound
from indicators.reading.project import open_project
from tests.builders import DEFINITIONS, appended, ask, edited, faults, told

ENVOYS, TRAVEL, COVERAGE, DRILLS, POLLS, GUNS, BANS = (
    f"data/{name}.resource.yaml" for name in ("envoys", "travellers", "coverage", "drills", "polls", "cannonades", "bans")
)
MONTHLY = "time: {start: period, every: month}"

ON_ITS_LINE = {
    "a table without a key": (DRILLS, "primaryKey: [drill_id]", "primaryKey: []"),
    "a key that is no column": (DRILLS, "primaryKey: [drill_id]", "primaryKey: [drill]"),
    "a pattern that is none": (ENVOYS, r"pattern: '^e-\d\d$'", "pattern: '['"),
    "a least number that is a word": (TRAVEL, "minimum: 0", "minimum: many"),
    "a month that is none": (TRAVEL, "from: '1894-06'", "from: '1894-66'"),
    "months that end before they begin": (TRAVEL, "from: '1894-06', to: '1894-07'", "from: '1894-07', to: '1894-06'"),
    "no reason": (TRAVEL, "reason: the cheese embargo", "reason: ''"),
    "a year for a day of coverage": (BANS, "{category: all_bans, from: 1895-01-01", "{category: all_bans, from: 1895"),
    "a level that is none": (BANS, "to: 1895-12-31, level: partial", "to: 1895-12-31, level: partly"),
    "fewer than no rows": (BANS, "level: partial, found: 2", "level: partial, found: -2"),
    "a category of null": (ENVOYS, "    duels: {kind: duel}", "    duels: null"),
    "a category that is every row": (ENVOYS, "    duels: {kind: duel}", "    duels: [{kind: duel}, {}]"),
    "a letter that is none": (TRAVEL, "counted: A,", "counted: Q,"),
    "grades in a table of acts": (ENVOYS, "coverage: coverage.csv", "coverage: envoys.csv"),
    "grades in no table": (ENVOYS, "coverage: coverage.csv", "coverage: coverages.csv"),
    "recorded in a column of words": (ENVOYS, "recorded: recorded_on", "recorded: topic"),
    "recorded in no column": (ENVOYS, "recorded: recorded_on", "recorded: recorded"),
    "a list of ids of no column": (ENVOYS, "of: [sources.source_id]", "of: [sources.id]"),
    "a list of ids of no table": (ENVOYS, "of: [sources.source_id]", "of: [source.source_id]"),
    "a foreign key to no column": (POLLS, "fields: [source_id]}}", "fields: [id]}}"),
    "a foreign key to no table": (POLLS, "reference: {resource: sources,", "reference: {resource: source,"),
    "a foreign key of no column": (POLLS, "- {fields: [source_id], ", "- {fields: [source], "),
    "a coded column that is none": (ENVOYS, "whole: all_acts", "coded: [{columns: [offic], where: {kind: duel}}]\n  whole: all_acts"),
    "columns coded for no code": (ENVOYS, "whole: all_acts", "coded: [{columns: [end_date], where: {kind: dual}}]\n  whole: all_acts"),
    "columns coded for all rows": (ENVOYS, "whole: all_acts", "coded: [{columns: [end_date]}]\n  whole: all_acts"),
    "figures in no column": (DRILLS, "kind: reference", "states: {of: outcome, what: [outcome], value: x, unit: date}\n  kind: reference"),
    "figures without a unit": (DRILLS, "kind: reference", "states: {of: drill_id, what: [outcome], value: outcome}\n  kind: reference"),
    "a doubt about no code": (ENVOYS, "acts: {by: initiator, ", "acts: {doubtful: {kind: rumour}, by: initiator, "),
    "a category of no column": (ENVOYS, "    duels: {kind: duel}", "    duels: {kid: duel}"),
    "a category of no code": (ENVOYS, "    duels: {kind: duel}", "    duels: {kind: dual}"),
    "words for no code": (ENVOYS, "whole: all_acts", "words: {chese: Cheddar}\n  whole: all_acts"),
    "a whole that is no category": (ENVOYS, "whole: all_acts", "whole: all_act"),
    "a list that is no column": (ENVOYS, "    topic: {separator: ';', enum", "    topics: {separator: ';', enum"),
    "a break on no column": (TRAVEL, "break_on: [method]", "break_on: [metod]"),
    "a stock of words": (TRAVEL, "  kind: observations", "  stock: [method]\n  kind: observations"),
    "a stock that is no column": (TRAVEL, "  kind: observations", "  stock: [people]\n  kind: observations"),
    "columns for a date": (GUNS, "{start: date, precision", "{start: [year, month], precision"),
    "a bound on no column": (GUNS, "lower_bound_when: {guns_basis:", "lower_bound_when: {gun_basis:"),
    "a kind that is none": (TRAVEL, "kind: observations", "kind: observation"),
    "an unknown key": (TRAVEL, "  credit: The gate keepers", "  credits: The gate keepers"),
    "an unknown key of the package": ("data/datapackage.yaml", "title: Ruritania", "titel: Ruritania"),
    "an unknown key of a source": (GUNS, "schema:\n", "sources: [{title: The guard, url: guard.txt}]\nschema:\n"),
    "an unknown key of a licence": (GUNS, "schema:\n", "licenses: [{name: none, titel: None}]\nschema:\n"),
    "a pattern that cannot be read": (POLLS, "Who asked., constraints: {required: true}", "Who asked., constraints: {pattern: '['}"),
    "a pattern that looks around": (POLLS, "Who asked., constraints: {required: true}", "Who asked., constraints: {pattern: '(?=a)a'}"),
    "an unknown type": (TRAVEL, "name: period, type: yearmonth", "name: period, type: yearmonths"),
    "a column described twice": (GUNS, "name: guns_basis, type: string", "name: guns, type: string"),
    "a span that ends before it begins": (GUNS, "to: 1895-12-31", "to: 1894-12-31"),
    "a span of no category": (GUNS, "category: all_cannonades,", "category: all_canonades,"),
}

SOMEWHERE = {
    # at the descriptor, or at the cells that do not fit it
    "months in a column of words": (TRAVEL, MONTHLY, "time: {start: method, every: month}"),
    "months in a column of numbers": (TRAVEL, MONTHLY, "time: {start: travellers, every: month}"),
    "days in a column of words": (DRILLS, "time: {start: date,", "time: {start: outcome,"),
    "a precision in a column of other words": (DRILLS, "precision: date_precision", "precision: outcome"),
    "a status in a column of other codes": (TRAVEL, "column: standing", "column: method"),
    "a code of no column in the status map": (TRAVEL, "counted: A,", "countd: A,"),
    "found as words": (COVERAGE, "name: found, type: integer", "name: found, type: string"),
    "days of a span as words": (COVERAGE, "name: from, type: date", "name: from, type: string"),
    "a bound on no code": (GUNS, "{guns_basis: [at_least, several]}", "{guns_basis: [at_last, several]}"),
    "events without time": (GUNS, "  time: {start: date, precision: date_precision}\n", ""),
}

KEPT = SeriesCache()


def errors_of(folder):
    """Every error of a project, of which everything that is left was computed; what has not changed is remembered."""
    project = open_project(folder)
    computed = results(project, KEPT)
    for name in project.definitions:
        computed.series(Query(indicator=name))
    return [p for p in project.problems if p.level == "error"]


@pytest.mark.parametrize(("file", "old", "new"), ON_ITS_LINE.values(), ids=ON_ITS_LINE.keys())
def test_a_contradiction_is_an_error_on_its_line_and_no_crash(copy, file, old, new):
    line = edited(copy, file, old, new)
    errors = errors_of(copy)
    assert (file, line) in {(p.place.file, p.place.line) for p in errors}
    assert all(p.hint for p in errors)


@pytest.mark.parametrize(("file", "old", "new"), SOMEWHERE.values(), ids=SOMEWHERE.keys())
def test_what_does_not_fit_the_table_is_an_error_and_no_crash(copy, file, old, new):
    edited(copy, file, old, new)
    errors = errors_of(copy)
    assert errors
    assert all(p.hint for p in errors)


@pytest.mark.parametrize("name", ["drills", "travellers", "polls", "cannonades"])
def test_a_table_that_is_not_described_stops_only_who_asks_it(copy, name):
    (copy / f"data/{name}.resource.yaml").unlink()
    project = open_project(copy)
    assert [p.place.file for p in project.problems if p.code == "missing-file"] == ["data/datapackage.yaml"]
    assert told(ask(project, "audiences@by_year"))["1893"] == 4


ASKED_BY_MANY = {
    # what is wrong with the descriptor of a table that many definitions, another descriptor and config.yaml ask
    "a key": (ENVOYS, "title: Acts", "titel: Acts", {"unknown-key"}),
    "no YAML": (ENVOYS, "title: Acts", "title: [Acts", {"yaml-syntax"}),
    "no file": ("data/datapackage.yaml", "- envoys.resource.yaml", "- envoy.resource.yaml", {"missing-file"}),
    "a column that is none": (ENVOYS, "recorded: recorded_on", "recorded: recorded", {"unknown-column"}),
    "sources without a key": ("data/sources.resource.yaml", "name: sources", "nam: sources", {"unknown-key"}),
}


@pytest.mark.parametrize(("file", "old", "new", "codes"), ASKED_BY_MANY.values(), ids=ASKED_BY_MANY.keys())
def test_a_fault_in_a_descriptor_is_reported_there_and_not_at_each_use_of_the_table(copy, file, old, new, codes):
    edited(copy, file, old, new)
    project = open_project(copy)
    assert {(p.place.file, p.code) for p in project.problems if p.level == "error"} == {(file, code) for code in codes}
    assert project.definitions


def test_a_table_that_is_not_described_is_reported_as_well_as_one_with_a_fault(copy):
    edited(copy, ENVOYS, "title: Acts", "titel: Acts")
    line = edited(copy, f"{DEFINITIONS}/crowd.yaml", "table: polls", "table: pols")
    assert (f"{DEFINITIONS}/crowd.yaml", line, "unknown-table") in faults(open_project(copy))
    with pytest.raises(ProblemsFound, match="the table 'envoys' has faults"):
        ask(open_project(copy), "audiences")


def test_a_row_at_the_beginning_of_time_is_refused(copy):
    """No period is so early: the row would be counted in none."""
    appended(copy, "data/envoys.csv", "e-38,0001-01-01,,day,waltz,RUR;GRA,RUR;GRA,clerk,,,Some waltz.,court_diary,1896-01-01")
    assert [p.code for p in errors_of(copy)] == ["no-such-day"]


@pytest.mark.parametrize(("day", "wrong"), [("2999-12-31", set()), ("9999-12-31", {"too-many-numbers"})])
def test_a_row_at_the_end_of_time_is_no_reason_to_fall_over(copy, day, wrong):
    """Somebody's way to write 'unknown'. Months to the year 9999 are more than are computed, and then that day is named; years are not."""
    appended(copy, "data/envoys.csv", f"e-38,{day},,day,waltz,RUR;GRA,RUR;GRA,clerk,,,Some waltz.,court_diary,1896-01-01")
    found = errors_of(copy)
    assert {p.code for p in found} == wrong
    assert [p.hint for p in found if f"to {day}: correct one that is not meant" not in p.hint] == []
    assert told(ask(open_project(copy), "waltzes"))["1893"] == 1


def test_an_unknown_key_of_the_package_hides_no_table(copy):
    line = edited(copy, "data/datapackage.yaml", "title: Ruritania", "titel: Ruritania")
    project = open_project(copy)
    assert [(p.place.line, p.code) for p in project.problems] == [(line, "unknown-key")]
    assert len(project.tables) == 10


def test_a_date_in_three_columns_is_refused_with_what_to_write(copy):
    edited(copy, GUNS, "{start: date, precision", "{start: [year, month, day], precision")
    (found,) = [p for p in open_project(copy).problems if p.place.file == GUNS]
    assert "add one of type date" in found.hint


@pytest.mark.parametrize(
    ("file", "old", "new", "rest"),
    [
        (GUNS, "How the guard counted.", "How, by whom and when, the guard counted.", "by whom and when"),
        (f"{DEFINITIONS}/court.yaml", "    where: {kind: duel}", "    where: {kind: duel, or none}", "or none"),
        (f"{DEFINITIONS}/court.yaml", "    where: {kind: duel}", "    where: {summary: {contains: Truce, Cheese}}", "Cheese"),
        (f"{DEFINITIONS}/guns.yaml", "    reduce: {sum: {of: guns}}", "    reduce: {sum: {of: guns, shots}}", "shots"),
    ],
)
def test_the_rest_of_a_text_with_a_comma_is_told_to_need_quotes(copy, file, old, new, rest):
    line = edited(copy, file, old, new)
    hints = [p.hint for p in open_project(copy).problems if (p.place.file, p.place.line) == (file, line)]
    assert any(f"'…, {rest}'" in hint for hint in hints)
