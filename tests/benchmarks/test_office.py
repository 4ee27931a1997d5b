"""Known views that two gunicorn workers answer in a second, to eight clients on the same machine."""

import contextlib
import http.client
import itertools
import threading
import time
from pathlib import Path

from tests.benchmarks.test_load import NAMES, sent
from tests.browser.serving import PROCESSES
from tests.workers import Workers

ROOT = Path(__file__).parents[2]
CLIENTS, SECONDS = 8, 8


def crowd(port, told):
    """Clients in a process of their own: how many views they were shown, and what was no view."""
    statuses, until = [], time.monotonic() + SECONDS

    def look(begin):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
            for number in itertools.count(begin):
                if time.monotonic() > until:
                    return
                statuses.append(sent(connection, f"/indicator/{NAMES[number % len(NAMES)]}", ""))

    clients = [threading.Thread(target=look, args=(number,)) for number in range(CLIENTS)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    told.send((statuses.count(200), {*statuses} - {200}))


def test_known_views_a_second():
    here, there = PROCESSES.Pipe(duplex=False)
    with Workers(ROOT) as workers:
        workers.ready()
        for _ in range(6):  # so that both workers know them, whichever answers
            for name in NAMES:
                with contextlib.closing(http.client.HTTPConnection("127.0.0.1", workers.port, timeout=120)) as connection:
                    assert sent(connection, f"/indicator/{name}", "") == 200
        clients = PROCESSES.Process(target=crowd, args=(workers.port, there))
        clients.start()
        views, others = here.recv()
        clients.join()
    print(f"{views / SECONDS:.0f} known views a second with two workers (goal: at least 100)")
    assert others == set()
