"""`relations serve`: the dashboard of a project that may be edited, by default for this machine only."""

import argparse
import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from dashboard.commands import CLEAN, FOUND, WRONG_USE, report

if TYPE_CHECKING:  # slow to load, and only this command needs it
    import flask

DOES = "show the dashboard; pages follow edits of definitions and tables"
EXAMPLE = "relations serve --port 8051"
PORT = 8050
THREADS = 4


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=_port, default=PORT, help=f"1 to 65535 (default: {PORT})")
    parser.add_argument("--edit", action="store_true", help="let the page Tune save definition files; on this machine only")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; write a number from 1 to 65535")
    return int(text)


def run(given: argparse.Namespace) -> int:
    """Serve until stopped; 1 if the address is not available, 2 if --edit is combined with an address for other machines."""
    from dashboard.app import create_app
    from dashboard.live import Live
    from dashboard.pages.tune import LOOPBACK, new_token

    if given.edit and given.host not in LOOPBACK:
        print(f"relations serve: --edit works on this machine only ({', '.join(LOOPBACK)}), not on {given.host}", file=sys.stderr)
        return WRONG_USE
    live = Live(given.project)
    stop = live.watch()
    report(live.current().problems)
    server = create_app(live.current, new_token() if given.edit else None).server
    if given.host not in LOOPBACK:
        _compress(server)
    try:
        return _served(server, given.host, given.port, live.current().results.config.title)
    finally:
        stop()


def _served(server: "flask.Flask", host: str, port: int, title: str) -> int:
    """Serve at an address until stopped; 1 if it is not available."""
    name = f"[{host}]" if ":" in host else host
    try:
        serve = _bound(server, host, port)
        print(f"{title}: http://{name}:{port}/  (stop with Ctrl+C)", flush=True)
        serve()
    except OSError as e:
        print(f"the address {host}:{port} is not available: {e.strerror}; choose another with --port", file=sys.stderr)
        return FOUND
    except KeyboardInterrupt:
        pass
    return CLEAN


def _compress(server: "flask.Flask") -> None:
    """Compress answers to other machines; on this one it costs more time than it saves."""
    try:
        from flask_compress import Compress
    except ModuleNotFoundError:
        return
    Compress(server)


def _bound(server: "flask.Flask", host: str, port: int) -> Callable[[], None]:
    """A server with its address reserved, as the function that runs it; OSError if the address is not available."""
    try:
        import waitress
    except ModuleNotFoundError:
        from werkzeug.serving import make_server

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        return make_server(host, port, server, threaded=True).serve_forever
    logging.getLogger("waitress").setLevel(logging.ERROR)
    return waitress.create_server(server, host=host, port=port, threads=THREADS).run
