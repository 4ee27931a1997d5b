"""Frictionless packages: the file of one resource, and what its schema says of the columns, which is then not asked or proposed."""

import json
import reprlib
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from indicators.nouns.descriptor import CellType
from indicators.problems import Fault, Problem, ProblemsFound, in_plain_words
from indicators.reading.files import LARGEST, decoded, mapping, path_faults, read_raw
from indicators.reading.importing.columns import Read, described_column
from indicators.reading.importing.grids import Grid, of_text, read_grid, refuse_unreadable
from indicators.reading.importing.layout import Column, name_of
from indicators.reading.importing.options import Options, cannot
from indicators.reading.tables import LIMITS

FILES = ("datapackage.json", "datapackage.yaml", "datapackage.yml")
ELSEWHERE = ("schema", "dialect")
"""What the standard allows to be the name of a file."""
KEPT = ("title", "description", "sources", "licenses")


class _Part(BaseModel):
    """A part of a package: what an import needs of it, and of the form that the standard gives it."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", defer_build=True)


class _Field(_Part):
    name: str
    type: str | None = None
    title: str | None = None
    description: str | None = None
    format: str | None = None
    decimalChar: str | None = None
    groupChar: str | None = None
    trueValues: list[str] | None = None
    falseValues: list[str] | None = None


class _Schema(_Part):
    fields: list[_Field] = []
    primaryKey: str | list[str] = []
    missingValues: list[str | dict[str, Any]] = [""]


class _Csv(_Part):
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    quoteChar: Literal['"'] | None = None


class _Dialect(_Csv):
    csv: _Csv | None = None
    commentChar: Literal["#"] | None = None
    commentRows: None = None


class _Resource(_Part):
    name: str
    path: str | list[str]
    schema_: _Schema = Field(_Schema(), alias="schema")
    dialect: _Dialect = _Dialect()
    encoding: str | None = None
    title: str | None = None
    description: str | None = None
    sources: list[dict[str, str | None]] = []
    licenses: list[dict[str, str | None]] = []


class Packaged(NamedTuple):
    """What a package says of one of its tables."""

    name: str
    path: Path
    fields: dict[str, dict[str, Any]]
    key: tuple[str, ...]
    stated: dict[str, Any]
    missing: tuple[str, ...]
    delimiter: str

    def read(self, column: Column) -> Read | list[Fault] | None:
        """A column as its schema describes it; None where it does not."""
        field = self.fields.get(column.heading)
        return described_column(column, field, self.missing, self.path.name) if field else None


def packaged(path: Path, options: Options) -> Packaged:
    """The table of a package that `--sheet` names, or its only one. ProblemsFound where the package is not of the standard's form."""
    package = _loaded(path)
    listed = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(listed, list):
        raise cannot(path.name, "it is not a package: it has no list called resources", "name the table's own file")
    resources = [one for one in listed if isinstance(one, dict) and options.sheet in ("", str(one.get("name", "")))]
    if len(resources) != 1:
        raise cannot(path.name, f"it has {len(resources)} tables to choose from", "choose one with --sheet, by its name in the package")
    resource = _resource(path.name, str(resources[0].get("name", "")), resources[0])
    (where,) = resource.path if isinstance(resource.path, list) and len(resource.path) == 1 else [resource.path]
    if not isinstance(where, str) or "://" in where or any(path_faults(path.parent, ".", where)):
        raise cannot(path.name, f"the table {resource.name!r} is not one file beside the package", "fetch its file, and name it")
    schema, dialect = resource.schema_, resource.dialect
    fields = {one.name: one.model_dump(exclude_none=True) for one in schema.fields if one.type in get_args(CellType)}
    stated = {one: value for one in KEPT if (value := getattr(resource, one))}
    delimiter = dialect.delimiter or (dialect.csv.delimiter if dialect.csv else None) or ""
    key = (schema.primaryKey,) if isinstance(schema.primaryKey, str) else tuple(schema.primaryKey)
    missing = tuple(one if isinstance(one, str) else str(one.get("value", "")) for one in schema.missingValues)
    return Packaged(name_of(resource.name), path.parent / where, fields, key, stated, missing, delimiter)


def _loaded(path: Path) -> Any:
    """What a package says. ProblemsFound where it cannot be read."""
    problems: list[Problem] = []
    is_json = path.suffix == ".json"
    largest = LIMITS.bytes if is_json else LARGEST
    raw = read_raw(path, path.name, "name the table's own file", problems.append, largest=largest, absent="correct the path")
    text = None if raw is None else decoded(raw, path.name, problems.append)
    if text is None:
        raise ProblemsFound(problems)
    try:
        return json.loads(text, object_pairs_hook=mapping) if is_json else yaml.safe_load(text)
    except (ValueError, KeyError, TypeError, yaml.YAMLError) as e:
        why = f"it is not a package that can be read: {e}"
    except RecursionError:
        why = "it is not a package that can be read: its lists or mappings are too deep in each other"
    raise cannot(path.name, why, "name the table's own file")


def _resource(file: str, name: str, written: dict[str, Any]) -> _Resource:
    """What a package says of one table; a schema or a dialect in a file of its own is not read. ProblemsFound with what is there, and what
    may be."""
    here = {key: value for key, value in written.items() if key not in ELSEWHERE or not isinstance(value, str)}
    try:
        return _Resource.model_validate({**here, "name": name})
    except ValidationError as e:
        odd = e.errors(include_url=False)[0]
    trail = ".".join(str(one) for one in odd["loc"] if one != "str" and "[" not in str(one))
    came = "is missing" if odd["type"] == "missing" else f"is {reprlib.repr(odd['input'])}, and should be {in_plain_words(odd['msg'])}"
    raise cannot(file, f"of the table {name!r}, {trail} {came}", "correct it, or name the table's own file")


def packaged_grid(package: Packaged, options: Options) -> Grid:
    """The cells of the table of a package."""
    if package.delimiter:
        refuse_unreadable(package.path)
        return of_text(package.path.read_bytes(), package.path.name, options, package.delimiter)
    return read_grid(package.path, options)
