"""Files of another form than their descriptor says: one finding with the cause, or read where the descriptor says it."""

import pytest

from indicators.problems import ProblemsFound
from indicators.reading.project import open_project
from tests.builders import appended, ask, edited, faults, told

REIGNS, REIGNS_FORM = "data/reigns.csv", "data/reigns.resource.yaml"
TRAVEL, TRAVEL_FORM, SECOND = "data/travellers.csv", "data/travellers.resource.yaml", "data/travellers_2.csv"


def rewritten(copy, change, file=REIGNS):
    """Replace the lines of a table by what a function makes of them."""
    path = copy / file
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n", newline="")


FORMS = {
    # what is done to the lines of a table -> cases that are found, the line, and what is said
    "semicolons": (lambda lines: [line.replace(",", ";") for line in lines], ["delimiter"], 1, "separated by semicolons, not by commas"),
    "tabs": (lambda lines: [line.replace(",", "\t") for line in lines], ["delimiter"], 1, "separated by tabs"),
    "bars": (lambda lines: [line.replace(",", "|") for line in lines], ["delimiter"], 1, "separated by vertical bars"),
    "a title above": (lambda lines: ["Ceremonies", "", '"as of", 1896', *lines], ["above"], 1, "header is on line 4"),
    "four lines of a header": (lambda lines: ["a,b", ",,,", "one", *lines], ["above"], 1, "header is on line 4"),
    "codes below the header": (lambda lines: [lines[0], "id,day,name,word,id", *lines[1:]], ["below-header"], 2, "line 2"),
    "codes and units below the header": (
        lambda lines: [lines[0], "id,day,007,,", "x,Période,,,", *lines[1:]],
        ["below-header"],
        2,
        "lines 2, 3",
    ),
    "a note below": (lambda lines: [*lines, "", "Last updated: 1896"], ["below"], 7, "(line 7)"),
    "a note with commas around it": (lambda lines: [*lines, "Source: the diary,,,,"], ["below"], 6, "(line 6)"),
    "two notes": (lambda lines: [*lines, "Data from the diary", "Note: no ball, no banquet"], ["below"], 6, "(lines 6, 7)"),
    "a comma behind rows": (lambda lines: [lines[0], *(f"{line}," for line in lines[1:])], ["surplus"], 2, "an empty cell too many"),
    "commas behind all lines": (lambda lines: [f"{line},,," for line in lines], ["surplus"], 2, "3 empty cells too many"),
    "blank rows below": (lambda lines: [*lines, ",,,,", ",,,,", ",,,,"], ["blank-rows"], 6, "lines 6 to 8"),
    "a blank row inside": (lambda lines: [*lines[:2], " , ,,,", *lines[2:]], ["blank-rows"], 3, "line 3"),
    "numbers of rows": (lambda lines: [f"{n or ''},{line}" for n, line in enumerate(lines)], ["unnamed"], 1, "(number 1)"),
    "capitals": (lambda lines: [lines[0].title(), *lines[1:]], ["spelling"], 1, "'Date' for 'date'"),
    "blanks in the header": (lambda lines: [lines[0].replace(",", " , "), *lines[1:]], ["spelling"], 1, "' date ' for 'date'"),
    "no header": (lambda lines: lines[1:], ["no-header"], 1, "r-1, 1895-03-15"),
    "a page of the web": (lambda lines: ["<!DOCTYPE html>", "<p>not found</p>"], ["no-header"], 1, "<!DOCTYPE html>"),
    "many columns": (lambda lines: [line + ",x" * 9 for line in lines], ["undescribed", "duplicate"], 1, "9 columns are not described"),
    "a column a month, as banks write it": (
        lambda lines: [f"Country,Unit,{','.join(f'1895M{n}' for n in range(1, 7))}"],
        ["wide"],
        1,
        "1895M6",
    ),
    "tabs and unknown columns": (lambda lines: ["freq,geo\\TIME\ta\tb", "M,RUR\t5 p\t:"], ["delimiter"], 1, "separated by tabs"),
    "a blank behind each comma": (lambda lines: [line.replace(",", ", ") for line in lines], ["spaced"], 2, "a blank follows"),
    "a blank behind the commas of rows": (
        lambda lines: [lines[0], *(line.replace(",", ", ") for line in lines[1:])],
        ["spaced"],
        2,
        "a blank follows",
    ),
    "a column a year": (lambda lines: [f"{lines[0]},{','.join(map(str, range(1860, 1896)))}"], ["wide"], 1, "from 1860 to 1895"),
}


@pytest.mark.parametrize(("change", "cases", "line", "said"), FORMS.values(), ids=FORMS.keys())
def test_another_form_is_one_finding_with_its_cause(copy, change, cases, line, said):
    rewritten(copy, change)
    problems = [p for p in open_project(copy).problems if p.place.file == REIGNS and p.code != "wrong-cells"]
    assert cases[0] in [p.case for p in problems if p.code == "table-form"]
    assert len([p for p in problems if p.code != "duplicate-column" and p.case not in ("no-header",)]) <= 1
    (found,) = [p for p in problems if p.case == cases[0]]
    assert (found.place.line, said in found.message) == (line, True)


@pytest.mark.parametrize("second", [",,,Persons,,,", ",,,persons", "Month,From,To,Persons (thousands; 10^3),Standing,Book,Source"])
def test_a_second_line_of_the_header_is_one_finding(copy, second):
    """Units alone, a line that ends after them, and words with digits in them."""
    rewritten(copy, lambda lines: [lines[0], second, *lines[1:]], TRAVEL)
    (found,) = open_project(copy).problems
    assert (found.place.line, found.case, "commentRows: [2]" in found.hint) == (2, "below-header", True)


def test_a_first_row_without_its_date_is_a_row(copy):
    rewritten(copy, lambda lines: [lines[0], ",RUR,GRA,many,counted,gate_book,gate_keeper", *lines[1:]], TRAVEL)
    assert {p.code for p in open_project(copy).problems} == {"blank", "wrong-type"}


def test_several_causes_and_a_wrong_cell_are_found_in_one_run(copy):
    """What is read as if the form were right has its own faults at their lines."""
    rewritten(copy, lambda lines: ["Ceremonies", *(line.replace(",", ";") for line in lines), "Source: the diary"])
    edited(copy, REIGNS, "1895-05-20", "1895-05-32")
    problems = [(p.place.line, p.code, p.case) for p in open_project(copy).problems if p.place.file == REIGNS]
    assert problems == [
        (1, "table-form", "delimiter"),
        (1, "table-form", "above"),
        (4, "no-such-day", "cell"),
        (7, "table-form", "below"),
    ]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-16", "this is UTF-16,"),
        ("utf-16-le", "this is UTF-16 without a mark"),
        ("utf-16-be", "this is UTF-16 without a mark"),
        ("utf-32", "this is UTF-32"),
        ("latin-1", "the file seems to be Windows-1252 or Latin-1"),
    ],
)
def test_another_encoding_is_named(copy, encoding, said):
    text = (copy / REIGNS).read_text().replace("Flavia", "Flávia")
    (copy / REIGNS).write_bytes(text.encode(encoding))
    (problem,) = [p for p in open_project(copy).problems if p.place.file == REIGNS]
    assert said in problem.message


@pytest.mark.parametrize("text", ["東京", "Fräulein Müller, Ää", "観光客数東京大阪京都外国人旅行者数国籍別月別統計"])
def test_an_encoding_that_is_not_certain_is_one_of_several(copy, text):
    """Few bytes, or signs of a script that several languages share, mean something in several encodings."""
    encoding = "cp1252" if text.startswith("F") else "cp932"
    (copy / REIGNS).write_bytes((copy / REIGNS).read_text().replace("r-2,1895-05-20,Flavia", f"r-2,1895-05-20,{text}").encode(encoding))
    (wrong,) = [p for p in open_project(copy).problems if p.code == "not-utf-8"]
    assert ("Windows-1252" if encoding == "cp1252" else "Shift-JIS") in wrong.message
    assert "seems to be" not in wrong.message or encoding == "cp1252"


@pytest.mark.parametrize(("encoding", "name"), [("cp932", "Shift-JIS"), ("euc_jp", "EUC-JP")])
def test_an_encoding_of_east_asia_is_named(copy, encoding, name):
    (copy / REIGNS).write_bytes((copy / REIGNS).read_text().replace("Flavia", "フラビア女王のまとめ").encode(encoding))
    (problem,) = [p for p in open_project(copy).problems if p.place.file == REIGNS]
    assert (problem.place.line, f"the file seems to be {name}" in problem.message) == (2, True)


def test_a_spreadsheet_is_not_a_csv(copy):
    (copy / REIGNS).write_bytes(b"PK\x03\x04\x14\x00")
    (problem,) = [p for p in open_project(copy).problems if p.place.file == REIGNS]
    assert "this is a spreadsheet" in problem.message


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_other_systems_are_read_with_their_lines(copy, end):
    text = (copy / REIGNS).read_text().replace("1895-05-20", "1895-05-32")
    (copy / REIGNS).write_bytes(text.replace("\n", end).encode())
    assert [(p.place.line, p.code) for p in open_project(copy).problems if p.place.file == REIGNS] == [(3, "no-such-day")]


@pytest.mark.parametrize("dialect", ["dialect: {delimiter: ';'}", "dialect: {csv: {delimiter: ';'}}"])
def test_a_delimiter_that_the_descriptor_names_is_read(copy, dialect):
    before = told(ask(open_project(copy), "approval"))
    rewritten(copy, lambda lines: [line.replace(",", ";") for line in lines])
    edited(copy, REIGNS_FORM, "schema:\n", f"{dialect}\nschema:\n")
    project = open_project(copy)
    assert [str(p) for p in project.problems] == []
    assert told(ask(project, "approval")) == before


def test_a_delimiter_that_is_named_and_not_there_is_told(copy):
    edited(copy, REIGNS_FORM, "schema:\n", "dialect: {delimiter: ';'}\nschema:\n")
    (problem,) = [p for p in open_project(copy).problems if p.place.file == REIGNS]
    assert "separated by commas, not by semicolons" in problem.message
    assert "remove delimiter from dialect" in problem.hint


# ---- a table of several files ----


def split(copy, *, header):
    """The travellers in two files, of which the second may repeat the header."""
    first, second = (copy / TRAVEL), (copy / SECOND)
    lines = first.read_text().splitlines()
    first.write_text("\n".join(lines[:10]) + "\n")
    second.write_text("\n".join([*([lines[0]] if header else []), *lines[10:]]) + "\n")
    edited(copy, TRAVEL_FORM, "path: travellers.csv", "path: [travellers.csv, travellers_2.csv]")


@pytest.mark.parametrize("header", [True, False])
def test_a_table_of_two_files_has_the_rows_of_both(copy, header):
    """The standard continues a file with the next; files that repeat the header are as clear."""
    whole = open_project(copy)
    split(copy, header=header)
    project = open_project(copy)
    assert [str(p) for p in project.problems] == []
    before, after = whole.tables["travellers"].frame, project.tables["travellers"].frame
    assert after["@row"].tolist() == before["@row"].tolist()
    assert after["travellers"].fillna(-1).tolist() == before["travellers"].fillna(-1).tolist()


def test_a_finding_names_the_file_and_line_of_its_row(copy):
    split(copy, header=True)
    wrong = edited(copy, SECOND, "1895-06,RUR,GRA,12000", "1895-06,RUR,GRA,many")
    twice = appended(copy, SECOND, "1894-01,RUR,GRA,1000,counted,gate_book,gate_keeper")
    project = open_project(copy)
    found = faults(project)
    assert (SECOND, wrong, "wrong-type") in found
    assert (SECOND, twice, "duplicate-key") in found
    assert any("first on line 2 of data/travellers.csv" in p.message for p in project.problems)


def test_a_link_that_leads_nowhere_is_reported_in_the_second_file(copy):
    split(copy, header=True)
    line = edited(copy, SECOND, "14000,counted,gate_book,gate_keeper", "14000,counted,gate_book,nobody")
    assert (SECOND, line, "unknown-id") in faults(open_project(copy))


@pytest.mark.parametrize(
    ("cell", "said"), [('"The May', "a quote that opens in it is not closed"), ('"The" May', "a quote closes inside a cell")]
)
def test_a_quote_in_a_wrong_place_is_named(copy, cell, said):
    """On the line where the row begins, which may be far above the end of the file."""
    lines = (copy / REIGNS).read_text().splitlines()
    parts = lines[1].split(",")
    parts[2] = cell
    (copy / REIGNS).write_text("\n".join([lines[0], ",".join(parts), *lines[2:]]) + "\n")
    (problem,) = [p for p in open_project(copy).problems if p.place.file == REIGNS]
    assert (problem.code, problem.place.line, said in problem.message) == ("csv-syntax", 2, True)


def test_a_text_that_looks_like_another_names_the_file_of_that_one(copy):
    envoys, second = copy / "data/envoys.csv", copy / "data/envoys_2.csv"
    lines = envoys.read_text().splitlines()
    text = "The foreign ministers lose"
    envoys.write_text("\n".join(lines[:9]) + "\n")
    second.write_text("\n".join([lines[0], *lines[9:], lines[4].replace(text, f"{text}\u3000").replace("e-", "e-9")]) + "\n")
    edited(copy, "data/envoys.resource.yaml", "path: envoys.csv", "path: [envoys.csv, envoys_2.csv]")
    (found,) = [p for p in open_project(copy).problems if p.code == "looks-the-same"]
    assert (found.place.file, found.place.line) == ("data/envoys_2.csv", len(lines) - 9 + 2)
    assert "of line data/envoys.csv:5" in found.message


def test_a_limit_of_rows_holds_for_all_files_together_and_can_be_raised(copy):
    split(copy, header=True)
    rows = len((copy / TRAVEL).read_text().splitlines() + (copy / SECOND).read_text().splitlines()) - 2
    edited(copy, "config.yaml", "licence:", f"limits: {{rows: {rows - 1}}}\nlicence:")
    last = len((copy / SECOND).read_text().splitlines())
    (problem,) = [p for p in open_project(copy).problems if p.place.file == SECOND]
    assert (problem.code, problem.place.line) == ("file-too-large", last)
    assert "limits: rows in config.yaml" in problem.hint
    assert "duckdb" not in problem.hint  # observations are added up in memory
    edited(copy, "config.yaml", f"rows: {rows - 1}", f"rows: {rows}")
    assert [str(p) for p in open_project(copy).problems if p.place.file in (TRAVEL, SECOND)] == []


def test_a_file_too_large_for_memory_is_read_in_two(copy):
    """What the message advises is a way out."""
    most = (copy / TRAVEL).stat().st_size - 1
    edited(copy, "config.yaml", "licence:", f"limits: {{bytes: {most}}}\nlicence:")
    others = [path.name for path in (copy / "data").glob("*.csv") if path.stat().st_size > most and path.name != "travellers.csv"]
    found = {p.place.file: p for p in open_project(copy).problems if p.code == "file-too-large"}
    assert set(found) == {f"data/{name}" for name in ["travellers.csv", *others]}
    assert "list several files under path" in found[TRAVEL].hint
    split(copy, header=True)
    assert {p.place.file for p in open_project(copy).problems if p.code == "file-too-large"} == {f"data/{name}" for name in others}


def test_a_limit_that_is_no_limit_is_refused(copy):
    line = edited(copy, "config.yaml", "licence:", "limits: {rows: 0}\nlicence:")
    with pytest.raises(ProblemsFound) as refused:
        open_project(copy)
    assert [(p.place.file, p.place.line) for p in refused.value.problems] == [("config.yaml", line)]


def test_a_second_file_that_is_missing_is_named(copy):
    split(copy, header=True)
    (copy / SECOND).unlink()
    assert any(p.code == "missing-file" and "travellers_2.csv" in str(p) for p in open_project(copy).problems)


def test_a_second_file_without_a_line_is_reported(copy):
    """Its rows would be missing without a word."""
    split(copy, header=True)
    (copy / SECOND).write_text("")
    assert [(p.place.file, p.code) for p in open_project(copy).problems] == [(SECOND, "empty-file")]


def test_a_change_of_the_second_file_is_read(copy):
    split(copy, header=True)
    before = open_project(copy)
    edited(copy, SECOND, "1895-06,RUR,GRA,12000", "1895-06,RUR,GRA,12001")
    after = open_project(copy, before=before)
    assert 12001.0 in after.tables["travellers"].frame["travellers"].tolist()


def test_a_header_below_other_lines_and_comments_are_read_where_the_dialect_says_so(copy):
    """The same table with a title, a blank line, codes below the header and a remark between the rows."""
    before = told(ask(open_project(copy), "ruritanians_in_graustark"))
    edited(
        copy, TRAVEL_FORM, "path: travellers.csv", "path: travellers.csv\ndialect: {headerRows: [3], commentRows: [4], commentChar: '#'}"
    )
    rewritten(copy, lambda lines: ["Travellers", "", lines[0], "month,from,to,,,,", "# gate book", *lines[1:], "# end"], TRAVEL)
    project = open_project(copy)
    assert faults(project) == []
    assert told(ask(project, "ruritanians_in_graustark")) == before


def test_a_remark_is_a_row_and_is_reported_where_the_dialect_does_not_name_it(copy):
    rewritten(copy, lambda lines: [*lines[:2], "# gate book", *lines[2:]], TRAVEL)
    (found,) = [p for p in open_project(copy).problems if p.place.file == TRAVEL]
    assert (found.place.line, found.code, "commentChar: '#'" in found.hint) == (3, "wrong-cells", True)


def test_the_line_of_a_fault_is_that_of_the_file_where_rows_are_left_out(copy):
    edited(copy, REIGNS_FORM, "path: reigns.csv", "path: reigns.csv\ndialect: {commentChar: '#'}")
    rewritten(copy, lambda lines: ["# one", lines[0], "# two", *lines[1:3], lines[3].replace("1895", "1895x")])
    assert [line for file, line, _ in faults(open_project(copy)) if file == REIGNS] == [6]


def test_a_first_row_without_date_and_number_is_a_row_where_its_mark_is_one_for_nothing(copy):
    edited(copy, REIGNS_FORM, "  primaryKey", "  missingValues: ['', 'n/a']\n  primaryKey")
    (field,) = [line for line in (copy / REIGNS_FORM).read_text().splitlines() if "name: date" in line]
    edited(copy, REIGNS_FORM, field, field.replace("constraints: {required: true}", "constraints: {required: false}"))
    rewritten(copy, lambda lines: [lines[0], "r-0,n/a,Rudolf,coronation,court_diary", *lines[1:]])
    assert [problem for problem in faults(open_project(copy)) if problem[0] == REIGNS] == []


@pytest.mark.parametrize("rows", ["[1, 2]", "[]", "[0]", "3"])
def test_one_row_names_the_columns(copy, rows):
    line = edited(copy, REIGNS_FORM, "path: reigns.csv", f"path: reigns.csv\ndialect: {{headerRows: {rows}}}")
    assert (REIGNS_FORM, line + 1, "wrong-value") in faults(open_project(copy))


def wide(lines):
    """110 more columns, among them times of day, columns without a name and two of one name."""
    more = [f"index_{n}" for n in range(107)] + ["", "twice", "twice"]
    return [",".join([head_or_row, *(more if not n else ["1895-01-10 18:00"] * 110)]) for n, head_or_row in enumerate(lines)]


def test_many_columns_that_are_not_described_are_one_finding_with_the_way_out(copy):
    rewritten(copy, wide)
    (found, *_) = [p for p in open_project(copy).problems if p.place.file == REIGNS and p.case == "undescribed"]
    assert "fieldsMatch: subset" in found.hint


def test_columns_that_are_not_described_are_left_out_where_the_descriptor_says_so(copy):
    before = open_project(copy).tables["reigns"].frame
    rewritten(copy, wide)
    edited(copy, REIGNS_FORM, "  primaryKey", "  fieldsMatch: subset\n  primaryKey")
    project = open_project(copy)
    assert [str(p) for p in project.problems] == []
    assert project.tables["reigns"].frame.equals(before)


def test_a_column_that_is_needed_is_missed_however_many_others_there_are(copy):
    rewritten(copy, lambda lines: wide([lines[0].replace("leader", "monarch"), *lines[1:]]))
    edited(copy, REIGNS_FORM, "  primaryKey", "  fieldsMatch: subset\n  primaryKey")
    assert [(p.place.line, p.code, "'leader'" in p.message) for p in open_project(copy).problems] == [(1, "missing-column", True)]


def test_a_row_that_is_too_short_is_reported_where_columns_are_left_out(copy):
    rewritten(copy, lambda lines: [*wide(lines)[:2], *lines[2:]])
    edited(copy, REIGNS_FORM, "  primaryKey", "  fieldsMatch: subset\n  primaryKey")
    assert {p.code for p in open_project(copy).problems} == {"wrong-cells"}


OTHERS = {
    "a page of the web": (lambda lines: ["<!DOCTYPE html>", "<p>not found</p>"], "web page"),
    "JSON": (lambda lines: ['[{"reign_id": "r-1"}]'], "JSON"),
    "what Git LFS leaves": (lambda lines: ["version https://git-lfs.github.com/spec/v1", "oid sha256:0", "size 1"], "git lfs pull"),
    "full-width commas": (lambda lines: [line.replace(",", "，") for line in lines], "U+FF0C FULLWIDTH COMMA"),
    "what a merge leaves": (lambda lines: [*lines[:3], "<<<<<<< HEAD", *lines[3:]], "a merge has left a marker"),
    "what a merge leaves at the end": (lambda lines: [*lines, ">>>>>>> theirs"], "a merge has left a marker"),
}


@pytest.mark.parametrize(("change", "said"), OTHERS.values(), ids=OTHERS.keys())
def test_what_a_file_is_instead_of_a_table_is_the_hint(copy, change, said):
    rewritten(copy, change)
    (problem,) = [p for p in open_project(copy).problems if p.place.file == REIGNS]
    assert said in problem.hint


def test_a_fault_of_a_header_below_other_lines_is_on_its_line(copy):
    edited(copy, REIGNS_FORM, "path: reigns.csv", "path: reigns.csv\ndialect: {headerRows: [3]}")
    rewritten(copy, lambda lines: ["Ceremonies", "", lines[0].replace("leader", "crown"), *lines[1:]])
    found = {(line, code) for file, line, code in faults(open_project(copy)) if file == REIGNS}
    assert found == {(3, "missing-column"), (3, "unknown-column")}


@pytest.mark.parametrize("sign", ["r", "1", '"', ",", "-", "+", " #", "é"])
def test_what_a_cell_may_begin_with_is_no_sign_of_a_remark(copy, sign):
    """All rows that begin so would be left out in silence."""
    line = edited(copy, REIGNS_FORM, "path: reigns.csv", f"path: reigns.csv\ndialect: {{commentChar: '{sign}'}}")
    assert (REIGNS_FORM, line + 1) in {(file, line) for file, line, _ in faults(open_project(copy))}


def test_a_dialect_that_leaves_out_all_rows_is_the_cause(copy):
    edited(copy, REIGNS_FORM, "path: reigns.csv", "path: reigns.csv\ndialect: {headerRows: [99]}")
    (found,) = [p for p in open_project(copy).problems if p.place.file == REIGNS]
    assert "its dialect leaves out every row" in found.hint


@pytest.mark.parametrize("name", ["travellers.CSV", "travellers.tsv"])
def test_a_file_of_another_ending_is_one_fault(copy, name):
    edited(copy, TRAVEL_FORM, "path: travellers.csv", f"path: {name}")
    assert [code for file, _, code in faults(open_project(copy)) if file == TRAVEL_FORM] == ["wrong-value"]
