"""The server: the application over a live project, on this machine unless told otherwise."""

import logging
import sys
from pathlib import Path

import flask

from dashboard.app import create_app
from dashboard.live import Live

THREADS = 4
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(root: Path, host: str, port: int) -> int:
    """Serve until stopped; 1 where the address cannot be had."""
    live = Live(root)
    stop = live.watch()
    if stop is None:
        print(
            "pages will not follow edits: the package watchfiles is not installed (pip install 'relations-health[serve]')", file=sys.stderr
        )
    for problem in live.current().problems:
        print(problem, file=sys.stderr)
    server = create_app(live.current).server
    if host not in LOOPBACK:
        _compress(server)
    name = f"[{host}]" if ":" in host else host
    print(f"{live.current().results.config.title}: http://{name}:{port}/  (stop with Ctrl+C)", flush=True)
    try:
        _run(server, host, port)
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


def _run(server: flask.Flask, host: str, port: int) -> None:
    try:
        import waitress
    except ModuleNotFoundError:
        from werkzeug.serving import run_simple

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        run_simple(host, port, server, threaded=True)
        return
    waitress.serve(server, host=host, port=port, threads=THREADS, _quiet=True)
