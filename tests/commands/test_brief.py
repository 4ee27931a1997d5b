"""`relations brief`: the same statements as text, JSON, a page for print and a document."""

import builtins
import json
import re
from html import unescape

import pytest

from dashboard.cli import main
from dashboard.commands import brief as command
from dashboard.pages import brief as page
from dashboard.pages.nodes import plain
from dashboard.words import brief as words
from indicators.compute.brief import brief_of
from tests.builders import RURITANIA

PERIOD = "1894"


@pytest.fixture(scope="module")
def brief(made):
    return brief_of(made, PERIOD)


def run(*arguments):
    return main(["--project", str(RURITANIA), "brief", "--period", PERIOD, *arguments])


def statements(brief, made):
    return [words.line(one, made).text for part in brief.chapters for one in part.said]


def test_text_has_every_statement_and_what_is_not_said(capsys, brief, made):
    assert run() == 0
    printed = " ".join(capsys.readouterr().out.split())
    for text in (*statements(brief, made), *filter(None, map(words.not_said, brief.chapters))):
        assert text in printed


def test_json_names_the_number_behind_each_statement(capsys, brief, made):
    run("--format", "json")
    record = json.loads(capsys.readouterr().out)
    said = [one for part in record["chapters"] for one in part["said"]]
    assert [one["text"] for one in said] == statements(brief, made)
    assert all({"indicator", "frequency", "point"} <= one.keys() for one in said)


def test_the_page_for_print_needs_nothing_beside_it(tmp_path, monkeypatch, brief, made):
    monkeypatch.setattr(command, "_drawn", lambda made, pictures, form: [b"<svg/>"] * len(pictures))
    run("--format", "html", "--output", str(tmp_path / "brief.html"))
    text = (tmp_path / "brief.html").read_text()
    assert text.count("<img ") == len(page.charts(made, brief)) > 0
    assert 'href="/' not in text
    assert 'src="http' not in text
    assert statements(brief, made)[0] in text


def test_a_document_has_the_words_of_the_page_in_the_same_order(tmp_path, monkeypatch, brief, made):
    docx = pytest.importorskip("docx", reason="needs the extra docx")
    monkeypatch.setattr(page, "charts", lambda made, brief: [])
    run("--format", "docx", "--output", str(tmp_path / "brief.docx"))
    run("--format", "html", "--output", str(tmp_path / "brief.html"))
    of_page = (tmp_path / "brief.html").read_text().partition("<body>")[2].replace("Search the chronology", "")
    document = docx.Document(str(tmp_path / "brief.docx"))
    of_document = " ".join(document.element.body.xpath(".//w:t/text()"))
    assert of_document.split() == unescape(re.sub("<[^>]*>", " ", of_page.replace("</span>", ""))).split()


def test_the_page_of_the_dashboard_leads_from_each_statement_to_its_rows(brief, made):
    written = str(plain(page.document(made, brief, lambda picture: ("chart", picture.title))))
    first = words.line(brief.chapters[0].said[0], made)
    assert f"'href': '{page.address(first.query, first.point)}'" in written
    assert page.address(first.query, first.point) == "/indicator/audiences?frequency=annual&point=1894"


def test_a_document_without_its_package_is_an_error_that_says_what_to_install(capsys, monkeypatch, tmp_path):
    real = builtins.__import__

    def without(name, *rest, **named):
        if name.partition(".")[0] == "docx":
            raise ModuleNotFoundError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    assert run("--format", "docx", "--output", str(tmp_path / "brief.docx")) == 1
    assert "error[no-python-docx]" in (said := capsys.readouterr().err)
    assert "pip install '.[docx]'" in said
    assert not (tmp_path / "brief.docx").exists()


def test_a_period_after_the_data_is_refused(capsys):
    assert main(["--project", str(RURITANIA), "brief", "--period", "1899"]) == 1
    assert "error[after-the-data]" in capsys.readouterr().err
