"""The data folder read as a whole: descriptors, linked tables and their problems; kept while no byte of it changes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from indicators.descriptors import Descriptor, read_descriptors
from indicators.files import path_faults
from indicators.links import link
from indicators.model import Table
from indicators.problems import Problem
from indicators.tables import read_table

READ = (".csv", ".yaml")


@dataclass(frozen=True)
class Collection:
    """All tables of a project. `digest`: SHA-256 over the names and bytes of the folder's tables and descriptors."""

    descriptors: Mapping[str, Descriptor] = field(repr=False)
    tables: Mapping[str, Table] = field(repr=False)
    problems: tuple[Problem, ...]
    digest: str


def read_collection(root: Path, folder: str, before: Collection | None = None) -> Collection:
    """The tables of a folder; those `before` where their files are still the same."""
    digest = _digest(root, folder)
    if before and before.digest == digest:
        return before
    problems: list[Problem] = []
    descriptors = read_descriptors(root, folder, problems.append)
    read = {name: read_table(root, folder, descriptor, problems.append) for name, descriptor in descriptors.items()}
    tables = link({name: table for name, table in read.items() if table}, descriptors, folder, problems.append)
    return Collection(descriptors, tables, tuple(problems), digest)


def _digest(root: Path, folder: str) -> str:
    """Of all files that can be read as tables or descriptors; what lies outside the project is not opened."""
    found = hashlib.sha256()
    for path in sorted((root / folder).glob("*")):
        if path.suffix in READ and path.is_file() and not any(path_faults(root, folder, path.name)):
            content = path.read_bytes()
            found.update(f"{path.name}\0{len(content)}\0".encode())
            found.update(content)
    return found.hexdigest()
