"""The web application: the shell around the pages, the assets that it serves, and the security policy for browsers."""

import base64
import functools
import hashlib
import logging
import re
import secrets
import traceback
from collections.abc import Callable, Sequence
from html import escape as html_text
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import flask
import werkzeug
from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.exceptions import DependencyException
from plotly.offline import get_plotlyjs_version
from werkzeug.exceptions import HTTPException

from dashboard.app import embedding
from dashboard.app.first import First, first_of
from dashboard.app.gate import CALLBACK, Gate, Names, is_well_formed
from dashboard.charts.theme import PALETTES
from dashboard.live import Current
from dashboard.pages import (
    Asked,
    Screen,
    Unwanted,
    attributes,
    brief,
    calendar,
    changed,
    check,
    chronology,
    fresh_json,
    indicator,
    inside,
    keeps_answer,
    method,
    overview,
    pillar,
    placed,
    rest_of,
    screen_of,
    table,
    tune,
    with_links_placed,
)
from dashboard.pages.nodes import code_link, problem_item
from indicators.nouns.config import check_prefix
from indicators.problems import Problem, ProblemsFound
from indicators.suggestions import suggest


class Page(Protocol):
    """A module of `dashboard.pages`: where the page is, its title, whether it is in the navigation, whether it reads the rest of
    an address after its path, what is behind an address, its layout, and its callbacks."""

    PATH: str
    TITLE: str
    IN_NAVIGATION: bool
    TAKES_MORE: bool

    def look_up(self, now: Current, rest: str) -> Any:
        """What is behind the `rest` of an address. ProblemsFound if it asks for something that does not exist, or has unknown keys."""

    def layout(self, now: Current, asked: Asked, /) -> html.Div:
        """The page for these results. ProblemsFound if the address asks for something that does not exist."""

    def register(self, app: Dash, current: Callable[[], Current], token: str | None, /) -> None:
        """Add the callbacks of the page to the application, and the addresses that it calls to the server."""


PAGES: tuple[Page, ...] = (overview, pillar, indicator, chronology, calendar, brief, table, changed, method, check, tune)
"""Every page, in the order of the navigation."""
OWN = frozenset(["vendor", "editor", "assets", *(one.PATH.split("/")[1] for one in PAGES)])
"""How addresses of the dashboard begin, besides those with routes of their own."""
READ_FIRST = (overview, pillar)
"""Pages that are in the first answer of the server, where a person reads them before Dash is ready."""
OF_FILES = (tune, changed)
"""Pages that read files or the history as they are at the moment, and not the current results alone."""
LOG = logging.getLogger("relations")
HERE = Path(__file__).parents[1]
PLOTLY = f"plotly-basic-{get_plotlyjs_version()}.min.js"
REGENERATOR = "regenerator-runtime-0.13.11.js"
UNUSED = re.compile(r'<script src="[^"]*/(deps/polyfill@|dash_table/)[^"]*"></script>')
"""Scripts of Dash that no page needs: for browsers from before 2018, and for its own table."""
GRAPH = "/_dash-component-suites/dash/dcc/async-graph.js"
"""Dash fetches this part when the first chart of its own is shown; fetched with the page of an indicator, it does not delay that chart."""
OF_CHARTS = re.compile(f'<script src="[^"]*{GRAPH}"></script>')
SCRIPT_TAG = re.compile(r"<script [^>]*></script>")
LIVE = "/assets/live.js"
A_YEAR = 31_536_000
MOST_PROBLEMS = 8
NOT_THERE = ("unknown-indicator", "unknown-variant", "unknown-pillar", "unknown-table", "not-computed", "missing-file")
"""Codes of problems with what an address is about, not with its keys."""
NOT_NOW = ("changed", "unread")
"""Cases of `not-in-store` in which the address is right, and the files or what counts them are not there at this moment."""
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'nonce-{}'; style-src-attr 'unsafe-inline'; script-src 'self' {}; "
    "object-src 'none'; base-uri 'none'; frame-ancestors {}; form-action 'self'"
)
STYLED = (
    "(function(){var nonce=document.querySelector('meta[name=style-nonce]').content,make=document.createElement;"
    "document.createElement=function(name){var made=make.apply(document,arguments);"
    "if(String(name).toLowerCase()==='style'){made.nonce=nonce;}return made;};})();"
)
"""Style elements that scripts make carry the nonce of this run of the server; those that come as text do not, and are refused. Plotly, Dash
and the editor make some, with texts that depend on the data and the version. Plotly also writes attributes `style` into its charts,
which must be allowed; they can neither load anything nor reach another element."""
INDEX = """<!DOCTYPE html>
<html lang="en">
<head>{%metas%}STYLED<meta name="color-scheme" content="light dark"><title>{%title%}</title>{%favicon%}{%css%}SOON</head>
<body><noscript><p class="banner">Scripts are switched off. Charts are drawn by scripts: where one is missing, its place is empty, and says
nothing about the numbers. The command "relations compute" prints them.</p></noscript>ASTRAY{%app_entry%}
<footer>{%config%}{%scripts%}{%renderer%}</footer>
</body>
</html>"""
ASTRAY = """<p class="astray">This page came without its styles and scripts. Does a proxy show the dashboard under a prefix? The server must
know it: <code>relations serve --prefix /relations</code>, or the variable <code>RELATIONS_PREFIX</code>.</p>"""
"""Hidden by the style sheet, so that it is seen only where the addresses that the page asks for lead elsewhere."""
SOON = '<link rel="preload" as="fetch" crossorigin href="{}">'
"""What Dash asks for when its scripts have run, asked for beside them."""
NONCE = '<meta name="style-nonce" content="{}"><script>{}</script>'
NEWS = f'<link rel="alternate" type="{changed.ATOM}" title="{changed.TITLE}" href="{{}}">'


class Shell(Dash):
    """Dash without the scripts that no page needs; the part of its polyfill that Dash's own files need comes from `vendor`. Versions are
    told to nobody."""

    def _config(self) -> dict[str, Any]:
        versions = ("dash_version", "python_version", "ddk_version", "plotly_version")
        return super()._config() | dict.fromkeys(versions) | {"disable_version_check": True}

    gate: Gate
    first: Callable[[], First | None]
    """The page at the address that is asked for, if it is one that is read before any script has run."""

    def interpolate_index(self, *given: Any, **parts: Any) -> Any:
        """The first answer: with the page itself, and the scripts in an order in which its charts are drawn before Dash begins."""
        first = self.first()
        if first:
            parts |= {"title": first.title, "app_entry": f"{first.html}{parts['app_entry']}"}
            early = [one for one in SCRIPT_TAG.findall(parts["scripts"]) if PLOTLY in one or LIVE in one]
            parts["scripts"] = "\n".join([*early, *(one for one in SCRIPT_TAG.findall(parts["scripts"]) if one not in early)])
        title = html_text(parts["title"]).replace("{", "&#123;")  # Dash would put its own parts into the title, too
        return super().interpolate_index(*given, **parts | {"title": title})

    def index(self, *args: Any, **kwargs: Any) -> str:
        text = UNUSED.sub("", super().index(*args, **kwargs))
        has_own_chart = flask.request.path.startswith(indicator.PATH)
        return text if has_own_chart else OF_CHARTS.sub("", text)

    def callback(self, *args: Any, **kwargs: Any) -> Callable[[Callable[..., Any]], Any]:
        """As Dash's own; but the function sees paths without the prefix under which this server stands, and gives links without it."""
        add = super().callback(*args, **kwargs)

        def added(function: Callable[..., Any]) -> Any:
            @functools.wraps(function)
            def under_prefix(*given: Any, **named: Any) -> Any:
                root = flask.request.script_root
                if not root:
                    return function(*given, **named)
                return with_links_placed(function(*_inside_all(list(given), root), **_inside_all(named, root)))

            return add(under_prefix)

        return added


def _inside_all(given: Any, root: str) -> Any:
    """What a browser sends, with paths without the prefix; nothing else that it sends begins like them."""
    if isinstance(given, str):
        return inside(given, root)
    if isinstance(given, list):
        return [_inside_all(one, root) for one in given]
    return {key: _inside_all(one, root) for key, one in given.items()} if isinstance(given, dict) else given


def create_app(current: Callable[[], Current], token: str | None = None, names: Names | None = None, prefix: str = "") -> Shell:
    """The application; `current()` gives the last good results and the problems of the last attempt. With a `token` the page Tune
    may save definition files. It answers under these `names`, by default those of this machine alone, and every address that it writes
    has the `prefix`. Refused, a ValueError, for a prefix that is not one, or that its own addresses begin like."""
    check_prefix(prefix)
    nonce = secrets.token_urlsafe(16)
    head = NONCE.format(nonce, STYLED)
    soon = "".join(SOON.format(f"{prefix}/_dash-{one}") for one in ("layout", "dependencies"))
    app = Shell(
        "dashboard",
        title=current().results.config.title,
        update_title="",
        assets_folder=str(HERE / "assets"),
        assets_ignore="^embed",  # of a page without Dash
        routes_pathname_prefix="/",
        requests_pathname_prefix=f"{prefix}/",
        index_string=INDEX.replace("STYLED", head + NEWS.format(f"{prefix}{changed.FEED}")).replace("ASTRAY", ASTRAY).replace("SOON", soon),
        external_scripts=[{"src": f"{prefix}{path}"} for path in (*(f"/vendor/{name}" for name in (REGENERATOR, PLOTLY)), GRAPH)],
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        suppress_callback_exceptions=True,  # a page's controls exist only while it is shown
    )
    run = secrets.token_hex(4)
    app.layout = lambda: with_links_placed(_shell(current(), run))
    app.first = lambda: _first(current(), run)
    _register(app, current, token)
    for one in PAGES:
        one.register(app, current, token)
    _checks(app)
    _routes(app, current, run)
    embedding.register(app.server, current, head, f"/vendor/{PLOTLY}", _status_of)
    if prefix and _is_own(app, prefix.split("/")[1]):
        raise ValueError(f"{prefix!r} cannot be the prefix, because addresses of the dashboard itself begin like it; choose another")
    own = base64.b64encode(hashlib.sha256(STYLED.encode()).digest()).decode()
    with app.server.test_request_context():
        app.server.preprocess_request()  # Dash makes itself ready at a first request, and refuses scripts that are asked for meanwhile
    policy = functools.cache(lambda frames: POLICY.format(nonce, " ".join([*app.csp_hashes(), f"'sha256-{own}'"]), frames))
    app.gate = Gate(app.server.wsgi_app, current, names or Names(), policy, prefix)
    app.server.wsgi_app = app.gate  # Flask's own way to put something before an application
    return app


def _is_own(app: Dash, first: str) -> bool:
    """Whether addresses of the dashboard itself begin with this: one that came from a proxy could then be either."""
    heads = {rule.rule.split("/")[1].partition("<") for rule in app.server.url_map.iter_rules()}
    return first in OWN or any(first == head or bool(head and more and first.startswith(head)) for head, more, _ in heads)


def _shell(now: Current, run: str) -> html.Div:
    state = attributes(data_version=now.version, data_run=run, data_shown=now.shown)
    return html.Div(
        [
            dcc.Location(id="url", refresh="callback-nav"),
            dcc.Store(id="screen"),
            dcc.Store(id="version", data=now.version),
            dcc.Store(id="again"),
            html.A("Skip to content", href="#page", className="skip"),
            html.Nav(
                [
                    dcc.Link(now.results.config.title, href="/", className="brand", id="brand"),
                    *(dcc.Link(one.TITLE, href=one.PATH) for one in PAGES if one.IN_NAVIGATION),
                ],
                **attributes(aria_label="Pages"),
            ),
            html.Div(_banner(now), id="banner", role="status", **state),
            html.Main(id="page", tabIndex="-1"),
        ]
    )


def _first(now: Current, run: str) -> First | None:
    """What is read before any script has run at the address that is asked for; links are placed as the whole is written."""
    path, search = _address()
    asked = page_at(path)
    if not asked or asked[0] not in READ_FIRST:
        return None
    pages = {theme: page(now, path, search, Screen(theme)) for theme in PALETTES}
    return first_of(_shell(now, run), pages, now.results.config.title)


def _address() -> tuple[str, str]:
    """The path that a request asks for, and its search, as a page is asked."""
    search = flask.request.query_string.decode(errors="replace")
    return quote(flask.request.path), f"?{search}" if search else ""


def _register(app: Dash, current: Callable[[], Current], token: str | None) -> None:
    app.clientside_callback(
        ClientsideFunction("relations", "screen"), Output("screen", "data"), Input("url", "pathname"), State("screen", "data")
    )

    @app.callback(
        Output("page", "children"), Input("url", "pathname"), Input("screen", "data"), Input("again", "data"), Input("url", "search")
    )
    def show(path: str, screen: Any, _: int, search: str) -> Any:
        asked = page_at(path or "/")
        if asked and asked[0].TAKES_MORE and set(ctx.triggered_prop_ids) == {"url.search"}:
            return no_update  # such a page changes its own keys, and what it shows
        if asked and asked[0] not in OF_FILES:
            keeps_answer()
        return page(current(), path or "/", search or "", screen_of(screen), token)

    @app.callback(Output("banner", "children"), Output("brand", "children"), Input("version", "data"), prevent_initial_call=True)
    def refresh(_: int) -> Any:
        now = current()
        return _banner(now), now.results.config.title


def page(now: Current, path: str, search: str, screen: Screen, token: str | None = None) -> Any:
    """The page at an address; if there is none, a page that says why."""
    asked = page_at(path)
    if asked is None:
        return _nothing([f"there is no page {path}; {suggest(path, [one.PATH for one in PAGES])}"])
    try:
        return asked[0].layout(now, Asked(f"{asked[1]}{search}", screen, token))
    except ProblemsFound as e:
        return _nothing([[f"{p.message}; {p.hint} (", code_link(p.code), ")"] for p in e.problems])


def page_at(path: str) -> tuple[Page, str] | None:
    """The page at a path, and what the path has after that of the page."""
    found = ((one, rest_of(one.PATH, path)) for one in PAGES)
    return next(((one, rest) for one, rest in found if rest is not None and (one.TAKES_MORE or not rest)), None)


def _printed(now: Current, path: str) -> str | None:
    """The page of an indicator whose view, as it is printed in a picture, is a path; None where it leads to a page or nowhere."""
    rest = rest_of("/", path)
    address = f"{indicator.PATH}{rest}"
    return address if rest and not page_at(path) and status_at(now, address, "") == 200 else None


def status_at(now: Current, path: str, search: str) -> int:
    """The HTTP status of an address: 404 where the page, or what it is about, is not there; 400 where its keys make no sense."""
    asked = page_at(path)
    try:
        if asked:
            asked[0].look_up(now, f"{asked[1]}{search}")
    except ProblemsFound as e:
        return _status_of(e)
    return 200 if asked else 404


def _status_of(found: ProblemsFound) -> int:
    if any(p.code == "not-in-store" and p.case in NOT_NOW for p in found.problems):
        return 503
    return 404 if any(p.code in NOT_THERE for p in found.problems) else 400


def _nothing(reasons: list[Any]) -> html.Div:
    items = html.Ul([html.Li(reason) for reason in reasons])
    # With new numbers the address is tried again: the problem may have been fixed.
    return html.Div([html.H1("Nothing to show here"), items, dcc.Link("Go to the overview", href="/")], **attributes(data_fresh="again"))


def _banner(now: Current) -> Any:
    """The problems with their lines, since when they exist, and what is still shown; how edits are found where that is unusual."""
    if now.unwatched:
        words = f"The system does not report edits ({now.unwatched}); the files are compared every second."
        return [html.P(words, className="banner"), _problems(now)]
    return _problems(now)


def _problems(now: Current) -> Any:
    if not now.problems:
        return _warnings(now)
    since = f"Since {now.since:%H:%M:%S on %-d %B}" if now.since else "Now"
    shown = "The numbers below are the last good ones." if now.stale else "Everything that does not depend on them is shown."
    count, items = _listed(now.problems, "problem")
    return html.Div([html.P(html.Strong(f"{since}: {count} in the project's files. {shown}")), items], className="banner")


def _warnings(now: Current) -> Any:
    """The warnings about the files; the list is closed until it is opened."""
    if not now.warnings:
        return None
    count, items = _listed(now.warnings, "warning")
    return html.Details([html.Summary(f"{count} about the project's files"), items], className="banner warnings")


def _listed(problems: Sequence[Problem], noun: str) -> tuple[str, html.Ul]:
    """How many there are, and the first of them."""
    rest = len(problems) - MOST_PROBLEMS
    items = [problem_item(p) for p in problems[:MOST_PROBLEMS]]
    items += [html.Li(f"and {rest} more; run relations check")] if rest > 0 else []
    return f"{len(problems)} {noun}{'s' if len(problems) > 1 else ''}", html.Ul(items)


def _checks(app: Dash) -> None:
    """What every request must be, and what an answer is where something fails."""
    server = app.server

    @server.before_request
    def only_well_formed() -> tuple[str, int] | None:
        asks = flask.request.path == CALLBACK and flask.request.method == "POST"
        if asks and not flask.request.is_json:
            return "a callback is sent as JSON\n", 415
        if asks and not is_well_formed(flask.request.get_data(), app.callback_map):
            return "no page of this server sends such a request\n", 400
        return None

    @server.errorhandler(Exception)
    def unforeseen(error: Exception) -> werkzeug.Response | tuple[str, int]:
        if isinstance(error, HTTPException):
            return error.get_response()
        if isinstance(error, Unwanted):
            return "nobody waits for this answer\n", 503
        if isinstance(error, ProblemsFound):  # of a page whose address makes no sense
            return flask.Response("\n".join(str(p) for p in error.problems), _status_of(error), mimetype="text/plain")
        last = traceback.extract_tb(error.__traceback__)[-1]
        LOG.error("%s: %s: %s (%s:%s)", flask.request.path, type(error).__name__, error, Path(last.filename).name, last.lineno)
        return "something is wrong with this server; its log says what\n", 500


def _routes(app: Dash, current: Callable[[], Current], run: str) -> None:
    server = app.server

    @server.get("/<any(vendor, editor):folder>/<name>")
    def script(folder: str, name: str) -> flask.Response:
        return flask.send_from_directory(HERE / folder, name, max_age=A_YEAR)

    @server.get("/version")
    def version() -> flask.Response:
        now = current()
        return fresh_json({"version": now.version, "run": run, "shown": now.shown})

    @server.get("/health")
    def health() -> flask.Response:
        now = current()
        state = "last good" if now.stale else "problems" if now.problems else "good"
        since = now.since.isoformat(timespec="seconds") if now.since else None
        counted = {"version": now.version, "problems": len(now.problems)}
        return fresh_json({"state": state, **counted, "since": since, "as_of": now.results.config.as_of})

    index = {rule.endpoint for rule in server.url_map.iter_rules() if rule.rule in ("/", "/<path:path>")}

    @server.before_request
    def to_indicator() -> werkzeug.Response | None:
        path, search = _address()
        if flask.request.endpoint not in index:
            return None
        flask.g.status, address = status_at(current(), path, search), _printed(current(), path)
        return flask.redirect(placed(f"{address}{search}")) if address else None

    @server.errorhandler(DependencyException)
    def no_such_script(error: Exception) -> tuple[str, int]:
        return "there is no such script", 404

    @server.after_request
    def with_status(answer: flask.Response) -> flask.Response:
        if flask.request.endpoint in index and answer.status_code == 200:  # Dash answers any address with the shell
            answer.status_code, asked = flask.g.status, page_at(_address()[0])
            if asked and asked[0] not in OF_FILES:
                keeps_answer()
        return answer
