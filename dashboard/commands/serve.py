"""`relations serve`: the dashboard of a project that may be edited, by default for this machine only."""

import argparse
import socket
import sys
from typing import TYPE_CHECKING

from dashboard.commands import CLEAN, FOUND, WRONG_USE, report

if TYPE_CHECKING:  # slow to load, and only this command needs it
    import flask

    from dashboard.app import Shell
    from dashboard.app.gate import Names

EXAMPLE = "relations serve --port 8051"
PORT = 8050


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=_port, default=PORT, help=f"1 to 65535 (default: {PORT})")
    names = "also answer under this name, e.g. dashboard.example (repeatable); others are refused, so that no site can pose as this one"
    parser.add_argument("--name", action="append", default=[], metavar="NAME", help=names)
    under = "stand under this path of a proxy, e.g. /relations (default: that of config.yaml, or none)"
    parser.add_argument("--prefix", metavar="PATH", help=under)
    parser.add_argument("--edit", action="store_true", help="let the page Tune save definition files; on this machine only")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port; write a number from 1 to 65535")
    return int(text)


def run(given: argparse.Namespace) -> int:
    """Serve until stopped; 1 if the address is not available, 2 if --edit is combined with an address for other machines, or for a prefix
    that is not possible."""
    from dashboard.app import create_app
    from dashboard.live import Live
    from dashboard.pages.tune import LOOPBACK, new_token

    if given.edit and given.host not in LOOPBACK:
        print(f"relations serve: --edit works on this machine only ({', '.join(LOOPBACK)}), not on {given.host}", file=sys.stderr)
        return WRONG_USE
    live = Live(given.project)
    report(live.current().problems)
    office = live.current().results.config.server
    names, prefix = _names(given.host, [*given.name, *office.names]), office.prefix if given.prefix is None else given.prefix
    try:
        app = create_app(live.current, new_token() if given.edit else None, names, prefix)
    except ValueError as e:
        print(f"relations serve: {e}", file=sys.stderr)
        return WRONG_USE
    if given.host not in LOOPBACK:
        _compress(app.server)
    stop = live.watch()
    try:
        return _served(app, given.host, given.port, live.current().results.config.title)
    finally:
        stop()


def _names(host: str, names: list[str]) -> "Names":
    """The names under which a server at this address answers: its own, those that are given, and at one for other machines any numeric
    address."""
    from dashboard.app.gate import Names
    from dashboard.pages.tune import LOOPBACK

    known = {*LOOPBACK, *(name.lower() for name in names)}
    return Names(frozenset(known)) if host in LOOPBACK else Names(frozenset({*known, host.lower(), socket.gethostname().lower()}), True)


def _served(app: "Shell", host: str, port: int, title: str) -> int:
    """Serve at an address until stopped; 1 if it is not available."""
    from dashboard.app.server import bound

    name = f"[{host}]" if ":" in host else host
    try:
        serve, _ = bound(app, host, port)
        print(f"{title}: http://{name}:{port}{app.config.requests_pathname_prefix}  (stop with Ctrl+C)", flush=True)
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
