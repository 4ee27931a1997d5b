"""The web server: waitress, with limits on what a client may hold, and a pool of threads for heavy work beside one for light work.

Waitress drops a queued request whose client has gone only if it may read ahead, and counts every byte as activity; so a header that
comes a letter at a time would never end. Both are changed here.
"""

import contextlib
import ctypes
import logging
import sys
import time
from collections.abc import Callable
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import MultiSocketServer, TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import BadRequest, RequestEntityTooLarge

from dashboard.app import Shell
from dashboard.app.gate import CALLBACK, Gate, key_of, largest
from dashboard.live import seldom_searched
from dashboard.pages import inside

LIGHT_THREADS, HEAVY_THREADS = 2, 4
"""Heavy work shares one processor, so more threads would only make each slower; but a search of the history may take two for a minute."""
IDLE, WHOLE, LOOK, SLOWEST = 20, 30, 1, 50_000
"""Seconds after which a connection without a request, and one whose request is not whole, is closed; and between two looks for these.
A body may take longer: so many bytes a second."""
GRACE = 0.5
"""Seconds in which a new connection does not give way."""
MOST_CONNECTIONS, MOST_WAITING, LONGEST_LINE = 500, 100_000_000, 4_096
"""Connections at a time, of which the one that has waited longest gives way; bytes of bodies that are not whole; bytes of a line in a
body without a length that says how long the next part is, and of all lines behind the last."""
MMAP_THRESHOLD, LARGE = -3, 131_072
"""What `mallopt` calls the size from which memory is taken from the system by itself; and that size, in bytes."""
MOST_LINES, A_MINUTE = 30, 60
"""Lines of a log in a minute."""


class Bounded(logging.Filter):
    """Lets so many lines of a log pass in a minute that a client cannot fill a disk."""

    begun = 0.0
    lines = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line passes; the last that does says that more follow which are not written."""
        now = time.monotonic()
        if now - self.begun > A_MINUTE:
            self.begun, self.lines = now, 0
        self.lines += 1
        if self.lines == MOST_LINES:
            record.msg, record.args = f"{record.getMessage()[:500]} (further lines of this minute are not written)", ()
        return self.lines <= MOST_LINES


class Request(HTTPRequestParser):
    """A request whose body is refused as soon as it is too large for its address."""

    error: Any = None
    expect_continue: Any = False

    def received(self, data: bytes) -> int:
        """Take bytes; how many of them belong to this request."""
        try:
            taken: int = super().received(data)
        except ValueError as e:  # a number of thousands of digits, an address in brackets that do not end
            self.error, self.completed, taken = BadRequest(str(e)), True, len(data)
        if self.headers_finished and not self.error and not self.empty:
            most = largest(self.inner)
            if sum(len(getattr(self.body_rcv, part, b"")) for part in ("control_line", "trailer")) > LONGEST_LINE:
                self.error = BadRequest("a line of the body does not end")  # it would be copied with every part that comes
            elif max(self.content_length, self.body_bytes_received) > most:
                self.error = RequestEntityTooLarge(f"this address takes {most} bytes")
            self.completed = self.completed or self.error is not None
        self.expect_continue = self.expect_continue and not self.completed  # or waitress would wait for more
        return taken

    @property
    def inner(self) -> str:
        """Its path without the prefix of the server."""
        return inside(self.path, self.adj.url_prefix)

    @property
    def waiting(self) -> int:
        """Bytes of a body that have come."""
        return int(self.body_bytes_received)

    def key(self) -> bytes:
        """What it has in common with a request that asks for the same."""
        body = b""
        if self.body_rcv is not None and self.inner == CALLBACK:
            file = self.body_rcv.getfile()
            body = file.read()
            file.seek(0)
        return key_of(self.command, self.inner, self.query, self.headers.get("ACCEPT_ENCODING", ""), body)


class Connection(HTTPChannel):
    """A connection that knows since when it has sent no whole request."""

    parser_class = Request
    since, is_served = 0.0, False

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.since = time.time()

    def service(self) -> None:
        """Answer the first request."""
        self.is_served = True
        super().service()
        self.since, self.is_served = time.time(), False

    def is_overdue(self, now: float) -> bool:
        """Whether it has said nothing, or not all, or takes no answer, for too long."""
        if self.total_outbufs_len:
            return now - self.last_activity > IDLE
        if self.request is None:
            return now - self.since > IDLE
        return now - self.since > WHOLE + self.request.content_length / SLOWEST


class Pools:
    """Light work in threads of its own, so that it is never behind heavy work."""

    def __init__(self, gate: Gate) -> None:
        self._gate, self._light, self._heavy = gate, ThreadedTaskDispatcher(), ThreadedTaskDispatcher()
        self._light.set_thread_count(LIGHT_THREADS)
        self._heavy.set_thread_count(HEAVY_THREADS)

    def add_task(self, task: Connection) -> None:
        """Put the first request of a connection in its queue."""
        request = task.requests[0]
        is_light = request.error or self._gate.is_light(request.inner, request.key)
        (self._light if is_light else self._heavy).add_task(task)

    def shutdown(self, cancel_pending: bool = True, timeout: int = 1) -> None:
        """End both."""
        self._light.shutdown(cancel_pending, timeout)
        self._heavy.shutdown(cancel_pending, timeout)


class Listener(TcpWSGIServer):
    """An address that listens. Where there are too many connections, the one that has waited longest gives way to a new one."""

    channel_class = Connection

    def maintenance(self, now: float) -> None:
        """Close connections that are overdue, or that wait longest where there are too many: first those that have asked nothing."""
        idle = sorted((one for one in self.active_channels.values() if not one.requests), key=lambda one: one.since)
        overdue = [one for one in idle if one.is_overdue(now)]
        longest = sorted(self.active_channels.values(), key=lambda one: (bool(one.requests), one.since))
        may_go = [one for one in longest if now - one.since > GRACE and not one.is_served]
        surplus = may_go[: max(len(longest) - MOST_CONNECTIONS + MOST_CONNECTIONS // 10, 0)]
        held = sum(one.request.waiting for one in idle if one.request)
        for one in {*overdue, *surplus, *(idle[:1] if held > MOST_WAITING else [])}:
            one.will_close = True

    def handle_accept(self) -> None:
        """Take a new connection, and make room for the next."""
        super().handle_accept()
        if len(self.active_channels) > MOST_CONNECTIONS:
            self.maintenance(time.time())


def bound(app: Shell, host: str, port: int) -> tuple[Callable[[], None], int]:
    """A server with its address reserved, as the function that runs it, and the port; OSError if the address is not available."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    for name in ("waitress", "relations", "dashboard"):
        logging.getLogger(name).addFilter(Bounded())
    seldom_searched()
    with contextlib.suppress(OSError, AttributeError):  # in the C library of Linux: what is large is given back when it is dropped
        ctypes.CDLL(None).mallopt(MMAP_THRESHOLD, LARGE)
    sys.setswitchinterval(0.001)  # so that light work need not wait long for a processor that heavy work holds
    given = Adjustments(
        host=host,
        port=port,
        url_prefix=app.config.requests_pathname_prefix.rstrip("/"),
        ident=None,
        connection_limit=2 * MOST_CONNECTIONS,
        cleanup_interval=LOOK,
        channel_request_lookahead=1,
        max_request_body_size=max(map(largest, ("/saved", "/verified"))) + 1,
        max_request_header_size=32_768,
        asyncore_use_poll=True,
        backlog=MOST_CONNECTIONS,
    )
    places: dict[int, Any] = {}
    pools = Pools(app.gate)
    listeners = [Listener(app.server, places, dispatcher=pools, adj=given, sockinfo=one) for one in given.listen]
    listening = [(one.effective_host, one.effective_port) for one in listeners]
    return MultiSocketServer(places, given, listening, pools).run, int(listeners[0].effective_port)
