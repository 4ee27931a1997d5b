"""Opinions about the words that a chart prints: a counting rule that says little or is another's, a unit without a noun."""

import re
from collections.abc import Iterator
from typing import Any

from indicators.nouns.definition import Definition
from indicators.warnings.subject import Finding, Seen, folded

FEWEST_WORDS = 4
WORD = re.compile(r"[぀-ヿ㐀-鿿]|[^\W_぀-ヿ㐀-鿿]+")
"""A word; where no space divides words, a character."""
MADE_BY = ("where", "reduce", "table", "combine")
"""Keys that decide what is counted."""
WINDOW = re.compile(r"\b\d+ (days?|weeks?|months?|quarters?|years?|periods?)\b")
NO_NOUN = frozenset(
    """
    per cent percent percentage percents share proportion fraction ratio rate number numbers no n count counts amount total sum
    value values index score level unit units figure figures average mean median
    of in a an the and or over by for to from each every
    """.split()  # noqa: SIM905  a list of quoted words would fill a page
)
"""Words of a unit that name a measure and nothing that is measured."""


def rule_says_little(seen: Seen) -> Iterator[Finding]:
    """A counting rule of a few words, or one that only repeats the title."""
    counts, hint = seen.definition.counts, "say what counts and what is left out: the rule is printed on the chart"
    if len(WORD.findall(counts)) < FEWEST_WORDS:
        yield ("counts",), f"the counting rule of {seen.name} is {counts.strip()!r}, which is too short to be a rule", hint
    elif folded(counts) == folded(seen.definition.title):
        yield ("counts",), f"the counting rule of {seen.name} only repeats its title", hint


def rule_not_its_own(seen: Seen) -> Iterator[Finding]:
    """A variant that counts something else under the counting rule of its indicator."""
    variant, base = seen.definition, seen.base
    if base and folded(variant.counts) == folded(base.counts):
        changed = [key for key in MADE_BY if getattr(variant, key) != getattr(base, key)]
        if changed:
            message = f"{seen.name} changes {' and '.join(changed)}, but prints the counting rule of {base.name!r}"
            yield (changed[0],), message, "give the variant its own counts: what it counts, and what it leaves out"


def rule_of_another(seen: Seen) -> Iterator[Finding]:
    """Two definitions that count different things by the same words."""
    if seen.base and folded(seen.definition.counts) == folded(seen.base.counts):
        return
    for other in seen.around.by_rule[folded(seen.definition.counts)]:
        if other.name == seen.definition.name:
            return
        if _made(other) != _made(seen.definition):
            message = f"{seen.name} has the counting rule of {other.name!r}, but does not count the same"
            yield ("counts",), message, "say in one of the two, or in both, what sets it apart"
            return


def _made(definition: Definition) -> tuple[Any, ...]:
    return tuple(getattr(definition, key) for key in MADE_BY)


def unit_without_noun(seen: Seen) -> Iterator[Finding]:
    """A unit that says how it is measured, but not of what: per cent, number, index, 12 months."""
    unit = seen.definition.unit
    words = re.findall(r"[^\W\d_]+", WINDOW.sub(" ", unit.casefold()))
    if not set(words) - NO_NOUN:
        message = f"the unit of {seen.name} is {unit!r}, which names nothing that is counted"
        yield ("unit",), message, "add the noun: per cent of respondents, share of meetings, meetings in 12 months"
