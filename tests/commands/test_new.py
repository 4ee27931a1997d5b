"""A project to start from: accepted at once by every command, complete in an installed package, and never written over anything."""

import tomllib
from pathlib import Path

import pytest

from dashboard.app import create_app, page
from dashboard.cli import main
from dashboard.commands.new import STARTER
from dashboard.live import Live
from dashboard.pages import Screen
from indicators.reading.project import open_project
from indicators.reading.yamlfile import read_yaml
from tests.builders import ask, contents, edited, faults, opened, told

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with the project in it. Nobody changes it."""
    folder = tmp_path_factory.mktemp("new") / "two states"
    assert main(["new", str(folder)]) == 0
    return folder


def run(capsys, *words):
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_it_is_made_and_what_to_do_next_is_said(capsys, tmp_path):
    folder = tmp_path / "deep" / "alvonia"
    code, out, err = run(capsys, "new", folder)
    assert (code, err) == (0, "")
    assert out.startswith(f"{folder}: {len(contents(folder))} files")
    for word in ("check", "serve", "schema --write"):
        assert f"relations --project {folder} {word}" in out
    for line in out.splitlines():
        name = line.strip().split("  ")[0]
        if name.startswith(("config.yaml", "data/", "indicators/")):
            assert list(folder.glob(name)), name


def test_check_finds_nothing_at_all(capsys, made):
    assert run(capsys, "--project", made, "check") == (0, "0 errors, 0 warnings; 5 tables and 5 indicators are valid\n", "")


def test_every_indicator_is_computed_and_none_is_empty(capsys, made):
    code, _, err = run(capsys, "--project", made, "compute")
    assert (code, err) == (0, "")
    project = open_project(made)
    for definition in project.definitions.values():
        for one in definition.rules:
            assert ask(project, one.name).values["value"].notna().any(), one.name
    assert told(ask(project, "share_of_leaders"))["2023"] == 0.25
    assert told(ask(project, "protests"), "at_least") == {"2022": True, "2023": False, "2024": False, "2025": False}


def test_it_shows_what_a_definition_can_say(made):
    definitions = [one for d in open_project(made).definitions.values() for one in d.rules]
    assert {d.reduce.name for d in definitions if d.reduce} == {"count", "sum"}
    assert any(d.variant for d in definitions)
    assert any(d.transform for d in definitions)
    assert any(d.combine for d in definitions)
    assert any(d.breakdown for d in definitions)


def test_its_pages_are_served(made):
    live = Live(made)
    assert live.current().problems == live.current().warnings == ()
    client = create_app(live.current).server.test_client()
    assert client.get("/").status_code == 200
    now = live.current()
    assert "Alvonia and Brunmark" in str(create_app(live.current).layout())
    assert page(now, "/", "", Screen())
    for definition in now.results.definitions.values():
        assert definition.title in str(page(now, f"/indicator/{definition.id}", "", Screen()))
    assert "Example: visas end" in str(page(now, "/indicator/travellers_to_brunmark", "", Screen()))
    assert page(now, "/method", "", Screen())


def test_every_file_that_can_have_a_schema_names_it_and_the_schemas_are_up_to_date(capsys, made):
    for path in made.rglob("*.yaml"):
        if path.name != "datapackage.yaml":
            first = path.read_text(encoding="utf-8").splitlines()[0]
            assert (path.parent / first.partition("$schema=")[2]).is_file(), path
    code, out, _ = run(capsys, "--project", made, "schema", "--write")
    assert (code, out.count("up to date")) == (0, 3)


def test_every_row_is_plainly_an_example(made):
    for table in open_project(made).tables.values():
        for row in table.frame.to_dict("records"):
            assert "example" in str(row).lower(), row


def test_a_fault_in_it_is_found_like_in_any_project(tmp_path):
    folder = tmp_path / "mine"
    main(["new", str(folder)])
    line = edited(folder, "data/contacts.csv", "x-01,2022-02-10", "x-01,2022-02-30")
    assert ("data/contacts.csv", line, "no-such-day") in faults(opened(folder))


def test_an_empty_folder_is_filled(capsys, tmp_path):
    assert run(capsys, "new", tmp_path)[0] == 0
    assert (tmp_path / "config.yaml").is_file()


@pytest.mark.parametrize("there", ["config.yaml", ".hidden", "sub/notes.txt"])
def test_a_folder_that_holds_anything_is_refused_and_left_alone(capsys, tmp_path, there):
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_text("mine", encoding="utf-8")
    code, out, err = run(capsys, "new", tmp_path)
    assert (code, out) == (1, "")
    assert f"{tmp_path}: error[not-empty]: the folder already holds {there.partition('/')[0]!r}\n    name a new folder" in err
    assert contents(tmp_path) == {there: b"mine"}


def test_a_file_is_not_a_folder(capsys, tmp_path):
    (tmp_path / "here").write_text("mine", encoding="utf-8")
    for name, code_of in (("here", "not-empty"), ("here/below", "not-written")):
        code, out, err = run(capsys, "new", tmp_path / name)
        assert (code, out) == (1, "")
        assert f"error[{code_of}]" in err
    assert contents(tmp_path) == {"here": b"mine"}


def test_a_second_time_is_refused(capsys, tmp_path):
    folder = tmp_path / "twice"
    assert run(capsys, "new", folder)[0] == 0
    before = contents(folder)
    assert run(capsys, "new", folder)[0] == 1
    assert contents(folder) == before


def test_an_installed_package_has_the_files():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]["dashboard"]
    packed = {p for pattern in declared for p in (ROOT / "dashboard").glob(pattern) if p.is_file()}
    assert {p for p in STARTER.rglob("*") if p.is_file()} <= packed


def test_the_files_have_no_fault_of_form():
    for path in STARTER.rglob("*.yaml"):
        read_yaml(path, path.name, pytest.fail)
