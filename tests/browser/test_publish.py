"""A published folder, opened from a disk without JavaScript or from a plain file server: it asks for nothing outside and is read by all."""

import functools
import http.server
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboard.app.site import MEMO
from dashboard.cli import main
from tests.published import at_court, dead_links, pages

LOOKED_AT = ("index", "pillar/court", "indicator/audiences", "chronology")


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    """The court of Ruritania, published. Nobody changes it."""
    folder = tmp_path_factory.mktemp("public")
    assert main(["--project", str(at_court(folder / "ruritania")), "publish", str(folder / "public")]) == 0
    return folder / "public"


@pytest.fixture(scope="module")
def context(browser):
    with browser.new_context() as context:
        yield context


@pytest.fixture(scope="module")
def without_scripts(browser):
    with browser.new_context(java_script_enabled=False, color_scheme="dark", viewport={"width": 390, "height": 800}) as context:
        yield context


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address(public):
    """The folder at a plain file server."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=public)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_every_link_leads_to_a_file_or_a_source(public):
    assert list(dead_links(public)) == []


def test_its_pictures_are_those_of_an_export(public, tmp_path):
    names = ("audiences", "audiences@by_year")
    assert main(["--project", str(public.parent / "ruritania"), "export", *names, "--format", "svg", "--output", str(tmp_path)]) == 0
    exported = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert len(exported) == len(names)
    assert {name: (public / "charts" / name).read_bytes() for name in exported} == exported


def test_from_a_disk_without_scripts_every_page_fits_and_asks_for_nothing_outside(public, without_scripts):
    page = without_scripts.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in pages(public):
        page.goto(path.as_uri())
        width, broken = page.evaluate(
            "[document.documentElement.scrollWidth, Array.from(document.images).filter(one => !one.naturalWidth).length]"
        )
        assert (width <= 390, broken) == (True, 0), path
    assert [url for url in asked if not url.startswith(public.resolve().as_uri())] == []
    page.goto((public / "indicator" / "audiences.html").as_uri())
    wide, narrow = page.locator(".chart picture img").evaluate("image => [image.src, image.currentSrc]")
    assert wide.endswith("charts/audiences.svg")
    assert narrow != wide
    page.close()


@pytest.mark.parametrize(
    ("name", "width", "scheme"), [(name, *screen) for name in LOOKED_AT for screen in ((390, "light"), (1440, "dark"))]
)
def test_axe_finds_nothing_serious(browser, public, name, width, scheme):
    with browser.new_context(bypass_csp=True) as context:  # axe reads style sheets with a request, which the pages do not allow
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.goto((public / f"{name}.html").as_uri())
        found = Axe().run(page)
        assert [one["id"] for one in found.response["violations"] if one["impact"] in ("serious", "critical")] == []


def test_paper_has_the_light_picture_for_documents_and_no_navigation(public, without_scripts):
    page = without_scripts.new_page()
    page.goto((public / "indicator" / "audiences.html").as_uri())
    paper = page.locator(".chart .on-paper")
    expect(paper).to_be_hidden()
    page.emulate_media(media="print", color_scheme="dark")
    expect(paper).to_be_visible()
    expect(page.locator(".chart picture")).to_be_hidden()
    expect(page.locator("nav").first).to_be_hidden()
    assert paper.evaluate("image => [image.naturalWidth, image.currentSrc.split('/').pop()]") == [MEMO.size.width, "audiences.svg"]
    page.close()


def test_a_file_server_shows_it_and_the_chronology_is_searched(address, open_page):
    page = open_page(f"{address}/index.html")
    page.get_by_role("link", name="Chronology").click()
    expect(page.locator(".listed tbody tr:visible")).to_have_count(37)
    page.get_by_label("Search in these rows").fill("anthem insults")
    expect(page.locator(".listed tbody tr:visible")).to_have_count(1)
    expect(page.locator("#found")).to_contain_text("1 with these words, of 37")
    page.goto(f"{address}/chronology.html#find=cheese")
    expect(page.get_by_label("Search in these rows")).to_have_value("cheese")
