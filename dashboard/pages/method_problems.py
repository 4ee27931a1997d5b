"""What can be wrong: the standard for a problem, and every code with its meaning and a bad and a good example."""

from typing import Any

from dash import html

from dashboard.pages.markdown import inline
from dashboard.pages.problems import anchor_of
from indicators.codes import Code, groups

STANDARD = (
    "A problem names the file and the line of the key or cell at fault, a code that stays the same, what came, what is allowed, and the "
    "way out. All come in one run, and nothing unknown is ignored. `relations check` lists them; `relations help CODE` prints what "
    "stands here. The examples are of an invented project, and the tests try them."
)
LEVELS = (
    "An **error** is wrong: what depends on it is not computed, and the rest is. A **warning** is an opinion: right by its form and "
    "doubtful all the same; no number depends on it. Where an opinion does not hold, the definition says why under `excuses`, code "
    "by code, beside what it excuses; an annotation is excused by its key in the descriptor of its table. An excuse that nothing "
    "needs is a warning itself."
)


def problems_section() -> html.Section:
    """The section, by what the codes are about; each stays closed until its line or its address opens it."""
    parts = [part for title, codes in groups().items() for part in (html.H3(title), *(_code(one) for one in codes))]
    return html.Section([html.H2("Problems", id="all-problems"), html.P(inline(STANDARD)), html.P(inline(LEVELS)), *parts])


def _code(code: Code) -> html.Details:
    bad, good = code.shown
    summary = html.Summary([html.Code(code.code), f" ({code.level}): {code.means}"])
    examples = [*_example(f"Bad ({code.where}):", bad), *_example("Good:", good)]
    return html.Details([summary, html.P(code.fix), *examples], id=anchor_of(code.code))


def _example(words: str, text: str) -> list[Any]:
    return [html.P(words, className="place"), html.Pre(html.Code(text))]
