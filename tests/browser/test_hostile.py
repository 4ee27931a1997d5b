"""Hostile words in every place that a file has: shown as text, run by no page, followed by no link."""

import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import whole
from tests.browser.serving import Served
from tests.builders import RURITANIA, edited

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


IMAGE = "() => new Promise(done => { const image = new Image(); image.onerror = done; image.src = '/version'; })"
"""An image that cannot be shown: when it has failed, so has every one that was there before."""


@pytest.fixture(scope="module")
def spoilt_served(tmp_path_factory):
    root = shutil.copytree(RURITANIA, tmp_path_factory.mktemp("spoilt") / "ruritania")
    spoilt(root)
    with Served(root) as served:
        yield served


@pytest.mark.parametrize("path", PAGES)
def test_hostile_words_are_text(spoilt_served, open_page, path):
    page = open_page(f"{spoilt_served.url}{path}")
    whole(page)
    expect(page.locator("#brand")).to_have_text(SCRIPT)
    expect(page.locator("#banner .banner:not(.warnings)")).to_have_count(0)
    page.evaluate(IMAGE)
    assert page.evaluate("() => window.ran") is None
    assert page.locator("#page script, #page img, #page iframe").count() == 0
    links = page.evaluate(
        "() => [...document.querySelectorAll('a')].map(a => String(a.getAttribute('href') || a.getAttribute('xlink:href')))"
    )
    assert [link for link in links if "javascript" in link.lower()] == []
