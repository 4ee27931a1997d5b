"""Git is asked, and never so that it runs or fetches what a project names; what a revision holds stays inside the folder made for it."""

import os
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from indicators.problems import ProblemsFound
from indicators.reading import repository
from indicators.reading.history import History
from indicators.reading.project import open_project
from indicators.reading.revision import before_last_change, committed_on, last_changed, revision, unpacked
from tests.builders import edited, git

ROOT = Path(__file__).parents[2]
TABLE = "data/envoys.csv"


@pytest.fixture
def trap(tmp_path):
    """A program that leaves a mark when it is run, and the mark."""
    mark, program = tmp_path / "mark", tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho run >> {mark}\ncat\n")
    program.chmod(0o755)
    return program, mark


SETTINGS = """
filter.x.smudge filter.x.clean filter.x.process diff.x.command diff.x.textconv diff.external core.fsmonitor core.pager pager.log
pager.rev-list core.editor core.sshCommand core.askPass credential.helper gpg.program merge.x.driver core.alternateRefsCommand
uploadpack.packObjectsHook interactive.diffFilter core.gitProxy
""".split()  # noqa: SIM905  a list of quoted names would fill a page
ALIASES = ("rev-parse", "rev-list", "ls-tree", "cat-file", "log", "show", "archive", "diff")
HOOKS = ("post-checkout", "pre-commit", "post-index-change", "fsmonitor-watchman", "reference-transaction", "post-rewrite")


def armed(folder, program):
    """A repository in which whatever can name a program names this one."""
    for key in SETTINGS:
        git(folder, "config", key, str(program))
    for name in ALIASES:
        git(folder, "config", f"alias.{name}", f"!{program}")
    for key, value in {"log.showSignature": "true", "filter.x.required": "true", "pager.cat-file": str(program)}.items():
        git(folder, "config", key, value)
    hooks = Path(git(folder, "rev-parse", "--absolute-git-dir")) / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in HOOKS:
        (hooks / name).symlink_to(program)
    git(folder, "config", "core.hooksPath", str(hooks))


@pytest.fixture
def hostile(committed, trap):
    """A project with its `.git`, received from somebody, with two revisions; its tables have a filter, a diff driver and an export rule."""
    (committed / ".gitattributes").write_text("* filter=x diff=x merge=x export-subst\n")
    edited(committed, TABLE, "The May waltz.", "The $Format:%H$ waltz.")
    git(committed, "add", "--all")
    git(committed, "commit", "--quiet", "-m", "A waltz.")
    armed(committed, trap[0])
    return committed


def test_no_program_of_a_project_is_run(hostile, trap, monkeypatch):
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_PROXY_COMMAND"):
        monkeypatch.setenv(name, str(trap[0]))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    found = revision(hostile, "HEAD")
    with unpacked(found) as folder:
        assert (folder / TABLE).read_text() == (hostile / TABLE).read_text()  # also nothing of `export-subst`
        assert [p for p in open_project(folder).problems if p.level == "error"] == []
    assert before_last_change(hostile, [TABLE]).commit == revision(hostile, "HEAD~1").commit
    assert committed_on(found).isoformat() == "1996-05-20"
    with History(hostile) as history:
        assert len(history.commits) == 2
        assert history.opened(history.commits[0], history.needed(history.state(history.commits[0]), {"audiences"}))
    assert not trap[1].exists()


def test_the_trap_works(hostile, trap):
    """The same repository, asked as a person asks it."""
    with suppress(subprocess.CalledProcessError):  # the program does not speak as a filter does
        git(hostile, "archive", "HEAD")
    assert trap[1].exists()


@pytest.mark.parametrize("address", ["ext::{program} %S", "file://{folder}", "{folder}", "ssh://localhost/x", "http://127.0.0.1:9/x"])
@pytest.mark.parametrize("lazy", [True, False])
def test_nothing_is_fetched_from_a_remote_that_promises_it(committed, trap, monkeypatch, tmp_path_factory, address, lazy):
    if lazy:  # an older git does not know the variable
        monkeypatch.delitem(repository.SURROUNDINGS, "GIT_NO_LAZY_FETCH")
    whole = tmp_path_factory.mktemp("remote") / "whole"
    git(committed, "clone", "--quiet", "--bare", str(committed.parent), str(whole))
    wanted = git(committed, "rev-parse", f"HEAD:./{TABLE}")
    objects = Path(git(committed, "rev-parse", "--absolute-git-dir")) / "objects"
    (objects / wanted[:2] / wanted[2:]).unlink()
    where = address.format(program=trap[0], folder=whole)
    settings = {"core.repositoryFormatVersion": "1", "extensions.partialClone": "origin", "protocol.ext.allow": "always"}
    settings |= {"remote.origin.url": where, "remote.origin.promisor": "true", "protocol.file.allow": "always", "protocol.allow": "always"}
    for key, value in settings.items():
        git(committed, "config", key, value)
    with pytest.raises(ProblemsFound, match="is missing"), unpacked(revision(committed, "HEAD")):
        pass
    assert not trap[1].exists()
    assert not (objects / wanted[:2] / wanted[2:]).exists()


def tree(folder, entries):
    """A commit with a tree as no program of git's makes it."""
    return git(folder, "commit-tree", "-m", "Odd.", made_of(folder, entries))


def made_of(folder, entries):
    """The id of a tree with such entries."""
    raw = b"".join(f"{mode} {name}\0".encode() + bytes.fromhex(identity) for mode, name, identity in entries)
    (folder / "raw").write_bytes(raw)
    return git(folder, "hash-object", "-t", "tree", "-w", "--literally", "raw")


def test_a_git_in_the_project_is_not_run_where_the_path_names_the_current_folder(committed, trap, monkeypatch):
    (committed / "git").symlink_to(trap[0])
    monkeypatch.setenv("PATH", f".::{os.environ['PATH']}")
    assert revision(committed, "HEAD").commit
    assert not trap[1].exists()
    monkeypatch.setenv("PATH", ".:")
    with pytest.raises(ProblemsFound, match="git is not installed"):
        revision(committed, "HEAD")
    assert not trap[1].exists()


def dated(folder, when):
    """One more commit of the same files that says it was made then."""
    parent = git(folder, "rev-parse", "HEAD")
    edited(folder, TABLE, "The May waltz.", f"The waltz of {when}.")
    git(folder, "add", "--all")
    tree = git(folder, "write-tree")
    text = f"tree {tree}\nparent {parent}\nauthor a <a@b> {when}\ncommitter a <a@b> {when}\n\nWhen was that?\n"
    words = ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"]
    made = subprocess.run(words, cwd=folder, input=text.encode(), capture_output=True, check=True).stdout.decode().strip()
    git(folder, "update-ref", "HEAD", made)
    return made


@pytest.mark.parametrize("when", ["253402300800 +0000", "253402300800 +9999", "1000000000 +9999"])
def test_a_commit_may_say_that_it_was_made_on_a_day_that_does_not_exist(committed, when):
    made = dated(committed, when)
    with pytest.raises(ProblemsFound, match="its date cannot be read"):
        committed_on(revision(committed, "HEAD"))
    assert last_changed(committed, [TABLE]) is None
    with History(committed) as history:
        assert next(iter(history.commits)).id == made


def test_a_history_that_breaks_off_is_not_taken_for_a_short_one(committed):
    """A missing commit: those that git lists before it are not all, and "not found" in them would be wrong."""
    for before, after in (("The May", "A May"), ("A May", "One May"), ("One May", "That May")):
        edited(committed, TABLE, f"{before} waltz.", f"{after} waltz.")
        git(committed, "commit", "--quiet", "--all", "-m", after)
    middle = git(committed, "rev-parse", "HEAD~1")
    (Path(git(committed, "rev-parse", "--absolute-git-dir")) / "objects" / middle[:2] / middle[2:]).unlink()
    with pytest.raises(ProblemsFound, match="git cannot read 'HEAD'"), History(committed):
        pass
    with pytest.raises(ProblemsFound, match="its date cannot be read"):
        committed_on(revision(committed, "HEAD"))


def test_commits_have_the_parents_with_which_they_were_made(committed):
    """Grafts, which a repository may hold, would leave states out of its history."""
    edited(committed, TABLE, "The May waltz.", "The waltz of May.")
    git(committed, "commit", "--quiet", "--all", "-m", "A waltz.")
    grafts = Path(git(committed, "rev-parse", "--absolute-git-dir")) / "info" / "grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{git(committed, 'rev-parse', 'HEAD')}\n")
    with History(committed) as history:
        assert len(history.commits) == 2


def test_a_repository_that_never_answers_is_given_up(committed, monkeypatch):
    place = Path(git(committed, "rev-parse", "--absolute-git-dir"))
    os.mkfifo(place / "pipe")
    git(committed, "config", "include.path", "pipe")
    monkeypatch.setattr(repository, "PATIENCE", 0.2)
    with pytest.raises(ProblemsFound, match="has not answered"):
        revision(committed, "HEAD")


def test_an_object_that_is_a_pipe_is_given_up_and_others_are_read(committed, monkeypatch):
    identity, other = (git(committed, "rev-parse", f"HEAD:./{name}") for name in (TABLE, "config.yaml"))
    place = Path(git(committed, "rev-parse", "--absolute-git-dir")) / "objects" / identity[:2] / identity[2:]
    place.unlink()
    os.mkfifo(place)
    with repository.Objects(committed) as objects:
        with monkeypatch.context() as hasty:
            hasty.setattr(repository, "PATIENCE", 0.2)
            with pytest.raises(ProblemsFound, match="has not answered"):
                objects.read(identity)
        assert objects.read(other) == (other, (committed / "config.yaml").read_bytes())


def test_only_what_belongs_to_the_project_is_listed_and_no_more_than_can_be_read(committed, monkeypatch):
    """A folder in which each of ten names is the same folder again holds ten thousand million files, and takes a few kilobytes."""
    folder = git(committed, "rev-parse", "HEAD:./data")
    for _ in range(10):
        folder = made_of(committed, [("40000", str(n), folder) for n in range(10)])
    held = [("100644", "config.yaml", git(committed, "rev-parse", "HEAD:./config.yaml"))]
    projects = [made_of(committed, [*held, ("40000", name, folder)]) for name in ("zz", "data")]
    outside, inside = (tree(committed, [("40000", "ruritania", project)]) for project in projects)
    with unpacked(revision(committed, outside)) as made:
        assert [path.name for path in made.iterdir()] == ["config.yaml"]
    monkeypatch.setattr(repository, "MOST_ANSWERED", 100_000)
    with pytest.raises(ProblemsFound, match="the answer of git has more than 100,000 bytes"), unpacked(revision(committed, inside)):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the memory of another process")
def test_a_device_in_the_place_of_a_file_takes_no_more_memory_than_git_may(committed, monkeypatch):
    place = Path(git(committed, "rev-parse", "--absolute-git-dir"))
    (place / "objects/info").mkdir(exist_ok=True)
    (place / "objects/info/alternates").symlink_to("/dev/zero")
    monkeypatch.setattr(repository, "MEMORY", 50_000_000)
    with pytest.raises(ProblemsFound, match="git has ended early; it is given 1,000 MB of memory at most"):
        revision(committed, "HEAD")


def test_no_name_in_a_revision_leads_out_of_the_folder_made_for_it(committed):
    blob = git(committed, "rev-parse", "HEAD:./config.yaml")
    inner = bytes.fromhex(blob)
    (committed / "raw").write_bytes(b"100644 escaped\0" + inner)
    above = git(committed, "hash-object", "-t", "tree", "-w", "--literally", "raw")
    for name in ("..", "."):
        (committed / "raw").write_bytes(f"40000 {name}\0".encode() + bytes.fromhex(above))
        folder = git(committed, "hash-object", "-t", "tree", "-w", "--literally", "raw")
        entries = [("40000", "ruritania", folder)]
        (committed / "raw").write_bytes(b"100644 config.yaml\0" + inner + b"40000 data\0" + bytes.fromhex(folder))
        project = git(committed, "hash-object", "-t", "tree", "-w", "--literally", "raw")
        commit = tree(committed, [(mode, path, project) for mode, path, _ in entries])
        with unpacked(revision(committed, commit)) as made:
            assert sorted(p.name for p in made.rglob("*")) == ["config.yaml"]
            assert not (made.parent / "escaped").exists()


def test_a_link_in_a_revision_is_not_followed(committed):
    (committed / "data/polls.csv").unlink()
    (committed / "data/polls.csv").symlink_to("/etc/passwd")
    git(committed, "commit", "--quiet", "--all", "-m", "A link.")
    with unpacked(revision(committed, "HEAD")) as folder:
        assert not os.path.lexists(folder / "data/polls.csv")


def test_only_one_module_asks_git():
    modules = {path: path.read_text(encoding="utf-8") for folder in ("indicators", "dashboard") for path in (ROOT / folder).rglob("*.py")}
    runs = sorted(
        path.name
        for path, text in modules.items()
        if re.search(r"^\s*(import|from) (subprocess|pty|multiprocessing)\b|os\.(system|exec|spawn|popen)", text, re.M)
    )
    assert runs == ["browser.py", "repository.py"]  # the other one starts the Chromium that the person has
    assert not {"log", "show", "diff", "archive", "checkout", "status", "fetch"} & set(repository.PLUMBING)
