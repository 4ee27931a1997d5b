"""Answers to what pages ask beside Dash's own callbacks: what is wrong comes back as words, never as a fault of the server."""

from collections.abc import Callable

import flask

from indicators.problems import ProblemsFound

Answer = flask.Response | tuple[flask.Response, int]


class Refused(Exception):
    """Raised for a request that this server does not serve; the text says why."""


def answered(answer: Callable[[], Answer]) -> Answer:
    """The answer, or what is wrong, as `said`: 403 refused, 400 not understood or not possible, 500 a file that cannot be read."""
    try:
        return answer()
    except Refused as e:
        return flask.jsonify(said=[str(e)]), 403
    except ProblemsFound as e:
        return flask.jsonify(said=[f"{p.place}: {p.message}; {p.hint}" for p in e.problems]), 400
    except (KeyError, ValueError, TypeError, OverflowError, RecursionError) as e:
        return flask.jsonify(said=[f"the question cannot be read: {e}"]), 400
    except OSError as e:
        return flask.jsonify(said=[f"{e.filename or 'a file'}: {e.strerror}"]), 500
