"""What an indicator is made of in each revision: enough for its numbers, no more, and read as it was committed."""

import subprocess
from pathlib import Path

import pytest

from dashboard.charts.picture import picture_of
from dashboard.charts.view import View
from indicators.compute.pipeline import results
from indicators.problems import ProblemsFound
from indicators.reading.history import History
from tests.builders import DEFINITIONS, edited, git, opened

COURT, ROADS = f"{DEFINITIONS}/court.yaml", f"{DEFINITIONS}/roads.yaml"


def commit(folder, message="A change."):
    git(folder, "commit", "--quiet", "--all", "-m", message)


def needed(folder, *indicators):
    """What the newest revision needs for some indicators."""
    with History(folder) as history:
        return history.needed(history.state(history.commits[0]), set(indicators))


def test_a_part_of_the_project_gives_every_indicator_the_code_that_all_of_it_gives(committed, made):
    with History(committed) as history:
        [first] = history.commits
        state = history.state(first)
        for one in made.definitions.values():
            part = results(history.opened(first, history.needed(state, {one.id})))
            for rule in one.rules:
                view = View(rule.id, rule.variant)
                assert picture_of(part, view).code == picture_of(made, view).code, rule.name


MOOD = """composites:
  mood:
    title: Mood
    counts: Mean of the scores of its parts.
    frequency: monthly
    pillars:
      court: {parts: {audiences@with_ministers: {normalise: {goalposts: {low: 0, high: 4}}}}}
      meadow: {parts: {duels: {normalise: {goalposts: {low: 0, high: 9}}}}}
"""


def test_a_composite_needs_its_parts_and_has_the_same_code_with_these_alone(committed):
    (committed / "indicators/definitions/mood.yaml").write_text(MOOD)
    git(committed, "add", ".")
    git(committed, "commit", "--quiet", "-m", "The mood.")
    with History(committed) as history:
        first = history.commits[0]
        files = history.needed(history.state(first), {"mood"})
        part, view = results(history.opened(first, files)), View("mood")
        assert {"audiences", "duels", "mood"} <= set(part.definitions)
        assert "approval" not in part.definitions
        assert picture_of(part, view).code == picture_of(results(opened(committed)), view).code


def test_an_indicator_needs_its_tables_those_that_they_name_and_nothing_else(committed):
    tables = [name for name in needed(committed, "drill_after_salvo") if name.endswith(".csv")]
    assert sorted(tables) == ["data/cannonades.csv", "data/drills.csv", "data/sources.csv"]
    assert needed(committed, "nothing_of_the_kind") is None


@pytest.mark.parametrize(
    ("file", "old", "new", "matters"),
    [
        ("data/envoys.csv", "The May waltz.", "The waltz of May.", True),
        ("data/travellers.csv", "1894-01,RUR,GRA,1000", "1894-01,RUR,GRA,1001", False),
        (COURT, "    breakdown: [topic, level]\n    normalise", "    breakdown: [level]\n    normalise", True),
        (ROADS, "title:", "title: Odd", False),
        ("data/coverage.csv", "complete,6,the throne", "near_complete,6,the throne", True),
        ("data/coverage.csv", "complete,8,the surgeon", "near_complete,8,the surgeon", False),
        ("config.yaml", "as_of: 1896-05-20", "as_of: 1896-05-21", True),
        ("config.yaml", "headline: [audiences, slights]", "headline: [audiences]", False),
        ("config.yaml", "title: Ruritania and Graustark", "title: Graustark and Ruritania", False),
    ],
)
def test_only_what_an_indicator_is_made_of_is_another_state(committed, file, old, new, matters):
    before = needed(committed, "audiences")
    path = committed / file
    path.write_text(path.read_text().replace(old, new, 1))
    commit(committed)
    assert (needed(committed, "audiences") != before) is matters


def test_revisions_come_with_their_days_and_words_newest_first(committed):
    edited(committed, "data/envoys.csv", "The May waltz.", "The waltz of May.")
    git(committed, "commit", "--quiet", "--all", "-m", "The \x1b[31mred\x1b[0m one " + "o" * 100, day="1996-05-21")
    with History(committed) as history:
        assert [one.day for one in history.commits] == ["1996-05-21", "1996-05-20"]
        assert history.commits[0].subject.startswith("The [31mred[0m one oo")
        assert len(history.commits[0].subject) == 72
        assert history.commits[1].words.endswith(" of 1996-05-20 (The kingdoms.)")


def test_files_come_as_they_were_committed_and_no_program_of_the_repository_runs(committed):
    """A filter, a program for differences, a hook and a pager, each of which would leave a trace."""
    trace = committed.parent / "trace"
    spy = f"sh -c 'touch {trace}; cat'"
    for key in ("filter.spy.smudge", "filter.spy.clean", "diff.external", "core.pager", "core.fsmonitor"):
        git(committed, "config", key, spy)
    (committed / ".gitattributes").write_text("*.csv filter=spy diff=spy export-ignore\n")
    with History(committed) as history:
        [first] = history.commits
        files = history.needed(history.state(first), {"audiences"})
        history.opened(first, files)
        assert git(committed, "cat-file", "blob", files["data/envoys.csv"]).startswith("act_id,date")
    assert not trace.exists()


def test_nothing_outside_the_project_is_read_or_written(committed):
    edited(committed, "config.yaml", "as_of:", "data: ../data\nas_of:")
    commit(committed)
    with History(committed) as history, pytest.raises(ProblemsFound) as raised:
        history.state(history.commits[0])
    assert [p.code for p in raised.value.problems] == ["outside-project"]


def test_a_link_is_no_file(committed):
    path = committed / "data/envoys.csv"
    path.unlink()
    path.symlink_to("/etc/passwd")
    commit(committed)
    assert "data/envoys.csv" not in needed(committed, "audiences")


def test_a_revision_without_the_project_has_no_state(committed):
    git(committed.parent, "mv", "ruritania", "zenda")
    commit(committed.parent)
    with History(committed.parent / "zenda") as history:
        assert [one.subject for one in history.commits] == ["A change."]


def test_revisions_of_a_merged_branch_are_among_them(committed):
    git(committed, "checkout", "--quiet", "-b", "side")
    edited(committed, "data/envoys.csv", "The May waltz.", "The waltz of May.")
    commit(committed, "On the side.")
    edited(committed, "data/envoys.csv", "The waltz of May.", "The May waltz.")
    commit(committed, "And back.")
    git(committed, "checkout", "--quiet", "-")
    edited(committed, "data/travellers.csv", "1894-01,RUR,GRA,1000", "1894-01,RUR,GRA,1001")
    commit(committed, "Meanwhile.")
    git(committed, "merge", "--quiet", "side", "-m", "Together.")
    with History(committed) as history:
        assert {"On the side.", "And back.", "Meanwhile.", "The kingdoms."} <= {one.subject for one in history.commits}


def test_git_ends_with_the_history(committed):
    with History(committed) as history:
        process, folder = history._objects._git, history._folder.name
    assert process.poll() is not None
    assert not Path(folder).exists()


def test_a_copy_of_a_part_of_the_history_says_so(committed, tmp_path):
    commit_again = lambda: git(committed, "commit", "--quiet", "--allow-empty", "-m", "Nothing.")  # noqa: E731  used twice, here alone
    commit_again()
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{committed.parent}", tmp_path / "part"], check=True)
    with History(tmp_path / "part" / "ruritania") as history:
        assert history.is_shallow
    with History(committed) as history:
        assert not history.is_shallow
