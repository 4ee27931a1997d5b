"""The kit: one archive with all that a memo may need of a picture, and how to cite it."""

import datetime
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.charts.picture import Picture
from dashboard.charts.record import fingerprint
from dashboard.export import captions, formats
from dashboard.export.browser import Chromium
from dashboard.export.formats import Work
from dashboard.words import numbers

Sources = Sequence[Mapping[str, str]]
"""Sources as a record lists them."""
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
    cited = (work.picture, work.record["sources"], work.made_on)
    texts = {
        ".caption.txt": captions.caption(work.picture) + "\n",
        ".alt.txt": captions.alternative(work.picture, work.drawing.plan) + "\n",
        ".citation.txt": citation(*cited),
        ".bib": bibtex(*cited),
        ".csl.json": csl(*cited),
    }
    return {**pictures, ".csv": formats.csv(work), ".json": formats.json_(work), **{name: text.encode() for name, text in texts.items()}}


def _readme(work: Work, files: Mapping[str, bytes]) -> bytes:
    record = work.record
    lines = [
        work.picture.title,
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


BIBTEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
BIBTEX |= {c: f"\\{c}" for c in "&%$#_"}


def citation(picture: Picture, sources: Sources, made_on: datetime.date) -> str:
    """The chart and its sources as lines of text."""
    listed = [_listed(source) for source in sources]
    return "\n".join([_of_chart(picture, made_on), "", "Sources:", *listed]) + "\n"


def _listed(source: Mapping[str, str]) -> str:
    address = f"<{source['url']}> " if source["url"] else ""
    return f"- {source['producer']}: {source['title']} {address}[{source['id']}]"


def _of_chart(picture: Picture, made_on: datetime.date) -> str:
    first = f"{picture.project} ({made_on.year}): {picture.title}. Chart, made on {numbers.day(made_on)}"
    return f"{first}. View {_view(picture)}."


def _view(picture: Picture) -> str:
    series = picture.series
    data = f"data to {numbers.date(series.data_to)}, " if series.data_to else ""
    return f"{picture.view.text}, code {fingerprint(picture)}, {data}as of {numbers.day(series.as_of)}"


def bibtex(picture: Picture, sources: Sources, made_on: datetime.date) -> str:
    """The same as BibTeX; names and titles in two braces stay as they are written."""
    chart = {
        "author": f"{{{_tex(picture.project)}}}",
        "title": f"{{{_tex(picture.title)}}}",
        "year": str(made_on.year),
        "howpublished": f"Chart, made on {made_on.isoformat()}",
        "note": _tex(f"View {_view(picture)}"),
    }
    entries = [_entry(fingerprint(picture), chart)]
    for s in sources:
        fields = {"author": f"{{{_tex(s['producer'])}}}", "title": f"{{{_tex(s['title'])}}}"}
        entries.append(_entry(s["id"], fields | ({"url": _address(s["url"])} if s["url"] else {})))
    return "\n".join(entries)


def _entry(key: str, fields: Mapping[str, str]) -> str:
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{re.sub(r'[^A-Za-z0-9_:.-]', '-', key)},\n{lines}}}\n"


def _tex(text: str) -> str:
    r"""Text that BibTeX shows as it is.

    >>> print(_tex("50 % of {Zenda} & co_"))
    50 \% of \{Zenda\} \& co\_
    """
    return "".join(BIBTEX.get(c, c) for c in text)


def _address(url: str) -> str:
    return url.replace("{", "%7B").replace("}", "%7D").replace("\\", "%5C")


def csl(picture: Picture, sources: Sources, made_on: datetime.date) -> str:
    """The same as CSL-JSON."""
    chart: dict[str, Any] = {
        "id": fingerprint(picture),
        "type": "graphic",
        "author": [{"literal": picture.project}],
        "title": picture.title,
        "issued": {"date-parts": [[made_on.year, made_on.month, made_on.day]]},
        "note": f"View {_view(picture)}",
    }
    return json.dumps([chart, *(_item(s) for s in sources)], ensure_ascii=False, indent=1) + "\n"


def _item(source: Mapping[str, str]) -> dict[str, Any]:
    kind = {"type": "webpage", "URL": source["url"]} if source["url"] else {"type": "document"}
    return {"id": source["id"], **kind, "author": [{"literal": source["producer"]}], "title": source["title"]}
