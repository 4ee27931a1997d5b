"""Tables that Spark counts: the same definitions give the same numbers as in memory, from the same rows, and what is wrong is found."""

import importlib.util
import shutil

import pytest

from indicators.compute.provenance import rows_behind
from indicators.nouns.config import Config
from indicators.problems import ProblemsFound
from indicators.reading import engine, store
from indicators.reading.project import open_project
from indicators.warnings.run import warnings_of
from tests.builders import RURITANIA, ask, edited, faults
from tests.reading.test_engine import DOUBTFUL, RULES, WRONG, generated, is_same, with_despatches

HERE = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="Spark needs the package pyspark and Java: make scale-setup installs both",
)


@pytest.fixture(scope="module", autouse=True)
def kept_here(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("kept")))
        yield


def on_spark(folder, path="despatches.parquet", rows=20, rules=RULES, **other):
    folder = with_despatches(folder, path, "spark", rules=rules)
    edited(folder, "config.yaml", "licence:", "spark: {master: 'local[2]'}\nlicence:")
    generated(folder / "data" / path, rows, **other)
    return folder


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory):
    folder = with_despatches(tmp_path_factory.mktemp("memory") / "kingdoms", "despatches.csv", "pandas")
    generated(folder / "data/despatches.csv")
    return open_project(folder)


@pytest.fixture(scope="module", params=["despatches.parquet", "despatches"], ids=["file", "folder"])
def in_spark(request, tmp_path_factory):
    return open_project(on_spark(tmp_path_factory.mktemp("spark") / "kingdoms", request.param, 200_000))


@HERE
def test_200_000_rows_have_the_numbers_that_they_have_in_memory(in_memory, in_spark):
    assert [str(p) for p in in_spark.problems] == []
    assert in_spark.tables["despatches"].rows == 200_000
    for name in RULES:
        is_same(ask(in_memory, name), ask(in_spark, name))
    for frequency in ("annual", "weekly", "daily"):
        is_same(*(ask(project, "selected", frequency=frequency) for project in (in_memory, in_spark)))
    here, there = (ask(project, "by_sender", breakdown="sender,readers") for project in (in_memory, in_spark))
    assert list(there.parts) == list(here.parts)
    for code, part in here.parts.items():
        is_same(part, there.parts[code])


@HERE
def test_ids_and_rows_of_a_period_are_there_when_asked_for(in_memory, in_spark):
    here, there = (ask(project, "selected") for project in (in_memory, in_spark))
    some = here.values.index[5]
    ids = there.rows_in(some)
    assert sorted(ids) == sorted(here.rows_in(some))
    assert list(ids[3:7]) == list(ids)[3:7]
    first = sorted(ids)[:7]
    same = {row.id: row.cells for row in rows_behind(in_memory.tables, first, None)}
    assert {row.id: row.cells for row in rows_behind(in_spark.tables, first, None)} == same


@HERE
def test_what_is_wrong_is_found_by_the_same_codes(tmp_path):
    for n, (column, sql, row, code) in enumerate(WRONG.values()):
        folder = on_spark(tmp_path / str(n), rules={"every": {}}, **{column: sql})
        assert ("data/despatches.parquet", row, code) in faults(open_project(folder))


@HERE
def test_a_file_that_spark_leaves_out_is_a_problem_and_never_missing_in_a_number(tmp_path):
    folder = on_spark(tmp_path / "kingdoms", "despatches", rules={"every": {}})
    part = next((folder / "data/despatches").rglob("*.parquet"))
    part.rename(part.with_name("_part.parquet"))
    (problem,) = open_project(folder).problems
    assert (problem.code, problem.case) == ("not-in-store", "unread")


@HERE
def test_texts_of_a_descriptor_are_texts_in_sql(tmp_path):
    odd = "it\\'s"
    folder = on_spark(tmp_path / "kingdoms", rules={"every": {}}, clerk=f"CASE WHEN i = 2 THEN '{odd.replace(chr(39), chr(39) * 2)}' END")
    edited(folder, "data/despatches.resource.yaml", "schema:\n", 'schema:\n  missingValues: ["", "it\\\\\'s"]\n')
    project = open_project(folder)
    assert [str(p) for p in project.problems] == []
    assert project.tables["despatches"].counts("clerk").empty


@HERE
@pytest.mark.parametrize("what", ["days to come", "a negative mark", "other capitals"])
def test_doubtful_rows_bring_the_warnings_that_they_bring_in_memory(tmp_path, what):
    here = with_despatches(tmp_path / "memory", "despatches.csv", "pandas", rules={"every": {}})
    generated(here / "data/despatches.csv", 20, **DOUBTFUL[what])
    there = on_spark(tmp_path / "spark", rules={"every": {}}, **DOUBTFUL[what])
    found = [
        [(p.code, p.message) for p in warnings_of(open_project(folder)) if p.place.file.startswith("data/despatches.")]
        for folder in (here, there)
    ]
    assert found[0] == found[1] != []


# ---- without Spark ----


def test_csv_and_odd_names_are_refused_in_the_descriptor(tmp_path):
    folder = on_spark(tmp_path / "kingdoms", "despatches.csv", rules={})
    assert ("data/despatches.resource.yaml", "wrong-value") in {(p.place.file, p.code) for p in open_project(folder).problems}
    folder = on_spark(tmp_path / "named", rules={})
    edited(folder, "data/despatches.resource.yaml", "name: clerk", "name: clerk.name")
    assert ("data/despatches.resource.yaml", "not-in-store") in {(p.place.file, p.code) for p in open_project(folder).problems}


FOREIGN = "spark://head.example:7077"


@pytest.fixture
def connections(monkeypatch):
    """Addresses to which this machine would connect."""
    made = []

    class Connecting(engine.Duck):
        def __init__(self, master=""):
            made.append(master)

    for name in ("ENGINES", "missing_for"):
        there = {"spark": Connecting, "duckdb": engine.Duck} if name == "ENGINES" else lambda _: ""
        monkeypatch.setattr(store, name, there)
    monkeypatch.setattr(store, "Spark", Connecting)
    return made


def with_master(folder, master):
    folder = with_despatches(folder, "despatches.parquet", "spark", rules={})
    edited(folder, "config.yaml", "licence:", f"spark: {{master: '{master}'}}\nlicence:")
    generated(folder / "data/despatches.parquet", 20)
    return folder


@pytest.mark.parametrize("trusted", ["", "spark://other.example:7077", "spark://head.example:70777", "spark://head.example"])
def test_a_project_does_not_make_this_machine_connect_somewhere(tmp_path, monkeypatch, connections, trusted):
    monkeypatch.setenv(engine.TRUSTED, trusted)
    folder = with_master(tmp_path / "kingdoms", FOREIGN)
    (problem,) = open_project(folder).problems
    assert (problem.code, problem.place.file) == ("master-not-trusted", "data/despatches.resource.yaml")
    assert (folder / problem.place.file).read_text().splitlines()[problem.place.line - 1].strip() == "engine: spark"
    assert FOREIGN in problem.message
    assert f"{engine.TRUSTED}='{FOREIGN}'" in problem.hint
    assert connections == []


@pytest.mark.parametrize("master", [FOREIGN, "local[2]", "local"])
def test_a_master_that_is_trusted_or_this_machine_is_asked(tmp_path, monkeypatch, connections, master):
    monkeypatch.setenv(engine.TRUSTED, f"yarn {FOREIGN}")
    assert faults(open_project(with_master(tmp_path / "kingdoms", master))) == []
    assert set(connections) == {master}


@pytest.mark.parametrize(("name", "lacking"), [("pyspark", "pyspark"), ("java", "Java")])
def test_the_descriptor_says_what_is_not_installed(tmp_path, monkeypatch, name, lacking):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(engine.importlib.util, "find_spec", lambda package: None if package == name else object())
    monkeypatch.setattr(engine.shutil, "which", lambda _: None)
    (problem,) = open_project(on_spark(tmp_path / "kingdoms", rules={})).problems
    assert (problem.code, problem.place.file) == ("engine-missing", "data/despatches.resource.yaml")
    assert lacking in problem.message


@pytest.mark.parametrize("pattern", ["^d-[0-9]+$", "[A-Z]{3}", r"\d{4}-\d{2}"])
def test_plain_patterns_are_matched_by_spark(pattern):
    assert engine.Spark("local").knows(pattern)


@pytest.mark.parametrize("pattern", ["(a+)+b", "a*a*a*a*b", "a++", "a{2}+", "a.b", "[^a]", r"\p{L}+", "[a&&b]", "a|b", r"\w+"])
def test_other_patterns_are_looked_at_here(pattern):
    assert not engine.Spark("local").knows(pattern)


@pytest.mark.parametrize("master", ["local[*]", "local[2]", "spark://head.example:7077", "yarn", "k8s://https://head.example:6443"])
def test_addresses_of_a_master(master):
    assert Config.model_fields["spark"].annotation(master=master).master == master


def test_an_address_that_is_none_is_reported_at_its_line(tmp_path):
    folder = shutil.copytree(RURITANIA, tmp_path / "kingdoms")
    edited(folder, "config.yaml", "licence:", "spark: {master: head.example}\nlicence:")
    with pytest.raises(ProblemsFound, match="spark"):
        open_project(folder)
