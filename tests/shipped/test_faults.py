"""One wrong line in a copy of the shipped project: exit code 1, the right file and line, a way out, and the rest computed."""

import re
import shutil
from pathlib import Path

import pytest

from dashboard.cli import main

ROOT = Path(__file__).parents[2]
DIALOGUE, PEOPLE = "indicators/definitions/dialogue.yaml", "indicators/definitions/people.yaml"

FAULTS = {
    "unknown key": (DIALOGUE, "    coverage: leader_bilateral", "    covrage: leader_bilateral", "did you mean 'coverage'?"),
    "unknown operation": (DIALOGUE, "transform: [{rolling_sum: ", "transform: [{rolling_sm: ", "did you mean 'rolling_sum'?"),
    "misspelled column": (PEOPLE, "where: {origin: KOR, ", "where: {orign: KOR, ", "did you mean 'origin'?"),
    "value outside an enum": (DIALOGUE, "level: vice_minister, office", "level: vice_ministr, office", "did you mean 'vice_minister'?"),
    "NO unquoted": (PEOPLE, "direction: none", "direction: NO", "quote it: 'NO'"),
    "a day that is none": ("config.yaml", "as_of: 2026-11-25", "as_of: 2026-02-30", "YYYY-MM-DD"),
    "a day that is none, in a table": ("data/events.csv", "jk-20080225-1,2008-02-25", "jk-20080225-1,2026-02-30", "calendar"),
    "duplicate key": (DIALOGUE, "    coverage: leader_bilateral", "    table: events", "remove one"),
    "duplicate id": (PEOPLE, "  visitors_all_to_japan:", "  leader_meetings:", "rename one"),
    "unknown source id": (
        "data/tourism_monthly.csv",
        "1996-01,KOR,JPN,89392,final,JNTO_VIA_JTB",
        "1996-01,KOR,JPN,89392,final,JNTO_VIA_JTP",
        "JNTO_VIA_JTB",
    ),
    "non-numeric cell": ("data/tourism_monthly.csv", "1996-01,KOR,JPN,89392", "1996-01,KOR,JPN,many", "a whole number"),
    "missing file": ("data/datapackage.yaml", "  - events.resource.yaml", "  - event.resource.yaml", "events.resource.yaml"),
    "cycle": (PEOPLE, "{ratio: {of: visitors_korea_to_japan,", "{ratio: {of: korean_share_of_visitors_to_japan,", "from a table"),
}


@pytest.fixture
def copied(tmp_path):
    """A copy of what a project is: config, tables, definitions."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copytree(ROOT / "indicators" / "definitions", tmp_path / "indicators" / "definitions")
    shutil.copy(ROOT / "config.yaml", tmp_path)
    return tmp_path


def spoiled(folder, file, old, new):
    """Change one line; its number."""
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text, old
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def checked(folder, capsys):
    code = main(["--project", str(folder), "check"])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("name", FAULTS)
def test_one_wrong_line_is_found_with_its_line_and_the_way_out(copied, capsys, name):
    file, old, new, hint = FAULTS[name]
    line = spoiled(copied, file, old, new)
    code, said = checked(copied, capsys)
    assert code == 1
    assert re.search(rf"^{re.escape(file)}:{line}: error\[[a-z-]+\]: .+\n    .*{re.escape(hint)}", said, re.MULTILINE), said
    assert "Traceback" not in said


def test_a_table_that_is_gone_is_named(copied, capsys):
    (copied / "data" / "tourism_monthly.csv").unlink()
    code, said = checked(copied, capsys)
    assert code == 1
    assert "data/tourism_monthly.csv: error[missing-file]" in said


def test_two_faults_are_both_told_and_what_depends_on_neither_is_computed(copied, capsys):
    one = spoiled(copied, *FAULTS["unknown key"][:3])
    two = spoiled(copied, *FAULTS["non-numeric cell"][:3])
    code = main(["--project", str(copied), "compute", "--format", "csv"])
    told = capsys.readouterr()
    assert code == 1
    assert f"{DIALOGUE}:{one}: error[unknown-key]" in told.err
    assert f"data/tourism_monthly.csv:{two}: error[wrong-type]" in told.err
    computed = {line.split(",")[0] for line in told.out.splitlines()[1:]}
    assert {"trilateral_meetings", "summonses", "approval_japan_cabinet", "ballistic_missile_launches"} <= computed
    assert not computed & {"leader_meetings", "visitors_korea_to_japan", "korean_share_of_visitors_to_japan"}


def test_who_asks_for_what_cannot_be_computed_is_told_why(copied, capsys):
    spoiled(copied, *FAULTS["non-numeric cell"][:3])
    code = main(["--project", str(copied), "compute", "korean_share_of_visitors_to_japan"])
    assert code == 1
    assert "its part 'visitors_" in capsys.readouterr().err
