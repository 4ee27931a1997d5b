"""Which rows: every condition, on plain and on list columns, and the same rows from DuckDB as from pandas."""

import duckdb
import narwhals as nw
import pandas as pd
import pytest

from indicators.nouns.descriptor import FieldOf as Field
from indicators.nouns.descriptor import Relations, Resource, Schema
from indicators.nouns.periods import parse_period
from indicators.nouns.vocabulary import ROW
from indicators.operations.where import CONDITIONS, expression, faults
from indicators.reading.project import open_project
from tests.builders import appended, ask, asked, defined, edited, ids, problem_at

MEETINGS_WITH_SYLVANIA = {"e-07", "e-08"}
DUELS = {f"e-{n}" for n in range(16, 24)}
SLIGHTS = {"e-12", "e-24", "e-26", "e-31", "e-32", "e-35", "e-36"}
WALTZES = {"e-05", "e-14"}
CALLS = {"e-25"}
MINISTERS = {"e-04", "e-07", "e-09", "e-13", "e-27", "e-28"}
EVERYTHING = {f"e-{n:02d}" for n in range(1, 38)}

ENVOYS = [
    # a value, a list, and what is kept by 'not'
    ({}, EVERYTHING),
    ({"kind": "waltz"}, WALTZES),
    ({"kind": ["waltz", "call"]}, WALTZES | CALLS),
    ({"kind": {"not": "duel"}}, EVERYTHING - DUELS),
    ({"kind": {"not": ["duel", "meeting"]}}, WALTZES | CALLS | SLIGHTS),
    ({"office": "foreign"}, MINISTERS | CALLS),
    ({"office": {"not": ["crown", "foreign"]}}, WALTZES | SLIGHTS | DUELS),  # none of them has an office: blanks are kept
    ({"office": {"blank": True}, "kind": {"not": "duel"}}, WALTZES | SLIGHTS),
    ({"office": {"blank": False}, "date": {"to": "1893-03"}}, {"e-01", "e-02", "e-03", "e-04"}),
    # lists: a value is contained; all, none, exactly
    ({"participants": "SYL"}, MEETINGS_WITH_SYLVANIA | {"e-14"}),
    ({"participants": ["SYL"]}, MEETINGS_WITH_SYLVANIA | {"e-14"}),
    ({"participants": {"all": ["RUR", "SYL"]}}, {"e-07", "e-14"}),
    ({"participants": {"none": ["RUR"]}}, {"e-08"}),
    ({"participants": {"not": "RUR"}}, {"e-08"}),
    ({"participants": {"exactly": ["GRA", "SYL"]}}, {"e-08"}),
    ({"participants": {"exactly": ["RUR", "GRA"]}, "date": {"to": "1893-02"}}, {"e-01", "e-02", "e-03"}),  # in either order
    ({"topic": {"all": ["borders", "cheese"]}}, {"e-26"}),
    ({"topic": {"all": ["cheese", "opera"]}}, {"e-14"}),
    ({"topic": {"exactly": ["cheese"]}, "kind": "slight"}, {"e-12", "e-32"}),
    ({"topic": {"none": ["borders", "cheese", "opera"]}}, CALLS),  # a blank list holds none of them
    ({"topic": {"not": ["borders", "cheese", "opera"]}}, CALLS),
    ({"topic": {"blank": True}}, CALLS),
    ({"initiator": "RUR", "kind": "slight"}, {"e-12", "e-26", "e-35", "e-36"}),
    ({"initiator": ["RUR", "GRA"], "kind": "slight"}, SLIGHTS),
    ({"source_id": {"all": ["court_diary", "opera_bell"]}}, {"e-02"}),
    # dates from the first to the last day of a period
    ({"date": "1893-02-14"}, {"e-02"}),
    ({"date": ["1893-02-14", "1893-05-01", "1895-12-25"]}, {"e-02", "e-05"}),
    ({"date": {"not": ["1893-02-14", "1893-02-28"]}, "kind": "meeting", "topic": "opera"}, {"e-09", "e-10", "e-33", "e-37"}),
    ({"date": {"from": "1896"}}, {"e-34", "e-35", "e-36", "e-37"}),
    ({"date": {"from": "1893-02-14", "to": "1893-02-28"}}, {"e-02", "e-03"}),
    ({"date": {"from": "1893-T1", "to": "1893-T1"}, "kind": "meeting"}, {"e-02", "e-03", "e-04"}),
    ({"end_date": {"from": "1894"}}, {"e-10"}),
    ({"end_date": {"blank": False}}, {"e-10"}),
    # words
    ({"summary": {"contains": "CHEESE"}, "kind": "meeting"}, {"e-03"}),
    ({"summary": {"contains": ["tenor", "anthem"]}}, {"e-09", "e-24", "e-31", "e-35", "e-36"}),
    ({"summary": {"contains": "diary."}}, {"e-01", "e-28"}),  # the point is a point: no 'diarist' and no 'diary,'
    # several columns: all must hold; several mappings: any may hold
    ({"kind": "slight", "level": "minister", "topic": "cheese"}, {"e-26", "e-32"}),
    ([{"kind": "waltz"}, {"kind": "slight", "topic": "opera"}], WALTZES | {"e-24", "e-31", "e-35", "e-36"}),
    ([{"office": "war"}, {"participants": {"none": ["RUR"]}}], {"e-08"}),
    ([{"office": {"blank": True}, "kind": "slight"}, {"kind": "waltz", "office": {"not": "crown"}}], SLIGHTS | WALTZES),
    ([{}, {"kind": "waltz"}], EVERYTHING),
]

CANNONADES = [
    ({"guns": 2}, {"c-02", "c-10"}),
    ({"guns": [5, 6]}, {"c-03", "c-08"}),
    ({"guns": {"at_least": 5}}, {"c-03", "c-08", "c-09"}),
    ({"guns": {"at_most": 2}}, {"c-02", "c-07", "c-10"}),
    ({"guns": {"at_least": 3, "at_most": 4}}, {"c-01", "c-04"}),
    ({"guns": {"blank": True}}, {"c-05", "c-06"}),
    ({"guns": {"blank": False}, "place": "bridge"}, {"c-01", "c-02", "c-10"}),
    ({"guns": {"not": [1, 2, 3, 4, 5]}}, {"c-05", "c-06", "c-08", "c-09"}),  # 'several' is not one of them
    ({"date_precision": ["month", "approx", "year"]}, {"c-04", "c-07", "c-09"}),
]

TRAVELLERS = [
    ({"period": {"from": "1896"}}, {"1896-01|RUR|GRA", "1896-02|RUR|GRA", "1896-03|RUR|GRA"}),
    ({"period": {"from": "1895-Q2", "to": "1895-04"}, "origin": "GRA"}, {"1895-04|GRA|RUR"}),
    ({"origin": "GRA", "travellers": {"blank": True}}, {"1895-03|GRA|RUR"}),
    ({"origin": {"not": "RUR"}, "travellers": {"at_least": 16000}}, {f"1895-0{n}|ALL|GRA" for n in (2, 3, 4)}),
    ({"period": "1895-05"}, {"1895-05|GRA|RUR"}),
]

CASES = [(t, *c) for t, cases in (("envoys", ENVOYS), ("cannonades", CANNONADES), ("travellers", TRAVELLERS)) for c in cases]


def keys(frame):
    return {str(row).partition(":")[2] for row in frame[ROW]}


def test_a_filter_selects_these_rows(ruritania):
    assert wrong_selections(lambda name, where: selected(ruritania.tables[name], where)) == []


def wrong_selections(select):
    """Table, filter, rows selected and rows expected of every case where they differ."""
    selections = [(name, where, select(name, where), expected) for name, where, expected in CASES]
    return [one for one in selections if one[2] != one[3]]


def selected(table, where):
    frame, condition = nw.from_native(table.frame, eager_only=True), expression(where, table.resource)
    return keys((frame if condition is None else frame.filter(condition)).to_native())


@pytest.mark.parametrize("blanks", ["", None], ids=["empty", "null"])
def test_duckdb_selects_the_same_rows(ruritania, blanks):
    """Whether the store keeps a blank text as '' (as the tables here) or as NULL (as Parquet files often do)."""
    connection = duckdb.connect()
    relations = {name: connection.from_df(stored(ruritania.tables[name], blanks)) for name in ("envoys", "cannonades", "travellers")}

    def select(name, where):
        condition, lazy = expression(where, ruritania.tables[name].resource), nw.from_native(relations[name])
        chosen = lazy if condition is None else lazy.filter(condition)
        return {row[0].partition(":")[2] for row in chosen.select(ROW).to_native().fetchall()}

    assert wrong_selections(select) == []


def stored(table, blanks):
    """The frame of a table as a store would keep it."""
    frame = table.frame.copy()
    for column in {f.name for f in table.resource.schema_.fields if f.type in ("string", "yearmonth")}:
        frame[column] = frame[column].astype("object").where(frame[column] != "", blanks)
    for column in frame.select_dtypes("float"):
        frame[column] = frame[column].astype("Float64")  # NULL, and not NaN, where nothing is written
    return frame


@pytest.mark.parametrize(
    "where",
    [{"participants": {"exactly": ["RUR", "GRA"]}}, [{"kind": "waltz"}, {"topic": {"none": ["opera"]}}], {"summary": {"contains": "x"}}],
    ids=str,
)
def test_a_filter_leaves_the_table_as_it_was(ruritania, where):
    table = ruritania.tables["envoys"]
    before = table.frame.copy()
    nw.from_native(table.frame, eager_only=True).filter(expression(where, table.resource))
    assert table.frame.equals(before)


def test_a_list_of_days_is_the_union_of_single_days(ruritania):
    table, days = ruritania.tables["envoys"], ["1893-02-14", "1893-05-01", "1895-12-25"]
    frame = nw.from_native(table.frame, eager_only=True)
    one_by_one = [keys(frame.filter(expression({"date": day}, table.resource)).to_native()) for day in days]
    assert one_by_one == [{"e-02"}, {"e-05"}, set()]
    assert keys(frame.filter(expression({"date": days}, table.resource)).to_native()) == {"e-02", "e-05"}


def test_days_that_stand_in_another_table_are_taken_or_left_out(copy):
    """Salvos of the days on which a drill was planned: 24 January; the salvo dated to April hangs on its first day, as the drill does."""
    salvos = {"table": "cannonades", "where": {"date": {"listed_in": "drills.date"}}, "coverage": "all_cannonades"}
    series = asked(copy, **salvos)
    assert (ids(series, "1895-01"), ids(series, "1895-04")) == (["c-02"], ["c-04"])
    others = asked(copy, **salvos | {"where": {"date": {"not_listed_in": "drills.date"}}})
    assert (ids(others, "1895-01"), ids(others, "1895-04")) == (["c-01"], ["c-05"])


def test_what_is_looked_up_is_what_was_known_then(copy):
    defined(copy, asked={"table": "envoys", "where": {"date": {"listed_in": "drills.date"}}, "coverage": "duels"})
    appended(copy, "data/drills.csv", "d-7,1895-03-10,day,held,border_guard")
    project = open_project(copy)
    assert ids(ask(project, "asked"), "1895-03") == ["e-29"]
    assert ids(ask(project, "asked", as_of="1895-03-11"), "1895-03") == ["e-29"]
    assert not ask(project, "asked", as_of="1895-03-09").rows_in(parse_period("1895-03")[0])


def test_a_definition_that_looks_into_a_faulty_table_waits_for_it(copy):
    defined(copy, asked={"table": "cannonades", "where": {"date": {"listed_in": "drills.date"}}, "coverage": "all_cannonades"})
    edited(copy, "data/drills.csv", "d-6,1895-08-30", "d-6,1895-08-32")
    project = open_project(copy)
    assert "drills" in project.broken["asked"]
    assert "guns_heard" in project.definitions


def test_a_category_looks_into_no_other_table(copy):
    line = edited(copy, "data/cannonades.resource.yaml", "all_cannonades: {}", "all_cannonades: {date: {listed_in: drills.date}}")
    assert problem_at(open_project(copy), "data/cannonades.resource.yaml", line).code == "wrong-value"


@pytest.mark.parametrize(
    ("where", "trail"),
    [
        ({"date": "foo"}, ("date",)),
        ({"date": "1893-02"}, ("date",)),  # a month is no day: from and to say it
        ({"date": ["1893-02-14", "1893-02-30"]}, ("date",)),
        ({"date": {"not": "1893"}}, ("date", "not")),
        ([], ()),
        ({"kind": {}}, ("kind",)),
        ({"date": {"contains": "1893"}}, ("date", "contains")),
        ({"kind": []}, ("kind",)),
    ],
    ids=str,
)
def test_a_filter_that_means_nothing_is_refused(ruritania, where, trail):
    assert [(one.trail, one.code) for one in faults(where, ruritania.tables["envoys"].resource)] == [(trail, "wrong-value")]


# ---- half typed values ----

CELLS = {
    "string": ["ball", ""],
    "integer": [1.0, float("nan")],
    "number": [1.5, float("nan")],
    "boolean": ["true", ""],
    "date": pd.to_datetime(["1894-03-05", None]),
    "year": [1894.0, float("nan")],
    "yearmonth": ["1894-03", ""],
}
"""Two cells of each type, the second blank."""
KINDS_OF_ACT = Resource(
    name="acts",
    path="acts.csv",
    title="Acts",
    schema=Schema(fields=tuple(Field(name=kind, type=kind, description="A column.") for kind in CELLS), primaryKey=("string",)),
    relations=Relations(kind="reference", lists={}),
)
HALF_TYPED = [
    *(None, [], {}, True, False, "", "spring", "1e0", 0, -1, 1894, 1894.5, 99, 99999, "1894", "1894-03", "1894-03-05", "1894-13"),
    *("1894-W10", "1894-Q1", [1894, 1895], [None], [[1894]], [{}], {"from": 1894}, {"from": None}, "١٨٩٤", "1894-02-30", [True], 1e30),
    "9" * 50,
]


@pytest.mark.parametrize("key", ["", *CONDITIONS])
def test_whatever_is_typed_is_refused_in_plain_words_or_can_be_tested(key):
    """The state of every half typed line: no value ends in an error of the program, nor in words of Python."""
    frame = nw.from_native(pd.DataFrame(CELLS), eager_only=True)
    for kind in CELLS:
        for value in HALF_TYPED:
            where = {kind: {key: value} if key else value}
            wrong = list(faults(where, KINDS_OF_ACT, {}))
            words = " ".join(f"{one.message} {one.hint}" for one in wrong)
            assert not any(word in words for word in ("None", "True", "False", "literal", "float", "object")), (where, words)
            if not wrong and "listed_in" not in key:
                test = expression(where, KINDS_OF_ACT)
                assert test is None or len(frame.filter(test)) <= 2, where


@pytest.mark.parametrize(
    ("where", "named"),
    [
        ({"year": {"from": None}}, "'from' takes a year, not nothing"),
        ({"year": {"from": [1894, 1895]}}, "'from' takes a year, not [1894, 1895]"),
        ({"year": {"to": "1894-03"}}, "'to' takes a year, not '1894-03'"),
        ({"year": {"from": 1894.7}}, "'from' takes a year, not 1894.7"),
        ({"year": {"from": True}}, "'from' takes a year, not true"),
        ({"year": {"at_least": 1894.5}}, "'at_least' takes a year, not 1894.5"),
        ({"year": 94}, "94 is not a year"),
        ({"date": {"from": None}}, "'from' takes a period, not nothing"),
        ({"date": {"from": 1894.7}}, "'from' takes a period, not 1894.7"),
        ({"date": {"to": True}}, "'to' takes a period, not true"),
        ({"date": 1894}, "1894 is not a day"),
        ({"yearmonth": {"from": "1894-03-05"}}, "'from' takes a month, not '1894-03-05'"),
        ({"yearmonth": {"to": "1894-W10"}}, "'to' takes a month, not '1894-W10'"),
        ({"yearmonth": "1894"}, "'1894' is not a month"),
        ({"number": {"at_least": "1e0"}}, "'1e0' is text in YAML; write 1.0"),
        ({"number": {"at_most": None}}, "'at_most' takes a number, not nothing"),
        ({"integer": 2.5}, "2.5 is not a whole number"),
        ({"boolean": "yes"}, "'yes' is not true or false"),
        ({"boolean": 1}, "1 is not true or false"),
        ({"string": None}, "nothing is not text"),
        ({"date": {"from": 1895, "to": 1894}}, "nothing lies between 'from' (1895) and 'to' (1894)"),
        ({"yearmonth": {"from": "1894-03", "to": "1894-02"}}, "nothing lies between 'from'"),
        ({"year": {"from": "1895", "to": 1894}}, "nothing lies between 'from'"),
        ({"number": {"at_least": 3, "at_most": 2}}, "nothing lies between 'at_least' (3) and 'at_most' (2)"),
    ],
)
def test_a_value_of_another_kind_is_told_what_the_column_takes(where, named):
    """A bound that is finer than its column would silently be cut, and so would 1894.7 where years are meant."""
    (wrong,) = faults(where, KINDS_OF_ACT)
    assert named in f"{wrong.message}; {wrong.hint}"


@pytest.mark.parametrize(
    ("where", "rows"),
    [
        ({"year": {"from": 1894, "to": "1894"}}, 1),
        ({"year": {"from": 1895}}, 0),
        ({"yearmonth": {"from": "1894-Q1", "to": "1894-Q1"}}, 1),
        ({"boolean": True}, 1),
        ({"boolean": {"not": True}}, 1),  # a blank is kept
        ({"boolean": [True, False]}, 1),
        ({"integer": {"at_least": 0.5}}, 1),
        ({"integer": 1.0}, 1),
    ],
)
def test_values_of_the_kind_of_the_column_select_rows(where, rows):
    assert list(faults(where, KINDS_OF_ACT)) == []
    assert len(nw.from_native(pd.DataFrame(CELLS), eager_only=True).filter(expression(where, KINDS_OF_ACT))) == rows


QUARTERS = ["1894-Q3", "1895-Q1", "1895-Q1p", "1895-Q4", "1896-Q2", "total", ""]
WEEKS = ["1894-W52", "1895-W01", "1895-W52", "1896-W01"]


@pytest.mark.parametrize(
    ("constraints", "cells", "bounds", "kept"),
    [
        ({"pattern": "[0-9]{4}-Q[1-4]p?|total"}, QUARTERS, {"from": "1895-Q1"}, ["1895-Q1", "1895-Q1p", "1895-Q4", "1896-Q2"]),
        ({"pattern": "[0-9]{4}-Q[1-4]p?|total"}, QUARTERS, {"to": "1895-H1"}, ["1894-Q3", "1895-Q1", "1895-Q1p"]),
        ({"pattern": "[0-9]{4}-Q[1-4]p?|total"}, QUARTERS, {"from": 1895, "to": 1895}, ["1895-Q1", "1895-Q1p", "1895-Q4"]),
        ({"enum": ["1894", "1895", "1896"]}, ["1894", "1895", "1896"], {"from": "1895"}, ["1895", "1896"]),
        ({"pattern": r"\d{4}-W\d{2}"}, WEEKS, {"from": 1895, "to": 1895}, ["1895-W01", "1895-W52"]),  # begun on 31 December 1894
    ],
)
def test_texts_that_name_periods_have_bounds(constraints, cells, bounds, kept):
    """From the first period in the bound to the last; what is no name of a period is left out, as a blank is."""
    field = Field(name="when", type="string", description="When.", constraints=constraints)
    schema = Schema(fields=(field,), primaryKey=("when",))
    resource = Resource(name="acts", path="acts.csv", title="Acts", schema=schema, relations=Relations(kind="reference"))
    assert list(faults({"when": bounds}, resource)) == []
    frame = pd.DataFrame({"when": cells})
    stored = nw.from_native(duckdb.sql("select * from frame"))
    for rows in (nw.from_native(frame, eager_only=True), stored):
        found = rows.filter(expression({"when": bounds}, resource))
        found = found if rows is not stored else found.collect(backend="pandas")
        assert found["when"].to_list() == kept


@pytest.mark.parametrize(
    ("constraints", "bound", "named"),
    [
        ({}, "1895-Q1", "'from' is for dates; 'when' is string"),
        ({}, "1895-Q1", "these cells may be any text"),
        ({"pattern": ".*"}, "1895-Q1", "a pattern of the periods that it names"),
        ({"pattern": "[0-9]{4}(-Q[1-4])?"}, "1895", "'from' is for dates"),
        ({"enum": ["1895-Q1", "1895"]}, "1895", "'from' is for dates"),
        ({"pattern": "[0-9]{4}-Q[1-4]"}, "1895-02", "'from' takes a quarter, not '1895-02'; write a quarter or a year, as in 2024-Q1"),
        ({"pattern": "[0-9]{4}-Q[1-4]"}, "1895-T1", "'from' takes a quarter"),
        ({"pattern": "[0-9]{4}-W[0-9]{2}"}, "1895-02", "'from' takes a week"),
    ],
)
def test_where_texts_do_not_clearly_name_periods_a_bound_is_refused_with_the_cause(constraints, bound, named):
    field = Field(name="when", type="string", description="When.", constraints=constraints)
    schema = Schema(fields=(field,), primaryKey=("when",))
    resource = Resource(name="acts", path="acts.csv", title="Acts", schema=schema, relations=Relations(kind="reference"))
    (wrong,) = faults({"when": {"from": bound}}, resource)
    assert named in f"{wrong.message}; {wrong.hint}"


TOLL = """name: toll
path: toll.csv
title: The toll
schema:
  fields:
    - {name: period, type: string, description: Half a year., constraints: {required: true}}
    - {name: coins, type: integer, description: Coins., constraints: {minimum: 0}}
  primaryKey: [period]
relations: {kind: observations, time: {start: period, every: half-year}, credit: The toll}
"""


def test_the_names_of_periods_that_place_rows_have_bounds_however_they_are_written(copy):
    """S is how SDMX writes a half-year."""
    (copy / "data/toll.csv").write_text("period,coins\n1894-H1,1\n1894-S2,2\n1895-H1,4\n1895-S2,8\n")
    (copy / "data/toll.resource.yaml").write_text(TOLL)
    appended(copy, "data/datapackage.yaml", "  - toll.resource.yaml")
    asked_ = {"table": "toll", "coverage": None, "frequency": "half-yearly", "reduce": {"sum": {"of": "coins"}}}
    since = asked(copy, **asked_, where={"period": {"from": "1894-H2", "to": "1895-H1"}})
    assert {label: ids(since, label) for label in since.values["label"] if ids(since, label)} == {
        "1894-H2": ["1894-S2"],
        "1895-H1": ["1895-H1"],
    }
