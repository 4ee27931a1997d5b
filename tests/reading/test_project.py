"""A project of which only what lies behind some indicators is read."""

import json

import pytest

from indicators.compute.pipeline import results, series
from indicators.nouns.series import Query
from indicators.problems import ProblemsFound
from indicators.reading.project import DRAWN, open_project
from tests.builders import DEFINITIONS, RURITANIA, appended, ask, defined, edited

ENVOYS, SOURCES, DRILLS, COVERAGE = (f"data/{name}.csv" for name in ("envoys", "sources", "drills", "coverage"))
COURT = "indicators/definitions/court.yaml"


def _said(problems):
    return [str(problem) for problem in problems]


def test_every_number_is_the_one_of_the_whole_project(ruritania):
    """Values, rows, reasons and notes; by all parts of its breakdowns."""
    different = []
    for definition in ruritania.definitions.values():
        part = open_project(RURITANIA, only=[definition.id])
        for rule in definition.rules:
            for by in (None, *(one.by for one in rule.breakdown)):
                query = Query(rule.id, rule.variant, breakdown=by)
                one, whole = series(part, query), series(ruritania, query)
                same = one.values.equals(whole.values) and (one.rows, one.loose, one.notes) == (whole.rows, whole.loose, whole.notes)
                parts = all(one.parts[code].values.equals(whole.parts[code].values) for code in whole.parts)
                different += [] if same and parts and one.parts.keys() == whole.parts.keys() else [(rule.name, by)]
    assert different == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("window: {from: '1893-01'}", "window: {from: '1896-06'}", "wrong-value"),
        ("{code: GRA,", "{code: RUR,", "duplicate-id"),
        ("{id: guns, title: At the border}", "{id: guns, title: At the border}\n  - {id: guns, title: Elsewhere}", "duplicate-id"),
    ],
)
def test_a_config_that_contradicts_itself_is_told_at_its_line(copy, old, new, code):
    line = edited(copy, "config.yaml", old, new) + new.count("\n")
    assert (line, code) in {(p.place.line, p.code) for p in open_project(copy).problems if p.level == "error"}


def test_a_window_that_ends_before_it_begins_is_refused(copy):
    line = edited(copy, "config.yaml", "window: {from: '1893-01'}", "window: {from: '1893-01', to: '1892-12'}")
    with pytest.raises(ProblemsFound) as refused:
        open_project(copy)
    assert [(p.place.line, p.code) for p in refused.value.problems] == [(line, "span-reversed")]


def test_a_window_may_begin_in_the_period_of_today(copy):
    edited(copy, "config.yaml", "window: {from: '1893-01'}", "window: {from: '1896-05', to: '1896'}")
    assert [str(p) for p in open_project(copy).problems] == []


def test_tables_that_are_not_behind_it_are_not_read():
    part = open_project(RURITANIA, only=["quiet_between_salvos"])
    assert set(part.tables) == {"cannonades", "sources"}
    assert set(part.definitions) == {"quiet_between_salvos"}


def test_a_part_a_lookup_and_a_coverage_are_behind_it():
    assert set(open_project(RURITANIA, only=["drill_after_salvo"]).tables) == {"cannonades", "drills", "sources"}
    assert set(open_project(RURITANIA, only=["crown_share"]).tables) == {"envoys", "coverage", "sources"}
    assert "audiences" in open_project(RURITANIA, only=["contacts"]).definitions


def test_a_composite_has_all_its_parts_behind_it(copy):
    score = {"normalise": {"goalposts": {"low": 0, "high": 10_000}}}
    parts = {"travellers_in_graustark": score | {"direction": "higher is better", "reason": "Roads are open."}, "audiences": score}
    ease = {"title": "Ease", "counts": "Both.", "frequency": "monthly", "parts": parts}
    (copy / DEFINITIONS / "ease.yaml").write_text(json.dumps({"composites": {"ease": ease}}))
    part, whole = open_project(copy, only=["ease"]), open_project(copy)
    assert set(part.tables) == {"envoys", "travellers", "coverage", "sources"}
    assert ask(part, "ease").values.equals(ask(whole, "ease").values)


def test_notes_are_read_where_they_are_drawn_with_the_rows_from_which_they_take_their_day(made):
    part = results(open_project(RURITANIA, only=["quiet_between_salvos"], roles=DRAWN))
    assert part.annotations == made.annotations


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (ENVOYS, "e-05,1893-05-01", "e-05,1893-05-32"),
        (ENVOYS, "e-03,1893-02-28", "e-02,1893-02-28"),
        (COVERAGE, "all_acts,1893-01-01,1893-12-31,partial", "all_acts,1893-01-01,1893-12-31,parts"),
        (SOURCES, "court_diary,", "court_dairy,"),
    ],
    ids=["a day", "a key", "a level", "the key of a source"],
)
def test_what_is_wrong_behind_it_is_reported_as_for_the_whole_project(copy, file, old, new):
    edited(copy, file, old, new)
    part, whole = open_project(copy, only=["audiences"]), open_project(copy)
    read = {f"data/{table}" for table in ("envoys.csv", "sources.csv", "coverage.csv")}
    behind = [str(one) for one in whole.problems if one.place.file in read]
    assert behind
    assert [str(one) for one in part.problems] == behind
    assert part.broken.get("audiences") == whole.broken.get("audiences")


def test_what_is_wrong_in_another_table_does_not_stop_it(copy):
    appended(copy, DRILLS, "d-99")
    assert open_project(copy).problems
    part = open_project(copy, only=["audiences"])
    assert part.problems == ()
    assert part.broken == {}


def test_what_is_wrong_in_any_definition_is_reported(copy):
    defined(copy, asked={"reduce": "cuont"})
    assert "unknown-reduce" in [one.code for one in open_project(copy, only=["quiet_between_salvos"]).problems]


def test_nothing_is_computed_that_was_not_asked_for(ruritania):
    """Never a number from a table that was not read."""
    part = open_project(RURITANIA, only=["quiet_between_salvos"])
    with pytest.raises(ProblemsFound):
        series(part, Query("audiences"))


@pytest.mark.parametrize("name", ["audience", "audiences@ful"])
def test_of_a_name_that_is_not_known_everything_is_read_so_that_the_nearest_can_be_named(ruritania, name):
    part = open_project(RURITANIA, only=[name])
    assert part.definitions.keys() == ruritania.definitions.keys()
    assert part.tables.keys() == ruritania.tables.keys()


def test_a_former_name_is_known(copy):
    edited(copy, COURT, "  waltzes:\n", "  waltzes:\n    formerly: [dances]\n")
    part = open_project(copy, only=["dances"])
    assert set(part.definitions) == {"waltzes"}


def test_after_a_part_the_whole_is_read(ruritania):
    """What was read for one indicator is not taken for all that there is."""
    part = open_project(RURITANIA, only=["quiet_between_salvos"])
    assert open_project(RURITANIA, before=part).tables.keys() == ruritania.tables.keys()


# ---- links of tables that have not changed ----


def test_links_are_checked_again_only_where_a_table_or_one_to_which_it_refers_has_changed(copy):
    before = open_project(copy)
    edited(copy, DRILLS, "d-1,", "d-0,")
    after = open_project(copy, before=before)
    anew = {name for name, one in after.collection.links.items() if one is not before.collection.links[name]}
    assert anew == {"drills"}
    edited(copy, COVERAGE, "two diarists who dislike each other", "two diarists")
    later = open_project(copy, before=after)
    anew = {name for name, one in later.collection.links.items() if one is not after.collection.links[name]}
    assert anew == {"coverage", "envoys"}


def test_a_source_that_goes_is_missed_by_tables_that_have_not_changed(copy):
    before = open_project(copy)
    edited(copy, SOURCES, "court_diary,", "court_dairy,")
    after = open_project(copy, before=before)
    assert _said(after.problems) == _said(open_project(copy).problems)
    assert "unknown-id" in [one.code for one in after.problems if one.place.file == ENVOYS]
    edited(copy, SOURCES, "court_dairy,", "court_diary,")
    assert _said(open_project(copy, before=after).problems) == _said(before.problems)
