"""The briefing of the shipped project: for January to April 2024 beside what the journal says, and for two periods collected less."""

import pytest

from dashboard.words import brief as words
from indicators.compute.brief import brief_of
from indicators.compute.change import comparable


@pytest.fixture(scope="module")
def brief(shipped):
    return brief_of(shipped, "2024-T1")


def every(brief):
    return [one for part in brief.chapters for one in (*part.said, *part.table)]


def line(brief, shipped, name):
    return words.line(next(one for one in every(brief) if one.rule.id == name), shipped)


STATED = [  # our number in January–April 2024, and the number by the journal's own rule where it is another
    ("trilateral_meetings", "11 meetings in", "10 (journal)"),
    ("all_meetings_jpn_kor", "22 in", "21 (journal)"),
    ("summonses", ": 4 in", "3 (journal)"),
    ("protests_incl_summonses", ": 6 in", "5 (journal)"),
    ("joint_statements", ": 5 in", "4 (journal)"),
    ("new_dialogues", "3 dialogues", ""),
    ("forced_labor_rulings", "4 rulings", ""),
    ("visitors_japan_to_korea_official", "2,316,000 visitors in 2023", ""),
    ("japanese_share_of_visitors_to_korea", "21.0 % of visitors in 2023", ""),
    ("approval_korea_president", "the lowest since at least May 2022", ""),
]


@pytest.mark.parametrize(("name", "text", "other"), STATED, ids=[one[0] for one in STATED])
def test_the_figures_of_the_journal_come_out(brief, shipped, name, text, other):
    found = line(brief, shipped, name)
    assert text in found.text
    assert other in found.under


def test_an_average_of_polls_says_between_which_values_they_lie(brief, shipped):
    """The lowest and the highest of the polls on the cabinet whose fieldwork ended in April 2024."""
    assert "9 polls, from 16.0 % to 26.3 %; margin of error not recorded" in line(brief, shipped, "approval_japan_cabinet").under


def test_a_share_names_its_two_numbers(brief, shipped):
    """Japan's tourism office counted 2,999,962 of 11,601,486; by the journal the two sides met on 3 of the 7 days with complaints."""
    assert "2,999,962 of 11,601,486" in line(brief, shipped, "korean_share_of_visitors_to_japan").under
    days = next(one for one in every(brief) if one.rule.id == "complaint_days_with_a_meeting")
    assert words.cells(days, shipped).value == "42.9 % (3 of 7)"


def test_days_since_name_the_day(brief, shipped):
    """Kishida and Yoon met in San Francisco on 16 November 2023."""
    assert "since 16 November 2023" in line(brief, shipped, "days_since_leaders_met").under


def test_figures_of_the_period_stand_before_those_of_the_year_before(brief):
    for part in brief.chapters:
        years = [one.series.frequency == "annual" for one in part.said]
        assert years == sorted(years)
    assert any(len({one.series.frequency for one in part.said}) > 1 for part in brief.chapters)


def test_the_order_is_that_of_the_journal_after_the_composites(brief):
    first, *pillars = brief.chapters
    assert [one.rule.id for one in first.said] == ["relations_health"]
    assert [one.pillar.id for one in pillars] == ["dialogue", "people", "politics", "friction", "security", "economy"]
    assert {"trilateral_meetings", "all_meetings_jpn_kor"} <= {one.rule.id for one in pillars[0].said}


def test_what_the_journal_expected_lies_ahead(brief):
    ahead = " ".join(what for _, what in map(words.ahead, brief.ahead))
    assert "60th anniversary" in ahead
    assert "Yasukuni" in ahead
    assert all(one.end > brief.days[1] for one in brief.ahead)


def test_the_chronology_is_whole(brief, value):
    assert (len(brief.events), brief.left_out) == (76, 0)


def test_what_was_only_partly_collected_in_2019_and_2023_is_a_minimum_that_is_not_stated(shipped):
    """The summonses of 2019 and 2023 are graded by year: of four months only a minimum is known."""
    for period, least in (("2019-T2", "Envoys summoned (at least 6)"), ("2023-T1", "Envoys summoned (at least 5)")):
        brief = brief_of(shipped, period)
        friction = next(one for one in brief.chapters if one.pillar.id == "friction")
        assert least in words.not_said(friction)
        assert "summonses" not in {one.rule.id for one in every(brief)}
        assert brief.ahead
        assert all("Camp David" not in one.name for one in brief.ahead)
        assert not any(one.row.startswith("deliverables:") for one in brief.ahead)  # nobody had promised them yet


def test_nothing_is_stated_on_a_partial_period(shipped):
    for period in ("2019-T2", "2023-T1", "2024-T1", "2026-T2", "2026-T3", "2012-T1", "2025"):
        for one in every(brief_of(shipped, period)):
            assert comparable(one.series)[one.claim.period], (period, one.rule.name)
