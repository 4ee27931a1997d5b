"""The server under load on this machine: 1 to 64 clients, beside idle and slow ones; and 3,000 spoiled requests."""

import contextlib
import datetime
import http.client
import itertools
import json
import os
import socket
import statistics
import threading
import time
from pathlib import Path

import psutil
import pytest

from dashboard.app import create_app
from dashboard.live import Live
from tests.browser.serving import PROCESSES, Served
from tests.requests import faults_of
from tests.test_gate import ASKED

ROOT = Path(__file__).parents[2]
JSON = {"Content-Type": "application/json"}
SECONDS, IDLE, SLOW = 8, 100, 20
VIEWS, EACH = int(os.environ.get("VIEWS", 5000)), 250
"""How many different views are asked for, and after how many the memory of the server is printed."""


@pytest.fixture(scope="module")
def served():
    with Served(ROOT) as one:
        yield one


def port_of(served):
    return int(served.url.rpartition(":")[2])


def sent(connection, address, search=None):
    """Ask for an address, or for the page at it as a browser does; the status."""
    if search is None:
        connection.request("GET", address)
    else:
        values = [address, {"theme": "light", "width": 1000}, None, search]
        inputs = [one | {"value": value} for one, value in zip(ASKED["inputs"], values, strict=True)]
        connection.request("POST", "/_dash-update-component", json.dumps(ASKED | {"inputs": inputs}), JSON)
    answer = connection.getresponse()
    answer.read()
    return answer.status


@contextlib.contextmanager
def idle_and_slow(port):
    """Connections that say nothing, and some that send a letter every second."""
    stop = threading.Event()
    with contextlib.ExitStack() as held:
        for _ in range(IDLE):
            held.enter_context(socket.create_connection(("127.0.0.1", port)))
        slow = [held.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(SLOW)]

        def trickle():
            while not stop.wait(1):
                for one in slow:
                    with contextlib.suppress(OSError):
                        one.sendall(b"x")

        threading.Thread(target=trickle, daemon=True).start()
        yield
        stop.set()


def light(port, until, times):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        while time.monotonic() < until:
            begun = time.monotonic()
            assert sent(connection, "/version") == 200
            times.append(time.monotonic() - begun)
            time.sleep(0.02)


def at_work(port, stop, places, count, faults):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while not stop.is_set():
        try:
            status = sent(connection, *next(places))
        except OSError as e:
            status = repr(e)
            connection.close()
        count.append(1)
        if status != 200:
            faults.append(status)


def crowd(port, clients, begin, stop, told):
    """Clients in a process of their own, so that they take no time from the one that measures; how much was answered, and what was not."""
    count, faults = [], []
    workers = [threading.Thread(target=at_work, args=(port, stop, places(begin + 1000 * n), count, faults)) for n in range(clients)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    told.send((len(count), faults))


NAMES = ("summonses", "leader_meetings", "visitors_korea_to_japan", "trilateral_meetings")


def places(begin):
    """The overview, pages that are known and new, and pictures, in turn."""
    for number in itertools.count(begin):
        name, year, month = NAMES[number % 4], 2001 + number // 12 % 20, number % 12 + 1
        yield from ([("/", "")], [(f"/indicator/{name}", "")], [(f"/indicator/{name}", "")])[number % 3]
        if number % 8 == 0:
            yield f"/indicator/{name}", f"?from={year}-{month:02}"
        if number % 16 == 0:
            yield (f"/picture?view={name}&format=svg",)


@pytest.mark.parametrize("clients", [1, 8, 32, 64])
def test_light_requests_are_answered_under_load(served, clients):
    port, stop, times = port_of(served), PROCESSES.Event(), []
    here, there = PROCESSES.Pipe(duplex=False)
    with idle_and_slow(port):
        others = PROCESSES.Process(target=crowd, args=(port, clients, 100_000 * clients, stop, there))
        others.start()
        light(port, time.monotonic() + SECONDS, times)
        stop.set()
        count, faults = here.recv()
        others.join()
    last = statistics.quantiles(times, n=100)[-1]
    middle = statistics.median(times)
    goal = "(at most 100 where nothing else runs)"
    print(f"{clients:3} clients: {count / SECONDS:.0f} answers/s; version p50 {middle * 1e3:.0f}, p99 {last * 1e3:.0f} ms {goal}")
    assert faults == []


def different(number):
    """A view that no other number has: windows of four indicators by month; one in eight is by day, in parts."""
    if number % 8:
        first, last = 1990 * 12 + number % 400, 2024 * 12 + number // 400
        months = f"?from={first // 12}-{first % 12 + 1:02}&to={last // 12}-{last % 12 + 1:02}"
        return f"/indicator/{NAMES[number % 4]}", months
    day = datetime.date(2005, 1, 1) + datetime.timedelta(days=number)
    return "/indicator/bilateral_meetings_and_calls@official", f"?frequency=daily&breakdown=level&from={day}"


def test_memory_does_not_grow_with_the_number_of_views(served):
    """The curve, so that slow growth is seen: the caches are full after some hundred views, and then it is level."""
    process, sizes = psutil.Process(served.process.pid), [psutil.Process(served.process.pid).memory_info().rss / 1e6]
    assert len({different(number) for number in range(VIEWS)}) == VIEWS
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port_of(served), timeout=60)) as connection:
        for number in range(VIEWS):
            assert sent(connection, *different(number)) == 200
            if number % EACH == EACH - 1:
                sizes.append(process.memory_info().rss / 1e6)
                print(f"{number + 1:6} different views: {sizes[-1]:.0f} MB", flush=True)
    assert sizes[-1] < 1.1 * sizes[len(sizes) // 2]


def test_spoiled_requests(caplog):
    app = create_app(Live(ROOT).current)
    client = app.server.test_client()
    client.get("/_dash-dependencies")
    callbacks = {name: one for name, one in app.callback_map.items() if "callback" in one}
    assert list(faults_of(client, range(int(os.environ.get("REQUESTS", 3000))), callbacks, lambda: caplog.text)) == []
