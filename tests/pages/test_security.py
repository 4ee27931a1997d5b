"""What comes in as YAML or CSV is read and never obeyed: nothing is run, written, or fetched from elsewhere, and nothing grows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.live import Live
from indicators.compute.pipeline import series
from indicators.nouns.series import Query
from indicators.problems import ProblemsFound
from indicators.reading.project import open_project
from indicators.reading.yamlfile import parse_yaml
from tests.builders import DEFINITIONS, appended, edited, line_of, opened, problem_at

COURT, ENVOYS = f"{DEFINITIONS}/court.yaml", "data/envoys.csv"
TAGS = [
    *("!!python/object/apply:os.system [echo]", "!!python/object/new:os.system [echo]", "!!python/object:os.system {}"),
    *("!!python/name:os.system", "!!python/module:os", "!!python/tuple [1]", "!!python/str x", "!!python/bytes x", "!!python/none x"),
    *("!!binary aGk=", "!!set {a}", "!!omap [a: 1]", "!!pairs [a: 1]", "!own x", "!<tag:example.org,2000:x> y", "!!js/function x"),
]
LAUGHS = "a: &a [x, x]\n" + "".join(f"{n}: &{n} [{f'*{b}, ' * 9}]\n" for b, n in zip("abcdefgh", "bcdefghi", strict=True))


def problems_of(folder):
    """Every problem, whether or not config.yaml could be read."""
    try:
        return opened(folder).problems
    except ProblemsFound as refused:
        return refused.problems


@pytest.mark.parametrize("tag", TAGS)
def test_no_tag_is_read(tag):
    found = []
    assert parse_yaml(f"a: 1\nb: {tag}\n", "x.yaml", found.append) is None
    assert [(p.place.line, p.code) for p in found] == [(2, "yaml-tag")]


@pytest.mark.parametrize(
    "text", [LAUGHS, "a: &a [*a]", "a: {<<: {b: 1}}", "- &x {a: 1}\n- {<<: *x}"], ids=["more", "loop", "merge", "both"]
)
def test_nothing_that_makes_a_file_grow_is_read(text):
    found = []
    parse_yaml(text, "x.yaml", found.append)
    assert {p.code for p in found} <= {"yaml-alias", "yaml-merge"}
    assert found


BOMBS = {
    # file, bytes -> code
    "50 MB of YAML": (COURT, lambda text: b"a: " + b"x" * 50_000_000, "file-too-large"),
    "50 MB of config": ("config.yaml", lambda text: b"#" * 50_000_000, "file-too-large"),
    "50 MB of CSV": (ENVOYS, lambda text: text + b"e-99," * 10_000_000, "file-too-large"),
    "50 MB in one cell": (ENVOYS, lambda text: text + b'"' + b"x" * 50_000_000 + b'"\n', "file-too-large"),
    "millions of short rows": (ENVOYS, lambda text: text + b"a\n" * 4_000_000, "file-too-large"),
    "a header without end": (ENVOYS, lambda text: b"a," * 400_000 + b"a\n", "table-form"),
    "a hundred thousand values": (COURT, lambda text: b"a: [" + b"1," * 100_000 + b"]", "file-too-large"),
    "faults without end": (COURT, lambda text: b"a: [" + b"NO," * 40_000 + b"]", "unquoted-boolean"),
    "keys without end": ("config.yaml", lambda text: text + b"".join(b"k%d: 1\n" % n for n in range(20_000)), "unknown-key"),
    "deep brackets": (COURT, lambda text: b"[" * 500_000, "too-deep"),
    "deep braces": (COURT, lambda text: b"{a: " * 200_000, "too-deep"),
    "deep lines": (COURT, lambda text: b"".join(b" " * n + b"a:\n" for n in range(1000)), "too-deep"),
    "a number without end": (COURT, lambda text: b"a: " + b"9" * 900_000, "not-a-number"),
    "a filter without end": (COURT, lambda text: text.replace(b"{kind: duel}", b"[" + b"{kind: duel}," * 15_000 + b"]", 1), "wrong-value"),
    "a choice without end": (COURT, lambda text: text.replace(b"{kind: duel}", b"{kind: [" + b"duel," * 40_000 + b"]}", 1), "wrong-value"),
}


@pytest.mark.parametrize(("file", "spoil", "code"), BOMBS.values(), ids=BOMBS.keys())
def test_what_is_too_much_is_refused_in_few_words(copy, file, spoil, code):
    """How fast is measured by the benchmarks."""
    (copy / file).write_bytes(spoil((copy / file).read_bytes()))
    found = problems_of(copy)
    assert code in {p.code for p in found if p.place.file == file}
    assert len([p for p in found if p.place.file == file]) <= 220


def test_differences_of_differences_of_differences_are_refused(copy):
    """Each layer would be computed twice by the next: a file of 30 indicators, a thousand million numbers."""
    told = "title: T, counts: C, unit: u, direction: none, frequency: monthly"
    lines = [f"  l0: {{{told}, table: envoys, coverage: duels, reduce: count}}"]
    lines += [f"  l{n}: {{{told}, combine: {{difference: {{of: l{n - 1}, minus: l{n - 1}}}}}}}" for n in range(1, 30)]
    (copy / DEFINITIONS / "layers.yaml").write_text("\n".join(["pillar: court", "indicators:", *lines]) + "\n")
    problem = problem_at(opened(copy), f"{DEFINITIONS}/layers.yaml", 9)
    assert (problem.code, "l6" in problem.message, "100" in problem.hint) == ("too-many-parts", True, True)


def test_names_do_not_feed_on_each_other(copy):
    """Ten letters, each written as a thousand of the next, would be more than any memory holds."""
    names = ", ".join(f"{one}: {other * 1000}" for one, other in zip("Audiencs", "udiencsx", strict=True))
    appended(copy, "config.yaml", f"names: {{{names}}}")
    project = opened(copy)
    assert len(project.definitions["audiences"].title) < 20_000


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*a){20}", "(x+x+)+y"])
def test_a_pattern_that_may_take_for_ever_is_refused_and_not_tried(copy, pattern):
    edited(copy, "data/reigns.resource.yaml", "Who is crowned., constraints: {", f"Who is crowned., constraints: {{pattern: '{pattern}', ")
    edited(copy, "data/reigns.csv", "r-2,1895-05-20,Flavia", f"r-2,1895-05-20,{'a' * 5000}!{'x' * 5000}")
    assert "wrong-pattern" in {p.code for p in opened(copy).problems}


OUTSIDE = {
    # file, old, new: a path that leads out
    "tables above": ("config.yaml", "as_of: 1896-05-20\n", "as_of: 1896-05-20\ndata: ../data\n"),
    "tables from the root": ("config.yaml", "as_of: 1896-05-20\n", "as_of: 1896-05-20\ndata: /etc\n"),
    "definitions above": ("config.yaml", "as_of: 1896-05-20\n", "as_of: 1896-05-20\ndefinitions: indicators/../../x\n"),
    "a descriptor above": ("data/datapackage.yaml", "- polls.resource.yaml", "- ../../secret.resource.yaml"),
    "a descriptor from the root": ("data/datapackage.yaml", "- polls.resource.yaml", "- /etc/passwd"),
    "a table above": ("data/polls.resource.yaml", "path: polls.csv", "path: ../../secret.csv"),
    "a table from the root": ("data/polls.resource.yaml", "path: polls.csv", "path: /etc/passwd"),
    "a device": ("data/polls.resource.yaml", "path: polls.csv", "path: /dev/zero"),
}


@pytest.mark.parametrize(("file", "old", "new"), OUTSIDE.values(), ids=OUTSIDE.keys())
def test_a_path_out_of_the_project_is_not_followed(copy, file, old, new):
    edited(copy, file, old, new)
    line = line_of(copy, file, new.splitlines()[-1])
    found = [p for p in problems_of(copy) if (p.place.file, p.place.line) == (file, line)]
    assert [p.code for p in found] == ["outside-project"]


@pytest.mark.parametrize(
    "file", ["config.yaml", "data/datapackage.yaml", "data/polls.csv", "data/polls.resource.yaml", f"{DEFINITIONS}/crowd.yaml"]
)
def test_a_link_out_of_the_project_is_not_followed(copy, file):
    secret = copy.parent / "secret"
    secret.write_text("the password: swordfish\n")
    (copy / file).unlink()
    (copy / file).symlink_to(secret)
    found = problems_of(copy)
    assert "outside-project" in {p.code for p in found}
    assert "swordfish" not in "".join(map(str, found))


@pytest.mark.parametrize("target", ["/", "."], ids=["the disk", "the project itself"])
def test_a_link_to_a_folder_is_not_walked(copy, monkeypatch, target):
    looked_into, look = [], os.scandir
    monkeypatch.setattr(os, "scandir", lambda path=".": (looked_into.append(Path(path)), look(path))[1])
    link = copy / "data/x"
    link.symlink_to(copy if target == "." else target)
    assert Live(copy).current().problems == ()
    assert not [path for path in looked_into if path == link or link in path.parents]


def test_a_folder_of_any_depth_stops_neither_a_check_nor_the_watch(copy, monkeypatch):
    monkeypatch.chdir(copy / "data")
    for _ in range(1_200):
        os.mkdir("d")  # noqa: PTH102  of a path so long there is no other way
        os.chdir("d")
    monkeypatch.undo()
    try:
        live = Live(copy)
        edited(copy, "config.yaml", "title: Ruritania and Graustark", "title: Graustark and Ruritania")
        assert live.caught_up().results.config.title == "Graustark and Ruritania"
    finally:
        subprocess.run(["rm", "-rf", copy / "data/d"], check=True)  # which the tests' own tidying cannot


@pytest.mark.parametrize("file", ["config.yaml", "data/polls.csv", "data/polls.resource.yaml", f"{DEFINITIONS}/crowd.yaml"])
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(copy, file):
    (copy / file).unlink()
    os.mkfifo(copy / file)
    assert "missing-file" in {p.code for p in problems_of(copy)}


def test_no_message_acts_on_a_terminal(copy):
    edited(copy, ENVOYS, "The May waltz.", "The \x1b[31mMay waltz.")
    appended(copy, "config.yaml", '"\\e[2J": 1')
    assert all(str(p).replace("\n", "").isprintable() for p in problems_of(copy))


# ---- what the interpreter is asked to do ----

ACTS = ("os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn", "subprocess.Popen", "socket.connect", "socket.bind", "pty.spawn")
CHANGES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate", "shutil.rmtree")
watched: list[tuple[str, object]] | None = None
"""While a list: what is done."""


def _watch(event, arguments):
    if watched is not None and (event == "open" or event.startswith((*ACTS, *CHANGES))):
        watched.append((event, arguments))


@pytest.fixture(scope="module", autouse=True)
def hook():
    """Once for all tests: a hook of the interpreter cannot be taken away again."""
    sys.addaudithook(_watch)


HOSTILE = [
    f"    title: {TAGS[0]}",
    "    title: $(touch /tmp/owned) `touch /tmp/owned` {{7*7}} ${PATH} %(x)s {0.__class__}",
    "    credit: '=HYPERLINK(\"http://example.org\")'\n    title: __import__('os').system('touch /tmp/owned')",
]


def computed(folder):
    """Open a project and compute three of its indicators."""
    project = open_project(folder)
    for name in ("warmth", "duels", "approval"):
        if name in project.definitions:
            series(project, Query(name))


@pytest.mark.parametrize("line", HOSTILE)
def test_hostile_yaml_opens_the_files_of_the_project_for_reading_and_does_nothing_else(copy, line):
    computed(copy)  # what is imported late is imported now
    edited(copy, COURT, "    title: Duels", line)
    inside = os.fspath(copy.resolve())
    global watched
    watched = seen = []
    try:
        computed(copy)
    finally:
        watched = None
    assert [event for event, _ in seen if event != "open"] == []
    opens = [arguments for event, arguments in seen if event == "open"]
    assert len(opens) > 10
    assert [path for path, mode, _ in opens if not os.path.realpath(path).startswith(inside) or mode not in ("r", "rb")] == []
    assert any(os.fspath(path).endswith("court.yaml") for path, _, _ in opens)
