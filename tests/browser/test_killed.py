"""A server that is killed while it saves: the file is at every moment the old text or the new."""

import http.client
import json
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

from tests.builders import RURITANIA

FOLDER = "indicators/definitions"
COURT = f"{FOLDER}/court.yaml"
TREE = Path(__file__).parents[2]
SAVES, A_RUN, PATIENCE = 200, 40, 120
SERVE = "import sys; from dashboard.cli import main; sys.exit(main(sys.argv[1:]))"


class Server:
    """`relations serve --edit` as a process of its own, asked as its page asks it."""

    def __init__(self, root):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        command = [sys.executable, "-c", SERVE, "--project", str(root), "serve", "--edit", "--port", self.url.rpartition(":")[2]]
        self.process = subprocess.Popen(command, cwd=TREE, stdout=subprocess.PIPE, text=True)
        assert self.url in self.process.stdout.readline()
        self.token = self._token()

    def _token(self):
        """The token, from the layout of the page Tune, which the browser asks for when it comes to that address."""
        asked = {
            "output": "page.children",
            "outputs": {"id": "page", "property": "children"},
            "inputs": [
                {"id": "url", "property": "pathname", "value": "/tune"},
                {"id": "screen", "property": "data", "value": None},
                {"id": "again", "property": "data", "value": None},
                {"id": "url", "property": "search", "value": ""},
            ],
            "changedPropIds": ["url.pathname"],
        }
        return re.search(r'"token": ?"([^"]+)"', json.dumps(self.post("/_dash-update-component", asked)))[1]

    def post(self, where, sent):
        headers = {"Content-Type": "application/json", "Origin": self.url, "X-Relations-Token": getattr(self, "token", "")}
        return self._answer(urllib.request.Request(self.url + where, json.dumps(sent).encode(), headers))

    def file(self):
        return self._answer(f"{self.url}/tune/file?name={COURT}")

    def _answer(self, request):
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def kill(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def started():
    servers = []

    def start(root):
        servers.append(Server(root))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()


def saved_until_killed(server, path, texts, delay):
    """Save texts one after the other; after those of one run wait `delay` seconds in the midst of more, and kill. The number of the
    last one that the server said it had saved."""
    told, found = [], server.file()

    def save():
        digest = found["digest"]
        for n, text in enumerate(texts):
            try:
                digest = server.post("/tune/save", {"file": COURT, "text": text, "digest": digest})["digest"]
            except (OSError, http.client.HTTPException, ValueError):  # the server is gone, or its answer breaks off
                return
            told.append(n)
            assert path.read_text() == text

    saver = threading.Thread(target=save)
    saver.start()
    while len(told) < A_RUN and saver.is_alive():
        time.sleep(0.001)
    time.sleep(delay)
    server.kill()
    saver.join()
    return told[-1]


def test_a_server_that_is_killed_while_it_saves_leaves_the_old_text_or_the_new(copy, started):
    path, chance, done = copy / COURT, random.Random(1894), 0
    plain = path.read_text()
    while done < SAVES:
        server = started(copy)
        assert server.file()["text"] == path.read_text()  # what the last one left can be served and edited
        texts = [f"{plain}# {done + n}{' and on' * 20_000}\n" for n in range(1000)]
        last = saved_until_killed(server, path, texts, chance.uniform(0, 0.03))
        assert path.read_text() in texts[last : last + 2]
        done += last + 1
    assert [one.name for one in (copy / FOLDER).glob("*.yaml")] == [one.name for one in (RURITANIA / FOLDER).glob("*.yaml")]
