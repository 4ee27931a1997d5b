"""What a project has, as far as it can be read: faults are when an editor's help is needed most."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indicators.nouns.config import Config
from indicators.nouns.descriptor import Resource
from indicators.problems import Place, Problem, ProblemsFound, Report
from indicators.reading.descriptors import PACKAGE
from indicators.reading.files import path_faults
from indicators.reading.project import CONFIG
from indicators.reading.validation import from_file
from indicators.reading.yamlfile import YamlFile, read_yaml

Words = Mapping[str, str]
"""Names, each with what is told of it."""


@dataclass(frozen=True)
class Known:
    """What could be read of a project, and the problems met on the way.

    `tables`, `indicators` and `pillars` name also those with faults; `all_tables` and the like tell whether every file could
    be read, so that there are no others. `resources`: descriptors whose form is right. `scopes`: of notes for charts.
    """

    data: str
    definitions: str
    pillars: Words
    all_pillars: bool
    resources: Mapping[str, Resource]
    tables: Words
    all_tables: bool
    indicators: Words
    all_indicators: bool
    scopes: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_known(root: Path) -> Known:
    """What can be read of the project in a folder. ProblemsFound where it has no config.yaml."""
    problems: list[Problem] = []
    file = read_yaml(root / CONFIG, CONFIG, problems.append)
    if file is None and not (root / CONFIG).is_file():
        raise ProblemsFound(problems)
    config = from_file(Config, file, problems.append) if file else None
    data, definitions = _folder(file, "data"), _folder(file, "definitions")
    pillars = _pillars(file)
    resources, tables, all_tables = _tables(root, data, problems.append)
    indicators, all_indicators = _indicators(root, definitions, problems.append)
    notes = resources.get(config.annotations or "") if config else None
    scopes = notes.relations.lists["scope"].enum if notes and "scope" in notes.relations.lists else ()
    return Known(
        data=data,
        definitions=definitions,
        pillars=pillars,
        all_pillars=config is not None,
        resources=resources,
        tables=tables,
        all_tables=all_tables,
        indicators=indicators,
        all_indicators=all_indicators,
        scopes=scopes,
        problems=tuple(sorted(set(problems))),
    )


def _folder(file: YamlFile | None, key: str) -> str:
    """The folder that config.yaml names, or its default."""
    written = _mapping(file).get(key)
    return written if isinstance(written, str) and written else str(Config.model_fields[key].default)


def _mapping(file: YamlFile | None) -> Mapping[str, Any]:
    return file.data if file and isinstance(file.data, dict) else {}


def _pillars(file: YamlFile | None) -> dict[str, str]:
    written = _mapping(file).get("pillars")
    listed = [one for one in written if isinstance(one, dict)] if isinstance(written, list) else []
    return {one["id"]: str(one.get("title") or "") for one in listed if isinstance(one.get("id"), str)}


def _tables(root: Path, folder: str, report: Report) -> tuple[dict[str, Resource], dict[str, str], bool]:
    package = _inside(root, folder, PACKAGE, report)
    listed = _mapping(package).get("resources")
    paths = [path for path in listed if isinstance(path, str)] if isinstance(listed, list) else []
    resources, tables, whole = {}, {}, bool(paths)
    for path in paths:
        file = _inside(root, folder, path, report)
        name = _mapping(file).get("name")
        whole = whole and isinstance(name, str)
        resource = from_file(Resource, file, report) if file else None
        if isinstance(name, str):
            tables[name] = str(_mapping(file).get("title") or "")
        if resource:
            resources[resource.name] = resource
    return resources, tables, whole


def _inside(root: Path, folder: str, name: str, report: Report) -> YamlFile | None:
    """A file of the project; what leads out of it is told and not opened."""
    place = Place(f"{folder}/{name}")
    faults = [*path_faults(root, ".", folder), *path_faults(root, folder, name)]
    for one in faults[:1]:
        report(one.at(place))
    return None if faults else read_yaml(root / folder / name, place.file, report)


def _indicators(root: Path, folder: str, report: Report) -> tuple[dict[str, str], bool]:
    found: dict[str, str] = {}
    whole = True
    for path in sorted((root / folder).glob("*.yaml")):
        file = _inside(root, folder, path.name, report)
        written = _mapping(file).get("indicators")
        whole = whole and isinstance(written, dict)
        found |= dict(_names_in(written)) if isinstance(written, dict) else {}
    return found, whole


def _names_in(written: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Ids with titles; variants as id@variant, with their own title where they have one."""
    for name, raw in written.items():
        told = raw if isinstance(raw, dict) else {}
        yield name, str(told.get("title") or "")
        variants = told.get("variants")
        for variant, changes in variants.items() if isinstance(variants, dict) else ():
            own = changes if isinstance(changes, dict) else {}
            yield f"{name}@{variant}", str(own.get("title") or told.get("title") or "")
