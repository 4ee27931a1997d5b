"""What a unit says about its numbers: things or an amount, how many places are printed, and so whether two numbers differ at all."""

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal

from indicators.nouns.composite import UNIT as INDEX
from indicators.nouns.vocabulary import LARGEST_EXACT, rounded, scale_of

_SCALED = "thousand thousands million millions billion billions trillion trillions"
_TIME = "second seconds minute minutes hour hours day days week weeks month months year years"
_MONEY = """yen won dollar dollars euro euros pound pounds yuan renminbi franc francs rupee rupees ruble rubles rouble roubles peso pesos
baht dong ringgit rupiah lira krona kronor krone kroner cent cents money usd jpy krw eur gbp cny"""
_SIZES = """tonne tonnes ton tons kilogram kilograms kg gram grams kilometre kilometres kilometer kilometers km metre metres meter meters
mile miles hectare hectares litre litres liter liters degree degrees watt watts kw kwh mw mwh gw gwh tw twh"""
_MEASURES = """% percent percentage point points index score ratio rate value change difference growth trade aid income spending revenue
gdp probability temperature"""
AMOUNTS = frozenset(f"{_TIME} {_MONEY} {_SIZES} {_MEASURES}".split())
"""Last words of units of what is measured and not counted."""
RATE = re.compile(r"/|\bper\b|(?<!for )\b(a|an|each|every) |\bfor (each|every|\d+)\b|[$€£¥₩]")
"""What makes a unit a rate, or money."""
NUMBER_OF = re.compile(r"^((average|mean|median) )?(number|count|numbers|counts) of ")
"""A beginning that does not change what a unit is of."""
AFTER_HEAD = re.compile(r" (in|of|on|with|without|to|from|at|by|against|since|for|among|and)\b| ?[(,]")


def is_amount(unit: str) -> bool:
    """Whether a unit measures an amount, which is less or more (money, time, sizes, rates, shares), and not things, which are fewer.

    >>> [is_amount(unit) for unit in ("won for 100 yen", "days", "meetings a day", "share of visitors", "billion yen", "US$ million")]
    [True, True, True, True, True, True]
    >>> [is_amount(unit) for unit in ("visitors in 12 months", "missiles", "number of people", "votes for the party", "million visitors")]
    [False, False, False, False, False]
    """
    if scale_of(unit) != "number":
        return True
    text = NUMBER_OF.sub("", unit.casefold())
    words = [word for word in AFTER_HEAD.split(text)[0].split() if word not in _SCALED.split()]
    return bool(RATE.search(text)) or bool(words and words[-1] in AMOUNTS)


MOST_PLACES = 12
EXACT = Context(prec=400, rounding=ROUND_HALF_UP)
"""Any float has fewer places: the usual 28 would refuse a sum of numbers that are typing errors, and with it its page."""


def fixed(value: float, places: int = 0) -> str:
    """A number with so many decimals, a half rounded away from zero as readers and spreadsheets do: 30.25 is 30.3. What binary fractions
    take away from a half is given back first.

    >>> fixed(30.25, 1), fixed(0.285 * 100), fixed(-2.5), fixed(1234567.5), fixed(1.005, 2), len(fixed(1e99))
    ('30.3', '29', '-3', '1,234,568', '1.01', 133)
    """
    return f"{Decimal(repr(rounded(value))).quantize(Decimal(1).scaleb(-places), context=EXACT):,f}"


def digits(value: float, unit: str) -> str:
    """A value as it is printed, without its sign: shares and per cents to a tenth, counts and an index whole, others to three
    significant places.

    >>> digits(0.2776, "share of visitors"), digits(-23.599, "per cent of respondents"), digits(6958494, "visitors"), digits(2.345, "days")
    ('27.8', '23.6', '6,958,494', '2.35')
    """
    size = abs(value) * (100 if scale_of(unit) == "share" else 1)
    if abs(value) >= LARGEST_EXACT:
        return f"{size:.3g}"
    if scale_of(unit) != "number":
        return fixed(size, 1)
    if float(size).is_integer() or size >= 1000 or unit == INDEX:
        return fixed(size)
    if size >= 10:
        return fixed(size, 1)
    places = min(2 - math.floor(math.log10(size)), MOST_PLACES)
    return fixed(size, places).rstrip("0").rstrip(".")


def direction_of(before: float, now: float, unit: str) -> int:
    """1 for a rise, -1 for a fall; 0 where the two numbers, or their difference, are the same as they are printed.

    >>> direction_of(0.62541, 0.62538, "share of meetings"), direction_of(38.0, 38.4, "per cent of drinkers"), direction_of(3, 2, "duels")
    (0, 1, -1)
    """
    gap = rounded(now - before)
    return 0 if _as_printed(gap, unit) == 0 or _as_printed(before, unit) == _as_printed(now, unit) else 1 if gap > 0 else -1


def differs_when_printed(before: float, now: float, unit: str) -> bool:
    """Whether the difference of two shares or per cents is not that of the numbers as they are printed.

    >>> differs_when_printed(50.44, 47.86, "per cent of drinkers"), differs_when_printed(50.4, 47.9, "per cent of drinkers")
    (True, False)
    """
    printed = rounded(_as_printed(now, unit) - _as_printed(before, unit))
    return scale_of(unit) != "number" and printed != _as_printed(rounded(now - before), unit)


def _as_printed(value: float, unit: str) -> float:
    return math.copysign(float(digits(value, unit).replace(",", "")), value)
