"""Why a value is missing or only a lower bound, in words that name the period, the part and the rows."""

from collections.abc import Iterable, Mapping, Sequence, Sized

import numpy as np
import pandas as pd

from indicators.compute.coverage import Reduced
from indicators.compute.keys import Lives
from indicators.nouns.definition import Definition
from indicators.nouns.series import Table, worded
from indicators.nouns.vocabulary import FIRST, NEAR_COMPLETE, PERIOD, ROW, UNDATED


def is_blank(cells: pd.Series) -> np.ndarray:
    """Which cells hold nothing."""
    return (cells.isna() | (cells.astype(object) == "")).to_numpy()


def reasons_of(
    values: pd.DataFrame, table: Table, definition: Definition, reduced: Reduced, lives: Lives | None, loose: Mapping[int, Sized]
) -> list[str]:
    """The reason of each period of `values` (from rows, not yet transformed): why it is missing, or why a lower bound; else "".
    `loose`: the rows that are dated less exactly and may belong to a period."""
    blanks, minimums = blank_words(definition, reduced), _minimum_words(table, definition, reduced.used)
    rivals = rival_words(reduced) if reduced.traits.picks else {}
    frequency, left_out = reduced.rows.frequency, definition.reduce and definition.reduce.parameters.get("blanks")
    undated = 0 if reduced.rows.loose is None else int((reduced.rows.loose[FIRST] == UNDATED).sum())
    given = []
    for period, why, at_least, level in zip(values.index.tolist(), values["why"], values["at_least"], values["coverage"], strict=True):
        lacking = lives.missing(period, frequency) if lives and level < NEAR_COMPLETE else ""
        partial = "collection is partial" if level < NEAR_COMPLETE and not lives else ""
        if why == "not-every-part":
            given.append(worded(why, lacking))
        elif why in ("all-blank", "some-blank"):
            given.append(worded(why, rivals.get(period, "") or blanks.get(period, "")))
        elif why == "only-a-minimum":
            given.append(worded(why, minimums.get(period, "")))
        elif at_least:
            doubt = _in_doubt(len(loose[period]) - undated, undated) if period in loose else ""
            given.append(_joined([partial, lacking, doubt, "" if left_out else blanks.get(period, ""), minimums.get(period, "")]))
        elif why == "dated-less-exactly" and len(loose.get(period, ())) == undated > 0:
            given.append("rows without a date may belong to this period")
        else:
            given.append(worded(why))
    return given


def _in_doubt(dated: int, undated: int) -> str:
    """How many rows may belong to a period.

    >>> _in_doubt(1, 0), _in_doubt(2, 1)
    ('1 row that is dated less exactly may belong to it', '2 rows that are dated less exactly and 1 without a date may belong to it')
    """
    less = f"{dated} row{' that is' if dated == 1 else 's that are'} dated less exactly" if dated else ""
    rows = "" if dated else " row" if undated == 1 else " rows"
    return f"{' and '.join(filter(None, [less, f'{undated}{rows} without a date' if undated else '']))} may belong to it"


def _joined(words: Iterable[str]) -> str:
    return "; ".join(filter(None, words))


def blank_words(definition: Definition, reduced: Reduced) -> Mapping[int, str]:
    """Periods with blank cells in the column that is reduced -> how many of how many rows, e.g. "4 of 93 rows have no `guns`"."""
    of = definition.reduce.parameters.get("of") if definition.reduce else None
    rows = reduced.rows.frame.to_native()
    return _counted(rows[PERIOD], is_blank(rows[of]), f"has no `{of}`", f"have no `{of}`") if of and len(rows) else {}


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
    flags = np.zeros(len(used), dtype=bool)
    for column, codes in table.relations.lower_bound_when.items():
        flags |= used[column].isin(codes).to_numpy()
    sums = definition.reduce and definition.reduce.name == "sum"
    return _counted(used[PERIOD], flags, "is itself a minimum", "are minimums themselves") if sums and len(used) else {}


def _counted(periods: pd.Series, flags: np.ndarray, one: str, several: str) -> Mapping[int, str]:
    """Periods with flagged rows -> how many of how many rows, with what is said of one or several."""
    counts = pd.Series(flags).groupby(periods.to_numpy()).agg(["sum", "size"])
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


def of_parts(parts: Mapping[str, tuple[bool, str]]) -> str:
    """The reasons of those parts of a combination that have one, each with its name."""
    return _joined(f"{name}: {reason}" for name, (concerned, reason) in parts.items() if concerned and reason)


def of_periods(labels: Sequence[str], reasons: Sequence[str]) -> str:
    """The first of several periods with its reason, and how many more there are.

    >>> of_periods(["1895-05", "1895-06"], ["no rows in this period", ""])
    '1895-05: no rows in this period, and 1 more'
    """
    if not labels:
        return ""
    first = f"{labels[0]}: {reasons[0]}" if reasons[0] else labels[0]
    return first + (f", and {len(labels) - 1} more" if len(labels) > 1 else "")
