"""What an import would write: tried on a copy of the project before, so that what is written passes every check; then written.

What makes a file part of the project is written last (a line of datapackage.yaml, or the table that is there already), so that at every
moment the project is the old one or the new one.
"""

import csv
import hashlib
import io
import shlex
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from indicators.problems import Place, Problem, ProblemsFound, fault, refused
from indicators.reading.descriptors import PACKAGE, Descriptor
from indicators.reading.files import decoded, parquet_in, path_faults, read_raw
from indicators.reading.importing.grids import read_grid
from indicators.reading.importing.newer import Newer, as_csv, column_fault, compared
from indicators.reading.importing.options import Kind, Options, cannot, reason
from indicators.reading.importing.packages import FILES, packaged, packaged_grid
from indicators.reading.importing.proposal import Proposal, proposed, table_named
from indicators.reading.project import CONFIG, READ, Project, open_project
from indicators.reading.replacing import replace_file
from indicators.reading.tables import LIMITS
from indicators.reading.yamlfile import in_yaml, read_yaml

ORIGINALS, LOG = "originals", "imports.csv"
SUFFIXES = (*READ, "")
"""Of files of a project, and of links to folders."""
LOG_HEADER = ["table", "file", "sha256", "options"]


class Plan(NamedTuple):
    """What would be written: files of the project by their names in it, in order; what is proposed; of a table that is there what
    changes. `problems`: what `check` would find that it does not find now."""

    proposal: Proposal
    files: Mapping[str, bytes]
    newer: Newer | None
    problems: tuple[Problem, ...]


def planned(root: Path, path: Path, options: Options, command: str = "") -> Plan:
    """The plan for a file. ProblemsFound, with the reason, where it cannot be read or something must be said by options."""
    project = open_project(root)
    package = packaged(path, options) if path.name in FILES else None
    source = package.path if package else path
    table, folder = table_named(path, options, package), project.config.data
    if not table.isidentifier() or table.startswith("_"):
        raise cannot(path.name, f"{table!r} is not the name of a table", "choose one with --name: letters, digits and _, a letter first")
    there = project.collection.described.valid.get(table)
    options = _as_before(there, options) if there else options
    proposal = proposed(packaged_grid(package, options) if package else read_grid(path, options), source, options, package)
    newer = _newer(root, folder, there, proposal, options) if there else None
    raw = source.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    original = f"{ORIGINALS}/{digest[:12]}-{source.name}"
    log = f"{folder}/{ORIGINALS}/{LOG}"
    descriptor = f"{folder}/{proposal.table}.resource.yaml"
    _refuse_outside(root, (f"{folder}/{original}", log, f"{folder}/{proposal.table}.csv", descriptor, f"{folder}/{PACKAGE}"))
    files = {f"{folder}/{original}": raw, log: _log(root, log, [proposal.table, Path(original).name, digest, command])}
    if there and newer:
        files[f"{folder}/{there.resource.path}"] = as_csv(newer.header, newer.rows).encode()
        files = {} if newer.is_same else files
    else:
        files[f"{folder}/{proposal.table}.csv"] = as_csv(proposal.header, proposal.rows).encode()
        files[descriptor] = _descriptor(proposal, original, digest).encode()
        for name, content in list(files.items())[-2:]:
            if (root / name).exists() and not _holds(root / name, content):  # the same is there where an import was interrupted
                raise cannot(path.name, f"{name} is there, and is not a valid table of the project", "remove it, or choose another --name")
        files[f"{folder}/{PACKAGE}"] = _listed(root, folder, proposal.table).encode()
    return Plan(proposal, files, newer, _new_problems(project, files))


def _refuse_outside(root: Path, names: Iterable[str]) -> None:
    """ProblemsFound where a file of the project is, through a link, one outside: it is neither read nor written."""
    outside = [one.at(Place(name)) for name in names for one in path_faults(root, ".", name)]
    if outside:
        raise ProblemsFound(outside)


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content


def write(root: Path, plan: Plan) -> None:
    """Write the files of a plan, each whole or not at all. ProblemsFound where one cannot be written, or is outside the project."""
    _refuse_outside(root, plan.files)
    for name, content in plan.files.items():
        path = root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not _holds(path, content):
                replace_file(path, content)
        except OSError as e:
            raise refused(fault("not-written/file", hint="make the folder writable", path=name, why=e.strerror), Place(name)) from None


def _new_problems(project: Project, files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """What a check of the project would find with these files that it does not find now."""
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder)
        for name in _names_read(project):
            _copy(project.root, trial, name)
        for name, content in files.items():
            (trial / name).parent.mkdir(parents=True, exist_ok=True)
            (trial / name).write_bytes(content)
        after = open_project(trial, before=project)
        before = {(one.place.file, one.code, one.message) for one in project.problems}
        return tuple(one for one in after.problems if (one.place.file, one.code, one.message) not in before)


def _names_read(project: Project) -> Iterator[str]:
    """The files that a project may consist of, by their names in it."""
    yield from (CONFIG, *(one for one in project.config.codebook if not any(path_faults(project.root, ".", one))))
    for folder in {project.config.data, project.config.definitions}:
        for path in sorted((project.root / folder).glob("*")):
            files = parquet_in(path) if path.is_dir() and not path.is_symlink() else [path] if path.suffix in SUFFIXES else []
            yield from (file.relative_to(project.root).as_posix() for file in files)


def _copy(root: Path, trial: Path, name: str) -> None:
    """Copy one file. A link out of the project becomes another link, and a pipe or a device becomes a folder: neither is opened, and a
    check finds the same problems as now."""
    source, target = root / name, trial / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if any(path_faults(root, ".", name)):
        target.symlink_to(trial.parent)
    elif source.is_file():
        shutil.copyfile(source, target)
    elif source.exists():
        target.mkdir()


# ---- a table that is there ----


def _as_before(there: Descriptor, options: Options) -> Options:
    """What need not be said again, because the descriptor says it: key, time and kind."""
    relations, key = there.resource.relations, there.resource.schema_.primaryKey
    kind: Kind = "observations" if relations.kind == "observations" else "reference" if relations.kind == "reference" else "events"
    return options._replace(
        key=options.key or tuple(one for one in key if one != relations.recorded),
        time=options.time or (relations.time.start if relations.time else ""),
        kind=options.kind or kind,
    )


def _newer(root: Path, folder: str, there: Descriptor, proposal: Proposal, options: Options) -> Newer:
    """The table with the newer file. ProblemsFound where the columns are others, or rows are gone and nobody says what to do with them."""
    resource = there.resource
    name = f"{folder}/{resource.path}"
    if len(resource.path_) > 1 or resource.dialect.separator != "," or not resource.path.endswith(".csv"):
        raise cannot(
            name, "the table has several files, or another form than an import writes", "add the rows by hand, or choose another --name"
        )
    recorded = resource.relations.recorded or ""
    if recorded and not options.recorded:
        raise cannot(name, f"the table keeps releases ({recorded})", "say of which day this one is: --recorded YYYY-MM-DD")
    rows = list(csv.reader(io.StringIO((root / name).read_text(encoding="utf-8-sig"), newline="")))
    header, before = rows[0], [row for row in rows[1:] if row]
    wrong = column_fault(header, proposal)
    if wrong:
        raise ProblemsFound([wrong.at(Place(name, 1))])
    newer = compared(header, before, resource.schema_.primaryKey, recorded, proposal, options.gone or "keep")
    if newer.gone and not options.gone and not recorded:
        shown = ", ".join(map(repr, newer.gone[:10])) + (f" and {len(newer.gone) - 10} more" if len(newer.gone) > 10 else "")
        hint = "keep them with --gone keep, or remove them with --gone remove"
        raise ProblemsFound([reason(f"{len(newer.gone)} rows of the table are not in the file: {shown}", hint).at(Place(name))])
    return newer


# ---- texts of new files ----


def _log(root: Path, name: str, row: list[str]) -> bytes:
    """The list of all imports with this one, once. ProblemsFound where the list that is there is not one."""
    rows, problems = [LOG_HEADER], list[Problem]()
    if (root / name).exists():
        raw = read_raw(root / name, name, "move it away: a new one is begun", problems.append, largest=LIMITS.bytes)
        text = None if raw is None else decoded(raw, name, problems.append)
        if text is None:
            raise ProblemsFound(problems)
        rows = _rows(text)
    if rows[:1] != [LOG_HEADER]:
        raise cannot(name, f"its first line is not {','.join(LOG_HEADER)}", "correct it, or move it away: a new one is begun", 1)
    return as_csv(LOG_HEADER, [*rows[1:], *([row] if row not in rows else [])]).encode()


def _rows(text: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        return []


def _descriptor(proposal: Proposal, original: str, digest: str) -> str:
    """A descriptor as a person would write it: a line for each column, and what to complete."""
    written = proposal.descriptor
    schema, relations = written.pop("schema"), written.pop("relations")
    sources = [*written.pop("sources", ()), {"title": f"{proposal.file}, as it came (SHA-256 {digest})", "path": original}]
    first = "# yaml-language-server: $schema=descriptors.schema.json\n# Imported. Complete the descriptions, the title and the credit.\n"
    lines = [first + "".join(f"{key}: {in_yaml(value)}\n" for key, value in written.items()) + "schema:\n  fields:\n"]
    lines += [f"    - {in_yaml(field)}\n" for field in schema["fields"]]
    lines += [f"  primaryKey: {in_yaml(schema['primaryKey'])}\n", "sources:\n", *(f"  - {in_yaml(one)}\n" for one in sources)]
    lines += ["relations:\n", *(f"  {key}: {in_yaml(value)}\n" for key, value in relations.items())]
    return "".join(lines)


def _listed(root: Path, folder: str, table: str) -> str:
    """datapackage.yaml with the new descriptor after the last one, everything else as it is."""
    name, new = f"{folder}/{PACKAGE}", f"{table}.resource.yaml"
    file = read_yaml(root / name, name, lambda _: None)
    listed = file.data.get("resources") if file and isinstance(file.data, dict) else None
    if not file or not isinstance(listed, list) or not listed:
        raise cannot(name, "it does not list the tables one below the other", f"add {new} by hand to a valid {PACKAGE}")
    text = (root / name).read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    at = file.place(("resources", len(listed) - 1)).line - 1
    last = lines[at]
    if not last.lstrip().startswith("- "):
        raise cannot(name, "its list of tables is not written one below the other", "write a line with - for each table")
    indent = last[: len(last) - len(last.lstrip())]
    ended = last if last.endswith("\n") else f"{last}\n"
    return "".join([*lines[:at], ended, f"{indent}- {new}\n", *lines[at + 1 :]])


def command_of(path: Path, arguments: list[str]) -> str:
    """The options of an import, as they are kept beside the original."""
    return shlex.join([path.name, *(one for one in arguments if one != "--write")])
