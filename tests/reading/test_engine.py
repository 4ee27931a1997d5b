"""Tables in a store: the same definitions give the same numbers in memory and in DuckDB, and what is wrong is found by the same codes."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from dashboard.live import Live
from dashboard.pages import Asked, indicator
from dashboard.pages.rows import MOST_ROWS
from indicators.compute.pipeline import results
from indicators.compute.provenance import reach_of, rows_behind
from indicators.nouns.series import Query
from indicators.problems import ProblemsFound
from indicators.reading import kept, store
from indicators.reading.project import open_project
from indicators.warnings.run import warnings_of
from tests.builders import RURITANIA, appended, ask, defined, edited, faults

duckdb = pytest.importorskip("duckdb")

ROWS = 200_000
COLUMNS = {
    "despatch_id": "'d-' || i",
    "day": "DATE '1893-01-01' + CAST(hash(i) % 1100 AS INTEGER)",
    "kind": "['letter', 'note', 'complaint'][1 + (hash(i * 3) % 3)::INTEGER]",
    "sender": "['RUR', 'GRA', 'ELB'][1 + (hash(i * 5) % 3)::INTEGER]",
    "readers": "['RUR', 'GRA;RUR', 'ELB;GRA;RUR', 'GRA'][1 + (hash(i * 7) % 4)::INTEGER]",
    "pages": "CASE WHEN hash(i * 11) % 40 = 0 THEN NULL ELSE (hash(i * 13) % 30)::INTEGER END",
    "weight": "(hash(i * 17) % 1000)::INTEGER / 8.0",
    "clerk": "CASE WHEN hash(i * 19) % 50 = 0 THEN NULL ELSE 'clerk ' || (hash(i * 23) % 400) END",
    "urgent": "hash(i * 29) % 7 = 0",
}
"""Columns of the generated despatches in SQL: weights are eighths, so that their sums are exact in any order."""
FORM = """name: despatches
path: {path}
title: Despatches
schema:
  fields:
    - {{name: despatch_id, type: string, description: Number., constraints: {{required: true, pattern: '^d-[0-9]+$'}}}}
    - {{name: day, type: date, description: Day., constraints: {{required: true}}}}
    - {{name: kind, type: string, description: Kind., constraints: {{required: true, enum: [letter, note, complaint]}}}}
    - {{name: sender, type: string, description: From., constraints: {{required: true}}}}
    - {{name: readers, type: string, description: To., constraints: {{required: true}}}}
    - {{name: pages, type: integer, description: Pages., constraints: {{minimum: 0}}}}
    - {{name: weight, type: number, description: In ounces.}}
    - {{name: clerk, type: string, description: Who wrote it.}}
    - {{name: urgent, type: boolean, description: Whether it was sent at once.}}
  primaryKey: [despatch_id]
relations:
  kind: events
  engine: {engine}
  time: {{start: day}}
  lists: {{readers: {{separator: ';', enum: [RUR, GRA, ELB]}}}}
  categories: {{all: {{}}, of_ruritania: {{sender: RUR}}}}
  whole: all
  coverage:
    - {{category: all, from: 1893-01-01, to: 1894-06-30, level: complete}}
    - {{category: all, from: 1894-07-01, to: 1895-12-31, level: partial}}
"""
RULES = {
    "every": {},
    "selected": {"where": {"kind": ["letter", "note"], "readers": {"exactly": ["GRA", "RUR"]}, "clerk": {"not": "clerk 7"}}},
    "without_clerk": {"where": {"clerk": {"blank": True}}},
    "not_listed": {"where": {"sender": {"not": "ELB"}, "urgent": True, "pages": {"at_least": 3, "at_most": 12}}},
    "any_of": {"where": [{"sender": "RUR", "pages": {"at_most": 2}}, {"clerk": {"contains": "clerk 3"}}]},
    "since": {"where": {"day": {"from": "1893-05", "to": "1895-03-04"}}},
    "pages": {"reduce": {"sum": {"of": "pages"}}, "unit": "pages"},
    "pages_left_out": {"reduce": {"sum": {"of": "pages", "blanks": "leave_out"}}, "unit": "pages"},
    "weight": {"reduce": {"mean": {"of": "weight"}}, "unit": "ounces"},
    "middle": {"reduce": {"median": {"of": "weight"}}, "unit": "ounces"},
    "clerks": {"reduce": {"distinct": {"of": "clerk"}}, "unit": "clerks"},
    "readers": {"reduce": {"distinct": {"of": "readers"}}, "unit": "readers"},
    "complaints": {"reduce": {"share": {"where": {"kind": "complaint", "clerk": {"not": "clerk 1"}}}}, "unit": "share of despatches"},
    "pace": {"reduce": "days_per_row", "unit": "days for each despatch"},
    "by_sender": {"breakdown": ["sender", "readers", "kind"]},
    "breaks": {"where": {"sender": "RUR"}, "break_on": ["sender"]},
    "breaks_of_clerks": {"where": {"sender": "RUR"}, "break_on": ["sender"], "reduce": {"distinct": {"of": "clerk"}}, "unit": "clerks"},
    "year": {"transform": [{"rolling_sum": {"window": 12}}]},
    "part_of_all": {"combine": {"ratio": {"of": "selected", "to": "every"}}, "unit": "share of despatches"},
    "added_up": {"combine": {"sum": {"of": ["not_listed", "any_of", "since"]}}, "transform": [{"rolling_sum": {"window": 3}}]},
}


def with_despatches(folder, path, engine="duckdb", rules=RULES, **coverage):
    """A copy of the kingdoms with a table of despatches."""
    shutil.copytree(RURITANIA, folder)
    (folder / "data/despatches.resource.yaml").write_text(FORM.format(path=path, engine=engine))
    appended(folder, "data/datapackage.yaml", "  - despatches.resource.yaml")
    one = {"table": "despatches", "where": {}, "coverage": "all"} | coverage
    defined(folder, **{name: {"unit": "despatches"} | ({} if "combine" in rule else one) | rule for name, rule in rules.items()})
    edited(folder, "config.yaml", "licence:", f"limits: {{rows: {ROWS}, bytes: 100000000}}\nlicence:")
    return folder


def generated(path, rows=ROWS, **other):
    """Write despatches to a file: CSV, or Parquet, or a folder of it by sender."""
    columns = ", ".join(f"{sql} AS {name}" for name, sql in (COLUMNS | other).items())
    form = "FORMAT csv, HEADER" if path.suffix == ".csv" else "FORMAT parquet"
    form += ", PARTITION_BY (sender)" if not path.suffix else ""
    duckdb.connect().execute(f"COPY (SELECT {columns} FROM range({rows}) t(i)) TO '{path}' ({form})")


@pytest.fixture(scope="module")
def kept_here(tmp_path_factory):
    """Where the engine keeps what it found, in this module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("kept")))
        yield kept.kept_in()


def test_what_nobody_has_used_for_long_goes(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "kept"))
    old, young = (kept.kept_in() / name for name in ("result-old.json", "result-young.json"))
    for path in (old, young):
        path.write_text("[]")
    os.utime(old, times=(time.time() - kept.UNUSED - 60,) * 2)
    folder = with_despatches(tmp_path / "kingdoms", "despatches.parquet")
    generated(folder / "data/despatches.parquet", 10)
    assert open_project(folder).tables["despatches"].rows == 10
    assert (old.exists(), young.exists()) == (False, True)


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory, kept_here):
    folder = with_despatches(tmp_path_factory.mktemp("memory") / "kingdoms", "despatches.csv", "pandas")
    generated(folder / "data/despatches.csv")
    return open_project(folder)


def in_file(tmp_path_factory, path):
    folder = with_despatches(tmp_path_factory.mktemp("store") / "kingdoms", path)
    generated(folder / "data" / path)
    return open_project(folder)


@pytest.fixture(scope="module")
def in_store(tmp_path_factory, kept_here):
    return in_file(tmp_path_factory, "despatches.parquet")


@pytest.fixture(scope="module", params=["despatches", "despatches.csv"], ids=["folder", "csv"])
def in_other_files(request, tmp_path_factory, kept_here):
    return in_file(tmp_path_factory, request.param)


SAME = ["label", "value", "at_least", "status", "coverage", "stretch", "over", "why", "not_collected", "reason", "keys"]


def is_same(here, there):
    """Two series have the same numbers, worth the same, from as many rows."""
    pd.testing.assert_frame_equal(there.values[SAME], here.values[SAME], check_exact=False, rtol=1e-13)
    assert [len(ids) for ids in there.rows] == [len(ids) for ids in here.rows]
    assert (there.data_to, there.counts) == (here.data_to, here.counts)
    assert here.values["value"].notna().any()


def test_nothing_is_wrong_with_the_generated_rows(in_memory, in_store, in_other_files):
    for project in (in_memory, in_store, in_other_files):
        assert [str(p) for p in project.problems] == []
        assert project.tables["despatches"].rows == ROWS
    assert in_store.tables["despatches"].store
    assert in_other_files.tables["despatches"].store
    assert in_memory.tables["despatches"].store is None


@pytest.mark.parametrize("name", RULES)
def test_a_definition_gives_the_same_numbers_to_the_last_row(in_memory, in_store, name):
    here, there = (ask(project, name) for project in (in_memory, in_store))
    is_same(here, there)
    some = here.values.index[14]
    assert sorted(there.rows_in(some)) == sorted(here.rows_in(some))


@pytest.mark.parametrize("frequency", ["annual", "weekly", "daily"])
def test_so_it_does_at_other_frequencies(in_memory, in_store, frequency):
    is_same(*(ask(project, "pages", frequency=frequency) for project in (in_memory, in_store)))


@pytest.mark.parametrize("name", ["selected", "pages", "clerks"])
def test_so_it_does_in_a_folder_by_sender_and_in_a_csv(in_memory, in_other_files, name):
    is_same(*(ask(project, name) for project in (in_memory, in_other_files)))


@pytest.mark.parametrize("columns", ["sender", "readers", "sender,readers"])
def test_parts_are_the_same(in_memory, in_store, columns):
    here, there = (ask(project, "by_sender", breakdown=columns) for project in (in_memory, in_store))
    assert list(there.parts) == list(here.parts)
    for code, part in here.parts.items():
        pd.testing.assert_frame_equal(there.parts[code].values[SAME], part.values[SAME])


def test_an_earlier_day_has_the_numbers_of_that_day(in_memory, in_store):
    here, there = (ask(project, "every", as_of="1894-03-10") for project in (in_memory, in_store))
    pd.testing.assert_frame_equal(there.values[SAME], here.values[SAME])


def test_rows_are_fetched_when_they_are_asked_for(in_memory, in_store):
    here, there = (ask(project, "selected").rows_in(ask(project, "selected").values.index[5]) for project in (in_memory, in_store))
    first = there[:7]
    assert len(first) == 7
    assert set(first) <= set(here)
    assert there[len(there) - 1] in here
    rows = rows_behind(in_store.tables, first, None)
    assert [row.id for row in rows] == list(first)
    same = rows_behind(in_memory.tables, first, None)
    assert [row.cells for row in rows] == [row.cells for row in same]


def test_an_answer_is_kept_with_its_parts_and_rows_and_needs_no_engine(in_store, monkeypatch):
    def shown(project):
        series = ask(project, "by_sender", frequency="quarterly", breakdown="sender,kind")
        ids = series.rows_in(series.values.index[3])[:50]
        return series.values, {code: part.values for code, part in series.parts.items()}, rows_behind(project.tables, ids, None)

    before, parts, rows = shown(in_store)
    monkeypatch.setattr(store.FileStore, "_ask", lambda _: pytest.fail("asked again"))
    again, parts_again, rows_again = shown(open_project(in_store.root))
    pd.testing.assert_frame_equal(again, before)
    assert list(parts_again) == list(parts)
    assert all(parts_again[code].equals(part) for code, part in parts.items())
    assert rows_again == rows
    assert len(rows) == 50


def test_pages_and_warnings_know_a_table_in_a_store(in_store):
    made = results(in_store)
    assert reach_of(made.tables["despatches"]) == ("1893-01-01", "1896-01-05")
    assert {p.code for p in warnings_of(in_store)} <= {"counts-shared", "short-missing", "unit-without-noun", "coverage-too-narrow"}


DOUBTFUL = {
    "days to come": {"day": "CASE WHEN i IN (7, 8) THEN DATE '1897-02-03' ELSE DATE '1894-02-03' END"},
    "nines": {"pages": "CASE WHEN i IN (3, 4, 5) THEN 9999 ELSE i END"},
    "a negative mark": {"weight": "CASE WHEN i IN (3, 4) THEN -99 ELSE i / 2.0 END"},
    "nines among large numbers": {"pages": "CASE WHEN i IN (3, 4) THEN 9999 ELSE 2000 * i END"},
    "other capitals": {"clerk": "CASE WHEN i IN (3, 9) THEN 'CLERK 1' ELSE 'clerk ' || (i % 3) END"},
    "one row each": {"clerk": "'Clerk ' || i"},
    "many": {"day": "CASE WHEN i > 12 THEN DATE '1897-02-03' ELSE DATE '1894-02-03' END"},
}


@pytest.mark.parametrize("what", DOUBTFUL)
def test_doubtful_rows_bring_the_warnings_that_they_bring_in_memory(tmp_path, kept_here, what):
    found = []
    for path, how in (("despatches.csv", "pandas"), ("despatches.parquet", "duckdb")):
        folder = with_despatches(tmp_path / how, path, how, rules={"every": {}})
        generated(folder / "data" / path, 20, **DOUBTFUL[what])
        found.append([(p.code, p.message) for p in warnings_of(open_project(folder)) if p.place.file == f"data/{path}"])
    assert found[1] == found[0]
    assert bool(found[0]) == (what not in ("nines among large numbers", "one row each"))


@pytest.mark.parametrize(
    ("what", "code", "row", "other"),
    [
        ("days to come", "row-after-as-of", "d-7", "d-8"),
        ("nines", "mark-as-number", "d-4", "d-3"),
        ("other capitals", "other-capitals", "d-9", "d-3"),
    ],
)
def test_a_row_in_a_store_is_exempted_like_one_in_memory(tmp_path, kept_here, what, code, row, other):
    """The other rows still bring the warning, and an exemption of a row that does not bring it is not needed."""
    found = []
    for path, how in (("despatches.csv", "pandas"), ("despatches.parquet", "duckdb")):
        folder = with_despatches(tmp_path / how, path, how, rules={"every": {}})
        reasons = f"{{{row}: {{{code}: It was so.}}, d-1: {{{code}: Nobody asked.}}}}"
        edited(folder, "data/despatches.resource.yaml", "  kind: events\n", f"  kind: events\n  excuses: {reasons}\n")
        generated(folder / "data" / path, 20, **DOUBTFUL[what])
        warned = [(p.code, p.message) for p in warnings_of(open_project(folder)) if "despatches" in p.place.file]
        found.append(sorted(warned))
    assert found[1] == found[0]
    messages = [message for one, message in found[1] if one == code]
    assert any(f"despatches:{other}" in message for message in messages)
    assert not any(f"despatches:{row}" in message for message in messages)
    (unused,) = [message for one, message in found[1] if one == "excuse-unused"]
    assert "'d-1'" in unused


def test_rows_that_were_entered_later_bring_a_warning_too(tmp_path, kept_here):
    folder = with_despatches(tmp_path / "kingdoms", "despatches.parquet", rules={"every": {}})
    form = "    - {name: urgent, type: boolean, description: Whether it was sent at once.}\n"
    edited(folder, "data/despatches.resource.yaml", form, f"{form}    - {{name: entered, type: date, description: When.}}\n")
    edited(folder, "data/despatches.resource.yaml", "  time: {start: day}", "  time: {start: day}\n  recorded: entered")
    generated(folder / "data/despatches.parquet", 20, entered="CASE WHEN i = 6 THEN DATE '1897-02-03' END")
    assert [p.message.split()[0] for p in warnings_of(open_project(folder)) if p.code == "row-after-as-of"] == ["despatches:d-6"]


def test_a_folder_of_parquet_that_grows_is_followed(tmp_path, kept_here):
    """Another file in a folder that is known, and a folder that was not there."""
    folder = with_despatches(tmp_path / "kingdoms", "despatches", rules={"every": {}})
    generated(folder / "data/despatches", 30, sender="['RUR', 'GRA'][1 + i % 2]")
    live = Live(folder)

    def total():
        return live.caught_up().results.series(Query("every")).values["value"].sum()

    assert total() == 30
    generated(folder / "data/despatches/sender=RUR/more.parquet", 5, despatch_id="'d-' || (100 + i)")
    assert total() == 35
    (folder / "data/despatches/sender=ELB").mkdir()
    generated(folder / "data/despatches/sender=ELB/part.parquet", 4, despatch_id="'d-' || (200 + i)")
    assert total() == 39
    (folder / "data/despatches/sender=RUR/more.parquet").unlink()
    assert total() == 34


def test_a_page_fetches_no_more_rows_than_it_shows(tmp_path, kept_here, monkeypatch):
    folder = with_despatches(tmp_path / "kingdoms", "despatches.parquet", rules={"every": {"transform": [{"rolling_sum": {"window": 12}}]}})
    generated(folder / "data/despatches.parquet", 20_000)
    fetched, page = [], store.FileStore.page
    monkeypatch.setattr(store.FileStore, "page", lambda *asked: fetched.append(asked[-1]) or page(*asked))
    shown = str(indicator.layout(Live(folder).current(), Asked("every?point=1894-03")))
    assert f"The first {MOST_ROWS} of" in shown
    assert sum(fetched) <= MOST_ROWS


# ---- what is wrong ----


WRONG = {
    # column, its SQL in place of the right one -> row with the first fault, code
    "a blank": ("kind", "CASE WHEN i = 4 THEN NULL ELSE 'note' END", 5, "blank"),
    "an unknown code": ("kind", "CASE WHEN i > 6 THEN 'notes' ELSE 'note' END", 8, "not-allowed"),
    "an unknown item": ("readers", "CASE WHEN i = 2 THEN 'RUR;ZEN' ELSE 'RUR' END", 3, "not-allowed"),
    "an item twice": ("readers", "CASE WHEN i = 2 THEN 'RUR;RUR' ELSE 'RUR' END", 3, "wrong-item"),
    "a key twice": ("despatch_id", "CASE WHEN i = 9 THEN 'd-3' ELSE 'd-' || i END", 10, "duplicate-key"),
    "a key of another form": ("despatch_id", "CASE WHEN i = 9 THEN 'D9' ELSE 'd-' || i END", 10, "wrong-pattern"),
    "no day": ("day", "CASE WHEN i = 1 THEN '1893-02-30' ELSE '1893-02-03' END", 2, "no-such-day"),
    "no number": ("pages", "CASE WHEN i = 1 THEN 'many' ELSE '3' END", 2, "wrong-type"),
    "below the minimum": ("pages", "CASE WHEN i = 1 THEN -1 ELSE 3 END", 2, "too-small"),
    "infinite": ("weight", "CASE WHEN i = 1 THEN 'inf'::DOUBLE ELSE 3.5 END", 2, "wrong-type"),
    "not a number": ("weight", "CASE WHEN i = 1 THEN 'nan'::DOUBLE ELSE 3.5 END", 2, "wrong-type"),
    "a blank at the edge": ("clerk", "CASE WHEN i = 1 THEN 'Rassendyll ' ELSE 'Rassendyll' END", 2, "unseen-character"),
    "a column that is not there": ("weigth", "i", 1, "unknown-column"),
}


@pytest.mark.parametrize("path", ["despatches.parquet", "despatches.csv"])
@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found_in_the_files_by_the_same_codes(tmp_path, kept_here, name, path):
    column, sql, row, code = WRONG[name]
    folder = with_despatches(tmp_path / "kingdoms", path, rules={"every": {}})
    generated(folder / "data" / path, 20, **{column: sql})
    line = row if row == 1 or path.endswith(".parquet") else row + 1
    assert (f"data/{path}", line, code) in faults(open_project(folder))


def test_keys_are_compared_in_as_many_passes_as_memory_needs(tmp_path, kept_here, monkeypatch):
    monkeypatch.setattr(store, "KEYS", 7)
    folder = with_despatches(tmp_path / "kingdoms", "despatches.parquet", rules={})
    generated(folder / "data/despatches.parquet", 30, despatch_id="'d-' || i % 25")
    found = [p for p in open_project(folder).problems if p.code == "duplicate-key"]
    assert len(found) == store.SHOWN
    assert any("and 2 more" in p.message for p in found)


@pytest.mark.parametrize(("rule", "code"), [({"reduce": "median_gap"}, "reduce"), ({"breakdown": ["clerk"]}, "blank")], ids=["gap", "part"])
def test_what_needs_rows_in_memory_is_refused_at_its_line(tmp_path, kept_here, rule, code):
    folder = with_despatches(tmp_path / "kingdoms", "despatches.parquet", rules={"asked": rule})
    generated(folder / "data/despatches.parquet", 20)
    (problem,) = open_project(folder).problems
    assert (problem.code, problem.case, problem.place.file) == ("not-in-store", code, "indicators/definitions/extra.yaml")


def test_another_table_cannot_look_into_it(tmp_path, kept_here):
    folder = with_despatches(tmp_path / "kingdoms", "despatches.parquet", rules={})
    generated(folder / "data/despatches.parquet", 20)
    defined(folder, asked={"where": {"date": {"listed_in": "despatches.day"}}})
    assert [(p.code, p.case) for p in open_project(folder).problems] == [("not-in-store", "use")]


def test_nothing_reads_rows_that_are_not_in_memory(in_store):
    with pytest.raises(ProblemsFound, match="needs rows in memory"):
        len(in_store.tables["despatches"].frame)


def test_without_the_package_the_descriptor_says_what_to_install(tmp_path, kept_here, monkeypatch):
    folder = with_despatches(tmp_path / "kingdoms", "despatches.parquet", rules={})
    generated(folder / "data/despatches.parquet", 20)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    (problem,) = open_project(folder).problems
    assert (problem.code, problem.place.file) == ("engine-missing", "data/despatches.resource.yaml")
    assert "relations-health[duckdb]" in problem.hint


@pytest.mark.parametrize("is_installed", [True, False])
def test_a_csv_too_large_for_memory_is_counted_in_its_file_as_its_problem_says(tmp_path, kept_here, monkeypatch, is_installed):
    folder = with_despatches(tmp_path / "kingdoms", "despatches.csv", "pandas", rules={"every": {}})
    generated(folder / "data/despatches.csv", 500)
    edited(folder, "config.yaml", f"rows: {ROWS}", "rows: 400")
    if not is_installed:
        monkeypatch.setitem(sys.modules, "duckdb", None)
    (problem,) = [p for p in open_project(folder).problems if p.place.file == "data/despatches.csv"]
    assert (problem.code, problem.place.line) == ("file-too-large", 402)
    assert "engine: duckdb" in problem.hint
    assert ("relations-health[duckdb]" in problem.hint) != is_installed
    if is_installed:
        edited(folder, "data/despatches.resource.yaml", "engine: pandas", "engine: duckdb")
        project = open_project(folder)
        assert (project.problems, project.tables["despatches"].rows) == ((), 500)


@pytest.mark.parametrize("left", [0, 20, -1])
def test_an_answer_of_which_a_part_is_kept_is_computed_again(tmp_path, monkeypatch, left):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "kept"))
    folder = with_despatches(tmp_path / "kingdoms", "despatches.parquet", rules={"every": {}})
    generated(folder / "data/despatches.parquet", 500)
    before = ask(open_project(folder), "every").values
    for path in kept.kept_in().glob("result-*"):
        path.write_bytes(path.read_bytes()[:left])
    pd.testing.assert_frame_equal(ask(open_project(folder), "every").values, before)


def test_a_file_that_is_no_table_and_one_that_is_missing(tmp_path, kept_here):
    folder = with_despatches(tmp_path / "kingdoms", "despatches.parquet", rules={})
    assert {p.code for p in open_project(folder).problems} == {"missing-file"}
    (folder / "data/despatches.parquet").write_bytes(b"PAR1 and no more")
    (problem,) = open_project(folder).problems
    assert (problem.code, problem.case, problem.place.file) == ("not-in-store", "unread", "data/despatches.parquet")


def test_a_changed_file_is_read_again_and_never_counted_under_its_old_name(tmp_path, kept_here):
    folder = with_despatches(tmp_path / "kingdoms", "despatches.parquet", rules={"every": {}})
    path = folder / "data/despatches.parquet"
    generated(path, 20)
    before = open_project(folder)
    generated(path, 30)
    with pytest.raises(ProblemsFound, match="changed while"):
        ask(before, "every")
    after = open_project(folder, before=before)
    assert (after.tables["despatches"].rows, ask(after, "every").values["value"].sum()) == (30, 30)


BROKEN = {
    "deleted": (lambda path: path.unlink(), "despatches.parquet is not there"),
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:100]), "changed while"),
    "replaced by a folder": (lambda path: (path.unlink(), path.mkdir()), "changed while"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_rows_whose_file_breaks_while_it_is_served_are_a_problem_on_the_page_and_the_chart_stays(tmp_path, kept_here, how):
    """The series was asked for before and is kept; the rows of the point were not."""
    folder = with_despatches(tmp_path / "kingdoms", "despatches.parquet", rules={"every": {}})
    generated(folder / "data/despatches.parquet", 500, despatch_id=f"'d-{list(BROKEN).index(how)}' || i")
    now = Live(folder).current()
    now.results.series(Query("every"))
    broken, why = BROKEN[how]
    broken(folder / "data/despatches.parquet")
    shown = str(indicator.layout(now, Asked("every?point=1894-03")))
    assert "The rows cannot be fetched now. " in shown
    assert "not-in-store" in shown
    assert "Graph(id='chart'" in shown
    assert why in shown
    with pytest.raises(ProblemsFound, match=why):
        now.project.tables["despatches"].rows_with(["despatches:d-1"])


def test_an_engine_that_fails_while_rows_are_fetched_is_a_problem_of_the_file(tmp_path, kept_here, monkeypatch):
    folder = with_despatches(tmp_path / "kingdoms", "despatches.parquet", rules={"every": {}})
    generated(folder / "data/despatches.parquet", 2_000, despatch_id="'d-9' || i")
    project = open_project(folder)
    table, ids = project.tables["despatches"], ask(project, "every").rows_in(1894 * 12)

    def fail(*_):
        raise duckdb.IOException("the disk is gone\nand more")

    for name in ("frame", "page"):
        monkeypatch.setattr(store.Duck, name, fail)
    for fetch in (
        lambda: table.rows_with(["despatches:d-91"]),
        lambda: ids[:3],
        lambda: table.store.page(table.store.lines, "all", 0, 1_500),
    ):
        with pytest.raises(ProblemsFound, match="the disk is gone") as found:
            fetch()
        assert [(p.code, p.case, p.place.file) for p in found.value.problems] == [("not-in-store", "unread", "data/despatches.parquet")]


def test_a_server_goes_on_when_what_is_kept_is_removed(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "kept"))
    folder = with_despatches(tmp_path / "kingdoms", "despatches.csv", rules={"every": {}, "weight": RULES["weight"]})
    generated(folder / "data/despatches.csv", 300)
    project = open_project(folder)
    assert ask(project, "every").values["value"].sum() > 0
    shutil.rmtree(tmp_path / "kept")
    assert ask(project, "weight").values["value"].notna().any()
    assert len(project.tables["despatches"].rows_with(["despatches:d-1", "despatches:d-2"])) == 2


def test_a_link_out_of_the_project_is_not_followed(tmp_path, kept_here):
    folder = with_despatches(tmp_path / "kingdoms", "despatches", rules={})
    generated(tmp_path / "outside.parquet", 20)
    (folder / "data/despatches").mkdir()
    (folder / "data/despatches/part.parquet").symlink_to(tmp_path / "outside.parquet")
    assert "outside-project" in {p.code for p in open_project(folder).problems}


SIGNS = [
    # project, path of its table, and a file or folder that fits if they are taken for a pattern
    *(("p", path, f"p/data/{other}") for path, other in (("d*.csv", "d7.csv"), ("d?.csv", "d7.csv"), ("d[1-9].csv", "d7.csv"))),
    *(("p", path, f"p/data/{other}") for path, other in (("d*.parquet", "d7.parquet"), ("d[1-9].parquet", "d7.parquet"), ("d*", "d7"))),
    *(("p[q]", path, f"pq/data/{path}") for path in ("d.csv", "d.parquet", "d")),
]


@pytest.mark.parametrize(("project", "path", "neighbour"), SIGNS)
def test_a_name_with_signs_of_a_pattern_is_that_of_one_file(tmp_path, kept_here, project, path, neighbour):
    folder = with_despatches(tmp_path / project, path, rules={})
    for target, rows in ((folder / "data" / path, 20), (tmp_path / neighbour, 300)):
        written = tmp_path / f"written{Path(path).suffix}"
        generated(written, rows)
        target.parent.mkdir(parents=True, exist_ok=True)
        written.rename(target)
    opened = open_project(folder)
    assert [p for p in opened.problems if p.level == "error"] == []
    assert opened.tables["despatches"].rows == 20


def test_folders_above_a_csv_do_not_become_columns(tmp_path, kept_here):
    folder = with_despatches(tmp_path / "sender=nobody" / "kingdoms", "despatches.csv", rules={})
    generated(tmp_path / "written.csv", 20)
    (tmp_path / "written.csv").rename(folder / "data/despatches.csv")
    assert set(open_project(folder).tables["despatches"].counts("sender").index) == {"RUR", "GRA", "ELB"}


def test_a_link_to_a_folder_is_not_walked_and_its_table_says_so(tmp_path, kept_here):
    folder = with_despatches(tmp_path / "kingdoms", "despatches", rules={})
    generated(folder / "elsewhere", 20)
    (folder / "data/despatches").symlink_to(folder / "elsewhere")
    assert ("missing-file", "name the folder itself: links to folders are not followed") in {
        (p.code, p.hint) for p in open_project(folder).problems
    }


def test_a_command_ends_without_a_word_of_the_engine(tmp_path, kept_here):
    folder = with_despatches(tmp_path / "kingdoms", "despatches.parquet", rules={"every": {}})
    generated(folder / "data/despatches.parquet", 300)
    code = "import sys; from dashboard.cli import main; sys.exit(main(['--project', sys.argv[1], 'compute', 'every']))"
    ended = subprocess.run([sys.executable, "-c", code, str(folder)], cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
