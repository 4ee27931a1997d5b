"""What is wrong, where, and how to fix it: the one form in which every fault is reported.

The standard for a problem, wherever it is made:

- *place*: the file and line that a person must open; the line of the key or cell, not of the file's beginning.
- *code*: two or three plain words that stay the same when the wording improves; explained in `codes.yaml`.
- *level*: an error is wrong, and what depends on it is not computed; a warning is about what is
  valid but probably not intended (`indicators.warnings`); a definition may carry an exemption from it, with a reason.
- *message*: the value, quoted, and what is wrong with it. *hint*: the nearest guess, what is allowed, and what to do.
- every fault in one run; many similar ones in a column as the first few and a count; never "one or more entries are invalid".
- nothing unknown is ignored, and a fault that only follows from another is not reported.
"""

import difflib
import functools
import json
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

import yaml

from indicators.characters import difference, look

# ---- what codes.yaml says ----

FILE = Path(__file__).with_name("codes.yaml")
LONGEST_LINE = 110
"""Characters of a line of an example that are shown."""


class Example(NamedTuple):
    """A `bad` and a `good` text for the file `where`; both replace the text `instead` (`good`, if not given). A test tries them."""

    where: str
    bad: str
    good: str
    instead: str = ""

    @property
    def shown(self) -> tuple[str, str]:
        """The two examples as they are shown, bad and good: without the indentation of their file, and long lines cut."""
        bad, good = (textwrap.dedent(text.strip("\n")).splitlines() for text in (self.bad, self.good))
        return "\n".join(map(_cut, bad)), "\n".join(map(_cut, good))


def _cut(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1]}…"


Checked = Literal["definition", "annotation", "row"]
"""What a warning is about, and what may carry an exemption from it; a row carries it in the descriptor of its table."""


class Code(NamedTuple):
    """One code: what it `means`, in a line; how to `fix` it; its `messages` (a template by case, "" where there is one case
    only); an example of each case that has one. `exempt`: what may carry an exemption from this warning."""

    code: str
    means: str
    fix: str
    messages: Mapping[str, str]
    examples: Mapping[str, Example]
    level: Literal["error", "warning"] = "error"
    exempt: Literal["", "definition", "annotation", "row"] = ""

    def heading(self, case: str) -> str:
        """What is said of a case, with <names> in the place of what came.

        >>> codes()["unknown-column"].heading("")
        'table <table> has no column <column>'
        """
        return re.sub(r"\{(\w+)[^}]*\}", r"<\1>", self.messages[case])


@functools.cache
def groups() -> Mapping[str, tuple[Code, ...]]:
    """The codes by what they are about."""
    written = yaml.load(FILE.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return MappingProxyType({title: tuple(_code(code, **rest) for code, rest in codes.items()) for title, codes in written.items()})


def _code(code: str, *, means: str, fix: str, cases: Mapping[str, Any] | None = None, **rest: Any) -> Code:
    """A code as the file has it: with one message and example of its own, with `cases` by name, or with both."""
    about = {key: rest.pop(key) for key in ("level", "exempt") if key in rest}
    written = ({"": rest} if rest else {}) | dict(cases or {})
    messages = {name: case["message"] for name, case in written.items() if "message" in case}
    examples = {name: Example(**{k: v for k, v in case.items() if k != "message"}) for name, case in written.items() if "bad" in case}
    return Code(code, means, fix, messages, examples, **about)


@functools.cache
def codes() -> Mapping[str, Code]:
    """Every code that a problem can have; a test compares it with the source."""
    return MappingProxyType({one.code: one for group in groups().values() for one in group})


def exemptable(of: Checked) -> tuple[Code, ...]:
    """The warnings from which a definition, an annotation or a row may be exempted."""
    return tuple(one for one in codes().values() if one.exempt == of)


# ---- faults and problems ----


class Place(NamedTuple):
    """A line of a file; line 0 is the file as a whole. Paths are relative to the project."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, order=True)
class Problem:
    """One fault: its place, its stable code, what is wrong, what is allowed and what to do."""

    place: Place
    code: str
    message: str
    hint: str = ""
    level: Literal["error", "warning"] = "error"
    case: str = field(default="", compare=False)
    """Which of a code's cases this is, as `codes.yaml` names them; "" where the code has one."""

    def __post_init__(self) -> None:
        for part in ("message", "hint"):
            object.__setattr__(self, part, in_one_line(getattr(self, part)))

    def __str__(self) -> str:
        """The two lines a person reads.

        >>> print(Problem(Place("a.yaml", 3), "unknown-key", "there is no key 'tabel'", "did you mean 'table'?"))
        a.yaml:3: error[unknown-key]: there is no key 'tabel'
            did you mean 'table'?
        """
        first = f"{self.place}: {self.level}[{self.code}]: {self.message}"
        return f"{first}\n    {self.hint}" if self.hint else first


Trail = tuple[str | int, ...]
"""Keys and numbers of items that lead to a part of a value."""


class Fault(NamedTuple):
    """What is wrong with a part of a value. A check finds it; code that knows the place of the value makes it a `Problem`.

    `trail` leads from the value that was checked to the faulty part.
    """

    code: str
    message: str
    hint: str = ""
    trail: Trail = ()
    case: str = ""

    def under(self, *trail: str | int) -> "Fault":
        """The same fault, seen from a value around the one that was checked.

        >>> fault("unknown-key", "tabel", key="tabel").under("indicators", "x").trail
        ('indicators', 'x', 'tabel')
        """
        return self._replace(trail=(*trail, *self.trail))

    def with_rest(self, rest: int) -> "Fault":
        """The last fault that is reported, with the number of those that are not."""
        return self._replace(message=f"{self.message} (and {rest:,} more like this in the file)") if rest else self

    def at(self, place: Place | Callable[[Trail], Place]) -> Problem:
        """The fault at a place, or at the place that a file gives for its trail."""
        here = place(self.trail) if callable(place) else place
        return Problem(here, self.code, self.message, self.hint, codes()[self.code].level, self.case)


def fault(name: str, /, *trail: str | int, hint: str = "", **parts: object) -> Fault:
    """A fault by its code, or `code/case` where a code has several; `parts` fill the message that `codes.yaml` has for it.

    KeyError for a code, case or part that is not there: a fault of the program, which a test finds.

    >>> fault("unknown-key", key="tabel").message
    "there is no key 'tabel' here"
    """
    code, _, case = name.partition("/")
    return Fault(code, codes()[code].messages[case].format_map({key: _in_words(part) for key, part in parts.items()}), hint, trail, case)


class _Word(str):
    """A text that is quoted by nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _in_words(part: object) -> object:
    """A part of a message as YAML writes it: true and not True, nothing and not None.

    >>> f"{_in_words(True)!r} {_in_words({'from': None})!r} {_in_words('text')!r}"
    "true {from: null} 'text'"
    """
    if part is None or isinstance(part, bool):
        return _Word("nothing" if part is None else str(part).lower())
    if isinstance(part, list | dict):
        return _Word(yaml.safe_dump(part, default_flow_style=True, sort_keys=False, allow_unicode=True, width=LONGEST_TEXT).strip())
    return part


class Refused(ValueError):
    """Raised for a value that is not accepted, with its fault; as text, what is wrong and, after a semicolon, what to do."""

    def __init__(self, fault: Fault) -> None:
        super().__init__("; ".join(filter(None, (fault.message, fault.hint))))
        self.fault = fault


LONGEST_TEXT = 1000
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode's categories of invisible characters that act on a terminal or a line."""


def in_one_line(words: str) -> str:
    """A text cut to a sensible length, with its invisible characters written as codes, so that no cell acts on a terminal.

    >>> in_one_line("a\\x1b[31mb")
    'a\\\\x1b[31mb'
    """
    cut = words if len(words) <= LONGEST_TEXT else words[: LONGEST_TEXT - 1] + "…"
    if cut.isprintable():
        return cut
    return "".join(repr(character)[1:-1] if unicodedata.category(character) in UNSEEN else character for character in cut)


Report = Callable[[Problem], None]
MOST_IN_A_FILE = 100
"""Problems of one file that are reported one by one; more would not be read, and each costs time."""


def report_all(faults: Iterable[Fault], place: Place | Callable[[Trail], Place], report: Report) -> bool:
    """Report each fault at the place, or at the place that a file gives for its trail; whether there was one."""
    problems = [one.at(place) for one in faults]
    for problem in problems:
        report(problem)
    return bool(problems)


class ProblemsFound(Exception):
    """Raised where no result can be given at all; carries every problem, never only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def refused(fault: Fault, place: Place) -> ProblemsFound:
    """The one fault for which something cannot be given, to be raised."""
    return ProblemsFound([fault.at(place)])


LONGEST_WORD, MOST_WORDS = 60, 5000
"""Characters of a word, and words, that a guess looks at: its time grows with both, and with the square of the characters."""
MEAN_THE_SAME = tuple(
    frozenset(group.split())
    for group in """
annual yearly annually year per_year by_year each_year every_year a_year
half_yearly halfyearly semiannual semi_annual biannual half_year semester six_monthly
triannual four_monthly tertial
quarterly quarter per_quarter by_quarter each_quarter every_quarter
monthly month per_month by_month each_month every_month a_month yearmonth
weekly week per_week by_week each_week every_week a_week
daily day by_day each_day every_day a_day date
mean average avg arithmetic_mean
count number n num counts tally how_many nrow size
sum total add summed
distinct unique nunique count_distinct different
last latest newest most_recent
share proportion fraction percentage percent
ratio quotient divide division
difference minus subtract diff
change delta diff
pct_change percent_change percentage_change growth growth_rate
year_on_year yoy year_over_year
rolling_mean moving_average rolling_average moving_mean smooth
rolling_sum moving_sum moving_total rolling_total
cumulative cumsum running_total cumulate
year_to_date ytd
zscore z_score standardise standardize
at_least min minimum gte ge more_than greater_than
at_most max maximum lte le less_than
from since after start begin
to until before till end
not is_not exclude except without ne
contains includes like matches has
blank null empty missing na is_null isna
exactly only equals eq
title name label heading headline
unit units
direction polarity
frequency freq interval granularity periodicity
where filter filters condition conditions
table dataset data
reduce aggregate aggregation agg
transform transformation transforms
normalise normalize normalisation normalization
breakdown group_by groupby split_by by
higher_is_better higher up positive increase
lower_is_better lower down negative decrease
none neutral neither no
partial partly incomplete
complete full
near_complete nearly_complete almost_complete
string text str varchar
integer int whole_number
number float double decimal numeric
boolean bool logical
datetime timestamp
""".strip().splitlines()
)
"""Words of the field, and what is often written for them: a group a line."""
NOT_OFFERED = {
    "alerts": "alert alerts alarm notify notification threshold trigger warn warn_when",
    "mails": "email mail recipients subscribe slack webhook",
    "colours of one's own": "color colour colors colours palette style theme",
    "kinds of chart": "chart chart_type plot plot_type graph type_of_chart visualisation visualization",
    "sizes and fonts": "width height font font_size size_of_chart",
    "fortnights, hours and decades": "fortnightly biweekly bimonthly hourly hour decade",
    "formulas and scripts": "formula expression expr eval query sql python script code lambda macro",
    "forecasts": "forecast predict prediction projection trend_line nowcast",
    "seasonal adjustment": "seasonal_adjustment seasonally_adjusted deseasonalise deseasonalize sa",
    "schedules": "schedule cron refresh update_every interval_of_updates",
    "users and passwords": "user users password role permission permissions",
    "regular expressions in filters": "regex regexp pattern_of_text",
}
"""What the product does not have, and the words by which it is looked for."""
LIKELY = 0.3
"""Slips of the hand in a word, as a part of its characters, up to which another word is likely to be meant."""


def key_hint(key: str, value: object, allowed: Iterable[object]) -> str:
    """The hint for an unknown key: one without a value may be the rest of a text with a comma, inside braces.

    >>> key_hint("Paris airports", None, ["path", "title"])
    "a text with a comma needs quotes inside braces: '…, Paris airports'; known: path, title"
    >>> key_hint("titel", "Duels", ["path", "title"])
    "did you mean 'title'? known: path, title"
    """
    hint = suggest(key, allowed)
    is_rest = value is None and not hint.startswith("did you mean")
    return f"a text with a comma needs quotes inside braces: '…, {key}'; {hint}" if is_rest else hint


def suggest(word: object, allowed: Iterable[object], *, most: int = 12) -> str:
    """The likely word, or that there is no such thing here, and the allowed set, as a hint; the set is cut after `most` words.

    >>> suggest("rolling_sm", ["change", "rolling_sum"])
    "did you mean 'rolling_sum'? known: change, rolling_sum"
    >>> suggest("x", ["change", "rolling_sum"])
    'known: change, rolling_sum'
    >>> suggest("alert", ["at_least", "title"])
    'alerts are not offered; known: at_least, title'
    >>> suggest("Ｚenda", ["Zenda"])
    "did you mean 'Zenda'? 'Ｚenda' looks the same, but it has U+FF3A FULLWIDTH LATIN CAPITAL LETTER Z in place of 'Z'; known: Zenda"
    """
    word, known = str(word)[:LONGEST_WORD], sorted({_in_words(a) if isinstance(a, bool) else a for a in allowed}, key=_by_size)
    names = [str(k)[:LONGEST_WORD] for k in known]
    if len(names) > MOST_WORDS:  # only those that begin alike are looked at
        names = ([k for k in names if k[:1].lower() == word[:1].lower()] or names)[:MOST_WORDS]
    twin = next((k for k in names if k != word and look(k) == look(word)), None)
    guess = twin or likely(word, names)
    shown = names if len(names) <= most else difflib.get_close_matches(word, names, most, 0.0)
    rest = f" (and {len(known) - most} more)" if len(known) > most else ""
    legal = f"known: {', '.join(shown)}{rest}" if known else "none are known here"
    alike = f" {word!r} looks the same, but {difference(word, twin)};" if twin else ""
    if guess:
        return f"did you mean {guess!r}?{alike} {legal}"
    absent = next((what for what, words in NOT_OFFERED.items() if _plain(word) in words.split()), None)
    return f"{absent} are not offered; {legal}" if absent else legal


def _by_size(word: object) -> tuple[float, str]:
    """Numbers by size, before texts by their characters."""
    is_number = isinstance(word, int | float) and not isinstance(word, bool)
    return (float(word), "") if is_number else (float("inf"), str(word))  # type: ignore[arg-type]  # the line above has tested it


def _plain(word: str) -> str:
    """A word in small letters, its parts joined by _."""
    return re.sub(r"[\W_]+", "_", word.lower()).strip("_")


def likely(word: str, known: Sequence[str]) -> str | None:
    """The known word that is meant: the same in another spelling, a word of the same meaning, a longer or shorter form, a slip of the
    hand. None where nothing is near, or where several are equally near by their beginning.

    >>> likely("yearly", ["annual", "half-yearly"]), likely("quarter", ["monthly", "quarterly"]), likely("alert", ["at_least"])
    ('annual', 'quarterly', None)
    """
    plain = _plain(word)
    if not plain:
        return None
    forms = {_plain(name): name for name in reversed(known)}
    same = [forms[other] for other in forms if sorted(other.split("_")) == sorted(plain.split("_"))]
    meant = [forms[other] for group in MEAN_THE_SAME if plain in group for other in group if other in forms]
    if same or meant:
        return (same or sorted(meant))[0]
    near = _mistyped(plain, forms)
    if near and _slips(plain, _plain(near)) == 1:
        return near
    longer = [other for other in forms if len(plain) >= 3 and other.startswith(plain)]
    shorter = [other for other in forms if len(other) >= 3 and plain.startswith(other)]
    begun = sorted(longer or shorter, key=lambda other: abs(len(other) - len(plain)))
    if len(begun) == 1 or (begun and abs(len(begun[0]) - len(plain)) <= 2):
        return forms[begun[0]]
    return None if begun else near


def _mistyped(plain: str, forms: Mapping[str, str]) -> str | None:
    if any(plain in words.split() for words in NOT_OFFERED.values()):
        return None
    near = difflib.get_close_matches(plain, list(forms), 5, 0.5)
    slips = {other: _slips(plain, other) for other in near}
    close = [other for other in near if slips[other] <= max(1, LIKELY * len(plain)) or _begins_like(plain, other)]
    return forms[min(close, key=lambda other: slips[other])] if close and len(plain) > 2 else None


def _begins_like(one: str, other: str) -> bool:
    """Whether two words share their first four characters, and most of the shorter one."""
    common = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return common >= 4 and common >= 0.6 * max(len(one), len(other)) - 1


def _slips(one: str, other: str) -> int:
    """How many characters were left out, added, replaced or swapped with the next.

    >>> _slips("cuont", "count"), _slips("dule", "duel"), _slips("level", "levels")
    (1, 1, 1)
    """
    before, last = list(range(len(other) + 1)), list[int]()
    for n, a in enumerate(one, 1):
        row = [n]
        for m, b in enumerate(other, 1):
            row.append(min(row[-1] + 1, before[m] + 1, before[m - 1] + (a != b)))
            if n > 1 and m > 1 and a == other[m - 2] and one[n - 2] == b:
                row[-1] = min(row[-1], last[m - 2] + 1)
        last, before = before, row
    return before[-1]


def without_misspelt(errors: Sequence[Any]) -> list[Any]:
    """Pydantic's errors without those of missing keys that an unknown key looks like: one slip, one fault."""
    missing: dict[tuple[Any, ...], list[str]] = {}
    for error in errors:
        if error["type"] == "missing":
            missing.setdefault(error["loc"][:-1], []).append(str(error["loc"][-1]).lower())
    strange = [error["loc"] for error in errors if error["type"] == "extra_forbidden" and error["loc"][:-1] in missing][:MOST_IN_A_FILE]
    meant = {(at[:-1], likely(str(at[-1]), missing[at[:-1]])) for at in strange}
    return [error for error in errors if error["type"] != "missing" or (error["loc"][:-1], str(error["loc"][-1]).lower()) not in meant]


PLAIN = (
    *(("a valid ", "a "), ("a string", "text"), ("a integer", "a whole number"), ("a boolean", "true or false")),
    *(("a dictionary", "a mapping"), ("an object", "a mapping"), ("a array", "a list"), ("a tuple", "a list")),
)
"""Words of pydantic, and what they are called here."""


def in_plain_words(message: str) -> str:
    """What a value should be, from a message of pydantic.

    >>> in_plain_words("Input should be a valid integer")
    'a whole number'
    """
    wanted = message.removeprefix("Input should be ")
    for word, plain in PLAIN:
        wanted = wanted.replace(word, plain)
    return wanted


def written(problems: Iterable[Problem], form: str) -> str:
    """All problems in one text."""
    problems = list(problems)
    if form == "json":
        records = [{**p.place._asdict(), "level": p.level, "code": p.code, "message": p.message, "hint": p.hint} for p in problems]
        return json.dumps(records, ensure_ascii=False, indent=1) + "\n"
    return "\n".join(_annotation(p) if form == "github" else str(p) for p in problems)


def _annotation(problem: Problem) -> str:
    """A workflow command, which GitHub shows at the line.

    >>> from indicators.problems import Place
    >>> print(_annotation(Problem(Place("a.yaml", 3), "blank", "it is blank", "fill it")))
    ::error file=a.yaml,line=3,title=blank::it is blank%0Afill it
    """
    line = f",line={problem.place.line}" if problem.place.line else ""
    text = "\n".join(filter(None, [problem.message, problem.hint])).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{problem.level} file={problem.place.file}{line},title={problem.code}::{text}"
