"""A project under gunicorn, with two workers, as an office runs it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request


class Workers:
    """Serves a project until the `with` block ends. `port` is open at once; `ready` waits until a worker has read the project."""

    def __init__(self, root, *, prefix=""):
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self._socket.getsockname()[1]
        settings = {"RELATIONS_PROJECT": str(root), "RELATIONS_PREFIX": prefix}
        options = ["--workers", "2", "--threads", "4", "--preload", "--no-control-socket", "--log-level", "warning"]
        bound = ["--bind", f"fd://{self._socket.fileno()}", "dashboard.wsgi:app"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *options, *bound], env=os.environ | settings, pass_fds=[self._socket.fileno()]
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
        self._socket.close()

    def health(self):
        """Status and text of the health address; that it does not answer yet is 0."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as e:
            with e:
                return e.code, e.read().decode()

    def ready(self):
        """Wait until the project is shown; what health says then."""
        while True:
            status, text = self.health()
            if status == 200:
                return text
            assert self._process.poll() is None, "gunicorn has ended"
            time.sleep(0.1)
