"""Further forms in which offices, banks and data projects publish, with invented numbers: read right, or refused with the cause."""

import datetime

import pytest

from tests.builders import contents, described, edited, rows_in

EUROSTAT = (
    "freq,unit,geo\\TIME_PERIOD\t1893 \t1894 \t1895 \n"
    "A,THS,RU\t12.3 p\t: c\t14 \n"  # a flag, a number that is kept secret, a plain number
    "A,THS,GR\t: \t1.5 be\t0 n\n"  # nothing, two flags, a number that was rounded to zero
)


def values(copy, table, *columns):
    return [tuple(row[column] for column in columns) for row in rows_in(copy, table)]


# ---- offices that share a standard ----


def test_the_text_of_eurostat_has_flags_behind_its_numbers(bring, copy):
    bring("tet00001.tsv", EUROSTAT)
    assert values(copy, "tet00001", "geo", "time_period", "obs_value", "obs_flag") == [
        *(("RU", "1893", "12.3", "p"), ("RU", "1894", "", "c"), ("RU", "1895", "14", "")),
        *(("GR", "1894", "1.5", "be"), ("GR", "1895", "0", "n")),
    ]
    resource = described(copy, "tet00001")
    assert resource.schema_.primaryKey == ("freq", "unit", "geo", "time_period")
    assert resource.relations.status.map == {"": "A", "be": "B", "c": "M", "n": "E", "p": "P"}


@pytest.mark.parametrize(("cell", "why"), [("12.3 p?", "neither a number with flags nor :"), ("1,5", "neither a number with flags")])
def test_what_eurostat_does_not_write_is_refused(bring, copy, cell, why):
    before = contents(copy)
    out = bring("tet00001.tsv", EUROSTAT.replace("14 ", cell), exits=1)
    assert "tet00001.tsv:2" in out
    assert why in out
    assert contents(copy) == before


LABELS = (
    "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,Reference area,TIME_PERIOD,Time period,OBS_VALUE,Observation value,"
    "OBS_STATUS,Observation status,UNIT_MULT,Unit multiplier\n"
    "DATAFLOW,RB:DF(1.0),I,RUR,Ruritania,1894,,12.5,,A,Normal value,6,Millions\n"
    "DATAFLOW,RB:DF(1.0),I,RUR,Ruritania,1895,,0,,K,Data included in another category,6,Millions\n"
    "DATAFLOW,RB:DF(1.0),I,GRA,Graustark,1894,,3,,W,Includes data from another category,3,Thousands\n"
)


def test_numbers_are_written_out_and_none_stands_under_a_status_that_says_missing(bring, copy):
    """0 in another category is no zero; 12.5 million and 3 thousand are numbers of one unit."""
    out = bring("labels.csv", LABELS)
    assert values(copy, "labels", "ref_area", "time_period", "obs_value") == [
        ("RUR", "1894", "12500000"),
        ("RUR", "1895", ""),
        ("GRA", "1894", "3000"),
    ]
    assert "unit_multiplier" not in rows_in(copy, "labels")[0]
    assert "obs_value: 1 numbers under a status that says missing are left out" in out
    assert described(copy, "labels").schema_.primaryKey == ("ref_area", "time_period")


def test_labels_behind_codes(bring, copy):
    text = (
        "DATAFLOW,REF_AREA: Area,TIME_PERIOD: Time period,OBS_VALUE: Observation value,OBS_STATUS: Status,UNIT_MULT: Multiplier\n"
        '"RB:DF(1.0): Hay",RUR: Ruritania,1894,12.5,A: Normal value,3: Thousands\n'
        '"RB:DF(1.0): Hay",RUR: Ruritania,1895,7,ZZ: Odd,0: Units\n'
    )
    out = bring("both.csv", text)
    assert values(copy, "both", "time_period", "obs_value", "obs_status") == [("1894", "12500", "A"), ("1895", "7", "ZZ")]
    assert described(copy, "both").relations.status.map == {"A": "A", "ZZ": "P"}
    assert "ZZ is in no code list" in out


def test_sdmx_of_eurostat_has_small_letters_and_the_day_of_its_update(bring, copy):
    text = (
        "DATAFLOW,LAST UPDATE,freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n"
        "RB:HAY(1.0),26/11/95 11:00:00,A,THS,RU,1894,12.3,p,\nRB:HAY(1.0),26/11/95 11:00:00,A,THS,RU,1895,14,,\n"
        "RB:HAY(1.0),26/11/95 11:00:00,A,THS,GR,1894,,c,C\n"
    )
    bring("hay.csv", text)
    assert values(copy, "hay", "geo", "time_period", "obs_value") == [("RU", "1894", "12.3"), ("RU", "1895", "14"), ("GR", "1894", "")]
    assert described(copy, "hay").schema_.primaryKey == ("freq", "unit", "geo", "time_period")
    assert described(copy, "hay").relations.status.map == {"": "A", "c": "M", "p": "P"}


@pytest.mark.parametrize(
    ("code", "letter"),
    [*((code, "E") for code in "DEFGJNSUW"), *((code, "M") for code in "HKLMOQ"), *((code, "P") for code in "PV"), ("B", "B"), ("I", "I")],
)
def test_every_code_of_the_list_of_observation_status_has_a_letter(code, letter):
    """CL_OBS_STATUS 2.2: missing are those whose names begin so, and data included in another category."""
    from indicators.reading.importing.sdmx import letter_of

    assert letter_of(code) == letter


def test_a_multiplier_that_is_missing_beside_a_number_is_asked_for(bring, copy):
    before = contents(copy)
    text = "REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MULT\nRUR,1894,12.5,6\nRUR,1895,13.5,\n"
    assert "unit_mult is '' beside the number 13.5" in bring("gap.csv", text, exits=1)
    assert contents(copy) == before
    out = bring("gap.csv", text, "--text", "UNIT_MULT")
    assert "stay as published, and must be multiplied" in out
    assert values(copy, "gap", "obs_value", "unit_mult") == [("12.5", "6"), ("13.5", "")]


OUTLOOK = (
    "Code\tISO\tSubject\tUnits\tScale\t1893\t1894\t1895\tEstimates Start After\n"
    "111\tRUR\tOutput\tCrowns\tBillions\t1,234.567\t1,300.1\t--\t1894\n"
    "111\tRUR\tPrices\tIndex\t\t101.5\tn/a\t103.25\t1894\n"
    "\nRuritanian Fund, Outlook Database, April 1896\t\t\t\t\t\t\t\t\n"
)


def test_an_outlook_in_utf_16_with_a_scale_for_each_row(bring, copy):
    out = bring("outlook.tsv", OUTLOOK.encode("utf-16"), exits=1)
    assert "the column 'Code' holds numbers" in out
    assert "the column 'Estimates Start After' holds numbers" in out
    out = bring("outlook.tsv", OUTLOOK.encode("utf-16"), "--drop", "Estimates Start After", "--text", "Code")
    assert values(copy, "outlook", "subject", "period", "value") == [
        *(("Output", "1893", "1234567000000"), ("Output", "1894", "1300100000000")),
        *(("Prices", "1893", "101.5"), ("Prices", "1895", "103.25")),
    ]
    assert "'--' is taken for missing (1 ×)" in out


def test_a_scale_that_is_no_word_for_a_power_of_ten_is_pointed_out(bring):
    out = bring("crops.csv", "month,multiplier,value\n1895-01,1000,5\n1895-02,1000,7\n1895-03,100,9\n", "--key", "month")
    assert "multiplier: 1000 (2), 100 (1); if the numbers are in such units, they must be multiplied" in out


def test_a_quantity_without_a_unit_is_no_zero(bring, copy):
    text = (
        "freqCode,refPeriodId,period,reporterISO,flowCode,partnerISO,cmdCode,qtyUnitCode,qty,primaryValue\n"
        "M,18940101,189401,RUR,M,GRA,01,-1,0,1234567.89,\nM,18940201,189402,RUR,M,GRA,01,8,25,2234567.5,\n"
        "M,18940201,189402,RUR,X,GRA,01,8,0,5.5,\n"
    )
    bring("goods.csv", text)
    assert values(copy, "goods", "period", "flowcode", "cmdcode", "qty", "primaryvalue") == [
        *(("1894-01", "M", "01", "", "1234567.89"), ("1894-02", "M", "01", "25", "2234567.5"), ("1894-02", "X", "01", "0", "5.5")),
    ]


def test_limits_and_totals_are_pointed_out(bring):
    text = "Location,Period,Sex,Prefix,Number\nRUR,1894,Total,<,0.5\nRUR,1894,Women,,0.2\nGRA,1894,Total,,3\nGRA,1894,Women,,1\n"
    out = bring("fever.csv", text)
    assert "prefix: where it is <, the number beside it is a limit" in out
    assert "sex: Total may be the total of the other codes" in out


def test_a_title_that_says_thousands_is_said_of_the_numbers(bring, copy):
    out = bring("hay.csv", "Exports of hay (thousand crowns)\n\nYear,Hay\n1894,1\n1895,2\n")
    assert "the numbers stay as published; above the table stands 'Exports of hay (thousand crowns)'" in out
    assert "Exports of hay (thousand crowns)" in described(copy, "hay").columns["hay"].description


def test_utf_16_without_its_mark_is_asked_for(bring, copy):
    raw = "Year;n\n1894;1,5\n1895;2,5\n".encode("utf-16-be")
    assert "--encoding utf-16-be" in bring("wide_letters.csv", raw, exits=1)
    bring("wide_letters.csv", raw, "--encoding", "utf-16-be")
    assert values(copy, "wide_letters", "year", "n") == [("1894", "1.5"), ("1895", "2.5")]


# ---- how numbers and times are written ----


@pytest.mark.parametrize("sign", ["\u202f", "\u00a0", "'", "’"])
def test_marks_for_thousands_between_digits(bring, copy, sign):
    bring("nights.csv", f"Monat;Nächte;Ertrag\n1895-01;1{sign}234;1{sign}234,5\n1895-02;12{sign}000;900,25\n")
    assert values(copy, "nights", "nächte", "ertrag") == [("1234", "1234.5"), ("12000", "900.25")]


def test_days_that_a_spreadsheet_has_counted(bring, copy):
    """Two weeks in January 1957; the serial number of 1 January 1957 is 20821."""
    edited(copy, "config.yaml", "as_of: 1896-05-20", "as_of: 1957-12-31")
    text = "date,n\n20821,1\n20828,2\n"
    assert "'20821' may be the number of a day in a spreadsheet, 1957-01-01" in bring("counted.csv", text, exits=1)
    bring("counted.csv", text, "--date", "serial", "--kind", "observations")
    assert values(copy, "counted", "date", "n") == [("1957-01-01", "1"), ("1957-01-08", "2")]


def test_months_before_years_and_days_as_columns(bring, copy):
    bring("rain.csv", "Month,n\n11/1894,1\n02/1895,2\n")
    assert values(copy, "rain", "month") == [("1894-11",), ("1895-02",)]
    bring("daily.csv", "Country,1895-01-22,1895-01-23\nRUR,1,2\n")
    assert values(copy, "daily", "period", "value") == [("1895-01-22", "1"), ("1895-01-23", "2")]
    assert described(copy, "daily").relations.time.every == "day"


def test_growth_beside_numbers_is_left_out_by_the_name_below(bring, copy):
    text = "国・地域,1894年,,,,1895年,\n,11月,伸率(%),12月,伸率(%),1月,伸率(%)\nGRA,1,5.5,2,6.5,3,7.5\nDAW,5,1.5,6,1.5,7,1.5\n"
    bring("宿泊.csv", text, "--name", "nights", "--drop", "伸率(%)")
    assert values(copy, "nights", "国_地域", "period", "value")[:3] == [
        ("GRA", "1894-11", "1"),
        ("GRA", "1894-12", "2"),
        ("GRA", "1895-01", "3"),
    ]


def test_dates_that_may_be_less_exact_than_they_look(bring):
    text = "event_id_cnty,event_date,time_precision,fatalities\nR1,01 January 1895,1,2\nR2,01 February 1895,3,0\n"
    out = bring("clashes.csv", text, "--kind", "events")
    assert "time_precision may say that some dates are less exact" in out
    assert "all days are the first of a month" in out


NEARLY = {
    "spans of years": ("Place,1893/94,1894/95,1895/96\nZenda,1,2,3\n", "'1893/94' above the numbers", "a span of years"),
    "a year with a mark": ("Place,1893,1894,1895*\nZenda,1,2,3\nHentzau,4,5,6\n", "'1895*'", "a period with a mark"),
    "days of two-digit years": ("Place,1/22/95,1/23/95\nZenda,1,2\n", "'1/22/95'", "a year of two digits"),
    "months of two-digit years": (
        "Month,n\nJan-95,1\nFeb-95,2\n",
        "no column holds days or periods",
        "'Jan-95' looks like a date with a year",
    ),
    "days of a poll": ('Date,Yes\n"Jan 2-22, 1895",41%\n', "no column holds days or periods", "the first and the last into columns"),
    "months behind a point": ("period,n\n1895.1,1\n1895.2,2\n", "no column holds days or periods", "whose last zero may be lost"),
    "no header": ("410\t18950101\tRUR\t2.8\n411\t18950102\tGRA\t-10\n", "no line of names was found", "write the names into a first line"),
}


@pytest.mark.parametrize("case", NEARLY)
def test_what_is_nearly_a_period_is_refused_with_the_cause(bring, copy, case):
    text, why, hint = NEARLY[case]
    before = contents(copy)
    out = bring("nearly.csv", text, exits=1)
    assert why in out
    assert hint in out
    assert contents(copy) == before


# ---- workbooks ----


def book(path, write):
    pytest.importorskip("python_calamine", reason="workbooks are read by python-calamine, of the extra import")
    made = pytest.importorskip("xlsxwriter").Workbook(path)
    write(made, made.add_worksheet("T1"))
    made.close()
    return path.read_bytes()


def shares(made, sheet):
    """A cell that is shown as 12.3 % is stored as 0.123, and one that is shown as 1,235 may be 1234567."""
    month, percent, thousands = (made.add_format({"num_format": form}) for form in ("yyyy-mm", '0.0" "%', "#,##0,"))
    sheet.write_row(0, 0, ["month", "share", "visitors"])
    for n, (share, visitors) in enumerate(((0.123, 1234567), (0.07, 2000000)), 1):
        sheet.write_datetime(n, 0, datetime.datetime(1957, n, 1), month)
        sheet.write_number(n, 1, share, percent)
        sheet.write_number(n, 2, visitors, thousands)


def test_per_cent_in_a_workbook_is_read_as_it_is_shown(bring, copy, tmp_path):
    edited(copy, "config.yaml", "as_of: 1896-05-20", "as_of: 1957-12-31")
    out = bring("shares.xlsx", book(tmp_path / "x.xlsx", shares), "--kind", "observations")
    assert values(copy, "shares", "month", "share", "visitors") == [("1957-01-01", "12.3", "1234567"), ("1957-02-01", "7", "2000000")]
    assert "In per cent." in described(copy, "shares").columns["share"].description
    assert "2 cells are shown in thousands or millions, as C2: the whole number behind is read" in out


def two_measures(made, sheet):
    percent = made.add_format({"num_format": 10})
    sheet.merge_range("A1:E1", "Table 1: Visitors and shares")
    sheet.merge_range("A3:A4", "Country")
    sheet.merge_range("B3:C3", "Visitors")
    sheet.merge_range("D3:E3", "Share")
    sheet.write_row(3, 1, [1894, 1895, 1894, 1895])
    for row, (name, numbers) in enumerate((("Graustark", (100, 200)), ("Dawsbergen", (50, 70))), 4):
        sheet.write_row(row, 0, [name, *numbers])
        sheet.write_row(row, 3, [number / 1000 for number in numbers], percent)
    sheet.write(7, 0, "1) Provisional.")
    sheet.write(8, 0, "Source: the gate books of Strelsau")


def test_numbers_and_per_cent_do_not_become_one_column(bring, copy, tmp_path):
    raw = book(tmp_path / "x.xlsx", two_measures)
    out = bring("gates.xlsx", raw, exits=1)
    assert "numbers and, as '10%', per cent" in out
    assert "--drop 'Share'" in out
    bring("gates.xlsx", raw, "--drop", "Share")
    assert values(copy, "gates", "country", "period", "value")[:2] == [("Graustark", "1894", "100"), ("Graustark", "1895", "200")]
    bring("gates.xlsx", raw, "--drop", "Visitors", "--name", "gate_shares")
    assert values(copy, "gate_shares", "country", "period", "value")[2:] == [("Dawsbergen", "1894", "5"), ("Dawsbergen", "1895", "7")]
    assert described(copy, "gates").relations.notes == ("1) Provisional.", "Source: the gate books of Strelsau")


@pytest.mark.parametrize(
    ("value", "formula", "why"),
    [
        ("", "=1+1", "the formula in B4 has no value yet"),
        (0, "=1+1", "the formula in B4 has no value yet"),
        ("#DIV/0!", "=1/0", "'#DIV/0!'"),
    ],
)
def test_a_formula_without_a_number_is_neither_blank_nor_zero(bring, copy, tmp_path, value, formula, why):
    """Programs that write workbooks leave the value of a formula empty, or 0 until it is computed."""

    def sums(_, sheet):
        sheet.write_row(0, 0, ["month", "n"])
        for n in (1, 2):
            sheet.write_row(n, 0, [f"1895-0{n}", n])
        sheet.write(3, 0, "1895-03")
        sheet.write_formula(3, 1, formula, None, value)

    before = contents(copy)
    assert why in bring("sums.xlsx", book(tmp_path / "x.xlsx", sums), exits=1)
    assert contents(copy) == before


# ---- a newer file ----


def test_a_value_that_a_wide_file_withdraws_is_a_change_and_no_row_that_is_gone(bring, copy):
    """The file still names the place and the year, and says that there is no number."""
    bring("wide.csv", "place,1893,1894,1895\nZenda,1,2,3\nHentzau,4,5,6\n")
    out = bring("wide.csv", "place,1893,1894,1895\nZenda,1,,3\nHentzau,4,5,..\n")
    assert "0 rows are new, 2 change, 0 are not in the file" in out
    assert "changed: Zenda|1894: value 2 -> empty" in out
    assert ("Zenda", "1894", "") in values(copy, "wide", "place", "period", "value")
    assert "already says" in bring("wide.csv", "place,1893,1894,1895\nZenda,1,,3\nHentzau,4,5,..\n")
    assert "2 rows of the table are not in the file" in bring("wide.csv", "place,1893,1894\nZenda,1,\nHentzau,4,5\n", exits=1)


def test_a_value_that_is_withdrawn_is_missing_in_the_new_release(bring, copy):
    bring("wide.csv", "place,1893,1894\nZenda,1,2\nHentzau,4,5\n", "--recorded", "1896-01-10")
    bring("wide.csv", "place,1893,1894\nZenda,1,\nHentzau,4,5\n", "--recorded", "1896-02-10")
    assert [row for row in values(copy, "wide", "place", "period", "value", "recorded") if row[3] == "1896-02-10"] == [
        ("Zenda", "1894", "", "1896-02-10")
    ]
