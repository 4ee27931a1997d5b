"""The watch on a project's files: what editors leave on the disk for a moment is never read as what somebody meant."""

import itertools
import threading
import time

import pytest
import watchfiles

from dashboard import live as living
from dashboard.live import Live
from indicators.reading.project import open_project

COURT = "indicators/definitions/court.yaml"
FAULTY = 20
"""Characters of a definition file that are no definitions."""


@pytest.fixture
def watched(copy, monkeypatch):
    """A project that is watched, and every state that it goes through from then on."""
    monkeypatch.setattr(living, "SETTLE", 0.4)  # on a busy machine a pause of 80 ms may last longer
    live = Live(copy)
    stop = live.watch()
    time.sleep(0.3)  # the watch is a thread that has to begin
    yield live
    stop()


def states_of(live, until, within=8.0):
    """The states that follow until one is as wanted."""
    found, deadline = [live.current()], time.monotonic() + within
    while not until(found[-1]) and time.monotonic() < deadline:
        if live.current() is not found[-1]:
            found.append(live.current())
        time.sleep(0.002)
    return found


@pytest.mark.parametrize("gap", [0.0, 0.08])
def test_a_file_that_is_saved_in_two_steps_is_read_once_and_whole(watched, gap):
    path = watched.root / COURT
    whole = path.read_text().replace("title: Audiences\n", "title: Audiences granted\n")
    threading.Timer(0.05, lambda: (path.write_text(whole[:FAULTY]), time.sleep(gap), path.write_text(whole))).start()
    before, after = states_of(watched, lambda now: now.version > 1)
    assert (before.problems, after.problems) == ((), ())
    assert after.results.definitions["audiences"].title == "Audiences granted"
    time.sleep(0.8)
    assert watched.current() is after


def test_an_edit_while_the_server_starts_is_seen(copy, monkeypatch):
    """The file is saved after it was read for the first time, and before anybody looked how it stands."""

    def slow(root, **words):
        project = open_project(root, **words)
        monkeypatch.setattr(living, "open_project", open_project)
        path = root / COURT
        path.write_text(path.read_text().replace("title: Audiences\n", "title: Audiences granted\n"))
        return project

    monkeypatch.setattr(living, "open_project", slow)
    live = Live(copy)
    stop = live.watch()
    assert states_of(live, lambda now: now.version > 1)[-1].results.definitions["audiences"].title == "Audiences granted"
    stop()


def test_a_watch_that_the_system_refuses_is_no_end_of_it(copy, monkeypatch):
    def refused(*folders, **words):
        raise OSError(24, "inotify watch limit reached")

    monkeypatch.setattr(watchfiles, "watch", refused)
    live = Live(copy)
    stop = live.watch()
    time.sleep(0.3)
    path = copy / COURT
    path.write_text(path.read_text().replace("title: Audiences\n", "title: Audiences granted\n"))
    assert states_of(live, lambda now: now.version > 1)[-1].results.definitions["audiences"].title == "Audiences granted"
    stop()


def test_a_file_that_is_put_in_the_place_of_another_is_read(watched):
    path = watched.root / COURT
    beside = path.with_name("court.yaml~")
    beside.write_text(path.read_text().replace("title: Audiences\n", "title: Audiences granted\n"))
    beside.replace(path)
    assert states_of(watched, lambda now: now.version > 1)[-1].results.definitions["audiences"].title == "Audiences granted"


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


def test_files_that_never_stand_still_are_read_in_the_end(monkeypatch, tmp_path):
    stands = (frozenset({("notes.md", n, 0, 0)}) for n in itertools.count())
    monkeypatch.setattr(living, "PATIENCE", 0.3)
    monkeypatch.setattr(living, "stand_of", lambda folders: next(stands))
    begun = time.monotonic()
    living.settled([tmp_path])
    assert 0.3 <= time.monotonic() - begun < 5


def test_a_folder_that_the_configuration_names_anew_is_watched(watched):
    (watched.root / "indicators" / "definitions").rename(watched.root / "rules")
    config = watched.root / "config.yaml"
    config.write_text(f"definitions: rules\n{config.read_text()}")
    states_of(watched, lambda now: now.results.config.definitions == "rules")
    time.sleep(0.3)
    path = watched.root / "rules" / "court.yaml"
    path.write_text(path.read_text().replace("title: Audiences\n", "title: Audiences granted\n"))
    states_of(watched, lambda now: now.results.definitions["audiences"].title == "Audiences granted")
    assert watched.current().results.definitions["audiences"].title == "Audiences granted"


def test_what_is_not_of_the_project_is_not_looked_at(copy):
    before = living.stand_of([copy])
    (copy / "relations.log").write_text("a line")
    (copy / "environment").mkdir()
    (copy / "environment" / "other.yaml").write_text("a: 1")
    assert living.stand_of([copy]) == before
    (copy / "more.yaml").write_text("a: 1")
    assert living.stand_of([copy]) != before
