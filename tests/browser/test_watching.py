"""The watch on a project's files: what editors leave on the disk for a moment is never read as what somebody meant."""

import itertools
import os
import shutil
import subprocess
import sys
import time

import pytest
import watchfiles

from dashboard import live as living
from dashboard.app import create_app
from dashboard.charts.fan import fan_of
from dashboard.live import Live
from indicators.nouns.series import Query
from indicators.reading.project import open_project
from tests.compute.test_interval import composite
from tests.reading.test_engine import generated, with_despatches

COURT = "indicators/definitions/court.yaml"
FAULTY = 20
"""Characters of a definition file that are no definitions."""
PATIENCE = 120
"""Seconds after which something never comes."""


class Clock:
    """Time that passes only while the watch waits for files to stand still."""

    def __init__(self):
        self.now, self._steps = 0.0, {}

    def at(self, seconds, step):
        """Take a step when so much more time has passed."""
        self._steps[self.now + seconds] = step

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds
        for when in [when for when in self._steps if when <= self.now]:
            self._steps.pop(when)()


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(living, "time", clock)
    return clock


@pytest.fixture
def watch():
    """Watch a project until the test is over."""
    stops = []
    yield lambda live: stops.append(live.watch())
    for stop in stops:
        stop()


@pytest.fixture
def watched(clock, copy, watch):
    """A project whose watch has begun: it has seen an edit."""
    live = Live(copy)
    watch(live)
    seen_as(live, copy / COURT, "Audiences given")
    return live


def entitled(path, title):
    """The text of a definition file in which the audiences have this title."""
    lines = path.read_text().splitlines(keepends=True)
    place = lines.index("  audiences:\n") + 1
    return "".join([*lines[:place], f"    title: {title}\n", *lines[place + 1 :]])


def put(path, text):
    """Save a text at once: nobody can read half of it."""
    beside = path.with_name(f"{path.name}~")
    beside.write_text(text)
    beside.replace(path)


def until(live, wanted):
    """The first state that is as wanted."""
    deadline = time.monotonic() + PATIENCE
    while not wanted(live.current()):
        assert time.monotonic() < deadline
        time.sleep(0.002)
    return live.current()


def seen_as(live, path, title):
    """Save another title of the audiences; the state in which it is seen."""
    put(path, entitled(path, title))
    return until(live, lambda now: now.results.definitions["audiences"].title == title)


def test_a_file_whose_name_is_no_text_does_not_end_the_watch(watched):
    """As an archive from Japan may hold one."""
    odd = watched.root / "indicators/definitions" / os.fsdecode(b"\x83\x81.yaml")
    odd.touch()
    assert until(watched, lambda now: now.problems)
    odd.unlink()
    assert seen_as(watched, watched.root / COURT, "Audiences granted").problems == ()


def test_intervals_of_composites_are_there_before_a_page_asks(copy, watch, monkeypatch):
    """Those of each state of the files; one that cannot be computed keeps back nothing else."""
    eight = {"counts": "Eight audiences for full marks.", "parts": {"audiences": {"normalise": {"goalposts": {"low": 0, "high": 8}}}}}
    composite(copy, {"draws": 100, "seed": 1}, variants={"eight": eight})
    live = Live(copy)
    watch(live)

    def computed(now):
        return {name for what, name, *_ in now.results.kept if what == "interval"}

    until(live, lambda now: computed(now) == {"mood", "mood@eight"})
    monkeypatch.setattr(living, "fan_of", lambda found, series: fan_of(found, series) if series.query.variant else 1 / 0)
    seen_as(live, copy / COURT, "Audiences granted")
    until(live, lambda now: computed(now) == {"mood@eight"})
    assert seen_as(live, copy / COURT, "Audiences refused").unwatched == ""


@pytest.mark.parametrize("gap", [0.0, 0.08])
def test_a_file_that_is_saved_in_two_steps_is_read_once_and_whole(clock, watched, gap):
    path, before = watched.root / COURT, watched.current()
    whole = entitled(path, "Audiences granted")
    clock.at(gap, lambda: put(path, whole))
    put(path, whole[:FAULTY])
    after = until(watched, lambda now: now is not before)
    assert (after.version, after.problems) == (before.version + 1, ())
    assert after.results.definitions["audiences"].title == "Audiences granted"
    assert seen_as(watched, path, "Audiences refused").version == after.version + 1


def test_an_edit_while_the_server_starts_is_seen(copy, watch, monkeypatch):
    """The file is saved after it was read for the first time, and before anybody looked how it stands."""

    def slow(root, **words):
        project = open_project(root, **words)
        monkeypatch.setattr(living, "open_project", open_project)
        (root / COURT).write_text(entitled(root / COURT, "Audiences granted"))
        return project

    monkeypatch.setattr(living, "open_project", slow)
    live = Live(copy)
    watch(live)
    assert until(live, lambda now: now.version > 1).results.definitions["audiences"].title == "Audiences granted"


def test_a_folder_of_parquet_that_grows_is_followed(tmp_path, monkeypatch, watch):
    """Another file in a folder that is known, and one in a folder that was not there."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "kept"))
    folder = with_despatches(tmp_path / "kingdoms", "despatches", rules={"every": {}})
    table = folder / "data/despatches"
    generated(table, 30, sender="'RUR'")
    live = Live(folder)
    watch(live)
    for total, name in ((35, "sender=RUR/more.parquet"), (40, "sender=ELB/part.parquet")):
        generated(tmp_path / "new.parquet", 5, despatch_id=f"'d-' || ({total} + i)")
        (table / name).parent.mkdir(exist_ok=True)
        (tmp_path / "new.parquet").replace(table / name)
        after = until(live, lambda now: now.results.tables["despatches"].rows == total)  # noqa: B023
        assert after.problems == ()
        assert after.results.series(Query("every")).values["value"].sum() == total


class Panic(BaseException):
    """As a fault of the package itself arrives, which is written in another language."""


FAULTS = (OSError(24, "Too many open files"), RuntimeError("no watcher"), ModuleNotFoundError("no package"), Panic())


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_ends_the_watch_the_files_themselves_are_compared(copy, watch, monkeypatch, capsys, fault):
    def refused(*folders, **words):
        raise fault

    with monkeypatch.context() as system:
        system.setattr(watchfiles, "watch", refused)
        live = Live(copy)
        watch(live)
        until(live, lambda now: now.unwatched)
        for title in ("Audiences granted", "Audiences refused"):
            now = seen_as(live, copy / COURT, title)
            assert (now.problems, type(fault).__name__ in now.unwatched) == ((), True)
            assert "The system does not report edits" in str(create_app(live.current).layout())
        assert "does not report edits" in capsys.readouterr().err
    until(live, lambda now: not now.unwatched)
    assert seen_as(live, copy / COURT, "Audiences held").problems == ()


def test_edits_are_seen_where_no_watcher_is_left(copy):
    """The limit is that of a namespace of its own, in which a command may set it."""
    limited = ["unshare", "-Ur", "sh", "-c", 'echo 0 > /proc/sys/user/max_inotify_instances && exec "$@"', "sh"]
    if not shutil.which("unshare") or subprocess.run([*limited, "true"], capture_output=True).returncode:
        pytest.skip("this system allows no namespace of one's own")
    program = (
        "import sys, time; from pathlib import Path; from dashboard.live import Live; live = Live(Path(sys.argv[1])); live.watch()\n"
        "while not live.current().unwatched: time.sleep(0.05)\n"
        "print('ready', flush=True)\n"
        "while live.current().results.definitions['audiences'].title != 'Audiences granted': time.sleep(0.05)\n"
    )
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([*limited, sys.executable, "-c", program, copy], **pipes) as process:
        assert process.stdout.readline() == "ready\n"
        put(copy / COURT, entitled(copy / COURT, "Audiences granted"))
        _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said.count("the system does not report edits")) == (0, 1)


def test_a_file_that_is_put_in_the_place_of_another_is_read(watched):
    before = watched.current().version
    assert seen_as(watched, watched.root / COURT, "Audiences granted").version == before + 1


def test_a_file_that_is_written_while_it_is_read_is_read_again(copy, monkeypatch):
    live, whole = Live(copy), (copy / COURT).read_text()
    (copy / COURT).write_text(whole[:FAULTY])
    read = []

    def opened(root, **given):
        found = open_project(root, **given)
        read.append(len(found.problems))
        (copy / COURT).write_text(whole)
        return found

    monkeypatch.setattr(living, "open_project", opened)
    monkeypatch.setattr(living, "settled", lambda folders: living.stand_of(folders))
    live.reload()
    assert read[0] > 0
    assert read[-1] == 0
    assert live.current().problems == ()


def test_files_that_never_stand_still_are_read_in_the_end(clock, monkeypatch, tmp_path):
    stands = (frozenset({("notes.md", n, 0, 0)}) for n in itertools.count())
    monkeypatch.setattr(living, "stand_of", lambda folders: next(stands))
    living.settled([tmp_path])
    assert clock.now == pytest.approx(living.PATIENCE, abs=living.LOOK)


def test_a_folder_that_the_configuration_names_anew_is_watched(watched):
    (watched.root / "indicators" / "definitions").rename(watched.root / "rules")
    config = watched.root / "config.yaml"
    config.write_text(f"definitions: rules\n{config.read_text()}")
    until(watched, lambda now: now.results.config.definitions == "rules")
    seen_as(watched, watched.root / "rules" / "court.yaml", "Audiences granted")


def test_what_is_not_of_the_project_is_not_looked_at(copy):
    before = living.stand_of([copy])
    (copy / "relations.log").write_text("a line")
    (copy / "environment").mkdir()
    (copy / "environment" / "other.yaml").write_text("a: 1")
    assert living.stand_of([copy]) == before
    (copy / "more.yaml").write_text("a: 1")
    assert living.stand_of([copy]) != before
