"""What was probably meant: the nearest word for one that is not known, as the hint of a fault."""

import bisect
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from indicators.characters import difference, look
from indicators.problems import MOST_IN_A_FILE, in_words

LONGEST_WORD, MOST_WORDS = 60, 1000
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
    word, known = str(word)[:LONGEST_WORD], sorted({in_words(a) if isinstance(a, bool) else a for a in allowed}, key=_by_size)
    names = [str(k)[:LONGEST_WORD] for k in known]
    if len(names) > MOST_WORDS:
        names = _nearest(word, names)
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


def _nearest(word: str, names: Sequence[str]) -> list[str]:
    """Of very many words those that begin as a word does for longest, and those that end as it does.

    >>> ids = [f"e-{n}" for n in range(100_000)]
    >>> "e-70123" in _nearest("e-7012e", ids), "e-70123" in _nearest("a-70123", ids), len(_nearest("e-7012e", ids)) <= MOST_WORDS
    (True, True, True)
    """
    near = set[str]()
    for turn in (1, -1):
        ordered = sorted(name[::turn] for name in names)
        at = bisect.bisect(ordered, word[::turn])
        near |= {name[::turn] for name in ordered[max(at - MOST_WORDS // 4, 0) : at + MOST_WORDS // 4]}
    return sorted(near)


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
