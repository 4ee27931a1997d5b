"""The method page in a real browser: it opens, anchors lead to their parts, ways lead on and back, edits show, keys are enough."""

from playwright.sync_api import expect

from tests.browser.conftest import SCREENS
from tests.builders import appended, edited

COURT = "indicators/definitions/court.yaml"


def ready(page):
    page.locator("#method-content[data-grown] h1").wait_for()


def top_of(page, anchor):
    """How far below the window's upper edge an element begins, once the page rests."""
    page.wait_for_function("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
    return page.evaluate("id => document.getElementById(id).getBoundingClientRect().top", anchor)


WIDTHS_WHEN_WHOLE = """(count) => {
  document.querySelectorAll('details').forEach(one => { one.open = true; });
  const strip = document.querySelector('.strip');
  const whole = strip && document.querySelectorAll('article.entry h4 a').length === count;
  return whole && [document.documentElement.scrollWidth, strip.getBoundingClientRect().width];
}"""
"""How wide the page and its first strip are with all lines open, once every definition is there."""


def test_the_method_page_is_no_wider_than_its_screen(shipped_served, open_page, shipped_results):
    page, wide = open_page(f"{shipped_served.url}/method"), []
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 1000})
        page.emulate_media(color_scheme=scheme)
        widths = page.wait_for_function(WIDTHS_WHEN_WHOLE, arg=len(shipped_results.definitions)).json_value()
        if max(widths) > width:
            wide.append((width, scheme, widths))
    assert wide == []


def test_an_anchor_leads_to_its_definition(shipped_served, open_page):
    page = open_page(f"{shipped_served.url}/method#summonses")
    ready(page)
    assert 0 <= top_of(page, "summonses") < 60
    expect(page.locator("#summonses h4")).to_be_visible()
    page.locator(".contents a[href='#all-sources']").click()
    assert 0 <= top_of(page, "all-sources") < 60


def test_an_anchor_opens_what_waits_behind_a_line(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/method#audiences@with_ministers")
    ready(page)
    expect(page.locator("[id='audiences@with_ministers']")).to_be_visible()
    page.locator("[id='coverage-envoys-duels'] a").click()
    expect(page.locator("#spans-envoys-duels")).to_contain_text("the surgeon's ledger")
    expect(page.locator("#spans-envoys-duels table")).to_be_visible()


def test_a_way_leads_to_an_indicator_and_back_without_loading_anew(ruritania_served, open_page):
    page = open_page(ruritania_served.url)
    page.evaluate("() => { window.same = true; }")
    page.locator("nav a", has_text="Method").click()
    ready(page)
    page.locator("[id='variants-audiences'] summary").click()
    page.locator("[id='audiences@by_year'] h5 a").click()
    expect(page).to_have_url(f"{ruritania_served.url}/indicator/audiences?variant=by_year")
    expect(page.locator("h1")).to_have_text("Audiences")
    page.locator("#chart .main-svg").first.wait_for()
    page.go_back()
    ready(page)
    expect(page).to_have_url(f"{ruritania_served.url}/method")
    assert page.evaluate("() => window.same") is True


def test_the_page_follows_edits_and_what_was_open_stays_open(edited_served, open_page):
    page = open_page(f"{edited_served.url}/method")
    ready(page)
    page.locator("#spans-envoys-duels summary").click()
    expect(page.locator("#spans-envoys-duels table")).to_be_visible()
    edited(edited_served.root, COURT, "    title: Slights\n", "    title: Insults, renamed\n")
    expect(page.locator("#slights h4")).to_have_text("Insults, renamed")
    expect(page.locator("#spans-envoys-duels table")).to_be_visible()
    (edited_served.root / "data/codebook.md").write_text("# Rules of the diary\n")
    appended(edited_served.root, "config.yaml", "codebook: data/codebook.md")
    expect(page.locator("#document-data-codebook-md")).to_have_text("Rules of the diary")
    (edited_served.root / "data/codebook.md").write_text("# Rules of the two diarists\n")
    expect(page.locator("#document-data-codebook-md")).to_have_text("Rules of the two diarists")


def test_keys_are_enough(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/method", width=390)
    ready(page)
    page.locator("#spans-envoys-duels summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#spans-envoys-duels table")).to_be_visible()
    page.locator(".contents a[href='#duels']").focus()
    page.keyboard.press("Enter")
    assert 0 <= top_of(page, "duels") < 60
    assert page.evaluate("() => document.querySelectorAll('.strip:not([tabindex=\"0\"])').length") == 0


def test_hostile_text_of_a_table_is_shown_as_text(copy, serve, open_page):
    edited(copy, "data/sources.csv", "Raised glasses", "<img src=x onerror=alert(1)>")
    page = open_page(f"{serve(copy).url}/method")
    ready(page)
    expect(page.locator(".sources")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator("#method-content img")).to_have_count(0)
