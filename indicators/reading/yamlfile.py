"""YAML in which every value knows its line; whatever YAML 1.1 would quietly misread is refused with advice.

Data come out as plain dicts, lists, strings, numbers and booleans. Dates stay text. Aliases, tags and merge keys are
refused, so a file can neither grow when read nor make an object.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from indicators.characters import difference, has_one_look, look, unseen
from indicators.nouns.vocabulary import LARGEST_NUMBER
from indicators.problems import MOST_IN_A_FILE, Fault, Place, Report, Trail, fault
from indicators.reading.files import LARGEST, decoded, read_raw, too_large

SPLIT = "keep data in CSV tables, and definitions in several files"
MOST_VALUES = 50_000
"""Values of one file. More take longer to read than a person waits, and no definition needs a hundredth of them."""
DEEPEST = 40
LONGEST_NUMBER = 40
FOLLOW_UPS = {"wrong-value", "not-allowed", "wrong-type"}
PLAIN = {"null", "bool", "int", "float", "str", "seq", "map", "timestamp", "merge", "value"}
SEXAGESIMAL = re.compile(r"[-+]?[0-9]+(:[0-9][0-9]?)+(\.[0-9]*)?")
LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+")


@dataclass(frozen=True)
class YamlFile:
    """A read file: `data`, and the line of each key and value by its trail (`("indicators", "x", "unit")`). `faulty`: lines with
    a fault of form, whose values may not be what was intended; `misread`: those of them whose values are not what was written."""

    name: str
    data: Any = None
    lines: dict[Trail, int] = field(default_factory=dict)
    faulty: frozenset[int] = frozenset()
    misread: frozenset[int] = frozenset()

    def place(self, trail: Trail = ()) -> Place:
        """Line of the key or item at this trail; of the nearest parent where the trail goes beyond the file."""
        while trail and trail not in self.lines:
            trail = trail[:-1]
        return Place(self.name, self.lines.get(trail, 1))

    def trails_on_faulty_lines(self) -> set[Trail]:
        """Trails of what is on the faulty lines, or last before them."""
        if not self.faulty:
            return set()
        starts = {max((start for start in self.lines.values() if start <= line), default=1) for line in self.faulty}
        return {trail for trail, start in self.lines.items() if start in starts}

    def without_follow_ups(self, report: Report) -> Report:
        """A report without what only follows from a fault of form: a value that is refused on its line."""
        return lambda problem: None if problem.code in FOLLOW_UPS and problem.place.line in self.misread else report(problem)


def read_yaml(path: Path, name: str, report: Report) -> YamlFile | None:
    """Read one file; None, with its problems reported, where no data can be read."""
    raw = read_raw(path, name, SPLIT, report)
    text = None if raw is None else decoded(raw, name, report)
    return None if text is None else parse_yaml(text, name, report)


def read_text(text: str, name: str, report: Report) -> YamlFile | None:
    """Read a text as `read_yaml` would read a file of this content."""
    raw = text.encode("utf-8", "surrogatepass")
    if len(raw) > LARGEST:
        report(too_large(len(raw), LARGEST, SPLIT).at(Place(name)))
        return None
    same = decoded(raw, name, report)
    return None if same is None else parse_yaml(same, name, report)


def parse_yaml(text: str, name: str, report: Report) -> YamlFile | None:
    """Parse text; None where it is not YAML or uses what is refused.

    >>> parse_yaml("a: {b: 1}", "x.yaml", print).lines[("a", "b")]
    1
    """
    try:
        if _is_refused(text, name, report):
            return None
        node = yaml.compose(text, loader())
    except yaml.MarkedYAMLError as e:
        line, wrong = _syntax_fault(e, text)
        report(wrong.at(Place(name, line)))
        return None
    except yaml.YAMLError as e:
        odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
        wrong = fault("yaml-syntax/character", hint="remove control characters; save as UTF-8 text", reason=" ".join(str(e).split()))
        report(wrong.at(Place(name, text.count("\n", 0, odd.start()) + 1 if odd else 1)))
        return None
    if node is None:
        report(fault("empty-file", hint="remove it or fill it").at(Place(name, 1)))
        return None
    reading = _Reading(name)
    data = _plain(node, (), reading)
    reading.report_to(report)
    faulty, misread = (frozenset(line for line, one in reading.faults if one.code not in read) for read in ((), ("wrong-item",)))
    return YamlFile(name, data, reading.lines, faulty, misread)


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
    """A file while it is read: the lines of its parts, and its first faults of form, each with the line; `rest` counts the others."""

    name: str
    lines: dict[Trail, int] = field(default_factory=lambda: {(): 1})
    faults: list[tuple[int, Fault]] = field(default_factory=list)
    rest: int = 0

    def refuse(self, node: yaml.Node | yaml.Event, wrong: Fault) -> None:
        """Keep the first faults, and the number of the others."""
        assert node.start_mark
        if len(self.faults) < MOST_IN_A_FILE:
            self.faults.append((node.start_mark.line + 1, wrong))
        else:
            self.rest += 1

    def report_to(self, report: Report) -> None:
        """Report the faults that were kept."""
        for n, (line, wrong) in enumerate(self.faults, 1):
            report(wrong.with_rest(self.rest if n == len(self.faults) else 0).at(Place(self.name, line)))


def _is_refused(text: str, name: str, report: Report) -> bool:
    """Whether the file uses what is never read here; every place is reported. Depth is bounded before composing."""
    reading = _Reading(name)
    try:
        _look(text, reading)
    finally:  # the faults before the text stopped being YAML are reported, too
        reading.report_to(report)
    return bool(reading.faults)


def _look(text: str, reading: _Reading) -> None:
    depth, values, documents = 0, 0, 0
    for event in yaml.parse(text, loader()):
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            reading.refuse(event, fault("yaml-syntax/second-document", hint="remove the line '---', or make two files"))
            return
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        values += isinstance(event, yaml.NodeEvent)
        refusal = _refusal(event, depth, values)
        if refusal:
            reading.refuse(event, refusal)
        if depth > DEEPEST or values > MOST_VALUES:
            return


def _refusal(event: yaml.Event, depth: int, values: int) -> Fault | None:
    if values > MOST_VALUES:
        return fault("file-too-large/values", hint="keep data in CSV tables", most=MOST_VALUES)
    if depth > DEEPEST:
        return fault("too-deep", hint="no definition needs this", deepest=DEEPEST)
    anchor = getattr(event, "anchor", None)
    if isinstance(event, yaml.AliasEvent):
        return fault("yaml-alias/alias", hint="write the value out; a variant says what differs", anchor=anchor)
    if anchor:
        return fault("yaml-alias/anchor", hint="remove it and write values out", anchor=anchor)
    tag = getattr(event, "tag", None)
    if tag and tag.removeprefix("tag:yaml.org,2002:") not in PLAIN:
        return fault("yaml-tag", hint="remove it; put text in quotes", tag=tag)
    return None


def _plain(node: yaml.Node, trail: Trail, reading: _Reading) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, trail, reading)
    if isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            reading.lines[(*trail, i)] = item.start_mark.line + 1
        before = len(reading.faults)
        items = [_plain(item, (*trail, i), reading) for i, item in enumerate(node.value)]
        if len(reading.faults) == before:
            _refuse_repeated(items, node, trail, reading)
        return items
    assert isinstance(node, yaml.ScalarNode)
    _refuse_unseen(node, trail, reading)
    return _scalar(node, reading)


SIGNS = {"separator", "delimiter", "groupChar", "decimalChar", "commentChar"}


def _refuse_unseen(node: yaml.ScalarNode, trail: Trail, reading: _Reading) -> None:
    """Report characters in a text that nobody sees. A separator, which has no letter or digit, may have or be one; words that are looked
    for and patterns may begin or end with a blank."""
    text = node.value.strip(" \n") if node.style in ("|", ">") or {"contains", "pattern"} & set(trail) else node.value
    where = unseen(text)
    is_text = any(map(str.isalnum, text)) or not (look(text) or SIGNS & set(trail))
    if where and is_text and "missingValues" not in trail:
        reading.refuse(node, fault("unseen-character/value", hint="remove it", value=text[:60], where=where))


def _refuse_repeated(items: list[Any], node: yaml.SequenceNode, trail: Trail, reading: _Reading) -> None:
    """Report each item of a list that is there already, or looks like one that is. Steps of a calculation may follow each other."""
    first: dict[tuple[type, Any], int] = {}
    for i, item in enumerate(items if "transform" not in trail else ()):
        if not isinstance(item, str | int | float):
            continue
        key = type(item), look(item) if isinstance(item, str) else item
        at = first.setdefault(key, i)
        if at != i:
            hint = f"remove one of them{'' if items[at] == item else f'; {difference(str(item), str(items[at]))}'}"
            reading.refuse(node.value[i], fault("wrong-item/again", hint=hint, item=item, line=reading.lines[(*trail, at)]))


def _mapping(node: yaml.MappingNode, trail: Trail, reading: _Reading) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            reading.refuse(key_node, fault("key-not-text/nested", hint="quote the key"))
            continue
        if key_node.tag.endswith(":merge"):
            reading.refuse(key_node, fault("yaml-merge", hint="write the values out"))
            continue
        key = key_node.value if key_node.tag.endswith((":int", ":timestamp", ":float")) else _scalar(key_node, reading)
        if not isinstance(key, str):
            quoted = f"quote it: '{key_node.value}'"
            reading.refuse(key_node, fault("key-not-text/value", hint=quoted, written=key_node.value, value=key))
            key = key_node.value
        here = (*trail, key)
        twin = next((known for known in data if look(known) == look(key)), key) if not has_one_look(key) else key
        if twin != key:
            hint = f"write it once; {difference(key, twin)}"
            reading.refuse(key_node, fault("looks-the-same/key", hint=hint, key=key, other=twin, line=reading.lines[(*trail, twin)]))
            continue
        _refuse_unseen(key_node, trail, reading)
        if key in data:
            reading.refuse(key_node, fault("duplicate-key/key", hint="remove one of them", key=key, line=reading.lines[here]))
            continue
        reading.lines[here] = key_node.start_mark.line + 1
        _refuse_blank(value_node, key_node, key, reading)
        data[key] = value_node.value if _is_answer(value_node, here) else _plain(value_node, here, reading)
    return data


def _refuse_blank(node: yaml.Node, at: yaml.Node, key: str, reading: _Reading) -> None:
    """Report a key without a value, which would pass as one that is not given. A written null is meant."""
    hint = "write its value, or remove the key; null in a variant takes back what its indicator says"
    if isinstance(node, yaml.ScalarNode) and node.tag.endswith(":null") and not node.value:
        reading.refuse(at, fault("blank-value", hint=hint, key=key))


def _is_answer(node: yaml.Node, trail: Trail) -> bool:
    """Whether a value is the yes or no of a key that asks for one, where it needs no quotes."""
    asks = trail[:1] == ("indicators",) and trail[-1] == "season" and (len(trail) == 3 or trail[2:-2] == ("variants",))
    return asks and isinstance(node, yaml.ScalarNode) and node.value.lower() in ("yes", "no")


def _scalar(node: yaml.ScalarNode, reading: _Reading) -> Any:
    text, kind = node.value, node.tag.rpartition(":")[2]
    if kind == "bool":
        return _boolean(node, reading)
    if kind == "null":
        return None
    if kind in ("int", "float"):
        return _number(node, kind, reading)
    if kind == "timestamp":
        try:
            datetime.date.fromisoformat(text[:10])
        except ValueError:
            reading.refuse(node, fault("no-such-day/value", hint="write an existing day as YYYY-MM-DD", written=text))
    return text


def _boolean(node: yaml.ScalarNode, reading: _Reading) -> Any:
    if node.value in ("true", "false"):
        return node.value == "true"
    value = "true" if node.value.lower() in ("yes", "on", "y", "true") else "false"
    hint = f"quote it: '{node.value}' (for a truth value write true or false)"
    reading.refuse(node, fault("unquoted-boolean", hint=hint, written=node.value, value=value))
    return node.value


def _number(node: yaml.ScalarNode, kind: str, reading: _Reading) -> Any:
    text = node.value.replace("_", "")
    if SEXAGESIMAL.fullmatch(text) or LEADING_ZERO.fullmatch(text) or text[:2].lower() in ("0x", "0b"):
        hint = f"quote it: '{node.value}', or write a plain decimal number"
        reading.refuse(node, fault("unquoted-number", hint=hint, written=node.value))
        return node.value
    try:
        number = int(text) if kind == "int" and len(text) <= LONGEST_NUMBER else float(text)
        is_sensible = len(text) <= LONGEST_NUMBER and abs(number) <= LARGEST_NUMBER
        if is_sensible and number != float(number):
            reading.refuse(node, fault("not-a-number/digits", hint="write fewer digits", written=node.value, value=int(float(number))))
            return node.value
        if is_sensible and (number or not re.search("[1-9]", text.lower().partition("e")[0])):
            return number + 0  # minus zero is zero
    except ValueError:  # .inf and .nan, which Python writes otherwise; and what a tag calls a number
        pass
    reading.refuse(node, fault("not-a-number", hint="write a number", written=node.value[:20]))
    return node.value


TRACES = (
    (r"(?m)^(<{7}|={7}$|>{7})", "a merge has left a marker here", "keep one of the two sides, remove the markers"),
    (r"(?m)^[ ]*\u00a0", "a non-breaking space is used for indentation", "write plain spaces instead"),
)
"""Traces that make a file invalid, each with what it is and what to do; looked for only where a text is not YAML."""


def loader() -> type[yaml.SafeLoader]:
    """The reader of YAML: libyaml's, where PyYAML was built with it."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _syntax_fault(error: yaml.MarkedYAMLError, text: str) -> tuple[int, Fault]:
    """What is wrong with a text that is not YAML, and on which line."""
    what = " ".join(filter(None, [error.problem, error.context]))
    hint = "check indentation, quotes and brackets near this line; a value that holds ': ' or '#' needs quotes"
    # What is missing at the end of a file is looked for behind its last line.
    line = min(_line_of(error, text), max(len(text.splitlines()), 1))
    noticed = error.problem_mark.line if error.problem_mark else 0
    if re.match(r" *\t", "".join(text.split("\n")[noticed : noticed + 1])):
        what, hint = "a tab is used for indentation", "indent with spaces, not with tabs"
    for pattern, trace, way_out in TRACES:
        found = re.search(pattern, text)
        if found:
            line, what, hint = text.count("\n", 0, found.start()) + 1, trace, way_out
            break
    return line, fault("yaml-syntax/form", hint=hint, what=what)


def _line_of(error: yaml.MarkedYAMLError, text: str) -> int:
    """The line on which a fault begins: YAML notices a quote or bracket that is never closed only where something else ends."""
    noticed, begun, doing = error.problem_mark, error.context_mark, error.context or ""
    if noticed is None:
        return begun.line + 1 if begun else 1
    opened = "flow" in doing
    at_end = noticed.line >= text.rstrip().count("\n") + 1
    if begun and (doing == "while scanning a simple key" or (at_end and (opened or "quoted" in doing))):
        return begun.line + 1
    last = _scalar_before(noticed, text)
    if last and (opened or last.style in ("'", '"')) and last.start_mark.line < last.end_mark.line == noticed.line:
        return last.start_mark.line + 1
    return noticed.line + 1


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
