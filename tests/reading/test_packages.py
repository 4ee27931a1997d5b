"""Packages that are not of the form of the standard: what is there, and what may be; never a traceback, and nothing is written."""

import json
import os

import pytest

from dashboard.cli import main
from tests.builders import contents

NO_PACKAGES = {
    "JSON that is too deep": ("datapackage.json", "[" * 200_000, "too deep in each other"),
    "YAML that is too deep": ("datapackage.yaml", f"resources: {'[' * 5000}", "too deep in each other"),
    "YAML that is none": ("datapackage.yaml", "resources: [", "it is not a package that can be read"),
    "a number too long": ("datapackage.json", f'{{"resources": {"1" * 5000}}}', "it is not a package that can be read"),
    "no text": ("datapackage.json", b"\x96\x00\xff", "not-utf-8"),
    "YAML that is too large": ("datapackage.yaml", "a: 1\n" * 300_000, "file-too-large"),
    "a list": ("datapackage.json", "[]", "it has no list called resources"),
    "no list": ("datapackage.json", '{"resources": "ab"}', "it has no list called resources"),
    "a key that appears twice": ("datapackage.json", '{"resources": [], "resources": [{"name": "a", "path": "a.csv"}]}', "appears twice"),
    "two tables of one name": ("datapackage.json", '{"resources": [{"name": "a"}, {"name": "a"}]}', "it has 2 tables to choose from"),
    "no tables": ("datapackage.json", '{"resources": ["x.resource.json", 5]}', "it has 0 tables to choose from"),
}


@pytest.mark.parametrize("case", NO_PACKAGES)
def test_a_file_that_is_no_package_says_why(bring, copy, case):
    name, content, why = NO_PACKAGES[case]
    before = contents(copy)
    said = bring(name, content, exits=1)
    assert (name in said, why in said) == (True, True), said
    assert contents(copy) == before


TABLES = {
    "a path with NUL": ({"path": "x\0.csv"}, "the table 'geese' is not one file beside the package"),
    "a path above": ({"path": "../x.csv"}, "the table 'geese' is not one file beside the package"),
    "several paths": ({"path": ["a.csv", "b.csv"]}, "the table 'geese' is not one file beside the package"),
    "rows that are left out": ({"dialect": {"commentRows": [2]}}, "dialect.commentRows is [2], and should be"),
    "another sign of remarks": ({"dialect": {"commentChar": "2"}}, "dialect.commentChar is '2', and should be '#'"),
    "no path": ({"path": 5}, "path is 5, and should be"),
    "a field without a name": ({"schema": {"fields": [{"type": "string"}]}}, "schema.fields.0.name is missing"),
    "fields that are no list": ({"schema": {"fields": "ab"}}, "schema.fields is 'ab', and should be a list"),
    "a list of types": (
        {"schema": {"fields": [{"name": "n", "type": ["string"]}]}},
        "schema.fields.0.type is ['string'], and should be text",
    ),
    "a key of numbers": ({"schema": {"primaryKey": [5]}}, "schema.primaryKey"),
    "two signs for decimals": (
        {"schema": {"fields": [{"name": "n", "type": "number", "decimalChar": "ab"}]}},
        "n: in the package, decimalChar",
    ),
    "a format of days": (
        {"schema": {"fields": [{"name": "month", "type": "date", "format": "%Q"}]}},
        "month: in the package, the format '%Q'",
    ),
    "a list for the encoding": ({"encoding": ["a"]}, "encoding is ['a'], and should be text"),
    "a delimiter of two characters": ({"dialect": {"delimiter": "ab"}}, "dialect.delimiter is 'ab', and should be ',', ';', '\\t' or '|'"),
    "another quote": ({"dialect": {"quoteChar": "xx"}}, "dialect.quoteChar is 'xx', and should be '\"'"),
    "a delimiter in a number": ({"dialect": {"csv": 5}}, "dialect.csv is 5"),
    "a title that acts": ({"title": ["\x1b[31m"]}, "title is ['\\x1b[31m'], and should be text"),
    "sources in sources": ({"sources": [{"title": {"title": "x"}}]}, "sources.0.title"),
    "a file that is not there": ({"path": "none.csv"}, "there is no such file"),
    "a folder": ({"path": "."}, "it is a folder, a pipe or a device"),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_table_that_is_not_of_the_standard_says_what_may_be(bring, copy, tmp_path, case):
    changes, why = TABLES[case]
    (tmp_path / "g.csv").write_text("month,n\n1895-01,1\n1895-02,2\n")
    resource = {"name": "geese", "path": "g.csv", "dialect": {"delimiter": ","}} | changes
    before = contents(copy)
    said = bring("datapackage.json", json.dumps({"resources": [resource]}), "--kind", "observations", exits=1)
    assert (why in said, said.replace("\n", "").isprintable()) == (True, True), said
    assert contents(copy) == before


def test_a_table_of_too_many_bytes_is_not_read_with_a_delimiter_either(bring, tmp_path):
    (tmp_path / "g.csv").write_text("month;n\n")
    os.truncate(tmp_path / "g.csv", 50_000_000)
    resource = {"name": "geese", "path": "g.csv", "dialect": {"delimiter": ";"}}
    assert "it has 50,000,000 bytes" in bring("datapackage.json", json.dumps({"resources": [resource]}), exits=1)


def test_a_package_that_is_a_pipe_is_not_waited_for(copy, tmp_path, capsys):
    os.mkfifo(tmp_path / "datapackage.json")
    assert main(["--project", str(copy), "import", str(tmp_path / "datapackage.json")]) == 1
    assert "it is a folder, a pipe or a device" in capsys.readouterr().err


def test_a_schema_in_a_file_of_its_own_is_not_read(bring, tmp_path):
    (tmp_path / "g.csv").write_text("month,n\n1895-01,1\n1895-02,2\n")
    resource = {"name": "geese", "path": "g.csv", "schema": "schema.json", "title": None}
    assert "a whole number: 1 to 2" in bring("datapackage.json", json.dumps({"resources": [resource]}), "--kind", "observations")
