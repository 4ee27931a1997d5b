"""A cell is read exactly as it is written, or reported with the character that is not seen."""

import unicodedata

import pytest

from indicators.reading.project import open_project
from tests.builders import ask, edited, faults, opened, problem_at, told

ENVOYS, GUNS, TRAVEL, POLLS, DRILLS = (f"data/{name}.csv" for name in ("envoys", "cannonades", "travellers", "polls", "drills"))
NFD = unicodedata.normalize("NFD", "Rúdolf")
ZENDA = "p-01,Rudolf,Zenda Gazette,"
FEBRUARY = "1894-02,RUR,GRA,2000,"

CELLS = {
    # file, old, new -> code, and what message and hint must name
    "a blank at the end": (POLLS, ZENDA, "p-01,Rudolf ,Zenda Gazette,", "unseen-character", "ends with U+0020 SPACE"),
    "a blank at the beginning": (POLLS, ZENDA, "p-01, Rudolf,Zenda Gazette,", "unseen-character", "begins with U+0020 SPACE"),
    "a no-break space": (POLLS, ZENDA, "p-01,Rudolf\u00a0,Zenda Gazette,", "unseen-character", "U+00A0 NO-BREAK SPACE"),
    "a zero-width space": (POLLS, ZENDA, "p-01,\u200bRudolf,Zenda Gazette,", "unseen-character", "U+200B ZERO WIDTH SPACE"),
    "a mark of direction": (POLLS, ZENDA, "p-01,Rudolf\u200f,Zenda Gazette,", "unseen-character", "U+200F RIGHT-TO-LEFT MARK"),
    "a soft hyphen inside": (POLLS, ZENDA, "p-01,Ru\u00addolf,Zenda Gazette,", "unseen-character", "U+00AD SOFT HYPHEN after 'Ru'"),
    "a byte order mark inside": (POLLS, ZENDA, "p-01,Ru\ufeffdolf,Zenda Gazette,", "unseen-character", "U+FEFF"),
    "a line's end inside quotes": (POLLS, ZENDA, '"p-01",Rudolf,"Zenda Gazette\t",', "unseen-character", "U+0009 TAB"),
    "a blank after a code": (DRILLS, ",held,", ",held ,", "unseen-character", "ends with U+0020 SPACE"),
    "a blank after a key": (POLLS, ZENDA, "p-01 ,Rudolf,Zenda Gazette,", "unseen-character", "poll_id"),
    "a blank after a number": (TRAVEL, FEBRUARY, "1894-02,RUR,GRA,2000 ,", "unseen-character", "travellers"),
    "nothing but a blank": (POLLS, ZENDA, "p-01,Rudolf, ,", "unseen-character", "pollster"),
    "full-width letters": (POLLS, ZENDA, "p-01,Rudolf,Ｚenda Gazette,", "looks-the-same", "U+FF3A FULLWIDTH LATIN CAPITAL LETTER Z"),
    "two blanks between words": (POLLS, ZENDA, "p-01,Rudolf,Zenda  Gazette,", "looks-the-same", "'Zenda Gazette' of line 4"),
    "a Cyrillic letter": (POLLS, ZENDA, "p-01,Rudоlf,Zenda Gazette,", "looks-the-same", "U+043E CYRILLIC SMALL LETTER O"),
    "a blank before an item": (ENVOYS, "waltz,RUR;GRA,RUR;GRA,", "waltz,RUR;GRA,RUR; GRA,", "unseen-character", "' GRA'"),
    "an item twice": (ENVOYS, "waltz,RUR;GRA,RUR;GRA,", "waltz,RUR;GRA,RUR;RUR,", "wrong-item", "'RUR' twice"),
    "an empty item": (ENVOYS, "waltz,RUR;GRA,RUR;GRA,", "waltz,RUR;GRA,RUR;;GRA,", "wrong-item", "empty item"),
    "a full-width separator": (ENVOYS, "waltz,RUR;GRA,RUR;GRA,", "waltz,RUR;GRA,RUR；GRA,", "wrong-item", "U+FF1B FULLWIDTH SEMICOLON"),
    "a separator at the end": (ENVOYS, "waltz,RUR;GRA,RUR;GRA,", "waltz,RUR;GRA,RUR;GRA;,", "wrong-item", "empty item"),
    "full-width digits of a month": (TRAVEL, FEBRUARY, "１８９４-02,RUR,GRA,2000,", "wrong-type", "U+FF11 FULLWIDTH DIGIT ONE, not '1'"),
    "full-width digits of a day": (GUNS, "1895-01-24,day,2,", "１８９５-01-24,day,2,", "no-such-day", "U+FF11 FULLWIDTH DIGIT ONE"),
    "full-width digits of a number": (TRAVEL, FEBRUARY, "1894-02,RUR,GRA,２000,", "wrong-type", "U+FF12 FULLWIDTH DIGIT TWO, not '2'"),
    "full-width digits of an id": (ENVOYS, "e-09,", "e-０9,", "wrong-pattern", "U+FF10 FULLWIDTH DIGIT ZERO"),
    "Arabic digits": (TRAVEL, FEBRUARY, "1894-02,RUR,GRA,٢000,", "wrong-type", "U+0662 ARABIC-INDIC DIGIT TWO, not '2'"),
    "a minus of print": (TRAVEL, FEBRUARY, "1894-02,RUR,GRA,−2000,", "wrong-type", "U+2212 MINUS SIGN, not '-'"),
    "a leading zero": (TRAVEL, FEBRUARY, "1894-02,RUR,GRA,02000,", "wrong-type", "write 2000"),
    "four hundred digits": (TRAVEL, FEBRUARY, f"1894-02,RUR,GRA,{'9' * 400},", "wrong-type", "400 characters"),
    "a whole number between two floats": (TRAVEL, FEBRUARY, "1894-02,RUR,GRA,9007199254740993,", "wrong-type", "9007199254740992"),
    "a word for infinity": (TRAVEL, FEBRUARY, "1894-02,RUR,GRA,inf,", "wrong-type", "whole number"),
    "a word for no number": (TRAVEL, FEBRUARY, "1894-02,RUR,GRA,nan,", "wrong-type", "whole number"),
}


@pytest.mark.parametrize(("file", "old", "new", "code", "named"), CELLS.values(), ids=CELLS.keys())
def test_a_cell_that_is_not_what_it_seems_has_one_problem_that_names_the_character(copy, file, old, new, code, named):
    path = copy / file
    text = path.read_text()
    line = text[: text.index(old)].count("\n") + 1
    path.write_text(text.replace(old, new, 1))
    problem = problem_at(open_project(copy), file, line)
    assert (problem.code, problem.level) == (code, "error")
    assert named in f"{problem.message}; {problem.hint}"


@pytest.mark.parametrize("cell", ["می\u200cخواهم", "कर्मवी\u200dर", "ไทย\u200bไทย", "❤\ufe0f", "O’Hentzau", "Zürich – Zenda", "東京　日報"])
def test_what_a_language_writes_inside_a_word_is_no_fault(copy, cell):
    edited(copy, POLLS, ZENDA, f"p-01,Rudolf,{cell},")
    assert faults(open_project(copy)) == []


def test_the_form_that_most_cells_have_is_the_one_that_the_others_look_like(copy):
    path = copy / POLLS
    path.write_text(path.read_text().replace("Rudolf", "Rúdolf").replace(ZENDA.replace("Rudolf", "Rúdolf"), f"p-01,{NFD},Zenda Gazette,"))
    problem = problem_at(open_project(copy), POLLS, 2)
    assert "'Rúdolf' of line 3" in problem.message
    assert "U+0301 COMBINING ACUTE ACCENT" in problem.message


def test_a_code_in_another_form_names_the_character(copy):
    for file in ("drills.csv", "drills.resource.yaml"):
        path = copy / "data" / file
        path.write_text(path.read_text().replace("held", "gehört"))
    edited(copy, "indicators/definitions/guns.yaml", "{outcome: held}", "{outcome: gehört}")
    rows = (copy / DRILLS).read_text()
    (copy / DRILLS).write_text(rows.replace("gehört", unicodedata.normalize("NFD", "gehört"), 1))
    (problem,) = [p for p in open_project(copy).problems if p.place.file == DRILLS]
    assert problem.code == "not-allowed"
    assert "'o', U+0308 COMBINING DIAERESIS in place of U+00F6" in problem.hint


def test_a_separator_may_have_a_blank_and_then_every_item_is_found(copy, ruritania):
    path, descriptor = copy / ENVOYS, copy / "data/envoys.resource.yaml"
    path.write_text(path.read_text().replace(";", "; ").replace("audience;  nobody", "audience; nobody"))
    descriptor.write_text(descriptor.read_text().replace("separator: ';'", "separator: '; '"))
    project = opened(copy)
    assert [str(p) for p in project.problems] == []
    for name in ("audiences", "slights", "subjects_of_slights"):  # exactly, by part, different items
        assert told(ask(project, name)) == told(ask(ruritania, name))


def test_a_list_without_the_blank_of_its_separator_is_reported(copy):
    edited(copy, "data/envoys.resource.yaml", "participants: {separator: ';'", "participants: {separator: '; '")
    codes = {p.code for p in open_project(copy).problems if p.place.file == ENVOYS}
    assert codes == {"wrong-item"}


def test_a_column_name_that_only_looks_like_one_is_one_problem(copy):
    edited(copy, GUNS, "salvo_id,date,", "salvo_id, date,")
    problem = problem_at(open_project(copy), GUNS, 1)
    assert "begins with U+0020 SPACE" in problem.hint


def test_of_repeated_keys_three_are_shown_and_all_are_counted(copy):
    path = copy / TRAVEL
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, *lines[1:11]]) + "\n")
    problems = [p for p in open_project(copy).problems if p.place.file == TRAVEL]
    assert [p.code for p in problems] == ["duplicate-key"] * 3
    first = len(lines) + 4
    assert f"(7 more: lines {first}, {first + 1}," in problems[-1].message


def test_of_periods_with_two_rows_three_are_shown_and_all_are_counted(copy):
    """Two days of one month are two rows about it."""
    edited(copy, "data/travellers.resource.yaml", "{name: period, type: yearmonth,", "{name: period, type: date,")
    file = copy / "data/travellers.csv"
    header, *lines = file.read_text().splitlines()
    days = [f"{line[:7]}-{day}{line[7:]}" for line in lines[:5] for day in ("01", "02")]
    file.write_text("\n".join([header, *days]) + "\n")
    found = [p for p in open_project(copy).problems if p.code == "duplicate-key"]
    assert [p.place.line for p in found] == [3, 5, 7]
    assert found[-1].message.endswith("(2 more: lines 9, 11)")


def test_numbers_of_a_key_are_compared_as_numbers(copy):
    descriptor = "data/polls.resource.yaml"
    edited(copy, descriptor, "primaryKey: [poll_id]", "primaryKey: [leader, fieldwork_end, approve_pct]")
    edited(copy, POLLS, "p-02,Rudolf,Hentzau Weekly,1895-01-31,60,", "p-02,Rudolf,Hentzau Weekly,1895-01-17,+40,")
    assert (POLLS, 3, "duplicate-key") in faults(open_project(copy))


def test_rows_without_a_source_are_all_counted(copy):
    edited(copy, "data/reigns.resource.yaml", "Who tells., constraints: {required: true}", "Who tells.")
    path = copy / "data/reigns.csv"
    path.write_text(path.read_text().replace("court_diary", ""))
    problems = [p for p in open_project(copy).problems if p.code == "no-source"]
    assert len(problems) == 3
    assert "(1 more: line 5)" in problems[-1].message
