"""One picture in each format: bytes come out, nothing is written. `FORMATS` has them all."""

import datetime
import functools
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from dashboard.charts.figure import Drawing, drawing_of
from dashboard.charts.picture import Picture, picture_of
from dashboard.charts.theme import PALETTES
from dashboard.charts.view import View, canonical
from dashboard.export import embed, sheet
from dashboard.export.captions import Sources, alternative, bibtex, caption, citation, csl
from dashboard.export.output import Preset, json_text, name_of
from indicators.nouns.series import Results


@dataclass(frozen=True)
class ExportJob:
    """A picture on its way into a file."""

    results: Results
    picture: Picture
    preset: Preset
    record: dict[str, Any]

    @functools.cached_property
    def drawing(self) -> Drawing:
        """The figure, always in light colours, and the places of its notes."""
        return drawing_of(self.picture, PALETTES["light"], self.preset.size)

    @property
    def name(self) -> str:
        return name_of(self.picture.view, self.preset.name)

    @property
    def made_on(self) -> datetime.date:
        """The day on which the files are made, as written in them."""
        return datetime.date.fromisoformat(self.record["made_on"])


def job_of(results: Results, view: View, preset: Preset) -> ExportJob:
    """The picture of a view in a size. ProblemsFound where the view asks for what is not there."""
    picture = picture_of(results, view)
    return ExportJob(results, picture, preset, embed.record_of(results, picture))


Pictures = Mapping[str, bytes]
"""What a browser drew of a figure, by format."""


def png(job: ExportJob, pictures: Pictures) -> bytes:
    """The picture in the preset's resolution."""
    return embed.into_png(pictures["png"], job.record, job.preset.dpi)


def svg(job: ExportJob, pictures: Pictures) -> bytes:
    """The picture as vectors."""
    words = alternative(job.picture, job.drawing.plan)
    return embed.into_svg(pictures["svg"].decode(), job.record, job.picture.title, words)


def pdf(job: ExportJob, pictures: Pictures) -> bytes:
    """The picture as vectors, on one page of its size."""
    return embed.into_pdf(pictures["pdf"], job.record, job.picture.title)


def xlsx(job: ExportJob) -> bytes:
    """The numbers drawn, the rows behind them, the definition in words, and the record."""
    record = job.record
    about = {"title": job.picture.title, "comments": f"View {record['view']}, code {record['fingerprint']}", "author": record["project"]}
    sheets = sheet.sheets(job.results, job.picture)
    return embed.sealed(embed.with_seal_in_zip(sheet.as_xlsx(sheets, canonical(record), about, job.made_on)))


def json_(job: ExportJob) -> bytes:
    """The record, and with it what each row says and which sources it has."""
    return embed.sealed(json_text({"seal": embed.BLANK} | job.record | {"rows": rows_in_words(job.results, job.picture)}).encode())


def rows_in_words(results: Results, picture: Picture) -> list[dict[str, Any]]:
    """What each row behind the numbers says, in which periods it counts, and which sources it has."""
    counted = sheet.rows_with_periods(results, picture)
    return [{"id": row.id, "periods": periods, **row.cells, "sources": [s.id for s in row.sources]} for row, periods in counted]


# ---- the kit ----


def _cited(write: Callable[[Picture, Sources, datetime.date], str]) -> Callable[[ExportJob], str]:
    return lambda job: write(job.picture, job.record["sources"], job.made_on)


TEXTS: dict[str, tuple[str, Callable[[ExportJob], str]]] = {
    ".caption.txt": ("caption for the picture", lambda job: caption(job.picture) + "\n"),
    ".alt.txt": ("alternative text for people who cannot see the picture", lambda job: alternative(job.picture, job.drawing.plan) + "\n"),
    ".citation.txt": ("citation of the picture and its sources", _cited(citation)),
    ".bib": ("the citation for BibTeX", _cited(bibtex)),
    ".csl.json": ("the citation for Zotero, Word and pandoc", _cited(csl)),
}
"""Further files of the kit: what its README says of each, and how it is made."""


README = "README.txt"


def kit(job: ExportJob, pictures: Pictures) -> bytes:
    """All that a memo may need of a picture in one archive. On one day, the same input gives the same bytes."""
    chosen = [one for one in FORMATS.values() if one.in_kit and all(name in pictures for name in one.draws)]
    files = {f".{one.suffix}": one.make(job, pictures) for one in chosen}
    files |= {suffix: write(job).encode() for suffix, (_, write) in TEXTS.items()}
    by_name = {f"{job.name}{suffix}": data for suffix, data in files.items()}
    return packed(by_name | {README: _readme(job, files)}, job)


def names_in_kit(stem: str) -> dict[str, bool]:
    """The names of the files that a kit may have, and whether each kit has it: of the pictures it has those that were drawn."""
    made = {f"{stem}.{one.suffix}": not one.draws for one in FORMATS.values() if one.in_kit}
    return made | {f"{stem}{suffix}": True for suffix in TEXTS} | {README: True}


def _readme(job: ExportJob, files: Mapping[str, bytes]) -> bytes:
    record = job.record
    lines = [
        job.picture.title,
        "",
        f"{record['project']}. View: {record['view']}",
        f"Code: {record['fingerprint']}, made on {record['made_on']}",
        "",
    ]
    about = {f".{one.suffix}": one.in_kit for one in FORMATS.values()} | {suffix: about for suffix, (about, _) in TEXTS.items()}
    lines += [f"{job.name}{suffix}: {about}" for suffix, about in about.items() if suffix in files]
    lines += ["", "PNG, SVG, PDF and JSON carry the record of the picture. To check whether its numbers are still the same, run"]
    return "\n".join([*lines, "", f"    relations verify {job.name}.png", "", record["licence"], ""]).encode()


def packed(files: Mapping[str, bytes], job: ExportJob) -> bytes:
    """An archive of files, all dated to the day on which they were made."""
    out, day = io.BytesIO(), job.made_on
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return embed.sealed(embed.with_seal_in_zip(out.getvalue()))


# ---- the table ----


class Format(NamedTuple):
    """A format: its name, what it is `about` (for the help of the command), how it is made, the `suffix` of its files.

    `draws`: the pictures that a browser draws for it. `in_kit`: what the README of a kit says of it, where a kit has it. `on_page`:
    the label on the page, by the number of PNG pixels for each pixel of the figure.
    """

    name: str
    about: str
    make: Callable[[ExportJob, Pictures], bytes]
    suffix: str
    mimetype: str
    draws: tuple[str, ...] = ()
    in_kit: str = ""
    on_page: Mapping[str, str] = MappingProxyType({})


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format(
            "png",
            "picture for documents and slides",
            png,
            "png",
            "image/png",
            draws=("png",),
            in_kit="the picture for documents and slides; it carries its true size",
            on_page={"print": "PNG, 300 dpi", "2": "PNG, double size", "1": "PNG, single size"},
        ),
        Format(
            "svg",
            "vectors, with text as text",
            svg,
            "svg",
            "image/svg+xml",
            draws=("svg",),
            in_kit="the picture as vectors, for the web and for drawing programs",
            on_page={"print": "SVG"},
        ),
        Format("pdf", "vectors, one page", pdf, "pdf", "application/pdf", ("pdf",), in_kit="the picture as vectors, on a page of its size"),
        Format(
            "csv",
            "the numbers drawn",
            lambda job, _: sheet.numbers_csv(job.picture).encode(),
            "csv",
            "text/csv",
            in_kit="the numbers that are drawn",
        ),
        Format("xlsx", "numbers, rows, definition", lambda job, _: xlsx(job), "xlsx", XLSX),
        Format(
            "json",
            "full record",
            lambda job, _: json_(job),
            "json",
            "application/json",
            in_kit="the full record: view, definition, numbers, the rows behind each, their sources",
        ),
        Format(
            "kit",
            "a zip of png, svg, pdf, csv, json, caption, alternative text, citations",
            kit,
            "zip",
            "application/zip",
            draws=("png", "svg", "pdf"),
            on_page={"print": "kit for a memo (zip)"},
        ),
    )
}
"""Every format, in the order of `relations export --help`, of the page and of the kit."""
