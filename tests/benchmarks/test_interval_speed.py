"""How fast recipes are drawn: seconds of one processor, printed, never asserted."""

import time

import numpy as np

from indicators.compute.interval import interval
from indicators.compute.pipeline import results
from indicators.compute.uncertainty import Model, Part, Scale, drawn, said
from indicators.nouns.composite import UncertaintyOf
from indicators.operations.aggregate import Node
from indicators.reading.project import open_project
from tests.benchmarks.test_speed import ROOT, told

PERIODS, PILLARS, PARTS = 200, 5, 4


def twenty_parts():
    """Twenty parts in five pillars over 200 periods, a tenth of the scores missing, four ways to score."""
    random = np.random.default_rng(18960520)
    pillars = (Node(f"{n}", children=tuple(Node(f"{n}/{m}") for m in range(PARTS))) for n in range(PILLARS))
    tree = Node("all", children=tuple(pillars))
    rows = random.uniform(-10, 110, (PILLARS * PARTS, PERIODS))
    rows[random.random(rows.shape) < 0.1] = np.nan
    parts = tuple(Part(name, row, error=1.6 if name.endswith("0") else 0.0) for name, row in zip(tree.leaves, rows, strict=True))
    others = ({name: random.uniform(0, 100, PERIODS) for name in tree.leaves} for _ in range(3))
    scales = (Scale("published", 0.55), *(Scale(str(n), 0.15, scores) for n, scores in enumerate(others)))
    return Model(tree, parts, scales, UncertaintyOf())


def all_said(model, draws):
    return said(model, drawn(model, draws), 12, np.arange(PERIODS))


def seconds(work):
    started = time.process_time()
    work()
    return f"{time.process_time() - started:.2f} s"


def test_ten_thousand_recipes_of_twenty_parts():
    print()
    model = twenty_parts()
    for draws, goal in ((10_000, "(goal 3)"), (1_000, ""), (300, "")):
        told(f"{draws:,} recipes, {PERIODS} periods, 20 parts", seconds(lambda draws=draws: all_said(model, draws)), goal)


def test_the_shipped_index():
    print()
    made = results(open_project(ROOT))
    told("the index, first time", seconds(lambda: interval(made, "relations_health", draws=100)))
    for draws, goal in ((10_000, "(goal .3)"), (1_000, "while dragging")):
        told(f"its interval from {draws:,} recipes", seconds(lambda draws=draws: interval(made, "relations_health", draws=draws)), goal)
    found = interval(made, "relations_health")
    told("what it hangs on, one thing at a time", seconds(lambda: found.swings(found.index.latest)))
    told("total indices of a period", seconds(lambda: found.total_indices(found.index.latest)))
