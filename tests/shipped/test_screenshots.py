"""Of each shipped indicator, what is read from a revision is enough: a part of the project gives the code that all of it gives."""

import shutil
from pathlib import Path

from dashboard.charts.picture import picture_of
from dashboard.charts.view import View
from indicators.compute.pipeline import results
from indicators.reading.history import History
from indicators.reading.project import open_project
from tests.builders import git

ROOT = Path(__file__).parents[2]


def test_what_an_indicator_is_made_of_gives_the_code_that_everything_gives(tmp_path):
    for folder in ("data", "indicators/definitions"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "config.yaml", tmp_path)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "As it stands")
    whole = results(open_project(tmp_path))
    with History(tmp_path) as history:
        [first] = history.commits
        state = history.state(first)
        for name in whole.definitions:
            part = results(history.opened(first, history.needed(state, {name})))
            assert picture_of(part, View(name)).code == picture_of(whole, View(name)).code, name
