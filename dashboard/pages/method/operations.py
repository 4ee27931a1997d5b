"""Operations and conditions of `where`, and every problem code with a bad and a good example."""

from typing import Any

from dash import html

from dashboard.pages.nodes import anchor_of, inline
from indicators.codes import Code, groups
from indicators.compute.inventory import users_of_operations
from indicators.nouns.series import Results
from indicators.operations.registry import ROOMS, Room
from indicators.schema.steps import Entry, conditions, manual_of

ROOM_WORDS: dict[Room, str] = {
    "reduce": "from rows to one value a period",
    "transform": "from a series to a series over the same periods",
    "combine": "from finished indicators to one",
    "normalise": "from a series to a score from 0 to 100",
}


def operations_section(results: Results) -> html.Section:
    """The section, by room."""
    users = users_of_operations(results.definitions)
    intro = "What a definition may name, and what each does. The examples are run by the tests; rows_of makes rows, pd is pandas."
    rooms = [part for room in ROOMS for part in _room(room, users, results)]
    return html.Section([html.H2("Operations", id="all-operations"), html.P(intro), *rooms, *_conditions()])


def _room(room: Room, users: dict[tuple[Room, str], tuple[str, ...]], results: Results) -> list[Any]:
    entries = sorted(manual_of(room), key=lambda entry: not users.get((room, entry.name)))
    told = [_entry(entry, f"{room}-{entry.name}", _users(users.get((room, entry.name), ()), results)) for entry in entries]
    return [html.H3([html.Code(room), f", {ROOM_WORDS[room]}"], id=f"room-{room}"), html.Div(told, className="entries")]


def _users(ids: tuple[str, ...], results: Results) -> list[Any]:
    if not ids:
        return ["Not used by this project."]
    links: list[Any] = []
    for name in ids:
        links += [", ", html.A(results.definitions[name].title, href=f"#{name}")]
    return ["Used by ", *links[1:], "."]


def _entry(entry: Entry, anchor: str, users: list[Any]) -> html.Article:
    said = html.P([html.Strong(inline(entry.sentence)), " ", *inline(entry.rest)])
    example = [html.Pre(html.Code(entry.example))] if entry.example else []
    body = [html.H4(html.Code(entry.name)), said, *_arguments(entry), *example, html.P(users, className="place")]
    return html.Article(body, id=anchor, className="entry")


def _arguments(entry: Entry) -> list[html.Ul]:
    """The parameters, each with what it takes and its default."""
    if not entry.arguments:
        return []
    items = []
    for one in entry.arguments:
        default = "; must be given" if one.default is None else f"; {one.default} if not given"
        items.append(html.Li([html.Code(one.name), f": {one.takes}{default}"]))
    return [html.Ul(items)]


def _conditions() -> list[Any]:
    """What a filter may ask of a column."""
    plain = "A value alone, or a list of which any may hold, is the plainest condition; on a column of lists it asks what they contain."
    pairs = [html.Div([html.Dt(html.Code(entry.name)), html.Dd(inline(f"{entry.sentence} {entry.rest}"))]) for entry in conditions()]
    heading = html.H3([html.Code("where"), ", which rows"], id="room-where")
    return [heading, html.Article([html.P(plain), html.Dl(pairs)], className="entry")]


STANDARD = (
    "A problem names the file and the line of the key or cell at fault, a code that stays the same, what came, what is allowed, and the "
    "way out. All come in one run, and nothing unknown is ignored. `relations check` lists them; `relations help CODE` prints what "
    "stands here. The examples are of an invented project, and the tests try them."
)
LEVELS = (
    "An **error** is wrong: what depends on it is not computed, and the rest is. A **warning** is an opinion: right by its form and "
    "doubtful all the same; no number depends on it. Where an opinion does not hold, the definition says why under `excuses`, code "
    "by code, beside what it excuses; an annotation is excused by its key in the descriptor of its table. An excuse that nothing "
    "needs is a warning itself."
)


def problems_section() -> html.Section:
    """The section, by what the codes are about; each stays closed until its line or its address opens it."""
    parts = [part for title, codes in groups().items() for part in (html.H3(title), *(_code(one) for one in codes))]
    return html.Section([html.H2("Problems", id="all-problems"), html.P(inline(STANDARD)), html.P(inline(LEVELS)), *parts])


def _code(code: Code) -> html.Details:
    summary = html.Summary([html.Code(code.code), f" ({code.level}): {code.means}"])
    examples = [part for case in code.examples for part in _example(code, case)]
    return html.Details([summary, html.P(code.fix), *examples], id=anchor_of(code.code))


def _example(code: Code, case: str) -> list[Any]:
    """One case by what is said of it, where a code has several, and its two examples."""
    example = code.examples[case]
    bad, good = example.shown
    heading = [html.P(code.messages[case])] if case else []
    return [*heading, *_labelled(f"Bad ({example.where}):", bad), *_labelled("Good:", good)]


def _labelled(label: str, text: str) -> list[Any]:
    return [html.P(label, className="place"), html.Pre(html.Code(text))]
