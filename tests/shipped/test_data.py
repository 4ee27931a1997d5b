"""The shipped tables: valid by the standard, and untouched by what an outside library reads."""

import re
from pathlib import Path

import frictionless
import pytest
import yaml

from indicators.compute.provenance import rows_behind
from indicators.warnings.run import warnings_of

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def package():
    described = yaml.safe_load((DATA / "datapackage.yaml").read_text(encoding="utf-8"))
    described["resources"] = [yaml.safe_load((DATA / name).read_text(encoding="utf-8")) for name in described["resources"]]
    return frictionless.Package(described, basepath=str(DATA))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_frictionless_finds_the_package_valid(package):
    report = package.validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "type", "note"])[:20]
    assert len(report.tasks) == len(package.resources)


def test_every_table_is_listed_and_has_the_rows_the_readme_says(package, project):
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    absent = set(re.findall(r"`(\S+)`", re.search(r"^Not shipped here.*?\n\n", readme, re.MULTILINE | re.DOTALL)[0]))
    listed = {}
    for names, counts in re.findall(r"^\| (`[^|]*`) \| ([\d, ]+) \|", readme, re.MULTILINE):
        listed |= dict(zip(re.findall(r"`(\S+)`", names), counts.split(", "), strict=True))
    shipped = {resource.path for resource in package.resources}
    assert shipped == {file.name for file in DATA.glob("*.csv")}
    assert absent < listed.keys()
    assert shipped == listed.keys() - absent
    rows = {table.resource.path: f"{len(table.frame):,}" for table in project.tables.values()}
    assert rows == {name: count for name, count in listed.items() if name in shipped}


def test_the_project_has_neither_errors_nor_warnings(project):
    assert [str(p) for p in [*project.problems, *warnings_of(project)]] == []


def test_every_row_of_every_table_is_read_under_its_own_id(project):
    for name, table in project.tables.items():
        with (DATA / table.resource.path).open(encoding="utf-8", newline="") as file:
            import csv

            assert len(table.frame) == sum(1 for row in csv.reader(file) if row) - 1, name
        assert table.frame["@row"].is_unique, name


def test_every_row_behind_every_number_has_a_source_or_may_lack_one(project, shipped):
    from indicators.nouns.series import Query

    for definition in project.definitions.values():
        found = shipped.series(Query(definition.id))
        ids = {row for rows in found.rows for row in rows}
        assert ids, definition.id
        assert all(row.sources for row in rows_behind(project.tables, sorted(ids), project.config.sources)), definition.id


def test_every_row_of_an_indicator_lies_in_the_period_it_counts_in(project, shipped):
    from indicators.nouns.periods import first_day, last_day
    from indicators.nouns.series import Query

    for definition in project.definitions.values():
        found = shipped.series(Query(definition.id))
        if definition.table:
            days = project.tables[definition.table].frame.set_index("@row")["@day"]
            for period, rows in zip(found.values.index, found.rows, strict=True):
                for row in (r for r in rows if r.startswith(f"{definition.table}:")):  # what follows a row may lie later
                    if definition.reduce.name == "share_of_days_with_next":
                        continue  # counts days, which lie before its rows
                    if definition.reduce.name in ("in_force", "in_force_at_end", "days_since_last"):
                        assert days[row].date() <= last_day(period, found.frequency)
                        continue  # lies or begins in it or before
                    assert first_day(period, found.frequency) <= days[row].date() <= last_day(period, found.frequency)
