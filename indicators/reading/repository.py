"""The one place where git is asked, and how: only for what it keeps, never so that it runs a program that a project names.

A project may arrive with its `.git`, so its settings, attributes and hooks are somebody else's. Only git's plumbing is called, which
knows neither filters, textconv, pagers, aliases nor signatures; what a setting could still make it run or fetch is switched off.
"""

import contextlib
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from indicators.problems import Place, ProblemsFound, fault, refused

if sys.platform == "linux":
    import resource

PLACE = Place("revision")
OR_A_FOLDER = "name another revision (git log --oneline lists them), or the folder of another project"
SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.alternateRefsCommand": "",
    "core.pager": "cat",
    "core.askPass": "",
    "core.sshCommand": "false",
    "credential.helper": "",
    "diff.external": "",
    "gpg.program": "false",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "submodule.recurse": "false",
}
"""Settings of a repository by which git may run or fetch something, as they are while we ask: no command that we use needs any."""
KEPT = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM")
"""What the person's environment may say: where the person's own settings are (also whose repositories are trusted), and how far to look."""
SURROUNDINGS = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
"""The environment: answers in English, nothing is fetched, locked or asked, and objects are those that were committed."""
PLUMBING = ("rev-parse", "rev-list", "ls-tree", "cat-file")
"""The commands of git that are used: all of them read objects and names, and none runs a program."""
ANSWER = re.compile(rb"([0-9a-f]+) (\w+) (\d+)\n")
LARGEST = 200_000_000
"""Bytes of an object: more than the limits of most projects for a table."""
PIECE = 1 << 20
PATIENCE = 60.0
"""Seconds for one answer: a repository may hold a pipe in the place of a file, on which git waits for ever."""
MOST_ANSWERED, MEMORY = 64_000_000, 1_000_000_000
"""Bytes of one answer but for objects, and those that git may keep in memory: a few kilobytes of a repository can name billions of files,
or a device in the place of a file."""
NO_ANSWER = "it has not answered for {:g} seconds"
NO_MEMORY = f"git has ended early; it is given {MEMORY // 1_000_000:,} MB of memory at most"


def git(root: Path, command: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    """What git answers in the project's folder. ProblemsFound where git is not installed, does not answer, or has too much to say."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as told, _started(root, told, command, *words) as process:
        assert process.stdout
        clock = threading.Timer(PATIENCE, process.kill)
        clock.start()
        out = process.stdout.read(MOST_ANSWERED + 1)
        process.kill() if len(out) > MOST_ANSWERED else process.wait()
        clock.cancel()
        told.seek(0)
        answer = subprocess.CompletedProcess(process.args, process.wait(), out, told.read(PIECE))
    if len(out) > MOST_ANSWERED:
        raise unreadable("HEAD", f"the answer of git has more than {MOST_ANSWERED:,} bytes")
    if time.monotonic() - started >= PATIENCE:
        raise unreadable("HEAD", NO_ANSWER.format(PATIENCE))
    if answer.returncode < 0 or b"ut of memory" in answer.stderr:
        raise unreadable("HEAD", NO_MEMORY)
    return answer


def unreadable(revision: str, reason: str, hint: str = OR_A_FOLDER) -> ProblemsFound:
    """What git cannot give of a revision, and why."""
    return refused(fault("unreadable-revision", hint=hint, revision=revision, reason=reason), PLACE)


def reason_of(answer: subprocess.CompletedProcess[bytes]) -> str:
    """Why git failed: the last line that it wrote, which names the cause."""
    return (answer.stderr.decode(errors="replace").strip().splitlines() or ["it does not say why"])[-1]


def _program() -> str:
    """Where git is installed: a PATH with the current folder in it does not find a program of the project."""
    found = shutil.which("git", path=os.pathsep.join(folder for folder in os.get_exec_path() if Path(folder).is_absolute()))
    if found is None or not Path(found).is_absolute():
        raise refused(fault("no-git", hint="install it, or name another project's folder"), PLACE)
    return found


def _started(root: Path, errors: int | IO[bytes], command: str, *words: str) -> "subprocess.Popen[bytes]":
    assert command in PLUMBING
    settings = [word for key, value in SETTINGS.items() for word in ("-c", f"{key}={value}")]
    line = [_program(), "--no-pager", "--no-replace-objects", "--literal-pathspecs", *settings, command, *words]
    own = {key: value for key, value in os.environ.items() if not key.startswith("GIT_") or key in KEPT}
    pipe = subprocess.PIPE
    process = subprocess.Popen(line, cwd=root, env=own | SURROUNDINGS, stdin=pipe, stdout=pipe, stderr=errors)
    if sys.platform == "linux":
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (MEMORY, MEMORY))
    return process


class Objects:
    """The objects of a repository, as a context: bytes as they were committed. ProblemsFound where git is not installed."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __enter__(self) -> Self:
        self._git = _started(self._root, subprocess.DEVNULL, "cat-file", "--batch")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._git.kill()
        self._git.communicate()

    def read(self, name: str) -> tuple[str, bytes] | None:
        """The id and the bytes of an object, None if git has none of this name; of one that is too large to be read, blanks.
        ProblemsFound where git does not answer."""
        assert self._git.stdin
        assert self._git.stdout
        if "\n" in name:
            return None
        try:
            self._git.stdin.write(f"{name}\n".encode())
            self._git.stdin.flush()
        except BrokenPipeError:
            return None
        if os.name != "nt" and not select.select([self._git.stdout], [], [], PATIENCE)[0]:  # where only sockets can be waited for
            self.__exit__(None, None, None)
            self.__enter__()
            raise unreadable(name, NO_ANSWER.format(PATIENCE))
        line = self._git.stdout.readline()
        if not line:
            raise unreadable(name, NO_MEMORY)
        head = ANSWER.fullmatch(line)
        if head is None:
            return None
        left = size = int(head[3])
        content = self._git.stdout.read(size) if size <= LARGEST else b" " * (LARGEST + 1)
        while size > LARGEST and left:
            left -= len(self._git.stdout.read(min(left, PIECE)))
        self._git.stdout.read(1)  # the line end behind each object
        return head[1].decode(), content
