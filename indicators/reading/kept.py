"""What is kept between runs, in a folder of the user's: digests of large files, what was found in them, and small results."""

import contextlib
import functools
import hashlib
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from indicators.nouns.descriptor import Resource
from indicators.reading.files import parquet_in
from indicators.reading.replacing import replace_file

FRESH = 2_000_000_000
"""Nanoseconds for which the time of a file's last change does not tell two states of it apart."""
UNUSED = 60 * 86_400
"""Seconds after which what is kept goes."""
WHOLE = "\n"
"""The end of a text that is kept as a whole."""
FEW = 8
"""So many questions are answered sooner than a second process is started."""
Question = tuple[str, Callable[[], Any]]
"""All that an answer depends on, as text, and how it is computed."""
State = tuple[tuple[str, int, int, int], ...]


def kept_in() -> Path:
    """The folder for what is kept: `relations-health` where the user's programs keep such things."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111  Path.expanduser fails without a home
    for folder in (Path(home) / "relations-health", Path(tempfile.gettempdir()) / f"relations-health-{os.getuid()}"):
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError:
            continue
        if os.access(folder, os.W_OK) and folder.stat().st_uid == os.getuid():
            return folder
    return Path(tempfile.mkdtemp(prefix="relations-"))


def tidy() -> None:
    """Remove what nobody has used for a while."""
    for path in kept_in().iterdir():
        with contextlib.suppress(OSError):  # another process was faster
            state = path.stat()
            if time.time() - max(state.st_atime, state.st_mtime) > UNUSED:
                path.unlink()


def keep_text(path: Path, text: str) -> None:
    """Write what can be computed again, without waiting for the disk: after a power cut it may not be there, or in part."""
    part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    with contextlib.suppress(OSError):
        part.write_text(f"{text}{WHOLE}", encoding="utf-8")
        part.replace(path)


def kept_text(path: Path) -> str | None:
    """What was so kept, None where it is not there as a whole."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return text.removesuffix(WHOLE) if text.endswith(WHOLE) else None


class Answers:
    """Answers to questions, kept between runs. They hold as long as the program stays as it is, and all that they are `about`. What nobody
    asked for in a run is not kept on."""

    def __init__(self, about: str) -> None:
        self._name, self._before, self._now = f"answers-{in_short(f'{about} {program()}')}.json", dict[str, Any](), dict[str, Any]()
        with contextlib.suppress(OSError, ValueError):  # where nothing can be kept, or was, all is computed
            self._before = json.loads(kept_text(kept_in() / self._name) or "{}")

    def of(self, question: str, compute: Callable[[], Any]) -> Any:
        """The answer to a question, as JSON has it: kept, or computed."""
        key = in_short(question)
        if key not in self._now:
            self._now[key] = self._before[key] if key in self._before else compute()
        return self._now[key]

    def find(self, questions: Sequence[Question]) -> None:
        """Answer questions that will be asked in two processes, where threads hold no locks and a second processor may be used: this one
        from the first on, the other from the last on. Nothing waits for that: whatever becomes of it, the rest is computed here."""
        unknown = [one for one in questions if in_short(one[0]) not in self._before]
        alone = sys.platform == "linux" and threading.active_count() == 1 and "duckdb" not in sys.modules  # which has threads of its own
        if len(unknown) <= FEW or not alone or len(os.sched_getaffinity(0)) < 2:
            return
        this, second, (pipe, into) = os.getpid(), 0, os.pipe()
        held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # until it is known which process is to be ended
        try:
            with contextlib.suppress(OSError):  # the system may refuse one more
                second = os.fork()
            signal.pthread_sigmask(signal.SIG_SETMASK, held)
            os.close(into if os.getpid() == this else pipe)
            if os.getpid() == this:
                self._share(unknown, pipe)
            else:
                os.nice(19)  # it is of use where a processor is idle, and in the way where none is
                with os.fdopen(into, "w", buffering=1) as answers:
                    answers.writelines(f"{json.dumps([in_short(about), compute()])}\n" for about, compute in reversed(unknown))
        finally:
            if os.getpid() != this:  # what was raised is not reported there, and nothing that waits to be printed is printed twice
                os._exit(0)
            with contextlib.suppress(OSError):  # where nobody waits for processes that have ended, it may be gone
                if second:
                    os.kill(second, signal.SIGKILL)
                    os.waitpid(second, 0)

    def _share(self, unknown: Sequence[Question], pipe: int) -> None:
        """Answer what another process has not answered yet. A line of it that is cut off or spoiled answers nothing."""
        os.set_blocking(pipe, False)
        cut = b""
        with os.fdopen(pipe, "rb", buffering=0) as answers:
            for question in unknown:
                while part := answers.read(1 << 16):
                    cut += part
                *lines, cut = cut.split(b"\n")
                with contextlib.suppress(ValueError, TypeError):
                    for key, answer in map(json.loads, lines):
                        self._now[key] = answer
                self.of(*question)

    def keep(self) -> None:
        """Write the answers that were asked for."""
        if self._now.keys() != self._before.keys():
            with contextlib.suppress(OSError):
                tidy()
                keep_text(kept_in() / self._name, json.dumps(self._now))


def in_short(text: str) -> str:
    """A digest that stands for a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def files_in(root: Path, folder: str, resource: Resource) -> list[Path]:
    """The files of a table: those named, and of a folder all Parquet in it."""
    named = [root / folder / path for path in resource.path_]
    return [file for one in named for file in (parquet_in(one) if one.is_dir() else [one])]


def state_of(files: Sequence[Path]) -> State:
    """Name, size, time of the last change and inode of some files."""
    stats = [(str(path), path.stat()) for path in files]
    return tuple((name, one.st_size, one.st_mtime_ns, one.st_ino) for name, one in stats)


def digest_of(files: Sequence[Path]) -> str:
    """SHA-256 over the bytes of some files. That of a file which has not changed since is remembered."""
    together = hashlib.sha256()
    for path in files:
        state = state_of([path])
        memo = kept_in() / f"digest-{hashlib.sha256(repr(state).encode()).hexdigest()}"
        if not memo.exists():
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if time.time_ns() - state[0][2] < FRESH or state_of([path]) != state:
                together.update(found.encode())
                continue
            replace_file(memo, found.encode())
        together.update(memo.read_bytes())
    return together.hexdigest()


@functools.cache
def program() -> str:
    """A digest of the code that gives numbers, and of its words for problems: what another version kept is not used."""
    digest, folder = hashlib.sha256(), Path(__file__).parents[1]
    for path in sorted([*folder.rglob("*.py"), *folder.glob("*.yaml")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()
