"""The order of the rooms, their size, and that the documentation names what there is."""

import ast
import hashlib
import re
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs_version

from dashboard.cli import _parser
from indicators.operations import ROOMS

ROOT = Path(__file__).parents[1]
LARGEST_FILE, LARGEST_FUNCTION = 300, 40

ORDER = """
indicators.problems indicators.codes indicators.files indicators.forms
indicators.yamlfaults indicators.yamlfile indicators.periods
indicators.vocabulary indicators.resource indicators.config indicators.shorthand
indicators.model indicators.where indicators.wherecheck indicators.coverage indicators.reducing indicators.reduce
indicators.transform indicators.combine
indicators.normalise indicators.validation indicators.operations indicators.consistency indicators.descriptors
indicators.tables indicators.links indicators.reading indicators.tangles indicators.crosscheck indicators.annotations
indicators.provenance indicators.inventory indicators.documents indicators.collection
indicators.project indicators.remembering indicators.selection indicators.levels indicators.opinions.seen indicators.opinions.words
indicators.opinions.rows indicators.opinions.grades indicators.opinions.notes indicators.audit indicators.grading indicators.carry
indicators.compute indicators.compare indicators.differing indicators.differences indicators.revision
indicators.schema.words indicators.schema.nouns indicators.schema.known
indicators.schema.filters indicators.schema.tables indicators.schema.steps indicators.schema.definitions
indicators.schema.descriptors indicators.schema.config indicators.schema.files indicators.manual
dashboard.theme dashboard.wording dashboard.prose dashboard.view dashboard.figures.labels
dashboard.figures.frame dashboard.figures.layers dashboard.figures.marks dashboard.figures.strip dashboard.figures.notes
dashboard.figures.words dashboard.figures.memo dashboard.figures.small dashboard.picture dashboard.record dashboard.verify
dashboard.drawing dashboard.tables dashboard.export.presets dashboard.export.faults dashboard.export.files
dashboard.export.glyphs dashboard.export.browser dashboard.export.workbook dashboard.export.embed dashboard.export.sheet
dashboard.export.turning dashboard.export.words dashboard.export.cite dashboard.export.formats dashboard.export.kit
dashboard.export.batch dashboard.export.command dashboard.problems dashboard.diff_words dashboard.diff
dashboard.watching dashboard.live dashboard.answers dashboard.saving dashboard.editing dashboard.trial dashboard.pages dashboard.pages.plain
dashboard.pages.problems dashboard.pages.rows dashboard.pages.numbers dashboard.pages.controls dashboard.pages.saving
dashboard.pages.check dashboard.pages.overview dashboard.pages.indicator dashboard.pages.markdown
dashboard.pages.method_definitions dashboard.pages.method_operations dashboard.pages.method_coverage
dashboard.pages.method_tables dashboard.pages.method_sources dashboard.pages.method_problems dashboard.pages.method
dashboard.pages.tune dashboard.tuning dashboard.app dashboard.explain
dashboard.serve dashboard.beginning dashboard.helping dashboard.cli
""".split()  # noqa: SIM905  a list of quoted names would fill a page
"""A room imports only rooms that stand before it. A new module takes its place here."""


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


PATHS = {module_of(p): p for folder in ("indicators", "dashboard") for p in sorted((ROOT / folder).rglob("*.py"))}
EMPTY = {"indicators", "indicators.schema", "indicators.opinions", "dashboard", "dashboard.figures", "dashboard.export"}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def test_every_module_has_a_place_in_the_order():
    assert set(ORDER) == set(PATHS) - EMPTY
    assert len(ORDER) == len(set(ORDER))


@pytest.mark.parametrize("module", ORDER)
def test_a_room_imports_only_rooms_before_it(module):
    own = {name for name in imported(PATHS[module]) if name in ORDER}
    assert {name for name in own if ORDER.index(name) >= ORDER.index(module)} == set()


@pytest.mark.parametrize("module", [m for m in ORDER if m.startswith("indicators")])
def test_the_wall_holds(module):
    assert not [name for name in imported(PATHS[module]) if name.split(".")[0] in ("dash", "plotly", "dashboard")]


@pytest.mark.parametrize("module", PATHS)
def test_files_and_functions_are_small(module):
    text = PATHS[module].read_text(encoding="utf-8")
    assert text.count("\n") <= LARGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            said = ast.get_docstring(node, clean=False)
            size = node.end_lineno - node.lineno - (said.count("\n") + 1 if said else 0)
            assert size <= LARGEST_FUNCTION, node.name


@pytest.mark.parametrize("module", PATHS)
def test_public_things_say_what_they_are(module):
    tree = ast.parse(PATHS[module].read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


def test_nothing_in_the_python_knows_the_two_countries():
    names = re.compile(r"japan|korea|\bjpn\b|\bkor\b|tokyo|seoul", re.IGNORECASE)
    for path in PATHS.values():
        text = re.sub(r"Noto Sans CJK (JP|KR)", "", path.read_text(encoding="utf-8"))
        assert not names.search(text), path


@pytest.mark.parametrize("room", ROOMS)
def test_every_operation_has_an_example(room):
    for name, function in ROOMS[room].items():
        assert ">>>" in (function.__doc__ or ""), name


def test_the_readme_names_every_operation_and_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for room in ROOMS.values():
        for name in room:
            assert f"`{name}`" in readme, name
    commands = next(a for a in _parser()._actions if a.dest == "run" or (hasattr(a, "choices") and a.choices))
    assert commands.choices
    for command in commands.choices:
        assert f"relations {command}" in readme


def test_the_vendored_plotly_is_the_one_that_plotly_py_expects():
    bundle = ROOT / "dashboard" / "vendor" / f"plotly-basic-{get_plotlyjs_version()}.min.js"
    assert bundle.is_file()


SCRIPTS = sorted(file for folder in ("vendor", "editor") for file in (ROOT / "dashboard" / folder).glob("*.js"))


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_vendored_files_are_unchanged_and_the_editor_is_the_one_that_was_built(file):
    assert hashlib.sha256(file.read_bytes()).hexdigest() in (file.parent / "README.md").read_text(encoding="utf-8")
