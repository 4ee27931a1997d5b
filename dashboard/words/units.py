"""Units as they are written after a number."""

from indicators.nouns.vocabulary import scale_of, steps_of

NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905  short
SINGULARS = {"responses": "response", "summonses": "summons"}
"""Plurals in -ses, of which some lose one letter and some two."""
BEFORE_A_NOUN = ("of", "in", "for", "with", "to", "on", "at", "a", "each", "every")
"""Words behind which the noun that is counted does not stand."""


def unit_words(unit: str) -> str:
    """The unit as written after a number: "share of visitors" becomes "of visitors" after a per cent sign, "balls of eight" "of 8 balls".

    >>> unit_words("share of visitors"), unit_words("meetings"), unit_words("balls of eight")
    ('of visitors', 'meetings', 'of 8 balls')
    """
    things, _, count = unit.rpartition(" of ")
    if things and count in NUMBERS:
        return f"of {NUMBERS.index(count)} {things}"
    for start in ("share ", "per cent "):
        if unit.startswith(start):
            return unit.removeprefix(start)
    return unit


def unit_of(value: float, unit: str) -> str:
    """The unit as written after a value.

    >>> unit_of(1, "meetings"), unit_of(2, "step of slight < duel"), unit_of(0, "step of slight < duel")
    ('meeting', '(step 2 of 2)', 'of 2 steps')
    """
    steps = steps_of(unit)
    if steps and value in range(len(steps) + 1):
        return f"(step {value:.0f} of {len(steps)})" if value else f"of {len(steps)} steps"
    return _one(unit_words(unit)) if value == 1 and scale_of(unit) == "number" else unit_words(unit)


def _one(unit: str) -> str:
    """A unit after the number one: its first plural in the singular; of two nouns that are counted together, one or the other.

    Words whose singular is not the plural without its s stay as they are, but for those in SINGULARS.

    >>> [_one(u) for u in ("meetings in 12 months", "joint statements", "meetings and calls", "exercises", "parties")]
    ['meeting in 12 months', 'joint statement', 'meeting or call', 'exercise', 'party']
    >>> [_one(u) for u in ("buses", "protests and summonses", "envoys summoned", "won for 100 yen")]
    ['buses', 'protest or summons', 'envoy summoned', 'won for 100 yen']
    """
    one, both, other = unit.partition(" and ")
    if both:
        pair = _one(one), _one(other)
        return unit if one == pair[0] or other == pair[1] else " or ".join(pair)
    words = unit.split(" ")
    at = next((n for n, word in enumerate(words) if word.endswith("s") or word in BEFORE_A_NOUN), 0)
    first = words[at]
    if first in SINGULARS:
        return " ".join([*words[:at], SINGULARS[first], *words[at + 1 :]])
    if not first.endswith("s") or first.endswith(("xes", "zes", "ches", "ss")) or (first.endswith("ses") and not first.endswith("ises")):
        return unit
    words[at] = first[:-3] + "y" if first.endswith("ies") else first[:-1]
    return " ".join(words)
