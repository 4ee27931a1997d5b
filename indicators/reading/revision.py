"""A project as a git revision has it: its config, tables and definitions in a temporary folder. Changes nothing."""

import contextlib
import datetime
import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from indicators.nouns.config import Config
from indicators.problems import Place, Problem, ProblemsFound, fault, refused
from indicators.reading.project import CONFIG
from indicators.reading.repository import OR_A_FOLDER, PIECE, PLACE, Objects, git, reason_of, unreadable
from indicators.reading.validation import from_file
from indicators.reading.yamlfile import read_yaml

MOST_FILES, MOST_BYTES = 5_000, 500_000_000
"""Files of a project that are read of a revision, and their bytes."""
LONGEST_NAME = 500
"""Characters of what names a revision."""
FILE_MODES = ("100644", "100755")


@dataclass(frozen=True)
class Revision:
    """A commit that has the project: `root` is the project's folder, `text` how the revision was named."""

    root: Path
    text: str
    commit: str


def revision(root: Path, text: str, hint: str = OR_A_FOLDER) -> Revision:
    """The revision of that name; `hint`: what else may be named. ProblemsFound where git, a repository, the revision or the project in
    it is missing."""
    check_repository(root, hint)
    words = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{text}^{{commit}}"]
    commit = git(root, *words).stdout.decode().strip() if text.isprintable() and len(text) <= LONGEST_NAME else ""
    if not commit:
        raise refused(fault("unknown-revision", hint=hint, revision=text), PLACE)
    if not git(root, "ls-tree", "--name-only", commit, CONFIG).stdout:
        raise refused(fault("no-project", hint=hint, revision=text, config=CONFIG), PLACE)
    return Revision(root, text, commit)


def check_repository(root: Path, hint: str = OR_A_FOLDER) -> None:
    """ProblemsFound where git is not installed, or the folder is not in a repository; `hint`: what else may be done."""
    if git(root, "rev-parse", "--git-dir").returncode:
        raise refused(fault("no-repository", hint=hint, folder=root), PLACE)


def before_last_change(root: Path, paths: Iterable[str]) -> Revision | None:
    """The commit before the last one that changed one of some files; None without git, such a commit, or a project in it."""
    try:
        last = git(root, "rev-list", "-1", "HEAD", "--", *paths).stdout.decode().strip()
        return revision(root, f"{last}^") if last else None
    except ProblemsFound:
        return None


def last_changed(root: Path, paths: Iterable[str]) -> datetime.datetime | None:
    """When the last commit that changed one of some files was made; None without git, such a commit, or a day that exists in it."""
    try:
        return _committed(root, "HEAD", "--", *paths)
    except ProblemsFound:
        return None


def committed_on(found: Revision) -> datetime.date:
    """The day on which a commit was made. ProblemsFound where git cannot give it, or our calendar does not have it."""
    moment = _committed(found.root, found.commit)
    if moment is None:
        raise unreadable(found.text, "its date cannot be read")
    return moment.date()


def _committed(root: Path, *words: str) -> datetime.datetime | None:
    """When the newest of some commits was made, where it was made; None without one, or where what it says cannot be a date, such
    as the year 10000 or a time zone of 99 hours."""
    answer = git(root, "rev-list", "-1", "--format=%cI", *words).stdout.decode(errors="replace").split()
    with contextlib.suppress(ValueError, IndexError):
        return datetime.datetime.fromisoformat(answer[2])  # behind "commit" and its id
    return None


def is_changed(found: Revision, config: Config) -> bool:
    """Whether the project's config, tables, definitions or codebook are others than in a revision. Files whose name, or whose folder's
    name, begins with a dot belong to programs and do not count."""
    paths = (CONFIG, *_named(config))
    committed = _files(found, paths)
    files = (file for path in paths for file in [found.root / path, *(found.root / path).rglob("*")] if file.is_file())
    there = {file.relative_to(found.root).as_posix(): file for file in files}
    held = {name: _blob(file, found.commit) for name, file in there.items() if not _is_hidden(name)}
    return held != {name: one for name, one in committed.items() if not _is_hidden(name)}


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))


def _blob(file: Path, like: str) -> str:
    """The id that git gives to the bytes of a file, in a repository with ids `like` this one."""
    digest = hashlib.new("sha1" if len(like) == 40 else "sha256", f"blob {file.stat().st_size}\0".encode())
    with file.open("rb") as data:
        while piece := data.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def placed(problems: Iterable[Problem], prefix: str) -> tuple[Problem, ...]:
    """Problems of an earlier state, with its name before their places."""
    return tuple(replace(p, place=Place(prefix + p.place.file, p.place.line)) for p in problems)


@contextmanager
def unpacked(found: Revision) -> Iterator[Path]:
    """A folder with the project's config, tables, definitions and codebook as the revision has them; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="relations-") as name:
        folder = Path(name)
        with Objects(found.root) as objects:
            _unpack(found, _files(found, [CONFIG]), objects, folder)
            _unpack(found, _files(found, _paths(folder)), objects, folder)
        yield folder


def _paths(folder: Path) -> list[str]:
    """Paths that a project has besides its config; none where that has faults, which are reported when it is opened."""
    file = read_yaml(folder / CONFIG, CONFIG, lambda problem: None)
    config = from_file(Config, file, lambda problem: None) if file else None
    return _named(config) if config else []


def _named(config: Config) -> list[str]:
    return [PurePosixPath(path).as_posix() for path in (config.data, config.definitions, *config.codebook)]


def _files(found: Revision, paths: Sequence[str]) -> dict[str, str]:
    """The files at and below some paths of the project, by their own paths, with the ids of their bytes. Links are left out, and names
    that lead elsewhere, which a repository may hold. ProblemsFound where git cannot list them."""
    if not paths:
        return {}
    listed = git(found.root, "ls-tree", "-r", "-z", found.commit, "--", *([] if "." in paths else paths))
    if listed.returncode:
        raise unreadable(found.text, reason_of(listed))
    files = {}
    for line in filter(None, listed.stdout.decode(errors="replace").split("\0")):
        head, _, name = line.partition("\t")
        mode, _, identity = head.split(" ")
        if mode in FILE_MODES and name.isprintable() and "\\" not in name and not {"", ".", ".."} & set(name.split("/")):
            files[name] = identity
    return files


def _unpack(found: Revision, files: Mapping[str, str], objects: Objects, folder: Path) -> None:
    """Write files of a revision to a folder. ProblemsFound where they are too many or too large, or git does not have one."""
    left = MOST_BYTES
    if len(files) > MOST_FILES:
        raise unreadable(found.text, f"it has more than {MOST_FILES:,} files")
    for name, identity in files.items():
        held = objects.read(identity)
        if held is None:
            raise unreadable(found.text, f"{name} is missing")
        left -= len(held[1])
        if left < 0:
            raise unreadable(found.text, f"its files have more than {MOST_BYTES:,} bytes")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(held[1])
