"""The project as each revision behind the current one has it, newest first: only the files that some indicators are made of.

Files come from git's objects as they were committed: no filter, hook, pager or other program of the repository is run, and nothing is
fetched or changed.
"""

import csv
import io
import tempfile
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType, TracebackType
from typing import Any, NamedTuple, Self

import yaml

from indicators.nouns.config import Config
from indicators.nouns.vocabulary import listed
from indicators.problems import Place, Problem, ProblemsFound
from indicators.reading.definitions import SECTIONS
from indicators.reading.descriptors import PACKAGE
from indicators.reading.files import path_faults
from indicators.reading.project import CONFIG, Project, open_project
from indicators.reading.repository import Objects, git, reason_of, unreadable
from indicators.reading.revision import check_repository
from indicators.reading.validation import from_file
from indicators.reading.yamlfile import read_text

LONGEST_SUBJECT = 72
IN_NUMBERS = ("sides", "as_of", "data", "definitions", "window", "names", "limits")
"""Keys of config.yaml on which numbers or the words of definitions depend, besides the ids of the pillars."""
FILE_MODES = (b"100644", b"100755")
ALWAYS = ""
"""The name of what is needed whatever is asked for."""


Files = Mapping[str, str | bytes]
"""What is needed of a revision: by the name of a file the id of its bytes, or these where only a part of the file is needed."""


class Commit(NamedTuple):
    """A revision: its id, its day, the first line of its message without characters that are not seen, and the ids of those before it."""

    id: str
    day: str
    subject: str
    parents: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What to call it.

        >>> Commit("1a2b3c4d5e", "1896-03-01", "One more audience").words
        '1a2b3c4 of 1896-03-01 (One more audience)'
        """
        return f"{self.id[:7]} of {self.day}{f' ({self.subject})' if self.subject else ''}"


@dataclass(frozen=True)
class State:
    """What a revision holds: its config.yaml, and the files of the project with the ids of their bytes."""

    config: Config
    files: Mapping[str, str]


class _Node(NamedTuple):
    """A definition or a table: the names that it answers to, files that it needs whole, all words in it that may be names of others, and
    the `item` that it needs under a `key` of what a `file` says as a `whole`; the `rules` in it that name
    categories, and the file with their `levels`."""

    names: Set[str]
    files: tuple[str, ...]
    named: Set[str]
    file: str = ""
    key: str = ""
    whole: Mapping[str, Any] = MappingProxyType({})
    item: str = ""
    rules: Any = None
    levels: str = ""


class History:
    """All revisions of a project, newest first, as a context. ProblemsFound where git or a repository is missing, or a revision in it."""

    def __init__(self, root: Path) -> None:
        check_repository(root)
        self._root = root
        self._prefix = git(root, "rev-parse", "--show-prefix").stdout.decode().rstrip("\n")
        self.is_shallow = git(root, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        self.commits = tuple(_commits(root))
        self._data: dict[str, Any] = {}
        self._levels: dict[tuple[str, Set[str]], str | bytes] = {}
        self._references: dict[int, tuple[Any, Set[str]]] = {}
        self._written: dict[str, str | bytes] = {}
        self._project: Project | None = None

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="relations-")
        self._objects = Objects(self._root).__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._objects.__exit__(kind, error, trace)
        self._folder.cleanup()

    def state(self, commit: Commit) -> State | None:
        """What a revision holds; None if the project is not in it. ProblemsFound if its config.yaml cannot be read today."""
        found = self._objects.read(f"{commit.id}:{self._prefix}{CONFIG}")
        if found is None:
            return None
        identity, raw = found
        config = self._config(raw)
        files = {CONFIG: identity}
        for folder in (config.data, config.definitions):
            tree = self._objects.read(f"{commit.id}:{self._prefix}{folder}")
            entries = _entries(tree[1], len(commit.id) // 2) if tree else ()
            files |= {f"{folder}/{name}": entry for name, entry in entries}
        return State(config, files)

    def _config(self, raw: bytes) -> Config:
        """What a config.yaml says that numbers depend on; its other keys may be of another day. ProblemsFound where it cannot
        be read, or its folders lead out of the project."""
        problems: list[Problem] = []
        read = read_text(raw.decode(errors="replace"), CONFIG, problems.append)
        config = from_file(Config, replace(read, data=_of_numbers(read.data)), problems.append) if read else None
        if config is None or problems:
            raise ProblemsFound(problems)
        for key in ("data", "definitions"):
            outside = path_faults(Path(self._folder.name), ".", getattr(config, key))
            problems += (refusal.at(Place(CONFIG)) for refusal in outside)
        if problems:
            raise ProblemsFound(problems)
        return config.model_copy(update={key: PurePosixPath(getattr(config, key)).as_posix() for key in ("data", "definitions")})

    def needed(self, state: State, indicators: Set[str]) -> Files | None:
        """All that these indicators may be made of; None if none of them is defined."""
        wanted = {f"indicator {name}" for name in indicators}
        defined, kept = list(self._definitions(state)), list[_Node]()
        if not any(node.names & wanted for node in defined):
            return None
        nodes, wanted = [*defined, *self._tables(state)], {ALWAYS, *wanted}
        while found := [node for node in nodes if node.names & wanted]:
            nodes = [node for node in nodes if not node.names & wanted]
            kept += found
            wanted = wanted.union(*(node.named for node in found))
        files: dict[str, str | bytes] = {name: state.files[name] for node in kept for name in node.files}
        texts = frozenset(text for node in kept for text in _texts(node.rules))
        for name in files.keys() & {f"{state.config.data}/{node.levels}" for node in kept}:
            files[name] = self._of_categories(state.files[name], texts)
        config = state.config.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return files | _parts(kept) | {CONFIG: _text(config)}

    def _definitions(self, state: State) -> Iterator[_Node]:
        folder = f"{state.config.definitions}/"
        for name in [name for name in state.files if name.startswith(folder) and name.endswith(".yaml")]:
            data = self._yaml(state.files[name])
            listed = {section: data[section] for section in SECTIONS if section in data} if isinstance(data, dict) else {}
            if not listed or not all(isinstance(one, dict) for one in listed.values()):
                yield _Node({ALWAYS}, (name,), self._named(data))
                continue
            for section, identity, written in [(section, *item) for section, one in listed.items() for item in one.items()]:
                formerly = self._named(written.get("formerly"), "formerly") if isinstance(written, dict) else ()
                names = {f"indicator {identity}", *formerly}
                yield _Node(names, (), self._named(written), name, section, data, identity, written)

    def _tables(self, state: State) -> Iterator[_Node]:
        folder = f"{state.config.data}/"
        package = self._yaml(state.files.get(folder + PACKAGE, ""))
        named = package.get("resources") if isinstance(package, dict) else None
        if not isinstance(named, list):
            yield _Node({ALWAYS}, tuple(name for name in state.files if name.startswith(folder)), set())
            return
        for item in [item for item in named if f"{folder}{item}" in state.files]:
            data = self._yaml(state.files[f"{folder}{item}"])
            read = data if isinstance(data, dict) else {}
            paths = [path for path in listed(read.get("path")) if isinstance(path, str)]
            files = (folder + item, *(folder + path for path in paths if folder + path in state.files))
            names = {f"table {name}" for name in (read["name"], *paths)} if "name" in read else {ALWAYS}
            rules = read.get("relations")
            levels = str(rules.get("coverage")) if isinstance(rules, dict) else ""
            yield _Node(names, files, self._named(data), folder + PACKAGE, "resources", package, item, rules, levels)

    def _of_categories(self, identity: str, categories: Set[str]) -> bytes | str:
        """The rows of a table of coverage levels that are about these categories; its id where it is not written in the plain way."""
        if (identity, categories) not in self._levels:
            found, kept = self._objects.read(identity), list[list[str]]()
            rows = list(csv.reader(io.StringIO(found[1].decode(errors="replace"), newline=""))) if found else []
            at = rows[0].index("category") if rows and "category" in rows[0] else -1
            kept = [row for n, row in enumerate(rows) if not n or len(row) != len(rows[0]) or row[at] in categories]
            out = io.StringIO(newline="")
            csv.writer(out, lineterminator="\n").writerows(kept)
            self._levels[identity, categories] = identity if at < 0 else out.getvalue().encode()
        return self._levels[identity, categories]

    def _named(self, data: Any, key: str = "") -> Set[str]:
        """What a part of a file names. What is read from a file is read once and kept, so that each part is its own key."""
        if id(data) not in self._references:
            self._references[id(data)] = data, frozenset(_references(data, key))
        return self._references[id(data)][1]

    def _yaml(self, identity: str) -> Any:
        """What a YAML file says; None if it has a fault of form, so that it is read whole."""
        if identity not in self._data:
            found, problems = self._objects.read(identity), list[Problem]()
            read = read_text(found[1].decode(errors="replace"), "", problems.append) if found else None
            self._data[identity] = read.data if read and not problems else None
        return self._data[identity]

    def opened(self, commit: Commit, files: Files) -> Project:
        """The project made of some files of a revision; of those of the revision opened before, only changed ones are written and read.
        ProblemsFound if that is no project that can be read today."""
        folder = Path(self._folder.name)
        for name in self._written.keys() - files.keys():
            (folder / name).unlink()
            del self._written[name]
        for name, held in files.items():
            if self._written.get(name) == held:
                continue
            found = held if isinstance(held, bytes) else (self._objects.read(held) or ("", None))[1]
            if found is None:
                raise unreadable(commit.id[:7], f"{name} is missing")
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(found)
            self._written[name] = held
        self._project = open_project(folder, before=self._project)
        return self._project


def _parts(nodes: list[_Node]) -> dict[str, bytes]:
    """The files of which only some items are needed, with these."""
    kept: dict[str, dict[str, Any]] = {}
    for node in nodes:
        if node.file:
            emptied = {key: type(node.whole[key])() for key in (node.key, *SECTIONS) if key in node.whole}
            part = kept.setdefault(node.file, dict(node.whole) | emptied)
            if isinstance(part[node.key], dict):
                part[node.key][node.item] = node.whole[node.key][node.item]
            else:
                part[node.key].append(node.item)
    return {name: _text(part) for name, part in kept.items()}


class _Plain(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # chosen at run time, as when reading
    """Writes YAML that our reader takes: without aliases, and texts of several lines as such."""

    def ignore_aliases(self, data: Any) -> bool:
        """Every value is written where it is."""
        return True


_Plain.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if text.endswith("\n") else None)
)


def _text(data: Any) -> bytes:
    return bytes(yaml.dump(data, Dumper=_Plain, allow_unicode=True, sort_keys=False, encoding="utf-8"))


def _commits(root: Path) -> Iterator[Commit]:
    """The revisions that touch the project's folder, those of merged branches among them."""
    form = "--format=%cs%x09%s"
    asked = ("--date-order", "--full-history", "--parents", "--encoding=UTF-8", form, "HEAD", "--", ".")
    answer = git(root, "rev-list", *asked)
    if answer.returncode:  # it ends where a commit is missing: what it has listed until then is not all
        raise unreadable("HEAD", reason_of(answer))
    lines = answer.stdout.decode(errors="replace").split("\n")
    for head, said in zip(lines[::2], lines[1::2], strict=False):  # "commit", ids; then day and subject
        _, identity, *parents = head.split(" ")
        day, _, subject = said.partition("\t")
        seen = "".join(character for character in subject if character.isprintable())
        short = seen if len(seen) <= LONGEST_SUBJECT else f"{seen[: LONGEST_SUBJECT - 1]}…"
        yield Commit(identity, day, short, tuple(parents))


def _of_numbers(data: Any) -> dict[str, Any]:
    """The keys of a config.yaml on which numbers depend."""
    said = data if isinstance(data, dict) else {}
    pillars = [{"id": one.get("id"), "title": ""} if isinstance(one, dict) else one for one in listed(said.get("pillars", []))]
    return {key: said[key] for key in IN_NUMBERS if key in said} | {"title": "", "pillars": pillars}


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


def _texts(data: Any) -> Iterator[str]:
    """All texts in a part of a file."""
    if isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from _texts(value)
    elif isinstance(data, str):
        yield data


NAMING = ("parts", "outside_check", "not_scored")
"""Keys of a composite under which the keys are names of indicators."""


def _references(data: Any, key: str = "", *, inside: bool = False) -> Iterator[str]:
    """What a definition or a descriptor names: indicators that are combined or are parts (or were, under `formerly`), and tables, also by
    their files.

    >>> sorted(_references({"combine": {"sum": ["balls@summer"]}, "where": {"guest": {"listed_in": "envoys.id"}}, "title": "All balls"}))
    ['indicator balls', 'table envoys', 'table envoys.id']
    """
    if isinstance(data, dict):
        yield from (f"indicator {name.partition('@')[0]}" for name in data if key in NAMING and isinstance(name, str))
        for name, value in data.items():
            yield from _references(value, name, inside=inside or name == "combine")
    elif isinstance(data, list):
        for value in data:
            yield from _references(value, key, inside=inside)
    elif isinstance(data, str):
        if inside or key == "formerly":
            yield f"indicator {data.partition('@')[0]}"
        if key in ("table", "resource") or "." in data:
            yield from (f"table {data}", f"table {data.partition('.')[0]}")
