"""One file, spoiled: what hands, editors and ill will do to YAML and CSV, by a dice that a seed throws.

A mutation of YAML that brings a key nobody knows says which, and on which line, so that the key's silent acceptance can be found.
"""

import csv
import functools
import io
from dataclasses import dataclass

import yaml

STRANGE = "quux_17"
"""A key that nothing knows."""

SCALARS = [
    *("NO", "yes", "~", "''", "' '", "true", "12:30", "22:30:00", "0x12", "0b1", "0o17", "0123", "1_000", "1e999", "-1e999"),
    *("1e308", "5e-324"),
    *(".inf", "-.inf", ".nan", "nan", "0", "-0", "-1", "-1.5", "0.5", "1000000", "9223372036854775808", "-9223372036854775809"),
    *("1e18", "9" * 39),
    *("2026-02-30", "2024-02-29", "0000-01-01", "9999-12-31", "'2026-02-30'", "2999", "1000", "'0999'", "2024-W53", "2023-W53"),
    *("2024-T4",),
    *("2024-01-01T00:00:00Z", "2024-01-01 25:00:00", "'20240101'", "'2024-W01-1'"),
    *("x" * 5000, "'" + "ab " * 30000 + "'", "[" * 30 + "]" * 30, "{a: " * 30 + "}" * 30, "[" * 3000, "{a: " * 3000),
    *("&a b", "*a", "{<<: {a: 1}}", "&a [*a]", "!!python/object/apply:os.system ['echo']", "!!python/name:os.system"),
    *("!!binary aGk=", "!!set {a}"),
    *("!x y", "!!str 1", "!!int '1'", "!!float '.inf'", "!!int x", "!!float x", "!!bool x", "!!null x", "!!timestamp x"),
    *("!!map [a]", "!!seq {a: 1}"),
    *("🦊", "'\u202eabc'", '"\\e[31mred"', '"\\0"', '"\\x07"', '"a\\nb"', '"\\ud800"', '"\\U0001F600"', "'\u200b'", "'\u2028'"),
    *("'ﷺ'", "'İ'", "'ß'"),
    *("<script>alert(1)</script>", "=1+1", "../../../etc/passwd", "/etc/passwd", "/dev/zero", "..", ".", "/", "'*'", "'a/b'"),
    *("'a@b'", "'@'"),
    *("'(a+)+$'", "'['", "'(?P<x>'", "'^(a|a)*$'", "'(?i)x'", "'\\\\'", "'{}'", "'{0}'", "'%s'", "'{title}'"),
    *("count", "{count: {}}", "{count: {of: x}}", "{sum: {of: [a]}}", "{sum: {of: {a: 1}}}", "[count]", "{count: ~}"),
    *("{sum: , count: }", "all"),
    *("{rolling_sum: {window: 1000}}", "{rolling_sum: {window: 0}}", "{change: {periods: 1000}}", "{year_on_year: {reference: 9999}}"),
    *("{rebase: {period: '1000'}}", "{goalposts: {low: 1e-320, high: 1e308}}", "{goalposts: {low: 0, high: 1, log: true}}"),
    *("{zscore: {}}",),
    *("{distance_to: {target: 1e308, width: 1e-300}}", "{minmax: {}}", "[cumulative, cumulative, per_day]"),
    *("{ratio: {of: audiences, to: audiences}}",),
    *("daily", "weekly", "annual", "none", "lower is better", "{every: []}", "{every: [a, a]}", "{by: kind}"),
    *("{by: kind, coverage: {a: b}}",),
    *("[]", "{}", "[~]", "[[]]", "[{}]", "{a: 1}", "{'': ''}", "{1: 2}", "[1, a, ~]", "[[a]]", "{at_least: 1}", "{not: []}"),
    *("{contains: ''}",),
    *("{from: 2024}", "{from: 9999}", "{to: 0}", "{at_least: 9.9e99, at_most: -1}", "{blank: 1}", "{listed_in: a.b}"),
    *("{exactly: []}", "{all: [a]}"),
]
"""What may come in the place of a value; the long ones are cut where a message quotes them."""

CELLS = [
    *("", " ", "0", "-1", "1e999", "nan", "inf", "1,5", "1 000", "9" * 400, "-0", "0.1", "1e5", "true", "TRUE", "NULL", "None"),
    *("٣", "１２", "²"),
    *("2026-02-30", "2024-02-29", "0000-00-00", "9999-12-31", "1677-01-01", "2263-01-01", "2024-13", "2024", "24-01-01"),
    *("2024-01-01 ", "٢٠٢٤-٠١-٠١"),
    *("=HYPERLINK('x')", "@SUM(1)", "+1", "<script>", "a;b", ";", ";;", "a;a", "a|b", "\x07", "\x00", "\u202e", "🦊", "a\nb"),
    *("a\r\nb", "\x1b[31m"),
    *("x" * 1_000_000, "a;" * 20_000, "a" * 40 + "!", "\ufeff", "\u2028", "'", '"', ",", "{}", "{0}", "%s", "nan\n"),
]
"""What may come in the place of a cell."""

LETTERS = ":{}[],#'\"- x0\t&*!|>%@`?~=\\\n"


@dataclass(frozen=True)
class Mutant:
    """A spoiled file, what was done to it, and the (line, key) that a problem must name, if a strange key was put in."""

    raw: bytes
    what: str
    owed: tuple[int, str] | None = None


def spoiled(name, text, dice):
    """A file's text as something else: mostly one thing is done to it, sometimes more."""
    if name.endswith(".csv"):
        return _csv(text, dice)
    kind = dice.choices(["key", "node", "text"], [2, 5, 3])[0]
    if kind == "key":
        return _with_strange_key(text, dice)
    if kind == "text":
        return _texts(text, dice, dice.choice([1, 1, 2, 4]))
    changed, what = _with_other_value(text, dice)
    more = _texts(changed, dice, dice.choice([0, 0, 0, 1]))
    return Mutant(more.raw, ", ".join(filter(None, [what, more.what])))


# ---- text, of either kind of file ----


def _texts(text, dice, count):
    done = []
    for _ in range(count):
        done.append(dice.choice(list(TEXT)))
        text = TEXT[done[-1]](text, dice)
    if count and dice.random() < 0.3:
        done.append(dice.choice(list(BYTES)))
        return Mutant(BYTES[done[-1]](text, dice), ", ".join(done))
    return Mutant(text.encode("utf-8", "surrogatepass"), ", ".join(done))


def _on_lines(change):
    def on(text, dice):
        lines = text.split("\n")
        change(lines, dice.randrange(len(lines)), dice)
        return "\n".join(lines)

    return on


def _swap(lines, n, dice):
    other = dice.randrange(len(lines))
    lines[n], lines[other] = lines[other], lines[n]


def _indent(lines, n, dice):
    lines[n] = " " * dice.randrange(9) + lines[n].strip()


def _tab(lines, n, dice):
    lines[n] = lines[n].replace(" ", "\t", dice.choice([1, 2, 99])) or "\t"


def _without_span(text, dice):
    start = dice.randrange(len(text) + 1)
    return text[:start] + text[start + dice.choice([1, 2, 5, 40, 400]) :]


def _with_letter(text, dice):
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice(LETTERS) * dice.choice([1, 1, 1, 2, 50]) + text[at:]


def _with_control(text, dice):
    at = dice.randrange(len(text) + 1)
    return text[:at] + dice.choice(["\0", "\x07", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufeff", "\u202e", "\ufffe", "\r"]) + text[at:]


def _flipped(text, dice):
    places = [n for n, letter in enumerate(text) if letter in "'\"[]{}:,-#"]
    if not places:
        return text
    at = dice.choice(places)
    return text[:at] + dice.choice("'\"[]{}:,-# ") + text[at + 1 :]


TEXT = {
    "lose a line": _on_lines(lambda lines, n, dice: lines.pop(n)),
    "double a line": _on_lines(lambda lines, n, dice: lines.insert(n, lines[n])),
    "swap lines": _on_lines(_swap),
    "indent": _on_lines(_indent),
    "tab": _on_lines(_tab),
    "lose a span": _without_span,
    "put a letter": _with_letter,
    "put a control character": _with_control,
    "flip a sign": _flipped,
}


def _with_bad_byte(text, dice):
    raw, at = text.encode("utf-8", "surrogatepass"), dice.randrange(len(text) + 1)
    return raw[:at] + dice.choice([b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf5", b"\x80"]) + raw[at:]


BYTES = {
    "mark at the start": lambda text, dice: text.encode("utf-8-sig", "replace"),
    "two marks": lambda text, dice: b"\xef\xbb\xbf" + text.encode("utf-8-sig", "replace"),
    "lines as on Windows": lambda text, dice: text.replace("\n", "\r\n").encode("utf-8", "replace"),
    "lines as on an old Mac": lambda text, dice: text.replace("\n", "\r").encode("utf-8", "replace"),
    "UTF-16": lambda text, dice: text.encode("utf-16", "replace"),
    "Latin 1": lambda text, dice: text.encode("latin-1", "replace"),
    "bad byte": _with_bad_byte,
    "cut off": lambda text, dice: text.encode("utf-8", "replace")[: dice.randrange(len(text) + 1)],
    "blank": lambda text, dice: dice.choice([b"", b"\n", b" ", b"---\n", b"--- 1\n--- 2\n", b"...\n", b"%YAML 9.9\n---\na: 1\n"]),
}


# ---- YAML ----


@functools.cache
def _pairs(text):
    """(trail, key node, value node, whether in braces) of every key in a good file; lists are stepped through."""
    found = []

    def walk(node, trail):
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                found.append(((*trail, key.value), key, value, bool(node.flow_style)))
                walk(value, (*trail, key.value))
        elif isinstance(node, yaml.SequenceNode):
            for n, item in enumerate(node.value):
                walk(item, (*trail, n))

    walk(yaml.compose(text, yaml.SafeLoader), ())
    return found


FREE = {("names",), ("relations", "categories"), ("indicators",)}
"""Where a project names things of its own, so that any key is good; below `variants` too."""


def _is_free(trail):
    return trail[:-1] in FREE or (len(trail) > 1 and trail[-2] == "variants")


def _with_strange_key(text, dice):
    """A key that is not known beside a known one, with the same value or another; or a known one misspelt."""
    trail, key, value, braces = dice.choice([pair for pair in _pairs(text) if not _is_free(pair[0])])
    start, line, column = key.start_mark.index, key.start_mark.line + 1, key.start_mark.column
    if dice.random() < 0.4:
        name = _misspelt(key.value, dice)
        if name in {other[0][-1] for other in _pairs(text) if other[0][:-1] == trail[:-1]}:
            name = STRANGE
        return _as_owed(text[:start] + name + text[key.end_mark.index :], f"misspell {trail}", line, name)
    same = text[value.start_mark.index : value.end_mark.index]
    told = same if "\n" not in same and same and dice.random() < 0.7 else dice.choice(["1", "''", "~", "a", "[]", "{}", "[a]", "{a: b}"])
    new = f"{STRANGE}: {told}" + (", " if braces else "\n" + " " * column)
    return _as_owed(text[:start] + new + text[start:], f"strange key beside {trail}", line, STRANGE)


def _as_owed(text, what, line, name):
    return Mutant(text.encode(), what, (line, name))


def _misspelt(word, dice):
    at = dice.randrange(len(word))
    return dice.choice([word[:at] + "z" + word[at:], word[:at] + word[at] + word[at:], word + "_", word.capitalize() + "z"])


def _with_other_value(text, dice):
    """A value, or a key with all below it, replaced, removed, doubled or exchanged for another of the file."""
    pairs = _pairs(text)
    trail, key, value, braces = dice.choice(pairs)
    start, end = value.start_mark.index, value.end_mark.index
    what = dice.choice(["replace", "replace", "replace", "replace", "remove", "double", "take another's", "wrap", "number"])
    if what == "remove":
        return text[: key.start_mark.index] + text[end:], f"remove {trail}"
    if what == "double":
        part = text[key.start_mark.index : end]
        return text[:end] + (f", {part}" if braces else "\n" + " " * key.start_mark.column + part) + text[end:], f"double {trail}"
    if what == "take another's":
        other = dice.choice(pairs)
        new = text[other[2].start_mark.index : other[2].end_mark.index].strip()
        return text[:start] + " " + new + _after(text, value) + text[end:], f"{trail} takes the value of {other[0]}"
    if what == "wrap":
        new = dice.choice(["[{}]", "{{a: {}}}", "[[{}]]", "{{{}: 1}}"]).format(" ".join(text[start:end].split()))
    elif what == "number":
        new = dice.choice(
            ["0", "-1", "1", "2", "999", "1000", "1001", "1e300", "1e-300", "-1e300", "0.001", str(dice.randrange(-(10**6), 10**6))]
        )
    else:
        new = dice.choice(SCALARS)
    return text[:start] + " " + new + _after(text, value) + text[end:], f"{trail} is {new[:40]!r}"


def _after(text, value):
    """The line break that a block value holds at its end."""
    return "\n" if text[value.start_mark.index : value.end_mark.index].endswith("\n") else ""


# ---- CSV ----


def _csv(text, dice):
    if dice.random() < 0.3:
        return _texts(text, dice, dice.choice([1, 1, 2, 4]))
    rows, done = list(csv.reader(io.StringIO(text, newline=""))), []
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        name = dice.choice(list(ON_ROWS))
        ON_ROWS[name](rows, dice)
        done.append(name)
    made = io.StringIO()
    csv.writer(made, lineterminator="\n", quoting=dice.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])).writerows(rows)
    return Mutant(made.getvalue().encode("utf-8", "surrogatepass"), ", ".join(done))


def _row(rows, dice):
    return rows[dice.randrange(len(rows))] if rows else []


def _cell(rows, dice):
    row = _row(rows, dice)
    if row:
        row[dice.randrange(len(row))] = dice.choice(CELLS)


def _column_of_cells(rows, dice):
    at, cell = dice.randrange(max(len(rows[0]), 1) if rows else 1), dice.choice([c for c in CELLS if len(c) < 1000])
    for row in rows[1:]:
        row[at : at + 1] = [cell]


def _another_cell(rows, dice):
    one, other = _row(rows, dice), _row(rows, dice)
    if one and other:
        one[dice.randrange(len(one))] = other[dice.randrange(len(other))]


def _reordered(rows, dice):
    order = list(range(len(rows[0]))) if rows else []
    dice.shuffle(order)
    rows[:] = [[row[n] for n in order if n < len(row)] for row in rows]


def _lines_at(change):
    def on(rows, dice):
        if rows:
            change(rows, dice.randrange(len(rows)), dice)

    return on


ON_ROWS = {
    "a cell": _cell,
    "another cell": _cell,
    "a column of one cell": _column_of_cells,
    "a cell from elsewhere": _another_cell,
    "one cell more": lambda rows, dice: _row(rows, dice).append(dice.choice(CELLS)),
    "one cell less": _lines_at(lambda rows, n, dice: rows[n].__delitem__(slice(-1, None))),
    "cells cut off": _lines_at(lambda rows, n, dice: rows[n].__delitem__(slice(dice.randrange(len(rows[n]) + 1), None))),
    "a row twice": _lines_at(lambda rows, n, dice: rows.insert(dice.randrange(len(rows)), rows[n][:])),
    "no row": _lines_at(lambda rows, n, dice: rows.pop(n)),
    "rows exchanged": _lines_at(lambda rows, n, dice: rows.append(rows.pop(n))),
    "header only": lambda rows, dice: rows.__delitem__(slice(1, None)),
    "no header": _lines_at(lambda rows, n, dice: rows.pop(0)),
    "columns in another order": _reordered,
    "a thousand rows": _lines_at(lambda rows, n, dice: rows.extend([cell + str(k) for cell in rows[n]] for k in range(1000))),
    "blank rows": _lines_at(lambda rows, n, dice: rows.insert(n, dice.choice([[], [""], [" "]]))),
}
