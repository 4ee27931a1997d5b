"""Files as a real Chromium draws them: true size, every script, nothing asked outside, and never a wait without end."""

import io
import json
import socket
import struct
import subprocess
import threading
import unicodedata
import zipfile
from xml.etree import ElementTree

import pypdf
import pytest

from dashboard.cli import main
from dashboard.export import browser as drawing
from dashboard.export import extract
from dashboard.export.browser import Chromium, find_chromium
from dashboard.export.output import PRESETS
from indicators.problems import ProblemsFound
from tests.builders import edited

SCRIPTS = "한국어 日本語 中文"
FIGURE = {"data": [{"type": "scatter", "x": [1, 2], "y": [1, 3]}], "layout": {"width": 300, "height": 200}}


@pytest.fixture
def project(copy):
    """Ruritania, with a note in three scripts."""
    edited(copy, "data/annotations.csv", "The Valentine audience", SCRIPTS)
    return copy


@pytest.fixture
def export(project, tmp_path, capsys):
    def run(*words, view="audiences"):
        code = main(["--project", str(project), "export", view, *words, "--output", str(tmp_path / "out")])
        said = capsys.readouterr()
        return code, [tmp_path / "out" / line.rpartition("/")[2] for line in said.out.splitlines()], said.err

    return run


def size_of(png):
    return struct.unpack(">II", png[16:24])


@pytest.mark.parametrize("name", PRESETS)
def test_a_png_has_the_size_and_the_resolution_of_its_preset(export, name):
    preset = PRESETS[name]
    code, [path], err = export("--format", "png", "--preset", name)
    assert (code, err) == (0, "")
    data = path.read_bytes()
    width, height = size_of(data)
    assert width == round(preset.size.width * preset.factor)
    assert height >= round(preset.size.height * preset.factor)  # a figure that needs more is taller
    chunks = {kind: body for kind, body, _ in extract.chunks(data)}
    assert struct.unpack(">IIB", chunks[b"pHYs"]) == (round(preset.dpi / 0.0254), round(preset.dpi / 0.0254), 1)
    assert extract.read_file(path).record["view"] == "audiences"


def test_an_svg_keeps_its_texts_and_a_pdf_is_one_page_of_the_figures_size(export):
    _, [svg], _ = export("--format", "svg")
    root = ElementTree.fromstring(svg.read_bytes())
    assert f"{SCRIPTS}, Feb 1893" in [" ".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    _, [pdf], _ = export("--format", "pdf")
    [page] = pypdf.PdfReader(pdf).pages
    pixels = [float(root.get(key)) for key in ("width", "height")]
    assert [float(page.mediabox.width), float(page.mediabox.height)] == pytest.approx([side * 72 / 96 for side in pixels], abs=0.5)
    # Chromium names a glyph that two characters share by the first of them, a radical: hence the normal form.
    said = unicodedata.normalize("NFKC", page.extract_text())
    assert all(word in said for word in SCRIPTS.split())
    assert not page.images  # vectors
    assert all(extract.read_file(path).record["fingerprint"].startswith("RH-") for path in (svg, pdf))


def test_a_kit_holds_everything_and_is_the_same_when_made_again(export):
    code, [path], err = export("--format", "kit")
    assert (code, err) == (0, "")
    first = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(first)) as packed:
        names = packed.namelist()
        assert packed.testzip() is None
        png = packed.read("audiences.png")
        assert SCRIPTS in packed.read("audiences.alt.txt").decode()
        assert json.loads(packed.read("audiences.csl.json"))
        listed = packed.read("README.txt").decode()
    ends = [".png", ".svg", ".pdf", ".csv", ".json", ".caption.txt", ".alt.txt", ".citation.txt", ".bib", ".csl.json"]
    assert sorted(names) == sorted([*(f"audiences{end}" for end in ends), "README.txt"])
    assert all(f"audiences{end}:" in listed for end in ends)
    assert extract.read_file(path).record["view"] == "audiences"
    _, [alone], _ = export("--format", "png")
    assert alone.read_bytes() == png
    export("--format", "kit")
    assert path.read_bytes() == first


def test_glyphs_that_no_font_has_are_named_before_anything_is_drawn(export, tmp_path, monkeypatch):
    """A browser that finds one font alone, one without Korean."""
    listed = [
        set(subprocess.run(["fc-list", lang, "file"], capture_output=True, text=True, check=True).stdout.split("\n"))
        for lang in (":lang=en", ":lang=ko", ":lang=ja")
    ]
    fonts = sorted(line.rstrip(": ") for line in listed[0] - listed[1] - listed[2] if line)
    if not fonts:
        pytest.skip("every font here has Korean or Japanese")
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "only").symlink_to(fonts[0])
    places = f"<dir>{tmp_path}/fonts</dir><cachedir>{tmp_path}/cache</cachedir>"
    (tmp_path / "fonts.conf").write_text(f"<?xml version='1.0'?><fontconfig>{places}</fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    code, files, err = export("--format", "png")
    assert (code, files) == (1, [])
    assert "audiences: error[missing-glyphs]: no installed font can draw" in err
    assert "어 (U+C5B4)" in err
    assert "fonts-noto-cjk" in err
    assert not list((tmp_path / "out").iterdir())
    assert export("--format", "svg")[0] == 0  # its texts are drawn where it is opened


def test_nothing_is_asked_outside(export, tmp_path, monkeypatch):
    """Whatever the browser wants to ask goes to a proxy, and nothing reaches it."""
    calls, server = [], socket.create_server(("127.0.0.1", 0))

    def listen():
        while True:
            try:
                call, _ = server.accept()
            except OSError:
                return
            calls.append(call.recv(200))
            call.close()

    listening = threading.Thread(target=listen, daemon=True)
    listening.start()
    script = tmp_path / "chromium"
    script.write_text(f'#!/bin/sh\nexec "{find_chromium()}" --proxy-server=http://127.0.0.1:{server.getsockname()[1]} "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(script))
    assert export("--format", "kit")[0] == 0
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    listening.join(5)
    assert calls == []


def test_a_figure_that_never_comes_is_given_up_and_the_next_is_drawn(monkeypatch):
    with Chromium() as chromium:
        assert size_of(chromium.png(FIGURE, 1)) == (300, 200)
        with monkeypatch.context() as hanging:
            hanging.setattr(drawing, "DRAW", "() => { while (true) {} }")
            hanging.setattr(chromium, "_patience", 1)  # only here: on a busy machine a browser may take longer to draw
            with pytest.raises(ProblemsFound, match="browser-hung"):
                chromium.png(FIGURE, 1)
        assert size_of(chromium.png(FIGURE, 2)) == (600, 400)


def test_a_figure_that_cannot_be_drawn_is_told_and_no_file_is_left(monkeypatch, export, tmp_path):
    monkeypatch.setattr(drawing, "DRAW", "() => { throw new Error('no ink'); }")
    code, files, err = export("--format", "png")
    assert (code, files) == (1, [])
    assert "audiences: error[not-drawn]: the browser could not draw" in err
    assert "no ink" in err
    assert not list((tmp_path / "out").iterdir())
