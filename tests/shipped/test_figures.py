"""One figure of every indicator that somebody else counted, published or wrote down, with the place where it is given."""

import csv
import datetime
import math

import pytest

from indicators.nouns.periods import parse_period
from indicators.nouns.series import Query
from tests.shipped.conftest import ROOT

EXACT, AT_LEAST = False, True
HAND = "hand count of January to April 2024, expected_2024_1.csv"
READ = "counted by hand in the issue, before there was a program"
SPANS = "coverage.csv, stated_count of the span: the number that sources state"
README = "data/README.md"
PRESS_2019 = "Yomiuri Shimbun, 10 June 2019: answers in both countries"

FIGURES = [
    ("trilateral_meetings@journal", "2024-T1", 10, EXACT, HAND),
    ("all_meetings_jpn_kor@journal", "2024-T1", 21, EXACT, HAND),
    ("bilateral_meetings_and_calls@journal", "2024-T1", 9, EXACT, HAND),
    ("bilateral_meetings_and_calls@official_journal", "2024-T1", 8, EXACT, HAND),
    ("minister_or_higher_contacts@journal", "2024-T1", 6, EXACT, READ),
    ("leader_meetings", "2017", 2, EXACT, SPANS),
    ("days_since_leaders_met", "2021-05", 524, EXACT, "from the summit of Chengdu, 24 December 2019"),
    ("days_since_leaders_met@any_signal_journal", "2024-04", 13, EXACT, READ + ": the call of 17 April"),
    ("leader_signals@journal", "2024-T1", 3, EXACT, READ),
    ("acts_by_class", "2024-T1", 61, EXACT, READ + ": 71 acts, 10 of them of no class"),
    ("foreign_minister_meetings", "2015", 6, EXACT, SPANS),
    ("trilateral_foreign_minister_meetings", "2014", 1, EXACT, SPANS),
    ("trilateral_minister_meetings", "2020", 2, EXACT, "coverage.csv: foreign ministers 2 found; defense ministers: sources state none"),
    ("trilateral_vice_minister_meetings", "2016", 4, EXACT, "coverage.csv, found"),
    ("days_per_trilateral_meeting@journal", "2024-T1", 12.1, EXACT, HAND),
    ("days_per_trilateral_meeting@all_levels", "2024-T1", 11.0, EXACT, README + ": 11 meetings over all rows, in 121 days"),
    ("longest_silence@journal", "2024-T1", 15, EXACT, READ),
    ("longest_silence@trilateral_journal", "2024-T1", 21, EXACT, READ),
    ("issues_on_the_agenda@journal", "2024-T1", 11, EXACT, READ),
    ("share_of_contacts_with_usa", "2024-T1", 0.571, EXACT, READ + ": 12 of 21"),
    ("new_dialogues@journal", "2024-T1", 3, EXACT, HAND),
    ("joint_statements@journal", "2024-T1", 4, EXACT, HAND),
    ("joint_statements", "2024-T1", 5, EXACT, README),
    ("ambassador_changes", "2024", 2, EXACT, "coverage.csv, found: a chain of holders without a gap"),
    ("summonses", "2024-T1", 4, EXACT, README),
    ("strain_in_force", "2019-10", 24, EXACT, "computed from the table by another program, before this one read it"),
    ("protests_incl_summonses", "2024-T1", 6, EXACT, README + ": 7 rows, 6 acts"),
    ("protests_excl_summonses", "2024-T1", 3, EXACT, README),
    ("criticisms", "2024-T1", 3, EXACT, README),
    ("complaints@journal", "2024-T1", 7, EXACT, HAND + ": 2 criticisms, and 5 protests and summonses"),
    ("complaint_days_with_a_meeting", "2024-T1", 0.429, EXACT, READ + ": 11 January, 20 and 22 February, of seven days"),
    ("forced_labor_rulings@journal", "2024-T1", 4, EXACT, HAND),
    ("forced_labor_rulings@ordering_payment", "2024-T1", 3, EXACT, HAND),
    ("korea_responses_to_yearly_occasions", "2025", 8, EXACT, README + ": sits at its ceiling of eight"),
    ("summonses_on_yearly_occasions", "2023", 5, EXACT, "speech, islet day, textbooks, Bluebook and white paper: the ministry's releases"),
    ("summons_share_of_korea_responses", "2025", 0.625, EXACT, "the same five, of eight responses"),
    ("summonses_off_calendar", "2019", 4, AT_LEAST, "data/codebook.md: export curbs (July and twice in August) and Fukushima water"),
    ("relations_health", "2026-T1", 78.0, EXACT, "worked out apart, in plain pandas: 77.952945"),
    ("relations_bad_in_japan", "2019", 83, EXACT, PRESS_2019),
    ("relations_bad_in_south_korea", "2019", 82, EXACT, PRESS_2019),
    ("relations_good_in_japan", "2019", 13, EXACT, PRESS_2019),
    ("relations_good_in_south_korea", "2019", 15, EXACT, PRESS_2019),
    ("visitors_korea_to_japan", "2019", 5_584_597, EXACT, "JNTO, final figures of 2019"),
    ("visitors_all_to_japan", "2019", 31_882_049, EXACT, "JNTO, final figures of 2019"),
    ("korean_share_of_visitors_to_japan", "2023", 0.278, EXACT, "JNTO: 6,958,494 of 25,066,350"),
    ("visitors_japan_to_korea", "2019", 3_271_706, EXACT, "KTO, 2019"),
    ("visitors_japan_to_korea_official", "2019", 3_271_706, EXACT, "KTO, 2019"),
    ("visitors_all_to_korea", "2019", 17_502_756, EXACT, "KTO, 2019"),
    ("visitors_all_to_korea@official_years", "2023", 11_031_665, EXACT, "KTO, 2023"),
    ("japanese_share_of_visitors_to_korea@official_years", "2019", 0.187, EXACT, "KTO: 3,271,706 of 17,502,756"),
    ("japanese_share_of_visitors_to_korea", "2019", 0.187, EXACT, "KTO: 3,271,706 of 17,502,756"),
    ("visitors_both_ways", "2019", 8_856_303, EXACT, "JNTO and KTO, 2019: 5,584,597 and 3,271,706"),
    ("approval_japan_cabinet", "2024-04", 23.6, EXACT, "the average of nine polls, by hand"),
    ("favourable_view_of_japan_in_korea", "2024", 41.7, EXACT, "East Asia Institute, September 2024"),
    ("favourable_view_of_korea_in_japan", "2023", 37.4, EXACT, "Genron NPO, October 2023"),
    ("affinity_to_korea_in_japan", "2016", 38.1, EXACT, README + ": October and November 2016"),
    ("ballistic_missile_launches", "2022", 69, EXACT, README),
    ("ballistic_missile_launches", "2024", 47, AT_LEAST, README),
    ("ballistic_missile_launch_events", "2022", 33, EXACT, README + ": launch days, 6 of 33 followed by an exercise"),
    ("ballistic_missile_launch_events@journal", "2024-T1", 1, EXACT, HAND),
    ("first_ballistic_missile", "2024", 14, EXACT, READ + ": 14 January"),
    ("all_missile_events@journal", "2024-T1", 2, EXACT, HAND),
    ("provocations", "2023", 30, AT_LEAST, README),
    ("provocations@balloons", "2024", 32, AT_LEAST, README),
    ("joint_exercises@journal", "2024-T1", 2, EXACT, HAND),
    ("days_from_launch_to_next_joint_exercise@journal", "2024-T1", 1, EXACT, HAND),
    ("share_of_launch_days_followed_by_an_exercise", "2023", 0.75, AT_LEAST, README + ": 15 of 20"),
    ("share_of_launch_days_followed_by_an_exercise", "2022", 0.182, AT_LEAST, README + ": 6 of 33"),
    ("share_of_days_followed_by_an_exercise", "2023", 0.68, AT_LEAST, README),
    ("share_of_days_followed_by_an_exercise", "2022", 0.19, AT_LEAST, README),
    ("yen_per_dollar", "1971-01", 358.02, EXACT, "Federal Reserve, G.5 of January 1971"),
    ("won_per_100_yen", "1981-04", 315.0, EXACT, "Federal Reserve, G.5 of April 1981: 677.17 won and 214.98 yen for a dollar"),
]
RECOMPUTED = ["approval_korea_president", "disapproval_japan_cabinet", "disapproval_korea_president"]
"""Nobody publishes these averages; they are computed a second time, below."""


def decimals(number):
    return len(str(number).partition(".")[2]) if isinstance(number, float) else 0


@pytest.mark.parametrize(("name", "period", "expected", "bound", "where"), FIGURES, ids=[f"{f[0]}-{f[1]}" for f in FIGURES])
def test_a_figure_that_is_published_elsewhere(shipped, name, period, expected, bound, where):
    indicator, _, variant = name.partition("@")
    number, frequency = parse_period(period)
    row = shipped.series(Query(indicator, variant or None, frequency)).values.loc[number]
    assert round(float(row["value"]), decimals(expected)) == expected, where
    assert bool(row["at_least"]) is bound


def test_every_indicator_has_such_a_figure(shipped):
    assert {name.partition("@")[0] for name, *_ in FIGURES} | set(RECOMPUTED) == set(shipped.definitions)


@pytest.mark.parametrize(
    ("name", "office", "column", "month"),
    [
        ("approval_korea_president", "KOR_PRES", "approve_pct", "2024-04"),
        ("disapproval_japan_cabinet", "JPN_PM", "disapprove_pct", "2024-04"),
        ("disapproval_korea_president", "KOR_PRES", "disapprove_pct", "2024-04"),
    ],
)
def test_an_average_of_polls_by_its_formula(shipped, name, office, column, month):
    """Kishida and Yoon were in office all through April 2024; weights by days to 30 April, half-life 14 days."""
    end, weights, weighted = datetime.date(2024, 4, 30), 0.0, 0.0
    with (ROOT / "data" / "approval_polls.csv").open(encoding="utf-8", newline="") as file:
        for poll in csv.DictReader(file):
            if poll["office"] == office and poll["fieldwork_end"].startswith(month) and poll[column]:
                weight = math.pow(2, -(end - datetime.date.fromisoformat(poll["fieldwork_end"])).days / 14)
                weights, weighted = weights + weight, weighted + weight * float(poll[column])
    assert weights > 0
    value = shipped.series(Query(name)).values.at[parse_period(month)[0], "value"]
    assert value == pytest.approx(weighted / weights, rel=1e-12)
