"""From a number to its rows: what they say and where they come from; and reducers on a store as on a data frame."""

from dataclasses import replace

import duckdb
import narwhals as nw
import pandas as pd
import pytest

from indicators.compute.provenance import credit_of, points_behind, rows_behind
from indicators.operations import reduce
from tests.builders import ask, rows

OVER_FOUR = {"where": nw.col("guns") > 4}
REDUCERS = {
    "count": {},
    "sum": {"of": "guns"},
    "mean": {"of": "guns"},
    "median": {"of": "guns"},
    "last": {"of": "guns"},
    "distinct": {"of": "place"},
    "days_per_row": {},
    "median_gap": {},
    "longest_gap": {},
}
DAYS = ("1895-01-01", "1895-01-30", "1895-01-31", "1895-02-02", "1895-02-03", "1895-03-01")
PLACES = ["mill", "bridge;mill", "", "mill", "mill", ""]


def salvos(*guns):
    return rows(*DAYS, guns=pd.Series(guns, dtype="float64"), place=PLACES, separators={"place": ";"})


def stored(given):
    """The same rows in DuckDB, blanks as NULL."""
    frame = given.frame.to_native().copy()
    frame["guns"] = frame["guns"].astype("Float64")
    return replace(given, frame=nw.from_native(duckdb.connect().from_df(frame)))


@pytest.mark.parametrize(("name", "parameters"), REDUCERS.items(), ids=REDUCERS)
def test_duckdb_reduces_to_the_same_numbers(name, parameters):
    """January 3, 8 and a blank; February 5 and a blank; March a blank alone."""
    given = salvos(3, 8, None, None, 5, None)
    here, there = (getattr(reduce, name)(r, **parameters) for r in (given, stored(given)))
    pd.testing.assert_series_equal(there, here, check_names=False, check_index_type=False)


def test_duckdb_has_the_same_share():
    """Above four: one of three in January, one of two in February, the one of March."""
    given = salvos(3, 8, 4, 1, 5, 6)
    here, there = (reduce.share(r, **OVER_FOUR) for r in (given, stored(given)))
    assert here.tolist() == pytest.approx([1 / 3, 1 / 2, 1])
    pd.testing.assert_series_equal(there, here, check_names=False, check_index_type=False)


def test_a_blank_cell_does_not_pass_on_duckdb_either():
    """Above four: one of three in January; a blank is a row that does not pass, as on pandas."""
    given = salvos(3, 8, None, None, 5, None)
    here, there = (reduce.share(r, **OVER_FOUR) for r in (given, stored(given)))
    assert here.tolist() == pytest.approx([1 / 3, 1 / 2, 0])
    pd.testing.assert_series_equal(there, here, check_names=False, check_index_type=False)


def test_rows_come_in_the_order_asked_with_all_their_sources(ruritania):
    found = rows_behind(ruritania.tables, ["cannonades:c-02", "envoys:e-02"], "sources")
    assert [row.id for row in found] == ["cannonades:c-02", "envoys:e-02"]
    assert [s.id for s in found[1].sources] == ["court_diary", "opera_bell"]
    assert found[1].sources[0].producer == "Chancery of Zenda"
    assert found[1].cells["kind"] == "meeting"


def test_a_day_that_is_an_anchor_is_not_shown_as_a_day(ruritania):
    """An audience in June 1893; the first of June is where the row hangs."""
    (row,) = rows_behind(ruritania.tables, ["envoys:e-06"], "sources")
    assert row.cells["date"] == "1893-06"


def test_every_row_behind_every_number_has_a_source(ruritania):
    for name in ruritania.definitions:
        ids = [row for behind in ask(ruritania, name).rows for row in behind]
        found = rows_behind(ruritania.tables, ids, "sources")
        assert [row.id for row in found] == ids
        assert all(row.sources for row in found), name


def test_a_combination_is_credited_to_the_tables_of_all_its_parts(ruritania):
    assert credit_of(ask(ruritania, "ruritanian_share"), ruritania.tables) == "The gate keepers"
    assert credit_of(ask(ruritania, "warmth"), ruritania.tables) == "The Court Diary; bells of the opera"


def test_polls_are_seen_one_by_one_and_counts_are_not(ruritania):
    points = points_behind(ask(ruritania, "approval"), ruritania.tables)
    assert dict(zip(points["label"], points["value"], strict=True))["1895-02"] == 50
    assert len(points) == 10  # of twelve: Rudolf's last and Flavia's last fell to a handover
    assert points_behind(ask(ruritania, "audiences"), ruritania.tables) is None
