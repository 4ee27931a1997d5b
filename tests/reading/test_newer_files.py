"""A newer file of a table that is there: it adds and changes rows, and drops none without a word."""

import pytest

from tests.builders import DISPUTES, contents, described, edited, rows_in

NEWER = "country,year,month,incidents,share\nRUR,1895,1,3,0.5\nRUR,1895,2,1,0.25\nGRA,1895,12,7,1\nGRA,1896,1,9,1\n"


def test_the_same_file_again_changes_nothing(bring, copy):
    bring("disputes.csv", DISPUTES)
    before = contents(copy)
    assert "already says what the file says" in bring("disputes.csv", DISPUTES)
    assert contents(copy) == before


@pytest.mark.parametrize(("gone", "months"), [("keep", ["01", "02", "01", "12", "01"]), ("remove", ["01", "02", "12", "01"])])
def test_a_newer_file_adds_and_changes_and_what_it_no_longer_has_is_decided(bring, copy, gone, months):
    bring("disputes.csv", DISPUTES)
    edited(copy, "data/disputes.resource.yaml", "title: Disputes", "title: Disputes at the border")
    before = contents(copy)
    refused = bring("disputes.csv", NEWER, exits=1)
    assert "1 rows of the table are not in the file: 'GRA|1895-01'" in refused
    assert contents(copy) == before
    out = bring("disputes.csv", NEWER, "--gone", gone)
    assert "1 rows are new, 1 change, 1 are not in the file" in out
    assert "changed: RUR|1895-02: incidents 0 -> 1" in out
    rows = rows_in(copy, "disputes")
    assert [row["period"][-2:] for row in rows] == months
    assert {row["incidents"] for row in rows if row["period"] == "1895-02"} == {"1"}
    assert described(copy, "disputes").title == "Disputes at the border"


def test_a_newer_file_is_a_new_release_where_releases_are_kept(bring, copy):
    bring("disputes.csv", DISPUTES, "--recorded", "1896-01-10")
    assert "of which day" in bring("disputes.csv", NEWER, exits=1)
    assert "is later than 1896-01-01" in bring("disputes.csv", NEWER, "--recorded", "1896-01-01", exits=1)
    out = bring("disputes.csv", NEWER, "--recorded", "1896-02-10")
    assert "not in the file: GRA|1895-01" in out
    releases = [(row["period"], row["incidents"]) for row in rows_in(copy, "disputes") if row["recorded"] == "1896-02-10"]
    assert releases == [("1895-02", "1"), ("1896-01", "9")]
    assert len(rows_in(copy, "disputes")) == 6
    assert described(copy, "disputes").relations.recorded == "recorded"


def test_numbered_rows_are_known_by_their_cells(bring, copy):
    bring("shots.csv", "day,what\n1895-01-01,shot\n1895-01-01,shot\n1895-01-03,salvo\n", "--kind", "events")
    newer = "day,what\n1895-01-02,shot\n1895-01-01,shot\n1895-01-03,salvo\n"
    bring("shots.csv", newer, "--kind", "events", "--gone", "remove")
    assert [(row["row"], row["day"]) for row in rows_in(copy, "shots")] == [("1", "1895-01-01"), ("3", "1895-01-03"), ("4", "1895-01-02")]


@pytest.mark.parametrize(
    ("newer", "why"),
    [
        ("country,year,month,incidents\nRUR,1895,1,3\n", "the file has no longer share"),
        (NEWER + "RUR,1895,1,4,1\n", "the key 'RUR|1895-01' is also that of line 2"),
        (NEWER.replace("GRA,1896", "DAW,1896"), "'DAW'"),
    ],
)
def test_a_newer_file_that_does_not_fit_changes_nothing(bring, copy, newer, why):
    bring("disputes.csv", DISPUTES)
    before = contents(copy)
    assert why in bring("disputes.csv", newer, "--gone", "keep", exits=1)
    assert contents(copy) == before
