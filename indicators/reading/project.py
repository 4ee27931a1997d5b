"""Open a project folder and check everything: one list of problems, and all that does not depend on a fault.

The tables are kept while no byte of the data folder changes; `codebook` names texts that explain its tables.
"""

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from indicators.nouns.config import ANNOTATION_COLUMNS, CHOICE_COLUMNS, CORRECTION_COLUMNS, LOCAL, SOURCE_COLUMNS, Config, Limits, Pillar
from indicators.nouns.definition import PROSE, Definition, called_now, former_names, rule_called
from indicators.nouns.descriptor import Resource, Resources
from indicators.nouns.periods import first_day, parse_period
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import Names, in_names
from indicators.problems import Fault, Place, Problem, ProblemsFound, Report, fault, refused, report_all
from indicators.reading.composites import not_scored_faults
from indicators.reading.definitions import Written, cross_check, read_definitions
from indicators.reading.dependencies import parts_of, size_faults, tables_of, with_parts_called
from indicators.reading.descriptors import Described, Descriptor, read_descriptors
from indicators.reading.files import decoded, parquet_in, path_faults, read_raw
from indicators.reading.kept import state_of
from indicators.reading.links import Linked, linked, measured_later, referred, with_referred
from indicators.reading.scopes import choice_problems, scope_problems, stated_problems, with_any_scope
from indicators.reading.spelling import definition_faults
from indicators.reading.store import read_stored
from indicators.reading.store_rules import config_faults_of
from indicators.reading.tables import LIMITS, read_table
from indicators.reading.validation import from_file
from indicators.reading.yamlfile import YamlFile, read_yaml
from indicators.suggestions import suggest

READ = (".csv", ".yaml", ".parquet")


class _Read(NamedTuple):
    """A table as its own file gives it, before its links are checked, and the digest of that file ("" where there is none). `sound`: of
    a faulty table the rows without a fault."""

    digest: str
    table: Table | None
    problems: tuple[Problem, ...]
    sound: Table | None = None


@dataclass(frozen=True)
class Collection:
    """All tables of a project. `digest`: SHA-256 over the names and bytes of the folder's tables and descriptors. `read`: the
    tables before they were linked. `forms`: the names of all files, with the digests of descriptors, which have the problems `of_forms`.
    `links`: what the links of each table gave. `only`: the tables that were asked for; None if all were."""

    described: Described = field(repr=False)
    tables: Mapping[str, Table] = field(repr=False)
    problems: tuple[Problem, ...]
    digest: str
    read: Mapping[str, _Read] = field(repr=False)
    forms: Mapping[str, str] = field(repr=False)
    of_forms: tuple[Problem, ...]
    links: Mapping[str, Linked] = field(repr=False)
    only: Set[str] | None = None

    @property
    def readable(self) -> Mapping[str, Table]:
        """Tables before they were linked, and of faulty ones the rows without a fault: to look for further faults."""
        parts = {name: one.table or one.sound for name, one in self.read.items()}
        return {name: part for name, part in parts.items() if part}


def read_collection(
    root: Path, folder: str, before: Collection | None = None, only: Set[str] | None = None, limits: Limits = LIMITS, master: str = LOCAL
) -> Collection:
    """The tables of a folder; those `before` where no file has changed, and else only the changed ones read again. `only`: these
    tables and those to which they refer, instead of all. `limits`: how much of a table is read into memory; `master`: of Spark."""
    digest, digests = _digests(root, folder, limits)
    if before and before.digest == digest and before.only == only:
        return before
    forms, problems = {name: one if name.endswith(".yaml") else "" for name, one in digests.items()}, list[Problem]()
    if before and before.forms == forms:
        described, of_forms = before.described, before.of_forms
    else:
        described, of_forms = read_descriptors(root, folder, problems.append), tuple(problems)
    wanted = described.valid.keys() if only is None else with_referred(only, described.resources)
    same = {name: before.read.get(name) for name, one in described.valid.items() if before and before.described.valid.get(name) == one}
    of_file = {name: f"{limits}" + "".join(digests.get(path, "") for path in one.resource.path_) for name, one in described.valid.items()}
    needed = {name: one for name, one in described.valid.items() if name in wanted}
    read = {name: _read(root, folder, one, of_file[name], same.get(name), limits, master) for name, one in needed.items()}
    links = _links(folder, described, read, before)
    problems = [*of_forms, *(problem for one in read.values() for problem in one.problems)]
    problems += (problem for one in links.values() for problem in one.problems)
    tables = {name: one.table for name, one in links.items() if one.table}
    return Collection(described, tables, tuple(problems), digest, read, forms, of_forms, links, only)


def _links(folder: str, described: Described, read: Mapping[str, _Read], before: Collection | None) -> dict[str, Linked]:
    """What the links of each table give; what they gave `before` where neither the table has changed nor one to which it refers."""
    whole = {name: one.table for name, one in read.items() if one.table}
    sound = {name: one.sound for name, one in read.items() if one.sound}
    resources, former = described.resources, before.described.resources if before else {}
    links = {}
    for name, one in read.items():
        others = referred(resources[name], resources)
        is_same = before is not None and before.read.get(name) is one and referred(former[name], former) == others
        if before and is_same and all(before.read.get(other) is read.get(other) for other in others):
            links[name] = before.links[name]
        else:
            links[name] = linked(name, whole, sound, described.valid[name], folder)
    return links


def _read(root: Path, folder: str, descriptor: Descriptor, digest: str, earlier: _Read | None, limits: Limits, master: str) -> _Read:
    if earlier and earlier.digest == digest:
        return earlier
    problems, sound = list[Problem](), list[Table]()
    before = earlier.table if earlier and not earlier.problems else None
    if descriptor.resource.in_store:
        table = read_stored(root, folder, descriptor, problems.append, master)
    else:
        table = read_table(root, folder, with_any_scope(descriptor), problems.append, sound.append, before, limits)
    whole, part = (one and replace(one, resource=descriptor.resource) for one in (table, next(iter(sound), None)))
    return _Read(digest, whole, tuple(problems), part)


def _digests(root: Path, folder: str, limits: Limits) -> tuple[str, dict[str, str]]:
    """Of all files that can be read as tables or descriptors, together and by name; what lies outside the project is not opened."""
    together, alone = hashlib.sha256(f"{folder} {limits}".encode()), {}
    for path in sorted((root / folder).glob("*")):
        if any(path_faults(root, folder, path.name)):
            continue
        if parquet_in(path) if path.is_dir() else path.suffix in READ and path.is_file():
            content = _content(path, limits.bytes)
            together.update(f"{path.name}\0{len(content)}\0".encode())
            together.update(content)
            alone[path.name] = hashlib.sha256(content).hexdigest()
    return together.hexdigest(), alone


def _content(path: Path, largest: int) -> bytes:
    """The bytes of a file; of one that will not be read (too large, or not to be opened) its size and time, or the error."""
    try:
        state = path.stat()
        if path.is_dir() or path.suffix == ".parquet":
            return repr(state_of(parquet_in(path) if path.is_dir() else [path])).encode()
        return path.read_bytes() if state.st_size <= largest else f"{state.st_size} {state.st_mtime_ns}".encode()
    except OSError as e:
        return str(e.errno).encode()


def read_documents(root: Path, names: tuple[str, ...], file: YamlFile, report: Report) -> dict[str, str]:
    """The texts by name; a file that cannot be shown is reported at its place in config.yaml and left out."""
    texts = {}
    for i, name in enumerate(names):
        problems: list[Problem] = []
        text = _text(root, name, problems.append)
        for problem in problems:
            report(replace(problem, place=file.place(("codebook", i)), message=f"{name}: {problem.message}"))
        if text is not None:
            texts[name] = text
    return texts


def _text(root: Path, name: str, report: Report) -> str | None:
    path, place = root / name, Place(name)
    if report_all(path_faults(root, ".", name), place, report):
        return None
    if not path.exists():
        guess = suggest(path.name, [p.name for p in path.parent.glob("*.md")])
        report(fault("missing-file/document", hint=guess).at(place))
        return None
    raw = read_raw(path, name, "keep the codebook short", report)
    return None if raw is None else decoded(raw, name, report)


CONFIG, FOLDERS = "config.yaml", ("data", "definitions")
READ_OUT, DRAWN = ("sources",), ("sources", "annotations", "annotation_choice")
"""Which tables of config.yaml are needed to say what a number is made from, and to draw it."""


@dataclass(frozen=True)
class Project:
    """What was read: `tables` that are valid on the day of the data; `definitions` by id, with their variants inside; `broken` says
    why others are left out. `written` knows the lines of definitions.
    `pillars`, `indicators` and the names of `collection` include faulty ones."""

    root: Path
    config: Config
    collection: Collection = field(repr=False)
    tables: Mapping[str, Table] = field(repr=False)
    definitions: Mapping[str, Definition] = field(repr=False)
    problems: tuple[Problem, ...]
    places: Mapping[str, Place] = field(repr=False)
    broken: Mapping[str, str]
    documents: Mapping[str, str] = field(repr=False)
    written: Mapping[str, Written] = field(repr=False)
    pillars: Names = field(repr=False)
    indicators: Names = field(repr=False)

    def definition(self, name: str) -> Definition:
        """The definition called `id` or `id@variant`; KeyError where there is none."""
        return rule_called(name, self.definitions)

    @functools.cached_property
    def rules(self) -> Mapping[str, Definition]:
        return {rule.name: rule for definition in self.definitions.values() for rule in definition.rules}

    @functools.cached_property
    def resources(self) -> Mapping[str, Resource]:
        """Descriptors of the tables, by name."""
        return {name: table.resource for name, table in self.tables.items()}

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems because of which something is not computed."""
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def formerly(self) -> Mapping[str, str]:
        """Former names of indicators and variants, those with faults among them -> their names of today."""
        return former_names(item.definition for item in self.written.values())

    @property
    def unread(self) -> tuple[Problem, ...]:
        """Problems because of which a pillar, table or indicator may be missing among the names, or a table among `form`."""
        return tuple(sorted({*self.pillars.problems, *self.collection.described.names.problems, *self.indicators.problems}))


def open_project(
    root: Path,
    *,
    before: Project | None = None,
    drafts: Mapping[str, str] | None = None,
    only: Iterable[str] | None = None,
    roles: Iterable[str] = READ_OUT,
) -> Project:
    """Read and check a project. ProblemsFound only where config.yaml cannot be read; other faults are in `problems`.

    Tables are taken from the project `before` where no file of theirs has changed. `drafts`: definition files, by their names in the
    project, with a text that is read instead of the file's. `only`: the names of indicators; the tables behind them, those to which
    these refer, and those that config.yaml names for `roles` are read and checked, and `definitions` has what is behind them. Where
    one of the names is not known, everything is read: what was meant can be any.
    """
    head = _read_head(root)
    if not head.pillars.complete:
        raise ProblemsFound(head.pillars.problems)
    return _opened(root, head, before, drafts, None if only is None else (tuple(only), tuple(roles)))


def open_for_names(root: Path, before: Project | None = None) -> Project:
    """The project as far as it can be read, for its names and never for numbers: of a config.yaml with faults its folders and
    pillars count. ProblemsFound where there is none, or where a folder leads out of the project."""
    return _opened(root, _read_head(root), before)


def _opened(
    root: Path,
    head: "_Head",
    before: Project | None,
    drafts: Mapping[str, str] | None = None,
    asked: tuple[tuple[str, ...], tuple[str, ...]] | None = None,
) -> Project:
    config, file, pillars = head
    problems = [*pillars.problems]
    read, how = before.collection if before else None, (config.limits, config.spark.master)
    described = read_collection(root, config.data, read, set(), *how) if asked else None
    collection = described or read_collection(root, config.data, read, None, *how)
    written, indicators = read_definitions(root, config.definitions, tuple(pillars.titles), problems.append, drafts)
    formerly = former_names(item.definition for item in written.values())
    if formerly:
        today = functools.partial(called_now, formerly=formerly)
        written = {name: item._replace(definition=with_parts_called(item.definition, today)) for name, item in written.items()}
        config = config.model_copy(update={"headline": tuple(map(today, config.headline))})
    resources = collection.described.resources
    faulty = cross_check(written, indicators.all, resources, problems.append)
    needed: Mapping[str, Written] = written
    if asked:
        needed, only = _asked_for(*asked, written, faulty, config)
        collection = read_collection(root, config.data, collection, only, *how)
    late = measured_later(collection.readable, config.data, config.today) if pillars.complete else {}
    problems += [*collection.problems, *chain.from_iterable(late.values())]
    tables = {name: one for name, one in collection.tables.items() if name not in late} if late else collection.tables
    faulty |= {name for name, item in needed.items() if name not in faulty and _is_misspelt(item, tables, problems.append)}
    faulty |= {name for name, item in written.items() if name not in faulty and _is_unsourced(item, config, tables, problems.append)}
    faulty |= {name for name, item in needed.items() if name not in faulty and _is_too_large(item, tables, problems.append)}
    broken = _broken(needed, faulty & needed.keys(), tables)
    problems += _name_problems(config, file, collection, indicators, written)
    documents = read_documents(root, config.codebook, file, problems.append)
    definitions = _with_variants({name: _named(item.definition, config.names) for name, item in needed.items() if name not in broken})
    places = {name: item.place() for name, item in written.items()}
    every = tuple(sorted(set(problems)))
    return Project(root, config, collection, tables, definitions, every, places, broken, documents, written, pillars, indicators)


def _asked_for(
    names: Iterable[str], roles: Iterable[str], written: Mapping[str, Written], faulty: Set[str], config: Config
) -> tuple[Mapping[str, Written], Set[str] | None]:
    """The definitions behind some names, and the tables that these and the roles need: all, and None, where a name is not known."""
    formerly = former_names(item.definition for item in written.values())
    behind = _behind({called_now(name, formerly) for name in names}, written)
    if behind is None:
        return written, None
    tables = {table for name, item in behind.items() if name not in faulty for table in tables_of(item.definition)}
    return behind, tables | {name for role in roles if (name := getattr(config, role))}


def _behind(names: set[str], written: Mapping[str, Written]) -> dict[str, Written] | None:
    """The definitions behind some names, each with its indicator, all its variants and its parts; None where one of the names is not
    written."""
    rules: dict[str, list[str]] = {}
    for name, item in written.items():
        rules.setdefault(item.definition.id, []).append(name)
    if not names <= written.keys():
        return None
    new, every = names, set[str]()
    while new := {written[name].definition.id for name in new & written.keys()} - every:
        every |= new
        new = {part for one in new for name in rules[one] for part in parts_of(written[name].definition)}
    return {name: item for name, item in written.items() if item.definition.id in every}


class _Head(NamedTuple):
    """config.yaml, or what can be read of it, with its pillars: complete where it is valid."""

    config: Config
    file: YamlFile
    pillars: Names


def _read_head(root: Path) -> _Head:
    outside = [one.at(Place(CONFIG)) for one in path_faults(root, ".", CONFIG)]
    if outside:
        raise ProblemsFound(outside)
    if not (root / CONFIG).exists():
        hint = "name the project's folder with --project, or start one with: relations new DIR"
        raise refused(fault("missing-file/config", hint=hint, config=CONFIG, folder=root.resolve()), Place(CONFIG))
    problems: list[Problem] = []
    read = read_yaml(root / CONFIG, CONFIG, problems.append)
    file = read or YamlFile(CONFIG)
    valid = from_file(Config, file, problems.append) if read else None
    config = valid or _outline(file)
    for key in FOLDERS:
        problems += (refusal.at(file.place((key,))) for refusal in path_faults(root, ".", getattr(config, key)))
    if any(problem.code == "outside-project" for problem in problems):
        raise ProblemsFound(problems)
    return _Head(config, file, Names({p.id: p.title for p in config.pillars}, valid is not None, tuple(problems)))


def _outline(file: YamlFile) -> Config:
    """Folders and pillars of a config.yaml that has faults elsewhere, or in some of them."""
    written = file.data if isinstance(file.data, dict) else {}
    listed = written["pillars"] if isinstance(written.get("pillars"), list) else []
    named = [one for one in listed if isinstance(one, dict) and isinstance(one.get("id"), str)]
    pillars = tuple(Pillar.model_construct(id=one["id"], title=str(one.get("title") or "")) for one in named)
    folders = {key: written[key] for key in FOLDERS if written.get(key) and isinstance(written[key], str)}
    return Config.model_construct(pillars=pillars, **folders)


def _name_problems(
    config: Config, file: YamlFile, collection: Collection, indicators: Names, written: Mapping[str, Written]
) -> Iterator[Problem]:
    """Names of indicators, pillars and tables, in config.yaml, composites and tables, of which there are none."""
    titles, tables = {one.id: one.title for one in config.pillars}, collection.readable
    for item in written.values() if indicators.complete else ():
        if item.definition.composite and item.says(("not_scored",)):
            scored = not_scored_faults(item.definition.composite.not_scored, titles, indicators.titles)
            yield from (finding.at(item.place) for finding in scored)
    yield from (finding.at(file.place) for finding in _config_faults(config, indicators.all, collection.described.resources))
    yield from scope_problems(config, tables, collection.described, indicators, written)
    yield from choice_problems(config, tables, indicators)
    yield from stated_problems(config, tables, indicators, written)


def _config_faults(config: Config, named: Set[str] | None, resources: Resources) -> Iterator[Fault]:
    """Where config.yaml names an indicator, a pillar or a table that is not there, or a table not of the kind that is needed."""
    for i, name in enumerate(config.headline):
        if named is not None and name not in named:
            yield fault("unknown-indicator/config", "headline", i, hint=suggest(name, named), key="headline", indicator=name)
    for i, name in enumerate(config.briefing.pillars):
        pillars = [one.id for one in config.pillars]
        if name not in pillars:
            yield fault("unknown-pillar", "briefing", "pillars", i, hint=suggest(name, pillars), pillar=name)
    yield from _contradictions(config)
    roles: dict[str, set[str]] = {"annotations": ANNOTATION_COLUMNS, "annotation_choice": CHOICE_COLUMNS, "chronology": set()}
    yield from config_faults_of(config, resources)
    for key, columns in (roles | {"sources": SOURCE_COLUMNS, "corrections": CORRECTION_COLUMNS}).items():
        name = getattr(config, key)
        if name and resources.is_unknown(name):
            yield fault("unknown-table", key, hint=suggest(name, resources), table=name)
        elif name in resources and not columns <= set(resources[name].columns):
            missing = ", ".join(sorted(columns - set(resources[name].columns)))
            hint = f"a table of {key} has {', '.join(sorted(columns))}"
            yield fault("missing-column/purpose", key, hint=hint, table=name, purpose=key, columns=missing)


def _contradictions(config: Config) -> Iterator[Fault]:
    """Names that a config.yaml without other faults gives twice, and a window in which there is nothing."""
    if not {"sides", "window", "as_of"} <= config.model_fields_set:
        return
    for key, every in (("sides", [side.code for side in config.sides]), ("pillars", [pillar.id for pillar in config.pillars])):
        for i, name in enumerate(every):
            if name in every[:i]:
                yield fault("duplicate-id/config", key, i, hint="rename one of them, or remove it", key=key, name=name)
    if first_day(*parse_period(config.window.start)) > config.today:
        hint = "write an earlier period, or a later as_of"
        yield fault("wrong-value/late-window", "window", "from", hint=hint, start=config.window.start, as_of=config.as_of)


def _broken(written: Mapping[str, Written], faulty: set[str], tables: Mapping[str, Table]) -> dict[str, str]:
    """Definitions that cannot be computed, and why."""
    broken = {name: f"its definition has a fault ({written[name].place()})" for name in faulty}
    for name, item in written.items():
        missing = sorted(tables_of(item.definition) - set(tables)) if name not in broken else []
        if missing:
            broken[name] = f"the table {missing[0]!r} has faults"
    before = -1
    while before < len(broken):
        before = len(broken)
        for name, item in written.items():
            bad = [part for part in parts_of(item.definition) if part in broken or part not in written] if name not in broken else []
            if bad:
                broken[name] = f"its part {bad[0]!r} cannot be computed"
            elif name not in broken and item.definition.id in broken:  # a variant is found through its indicator
                broken[name] = f"{item.definition.id!r} cannot be computed: {broken[item.definition.id]}"
    return broken


def _is_misspelt(item: Written, tables: Mapping[str, Table], report: Report) -> bool:
    """Whether a definition looks for texts that only look like those of the cells; what a variant takes over is reported once."""
    if item.definition.table not in tables:
        return False
    return report_all(definition_faults(item.definition, tables), item.place, report)


def _is_too_large(item: Written, tables: Mapping[str, Table], report: Report) -> bool:
    """Whether a definition asks for more numbers than are computed at once."""
    table = tables.get(item.definition.table or "")
    return table is not None and report_all(size_faults(item.definition, table), item.place, report)


def _is_unsourced(item: Written, config: Config, tables: Mapping[str, Table], report: Report) -> bool:
    """Whether a reference line names a source that the table of sources does not have; what a variant takes over is reported once."""
    table = tables.get(config.sources or "")
    if table is None or not item.says(("lines",)):
        return False
    known = table.frame[table.resource.schema_.primaryKey[0]].tolist()
    unknown = [(n, line.source) for n, line in enumerate(item.definition.lines) if line.source not in known]
    trail, where = ("lines", "source"), table.resource.path
    wrong = (fault("unknown-id/line", trail[0], n, trail[1], hint=suggest(one, known, most=6), id=one, where=where) for n, one in unknown)
    return report_all(wrong, item.place, report)


def _named(definition: Definition, names: Mapping[str, str]) -> Definition:
    """The definition with its prose under the project's policy of names."""

    def written(prose: str | tuple[str, ...]) -> str | tuple[str, ...]:
        return in_names(prose, names) if isinstance(prose, str) else tuple(in_names(one, names) for one in prose)

    lines = tuple(line.model_copy(update={"label": in_names(line.label, names)}) for line in definition.lines)
    return definition.model_copy(update={"lines": lines} | {key: written(getattr(definition, key)) for key in PROSE})


def _with_variants(good: Mapping[str, Definition]) -> dict[str, Definition]:
    """Definitions by id, each with its variants inside."""
    variants: dict[str, dict[str, Definition]] = {}
    for one in good.values():
        if one.variant:
            variants.setdefault(one.id, {})[one.variant] = one
    return {name: one.model_copy(update={"variants": variants.get(name, {})}) for name, one in good.items() if not one.variant}
