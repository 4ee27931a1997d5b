"""The web server: idle and slow clients shut nobody out, bodies end at their limit, work for clients that have gone is dropped."""

import contextlib
import http.client
import json
import logging
import socket
import threading
import time

import flask
import pytest

from dashboard.app import create_app, server
from dashboard.app.gate import CALLBACK, Gate
from dashboard.app.server import Bounded, bound
from dashboard.pages import Unwanted, indicator
from tests.test_gate import ASKED

PATIENCE = 120
"""Seconds after which something never comes."""


@pytest.fixture
def port(live, monkeypatch):
    """A server on a port of its own, until the tests end."""
    run, port = bound(create_app(live.current), "127.0.0.1", 0)
    threading.Thread(target=run, daemon=True).start()
    return port


@contextlib.contextmanager
def connected(port, said=b""):
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as one:
        one.sendall(said)
        yield one


def asked(address, host="127.0.0.1"):
    return f"GET {address} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()


def answer(connection):
    """All that a server sends until it closes."""
    parts = [b""]
    with contextlib.suppress(ConnectionResetError):
        parts.extend(iter(lambda: connection.recv(65536), b""))
    return b"".join(parts)


def status(port, address="/version"):
    with connected(port, asked(address)) as one:
        return answer(one).split(b"\r\n")[0]


@pytest.fixture
def busy(monkeypatch):
    """Pages of indicators that come only when they may: when they have begun, what was made, and when they may."""
    begun, may, made, look_up = threading.Semaphore(0), threading.Event(), [], indicator.look_up

    def slow(now, rest):
        made.append(rest)
        begun.release()
        may.wait(PATIENCE)
        return look_up(now, rest)

    monkeypatch.setattr(indicator, "look_up", slow)
    yield begun, may, made
    may.set()


@pytest.mark.parametrize("prefix", ["", "/relations"])
def test_bodies_arrive_under_a_prefix_and_without_one(live, prefix):
    """The limit of a body is that of its address, whether or not a proxy has taken the prefix away."""
    run, port = bound(create_app(live.current, prefix=prefix), "127.0.0.1", 0)
    threading.Thread(target=run, daemon=True).start()
    for root in {prefix, ""}:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as one:
            one.request("POST", f"{root}{CALLBACK}", json.dumps(ASKED), {"Content-Type": "application/json"})
            found = one.getresponse()
            assert (found.status, b"duels" in found.read()) == (200, True)
        assert status(port, f"{root}/version").endswith(b"200 OK")


def test_the_server_does_not_name_itself(port):
    with connected(port, asked("/version")) as one:
        assert b"\r\nserver:" not in answer(one).lower()


UNFINISHED = (b"", b"GET /version HTTP/1.1\r\nHost: 127", b"POST /saved HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n{")


@pytest.mark.parametrize("said", UNFINISHED)
def test_who_says_nothing_or_not_all_is_let_go(port, monkeypatch, said):
    monkeypatch.setattr(server, "IDLE", 0.2)
    monkeypatch.setattr(server, "WHOLE", 0.2)
    with connected(port, said) as one:
        assert answer(one) == b""


def test_a_letter_now_and_then_is_no_activity(port, monkeypatch):
    monkeypatch.setattr(server, "WHOLE", 0.5)

    def trickled(one):
        while True:
            one.sendall(b"x")
            time.sleep(0.1)

    with connected(port, b"GET /version HTTP/1.1\r\nX: ") as one, pytest.raises((BrokenPipeError, ConnectionResetError)):
        trickled(one)


def test_many_who_say_nothing_shut_nobody_out(port, monkeypatch):
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 20)
    with contextlib.ExitStack() as idle:
        for _ in range(60):
            idle.enter_context(connected(port))
        assert status(port) == b"HTTP/1.1 200 OK"


def test_many_who_wait_for_an_answer_shut_nobody_out(port, busy, monkeypatch):
    """Those that are being answered keep their connection."""
    begun, may, _ = busy
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 20)
    with contextlib.ExitStack() as heavy:
        first = heavy.enter_context(connected(port, asked("/indicator/slights")))
        begun.acquire(timeout=PATIENCE)
        for number in range(60):
            heavy.enter_context(connected(port, asked(f"/indicator/duels?from=18{number + 10}")))
        assert {status(port) for _ in range(12)} == {b"HTTP/1.1 200 OK"}
        may.set()
        assert answer(first).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("said", [f"POST /saved HTTP/1.1\r\nContent-Length: {'9' * 5000}\r\n\r\n", "GET http://[ HTTP/1.1\r\n\r\n"])
def test_a_request_that_cannot_be_read_is_400_and_no_line_in_the_log(port, caplog, said):
    with connected(port, said.encode()) as one:
        assert answer(one).startswith(b"HTTP/1.1 400")
    assert caplog.records == []


SIZES = {"/version": 1, "/_dash-update-component": 300_000, "/saved": 10**9, "/nowhere": 10**12}


@pytest.mark.parametrize(("address", "size"), SIZES.items())
def test_a_body_is_refused_before_it_has_come(port, address, size):
    head = f"POST {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n\r\n"
    with connected(port, head.encode()) as one:
        assert answer(one).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    ("begun", "status"),
    [
        (b"4000\r\n" + b"x" * 0x4000 + b"\r\n4000\r\n" + b"x" * 0x4000 + b"\r\n", b"413"),
        (b"1\r\nx\r\n" * 8_000, b"413"),
        (b"5;" + b"x" * 9_000, b"400"),
        (b"0\r\n" + b"x: y\r\n" * 2_000, b"400"),
    ],
    ids=["large", "in many pieces", "a line without an end", "lines behind it without an end"],
)
def test_a_body_without_a_length_is_refused_at_its_limit(port, begun, status):
    with connected(port, b"POST /looked-up HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n" + begun) as one:
        assert answer(one).startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize(("asks", "status_of"), [("GET /version", b"200"), ("POST /saved", b"413")])
def test_nobody_is_asked_to_go_on_where_nothing_more_is_wanted(port, asks, status_of):
    length = f"Content-Length: {10**9}\r\n" if asks.startswith("POST") else ""
    with connected(port, f"{asks} HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\n{length}\r\n".encode()) as one:
        assert answer(one).startswith(b"HTTP/1.1 " + status_of)


def test_light_work_and_known_pages_do_not_wait_for_heavy_work(port, busy):
    begun, _, _ = busy
    known = "/method"
    assert status(port, known) == b"HTTP/1.1 200 OK"
    with contextlib.ExitStack() as heavy:
        for number in range(server.HEAVY_THREADS):
            heavy.enter_context(connected(port, asked(f"/indicator/duels?from={1890 + number}")))
            begun.acquire(timeout=PATIENCE)
        assert {status(port, one) for one in ("/version", known, "/assets/live.js")} == {b"HTTP/1.1 200 OK"}


def test_work_for_clients_that_have_gone_is_dropped(port, busy):
    begun, may, made = busy
    with contextlib.ExitStack() as heavy:
        for number in range(server.HEAVY_THREADS):
            heavy.enter_context(connected(port, asked(f"/indicator/duels?from={1890 + number}")))
            begun.acquire(timeout=PATIENCE)
        for number in range(20):
            with connected(port, asked(f"/indicator/audiences?from=1893-{number + 1:02}")):
                pass
        last = heavy.enter_context(connected(port, asked("/indicator/slights")))
        assert status(port) == b"HTTP/1.1 200 OK"  # so the server has seen all that came before
        may.set()
        assert answer(last).startswith(b"HTTP/1.1 200")
    assert [one for one in made if one.startswith("audiences")] == []


def test_work_in_hand_is_given_up_when_its_client_has_gone(port, monkeypatch):
    begun, left, go_on, picture_of = threading.Event(), threading.Event(), indicator.go_on_if_wanted, indicator.picture_of

    def until_gone(*given):
        begun.set()
        while not flask.request.environ["waitress.client_disconnected"]():
            time.sleep(0.01)
        return picture_of(*given)

    def seen():
        try:
            go_on()
        except Unwanted:
            left.set()
            raise

    monkeypatch.setattr(indicator, "picture_of", until_gone)
    monkeypatch.setattr(indicator, "go_on_if_wanted", seen)
    body = json.dumps(ASKED).encode()
    head = f"POST {CALLBACK} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with connected(port, head.encode() + body):
        assert begun.wait(PATIENCE)
    assert left.wait(PATIENCE)


def test_a_log_is_bounded(monkeypatch):
    bounded, record = Bounded(), logging.LogRecord("relations", logging.ERROR, "", 1, "%s", ("x" * 5000,), None)
    assert [bounded.filter(record) for _ in range(server.MOST_LINES + 5)] == [True] * server.MOST_LINES + [False] * 5
    assert "further lines of this minute are not written" in record.getMessage()


def test_the_key_of_a_request_is_that_of_its_environment(live):
    """What the server looks up before a request has a thread is what the application keeps."""
    app = create_app(live.current)
    assert isinstance(app.gate, Gate)
    app.server.test_client().get("/method?", headers={"Accept-Encoding": "gzip"})
    assert app.gate.is_light("/method", lambda: server.key_of("GET", "/method", "", "gzip", b""))
    assert not app.gate.is_light("/method", lambda: server.key_of("GET", "/method", "", "", b""))
