"""Every fault in the source is one that `codes.yaml` explains, all that it explains are there, and its examples are true."""

import ast
import datetime
import functools
import re
import shlex
import shutil
from pathlib import Path
from string import Formatter

import pytest

from dashboard.charts.view import parse_view
from dashboard.cli import main
from indicators.compute.pipeline import series
from indicators.nouns.series import Query
from indicators.operations.registry import OPERATIONS
from indicators.problems import ProblemsFound, codes, exemptable
from indicators.reading import dependencies
from indicators.reading.project import open_project
from indicators.warnings.run import WARNINGS, warnings_of
from tests.builders import RURITANIA, defined, edited, seasonal

CODES = codes()
ROOT = Path(__file__).parents[1]


# ---- the faults in the source ----


def name_of(code, case):
    return f"{code}/{case}" if case else code


MESSAGES = {name_of(code, case): message for code, one in CODES.items() for case, message in one.messages.items()}


@functools.cache
def trees():
    """Each module of the source, by its path."""
    paths = [path for folder in ("indicators", "dashboard") for path in (ROOT / folder).rglob("*.py")]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def calls(function):
    """Calls of a function in the source, with their places and the trees that hold them."""
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node, tree


FIELDS = {"stage": tuple(OPERATIONS), "name": ("playwright", "pypdf", "xlsxwriter", "python-docx")}
"""What the field of a name that is an f-string can hold: kinds of operation, packages."""


def names_in(argument, tree):
    """The names that the first argument of `fault` can be: a text, one of two, what a variable is given, or an f-string with one field."""
    if isinstance(argument, ast.Constant):
        return {argument.value}
    if isinstance(argument, ast.IfExp):
        return names_in(argument.body, tree) | names_in(argument.orelse, tree)
    if isinstance(argument, ast.Name):
        given = [node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == argument.id]
        return {name for value in given for name in names_in(value, tree)}
    before, field = argument.values
    return {before.value + word for word in FIELDS[field.value.id]}


def takes(call, message):
    """Whether a call of `fault` gives the parts of a message and no others; what it takes from a mapping cannot be seen here."""
    given = {keyword.arg for keyword in call.keywords} - {"hint"}
    wanted = {field for _, field, _, _ in Formatter().parse(message) if field}
    return given - {None} < wanted if None in given else given == wanted


def test_every_fault_has_a_message_that_takes_its_parts_and_every_message_has_a_fault():
    named = [(f"{place}: {name}", name, call) for place, call, tree in calls("fault") for name in names_in(call.args[0], tree)]
    assert [shown for shown, name, call in named if name not in MESSAGES or not takes(call, MESSAGES[name])] == []
    assert set(MESSAGES) - {name for _, name, _ in named} == set()


def test_problems_are_made_of_faults_alone():
    assert [place for place, *_ in calls("Problem") if not place.startswith("indicators/problems.py:")] == []


def test_codes_and_cases_are_words_joined_by_hyphens():
    assert [name for name in MESSAGES if not re.fullmatch(r"[a-z0-9]+([-/][a-z0-9]+)*", name)] == []


def test_the_warnings_that_exemptions_may_name_are_those_that_exist():
    for subject in ("definition", "annotation", "row"):
        assert [one.code for one in exemptable(subject)] == [one.__name__.replace("_", "-") for one in WARNINGS[subject]]
    assert {one.level for one in (*exemptable("definition"), *exemptable("annotation"), *exemptable("row"))} == {"warning"}


# ---- the examples ----


EXAMPLES = {name_of(code, case): example for code, one in CODES.items() for case, example in one.examples.items()}
MADE_BY_HAND = {
    *("empty-file", "file-too-large/bytes", "file-too-large/values", "file-too-large/rows", "not-utf-8"),
    *("total-among-parts", "not-utf-8/likely", "not-utf-8/possible", "not-utf-8/other"),
    *("poll-not-counted/leader", "poll-not-counted/weight", "poll-counted-twice", "poll-of-several", "no-such-day/zone"),
    *("wrong-value/pattern-too-long", "wrong-value/long-view", "no-source", "not-computed", "rows-without-date", "season-repeats"),
    *("too-many-numbers/periods", "too-many-numbers/parts"),
    *("stock-over-time/frequency", "stock-over-time/transform"),
}
"""Of these a test below makes the fault; the example cannot be put into a file as it is written."""
OF_THE_MACHINE = {
    *("fault", "no-chromium", "browser-hung", "not-drawn", "missing-glyphs", "no-playwright", "no-pypdf"),
    *("no-xlsxwriter", "no-python-docx"),
    *("no-repository", "unknown-revision", "no-project", "unreadable-revision", "no-git"),
    *("not-written/schema", "not-written/file", "not-written/system", "unknown-indicator/gone", "unknown-point"),
    *(
        "engine-missing",
        "master-not-trusted",
        "not-in-store/blank",
        "not-in-store/reduce",
        "not-in-store/use",
        "not-in-store/changed",
        "not-in-store/unread",
    ),
    *("wrong-value/recipe", "wrong-value/periods", "not-imported"),
    *("missing-file/definitions", "missing-file/definition-file", "missing-file/no-definitions", "missing-file/exported"),
}
"""These need a machine without something, a repository or a running server; other tests make them."""
TRIED = sorted(name for name in EXAMPLES if not {name, name.partition("/")[0]} & OF_THE_MACHINE and name not in MADE_BY_HAND)
TYPED = [name for name in TRIED if EXAMPLES[name].where == "on the command line"]
WRITTEN = [name for name in TRIED if name not in TYPED]


def test_every_case_has_a_message_and_an_example():
    assert [name for name, one in CODES.items() if set(one.examples) != set(one.messages)] == []


def problems_of(folder):
    project = open_project(folder)
    return {*project.problems, *warnings_of(project)}


def test_where_the_good_example_is_already_written_nothing_is_wrong():
    assert problems_of(RURITANIA) == set()


def problems_with(tmp_path, name, which):
    """The problems of a copy of the invented project with an example in it; warnings take time, so only where one is expected."""
    example, level = EXAMPLES[name], CODES[name.partition("/")[0]].level
    folder = shutil.copytree(RURITANIA, tmp_path / which)
    (folder / "data" / "codebook.md").write_text("# Words\n", encoding="utf-8")
    edited(folder, example.where, example.instead or example.good, getattr(example, which).replace("␇", "\a"))
    try:
        return set(open_project(folder).problems) if (level, which) == ("error", "bad") else problems_of(folder)
    except ProblemsFound as e:  # config.yaml cannot be read
        return set(e.problems)


def names(problems):
    return {name_of(problem.code, problem.case) for problem in problems}


@pytest.mark.parametrize("name", WRITTEN)
def test_the_bad_example_has_the_fault_and_the_good_one_has_none(tmp_path, name):
    bad = problems_with(tmp_path, name, "bad")
    assert name in names(bad), [str(p) for p in bad]
    if EXAMPLES[name].instead:
        assert [str(p) for p in problems_with(tmp_path, name, "good")] == []


@pytest.mark.parametrize("name", TYPED)
def test_the_bad_command_is_refused_and_the_good_one_runs(capsys, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    for example, wanted in ((EXAMPLES[name].bad, 1), (EXAMPLES[name].good, 0)):
        program, *words = shlex.split(example)
        assert program == "relations"
        assert main(["--project", str(RURITANIA), *words]) == wanted
        assert (f"error[{name.partition('/')[0]}]" in capsys.readouterr().err) == bool(wanted)


def test_most_examples_are_tried():
    assert len(WRITTEN) + len(TYPED) > 120


def test_files_that_cannot_be_read(copy):
    (copy / "data/reigns.csv").write_text("", encoding="utf-8")
    (copy / "indicators/definitions/guns.yaml").write_text("#" * 3_000_000, encoding="utf-8")
    (copy / "indicators/definitions/crowd.yaml").write_text(f"notes: [{'1, ' * 60_000}]", encoding="utf-8")
    (copy / "indicators/definitions/roads.yaml").write_bytes("# Zürich\n".encode("cp1252"))
    (copy / "data/drills.csv").write_text("drill_id\n" * 100_002, encoding="utf-8")
    read = names(problems_of(copy))
    assert {"empty-file", "file-too-large/bytes", "file-too-large/values", "file-too-large/rows", "not-utf-8/likely"} <= read


def test_files_in_other_encodings(copy):
    (copy / "data/reigns.csv").write_text("reign_id,date,leader,what,source_id\n", encoding="utf-16-le")
    (copy / "indicators/definitions/roads.yaml").write_bytes(b"# \xff\xff abc \xe9\n")
    (copy / "indicators/definitions/guns.yaml").write_bytes(b"# \xff\xff\xffabc\n")
    assert {"not-utf-8", "not-utf-8/possible", "not-utf-8/other"} <= names(problems_of(copy))


def test_a_pattern_that_is_too_long(copy):
    edited(copy, "data/envoys.resource.yaml", r"'^e-\d\d$'", f"'{'cheese|' * 100}'")
    assert "wrong-value/pattern-too-long" in names(problems_of(copy))


def test_a_view_that_is_too_long():
    with pytest.raises(ProblemsFound) as found:
        parse_view(f"audiences?{'transform=change&' * 200}")
    assert [(p.code, p.case) for p in found.value.problems] == [("wrong-value", "long-view")]


def covered_for(folder, days):
    """Audiences on so many days, to the day of the data."""
    first = datetime.date(1896, 5, 20) - datetime.timedelta(days=days - 1)
    edited(folder, "data/coverage.csv", "envoys,audiences,1893-01-01,", f"envoys,audiences,{first},")


@pytest.mark.parametrize(("days", "wrong"), [(30_000, []), (30_001, [("too-many-numbers", "periods")])])
def test_a_series_of_too_many_days(copy, days, wrong):
    covered_for(copy, days)
    assert refusals(lambda: series(open_project(copy), Query("audiences", frequency="daily"))) == wrong
    defined(copy, each_day={"frequency": "daily"})
    found = [p for p in open_project(copy).problems if p.code == "too-many-numbers"]
    assert [(p.code, p.case, p.place.file.rpartition("/")[2]) for p in found] == [(*one, "extra.yaml") for one in wrong]


def test_a_split_into_too_many_numbers(copy):
    """Three topics on 30,000 days are 90,000 numbers, which is allowed, and each act by itself is far more than 200,000."""
    covered_for(copy, 30_000)
    defined(copy, each_topic={"frequency": "daily", "breakdown": "topic"}, each_act={"frequency": "daily", "breakdown": "act_id"})
    project = open_project(copy)
    assert {(p.code, p.case) for p in project.problems if p.level == "error"} == {("too-many-numbers", "parts")}
    assert refusals(lambda: series(project, Query("each_topic", breakdown="topic"))) == []
    assert set(project.broken) == {"each_act"}


def test_a_view_of_too_many_parts(ruritania, monkeypatch):
    ask = functools.partial(series, ruritania, Query("audiences", breakdown="topic"))
    whole = ask()
    numbers = len(whole.parts) * len(whole.values)
    for most, wrong in ((numbers, []), (numbers - 1, [("too-many-numbers", "parts")])):
        monkeypatch.setattr(dependencies, "MOST_NUMBERS", most)
        assert refusals(ask) == wrong


def refusals(ask):
    """What is refused of a question, by code and case."""
    try:
        ask()
    except ProblemsFound as e:
        return [(p.code, p.case) for p in e.problems]
    return []


def test_a_row_without_a_source(copy):
    edited(copy, "data/reigns.resource.yaml", "Who tells., constraints: {required: true}", "Who tells.")
    edited(copy, "data/reigns.csv", EXAMPLES["no-source"].good, EXAMPLES["no-source"].bad)
    assert [p.code for p in problems_of(copy)] == ["no-source"]


def test_a_poll_on_nobody(copy):
    example = EXAMPLES["poll-not-counted/leader"]
    edited(copy, "data/polls.resource.yaml", "Whose crown it is about., constraints: {required: true}", "Whose crown it is about.")
    edited(copy, "data/polls.csv", example.good, example.bad)
    assert {(p.code, p.case) for p in problems_of(copy)} == {("poll-not-counted", "leader")}


def test_a_poll_without_a_weight(copy):
    example = EXAMPLES["poll-not-counted/weight"]
    text = (
        (copy / "data/polls.resource.yaml")
        .read_text()
        .replace("  primaryKey", "    - {name: n, type: number, description: N.}\n  primaryKey")
    )
    (copy / "data/polls.resource.yaml").write_text(text)
    head, *lines = (copy / "data/polls.csv").read_text().splitlines()
    rows = [f"{line},1000".replace(example.good, example.bad) for line in lines]
    (copy / "data/polls.csv").write_text("\n".join([f"{head},n", *rows]) + "\n")
    edited(copy, "indicators/definitions/crowd.yaml", "{of: approve_pct, leader: leader}}", "{of: approve_pct, leader: leader, weight: n}}")
    assert {(p.code, p.case) for p in problems_of(copy)} == {("poll-not-counted", "weight")}


def test_a_poll_in_two_versions(copy):
    edited(copy, "data/polls.resource.yaml", "required: true, unique: true", "required: true")
    edited(copy, "data/polls.resource.yaml", "primaryKey: [poll_id]", "primaryKey: [poll_id, pollster]")
    edited(copy, "data/polls.csv", "p-02,Rudolf,Hentzau Weekly,1895-01-31", "p-01,Rudolf,Hentzau Weekly,1895-01-17")
    example = EXAMPLES["poll-counted-twice"]
    lines = [p.place.line for p in problems_of(copy) if p.code == "poll-counted-twice"]
    assert lines
    edited(copy, example.where, example.bad, example.good)
    assert sorted(lines)[-1] not in [p.place.line for p in problems_of(copy)]


def test_polls_of_several_under_one_name(copy):
    example = EXAMPLES["poll-of-several"]
    edited(copy, "data/polls.resource.yaml", "  primaryKey", "    - {name: wave, type: string, description: Its name.}\n  primaryKey")
    edited(copy, "indicators/definitions/crowd.yaml", "approve_pct, leader: leader}}", "approve_pct, leader: leader, poll: wave}}")
    head, *lines = (copy / "data/polls.csv").read_text().splitlines()
    for shown, found in ((example.bad, {"poll-of-several"}), (example.good, set())):
        told = {line.rpartition(",")[0]: line for line in shown.splitlines()}
        assert told.keys() <= set(lines)
        rows = [told.get(line, f"{line},{line[:4]}") for line in lines]
        (copy / "data/polls.csv").write_text("\n".join([f"{head},wave", *rows]) + "\n")
        assert {p.code for p in problems_of(copy)} == found


def test_a_season_that_repeats(copy):
    seasonal(copy, range(1883, 1889))
    assert {p.code for p in problems_of(copy)} == {"season-repeats"}


def test_a_stock_is_added_over_keys_and_never_over_time(copy):
    edited(copy, "data/travellers.resource.yaml", "  kind: observations\n", "  kind: observations\n  stock: [travellers]\n")
    rules = {"table": "travellers", "where": {"destination": "GRA"}, "reduce": {"sum": {"of": "travellers"}}, "coverage": None}
    window = {"transform": [{"rolling_sum": {"window": 3}}]}
    both = {"combine": {"sum": {"of": ["by_month", "ruritanians_in_graustark"]}}, **window}
    defined(copy, by_month=rules, by_year=rules | {"frequency": "annual"}, window=rules | window, both=both)
    found = {(p.place.line, p.code, p.case) for p in problems_of(copy) if p.place.file.endswith("extra.yaml") and p.level == "error"}
    assert {(code, case) for _, code, case in found} == {("stock-over-time", "frequency"), ("stock-over-time", "transform")}
    assert len(found) == 3


def test_rows_without_a_date(copy):
    edited(copy, "data/cannonades.resource.yaml", "where it is not exact., constraints: {required: true}", "where it is not exact.")
    edited(copy, "data/cannonades.csv", "c-02,1895-01-24", "c-02,")
    messages = [p.message for p in problems_of(copy) if p.code == "rows-without-date" and "'guns_heard'" in p.message]
    why = "have no date and may belong to any period, so none of its numbers is exact"
    assert messages == [f"rows of 'guns_heard' {why} (1): cannonades:c-02"]


def test_a_handover_without_a_date(copy):
    """Whose polls count would not be known."""
    edited(copy, "data/reigns.resource.yaml", "description: Its day., constraints: {required: true}", "description: Its day.")
    edited(copy, "data/reigns.csv", "r-3,1895-06-20", "r-3,")
    messages = [p.message for p in problems_of(copy) if p.code == "rows-without-date" and "'approval'" in p.message]
    assert [message.endswith("(1): reigns:r-3") for message in messages] == [True]


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


def test_help_says_in_a_few_lines_what_a_code_means(capsys):
    wrong = []
    for name, code in CODES.items():
        assert main(["help", name]) == 0
        out = capsys.readouterr().out
        shown = [*(code.means, code.fix), *(code.heading(case) for case in code.messages if case)]
        wrong += [f"{name}: {text}" for text in shown if text not in " ".join(out.split())]
        heads = out.startswith(f"{code.level}[{name}]\n") and out.count("bad (") == out.count("good:") == len(code.examples)
        brief = out.count("\n") <= 16 * len(code.examples) and len(code.means) <= 130
        if not (heads and brief and code.means.endswith(".") and code.fix.endswith(".")):
            wrong.append(out)
    assert wrong == []


def test_a_word_that_is_no_code_gets_the_nearest_guess(capsys):
    assert main(["help", "unknown-colum"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert "there is no problem code 'unknown-colum'\n    did you mean 'unknown-column'?" in output.err
    assert main(["help", "check"]) == 2
    assert "relations check --help" in capsys.readouterr().err
