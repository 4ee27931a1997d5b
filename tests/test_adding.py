"""Adding one is one function or module and one entry: what is put into a copy of the tree is known everywhere.

The copy gets a condition, a reducer, an export format, a page, a command, a warning and a problem code.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from indicators.nouns.definition import Operation
from indicators.operations.registry import OPERATIONS
from tests.builders import RURITANIA, edited

ROOT = Path(__file__).parents[1]
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
FORMAT = '''
def tsv(job: ExportJob) -> bytes:
    """The numbers drawn, with tabs."""
    return sheet.numbers_csv(job.picture).replace(",", "\\t").encode()


FORMATS: '''
PAGE = '''"""A page that greets."""

from dash import html

PATH, TITLE = "/greeting", "Greeting"
IN_NAVIGATION, TAKES_MORE = True, False


def layout(now, asked):
    return html.P(f"hello {now.results.config.title}")


def register(app, current, token):
    pass
'''
COMMAND = '''"""`relations greet`."""

from indicators.problems import Place, fault, refused

EXAMPLE = "relations greet Flavia"


def arguments(parser):
    parser.add_argument("name")


def run(given):
    if given.name != "Flavia":
        raise refused(fault("unknown-person", hint="known: Flavia", name=given.name), Place("greeting"))
    print("hello Flavia")
    return 0
'''
WARNING = '''
def title_shouts(subject: Subject) -> Iterator[Fault]:
    """A title in capitals."""
    if subject.definition.title.isupper():
        yield fault("title-shouts", "title", hint="use small letters", name=subject.name)
'''
CODES = """
  title-shouts:
    means: A title is written in capitals.
    fix: Use small letters.
    level: warning
    exempt: definition
    message: the title of {name!r} shouts
    where: indicators/definitions/guns.yaml
    bad: '    title: GUNS'
    good: '    title: Guns'
  unknown-person:
    means: A person is greeted whom nobody knows.
    fix: Greet one of the known.
    message: there is no {name!r}
    where: on the command line
    bad: relations greet Rupert
    good: relations greet Flavia
"""
DEFINITION = """
  pairs:
    title: PAIRS OF SALVOS
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
from dashboard.app import create_app, page
from dashboard.live import Live
from dashboard.pages import Screen
from dashboard.pages.method import content
from dashboard.words.definitions import definition_words
from indicators.compute.pipeline import series
from indicators.nouns.series import Query
from indicators.schema import schema_of

live = Live(Path("ruritania"))
now, app = live.current(), create_app(live.current)
project, definition = now.project, now.project.definitions["pairs"]
print(json.dumps({
    "errors": [str(problem) for problem in now.problems],
    "warnings": [str(problem) for problem in now.warnings],
    "values": series(project, Query("pairs")).values["value"].tolist(),
    "words": dict(definition_words(definition, project.config, project.tables)),
    "schema": schema_of("definitions", project),
    "navigation": repr(app.layout()),
    "greeting": repr(page(now, "/greeting", "", Screen())),
    "method": repr(content(now.results)),
    "indicator": repr(page(now, "/indicator/duels", "", Screen())),
}))
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of the tree with one more of each, and a project that uses them."""
    folder = tmp_path_factory.mktemp("tree")
    for package in ("indicators", "dashboard"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(RURITANIA, folder / "ruritania")
    _add_words(folder)
    _add_doors(folder)
    _put_at_the_end(folder / "indicators/codes.yaml", CODES.removeprefix("\n"))
    _put_at_the_end(folder / "ruritania/indicators/definitions/guns.yaml", DEFINITION)
    return folder


def _add_words(folder):
    """A condition, a reducer and a warning: one function each, and an entry where there is a table."""
    where, run = "indicators/operations/where.py", "indicators/warnings/run.py"
    edited(folder, where, "\nANY_OF = ", CONDITION)
    _put_before(folder, where, '        Condition("blank", ', '        Condition("begins", begins_with, "begins with {}", WORDS),\n')
    _put_at_the_end(folder / "indicators/operations/reduce.py", f"\n{REDUCER}")
    _put_at_the_end(folder / "indicators/warnings/definitions.py", f"\n{WARNING}")
    _put_before(folder, run, "        definitions.unit_without_noun,\n", "        definitions.title_shouts,\n")


def _add_doors(folder):
    """A format, a page and a command: a function or a module each, and an entry."""
    formats = "dashboard/export/formats.py"
    edited(folder, formats, "\nFORMATS: ", FORMAT)
    about = '"tsv", "numbers with tabs", lambda job, _: tsv(job), "tsv", "text/plain", on_page={"print": "Tabs"}'
    _put_before(folder, formats, '        Format("pdf", ', f"        Format({about}),\n")
    (folder / "dashboard/pages/greeting.py").write_text(PAGE)
    edited(folder, "dashboard/app/__init__.py", "    chronology,\n", "    chronology,\n    greeting,\n")
    edited(folder, "dashboard/app/__init__.py", "(overview, pillar, ", "(overview, greeting, pillar, ")
    (folder / "dashboard/commands/greet.py").write_text(COMMAND)
    _put_before(folder, "dashboard/cli.py", '    Command("compute", ', '    Command("greet", "greet somebody"),\n')


def _put_before(folder, file, text, new):
    edited(folder, file, text, new + text)


def _put_at_the_end(path, text):
    with path.open("a") as file:
        file.write(text)


def run(tree, code):
    """What the copy prints, in a process of its own."""
    here = {"PYTHONPATH": str(tree)}
    ran = subprocess.run([sys.executable, "-c", code], cwd=tree, env=here, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout + ran.stderr


def relations(tree, *words, exits=0):
    """What a command of the copy prints."""
    code = f"from dashboard.cli import main; code = main({['--project', 'ruritania', *words]!r}); assert code == {exits}, code"
    return run(tree, code)


@pytest.fixture(scope="module")
def answer(tree):
    return json.loads(run(tree, ASK))


def test_a_condition_and_a_reducer_are_computed_and_described(answer):
    assert answer["errors"] == []
    assert answer["values"][0] == 2.0
    assert answer["words"]["Rows"] == "place begins with bri"
    assert answer["words"]["Calculation"] == "groups (size: 2)"


def test_editors_and_the_method_page_know_them(answer):
    shared = answer["schema"]["definitions"]
    assert shared["conditions_string"]["properties"]["begins"]["description"] == "Texts that begin with a word."
    assert "begins" not in shared["conditions_number"]["properties"]
    assert shared["reduce_with"]["properties"]["groups"]["allOf"][0]["properties"]["size"]["minimum"] == 1
    for text in ("Texts that begin with a word.", "Number of rows in groups of a ", "A title is written in capitals.", "unknown-person"):
        assert text in answer["method"], text
    assert "title-shouts" in json.dumps(answer["schema"])


def test_a_warning_is_given_and_may_be_exempted(tree, answer):
    assert [line for line in answer["warnings"] if "warning[title-shouts]: the title of 'pairs' shouts" in line]
    file = tree / "ruritania/indicators/definitions/guns.yaml"
    text = file.read_text()
    file.write_text(text + "    excuses: {title-shouts: It is a headline.}\n")
    assert "title-shouts" not in relations(tree, "check")
    file.write_text(text)


def test_a_page_is_in_the_navigation_and_answers(answer):
    assert "Greeting" in answer["navigation"]
    assert "hello Ruritania" in answer["greeting"]


def test_a_command_is_listed_and_runs_and_its_problem_is_explained(tree):
    assert "hello Flavia" in relations(tree, "greet", "Flavia")
    assert "error[unknown-person]: there is no 'Rupert'" in relations(tree, "greet", "Rupert", exits=1)
    assert "relations greet Rupert" in relations(tree, "help", "unknown-person")


def test_a_format_is_exported_and_offered_on_the_page(tree, answer):
    relations(tree, "export", "duels", "--format", "tsv", "--output", "out")
    assert "\t" in (tree / "out/duels.tsv").read_text()
    assert "Tabs" in answer["indicator"]


def test_what_the_new_ones_do_not_take_is_refused(tree):
    file = tree / "ruritania/indicators/definitions/guns.yaml"
    text = file.read_text()
    file.write_text(text.replace("{begins: bri}", "{begins: 3}").replace("{size: 2}", "{size: 0}"))
    printed = relations(tree, "check", exits=1)
    file.write_text(text)
    assert "'begins' takes a text or several, not 3" in printed
    assert "size of 'groups'" in printed


def test_an_operation_is_called_and_documented_as_its_function():
    for operations in OPERATIONS.values():
        for name, one in operations.items():
            assert isinstance(one, Operation)
            assert (one.__name__, one.__doc__, one.__module__) == (name, one.function.__doc__, one.function.__module__)
