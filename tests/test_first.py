"""The first answer of the server: the overview and the pages of pillars are in it as HTML, before any script has run."""

import json
import re
from html.parser import HTMLParser

import pytest
from plotly.io.json import to_json_plotly

from dashboard.app import create_app, page
from dashboard.live import Live
from dashboard.pages import Screen
from dashboard.pages.nodes import VOID, grown
from dashboard.pages.still import elements, text_of
from dashboard.words import states
from indicators.compute.state import most_comparable, state_of
from indicators.nouns.series import Query
from tests.builders import DEFINITIONS, edited

HOSTILE = "<script>ran = 1</script></div><!-- &lt; {%scripts%}"


class Read(HTMLParser):
    """What a browser makes of HTML: its elements with their attributes and texts."""

    def __init__(self, html):
        super().__init__()
        self.found, self._open = [], []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs), []))
        if tag not in VOID:
            self._open.append(self.found[-1])

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        for _, _, texts in self._open:
            texts.append(data)

    def texts(self, name, **named):
        return ["".join(texts) for tag, attributes, texts in self.found if tag == name and named.items() <= attributes.items()]

    def values(self, *names):
        return [attributes[name] for _, attributes, _ in self.found for name in names if name in attributes]


def first(client, address="/"):
    """What is read at an address before any script has run."""
    found = re.search(r'<div id="first">.*</div>(?=\s*<div id="react-entry-point">)', client.get(address).text, re.DOTALL)
    return Read(found[0]) if found else None


def standing(results):
    """The pillars with a headline figure, and the sentence that says how they stand."""
    of = {name: results.definitions[name].pillar for name in results.config.headline}
    pillars = [one for one in results.config.pillars if one.id in of.values()]
    judged = [[most_comparable(results.series(Query(name)))[1] for name in of if of[name] == one.id] for one in pillars]
    return pillars, states.sentence([one.title for one in pillars], map(state_of, judged))


def test_the_overview_is_there_with_its_sentence_and_a_row_for_each_headline_figure(live, client):
    shown, results = first(client), live.current().results
    pillars, sentence = standing(results)
    assert shown.texts("h1") == [f"{results.config.title}: {sentence}"]
    assert shown.texts("th", scope="rowgroup") == [one.title for one in pillars]
    assert sorted(shown.texts("td", **{"class": "figure"})) == sorted(results.definitions[name].title for name in results.config.headline)


def test_a_window_is_titled_before_any_script_has_run(live, client):
    title = live.current().results.config.title
    titles = [Read(re.search("<title>.*</title>", client.get(path).text)[0]).texts("title") for path in ("/", "/pillar/court", "/method")]
    assert titles == [[f"{title}: {standing(live.current().results)[1]} – {title}"], [f"At court – {title}"], [title]]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/", "/?as_of=1895-01-01", "/pillar/court"])
def test_it_holds_what_the_scripts_would_make_and_the_charts_of_each_theme(live, client, address, theme):
    path, mark, search = address.partition("?")
    nodes = grown(json.loads(to_json_plotly(page(live.current(), path, f"{mark}{search}", Screen(theme)))))
    shown = first(client, address)
    assert shown.texts("main") == [text_of(nodes)]
    places = [one for one in shown.found if one[1].get("class") == "graph"]
    charts = [one[1] for one in elements(nodes) if one[0] == "graph"]
    assert json.loads(shown.texts("script", type="application/json")[0])[theme] == charts
    assert len(places) == len(charts)


def test_no_id_is_one_of_dash_s(live, client):
    ids = first(client).values("id")
    assert len(ids) == len(set(ids))
    assert not {"page", "banner", "brand", "overview", "react-entry-point"} & set(ids)


@pytest.mark.parametrize("address", ["/method", "/indicator/duels", "/nowhere", "/tune"])
def test_other_pages_begin_with_dash(client, address):
    assert first(client, address) is None


def test_an_address_that_makes_no_sense_is_refused_in_words_at_once(client):
    assert "Nothing to show here" in first(client, "/pillar/nothing").texts("main")[0]
    assert client.get("/pillar/nothing").status_code == 404


def test_hostile_words_are_text(copy):
    edited(copy, "config.yaml", "title: Ruritania and Graustark", f'title: "{HOSTILE}"')
    edited(copy, "config.yaml", "title: At court", f'title: "{HOSTILE}"')
    edited(copy, f"{DEFINITIONS}/court.yaml", "    title: Audiences\n", f'    title: "{HOSTILE}"\n')
    client = create_app(Live(copy).current).server.test_client()
    shown = first(client)
    assert shown.texts("a", href="/pillar/court") == [HOSTILE]
    assert HOSTILE in shown.texts("h1")[0]
    assert HOSTILE in shown.texts("td", **{"class": "figure"})
    assert [one[1] for one in shown.found if one[0] == "script"] == [{"type": "application/json"}]
    assert HOSTILE in Read(re.search("<title>.*</title>", client.get("/").text)[0]).texts("title")[0]


def test_it_is_the_state_of_now_with_its_problems(copy):
    live = Live(copy)
    client = create_app(live.current).server.test_client()
    assert first(client).texts("div", role="status") == [""]
    edited(copy, "config.yaml", "title: At court", "title: In the palace")
    live.reload()
    assert "In the palace" in first(client).texts("th", scope="rowgroup")
    edited(copy, "config.yaml", "title: In the palace", "tittle: In the palace")
    live.reload()
    assert "In the palace" in first(client).texts("th", scope="rowgroup")
    assert "The numbers below are the last good ones." in first(client).texts("div", role="status")[0]


def test_every_address_is_under_the_prefix(copy):
    shown = first(create_app(Live(copy).current, prefix="/relations").server.test_client(), "/relations/")
    addresses = shown.values("href", "data-figure", "data-nodes")
    assert len(addresses) > 10
    assert [one for one in addresses if not one.startswith(("/relations/", "#", "https://"))] == []


def test_a_pillar_is_answered_from_what_is_kept(live):
    asked = []
    application = create_app(live.current)
    kept, application.first = application.first, lambda: asked.append(1) or kept()
    for _ in range(3):
        application.server.test_client().get("/pillar/court")
    assert asked == [1]
