"""What changed, in a browser: the block on the overview, the page and its chooser."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import whole

SINCE = re.compile(r"(Changed|Dated) since \d+ \w+ \d{4}")
"""With or without a history."""


def test_the_block_on_the_overview_leads_to_the_page(ruritania_served, open_page):
    page = open_page(ruritania_served.url)
    whole(page)
    block = page.locator("section.changed")
    expect(block.locator("h2")).to_have_text(SINCE)
    block.get_by_role("link", name="All that changed").click()
    expect(page.locator("h1")).to_have_text(SINCE)


def test_the_block_on_the_overview_has_the_feed_as_a_file_and_not_as_a_page(ruritania_served, open_page):
    page = open_page(ruritania_served.url)
    whole(page)
    with page.expect_response(f"{ruritania_served.url}/changes.atom") as answer:
        page.locator("section.changed").get_by_role("link", name="Feed").click()
    assert answer.value.headers["content-type"].startswith("application/atom+xml")


def test_a_page_that_takes_long_says_so(ruritania_served, open_page):
    page, held = open_page(ruritania_served.url), []
    whole(page)
    page.route("**/_dash-update-component*", lambda route: held.append(route))
    page.goto(f"{ruritania_served.url}/changed?since=1894-03-07")  # nobody has asked for it, so that the server has no answer at hand
    main = page.locator("#page")
    expect(main).to_be_attached()
    before = "(main, name) => getComputedStyle(main, '::before')[name]"
    assert main.evaluate(f"main => ({before})(main, 'content')") == '"Computing…"'
    page.wait_for_function(f"() => ({before})(document.querySelector('#page'), 'visibility') === 'visible'")
    page.unroute_all(behavior="ignoreErrors")  # what was held goes on
    expect(page.locator("h1")).to_have_text(SINCE)
    assert main.evaluate(f"main => ({before})(main, 'content')") == "none"


def test_another_day_is_chosen_and_stays_in_the_address(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/changed")
    page.get_by_label("Since").fill("1895-01-15")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("h1")).to_have_text("Dated since 15 January 1895")
    expect(page).to_have_url(f"{ruritania_served.url}/changed?since=1895-01-15")
    page.locator("#rows-cannonades > summary").click()
    expect(page.locator("#rows-cannonades tbody tr").first).to_contain_text("dated")


def test_what_is_no_day_and_no_revision_is_refused_and_can_be_corrected(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/changed?since=yore")
    expect(page.get_by_role("alert")).to_contain_text("yore")
    page.get_by_label("Since").fill("1896-01-01")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("h1")).to_have_text("Dated since 1 January 1896")


def test_the_page_is_accessible_and_fits_its_screen(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/changed?since=1895-01-15")
    expect(page.locator("h1")).to_be_visible()
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []
