"""`relations diff`: what a change does to the numbers, for a person, for a program, for the review of the change."""

import argparse
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from dashboard.diff_words import changed_words
from dashboard.problems import written
from dashboard.record import exact
from dashboard.wording import titled, value_words
from indicators.compare import latest
from indicators.differences import differences
from indicators.differing import Difference, Differences, Kind, LastChange, PeriodDifference, facts
from indicators.model import Point, Series
from indicators.problems import Place, Problem, ProblemsFound
from indicators.project import CONFIG, open_project
from indicators.revision import revision, unpacked

DOES = "say what a change of definitions or data does to the numbers: 0 nothing, 1 numbers changed or there are faults"
EXAMPLE = "relations diff HEAD~1 --format markdown"
FORMATS = ("text", "json", "markdown")
SHORT: Mapping[Kind, str] = {
    "new": "new",
    "gone": "gone",
    "renamed": "renamed",
    "definition": "changed in definition only",
    "unknown": "not to be computed",
}


def arguments(command: argparse.ArgumentParser) -> None:
    """What the command takes."""
    which = "the earlier state: a git revision, or the folder of another project (default: HEAD, what was committed last)"
    command.add_argument("earlier", nargs="?", default="HEAD", metavar="REV|DIR", help=which)
    command.add_argument("--format", choices=FORMATS, default="text", help="text for reading, markdown for the comment of a review")


def run(given: argparse.Namespace, tell: Callable[[list[Problem]], None]) -> int:
    """Print the differences, `tell` the faults of both states; 0 where no number changed, 1 where one did, 2 for no such state."""
    folder = Path(given.earlier)
    with ExitStack() as opened:
        if (folder / CONFIG).is_file():
            name, prefix = f"the project in {given.earlier}", f"{given.earlier}/"
        else:
            try:
                found = revision(given.project, given.earlier)
                folder = opened.enter_context(unpacked(found))
            except ProblemsFound as e:
                tell(list(e.problems))
                return 2
            name, prefix = f"{given.earlier} ({found.commit[:7]})", f"{given.earlier}:"
        try:
            earlier = open_project(folder)
        except ProblemsFound as e:
            raise ProblemsFound(_placed(e.problems, prefix)) from None
    compared = differences(earlier, open_project(given.project, before=earlier))
    compared = replace(compared, errors=(_placed(compared.errors[0], prefix), compared.errors[1]))
    print({"text": as_text, "json": as_json, "markdown": as_markdown}[given.format](compared, name), end="", flush=True)
    tell([*compared.errors[0], *compared.errors[1]])
    return 0 if compared.is_clean else 1


def _placed(problems: Iterable[Problem], prefix: str) -> tuple[Problem, ...]:
    """Problems of the earlier state, which say so."""
    return tuple(replace(p, place=Place(prefix + p.place.file, p.place.line)) for p in problems)


# ---- for a person ----


def as_text(found: Differences, earlier: str) -> str:
    """Lines: the sum of it, then each indicator by what became of it."""
    lines = [f"against {earlier}: {summary(found)}", *_beside(found)]
    for title, told in sections(found):
        lines += ["", title, *(f"  {name}: {words}" for name, words in told)]
    return "\n".join(lines) + "\n"


def as_markdown(found: Differences, earlier: str) -> str:
    """The same for the comment of a review."""
    lines = [f"**{_escaped(summary(found))}**, against {_escaped(earlier)}", *(f"- {_escaped(line)}" for line in _beside(found))]
    lines[1:] = ["", *lines[1:]] if lines[1:] else []
    for title, told in sections(found):
        lines += ["", f"#### {title[0].upper()}{title[1:]}", "", *(f"- {_code(name)}: {_escaped(words)}" for name, words in told)]
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    return f"`{text.replace('`', chr(39))}`"


def _escaped(text: str) -> str:
    """Text that Markdown shows as it is.

    >>> _escaped("events:a_b|c <script>")
    'events:a\\\\_b\\\\|c \\\\<script\\\\>'
    """
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", text)


def summary(found: Differences) -> str:
    """How many indicators change, in one line."""
    every, changed = ({one.name.partition("@")[0] for one in each} for each in (found.each, found.of_kind("changed")))
    rules = f" (with variants {len(found.of_kind('changed'))} of {len(found.each)})" if changed and len(every) < len(found.each) else ""
    said = [f"{len(changed) or 'none'} of {len(every)} indicators {'change' if len(changed) > 1 else 'changes'}{rules}"]
    counts = {kind: len(found.of_kind(kind)) for kind in SHORT}
    return ", ".join([*said, *(f"{count} {SHORT[kind]}" for kind, count in counts.items() if count)])


def _beside(found: Differences) -> Iterator[str]:
    """What else differs: the day of the data and the tables."""
    if found.as_of[0] != found.as_of[1]:
        yield f"as of {found.as_of[1]}, before {found.as_of[0]}"
    for table in found.tables:
        if table.before is None or table.now is None:
            state, errors = ("before", found.errors[0]) if table.before is None else ("now", found.errors[1])
            yield f"table {table.name}: not there {state}{', or at fault' if errors else ''}"
        else:
            came = f"{table.now} rows, before {table.before}" if table.now != table.before else f"{table.now} rows as before"
            yield f"table {table.name} changed: {came}"
    for state, errors in zip(("earlier", "present"), found.errors, strict=True):
        if errors:
            yield f"the {state} state has {len(errors)} {'error' if len(errors) == 1 else 'errors'}"


def sections(found: Differences) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """What became of indicators, with a line for each; the unchanged are counted."""
    words: Mapping[Kind, tuple[str, Callable[[Difference], str]]] = {
        "changed": ("changed", changed_words),
        "new": ("new", lambda one: _alone(one.now)),
        "gone": ("gone", lambda one: _alone(one.before)),
        "renamed": ("renamed, with the same numbers", lambda one: f"was {one.was}{_also(one)}"),
        "definition": ("changed in definition only", lambda one: ", ".join(one.keys)),
        "unknown": ("cannot be computed", lambda one: "; ".join(f"{state}: {why}" for state, why in one.why.items())),
    }
    for kind, (title, told) in words.items():
        lines = [(one.name, told(one)) for one in found.of_kind(kind)]
        if lines:
            yield title, lines
    same = len(found.of_kind("unchanged"))
    if same and same < len(found.each):
        yield f"unchanged: {same} of {len(found.each)}", []


def _also(one: Difference) -> str:
    return f"; also changed: {', '.join(one.keys)}" if one.keys else ""


def _alone(series: Series | None) -> str:
    """A series that only one state has: its title, frequency and latest comparable value."""
    assert series
    newest = latest(series)
    last = "no comparable value" if newest is None else f"{value_words(series, newest)} in {series.point(newest).label}"
    return f"{titled(series.definition)}, {series.frequency}, {last}"


# ---- for a program ----


def as_json(found: Differences, earlier: str) -> str:
    """All of it, with every period that differs."""
    kinds = [one.kind for one in found.each]
    told = {
        "earlier": earlier,
        "clean": found.is_clean,
        "as_of": {"earlier": found.as_of[0], "now": found.as_of[1]},
        "counts": {kind: kinds.count(kind) for kind in get_args(Kind)},
        "indicators": [_record(one) for one in found.each if one.kind != "unchanged"],
        "tables": [{"name": t.name, "rows": {"earlier": t.before, "now": t.now}} for t in found.tables],
        "problems": {state: json.loads(written(errors, "json")) for state, errors in zip(("earlier", "now"), found.errors, strict=True)},
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _record(one: Difference) -> dict[str, Any]:
    kept: dict[str, Any] = {"name": one.name, "kind": one.kind, "keys": list(one.keys)}
    if one.kind == "renamed":
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
        state: told and {"period": told.label, "word": told.change.word, "difference": told.change.difference}
        for state, told in (("earlier", last.before), ("now", last.now))
    }
    return states | {"same_word": last.same_word, "same_sign": last.same_sign}
