"""What a person does, in a real browser: load, click, change the window, go back, copy the address, edit and mend."""

import contextlib
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboard.cli import main
from dashboard.export.extract import read_file
from tests.browser.conftest import SCREENS, whole
from tests.builders import DEFINITIONS, defined
from tests.charts.test_record import one_more_audience

BEGIN = "1894"
COPIED = "what => document.querySelector(`[data-copy=${what}]`).dataset.said === 'copied'"
"""A button says so, for a moment: hence the page itself looks, at each of its frames."""


@contextlib.contextmanager
def answered(page):
    """Wait until the page has taken over what the server gives to an action: all words around the chart are made anew."""
    page.evaluate("() => document.querySelectorAll('.plain > *').forEach(part => part.classList.add('earlier'))")
    yield
    expect(page.locator(".earlier")).to_have_count(0)


def title_of(page):
    return page.locator("#chart .annotation-text").first


def test_the_overview_draws_a_trend_for_every_headline_figure_and_its_chart_when_it_is_scrolled_to(ruritania_served, open_page, ruritania):
    page = open_page(ruritania_served.url, height=500)
    whole(page)
    count = len(ruritania.config.headline)
    expect(page.locator(".standing .small .main-svg")).to_have_count(3 * count)  # Plotly has three layers of each chart
    expect(page.locator(".full .later")).not_to_have_count(0)
    for place in page.locator(".full .chart").all():
        place.scroll_into_view_if_needed()
        expect(place.locator(".main-svg").first).to_be_visible()
    expect(page.locator(".full .later")).to_have_count(0)
    expect(page.locator("#banner .banner")).to_have_count(0)


def test_a_pillar_has_the_charts_of_all_its_indicators(ruritania_served, open_page, ruritania):
    page = open_page(ruritania_served.url)
    whole(page)
    page.locator(".pillar-name a", has_text="At court").click()
    expect(page.locator("#pillar h1")).to_have_text("At court")
    ids = [one.id for one in ruritania.definitions.values() if one.pillar == "court"]
    expect(page.locator(".full")).to_have_count(len(ids))
    page.locator(".full .open a").first.click()
    expect(page.locator("h1")).to_have_text(ruritania.definitions[ruritania.config.headline[0].partition("@")[0]].title)


def test_the_overview_is_printed_as_a_table_without_charts_that_nobody_has_seen(ruritania_served, open_page):
    page = open_page(ruritania_served.url, width=720, height=500)
    whole(page)
    page.emulate_media(media="print")
    expect(page.locator(".standing thead th").first).to_be_visible()
    expect(page.locator(".full:has(.later)").first).to_be_hidden()
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 720


def test_everything_that_monday_asks_is_on_the_first_screen(shipped_served, open_page):
    page = open_page(shipped_served.url, height=900)
    whole(page)
    expect(page.get_by_role("link", name="All that changed")).to_be_visible()
    assert page.evaluate("() => document.querySelector('.lists').getBoundingClientRect().bottom") <= 900
    words = page.locator("nav, #overview header h1, #overview .lead, .index, summary, .standing, .below, .lists").all_inner_texts()
    assert len([token for token in " ".join(words).split() if re.search(r"[^\W\d_]", token)]) <= 350
    expect(page.locator(".standing tr", has_text="missiles").locator(".change")).to_contain_text("Worse: at least 40 so far in 2026")
    expect(page.locator(".standing tr", has_text="Security").locator(".state")).to_have_text("Worse")


def test_a_window_resized_before_the_page_is_there_does_no_harm(ruritania_served, open_page, context):
    held = []
    context.route("**/_dash-layout", lambda route: held.append(route))
    try:
        page = open_page(ruritania_served.url, early=True)
        page.wait_for_function("() => window.dash_clientside && window.dash_clientside.set_props")
        # The browser's own timers come in order: this one is due after the page's report of a new width.
        page.evaluate("() => { window.dispatchEvent(new Event('resize')); return new Promise(due => setTimeout(due, 250)); }")
        held[0].continue_()
        whole(page)
    finally:
        context.unroute_all()


def test_a_headline_figure_leads_to_its_indicator_and_back(ruritania_served, open_page):
    page = open_page(ruritania_served.url)
    whole(page)
    name = page.locator(".figure a").first.inner_text()
    page.locator(".figure a").first.click()
    expect(page.locator("h1")).to_have_text(name)
    whole(page)
    page.go_back()
    expect(page.locator(".figure a").first).to_be_visible()


def test_a_click_on_a_point_shows_its_rows_with_links_to_their_sources(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences?frequency=annual&from=1890")
    whole(page)
    first = page.evaluate("() => document.querySelector('#chart .js-plotly-plot').data.find(t => t.type === 'bar').customdata[0]")
    expect(page.locator("#rows h2")).not_to_contain_text(first)  # the latest is shown before anybody clicks
    bar = page.locator("#chart .bars .point path").first.bounding_box()
    page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] - 3)
    expect(page.locator("#rows h2")).to_contain_text(first)
    said = page.locator("#rows .summary").inner_text()
    rows = page.locator("#rows tbody tr").count()
    assert re.search(rf"from {rows} rows?\.", said), said
    expect(page.locator("#rows tbody code").first).to_contain_text("envoys:")


def test_the_window_and_the_frequency_stand_in_the_address_and_come_back(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences")
    whole(page)
    page.get_by_text("Chart options").click()
    with answered(page):
        page.get_by_text("annual", exact=True).click()
    expect(page.locator("#chart")).to_contain_text("Audiences a year")
    page.locator("#from").fill(BEGIN)
    page.locator("#from").press("Enter")
    expect(page).to_have_url(re.compile(rf"frequency=annual&from={BEGIN}$"))
    again = open_page(page.url)
    whole(again)
    expect(again.locator("#chart")).to_contain_text("Audiences a year")
    expect(again.locator("#from")).to_have_value(BEGIN)
    page.go_back()
    expect(page).to_have_url(re.compile(r"frequency=annual$"))
    expect(page.locator("#from")).not_to_have_value(BEGIN)


def test_a_split_a_calculation_and_a_second_indicator_stand_in_the_address(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences")
    whole(page)
    page.get_by_text("Chart options").click()
    with answered(page):
        page.get_by_role("group", name="Split by").get_by_label("level").check()
    expect(page.locator("#chart")).to_contain_text("■")
    expect(page).to_have_url(re.compile(r"breakdown=level$"))
    with answered(page):
        page.get_by_label("Indicator or rule to compare with").select_option("Duels")
    expect(title_of(page)).to_contain_text("Audiences and duels")  # split or compared, not both
    expect(page).to_have_url(re.compile(r"with=duels$"))
    page.get_by_label("Calculation", exact=True).select_option("sum of the last 12 months")
    expect(title_of(page)).to_contain_text("rolling sum (window 12)")
    again = open_page(page.url)
    whole(again)
    expect(title_of(again)).to_have_text(title_of(page).text_content())
    expect(again.locator("#definition h2")).to_have_text(["Definition: Audiences", "Definition: Duels"])


def test_the_numbers_can_be_read_as_a_table_and_copied_as_sentences(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences?frequency=annual")
    whole(page)
    page.get_by_text("The numbers as a table").click()
    expect(page.locator("#numbers tbody tr").first).to_be_visible()
    for name, text in (("Copy short sentence", "short"), ("Copy full sentence", "sentence")):
        page.get_by_role("button", name=name).click()
        page.wait_for_function(COPIED, arg=text)
        assert page.evaluate("() => navigator.clipboard.readText()") == page.locator(f"#{text}").inner_text()
    expect(page.locator("#short")).to_have_text("Audiences, 1894: 2 (1893: 4; so few that chance could explain it).")


def test_a_picture_is_saved_with_its_record_and_checked(ruritania_served, open_page, tmp_path):
    page = open_page(f"{ruritania_served.url}/indicator/audiences?frequency=annual", scheme="dark")
    whole(page)
    code = re.search(r"RH(-[0-9A-Z]{4}){2}", page.locator("#chart").text_content())[0]
    for form, name in (("png print", "png"), ("svg print", "svg"), ("kit print", "zip")):
        page.locator("#save-format").select_option(form)
        with page.expect_download() as saved:
            page.locator("#save").click()
        path = tmp_path / f"chart.{name}"
        saved.value.save_as(path)
        assert read_file(path).record["fingerprint"] == code
    command = ["--project", str(ruritania_served.root), "export", "audiences?frequency=annual", "--output", str(tmp_path)]
    assert main(command) == 0
    exported = tmp_path / "audiences_frequency-annual.png"
    assert exported.read_bytes() == (tmp_path / "chart.png").read_bytes()  # the same picture from the command line
    page.get_by_role("link", name="Check a chart").click()
    page.locator("#check-file").set_input_files(tmp_path / "chart.png")
    expect(page.locator("#verdict .same")).to_contain_text("same numbers today")


def test_a_copied_address_opens_with_the_same_code(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences?frequency=annual&breakdown=level&from=1894")
    whole(page)
    page.get_by_role("button", name="Copy link", exact=True).click()
    page.wait_for_function(COPIED, arg="link")
    again = open_page(page.evaluate("() => navigator.clipboard.readText()"))
    whole(again)
    codes = [re.search(r"RH(-[0-9A-Z]{4}){2}", one.locator("#chart").text_content())[0] for one in (page, again)]
    assert codes[0] == codes[1]


def test_points_are_reached_by_keyboard(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences?frequency=annual&from=1890")
    whole(page)
    page.locator("#plot").focus()
    page.keyboard.press("Home")
    expect(page.locator("#pointed")).to_contain_text("1892: no value")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#pointed")).to_contain_text("1893: 4 audiences")
    page.keyboard.press("Enter")
    expect(page.locator("#rows h2")).to_contain_text("Audiences: 1893")


def test_a_control_keeps_the_focus_when_it_was_used(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences")
    whole(page)
    page.get_by_text("Chart options").click()
    page.locator("#frequency-monthly").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#chart")).to_contain_text("Audiences a quarter")
    expect(page.locator("#frequency-quarterly")).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/indicator/audiences?frequency=annual&with=duels", "/method", "/check", "/tune/audiences"])
def test_axe_finds_nothing_serious(ruritania_served, open_page, path):
    found = []
    for scheme in ("light", "dark"):
        page = open_page(f"{ruritania_served.url}{path}", scheme=scheme)
        whole(page)
        violations = Axe().run(page).response["violations"]
        found += [(scheme, v["id"], v["nodes"][0]["html"]) for v in violations if v["impact"] in ("serious", "critical")]
    assert found == []


def test_nonsense_in_the_window_is_refused_in_words_and_the_chart_stays(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences")
    whole(page)
    page.get_by_text("Chart options").click()
    page.locator("#from").fill("20x")
    page.locator("#from").press("Enter")
    expect(page.locator("#refusal")).to_contain_text("'20x' is not a period")
    whole(page)


def test_an_address_that_names_nothing_says_what_could_be_meant(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audienses")
    expect(page.locator("main")).to_contain_text("did you mean 'audiences'?")


def test_an_address_that_could_not_be_shown_is_shown_when_it_can(edited_served, open_page):
    page = open_page(f"{edited_served.url}/indicator/feasts")
    expect(page.locator("main")).to_contain_text("Nothing to show here")
    defined(edited_served.root, feasts={"title": "Feasts"})
    expect(page.locator("#indicator-title")).to_have_text("Feasts")
    whole(page)


def test_another_rule_keeps_the_frequency_that_was_chosen(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences?frequency=triannual")
    whole(page)
    page.get_by_text("Chart options").click()
    page.get_by_text("with ministers", exact=True).click()
    expect(page).to_have_url(re.compile(r"variant=with_ministers&frequency=triannual$"))
    expect(page.locator("#chart")).to_contain_text("Audiences in four months")


def test_a_wrong_edit_leaves_the_page_up_with_a_banner_and_a_good_one_changes_it(edited_served, open_page):
    page = open_page(f"{edited_served.url}/indicator/audiences?frequency=annual")
    whole(page)
    path = next(p for p in (edited_served.root / DEFINITIONS).glob("*.yaml") if "\n  audiences:" in p.read_text())
    text = path.read_text()
    title = re.search(r"\n  audiences:\n(?:.*\n)*?    title: (.*)\n", text)[1]
    line = text[: text.index(title)].count("\n") + 1
    path.write_text(text.replace(f"title: {title}", f"titel: {title}", 1))
    expect(page.locator(".banner")).to_contain_text(f"{path.name}:{line}")
    expect(page.locator(".banner")).to_contain_text("did you mean 'title'?")
    expect(page.locator(".banner")).to_contain_text("last good ones")
    help_page = open_page(page.locator(".banner a", has_text="unknown-key").evaluate("link => link.href"))
    expect(help_page.locator("#code-unknown-key pre").first).to_be_visible()
    expect(help_page.locator("#code-not-allowed pre").first).to_be_hidden()
    expect(page.locator("#chart .main-svg").first).to_be_visible()
    expect(page).to_have_url(re.compile("frequency=annual$"))
    path.write_text(text.replace(f"title: {title}", "title: Audiences, renamed", 1))
    expect(page.locator(".banner")).to_have_count(0)
    expect(title_of(page)).to_contain_text("Audiences, renamed")
    expect(page).to_have_url(re.compile("frequency=annual$"))


AUDIENCES = """(before) => {
  const row = [...document.querySelectorAll('.standing tr')].find(row => row.querySelector('.figure')?.textContent === 'Audiences');
  const traces = row?.querySelector('.graph').data || [];
  const sum = traces.flatMap(trace => trace.y).filter(y => typeof y === 'number').reduce((a, b) => a + b, 0);
  return sum > before && sum;
}"""


def audiences_drawn(page, before=0):
    """The sum of the audiences that the overview draws, as soon as it is more than before."""
    return page.wait_for_function(AUDIENCES, arg=before).json_value()


def test_a_new_row_of_a_table_changes_the_overview(edited_served, open_page):
    page = open_page(edited_served.url)
    before = audiences_drawn(page)
    one_more_audience(edited_served.root)
    assert audiences_drawn(page, before) == before + 1
    expect(page.locator("#banner .banner:not(.warnings)")).to_have_count(0)


def test_a_new_title_of_the_project_changes_the_overview(edited_served, open_page):
    page = open_page(edited_served.url)
    whole(page)
    path = edited_served.root / "config.yaml"
    path.write_text(re.sub(r"(?m)^title: .*$", "title: Ruritania seen anew", path.read_text(), count=1))
    expect(page.locator("h1 .project")).to_have_text("Ruritania seen anew")


def test_the_share_button_that_uploads_charts_is_not_there(ruritania_served, open_page):
    page = open_page(f"{ruritania_served.url}/indicator/audiences")
    whole(page)
    page.locator("#chart").hover()
    expect(page.locator("#chart .modebar-btn").first).to_be_attached()
    titles = [b.get_attribute("data-title") for b in page.locator("#chart .modebar-btn").all()]
    assert titles
    assert not [t for t in titles if re.search("share|cloud|edit", t or "", re.IGNORECASE)]


WIDTH_WHEN_DRAWN = """() => {
  const ink = getComputedStyle(document.documentElement).getPropertyValue('--ink').trim();
  const graphs = [...document.querySelectorAll('.small .graph, .chart .graph, .small .js-plotly-plot, .chart .js-plotly-plot')];
  const fits = graphs.every(graph => {
    const drawn = graph.querySelector('.main-svg') && graph._fullLayout;
    const spare = drawn && graph.closest('.small, .chart').clientWidth - drawn.width;
    return drawn && spare >= 0 && spare <= 20 && drawn.font.color === ink;
  });
  return graphs.length && fits && document.documentElement.scrollWidth;
}"""
"""How wide a page is, once its charts are drawn for the width and in the colours of the screen."""


def test_no_page_is_wider_than_its_screen(shipped_served, open_page, shipped_results):
    page, wide = open_page(shipped_served.url), []
    for path in ("/", *(f"/indicator/{name}" for name in list(shipped_results.definitions)[::12])):
        page.goto(f"{shipped_served.url}{path}")
        for width, scheme in SCREENS:
            page.set_viewport_size({"width": width, "height": 1000})
            page.emulate_media(color_scheme=scheme)
            if page.wait_for_function(WIDTH_WHEN_DRAWN).json_value() > width:
                wide.append((path, width, scheme))
    assert wide == []
