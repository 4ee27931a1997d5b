"""Definitions: YAML files to nouns, variants applied, cross-checked against tables, columns, categories and each other."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from indicators.files import path_faults
from indicators.model import Definition
from indicators.problems import Place, Problem, Report, suggest
from indicators.validation import lacks_only, validated
from indicators.yamlfile import Trail, YamlFile, read_text, read_yaml

LACKING = {"title": "…", "counts": "…", "unit": "…", "direction": "none", "frequency": "annual"}
"""What stands for a key that is missing while the rest of a definition is checked."""
FIXED = ("id", "pillar", "direction", "variants", "variant")
"""What a variant may not change."""


class Written(NamedTuple):
    """A definition (variants apart) with its place: `trail` leads to it in `file`; `own` are a variant's own keys. `whole`: it has
    every key that it needs, and no fault of form; one that is not is checked all the same, and never computed."""

    definition: Definition
    file: YamlFile
    trail: Trail
    own: frozenset[str] | None = None
    whole: bool = True

    def says(self, trail: Trail) -> bool:
        """Whether a part stands here, and is not what a variant takes over."""
        return self.own is None or not trail or trail[0] in self.own

    def place(self, trail: Trail = ()) -> Place:
        """Line of a part; what a variant takes over stands where the indicator says it."""
        return self.file.place(*(self.trail if self.says(trail) else self.trail[:2]), *trail)


def read_definitions(
    root: Path, folder: str, pillars: tuple[str, ...], report: Report, drafts: Mapping[str, str] | None = None
) -> tuple[dict[str, Written], set[str] | None]:
    """Every definition by name (`id`, `id@variant`) whose form is right, and all names that stand in the files (or in `drafts`).

    Contents are checked in `cross_check`. A name that stands there without a definition has faults of its own. The names
    are None where a file could not be read, so that nobody can say which there are.
    """
    found: dict[str, Written] = {}
    named: set[str] = set()
    admitted = definition_files(root, folder, report)
    whole = bool(admitted)
    for name, may in admitted.items():
        draft = drafts.get(name) if drafts else None
        file = None if not may else read_yaml(root / name, name, report) if draft is None else read_text(draft, name, report)
        readable = file is not None and _is_definition_file(file, pillars, report)
        whole = whole and readable
        if file and readable:
            for identity, raw in file.data["indicators"].items():
                variants = raw.get("variants") if isinstance(raw, dict) else None
                named |= {identity, *(f"{identity}@{variant}" for variant in (variants if isinstance(variants, dict) else ()))}
                _read_indicator(file, identity, found, file.without_echoes(report))
    return found, named if whole else None


def definition_files(root: Path, folder: str, report: Report) -> dict[str, bool]:
    """The definition files of a project by their names in it, and whether each may be read: what leads out of it may not."""
    names = {f"{folder}/{path.name}": list(path_faults(root, folder, path.name)) for path in sorted((root / folder).glob("*.yaml"))}
    if not names:
        message = "there is no definition file (*.yaml) here"
        report(Problem(Place(folder), "missing-file", message, "config.yaml says where definitions are"))
    for name, faults in names.items():
        for fault in faults:
            report(Problem(Place(name), *fault))
    return {name: not faults for name, faults in names.items()}


def _is_definition_file(file: YamlFile, pillars: tuple[str, ...], report: Report) -> bool:
    if not isinstance(file.data, dict):
        report(Problem(file.place(), "wrong-value", "a definition file is a mapping", "write pillar: … and indicators: …"))
        return False
    for key in file.data:
        if key not in ("pillar", "indicators"):
            report(Problem(file.place(key), "unknown-key", f"there is no key {key!r} here", suggest(key, ["pillar", "indicators"])))
    pillar = file.data.get("pillar")
    if pillar not in pillars:
        report(Problem(file.place("pillar"), "unknown-pillar", f"{pillar!r} is not a pillar of config.yaml", suggest(pillar, pillars)))
    indicators = file.data.get("indicators")
    if not isinstance(indicators, dict):
        report(
            Problem(
                file.place("indicators"),
                "missing-key",
                "the file lists no indicators",
                "write indicators: and below it one key an indicator",
            )
        )
    return pillar in pillars and isinstance(indicators, dict)


def _read_indicator(file: YamlFile, name: str, found: dict[str, Written], report: Report) -> None:
    trail, raw = ("indicators", name), file.data["indicators"][name]
    if name in found:
        message = f"the indicator {name!r} is defined twice; first at {found[name].place()}"
        report(Problem(file.place(*trail), "duplicate-id", message, "rename one of them, or make it a variant"))
        return
    if not isinstance(raw, dict):
        report(
            Problem(
                file.place(*trail), "wrong-value", f"{name!r} says nothing", "give it at least title, counts, unit, direction, frequency"
            )
        )
        return
    reserved = [key for key in ("id", "pillar", "variant") if key in raw]
    for key in reserved:
        report(Problem(file.place(*trail, key), "unknown-key", f"{key!r} is not written here", "it comes from where the definition stands"))
    variants = raw.get("variants") or {}
    base = {key: value for key, value in raw.items() if key not in ("variants", *reserved)}
    base |= {"id": name, "pillar": file.data["pillar"]}
    lacking = lacks_only(Definition, base)
    definition = validated(Definition, base, lambda inner: file.place(*trail, *inner), report)
    if lacking:
        base |= {key: LACKING[key] for key in lacking}
        definition = validated(Definition, base, lambda inner: file.place(*trail, *inner), report)
    if definition is None:
        return
    spoiled = any(t[:2] == trail and t[2:3] != ("variants",) for t in file.spoiled())
    found[name] = Written(definition, file, trail, whole=not lacking and not spoiled)
    if not isinstance(variants, dict):
        report(Problem(file.place(*trail, "variants"), "wrong-value", "variants is a mapping", "write one key a variant"))
        return
    for variant, changes in variants.items():
        _read_variant(found, name, base, variant, changes, report)


def _read_variant(found: dict[str, Written], name: str, base: dict[str, Any], variant: str, changes: Any, report: Report) -> None:
    file, trail = found[name].file, ("indicators", name, "variants", variant)
    if not isinstance(changes, dict) or not changes:
        report(Problem(file.place(*trail), "wrong-value", f"the variant {variant!r} changes nothing", "give the keys that it replaces"))
        return
    for key in FIXED:
        if key in changes:
            report(Problem(file.place(*trail, key), "fixed-key", f"a variant may not change {key!r}", "make it an indicator of its own"))
            return

    def place(inner: Trail) -> Place:
        return file.place(*trail, *inner) if inner and inner[0] in changes else file.place(*trail)

    definition = validated(Definition, base | changes | {"variant": variant}, place, report)
    if definition:
        whole = found[name].whole and not any(t[:4] == trail for t in file.spoiled())
        found[f"{name}@{variant}"] = Written(definition, file, trail, frozenset(changes), whole)
