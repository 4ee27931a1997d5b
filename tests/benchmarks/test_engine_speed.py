"""How fast and how large tables in a store are: printed, never asserted."""

import functools
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import numpy as np
import pytest

from dashboard.app import page
from dashboard.live import Live
from dashboard.pages import Screen
from indicators.compute.pipeline import series
from indicators.nouns.series import Query
from indicators.reading.kept import kept_in
from indicators.reading.project import open_project
from tests.benchmarks.test_speed import told
from tests.builders import edited
from tests.reading.test_engine import generated, with_despatches

RULES = {
    "counted": {"where": {"kind": ["letter", "note"], "sender": "RUR"}},
    "added": {"where": {"kind": ["letter", "note"], "sender": "RUR"}, "reduce": {"sum": {"of": "pages"}}, "unit": "pages"},
    "different": {"where": {"kind": ["letter", "note"], "sender": "RUR"}, "reduce": {"distinct": {"of": "clerk"}}, "unit": "clerks"},
    "part": {"where": {"sender": "RUR"}, "reduce": {"share": {"where": {"kind": "note"}}}, "unit": "share of despatches"},
}
MONTH, FILTER = "year(day) * 12 + month(day)", "kind IN ('letter', 'note') AND sender = 'RUR'"
RAW = {
    "counted": f"SELECT {MONTH}, count(*) FROM f WHERE {FILTER} GROUP BY 1",
    "added": f"SELECT {MONTH}, sum(pages), count(pages), count(*) FROM f WHERE {FILTER} GROUP BY 1",
    "different": f"SELECT {MONTH}, count(DISTINCT clerk), count(clerk) FROM f WHERE {FILTER} GROUP BY 1",
    "part": f"SELECT {MONTH}, avg(CASE WHEN kind = 'note' THEN 1.0 ELSE 0.0 END) FROM f WHERE sender = 'RUR' GROUP BY 1",
}
RUNS = 21


def spent(call):
    """Seconds of a call: by the clock, and of the processor in all threads."""
    started = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - started[0], time.process_time() - started[1]


def forget(project):
    """Nothing is kept of what was computed, neither in files nor in memory."""
    for path in kept_in().glob("result-*"):
        path.unlink()
    project.tables["despatches"].store._recalled.clear()


def measured(folder):
    """Seconds of opening, of each rule, and of its raw query, and the memory used; run in a process of its own."""
    started = time.perf_counter()
    project = open_project(folder)
    found = {"problems": [str(p) for p in project.problems], "checked": time.perf_counter() - started}
    started = time.perf_counter()
    project = open_project(folder)
    found["opened"] = time.perf_counter() - started
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"CREATE VIEW f AS SELECT * FROM '{folder / 'data/despatches.parquet'}'")
    for name, sql in RAW.items():
        turns = []
        for _ in range(RUNS):  # in turn, so that other work on the machine slows both
            forget(project)
            ask = functools.partial(series, project, Query(name))
            turns.append([*spent(ask), *spent(ask), *spent(lambda: connection.execute(sql).df())])  # noqa: B023  called at once
        found[name] = turns
    found["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


@pytest.mark.parametrize("millions", [10, 100])
def test_events_in_parquet(tmp_path, millions):
    folder = with_despatches(tmp_path / "kingdoms", "despatches.parquet", rules=RULES)
    generated(folder / "data/despatches.parquet", millions * 1_000_000)
    env = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "kept")}
    code = f"from pathlib import Path; from tests.benchmarks.test_engine_speed import measured; measured(Path({str(folder)!r}))"
    said = subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2], env=env, stdout=subprocess.PIPE).stdout
    found = json.loads(said.splitlines()[-1])
    print(f"\n{millions} million events, {(folder / 'data/despatches.parquet').stat().st_size / 1e6:.0f} MB {found['problems']}")
    told("checked when first read, s", f"{found['checked']:.1f}")
    told("opened when known, s", f"{found['opened']:.2f}")
    for name in RULES:
        ours, busy, known, _, raw, raw_busy = np.median(found[name], axis=0)
        wall, processor = np.median([[one[0] / one[4], one[1] / one[5]] for one in found[name]], axis=0)
        told(f"{name}: asked first / raw query", f"{wall:.2f}", f"(goal 1.2; {ours:.2f} s, raw {raw:.2f} s)")
        told(f"{name}: the same in processor time", f"{processor:.2f}", f"({1000 * (busy - raw_busy):.0f} ms more)")
        told(f"{name}: asked again, ms", f"{1000 * known:.0f}", "(goal 50)")
    told("most memory, MB", f"{found['megabytes']:.0f}", "(goal 1,500)")


def changed(path, old, new):
    """Replace the first place of a text in a file."""
    path.write_text(path.read_text().replace(old, new, 1))


def seconds(call):
    """Seconds of a call, and what it gave."""
    started = time.perf_counter()
    given = call()
    return time.perf_counter() - started, given


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_a_csv_of_300_000_rows(tmp_path, monkeypatch, engine):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "kept"))
    folder = with_despatches(tmp_path / "kingdoms", "despatches.csv", engine, rules=RULES)
    edited(folder, "config.yaml", "rows: 200000", "rows: 400000")
    generated(folder / "data/despatches.csv", 300_000)
    opened, live = seconds(lambda: Live(folder))
    first, _ = seconds(lambda: page(live.current(), "/", "", Screen()))
    shown = [seconds(lambda: page(live.current(), f"/indicator/{name}", "", Screen()))[0] for name in RULES for _ in range(2)]  # noqa: B023
    known = {}
    for what, change in {
        "a definition": lambda: changed(folder / "indicators/definitions/extra.yaml", "RUR", "GRA"),
        "a cell": lambda: changed(folder / "data/despatches.csv", ",letter,", ",note,"),
    }.items():
        change()
        known[what], _ = seconds(lambda: page(live.caught_up(), "/indicator/counted", "", Screen()))
    print(f"\n300,000 rows of CSV, {engine}: {live.current().problems}")
    told("read, checked, warned of; first overview, s", f"{opened:.2f} + {first:.2f}", "(goal 3)")
    for what, spent in known.items():
        told(f"an edit of {what} shown, s", f"{spent:.2f}", "(goal 2)")
    told("pages of indicators, median / slowest, s", f"{statistics.median(shown):.2f} / {max(shown):.2f}", "(goal 0.5)")
