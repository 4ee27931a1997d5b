"""What the rows found are, at a glance: cooperation above and friction below over time, who to whom, and who about what."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from dash import html

from dashboard.pages import attributes
from dashboard.pages.listing.search import Search, Words, key_of
from dashboard.pages.nodes import matrix
from dashboard.words import numbers
from indicators.compute.listing import LANES, Mask
from indicators.nouns.config import Side
from indicators.nouns.descriptor import Acts
from indicators.nouns.periods import Frequency, label, periods_of

MOST_MONTHS = 37
"""Columns of a strip of months; a longer time is drawn by year."""
TALLEST = 52
"""Height of the tallest bar, in pixels."""
MOST_PAIRS = 12


class Column(NamedTuple):
    """A period of the strip: its name, and the number of rows of each lane."""

    name: str
    counts: tuple[int, ...]


def strip(search: Search) -> list[Any]:
    """The number of rows by lane and period: links to them. By month where the time is short. Nothing where there are no lanes."""
    lanes = search.listing.lanes
    dated = search.found & (search.listing.first > 0)
    if not lanes or not dated.any():
        return []
    columns = _columns(search, dated)
    top = max(1, *(count for column in columns for count in column.counts))
    neither = int((search.found & ~np.logical_or.reduce(list(lanes.values()))).sum())
    caption = f"Rows of cooperation above, of friction below; {neither:,} of the rows found are neither. Rows found, not all that happened."
    grid = html.Div([_bars(search, column, list(lanes), top) for column in columns], className="lanes")
    box = html.Div(grid, className="strip", role="group", tabIndex="0", **attributes(aria_label="Rows by time"))
    return [html.Section([box, html.P(caption, className="place")], className="over-time")]


def _columns(search: Search, dated: Mask) -> list[Column]:
    days = search.listing.first[dated]
    by_month = periods_of(np.array([days.min(), days.max()]), "monthly")
    frequency: Frequency = "monthly" if by_month[1] - by_month[0] < MOST_MONTHS else "annual"
    periods = periods_of(days, frequency)
    first, length = int(periods.min()), int(periods.max() - periods.min()) + 1
    counts = [np.bincount(periods[mask[dated]] - first, minlength=length) for mask in search.listing.lanes.values()]
    return [Column(label(first + i, frequency), tuple(int(count[i]) for count in counts)) for i in range(length)]


def _bars(search: Search, column: Column, lanes: list[str], top: int) -> html.Div:
    when = numbers.date(column.name)
    bars = [_bar(search, column, lane, count, top) for lane, count in zip(lanes, column.counts, strict=True)]
    short = column.name if len(column.name) == 4 else f"{when[:3]} {column.name[2:4]}"
    named = html.A(short, href=search.address(**_window(column)), className="when", **attributes(aria_label=f"{when}: all rows"))
    between = [bars[0], named, *bars[1:]] if lanes[0] == LANES[0] else [named, *bars]
    return html.Div(between, className="column")


def _window(column: Column) -> dict[str, str]:
    return {"from": column.name, "to": column.name}


def _bar(search: Search, column: Column, lane: str, count: int, top: int) -> Any:
    """A bar with its number; a link where there are rows."""
    if not count:
        return html.Div("", className=f"bar {lane}")
    size = max(round(count / top * TALLEST), 2)
    inside = [html.Span(f"{count:,}", className="count"), html.Span("", className="block", style=f"height: {size}px")]
    named = attributes(aria_label=f"{numbers.date(column.name)}, {lane}: {numbers.rows_counted(count)}")
    href = search.address(**_window(column), lane=lane)
    return html.A(inside if lane == LANES[0] else inside[::-1], href=href, className=f"bar {lane}", **named)


# ---- matrices ----


def matrices(search: Search, acts: Acts, sides: tuple[Side, ...], words: Words) -> html.Details | None:
    """Who takes which step to whom, and who acts about what, with links to the rows; closed under a line."""
    parts = [*_steps(search, acts, sides, words), *_issues(search, acts, sides, words)]
    if not parts:
        return None
    line = html.Summary(["Who to whom, about what", html.Span("numbers of rows")])
    return html.Details([line, html.Div(parts, className="matrices")], id="matrices", className="choices")


def _steps(search: Search, acts: Acts, sides: tuple[Side, ...], words: Words) -> Iterable[html.Div]:
    """Rows: pairs of who and to whom. Columns: steps from the lowest to the highest, and all of them."""
    held = {code: mask & search.found for code, mask in search.listing.holding(acts.what).items() if code in acts.steps}
    steps = [step for step in acts.steps if step in held]
    if not steps or not acts.to:
        return
    by, to = search.listing.holding(acts.by), search.listing.holding(acts.to)
    climbed = np.logical_or.reduce(list(held.values()))
    pairs = [(one, other, by[one] & to[other]) for one in _ordered(by, sides) for other in _ordered(to, sides) if one != other]
    shown = [pair for pair in pairs if (pair[2] & climbed).any()][:MOST_PAIRS]
    what = key_of(acts.what)
    lines = []
    for one, other, mask in [*shown, ("", "", climbed)]:
        ends = {key_of(acts.by): one, key_of(acts.to): other}
        name = f"{words(one)} to {words(other)}" if one else "All"
        cells = [_cell(search, held[step] & mask, ends | {what: step}) for step in steps]
        lines.append([name, *cells, _cell(search, climbed & mask, ends | {what: ",".join(steps)})])
    yield matrix("Who takes which step to whom", ["who, to whom", *map(words, steps), "all steps"], lines)


def _issues(search: Search, acts: Acts, sides: tuple[Side, ...], words: Words) -> Iterable[html.Div]:
    """Rows: what it is about, the most frequent first. Columns: who acts, and all."""
    if not acts.about:
        return
    held = {code: mask & search.found for code, mask in search.listing.holding(acts.about).items()}
    by = search.listing.holding(acts.by)
    who = [side.code for side in sides if side.code in by]
    about = sorted((code for code, mask in held.items() if mask.any()), key=lambda code: -int(held[code].sum()))
    lines = []
    for code in about:
        own = {key_of(acts.about): code}
        cells = [_cell(search, held[code] & by[one], own | {key_of(acts.by): one}) for one in who]
        lines.append([words(code), *cells, _cell(search, held[code], own)])
    if lines:
        yield matrix("Who acts, about what", ["about", *map(words, who), "all"], lines)


def _ordered(held: Iterable[str], sides: tuple[Side, ...]) -> list[str]:
    """Codes, those of the sides first."""
    first = [side.code for side in sides]
    return sorted(held, key=lambda code: (first.index(code) if code in first else len(first), code))


def _cell(search: Search, mask: Mask, keys: dict[str, str]) -> Any:
    count = int(mask.sum())
    changed = {key: value for key, value in keys.items() if value}
    return html.A(f"{count:,}", href=search.address(**changed)) if count else "–"
