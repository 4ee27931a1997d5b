"""The record of a picture: what it holds, put into PNG, SVG and PDF, and read back from these, from XLSX, JSON and kits."""

import datetime
import io
import json
import math
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from dashboard.charts.picture import Layer, Picture, canonical
from dashboard.export.output import package_missing
from dashboard.export.sheet import read_chunks
from indicators.compute.provenance import known_sources, sources_behind
from indicators.nouns.definition import APART
from indicators.nouns.series import Results
from indicators.reading.dependencies import tables_behind

NAME = "relations-record"
FORMAT = f"{NAME}/1"
PNG = b"\x89PNG\r\n\x1a\n"
MOST = 100_000_000
"""Bytes that a record may have when unpacked: files come from anywhere."""
Record = Mapping[str, Any]


def record_of(results: Results, picture: Picture, made_on: datetime.date | None = None) -> dict[str, Any]:
    """All that a file must hold so that its numbers can be checked later: plain values for JSON."""
    drawn = {layer.key for layer in picture.layers}
    tables = sorted({name for one in picture.shown for name in tables_behind(one.definition, results.definition)})
    return {
        "format": FORMAT,
        "fingerprint": picture.code,
        "project": picture.project,
        "view": picture.view.text,
        "view_with_defaults": picture.full_view,
        "made_on": (made_on or datetime.date.today()).isoformat(),
        "data": {name: {"rows": len(results.tables[name].frame), "sha256": results.tables[name].digest} for name in tables},
        "rules": [picture.rule(one.definition) for one in picture.shown],
        "definitions": [one.definition.model_dump(mode="json", exclude=set(APART)) for one in picture.shown],
        "series": [_series(picture, layer) for layer in picture.layers],
        "not_drawn": [_series(picture, layer) for layer in picture.listed if layer.key not in drawn],
        "credit": picture.credit,
        "licence": picture.licence,
        "sources": sources(results, picture),
    }


def sources(results: Results, picture: Picture) -> list[dict[str, str]]:
    """The sources of all rows behind the numbers drawn, and of reference lines, by producer."""
    ids = dict.fromkeys(row for layer in picture.listed for rows in layer.window.rows for row in rows)
    by_id = sources_behind(results.tables, ids, results.config.sources)
    known = known_sources(results.tables.get(results.config.sources or ""))
    by_id |= {line.source: known[line.source] for panel in picture.panels for line in panel.lines if line.source in known}
    ordered = sorted(by_id.values(), key=lambda s: (s.producer, s.title))
    return [{"id": s.id, "producer": s.producer, "title": s.title, "url": s.url} for s in ordered]


def _series(picture: Picture, layer: Layer) -> dict[str, Any]:
    series = layer.series
    about = {"name": picture.name_of(layer), "title": series.definition.title, "unit": series.unit, "frequency": series.frequency}
    return about | {"data_to": series.data_to, "points": list(layer.facts())}


# ---- PNG: written with zlib and struct, because only two small chunks are added; an image library would compress the picture again ----


def into_png(png: bytes, record: Record, dpi: float) -> bytes:
    """The picture with its record in a text chunk, and its resolution, so that documents place it at its true size.

    ValueError for data that is not a PNG.
    """
    if not png.startswith(PNG):
        raise ValueError("this is not a PNG")
    metre = round(dpi / 0.0254)
    text = NAME.encode() + b"\0\1\0\0\0" + zlib.compress(canonical(record).encode(), 9)
    head = len(PNG) + 25  # the signature and the chunk IHDR, which is always first and of one length
    return png[:head] + _chunk(b"pHYs", struct.pack(">IIB", metre, metre, 1)) + _chunk(b"iTXt", text) + png[head:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _from_png(data: bytes) -> str | None:
    for kind, body in _chunks(data):
        keyword, _, rest = body.partition(b"\0")
        if kind == b"iTXt" and keyword == NAME.encode():
            packed = rest[0] == 1
            text = rest[2:].split(b"\0", 2)[2]
            return (zlib.decompressobj().decompress(text, MOST) if packed else text).decode()
    return None


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG)
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += length + 12


# ---- SVG ----


def into_svg(svg: str, record: Record, title: str, words: str) -> bytes:
    """The picture with a title and a description for people who cannot see it, and its record as metadata."""
    start = svg.index("<svg")
    end = svg.index(">", start) + 1
    heading = f"<title>{escape(title)}</title><desc>{escape(words)}</desc>"
    return f'{svg[:end]}{heading}<metadata id="{NAME}">{escape(canonical(record))}</metadata>{svg[end:]}'.encode()


def _from_svg(data: bytes) -> str | None:
    root = ElementTree.fromstring(data)
    return next((e.text for e in root.iter() if e.tag.rpartition("}")[2] == "metadata" and e.get("id") == NAME), None)


# ---- PDF ----


def into_pdf(pdf: bytes, record: Record, title: str) -> bytes:
    """The picture with its title and dates, and its record as an attached file."""
    pypdf = _pypdf()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    created = datetime.date.fromisoformat(str(record["made_on"])).strftime("D:%Y%m%d000000Z")
    about = {
        "/Title": title,
        "/Subject": str(record["view"]),
        "/Keywords": str(record["fingerprint"]),
        "/Author": str(record["project"]),
        "/Creator": "relations export",
    }
    writer.add_metadata(about | {"/CreationDate": created, "/ModDate": created})
    stream = writer.add_attachment(f"{NAME}.json", b"").pdf_object["/EF"]["/F"].get_object()
    stream.set_data(zlib.compress(canonical(record).encode(), 9))
    stream[pypdf.generic.NameObject("/Filter")] = pypdf.generic.NameObject("/FlateDecode")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _from_pdf(data: bytes) -> str | None:
    pypdf = _pypdf()
    try:
        attached = pypdf.PdfReader(io.BytesIO(data)).attachments.get(f"{NAME}.json")
    except (pypdf.errors.PyPdfError, RecursionError):
        return None
    return attached[0].decode() if attached else None


def _pypdf() -> Any:
    try:
        import pypdf
    except ImportError:
        raise package_missing("pypdf", "PDF") from None
    return pypdf


# ---- any file ----


def _from_zip(data: bytes) -> str | None:
    """The record of a workbook, or of a kit: that of the JSON file in it."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(info.file_size for info in packed.infolist()) > MOST:
            return None
        names = packed.namelist()
        if "xl/workbook.xml" in names:
            return read_chunks(packed)
        kept = next((name for name in names if name.endswith(".json") and not name.endswith(".csl.json")), None)
        return packed.read(kept).decode() if kept else None


READERS = ((PNG, _from_png), (b"%PDF", _from_pdf), (b"PK", _from_zip), (b"{", lambda data: data.decode("utf-8-sig")), (b"<", _from_svg))


def _whole(digits: str) -> float:
    """A whole number of a record; an infinite one where it has more digits than Python reads."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else math.inf


LONGEST_NUMBER = 400
"""Characters of a whole number."""


def read_record(path: Path) -> dict[str, Any] | None:
    """The record that a file holds, whatever its name; None where it has none, or none that can be read.

    ProblemsFound for a PDF where the package that reads them is missing. OSError where there is no such file.
    """
    data = path.read_bytes()
    start = re.sub(rb"^(\xef\xbb\xbf)?\s*", b"", data[:64])
    reader = next((read for sign, read in READERS if start.startswith(sign)), None)
    try:
        text = reader(data) if reader else None
        record = json.loads(text, parse_int=_whole) if text else None
    except (ValueError, KeyError, IndexError, RecursionError, struct.error, zlib.error, zipfile.BadZipFile, ElementTree.ParseError):
        return None
    return record if isinstance(record, dict) and str(record.get("format", "")).startswith(NAME) else None
