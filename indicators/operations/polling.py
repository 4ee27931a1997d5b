"""What averages of polls are made from: who is in office, the weight of a poll, and the distance of a pollster from the line."""

import numpy as np
import pandas as pd

from indicators.nouns.periods import Frequency, as_days, first_days
from indicators.nouns.series import days_meant
from indicators.nouns.vocabulary import DAY, PRECISION, ROW

NO_HANDOVERS = np.empty((0, 2), dtype="datetime64[D]")


def last_days(periods: np.ndarray, frequency: Frequency) -> np.ndarray:
    """Last day of each period, as datetime64[D]."""
    return as_days(first_days(periods + 1, frequency) - 1)


def in_office(days: np.ndarray, leaders: np.ndarray, ends: np.ndarray, handovers: np.ndarray) -> np.ndarray:
    """Of each poll (sorted by day): whether it asked about the leader in office on the last day of its period."""
    holders = {end: _holder(days, leaders, end, handovers) for end in np.unique(ends)}
    return np.array([leader == holders[end] for leader, end in zip(leaders, ends, strict=True)], dtype=bool)


def _holder(days: np.ndarray, leaders: np.ndarray, end: np.datetime64, handovers: np.ndarray) -> object:
    """The leader in office on a day, None where that is not known: the one of the latest poll, or after a handover since of the next.

    `handovers`: the first and the last day on which each may have been.
    """
    latest = days[np.searchsorted(days, end, side="right") - 1]
    named = _asked_from(days, leaders, latest)
    since = handovers[(handovers[:, 0] <= end) & (handovers[:, 1] > latest)]
    if len(since):
        named = set.intersection(*(_after_handover(days, leaders, end, latest, *one) for one in since))
    if len(named) > 1:  # two on one day: whom the next poll is about
        named &= _asked_from(days, leaders, latest + 1)
    return next(iter(named)) if len(named) == 1 else None


def _after_handover(
    days: np.ndarray, leaders: np.ndarray, end: np.datetime64, latest: np.datetime64, first: np.datetime64, last: np.datetime64
) -> set[object]:
    """Who may be in office at the end if there was a handover from `first` to `last`, and no poll after that: those of the latest poll
    where they are not those of the polls before, or else those of the next poll, but before `last` only if they are the same."""
    asked, after = _asked_from(days, leaders, latest), _asked_from(days, leaders, last)
    earlier = leaders[max(int(np.searchsorted(days, first)) - 1, 0) : np.searchsorted(days, latest)]
    if len(asked) == 1 and set(earlier) - asked:
        return asked
    return after if end >= last or after == asked else set()


def _asked_from(days: np.ndarray, leaders: np.ndarray, day: np.datetime64) -> set[object]:
    """The leaders whom the first polls on or after a day are about."""
    later = days[np.searchsorted(days, day) :]
    return set(leaders[days == later[0]]) if len(later) else set()


def handover_days(handovers: pd.DataFrame) -> np.ndarray:
    """The first and the last day on which each handover may have been: those that its date allows."""
    dated = handovers[handovers[DAY].notna()]
    return np.column_stack([one.to_numpy().astype("datetime64[D]") for one in days_meant(dated[DAY], dated[PRECISION])])


def poll_names(rows: pd.DataFrame, poll: str) -> pd.Series:
    """What names the poll of each row: its cell in the column `poll`, or the row's own id where that is blank."""
    return rows[poll].where(rows[poll].notna() & (rows[poll] != ""), rows[ROW]).astype(str)


def weights_of(polls: pd.DataFrame, periods: pd.Series, frequency: Frequency, half_life: float, poll: str | None) -> pd.Series:
    """Weight of each row of `polls` (@day, @weight) in a mean of its period; the versions of one poll share that of one."""
    until = last_days(periods.to_numpy(), frequency) - polls[DAY].to_numpy().astype("datetime64[D]")
    lag = pd.Series(until.astype(np.int64), index=polls.index)
    # From the newest poll of the period, which leaves its mean as it is: from the end all weights might vanish.
    weights = polls["@weight"] * 0.5 ** ((lag - lag.groupby(periods).transform("min")) / half_life)
    return weights / weights.groupby([periods, poll_names(polls, poll)]).transform("size") if poll else weights


def _house_effects(values: pd.Series, weights: pd.Series, lines: pd.Series, houses: pd.Series) -> pd.Series:
    """How far each pollster's values are above the line, in their unit: `lines` name the point of the line at which a poll was
    taken (a period), `houses` its pollster.

    An effect is the weighted mean of value - line, and the line that of value - effect: the least squares of two ways. The
    equations for the effects alone are solved at once, which is where repeating the two means in turn leads. They add up to
    0 (of pollsters who were never in the field together, even indirectly, each group by itself).
    """
    together = weights.groupby([lines, houses]).sum().unstack(fill_value=0)
    means = (weights * values).groupby(lines).sum() / weights.groupby(lines).sum()
    above = (weights * (values - lines.map(means))).groupby(houses).sum()
    equations = np.diag(together.sum()) - together.T.to_numpy() @ together.div(together.sum(axis=1), axis=0).to_numpy()
    # Of all solutions numpy gives the shortest, whose effects add up to 0.
    solved = np.linalg.lstsq(equations, above[together.columns].to_numpy(), rcond=1e-12)[0]
    return houses.map(dict(zip(together.columns, solved, strict=True)))


def without_house_effects(
    polls: pd.DataFrame, of: str, leader: str | None, house: str, weights: pd.Series, periods: pd.Series
) -> pd.Series:
    """Values of the polls, each without the effect of its pollster on the line of its leader; unchanged where that is blank."""
    named = polls[polls[house].notna() & (polls[house] != "")]
    leaders = named[leader].astype(str) if leader else pd.Series("", index=named.index)
    adjusted = polls[of].astype("float64")
    for one in sorted(leaders.unique()):
        mine = named[leaders == one]
        effects = _house_effects(adjusted[mine.index], weights[mine.index], periods[mine.index], mine[house].astype(str))
        adjusted[mine.index] -= effects
    return adjusted
