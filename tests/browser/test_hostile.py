"""Hostile words in every place that a file has: shown as text, run by no page, followed by no link."""

import pytest
from playwright.sync_api import expect

from tests.builders import edited

SCRIPT = "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'>"
LINK = "<a href='javascript:window.ran = 1'>here</a>"
COURT = "indicators/definitions/court.yaml"
PAGES = (
    "/",
    "/indicator/audiences",
    "/indicator/audiences?breakdown=topic",
    "/method",
    "/check",
    "/tune/audiences",
    f"/indicator/{SCRIPT}",
)


def spoilt(root):
    """Words that would do harm in titles, rules, units, notes, cells, sources and texts."""
    edited(root, COURT, "  audiences:\n    title: Audiences\n", f'  audiences:\n    title: "{SCRIPT}"\n')
    edited(root, COURT, "Meetings of the two crowns and nobody else.", f"Meetings {LINK} of the two crowns. {SCRIPT}")
    edited(
        root,
        COURT,
        "    unit: audiences\n    direction: higher is better\n    breakdown",
        f'    unit: "{LINK}"\n    direction: higher is better\n    breakdown',
    )
    edited(root, "data/annotations.csv", "The Valentine audience", "<a href='javascript:ran=1'>x</a>")
    edited(root, "data/envoys.csv", "A Valentine audience; nobody says of whom.", f"{SCRIPT} {LINK} =HYPERLINK(1)")
    edited(root, "config.yaml", "title: Ruritania and Graustark", f'title: "{SCRIPT}"')
    lines = (root / "data/sources.csv").read_text().splitlines()
    place = lines[0].split(",").index("url")
    spoiled = [",".join([*line.split(",")[:place], "javascript:window.ran=1", *line.split(",")[place + 1 :]]) for line in lines[1:3]]
    (root / "data/sources.csv").write_text("\n".join([lines[0], *spoiled, *lines[3:]]) + "\n")


@pytest.mark.parametrize("path", PAGES)
def test_hostile_words_are_text(edited_served, open_page, path):
    spoilt(edited_served.root)
    edited_served.live.reload()
    now = edited_served.live.current()
    assert now.problems == ()
    assert "<script>" in now.results.config.title
    page = open_page(f"{edited_served.url}{path}")
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    expect(page.locator("#page h1")).to_be_visible()
    page.wait_for_timeout(1500)
    assert page.evaluate("() => window.ran") is None
    assert page.locator("#page script, #page img, #page iframe").count() == 0
    links = page.evaluate(
        "() => [...document.querySelectorAll('a')].map(a => String(a.getAttribute('href') || a.getAttribute('xlink:href')))"
    )
    assert [link for link in links if "javascript" in link.lower()] == []
