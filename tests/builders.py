"""What tests are built with: a copy of the invented project, one line of it changed, an indicator of one's own, a question."""

import csv
import json
import math
import os
import subprocess
from pathlib import Path

import narwhals as nw
import pandas as pd
from plotly.io.json import to_json_plotly

from dashboard.pages import nodes, still
from indicators.compute.pipeline import series
from indicators.nouns.periods import parse_period, period_of
from indicators.nouns.series import Query, Rows
from indicators.nouns.vocabulary import DAY, DAY_DATED, PERIOD, ROW
from indicators.reading.project import open_project

RURITANIA = Path(__file__).parent / "ruritania"
DEFINITIONS = "indicators/definitions"
AUDIENCES = {"kind": "meeting", "participants": {"exactly": ["RUR", "GRA"]}, "office": "crown"}


AUDIENCE_OF_1894 = ("data/envoys.csv", "e-11,1894-01-01,,year", "e-11,1894-01-01,,day")
SALVO_OF_1895 = ("data/cannonades.csv", "c-09,1895-01-01,year", "c-09,1895-01-01,day")
"""Edits (file, old, new) by which a row of which the year alone is known is one of its first day, so that no month is in doubt."""


def line_of(folder, file, text):
    """Line of a file on which a text stands first."""
    return next(n for n, line in enumerate((folder / file).read_text().splitlines(), 1) if text in line)


def edited(folder, file, old, new):
    """Replace a text that stands once in a file; the line on which it stood."""
    path = folder / file
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.write_text(text.replace(old, new))
    return text[: text.index(old)].count("\n") + 1


def appended(folder, file, *lines):
    """Put lines at the end of a file; the line of the first."""
    path = folder / file
    text = path.read_text()
    path.write_text(text + "".join(f"{line}\n" for line in lines))
    return text.count("\n") + 1


def git(folder, *words, day="1996-05-20"):
    """Ask git about a folder, as the clerk of Ruritania, on a day; git knows none before 1970."""
    apart = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    when = {"GIT_AUTHOR_DATE": f"{day}T12:00:00Z", "GIT_COMMITTER_DATE": f"{day}T12:00:00Z"}
    author = ["-c", "user.name=Clerk", "-c", "user.email=clerk@ruritania.example", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *author, *words], cwd=folder, check=True, capture_output=True, env=apart | when, text=True).stdout.strip()


SUMMERS = (3, 1, 4, 6, 9, 12, 20, 25, 11, 8, 5, 7)


def seasonal(folder, years, shape=SUMMERS):
    """Graustarkians in Ruritania in earlier years: 300 more each year, and hundreds by month as in `shape`."""
    numbers = {f"{year}-{n + 1:02d}": 300 * (year - years[0]) + 100 * shape[n] for year in years for n in range(12)}
    rows = (f"{month},GRA,RUR,{number},counted,gate_book,gate_keeper" for month, number in numbers.items())
    appended(folder, "data/travellers.csv", *rows)


def more_audiences(folder, first, *days):
    """Further audiences of the two crowns, recorded on their days; ids from `first` on."""
    rest = "meeting,RUR;GRA,RUR;GRA,sovereign,crown,cheese,One more.,court_diary"
    appended(folder, "data/envoys.csv", *(f"e-{first + n},{day},,day,{rest},{day}" for n, day in enumerate(days)))


def opened(folder):
    """A copy of the kingdoms as it stands now."""
    return open_project(folder)


def defined(folder, file="extra.yaml", **indicators):
    """A definitions file in which every indicator counts audiences by month unless it says otherwise; None leaves a key out."""
    written = {name: _with_defaults(changes) for name, changes in indicators.items()}
    text = json.dumps({"pillar": "court", "indicators": written}, indent=1)
    (folder / DEFINITIONS / file).write_text(text)
    return f"{DEFINITIONS}/{file}"


def _with_defaults(changes):
    told = {"title": "Asked", "counts": "What the test asks.", "unit": "things", "direction": "none", "frequency": "monthly"}
    if "combine" not in changes and "table" not in changes:
        told |= {"table": "envoys", "where": AUDIENCES, "coverage": "audiences"}
    if "combine" not in changes:
        told["reduce"] = "count"
    return {key: value for key, value in (told | changes).items() if value is not None}


def ask(project, name, **query):
    """The series called `id` or `id@variant`, under a query's other words."""
    indicator, _, variant = name.partition("@")
    return series(project, Query(indicator=indicator, variant=variant or None, **query))


def asked(folder, **definition):
    """The series of one indicator of one's own, put beside the others of a copied project."""
    defined(folder, asked=definition)
    project = opened(folder)
    assert [str(p) for p in project.problems if p.level == "error"] == []
    return ask(project, "asked")


def told(of, column="value"):
    """Label to cell of a series; values rounded to six digits, missing ones None."""
    cells = zip(of.values["label"], of.values[column].tolist(), strict=True)
    return {label: _plain(cell) for label, cell in cells}


def _plain(cell):
    if isinstance(cell, float):
        return None if math.isnan(cell) else round(cell, 6)
    return cell


def at(of, label):
    """One period of a series by its name, as a row of `values`."""
    return of.values.loc[parse_period(label)[0]]


def ids(of, label):
    """Short ids of the rows behind one period, sorted."""
    return sorted(row.partition(":")[2] for row in of.rows_in(parse_period(label)[0]))


def faults(project):
    """Every problem as (file, line, code), without repeats, sorted."""
    return sorted({(p.place.file, p.place.line, p.code) for p in project.problems})


def problem_at(project, file, line):
    """The one problem of a place; fails with the list of all where there is another number of them."""
    found = [p for p in project.problems if (p.place.file, p.place.line) == (file, line)]
    assert len(found) == 1, [str(p) for p in project.problems]
    return found[0]


def rows(*days, frequency="monthly", inexact=(), separators=None, **columns):
    """Rows as a reducer gets them: one for each day, with further columns. `inexact`: places of days that are no exact dates."""
    stamps = pd.to_datetime(list(days))
    frame = pd.DataFrame({ROW: [f"rows:{n}" for n in range(len(days))], DAY: stamps, **columns})
    frame[DAY_DATED] = [n not in inexact for n in range(len(days))]
    frame[PERIOD] = [period_of(day.date(), frequency) for day in stamps]
    return Rows(nw.from_native(frame, eager_only=True), frequency, separators or {})


def months(first, *values):
    """A monthly series from a month on; None is missing."""
    start = parse_period(first)[0]
    return pd.Series([float("nan") if v is None else float(v) for v in values], index=range(start, start + len(values)), dtype="float64")


def plain(result):
    """Values of a pandas Series in order, rounded to six digits, missing ones None."""
    return [_plain(float(v)) for v in result]


def text_of(part):
    """All texts of a part of a page as they are sent, and nothing of its attributes and charts."""
    sent = nodes.plain(part)
    return still.text_of(sent if isinstance(part, list | tuple) else [sent])


def text_of_page(layout):
    """All texts of a page, also of what is put into its place by a script."""
    return still.text_of(nodes.grown(json.loads(to_json_plotly(layout))))


MENDED = """name: mended
path: mended.csv
title: Mended cells
schema:
  fields:
    - {name: act_id, type: string, description: The row.}
    - {name: column, type: string, description: The column.}
    - {name: reason, type: string, description: Why.}
    - {name: source_id, type: string, description: Who tells.}
  primaryKey: [act_id, column]
relations:
  kind: reference
  lists:
    source_id: {separator: ';', of: [sources.source_id]}
  source: source_id
"""


def mended(folder):
    """A copied project with five corrections, for three reasons, in a table of its own."""
    rows = [
        "e-01,level,the cook is no sovereign,court_diary",
        "e-02,topic,the opera was meant,court_diary;opera_bell",
        "e-03,topic,the opera was meant,opera_bell",
        "e-05,topic,the opera was meant,opera_bell",
        "e-06,level,a count is no clerk,tavern",
    ]
    (folder / "data/mended.csv").write_text("\n".join(["act_id,column,reason,source_id", *rows]) + "\n")
    (folder / "data/mended.resource.yaml").write_text(MENDED)
    appended(folder, "data/datapackage.yaml", "  - mended.resource.yaml")
    appended(folder, "config.yaml", "corrections: mended")
    return folder


DISPUTES = """country,year,month,incidents,share
RUR,1895,1,3,0.5
RUR,1895,2,0,0.25
GRA,1895,1,..,
GRA,1895,12,7,1
"""
"""A file by country and month, as data projects publish it."""


def rows_in(folder, name):
    """The rows of a table, as they stand in its file."""
    with (folder / f"data/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def described(folder, name):
    """The descriptor of a table of a project that is read anew."""
    return open_project(folder).tables[name].resource


def contents(folder):
    """All files of a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
