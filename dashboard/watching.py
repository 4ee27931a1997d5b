"""The files of a project as they lie on the disk: whether they are still being written, and when to read them again."""

import contextlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

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
