"""`relations help`: every problem code in a line, or one with a bad example and the good one."""

import argparse
import sys
import textwrap
from collections.abc import Iterable

from dashboard.commands import CLEAN, WRONG_USE
from indicators.problems import Code, codes, suggest

DOES = "say what a problem's code means and how to mend it, with an example; all codes where none is named"
EXAMPLE = "relations help unknown-reduce"
WIDTH = 100


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="what stands in brackets after error or warning")


def run(given: argparse.Namespace) -> int:
    """Print the help; 2 where the word is not a code."""
    text = told(given.code) if given.code else listed()
    print(text or not_known(given.code, given.commands), end="", file=sys.stdout if text else sys.stderr)
    return CLEAN if text else WRONG_USE


def listed() -> str:
    """All codes, a line each, in the order of the alphabet."""
    widest = max(map(len, codes()))
    lines = [f"{code:{widest}}  {one.means}" for code, one in sorted(codes().items())]
    return "\n".join([*lines, "", "relations help CODE says how to mend one, with an example.\n"])


def told(code: str) -> str | None:
    """One code: what it means, how to mend it, the two examples; None where there is no such code.

    >>> print(told("unknown-reduce"), end="")
    error[unknown-reduce]
      There is no reducer of this name.
      Use the suggested name; the README lists the operations, the page Method explains them.
    <BLANKLINE>
      bad (indicators/definitions/guns.yaml):
        reduce: median_gaps
      good:
        reduce: median_gap
    """
    found = codes().get(code)
    if found is None:
        return None
    said = [line for text in (found.means, found.fix) for line in textwrap.wrap(text, WIDTH)]
    lines = [f"{found.level}[{found.code}]", *(f"  {line}" for line in said), ""]
    return "\n".join([*lines, *(line for case in found.examples for line in _example(found, case))]) + "\n"


def _example(code: Code, case: str) -> list[str]:
    """One case by what is said of it, where a code has several, and its two examples."""
    example = code.examples[case]
    bad, good = example.shown
    heading = [f"  {code.messages[case]}"] if case else []
    return [*heading, f"  bad ({example.where}):", *_indented(bad), "  good:", *_indented(good)]


def _indented(text: str) -> list[str]:
    return textwrap.indent(text, "    ").splitlines()


def not_known(word: str, commands: Iterable[str]) -> str:
    """What to say of a word that is no code.

    >>> print(not_known("unknown-reducer", []).splitlines()[1][:34])
        did you mean 'unknown-reduce'?
    >>> print(not_known("check", ["check"]).splitlines()[1])
        it is a command: relations check --help
    """
    hint = f"it is a command: relations {word} --help" if word in commands else suggest(word, codes(), most=6)
    return f"there is no problem code {word!r}\n    {hint}\n    relations help lists all codes\n"
