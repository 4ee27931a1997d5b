"""A screenshot looked up: what is typed from it, the state that gives its code, what has changed since, and every way not to find it."""

import pytest

from dashboard.charts.picture import picture_of
from dashboard.charts.view import parse_view
from dashboard.export.screenshot import Progress, as_printed, looked_up
from dashboard.export.verify import Verdict
from indicators.compute.pipeline import results
from tests.builders import DEFINITIONS, appended, edited, git, opened
from tests.charts.test_record import AUDIENCE, COURT, COVERAGE, ENVOYS, one_more_audience

FERRY = ("data/travellers.csv", "1894-01,RUR,GRA,1000", "1894-01,RUR,GRA,1001")


def commit(folder, message, day="1996-05-21"):
    git(folder, "commit", "--quiet", "--all", "-m", message, day=day)
    return git(folder, "rev-parse", "--short=7", "HEAD")


def code_of(folder, view="audiences"):
    """The code that a picture of the project has as it stands."""
    return picture_of(results(opened(folder)), parse_view(view)).code


def steps(folder, code, view="audiences", **more):
    return list(looked_up(results(opened(folder)), folder, view, code, **more))


def look_up(folder, code, view="audiences", **more):
    """Whether the numbers are the same, and the reasons as a text."""
    *_, verdict = steps(folder, code, view, **more)
    assert isinstance(verdict, Verdict)
    return verdict.same, "\n".join(verdict.reasons)


# ---- what is typed ----


@pytest.mark.parametrize(
    ("view", "code"),
    [
        ("audiences?from=1894&to=1895", "RH-7K3M-9QX0"),
        ("/audiences?from=1894&to=1895", " rh 7k3m 9qxo "),
        ("audiences?from=1894\n&to= 1895", "7K3M9QXO"),
        ("http://127.0.0.1:8050/indicator/audiences?from=1894&to=1895", "RH‑7K3M‑9QX0"),
        ("audiences?from=1894&to=1895 · RH-7K3M-9QX0", ""),
        ("The Court Diary · data to 5 May 1896 · audiences?from=1894&\nto=1895 · RH-7K3M-\n9QX0", ""),
    ],
)
def test_what_is_printed_is_taken_as_it_is_printed(view, code):
    assert as_printed(view, code) == ("audiences?from=1894&to=1895", "RH-7K3M-9QX0")


def test_a_code_that_begins_like_its_prefix_keeps_its_eight_characters():
    assert as_printed("audiences", "RH3M9QX0") == ("audiences", "RH-RH3M-9QX0")


@pytest.mark.parametrize(
    ("view", "code", "words"),
    [
        ("audiences", "RH-7K3M-9QX", "the code is mistyped: 8 characters follow RH, and RH-7K3M-9QX has 7"),
        ("audiences", "RH-7K3M-9QXU", "the code is mistyped: no code has U"),
        ("audiences", "", "type the code that is printed behind the view"),
        ("", "RH-7K3M-9QXP", "type the view that is printed before the code"),
        ("audiences?frequncy=annual", "RH-7K3M-9QXP", "the view is mistyped\nthis address or view takes no 'frequncy'"),
    ],
)
def test_what_cannot_be_right_is_told_at_once(copy, view, code, words):
    [verdict] = steps(copy, code, view)
    assert verdict.same is None
    assert words in "\n".join(verdict.reasons)


# ---- what is found ----


def test_the_code_of_today_needs_no_history(copy):
    code = code_of(copy)
    assert look_up(copy, code) == (True, f"the same today: audiences has the code {code}")


def test_a_cell_that_changed_is_named_with_both_values_and_the_revision(committed):
    """The second audience of February 1893 moves to March."""
    before, first = code_of(committed), git(committed, "rev-parse", "--short=7", "HEAD")
    edited(committed, *FERRY)
    commit(committed, "A ferry more.")
    edited(committed, ENVOYS, "e-03,1893-02-28", "e-03,1893-03-28")
    guilty = commit(committed, "A page turned.")
    edited(committed, *reversed_of(FERRY))
    commit(committed, "A ferry less.")
    same, words = look_up(committed, before)
    assert same is False
    assert f"changed: revision {git(committed, 'rev-parse', '--short=7', 'HEAD~2')} of 1996-05-21 (A ferry more.) gives this code" in words
    assert f"today it is {code_of(committed)}" in words
    assert f"the numbers changed with revision {guilty} of 1996-05-21 (A page turned.)" in words
    assert "envoys:e-03: date was 1893-02-28, now 1893-03-28" in words
    assert "audiences, February 1893: 2 (complete) then, 1 (complete) now: without envoys:e-03" in words
    assert first not in words


def reversed_of(edit):
    file, old, new = edit
    return file, new, old


def test_rows_that_came_and_a_coverage_level_are_named(committed):
    before = code_of(committed)
    one_more_audience(committed)
    edited(committed, COVERAGE, "complete,7,the throne", "near_complete,7,the throne")
    commit(committed, "A joke, and doubts.")
    same, words = look_up(committed, before)
    assert same is False
    assert "with envoys:e-38 (" in words
    assert "coverage of audiences in envoys, 1893-01-01 to 1894-12-31: was complete, now near complete" in words


def test_a_rule_that_changed_is_named(committed):
    before = code_of(committed)
    edited(committed, COURT, "low: 0, high: 4", "low: 0, high: 5")
    commit(committed, "Higher hopes.")
    same, words = look_up(committed, before)
    assert same is False
    assert "the definition of audiences changed: normalise.parameters.high was 4, now 5" in words


def test_edits_that_are_not_committed_are_named(committed):
    before = code_of(committed)
    one_more_audience(committed)
    same, words = look_up(committed, before)
    assert same is False
    assert "the numbers changed with edits that are not committed" in words


def test_a_later_day_of_the_data_alone_is_no_change(committed):
    before = code_of(committed)
    edited(committed, "config.yaml", "as_of: 1896-05-20", "as_of: 1896-05-21")
    commit(committed, "A day later.")
    assert code_of(committed) != before
    same, words = look_up(committed, before)
    assert same is True
    assert words.startswith("the same numbers today, as of 20 May 1896: revision ")


def test_the_revision_that_changed_the_numbers_is_not_the_one_that_moved_the_day(committed):
    before = code_of(committed)
    edited(committed, "config.yaml", "as_of: 1896-05-20", "as_of: 1896-05-21")
    commit(committed, "A day later.")
    one_more_audience(committed)
    guilty = commit(committed, "A joke.")
    _, words = look_up(committed, before)
    assert f"the numbers changed with revision {guilty} of 1996-05-21 (A joke.)" in words


def test_a_revision_of_a_merged_branch_that_began_before_is_not_blamed(committed):
    """The branch is dated after the revision that gives the code and has other numbers, but the merge brought them."""
    git(committed, "checkout", "--quiet", "-b", "side")
    one_more_audience(committed)
    commit(committed, "A joke.", day="1996-05-22")
    git(committed, "checkout", "--quiet", "-")
    edited(committed, COURT, "low: 0, high: 4", "low: 0, high: 5")
    commit(committed, "Higher hopes.", day="1996-05-21")
    before = code_of(committed)
    edited(committed, *FERRY)
    commit(committed, "A ferry.", day="1996-05-23")
    git(committed, "merge", "--quiet", "side", "-m", "Together.", day="1996-05-24")
    assert "(Together.)" in next(line for line in look_up(committed, before)[1].splitlines() if line.startswith("the numbers changed with"))


def test_a_renamed_indicator_is_found_under_the_name_that_is_printed(committed):
    before = code_of(committed, "duels")
    path = committed / DEFINITIONS / "court.yaml"
    text = path.read_text()
    assert "\n  duels:\n" in text
    path.write_text(text.replace("\n  duels:\n", "\n  quarrels:\n    formerly: [duels]\n"))
    commit(committed, "Politer.")
    same, words = look_up(committed, before, "duels")
    assert same is True
    assert words.startswith("the same today")


def test_an_indicator_that_is_gone_is_found_where_it_was(committed):
    """Nothing else is made from the guns heard."""
    before = code_of(committed, "guns_heard")
    path = committed / DEFINITIONS / "guns.yaml"
    path.write_text(path.read_text().replace("  guns_heard:", "  guns_seen:"))
    commit(committed, "Deaf.")
    same, words = look_up(committed, before, "guns_heard")
    assert same is False
    assert "the view cannot be computed today: there is no indicator 'guns_heard'" in words
    assert "(The kingdoms.) gives this code" in words


HERE = "    breakdown: [topic, level]\n    normalise"
DRAWING = {
    "title": ("title: Audiences\n", "title: Royal audiences\n"),
    "counts": ("A ball that lasts into the next year", "Any ball that lasts into the next year"),
    "short": ("short: Meetings of the two crowns and nobody else", "short: Meetings of two crowns"),
    "question": ("How often do the sovereigns", "How seldom do the sovereigns"),
    "lines": (HERE, f"    lines: [{{value: 2, label: A good month, source: court_diary}}]\n{HERE}"),
    "bound": (HERE, f"    bound: {{low: 0}}\n{HERE}"),
    "alert": (HERE, f"    alert: {{above: 2}}\n{HERE}"),
    "season": (HERE, f"    season: no\n{HERE}"),
}


@pytest.mark.parametrize("key", DRAWING)
def test_keys_of_drawing_and_prose_are_not_in_the_code(copy, key):
    before = code_of(copy)
    edited(copy, COURT, *DRAWING[key])
    assert not [p for p in opened(copy).problems if p.level == "error"]
    assert code_of(copy) == before


@pytest.mark.parametrize(("old", "new"), [("pillar: court", "pillar: crowd"), (HERE, f"    annotations: [waltz_of_may]\n{HERE}")])
def test_keys_that_change_neither_a_rule_nor_a_number_leave_the_numbers_the_same(committed, old, new):
    """Another pillar, and more notes: in the code they are, but nobody has to fear for a number."""
    before = code_of(committed)
    edited(committed, COURT, old, new)
    commit(committed, "Elsewhere.")
    same, words = look_up(committed, before)
    assert same is True
    assert "the definition of audiences changed: " in words


# ---- what is not found ----


def test_a_revision_that_cannot_be_read_today_is_named_and_passed_over(committed):
    before = code_of(committed)
    edited(committed, ENVOYS, "e-03,1893-02-28", "e-03,1893-02-30")
    faulty = commit(committed, "No such day.")
    edited(committed, ENVOYS, "e-03,1893-02-30", "e-03,1893-03-28")
    commit(committed, "A page turned.")
    same, words = look_up(committed, before)
    assert same is False
    assert "(The kingdoms.) gives this code" in words
    assert f"passed over revision {faulty} of 1996-05-21 (No such day.): it cannot be read today, " in words


def test_a_config_of_another_day_is_read_as_far_as_numbers_depend_on_it(committed):
    """A key that only pages read, which today's config.yaml may not have."""
    edited(committed, "config.yaml", "headline:", "carousel: fast\nheadline:")
    commit(committed, "Fast.")
    before = code_of_history(committed)
    edited(committed, "config.yaml", "carousel: fast\n", "")
    one_more_audience(committed)
    commit(committed, "A joke.")
    assert "(Fast.) gives this code" in look_up(committed, before)[1]


def code_of_history(folder):
    """The code of the audiences as they were before the headline turned."""
    edited(folder, "config.yaml", "carousel: fast\n", "")
    code = code_of(folder)
    git(folder, "checkout", "--quiet", "config.yaml")
    return code


def test_a_slip_is_told_with_the_code_that_was_meant(committed):
    before = code_of(committed)
    one_more_audience(committed)
    commit(committed, "A joke.")
    slip = before[:-1] + ("2" if before[-1] != "2" else "3")
    same, words = look_up(committed, slip)
    assert same is None
    assert f"(The kingdoms.) gives {before}, which differs from {slip} by one slip: read the picture again" in words


def test_the_code_of_another_view_is_told_with_that_view(committed):
    code = code_of(committed, "duels")
    assert look_up(committed, code)[1].startswith("the code belongs to another view: duels has it today")


def test_a_code_from_before_the_history_says_where_it_begins(committed):
    same, words = look_up(committed, "RH-0000-0000")
    assert same is None
    assert f"not found: today audiences has {code_of(committed)}" in words
    assert "no revision gives this code: 1 looked through; the first is " in words
    assert "(The kingdoms.)" in words
    assert "the picture is older than these states" in words


def test_without_git_or_a_repository_today_is_all_there_is(copy, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(copy.parent))
    same, words = look_up(copy, "RH-0000-0000")
    assert same is None
    assert f"not found: today audiences has {code_of(copy)}" in words
    assert "earlier states cannot be looked up" in words
    assert "is not in a readable git repository" in words
    monkeypatch.setenv("PATH", str(copy))
    assert "git is not installed" in look_up(copy, "RH-0000-0000")[1]


def test_a_search_without_time_says_how_far_it_came(committed):
    same, words = look_up(committed, "RH-0000-0000", seconds=0)
    assert same is None
    assert "the time is up: 0 of 1 revisions were looked through; older ones may give the code" in words
    assert "the time is up: 0 of " in words.partition("older ones may give the code")[2]
    assert "other indicators and variants were tried" in words


# ---- progress ----


def test_every_revision_is_a_step_and_is_computed_once(committed, monkeypatch):
    """Two states of the audiences alternate, with edits of other tables between them."""
    appended(committed, ENVOYS, AUDIENCE)
    edited(committed, COVERAGE, "complete,6,the throne", "complete,7,the throne")
    commit(committed, "A joke.")
    edited(committed, *FERRY)
    commit(committed, "A ferry.")
    git(committed, "revert", "--no-edit", "HEAD~1")
    computed = []
    monkeypatch.setattr("dashboard.export.screenshot.results", lambda project: computed.append(project) or results(project))
    found = [step for step in steps(committed, "RH-0000-0000") if isinstance(step, Progress) and step.what == "revisions"]
    assert [(step.done, step.of) for step in found] == [(0, 4), (1, 4), (2, 4), (3, 4)]
    assert len(computed) == 2


def test_a_search_that_is_closed_leaves_nothing_behind(committed, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "here"))
    (tmp_path / "here").mkdir()
    search = looked_up(results(opened(committed)), committed, "audiences", "RH-0000-0000")
    next(search)
    assert list((tmp_path / "here").iterdir())
    search.close()
    assert not list((tmp_path / "here").iterdir())
