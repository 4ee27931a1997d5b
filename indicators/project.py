"""Open a project folder and check everything: one list of problems, and all that does not depend on a fault."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path

from indicators.annotations import COLUMNS
from indicators.collection import Collection, read_collection
from indicators.config import Config
from indicators.crosscheck import cross_check, parts_of, tables_of
from indicators.documents import read_documents
from indicators.files import path_faults
from indicators.inventory import CORRECTION
from indicators.model import Definition, Table, rule_called
from indicators.problems import Place, Problem, ProblemsFound, suggest
from indicators.provenance import SOURCE
from indicators.reading import Written, read_definitions
from indicators.resource import Resources
from indicators.validation import from_file
from indicators.vocabulary import in_names
from indicators.yamlfile import Trail, YamlFile, read_yaml

CONFIG, FOLDERS = "config.yaml", ("data", "definitions")


@dataclass(frozen=True)
class Project:
    """What was read: `definitions` by id, with their variants inside; `broken` tells why others are left out. `written`
    knows the lines of definitions."""

    root: Path
    config: Config
    collection: Collection = field(repr=False)
    definitions: Mapping[str, Definition] = field(repr=False)
    problems: tuple[Problem, ...]
    places: Mapping[str, Place] = field(repr=False)
    broken: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict, repr=False)
    written: Mapping[str, Written] = field(default_factory=dict, repr=False)

    @property
    def tables(self) -> Mapping[str, Table]:
        """Tables that can be read, by name."""
        return self.collection.tables

    def definition(self, name: str) -> Definition:
        """The definition called `id` or `id@variant`; KeyError where there is none."""
        return rule_called(name, self.definitions)


def open_project(root: Path, *, before: Project | None = None, drafts: Mapping[str, str] | None = None) -> Project:
    """Read and check a project. ProblemsFound only where config.yaml cannot be read; other faults stand in `problems`.

    Tables are taken from the project `before` where no file of theirs has changed. `drafts`: definition files, by their names in the
    project, with a text that is to be read instead of the one on the disk.
    """
    problems: list[Problem] = []
    config, file = _config(root, problems)
    collection = read_collection(root, config.data, before.collection if before else None)
    problems += collection.problems
    resources, tables = collection.resources, collection.tables
    written, named = read_definitions(root, config.definitions, tuple(p.id for p in config.pillars), problems.append, drafts)
    faulty = cross_check(written, named, resources, problems.append)
    broken = _broken(written, faulty, tables)
    _check_config(config, named, resources, file, problems)
    _check_charts(config, written, file, problems)
    documents = read_documents(root, config.codebook, file, problems.append)
    definitions = _with_variants({name: _named(item.definition, config.names) for name, item in written.items() if name not in broken})
    places = {name: item.place() for name, item in written.items()}
    return Project(root, config, collection, definitions, tuple(sorted(set(problems))), places, broken, documents, written)


def _config(root: Path, problems: list[Problem]) -> tuple[Config, YamlFile]:
    if not (root / CONFIG).exists():
        hint = "name the project's folder with --project, or begin one with: relations new DIR"
        raise ProblemsFound([Problem(Place(CONFIG), "missing-file", f"there is no {CONFIG} in {root.resolve()}", hint)])
    file = read_yaml(root / CONFIG, CONFIG, problems.append)
    config = from_file(Config, file, problems.append) if file else None
    for key in FOLDERS if file and config else ():
        assert file
        problems += (Problem(file.place(key), *fault) for fault in path_faults(root, ".", getattr(config, key)))
    if file is None or config is None or any(problem.code == "outside-project" for problem in problems):
        raise ProblemsFound(problems)
    return config, file


def _check_config(config: Config, named: Set[str] | None, resources: Resources, file: YamlFile, problems: list[Problem]) -> None:
    listed: list[tuple[Trail, str]] = [(("headline", i), name) for i, name in enumerate(config.headline)]
    listed += [(("pillars", n, "charts", i), name) for n, pillar in enumerate(config.pillars) for i, name in enumerate(pillar.charts)]
    for trail, name in listed:
        if named is not None and name not in named:
            message = f"{trail[-2]} names {name!r}, which is no indicator"
            problems.append(Problem(file.place(*trail), "unknown-indicator", message, suggest(name, named)))
    for key, columns in (("annotations", COLUMNS), ("sources", SOURCE), ("corrections", CORRECTION)):
        name = getattr(config, key)
        if name and resources.lacks(name):
            problems.append(Problem(file.place(key), "unknown-table", f"there is no table {name!r}", suggest(name, resources)))
        elif name in resources and not columns <= set(resources[name].columns):
            missing = ", ".join(sorted(columns - set(resources[name].columns)))
            message = f"{name!r} cannot be the table of {key}: it has no column {missing}"
            problems.append(Problem(file.place(key), "missing-column", message, f"a table of {key} has {', '.join(sorted(columns))}"))


def _check_charts(config: Config, written: Mapping[str, Written], file: YamlFile, problems: list[Problem]) -> None:
    """Charts of a pillar are indicators of this pillar, or rules of them."""
    for n, pillar in enumerate(config.pillars):
        own = [name for name, item in written.items() if item.definition.pillar == pillar.id]
        for i, name in enumerate(pillar.charts):
            if name in written and name not in own:
                message = f"{name!r} is no indicator of the pillar {pillar.id!r}"
                problems.append(Problem(file.place("pillars", n, "charts", i), "not-allowed", message, suggest(name, own)))


def _broken(written: Mapping[str, Written], faulty: set[str], tables: Mapping[str, Table]) -> dict[str, str]:
    """Definitions that cannot be computed, and why, so that a person who asks for one is told."""
    broken = {name: f"its definition has a fault ({written[name].place()})" for name in faulty}
    for name, item in written.items():
        missing = sorted(tables_of(item.definition) - set(tables)) if name not in broken else []
        if missing:
            broken[name] = f"the table {missing[0]!r} has faults"
    changed = True
    while changed:
        changed = False
        for name, item in written.items():
            bad = [part for part in parts_of(item.definition) if part in broken or part not in written] if name not in broken else []
            if bad:
                broken[name] = f"its part {bad[0]!r} cannot be computed"
                changed = True
    return broken


def _named(definition: Definition, names: Mapping[str, str]) -> Definition:
    """The definition with its prose under the project's policy of names."""
    prose = {key: in_names(getattr(definition, key), names) for key in ("title", "question", "counts", "credit")}
    return definition.model_copy(update=prose | {"notes": tuple(in_names(note, names) for note in definition.notes)})


def _with_variants(good: Mapping[str, Definition]) -> dict[str, Definition]:
    """Definitions by id, each with its variants inside."""
    bases = {name: definition for name, definition in good.items() if definition.variant is None}
    return {name: base.model_copy(update={"variants": _variants_of(name, good)}) for name, base in bases.items()}


def _variants_of(name: str, good: Mapping[str, Definition]) -> dict[str, Definition]:
    return {d.variant: d for d in good.values() if d.id == name and d.variant}
