"""Warnings: what each is about, what it leaves alone, and how a definition or a row is exempted from one."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.charts.picture import picture_of
from dashboard.charts.view import View
from indicators.compute.pipeline import results
from indicators.problems import codes as all_codes
from indicators.warnings import run
from indicators.warnings.definitions import NO_NOUN
from indicators.warnings.run import WARNINGS, warnings_of
from tests.builders import AUDIENCES, appended, ask, defined, edited, line_of, opened

ROOT = Path(__file__).parents[2]
COURT, GUNS = "indicators/definitions/court.yaml", "indicators/definitions/guns.yaml"
NOTES, DESCRIPTOR = "data/annotations.csv", "data/annotations.resource.yaml"
WALTZES = {"where": {"kind": "waltz"}, "coverage": "waltzes"}


def warned(folder):
    """All warnings, as (file, line, code); none may be an error."""
    project = opened(folder)
    assert [str(p) for p in project.problems] == []
    warnings = list(warnings_of(project))
    assert {p.level for p in warnings} <= {"warning"}
    return sorted((p.place.file, p.place.line, p.code) for p in warnings)


def codes(folder, **definition):
    """Codes of the warnings about one indicator of one's own."""
    file = defined(folder, asked=definition)
    return [code for place, _, code in warned(folder) if place == file]


def daily_numbers(folder, *days):
    """Travellers with a day for each row, in a table that does not say what the rows are about."""
    lines = ["period,origin,destination,travellers,standing,method,source_id"]
    lines += [f"{day},RUR,GRA,1,counted,gate_book,gate_keeper" for day in days]
    (folder / "data/travellers.csv").write_text("\n".join(lines) + "\n")
    edited(folder, "data/travellers.resource.yaml", "name: period, type: yearmonth", "name: period, type: date")
    edited(folder, "data/travellers.resource.yaml", "{start: period, every: month}", "{start: period}")
    (folder / "indicators/definitions/roads.yaml").unlink()


@pytest.mark.parametrize(
    ("days", "frequency", "words"),
    [
        (("1894-01-01", "1894-04-01", "1894-07-01"), "quarterly", ("come every 90.5 days", "a year of some", "every: quarter")),
        (("1894-01-07", "1894-01-14", "1894-01-21"), "monthly", ("come every 7 days", "a month of some", "every: week")),
        (("1894-01-31", "1894-02-28", "1894-03-31"), "annual", ("come every 29.5 days", "a year of some", "every: month")),
    ],
)
def test_a_sum_of_rows_that_do_not_say_which_period_they_are_about_is_a_warning(copy, days, frequency, words):
    daily_numbers(copy, *days)
    defined(copy, asked={"table": "travellers", "where": {}, "frequency": frequency, "reduce": {"sum": {"of": "travellers"}}})
    (problem,) = [p for p in warnings_of(opened(copy)) if p.code == "sum-without-every"]
    assert [word for word in words if word not in f"{problem.message}; {problem.hint}"] == []
    assert any("every part of a sum" in note for note in ask(opened(copy), "asked").notes)


def test_a_mean_of_such_rows_or_a_sum_of_rows_of_known_periods_is_none(copy):
    assert "sum-without-every" not in [code for _, _, code in warned(copy)]
    daily_numbers(copy, "1894-01-01", "1894-04-01")
    defined(copy, asked={"table": "travellers", "where": {}, "reduce": {"mean": {"of": "travellers"}}})
    assert [p.code for p in warnings_of(opened(copy)) if p.code == "sum-without-every"] == []


def in_full(folder):
    """The one warning that there is, in full."""
    (problem,) = warnings_of(opened(folder))
    return f"{problem.message}; {problem.hint}"


# ---- counting rules ----


@pytest.mark.parametrize("counts", ["Audiences.", "see codebook", "All the audiences"])
def test_a_counting_rule_of_a_few_words_has_a_warning(copy, counts):
    assert codes(copy, counts=counts) == ["counts-too-short"]


@pytest.mark.parametrize("counts", ["What the test asks.", "両国の君主だけの会談。電話は数えない。", "두 군주만의 회담을 센다."])
def test_a_counting_rule_that_says_something_has_none(copy, counts):
    assert codes(copy, counts=counts) == []


def test_a_counting_rule_that_repeats_the_title_has_a_warning(copy):
    assert codes(copy, title="Audiences of the two crowns", counts="Audiences of the two  crowns.") == ["counts-too-short"]


@pytest.mark.parametrize("changes", [{"where": AUDIENCES | {"topic": "opera"}}, {"reduce": {"distinct": {"of": "topic"}}}])
def test_a_variant_that_counts_something_else_needs_a_rule_of_its_own(copy, changes):
    assert codes(copy, variants={"other": changes}) == ["counts-not-changed"]
    assert codes(copy, variants={"other": changes | {"counts": "Something else than the test asks."}}) == []


@pytest.mark.parametrize("changes", [{"frequency": "annual"}, {"transform": {"rolling_sum": {"window": 12}}}, {"where": AUDIENCES}])
def test_a_variant_that_counts_the_same_does_not(copy, changes):
    assert codes(copy, variants={"other": changes}) == []


def test_of_two_definitions_that_count_differently_by_the_same_words_the_second_has_a_warning(copy):
    file = defined(
        copy, one={"counts": "All that the test asks."}, two={"counts": "all that the test asks", **WALTZES, "frequency": "annual"}
    )
    line = line_of(copy, file, '"all that')
    assert warned(copy) == [(file, line, "counts-shared")]
    assert "'two' has the counting rule of 'one'" in in_full(copy)


def test_one_count_at_two_frequencies_may_have_one_rule(copy):
    defined(copy, one={}, two={"frequency": "annual", "where": AUDIENCES})
    assert warned(copy) == []


# ---- units ----


@pytest.mark.parametrize("unit", ["%", "%%", "n", "number", "Count", "index", "per cent", "percent", "share", "12 months", "in 12 months"])
def test_a_unit_without_a_noun_has_a_warning(copy, unit):
    assert codes(copy, unit=unit) == ["unit-without-noun"]


@pytest.mark.parametrize(
    "unit", ["meetings", "days", "share of drinkers", "per cent change", "meetings in 12 months", "crowns for 100 ducats", "人"]
)
def test_a_unit_with_a_noun_has_none(copy, unit):
    assert codes(copy, unit=unit) == []


def test_words_for_measures_are_written_small():
    assert {word for word in NO_NOUN if word != word.casefold()} == set()


# ---- filters ----


@pytest.mark.parametrize(
    "more",
    [
        {"level": {"not": "clerk"}},
        {"level": ["sovereign", "minister", "clerk"]},
        {"date": {"from": "1800"}},
        {"topic": {"blank": False}},
    ],
)
def test_a_condition_that_leaves_nothing_out_has_a_warning(copy, more):
    assert codes(copy, where=AUDIENCES | more) == ["where-removes-nothing"]


def test_a_condition_that_leaves_something_out_has_none(copy):
    assert codes(copy, where=AUDIENCES | {"date": {"from": "1893"}, "topic": {"none": ["cheese"]}}) == []


def test_a_condition_that_says_what_the_rows_are_has_none(copy):
    """No waltz is danced by ministers, but the next one may be."""
    assert codes(copy, where={"kind": "waltz", "level": "sovereign"}, coverage="waltzes") == []


def test_each_of_several_filters_is_judged_among_the_others(copy):
    either = [{"kind": "waltz"}, {"kind": "duel", "level": {"not": "sovereign"}}]
    file = defined(copy, asked={"where": either, "coverage": "all_acts"})
    assert [code for _, _, code in warned(copy)] == ["where-removes-nothing"]
    assert warned(copy)[0][1] == line_of(copy, file, '"not"')
    assert "level: {not: sovereign} removes nothing: without it 'asked' selects the same 10 rows" in in_full(copy)


# ---- coverage ----


def test_an_indicator_that_is_complete_in_no_period_has_a_warning(copy):
    edited(copy, "data/cannonades.resource.yaml", "level: complete", "level: partial")
    found = warned(copy)
    assert {code for _, _, code in found} == {"never-a-value", "never-comparable"}
    assert [code for _, _, code in found].count("never-comparable") == 1  # only sums have values: minimums


def test_a_time_before_the_window_makes_nothing_comparable(copy):
    edited(copy, "config.yaml", "window: {from: '1893-01'}", "window: {from: '1896-01'}")
    assert {file for file, _, code in warned(copy) if code == "never-comparable"} == {GUNS}


def test_other_tables_that_are_graded_count_too(copy):
    """Drills are listed in full in 1895; as a part list of another year they leave no month to compare."""
    descriptor = "data/drills.resource.yaml"
    spans = "[{category: drills, from: 1895-01-01, to: 1895-12-31, level: %s, basis: a bell}]"
    edited(copy, descriptor, "relations:\n", f"relations:\n  categories: {{drills: {{}}}}\n  coverage: {spans % 'complete'}\n")
    edited(copy, GUNS, "where: {outcome: held}}, within", "where: {outcome: held}, coverage: drills}, within")
    assert warned(copy) == []
    edited(copy, descriptor, "level: complete", "level: partial")
    assert [(file, code) for file, _, code in warned(copy)] == [(GUNS, "never-comparable")]
    assert "its coverage is that of all_cannonades, drills" in in_full(copy)


def test_grades_for_longer_periods_name_the_frequency_that_they_hold_for(copy):
    edited(
        copy,
        COURT,
        "    frequency: annual\n    reduce: count\n    unit: slights",
        "    frequency: half-yearly\n    reduce: count\n    unit: slights",
    )
    assert "no half-yearly period of 'slights' since 1893-01 is complete or nearly so; annual ones are" in in_full(copy)


def test_grades_for_shorter_times_name_the_longest_that_they_fill(copy):
    assert codes(copy, where={"kind": "slight"}, coverage="all_acts", frequency="annual") == ["graded-too-short"]
    assert "triannual ones are" in in_full(copy)


# ---- annotations ----


def test_an_annotation_before_every_chart_has_a_warning_and_one_that_lies_ahead_has_none(copy):
    line = appended(copy, NOTES, "1792,,The first cart,A cart.,roads,gate_keeper,,year,rule_change")
    appended(copy, NOTES, "1899,,The railway,It is to come.,roads,gate_keeper,,year,rule_change")
    assert warned(copy) == [(NOTES, line, "annotation-out-of-time")]
    assert "which begin in 1894" in in_full(copy)


def test_an_annotation_before_the_first_window_is_on_a_chart_that_goes_back(copy):
    """The first audience in the table is of 1892; whoever asks for 1892 sees the note."""
    appended(copy, NOTES, "1892-12-24,,A truce,For cheese.,court,court_diary,,day,rule_change")
    assert warned(copy) == []


def test_an_annotation_that_no_indicator_takes_has_a_warning_until_one_names_its_scope(copy):
    line = appended(copy, NOTES, "1895-05-05,,First night,A tenor sings.,opera,opera_bell,,day,turning_point")
    assert warned(copy) == [(NOTES, line, "annotation-without-chart")]
    edited(copy, COURT, "    unit: waltzes\n", "    unit: waltzes\n    annotations: opera\n")
    assert warned(copy) == []


def test_annotations_are_not_judged_while_a_chart_is_missing_for_a_fault(copy):
    appended(copy, NOTES, "1895-05-05,,First night,A tenor sings.,opera,opera_bell,,day,turning_point")
    edited(copy, COURT, "    unit: waltzes\n", "    unit: waltzes\n    annotations: opera\n    titel: x\n")
    assert "annotation-without-chart" not in {p.code for p in warnings_of(opened(copy))}


def test_a_row_is_exempted_in_the_descriptor_of_its_table(copy):
    appended(copy, NOTES, "1792,,The first cart,A cart.,roads,gate_keeper,,year,rule_change")
    edited(copy, DESCRIPTOR, "relations:\n", "relations:\n  excuses: {1792|The first cart: {annotation-out-of-time: All began with it.}}\n")
    assert warned(copy) == []
    edited(copy, DESCRIPTOR, "annotation-out-of-time", "annotation-without-chart")
    line = line_of(copy, DESCRIPTOR, "excuses")
    assert (DESCRIPTOR, line, "excuse-unused") in warned(copy)
    edited(copy, DESCRIPTOR, "annotation-without-chart", "unit-without-noun")
    assert ("unknown-excuse", "error", line) in [(p.code, p.level, p.place.line) for p in opened(copy).problems]


def test_an_exemption_in_the_descriptor_of_another_table_is_not_needed(copy):
    edited(copy, "data/polls.resource.yaml", "relations:\n", "relations:\n  excuses: {p-01: {annotation-out-of-time: No reason.}}\n")
    assert [code for _, _, code in warned(copy)] == ["excuse-unused"]


# ---- exemptions ----


def test_a_definition_carries_its_exemption(copy):
    assert codes(copy, unit="%", excuses={"unit-without-noun": "Everybody knows."}) == []


def test_what_a_variant_takes_over_is_judged_and_exempted_with_its_indicator(copy):
    assert codes(copy, unit="%", variants={"by_year": {"frequency": "annual"}}) == ["unit-without-noun"]
    excuses = {"unit-without-noun": "Everybody knows."}
    assert codes(copy, unit="%", excuses=excuses, variants={"by_year": {"frequency": "annual"}}) == []
    own = {"frequency": "annual", "counts": "Years.", "excuses": {"counts-too-short": "It is one."}}
    assert codes(copy, unit="%", excuses=excuses, variants={"by_year": own}) == []


def test_a_variant_is_exempted_for_what_it_says_itself(copy):
    assert codes(copy, variants={"odd": {"unit": "%"}}) == ["unit-without-noun"]
    assert codes(copy, variants={"odd": {"unit": "%", "excuses": {"unit-without-noun": "It is odd."}}}) == []
    assert codes(copy, excuses={"unit-without-noun": "One of its rules is odd."}, variants={"odd": {"unit": "%"}}) == []


def test_an_exemption_for_nothing_has_a_warning_at_its_line(copy):
    file = defined(
        copy, asked={"excuses": {"unit-without-noun": "Habit."}, "variants": {"odd": {"unit": "%", "excuses": {"counts-shared": "Habit."}}}}
    )
    lines = [line_of(copy, file, '"unit-without-noun"'), line_of(copy, file, '"counts-shared"')]
    found = warned(copy)
    assert [(line, code) for _, line, code in found if code == "excuse-unused"] == [(line, "excuse-unused") for line in lines]
    assert len(found) == 3


@pytest.mark.parametrize(
    ("code", "guess"), [("unit-without-nuon", "unit-without-noun"), ("unknown-key", "known:"), ("annotation-out-of-time", "known:")]
)
def test_an_exemption_from_what_is_not_a_warning_about_definitions_is_an_error(copy, code, guess):
    file = defined(copy, asked={"excuses": {code: "Habit."}})
    (problem,) = opened(copy).problems
    assert (problem.code, problem.level, problem.place.line) == ("unknown-excuse", "error", line_of(copy, file, f'"{code}"'))
    assert guess in problem.hint


@pytest.mark.parametrize("reason", ["", None, 5])
def test_an_exemption_needs_a_reason(copy, reason):
    defined(copy, asked={"excuses": {"unit-without-noun": reason}})
    assert [p.code for p in opened(copy).problems] == ["wrong-value"]


def test_an_exemption_changes_no_number_and_no_code_of_a_chart(copy):
    before = drawn(copy)
    edited(copy, COURT, "    unit: duels\n", "    unit: duels\n    excuses: {unit-without-noun: Habit.}\n")
    assert drawn(copy) == before


def drawn(folder):
    found = results(opened(folder))
    return picture_of(found, View("duels")).code


# ---- what is looked at again ----


@pytest.fixture
def looked_at(monkeypatch, tmp_path):
    """Gives the definitions, without their variants, and the tables that are looked at for warnings about a folder."""
    names = set()

    def definition(subject):
        names.add(subject.definition.id)
        return iter(())

    def row(table, _):
        names.add(f"{table.resource.name}.csv")
        return iter(())

    def about(folder):
        names.clear()
        warned(folder)
        return set(names)

    own = {"definition": definition, "row": row}
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "kept"))
    monkeypatch.setattr(run, "WARNINGS", {kind: (*functions, *filter(None, [own.get(kind)])) for kind, functions in WARNINGS.items()})
    return about


OF_ENVOYS = {"audiences", "audiences_in_three_periods", "slights", "subjects_of_slights", "waltzes", "duels", "crown_share"}
OF_CANNONADES = {"guns_heard", "quiet_between_salvos", "drill_after_salvo", "cannonades", "cannonades.csv"}
OF_ENVOYS |= {"pace_of_audiences", "warmth", "contacts", "envoys.csv", "coverage.csv"}


@pytest.mark.parametrize(
    ("file", "old", "new", "again"),
    [
        (COURT, "unit: duels", "unit: duels fought", {"duels", "warmth"}),
        ("data/drills.csv", "1895-04-20", "1895-04-21", {"drill_after_salvo", "drills.csv"}),
        ("data/cannonades.csv", ",3,exact", ",4,exact", OF_CANNONADES),
        ("data/coverage.csv", "a rumour", "a loud rumour", OF_ENVOYS),
    ],
)
def test_what_was_looked_at_is_looked_at_again_when_it_changes(copy, looked_at, file, old, new, again):
    defined(copy, cannonades={"table": "cannonades", "where": {}, "coverage": "all_cannonades"})  # a name of both
    every = looked_at(copy)
    assert {"duels", "guns_heard", "drills.csv", "envoys.csv"} <= every
    assert looked_at(copy) == set()
    edited(copy, file, old, new)
    assert looked_at(copy) == again
    edited(copy, "config.yaml", "as_of: 1896-05-20", "as_of: 1896-05-21")
    assert looked_at(copy) == every


def test_where_nothing_can_be_kept_everything_is_looked_at(copy, looked_at, monkeypatch):
    every = looked_at(copy)
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    monkeypatch.setattr("tempfile.tempdir", "/dev/null")
    assert looked_at(copy) == looked_at(copy) == every


def test_what_was_kept_and_spoiled_is_not_used(copy, looked_at, tmp_path):
    every = looked_at(copy)
    (kept,) = (tmp_path / "kept/relations-health").glob("answers-*")
    whole = kept.read_text()
    for spoiled in (whole[:-2], "", "{\n", whole[: len(whole) // 2] + "\n"):
        kept.write_text(spoiled)
        assert looked_at(copy) == every
    assert kept.read_text() == whole
    assert looked_at(copy) == set()


# ---- in two processes ----


CHECKED = """
import os, signal, sys
from dashboard.cli import main
os.register_at_fork(before=lambda: print("forked", file=sys.stderr))
{before}
main(["--project", {folder!r}, "check", "--format", "json"])
"""


def printed_by_check(folder, kept, before):
    """What `check` prints in a process of its own with nothing kept, what it keeps, and how often it starts a second process."""
    code, here = CHECKED.format(folder=str(folder), before=before), os.environ | {"XDG_CACHE_HOME": str(kept)}
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=here, capture_output=True, text=True, check=True)
    (answers,) = (kept / "relations-health").glob("answers-*")
    return ran.stdout, json.loads(answers.read_text()), ran.stderr.count("forked\n")


@pytest.mark.skipif(sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="needs Linux and two processors")
@pytest.mark.parametrize("shipped", [False, True])
def test_a_second_process_changes_neither_warnings_nor_what_is_kept(copy, tmp_path, shipped):
    appended(copy, "data/envoys.csv", *(ANNOUNCED.replace("e-38", f"e-{n}") for n in range(40, 47)))
    appended(copy, NOTES, "1895-05-05,,First night,A tenor sings.,opera,opera_bell,,day,turning_point")
    defined(copy, one={"unit": "%", "counts": "Few."}, two={"where": {"kind": "duel", "office": "crown"}, "counts": "Few."})
    edited(copy, COURT, "    unit: duels\n", "    unit: duels\n    excuses: {unit-without-noun: Habit.}\n")
    folder, dies = ROOT if shipped else copy, "os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGKILL))"
    alone = printed_by_check(folder, tmp_path / "alone", "os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])")
    for before in ("", *([] if shipped else [dies])):
        assert printed_by_check(folder, tmp_path / f"kept{before[:1]}", before) == (*alone[:2], 1)
    assert alone[2] == 0
    assert shipped or {"row-after-as-of", "unit-without-noun", "counts-shared", "excuse-unused", "empty-selection"} <= {
        problem["code"] for problem in json.loads(alone[0])
    }


# ---- the table ----


def test_a_function_that_finds_a_warning_has_the_name_of_its_code():
    codes = [one.__name__.replace("_", "-") for functions in WARNINGS.values() for one in functions]
    assert [code for code in codes if all_codes()[code].level != "warning"] == []


def test_the_readme_names_warnings_that_there_are():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    about = readme[readme.index("A **warning**") : readme.index("Files are read and never obeyed")]
    named = set(re.findall(r"`([a-z]+(?:-[a-z]+)+)`", about))
    assert len(named) >= 2
    assert {name for name in named if all_codes()[name].level != "warning"} == set()


# ---- what gives no value ----


def test_a_definition_that_never_has_a_value_has_a_warning_with_period_and_reason(copy):
    """Everyone was counted for four months of 1895, so that no window of twelve months is whole."""
    roads = {"table": "travellers", "where": {"origin": "ALL"}, "coverage": None, "reduce": {"sum": {"of": "travellers"}}}
    file = defined(copy, asked=roads | {"transform": {"rolling_sum": {"window": 12}}})
    (problem,) = warnings_of(opened(copy))
    assert (problem.place.file, problem.code) == (file, "never-a-value")
    assert "a period that this number needs is missing (1895-05: not published yet" in problem.message


@pytest.mark.parametrize(
    "definition",
    [
        {"combine": {"ratio": {"of": "audiences", "to": "one"}}},
        {"where": {"kind": "slight", "initiator": "RUR"}, "coverage": "slights_by_ruritania", "reduce": "median_gap"},
        {"table": "polls", "where": {}, "coverage": None, "reduce": {"mean": {"of": "approve_pct"}}, "at_least": 99},
    ],
)
def test_ratios_of_parts_in_part_and_rules_too_strict_are_among_them(copy, definition):
    part = {"table": "travellers", "where": {"origin": "ALL"}, "coverage": None, "reduce": {"sum": {"of": "travellers"}}}
    defined(copy, "parts.yaml", one=part | {"counts": "Everyone in twelve months.", "transform": {"rolling_sum": {"window": 12}}})
    file = defined(copy, asked=definition)
    assert "never-a-value" in [code for place, _, code in warned(copy) if place == file]


def test_a_selection_without_rows_has_the_warning_about_its_filter_alone(copy):
    assert codes(copy, where={"kind": "duel", "office": "crown"}) == ["empty-selection"]


def test_a_definition_may_be_exempted_from_never_having_a_value(copy):
    roads = {"table": "travellers", "where": {"origin": "ALL"}, "coverage": None, "reduce": {"sum": {"of": "travellers"}}}
    assert codes(copy, **roads, transform={"rolling_sum": {"window": 12}}, excuses={"never-a-value": "Counted anew from May."}) == []


# ---- rows of the future ----

ANNOUNCED = "e-38,1896-08-01,,day,meeting,RUR;GRA,RUR;GRA,sovereign,crown,opera,An invitation.,court_diary,1896-05-01"


def test_an_event_of_the_future_has_a_warning_with_its_line(copy):
    line = appended(copy, "data/envoys.csv", ANNOUNCED)
    assert warned(copy) == [("data/envoys.csv", line, "row-after-as-of")]


def test_an_announced_event_may_be_exempted(copy):
    appended(copy, "data/envoys.csv", ANNOUNCED)
    edited(
        copy,
        "data/envoys.resource.yaml",
        "  recorded: recorded_on",
        "  recorded: recorded_on\n  excuses: {e-38: {row-after-as-of: It is announced.}}",
    )
    assert warned(copy) == []


def test_many_events_of_the_future_are_three_and_a_number(copy):
    appended(copy, "data/envoys.csv", *(ANNOUNCED.replace("e-38", f"e-{n}") for n in range(40, 47)))
    found = list(warnings_of(opened(copy)))
    assert len(found) == 3
    assert "and 4 more" in found[-1].message


def test_a_month_that_is_not_over_and_a_row_entered_later_have_warnings(copy):
    months = appended(copy, "data/travellers.csv", "1896-05,RUR,GRA,9000,counted,toll_book,gate_keeper")
    acts = appended(copy, "data/envoys.csv", ANNOUNCED.replace("1896-08-01", "1892-12-01").replace("1896-05-01", "1896-06-01"))
    assert warned(copy) == [("data/envoys.csv", acts, "row-after-as-of"), ("data/travellers.csv", months, "row-after-as-of")]


@pytest.mark.parametrize(
    ("file", "row", "lost"),
    [
        ("data/travellers.csv", "1896-06,RUR,GRA,9000,counted,toll_book,gate_keeper", "ruritanians_in_graustark"),
        ("data/polls.csv", None, "approval"),
    ],
)
def test_a_measurement_of_the_future_is_an_error_and_its_table_is_left_out(copy, file, row, lost):
    row = row or (copy / file).read_text().splitlines()[-1].replace("1895-", "1897-").replace("p-", "p-9")
    line = appended(copy, file, row)
    project = opened(copy)
    assert [(p.place.file, p.place.line, p.code, p.level) for p in project.problems] == [(file, line, "measured-after-as-of", "error")]
    assert lost not in project.definitions
    assert "audiences" in project.definitions


def test_reference_tables_may_reach_into_the_future(copy):
    appended(copy, "data/reigns.csv", "r-5,1899-08-10,Michael,confirmation,court_diary")
    assert "row-after-as-of" not in {code for _, _, code in warned(copy)}
