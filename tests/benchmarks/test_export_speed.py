"""All indicators as pictures: against a bare loop over the same figures in the same browser, and the memory it takes."""

import os
import time
from pathlib import Path

import psutil

from dashboard.charts.figure import drawing_of
from dashboard.charts.picture import picture_of
from dashboard.charts.theme import PALETTES
from dashboard.charts.view import View
from dashboard.commands.export import Order, files
from dashboard.export.browser import Chromium
from dashboard.export.formats import FORMATS
from dashboard.export.output import PRESETS
from indicators.compute.pipeline import results
from indicators.reading.project import open_project
from tests.benchmarks.test_speed import ROOT, told

MEMO = PRESETS["memo"]


def memory():
    """MB of this process and of those that it has started; what they share is counted once."""
    own = psutil.Process(os.getpid())
    return sum(process.memory_full_info().pss for process in (own, *own.children(recursive=True))) / 1e6


def bare_loop():
    """Seconds in which the figures are drawn, one after the other and nothing else, with the start of the browser."""
    made = results(open_project(ROOT))
    figures = [drawing_of(picture_of(made, View(name)), PALETTES["light"], MEMO.size).figure for name in made.definitions]
    started = time.perf_counter()
    with Chromium() as chromium:
        for figure in figures:
            chromium.png(figure, MEMO.factor)
    return time.perf_counter() - started, len(figures)


def test_all_indicators_as_memo_pictures(tmp_path):
    bare, count = bare_loop()
    started, seen, made = time.perf_counter(), [], []
    for found in files(Order(Path(ROOT), (), False, FORMATS["png"], "memo", tmp_path)):
        made.append(found)
        if len(made) in (count // 2, count):
            looked = time.perf_counter()
            seen.append(memory())
            started += time.perf_counter() - looked
    whole = time.perf_counter() - started
    assert len(list(tmp_path.glob("*.png"))) == count == len(made)
    print()
    told(f"bare loop over {count} figures, s", f"{bare:.1f}")
    told("relations export --format png of the same, all included, s", f"{whole:.1f}")
    told("export / bare loop", f"{whole / bare:.2f}", "(goal 1.5)")
    told("memory half-way and at the end, MB", " / ".join(f"{one:.0f}" for one in seen), "(goal: flat)")
