"""Files that are spoiled, forged or made to do harm, and what is said of them; the page Check and the command say the same."""

import json
import random
import re
import tracemalloc
import zlib
from types import SimpleNamespace

import pytest

from dashboard.app import create_app
from dashboard.charts.view import canonical, code_of
from dashboard.cli import main
from dashboard.export import extract, untrue
from dashboard.export.embed import BLANK
from dashboard.export.extract import MOST_VALUES, Found, chunks, found_in, read_file
from dashboard.export.verify import verify_file
from dashboard.live import Live
from tests.builders import RURITANIA
from tests.forging import BOMBS, KINDS, files_of, forged, members_of, packed_as_kit, picture, record_of, resealed, spoiled, unsealed


@pytest.fixture(scope="module")
def files(made):
    return files_of(made)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_the_same_as_it_was_exported(made, files, kind):
    found = found_in(files[kind])
    assert (found.seal, found.faults) == ("whole", ())
    assert verify_file(made, found).same is True


def not_same(made, kind, seed, count):
    """Spoiled files of a kind that are called the same."""
    dice, data = random.Random(f"{kind} {seed}"), files_of(made)[kind]
    made_of = (spoiled(data, dice) for _ in range(count))
    return [n for n, one in enumerate(made_of) if verify_file(made, found_in(one)).same is True]


@pytest.mark.parametrize("kind", KINDS)
def test_a_spoiled_file_is_never_the_same(made, kind):
    """Some of them; `make bench` has 1,000."""
    assert not_same(made, kind, 1, 20) == []


def called_the_same(made, kind, seed):
    """Forged files of a kind that are called the same, and how many there are."""
    dice = random.Random(f"{kind} {seed}")
    every = list(forged(kind, record_of(made), files_of(made), made, dice))
    return [what for what, data in every if verify_file(made, found_in(data)).same is True], len(every)


@pytest.mark.parametrize("kind", KINDS)
def test_a_forged_file_is_never_the_same(made, kind):
    """Some of them; `make bench` has 200."""
    found, count = called_the_same(made, kind, 1)
    assert found == []
    assert count >= 9


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_an_earlier_version_is_not_bound(made, files, kind):
    verdict = verify_file(made, found_in(unsealed(files[kind])))
    assert verdict.same is None
    assert "earlier versions" in verdict.reasons[0]
    assert "same numbers today" in verdict.reasons[1]


def test_a_changed_file_is_altered_and_says_what_to_do(made, files):
    verdict = verify_file(made, found_in(files["svg"].replace(b"<text>7</text>", b"<text>8</text>")))
    assert verdict.same is False
    assert verdict.reasons[0].startswith("altered: it is not as it was exported, because its seal does not fit")


def test_a_new_seal_around_another_picture_cannot_be_seen(made, files):
    """What the README says: a seal proves no author."""
    assert verify_file(made, found_in(resealed(files["svg"].replace(b"<text>7</text>", b"<text>8</text>")))).same is True


@pytest.mark.parametrize("name", BOMBS)
def test_what_would_fill_the_memory_is_refused(made, name):
    """How fast and how small is measured by the benchmarks."""
    assert verify_file(made, found_in(BOMBS[name]())).same is None


def test_a_file_in_a_kit_is_of_the_kind_that_its_name_says(files, monkeypatch):
    opened, unpacked = [], extract._from_zip
    monkeypatch.setitem(extract.READERS, extract.ZIP, lambda data, report: opened.append(1) or unpacked(data, report))
    for suffix, other in ((".png", "zip"), (".svg", "png"), (".pdf", "json"), (".json", "zip")):
        inside = members_of(files["zip"])
        name = next(name for name in inside if name.endswith(suffix) and "csl" not in name)
        assert "it is damaged" in found_in(packed_as_kit(inside | {name: files[other]})).faults
    assert len(opened) == 4  # no archive in an archive


def test_the_files_of_a_kit_are_bounded_together(files, monkeypatch):
    inside = members_of(files["zip"])
    monkeypatch.setattr(extract, "MOST_IN_KIT", sum(map(len, inside.values())) - 1)
    monkeypatch.setattr(extract, "_member", None)
    assert found_in(files["zip"]).faults == ("it is damaged",)


@pytest.mark.parametrize("name", ["2.png", "fake.jpg", "a/index.html", "second.JSON", "audiences.PNG", "README.md", "xl/styles.xml"])
def test_a_kit_holds_only_the_files_that_a_kit_has(made, files, name):
    """A strange one is not read."""
    found = found_in(packed_as_kit(members_of(files["zip"]) | {name: b"PK"}))
    assert found.faults == (f"it holds {name!r}, which is not a file of this kit",)
    assert verify_file(made, found).same is False


@pytest.mark.parametrize("name", ["audiences.csv", "audiences.bib", "README.txt"])
def test_a_file_that_each_kit_has_is_not_left_out(files, name):
    inside = members_of(files["zip"])
    assert found_in(packed_as_kit({one: data for one, data in inside.items() if one != name})).faults == (f"{name!r} is missing",)


def test_a_kit_has_the_pictures_that_were_drawn(made, files):
    inside = members_of(files["zip"])
    verdict = verify_file(made, found_in(packed_as_kit({name: data for name, data in inside.items() if not name.endswith(".pdf")})))
    assert verdict.same is True


def test_pieces_behind_the_end_of_the_pixels_are_not_unpacked():
    class Piece(bytes):
        read = 0

        def __bool__(self):
            Piece.read += 1
            return len(self) > 0

    pieces = [zlib.compress(b"\0" * 4), b"", *[Piece(b"x")] * 100]
    assert extract._is_whole((1, 2, 8, 0, 0, 0, 0), pieces[:2])
    assert not extract._is_whole((1, 2, 8, 0, 0, 0, 0), pieces)
    assert Piece.read == 1


def test_a_second_file_in_a_pdf_is_not_unpacked(files, monkeypatch):
    unpacked, inflated = [], extract._inflated
    monkeypatch.setattr(extract, "_inflated", lambda *packed: unpacked.append(1) or inflated(*packed))
    attached = re.search(rb"/EmbeddedFile\b[^>]*>>\s*stream\n.*?endstream", files["pdf"], re.DOTALL)[0]
    found = found_in(files["pdf"].replace(attached, (attached + b"\n") * 100))
    assert extract.TWICE in found.faults
    assert unpacked == [1]


@pytest.mark.parametrize("part", [b"/EmbeddedFile", b"startxref 1 %%EOF\n"])
def test_parts_of_a_pdf_are_counted_to_a_limit(part, monkeypatch):
    """Where there are more, they are not searched further."""
    looked = []
    counted = SimpleNamespace(finditer=lambda *args: (looked.append(1) or found for found in re.finditer(*args)))
    monkeypatch.setattr(extract, "re", counted)
    assert extract._from_pdf(b"%PDF-1.3\n" + part * 1_000, lambda fault: None) is None
    assert len(looked) <= extract.MOST_FILES


def test_only_the_start_of_a_long_value_is_written(monkeypatch):
    monkeypatch.setattr(untrue, "in_yaml", None)
    assert untrue.short([{"a": [1]}] * 1_000).startswith('[{"a": [1]}, {"a": [1]}, ')
    assert untrue.short({"a": "b" * 1_000}) == '{"a": "' + "b" * 110 + "…"
    assert untrue.short("b" * 1_000) == "'" + "b" * 116 + "…"


def test_a_file_is_not_copied_for_its_seal(files):
    data = files["png"] + bytes(5_000_000)
    tracemalloc.start()
    assert extract._seal_of(data) == "broken"
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


def test_the_places_of_seals_are_counted_to_a_limit(monkeypatch):
    tried = []
    monkeypatch.setattr(extract, "seal_at", lambda data, at: tried.append(at))
    assert extract._seal_of((BLANK.encode() + b" ") * 1_000) == "broken"
    assert len(tried) == 1 + extract.MOST_SEALS


def test_a_file_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(extract, "LARGEST_FILE", 9)
    (tmp_path / "file").write_bytes(b"<svg></svg>")
    assert found_in(b"<svg></svg>") == read_file(tmp_path / "file") == Found(None, faults=(extract.TOO_LARGE,))


@pytest.mark.parametrize("suffix", ["s.png", ".svg", ".pdf", "s.json"])
def test_each_file_with_a_record_in_a_sealed_kit_has_a_seal(made, files, suffix):
    inside = members_of(files["zip"])
    name = next(name for name in inside if name.endswith(suffix))
    found = found_in(packed_as_kit(inside | {name: unsealed(inside[name])}))
    assert found.faults == (f"{'the JSON' if name.endswith('.json') else name} in it was changed",)
    assert verify_file(made, found).same is False


@pytest.mark.parametrize("kind", extract.TEXTS_OF_PNG)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_second_record_in_a_png_is_found_in_each_kind_of_text(made, files, kind, is_first):
    parts = [(kind, body) for kind, body, _ in chunks(files["png"])]
    parts.insert(1 if is_first else -1, (kind, b'relations-record\0\0\0\0\0{"format":"relations-record/1"}'))
    found = found_in(resealed(picture(*parts)))
    assert (found.seal, found.faults) == ("whole", (extract.TWICE,))
    assert verify_file(made, found).same is not True


@pytest.mark.parametrize("day", ["2026\n\x1b[2Jsame numbers today", [1] * 10, None, "2026-02-30", "2026-W01-1", 20260101])
def test_the_day_of_a_record_is_a_date(made, day):
    verdict = verify_file(made, Found(dict(record_of(made), made_on=day), "whole"))
    assert (verdict.same, verdict.reasons) == (None, ("the record is damaged: the day on which it was made is not a date",))


UNTRUE = {
    "billions": lambda record: record["series"][0].update(unit="billions of euros"),
    "'annual'": lambda record: record["series"][0].update(frequency="annual"),
    "'Executions'": lambda record: record["series"][0].update(title="Executions"),
    "'1896-12-31'": lambda record: record["series"][0].update(data_to="1896-12-31"),
    "'extra' is in no record": lambda record: record["series"][0].update(extra={"period": "1897", "value": 99}),
    "'other' is in no record": lambda record: record.update(other=1),
    "'Value' is in no record": lambda record: record["series"][0]["points"][0].update(Value=99),
    "at least was 0, now false": lambda record: record["series"][0]["points"][0].update(at_least=0),
    "rows was []": lambda record: record["series"][0]["points"][1].update(rows=[]),
    "rows was 99": lambda record: record["data"]["envoys"].update(rows=99),
    "'polls' is not one of its tables": lambda record: record["data"].update(polls={"rows": 1, "sha256": ""}),
    "RUR is not under not_drawn": lambda record: record.update(not_drawn=[record["series"][0] | {"name": "RUR"}]),
}


@pytest.mark.parametrize("words", UNTRUE)
def test_what_a_record_says_of_its_numbers_is_what_the_project_says(made, words):
    """With a code and a seal that fit."""
    record = json.loads(canonical(record_of(made)))
    UNTRUE[words](record)
    record["fingerprint"] = code_of(record["view_with_defaults"], record["rules"], record["series"])
    verdict = verify_file(made, found_in(files_of(made, record)["json"]))
    assert verdict.same is False
    assert any(words in reason for reason in verdict.reasons[1:])


def test_an_earlier_record_says_less(made):
    record = json.loads(canonical(record_of(made)))
    for key in ("not_drawn", "credit", "licence", "sources", "project"):
        del record[key]
    for key in ("title", "unit", "frequency", "data_to"):
        del record["series"][0][key]
    assert verify_file(made, Found(record, "whole")).same is True


def test_another_credit_is_reported_and_changes_no_number(made):
    verdict = verify_file(made, Found(record_of(made) | {"credit": "Mine"}, "whole"))
    assert verdict.same is True
    assert verdict.reasons[1].startswith("the credit changed: was 'Mine', now ")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (b"1893-04,monthly,", b"1893-05,monthly,", "period was '1893-05', now '1893-04'"),
        (b",1,false,", b",99,false,", "value was '99', now '1'"),
        (b"\n", b"\n\n", "lines, and today"),
        (b"variant,", b"value,", "has the column 'value'"),
        (b"indicator,", b"verdict,", "has the column 'verdict'"),
    ],
)
def test_the_csv_of_a_kit_has_the_numbers_of_its_record(made, files, before, after, words):
    inside = members_of(files["zip"])
    assert before in inside["audiences.csv"]
    spoilt = inside | {"audiences.csv": inside["audiences.csv"].replace(before, after, 1)}
    verdict = verify_file(made, found_in(packed_as_kit(spoilt)))
    assert verdict.same is False
    assert any(words in reason for reason in verdict.reasons)


@pytest.mark.parametrize("cells", [b",".join([b"value"] * 20_000) + b"\n", b"\n" * 1_000_000, b"," * 1_000_000])
def test_the_csv_of_a_kit_is_bounded_before_it_is_read(made, files, cells, monkeypatch):
    """A kit of 24 kB took four minutes, and one of 70 kB 1.3 GB."""
    monkeypatch.setattr(untrue.csv, "reader", lambda *_: pytest.fail("it is read"))
    kit = packed_as_kit(members_of(files["zip"]) | {"audiences.csv": cells})
    verdict = verify_file(made, found_in(kit))
    assert verdict.same is False
    assert "the CSV in it has" in verdict.reasons[1]


@pytest.mark.parametrize("column", ["period", "value", "at_least"])
def test_the_csv_of_a_kit_has_its_numbers(made, files, column):
    kit = members_of(files["zip"])
    rows = [line.split(",") for line in kit["audiences.csv"].decode().splitlines()]
    n = rows[0].index(column)
    kit["audiences.csv"] = "".join(",".join([*row[:n], *row[n + 1 :]]) + "\n" for row in rows).encode()
    assert verify_file(made, found_in(packed_as_kit(kit))).same is False


def test_an_earlier_version_scored_a_period_that_is_not_over(made, files):
    inside = members_of(files["zip"])
    earlier = inside["audiences.csv"].replace(b"near_complete,,1\n", b"near_complete,25,1\n")
    assert earlier != inside["audiences.csv"]
    assert verify_file(made, found_in(packed_as_kit(inside | {"audiences.csv": earlier}))).same is True


def test_the_rows_in_a_json_are_those_of_its_tables(made, files):
    content = json.loads(files["json"])
    content["rows"][0]["date"] = "1890-01-01"
    verdict = verify_file(made, found_in(resealed(json.dumps(content).encode())))
    assert verdict.same is False
    assert "date was '1890-01-01', now " in verdict.reasons[1]


def test_a_record_with_two_keys_of_one_name_is_not_read(made):
    assert found_in(b'{"format": "relations-record/1", "series": 1, "series": 2}') == Found(None, "absent", ("it is damaged",))
    assert MOST_VALUES > 100_000  # a row of the largest table, each


def test_the_command_and_the_page_say_the_same(made, files, tmp_path, capsys):
    client = create_app(Live(RURITANIA).current).server.test_client()
    dice = random.Random(7)
    for kind in KINDS:
        for data in (files[kind], spoiled(files[kind], dice), unsealed(files[kind])):
            (tmp_path / "file").write_bytes(data)
            code = main(["--project", str(RURITANIA), "verify", str(tmp_path / "file")])
            out, err = capsys.readouterr()
            answer = client.post("/verified", data=data).get_json()
            assert out.splitlines() == answer["said"]
            assert (code == 0) is (answer["same"] is True)
            assert err == ""


def test_a_device_is_not_read(tmp_path):
    with pytest.raises(OSError, match="a pipe or a device"):
        read_file(tmp_path)
    with pytest.raises(OSError, match="a pipe or a device"):
        read_file(type(tmp_path)("/dev/zero"))
