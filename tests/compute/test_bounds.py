"""Whatever the dates, the coverage and the blanks: a number lies between the least and the most that the rows allow, and one without
"at least" is exact. The oracle below counts with days of the calendar alone."""

import calendar
import datetime
import math
from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from indicators.compute.pipeline import series
from indicators.nouns.definition import BreakdownOf
from indicators.nouns.descriptor import Constraints, Span
from indicators.nouns.periods import FREQUENCIES, first_day, last_day
from indicators.nouns.series import Query
from indicators.nouns.vocabulary import StepOf
from indicators.reading.tables import read_table

DAY = datetime.timedelta(days=1)
START, END = datetime.date(1895, 1, 1), datetime.date(1896, 5, 20)
DATES = st.dates(START, END)
SALVO = st.tuples(DATES, st.sampled_from(["day", "day", "month", "approx", "quarter", "year"]), st.sampled_from([None, 1, 2, 5]))
UNDATED = st.tuples(st.none(), st.just("day"), st.sampled_from([None, 1, 2, 5]))
SALVOS = st.one_of(st.lists(SALVO, max_size=7), st.lists(st.one_of(SALVO, SALVO, UNDATED), max_size=5))
LEVELS = st.sampled_from(["complete", "complete", "near_complete", "partial", "sample", "none"])
SPANS = st.one_of(st.just([(START, "complete")]), st.lists(st.tuples(DATES, LEVELS), min_size=1, max_size=4, unique_by=lambda one: one[0]))
"""Days from which on the coverage has a level, until the next."""
APART = [("half-yearly", "triannual"), ("triannual", "quarterly")]
NESTED = [(long, short) for n, long in enumerate(FREQUENCIES) for short in FREQUENCIES[n + 1 :] if short != "weekly"]
NESTED = [pair for pair in NESTED if pair not in APART]
REDUCERS = {
    "count": StepOf(name="count", parameters={}),
    "sum": StepOf(name="sum", parameters={"of": "guns"}),
    "mean": StepOf(name="mean", parameters={"of": "guns"}),
    "pace": StepOf(name="days_per_row", parameters={}),
}
OFTEN = settings(max_examples=25, deadline=None, phases=[Phase.generate])


# ---- the world ----


@pytest.fixture(scope="module")
def world(ruritania, tmp_path_factory):
    """Makes a project whose cannonades are some salvos with some coverage."""
    folder = tmp_path_factory.mktemp("salvos")
    (folder / "data").mkdir()
    heard = ruritania.definitions["guns_heard"]
    own = {"variants": {}, "breakdown": (BreakdownOf(by="place"),)}
    definitions = {name: heard.model_copy(update={"reduce": step, **own}) for name, step in REDUCERS.items()}
    strict = ruritania.collection.described.valid["cannonades"]
    free = {"constraints": Constraints()}  # nothing may be blank there, and no date is known to the quarter
    columns = strict.resource.columns.values()
    fields = tuple(one.model_copy(update=free if one.name.startswith(("date", "place")) else {}) for one in columns)
    schema = strict.resource.schema_.model_copy(update={"fields": fields})
    descriptor = strict._replace(resource=strict.resource.model_copy(update={"schema_": schema}))

    def made(salvos, spans, places=("mill",) * 7):
        lines = [
            f"c-{n:02d},{day or ''},{precision},{'' if guns is None else guns},exact,{place},border_guard"
            for n, ((day, precision, guns), place) in enumerate(zip(salvos, places, strict=False))
        ]
        header = "salvo_id,date,date_precision,guns,guns_basis,place,source_id"
        (folder / "data/cannonades.csv").write_text("\n".join([header, *lines]) + "\n")
        problems = []
        table = read_table(folder, "data", descriptor, problems.append)
        assert problems == []
        covered = [
            Span(**{"category": "all_cannonades", "from": str(start), "to": str(end), "level": level}) for start, end, level in ended(spans)
        ]
        tables = {**ruritania.tables, "cannonades": replace(table, spans=tuple(covered))}
        return replace(ruritania, tables=tables, definitions=definitions)

    return made


def ended(spans):
    """(first day, last day, level) of each span."""
    ordered = sorted(spans)
    ends = [start - DAY for start, _ in ordered[1:]] + [END]
    return [(start, end, level) for (start, level), end in zip(ordered, ends, strict=True)]


# ---- the oracle ----


def days_of(day, precision):
    """The first and the last day that a date may mean."""
    if day is None:
        return datetime.date.min, datetime.date.max
    if precision == "quarter":
        month = day.month - (day.month - 1) % 3
        return day.replace(month=month, day=1), day.replace(month=month + 2, day=calendar.monthrange(day.year, month + 2)[1])
    if precision == "day":
        return day, day
    if precision == "year":
        return datetime.date(day.year, 1, 1), datetime.date(day.year, 12, 31)
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def rows_of(salvos, start, end, today):
    """Guns of the salvos that lie in a time, and of those that may."""
    surely, maybe = [], []
    for day, precision, guns in salvos:
        first, last = days_of(day, precision)
        if first <= today and start <= last and first <= min(end, today):
            (surely if start <= first and last <= end and day <= today else maybe).append(guns)
    return surely, maybe


def is_covered(spans, start, end):
    days = [start + n * DAY for n in range((end - start).days + 1)]
    good = [(first, last) for first, last, level in ended(spans) if level in ("complete", "near_complete")]
    return all(any(first <= day <= last for first, last in good) for day in days)


def limits(what, surely, maybe, covered):
    """The least and the most that the rows allow for a count or a sum."""
    if what == "count":
        return len(surely), len(surely) + len(maybe) if covered else math.inf
    known, unknown = sum(filter(None, surely)), None in surely or None in maybe or not covered
    return known, math.inf if unknown else known + sum(maybe)


# ---- the laws ----


def asked(project, what, frequency, today):
    return series(project, Query(indicator=what, frequency=frequency, as_of=str(today)))


@OFTEN
@given(salvos=SALVOS, spans=SPANS, today=DATES, frequency=st.sampled_from(FREQUENCIES), what=st.sampled_from(["count", "sum"]))
def test_a_number_lies_between_the_least_and_the_most_and_is_exact_without_at_least(world, salvos, spans, today, frequency, what):
    of = asked(world(salvos, spans), what, frequency, today)
    for period, value, at_least in of.values[["value", "at_least"]].itertuples():
        start, end = first_day(period, frequency), last_day(period, frequency)
        surely, maybe = rows_of(salvos, start, end, today)
        covered = is_covered(spans, start, min(end, today))
        least, most = limits(what, surely, maybe, covered)
        if math.isnan(value):
            no_number = what == "sum" and surely and all(guns is None for guns in surely)
            assert least != most or no_number, "what is certain is not missing"
        else:
            assert value == least, "a lower bound is what is certain"
            assert at_least or least == most, "without at least a number is exact"


@settings(OFTEN, max_examples=75)
@given(
    salvos=SALVOS,
    places=st.lists(st.sampled_from(["bridge", "mill", ""]), min_size=7, max_size=7),
    spans=SPANS,
    today=DATES,
    frequency=st.sampled_from(FREQUENCIES),
    what=st.sampled_from(["count", "sum"]),
)
def test_a_part_has_its_own_rows_and_perhaps_those_without_a_place(world, salvos, places, spans, today, frequency, what):
    of = series(world(salvos, spans, places), Query(what, breakdown="place", frequency=frequency, as_of=str(today)))
    for place, part in of.parts.items():
        own, unplaced = ([salvo for salvo, at in zip(salvos, places, strict=False) if at == code] for code in (place, ""))
        for period, value, at_least in part.values[["value", "at_least"]].itertuples():
            start, end = first_day(period, frequency), last_day(period, frequency)
            surely, maybe = rows_of(own, start, end, today)
            maybe += [guns for rows in rows_of(unplaced, start, end, today) for guns in rows]
            least, most = limits(what, surely, maybe, is_covered(spans, start, min(end, today)))
            assert math.isnan(value) or value == least, "a lower bound is what is certain"
            assert math.isnan(value) or at_least or least == most, "without at least a number is exact"


@OFTEN
@given(salvos=SALVOS, spans=SPANS, today=DATES, frequency=st.sampled_from(FREQUENCIES), what=st.sampled_from(["mean", "pace"]))
def test_what_is_not_a_sum_has_a_value_only_where_all_its_rows_are_known(world, salvos, spans, today, frequency, what):
    of = asked(world(salvos, spans), what, frequency, today)
    for period, value in of.values["value"].dropna().items():
        start, end = first_day(period, frequency), last_day(period, frequency)
        surely, maybe = rows_of(salvos, start, end, today)
        assert maybe == []
        assert is_covered(spans, start, min(end, today))
        numbers = [guns for guns in surely if guns is not None]
        days = (min(end, today) - start).days + 1
        assert value == pytest.approx(sum(numbers) / len(numbers) if what == "mean" else days / len(surely))


@OFTEN
@given(salvos=SALVOS, spans=SPANS, today=DATES, pair=st.sampled_from(NESTED), what=st.sampled_from(["count", "sum"]))
def test_longer_periods_never_contradict_shorter_ones(world, salvos, spans, today, pair, what):
    long, short = pair
    project = world(salvos, spans)
    whole, parts = (asked(project, what, frequency, today).values for frequency in (long, short))
    for period, value, at_least in whole[["value", "at_least"]].itertuples():
        start, end = first_day(period, long), min(last_day(period, long), today)
        inside = parts[[start <= first_day(part, short) <= end for part in parts.index]]
        if not math.isnan(value) and not at_least:
            assert inside["value"].fillna(0).sum() <= value
        whole_is_there = len(inside) and first_day(int(inside.index[0]), short) == start
        if whole_is_there and inside["value"].notna().all() and not inside["at_least"].any():
            assert (value, at_least) == (inside["value"].sum(), False)


@OFTEN
@given(salvos=SALVOS, spans=SPANS, today=DATES, window=st.sampled_from([2, 3, 12]), what=st.sampled_from(["count", "sum"]))
def test_a_sum_of_a_window_is_at_most_what_is_certain_in_it(world, salvos, spans, today, window, what):
    query = Query(indicator=what, frequency="monthly", as_of=str(today), transform=(f"rolling_sum:window={window}",))
    of = series(world(salvos, spans), query)
    for period, value, at_least in of.values[["value", "at_least"]].itertuples():
        if not math.isnan(value):
            start, end = first_day(period - window + 1, "monthly"), last_day(period, "monthly")
            surely, maybe = rows_of(salvos, start, end, today)
            least, most = limits(what, surely, maybe, is_covered(spans, start, min(end, today)))
            assert value <= least
            assert at_least or value == least == most


@OFTEN
@given(salvos=SALVOS, spans=SPANS, today=DATES, frequency=st.sampled_from(FREQUENCIES))
def test_a_row_is_behind_one_period_or_listed_in_all_that_it_may_belong_to(world, salvos, spans, today, frequency):
    of = asked(world(salvos, spans), "count", frequency, today)
    for n, (day, precision, _) in enumerate(salvos):
        row, (first, last) = f"cannonades:c-{n:02d}", days_of(day, precision)
        behind = [p for p in of.values.index if row in of.rows_in(p)]
        loose = [p for p in of.values.index if row in of.loose_in(p)]
        touched = [p for p in of.values.index if first_day(p, frequency) <= min(last, today) and last_day(p, frequency) >= first]
        assert (behind + loose == touched) if first <= today else not behind + loose
        assert not behind or not loose
