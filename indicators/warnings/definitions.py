"""Warnings about a definition's filter, its counting rule, its short lines and its unit."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from indicators.compute.provenance import short_credit_of
from indicators.compute.reasons import is_blank, some_of
from indicators.compute.selection import parameters, selected
from indicators.compute.stored import outside_in_store
from indicators.nouns.definition import LONGEST_CREDIT, LONGEST_RULE, Definition
from indicators.nouns.periods import NOUNS, label
from indicators.nouns.vocabulary import DAY, PERIOD, ROW, listed
from indicators.operations.column import column_of
from indicators.operations.registry import reducer_traits, references
from indicators.operations.where import ANY_OF, CONDITIONS
from indicators.problems import Fault, fault
from indicators.reading.dependencies import tables_behind
from indicators.reading.spelling import texts_of
from indicators.reading.tables import timeless_keys
from indicators.reading.yamlfile import in_yaml
from indicators.suggestions import suggest
from indicators.warnings.subject import Subject, folded, single_conditions, without

# ---- its filter ----


def empty_selection(subject: Subject) -> Iterator[Fault]:
    """A filter that selects no row; the message names the condition that removes the last one."""
    if subject.table and not subject.number(subject.definition.where):
        hint = "loosen the filter, or correct a code in it"
        yield fault("empty-selection", "where", hint=hint, name=subject.name, part=_emptied_by(subject))


def _emptied_by(subject: Subject) -> str:
    where = subject.definition.where
    tried: dict[str, Any] = {}
    for column, condition in where.items() if isinstance(where, dict) else ():
        tried[column] = condition
        if not subject.number(tried):
            return f"{column}: {repr(condition) if isinstance(condition, str) else in_yaml(condition)}"
    return "its filter"


def coverage_too_narrow(subject: Subject) -> Iterator[Fault]:
    """Selected rows outside the coverage categories of a definition."""
    table, coverage = subject.table, subject.definition.coverage
    if not table or not coverage:
        return
    rows: Sequence[str]
    if table.store:
        rows = outside_in_store(table, subject.definition.where, [table.relations.categories[one] for one in coverage])
    else:
        covered = [subject.selects(table.relations.categories[category]) for category in coverage]
        rows = table.frame[ROW].to_numpy()[subject.chosen & ~np.logical_or.reduce(covered)].tolist()
    if len(rows):
        parts = {"count": len(rows), "name": subject.name, "categories": ", ".join(coverage), "rows": some_of(rows)}
        yield fault("coverage-too-narrow", "coverage", hint="name a category that includes these rows, or narrow the filter", **parts)


def rows_without_date(subject: Subject) -> Iterator[Fault]:
    """Selected rows, of its table or of another that is read, that have no date and so may belong to any period."""
    step = subject.definition.reduce
    if not subject.table or subject.table.store or not step:
        return
    read = [("where", subject.table, subject.chosen)]
    for value in (value for _, kind, value in references("reduce", step) if kind == "rows"):
        other = subject.context.project.tables[value["table"]]
        read.append(("reduce", other, subject.context.selects(other, value.get("where") or {})))
    for key, table, chosen in read:
        undated = table.frame[ROW].to_numpy()[chosen & table.frame[DAY].isna().to_numpy()].tolist()
        if undated:
            hint = "write their month or year, and its first day as the date; or leave them out by the filter"
            yield fault("rows-without-date", key, hint=hint, count=len(undated), name=subject.name, rows=some_of(undated))


def rows_without_code(subject: Subject) -> Iterator[Fault]:
    """Selected rows that are blank in the column of a breakdown, and so may be in any of its parts."""
    for breakdown in subject.definition.breakdown if subject.table and not subject.table.store else ():
        rows = subject.table.frame  # type: ignore[union-attr]  # it has one, see above
        uncoded = rows[ROW].to_numpy()[subject.chosen & is_blank(rows[breakdown.by])].tolist()
        if uncoded:
            parts = {"count": len(uncoded), "name": subject.name, "column": breakdown.by, "rows": some_of(uncoded)}
            hint = "fill in the code, or give them one that says that it is not known"
            yield fault("rows-without-code", "breakdown", hint=hint, **parts)


def last_of_several(subject: Subject) -> Iterator[Fault]:
    """Periods of which several rows may be the last one, with different numbers: of several keys, of one day, or dated less exactly."""
    definition, context = subject.definition, subject.context
    traits = reducer_traits(definition)
    if not subject.table or not definition.reduce or not traits.picks or not traits.selects:
        return
    tables, frequency = context.project.tables, definition.frequency
    rows = selected(tables, definition, frequency, context.today)
    used = traits.selects(rows, **parameters(definition, tables, context.today)).to_native()
    numbers = used.groupby(PERIOD)[definition.reduce.parameters["of"]].nunique()
    unclear = numbers[numbers > 1].index
    if len(unclear):
        shown = some_of(used.loc[used[PERIOD] == unclear[-1], ROW].tolist())
        hint = "leave the rows of one key by where, or say by prefer which of them counts"
        about = {"name": subject.name, "count": len(unclear), "period": label(int(unclear[-1]), frequency), "rows": shown}
        yield fault("last-of-several", "reduce", hint=hint, noun=NOUNS[frequency], **about)


def where_removes_nothing(subject: Subject) -> Iterator[Fault]:
    """A condition that excludes rows, but none in this table: without it the same rows are selected.

    A condition that says what the rows are (kind: meeting) may be needed for later rows; it is reported only if it names all
    codes that the column can have.
    """
    where, table = subject.definition.where, subject.table
    count = subject.number(where) if table else 0
    if not table or not count:
        return
    for trail, column, name, value in single_conditions(where):
        excludes = CONDITIONS.get(name, ANY_OF).excludes(column_of(table.resource, column), value)
        if excludes and subject.number(without(where, trail)) == count:
            condition = f"{column}: {{{name}: {_shown(value)}}}" if name else f"{column}: {_shown(value)}"
            parts = {"condition": condition, "name": subject.name, "count": count}
            yield fault("where-removes-nothing", "where", *trail, hint="leave it out, or correct a code in it", **parts)


def value_not_found(subject: Subject) -> Iterator[Fault]:
    """A value of several that no cell has, in a column in which any text is allowed: the rows that it means are left out."""
    where, table = subject.definition.where, subject.table
    if not table or not subject.number(where):
        return
    for trail, column, name, value in single_conditions(where):
        texts, values = texts_of(table, column), listed(value)
        if not CONDITIONS.get(name, ANY_OF).takes.codes or not texts or (len(values) == 1 and isinstance(where, dict)):
            continue
        for one in (one for one in values if one not in texts):
            yield fault("value-not-found", "where", *trail, hint=suggest(one, texts), value=one, column=column, table=table.resource.name)


FEWEST_TOTALS = 3
"""Periods in which a key is the sum of at least two others, so that this is no chance."""


def total_among_parts(subject: Subject) -> Iterator[Fault]:
    """A sum over keys of which one is the sum of the others in every period: all is counted twice."""
    table, step = subject.table, subject.definition.reduce
    time = table.relations.time if table else None
    if not table or not step or not time or not reducer_traits(subject.definition).needs_every_part or not time.every:
        return
    rows = table.frame[subject.chosen]
    keys = timeless_keys(rows, table.resource)
    if keys.nunique() < 3:  # a table of many keys takes long
        return
    numbers = rows.assign(key=keys).pivot_table(index=DAY, columns="key", values=step.parameters["of"], aggfunc="sum", min_count=1).dropna()
    if len(numbers.columns) < 3 or len(numbers) < FEWEST_TOTALS or (numbers <= 0).any(axis=None):
        return
    for key in numbers.columns:
        if np.allclose(2 * numbers[key], numbers.sum(axis=1), rtol=1e-9):
            hint = "leave the total out by where, or take it alone"
            yield fault("total-among-parts", "where", hint=hint, name=subject.name, key=key, count=len(numbers.columns) - 1)


def _shown(value: Any) -> str:
    return f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)


# ---- its counting rule ----

FEWEST_WORDS = 4
WORD = re.compile(r"[぀-ヿ㐀-鿿]|[^\W_぀-ヿ㐀-鿿]+")
"""A word; in scripts without spaces between words, a character."""
RULE_KEYS = ("where", "reduce", "table", "combine")
"""Keys that determine what is counted."""


def counts_too_short(subject: Subject) -> Iterator[Fault]:
    """A counting rule of fewer than four words, or one that only repeats the title."""
    counts, hint = subject.definition.counts, "say what counts and what is left out: the rule is printed on the chart"
    if len(WORD.findall(counts)) < FEWEST_WORDS:
        yield fault("counts-too-short/short", "counts", hint=hint, name=subject.name, counts=counts.strip())
    elif folded(counts) == folded(subject.definition.title):
        yield fault("counts-too-short/title", "counts", hint=hint, name=subject.name)


def counts_not_changed(subject: Subject) -> Iterator[Fault]:
    """A variant that counts something else than its indicator, with the same counting rule."""
    variant, base = subject.definition, subject.base
    if base and folded(variant.counts) == folded(base.counts):
        changed = [key for key in RULE_KEYS if getattr(variant, key) != getattr(base, key)]
        if changed:
            hint = "give the variant its own counts: what it counts, and what it leaves out"
            yield fault("counts-not-changed", changed[0], hint=hint, name=variant.name, keys=" and ".join(changed), base=base.name)


def counts_shared(subject: Subject) -> Iterator[Fault]:
    """Two definitions that count different things, with the same counting rule."""
    if subject.base and folded(subject.definition.counts) == folded(subject.base.counts):
        return
    for other in subject.context.by_rule[folded(subject.definition.counts)]:
        if other.name == subject.name:
            return
        if _rule_of(other) != _rule_of(subject.definition):
            hint = "say in one of the two, or in both, how they differ"
            yield fault("counts-shared", "counts", hint=hint, name=subject.name, other=other.name)
            return


def _rule_of(definition: Definition) -> tuple[Any, ...]:
    return tuple(getattr(definition, key) for key in RULE_KEYS)


def short_missing(subject: Subject) -> Iterator[Fault]:
    """A counting rule that no line of a picture has room for, without a shorter one."""
    length = len(" ".join(subject.definition.counts.split()))
    if not subject.definition.short and length > LONGEST_RULE:
        hint = f"add short: what counts in at most {LONGEST_RULE} characters; pictures print it"
        yield fault("short-missing", "counts", hint=hint, name=subject.name, length=length)


def short_too_long(subject: Subject) -> Iterator[Fault]:
    """A short rule, or a source line, that a line of a picture has no room for."""
    definition, project = subject.definition, subject.context.project
    if len(definition.short) > LONGEST_RULE:
        hint = f"at most {LONGEST_RULE} characters"
        yield fault("short-too-long/rule", "short", hint=hint, name=subject.name, length=len(definition.short))
    credit = short_credit_of(definition, [project.tables[name] for name in tables_behind(definition, project.definition)])
    if len(credit) > LONGEST_CREDIT:
        key = "credit_short" if definition.credit_short else "credit" if definition.credit else "title"
        hint = f"add credit_short, at most {LONGEST_CREDIT} characters, to the definition or to the descriptor of its table"
        yield fault("short-too-long/credit", key, hint=hint, name=subject.name, length=len(credit))


# ---- its unit ----

WINDOW = re.compile(r"\b\d+ (days?|weeks?|months?|quarters?|years?|periods?)\b")
NO_NOUN = frozenset(
    """
    per cent percent percentage percents share proportion fraction ratio rate number numbers no n count counts amount total sum
    value values index score level unit units figure figures average mean median
    of in a an the and or over by for to from each every
    """.split()  # noqa: SIM905  a list of quoted words would fill a page
)
"""Words of a unit that name a measure, but not what is measured."""


def unit_without_noun(subject: Subject) -> Iterator[Fault]:
    """A unit that names only the measure, not what is measured: per cent, number, index, 12 months."""
    unit = subject.definition.unit
    words = re.findall(r"[^\W\d_]+", WINDOW.sub(" ", unit.casefold()))
    if not set(words) - NO_NOUN:
        hint = "add the noun: per cent of respondents, share of meetings, meetings in 12 months"
        yield fault("unit-without-noun", "unit", hint=hint, name=subject.name, unit=unit)
