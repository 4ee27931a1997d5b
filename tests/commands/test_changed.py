"""What changed since a day or a revision: numbers, rows and due dates."""

import json

import pytest

from dashboard.cli import main
from tests.builders import appended, edited, git
from tests.charts.test_record import AUDIENCE, ENVOYS, one_more_audience

CANNONADES = "data/cannonades.csv"


@pytest.fixture
def asked(capsys):
    """The answer of `relations changed` about a folder as JSON."""

    def ask(folder, *words):
        main(["--project", str(folder), "changed", "--format", "json", *words])
        return json.loads(capsys.readouterr().out)

    return ask


def rows_of(answer):
    return [(one["table"], one["row"].partition(":")[2], one["kind"]) for one in answer["rows"]]


def test_a_new_a_corrected_and_a_lost_row_are_told_apart_with_their_cells(asked, committed):
    one_more_audience(committed)
    edited(committed, CANNONADES, "c-02,1895-01-24,day,2,exact", "c-02,1895-01-24,day,4,exact")
    edited(committed, CANNONADES, "c-01,1895-01-10,day,3,exact,bridge,border_guard\n", "")
    answer = asked(committed, "--since", "HEAD")
    act = AUDIENCE.partition(",")[0]
    assert ("envoys", act, "new") in rows_of(answer)
    assert ("cannonades", "c-01", "gone") in rows_of(answer)
    corrected = next(one for one in answer["rows"] if one["row"] == "cannonades:c-02")
    assert (corrected["kind"], corrected["cells"]) == ("corrected", [{"column": "guns", "before": "2", "now": "4"}])


def test_a_column_that_came_or_went_corrects_no_row(asked, capsys, committed):
    lines = (committed / CANNONADES).read_text(encoding="utf-8").splitlines()
    wider = [f"{line},{'heard_by' if not n else 'the guard'}" for n, line in enumerate(lines)]
    (committed / CANNONADES).write_text("\n".join(wider) + "\n", encoding="utf-8")
    place = "    - {name: place, type: string, description: Where it was heard., constraints: {required: true, enum: [bridge, mill]}}\n"
    descriptor = CANNONADES.replace(".csv", ".resource.yaml")
    edited(committed, descriptor, place, place + "    - {name: heard_by, type: string, description: Who heard it.}\n")
    assert rows_of(asked(committed, "--since", "HEAD")) == [("cannonades", "", "new column")]
    git(committed.parent, "commit", "--quiet", "-a", "-m", "Who heard it.")
    git(committed, "checkout", "--quiet", "HEAD~1", "--", ".")
    edited(committed, CANNONADES, "c-02,1895-01-24,day,2,exact", "c-02,1895-01-24,day,4,exact")
    main(["--project", str(committed), "changed", "--since", "HEAD"])
    told = capsys.readouterr().out
    assert "Cannonades: 1 lost column, 1 corrected row\n" in told
    assert "  heard_by: lost column\n  cannonades:c-02: guns: 2, now 4\n" in told


def test_numbers_are_those_of_diff(asked, capsys, committed):
    one_more_audience(committed)
    answer = asked(committed, "--since", "HEAD")
    main(["--project", str(committed), "diff", "HEAD", "--format", "json"])
    found = json.loads(capsys.readouterr().out)["indicators"]
    assert {one["indicator"] for one in answer["numbers"]} == {one["name"] for one in found if one["kind"] == "changed"}


def test_the_default_is_the_commit_before_the_last_change_of_the_data(asked, committed):
    appended(committed, ENVOYS, AUDIENCE)
    git(committed.parent, "commit", "--quiet", "-a", "-m", "An audience.")
    edited(committed, "config.yaml", "as_of:", "# a remark\nas_of:")
    git(committed.parent, "commit", "--quiet", "-a", "-m", "A remark.")
    answer = asked(committed)
    assert [kind for *_, kind in rows_of(answer)] == ["new"]
    assert len(answer["revision"]) == 40


def test_without_a_history_of_the_data_rows_are_listed_by_their_days(asked, copy):
    answer = asked(copy)
    assert (answer["revision"], answer["since"]) == (None, "1896-02-20")  # 90 days before the day of the data


def test_since_a_day_it_is_said_whether_a_row_was_recorded_or_dated_after_it(asked, copy):
    answer = asked(copy, "--since", "1895-01-15")
    kinds = {(one["table"], one["kind"]) for one in answer["rows"]}
    assert ("envoys", "recorded") in kinds  # that table says when
    assert ("cannonades", "dated") in kinds
    assert ("cannonades", "c-02", "dated") in rows_of(answer)
    assert ("cannonades", "c-01", "dated") not in rows_of(answer)
    assert all(one["day"] > "1895-01-15" for one in answer["rows"])


def test_a_revision_that_is_not_there_is_told(capsys, committed):
    assert main(["--project", str(committed), "changed", "--since", "HEAD~9"]) == 1
    assert "HEAD~9" in capsys.readouterr().err


def test_a_revision_that_cannot_be_read_is_told_with_its_place(capsys, committed):
    edited(committed, "config.yaml", "as_of:", "as_off:")
    git(committed.parent, "commit", "--quiet", "-a", "-m", "A slip.")
    edited(committed, "config.yaml", "as_off:", "as_of:")
    assert main(["--project", str(committed), "changed", "--since", "HEAD"]) == 1
    assert "HEAD:config.yaml" in capsys.readouterr().err
