"""What a definition or a descriptor looks for is written as in the cells, or reported with the character that differs."""

import json
import unicodedata

from indicators.reading.project import open_project
from tests.builders import DEFINITIONS, defined, edited, line_of, problem_at

POLLS = "data/polls.csv"
CROWD = f"{DEFINITIONS}/crowd.yaml"
COUNTED = {"table": "polls", "where": None, "coverage": None, "reduce": {"mean": {"of": "approve_pct"}}}
COMPOSED, PARTED = unicodedata.normalize("NFC", "Rúdolf"), unicodedata.normalize("NFD", "Rúdolf")


def renamed(folder, old, new, *files):
    for file in files or (POLLS,):
        path = folder / file
        path.write_text(path.read_text().replace(old, new))


def of_definition(folder, **changes):
    """The one problem of a definition of polls with these changes, at the line of its filter."""
    file = defined(folder, asked=COUNTED | changes)
    return problem_at(open_project(folder), file, line_of(folder, file, json.dumps(COMPOSED)))


def test_a_value_in_another_form_than_the_cells(copy):
    renamed(copy, "Rudolf", PARTED)
    problem = of_definition(copy, where={"leader": COMPOSED})
    assert (problem.code, problem.level) == ("looks-the-same", "error")
    assert "U+00FA LATIN SMALL LETTER U WITH ACUTE in place of 'u', U+0301 COMBINING ACUTE ACCENT" in problem.hint


def test_one_value_of_several(copy):
    renamed(copy, "Rudolf", PARTED)
    assert of_definition(copy, where={"leader": {"not": ["Flavia", COMPOSED]}}).code == "looks-the-same"


def test_a_filter_inside_a_calculation(copy):
    renamed(copy, "Rudolf", PARTED)
    assert of_definition(copy, reduce={"share": {"where": {"leader": COMPOSED}}}).code == "looks-the-same"


def test_words_that_occur_in_a_cell_only_as_it_looks(copy):
    renamed(copy, "Hentzau Weekly", f"{PARTED}’s Weekly")
    assert of_definition(copy, where={"pollster": {"contains": COMPOSED}}).case == "words"


def test_cells_that_are_looked_up_in_another_form(copy):
    renamed(copy, "Flavia", "Flávia", POLLS)
    renamed(copy, "Flavia", unicodedata.normalize("NFD", "Flávia"), "data/reigns.csv")
    file = defined(copy, asked=COUNTED | {"where": {"leader": {"listed_in": "reigns.leader"}}})
    (problem,) = open_project(copy).problems
    assert (problem.place.file, problem.code) == (file, "looks-the-same")


def test_a_category_and_a_mark_of_minimums_in_a_descriptor(copy):
    renamed(copy, "Rudolf", PARTED)
    edited(
        copy,
        "data/polls.resource.yaml",
        "  source: source_id",
        f"  source: source_id\n  lower_bound_when: {{leader: [{COMPOSED}]}}\n  categories:\n    rudolf: {{leader: {COMPOSED}}}",
    )
    problems = open_project(copy).problems
    assert [(p.place.file, p.code) for p in problems] == [("data/polls.resource.yaml", "looks-the-same")] * 2


def test_which_rows_are_doubtful_and_which_have_no_known_end(copy):
    """Rows that such a text does not find would pass as confirmed, or as still in force."""
    edited(copy, "data/envoys.resource.yaml", "  acts: {", "  acts: {doubtful: {summary: A Valentine audience； nobody says of whom.}, ")
    edited(copy, "data/bans.resource.yaml", "end_unknown_when: {end: unknown}", "end_unknown_when: {what: No bells at\u2010night}")
    renamed(copy, "No bells at night", "No bells at-night", "data/bans.csv")
    problems = {p.place.file: p for p in open_project(copy).problems}
    assert {file: p.code for file, p in problems.items()} == dict.fromkeys(
        ("data/envoys.resource.yaml", "data/bans.resource.yaml"), "looks-the-same"
    )
    assert problems["data/bans.resource.yaml"].place.line == line_of(copy, "data/bans.resource.yaml", "end_unknown_when")


def test_blanks_around_words_are_meant(copy):
    renamed(copy, "Hentzau Weekly", "Urban Zürich")
    defined(copy, asked=COUNTED | {"where": {"pollster": {"contains": [" ban ", "Gazette"]}}})
    assert [p.code for p in open_project(copy).problems if p.level == "error"] == []


def test_a_value_that_no_cell_resembles_is_left_to_the_warnings(copy):
    defined(copy, asked=COUNTED | {"where": {"leader": ["Flavia", "Sapt"]}})
    assert [p.code for p in open_project(copy).problems if p.level == "error"] == []


def test_the_form_of_the_cells_is_no_fault(copy):
    renamed(copy, "Rudolf", PARTED)
    defined(copy, asked=COUNTED | {"where": {"leader": PARTED}})
    assert open_project(copy).problems == ()
