"""What is looked for in a table: read from the address, written into links, and set by native controls."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

import numpy as np
from dash import html

from dashboard.charts.view import VIEW
from dashboard.pages import attributes, keys_of
from dashboard.pages.nodes import chooser, form_input
from dashboard.words import numbers
from dashboard.words.definitions import code_words
from indicators.compute.listing import LANES, Link, Listing, Mask, Wanted, matching
from indicators.nouns.config import Config
from indicators.nouns.descriptor import Resource
from indicators.nouns.periods import first_day, last_day, parse_period
from indicators.nouns.vocabulary import LEVELS
from indicators.operations.column import codes_in
from indicators.problems import Fault, ProblemsFound, fault
from indicators.reading.descriptors import label_of
from indicators.suggestions import suggest

WORDS, START, END, PAGE, SOURCE, COVERAGE, LANE, ROW_KEY = "q", "from", "to", "page", "source", "coverage", "lane", "row"
OWN = (WORDS, START, END, PAGE, SOURCE, COVERAGE, LANE, ROW_KEY)
"""Keys of the address besides columns."""
EITHER = ","
"""Between codes of which a row must have one."""
AT_ONCE = 100
"""Rows that are sent at once."""
MOST_PRODUCERS = 300
"""Producers that are offered while a source is typed."""


class Search(NamedTuple):
    """What is looked for in a table, on the page at `path`: `pairs` as in the address, `found` the rows that match, `links` the columns
    whose cells are keys of other tables."""

    listing: Listing
    path: str
    pairs: Mapping[str, str]
    wanted: Wanted
    found: Mask
    page: int
    links: tuple[Link, ...]

    def address(self, **changes: str) -> str:
        """The address with other keys, on the first page of rows; a blank removes a key."""
        return self.at({PAGE: "", **changes})

    def at(self, changes: Mapping[str, str]) -> str:
        """The address with other keys; a blank removes a key."""
        asked = urlencode([(key, value) for key, value in {**self.pairs, **changes}.items() if value])
        return f"{self.path}?{asked}" if asked else self.path

    @property
    def resource(self) -> Resource:
        return self.listing.table.resource

    @property
    def pages(self) -> int:
        """Pages of rows, at least one."""
        return max(-(-int(self.found.sum()) // AT_ONCE), 1)


def key_of(column: str) -> str:
    """The key of a column in the address; another than its name where that is taken.

    >>> key_of("level"), key_of("source")
    ('level', 'source_')
    """
    return f"{column}_" if column in OWN else column


def search_of(listing: Listing, links: Iterable[Link], path: str, rest: str) -> Search:
    """What an address looks for. ProblemsFound where it has unknown keys, or values that they cannot have."""
    own = tuple(link for link in links if link.table == listing.table.resource.name)
    columns = {key_of(name): name for name in dict.fromkeys([*listing.coded, *(link.column for link in own)])}
    pairs = keys_of(rest, *_keys(listing), *columns)
    faults = [*_own_faults(listing, pairs)]
    codes = {}
    for key, column in columns.items():
        if key in pairs:
            codes[column] = _codes(listing, column, pairs[key])
            faults += _code_faults(listing, column, codes[column])
    if faults:
        raise ProblemsFound(one.at(VIEW) for one in faults)
    named = {name: pairs.get(name, "") for name in (SOURCE, COVERAGE, LANE)}
    times = {"start": pairs.get(START, ""), "end": pairs.get(END, "")}
    wanted = Wanted(tuple(dict.fromkeys(pairs.get(WORDS, "").split())), codes, row=pairs.get(ROW_KEY, ""), **named, **times)
    search = Search(listing, path, pairs, wanted, matching(listing, wanted), int(pairs.get(PAGE, 1)), own)
    if search.page > search.pages:
        hint = f"the rows fill {search.pages} page{'' if search.pages == 1 else 's'}"
        raise ProblemsFound([fault("not-allowed/value", hint=hint, value=pairs[PAGE], key=PAGE).at(VIEW)])
    return search


def _keys(listing: Listing) -> Iterator[str]:
    """The keys besides columns that make sense for a table."""
    yield from (WORDS, PAGE, ROW_KEY)
    yield from (START, END) if (listing.first > 0).any() else ()
    yield from [SOURCE] if listing.table.relations.source else ()
    yield from [COVERAGE] if listing.levels is not None else ()
    yield from [LANE] if listing.lanes else ()


def _codes(listing: Listing, column: str, text: str) -> tuple[str, ...]:
    """The codes that a text names; it may be one that has the separator in it."""
    return (text,) if text in listing.holding(column) else tuple(text.split(EITHER))


def _code_faults(listing: Listing, column: str, codes: tuple[str, ...]) -> Iterator[Fault]:
    known = dict.fromkeys([*codes_in(listing.table.resource, column), *listing.holding(column)])
    for code in codes:
        if code not in known:
            yield fault("not-allowed/code", hint=suggest(code, known), value=code, column=column)


def _own_faults(listing: Listing, pairs: Mapping[str, str]) -> Iterator[Fault]:
    page, row, source, start, end = (pairs.get(key, "") for key in (PAGE, ROW_KEY, SOURCE, START, END))
    for key, known in ((COVERAGE, LEVELS), (LANE, LANES)):
        if key in pairs and pairs[key] not in known:
            yield fault("not-allowed/value", hint=suggest(pairs[key], known), value=pairs[key], key=key)
    if page and not (page.isascii() and page.isdecimal() and len(page) < 7 and int(page)):
        yield fault("not-allowed/value", hint="write a number from 1 up", value=page, key=PAGE)
    if row and not (listing.keys == row).any():
        yield fault("not-allowed/value", hint=suggest(row, listing.keys), value=row, key=ROW_KEY)
    if source and not listing.of_sources(source).any():
        hint = "write a part of a producer or title, or the id of a source"
        yield fault("not-allowed/value", hint=hint, value=source, key=SOURCE)
    if start and end and first_day(*parse_period(start)) > last_day(*parse_period(end)):
        yield fault("wrong-value/crossed-bounds", hint="swap the two, or correct one", low=START, high=END, first=start, last=end)


# ---- controls ----

Words = Callable[[str], str]


def words_of(config: Config, resource: Resource) -> Words:
    """How the codes of a table are written for readers."""
    names = config.side_names | dict(resource.relations.words)
    return lambda code: code_words(code, names)


def form(search: Search, words: Words) -> html.Form:
    """The controls, set to what is looked for: search, dates and the columns that a list shows first, the others folded."""
    listing, acts = search.listing, search.listing.table.relations.acts
    led = {acts.by, acts.to, acts.about, acts.what} if acts else set()
    first = [column for column in listing.coded if column in led or column in search.resource.relations.shows] or listing.coded[:6]
    more = [column for column in listing.coded if column not in first]
    keys = set(_keys(listing))
    boxes = [_box("Search", WORDS, search, "search", placeholder="words or codes")]
    boxes += [_box(key.capitalize(), key, search, placeholder="2024-03") for key in (START, END) if key in keys]
    chosen = [*([_lanes(search)] if listing.lanes else []), *(_select(search, column, words) for column in first)]
    plain = [column for column in more if column not in listing.coded_for]
    folded = [_select(search, column, words) for column in plain]
    folded += [_levels(search)] if COVERAGE in keys else []
    folded += _sources(search) if SOURCE in keys else []
    is_open = any(key_of(column) in search.pairs for column in plain) or bool({COVERAGE, SOURCE} & search.pairs.keys())
    rest = [html.Details([html.Summary("More filters"), html.Div(folded, className="fields")], id="more-filters", **_opened(is_open))]
    rest = [*(rest if folded else []), *_coded(search, more, words)]
    kept = [(key, value) for key, value in search.pairs.items() if is_held(search, key)]
    held = [form_input(type="hidden", name=key, value=value) for key, value in kept]
    inside = [html.Div([*boxes, *chosen], className="fields"), *rest, *held]
    return html.Form(inside, className="filters", role="search", **attributes(aria_label="Filters"))


def _coded(search: Search, columns: Sequence[str], words: Words) -> Iterator[html.Details]:
    """The controls of columns that were coded for some rows only, folded, a group for each kind of these rows."""
    listing = search.listing
    for n, group in enumerate(search.resource.relations.coded):
        own = [column for column in columns if column in group.columns]
        count = f"{int(listing.coded_for[group.columns[0]].sum()):,} of {len(listing.frame):,} {nouns(listing)}"
        about = html.P(f"In the others a blank does not mean no. {group.note}", className="hint")
        fields = html.Div([_select(search, column, words) for column in own], className="fields")
        is_open = any(key_of(column) in search.pairs for column in own)
        if own:
            yield html.Details([html.Summary(f"Coded for {count} only"), about, fields], id=f"coded-{n}", **_opened(is_open))


def nouns(listing: Listing) -> str:
    """What the rows of a table are called."""
    return "events" if listing.table.relations.kind == "events" else "rows"


def coded_notes(listing: Listing) -> list[str]:
    """For each group of columns that were coded for some rows only: which, for how many, and how."""
    return [
        f"{', '.join(group.columns)}: coded for {int(listing.coded_for[group.columns[0]].sum()):,} of {len(listing.frame):,} "
        f"{nouns(listing)} only; in the others a blank does not mean no. {group.note}".strip()
        for group in listing.table.relations.coded
    ]


def uncoded(search: Search) -> Iterator[tuple[str, int]]:
    """The filters that are set and whose column was coded for some rows only, with the number of these rows."""
    for column in search.wanted.codes:
        if column in search.listing.coded_for:
            yield label_of(search.resource.columns[column]).capitalize(), int(search.listing.coded_for[column].sum())


def _opened(is_open: bool) -> dict[str, Any]:
    return attributes(data_open="yes") if is_open else {}


def is_held(search: Search, key: str) -> bool:
    """Whether a key has no control: one row, or the rows that name a row of another table."""
    return key == ROW_KEY or key in {key_of(link.column) for link in search.links} - {key_of(column) for column in search.listing.coded}


def _box(label: str, name: str, search: Search, kind: str = "text", **more: str) -> html.Label:
    value = search.pairs.get(name, "")
    box = form_input(type=kind, id=f"find-{name}", name=name, value=value, autocomplete="off", **more)
    return html.Label([html.Span(label), box], className=f"field {name}")


def _select(search: Search, column: str, words: Words) -> html.Label:
    """The codes of a column that any row has, each with the number of rows that would match."""
    key, others = key_of(column), _others(search, column)
    chosen = search.pairs.get(key, "")
    held = search.listing.holding(column)
    known = [code for code in codes_in(search.resource, column) if code in held]
    several = {chosen: " or ".join(map(words, search.wanted.codes[column]))} if chosen and chosen not in known else {}
    counted = {code: f"{words(code)} ({int((held[code] & others).sum()):,})" for code in known}
    return chooser(label_of(search.resource.columns[column]).capitalize(), key, {"": "any"} | several | counted, chosen)


def _others(search: Search, column: str) -> Mask:
    """The rows that match whatever the filter of one column is."""
    if column not in search.wanted.codes:
        return search.found
    rest = {one: codes for one, codes in search.wanted.codes.items() if one != column}
    return matching(search.listing, search.wanted._replace(codes=rest))


def _lanes(search: Search) -> html.Label:
    """Cooperation, friction, or any rows."""
    found = matching(search.listing, search.wanted._replace(lane=""))
    counted = {lane: f"{lane} ({int((mask & found).sum()):,})" for lane, mask in search.listing.lanes.items()}
    return chooser("Kind", LANE, {"": "any"} | counted, search.wanted.lane)


def _levels(search: Search) -> html.Label:
    levels, chosen = search.listing.levels, search.wanted.coverage
    found = matching(search.listing, search.wanted._replace(coverage="")) if chosen else search.found
    counts = [] if levels is None else np.bincount(levels[found], minlength=len(LEVELS)).tolist()
    counted = {level: f"{numbers.LEVEL_NAMES[level]} ({count:,})" for level, count in reversed(list(zip(LEVELS, counts, strict=True)))}
    return chooser("Coverage", COVERAGE, {"": "any"} | counted, chosen)


def _sources(search: Search) -> list[Any]:
    """A box for a source; producers are offered."""
    listing, own = search.listing, search.resource.relations.source
    producers = sorted({listing.sources[one].producer for one in listing.codes(own or "") if one in listing.sources})
    offered = html.Datalist([html.Option(value=one) for one in producers[:MOST_PRODUCERS]], id="producers")
    return [_box("Source", SOURCE, search, list="producers", placeholder="producer, title or id"), offered]
