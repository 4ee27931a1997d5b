"""Keys of a sum live from their first to their last row: what is needed, what is missing, and what may be compared."""

import re

import pytest

from indicators.compute.change import change
from indicators.nouns.periods import parse_period
from tests.builders import asked, at, edited, faults, line_of, opened, told

TRAVELLERS, DESCRIPTOR = "data/travellers.csv", "data/travellers.resource.yaml"
KEYS = "  break_on: [method]"
SUM = {"table": "travellers", "coverage": None, "reduce": {"sum": {"of": "travellers"}}, "where": {}}


def months(first, last):
    """The names of months from one to another, both included."""
    begin, end = parse_period(first)[0], parse_period(last)[0]
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(begin, end + 1)]


def roads(folder, lives, *, without=(), keys=""):
    """The travellers' table anew: ten travellers a month on each road (origin, destination) while it lives, but for some rows."""
    rows = [f"{month},{road},10,counted,gate_book,gate_keeper" for road, (first, last) in lives.items() for month in months(first, last)]
    kept = [row for row in rows if not row.startswith(tuple(without))] if without else rows
    (folder / TRAVELLERS).write_text("period,origin,destination,travellers,standing,method,source_id\n" + "\n".join(kept) + "\n")
    if keys:
        edited(folder, DESCRIPTOR, KEYS, f"{KEYS}\n  keys: {keys}")
    return folder


def yearly(folder, **changes):
    return asked(folder, **SUM, frequency="annual", **changes)


def monthly(folder):
    return asked(folder, **SUM)


ALL_ALONG = ("1893-01", "1895-12")


def test_a_road_that_opens_late_does_not_empty_the_years_before(copy):
    sums = yearly(roads(copy, {"RUR,GRA": ALL_ALONG, "ALL,GRA": ("1894-07", "1895-12")}))
    assert told(sums) == {"1893": 120, "1894": 180, "1895": 240, "1896": None}
    assert not any(told(sums, "at_least").values())


def test_a_road_that_closed_more_than_a_year_ago_does_not_empty_the_years_after(copy):
    sums = yearly(roads(copy, {"RUR,GRA": ALL_ALONG, "ALL,GRA": ("1893-01", "1894-06")}))
    assert [told(sums)[y] for y in ("1893", "1894", "1895")] == [240, 180, 120]


def test_a_road_that_is_renamed_is_one_road(copy):
    """GRA,RUR stops in June 1895 and ALL,RUR begins in July: six months later that is taken for a new name."""
    sums = monthly(roads(copy, {"GRA,RUR": ("1894-01", "1895-06"), "ALL,RUR": ("1895-07", "1895-12")}))
    assert {told(sums)[month] for month in months("1894-01", "1895-12")} == {10}
    assert change(sums, parse_period("1895-07")[0]).word == "about the same"


@pytest.mark.parametrize("silent", [1, 2, 11])
def test_a_road_that_is_late_is_not_taken_for_closed(copy, silent):
    """Others have rows to December; without the late one the newest totals would be too low."""
    last = months("1894-01", "1895-12")[-1 - silent]
    sums = monthly(roads(copy, {"RUR,GRA": ALL_ALONG, "ALL,GRA": ("1893-01", last)}))
    assert [told(sums)[month] for month in months(last, "1895-12")] == [20, *[None] * silent]
    assert at(sums, "1895-12")["why"] == "not-every-part"
    assert "1895-12: no row for ALL|GRA" in at(sums, "1895-12")["reason"]


def test_a_late_road_and_a_new_one_in_the_newest_month_are_no_renaming(copy):
    sums = monthly(roads(copy, {"RUR,GRA": ALL_ALONG, "ALL,GRA": ("1893-01", "1895-11"), "GRA,RUR": ("1895-12", "1895-12")}))
    assert told(sums)["1895-12"] is None


def test_annual_rows_are_late_for_two_years_and_closed_after_three(copy):
    descriptor = copy / DESCRIPTOR
    text = descriptor.read_text().replace("period, type: yearmonth", "period, type: year").replace("every: month", "every: year")
    begin = text.index("  not_a_base:")
    descriptor.write_text(text[:begin])
    for last, known in (("1892", 10), ("1893", None), ("1894", None)):
        rows = [f"{y},RUR,GRA,10,counted,gate_book,gate_keeper" for y in range(1890, 1896)]
        rows += [f"{y},ALL,GRA,10,counted,gate_book,gate_keeper" for y in range(1890, int(last) + 1)]
        (copy / TRAVELLERS).write_text("period,origin,destination,travellers,standing,method,source_id\n" + "\n".join(rows) + "\n")
        for file in (copy / "indicators/definitions").glob("*.yaml"):
            file.unlink()
        edited_headline(copy)
        assert told(yearly(copy))["1895"] == known


def edited_headline(folder):
    """config.yaml without the names of indicators, once."""
    path = folder / "config.yaml"
    path.write_text(re.sub(r"(?s)\nheadline: \[.*?\]", "", path.read_text()))


def test_a_hole_inside_a_life_empties_the_sum_and_is_named(copy):
    folder = roads(copy, {"RUR,GRA": ALL_ALONG, "ALL,GRA": ALL_ALONG}, without=["1894-05,ALL", "1894-06,ALL"])
    sums = yearly(folder)
    assert [told(sums)[y] for y in ("1893", "1894", "1895")] == [240, None, 240]
    reason = at(sums, "1894")["reason"]
    assert "1894-05: no row for ALL|GRA" in reason
    assert "1 more" in reason


def test_the_first_year_of_all_is_whole_only_with_all_its_months(copy):
    """No road has a row before April 1893: the table begins there, the roads need not."""
    assert told(yearly(roads(copy, {"RUR,GRA": ("1893-04", "1895-12")})))["1893"] is None


def test_a_road_that_is_declared_closed_is_not_late(copy):
    sums = monthly(roads(copy, {"RUR,GRA": ALL_ALONG, "ALL,GRA": ("1893-01", "1895-11")}, keys="{ALL|GRA: {to: '1895-11'}}"))
    assert told(sums)["1895-12"] == 10


def test_a_road_that_is_declared_to_begin_with_the_table_makes_a_whole_first_year(copy):
    sums = yearly(roads(copy, {"RUR,GRA": ("1893-04", "1895-12")}, keys="{RUR|GRA: {from: '1893-04'}}"))
    assert told(sums)["1893"] == 90


def test_sums_over_other_roads_are_not_compared(copy):
    """1895 with two roads is no growth against 1893 with one, and 1894 has one of them for half a year."""
    sums = yearly(roads(copy, {"RUR,GRA": ("1892-01", "1895-12"), "ALL,GRA": ("1894-07", "1895-12")}))
    words = {year: change(sums, parse_period(year)[0]) for year in ("1893", "1894", "1895")}
    assert words["1893"].word == "about the same"
    assert {words[year].why for year in ("1894", "1895")} == {"this value and the one before are sums over different keys"}
    assert any("ALL|GRA from 1894-07" in note for note in sums.notes)


def test_a_growth_over_other_roads_is_missing(copy):
    growth = yearly(roads(copy, {"RUR,GRA": ALL_ALONG, "ALL,GRA": ("1894-07", "1895-12")}), transform="change")
    assert (told(growth)["1895"], at(growth, "1895")["why"]) == (None, "other-keys")


def test_a_rolling_sum_goes_on_where_a_road_opens(copy):
    folder = roads(copy, {"RUR,GRA": ALL_ALONG, "ALL,GRA": ("1894-07", "1895-12")})
    rolled = asked(folder, **SUM, transform={"rolling_sum": {"window": 12}})
    assert [told(rolled)[month] for month in ("1894-06", "1894-07", "1895-06")] == [120, 130, 240]


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ("{ALL|NON: {to: '1895-11'}}", "key-span"),
        ("{RUR|GRA: {to: '1895-11'}}", "key-span"),
        ("{RUR|GRA: {from: '1895-11', to: '1894-11'}}", "key-span"),
        ("{RUR|GRA: {until: '1895-11'}}", "unknown-key"),
        ("{RUR|GRA: {to: November}}", "wrong-value"),
    ],
)
def test_a_span_that_does_not_fit_the_rows_is_an_error(copy, keys, code):
    roads(copy, {"RUR,GRA": ALL_ALONG}, keys=keys)
    found = faults(opened(copy))
    assert [(file, line) for file, line, _ in found] == [(DESCRIPTOR, line_of(copy, DESCRIPTOR, "  keys:"))]
    assert [one for _, _, one in found] == [code]


def test_a_table_whose_key_does_not_name_the_period_needs_one_row_a_month_and_says_so(copy):
    roads(copy, {"RUR,GRA": ALL_ALONG})
    header, *rows = (copy / TRAVELLERS).read_text().splitlines()
    (copy / TRAVELLERS).write_text("\n".join([f"number,{header}", *(f"{n},{row}" for n, row in enumerate(rows))]) + "\n")
    edited(copy, DESCRIPTOR, "  fields:\n", "  fields:\n    - {name: number, type: integer, description: Number of the row.}\n")
    edited(copy, DESCRIPTOR, "primaryKey: [period, origin, destination]", "primaryKey: [number]")
    sums = yearly(copy)
    assert [told(sums)[y] for y in ("1893", "1894", "1895")] == [120, 120, 120]
    assert any("not known whether every part" in note for note in sums.notes)
