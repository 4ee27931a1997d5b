"""The data folder read as a whole: descriptors, linked tables and their problems; kept while no byte of it changes."""

import hashlib
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from indicators.descriptors import Descriptor, read_descriptors
from indicators.files import path_faults
from indicators.links import link
from indicators.model import Table
from indicators.problems import Problem
from indicators.resource import Resources
from indicators.tables import LARGEST, read_table

READ = (".csv", ".yaml")


class _Read(NamedTuple):
    """A table as its own file gives it, before its links are checked, and the digest of that file ("" where there is none)."""

    digest: str
    table: Table | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Collection:
    """All tables of a project. `digest`: SHA-256 over the names and bytes of the folder's tables and descriptors. `read`: the
    tables before they were linked. `named`: as in `Resources`."""

    descriptors: Mapping[str, Descriptor] = field(repr=False)
    tables: Mapping[str, Table] = field(repr=False)
    problems: tuple[Problem, ...]
    digest: str
    read: Mapping[str, _Read] = field(default_factory=dict, repr=False)
    named: Set[str] | None = None

    @property
    def resources(self) -> Resources:
        """What the good descriptors say."""
        return Resources({name: descriptor.resource for name, descriptor in self.descriptors.items()}, self.named)


def read_collection(root: Path, folder: str, before: Collection | None = None) -> Collection:
    """The tables of a folder; those `before` where no file has changed, and else only the changed ones read again."""
    digest = _digest(root, folder)
    if before and before.digest == digest:
        return before
    problems: list[Problem] = []
    descriptors, named = read_descriptors(root, folder, problems.append)
    read = {name: _read(root, folder, descriptor, _earlier(name, descriptor, before)) for name, descriptor in descriptors.items()}
    problems += [problem for one in read.values() for problem in one.problems]
    tables = link({name: one.table for name, one in read.items() if one.table}, descriptors, folder, problems.append)
    return Collection(descriptors, tables, tuple(problems), digest, read, named)


def _earlier(name: str, descriptor: Descriptor, before: Collection | None) -> _Read | None:
    """A table as it was read under the same descriptor."""
    return before.read.get(name) if before and before.descriptors.get(name) == descriptor else None


def _read(root: Path, folder: str, descriptor: Descriptor, earlier: _Read | None) -> _Read:
    path = root / folder / descriptor.resource.path
    inside = path.is_file() and not any(path_faults(root, folder, descriptor.resource.path))
    digest = hashlib.sha256(_content(path)).hexdigest() if inside else ""
    if earlier and earlier.digest == digest:
        return earlier
    problems: list[Problem] = []
    return _Read(digest, read_table(root, folder, descriptor, problems.append), tuple(problems))


def _digest(root: Path, folder: str) -> str:
    """Of all files that can be read as tables or descriptors; what lies outside the project is not opened."""
    found = hashlib.sha256(folder.encode())
    for path in sorted((root / folder).glob("*")):
        if path.suffix in READ and path.is_file() and not any(path_faults(root, folder, path.name)):
            content = _content(path)
            found.update(f"{path.name}\0{len(content)}\0".encode())
            found.update(content)
    return found.hexdigest()


def _content(path: Path) -> bytes:
    """The bytes of a file; of one that will not be read (too large, or not to be opened) how it stands."""
    try:
        told = path.stat()
        return path.read_bytes() if told.st_size <= LARGEST else f"{told.st_size} {told.st_mtime_ns}".encode()
    except OSError as e:
        return str(e.errno).encode()
