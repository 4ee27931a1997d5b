"""Rows to one value a period: each operation by itself on a few rows, and through a definition."""

from dataclasses import replace

import narwhals as nw
import pandas as pd
import pytest

from dashboard.words.numbers import change_words, value_words
from indicators.compute.change import change, verdict
from indicators.compute.provenance import points_behind
from indicators.nouns.periods import parse_period, period_of
from indicators.operations import reduce
from indicators.problems import ProblemsFound
from indicators.reading.project import open_project
from indicators.warnings.run import warnings_of
from tests.builders import AUDIENCES, SALVO_OF_1895, appended, ask, asked, at, defined, edited, ids, opened, plain, rows, told

EXACTNESS = "    - {name: exactness, type: string, description: How exact the day is., constraints: {enum: [day, month]}}\n  primaryKey"
JANUARY, FEBRUARY, MARCH = (parse_period(f"1895-0{n}")[0] for n in (1, 2, 3))
SALVOS = {"table": "cannonades", "where": {}, "coverage": "all_cannonades"}


def test_count_is_the_number_of_rows():
    assert reduce.count(rows("1895-01-01", "1895-01-31", "1895-02-01")).to_dict() == {JANUARY: 2, FEBRUARY: 1}


def test_sum_adds_what_is_written_and_is_missing_where_nothing_is():
    guns = reduce.sum(rows("1895-01-01", "1895-01-02", "1895-02-01", guns=[3.0, None, None]), of="guns")
    assert guns[JANUARY] == 3
    assert guns.isna()[FEBRUARY]


@pytest.mark.parametrize(("operation", "expected"), [("mean", 4), ("median", 3), ("last", 8)])
def test_mean_median_and_last(operation, expected):
    """1, 3 and 8, the 8 on the latest day though not in the last row."""
    shots = rows("1895-01-01", "1895-01-30", "1895-01-02", guns=[1.0, 8.0, 3.0])
    assert getattr(reduce, operation)(shots, of="guns").to_dict() == {JANUARY: expected}


def test_distinct_counts_items_of_lists_once_and_blanks_never():
    topics = rows("1895-01-01", "1895-01-02", "1895-01-03", topic=["opera", "cheese;opera", ""], separators={"topic": ";"})
    assert reduce.distinct(topics, of="topic").to_dict() == {JANUARY: 2}


def test_distinct_of_a_plain_column():
    places = rows("1895-01-01", "1895-01-02", "1895-01-03", "1895-02-01", place=["mill", "mill", "bridge", "mill"])
    assert reduce.distinct(places, of="place").to_dict() == {JANUARY: 2, FEBRUARY: 1}


def test_the_effective_number_weighs_kinds_by_their_shares():
    """Halves and quarters: the entropy is 3/2 bits, and 2 to the power of 3/2 is 2.828."""
    topics = rows("1895-01-01", "1895-01-02", "1895-01-03", topic=["opera", "opera;cheese", "borders"], separators={"topic": ";"})
    assert plain(reduce.effective_number(topics, of="topic")) == [round(2**1.5, 6)]


def test_a_row_without_a_topic_may_be_about_any_so_that_variety_is_unknown(copy):
    """1893: opera twice, cheese and borders once, as above; with a blank among them nobody knows."""
    variety = {"where": AUDIENCES, "frequency": "annual", "unit": "topics"}
    assert told(asked(copy, **variety, reduce={"effective_number": {"of": "topic"}}))["1893"] == round(2**1.5, 6)
    edited(copy, "data/envoys.csv", "sovereign,crown,opera,A Valentine", "sovereign,crown,,A Valentine")
    unknown = asked(copy, **variety, reduce={"effective_number": {"of": "topic"}})
    assert at(unknown, "1893")[["status", "reason"]].tolist() == ["M", "the rows give no number (1 of 4 rows has no `topic`)"]
    three = asked(copy, **variety, reduce={"effective_number": {"of": "topic", "blanks": "leave_out"}})
    assert told(three)["1893"] == 3


def test_the_highest_step_is_that_of_the_worst_row():
    steps = rows("1895-01-01", "1895-01-02", "1895-02-01", "1895-03-01", kind=["slight", "duel", "slight", "waltz"])
    assert reduce.highest_step(steps, of="kind", steps=["slight", "duel"]).to_dict() == {JANUARY: 2, FEBRUARY: 1, MARCH: 0}


LADDER = {"highest_step": {"of": "kind", "steps": ["slight", "duel"]}}
OF_SLIGHT_AND_DUEL = {"where": {"kind": ["slight", "duel"]}, "unit": "step of slight < duel", "frequency": "annual"}


def test_a_step_is_at_least_where_the_collection_is_partial_and_none_where_nothing_happened(copy):
    """1894: duels, by the surgeon's ledger; of 1893 nothing was found, and it was kept in part. 1896 from January to May: slights alone."""
    steps = asked(copy, **OF_SLIGHT_AND_DUEL, coverage="all_acts", reduce=LADDER)
    assert at(steps, "1893")[["status", "why"]].tolist() == ["M", "nothing-found"]
    assert at(steps, "1896")[["value", "at_least"]].tolist() == [1, False]
    duels = asked(copy, **OF_SLIGHT_AND_DUEL | {"frequency": "monthly"}, coverage="duels", reduce=LADDER)
    assert [told(duels)[month] for month in ("1894-05", "1894-06", "1894-07")] == [0, 2, 1]
    slights = asked(copy, **OF_SLIGHT_AND_DUEL, coverage="slights_by_graustark", reduce=LADDER)
    assert at(slights, "1894")[["value", "at_least"]].tolist() == [2, True]


def test_a_step_is_written_as_what_it_is(copy):
    steps = asked(copy, **OF_SLIGHT_AND_DUEL | {"frequency": "monthly", "notable": 1}, coverage="duels", reduce=LADDER)
    june = parse_period("1894-06")[0]
    assert value_words(steps, june) == "duel (step 2 of 2)"
    assert value_words(steps, june - 1) == "none of 2 steps"
    assert change_words(steps, verdict(steps, june)) == "Higher: 2 steps higher than none in May 1894"


def test_variety_is_missing_where_the_collection_is_partial_or_nothing_happened(copy):
    """1895: a page remembers two audiences; another could make the topics more various or less. January 1893: none."""
    variety = asked(copy, where=AUDIENCES, reduce={"effective_number": {"of": "topic"}}, unit="topics")
    assert at(variety, "1895-03")[["status", "why"]].tolist() == ["M", "not-exact"]
    assert at(variety, "1893-01")[["status", "why"]].tolist() == ["M", "no-rows"]


def test_blank_guns_add_nothing_and_make_the_month_at_least(copy):
    edited(copy, *SALVO_OF_1895)
    guns = ask(opened(copy), "guns_heard")
    assert (at(guns, "1895-04")["value"], bool(at(guns, "1895-04")["at_least"])) == (4, True)  # four, and 'several'
    assert (at(guns, "1895-01")["value"], bool(at(guns, "1895-01")["at_least"])) == (12, False)


def test_a_basis_of_at_least_makes_the_month_at_least(ruritania):
    assert bool(at(ask(ruritania, "guns_heard"), "1895-03")["at_least"])  # five or more at the mill


def test_a_month_of_blanks_alone_is_missing_though_it_is_covered(ruritania):
    june = at(ask(ruritania, "guns_heard"), "1895-06")
    assert (june["status"], june["coverage"]) == ("M", "complete")
    assert june["why"]


def test_blanks_in_observations_likewise(ruritania):
    """500 + 600 and a blot; 800 + 900 + 1000."""
    quarters = ask(ruritania, "graustarkians_in_ruritania", frequency="quarterly")
    assert (at(quarters, "1895-Q1")["value"], bool(at(quarters, "1895-Q1")["at_least"])) == (1100, True)
    assert (at(quarters, "1895-Q2")["value"], bool(at(quarters, "1895-Q2")["at_least"])) == (2700, False)
    assert told(ask(ruritania, "graustarkians_in_ruritania"))["1895-03"] is None


def test_days_per_row_is_missing_without_rows(copy):
    edited(copy, *SALVO_OF_1895)
    pace = told(asked(copy, **SALVOS, reduce="days_per_row"))
    assert (pace["1895-01"], pace["1895-02"], pace["1895-07"]) == (10.333333, None, 15.5)
    yearly = told(asked(copy, **SALVOS, reduce="days_per_row", frequency="annual"))
    assert yearly["1895"] == 36.5  # ten salvos


def test_share_is_missing_without_rows(ruritania):
    """1893: 4 of 6. 1894: 2 of 4. 1895: no coverage. 1896: both were the crowns'."""
    assert told(ask(ruritania, "crown_share")) == {"1892": None, "1893": 0.666667, "1894": 0.5, "1895": None, "1896": 1}


def test_last_of_guns_is_the_last_salvo(copy):
    edited(copy, *SALVO_OF_1895)
    assert told(asked(copy, **SALVOS, reduce={"last": {"of": "guns"}}))["1895-01"] == 2


def test_there_is_no_last_row_where_several_are_as_late():
    """In January both of the 30th; in February both have the same number. The 1st of January does not matter."""
    shots = rows("1895-01-30", "1895-01-30", "1895-01-01", "1895-02-05", "1895-02-05", guns=[1.0, 8.0, 3.0, 4.0, 4.0])
    assert plain(reduce.last(shots, of="guns")) == [None, 4]
    assert plain(reduce.last(shots, of="guns", prefer=nw.col("guns") > 5)) == [8, 4]


TRAVEL = {"table": "travellers", "where": {"destination": "GRA"}, "coverage": None, "reduce": {"last": {"of": "travellers"}}}


def test_of_several_countries_none_is_the_last(copy):
    """8000 Ruritanians and 16000 travellers in all are two numbers of April 1895."""
    point = at(asked(copy, **TRAVEL), "1895-04")
    named = "2 rows may be the last one: travellers:1895-04|RUR|GRA, travellers:1895-04|ALL|GRA"
    assert (point["status"], point["reason"]) == ("M", f"the rows give no number ({named})")
    assert [p.code for p in warnings_of(opened(copy)) if "'asked'" in p.message] == ["last-of-several"]


def test_a_country_that_is_late_does_not_leave_the_last_row_to_another(copy):
    """After April 1895 only Ruritanians were counted: the 24000 of December are not the last number of both. 1894 has one country."""
    yearly = told(asked(copy, **TRAVEL, frequency="annual"))
    assert (yearly["1894"], yearly["1895"]) == (12000, None)


@pytest.mark.parametrize(("origin", "last"), [("RUR", 24000), ("ALL", 16000)])
def test_the_key_that_is_preferred_is_the_last(copy, origin, last):
    """24000 Ruritanians in December 1895; all travellers were last counted in April. A breakdown has both."""
    reduced = {"last": {"of": "travellers", "prefer": {"origin": origin}}}
    series = asked(copy, **TRAVEL | {"reduce": reduced, "breakdown": "origin", "frequency": "annual"})
    parts = ask(opened(copy), "asked", breakdown="origin").parts
    assert (told(series)["1895"], told(parts["RUR"])["1895"], told(parts["ALL"])["1895"]) == (last, 24000, 16000)
    assert [p for p in warnings_of(opened(copy)) if p.code == "last-of-several"] == []


def test_a_row_dated_by_its_month_may_be_later_than_one_dated_by_its_day(copy):
    """A salvo of some day of January 1895, and one of the 24th with another number of guns."""
    edited(copy, *SALVO_OF_1895)
    edited(copy, "data/cannonades.csv", "c-01,1895-01-10,day,3", "c-01,1895-01-01,month,3")
    assert told(asked(copy, **SALVOS, reduce={"last": {"of": "guns"}}))["1895-01"] is None


def test_means_of_travellers(ruritania):
    """1000 to 12000 in 1894."""
    yearly = {v: told(ask(ruritania, f"ruritanians_in_graustark@{v}", frequency="annual"))["1894"] for v in ("at_last", "in_the_middle")}
    assert yearly == {"at_last": 12000, "in_the_middle": 6500}
    assert told(ask(ruritania, "ruritanians_in_graustark@on_average", frequency="annual"))["1894"] == 6500


def test_polls_weigh_less_by_half_every_fortnight(ruritania):
    """January: 40 a fortnight before the end, 60 on the last day: (0.5 * 40 + 60) / 1.5."""
    approval = ask(ruritania, "approval")
    assert told(approval)["1895-01"] == pytest.approx(80 / 1.5, abs=1e-6)
    assert ids(approval, "1895-01") == ["p-01", "p-02"]


def test_one_poll_alone_is_an_estimate(ruritania):
    february = at(ask(ruritania, "approval"), "1895-02")
    assert (february["value"], february["status"]) == (50, "E")


def test_polls_on_two_leaders_are_never_averaged(ruritania):
    """March: Rudolf 30 on the 3rd; Flavia 70 a fortnight before the end and 76 on the last day: (35 + 76) / 1.5."""
    approval = ask(ruritania, "approval")
    assert told(approval)["1895-03"] == 74
    assert ids(approval, "1895-03") == ["p-05", "p-06"]


def test_a_month_without_polls_is_missing(ruritania):
    assert told(ask(ruritania, "approval"))["1895-04"] is None


def test_a_leader_who_left_before_the_month_was_over_is_not_in_office(ruritania):
    """June: Flavia 68 on the 5th, Michael crowned on the 20th, no poll asked about him."""
    june = at(ask(ruritania, "approval"), "1895-06")
    assert (june["status"], june["why"]) == ("M", "none-counts")
    assert told(ask(ruritania, "approval@by_polls_alone"))["1895-06"] == 68


def test_a_banquet_is_no_handover(copy):
    """With banquets alone (20 May) nothing happens after Flavia's poll of 5 June."""
    edited(copy, "indicators/definitions/crowd.yaml", "what: [coronation, confirmation]", "what: banquet")
    approval = told(ask(open_project(copy), "approval"))
    assert (approval["1895-05"], approval["1895-06"]) == (72, 68)


def test_a_confirmation_takes_no_polls_away_from_the_one_confirmed(ruritania):
    """August: Michael 20 four weeks before the end, 30 on the last day, confirmed between them: (0.25 * 20 + 30) / 1.25."""
    approval = ask(ruritania, "approval")
    assert told(approval)["1895-08"] == 28
    assert ids(approval, "1895-08") == ["p-11", "p-12"]


def test_polls_in_the_new_reign_count_from_its_first_month(ruritania):
    """July: 20 three weeks before the end, 26 one week before: the later weighs twice, (20 + 2 * 26) / 3."""
    assert told(ask(ruritania, "approval"))["1895-07"] == 24


def test_without_a_leader_all_polls_of_the_month_count(copy):
    """March: 30 four weeks before the end, 70 a fortnight before it, 76 on the last day: (0.25 * 30 + 0.5 * 70 + 76) / 1.75; no break."""
    without = {"table": "polls", "where": None, "coverage": None, "reduce": {"poll_average": {"of": "approve_pct"}}, "break_on": []}
    march = at(asked(copy, **without), "1895-03")
    assert march["value"] == pytest.approx(118.5 / 1.75, abs=1e-6)
    assert set(told(ask(open_project(copy), "asked"), "stretch").values()) == {0}


def test_a_poll_dated_by_its_month_weighs_as_at_the_middle_and_makes_an_estimate(copy):
    """January: 40 on the 17th, and 60 of the month alone: 16 January, a day earlier. February is as before."""
    edited(copy, "data/polls.resource.yaml", "  primaryKey", EXACTNESS)
    edited(copy, "data/polls.resource.yaml", "{start: fieldwork_end}", "{start: fieldwork_end, precision: exactness}")
    head, *lines = (copy / "data/polls.csv").read_text().splitlines()
    lines = [f"{line},{'month' if line.startswith('p-02') else 'day'}" for line in lines]
    (copy / "data/polls.csv").write_text("\n".join([f"{head},exactness", *lines]).replace("1895-01-31", "1895-01-01") + "\n")
    for name in ("approval", "approval@by_polls_alone"):
        january, march = (at(ask(open_project(copy), name), month) for month in ("1895-01", "1895-03"))
        day = 0.5 ** (1 / 14)
        assert january["value"] == pytest.approx((40 + day * 60) / (1 + day), abs=1e-6)
        assert (january["status"], march["status"]) == ("E", "B")
    project = open_project(copy)
    dots = points_behind(ask(project, "approval"), project.tables)
    assert dots.loc[dots["value"] == 60, "day"].tolist() == [pd.Timestamp("1895-01-16")]  # drawn where it weighs


DATED = "    - {name: exactness, type: string, description: How exact the day is., constraints: {enum: [day, month, year]}}\n  primaryKey"


def dated_handovers(folder, exactness, **changed):
    """The reigns with a column that says how exactly they are dated; `changed`: the date of a row that is known by this alone."""
    edited(folder, "data/reigns.resource.yaml", "  primaryKey", DATED)
    edited(folder, "data/reigns.resource.yaml", "time: {start: date}", "time: {start: date, precision: exactness}")
    head, *lines = (folder / "data/reigns.csv").read_text().splitlines()
    by_row = {line.partition(",")[0].replace("-", ""): line for line in lines}
    for row, date in changed.items():
        number, _, *rest = by_row[row].split(",")
        by_row[row] = ",".join([number, date, *rest, exactness])
    rows_ = [line if row in changed else f"{line},day" for row, line in by_row.items()]
    (folder / "data/reigns.csv").write_text("\n".join([f"{head},exactness", *rows_]) + "\n")


@pytest.mark.parametrize(
    ("frequency", "label", "value"), [("monthly", "1895-03", 74), ("weekly", "1895-W09", None), ("weekly", "1895-W11", 70)]
)
def test_a_handover_dated_by_its_month_has_no_day(copy, frequency, label, value):
    """Flavia was crowned some day in March 1895. Rudolf has a poll of the 3rd, Flavia of the 17th and the 31st, (35 + 76) / 1.5: the month
    is as before. On the evening of the 3rd, W09, nobody knows who wears the crown; on the 17th, W11, Flavia does."""
    dated_handovers(copy, "month", r1="1895-03-01")
    assert told(ask(open_project(copy), "approval", frequency=frequency))[label] == value


def test_until_a_handover_dated_by_its_year_is_over_the_leader_is_known_by_new_polls_alone(copy):
    """Some day in 1895 Flavia followed Rudolf: of the months with polls on Rudolf alone, January and February, nothing is known."""
    dated_handovers(copy, "year", r1="1895-01-01")
    months_ = told(ask(open_project(copy), "approval"))
    assert (months_["1895-01"], months_["1895-02"], months_["1895-03"]) == (None, None, 74)


def test_polls_of_one_day_on_two_leaders_name_nobody_without_a_later_one():
    """At the end of January a poll on each of two: the next ones tell which it is. At the end of February nothing does."""
    days = ["1895-01-31", "1895-01-31", "1895-02-28", "1895-02-28"]
    polls = rows(*days, of=[40.0, 60.0, 50.0, 70.0], crown=["Rudolf", "Flavia", "Flavia", "Michael"])
    assert average(polls).to_dict() == {JANUARY: 60}
    assert average(rows(*days[:3], of=[40.0, 60.0, 50.0], crown=["Rudolf", "Flavia", "Flavia"])).to_dict() == {JANUARY: 60, FEBRUARY: 50}


def test_handovers_mean_nothing_without_a_leader(copy):
    given = {"of": "approve_pct", "handovers": {"table": "reigns", "where": {"what": "coronation"}}}
    defined(copy, asked={"table": "polls", "where": None, "coverage": None, "reduce": {"poll_average": given}})
    assert [(p.code, p.case) for p in open_project(copy).problems] == [("missing-parameter", "together")]


def tavern_polls(*polls, **columns):
    """Polls as (day, tavern, per cent) on one crown, with further columns; a tavern is a pollster."""
    days, taverns, values = zip(*polls, strict=True)
    return rows(*days, of=pd.Series(values, dtype="float64"), tavern=list(taverns), crown=["Rudolf"] * len(days), **columns)


def average(polls, **given):
    return reduce.poll_average(polls, of="of", leader="crown", **given)


def test_a_poll_weighs_as_its_weight_says():
    """On one day: (3 * 40 + 1 * 60) / 4; a blank weight and one of 0 do not count."""
    polls = tavern_polls(*[("1895-01-31", "Zenda", n) for n in (40, 60, 99, 98)], size=[300.0, 100.0, None, 0.0])
    assert average(polls, weight="size").to_dict() == {JANUARY: 45}


VERSIONS = (
    *[("1895-01-31", "Zenda", n) for n in (40, 42, 44)],
    *[("1895-02-28", "Zenda", n) for n in (40, 42, 44)],
    ("1895-02-28", "Hentzau", 60),
)
NAMED = {"poll": ["q1"] * 3 + ["q2"] * 3 + ["q3"], "asked": ["all", "men", "sober"] * 2 + ["all"]}


def test_versions_of_a_poll_weigh_as_one_poll():
    """February: 42 from three versions and 60 are 51, each once; as rows they would be 46.5."""
    polls = tavern_polls(*VERSIONS, **NAMED)
    assert average(polls, poll="poll").to_dict() == {JANUARY: 42, FEBRUARY: 51}
    assert average(polls).to_dict() == {JANUARY: 42, FEBRUARY: 46.5}


def test_rows_that_name_no_poll_are_polls_of_their_own():
    polls = tavern_polls(*[("1895-01-31", "Zenda", n) for n in (40, 44, 60, 80)], poll=["q1", "q1", "", ""])
    assert average(polls, poll="poll")[JANUARY] == pytest.approx((42 + 60 + 80) / 3)


def test_of_the_versions_of_a_poll_those_preferred_count():
    """Only q3 has no version of the sober, so that it counts as it is."""
    polls = tavern_polls(*VERSIONS, **NAMED)
    assert average(polls, poll="poll", prefer=nw.col("asked") == "sober").to_dict() == {JANUARY: 44, FEBRUARY: 52}


def test_a_poll_in_several_versions_is_one_poll_alone(copy):
    """January has two rows of one poll: an estimate, and not enough where two polls are asked for."""
    edited(copy, "data/polls.resource.yaml", "required: true, unique: true", "required: true")
    edited(copy, "data/polls.resource.yaml", "primaryKey: [poll_id]", "primaryKey: [poll_id, pollster]")
    edited(copy, "data/polls.csv", "p-02,Rudolf", "p-01,Rudolf")
    one_poll = {"poll_average": AVERAGE | {"poll": "poll_id"}}
    for reduce_, at_least, status in (({"poll_average": AVERAGE}, 1, "A"), (one_poll, 1, "E"), (one_poll, 2, "M")):
        assert at(asked(copy, **POLLS, reduce=reduce_, at_least=at_least), "1895-01")["status"] == status


REMOVED = {"house": "tavern", "house_effects": "remove"}


def test_house_effects_are_mean_distances_from_the_line_and_add_up_to_nothing():
    """January: Zenda lies 10 below Hentzau, 5 each from the line. So February's 42 of Zenda is 47, and March's 53 of Hentzau 48."""
    polls = [("1895-01-31", "Zenda", 40), ("1895-01-31", "Hentzau", 50), ("1895-02-28", "Zenda", 42), ("1895-03-31", "Hentzau", 53)]
    line = average(tavern_polls(*polls), **REMOVED)
    assert line.to_dict() == pytest.approx({JANUARY: 45, FEBRUARY: 47, MARCH: 48})


def test_with_a_half_life_of_minutes_the_newest_poll_is_the_average():
    """Weights from the end of the month would all be 0."""
    polls = tavern_polls(("1895-01-02", "Zenda", 40), ("1895-01-10", "Hentzau", 50), ("1895-01-10", "Zenda", 70))
    assert average(polls, half_life=0.001).to_dict() == {JANUARY: 60}
    assert average(polls, half_life=0.001, **REMOVED).to_dict() == pytest.approx({JANUARY: 60})


def test_a_tavern_that_never_asked_together_with_another_has_no_known_effect():
    polls = [("1895-01-31", "Zenda", 40), ("1895-01-31", "Hentzau", 50), ("1895-02-28", "Mill", 70), ("1895-03-31", "", 60)]
    line = average(tavern_polls(*polls), **REMOVED)
    assert line.to_dict() == pytest.approx({JANUARY: 45, FEBRUARY: 70, MARCH: 60})


def test_a_tavern_has_an_effect_for_each_crown():
    """Zenda is 10 below Hentzau on Rudolf and 20 above it on Flavia; alone in June it is 80 on Flavia."""
    polls = [("1895-01-31", "Zenda", 40), ("1895-01-31", "Hentzau", 50), ("1895-05-31", "Zenda", 80), ("1895-05-31", "Hentzau", 60)]
    asked_for = tavern_polls(*polls, ("1895-06-30", "Zenda", 80))
    frame = asked_for.frame.with_columns(crown=nw.when(nw.col("of") >= 60).then(nw.lit("Flavia")).otherwise(nw.lit("Rudolf")))
    line = average(replace(asked_for, frame=frame), **REMOVED)
    assert line.tolist() == pytest.approx([45, 70, 70])


def test_in_weeks_and_days_the_effects_are_those_of_months():
    """The two taverns never asked on one day, but in one month. Without weights for time 40 and 50 are 5 from the line."""
    polls = tavern_polls(("1895-01-10", "Zenda", 40), ("1895-01-20", "Hentzau", 50))
    for frequency in ("daily", "weekly"):
        days = [period_of(day.date(), frequency) for day in polls.frame["@day"].to_list()]
        finer = replace(polls, frame=polls.frame.with_columns(nw.new_series("@period", days, backend="pandas")), frequency=frequency)
        assert average(finer, half_life=1e9, **REMOVED).tolist() == pytest.approx([45, 45])


@pytest.mark.parametrize(("said", "changed"), [("break_on: [leader]", "break_on: []"), ("break_on: [leader]", "break_on: [pollster]")])
def test_a_change_of_leader_is_a_break_whatever_the_descriptor_says(copy, said, changed):
    """March is the first month of Flavia; nothing is compared with Rudolf's February."""
    edited(copy, "data/polls.resource.yaml", said, changed)
    defined(copy, asked={**POLLS, "reduce": {"poll_average": AVERAGE}, "break_on": []})
    approval = ask(opened(copy), "asked")
    assert (at(approval, "1895-03")["value"], at(approval, "1895-03")["status"]) == (74, "B")
    assert change(approval, parse_period("1895-03")[0]).word == "not comparable"
    assert told(ask(opened(copy), "asked", transform=("change",)))["1895-03"] is None


def test_a_poll_average_is_available_by_week_and_day_and_not_by_year(ruritania):
    """The polls of 17 and 31 January lie in two weeks."""
    weeks = told(ask(ruritania, "approval", frequency="weekly"))
    assert (weeks["1895-W03"], weeks["1895-W05"], weeks["1895-W04"]) == (40, 60, None)
    assert told(ask(ruritania, "approval", frequency="daily"))["1895-01-31"] == 60


@pytest.mark.parametrize(
    ("given", "other"),
    [({"house_effects": "remove"}, "house"), ({"house": "pollster"}, "house_effects"), ({"prefer": {"pollster": "Zenda Gazette"}}, "poll")],
)
def test_a_parameter_that_means_nothing_alone_is_refused(copy, given, other):
    defined(copy, asked={**POLLS, "reduce": {"poll_average": AVERAGE | given}})
    problems = open_project(copy).problems
    assert [(p.code, p.case) for p in problems] == [("missing-parameter", "together")]
    assert f"without '{other}'" in problems[0].message


def test_adding_an_audience_adds_one(copy):
    appended(copy, "data/envoys.csv", "e-38,1893-04-01,,day,meeting,RUR;GRA,RUR;GRA,sovereign,crown,,A joke.,court_diary,1893-04-01")
    edited(copy, "data/coverage.csv", "complete,6,the throne", "complete,7,the throne")
    assert told(ask(open_project(copy), "audiences"))["1893-04"] == 1


def test_a_filter_that_empties_the_table_is_a_warning_that_names_the_filter(copy):
    """Clerks duel; they are not received."""
    file = defined(copy, asked={"where": AUDIENCES | {"level": "clerk"}})
    problems = list(warnings_of(open_project(copy)))
    assert [(p.place.file, p.level) for p in problems] == [(file, "warning")]
    assert "level" in problems[0].message + problems[0].hint
    assert "office" not in problems[0].message + problems[0].hint


def test_an_empty_selection_is_still_computed(copy):
    assert told(asked(copy, where=AUDIENCES | {"level": "clerk"}))["1893-02"] == 0


POLLS = {"table": "polls", "where": {}, "coverage": None}
AVERAGE = {"of": "approve_pct", "leader": "leader"}


@pytest.mark.parametrize(("at_least", "march"), [(2, 74), (3, None)])
def test_polls_that_do_not_count_are_not_enough(copy, at_least, march):
    """March has three polls: one on Rudolf, who went, and two on Flavia, who stayed."""
    polls = asked(copy, **POLLS, reduce={"poll_average": AVERAGE}, at_least=at_least)
    assert told(polls)["1895-03"] == march
    assert at(polls, "1895-03")["why"] == ("" if march else "too-few")


def test_why_a_poll_average_is_monthly_only_is_reported(ruritania):
    with pytest.raises(ProblemsFound, match="goes by the days of its own periods"):
        ask(ruritania, "approval", frequency="annual")


def test_a_last_value_is_picked_from_as_many_rows_as_are_asked_for(copy):
    """January 1895 has two polls, the later one with 60; February has one."""
    polls = asked(copy, **POLLS, reduce={"last": {"of": "approve_pct"}}, at_least=2)
    assert (told(polls)["1895-01"], told(polls)["1895-02"]) == (60, None)
    assert polls.rows_in(parse_period("1895-01")[0]) == ("polls:p-02",)


@pytest.mark.parametrize("operation", ["mean", "median", "last"])
def test_a_row_without_a_number_is_not_one_of_those_that_are_asked_for(copy, operation):
    """Of the two polls of January the second has no number; July has two with one."""
    edited(copy, "data/polls.resource.yaml", "raise the glass., constraints: {required: true, ", "raise the glass., constraints: {")
    edited(copy, "data/polls.csv", "1895-01-31,60,", "1895-01-31,,")
    polls = asked(copy, **POLLS, reduce={operation: {"of": "approve_pct"}}, at_least=2)
    assert (told(polls)["1895-01"], at(polls, "1895-01")["why"]) == (None, "too-few")
    assert told(polls)["1895-07"] is not None
    assert told(asked(copy, **POLLS, reduce={operation: {"of": "approve_pct"}}))["1895-01"] == 40


def without_polls_after(folder, last):
    path = folder / "data/polls.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[: [line[:4] for line in lines].index(last) + 1]) + "\n")


def test_after_a_handover_that_no_poll_follows_there_is_no_value(copy):
    """Flavia was asked about on 5 June, Michael crowned on the 20th; then the taverns closed."""
    without_polls_after(copy, "p-08")
    project = open_project(copy)
    assert told(ask(project, "approval"))["1895-06"] is None
    assert told(ask(project, "approval@by_polls_alone"))["1895-06"] == 68


def test_earlier_polls_count_where_the_next_poll_names_the_same_leader(copy):
    """On 20 June Flavia herself is confirmed, and the poll of 10 July is on her."""
    edited(copy, "data/reigns.csv", "1895-06-20,Michael,coronation", "1895-06-20,Flavia,confirmation")
    edited(copy, "data/polls.csv", "p-09,Michael", "p-09,Flavia")
    approval = ask(open_project(copy), "approval")
    assert told(approval)["1895-06"] == 68
    assert ids(approval, "1895-06") == ["p-08"]
