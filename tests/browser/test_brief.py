"""The briefing as a page and on paper."""

import io

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboard.pages.brief import MOST_CHARTS

CHART = ".brief .memo .js-plotly-plot .main-svg"


@pytest.fixture
def briefing(open_page):
    """A briefing with its charts drawn."""

    def at(served, period, count, **size):
        page = open_page(f"{served.url}/brief?period={period}", **size)
        expect(page.locator(".brief .memo .js-plotly-plot")).to_have_count(count)
        page.locator(CHART).first.wait_for()
        return page

    return at


@pytest.mark.parametrize("period", ["2024-T1", "2019-T2"])
def test_it_prints_on_two_to_four_pages_of_either_paper(shipped_served, briefing, period):
    page = briefing(shipped_served, period, MOST_CHARTS)
    page.emulate_media(media="print")
    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator("form.filters")).to_be_hidden()
    for paper in ("A4", "Letter"):
        pages = pypdf.PdfReader(io.BytesIO(page.pdf(format=paper))).pages
        assert 2 <= len(pages) <= 4, paper
        last = page.locator(".events li b").last.inner_text()
        assert last in " ".join(pages[-1].extract_text().split())


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_it_fits_the_screen_and_axe_finds_nothing_serious(ruritania_served, briefing, width, scheme):
    page = briefing(ruritania_served, "1894", 1, width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert [v["id"] for v in found.response["violations"] if v["impact"] in ("serious", "critical")] == []


def test_another_period_is_chosen_by_keyboard_and_a_statement_leads_to_its_rows(ruritania_served, briefing):
    page = briefing(ruritania_served, "1894", 1)
    page.locator("#brief-period").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".brief h1")).to_contain_text("1895")
    page.go_back()
    expect(page.locator(".brief h1")).to_contain_text("1894")
    page.locator(".statements a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Audiences")
    expect(page.locator("#rows")).to_contain_text("Audience about the counting.")
