"""A command that writes is killed at some point: before a step of writing, in the midst of one, or after a time.

`python -m tests.killing FOLDER SEED COUNT COMMAND…` runs each command COUNT times, each in a child that is killed, and prints what was
neither the old state nor the new one. One process imports everything and forks, so that a run takes no more than the command.
"""

import contextlib
import io
import json
import os
import random
import resource
import shutil
import signal
import sys
import time
from pathlib import Path

from dashboard.cli import main
from dashboard.export import captions, sheet  # noqa: F401  imported before the forks
from dashboard.pages import brief  # noqa: F401
from dashboard.pages.tune.save_definition import read_file, save_file
from indicators import schema  # noqa: F401
from tests.builders import DEFINITIONS, RURITANIA, contents

COURT = f"{DEFINITIONS}/court.yaml"
WRITES = ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate")


def save(root):
    """What the page Tune does."""
    now = read_file(root, DEFINITIONS, COURT)
    save_file(root, DEFINITIONS, COURT, now.text + "# more\n" * 5000, now.digest)


def run(*words):
    """A command, quiet."""
    return lambda root: main(["--project", str(root), *(word.format(root=root) for word in words)])


COMMANDS = {
    "schema": run("schema", "--write"),
    "new": run("new", "{root}/mine"),
    "export csv": run("export", "audiences", "duels", "--format", "csv", "--output", "{root}/charts"),
    "export json": run("export", "audiences", "duels", "--format", "json", "--output", "{root}/charts"),
    "export xlsx": run("export", "audiences", "--format", "xlsx", "--output", "{root}/charts"),
    "brief": run("brief", "--format", "json", "--output", "{root}/brief.json"),
    "import": run("import", "{root}/guests.csv", "--write", "--kind", "observations", "--time", "year", "--key", "year"),
    "save": save,
}
OLD = {
    "charts/audiences.csv",
    "charts/audiences.json",
    "charts/audiences.xlsx",
    "brief.json",
    "definitions.schema.json",
    "config.schema.json",
}
OLD |= {f"data/{name}" for name in ("descriptors.schema.json",)} | {"indicators/definitions.schema.json"}


def prepared(root):
    """A project whose files that will be written hold something else, long enough that a part of it is no whole."""
    shutil.copytree(RURITANIA, root)
    (root / "charts").mkdir()
    (root / "guests.csv").write_text("year,guests\n" + "".join(f"{year},{year % 7 + 3}\n" for year in range(1600, 1896)))
    for name in OLD:
        (root / name).write_text("old\n" * 3000)


def state(root):
    """Every file that a person sees, with its bytes."""
    return {name: data for name, data in contents(root).items() if not any(part.startswith(".") for part in name.split("/"))}


def killed(work, root, how, at):
    """Do the work in a child that is killed; whether it was."""
    child = os.fork()
    if child == 0:
        with Path(os.devnull).open("w") as nothing, contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(nothing):
            if how == "size":
                signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
                resource.setrlimit(resource.RLIMIT_FSIZE, (at, at))
            if how == "step":
                _die_before(at)
            work(root)
        os._exit(0)
    if how == "time":
        time.sleep(at)
        os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def _die_before(step):
    """Be killed before a step of writing: a file opened to be written, made durable, renamed, …"""
    left = [step]

    def count(event, arguments):
        is_write = event in WRITES or (event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR))
        if is_write or event == "fsync":
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    durable = os.fsync
    os.fsync = lambda handle: (count("fsync", ()), durable(handle))[1]
    sys.addaudithook(count)


def faults(folder, name, seed, count):
    """What is wrong after each kill: (how, where, file); and how many runs ended with it."""
    work, dice, wrong, deaths = COMMANDS[name], random.Random(f"{name} {seed}"), [], 0
    prepared(folder / "before")
    old = state(folder / "before")
    shutil.copytree(folder / "before", folder / "after")
    started = time.perf_counter()
    killed(work, folder / "after", "", 0)
    spent, new = time.perf_counter() - started, state(folder / "after")
    assert old != new
    largest = max(len(data) for file, data in new.items() if old.get(file) != data)
    for n in range(count):
        root = folder / str(n)
        shutil.copytree(folder / "before", root)
        how = dice.choice(["step", "size", "time"])
        at = {"step": n % 12 if name != "new" else dice.randrange(120), "size": dice.randrange(largest), "time": dice.uniform(0, spent)}[
            how
        ]
        deaths += killed(work, root, how, at)
        now = state(root)
        wrong += [(how, at, file) for file in {*old, *new, *now} if now.get(file) not in (old.get(file), new.get(file))]
        if name == "new" and 0 < len([file for file in now if file.startswith("mine/")]) < len(new) - len(old):
            wrong.append((how, at, "a part of the project"))
        shutil.rmtree(root)
    return wrong, deaths


if __name__ == "__main__":
    folder, seed, count, *commands = sys.argv[1:]
    print(json.dumps({name: faults(Path(folder) / name, name, seed, int(count)) for name in commands}))
