"""The shipped project, opened once."""

from pathlib import Path

import pytest

from indicators.compute.pipeline import results
from indicators.reading.project import open_project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def project():
    return open_project(ROOT)


@pytest.fixture(scope="session")
def shipped(project):
    return results(project)


@pytest.fixture(scope="session")
def value(shipped):
    """value("leader_meetings", "2023") with any part of a Query."""
    from indicators.nouns.series import Query

    def ask(indicator, period, **query):
        series = shipped.series(Query(indicator, **query))
        return series.values.set_index("label").loc[period]

    return ask
