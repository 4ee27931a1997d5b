"""20,000 spoiled files, on two processes. Unlike the other benchmarks this one fails where something does not hold.

About 15,000 of them go to the reader of the one file, 4,800 to the whole invented project with indicators computed, 200 to the whole
shipped project with a chart drawn; `tests/fuzzing.py` says what is asked of each.
"""

import time
from collections import Counter

from tests.benchmarks.test_speed import told as printed
from tests.fuzzing import case, failures_in_parallel, told

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
