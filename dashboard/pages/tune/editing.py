"""Definition files as an editor has them: read with a digest, saved whole or not at all, and never over what somebody else saved."""

import contextlib
import errno
import hashlib
import os
import re
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indicators.problems import Place, Problem, ProblemsFound, fault, refused, suggest
from indicators.reading.definitions import definition_files
from indicators.reading.files import LARGEST, decoded, size_faults, too_large
from indicators.reading.yamlfile import SPLIT

if sys.platform != "win32":
    import fcntl

BOM = b"\xef\xbb\xbf"
PLAIN_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,80}\.yaml")
SAVING = threading.Lock()
"""Held from the look at a file to its replacement, so that of two who save in one moment the second is told."""


@dataclass(frozen=True)
class Edited:
    """A file as it stands: its `raw` bytes, its `text` with plain line ends, and the `digest` of the bytes."""

    name: str
    raw: bytes
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self.raw).hexdigest()

    def written(self, text: str) -> bytes:
        """A text in the way of this file: with its byte order mark, and with the line end that most of its lines have."""
        ends = re.findall(b"\r\n|\r|\n", self.raw) or [b"\n"]
        end = max(ends, key=Counter(ends).__getitem__)
        return (BOM if self.raw.startswith(BOM) else b"") + _plain(text).encode("utf-8").replace(b"\n", end)


class Changed(Exception):
    """Raised where a file is no longer what it was when its editor read it; carries what stands there `now`."""

    def __init__(self, now: Edited) -> None:
        self.now = now
        super().__init__(f"{now.name} has changed since it was opened")


def files_of(root: Path, folder: str) -> list[str]:
    """The definition files that a project may read, by their names in it."""
    return [name for name, may in definition_files(root, folder, lambda problem: None).items() if may]


def read_file(root: Path, folder: str, name: str) -> Edited:
    """A definition file. ProblemsFound where there is none of that name that may be read, or it is no text."""
    known = files_of(root, folder)
    if name not in known:
        raise refused(fault("missing-file/definition-file", hint=suggest(name, known), name=name), Place(folder))
    for one in size_faults(root / name, LARGEST, SPLIT):
        raise refused(one, Place(name))
    raw = (root / name).read_bytes()
    problems: list[Problem] = []
    text = decoded(raw, name, problems.append)
    if text is None:
        raise ProblemsFound(problems)
    return Edited(name, raw, _plain(text))


def save_file(root: Path, folder: str, name: str, text: str, digest: str) -> Edited:
    """Replace a file by a text that was made from its state of that digest; the file as it is then.

    An empty `digest` is that of a file which is gone: it is written anew. The file is at every moment the old one or the new one.
    Changed where it is no longer what the text was made from; programs that save here wait for each other, others can still
    write between that look and the replacement, a few milliseconds later.
    """
    with SAVING, _held(root / folder):
        is_new = not digest and is_free(root, folder, name)
        now = Edited(name, b"", "") if is_new else read_file(root, folder, name)
        if not is_new and now.digest != digest:
            raise Changed(now)
        content = now.written(text)
        if len(content) > LARGEST:
            raise refused(too_large(len(content), LARGEST, SPLIT), Place(name))
        _replaced((root / name).resolve(), content)
        return Edited(name, content, _plain(text))


def is_free(root: Path, folder: str, name: str) -> bool:
    """Whether a definition file of that name could be written, and there is nothing of the kind."""
    plain = name.removeprefix(f"{folder}/")
    return PLAIN_NAME.fullmatch(plain) is not None and name == f"{folder}/{plain}" and not os.path.lexists(root / name)


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder against other servers that save in it, where the system can (not on Windows)."""
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replaced(path: Path, content: bytes) -> None:
    """Write beside the file and put it in its place: what fails on the way leaves the file as it was."""
    if path.exists() and not os.access(path, os.W_OK):  # a rename would ask the folder only
        raise PermissionError(errno.EACCES, "the file may not be written", path.name)
    for left in path.parent.glob(f".{path.name}.*.saving"):  # of a server that was killed
        left.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".saving")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
