"""A real Chromium, a real server in this process, and a project that may be edited while it is served."""

import os
import shutil
import threading
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright
from werkzeug.serving import make_server

from dashboard.app import create_app
from dashboard.live import Live
from dashboard.tuning import new_token
from indicators.compute import results
from indicators.project import open_project
from tests.builders import RURITANIA

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
expect.set_options(timeout=20_000)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]


@pytest.fixture(scope="session")
def browser():
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    assert path, "no Chromium or Chrome was found; install one, or name it in CHROMIUM"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield chromium
        chromium.close()


class Served:
    """A project under a running server."""

    def __init__(self, root, token=None):
        self.live = Live(root)
        self.stop_watching = self.live.watch()
        self.server = make_server("127.0.0.1", 0, create_app(self.live.current, token).server, threaded=True)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.root = root
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.stop_watching()
        self.server.shutdown()


@pytest.fixture(scope="session")
def ruritania_served():
    served = Served(RURITANIA)
    yield served
    served.stop()


@pytest.fixture
def edited_served(tmp_path):
    served = Served(shutil.copytree(RURITANIA, tmp_path / "ruritania"))
    yield served
    served.stop()


@pytest.fixture
def tuned_served(tmp_path):
    served = Served(shutil.copytree(RURITANIA, tmp_path / "ruritania"), new_token())
    yield served
    served.stop()


@pytest.fixture(scope="session")
def shipped_served():
    served = Served(ROOT)
    yield served
    served.stop()


@pytest.fixture(scope="session")
def shipped_results():
    return results(open_project(ROOT))


@pytest.fixture
def open_page(browser):
    """Open pages that may not ask for anything outside, nor complain in the console."""
    contexts, faults = [], []

    def open_at(url, *, width=1440, height=1000, **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on(
            "request", lambda r: None if r.url.startswith(("http://127.0.0.1", "data:", "blob:")) else faults.append(f"outside: {r.url}")
        )

        def listen(message):
            if message.type == "error":
                faults.append(f"console: {message.text}")

        page.on("console", listen)
        page.on("pageerror", lambda e: faults.append(f"error: {e}"))
        page.goto(url)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert faults == []
