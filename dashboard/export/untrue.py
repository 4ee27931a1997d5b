"""What a record says of numbers that are the same today, beside the numbers themselves, where that is not what its project says.

An earlier version may say less; nothing that it leaves out is untrue. Texts, credits and sources may be written in other words today.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from dashboard.charts.view import canonical
from dashboard.export.extract import ONLY_IN_JSON
from indicators.reading.yamlfile import in_yaml

LONGEST_VALUE = 120
FROM_ROWS = frozenset(("rows", "data_to"))
"""What may differ in a record where a table has other rows today, and its numbers are the same."""
Part = Mapping[str, Any]


def has_data_of(then: Part, now: Part) -> bool:
    """Whether the tables behind a record are those of today."""
    return all(then["data"].get(name, {}).get("sha256") == one["sha256"] for name, one in now["data"].items())


def untrue_in(then: Part, now: Part) -> Iterator[str]:
    """What a record says otherwise than that of today, whose numbers drawn are the same. Whatever a damaged one raises."""
    unknown = [key for key in then if key not in now and key not in ONLY_IN_JSON]
    yield from (f"{short(key)} is in no record of today" for key in unknown)
    tables, has_same_data = {name: then["data"].get(name, {}) for name in now["data"]}, has_data_of(then, now)
    for name, one in tables.items():
        yield from _differences(f"table {name}", one, now["data"][name], frozenset() if has_same_data else frozenset(one))
    yield from (f"table {short(name)} is not one of its tables" for name in then["data"] if has_same_data and name not in tables)
    for part in ("series", "not_drawn"):
        yield from _of_series(then, now, part, frozenset() if has_same_data else FROM_ROWS)


def untrue_rows(then: Part, now: Sequence[Part]) -> Iterator[str]:
    """What the JSON of a picture says otherwise of the rows behind its numbers, where no table has changed."""
    before = then["rows"]
    if [one["id"] for one in before] != [one["id"] for one in now]:
        yield "the rows that it lists are others today"
        return
    for one, other in zip(before, now, strict=True):
        yield from _differences(str(other["id"]), one, other, frozenset(("sources",)))


def untrue_cells(table: bytes, today: str, free: Set[str]) -> Iterator[str]:
    """What the CSV of a kit says otherwise than that of today. csv.Error or ValueError where it is damaged."""
    if len(table) > 2 * len(today.encode()):
        yield f"the CSV in it has {len(table):,} bytes, and today {len(today.encode()):,}"
        return
    (columns, *lines), (known, *others) = csv.reader(io.StringIO(table.decode())), csv.reader(io.StringIO(today))
    unknown = [column for column, times in Counter(columns).items() if column not in known or times > 1]
    yield from (f"the CSV in it has the column {short(column)}" for column in unknown)
    if len(lines) != len(others) or not {"period", "value", "at_least"} <= {*columns}:
        yield f"the CSV in it has {len(columns)} columns and {len(lines):,} lines, and today {len(known)} and {len(others):,}"
        return
    for line, other in zip(lines, others, strict=True):
        before, after = dict(zip(columns, line, strict=True)), dict(zip(known, other, strict=True))
        unscored = frozenset() if after["score"] else frozenset(("score",))  # earlier versions scored a period that is not over
        yield from _differences(f"the CSV in it, {after['period']}", before, after, free | unscored | {*unknown})


def texts_changed(then: Part, now: Part) -> Iterator[str]:
    """The texts of a record that are others today, which changes no number."""
    for key in ("project", "credit", "licence", "sources"):
        if key in then and then[key] != now[key]:
            yield f"the {key} changed: was {short(then[key])}, now {short(now[key])}"


def _of_series(then: Part, now: Part, part: str, free: Set[str]) -> Iterator[str]:
    after = {one["name"]: one for one in now[part]}
    before = then.get(part, ())
    if len({one["name"] for one in before}) != len(before):
        yield f"{part}: a name appears twice"
    yield from (f"{name} is missing under {part}" for name in after if part in then and name not in {one["name"] for one in before})
    for one in before:
        if one["name"] not in after:
            yield f"{one['name']} is not under {part} today"
            continue
        other = after[one["name"]]
        known = free | {"points"} | ({"title"} if one.get("title") in _titles(then, now, other["title"]) else set())
        yield from _differences(one["name"], one, other, known)
        yield from _of_points(one, other, free)


def _titles(then: Part, now: Part, title: str) -> Iterator[str]:
    """The titles that a series may have: that of today, and that with the words of the record's own definition."""
    yield title
    for before, after in zip(then["definitions"], now["definitions"], strict=False):
        yield from (before["title"], title.replace(after["title"], before["title"]))


def _of_points(one: Part, other: Part, free: Set[str]) -> Iterator[str]:
    if [point["period"] for point in one["points"]] != [point["period"] for point in other["points"]]:
        yield f"{one['name']}: the periods are others today"
        return
    for before, after in zip(one["points"], other["points"], strict=True):
        yield from _differences(f"{one['name']}, {after['period']}", before, after, free)


def _differences(where: str, before: Part, after: Part, free: Set[str]) -> Iterator[str]:
    """Keys that are not in the record of today, and values that are not those of today; `true` is not 1."""
    for key, value in before.items():
        if key not in after:
            yield f"{where}: {short(key)} is in no record of today"
        elif key not in free and value is not after[key] and canonical(value) != canonical(after[key]):
            yield f"{where}: {key.replace('_', ' ')} was {short(value)}, now {short(after[key])}"


def short(value: Any) -> str:
    """A value as a definition writes it; of one that is too long to print only the start is written, as JSON."""
    if value is None:
        return "nothing"
    text = repr(value[:LONGEST_VALUE]) if isinstance(value, str) else _start_of(value)
    if not isinstance(value, str) and len(text) < 4 * LONGEST_VALUE:
        text = in_yaml(value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "…"


def _start_of(value: Any) -> str:
    """The start of a value as JSON, which is at most three times as long as YAML: all of it where it is short."""
    pieces, text = json.JSONEncoder(ensure_ascii=False).iterencode(value), ""
    while len(text) < 4 * LONGEST_VALUE and (piece := next(pieces, None)):
        text += piece[: 4 * LONGEST_VALUE]
    return text
