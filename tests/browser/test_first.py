"""The first answer of the server: the overview can be read and used before Dash is ready, and nothing jumps when Dash takes its place."""

import contextlib

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import whole
from tests.browser.test_pages import answered
from tests.builders import edited

PLACES = """() => [...document.querySelectorAll('body *')].filter(one => one.getClientRects().length && !one.closest('svg')).map(one => {
  const box = one.getBoundingClientRect(), own = [...one.childNodes].filter(node => node.nodeType === 3).map(node => node.data).join('');
  return own.trim() && [own, box.x, box.y, box.width, box.height].join(' ');
}).filter(Boolean)"""
"""Each text that is seen, and where."""
SAID = """() => {
  const copy = document.querySelector('#page .plain').cloneNode(true);
  copy.querySelectorAll('.graph, .chart, .changed').forEach(one => one.replaceWith(one.dataset.figure || one.dataset.nodes || 'a chart'));
  return copy.innerHTML;
}"""
"""The content of the page as HTML, without what is drawn."""
ANSWERED = """async (words) => {
  while (!(await (await fetch(location.href, {cache: 'no-store'})).text()).includes(words)) { await new Promise(requestAnimationFrame); }
}"""
"""The server answers with these words."""
WATCHED = """() => {
  window.twice = [];
  window.moved = [];
  new PerformanceObserver(list => list.getEntries().forEach(one => window.moved.push(one.value))).observe({type: 'layout-shift'});
  new MutationObserver(() => {
    const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
    window.twice.push(...ids.filter((id, i) => ids.indexOf(id) < i));
  }).observe(document, {childList: true, subtree: true, attributes: true, attributeFilter: ['id']});
}"""
"""Writes down ids that are there twice, whenever elements change, and each shift that the browser itself notices."""


@contextlib.contextmanager
def dash_held(context):
    """Dash gets no layout before the block ends."""
    held = []
    context.route("**/_dash-layout", lambda route: held.append(route))
    try:
        yield
        for one in held:
            one.continue_()
    finally:
        context.unroute_all(behavior="wait")


@pytest.fixture
def held(context):
    """A block in which Dash is not ready."""
    return lambda: dash_held(context)


def drawn(page, count):
    """Wait until the trends are there, and the charts that are in sight."""
    expect(page.locator("main .standing .js-plotly-plot")).to_have_count(count)


def ready(page):
    """Wait until Dash has taken the place of the first answer."""
    page.locator("#first").wait_for(state="detached")
    whole(page)


@pytest.mark.parametrize("width", [390, 1440])
def test_without_scripts_the_overview_is_read_and_its_links_lead_on(ruritania_served, browser, ruritania, width):
    with browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        page.goto(ruritania_served.url)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Ruritania and Graustark: ")
        for name in ruritania.config.headline:
            expect(page.locator("main .standing").get_by_role("link", name=ruritania.definitions[name].title, exact=True)).to_be_visible()
        expect(page.locator("noscript .banner")).to_be_visible()
        expect(page.get_by_text("Loading...")).to_be_hidden()
        page.get_by_role("link", name="At court").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("At court")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_nothing_moves_and_nothing_is_drawn_twice_when_dash_takes_over(ruritania_served, open_page, held, ruritania, width, scheme):
    count = len(ruritania.config.headline)
    with held():
        page = open_page(ruritania_served.url, width=width, height=4000, scheme=scheme, early=True)
        page.evaluate(WATCHED)
        drawn(page, count)
        expect(page.locator("main .later")).to_have_count(0)  # all that comes later is there
        before = page.evaluate(PLACES)
        page.evaluate("() => document.querySelectorAll('.standing .js-plotly-plot').forEach(one => { one.same = true; })")
        page.evaluate("() => { window.moved.length = 0; }")  # what came later took more room
    ready(page)
    assert page.evaluate(PLACES) == before
    assert page.evaluate("() => [...document.querySelectorAll('.standing .js-plotly-plot')].filter(one => one.same).length") == count
    assert page.evaluate("() => [window.twice, window.moved]") == [[], []]


@pytest.mark.parametrize("link", ["Chronology", "Audiences"])
def test_what_has_the_focus_is_open_or_in_sight_stays_so(ruritania_served, open_page, held, ruritania, link):
    with held():
        page = open_page(ruritania_served.url, width=390, height=500, early=True)
        drawn(page, len(ruritania.config.headline))
        page.locator("#state-rule summary").click()
        page.get_by_role("link", name=link, exact=True).first.focus()
        page.evaluate("() => window.scrollTo(0, 700)")
    ready(page)
    assert page.evaluate("() => [document.activeElement.textContent, window.scrollY]") == [link, 700]
    expect(page.locator("#state-rule")).to_have_attribute("open", "")


@pytest.mark.parametrize("link", ["Calendar", "At court"])
def test_a_link_that_is_clicked_before_dash_is_ready_leads_on(ruritania_served, open_page, held, link):
    with held():
        page = open_page(ruritania_served.url, early=True)
        page.get_by_role("link", name=link, exact=True).first.click()
        page.wait_for_url("**/calendar" if link == "Calendar" else "**/pillar/court")
    expect(page.locator("#page h1")).to_have_text(link)


def test_the_way_past_the_navigation_is_there_before_dash(ruritania_served, open_page, held):
    with held():
        page = open_page(ruritania_served.url, early=True)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
    ready(page)
    expect(page.locator("#page")).to_be_focused()


def test_what_has_changed_on_the_way_is_shown_as_it_is_now(edited_served, open_page, held, ruritania):
    root = edited_served.root
    with held():
        page = open_page(edited_served.url, early=True)
        drawn(page, len(ruritania.config.headline))
        edited(root, "config.yaml", "title: At court", "title: In the palace")
        page.evaluate(ANSWERED, "In the palace")
    ready(page)
    expect(page.locator(".pillar-name").first).to_have_text("In the palace")
    drawn(page, len(ruritania.config.headline))


def test_where_dash_does_not_come_edits_are_followed_all_the_same(edited_served, open_page, held, ruritania):
    with held():
        page = open_page(edited_served.url, early=True)
        drawn(page, len(ruritania.config.headline))
        edited(edited_served.root, "config.yaml", "title: At court", "title: In the palace")
        expect(page.locator("#first .pillar-name").first).to_have_text("In the palace")
        page.goto("about:blank")


SEA = "  - {id: sea, title: At sea}\n"


def test_a_page_that_has_gone_on_the_way_is_not_shown(copy, serve, open_page, held):
    edited(copy, "config.yaml", "window:", f"{SEA}window:")
    served = serve(copy)
    with held():
        page = open_page(f"{served.url}/pillar/sea", early=True)
        expect(page.get_by_role("heading", level=1)).to_have_text("At sea")
        edited(copy, "config.yaml", SEA, "")
        page.evaluate(ANSWERED, "Nothing to show here")
    ready(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing to show here")


@pytest.mark.parametrize("path", ["/", "/pillar/court"])
def test_what_was_taken_over_is_what_the_scripts_make(ruritania_served, open_page, path):
    page = open_page(f"{ruritania_served.url}{path}")
    ready(page)
    expect(page.locator(".changed")).not_to_contain_text("…") if path == "/" else None
    taken = page.evaluate(SAID)
    with answered(page):
        page.evaluate("() => window.dash_clientside.set_props(document.querySelector('[data-fresh]').dataset.fresh, {data: 99})")
    assert page.evaluate(SAID) == taken


def test_where_dash_cannot_begin_it_says_so_below_the_page(ruritania_served, browser):
    with browser.new_context() as context:
        context.route("**/_dash-layout", lambda route: route.fulfill(status=500))
        page = context.new_page()
        page.goto(ruritania_served.url)
        expect(page.get_by_text("Error loading layout")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Ruritania and Graustark: ")
