"""Figures of the shipped project that were counted or published elsewhere; each test says where."""

import csv
import datetime
import math
from pathlib import Path

import pytest

from indicators.compute.change import change
from indicators.compute.pipeline import series
from indicators.compute.provenance import points_behind
from indicators.nouns.periods import parse_period
from indicators.nouns.series import Query

HERE = Path(__file__).parent


ANSWERS = {
    "trilateral_meetings": "trilateral_meetings@journal",
    "bilateral_meetings_and_calls": "bilateral_meetings_and_calls@journal",
    "all_meetings_jpn_kor": "all_meetings_jpn_kor@journal",
    "summonses": "summonses@journal",
    "protests_incl_summonses": "protests_incl_summonses@journal",
    "protests_excl_summonses": "protests_excl_summonses@journal",
    "criticisms": "criticisms@journal",
    "forced_labor_rulings": "forced_labor_rulings@journal",
    "joint_exercises": "joint_exercises@journal",
    "ballistic_missile_launch_events": "ballistic_missile_launch_events@journal",
    "all_missile_events": "all_missile_events@journal",
    "joint_statements": "joint_statements@journal",
    "days_from_provocation_to_joint_exercise": "days_from_launch_to_next_joint_exercise@journal",
    "v_multilateral_meetings": "all_meetings_jpn_kor@multilateral_journal",
    "v_trilateral_meetings_incl_arria": "trilateral_meetings@with_un_session_journal",
    "v_bilateral_meetings_and_calls_official": "bilateral_meetings_and_calls@official_journal",
    "v_summonses_by_KOR": "summonses@journal",
    "v_summonses_by_JPN": "summonses@journal",
    "v_joint_statements_chronology_only": "joint_statements@chronology_only",
    "v_forced_labor_rulings_ordering_payment": "forced_labor_rulings@ordering_payment",
    "v_mechanism_sessions_inaugural": "new_dialogues@journal",
    "v_days_per_trilateral_meeting": "days_per_trilateral_meeting@journal",
}
"""Which indicator answers each question of the hand count."""


def hand_counts():
    """The hand count of January to April 2024: (query, part of a breakdown, period, value or None, event ids)."""
    with (HERE / "expected_2024_1.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            part = row["indicator"].partition("_by_")[2]
            indicator, _, variant = ANSWERS[row["indicator"]].partition("@")
            value = float(row["value"]) if row["value"] else None
            ids = sorted(filter(None, row["event_ids"].split(";")))
            yield indicator, variant, part, row["period"], value, ids


@pytest.mark.parametrize(("indicator", "variant", "part", "period", "expected", "ids"), list(hand_counts()))
def test_the_hand_count_of_early_2024_comes_out_with_its_events(shipped, indicator, variant, part, period, expected, ids):
    number, frequency = parse_period(period)
    found = shipped.series(Query(indicator, variant, frequency, breakdown="initiator" if part else None))
    found = found.parts[part] if part else found
    value = found.values.at[number, "value"]
    assert (None if math.isnan(value) else round(value, 1)) == expected  # the only fraction there, 12.1, has one decimal
    assert not found.values.at[number, "at_least"]
    assert sorted(row.removeprefix("events:") for row in found.rows_in(number)) == ids


def test_every_row_of_the_hand_count_is_asked():
    assert len(list(hand_counts())) == 106


@pytest.mark.parametrize(
    ("indicator", "variant", "expected"),
    [
        ("trilateral_meetings", None, 11),
        ("all_meetings_jpn_kor", None, 22),
        ("summonses", None, 4),
        ("protests_incl_summonses", None, 6),
        ("trilateral_meetings", "with_un_session", 12),
    ],
)
def test_over_all_rows_early_2024_has_the_counts_of_the_data_readme(value, indicator, variant, expected):
    row = value(indicator, "2024-T1", variant=variant, frequency="triannual")
    assert row["value"] == expected
    assert row["coverage"] == "near_complete"


def test_three_of_the_four_summonses_of_early_2024_are_korean(shipped):
    found = shipped.series(Query("summonses", frequency="triannual", breakdown="initiator"))
    period = parse_period("2024-T1")[0]
    assert {code: part.values.at[period, "value"] for code, part in found.parts.items()} == {"KOR": 3, "JPN": 1}


def parts_of(shipped, indicator, by, code):
    """Year to (value, at least, coverage) of one part of an indicator."""
    part = shipped.series(Query(indicator, breakdown=by)).parts[code].values
    return {row.label: (row.value, bool(row.at_least), row.coverage) for row in part.itertuples()}


def test_summonses_by_south_korea_are_comparable_year_by_year(shipped):
    """Years whose yearly occasions are documented, by the coverage table."""
    korea = parts_of(shipped, "summonses", "initiator", "KOR")
    expected = {"2015": 7, "2017": 6, "2019": 8, "2020": 6, "2021": 9, "2022": 6, "2023": 6, "2024": 7, "2025": 7}
    assert {year: korea[year] for year in expected} == {year: (n, False, "near_complete") for year, n in expected.items()}


def test_a_total_says_whose_acts_are_not_collected(shipped):
    """2020, 2022 and 2025: nothing was read of Japan's summonses, so the total is what South Korea's are at least."""
    total = shipped.series(Query("summonses")).values.set_index("label")
    for year, korea in {"2020": 6, "2022": 6, "2025": 7}.items():
        assert total.loc[year, ["value", "at_least", "not_collected"]].tolist() == [korea, True, "Japan"]
    assert not change(shipped.series(Query("summonses")), parse_period("2025")[0]).base


def test_no_kind_of_protest_exceeds_protests_and_summonses_together(shipped):
    whole = shipped.series(Query("protests_incl_summonses", breakdown="initiator"))
    for name in ("summonses", "protests_excl_summonses"):
        kind = shipped.series(Query(name, breakdown="initiator"))
        pairs = [(kind, whole), *((kind.parts[side], whole.parts[side]) for side in ("KOR", "JPN"))]
        for part, of in pairs:
            least, most = part.values["value"], of.values["value"].reindex(part.values.index)
            assert not (least > most).any(), name


def test_defense_ministers_of_the_three_met_once_a_year_from_2014_to_2016(shipped):
    """Fourth round in June 2013, ninth in October 2017, and all between are held."""
    defense = parts_of(shipped, "trilateral_minister_meetings", "office", "defense")
    assert [defense[year] for year in ("2014", "2015", "2016")] == [(1, False, "complete")] * 3


def test_south_korea_answered_all_eight_occasions_in_2021_and_2022(value):
    for year in ("2021", "2022"):
        row = value("korea_responses_to_yearly_occasions", year)
        assert (row["value"], row["at_least"], row["coverage"]) == (8, False, "near_complete")


def test_the_japanese_cabinet_has_a_value_for_every_month_with_a_poll(shipped):
    """The data README: months without a poll are 2015-12, 2021-02 and 2025-09, besides those after the last."""
    values = shipped.series(Query("approval_japan_cabinet")).values.set_index("label").loc["2013-02":"2026-09", "value"]
    assert values[values.isna()].index.tolist() == ["2015-12", "2021-02", "2025-09"]


def test_leader_meetings_are_those_of_the_chronologies(value):
    expected = [5, 5, 4, 4, 2, 0, 1, 2, 2, 2, 3, 2, 0, 1, 2, 7, 5, 5]
    assert [value("leader_meetings", str(year))["value"] for year in range(2008, 2026)] == expected


def test_the_leader_meetings_of_2026_are_a_minimum(shipped):
    """Nara in January and Andong in May; the list is nearly complete to May and partial after it."""
    found = shipped.series(Query("leader_meetings"))
    period = parse_period("2026")[0]
    assert found.values.loc[period, ["value", "at_least", "coverage"]].tolist() == [2, True, "partial"]
    assert found.rows_in(period) == ("events:jk-20260113-2", "events:jk-20260519-21")


def test_rolling_leader_meetings_end_a_year_as_the_year_does(value):
    for year in range(2009, 2026):
        assert value("leader_meetings", f"{year}-12", variant="rolling_12_months")["value"] == value("leader_meetings", str(year))["value"]


def test_trilateral_vice_minister_meetings_are_what_the_coverage_table_found(project, value):
    spans = [s for s in project.tables["events"].spans if s.category == "trilateral_vice_minister" and "2014" <= s.start < "2026"]
    found = {}
    for span in spans:
        found[span.start[:4]] = found.get(span.start[:4], 0) + (span.found or 0)
    assert len(found) == 12
    for year, count in found.items():
        assert value("trilateral_vice_minister_meetings", year)["value"] == count


def test_korean_visitors_of_2023_are_the_published_total(value):
    """JNTO: 6,958,494 of 25,066,350 in 2023."""
    assert value("visitors_korea_to_japan", "2023", frequency="annual")["value"] == 6_958_494
    assert value("visitors_all_to_japan", "2023", frequency="annual")["value"] == 25_066_350
    share = value("korean_share_of_visitors_to_japan", "2023", frequency="annual")["value"]
    assert round(share * 100, 1) == 27.8


def test_no_change_in_per_cent_stands_on_the_closed_years(shipped):
    monthly = shipped.series(Query("visitors_korea_to_japan"))
    changes = {label: change(monthly, period) for period, label in monthly.values["label"].items()}
    # Months of March 2020 to October 2022 are no base, and a month is compared with the same month of the year before.
    closed = [found for label, found in changes.items() if "2021-03" <= label <= "2023-10"]
    assert len(closed) == 32
    assert all(found.base is not None and found.percent is None and found.why for found in closed)
    assert changes["2021-02"].percent is not None
    assert changes["2023-11"].percent is not None
    yearly = shipped.series(Query("visitors_korea_to_japan", transform=("year_on_year",))).values.set_index("label")["value"]
    assert yearly["2021-03":"2023-10"].isna().all()
    assert yearly["2023-11"] == pytest.approx((649_900 - 315_400) / 315_400 * 100, abs=0.1)


@pytest.mark.parametrize(("year", "expected"), [(2014, 19), (2015, 15), (2016, 24), (2022, 69), (2023, 33)])
def test_missiles_of_a_year_are_those_of_the_cns_list(value, year, expected):
    row = value("ballistic_missile_launches", str(year))
    assert (row["value"], row["at_least"]) == (expected, False)


def test_missiles_before_2014_and_the_salvo_of_2024(shipped, value):
    before = shipped.series(Query("ballistic_missile_launches")).values
    assert before.loc[before["label"] < "2014", "value"].sum() == 39
    row = value("ballistic_missile_launches", "2024")
    assert (row["value"], row["at_least"]) == (47, True)


def test_launch_days_are_those_that_the_data_readme_counts(value):
    assert value("ballistic_missile_launch_events", "2022")["value"] == 33
    assert value("ballistic_missile_launch_events", "2023")["value"] == 20


def test_no_window_that_touches_the_pandemic_is_a_base(project):
    """Months to October 2022 are no base: of windows of twelve months the first without them ends in October 2023."""
    windows = series(project, Query("visitors_korea_to_japan", "over_12_months"))
    given = {month: change(windows, parse_period(month)[0]).percent is not None for month in ("2023-11", "2024-03", "2024-09", "2024-10")}
    assert given == {"2023-11": False, "2024-03": False, "2024-09": False, "2024-10": True}


def test_the_kishida_average_of_april_2024_rests_on_nine_polls_kyodo_among_them(project, value):
    assert round(value("approval_japan_cabinet", "2024-04")["value"], 1) == 23.6
    found = series(project, Query("approval_japan_cabinet"))
    rows = found.rows_in(parse_period("2024-04")[0])
    assert len(rows) == 9
    kyodo = project.tables["approval_polls"].frame.set_index("@row").loc["approval_polls:JPN-KYODO-2024-04-15"]
    assert kyodo.name in rows
    assert kyodo["approve_pct"] == 23.8
    told = points_behind(found, project.tables)["text"].tolist()
    assert "2024-04-15, Kishida Fumio, Kyodo: approve % 23.8, disapprove % 62.1" in told  # which is which is said


@pytest.mark.parametrize("month", ["2020-09", "2021-10", "2024-10", "2025-10"])
def test_a_new_prime_minister_is_a_break_and_alone_in_the_average(project, shipped, month):
    found = shipped.series(Query("approval_japan_cabinet"))
    period = parse_period(month)[0]
    assert found.values.at[period, "status"] == "B"
    assert change(found, period).word == "not comparable"
    polls = project.tables["approval_polls"].frame.set_index("@row")
    assert polls.loc[list(found.rows_in(period)), "leader"].nunique() == 1


def test_the_months_without_a_president_have_no_value(value):
    for month in ["2017-01", "2017-02", "2017-03", "2017-04", *[f"2025-0{n}" for n in range(1, 6)]]:
        assert math.isnan(value("approval_korea_president", month)["value"])


def test_korea_answered_seven_or_eight_of_eight_occasions_since_2018(value):
    found = [value("korea_responses_to_yearly_occasions", str(year))["value"] for year in range(2018, 2026)]
    assert set(found) <= {7, 8}
    assert sum(found) == 63  # the span 2018-2025 of the coverage table: 63 of 64 occasions, only spring 2019 lacks one


def test_seen_from_2024_nothing_later_is_known(project):
    found = series(project, Query("visitors_korea_to_japan", as_of="2024-03-15"))
    assert found.as_of == datetime.date(2024, 3, 15)
    assert found.values["label"].iloc[-1] == "2024-03"
    known = found.values.set_index("label")["value"]
    assert known["2024-02"] == 818_562  # the row of that month
    assert math.isnan(known["2024-03"])
    assert "not what was known" in found.notes[-1]
