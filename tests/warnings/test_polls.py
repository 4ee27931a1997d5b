"""Rows that are one poll and count as several, and several that count as one."""

import pytest

from indicators.warnings.run import warnings_of
from tests.builders import appended, ask, defined, edited, opened, told

POLLS, FORM = "data/polls.csv", "data/polls.resource.yaml"
SOURCE = "    - {name: source_id"


def found(folder):
    """Code and case of each warning about the definition `asked`."""
    return [(p.code, p.case) for p in warnings_of(opened(folder)) if "asked" in p.message]


def average(folder, **more):
    """The average of polls on the leader in office, with further parameters."""
    rule = {"of": "approve_pct", "leader": "leader"} | more
    defined(folder, asked={"table": "polls", "where": None, "coverage": None, "reduce": {"poll_average": rule}})


SAME = "p-31,Flavia,Zenda Gazette,1895-05-31,76,tavern"


@pytest.mark.parametrize(
    ("row", "is_version"),
    [
        (SAME, True),  # of the same pollster and evening as p-07, with another number
        (SAME.replace("Zenda Gazette", "Hentzau Weekly"), False),
        (SAME.replace("05-31", "05-30"), False),
        (SAME.replace("Flavia", "Michael"), False),
        (SAME.replace(",76,", ",,"), False),  # a row without a number counts for nothing
    ],
)
def test_versions_of_a_poll_under_keys_of_their_own_are_noticed(copy, row, is_version):
    edited(copy, FORM, "raise the glass., constraints: {required: true, ", "raise the glass., constraints: {")
    appended(copy, POLLS, row)
    average(copy)
    assert found(copy) == [("poll-counted-twice", "alike")] * is_version


def called(folder, names, *more):
    """A column with the name of each poll, that of its row unless another is given, and more rows."""
    edited(folder, FORM, SOURCE, "    - {name: poll, type: string, description: The poll.}\n" + SOURCE)
    lines = (folder / POLLS).read_text().splitlines()
    rows = [line.rpartition(",") for line in [*lines[1:], *more]]
    written = [f"{cells},{names.get(cells[:4], cells[:4])},{source}" for cells, _, source in rows]
    (folder / POLLS).write_text("\n".join([lines[0].replace("source_id", "poll,source_id"), *written]) + "\n")


@pytest.mark.parametrize(
    ("row", "name", "group", "is_another"),
    [
        (SAME, "p-07", True, False),
        (SAME.replace("05-31", "05-30"), "p-07", False, True),
        (SAME.replace("Zenda Gazette", "Hentzau Weekly"), "p-07", True, True),
        (SAME.replace("Zenda Gazette", "Hentzau Weekly"), "p-07", False, False),  # no column is said to be the pollster
        (SAME.replace("05-31", "05-30"), "", False, False),  # polls without a name are polls of their own
    ],
)
def test_polls_of_several_days_or_pollsters_under_one_name_are_noticed(copy, row, name, group, is_another):
    called(copy, {"p-31": name} if name else {"p-31": "", "p-07": ""}, row)
    if group:
        edited(copy, FORM, "  break_on: [leader]", "  break_on: [leader]\n  group: pollster")
    average(copy, poll="poll")
    assert found(copy) == [("poll-of-several", "")] * is_another


def test_with_the_name_of_the_poll_its_versions_weigh_as_one_and_nothing_is_left_to_say(copy):
    """72 and 76 of one poll, 60 of another on the same evening: 67, and not the mean of three, 69.3."""
    called(copy, {"p-31": "p-07"}, SAME, "p-32,Flavia,Court,1895-05-31,60,tavern")
    average(copy, poll="poll")
    assert found(copy) == []
    assert told(ask(opened(copy), "asked"))["1895-05"] == 67


def test_where_a_column_is_said_to_be_the_pollster_other_texts_may_differ(copy):
    """Adults and voters are versions of one poll; two pollsters on one evening are not."""
    edited(copy, FORM, SOURCE, "    - {name: people, type: string, description: Whom.}\n" + SOURCE)
    lines = (copy / POLLS).read_text().splitlines()
    rows = [line.rpartition(",") for line in [*lines[1:], SAME]]
    written = [f"{cells},{'voters' if cells.startswith('p-31') else 'adults'},{source}" for cells, _, source in rows]
    (copy / POLLS).write_text("\n".join([lines[0].replace("source_id", "people,source_id"), *written]) + "\n")
    average(copy)
    assert found(copy) == []
    edited(copy, FORM, "  break_on: [leader]", "  break_on: [leader]\n  group: pollster")
    assert found(copy) == [("poll-counted-twice", "alike")]
