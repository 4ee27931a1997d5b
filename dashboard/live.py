"""The project of a running server: the last good results, the problems of the last attempt, and the watch on its files."""

import contextlib
import datetime
import gc
import hashlib
import itertools
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dashboard.charts.fan import fan_of
from indicators.compute.pipeline import SeriesCache, results
from indicators.nouns.definition import Definition
from indicators.nouns.series import Query, Results
from indicators.problems import Place, Problem, ProblemsFound, fault
from indicators.reading.files import LARGEST, parquet_in
from indicators.reading.project import Project, open_project
from indicators.warnings.run import warnings_of

STEP, QUIET = 20, 1000
"""Milliseconds between two looks for changed files, and after which the watch also reports that nothing changed."""
AHEAD = 16
"""How many composites are computed before a page asks."""
AGAIN = 5
"""How often files are read again, at most, because they were written in the meantime."""


def seldom_searched() -> None:
    """What is there now is not searched for garbage again, and what comes later seldom: that stops every thread for a tenth of a second."""
    gc.freeze()
    gc.set_threshold(5_000, 20, 50)


@dataclass(frozen=True)
class Current:
    """What pages show: a project and its results. `problems` of the last attempt; `since`: when they began; `stale`: the results
    are from before them; `unwatched`: why the system does not report edits, "" where it does;
    `files`: which state of the files was read last, in the words of any process that reads them.

    `figures` keeps the figures drawn from these results and is changed under `lock`; a new `Current` starts with none.
    """

    project: Project
    results: Results
    version: int
    problems: tuple[Problem, ...] = ()
    since: datetime.datetime | None = None
    stale: bool = False
    warnings: tuple[Problem, ...] = ()
    unwatched: str = ""
    files: str = ""
    figures: dict[Any, Any] = field(default_factory=dict, repr=False)
    lock: Any = field(default_factory=threading.Lock, repr=False, compare=False)

    @property
    def shown(self) -> str:
        """The same in every process that shows the same, whatever its versions are."""
        return f"{self.files}-{len(self.problems)}-{self.stale:d}"


class Live:
    """Reads a project, again on request, and keeps the last good state while there are errors. ProblemsFound if it cannot be read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.remembered = SeriesCache()
        self._lock = threading.Lock()
        project = self._newest = open_project(root)
        self._shown: Stand = frozenset()
        self._stand: Stand = frozenset()  # so that the watch reads once more: files may change while they are read here
        self._text = _written(self._folders()[2])
        errors = project.errors
        self._current = Current(
            project,
            results(project, self.remembered),
            1,
            errors,
            _now() if errors else None,
            warnings=_warnings(project, self.remembered),
            files=_called(stand_of(self._folders())),
        )
        self._was_good, self._looked_over = not errors, project
        self._ahead: tuple[Results, Iterator[Definition]] | None = None

    def current(self) -> Current:
        """The state to show now."""
        return self._current

    def caught_up(self) -> Current:
        """The state of the files as they are now: another process may show it already. Where the watch has not read it, it is read here."""
        if stand_of(self._folders()) != self._shown:
            self._catch_up(quiet=False)
            with self._lock:  # or it is being read
                pass
        return self._current

    def reload(self) -> None:
        """Read the project again: a good state replaces the last one, a faulty one only adds its problems. Warnings come last,
        because no number waits for them."""
        self._reread()
        self._look_over()

    def _reread(self) -> None:
        with self._lock:
            try:
                self._take(*self._read_whole())
            except BaseException:
                self._stand = frozenset()  # so that it is tried again
                raise
            self._shown = self._stand

    def _take(self, state: tuple[Project, Results] | None, errors: tuple[Problem, ...]) -> None:
        before, written = self._current, _written(self._folders()[2])
        if state and errors == before.problems and not before.stale and written == self._text and _is_same(state[0], before.project):
            return
        self._text = written
        if state and not errors:
            self._current, self._was_good = self._next(state), True
        elif errors != before.problems or (state and not self._was_good):
            since = before.since or _now()
            if self._was_good or not state:
                files, is_stale = _called(self._stand), self._was_good
                self._current = replace(before, version=before.version + 1, problems=errors, since=since, stale=is_stale, files=files)
            else:  # no good state was ever shown: what can be computed now is better than what could be before
                self._current = self._next(state, problems=errors, since=since)

    def _next(self, state: tuple[Project, Results], **more: Any) -> Current:
        """The state after this one, with what does not depend on the files as they are now."""
        before = self._current
        more |= {"warnings": before.warnings, "unwatched": before.unwatched, "files": _called(self._stand)}
        return Current(*state, before.version + 1, **more)

    def _look_over(self) -> None:
        """Find the warnings about what is shown, unless that is done."""
        with self._lock:
            now = self._current
            if now.project is not self._looked_over and not now.stale:
                self._looked_over = now.project
                if (warnings := _warnings(now.project, self.remembered)) != now.warnings:
                    self._current = replace(now, version=now.version + 1, warnings=warnings)

    def _read_whole(self) -> tuple[tuple[Project, Results] | None, tuple[Problem, ...]]:
        """The state of the files now. They are read again if one was written in the meantime: half of it may have been read."""
        self._stand = stand_of(self._folders())
        for _ in range(AGAIN):
            read = self._read()
            if stand_of(self._folders()) == self._stand:
                break
            self._stand = settled(self._folders())
        return read

    def _folders(self) -> list[Path]:
        # The folders are flat, and the root may hold an environment: their subfolders are ignored, but for tables that are folders.
        config = self._newest.config
        data = self.root / config.data
        inner = {file.parent for folder in data.glob("*") if folder.is_dir() for file in parquet_in(folder)}
        return [self.root, data, self.root / config.definitions, *sorted(inner)]

    def _read(self) -> tuple[tuple[Project, Results] | None, tuple[Problem, ...]]:
        """The state of the files, if they can be read, and their errors. Whatever they hold, the watch goes on."""
        try:
            project = self._newest = open_project(self.root, before=self._newest)
            return (project, results(project, self.remembered)), self._latest_first(project.errors)
        except ProblemsFound as e:
            return None, self._latest_first(e.problems)
        except Exception as e:
            hint = "undo the last edit; relations check may report more"
            return None, (fault("fault/reading", hint=hint, kind=type(e).__name__, why=e).at(self._last_written()),)

    def _last_written(self) -> Place:
        """The file of the project that was written last: what fails without a place of its own most likely comes from there."""
        written = max(self._stand, key=lambda one: one[1], default=None)
        return Place(Path(written[0]).relative_to(self.root).as_posix() if written else "config.yaml", 1)

    def _latest_first(self, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
        """Problems of the files that were written last come first: the others may only follow from them."""
        written = {path: when for path, when, *_ in self._stand}
        return tuple(sorted(problems, key=lambda p: -written.get(str(self.root / p.place.file), 0)))

    def watch(self) -> Callable[[], None]:
        """Follow the files in a thread; returns a function that stops it. Where the system does not report edits, the files themselves
        are compared every second, and `unwatched` says why."""
        stop = threading.Event()

        def follow() -> None:
            failures = 0
            while not stop.is_set():
                try:
                    for _ in self._reports(stop):
                        failures = 0
                        self._watched("")
                except BaseException as e:  # whatever it is, edits must be seen; a panic of the extension is no Exception
                    failures += 1
                    if failures > 1:  # one alone may be a folder that was just replaced
                        self._watched(f"{type(e).__name__}: {e}")
                    self._compared()
                    stop.wait(QUIET / 1000)

        threading.Thread(target=follow, daemon=True, name="watch").start()
        return stop.set

    def _reports(self, stop: threading.Event) -> Iterator[None]:
        """Each time that the system reports edits, or that there were none for a while, once they are read."""
        import watchfiles

        folders = self._folders()
        there = [path for path in folders if path.is_dir()]
        # It also yields now and then without changes, so that a missed one (a folder that was replaced) is found.
        for changes in watchfiles.watch(*there, recursive=False, stop_event=stop, step=STEP, rust_timeout=QUIET, yield_on_timeout=True):
            self._catch_up(quiet=not changes)
            yield
            if self._folders() != folders:
                break

    def _compared(self) -> None:
        """Compare the files themselves; whatever fails is reported, and the next time may succeed."""
        try:
            self._catch_up(quiet=True)
        except Exception as e:
            print(f"the files could not be compared: {type(e).__name__}: {e}", file=sys.stderr)

    def _watched(self, why: str) -> None:
        """Note why the system does not report edits, "" if it does, for pages and on stderr."""
        with self._lock:
            now = self._current
            if why == now.unwatched:
                return
            self._current = replace(now, version=now.version + 1, unwatched=why)
        instead = f"the system does not report edits ({why}); the files are compared every second"
        print(instead if why else "the system reports edits again", file=sys.stderr, flush=True)

    def _catch_up(self, *, quiet: bool) -> None:
        """Read the files if they have changed, once they no longer change. Warnings wait for a quiet moment: pages need their new
        numbers first."""
        if stand_of(self._folders()) != self._stand:
            settled(self._folders())
            self._reread()
        elif quiet:
            self._look_over()
            self.compute_ahead()

    def compute_ahead(self) -> None:
        """The next composite with its interval, which takes longer than all else of its page: one in a quiet moment."""
        found = self._current.results
        if self._ahead is None or self._ahead[0] is not found:
            rules = (rule for definition in found.definitions.values() for rule in definition.rules if rule.composite)
            self._ahead = found, itertools.islice(rules, AHEAD)
        for rule in itertools.islice(self._ahead[1], 1):
            with contextlib.suppress(Exception):  # its page tells what is wrong
                if fan := fan_of(found, found.series(Query(rule.id, rule.variant))):
                    fan.finest()


def _written(folder: Path) -> str:
    """A digest of the definition files, including comments, which their editors see."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.yaml")):
        with contextlib.suppress(OSError):
            if path.stat().st_size <= LARGEST and path.is_file():
                digest.update(os.fsencode(path.name) + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _is_same(one: Project, other: Project) -> bool:
    """Whether two readings of the files are the same: saving a file without a change changes nothing."""
    contents = [(p.config, p.definitions, p.places, p.documents, p.broken, p.problems) for p in (one, other)]
    return one.collection is other.collection and contents[0] == contents[1]


def _warnings(project: Project, remembered: SeriesCache) -> tuple[Problem, ...]:
    """Warnings about the files. Whatever they hold, the watch goes on."""
    try:
        problems = {*project.problems, *warnings_of(project, results(project, remembered).series)}
    except Exception as e:
        unforeseen = fault("fault/warnings", hint="relations check may report more", kind=type(e).__name__, why=e)
        return (replace(unforeseen.at(Place("config.yaml", 1)), level="warning"),)
    return tuple(sorted(p for p in problems if p.level == "warning"))


def _now() -> datetime.datetime:
    return datetime.datetime.now().astimezone()


OURS = (".yaml", ".csv", ".md", ".parquet")
SETTLE = 0.12
"""Seconds without a further change before files are read: editors save in two steps."""
PATIENCE = 2.0
"""Seconds after which files are read even though they keep changing."""
LOOK = 0.02
"""Seconds between two looks at files that may still change."""

Stand = frozenset[tuple[str, int, int, int]]


def stand_of(folders: Iterable[Path]) -> Stand:
    """The state of the files in these folders: name, time of the last change, size and inode of each. Subfolders do not count."""
    return frozenset(one for folder in folders if folder.is_dir() for one in _files(folder))


def _files(folder: Path) -> Iterable[tuple[str, int, int, int]]:
    # A file may be renamed or removed at this moment: that must not end the watch.
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name.endswith(OURS):
                with contextlib.suppress(OSError):
                    stat = entry.stat()
                    yield entry.path, stat.st_mtime_ns, stat.st_size, stat.st_ino


def _called(stand: Stand) -> str:
    """A short name of a state of the files."""
    return hashlib.sha256(repr(sorted(stand)).encode()).hexdigest()[:16]


def settled(folders: Iterable[Path]) -> Stand:
    """Wait until no file has changed for SETTLE seconds, at most PATIENCE; their state then."""
    folders, seen, now = list(folders), None, time.monotonic()
    begun = since = now
    while seen is None or (now - since < SETTLE and now - begun < PATIENCE):
        stand = stand_of(folders)
        if stand != seen:
            seen, since = stand, now
        time.sleep(LOOK)
        now = time.monotonic()
    return seen
