"""The feed of what changed: valid Atom, ids that stay, no time but that of the change, and addresses of the server that answers."""

import re
from dataclasses import replace
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from dashboard.app import create_app
from dashboard.app.gate import Names
from dashboard.live import Live
from dashboard.pages.changed import FEED, feed
from dashboard.words.changed import _cell_words
from indicators.differences.row_changes import Cell
from indicators.nouns.descriptor import ListColumn
from tests.builders import appended, edited, git
from tests.charts.test_record import one_more_audience

ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
LATER = "1996-05-21T12:00:00+00:00"


def faults_of(text):
    """What RFC 4287 asks of a feed (4.1.1) and of its entries (4.1.2), and this one has not."""
    root = ElementTree.fromstring(text)
    if root.tag != f"{ATOM}feed":
        yield f"the document is {root.tag}"
    for one in (root, *root.findall(f"{ATOM}entry")):
        name = one.findtext(f"{ATOM}title")
        for tag in ("id", "title", "updated"):
            texts = [child.text for child in one.findall(f"{ATOM}{tag}")]
            if len(texts) != 1 or not texts[0]:
                yield f"{name}: {tag} {texts}"
        if not MOMENT.fullmatch(one.findtext(f"{ATOM}updated") or ""):
            yield f"{name}: no moment"
        if not urlsplit(one.findtext(f"{ATOM}id") or "").scheme:
            yield f"{name}: the id is no address"
        kinds = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in one.findall(f"{ATOM}link")]
        if len(kinds) != len(set(kinds)) or any(not link.get("href") for link in one.findall(f"{ATOM}link")):
            yield f"{name}: links {kinds}"
        if one is not root and not one.findtext(f"{ATOM}content"):
            yield f"{name}: no content"
    if not root.findtext(f"{ATOM}author/{ATOM}name"):
        yield "no author"
    if len(ids(text)) != len(set(ids(text))):
        yield "two entries with one id"


def told(text, tag):
    return [one.findtext(f"{ATOM}{tag}") for one in ElementTree.fromstring(text).findall(f"{ATOM}entry")]


def ids(text):
    return told(text, "id")


def hrefs(text):
    return [one.get("href") for one in ElementTree.fromstring(text).iter(f"{ATOM}link")]


def client_of(folder, **more):
    return create_app(Live(folder).current, **more).server.test_client()


def feed_of(folder):
    return client_of(folder).get(FEED).data


def commit(folder, day):
    git(folder.parent, "commit", "--quiet", "-a", "-m", "News.", day=day)


def test_the_feed_has_what_the_page_has_and_is_valid(committed):
    one_more_audience(committed)
    commit(committed, "1996-05-21")
    text = feed_of(committed)
    assert list(faults_of(text)) == []
    titles = told(text, "title")
    assert any(re.match(r"Audiences: \d{4}-\d\d: \d+ \(.*\), before ", one) for one in titles)
    rows = [one.partition(": ")[2] for one in titles if one.endswith(" row")]
    assert sorted(rows) == ["1 corrected row", "1 new row"]  # the audience, and how many are found in its span of coverage
    assert not [one for one in titles if one.startswith("Audiences (")]  # a variant that changed with its indicator
    assert set(told(text, "updated")) == {LATER}


def test_an_id_stays_with_its_change_and_another_change_has_another(committed):
    one_more_audience(committed)
    commit(committed, "1996-05-21")
    first = feed_of(committed)
    edited(committed, "config.yaml", "as_of:", "# a remark\nas_of:")
    commit(committed, "1996-05-22")
    assert feed_of(committed) == first
    appended(committed, "data/cannonades.csv", "c-11,1895-12-31,day,2,exact,bridge,border_guard")
    changed = feed_of(committed)
    assert set(ids(first)) < set(ids(changed))  # nothing is committed yet: the same changes, and more
    commit(committed, "1996-05-23")
    assert not set(ids(first)) & set(ids(feed_of(committed)))


def test_numbers_have_the_time_of_the_last_change_of_tables_or_definitions(committed):
    """An audience is entered on 21 May; on 22 May a definition is edited, and nothing is entered."""
    one_more_audience(committed)
    commit(committed, "1996-05-21")
    edited(committed, "indicators/definitions/court.yaml", "Mornings in the meadow", "Each morning in the meadow")
    commit(committed, "1996-05-22")
    text = feed_of(committed)
    days = {title: moment[:10] for title, moment in zip(told(text, "title"), told(text, "updated"), strict=True)}
    assert {day for title, day in days.items() if title.endswith(" row")} == {"1996-05-21"}
    assert {day for title, day in days.items() if title.startswith("Audiences")} == {"1996-05-22"}


def test_of_a_list_what_came_and_went_is_said():
    topics = ListColumn(separator=";")
    assert _cell_words(Cell("topic", "cheese;tolls", "tolls;salt"), topics) == "topic: added salt, removed cheese"
    assert _cell_words(Cell("topic", "cheese", "salt"), topics) == "topic: cheese, now salt"
    assert _cell_words(Cell("topic", "a;b", "b;a"), topics) == "topic: a;b, now b;a"
    assert _cell_words(Cell("guns", "3", ""), None) == "guns: 3, now blank"


def test_without_a_history_entries_have_the_days_of_their_rows(copy):
    text = feed_of(copy)
    assert list(faults_of(text)) == []
    envoys = next(n for n, title in enumerate(told(text, "title")) if "recorded since" in title)
    assert told(text, "updated")[envoys] == "1896-05-11T00:00:00+00:00"  # the last row of the diary was written on that day
    edited(copy, "config.yaml", "as_of: 1896-05-20", "as_of: 1896-05-25")
    assert ids(feed_of(copy))[envoys] == ids(text)[envoys]  # rows that leave the list as time goes on are no news


def test_a_feed_without_news_is_valid(copy):
    edited(copy, "config.yaml", "as_of: 1896-05-20", "as_of: 1899-01-01")
    text = feed_of(copy)
    assert list(faults_of(text)) == []
    assert ids(text) == []
    assert ElementTree.fromstring(text).findtext(f"{ATOM}updated") == "1899-01-01T00:00:00+00:00"


def test_what_xml_cannot_hold_and_what_it_would_read_as_its_own_are_texts(live):
    title = 'R&D <script>alert("1")</script> \x07\x00\ufffe\ud800 ]]> 한국'
    now = live.current()
    named = replace(now, results=replace(now.results, config=now.results.config.model_copy(update={"title": title})), figures={})
    text = feed(named, lambda address: f"/{title}{address}")
    assert list(faults_of(text)) == []
    assert ElementTree.fromstring(text).findtext(f"{ATOM}author/{ATOM}name") == 'R&D <script>alert("1")</script> ���� ]]> 한국'
    assert "script" not in {child.tag.removeprefix(ATOM) for child in ElementTree.fromstring(text).iter()}


def test_addresses_are_those_of_the_server_that_answers(live):
    names = Names(frozenset({"dashboard.example", "other.example"}))
    client = create_app(live.current, names=names, prefix="/relations").server.test_client()
    for root in ("https://dashboard.example", "http://other.example:8050"):  # one after the other: no answer is kept for both
        links = hrefs(client.get(f"/relations{FEED}", base_url=root).data)
        assert links[0] == f"{root}/relations{FEED}"
        assert [one for one in links if not one.startswith(f"{root}/relations/")] == []
        for one in links:
            assert client.get(unquote(urlsplit(one).path), base_url=root).status_code == 200, one
    assert client.get(f"/relations{FEED}", base_url="https://evil.example").status_code == 421
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    assert client.get(f"/relations{FEED}", base_url=root, headers=elsewhere).status_code == 403


def test_who_has_it_already_is_sent_nothing(live):
    client = create_app(live.current).server.test_client()
    answer = client.get(FEED)
    assert answer.mimetype == "application/atom+xml"
    again = client.get(FEED, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
