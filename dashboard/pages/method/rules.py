"""Rules in words, each with an anchor: definitions and their variants by pillar, operations and conditions, problem codes."""

from typing import Any

from dash import html

from dashboard.charts.view import View
from dashboard.pages.nodes import anchor_of, inline
from dashboard.pages.own_recipe import recipe_lists
from dashboard.words import definitions, numbers
from indicators.compute.provenance import steps_of, users_of_operations
from indicators.nouns.composite import COMPOSITE
from indicators.nouns.config import Pillar
from indicators.nouns.definition import Definition
from indicators.nouns.series import Results
from indicators.operations.registry import OPERATIONS, Stage
from indicators.problems import Code, groups
from indicators.reading.dependencies import parts_of
from indicators.schema.steps import Entry, conditions, manual_of


def definitions_section(results: Results) -> html.Section:
    """The section; a pillar without indicators is left out."""
    intro = "Each indicator as it is defined, in words. A variant asks the same question under another rule and lists only its differences."
    pillars: list[Any] = []
    for pillar in with_composites(results):
        own = [_definition(results, d) for d in results.definitions.values() if d.pillar == pillar.id]
        pillars += [html.H3(pillar.title, id=f"pillar-{pillar.id}"), *own] if own else []
    return html.Section([html.H2("Definitions", id="all-definitions"), html.P(intro), *pillars])


def with_composites(results: Results) -> list[Pillar]:
    """The pillars, and in the place of one the composites, which belong to none."""
    return [*results.config.pillars, Pillar(id=COMPOSITE, title="Composites")]


def _definition(results: Results, definition: Definition) -> html.Article:
    words = definitions.definition_words(definition, results.config, results.tables)
    heading = html.H4(html.A(numbers.titled(definition), href=_address(definition)))
    body = [heading, _place(results, definition), _pairs(results, definition, words), *_notes(definition.notes)]
    return html.Article([*body, *_variants(results, definition)], id=definition.id, className="entry")


def _variants(results: Results, definition: Definition) -> list[html.Details]:
    """The variants, closed under a line that names them."""
    if not definition.variants:
        return []
    names = ", ".join(name.replace("_", " ") for name in definition.variants)
    summary = html.Summary(f"{'Variant' if len(definition.variants) == 1 else 'Variants'}: {names}")
    each = [_variant(results, variant, definition) for variant in definition.variants.values()]
    return [html.Details([summary, *each], id=f"variants-{definition.id}")]


def _variant(results: Results, variant: Definition, of: Definition) -> html.Div:
    """A variant's name, and how it differs from the indicator."""
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
    return html.P([html.Code(definition.name), f", defined in {place}" if place else ""], className="place")


def _notes(notes: tuple[str, ...]) -> list[html.Ul]:
    return [html.Ul([html.Li(note) for note in notes], className="notes")] if notes else []


def _pairs(results: Results, definition: Definition, words: list[tuple[str, str]]) -> html.Dl:
    """Headings and texts; operations, parts, coverage and the table link to where they are explained."""
    ways = _ways(results, definition)
    lists = recipe_lists(results, definition.composite, "#")
    pairs = [(heading, lists.get(heading) or linked(text, ways.get(heading, []))) for heading, text in words]
    return html.Dl([html.Div([html.Dt(heading), html.Dd(content)]) for heading, content in pairs])


def _ways(results: Results, definition: Definition) -> dict[str, list[tuple[str, str]]]:
    """The links in the texts, by heading: words and anchors, in their order."""
    steps = [(stage, step.name.replace("_", " "), f"{stage}-{step.name}") for stage, step in steps_of(definition)]
    calculations = [(words, anchor) for stage, words, anchor in steps if stage != "normalise"]
    parts = [(part, part) for part in parts_of(definition)]
    title = results.tables[definition.table].resource.title if definition.table else ""
    return {
        "Table": [(title, f"table-{definition.table}")],
        "Calculation": calculations[:1] + parts + calculations[1:],
        "Coverage": [(category.replace("_", " "), f"coverage-{definition.table}-{category}") for category in definition.coverage],
        "Score": [(words, anchor) for stage, words, anchor in steps if stage == "normalise"],
    }


def linked(text: str, ways: list[tuple[str, str]]) -> list[Any]:
    """A text in which words, given in their order, link to anchors; words that are not in it are left out.

    >>> linked("count, then rolling sum", [("count", "reduce-count"), ("sum", "x")])
    [A(children='count', href='#reduce-count'), ', then rolling ', A(children='sum', href='#x')]
    """
    parts: list[Any] = []
    for words, anchor in ways:
        before, named, after = text.partition(words)
        if named:
            parts += [before, html.A(words, href=f"#{anchor}")]
            text = after
    return [part for part in [*parts, text] if part != ""]


# ---- operations and conditions of `where` ----


STAGE_WORDS: dict[Stage, str] = {
    "reduce": "from rows to one value per period",
    "transform": "from a series to a series over the same periods",
    "combine": "from several indicators to one",
    "normalise": "from a series to a score from 0 to 100",
    "aggregate": "from the scores of several parts to one",
}


def operations_section(results: Results) -> html.Section:
    """The section, by kind of operation."""
    users = users_of_operations(results.definitions)
    intro = "The operations that a definition may name, and what each does. The tests run the examples; rows_of makes rows, pd is pandas."
    stages = [part for stage in OPERATIONS for part in _stage(stage, users, results)]
    return html.Section([html.H2("Operations", id="all-operations"), html.P(intro), *stages, *_conditions()])


def _stage(stage: Stage, users: dict[tuple[Stage, str], tuple[str, ...]], results: Results) -> list[Any]:
    entries = sorted(manual_of(stage), key=lambda entry: not users.get((stage, entry.name)))
    articles = [_entry(entry, f"{stage}-{entry.name}", _users(users.get((stage, entry.name), ()), results)) for entry in entries]
    return [html.H3([html.Code(stage), f", {STAGE_WORDS[stage]}"], id=f"stage-{stage}"), html.Div(articles, className="entries")]


def _users(ids: tuple[str, ...], results: Results) -> list[Any]:
    links = [part for name in ids for part in (", ", html.A(results.definitions[name].title, href=f"#{name}"))]
    return ["Used by ", *links[1:], "."] if ids else ["Not used by this project."]


def _entry(entry: Entry, anchor: str, users: list[Any]) -> html.Article:
    text = html.P([html.Strong(inline(entry.sentence)), " ", *inline(entry.rest)])
    example = [html.Pre(html.Code(entry.example))] if entry.example else []
    body = [html.H4(html.Code(entry.name)), text, *_arguments(entry), *example, html.P(users, className="place")]
    return html.Article(body, id=anchor, className="entry")


def _arguments(entry: Entry) -> list[html.Ul]:
    """The parameters, each with its type and default."""
    defaults = {one.name: "required" if one.default is None else f"{one.default} by default" for one in entry.arguments}
    items = [html.Li([html.Code(one.name), f": {one.takes}; {defaults[one.name]}"]) for one in entry.arguments]
    return [html.Ul(items)] if items else []


def _conditions() -> list[Any]:
    """The conditions that a filter may set on a column."""
    plain = (
        "The simplest condition is a value, or a list of values of which any may match; on a column of lists it tests what they contain."
    )
    pairs = [html.Div([html.Dt(html.Code(entry.name)), html.Dd(inline(f"{entry.sentence} {entry.rest}"))]) for entry in conditions()]
    heading = html.H3([html.Code("where"), ", which rows"], id="stage-where")
    return [heading, html.Article([html.P(plain), html.Dl(pairs)], className="entry")]


# ---- problem codes ----


STANDARD = (
    "A problem names the file and the line of the faulty key or cell, a code that stays the same, what was found, what is allowed, and "
    "how to fix it. One run reports all of them, and nothing unknown is ignored. `relations check` lists them; `relations help CODE` "
    "prints the text given here. The examples come from an invented project, and the tests run them."
)
LEVELS = (
    "An **error** is a mistake: what depends on it is not computed; everything else is. A **warning** marks what is formally valid but "
    "questionable; no number depends on it. Where a warning does not apply, the definition gives the reason under `excuses`, by code, "
    "next to what it exempts; an annotation is exempted by its key in the descriptor of its table. An exemption that is not needed "
    "is itself a warning."
)


def problems_section() -> html.Section:
    """The section, by subject; each code stays closed until its line or its address opens it."""
    parts = [part for title, codes in groups().items() for part in (html.H3(title), *(_code(one) for one in codes))]
    return html.Section([html.H2("Problems", id="all-problems"), html.P(inline(STANDARD)), html.P(inline(LEVELS)), *parts])


def _code(code: Code) -> html.Details:
    summary = html.Summary([html.Code(code.code), f" ({code.level}): {code.means}"])
    examples = [part for case in code.examples for part in _example(code, case)]
    return html.Details([summary, html.P(code.fix), *examples], id=anchor_of(code.code))


def _example(code: Code, case: str) -> list[Any]:
    """One case and its two examples, with its message where a code has several cases."""
    example = code.examples[case]
    bad, good = example.shown
    heading = [html.P(code.heading(case))] if case else []
    return [*heading, *_labelled(f"Bad ({example.where}):", bad), *_labelled("Good:", good)]


def _labelled(label: str, text: str) -> list[Any]:
    return [html.P(label, className="place"), html.Pre(html.Code(text))]
