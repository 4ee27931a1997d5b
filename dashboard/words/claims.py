"""What may be said of a value, in words: a short sentence for each claim, and the condition under which it is true."""

from dataclasses import replace

from dashboard.words import numbers
from dashboard.words.definitions import code_words
from indicators.compute.change import bound_above, season_step, verdict
from indicators.compute.claims import Claim, Claims, is_passed
from indicators.compute.state import A_YEAR
from indicators.nouns.config import Config
from indicators.nouns.periods import first_day
from indicators.nouns.series import Series
from indicators.nouns.units import fixed

ORDINALS = "second third fourth fifth sixth seventh eighth ninth tenth".split()  # noqa: SIM905  as it is read


def short(claims: Claims, claim: Claim, config: Config) -> str:
    """A claim as a sentence of at most about 25 words: what, how many, when, and what is claimed.

    "Yen for a dollar: 160.77 yen in June 2026, the highest since December 1986."
    """
    series, point = claims.series, claims.series.point(claim.period)
    title = numbers.heading(series) + (f", {code_words(claims.part, config.side_names)}" if claims.part else "")
    status = "" if point.status == "A" else f" ({numbers.STATUS_WORDS[point.status]})"
    forms = []
    for noun, whole in ((not series.counts, True), (False, True), (False, False)):
        said = said_of(claims, claim, config, whole=whole) or numbers.beside(series, claim.period)
        forms.append(f"{title}: {numbers.valued(series, claim.period, noun=noun)}{status}{f', {said}' if said else ''}.")
    return numbers.shortest(forms)


def said_of(claims: Claims, claim: Claim, config: Config, *, whole: bool = True) -> str:
    """What is claimed, to be put behind the value; "" of the value alone. `whole`: False leaves out when a run began."""
    series = claims.series
    if claim.kind == "change":
        return _change(series, claim)
    if claim.kind == "extreme":
        left_out = f", leaving out {_span(series, claim.left_out)}" if claim.left_out else ""
        most = f"the {'highest' if claim.way > 0 else 'lowest'}"
        return f"{most}{_of_its_season(series, claim)} {_since(series, claim)}{left_out}{_chance(claim)}"
    if claim.kind == "run":
        steps = int(claim.number)
        nth = ORDINALS[steps - 2] if steps - 2 < len(ORDINALS) else f"{steps}th"
        year_on_year = "year-on-year " if _seasonal(series, claim.period) else ""
        assert claim.start is not None
        first = numbers.number(series.point(claim.start).value, series.unit)
        first += f" {numbers.at_beside(series, claim.start, claim.period)}" if whole else ""
        begun = "" if year_on_year else f", from {first}"
        return f"the {nth} {year_on_year}{'rise' if claim.way > 0 else 'fall'} in a row{begun}{_chance(claim)}"
    if claim.kind == "first":
        return f"the first {_since(series, claim)}"
    if claim.kind == "pace":
        return f"one every {numbers.number(claim.number, 'days')} days"
    if claim.kind == "largest part":
        by, name = claim.by.replace("_", " "), code_words(claim.part, config.side_names)
        return f"all of one {by}: {name}" if claim.number == 1 else f"the largest part by {by}: {name}, {fixed(claim.number * 100)} %"
    return ""


def condition(claims: Claims, claim: Claim) -> str:
    """Why a claim is true: the values on which it rests."""
    series, kind = claims.series, claim.kind
    if kind == "value":
        more = " A level is not a state: say it beside that of a year earlier." if series.definition.composite else ""
        return f"{numbers.LEVEL_WORDS[series.point(claim.period).coverage].capitalize()}; the period is over and the value exact.{more}"
    if kind == "change":
        assert claim.base is not None
        return f"Compared with {numbers.dated(series, claim.base)}; both can be compared."
    if kind == "pace":
        return "Days of the period divided by the number."
    if kind == "largest part":
        return f"By {claim.by.replace('_', ' ')}; all parts are exact and add up to the whole."
    assert claim.start is not None
    step = "Each value" if kind == "run" else "Nothing was found" if kind == "first" else "All values"
    first, last = (numbers.period(one, series.frequency) for one in (claim.start, _before(series, claim.period)))
    span = f"in {first}" if first == last else f"from {first} to {last}"
    if kind == "run":
        way = "above" if claim.way > 0 else "below"
        return f"{step} since {first} is {way} the one before, beginning with {numbers.dated(series, claim.start)}; none is partial."
    seasonal = " for the same time of the year" if _seasonal(series, claim.period) else ""
    span += f", other than {_span(series, claim.left_out)}," if claim.left_out else ""
    words = f"{step}{seasonal} {span}{'' if kind == 'first' else ' can be compared and are ' + ('lower' if claim.way > 0 else 'higher')}"
    return f"{words}; {_what_ends(series, claim)}"


def _what_ends(series: Series, claim: Claim) -> str:
    if claim.base is not None:
        return f"before that stands {numbers.dated(series, claim.base)}."
    if series.definition.composite:
        return "what is older is an index of other parts, or missing."
    return "what is older is not there, was not collected in full, or lies beyond a break."


def why_nothing_more(claims: Claims) -> str:
    """Why there is no claim, or none against earlier values; "" where nothing stands in the way."""
    if claims.refused:
        return f"Nothing may be said: {claims.refused}."
    if not claims.silent:
        return ""
    newest = claims.each[0].period
    above = bound_above(claims.series, newest) if is_passed(claims.series, newest) else None
    more = "" if above is None else f" ({numbers.minimum(claims.series, above)})"
    moved = "; what moved it between two periods shows the real change apart" if claims.series.definition.composite else ""
    return f"Nothing more is said against earlier values: {claims.silent}{more}{moved}."


def old_words(claims: Claims) -> str:
    """That the value is old, where it is."""
    return f"The latest value that can be compared is {numbers.age(claims.months)}." if claims.months > A_YEAR else ""


def _change(series: Series, claim: Claim) -> str:
    own = verdict(series, claim.period)
    return numbers.against_words(series, replace(own, period=claim.period, base=claim.base, way=claim.way, chance=claim.chance))


def _chance(claim: Claim) -> str:
    return "; chance could explain it" if claim.chance else ""


def _since(series: Series, claim: Claim) -> str:
    if claim.base is not None:
        return f"since {short_period(series, claim, claim.base)}"
    assert claim.start is not None
    return f"since at least {short_period(series, claim, claim.start)}"


def short_period(series: Series, claim: Claim, period: int) -> str:
    """A period; of those for one season the year alone."""
    if claim.kind != "run" and _seasonal(series, claim.period):
        return str(first_day(period, series.frequency).year)
    return numbers.period_beside(series, period, claim.period)


def _of_its_season(series: Series, claim: Claim) -> str:
    if not _seasonal(series, claim.period):
        return ""
    return f" {numbers.period(claim.period, series.frequency).rpartition(' ')[0] or 'figure'}"


def _seasonal(series: Series, period: int) -> bool:
    return series.frequency != "annual" and season_step(series, period) != period - 1


def _before(series: Series, period: int) -> int:
    before = season_step(series, period)
    return period if before is None else before


def _span(series: Series, periods: tuple[int, ...]) -> str:
    years = sorted({first_day(one, series.frequency).year for one in periods})
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
