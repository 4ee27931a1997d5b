"""Texts that definitions and descriptors look for in tables: one that no cell has, while a cell that looks the same is there,
would find nothing and say nothing.

Codes of a vocabulary are checked against it, with the filter itself; here are the columns in which any text is allowed.
"""

from collections.abc import Iterator, Mapping, Set
from typing import Any

from indicators.characters import difference, has_one_look, look
from indicators.nouns.definition import Definition, RowsOf
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import listed
from indicators.operations.column import column_of
from indicators.operations.registry import OPERATIONS, references
from indicators.operations.where import conditions_in
from indicators.problems import Fault, fault

Tables = Mapping[str, Table]
ALIKE = "write it as the cells do, or correct the cells"


def definition_faults(definition: Definition, tables: Tables) -> Iterator[Fault]:
    """Texts of a definition, whose table can be read, that only look like those of the cells."""
    table = tables[definition.table or ""]
    yield from (one.under("where") for one in filter_faults(definition.where, table, tables))
    for n, breakdown in enumerate(definition.breakdown):
        own = _value_faults(table, breakdown.by, list(breakdown.coverage))
        yield from (one.under("breakdown", n, "coverage", str(list(breakdown.coverage)[int(one.trail[0])])) for one in own)
    step = definition.reduce
    for name, kind, value in references("reduce", step) if step and step.name in OPERATIONS["reduce"] else ():
        trail = ("reduce", step.name, name) if step else ()
        if kind == "where":
            yield from (one.under(*trail) for one in filter_faults(value, table, tables))
        other = tables.get(RowsOf.model_validate(value).table) if kind == "rows" else None
        if other:
            yield from (one.under(*trail, "where") for one in filter_faults(RowsOf.model_validate(value).where, other, tables))


def descriptor_faults(table: Table, tables: Tables) -> Iterator[Fault]:
    """Texts of a table's own descriptor that only look like those of its cells."""
    relations = table.relations
    for trail, where in relations.filters:
        yield from (one.under("relations", *trail) for one in filter_faults(where, table, tables))
    for column, codes in relations.lower_bound_when.items():
        yield from (one.under("relations", "lower_bound_when", column) for one in _value_faults(table, column, list(codes)))
    if relations.status:
        codes = tuple(relations.status.map)
        for one in _value_faults(table, relations.status.column, list(codes)):
            yield one._replace(trail=("relations", "status", "map", codes[int(one.trail[0])]))


def filter_faults(where: Any, table: Table, tables: Tables) -> Iterator[Fault]:
    """Values of a checked filter that are not in their column, while one that looks the same is."""
    if isinstance(where, list):
        for i, part in enumerate(where):
            yield from (one.under(i) for one in filter_faults(part, table, tables))
        return
    for name, condition in where.items():
        for one, value in conditions_in(condition):
            trail = (name, one.key) if one.key else (name,)
            if one.takes.codes:
                yield from (wrong.under(*trail) for wrong in _value_faults(table, name, listed(value)))
            elif one.key == "contains":
                yield from (wrong.under(*trail) for wrong in _word_faults(table, name, listed(value)))
            elif one.takes.looks_up:
                yield from (wrong.under(*trail) for wrong in _lookup_faults(table, name, str(value), tables))


def texts_of(table: Table, name: str) -> Set[str]:
    """The different texts of a column without a vocabulary, items of lists one by one; none of another column."""
    column = column_of(table.resource, name)
    return table.texts(name, column.separator) if column.field.type == "string" and not column.codes else set()


def _value_faults(table: Table, name: str, values: list[Any]) -> Iterator[Fault]:
    """Values that are not in a column, each under its number in the list, if a text that looks the same is."""
    texts = texts_of(table, name)
    for i, value in enumerate(values):
        if isinstance(value, str) and texts and value not in texts:
            twin = next((text for text in texts if look(text) == look(value)), None)
            if twin is not None:
                yield _fault(table, name, value, twin).under(i)


def _word_faults(table: Table, name: str, words: list[Any]) -> Iterator[Fault]:
    """Words that occur in a cell only as it looks."""
    texts = texts_of(table, name)
    for i, word in enumerate(words):
        written, seen = str(word).lower(), look(f"|{word}|").lower()[1:-1]  # a blank at an edge of words is meant
        odd = texts if not has_one_look(str(word)) else {text for text in texts if not has_one_look(text)}
        twin = next((text for text in sorted(odd) if seen in look(text).lower() and written not in text.lower()), None)
        if twin is not None:
            yield fault("looks-the-same/words", i, hint=ALIKE, word=word, cell=twin[:60], column=name, table=table.resource.name)


def _lookup_faults(table: Table, name: str, where: str, tables: Tables) -> Iterator[Fault]:
    """Cells that look like one of the column in which they are looked up, and are not in it."""
    other, _, column = where.partition(".")
    theirs = texts_of(tables[other], column) if other in tables else set()
    looks = {look(text): text for text in theirs}
    twin = next((text for text in sorted(texts_of(table, name) - theirs) if look(text) in looks), None)
    if twin is not None:
        yield _fault(tables[other], column, twin, looks[look(twin)])


def _fault(table: Table, column: str, value: str, twin: str) -> Fault:
    about = {"value": value, "other": twin, "column": column, "table": table.resource.name}
    return fault("looks-the-same/value", hint=f"{difference(value, twin)}; {ALIKE}", **about)
