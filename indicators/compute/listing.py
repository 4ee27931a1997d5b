"""The rows of a table as a person looks through them: by words, codes, dates, sources, coverage; prepared once, then filtered by masks."""

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from indicators.compute.coverage import levels_by_day
from indicators.compute.provenance import cell_text, known_sources
from indicators.compute.selection import Tables, known_on, looked_up
from indicators.nouns.definition import Definition
from indicators.nouns.periods import first_day, last_day, ordinals, parse_period
from indicators.nouns.series import Results, SourceRef, Table
from indicators.nouns.vocabulary import DAY, FIRST, LAST, LEVELS, ROW, Where, grouped
from indicators.operations.column import code_text, codes_in, column_of
from indicators.operations.where import columns, passing
from indicators.reading.dependencies import parts_of

LANES = ("cooperation", "friction")
"""The two kinds of acts that a descriptor may tell apart."""
Mask = np.ndarray
"""Whether each row of a listing, in its order, passes."""


class Wanted(NamedTuple):
    """What is looked for. `words` must all occur; `codes`: by column, of which a row must have one; `start` and `end` are periods by
    name; blank is any."""

    words: tuple[str, ...] = ()
    codes: Mapping[str, tuple[str, ...]] = {}
    source: str = ""
    coverage: str = ""
    lane: str = ""
    row: str = ""
    start: str = ""
    end: str = ""


@dataclass(frozen=True)
class Listing:
    """A table ready to be looked through. `frame`: its rows, those of events and observations newest first; `words` gives the words of
    a cell of a column, by which it is found too; `first` and `last`: the days that its date may mean, as ordinals, 0 without a date;
    `keys`: its id without the name of the table. What only some pages need is made when it is first asked for."""

    table: Table
    tables: Tables = field(repr=False)
    frame: pd.DataFrame = field(repr=False)
    words: Callable[[str, str], str] = field(repr=False)
    first: np.ndarray = field(repr=False)
    last: np.ndarray = field(repr=False)
    keys: pd.Series = field(repr=False)
    sources: Mapping[str, SourceRef] = field(repr=False)
    _held: dict[str, Mapping[str, Mask]] = field(default_factory=dict, repr=False, compare=False)
    _cells: dict[str, tuple[np.ndarray, pd.Index]] = field(default_factory=dict, repr=False, compare=False)
    _texts: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)
    _groups: dict[tuple[str, ...], tuple[np.ndarray, np.ndarray]] = field(default_factory=dict, repr=False, compare=False)

    @functools.cached_property
    def coded(self) -> tuple[str, ...]:
        """Columns with a vocabulary, in the order of the table."""
        return tuple(name for name in self.table.resource.columns if codes_in(self.table.resource, name))

    @functools.cached_property
    def coded_for(self) -> Mapping[str, Mask]:
        """For each column that was coded for some rows only, these rows: a blank in others says nothing."""
        groups = self.table.relations.coded
        return {column: mask for group in groups for mask in [self.passing(group.where)] for column in group.columns}

    @functools.cached_property
    def doubtful(self) -> Mask:
        """The rows that may not have happened as reported."""
        acts = self.table.relations.acts
        return self.passing(acts.doubtful) if acts and acts.doubtful is not None else np.zeros(len(self.frame), dtype=bool)

    @functools.cached_property
    def lanes(self) -> Mapping[str, Mask]:
        """The rows of each kind of act that the descriptor tells apart."""
        acts = self.table.relations.acts
        return {name: self.passing(where) for name in LANES if acts and (where := getattr(acts, name)) is not None}

    def passing(self, where: Where) -> Mask:
        """The rows that a filter lets through. Rows that are alike in the columns that it reads are tested once."""
        first, alike = self._alike(tuple(sorted(columns(where))))
        return passing(self.frame.iloc[first], where, self.table.resource)[alike]

    def _alike(self, names: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Of rows that have equal cells in some columns the first, and for each row, which of these it is like."""
        if names not in self._groups:
            alike = np.zeros(len(self.frame), dtype=np.int64)
            for column in names:
                places, values = self._different(column)
                alike = pd.factorize(alike * (len(values) + 1) + places + 1)[0]
            first = np.zeros(alike.max(initial=-1) + 1, dtype=np.int64)
            first[alike[::-1]] = np.arange(len(alike))[::-1]
            self._groups[names] = first, alike
        return self._groups[names]

    def _different(self, column: str) -> tuple[np.ndarray, pd.Index]:
        """For each row, which of the different cells of a column it has, -1 for none; and these cells, whose number hardly grows with
        the table."""
        if column not in self._cells:
            places, values = pd.factorize(self.frame[column])
            self._cells[column] = places.astype(np.int64), values
        return self._cells[column]

    @functools.cached_property
    def levels(self) -> np.ndarray | None:
        """How completely the kind of each row was collected on its day, as an index into `LEVELS`: the best level of the categories
        that hold it. None where that is not known of any."""
        dated = self.first > 0
        if not self.table.spans or not dated.any():
            return None
        days = range(int(self.first[dated].min()), int(self.first.max()) + 1)
        best = np.zeros(len(self.frame), dtype=np.int8)
        for category, where in self.table.relations.categories.items():
            by_day = levels_by_day(self.table, [category], set(), "daily", days)
            held = dated & self.passing(where)
            best[held] = np.maximum(best[held], by_day[self.first[held] - days.start])
        return best

    def holding(self, column: str) -> Mapping[str, Mask]:
        """By code of a column, the rows that have it; codes that no row has are left out."""
        if column not in self._held:
            self._held[column] = {code: self._with_cells(column, cells) for code, cells in self.codes(column).items()}
        return self._held[column]

    def codes(self, column: str) -> Mapping[str, list[int]]:
        """The codes that any row has in a column, each with the places of its different cells that have it."""
        _, values = self._different(column)
        separator = column_of(self.table.resource, column).separator
        texts = ("" if pd.isna(value) else code_text(value) for value in values)
        several = (text.split(separator) if separator else [text] for text in texts)
        return grouped((code, place) for place, codes in enumerate(several) for code in codes if code)

    def _with_cells(self, column: str, wanted: Iterable[int]) -> Mask:
        """The rows that have one of the different cells of a column."""
        places, values = self._different(column)
        chosen = np.zeros(len(values) + 1, dtype=bool)  # a row without a cell has the place -1, which is the last element
        chosen[list(wanted)] = True
        return chosen[places]

    def saying(self, word: str) -> Mask:
        """The rows that have a text in a cell, or in its words; capitals and underscores make no difference."""
        sought, found = searched(word), np.zeros(len(self.frame), dtype=bool)
        for name, column in self.table.resource.columns.items():
            if name not in self._texts:
                _, values = self._different(name)
                texts = (cell_text(value, column.type) for value in values.tolist())  # an index is slow to walk
                self._texts[name] = [searched(f"{text} {self.words(name, text)}") for text in texts]
            found |= self._with_cells(name, [place for place, text in enumerate(self._texts[name]) if sought in text])
        return found

    def of_sources(self, text: str) -> Mask:
        """The rows of the sources with this id, or with this text in the name of the producer or in the title; ignores case."""
        column, sought = self.table.relations.source, text.casefold()
        if not column:
            return np.zeros(len(self.frame), dtype=bool)

        def is_meant(name: str) -> bool:
            known = self.sources.get(name)
            return name == text or (known is not None and sought in f"{known.producer}\n{known.title}".casefold())

        return self._with_cells(column, [place for name, cells in self.codes(column).items() if is_meant(name) for place in cells])


def chronology_of(results: Results) -> str | None:
    """The table of events that is shown as a chronology: the one that config.yaml names, else the first; None where there is none."""
    if results.config.chronology:
        return results.config.chronology
    return next((name for name, table in results.tables.items() if table.relations.kind == "events" and not table.store), None)


def listing_of(results: Results, name: str, words: Callable[[str, str], str]) -> Listing:
    """A table, ready to be looked through."""
    whole = results.tables[name].with_spans
    # Reference tables keep the order of their file: their dates are of different things.
    frame = whole.frame if whole.relations.kind == "reference" else whole.frame.sort_values(DAY, ascending=False, kind="stable")
    dated = frame[DAY].notna().to_numpy()
    first, last = (np.where(dated, ordinals(frame[column]), 0) for column in (FIRST, LAST))
    keys = frame[ROW].astype("str").str.slice(len(name) + 1)
    return Listing(whole, results.tables, frame, words, first, last, keys, known_sources(results.tables.get(results.config.sources or "")))


def searched(text: str) -> str:
    """A text as it is searched: capitals and underscores make no difference.

    >>> searched("Forced_labor")
    'forced labor'
    """
    return text.casefold().replace("_", " ")


def matching(listing: Listing, wanted: Wanted) -> Mask:
    """The rows that are looked for. A row dated by its month or year is found wherever it may belong; one without a date is not found
    once a date is asked for."""
    found = np.ones(len(listing.frame), dtype=bool)
    for column, codes in wanted.codes.items():
        held = listing.holding(column)
        found &= np.logical_or.reduce([held.get(code, np.zeros(len(found), dtype=bool)) for code in codes])
    if wanted.start:
        found &= listing.last >= first_day(*parse_period(wanted.start)).toordinal()
    if wanted.end:
        found &= (listing.first <= last_day(*parse_period(wanted.end)).toordinal()) & (listing.first > 0)
    if wanted.coverage and listing.levels is not None:
        found &= listing.levels == LEVELS.index(wanted.coverage)
    if wanted.lane:
        found &= listing.lanes[wanted.lane]
    if wanted.source:
        found &= listing.of_sources(wanted.source)
    if wanted.row:
        found &= (listing.keys == wanted.row).to_numpy()
    for word in wanted.words:
        found &= listing.saying(word)
    return found


# ---- what counts a row, and what refers to it ----


def rules_counting(results: Results, listing: Listing) -> tuple[tuple[Definition, Mask], ...]:
    """For each indicator, the rows that its rule selects as of today, and for each variant those that it selects besides; in the order of
    the definitions. Those of parts that it combines are among them."""
    name, today = listing.table.resource.name, results.config.today
    known = listing.frame[ROW].isin(known_on(listing.table, today)[ROW]).to_numpy()
    masks: dict[str, Mask] = {}

    def selected(rule: Definition) -> Mask:
        if rule.table == name:
            key = repr(rule.where)
            if key not in masks:
                masks[key] = known & listing.passing(looked_up(rule.where, results.tables, today))
            return masks[key]
        nothing = np.zeros(len(known), dtype=bool)
        return np.logical_or.reduce([nothing, *(selected(results.definition(part)) for part in parts_of(rule))])

    def counted() -> Iterator[tuple[Definition, Mask]]:
        for definition in results.definitions.values():
            seen = np.zeros(len(known), dtype=bool)
            for rule in definition.rules:
                more = selected(rule) & ~seen
                seen = seen | more
                if more.any():
                    yield rule, more

    return tuple(counted())


class Link(NamedTuple):
    """A column whose cells are keys of another table."""

    table: str
    column: str
    to: str


def links_of(tables: Tables) -> tuple[Link, ...]:
    """Every column whose cells are keys of another table's rows."""
    found = []
    for name, table in tables.items():
        keyed = [(key.fields[0], key.reference.resource, key.reference.fields[0]) for key in table.resource.schema_.foreignKeys]
        listed = [(column, *of.rpartition(".")[::2]) for column, one in table.relations.lists.items() for of in one.of]
        for column, to, other in dict.fromkeys([*keyed, *listed]):
            if to in tables and tables[to].resource.schema_.primaryKey == (other,):
                found.append(Link(name, column, to))
    return tuple(found)


def referring(tables: Tables, name: str, links: Iterable[Link]) -> dict[Link, Mapping[str, int]]:
    """For each column that refers to a table: by key, how many rows do."""
    counts: dict[Link, Mapping[str, int]] = {}
    for link in links:
        if link.to == name:
            separator, keys = column_of(tables[link.table].resource, link.column).separator, Counter[str]()
            for cell, count in tables[link.table].counts(link.column).items():
                keys.update({key: int(count) for key in (str(cell).split(separator) if separator else [str(cell)]) if key})
            counts[link] = keys
    return counts
