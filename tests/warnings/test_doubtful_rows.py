"""Warnings about rows and about filters of texts: what counts twice, not at all, or is no number, without being wrong by itself."""

import pytest

from indicators.warnings.run import warnings_of
from tests.builders import appended, ask, defined, edited, faults, opened, told

COLUMNS = {
    "row": "{name: row, type: integer, description: The row., constraints: {required: true}}",
    "period": "{name: period, type: yearmonth, description: The month., constraints: {required: true}}",
    "land": "{name: land, type: string, description: The country., constraints: {required: true}}",
    "coins": "{name: coins, type: integer, description: Coins.}",
}
TOLL = {"table": "toll", "where": None, "coverage": None, "reduce": {"sum": {"of": "coins"}}}


def toll(folder, *rows, key=("period", "land"), columns=("period", "land", "coins")):
    """A table of tolls by month and country, and its sum `asked`."""
    fields = "".join(f"    - {COLUMNS[name]}\n" for name in columns)
    relations = "{kind: observations, time: {start: period, every: month}, credit: The toll}"
    schema = f"schema:\n  fields:\n{fields}  primaryKey: [{', '.join(key)}]\n"
    (folder / "data/toll.resource.yaml").write_text(f"name: toll\npath: toll.csv\ntitle: The toll\n{schema}relations: {relations}\n")
    (folder / "data/toll.csv").write_text("\n".join([",".join(columns), *rows]) + "\n")
    appended(folder, "data/datapackage.yaml", "  - toll.resource.yaml")
    defined(folder, asked=TOLL)
    return folder


def found(folder):
    """Line and code of each warning."""
    project = opened(folder)
    assert [str(p) for p in project.problems] == []
    return sorted((p.place.line, p.code) for p in warnings_of(project))


def test_a_file_that_was_joined_twice_is_noticed_where_the_key_is_the_number_of_the_row(copy):
    months = [f"1895-0{month},GRA,{month}" for month in (1, 2, 3)]
    rows = [f"{number},{row}" for number, row in enumerate([*months, *months], 1)]
    toll(copy, *rows, key=["row"], columns=["row", "period", "land", "coins"])
    assert found(copy) == [(5, "row-twice"), (6, "row-twice"), (7, "row-twice")]
    edited(copy, "data/toll.resource.yaml", "credit: The toll", "credit: The toll, excuses: {4: {row-twice: Two gates took the same.}}")
    assert found(copy) == [(6, "row-twice"), (7, "row-twice")]


def test_rows_of_one_month_that_differ_are_not_the_same(copy):
    rows = ["1,1895-01,GRA,5", "2,1895-01,GRA,6", "3,1895-01,RUR,5"]
    assert found(toll(copy, *rows, key=["row"], columns=["row", "period", "land", "coins"])) == []


@pytest.mark.parametrize(
    ("numbers", "lines"),
    [
        ((5, -99, -99, 4), [3, 4]),
        ((5, 9999, 9999, 4), [3, 4]),
        ((5, 9999, 8000, 9999), []),  # among numbers of its size
        ((5, -99, -98, -99), []),  # among others below zero
        ((5, 4, 9999, 3), []),  # once
        ((99, 99, 5, 4), []),  # as near as any
    ],
)
def test_a_number_of_nines_far_from_all_others_may_be_a_mark(copy, numbers, lines):
    toll(copy, *(f"1895-0{month},GRA,{number}" for month, number in enumerate(numbers, 1)))
    assert found(copy) == [(line, "mark-as-number") for line in lines]


def test_a_country_in_other_capitals_counts_as_two(copy):
    toll(copy, *(f"1895-0{month},{'graustark' if month == 4 else 'Graustark'},{month}" for month in range(1, 6)))
    assert found(copy) == [(5, "other-capitals")]


@pytest.mark.parametrize(
    ("other", "is_one"),
    [
        ("SAO TOME", True),
        ("São Tomé.", True),
        ("Sa\u0303o Tome\u0301 ", False),  # errors of their own
        ("São Tomás", False),
        ("São Tomé 2", False),
        ("ガ", False),
    ],
)
def test_a_country_with_other_accents_or_points_counts_as_two(copy, other, is_one):
    toll(copy, *(f"1895-0{month},{other if month == 4 else 'São Tomé' if month < 9 else 'カ'},{month}" for month in range(1, 10)))
    if "\u0303" in other:
        assert [p.code for p in opened(copy).problems] != []
    else:
        assert found(copy) == [(5, "other-capitals")] * is_one


def of_topics(folder, *topics):
    """The first acts with these topics, in a column in which any text is allowed."""
    edited(folder, "data/envoys.resource.yaml", "topic: {separator: ';', enum: [borders, cheese, opera]}", "topic: {separator: ';'}")
    lines = (folder / "data/envoys.csv").read_text().splitlines()
    for n, topic in enumerate(topics, 1):
        cells = lines[n].split(",")
        lines[n] = ",".join([*cells[:9], f'"{topic}"', *cells[10:]])
    (folder / "data/envoys.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.mark.parametrize(
    ("topic", "codes"),
    [
        ("opera, cheese", ["list-not-divided"]),
        ("opera|cheese", ["list-not-divided"]),
        ("opera、cheese", ["list-not-divided"]),
        ("opera/cheese;borders", ["list-not-divided"]),
        ("opera/ballet", []),  # no other row is about ballet
        ("Opera;cheese", ["other-capitals"]),
        ("cheese;borders", []),
    ],
)
def test_a_list_in_which_an_item_hides_another(copy, topic, codes):
    of_topics(copy, topic)
    assert found(copy) == [(2, code) for code in codes]


def test_of_each_kind_of_doubt_the_first_rows_are_named_and_the_rest_counted(copy):
    """Five topics in other capitals, and one in which two are hidden: neither takes the place of the other."""
    of_topics(copy, *["Opera"] * 5, "opera/cheese")
    shown = [(p.place.line, p.code) for p in warnings_of(opened(copy))]
    assert shown == [(2, "other-capitals"), (3, "other-capitals"), (4, "other-capitals"), (7, "list-not-divided")]
    assert "2 more" in next(str(p) for p in warnings_of(opened(copy)) if p.place.line == 4)


def test_a_total_among_its_parts_counts_twice(copy):
    """1, 2 and 3 in each month: 6 instead of 3."""
    rows = [f"1895-0{month},{land},{number}" for month in (1, 2, 3) for land, number in (("A", 1), ("B", 2), ("All", 3))]
    toll(copy, *rows)
    assert [code for _, code in found(copy)] == ["total-among-parts"]
    assert told(ask(opened(copy), "asked"))["1895-01"] == 6
    defined(copy, asked=TOLL | {"where": {"land": {"not": "All"}}})
    assert found(copy) == []


def test_three_countries_of_which_one_is_sometimes_the_sum_are_no_total(copy):
    numbers = ((1, 2, 3), (2, 2, 4), (2, 3, 6))
    rows = [f"1895-0{m},{land},{n}" for m, three in enumerate(numbers, 1) for land, n in zip("ABC", three, strict=True)]
    assert found(toll(copy, *rows)) == []


@pytest.mark.parametrize(
    ("where", "codes"),
    [
        ({"pollster": ["Zenda Gazette", "Hentzau Weeky"]}, ["value-not-found"]),
        ([{"pollster": "Zenda Gazette"}, {"pollster": "Hentzau Weeky"}], ["value-not-found"]),
        ({"pollster": {"not": ["Zenda Gazette", "Hentzau Weeky"]}}, ["value-not-found"]),
        ({"pollster": ["Zenda Gazette", "Hentzau Weekly"]}, []),
        ({"pollster": "Hentzau Weeky"}, ["empty-selection"]),
    ],
)
def test_one_of_several_values_that_no_cell_has_is_named(copy, where, codes):
    defined(copy, asked={"table": "polls", "coverage": None, "where": where, "reduce": {"mean": {"of": "approve_pct"}}})
    assert [p.code for p in warnings_of(opened(copy))] == codes


# ---- errors of rows that were read as something else ----


def test_a_row_ends_on_the_day_on_which_it_begins_or_later(copy):
    line = edited(copy, "data/envoys.csv", "e-02,1893-02-14,,day", "e-02,1893-02-14,1893-02-13,day")
    edited(copy, "data/envoys.csv", "e-03,1893-02-28,,day", "e-03,1893-02-28,1893-02-28,day")
    assert faults(opened(copy)) == [("data/envoys.csv", line, "span-reversed")]


def test_the_first_of_a_month_without_its_precision_is_not_taken_for_a_day(copy):
    edited(
        copy, "data/envoys.resource.yaml", "How exact the date is., constraints: {required: true, enum", "How exact., constraints: {enum"
    )
    line = edited(copy, "data/envoys.csv", "e-11,1894-01-01,,year", "e-11,1894-01-01,,")
    assert faults(opened(copy)) == [("data/envoys.csv", line, "blank")]


def test_a_number_without_its_status_is_not_taken_for_final(copy):
    travellers, march = "data/travellers.resource.yaml", "1894-03,RUR,GRA,3000,"
    edited(copy, travellers, "How final the number is., constraints: {required: true, enum", "How final., constraints: {enum")
    line = edited(copy, "data/travellers.csv", f"{march}counted", march)
    assert faults(opened(copy)) == [("data/travellers.csv", line, "blank")]
    edited(copy, travellers, "map: {counted: A", "map: {'': P, counted: A")
    project = opened(copy)
    assert faults(project) == []
    assert told(ask(project, "ruritanians_in_graustark"), "status")["1894-03"] == "P"


@pytest.mark.parametrize("file", ["data/travellers.csv", "data/sources.csv"])
def test_a_header_once_more_is_one_finding(copy, file):
    lines = (copy / file).read_text().splitlines()
    (copy / file).write_text("\n".join([*lines[:3], lines[0], *lines[3:]]) + "\n")
    assert [(p.place.line, p.code, p.case) for p in opened(copy).problems] == [(4, "table-form", "again")]
