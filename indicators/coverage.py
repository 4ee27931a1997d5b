"""How complete the collection was: spans of days to the level of a period. Decided here and nowhere else."""

import datetime
from collections.abc import Iterable, Iterator, Sequence, Set

import narwhals as nw
import numpy as np

from indicators.model import Table
from indicators.periods import Frequency, first_days, is_finer
from indicators.resource import Span
from indicators.vocabulary import DAY, LEVELS, NEAR_COMPLETE
from indicators.where import expression

PARTIAL, SAMPLE = LEVELS.index("partial"), LEVELS.index("sample")


def overlaps(spans: Iterable[Span]) -> Iterator[tuple[Span, Span]]:
    """Pairs of spans of one category that share a day."""
    longest: dict[str, Span] = {}
    for span in sorted(spans, key=lambda s: s.start):
        before = longest.get(span.category)
        if before and span.start <= before.end:
            yield before, span
        if not before or span.end > before.end:
            longest[span.category] = span


def days_of(table: Table, category: str) -> np.ndarray:
    """Days of the category's rows, as `datetime64[D]`, sorted."""
    condition = expression(table.relations.categories[category], table.resource)
    rows = nw.from_native(table.frame, eager_only=True)
    chosen = rows if condition is None else rows.filter(condition)
    return np.sort(chosen[DAY].drop_nulls().to_numpy().astype("datetime64[D]"))


def rows_in_span(days: np.ndarray, span: Span) -> int:
    """Number of sorted days that lie in a span.

    >>> span = Span.model_validate({"category": "c", "from": "2024-01-01", "to": "2024-01-31", "level": "complete"})
    >>> rows_in_span(np.array(["2024-01-01", "2024-01-31", "2024-02-01"], dtype="datetime64[D]"), span)
    2
    """
    bounds = np.searchsorted(days, np.datetime64(span.start, "D"), "left"), np.searchsorted(days, np.datetime64(span.end, "D"), "right")
    return int(bounds[1] - bounds[0])


def levels_by_day(table: Table, categories: Sequence[str], columns: Set[str], frequency: Frequency, days: range) -> np.ndarray:
    """Level of each day (as `datetime.date.toordinal`), as an index into `LEVELS`.

    Worst of the categories, each lifted by the table's `whole` on the days when that is complete or near_complete. A span
    that holds for some columns is `none` to who reads others; one graded to a coarser frequency is at most partial.
    """
    whole = table.relations.whole
    lift = _graded(table, whole, columns, frequency, days) if whole else np.zeros(len(days), dtype=np.int8)
    lift = np.where(lift >= NEAR_COMPLETE, lift, 0)
    graded = [np.maximum(_graded(table, category, columns, frequency, days), lift) for category in categories]
    return np.minimum.reduce(graded)


def _graded(table: Table, category: str, columns: Set[str], frequency: Frequency, days: range) -> np.ndarray:
    level = np.zeros(len(days), dtype=np.int8)
    for span in table.spans:
        if span.category != category or (span.columns and not columns <= set(span.columns)):
            continue
        start = datetime.date.fromisoformat(span.start).toordinal() - days.start
        end = datetime.date.fromisoformat(span.end).toordinal() - days.start + 1
        grade = LEVELS.index(span.level)
        if span.finest and is_finer(frequency, span.finest):
            grade = min(grade, PARTIAL)
        level[max(start, 0) : max(end, 0)] = grade
    return level


def levels_of(periods: np.ndarray, frequency: Frequency, by_day: np.ndarray, days: range) -> np.ndarray:
    """Level of each period from the levels of its days, as an index into `LEVELS`.

    Periods follow each other and begin within `days`; the last one is graded by the days that there are.

    All days complete or near_complete: the lower of the two. Else any day partial or better: partial. Else any day
    sample: sample. Else none.
    """
    starts = np.clip(first_days(periods, frequency) - days.start, 0, len(by_day) - 1)
    worst, best = np.minimum.reduceat(by_day, starts), np.maximum.reduceat(by_day, starts)
    found = np.where(best >= PARTIAL, PARTIAL, np.where(best >= SAMPLE, SAMPLE, 0))
    return np.where(worst >= NEAR_COMPLETE, worst, found).astype(np.int8)
