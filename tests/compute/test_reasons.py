"""Why a value is missing or a lower bound: the reason names the period, the part and the rows, in the same words everywhere."""

import json

import pytest

from dashboard.cli import main
from dashboard.pages.rows import rows_panel
from indicators.compute.pipeline import results
from indicators.nouns.periods import parse_period
from tests.builders import SALVO_OF_1895, appended, ask, asked, at, defined, edited, opened, told

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
    assert "Ruritanians in Graustark: part of the period is missing (1895-05: no row for RUR|GRA)" in reason(share, "1895-Q2")
    assert "All travellers in Graustark: " in reason(share, "1895-Q2")


def test_a_ratio_of_a_minimum_names_the_part_and_its_rows(copy):
    defined(copy, asked={"combine": {"ratio": {"of": "guns_heard", "to": "guns_heard"}}})
    guns = ask(opened(copy), "asked")
    assert at(guns, "1895-04")["why"] == "only-a-minimum"
    assert "(Guns heard at the border: " in reason(guns, "1895-04")
    assert "1 of 2 rows has no `guns`" in reason(guns, "1895-04")


def test_a_ratio_to_nothing_names_what_is_zero(copy):
    defined(copy, asked={"combine": {"ratio": {"of": "audiences", "to": "duels"}}})
    share = ask(opened(copy), "asked")
    quiet = next(label for label, why in told(share, "why").items() if why == "no-result")
    assert "Duels is 0" in reason(share, quiet)


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


RAIDS = """name: raids
path: raids.csv
title: Raids
schema:
  fields:
    - {name: raid_id, type: string, description: Names the raid., constraints: {required: true, unique: true}}
    - {name: date, type: date, description: Its day., constraints: {required: true}}
    - {name: destroyed, type: integer, description: Blank where nobody looked., constraints: {minimum: 0}}
    - {name: launched, type: integer, description: Kites., constraints: {minimum: 0}}
  primaryKey: [raid_id]
relations:
  kind: events
  time: {start: date}
  credit: The guard
  categories: {raids: {}}
  coverage:
    - {category: raids, from: 1895-07-01, to: 1895-12-31, level: near_complete, basis: The guard counts.}
"""
BLANK = (7, 19, 50, 88)


@pytest.fixture
def raids(copy):
    """93 raids of July 1895, of 20 kites each, of which 10 are destroyed; of four nobody knows how many. August: one raid, 5 of 10."""
    rows = [f"x-{n:02d},1895-07-{n % 28 + 1:02d},{'' if n in BLANK else 10},20" for n in range(93)]
    (copy / "data/raids.csv").write_text("\n".join(["raid_id,date,destroyed,launched", *rows, "y-00,1895-08-01,5,10"]) + "\n")
    (copy / "data/raids.resource.yaml").write_text(RAIDS)
    appended(copy, "data/datapackage.yaml", "  - raids.resource.yaml")
    base = {"table": "raids", "where": None, "coverage": "raids"}
    defined(
        copy,
        destroyed=base | {"title": "Kites lost", "reduce": {"sum": {"of": "destroyed"}}},
        known=base | {"reduce": {"sum": {"of": "destroyed", "blanks": "leave_out"}}},
        launched=base | {"reduce": {"sum": {"of": "launched"}}},
        share={"combine": {"ratio": {"of": "destroyed", "to": "launched"}}, "unit": "share of kites"},
        less={"combine": {"difference": {"of": "launched", "minus": "destroyed"}}},
        added={"combine": {"sum": {"of": ["destroyed", "launched"]}}},
    )
    return copy


FOUR = "4 of 93 rows have no `destroyed`"


def test_a_few_blanks_among_many_rows_make_a_sum_a_minimum(raids):
    """89 raids of 10. The collection is nearly complete, so that nothing else is to blame."""
    july, august = (at(ask(opened(raids), "destroyed"), month) for month in ("1895-07", "1895-08"))
    assert (july["value"], july["at_least"], july["reason"], july["coverage"]) == (890, True, FOUR, "near_complete")
    assert (august["value"], august["at_least"], august["reason"]) == (5, False, "")
    known = at(ask(opened(raids), "known"), "1895-07")
    assert (known["value"], known["at_least"]) == (890, False)


@pytest.mark.parametrize("name", ["share", "less"])
def test_what_is_made_of_a_sum_with_blanks_is_missing_because_of_these(raids, name):
    point = at(ask(opened(raids), name), "1895-07")
    assert (told(ask(opened(raids), name))["1895-07"], point["why"]) == (None, "only-a-minimum")
    assert point["reason"] == f"only a minimum is known (Kites lost: {FOUR})"
    assert told(ask(opened(raids), name))["1895-08"] == {"share": 0.5, "less": 5}[name]


def test_a_sum_of_parts_with_blanks_is_a_minimum_because_of_these(raids):
    """890 and 93 times 20."""
    point = at(ask(opened(raids), "added"), "1895-07")
    assert (point["value"], point["at_least"]) == (2750, True)
    assert FOUR in point["reason"]


@pytest.mark.parametrize("name", ["destroyed", "share"])
def test_explain_names_the_rows_that_are_blank(raids, capsys, name):
    assert main(["--project", str(raids), "explain", name, "1895-07"]) == 0
    out = capsys.readouterr().out
    assert f"blank      {', '.join(f'raids:x-{n:02d}' for n in BLANK)}" in out
    assert FOUR in out
    assert "collection is partial" not in out
    assert "blanks: leave_out" in out
