"""What is looked at, in one noun with one short text form: the page's address, the command's argument, a chart's footer; and its code.

`summonses?variant=journal&frequency=triannual&from=2019`
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, get_args
from urllib.parse import parse_qsl, quote, unquote, urlencode

from indicators.nouns.definition import called_now
from indicators.nouns.periods import Frequency, first_day, last_day, parse_period
from indicators.nouns.series import Query
from indicators.nouns.vocabulary import check_day
from indicators.problems import Fault, Place, ProblemsFound, fault, refused
from indicators.suggestions import suggest

KEYS = {"start": "from", "end": "to", "other": "with"}
SAFE = ":,@="
TOTAL = "total"
"""The breakdown of a view without one, where the definition shows one."""
LONGEST = 2000
"""Characters of a view."""
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Base 32 without characters that look like digits (Douglas Crockford, 2002)."""
VIEW = Place("view")
"""The place of a fault in the text of a view, which is in no file."""


@dataclass(frozen=True)
class View:
    """An indicator as a person looks at it, perhaps compared with an `other` (id or id@variant). None is the definition's or
    the project's own choice. `recipe`: what is changed in that of a composite; `lanes`: whether the spells behind it
    are drawn too, one by one."""

    indicator: str
    variant: str | None = None
    frequency: Frequency | None = None
    transform: tuple[str, ...] = ()
    breakdown: str | None = None
    other: str | None = None
    start: str | None = None
    end: str | None = None
    annotations: str | None = None
    as_of: str | None = None
    recipe: str | None = None
    lanes: str | None = None

    @property
    def query(self) -> Query:
        """What has to be computed."""
        breakdown = None if self.breakdown == TOTAL else self.breakdown
        return Query(self.indicator, self.variant, self.frequency, self.transform, breakdown, self.as_of, self.recipe)

    @property
    def names(self) -> tuple[str, ...]:
        """The rules whose numbers it shows, as `id` or `id@variant`."""
        return (self.query.name, *([self.other] if self.other else []))

    def compared(self, frequency: Frequency) -> Query | None:
        """What has to be computed for the comparison, at the frequency of the first series."""
        if not self.other:
            return None
        indicator, _, variant = self.other.partition("@")
        return Query(indicator, variant or None, frequency, self.transform, None, self.as_of)

    def renamed(self, formerly: Mapping[str, str]) -> "View":
        """The same with the names of today; `formerly`: former names -> names.

        >>> View("balls@summer", other="duels").renamed({"balls@summer": "dances@outdoors"}).text
        'dances?variant=outdoors&with=duels'
        """
        indicator, _, variant = called_now(self.query.name, formerly).partition("@")
        return replace(self, indicator=indicator, variant=variant or None, other=called_now(self.other, formerly) if self.other else None)

    @property
    def search(self) -> str:
        """All but the indicator, as an address has it behind the question mark; "" where nothing is chosen."""
        pairs = [(KEYS.get(f.name, f.name), getattr(self, f.name)) for f in fields(self)[1:]]
        flat = [(key, v) for key, value in pairs if value for v in (value if isinstance(value, tuple) else (value,))]
        return urlencode(flat, safe=SAFE, quote_via=quote)

    @property
    def text(self) -> str:
        """The short form."""
        return f"{quote(self.indicator, safe=SAFE)}?{self.search}" if self.search else quote(self.indicator, safe=SAFE)


def parse_view(text: str) -> View:
    """The view that a text describes. ProblemsFound, with all that is wrong, where it describes none.

    >>> parse_view("summonses@journal?from=2019&frequency=triannual").text
    'summonses?variant=journal&frequency=triannual&from=2019'
    """
    if len(text) > LONGEST:
        raise refused(fault("wrong-value/long-view", hint=f"at most {LONGEST}", characters=len(text)), VIEW)
    name, _, search = text.partition("?")
    indicator, _, variant = unquote(name).partition("@")
    known = {KEYS.get(f.name, f.name): f.name for f in fields(View)[1:]}
    pairs = parse_qsl(search.removeprefix("?"), keep_blank_values=True)
    faults = list(key_faults([*([("variant", variant)] if variant else []), *pairs], known, repeatable=("transform",)))
    given: dict[str, Any] = {"variant": variant} if variant else {}
    for key, value in pairs if not faults else ():
        if key == "transform" and value:
            given["transform"] = (*given.get("transform", ()), value)
        elif value:
            given[known[key]] = value
    faults += [one for key, value in pairs if value for one in value_faults(key, value)]
    start, end = given.get("start"), given.get("end")
    if not faults and start and end and first_day(*parse_period(str(start))) > last_day(*parse_period(str(end))):
        faults.append(fault("wrong-value/window", hint="swap the two", start=start, end=end))
    if faults:
        raise ProblemsFound(one.at(VIEW) for one in faults)
    return View(indicator, **given)


def key_faults(pairs: Iterable[tuple[str, str]], known: Iterable[str], repeatable: Iterable[str] = ()) -> Iterator[Fault]:
    """What is wrong with the keys of an address: those that are not known, and those that say two things."""
    known, said = list(known), dict[str, str]()
    for key, value in pairs:
        if key not in known:
            yield fault("unknown-key/view", hint=suggest(key, known) if known else "leave it out", key=key)
        elif key not in repeatable and said.setdefault(key, value) != value:
            yield fault("two-ways/address", hint="leave one of them out", key=key, one=said[key], other=value)


def value_faults(key: str, value: str) -> Iterator[Fault]:
    """What is wrong with the value of a key of a view, as far as the text alone says."""
    if key == "frequency" and value not in get_args(Frequency):
        yield fault("unknown-frequency", hint=suggest(value, get_args(Frequency)), frequency=value)
    if key == "annotations" and value not in ("on", "off"):
        yield fault("wrong-value/annotations", hint="leave it out to show annotations", value=value)
    if key == "lanes" and value != "on":
        yield fault("wrong-value/lanes", hint="leave it out for the sum alone", value=value)
    check = {"from": parse_period, "to": parse_period, "as_of": check_day}.get(key)
    if check:
        try:
            check(value)
        except ValueError as e:
            yield fault("wrong-value/time", hint="leave it out for the project's default", key=key, why=e)


# ---- the code of a picture ----


def code_of(view: Any, rules: Any, series: Iterable[Mapping[str, Any]], spells: Iterable[Mapping[str, Any]] = ()) -> str:
    """40 bits of SHA-256 over canonical JSON of a view with its defaults, definitions without prose, and the numbers and spells drawn.

    >>> code_of({"indicator": "balls"}, [], [])
    'RH-6PFQ-TNJ7'
    """
    keys = ("period", "value", "at_least", "status", "coverage", "low", "high")
    drawn = [[one["name"], [[point[key] for key in keys if key in point] for point in one["points"]]] for one in series]
    lanes = [{key: value for key, value in one.items() if key != "name"} for one in spells]
    number = int.from_bytes(hashlib.sha256(canonical([view, rules, drawn, *([lanes] if lanes else [])]).encode()).digest()[:5], "big")
    characters = "".join(CROCKFORD[number >> shift & 31] for shift in range(35, -5, -5))
    return f"RH-{characters[:4]}-{characters[4:]}"


def canonical(value: Any) -> str:
    """JSON with sorted keys and without blanks: one text for one value.

    >>> canonical({"b": [1.5, None], "a": "Zenda"})
    '{"a":"Zenda","b":[1.5,null]}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
