"""A running project: good edits show, bad ones leave the last good state with its problems; pages over the wire."""

import gc
import json
import re
import weakref

import pytest

from dashboard.app import create_app, page
from dashboard.live import Live
from dashboard.pages import Screen, screen_of
from dashboard.pages.rows import source_link
from indicators.compute.pipeline import series
from indicators.nouns.series import Query, SourceRef
from indicators.reading.tables import read_table
from tests.builders import edited

COURT, GUNS = "indicators/definitions/court.yaml", "indicators/definitions/guns.yaml"


def test_a_good_edit_gives_new_numbers_under_a_new_version(copy):
    live = Live(copy)
    before = live.current()
    edited(copy, "config.yaml", "title: Ruritania and Graustark", "title: Graustark and Ruritania")
    live.reload()
    assert live.current().results.config.title == "Graustark and Ruritania"
    assert live.current().version > before.version
    assert live.current().problems == ()


def test_a_bad_edit_keeps_the_last_good_numbers_and_says_since_when(copy):
    live = Live(copy)
    good = live.current().results
    text = (copy / COURT).read_text()
    line = edited(copy, COURT, "  audiences:\n    title: Audiences", "  audiences:\n    titel: Audiences") + 1
    live.reload()
    bad = live.current()
    assert bad.results is good
    assert bad.stale
    assert bad.since
    assert {p.place.file for p in bad.problems} == {COURT}
    assert line in {p.place.line for p in bad.problems}
    edited(copy, COURT, "    titel: Audiences", "    titlle: Audiences")
    live.reload()
    assert live.current().since == bad.since
    (copy / COURT).write_text(text)
    live.reload()
    assert live.current().problems == ()
    assert not live.current().stale


def test_the_faults_of_the_file_that_was_written_last_come_first(copy):
    live = Live(copy)
    text = (copy / COURT).read_text()
    (copy / COURT).write_text(text[: text.index("    title: Audiences")] + "    titel: Audiences\n")
    live.reload()
    found = [p.place.file for p in live.current().problems]
    assert {"config.yaml", COURT} <= set(found)  # the configuration names indicators that are cut off
    assert found[0] == COURT
    assert found == sorted(found, key=lambda file: file != COURT)


def test_the_same_error_again_is_not_a_new_state(copy):
    live = Live(copy)
    edited(copy, "config.yaml", "as_of: 1896-05-20", "as_of: 1896-05-32")
    live.reload()
    version = live.current().version
    live.reload()
    assert live.current().version == version


def test_a_project_that_begins_with_a_fault_shows_the_rest(copy):
    edited(copy, COURT, "  audiences:\n    title: Audiences", "  audiences:\n    titel: Audiences")
    now = Live(copy).current()
    assert now.problems
    assert not now.stale
    assert "audiences" not in now.results.definitions
    assert now.results.definitions


def test_pages_say_what_browsers_must_refuse(client):
    answer = client.get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert not re.search(r"script-src[^;]*'unsafe", policy)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_nothing_is_asked_from_elsewhere(client):
    for address in re.findall(r'(?:src|href)="([^"#][^"]*)"', client.get("/").text):
        assert address.startswith("/"), address
        with client.get(address) as answer:
            assert answer.status_code == 200, address


def test_the_version_is_never_kept_by_a_browser(client):
    answer = client.get("/version")
    assert json.loads(answer.text)["version"] == 1
    assert answer.headers["Cache-Control"] == "no-store"


def test_old_browsers_polyfill_is_not_sent_and_what_dash_needs_of_it_is(client):
    scripts = "\n".join(re.findall(r'<script src="([^"]*)"', client.get("/").text))
    assert "polyfill" not in scripts
    assert scripts.index("regenerator-runtime") < scripts.index("dash_core_components")


@pytest.mark.parametrize("name", ["../app.py", "..%2Fapp.py", "nothing.js"])
def test_only_vendored_files_are_served_from_their_route(client, name):
    with client.get(f"/vendor/{name}") as answer:
        assert "create_app" not in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/indicator/", "/indicator/nothing", "/indicator/<script>", "/indicator/audiences@nobody"])
def test_an_address_that_leads_nowhere_is_a_page_that_says_so(live, path):
    now = live.current()
    assert "Nothing to show here" in str(page(now, path, "", Screen()))


def test_what_a_browser_reports_is_not_trusted():
    assert screen_of(None) == Screen()
    assert screen_of({"theme": "pink", "width": "wide"}) == Screen()
    assert screen_of({"theme": "dark", "width": 10**9}) == Screen("dark", 1200)


def test_an_address_outside_the_web_is_not_a_link():
    assert not hasattr(source_link(SourceRef("s", "p", "t", "javascript:alert(1)")), "href")
    assert source_link(SourceRef("s", "p", "t", "https://example.org/")).href == "https://example.org/"


def test_a_figure_is_made_once_for_the_same_results(live):
    now = live.current()
    first = page(now, "/indicator/audiences", "", Screen())
    drawn = dict(now.figures)
    second = page(now, "/indicator/audiences", "", Screen())
    assert now.figures == drawn
    assert str(first)[:40] == str(second)[:40]
    assert now.results.series(Query("audiences")) is now.results.series(Query("audiences"))


def test_a_fault_of_any_kind_keeps_the_last_good_numbers_and_the_watch(copy, monkeypatch):
    live = Live(copy)
    good = live.current().results
    with monkeypatch.context() as broken:
        broken.setattr("dashboard.live.results", failing)
        live.reload()
    assert live.current().results is good
    assert live.current().stale
    assert [(p.code, "the cheese ran out" in p.message) for p in live.current().problems] == [("fault", True)]
    assert "the cheese ran out" in str(create_app(live.current).layout())
    edited(copy, "config.yaml", "title: Ruritania and Graustark", "title: Graustark and Ruritania")
    live.reload()
    assert live.current().results.config.title == "Graustark and Ruritania"
    assert (live.current().problems, live.current().stale) == ((), False)


def failing(*_):
    raise RuntimeError("the cheese ran out")


def test_what_fails_unforeseen_is_reported_at_the_file_that_was_written_last(copy, monkeypatch):
    """config.yaml is not to blame for what another file holds."""
    live = Live(copy)
    edited(copy, COURT, "    title: Duels\n", "    title: All duels\n")

    def fails(*of, **how):
        raise TypeError("unforeseen")

    monkeypatch.setattr("dashboard.live.open_project", fails)
    live.reload()
    (problem,) = live.current().problems
    assert (problem.place.file, problem.place.line, problem.code) == (COURT, 1, "fault")


def test_an_edit_reads_and_computes_only_what_depends_on_it(copy, monkeypatch):
    live = Live(copy)
    before = live.current()
    every = [Query(name) for name in before.results.definitions]
    known = {query: before.results.series(query) for query in every}
    asked = []
    computed = "indicators.compute.pipeline.series"
    monkeypatch.setattr(computed, lambda project, query, *how: asked.append(query.indicator) or series(project, query, *how))
    edited(copy, COURT, "    where: {kind: duel}", "    where: {kind: [duel, waltz]}")
    edited(copy, COURT, "  audiences:\n    title: Audiences", "  audiences:\n    title: Audiences granted")
    live.reload()
    now = live.current()
    assert now.project.tables is before.project.tables
    again = {query: now.results.series(query) for query in every}
    assert sorted(set(asked)) == ["audiences", "duels", "warmth"]  # with their variants, for warnings
    assert again[Query("slights")] is known[Query("slights")]
    assert again[Query("audiences")].definition.title == "Audiences granted"
    (copy / "data/envoys.csv").write_text((copy / "data/envoys.csv").read_text() + "\n")
    live.reload()
    assert live.current().project.tables is not before.project.tables


def test_what_was_shown_before_an_edit_is_let_go(copy):
    live = Live(copy)
    page(live.current(), "/indicator/duels", "", Screen())
    earlier = [weakref.ref(part) for part in (live.current(), live.current().project, live.current().results)]
    edited(copy, COURT, "    where: {kind: duel}", "    where: {kind: [duel, waltz]}")
    live.reload()
    page(live.current(), "/indicator/duels", "", Screen())
    gc.collect()
    assert [part() for part in earlier] == [None] * 3


def test_a_change_of_one_table_reads_only_this_one_again(copy, monkeypatch):
    live, read = Live(copy), []

    def noted(root, folder, descriptor, *others):
        read.append(descriptor.resource.name)
        return read_table(root, folder, descriptor, *others)

    monkeypatch.setattr("indicators.reading.project.read_table", noted)
    text = (copy / "data/envoys.csv").read_text()
    (copy / "data/envoys.csv").write_text(f"{text}half a row\n")
    live.reload()
    assert "data/envoys.csv" in {p.place.file for p in live.current().problems}
    (copy / "data/envoys.csv").write_text(f"{text}\n")
    live.reload()
    assert live.current().problems == ()
    assert read == ["envoys", "envoys"]
    described = copy / "data/envoys.resource.yaml"
    described.write_text(f"# moved\n{described.read_text()}")
    live.reload()
    assert read == ["envoys"] * 3


def test_words_follow_an_edit(copy):
    edited(copy, COURT, "  audiences:\n    title: Audiences", "  audiences:\n    notes: [An old note.]\n    title: Audiences")
    live = Live(copy)
    assert live.current().results.series(Query("audiences")).notes == ("An old note.",)
    edited(copy, COURT, "An old note.", "A new note.")
    live.reload()
    found = live.current().results.series(Query("audiences"))
    assert found.notes == found.definition.notes == ("A new note.",)


def test_a_file_that_is_saved_without_a_change_changes_nothing(copy):
    live = Live(copy)
    before = live.current()
    (copy / COURT).write_text((copy / COURT).read_text())
    live.reload()
    assert live.current() is before


def test_a_side_under_another_name_is_named_so_where_its_acts_are_not_collected(copy):
    edited(copy, "data/coverage.csv", "1894-12-31,partial,1,as far as anyone noticed", "1894-12-31,none,1,nobody looked")
    live, slights = Live(copy), Query("slights", breakdown="initiator")
    assert "Graustark" in set(live.current().results.series(slights).values["not_collected"])
    edited(copy, "config.yaml", "name: Graustark,", "name: Grand Duchy,")
    live.reload()
    assert set(live.current().results.series(slights).values["not_collected"]) == {"", "Grand Duchy"}


def test_a_server_that_began_with_a_fault_follows_edits_of_the_rest(copy):
    edited(copy, COURT, "  audiences:\n    title: Audiences", "  audiences:\n    titel: Audiences")
    live = Live(copy)
    edited(copy, GUNS, "title: Guns heard at the border", "title: Guns at the border")
    live.reload()
    assert any(d.title == "Guns at the border" for d in live.current().results.definitions.values())
    assert live.current().problems


def test_of_two_faults_at_the_start_one_repaired_shows_more(copy):
    edited(copy, COURT, "  audiences:\n    title: Audiences", "  audiences:\n    titel: Audiences")
    edited(copy, GUNS, "    reduce: {sum: {of: guns}}", "    reduce: {sum: {of: gun}}")
    live = Live(copy)
    before = live.current()
    assert not {"audiences", "guns_heard"} & set(before.results.definitions)
    edited(copy, GUNS, "    reduce: {sum: {of: gun}}", "    reduce: {sum: {of: guns}}")
    live.reload()
    now = live.current()
    assert now.version > before.version
    assert "guns_heard" in now.results.definitions
    assert "Guns heard at the border" in str(page(now, "/indicator/guns_heard", "", Screen()))
    assert {p.place.file for p in now.problems} == {COURT}
    assert (now.stale, now.since) == (False, before.since)


def test_an_address_with_an_unknown_breakdown_is_refused_and_not_ignored(live):
    said = str(page(live.current(), "/indicator/audiences", "?breakdown=topik", Screen()))
    assert "Nothing to show here" in said
    assert "did you mean 'topic'?" in said


def test_the_first_period_whose_rows_are_shown_lies_within_the_window(live):
    """April 1896 is the last month that is over; of a window that ends in June 1894, June is; of 1895 no month is covered."""
    now = live.current()
    assert "Duels: June 1894" in str(page(now, "/indicator/duels", "?to=1894-06", Screen()))
    assert "Duels: April 1896" in str(page(now, "/indicator/duels", "", Screen()))
    assert "Choose a point" in str(page(now, "/indicator/duels", "?from=1895&to=1895", Screen()))
