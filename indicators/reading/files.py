"""Which files may be read: those of the project, and of a size that a person can have written."""

import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

LONGEST = 200
"""Letters of a path."""


def path_faults(root: Path, folder: str, name: str) -> Iterator[tuple[str, str, str]]:
    """Why a path, from a folder of the project, is not followed (code, message, hint): it is no path, or leads out of the project.

    A link that leads out is no better than a path that does.
    """
    if len(name) > LONGEST or not name.isprintable():
        yield "missing-file", f"{name!r} is no path of a file", f"a path is text of up to {LONGEST} letters"
    elif PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or not _is_inside(root, f"{folder}/{name}"):
        yield "outside-project", f"{name!r} lies outside the project", "put it inside the project, and name it from there"


def beside_faults(name: str, suffix: str) -> Iterator[tuple[str, str, str]]:
    """Why a name is none of a file of the data folder itself (code, message, hint): only these are followed when they change."""
    if PurePosixPath(name).name != name or not name.endswith(suffix):
        yield (
            "wrong-value",
            f"{name!r} is no {suffix} file of the data folder itself",
            f"name a file beside this one that ends with {suffix}",
        )


def _is_inside(root: Path, name: str) -> bool:
    try:
        return (root / name).resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # links in a circle
        return False


def size_faults(path: Path, largest: int, hint: str) -> Iterator[tuple[str, str, str]]:
    """Why a file that is there is not opened (code, message, hint): it is none but a pipe or a device, or too large."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        yield "missing-file", "the file cannot be read: it is a folder, a pipe or a device", "put a file in its place"
    elif found.st_size > largest:
        yield too_large(found.st_size, largest, hint)


def too_large(size: int, largest: int, hint: str) -> tuple[str, str, str]:
    """What is wrong with a file of too many bytes (code, message, hint)."""
    return "file-too-large", f"{size:,} bytes are more than the {largest:,} allowed here", hint
