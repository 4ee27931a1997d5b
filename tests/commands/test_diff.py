"""What a change does to the numbers: as text and as JSON, by `relations diff` against a folder or a revision; and the same as two
full computations."""

import json
import shutil
from dataclasses import replace

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from dashboard.cli import main
from dashboard.commands.diff import as_json, as_text
from dashboard.words.differences import changed_words, signed
from indicators import differences as room
from indicators.compute.pipeline import series
from indicators.differences import differences
from indicators.nouns.series import Query
from tests.builders import DEFINITIONS, RURITANIA, SALVO_OF_1895, appended, contents, defined, edited, git, opened, seasonal
from tests.charts.test_record import COURT, COVERAGE, one_more_audience

GOALPOSTS = "normalise: {goalposts: {low: 0, high: 4}}"
MEETINGS = {"kind": "meeting", "participants": {"exactly": ["RUR", "GRA"]}, "office": "crown"}


def diff(capsys, folder, *words, against=RURITANIA):
    """Exit code, standard output and standard error of the command."""
    code = main(["--project", str(folder), "diff", str(against), *words])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.fixture
def compared(ruritania, made):
    """Compares the kingdoms with a copy of them as it stands now, in some or all indicators; their own series are computed once."""

    def series_of(project, query):
        return made.series(query) if project.root == ruritania.root else series(project, query)

    return lambda folder, *names: differences(only(ruritania, *names), only(opened(folder), *names), series_of)


def only(project, *names):
    """A project with some of its indicators alone; with none named, all of it."""
    return replace(project, definitions={name: project.definitions[name] for name in names}) if names else project


def lines_of(differences):
    """What a person reads, by line."""
    return as_text(differences, "earlier").splitlines()


def by_name(differences):
    """What became of each indicator that is not unchanged, by name, as JSON."""
    return {one["name"]: one for one in json.loads(as_json(differences, "earlier"))["indicators"]}


def kinds(found):
    return {one.name: one.kind for one in found.each if one.kind != "unchanged"}


# ---- what is shown ----


def test_nothing_changed(capsys, copy):
    assert diff(capsys, copy) == (0, f"against the project in {RURITANIA}: none of 19 indicators changes\n", "")


def test_one_more_row(compared, copy):
    one_more_audience(copy)
    changes = compared(copy)
    lines = lines_of(changes)
    assert not changes.is_clean
    assert lines[0].endswith(": 6 of 19 indicators change (with variants 8 of 32)")
    assert "table envoys changed: 38 rows, before 37" in lines
    month = "  audiences: 1 of 43 months, largest +1 in 1893-04 (with envoys:e-38); the last change keeps its sign (about the same)"
    line = next(line for line in lines if line.startswith(month))
    assert "; by level, months: sovereign 1 (largest +1 in 1893-04)" in line
    assert any(line.startswith("  audiences@by_year: 1 of 5 years, largest +1 in 1893 (with envoys:e-38); ") for line in lines)
    assert lines[-1] == "unchanged: 24 of 32"


def test_a_row_that_is_gone(compared, copy):
    edited(copy, "data/envoys.csv", line_of_row(copy, "e-02"), "")
    changed = by_name(compared(copy, "audiences"))["audiences"]
    assert changed["largest"] == "1893-02"
    assert [(p["difference"], p["came"], p["went"]) for p in changed["changed"]] == [(-1, [], ["envoys:e-02"])]


def line_of_row(folder, key):
    """The row of an envoy as it is written, with the end of its line."""
    return next(line for line in (folder / "data/envoys.csv").read_text().splitlines(keepends=True) if line.startswith(f"{key},"))


def test_where_the_status_alone_differs_it_is_said(compared, copy):
    edited(copy, "data/travellers.csv", "1894-01,RUR,GRA,1000,counted", "1894-01,RUR,GRA,1000,provisional")
    [line] = [line for line in lines_of(compared(copy, "ruritanians_in_graustark")) if line.startswith("  ruritanians_in_graustark: ")]
    assert ": 1 of 29 months (only the status), the latest 1894-01: 1,000 (complete, provisional), before 1,000 (complete); " in line


def test_a_level_of_coverage(compared, copy):
    edited(copy, COVERAGE, "partial,2,a page remembers", "complete,2,a page remembers")
    changes = compared(copy, "audiences")
    line = next(line for line in lines_of(changes) if line.startswith("  audiences: "))
    assert "8 of 43 months (value 7, at least 1, status 7, coverage 8, score 8), " in line
    assert "the latest 1895-08: 0 (complete, score 0), before no value (partial); " in line
    one = by_name(changes)["audiences"]
    assert [p["period"] for p in one["changed"]] == [f"1895-0{month}" for month in range(1, 9)]
    assert (one["largest"], one["last_change"]["same_sign"], one["last_change"]["now"]["word"]) == (None, True, "about the same")


def test_a_difference_of_a_day_is_on_it_and_one_that_prints_as_zero_has_no_sign(compared, copy, tmp_path):
    assert signed(0.0004, "share of meetings") == "under 0.1 points"
    edited(
        copy,
        COURT,
        "    where: {kind: duel}\n    coverage: duels\n    frequency: monthly",
        "    where: {kind: duel}\n    coverage: duels\n    frequency: daily",
    )
    changed = shutil.copytree(copy, tmp_path / "changed")
    edited(changed, "data/envoys.csv", "e-16,1894-06-11,", "e-16,1894-06-10,")
    (one,) = [one for one in differences(opened(copy), opened(changed)).each if one.name == "duels"]
    assert "largest −1 on 1894-06-11 (without envoys:e-16)" in changed_words(one)


def test_the_last_change_may_turn(compared, copy, made):
    edited(copy, "data/travellers.csv", *turned(made, copy))
    line = next(
        line for line in lines_of(compared(copy, "graustarkians_in_ruritania")) if line.startswith("  graustarkians_in_ruritania: ")
    )
    assert "; the last change goes from 'better' to 'worse'" in line


def test_a_season_changes_a_verdict_and_no_number(compared, copy, tmp_path):
    """Graustarkians in June: 1,200 in 1894, 1,250 in 1895, after 1,300 in May."""
    seasonal(copy, range(1894, 1895))
    edited(copy, "data/travellers.csv", "1895-06,GRA,RUR,1000,", "1895-06,GRA,RUR,1250,")
    edited(copy, "data/travellers.csv", "1895-05,GRA,RUR,900,", "1895-05,GRA,RUR,1300,")
    seasoned = shutil.copytree(copy, tmp_path / "seasoned")
    edited(
        seasoned,
        "indicators/definitions/roads.yaml",
        "{origin: GRA, destination: RUR}\n",
        "{origin: GRA, destination: RUR}\n    season: yes\n",
    )
    found = differences(opened(copy), opened(seasoned))
    line = "graustarkians_in_ruritania: season; the last change goes from 'worse' to 'better'"
    assert line in [one.strip() for one in lines_of(found)]
    assert by_name(found)["graustarkians_in_ruritania"]["last_change"]["now"]["word"] == "better"
    assert kinds(found) == {"graustarkians_in_ruritania": "definition"}


def turned(made, folder):
    """The last number of Graustarkian travellers, and the same line with a tenth of them."""
    travellers = made.series(Query("graustarkians_in_ruritania"))
    newest = travellers.values["value"].last_valid_index()
    row = travellers.rows_in(newest)[0].partition(":")[2].split("|")
    line = next(one for one in (folder / "data/travellers.csv").read_text().splitlines() if one.startswith(",".join(row)))
    value = str(int(travellers.point(newest).value))
    return line, line.replace(value, value[:-1])


def test_a_part_may_change_where_the_whole_does_not(compared, copy):
    row = line_of_row(copy, "e-02")
    edited(copy, "data/envoys.csv", row, row.replace(",opera,", ",borders,"))
    changes = compared(copy, "audiences")
    line = next(line for line in lines_of(changes) if line.startswith("  audiences: "))
    assert line == (
        "  audiences: the total is unchanged, its parts are not; by topic, months: "
        "borders 1 (largest +1 in 1893-02), opera 1 (largest −1 in 1893-02)"
    )
    parts = by_name(changes)["audiences"]["parts"]
    assert [(p["by"], p["code"], [(one["period"], one["difference"]) for one in p["changed"]]) for p in parts] == [
        ("topic", "borders", [("1893-02", 1)]),
        ("topic", "opera", [("1893-02", -1)]),
    ]


def test_parts_that_read_other_rows_of_their_own_table_are_compared(copy):
    lag = {"reduce": {"days_to_next": {"to": {"table": "envoys", "where": {"kind": "waltz"}}, "within": 400}}, "breakdown": "topic"}
    defined(copy, lag={"where": {"kind": "meeting"}, "unit": "days"} | lag)
    earlier = only(opened(copy), "lag")
    rows = (copy / "data/envoys.csv").read_text().splitlines()
    waltz = next(row for row in rows if ",waltz," in row and row.split(",")[3] == "day")
    (copy / "data/envoys.csv").write_text("\n".join(row for row in rows if row != waltz) + "\n")
    (one,) = differences(earlier, only(opened(copy), "lag")).each
    assert one.kind == "changed"
    assert one.parts


def test_a_definition(compared, copy):
    edited(copy, COURT, "    where: {kind: duel}", "    where: {kind: [duel, waltz]}")
    changed = by_name(compared(copy))
    assert changed["duels"]["kind"] == changed["warmth"]["kind"] == "changed"
    assert changed["duels"]["keys"] == ["where"]
    assert changed["warmth"]["keys"] == []
    assert set(changed) == {"duels", "warmth"}


def test_words_alone_change_no_number(capsys, copy):
    edited(copy, COURT, "title: Audiences\n", "title: Royal audiences\n")
    code, out, _ = diff(capsys, copy)
    assert code == 0
    assert "none of 19 indicators changes, 3 changed in definition only" in out
    assert "  audiences: title\n" in out


def test_a_score_is_a_number(compared, copy):
    """May 1896 has a meeting, too, but is not over and has no score."""
    edited(copy, COURT, GOALPOSTS, GOALPOSTS.replace("4", "5"))
    changes = compared(copy)
    assert not changes.is_clean
    assert any(line.startswith("  audiences: 4 of 43 months (only the score), the latest 1896-02") for line in lines_of(changes))


def test_another_frequency_compares_no_period(compared, copy):
    edited(copy, COURT, "    coverage: duels\n    frequency: monthly", "    coverage: duels\n    frequency: annual")
    changes = compared(copy)
    assert not changes.is_clean
    line = "  duels: annual, before monthly: periods cannot be compared; the last change "
    assert any(one.startswith(line) for one in lines_of(changes))


def test_new_gone_and_renamed(compared, copy):
    edited(copy, COURT, "  waltzes:\n", "  dances:\n")
    edited(copy, COURT, "audiences@by_year, waltzes]", "audiences@by_year, dances]")
    edited(copy, COURT, "      by_year:\n        frequency: annual", "      by_year:\n        frequency: triannual")
    (copy / DEFINITIONS / "more.yaml").write_text("pillar: court\nindicators:\n" + new_indicator())
    text = (copy / COURT).read_text()
    start, end = text.index("  pace_of_audiences:"), text.index("  warmth:")
    (copy / COURT).write_text(text[:start] + text[end:])
    edited(copy, COURT, "    combine: {sum: {of: [audiences@by_year, dances]}}", "    combine: {sum: {of: [audiences, dances]}}")
    changes = compared(copy)
    changed = by_name(changes)
    assert {name: one["kind"] for name, one in changed.items()} == {
        "dances": "renamed",
        "dances@with_opera": "renamed",
        "audiences@by_year": "changed",
        "contacts": "definition",
        "more": "new",
        "pace_of_audiences": "gone",
    }
    assert (changed["dances"]["was"], changed["dances@with_opera"]["was"]) == ("waltzes", "waltzes@with_opera")
    assert not changes.is_clean
    assert "  more: More, annual, 2 things in 1894" in lines_of(changes)


@pytest.mark.parametrize("formerly", ["", "    formerly: [duels]\n"])
def test_a_renamed_indicator_is_known_when_its_table_changed_too(compared, copy, formerly):
    """By its former name, or by its definition, which is that of no other; one duel less in 1894 makes its numbers differ."""
    edited(copy, COURT, "  duels:\n", f"  dawns:\n{formerly}")
    edited(copy, COURT, "minus: duels}", "minus: dawns}")
    rows = [line for line in (copy / "data/envoys.csv").read_text().splitlines(keepends=True) if not line.startswith("e-16,")]
    (copy / "data/envoys.csv").write_text("".join(rows))
    changes = compared(copy)
    changed = by_name(changes)
    assert (changed["dawns"]["kind"], changed["dawns"]["was"]) == ("changed", "duels")
    assert "duels" not in changed
    assert any(line.startswith("  dawns: was duels; ") for line in lines_of(changes))


def test_a_former_name_goes_before_an_equal_definition(compared, copy):
    """The new definition counts something else, and yet says what it was called."""
    edited(copy, COURT, "  duels:\n", "  dawns:\n    formerly: [duels]\n")
    edited(copy, COURT, "    where: {kind: duel}", "    where: {kind: [duel, meeting]}")
    changed = by_name(compared(copy))
    assert (changed["dawns"]["kind"], changed["dawns"]["was"], changed["dawns"]["keys"]) == ("changed", "duels", ["where"])


def test_a_part_under_another_name_is_no_change(compared, copy):
    edited(copy, COURT, "  duels:\n", "  dawns:\n    formerly: [duels]\n")
    assert by_name(compared(copy)).keys() == {"dawns"}


def new_indicator():
    keys = {"title": "More", "counts": "More.", "unit": "things", "direction": "none", "frequency": "annual", "table": "envoys"}
    return f"  more: {json.dumps(keys | {'where': MEETINGS, 'coverage': 'audiences', 'reduce': 'count'})}\n"


def test_a_fault_on_one_side_is_shown_and_the_rest_compared(capsys, copy, tmp_path):
    edited(copy, *SALVO_OF_1895)
    faulty = shutil.copytree(copy, tmp_path / "faulty")
    line = edited(faulty, COURT, "  duels:\n    title: Duels", "  duels:\n    titel: Duels") + 1
    edited(faulty, "data/cannonades.csv", "c-01,1895-01-10,day,3", "c-01,1895-01-10,day,4")
    code, out, err = diff(capsys, faulty, against=copy)
    assert code == 1
    assert "1 of 19 indicators changes (with variants 3 of 32), 2 cannot be computed" in out
    assert f"  duels: now: its definition has a fault ({COURT}:{line - 1})" in out
    assert "  warmth: now: " in out
    assert f"\n{COURT}:{line}: error[unknown-key]" in f"\n{err}"
    code, out, err = diff(capsys, copy, against=faulty)
    assert code == 1
    assert "  duels: earlier: " in out
    assert f"{faulty}/{COURT}:{line}: error[unknown-key]" in err


def test_a_faulty_table_lists_what_depends_on_it(compared, copy):
    appended(copy, "data/cannonades.csv", "c-99,1895-13-01,day,1,exact,mill,border_guard")
    changes = compared(copy)
    assert not changes.is_clean
    lines = "\n".join(lines_of(changes))
    assert "table cannonades: missing now, or has errors" in lines
    assert "  guns_heard: now: the table 'cannonades' has faults" in lines


def test_an_earlier_config_that_cannot_be_read(capsys, copy, tmp_path):
    broken = shutil.copytree(copy, tmp_path / "broken")
    appended(broken, "config.yaml", "  : [")
    code, out, err = diff(capsys, copy, against=broken)
    assert (code, out) == (1, "")
    assert f"{broken}/config.yaml:" in err


def test_markdown_is_for_a_review(capsys, copy):
    edited(copy, COURT, "    where: {kind: duel}", "    where: {kind: [duel, waltz]}")
    code, out, _ = diff(capsys, copy, "--format", "markdown")
    assert code == 1
    assert out.startswith("**2 of 19 indicators change (with variants 2 of 32)**, against the project in ")
    assert "\n#### Changed\n\n- `duels`: " in out


# ---- revisions ----


def test_head_is_the_default_and_a_project_may_lie_below_the_repository(capsys, committed):
    edited(committed, COURT, "    where: {kind: duel}", "    where: {kind: [duel, waltz]}")
    before = contents(committed.parent)
    code = main(["--project", str(committed), "diff"])
    out = capsys.readouterr().out
    assert code == 1
    assert out.startswith("against HEAD (")
    assert "): 2 of 19 indicators change" in out
    assert contents(committed.parent) == before


def test_a_revision_and_a_folder_give_the_same(capsys, compared, committed):
    edited(committed, COURT, "    where: {kind: duel}", "    where: {kind: [duel, waltz]}")
    git(committed.parent, "commit", "--quiet", "-a", "-m", "Waltzes are duels.")
    assert "none of 19 indicators changes" in diff(capsys, committed, against="HEAD")[1]
    code, out, _ = diff(capsys, committed, "--format", "json", against="HEAD~1")
    assert code == 1
    assert {one["name"]: one for one in json.loads(out)["indicators"]} == by_name(compared(committed))


def test_what_a_revision_says_wrongly_has_its_name(capsys, committed):
    line = edited(committed, COURT, "    where: {kind: duel}", "    where: {kind: duell}")
    git(committed.parent, "commit", "--quiet", "-a", "-m", "A slip.")
    edited(committed, COURT, "    where: {kind: duell}", "    where: {kind: duel}")
    code, _, err = diff(capsys, committed, against="HEAD")
    assert code == 1
    assert f"HEAD:{COURT}:{line}: error[not-allowed]" in err


@pytest.mark.parametrize("name", ["nosuch", "-x", "HEAD~9", "HEAD:ruritania"])
def test_no_such_revision_is_wrong_use_with_the_way_out(capsys, committed, name):
    code = main(["--project", str(committed), "diff", "--", name])
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert f"there is no revision {name!r}, and no folder of that name that is a project" in err
    assert "git log --oneline lists them" in err


def test_a_revision_without_the_project(capsys, committed):
    git(committed.parent, "mv", "ruritania", "zenda")
    code, _, err = diff(capsys, committed.parent / "zenda", against="HEAD")
    assert code == 2
    assert "the revision 'HEAD' has no config.yaml in the project's folder" in err


def test_without_a_repository_or_without_git(capsys, copy, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(copy.parent))
    code, _, err = diff(capsys, copy, against="HEAD")
    assert code == 2
    assert "is not in a readable git repository" in err
    monkeypatch.setenv("PATH", str(copy))
    code, _, err = diff(capsys, copy, against="HEAD")
    assert code == 2
    assert "git is not installed" in err


# ---- the shortcut, and two full computations ----


def computed(project):
    """Every series of a project by name: label to what is compared, written down apart from the room that is tested."""
    rules = [rule for definition in project.definitions.values() for rule in definition.rules]
    return {rule.name: written(series(project, Query(rule.id, rule.variant))) for rule in rules}


def computed_parts(project):
    """The same of the parts, by name, breakdown and code."""
    found = {}
    for rule in (rule for definition in project.definitions.values() for rule in definition.rules):
        for by in (b.by for b in rule.breakdown):
            parts = series(project, Query(rule.id, rule.variant, breakdown=by)).parts
            found |= {(rule.name, by, code): written(part) for code, part in parts.items()}
    return found


def written(found):
    values = found.values
    cells = values[["value", "at_least", "status", "coverage", "score"]].round({"value": 9, "score": 9}).astype(object)
    rows = cells.where(cells.notna(), None).to_numpy().tolist()
    return dict(zip(values["label"], map(tuple, rows), strict=True))


CHANGES = st.one_of(
    st.tuples(st.just("frequency"), st.sampled_from(["monthly", "quarterly", "triannual", "annual"])),
    st.tuples(st.just("where"), st.sampled_from([{}, {"kind": "slight"}, {"kind": ["waltz", "duel"]}, MEETINGS])),
    st.tuples(st.just("coverage"), st.sampled_from([("audiences",), ("duels",), ("all_acts",), ("audiences", "ministers")])),
    st.tuples(st.just("break_on"), st.sampled_from([(), ("level",)])),
    st.tuples(st.just("title"), st.sampled_from(["Audiences", "Duels", "Anything"])),
    st.tuples(st.just("direction"), st.sampled_from(["higher is better", "lower is better"])),
)
NAMES = st.sampled_from(["audiences", "slights", "subjects_of_slights", "waltzes", "duels"])
FULL = settings(max_examples=3, deadline=None, derandomize=True, phases=[Phase.generate])


def changed(project, changes):
    """The project with some keys of some definitions changed."""
    found = dict(project.definitions)
    for name, (key, value) in changes:
        found[name] = found[name].model_copy(update={key: value})
    return replace(project, definitions=found)


@pytest.fixture(scope="module")
def kingdoms(ruritania):
    """The two kingdoms with those indicators alone, and two that are combined from them."""
    return only(ruritania, "audiences", "slights", "subjects_of_slights", "waltzes", "duels", "warmth", "contacts")


@pytest.fixture(scope="module")
def before(kingdoms):
    return computed(kingdoms), computed_parts(kingdoms)


@FULL
@given(changes=st.lists(st.tuples(NAMES, CHANGES), min_size=1, max_size=3))
def test_diff_is_the_difference_of_two_full_computations(kingdoms, before, changes):
    now = changed(kingdoms, changes)
    before, parts_before = before
    found, after, parts_after = {one.name: one for one in differences(kingdoms, now).each}, computed(now), computed_parts(now)
    assert set(found) == set(before) == set(after)
    parts = {(one.name, p.by, p.code): {period.label for period in p.periods} for one in found.values() for p in one.parts}
    same = {name for name, one in found.items() if one.kind != "changed" or one.before.frequency == one.now.frequency}
    for key in {*parts_before, *parts_after}:
        old, new = parts_before.get(key, {}), parts_after.get(key, {})
        labels = {label for label in {**old, **new} if old.get(label) != new.get(label)}
        assert parts.get(key, set()) == (labels if key[0] in same else set()), key
    for name, one in found.items():
        labels = {label for label in {**before[name], **after[name]} if before[name].get(label) != after[name].get(label)}
        other_frequency = one.kind == "changed" and one.before.frequency != one.now.frequency
        assert other_frequency or {p.label for p in one.periods} == labels
        assert (one.kind == "changed") == (other_frequency or bool(labels) or bool(one.parts))
        for period in one.periods:
            cells = [found_in[name].get(period.label) for found_in in (before, after)]
            if period.difference is not None:
                assert period.difference == pytest.approx(cells[1][0] - cells[0][0])


@FULL
@given(changes=st.lists(st.tuples(NAMES, CHANGES), max_size=2), row=st.one_of(st.none(), st.integers(0, 36)))
def test_the_shortcut_gives_what_computing_everything_gives(kingdoms, changes, row):
    now = changed(kingdoms, changes)
    if row is not None:
        envoys = kingdoms.tables["envoys"]
        fewer = replace(envoys, frame=envoys.frame.drop(index=row).reset_index(drop=True), digest="another file")
        now = replace(now, collection=replace(kingdoms.collection, tables={**kingdoms.tables, "envoys": fewer}))
    quick = differences(kingdoms, now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "_same_inputs", lambda *states: False)
        full = differences(kingdoms, now)
    assert kinds(quick) == kinds(full)
    for one, other in zip(quick.each, full.each, strict=True):
        assert one.keys == other.keys
        assert [(p.label, p.facets, p.came, p.went) for p in one.periods] == [(p.label, p.facets, p.came, p.went) for p in other.periods]


def test_what_cannot_differ_is_not_asked_for(ruritania, copy):
    asked = []
    edited(copy, COURT, "    where: {kind: duel}", "    where: {kind: [duel, waltz]}")
    differences(ruritania, opened(copy), lambda project, query: asked.append(query.indicator) or series(project, query))
    assert sorted(asked) == ["duels", "duels", "warmth", "warmth"]
