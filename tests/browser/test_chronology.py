"""The chronology in a browser: questions answered in three clicks, complete against the table; the address; hostile cells."""

import csv
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboard.pages.listing.search import AT_ONCE
from tests.browser.conftest import ROOT, SCREENS, whole
from tests.builders import appended

EVENTS = list(csv.DictReader((ROOT / "data" / "events.csv").read_text(encoding="utf-8").splitlines()))


def counted(page, rows):
    """The page says how many of all events match, and shows the first of them; `rows`: those that the file has."""
    expect(page.locator("#found")).to_have_text(f"{len(rows)} of {len(EVENTS)} events")
    expect(page.locator(".listed details.coding")).to_have_count(min(len(rows), AT_ONCE))


IDS = """() => {
    const ids = Array.from(document.querySelectorAll(".listed details.coding"), one => one.id.replace("more-", ""));
    return ids.length ? ids : null;
}"""


def ids_on(page):
    """The ids of all rows found, page by page; a page that is just being put in the place of another has none for a moment."""
    ids = []
    while True:
        ids += page.wait_for_function(IDS).json_value()
        more = page.get_by_text("Show more", exact=True)
        if not more.count():
            return ids
        before = page.locator(".more-rows").inner_text()
        more.click()
        expect(page.locator(".more-rows")).not_to_have_text(before)


def opened(page, served):
    whole(page)
    page.get_by_role("link", name="Chronology", exact=True).click()
    counted(page, EVENTS)


def test_everything_about_an_issue(shipped_served, open_page):
    page = open_page(shipped_served.url)
    opened(page, shipped_served)
    page.get_by_label("Issue").select_option("forced_labor")
    rows = [row for row in EVENTS if "forced_labor" in row["issue"].split(";")]
    counted(page, rows)
    assert sorted(ids_on(page)) == sorted(row["event_id"] for row in rows)


def test_all_summonses_since_a_year_with_their_sources(shipped_served, open_page):
    page = open_page(shipped_served.url)
    opened(page, shipped_served)
    page.get_by_label("Event type").select_option("summons")
    counted(page, [row for row in EVENTS if row["event_type"] == "summons"])
    page.get_by_label("From").fill("2019")
    page.get_by_label("From").press("Enter")
    rows = [row for row in EVENTS if row["event_type"] == "summons" and row["date"] >= "2019"]
    counted(page, rows)
    assert page.locator(".listed tbody tr").count() == len(rows)
    assert page.locator(".listed tbody tr:has(td:last-child a)").count() == len(rows)


def test_who_protested_to_whom_about_what_in_a_month(shipped_served, open_page):
    page = open_page(shipped_served.url)
    opened(page, shipped_served)
    page.get_by_role("link", name="2024: all rows").click()
    page.get_by_role("link", name=re.compile("March 2024, friction")).click()
    rows = [
        row for row in EVENTS if row["date"].startswith("2024-03") and row["event_type"] in ("criticism", "protest", "summons", "sanction")
    ]
    rows = [row for row in rows if {"JPN", "KOR"} & set(row["target"].split(";"))]
    counted(page, rows)
    assert sorted(ids_on(page)) == sorted(row["event_id"] for row in rows)
    line = page.locator(".listed tbody tr").first.inner_text()
    assert re.search("(South Korea|Japan) to (South Korea|Japan)", line), line


def test_what_was_coded_for_some_rows_only_says_for_how_many(shipped_served, open_page):
    page = open_page(f"{shipped_served.url}/chronology")
    counted(page, EVENTS)
    coded = [row for row in EVENTS if row["certainty"]]
    page.locator("summary", has_text=f"Coded for {len(coded)} of {len(EVENTS)} events only").click()
    page.get_by_label("Regions").select_option("russia")
    rows = [row for row in EVENTS if "russia" in row["regions"].split(";")]
    counted(page, rows)
    expect(page.locator(".counted")).to_contain_text(f"Regions: coded for {len(coded)} of {len(EVENTS)} only, others may match too")
    expect(page.get_by_label("Regions")).to_be_visible()  # the group of a filter that is set stays open
    assert sorted(ids_on(page)) == sorted(row["event_id"] for row in rows)
    doubtful = [row["event_id"] for row in rows if row["certainty"] != "confirmed"]
    assert doubtful
    marked = page.locator(".listed td", has=page.get_by_text("(reported, not confirmed)")).locator("details.coding")
    assert marked.evaluate_all("all => all.map(one => one.id.replace('more-', ''))") == doubtful
    violations = Axe().run(page).response["violations"]
    assert [v["id"] for v in violations if v["impact"] in ("serious", "critical")] == []
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 1000})
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_an_answer_leads_to_what_it_answers_and_back(shipped_served, open_page):
    page = open_page(f"{shipped_served.url}/chronology?row=jk-20240115-1")
    page.locator("#more-jk-20240115-1 summary").click()
    page.get_by_role("link", name="jk-20240114-1").click()
    expect(page).to_have_url(re.compile(r"/table/events\?row=jk-20240114-1$"))
    page.locator("#more-jk-20240114-1 summary").click()
    page.get_by_role("link", name="1 row of Diplomatic events").click()
    expect(page).to_have_url(re.compile(r"answers=jk-20240114-1$"))
    expect(page.locator("#more-jk-20240115-1")).to_be_visible()
    expect(page.locator("#found")).to_have_text(f"1 of {len(EVENTS)} events")


def test_filters_are_in_the_address_and_come_back(shipped_served, open_page):
    page = open_page(f"{shipped_served.url}/chronology")
    counted(page, EVENTS)
    page.get_by_label("Search").fill("Sado")
    page.get_by_label("Search").press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=Sado$"))
    expect(page.locator("#found")).not_to_have_text(f"{len(EVENTS)} of {len(EVENTS)} events")
    expect(page.locator("#find-q")).to_be_focused()
    said = page.locator("#found").inner_text()
    again = open_page(page.url)
    expect(again.locator("#found")).to_have_text(said)
    page.go_back()
    counted(page, EVENTS)
    expect(page.locator("#find-q")).to_have_value("")


def test_nonsense_is_refused_in_words_and_the_rows_stay(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/chronology")
    expect(page.locator(".listed")).to_be_visible()
    page.get_by_label("From").fill("18x")
    page.get_by_label("From").press("Enter")
    expect(page.locator("#chronology-refusal")).to_contain_text("'18x' is not a period")
    expect(page.locator("#chronology-refusal")).to_contain_text("Below is what was shown before.")
    expect(page.locator(".listed")).to_be_visible()


def test_new_rows_appear(edited_served, open_page):
    page = open_page(f"{edited_served.url}/chronology?q=turnip")
    expect(page.locator("#found")).to_contain_text("0 of ")
    appended(
        edited_served.root,
        "data/envoys.csv",
        "e-88,1896-03-09,,day,duel,RUR,RUR;GRA,clerk,,cheese,A turnip is thrown.,court_diary,1896-03-10",
    )
    expect(page.locator("#found")).to_contain_text("1 of ")


def test_cells_never_become_elements(edited_served, open_page):
    row = "e-88,1896-03-09,,day,duel,RUR,RUR;GRA,clerk,,cheese,<img src=x onerror=alert(1)>,court_diary,1896-03-10"
    appended(edited_served.root, "data/envoys.csv", row)
    for path in ("/chronology", "/table/envoys"):
        page = open_page(f"{edited_served.url}{path}")
        expect(page.locator(".listed")).to_contain_text("<img src=x")
        expect(page.locator("main img")).to_have_count(0)


@pytest.mark.parametrize("path", ["/chronology", "/table/envoys", "/table/annotations"])
def test_axe_finds_nothing_serious_with_all_opened(ruritania_served, open_page, path):
    found = []
    for scheme in ("light", "dark"):
        page = open_page(f"{ruritania_served.url}{path}", scheme=scheme)
        expect(page.locator(".listed")).to_be_visible()
        page.evaluate("() => document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        violations = Axe().run(page).response["violations"]
        found += [(scheme, v["id"], v["nodes"][0]["html"]) for v in violations if v["impact"] in ("serious", "critical")]
    assert found == []


def test_rows_fit_every_screen_and_paper(shipped_served, open_page, shipped_results):
    page, wide = open_page(f"{shipped_served.url}/chronology"), []
    for path in ("/chronology", *(f"/table/{name}" for name in shipped_results.tables)):
        page.goto(f"{shipped_served.url}{path}")
        expect(page.locator(".listed")).to_be_visible()
        for width, _ in SCREENS[::2]:
            page.set_viewport_size({"width": width, "height": 1000})
            if page.evaluate("() => document.documentElement.scrollWidth") > width:
                wide.append((path, width))
        page.set_viewport_size({"width": 700, "height": 1000})
        page.emulate_media(media="print")
        if page.evaluate("() => Math.max(...[...document.querySelectorAll('main, .listed, .listed table')].map(e => e.scrollWidth))") > 700:
            wide.append((path, "paper"))
        page.emulate_media(media="screen")
    assert wide == []
