"""Exported files that are spoiled by chance, and files that are forged on purpose: none of them may be called the same."""

import functools
import io
import json
import re
import struct
import zipfile
import zlib
from types import SimpleNamespace

import pypdf

from dashboard.charts.picture import picture_of
from dashboard.charts.view import canonical, code_of, parse_view
from dashboard.export import embed, formats
from dashboard.export.extract import chunks
from dashboard.export.output import PRESETS

KINDS = ("png", "svg", "pdf", "xlsx", "json", "zip")
SIZE = (120, 80)


def png(shade=255):
    """A grey picture."""
    width, height = SIZE
    rows = b"".join(b"\0" + bytes((shade * x * y) & 255 for x in range(width)) for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return picture((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))


def picture(*parts):
    return embed.PNG + b"".join(embed._chunk(*part) for part in parts)


def svg(value=7):
    bars = "".join(f'<rect x="{n}" height="{n * value}"/>' for n in range(60))
    return f'<svg class="main-svg" xmlns="http://www.w3.org/2000/svg" width="2" height="1">{bars}<text>{value}</text></svg>'


def pdf(value=7):
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    page = writer.add_blank_page(468, 259)
    stream = pypdf.generic.DecodedStreamObject()
    stream.set_data(b"".join(b"%d %d m 100 100 l S\n" % (n, n * value) for n in range(60)))
    page[pypdf.generic.NameObject("/Contents")] = writer._add_object(stream)
    writer.write(out)
    return out.getvalue()


def files_of(made, record=None, value=7, view="audiences"):
    """A picture as a file of each kind, as the product writes them; the browser alone is played. `record`: another one than its own."""
    job = formats.job_of(made, parse_view(view), PRESETS["memo"])
    kept = record or job.record
    whole = SimpleNamespace(**{name: getattr(job, name) for name in ("picture", "results", "preset", "name")}, drawing=job.drawing)
    whole.record, whole.made_on = kept, job.made_on
    drawn = {"png": png(value), "svg": svg(value).encode(), "pdf": pdf(value)}
    return {one.suffix: one.make(whole, drawn) for one in formats.FORMATS.values() if one.suffix in KINDS}


# ---- by chance ----


def spoiled(data, dice):
    """A file with some of its bytes changed, lost, moved or added."""
    at, size = dice.randrange(len(data)), dice.choice((1, 2, 16, 400))
    other = bytes(dice.randrange(256) for _ in range(size))
    ways = (
        lambda: data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :],
        lambda: data[:at] + other + data[at + size :],
        lambda: data[:at] + other + data[at:],
        lambda: data[:at] + data[at + size :],
        lambda: data[:at],
        lambda: data[at:],
        lambda: data + other,
        lambda: data[:at] + data[:at] + data[at:],
        lambda: data[:at] + bytes(size) + data[at + size :],
        lambda: data + data,
    )
    made = dice.choice(ways)()
    return made if made != data else data + b"\n"


# ---- on purpose ----

SEAL = re.compile(rb"relationsSeal[0-9a-f]{64}")


def resealed(data):
    """A file with a new seal, as anyone can make it who reads the program."""
    places = [found.start() for found in SEAL.finditer(data)]
    at = places[-1] if data.startswith(b"PK") else places[0]
    return embed.sealed(data[:at] + embed.BLANK.encode() + data[at + len(embed.BLANK) :])


def unsealed(data):
    """A file as an earlier version wrote it."""
    if data.startswith(embed.PNG):
        return picture(*((kind, body) for kind, body, _ in chunks(data) if not body.startswith(embed.SEAL_KEY)))
    if not data.startswith(b"PK"):
        return SEAL.sub(b"", data)
    return packed_as_kit({name: _without(member) for name, member in members_of(data).items()}, seal=False)


def _without(data):
    return unsealed(data) if SEAL.search(data) else data


def with_numbers(record, dice, *, own_code):
    """A record with other numbers; with `own_code` it does not contradict itself."""
    made = json.loads(canonical(record))
    for point in dice.sample(made["series"][0]["points"], 5):
        point["value"] = 10 * (point["value"] or 0) + dice.randrange(1, 9)
    return made | ({"fingerprint": code_of(made["view_with_defaults"], made["rules"], made["series"])} if own_code else {})


def forged(kind, good, files, made, dice):
    """Forged files of a kind, each with what was done. `good`: the record of the files."""
    data = files[kind]
    other = (
        files_of(made, value=dice.randrange(8, 200))[kind] if kind in ("png", "svg", "pdf", "zip") else files_of(made, view="duels")[kind]
    )
    yield "the picture of one file and the seal of another", SEAL.sub(SEAL.findall(data)[-1], other)
    yield "numbers of the record changed, the code left", files_of(made, with_numbers(good, dice, own_code=False))[kind]
    yield "numbers of the record changed, with a new code and seal", files_of(made, with_numbers(good, dice, own_code=True))[kind]
    yield "numbers changed, the seal removed", unsealed(files_of(made, with_numbers(good, dice, own_code=False))[kind])
    yield "another picture, the seal removed", unsealed(other)
    yield "as an earlier version wrote it", unsealed(data)
    yield "bytes behind the end", data + bytes(dice.randrange(256) for _ in range(40))
    if kind in ("png", "pdf", "svg"):
        yield "bytes behind the end, with a new seal", resealed(data + b"<!-- -->" * dice.randrange(1, 9))
    yield "the record of another view", files_of(made, json.loads(canonical(good)) | {"view": "duels"})[kind]
    yield "no series", files_of(made, json.loads(canonical(good)) | {"series": []})[kind]
    yield from _of_archives(kind, data, other, dice)
    if kind == "png":
        kept = [(name, body) for name, body, _ in chunks(data)]
        yield "two records", resealed(picture(*kept[:-1], kept[3], kept[-1]))
        yield "a pixel, and a right checksum", data.replace(*_pixel(kept, dice))


def _pixel(kept, dice):
    body = next(body for name, body in kept if name == b"IDAT")
    pixels = bytearray(zlib.decompress(body))
    pixels[dice.randrange(1, len(pixels))] ^= 1
    return embed._chunk(b"IDAT", body), embed._chunk(b"IDAT", zlib.compress(bytes(pixels)))


def _of_archives(kind, data, other, dice):
    """A kit with the picture of another one, a workbook with another cell, packed and sealed again."""
    if kind not in ("zip", "xlsx"):
        return
    inside = members_of(data)
    if kind == "zip":
        suffix = dice.choice((".png", ".svg", ".pdf"))
        name = next(one for one in inside if one.endswith(suffix))
        broken = inside | {name: SEAL.sub(embed.BLANK.encode(), inside[name])}
        yield "a picture in it with a broken seal", packed_as_kit(broken)
        return
    sheet = "xl/worksheets/sheet1.xml"
    yield "a cell changed", packed_as_kit(inside | {sheet: inside[sheet].replace(b"<v>0</v>", b"<v>9</v>", 3)}, seal=False)


def members_of(data):
    """The files of an archive, by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed_as_kit(files, *, seal=True):
    archive = _archive(*files.items())
    return embed.sealed(embed.with_seal_in_zip(archive)) if seal else archive


def _archive(*files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name, data in files:
            packed.writestr(name, data)
    return out.getvalue()


# ---- too much ----


START = b'{"format":"relations-record/1","view":'


@functools.cache
def _swollen():
    """A record of 300 MB, packed."""
    return zlib.compress(START + b'"' + b"a" * 300_000_000 + b'"}', 1)


def _endless():
    huge = struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 6, 0, 0, 0)
    return picture((b"IHDR", huge), (b"IDAT", zlib.compress(bytes(300_000_000), 1)), (b"IEND", b""))


@functools.cache
def _wide():
    """A picture of 99 MB, packed."""
    head = struct.pack(">IIBBBBB", 98_999, 1_000, 8, 0, 0, 0, 0)
    return picture((b"IHDR", head), (b"IDAT", zlib.compress(bytes(99_000_000), 9)), (b"IEND", b""))


def _attached():
    return b"%%PDF-1.3\n5 0 obj\n<<\n/Type /EmbeddedFile\n>>\nstream\n%b\nendstream\nstartxref\n1\n%%%%EOF\n" % _swollen()


@functools.cache
def _brackets():
    return _archive(("a.json", b"[" * 200_000_000))


def _strings():
    return _archive(("xl/workbook.xml", "<a/>"), ("xl/sharedStrings.xml", "<t>json:" + "<t>json:{</t>" * 12_000_000))


def _entities():
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return f'<!DOCTYPE svg [<!ENTITY a0 "lol">{entities}]><svg><metadata id="relations-record">&a11;</metadata></svg>'.encode()


BOMBS = {
    "a text chunk that swells": lambda: picture(
        (b"IHDR", png()[16:29]), (b"iTXt", b"relations-record\0\1\0\0\0" + _swollen()), (b"IEND", b"")
    ),
    "a picture without end": _endless,
    "a million chunks": lambda: picture((b"IHDR", png()[16:29])) + embed._chunk(b"tEXt", b"") * 1_000_000,
    "an attachment that swells": _attached,
    "many attachments": lambda: b"%PDF-1.3\n" + b"/EmbeddedFile >> stream\n" * 500_000,
    "attachments without end": lambda: b"%PDF-1.3\n" + b"/EmbeddedFile" * 1_000_000,
    "an archive that swells": _brackets,
    "an archive that lies": lambda: _brackets().replace(struct.pack("<I", 200_000_000), struct.pack("<I", 20)),
    "an archive of many files": lambda: _archive(*((f"{n}.json", b"{}") for n in range(10_000))),
    "a workbook that swells": _strings,
    "deep brackets": lambda: START + b"[" * 900_000,
    "deep braces": lambda: START + b'{"a":' * 900_000,
    "many values": lambda: START + b"[" + b"[]," * 3_900_000 + b"[]]}",
    "many keys": lambda: START + b"{" + b",".join(b'"%d":1' % n for n in range(490_000)) + b"}}",
    "long numbers": lambda: START + b"[" + b"9" * 11_000_000 + b"]}",
    "long numbers with a point": lambda: START + b"[0." + b"9" * 11_000_000 + b"]}",
    "wide letters": lambda: START + b'"\xf0\x9f\x98\x80' + b"a" * 11_000_000 + b'"}',
    "entities": _entities,
    "deep elements": lambda: b"<a>" * 4_000_000,
    "many signs": lambda: b'<svg><metadata id="relations-record">{' + b"&" * 11_000_000 + b"</metadata></svg>",
    "archives in an archive": lambda: _archive(("a.json", b"{}"), *((f"{n}.png", _archive(("a.json", b"{}"))) for n in range(90))),
    "an archive of pictures without end": lambda: _archive(("a.json", b"{}"), *((f"{n}.png", _wide()) for n in range(90))),
    "a picture in a kit without end": lambda: _archive(("a.json", b"{}"), ("a.png", _wide())),
    "pieces behind the end": lambda: picture(
        (b"IHDR", png()[16:29]), (b"IDAT", zlib.compress(bytes(121 * 80))), *[(b"IDAT", b"x" * 900)] * 19_900, (b"IEND", b"")
    ),
    "ends of a PDF": lambda: b"%PDF-1.3\n" + b"startxref 1 %%EOF\n" * 1_100_000,
    "seals up to the limit": lambda: b"<svg>" + (embed.BLANK.encode() + b" ") * 256_000,
    "many seals": lambda: b"<svg>" + (embed.BLANK.encode() + b" ") * 150_000,
}
"""Files that would fill a memory or a day, by what is in them: made when they are called, so that a run without them is spared it."""


def record_of(made, view="audiences"):
    """The record of a view."""
    return embed.record_of(made, picture_of(made, parse_view(view)))
