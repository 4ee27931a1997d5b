"""Rules in words, each with an anchor: definitions and their variants by pillar, operations and conditions, problem codes."""

from typing import Any

from dash import html

from dashboard.charts.view import View
from dashboard.pages.nodes import anchor_of, inline
from dashboard.words import definitions
from indicators.compute.provenance import steps_of, users_of_operations
from indicators.nouns.definition import Definition
from indicators.nouns.series import Results
from indicators.operations.registry import ROOMS, Room
from indicators.problems import Code, groups
from indicators.reading.dependencies import parts_of
from indicators.schema.steps import Entry, conditions, manual_of


def definitions_section(results: Results) -> html.Section:
    """The section; a pillar without indicators is left out."""
    intro = "Each indicator as its definition has it, read out. A variant asks the same question under another rule; its changes are told."
    pillars: list[Any] = []
    for pillar in results.config.pillars:
        own = [_definition(results, d) for d in results.definitions.values() if d.pillar == pillar.id]
        pillars += [html.H3(pillar.title, id=f"pillar-{pillar.id}"), *own] if own else []
    return html.Section([html.H2("Definitions", id="all-definitions"), html.P(intro), *pillars])


def _definition(results: Results, definition: Definition) -> html.Article:
    said = definitions.definition_words(definition, results.config, results.tables)
    heading = html.H4(html.A(definition.title, href=_address(definition)))
    body = [heading, _place(results, definition), _pairs(results, definition, said), *_notes(definition.notes)]
    return html.Article([*body, *_variants(results, definition)], id=definition.id, className="entry")


def _variants(results: Results, definition: Definition) -> list[html.Details]:
    """The variants behind a line that names them."""
    if not definition.variants:
        return []
    told = ", ".join(name.replace("_", " ") for name in definition.variants)
    summary = html.Summary(f"{'Variant' if len(definition.variants) == 1 else 'Variants'}: {told}")
    each = [_variant(results, variant, definition) for variant in definition.variants.values()]
    return [html.Details([summary, *each], id=f"variants-{definition.id}")]


def _variant(results: Results, variant: Definition, of: Definition) -> html.Div:
    """A variant's name, and what is not as in the indicator."""
    changed = definitions.variant_words(variant, of, results.config, results.tables)
    name = (variant.variant or "").replace("_", " ")
    heading = html.H5(html.A(name, href=_address(variant)))
    notes = _notes(tuple(note for note in variant.notes if note not in of.notes))
    body = [heading, _place(results, variant), _pairs(results, variant, changed), *notes]
    return html.Div(body, id=variant.name, className="variant")


def _address(definition: Definition) -> str:
    """The indicator's page, with the variant chosen."""
    return f"/indicator/{View(definition.id, definition.variant).text}"


def _place(results: Results, definition: Definition) -> html.P:
    place = results.places.get(definition.name)
    return html.P([html.Code(definition.name), f", written in {place}" if place else ""], className="place")


def _notes(notes: tuple[str, ...]) -> list[html.Ul]:
    return [html.Ul([html.Li(note) for note in notes], className="notes")] if notes else []


def _pairs(results: Results, definition: Definition, said: list[tuple[str, str]]) -> html.Dl:
    """Headings and texts; operations, parts, grades and the table are ways to where they are explained."""
    ways = _ways(results, definition)
    pairs = [(heading, linked(text, ways.get(heading, []))) for heading, text in said]
    return html.Dl([html.Div([html.Dt(heading), html.Dd(content)]) for heading, content in pairs])


def _ways(results: Results, definition: Definition) -> dict[str, list[tuple[str, str]]]:
    """What the texts name, in their order, as (words, anchor), by heading."""
    steps = [(room, step.name.replace("_", " "), f"{room}-{step.name}") for room, step in steps_of(definition)]
    made = [(words, anchor) for room, words, anchor in steps if room != "normalise"]
    parts = [(part, part) for part in parts_of(definition)]
    title = results.tables[definition.table].resource.title if definition.table else ""
    return {
        "Table": [(title, f"table-{definition.table}")],
        "Calculation": made[:1] + parts + made[1:],
        "Coverage": [(category.replace("_", " "), f"coverage-{definition.table}-{category}") for category in definition.coverage],
        "Score": [(words, anchor) for room, words, anchor in steps if room == "normalise"],
    }


def linked(text: str, ways: list[tuple[str, str]]) -> list[Any]:
    """A text in which words, given in their order, lead to anchors; those that it does not have are left out.

    >>> linked("count, then rolling sum", [("count", "reduce-count"), ("sum", "x")])
    [A(children='count', href='#reduce-count'), ', then rolling ', A(children='sum', href='#x')]
    """
    told: list[Any] = []
    for words, anchor in ways:
        before, found, after = text.partition(words)
        if found:
            told += [before, html.A(words, href=f"#{anchor}")]
            text = after
    return [part for part in [*told, text] if part != ""]


# ---- operations and conditions of `where` ----


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
    links = [part for name in ids for part in (", ", html.A(results.definitions[name].title, href=f"#{name}"))]
    return ["Used by ", *links[1:], "."] if ids else ["Not used by this project."]


def _entry(entry: Entry, anchor: str, users: list[Any]) -> html.Article:
    said = html.P([html.Strong(inline(entry.sentence)), " ", *inline(entry.rest)])
    example = [html.Pre(html.Code(entry.example))] if entry.example else []
    body = [html.H4(html.Code(entry.name)), said, *_arguments(entry), *example, html.P(users, className="place")]
    return html.Article(body, id=anchor, className="entry")


def _arguments(entry: Entry) -> list[html.Ul]:
    """The parameters, each with what it takes and its default."""
    defaults = {one.name: "must be given" if one.default is None else f"{one.default} if not given" for one in entry.arguments}
    items = [html.Li([html.Code(one.name), f": {one.takes}; {defaults[one.name]}"]) for one in entry.arguments]
    return [html.Ul(items)] if items else []


def _conditions() -> list[Any]:
    """What a filter may ask of a column."""
    plain = "A value alone, or a list of which any may hold, is the plainest condition; on a column of lists it asks what they contain."
    pairs = [html.Div([html.Dt(html.Code(entry.name)), html.Dd(inline(f"{entry.sentence} {entry.rest}"))]) for entry in conditions()]
    heading = html.H3([html.Code("where"), ", which rows"], id="room-where")
    return [heading, html.Article([html.P(plain), html.Dl(pairs)], className="entry")]


# ---- problem codes ----


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
