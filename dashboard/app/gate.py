"""In front of the pages: who may ask and how much, answers that are known already, and the headers of every answer."""

import datetime
import hashlib
import io
import ipaddress
import json
import socket
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers
from werkzeug.http import HTTP_STATUS_CODES

from dashboard.live import Current
from dashboard.pages import KEEPS, LARGEST, WANTED, inside
from dashboard.pages.check import LONGEST_QUESTION
from dashboard.pages.tune import LARGEST_SENT, LOOPBACK

CALLBACK = "/_dash-update-component"
LARGEST_OF = {
    CALLBACK: 256_000,
    "/looked-up": LONGEST_QUESTION,
    "/tune/try": LARGEST_SENT,
    "/tune/save": LARGEST_SENT,
    "/saved": LARGEST,
    "/verified": LARGEST,
}
"""Bytes of a body, at most, by address; every other address takes none."""
HEALTH = "/health"
"""Answers under any name, because what asks whether a server is well often knows only its number; it tells no number of the project."""
LIGHT = tuple(
    f"/{one}" for one in ("version", "health", "assets/", "vendor/", "editor/", "_dash-component-suites/", "_dash-l", "_dash-d", "_fav")
)
"""Addresses whose answers compute nothing, by how they begin."""
LONGEST_ADDRESS = 8_000
"""Characters of an address: each word and key of it takes time."""
MOST_BYTES, LARGEST_KEPT = 64_000_000, 4_000_000
"""Bytes of the answers that are kept, together and each."""
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PICTURES, FRAMED = "/picture/", "/embed/"
"""How addresses begin that pages of the sites named in config.yaml may show: as an image, and in a frame."""
OF_A_SITE = ("same-origin", "none")
"""Where a browser says that a request of this server's own pages, or of a person, comes from."""
Environ = dict[str, Any]
Start = Callable[..., Any]


def largest(path: str) -> int:
    """Bytes that the body of a request to an address may have."""
    return LARGEST_OF.get(path, 0)


@dataclass(frozen=True)
class Names:
    """The names under which a server answers, in lower case; `addresses`: also under any numeric address, which no other site can take
    for its own name."""

    known: frozenset[str] = frozenset(LOOPBACK)
    addresses: bool = False

    def holds(self, host: str) -> bool:
        """Whether a `Host` header is one of them, whatever the port.

        >>> Names().holds("localhost:8050"), Names().holds("evil.example"), Names(addresses=True).holds("[2001:db8::1]:8050")
        (True, False, True)
        """
        try:
            parts = urlsplit(f"//{host}")
            name = (parts.hostname or "") if parts.netloc == host and "@" not in host and parts.port != 0 else ""
        except ValueError:
            return False
        return name in self.known or (self.addresses and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class Answer(NamedTuple):
    """An answer as it is sent."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class _Running:
    """An answer that is being computed: when it is `done`, and how many `others` wait for it."""

    done: threading.Event = field(default_factory=threading.Event)
    others: int = 0


class Gate:
    """The application behind checks that are the same for every address. `policy` gives the Content-Security-Policy
    for those who may show the page in a frame.

    With a `prefix` it is taken from the path of a request, or was already taken by a proxy; what a header says of one is not believed, so
    that nobody can put addresses into the answers that others get.

    Answers that depend on the current results alone (`pages.keeps_answer`) are kept as bytes until these change; what two ask for at
    once is computed once. Work that takes long sees under `WANTED` whether its client, or another, still waits.
    """

    def __init__(self, app: Any, current: Callable[[], Current], names: Names, policy: Callable[[str], str], prefix: str = "") -> None:
        self._app, self._current, self._names, self._policy, self._prefix = app, current, names, policy, prefix
        self._state: tuple[Any, ...] = ()
        self._kept: OrderedDict[bytes, Answer] = OrderedDict()
        self._bytes = 0
        self._running: dict[bytes, _Running] = {}
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        environ["PATH_INFO"] = self.inside(environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"])
        environ["SCRIPT_NAME"] = self._prefix
        refused = self._refusal(environ)
        if refused:
            return self._sent(_in_words(*refused), environ, start)
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if (method != "GET" and path != CALLBACK) or path.startswith(LIGHT):
            return self._app(environ, self._guarded(start, environ))
        body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        key = key_of(method, path, environ.get("QUERY_STRING", ""), environ.get("HTTP_ACCEPT_ENCODING", ""), body)
        answer = self._known(key) or self._alone(key, environ)
        return self._sent(answer, environ, start) if isinstance(answer, Answer) else answer(start)

    def inside(self, path: str) -> str:
        return inside(path, self._prefix)

    def is_light(self, path: str, key: Callable[[], bytes]) -> bool:
        """Whether the answer computes nothing: by its path, or because it is known under its key."""
        return path.startswith(LIGHT) or self._known(key()) is not None

    def _refusal(self, environ: Environ) -> tuple[int, str] | None:
        """Status and reason where a request is refused, whatever it asks for."""
        method, host = environ["REQUEST_METHOD"], environ.get("HTTP_HOST", "")
        if not self._names.holds(host) and environ["PATH_INFO"] != HEALTH:
            return 421, "this server does not answer under that name; `relations serve --name NAME` adds one"
        origin, site = environ.get("HTTP_ORIGIN"), environ.get("HTTP_SEC_FETCH_SITE", "none")
        follows_link = method == "GET" and environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
        if (site not in OF_A_SITE and not follows_link and not self._shows_picture(environ)) or (origin and origin_host(origin) != host):
            return 403, "only a page of this server may send this request"
        sent, may = environ.get("CONTENT_LENGTH") or "0", largest(environ["PATH_INFO"])
        if "HTTP_TRANSFER_ENCODING" in environ and "CONTENT_LENGTH" not in environ:
            return 411, "say how long the body is (Content-Length)"
        if len(environ["PATH_INFO"]) + len(environ.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
            return 414, f"an address has at most {LONGEST_ADDRESS:,} characters"
        if not sent.isdecimal() or len(sent) > 12 or int(sent) > may:
            return 413, f"more than {may:,} bytes were sent" if may else "this address takes no body"
        return None

    def _known(self, key: bytes) -> Answer | None:
        """The answer that is kept for the current results."""
        state = self._current().version, datetime.date.today()
        with self._lock:
            if state != self._state:
                self._state, self._bytes = state, 0
                self._kept.clear()
            found = self._kept.get(key)
            if found:
                self._kept.move_to_end(key)
        return found

    def _alone(self, key: bytes, environ: Environ) -> "Answer | Callable[[Start], Iterable[bytes]]":
        """The answer of the application, which nobody else computes at this time."""
        with self._lock:
            other = self._running.get(key)
            if other is None:
                own = self._running[key] = _Running()
            else:
                other.others += 1
        if other:
            other.done.wait()
            return self._known(key) or self._computed(key, environ)
        environ[WANTED] = lambda: own.others > 0 or not has_gone(environ)
        try:
            return self._computed(key, environ)
        finally:
            self._running.pop(key).done.set()

    def _computed(self, key: bytes, environ: Environ) -> "Answer | Callable[[Start], Iterable[bytes]]":
        """The answer, kept if it may be; one that may not is passed on as it comes."""
        state, started = self._state, list[Any]()

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], None]:
            started[:] = status, headers
            return lambda data: None

        parts = self._app(environ, start)
        if KEEPS not in environ:
            return lambda own: self._streamed(parts, started, own, environ)
        body = b"".join(parts)
        _close(parts)
        answer = Answer(started[0], started[1], body)
        if len(body) <= LARGEST_KEPT and not answer.status.startswith("5"):  # what failed once may succeed the next time
            self._keep(key, answer, state)
        return answer

    def _keep(self, key: bytes, answer: Answer, state: tuple[Any, ...]) -> None:
        self._known(key)  # so that the state is that of now
        with self._lock:
            if state != self._state or key in self._kept:
                return
            self._kept[key] = answer
            self._bytes += len(answer.body)
            while self._bytes > MOST_BYTES:
                self._bytes -= len(self._kept.popitem(last=False)[1].body)

    def _streamed(self, parts: Iterable[bytes], started: list[Any], start: Start, environ: Environ) -> Iterable[bytes]:
        self._guarded(start, environ)(*started)
        return parts

    def _sent(self, answer: Answer, environ: Environ, start: Start) -> list[bytes]:
        self._guarded(start, environ)(answer.status, answer.headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body]

    def _guarded(self, start: Start, environ: Environ) -> Start:
        """What every answer tells a browser."""
        path, frames = environ["PATH_INFO"], self._current().results.config.server.frames
        told = FIXED | {"Content-Security-Policy": self._policy((path.startswith(FRAMED) and " ".join(frames)) or "'none'")}
        if path.startswith(PICTURES) and frames:
            told |= {"Cross-Origin-Resource-Policy": "cross-origin"}
        return lambda status, headers, *more: start(status, [*headers, *told.items()], *more)

    def _shows_picture(self, environ: Environ) -> bool:
        """Whether a page of a site that config.yaml names asks for a picture."""
        asks = environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"].startswith(PICTURES)
        page = environ.get("HTTP_REFERER", "")
        return asks and any(is_of_site(page, site) for site in self._current().results.config.server.frames)


def has_gone(environ: Environ) -> bool:
    """Whether a client has closed its connection; waitress says so, under gunicorn the socket does. False where neither can be asked."""
    if closed := environ.get("waitress.client_disconnected"):
        return bool(closed())
    connection = environ.get("gunicorn.socket")
    try:
        return connection is not None and connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False  # it waits
    except (AttributeError, ValueError):
        return False  # on Windows; with TLS
    except OSError:
        return True


def is_of_site(page: str, site: str) -> bool:
    """Whether the address of a page is of a site, as config.yaml names sites.

    >>> page = "https://news.office.example/today"
    >>> [is_of_site(page, site) for site in ("news.office.example", "https://*.office.example", "office.example", "http://news.office.example")]
    [True, True, False, False]
    """
    scheme, _, host = site.lower().rpartition("://")
    try:
        found = urlsplit(page.lower())
    except ValueError:
        return False
    named = found.netloc == host or (host.startswith("*.") and found.netloc.endswith(host[1:]))
    return named and found.scheme in ((scheme,) if scheme else ("http", "https"))


def origin_host(origin: str) -> str:
    """The host and port of an origin; "" where it has none.

    >>> origin_host("http://localhost:8050"), origin_host("null"), origin_host("http://[")
    ('localhost:8050', '', '')
    """
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def key_of(method: str, path: str, query: str, encoding: str, body: bytes) -> bytes:
    """What two requests have in common that ask for the same."""
    return hashlib.sha256("\0".join((method, path, query, encoding)).encode("utf-8", "surrogateescape") + b"\0" + body).digest()


def _in_words(status: int, why: str) -> Answer:
    body = json.dumps({"said": [why]}).encode()
    headers = Headers({"Content-Type": "application/json", "Content-Length": str(len(body)), "Cache-Control": "no-store"})
    return Answer(f"{status} {HTTP_STATUS_CODES[status]}", headers.to_wsgi_list(), body)


def _close(parts: Any) -> None:
    close = getattr(parts, "close", None)
    if close:
        close()


# ---- callbacks ----


def is_well_formed(body: bytes, callbacks: Mapping[str, Any]) -> bool:
    """Whether the body of a callback is one that a page of this server sends: its inputs and states, in order and of their types, in
    characters that exist."""
    try:
        sent = json.loads(body)
        json.dumps(sent, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    if not isinstance(sent, dict) or not isinstance(sent.get("output"), str):
        return False
    known = callbacks.get(sent["output"])
    if known is None or "callback" not in known:
        return False
    changed = sent.get("changedPropIds", [])
    asked = {f"{one['id']}.{one['property']}" for one in known["inputs"]}
    if not isinstance(changed, list) or not all(isinstance(one, str) and one in asked for one in changed):
        return False
    given = {"inputs": known["inputs"], "state": known["state"]}
    if _named(sent.get("outputs")) != _listed(sent["output"]):
        return False
    return all(_is_given(sent.get(name, []), wanted, changed) for name, wanted in given.items())


def _is_given(sent: Any, wanted: list[Mapping[str, str]], changed: list[str]) -> bool:
    if not isinstance(sent, list) or len(sent) != len(wanted) or not all(isinstance(one, dict) for one in sent):
        return False
    pairs = zip(sent, wanted, strict=True)
    return all(one.get("id") == want["id"] and one.get("property") == want["property"] for one, want in pairs) and all(
        _is_value(one["id"], one["property"], one.get("value"), f"{one['id']}.{one['property']}" in changed) for one in sent
    )


def _is_value(name: str, prop: str, value: Any, changed: bool) -> bool:
    """Whether a property can have this value. Stores of numbers count the versions of a project."""
    if name == "asked":
        return (value is None and not changed) or _is_form(value)
    if name == "screen" or prop == "clickData":
        return True
    if prop in ("pathname", "search") or name == "address":
        return len(value) <= LONGEST_ADDRESS if isinstance(value, str) else value is None and name == "address"
    return value is None or isinstance(value, int | float)


def _is_form(value: Any) -> bool:
    """Whether a store of controls has the name of the one that was used, and the texts that they hold."""
    if not isinstance(value, dict) or not isinstance(value.get("by"), str) or not isinstance(value.get("held"), dict):
        return False
    return all(isinstance(text, str) for text in value["held"].values())


def _listed(output: str) -> str | list[str]:
    """The outputs that the name of a callback lists; of one that has one, this one alone."""
    return output[2:-2].split("...") if output.startswith("..") else output


def _named(sent: Any) -> str | list[Any]:
    if isinstance(sent, list):
        return [_named(one) for one in sent]
    return f"{sent.get('id')}.{sent.get('property')}" if isinstance(sent, dict) else ""
