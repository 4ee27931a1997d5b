"""A project as a git revision has it: its config, tables and definitions in a temporary folder. Changes nothing."""

import datetime
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path, PurePosixPath

from indicators.nouns.config import Config
from indicators.problems import Place, Problem, ProblemsFound, fault, refused
from indicators.reading.project import CONFIG
from indicators.reading.validation import from_file
from indicators.reading.yamlfile import read_yaml

OR_A_FOLDER = "name another revision (git log --oneline lists them), or the folder of another project"
PLACE = Place("revision")


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
    commit = git(root, *words).stdout.decode().strip()
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
        last = git(root, "--literal-pathspecs", "log", "-1", "--format=%H", "--", *paths).stdout.decode().strip()
        return revision(root, f"{last}^") if last else None
    except ProblemsFound:
        return None


def committed_on(found: Revision) -> datetime.date:
    """The day on which a commit was made."""
    return datetime.date.fromisoformat(git(found.root, "show", "-s", "--format=%cs", found.commit).stdout.decode().strip())


def placed(problems: Iterable[Problem], prefix: str) -> tuple[Problem, ...]:
    """Problems of an earlier state, with its name before their places."""
    return tuple(replace(p, place=Place(prefix + p.place.file, p.place.line)) for p in problems)


@contextmanager
def unpacked(found: Revision) -> Iterator[Path]:
    """A folder with the project's config, tables, definitions and codebook as the revision has them; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="relations-") as name:
        folder = Path(name)
        _unpack(found, [CONFIG], folder)
        listed = git(found.root, "ls-tree", "-r", "-z", "--name-only", found.commit).stdout.decode().split("\0")
        wanted = [path for path in _paths(folder) if path == "." or any(f"{one}/".startswith(f"{path}/") for one in listed)]
        if wanted:
            _unpack(found, wanted, folder)
        yield folder


def _paths(folder: Path) -> list[str]:
    """Paths that a project has besides its config; none where that has faults, which are reported when it is opened."""
    file = read_yaml(folder / CONFIG, CONFIG, lambda problem: None)
    config = from_file(Config, file, lambda problem: None) if file else None
    return [PurePosixPath(path).as_posix() for path in (config.data, config.definitions, *config.codebook)] if config else []


def _unpack(found: Revision, paths: Sequence[str], folder: Path) -> None:
    packed = git(found.root, "--literal-pathspecs", "archive", "--format=tar", found.commit, "--", *paths)
    if packed.returncode:
        lines = packed.stderr.decode(errors="replace").strip().splitlines() or ["it does not say why"]
        raise refused(fault("unreadable-revision", hint=OR_A_FOLDER, revision=found.text, reason=lines[-1]), PLACE)
    with tarfile.open(fileobj=BytesIO(packed.stdout)) as files:
        for member in files:
            content = files.extractfile(member) if member.isfile() else None
            if content:
                target = folder / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())


def git(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    """What git answers in the project's folder, in English. ProblemsFound where git is not installed."""
    try:
        return subprocess.run(["git", *words], cwd=root, capture_output=True, env=surroundings(), check=False)
    except FileNotFoundError:
        raise refused(fault("no-git", hint="install it, or name another project's folder"), PLACE) from None


def surroundings() -> dict[str, str]:
    """The environment in which git is asked: it answers in English, and neither locks nor fetches anything."""
    return os.environ | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
