"""The project as each revision behind the current one has it, newest first: only the files that some indicators are made of.

Files come from git's objects as they were committed: no filter, hook, pager or other program of the repository is run, and nothing is
fetched or changed.
"""

import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, NamedTuple, Self

from indicators.nouns.config import Config
from indicators.problems import Place, Problem, ProblemsFound, fault, refused
from indicators.reading.descriptors import PACKAGE
from indicators.reading.files import path_faults
from indicators.reading.project import CONFIG, Project, open_project
from indicators.reading.revision import OR_A_FOLDER, PLACE, git, git_is_there, surroundings
from indicators.reading.tables import LARGEST
from indicators.reading.validation import from_file
from indicators.reading.yamlfile import read_text

ANSWER = re.compile(rb"([0-9a-f]+) (\w+) (\d+)\n")
PIECE = 1 << 20
LONGEST_SUBJECT = 72
IN_NUMBERS = {"as_of", "window", "data", "definitions", "pillars"}
"""Keys of config.yaml that decide whether and how an indicator is computed and drawn; the others are words."""
FILE_MODES = (b"100644", b"100755")
ALWAYS = ""
"""The name of what is needed whatever is asked for."""


class Commit(NamedTuple):
    """A revision: its id, its day and the first line of its message, without characters that are not seen."""

    id: str
    day: str
    subject: str

    @property
    def words(self) -> str:
        """What to call it.

        >>> Commit("1a2b3c4d5e", "1896-03-01", "One more audience").words
        '1a2b3c4 of 1896-03-01 (One more audience)'
        """
        return f"{self.id[:7]} of {self.day}{f' ({self.subject})' if self.subject else ''}"


@dataclass(frozen=True)
class State:
    """What a revision holds: what its config.yaml says that numbers depend on, and the files of the project with the ids of their bytes."""

    settings: str
    config: Config
    files: Mapping[str, str]


class _Node(NamedTuple):
    """A definition or a table: the names that it answers to, its files, and all words in it that may be names of others."""

    names: Set[str]
    files: tuple[str, ...]
    words: Set[str]


class History:
    """All revisions of a project, newest first, as a context. ProblemsFound where git or a repository is missing."""

    def __init__(self, root: Path) -> None:
        git_is_there(root)
        self._root = root
        self._prefix = git(root, "rev-parse", "--show-prefix").stdout.decode().rstrip("\n")
        self.is_shallow = git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        self.commits = tuple(_commits(root))
        self._data: dict[str, Any] = {}
        self._written: dict[str, str] = {}
        self._project: Project | None = None

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="relations-")
        words = ["git", "--no-replace-objects", "cat-file", "--batch"]
        self._git = subprocess.Popen(
            words, cwd=self._root, env=surroundings(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._git.kill()
        self._git.communicate()
        self._folder.cleanup()

    def _object(self, name: str) -> tuple[str, bytes] | None:
        """The id and the bytes of an object, None if git has none of this name; of one that is too large to be read, blanks."""
        assert self._git.stdin
        assert self._git.stdout
        if "\n" in name:
            return None
        try:
            self._git.stdin.write(f"{name}\n".encode())
            self._git.stdin.flush()
        except BrokenPipeError:
            return None
        head = ANSWER.fullmatch(self._git.stdout.readline())
        if head is None:
            return None
        left = size = int(head[3])
        content = self._git.stdout.read(size) if size <= LARGEST else b" " * (LARGEST + 1)
        while size > LARGEST and left:
            left -= len(self._git.stdout.read(min(left, PIECE)))
        self._git.stdout.read(1)  # the line end behind each object
        return head[1].decode(), content

    def state(self, commit: Commit) -> State | None:
        """What a revision holds; None if the project is not in it. ProblemsFound if its config.yaml cannot be read today."""
        found = self._object(f"{commit.id}:{self._prefix}{CONFIG}")
        if found is None:
            return None
        identity, raw = found
        config = self._config(raw)
        files = {CONFIG: identity}
        for folder in (config.data, config.definitions):
            tree = self._object(f"{commit.id}:{self._prefix}{folder}")
            entries = _entries(tree[1], len(commit.id) // 2) if tree else ()
            files |= {f"{folder}/{name}": entry for name, entry in entries}
        return State(config.model_dump_json(include=IN_NUMBERS), config, files)

    def _config(self, raw: bytes) -> Config:
        """A config.yaml. ProblemsFound where it is not one, or its folders lead out of the project."""
        problems: list[Problem] = []
        read = read_text(raw.decode(errors="replace"), CONFIG, problems.append)
        config = from_file(Config, read, problems.append) if read else None
        if config is None:
            raise ProblemsFound(problems)
        for key in ("data", "definitions"):
            outside = path_faults(Path(self._folder.name), ".", getattr(config, key))
            problems += (refusal.at(Place(CONFIG)) for refusal in outside)
        if problems:
            raise ProblemsFound(problems)
        plain = {key: PurePosixPath(getattr(config, key)).as_posix() for key in ("data", "definitions")}
        return config.model_copy(update=plain)

    def needed(self, state: State, indicators: Set[str]) -> dict[str, str] | None:
        """The files, with their ids, that these indicators may be made of; None if none of them is defined."""
        defined = list(self._definitions(state))
        if not any(node.names & indicators for node in defined):
            return None
        nodes = [*defined, *self._tables(state)]
        wanted, kept = {ALWAYS, *indicators}, dict[str, str]()
        while found := [node for node in nodes if node.names & wanted]:
            nodes = [node for node in nodes if not node.names & wanted]
            for node in found:
                wanted |= node.words
                kept |= {name: state.files[name] for name in node.files}
        package = f"{state.config.data}/{PACKAGE}"
        return kept | {name: state.files[name] for name in (CONFIG, package) if name in state.files}

    def _definitions(self, state: State) -> Iterator[_Node]:
        folder = f"{state.config.definitions}/"
        for name in [name for name in state.files if name.startswith(folder) and name.endswith(".yaml")]:
            data = self._yaml(state.files[name])
            listed = data.get("indicators") if isinstance(data, dict) else None
            if not isinstance(listed, dict):
                yield _Node({ALWAYS}, (name,), _words(data))
                continue
            for identity, written in listed.items():
                formerly = _words(written.get("formerly")) if isinstance(written, dict) else set()
                yield _Node({identity, *formerly}, (name,), _words(written))

    def _tables(self, state: State) -> Iterator[_Node]:
        folder = f"{state.config.data}/"
        for name in [name for name in state.files if name.startswith(folder) and name.endswith(".yaml")]:
            data = self._yaml(state.files[name])
            if name == folder + PACKAGE or not isinstance(data, dict):
                continue
            paths = [path for path in _listed(data.get("path")) if isinstance(path, str)]
            files = (name, *(folder + path for path in paths if folder + path in state.files))
            yield _Node({str(data.get("name")), *paths}, files, _words(data))

    def _yaml(self, identity: str) -> Any:
        """What a YAML file says; None if it cannot be read."""
        if identity not in self._data:
            found = self._object(identity)
            read = read_text(found[1].decode(errors="replace"), "", lambda problem: None) if found else None
            self._data[identity] = read.data if read else None
        return self._data[identity]

    def opened(self, commit: Commit, files: Mapping[str, str]) -> Project:
        """The project made of some files of a revision; of those of the revision opened before, only changed ones are written and read.
        ProblemsFound if that is no project that can be read today."""
        folder = Path(self._folder.name)
        for name in self._written.keys() - files.keys():
            (folder / name).unlink()
            del self._written[name]
        for name, identity in files.items():
            if self._written.get(name) == identity:
                continue
            found = self._object(identity)
            if found is None:
                raise refused(fault("unreadable-revision", hint=OR_A_FOLDER, revision=commit.id[:7], reason=f"{name} is missing"), PLACE)
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(found[1])
            self._written[name] = identity
        self._project = open_project(folder, before=self._project)
        return self._project


def _commits(root: Path) -> Iterator[Commit]:
    """The revisions that touch the project's folder, those of merged branches among them."""
    form = "--format=%H%x09%cs%x09%s"
    listed = git(root, "rev-list", "--date-order", "--full-history", "--encoding=UTF-8", form, "HEAD", "--", ".")
    for line in listed.stdout.decode(errors="replace").split("\n"):
        identity, _, rest = line.partition("\t")
        if rest:
            day, _, subject = rest.partition("\t")
            seen = "".join(character for character in subject if character.isprintable())
            yield Commit(identity, day, seen if len(seen) <= LONGEST_SUBJECT else f"{seen[: LONGEST_SUBJECT - 1]}…")


def _entries(tree: bytes, width: int) -> Iterator[tuple[str, str]]:
    """Names and ids of the files in a folder, as git keeps it; links, folders and names that are paths are left out."""
    at = 0
    while at < len(tree):
        end = tree.index(b"\0", at)
        mode, _, raw = tree[at:end].partition(b" ")
        at = end + 1 + width
        name = raw.decode(errors="replace")
        if mode in FILE_MODES and "/" not in name and "\\" not in name and name.isprintable():
            yield name, tree[end + 1 : at].hex()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _words(data: Any) -> set[str]:
    """All that may be the name of something: texts without a blank, and the words in them.

    >>> sorted(_words({"combine": {"sum": ["balls@summer"]}, "title": "All balls"}))
    ['balls', 'balls@summer', 'combine', 'sum', 'summer', 'title']
    """
    if isinstance(data, dict):
        return set[str]().union(*map(_words, data), *map(_words, data.values()))
    if isinstance(data, list):
        return set[str]().union(*map(_words, data))
    is_name = isinstance(data, str) and (" " not in data or data.endswith(".csv"))
    return {data, *re.findall(r"\w+", data)} if is_name else set()
