"""The scopes of annotations: each is an indicator, a pillar, a topic, `all`, or a word that a definition lists. And other names of
indicators that tables hold: the choice of annotations, and what the figures that a source states are about."""

from collections.abc import Iterator, Mapping, Set

import pandas as pd

from indicators.nouns.config import ANNOTATION_COLUMNS, CHOICE_COLUMNS, EVERYWHERE, SCOPE, Config
from indicators.nouns.descriptor import ListColumn, Resource
from indicators.nouns.series import Table
from indicators.nouns.vocabulary import ROW, Names
from indicators.operations.column import column_of
from indicators.problems import Problem, fault, first_few
from indicators.reading.definitions import Written
from indicators.reading.descriptors import Described, Descriptor
from indicators.reading.tables import SHOWN
from indicators.suggestions import suggest


def _has_scopes(resource: Resource) -> bool:
    return set(resource.columns) >= ANNOTATION_COLUMNS


def with_any_scope(descriptor: Descriptor) -> Descriptor:
    """The descriptor by which a table is read: that of annotations without the list of scopes, which may also be indicators."""
    resource, relations = descriptor.resource, descriptor.resource.relations
    if SCOPE not in relations.lists or not _has_scopes(resource):
        return descriptor
    lists = {**relations.lists, SCOPE: relations.lists[SCOPE].model_copy(update={"enum": ()})}
    return descriptor._replace(resource=resource.model_copy(update={"relations": relations.model_copy(update={"lists": lists})}))


def scope_problems(
    config: Config, tables: Mapping[str, Table], described: Described, indicators: Names, written: Mapping[str, Written]
) -> Iterator[Problem]:
    """Scopes of annotations that nothing has; none where not all names are known."""
    topics = {topic for table in described.form.values() for topic in table.relations.topic}
    former = {name for item in written.values() for name in item.definition.former}
    asked = {scope for item in written.values() for scope in item.definition.annotations}
    known = {EVERYWHERE, *indicators.titles, *former, *(p.id for p in config.pillars), *topics}
    complete = indicators.all is not None and described.names.all is not None
    for table in [one for one in tables.values() if complete and _has_scopes(one.resource)]:
        listing = table.relations.lists.get(SCOPE) or ListColumn()
        items = table.frame[SCOPE].str.split(listing.separator).explode()
        yield from _in_rows(config, table, items[items != ""], known | asked | set(listing.enum))


def choice_problems(config: Config, tables: Mapping[str, Table], indicators: Names) -> Iterator[Problem]:
    """Indicators and annotations that a choice of annotations names and that are not there."""
    choice, notes = tables.get(config.annotation_choice or ""), tables.get(config.annotations or "")
    if choice is None or notes is None or not set(choice.frame) >= CHOICE_COLUMNS:
        return
    known = {"annotation": {row.partition(":")[2] for row in notes.frame[ROW]}}
    known |= {"indicator": set(indicators.all)} if indicators.all is not None else {}
    for column, there in known.items():
        unknown = choice.frame[column][~choice.frame[column].isin(there)]
        where = notes.resource.title if column == "annotation" else "the definitions"
        for (row, name), rest in first_few(list(unknown.items()), SHOWN):
            found = fault("unknown-id/cell", hint=suggest(name, there), column=column, id=name, where=where)
            yield found.with_rest(rest).at(choice.place(int(str(row)), config.data))


def stated_problems(config: Config, tables: Mapping[str, Table], indicators: Names, written: Mapping[str, Written]) -> Iterator[Problem]:
    """Indicators that stated figures are about and that are not there; none where not all names are known."""
    former = {name for item in written.values() for name in item.definition.former}
    for table in [one for one in tables.values() if indicators.all is not None and one.relations.states]:
        column = table.relations.states.of if table.relations.states else ""
        separator = column_of(table.resource, column).separator
        cells = table.frame[column]
        items = cells.str.split(separator).explode() if separator else cells
        known = {*indicators.titles, *former}
        unknown = items[(items != "") & ~items.isin(known)]
        for (row, name), rest in first_few(list(unknown.items()), SHOWN):
            found = fault("unknown-id/cell", hint=_guess(name, known), column=column, id=name, where="the definitions")
            yield found.with_rest(rest).at(table.place(int(str(row)), config.data))


def _guess(scope: str, known: Set[str]) -> str:
    return suggest(scope, [one for one in known if "@" not in one])


def _in_rows(config: Config, notes: Table, items: pd.Series, known: Set[str]) -> Iterator[Problem]:
    unknown = items[~items.isin(known)]
    for (row, scope), rest in first_few(list(unknown.items()), SHOWN):
        at = int(str(row))
        found = fault("not-allowed/scope", hint=_guess(scope, known), scope=scope, label=notes.frame["label"].iloc[at])
        yield found.with_rest(rest).at(notes.place(at, config.data))
