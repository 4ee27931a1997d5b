"""Projects under servers in processes of their own, as `relations serve` runs them: no test and no other server takes their time."""

import multiprocessing
import threading

from dashboard import live as following
from dashboard.app import create_app
from dashboard.app.server import bound
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
    following.SETTLE = settle
    live = Live(root)
    live.watch()
    run, port = bound(create_app(live.current, token), "127.0.0.1", 0)
    started.send(port)
    threading.Thread(target=run, daemon=True).start()
    multiprocessing.parent_process().join()  # when the tests end, however they end, so does this
