"""Every definition in words, by pillar, with an anchor for it and for each of its variants."""

from typing import Any

from dash import html

from dashboard.charts.view import View
from dashboard.words import definitions
from indicators.compute.inventory import steps_of
from indicators.nouns.definition import Definition
from indicators.nouns.series import Results
from indicators.reading.dependencies import parts_of


def definitions_section(results: Results) -> html.Section:
    """The section; a pillar without indicators is left out."""
    intro = "Each indicator as its definition has it, read out. A variant asks the same question under another rule; its changes are told."
    pillars = []
    for pillar in results.config.pillars:
        own = [d for d in results.definitions.values() if d.pillar == pillar.id]
        if own:
            pillars += [html.H3(pillar.title, id=f"pillar-{pillar.id}"), *(_definition(results, d) for d in own)]
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
