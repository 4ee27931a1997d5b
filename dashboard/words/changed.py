"""What changed in the numbers and in the tables, in words: for the command, the page and the block on the overview."""

import datetime
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from dashboard.words import numbers
from dashboard.words.differences import changed_words, point_words
from dashboard.words.states import due_words
from indicators.compute.agenda import Coming
from indicators.differences import Difference, Differences, computed_once, differences
from indicators.differences.row_changes import Cell, DatedRow, RowChange, dated_rows, passed, row_changes
from indicators.nouns.descriptor import ListColumn
from indicators.nouns.series import Results
from indicators.problems import ProblemsFound
from indicators.reading.project import Project, open_project
from indicators.reading.revision import Revision, before_last_change, committed_on, last_changed, placed, revision, unpacked

BACK = 90
"""Days that are looked back where no history tells more."""
OR_A_DAY = "write a day (2026-10-01) or another revision (git log --oneline lists them)"
MOST_CELLS, MOST_LINES = 4, 20
NAMES = uuid.UUID("3b0c4f7e-8d52-4a6e-9f1b-6d2a7c5e9081")
"""In which the ids of feeds and of their entries are made."""


@dataclass(frozen=True)
class Changed:
    """What changed since a `day`: since a `revision`, numbers and rows against that state of the files; without one, rows by the days
    that the tables give. `passed`: what was due since. `at` and `redefined`: when the tables, and when they or the definitions, were last
    changed, where a history says so."""

    day: datetime.date
    revision: Revision | None = None
    numbers: Differences | None = None
    rows: tuple[RowChange, ...] = ()
    dated: tuple[DatedRow, ...] = ()
    passed: tuple[Coming, ...] = ()
    at: datetime.datetime | None = None
    redefined: datetime.datetime | None = None

    @property
    def title(self) -> str:
        """ "Changed since 25 November 2026 (a8bcb4a)", or without a history "Dated since …"."""
        named = f" ({self.revision.commit[:7]})" if self.revision else ""
        return f"{'Changed' if self.revision else 'Dated'} since {numbers.day(self.day)}{named}"


def changed_since(project: Project, results: Results, since: str = "") -> Changed:
    """What changed since a day, a git revision or, by default, the commit before the last change of the data; without git 90 days.
    ProblemsFound where there is no such revision, or where it cannot be read."""
    some_days_ago = project.config.today - datetime.timedelta(days=BACK)
    day = _day(since)
    found = None if day else revision(project.root, since, OR_A_DAY) if since else before_last_change(project.root, _files(project))
    if found is None:
        day = day or some_days_ago
        return Changed(day, dated=dated_rows(results, day), passed=passed(results, day))
    try:
        with unpacked(found) as folder:
            earlier = open_project(Path(folder), before=project)
        day = committed_on(found)
    except ProblemsFound as e:
        if since:
            raise ProblemsFound(placed(e.problems, f"{since}:")) from None
        return changed_since(project, results, some_days_ago.isoformat())
    compared = differences(earlier, project, computed_once(earlier, project, results.series))
    rows, files = row_changes(earlier, project), _files(project)
    at, redefined = (last_changed(project.root, paths) for paths in (files, [*files, project.config.definitions]))
    return Changed(day, found, compared, rows, passed=passed(results, day), at=at, redefined=redefined)


def _files(project: Project) -> list[str]:
    return [f"{project.config.data}/{path}" for table in project.tables.values() for path in table.resource.path_]


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        return None


class Item(NamedTuple):
    """A thing that changed: its title, what is said of it, and the indicator or table that it belongs to."""

    title: str
    text: str
    indicator: str = ""
    table: str = ""


def number_items(changed: Changed) -> list[Item]:
    """Indicators whose numbers changed, or that came or went; variants behind their indicators."""
    return [_number_item(one) for one in _differing(changed)]


def _differing(changed: Changed) -> list[Difference]:
    found = changed.numbers.of_kind("changed", "new", "gone", "renamed", "unknown") if changed.numbers else ()
    return sorted(found, key=lambda one: "@" in one.name)


def _number_item(one: Difference) -> Item:
    shown = one.now or one.before
    title = numbers.titled(shown.definition) if shown else one.name
    if one.kind == "changed":
        return Item(title, changed_words(one), one.name)
    words = {"new": "new", "gone": "gone", "renamed": f"was {one.was}", "unknown": f"cannot be computed: {'; '.join(one.why.values())}"}
    return Item(title, words[one.kind], one.name if one.now else "")


def newest_words(one: Difference) -> str:
    """The newest period whose number changed: "2026: at least 40, before at least 37"."""
    if not one.periods or not one.now:
        return ""
    newest = one.periods[-1]
    return f"{newest.label}: {point_words(newest.now, one.now.unit)}, before {point_words(newest.before, one.now.unit)}"


def row_counts(changed: Changed, results: Results) -> list[Item]:
    """How many rows of each table are new, corrected and gone, and columns new or lost; or how many rows are recorded since or, as the
    title says, dated since."""
    names = dict.fromkeys([one.table for one in changed.rows] + [one.table for one in changed.dated])
    return [Item(_titled(results, name), _counted(changed, name), table=name) for name in names]


def _counted(changed: Changed, name: str) -> str:
    kinds = [one.kind for one in changed.rows if one.table == name]
    counts = [(kind, kinds.count(kind)) for kind in ("new column", "lost column") if kind in kinds]
    columns = [f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counts]
    own = [kind for kind in kinds if not kind.endswith("column")]
    words = [f"{own.count(kind)} {kind}" for kind in ("new", "corrected", "gone") if kind in own]
    dated = [one.recorded for one in changed.dated if one.table == name]
    if own:
        words += [f"{len(dated)} {'recorded' if dated[0] else 'dated'} since"] if dated else []
        words = [f"{', '.join(words)} {'row' if len(own) + len(dated) == 1 else 'rows'}"]
    elif dated:
        words = [numbers.rows_counted(len(dated)) + (" recorded since" if dated[0] else "")]
    return ", ".join([*columns, *words])


def _titled(results: Results, name: str) -> str:
    return results.tables[name].resource.title if name in results.tables else name


def rows_in_words(changed: Changed, results: Results, table: str) -> Iterator[tuple[str, str]]:
    """The rows of a table with what happened to each: its id, and "new", "value: 37, now 40", "topic: added cheese", or its day."""
    lists = results.tables[table].relations.lists if table in results.tables else {}
    for one in changed.rows:
        if one.table == table:
            cells = [_cell_words(cell, lists.get(cell.column)) for cell in one.cells[:MOST_CELLS]]
            more = f" and {len(one.cells) - MOST_CELLS} more cells" if len(one.cells) > MOST_CELLS else ""
            yield one.row, "; ".join(cells) + more if cells else one.kind
    for each in changed.dated:
        if each.table == table:
            yield each.row, f"{'recorded' if each.recorded else 'dated'} {numbers.day(each.day)}"


def _cell_words(cell: Cell, listed: ListColumn | None) -> str:
    """A cell before and now; of a list of which something is still there, what came and went."""
    before, now = ((text.split(listed.separator) if listed and text else []) for text in (cell.before, cell.now))
    if not set(before) & set(now) or set(before) == set(now):
        return f"{cell.column}: {cell.before or 'blank'}, now {cell.now or 'blank'}"
    ways = (("added", now, before), ("removed", before, now))
    return f"{cell.column}: {', '.join(f'{word} {one}' for word, these, others in ways for one in these if one not in others)}"


def passed_items(coming: Sequence[Coming]) -> list[Item]:
    """What was due since."""
    return [Item(one.name, due_words(one)) for one in coming]


class Entry(NamedTuple):
    """What a feed has of a change: an id that is the same for as long as the change is, since when it is there, and the address of the
    page about it."""

    id: str
    title: str
    text: str
    updated: datetime.datetime
    address: str


def id_of(*key: object) -> str:
    """The id of what has this key: the same wherever and whenever it is made."""
    return f"urn:uuid:{uuid.uuid5(NAMES, repr(key))}"


def midnight(day: datetime.date) -> datetime.datetime:
    """The first moment of a day."""
    return datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)


def entries(changed: Changed, results: Results) -> list[Entry]:
    """The changes one by one, the latest first: indicators, and variants of those that did not change themselves; tables; due dates."""
    since = changed.revision.commit if changed.revision else ""
    found = [*_number_entries(changed, since), *_row_entries(changed, results, since)]
    for one, item in zip(changed.passed, passed_items(changed.passed), strict=True):
        name = id_of("due", one.name, one.start, one.end, one.row)
        found.append(Entry(name, f"Due {item.text}: {item.title}", "", midnight(one.end), "/calendar"))
    return sorted(found, key=lambda one: one.updated, reverse=True)


def _number_entries(changed: Changed, since: str) -> Iterator[Entry]:
    every = _differing(changed)
    names = {one.name for one in every}
    for one in every:
        if "@" in one.name and one.name.partition("@")[0] in names:
            continue
        item = _number_item(one)
        values = [[p.label, *((point.value, point.at_least) for point in (p.before, p.now) if point)] for p in one.periods]
        address = f"/indicator/{item.indicator}" if item.indicator else "/changed"
        title = f"{item.title}: {newest_words(one) or item.text}"
        name, when = id_of("number", since, one.kind, one.name, values), changed.redefined or midnight(changed.day)
        yield Entry(name, title, item.text, when, address)


def _row_entries(changed: Changed, results: Results, since: str) -> Iterator[Entry]:
    for item in row_counts(changed, results):
        lines = [f"{row.partition(':')[2] or row}: {text}" for row, text in rows_in_words(changed, results, item.table)]
        lines[MOST_LINES:] = [f"and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else []
        dated = [one for one in changed.dated if one.table == item.table]
        newest = max((one.day for one in dated), default=changed.day)
        # Of rows by their days those of the last day: others leave the list as time goes on, which is no news.
        key = [[one for one in changed.rows if one.table == item.table], [one for one in dated if one.day == newest]]
        address = f"/table/{quote(item.table)}" if item.table in results.tables else "/changed"
        title, when = f"{item.title}: {item.text}", changed.at or midnight(newest)
        yield Entry(id_of("rows", since, item.table, key), title, "\n".join(lines), when, address)
