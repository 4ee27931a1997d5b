"""Published files become tidy tables: seven public forms with invented numbers, each read a second time by hand. What a file
does not show is asked for, and nothing is written."""

import csv
import hashlib
import io
import json
import os
import shutil
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest

from indicators.nouns.config import Limits
from indicators.reading.importing import plan, workbooks
from indicators.reading.replacing import replace_file
from tests.builders import DISPUTES, contents, described, faults, opened, rows_in

NAMESPACE = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


# ---- seven public forms ----

EVENTS = """event_id_cnty;event_date;actor1;actor2;event_type;notes;fatalities
RUR101;03 January 1895;Ruritania;Graustark;Border clash;"A clash; shots were heard";2
RUR102;15 February 1895;Ruritania;;Protest;Students sing;0
GRA201;28 February 1895;Graustark;Ruritania;Border clash;A barn burns;1
GRA202;02 March 1895;Graustark;;Protest;"Cabbages, thrown";0
"""


def test_an_export_of_events(bring, copy):
    bring("clashes.csv", EVENTS, "--kind", "events")
    by_hand = list(csv.DictReader(io.StringIO(EVENTS), delimiter=";"))
    days = ["1895-01-03", "1895-02-15", "1895-02-28", "1895-03-02"]
    assert rows_in(copy, "clashes") == [{**row, "event_date": day} for row, day in zip(by_hand, days, strict=True)]
    resource = described(copy, "clashes")
    assert (resource.schema_.primaryKey, resource.relations.time.start) == (("event_id_cnty",), "event_date")
    assert resource.columns["event_type"].codes == ("Border clash", "Protest")
    assert (resource.columns["fatalities"].type, resource.columns["actor2"].codes) == ("integer", ())
    assert faults(opened(copy)) == []


def test_a_table_by_country_and_month(bring, copy):
    out = bring("disputes.csv", DISPUTES)
    by_hand = [line.split(",") for line in DISPUTES.splitlines()[1:]]
    assert [list(row.values()) for row in rows_in(copy, "disputes")] == [
        [country, f"{year}-{int(month):02d}", incidents.replace("..", ""), share] for country, year, month, incidents, share in by_hand
    ]
    relations = described(copy, "disputes").relations
    assert (relations.kind, relations.time.start, relations.time.every) == ("observations", "period", "month")
    assert "'..' is taken for missing (1 ×)" in out


POLLS = """Pollster,Start,End,Sample size,Approve,Disapprove
Tavern & Co,1/4/1895,3/4/1895,1204,41%,50%
Strelsau Post,12/4/1895,16/4/1895,800,39.5%,55%
Tavern & Co,1/5/1895,2/5/1895,1010,44%,48%
"""


def test_a_list_of_polls(bring, copy):
    bring("taverns.csv", POLLS, "--time", "End", "--date", "%d/%m/%Y", "--kind", "observations")
    by_hand = list(csv.DictReader(io.StringIO(POLLS)))
    rows = rows_in(copy, "taverns")
    assert [row["end"] for row in rows] == ["1895-04-03", "1895-04-16", "1895-05-02"]
    assert [float(row["approve"]) for row in rows] == [float(row["Approve"].rstrip("%")) for row in by_hand]
    assert [row["sample_size"] for row in rows] == [row["Sample size"] for row in by_hand]
    assert described(copy, "taverns").schema_.primaryKey == ("pollster", "end")


def workbook(path):
    """A workbook of a tourism office: title, unit, two lines of header, names written once in a block, notes below."""
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Arrivals")
    sheet.merge_range(0, 0, 0, 7, "Table 3. Arrivals by origin and purpose")
    sheet.write(1, 7, "Unit: persons")
    for left, right, words in ((0, 0, "Origin"), (1, 1, "Purpose")):
        sheet.merge_range(3, left, 4, right, words)
    sheet.merge_range(3, 2, 3, 4, "1894")
    sheet.merge_range(3, 5, 3, 7, "1895")
    for n, month in enumerate(("Oct", "Nov", "Dec", "Jan", "Feb", "Mar")):
        sheet.write(4, 2 + n, month)
    for row, (origin, purpose) in enumerate([(o, p) for o in ("Graustark", "Dawsbergen") for p in ("Business", "Waltz")], 5):
        if purpose == "Business":
            sheet.merge_range(row, 0, row + 1, 0, origin)
        sheet.write(row, 1, purpose)
        for n in range(6):
            sheet.write(row, 2 + n, "-" if (row, n) == (6, 2) else 1000.5 * row + n)
    sheet.write(10, 0, "Source: the gate books of Strelsau.")
    book.close()


def sheet_by_hand(path):
    """The cells of the first sheet, read from the XML in the file."""
    with zipfile.ZipFile(path) as packed:
        shared = [s.findtext(".//s:t", "", NAMESPACE) for s in ET.fromstring(packed.read("xl/sharedStrings.xml"))]
        cells = ET.fromstring(packed.read("xl/worksheets/sheet1.xml")).iterfind(".//s:c", NAMESPACE)
        texts = {cell.get("r"): (cell.get("t"), cell.findtext("s:v", "", NAMESPACE)) for cell in cells}
    return {place: shared[int(text)] if kind == "s" else text for place, (kind, text) in texts.items()}


def test_a_workbook_of_a_tourism_office(bring, copy, tmp_path):
    pytest.importorskip("python_calamine", reason="workbooks are read by python-calamine, of the extra import")
    workbook(tmp_path / "office.xlsx")
    out = bring("arrivals.xlsx", (tmp_path / "office.xlsx").read_bytes())
    cells = sheet_by_hand(tmp_path / "office.xlsx")
    months = dict(zip("CDEFGH", ("1894-10", "1894-11", "1894-12", "1895-01", "1895-02", "1895-03"), strict=True))
    origins = {6: "Graustark", 7: "Graustark", 8: "Dawsbergen", 9: "Dawsbergen"}
    expected = {
        (origins[line], cells[f"B{line}"], month, float(cells[f"{column}{line}"]))
        for line in origins
        for column, month in months.items()
        if cells[f"{column}{line}"] != "-"
    }
    rows = rows_in(copy, "arrivals")
    assert {(row["origin"], row["purpose"], row["period"], float(row["value"])) for row in rows} == expected
    assert len(rows) == len(expected) == 23
    assert described(copy, "arrivals").relations.notes == ("Source: the gate books of Strelsau.",)
    assert "Table 3. Arrivals by origin and purpose / Unit: persons" in out


WORLD_BANK = """\ufeff"Data Source","Ruritanian Development Indicators",

"Last Updated Date","1896-04-01",

"Country Name","Country Code","Indicator Name","1892","1893","1894","1895",
"Ruritania","RUR","Population, total","","1200000","1210000","1225000",
"Graustark","GRA","Population, total","800000","805000.5","","812000",
"""


def test_a_file_of_the_world_bank(bring, copy):
    bring("population.csv", WORLD_BANK)
    header, *body = list(csv.reader(io.StringIO(WORLD_BANK)))[4:]
    expected = [(row[1], header[n], row[n]) for row in body for n in range(3, 7) if row[n]]
    assert [(row["country_code"], row["period"], row["value"]) for row in rows_in(copy, "population")] == expected
    assert len(expected) == 6
    assert described(copy, "population").relations.time.every == "year"


SDMX = """DATAFLOW,FREQ,REF_AREA,COUNTERPART_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MULT,OBS_STATUS
RB:TRADE(1.0),M,RUR,GRA,1895-01,12.5,6,A
RB:TRADE(1.0),M,RUR,GRA,1895-02,13.0,6,E
RB:TRADE(1.0),M,GRA,RUR,1895-01,8.25,6,A
RB:TRADE(1.0),M,GRA,RUR,1895-02,9.5,6,
"""


def test_sdmx(bring, copy):
    bring("crowns.csv", SDMX)
    by_hand = list(csv.DictReader(io.StringIO(SDMX)))
    expected = [float(row["OBS_VALUE"]) * 1e6 for row in by_hand]
    rows = rows_in(copy, "crowns")
    assert [float(row["obs_value"]) for row in rows] == expected
    assert [(row["ref_area"], row["time_period"], row["obs_status"]) for row in rows] == [
        (row["REF_AREA"], row["TIME_PERIOD"], row["OBS_STATUS"]) for row in by_hand
    ]
    resource = described(copy, "crowns")
    assert resource.schema_.primaryKey == ("freq", "ref_area", "counterpart_area", "time_period")
    assert resource.relations.status.map == {"": "P", "A": "A", "E": "E"}
    assert "multiplied by its unit_mult (6 (4))" in resource.columns["obs_value"].description


TRADE = """Exports by partner, thousand crowns

Partner\tProduct\tJan 1895\tFeb 1895\tMar 1895\tTotal
Graustark\tKäse\t1.234,5\t1.300,0\t950,25\t3.484,75
\tGlas\t12,0\t..\t14,5\t26,5
Dawsbergen\tKäse\t7,5\t8,0\t9,25\t24,75
\tGlas\t1,0\t2,0\t3,0\t6,0
Note: crowns of 1890.
"""


def test_a_wide_table_of_trade(bring, copy):
    bring("trade.tsv", TRADE.encode("cp1252"), "--encoding", "cp1252", "--drop", "Total")
    lines = [line.split("\t") for line in TRADE.splitlines()[3:7]]
    partners = ["Graustark", "Graustark", "Dawsbergen", "Dawsbergen"]
    expected = [
        (partner, line[1], f"1895-{n:02d}", float(cell.replace(".", "").replace(",", ".")))
        for partner, line in zip(partners, lines, strict=True)
        for n, cell in enumerate(line[2:5], 1)
        if cell != ".."
    ]
    rows = rows_in(copy, "trade")
    assert [(row["partner"], row["product"], row["period"], float(row["value"])) for row in rows] == expected


# ---- further forms ----


def test_months_across_and_years_down(bring, copy):
    bring("rain.csv", "Year,Jan,Feb,Mar\n1894,1,2,3\n1895,4,5,6\n")
    assert [(row["period"], row["value"]) for row in rows_in(copy, "rain")] == [
        (f"{year}-{month:02d}", str(3 * (year - 1894) + month)) for year in (1894, 1895) for month in (1, 2, 3)
    ]


def test_a_day_in_three_columns(bring, copy):
    bring("slights.csv", "year,month,day,kind\n1895,1,2,glove\n1895,Feb,13,glove\n", "--kind", "events")
    assert [(row["date"], row["kind"]) for row in rows_in(copy, "slights")] == [("1895-01-02", "glove"), ("1895-02-13", "glove")]


def test_years_written_once_above_their_months(bring, copy):
    bring("rain.csv", "Year,Month,Hay,Oats\n1894,11,1,2\n,12,3,4\n1895,1,5,6\n,2,7,8\n,3,9,10\n")
    rows = rows_in(copy, "rain")
    assert [row["period"] for row in rows] == ["1894-11", "1894-12", "1895-01", "1895-02", "1895-03"]
    assert [row["oats"] for row in rows] == ["2", "4", "6", "8", "10"]


def test_several_measures_above_the_same_years(bring, copy):
    bring("two.csv", "\ufeff,Visitors,,Receipts,\nOrigin,1894,1895,1894,1895\nGRA,1,2,3,4\nDAW,5,6,7,8\n")
    rows = [tuple(row.values()) for row in rows_in(copy, "two")]
    assert rows[:4] == [
        *(("GRA", "Visitors", "1894", "1"), ("GRA", "Visitors", "1895", "2")),
        *(("GRA", "Receipts", "1894", "3"), ("GRA", "Receipts", "1895", "4")),
    ]
    assert described(copy, "two").schema_.primaryKey == ("origin", "series", "period")


def test_years_above_months_in_another_script(bring, copy):
    bring("宿泊.csv", "国・地域,1894年,,1895年,\n,11月,12月,1月,2月\nGRA,1,2,3,4\nDAW,5,6,7,8\n", "--name", "nights")
    assert [(row["国_地域"], row["period"], row["value"]) for row in rows_in(copy, "nights")][:4] == [
        *(("GRA", "1894-11", "1"), ("GRA", "1894-12", "2"), ("GRA", "1895-01", "3"), ("GRA", "1895-02", "4"))
    ]


def test_dates_of_different_precision_and_lists(bring, copy):
    bring("visits.csv", "id,date,who\nv1,1894,RUR; GRA\nv2,1895-02,GRA\nv3,1895-03-04,GRA; RUR\nv4,,RUR\n", "--kind", "events")
    assert [(row["date"], row["date_precision"], row["who"]) for row in rows_in(copy, "visits")] == [
        *(("1894-01-01", "year", "RUR;GRA"), ("1895-02-01", "month", "GRA"), ("1895-03-04", "day", "GRA;RUR"), ("", "", "RUR"))
    ]
    assert described(copy, "visits").relations.lists["who"].enum == ("GRA", "RUR")


def test_a_less_exact_date_that_does_not_place_the_row_stays_as_it_is(bring, copy):
    bring("deals.csv", "id,made,due\nd1,1895-01-02,1896\nd2,1895-02-03,1896-05\nd3,1895-02-04,\n", "--kind", "events", "--time", "made")
    assert [row["due"] for row in rows_in(copy, "deals")] == ["1896", "1896-05", ""]
    assert described(copy, "deals").columns["due"].type == "string"


def test_rows_without_a_key_are_numbered(bring, copy):
    bring("shots.csv", "day,what\n1895-01-01,shot\n1895-01-01,shot\n", "--kind", "events")
    assert [row["row"] for row in rows_in(copy, "shots")] == ["1", "2"]


def test_utf_16_and_blanks_that_nobody_sees(bring, copy):
    bring("odd.csv", "\ufeffmonth;n\n1895-01;1\u202f204\u00a0\n1895-02;\u22125\n".encode("utf-16-le"))
    assert [row["n"] for row in rows_in(copy, "odd")] == ["1204", "-5"]


def test_a_package_describes_its_columns(bring, copy, tmp_path):
    fields = [{"name": "month", "type": "yearmonth"}, {"name": "n", "type": "number", "decimalChar": ",", "description": "Geese."}]
    schema = {"fields": fields, "primaryKey": ["month"], "missingValues": ["", "none"]}
    resource = {"name": "geese", "path": "g.csv", "title": "Geese on the road", "dialect": {"delimiter": ";"}, "schema": schema}
    (tmp_path / "g.csv").write_text("month;n\n1895-01;1,234\n1895-02;none\n")
    bring("datapackage.json", json.dumps({"name": "p", "resources": [resource]}))
    assert [row["n"] for row in rows_in(copy, "geese")] == ["1.234", ""]
    assert described(copy, "geese").columns["n"].description == "Geese."
    assert described(copy, "geese").title == "Geese on the road"


def test_texts_in_a_workbook_are_as_doubtful_as_in_a_csv(bring, tmp_path, copy):
    pytest.importorskip("python_calamine", reason="workbooks are read by python-calamine, of the extra import")
    xlsxwriter = pytest.importorskip("xlsxwriter")
    book = xlsxwriter.Workbook(tmp_path / "x.xlsx")
    sheet = book.add_worksheet()
    for n, row in enumerate((["month", "number", "words"], ["1895-01", 1.234, "1,234"], ["1895-02", 2, "5"])):
        sheet.write_row(n, 0, row)
    book.close()
    raw = (tmp_path / "x.xlsx").read_bytes()
    out = bring("words.xlsx", raw, exits=1)
    assert "words: '1,234' may be 1234 or 1.234" in out
    assert "number:" not in out
    bring("words.xlsx", raw, "--drop", "words")
    assert [row["number"] for row in rows_in(copy, "words")] == ["1.234", "2"]


def test_one_year_alone_is_a_period_too_and_an_index_without_a_name_is_a_column(bring, copy):
    text = ",place,1895,\n0,Zenda,4,\n1,Hentzau,7,\n"
    assert "no line of names was found above the numbers" in bring("once.csv", text, exits=1)
    bring("once.csv", text, "--header", "1", "--text", "column_1")
    assert [tuple(row.values()) for row in rows_in(copy, "once")] == [("0", "Zenda", "1895", "4"), ("1", "Hentzau", "1895", "7")]


def test_parquet_where_pyarrow_is_there(bring, copy, tmp_path):
    pytest.importorskip("pyarrow", reason="Parquet is read where pyarrow is installed")
    import pandas as pd

    pd.DataFrame({"month": ["1895-01", "1895-02"], "n": [1.5, None]}).to_parquet(tmp_path / "x.parquet")
    bring("geese.parquet", (tmp_path / "x.parquet").read_bytes())
    assert [row["n"] for row in rows_in(copy, "geese")] == ["1.5", ""]


# ---- what is asked, and what is refused ----

REFUSED = {
    "day or month first": ("day,n\n03/04/1895,1\n05/04/1895,2\n", "'03/04/1895' may be 1895-04-03 or 1895-03-04", "--date '%d/%m/%Y'"),
    "a total below": ("month,n\n1895-01,5\n1895-02,7\nTotal,12\n", "1 of 3 cells are no periods: 'Total'", "--text 'month'"),
    "numbered things of a month": ("id,month,n\na,1895-01,5\nb,1895-02,7\n", "may be an event", "--kind events"),
    "thousands or decimals": ('month,n\n1895-01,"1,204"\n', "'1,204' may be 1204 or 1.204", "--decimal '.'"),
    "points": ("month;n\n1895-01;1.204\n", "'1.204' may be 1.204 or 1204", "--decimal"),
    "years of two digits": ("day,n\n03/04/95,1\n", "has a year of two digits", "--text day"),
    "two times": ("start,end,n\n1895-01-01,1895-02-01,1\n", "several columns may place a row in time: start, end", "--time end"),
    "events or observations": ("day,n\n1895-01-01,1\n", "may be an event", "--kind events or --kind observations"),
    "no time": ("a,b\nx,y\n", "no column holds days or periods", "--kind reference"),
    "marks beside numbers": (
        "month,n\n" + "".join(f"1895-{n:02d},{n}\n" for n in range(1, 11)) + "1895-11,11p\n",
        "'11p'",
        "--missing '11p'",
    ),
    "a total": ("a,1894,1895,total\nx,1,2,3\n", "holds numbers beside columns of periods", "--drop 'total'"),
    "a heading among rows": ("a,b,1894,1895\nEurope,,,\nx,y,1,2\nz,y,1,2\n", "nothing but 'Europe'", "--skip 2"),
    "words below a header": ("a,1894,1895\nx,few,many\ny,1,2\nz,1,2\nw,1,2\n", "words where other rows have numbers", "--header 1-2"),
    "words below periods": ("a,1894,1895\ny,1,2\nx,few,many\nz,1,2\nw,1,2\n", "'few'", "--missing 'few'"),
    "names that may hold below": (
        "a,b,1894,1895\nRUR,hay,1,2\n,oats,1,2\nGRA,hay,1,2\n,rye,1,2\n",
        "is empty in 2 rows below a name",
        "--fill 'a'",
    ),
    "no header": ("RUR,1895-01,hay\nGRA,1895-02,oats\nRUR,1895-03,hay\n", "no line of names was found", "--header"),
    "a day that is none": ("day,n\n1895-01-01,1\n1895-02-30,1\n1895-03-01,2\n", "'1895-02-30'", "--missing '1895-02-30'"),
    "numbers in brackets": ("month,n\n1895-01,5\n1895-02,(5)\n1895-03,7\n", "'(5)'", "--text 'n'"),
    "too many digits": ("month,n\n1895-01,12345678901234567890\n", "not numbers of one form", "--text 'n'"),
    "years and months": ("time,n\n1894,1\n1895-Q1,2\n", "periods of different length: quarter, year", "--where"),
    "annual and monthly numbers": ("TIME_PERIOD,OBS_VALUE\n1894,1\n1895-01,2\n", "holds days, months and years", "--where FREQ=M"),
    "a row that is too short": ("month,a,n\n1895-01,x,1\n1895-02,2\n", "fewer cells than the header", "--skip 3"),
    "an open quote": ('month,n\n1895-01,"1\n', "quote", "correct the quotes"),
    "nothing": ("", "it is empty", "with a table"),
    "a sentence": ("Nothing to see here.\n", "no line has two cells", "--header"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_shown_is_asked_and_nothing_is_written(bring, copy, case):
    text, why, hint = REFUSED[case]
    before = contents(copy)
    out = bring("doubt.csv", text, exits=1)
    assert "error[" in out
    assert why in out
    assert hint in out
    assert contents(copy) == before


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("letters.csv", "month,n\n1895-01,Käse\n".encode("cp1252"), "cp1252: 'Käse'; cp1251: 'Kдse'"),
        ("a.pdf", b"%PDF-1.4", "files that end with '.pdf' are not read"),
        ("x.csv", b"PK\x03\x04\x00\x00,\x00\xff\xfe", "spreadsheet"),
        ("datapackage.json", b"{", "it is not a package"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(bring, copy, name, content, why):
    before = contents(copy)
    assert why in bring(name, content, exits=1)
    assert contents(copy) == before


def test_a_workbook_that_is_none(bring):
    pytest.importorskip("python_calamine", reason="workbooks are read by python-calamine, of the extra import")
    assert "it is not a workbook that can be read" in bring("x.xlsx", b"PK\x03\x04\0", exits=1)
    assert "it is a text, only called a workbook" in bring("x.xls", "month\tn\n".encode("utf-16"), exits=1)
    assert "it is a web page" in bring("y.xls", b"\n<html><table><tr><td>1", exits=1)


def test_what_the_check_would_refuse_is_not_written(bring, copy):
    """The kingdoms know nothing after 20 May 1896, and a measured value from the future is an error."""
    before = contents(copy)
    out = bring("late.csv", "month,n\n1896-04,1\n1896-07,2\n", exits=1)
    assert "data/late.csv:3: error" in out
    assert contents(copy) == before


def test_without_write_there_is_only_the_plan(bring, copy):
    before = contents(copy)
    out = bring("disputes.csv", DISPUTES, write=False)
    assert "key   country, period" in out
    assert "RUR,1895-02,0,0.25" in out
    assert "nothing was written yet" in out
    assert contents(copy) == before


def test_the_original_is_kept_with_its_digest(bring, copy):
    bring("disputes.csv", DISPUTES, "--text", "country")
    digest = hashlib.sha256(DISPUTES.encode()).hexdigest()
    assert (copy / f"data/originals/{digest[:12]}-disputes.csv").read_text() == DISPUTES
    assert digest in described(copy, "disputes").sources[0].title
    with (copy / "data/originals/imports.csv").open(newline="") as file:
        row = next(csv.DictReader(file))
    assert row == {
        "table": "disputes",
        "file": f"{digest[:12]}-disputes.csv",
        "sha256": digest,
        "options": "disputes.csv --text country",
    }


@pytest.mark.parametrize("last", range(5))
def test_an_import_that_is_interrupted_leaves_the_old_project_and_can_be_repeated(bring, copy, monkeypatch, last):
    """The fifth file that is written is datapackage.yaml, which makes the table part of the project."""
    written = []

    def interrupted(path, content):
        if len(written) == last:
            raise OSError(28, "No space left on device")
        written.append(path)
        replace_file(path, content)

    monkeypatch.setattr(plan, "replace_file", interrupted)
    assert "No space left on device" in bring("disputes.csv", DISPUTES, exits=1)
    assert "disputes" not in opened(copy).tables
    assert faults(opened(copy)) == []
    monkeypatch.undo()
    bring("disputes.csv", DISPUTES)
    assert len(rows_in(copy, "disputes")) == 4


def test_what_is_there_and_no_table_of_the_project_is_never_replaced(bring, copy):
    (copy / "data/disputes.csv").write_text("mine\n")
    assert "data/disputes.csv is there" in bring("disputes.csv", DISPUTES, exits=1)
    assert (copy / "data/disputes.csv").read_text() == "mine\n"


def test_nothing_is_written_or_read_through_a_link_out_of_the_project(bring, copy, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (copy / "data" / plan.ORIGINALS).symlink_to(outside)
    before = contents(copy)
    said = bring("clashes.csv", EVENTS, "--kind", "events", exits=1)
    assert "error[outside-project]" in said
    assert "data/originals/imports.csv" in said
    assert (contents(copy), list(outside.iterdir())) == (before, [])


@pytest.mark.parametrize("name", [f"{plan.ORIGINALS}/{plan.LOG}", "clashes.csv", "clashes.resource.yaml"])
def test_a_file_outside_does_not_come_in_through_a_link(bring, copy, tmp_path, name):
    secret = tmp_path / "secret"
    secret.write_text("table,file,sha256,options\nthe king,is,at,Zenda\n")
    (copy / "data" / plan.ORIGINALS).mkdir()
    (copy / "data" / name).symlink_to(secret)
    said = bring("clashes.csv", EVENTS, "--kind", "events", exits=1)
    assert "error[outside-project]" in said
    assert "Zenda" not in said
    assert (copy / "data" / name).is_symlink()
    assert "Zenda" in secret.read_text()
    assert not any("clashes" in one.name for one in (copy / "data").iterdir() if one.name != name)


LISTS_OF_IMPORTS = {
    "no text": (b"\x96\x00\xff\x10", "not-utf-8"),
    "another table": (b"name,password\n", "its first line is not table,file,sha256,options"),
    "nothing": (b"", "its first line is not table,file,sha256,options"),
    "a cell too long": (b"a" * 2_000_000, "its first line is not table,file,sha256,options"),
}


@pytest.mark.parametrize("case", LISTS_OF_IMPORTS)
def test_a_list_of_imports_that_is_none_is_not_continued(bring, copy, case):
    content, why = LISTS_OF_IMPORTS[case]
    (copy / "data" / plan.ORIGINALS).mkdir()
    (copy / "data" / plan.ORIGINALS / plan.LOG).write_bytes(content)
    assert why in bring("clashes.csv", EVENTS, "--kind", "events", exits=1)
    assert (copy / "data" / plan.ORIGINALS / plan.LOG).read_bytes() == content


def test_only_files_of_the_project_are_copied_to_try_an_import(bring, copy, tmp_path, monkeypatch):
    outside = tmp_path / "outside"
    (outside / "deeper").mkdir(parents=True)
    for name in ("secret.csv", "secret.yaml", "deeper/secret.parquet"):
        (outside / name).write_text("swordfish")
    for name in ("secret.csv", "secret.yaml", "deeper"):
        (copy / "data" / name).symlink_to(outside / name)
    (copy / "data/none.csv").symlink_to("nowhere")
    (copy / "data/junk.bin").symlink_to("/dev/null")
    os.mkfifo(copy / "data/pipe.csv")
    tried, read = [], plan.open_project

    def noted(root, **how):
        tried.append({path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()})
        return read(root, **how)

    monkeypatch.setattr(plan, "open_project", noted)
    bring("clashes.csv", EVENTS, "--kind", "events", write=False)
    assert {"config.yaml", "data/polls.csv", "data/clashes.csv"} <= tried[1]
    assert not [name for name in tried[1] if "secret" in name or Path(name).stem in ("none", "junk", "pipe")]


@pytest.mark.parametrize(("put", "code"), [(lambda path: path.symlink_to("/dev/zero"), "outside-project"), (os.mkfifo, "missing-file")])
def test_what_was_not_read_before_is_no_new_problem_of_an_import(bring, copy, put, code):
    (copy / "data/polls.csv").unlink()
    put(copy / "data/polls.csv")
    bring("clashes.csv", EVENTS, "--kind", "events")
    assert code in {one.code for one in opened(copy).problems}


def test_a_copy_that_fails_leaves_nothing_behind(bring, copy, tmp_path, monkeypatch):
    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    assert "No space left on device" in bring("clashes.csv", EVENTS, "--kind", "events", exits=1)
    assert list((tmp_path / "temporary").iterdir()) == []


ACTING = {
    "a header": "day,na\x1b[31mme\n1895-01-03,Zenda\n1895-01-04,Hentzau\n",
    "a cell": 'day,name\n1895-01-03,"\x1b]0;x\x07Zenda"\n1895-01-04,Hent\u009b31mzau\n',
    "a code": "day,name\n1895-01-03,a\u009b31m\n1895-01-04,a\u009b31m\n",
    "a problem": "day,n\n1895-01-03,1\n1895-01-04,2\n1895-01-05,3\n1895-01-06,\x1b[2J\n",
}


@pytest.mark.parametrize("case", ACTING)
def test_nothing_of_a_file_acts_on_a_terminal(bring, case):
    said = bring("clashes.csv", ACTING[case], "--kind", "events", exits=int(case in ("a cell", "a problem")), write=False)
    assert said.replace("\n", "").isprintable()
    assert ("\\x" in said) == (case != "a header")  # of a header its letters become the name


def test_nothing_of_a_newer_file_acts_on_a_terminal(bring, copy):
    bring("clashes.csv", "id,day,name\n1,1895-01-03,Zenda\n2,1895-01-04,Hentzau\n", "--kind", "events", "--key", "id")
    newer = 'id,day,name\n1,1895-01-03,Zen\x1b[31mda\n"\u009b2J",1895-01-05,Hentzau\n'
    said = bring("clashes.csv", newer, "--gone", "keep", write=False, exits=1)
    assert (said.replace("\n", "").isprintable(), "changed: 1: name Zenda -> Zen\\x1b[31mda" in said) == (True, True), said


def test_the_name_of_a_file_in_a_problem_does_not_act_on_a_terminal(bring):
    said = bring("new\x1b[31m.csv", "", exits=1)
    assert (said.replace("\n", "").isprintable(), "new\\x1b[31m.csv" in said) == (True, True), said


RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Override PartName="/xl/workbook.xml" ContentType="{OFFICE}"/></Types>',
    "xl/workbook.xml": f'<workbook xmlns="{NAMESPACE["s"]}" xmlns:r="{RELATED}">'
    '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATED}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def packed(cells, more=b""):
    """A workbook with these cells in a row, and a part that nothing names."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, text in PARTS.items():
            book.writestr(name, text)
        inner = "".join(f'<c r="{chr(65 + n)}1" t="inlineStr"><is><t>{cell}</t></is></c>' for n, cell in enumerate(cells))
        sheet = f'<worksheet xmlns="{NAMESPACE["s"]}"><sheetData><row r="1">{inner}</row></sheetData></worksheet>'
        book.writestr("xl/worksheets/sheet1.xml", sheet)
        book.writestr("xl/other.xml", more)
    return raw.getvalue()


@pytest.fixture
def few_bytes(monkeypatch):
    """A workbook of more than 50,000 bytes is too large when it is unpacked; nothing of such a one is read."""
    pytest.importorskip("python_calamine", reason="workbooks are read by python-calamine, of the extra import")
    monkeypatch.setattr(workbooks, "LIMITS", Limits(bytes=10_000))


@pytest.mark.parametrize(("cells", "more"), [(["a" * 60_000], b""), (["a"], b"a" * 60_000), (["a" * 30_000], b"a" * 30_000)])
def test_a_workbook_that_is_too_large_when_unpacked_is_not_read(bring, few_bytes, monkeypatch, cells, more):
    monkeypatch.setattr(workbooks, "_as_shown", None)
    said = bring("big.xlsx", packed(cells, more), exits=1)
    assert "unpacked it has more than 50,000 bytes, and at most so many are read" in said


def test_what_a_workbook_says_of_its_sizes_is_not_believed(bring, few_bytes, monkeypatch):
    monkeypatch.setattr(workbooks, "_as_shown", None)
    honest = packed(["a" * 60_000])
    with zipfile.ZipFile(io.BytesIO(honest)) as book:
        size = book.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = honest.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != honest
    assert "unpacked it has more than 50,000 bytes" in bring("big.xlsx", lying, exits=1)


def test_a_workbook_below_the_limit_is_read(bring, few_bytes):
    said = bring("small.xlsx", packed(["a" * 30_000, "b"]), exits=1)
    assert ("unpacked" in said, "small.xlsx" in said) == (False, True)


def test_a_broken_workbook_says_so(bring, few_bytes):
    raw = packed(["name", "day"])
    at = raw.index(b"xl/worksheets/sheet1.xml") + 40
    assert "it is not a workbook that can be read" in bring("broken.xlsx", raw[:at] + b"\xff" * 20 + raw[at + 20 :], exits=1)


def test_a_cell_far_from_the_others_is_not_reached(bring, few_bytes, monkeypatch):
    monkeypatch.setattr(workbooks, "_as_shown", None)
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(packed(["a", "b"]))) as book:
        parts = {one: book.read(one) for one in book.namelist()}
    parts[name] = parts[name].replace(b'<row r="1">', b'<row r="1048576">').replace(b'"B1"', b'"XFD1048576"')
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as book:
        for one, content in parts.items():
            book.writestr(one, content)
    assert "its cells reach to XFD1048576, and at most 10,000,000 places" in bring("far.xlsx", raw.getvalue(), exits=1)


# ---- what is neither read otherwise than it says nor brings the command down ----

TIMES = "id,when,n\na,1895-01-01T12:00:00Z,1\nb,1895-01-01T23:30:00-05:00,2\n"
MONTHS = "day,n\n01/02/1895,1\n13/04/1895,2\n"


@pytest.mark.parametrize(
    ("content", "options", "why"),
    [
        (TIMES, (), "when: the times are not all of one zone"),
        ("month,n\nſep 1895,1\nOct 1895,2\n", (), "no column holds days or periods"),
        (MONTHS, ("--date", "%m/%d/%Y"), "day: '13/04/1895' is not written %m/%d/%Y, as others are"),
    ],
)
def test_a_time_that_cannot_be_read_is_asked_for(bring, content, options, why):
    assert why in bring("odd.csv", content, "--kind", "observations", *options, exits=1)


def test_a_half_year_is_no_quarter(bring, copy):
    bring("halves.csv", "year,quarter,n\n1895,H1,1\n1895,H2,2\n", "--kind", "observations")
    assert [row["quarter"] for row in rows_in(copy, "halves")] == ["H1", "H2"]


def test_a_column_of_signs_of_per_cent_is_text(bring, copy):
    bring("shares.csv", "year,share\n1894,%\n1895,%\n", "--kind", "observations")
    assert [row["share"] for row in rows_in(copy, "shares")] == ["%", "%"]


def test_no_room_is_made_for_texts_that_a_workbook_only_says_it_has(bring, few_bytes):
    """The library that reads workbooks ended the whole program."""
    more = b'<sst xmlns="x" count="5" uniqueCount="99999999999"/>'
    assert "says that it has more parts than a file can hold" in bring("many.xlsx", packed(["a", "b"], more), exits=1)


def test_a_cell_may_hold_words_that_look_like_a_number_of_texts(bring, few_bytes):
    assert "no row below the header" in bring("words.xlsx", packed(["gate", 'count="of travellers"']), exits=1)


def test_a_part_of_a_workbook_in_an_unknown_encoding_is_refused(bring, few_bytes):
    raw = packed(["a", "b"])
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        parts = {one: book.read(one) for one in book.namelist()}
    parts["xl/workbook.xml"] = b'<?xml version="1.0" encoding="UTF-9"?>' + parts["xl/workbook.xml"]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for one, content in parts.items():
            book.writestr(one, content)
    assert "cannot be read: unknown encoding" in bring("odd.xlsx", out.getvalue(), exits=1)
