"""What is in force: spells of the two kingdoms by month, as entered and as last confirmed.

The cheese ban (b-1, weight 2) runs from 11 January to 11 February 1894, the bridge (b-2, 3) is closed from some day of March to 1 June, the
opera (b-3, 1) is banned from 1 May to some day of July. The tax on waltzes (b-4, 2) of 1895 has no end and was last seen on 30 June; of the
bells (b-5, 1) of 11 March 1895 nobody knows the end, they were last silent on the 20th.
"""

import pytest

from tests.builders import appended, ask, asked, at, defined, edited, faults, ids, opened, told

BANS = {"table": "bans", "where": {}, "coverage": "all_bans", "unit": "weight in force"}
WEIGHT = {"in_force": {"of": "weight"}}
CONFIRMED = {"in_force": {"of": "weight", "open_ends": "as_confirmed"}}


def in_force(folder, **changes):
    return asked(folder, **(BANS | {"reduce": WEIGHT} | changes))


@pytest.fixture
def bans(copy):
    return in_force(copy)


def test_the_mean_is_over_the_days_of_the_month_and_the_day_of_the_end_does_not_count(bans):
    assert told(bans)["1894-01"] == round(2 * 21 / 31, 6)
    assert told(bans)["1894-02"] == round(2 * 10 / 28, 6)
    assert told(bans)["1894-06"] == 1  # the bridge opens on the first
    assert ids(bans, "1894-06") == ["b-3"]


def test_without_a_column_the_spells_themselves_are_counted(copy):
    number = told(in_force(copy, reduce="in_force"))
    assert (number["1894-01"], number["1894-04"], number["1894-05"]) == (round(21 / 31, 6), 1, 2)


def test_at_the_end_the_last_day_alone_counts(copy):
    at_end = in_force(copy, reduce={"in_force_at_end": {"of": "weight"}})
    assert [told(at_end)[month] for month in ("1894-01", "1894-02", "1894-05", "1894-06")] == [2, 0, 4, 1]
    assert at(at_end, "1894-03")["status"] == "A"  # whichever day of March it was, the bridge is closed on the 31st
    assert at(at_end, "1894-02")["coverage"] == "complete"


def test_a_start_that_may_have_been_later_makes_an_estimate_and_no_minimum(bans):
    march = at(bans, "1894-03")
    assert (march["value"], march["status"], march["at_least"]) == (3, "E", False)
    assert (at(bans, "1894-04")["status"], told(bans)["1894-04"]) == ("A", 3)


def test_an_end_that_may_have_been_later_is_a_doubt_and_never_a_zero(bans):
    july = at(bans, "1894-07")
    assert (told(bans)["1894-07"], july["why"]) == (None, "may-belong")
    assert bans.loose_in(bans.values.index[bans.values["label"] == "1894-07"][0]) == ("bans:b-3",)
    assert told(bans)["1894-08"] == 0
    assert at(bans, "1894-08")["coverage"] == "complete"


def test_a_longer_period_with_such_an_end_has_a_minimum_that_says_so(copy):
    year = at(in_force(copy, frequency="annual", where={"ban_id": "b-3"}), "1894")
    assert (round(year["value"] * 365), year["at_least"]) == (31 + 30, True)
    assert "may have lasted longer" in year["reason"]


def test_a_spell_without_an_end_counts_to_this_day(copy):
    tax = in_force(copy, where={"ban_id": "b-4"})
    assert (told(tax)["1896-04"], told(tax)["1896-05"]) == (2, 2)
    assert not at(tax, "1896-04")["at_least"]
    assert at(tax, "1896-05")["status"] == "P"


def test_as_last_confirmed_it_counts_to_that_day_and_is_in_doubt_after_it(copy):
    tax = in_force(copy, where={"ban_id": "b-4"}, reduce=CONFIRMED)
    assert (told(tax)["1895-06"], at(tax, "1895-06")["at_least"]) == (2, True)  # collection is partial
    assert (told(tax)["1895-07"], at(tax, "1895-07")["why"]) == (None, "may-belong")
    assert "without an end on record" in at(tax, "1896-01")["reason"]


def test_one_that_was_never_seen_again_is_confirmed_on_its_first_day(copy):
    edited(copy, "data/bans.csv", "not_yet,1895-06-30", "not_yet,")
    tax = in_force(copy, where={"ban_id": "b-4"}, reduce=CONFIRMED)
    assert told(tax)["1895-01"] == round(2 / 31, 6)
    assert at(tax, "1895-01")["at_least"]


def test_an_end_that_nobody_knows_ends_what_is_counted_and_not_what_is_doubted(bans):
    """The tax is in force in January 1896; the bells may be."""
    assert told(bans)["1895-03"] == round(2 + 10 / 31, 6)
    january = at(bans, "1896-01")
    assert (january["value"], january["at_least"]) == (2, True)
    assert ids(bans, "1896-01") == ["b-4"]


def test_partial_collection_makes_a_minimum_and_no_collection_no_value(bans, copy):
    assert at(bans, "1895-02")["at_least"]
    before = in_force(copy, where={"ban_id": "b-1"})
    assert told(before)["1895-02"] is None
    assert at(before, "1895-02")["why"] == "nothing-found"
    edited(copy, "data/bans.resource.yaml", "to: 1894-12-31, level: complete", "to: 1894-12-31, level: sample")
    assert told(in_force(copy))["1894-04"] is None


def test_an_announced_end_counts_until_then(copy):
    edited(copy, "data/bans.csv", "1895-01-01,day,,,2,not_yet,1895-06-30", "1895-01-01,day,1897-01-01,day,2,known,")
    assert told(in_force(copy, where={"ban_id": "b-4"}))["1896-04"] == 2


def test_what_is_announced_does_not_count_yet(copy):
    appended(copy, "data/bans.csv", "b-6,No hats,GRA,1896-08-01,day,,,3,not_yet,,opera_bell")
    hats = in_force(copy, where={"ban_id": "b-6"})
    assert not any(hats.rows)


def test_days_and_weeks_have_their_own_doubt(copy):
    """The bridge may have been closed on any day of March."""
    days = in_force(copy, where={"ban_id": "b-2"}, frequency="daily")
    assert (at(days, "1894-03-30")["status"], told(days)["1894-03-30"]) == ("E", 3)
    assert at(days, "1894-03-31")["status"] == "A"  # the last day that it may have begun
    assert told(days)["1894-06-01"] == 0


def test_a_part_has_the_spells_of_its_code_and_a_spell_of_both_is_in_both(copy):
    split = in_force(copy, breakdown="side")
    parts = ask(opened(copy), "asked", breakdown="side").parts
    assert {code: told(part)["1894-04"] for code, part in parts.items()} == {"RUR": 3, "GRA": 3}
    assert told(split)["1894-04"] == 3


def test_a_spell_of_nobody_may_be_in_any_part(copy):
    edited(copy, "data/bans.resource.yaml", "Who forbids it., constraints: {required: true}", "Who forbids it.")
    edited(copy, "data/bans.csv", "cheese,RUR", "cheese,")
    in_force(copy, breakdown="side")
    parts = ask(opened(copy), "asked", breakdown="side").parts
    assert (told(parts["RUR"])["1894-01"], at(parts["RUR"], "1894-01")["why"]) == (None, "may-belong")


def test_other_reducers_count_the_spells_that_begin(copy):
    begun = in_force(copy, reduce="count")
    assert {month: n for month, n in told(begun).items() if n} == {f"1894-0{m}": 1 for m in (1, 3, 5)} | {"1895-01": 1, "1895-03": 1}
    daily = in_force(copy, reduce="count", frequency="daily")
    assert told(daily)["1894-03-01"] is None  # some day of March


def test_a_blank_weight_makes_a_minimum(copy):
    edited(copy, "data/bans.resource.yaml", "to 3.', constraints: {required: true, minimum", "to 3.', constraints: {minimum")
    edited(copy, "data/bans.csv", "1894-06-01,day,3,", "1894-06-01,day,,")
    may = at(in_force(copy), "1894-05")
    assert (may["value"], may["at_least"]) == (1, True)


def test_the_order_of_rows_does_not_matter(bans, copy):
    path = copy / "data/bans.csv"
    head, *rows = path.read_text().splitlines()
    path.write_text("\n".join([head, *reversed(rows)]) + "\n")
    assert told(in_force(copy)) == told(bans)


def test_as_of_an_earlier_day_what_came_later_is_not_there(copy):
    in_force(copy)
    then = ask(opened(copy), "asked", as_of="1894-04-10")
    assert (told(then)["1894-04"], list(told(then))[-1]) == (3, "1894-04")


def test_data_reach_to_the_last_day_that_is_known(bans, copy):
    assert bans.data_to == "1895-06-30"
    assert in_force(copy, where={"ban_id": "b-3"}).data_to == "1894-07"


def test_what_is_in_force_is_not_added_over_time(copy):
    defined(copy, asked=BANS | {"reduce": WEIGHT, "transform": [{"rolling_sum": {"window": 12}}]})
    assert [code for _, _, code in faults(opened(copy))] == ["stock-over-time"]


def test_without_a_spell_a_complete_month_is_zero_and_another_is_not(copy):
    path = copy / "data/bans.csv"
    path.write_text(path.read_text().splitlines()[0] + "\n")
    none = in_force(copy)
    assert (told(none)["1894-04"], told(none)["1895-04"], told(none)["1896-04"]) == (0, None, 0)
