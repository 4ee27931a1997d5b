"""`Project` to `Results`: the pipeline on one page.

rows -> reduce -> coverage -> transform -> value, or finished parts -> combine -> transform; then normalise -> score. Series are
kept when a project is read again, and used again if none of their inputs has changed.
"""

import datetime
import functools
import itertools
import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from indicators.compute.annotations import read_annotations, read_choice
from indicators.compute.carry import combined, reached, transformed
from indicators.compute.composite import Ask, composed, drafted, index_of
from indicators.compute.coverage import Reduced, others_read
from indicators.compute.exactness import ASKED, Draft, valued
from indicators.compute.selection import Part, asked_of_store, by_code, codes_of, in_periods, is_alone, pairs_held, parameters, selected
from indicators.compute.stored import ids_in_store, reduced_in_store
from indicators.nouns.choices import with_choices
from indicators.nouns.definition import IN_NO_NUMBER, BreakdownOf, Definition, titled
from indicators.nouns.descriptor import ExcludedBase
from indicators.nouns.index import Index
from indicators.nouns.periods import FREQUENCIES, Frequency, is_finer, labels
from indicators.nouns.series import BOTH, Query, Results, Rows, Series, Table
from indicators.nouns.vocabulary import LEVELS, NEAR_COMPLETE, STATUSES
from indicators.operations.column import codes_in
from indicators.operations.registry import MOST_STEPS, OPERATIONS, number_faults, reducer_traits, step_faults, step_from_text
from indicators.problems import Fault, ProblemsFound, fault, refused
from indicators.reading.dependencies import (
    columns_read,
    frequencies_of,
    part_faults,
    parts_of,
    stock_behind,
    stock_faults,
    tables_behind,
    tables_of,
    with_parts_called,
)
from indicators.reading.project import Project
from indicators.suggestions import suggest

MOST_KEPT, MOST_NUMBERS_KEPT = 256, 250_000
"""Series that are kept, and values in them: of each series and of its parts those of all periods. A value takes almost a kilobyte."""
MOST_SELECTIONS = 4
"""Selections of rows that are kept: a page asks for several splits of one indicator, one after the other."""
Select = Callable[[Definition, Frequency, datetime.date], Rows]
"""Gives the rows that a definition of the project selects on a day, and may remember them."""
Indexed = Callable[[Definition, Frequency, str | None], Index]
"""Gives the index of a composite on a day (None: today), and may remember it."""


def inputs_key(project: Project, definition: Definition) -> tuple[Any, ...]:
    """All inputs of a series: its rule, its tables, the day, and the same of its parts. Two series with equal keys have the same
    numbers; only the texts of their definitions and the names of their parts may differ."""
    rule = nameless(definition)
    read = [table_key(project, name) for name in sorted(tables_of(definition))]
    return project.config.as_of, rule, read, [inputs_key(project, project.definition(part)) for part in parts_of(definition)]


def nameless(definition: Definition) -> dict[str, Any]:
    """The keys of a definition that change numbers, with neither its own name nor those of its parts."""
    return with_parts_called(definition, lambda _: "").model_dump(mode="json", exclude=set(IN_NO_NUMBER))


def table_key(project: Project, name: str) -> tuple[Any, ...]:
    """All inputs of a table: its file, its descriptor and its coverage levels."""
    table = project.tables[name]
    return name, table.digest, table.spans, table.resource


class SeriesCache:
    """Series by query, each with the key that it was computed under; those that were asked for longest ago are dropped. Safe between
    threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Query, tuple[tuple[Any, ...], Series]] = OrderedDict()
        self._lock = threading.Lock()
        self.numbers = 0

    def recall(self, query: Query, key: tuple[Any, ...], compute: Callable[[], Series]) -> Series:
        """The series of a query under this key: kept, or computed and kept."""
        kept = self._kept.get(query)
        if kept is None or kept[0] != key:
            kept = (key, compute())
        with self._lock:
            before = self._kept.pop(query, None)
            self._kept[query] = kept
            self.numbers += _numbers_in(kept[1]) - (_numbers_in(before[1]) if before else 0)
            while len(self._kept) > 1 and (len(self._kept) > MOST_KEPT or self.numbers > MOST_NUMBERS_KEPT):
                self.numbers -= _numbers_in(self._kept.popitem(last=False)[1][1])
        return kept[1]


def _numbers_in(series: Series) -> int:
    return len(series.values) + sum(len(part.values) for part in series.parts.values())


def results(project: Project, cache: SeriesCache | None = None) -> Results:
    """All that a dashboard needs. Series are computed on demand and kept in `cache`, which may hold those of an earlier state of
    the project."""
    kept = cache or SeriesCache()

    @functools.cache
    def key_of(name: str) -> tuple[Any, ...]:
        definition = project.definition(name)
        return definition, inputs_key(project, definition), project.config.sides

    @functools.lru_cache(MOST_SELECTIONS)
    def of_rule(name: str, frequency: Frequency, day: datetime.date) -> Rows:
        return selected(project.tables, project.definition(name), frequency, day)

    def select(definition: Definition, frequency: Frequency, day: datetime.date) -> Rows:
        return of_rule(definition.name, frequency, day)

    def indexed(definition: Definition, frequency: Frequency, as_of: str | None) -> Index:
        recipe = None if definition is project.rules.get(definition.name) else definition.composite
        return index_of(made, definition.name, frequency, as_of=as_of, recipe=recipe)

    def asked(query: Query) -> Series:
        return kept.recall(query, key_of(_asked(project, query).name), lambda: series(project, query, asked, select, indexed))

    annotations = read_annotations(project.tables, project.config, project.formerly)
    possible = {name: frequencies(project, one) for name, one in project.rules.items()}
    made = Results(
        config=project.config,
        definitions=project.definitions,
        tables=project.tables,
        annotations=annotations,
        series=asked,
        frequencies=possible,
        places=project.places,
        documents=project.documents,
        choice=read_choice(project.tables, project.config),
    )
    return made


def series(project: Project, query: Query, ask: Ask | None = None, select: Select | None = None, indexed: Indexed | None = None) -> Series:
    """The series of a query. ProblemsFound if it cannot be computed, with what could be asked instead. `ask`: gives the series of the parts
    of a composite, and the whole of what is split, and may remember them; `select` and `indexed`: the same of rows and of indices."""
    select = select or functools.partial(selected, project.tables)
    definition = _asked(project, query)
    frequency = query.frequency or definition.frequency
    day = datetime.date.fromisoformat(query.as_of or project.config.as_of)
    ask = ask or functools.partial(series, project)
    if not query.breakdown:
        index = indexed or (lambda one, at, as_of: composed(one, at, ask, project.tables, day, as_of))
        return _finished(project, query, day, definition, _draft(project, definition, frequency, day, select, index))
    whole = ask(query._replace(breakdown=None, period=None))
    drafts = _parts(project, definition, query, whole, day, select)
    finished = {key: _finished(project, query, day, *draft) for key, draft in {id(one): one for one in drafts.values()}.items()}
    split = replace(whole, query=query, parts={code: finished[id(draft)] for code, draft in drafts.items()})
    return split if query.period is None else split.between(query.period, query.period)


def _draft(project: Project, definition: Definition, frequency: Frequency, day: datetime.date, select: Select, indexed: Indexed) -> Draft:
    """The series of a definition before its score: from rows, or from its parts."""
    if definition.composite:
        as_of = None if day.isoformat() == project.config.as_of else day.isoformat()
        return drafted(indexed(definition, frequency, as_of), definition)
    if definition.combine:
        parts = {name: _draft(project, project.definition(name), frequency, day, select, indexed) for name in parts_of(definition)}
        draft = combined(definition.combine, parts, definition.unit, {name: titled(project.definition(name)) for name in parts})
    else:
        draft = _from_rows(project, definition, functools.partial(select, definition, frequency, day), frequency, day)
    return _transformed(project, draft, definition)


def _transformed(project: Project, draft: Draft, definition: Definition) -> Draft:
    """A draft after the definition's own transforms; `unit` of the definition is the unit of their result."""
    for step in definition.transform:
        draft = transformed(draft, step, _not_a_base(project, definition))
    return draft._replace(unit=definition.unit)


def _from_rows(
    project: Project, definition: Definition, select: Callable[[], Rows], frequency: Frequency, day: datetime.date, part: Part = ()
) -> Draft:
    """The draft of the rows that a definition selects, or of those of a `part`. `select`: gives them; of a table in a store only where the
    numbers are not kept."""
    assert definition.table
    assert definition.reduce
    reducer, given = OPERATIONS["reduce"][definition.reduce.name], parameters(definition, project.tables, day)
    traits, columns = reducer.traits, columns_read(definition) | {column for column, _ in part}
    table = project.tables[definition.table]
    if table.store:
        asked = asked_of_store(project.tables, definition, frequency, day, part)
        values, lines = reduced_in_store(table, definition, select, given, asked)
        few = Rows(nw.from_native(lines, eager_only=True), frequency, today=day)
        ids = functools.partial(ids_in_store, table, select, lines, asked, frequency)
        return valued(table, definition, Reduced(few, lines, values, traits, columns, ids=ids), day)
    rows = select()
    used = traits.selects(rows, **given).to_native() if traits.selects else rows.frame.to_native()
    also = traits.reads_also(rows, **given) if traits.reads_also else None
    others = others_read(definition, project.tables) if traits.reads_also else ()
    ahead = int(given["within"]) if traits.ahead else 0
    reduced = Reduced(rows, used, reducer(rows, **given), traits, columns, also, others, ahead)
    return valued(table, definition, reduced, day)


def _parts(
    project: Project, definition: Definition, query: Query, whole: Series, day: datetime.date, select: Select
) -> Mapping[str, tuple[Definition, Draft]]:
    """The draft of each code of a breakdown, or of each pair of codes of two. A code with its own category has the coverage of that
    category. Those that no row has (in those periods of the `whole` that the one asked for follows from) are alike where they have one
    coverage, and are computed once. ProblemsFound where all parts together are more numbers than are computed at once."""
    table, tables, frequency = project.tables[definition.table or ""], project.tables, whole.frequency
    splits = [one for column in query.columns for one in definition.breakdown if one.by == column]
    every = functools.partial(select, definition, "annual", day)  # of the rows by `frequency` some lie in no period
    asked = asked_of_store(tables, definition, "annual", day) if table.store else ""
    codes = [[(one.by, code) for code in _codes(every, table, one, asked)] for one in splits]
    too_many = [one.at(ASKED) for one in part_faults(math.prod(map(len, codes)), len(whole.values), frequency)]
    if too_many:
        raise ProblemsFound(too_many)
    placed = functools.partial(select, definition, frequency, day)
    is_one = query.period in whole.values.index and is_alone(table, definition)
    read = reached(query.period or 0, whole) if is_one else None
    rows = functools.cache(lambda: in_periods(placed(), *read) if read else placed())
    held = pairs_held(rows if read else every, table, list(query.columns), asked) if read or len(splits) > 1 else None
    drafts, empty = {}, dict[tuple[str, ...], tuple[Definition, Draft]]()

    @functools.cache
    def split(part: Part, column: str) -> Callable[[str], Rows]:
        return by_code(of_part(part), table, column, day)

    def of_part(part: Part) -> Rows:
        return split(part[:-1], part[-1][0])(part[-1][1]) if part else rows()

    for part in itertools.product(*codes):
        given = [one.coverage[code] for one, (_, code) in zip(splits, part, strict=True) if code in one.coverage]
        own = tuple(dict.fromkeys(given)) or definition.coverage
        names = tuple(code for _, code in part)
        is_empty = held is not None and names not in held
        draft = empty.get(own) if is_empty else None
        if draft is None:
            changed = definition.model_copy(update={"coverage": own}) if given else definition
            own_rows = functools.partial(of_part, part)
            draft = changed, _transformed(project, _from_rows(project, changed, own_rows, frequency, day, part), definition)
        if is_empty:
            empty[own] = draft
        drafts[BOTH.join(names)] = draft
    return drafts


def _codes(select: Callable[[], Rows], table: Table, split: BreakdownOf, asked: str) -> list[str]:
    """The codes of a breakdown: those with a category of their own first, then those that rows have, or all that there are."""
    every = codes_in(table.resource, split.by) if split.every_code else ()
    return list(dict.fromkeys([*split.coverage, *every, *codes_of(select, table, split.by, asked)]))


def _not_a_base(project: Project, definition: Definition) -> tuple[ExcludedBase, ...]:
    if definition.table:
        return project.tables[definition.table].relations.not_a_base
    spans = (span for name in parts_of(definition) for span in _not_a_base(project, project.definition(name)))
    return tuple(dict.fromkeys(spans))


def _finished(project: Project, query: Query, day: datetime.date, definition: Definition, draft: Draft) -> Series:
    not_a_base = _not_a_base(project, definition)
    for text in query.transform:
        draft = transformed(draft, step_from_text(text), not_a_base)
    values = draft.values
    columns = {
        "label": labels(values.index.to_numpy(dtype=np.int64), draft.frequency),
        "value": values["value"],
        "at_least": values["at_least"],
        "status": _statuses(values),
        "coverage": [LEVELS[level] for level in values["coverage"].tolist()],
        # Goalposts apply to the definition's own frequency, before any calculation of a page.
        "score": _score(definition, values) if not query.transform and draft.frequency == definition.frequency else np.nan,
        "stretch": values["stretch"],
        "over": values["over"],
        "why": values["why"],
        "not_collected": _names(project, values),
        "reason": values["reason"],
        "keys": values["keys"],
    }
    notes = _notes(project, definition, query, draft.notes)
    carried = draft._replace(values=pd.DataFrame(columns, index=values.index), notes=notes)._asdict()
    del carried["accumulates"]
    return Series(query, definition, as_of=day, not_a_base=not_a_base, **carried)


def _names(project: Project, values: pd.DataFrame) -> "pd.Series | str":
    """What is not collected, in words; "" everywhere after a calculation, which has the lower bound alone."""
    if "not_collected" not in values:
        return ""
    names = project.config.side_names
    joined = functools.cache(lambda codes: ", ".join(names.get(code, code) for code in filter(None, codes.split(";"))))
    return values["not_collected"].map(joined)


def _statuses(values: pd.DataFrame) -> np.ndarray:
    """The SDMX status of each period: the first that applies of M, B, P, E, I, A. B marks the first value after a break."""
    statuses = np.array(list(STATUSES), dtype=object)[values["status"].to_numpy(np.int64)]
    is_known = values["value"].notna().to_numpy()
    at = np.flatnonzero(is_known)
    statuses[at[1:][np.diff(values["stretch"].to_numpy()[at]) != 0]] = "B"
    statuses[~is_known] = "M"
    return statuses


def _score(definition: Definition, values: pd.DataFrame) -> pd.Series | float:
    """Score from 0 to 100, 100 best, for exact values that are complete or near_complete, of periods that are over: a count so far would be
    set against whole periods. Direction is applied here and nowhere else."""
    if not definition.normalise:
        return np.nan
    exact = (values["coverage"] >= NEAR_COMPLETE) & ~values["at_least"] & values["over"]
    score = OPERATIONS["normalise"][definition.normalise.name](values["value"].where(exact), **definition.normalise.parameters)
    return 100 - score if definition.direction == "lower is better" else score


def _notes(project: Project, definition: Definition, query: Query, of_rows: Sequence[str]) -> tuple[str, ...]:
    notes = [*definition.notes, *of_rows]
    if query.as_of and not all(project.tables[name].relations.recorded for name in tables_behind(definition, project.definition)):
        notes.append(f"Dated to {query.as_of}, not what was known on {query.as_of}: the day on which rows were entered is not kept.")
    return tuple(notes)


# ---- faults of a query ----


def _asked(project: Project, query: Query) -> Definition:
    """The definition of a query. ProblemsFound if anything that the query names does not exist."""
    definition = _named(project, query)
    faults = [*_time_faults(project, definition, query), *_calculation_faults(project, definition, query)]
    if faults:
        raise ProblemsFound(one.at(ASKED) for one in faults)
    return definition


def _named(project: Project, query: Query) -> Definition:
    name, definitions = query.name, project.definitions
    if name in project.broken:
        raise refused(fault("not-computed", hint="relations check says more", name=name, why=project.broken[name]), ASKED)
    if query.indicator not in definitions:
        raise refused(fault("unknown-indicator/asked", hint=suggest(query.indicator, definitions), name=query.indicator), ASKED)
    definition = definitions[query.indicator]
    if query.variant and query.variant not in definition.variants:
        hint = suggest(query.variant, definition.variants)
        raise refused(fault("unknown-variant", hint=hint, name=query.indicator, variant=query.variant), ASKED)
    definition = definition.variants[query.variant] if query.variant else definition
    if query.recipe is None:
        return definition
    if definition.composite is None:
        given = f"recipe={query.recipe}"
        raise refused(fault("wrong-value/recipe", hint="only a composite has a recipe; leave it out", given=given), ASKED)
    return definition.model_copy(update={"composite": with_choices(definition.composite, query.recipe)})


def _time_faults(project: Project, definition: Definition, query: Query) -> Iterator[Fault]:
    possible, as_of = frequencies(project, definition), project.config.as_of
    if query.frequency and query.frequency not in FREQUENCIES:
        yield fault("unknown-frequency", hint=suggest(query.frequency, FREQUENCIES), frequency=query.frequency)
    elif query.frequency and query.frequency not in possible:
        about = {"hint": f"possible: {', '.join(possible)}", "name": query.name, "frequency": query.frequency}
        coarser, stock = is_finer(definition.frequency, query.frequency), stock_behind(definition, project.definition, project.resources)
        traits = reducer_traits(definition)
        weighed = traits.own_periods or (coarser and traits.no_coarser)
        if coarser and stock:
            yield fault("stock-over-time/frequency", column=stock, **about)
        else:
            yield fault("frequency-too-fine/weighed" if weighed else "frequency-too-fine/asked", **about)
    if query.as_of and query.as_of > as_of:
        hint = "nothing is known of later days; choose that day or an earlier one"
        yield fault("after-the-data", hint=hint, day=query.as_of, as_of=as_of)


def _calculation_faults(project: Project, definition: Definition, query: Query) -> Iterator[Fault]:
    columns = [one.by for one in definition.breakdown]
    for column in query.columns:
        if column not in columns:
            yield fault("unknown-breakdown", hint=suggest(column, columns), name=query.name, column=column)
    if len(query.columns) > 2 or len(set(query.columns)) < len(query.columns):
        yield fault("wrong-value/split", hint="write one column, or two with a comma between them", columns=" and ".join(query.columns))
    yield from number_faults(query.transform)
    stock = stock_behind(definition, project.definition, project.resources)
    for step in map(step_from_text, query.transform[:MOST_STEPS]):
        yield from list(step_faults("transform", step)) or stock_faults(step, stock)


def frequencies(project: Project, definition: Definition) -> tuple[Frequency, ...]:
    """Frequencies at which an indicator is available."""
    return frequencies_of(definition, project.rules, project.resources)
