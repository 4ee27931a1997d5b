"""YAML whose every value knows its line; what YAML 1.1 would quietly misread is refused with advice."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.reading.yamlfile import parse_yaml, read_yaml

FAULTS = {
    # read as something else
    "norway": ("country: NO\n", [(1, "unquoted-boolean")]),
    "yes and on": ("a: yes\nb: [On, off]\n", [(1, "unquoted-boolean"), (2, "unquoted-boolean"), (2, "unquoted-boolean")]),
    "a time of day": ("a: 1\nb: 12:30\n", [(2, "unquoted-number")]),
    "a leading zero": ("a:\n  - 0123\n", [(2, "unquoted-number")]),
    "hexadecimal": ("a: 0x1F\n", [(1, "unquoted-number")]),
    "no such day": ("as_of: 2026-02-30\n", [(1, "no-such-day")]),
    "not a number": ("a: .nan\nb: -.inf\n", [(1, "not-a-number"), (2, "not-a-number")]),
    "a number beyond all measure": ("a: " + "9" * 5000 + "\n", [(1, "not-a-number")]),
    "text that a tag calls a whole number": ("a: !!int x\n", [(1, "not-a-number")]),
    "text that a tag calls a number": ("a: !!float x\n", [(1, "not-a-number")]),
    "no as a key": ("a: 1\nno: 2\n", [(2, "unquoted-boolean")]),
    "nothing as a key": ("a: 1\n~: 2\n", [(2, "key-not-text")]),
    "a list as a key": ("a: 1\n? [b]\n: 2\n", [(2, "key-not-text")]),
    # the same key twice
    "duplicate key": ("a: 1\nb: 2\na: 3\n", [(3, "duplicate-key")]),
    "duplicate key inside": ("a:\n  b: 1\n  b: 2\n", [(3, "duplicate-key")]),
    "two of them": ("a: 1\na: 2\nb: 1\nb: 2\n", [(2, "duplicate-key"), (4, "duplicate-key")]),
    # a key without a value
    "no value": ("a:\nb: 1\n", [(1, "blank-value")]),
    "no value in braces": ("a: 1\nb: {c: , d: 1}\n", [(2, "blank-value")]),
    "what is below it is a remark": ("a:\n  b:\n    # c: 1\nd: 1\n", [(2, "blank-value")]),
    # what is never read
    "merge key on its own line": ("a:\n  <<: {b: 1}\n", [(2, "yaml-merge")]),
    "merge key": ("a: {<<: {b: 1}}\n", [(1, "yaml-merge")]),
    "alias": ("a: &x 1\nb: *x\n", [(1, "yaml-alias"), (2, "yaml-alias")]),
    "tag": ("a: 1\nb: !!python/object:os.system echo\n", [(2, "yaml-tag")]),
    "own tag": ("b: !secret x\n", [(1, "yaml-tag")]),
    "too deep": ("[" * 60 + "]" * 60 + "\n", [(1, "too-deep")]),
    # not YAML
    "tab": ("a:\n\tb: 1\n", [(2, "yaml-syntax")]),
    "open bracket": ("a: 1\nb: [1, 2\nc: 3\n", [(2, "yaml-syntax")]),
    "open bracket at the end": ("a: 1\nb: [1, 2\n\n", [(2, "yaml-syntax")]),
    "open brace": ("a: 1\nb: {c: d\n\ne: 3\n", [(2, "yaml-syntax")]),
    "the wrong bracket": ("a: 1\nb: {c: [d}\ne: 3\n", [(2, "yaml-syntax")]),
    "open quote": ('a: 1\nb: "two\nc: 3\nd: 4\n', [(2, "yaml-syntax")]),
    "open quote that another closes": ("a: 1\nb: 'two\nc: 3\nd: the king's\ne: 4\n", [(2, "yaml-syntax")]),
    "no colon": ("a: 1\nb 2\nc: 3\n", [(2, "yaml-syntax")]),
    "cut off": ("a: 1\nb: 2\ncover", [(3, "yaml-syntax")]),
    "deeper than its neighbours": ("a:\n  b: 1\n    c: 2\n  d: 3\n", [(3, "yaml-syntax")]),
    "less deep than its neighbours": ("a:\n  b: 1\n c: 2\n", [(3, "yaml-syntax")]),
    "a second document": ("a: 1\n---\n  b: 2\nc: 3\n", [(2, "yaml-syntax")]),
    "a character that begins nothing": ("a: 1\nb: @c\n", [(2, "yaml-syntax")]),
    "unknown escape": ('a: 1\nb: "\\q"\n', [(2, "yaml-syntax")]),
    "lines of old Macintoshes": ("a: 1\rb: [1\rc: 2\r", [(2, "yaml-syntax")]),
    "marks of a merge": ("a: 1\n<<<<<<< mine\nb: 2\n=======\nb: 3\n>>>>>>> yours\n", [(2, "yaml-syntax")]),
    "a space that does not break": ("a:\n    b: 1\n  \u00a0 c: 2\n", [(3, "yaml-syntax")]),
    "colon inside": ("a: 1\ntitle: Meetings: all\n", [(2, "yaml-syntax")]),
    "control character": ("a: 1\nb: é\nc: \x01\n", [(3, "yaml-syntax")]),
    "nothing": ("# only a remark\n", [(1, "empty-file")]),
    "too many values": ("a:\n  - 1\n" + "  - 1\n" * 60_000, [(49_999, "file-too-large")]),
    # texts that are not what they seem to be
    "a blank inside quotes": ("a: 1\nb: 'two '\n", [(2, "unseen-character")]),
    "nothing but blanks": ("a: 1\nb: '  '\n", [(2, "unseen-character")]),
    "nothing but characters without a shape": ("title: '\u200b\u3000'\n", [(1, "unseen-character")]),
    "nothing but a line break": ('a: "\\n"\n', [(1, "unseen-character")]),
    "a no-break space": ("a: 1\nb: two\u00a0\n", [(2, "unseen-character")]),
    "a soft hyphen": ("a: du\u00adels\n", [(1, "unseen-character")]),
    "a blank after a key": ("a: 1\n'b ': 2\n", [(2, "unseen-character")]),
    "a zero-width space in a list": ("a:\n  - b\n  - c\u200b\n", [(3, "unseen-character")]),
    "a block with a mark of direction": ("a: 1\nb: >\n  two\u200e\nc: 3\n", [(2, "unseen-character")]),
    "an item twice": ("a: [b, c, b]\n", [(1, "wrong-item")]),
    "a number twice": ("a:\n  - 1\n  - 2\n  - 1\n", [(4, "wrong-item")]),
    "an item in two forms": ("a:\n  - \u00e9\n  - e\u0301\n", [(3, "wrong-item")]),
    "a key in two forms": ("\u00e9: 1\ne\u0301: 2\n", [(2, "looks-the-same")]),
    "more digits than a number holds": ("a: 9007199254740993\n", [(1, "not-a-number")]),
    "a number beyond what is computed": ("a: 1.0e+200\n", [(1, "not-a-number")]),
    "a number that would be read as zero": ("a: 1.0e-400\n", [(1, "not-a-number")]),
    # several at once
    "three": ("a: NO\na: 1\nb: 2026-02-30\n", [(1, "unquoted-boolean"), (2, "duplicate-key"), (3, "no-such-day")]),
}

FINE = {
    "separators": ("a: '; '\ngroupChar: '\u00a0'\nmissingValues: ['NA ']\n", {"a": "; ", "groupChar": "\u00a0", "missingValues": ["NA "]}),
    "blanks around words": ("where: {summary: {contains: ' ban '}}\n", {"where": {"summary": {"contains": " ban "}}}),
    "a step twice": ("transform: [change, change]\n", {"transform": ["change", "change"]}),
    "a block of text": ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
    "true beside one": ("a: [1, true, '1', 1.5]\n", {"a": [1, True, "1", 1.5]}),
    "minus zero": ("a: -0.0\n", {"a": 0.0}),
    "quoted": ("a: 'NO'\nb: '12:30'\n", {"a": "NO", "b": "12:30"}),
    "true and numbers": ("a: true\nb: 12\nc: 1.5\nd: -3\n", {"a": True, "b": 12, "c": 1.5, "d": -3}),
    "days stay text": ("a: 2024-02-29\n", {"a": "2024-02-29"}),
    "months stay text": ("a: 2024-02\n", {"a": "2024-02"}),
    "years as keys stay text": ("2024: 1\n", {"2024": 1}),
    "folded": ("a: >\n  one\n  two\n", {"a": "one two\n"}),
    "nothing": ("a: null\nb: ~\n", {"a": None, "b": None}),
    "other scripts": ("a: 한국어 日本語 中文\n", {"a": "한국어 日本語 中文"}),
    "zero": ("a: 0\nb: 0.5\n", {"a": 0, "b": 0.5}),
}


def read(text):
    problems = []
    parse_yaml(text, "x.yaml", problems.append)
    return sorted((p.place.line, p.code) for p in problems), problems


@pytest.mark.parametrize(("text", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_every_fault_has_its_line_and_code(text, expected):
    problems = read(text)[0]
    assert problems == expected


@pytest.mark.parametrize("reader", ["CSafeLoader", "SafeLoader"])
def test_a_tab_that_indents_is_called_a_tab(monkeypatch, reader):
    """Whichever reader of YAML there is; a tab within a text is none that indents."""
    monkeypatch.setattr("indicators.reading.yamlfile.loader", lambda: getattr(yaml, reader, yaml.SafeLoader))
    (faulty,), (within,) = (read(text)[1] for text in ("a:\n\tb: 1\n", "a: |\n  one\n  \ttwo\nc: d: e\n"))
    assert (faulty.message, faulty.hint) == (
        "this is not valid YAML: a tab is used for indentation",
        "indent with spaces, not with tabs",
    )
    assert "tab" not in f"{within.message} {within.hint}"


@pytest.mark.parametrize("text", [text for text, _ in FAULTS.values()], ids=FAULTS.keys())
def test_every_fault_says_what_to_do(text):
    for problem in read(text)[1]:
        assert problem.place.file == "x.yaml"
        assert problem.message
        assert problem.hint
        assert problem.level == "error"


@pytest.mark.parametrize(("text", "expected"), FINE.values(), ids=FINE.keys())
def test_what_is_plain_is_read_as_written(text, expected):
    problems = []
    assert parse_yaml(text, "x.yaml", problems.append).data == expected
    assert problems == []


def test_a_duplicate_key_names_both_places():
    problem = read("a: 1\nb: 2\na: 3\n")[1][0]
    assert (problem.place.line, "line 1" in problem.message) == (3, True)


def test_the_advice_for_norway_is_to_quote_it():
    assert "'NO'" in read("country: NO\n")[1][0].hint


def test_every_value_knows_its_line():
    file = parse_yaml("a: 1\nb:\n  c:\n    - x\n    - y: 2\n", "x.yaml", pytest.fail)
    assert [file.place(t).line for t in (("a",), ("b",), ("b", "c"), ("b", "c", 0), ("b", "c", 1, "y"))] == [1, 2, 3, 4, 5]


def test_a_trail_beyond_the_file_leads_to_its_nearest_parent():
    file = parse_yaml("a:\n  b: 1\n", "x.yaml", pytest.fail)
    assert (file.place(("a", "b", "z")).line, file.place(("a", "z")).line, file.place(("z",)).line) == (2, 1, 1)


def test_a_missing_file_is_a_problem(tmp_path):
    problems = []
    assert read_yaml(tmp_path / "no.yaml", "no.yaml", problems.append) is None
    assert [(p.place.file, p.code) for p in problems] == [("no.yaml", "missing-file")]


def test_a_file_that_is_no_text_is_a_problem_with_its_line(tmp_path):
    (tmp_path / "x.yaml").write_bytes(b"a: 1\nb: \xff\n")
    problems = []
    assert read_yaml(tmp_path / "x.yaml", "x.yaml", problems.append) is None
    assert [(p.place.line, p.code) for p in problems] == [(2, "not-utf-8")]


def test_a_huge_file_is_refused_by_its_size(tmp_path):
    (tmp_path / "x.yaml").write_bytes(b"# " + b"x" * 50_000_000)
    problems = []
    assert read_yaml(tmp_path / "x.yaml", "x.yaml", problems.append) is None
    assert [p.code for p in problems] == ["file-too-large"]


def test_a_folder_in_the_place_of_a_file_is_a_problem(tmp_path):
    (tmp_path / "x.yaml").mkdir()
    problems = []
    assert read_yaml(tmp_path / "x.yaml", "x.yaml", problems.append) is None
    assert len(problems) == 1


def test_a_mark_at_the_start_of_the_file_is_no_part_of_it(tmp_path):
    (tmp_path / "x.yaml").write_bytes("a: 1\n".encode("utf-8-sig"))
    assert read_yaml(tmp_path / "x.yaml", "x.yaml", pytest.fail).data == {"a": 1}


def test_of_very_many_faults_the_first_are_reported_and_the_number_of_the_rest():
    problems = read("a: [" + "NO, " * 1000 + "]\n")[1]
    assert len(problems) == 100
    assert "900 more" in problems[-1].message


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80) | st.text(alphabet="ab:-[]{},'\"!&*<>|#%@`?~ \n\t0123456789._=", max_size=60))
def test_no_text_and_no_almost_yaml_makes_the_reader_raise(text):
    parse_yaml(text, "x.yaml", lambda problem: None)
