"""Definition files in an editor: read, saved whole, and never over a change by somebody else."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from dashboard.pages.tune import save_definition as editing
from dashboard.pages.tune.save_definition import Changed, files_of, read_file, save_file
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


def test_the_second_of_two_who_save_gets_a_conflict_and_loses_nothing(copy):
    first = second = read_file(copy, FOLDER, COURT)
    saved = save_file(copy, FOLDER, COURT, f"# first\n{first.text}", first.digest)
    with pytest.raises(Changed) as conflict:
        save_file(copy, FOLDER, COURT, f"# second\n{second.text}", second.digest)
    assert conflict.value.now == saved
    assert (copy / COURT).read_text().startswith("# first\n")
    save_file(copy, FOLDER, COURT, f"# second\n{second.text}", conflict.value.now.digest)
    assert (copy / COURT).read_text().startswith("# second\n")


OTHERS = ("config.yaml", "data/envoys.csv", f"{FOLDER}/../../config.yaml", "/etc/passwd", f"{FOLDER}/curt.yaml", "")


@pytest.mark.parametrize("name", OTHERS)
def test_only_definition_files_are_read_and_written(copy, name):
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    with pytest.raises(ProblemsFound) as refused:
        save_file(copy, FOLDER, name, "hello", "0")
    assert [p.code for p in refused.value.problems] == ["missing-file"]
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before
    assert files_of(copy, FOLDER) == sorted(f"{FOLDER}/{path.name}" for path in (copy / FOLDER).glob("*.yaml"))


def test_of_two_who_save_at_once_one_gets_a_conflict(copy, monkeypatch):
    found, both = read_file(copy, FOLDER, COURT), threading.Barrier(2, timeout=10)
    outcomes = []

    def save(who):
        both.wait()
        try:
            outcomes.append(save_file(copy, FOLDER, COURT, f"# {who}\n{found.text}", found.digest).text)
        except Changed as e:
            outcomes.append(e)

    replaced = editing.replace_file
    monkeypatch.setattr(editing, "replace_file", lambda *given: (time.sleep(0.2), replaced(*given)))
    people = [threading.Thread(target=save, args=(who,)) for who in ("first", "second")]
    for one in people:
        one.start()
    for one in people:
        one.join()
    assert sorted(isinstance(one, Changed) for one in outcomes) == [False, True]
    assert (copy / COURT).read_text() in outcomes


def test_a_file_of_several_line_ends_gets_the_commonest_of_them(copy):
    lines = (copy / COURT).read_text().splitlines()
    (copy / COURT).write_bytes("".join(line + ("\r\n" if n % 3 else "\n") for n, line in enumerate(lines)).encode())
    found = read_file(copy, FOLDER, COURT)
    save_file(copy, FOLDER, COURT, found.text, found.digest)
    assert (copy / COURT).read_bytes() == found.text.replace("\n", "\r\n").encode()


def test_a_text_too_large_is_refused_before_anything_is_written(copy):
    found = read_file(copy, FOLDER, COURT)
    with pytest.raises(ProblemsFound) as refused:
        save_file(copy, FOLDER, COURT, "# x\n" * 300_000, found.digest)
    assert [p.code for p in refused.value.problems] == ["file-too-large"]
    assert (copy / COURT).read_bytes() == found.raw


def test_what_leads_out_of_the_project_is_neither_read_nor_written(copy, tmp_path):
    secret = tmp_path / "secret.yaml"
    secret.write_text("pillar: court\n")
    (copy / FOLDER / "evil.yaml").symlink_to(secret)
    os.mkfifo(copy / FOLDER / "pipe.yaml")
    (copy / FOLDER / "folder.yaml").mkdir()
    (copy / FOLDER / ".court.yaml.saving").symlink_to(secret)
    assert f"{FOLDER}/evil.yaml" not in files_of(copy, FOLDER)
    for name in ("evil", "pipe", "folder"):
        with pytest.raises(ProblemsFound):
            save_file(copy, FOLDER, f"{FOLDER}/{name}.yaml", "x", "")
    found = read_file(copy, FOLDER, COURT)
    save_file(copy, FOLDER, COURT, f"# saved\n{found.text}", found.digest)
    assert secret.read_text() == "pillar: court\n"
    assert not (copy / COURT).is_symlink()


def test_a_file_that_is_not_text_is_reported_with_its_line(copy):
    (copy / COURT).write_bytes(b"pillar: court\n# caf\xe9\n")
    with pytest.raises(ProblemsFound) as refused:
        read_file(copy, FOLDER, COURT)
    assert [(p.place.file, p.place.line, p.code) for p in refused.value.problems] == [(COURT, 2, "not-utf-8")]


def test_a_file_that_cannot_be_written_stays_as_it_was(copy, monkeypatch):
    found = read_file(copy, FOLDER, COURT)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="full"):
        save_file(copy, FOLDER, COURT, "x", found.digest)
    assert (copy / COURT).read_text() == found.text
    assert [path.name for path in (copy / FOLDER).iterdir() if path.suffix != ".yaml"] == []


def test_a_file_that_may_not_be_written_is_notreplace_file(copy, monkeypatch):
    found = read_file(copy, FOLDER, COURT)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(PermissionError, match="may not be written"):
        save_file(copy, FOLDER, COURT, "x", found.digest)
    assert (copy / COURT).read_bytes() == found.raw


def test_a_file_that_is_gone_can_be_written_again_and_no_other_file_can(copy):
    text = read_file(copy, FOLDER, COURT).text
    with pytest.raises(Changed):
        save_file(copy, FOLDER, COURT, text, "")
    (copy / COURT).unlink()
    assert save_file(copy, FOLDER, COURT, text, "").text == text
    assert (copy / COURT).read_text() == text
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    for name in (*OTHERS[:4], f"{FOLDER}/.hidden.yaml", f"{FOLDER}/a/b.yaml", f"{FOLDER}/court.py", "court.yaml"):
        with pytest.raises(ProblemsFound):
            save_file(copy, FOLDER, name, text, "")
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before


def full(_):
    raise OSError(28, "the disk is full")


SAVER = """
import sys
from pathlib import Path
from dashboard.pages.tune.save_definition import read_file, save_file
root, name, texts = Path(sys.argv[1]), sys.argv[2], [f"# {n}\\n" * 40_000 for n in (1, 2)]
while True:
    for text in texts:
        save_file(root, "indicators/definitions", name, text, read_file(root, "indicators/definitions", name).digest)
        print("saved", flush=True)
"""


def test_a_saver_that_is_killed_leaves_the_old_text_or_the_new(copy):
    whole = {f"# {n}\n" * 40_000 for n in (1, 2)}
    (copy / COURT).write_text(next(iter(whole)))
    saver = subprocess.Popen([sys.executable, "-c", SAVER, str(copy), COURT], stdout=subprocess.PIPE, text=True)
    assert [saver.stdout.readline() for _ in range(3)] == ["saved\n"] * 3
    saver.send_signal(signal.SIGKILL)
    saver.wait()
    saver.stdout.close()
    assert (copy / COURT).read_text() in whole
