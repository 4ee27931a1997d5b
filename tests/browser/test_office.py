"""On the server of an office: two gunicorn workers behind a proxy, under a prefix."""

import json
import re
import urllib.request
from http.server import BaseHTTPRequestHandler

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE, whole
from tests.builders import RURITANIA, edited
from tests.proxy import Listening, Proxy
from tests.workers import Workers

PREFIX = "/relations"
PAGES = ("/", "/pillar/court", "/chronology", "/calendar", "/brief", "/table/envoys", "/changed", "/method", "/check", "/tune", "/nowhere")
LINKS = """() => Array.from(document.querySelectorAll('[href^="/"], [src^="/"]'),
    one => one.getAttribute('href') || one.getAttribute('src'))"""


@pytest.fixture(scope="module")
def workers():
    with Workers(RURITANIA, prefix=PREFIX) as workers:
        workers.ready()
        yield workers


@pytest.fixture(scope="module", params=["left", "taken"])
def proxy(request, workers):
    """The prefix is left in the requests, or taken from them."""
    with Proxy(workers.port, PREFIX, takes_prefix=request.param == "taken") as proxy:
        yield proxy


def test_every_page_and_all_that_it_asks_for_is_under_the_prefix(proxy, browser, open_page):
    refused = []
    with browser.new_context() as context:
        context.set_default_timeout(PATIENCE)
        page = open_page(f"{proxy.url}/indicator/duels", context=context)
        whole(page)
        page.on("response", lambda answer: answer.status < 400 or refused.append(f"{answer.status} {answer.url}"))
        for path in PAGES:
            page.goto(f"{proxy.url}{path}")
            page.locator("main .plain > *, main :text('Go to the overview')").first.wait_for(state="attached")
            links = page.evaluate(LINKS)
            assert links
            assert [one for one in links if not one.startswith(f"{PREFIX}/")] == []
        page.close()
    assert refused == [f"404 {proxy.url}/nowhere"]
    assert proxy.strays == []


def test_links_are_followed_and_copied_with_the_prefix(proxy, browser, open_page):
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        context.set_default_timeout(PATIENCE)
        page = open_page(f"{proxy.url}/", context=context)
        page.locator(f".plain a[href^='{PREFIX}/indicator/']").first.click()
        whole(page)
        assert page.url.startswith(f"{proxy.url}/indicator/")
        page.get_by_role("link", name="Chronology", exact=True).click()
        expect(page.locator("h1")).to_be_visible()
        assert page.url == f"{proxy.url}/chronology"
        page.goto(f"{proxy.url}/duels?from=1894")
        whole(page)
        assert page.url == f"{proxy.url}/indicator/duels?from=1894"
        page.click("button[data-copy=link]")
        expect(page.locator("[data-said=copied]")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == f"{proxy.url}/indicator/duels?from=1894"
        page.close()


def test_a_picture_is_saved_through_the_proxy(proxy, browser, open_page):
    with browser.new_context() as context:
        context.set_default_timeout(PATIENCE)
        page = open_page(f"{proxy.url}/indicator/duels", context=context)
        whole(page)
        code = re.search(r"RH-[0-9A-Z]{4}-[0-9A-Z]{4}", page.locator("main").inner_text())[0]
        page.select_option("#save-format", "svg print")
        with page.expect_download() as saved:
            page.click("#save")
        assert code in saved.value.path().read_text()
        page.close()


def states(workers):
    """What the workers show, asked until both have answered."""
    told = {}
    while len(told) < 2:
        with urllib.request.urlopen(f"http://127.0.0.1:{workers.port}/version", timeout=60) as answer:
            state = json.loads(answer.read())
        told[state["run"]] = state["shown"]
    return set(told.values())


def test_an_edit_is_followed_by_both_workers_and_by_a_page_that_is_open(copy, browser, open_page):
    """Whichever worker is asked, after the first that shows an edit none shows what was before."""
    with Workers(copy, prefix=PREFIX) as workers, Proxy(workers.port, PREFIX) as proxy, browser.new_context() as context:
        context.set_default_timeout(PATIENCE)
        workers.ready()
        page = open_page(f"{proxy.url}/indicator/duels", context=context)
        whole(page)
        assert len(states(workers)) == 1
        for before, after in (("Ruritania and Graustark", "Two kingdoms"), ("Two kingdoms", "Two realms")):
            edited(copy, "config.yaml", f"title: {before}", f"title: {after}")
            edited(copy, "indicators/definitions/court.yaml", "title: Duels", "title: Duels again") if after == "Two realms" else None
            expect(page.locator("#brand")).to_have_text(after)
        expect(page.locator("h1")).to_have_text("Duels again")
        page.close()
        for _ in range(6):
            with urllib.request.urlopen(f"{proxy.url}/_dash-layout", timeout=60) as answer:
                assert "Two realms" in answer.read().decode()


class Site(Listening):
    """A page of another server that shows a chart in a frame, and a picture."""

    def __init__(self, shown):
        page = f'<!DOCTYPE html><title>Intranet</title><iframe src="{shown}/embed/duels" width="800" height="500"></iframe>'
        page += f'<img src="{shown}/picture/duels.svg">'

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200 if self.path == "/" else 404)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(page.encode() if self.path == "/" else b"")

            def log_message(self, *_):
                pass

        super().__init__(Answers)


PICTURE = "() => { const one = document.images[0]; return one.complete ? [one.naturalWidth] : null; }"


def test_a_chart_and_a_picture_are_shown_by_the_site_that_is_named_and_by_no_other(copy, serve, browser):
    """Both have the code that the page of the indicator has; the chart fits its frame."""
    served = serve(copy)
    with Site(served.url) as named, Site(served.url) as other, browser.new_context() as context:
        context.set_default_timeout(PATIENCE)
        with (copy / "config.yaml").open("a") as config:
            config.write(f"server: {{frames: {named.url}}}\n")
        page = context.new_page()
        page.goto(f"{served.url}/indicator/duels")
        whole(page)
        code = re.search(r"RH-[0-9A-Z]{4}-[0-9A-Z]{4}", page.locator("main").inner_text())[0]
        page.goto(named.url)
        frame = page.frame_locator("iframe")
        expect(frame.locator("#framed")).to_contain_text(code)
        box, link = (frame.locator(one).bounding_box() for one in ("#framed", ".open"))
        assert box["width"] <= 800
        assert link["y"] + link["height"] <= page.locator("iframe").bounding_box()["y"] + 500
        assert page.wait_for_function(PICTURE).json_value() != [0]
        with urllib.request.urlopen(f"{served.url}/picture/duels.svg", timeout=120) as picture:
            assert code in picture.read().decode()
        page.goto(other.url)
        assert page.wait_for_function(PICTURE).json_value() == [0]
        assert frame.locator("#framed").count() == 0
        page.close()
