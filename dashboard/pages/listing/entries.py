"""Rows of a table as lines of a page and of a file: who to whom about what, the coding, sources, and what counts the row."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import numpy as np
from dash import html

from dashboard.charts.view import View
from dashboard.export.sheet import Sheet
from dashboard.pages.listing.search import Search, Words, key_of
from dashboard.pages.nodes import lines_of, scrolled
from dashboard.pages.rows import row_link, source_link
from dashboard.words import numbers
from dashboard.words.definitions import cell_words, has_codes
from indicators.compute.listing import Link, Mask
from indicators.compute.provenance import cell_text
from indicators.compute.selection import date_text
from indicators.nouns.definition import Definition
from indicators.nouns.descriptor import Acts
from indicators.nouns.series import SourceRef, Table
from indicators.nouns.vocabulary import DAY, LEVELS, PRECISION
from indicators.operations.column import column_of
from indicators.operations.where import columns as columns_of
from indicators.reading.descriptors import label_of

Row = Mapping[Hashable, Any]
Counting = Sequence[tuple[Definition, Mask]]
Referring = Mapping[Link, Mapping[str, int]]
MOST_COLUMNS = 8
"""Columns of a table that are side by side where its descriptor names none; the others are folded."""


class Lines:
    """Makes lines of the rows that a search found. `names`: codes of the sides with their names; `counting`: what counts rows;
    `referring`: which rows of other tables refer to them."""

    def __init__(self, search: Search, words: Words, counting: Counting, referring: Referring, titles: Mapping[str, str]) -> None:
        self.search, self.words, self.counting, self.referring, self.titles = search, words, counting, referring, titles
        self.table: Table = search.listing.table
        self.links = {link.column: link.to for link in search.links}
        self.columns = {name: column_of(self.table.resource, name) for name in self.table.resource.columns}
        rules = [rule for rule, _ in counting]
        self.counted = {one.name: html.A(numbers.titled(one), href=f"/indicator/{View(one.id, one.variant).text}") for one in rules}

    def shown(self, places: np.ndarray, acts: Acts | None) -> html.Div:
        """A table of these rows, as acts where the descriptor says how they are worded."""
        rows = zip(places.tolist(), self.search.listing.frame.iloc[places].to_dict("records"), strict=True)
        if acts:
            headings = ["date", "who, to whom", "what", *(["about"] if acts.about else []), "summary", "sources"]
            return scrolled(headings, [self._act(place, row, acts) for place, row in rows], look="scroll listed told")
        columns = self._columns()
        named = [label_of(self.columns[column].field) for column in columns]
        headings = [*named, *(["source"] if self.table.relations.source else [])]
        return scrolled(headings, [self._line(place, row, columns) for place, row in rows], look="scroll listed")

    def _columns(self) -> list[str]:
        relations, every = self.table.relations, self.table.resource.columns
        shown = relations.shows or tuple(column for column in every if column != relations.source)[:MOST_COLUMNS]
        return [column for column in shown if column != relations.source]

    def _act(self, place: int, row: Row, acts: Acts) -> list[Any]:
        about = [self._words(row, acts.about)] if acts.about else []
        texts = [column for column in self.table.relations.shows if column not in self._worded(acts)]
        summary = [part for column in texts for part in (" ", self._words(row, column))][1:]
        rest = [column for column in self.columns if column not in (*self._worded(acts), *texts[-1:])]
        doubt = [html.Strong(f" ({self._doubt(row, acts)})")] if self.search.listing.doubtful[place] else []
        said = html.Div([html.Span([*summary[-1:], *doubt]), self._more(place, row, rest)])
        return [self.date(row), self.parties(row, acts), self._words(row, acts.what), *about, said, self._sources(row)]

    def _doubt(self, row: Row, acts: Acts) -> str:
        """Why a row may not have happened as reported, in the words of the columns that say so."""
        return ", ".join(words for column in sorted(columns_of(acts.doubtful or {})) if (words := self._words(row, column)))

    def _worded(self, acts: Acts) -> set[str | None]:
        """Columns that have a place of their own."""
        time = self.table.relations.time
        return {acts.by, acts.to, acts.about, acts.what, self.table.relations.source, time.start if time else "", time.end if time else ""}

    def parties(self, row: Row, acts: Acts) -> str:
        """Who does it and to whom, in words; of a mutual act all sides."""
        by = self._words(row, acts.by)
        to = self._words(row, acts.to) if acts.to else ""
        return f"{by} to {to}" if to else by

    def date(self, row: Row) -> str:
        """The date of a row, as exact as it is known; blank where it has none."""
        time = self.table.relations.time
        if not time or row[DAY] != row[DAY]:
            return ""
        start = date_text(row[DAY], row[PRECISION]) if row[PRECISION] != "day" else self._text(row, time.start)
        end = self._text(row, time.end) if time.end else ""
        return f"{start} – {end}" if end else start

    def _text(self, row: Row, column: str) -> str:
        return cell_text(row[column], self.columns[column].field.type)

    def _words(self, row: Row, column: str) -> str:
        """A cell in words."""
        text, separator = self._text(row, column), self.columns[column].separator
        if not text or not self.columns[column].codes:
            return text
        *others, last = [self.words(code) for code in (text.split(separator) if separator else [text])]
        return f"{', '.join(others)} and {last}" if others else last

    def _line(self, place: int, row: Row, columns: list[str]) -> list[Any]:
        rest = [column for column in self.columns if column not in columns and column != self.table.relations.source]
        cells = [self._cell(row, column) for column in columns]
        widest = max(range(len(cells)), key=lambda i: len(self._text(row, columns[i])), default=0)
        if (more := self._more(place, row, rest)) is not None and cells:
            cells[widest] = html.Div([html.Span(cells[widest]), more])
        return [*cells, *([self._sources(row)] if self.table.relations.source else [])]

    def _cell(self, row: Row, column: str) -> Any:
        """A cell in words; a key of another table as a link to the row that it names."""
        time, text = self.table.relations.time, self._text(row, column)
        if column in self.links and text:
            separator = self.columns[column].separator
            keys = text.split(separator) if separator else [text]
            return html.Span(lines_of(row_link(f"{self.links[column]}:{key}", key) for key in keys))
        is_rough = bool(text) and time is not None and column == time.start and row[PRECISION] != "day" and row[DAY] == row[DAY]
        return date_text(row[DAY], row[PRECISION]) if is_rough else self._words(row, column)

    def refs(self, row: Row) -> list[SourceRef]:
        column = self.table.relations.source
        if not column:
            return []
        separator = self.columns[column].separator
        names = self._text(row, column).split(separator) if separator else [self._text(row, column)]
        return [self.search.listing.sources[name] for name in names if name in self.search.listing.sources]

    def _sources(self, row: Row) -> Any:
        return html.Div(lines_of(map(source_link, self.refs(row)))) if self.refs(row) else "not stated"

    def _more(self, place: int, row: Row, columns: Iterable[str]) -> html.Details | None:
        """The rest of a row, what counts it, and what refers to it: closed under a line that says how many indicators count it."""
        pairs: list[tuple[Any, Any]] = [
            (label_of(self.columns[one].field), self._cell(row, one)) for one in columns if self._text(row, one)
        ]
        levels, key = self.search.listing.levels, self.search.listing.keys.iloc[place]
        pairs += [("coverage", numbers.LEVEL_NAMES[LEVELS[levels[place]]])] if levels is not None else []
        counting = [rule for rule, mask in self.counting if mask[place]]
        if self.counting:
            named = [self.counted[rule.name] for rule in counting]
            pairs.append(("counted by", html.Span(lines_of(named) if named else "no indicator")))
        pairs += [("named by", self._referring(link, key, counts[key])) for link, counts in self.referring.items() if key in counts]
        if not pairs:
            return None
        ids = len({rule.id for rule in counting})
        word = f"Coding; counted by {ids or 'no'} indicator{'' if ids < 2 else 's'}" if self.counting else "More of this row"
        listed = html.Dl([html.Div([html.Dt(label), html.Dd(content)]) for label, content in pairs])
        return html.Details([html.Summary(word), listed], id=f"more-{key}", className="coding")

    def _referring(self, link: Link, key: str, count: int) -> html.A:
        address = f"/table/{quote(link.table)}?{urlencode({key_of(link.column): key})}"
        return html.A(f"{numbers.rows_counted(count)} of {self.titles[link.table]}", href=address)

    # ---- files ----

    def sheet(self, places: np.ndarray, cell: Callable[[str, str], str], *, in_words: bool) -> Sheet:
        """A line for each row, as the table has it, with its sources and what counts it; with `in_words`, codes also in words."""
        columns = list(self.columns)
        coded = [column for column in columns if in_words and self.columns[column].codes]
        headings = [heading for column in columns for heading in (column, *([f"{column} in words"] if column in coded else []))]
        counted = [(rule.name, mask) for rule, mask in self.counting]

        def lines() -> Iterable[list[Any]]:
            rows = zip(places.tolist(), self.search.listing.frame.iloc[places].to_dict("records"), strict=True)
            for place, row in rows:
                texts = {column: _plain(row[column], self._text(row, column)) for column in columns}
                pairs = [(texts[one], *([cell(one, self._text(row, one))] if one in coded else [])) for one in columns]
                cells = [one for pair in pairs for one in pair]
                sources = ["; ".join(dict.fromkeys(getattr(one, name) for one in self.refs(row))) for name in ("producer", "title", "url")]
                yield [*cells, *sources, "; ".join(name for name, mask in counted if mask[place])]

        return [*headings, "producers", "titles", "addresses", "counted by"], lines()


def _plain(value: Any, text: str) -> Any:
    """A number as a number, anything else as the text of its cell."""
    if text == "" or not isinstance(value, float):
        return text or None
    return int(value) if value == int(value) else value


def words_in_cells(table: Table, names: Mapping[str, str]) -> Callable[[str, str], str]:
    """The words of the cells of a table; blank where they say no more than the cell."""
    coded = {name for name in table.resource.columns if has_codes(name, table.resource)}  # asked once, and not of every cell
    return lambda column, text: cell_words(text, column, table.resource, names) if column in coded else ""


def page_of(found: Mask, page: int, at_once: int) -> np.ndarray:
    """The places of the rows on a page of the rows found, counted from 1."""
    return np.flatnonzero(found)[(page - 1) * at_once : page * at_once]
