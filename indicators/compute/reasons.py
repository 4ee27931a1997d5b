"""Why a value is missing or only a lower bound, in words that name the period, the part and the rows."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from indicators.compute.coverage import Reduced
from indicators.compute.keys import Lives
from indicators.nouns.definition import Definition
from indicators.nouns.series import Table, worded
from indicators.nouns.vocabulary import DAY, LACKS, LONGER, NEAR_COMPLETE, NUMBER, PERIOD, ROW, UNTIL

WITH_DETAILS = ("not-every-part", "all-blank", "some-blank", "only-a-minimum", "may-belong")
"""Reasons that say more than their own words: of which rows, keys or cells."""


def is_blank(cells: pd.Series) -> np.ndarray:
    """Which cells hold nothing."""
    return (cells.isna() if cells.dtype.kind in "biufM" else cells.isna() | (cells.astype(object) == "")).to_numpy()


def reasons_of(
    state: Mapping[str, np.ndarray],
    periods: np.ndarray,
    table: Table,
    definition: Definition,
    reduced: Reduced,
    lives: Lives | None,
    loose: Mapping[int, tuple[str, ...]],
) -> list[str]:
    """The reason of each of the `periods` of a `state` (from rows, not yet transformed): why it is missing, or why a lower bound; else "".
    `loose`: the rows that cannot be placed and may belong to a period."""
    whys = state["why"].tolist()
    plain = {why: worded(why) for why in set(whys)}
    given = [plain[why] for why in whys]
    places = np.flatnonzero(state["at_least"] | np.isin(whys, WITH_DETAILS))
    if not len(places):
        return given
    blanks, minimums = blank_words(definition, reduced), _minimum_words(table, definition, reduced.used)
    rivals = rival_words(reduced) if reduced.traits.picks else {}
    frequency, left_out = reduced.rows.frequency, definition.reduce and definition.reduce.parameters.get("blanks")
    lacks = {} if reduced.rows.loose is None else dict(zip(reduced.rows.loose[ROW], reduced.rows.loose[LACKS], strict=True))
    doubts = {key: _in_doubt(ids, lacks) for key, ids in {id(ids): ids for ids in loose.values()}.items()}
    detailed = (one[places].tolist() for one in (periods, state["why"], state["at_least"], state["coverage"]))
    for place, period, why, at_least, level in zip(places.tolist(), *detailed, strict=True):
        lacking = lives.missing(period, frequency) if lives and level < NEAR_COMPLETE else ""
        partial = "collection is partial" if level < NEAR_COMPLETE and not lives else ""
        if why == "not-every-part":
            given[place] = worded(why, lacking)
        elif why in ("all-blank", "some-blank"):
            given[place] = worded(why, rivals.get(period, "") or blanks.get(period, ""))
        elif why == "only-a-minimum":
            given[place] = worded(why, minimums.get(period, ""))
        elif at_least:
            doubt = doubts.get(id(loose.get(period)), "")
            given[place] = _joined([partial, lacking, doubt, "" if left_out else blanks.get(period, ""), minimums.get(period, "")])
        else:
            given[place] = doubts[id(loose[period])]
    return given


def _in_doubt(ids: Sequence[str], lacks: Mapping[str, str]) -> str:
    """How many rows may belong to a period, and why that is not known: what each of them `lacks`, as in `Rows.loose`.

    >>> _in_doubt(["a"], {"a": ""}), _in_doubt(["a", "b", "c"], {"a": "", "b": "topic", "c": "topic"})
    ('1 row dated less exactly may belong to it', '1 row dated less exactly and 2 without `topic` may belong to it')
    """
    counts = sorted(Counter(map(lacks.__getitem__, ids)).items())
    known = {"": "dated less exactly", DAY: "without a date", UNTIL: "without an end on record"}
    words = [known.get(column, f"without `{column}`") for column, _ in counts]
    numbers = [f"{count}{'' if place else ' row' if count == 1 else ' rows'}" for place, (_, count) in enumerate(counts)]
    return " and ".join(f"{number} {word}" for number, word in zip(numbers, words, strict=True)) + " may belong to it"


def _joined(words: Iterable[str]) -> str:
    return "; ".join(filter(None, words))


def blank_words(definition: Definition, reduced: Reduced) -> Mapping[int, str]:
    """Periods with blank cells in the column that is reduced -> how many of how many rows, e.g. "4 of 93 rows have no `guns`"."""
    of = definition.reduce.parameters.get("of") if definition.reduce else None
    rows = reduced.rows.frame.to_native()
    return _counted(rows, is_blank(rows[of]), f"has no `{of}`", f"have no `{of}`") if of and len(rows) else {}


def rival_words(reduced: Reduced) -> Mapping[int, str]:
    """Periods of which several rows may be the one that is picked, with different numbers -> which, e.g. "2 rows may be the last"."""
    unclear = reduced.values.index[reduced.values.isna()]
    ids = reduced.used.loc[reduced.used[PERIOD].isin(unclear)].groupby(PERIOD)[ROW].agg(list)
    return {int(str(period)): f"{len(rows)} rows may be the last one: {some_of(rows)}" for period, rows in ids.items() if len(rows) > 1}


def some_of(rows: Sequence[str]) -> str:
    """The first few of some rows.

    >>> some_of(["a:1", "a:2", "a:3", "a:4"])
    'a:1, a:2, a:3…'
    """
    return ", ".join(rows[:3]) + ("…" if len(rows) > 3 else "")


def _minimum_words(table: Table, definition: Definition, used: pd.DataFrame) -> Mapping[int, str]:
    """Periods with rows that are lower bounds themselves -> how many of how many."""
    if LONGER in used:
        words = "may have lasted longer"
        return _counted(used, used[LONGER].to_numpy(dtype=bool), words, words) if len(used) else {}
    flags = np.zeros(len(used), dtype=bool)
    for column, codes in table.relations.lower_bound_when.items():
        flags |= used[column].isin(codes).to_numpy()
    sums = definition.reduce and definition.reduce.name == "sum"
    return _counted(used, flags, "is itself a minimum", "are minimums themselves") if sums and len(used) else {}


def _counted(rows: pd.DataFrame, flags: np.ndarray, one: str, several: str) -> Mapping[int, str]:
    """Periods with flagged rows -> how many of how many rows, with what is said of one or several."""
    if not flags.any():
        return {}
    numbers = rows[NUMBER].to_numpy() if NUMBER in rows else np.ones(len(rows), dtype=np.int64)
    counts = pd.DataFrame({"sum": flags * numbers, "size": numbers}).groupby(rows[PERIOD].to_numpy()).sum()
    counts = counts[counts["sum"] > 0]
    return {
        int(str(period)): f"{_of_all(int(flagged), int(rows))} {one if flagged == 1 else several}"
        for period, flagged, rows in zip(counts.index, counts["sum"], counts["size"], strict=True)
    }


def _of_all(some: int, rows: int) -> str:
    """Some of all rows, e.g. "4 of 93 rows"."""
    if some == rows:
        return "the row" if rows == 1 else f"all {rows:,} rows"
    return f"{some:,} of {rows:,} rows"


def of_parts(parts: Iterable[tuple[str, str]]) -> str:
    """The reasons of those parts of a combination that have one, each with its name."""
    return _joined(f"{name}: {reason}" for name, reason in parts if reason)


def of_periods(label: str, reason: str, count: int) -> str:
    """The first of several periods with its reason, and how many more there are.

    >>> of_periods("1895-05", "no rows in this period", 2)
    '1895-05: no rows in this period, and 1 more'
    """
    return (f"{label}: {reason}" if reason else label) + (f", and {count - 1} more" if count > 1 else "")
