"""Charts as Chromium draws them: no text covers another or leaves the picture, for every indicator, rule and split, at every width."""

import pytest
from plotly.io.json import to_json_plotly
from plotly.offline import get_plotlyjs_version

from dashboard.charts.figure import drawing_of
from dashboard.charts.frame import Size
from dashboard.charts.picture import picture_of
from dashboard.charts.theme import PALETTES
from dashboard.charts.view import View
from dashboard.export.output import PRESETS
from tests.shipped.conftest import ROOT

BUNDLE = ROOT / "dashboard" / "vendor" / f"plotly-basic-{get_plotlyjs_version()}.min.js"
SIZES = {390: Size(340, 240), 1440: Size(1180, 320)}
DRAW = """async (text) => {
  const figure = JSON.parse(text), div = document.getElementById('chart');
  await Plotly.newPlot(div, figure.data, figure.layout, {staticPlot: true});
  const svg = div.querySelector('.main-svg').getBoundingClientRect(), found = [];
  const boxes = [...div.querySelectorAll('.annotation-text, .xtick text, .ytick text, .bartext')].filter(t => t.textContent)
    .map(t => [t.textContent, t.getBoundingClientRect(), t.matches('.annotation-text')]);
  if (boxes.filter(b => b[2]).length < 5) found.push('too few texts: ' + boxes.length);
  for (const [i, [one, a, note]] of boxes.entries()) {
    if (a.left < svg.left - 1 || a.right > svg.right + 1 || a.top < svg.top - 1 || a.bottom > svg.bottom + 1) found.push('outside: ' + one);
    for (const [two, b, other] of boxes.slice(i + 1)) {
      if (!note && !other) continue;  // plotly keeps the names of its ticks apart
      const x = Math.min(a.right, b.right) - Math.max(a.left, b.left), y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (x > 1 && y > 3) found.push(one + ' / ' + two);
    }
  }
  return found;
}"""


@pytest.fixture(scope="module")
def canvas(browser):
    """A page that draws figures, and tells which of their texts collide."""
    with browser.new_page(viewport={"width": 1440, "height": 1400}) as page:
        page.set_content('<html><body style="margin:0"><div id="chart"></div></body></html>')
        page.add_script_tag(path=BUNDLE)
        yield lambda figure: page.evaluate(DRAW, to_json_plotly(figure))  # Playwright's own way to hand over is slow


def views(results):
    """Every indicator and every rule of it, as a whole and split."""
    for definition in results.definitions.values():
        for one in (definition, *definition.variants.values()):
            yield View(one.id, one.variant)
            yield from (View(one.id, one.variant, breakdown=b.by) for b in one.breakdown)


def collisions(results, canvas, size, chosen):
    found = {}
    for view in chosen:
        texts = canvas(drawing_of(picture_of(results, view), PALETTES["light"], size).figure)
        if texts:
            found[view.text] = texts
    return found


@pytest.mark.parametrize("width", SIZES)
def test_no_text_of_a_chart_covers_another_or_leaves_the_picture(shipped_results, canvas, width):
    assert collisions(shipped_results, canvas, SIZES[width], views(shipped_results)) == {}


@pytest.mark.parametrize("name", PRESETS)
def test_nor_in_a_picture_that_is_saved(shipped_results, canvas, name):
    chosen = [View(d.id) for d in shipped_results.definitions.values()]
    chosen += [View(one.id, breakdown=one.breakdown[0].by) for one in shipped_results.definitions.values() if one.breakdown]
    assert collisions(shipped_results, canvas, PRESETS[name].size, chosen) == {}


@pytest.mark.parametrize("width", SIZES)
def test_nor_where_two_stand_beside_each_other(shipped_results, canvas, width):
    pairs = [
        View("summonses", frequency="annual", other="korea_responses_to_yearly_occasions"),
        View("visitors_korea_to_japan", other="visitors_japan_to_korea"),
        View("leader_meetings", other="ballistic_missile_launches"),
        View("visitors_both_ways", other="visitors_korea_to_japan@year_on_year"),
        View("approval_japan_cabinet", other="approval_korea_president"),
    ]
    assert collisions(shipped_results, canvas, SIZES[width], pairs) == {}
