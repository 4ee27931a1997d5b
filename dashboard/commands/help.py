"""`relations help`: every problem code in a line, or one code with a bad and a good example."""

import argparse
import sys
import textwrap
from collections.abc import Iterable

from dashboard.commands import CLEAN, WRONG_USE
from indicators.problems import Code, codes
from indicators.suggestions import suggest

EXAMPLE = "relations help unknown-reduce"
WIDTH = 100


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="the code in brackets after error or warning")


def run(given: argparse.Namespace) -> int:
    """Print the help; 2 if the word is not a code."""
    text = explained(given.code) if given.code else listed()
    print(text or not_known(given.code, given.commands), end="", file=sys.stdout if text else sys.stderr)
    return CLEAN if text else WRONG_USE


def listed() -> str:
    """All codes, a line each, in alphabetical order."""
    widest = max(map(len, codes()))
    lines = [f"{code:{widest}}  {one.means}" for code, one in sorted(codes().items())]
    return "\n".join([*lines, "", "relations help CODE shows how to fix one, with an example.\n"])


def explained(code: str) -> str | None:
    """One code: what it means, how to fix it, the two examples; None if there is no such code.

    >>> print(explained("unknown-reduce"), end="")
    error[unknown-reduce]
      There is no reducer of this name.
      Use the suggested name; the README lists the operations, the page Method explains them.
    <BLANKLINE>
      bad (indicators/definitions/guns.yaml):
        reduce: median_gaps
      good:
        reduce: median_gap
    """
    entry = codes().get(code)
    if entry is None:
        return None
    words = [line for text in (entry.means, entry.fix) for line in textwrap.wrap(text, WIDTH)]
    lines = [f"{entry.level}[{entry.code}]", *(f"  {line}" for line in words), ""]
    return "\n".join([*lines, *(line for case in entry.examples for line in _example(entry, case))]) + "\n"


def _example(code: Code, case: str) -> list[str]:
    """One case and its two examples, with its message where a code has several cases."""
    example = code.examples[case]
    bad, good = example.shown
    heading = [f"  {code.heading(case)}"] if case else []
    return [*heading, f"  bad ({example.where}):", *_indented(bad), "  good:", *_indented(good)]


def _indented(text: str) -> list[str]:
    return textwrap.indent(text, "    ").splitlines()


def not_known(word: str, commands: Iterable[str]) -> str:
    """The answer to a word that is not a code.

    >>> print(not_known("unknown-reducer", []).splitlines()[1][:34])
        did you mean 'unknown-reduce'?
    >>> print(not_known("check", ["check"]).splitlines()[1])
        it is a command: relations check --help
    """
    hint = f"it is a command: relations {word} --help" if word in commands else suggest(word, codes(), most=6)
    return f"there is no problem code {word!r}\n    {hint}\n    relations help lists all codes\n"
