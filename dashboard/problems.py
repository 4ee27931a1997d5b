"""Problems for people, for programs and for the review of a change on GitHub."""

import json
from collections.abc import Iterable

from indicators.problems import Problem


def written(problems: Iterable[Problem], form: str) -> str:
    """All problems in one text."""
    found = list(problems)
    if form == "json":
        return json.dumps([_record(p) for p in found], ensure_ascii=False, indent=1) + "\n"
    return "\n".join(_annotation(p) if form == "github" else str(p) for p in found)


def _record(problem: Problem) -> dict[str, str | int]:
    place: dict[str, str | int] = {"file": problem.place.file, "line": problem.place.line}
    return place | {"level": problem.level, "code": problem.code, "message": problem.message, "hint": problem.hint}


def _annotation(problem: Problem) -> str:
    """A workflow command, which GitHub shows at the line.

    >>> from indicators.problems import Place
    >>> print(_annotation(Problem(Place("a.yaml", 3), "blank", "it is blank", "fill it")))
    ::error file=a.yaml,line=3,title=blank::it is blank%0Afill it
    """
    line = f",line={problem.place.line}" if problem.place.line else ""
    text = _escaped("\n".join(filter(None, [problem.message, problem.hint])))
    return f"::{problem.level} file={problem.place.file}{line},title={problem.code}::{text}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
