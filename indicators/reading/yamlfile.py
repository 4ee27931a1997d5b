"""YAML in which every value knows its line; whatever YAML 1.1 would quietly misread is refused with advice.

Data come out as plain dicts, lists, strings, numbers and booleans. Dates stay text. Aliases, tags and merge keys are
refused, so a file can neither grow when read nor make an object.
"""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from indicators.problems import MOST, Place, Problem, Report, with_rest
from indicators.reading.files import size_faults, too_large

Trail = tuple[str | int, ...]

LARGEST = 1_000_000
SPLIT = "keep data in CSV tables, and definitions in several files"
MOST_VALUES = 50_000
"""Values of one file. More take longer to read than a person waits, and no definition needs a hundredth of them."""
DEEPEST = 40
LONGEST_NUMBER = 40
ECHOES = {"wrong-value", "not-allowed", "wrong-type"}
PLAIN = {"null", "bool", "int", "float", "str", "seq", "map", "timestamp", "merge", "value"}
SEXAGESIMAL = re.compile(r"[-+]?\d+(:\d\d?)+(\.\d*)?")
LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+")


@dataclass(frozen=True)
class YamlFile:
    """A read file: `data`, and the line of each key and value by its trail (`("indicators", "x", "unit")`). `faulty`: lines of
    which the form has a fault, so that their values may not be what was meant."""

    name: str
    data: Any = None
    lines: dict[Trail, int] = field(default_factory=dict)
    faulty: frozenset[int] = frozenset()

    def place(self, *trail: str | int) -> Place:
        """Line of the key or item at this trail; of the nearest parent where the trail goes beyond the file."""
        while trail and trail not in self.lines:
            trail = trail[:-1]
        return Place(self.name, self.lines.get(trail, 1))

    def spoiled(self) -> set[Trail]:
        """Trails of what stands on the faulty lines, or last before them."""
        if not self.faulty:
            return set()
        starts = {max((start for start in self.lines.values() if start <= line), default=1) for line in self.faulty}
        return {trail for trail, start in self.lines.items() if start in starts}

    def without_echoes(self, report: Report) -> Report:
        """A report that leaves out what only follows from a fault of form: a value that is refused on its line."""
        return lambda problem: None if problem.code in ECHOES and problem.place.line in self.faulty else report(problem)


def read_yaml(path: Path, name: str, report: Report) -> YamlFile | None:
    """Read one file; None, with its problems reported, where no data can be had."""
    raw = read_raw(path, name, SPLIT, report)
    return None if raw is None else _parsed(raw, name, report)


def read_raw(path: Path, name: str, hint: str, report: Report) -> bytes | None:
    """The bytes of a file; None, with its problem reported, where it cannot be read or has too many (`hint`: then what)."""
    try:
        for fault in size_faults(path, LARGEST, hint):
            report(Problem(Place(name), *fault))
            return None
        return path.read_bytes()
    except OSError as e:
        message = f"the file cannot be read: {e.strerror}"
        report(Problem(Place(name), "missing-file", message, "create it or correct the path that names it"))
        return None


def read_text(text: str, name: str, report: Report) -> YamlFile | None:
    """Read what is to be the text of a file, as `read_yaml` would read the file."""
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) > LARGEST:
        report(Problem(Place(name), *too_large(len(raw), LARGEST, SPLIT)))
        return None
    return _parsed(raw, name, report)


def _parsed(raw: bytes, name: str, report: Report) -> YamlFile | None:
    text = decoded(raw, name, report)
    return None if text is None else parse_yaml(text, name, report)


def decoded(raw: bytes, name: str, report: Report) -> str | None:
    """The text of a file, without a byte order mark; None, with its line reported, where it is not UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        line = raw[: e.start].count(b"\n") + 1
        report(Problem(Place(name, line), "not-utf-8", f"byte 0x{raw[e.start]:02x} is not UTF-8", "save the file as UTF-8"))
        return None


def parse_yaml(text: str, name: str, report: Report) -> YamlFile | None:
    """Parse text; None where its form is not YAML or uses what is refused.

    >>> parse_yaml("a: {b: 1}", "x.yaml", print).lines[("a", "b")]
    1
    """
    try:
        if _refused(text, name, report):
            return None
        node = yaml.compose(text, loader())
    except yaml.MarkedYAMLError as e:
        report(syntax_problem(e, text, name))
        return None
    except yaml.YAMLError as e:
        odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
        place = Place(name, text.count("\n", 0, odd.start()) + 1 if odd else 1)
        report(Problem(place, "yaml-syntax", " ".join(str(e).split()), "remove control characters; save as UTF-8 text"))
        return None
    if node is None:
        report(Problem(Place(name, 1), "empty-file", "the file is empty", "remove it or fill it"))
        return None
    reading = _Reading(name)
    data = _plain(node, (), reading)
    reading.tell(report)
    return YamlFile(name, data, reading.lines, frozenset(problem.place.line for problem in reading.found))


def read_value(code: str) -> Any:
    """One value written in YAML; days stay text."""
    file = parse_yaml(f"value: {code}", "value", lambda problem: None)
    return file.data["value"] if file else code


def in_yaml(value: Any) -> str:
    """A value as YAML writes it on one line.

    >>> in_yaml({"sum": {"of": "visitors"}})
    '{sum: {of: visitors}}'
    """
    text: str = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=1_000_000)
    return text.removesuffix("\n...\n").strip()


@dataclass
class _Reading:
    name: str
    lines: dict[Trail, int] = field(default_factory=lambda: {(): 1})
    found: list[Problem] = field(default_factory=list)
    rest: int = 0

    def fault(self, node: yaml.Node | yaml.Event, code: str, message: str, hint: str) -> None:
        """Keep the first faults, and the number of the others."""
        assert node.start_mark
        if len(self.found) < MOST:
            self.found.append(Problem(Place(self.name, node.start_mark.line + 1), code, message, hint))
        else:
            self.rest += 1

    def tell(self, report: Report) -> None:
        """Report what was found."""
        for problem in self.found[:-1]:
            report(problem)
        for problem in self.found[-1:]:
            report(with_rest(problem, self.rest))


def _refused(text: str, name: str, report: Report) -> bool:
    """Whether the file uses what is never read here; every place is reported. Depth is bounded before composing."""
    reading = _Reading(name)
    try:
        _look(text, reading)
    finally:  # what was found before the text stopped being YAML is told, too
        reading.tell(report)
    return bool(reading.found)


def _look(text: str, reading: _Reading) -> None:
    depth, values, begun = 0, 0, False
    for event in yaml.parse(text, loader()):
        if begun and isinstance(event, yaml.DocumentStartEvent):
            reading.fault(event, "yaml-syntax", "a second YAML document begins here", "remove the line '---', or make two files")
            return
        begun = begun or isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        values += isinstance(event, yaml.NodeEvent)
        fault = _fault(event, depth, values)
        if fault:
            reading.fault(event, *fault)
        if depth > DEEPEST or values > MOST_VALUES:
            return


def _fault(event: yaml.Event, depth: int, values: int) -> tuple[str, str, str] | None:
    if values > MOST_VALUES:
        return "file-too-large", f"here the file has more than the {MOST_VALUES:,} values allowed", "keep data in CSV tables"
    if depth > DEEPEST:
        return "too-deep", f"values are nested more than {DEEPEST} deep", "no definition needs this"
    anchor = getattr(event, "anchor", None)
    if isinstance(event, yaml.AliasEvent):
        return "yaml-alias", f"the alias '*{anchor}' is not read", "write the value out; a variant says what differs"
    if anchor:
        return "yaml-alias", f"the anchor '&{anchor}' is not read", "remove it and write values out"
    tag = getattr(event, "tag", None)
    if tag and tag.removeprefix("tag:yaml.org,2002:") not in PLAIN:
        return "yaml-tag", f"the tag {tag!r} is not read", "remove it; put text in quotes"
    return None


def _plain(node: yaml.Node, trail: Trail, reading: _Reading) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, trail, reading)
    if isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            reading.lines[(*trail, i)] = item.start_mark.line + 1
        return [_plain(item, (*trail, i), reading) for i, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(node, reading)


def _mapping(node: yaml.MappingNode, trail: Trail, reading: _Reading) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            reading.fault(key_node, "key-not-text", "a key must be a word", "quote the key")
            continue
        if key_node.tag.endswith(":merge"):
            reading.fault(key_node, "yaml-merge", "the merge key '<<' is not read", "write the values out")
            continue
        key = key_node.value if key_node.tag.endswith((":int", ":timestamp", ":float")) else _scalar(key_node, reading)
        if not isinstance(key, str):
            reading.fault(key_node, "key-not-text", f"the key {key_node.value!r} is read as {key!r}", f"quote it: '{key_node.value}'")
            key = key_node.value
        here = (*trail, key)
        if key in data:
            message = f"the key {key!r} stands twice; it stands first on line {reading.lines[here]}"
            reading.fault(key_node, "duplicate-key", message, "remove one of them")
            continue
        reading.lines[here] = key_node.start_mark.line + 1
        data[key] = _plain(value_node, here, reading)
    return data


def _scalar(node: yaml.ScalarNode, reading: _Reading) -> Any:
    text, kind = node.value, node.tag.rpartition(":")[2]
    if kind == "bool":
        return _boolean(node, reading)
    if kind == "null":
        return None
    if kind in ("int", "float"):
        return _number(node, kind, reading)
    if kind == "timestamp":
        _check_day(node, reading)
    return text


def _boolean(node: yaml.ScalarNode, reading: _Reading) -> Any:
    if node.value in ("true", "false"):
        return node.value == "true"
    read_as = node.value.lower() in ("yes", "on", "y", "true")
    message = f"{node.value} without quotes is read as {str(read_as).lower()}"
    reading.fault(node, "unquoted-boolean", message, f"quote it: '{node.value}' (for a truth value write true or false)")
    return node.value


def _number(node: yaml.ScalarNode, kind: str, reading: _Reading) -> Any:
    text = node.value.replace("_", "")
    if SEXAGESIMAL.fullmatch(text) or LEADING_ZERO.fullmatch(text) or text[:2].lower() in ("0x", "0b"):
        message = f"{node.value} without quotes is read as another number (base 60, 8, 16 or 2)"
        reading.fault(node, "unquoted-number", message, f"quote it: '{node.value}', or write a plain decimal number")
        return node.value
    try:
        number = int(text) if kind == "int" and len(text) <= LONGEST_NUMBER else float(text)
        if len(text) <= LONGEST_NUMBER and math.isfinite(number):
            return number
    except ValueError:  # .inf and .nan, which Python writes otherwise; and what a tag calls a number
        pass
    reading.fault(node, "not-a-number", f"{node.value[:20]!r} is not a finite number of sensible size", "write a number")
    return node.value


def _check_day(node: yaml.ScalarNode, reading: _Reading) -> None:
    try:
        datetime.date.fromisoformat(node.value[:10])
    except ValueError:
        reading.fault(node, "no-such-day", f"{node.value} is not a day of the calendar", "write an existing day as YYYY-MM-DD")


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
