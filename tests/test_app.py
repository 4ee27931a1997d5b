"""The table of pages: each has an address, a title and its place in the navigation; one more is a module and an entry."""

import re
import types

import pytest
from dash import html
from plotly.io.json import to_json_plotly

from dashboard import app
from dashboard.app import PAGES, create_app, page
from dashboard.charts.picture import picture_of
from dashboard.charts.view import parse_view
from dashboard.live import Live
from dashboard.pages import Screen
from tests.builders import DEFINITIONS, edited


def test_the_navigation_has_the_pages_that_ask_for_it(live):
    shell = str(create_app(live.current).layout())
    ways = re.findall(r"Link\(children='([^']+)', href='([^']+)'\)", shell)
    assert ways == [
        ("Overview", "/"),
        ("Chronology", "/chronology"),
        ("Calendar", "/calendar"),
        ("Briefing", "/brief"),
        ("Method", "/method"),
        ("Check a chart", "/check"),
        ("Tune", "/tune"),
    ]
    assert [one.TITLE for one in PAGES if not one.IN_NAVIGATION] == ["Pillar", "Indicator", "Table", "What changed"]


@pytest.mark.parametrize(("address", "has_own_chart"), [("/", False), ("/method", False), ("/indicator/audiences", True)])
def test_a_page_asks_for_no_script_that_it_does_not_use(client, address, has_own_chart):
    scripts = re.findall(r'<script src="([^"]+)"', client.get(address).text)
    assert [name for name in ("polyfill", "dash_table") if any(name in one for one in scripts)] == []
    assert any("async-graph" in one for one in scripts) == has_own_chart
    assert any("plotly-basic" in one for one in scripts)


def test_only_a_page_that_takes_more_answers_below_its_path(live):
    now = live.current()
    for one in PAGES:
        said = str(page(now, f"{one.PATH.rstrip('/')}/audiences", "", Screen()))
        assert ("there is no page" in said) != one.TAKES_MORE


def test_a_page_is_added_with_a_module_and_an_entry(live, monkeypatch):
    added = types.ModuleType("dashboard.pages.greeting")
    added.PATH, added.TITLE, added.IN_NAVIGATION, added.TAKES_MORE = "/greeting", "Greeting", True, True
    added.look_up = lambda now, rest: rest
    added.layout = lambda now, asked: html.P(f"hello {asked.rest} of {now.results.config.title}")
    added.register = lambda application, current, token: application.server.add_url_rule("/greet", view_func=lambda: "hello")
    monkeypatch.setattr(app, "PAGES", (*PAGES, added))
    application = create_app(live.current)
    assert "Link(children='Greeting', href='/greeting')" in str(application.layout())
    assert application.server.test_client().get("/greet").text == "hello"
    assert "hello duels?from=1893 of" in str(page(live.current(), "/greeting/duels", "?from=1893", Screen()))


@pytest.fixture(scope="module")
def server(live, client):
    return live, client


def answers(server, address):
    """The HTTP status of an address, and whether its page has something to show."""
    live, client = server
    path, _, search = address.partition("?")
    return client.get(address).status_code, "Nothing to show here" not in str(page(live.current(), path, f"?{search}", Screen()))


SHOWN = [
    *(
        "/",
        "/?as_of=1895-01-01",
        "/method",
        "/method/",
        "/%6Dethod",
        "/tune//duels",
        "/check",
        "/tune",
        "/tune/duels",
        "/tune?file=court.yaml",
        "/brief?period=1894",
    ),
    *("/indicator/duels", "/indicator/duels/", "/indicator/d%75els?from=1893", "/indicator/duels?as_of=1895-01-01"),
    *("/indicator/audiences@by_year", "/indicator/audiences%40by_year?from=1893", "/indicator/audiences?variant=by_year&variant=by_year"),
]
NOT_THERE = [
    *("/nowhere", "/Method", "/method/x", "/index.html", "/indicator", "/indicator/", "/indicator/dules", "/indicator/DUELS"),
    *("/indicator/duels/x", "/indicator/duels@x", "/indicator/duels?variant=x", "/indicator/duels%3Fx", "/indicator/%2564uels"),
    *("/indicator/dules?colour=red", "/tune/dules", "/tune?file=x.yaml", "/..%2f..%2fetc"),
]
NOT_UNDERSTOOD = [
    *("/?as_of=2895-01-01", "/?as_of=soon", "/?frequency=annual", "/?as_of=1895-01-01&as_of=1894-01-01", "/method?x=1", "/method?x="),
    *("/brief?period=1895-X", "/brief?period=1897", "/brief?from=1894", "/brief/soon"),
    *("/check?from=1893", "/tune?fle=court.yaml", "/tune/duels?colour=red", "/indicator/duels?frequncy=annual", "/indicator/duels?x="),
    *("/indicator/audiences@by_year?variant=with_ministers", "/indicator/duels?as_of=2895-01-01", "/indicator/duels?from=1894&from=1895"),
]


@pytest.mark.parametrize("address", SHOWN)
def test_what_is_there_is_shown(server, address):
    assert answers(server, address) == (200, True)


@pytest.mark.parametrize("address", NOT_THERE)
def test_what_is_not_there_is_404_and_a_page_in_words(server, address):
    assert answers(server, address) == (404, False)


@pytest.mark.parametrize("address", NOT_UNDERSTOOD)
def test_keys_that_make_no_sense_are_400_and_never_ignored(server, address):
    assert answers(server, address) == (400, False)


@pytest.mark.parametrize(
    ("printed", "page"),
    [
        ("/duels", "/indicator/duels"),
        ("/audiences?variant=by_year&from=1893", "/indicator/audiences?variant=by_year&from=1893"),
        ("/audiences@by_year", "/indicator/audiences@by_year"),
        ("/duels?colour=red", "/indicator/duels?colour=red"),
    ],
)
def test_a_view_as_it_is_printed_leads_to_the_page_of_its_indicator(server, printed, page):
    answer = server[1].get(printed)
    assert (answer.status_code, answer.headers["Location"]) == (302, page)


@pytest.mark.parametrize("address", ["/dules", "/duels/x", "/duels@x", "/method", "/_dash-layout", "/vendor/duels", "/%2F%2Fduels.example"])
def test_nothing_else_leads_elsewhere(server, address):
    assert server[1].get(address).status_code in (200, 404)


def test_the_first_requests_may_come_at_once(live):
    """A second worker is first asked for several scripts of a page that another has given; none waits for what the first one makes."""
    app = create_app(live.current)
    scripts = re.findall(r'<script src="(/_dash-component-suites/[^"]+)"', create_app(live.current).server.test_client().get("/").text)
    assert scripts
    for path in scripts:
        with app.server.test_request_context(path):
            assert app.server.dispatch_request().status_code == 200


def test_an_address_that_is_no_page_stays_as_it_is(server):
    _, client = server
    assert [client.get(path).status_code for path in ("/assets/x.css", "/vendor/x.js", "/_dash-component-suites/x/y.js")] == [404] * 3
    assert [client.post(path).status_code for path in ("/", "/method", "/version")] == [405] * 3
    asked = {"view": "duels", "format": "csv", "colour": "red"}
    assert client.get("/picture", query_string=asked).status_code == 400


def test_a_variant_in_the_path_is_the_variant_of_the_key(server):
    """Its unit of time is the year, that of the indicator itself the month."""
    now = server[0].current()
    by_path, by_key, plain = (
        str(page(now, path, search, Screen()))
        for path, search in (
            ("/indicator/audiences@by_year", ""),
            ("/indicator/audiences", "?variant=by_year"),
            ("/indicator/audiences", ""),
        )
    )
    assert by_path == by_key != plain


def test_the_overview_obeys_the_day_that_is_asked_for(server):
    """On the first day of 1895 nothing of that year is known; links lead to pages of the same day."""
    now = server[0].current()
    then, today = (to_json_plotly(page(now, "/", search, Screen())) for search in ("?as_of=1894-12-31", ""))
    assert "Data as of 31 December 1894" in then
    assert "Dated to 1894-12-31" in then
    assert "audiences?as_of=1894-12-31" in then
    assert "May 1896" in today
    assert "May 1896" not in then


def test_a_page_under_a_former_name_says_the_name_of_today(copy, made):
    edited(copy, f"{DEFINITIONS}/court.yaml", "  duels:\n", "  dawns:\n    formerly: [duels]\n")
    live = Live(copy)
    assert answers((live, create_app(live.current).server.test_client()), "/indicator/duels") == (200, True)
    said = str(page(live.current(), "/indicator/duels", "", Screen()))
    code = picture_of(made, parse_view("duels")).code
    assert f"duels is now called dawns. In a picture made under the former name these numbers have the code {code}." in said
    assert "formerly" not in str(page(live.current(), "/indicator/dawns", "", Screen()))


@pytest.mark.parametrize(
    ("path", "search"),
    [
        *(("/pillar/nowhere", ""), ("/pillar/court", "?as_of=1999-01-01"), ("/", "?as_of=1999-01-01"), ("/brief", "?period=1999")),
        *(("/changed", "?nonsense=1"), ("/method", "?nonsense=1"), ("/calendar", "?year=1999"), ("/chronology", "?page=x")),
        ("/table/nowhere", ""),
    ],
)
def test_what_an_open_page_can_no_longer_show_is_refused_in_words(live, path, search):
    """The page may have been there until config.yaml named another pillar, or an earlier day."""
    own = path.split("/")[1] or "overview"
    answer = shown_again(create_app(live.current), own, path, search)
    (name,) = answer
    assert name.endswith("-refusal")
    assert "/method#code-" in str(answer)


@pytest.mark.parametrize("path", ["/pillar/court", "/", "/brief", "/changed", "/method", "/calendar", "/chronology", "/table/envoys"])
def test_an_open_page_is_shown_again_without_a_refusal(live, path):
    answer = shown_again(create_app(live.current), path.split("/")[1] or "overview", path, "")
    assert sorted(part for values in answer.values() for part in values) == ["children", "data"]
    assert next(values["children"] for name, values in answer.items() if name.endswith("-refusal")) == ""


def shown_again(application, own, path, search):
    """What changes on an open page when the numbers do."""
    output, known = next((k, v) for k, v in application.callback_map.items() if re.search(rf"\.\.{own}[a-z-]*-nodes\.data", k))
    sent = {"pathname": path, "search": search, "data": None}
    asked = {part: [one | {"value": sent[one["property"]]} for one in known[part]] for part in ("inputs", "state")}
    outputs = [dict(zip(("id", "property"), one.rsplit(".", 1), strict=True)) for one in output.strip(".").split("...")]
    body = {"output": output, "outputs": outputs, "changedPropIds": [f"{known['inputs'][0]['id']}.data"], **asked}
    answer = application.server.test_client().post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.text
    return answer.get_json()["response"]
