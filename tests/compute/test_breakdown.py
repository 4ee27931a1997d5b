"""A breakdown: the same question, part by part, each part with its own rows and where need be its own coverage."""

import itertools
import math

import pytest

from dashboard.words.numbers import value_words
from indicators.compute.carry import sum_of_parts
from indicators.compute.pipeline import series
from indicators.nouns.periods import parse_period
from indicators.nouns.series import Query
from indicators.problems import ProblemsFound
from tests.builders import DEFINITIONS, ask, asked, at, defined, edited, ids, opened, told

BOTH = {"kind": "meeting", "participants": {"exactly": ["RUR", "GRA"]}, "office": ["crown", "foreign"]}


def test_parts_by_a_plain_column_add_up(ruritania):
    """1893: four crowned and two ministerial meetings. 1894: two and two."""
    whole = ask(ruritania, "audiences@with_ministers", frequency="annual", breakdown="level")
    crowns, ministers = (told(whole.parts[level]) for level in ("sovereign", "minister"))
    assert [(crowns[y], ministers[y]) for y in ("1893", "1894")] == [(4, 2), (2, 2)]
    assert [told(whole)[y] for y in ("1893", "1894")] == [6, 4]


def test_a_part_without_rows_is_a_zero_where_the_whole_is_covered(ruritania):
    whole = ask(ruritania, "audiences@with_ministers", frequency="annual", breakdown="level")
    assert told(whole.parts["minister"])["1896"] == 0
    assert told(whole.parts["minister"])["1895"] is None


def test_parts_by_a_list_column_may_add_to_more_than_the_whole(ruritania):
    """16 April 1896: one act, two hands. March: Ruritania alone."""
    slights = ask(ruritania, "slights", frequency="monthly", breakdown="initiator")
    april = [told(s)["1896-04"] for s in (slights, slights.parts["RUR"], slights.parts["GRA"])]
    march = [told(s)["1896-03"] for s in (slights, slights.parts["RUR"], slights.parts["GRA"])]
    assert (april, march) == ([1, 1, 1], [1, 1, 0])


def test_topics_of_audiences(ruritania):
    """1893: opera on Valentine's day and at the ball, cheese in February, borders in June."""
    parts = ask(ruritania, "audiences@by_year", breakdown="topic").parts
    assert {topic: told(part)["1893"] for topic, part in parts.items()} == {"opera": 2, "cheese": 1, "borders": 1}


def test_each_part_has_its_rows(ruritania):
    parts = ask(ruritania, "slights", breakdown="initiator").parts
    assert ids(parts["RUR"], "1894") == ["e-12", "e-26"]
    assert ids(parts["GRA"], "1894") == ["e-24"]
    assert ids(parts["GRA"], "1896") == ["e-36"]


def test_each_part_has_its_own_coverage(ruritania):
    """1894: Ruritania's two are all there were, Graustark's one is as far as anyone noticed."""
    slights = ask(ruritania, "slights", breakdown="initiator")
    rur, gra = slights.parts["RUR"], slights.parts["GRA"]
    assert [at(s, "1894")["coverage"] for s in (slights, rur, gra)] == ["partial", "near_complete", "partial"]
    assert [bool(at(s, "1894")["at_least"]) for s in (slights, rur, gra)] == [True, False, True]
    assert [at(s, "1894")["value"] for s in (slights, rur, gra)] == [3, 2, 1]
    assert [at(s, "1895")["coverage"] for s in (slights, rur, gra)] == ["near_complete", "near_complete", "complete"]
    assert [at(s, "1895")["value"] for s in (slights, rur, gra)] == [2, 0, 2]


def test_a_month_of_one_part_may_be_known_while_the_other_s_is_not(ruritania):
    """April 1895: Graustark's tenor came with a receipt; Ruritania's list is by year only."""
    slights = ask(ruritania, "slights", frequency="monthly", breakdown="initiator")
    gra, rur = at(slights.parts["GRA"], "1895-04"), at(slights.parts["RUR"], "1895-04")
    assert (gra["value"], gra["coverage"], bool(gra["at_least"])) == (1, "complete", False)
    assert (rur["status"], rur["coverage"]) == ("M", "partial")
    assert told(slights.parts["GRA"])["1895-05"] == 0


def test_the_whole_lifts_the_parts_too(ruritania):
    parts = ask(ruritania, "slights", breakdown="initiator").parts
    assert {told(part, "coverage")["1896"] for part in parts.values()} == {"near_complete"}


def test_a_total_is_the_minimum_of_what_is_collected_and_names_what_is_not(copy):
    """1894: nobody kept a list of Graustark's slights; Ruritania's two and the one that was found all the same are a minimum."""
    edited(copy, "data/coverage.csv", "1894-12-31,partial,1,as far as anyone noticed", "1894-12-31,none,1,nobody looked")
    slights = ask(opened(copy), "slights", breakdown="initiator")
    assert at(slights, "1894")[["value", "at_least", "coverage", "not_collected"]].tolist() == [3, True, "partial", "Graustark"]
    assert at(slights, "1895")[["value", "at_least", "not_collected"]].tolist() == [2, False, ""]
    assert told(slights.parts["GRA"])["1894"] is None
    assert value_words(slights, parse_period("1894")[0]) == "at least 3 slights (Graustark not collected)"


def test_without_asking_there_are_no_parts(ruritania):
    assert ask(ruritania, "audiences").parts == {}


def test_parts_are_transformed_like_the_whole(copy):
    given = asked(
        copy, where=BOTH, coverage={"every": ["audiences", "ministers"]}, frequency="annual", breakdown="level", transform="cumulative"
    )
    parts = ask(opened(copy), "asked", breakdown="level").parts
    # The lone audience of 1892 is in no span, so there is no total from the first year on: for none of them.
    assert told(given)["1893"] is None
    assert told(parts["sovereign"])["1893"] is None


def test_a_breakdown_of_observations(copy):
    """Everyone who came to Graustark in January 1895, in the keeper's own headings: 2000 Ruritanians, 10000 in all."""
    edited(
        copy,
        "indicators/definitions/roads.yaml",
        "    where: {origin: ALL, destination: GRA}\n",
        "    where: {destination: GRA}\n    breakdown: origin\n",
    )
    parts = ask(opened(copy), "travellers_in_graustark", breakdown="origin").parts
    assert (told(parts["RUR"])["1895-01"], told(parts["ALL"])["1895-01"]) == (2000, 10000)
    assert told(parts["ALL"]).get("1895-06") is None


def test_parts_together_are_their_sum_with_the_rows_of_all(ruritania):
    """1893: four crowned and two ministerial meetings."""
    whole = ask(ruritania, "audiences@with_ministers", frequency="annual", breakdown="level")
    both, one = sum_of_parts(whole, ["sovereign", "minister"]), sum_of_parts(whole, ["sovereign"])
    assert (told(both)["1893"], told(one)["1893"]) == (6, 4)
    assert ids(one, "1893") == ids(whole.parts["sovereign"], "1893")
    assert set(ids(both, "1893")) == set(ids(whole, "1893"))


def test_parts_together_are_a_minimum_where_one_is_or_has_no_value(ruritania):
    """1894: Graustark's one slight is a minimum. 1895: Ruritania's month is not known, Graustark's is."""
    year = sum_of_parts(ask(ruritania, "slights", breakdown="initiator"), ["RUR", "GRA"])
    month = sum_of_parts(ask(ruritania, "slights", frequency="monthly", breakdown="initiator"), ["RUR", "GRA"])
    assert (at(year, "1894")["value"], bool(at(year, "1894")["at_least"])) == (3, True)
    assert (at(year, "1895")["value"], bool(at(year, "1895")["at_least"])) == (2, False)
    assert (at(month, "1895-04")["value"], bool(at(month, "1895-04")["at_least"])) == (1, True)


def test_a_series_is_cut_with_its_rows_and_parts(ruritania):
    whole = ask(ruritania, "slights", breakdown="initiator")
    first, last = (parse_period(year)[0] for year in ("1894", "1895"))
    cut = whole.between(first, last)
    assert list(cut.values["label"]) == list(cut.parts["RUR"].values["label"]) == ["1894", "1895"]
    assert cut.rows == tuple(whole.rows_in(period) for period in (first, last))
    assert cut.between(0, 9999).rows == cut.rows
    assert len(cut.between(0, first - 1).values) == len(cut.between(last + 1, 9999).rows) == 0


SALVOS = {"table": "cannonades", "where": None, "coverage": "all_cannonades", "frequency": "annual"}


def test_parts_by_whole_numbers_are_in_the_order_of_their_size(copy):
    """Ten salvos of 1895, two of them with two guns, and two with 'several', which is no part."""
    defined(copy, asked=SALVOS | {"breakdown": "guns"})
    parts = ask(opened(copy), "asked", breakdown="guns").parts
    assert {code: told(part)["1895"] for code, part in parts.items()} == {"1": 1, "2": 2, "3": 1, "4": 1, "5": 1, "6": 1, "7": 1}
    assert list(parts) == sorted(parts)
    assert ids(parts["2"], "1895") == ["c-02", "c-10"]


def test_parts_by_whole_numbers_of_a_vocabulary_are_in_its_order(copy):
    edited(copy, "data/cannonades.resource.yaml", "constraints: {minimum: 1}", "constraints: {enum: [7, 6, 5, 4, 3, 2, 1]}")
    defined(copy, asked=SALVOS | {"breakdown": {"by": "guns", "coverage": {7: "all_cannonades"}}})
    assert list(ask(opened(copy), "asked", breakdown="guns").parts) == ["7", "6", "5", "4", "3", "2", "1"]


@pytest.mark.parametrize(("loud", "soft"), [("true", "false"), ("1", "0"), ("TRUE", "FALSE")])
def test_parts_by_truth_values_have_one_name_whatever_the_cells_hold(copy, loud, soft):
    path = copy / "data/cannonades.csv"
    head, *lines = path.read_text().splitlines()
    cells = [loud if "mill" in line else soft for line in lines]
    path.write_text("\n".join([f"{head},loud", *(f"{line},{cell}" for line, cell in zip(lines, cells, strict=True))]) + "\n")
    field = "    - {name: loud, type: boolean, description: Whether it was loud., constraints: {enum: [true, false]}}\n  primaryKey"
    edited(copy, "data/cannonades.resource.yaml", "  primaryKey", field)
    defined(copy, asked=SALVOS | {"breakdown": "loud"})
    parts = ask(opened(copy), "asked", breakdown="loud").parts
    assert {code: told(part)["1895"] for code, part in parts.items()} == {"true": 6, "false": 4}


def test_a_breakdown_by_measured_numbers_is_refused(copy):
    defined(copy, asked={"table": "polls", "coverage": None, "where": None, "reduce": "count", "breakdown": "approve_pct"})
    assert [p.case for p in opened(copy).problems] == ["breakdown"]


# ---- by two columns ----


@pytest.mark.parametrize("frequency", ["annual", "monthly"])
def test_pairs_of_a_plain_column_add_up_to_the_other_s_parts(ruritania, frequency):
    """Also where a pair has no row and is not computed by itself: a zero where that is known, and missing where it is not."""
    both = ask(ruritania, "audiences@with_ministers", frequency=frequency, breakdown="level,topic")
    topics = ask(ruritania, "audiences@with_ministers", frequency=frequency, breakdown="topic")
    for topic, whole in topics.parts.items():
        values = whole.values
        is_exact = values["coverage"].isin(["complete", "near_complete"]) & (values["status"] != "M") & ~values["at_least"]
        known = values.loc[is_exact, "value"]
        levels = [both.parts[f"{level}|{topic}"] for level in ("sovereign", "minister")]
        assert len(known)
        assert {period: sum(one.values["value"][period] for one in levels) for period in known.index} == known.to_dict()
        uncovered = values.index[values["coverage"].isin(["none", "sample", "partial"])]
        unknown = [one.values["value"][p] for one in levels for p in uncovered if p in one.values.index and not one.rows_in(p)]
        assert all(math.isnan(value) for value in unknown)


def test_a_pair_has_the_rows_that_have_both_codes(ruritania):
    both = ask(ruritania, "audiences@with_ministers", frequency="annual", breakdown="topic,level").parts
    assert ids(both["opera|sovereign"], "1893") == ["e-02", "e-10"]
    assert ids(both["opera|minister"], "1893") == ["e-09"]
    assert told(both["cheese|minister"])["1893"] == 0
    assert told(both["cheese|minister"])["1895"] is None


def test_a_pair_with_a_code_that_is_collected_apart_has_its_coverage(copy):
    """1894: Ruritania's slights are all listed, Graustark's are not, so that about borders it may have committed any number."""
    edited(copy, f"{DEFINITIONS}/court.yaml", "GRA: slights_by_graustark}}", "GRA: slights_by_graustark}}\n    notes: By topic, too.")
    edited(copy, f"{DEFINITIONS}/court.yaml", "    breakdown: {by: initiator,", "    breakdown:\n      - topic\n      - {by: initiator,")
    parts = ask(opened(copy), "slights", breakdown="initiator,topic").parts
    assert [told(parts[pair])["1894"] for pair in ("RUR|borders", "RUR|cheese", "RUR|opera")] == [1, 2, 0]
    assert at(parts["GRA|opera"], "1894")[["value", "at_least"]].tolist() == [1, True]
    assert at(parts["GRA|borders"], "1894")[["status", "why"]].tolist() == ["M", "nothing-found"]


def test_a_row_without_one_of_two_codes_may_be_in_any_pair_of_the_other(copy):
    edited(copy, "data/envoys.csv", 'crown,cheese,"Second', 'crown,,"Second')
    both = ask(opened(copy), "audiences@with_ministers", breakdown="topic,level").parts
    assert at(both["borders|sovereign"], "1893-02")[["status", "why"]].tolist() == ["M", "may-belong"]
    assert at(both["opera|sovereign"], "1893-02")[["value", "at_least"]].tolist() == [1, True]
    assert told(both["borders|minister"])["1893-02"] == 0


@pytest.mark.parametrize("columns", ["topic,topic", "topic,level,topic", "topic,rank"])
def test_a_split_by_other_than_two_known_columns_is_refused(ruritania, columns):
    with pytest.raises(ProblemsFound) as found:
        ask(ruritania, "audiences", breakdown=columns)
    assert {problem.code for problem in found.value.problems} <= {"wrong-value", "unknown-breakdown"}


# ---- rows without a code ----


def test_a_row_without_a_code_may_be_in_any_part(copy):
    """February 1893: an audience about opera, and one whose topic is not written down, so that no other topic is a zero."""
    edited(copy, "data/envoys.csv", 'crown,cheese,"Second', 'crown,,"Second')
    whole = ask(opened(copy), "audiences", breakdown="topic")
    opera, borders = at(whole.parts["opera"], "1893-02"), at(whole.parts["borders"], "1893-02")
    assert (at(whole, "1893-02")["value"], bool(at(whole, "1893-02")["at_least"])) == (2, False)
    assert (opera["value"], opera["at_least"]) == (1, True)
    assert (borders["status"], borders["why"]) == ("M", "may-belong")
    assert opera["reason"] == borders["reason"] == "1 row without `topic` may belong to it"
    assert [whole.parts[topic].loose_in(parse_period("1893-02")[0]) for topic in ("opera", "borders")] == [("envoys:e-03",)] * 2
    assert [told(part)["1893-03"] for part in whole.parts.values()] == [0] * len(whole.parts)


def test_a_row_without_a_side_may_be_of_either(copy):
    """1895: Graustark's two slights are all there were, and Ruritania's none, until one is found of which the side is unknown."""
    needed = "all of them where the act is mutual."
    edited(copy, "data/envoys.resource.yaml", f"{needed}, constraints: {{required: true}}", needed)
    edited(copy, "data/envoys.csv", "slight,GRA,RUR;GRA,minister,,cheese,Graustark s", "slight,,RUR;GRA,minister,,cheese,Graustark s")
    parts = ask(opened(copy), "slights", breakdown="initiator").parts
    assert (told(parts["RUR"])["1895"], at(parts["RUR"], "1895")["why"]) == (None, "may-belong")
    assert (told(parts["GRA"])["1895"], bool(at(parts["GRA"], "1895")["at_least"])) == (1, True)


def test_a_gap_between_rows_of_a_part_is_unknown_where_a_row_may_belong_to_it(copy):
    defined(copy, asked={"where": {"kind": "meeting"}, "frequency": "annual", "reduce": "longest_gap", "breakdown": "topic"})
    before = told(ask(opened(copy), "asked", breakdown="topic").parts["opera"])["1893"]
    edited(copy, "data/envoys.csv", 'crown,cheese,"Second', 'crown,,"Second')
    assert before == 207  # 14 February, 9 September, 31 December
    assert told(ask(opened(copy), "asked", breakdown="topic").parts["opera"])["1893"] is None


def test_a_row_without_a_code_and_a_date_is_listed_once(copy):
    edited(copy, "data/envoys.csv", 'crown,cheese,"An audience some', 'crown,,"An audience some')
    borders = ask(opened(copy), "audiences", breakdown="topic").parts["borders"]
    assert at(borders, "1894-03")["reason"] == "1 row dated less exactly may belong to it"
    assert told(ask(opened(copy), "audiences@by_year", breakdown="topic").parts["borders"])["1894"] is None


def test_a_split_of_one_period_has_the_numbers_of_that_period(ruritania):
    """Whatever other periods have: with blanks, rows that cannot be placed, coverage of its own, and transforms."""
    asked_for = 0
    for definition in (rule for base in ruritania.definitions.values() for rule in base.rules if rule.breakdown):
        columns = [one.by for one in definition.breakdown]
        splits = [*columns, *(",".join(pair) for pair in itertools.permutations(columns, 2))]
        for split, steps in itertools.product(splits, [(), ("rolling_sum:window=4",), ("rolling_mean:window=2", "change")]):
            query = Query(definition.id, definition.variant, breakdown=split, transform=steps)
            try:
                whole = series(ruritania, query)
            except ProblemsFound:  # a stock is not added up over time
                continue
            for period in whole.values.index[:: max(len(whole.values) // 3, 1)].tolist():
                alone = series(ruritania, query._replace(period=period))
                assert list(alone.parts) == list(whole.parts)
                for code, part in whole.parts.items():
                    assert numbers_in(alone.parts[code], period) == numbers_in(part, period), (definition.name, split, code, period)
                    assert len(alone.parts[code].values) <= 1
                    asked_for += 1
    assert asked_for > 100


def numbers_in(part, period):
    """What a part is worth in a period, and from which rows; nothing where it has no value that could be known."""
    if period not in part.values.index or part.point(period).why == "not-covered":
        return None
    point = part.point(period)
    return math.isnan(point.value) or point.value, point.at_least, point.coverage, point.why, tuple(part.rows_in(period))
