"""The commands as a person types them: what they print, and where; exit codes 0, 1, 2."""

import csv
import errno
import io
import json
import os
import pkgutil
import subprocess
import sys
import tempfile
import types
from pathlib import Path

import pytest

from dashboard import cli, commands
from dashboard.cli import COMMANDS, Command, main
from tests.builders import RURITANIA, appended, edited, told

ROOT = Path(__file__).parents[2]
COURT = "indicators/definitions/court.yaml"


def run(capsys, *words, folder=RURITANIA):
    code = main(["--project", str(folder), *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_valid_project_is_clean(capsys):
    code, out, err = run(capsys, "check")
    assert (code, err) == (0, "")
    assert out.startswith("0 errors, 0 warnings")


def test_problems_come_as_text_as_json_and_for_a_review(capsys, copy):
    line = edited(copy, COURT, "  audiences:\n    title: Audiences", "  audiences:\n    titel: Audiences") + 1
    code, text, _ = run(capsys, "check", folder=copy)
    assert code == 1
    assert f"{COURT}:{line}: error[unknown-key]: there is no key 'titel' here\n    did you mean 'title'?" in text
    code, out, _ = run(capsys, "check", "--format", "json", folder=copy)
    assert code == 1
    found = [p for p in json.loads(out) if p["code"] == "unknown-key"]
    assert [(p["file"], p["line"], p["level"]) for p in found] == [(COURT, line, "error")]
    code, out, _ = run(capsys, "check", "--format", "github", folder=copy)
    assert f"::error file={COURT},line={line},title=unknown-key::" in out


def test_warnings_alone_are_clean(capsys, copy):
    edited(
        copy, "data/coverage.csv", "envoys,waltzes,1893-01-01,1895-12-31,complete,2,", "envoys,waltzes,1893-01-01,1895-12-31,complete,3,"
    )
    code, out, _ = run(capsys, "check", folder=copy)
    assert code == 0
    assert "warning[coverage-count-differs]" in out


def test_compute_prints_the_columns_of_the_design_and_the_numbers_of_the_engine(capsys, ruritania):
    from tests.builders import ask

    code, out, err = run(capsys, "compute", "audiences", "--frequency", "annual", "--from", "1893", "--to", "1894")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "indicator,variant,period,frequency,value,at_least,unit,status,coverage,score,rows"
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["period"] for row in rows] == ["1893", "1894"]
    numbers = told(ask(ruritania, "audiences", frequency="annual"))
    assert [float(row["value"]) for row in rows] == [numbers["1893"], numbers["1894"]]
    assert [float(row["rows"]) for row in rows] == [numbers["1893"], numbers["1894"]]


@pytest.mark.parametrize("breakdown", [(), ("--breakdown", "level")])
def test_compute_lists_the_ids_of_rows_on_request(capsys, breakdown):
    """Each of the four audiences of 1893 is a row; lines of ids cannot be read, and are megabytes for long tables."""
    asked = ("compute", "audiences", "--frequency", "annual", "--from", "1893", "--to", "1893", *breakdown)
    for form, read in (("csv", lambda text: list(csv.DictReader(io.StringIO(text)))), ("json", json.loads)):
        plain, full = (read(run(capsys, *asked, "--format", form, *more)[1]) for more in ((), ("--ids",)))
        assert (int(plain[0]["rows"]), "ids" in plain[0]) == (4, False)
        ids = full[0].pop("ids") if form == "json" else full[0].pop("ids").split()
        assert (full[0], len(ids)) == (plain[0], 4)
        assert all(one.startswith("envoys:e-") for one in ids)


def test_options_of_compute_are_bound_as_a_view_is(capsys):
    code, out, err = run(capsys, "compute", "audiences", "--from", "1896", "--to", "1895")
    assert (code, out) == (1, "")
    assert "the window begins (1896) after it ends (1895)" in err


def test_a_folder_is_no_file_to_import(capsys, tmp_path):
    code, _, err = run(capsys, "import", str(tmp_path))
    assert code == 1
    assert "it is a folder, a pipe or a device" in err


def test_no_spreadsheet_runs_what_compute_prints(capsys, copy):
    edited(copy, "indicators/definitions/court.yaml", "    unit: duels\n", "    unit: '=1+1 duels'\n")
    _, out, _ = run(capsys, "compute", "duels", "--from", "1893-01", "--to", "1893-01", folder=copy)
    assert ",'=1+1 duels," in out


def test_a_view_says_the_same_as_options(capsys):
    by_view = run(capsys, "compute", "audiences?frequency=annual&from=1893")
    by_options = run(capsys, "compute", "audiences", "--frequency", "annual", "--from", "1893")
    assert by_view == by_options
    assert by_view[0] == 0


def test_a_fault_in_a_table_that_is_not_behind_an_indicator_does_not_stop_it(capsys, copy):
    appended(copy, "data/drills.csv", "d-99")
    assert run(capsys, "compute", "audiences", folder=copy) == run(capsys, "compute", "audiences")
    assert [run(capsys, *words, folder=copy)[0] for words in (["check"], ["compute"], ["compute", "drill_after_salvo"])] == [1, 1, 1]


def test_the_name_that_was_meant_is_found_among_all(capsys):
    code, _, err = run(capsys, "compute", "audience")
    assert code == 1
    assert "did you mean 'audiences'?" in err


def test_a_breakdown_adds_its_parts(capsys):
    code, out, _ = run(capsys, "compute", "audiences", "--breakdown", "topic", "--format", "json")
    assert code == 0
    parts = {record["part"] for record in json.loads(out)}
    assert "" in parts
    assert len(parts) > 1


def test_the_table_marks_lower_bounds_and_counts_rows(capsys):
    code, out, _ = run(capsys, "compute", "audiences", "--frequency", "annual", "--format", "table")
    assert code == 0
    assert any("≥ 3" in line and line.split()[1] == "1895" for line in out.splitlines())


def test_missing_is_empty_and_never_nan(capsys):
    _, out, _ = run(capsys, "compute")
    assert "nan" not in out.lower().replace("unanim", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["compute", "audiense"], "did you mean 'audiences'?"),
        (["compute", "audiences@witj_ministers"], "did you mean 'with_ministers'?"),
        (["compute", "audiences", "--transform", "rolling_sm:window=3"], "did you mean 'rolling_sum'?"),
        (["compute", "audiences", "--transform", "rolling_sum:windw=3"], "did you mean 'window'?"),
        (["compute", "audiences", "--breakdown", "topics"], "did you mean 'topic'?"),
        (["compute", "audiences?frequncy=annual"], "did you mean 'frequency'?"),
        (["explain", "audiences", "1700"], "the series runs from"),
    ],
)
def test_what_is_not_there_is_a_problem_with_the_nearest_guess(capsys, words, said):
    code, out, err = run(capsys, *words)
    assert (code, out) == (1, "")
    assert said in err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["comput"],
        ["compute", "--frequency", "yearly"],
        ["compute", "--from", "189x"],
        ["compute", "--to", "9999"],
        ["explain", "audiences", "0999"],
        ["explain", "audiences"],
        ["compute", "--as-of", "1893-02-30"],
    ],
)
def test_wrong_use_is_two(capsys, words):
    with pytest.raises(SystemExit) as stop:
        main(["--project", str(RURITANIA), *words])
    assert stop.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


NAMES = [command.name for command in COMMANDS]


def help_of(capsys, *words):
    with pytest.raises(SystemExit) as stop:
        main([*words, "--help"])
    assert stop.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_help_with_an_example(capsys, name):
    assert f"example:\n  relations {name}" in help_of(capsys, name)


def test_every_module_of_the_commands_is_one_of_them(capsys):
    assert sorted(NAMES) == sorted(module.name.rstrip("_") for module in pkgutil.iter_modules(commands.__path__))
    listed = " ".join(help_of(capsys).split())
    assert all(f"{command.name} {command.does}" in listed for command in COMMANDS)


def test_a_command_is_added_with_a_module_and_an_entry(capsys, monkeypatch):
    added = types.ModuleType("dashboard.commands.greet")
    added.EXAMPLE = "relations greet RUR"
    added.arguments = lambda parser: parser.add_argument("state", help="its code")
    added.run = lambda given: print(f"hello, {given.state}") or 0
    monkeypatch.setitem(sys.modules, added.__name__, added)
    monkeypatch.setattr(cli, "COMMANDS", (*COMMANDS, Command("greet", "greet a state")))
    assert "greet a state" in help_of(capsys)
    assert "its code" in help_of(capsys, "greet")
    assert run(capsys, "greet", "RUR") == (0, "hello, RUR\n", "")
    assert "it is a command: relations greet --help" in run(capsys, "help", "greet")[2]


LATE = ("dash", "flask", "plotly", "waitress", "playwright", "asyncio", "indicators.schema")

HEAVY = ("pandas", "numpy", "pydantic", *LATE)


def in_a_fresh_interpreter(script):
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)


def test_a_command_loads_only_what_it_needs():
    loaded = "from dashboard.cli import COMMANDS; [command.module() for command in COMMANDS]"
    assert in_a_fresh_interpreter(f"import sys; {loaded}; print([name for name in {LATE} if name in sys.modules])").stdout == "[]\n"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--help"], "moved        show what moved a composite"),
        (["comput"], "invalid choice: 'comput'"),
        ([], "required: COMMAND"),
        (["help", "--help"], "example:\n  relations help"),
        (["serve", "--help"], "example:\n  relations serve"),
    ],
)
def test_help_and_a_mistyped_command_need_no_numbers(words, shown):
    script = f"""
import sys
import tempfile
from dashboard.cli import main
try:
    main({words})
except SystemExit:
    print([name for name in {HEAVY} if name in sys.modules])
"""
    ran = in_a_fresh_interpreter(script)
    assert shown in ran.stdout + ran.stderr
    assert ran.stdout.endswith("[]\n")


@pytest.mark.parametrize("words", [["--project", "check", "compute", "--help"], ["--project=check", "compute", "--help"]])
def test_a_project_may_be_called_like_a_command(capsys, words):
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 0
    assert "example:\n  relations compute" in capsys.readouterr().out


def test_explain_lists_the_rows_that_are_dated_less_exactly(capsys):
    code, out, _ = run(capsys, "explain", "audiences", "1894-02")
    assert code == 0
    assert "no value: 1 row dated less exactly may belong to it" in out
    listed = out[out.index("0 rows") :]
    assert listed.splitlines()[2:6] == ["not counted, may belong to February 1894: 1 row", "", "  envoys:e-11", "    date: 1894"]
    code, out, _ = run(capsys, "explain", "audiences", "1894-02", "--format", "json")
    assert [row["id"] for row in json.loads(out)["may_belong"]] == ["envoys:e-11"]


def test_explain_gives_rule_value_rows_and_sources(capsys):
    code, out, _ = run(capsys, "explain", "audiences", "1893")
    assert code == 0
    assert "4 audiences" in out
    assert "what counts" in out
    assert out.count("\n  envoys:") == 4
    assert "source:" in out
    code, out, _ = run(capsys, "explain", "audiences", "1893", "--format", "json")
    found = json.loads(out)
    assert (found["value"], len(found["rows"]), found["coverage"]) == (4, 4, "complete")
    assert all(row["sources"] for row in found["rows"])


def test_explain_names_what_a_view_asks_for(capsys):
    """Audiences are counted by month, and their variant by year."""
    _, out, _ = run(capsys, "explain", "audiences@by_year?frequency=monthly&transform=rolling_sum:window=2", "1893-03")
    lines = {" ".join(line.split()) for line in out.splitlines()}
    assert {
        "value 2 audiences",
        "frequency by month; by year in the definition",
        "calculation count, then rolling sum (window: 2)",
    } <= lines
    _, out, _ = run(capsys, "explain", "audiences", "1893-03-03", "--format", "json")
    assert json.loads(out)["rule"]["frequency"] == "by day; by month in the definition"


def test_seen_from_another_day_less_is_known(capsys):
    _, now, _ = run(capsys, "compute", "audiences", "--frequency", "annual", "--format", "json")
    _, then, _ = run(capsys, "compute", "audiences", "--frequency", "annual", "--as-of", "1893-12-31", "--format", "json")
    assert json.loads(then)[-1]["period"] == "1893"
    assert len(json.loads(then)) < len(json.loads(now))


def test_a_config_that_cannot_be_read_is_reported_without_a_traceback(capsys, copy):
    appended(copy, "config.yaml", "  : [")
    for words in (["check"], ["compute"], ["explain", "audiences", "1893"]):
        code, out, err = run(capsys, *words, folder=copy)
        assert code == 1
        assert "config.yaml:" in out + err
        assert "Traceback" not in out + err


def test_seen_from_a_day_before_what_was_entered_is_not_known_and_that_is_said(capsys):
    """Nobody writes down when a salvo was entered: rows are hidden by their dates alone."""
    code, out, err = run(capsys, "compute", "guns_heard", "--as-of", "1895-03-02")
    assert code == 0
    assert [row["period"] for row in csv.DictReader(io.StringIO(out))] == ["1895-01", "1895-02", "1895-03"]
    assert err.startswith("note: Dated to 1895-03-02, not what was known on 1895-03-02")
    assert run(capsys, "compute", "audiences", "--as-of", "1895-03-02")[::2] == (0, "")  # the Diary keeps the days


def test_a_day_after_the_data_is_a_problem(capsys):
    code, out, err = run(capsys, "compute", "audiences", "--as-of", "1896-05-21")
    assert (code, out) == (1, "")
    assert "after-the-data" in err


def test_explain_says_which_rows_have_no_date(capsys, copy):
    """February 1895 has no salvo, and one of those without a date may be of it; e-11 above is dated, if only by its year."""
    edited(copy, "data/cannonades.resource.yaml", "where it is not exact., constraints: {required: true}", "where it is not exact.")
    for row in ("c-02,1895-01-24", "c-09,1895-01-01"):
        edited(copy, "data/cannonades.csv", row, f"{row.partition(',')[0]},")
    code, out, _ = run(capsys, "--project", str(copy), "explain", "guns_heard", "1895-02")
    assert code == 0
    assert "no value: 2 rows without a date may belong to it" in out
    assert "not counted, may belong to February 1895: 2 rows" in out
    assert "dated less exactly" not in out
    _, out, _ = run(capsys, "--project", str(copy), "explain", "guns_heard", "1895-02", "--format", "json")
    assert [row["id"] for row in json.loads(out)["may_belong"]] == ["cannonades:c-02", "cannonades:c-09"]


@pytest.mark.parametrize("words", ["diff HEAD", "changed --since HEAD", "verify audiences RH-0000-0000", "import visitors.csv --write"])
def test_a_full_disk_is_a_problem_of_the_command_and_no_traceback(committed, monkeypatch, capsys, words):
    """Temporary files are made deep inside; whatever needs them, one line says why it cannot go on."""
    (committed / "visitors.csv").write_text("period,visitors\n1896-01,5\n1896-02,7\n")
    before = {path: path.read_bytes() for path in committed.rglob("*") if path.is_file()}
    monkeypatch.chdir(committed)

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device", "/tmp/some")

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    assert main(words.split()) == 1
    assert "error[not-written]: the system refuses /tmp/some: No space left on device" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in committed.rglob("*") if path.is_file()} == before


def test_a_pipe_beside_the_tables_is_not_opened_by_an_import(copy, monkeypatch):
    (copy / "visitors.csv").write_text("period,visitors\n1896-01,5\n1896-02,7\n")
    os.mkfifo(copy / "data" / "pipe")
    monkeypatch.chdir(copy)
    assert main(["import", "visitors.csv", "--write"]) == 0
    assert (copy / "data" / "visitors.csv").exists()
