"""Problems as pages show them: place, what is wrong, the way out, and the code, which leads to its explanation."""

from typing import Any

from dash import html

from dashboard.pages import attributes
from indicators.problems import Problem


def anchor_of(code: str) -> str:
    """The id under which the page Method explains a code."""
    return f"code-{code}"


def way_to(code: str) -> html.A:
    """A code that leads to its explanation.

    It is a link of the browser's own, not one of Dash: on the page Method itself the browser then goes to what it names.

    >>> way_to("unknown-key").href
    '/method#code-unknown-key'
    """
    return html.A(html.Code(code), href=f"/method#{anchor_of(code)}", **attributes(aria_label=f"what {code} means"))


def problem_item(problem: Problem) -> html.Li:
    """A problem in a list; the item knows its file and line."""
    place, code = html.Code(str(problem.place)), way_to(problem.code)
    said: list[Any] = [place, " ", code, f" {problem.message}", html.Br(), html.Small(problem.hint)]
    return html.Li(said, **attributes(data_file=problem.place.file, data_line=problem.place.line))
