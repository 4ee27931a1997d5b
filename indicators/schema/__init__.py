"""JSON Schemas of a project's YAML files, for editors: which there are, where they are, and how they are written."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Literal, get_args

from indicators.problems import Place, ProblemsFound, fault, refused
from indicators.reading.files import path_faults
from indicators.reading.project import Project
from indicators.reading.replacing import replace_file
from indicators.schema.definitions import definitions_schema
from indicators.schema.descriptors import config_schema, descriptors_schema
from indicators.schema.parts import Schema

Which = Literal["definitions", "descriptors", "config"]
WHICH: tuple[Which, ...] = get_args(Which)


def schema_of(which: Which, project: Project) -> Schema:
    """One of the schemas of a project."""
    return {"definitions": definitions_schema, "descriptors": descriptors_schema, "config": config_schema}[which](project)


def path_of(which: Which, project: Project) -> PurePosixPath:
    """Path of a schema in the project: next to the definitions folder, in the data folder, or next to config.yaml."""
    if which == "definitions":
        return PurePosixPath(f"{PurePosixPath(project.config.definitions)}.schema.json")
    return PurePosixPath(project.config.data if which == "descriptors" else "") / f"{which}.schema.json"


def as_text(schema: Schema) -> str:
    """The text of a schema file: one line for each definition, so that a diff shows which changed.

    >>> print(as_text({"type": "object", "definitions": {"a": {}, "b": {"type": "null"}}}), end="")
    {
     "type": "object",
     "definitions": {
      "a": {},
      "b": {"type": "null"}
     }
    }
    """
    plain = [f" {_line(key)}: {_line(value)}" for key, value in schema.items() if key != "definitions"]
    shared = ",\n".join(f"  {_line(key)}: {_line(value)}" for key, value in schema.get("definitions", {}).items())
    return "{\n" + ",\n".join([*plain, f' "definitions": {{\n{shared}\n }}']) + "\n}\n"


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def write(project: Project) -> Iterator[tuple[str, bool]]:
    """Write the schemas of a project, each whole or not at all; yields each path, and whether its file changed. ProblemsFound, with
    nothing written, if one would be outside the project."""
    names = [str(path_of(which, project)) for which in WHICH]
    problems = [one.at(Place(name)) for name in names for one in path_faults(project.root, ".", name)]
    if problems:
        raise ProblemsFound(problems)
    texts = [as_text(schema_of(which, project)) for which in WHICH]
    for name, text in zip(names, texts, strict=True):
        path = (project.root / name).resolve()
        changed = not path.is_file() or path.read_bytes() != text.encode()
        try:
            if changed:
                replace_file(path, text.encode())
        except OSError as e:
            hint = "config.yaml says where tables and definitions are"
            raise refused(fault("not-written/schema", hint=hint, why=e.strerror), Place(name)) from None
        yield name, changed
