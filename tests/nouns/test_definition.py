"""Definitions: which of their keys make the numbers, which are part of the code of a picture, and which are words."""

from indicators.nouns.definition import APART, DRAWN, IN_NO_CODE, IN_NO_NUMBER, PLACEMENT, PROSE, Definition
from indicators.reading.project import open_project
from tests.builders import defined, edited

RULE = {"unit", "direction", "frequency", "table", "where", "coverage", "reduce", "combine", "transform", "normalise", "breakdown"}
RULE |= {"break_on", "at_least", "notable", "composite"}


def test_each_key_is_part_of_the_rule_or_says_what_it_is_for():
    assert sorted(PROSE) == ["counts", "credit", "credit_short", "notes", "question", "short", "title"]
    assert sorted(PLACEMENT) == ["id", "pillar", "variant"]
    assert sorted(APART) == ["excuses", "formerly", "variants"]
    assert sorted(DRAWN) == ["lines", "shown"]
    assert sorted(IN_NO_CODE - PROSE - APART - DRAWN) == ["alert", "bound", "season"]
    assert set(Definition.model_fields) - IN_NO_NUMBER == RULE


def test_placement_and_annotations_are_part_of_the_code_although_they_change_no_number():
    assert sorted(IN_NO_NUMBER - IN_NO_CODE) == sorted({*PLACEMENT, "annotations"})
    assert IN_NO_CODE < IN_NO_NUMBER


def test_all_prose_is_written_under_the_policy_of_names(copy):
    edited(copy, "config.yaml", "as_of: ", "names: {Zenda/Zendau: Zenda}\nas_of: ")
    words = {"title": "To Zenda/Zendau", "question": "Zenda/Zendau?", "counts": "Zenda/Zendau.", "credit": "Zenda/Zendau"}
    defined(copy, asked=words | {"notes": ["Zenda/Zendau", "Zenda/Zendau!"]})
    asked = open_project(copy).definitions["asked"]
    assert [key for key in PROSE if "Zendau" in str(getattr(asked, key))] == []
