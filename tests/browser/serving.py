"""Projects under servers in processes of their own, as `relations serve` runs them: no test and no other server takes their time."""

import logging
import multiprocessing
import threading

import waitress

from dashboard import live as following
from dashboard.app import create_app
from dashboard.commands.serve import THREADS
from dashboard.live import Live

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])  # what a server imports is imported once


class Served:
    """A project that is served and watched until the `with` block ends. `token`: its page Tune may save; `settle`: seconds that
    files stand still before they are read."""

    def __init__(self, root, *, token=None, settle=following.SETTLE):
        self.root = root
        here, there = PROCESSES.Pipe(duplex=False)
        self.process = PROCESSES.Process(target=_serve, args=(root, token, settle, there), daemon=True)
        self.process.start()
        there.close()
        with here:
            self.url = f"http://127.0.0.1:{here.recv()}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.join()


def _serve(root, token, settle, started):
    logging.getLogger("waitress").setLevel(logging.ERROR)
    following.SETTLE = settle
    live = Live(root)
    live.watch()
    server = waitress.create_server(create_app(live.current, token).server, host="127.0.0.1", port=0, threads=THREADS)
    started.send(server.effective_port)
    threading.Thread(target=server.run, daemon=True).start()
    multiprocessing.parent_process().join()  # when the tests end, however they end, so does this
