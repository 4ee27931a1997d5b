"""Which tables there are: `datapackage.yaml` and one Frictionless descriptor a table, each checked against itself."""

from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import NamedTuple

from indicators.consistency import inner_faults, outer_faults
from indicators.files import beside_faults, path_faults
from indicators.problems import Place, Problem, Report, suggest
from indicators.resource import FieldOf, Package, Resource, Resources
from indicators.validation import from_file
from indicators.yamlfile import YamlFile, read_yaml

PACKAGE = "datapackage.yaml"


class Descriptor(NamedTuple):
    """A descriptor with the file it was read from, for lines."""

    resource: Resource
    file: YamlFile

    def place_of(self, column: str) -> Place:
        """The line where a column is described."""
        names = [f.name for f in self.resource.schema_.fields]
        return self.file.place("schema", "fields", names.index(column)) if column in names else self.file.place("schema")


def read_descriptors(root: Path, folder: str, report: Report) -> tuple[Mapping[str, Descriptor], Set[str] | None]:
    """All descriptors that the package lists, by table, and the names of all tables. A faulty one is left out and its faults reported;
    where its name cannot be read, there are no names (None)."""
    package = read_yaml(root / folder / PACKAGE, f"{folder}/{PACKAGE}", report)
    found: dict[str, Descriptor] = {}
    named: set[str | None] = set() if package else {None}
    for i, name in enumerate(_listed(package, report) if package else ()):
        assert package
        faults = list(_file_faults(root, folder, name))
        for fault in faults:
            report(Problem(package.place("resources", i), *fault))
        table, descriptor = _read(root, folder, name, report) if not faults else (None, None)
        if descriptor and descriptor.resource.name in found:
            message = f"the table {descriptor.resource.name!r} is described twice; first in {found[descriptor.resource.name].file.name}"
            report(Problem(descriptor.file.place("name"), "duplicate-id", message, "rename one of them"))
        elif descriptor:
            found[descriptor.resource.name] = descriptor
        named.add(table)
    known = None if None in named else {table for table in named if table}
    return _linked(found, known, report), known


def _listed(package: YamlFile, report: Report) -> list[str]:
    """The descriptors that a package names. A fault elsewhere in it is told, and does not hide the tables."""
    from_file(Package, package, report)
    listed = package.data.get("resources") if isinstance(package.data, dict) else None
    return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []


def _linked(found: dict[str, Descriptor], named: Set[str] | None, report: Report) -> dict[str, Descriptor]:
    """Those whose references to other tables lead somewhere."""
    resources, good = Resources({name: descriptor.resource for name, descriptor in found.items()}, named), {}
    for name, descriptor in found.items():
        problems = list(outer_faults(descriptor.resource, descriptor.file, resources))
        for problem in problems:
            report(problem)
        if not problems:
            good[name] = descriptor
    return good


def _file_faults(root: Path, folder: str, name: str) -> Iterator[tuple[str, str, str]]:
    outside = list(path_faults(root, folder, name)) or list(beside_faults(name, ".yaml"))
    yield from outside
    if not outside and not (root / folder / name).is_file():
        yield "missing-file", f"there is no file {folder}/{name}", suggest(name, [p.name for p in (root / folder).glob("*.resource.yaml")])


def _read(root: Path, folder: str, name: str, report: Report) -> tuple[str | None, Descriptor | None]:
    """The name of the table, as far as it can be read, and the descriptor, if it is good."""
    file = read_yaml(root / folder / name, f"{folder}/{name}", report)
    written = file.data.get("name") if file and isinstance(file.data, dict) else None
    table = written if isinstance(written, str) else None
    resource = from_file(Resource, file, report) if file else None
    if not file or not resource or file.faulty:
        return table, None
    outside = list(path_faults(root, folder, resource.path))
    problems = [Problem(file.place("path"), *fault) for fault in outside or beside_faults(resource.path, ".csv")]
    problems += inner_faults(resource, file)
    for problem in problems:
        report(problem)
    return table, None if problems else Descriptor(resource, file)


def label_of(column: FieldOf) -> str:
    """What to call a column in a heading."""
    return column.title or column.name.replace("_", " ")
