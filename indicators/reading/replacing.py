"""The one place that writes what stays: a file or a folder is at every moment the old one or the new one, whole.

The new one is written beside the old one, made durable, and then renamed, so that neither a full disk, nor a process that is killed, nor
a power cut leaves a part of it. What a killed process leaves has a name that begins with a dot, and is removed by a later one.
"""

import contextlib
import ctypes
import errno
import os
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LEFT = ".unfinished"
"""The end of the name of what is not yet whole."""
ABANDONED = 3600.0
"""Seconds after which what is not yet whole was left by a process that ended: none writes for so long."""
HERE, EXCHANGE = -100, 2
"""What renameat2 of Linux calls paths as they are (AT_FDCWD), and an exchange (RENAME_EXCHANGE)."""
LONGEST = 100
"""Characters of the name that the unfinished file takes over, so that its own is not too long for a file system."""


def replace_file(path: Path, data: bytes) -> None:
    """Write a file, in the place of the one that is there; its permissions are kept. A link is replaced, and what it leads to is left
    alone. OSError where that cannot be."""
    mode = _mode(path)
    _tidy(path)
    new = _beside(path)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            new.chmod(mode)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    _settle(path.parent)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to write into, which takes this name when the block ends without an exception; otherwise nothing is left.

    The name may be that of an empty folder. The current folder, and one on which a disk is mounted, cannot be replaced: its files are put
    into it one by one, those in folders first. OSError where that cannot be, and where anything is in the folder by then.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    is_fixed = target.is_dir() and (target.is_mount() or target == Path.cwd())
    _tidy(target)
    new = target / f"{LEFT}.{secrets.token_hex(4)}" if is_fixed else _beside(target)
    new.mkdir()
    try:
        yield new
        for file in [new, *new.rglob("*")]:
            _settle(file)
        if is_fixed:
            _moved(new, target)
        else:
            if target.is_dir():
                new.chmod(stat.S_IMODE(target.stat().st_mode))
                if os.name == "nt":  # where a rename does not replace even an empty folder
                    target.rmdir()
            new.rename(target)
        _settle(target.parent)
    finally:
        shutil.rmtree(new, ignore_errors=True)


@contextmanager
def folder_instead(path: Path) -> Iterator[Path]:
    """The same where the folder may hold something: the new one takes its place, and what it held goes. Where the system cannot
    exchange two folders, there is neither between two renames. OSError also for the current folder and for one on which a disk is mounted,
    unless they are empty."""
    target = path.resolve()
    if not target.is_dir() or not any(target.iterdir()):
        with new_folder(path) as new:
            yield new
        return
    if target.is_mount() or target == Path.cwd():
        raise OSError(errno.EBUSY, "it is the current folder, or a disk is mounted on it", str(target))
    _tidy(target)
    new, old = _beside(target), _beside(target)
    new.mkdir()
    try:
        yield new
        for file in [new, *new.rglob("*")]:
            _settle(file)
        new.chmod(stat.S_IMODE(target.stat().st_mode))
        if not _exchanged(new, target):
            target.rename(old)
            try:
                new.rename(target)
            except OSError:
                old.rename(target)
                raise
        _settle(target.parent)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Give each of two folders the other's name at one stroke; False where the system or the disk cannot do that."""
    rename = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    return rename is not None and rename(HERE, os.fsencode(one), HERE, os.fsencode(other), EXCHANGE) == 0


def _moved(new: Path, target: Path) -> None:
    """Put what is in a folder into another one that is otherwise empty, folders first, because a project is there with its config.yaml."""
    if [one.name for one in target.iterdir()] != [new.name]:
        raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), str(target))
    for one in sorted(new.iterdir(), key=lambda one: (one.is_file(), one.name)):
        one.rename(target / one.name)
    _settle(target)


def _mode(target: Path) -> int | None:
    """The permissions of the file that is there, None where there is none, or a link. OSError unless it is a file that may be written."""
    try:
        state = target.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(state.st_mode):
        return None
    if not stat.S_ISREG(state.st_mode):
        code = errno.EISDIR if stat.S_ISDIR(state.st_mode) else errno.EINVAL
        raise OSError(code, os.strerror(code) if code == errno.EISDIR else "it is a pipe or a device", str(target))
    if not os.access(target, os.W_OK):  # a rename would ask only the folder
        raise PermissionError(errno.EACCES, "the file may not be written", str(target))
    return stat.S_IMODE(state.st_mode)


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name[:LONGEST]}.{secrets.token_hex(4)}{LEFT}")


def _tidy(target: Path) -> None:
    """Remove what a process that was killed has left beside a file or folder."""
    start, now = f".{target.name[:LONGEST]}.", time.time()
    with contextlib.suppress(OSError):
        for one in target.parent.iterdir():
            rest = one.name.removeprefix(start)
            if rest != one.name and len(rest) == 8 + len(LEFT) and rest.endswith(LEFT) and now - one.lstat().st_mtime > ABANDONED:
                shutil.rmtree(one, ignore_errors=True) if one.is_dir() and not one.is_symlink() else one.unlink(missing_ok=True)


def _settle(path: Path) -> None:
    """Have the disk keep a file or the names in a folder, where the system can do that for folders (Windows cannot)."""
    unsupported = (PermissionError,) if os.name == "nt" else ()
    with contextlib.suppress(*unsupported):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        except OSError as e:
            if e.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):  # a file system that keeps no folders
                raise
        finally:
            os.close(handle)
