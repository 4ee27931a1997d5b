"""The record of a picture: what it holds, how it is put into PNG, SVG and PDF, and the seal that binds it to what is seen.

The seal of a file is the SHA-256 of all its bytes, with zeros in its own place. Whoever changes the picture or the record breaks it;
whoever makes a new seal too leaves a file like any other, so a seal proves no author.
"""

import datetime
import hashlib
import io
import struct
import zlib
from collections.abc import Mapping
from html import escape
from typing import Any

from dashboard.charts.picture import Layer, Picture
from dashboard.charts.view import canonical
from dashboard.export.output import package_missing
from dashboard.words import numbers
from indicators.compute.provenance import known_sources, sources_behind, used_sources
from indicators.nouns.definition import APART
from indicators.nouns.series import Results
from indicators.nouns.stores import at_hand
from indicators.reading.dependencies import tables_behind

NAME = "relations-record"
FORMAT = f"{NAME}/1"
PNG = b"\x89PNG\r\n\x1a\n"
MARK = "relationsSeal"
BLANK = MARK + "0" * 64
"""What a file has in the place of its seal until it is sealed."""
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
        "data": {name: {"rows": results.tables[name].rows, "sha256": results.tables[name].digest} for name in tables},
        "rules": [picture.rule(one.definition) for one in picture.shown],
        "definitions": [one.definition.model_dump(mode="json", exclude=set(APART)) for one in picture.shown],
        "series": [_series(picture, layer) for layer in picture.layers],
        "not_drawn": [_series(picture, layer) for layer in picture.listed if layer.key not in drawn],
        **({"spells": [one.facts for one in picture.spells]} if picture.spells else {}),
        "credit": picture.credit,
        "licence": picture.licence,
        "sources": sources(results, picture),
    }


def sources(results: Results, picture: Picture) -> list[dict[str, str]]:
    """The sources of all rows behind the numbers drawn, and of reference lines, by producer."""
    ids = dict.fromkeys(row for layer in picture.listed for rows in layer.window.rows for row in at_hand(rows))
    by_id = sources_behind(results.tables, ids, results.config.sources)
    stored = {name: results.tables[name] for one in picture.shown for name in one.tables if results.tables[name].store}
    named = used_sources(results.tables, results.config.sources) if stored else ()
    by_id |= {one.source.id: one.source for one in named if set(one.rows) & set(stored)}
    known = known_sources(results.tables.get(results.config.sources or ""))
    by_id |= {line.source: known[line.source] for panel in picture.panels for line in panel.lines if line.source in known}
    ordered = sorted(by_id.values(), key=lambda s: (s.producer, s.title))
    return [source._asdict() for source in ordered]


def _series(picture: Picture, layer: Layer) -> dict[str, Any]:
    series = layer.series
    about = {"name": picture.name_of(layer), "title": numbers.titled(series.definition), "unit": series.unit, "frequency": series.frequency}
    return about | {"data_to": series.data_to, "points": list(layer.facts)}


# ---- the seal ----


def seal_at(data: bytes, start: int) -> bytes:
    """What the seal at a place must be: its mark, and the digest of the file without it (and, in a PNG, without the checksum behind it)."""
    end = start + len(BLANK)
    after = end + 4 if data.startswith(PNG) else end
    view = memoryview(data)  # so that nothing is copied
    digest = hashlib.sha256(view[:start])
    digest.update(BLANK.encode() + bytes(after - end))
    digest.update(view[after:])
    return f"{MARK}{digest.hexdigest()}".encode()


def sealed(data: bytes) -> bytes:
    """A file with its seal in the blank place for it. ValueError where it has none."""
    start = data.rindex(BLANK.encode())
    seal = seal_at(data, start)
    after = data[start + len(seal) :]
    if data.startswith(PNG):
        after = _chunk(b"tEXt", SEAL_KEY + seal)[-4:] + after[4:]
    return data[:start] + seal + after


def with_seal_in_zip(data: bytes) -> bytes:
    """An archive without a comment, with the blank place as its comment, which is the last that an archive has."""
    return data[:-2] + struct.pack("<H", len(BLANK)) + BLANK.encode()


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
    chunks = _chunk(b"tEXt", SEAL_KEY + BLANK.encode()) + _chunk(b"pHYs", struct.pack(">IIB", metre, metre, 1)) + _chunk(b"iTXt", text)
    return sealed(png[:head] + chunks + png[head:])


SEAL_KEY = b"Seal\0"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# ---- SVG ----


def into_svg(svg: str, record: Record, title: str, words: str) -> bytes:
    """The picture with a title and a description for people who cannot see it, and its record as metadata."""
    start = svg.index("<svg")
    end = svg.index(">", start) + 1
    heading = f'<title>{escape(title)}</title><desc>{escape(words)}</desc><metadata id="relations-seal">{BLANK}</metadata>'
    return sealed(f'{svg[:end]}{heading}<metadata id="{NAME}">{escape(canonical(record))}</metadata>{svg[end:]}'.encode())


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
        "/Seal": BLANK,
    }
    writer.add_metadata(about | {"/CreationDate": created, "/ModDate": created})
    stream = writer.add_attachment(f"{NAME}.json", b"").pdf_object["/EF"]["/F"].get_object()
    stream.set_data(zlib.compress(canonical(record).encode(), 9))
    stream[pypdf.generic.NameObject("/Filter")] = pypdf.generic.NameObject("/FlateDecode")
    out = io.BytesIO()
    writer.write(out)
    return sealed(out.getvalue())


def _pypdf() -> Any:
    try:
        import pypdf
    except ImportError:
        raise package_missing("pypdf", "PDF") from None
    return pypdf
