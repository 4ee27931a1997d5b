"""The table of pages: each has an address, a title and its place in the navigation; one more is a module and an entry."""

import re
import types

from dash import html

from dashboard import app
from dashboard.app import PAGES, create_app, page
from dashboard.live import Live
from dashboard.pages import Screen
from tests.builders import RURITANIA


def test_the_navigation_has_the_pages_that_ask_for_it():
    shell = str(create_app(Live(RURITANIA).current).layout())
    ways = re.findall(r"Link\(children='([^']+)', href='([^']+)'\)", shell)
    assert ways == [("Overview", "/"), ("Method", "/method"), ("Check a chart", "/check"), ("Tune", "/tune")]
    assert [one.TITLE for one in PAGES if not one.IN_NAVIGATION] == ["Indicator"]


def test_only_a_page_that_takes_more_answers_below_its_path():
    now = Live(RURITANIA).current()
    for one in PAGES:
        said = str(page(now, f"{one.PATH.rstrip('/')}/audiences", "", Screen()))
        assert ("there is no page" in said) != one.TAKES_MORE


def test_a_page_is_added_with_a_module_and_an_entry(monkeypatch):
    added = types.ModuleType("dashboard.pages.greeting")
    added.PATH, added.TITLE, added.IN_NAVIGATION, added.TAKES_MORE = "/greeting", "Greeting", True, True
    added.layout = lambda now, asked: html.P(f"hello {asked.rest} of {now.results.config.title}")
    added.register = lambda application, current, token: application.server.add_url_rule("/greet", view_func=lambda: "hello")
    monkeypatch.setattr(app, "PAGES", (*PAGES, added))
    live = Live(RURITANIA)
    application = create_app(live.current)
    assert "Link(children='Greeting', href='/greeting')" in str(application.layout())
    assert application.server.test_client().get("/greet").text == "hello"
    assert "hello duels?from=1893 of" in str(page(live.current(), "/greeting/duels", "?from=1893", Screen()))
