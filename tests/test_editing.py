"""Definition files in an editor: read, saved whole, and never over what somebody else saved."""

import signal
import subprocess
import sys
import time

import pytest

from dashboard.editing import Changed, files_of, read_file, save_file
from indicators.problems import ProblemsFound

FOLDER = "indicators/definitions"
COURT = f"{FOLDER}/court.yaml"


def test_a_file_is_saved_as_text_with_its_comments_and_order(copy):
    found = read_file(copy, FOLDER, COURT)
    text = "# a comment that stays\n" + found.text
    now = save_file(copy, FOLDER, COURT, text, found.digest)
    assert (copy / COURT).read_text() == now.text == text
    assert now.digest != found.digest
    assert [path.name for path in (copy / FOLDER).iterdir() if not path.name.endswith(".yaml")] == []


@pytest.mark.parametrize(("bom", "line_end"), [(b"", b"\n"), (b"", b"\r\n"), (b"\xef\xbb\xbf", b"\n"), (b"\xef\xbb\xbf", b"\r\n")])
def test_a_file_keeps_its_way_of_writing(copy, bom, line_end):
    plain = (copy / COURT).read_bytes()
    raw = bom + plain.replace(b"\n", line_end)
    (copy / COURT).write_bytes(raw)
    found = read_file(copy, FOLDER, COURT)
    assert found.text == plain.decode()
    save_file(copy, FOLDER, COURT, found.text, found.digest)
    assert (copy / COURT).read_bytes() == raw


def test_the_second_of_two_who_save_is_told_and_loses_nothing(copy):
    first = second = read_file(copy, FOLDER, COURT)
    saved = save_file(copy, FOLDER, COURT, f"# first\n{first.text}", first.digest)
    with pytest.raises(Changed) as told_so:
        save_file(copy, FOLDER, COURT, f"# second\n{second.text}", second.digest)
    assert told_so.value.now == saved
    assert (copy / COURT).read_text().startswith("# first\n")
    save_file(copy, FOLDER, COURT, f"# second\n{second.text}", told_so.value.now.digest)
    assert (copy / COURT).read_text().startswith("# second\n")


OTHERS = ("config.yaml", "data/envoys.csv", f"{FOLDER}/../../config.yaml", "/etc/passwd", f"{FOLDER}/curt.yaml", "")


@pytest.mark.parametrize("name", OTHERS)
def test_only_definition_files_are_read_and_written(copy, name):
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    with pytest.raises(ProblemsFound) as refused:
        save_file(copy, FOLDER, name, "hello", "")
    assert [p.code for p in refused.value.problems] == ["missing-file"]
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before
    assert files_of(copy, FOLDER) == sorted(f"{FOLDER}/{path.name}" for path in (copy / FOLDER).glob("*.yaml"))


def test_a_file_that_is_no_text_is_told_with_its_line(copy):
    (copy / COURT).write_bytes(b"pillar: court\n# caf\xe9\n")
    with pytest.raises(ProblemsFound) as refused:
        read_file(copy, FOLDER, COURT)
    assert [(p.place.file, p.place.line, p.code) for p in refused.value.problems] == [(COURT, 2, "not-utf-8")]


def test_a_file_that_cannot_be_written_stays_as_it_was(copy):
    found = read_file(copy, FOLDER, COURT)
    (copy / FOLDER / ".court.yaml.saving").mkdir()
    with pytest.raises(IsADirectoryError):
        save_file(copy, FOLDER, COURT, "x", found.digest)
    assert (copy / COURT).read_text() == found.text


SAVER = """
import sys
from pathlib import Path
from dashboard.editing import read_file, save_file
root, name, texts = Path(sys.argv[1]), sys.argv[2], [f"# {n}\\n" * 40_000 for n in (1, 2)]
print("ready", flush=True)
while True:
    for text in texts:
        save_file(root, "indicators/definitions", name, text, read_file(root, "indicators/definitions", name).digest)
"""


def test_a_saver_that_is_killed_leaves_the_old_text_or_the_new(copy):
    whole = {f"# {n}\n" * 40_000 for n in (1, 2)}
    (copy / COURT).write_text(next(iter(whole)))
    for wait in range(20):
        saver = subprocess.Popen([sys.executable, "-c", SAVER, str(copy), COURT], stdout=subprocess.PIPE, text=True)
        assert saver.stdout.readline() == "ready\n"
        time.sleep(0.003 * wait)
        saver.send_signal(signal.SIGKILL)
        saver.wait()
        saver.stdout.close()
        assert (copy / COURT).read_text() in whole
