"""Whether a pillar is better or worse than a year ago: the verdicts of its headline indicators; which indicators have gone quiet, and
which are beyond a threshold."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from indicators.compute.change import Change, age_in_months, change, comparable, is_old, latest, minimums, reason_against, verdict
from indicators.nouns.definition import Threshold
from indicators.nouns.periods import PER_YEAR
from indicators.nouns.series import Series
from indicators.nouns.units import direction_of

Standing = Literal["better", "worse", "mixed", "steady", "at its ceiling", "at its floor", "no verdict"]
BOUNDS: tuple[Standing, ...] = ("at its ceiling", "at its floor")
A_YEAR = 12
"""Age in months up to which a figure is recent."""


class Judged(NamedTuple):
    """A headline indicator: its latest comparable period (None if there is none), its change against a year earlier, and the
    bound that the value equals."""

    series: Series
    newest: int | None
    change: Change
    bound: Standing | None = None

    @property
    def is_recent(self) -> bool:
        """Whether the latest comparable figure is at most a year old."""
        return self.newest is not None and age_in_months(self.series, self.newest) <= A_YEAR


class State(NamedTuple):
    """Where a pillar stands: a word, its headline indicators, and the one on which the word rests (None without a verdict)."""

    standing: Standing
    judged: tuple[Judged, ...]
    decided: Judged | None = None


def state_of(headlines: Iterable[Series]) -> State:
    """Better if a headline indicator is better and none worse, worse likewise, mixed if both. Otherwise at a bound if a value is
    there, else steady if all that can be compared are about the same, and else without a verdict."""
    judged = tuple(judge(one) for one in headlines)
    better, worse = ([one for one in judged if one.change.word == word] for word in ("better", "worse"))
    if better or worse:
        return State("mixed" if better and worse else "better" if better else "worse", judged, _newest([*better, *worse]))
    bounded = [one for one in judged if one.bound]
    if bounded:
        return State(bounded[0].bound or "no verdict", judged, bounded[0])
    same = [one for one in judged if one.change.word == "about the same" and one.series.definition.direction != "none"]
    return State("steady", judged, _newest(same)) if same else State("no verdict", judged)


def _newest(judged: Sequence[Judged]) -> Judged:
    """The indicator with the most recent figure."""
    return min(judged, key=lambda one: age_in_months(one.series, one.newest) if one.newest is not None else 0)


def judge(series: Series) -> Judged:
    """The latest comparable value of a series against the same time a year earlier, or else the nearest comparable value before."""
    newest = latest(series)
    if newest is None:
        return Judged(series, None, change(series, int(series.values.index[-1]) if len(series.values) else 0))
    over_a_year, own = verdict(_of_years(series), newest), verdict(series, newest)
    return Judged(series, newest, own if over_a_year.base is None else over_a_year, _bound(series, newest))


def _of_years(series: Series) -> Series:
    """The series as one whose values are compared with those of the year before."""
    if series.length % PER_YEAR[series.frequency] == 0:
        return series
    return replace(series, definition=series.definition.model_copy(update={"season": True}))


def _bound(series: Series, period: int) -> Standing | None:
    """The bound that a value equals, as it is printed."""
    bound, value = series.definition.bound, series.point(period).value
    if bound and bound.high is not None and direction_of(bound.high, value, series.unit) == 0:
        return "at its ceiling"
    return "at its floor" if bound and bound.low is not None and direction_of(bound.low, value, series.unit) == 0 else None


def most_comparable(series: Series) -> tuple[str, Series]:
    """The series, or where no value of it can be compared, the part of its own breakdown with the most recent one that can: the
    code of the part ("" for the whole)."""
    if latest(series) is not None:
        return "", series
    known = [(code, part, newest) for code, part in series.parts.items() if (newest := latest(part)) is not None]
    code, part, _ = max(known, key=lambda one: one[2], default=("", series, 0))
    return code, part


class Quiet(NamedTuple):
    """A count that has come to zero: the latest comparable period, and the last one before it with something in it."""

    code: str
    series: Series
    newest: int
    last: int


def gone_quiet(asked: Iterable[Series]) -> list[Quiet]:
    """Counts whose latest comparable value is zero, not older than a year, and that were not always, in the order asked."""
    found = []
    for code, one in map(most_comparable, asked):
        newest = latest(one)
        if newest is None or not one.counts or one.point(newest).value != 0 or age_in_months(one, newest) > A_YEAR:
            continue
        some = one.values.index[one.values["value"].gt(0) & (one.values.index < newest)]
        if len(some):
            found.append(Quiet(code, one, newest, int(some[-1])))
    return found


class Watched(NamedTuple):
    """Whether a series is beyond a threshold of its definition; the period on which that rests (None where there is none), which
    threshold is passed ("" for none), and why nothing is known."""

    series: Series
    state: Literal["alert", "no data", "quiet"]
    period: int | None = None
    passed: Threshold | Literal[""] = ""
    why: str = ""


def watched(series: Series) -> Watched:
    """The latest value against the thresholds: that of the last period that is over, or a later minimum that is already above.

    A minimum that is not above says nothing. A value stands for periods after it only while these may not be published yet.
    """
    usable, growing = comparable(series), minimums(series)
    for period in reversed(series.values.index.tolist()):
        point, passed = series.point(period), _passed(series, period) if usable[period] or growing[period] else ""
        if point.over and is_old(series, period):
            why = "the value is old, and no later one is published" if usable[period] else reason_against(series, period)
            return Watched(series, "no data", period, why=why)
        if usable[period] or (growing[period] and passed == "above"):
            return Watched(series, "alert" if passed else "quiet", period, passed)
        if point.over and point.why != "not-published":
            return Watched(series, "no data", period, why=reason_against(series, period))
    return Watched(series, "no data", why="the series has no period that is over")


def _passed(series: Series, period: int) -> Threshold | Literal[""]:
    """The threshold that a value is beyond, as both are printed."""
    limits, value = series.definition.alert, series.point(period).value
    for which, limit in limits.given.items() if limits else ():
        if direction_of(limit, value, series.unit) == (1 if which == "above" else -1):
            return which
    return ""
