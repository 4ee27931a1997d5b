"""Benchmarks read all that a person's computer would read."""

import pytest


@pytest.fixture(autouse=True, scope="session")
def unchanged_tables_are_read_once():
    """Not here: reading is a part of what is measured."""
