"""The calendar in a browser: years, filters and the address, every width, print, and nothing inaccessible."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import whole

WIDTHS = (390, 1440)


def opened(open_page, served, search="", **screen):
    page = open_page(f"{served.url}/calendar{search}", **screen)
    page.locator("#calendar h2#releases").wait_for()
    return page


def test_a_year_is_chosen_and_the_address_keeps_it(shipped_served, open_page):
    page = open_page(shipped_served.url)
    whole(page)
    page.get_by_role("link", name="Calendar", exact=True).click()
    expect(page.locator("#in-the-year")).to_contain_text("7 of 8 with a response; 1 not collected.")
    page.locator("#find-year").select_option("2024")
    expect(page.locator("#in-the-year")).to_contain_text("8 of 8 with a response.")
    assert page.url.endswith("/calendar?year=2024")
    page.get_by_role("link", name="‹ 2023").click()
    expect(page.locator("h2#year")).to_contain_text("2023")
    page.go_back()
    expect(page.locator("h2#year")).to_contain_text("2024")
    page.reload()
    expect(page.locator("h2#year")).to_contain_text("2024")


def test_promises_are_filtered_beside_the_chosen_year(shipped_served, open_page):
    page = opened(open_page, shipped_served, "?year=2024&as_of=2024-04-30")
    expect(page.locator("#promises-found")).to_have_text("37 of 37 shown")
    page.get_by_label("Promised by").select_option("JPN")
    expect(page.locator("#promises-found")).to_have_text("15 of 37 shown")
    page.locator("#find-stage").select_option("agreed")
    expect(page.locator("#promises-found")).not_to_have_text("15 of 37 shown")
    assert page.locator(".promised tbody tr").count() == int(page.locator("#promises-found").inner_text().split()[0])
    for key in ("year=2024", "as_of=2024-04-30", "by=JPN", "stage=agreed"):
        assert key in page.url
    expect(page.locator("h2#year")).to_contain_text("2024")


def test_a_row_leads_to_its_sources(shipped_served, open_page):
    page = opened(open_page, shipped_served)
    page.get_by_role("link", name="Possible expiry of the Japan-Korea shelf treaty").last.click()
    expect(page.locator("#found")).to_have_text("1 of 37 rows")


@pytest.mark.parametrize("width", WIDTHS)
def test_it_fits_every_width_and_nothing_is_inaccessible(width, shipped_served, open_page):
    page = opened(open_page, shipped_served, "?year=2019", width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_on_a_small_screen_the_parts_are_closed_under_their_titles_and_stay_as_they_were_left(shipped_served, open_page):
    page = opened(open_page, shipped_served, width=390, height=844)
    titles = page.locator(".dated-things summary h2")
    assert titles.count() == 4
    assert page.locator(".dated-things details[open]").count() == 0
    page.get_by_role("link", name="Promises", exact=True).click()
    expect(page.locator("#find-by")).to_be_visible()
    page.locator("#find-by").select_option("JPN")
    expect(page.locator("#calendar")).to_have_attribute("data-grown", str(page.locator("#calendar > *").count()))
    expect(page).to_have_url(f"{shipped_served.url}/calendar?by=JPN#promises")
    expect(page.locator("#find-by")).to_be_visible()
    expect(page.locator("#year-part")).not_to_have_attribute("open", "")


def test_a_part_that_was_closed_on_a_wide_screen_stays_closed(shipped_served, open_page):
    page = opened(open_page, shipped_served)
    assert page.locator(".dated-things details[open] > summary h2").count() == 4
    page.locator("#dialogues").click()
    page.locator("#find-by").select_option("JPN")
    expect(page).to_have_url(f"{shipped_served.url}/calendar?by=JPN")
    expect(page.locator("#promises-found")).not_to_have_text("37 of 37 shown")
    expect(page.locator("#dialogues-part")).not_to_have_attribute("open", "")


def test_on_paper_nothing_is_cut(shipped_served, open_page):
    page = opened(open_page, shipped_served, width=718)  # A4 between its margins
    page.emulate_media(media="print")
    assert page.locator("#calendar select:visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
    cut = page.locator("#calendar .scroll").evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth + 1).length")
    assert cut == 0


def test_a_project_without_such_tables_is_told_what_to_write(ruritania_served, open_page):
    page = opened(open_page, ruritania_served)
    assert page.locator("#calendar pre").count() == 4
    expect(page.locator("#calendar")).to_contain_text("No table says what returns every year")
