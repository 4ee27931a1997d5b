"""Texts that explain a project's tables: the codebook, as config.yaml names its files."""

from collections.abc import Iterator
from pathlib import Path

from indicators.files import path_faults
from indicators.problems import Problem, Report, suggest
from indicators.yamlfile import YamlFile

LARGEST = 1_000_000
KEY = "codebook"


def read_documents(root: Path, names: tuple[str, ...], file: YamlFile, report: Report) -> dict[str, str]:
    """The texts by name; a file that cannot be shown is reported at its place in config.yaml and left out."""
    found = {}
    for i, name in enumerate(names):
        problems = list(_faults(root, name))
        for code, message, hint in problems:
            report(Problem(file.place(KEY, i), code, message, hint))
        if not problems:
            found[name] = (root / name).read_text(encoding="utf-8-sig")
    return found


def _faults(root: Path, name: str) -> Iterator[tuple[str, str, str]]:
    path, outside = root / name, list(path_faults(root, ".", name))
    yield from outside
    if outside:
        return
    if not path.is_file():
        yield "missing-file", f"there is no file {name}", suggest(path.name, [p.name for p in path.parent.glob("*.md")])
    elif path.stat().st_size > LARGEST:
        yield "too-large", f"{name} has {path.stat().st_size:,} bytes; at most {LARGEST:,} are shown", "keep the codebook short"
    elif not _is_text(path):
        yield "not-utf-8", f"{name} is not UTF-8", "save it as UTF-8"


def _is_text(path: Path) -> bool:
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False
    return True
