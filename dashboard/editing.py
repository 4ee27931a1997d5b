"""Definition files as an editor has them: read with a digest, saved whole or not at all, and never over what somebody else saved."""

import contextlib
import hashlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from indicators.files import too_large
from indicators.problems import Place, Problem, ProblemsFound, suggest
from indicators.yamlfile import LARGEST, SPLIT

BOM = b"\xef\xbb\xbf"
SAVING = threading.Lock()
"""Held from the look at a file to its replacement, so that of two who save in one moment the second is told."""


@dataclass(frozen=True)
class Edited:
    """A file as it stands: its `text` with plain line ends, the `digest` of its bytes, and how it writes its beginning and lines."""

    name: str
    text: str
    digest: str
    line_end: str = "\n"
    bom: bool = False

    def written(self, text: str) -> bytes:
        """A text in the way of this file."""
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        return (BOM if self.bom else b"") + plain.replace("\n", self.line_end).encode("utf-8")


class Changed(Exception):
    """Raised where a file is no longer what it was when its editor read it; carries what stands there `now`."""

    def __init__(self, now: Edited) -> None:
        self.now = now
        super().__init__(f"{now.name} has changed since it was opened")


def files_of(root: Path, folder: str) -> list[str]:
    """The definition files of a project, by their names in it."""
    return [f"{folder}/{path.name}" for path in sorted((root / folder).glob("*.yaml"))]


def read_file(root: Path, folder: str, name: str) -> Edited:
    """A definition file. ProblemsFound where there is none of that name, or it is no text."""
    known = files_of(root, folder)
    if name not in known:
        raise ProblemsFound([Problem(Place(folder), "missing-file", f"there is no definition file {name!r}", suggest(name, known))])
    raw = (root / name).read_bytes()
    if len(raw) > LARGEST:
        raise ProblemsFound([Problem(Place(name), *too_large(len(raw), LARGEST, SPLIT))])
    try:
        text = raw.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as e:
        line = raw[: e.start].count(b"\n") + 1
        message = f"byte 0x{raw[e.start]:02x} is not UTF-8"
        raise ProblemsFound([Problem(Place(name, line), "not-utf-8", message, "save it as UTF-8")]) from None
    line_end = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return Edited(name, plain, hashlib.sha256(raw).hexdigest(), line_end, raw.startswith(BOM))


def save_file(root: Path, folder: str, name: str, text: str, digest: str) -> Edited:
    """Replace a file by a text that was made from its state of that digest; the file as it is then.

    The file is at every moment the old one or the new one. Changed where it is no longer what the text was made from.
    """
    with SAVING:
        now = read_file(root, folder, name)
        if now.digest != digest:
            raise Changed(now)
        _replaced((root / name).resolve(), now.written(text))
        return read_file(root, folder, name)


def _replaced(path: Path, content: bytes) -> None:
    """Write beside the file and put it in its place: what fails on the way leaves the file as it was."""
    beside = path.with_name(f".{path.name}.saving")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(path.stat().st_mode)
        beside.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
