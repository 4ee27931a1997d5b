"""Definitions in words: filters as a sentence, calculations, and all that a definition says, heading by heading."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard.words.numbers import number, titled
from indicators.nouns.composite import CompositeOf, Leaf, NodeOf, weights_of
from indicators.nouns.config import Config
from indicators.nouns.definition import BreakdownOf, Definition, LineOf
from indicators.nouns.descriptor import Resource
from indicators.nouns.periods import NOUNS
from indicators.nouns.series import Series, Table
from indicators.nouns.vocabulary import StepOf, scale_of
from indicators.operations.registry import step_from_text
from indicators.operations.where import conditions_in
from indicators.reading.dependencies import break_columns

SEASONS = {None: "", False: "no season", True: "changes are against the same period a year before"}


def code_words(code: str, names: Mapping[str, str]) -> str:
    """A code of a column as words: the name of a side, or the code itself; ids, which have digits or capitals, stay as they are.

    >>> code_words("RUR", {"RUR": "Ruritania"}), code_words("vice_minister", {})
    ('Ruritania', 'vice minister')
    """
    is_id = not code.islower() or any(c.isdigit() for c in code)
    return names.get(code, code if is_id else code.replace("_", " "))


def has_codes(column: str, resource: Resource) -> bool:
    """Whether the cells of a column are codes of a vocabulary."""
    listing = resource.relations.lists.get(column)
    return bool(listing.enum if listing else column in resource.columns and resource.columns[column].constraints.enum)


def cell_words(text: str, column: str, resource: Resource, names: Mapping[str, str]) -> str:
    """The codes of a cell in words; "" where the column has no codes, or where they are words already."""
    listing = resource.relations.lists.get(column)
    if not text or not has_codes(column, resource):
        return ""
    names = {**names, **resource.relations.words}
    words = "; ".join(code_words(code, names) for code in (text.split(listing.separator) if listing else [text]))
    return "" if words == text else words


PREPOSITIONS = {"of", "from", "to", "in", "on", "by", "between", "for", "with"}


def joint_title(one: Definition, other: Definition) -> str:
    """Two indicators in one title: what both begin with is written once, and two rules of one indicator by their names.

    >>> about = {"pillar": "p", "counts": "c", "unit": "yen for a dollar", "direction": "none", "frequency": "annual"}
    >>> one, other, yen = (Definition(id=t[:1].lower(), title=t, **about) for t in ("Trust of men", "View of men", "Yen for a dollar"))
    >>> joint_title(one, other), joint_title(one, one.model_copy(update={"id": "u", "title": "Trust of women"})), joint_title(one, yen)
    ('Trust of men and View of men', 'Trust of men and of women', 'Trust of men and yen for a dollar')
    """
    if one.title == other.title:
        names = [rule.variant.replace("_", " ") if rule.variant else "as defined" for rule in (one, other)]
        return f"{one.title}, {' and '.join(names)}"
    first, second = titled(one).split(), titled(other).split()
    alike = next((n for n, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), min(len(first), len(second)))
    shared = max((n for n in range(1, alike) if first[n] in PREPOSITIONS), default=0)
    prose = f"{other.unit} {other.counts}".split()
    if not shared and second[0].lower() in prose:  # no name: its own rule writes it with a small letter
        second[0] = second[0].lower()
    return f"{titled(one)}{',' if ' and ' in one.title else ''} and {' '.join(second[shared:])}"


def filter_words(where: Any, names: Mapping[str, str]) -> str:
    """A filter as a sentence.

    >>> filter_words({"kind": ["call", "meeting"], "who": {"exactly": ["A", "B"]}}, {"A": "Alpha"})
    'kind is call or meeting; who is exactly Alpha and B'
    """
    if isinstance(where, list):
        return ", or ".join(f"({filter_words(part, names)})" for part in where)
    return "; ".join(
        f"{column.replace('_', ' ')} {one.sentence(value, lambda code: code_words(code, names))}"
        for column, condition in where.items()
        for one, value in conditions_in(condition)
    )


def definition_words(definition: Definition, config: Config, tables: Mapping[str, Table]) -> list[tuple[str, str]]:
    """A definition as (heading, text) pairs."""
    names = config.side_names
    pairs = [("Question", definition.question), ("What counts", definition.counts)]
    if definition.table:
        names |= tables[definition.table].resource.relations.words
        pairs.append(("Table", tables[definition.table].resource.title))
        pairs.append(("Rows", filter_words(definition.where, names) or "all rows"))
    steps = [step for step in (definition.reduce, definition.combine, *definition.transform) if step]
    pairs.append(("Calculation", ", then ".join(_step(step, names) for step in steps)))
    pairs += composite_words(definition.composite) if definition.composite else []
    pairs.append(("Minimum rows", str(definition.at_least) if definition.at_least > 1 else ""))
    pairs.append(("Coverage", _categories(definition.coverage)))
    pairs.append(("Breakdowns", "; ".join(_breakdown(part, names) for part in definition.breakdown)))
    pairs.append(("Breaks", _breaks(definition, tables)))
    pairs += [("Frequency", f"by {NOUNS[definition.frequency]}"), ("Unit", definition.unit)]
    pairs.append(("Direction", {"none": "neither higher nor lower is better"}.get(definition.direction, definition.direction)))
    pairs.append(("Score", f"{_step(definition.normalise, names)}, 0 to 100, where 100 is best" if definition.normalise else ""))
    pairs.append(("Season", SEASONS[definition.season]))
    lines = (f"{line.label}: {heights_words(line, definition.unit)} (source: {line.source})" for line in definition.lines)
    pairs.append(("Reference lines", "; ".join(lines)))
    pairs.append(("Notable", _notable(definition.notable, definition.unit) if definition.notable else ""))
    return [(heading, text.strip()) for heading, text in pairs if text]


def composite_words(recipe: CompositeOf) -> list[tuple[str, str]]:
    """The recipe of a composite, as (heading, text) pairs."""
    items = composite_items(recipe)
    texts = {heading: " ".join(f"{_listed([name])}: {words}" for name, words in each) for heading, each in items.items()}
    parts = "; ".join(f"{name} ({words})" for name, words in items["Parts"])
    first = [("Calculation", _step(recipe.aggregate, {})), ("Pillars", texts["Pillars"]), ("Parts", parts), ("From", recipe.start or "")]
    return [*first, *((heading, texts[heading]) for heading in ("Not scored", "Outside check", "Rejected"))]


def composite_items(recipe: CompositeOf) -> dict[str, list[tuple[str, str]]]:
    """What a recipe says of several things, by heading: the name of each, and what is said of it."""
    groups = [(name, node) for name, node in recipe.groups.items() if node.parts is not None]
    lists = {"Not scored": recipe.not_scored, "Outside check": recipe.outside_check, "Rejected": recipe.rejected}
    return {
        "Pillars": [(name, _group_words(recipe, name, node)) for name, node in groups],
        "Parts": [(leaf.name, _leaf_words(leaf)) for leaf in recipe.leaves],
        **{heading: [(name, " ".join(why.split())) for name, why in each.items()] for heading, each in lists.items()},
    }


def _group_words(recipe: CompositeOf, name: str, node: NodeOf) -> str:
    mean = _step(node.aggregate, {}) if node.aggregate else ""
    return _reasoned([f"weight {weights_of(recipe.groups)[name]:.3g}", mean], node.reason)


def _leaf_words(leaf: Leaf) -> str:
    """The share of a part in the whole weight, the rule of its score, and how long it is held."""
    node = leaf.node
    words = [f"weight {leaf.weight:.3g}", _step(node.normalise, {}) if node.normalise else "its own score", node.direction or ""]
    words += [f"held for {node.hold} more months" if node.hold else ""]
    words += [f"counts from the month in {node.counts_from.column}, or month {node.counts_from.otherwise}" if node.counts_from else ""]
    return _reasoned([*words, "left out where it touches a time that is no base" if node.leave_out else ""], node.reason)


def _reasoned(facts: Iterable[str], reason: str) -> str:
    """Facts, and then their reason as a sentence."""
    return ". ".join(filter(None, [", ".join(filter(None, facts)), " ".join(reason.split())]))


def view_words(series: Series, config: Config, tables: Mapping[str, Table]) -> list[tuple[str, str]]:
    """A definition as (heading, text) pairs, with the frequency, calculations and unit of the view that its numbers are from."""
    own, steps = series.definition, tuple(map(step_from_text, series.query.transform))
    if series.frequency == own.frequency and not steps:
        return definition_words(own, config, tables)
    changes = {"frequency": series.frequency, "transform": (*own.transform, *steps), "unit": series.unit, "normalise": None}
    pairs = definition_words(own.model_copy(update=changes), config, tables)
    more = "" if series.frequency == own.frequency else f"; by {NOUNS[own.frequency]} in the definition"
    return [(heading, f"{text}{more}" if heading == "Frequency" else text) for heading, text in pairs]


def variant_words(variant: Definition, of: Definition, config: Config, tables: Mapping[str, Table]) -> list[tuple[str, str]]:
    """What a variant changes, as (heading, text) pairs; "none" for what the indicator has and the variant does not."""
    before, after = (dict(definition_words(one, config, tables)) for one in (of, variant))
    changed = {heading: text for heading, text in after.items() if before.get(heading) != text}
    return list((changed | {heading: "none" for heading in before if heading not in after}).items())


def adjustment_words(definitions: Iterable[Definition]) -> str:
    """What was done to the polls behind any of these indicators besides averaging them; "" if nothing was.

    >>> adjustment_words([])
    ''
    """
    removed = any(one.reduce and one.reduce.parameters.get("house_effects") == "remove" for one in definitions)
    return "House effects are removed: each pollster's mean distance from the line, leader by leader." if removed else ""


def heights_words(line: LineOf, unit: str) -> str:
    """Where a reference line or band is.

    >>> line = {"label": "Twenties", "source": "diary"}
    >>> heights_words(LineOf(low=20, high=30, **line), "per cent"), heights_words(LineOf(value=3.5, **line), "days")
    ('20 % to 30 %', '3.5')
    """
    return " to ".join(number(one, unit).replace(".0 %", " %") for one in line.heights)


def _notable(least: float, unit: str) -> str:
    """The smallest change that is notable; in points for shares and per cents.

    >>> _notable(0.2, "share of meetings"), _notable(3, "per cent of drinkers"), _notable(20000, "visitors")
    ('a change of 20 points or more', 'a change of 3 points or more', 'a change of 20,000 or more')
    """
    if scale_of(unit) == "number":
        return f"a change of {number(least, unit)} or more"
    return f"a change of {least * (100 if scale_of(unit) == 'share' else 1):g} points or more"


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(code.replace("_", " ") for code in codes)


def _categories(codes: Sequence[str]) -> str:
    return f"{'category' if len(codes) == 1 else 'categories'} {_listed(codes)}" if codes else ""


def _breakdown(breakdown: BreakdownOf, names: Mapping[str, str]) -> str:
    covered = "; ".join(f"{names.get(code, code)}, {_categories([category])}" for code, category in breakdown.coverage.items())
    return f"by {_listed([breakdown.by])}" + (f" (coverage: {covered})" if covered else "")


def _breaks(definition: Definition, tables: Mapping[str, Table]) -> str:
    """The columns in which a change breaks the series."""
    if not definition.table:
        return f"where {_listed(definition.break_on)} changes" if definition.break_on else ""
    columns = break_columns(definition, tables[definition.table].relations)
    return f"where {_listed(columns)} changes" if columns else ""


def _step(step: StepOf, names: Mapping[str, str]) -> str:
    """An operation with its parameters, rows of other tables by their filter."""
    given = {key: " < ".join(value) if key == "steps" else value for key, value in step.parameters.items()}
    parameters = ", ".join(f"{key.replace('_', ' ')}: {_parameter(value, names)}" for key, value in given.items())
    return step.name.replace("_", " ") + (f" ({parameters})" if parameters else "")


def _parameter(value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return " and ".join(map(str, value))
    if not isinstance(value, dict):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if "table" not in value:
        return filter_words(value, names)
    rows, coverage = filter_words(value.get("where") or {}, names), value.get("coverage") or []
    categories = coverage["every"] if isinstance(coverage, dict) else [coverage] if isinstance(coverage, str) else coverage
    words = _listed([value["table"]]) + (f" where {rows}" if rows else "")
    return words + (f", coverage {_categories(categories)}" if categories else "")
