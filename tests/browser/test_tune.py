"""The page Tune in a real browser: type, see what it does, save, and lose nothing."""

import re

import pytest
from playwright.sync_api import expect

FOLDER = "indicators/definitions"
COURT = f"{FOLDER}/court.yaml"


def tuned(open_page, served, address="/tune/audiences", **options):
    page = open_page(f"{served.url}{address}", **options)
    expect(page.locator("#editor .cm-content")).to_be_visible()
    expect(page.locator("#tune-outcome .summary")).to_be_visible()
    return page


def changed(page, old, new):
    """Replace a text in the editor through the editor's own search, as a person would."""
    page.locator("#editor .cm-content").focus()
    page.keyboard.press("Control+f")
    panel = page.locator("#editor .cm-search")
    panel.locator("input[name=search]").fill(old)
    panel.locator("input[name=replace]").fill(new)
    panel.locator("button[name=replaceAll]").click()
    page.keyboard.press("Escape")


def text_of(page):
    return page.evaluate("() => document.querySelector('.cm-content').cmTile.view.state.doc.toString()")


def test_an_edit_shows_its_effect_and_is_saved_as_it_was_written(tuned_served, open_page):
    path = tuned_served.root / COURT
    before = path.read_text()
    page = tuned(open_page, tuned_served, "/tune/duels")
    expect(page.locator("#tune-save")).to_be_disabled()
    changed(page, "where: {kind: duel}", "where: {kind: [duel, meeting]}")
    expect(page.locator("#tune-outcome .summary")).to_contain_text("indicators change")
    expect(page.locator("#tune-outcome h3", has_text="Before")).to_be_visible()
    expect(page.locator("#tune-outcome .js-plotly-plot")).to_have_count(2)
    expect(page.locator("#tune-outcome summary", has_text="Rows gained")).to_be_visible()
    expect(page.locator("#tune-outcome", has_text="warmth")).to_be_visible()
    assert path.read_text() == before
    page.locator("#editor .cm-content").press("Control+s")
    expect(page.locator("#tune-said")).to_contain_text("saved at")
    assert path.read_text() == before.replace("where: {kind: duel}", "where: {kind: [duel, meeting]}")
    expect(page.locator("#tune-outcome .summary")).to_contain_text("none of")
    expect(page.locator("#tune-save")).to_be_disabled()


def test_a_fault_stands_at_its_line_while_typing_and_goes_when_it_is_mended(tuned_served, open_page):
    page = tuned(open_page, tuned_served, "/tune/pace_of_audiences")
    line = (tuned_served.root / COURT).read_text().split("    reduce: days_per_row\n")[0].count("\n") + 1
    changed(page, "reduce: days_per_row", "reduce: days_per_rwo")
    expect(page.locator("#editor .cm-lintRange-error")).to_have_text("reduce: days_per_rwo")
    problem = page.locator("#tune-outcome .problems li").first
    expect(problem).to_contain_text(f"court.yaml:{line}")
    expect(problem).to_contain_text("did you mean 'days_per_row'?")
    problem.click()
    expect(page.locator("#editor .cm-activeLine")).to_contain_text("days_per_rwo")
    expect(page.locator("#tune-outcome")).to_contain_text("cannot be computed")
    changed(page, "days_per_rwo", "days_per_row")
    expect(page.locator("#editor .cm-lintRange-error")).to_have_count(0)
    expect(page.locator("#tune-outcome .problems")).to_have_count(0)
    expect(page.locator("#tune-outcome .js-plotly-plot").first).to_be_visible()


@pytest.fixture
def another_person(browser):
    """A browser of somebody else: it does not know what this one keeps."""
    with browser.new_context() as context:
        yield context


def test_the_second_of_two_people_is_told_and_both_versions_are_there(tuned_served, another_person, open_page):
    path = tuned_served.root / COURT
    before = path.read_text()
    first, second = tuned(open_page, tuned_served), tuned(open_page, tuned_served, context=another_person)
    changed(second, "pillar: court", r"# of the second\npillar: court")
    changed(first, "pillar: court", r"# of the first\npillar: court")
    first.locator("#tune-save").click()
    expect(first.locator("#tune-said")).to_contain_text("saved at")
    expect(second.locator("#tune-said")).to_contain_text("changed on the disk")
    second.locator("#tune-save").click()
    expect(second.locator("#tune-conflict h3")).to_be_visible()
    expect(second.locator("#tune-conflict del.line", has_text="# of the first")).to_be_visible()
    expect(second.locator("#tune-conflict ins.line", has_text="# of the second")).to_be_visible()
    assert path.read_text() == before.replace("pillar: court", "# of the first\npillar: court")
    assert "# of the second" in text_of(second)
    second.locator("#tune-over").click()
    expect(second.locator("#tune-said")).to_contain_text("saved at")
    assert "# of the second" in path.read_text()
    expect(second.locator("#tune-conflict")).to_be_empty()
    expect(first.locator("#tune-said")).to_contain_text("this is its text now")
    assert text_of(first) == path.read_text()


def test_what_is_not_saved_outlives_another_page_and_a_reload(tuned_served, open_page):
    page = tuned(open_page, tuned_served)
    changed(page, "reduce: days_per_row", "reduce: median_gap")
    page.get_by_role("link", name="Overview").click()
    expect(page.locator(".standing tr").first).to_be_visible()
    page.goto(f"{tuned_served.url}/tune/audiences")
    expect(page.locator("#tune-said")).to_contain_text("unsaved text is back")
    assert "reduce: median_gap" in text_of(page)
    page.locator("#tune-revert").click()
    assert text_of(page) == (tuned_served.root / COURT).read_text()


def test_text_that_came_back_is_not_saved_over_what_another_saved_meanwhile(tuned_served, open_page):
    path = tuned_served.root / COURT
    page = tuned(open_page, tuned_served)
    changed(page, "reduce: days_per_row", "reduce: median_gap")
    page.get_by_role("link", name="Overview").click()
    expect(page.locator(".standing tr").first).to_be_visible()
    theirs = path.read_text().replace("title: Slights\n", "title: Theirs\n")
    path.write_text(theirs)
    expect(page.locator(".full h3", has_text="Theirs")).to_be_attached()
    page.on("dialog", lambda dialog: dialog.accept())
    for _ in range(2):
        page.goto(f"{tuned_served.url}/tune/audiences")
        expect(page.locator("#tune-said")).to_contain_text("unsaved text is back")
    page.locator("#tune-save").click()
    expect(page.locator("#tune-conflict h3")).to_be_visible()
    assert path.read_text() == theirs


def test_saving_twice_in_a_row_is_no_conflict_with_oneself(tuned_served, open_page):
    page = tuned(open_page, tuned_served)
    changed(page, "reduce: days_per_row", "reduce: median_gap")
    page.locator("#editor .cm-content").focus()
    saves = []
    page.on("request", lambda request: request.url.endswith("/tune/save") and saves.append(request))
    page.keyboard.press("Control+s")
    page.keyboard.press("Control+s")
    expect(page.locator("#tune-said")).to_contain_text("saved at")
    expect(page.locator("#tune-save")).to_be_disabled()
    assert len(saves) == 1
    expect(page.locator("#tune-conflict")).to_be_empty()
    assert (tuned_served.root / COURT).read_text() == text_of(page)


def test_an_edit_elsewhere_comes_in_and_the_cursor_stays(tuned_served, open_page):
    page = tuned(open_page, tuned_served, "/tune/pace_of_audiences")
    page.locator("#editor .cm-line", has_text="days_per_row").click()
    path = tuned_served.root / COURT
    path.write_text(path.read_text().replace("pillar: court\n", "# seen from elsewhere\npillar: court\n"))
    expect(page.locator("#tune-said")).to_contain_text("this is its text now")
    assert text_of(page) == path.read_text()
    expect(page.locator("#editor .cm-activeLine")).to_contain_text("days_per_row")


def test_unsaved_text_of_a_file_that_is_gone_is_offered(tuned_served, open_page):
    page = tuned(open_page, tuned_served)
    changed(page, "reduce: days_per_row", "reduce: median_gap")
    page.get_by_role("link", name="Overview").click()
    expect(page.locator(".standing tr").first).to_be_visible()
    (tuned_served.root / COURT).rename(tuned_served.root / FOLDER / "palace.yaml")
    page.goto(f"{tuned_served.url}/tune")
    expect(page.locator("#tune-conflict h3")).to_contain_text("files that are gone")
    page.locator("#tune-conflict summary", has_text="court.yaml").click()
    expect(page.locator("#tune-conflict pre")).to_contain_text("reduce: median_gap")


def test_a_file_that_is_deleted_while_it_is_edited_can_be_written_again(tuned_served, open_page):
    path = tuned_served.root / COURT
    page = tuned(open_page, tuned_served)
    path.unlink()
    changed(page, "reduce: days_per_row", "reduce: median_gap")
    mine = text_of(page)
    expect(page.locator("#tune-said")).to_contain_text(f"{COURT} no longer exists")
    tried = page.locator("#tune-outcome").get_attribute("data-tried")
    page.locator("#tune-save").click()
    expect(page.locator("#tune-conflict h3")).to_have_text("The file is gone from the disk")
    page.locator("#tune-again").click()
    expect(page.locator("#tune-outcome")).not_to_have_attribute("data-tried", tried)
    expect(page.locator("#tune-said")).to_contain_text("saved at")  # still, though the text can be tried again
    assert path.read_text() == mine
    expect(page.locator("#tune-conflict")).to_be_empty()


def test_the_line_and_what_was_typed_outlive_a_closed_window(tuned_served, open_page):
    page = tuned(open_page, tuned_served, "/tune/pace_of_audiences")
    changed(page, "reduce: days_per_row", "reduce: median_gap")
    expect(page.locator("#tune-files")).to_contain_text("court.yaml (not saved)")
    page.close()
    again = open_page(f"{tuned_served.url}/tune/pace_of_audiences")
    expect(again.locator("#tune-said")).to_contain_text("unsaved text is back")
    assert "reduce: median_gap" in text_of(again)


def tried_for(response):
    """The width that a text was tried for."""
    return response.request.post_data_json["screen"]["width"]


def test_a_new_size_of_the_window_keeps_the_editor(tuned_served, open_page):
    page = tuned(open_page, tuned_served)
    with page.expect_response("**/tune/try") as first:
        changed(page, "reduce: days_per_row", "reduce: median_gap")
    before = tried_for(first.value)
    with page.expect_response(lambda one: one.url.endswith("/tune/try") and tried_for(one) != before):
        page.set_viewport_size({"width": 900, "height": 700})
    assert "reduce: median_gap" in text_of(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 900
    page.locator("#editor .cm-content").press("Control+z")
    assert "reduce: median_gap" not in text_of(page)


def test_keys_and_values_are_offered_and_explained(tuned_served, open_page):
    page = tuned(open_page, tuned_served, "/tune/pace_of_audiences")
    changed(page, "    reduce: days_per_row", r"    reduce: \n    norm")
    page.locator("#editor .cm-line", has_text="norm").last.click()
    page.keyboard.press("End")
    page.keyboard.press("Control+Space")
    offered = page.locator("#editor .cm-tooltip-autocomplete li")
    expect(offered.filter(has_text="normalise").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#editor .cm-line", has_text=re.compile(r"^\s*reduce:\s*$")).click()
    page.keyboard.press("End")
    page.keyboard.press("Control+Space")
    expect(offered.filter(has_text="longest_gap").first).to_be_visible()
    page.keyboard.press("Escape")
    in_view = page.locator("#editor .cm-line", has_text="direction: lower is better")  # a line above would scroll away under the mouse
    in_view.locator("span").first.hover()
    explained = page.locator(".cm-tooltip-hover")
    expect(explained).to_contain_text("Which way is better")
    assert explained.bounding_box()["width"] > 100  # its ground lies behind all of the words


def test_without_leave_to_edit_the_page_previews_and_gives_the_text(edited_served, open_page):
    page = tuned(open_page, edited_served, width=390)
    expect(page.locator("#tune-save")).to_have_count(0)
    changed(page, "reduce: days_per_row", "reduce: median_gap")
    expect(page.locator("#tune-outcome .summary")).to_contain_text("change")
    page.locator("#editor .cm-content").press("Control+s")
    expect(page.locator("#tune-said")).to_contain_text("--edit")
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 1000})
        page.locator("#tune-copy").click()
        expect(page.locator("#tune-said")).to_have_text("copied")
        assert page.evaluate("() => navigator.clipboard.readText()") == text_of(page)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_the_text_can_be_copied_at_a_name_that_browsers_give_no_clipboard(edited_served, open_page):
    """Under plain http they give scripts a clipboard on this machine alone."""
    page = tuned(open_page, edited_served)
    other = open_page(f"{edited_served.url}/check")
    other.evaluate("() => navigator.clipboard.writeText('something else')")
    page.bring_to_front()
    page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.locator("#tune-copy").click()
    expect(page.locator("#tune-said")).to_have_text("copied")
    expect(page.locator("#tune-copy")).to_be_focused()
    text = text_of(page)
    other.bring_to_front()
    assert other.evaluate("() => navigator.clipboard.readText()") == text
