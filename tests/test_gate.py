"""Who may ask the server and how much, what it answers to nonsense, and which answers it keeps."""

import json
import logging
import socket
import sys
import threading

import pytest

from dashboard import app as application
from dashboard import pages
from dashboard.app import create_app
from dashboard.app.gate import CALLBACK, LARGEST_OF, Names
from dashboard.live import Live
from dashboard.pages import indicator
from tests.builders import edited

ASKED = {
    "output": "page.children",
    "outputs": {"id": "page", "property": "children"},
    "inputs": [
        {"id": "url", "property": "pathname", "value": "/indicator/duels"},
        {"id": "screen", "property": "data", "value": None},
        {"id": "again", "property": "data", "value": None},
        {"id": "url", "property": "search", "value": ""},
    ],
    "changedPropIds": ["url.pathname"],
    "state": [],
}


def every_address(client):
    """An address and a method of every rule of the server."""
    for rule in client.application.url_map.iter_rules():
        yield from ((method, rule.rule.split("<")[0]) for method in rule.methods & {"GET", "POST"})


OTHER_NAMES = ("evil.example", "evil.example:8050", "localhost.evil.example", "localhost@evil.example", "192.168.1.5", "", "[")
OTHER_NAMES += ("a@localhost", "localhost/evil.example", "localhost?x", "localhost:port", "localhost:80, evil.example", "localhost:99999")


@pytest.mark.parametrize("host", OTHER_NAMES)
def test_no_address_answers_under_another_name(client, host):
    """But the health of the server, which is no number of the project."""
    statuses = {path: client.open(path, method=method, headers={"Host": host}).status_code for method, path in every_address(client)}
    assert statuses.pop("/health") == 200
    assert {*statuses.values()} == {421}


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:8050", "[::1]:8050"])
def test_this_machine_is_answered(client, host):
    assert client.get("/version", headers={"Host": host}).status_code == 200


def test_names_are_added_and_addresses_cannot_be_those_of_another_site(live):
    names = Names(frozenset({"dashboard.example"}), addresses=True)
    client = create_app(live.current, names=names).server.test_client()
    hosts = ("dashboard.example", "10.0.0.1:80", "evil.example")
    answers = {host: client.get("/version", headers={"Host": host}).status_code for host in hosts}
    assert answers == {"dashboard.example": 200, "10.0.0.1:80": 200, "evil.example": 421}


CROSS = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:9999"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
]


@pytest.mark.parametrize("headers", CROSS)
def test_no_other_site_can_make_this_server_work(client, headers):
    """Neither with a form or a script, nor with the address of a picture."""
    found = {client.open(path, method=method, headers=headers).status_code for method, path in every_address(client)}
    assert found == {403}


def test_a_link_from_another_site_is_followed(client):
    from_elsewhere = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/indicator/duels", headers=from_elsewhere).status_code == 200
    assert client.post("/tune/try", headers=from_elsewhere, json={"text": ""}).status_code == 403


def test_a_body_is_refused_where_it_is_too_large_or_not_wanted(client):
    for method, path in every_address(client):
        if path not in LARGEST_OF:
            assert client.open(path, method=method, data=b"x").status_code == 413, path
    assert client.post(CALLBACK, data=b"[" + b"[]," * 100_000 + b"]").status_code == 413
    assert client.post("/looked-up", data=b"x" * 20_001).status_code == 413


def test_an_address_has_a_limit(client):
    assert client.get("/chronology?q=" + "a+" * 10_000).status_code == 414
    path, *others = with_value(3, "?" + "&".join(f"k{n}=" for n in range(1_000)))["inputs"]
    many = changed(inputs=[path | {"value": "/chronology"}, *others])
    assert client.post(CALLBACK, json=many).data.count(b"this address or view takes no") == 20


@pytest.mark.parametrize("width", ["9" * 5_000, "\u0661" * 4, -1, 1e300, [5], None])
def test_a_width_that_no_screen_has_is_a_medium_one(client, width):
    sent = ASKED | {"inputs": [one | {"value": {"width": width}} if one["id"] == "screen" else one for one in ASKED["inputs"]]}
    assert client.post(CALLBACK, json=sent).status_code == 200


def changed(**parts):
    return ASKED | parts


def with_value(place, value):
    return changed(inputs=[one | {"value": value} if n == place else one for n, one in enumerate(ASKED["inputs"])])


MALFORMED = {
    "nothing": b"",
    "no JSON": b"{",
    "deep": b"[" * 100_000,
    "a list": [],
    "no output": {"inputs": []},
    "an unknown output": changed(output="page.style"),
    "an output of the browser": changed(output="screen.data"),
    "other outputs": changed(outputs={"id": "url", "property": "search"}),
    "outputs of nothing": changed(outputs=None),
    "no inputs": changed(inputs=[]),
    "inputs of nothing": changed(inputs=[None] * 4),
    "inputs in another order": changed(inputs=ASKED["inputs"][::-1]),
    "states": changed(state=[{"id": "url", "property": "search"}]),
    "a number for an address": with_value(0, 5),
    "no search": with_value(3, None),
    "a list for a search": with_value(3, ["from=1893"]),
    "a text for a count": with_value(2, "x"),
    "half a character": with_value(3, "?q=\ud800"),
    "half a character in an address": with_value(0, "/indicator/\ud800"),
    "an address that is too long": with_value(3, "?" + "a&" * 5_000),
    "a change of something else": changed(changedPropIds=["page.children"]),
    "a change of nothing": changed(changedPropIds=5),
}


@pytest.mark.parametrize("sent", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_callback_that_no_page_sends_is_400_and_no_line_in_the_log(client, caplog, sent):
    body = sent if isinstance(sent, bytes) else json.dumps(sent)
    answer = client.post(CALLBACK, data=body, content_type="application/json")
    assert answer.status_code == 400
    assert caplog.records == []


KEYED = {
    "GET": "drawn picture pairs pairs.csv moved composite recipe rows.csv tune/file tune/schema changed/block changes.atom embed/duels",
    "POST": "saved verified looked-up tune/try tune/save",
}


@pytest.mark.parametrize(("method", "path"), [(method, path) for method, paths in KEYED.items() for path in paths.split()])
def test_no_key_of_an_address_is_ignored(client, method, path):
    known = {"rows.csv": "table=envoys&", "tune/file": "name=indicators/definitions/court.yaml&"}.get(path, "")
    for search, why in (("colour=red", "takes no 'colour'"), ("colour", "takes no 'colour'")):
        answer = client.open(f"/{path}?{known}{search}", method=method)
        assert (answer.status_code, why in answer.text) == (400, True), answer.text


@pytest.mark.parametrize("address", ["/drawn?view=duels", "/rows.csv?table=envoys", "/composite?part=sure"])
def test_a_key_of_an_address_says_one_thing(client, address):
    answer = client.get(f"{address}&{address.partition('?')[2].partition('=')[0]}=other")
    assert (answer.status_code, "is given twice" in answer.text) == (400, True)


def test_a_fault_in_what_an_address_is_about_is_one_line_in_the_log_too(live, caplog, monkeypatch):
    monkeypatch.setattr(indicator, "look_up", lambda now, rest: 1 / 0)
    answer = create_app(live.current).server.test_client().get("/indicator/duels")
    assert answer.status_code == 500
    assert [(record.levelno, record.exc_info) for record in caplog.records] == [(logging.ERROR, None)]


def test_what_is_not_foreseen_is_one_line_in_the_log(live, caplog, monkeypatch):
    def fails(*of):
        raise ZeroDivisionError("the cheese ran out")

    monkeypatch.setattr(application, "page", fails)
    answer = create_app(live.current).server.test_client().post(CALLBACK, json=ASKED)
    assert (answer.status_code, "cheese" in answer.text) == (500, False)
    assert [(record.levelno, record.exc_info) for record in caplog.records] == [(logging.ERROR, None)]
    assert "ZeroDivisionError: the cheese ran out (test_gate.py:" in caplog.text


def test_no_answer_tells_versions(client):
    page = client.get("/")
    assert "Server" not in page.headers
    assert '"python_version":null' in page.text
    assert '"dash_version":null' in page.text


def test_every_answer_tells_browsers_what_to_refuse(client):
    for address in ("/", "/version", "/nowhere", "/assets/live.js", "/picture"):
        with client.get(address) as answer:
            headers = answer.headers
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert "style-src 'self' 'nonce-" in headers["Content-Security-Policy"]


def counted(monkeypatch):
    """How often the page of an indicator is made."""
    made, layout = [], indicator.layout
    monkeypatch.setattr(indicator, "layout", lambda now, asked: made.append(asked.rest) or layout(now, asked))
    return made


def test_an_answer_is_kept_until_the_numbers_change(copy, monkeypatch):
    live, made = Live(copy), counted(monkeypatch)
    client = create_app(live.current).server.test_client()
    first, second = client.post(CALLBACK, json=ASKED), client.post(CALLBACK, json=ASKED)
    assert (first.data, dict(first.headers)) == (second.data, dict(second.headers))
    assert made == ["duels"]
    edited(copy, "indicators/definitions/court.yaml", "    title: Duels\n", "    title: Duels fought\n")
    live.reload()
    assert "Duels fought" in client.post(CALLBACK, json=ASKED).text
    assert made == ["duels"] * 2


def test_pages_that_read_files_are_never_kept(copy):
    live = Live(copy)
    client = create_app(live.current).server.test_client()
    asked = with_value(0, "/tune")
    before = client.post(CALLBACK, json=asked).text
    (copy / "indicators/definitions/zenda.yaml").write_text("pillar: court\nindicators: {}\n")
    assert "zenda.yaml" in client.post(CALLBACK, json=asked).text
    assert "zenda.yaml" not in before


def test_what_two_ask_for_at_once_is_made_once(live, monkeypatch):
    begun, go, made, layout = threading.Event(), threading.Event(), [], indicator.layout

    def slow(now, asked):
        made.append(asked.rest)
        begun.set()
        go.wait()
        return layout(now, asked)

    monkeypatch.setattr(indicator, "layout", slow)
    app, answers = create_app(live.current), []
    askers = [threading.Thread(target=lambda: answers.append(app.server.test_client().post(CALLBACK, json=ASKED).data)) for _ in range(3)]
    for one in askers:
        one.start()
    begun.wait()
    go.set()
    for one in askers:
        one.join()
    assert (len(made), len(answers), len(set(answers))) == (1, 3, 1)


def test_what_failed_is_not_kept(live, monkeypatch):
    client, layout = create_app(live.current).server.test_client(), indicator.layout

    def fails(*of):
        raise MemoryError

    monkeypatch.setattr(indicator, "layout", fails)
    assert client.post(CALLBACK, json=ASKED).status_code == 500
    monkeypatch.setattr(indicator, "layout", layout)
    assert client.post(CALLBACK, json=ASKED).status_code == 200


GONE = {"waitress.client_disconnected": lambda: True}


def test_work_is_given_up_when_its_client_has_gone(live, caplog):
    client = create_app(live.current).server.test_client()
    assert client.post(CALLBACK, json=ASKED, environ_overrides=GONE).status_code == 503
    assert caplog.records == []
    assert client.post(CALLBACK, json=ASKED).status_code == 200
    assert client.post(CALLBACK, json=ASKED, environ_overrides=GONE).status_code == 200  # it is known


@pytest.mark.skipif(sys.platform == "win32", reason="no gunicorn")
@pytest.mark.parametrize(("does", "status"), [("close", 503), ("wait", 200), ("send", 200)])
def test_under_gunicorn_the_socket_says_whether_a_client_has_gone(live, does, status):
    """With real sockets; the client may also have sent its next request."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        if does == "send":
            theirs.sendall(b"GET / HTTP/1.1")
        if does == "close":
            theirs.close()
        client = create_app(live.current).server.test_client()
        assert client.post(CALLBACK, json=ASKED, environ_overrides={"gunicorn.socket": ours}).status_code == status


def test_work_goes_on_for_another_who_waits(live, monkeypatch):
    app, found, layout = create_app(live.current), {}, indicator.layout

    def other():
        found["other"] = app.server.test_client().post(CALLBACK, json=ASKED).status_code

    waiting = threading.Thread(target=other)

    def joined(now, asked):
        waiting.start()
        while not any(one.others for one in app.gate._running.values()):
            waiting.join(0.001)
        return layout(now, asked)

    monkeypatch.setattr(indicator, "layout", joined)
    found["first"] = app.server.test_client().post(CALLBACK, json=ASKED, environ_overrides=GONE).status_code
    waiting.join()
    assert found == {"first": 200, "other": 200}


def test_what_is_kept_has_a_limit(live, monkeypatch):
    monkeypatch.setattr(application.gate, "MOST_BYTES", 100_000)
    app = create_app(live.current)
    client = app.server.test_client()
    for year in range(1893, 1896):
        client.post(CALLBACK, json=with_value(3, f"?from={year}"))
        client.get(f"/drawn?view=duels?from={year}")
    assert 0 < sum(len(one.body) for one in app.gate._kept.values()) == app.gate._bytes <= 100_000


def test_figures_that_are_kept_have_a_limit_in_bytes(live, monkeypatch):
    """A drawing counts as its figure does; what was asked for last stays."""
    monkeypatch.setattr(pages, "MOST_BYTES_KEPT", 60_000)
    now, client = live.current(), create_app(live.current).server.test_client()
    for year in range(1893, 1896):
        client.post(CALLBACK, json=with_value(3, f"?from={year}"))
    sizes = {key: size for key, (_, size) in now.figures.items()}
    assert {key[0] for key, size in sizes.items() if size} == {"drawing", "memo"}
    assert 0 < sum(sizes.values()) <= 60_000
    assert "1895" in str(list(sizes)[-1])
