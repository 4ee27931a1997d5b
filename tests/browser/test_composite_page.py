"""The page of a composite in a browser: two periods are compared, a recipe is changed for a visit, and the address keeps both."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import SCREENS, whole
from tests.pages.test_composite_page import FILE, MOOD

PUBLISHED = "Mood of the court (experimental)"


@pytest.fixture
def served(copy, serve):
    (copy / FILE).write_text(MOOD)
    return serve(copy)


def test_the_overview_leads_to_the_page(served, open_page):
    page = open_page(served.url)
    whole(page)
    expect(page.locator(".index")).to_contain_text(PUBLISHED)
    page.locator(".index a").click()
    expect(page.locator("h1")).to_have_text("Mood of the court")
    expect(page.locator("#composite h2").first).to_have_text("In short")


def test_two_periods_are_compared_and_the_address_keeps_them(served, open_page):
    page = open_page(f"{served.url}/indicator/mood")
    whole(page)
    page.locator("#span-end").select_option("1894")
    expect(page.locator("#moved")).to_contain_text("Choose an earlier and a later period.")
    page.locator("#span-start").select_option("1893")
    expect(page.locator("#moved .summary")).to_contain_text("50 in 1894, 100 in 1893")
    page.wait_for_url("**moved=1893to1894")
    page.locator("#moved details summary").first.click()
    expect(page.locator("#moved details table").first).to_be_visible()
    page.reload()
    whole(page)
    expect(page.locator("#moved .summary")).to_contain_text("50 in 1894, 100 in 1893")
    bar = page.locator("#moved details").first
    bar.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(bar.locator("table").first).to_be_visible()


def test_a_weight_is_changed_by_keyboard_shown_at_once_and_kept_in_the_address(served, open_page):
    page = open_page(f"{served.url}/indicator/mood")
    whole(page)
    page.locator("#own-recipe > summary").click()
    slider = page.locator("#weight-crowd")
    slider.evaluate("one => { one.value = '0.75'; one.dispatchEvent(new Event('input', { bubbles: true })); }")
    expect(page.locator("#own-said")).to_contain_text("let go of the slider")
    assert page.evaluate("() => document.querySelector('#chart .js-plotly-plot').data.some(one => one.name === 'preview line')")
    assert "recipe" not in page.url
    slider.focus()
    page.keyboard.press("End")
    page.wait_for_url("**recipe=crowd:1")
    expect(page.locator("h1")).to_have_text("Mood of the court – not the published recipe")
    expect(page.locator("#own-yaml")).to_contain_text("weight: 0.75")  # crowd has a weight of 1 in the file, beside 3
    assert not page.evaluate("() => document.querySelector('#chart .js-plotly-plot').data.some(one => one.name === 'preview line')")
    expect(page.locator("#chart .annotation-text").first).to_contain_text("not the published recipe")
    page.reload()
    whole(page)
    expect(page.locator("#weight-crowd")).to_have_value("1")
    page.locator(".own a").click()
    expect(page.locator("h1")).to_have_text("Mood of the court")
    assert "recipe" not in page.url


def test_the_chart_answers_a_weight_before_the_rest_of_the_page(served, open_page):
    page = open_page(f"{served.url}/indicator/mood")
    whole(page)
    page.locator("#own-recipe > summary").click()
    held, let_go = [], []
    page.route("**/_dash-update-component*", lambda route: route.continue_() if let_go else held.append(route))
    page.locator("#weight-crowd").focus()
    page.keyboard.press("End")
    expect(page.locator("#own-said")).to_contain_text("200 were drawn")  # as many as the file says
    assert page.evaluate("() => document.querySelector('#chart .js-plotly-plot').data.some(one => one.name === 'preview line')")
    page.wait_for_url("**recipe=crowd:1")
    expect(page.locator("h1")).to_have_text("Mood of the court")
    let_go.append(True)
    for route in held:
        route.continue_()
    expect(page.locator("h1")).to_have_text("Mood of the court – not the published recipe")


def test_a_part_is_left_out_and_another_mean_taken(served, open_page):
    page = open_page(f"{served.url}/indicator/mood?recipe=court.slights:0")
    whole(page)
    expect(page.locator("#weight-court-slights + .set")).to_have_text("left out")
    page.locator("#own-mean").select_option("geometric_mean")
    page.wait_for_url("**mean:geometric_mean")
    assert "court.slights:0" in page.url
    expect(page.locator("#own-yaml")).to_contain_text("geometric_mean")


def test_axe_finds_nothing_serious(served, open_page):
    page = open_page(f"{served.url}/indicator/mood?recipe=crowd:0.5&moved=1894to1895")
    whole(page)
    for width, scheme in SCREENS[:4]:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        # The page is drawn anew at another width: each time, what comes when it is scrolled to is looked up again.
        page.wait_for_function(
            "() => { const one = document.querySelector('#composite > section > .later'); if (one) { one.scrollIntoView(); } return !one; }"
        )
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
