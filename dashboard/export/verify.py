"""Whether the numbers of an exported picture are still the same: its record and the numbers of today compared, in words.

A file is believed in nothing: the code is computed again from the record, and what is seen must be what was sealed with it. Whoever
draws other numbers, and makes a new seal for them around a record of true ones, cannot be found out here: only drawing again shows that.
"""

import csv
import datetime
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboard.charts.former import as_called, former_in
from dashboard.charts.picture import Picture, picture_of
from dashboard.charts.view import code_of, parse_view
from dashboard.export.embed import FORMAT, record_of
from dashboard.export.extract import Found
from dashboard.export.formats import rows_in_words
from dashboard.export.sheet import INTERVAL, numbers_csv
from dashboard.export.untrue import FROM_ROWS, has_data_of, short, texts_changed, untrue_cells, untrue_in, untrue_rows
from dashboard.words import numbers
from dashboard.words.differences import MOST, point_words, rows_words
from indicators.compute.provenance import rows_behind
from indicators.differences import Observed, PeriodDifference, compared
from indicators.nouns.definition import IN_NO_CODE, IN_NO_NUMBER, PROSE
from indicators.nouns.periods import parse_period
from indicators.nouns.series import Point, Results
from indicators.nouns.vocabulary import LARGEST_NUMBER
from indicators.problems import ProblemsFound, in_one_line

MOST_PERIODS, MOST_REASONS, LONGEST_VIEW = 12, 60, 2_000
BROKEN = "it is not as it was exported, because its seal does not fit: the picture, its texts or its record were changed or re-saved"
NO_SEAL = (
    "the file has no seal, as those of earlier versions and re-saved ones, so what is seen may be other than its record; "
    "what follows is about the record alone"
)
OF_DAMAGE = (csv.Error, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What reading a record may raise: a file that was edited may hold anything."""


@dataclass(frozen=True)
class Verdict:
    """The result for a picture: whether its numbers are the `same` (None: cannot be determined), and the reasons in words."""

    same: bool | None
    reasons: tuple[str, ...]

    def __post_init__(self) -> None:
        """Whatever a file says of itself fits a page and acts on no terminal."""
        more = len(self.reasons) - MOST_REASONS
        shown = [in_one_line(text) for text in self.reasons[:MOST_REASONS]] + ([f"{more:,} more differences"] if more > 0 else [])
        object.__setattr__(self, "reasons", tuple(shown))


def names_in(found: Found) -> tuple[str, ...]:
    """The rules whose numbers a file says that it shows; none where it does not say so."""
    try:
        return parse_view(str(found.record["view"])).names if found.record else ()
    except (ProblemsFound, *OF_DAMAGE):
        return ()


def verify_file(results: Results, found: Found) -> Verdict:
    """What a file holds compared with the project as it is now: the same only if it is also as it was exported."""
    wrong = [*found.faults, *([BROKEN] if found.seal == "broken" else [])]
    if found.record is None:
        return Verdict(None, (*verify(results, None).reasons, *wrong))
    if wrong:
        return Verdict(False, (f"altered: {'; '.join(wrong)}", "export it again, or look up the view and the code that are printed in it"))
    verdict = verify(results, found.record, found.table)
    if found.seal == "whole":
        return verdict
    return Verdict(verdict.same and None, (f"not bound: {NO_SEAL}", *verdict.reasons))


def verify(results: Results, record: Any, table: bytes | None = None) -> Verdict:
    """The record of a file, and the CSV beside it in a kit, compared with the project as it is now; of the picture nothing is known."""
    if record is None:
        lost = "the file carries no record that can be read: it was cropped or re-saved or is a screenshot"
        return Verdict(
            None, (f"{lost}, so its numbers cannot be determined; look up the view and the code that are printed at its foot instead",)
        )
    form = record.get("format") if isinstance(record, Mapping) else None
    if form != FORMAT:
        return Verdict(None, (f"the record has the format {form!r}; this version reads only {FORMAT}",))
    try:
        if any(_odd_numbers(record)):
            return Verdict(None, ("the record is damaged: it holds a number that is infinite or far too large",))
        if len(str(record["view"])) > LONGEST_VIEW:
            return Verdict(None, (f"the record is damaged: its view has more than {LONGEST_VIEW:,} characters",))
        if not _is_date(record["made_on"]):
            return Verdict(None, ("the record is damaged: the day on which it was made is not a date",))
        contradictions = tuple(_contradictions(record))
        if contradictions:
            return Verdict(False, (f"altered: the record of {record['view']} contradicts itself", *contradictions))
        # As of the day of the record, so that a later day of the data alone changes nothing.
        view = replace(parse_view(str(record["view"])), as_of=str(record["view_with_defaults"]["as_of"]))
        return _compared(results, record, picture_of(results, view), table)
    except ProblemsFound as e:
        return Verdict(None, tuple(f"the view cannot be computed now: {p.message}; {p.hint}" for p in e.problems))
    except OF_DAMAGE as e:
        return Verdict(None, (f"the record is damaged: {type(e).__name__}: {e}",))


def _is_date(text: Any) -> bool:
    """Whether a value is a day as a record writes it."""
    try:
        return len(text) == len("2026-01-31") and datetime.date.fromisoformat(text).isoformat() == text
    except (TypeError, ValueError):
        return False


def _contradictions(record: Mapping[str, Any]) -> Iterator[str]:
    """Where a record says two things at once. Whatever a damaged one raises."""
    rules, definitions, full = record["rules"], record["definitions"], record["view_with_defaults"]
    view, code = parse_view(str(record["view"])), code_of(full, rules, record["series"], record.get("spells", ()))
    if record["fingerprint"] != code:
        yield f"its view, rules and numbers have the code {code}, and it says {record['fingerprint']}"
    if any(view_part != full[key] for key, view_part in (("indicator", view.indicator), ("variant", view.variant), ("with", view.other))):
        yield f"it shows {full['indicator']}, which is not its view"
    if not record["series"] or not rules or len(rules) != len(definitions):
        yield "it does not hold the numbers and definitions of a picture"
    for rule, definition in zip(rules, definitions, strict=False):
        if any(rule.get(key) != value for key, value in definition.items() if key not in IN_NO_CODE):
            yield f"its definition of {definition['id']} is not the one by which its numbers are made"


def _odd_numbers(value: Any) -> Iterator[bool]:
    """Whether each number anywhere in a record is one that no record of ours can have."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _odd_numbers(part)
    elif isinstance(value, int | float):
        yield not abs(value) <= LARGEST_NUMBER


def _compared(results: Results, then: Mapping[str, Any], picture: Picture, table: bytes | None) -> Verdict:
    names = former_in(then, results.formerly)
    called = as_called(picture, names)
    now = record_of(results, called)
    same, reasons = _changes(results, then, now, names)
    untrue = [*untrue_in(then, now), *_untrue_beside(results, then, now, called, table)] if same else []
    codes = f"made on {then['made_on']} with code {then['fingerprint']}; the code today is {picture.code}"
    what = "same numbers today" if same else "the numbers or their definition have changed"
    if untrue:
        what = "the numbers drawn are the same today, but not what the record says of them"
    return Verdict(same and not untrue, (f"{what} ({then['view']}, {codes})", *untrue, *reasons, *texts_changed(then, now)))


def _untrue_beside(
    results: Results, then: Mapping[str, Any], now: Mapping[str, Any], picture: Picture, table: bytes | None
) -> Iterator[str]:
    """What is untrue in the rows that a JSON adds to its record, and in the CSV of a kit."""
    has_same_data = has_data_of(then, now)
    if "rows" in then and has_same_data:
        yield from untrue_rows(then, rows_in_words(results, picture))
    if table is not None:
        yield from untrue_cells(table, numbers_csv(picture), frozenset() if has_same_data else FROM_ROWS)


def changes(results: Results, then: Mapping[str, Any], picture: Picture) -> tuple[bool, list[str]]:
    """Whether the picture of a record has the same numbers today, and all that has changed: texts, the rows of a number and other tables
    may have in either case. `picture`: what is drawn of its view today."""
    names = former_in(then, results.formerly)
    return _changes(results, then, record_of(results, as_called(picture, names)), names)  # a new name alone changes no number


def _changes(results: Results, then: Mapping[str, Any], now: Mapping[str, Any], names: Mapping[str, str]) -> tuple[bool, list[str]]:
    reasons = [f"renamed from {former} to {name}" for name, former in names.items()]
    reasons += [f"under the former name the code today is {now['fingerprint']}"] if names else []
    reasons += [*_view_changes(then, now), *_rule_changes(then, now), *_series_changes(results, then, now)]
    reasons += [*_spell_changes(then, now), *_data_changes(then, now)]
    return then["fingerprint"] == now["fingerprint"] or _numbers_in(then) == _numbers_in(now), reasons


def _numbers_in(record: Mapping[str, Any]) -> list[Any]:
    """What the code of a picture is made of, without keys of a definition that change neither a rule nor a number."""
    keys = ("period", "value", "at_least", "status", "coverage", *INTERVAL)
    drawn = [[one["name"], [[point[key] for key in keys if key in point] for point in one["points"]]] for one in record["series"]]
    return [record["view_with_defaults"], [_rule(one) for one in record["rules"]], drawn, _spells_in(record)]


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in rule.items() if key not in IN_NO_NUMBER or key in ("id", "variant")}
    return kept | {"parts": [_rule(part) for part in rule["parts"]]}


def _view_changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Defaults of the view that have changed."""
    for key, before in then["view_with_defaults"].items():
        after = now["view_with_defaults"].get(key)
        if before != after:
            yield f"{key} was {before}, now {after}"


def _rule_changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Where definitions differ, and those of the indicators that they combine."""
    for before, after in zip(then["definitions"], now["definitions"], strict=False):
        for key in sorted({*before, *after}):
            if before.get(key) != after.get(key):
                what = "the text" if key in PROSE else "the definition"
                for inside, was, now_is in _inside(key, before.get(key), after.get(key)):
                    yield f"{what} of {after['id']} changed: {inside} was {short(was)}, now {short(now_is)}"
    for before, after in zip(then["rules"], now["rules"], strict=False):
        if before["parts"] != after["parts"]:
            yield f"the definition of an indicator that {after['id']} combines changed"


def _inside(key: str, before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """Where two values differ: of mappings only the keys that do."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        yield key, before, after
        return
    for inner in {**before, **after}:
        if before.get(inner) != after.get(inner):
            yield from _inside(f"{key}.{inner}", before.get(inner), after.get(inner))


def _series_changes(results: Results, then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    after = {one["name"]: one for one in now["series"]}
    for before in then["series"]:
        if before["name"] not in after:
            yield f"{before['name']} is no longer drawn"
            continue
        now_drawn = after.pop(before["name"])
        yield from _point_changes(results, before, now_drawn)
        yield from _interval_changes(before, now_drawn)
    yield from (f"{name} is drawn now but was not then" for name in after)


def _point_changes(results: Results, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    changed = list(compared(_observed(before), _observed(after)))
    for one in changed[:MOST_PERIODS]:
        when = f"{before['name']}, {numbers.period(parse_period(one.label)[0], after['frequency'])}"
        then, now = point_words(one.before, before["unit"]), point_words(one.now, after["unit"])
        hidden = " (the difference is smaller than is shown)" if then == now and "value" in one.facets else ""
        values = f"{then} then, {now} now{hidden}"
        yield f"{when}: {values}{_rows(results, one)}"
    if len(changed) > MOST_PERIODS:
        yield f"{before['name']}: {len(changed) - MOST_PERIODS} more periods changed"


def _interval_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Where a value is the same and its interval is not: the recipe of the interval changed, or a value that it is drawn from."""
    now = {one["period"]: one for one in after["points"]}
    both = [(one, now[one["period"]]) for one in before["points"] if one["period"] in now]
    changed = [(one, other) for one, other in both if one["value"] == other["value"] and _ends(one) != _ends(other)]
    for one, other in changed[:MOST_PERIODS]:
        when = numbers.period(parse_period(one["period"])[0], after["frequency"])
        then, today = (_ends(end) or "not drawn" for end in (one, other))
        yield f"{before['name']}, {when}: the interval was {then}, now {today}; the value is the same"
    if len(changed) > MOST_PERIODS:
        yield f"{before['name']}: the interval of {len(changed) - MOST_PERIODS} more periods changed"


def _ends(point: Mapping[str, Any]) -> str:
    """An interval as it is printed, "" where there is none."""
    ends = [point.get(key) for key in INTERVAL]
    return "" if None in ends else "–".join(f"{end:g}" for end in ends)


def _observed(series: Mapping[str, Any]) -> Observed:
    """The points of a record. It holds neither scores nor the reason why a value is missing."""
    unknown: dict[str, Any] = {"score": math.nan, "stretch": 0, "over": True, "why": "", "reason": ""}
    values = [math.nan if one["value"] is None else one["value"] for one in series["points"]]
    return {
        one["period"]: (Point(one["period"], value, one["at_least"], one["status"], one["coverage"], **unknown), one["rows"])
        for one, value in zip(series["points"], values, strict=True)
    }


def _rows(results: Results, one: PeriodDifference) -> str:
    """Rows added, with their cells, and rows removed."""
    rows = {row.id: row for row in rows_behind(results.tables, one.came[:MOST], results.config.sources)}

    def text_of(row: str) -> str:
        return f"{row} ({', '.join(filter(None, rows[row].cells.values()))})" if row in rows else row

    if one.came or one.went:
        return f": {'; '.join(rows_words(one, text_of))}"
    return "; the rows are the same, so a cell, the coverage level or the definition changed" if one.before and one.now else ""


def _spells_in(record: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """By row, what a record says of each spell that its picture draws one by one, without the name."""
    return {one["row"]: {key: value for key, value in one.items() if key != "name"} for one in record.get("spells", ())}


def _spell_changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """The spells that came, went, or have other days or another weight."""
    before, after = _spells_in(then), _spells_in(now)
    yield from (f"{row} is drawn now but was not then" for row in after if row not in before)
    yield from (f"{row} is no longer drawn" for row in before if row not in after)
    for row in [row for row in before if row in after]:
        changed = ((key, was, after[row].get(key)) for key, was in before[row].items() if was != after[row].get(key))
        yield from (f"{row}: {key.replace('_', ' ')} was {short(was)}, now {short(now_is)}" for key, was, now_is in changed)


def _data_changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name, after in now["data"].items():
        before = then["data"].get(name)
        if before and before["sha256"] != after["sha256"]:
            yield f"the table {name} changed: {before['rows']} rows then, {after['rows']} now"
