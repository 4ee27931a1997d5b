"""What a briefing says of a period in Ruritania, what it leaves unsaid, and what it puts into a table."""

import datetime
import re
from dataclasses import replace

import pytest

from dashboard.words import brief as words
from indicators.compute.agenda import Coming
from indicators.compute.brief import MOST_SAID, brief_of, default_period, fraction
from indicators.compute.change import comparable
from indicators.compute.pipeline import results
from indicators.nouns.periods import parse_period
from indicators.nouns.series import Query
from tests.builders import defined, edited, opened


@pytest.fixture(scope="module")
def of_1894(made):
    return brief_of(made, "1894")


def chapter(brief, pillar):
    return next(one for one in brief.chapters if one.pillar.id == pillar)


def said_of(brief, name):
    every = [one for part in brief.chapters for one in (*part.said, *part.table)]
    return next((one for one in every if one.rule.id == name), None)


def test_every_statement_has_an_exact_value_in_a_period_that_can_be_compared(made):
    for period in ("1893", "1894", "1895", "1896", "1894-T2", "1895-Q1", "1894-06"):
        for part in brief_of(made, period).chapters:
            for one in (*part.said, *part.table):
                assert comparable(one.series)[one.claim.period]
                assert not one.series.point(one.claim.period).at_least


def test_each_indicator_is_said_or_unsaid_and_never_lost(made, of_1894):
    named = {one.rule.id for part in of_1894.chapters for kind in (part.said, part.table, part.unsaid) for one in kind}
    assert named == set(made.definitions)


def test_headline_figures_come_first_and_a_pillar_has_few_statements(of_1894):
    assert chapter(of_1894, "court").said[0].rule.id == "audiences"
    assert all(len(one.said) <= MOST_SAID for one in of_1894.chapters)


def test_what_counts_the_rows_of_a_statement_again_stands_in_the_table(of_1894):
    assert "pace_of_audiences" in [one.rule.id for one in chapter(of_1894, "court").table]


def test_a_part_that_was_collected_is_said_where_the_whole_was_not(made):
    """Slights by Ruritania were collected in 1894, those by Graustark in part: of the year only a minimum is known."""
    brief = brief_of(made, "1894")
    assert "slights" in [one.rule.id for one in chapter(brief, "court").unsaid]
    assert "Slights (at least 3)" in words.not_said(chapter(brief, "court"))
    assert "Only partly collected: " in words.not_said(chapter(brief, "court"))


def test_a_minimum_of_a_full_collection_is_not_called_partly_collected(made):
    """The border guard counts every salvo, some of them with a minimum of shots."""
    said = words.not_said(chapter(brief_of(made, "1895"), "guns"))
    assert said == "Only a minimum is known: Guns heard at the border (at least 30)."


def test_another_rule_with_another_number_is_named_with_it_and_one_that_calculates_otherwise_is_not(made, of_1894):
    assert "by other rules: 4 (with ministers)" in words.line(said_of(of_1894, "audiences"), made).under
    assert said_of(of_1894, "ruritanians_in_graustark").others == ()


def test_a_sum_of_a_year_is_given_for_a_part_of_the_year(copy):
    """One salvo of two shots at the bridge from September to December 1895."""
    about = {"where": {"place": "bridge"}, "coverage": "all_cannonades", "frequency": "annual", "reduce": {"sum": {"of": "guns"}}}
    defined(copy, shots={"table": "cannonades", "unit": "shots", **about})
    said = said_of(brief_of(results(opened(copy)), "1895-T3"), "shots")
    point = said.series.point(said.claim.period)
    assert (point.label, point.value) == ("1895-T3", 2.0)


@pytest.mark.parametrize(("month", "year"), [("1894-05", None), ("1894-06", "1894"), ("1894-12", "1894")])
def test_what_happens_first_in_a_year_is_known_on_its_day(copy, month, year):
    """The first duel of 1894 was fought on 11 June, and none in 1893."""
    about = {"where": {"kind": "duel"}, "coverage": "duels", "frequency": "annual", "reduce": "first_day", "unit": "days into the year"}
    defined(copy, first_duel=about)
    said = said_of(brief_of(results(opened(copy)), month), "first_duel")
    assert (said.series.point(said.claim.period).label if said else None) == year


def test_a_value_with_nothing_before_it_says_what_was_collected_then(made, of_1894):
    """The slights of 1894 were partly collected; the audiences of 1893 in full, so that those of 1894 are compared."""
    of_1895 = brief_of(made, "1895")
    assert "no comparison: 1894 partly collected" in words.line(said_of(of_1895, "slights"), made).under
    assert "no comparison" not in words.line(said_of(of_1894, "audiences"), made).under


def test_a_figure_of_a_shorter_period_is_of_the_period_or_unsaid(made):
    """The window of three issues has no exact value in 1894: that of 1893 says nothing about 1894."""
    brief = brief_of(made, "1894")
    assert said_of(brief, "audiences_in_three_periods") is None
    assert "audiences_in_three_periods" in [one.rule.id for one in chapter(brief, "court").unsaid]


def test_a_figure_of_a_longer_period_is_said_with_that_period_where_it_had_ended_less_than_a_year_before(made):
    one = said_of(brief_of(made, "1894-06"), "audiences_in_three_periods")
    assert "in September–December 1893" in words.line(one, made).text
    assert said_of(brief_of(made, "1895-06"), "audiences_in_three_periods") is None


def test_the_rest_of_a_period_that_is_not_over_is_not_said(made):
    brief = brief_of(made, "1896")
    assert not brief.is_over
    assert words.lead(brief, made).startswith("The period is not over")
    assert all(one.series.frequency != "annual" or one.series.point(one.claim.period).over for c in brief.chapters for one in c.said)


def test_the_default_is_the_last_period_that_is_over(made, copy):
    assert default_period(made) == "1895"
    edited(copy, "config.yaml", "window:", "briefing: {every: triannual, pillars: [roads]}\nwindow:")
    changed = results(opened(copy))
    assert default_period(changed) == "1896-T1"
    assert [one.pillar.id for one in brief_of(changed, "1895").chapters][:2] == ["roads", "court"]


def test_a_pillar_of_the_order_that_is_not_there_is_reported(copy):
    line = edited(copy, "config.yaml", "window:", "briefing: {pillars: [rodes]}\nwindow:")
    [problem] = [one for one in opened(copy).problems if one.level == "error"]
    assert (problem.code, problem.place.line) == ("unknown-pillar", line)
    assert "roads" in problem.hint


def test_events_are_those_of_the_period_and_where_there_are_many_those_that_count(made, monkeypatch):
    """Of the events of 1893 no indicator counts the two meetings with Sylvania."""
    assert (len(brief_of(made, "1894").events), brief_of(made, "1894").left_out) == (17, 0)
    every = brief_of(made, "1893").events
    monkeypatch.setattr("indicators.compute.brief.MOST_EVENTS", 5)
    few = brief_of(made, "1893")
    assert {one.id for one in every} - {one.id for one in few.events} == {"envoys:e-07", "envoys:e-08"}
    assert few.left_out == 2
    assert "2 more stand in the chronology" in words.about_events(few)


def test_what_nobody_had_said_by_then_is_not_ahead(made, monkeypatch):
    """The audience of 10 March 1895 was recorded on the next day."""
    due = Coming(datetime.date(1896, 1, 1), datetime.date(1897, 1, 1), "Another audience", "envoys:e-29")
    monkeypatch.setattr("indicators.compute.brief.coming", lambda results: [due])
    assert brief_of(made, "1895").ahead == (due,)
    assert brief_of(made, "1894").ahead == ()


def test_no_sentence_is_without_a_number(made, of_1894):
    assert any(part.said for part in of_1894.chapters)
    for part in of_1894.chapters:
        for one in part.said:
            line = words.line(one, made)
            assert re.match(r"\D*\d|none ", line.text.partition(": ")[2].partition(" in ")[0] + " ")
            assert "collected" in line.under


def test_a_share_has_the_two_numbers_that_it_is_made_of(made):
    crown, travellers = (made.series(Query(name)) for name in ("crown_share", "ruritanian_share"))
    (year, _), (month, _) = parse_period("1893"), parse_period("1895-03")
    offices = made.tables["envoys"].rows_with(crown.rows_in(year))["office"]
    assert fraction(made, crown, year) == ((offices == "crown").sum(), len(offices)) == (4, 6)
    parts = [made.series(Query(name)).point(month).value for name in ("ruritanians_in_graustark", "travellers_in_graustark")]
    assert fraction(made, travellers, month) == tuple(parts)
    assert fraction(made, crown, year - 1) is None  # without a value


def test_a_project_without_events_has_no_appendix(made):
    without = replace(made, tables={name: table for name, table in made.tables.items() if table.relations.kind != "events"})
    assert brief_of(replace(without, definitions={}), "1894").events == ()


def test_a_rate_of_a_year_is_not_given_for_a_shorter_period(made):
    """The days for each audience are days of a year; the audiences themselves are counted in any period."""
    brief = brief_of(made, "1894-T2")
    assert said_of(brief, "pace_of_audiences").series.frequency == "annual"
    assert {one.rule.id: one.series.frequency for part in brief.chapters for one in (*part.said, *part.unsaid)}["audiences"] == "triannual"
