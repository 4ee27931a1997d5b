"""The invented project: as it stands, opened once; or a copy of it to change. Tables and YAML that no test has changed are read once."""

import collections
import functools
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from dashboard.app import create_app
from dashboard.commands.new import STARTER
from dashboard.live import Live
from indicators.compute.pipeline import inputs_key, results, series
from indicators.problems import ProblemsFound
from indicators.reading.dependencies import tables_behind
from indicators.reading.project import open_project, read_collection
from indicators.reading.yamlfile import parse_yaml
from tests.builders import RURITANIA, git

PROJECTS = (RURITANIA, Path(__file__).parents[1], STARTER)

# How long an example takes says more about the machine than about the code. Examples are others in every run, so they add up.
settings.register_profile("often", deadline=None, max_examples=25)
settings.load_profile("often")


@pytest.fixture(autouse=True, scope="session")
def what_is_kept_between_runs_is_that_of_the_tests(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("kept")))
        yield


@pytest.fixture(autouse=True, scope="session")
def unchanged_tables_are_read_once():
    """Whatever a test opens is read as after an edit of the project that it was copied from, like in a running server."""

    def read(root, folder, before, only, *how):
        return read_collection(root, folder, before or _as_it_stands(_nearest(root / folder)), only, *how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indicators.reading.project.read_collection", read)
        yield


@pytest.fixture(autouse=True, scope="session")
def one_text_of_yaml_is_parsed_once():
    """Nobody changes what was read, so that the same text may give the same data again. A text with problems is parsed anew."""
    parsed = {}

    def parse(text, name, report):
        if (text, name) not in parsed:
            problems = []
            file = parse_yaml(text, name, lambda problem: (problems.append(problem), report(problem)))
            if file is None or problems:
                return file
            parsed[text, name] = file
        return parsed[text, name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indicators.reading.yamlfile.parse_yaml", parse)
        yield


@pytest.fixture(autouse=True, scope="session")
def what_did_not_change_is_computed_once():
    """Results of a copy, and warnings about it, take the series of an earlier copy where all that they are made of is the same, as in a
    running server."""
    computed = Computed()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indicators.compute.pipeline.series", computed.series)
        patch.setattr("indicators.warnings.run.series", computed.series)
        yield


class Same:
    """A thing that is equal to itself alone."""

    def __init__(self, thing):
        self.thing = thing

    def __eq__(self, other):
        return self.thing is other.thing


class Computed:
    """Series by query, with all that each was computed from; the last few of each query, and of the queries used last."""

    FEW, QUERIES = 4, 1000

    def __init__(self):
        self.kept = collections.OrderedDict()

    def series(self, project, query, *ways):
        try:
            rule = project.definition(query.name)
            frames = [Same(project.tables[name].frame) for name in sorted(tables_behind(rule, project.definition))]
            key = rule, inputs_key(project, rule), project.config.sides, frames
        except (KeyError, ProblemsFound):  # the query is refused, in the words that the product has for it
            return series(project, query, *ways)
        few = self.kept.setdefault(query, collections.deque(maxlen=self.FEW))
        self.kept.move_to_end(query)
        if len(self.kept) > self.QUERIES:
            self.kept.popitem(last=False)
        for before, found in few:
            if before == key:
                return found
        few.append((key, series(project, query, *ways)))
        return few[-1][1]


@functools.cache
def _as_it_stands(root):
    return read_collection(root, "data")


def _nearest(folder):
    """The project whose tables have the names of those in a folder."""
    names = {path.name for path in folder.glob("*.csv")}
    return max(PROJECTS, key=lambda root: len(names & {path.name for path in (root / "data").glob("*.csv")}))


@pytest.fixture(scope="session")
def ruritania():
    """Ruritania and Graustark as they stand. Nobody changes it."""
    return open_project(RURITANIA)


@pytest.fixture(scope="session")
def made(ruritania):
    """The results of Ruritania as it stands: a series is computed when a test first asks for it."""
    return results(ruritania)


@pytest.fixture(scope="session")
def live():
    """The kingdoms as they run. Nobody changes them."""
    return Live(RURITANIA)


@pytest.fixture(scope="session")
def client(live):
    """Who asks the server of the running kingdoms."""
    return create_app(live.current).server.test_client()


@pytest.fixture
def copy(tmp_path):
    """The folder of a copy that a test may change."""
    return shutil.copytree(RURITANIA, tmp_path / "ruritania")


@pytest.fixture
def committed(copy, monkeypatch):
    """The copy in a sub-folder of a repository of its own, committed."""
    for key in [key for key in os.environ if key.startswith("GIT_")]:
        monkeypatch.delenv(key)
    git(copy.parent, "init", "--quiet")
    git(copy.parent, "add", "ruritania")
    git(copy.parent, "commit", "--quiet", "-m", "The kingdoms.")
    return copy
