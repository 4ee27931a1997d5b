"""Looks up a screenshot: only the view and the code that are printed in it are known, and the numbers are in the history of the project."""

import json
import re
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from dashboard.charts.former import as_called
from dashboard.charts.picture import Picture, picture_of
from dashboard.charts.view import CROCKFORD, View, parse_view
from dashboard.export.embed import record_of
from dashboard.export.verify import Verdict, changes
from dashboard.words import numbers
from indicators.compute.pipeline import results
from indicators.compute.provenance import rows_behind
from indicators.nouns.definition import called_now
from indicators.nouns.series import Results, Table
from indicators.nouns.vocabulary import ROW, grouped
from indicators.problems import Problem, ProblemsFound
from indicators.reading.dependencies import rules_behind
from indicators.reading.history import Commit, Files, History

LONGEST = 60.0
"""Seconds after which a search ends, if nothing else is said."""
MOST_ROWS, MOST_REFUSED = 12, 3
LENGTH = 8
LOOKALIKES = str.maketrans("OIL", "011")
PRINTED = re.compile(r"\bRH\W*(?:\w\W*){1,12}$", re.IGNORECASE)
OTHER_REASONS = (
    "the code or the view may be mistyped; or the picture is older than these states, was made from files that were never committed, "
    "or was made by an earlier version of this program"
)
ABSENT = ("unknown-indicator", "unknown-variant")
"""Codes of problems that say that a revision does not have the indicator."""


class Progress(NamedTuple):
    """How much of what there is has been looked through."""

    done: int
    of: int
    what: str = "revisions"


def as_printed(view: str, code: str = "") -> tuple[str, str]:
    """The view and the code as a person takes them from a picture: with line breaks, a slash or an address before the view, what is printed
    before it, both in one text, and letters for the digits 0 and 1, which no code has.

    >>> as_printed("/balls?from= 1893", "rh 7k3m-9qxo")
    ('balls?from=1893', 'RH-7K3M-9QX0')
    >>> as_printed("The Court Diary · data to 5 May 1896 · balls · RH-7K3M-9QXP")
    ('balls', 'RH-7K3M-9QXP')
    """
    found = PRINTED.search(view) if not code.strip() else None
    if found:
        view, code = view[: found.start()], found[0]
    parts = [part for part in re.split(r"[·•]", view) if part.strip()]
    plain = re.sub(r"\s", "", parts[-1] if parts else "")
    plain = re.sub(r"^(https?://[^/]*)?/*(indicator/)?", "", plain)
    letters = re.sub(r"[\W_]", "", code).upper()
    letters = (letters[2:] if letters.startswith("RH") and len(letters) != LENGTH else letters).translate(LOOKALIKES)
    return plain, f"RH-{letters[:4]}-{letters[4:]}" if letters else ""


def is_typed(text: str) -> bool:
    """Whether a text ends with what looks like the code of a picture."""
    return bool(PRINTED.search(text))


def _mistyped(view: str, code: str) -> Iterator[str]:
    letters = code.removeprefix("RH-").replace("-", "")
    odd = sorted({letter for letter in letters if letter not in CROCKFORD})
    if not view:
        yield "type the view that is printed before the code, such as leader_meetings?from=2019"
    if not letters:
        yield "type the code that is printed behind the view, such as RH-7K3M-9QXP"
    elif len(letters) != LENGTH:
        yield f"the code is mistyped: {LENGTH} characters follow RH, and {code} has {len(letters)}"
    elif odd:
        yield f"the code is mistyped: no code has {' or '.join(odd)}"


def looked_up(now: Results, root: Path, view: str, code: str, seconds: float = LONGEST) -> Generator[Progress | Verdict]:
    """What became of the numbers of a picture: how far the search is, again and again, and at last the verdict.

    The search ends when it is closed, and after these seconds at the next revision. Nothing is changed.
    """
    plain, typed = as_printed(view, code)
    wrong = list(_mistyped(plain, typed))
    if wrong:
        yield Verdict(None, tuple(wrong))
        return
    try:
        search = _Search(now, parse_view(plain), typed, time.monotonic() + seconds)
    except ProblemsFound as e:
        yield Verdict(None, ("the view is mistyped", *map(_words, e.problems)))
        return
    if search.today():
        yield Verdict(True, (f"the same today: {search.view.text} has the code {typed}",))
        return
    with ExitStack() as opened:
        try:
            history = opened.enter_context(History(root))
        except ProblemsFound as e:
            search.remarks += [f"earlier states cannot be looked up: {p.message}" for p in e.problems]
        else:
            yield from search.walk(history)
    if not search.verdict:
        yield from search.other_views()
    yield search.verdict or search.nothing()


def _words(problem: Problem) -> str:
    return f"{problem.message}; {problem.hint}"


def _drawn(state: Results, view: View) -> Iterator[Picture]:
    """The picture of a view, and what it was called when it was made. ProblemsFound if it cannot be computed."""
    picture = picture_of(state, view)
    yield picture
    names = {now: name for name in (view.query.name, view.other) if name and (now := called_now(name, state.formerly)) != name}
    if names:
        yield as_called(picture, names)


def _as_then(view: View, record: Mapping[str, Any]) -> View:
    """The view as of the day of the data of a record, so that a later day alone changes nothing."""
    return replace(view, as_of=record["view_with_defaults"]["as_of"])


@dataclass
class _Search:
    """A search for the state that gives a code. `seen`: the codes that the view has had, and where; `passed`: the revisions that
    were looked at, and what they have (None: nothing that can be read); `ends`: when to give up."""

    now: Results
    view: View
    code: str
    ends: float
    code_now: str = ""
    verdict: Verdict | None = None
    remarks: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    known: set[Any] = field(default_factory=set)
    passed: dict[Commit, Files | None] = field(default_factory=dict)

    def today(self) -> bool:
        """Whether the code is that of today."""
        try:
            codes = [picture.code for picture in _drawn(self.now, self.view)]
        except ProblemsFound as e:
            self.remarks += [f"the view cannot be computed today: {_words(problem)}" for problem in e.problems]
            return False
        self.code_now = codes[0]
        self.seen |= dict.fromkeys(codes, "the project as it is now")
        return self.code in codes

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.ends

    def walk(self, history: History) -> Iterator[Progress]:
        """Go back through the revisions to the one that gives the code."""
        of, last = len(history.commits), ""
        for n, commit in enumerate(history.commits):
            yield Progress(n, of)
            if self.is_over:
                reach = f", back to {last}" if last else ""
                self.remarks.append(f"the time is up: {n} of {of} revisions were looked through{reach}; older ones may give the code")
                return
            found, last = self._at(history, commit), commit.words
            if found:
                record = record_of(*found)
                changed_by = yield from self._changed_by(history, record, commit)
                self.verdict = self._verdict(*found, record, commit, changed_by)
                return
        first = f"; the first is {last}" if last else ""
        part = "; older ones are not in this copy (git fetch --unshallow brings them)" if history.is_shallow else ""
        self.remarks.append(f"no revision gives this code: {of} looked through{first}{part}")

    def _at(self, history: History, commit: Commit) -> tuple[Results, Picture] | None:
        """The results and the picture of a revision if it gives the code. What was looked at before is not computed again."""
        self.passed[commit] = None
        asked = {name.partition("@")[0] for name in (self.view.indicator, self.view.other) if name}
        try:
            state = history.state(commit)
            files = history.needed(state, asked) if state else None
            if files is None:
                return None
            key = frozenset(files.items())
            if key not in self.known:
                self.known.add(key)
                then = results(history.opened(commit, files))
                if picture := self._matching(then, commit):
                    return then, picture
            self.passed[commit] = files
        except ProblemsFound as e:
            reasons = [f"{p.place}: {p.message}" for p in e.problems if p.code not in ABSENT]
            if reasons:
                self.refused[commit.words] = reasons[0]
        return None

    def _matching(self, then: Results, commit: Commit) -> Picture | None:
        for picture in _drawn(then, self.view):
            self.seen.setdefault(picture.code, f"revision {commit.words}")
            if picture.code == self.code:
                return picture
        return None

    def _changed_by(self, history: History, record: Mapping[str, Any], commit: Commit) -> Generator[Progress, None, str]:
        """The first revision that follows on the one that gives the code and in which the numbers as of the same day are others."""
        view, same, tried, unread = _as_then(self.view, record), {commit.id}, set[Any](), ""
        for n, (later, files) in enumerate(reversed(self.passed.items())):
            yield Progress(n, len(self.passed), "later revisions")
            if self.is_over:
                return "the time is up before the revision is found that changed the numbers"
            if same.isdisjoint(later.parents):
                continue
            key = frozenset(files.items()) if files else None
            if files and key not in tried and not self._is_same(history, later, files, view, record):
                return f"the numbers changed with revision {later.words}{unread}"
            if later.words in self.refused:
                unread = ", or before it with one that cannot be read today"
            tried.add(key)
            same.add(later.id)
        return f"the numbers changed with edits that are not committed{unread}"

    @staticmethod
    def _is_same(history: History, commit: Commit, files: Files, view: View, record: Mapping[str, Any]) -> bool:
        try:
            state = results(history.opened(commit, files))
            return changes(state, record, picture_of(state, view))[0]
        except ProblemsFound:
            return False

    def _verdict(self, then: Results, picture: Picture, record: Mapping[str, Any], commit: Commit, changed_by: str) -> Verdict:
        """What has changed since the revision that gives the code."""
        gives = f"revision {commit.words} gives this code" + (f", today it is {self.code_now}" if self.code_now else "")
        view = _as_then(self.view, record)
        try:
            now = picture_of(self.now, view)
        except ProblemsFound as e:
            lost = (f"the view cannot be computed today: {_words(problem)}" for problem in e.problems)
            return Verdict(False, (f"changed: {gives}", changed_by, *lost, *self._unread()))
        same, reasons = changes(self.now, record, now)
        if same:
            return Verdict(True, (f"the same numbers today, as of {numbers.date(view.as_of or '')}: {gives}", *reasons, *self._unread()))
        details = [*_cells(then, self.now, record, record_of(self.now, now)), *_coverage(then, self.now, picture, now)]
        return Verdict(False, (f"changed: {gives}", changed_by, *details, *reasons, *self._unread()))

    def _unread(self) -> list[str]:
        """Revisions that cannot be read today, by the reason."""
        by_reason = grouped((why, words) for words, why in self.refused.items())
        counts = {why: f"{len(those)} revisions, the newest" if len(those) > 1 else "revision" for why, those in by_reason.items()}
        listed = [f"passed over {counts[why]} {those[0]}: it cannot be read today, {why}" for why, those in by_reason.items()]
        more = len(listed) - MOST_REFUSED
        return [*listed[:MOST_REFUSED], *([f"{more} more reasons for which revisions were passed over"] if more > 0 else [])]

    def other_views(self) -> Iterator[Progress]:
        """Look for the code among those of other indicators today, unless it is a slip away from one that was found."""
        rules = [rule for one in self.now.definitions.values() for rule in one.rules]
        for n, rule in enumerate(() if any(_is_near(self.code, code) for code in self.seen) else rules):
            yield Progress(n, len(rules), "other indicators")
            if self.is_over:
                self.remarks.append(f"the time is up: {n} of {len(rules)} other indicators and variants were tried")
                return
            bare = View(rule.id, rule.variant)
            for view in dict.fromkeys((bare, replace(bare, start=self.view.start, end=self.view.end))):
                try:
                    found = picture_of(self.now, view).code == self.code
                except ProblemsFound:
                    continue
                if found:
                    self.verdict = Verdict(None, (f"the code belongs to another view: {view.text} has it today", *self.remarks))
                    return

    def nothing(self) -> Verdict:
        """What can be known where no state gives the code."""
        today = f": today {self.view.text} has {self.code_now}" if self.code_now else ""
        near = [
            f"{where} gives {code}, which differs from {self.code} by one slip: read the picture again"
            for code, where in self.seen.items()
            if _is_near(self.code, code)
        ]
        return Verdict(None, (f"not found{today}", *near, *self.remarks, *([] if near else [OTHER_REASONS]), *self._unread()))


def _is_near(code: str, other: str) -> bool:
    """Whether two codes differ by one character, or by two neighbours that changed places.

    >>> _is_near("RH-7K3M-9QXP", "RH-7K3N-9QXP"), _is_near("RH-7K3M-9QXP", "RH-7KM3-9QXP"), _is_near("RH-7K3M-9QXP", "RH-K73N-9QXP")
    (True, True, False)
    """
    one, two = (text.replace("-", "") for text in (code, other))
    differ = [n for n in range(len(one)) if one[n] != two[n]]
    swapped = len(differ) == 2 and differ[1] == differ[0] + 1 and one[differ[0]] == two[differ[1]] and one[differ[1]] == two[differ[0]]
    return len(differ) == 1 or swapped


# ---- what changed ----


def _cells(then: Results, now: Results, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Cells that differ, of rows behind the numbers that differ."""
    ids = dict.fromkeys(_ids(before, after))
    old, new = _rows(then.tables, ids), _rows(now.tables, ids)
    found = [
        f"{row}: {column} was {old[row].get(column) or 'blank'}, now {new[row].get(column) or 'blank'}"
        for row in ids
        if row in old and row in new
        for column in {**old[row], **new[row]}
        if (old[row].get(column) or "") != (new[row].get(column) or "")
    ]
    yield from found[:MOST_ROWS]
    if len(found) > MOST_ROWS:
        yield f"{len(found) - MOST_ROWS} more cells changed"


def _ids(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Ids of the rows behind the periods that differ."""
    points: tuple[dict[Any, Any], ...] = tuple(
        {(series["name"], point["period"]): point for series in record["series"] for point in series["points"]}
        for record in (before, after)
    )
    for key in {**points[0], **points[1]}:
        pair = [one.get(key) for one in points]
        if pair[0] != pair[1]:
            yield from (row for point in pair if point for row in point["rows"])


def _rows(tables: Mapping[str, Table], ids: Iterable[str]) -> dict[str, Mapping[str, str]]:
    """The cells of those of these rows that exist, as text."""
    by_table = grouped((row.partition(":")[0], row) for row in ids)
    there = {name: tables[name] for name in by_table if name in tables}
    kept = [row for name, one in there.items() for row in one.frame.loc[one.frame[ROW].isin(by_table[name]), ROW]]
    return {row.id: row.cells for row in rows_behind(tables, kept, None, {name: list(one.resource.columns) for name, one in there.items()})}


def _coverage(then: Results, now: Results, before: Picture, after: Picture) -> Iterator[str]:
    """Coverage levels that differ, of categories that the definitions name."""
    levels = [_levels(state, picture) for state, picture in ((then, before), (now, after))]
    for table, category, start, end in sorted({*levels[0], *levels[1]}):
        was, is_now = (one.get((table, category, start, end), "not stated").replace("_", " ") for one in levels)
        if was != is_now:
            yield f"coverage of {category} in {table}, {start} to {end}: was {was}, now {is_now}"


def _levels(state: Results, picture: Picture) -> dict[tuple[str, str, str, str], str]:
    rules = [rule for one in picture.shown for rule in rules_behind(one.definition, state.definition)]
    text = json.dumps([rule.model_dump(mode="json") for rule in rules])
    tables = dict.fromkeys(name for one in picture.shown for name in one.tables)
    spans = ((name, span) for name in tables for span in state.tables[name].spans if f'"{span.category}"' in text)
    return {(name, span.category, span.start, span.end): span.level for name, span in spans}
