"""How fast and how large: printed, never asserted. `make bench` runs them; read medians, and ratios before seconds."""

import contextlib
import gc
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import flask
import psutil
import pytest
from playwright.sync_api import sync_playwright
from plotly.offline import get_plotlyjs_version
from werkzeug.serving import make_server

from dashboard.app import create_app
from dashboard.app.gate import CALLBACK
from dashboard.charts.figure import small
from dashboard.charts.frame import Size
from dashboard.charts.theme import PALETTES, SMALL_CONFIG
from dashboard.live import AHEAD, Live, seldom_searched
from dashboard.pages.charts import view_of
from indicators.compute.pipeline import series
from indicators.nouns.periods import first_day, parse_period
from indicators.nouns.series import Query
from indicators.reading.project import open_project
from tests.browser.conftest import NAMES, QUIET
from tests.test_gate import ASKED

ROOT = Path(__file__).parents[2]
RUNS = 7


def told(what, value, goal=""):
    print(f"  {what:<58} {value:>12} {goal}")


def python(code):
    """Seconds of a program as users have it: with compiled modules kept, whatever the surroundings say."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def paired(one, other):
    """Median seconds of two programs, run in turn."""
    times = [(python(one), python(other)) for _ in range(RUNS)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def test_import_and_commands(tmp_path, monkeypatch):
    print()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "kept"))
    pandas, ours = paired("import pandas", "import indicators.compute.pipeline")
    told("import indicators / import pandas", f"{ours / pandas:.2f}", "(goal 1.4)")
    command, forget = "from dashboard.cli import main; main(['check'])", f"import shutil; shutil.rmtree({str(tmp_path)!r}, True)"
    pandas, checked = paired("import pandas", f"{forget}; {command}")
    told("relations check beyond import pandas, nothing kept, s", f"{checked - pandas:.2f}", "(goal 1.3)")
    pandas, checked = paired("import pandas", command)
    told("relations check beyond import pandas, again, s", f"{checked - pandas:.2f}", "(goal 1.3)")
    for words in (["explain", "summonses", "2024"], ["compute", "summonses"]):
        pandas, spent = paired("import pandas", f"from dashboard.cli import main; main({words})")
        told(f"relations {' '.join(words)} beyond import pandas, s", f"{spent - pandas:.2f}", "(goal 0.7)")
    listed = statistics.median(python("from dashboard.cli import main; main(['--help'])") for _ in range(RUNS))
    told("relations --help, whole, s", f"{listed:.2f}", "(goal 0.2)")


def test_computing_every_indicator():
    project = open_project(ROOT)
    names = [(d.id, v) for d in project.definitions.values() for v in (None, *d.variants)]

    def spent(queries):
        times = []
        for _ in range(RUNS):
            started = time.perf_counter()
            for query in queries:
                series(project, query)
            times.append(time.perf_counter() - started)
        return times[0], statistics.median(times)

    print()
    first, median = spent([Query(name) for name, variant in names if variant is None])
    told(f"{len(project.definitions)} indicators, first time / median, s", f"{first:.2f} / {median:.2f}", "(goal 0.5)")
    first, median = spent([Query(*name) for name in names])
    told(f"the same with variants ({len(names)}), first time / median, s", f"{first:.2f} / {median:.2f}")


def test_pages_of_indicators():
    """Each page for the first time, one after the other, as a server is asked that has just started, or that had a quarter of a minute
    since; then again, and by day."""
    at_once, views, _ = asked_for_the_first_time(rests=False)
    new, _, spent = asked_for_the_first_time(rests=True)
    with seldom_searched_here():
        known = [spent(*view) for view in views]
        days = {
            name: spent(name, "?frequency=daily") for name in ("summonses", "ballistic_missile_launches", "bilateral_meetings_and_calls")
        }
    print()
    for when, times in (("after a rest", new), ("at once", at_once)):
        slowest = sorted(times)
        told(f"a page for the first time, {when}, median, ms", f"{statistics.median(slowest):.0f}", "(goal 150)")
        told("the same, nine tenths / the slowest", f"{slowest[len(slowest) * 9 // 10]:.0f} / {slowest[-1]:.0f}")
        told(f"of {len(slowest)} above 150 ms", f"{sum(one > 150 for one in slowest)}")
    told("a page that was asked for before, median / the slowest, ms", f"{statistics.median(known):.1f} / {max(known):.1f}", "(goal 20)")
    for name, one in days.items():
        told(f"{name} by day, ms", f"{one:.0f}", "(goal 500)")


def asked_for_the_first_time(*, rests):
    """Milliseconds of a processor of each page, the pages, and what asks for one. A server `rests` before it is asked."""
    live = Live(ROOT)
    client = create_app(live.current).server.test_client()

    def spent(indicator, search=""):
        sent = json.loads(json.dumps(ASKED))
        sent["inputs"][0]["value"], sent["inputs"][3]["value"] = f"/indicator/{indicator}", search
        started = time.process_time()
        assert client.post(CALLBACK, json=sent).status_code == 200
        return 1000 * (time.process_time() - started)

    rules = live.current().results.definitions
    first, *views = [(d.id, f"?variant={v}" if v else "") for d in rules.values() for v in (None, *d.variants)]
    for _ in range(AHEAD if rests else 0):
        live.compute_ahead()
    spent(*first)  # what is loaded with the first page is not that of a view
    with seldom_searched_here():
        return [spent(*view) for view in views], views, spent


@contextlib.contextmanager
def seldom_searched_here():
    """Garbage is searched as in a server."""
    before = gc.get_threshold()
    gc.collect()
    seldom_searched()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><style>{style}</style><script src="/plotly.js"></script></head><body><main>
{cards}</main><script>const C={config};{figures}.forEach((f,i)=>Plotly.newPlot('g'+i,f.data,f.layout,C));</script></body></html>"""


def static_page(live):
    """The same small charts in one hand-written file, with the same style and the same bundle."""
    results = live.current().results
    start = first_day(*parse_period(results.config.window.start))
    asked = [results.series(view_of(results, name).query) for name in results.config.headline]
    figures = [small(one, (start, one.as_of), PALETTES["light"], Size(230, height=44)) for one in asked]
    cards = "".join(
        f'<article class="card"><h3>{one.definition.title}</h3><p>{one.unit}</p><div id="g{i}" style="height:38px"></div></article>'
        for i, one in enumerate(asked)
    )
    style = (ROOT / "dashboard" / "assets" / "style.css").read_text(encoding="utf-8")
    return PAGE.format(style=style, cards=f'<div class="cards">{cards}</div>', config=json.dumps(SMALL_CONFIG), figures=json.dumps(figures))


def floor_app(live):
    app, text = flask.Flask("floor"), static_page(live)

    @app.get("/")
    def page():
        return text

    @app.get("/plotly.js")
    def bundle():
        return flask.send_from_directory(ROOT / "dashboard" / "vendor", f"plotly-basic-{get_plotlyjs_version()}.min.js")

    return app


def serving(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


WATCH = """(count) => new Promise(done => {
  setTimeout(() => done(NaN), 30000);  // a page that never draws is told as such, not waited for
  const ready = () => document.querySelectorAll('.js-plotly-plot .main-svg .xaxislayer-above, .js-plotly-plot .plot path').length > 0
    && [...document.querySelectorAll('.js-plotly-plot')]
      .filter(g => g.querySelector('.trace path, .points path, .point path')).length >= count;
  const look = () => ready() ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))) : setTimeout(look, 10);
  look(); })"""


@pytest.fixture(scope="module")
def chromium():
    path = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


NOTED = """new MutationObserver(() => {
  window.noted = window.noted || {};
  const ready = document.querySelector('#react-entry-point main h1');
  if (!window.noted.rows && document.querySelectorAll('main .standing tbody tr').length >= ROWS) { window.noted.rows = performance.now(); }
  if (!window.noted.ready && ready && ready.getClientRects().length) { window.noted.ready = performance.now(); }
}).observe(document, {childList: true, subtree: true})"""
SEEN = """() => new Promise(done => {
  const painted = new Promise(seen => new PerformanceObserver(list => seen(list.getEntries()[0].startTime))
    .observe({type: 'largest-contentful-paint', buffered: true}));
  const told = time => done([Math.max(time, window.noted.rows), window.noted.ready]);
  const look = () => window.noted.ready ? painted.then(told) : setTimeout(look, 10);
  look();
})"""
"""When the browser has painted the texts of the overview with all its rows, which stay as they are; and when Dash answers to clicks."""


def times_of(chromium, url, count, *waits):
    """Milliseconds, from the request on, until what each of the scripts waits for."""
    context = chromium.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    page.add_init_script(NOTED.replace("ROWS", str(count)))
    page.goto(url, wait_until="commit")
    spent = page.evaluate(f"(count) => Promise.all([{', '.join(f'({one})(count)' for one in waits)}])", count)
    context.close()
    return spent


def test_the_overview_against_a_static_page(chromium):
    live = Live(ROOT)
    floor, ours = serving(floor_app(live)), serving(create_app(live.current).server)
    urls = [f"http://127.0.0.1:{server.server_port}/" for server in (floor, ours)]
    count = len(live.current().results.config.headline)

    def both():
        (static,), (drawn, (read, ready)) = times_of(chromium, urls[0], count, WATCH), times_of(chromium, urls[1], count, WATCH, SEEN)
        return static, read, drawn, ready

    both()
    static, read, drawn, ready = (statistics.median(column) for column in zip(*(both() for _ in range(RUNS)), strict=True))
    print()
    told(f"static page with the same {count} charts, drawn, cold, ms", f"{static:.0f}")
    told("overview, its sentence and rows are read, cold, ms", f"{read:.0f}")
    told("overview, its trends are drawn, cold, ms", f"{drawn:.0f}")
    told("overview, Dash is ready, cold, ms", f"{ready:.0f}")
    told("overview read / static page drawn", f"{read / static:.2f}", "(goal 1.25)")
    told("overview drawn / static page drawn", f"{drawn / static:.2f}")
    for server in (floor, ours):
        server.shutdown()


def test_memory_of_the_server(chromium):
    port = "8397"
    command = [sys.executable, "-c", "from dashboard.cli import main; main(['serve', '--port', '" + port + "'])"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert "http" in server.stdout.readline()
        page = chromium.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator(".js-plotly-plot .main-svg").first.wait_for()
        page.goto(f"http://127.0.0.1:{port}/indicator/{next(iter(open_project(ROOT).definitions))}")
        page.locator("#chart .main-svg").first.wait_for()
        print()
        told("memory of the server after two pages, MB", f"{psutil.Process(server.pid).memory_info().rss / 1e6:.0f}", "(goal 250)")
    finally:
        server.terminate()
        server.communicate(timeout=10)
