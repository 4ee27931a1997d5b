"""Answers that a second process finds: the same whatever becomes of it, and nobody waits for it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import contextlib, json, os, select, signal, sys, threading
from indicators.reading.kept import Answers

first, heard, said = os.getpid(), *os.pipe()
print("printed once", end=" ")

def answer(number, fate):
    found = [number, os.getpid() != first]
    if found == [10, True]:
        exec(fate)
    if found == [0, False] and fate:
        while not select.select([heard], [], [], 1)[0]:  # a signal just before it would not end an endless wait
            pass
        os.read(heard, 1)
    return found

def answered(fate=""):
    questions = [(str(n), lambda n=n: answer(n, fate)) for n in range(20)]
    answers.find(questions)
    return [answers.of(*one) for one in questions]

def ended():
    with contextlib.suppress(ChildProcessError):
        return os.waitpid(-1, 0) and False
    return True

answers = Answers("numbers")
"""
"""The second process meets its fate at number 10. With one the first begins when it is told to, so that it finds the same in every run."""
FATES = [
    "raise ValueError",
    "os.kill(os.getpid(), signal.SIGKILL)",
    "signal.pause()",
    "found.append({'a set'})",
    "os.write(said + 2, b'[\"12\", '); os._exit(0)",
    "os.write(said + 2, b'spoiled\\n7\\n'); os._exit(0)",
]
TOGETHER = [[number, number > 10] for number in range(20)]
needs_two = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="a second process is started on Linux with two processors"
)


def ran(tmp_path, code):
    """A program that starts with the script. It has ended when its second process has, which has the same pipe."""
    words, root, here = [sys.executable, "-c", SCRIPT + code], Path(__file__).parents[2], os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    return subprocess.run(words, cwd=root, env=here, capture_output=True, text=True, start_new_session=True, timeout=300)


def printed(tmp_path, code):
    program = ran(tmp_path, code)
    once, _, text = program.stdout.partition("printed once ")
    assert (program.returncode, once, program.stderr) == (0, "", "")
    return json.loads(text)


@needs_two
def test_what_a_second_process_does_not_answer_is_computed(tmp_path):
    fates = [f"os.write(said, b'x'); {fate}" for fate in FATES]
    code = f"found = []\nfor fate in {fates!r}:\n    answers = Answers(fate)\n    found.append([answered(fate), ended()])"
    found = printed(tmp_path, f"{code}\nprint(json.dumps(found))")
    assert dict(zip(FATES, found, strict=True)) == {key: [TOGETHER, True] for key in FATES}


@needs_two
def test_an_interrupt_from_the_keyboard_ends_both(tmp_path):
    interrupted = "os.kill(0, signal.SIGINT); signal.pause()"
    code = "signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored where the tests run in the background\n"
    code += f"try:\n    answered({interrupted!r})\nexcept KeyboardInterrupt:\n    print(json.dumps(ended()))"
    assert printed(tmp_path, code) is True


@needs_two
def test_the_second_process_ends_when_the_first_is_killed(tmp_path):
    """Its answers are larger than what a pipe holds, so that it would wait for somebody who reads them."""
    killed = "answer = lambda n, fate: 'x' * 99999 if os.getpid() != first else os.kill(first, signal.SIGKILL)\nanswered()"
    assert ran(tmp_path, killed).returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    "before",
    [
        "threading.Thread(target=signal.pause, daemon=True).start()",
        "os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])",
        "answered(); answers.keep(); answers = Answers('numbers')",
        "import duckdb",
    ],
)
def test_there_is_none_where_it_would_not_be_safe_or_of_use(tmp_path, before):
    if before == "import duckdb":
        pytest.importorskip("duckdb")
    forked = "forks = []; os.register_at_fork(before=lambda: forks.append(1))"
    found, forks = printed(tmp_path, f"{before}\n{forked}\nprint(json.dumps([[n for n, _ in answered()], forks]))")
    assert (found, forks) == (list(range(20)), [])
