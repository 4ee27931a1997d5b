"""Saving and checking through the server: the browser draws, the server adds the record."""

import base64
import io
import json
import zipfile

import pytest

from dashboard.app import page
from dashboard.export.embed import into_png
from dashboard.export.extract import found_in
from dashboard.export.formats import FORMATS, Format
from dashboard.live import Live
from dashboard.pages import Screen
from tests.builders import RURITANIA

VIEW = "audiences?variant=by_year"
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><text>독도 竹島</text></svg>'


def saved(client, form, **query):
    drawn = {"png": base64.b64encode(PIXEL).decode(), "svg": base64.b64encode(SVG.encode()).decode()}
    return client.post("/saved", query_string={"view": VIEW, "format": form, **query}, json={"drawn": drawn})


def test_the_figure_of_a_preset_is_given_with_what_the_page_draws_of_it(client):
    told = client.get("/picture", query_string={"view": VIEW, "preset": "square", "format": "svg"}).get_json()
    assert (told["width"], told["height"], told["factor"]) == (540, 540, 3.125)
    assert told["draws"] == ["svg"]
    assert told["figure"]["data"]


@pytest.mark.parametrize("form", ["png", "svg", "kit"])
def test_a_saved_file_carries_its_record_and_a_name_of_its_view(client, form):
    answer = saved(client, form)
    assert answer.status_code == 200
    suffix = {"kit": "zip"}.get(form, form)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="audiences_variant-by_year.{suffix}"'
    kept = found_in(answer.data).record
    assert (kept["view"], kept["format"]) == (VIEW, "relations-record/1")
    verdict = client.post("/verified", data=answer.data).get_json()
    assert verdict["same"] is True


def test_the_kit_of_a_page_has_all_but_the_pdf(client):
    with zipfile.ZipFile(io.BytesIO(saved(client, "kit").data)) as kit:
        ends = {name.removeprefix("audiences_variant-by_year") for name in kit.namelist()}
        assert ends == {".png", ".svg", ".csv", ".json", ".caption.txt", ".alt.txt", ".citation.txt", ".bib", ".csl.json", "README.txt"}
        assert ".pdf" not in kit.read("README.txt").decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"view": "audienses"}, "did you mean 'audiences'?"),
        ({"preset": "poster"}, "no preset 'poster'"),
        ({"factor": "9"}, "'9' is not one of"),
        ({"format": "gif"}, "cannot save 'gif'"),
        ({"format": "pdf"}, "known: png, svg, kit"),
    ],
)
def test_what_cannot_be_saved_is_reported_in_words(client, query, said):
    answer = saved(client, query.pop("format", "png"), **query)
    assert answer.status_code == 400
    assert said in " ".join(answer.get_json()["said"])


@pytest.mark.parametrize("sent", [[], "x", {}, {"drawn": []}, {"drawn": {"png": 5}}, {"drawn": {"png": "%"}}, {"drawn": {"png": "eHg="}}])
def test_what_a_page_would_never_send_is_refused_in_words(client, sent):
    answer = client.post("/saved", query_string={"view": VIEW, "format": "png"}, json=sent)
    assert answer.status_code == 400
    assert answer.get_json()["said"]


@pytest.mark.parametrize("data", [b"", b"hello", PIXEL, b"%PDF-1.7 no", b"PK\x03\x04 no", b"{", b"<svg/>", b"[" * 10_000])
def test_of_a_file_without_a_record_nothing_can_be_known(client, data):
    told = client.post("/verified", data=data).get_json()
    assert told["same"] is None
    assert "carries no record" in told["said"][0]


def test_a_record_that_somebody_changed_is_read_with_care(client):
    for kept in ({"format": "relations-record/1"}, {"format": "relations-record/1", "view": "audiences", "view_with_defaults": 3}):
        told = client.post("/verified", data=into_png(PIXEL, kept, 96)).get_json()
        assert told["same"] is None
        assert "damaged" in told["said"][0]
    assert json.dumps(told)


def test_a_format_that_the_page_offers_is_an_entry_and_a_function(client, monkeypatch):
    def shout(work, pictures):
        return f"{work.picture.title}: {len(pictures['svg'])} BYTES".encode()

    added = Format("txt", "a shout", shout, "txt", "text/plain", on_page={"print": "a shout"}, draws=("svg",), in_kit="the same, loud")
    monkeypatch.setitem(FORMATS, "txt", added)
    live = Live(RURITANIA)
    assert "['option', {'value': 'txt print'}, 'a shout']" in str(page(live.current(), "/indicator/audiences", "", Screen()))
    assert client.get("/picture", query_string={"view": VIEW, "format": "txt"}).get_json()["draws"] == ["svg"]
    answer = saved(client, "txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.text.endswith("BYTES")
    assert "audiences_variant-by_year.txt" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(saved(client, "kit").data)) as kit:
        assert "audiences_variant-by_year.txt: the same, loud" in kit.read("README.txt").decode()
