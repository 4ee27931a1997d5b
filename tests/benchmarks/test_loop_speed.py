"""From an edit to what a person sees, and whether a day of edits fills the memory: printed, never asserted."""

import shutil
import socket
import statistics
import subprocess
import sys
import time

import pytest
from playwright.sync_api import sync_playwright

from tests.benchmarks.test_speed import told
from tests.browser.conftest import NAMES, QUIET, ROOT
from tests.browser.test_edits import DRAWN, MENDED, SHOWN, TOLD

PEOPLE, DIALOGUE, VISITORS = "indicators/definitions/people.yaml", "indicators/definitions/dialogue.yaml", "data/tourism_monthly.csv"
TITLE, CELL = b"title: Visitors from South Korea to Japan\n", b"2026-05,KOR,JPN,951300,"
EDITS = 15
WARM, LONG = 50, 500
REDRAWS = 100
SERVE = "import sys; from dashboard.cli import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture
def served(tmp_path):
    """`relations serve` on a copy of the shipped project, as a process of its own: (folder, process, address)."""
    for folder in ("data", "indicators/definitions"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "config.yaml", tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-c", SERVE, "--project", str(tmp_path), "serve", "--edit", "--port", port]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert port in server.stdout.readline()
    yield tmp_path, server, f"http://127.0.0.1:{port}"
    server.terminate()
    server.communicate(timeout=10)


@pytest.fixture(scope="module")
def chromium():
    path = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*QUIET, "--enable-precise-memory-info", "--js-flags=--expose-gc"])
        yield browser
        browser.close()


def opened(chromium, url):
    page = chromium.new_page(viewport={"width": 1440, "height": 1000})
    page.goto(f"{url}/indicator/visitors_korea_to_japan")
    page.locator("#chart .main-svg").first.wait_for()
    page.locator("#definition dl").first.wait_for()
    page.wait_for_timeout(1000)
    return page


def spent(page, path, raw, shown, effect):
    """Seconds from the save of a file until the page shows what it should, two frames later."""
    begun = time.perf_counter()
    path.write_bytes(raw)
    page.wait_for_function(shown, arg=effect, timeout=20_000)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return time.perf_counter() - begun


def words(times):
    return f"{statistics.median(times) * 1000:.0f} / {max(times) * 1000:.0f}"


def test_from_an_edit_to_the_chart(chromium, served):
    root, _, url = served
    page = opened(chromium, url)
    first = {name: (root / name).read_bytes() for name in (PEOPLE, VISITORS)}
    titles = [
        spent(page, root / PEOPLE, first[PEOPLE].replace(TITLE, f"title: Guests {n}\n".encode(), 1), SHOWN, ["#chart", f"Guests {n},"])
        for n in range(EDITS)
    ]
    cells = [
        spent(page, root / VISITORS, first[VISITORS].replace(CELL, CELL.replace(b"951300", b"%d" % n), 1), SHOWN, ["value", n])
        for n in range(951_301, 951_301 + EDITS)
    ]
    line = first[PEOPLE][: first[PEOPLE].index(TITLE)].count(b"\n") + 1
    wrong, mended = [], []
    for n in range(EDITS):
        page.wait_for_timeout(300)
        faulty = first[PEOPLE].replace(TITLE, TITLE.replace(b"title", b"titel"), 1)
        wrong.append(spent(page, root / PEOPLE, faulty, TOLD, f"{PEOPLE}:{line}"))
        mended.append(spent(page, root / PEOPLE, first[PEOPLE] + b"\n" * n, MENDED, ["#chart", "Visitors from South Korea to Japan,"]))
    page.close()
    print()
    told(f"definition saved -> chart, median / max of {EDITS}, ms", words(titles), "(goal 700)")
    told("cell of a table saved -> chart, ms", words(cells), "(goal 700)")
    told("fault saved -> banner, ms", words(wrong))
    told("repair saved -> page without banner, ms", words(mended), "(goal 1000)")


HEAP = "() => { if (window.gc) { window.gc(); window.gc(); } return performance.memory.usedJSHeapSize; }"


def test_memory_of_the_browser_over_redraws(chromium, served):
    root, _, url = served
    page, raw = opened(chromium, url), (root / PEOPLE).read_bytes()

    def drawn(first, last):
        for n in range(first, last):
            spent(page, root / PEOPLE, raw.replace(TITLE, f"title: Guests {n}\n".encode(), 1), SHOWN, ["#chart", f"Guests {n},"])
        return page.evaluate(HEAP), page.evaluate("() => document.getElementsByTagName('*').length"), len(page.evaluate(DRAWN))

    before, after = drawn(0, 10), drawn(10, 10 + REDRAWS)
    page.close()
    print()
    told(f"JavaScript heap after 10 / {REDRAWS + 10} redraws, MB", f"{before[0] / 1e6:.1f} / {after[0] / 1e6:.1f}", "(goal: flat)")
    told("elements of the page", f"{before[1]} / {after[1]}")


def edited(live, root, n):
    """One edit of a definition; then what its page asks for. Each tenth time also one of a cell, the overview, and a trial."""
    from dashboard.app import page
    from dashboard.charts.view import View
    from dashboard.pages import Screen
    from dashboard.pages.tune.trial import Earlier, outcome, tried

    text = (ROOT / PEOPLE).read_text(encoding="utf-8")
    changed = text.replace(TITLE.decode(), f"title: Guests {n}\n", 1).replace("notable: 20000", f"notable: {20_000 + n}", 1)
    (root / PEOPLE).write_text(changed, encoding="utf-8")
    if n % 10 == 0:
        (root / VISITORS).write_bytes((ROOT / VISITORS).read_bytes().replace(CELL, CELL.replace(b"951300", b"%d" % (951_300 + n)), 1))
    live.reload()
    now = live.current()
    assert now.problems == ()
    page(now, "/indicator/visitors_korea_to_japan", "", Screen())
    if n % 10 == 0:
        page(now, "/", "", Screen())
        draft = text.replace("reduce: {sum: {of: visitors}}", "reduce: {mean: {of: visitors}}", 1)
        shown = Earlier("what pages show", now.project, now.results)
        outcome(tried(now.project, PEOPLE, draft, shown), View("visitors_korea_to_japan"), Screen())


MEASURE = f"""
import gc, sys, psutil
from pathlib import Path
from dashboard.live import Live
from tests.benchmarks.test_loop_speed import edited
root = Path(sys.argv[1])
live = Live(root)
for n in range({LONG + 1}):
    edited(live, root, n)
    if n in ({WARM}, {LONG}):
        gc.collect()
        print(n, psutil.Process().memory_info().rss, len(gc.get_objects()), flush=True)
"""


def test_memory_of_the_server_over_edits(served):
    root, server, _ = served
    server.terminate()
    found = subprocess.run([sys.executable, "-c", MEASURE, str(root)], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    at = {int(n): (int(rss), int(objects)) for n, rss, objects in map(str.split, found.splitlines())}
    print()
    told(f"memory after {WARM} / {LONG} edits, MB", f"{at[WARM][0] / 1e6:.0f} / {at[LONG][0] / 1e6:.0f}", "(goal: flat)")
    # pandas drops dead references to a column only from 500 of them on: these grow to a limit, and are small.
    told("objects", f"{at[WARM][1]} / {at[LONG][1]}")
