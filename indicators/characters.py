"""What a text looks like: characters that nobody sees, texts that look the same, and which character makes the difference.

One text can be written in several ways (Unicode Standard Annex 15): é is one character or two, ２ is a digit and not 2, − is not -.
"""

import difflib
import re
import unicodedata
from collections.abc import Set

UNSEEN = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
"""Characters without a shape of their own, as the inside of a set of a regular expression."""
AT_EDGE = re.compile(f"\\A[\\s{UNSEEN}\u2800]|[\\s{UNSEEN}\u2800]\\Z")
INSIDE = re.compile("[\u00ad\u2060-\u2064\ufeff]|(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b")
"""What no text needs. A zero-width space separates words in Thai, Lao, Burmese and Khmer."""
WITHOUT_LOOK = re.compile(f"[{UNSEEN}\ufe00-\ufe0f\U000e0100-\U000e01ef]")
MARKS = re.compile("[\u0300-\u036f]")
"""Accents of Latin, Greek and Cyrillic letters."""
SIGNS = {code: None for code in range(128) if unicodedata.category(chr(code))[0] in "PZ"}
PLAIN = {ord(c): "-" for c in "‐‑‒–—―−﹘﹣"} | {ord(c): "'" for c in "‘’ʼ′"} | {ord(c): '"' for c in "“”″"}
"""Signs that are typed in several ways, and the way of the keyboard."""
ALIKE = PLAIN | str.maketrans("АВЕЅІЈКМНОРСТУХаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABESIJKMHOPCTYXaesijopcyxABEZHIKMNOPTYXo")
"""The same, with Cyrillic and Greek letters that look like Latin ones."""
CONTROLS = {"\t": "TAB", "\n": "LINE FEED", "\r": "CARRIAGE RETURN", "\x85": "NEXT LINE"}


def named(character: str) -> str:
    """A character by its code and its name.

    >>> named("\\u00a0"), named("\\t")
    ('U+00A0 NO-BREAK SPACE', 'U+0009 TAB')
    """
    return f"U+{ord(character):04X} {CONTROLS.get(character) or unicodedata.name(character, 'without a name')}"


def look(text: str) -> str:
    """What a reader sees of a text: texts with the same look cannot be told apart on a screen, or mean the same.

    >>> look("Jose\\u0301\\u00a0"), look("２０２３\\u200b-05"), look("\\u221214  000")
    ('José', '2023-05', '-14 000')
    """
    if not text.isascii():
        text = WITHOUT_LOOK.sub("", unicodedata.normalize("NFKC", text).translate(ALIKE))
    return " ".join(text.split())


def letters_of(text: str) -> str:
    """A text without capitals, accents, punctuation and blanks: names that are equal so are likely one name, spelled in two ways. Of a text
    with digits only capitals are left out, because there a point or a hyphen may mean something.

    >>> [letters_of(text) for text in ("José Ruiz", "JOSE RUIZ.", "Kim Jong-un", "Box 1.5", "ガ", "カ", "กิน")]
    ['joseruiz', 'joseruiz', 'kimjongun', 'box 1.5', 'ガ', 'カ', 'กิน']
    """
    folded = text.casefold()
    if DIGIT.search(folded):
        return folded
    if folded.isascii():
        return folded.translate(SIGNS) or folded
    bare = unicodedata.normalize("NFC", MARKS.sub("", unicodedata.normalize("NFKD", folded)))
    return "".join(letter for letter in bare if unicodedata.category(letter)[0] not in "PZ") or folded


def has_one_look(text: str) -> bool:
    """Whether a text is plain enough that only an equal one looks like it: a quick test, which may say no to one that is.

    >>> has_one_look("Zenda"), has_one_look("Zenda  castle"), has_one_look("Zendá")
    (True, False, False)
    """
    return text.isascii() and "  " not in text and text.isprintable()


DIGIT = re.compile(r"\d")
ALL_PLAIN = re.compile("[!-~]+(?:[ \n][!-~]+)*")


def are_plain(texts: Set[str]) -> bool:
    """Whether each of many texts has one look and nothing unseen, which is found for all together in a tenth of the time.

    >>> are_plain({"Zenda", "Zenda castle", ""}), are_plain({"Zenda", "Zenda "}), are_plain({"Zenda\\ncastle"}), are_plain({"Zendá"})
    (True, False, False, False)
    """
    filled = texts - {""}
    together = "\n".join(filled)
    return not filled or (together.count("\n") == len(filled) - 1 and ALL_PLAIN.fullmatch(together) is not None)


def unseen(text: str) -> str:
    """In words, which character nobody sees at an edge of a text, or inside it; "" where there is none.

    >>> unseen("José\\u00a0"), unseen(" BRM"), unseen("Zen\\u00adda"), unseen("Zenda castle")
    ('ends with U+00A0 NO-BREAK SPACE', 'begins with U+0020 SPACE', "holds U+00AD SOFT HYPHEN after 'Zen'", '')
    """
    if text.isascii() and text.isprintable() and " " not in text[:1] + text[-1:]:
        return ""
    edge = AT_EDGE.search(text)
    if edge:
        return f"{'ends' if edge.start() else 'begins'} with {named(edge[0])}"
    inside = INSIDE.search(text)
    return f"holds {named(inside[0])} after {text[max(inside.start() - 20, 0) : inside.start()]!r}" if inside else ""


def disguised(text: str) -> str:
    """In words, the first character of a text that only looks like one of the keyboard; "" where there is none.

    >>> disguised("\\u221214000"), disguised("２０２３"), disguised("Zendá")
    ("it has U+2212 MINUS SIGN, not '-'", "it has U+FF12 FULLWIDTH DIGIT TWO, not '2'", '')
    """
    for character in text if not text.isascii() else "":
        plain = str(unicodedata.digit(character)) if character.isdigit() else look(character)
        if not character.isascii() and plain.isascii():
            return f"it has {named(character)}" + (f", not {plain!r}" if plain else "")
    return ""


def with_disguise(hint: str, text: object) -> str:
    """A hint, and the character of a text that only looks like one of the keyboard, if there is one.

    >>> with_disguise("write YYYY-MM-DD", "２０２４-01-01"), with_disguise("write YYYY-MM-DD", "today")
    ("write YYYY-MM-DD; it has U+FF12 FULLWIDTH DIGIT TWO, not '2'", 'write YYYY-MM-DD')
    """
    why = disguised(text) if isinstance(text, str) else ""
    return f"{hint}; {why}" if why else hint


def number_for(value: object) -> str:
    """How to write a number that YAML takes for text, such as 1e0; "" for another value.

    >>> number_for("1e0"), number_for("many")
    ("'1e0' is text in YAML; write 1.0", '')
    """
    exponent = re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]{1,2}", value) if isinstance(value, str) else None
    return f"{value!r} is text in YAML; write {float(str(value)):,}".replace(",", "") if exponent else ""


def difference(text: str, other: str) -> str:
    """In words, the first character by which a text differs from another that looks the same.

    >>> difference("Curac\\u0327ao", "Curaçao")
    "it has 'c', U+0327 COMBINING CEDILLA in place of U+00E7 LATIN SMALL LETTER C WITH CEDILLA"
    >>> difference("José\\u00a0", "José")
    'it has U+00A0 NO-BREAK SPACE at the end'
    """
    steps = difflib.SequenceMatcher(None, text[:200], other[:200], autojunk=False).get_opcodes()
    begin, end, first, last = next(((a, b, c, d) for kind, a, b, c, d in steps if kind != "equal"), (0, 0, 0, 0))
    ours, theirs = text[begin:end], other[first:last]
    if ours and theirs:
        return f"it has {_listed(ours)} in place of {_listed(theirs)}"
    where = "at the beginning" if not begin else "at the end" if end >= len(text) else f"after {text[max(begin - 20, 0) : begin]!r}"
    return f"it has {_listed(ours)} {where}" if ours else f"it does not have {_listed(theirs)} {where}"


def _listed(characters: str) -> str:
    shown = (repr(c) if c.isascii() and c.isprintable() and c != " " else named(c) for c in characters[:3])
    return ", ".join(shown) + (", …" if len(characters) > 3 else "")
