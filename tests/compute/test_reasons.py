"""Why a value is missing or a lower bound: the reason names the period, the part and the rows, in the same words everywhere."""

import json

import pytest

from dashboard.cli import main
from dashboard.pages.rows import rows_panel
from indicators.compute.pipeline import results
from indicators.nouns.periods import parse_period
from tests.builders import SALVO_OF_1895, ask, asked, at, defined, edited, opened, told

GUNS = {"table": "cannonades", "coverage": "all_cannonades", "where": {}}


def reason(series, label):
    return at(series, label)["reason"]


def test_blank_cells_are_counted_among_the_rows(ruritania):
    """April 1895: 4 guns and 'several'; in June the only salvo has no number."""
    guns = ask(ruritania, "guns_heard")
    assert "1 of 2 rows has no `guns`" in reason(guns, "1895-04")
    assert "the row has no `guns`" in reason(guns, "1895-06")
    assert reason(ask(ruritania, "guns_heard", frequency="annual"), "1895").startswith("2 of 10 rows have no `guns`")


def test_a_blank_in_a_column_that_may_be_negative_empties_the_sum_and_says_what_to_do(copy):
    edited(
        copy, "data/cannonades.resource.yaml", "where the guard says several., constraints: {minimum: 1}}", "where the guard says several.}"
    )
    edited(copy, "data/cannonades.resource.yaml", "  lower_bound_when: {guns_basis: [at_least, several]}\n", "")
    guns = asked(copy, **GUNS, reduce={"sum": {"of": "guns"}})
    assert (told(guns)["1895-04"], at(guns, "1895-04")["why"]) == (None, "some-blank")
    assert "1 of 2 rows has no `guns`" in reason(guns, "1895-04")
    point = guns.point(parse_period("1895-04")[0])
    assert "minimum of 0" in point.way_out
    assert "leave_out" in point.way_out


@pytest.mark.parametrize("bounded", [True, False])
def test_blanks_that_mean_nothing_are_left_out(copy, bounded):
    if not bounded:
        edited(copy, "data/cannonades.resource.yaml", "says several., constraints: {minimum: 1}}", "says several.}")
    edited(copy, *SALVO_OF_1895)
    edited(copy, "data/cannonades.resource.yaml", "  lower_bound_when: {guns_basis: [at_least, several]}\n", "")
    guns = asked(copy, **GUNS, reduce={"sum": {"of": "guns", "blanks": "leave_out"}})
    assert (told(guns)["1895-04"], told(guns, "at_least")["1895-04"]) == (4, False)
    assert told(guns)["1895-06"] is None  # all blank stays missing


def test_a_blank_topic_that_means_nothing_leaves_the_number_of_topics_exact(copy):
    """Of the four audiences of 1893 one is without a topic now: its topic may be a further one."""
    edited(copy, "data/envoys.csv", "sovereign,crown,opera,A Valentine audience", "sovereign,crown,,A Valentine audience")
    blank = asked(copy, frequency="annual", reduce={"distinct": {"of": "topic"}})
    left_out = asked(copy, frequency="annual", reduce={"distinct": {"of": "topic", "blanks": "leave_out"}})
    assert told(blank)["1893"] == told(left_out)["1893"]
    assert (at(blank, "1893")["at_least"], at(left_out, "1893")["at_least"]) == (True, False)
    assert reason(blank, "1893") == "1 of 4 rows has no `topic`"


def test_what_blanks_mean_is_one_of_the_words_that_are_known(copy):
    file = defined(copy, asked=GUNS | {"reduce": {"sum": {"of": "guns", "blanks": "zero"}}})
    assert [(p.place.file, p.code) for p in opened(copy).problems] == [(file, "wrong-value")]


def test_a_ratio_names_the_part_that_is_missing(ruritania):
    """In May 1895 the page of Ruritanians is lost; everyone is counted until April only."""
    share = ask(ruritania, "ruritanian_share", frequency="quarterly")
    assert "ruritanians_in_graustark: part of the period is missing (1895-05: no row for RUR|GRA)" in reason(share, "1895-Q2")
    assert "travellers_in_graustark" in reason(share, "1895-Q2")


def test_a_ratio_of_a_minimum_names_the_part_and_its_rows(copy):
    defined(copy, asked={"combine": {"ratio": {"of": "guns_heard", "to": "guns_heard"}}})
    guns = ask(opened(copy), "asked")
    assert at(guns, "1895-04")["why"] == "only-a-minimum"
    assert "(guns_heard: " in reason(guns, "1895-04")
    assert "1 of 2 rows has no `guns`" in reason(guns, "1895-04")


def test_a_ratio_to_nothing_names_what_is_zero(copy):
    defined(copy, asked={"combine": {"ratio": {"of": "audiences", "to": "duels"}}})
    share = ask(opened(copy), "asked")
    quiet = next(label for label, why in told(share, "why").items() if why == "no-result")
    assert "duels is 0" in reason(share, quiet)


def test_a_window_names_the_period_that_it_lacks(ruritania):
    rolled = ask(ruritania, "ruritanians_in_graustark", transform=("rolling_sum:window=3",))
    assert "1895-05: no rows in this period" in reason(rolled, "1895-07")
    assert "begins with 1894-01" in reason(rolled, "1894-02")


def test_a_sum_of_minimums_is_a_minimum(copy):
    """Two audiences are remembered of spring 1895 and none of summer, which may have had some: at least two in both."""
    rolled = asked(copy, frequency="quarterly", transform={"rolling_sum": {"window": 2}})
    assert (told(rolled)["1895-Q2"], told(rolled, "at_least")["1895-Q2"]) == (2, True)
    assert "1895-Q1: collection is partial" in reason(rolled, "1895-Q2")
    assert told(asked(copy, frequency="quarterly", transform={"rolling_mean": {"window": 2}}))["1895-Q2"] is None


def test_minimums_of_nothing_add_up_to_nothing_known(copy):
    quarters = told(asked(copy, frequency="quarterly"))
    rolled = asked(copy, frequency="monthly", transform={"rolling_sum": {"window": 2}})
    assert quarters["1895-Q2"] is None
    assert (told(rolled)["1895-06"], at(rolled, "1895-06")["why"]) == (None, "nothing-found")


def test_every_missing_value_and_every_minimum_has_a_reason_in_words(ruritania):
    for name in ruritania.definitions:
        values = ask(ruritania, name).values
        assert (values["reason"].ne("") == (values["value"].isna() | values["at_least"])).all(), name


def test_explain_page_and_compute_give_the_same_words(copy, capsys):
    project = opened(copy)
    guns = ask(project, "guns_heard")
    words = reason(guns, "1895-06")
    main(["--project", str(copy), "explain", "guns_heard", "1895-06"])
    explained = capsys.readouterr().out
    main(["--project", str(copy), "compute", "guns_heard", "--format", "json"])
    computed = next(one for one in json.loads(capsys.readouterr().out) if one["period"] == "1895-06")
    assert words in explained
    assert "cannonades:c-06" in explained
    assert computed["why"] == words
    assert words in str(rows_panel(results(project), guns, parse_period("1895-06")[0]))
