"""How fast a filter of 50,000 events is answered: printed, never asserted."""

import csv
import datetime
import shutil
import statistics
import time

from dashboard.live import Live
from dashboard.pages import chronology
from dashboard.pages.nodes import plain
from tests.benchmarks.test_speed import ROOT, RUNS, told

MANY = 50_000
ASKED = (
    "",
    "?q=forced+labor",
    "?event_type=summons&from=2019",
    "?issue=forced_labor&initiator=KOR",
    "?q=minister&coverage=partial",
    "?source=ministry",
)


def copied(folder):
    """The shipped project with its events repeated, each with an id of its own."""
    root = shutil.copytree(ROOT, folder / "many", ignore=shutil.ignore_patterns(".*", "tests", "dashboard", "__pycache__"))
    path = root / "data" / "events.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        for n in range(MANY):
            row = rows[n % len(rows)]
            day = datetime.date(2008, 3, 1) + datetime.timedelta(days=n % 6700)
            number = n // 6700 + 20
            one = {
                "event_id": f"jk-{day:%Y%m%d}-{number}",
                "date": day.isoformat(),
                "date_precision": "day",
                "end_date": "",
                **dict.fromkeys(("same_act_as", "answers", "plover", "mechanism_seq"), ""),  # they hold for the rows as they were
            }
            writer.writerow(row | one)
    return root


def test_filters_of_many_rows(tmp_path):
    print()
    for name, root in (("779", ROOT), (f"{MANY:,}", copied(tmp_path))):
        now = Live(root).current()
        started = time.perf_counter()
        plain(chronology._content(now, ""))
        told(f"first page of {name} events, prepared, ms", f"{(time.perf_counter() - started) * 1000:.0f}")
        started = time.perf_counter()
        plain(chronology._content(now, "?q=the+first+word"))
        told(f"first search for words among {name} events, ms", f"{(time.perf_counter() - started) * 1000:.0f}")
        for asked in ASKED:
            times = []
            for _ in range(RUNS):
                started = time.perf_counter()
                plain(chronology._content(now, asked))
                times.append((time.perf_counter() - started) * 1000)
            told(f"{name} events{asked}, ms", f"{statistics.median(times):.0f}", "(goal 300)")
