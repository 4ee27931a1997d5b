"""`relations diff`: the effect of a change on the numbers, for a reader, a program, or the review of the change."""

import argparse
import json
import re
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from dashboard.charts.picture import exact
from dashboard.commands import CLEAN, FOUND, WRONG_USE, report
from dashboard.export.output import json_text
from dashboard.words.differences import other_differences, sections, summary
from indicators.differences import Difference, Differences, Kind, LastChange, PeriodDifference, differences, facts
from indicators.nouns.series import Point
from indicators.problems import ProblemsFound, written
from indicators.reading.project import CONFIG, open_project
from indicators.reading.revision import placed, revision, unpacked

EXAMPLE = "relations diff HEAD~1 --format markdown"
FORMATS = ("text", "json", "markdown")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    which = "the earlier state: a git revision, or the folder of another project (default: HEAD, the last commit)"
    parser.add_argument("earlier", nargs="?", default="HEAD", metavar="REV|DIR", help=which)
    parser.add_argument("--format", choices=FORMATS, default="text", help="text to read, json for programs, markdown for a review comment")


def run(given: argparse.Namespace) -> int:
    """Print the differences, and the errors of both states; 0 if no number changed, 1 if one did, 2 if there is no such state."""
    folder = Path(given.earlier)
    with ExitStack() as opened:
        if (folder / CONFIG).is_file():
            name, prefix = f"the project in {given.earlier}", f"{given.earlier}/"
        else:
            try:
                commit = revision(given.project, given.earlier)
                folder = opened.enter_context(unpacked(commit))
            except ProblemsFound as e:
                report(e.problems)
                return WRONG_USE
            name, prefix = f"{given.earlier} ({commit.commit[:7]})", f"{given.earlier}:"
        try:
            earlier = open_project(folder)
        except ProblemsFound as e:
            raise ProblemsFound(placed(e.problems, prefix)) from None
    compared = differences(earlier, open_project(given.project, before=earlier))
    compared = replace(compared, errors=(placed(compared.errors[0], prefix), compared.errors[1]))
    print({"text": as_text, "json": as_json, "markdown": as_markdown}[given.format](compared, name), end="", flush=True)
    report([*compared.errors[0], *compared.errors[1]])
    return CLEAN if compared.is_clean else FOUND


# ---- for a reader ----


def as_text(compared: Differences, earlier: str) -> str:
    """Lines: a summary, then the indicators by kind of difference."""
    lines = [f"against {earlier}: {summary(compared)}", *other_differences(compared)]
    for title, section in sections(compared):
        lines += ["", title, *(f"  {name}: {words}" for name, words in section)]
    return "\n".join(lines) + "\n"


def as_markdown(compared: Differences, earlier: str) -> str:
    """The same for a review comment."""
    lines = [
        f"**{_escaped(summary(compared))}**, against {_escaped(earlier)}",
        *(f"- {_escaped(line)}" for line in other_differences(compared)),
    ]
    lines[1:] = ["", *lines[1:]] if lines[1:] else []
    for title, section in sections(compared):
        lines += ["", f"#### {title[0].upper()}{title[1:]}", "", *(f"- {_code(name)}: {_escaped(words)}" for name, words in section)]
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    return f"`{text.replace('`', chr(39))}`"


def _escaped(text: str) -> str:
    """Text that Markdown shows unchanged.

    >>> _escaped("events:a_b|c <script>")
    'events:a\\\\_b\\\\|c \\\\<script\\\\>'
    """
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)


# ---- for a program ----


def as_json(compared: Differences, earlier: str) -> str:
    """All differences, with every period that differs."""
    kinds = [one.kind for one in compared.each]
    record = {
        "earlier": earlier,
        "clean": compared.is_clean,
        "as_of": {"earlier": compared.as_of[0], "now": compared.as_of[1]},
        "counts": {kind: kinds.count(kind) for kind in get_args(Kind)},
        "indicators": [_record(one) for one in compared.each if one.kind != "unchanged"],
        "tables": [{"name": t.name, "rows": {"earlier": t.before, "now": t.now}} for t in compared.tables],
        "problems": {state: json.loads(written(errors, "json")) for state, errors in zip(("earlier", "now"), compared.errors, strict=True)},
    }
    return json_text(record)


def _record(one: Difference) -> dict[str, Any]:
    kept: dict[str, Any] = {"name": one.name, "kind": one.kind, "keys": list(one.keys)}
    if one.was:
        kept["was"] = one.was
    if one.why:
        kept["why"] = dict(one.why)
    shown = one.now or one.before
    if shown:
        kept |= {"frequency": shown.frequency, "unit": shown.unit}
    if one.kind == "changed":
        largest = one.largest
        kept |= {"periods": one.of, "changed": [_period(p) for p in one.periods], "largest": largest.label if largest else None}
        kept["parts"] = [{"by": part.by, "code": part.code, "changed": [_period(p) for p in part.periods]} for part in one.parts]
    if one.kind == "changed" or one.last:
        kept["last_change"] = _last_record(one.last) if one.last else None
    return kept


def _period(period: PeriodDifference) -> dict[str, Any]:
    gap = period.difference
    return {
        "period": period.label,
        "differs": list(period.facets),
        "earlier": _point(period.before),
        "now": _point(period.now),
        "difference": None if gap is None else exact(gap),
        "came": list(period.came),
        "went": list(period.went),
    }


def _point(point: Point | None) -> dict[str, Any] | None:
    return facts(point) if point else None


def _last_record(last: LastChange) -> dict[str, Any]:
    states = {
        state: one and {"period": one.label, "word": one.change.word, "difference": one.change.difference}
        for state, one in (("earlier", last.before), ("now", last.now))
    }
    return states | {"same_word": last.same_word, "same_sign": last.same_sign}
