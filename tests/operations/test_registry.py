"""Adding one is one function: a condition and a reducer put into a copy of the tree are known everywhere."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from indicators.nouns.definition import Operation
from indicators.operations.registry import ROOMS
from tests.builders import RURITANIA, edited

ROOT = Path(__file__).parents[2]
CONDITION = '''
def begins_with(column: Column, value: Any) -> "nw.Expr":
    """Texts that begin with a word."""
    return column.values.str.starts_with(value)


ANY_OF = '''
REDUCER = '''
@operation(Traits(adds=True, counts=True))
def groups(rows: Rows, *, size: Annotated[int, Field(ge=1)] = 2) -> pd.Series:
    """Number of rows in groups of a `size`.

    >>> groups(rows_of(period=[1, 1, 2])).to_dict()
    {1: 1.0, 2: 0.5}
    """
    return count(rows) / size
'''
DEFINITION = """
  pairs:
    title: Pairs of salvos at the bridge
    counts: Salvos at the bridge, two by two.
    table: cannonades
    where: {place: {begins: bri}}
    coverage: all_cannonades
    frequency: annual
    reduce: {groups: {size: 2}}
    unit: pairs
    direction: none
"""
ASK = """
import json
from pathlib import Path
from dashboard.pages.method.rules import operations_section
from dashboard.words.definitions import definition_words
from indicators.compute.pipeline import results, series
from indicators.nouns.series import Query
from indicators.reading.project import open_project
from indicators.reading.project import open_for_names
from indicators.schema.writing import schema_of

root = Path("ruritania")
project = open_project(root)
definition = project.definitions["pairs"]
print(json.dumps({
    "faults": [str(problem) for problem in project.problems],
    "values": series(project, Query("pairs")).values["value"].tolist(),
    "words": dict(definition_words(definition, project.config, project.tables)),
    "schema": schema_of("definitions", open_for_names(root)),
    "page": repr(operations_section(results(project))),
}))
"""

CHECK = "from dashboard.cli import main; assert main(['--project', 'ruritania', 'check']) == 1"


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the tree, with a condition and a reducer more, and a project that names them."""
    folder = tmp_path_factory.mktemp("tree")
    for package in ("indicators", "dashboard"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(RURITANIA, folder / "ruritania")
    edited(folder, "indicators/operations/where.py", "\nANY_OF = ", CONDITION)
    entry = '        Condition("blank", '
    edited(folder, "indicators/operations/where.py", entry, '        Condition("begins", begins_with, "begins with {}", WORDS),\n' + entry)
    with (folder / "indicators/operations/reduce.py").open("a") as file:
        file.write(f"\n{REDUCER}")
    with (folder / "ruritania/indicators/definitions/guns.yaml").open("a") as file:
        file.write(DEFINITION)
    return folder


def run(tree, code):
    """What the copy prints, in a process of its own."""
    ran = subprocess.run([sys.executable, "-c", code], cwd=tree, env={"PYTHONPATH": str(tree)}, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout + ran.stderr


def test_a_condition_and_a_reducer_are_one_function_each(tree):
    answer = json.loads(run(tree, ASK))
    assert answer["faults"] == []
    assert answer["values"][0] == 2.0
    assert answer["words"]["Rows"] == "place begins with bri"
    assert answer["words"]["Calculation"] == "groups (size: 2)"
    shared = answer["schema"]["definitions"]
    assert shared["conditions_string"]["properties"]["begins"]["description"] == "Texts that begin with a word."
    assert "begins" not in shared["conditions_number"]["properties"]
    assert shared["reduce_with"]["properties"]["groups"]["allOf"][0]["properties"]["size"]["minimum"] == 1
    assert "Texts that begin with a word." in answer["page"]
    assert "Number of rows in groups of a " in answer["page"]


def test_what_the_new_ones_do_not_take_is_refused(tree):
    file = tree / "ruritania/indicators/definitions/guns.yaml"
    file.write_text(file.read_text().replace("{begins: bri}", "{begins: 3}").replace("{size: 2}", "{size: 0}"))
    answer = run(tree, CHECK)
    assert "'begins' takes a text or several, not '3'" in answer
    assert "size of 'groups'" in answer


def test_an_operation_is_called_and_documented_as_its_function():
    for operations in ROOMS.values():
        for name, one in operations.items():
            assert isinstance(one, Operation)
            assert (one.__name__, one.__doc__, one.__module__) == (name, one.function.__doc__, one.function.__module__)
