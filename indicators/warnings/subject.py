"""What a warning checks: a definition with its rows, in the context of its project."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np

from indicators.compute.selection import known_on, looked_up
from indicators.compute.stored import passing_in_store
from indicators.nouns.definition import Definition
from indicators.nouns.series import Query, Series, Table
from indicators.nouns.vocabulary import DAY
from indicators.problems import Trail
from indicators.reading.dependencies import rules_behind, tables_behind
from indicators.reading.kept import Answers, in_short
from indicators.reading.links import meeting
from indicators.reading.project import Project


@dataclass(frozen=True)
class Context:
    """The project with its `series`, shared by all its definitions; `kept`: what was computed for one."""

    project: Project
    series: Callable[[Query], Series]
    kept: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Any, compute: Callable[[], Any]) -> Any:
        """What was computed under a key, or is computed now."""
        if key not in self.kept:
            self.kept[key] = compute()
        return self.kept[key]

    @property
    def today(self) -> datetime.date:
        return self.project.config.today

    @cached_property
    def answers(self) -> Answers:
        """What was found out about definitions with all that they are made of, and about tables, on this day with this config."""
        return Answers(f"{self.today} {self.project.config} {[table.resource for table in self.project.tables.values()]}")

    def text_of(self, table: Table) -> str:
        """A table, of which `answers` has the form: its bytes and its coverage."""
        return self.once(("table", table.resource.name), lambda: in_short(f"{table.resource.name} {table.digest} {table.spans}"))

    @cached_property
    def by_rule(self) -> Mapping[str, tuple[Definition, ...]]:
        """Definitions and variants by their folded counting rule, in the order of the files."""
        by_rule: dict[str, tuple[Definition, ...]] = {}
        for definition in self.project.definitions.values():
            for one in definition.rules:
                by_rule[folded(one.counts)] = (*by_rule.get(folded(one.counts), ()), one)
        return by_rule

    def selects(self, table: Table, where: Any) -> np.ndarray:
        """Which rows of a table a filter selects."""
        return meeting(table, looked_up(where, self.project.tables, self.today))

    def number(self, table: Table, where: Any) -> int:
        """How many rows of a table a filter selects."""
        if not table.store:
            return int(self.selects(table, where).sum())
        return len(passing_in_store(table, looked_up(where, self.project.tables, self.today), [], ""))

    def known(self, table: Table) -> np.ndarray:
        """Which rows of a table have a date and are known on the day of the data."""
        dated = table.frame[DAY].notna().to_numpy()
        return self.once(table.resource.name, lambda: dated & table.frame.index.isin(known_on(table, self.today).index))


def folded(text: str) -> str:
    """A text in lower case, without extra space and without the full stop at its end.

    >>> folded("Meetings,  no calls.") == folded("meetings, no calls")
    True
    """
    return " ".join(text.casefold().split()).rstrip(".")


@dataclass(frozen=True)
class Subject:
    """A definition to check; `base` is the indicator of a variant."""

    definition: Definition
    base: Definition | None
    context: Context

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def table(self) -> Table | None:
        """The definition's table; None if it is combined from other indicators."""
        return self.context.project.tables[self.definition.table] if self.definition.table else None

    @property
    def text(self) -> str:
        """All that it is made of: the definition, the indicator whose variant it is, all that it combines, and their tables."""
        return str(self.context.once(("all of", self.name, self.base is None), self._text))

    def _text(self) -> str:
        context, named = self.context, self.context.project.definition
        rules = [*([self.base] if self.base else []), *rules_behind(self.definition, named)]
        tables = [context.project.tables[name] for name in sorted(tables_behind(self.definition, named))]
        return " ".join([*(context.once(("rule", rule.name), partial(repr, rule)) for rule in rules), *map(context.text_of, tables)])

    @cached_property
    def series(self) -> Series:
        """The definition's series at its own frequency."""
        return self.context.series(Query(self.definition.id, self.definition.variant))

    @cached_property
    def chosen(self) -> np.ndarray:
        """Which rows of its table the definition selects."""
        return self.selects(self.definition.where)

    def number(self, where: Any) -> int:
        """How many rows of the definition's table a filter selects."""
        assert self.table
        return self.context.number(self.table, where)

    def selects(self, where: Any) -> np.ndarray:
        """Which rows of the definition's table a filter selects."""
        assert self.table
        return self.context.selects(self.table, where)


def single_conditions(where: Any) -> Iterator[tuple[Trail, str, str, Any]]:
    """Each condition of a filter: its trail, column, name ("" for a value or a list of values), and value.

    >>> list(single_conditions({"kind": "call", "level": {"not": "clerk"}}))
    [(('kind',), 'kind', '', 'call'), (('level', 'not'), 'level', 'not', 'clerk')]
    """
    if isinstance(where, list):
        yield from (((i, *trail), *rest) for i, part in enumerate(where) for trail, *rest in single_conditions(part))
        return
    for column, condition in where.items():
        if isinstance(condition, dict):
            yield from (((column, name), column, name, value) for name, value in condition.items())
        else:
            yield (column,), column, "", condition


def without(where: Any, trail: Trail) -> Any:
    """A filter without one of its conditions.

    >>> without({"kind": "call", "level": {"not": "clerk"}}, ("level", "not"))
    {'kind': 'call'}
    """
    step, *rest = trail
    inner = without(where[step], tuple(rest)) if rest else None
    if isinstance(where, list):
        return [inner if i == step else part for i, part in enumerate(where)]
    left = {key: value for key, value in where.items() if key != step}
    return {key: inner if key == step else value for key, value in where.items()} if inner else left
