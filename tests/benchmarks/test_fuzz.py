"""20,000 spoiled files, on two processes, and files that are too much. Unlike the other benchmarks this one fails where something does
not hold.

About 15,000 of them go to the reader of the one file, 4,800 to the whole invented project with indicators computed, 200 to the whole
shipped project with a chart drawn; `tests/fuzzing.py` says what is asked of each.
"""

import time
from collections import Counter

from tests.benchmarks.test_speed import told as printed
from tests.fuzzing import case, failures_in_parallel, told
from tests.pages.test_security import BOMBS, problems_of

NUMBERS = list(range(20_000))


def test_spoiled_files():
    started = time.perf_counter()
    found = failures_in_parallel(NUMBERS)
    spent = time.perf_counter() - started
    print()
    for asked, count in Counter(case(n).asks for n in NUMBERS).most_common():
        printed(f"spoiled files asked of the {asked}", f"{count:,}")
    printed(f"{len(NUMBERS):,} spoiled files, s", f"{spent:.0f}", "(goal 900)")
    assert told(found) == ""


def test_what_is_too_much_is_refused_at_once(copy):
    """Each file in turn, in the whole invented project; seconds are of the processor."""
    seconds = {}
    for name, (file, spoil, code) in BOMBS.items():
        good = (copy / file).read_bytes()
        (copy / file).write_bytes(spoil(good))
        started = time.process_time()
        problems = problems_of(copy)
        seconds[name] = time.process_time() - started
        (copy / file).write_bytes(good)
        assert code in {p.code for p in problems if p.place.file == file}
    slowest = max(seconds, key=seconds.get)
    printed(f"the slowest to be refused ({slowest}), s", f"{seconds[slowest]:.1f}", "(goal 2)")
    assert seconds[slowest] < 2
