"""Pictures as files, without a browser: tables, words, citations, names, and the record that comes back from every file."""

import csv
import datetime
import io
import itertools
import json
import re
import struct
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plotly.io.json import to_json_plotly

from dashboard.app import page
from dashboard.charts.figure import drawing_of
from dashboard.charts.picture import picture_of
from dashboard.charts.theme import PALETTES
from dashboard.charts.view import View, canonical, parse_view
from dashboard.cli import main
from dashboard.export import captions, embed, extract, formats, sheet
from dashboard.export.browser import glyphs_of
from dashboard.export.captions import turns
from dashboard.export.embed import record_of
from dashboard.export.output import PRESETS, name_of, write
from dashboard.live import Live
from dashboard.pages import Screen
from indicators.problems import ProblemsFound
from tests.builders import RURITANIA, defined, edited, months
from tests.charts.test_figure import crowded
from tests.forging import pdf, png

DAY = datetime.date(2026, 11, 22)
VIEWS = ["audiences", "audiences?breakdown=topic", "audiences?frequency=annual&with=slights", "guns_heard?from=1895-02&to=1895-04"]


def work(made, text="audiences", preset="memo"):
    return formats.job_of(made, parse_view(text), PRESETS[preset])


def run(capsys, *more, folder=RURITANIA):
    code = main(["--project", str(folder), "export", *more])
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err


# ---- tables ----


@pytest.mark.parametrize("text", VIEWS)
def test_the_csv_is_what_compute_prints_of_what_is_drawn(made, capsys, text):
    found = list(csv.DictReader(io.StringIO(sheet.numbers_csv(work(made, text).picture))))
    view = parse_view(text)
    names, start = [view.indicator, *filter(None, [view.other])], view.start or made.config.window.start
    asked = [replace(view, indicator=name, other=None, start=start) for name in names]
    main(["--project", str(RURITANIA), "compute", *(one.text for one in asked)])
    printed = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert found
    assert found == [row for row in printed if row.get("part") or not view.breakdown]


def test_numbers_stay_numbers_and_texts_no_spreadsheet_can_run():
    assert [sheet.neutral(text) for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\x00x", "＝1")] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@SUM(A1)",
        "'\t'=1",
        "'\r'=1",
        "'\ufffdx",
        "'＝1",
    ]
    assert [sheet.neutral(text) for text in ("RUR;=1+1", "'=1", "a;;@x;b")] == ["RUR;'=1+1", "''=1", "a;;'@x;b"]
    assert [sheet.neutral(text) for text in ("A; =1", " =1", "a\n=1", "a\r\n -1")] == ["A; '=1", " '=1", "a\n'=1", "a\r\n '-1"]
    assert [sheet.neutral(cell) for cell in (-1, 2.5, True, None, "a=b", "")] == [-1, 2.5, True, None, "a=b", ""]


@given(st.text("=+-@＝'\"; ab\n").map("a".__add__) | st.text("=+-@＝'\"; ab"))
def test_a_text_is_read_back_from_a_table_by_taking_one_apostrophe_away(text):
    """As the README says."""
    cell = sheet.neutral(text)
    assert re.sub("((?:^|[;\n])[ '\"]*)'(?=[=+\\-@＝])|((?:^|;)[ '\"]*)'(?=\n)", r"\1\2", cell) == text


@given(st.text("=-'\";\t ab\n"))
def test_no_cell_is_a_formula_whatever_parts_the_cells_of_a_table(text):
    """Where a semicolon or a tab does, quotation marks may stand in the middle of a cell, and have no meaning there."""
    table = sheet.sheet_csv(["before", "text", "after"], [("x", text, "y")])
    for separator in (",", ";", "\t"):
        cells = [cell for row in csv.reader(io.StringIO(table), delimiter=separator) for cell in row]
        assert [cell for cell in cells if re.match(" *[=-]", cell)] == []


def test_rows_of_a_workbook_say_who_to_whom_and_codes_in_words(made):
    headings, rows = sheet.sheets(made, work(made, "audiences?frequency=annual").picture)["rows"]
    row = dict(zip(headings, next(iter(rows)), strict=True))
    assert (row["initiator"], row["initiator in words"]) == ("RUR;GRA", "Ruritania; Graustark")
    assert headings.index("initiator in words") == headings.index("initiator") + 1
    assert "kind in words" not in headings  # a word already


HOSTILE = '=HYPERLINK("https://ruritania.example","@")'


@pytest.fixture
def hostile(copy):
    edited(
        copy, "data/envoys.csv", '"Second audience of the month, over a cheese called Truce."', f'"{HOSTILE.replace(chr(34), chr(34) * 2)}"'
    )
    edited(
        copy,
        "indicators/definitions/court.yaml",
        "    unit: audiences\n    direction: higher is better\n    breakdown",
        "    unit: '@audiences'\n    direction: higher is better\n    breakdown",
    )
    return copy


def test_hostile_cells_come_out_as_text(hostile, capsys, tmp_path):
    for form in ("csv", "xlsx"):
        code, _, err = run(capsys, "audiences", "--format", form, "--output", str(tmp_path / "out"), folder=hostile)
        assert (code, err) == (0, "")
    units = {row["unit"] for row in csv.DictReader(io.StringIO((tmp_path / "out/audiences.csv").read_text(encoding="utf-8")))}
    assert units == {"'@audiences"}
    assert main(["--project", str(hostile), "compute", "audiences"]) == 0
    assert {row["unit"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))} == units
    with zipfile.ZipFile(tmp_path / "out/audiences.xlsx") as packed:
        assert "'=HYPERLINK" in packed.read("xl/sharedStrings.xml").decode()
        assert not [
            name
            for name in packed.namelist()
            if b"<f>" in packed.read(name) or (name.endswith(".rels") and b"hyperlink" in packed.read(name).lower())
        ]


def test_a_workbook_has_numbers_rows_definition_and_record(made):
    data = formats.xlsx(work(made))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = re.findall(r'<sheet name="(\w+)"', packed.read("xl/workbook.xml").decode())
        texts = packed.read("xl/sharedStrings.xml").decode()
    assert names == ["numbers", "rows", "definition", "record"]
    for said in (
        "The Court Diary",
        "https://ruritania.example/diary",
        "envoys:e-02",
        "Meetings of the two crowns",
        code_of(made, "audiences"),
    ):
        assert said in texts
    assert formats.xlsx(work(made)) == data


def code_of(made, text):
    return picture_of(made, parse_view(text)).code


def test_the_json_has_the_rows_and_their_sources(made):
    found = json.loads(formats.json_(work(made)))
    row = next(r for r in found["rows"] if r["id"] == "envoys:e-02")
    assert row["periods"] == ["1893-02"]
    assert row["sources"] == ["court_diary", "opera_bell"]
    assert {s for r in found["rows"] for s in r["sources"]} <= {s["id"] for s in found["sources"]}


# ---- the record inside the files ----


SVG = '<svg class="main-svg" xmlns="http://www.w3.org/2000/svg" width="2" height="1"><text>독도</text></svg>'


@pytest.fixture
def files(made, tmp_path):
    """The same picture as a file of each kind, with its record."""
    one = work(made)
    record = one.record | {"note": "독도 竹島 <&>\"' _x0041_ \u0001 ]]>"}
    whole = SimpleNamespace(record=record, picture=one.picture, results=one.results, made_on=DAY)
    made_of = {
        "a.png": embed.into_png(png(), record, 300),
        "a.svg": embed.into_svg(SVG, record, "Audiences & more", "in words"),
        "a.pdf": embed.into_pdf(pdf(), record, "Audiences"),
        "a.xlsx": formats.xlsx(whole),
        "a.json": formats.json_(whole),
    }
    made_of["a.zip"] = formats.packed({"a.csl.json": b"[]", "a.json": made_of["a.json"]}, whole)
    for name, data in made_of.items():
        write(tmp_path / name, data)
    return tmp_path, record


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "xlsx", "json", "zip"])
def test_the_record_comes_back_from_every_file(files, suffix):
    folder, record = files
    found = extract.read_file(folder / f"a.{suffix}").record
    assert {key: found[key] for key in record} == json.loads(canonical(record))
    # What a file is says its content, not its name.
    (folder / f"a.{suffix}").rename(folder / "picture")
    assert extract.read_file(folder / "picture").record == found


def test_a_long_record_comes_back_from_a_workbook():
    text = json.dumps({"format": "relations-record/1", "text": "".join(f"=<{n}>&_x0041_" for n in range(40_000))})
    rows = {"rows": (["cell"], [["json:{"], [sheet.ABOVE_RECORD]])}  # cells that look like a piece of it
    found = extract.found_in(embed.sealed(embed.with_seal_in_zip(sheet.as_xlsx(rows, text, {}, DAY))))
    assert (found.record, found.seal, found.faults) == (json.loads(text), "whole", ())


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf", "xlsx", "json", "zip"])
def test_a_cut_or_changed_file_has_no_record_and_nothing_breaks(files, suffix):
    folder, _ = files
    path = folder / f"a.{suffix}"
    data = path.read_bytes()
    for broken in (data[: len(data) // 3], data[:12], b"", data[:20] + b"\xff" * 40 + data[60:]):
        path.write_bytes(broken)
        found = extract.read_file(path)
        assert found.record is None or found.seal != "whole"


@pytest.mark.parametrize("data", [png(), SVG.encode(), pdf(), b"[]", b"{}", b"\x00\x01", b"text", b'{"format": "other/1"}'])
def test_files_without_a_record_have_none(tmp_path, data):
    (tmp_path / "file").write_bytes(data)
    assert extract.read_file(tmp_path / "file").record is None


def test_a_record_that_swells_beyond_measure_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(extract, "MOST", 1000)
    swollen = {"format": "relations-record/1", "text": "x" * 100_000}
    (tmp_path / "a.png").write_bytes(embed.into_png(png(), swollen, 300))
    assert extract.read_file(tmp_path / "a.png").record is None


def parts_of(png):
    found = list(extract.chunks(png))
    assert all(is_sound for _, _, is_sound in found)
    return {kind: body for kind, body, _ in found}


def test_a_png_knows_its_true_size_and_keeps_its_picture():
    found = embed.into_png(png(), {"format": "relations-record/1"}, 300)
    chunks = parts_of(found)
    assert list(chunks) == [b"IHDR", b"tEXt", b"pHYs", b"iTXt", b"IDAT", b"IEND"]
    assert chunks[b"pHYs"] == struct.pack(">IIB", 11811, 11811, 1)
    assert chunks[b"IDAT"] == parts_of(png())[b"IDAT"]


def test_svg_and_pdf_have_titles_and_keywords(files):
    folder, record = files
    assert "<title>Audiences &amp; more</title><desc>in words</desc>" in (folder / "a.svg").read_text(encoding="utf-8")
    about = pypdf.PdfReader(folder / "a.pdf").metadata
    assert (about.title, about["/Keywords"]) == ("Audiences", record["fingerprint"])


# ---- words ----


def test_presets_are_the_sizes_of_the_final_medium():
    inches = {name: (p.size.width / 96, round(p.size.height / 96, 1)) for name, p in PRESETS.items()}
    assert inches["memo"] == (6.5, 3.6)
    assert inches["memo_tall"] == (6.5, 4.5)
    assert inches["slide"] == (10, 5.6)
    assert [PRESETS[name].dpi for name in ("memo", "memo_tall")] == [300, 300]
    square = PRESETS["square"]
    assert (square.size.width * square.factor, square.size.height * square.factor) == (1080, 1080)


def test_the_words_on_completeness_have_each_period_once_and_in_order(made):
    for name in made.definitions:
        spells = list(captions.stretches_of(picture_of(made, View(name, start="1800")).window))
        assert all(one[2] == other[1] and one[0] != other[0] for one, other in itertools.pairwise(spells))


@pytest.mark.parametrize("text", VIEWS)
def test_a_caption_needs_no_picture(made, text):
    picture = picture_of(made, parse_view(text))
    said = captions.caption(picture)
    for part in (
        picture.title,
        *(one.unit for one in picture.shown),
        "Source: ",
        "as of 20 May 1896",
        text,
        code_of(made, text),
    ):
        assert part in said


def words_of(made, text):
    one = work(made, text)
    return captions.alternative(one.picture, one.drawing.plan)


def test_the_alternative_text_has_range_latest_value_bounds_and_collection(made):
    said = words_of(made, "audiences?frequency=annual")
    assert said.startswith("Column chart: Audiences, by year, from 1892 to 1896, in audiences.") or "from 1893 to 1896" in said
    assert "The lowest value is 2 in 1894, the highest 4 in 1893." in said
    assert "1 period has only a minimum; the largest is 3 in 1895." in said
    assert "The latest comparable value is 2 audiences in 1894, down from 4 in 1893; chance could explain it." in said
    assert "partly collected from 1 January 1895" in said


def test_the_alternative_text_names_the_notes_of_the_figure_in_the_order_of_time(made):
    picture = crowded(picture_of(made, parse_view("audiences")))
    figure, plan = drawing_of(picture, PALETTES["light"], PRESETS["memo"].size)
    said = captions.alternative(picture, plan).partition("Notes: ")[2]
    seen = " ".join(a["text"] for a in figure["layout"]["annotations"]).replace("<br>", " ")
    assert plan.notes
    assert all(note.label in seen and f"{note.label} (" in said for note in plan.notes)
    assert said.count(" (") == len(plan.notes)


def test_the_alternative_text_names_no_notes_where_they_are_off(made):
    assert "Notes: " in words_of(made, "audiences")
    assert "otes" not in words_of(made, "audiences?annotations=off")


@pytest.mark.parametrize("text", VIEWS)
def test_no_word_is_left_over_from_the_machine(made, text):
    for said in (words_of(made, text), captions.caption(picture_of(made, parse_view(text)))):
        assert not re.search(r"nan\b|None|<|&lt;|  |\.\.", said)


def test_turning_points_are_few_and_lie_between_the_ends():
    assert turns(months("1893-01", 0, 1, 10, 9, 2, 8)) == [(months("1893-03", 0).index[0], True), (months("1893-05", 0).index[0], False)]
    assert turns(months("1893-01", 1, 1, 1)) == turns(months("1893-01", 3)) == turns(months("1893-01", None)) == []
    assert turns(months("1893-01", 1, 2, 3, 4)) == []
    assert turns(months("1893-01", *[0, 1] * 20)) == []
    assert len(turns(months("1893-01", *[0, 10, 3, 9, 2, 8, 0, 10, 0, 4, 0, 4, 0, 4, 0]))) <= 6


def test_citations_name_the_chart_and_every_source(made):
    picture = picture_of(made, View("audiences"))
    listed = record_of(made, picture)["sources"]
    code, named = picture.code, {source["id"] for source in listed}
    assert named
    assert code in captions.citation(picture, listed, DAY)
    assert "The Court Diary <https://ruritania.example/diary> [court_diary]" in captions.citation(picture, listed, DAY)
    items = json.loads(captions.csl(picture, listed, DAY))
    assert {item["id"] for item in items} == named | {code}
    assert items[0]["issued"] == {"date-parts": [[2026, 11, 22]]}
    keys = re.findall(r"@misc\{([^,]+),", captions.bibtex(picture, listed, DAY))
    assert set(keys) == named | {code}
    assert captions.bibtex(picture, listed, DAY).count("{") == captions.bibtex(picture, listed, DAY).count("}")


# ---- names and files ----


def test_names_are_safe_and_two_views_never_share_one():
    views = [
        View("audiences"),
        View("audiences", "by_year"),
        View("audiences", start="1893"),
        View("audiences", transform=("rolling_sum:window=3",)),
        View("audiences", transform=("rolling_sum:window-3",)),
        View("audiences", transform=("rolling_sum:window=3", "change")),
        View("audiences", other="slights@by_year"),
        View("../../독도?<>|*", start="1893"),
        *(View("audiences", transform=("change",) * n) for n in (40, 41)),
    ]
    names = [name_of(view, preset) for view in views for preset in PRESETS]
    assert len({name.lower() for name in names}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", name) and len(name) < 140 for name in names)


def test_a_file_is_whole_or_not_there(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_bytes(b"old")
    write(tmp_path / "a.csv", b"new")
    assert (tmp_path / "a.csv").read_bytes() == b"new"
    with pytest.raises(ProblemsFound, match="not-written"):
        write(tmp_path / "nowhere" / "a.csv", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_the_glyphs_of_a_figure_are_those_that_it_shows(made):
    found = glyphs_of(work(made).drawing.figure)
    assert "≥" in found
    assert not [c for c in found if c.isascii()]
    shown = {
        "data": [],
        "layout": {"annotations": [{"text": "<b>독도</b> &lt;e\u0301 👍\ufe0f", "hovertext": "竹島"}], "xaxis": {"ticktext": ["年"]}},
    }
    assert glyphs_of(shown) == ["독", "도", "👍", "年"]


# ---- the command ----


def test_all_indicators_where_none_is_named_and_variants_on_demand(capsys, tmp_path, made):
    code, printed, err = run(capsys, "--format", "csv", "--output", str(tmp_path / "deep" / "out"))
    assert (code, err) == (0, "")
    assert [line.rpartition("/")[2] for line in printed] == [f"{name}.csv" for name in made.definitions]
    code, printed, _ = run(capsys, "audiences", "--variants", "--format", "json", "--output", str(tmp_path))
    assert [line.rpartition("/")[2] for line in printed] == [
        "audiences.json",
        "audiences_variant-with_ministers.json",
        "audiences_variant-by_year.json",
    ]
    assert all((tmp_path / line).is_file() for line in printed)


def test_a_fault_of_one_view_stops_only_that_view(capsys, tmp_path):
    code, printed, err = run(
        capsys, "audiense", "audiences?frm=1893", "slights", "--variants", "--format", "csv", "--output", str(tmp_path)
    )
    assert code == 1
    assert [line.rpartition("/")[2] for line in printed] == ["slights.csv"]
    assert "audiense: error[unknown-indicator]: there is no indicator 'audiense'\n    did you mean 'audiences'?" in err
    assert "audiences?frm=1893: error[unknown-key]" in err


def test_a_folder_that_cannot_be_made_is_reported(capsys, tmp_path):
    (tmp_path / "file").write_text("here")
    code, printed, err = run(capsys, "audiences", "--format", "csv", "--output", str(tmp_path / "file"))
    assert (code, printed) == (1, [])
    assert "no-folder" in err


def test_without_a_chromium_tables_are_made_and_pictures_are_refused_in_a_sentence(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "no-chromium"))
    for form in ("png", "svg", "pdf", "kit"):
        code, printed, err = run(capsys, "audiences", "--format", form, "--output", str(tmp_path / "out"))
        assert (code, printed) == (1, [])
        assert "error[no-chromium]: CHROMIUM=" in err
        assert "apt-get install chromium" in err
        assert "Traceback" not in err
    monkeypatch.delenv("CHROMIUM")
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert "no Chromium or Chrome was found" in run(capsys, "audiences", "--output", str(tmp_path))[2]
    for form in ("csv", "xlsx", "json"):
        assert run(capsys, "audiences", "--format", form, "--output", str(tmp_path / "out"))[0] == 0


@pytest.mark.parametrize(("package", "form"), [("xlsxwriter", "xlsx"), ("playwright.async_api", "png")])
def test_without_a_package_of_the_extra_its_formats_say_so(capsys, tmp_path, monkeypatch, package, form):
    monkeypatch.setitem(__import__("sys").modules, package, None)
    monkeypatch.setattr("dashboard.export.browser.find_chromium", lambda: "chromium")
    code, printed, err = run(capsys, "audiences", "--format", form, "--output", str(tmp_path))
    assert (code, printed) == (1, [])
    assert "make export-setup" in err
    assert run(capsys, "audiences", "--format", "csv", "--output", str(tmp_path))[0] == 0


def test_a_bar_on_a_terminal_and_silence_in_a_pipe(capsys, tmp_path, monkeypatch):
    assert run(capsys, "audiences", "--format", "csv", "--output", str(tmp_path))[2] == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    code, printed, err = run(capsys, "audiences", "slights", "--format", "csv", "--output", str(tmp_path))
    assert (code, len(printed)) == (0, 2)
    assert "1/2" in err
    assert err.endswith("\r\x1b[2K")


def test_one_view_that_cannot_be_written_stops_no_other(capsys, tmp_path, monkeypatch):
    """Whatever is wrong with it, also what nobody has foreseen."""
    written = formats.json_

    def breaks(job):
        if job.picture.view.indicator == "duels":
            raise OverflowError("cannot convert float infinity to integer")
        return written(job)

    monkeypatch.setattr(formats, "json_", breaks)
    code, out, err = run(capsys, "audiences", "duels", "slights", "--format", "json", "--output", str(tmp_path / "out"))
    assert code == 1
    assert [line.rpartition("/")[2] for line in out] == ["audiences.json", "slights.json"]
    assert "duels: error[fault]: the view could not be written: OverflowError: cannot convert" in err


def _refused(word):
    raise ValueError(word)


def test_numbers_that_are_none_reach_no_page_and_no_file(copy, capsys, tmp_path):
    """Two months of 9e99 travellers make a year that is too large, one has none after all (-0), and a ratio divides by nothing."""
    edited(copy, "data/travellers.resource.yaml", "name: travellers, type: integer", "name: travellers, type: number")
    for month, count, cell in (("01", "1000", "9e99"), ("02", "2000", "9e99"), ("03", "3000", "-0"), ("04", "4000", "1e-300")):
        edited(copy, "data/travellers.csv", f"1894-{month},RUR,GRA,{count},", f"1894-{month},RUR,GRA,{cell},")
    people = {
        "table": "travellers",
        "where": {"origin": "RUR", "destination": "GRA"},
        "coverage": None,
        "reduce": {"sum": {"of": "travellers"}},
    }
    defined(
        copy,
        people=people,
        year=people | {"frequency": "annual"},
        so_far=people | {"transform": ["cumulative"]},
        growth=people | {"transform": ["pct_change"]},
        ratio={"combine": {"ratio": {"of": "people", "to": "growth"}}},
    )
    now, out = Live(copy).current(), tmp_path / "out"
    names = ["people", "year", "so_far", "growth", "ratio"]
    for name in names:
        shown = str(page(now, f"/indicator/{name}", "", Screen()))
        assert "Nothing to show here" not in shown
        assert not re.search(r"\b(inf|Infinity|nan|NaN)\b", re.sub(r"'[^']*'", "", shown))
        json.loads(to_json_plotly(work(now.results, name).drawing.figure), parse_constant=_refused)
    for form in ("csv", "json", "xlsx"):
        code, _, err = run(capsys, *names, "--format", form, "--output", str(out), folder=copy)
        assert (code, err) == (0, "")
    for path in out.glob("*.csv"):
        assert not {"inf", "-inf", "nan", "-0", "-0.0"} & {cell for row in csv.reader(path.read_text().splitlines()) for cell in row}, path
    for path in out.glob("*.json"):
        json.loads(path.read_text(), parse_constant=_refused)
        assert main(["--project", str(copy), "verify", str(path)]) == 0
    assert len(list(out.iterdir())) == 3 * len(names)
