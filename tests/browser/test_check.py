"""A screenshot typed into the page Check: progress, the verdict, and a search that is cancelled."""

import pytest
from playwright.sync_api import expect

from dashboard.charts.picture import picture_of
from dashboard.charts.view import parse_view
from indicators.compute.pipeline import results
from tests.builders import git, opened
from tests.charts.test_record import one_more_audience

TOLD = """() => {
    window.told = [];
    const note = records => records.forEach(one => one.addedNodes.forEach(node => window.told.push(node.textContent)));
    new MutationObserver(note).observe(document.getElementById("verdict"), {childList: true, subtree: true});
}"""
"""Notes every text that was ever put there, also one that the next replaces before anything is painted."""


@pytest.fixture
def asked(committed, serve, open_page):
    """The page of a project with two states, and the code of the first."""
    code = picture_of(results(opened(committed)), parse_view("audiences")).code
    one_more_audience(committed)
    git(committed, "commit", "--quiet", "--all", "-m", "A joke.")
    page = open_page(f"{serve(committed).url}/check")
    page.get_by_role("textbox", name="View").wait_for()
    return page, code


def test_what_is_printed_is_looked_up_with_progress(asked):
    page, code = asked
    page.evaluate(TOLD)
    page.get_by_role("textbox", name="View").fill("/audiences")
    page.get_by_role("textbox", name="Code").fill(code.lower().replace("0", "o"))
    page.get_by_role("textbox", name="Code").press("Enter")
    expect(page.locator("#verdict .changed")).to_contain_text("(The kingdoms.) gives this code")
    expect(page.locator("#verdict li", has_text="with envoys:e-38")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    assert any("0 of 2 revisions" in words for words in page.evaluate("() => window.told"))


def test_a_search_is_cancelled(asked):
    """A server that does not answer."""
    page, code = asked
    page.route("**/looked-up", lambda route: None)
    page.get_by_role("textbox", name="View").fill(f"audiences · {code}")
    page.get_by_role("button", name="Look up").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#verdict")).to_have_text("cancelled")
    page.unroute("**/looked-up")
    page.get_by_role("button", name="Look up").click()
    expect(page.locator("#verdict .changed")).to_contain_text("(The kingdoms.) gives this code")


def test_a_printed_view_leads_to_its_page(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/audiences?variant=by_year")
    expect(page.locator("#page h1")).to_contain_text("Audiences")
    assert page.url.endswith("/indicator/audiences?variant=by_year")
