"""The record that a file holds, read as from a stranger: everything is bounded before it is unpacked, and nothing is believed.

Only what `embed` and `formats` write is read, byte for byte, and no general reader of PDF, XML or images is let loose on a file.
"""

import io
import itertools
import json
import math
import re
import stat
import struct
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Literal
from xml.sax.saxutils import unescape

from dashboard.charts.view import canonical
from dashboard.export.embed import BLANK, MARK, NAME, PNG, Record, seal_at
from dashboard.export.formats import names_in_kit
from dashboard.export.sheet import ABOVE_RECORD, PIECE
from indicators.reading.files import mapping

LARGEST_FILE = 20_000_000
"""Bytes of a file: fifty times those of a usual kit."""
MOST = 12_000_000
"""Bytes that a record, or the part of a file that holds it, may have when unpacked."""
MOST_VALUES = 500_000
"""Values in a record."""
MOST_CHUNKS, MOST_PIXELS = 20_000, 100_000_000
"""Of a PNG: chunks, and bytes of its pixels."""
TEXTS_OF_PNG = (b"tEXt", b"zTXt", b"iTXt")
"""The parts of a PNG that hold a text under a name; of ours the record is in the last of these."""
MOST_FILES, MOST_LISTED = 100, 50_000
"""Of an archive: files, and bytes of the list of them."""
MOST_IN_KIT = 30_000_000
"""Bytes of all files of a kit together, unpacked."""
MOST_SEALS = 8
"""Places that look like a seal: those of the files in a kit may be among the bytes of the kit."""
LONGEST_NUMBER = 400
"""Characters of a whole number."""
DAMAGED: tuple[type[Exception], ...] = (
    *(ArithmeticError, ValueError, LookupError, RuntimeError, EOFError),
    *(struct.error, zlib.error, zipfile.BadZipFile),
)
"""What reading bytes that were damaged or made up may raise."""
TOO_LARGE = f"it has more than {LARGEST_FILE:,} bytes"
FOLLOWED, TWICE = "bytes follow where it should end", "it holds more than one record"
PDF, ZIP, JSON, SVG = b"%PDF", b"PK", b"{", b"<"
KINDS = {".png": PNG, ".svg": SVG, ".pdf": PDF, ".json": JSON}
"""The first bytes of the files in a kit, by how their names end."""
PICTURES = (".png", ".svg", ".pdf")
WORKBOOK = "xl/workbook.xml"
IN_FILE = re.compile(rb"[^>]{0,400}>>\s{0,9}stream\r?\n")
"""What follows the word for an attached file in a PDF, up to its bytes."""
ONLY_IN_JSON = ("seal", "rows")
"""Keys that the JSON of a picture has beside those of its record."""
QUOTES = {"&quot;": '"', "&#x27;": "'"}


@dataclass(frozen=True)
class Found:
    """What a file holds: its `record` (None: none that can be read), its `seal`, `faults` of its form, in words, and the CSV of a kit."""

    record: Record | None
    seal: Literal["whole", "broken", "absent"] = "absent"
    faults: tuple[str, ...] = ()
    table: bytes | None = None


def read_file(path: Path) -> Found:
    """What a file holds, whatever its name. OSError where it cannot be read."""
    state = path.stat()
    if not stat.S_ISREG(state.st_mode):
        raise OSError(0, "it is a folder, a pipe or a device")
    if state.st_size > LARGEST_FILE:
        return Found(None, faults=(TOO_LARGE,))
    return found_in(path.read_bytes())


def found_in(data: bytes) -> Found:
    """What the bytes of a file hold."""
    faults, table = list[str](), None
    sign = _sign_of(data)
    if len(data) > LARGEST_FILE:
        return Found(None, faults=(TOO_LARGE,))
    if sign is None:
        return Found(None)
    try:
        text = READERS[sign](data, faults.append)
        record = _parsed(text) if text else None
        if sign == ZIP and isinstance(record, dict):
            table = _check_kit(data, record, faults.append)
    except DAMAGED:
        record = None
        faults.append("it is damaged")
    if not isinstance(record, dict) or not str(record.get("format", "")).startswith(NAME):
        record = None
    return Found(record, _seal_of(data), tuple(dict.fromkeys(faults)), table)


def _sign_of(data: bytes) -> bytes | None:
    """The kind of a file, by its first bytes; None where it is none of ours."""
    start = re.sub(rb"^(\xef\xbb\xbf)?\s*", b"", data[:64])
    return next((sign for sign in READERS if start.startswith(sign)), None)


def _seal_of(data: bytes) -> Literal["whole", "broken", "absent"]:
    places = (found.start() for found in re.finditer(rb"%b[0-9a-f]{64}" % MARK.encode(), data))
    first = next(places, None)
    if first is None:
        return "absent"
    ends = [first, *deque(places, MOST_SEALS)]  # by the format it is first or last, and what lies between may look like one
    return "whole" if any(data[at : at + len(BLANK)] == seal_at(data, at) for at in ends) else "broken"


Report = Callable[[str], None]


# ---- each format ----


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """The kind and bytes of each part of a PNG, and whether its checksum is right, up to its end or to where it breaks off."""
    at = len(PNG)
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body, check = data[at + 4 : at + 8], data[at + 8 : at + 8 + length], data[at + 8 + length : at + 12 + length]
        yield kind, body, check == struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))
        at += length + 12
        if kind == b"IEND":
            break


def _from_png(data: bytes, report: Report) -> str | None:
    found = list(itertools.islice(chunks(data), MOST_CHUNKS))
    kinds = [kind for kind, _, _ in found]
    if not all(is_sound for _, _, is_sound in found):
        report("a checksum in it is wrong")
    if kinds[:1] != [b"IHDR"] or kinds.count(b"IHDR") != 1 or kinds[-1] != b"IEND":
        report("it breaks off, or its parts are not in order")
    elif len(PNG) + sum(len(body) + 12 for _, body, _ in found) != len(data):
        report(FOLLOWED)
    elif not _is_whole(struct.unpack(">IIBBBBB", found[0][1]), [body for kind, body, _ in found if kind == b"IDAT"]):
        report("its pixels are not those of its size")
    named = [(kind, body) for kind, body, _ in found if kind in TEXTS_OF_PNG and body.startswith(f"{NAME}\0".encode())]
    if len(named) > 1:
        report(TWICE)
    return next((_from_chunk(body) for kind, body in named if kind == b"iTXt"), None)


def _from_chunk(body: bytes) -> str:
    is_packed = body[len(NAME) + 1]
    text = body[len(NAME) + 3 :].split(b"\0", 2)[2]
    return (_inflated(text) if is_packed else text[:MOST]).decode()


def _is_whole(head: tuple[int, ...], pixels: list[bytes]) -> bool:
    """Whether there are as many bytes of pixels as the size asks for, however they were packed."""
    width, height, depth, colour, _, _, interlaced = head
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(colour, 0)
    wanted = height * (1 + math.ceil(width * depth * samples / 8))
    if not samples or interlaced or not 0 < wanted <= MOST_PIXELS:
        return False
    unpack, size = zlib.decompressobj(), 0
    for piece in pixels:
        if piece and unpack.eof:  # each further piece would be copied behind all those before it
            return False
        while piece and size <= wanted and not unpack.eof:
            size += len(unpack.decompress(piece, 1 << 20))
            piece = unpack.unconsumed_tail
    return size == wanted and unpack.eof and not unpack.unused_data


def _inflated(packed: bytes, behind: bytes = rb"\Z") -> bytes:
    """What was packed; ValueError where that is too large, cut, or followed by something else than it should be."""
    unpack = zlib.decompressobj()
    text = unpack.decompress(packed, MOST)
    if not unpack.eof or not re.match(behind, unpack.unused_data):
        raise ValueError("it is too large, cut, or followed by other bytes")
    return text


def _from_svg(data: bytes, report: Report) -> str | None:
    found = re.finditer(rb'<metadata id="%b">([^<]*)</metadata>' % NAME.encode(), data[:MOST])
    texts = [one[1] for one in itertools.islice(found, 2)]
    if not data.rstrip().endswith(b"</svg>"):
        report(FOLLOWED)
    if len(texts) > 1:
        report(TWICE)
    return unescape(texts[0].decode(), QUOTES) if texts else None


def _from_pdf(data: bytes, report: Report) -> str | None:
    """The text of the attached file. A second one is not unpacked, and neither is what is no record."""
    packed = None
    for word in itertools.islice(re.finditer(rb"/EmbeddedFile\b", data), MOST_FILES):
        found = IN_FILE.match(data, word.end())
        if not found or zlib.decompressobj().decompress(data[found.end() : found.end() + 1000], 1) != b"{":
            continue
        if packed is not None:
            report(TWICE)
            break
        packed = data[found.end() : found.end() + MOST]
    ends = itertools.islice(re.finditer(rb"startxref\s{1,9}\d{1,12}\s{1,9}%%EOF", data), 2)
    if len(list(ends)) != 1:
        report("it breaks off, or was changed after it was made")
    elif not data.rstrip(b"\r\n").endswith(b"%%EOF"):
        report(FOLLOWED)
    return _inflated(packed, rb"\r?\nendstream").decode() if packed is not None else None


def _from_zip(data: bytes, report: Report) -> str | None:
    """The record of a workbook, or of a kit: that of the JSON file in it, if its pictures have the same."""
    end = data.rfind(b"PK\5\6")
    _, _, here, entries, size, start, comment = struct.unpack("<HHHHIIH", data[end + 4 : end + 22])
    is_small = here == entries <= MOST_FILES and size <= MOST_LISTED and data[end - 20 : end - 16] != b"PK\6\7"
    if end < 0 or not is_small or start + size != end or end + 22 + comment != len(data) or not data.startswith(b"PK\3\4"):
        raise ValueError("its list of files is not one of ours")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = packed.namelist()
        if len(set(names)) != len(names):
            report("it holds two files of one name")
        if WORKBOOK in names:
            return _from_strings(_member(packed, "xl/sharedStrings.xml"))
        kept = _record_in(names)
        if len(kept) != 1:
            report(TWICE if kept else "it holds no record")
            return None
        if sum(info.file_size for info in packed.infolist()) > MOST_IN_KIT:
            raise ValueError("its files are too large together")
        _check_names(names, kept[0].removesuffix(".json"), report)
        return _of_kind(kept[0], _member(packed, kept[0])).decode()


def _record_in(names: list[str]) -> list[str]:
    return [name for name in names if name.endswith(".json") and not name.endswith(".csl.json")]


def _check_names(names: list[str], stem: str, report: Report) -> None:
    """Report files that a kit has not, and those that it lost."""
    known = names_in_kit(stem)
    strange = [name for name in names if name not in known]
    lost = [name for name, is_always in known.items() if is_always and name not in names]
    if strange:
        report(f"it holds {strange[0]!r}, which is not a file of this kit")
    if lost:
        report(f"{lost[0]!r} is missing")


def _check_kit(data: bytes, main: Record, report: Report) -> bytes | None:
    """Report the files of a kit that are not as they were made, or belong to another picture than `main`, the JSON in it; give its CSV."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if WORKBOOK in packed.namelist():
            return None
        same = canonical({key: value for key, value in main.items() if key not in ONLY_IN_JSON})
        kept = _record_in(packed.namelist())[0]
        is_sealed = _seal_of(data) != "absent"
        if not _is_as_made(_member(packed, kept), is_sealed):
            report("the JSON in it was changed")
        for suffix in PICTURES:
            name = kept.removesuffix(".json") + suffix
            if name in packed.namelist():
                content = _of_kind(name, _member(packed, name))
                _check_picture(name, content, same, report)
                if not _is_as_made(content, is_sealed):
                    report(f"{name} in it was changed")
        table = kept.removesuffix(".json") + ".csv"
        return _member(packed, table) if table in packed.namelist() else None


def _check_picture(name: str, data: bytes, same: str, report: Report) -> None:
    """Report a picture of a kit that is not as it was made, or has not the `same` record."""
    faults = list[str]()
    text = READERS[KINDS[PurePath(name).suffix]](data, faults.append)
    if faults or text is None:
        report(f"{name} in it was changed")
    elif text != same:
        report(f"{name} in it is another picture")


def _is_as_made(data: bytes, is_sealed: bool) -> bool:
    """Whether a file of a kit has the seal that it was made with: in a kit that has one, each has."""
    seal = _seal_of(data)
    return seal == "whole" or (seal == "absent" and not is_sealed)


def _of_kind(name: str, data: bytes) -> bytes:
    """A file of a kit. ValueError where it is of another kind than its name says, such as one more archive."""
    if _sign_of(data) != KINDS[PurePath(name).suffix]:
        raise ValueError("it is of another kind than its name says")
    return data


def _member(packed: zipfile.ZipFile, name: str) -> bytes:
    """A file of an archive. ValueError where it is too large, whatever the archive says of its size."""
    info = packed.getinfo(name)
    if info.file_size > MOST or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("it is too large, or packed in another way")
    with packed.open(info) as file:
        content = file.read(MOST + 1)
    if len(content) != info.file_size:
        raise ValueError("it is not as long as the archive says")
    return content


def _from_strings(xml: bytes) -> str | None:
    """The record in the texts of a workbook: pieces in order, the last texts of all."""
    pieces = re.findall(rb"<t(?: [^<>]{0,60})?>%b([^<]*)</t>" % PIECE.encode(), xml.rpartition(ABOVE_RECORD.encode())[2])
    texts = (re.sub(r"_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), unescape(piece.decode(), QUOTES)) for piece in pieces)
    return "".join(texts) or None


READERS: dict[bytes, Callable[[bytes, Report], str | None]] = {
    PNG: _from_png,
    PDF: _from_pdf,
    ZIP: _from_zip,
    JSON: lambda data, _: data.decode("utf-8-sig"),
    SVG: _from_svg,
}
"""How a file is read, by its first bytes."""


# ---- the text ----


def _parsed(text: str) -> Any:
    """JSON without two keys of one name. ValueError where it has too much of anything."""
    if len(text) > MOST or sum(text.count(sign) for sign in ",[{") > MOST_VALUES:
        raise ValueError("it is too large")
    return json.loads(text, parse_int=_whole, object_pairs_hook=mapping)


def _whole(digits: str) -> float:
    """A whole number of a record; an infinite one where it has more digits than Python reads."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else math.inf
