"""What holds whatever the rows and the words are."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from indicators.compute.pipeline import series
from indicators.nouns.series import Query
from indicators.operations import days, normalise, reduce, transform
from tests.builders import rows

SEEN = st.dates(pd.Timestamp("1893-01-01").date(), pd.Timestamp("1896-05-20").date()).map(str)
DAYS = st.dates(pd.Timestamp("1893-01-01").date(), pd.Timestamp("1896-12-31").date()).map(str)
GUNS = st.one_of(st.none(), st.integers(1, 9).map(float))
SALVOS = st.lists(st.tuples(DAYS, GUNS, st.sampled_from(["mill", "bridge", ""])), min_size=1, max_size=12)
VALUES = st.lists(st.one_of(st.just(float("nan")), st.floats(-1e6, 1e6)), min_size=1, max_size=30)
NUMBERS = st.floats(-1e6, 1e6)
SLOW = settings(max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate])
"""For laws of the whole project: a few examples, the same ones in every run."""

REDUCERS = {
    "count": lambda r: reduce.count(r),
    "sum": lambda r: reduce.sum(r, of="guns"),
    "mean": lambda r: reduce.mean(r, of="guns"),
    "median": lambda r: reduce.median(r, of="guns"),
    "distinct": lambda r: reduce.distinct(r, of="place"),
    "effective_number": lambda r: reduce.effective_number(r, of="place", blanks="leave_out"),
    "days_per_row": lambda r: days.days_per_row(r),
    "median_gap": lambda r: days.median_gap(r),
    "longest_gap": lambda r: days.longest_gap(r),
    "gap_variation": lambda r: days.gap_variation(r),
    "first_day": lambda r: days.first_day(r),
    "days_since_last": lambda r: days.days_since_last(r),
    "days_with_rows": lambda r: days.days_with_rows(r, at_least=2),
}


POLLS = st.lists(
    st.tuples(
        st.dates(pd.Timestamp("1895-01-01").date(), pd.Timestamp("1895-04-30").date()).map(str),
        st.sampled_from(["Zenda", "Hentzau", "Mill"]),
        st.integers(0, 100).map(float),
        st.integers(1, 9).map(float),
    ),
    min_size=1,
    max_size=12,
)
TOGETHER = [("1895-01-05", tavern, 50.0, 1.0) for tavern in ("Zenda", "Hentzau", "Mill")]
"""Three taverns that asked on one day, so that the distance between any two of them is known."""
PLAIN, REMOVED = {}, {"weight": "size", "house": "tavern", "house_effects": "remove"}


def line_of(polls, names=(), **given):
    days, taverns, values, sizes = zip(*polls, strict=True)
    frame = rows(*days, of=list(values), tavern=list(taverns), size=list(sizes), crown=["Rudolf"] * len(polls), poll=list(names) or taverns)
    return sorted_by_period(reduce.poll_average(frame, of="of", leader="crown", **given))


@given(polls=POLLS, seed=st.randoms(use_true_random=False))
def test_the_order_of_polls_changes_nothing(polls, seed):
    shuffled = list(polls)
    seed.shuffle(shuffled)
    for given_parameters in (PLAIN, REMOVED):
        pd.testing.assert_series_equal(line_of(polls, **given_parameters), line_of(shuffled, **given_parameters))


@given(polls=POLLS, size=st.integers(1, 9))
def test_weights_that_are_all_equal_change_nothing(polls, size):
    equal = [(*poll, float(size)) for *poll, _ in polls]
    pd.testing.assert_series_equal(line_of(equal, weight="size"), line_of(polls))


@given(polls=POLLS, copies=st.integers(2, 4))
def test_copies_of_a_poll_change_nothing_where_it_is_named(polls, copies):
    names = [str(n) for n in range(len(polls))]
    more, as_named = [*polls, *[polls[0]] * (copies - 1)], [*names, *[names[0]] * (copies - 1)]
    for given_parameters in (PLAIN, REMOVED):
        one, other = line_of(polls, names, poll="poll", **given_parameters), line_of(more, as_named, poll="poll", **given_parameters)
        pd.testing.assert_series_equal(one, other)
    pd.testing.assert_series_equal(line_of(polls, names, poll="poll"), line_of(polls))


@given(polls=POLLS, shift=st.integers(-50, 50))
def test_a_tavern_that_is_always_so_much_higher_moves_the_whole_line_by_its_share(polls, shift):
    """A third, because there are three taverns; no movement of the line comes from it."""
    every = [*polls, *TOGETHER]
    shifted = [(day, tavern, value + shift * (tavern == "Mill"), size) for day, tavern, value, size in every]
    moved = line_of(shifted, **REMOVED) - line_of(every, **REMOVED)
    assert moved.to_list() == pytest.approx([shift / 3] * len(moved), abs=1e-6)


@given(polls=POLLS)
def test_where_all_taverns_agree_there_is_nothing_to_remove(polls):
    agreed = [(day, tavern, float(month_of(day)), size) for day, tavern, _, size in polls]
    pd.testing.assert_series_equal(line_of(agreed, **REMOVED), line_of(agreed, weight="size"))


def month_of(day):
    return int(day[5:7])


def table_of(salvos):
    days, guns, places = zip(*salvos, strict=True)
    return rows(*days, guns=pd.Series(guns, dtype="float64"), place=list(places))


def sorted_by_period(result):
    return result.sort_index().astype("float64").rename_axis("period").rename("value")


@given(salvos=SALVOS, seed=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(salvos, seed):
    shuffled = list(salvos)
    seed.shuffle(shuffled)
    one, other = table_of(salvos), table_of(shuffled)
    for name, reducer in REDUCERS.items():
        pd.testing.assert_series_equal(sorted_by_period(reducer(one)), sorted_by_period(reducer(other)), obj=name)


@given(salvos=SALVOS, more=SALVOS)
def test_more_rows_never_lower_the_highest_step(salvos, more):
    few, many = (reduce.highest_step(table_of(some), of="place", steps=["mill", "bridge"]) for some in (salvos, salvos + more))
    assert (many[few.index] >= few).all()
    assert many.isin([0, 1, 2]).all()


@given(salvos=SALVOS, more=SALVOS)
def test_more_rows_never_lower_a_count_or_a_sum_of_guns(salvos, more):
    few, many = table_of(salvos), table_of(salvos + more)
    for operation in ("count", "sum", "distinct"):
        before, after = REDUCERS[operation](few), REDUCERS[operation](many)
        assert (after.reindex(before.index).fillna(0) >= before.fillna(0)).all(), operation


@given(salvos=SALVOS)
def test_the_effective_number_lies_between_one_and_the_number_of_kinds(salvos):
    effective, kinds = (REDUCERS[name](table_of(salvos)) for name in ("effective_number", "distinct"))
    assert (effective.dropna() >= 1 - 1e-9).all()
    assert (effective.dropna() <= kinds[effective.dropna().index] + 1e-9).all()


@given(kinds=st.integers(1, 9), each=st.integers(1, 4))
def test_kinds_that_are_equally_frequent_are_as_many_as_they_are(kinds, each):
    equal = rows(*["1895-01-01"] * kinds * each, place=[f"place {n}" for n in range(kinds)] * each)
    assert reduce.effective_number(equal, of="place").tolist() == pytest.approx([kinds])


@given(salvos=SALVOS)
def test_months_add_up_to_all_rows(salvos):
    assert reduce.count(table_of(salvos)).sum() == len(salvos)


@given(values=VALUES, low=NUMBERS, width=st.floats(0.001, 1e6))
def test_a_score_lies_between_0_and_100(values, low, width):
    scores = normalise.goalposts(pd.Series(values), low=low, high=low + width)
    assert scores.dropna().between(0, 100).all()
    assert (scores.isna() == pd.Series(values).isna()).all()


@given(values=VALUES)
def test_every_normaliser_stays_between_0_and_100(values):
    given_values = pd.Series(values)
    for scores in (normalise.minmax(given_values), normalise.zscore(given_values), normalise.percentile_rank(given_values)):
        assert scores.dropna().between(0, 100).all()
    assert normalise.distance_to(given_values, target=0, width=10).dropna().between(0, 100).all()


@given(values=VALUES)
def test_a_window_of_one_changes_nothing(values):
    given_values = pd.Series(values)
    pd.testing.assert_series_equal(transform.rolling_sum(given_values, window=1), given_values)
    pd.testing.assert_series_equal(transform.rolling_mean(given_values, window=1), given_values)


@given(values=VALUES)
def test_a_transform_gives_back_the_periods_it_got(values):
    given_values = pd.Series(values, index=range(100, 100 + len(values)))
    for result in (transform.change(given_values), transform.cumulative(given_values), transform.rolling_sum(given_values, window=2)):
        assert result.index.equals(given_values.index)


@SLOW
@given(seed=st.integers(0, 10_000))
def test_the_order_of_lines_in_the_tables_changes_no_number(ruritania, made, seed):
    tables = {name: replace(table, frame=table.frame.sample(frac=1, random_state=seed)) for name, table in ruritania.tables.items()}
    shuffled = replace(ruritania, collection=replace(ruritania.collection, tables=tables))
    for name in ruritania.definitions:
        one, other = made.series(Query(indicator=name)), series(shuffled, Query(indicator=name))
        pd.testing.assert_frame_equal(one.values, other.values)
        assert [sorted(r) for r in one.rows] == [sorted(r) for r in other.rows]


@SLOW
@given(day=SEEN)
def test_whatever_day_is_today_the_laws_of_a_series_hold(ruritania, day):
    for name in ruritania.definitions:
        found = series(ruritania, Query(indicator=name, as_of=day))
        values = found.values
        missing = values["value"].isna()
        assert len(found.rows) == len(values)
        assert values.index.tolist() == list(range(values.index[0], values.index[0] + len(values))) if len(values) else True
        assert (missing == values["status"].eq("M")).all()
        assert values.loc[~values["over"] & ~missing, "status"].isin(["P", "B"]).all()
        assert values["score"].dropna().between(0, 100).all()
        assert not values.loc[missing, "at_least"].any()
        assert values.loc[values["coverage"].isin(["sample", "none"]), "value"].isna().all()
