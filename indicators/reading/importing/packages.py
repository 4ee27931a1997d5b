"""Frictionless packages: the file of one resource, and what its schema says of the columns, which is then not asked or proposed."""

import json
from pathlib import Path
from typing import Any, NamedTuple, get_args

import yaml

from indicators.nouns.descriptor import CellType
from indicators.problems import Fault
from indicators.reading.importing.columns import Read, described_column
from indicators.reading.importing.grids import Grid, of_text, read_grid
from indicators.reading.importing.layout import Column, name_of
from indicators.reading.importing.options import Options, cannot

FILES = ("datapackage.json", "datapackage.yaml", "datapackage.yml")
KEPT = ("title", "description", "sources", "licenses")


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
    """The table of a package that `--sheet` names, or its only one."""
    try:
        text = path.read_text(encoding="utf-8")
        package = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
        resources = {str(one["name"]): one for one in package["resources"] if isinstance(one, dict)}
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError) as e:
        raise cannot(path.name, f"it is not a package that can be read: {e}", "name the table's own file") from None
    if options.sheet:
        resources = {name: one for name, one in resources.items() if name == options.sheet}
    if len(resources) != 1:
        raise cannot(path.name, f"it has {len(resources)} tables to choose from", "choose one with --sheet, by its name in the package")
    name, resource = next(iter(resources.items()))
    where = resource.get("path")
    where = where[0] if isinstance(where, list) and len(where) == 1 else where
    if not isinstance(where, str) or "://" in where or not (path.parent / where).resolve().is_relative_to(path.parent.resolve()):
        raise cannot(path.name, f"the table {name!r} is not one file beside the package", "fetch its file, and name it")
    schema = _mapping(resource.get("schema"))
    fields = {str(one["name"]): one for one in schema.get("fields", ()) if isinstance(one, dict) and one.get("type") in get_args(CellType)}
    key = schema.get("primaryKey", ())
    dialect = _mapping(resource.get("dialect"))
    return Packaged(
        name_of(name),
        path.parent / where,
        fields,
        (key,) if isinstance(key, str) else tuple(key),
        {one: resource[one] for one in KEPT if resource.get(one)},
        tuple(schema.get("missingValues", ("",))),
        str(dialect.get("delimiter") or dialect.get("csv", {}).get("delimiter") or ""),
    )


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def packaged_grid(package: Packaged, options: Options) -> Grid:
    """The cells of the table of a package."""
    if package.delimiter and package.path.is_file():
        return of_text(package.path.read_bytes(), package.path.name, options, package.delimiter)
    return read_grid(package.path, options)
