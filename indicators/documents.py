"""Texts that explain a project's tables: the codebook, as config.yaml names its files."""

from dataclasses import replace
from pathlib import Path

from indicators.files import path_faults
from indicators.problems import Place, Problem, Report, suggest
from indicators.yamlfile import YamlFile, decoded, read_raw

KEY = "codebook"


def read_documents(root: Path, names: tuple[str, ...], file: YamlFile, report: Report) -> dict[str, str]:
    """The texts by name; a file that cannot be shown is reported at its place in config.yaml and left out."""
    found = {}
    for i, name in enumerate(names):
        problems: list[Problem] = []
        text = _text(root, name, problems.append)
        for problem in problems:
            report(replace(problem, place=file.place(KEY, i), message=f"{name}: {problem.message}"))
        if text is not None:
            found[name] = text
    return found


def _text(root: Path, name: str, report: Report) -> str | None:
    path, outside = root / name, list(path_faults(root, ".", name))
    for fault in outside:
        report(Problem(Place(name), *fault))
    if outside:
        return None
    if not path.exists():
        guess = suggest(path.name, [p.name for p in path.parent.glob("*.md")])
        report(Problem(Place(name), "missing-file", "there is no such file", guess))
        return None
    raw = read_raw(path, name, "keep the codebook short", report)
    return None if raw is None else decoded(raw, name, report)
