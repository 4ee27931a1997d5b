"""Files and folders are written whole or not at all, also when the process is killed on the way; one module does it for all."""

import errno
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from indicators.reading.replacing import ABANDONED, LEFT, new_folder, replace_file

ROOT = Path(__file__).parents[2]


def names(folder):
    return sorted(p.name for p in folder.iterdir())


def test_a_file_is_replaced_with_its_permissions_and_nothing_is_left(tmp_path):
    path = tmp_path / "a.csv"
    replace_file(path, b"old")
    path.chmod(0o640)
    replace_file(path, b"new")
    assert (path.read_bytes(), path.stat().st_mode & 0o777, names(tmp_path)) == (b"new", 0o640, ["a.csv"])


def test_a_link_is_replaced_and_what_it_leads_to_is_left_alone(tmp_path):
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "a.csv").symlink_to(tmp_path / "mine")
    replace_file(tmp_path / "a.csv", b"new")
    assert ((tmp_path / "mine").read_text(), (tmp_path / "a.csv").read_bytes()) == ("mine", b"new")


def test_the_longest_name_that_a_folder_takes_can_be_written(tmp_path):
    path = tmp_path / ("x" * 251 + ".csv")
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"


def test_a_device_or_a_pipe_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path(os.devnull), tmp_path):
        with pytest.raises(OSError, match=r"pipe or a device|directory"):
            replace_file(path, b"new")
    assert Path(os.devnull).is_char_device()


def test_what_a_killed_process_left_is_removed_and_what_is_being_written_is_not(tmp_path):
    old, young, others = (tmp_path / name for name in (f".a.csv.0123abcd{LEFT}", f".a.csv.4567abcd{LEFT}", ".a.csv.notes"))
    for path in (old, young, others):
        path.write_text("part")
    os.utime(old, (time.time() - ABANDONED - 60,) * 2)
    replace_file(tmp_path / "a.csv", b"new")
    assert names(tmp_path) == sorted([young.name, others.name, "a.csv"])


def fill(folder, *, fails=False):
    with new_folder(folder) as new:
        (new / "inner").mkdir()
        (new / "inner/a").write_text("a")
        if fails:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        (new / "config.yaml").write_text("b")


def test_a_folder_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    fill(tmp_path / "deep/new")
    (tmp_path / "empty").mkdir(mode=0o700)
    fill(tmp_path / "empty")
    assert (tmp_path / "empty").stat().st_mode & 0o777 == 0o700
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    fill(Path())  # the folder that a shell is in stays that folder
    assert Path.cwd() == tmp_path / "here"
    for name in ("deep/new", "empty", "here"):
        assert names(tmp_path / name) == ["config.yaml", "inner"]


@pytest.mark.parametrize("name", ["new", "empty", "."])
def test_a_folder_that_cannot_be_filled_is_as_it_was(tmp_path, monkeypatch, name):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    with pytest.raises(OSError, match="No space"):
        fill(tmp_path / name if name != "." else Path(), fails=True)
    assert (names(tmp_path), names(tmp_path / "empty")) == (["empty"], [])


def test_a_folder_that_somebody_else_filled_in_the_meantime_is_left_alone(tmp_path):
    making = new_folder(tmp_path / "new")
    (making.__enter__() / "config.yaml").write_text("ours")
    (tmp_path / "new").mkdir()
    (tmp_path / "new/config.yaml").write_text("theirs")
    with pytest.raises(OSError, match="not empty"):
        making.__exit__(None, None, None)
    assert (names(tmp_path), (tmp_path / "new/config.yaml").read_text()) == (["new"], "theirs")


def kills(folder, commands, count):
    """What was wrong, and how many of the runs ended with the kill, by command."""
    words = [sys.executable, "-W", "ignore", "-m", "tests.killing", str(folder), "1", str(count), *commands]
    return json.loads(subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def test_a_command_that_is_killed_leaves_the_old_files_or_the_new(tmp_path):
    """Some of the kills; `make bench` has 200, of every command that writes."""
    found = kills(tmp_path, ["schema", "new", "export csv"], 5)
    assert {name: faults for name, (faults, _) in found.items() if faults} == {}
    assert [name for name, (_, deaths) in found.items() if not deaths] == []


TO_STAY = re.compile(
    r"\.(write_text|write_bytes|to_csv|to_parquet)\(|\bopen\([^)]*[\"'][rb+]*[wax]|mkstemp|os\.replace|\.rename\(|shutil\.(copy|move)"
)
INTO_A_TEMPORARY_FOLDER = {"history.py", "plan.py", "revision.py", "new.py", "publish.py"}
"""What writes into a folder that is gone afterwards, or becomes the new one when it is whole."""
COMPUTED_AGAIN = {"kept.py"}
"""What writes answers that say where they end, and are computed again where they are not whole."""


def test_one_module_writes_what_stays():
    modules = {path: path.read_text(encoding="utf-8") for folder in ("indicators", "dashboard") for path in (ROOT / folder).rglob("*.py")}
    writers = {path.name for path, text in modules.items() if TO_STAY.search(re.sub(r"\.rename\((columns|index|\")", "", text))}
    assert writers - INTO_A_TEMPORARY_FOLDER - COMPUTED_AGAIN == {"replacing.py"}
