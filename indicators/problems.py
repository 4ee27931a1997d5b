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

import functools
import json
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeVar

import yaml

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
        file = in_one_line(self.file)
        return f"{file}:{self.line}" if self.line else file


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
    return Fault(code, codes()[code].messages[case].format_map({key: in_words(part) for key, part in parts.items()}), hint, trail, case)


class _Word(str):
    """A text that is quoted by nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def in_words(part: object) -> object:
    """A part of a message as YAML writes it: true and not True, nothing and not None.

    >>> f"{in_words(True)!r} {in_words({'from': None})!r} {in_words('text')!r}"
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


T = TypeVar("T")


def first_few(items: Sequence[T], most: int) -> Iterator[tuple[T, int]]:
    """The first items to report, each with 0, the last with the number of those that are not reported.

    >>> list(first_few("abcd", 2)), list(first_few("ab", 2))
    ([('a', 0), ('b', 2)], [('a', 0), ('b', 0)])
    """
    for n, one in enumerate(items[:most], 1):
        yield one, len(items) - most if n == most else 0


class ProblemsFound(Exception):
    """Raised where no result can be given at all; carries every problem, never only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def refused(fault: Fault, place: Place) -> ProblemsFound:
    """The one fault for which something cannot be given, to be raised."""
    return ProblemsFound([fault.at(place)])


PLAIN = (
    *(("a valid ", "a "), ("a string", "text"), ("a integer", "a whole number"), ("a boolean", "true or false")),
    *(("String should match pattern", "of the form"), ("String should have at least 1 character", "text that is not empty")),
    *(("String should have", "text with"), ("Tuple should have", "a list with"), ("Dictionary should have", "a mapping with")),
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

    >>> print(_annotation(Problem(Place("a.yaml", 3), "blank", "it is blank", "fill it")))
    ::error file=a.yaml,line=3,title=blank::it is blank%0Afill it
    """
    line = f",line={problem.place.line}" if problem.place.line else ""
    text = "\n".join(filter(None, [problem.message, problem.hint])).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{problem.level} file={in_one_line(problem.place.file)}{line},title={problem.code}::{text}"
