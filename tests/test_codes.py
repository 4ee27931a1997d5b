"""Every problem code is explained, no other is, and the examples of `relations help CODE` are true.

How the codes are collected. A code reaches a `Problem` in three ways, and each can be read from the source:

- as the argument `code` of a call. `Problem` and every function that hands a code on name that parameter `code`, so the
  signatures tell at which place of a call it stands. What stands there must be a string, a choice of strings, an f-string
  whose field is known below, or the name `code` itself, whose assignments are read too; anything else fails the test,
  so that no code slips by.
- as the name that `problems.fault` is called with: a code, or code/case.
- inside a fault: a tuple of (code, message, hint), with a trail before it or rows at fault behind it, which a function yields or
  returns. Such functions say so in their annotation; the code is the first text of the tuple, in the first two places.
"""

import ast
import functools
import re
import shlex
import shutil
from pathlib import Path

import pytest

from dashboard.cli import main
from indicators.codes import COMMAND, codes, exemptable
from indicators.operations.registry import ROOMS
from indicators.problems import Problem
from indicators.warnings.run import WARNINGS, warnings_of
from tests.builders import RURITANIA, edited, opened

CODES = codes()

ROOT = Path(__file__).parents[1]
PATHS = [path for room in ("indicators", "dashboard") for path in sorted((ROOT / room).rglob("*.py")) if path.stem != "problems"]
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in PATHS}
FAULTS = re.compile(r"\bFault\b|tuple\[str, (pd\.Series, )?str, str\]")


# ---- the codes in the source ----


@functools.cache
def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def name_of(call):
    return call.func.id if isinstance(call.func, ast.Name) else call.func.attr if isinstance(call.func, ast.Attribute) else ""


def makers(tree):
    """Functions of a module that make a Problem of a code they are given: name, and place of that argument."""
    for node in functions(tree):
        names = [a.arg for a in node.args.args if a.arg != "self"]
        if "code" in names and any(isinstance(call, ast.Call) and name_of(call) == "Problem" for call in ast.walk(node)):
            yield node.name, names.index("code")


@functools.cache
def shared():
    """Makers that other modules call; private ones are looked up in their own module."""
    found = {name: place for tree in TREES.values() for name, place in makers(tree) if not name.startswith("_")}
    return found | {"Problem": list(Problem.__dataclass_fields__).index("code")}


def code_arguments(function, makers):
    """What stands at the place of the code in each call of a maker; an unpacked fault is read where it is made."""
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call) and name_of(node) in makers):
        if ast.unparse(call).startswith(("fault(", "refused(fault(", "refused(Fault(")):
            continue
        named = [k.value for k in call.keywords if k.arg == "code"]
        place = makers[name_of(call)]
        if named or not any(isinstance(a, ast.Starred) for a in call.args[: place + 1]):
            yield (named or [call.args[place]])[0]


def names_of_faults(function):
    """What each call of `fault` in a function begins with."""
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        if call.func.id == "fault":
            yield call.args[0]


def codes_of_faults(function):
    """The code of each fault that a function yields or returns."""
    if function.returns and FAULTS.search(ast.unparse(function.returns)):
        given = [node.value for node in ast.walk(function) if isinstance(node, ast.Yield | ast.YieldFrom | ast.Return) and node.value]
        tuples = [node for value in given for node in ast.walk(value) if isinstance(node, ast.Tuple)]
        trails = {id(part) for fault in tuples for part in fault.elts}
        for fault in (node for node in tuples if id(node) not in trails and len(node.elts) in (3, 4)):
            yield from [part for part in fault.elts[:2] if is_text(part)][:1]


def is_text(node):
    return isinstance(node, ast.Constant | ast.JoinedStr) or (isinstance(node, ast.Name) and node.id == "code")


def assigned(function):
    """What is given to the name `code`."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id == "code" for target in node.targets):
            yield node.value


@functools.cache
def fields():
    """What the fields of codes that are f-strings can hold."""
    calls = [node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {"room": list(ROOMS), "name": [call.args[0].value for call in calls if name_of(call) == "package_missing"]}


def texts_of(node, function):
    """The codes that an expression can be."""
    if isinstance(node, ast.Constant):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*texts_of(node.body, function), *texts_of(node.orelse, function)]
    if isinstance(node, ast.JoinedStr):
        before, field = node.values
        return [before.value + word for word in fields()[field.value.id]]
    assert isinstance(node, ast.Name), f"a code that cannot be read, in {function.name}: {ast.unparse(node)}"
    assert node.id == "code", f"name it code, so that its values are found, in {function.name}: {node.id}"
    return [text for value in assigned(function) for text in texts_of(value, function)]


@functools.cache
def in_source():
    """Every code, with the first place that makes it."""
    found = {}
    for path, tree in TREES.items():
        known = shared() | dict(makers(tree))
        for function in functions(tree):
            for node in (*code_arguments(function, known), *codes_of_faults(function), *names_of_faults(function)):
                for name in texts_of(node, function):
                    found.setdefault(name.partition("/")[0], f"{path.relative_to(ROOT)}:{node.lineno}")
    return found


def test_every_code_of_the_source_is_explained():
    assert {code: place for code, place in in_source().items() if code not in CODES} == {}


def test_no_code_is_explained_that_does_not_exist():
    assert set(CODES) - set(in_source()) == set()


def test_what_may_be_exempted_is_what_the_table_of_warnings_has():
    assert [one.code for one in exemptable("definition")] == [check.code for check in WARNINGS if check.judges == "definition"]
    assert [one.code for one in exemptable("annotation")] == [check.code for check in WARNINGS if check.judges == "annotation"]
    assert {one.level for one in (*exemptable("definition"), *exemptable("annotation"))} == {"warning"}


def test_codes_are_words_joined_by_hyphens():
    assert [code for code in in_source() if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)] == []


def test_the_collection_sees_the_ways_in_which_codes_are_made():
    """One of each: argument of Problem, of a method, of a private maker, of a shared one, a choice, f-strings, faults."""
    assert {"file-too-large", "yaml-merge", "after-the-data", "no-chromium", "no-such-day"} <= set(in_source())
    assert {"unknown-reduce", "no-pypdf", "yaml-tag", "blank"} <= set(in_source())


# ---- the examples ----


MADE_BY_HAND = {"empty-file", "file-too-large", "not-utf-8", "not-written", "no-source", "not-computed"}
"""Of these a test below makes the fault; the example cannot be put into a file as it is written."""
OF_THE_MACHINE = {
    *("no-chromium/named", "no-chromium/none", "browser-hung/late", "browser-hung/again", "not-drawn", "missing-glyphs"),
    *("no-playwright", "no-pypdf", "no-xlsxwriter", "not-written/schema", "fault/reading", "fault/warnings"),
    *("missing-file/definitions", "missing-file/no-definitions", "missing-file/exported", "unknown-indicator/gone"),
    *("no-repository", "unknown-revision", "no-project", "unreadable-revision", "no-git"),
}
"""These need a machine that lacks something, a repository or a running server; tests of their modules have them."""


def example_of(name):
    code, case = EXAMPLES[name]
    return code.examples[case]


EXAMPLES = {f"{name}/{case}" if case else name: (one, case) for name, one in CODES.items() for case in one.examples}
TRIED = sorted(name for name in EXAMPLES if name not in MADE_BY_HAND | OF_THE_MACHINE)
TYPED = [name for name in TRIED if example_of(name).where == COMMAND]
WRITTEN = [name for name in TRIED if name not in TYPED]


def test_every_case_has_a_message_and_an_example():
    assert [name for name, one in CODES.items() if set(one.examples) != set(one.messages)] == []


def problems_of(folder):
    project = opened(folder)
    return {*project.problems, *warnings_of(project)}


def test_where_a_good_example_stands_already_nothing_is_wrong():
    assert problems_of(RURITANIA) == set()


def problems_with(tmp_path, name, which):
    """The problems of a copy of the invented project in which an example stands; opinions cost time, so only where one is due."""
    (code, _), example = EXAMPLES[name], example_of(name)
    folder = shutil.copytree(RURITANIA, tmp_path / which)
    (folder / "data" / "codebook.md").write_text("# Words\n", encoding="utf-8")
    edited(folder, example.where, example.replaces, getattr(example, which).replace("␇", "\a"))
    return set(opened(folder).problems) if (code.level, which) == ("error", "bad") else problems_of(folder)


@pytest.mark.parametrize("name", WRITTEN)
def test_the_bad_example_has_the_fault_and_the_good_one_has_none(tmp_path, name):
    code, case = EXAMPLES[name]
    bad = problems_with(tmp_path, name, "bad")
    assert (code.code, case, code.level) in {(p.code, p.case, p.level) for p in bad}, [str(p) for p in bad]
    if example_of(name).instead:
        assert [str(p) for p in problems_with(tmp_path, name, "good")] == []


@pytest.mark.parametrize("name", TYPED)
def test_the_bad_command_is_refused_and_the_good_one_runs(capsys, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    for example, wanted in ((example_of(name).bad, 1), (example_of(name).good, 0)):
        program, *words = shlex.split(example)
        assert program == "relations"
        assert main(["--project", str(RURITANIA), *words]) == wanted
        assert (f"error[{EXAMPLES[name][0].code}]" in capsys.readouterr().err) == bool(wanted)


def test_more_than_forty_examples_are_tried():
    assert len(WRITTEN) + len(TYPED) > 60


def test_files_that_cannot_be_read(copy):
    (copy / "data/reigns.csv").write_text("", encoding="utf-8")
    (copy / "indicators/definitions/guns.yaml").write_text("#" * 3_000_000, encoding="utf-8")
    (copy / "indicators/definitions/roads.yaml").write_bytes("# Zürich\n".encode("cp1252"))
    assert {"empty-file", "file-too-large", "not-utf-8"} <= {p.code for p in problems_of(copy)}


def test_a_row_without_a_source(copy):
    edited(copy, "data/reigns.resource.yaml", "Who tells., constraints: {required: true}", "Who tells.")
    edited(copy, "data/reigns.csv", example_of("no-source").good, example_of("no-source").bad)
    assert [p.code for p in problems_of(copy)] == ["no-source"]


def test_a_number_whose_part_has_a_fault(capsys, copy):
    edited(copy, "indicators/definitions/court.yaml", "    where: {kind: duel}", "    where: {kind: dule}")
    assert main(["--project", str(copy), "compute", "warmth"]) == 1
    assert "error[not-computed]" in capsys.readouterr().err


def test_a_file_that_cannot_be_written(capsys, tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert main(["new", str(tmp_path / "file" / "below")]) == 1
    assert "error[not-written]" in capsys.readouterr().err


# ---- the command ----


def test_help_lists_every_code_with_a_line_each(capsys):
    assert main(["help"]) == 0
    out = capsys.readouterr().out
    for name, code in CODES.items():
        assert re.search(rf"^{name} +{re.escape(code.means)}$", out, re.MULTILINE)


@pytest.mark.parametrize("name", CODES)
def test_help_says_in_a_few_lines_what_a_code_means(capsys, name):
    assert main(["help", name]) == 0
    out, code = capsys.readouterr().out, CODES[name]
    assert out.startswith(f"{code.level}[{name}]\n")
    assert "bad (" in out
    assert "good:" in out
    assert out.count("\n") <= 16 * len(code.examples)
    for text in (code.means, code.fix):
        assert text.endswith(".")
        assert text in " ".join(out.split())
    assert len(code.means) <= 130


def test_a_word_that_is_no_code_gets_the_nearest_guess(capsys):
    assert main(["help", "unknown-colum"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "there is no problem code 'unknown-colum'\n    did you mean 'unknown-column'?" in said.err
    assert main(["help", "check"]) == 2
    assert "relations check --help" in capsys.readouterr().err
