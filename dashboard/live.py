"""The project as a running server has it: the last good results, the problems of the last attempt, and the watch on its files."""

import contextlib
import datetime
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from indicators.compute.pipeline import SeriesCache, results
from indicators.nouns.series import Results
from indicators.problems import Place, Problem, ProblemsFound, fault
from indicators.reading.files import LARGEST
from indicators.reading.project import Project, open_project
from indicators.warnings.run import warnings_of

STEP, QUIET = 20, 1000
"""Milliseconds between two looks for news of files, and after which no news is told too."""
AGAIN = 5
"""How often files are read again because they were written while they were read."""


@dataclass(frozen=True)
class Current:
    """What pages show: a project and its results. `problems` of the last attempt; `since` when they began; `stale`: the results
    are of before them.

    `figures` keeps drawn figures of these results, changed under `lock`; a new `Current` begins without.
    """

    project: Project
    results: Results
    version: int
    problems: tuple[Problem, ...] = ()
    since: datetime.datetime | None = None
    stale: bool = False
    warnings: tuple[Problem, ...] = ()
    figures: dict[Any, Any] = field(default_factory=dict, repr=False)
    lock: Any = field(default_factory=threading.Lock, repr=False, compare=False)


class Live:
    """Reads a project, and again when told; keeps the last good state through faults. ProblemsFound if it never was readable."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.remembered = SeriesCache()
        self._lock = threading.Lock()
        project = self._newest = open_project(root)
        self._stand: Stand = frozenset()  # so that the watch looks once more: what changes while this is read was perhaps not read
        self._text = _written(self._folders()[2])
        errors = _errors(project)
        self._current = Current(
            project, results(project, self.remembered), 1, errors, _now() if errors else None, warnings=_warnings(project)
        )
        self._was_good, self._looked_over = not errors, project

    def current(self) -> Current:
        """The state to show now."""
        return self._current

    def reload(self) -> None:
        """Read the project again: a good state replaces the last one, a faulty one only shows what is wrong. Warnings come
        last, because no number waits for them."""
        self._reread()
        self._look_over()

    def _reread(self) -> None:
        with self._lock:
            before = self._current
            found, errors = self._read_whole()
            written = _written(self._folders()[2])
            if found and errors == before.problems and not before.stale and written == self._text and _is_same(found[0], before.project):
                return
            self._text = written
            if found and not errors:
                self._current, self._was_good = Current(*found, before.version + 1, warnings=before.warnings), True
            elif errors != before.problems or (found and not self._was_good):
                since = before.since or _now()
                if self._was_good or not found:
                    self._current = replace(before, version=before.version + 1, problems=errors, since=since, stale=self._was_good)
                else:  # nothing good was ever shown: what can be computed now is better than what could before
                    self._current = Current(*found, before.version + 1, errors, since, warnings=before.warnings)

    def _look_over(self) -> None:
        """Find the warnings about what is shown, if that was not done yet."""
        with self._lock:
            now = self._current
            if now.project is not self._looked_over and not now.stale:
                self._looked_over = now.project
                if (warnings := _warnings(now.project)) != now.warnings:
                    self._current = replace(now, version=now.version + 1, warnings=warnings)

    def _read_whole(self) -> tuple[tuple[Project, Results] | None, tuple[Problem, ...]]:
        """What the files give now: read again where one of them was written in the meantime, since half a file may be what was read."""
        self._stand = stand_of(self._folders())
        for _ in range(AGAIN):
            read = self._read()
            if stand_of(self._folders()) == self._stand:
                break
            self._stand = settled(self._folders())
        return read

    def _folders(self) -> list[Path]:
        # The folders are flat, and the root may hold an environment: nothing below them is looked at.
        config = self._newest.config
        return [self.root, self.root / config.data, self.root / config.definitions]

    def _read(self) -> tuple[tuple[Project, Results] | None, tuple[Problem, ...]]:
        """What the files give now, and their errors. Nothing that they hold may stop the watch on them."""
        try:
            project = self._newest = open_project(self.root, before=self._newest)
            return (project, results(project, self.remembered)), self._latest_first(_errors(project))
        except ProblemsFound as e:
            return None, self._latest_first(e.problems)
        except Exception as e:
            hint = "undo the last edit; relations check may say more"
            return None, (fault("fault/reading", hint=hint, kind=type(e).__name__, why=e).at(Place("config.yaml")),)

    def _latest_first(self, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
        """Faults of the files that were written last come first: the others may only follow from them."""
        written = {path: when for path, when, *_ in self._stand}
        return tuple(sorted(problems, key=lambda p: -written.get(str(self.root / p.place.file), 0)))

    def watch(self) -> Callable[[], None] | None:
        """Follow the files in a thread; gives a function that stops it, or None where the package for it is missing."""
        try:
            import watchfiles
        except ModuleNotFoundError:
            return None
        stop = threading.Event()

        def follow() -> None:
            while not stop.is_set():
                folders = self._folders()
                there = [path for path in folders if path.is_dir()]
                # Without news it yields now and then, so that what it missed (a folder that was replaced) is found all the same.
                try:
                    news = watchfiles.watch(*there, recursive=False, stop_event=stop, step=STEP, rust_timeout=QUIET, yield_on_timeout=True)
                    for changes in news:
                        self._catch_up(quiet=not changes)
                        if self._folders() != folders:
                            break
                except OSError:  # no more watches to be had, or a folder that went: then the files themselves are looked at
                    self._catch_up(quiet=True)
                    stop.wait(QUIET / 1000)

        threading.Thread(target=follow, daemon=True, name="watch").start()
        return stop.set

    def _catch_up(self, *, quiet: bool) -> None:
        """Read the files if they do not stand as they were read last, once they stand still. Warnings wait for a quiet moment: pages
        ask for their new numbers first."""
        if stand_of(self._folders()) != self._stand:
            settled(self._folders())
            self._reread()
        elif quiet:
            self._look_over()


def _written(folder: Path) -> str:
    """A digest of the definition files, comments included: who edits them sees those, too."""
    found = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        with contextlib.suppress(OSError):
            if path.stat().st_size <= LARGEST and path.is_file():
                found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _is_same(one: Project, other: Project) -> bool:
    """Whether two readings of the files say the same: a file that was saved without a change is no news."""
    told = [(p.config, p.definitions, p.places, p.documents, p.broken, p.problems) for p in (one, other)]
    return one.collection is other.collection and told[0] == told[1]


def _errors(project: Project) -> tuple[Problem, ...]:
    return tuple(p for p in project.problems if p.level == "error")


def _warnings(project: Project) -> tuple[Problem, ...]:
    """Warnings about the files; nothing that they hold may stop the watch on them."""
    try:
        found = {*project.problems, *warnings_of(project)}
    except Exception as e:
        unforeseen = fault("fault/warnings", hint="relations check may say more", kind=type(e).__name__, why=e)
        return (replace(unforeseen.at(Place("config.yaml")), level="warning"),)
    return tuple(sorted(p for p in found if p.level == "warning"))


def _now() -> datetime.datetime:
    return datetime.datetime.now().astimezone()


OURS = (".yaml", ".csv", ".md")
SETTLE = 0.12
"""Seconds without a further change before files are read: editors save in two steps."""
PATIENCE = 2.0
"""Seconds after which files are read although they never stand still."""
LOOK = 0.02

Stand = frozenset[tuple[str, int, int, int]]


def stand_of(folders: Iterable[Path]) -> Stand:
    """How the files of these folders stand: name, time of the last change, size and inode of each. The folders below them do not count."""
    return frozenset(one for folder in folders if folder.is_dir() for one in _files(folder))


def _files(folder: Path) -> Iterable[tuple[str, int, int, int]]:
    # What is renamed or removed just now is not there: no fault of a file may end the watch.
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name.endswith(OURS):
                with contextlib.suppress(OSError):
                    told = entry.stat()
                    yield entry.path, told.st_mtime_ns, told.st_size, told.st_ino


def settled(folders: Iterable[Path]) -> Stand:
    """Wait until no file has changed for SETTLE seconds, at most PATIENCE; how they stand then."""
    folders, seen, now = list(folders), None, time.monotonic()
    begun = since = now
    while seen is None or (now - since < SETTLE and now - begun < PATIENCE):
        stand = stand_of(folders)
        if stand != seen:
            seen, since = stand, now
        time.sleep(LOOK)
        now = time.monotonic()
    return seen
