"""A server under a prefix: each address that it gives has the prefix, whether or not a proxy takes it from the requests."""

import json
import re
from pathlib import Path

import pytest

from dashboard import app
from dashboard.app import create_app
from dashboard.app.gate import CALLBACK
from dashboard.live import Live
from tests.test_gate import ASKED

PREFIX = "/relations"
PAGES = (
    *("/", "/pillar/court", "/indicator/duels", "/chronology", "/calendar", "/brief", "/table/envoys", "/changed", "/method", "/check"),
    *("/tune", "/nowhere"),
)


@pytest.fixture(scope="module")
def client(live):
    return create_app(live.current, prefix=PREFIX).server.test_client()


def page_at(client, path, *, callback=f"{PREFIX}{CALLBACK}"):
    """What a browser gets for the address that it shows."""
    inputs = [one | ({"value": path} if one["property"] == "pathname" else {}) for one in ASKED["inputs"]]
    return client.post(callback, json=ASKED | {"inputs": inputs}).get_json()["response"]["page"]["children"]


def links(part):
    """The addresses of the links of a tree of Dash, as they are in the browser."""
    if isinstance(part, list):
        return {one for child in part for one in links(child)}
    if not isinstance(part, dict) or "props" not in part:
        return set()
    own = {part["props"]["href"]} if "href" in part["props"] else set()
    return own | links(part["props"].get("children"))


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_is_under_the_prefix(client, path):
    page = page_at(client, f"{PREFIX}{path}")
    assert page
    assert [one for one in links(page) if not one.startswith((f"{PREFIX}/", "#", "https://"))] == []


def test_a_page_is_the_same_whether_a_proxy_takes_the_prefix_away_or_leaves_it(client):
    address = f"{PREFIX}/indicator/duels"
    left, taken = (page_at(client, address, callback=callback) for callback in (f"{PREFIX}{CALLBACK}", CALLBACK))
    assert left == taken
    assert client.get(address).data == client.get("/indicator/duels").data
    statuses = {path: client.get(path).status_code for path in (PREFIX, f"{PREFIX}/", "/", f"{PREFIX}/nowhere", f"{PREFIX}x")}
    assert list(statuses.values()) == [200, 200, 200, 404, 404]


def test_the_shell_and_what_it_loads_are_under_the_prefix(client):
    index = client.get(f"{PREFIX}/").get_data(as_text=True)
    loaded = re.findall(r'(?:src|href)="([^"#]+)"', index)
    assert len(loaded) > 5
    for one in loaded:
        with client.get(one) as answer:
            assert answer.status_code == 200, one
    assert all(one.startswith(f"{PREFIX}/") for one in loaded)
    layout = client.get(f"{PREFIX}/_dash-layout").get_json()
    assert {f"{PREFIX}/", f"{PREFIX}/chronology"} <= links(layout)
    assert all(one.startswith((f"{PREFIX}/", "#")) for one in links(layout))


def test_the_banner_links_below_the_prefix(copy):
    live = Live(copy)
    (copy / "config.yaml").write_text((copy / "config.yaml").read_text() + "colour: red\n")
    live.reload()
    client = create_app(live.current, prefix=PREFIX).server.test_client()
    assert f"{PREFIX}/method#code-unknown-key" in links(client.get("/_dash-layout").get_json())


def test_a_view_as_it_is_printed_leads_to_its_page_under_the_prefix(client):
    answers = [client.get(f"{root}/duels?from=1893") for root in (PREFIX, "")]
    assert {(one.status_code, one.headers["Location"]) for one in answers} == {(302, f"{PREFIX}/indicator/duels?from=1893")}


def test_a_header_says_nothing_about_the_prefix(client):
    plain = client.get("/").data
    for header in ("X-Forwarded-Prefix", "X-Script-Name", "Script-Name"):
        assert client.get("/", headers={header: "/evil"}).data == plain
    assert client.get("/", environ_overrides={"SCRIPT_NAME": "/evil"}).status_code == 404
    assert client.get("/", environ_overrides={"SCRIPT_NAME": PREFIX}).data == plain


def test_limits_hold_under_the_prefix(client):
    assert client.post(f"{PREFIX}/version", data="x").status_code == 413
    assert client.post(f"{PREFIX}{CALLBACK}", data="x" * 300_000).status_code == 413
    assert client.get(f"{PREFIX}/", headers={"Host": "evil.example"}).status_code == 421
    assert client.get(f"{PREFIX}/picture", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("prefix", ["relations", "/relations/", "/", "//x", "/a b", "/ä", "/a/../b", "/.", "/?x", "https://x"])
def test_what_is_no_prefix_is_refused(live, prefix):
    with pytest.raises(ValueError, match="is not a prefix"):
        create_app(live.current, prefix=prefix)


@pytest.mark.parametrize("prefix", ["/table", "/method/x", "/assets", "/_dash-layout", "/version", "/vendor", "/rows.csv"])
def test_a_prefix_like_an_address_of_the_dashboard_is_refused(live, prefix):
    """A request for `/table/x` could be for either."""
    with pytest.raises(ValueError, match=r"is not a prefix|cannot be the prefix"):
        create_app(live.current, prefix=prefix)


def test_no_script_asks_for_an_address_that_is_not_placed():
    scripts = {path.name: path.read_text() for path in (Path(app.__file__).parents[1] / "assets").glob("*.js")}
    assert {"live.js", "pictures.js", "tune.js", "embed.js"} <= scripts.keys()
    bare = re.compile(r"""(?:(?:fetch|asked|sent)\(|\.(?:src|href|action) = |window\.open\(|location = )["'`]/""")
    assert {name for name, text in scripts.items() if bare.search(text)} == set()


def test_a_page_whose_style_sheet_does_not_arrive_says_why(client, live):
    """It is the sign that a proxy has a prefix that the server does not know."""
    index = client.get("/").get_data(as_text=True)
    with client.get("/assets/style.css") as answer:
        style = answer.get_data(as_text=True)
    assert '<p class="astray">' in index
    assert "--prefix" in index
    assert ".astray { display: none; }" in style
    assert json.loads(re.search(r'id="_dash-config"[^>]*>(.*?)</script>', index)[1])["requests_pathname_prefix"] == f"{PREFIX}/"
