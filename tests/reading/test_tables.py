"""CSV and descriptor: one wrong cell each, and the line, the code and the way out that a person gets."""

import re

import frictionless
import pytest
import yaml

from indicators.reading.project import open_project, read_collection
from indicators.warnings.run import warnings_of
from tests.builders import RURITANIA, appended, ask, edited, faults, line_of, problem_at, told

ENVOYS, GUNS, TRAVEL, POLLS = "data/envoys.csv", "data/cannonades.csv", "data/travellers.csv", "data/polls.csv"
COVERAGE = "data/coverage.csv"

CELLS = {
    # file, old, new -> code, and what message and hint must name
    "a word for a number": (GUNS, "1895-01-24,day,2,", "1895-01-24,day,two,", "wrong-type", "two"),
    "half a gun": (GUNS, "1895-01-24,day,2,", "1895-01-24,day,2.5,", "wrong-type", "2.5"),
    "a comma in a number": (GUNS, "1895-01-24,day,2,", '1895-01-24,day,"2,000",', "wrong-type", "2,000"),
    "a number below the least": (GUNS, "1895-01-24,day,2,", "1895-01-24,day,0,", "too-small", "0"),
    "more than all drinkers": (POLLS, "1895-02-14,50", "1895-02-14,105", "too-large", "105"),
    "a code that is none": (ENVOYS, "day,waltz,RUR;GRA,", "day,walz,RUR;GRA,", "not-allowed", "'waltz'"),
    "a code in a list that is none": (ENVOYS, "waltz,RUR;GRA,RUR;GRA,", "waltz,RUR;GRA,RUR;GAR,", "not-allowed", "'GRA'"),
    "a precision that is none": (ENVOYS, "1893-06-01,,month", "1893-06-01,,monthly", "not-allowed", "'month'"),
    "another pattern": (ENVOYS, "e-09,", "e-9,", "wrong-pattern", "e-9"),
    "a day that is not": (ENVOYS, "e-03,1893-02-28", "e-03,1893-02-29", "no-such-day", "1893-02-29"),
    "a day the other way round": (ENVOYS, "e-03,1893-02-28", "e-03,28/02/1893", "no-such-day", "28/02/1893"),
    "a thirteenth month": (TRAVEL, "1894-05,RUR", "1894-13,RUR", "wrong-type", "1894-13"),
    "no day at all": (ENVOYS, "e-03,1893-02-28", "e-03,", "blank", "date"),
    "a key twice": (ENVOYS, "e-09,", "e-08,", "duplicate-key", "e-08"),
    "a key of three columns twice": (TRAVEL, "1894-05,RUR,GRA", "1894-04,RUR,GRA", "duplicate-key", "1894-04|RUR|GRA"),
    "a source nobody knows": (ENVOYS, "e-03,1893-02-28", "e-03,1893-02-28", "unknown-id", "'court_diary'"),
    "a cell too few": (GUNS, "c-02,1895-01-24,day,", "c-02,1895-01-24,", "wrong-cells", "6"),
    "a cell too many": (GUNS, "c-02,1895-01-24,day,", "c-02,1895-01-24,day,,", "wrong-cells", "8"),
    "a control character": (ENVOYS, "The May waltz.", "The May \x07waltz.", "control-character", "summary"),
    "a status without meaning": (TRAVEL, "1894-05,RUR,GRA,5000,counted", "1894-05,RUR,GRA,5000,countd", "not-allowed", "'counted'"),
}


@pytest.mark.parametrize(("file", "old", "new", "code", "named"), CELLS.values(), ids=CELLS.keys())
def test_one_wrong_cell_has_its_line_and_code(copy, file, old, new, code, named):
    line = edited(copy, file, old, new)
    if code == "unknown-id":
        edited(copy, file, 'called Truce.",court_diary,', 'called Truce.",court_dairy,')
    problem = problem_at(open_project(copy), file, line)
    assert (problem.code, problem.level) == (code, "error")
    assert named in problem.message + problem.hint


def test_ruritania_has_no_fault_and_no_warning(ruritania):
    assert [str(p) for p in ruritania.problems] == []
    assert [str(p) for p in warnings_of(ruritania)] == []


def test_the_frictionless_library_finds_no_fault_either():
    """The library wants descriptors inside the package: each in the place of its name."""
    folder = RURITANIA / "data"
    package = yaml.safe_load((folder / "datapackage.yaml").read_text())
    package["resources"] = [yaml.safe_load((folder / name).read_text()) for name in package["resources"]]
    report = frictionless.Package.from_descriptor(package, basepath=str(folder)).validate()
    assert len(report.tasks) == 10
    assert [error.message for task in report.tasks for error in task.errors] == []


def test_one_wrong_source_in_a_list_of_two(copy):
    line = edited(copy, ENVOYS, "court_diary;opera_bell", "court_diary;opera_ball")
    problem = problem_at(open_project(copy), ENVOYS, line)
    assert "'opera_bell'" in problem.hint


def test_a_foreign_key_that_leads_nowhere(copy):
    line = edited(copy, POLLS, "p-07,Flavia,Zenda Gazette,1895-05-31,72,tavern", "p-07,Flavia,Zenda Gazette,1895-05-31,72,travern")
    assert "'tavern'" in problem_at(open_project(copy), POLLS, line).hint


def test_a_line_is_the_physical_line_of_the_file(copy):
    """A summary over two lines pushes what follows down by one."""
    before = line_of(copy, ENVOYS, "e-09,")
    edited(copy, ENVOYS, "over a cheese called Truce.", "over a cheese\ncalled Truce.")
    line = edited(copy, ENVOYS, "1893-09-09,,day", "1893-09-39,,day")
    assert line == before + 1
    assert problem_at(open_project(copy), ENVOYS, line).code == "no-such-day"


def test_a_key_twice_names_both_lines(copy):
    line = edited(copy, TRAVEL, "1894-05,RUR,GRA", "1894-04,RUR,GRA")
    assert re.search(rf"\b{line - 1}\b", problem_at(open_project(copy), TRAVEL, line).message)


def test_a_unique_key_twice_names_the_other_place_too(copy):
    """Design, section 9: a duplicate key is an error naming all places."""
    line = edited(copy, ENVOYS, "e-09,", "e-08,")
    assert re.search(rf"\b{line - 1}\b", problem_at(open_project(copy), ENVOYS, line).message)


def test_an_unknown_column_names_its_nearest(copy):
    edited(copy, GUNS, "salvo_id,date,", "salvo_id,dates,")
    problems = [p for p in open_project(copy).problems if p.place.file == GUNS]
    assert {(p.place.line, p.code) for p in problems} == {(1, "unknown-column"), (1, "missing-column")}
    assert any("'date'" in p.hint for p in problems if p.code == "unknown-column")


def test_a_missing_column_is_named(copy):
    path = copy / GUNS
    path.write_text("\n".join(line.rpartition(",")[0] for line in path.read_text().splitlines()) + "\n")
    problem = problem_at(open_project(copy), GUNS, 1)
    assert (problem.code, "source_id" in problem.message) == ("missing-column", True)


def test_columns_may_stand_in_another_order(copy):
    path = copy / GUNS
    cells = (line.split(",") for line in path.read_text().splitlines())
    path.write_text("\n".join(",".join(reversed(row)) for row in cells) + "\n")
    project = open_project(copy)
    assert project.problems == ()
    assert told(ask(project, "guns_heard"))["1895-01"] == 5


def test_a_missing_file_is_a_problem_of_that_file(copy):
    (copy / GUNS).unlink()
    project = open_project(copy)
    assert any(p.code == "missing-file" and "cannonades.csv" in str(p) for p in project.problems)
    assert told(ask(project, "duels"))["1894-06"] == 8  # who counts duels does not need cannon


def test_an_empty_file_is_a_problem(copy):
    (copy / GUNS).write_text("")
    assert any(p.place.file == GUNS for p in open_project(copy).problems)


def test_a_table_with_a_header_only_is_no_fault(copy):
    path = copy / "data/drills.csv"
    path.write_text(path.read_text().splitlines()[0] + "\n")
    project = open_project(copy)
    assert project.problems == ()
    assert told(ask(project, "drill_after_salvo"))["1895-01"] is None


def test_a_file_that_is_not_utf8_is_a_problem_with_its_line(copy):
    line = line_of(copy, ENVOYS, "The May waltz.")
    path = copy / ENVOYS
    path.write_bytes(path.read_bytes().replace(b"The May waltz.", b"The May w\xe4ltz."))
    assert problem_at(open_project(copy), ENVOYS, line).code == "not-utf-8"


def test_an_open_quote_is_a_problem_where_it_opens(copy):
    line = edited(copy, ENVOYS, '"Second audience of the month, over a cheese called Truce."', '"Second audience of the month')
    problems = [p for p in open_project(copy).problems if p.place.file == ENVOYS]
    assert [p.place.line for p in problems] == [line]


def test_spans_that_overlap_are_an_error_at_the_second(copy):
    line = appended(copy, COVERAGE, "envoys,duels,1894-12-31,1895-03-31,partial,0,a rumour of swords,opera_bell,,")
    problem = problem_at(open_project(copy), COVERAGE, line)
    assert (problem.code, problem.level) == ("spans-overlap", "error")
    assert f"{COVERAGE}:{line - 1}" in problem.message


def test_a_long_span_over_two_short_ones_overlaps_both(copy):
    first = appended(
        copy,
        COVERAGE,
        "envoys,waltzes,1896-01-01,1896-01-31,none,0,one,court_diary,,",
        "envoys,waltzes,1896-03-01,1896-03-31,none,0,two,court_diary,,",
    )
    edited(copy, COVERAGE, "envoys,waltzes,1893-01-01,1895-12-31,complete,2", "envoys,waltzes,1893-01-01,1896-12-31,complete,2")
    lines = {p.place.line for p in open_project(copy).problems if p.code == "spans-overlap"}
    assert lines == {first, first + 1}


def test_a_span_of_an_unknown_category_names_the_nearest(copy):
    line = appended(copy, COVERAGE, "envoys,duel,1895-01-01,1895-03-31,partial,0,a rumour of swords,opera_bell,,")
    problem = problem_at(open_project(copy), COVERAGE, line)
    assert (problem.code, "'duels'" in problem.hint) == ("unknown-category", True)


def test_a_level_that_is_none_names_the_nearest(copy):
    line = appended(copy, COVERAGE, "envoys,duels,1895-01-01,1895-03-31,partly,0,a rumour of swords,opera_bell,,")
    assert "'partial'" in problem_at(open_project(copy), COVERAGE, line).hint


def test_many_like_faults_are_a_few_lines_and_a_count(copy):
    path = copy / ENVOYS
    path.write_text(path.read_text().replace(",duel,", ",dual,"))
    problems = [p for p in open_project(copy).problems if p.place.file == ENVOYS]
    assert 1 <= len(problems) < 8
    assert any(re.search(r"\b[58]\b", p.message) for p in problems)  # five more, or eight in all; the lines are 17 to 24


def test_every_fault_of_a_table_is_found_in_one_run(copy):
    lines = [
        edited(copy, ENVOYS, "e-03,1893-02-28", "e-03,1893-02-31"),
        edited(copy, ENVOYS, "day,waltz,RUR;GRA,", "day,walz,RUR;GRA,"),
        edited(copy, ENVOYS, "e-37,", "e-7,"),
    ]
    lines.append(edited(copy, GUNS, "1895-01-24,day,2,", "1895-01-24,day,two,"))
    reported = [p.place.line for p in open_project(copy).problems if p.place.file in (ENVOYS, GUNS)]
    assert sorted(reported) == sorted(lines)


def test_a_row_id_is_the_table_and_its_key(ruritania):
    assert ask(ruritania, "ruritanians_in_graustark").rows[0] == ("travellers:1894-01|RUR|GRA",)
    assert ask(ruritania, "duels", frequency="annual").rows[1] == tuple(f"envoys:e-{n}" for n in range(16, 24))


def test_hostile_text_stays_text(copy):
    edited(copy, ENVOYS, "The May waltz.", '"=HYPERLINK(""x"") <script>alert(\'waltz\')</script>"')
    project = open_project(copy)
    assert project.problems == ()
    assert project.tables["envoys"].frame["summary"].str.contains("<script>").sum() == 1


def test_reading_changes_no_file(copy):
    before = {p: p.read_bytes() for p in copy.rglob("*") if p.is_file()}
    open_project(copy)
    assert {p: p.read_bytes() for p in copy.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    ("old", "new", "code", "named"),
    [
        ('1895-12-31,complete,2,"the dance', '1895-12-31,splendid,2,"the dance', "not-allowed", "splendid"),
        ("participants;level,\n", "participants;levl,\n", "unknown-column", "'level'"),
    ],
    ids=["level", "columns"],
)
def test_a_span_is_checked_though_its_table_would_let_it_through(copy, old, new, code, named):
    edited(copy, "data/coverage.resource.yaml", ", enum: [complete, near_complete, partial, sample, none]", "")
    line = edited(copy, COVERAGE, old, new)
    problem = problem_at(open_project(copy), COVERAGE, line)
    assert (problem.code, problem.level) == (code, "error")
    assert named in problem.message + problem.hint


def test_a_key_is_never_blank_though_its_column_may_be(copy):
    edited(copy, "data/polls.resource.yaml", "Names the poll., constraints: {required: true, unique: true}", "Names the poll.")
    line = edited(copy, POLLS, "p-03,Rudolf", ",Rudolf")
    assert problem_at(open_project(copy), POLLS, line).code == "blank"


@pytest.mark.parametrize("file", [ENVOYS, GUNS, TRAVEL, "data/reigns.csv"])
def test_a_table_of_columns_alone_is_a_table_without_rows(copy, file):
    path = copy / file
    path.write_text(path.read_text().splitlines()[0] + "\n")
    assert {p.code for p in open_project(copy).problems} <= {"coverage-count-differs", "unknown-id"}


def test_an_endless_cell_is_reported_briefly_and_soon(copy):
    edited(copy, ENVOYS, 'called Truce.",court_diary,', 'called Truce.",' + "court_dairy" * 90_000 + ",")
    problem = problem_at(open_project(copy), ENVOYS, line_of(copy, ENVOYS, "court_dairycourt_dairy"))
    assert problem.code == "unknown-id"
    assert len(problem.message) <= 1000


def test_of_many_rows_with_too_few_cells_the_first_are_reported_and_the_number_of_the_rest(copy):
    appended(copy, ENVOYS, *["e-99"] * 1000)
    problems = [p for p in open_project(copy).problems if p.code == "wrong-cells"]
    assert len(problems) == 100
    assert "900 more" in problems[-1].message


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (ENVOYS, "e-05,1893-05-01", "e-05,1893-05-02"),
        (ENVOYS, "e-05,1893-05-01", "e-05,1893-05-32"),
        (GUNS, "c-01,", "c-00,"),
        ("data/bans.csv", "1894-06-01,day,3", "1894-06-01,,3"),
        ("data/bans.resource.yaml", "enum: [day, month]}}\n    - {name: to,", "enum: [day]}}\n    - {name: to,"),
    ],
    ids=["a day", "a fault", "a key", "a blank that another row may have", "a rule"],
)
def test_reading_again_after_an_edit_gives_what_reading_anew_gives(copy, ruritania, file, old, new):
    """All other tests rest on it: what they open is read as after an edit of the project that it was copied from."""
    edited(copy, file, old, new)
    again, anew = read_collection(copy, "data", ruritania.collection), read_collection(copy, "data")
    assert (again.problems, again.digest, again.described) == (anew.problems, anew.digest, anew.described)
    assert again.tables.keys() == anew.tables.keys()
    assert [name for name, table in again.tables.items() if not table.frame.equals(anew.tables[name].frame)] == []
    assert again.digest != ruritania.collection.digest


# ---- types ----


def test_a_vocabulary_of_whole_numbers_knows_its_codes(copy):
    """1 in YAML is 1 in a cell, and 7 is none of 1 to 6."""
    counts = sorted({int(row.split(",")[3]) for row in (copy / GUNS).read_text().splitlines()[1:] if row.split(",")[3]})
    edited(copy, "data/cannonades.resource.yaml", "constraints: {minimum: 1}", f"constraints: {{enum: {counts}}}")
    assert [str(p) for p in open_project(copy).problems] == []
    line = edited(copy, GUNS, "1895-01-24,day,2,", "1895-01-24,day,77,")
    hint = problem_at(open_project(copy), GUNS, line).hint
    assert "known: " in hint
    assert ".0" not in hint


@pytest.mark.parametrize("codes", ["[1, 2, 3]", "[day, month, year, week]"])
def test_a_precision_that_cannot_be_read_is_a_fault_of_the_descriptor(copy, codes):
    """Whole numbers are how some collections say it; which one is a day is not for the program to guess."""
    edited(copy, "data/cannonades.resource.yaml", "enum: [day, month, approx, year]", f"enum: {codes}")
    problems = [p for p in open_project(copy).problems if p.place.file == "data/cannonades.resource.yaml"]
    assert [(p.code, p.case) for p in problems] == [("not-allowed", "precision")]
    assert "only day, month, approx, quarter, year are read" in problems[0].hint


def test_a_code_of_another_kind_than_its_column_is_a_fault_of_the_descriptor(copy):
    line = edited(copy, "data/cannonades.resource.yaml", "constraints: {minimum: 1}", "constraints: {enum: [some, 2]}")
    problem = problem_at(open_project(copy), "data/cannonades.resource.yaml", line)
    assert "the code 'some' of column 'guns' is not a whole number" in problem.message


def test_a_wrong_cell_hides_no_fault_of_the_other_rows(copy):
    """Links, scopes and days are checked in all rows whose own cells are right; the wrong row is reported once."""
    wrong = appended(copy, COVERAGE, "envoys,audiences,1890-01-01,1890-12-31,complte,0,a guess,court_diary,,")
    others = (
        ("envoys,jousts,1891-01-01,1891-12-31,complete,0,a guess,court_diary,,", "unknown-category"),
        ("envoys,audiences,1892-12-31,1892-01-01,complete,0,a guess,court_diary,,", "span-reversed"),
        ("envoys,audiences,1892-06-01,1892-06-30,complete,0,a guess,nobody,,", "unknown-id"),
    )
    expected = {(COVERAGE, appended(copy, COVERAGE, row), code) for row, code in others} | {(COVERAGE, wrong, "not-allowed")}
    expected.add((TRAVEL, appended(copy, TRAVEL, "1895-13,RUR,GRA,5,counted,gate_book,gate_keeper"), "wrong-type"))
    expected.add((TRAVEL, appended(copy, TRAVEL, "1899-01,RUR,GRA,5,counted,gate_book,gate_keeper"), "measured-after-as-of"))
    assert set(faults(open_project(copy))) == expected
