"""Names of files, and writing them so that nobody ever finds half of one."""

import hashlib
import os
import re
from pathlib import Path

from dashboard.export.faults import fault
from dashboard.view import View

LONGEST = 120
"""Characters of a name, so that any file system and any archive takes it."""


def name_of(view: View, preset: str = "memo") -> str:
    """The name of a view's files, without suffix: safe everywhere; another preset than the memo's is told.

    What cannot stand in a name is replaced, and the view's hash is put behind, so that two views never share a name.

    >>> name_of(View("summonses", "journal", start="2019"), "slide")
    'summonses_variant-journal_from-2019_slide'
    >>> name_of(View("summonses", transform=("rolling_sum:window=3",)))
    'summonses_transform-rolling_sum-window-3_7ed8ae'
    """
    text = view.text
    name = re.sub(r"[?&]", "_", text).replace("=", "-")
    safe = re.sub(r"[^A-Za-z0-9_.-]+", "-", name)[:LONGEST]
    if safe != name or text.count("=") != text.count("&") + ("?" in text):
        safe += f"_{hashlib.sha256(text.encode()).hexdigest()[:6]}"
    return safe if preset == "memo" else f"{safe}_{preset}"


def folder(path: Path) -> Path:
    """The folder, made where it is not there. ProblemsFound where that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise fault("no-folder", f"{path} cannot be a folder: {e.strerror}", "name another with --output") from None
    return path


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; one that is there is replaced. ProblemsFound where that cannot be."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as e:
        part.unlink(missing_ok=True)
        raise fault("not-written", f"{path} cannot be written: {e.strerror}", "name another folder with --output") from None
