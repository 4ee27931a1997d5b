"""The page of an indicator in a real browser: what is in the first screen, on paper, on the clipboard and in the address."""

import base64
import csv
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboard.cli import main
from tests.browser.conftest import ROOT, whole

PARTS = "['#chart .main-svg', '#rows table', '#annotations ul', '#definition dl', '.sheet .main-svg']"
BOXES = f"""() => Object.fromEntries({PARTS}.map(name => {{
  const box = document.querySelector(name)?.getBoundingClientRect();
  return [name, box && box.width ? [box.left, box.right, box.top, box.bottom] : null];
}}))"""
"""Left, right, top and bottom of the parts of a page that are shown."""
PAPER = {"A4": 794, "letter": 816}
"""Widths of a sheet in pixels, 96 to the inch."""
MARGIN = 45
"""The margin of a sheet as the stylesheet has it, 12 mm."""
SAME_PICTURE = """async (other) => {
  const [item] = await navigator.clipboard.read();
  const drawn = await Promise.all([await item.getType('image/png'), await (await fetch(other)).blob()].map(async blob => {
    const image = await createImageBitmap(blob), canvas = new OffscreenCanvas(image.width, image.height), context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return [image.width, image.height, context.getImageData(0, 0, image.width, image.height).data];
  }));
  const [one, two] = drawn;
  return [one[0], one[1], one[0] === two[0] && one[1] === two[1] && one[2].every((value, i) => value === two[2][i])];
}"""
"""Width and height of the picture on the clipboard, and whether it is another, pixel by pixel."""


@pytest.mark.parametrize("size", [(1440, 900), (720, 450)])  # a large screen, and the same at 200 %
@pytest.mark.parametrize("name", ["leader_meetings", "summonses", "visitors_korea_to_japan"])
def test_the_chart_is_in_the_first_screen(shipped_served, open_page, size, name):
    page = open_page(f"{shipped_served.url}/indicator/{name}", width=size[0], height=size[1])
    whole(page)
    _, right, _, bottom = page.evaluate(BOXES)["#chart .main-svg"]
    assert right <= size[0]
    assert bottom <= size[1]


def test_the_tables_by_two_columns_come_when_they_are_scrolled_to(shipped_served, open_page):
    page = open_page(f"{shipped_served.url}/indicator/summonses?point=2023", width=1440)
    whole(page)
    expect(page.locator("#matrix")).to_have_text("Split two ways …")
    page.locator("#matrix .later").scroll_into_view_if_needed()
    expect(page.locator("#matrix h2")).to_have_text("Split two ways: 2023")
    expect(page.locator("#matrix table").first).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("view", ["summonses?point=2023:KOR", "leader_meetings?with=ballistic_missile_launches"])
def test_on_paper_nothing_is_cut_and_the_picture_is_that_of_a_memo(shipped_served, open_page, width, view):
    page = open_page(f"{shipped_served.url}/indicator/{view}", width=width, scheme="dark")
    whole(page)
    expect(page.locator("#rows table").first).to_be_attached()
    page.emulate_media(media="print")
    page.locator(".sheet .main-svg").first.wait_for()
    for sheet in PAPER.values():
        room = sheet - 2 * MARGIN
        page.set_viewport_size({"width": room, "height": 1000})
        boxes = page.evaluate(BOXES)
        assert boxes.pop("#chart .main-svg") is None
        assert [name for name, box in boxes.items() if not box or box[0] < 0 or box[1] > room + 1] == []
        assert page.evaluate("() => document.documentElement.scrollWidth") <= room
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for hidden in ("nav", "#page button", ".choices", "#numbers"):
        expect(page.locator(hidden).first).to_be_hidden()
    assert page.evaluate("() => getComputedStyle(document.querySelector('#definition').closest('.panel')).breakInside") == "avoid"


def test_on_paper_the_cards_of_the_overview_hold_their_charts(shipped_served, open_page):
    for width in (1440, 390):
        page = open_page(shipped_served.url, width=width)
        whole(page)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": PAPER["A4"] - 2 * MARGIN, "height": 1000})
        wide = """() => [...document.querySelectorAll('.card')].filter(card => {
          const inside = card.querySelector('.main-svg')?.getBoundingClientRect(), box = card.getBoundingClientRect();
          return inside && (inside.right > box.right || box.right > innerWidth);
        }).length"""
        assert page.evaluate(wide) == 0


def test_figures_that_a_source_states_are_shown_with_their_place(shipped_served, open_page):
    facts = list(csv.DictReader((ROOT / "data" / "facts_2024_1.csv").read_text(encoding="utf-8").splitlines()))
    for name, width in (("forced_labor_rulings", 1440), ("approval_japan_cabinet", 390)):
        page = open_page(f"{shipped_served.url}/indicator/{name}", width=width)
        whole(page)
        own = [row for row in facts if name in row["indicators"].split(";")]
        expect(page.locator("#stated h2")).to_have_text(f"Figures of the journal, January to April 2024 ({len(own)})")
        shown = page.locator("#stated tbody td:first-child a").evaluate_all("all => all.map(one => one.href.split('row=')[1])")
        assert shown == [row["fact_id"] for row in own]
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        violations = Axe().run(page).response["violations"]
        assert [v["id"] for v in violations if v["impact"] in ("serious", "critical")] == []
    page.locator("#stated tbody a").first.click()
    expect(page.locator("#found")).to_have_text(f"1 of {len(facts)} rows")


def test_no_figures_no_heading(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences")
    whole(page)
    assert page.locator("#stated h2").count() == 0


def test_the_options_are_one_line_until_they_are_opened_and_stay_open(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences?variant=with_ministers")
    whole(page)
    options = page.locator("details.choices")
    expect(page.locator("#settings")).to_have_text(re.compile("^with ministers, by month, from "))
    expect(page.locator("#frequency-annual")).to_be_hidden()
    options.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#frequency-annual")).to_be_visible()
    page.get_by_text("annual", exact=True).click()
    expect(page.locator("#settings")).to_have_text(re.compile("^with ministers, by year, from "))
    expect(page.locator("#frequency-annual")).to_be_visible()
    page.set_viewport_size({"width": 900, "height": 1000})  # the page is drawn anew
    expect(page.locator("#chart .main-svg").first).to_have_js_property("clientWidth", 860)
    expect(page.locator("#frequency-annual")).to_be_visible()


def test_a_point_is_in_the_address_and_a_link_to_it_opens_its_rows(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences?frequency=annual&from=1890")
    whole(page)
    code = re.search(r"RH(-[0-9A-Z]{4}){2}", page.locator("#chart").text_content())[0]
    bar = page.locator("#chart .bars .point path").first.bounding_box()
    page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] - 3)
    expect(page).to_have_url(re.compile(r"frequency=annual&from=1890&point=1893$"))
    expect(page.locator("#rows h2")).to_have_text("Audiences: 1893")
    again = open_page(page.url)
    whole(again)
    expect(again.locator("#rows h2")).to_have_text("Audiences: 1893")
    expect(again.locator("#chart")).to_contain_text(code)
    page.go_back()
    expect(page.locator("#rows h2")).to_have_text("Audiences: 1894")  # the latest that is complete


def test_a_point_that_the_changed_chart_does_not_have_leaves_the_address(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences?frequency=annual&point=1893")
    whole(page)
    page.get_by_text("Chart options").click()
    page.get_by_text("quarterly", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?frequency=quarterly$"))
    expect(page.locator("#refusal")).to_be_empty()


def test_a_point_that_is_not_there_is_reported(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences?frequency=annual&point=1993")
    whole(page)
    expect(page.locator("#refusal")).to_contain_text("There is no point '1993' in this chart")


def test_the_picture_on_the_clipboard_is_the_one_that_is_exported(ruritania_served, open_page, tmp_path):
    page = open_page(f"{ruritania_served.url}/indicator/audiences?frequency=annual", scheme="dark")
    whole(page)
    page.get_by_role("button", name="Copy picture").click()
    expect(page.locator("#saved")).to_contain_text("picture copied")
    command = ["--project", str(ruritania_served.root), "export", "audiences?frequency=annual", "--output", str(tmp_path)]
    assert main(command) == 0
    exported = base64.b64encode((tmp_path / "audiences_frequency-annual.png").read_bytes()).decode()
    page.route("**/exported.png", lambda route: route.fulfill(body=base64.b64decode(exported), content_type="image/png"))
    width, _, same = page.evaluate(SAME_PICTURE, "/exported.png")
    assert same
    assert width == 6.5 * 300  # inches at 300 dpi


def test_a_browser_that_cannot_copy_pictures_says_so(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences?frequency=annual")
    whole(page)
    page.evaluate("() => { delete window.ClipboardItem; }")
    page.get_by_role("button", name="Copy picture").click()
    expect(page.locator("#saved")).to_have_text("not copied: this browser cannot copy pictures here; save the picture instead")


def test_under_the_mouse_are_the_colours_of_the_chart(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences?frequency=annual&from=1890", scheme="dark")
    whole(page)
    page.locator("#plot").focus()
    page.keyboard.press("Home")
    box = page.locator("#chart .hoverlayer .hovertext path").first
    assert box.evaluate("part => getComputedStyle(part).fill") == "rgb(20, 24, 29)"  # --paper of the stylesheet


@pytest.mark.parametrize("width", [1440, 390])
def test_measures_in_force_have_a_lane_each_inside_their_panel(shipped_served, open_page, width):
    page = open_page(f"{shipped_served.url}/indicator/strain_in_force", width=width)
    whole(page)
    names = page.locator("#spells .annotation-text")
    expect(names.filter(has_text="Export curbs on three chip materials")).to_be_visible()
    expect(page.locator("#spells h2")).to_have_text("What is or may be in force, one by one (15)")
    lanes = page.evaluate("() => document.querySelector('#spells .main-svg').getBoundingClientRect().right")
    panel = page.evaluate("() => document.querySelector('#spells').getBoundingClientRect().right")
    assert lanes <= panel + 1
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    for arrow in names.filter(has_text="→").all():
        assert arrow.bounding_box()["x"] + arrow.bounding_box()["width"] <= panel + 1
