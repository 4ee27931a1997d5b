"""The ASEM Sustainable Connectivity Index as its files have it: a tree of 49 indicators, 51 countries in place of periods."""

from pathlib import Path

import pandas as pd

from indicators.operations.aggregate import Node

REFERENCE = Path(__file__).parent


def file(name):
    """A table by country."""
    return pd.read_csv(REFERENCE / f"asem_{name}.csv", index_col=0)


def asem_tree(*, mean="arithmetic_mean", at_least=0.0, floor=1.0):
    """The tree, with one mean for all levels."""
    table = pd.read_csv(REFERENCE / "asem_tree.csv").query("Type in ('Indicator', 'Aggregate')")

    def node(row):
        children = tuple(map(node, table[table["Parent"] == row.iCode].itertuples()))
        return Node(row.iCode, row.Weight, mean, at_least, floor, children)

    (top,) = table[table["Parent"].isna()].itertuples()
    return node(top)


def directed(scores):
    """Scores turned round where lower is better."""
    lower = set(pd.read_csv(REFERENCE / "asem_tree.csv").query("Direction < 0")["iCode"])
    return scores.apply(lambda column: 100 - column if column.name in lower else column)
