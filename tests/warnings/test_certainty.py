"""Certainty: `check` leaves a series uncomputed only where it has a value."""

from dataclasses import replace

import numpy as np
import pytest

from indicators.compute.pipeline import frequencies, series
from indicators.nouns.series import Query
from indicators.nouns.vocabulary import DAY_DATED, MONTH, PRECISION, StepOf
from indicators.warnings.certainty import certainly_has_a_value
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


def spoiled(table, chance):
    """A table without some of its rows, numbers and coverage levels, and with some days known by their year alone."""
    frame = table.frame[chance.random(len(table.frame)) < chance.choice([0.4, 0.9, 1.0])].reset_index(drop=True).copy()
    for column in frame.select_dtypes("number").columns.difference([MONTH]):
        frame[column] = frame[column].astype("float64").mask(chance.random(len(frame)) < chance.choice([0.0, 0.2]))
    if table.relations.time and table.relations.time.precision:
        vague = chance.random(len(frame)) < chance.choice([0.0, 0.1])
        frame[PRECISION] = frame[PRECISION].mask(vague, "year")
        frame[DAY_DATED] &= ~vague
    spans = tuple(span for span in table.spans if chance.random() < 0.8)
    return replace(table, frame=frame, spans=spans)


def asked(project):
    """Every rule at every frequency, as it is and after other calculations."""
    rules = [one for definition in project.definitions.values() for one in definition.rules]
    for one in rules:
        for frequency in frequencies(project, one):
            for steps in (one.transform, *STEPS):
                yield one.model_copy(update={"frequency": frequency, "transform": steps})


def computed(project, one):
    """Whether a rule has a value when it is computed."""
    alone = one.model_copy(update={"id": "asked", "variant": None})
    found = series(replace(project, definitions={**project.definitions, "asked": alone}), Query("asked"))
    return found.values["value"].notna().any()


@pytest.mark.parametrize("seed", range(4))
def test_what_is_certain_has_a_value(ruritania, seed):
    chance = np.random.default_rng(seed)
    tables = {name: spoiled(table, chance) if seed else table for name, table in ruritania.tables.items()}
    project = replace(ruritania, tables=tables)
    context = Context(project, lambda query: series(project, query))
    certain = [one for one in asked(project) if certainly_has_a_value(one, context)]
    assert len(certain) > 50
    picked = [certain[n] for n in chance.choice(len(certain), 20, replace=False)]
    assert [(one.name, one.frequency, one.transform) for one in picked if not computed(project, one)] == []
