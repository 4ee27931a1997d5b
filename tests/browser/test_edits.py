"""Sixty edits of the shipped project while a person looks at it: each good one shows, each wrong one is told with its line, and
the last good chart stays until it is mended."""

import shutil
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT

DIALOGUE, FRICTION, PEOPLE = (f"indicators/definitions/{name}.yaml" for name in ("dialogue", "friction", "people"))
CONFIG, PACKAGE, EVENTS, VISITORS = "config.yaml", "data/datapackage.yaml", "data/events.csv", "data/tourism_monthly.csv"
TITLE = "title: Meetings of the leaders of Japan and South Korea\n"
BOM = b"\xef\xbb\xbf"
HALF = 0.08
"""Seconds between the two steps of an editor that first empties a file and then fills it."""
STILL = 1.0
"""Seconds for which files stand still before they are read, where no half of one may be: on a busy machine the pause lasts longer."""

LEADERS = "    coverage: leader_bilateral\n    frequency: annual\n    reduce: count\n    unit: meetings\n    direction: higher is better\n"
WHERE = "where: {event_type: meeting, participants: {exactly: [JPN, KOR]}, office: head_of_government}\n    coverage: leader_bilateral"
KOREANS = "    where: {origin: KOR, destination: JPN}\n    frequency: monthly\n    reduce: {sum: {of: visitors}}\n    unit: visitors\n"
MAY = "2026-05,KOR,JPN,951300,estimate,JNTO_SINCE2003,jnto\n"


def within(file, lines):
    """A change within some lines of a file, by what stands there and what is written instead."""
    return lambda old, new: (file, lines, lines.replace(old, new))


leaders, koreans = within(DIALOGUE, LEADERS), within(PEOPLE, KOREANS)

# (file, what stands there, what is written instead, way of writing; where the effect shows, how)
GOOD_OF_LEADERS = [
    (DIALOGUE, TITLE, "title: Summits\n", "", "#chart", "Summits"),
    (DIALOGUE, "formal or on the sidelines", "formal or not", "", "#definition", "formal or not"),
    (DIALOGUE, WHERE, WHERE.replace("type: meeting", "type: [meeting, call]"), "", "#definition", "type is meeting or call"),
    (*leaders("unit: meetings", "unit: summits"), "", "#chart", "Summits a year"),
    (*leaders("higher is better", "lower is better"), "", "#definition", "lower is better"),
    (*leaders("reduce: count\n", "reduce: count\n    transform: cumulative\n"), "", "value", 52),
    (*leaders("frequency: annual\n", "frequency: annual\n    notes: Only for a test.\n"), "", "#definition", "Only for a test."),
    (DIALOGUE, "Japanese prime minister and the South Korean president meet?", "two leaders meet?", "", "#definition", "two leaders meet?"),
    (DIALOGUE, TITLE, "title: Of another make\n", "crlf", "#chart", "Of another make"),
    (EVENTS, "jk-20251101-1,2025-11-23", "jk-20251101-1,2023-11-23", "", "value", 8),
    (EVENTS, "met President Lee in Busan", "met President Lee in Pusan", "bom", "#rows", "in Pusan"),
    (CONFIG, "title: Japan–South Korea relations", "title: Two neighbours", "", "#brand", "Two neighbours"),
    (CONFIG, "title: Dialogue}", "title: Talks}", "", "#indicator-pillar", "Talks"),
    (CONFIG, "window: {from: '2012'}", "window: {from: '2016'}", "", "begins", "2016"),
    (DIALOGUE, "short: One-to-one meetings", "short: Only meetings", "crlf", "#chart", "Only meetings"),
]
GOOD_OF_VISITORS = [
    (PEOPLE, "title: Visitors from South Korea to Japan\n", "title: Guests\n", "", "#chart", "Guests"),
    (*koreans("origin: KOR", "origin: ALL"), "", "value", 3_692_364),
    (*koreans("unit: visitors", "unit: arrivals"), "", "#chart", "arrivals a month"),
    (*koreans("unit: v", "transform: [{rolling_sum: {window: 12}}]\n    unit: v"), "", "#definition", "rolling sum (window: 12)"),
    (*koreans("unit: visitors", "unit: guests"), "crlf", "#chart", "guests a month"),
    (*koreans("{sum: {of: visitors}}", "{mean: {of: visitors}}"), "", "#definition", "mean (of: visitors)"),
    (PEOPLE, "notable: 20000\n", "notable: 30000\n", "", "#definition", "a change of 30,000 or more"),
    (PEOPLE, "How many South Koreans visit Japan?", "How many come?", "bom", "#definition", "How many come?"),
    (PEOPLE, "title: Visitors from South Korea to Japan\n", "title: 방문객\n", "bom crlf", "#chart", "방문객"),
    (VISITORS, MAY, MAY.replace("951300", "951400"), "", "value", 951_400),
    (VISITORS, MAY, MAY.replace("951300", "951500"), "crlf", "value", 951_500),
    (VISITORS, MAY, MAY.replace("951300", "951600"), "bom crlf", "value", 951_600),
    (VISITORS, MAY, MAY + MAY.replace("2026-05", "2026-07").replace("951300", "900000"), "", "value", 900_000),
    (CONFIG, "window: {from: '2012'}", "window: {from: '2019'}", "", "begins", "2019"),
    (CONFIG, "as_of: 2026-11-25 ", "as_of: 2026-11-20 ", "", "#caption", "as of 20 November 2026"),
]

# name: (file, what stands there, what is written instead); None: the file goes
WRONG = {
    "unknown key": leaders("coverage", "covrage"),
    "unknown operation": (DIALOGUE, "transform: [{rolling_sum: ", "transform: [{rolling_sm: "),
    "misspelled column": (PEOPLE, "where: {origin: KOR, ", "where: {orign: KOR, "),
    "value outside an enum": (DIALOGUE, "level: vice_minister, office", "level: vice_ministr, office"),
    "NO unquoted": (PEOPLE, "direction: none", "direction: NO"),
    "a day that is none": (CONFIG, "as_of: 2026-11-25", "as_of: 2026-02-30"),
    "a day that is none, in a table": (EVENTS, "jk-20080225-1,2008-02-25", "jk-20080225-1,2026-02-30"),
    "duplicate key": leaders("    frequency: annual\n", "    frequency: annual\n    frequency: annual\n"),
    "duplicate id": (PEOPLE, "  visitors_all_to_japan:", "  leader_meetings:"),
    "unknown source id": (VISITORS, "1996-01,KOR,JPN,89392,final,JNTO_VIA_JTB_", "1996-01,KOR,JPN,89392,final,JNTO_VIA_JTP_"),
    "non-numeric cell": (VISITORS, "1996-01,KOR,JPN,89392", "1996-01,KOR,JPN,many"),
    "missing file": (PACKAGE, "  - events.resource.yaml", "  - event.resource.yaml"),
    "cycle": (PEOPLE, "{ratio: {of: visitors_korea_to_japan,", "{ratio: {of: korean_share_of_visitors_to_japan,"),
    "a time of day": (PEOPLE, "notable: 20000", "notable: 12:30"),
    "a leading zero": (PEOPLE, "notable: 20000", "notable: 0123"),
    "yes unquoted": (FRICTION, "where: {found: 'yes'}", "where: {found: yes}"),
    "an anchor": leaders("leader_bilateral", "&leaders leader_bilateral"),
    "a merge key": leaders("    frequency: annual\n", "    <<: {frequency: annual}\n"),
    "a tab": leaders("    frequency: annual\n", "\tfrequency: annual\n"),
    "wrong indentation": leaders("    frequency: annual\n", "      frequency: annual\n"),
    "an open quote": leaders("unit: meetings", "unit: 'meetings"),
    "an open bracket": (PEOPLE, "where: {origin: KOR, destination: JPN}", "where: {origin: KOR, destination: JPN"),
    "a colon inside": (PEOPLE, "title: Visitors from South Korea", "title: Visitors: from South Korea"),
    "a character that begins nothing": leaders("coverage: leader", "coverage: @leader"),
    "no colon": leaders("frequency: annual", "frequency annual"),
    "not UTF-8": (PEOPLE, "Travel between", b"Caf\xe9 between"),
    "not UTF-8, in a table": (EVENTS, "Prime Minister Fukuda arrived", b"Premier F\xfck\xfcda arrived"),
    "half a file": (DIALOGUE, None, "    redu"),
    "an empty file": (PEOPLE, None, ""),
    "a file that is gone": (VISITORS, None, None),
}

LOOK = """() => {
  window.odd = [];
  const count = () => document.querySelectorAll('#chart .points path, #chart .point path, #chart .lines path').length;
  const look = () => {
    if (!document.querySelector('#chart .main-svg') || !count()) { window.odd.push('no chart'); }
    if (document.querySelector('#page').textContent.includes('Nothing to show')) { window.odd.push('error page'); }
    if (document.querySelector('#refusal').textContent) { window.odd.push('refused'); }
    requestAnimationFrame(look);
  };
  look();
  new MutationObserver(() => {
    if (window.quiet && document.querySelector('#banner .banner:not(.warnings)')) { window.odd.push('banner'); }
  }).observe(document.getElementById('banner'), { childList: true, subtree: true });
}"""
TOLD = """(place) => [...document.querySelectorAll('#banner .banner:not(.warnings) code')].some(told => told.textContent === place)"""
SHOWN = """([where, what]) => {
  const data = document.querySelector('#chart .js-plotly-plot').data;
  if (where === 'value') { return data.some(trace => Array.from(trace.y || []).includes(what)); }
  if (where === 'begins') { return data.flatMap(trace => Array.from(trace.x || [])).filter(x => x).sort()[0].startsWith(what); }
  return document.querySelector(where).textContent.includes(what);
}"""
MENDED = f"""(effect) => !document.querySelector('#banner .banner:not(.warnings), #chart .dash-graph--pending') && ({SHOWN})(effect)"""
DRAWN = "() => JSON.stringify(document.querySelector('#chart .js-plotly-plot').data)"


class Desk:
    """The files of a served copy, as somebody edits them: all as they were, but for what is put."""

    def __init__(self, root):
        self.root = root
        self.first = {name: (root / name).read_bytes() for name in (DIALOGUE, FRICTION, PEOPLE, CONFIG, PACKAGE, EVENTS, VISITORS)}
        self.ways = 0

    def changed(self, file, old, new, way=""):
        """A file with one change: `old` once replaced; without `old` all of it, cut off where it ends a half."""
        if new is None:
            return None
        new, first = new if isinstance(new, bytes) else new.encode(), self.first[file]
        if old is None:
            return first[: first.index(new) + len(new)] if new else b""
        assert first.count(old.encode()) >= 1, old
        raw = first.replace(old.encode(), new, 1)
        raw = raw.replace(b"\n", b"\r\n") if "crlf" in way else raw
        return BOM + raw if "bom" in way else raw

    def line(self, file, raw):
        """The place of a change: the first line that differs."""
        if not raw:
            return file if raw is None else f"{file}:1"
        before, after = self.first[file].split(b"\n"), raw.split(b"\n")
        return f"{file}:{next(n for n, line in enumerate(after, 1) if line != before[n - 1])}"

    def put(self, file, raw):
        """Leave this one change on the disk: it comes first, so that a wrong one holds what was good."""
        for name in sorted(self.first, key=lambda name: name != file):
            wanted = raw if name == file else self.first[name]
            path = self.root / name
            if wanted is None:
                path.unlink()
            elif not path.exists() or path.read_bytes() != wanted:
                self.write(path, wanted)

    def write(self, path, raw):
        """As editors do in turn: in place, beside and renamed, emptied and filled."""
        self.ways += 1
        if self.ways % 3 == 0:
            path.write_bytes(raw)
        elif self.ways % 3 == 1:
            beside = path.with_name(f"{path.name}~")
            beside.write_bytes(raw)
            beside.replace(path)
        else:
            in_two_steps(path, raw)


def in_two_steps(path, raw):
    path.write_bytes(raw[: len(raw) // 3])
    time.sleep(HALF)
    path.write_bytes(raw)


@pytest.fixture
def shipped_copy(tmp_path):
    for folder in ("data", "indicators/definitions"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / CONFIG, tmp_path)
    return tmp_path


def looked_at(open_page, served, indicator):
    """The page of an indicator, and the files behind it."""
    page = open_page(f"{served.url}/indicator/{indicator}")
    page.locator("#chart .main-svg").first.wait_for()
    expect(page.locator("#definition dl").first).to_be_visible()
    page.evaluate(LOOK)
    return page, Desk(served.root)


@pytest.mark.parametrize(
    ("indicator", "good", "part"), [("leader_meetings", GOOD_OF_LEADERS, 0), ("visitors_korea_to_japan", GOOD_OF_VISITORS, 1)]
)
def test_good_edits_show_and_wrong_ones_are_told_with_their_line(shipped_copy, serve, open_page, indicator, good, part):
    page, desk = looked_at(open_page, serve(shipped_copy), indicator)
    for (name, wrong), (file, old, new, way, *effect) in zip(list(WRONG.items())[part::2], good, strict=True):
        drawn, spoiled = page.evaluate(DRAWN), desk.changed(*wrong)
        desk.put(wrong[0], spoiled)
        page.wait_for_function(TOLD, arg=desk.line(wrong[0], spoiled))
        assert page.evaluate(DRAWN) == drawn, name
        assert not page.evaluate(SHOWN, effect), effect
        desk.put(file, desk.changed(file, old, new, way))
        page.wait_for_function(MENDED, arg=effect)
        assert page.evaluate("() => window.odd") == [], name


IN_HALVES = [
    (DIALOGUE, TITLE, "title: Summits\n", "#chart", "Summits"),
    (CONFIG, "title: Japan–South Korea relations", "title: Two neighbours", "#brand", "Two neighbours"),
    (DIALOGUE, TITLE, "title: Talks at the top\n", "#chart", "Talks at the top"),
    (EVENTS, "met President Lee in Busan", "met President Lee in Pusan", "#rows", "in Pusan"),
    (DIALOGUE, "Japanese prime minister and the South Korean president meet?", "two leaders meet?", "#definition", "two leaders meet?"),
]


def test_a_half_written_file_is_never_told(shipped_copy, serve, open_page):
    page, desk = looked_at(open_page, serve(shipped_copy, settle=STILL), "leader_meetings")
    page.evaluate("() => { window.quiet = true; }")
    for file, old, new, *effect in IN_HALVES:
        assert not page.evaluate(SHOWN, effect)
        in_two_steps(shipped_copy / file, desk.changed(file, old, new))
        page.wait_for_function(SHOWN, arg=effect)
    assert page.evaluate("() => window.odd") == []
