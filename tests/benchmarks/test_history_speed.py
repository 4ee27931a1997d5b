"""How long it takes to look up a screenshot behind fifty revisions that touch its indicator: printed, never asserted."""

import re
import shutil
import time

import pytest

from dashboard.charts.picture import picture_of
from dashboard.charts.view import parse_view
from dashboard.export.screenshot import looked_up
from indicators.compute.pipeline import results
from indicators.reading.project import open_project
from tests.benchmarks.test_speed import ROOT, told
from tests.builders import git

REVISIONS, GOAL = 50, "(goal 10)"
EDITS = {
    "visitors_korea_to_japan": ("data/tourism_monthly.csv", r"(?<=,KOR,JPN,)\d+", lambda found: str(int(found[0]) + 7)),
    "leader_meetings": ("data/events.csv", ",in_person,", lambda found: ",video,"),
}
"""By indicator, what changes in each revision: a file, which of its texts, and to what."""


@pytest.fixture
def project(tmp_path):
    for folder in ("data", "indicators/definitions"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "config.yaml", tmp_path)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "As it stands")
    return tmp_path


@pytest.mark.parametrize("indicator", EDITS)
def test_fifty_revisions(project, indicator):
    file, pattern, change = EDITS[indicator]
    before = picture_of(results(open_project(project)), parse_view(indicator)).code
    for number in range(REVISIONS):
        text = (project / file).read_text()
        found = [*re.finditer(pattern, text)][-1 - number if indicator.startswith("visitors") else -1]
        (project / file).write_text(text[: found.start()] + change(found) + text[found.end() :])
        git(project, "commit", "--quiet", "--all", "-m", f"Edit {number}")
    now = results(open_project(project))
    changed = picture_of(now, parse_view(indicator)).code != before
    for code, what in [(before, "found")] * changed + [("RH-0000-0000", "not found, other indicators tried")]:
        started, cpu = time.perf_counter(), time.process_time()
        *_, verdict = looked_up(now, project, indicator, code, seconds=600)
        seconds = f"{time.perf_counter() - started:.1f} ({time.process_time() - cpu:.1f} s of a processor)"
        told(f"{indicator}, {REVISIONS} revisions, {what}, s", seconds, GOAL)
        assert (verdict.same is None) == (code != before)
