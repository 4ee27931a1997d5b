"""A real Chromium, its pages, and projects that are served to them."""

import contextlib
import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from dashboard.pages.tune import new_token
from indicators.compute.pipeline import results
from indicators.reading.project import open_project
from tests.browser.serving import Served
from tests.builders import RURITANIA

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
TOGETHER = "--process-per-site"
"""Pages of a context share a process, in which the scripts of all servers are compiled once."""
SCREENS = [(width, scheme) for width in (390, 1440, 1920) for scheme in ("light", "dark")]
PATIENCE = 120_000
"""Milliseconds after which something never comes: no test says how fast it has to be."""
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser():
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    assert path, "no Chromium or Chrome was found; install one, or name it in CHROMIUM"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*QUIET, TOGETHER], timeout=PATIENCE)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def context(browser, ruritania_served):
    """What the pages of a module share: cache and storage, which is kept by project. A page that stays keeps their process."""
    with browser.new_context(permissions=["clipboard-read", "clipboard-write"]) as context:
        context.set_default_timeout(PATIENCE)
        context.new_page().goto(f"{ruritania_served.url}/version")
        yield context


@pytest.fixture
def serve():
    """Serve folders until the test is over and its pages are closed."""
    with contextlib.ExitStack() as servers:
        yield lambda root, **options: servers.enter_context(Served(root, **options))


@pytest.fixture
def open_page(context, serve):
    """Open pages that may not ask for anything outside, nor complain in the console, and wait until Dash has taken the place of the first
    answer, unless `early`. `context`: that of another person."""
    pages, faults = [], []

    def open_at(url, *, width=1440, height=1000, scheme="light", context=context, early=False):
        page = context.new_page()
        pages.append(page)
        listen(page, faults.append)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.goto(url)
        if not early:
            page.locator("#first").wait_for(state="detached")
        return page

    yield open_at
    for page in pages:
        page.close()
    assert faults == []


LAST = (
    "#definition dl, .standing .main-svg, #pillar h1, #method-content h1, #check-file, #tune-outcome .summary, "
    "main :text('Go to the overview')"
)


def whole(page):
    """Wait until a page, whichever it is, shows what comes last on it, and Dash answers to what is clicked."""
    page.locator(f"#react-entry-point :is({LAST})").first.wait_for()
    page.locator("main:not(:has(#chart)), #chart .js-plotly-plot:not(.dash-graph--pending) .main-svg").first.wait_for()


def listen(page, report):
    """Report what a page asks outside and what it complains about; that its own address is answered 404 or 400 is meant."""
    own = ("http://127.0.0.1", "data:", "blob:")
    page.on("request", lambda request: request.url.startswith(own) or report(f"outside: {request.url}"))

    def complaint(message):
        refused = message.text.startswith("Failed to load resource") and message.location["url"] == page.url
        if message.type == "error" and not refused:
            report(f"console: {message.text} ({message.location['url']})")

    page.on("console", complaint)
    page.on("pageerror", lambda error: report(f"error: {error.stack or error}"))


@pytest.fixture(scope="session")
def ruritania_served():
    with Served(RURITANIA) as served:
        yield served


@pytest.fixture(scope="session")
def shipped_served():
    with Served(ROOT) as served:
        yield served


@pytest.fixture
def edited_served(copy, serve):
    return serve(copy)


@pytest.fixture
def tuned_served(copy, serve):
    return serve(copy, token=new_token())


@pytest.fixture(scope="session")
def shipped_results():
    return results(open_project(ROOT))
