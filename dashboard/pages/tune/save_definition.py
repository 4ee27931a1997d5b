"""Definition files in an editor: read with a digest, saved whole or not at all, and never over a change by somebody else."""

import contextlib
import hashlib
import os
import re
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indicators.problems import Place, Problem, ProblemsFound, fault, refused
from indicators.reading.definitions import definition_files
from indicators.reading.files import LARGEST, decoded, size_faults, too_large
from indicators.reading.replacing import replace_file
from indicators.reading.yamlfile import SPLIT
from indicators.suggestions import suggest

if sys.platform != "win32":
    import fcntl

BOM = b"\xef\xbb\xbf"
PLAIN_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,80}\.yaml")
SAVING = threading.Lock()
"""Held from the check of a file to its replacement, so that of two who save at once the second gets a conflict."""


@dataclass(frozen=True)
class Edited:
    """A file as it is: its `raw` bytes, its `text` with plain line ends, and the `digest` of the bytes."""

    name: str
    raw: bytes
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self.raw).hexdigest()

    def written(self, text: str) -> bytes:
        """A text as bytes of this file: with its byte order mark, and with the line end that most of its lines have."""
        ends = re.findall(b"\r\n|\r|\n", self.raw) or [b"\n"]
        end = max(ends, key=Counter(ends).__getitem__)
        return (BOM if self.raw.startswith(BOM) else b"") + _plain(text).encode("utf-8").replace(b"\n", end)


class Changed(Exception):
    """Raised if a file is no longer what it was when its editor read it; carries the file as it is `now`."""

    def __init__(self, now: Edited) -> None:
        self.now = now
        super().__init__(f"{now.name} has changed since it was opened")


def files_of(root: Path, folder: str) -> list[str]:
    """The definition files that a project may read, by their paths in it."""
    return [name for name, may in definition_files(root, folder, lambda problem: None).items() if may]


def read_file(root: Path, folder: str, name: str) -> Edited:
    """A definition file. ProblemsFound if there is none of that name that may be read, or it is not text."""
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
    """Replace a file, whose digest was `digest` when its editor read it, by a text; the new file.

    An empty `digest` stands for a file that is gone: it is written again. At every moment the file is either the old one or the
    new one. Changed if its digest is another one now; programs that save here wait for each other, but others can still write
    between that check and the replacement, a few milliseconds later.
    """
    with SAVING, _held(root / folder):
        is_new = not digest and is_free(root, folder, name)
        now = Edited(name, b"", "") if is_new else read_file(root, folder, name)
        if not is_new and now.digest != digest:
            raise Changed(now)
        content = now.written(text)
        if len(content) > LARGEST:
            raise refused(too_large(len(content), LARGEST, SPLIT), Place(name))
        replace_file((root / name).resolve(), content)
        return Edited(name, content, _plain(text))


def is_free(root: Path, folder: str, name: str) -> bool:
    """Whether a definition file of that name may be created: the name is allowed, and nothing has it."""
    plain = name.removeprefix(f"{folder}/")
    return PLAIN_NAME.fullmatch(plain) is not None and name == f"{folder}/{plain}" and not os.path.lexists(root / name)


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Lock a folder against other servers that save in it, if the system can (not on Windows)."""
    if sys.platform == "win32":
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
