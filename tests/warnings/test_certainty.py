"""Certainty: `check` leaves a series uncomputed only where it has a value."""

from dataclasses import replace

import numpy as np
import pytest

from indicators.compute.pipeline import frequencies, series
from indicators.nouns.composite import CompositeOf
from indicators.nouns.definition import Definition
from indicators.nouns.periods import MONTHS
from indicators.nouns.series import Query
from indicators.nouns.vocabulary import DAY, DAY_DATED, MONTH, PRECISION, StepOf
from indicators.warnings.certainty import certain_periods, certainly_has_a_value
from indicators.warnings.subject import Context

STEPS = (
    (),
    (StepOf(name="rolling_sum", parameters={"window": 3}),),
    (StepOf(name="rolling_mean", parameters={"window": 2}),),
    (StepOf(name="year_on_year", parameters={}),),
    (StepOf(name="year_on_year", parameters={"reference": 1894}),),
    (StepOf(name="pct_change", parameters={"periods": 2}),),
    (StepOf(name="change", parameters={}), StepOf(name="rolling_sum", parameters={"window": 2})),
)


OF_DAYS = (
    StepOf(name="days_since_last", parameters={}),
    StepOf(name="first_day", parameters={}),
    StepOf(name="days_with_rows", parameters={"at_least": 2}),
)
OF_PACE = (
    StepOf(name="gap_variation", parameters={}),
    StepOf(name="share_of_days_with_next", parameters={"within": 40}),
    *(
        StepOf(name=name, parameters={"within": within, "to": {"table": table, **(coverage and {"coverage": coverage})}})
        for name in ("share_with_next", "days_to_next")
        for within, table, coverage in ((40, "drills", {}), (9, "cannonades", "all_cannonades"))
    ),
)
REDUCERS = {
    "envoys": (
        *OF_DAYS,
        *OF_PACE,
        StepOf(name="share", parameters={"where": {"office": "crown"}}),
        StepOf(name="effective_number", parameters={"of": "topic"}),
        StepOf(name="highest_step", parameters={"of": "office", "steps": ["foreign", "crown"]}),
        StepOf(name="days_lasted", parameters={"of": "end_date", "blanks": "one_day"}),
    ),
    "cannonades": (*OF_DAYS, *OF_PACE, StepOf(name="effective_number", parameters={"of": "place"})),
}


def spoiled(table, chance):
    """A table without some of its rows, numbers and coverage levels, with some days known by their year alone, and some not at all."""
    frame = table.frame[chance.random(len(table.frame)) < chance.choice([0.4, 0.9, 1.0])].reset_index(drop=True).copy()
    for column in frame.select_dtypes("number").columns.difference([MONTH]):
        frame[column] = frame[column].astype("float64").mask(chance.random(len(frame)) < chance.choice([0.0, 0.2]))
    if table.relations.time and table.relations.time.precision:
        vague = chance.random(len(frame)) < chance.choice([0.0, 0.1])
        frame[PRECISION] = frame[PRECISION].mask(vague, "year")
        frame[DAY_DATED] &= ~vague
    if table.relations.time and not table.resource.columns[table.relations.time.start].constraints.required:
        undated = chance.random(len(frame)) < chance.choice([0.0, 0.05])
        frame[DAY] = frame[DAY].mask(undated)
        frame[DAY_DATED] &= ~undated
    spans = tuple(span for span in table.spans if chance.random() < 0.8)
    return replace(table, frame=frame, spans=spans)


def asked(project):
    """Every rule at every frequency, as it is and after other calculations, and with other reducers of events."""
    written = [one for definition in project.definitions.values() for one in definition.rules]
    others = [one.model_copy(update={"reduce": step, "at_least": 1}) for one in written for step in REDUCERS.get(one.table, ())]
    for one in (*written, *others):
        for frequency in frequencies(project, one):
            for steps in (one.transform, *STEPS):
                yield one.model_copy(update={"frequency": frequency, "transform": steps})


def computed(project, one):
    """The series of a rule."""
    alone = one.model_copy(update={"id": "asked", "variant": None})
    return series(replace(project, definitions={**project.definitions, "asked": alone}), Query("asked"))


def spoiled_project(project, seed):
    """A random number generator, the project as it is (0) or spoiled, and the context of its warnings."""
    chance = np.random.default_rng(seed)
    tables = {name: spoiled(table, chance) if seed else table for name, table in project.tables.items()}
    project = replace(project, tables=tables)
    return chance, project, Context(project, lambda query: series(project, query))


@pytest.mark.parametrize("seed", range(4))
def test_what_is_certain_has_a_value(ruritania, seed):
    chance, project, context = spoiled_project(ruritania, seed)
    every = list(asked(project))
    certain = [one for one in (every[n] for n in chance.choice(len(every), 500, replace=False)) if certainly_has_a_value(one, context)]
    assert len(certain) >= 10
    picked = certain[:20]
    without = [one for one in picked if not computed(project, one).values["value"].notna().any()]
    assert [(one.name, one.frequency, one.reduce, one.transform) for one in without] == []


@pytest.mark.parametrize("seed", range(4))
def test_the_value_of_a_certain_period_is_exact_and_no_break_lies_between_two_of_a_kind(ruritania, seed):
    chance, project, context = spoiled_project(ruritania, seed)
    every = list(asked(project))
    for one in [every[n] for n in chance.choice(len(every), 80, replace=False)]:
        any_number = bool(chance.integers(2))
        certain = certain_periods(one, one.frequency, context, any_number=any_number)
        if not certain:
            continue
        values = computed(project, one).values.loc[list(certain)]
        assert values["value"].notna().all() if any_number else (values["value"] > 0).all()
        assert values["over"].all()
        assert not values["at_least"].any()
        assert set(values["coverage"]) <= {"complete", "near_complete"}
        assert values["stretch"].groupby(list(certain.values())).nunique().max() == 1


def a_recipe(project, chance):
    """A composite of some rules, which are held, left out and scored in one way or another."""
    names = [name for name, one in project.rules.items() if one.frequency in MONTHS and not one.composite]
    posts = [{"goalposts": {"low": 1, "high": 9, "log": True}}, {"goalposts": {"low": 0, "high": 9}}, "percentile_rank"]
    measured = {"column": "source_id", "otherwise": 6, "reason": "Nobody knows the month."}
    parts = {}
    for name in chance.choice(names, 4, replace=False).tolist():
        part = {"normalise": posts[chance.choice(3, p=[0.2, 0.7, 0.1])], "hold": int(chance.integers(13))}
        part |= {"leave_out": "not_a_base"} if chance.random() < 0.3 else {}
        time = project.tables[project.rules[name].table].relations.time if project.rules[name].table else None
        parts[name] = part | ({"counts_from": measured | {"column": time.start}} if time and chance.random() < 0.3 else {})
    mean = {"geometric_mean": {"at_least": float(chance.choice([0.25, 0.5, 1]))}}
    recipe = {"parts": parts, "aggregate": mean} | ({"from": "1894-06"} if chance.random() < 0.5 else {})
    about = {"pillar": "court", "title": "Mood", "counts": "Mean of scores.", "unit": "points of 100", "direction": "higher is better"}
    frequency = chance.choice(["monthly", "triannual", "annual"])
    return Definition(id="mood", frequency=frequency, composite=CompositeOf.model_validate(recipe), **about)


@pytest.mark.parametrize("seed", range(3))
def test_a_composite_that_certainly_has_a_value_has_one(ruritania, seed):
    chance, project, context = spoiled_project(ruritania, seed)
    recipes = [a_recipe(project, chance) for _ in range(50)]
    certain = [one for one in recipes if certainly_has_a_value(one, context)]
    assert len(certain) > 5
    assert [one.composite for one in certain[:6] if not computed(project, one).values["value"].notna().any()] == []
