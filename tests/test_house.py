"""The house: folders are stages and imports follow them, rooms have a sensible size, and the documentation names what there is."""

import ast
import collections
import functools
import hashlib
import re
from pathlib import Path

from plotly.offline import get_plotlyjs_version

from dashboard.cli import COMMANDS
from indicators.operations.registry import OPERATIONS

ROOT = Path(__file__).parents[1]
LARGEST_FILE, LARGEST_FUNCTION, SMALLEST_FILE = 500, 40, 30
MOST_MODULES, MOST_LINES, MOST_ENTRIES = 211, 41_800, 13
LAYERS = """
indicators.characters indicators.problems indicators.suggestions indicators.nouns indicators.operations indicators.reading
indicators.compute indicators.warnings indicators.differences indicators.schema
dashboard.words dashboard.charts dashboard.export dashboard.live dashboard.pages dashboard.app
dashboard.commands dashboard.cli dashboard.wsgi
""".split()  # noqa: SIM905  a list of quoted names would fill a page
"""Stages in the order of the way that a number travels. A module imports its own stage and those before it."""
AT_TWO_STAGES = set(
    """
    agenda annotations brief calendar changed claims composite composites coverage definitions descriptors differences spells tables units
    check diff export index schema verify
    """.split()  # noqa: SIM905
)
"""Names of files that are the same thing at another stage: read, computed, warned of, drawn, typed."""


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


PATHS = {module_of(p): p for folder in ("indicators", "dashboard") for p in sorted((ROOT / folder).rglob("*.py"))}


@functools.cache
def text_of(module):
    return PATHS[module].read_text(encoding="utf-8")


@functools.cache
def tree_of(module):
    return ast.parse(text_of(module))


@functools.cache
def imports_of(module):
    """Modules of ours that a module imports, anywhere in it, and what else it imports, by the first part of its name."""
    named = set()
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.Import):
            named |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named |= {f"{node.module}.{name.name}" if f"{node.module}.{name.name}" in PATHS else node.module for name in node.names}
    return frozenset(named - {module})


def layer_of(module):
    return next((n for n, layer in enumerate(LAYERS) if f"{module}.".startswith(f"{layer}.")), None)


def test_imports_follow_the_stages():
    upward = [
        f"{module} imports {name}"
        for module in PATHS
        for name in imports_of(module)
        if name in PATHS and layer_of(name) is not None and layer_of(module) is not None and layer_of(name) > layer_of(module)
    ]
    assert upward == []
    assert [module for module in PATHS if layer_of(module) is None] == ["indicators", "dashboard"]


def test_the_engine_knows_no_dashboard():
    engine = [module for module in PATHS if module.startswith("indicators")]
    assert [m for m in engine if {name.split(".")[0] for name in imports_of(m)} & {"dash", "plotly", "dashboard"}] == []


def test_there_are_no_circles():
    done, circles = set(), []

    def walk(module, above):
        if module in above:
            circles.append([*above[above.index(module) :], module])
        elif module not in done:
            for name in sorted(imports_of(module) & set(PATHS)):
                walk(name, [*above, module])
            done.add(module)

    for module in PATHS:
        walk(module, [])
    assert circles == []


def test_rooms_have_a_sensible_size():
    importers = collections.Counter(name for module in PATHS for name in imports_of(module))
    lines = {module: text_of(module).count("\n") for module in PATHS}
    assert [module for module, count in lines.items() if count > LARGEST_FILE] == []
    of_browsers = [p for folder in ("app", "assets") for p in (ROOT / "dashboard" / folder).iterdir() if p.suffix in (".js", ".css")]
    assert [path.name for path in of_browsers if path.read_text(encoding="utf-8").count("\n") > LARGEST_FILE] == []
    inside = [module for module, path in PATHS.items() if path.name != "__init__.py"]
    assert [module for module in inside if importers[module] == 1 and lines[module] < SMALLEST_FILE] == []
    assert [name for module in PATHS for name in _large_functions(module)] == []
    assert len(PATHS) <= MOST_MODULES
    assert sum(lines.values()) <= MOST_LINES


def _large_functions(module):
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            said = ast.get_docstring(node, clean=False)
            size = node.end_lineno - node.lineno - (said.count("\n") + 1 if said else 0)
            if size > LARGEST_FUNCTION:
                yield f"{module}.{node.name}"


def test_a_stranger_finds_few_doors_and_each_name_once():
    for folder in ("indicators", "dashboard"):
        entries = [p for p in (ROOT / folder).iterdir() if p.name not in ("__init__.py", "definitions", "__pycache__")]
        assert len(entries) <= MOST_ENTRIES, sorted(p.name for p in entries)
    names = collections.Counter(path.stem for path in PATHS.values() if path.name != "__init__.py")
    assert {name for name, count in names.items() if count > 1} <= AT_TWO_STAGES


def test_public_things_say_what_they_are():
    silent = [module for module in PATHS if not ast.get_docstring(tree_of(module))]
    for module in PATHS:
        public = [n for n in tree_of(module).body if isinstance(n, ast.FunctionDef | ast.ClassDef) and not n.name.startswith("_")]
        silent += [f"{module}.{node.name}" for node in public if not ast.get_docstring(node)]
    assert silent == []


def test_nothing_in_the_python_knows_the_two_countries():
    names = re.compile(r"japan|korea|\bjpn\b|\bkor\b|tokyo|seoul", re.IGNORECASE)
    assert [module for module in PATHS if names.search(re.sub(r"Noto Sans CJK (JP|KR)", "", text_of(module)))] == []


def test_every_operation_has_an_example_and_a_place_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    operations = {name: function for stage in OPERATIONS.values() for name, function in stage.items()}
    assert [name for name, function in operations.items() if ">>>" not in (function.__doc__ or "")] == []
    assert [name for name in operations if f"`{name}`" not in readme] == []


def test_the_readme_names_every_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [command.name for command in COMMANDS if f"relations {command.name}" not in readme] == []


def test_vendored_files_are_those_that_were_built_and_plotly_py_expects():
    assert (ROOT / "dashboard" / "vendor" / f"plotly-basic-{get_plotlyjs_version()}.min.js").is_file()
    scripts = [file for folder in ("vendor", "editor") for file in (ROOT / "dashboard" / folder).glob("*.js")]
    changed = [file for file in scripts if hashlib.sha256(file.read_bytes()).hexdigest() not in (file.parent / "README.md").read_text()]
    assert changed == []
