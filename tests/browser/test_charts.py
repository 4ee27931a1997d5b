"""Charts as Chromium draws them: no text covers another or a mark, or leaves the picture, for every indicator, rule and split, at every
width, for views drawn by lot, and for numbers, titles and notes that strain a chart."""

import datetime
import functools
import random
from dataclasses import replace

import pytest
from plotly.io.json import to_json_plotly
from plotly.offline import get_plotlyjs_version

from dashboard.charts.figure import drawing_of
from dashboard.charts.frame import Size
from dashboard.charts.picture import picture_of
from dashboard.charts.theme import PALETTES
from dashboard.charts.view import View
from dashboard.export.output import PRESETS
from indicators.nouns.periods import FREQUENCIES
from indicators.nouns.series import Annotation
from indicators.operations.registry import OPERATIONS
from indicators.problems import ProblemsFound
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
  const inside = (x, y, b) => x > b.left + 2 && x < b.right - 2 && y > b.top + 3 && y < b.bottom - 3;
  const bars = [...div.querySelectorAll('.barlayer .point path')].map(bar => bar.getBoundingClientRect());
  const lines = [...div.querySelectorAll('.scatterlayer .js-line')].filter(line => getComputedStyle(line).strokeWidth != '0px');
  const along = lines.flatMap(line => {
    const to = line.getScreenCTM(), parts = line.getAttribute('d').split('M').filter(part => part);
    return parts.flatMap(part => {
      const points = part.split('L').map(pair => pair.split(',').map(Number)).map(([x, y]) => ({x: x * to.a + to.e, y: y * to.d + to.f}));
      return points.flatMap((p, n) => {
        const q = points[n + 1] || p, steps = Math.ceil(Math.hypot(q.x - p.x, q.y - p.y) / 3) || 1;
        return Array.from({length: steps}, (_, k) => ({x: p.x + (q.x - p.x) * k / steps, y: p.y + (q.y - p.y) * k / steps}));
      });
    });
  });
  for (const [one, box, note] of boxes.filter(b => b[2])) {
    const wide = b => Math.min(b.right, box.right) - Math.max(b.left, box.left);
    const high = b => Math.min(b.bottom, box.bottom) - Math.max(b.top, box.top);
    if (bars.some(b => wide(b) > 2 && high(b) > 3) || along.some(p => inside(p.x, p.y, box))) found.push('on a mark: ' + one);
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


@pytest.fixture(scope="module")
def collisions(shipped_results, canvas):
    """Texts that collide in the charts of some views, at a size. The picture of a view is made once for all sizes."""
    pictured = functools.cache(lambda view: picture_of(shipped_results, view))
    return lambda size, chosen: strained(canvas, size, {view.text: pictured(view) for view in chosen})


def strained(canvas, size, pictures):
    found = {name: canvas(drawing_of(picture, PALETTES["light"], size).figure) for name, picture in pictures.items()}
    return {name: texts for name, texts in found.items() if texts}


@pytest.mark.parametrize("width", SIZES)
def test_no_text_of_a_chart_covers_another_or_leaves_the_picture(shipped_results, collisions, width):
    assert collisions(SIZES[width], views(shipped_results)) == {}


@pytest.mark.parametrize("name", PRESETS)
def test_nor_in_a_picture_that_is_saved(shipped_results, collisions, name):
    chosen = [View(d.id) for d in shipped_results.definitions.values()]
    chosen += [View(one.id, breakdown=one.breakdown[0].by) for one in shipped_results.definitions.values() if one.breakdown]
    assert collisions(PRESETS[name].size, chosen) == {}


@pytest.mark.parametrize("width", SIZES)
def test_nor_where_two_stand_beside_each_other(shipped_results, collisions, width):
    pairs = [
        View("summonses", frequency="annual", other="korea_responses_to_yearly_occasions"),
        View("visitors_korea_to_japan", other="visitors_japan_to_korea"),
        View("leader_meetings", other="ballistic_missile_launches"),
        View("visitors_both_ways", other="visitors_korea_to_japan@year_on_year"),
        View("approval_japan_cabinet", other="approval_korea_president"),
    ]
    assert collisions(SIZES[width], pairs) == {}


def views_by_lot(results, count):
    """Views of any kind, the same in every run; those that the project refuses are drawn again."""
    lot, found = random.Random(20261126), []
    rules = [rule for one in results.definitions.values() for rule in (one, *one.variants.values())]
    while len(found) < count:
        rule = lot.choice(rules)
        first = lot.randint(2012, 2026)
        asked = {
            "frequency": lot.choice([None, None, *FREQUENCIES]),
            "transform": lot.choice([(), (), (lot.choice(list(OPERATIONS["transform"])),)]),
            "start": lot.choice([None, str(first), f"{first}-{lot.randint(1, 12):02}"]),
            "end": lot.choice([None, str(first + lot.randint(0, 8))]),
        }
        asked |= lot.choice([{}, {"other": lot.choice(rules).name}, {"breakdown": lot.choice([b.by for b in rule.breakdown] or [None])}])
        view = View(rule.id, rule.variant, **asked)
        try:
            picture_of(results, view)
        except ProblemsFound:
            continue
        found.append(view)
    return found


@pytest.fixture(scope="module")
def by_lot(shipped_results):
    return views_by_lot(shipped_results, 40)


@pytest.mark.parametrize("size", [SIZES[390], PRESETS["memo"].size], ids=["390", "memo"])
def test_nor_in_views_drawn_by_lot(by_lot, collisions, size):
    assert collisions(size, by_lot) == {}


def of_values(picture, change):
    """The picture with its numbers changed."""

    def changed(series):
        return replace(series, values=series.values.assign(value=change(series.values["value"])))

    layers = [replace(layer, series=changed(layer.series), window=changed(layer.window)) for layer in picture.layers]
    panels = tuple(replace(panel, layers=(layer,)) for panel, layer in zip(picture.panels, layers, strict=True))
    return replace(picture, series=changed(picture.series), window=changed(picture.window), panels=panels)


def titled(picture, title):
    definition = picture.series.definition.model_copy(update={"title": title})
    return replace(picture, series=replace(picture.series, definition=definition))


def with_notes(picture, labels):
    """The picture with one note after the other from a day on."""
    day = datetime.date(2019, 7, 4)
    days = [day + datetime.timedelta(days=n % 27) for n in range(len(labels))]
    made = (Annotation(label, "", on, None, "day", "dispute", ("all",), label) for label, on in zip(labels, days, strict=True))
    return replace(picture, notes=tuple(made))


@pytest.fixture(scope="module")
def straining(shipped_results):
    """Pictures with numbers, titles and notes that strain a chart, by what is strained."""
    line, columns, split, rate = (
        picture_of(shipped_results, View(name, breakdown=by))
        for name, by in (
            ("visitors_korea_to_japan", None),
            ("leader_meetings", None),
            ("all_meetings_jpn_kor", "level"),
            ("yen_per_dollar", None),
        )
    )
    return {
        "trillions": of_values(line, lambda v: v * 1e6),
        "trillions as columns": of_values(columns, lambda v: v * 1e12),
        "billionths": of_values(rate, lambda v: v * 1e-11),
        "billionths as columns": of_values(columns, lambda v: v * 1e-9),
        "below zero": of_values(line, lambda v: -v),
        "on both sides of zero": of_values(columns, lambda v: 2 - v),
        "nothing but zero": of_values(columns, lambda v: v * 0),
        "a line of zero": of_values(line, lambda v: v * 0),
        "one point": of_values(rate, lambda v: v.where(v.index == v.dropna().index[30])),
        "no value": of_values(rate, lambda v: v.where(v.isna())),
        "a title of 200 characters": titled(columns, ("Meetings of those who meet, " * 8)[:200]),
        "a title without a blank": titled(columns, "Zusammenkunft" * 15),
        "right to left": titled(with_notes(columns, ["قمة كامب ديفيد الثلاثية"]), "اجتماعات قادة اليابان وكوريا الجنوبية"),
        "East Asian": titled(
            with_notes(line, ["輸出管理の厳格化", "수출 규제 강화", "出口管制加强"]), "日本を訪れた韓国人の数 한국인 방일객 수"
        ),
        "60 notes in a month": with_notes(line, [f"Something that happened, number {n}" for n in range(60)]),
        "many parts": split,
    }


@pytest.mark.parametrize("name", ["memo", "slide", "square", "390"])
def test_nor_where_numbers_titles_or_notes_strain_the_chart(straining, canvas, name):
    assert strained(canvas, PRESETS[name].size if name in PRESETS else SIZES[390], straining) == {}
