"""The server: the application over a live project, on this machine unless told otherwise."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path

import flask

from dashboard.app import create_app
from dashboard.live import Live
from dashboard.pages.tune.routes import LOOPBACK, new_token

THREADS = 4


def serve(root: Path, host: str, port: int, *, edit: bool = False) -> int:
    """Serve until stopped; 1 where the address cannot be had. `edit`: the page Tune may save definition files."""
    live = Live(root)
    stop = live.watch()
    if stop is None:
        print(
            "pages will not follow edits: the package watchfiles is not installed (pip install 'relations-health[serve]')", file=sys.stderr
        )
    for problem in live.current().problems:
        print(problem, file=sys.stderr)
    server = create_app(live.current, new_token() if edit else None).server
    if host not in LOOPBACK:
        _compress(server)
    name = f"[{host}]" if ":" in host else host
    try:
        run = _bound(server, host, port)
        print(f"{live.current().results.config.title}: http://{name}:{port}/  (stop with Ctrl+C)", flush=True)
        run()
    except OSError as e:
        print(f"the address {host}:{port} cannot be had: {e.strerror}; choose another with --port", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    finally:
        if stop:
            stop()
    return 0


def _compress(server: flask.Flask) -> None:
    """Beyond this machine compression pays; on it, it costs more time than it saves."""
    try:
        from flask_compress import Compress
    except ModuleNotFoundError:
        return
    Compress(server)


def _bound(server: flask.Flask, host: str, port: int) -> Callable[[], None]:
    """A server that has its address and waits to be run; OSError where the address cannot be had."""
    try:
        import waitress
    except ModuleNotFoundError:
        from werkzeug.serving import make_server

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        return make_server(host, port, server, threaded=True).serve_forever
    logging.getLogger("waitress").setLevel(logging.ERROR)
    made = waitress.create_server(server, host=host, port=port, threads=THREADS)
    return made.run
