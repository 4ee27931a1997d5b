"""Strain of measures in force, against figures that were computed from the table by another program before this one read it."""

import pytest

from indicators.compute.change import comparable
from indicators.nouns.series import Query
from tests.builders import told

AS_ENTERED = {
    "2012-08": 2.77,
    "2013-09": 1.47,
    "2016-07": 4,
    "2018-10": 8,
    "2018-12": 10.77,
    "2019-06": 14,
    "2019-10": 24,
    **{f"{year}-{month:02d}": 23 for year in (2020, 2021, 2022) for month in range(1, 13)},
    "2019-12": 23,
    "2023-08": 10,
    **dict.fromkeys(["2023-12", "2024-01", "2024-02", "2024-03", "2024-04", "2024-05"], 8),
    **dict.fromkeys(["2024-06", "2025-06", "2026-10"], 6),
}
AS_CONFIRMED = {"2022-12": 23, "2024-03": 6} | dict.fromkeys(["2024-06", "2024-09"], 4) | {"2024-11": 2, "2025-06": 2, "2025-12": 2}
STRAIN = "strain_in_force"


@pytest.fixture(scope="module")
def strain(shipped):
    return shipped.series(Query(STRAIN))


@pytest.fixture(scope="module")
def confirmed(shipped):
    return shipped.series(Query(STRAIN, "as_last_confirmed"))


def test_strain_as_entered(strain):
    values = told(strain)
    assert {month: round(values[month], 2) for month in AS_ENTERED} == AS_ENTERED
    assert max(value for value in values.values() if value is not None) == 24


def test_strain_as_last_confirmed(confirmed):
    values = told(confirmed)
    assert {month: round(values[month], 2) for month in AS_CONFIRMED} == AS_CONFIRMED
    assert [values[month] for month in ("2026-02", "2026-06", "2026-10")] == [None, None, None]


def test_before_2013_nothing_was_found_but_in_five_months_and_that_is_no_zero(strain):
    before = {month: value for month, value in told(strain).items() if month < "2013"}
    assert {month for month, value in before.items() if value is not None} == {"2008-07", "2008-08", "2012-08", "2012-09", "2012-10"}
    assert set(strain.values[strain.values["label"].isin(before) & strain.values["value"].isna()]["why"]) == {"nothing-found", "may-belong"}


def test_strain_is_comparable_from_2017_to_april_2023_only(strain):
    labels = strain.values["label"][comparable(strain)].tolist()
    assert (labels[0], labels[-1], len(labels)) == ("2017-01", "2023-04", 6 * 12 + 4)


def test_after_the_last_confirmation_a_measure_may_still_be_in_force(confirmed):
    spring = confirmed.values.set_index("label").loc["2026-03"]
    assert (spring["why"], spring["reason"]) == ("may-belong", "3 rows without an end on record may belong to it")


def test_a_start_that_is_known_by_its_month_is_an_estimate_and_no_minimum(strain):
    """The ministers' talks of 2012 were put off on some day of August."""
    august = strain.values.set_index("label").loc["2012-08"]
    assert (august["status"], august["at_least"]) == ("E", False)


def test_the_rows_of_the_peak_are_ten_and_none_is_a_practice_or_of_the_pandemic(strain, shipped):
    """Sixteen measures in all; in October 2019 those that the mock-up of the chart shows."""
    rows = strain.rows[strain.values["label"].tolist().index("2019-10")]
    assert len(rows) == 10
    frame = shipped.tables["measures"].frame.set_index("@row").loc[list(rows)]
    assert (set(frame["basis"]), frame["weight_class"].sum()) == ({"act"}, 24)
    assert len({row for month in strain.rows for row in month}) == 16
