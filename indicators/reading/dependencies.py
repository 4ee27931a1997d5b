"""What definitions depend on: parts, tables, columns, possible frequencies; cycles, and combinations with too many parts."""

import datetime
from collections.abc import Callable, Iterator, Mapping

from indicators.nouns.composite import CompositeOf
from indicators.nouns.definition import Definition
from indicators.nouns.descriptor import Relations, Resource
from indicators.nouns.periods import FREQUENCIES, FREQUENCY, MONTHS, NOUNS, Frequency, consists_of, is_finer, period_of
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import Step
from indicators.operations.column import column_of
from indicators.operations.registry import OPERATIONS, reducer_traits, references, step_faults
from indicators.operations.where import columns, lookups
from indicators.problems import Fault, fault

FINEST: dict[str | None, Frequency] = {**FREQUENCY, None: "daily"}
"""The frequency of rows that are about a period, and of dates that are known to it."""


def frequencies_of(
    definition: Definition, definitions: Mapping[str, Definition], resources: Mapping[str, Resource], above: tuple[str, ...] = ()
) -> tuple[Frequency, ...]:
    """Frequencies at which an indicator is available.

    Not finer than the dates behind it and its parts; not coarser than its own where a reducer weighs by the days to the
    period's end, nor than its rows where a stock is summed; and only its own where a reducer gives a place in the period, or a
    transform counts in periods (a window of 12). None where a part is missing or combined from itself.
    """
    if definition.name in above:
        return ()
    if definition.composite:
        return _frequencies_of_composite(definition.composite, definitions)
    if definition.combine:
        parts = [definitions[name] for name in parts_of(definition) if name in definitions]
        allowed = [set(frequencies_of(part, definitions, resources, (*above, definition.name))) for part in parts]
        possible = set.intersection(*allowed) if allowed else set()
    else:
        resource = resources.get(definition.table or "")
        time = resource.relations.time if resource else None
        finest = FINEST[time.every if time else None]
        possible = {f for f in FREQUENCIES if consists_of(f, finest)} & ({finest} if sums_stock(definition, resource) else set(FREQUENCIES))
    if definition.reduce and not any(step_faults("reduce", definition.reduce)):
        if reducer_traits(definition).no_coarser:
            possible -= {f for f in FREQUENCIES if is_finer(definition.frequency, f)}
        if reducer_traits(definition).own_periods:
            possible &= {definition.frequency}
    if any("window" in step.parameters or step.parameters.get("periods", 1) != 1 for step in definition.transform):
        possible &= {definition.frequency}
    return tuple(f for f in FREQUENCIES if f in possible)


def _frequencies_of_composite(recipe: CompositeOf, definitions: Mapping[str, Definition]) -> tuple[Frequency, ...]:
    """Periods of whole months in the last of which each part may have a value: none shorter than those of a part that is not held."""
    parts = [(definitions[leaf.name].frequency, leaf.months_held) for leaf in recipe.leaves if leaf.name in definitions]
    return tuple(f for f in FREQUENCIES if f in MONTHS and all(held or not is_finer(f, own) for own, held in parts))


def sums_stock(definition: Definition, resource: Resource | None) -> bool:
    """Whether a definition adds the numbers of a stock: a longer period than that of a row would add them over time."""
    step = definition.reduce
    adds = step and not any(step_faults("reduce", step)) and reducer_traits(definition).needs_every_part
    return bool(adds and step and resource and step.parameters["of"] in resource.relations.stock)


Named = Callable[[str], Definition | None]


def stock_behind(definition: Definition, named: Named, resources: Mapping[str, Resource], above: tuple[str, ...] = ()) -> str:
    """The column of a stock of which a definition gives numbers, itself or by the parts that it adds, or the operation by which it gives
    what is in force; "" where there is neither."""
    step, resource = definition.reduce, resources.get(definition.table or "")
    if step and resource and not any(step_faults("reduce", step)):
        if reducer_traits(definition).in_force:
            return step.name
        of = step.parameters.get("of")
        return of if of in resource.relations.stock and not reducer_traits(definition).counts else ""
    if definition.name in above or not definition.combine or definition.combine.name == "ratio":
        return ""
    parts = filter(None, map(named, parts_of(definition)))
    return next(filter(None, (stock_behind(part, named, resources, (*above, definition.name)) for part in parts)), "")


def stock_faults(step: Step, stock: str) -> Iterator[Fault]:
    """Why a transform does not apply to numbers of a stock, if there is one: it adds over time."""
    if stock and OPERATIONS["transform"][step.name].traits.sums:
        hint = "use rolling_mean or change, or remove the column from stock in the descriptor"
        yield fault("stock-over-time/transform", hint=hint, transform=step.name, column=stock)


def parts_of(definition: Definition) -> list[str]:
    """Names of the indicators that a definition combines, or that a composite is made of."""
    if definition.composite:
        return list(definition.composite.names)
    if not definition.combine or any(step_faults("combine", definition.combine)):
        return []
    given = references("combine", definition.combine)
    return [part for _, kind, value in given for part in ([value] if kind == "indicator" else value)]


def with_parts_called(definition: Definition, called: Callable[[str], str]) -> Definition:
    """The definition with other names for the indicators that it combines, or that a composite is made of."""
    if definition.composite:
        return definition.model_copy(update={"composite": definition.composite.renamed(called)})
    step = definition.combine
    if not step or any(step_faults("combine", step)):
        return definition
    given = {name: value for name, kind, value in references("combine", step) if kind in ("indicator", "indicators")}
    names = {name: called(value) if isinstance(value, str) else [called(one) for one in value] for name, value in given.items()}
    return definition.model_copy(update={"combine": step.model_copy(update={"parameters": step.parameters | names})})


def tables_of(definition: Definition) -> set[str]:
    """Names of the tables that a definition reads, those that it looks into among them."""
    named = ({definition.table} if definition.table else set()) | lookups(definition.where)
    for _, kind, value in references("reduce", definition.reduce) if definition.reduce else ():
        named |= lookups(value) if kind == "where" else {value["table"]} | lookups(value.get("where") or {}) if kind == "rows" else set()
    return named


def rules_behind(definition: Definition, named: Callable[[str], Definition]) -> tuple[Definition, ...]:
    """A definition and all that it combines, themselves or through others; `named` gives a definition by its name."""
    return (definition, *(rule for part in parts_of(definition) for rule in rules_behind(named(part), named)))


def tables_behind(definition: Definition, named: Callable[[str], Definition]) -> set[str]:
    """Names of all tables that a definition reads, itself or through those that it combines."""
    return set[str]().union(*(tables_of(rule) for rule in rules_behind(definition, named)))


def break_columns(definition: Definition, relations: Relations) -> tuple[str, ...]:
    """Columns whose change is a break in a definition's series: its own or its table's, and any on which its reducer insists."""
    named = definition.break_on if definition.break_on is not None else relations.break_on
    always = definition.reduce.parameters.get(reducer_traits(definition).breaks_on) if definition.reduce else None
    return tuple(dict.fromkeys([*named, *([always] if always else [])]))


def columns_read(definition: Definition) -> set[str]:
    """Columns of its table that a definition reads to give a number."""
    read = columns(definition.where) | set(definition.break_on or ())
    for _name, kind, value in references("reduce", definition.reduce) if definition.reduce else ():
        read |= {value} if kind == "column" else columns(value) if kind == "where" else set()
    return read


MOST_PERIODS, MOST_NUMBERS = 30_000, 200_000
"""Periods of a series (of days, 82 years), and numbers of a split one: its parts, each with all periods. A person waits for them."""


def size_faults(definition: Definition, table: Table) -> Iterator[Fault]:
    """Where a definition asks for more numbers of its table than are computed at once."""
    spans = table.spans
    bounds = [*table.dated, *((min(span.start for span in spans), max(span.end for span in spans)) if spans else ())]
    if not bounds:
        return
    first, last = (period_of(datetime.date.fromisoformat(day), definition.frequency) for day in (min(bounds), max(bounds)))
    periods = last - first + 1
    hint = f"the table has days from {min(bounds)} to {max(bounds)}: correct one that is not meant, or choose a coarser frequency"
    yield from (one.under("frequency") for one in period_faults(periods, definition.frequency, hint))
    for breakdown in definition.breakdown if table.store is None else ():  # the codes of millions of rows are counted when asked for
        codes = table.texts(breakdown.by, column_of(table.resource, breakdown.by).separator)
        found = part_faults(len(codes), periods, definition.frequency, f"{hint}, or a split with fewer parts")
        yield from (one.under("breakdown") for one in found)


def period_faults(periods: int, frequency: Frequency, hint: str = "a coarser frequency has fewer") -> Iterator[Fault]:
    """What is wrong with the number of periods of a series."""
    if periods > MOST_PERIODS:
        about = {"periods": periods, "noun": NOUNS[frequency], "most": MOST_PERIODS}
        yield fault("too-many-numbers/periods", hint=hint, **about)


def part_faults(parts: int, periods: int, frequency: Frequency, hint: str = "") -> Iterator[Fault]:
    """What is wrong with the number of parts of a series."""
    if parts * periods > MOST_NUMBERS:
        about = {"parts": parts, "periods": periods, "noun": NOUNS[frequency], "most": MOST_NUMBERS}
        yield fault("too-many-numbers/parts", hint=hint or "choose a coarser frequency, or a split with fewer parts", **about)


MOST_PARTS, DEEPEST = 100, 20
"""Each part is computed as often as it is read: ten layers that each add the one below to itself are a thousand parts."""
Parts = Mapping[str, list[str]]


def find_cycle(start: str, parts: Parts) -> list[str]:
    """The shortest way from an indicator through its parts back to itself, itself first; empty where there is none.

    >>> find_cycle("a", {"a": ["b", "c"], "b": ["c"], "c": ["a"]})
    ['a', 'c']
    """
    before: dict[str, str] = {}
    todo = [start]
    for name in todo:
        for part in parts[name]:
            if part not in before:
                before[part] = name
                todo.append(part)
    path = [before[start]] if start in before else []
    while path and path[-1] != start:
        path.append(before[path[-1]])
    return path[::-1]


def with_too_many_parts(parts: Parts) -> set[str]:
    """Indicators with more than `MOST_PARTS` parts, counted as often as they are read, or in more than `DEEPEST` layers.

    >>> with_too_many_parts({"a": [], **{letter: [below] * 4 for letter, below in zip("bcde", "abcd")}}) == {"e"}
    True
    """
    counts, large = dict.fromkeys(parts, 0), set()
    for layer in range(DEEPEST + 2):
        grown = {name: min(sum(1 + counts[part] for part in of), MOST_PARTS + 1) for name, of in parts.items()}
        large = {name for name in parts if grown[name] > MOST_PARTS or (layer > DEEPEST and grown[name] != counts[name])}
        counts = grown
    return large
