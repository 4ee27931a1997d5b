"""The dashboard for a WSGI server: `gunicorn --workers 2 --threads 4 dashboard.wsgi:app`. README, In an office.

Workers share nothing but the files. Each reads the project when it is first asked, follows the files, and before it answers makes sure
that it has read them as they are: a page may get its parts from several workers, and the second must not know less than the first.
"""

import json
import logging
import os
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from dashboard.app import Shell, create_app
from dashboard.app.gate import HEALTH, LIGHT, Names
from dashboard.live import Live, seldom_searched
from dashboard.pages.tune import LOOPBACK
from indicators.problems import ProblemsFound

LOG = logging.getLogger("relations")
AGAIN = 1.0
"""Seconds after which a project that could not be read is tried again, if somebody asks."""
NOTHING = "This server cannot show its project yet; its log says why, and `relations check` in the project's folder lists all problems.\n"


class Office:
    """A WSGI application for the project that the variables name: RELATIONS_PROJECT (a folder; otherwise the current one),
    RELATIONS_PREFIX and RELATIONS_NAMES (separated by commas), which config.yaml can say too.

    Nothing is read before the first request: a server may load this before it starts its workers, and no thread outlives that.
    """

    def __init__(self, settings: Mapping[str, str] = os.environ) -> None:
        self._settings = settings
        self._reading, self._tried = threading.Lock(), -AGAIN
        self._faults: list[str] = []
        self._served: tuple[Live, Shell] | None = None

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]
        if self._served is None and path.endswith(HEALTH):
            if not self._reading.locked():
                threading.Thread(target=self._read, daemon=True).start()
            state = "unreadable" if self._faults else "starting"
            return _unavailable(start, json.dumps({"state": state, "problems": len(self._faults)}), "application/json")
        live, app = self._served or self._read() or (None, None)
        if live is None or app is None:
            return _unavailable(start, NOTHING, "text/plain; charset=utf-8")
        if not app.gate.inside(path).startswith(LIGHT):
            live.caught_up()
        return app.gate(environ, start)

    def _read(self) -> tuple[Live, Shell] | None:
        """Read the project, unless that is done or was tried just now; None where it cannot be read."""
        with self._reading:
            if self._served is None and time.monotonic() - self._tried > AGAIN:
                try:
                    self._served = served(self._settings)
                except Exception as e:  # whatever it is, the next request may succeed, and the log says why this one did not
                    faults = [str(one) for one in e.problems] if isinstance(e, ProblemsFound) else [f"{type(e).__name__}: {e}"]
                    if faults != self._faults:
                        LOG.error("the project cannot be shown: %s", "; ".join(faults[:5]))
                    self._faults = faults
                self._tried = time.monotonic()
            return self._served


def served(settings: Mapping[str, str]) -> tuple[Live, Shell]:
    """A project that is followed, and its application. ProblemsFound where it cannot be read, ValueError for a prefix that is none."""
    live = Live(Path(settings.get("RELATIONS_PROJECT") or ".").resolve())
    server = live.current().results.config.server
    named = (*settings.get("RELATIONS_NAMES", "").split(","), *server.names)
    names = Names(frozenset({*LOOPBACK, *(name.strip().lower() for name in named if name.strip())}))
    app = create_app(live.current, names=names, prefix=settings.get("RELATIONS_PREFIX") or server.prefix)
    live.watch()
    seldom_searched()
    return live, app


def _unavailable(start: Any, text: str, kind: str) -> list[bytes]:
    body = text.encode()
    headers = {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store", "Retry-After": "5"}
    start("503 Service Unavailable", list(headers.items()))
    return [body]


app = Office()
