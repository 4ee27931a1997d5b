"""`relations verify` for a screenshot: view and code as two words or as one line, exit codes, progress on a terminal alone."""

import sys

import pytest

from dashboard.charts.picture import picture_of
from dashboard.charts.view import parse_view
from dashboard.cli import main
from tests.builders import git
from tests.charts.test_record import one_more_audience


@pytest.fixture
def verify(capsys, committed):
    """Runs the command in a project with two states."""
    one_more_audience(committed)
    git(committed, "commit", "--quiet", "--all", "-m", "A joke.")

    def run(*words):
        code = main(["--project", str(committed), "verify", *words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


@pytest.fixture
def code(made):
    return picture_of(made, parse_view("audiences")).code


def test_a_view_and_a_code_are_looked_up_in_the_history(verify, code):
    found, out, err = verify("/audiences", code)
    assert found == 1
    assert "(The kingdoms.) gives this code" in out
    assert "with envoys:e-38 (" in out
    assert err == ""


def test_one_line_as_it_is_printed_is_enough(verify, code):
    assert verify(f"audiences · {code}")[:2] == verify("audiences", code)[:2]


def test_a_file_is_still_a_file(verify):
    found, _, err = verify("audiences.png")
    assert found == 1
    assert "name an exported file, or the view and the code that are printed in a picture" in err


def test_a_terminal_shows_how_far_the_search_is(verify, code, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert "1 of 2 revisions" in verify("audiences", code)[2]


def test_a_search_is_stopped_by_the_keyboard(verify, code, monkeypatch):
    def interrupted(step):
        if step:
            raise KeyboardInterrupt

    monkeypatch.setattr("dashboard.commands.verify._draw", interrupted)
    assert verify("audiences", code)[:2] == (1, "cancelled\n")
