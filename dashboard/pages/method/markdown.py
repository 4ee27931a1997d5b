"""The part of Markdown that a codebook needs, as elements: headings, paragraphs, lists, tables, code, emphasis, links to the web.

Anything else, HTML among it, is shown as it is written. Dash's own component for Markdown would cost every visitor
466 kB of scripts and puts headings where the page has them already.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.pages.rows import web_link

HEADING = re.compile(r"(#{1,6})\s+(.*)")
ITEM = re.compile(r"(\s*)([-*+]|\d+[.)])\s+(.*)")
RULER = re.compile(r"\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*")
FENCE = "```"
INLINE = re.compile(r"`([^`]+)`|\*\*(.+?)\*\*|\*([^*\s](?:[^*]*[^*\s])?)\*|\[([^\]]+)\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Part:
    """A heading with its depth (0 and "" before the first) and what stands under it, up to the next heading."""

    depth: int
    title: str
    lines: tuple[str, ...]


def parts_of(text: str) -> list[Part]:
    """A document by its headings.

    >>> [(part.depth, part.title) for part in parts_of("Hello\\n# One\\ntext\\n## Two")]
    [(0, ''), (1, 'One'), (2, 'Two')]
    """
    found: list[tuple[int, str, list[str]]] = [(0, "", [])]
    fenced = False
    for line in text.splitlines():
        fenced ^= line.startswith(FENCE)
        match = HEADING.fullmatch(line.rstrip()) if not fenced else None
        if match:
            found.append((len(match[1]), match[2], []))
        else:
            found[-1][2].append(line)
    return [Part(depth, title, tuple(lines)) for depth, title, lines in found if title or any(line.strip() for line in lines)]


def inline(text: str) -> list[Any]:
    """A line with its code, emphasis and links.

    >>> inline("see `a` and *b*")
    ['see ', Code('a'), ' and ', Em(['b'])]
    """
    found: list[Any] = []
    end = 0
    for match in INLINE.finditer(text):
        found += [text[end : match.start()], _marked(match)]
        end = match.end()
    return [part for part in [*found, text[end:]] if part != ""]


def _marked(match: re.Match[str]) -> Any:
    code, strong, emphasis, words, address = match.groups()
    if code:
        return html.Code(code)
    if strong:
        return html.Strong(inline(strong))
    if emphasis:
        return html.Em(inline(emphasis))
    return web_link(words, address)


def blocks(lines: tuple[str, ...]) -> Iterator[Any]:
    """The elements of lines between two headings."""
    rest = list(lines)
    while rest:
        if not rest[0].strip():
            rest.pop(0)
        elif rest[0].startswith(FENCE):
            yield _code(rest)
        elif len(rest) > 1 and "|" in rest[0] and "-" in rest[1] and RULER.fullmatch(rest[1]):
            yield _table(rest)
        elif ITEM.fullmatch(rest[0]):
            yield _list(rest)
        else:
            yield html.P(inline(_paragraph(rest)))


def _code(rest: list[str]) -> html.Pre:
    rest.pop(0)
    taken = []
    while rest and not rest[0].startswith(FENCE):
        taken.append(rest.pop(0))
    if rest:
        rest.pop(0)
    return html.Pre(html.Code("\n".join(taken)))


def _table(rest: list[str]) -> html.Div:
    rows = []
    while rest and "|" in rest[0]:
        rows.append([cell.strip() for cell in rest.pop(0).strip().strip("|").split("|")])
    head, _, *body = rows
    heading = html.Tr([html.Th(inline(cell), scope="col") for cell in head])
    cells = [html.Tr([html.Td(html.Span(inline(text)) if text else "") for text in row]) for row in body]
    return html.Div(html.Table([html.Thead(heading), html.Tbody(cells)]), className="scroll", tabIndex="0")


def _list(rest: list[str]) -> html.Ul | html.Ol:
    """Items of one indent; deeper ones are lists inside them."""
    first = ITEM.fullmatch(rest[0])
    assert first
    indent, items = len(first[1]), list[Any]()
    while rest and (match := ITEM.fullmatch(rest[0])) and len(match[1]) >= indent:
        if len(match[1]) > indent:
            items[-1].children.append(_list(rest))
            continue
        rest[0] = match[3]
        items.append(html.Li(inline(_paragraph(rest))))
    return html.Ul(items) if first[2] in "-*+" else html.Ol(items)


def _paragraph(rest: list[str]) -> str:
    """Takes lines to the next blank one or the next block."""
    taken = [rest.pop(0).strip()]
    while rest and rest[0].strip() and not ITEM.fullmatch(rest[0]) and not rest[0].startswith((FENCE, "|")):
        taken.append(rest.pop(0).strip())
    return " ".join(taken)
