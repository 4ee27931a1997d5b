"""Which files may be read: those of the project, up to the size that a person writes; and their bytes and text."""

import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from indicators.problems import Fault, Place, Report, fault, report_all

LONGEST_PATH = 200
"""Characters of a path."""
LARGEST = 1_000_000
"""Bytes of a file of text."""
ABSENT = "create it, or correct the path that names it"


def path_faults(root: Path, folder: str, name: str) -> Iterator[Fault]:
    """Why a path, from a folder of the project, is not followed: it is not a path, or leads out of the project.

    A link that leads out is refused like a path that does.
    """
    if len(name) > LONGEST_PATH or not name.isprintable():
        yield fault("missing-file/path", hint=f"a path is text of up to {LONGEST_PATH} characters", name=name)
    elif PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or not _is_inside(root, f"{folder}/{name}"):
        yield fault("outside-project", hint="put it inside the project, and name it from there", name=name)


def beside_faults(name: str, suffix: str) -> Iterator[Fault]:
    """Why a name is not that of a file of the data folder itself: only these are followed when they change."""
    if PurePosixPath(name).name != name or not name.endswith(suffix):
        yield fault("wrong-value/file", hint=f"name a file in the same folder that ends with {suffix}", name=name, suffix=suffix)


def _is_inside(root: Path, name: str) -> bool:
    try:
        return (root / name).resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # links that lead back to themselves
        return False


def size_faults(path: Path, largest: int, hint: str) -> Iterator[Fault]:
    """Why an existing file is not opened: it is a pipe or a device, or too large."""
    state = path.stat()
    if not stat.S_ISREG(state.st_mode):
        yield fault("missing-file/unreadable", hint="put a file in its place", reason="it is a folder, a pipe or a device")
    elif state.st_size > largest:
        yield too_large(state.st_size, largest, hint)


def too_large(size: int, largest: int, hint: str) -> Fault:
    """What is wrong with a file of too many bytes."""
    return fault("file-too-large/bytes", hint=hint, size=size, largest=largest)


def read_raw(path: Path, name: str, hint: str, report: Report, *, largest: int = LARGEST, absent: str = ABSENT) -> bytes | None:
    """The bytes of a file; None, with its problem reported, where it has too many (`hint`: then what) or cannot be read (`absent`)."""
    try:
        return None if report_all(size_faults(path, largest, hint), Place(name), report) else path.read_bytes()
    except OSError as e:
        report(fault("missing-file/unreadable", hint=absent, reason=e.strerror).at(Place(name)))
        return None


def decoded(raw: bytes, name: str, report: Report) -> str | None:
    """The text of a file, without a byte order mark; None, with its line reported, where it is not UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        line = raw[: e.start].count(b"\n") + 1
        report(fault("not-utf-8", hint="save the file as UTF-8", byte=raw[e.start]).at(Place(name, line)))
        return None
