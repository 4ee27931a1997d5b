"""Why a text is no YAML: the line where the fault begins, and what is known to spoil files."""

from __future__ import annotations

import re

import yaml

from indicators.problems import Place, Problem

TRACES = (
    (re.compile(r"^(<{7}|={7}$|>{7})", re.MULTILINE), "a merge has left its mark here", "keep one of the two sides and remove the marks"),
    (re.compile(r"^[ ]*\u00a0", re.MULTILINE), "a non-breaking space stands where spaces indent", "write plain spaces in its place"),
)
"""Forms that spoil a file, each with what it is and the way out; looked for only where a text is no YAML."""


def loader() -> type[yaml.SafeLoader]:
    """The reader of YAML: libyaml's, where PyYAML was built with it."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def syntax_problem(error: yaml.MarkedYAMLError, text: str, name: str) -> Problem:
    """What is told of a text that is no YAML."""
    what = " ".join(filter(None, [error.problem, error.context]))
    hint = "check indentation, quotes and brackets near this line; a value with ': ' or '#' inside wants quotes"
    if r"'\t'" in what or "\t" in what:
        hint = "indent with spaces, not with tabs"
    trace = _trace(text)
    if trace:
        return Problem(Place(name, trace[0]), "yaml-syntax", f"this is not YAML: {trace[1]}", trace[2])
    # What is missing at the end of a file is looked for behind its last line.
    line = min(_line_of(error, text), max(len(text.splitlines()), 1))
    return Problem(Place(name, line), "yaml-syntax", f"this is not YAML: {what}", hint)


def _trace(text: str) -> tuple[int, str, str] | None:
    """What is known to spoil a file: its line, what it is, the way out."""
    for pattern, what, hint in TRACES:
        found = pattern.search(text)
        if found:
            return text.count("\n", 0, found.start()) + 1, what, hint
    return None


def _line_of(error: yaml.MarkedYAMLError, text: str) -> int:
    """The line on which a fault begins: a quote or bracket that is never closed is noticed by YAML only where something else ends."""
    found, begun, doing = error.problem_mark, error.context_mark, error.context or ""
    if found is None:
        return begun.line + 1 if begun else 1
    opened = "flow" in doing
    at_end = found.line >= text.rstrip().count("\n") + 1
    if begun and (doing == "while scanning a simple key" or (at_end and (opened or "quoted" in doing))):
        return begun.line + 1
    last = _scalar_before(found, text)
    if last and (opened or last.style in ("'", '"')) and last.start_mark.line < last.end_mark.line == found.line:
        return last.start_mark.line + 1
    return found.line + 1


def _scalar_before(mark: yaml.Mark, text: str) -> yaml.ScalarToken | None:
    """The token before a place, if it is a scalar."""
    last: yaml.Token | None = None
    try:
        for token in yaml.scan(text, loader()):
            if (token.start_mark.line, token.start_mark.column) >= (mark.line, mark.column):
                break
            last = token
    except yaml.YAMLError:  # the fault itself, met again
        pass
    return last if isinstance(last, yaml.ScalarToken) else None
