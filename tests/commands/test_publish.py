"""A published folder: whole or not at all, every link leads somewhere, and nothing in it waits for a server."""

import datetime
import html
import json
import shutil
import sys

import pytest
from plotly.io.json import to_json_plotly

from dashboard.charts.figure import small
from dashboard.charts.theme import PALETTES
from dashboard.cli import main
from dashboard.commands.publish import RECORD, about, sentence
from dashboard.export.output import EXPORT
from dashboard.pages.overview import TREND
from dashboard.pages.still import changed, still
from indicators.compute.pipeline import results
from indicators.nouns.series import Query
from indicators.problems import fault, refused
from indicators.reading.project import open_project
from tests.builders import appended, contents, edited, git
from tests.pages.test_changed import faults_of, hrefs
from tests.published import Page, at_court, dead_links, pages

LIGHT = PALETTES["light"]
NEEDS_SERVER = (
    "Chart options",
    "Save picture",
    "Save as CSV",
    "CSV XLSX",
    "Rows of April",
    "Edit this definition",
    "Choose a point",
    "each a link",
)


class Pencil:
    """In the place of a browser: a picture that has the figure in it."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def svg(self, figure):
        return f'<svg xmlns="http://www.w3.org/2000/svg"><desc>{html.escape(to_json_plotly(figure))}</desc></svg>'


class Broken(Pencil):
    def svg(self, figure):
        raise refused(fault("not-drawn", hint="it is broken", why="no ink"), EXPORT)


@pytest.fixture(autouse=True, scope="module")
def pencil():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dashboard.export.browser.Chromium", Pencil)
        yield patch


@pytest.fixture(scope="module")
def court(tmp_path_factory):
    return at_court(tmp_path_factory.mktemp("court") / "ruritania")


@pytest.fixture(scope="module")
def public(court, pencil):
    """It, published. Nobody changes it."""
    folder = court.parent / "public"
    assert main(["--project", str(court), "publish", str(folder)]) == 0
    return folder


@pytest.fixture
def little(tmp_path):
    """A project with one indicator, which is published fast."""
    copy = at_court(tmp_path / "ruritania")
    text = (copy / "indicators" / "definitions" / "court.yaml").read_text(encoding="utf-8")
    start = text.index("indicators:\n") + len("indicators:\n")
    first = text[start:].partition("\n\n")[0]
    (copy / "indicators" / "definitions" / "court.yaml").write_text(f"{text[:start]}{first}\n", encoding="utf-8")
    edited(copy, "config.yaml", "headline: [audiences, slights]", "headline: [audiences]")
    return copy


def publish(project, folder):
    return main(["--project", str(project), "publish", str(folder)])


# ---- the pages ----


def test_every_link_leads_to_a_file_or_a_source(public):
    assert list(dead_links(public)) == []
    assert all(len(page.ids) == len(set(page.ids)) for page in pages(public).values())


def test_the_feed_leads_to_pages_of_the_folder(public):
    text = (public / "changes.atom").read_bytes()
    assert list(faults_of(text)) == []
    assert "changed.html" in hrefs(text)
    assert [one for one in hrefs(text) if not (public / one).is_file()] == []
    assert ("link", "changes.atom") in Page(public / "index.html").links
    assert ("a", "changes.atom") in Page(public / "index.html").links
    assert ("link", "../changes.atom") in Page(public / "indicator" / "audiences.html").links


def test_there_is_a_page_for_every_rule_pillar_and_table(court, public):
    project = open_project(court)
    rules = {rule.name for one in project.definitions.values() for rule in one.rules}
    assert {path.stem for path in (public / "indicator").iterdir()} == rules
    assert {path.stem for path in (public / "pillar").iterdir()} == {one.id for one in project.config.pillars}
    assert {path.stem for path in (public / "table").glob("*.csv")} == set(project.tables)
    assert all((public / f"{name}.html").is_file() for name in ("index", "chronology", "calendar", "brief", "method", "changed"))


def test_nothing_waits_for_a_server(public):
    for path, page in pages(public).items():
        names = {tag for tag, _ in page.elements}
        assert not names & {"form", "button", "input", "select", "iframe"}, path
        assert [named["src"] for named in page.of("script")] == (["find.js"] if path.name == "chronology.html" else [])
        assert not [key for _, named in page.elements for key in named if key.startswith("data-") and key != "data-label"]
        for words in NEEDS_SERVER:
            assert words not in page.text, (path, words)


def test_an_indicator_has_its_picture_values_rows_rule_and_code(public):
    page = Page(public / "indicator" / "audiences.html")
    image = page.of("img")[0]
    assert image["src"] == "../charts/audiences.svg"
    assert image["alt"].startswith("Column chart: Audiences, from January 1893 to May 1896")
    assert [one["media"] for one in page.of("source")] == [
        "screen and (max-width: 560px) and (prefers-color-scheme: dark)",
        "screen and (max-width: 560px)",
        "screen and (prefers-color-scheme: dark)",
    ]
    for words in ("0 audiences, from 0 rows", "The numbers as a table", "Meetings of the two crowns", "Code of these numbers: RH-"):
        assert words in page.text
    assert ("a", "audiences@by_year.html") in page.links
    assert b"relations-record" in (public / "charts" / "audiences.svg").read_bytes()
    assert (public / "charts" / "audiences.csv").read_text(encoding="utf-8").count("1893-02") == 1


def test_each_trend_is_that_of_its_figure(court, public):
    """A picture beside another figure would be a false number."""
    made, page = results(open_project(court)), Page(public / "index.html")
    places = [i for i, (tag, named) in enumerate(page.elements) if tag == "td" and named.get("class") == "figure"]
    assert len(places) == len(made.config.headline)
    for i, name in zip(places, made.config.headline, strict=True):
        image = next(named["src"] for tag, named in page.elements[i:] if tag == "img")
        drawn = json.loads(html.unescape((public / image).read_text(encoding="utf-8").partition("<desc>")[2].partition("</desc>")[0]))
        series = made.series(Query(name))
        days = datetime.date(int(made.config.window.start[:4]), 1, 1), series.as_of
        assert drawn["data"] == json.loads(to_json_plotly(small(series, days, LIGHT, TREND)))["data"]


def test_a_row_that_another_row_names_is_reached(public):
    assert ("a", "envoys.html#row-e-02") in Page(public / "table" / "annotations.html").links


def test_the_rows_of_the_chronology_are_all_on_one_page(court, public):
    text = Page(public / "chronology.html").text
    assert "37 of 37 events" in text
    assert "Show more" not in text


# ---- the folder ----


def test_a_later_publication_takes_the_place_of_the_earlier_one(little, tmp_path, capsys):
    folder = tmp_path / "public"
    assert publish(little, folder) == 0
    assert (folder / "table" / "envoys.html").is_file()
    (folder / "indicator" / "gone.html").write_text("", encoding="utf-8")
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    (folder / RECORD).write_text(json.dumps(record | {"files": [*record["files"], "indicator/gone.html"]}), encoding="utf-8")
    edited(little, "config.yaml", "title: Ruritania and Graustark", "title: Two kingdoms")
    assert publish(little, folder) == 0
    assert not (folder / "indicator" / "gone.html").exists()
    assert "Two kingdoms" in (folder / "index.html").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["public", "ruritania"]


@pytest.mark.parametrize("there", ["notes.txt", ".git/config", "charts/mine.svg"])
def test_a_folder_with_anything_else_is_refused_and_left_alone(court, public, tmp_path, capsys, there):
    folder = shutil.copytree(public, tmp_path / "public") if there.startswith("charts") else tmp_path / "mine"
    (folder / there).parent.mkdir(parents=True, exist_ok=True)
    (folder / there).write_text("mine", encoding="utf-8")
    before = contents(folder)
    assert publish(court, folder) == 1
    assert f"error[not-empty]: the folder already holds {there!r}" in capsys.readouterr().err
    assert contents(folder) == before


@pytest.mark.parametrize("browser", [Pencil, Broken])
def test_with_errors_or_without_a_picture_nothing_is_published(little, tmp_path, capsys, monkeypatch, browser):
    folder = tmp_path / "public"
    assert publish(little, folder) == 0
    before = contents(folder)
    monkeypatch.setattr("dashboard.export.browser.Chromium", browser)
    if browser is Pencil:
        appended(little, "indicators/definitions/court.yaml", "    colour: red")
    assert publish(little, folder) == 1
    assert ("colour" if browser is Pencil else "no ink") in capsys.readouterr().err
    assert contents(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["public", "ruritania"]


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
@pytest.mark.parametrize("largest", [100, 3000])
def test_on_a_full_disk_the_earlier_publication_stays(little, tmp_path, capsys, largest):
    """The limit on the size of files fails as a full disk does: an error of a write, in a page or in another file."""
    resource = pytest.importorskip("resource")
    folder = tmp_path / "public"
    assert publish(little, folder) == 0
    before, limits = contents(folder), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, limits[1]))
    try:
        ended = publish(little, folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert ended == 1
    assert f"error[not-written]: {folder} cannot be written: File too large" in capsys.readouterr().err
    assert contents(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["public", "ruritania"]


def test_it_says_what_was_published_when(committed, tmp_path, capsys):
    def told():
        project = open_project(committed)
        return about(project, results(project))

    first = told()
    head = git(committed, "rev-parse", "HEAD")
    assert (first["as_of"], first["revision"]) == ("1896-05-20", {"commit": head, "changed_since": False})
    edited(committed, "config.yaml", "subtitle: Audiences", "subtitle: Balls")
    assert told()["revision"]["changed_since"]
    assert told()["data_sha256"] == first["data_sha256"]
    edited(committed, "data/bans.csv", "cheese", "ham")
    assert told()["data_sha256"] != first["data_sha256"]
    assert f"from revision {head[:7]} with later changes" in sentence(told())


# ---- the nodes ----


def test_what_had_only_controls_goes_with_its_label():
    nodes = [["section", ["h2", "Save"], ["div", ["button", "Save"]]], ["p", {"class": "hint"}, ["select", ["option", "all"]]], "kept"]
    assert still(nodes) == ["kept"]


def test_a_chart_is_changed_once():
    seen = []
    changed([["div", ["graph", {"figure": 1}], ["graph", {"figure": 2}]]], lambda name, named, inside: seen.append((name, named)))
    assert [named["figure"] for name, named in seen if name == "graph"] == [1, 2]


def test_rows_know_their_headings_on_small_screens():
    table = ["table", ["thead", ["tr", ["th", {"scope": "col"}, "day"]]], ["tbody", ["tr", ["td", "1 May"]]]]
    (box,) = still([["div", {"class": "scroll"}, table]])
    assert ["td", {"data-label": "day"}, "1 May"] in box[2][3][2]
