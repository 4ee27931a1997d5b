"""Which files may be read: those of the project, up to the size that a person writes; and their bytes and text."""

import contextlib
import gc
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

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


def parquet_in(folder: Path) -> list[Path]:
    """The Parquet files of a folder and of those below it. Links to folders are not followed, because they may lead to the whole disk."""
    found, waiting = list[Path](), [] if folder.is_symlink() else [folder]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:  # one may just be removed, or too deep for the system
            for one in entries:
                if one.is_dir(follow_symlinks=False):
                    waiting.append(Path(one.path))
                elif one.name.endswith(".parquet") and not one.is_dir():
                    found.append(Path(one.path))
    return sorted(found)


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
    other = next((what for start, what in OTHER_FILES if raw.startswith(start)), "") or _wide(raw)
    if other:
        report(fault("not-utf-8/other", hint="save it as text in UTF-8 (in a spreadsheet: CSV UTF-8)", what=other).at(Place(name, 1)))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        line = raw[: e.start].count(b"\n") + 1
        likely = _likely_encodings(raw)
        hint = "save the file as UTF-8: open it as what it is, and choose UTF-8 when saving"
        if len(likely) == 1:
            wrong = fault("not-utf-8/likely", hint=hint, byte=raw[e.start], encoding=likely[0])
        elif likely:
            wrong = fault("not-utf-8/possible", hint=hint, byte=raw[e.start], encodings=" or ".join(likely))
        else:
            wrong = fault("not-utf-8", hint="save the file as UTF-8", byte=raw[e.start])
        report(wrong.at(Place(name, line)))
        return None


OTHER_FILES = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
    (b"PK\x03\x04", "a spreadsheet or another packed file"),
    (b"\xd0\xcf\x11\xe0", "a spreadsheet of an old form (xls)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"%PDF", "a PDF"),
)
"""First bytes of files that are no text in UTF-8, and what they are."""
READ_FOR_A_GUESS = 20_000


def _wide(raw: bytes) -> str:
    """UTF-16 that does not say so: every other byte of plain text is zero."""
    start = raw[:READ_FOR_A_GUESS]
    zeros = start[::2].count(0), start[1::2].count(0)
    return "UTF-16 without a mark" if max(zeros) > 10 * (min(zeros) + 1) or (max(zeros) > len(start) // 4 and not min(zeros)) else ""


LATIN = "Windows-1252 or Latin-1"
SCRIPTS = (
    ("cp932", "cp932", "Shift-JIS", "[\u3040-\u30ff]", 0.1),
    ("euc_jp", "euc_jp", "EUC-JP", "[\u3040-\u30ff]", 0.1),
    ("cp949", "euc_kr", "EUC-KR (CP949)", "[\uac00-\ud7a3]", 0.5),
    ("gb18030", "gb2312", "GB 18030", "[\u4e00-\u9fff]", 0.5),
)
"""Encodings of East Asia: all of one, the part of it in which most texts are, what it is called, and the characters that make up at least
this share of a text in it."""
ENOUGH_FOR_A_GUESS = 20
"""Characters outside ASCII by which an encoding of East Asia can be told from another: fewer bytes mean something in several."""


def _likely_encodings(raw: bytes) -> list[str]:
    """The encoding in which a text that is not UTF-8 seems to be written; several where the text is too short to tell, or none.

    >>> _likely_encodings("訪日外客数（暫定値）のまとめ、二〇二四年一月から".encode("cp932"))
    ['Shift-JIS']
    >>> _likely_encodings("東京,1".encode("cp932"))
    ['Shift-JIS', 'EUC-KR (CP949)', 'GB 18030', 'Windows-1252 or Latin-1']
    """
    start = raw[:READ_FOR_A_GUESS].rpartition(b"\n")[0] if len(raw) > READ_FOR_A_GUESS else raw
    pairs = len(re.findall(rb"[\x80-\xff]{2}", start))
    singles = len(re.findall(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])", start))
    possible, likely = [], []
    for codec, usual, called, script, least in SCRIPTS:
        possible += [called] if _foreign(start, codec) else []
        foreign = _foreign(start, usual)
        if len(re.findall(script, foreign)) >= least * len(foreign) and len(foreign) >= ENOUGH_FOR_A_GUESS:
            likely.append(called)
    if pairs > singles:
        return likely[:1] or [*possible, LATIN]
    return [LATIN] if singles > pairs else []


def _foreign(raw: bytes, codec: str) -> str:
    """The characters outside ASCII of a text; "" where it is not in this encoding."""
    try:
        return "".join(character for character in raw.decode(codec) if ord(character) > 127)
    except UnicodeDecodeError:
        return ""


def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping of a JSON text. ValueError where it has two keys of one name."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key appears twice")
    return made


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Without looking for garbage, which takes longer the more cells there are, and of which there is none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
