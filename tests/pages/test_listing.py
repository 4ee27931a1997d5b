"""The chronology and the pages of tables: what is in the address is shown, what makes no sense is refused, files have all rows."""

import csv
import io
import re
import zipfile
from dataclasses import replace

import pytest

from dashboard.app import create_app, status_at
from dashboard.live import Live
from dashboard.pages import Asked, chronology, listing, method, table
from dashboard.pages.listing import search as looking
from dashboard.pages.nodes import plain, taken_apart
from dashboard.pages.still import elements
from indicators.problems import ProblemsFound
from tests.builders import appended, asked, edited, text_of, text_of_page, told


@pytest.fixture
def now(live):
    return live.current()


def addresses(parts):
    """Where the links of a part of a page lead."""
    return {taken_apart(one)[1].get("href") for one in elements(plain(parts))}


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/chronology", 200),
        ("/chronology?kind=duel&from=1893&to=1895-06&q=dawn", 200),
        ("/chronology?kind=slight,duel", 200),
        ("/chronology?kind=dule", 400),
        ("/chronology?knid=duel", 400),
        ("/chronology?from=18x", 400),
        ("/chronology?from=1895&to=1894", 400),
        ("/chronology?page=2", 400),
        ("/chronology?page=0", 400),
        ("/chronology?lane=war", 400),
        ("/chronology?coverage=good", 400),
        ("/chronology?source=nobody", 400),
        ("/chronology?row=e-99", 400),
        ("/chronology/envoys", 404),
        ("/table/envoys?row=e-02", 200),
        ("/table/sources", 200),
        ("/table/sources?from=1893", 400),
        ("/table/soruces", 404),
    ],
)
def test_an_address_that_makes_no_sense_is_refused(now, address, code):
    path, _, search = address.partition("?")
    assert status_at(now, path, f"?{search}" if search else "") == code


def test_every_table_has_a_page_and_the_page_method_leads_to_it(now):
    assert {f"/table/{name}" for name in now.results.tables} <= addresses(method.content(now.results))
    assert all(table.look_up(now, name).found.all() for name in now.results.tables)


def test_a_key_of_another_table_is_a_link_to_its_row_and_back(now):
    found = table.look_up(now, "annotations?event_id=e-02")
    assert list(found.listing.frame["label"][found.found]) == ["The Valentine audience"]
    assert "/table/annotations?event_id=e-02" in addresses(listing.content(now, table.look_up(now, "envoys?row=e-02"), as_acts=False))


def test_counts_in_the_strip_and_the_matrices_are_those_of_the_rows_that_their_links_find(now):
    search = chronology.look_up(now, "")
    acts = search.listing.table.relations.acts
    words = looking.words_of(now.results.config, search.resource)
    parts = [*listing.strip(search), listing.matrices(search, acts, now.results.config.sides, words)]
    links = re.findall(r"A\(children='([0-9,]+)', href='(/chronology\?[^']*)'", " ".join(map(str, parts)))
    assert links
    for count, address in links:
        assert int(chronology.look_up(now, address.removeprefix("/chronology")).found.sum()) == int(count), address


def test_a_project_without_events_says_so(now):
    tables = {name: one for name, one in now.results.tables.items() if one.relations.kind != "events"}
    empty = replace(now, results=replace(now.results, tables=tables), figures={})
    assert "no table of events" in text_of_page(chronology.layout(empty, Asked("")))


def test_another_table_is_never_shown_in_the_place_of_a_faulty_one(copy):
    edited(copy, "config.yaml", "sources: sources", "sources: sources\nchronology: envoys")
    appended(copy, "data/envoys.csv", "no row at all")
    now = Live(copy).current()
    with pytest.raises(ProblemsFound, match="no valid table 'envoys'"):
        chronology.look_up(now, "")


def test_files_have_all_matching_rows_and_no_formula(copy):
    row = "e-88,1896-03-09,,day,duel,RUR,RUR;GRA,clerk,,cheese,=HYPERLINK(1),court_diary,1896-03-10"
    appended(copy, "data/envoys.csv", row)
    now = Live(copy).current()
    client = create_app(lambda: now).server.test_client()
    answer = client.get("/rows.csv?table=envoys&kind=duel")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    written = csv.DictReader((copy / "data" / "envoys.csv").read_text(encoding="utf-8").splitlines())
    expected = [one["act_id"] for one in written if one["kind"] == "duel"]
    assert sorted(one["act_id"] for one in rows) == sorted(expected)
    assert next(one for one in rows if one["act_id"] == "e-88")["summary"] == "'=HYPERLINK(1)"
    book = zipfile.ZipFile(io.BytesIO(client.get("/rows.xlsx?table=envoys&kind=duel").get_data()))
    assert "'=HYPERLINK(1)" in book.read("xl/sharedStrings.xml").decode()
    assert client.get("/rows.csv?table=envoys&kind=dule").status_code == 400
    assert client.get("/rows.csv?table=nothing").status_code == 400


# ---- columns that were coded for some rows only ----


@pytest.fixture
def coded(copy):
    """The office is written down for meetings and calls alone, and only their categories are graded with it."""
    group = "{columns: [office], where: {kind: [meeting, call]}}"
    edited(copy, "data/envoys.resource.yaml", "whole: all_acts", f"whole: all_acts\n  coded: [{group}]")
    file = copy / "data" / "coverage.csv"
    head, *rows = file.read_text().splitlines()
    columns = "act_id;date;date_precision;kind;initiator;participants;level;topic"
    kept = (",audiences,", ",ministers,", ",waltzes,")
    rest = [row if any(name in row for name in kept) else re.sub(",,(annual)?$", rf",{columns},\1", row) for row in rows]
    file.write_text("\n".join([head, *rest]) + "\n")
    return copy


def test_a_filter_of_a_column_that_was_coded_for_some_rows_says_so(coded):
    acts = list(csv.DictReader((coded / "data" / "envoys.csv").read_text(encoding="utf-8").splitlines()))
    known = [row for row in acts if row["kind"] in ("meeting", "call")]
    now = Live(coded).current()
    assert [str(one) for one in now.problems] == []
    found = chronology.look_up(now, "?office=crown")
    assert sorted(found.listing.keys[found.found]) == sorted(row["act_id"] for row in acts if row["office"] == "crown")
    shown = text_of(listing.content(now, found, as_acts=True))
    assert f"Office: coded for {len(known)} of {len(acts)} only, others may match too" in shown
    assert f"Coded for {len(known)} of {len(acts)} events only" in shown
    note = f"office: coded for {len(known)} of {len(acts)} events only"
    assert note in text_of_page(table.layout(now, Asked("envoys")))
    book = create_app(lambda: now).server.test_client().get("/rows.xlsx?table=envoys").get_data()
    assert note in zipfile.ZipFile(io.BytesIO(book)).read("xl/sharedStrings.xml").decode()
    everything = text_of(listing.content(now, chronology.look_up(now, ""), as_acts=True))
    assert "others may match too" not in everything


def test_a_blank_where_nobody_coded_is_never_a_zero(coded):
    """All acts of 1896 were collected, but not the office of each: no act of the war office is no zero."""
    where = {"kind": "meeting", "participants": {"exactly": ["RUR", "GRA"]}}
    every, war = (asked(coded, where=where | more, coverage="all_acts", frequency="monthly") for more in ({}, {"office": "war"}))
    assert told(every)["1896-03"] == 0
    assert told(war, "coverage").get("1896-03", "none") == "none"
    assert told(war).get("1896-03") is None


def test_what_may_not_have_happened_is_marked(copy):
    doubt = "doubtful: {source_id: opera_bell, office: crown}"
    edited(copy, "data/envoys.resource.yaml", "acts: {by: initiator, ", f"acts: {{{doubt}, by: initiator, ")
    now = Live(copy).current()
    shown = {key: text_of(listing.content(now, chronology.look_up(now, f"?row={key}"), as_acts=True)) for key in ("e-33", "e-34")}
    assert "(crown, opera_bell)" in shown["e-33"]
    assert "(crown" not in shown["e-34"]
