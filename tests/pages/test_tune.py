"""The addresses of the page Tune: trying changes nothing, saving is only for a page of this machine."""

import json
import shutil

import pytest

from dashboard.app import create_app, page
from dashboard.charts.theme import PALETTES
from dashboard.cli import main
from dashboard.live import Live
from dashboard.pages import Screen
from dashboard.pages.still import text_of
from dashboard.pages.tune import TOKEN, new_token
from dashboard.pages.tune.save_definition import read_file
from dashboard.pages.tune.trial import mark_changed
from indicators.differences import PeriodDifference
from tests.builders import RURITANIA, contents, edited
from tests.commands.test_diff import git

FOLDER = "indicators/definitions"
COURT = f"{FOLDER}/court.yaml"
HOST = "http://127.0.0.1:8050"


class Page:
    """A page of a server, as a browser's requests come from it."""

    def __init__(self, root, token=None):
        self.root, self.token, self.live = root, token, Live(root)
        self.client = create_app(self.live.current, token).server.test_client()

    def post(self, where, *, host=HOST, origin=HOST, token=None, **sent):
        headers = {"Origin": origin} if origin else {}
        headers |= {TOKEN: token if token is not None else self.token or ""}
        return self.client.post(where, json=sent, headers=headers, base_url=host)

    def tried(self, text, line=1, view="", file=COURT, against="shown"):
        screen = {"theme": "light", "width": 600}
        answer = self.post("/tune/try", file=file, text=text, line=line, view=view, screen=screen, against=against)
        assert answer.status_code == 200, answer.json
        return answer.json

    def saved(self, text, **options):
        found = read_file(self.root, FOLDER, COURT)
        return self.post("/tune/save", **{"file": COURT, "text": text, "digest": found.digest} | options)


@pytest.fixture
def tuned(copy):
    return Page(copy, new_token())


@pytest.fixture(scope="module")
def asked():
    """A page whose questions change nothing."""
    return Page(RURITANIA, new_token())


@pytest.fixture(scope="module")
def shown():
    """A page of a server that was not started to edit."""
    return Page(RURITANIA)


def line_of(text, part):
    return text[: text.index(part)].count("\n") + 1


def test_a_text_that_is_tried_shows_its_effect_and_changes_nothing(asked):
    before = (asked.root / COURT).read_text()
    version = asked.live.current().version
    line = line_of(before, "  duels:\n")
    told = asked.tried(before.replace("where: {kind: duel}", "where: {kind: [duel, meeting]}"), line + 1)
    said = text_of(told["nodes"])
    assert ([p["code"] for p in told["problems"]], told["errors"]) == (["coverage-too-narrow"], 0)
    assert "2 of 19 indicators change" in said  # duels, and warmth which is made of them
    assert "Rows gained" in said
    assert "Rows lost" not in said
    assert (asked.root / COURT).read_text() == before
    assert asked.live.current().version == version


def figures(node):
    """Figures of plain nodes, in their order."""
    if isinstance(node, dict):
        return [node["figure"]] if "figure" in node else [found for part in node.values() for found in figures(part)]
    return [found for part in node for found in figures(part)] if isinstance(node, list) else []


def marks_above(figure):
    """What stands above the plot: first day, and the day after the last, of each mark."""
    return [(s["x0"], s["x1"]) for s in figure["layout"]["shapes"] if s.get("ysizemode") == "pixel" and s["y1"] > 0]


def test_periods_that_change_are_marked_in_both_charts(asked):
    """Without the opera, audiences of 14 February and 31 December 1893 and of 10 May 1896 are not counted; a rumour never was."""
    before = (asked.root / COURT).read_text()
    line = line_of(before, "  audiences:\n")
    unchanged = asked.tried(before, line)["nodes"]
    assert [marks_above(figure) for figure in figures(unchanged)] == [[]]
    told = asked.tried(before.replace("office: crown}", "office: crown, topic: {not: opera}}", 1), line)["nodes"]
    months = [("1893-02-01", "1893-03-01"), ("1893-12-01", "1894-01-01"), ("1896-05-01", "1896-06-01")]
    assert [marks_above(figure) for figure in figures(told)] == [months, months]
    assert "above the plots: periods that change" in text_of(told)


def test_neighbours_that_change_share_a_mark():
    figure = {"layout": {}}
    changed = [PeriodDifference(label, None, None, (), ()) for label in ("1893-11", "1893-12", "1894-01", "1894-03")]
    mark_changed([figure], changed, PALETTES["light"])
    assert marks_above(figure) == [("1893-11-01", "1894-02-01"), ("1894-03-01", "1894-04-01")]


def test_faults_of_a_text_have_their_lines_and_the_rest_is_computed(asked):
    before = (asked.root / COURT).read_text()
    text = before.replace("    reduce: days_per_row\n", "    reduse: days_per_row\n")
    told = asked.tried(text, line_of(before, "  duels:\n"))
    assert (line_of(text, "    reduse: "), "unknown-key") in [(p["line"], p["code"]) for p in told["problems"]]
    assert "Duels" in text_of(told["nodes"])
    assert any("graph" in json.dumps(node) for node in told["nodes"])


def test_a_text_can_be_compared_with_the_last_commit(copy):
    git(copy, "init", "--quiet")
    git(copy, "add", ".")
    git(copy, "commit", "--quiet", "-m", "The kingdoms.")
    edited(copy, COURT, "where: {kind: duel}", "where: {kind: [duel, meeting]}")
    asked, text = Page(copy), (copy / COURT).read_text()
    assert "none of 19" in text_of(asked.tried(text)["nodes"])
    said = text_of(asked.tried(text, against="commit")["nodes"])
    assert "Compared with the last commit (" in said
    assert "2 of 19 indicators change" in said
    assert asked.post("/tune/try", file=COURT, text=text, against="yesterday").status_code == 400


def test_without_a_repository_there_is_no_last_commit(tmp_path):
    asked = Page(shutil.copytree(RURITANIA, tmp_path / "ruritania"))
    answer = asked.post("/tune/try", file=COURT, text="", against="commit")
    assert answer.status_code == 400
    assert "git" in answer.json["said"][0]


@pytest.mark.parametrize(
    "text", ["", "\x00", "]", "pillar: court", "a: &x [*x]", "\ufeff\ud800", "- " * 100, "x: !!python/object/apply:os.system [ls]"]
)
def test_no_text_stops_the_page(asked, text):
    told = asked.tried(text)
    assert told["problems"]
    assert all(p["message"] and p["line"] >= (p["code"] != "empty-file") for p in told["problems"])


def test_warnings_about_a_text_are_shown_with_its_errors(asked):
    text = (asked.root / COURT).read_text().replace("where: {kind: duel}", "where: {kind: duel, topic: borders, level: sovereign}")
    told = asked.tried(text)
    assert [(p["code"], p["level"]) for p in told["problems"]] == [("empty-selection", "warning")]
    assert told["errors"] == 0


def test_the_rule_at_the_cursor_is_shown_in_the_view_that_was_asked(asked):
    text = (asked.root / COURT).read_text()
    line = line_of(text, "  audiences:\n")
    assert "audiences?frequency=annual" in json.dumps(asked.tried(text, line, "audiences?frequency=annual"))
    assert "audiences?variant=by_year" in json.dumps(asked.tried(text, line_of(text, "      by_year:\n"), "audiences?frequency=annual"))
    assert "Duels" in text_of(asked.tried(text, line_of(text, "  duels:\n") + 3, "audiences")["nodes"])


def test_a_saved_text_is_the_file_and_the_next_state(tuned):
    text = (tuned.root / COURT).read_text().replace("  audiences:\n    title: Audiences", "  audiences:\n    title: Receptions")
    answer = tuned.saved(text)
    assert answer.status_code == 200
    assert (tuned.root / COURT).read_text() == text
    tuned.live.reload()
    assert tuned.live.current().results.definitions["audiences"].title == "Receptions"


def test_a_second_text_for_the_same_state_is_not_saved_and_both_are_shown(tuned):
    text = (tuned.root / COURT).read_text()
    digest = read_file(tuned.root, FOLDER, COURT).digest
    assert tuned.saved(f"# first\n{text}", digest=digest).status_code == 200
    answer = tuned.saved(f"# second\n{text}", digest=digest).json
    assert answer["theirs"] == (tuned.root / COURT).read_text() == f"# first\n{text}"
    assert [node[0] for node in answer["lines"] if "second" in node[2]] == ["ins"]
    assert [node[0] for node in answer["lines"] if "first" in node[2]] == ["del"]


REFUSED = {
    "another site": {"origin": "http://evil.example"},
    "another port": {"origin": "http://127.0.0.1:9999"},
    "no token": {"token": ""},
    "a wrong token": {"token": "x" * 32},
    "another name for this machine": {"host": "http://evil.example:8050", "origin": "http://evil.example:8050"},
    "another machine": {"host": "http://192.168.1.5:8050", "origin": "http://192.168.1.5:8050"},
}


@pytest.mark.parametrize("how", REFUSED)
def test_a_save_from_elsewhere_is_refused(asked, how):
    before = (asked.root / COURT).read_bytes()
    answer = asked.saved("hello", **REFUSED[how])
    assert answer.status_code == (421 if "host" in REFUSED[how] else 403)
    assert answer.json["said"]
    assert (asked.root / COURT).read_bytes() == before


def test_a_form_of_another_site_cannot_save_even_without_an_origin(asked):
    before = (asked.root / COURT).read_bytes()
    sent = json.dumps({"file": COURT, "text": "hello", "digest": read_file(asked.root, FOLDER, COURT).digest})
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = asked.client.post("/tune/save", data=sent, content_type=kind, headers={TOKEN: asked.token}, base_url=HOST)
        assert answer.status_code == 400
        assert answer.json["said"]
    answer = asked.client.post("/tune/try", json={"text": ""}, headers={"Sec-Fetch-Site": "cross-site"}, base_url=HOST)
    assert answer.status_code == 403
    assert (asked.root / COURT).read_bytes() == before


@pytest.mark.parametrize("token", ["", "x"])
def test_a_server_that_was_not_started_to_edit_saves_nothing(shown, token):
    before = contents(shown.root)
    answer = shown.saved("hello", token=token)
    assert answer.status_code == 403
    assert "--edit" in answer.json["said"][0]
    assert contents(shown.root) == before
    assert shown.tried((shown.root / COURT).read_text())["problems"] == []


@pytest.mark.parametrize("file", ["config.yaml", "data/envoys.csv", "../ruritania/config.yaml", "/etc/passwd", f"{FOLDER}/none.yaml"])
def test_only_definition_files_are_read_tried_and_saved(asked, file):
    before = contents(asked.root)
    read = asked.client.get("/tune/file", query_string={"name": file})
    for answer in (read, asked.post("/tune/try", file=file, text="hello"), asked.saved("hello", file=file)):
        assert answer.status_code == 400 or (answer.json["gone"] and file == f"{FOLDER}/none.yaml")
    assert contents(asked.root) == before


def test_that_a_file_is_gone_is_an_answer_and_no_fault_of_the_question(tuned):
    digest = read_file(tuned.root, FOLDER, COURT).digest
    (tuned.root / COURT).unlink()
    read = tuned.client.get("/tune/file", query_string={"name": COURT})
    for answer in (read, tuned.post("/tune/try", file=COURT, text=""), tuned.post("/tune/save", file=COURT, text="", digest=digest)):
        assert (answer.status_code, answer.json) == (200, {"gone": True, "said": [f"{COURT} no longer exists"]})
    assert not (tuned.root / COURT).exists()


@pytest.mark.parametrize(
    "sent", [{}, {"file": COURT}, {"file": COURT, "text": 5}, {"file": 5, "text": "x"}, {"file": COURT, "text": "x", "line": "y"}]
)
def test_a_request_that_cannot_be_read_is_reported(asked, sent):
    answer = asked.post("/tune/try", **sent)
    assert answer.status_code == 400
    assert answer.json["said"]


@pytest.mark.parametrize(
    "sent", ['{"file": "x", "text": "", "line": 1e400}', '{"text": "", "screen": {"width": 1e400}}', "[" * 100_000, "not json", "5"]
)
def test_nonsense_is_reported_in_words(asked, sent):
    answer = asked.client.post("/tune/try", data=sent, content_type="application/json", base_url=HOST)
    assert answer.status_code == 400
    assert answer.json["said"]


def test_a_text_too_long_is_refused(asked):
    assert asked.post("/tune/try", file=COURT, text="x" * 9_000_000).status_code == 413
    assert [p["code"] for p in asked.tried("# " + "x" * 2_000_001)["problems"]] == ["file-too-large"]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.org", "::"])
def test_editing_is_for_this_machine_only(copy, capsys, host):
    assert main(["--project", str(copy), "serve", "--edit", "--host", host]) == 2
    assert "--edit" in capsys.readouterr().err


def test_every_definition_file_has_its_page(shown):
    now = shown.live.current()
    for path in ("/tune", "/tune/audiences", "/tune/audiences@by_year", "/tune/duels"):
        told = str(page(now, path, "", Screen()))
        assert "court.yaml" in told
        assert "tune-save" not in told
    assert "tune-save" in str(page(now, "/tune", "", Screen(), "a token"))
    assert "roads.yaml" in str(page(now, "/tune", "?file=roads.yaml", Screen()))
    assert "did you mean 'roads.yaml'" in str(page(now, "/tune", "?file=road.yaml", Screen()))
    assert "did you mean 'audiences'" in str(page(now, "/tune/audience", "", Screen()))
