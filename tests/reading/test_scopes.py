"""Scopes of notes: an indicator, a pillar, a topic, `all`, or a word that a definition lists; any other is an error with a guess."""

import pytest

from indicators.compute.annotations import annotations_of
from indicators.compute.pipeline import results
from indicators.nouns.series import Query
from tests.builders import appended, edited, opened, problem_at

NOTES = "data/annotations.csv"


@pytest.mark.parametrize("scope", ["duels", "audiences@by_year", "court", "roads", "all", "opera", "roads;duels"])
def test_a_scope_is_an_indicator_a_pillar_a_topic_or_all(copy, scope):
    edited(copy, NOTES, "in six months.,guns,", f"in six months.,{scope},")
    assert opened(copy).problems == ()


def test_a_note_for_an_indicator_is_shown_by_it_alone(copy):
    edited(copy, NOTES, "in six months.,guns,", "in six months.,duels,")
    made = results(opened(copy))
    takes = {
        name
        for name in made.definitions
        for a in annotations_of(made.series(Query(name)), made.annotations, made.tables)
        if a.start.year == 1895
    }
    assert takes == {"duels"}


@pytest.mark.parametrize(
    ("scope", "unknown", "guess"),
    [("dules", "dules", "duels"), ("roads;cort", "cort", "court"), ("All", "All", "all"), ("duels@dawn", "duels@dawn", "duels")],
)
def test_an_unknown_scope_is_an_error_with_the_nearest_name(copy, scope, unknown, guess):
    line = edited(copy, NOTES, "in six months.,guns,", f"in six months.,{scope},")
    problem = problem_at(opened(copy), NOTES, line)
    assert (problem.code, problem.level) == ("not-allowed", "error")
    assert repr(unknown) in problem.message
    assert f"did you mean {guess!r}?" in problem.hint


def test_without_a_list_of_scopes_they_are_checked_too(copy):
    edited(copy, "data/annotations.resource.yaml", ", enum: [all, court, roads, guns, crowd, opera]}", "}")
    line = appended(copy, NOTES, "1896,,A feast,One more.,feasts,court_diary,,year,turning_point")
    assert problem_at(opened(copy), NOTES, line).code == "not-allowed"


def test_many_unknown_scopes_are_counted(copy):
    notes = [f"1896,,Feast {n},One more.,feasts,court_diary,,year,turning_point" for n in range(7)]
    appended(copy, NOTES, *notes)
    found = opened(copy).problems
    assert len(found) == 3
    assert "and 4 more" in found[-1].message


def test_while_a_file_of_definitions_cannot_be_read_no_scope_is_called_unknown(copy):
    edited(copy, NOTES, "in six months.,guns,", "in six months.,duels,")
    (copy / "indicators/definitions/court.yaml").write_text("pillar: [", encoding="utf-8")
    assert {p.place.file for p in opened(copy).problems} == {"config.yaml", "indicators/definitions/court.yaml"} - {"config.yaml"}
