"""`relations brief`: the briefing of a period as a page for print in one file, as a document, as text or as JSON."""

import argparse
import base64
import functools
import io
import sys
import textwrap
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from dashboard.charts.picture import Picture
from dashboard.commands import done, period_of
from dashboard.export.embed import record_of
from dashboard.export.formats import FORMATS, ExportJob
from dashboard.export.output import OF_A_BRIEFING, json_text, package_missing, write
from dashboard.words import brief as words
from indicators.compute.brief import Brief, Chapter, brief_of, default_period
from indicators.compute.pipeline import results
from indicators.nouns.series import Results
from indicators.reading.project import open_project

EXAMPLE = "relations brief --period 2024-T1 --format html --output brief.html"
STYLE = Path(__file__).parents[1] / "assets" / "brief.css"
MARGINS = "@media screen { body { margin: 1rem; } }\n@media print { body { margin: 0; } }"
LINE = 100
"""Characters of a line of text."""
SMALL = 8
"""Points of what stands below a statement in a document."""
WIDTH = 6.9
"""Inches between the margins of a document."""
SHARES = (0.37, 0.19, 0.32, 0.12)
"""Parts of the width that the columns of a table have in a document."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("--period", type=period_of, metavar="P", help="for example 2024-T1, 2024-Q1, 2024 (default: the last that is over)")
    about = "text (default), json; html: one file to print, with its charts; docx: for a word processor, needs the extra docx"
    parser.add_argument("--format", choices=["text", "html", "docx", "json"], default="text", help=about)
    parser.add_argument("--output", type=Path, metavar="FILE", help="the file to write; replaced if it is there (default: print it)")


def run(given: argparse.Namespace) -> int:
    """Write the briefing; 1 if the project has errors. ProblemsFound if there can be none."""
    from dashboard.pages.brief import checked  # slow to load

    if given.format == "docx" and not given.output:
        given.output = Path("brief.docx")
    project = open_project(given.project)
    made = results(project)
    data = WRITERS[given.format](brief_of(made, checked(made, given.period or default_period(made))), made)
    if given.output:
        write(given.output, data)
        print(given.output)
    else:
        sys.stdout.write(data.decode())
    return done(project)


# ---- text and JSON ----


def as_text(brief: Brief, made: Results) -> bytes:
    """The briefing for a terminal."""
    return ("\n".join(_lines(brief, made)) + "\n").encode()


def _lines(brief: Brief, made: Results) -> Iterator[str]:
    yield from (words.heading(brief, made), *_wrapped(words.lead(brief, made)), *_wrapped(words.how(made)))
    for chapter in brief.chapters:
        yield from ("", chapter.pillar.title.upper())
        for line in (words.line(one, made) for one in chapter.said):
            yield from (*_wrapped(line.text, "- ", "  "), *_wrapped(line.under, "    "))
        for cells in (words.cells(one, made) for one in chapter.table):
            yield from _wrapped("; ".join(filter(None, (f"{cells.title}: {cells.value}", cells.change, cells.coverage))), "  ", "    ")
        yield from _wrapped(words.last_line(chapter, made))
    if brief.ahead:
        yield from ("", words.AHEAD.upper(), *_wrapped(words.about_ahead(brief, made)))
    for one in map(words.ahead, brief.ahead):
        yield from _wrapped(": ".join(one), "- ", "  ")
    yield from ("", words.APPENDIX.upper(), *_wrapped(words.about_events(brief)))
    for event in words.events(brief, made):
        yield from _wrapped(f"{event.day}: {event.text}{f' ({event.source})' if event.source else ''}", "- ", "  ")


def _wrapped(text: str, first: str = "", then: str | None = None) -> list[str]:
    return textwrap.wrap(text, LINE, initial_indent=first, subsequent_indent=first if then is None else then)


def as_json(brief: Brief, made: Results) -> bytes:
    """The briefing as a JSON object."""
    chapters = [
        {
            "pillar": chapter.pillar.id,
            "said": [_record(words.line(one, made)) for one in chapter.said],
            "sources_of_table": words.sources(chapter, made),
            "table": [_record(words.cells(one, made)) for one in chapter.table],
            "not_said": words.not_said(chapter),
        }
        for chapter in brief.chapters
    ]
    record = {
        "period": brief.label,
        "as_of": made.config.as_of,
        "chapters": chapters,
        "ahead": [{"when": when, "what": what} for when, what in map(words.ahead, brief.ahead)],
        "events": [event._asdict() for event in words.events(brief, made)],
        "events_left_out": brief.left_out,
    }
    return json_text(record).encode()


def _record(one: words.Line | words.Cells) -> dict[str, Any]:
    """A statement or value as JSON: its words, and the view and period that give the same number."""
    named = one._asdict()
    query = named.pop("query")
    return named | {"indicator": query.name, "frequency": query.frequency}


# ---- with charts ----


def _drawn(made: Results, pictures: list[Picture], form: str) -> list[bytes]:
    """Charts as `relations export` draws them, each with its record."""
    from dashboard.export.browser import Chromium  # slow to load

    jobs = [ExportJob(made, picture, OF_A_BRIEFING, record_of(made, picture)) for picture in pictures]
    if not jobs:
        return []
    with Chromium() as browser:
        return [FORMATS[form].make(job, browser.pictures(job.drawing.figure, (form,), job.preset.factor)) for job in jobs]


def as_page(brief: Brief, made: Results) -> bytes:
    """One HTML file for print, which needs nothing beside it."""
    from dash import dcc  # slow to load, as the pages are

    from dashboard.pages import brief as page
    from dashboard.pages.nodes import as_html, plain

    images = iter(_drawn(made, page.charts(made, brief), "svg"))

    def draw(picture: Picture) -> tuple[Any, str]:
        return dcc.Graph(id=base64.b64encode(next(images)).decode()), picture.title

    def written(props: dict[str, Any]) -> str:
        return f'<img alt="" width="{OF_A_BRIEFING.size.width}" src="data:image/svg+xml;base64,{props["id"]}">'

    body = as_html(plain(page.document(made, brief, draw)), written)
    title = escape(words.heading(brief, made))
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    style = f"<style>\n{STYLE.read_text(encoding='utf-8')}\n{MARGINS}\n</style>"
    return f'<!DOCTYPE html>\n<html lang="en">\n<head>{head}\n{style}</head>\n<body>{body}</body>\n</html>\n'.encode()


def as_docx(brief: Brief, made: Results) -> bytes:
    """The briefing for a word processor."""
    try:
        import docx
        from docx.shared import Inches, Pt
    except ModuleNotFoundError:
        raise package_missing("python-docx", "DOCX", "docx") from None
    from dashboard.pages.brief import charts  # slow to load

    document = docx.Document()
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = "Arial", Pt(10)
    document.styles["Normal"].paragraph_format.space_after, document.styles["Normal"].paragraph_format.line_spacing = Pt(3), 1
    document.styles["List Bullet"].paragraph_format.keep_together = True
    for style in ("Heading 1", "Heading 2"):
        document.styles[style].paragraph_format.space_before = Pt(8)
    for section in document.sections:
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Inches(0.8)
    document.add_heading(words.heading(brief, made), 1)
    document.add_paragraph(words.lead(brief, made))
    small = functools.partial(_small, size=Pt(SMALL))
    small(document.add_paragraph(), words.how(made))
    pictures = charts(made, brief)
    for picture, image in zip(pictures, _drawn(made, pictures, "png"), strict=True):
        document.add_picture(io.BytesIO(image), width=Inches(WIDTH))._inline.docPr.set("descr", picture.title)
    widths = [Inches(WIDTH * share) for share in SHARES]
    for chapter in brief.chapters:
        _chapter_into(document, chapter, made, small, widths)
    _end_into(document, brief, made, small)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _small(paragraph: Any, text: str, size: Any, *, bold: bool = False, italic: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = size, bold, italic


def _chapter_into(document: Any, chapter: Chapter, made: Results, small: Callable[..., None], widths: list[Any]) -> None:
    document.add_heading(chapter.pillar.title, 2)
    for line in (words.line(one, made) for one in chapter.said):
        paragraph = document.add_paragraph(line.text, style="List Bullet")
        paragraph.add_run().add_break()
        small(paragraph, line.under)
    table = document.add_table(0, len(words.COLUMNS))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    rows = [words.cells(one, made).row for one in chapter.table]
    for n, texts in enumerate([words.COLUMNS, *rows] if rows else []):
        for cell, text, width in zip(table.add_row().cells, texts, widths, strict=True):
            cell.width, cell.paragraphs[0].paragraph_format.space_after = width, 0
            small(cell.paragraphs[0], text, italic=n == 0)
    if last := words.last_line(chapter, made):
        small(document.add_paragraph(), last)


def _end_into(document: Any, brief: Brief, made: Results, small: Callable[..., None]) -> None:
    """What lay ahead, and the events."""
    if brief.ahead:
        document.add_heading(words.AHEAD, 2)
        small(document.add_paragraph(), words.about_ahead(brief, made))
    for when, what in map(words.ahead, brief.ahead):
        paragraph = document.add_paragraph(style="List Bullet")
        small(paragraph, f"{when}: ", bold=True)
        small(paragraph, what)
    if brief.events:
        document.add_heading(words.APPENDIX, 2)
        small(document.add_paragraph(), words.about_events(brief))
        _in_columns(document)
    for event in words.events(brief, made):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = 0
        small(paragraph, event.day, bold=True)
        small(paragraph, f" {event.text} ")
        small(paragraph, event.source, italic=True)


def _in_columns(document: Any) -> None:
    """Whatever follows is in two columns."""
    from docx.enum.section import WD_SECTION
    from docx.oxml.ns import qn

    section = document.add_section(WD_SECTION.CONTINUOUS)
    columns = section._sectPr.find(qn("w:cols"))
    columns.set(qn("w:num"), "2")


WRITERS: dict[str, Callable[[Brief, Results], bytes]] = {"text": as_text, "json": as_json, "html": as_page, "docx": as_docx}
