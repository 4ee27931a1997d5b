"""How to cite a picture and its sources: as lines of text, for BibTeX, for Zotero."""

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.charts.picture import Picture
from dashboard.charts.record import fingerprint
from dashboard.words import numbers

Sources = Sequence[Mapping[str, str]]
"""Sources as a record lists them."""
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
