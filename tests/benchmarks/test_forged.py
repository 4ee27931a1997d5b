"""Spoiled, forged and swelling files: none is called the same, and none takes long or much memory."""

import subprocess
import sys
import time
from pathlib import Path

from dashboard.export.extract import found_in
from dashboard.export.verify import verify_file
from tests.benchmarks.test_speed import told as printed
from tests.export.test_verify import called_the_same, not_same
from tests.forging import BOMBS, KINDS

ROOT = Path(__file__).parents[2]
SECONDS, MEGABYTES = 2, 200
PEAK = """
import re, sys
from pathlib import Path
from dashboard.export.extract import read_file
from dashboard.export.verify import verify_file
from indicators.compute.pipeline import results
from indicators.reading.project import open_project
from tests.builders import RURITANIA
made = results(open_project(RURITANIA))
peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024
before = peak()
for path in sorted(Path(sys.argv[1]).iterdir()):
    verify_file(made, read_file(path))
    print(path.name, peak() - before)
"""


def test_spoiled_and_forged_files(made):
    print()
    started, count = time.process_time(), 0
    for kind in KINDS:
        assert not_same(made, kind, 2, 170) == []
    printed(
        f"{170 * len(KINDS):,} spoiled files, ms of the processor each", f"{(time.process_time() - started) / 170 / len(KINDS) * 1000:.0f}"
    )
    for kind in KINDS:
        for seed in range(4):
            found, of = called_the_same(made, kind, seed)
            assert found == []
            count += of
    printed("forged files", count)
    assert count >= 200


def test_swelling_files(made, tmp_path):
    seconds = {}
    for name, bomb in BOMBS.items():
        data = bomb()
        (tmp_path / name).write_bytes(data)
        started = time.process_time()
        assert verify_file(made, found_in(data)).same is None
        seconds[name] = time.process_time() - started
    worst = max(seconds, key=seconds.get)
    printed(f"the file that takes longest ({worst}), s", f"{seconds[worst]:.2f}", f"(goal {SECONDS})")
    out = subprocess.run([sys.executable, "-c", PEAK, str(tmp_path)], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    peaks = {name: int(size) for name, size in (line.rsplit(" ", 1) for line in out.splitlines())}
    largest = max(peaks, key=peaks.get)
    printed(f"the most memory beside the project ({largest}), MB", peaks[largest], f"(goal {MEGABYTES})")
    assert seconds[worst] < SECONDS
    assert peaks[largest] < MEGABYTES
