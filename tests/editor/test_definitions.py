"""What an analyst sees in an editor, from the real yaml-language-server and the shipped schemas."""

import pytest

from tests.editor.conftest import ROOT

FOLDER = "indicators/definitions"
DIALOGUE = f"{FOLDER}/dialogue.yaml"
DEFINITIONS = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / FOLDER).glob("*.yaml"))
DESCRIPTORS = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "data").glob("*.resource.yaml"))
HEAD = """# yaml-language-server: $schema=../definitions.schema.json
pillar: dialogue
indicators:
  asked:
    title: Asked
    counts: What the test asks.
    unit: things
    direction: higher is better
    frequency: annual
"""
EVENTS = "    table: events\n    coverage: all_events\n"
COUNT = f"{EVENTS}    reduce: count\n"
VISITORS = "    table: tourism_monthly\n    reduce: {sum: {of: visitors}}\n"
MARK = "§"


FAULTS = {
    "an operation that is none": (f"{EVENTS}    reduce: cuont\n", 3, "write one of count, "),
    "an operation without what it needs": (f"{EVENTS}    reduce: sum\n", 3, "write one of count, "),
    "an operation that is none, as a key": (f"{EVENTS}    reduce: {{cuont: {{}}}}\n", 3, "Property cuont is not allowed"),
    "a step that is none": (
        f"{COUNT}    transform:\n      - year_to_date\n      - rolling_sm: {{window: 12}}\n",
        6,
        "rolling_sm is not allowed",
    ),
    "a parameter that is none": (f"{COUNT}    transform: [{{rolling_sum: {{windw: 12}}}}]\n", 4, "windw is not allowed"),
    "a parameter out of bounds": (f"{COUNT}    transform: [{{rolling_sum: {{window: 0}}}}]\n", 4, "below the minimum of 1"),
    "a key that is none": (f"{COUNT}    covrage: x\n", 4, "Property covrage is not allowed"),
    "a column that is none": (f"{EVENTS}    reduce: {{sum: {{of: mechanim}}}}\n", 3, '"mechanism"'),
    "a column of a filter that is none": (f"{COUNT}    where:\n      event_tpye: meeting\n", 5, "event_tpye is not allowed"),
    "a column of another table": (f"{VISITORS}    where: {{event_type: meeting}}\n", 3, "event_type is not allowed"),
    "a code that is none": (f"{COUNT}    where: {{event_type: [meting, call]}}\n", 4, '"meeting"'),
    "a condition that is none": (f"{COUNT}    where: {{participants: {{exactely: [JPN, KOR]}}}}\n", 4, "exactely is not allowed"),
    "a variant of another direction": (f"{COUNT}    variants:\n      other:\n        direction: none\n", 6, "direction is not allowed"),
    "a category that is none": ("    table: events\n    reduce: count\n    coverage: all_evnts\n", 3, '"all_events"'),
    "a part that is none": ("    combine: {ratio: {of: leader_meeting, to: leader_meetings}}\n", 1, '"leader_meetings"'),
    "made in two ways": ("    combine: {ratio: {of: leader_meetings, to: leader_meetings}}\n    reduce: count\n", 2, "not both"),
}
OFFERED = {
    "parameters": (f"{COUNT}    transform: [{{rolling_sum: {{w{MARK}}}}}]\n", {"window"}),
    "parameters on lines": (f"{EVENTS}    reduce:\n      days_to_next:\n        {MARK}\n", {"to", "within"}),
    "columns as a parameter": (f"{EVENTS}    reduce: {{sum: {{of: {MARK}}}}}\n", {"mechanism_seq", "date"}),
    "columns of a filter": (f"{COUNT}    where:\n      {MARK}\n", {"event_type", "participants"}),
    "codes": (f"{COUNT}    where: {{event_type: {MARK}}}\n", {"meeting", "summons"}),
    "codes in a condition": (f"{COUNT}    where: {{participants: {{exactly: [{MARK}]}}}}\n", {"JPN", "KOR"}),
    "conditions": (f"{COUNT}    where: {{participants: {{e{MARK}}}}}\n", {"exactly", "not"}),
    "columns of a breakdown": (f"{COUNT}    breakdown: {MARK}\n", {"level", "initiator"}),
    "tables": (f"    table: {MARK}\n", {"events", "tourism_monthly"}),
    "categories": (f"    table: events\n    reduce: count\n    coverage: {MARK}\n", {"all_events", "leader_bilateral"}),
    "indicators": (f"    combine: {{ratio: {{of: {MARK}}}}}\n", {"leader_meetings", "leader_meetings@rolling_12_months"}),
    "keys": (f"{EVENTS}    {MARK}\n    reduce: count\n", {"where", "variants", "notes"}),
    "columns of a variant's own table": (
        f"{COUNT}    variants:\n      other:\n        table: tourism_monthly\n        where:\n          {MARK}\n",
        {"origin"},
    ),
}
TOLD = {
    "an operation": (f"{EVENTS}    reduce: cou{MARK}nt\n", "Number of rows."),
    "an operation as a key": (f"{EVENTS}    reduce: {{su{MARK}m: {{of: mechanism_seq}}}}\n", "Sum of a column, in its unit."),
    "a step": (f"{COUNT}    transform: [{{roll{MARK}ing_sum: {{window: 12}}}}]\n", "Sum of the last `window` periods"),
    "the example of a step": (f"{COUNT}    transform: [{{roll{MARK}ing_sum: {{window: 12}}}}]\n", ">>> rolling_sum("),
    "a parameter": (f"{COUNT}    transform: [{{rolling_sum: {{win{MARK}dow: 12}}}}]\n", "Not: `0`"),
    "a key": (f"{EVENTS}    re{MARK}duce: count\n", "How the rows of a period become one value"),
    "a column": (f"{COUNT}    where: {{event_{MARK}type: meeting}}\n", "What kind of act it is"),
    "a condition": (f"{COUNT}    where: {{participants: {{ex{MARK}actly: [JPN, KOR]}}}}\n", "these values and no other"),
    "a category": (f"    table: events\n    reduce: count\n    cove{MARK}rage: all_events\n", "Category with the coverage levels"),
}


def asked(editor, body):
    """Open a definition with the body at its end; its problems by line of the body, and the place of the mark in it."""
    text = HEAD + body
    before = text.partition(MARK)[0]
    place = before.count("\n") + 1, len(before) - before.rfind("\n") - 1
    found = editor.open(DIALOGUE, text.replace(MARK, ""))
    return [(line - HEAD.count("\n"), said) for line, said in found], place


def offered(editor, body):
    return editor.completions(*asked(editor, body)[1])


def told(editor, body):
    return editor.hover(*asked(editor, body)[1])


@pytest.mark.parametrize("file", [*DEFINITIONS, *DESCRIPTORS, "config.yaml"])
def test_a_shipped_file_has_no_problem_and_a_key_that_is_none_is_flagged(editor, file):
    assert editor.open(file) == []
    editor.close()
    text = (ROOT / file).read_text(encoding="utf-8")
    line = text.count("\n") + 1
    assert editor.open(file, f"{text}nonsense: 1\n") == [(line, "Property nonsense is not allowed.")]


@pytest.mark.parametrize(("body", "line", "said"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_flagged_on_its_line(editor, body, line, said):
    found, _ = asked(editor, body)
    assert {at for at, _ in found} == {line}
    assert any(said in message for _, message in found), found


def test_operations_are_offered_with_what_they_do(editor):
    found = offered(editor, f"{EVENTS}    reduce: {MARK}\n")
    assert {"count", "days_per_row", "sum {of}", "days_to_next {to, within}"} <= set(found)
    assert "Number of rows" in str(found["count"]["documentation"])
    assert "Sum of a column" in str(found["sum {of}"]["documentation"])


@pytest.mark.parametrize(("body", "names"), OFFERED.values(), ids=OFFERED.keys())
def test_what_may_stand_at_a_place_is_offered(editor, body, names):
    assert names <= set(offered(editor, body))


def test_a_table_offers_nothing_of_another(editor):
    assert "event_type" not in offered(editor, f"    table: tourism_monthly\n    where:\n      {MARK}\n")


@pytest.mark.parametrize(("body", "said"), TOLD.values(), ids=TOLD.keys())
def test_what_stands_at_a_place_is_told(editor, body, said):
    assert said in told(editor, body)
