"""The pages, one module each, and what they share. `PAGES` in `dashboard/app/__init__.py` lists them; none of them stores results."""

import contextlib
import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, unquote

import flask
from dash.development.base_component import Component
from plotly.io.json import to_json_plotly

from dashboard.charts.theme import PALETTES, Name, Palette
from dashboard.charts.view import SAFE, VIEW, key_faults, value_faults
from dashboard.live import Current
from indicators.nouns.series import Query
from indicators.problems import ProblemsFound, refused

MOST_KEPT, MOST_BYTES_KEPT = 100, 32_000_000
"""Figures and page parts that are kept, at most, and bytes of those that are kept as they are sent: there is no end of addresses, and a
figure of days has megabytes."""


@dataclass(frozen=True)
class Screen:
    """What the browser reports: light or dark, the width available for a chart, in pixels, and whether its window is low (a small
    one, or an enlarged page)."""

    theme: Name = "light"
    width: int = 1000
    low: bool = False

    @property
    def palette(self) -> Palette:
        return PALETTES[self.theme]


def screen_of(data: Any) -> Screen:
    """The screen that a browser reports, or that an address names; a light one of medium width where that is unusable."""
    given = data if isinstance(data, Mapping) else {}
    theme: Name = "dark" if given.get("theme") == "dark" else "light"
    width = given.get("width")
    width = int(width) if isinstance(width, str) and width.isdecimal() and len(width) < 6 else width
    fits = int(min(max(width, 300), 1200)) // 20 * 20 if isinstance(width, int | float) and width == width else 1000
    return Screen(theme, fits, given.get("low") is True)


@dataclass(frozen=True)
class Asked:
    """What a page is asked for: the `rest` of the address after its path, for a `screen`; with the `token` of a server that may
    save definition files."""

    rest: str = ""
    screen: Screen = Screen()
    token: str | None = None


def rest_of(page: str, path: str) -> str | None:
    """What a path has after that of a page, percent-encoded; None where it leads elsewhere. A slash at the end or a doubled one makes
    no difference.

    >>> rest_of("/indicator/", "//indicator/b%61lls@summer/"), rest_of("/method", "/Method")
    ('balls@summer', None)
    """
    plain, base = re.sub("/+", "/", unquote(path)).rstrip("/"), page.rstrip("/")
    if plain != base and not plain.startswith(f"{base}/"):
        return None
    return quote(plain.removeprefix(base).removeprefix("/"), safe=SAFE)


# ---- the prefix under which a server stands ----
# Pages write addresses from "/" and know no prefix. It is added where these leave: to elements of Dash here (called by
# `dashboard.app.Shell`), to plain nodes by `made` in live.js, and to requests of scripts by `placed` there.


def placed(path: str) -> str:
    """An address of this server as a browser needs it; of another server, and a part of the page, as it is."""
    root = flask.request.script_root if flask.has_request_context() else ""
    return f"{root}{path}" if path.startswith("/") else path


def inside(path: str, prefix: str) -> str:
    """A path without the prefix, if it has it.

    >>> inside("/relations/table/x", "/relations"), inside("/relations", "/relations"), inside("/relationships", "/relations")
    ('/table/x', '/', '/relationships')
    """
    is_under = bool(prefix) and f"{path}/".startswith(f"{prefix}/")
    return path.removeprefix(prefix) or "/" if is_under else path


def with_links_placed(part: Any) -> Any:
    """An element, or whatever holds some, whose links are placed; those of the elements themselves are changed."""
    if isinstance(part, Component):
        link: Any = part
        if isinstance(getattr(link, "href", None), str):
            link.href = placed(link.href)
        with_links_placed(getattr(part, "children", None))
    elif isinstance(part, list | tuple | dict):
        for one in part.values() if isinstance(part, dict) else part:
            with_links_placed(one)
    return part


FEW = 20
"""How many faults of one address are reported."""


def keys_of(rest: str, *known: str) -> dict[str, str]:
    """What an address says behind its question mark; blank values are left out. ProblemsFound for other keys than those known, and
    for a value that its key cannot have."""
    pairs = parse_qsl(rest.partition("?")[2], keep_blank_values=True)
    faults = itertools.chain(key_faults(pairs, known), *(value_faults(key, value) for key, value in pairs if value))
    if first := list(itertools.islice(faults, FEW)):
        raise ProblemsFound(one.at(VIEW) for one in first)
    return {key: value for key, value in pairs if value}


def day_asked(now: Current, keys: Mapping[str, str]) -> str | None:
    """The day as of which an address asks for numbers; None is that of the data. ProblemsFound for a later day."""
    as_of = keys.get("as_of")
    for name in list(now.results.definitions)[:1] if as_of else ():
        now.results.series(Query(name, as_of=as_of))
    return as_of


def on_day(current: Current, day: str | None) -> Current:
    """The same on an earlier day; the views of a page carry that day to their numbers."""
    if day is None:
        return current
    config = current.results.config.model_copy(update={"as_of": day})
    return replace(current, results=replace(current.results, config=config))


def attributes(**named: str | int) -> dict[str, Any]:
    """Attributes of an element whose names have hyphens, as keyword arguments.

    >>> attributes(aria_label="Pages", data_version=1)
    {'aria-label': 'Pages', 'data-version': 1}
    """
    return {name.replace("_", "-"): value for name, value in named.items()}


def cached(current: Current, key: Any, build: Callable[[], Any]) -> Any:
    """A figure or a part of a page, built once for these results and kept as the bytes that are sent.

    Without orjson, which can splice bytes in, it is kept as it was built.
    """
    return kept(current, key, lambda: as_sent(build()))


def as_sent(part: Any) -> Any:
    """A part of a page as the bytes that are sent, which take the least memory."""
    with contextlib.suppress(ModuleNotFoundError):
        import orjson

        return orjson.Fragment(to_json_plotly(part).encode())  # of a text Python would keep three bytes for each that is sent
    return part


def kept(current: Current, key: Any, build: Callable[[], Any]) -> Any:
    """Anything that is built once for these results, and must not be changed."""
    held = current.figures.get(key)
    if held is None:
        go_on_if_wanted()
    found, size = held or (build(), None)
    size = _bytes_of(found) if size is None else size
    with current.lock:
        current.figures.pop(key, None)  # so that the one that was asked for longest ago is the first
        current.figures[key] = found, size
        held_bytes = sum(each for _, each in current.figures.values())
        while len(current.figures) > 1 and (len(current.figures) > MOST_KEPT or held_bytes > MOST_BYTES_KEPT):
            held_bytes -= current.figures.pop(next(iter(current.figures)))[1]
    return found


def _bytes_of(found: Any) -> int:
    """Bytes of a part, or of a drawing, that is kept as it is sent; 0 of anything else."""
    with contextlib.suppress(ModuleNotFoundError):
        import orjson

        part = getattr(found, "figure", found)
        return len(orjson.dumps(part)) if isinstance(part, orjson.Fragment) else 0
    return 0


WANTED = "relations.wanted"


class Unwanted(Exception):
    """Raised in the midst of work whose answer nobody takes any more."""


def go_on_if_wanted() -> None:
    """Give up work that takes long if its client has gone, and no other waits for the same. Does nothing outside of a request."""
    if flask.has_request_context() and not flask.request.environ.get(WANTED, lambda: True)():
        raise Unwanted


KEEPS = "relations.keeps"


def keeps_answer() -> None:
    """Note that the answer to this request depends on the current results and the day alone, so that it may be kept while they last."""
    if flask.has_request_context():
        flask.request.environ[KEEPS] = True


def fresh_json(data: Any) -> flask.Response:
    """An answer that nobody may keep."""
    return flask.Response(to_json_plotly(data), mimetype="application/json", headers={"Cache-Control": "no-store"})


LARGEST = 40_000_000
"""Largest picture or exported file that a browser may send, in bytes."""
Answer = flask.Response | tuple[flask.Response, int]


class Refused(Exception):
    """Raised for a request that this server refuses; the text says why."""


def add_address(
    server: flask.Flask, method: Literal["GET", "POST"], path: str, answer: Callable[..., Answer], keys: Iterable[str] | None = ()
) -> None:
    """Add an address to the server that takes these `keys` (None: any), each once. It gives the answer, or what is wrong under `said`: 403
    refused, 400 not understood or not possible, 500 a file cannot be read."""

    def answered(**parts: str) -> Answer:
        asked = flask.request.args
        try:
            for one in key_faults(asked.items(multi=True), asked if keys is None else keys):
                raise refused(one, VIEW)
            return answer(**parts)
        except Refused as e:
            return flask.jsonify(said=[str(e)]), 403
        except ProblemsFound as e:
            return flask.jsonify(said=[f"{p.place}: {p.message}; {p.hint}" for p in e.problems]), 400
        except (KeyError, ValueError, TypeError, OverflowError, RecursionError) as e:
            return flask.jsonify(said=[f"the request cannot be read: {e}"]), 400
        except OSError as e:
            return flask.jsonify(said=[f"{e.filename or 'a file'}: {e.strerror}"]), 500

    server.add_url_rule(path, re.sub(r"\W", "_", path), answered, methods=[method])
