"""The kit: one archive with all that a memo may need of a picture."""

import io
import zipfile
from collections.abc import Mapping

from dashboard.export import cite, formats, words
from dashboard.export.browser import Chromium
from dashboard.export.formats import Work

ABOUT = {
    ".png": "the picture for documents and slides; it knows its true size",
    ".svg": "the picture as vectors, for the web and for drawing programs",
    ".pdf": "the picture as vectors, on a page of its size",
    ".csv": "the numbers that are drawn",
    ".json": "the full record: view, definition, numbers, the rows behind each, their sources",
    ".caption.txt": "what stands under the picture",
    ".alt.txt": "the picture in words, for those who cannot see it",
    ".citation.txt": "how to cite the picture and its sources",
    ".bib": "the same for BibTeX",
    ".csl.json": "the same for Zotero, Word and pandoc",
}


def kit(work: Work, browser: Chromium) -> bytes:
    """All files of a picture in one archive. The same input gives the same bytes, but for the day on which it was made."""
    return packed_with(work, {f".{name}": make(work, browser) for name, make in formats.PICTURES.items()})


def packed_with(work: Work, pictures: Mapping[str, bytes]) -> bytes:
    """The archive around pictures that were drawn, by the ends of their names."""
    files = contents(work, pictures)
    named = {f"{work.name}{suffix}": data for suffix, data in files.items()}
    return packed(named | {"README.txt": _readme(work, files)}, work)


def contents(work: Work, pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files by the ends of their names."""
    asked = (work.results, work.picture)
    texts = {
        ".caption.txt": words.caption(*asked) + "\n",
        ".alt.txt": words.alternative(*asked, work.figure) + "\n",
        ".citation.txt": cite.citation(*asked, work.made_on),
        ".bib": cite.bibtex(*asked, work.made_on),
        ".csl.json": cite.csl(*asked, work.made_on),
    }
    return {**pictures, ".csv": formats.csv(work), ".json": formats.json_(work), **{name: text.encode() for name, text in texts.items()}}


def _readme(work: Work, files: Mapping[str, bytes]) -> bytes:
    record = work.record
    lines = [
        work.title,
        "",
        f"{record['project']}. View: {record['view']}",
        f"Code: {record['fingerprint']}, made on {record['made_on']}",
        "",
    ]
    lines += [f"{work.name}{suffix}: {about}" for suffix, about in ABOUT.items() if suffix in files]
    lines += ["", "PNG, SVG, PDF and JSON carry the record of the picture. Whether its numbers still hold says"]
    return "\n".join([*lines, "", f"    relations verify {work.name}.png", "", record["licence"], ""]).encode()


def packed(files: Mapping[str, bytes], work: Work) -> bytes:
    """An archive of files, all dated to the day on which they were made."""
    out, day = io.BytesIO(), work.made_on
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()
