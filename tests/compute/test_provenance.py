"""What numbers are made from: rows and sources, operations in use and their manual, what tables and codebook hold; reducers on a store."""

import datetime
from dataclasses import replace

import duckdb
import narwhals as nw
import pandas as pd
import pytest

from indicators.compute.provenance import (
    corrections,
    credit_of,
    in_time,
    notes_on,
    points_behind,
    reach_of,
    rows_behind,
    rows_by_source,
    strip_of,
    used_sources,
    users_of_operations,
)
from indicators.operations import reduce
from indicators.operations.registry import OPERATIONS
from indicators.operations.where import CONDITIONS
from indicators.reading.project import open_project
from indicators.schema.steps import conditions, manual_of
from tests.builders import appended, ask, edited, faults, line_of, mended, opened, rows

OVER_FOUR = {"where": nw.col("guns") > 4}
REDUCERS = {
    "count": {},
    "sum": {"of": "guns"},
    "mean": {"of": "guns"},
    "median": {"of": "guns"},
    "last": {"of": "guns"},
    "distinct": {"of": "place"},
    "days_per_row": {},
    "median_gap": {},
    "longest_gap": {},
    "gap_variation": {},
    "effective_number": {"of": "place", "blanks": "leave_out"},
    "highest_step": {"of": "place", "steps": ["mill", "bridge"]},
    "first_day": {},
    "days_since_last": {},
    "days_with_rows": {"at_least": 1},
}
DAYS = ("1895-01-01", "1895-01-30", "1895-01-31", "1895-02-02", "1895-02-03", "1895-03-01")
PLACES = ["mill", "bridge;mill", "", "mill", "mill", ""]


def salvos(*guns):
    return rows(*DAYS, guns=pd.Series(guns, dtype="float64"), place=PLACES, separators={"place": ";"})


def stored(given):
    """The same rows in DuckDB, blanks as NULL."""
    frame = given.frame.to_native().copy()
    frame["guns"] = frame["guns"].astype("Float64")
    return replace(given, frame=nw.from_native(duckdb.connect().from_df(frame)))


@pytest.mark.parametrize(("name", "parameters"), REDUCERS.items(), ids=REDUCERS)
def test_duckdb_reduces_to_the_same_numbers(name, parameters):
    """January 3, 8 and a blank; February 5 and a blank; March a blank alone."""
    given = salvos(3, 8, None, None, 5, None)
    here, there = (OPERATIONS["reduce"][name](r, **parameters) for r in (given, stored(given)))
    pd.testing.assert_series_equal(there, here, check_names=False, check_index_type=False)


def test_duckdb_has_the_same_share():
    """Above four: one of three in January, one of two in February, the one of March."""
    given = salvos(3, 8, 4, 1, 5, 6)
    here, there = (reduce.share(r, **OVER_FOUR) for r in (given, stored(given)))
    assert here.tolist() == pytest.approx([1 / 3, 1 / 2, 1])
    pd.testing.assert_series_equal(there, here, check_names=False, check_index_type=False)


def test_a_blank_cell_does_not_pass_on_duckdb_either():
    """Above four: one of three in January; a blank is a row that does not pass, as on pandas."""
    given = salvos(3, 8, None, None, 5, None)
    here, there = (reduce.share(r, **OVER_FOUR) for r in (given, stored(given)))
    assert here.tolist() == pytest.approx([1 / 3, 1 / 2, 0])
    pd.testing.assert_series_equal(there, here, check_names=False, check_index_type=False)


def test_rows_come_in_the_order_asked_with_all_their_sources(ruritania):
    found = rows_behind(ruritania.tables, ["cannonades:c-02", "envoys:e-02"], "sources")
    assert [row.id for row in found] == ["cannonades:c-02", "envoys:e-02"]
    assert [s.id for s in found[1].sources] == ["court_diary", "opera_bell"]
    assert found[1].sources[0].producer == "Chancery of Zenda"
    assert found[1].cells["kind"] == "meeting"


def test_rows_are_put_in_order_of_time_table_by_table(ruritania):
    """Of one day as they were given; the table that is named first comes first."""
    later, first, same = "envoys:e-18", "envoys:e-16", "envoys:e-17"
    assert in_time(ruritania.tables, [later, "cannonades:c-10", same, "cannonades:c-01", first]) == [
        *(first, same, later),
        *("cannonades:c-01", "cannonades:c-10"),
    ]


def test_a_day_that_is_an_anchor_is_not_shown_as_a_day(ruritania):
    """An audience in June 1893; the first of June is where the row hangs."""
    (row,) = rows_behind(ruritania.tables, ["envoys:e-06"], "sources")
    assert row.cells["date"] == "1893-06"


def test_every_row_behind_every_number_has_a_source(ruritania):
    for name in ruritania.definitions:
        ids = [row for behind in ask(ruritania, name).rows for row in behind]
        found = rows_behind(ruritania.tables, ids, "sources")
        assert [row.id for row in found] == ids
        assert all(row.sources for row in found), name


def test_a_combination_is_credited_to_the_tables_of_all_its_parts(ruritania):
    assert credit_of(ask(ruritania, "ruritanian_share"), ruritania.tables) == "The gate keepers"
    assert credit_of(ask(ruritania, "warmth"), ruritania.tables) == "The Court Diary; bells of the opera"


def test_a_note_on_some_rows_is_read_with_the_numbers_that_are_made_from_them(copy):
    """One duel is a row of envoys as the audiences are; what is known of duels alone concerns no audience."""
    told = "  notes: [The diary has gaps.]\n  notes_on:\n    - where: {kind: duel}\n      note: Duels at dawn are not seen.\n"
    edited(copy, "data/envoys.resource.yaml", "relations:\n  kind: events\n", f"relations:\n{told}  kind: events\n")
    project = opened(copy)
    notes = {name: notes_on(ask(project, name), project.tables) for name in ("duels", "audiences")}
    assert notes == {"duels": ("The diary has gaps.", "Duels at dawn are not seen."), "audiences": ("The diary has gaps.",)}


def test_the_filter_of_a_note_is_checked(copy):
    told = "  notes_on:\n    - where: {knd: duel}\n      note: Duels at dawn are not seen.\n"
    edited(copy, "data/envoys.resource.yaml", "relations:\n  kind: events\n", f"relations:\n{told}  kind: events\n")
    line = line_of(copy, "data/envoys.resource.yaml", "knd")
    assert ("data/envoys.resource.yaml", line, "unknown-column") in faults(open_project(copy))


def test_polls_are_seen_one_by_one_and_counts_are_not(ruritania):
    points = points_behind(ask(ruritania, "approval"), ruritania.tables)
    assert dict(zip(points["label"], points["value"], strict=True))["1895-02"] == 50
    assert len(points) == 10  # of twelve: Rudolf's last and Flavia's last fell to a handover
    assert points_behind(ask(ruritania, "audiences"), ruritania.tables) is None


# ---- what there is ----

TODAY = datetime.date(1896, 5, 20)


def stripped(project, name, today=TODAY):
    return strip_of(project.tables[name], project.tables, "sources", today)


def test_every_category_has_a_level_for_every_year(ruritania):
    """1896 is near_complete as a whole until today, so every category is; 1895 of the audiences is partial, then a sample."""
    strip = stripped(ruritania, "envoys")
    near = "near_complete"
    assert list(strip.years) == [1893, 1894, 1895, 1896]
    assert strip.levels == {
        "all_acts": ("partial", "none", "none", near),
        "audiences": ("complete", "complete", "partial", near),
        "ministers": ("complete", near, "none", near),
        "slights_by_ruritania": ("none", near, near, near),
        "slights_by_graustark": ("none", "partial", "complete", near),
        "waltzes": ("complete", "complete", "complete", near),
        "duels": ("complete", "complete", "none", near),
    }


def test_the_last_year_is_graded_by_the_days_that_there_were(ruritania):
    """The two diarists write until 20 May; by the end of the year most of 1896 is graded by nobody."""
    assert stripped(ruritania, "envoys", datetime.date(1896, 12, 31)).levels["all_acts"][-1] == "partial"
    early = stripped(ruritania, "envoys", datetime.date(1893, 6, 30))
    assert (list(early.years), early.levels["audiences"]) == ([1893], ("complete",))


def test_a_table_without_spans_or_before_its_first_has_no_strip(ruritania):
    assert stripped(ruritania, "travellers") is None
    assert stripped(ruritania, "envoys", datetime.date(1892, 12, 31)) is None


def test_spans_come_with_what_their_table_says_of_them(copy):
    columns = "    - {name: stated_count, type: integer, description: What a source says.}\n"
    edited(copy, "data/coverage.resource.yaml", "    - {name: basis,", f"{columns}    - {{name: basis,")
    path = copy / "data/coverage.csv"
    head, *rows = path.read_text().splitlines()
    stated = {"audiences,1893": "7"}
    changed = [head.replace(",basis,", ",stated_count,basis,")]
    for row in rows:
        cells = row.split(",", 6)
        changed.append(",".join([*cells[:6], stated.get(f"{cells[1]},{cells[2][:4]}", ""), cells[6]]))
    path.write_text("\n".join(changed) + "\n")
    first, second, third = stripped(opened(copy), "envoys").spans["audiences"]
    assert (first.span.found, first.stated, second.stated) == (6, 7, None)
    assert [s.title for s in third.sources] == ["What the bell heard"]


def test_spans_of_a_descriptor_stand_alone(ruritania):
    (only,) = stripped(ruritania, "cannonades").spans["all_cannonades"]
    assert (only.span.found, only.stated, only.sources) == (10, None, ())


def test_the_reach_of_a_table_is_as_exact_as_its_rows(ruritania):
    """The first cannonade hangs on 1 January, of which the year alone is known."""
    reach = {name: reach_of(table) for name, table in ruritania.tables.items()}
    assert reach["envoys"] == ("1892-11-05", "1896-05-10")
    assert reach["cannonades"] == ("1895", "1895-12-30")
    assert reach["travellers"] == ("1894-01", "1896-03")
    assert reach["annotations"] == ("1893-02-14", "1896-03-01")
    assert reach["sources"] is None


def test_rows_are_counted_by_source_in_every_table(ruritania):
    """e-02 names two sources and counts for both; spans of coverage are rows too."""
    assert rows_by_source(ruritania.tables) == {
        "court_diary": {"envoys": 30, "bans": 1, "reigns": 4, "annotations": 1, "coverage": 11},
        "opera_bell": {"envoys": 8, "bans": 1, "coverage": 2},
        "border_guard": {"cannonades": 10, "drills": 6, "bans": 1, "annotations": 1},
        "gate_keeper": {"travellers": 36, "bans": 2, "annotations": 2},
        "tavern": {"polls": 12},
    }


def test_the_most_used_source_comes_first(copy):
    appended(copy, "data/sources.csv", "hearsay,Nobody,What is said,javascript:alert(1)")
    used = used_sources(opened(copy).tables, "sources")
    assert [(one.source.id, one.total) for one in used] == [
        ("court_diary", 47),
        ("gate_keeper", 40),
        ("border_guard", 18),
        ("tavern", 12),
        ("opera_bell", 11),
        ("hearsay", 0),
    ]
    assert {(one.licence, one.accessed) for one in used} == {("", "")}  # not kept by this project
    assert used_sources({}, "sources") == ()


def test_like_corrections_are_one_group(copy):
    project = open_project(mended(copy))
    assert [str(p) for p in project.problems if p.level == "error"] == []
    made = corrections(project.tables, project.config.corrections, "sources")
    assert [(one.column, one.reason, one.rows, [s.id for s in one.sources]) for one in made] == [
        ("topic", "the opera was meant", 3, ["court_diary", "opera_bell"]),
        ("level", "the cook is no sovereign", 1, ["court_diary"]),
        ("level", "a count is no clerk", 1, ["tavern"]),
    ]
    assert corrections(project.tables, None, "sources") == ()


def test_a_table_of_corrections_must_be_there_and_say_why(copy):
    line = appended(copy, "config.yaml", "corrections: nothing")
    assert ("config.yaml", line, "unknown-table") in faults(opened(copy))
    edited(copy, "config.yaml", "corrections: nothing", "corrections: reigns")
    assert ("config.yaml", line, "missing-column") in faults(opened(copy))


def test_an_operation_knows_who_uses_it(ruritania):
    """The median is used by variants alone."""
    users = users_of_operations(ruritania.definitions)
    assert users["reduce", "median"] == ("guns_heard", "ruritanians_in_graustark")
    assert users["combine", "ratio"] == ("ruritanian_share",)
    assert users["transform", "rolling_sum"] == ("audiences_in_three_periods",)
    assert users["normalise", "goalposts"] == ("audiences", "duels")
    assert ("transform", "rebase") not in users


def test_the_manual_tells_what_an_operation_takes():
    entry = next(e for e in manual_of("reduce") if e.name == "poll_average")
    assert entry.sentence == "Mean of the polls of a period, later ones weighing more, in the column's unit."
    assert [(a.name, a.takes, a.default) for a in entry.arguments] == [
        ("of", "a column of the table", None),
        ("leader", "a column of the table", "none"),
        ("half_life", "a number above 0", "14"),
        ("handovers", "rows of another table", "none"),
        ("weight", "a column of the table", "none"),
        ("poll", "a column of the table", "none"),
        ("prefer", "a filter", "none"),
        ("house", "a column of the table", "none"),
        ("house_effects", "keep or remove", "keep"),
    ]
    assert entry.example.startswith(">>> polls = rows_of(")
    posts = next(e for e in manual_of("normalise") if e.name == "goalposts")
    assert [(a.name, a.takes, a.default) for a in posts.arguments][1:] == [("high", "a number", None), ("log", "true or false", "false")]
    rebase = next(e for e in manual_of("transform") if e.name == "rebase")
    assert rebase.arguments[0].takes == "a period"


@pytest.mark.parametrize("stage", OPERATIONS)
def test_every_operation_has_an_entry(stage):
    entries = manual_of(stage)
    assert [e.name for e in entries] == list(OPERATIONS[stage])
    assert all(e.sentence.endswith(".") and e.example for e in entries)


def test_every_condition_has_an_entry():
    assert [e.name for e in conditions()] == list(CONDITIONS)
    assert all(e.sentence for e in conditions())


def test_the_codebook_is_read_as_text(copy):
    (copy / "data/codebook.md").write_text("# Rules\n<script>alert(1)</script>\n")
    appended(copy, "config.yaml", "codebook: data/codebook.md")
    project = opened(copy)
    assert project.documents == {"data/codebook.md": "# Rules\n<script>alert(1)</script>\n"}
    assert project.problems == ()


def test_a_codebook_that_is_no_file_is_told(copy):
    (copy / "data/codebook.md").mkdir()
    appended(copy, "config.yaml", "codebook: data/codebook.md")
    assert faults(opened(copy)) == [("config.yaml", line_of(copy, "config.yaml", "codebook:"), "missing-file")]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("data/codebok.md", "missing-file"),
        ("/etc/hostname", "outside-project"),
        ("../outside.md", "outside-project"),
        ("data/bell.md", "not-utf-8"),
        ("data/long.md", "file-too-large"),
    ],
)
def test_a_codebook_that_cannot_be_shown_is_told_with_its_line(copy, name, code):
    (copy / "data/codebook.md").write_text("# Rules\n")
    (copy / "data/bell.md").write_bytes(b"\xff\xfe")
    (copy / "data/long.md").write_text("long " * 300_000)
    (copy.parent / "outside.md").write_text("not ours")
    appended(copy, "config.yaml", f"codebook: [data/codebook.md, {name}]")
    project = opened(copy)
    assert faults(project) == [("config.yaml", line_of(copy, "config.yaml", "codebook:"), code)]
    assert list(project.documents) == ["data/codebook.md"]
