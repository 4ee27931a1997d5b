"""The invented project: as it stands, opened once; or a copy of it to change."""

import shutil

import pytest
from hypothesis import settings

from indicators.reading.project import open_project
from tests.builders import RURITANIA

# How long an example takes says more about the machine than about the code. Examples are others in every run, so they add up.
settings.register_profile("often", deadline=None, max_examples=40)
settings.load_profile("often")


@pytest.fixture(scope="session")
def ruritania():
    """Ruritania and Graustark as they stand. Nobody changes it."""
    return open_project(RURITANIA)


@pytest.fixture
def copy(tmp_path):
    """The folder of a copy that a test may change."""
    return shutil.copytree(RURITANIA, tmp_path / "ruritania")
