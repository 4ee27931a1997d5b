"""A file that changes the recipe of a composite: what a variant of it may say, read and checked as one, and never published."""

from pathlib import Path
from typing import Any

from indicators.nouns.composite import COMPOSITE, CompositeOf, changed
from indicators.nouns.definition import Definition
from indicators.problems import Problem, ProblemsFound, fault, report_all
from indicators.reading.composites import RECIPE, as_definition, as_written, composite_faults, idle_faults
from indicators.reading.project import Project
from indicators.reading.validation import checked
from indicators.reading.yamlfile import read_yaml
from indicators.suggestions import suggest


def read_recipe(project: Project, name: str, path: Path) -> CompositeOf:
    """The recipe of a composite (`id` or `id@variant`) with the changes of a file. ProblemsFound, each at its line, where it has faults."""
    problems: list[Problem] = []
    file = read_yaml(path, str(path), problems.append)
    if file is None or problems:
        raise ProblemsFound(problems)
    if not isinstance(file.data, dict) or not file.data:
        raise ProblemsFound([fault("wrong-value/variant", hint="give the keys that it replaces", variant=path.name).at(file.place())])
    wrong = [fault("unknown-key", key, hint=suggest(key, RECIPE), key=key) for key in file.data if key not in RECIPE]
    base, changes = _written(project, name), {key: value for key, value in file.data.items() if key in RECIPE}
    definition, faults = checked(Definition, as_definition(changed(base, changes)))
    wrong += [*idle_faults(base, changes), *(one._replace(trail=as_written(one.trail)) for one in faults)]
    if not definition:
        valid = {key: value for key, value in changes.items() if key not in {one.trail[0] for one in wrong if one.trail}}
        definition, _ = checked(Definition, as_definition(changed(base, valid)))
    if definition:
        rules = {one: item.definition for one, item in project.written.items()}
        wrong += composite_faults(definition, rules, project.indicators.all, project.collection.described.resources)
    if report_all(wrong, file.place, problems.append) or not (definition and definition.composite):
        raise ProblemsFound(problems)
    return definition.composite


def _written(project: Project, name: str) -> dict[str, Any]:
    """What is written of a composite, or of a variant of it with what it takes over."""
    identity, _, variant = name.partition("@")
    item = project.written[identity]
    whole = item.file.data[item.trail[0]][identity]
    base = {key: value for key, value in whole.items() if key != "variants"} | {"id": identity, "pillar": COMPOSITE}
    return changed(base, whole["variants"][variant]) | {"variant": variant} if variant else base
