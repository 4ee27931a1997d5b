"""Rows of a table are found by words, codes, dates, sources and coverage, and know what counts them."""

import csv

import pytest

from indicators.compute.listing import Wanted, links_of, listing_of, matching, referring, rules_counting
from tests.builders import RURITANIA

ACTS = list(csv.DictReader((RURITANIA / "data" / "envoys.csv").read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module")
def acts(made):
    return listing_of(made, "envoys", lambda column, text: {"RUR": "Ruritania"}.get(text, ""))


def found(listing, **wanted):
    return set(listing.keys[matching(listing, Wanted(**wanted))])


def by_eye(test):
    return {row["act_id"] for row in ACTS if test(row)}


def test_without_a_filter_every_row_is_found_newest_first(acts):
    assert found(acts) == by_eye(lambda row: True)
    dates = acts.frame["date"].tolist()
    assert dates == sorted(dates, reverse=True)


def test_words_must_all_occur_anywhere_in_a_row_whatever_their_capitals(acts):
    assert found(acts, words=("PHEASANT",)) == {"e-01"}
    assert found(acts, words=("audience", "truce")) == {"e-03"}
    assert found(acts, words=("no such word",)) == set()


def test_codes_are_found_by_their_words_and_with_or_without_underscores(acts):
    assert found(acts, words=("ruritania",)) == by_eye(lambda row: any(c == "RUR" or "ruritania" in c.casefold() for c in row.values()))
    assert found(acts, words=("opera_bell",)) == by_eye(lambda row: "opera_bell" in row["source_id"].split(";"))


def test_a_column_has_the_codes_of_its_rows_and_of_no_others(acts):
    for column, separator in (("initiator", ";"), ("source_id", ";"), ("kind", None)):
        items = {row["act_id"]: row[column].split(separator) if separator else [row[column]] for row in ACTS}
        held = {code: set(acts.keys[mask]) for code, mask in acts.holding(column).items()}
        expected = {code: {key for key, some in items.items() if code in some} for some in items.values() for code in some if code}
        assert held == expected
        assert set(acts.codes(column)) == set(expected)


def test_words_are_never_patterns(acts):
    assert found(acts, words=(".*",)) == set()


def test_a_code_of_a_list_is_found_in_any_place_of_it(acts):
    for code in ("RUR", "GRA", "SYL"):
        assert found(acts, codes={"initiator": (code,)}) == by_eye(lambda row, code=code: code in row["initiator"].split(";"))
    either = found(acts, codes={"kind": ("slight", "duel")})
    assert either == by_eye(lambda row: row["kind"] in ("slight", "duel"))


def test_a_row_dated_by_its_month_or_year_is_found_wherever_it_may_belong(acts):
    lengths = {"day": 10, "month": 7, "approx": 7, "year": 4}
    for day in ("1893-02-28", "1894-06-10", "1895-01-03", "1895-07-29"):
        expected = by_eye(lambda row, day=day: row["date"][: lengths[row["date_precision"]]] == day[: lengths[row["date_precision"]]])
        assert found(acts, start=day, end=day) == expected


def test_a_source_is_found_by_its_id_or_a_part_of_its_name(acts):
    expected = by_eye(lambda row: "opera_bell" in row["source_id"].split(";"))
    assert found(acts, source="opera_bell") == found(acts, source="what the BELL") == expected


def test_lanes_are_what_the_descriptor_says(acts):
    assert found(acts, lane="friction") == by_eye(lambda row: row["kind"] in ("slight", "duel"))
    assert found(acts, lane="cooperation") == by_eye(lambda row: row["kind"] in ("meeting", "call", "waltz"))


def test_a_row_has_the_best_level_of_the_categories_that_hold_it_on_its_day(acts):
    # In 1893 audiences and meetings of ministers are collected in full, acts of all kinds in part; e-07 and e-08 are neither.
    whole, partly = found(acts, coverage="complete"), found(acts, coverage="partial")
    assert {"e-02", "e-03", "e-04"} <= whole
    assert {"e-07", "e-08"} <= partly
    assert "e-01" in found(acts, coverage="none")  # before anyone kept a diary


def test_what_counts_a_row_agrees_with_the_rows_behind_the_numbers(made, acts):
    counting = {rule.name: set(acts.frame["@row"][mask]) for rule, mask in rules_counting(made, acts)}
    from indicators.nouns.series import Query

    for name in ("audiences", "slights", "duels"):
        series = made.series(Query(name))
        assert {row for rows in series.rows for row in rows} <= counting[name]


def test_a_row_knows_the_rows_of_other_tables_that_name_it(made):
    links = links_of(made.tables)
    to_sources = referring(made.tables, "sources", links)
    counts = {(link.table, link.column): own for link, own in to_sources.items()}
    assert counts["envoys", "source_id"]["opera_bell"] == len(by_eye(lambda row: "opera_bell" in row["source_id"].split(";")))
