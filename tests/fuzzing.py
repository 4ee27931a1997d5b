"""What must hold of a project in which one file is spoiled, whatever was done to it.

A case is a number: the project, the file, what is done to it and how much is then asked come from the number alone. To see
one again: `python -m tests.fuzzing 123` (from the root), which prints the mutation, the problems, and what did not hold.

What a case asks, by share of the numbers:

- 75 %: the reader of that one file. Definitions are checked against the tables of the good project; a table against its good
  descriptor; a descriptor, the package and config.yaml against themselves.
- 24 %: the whole invented project (`tests/ruritania`) is opened and audited, and three of its indicators are computed.
- 1 %: the same with the shipped project, and a chart is drawn with its words.
"""

import functools
import multiprocessing
import random
import re
import shutil
import signal
import sys
import tempfile
import traceback
import unicodedata
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from dashboard.charts.figure import drawing_of
from dashboard.charts.picture import picture_of
from dashboard.charts.theme import PALETTES
from dashboard.charts.view import View
from dashboard.commands.explain import explained
from dashboard.export.output import PRESETS
from indicators.compute.pipeline import results, series
from indicators.nouns.config import Config
from indicators.nouns.series import Query
from indicators.problems import ProblemsFound
from indicators.reading.definitions import cross_check, read_definitions
from indicators.reading.dependencies import parts_of, tables_of
from indicators.reading.descriptors import read_descriptors
from indicators.reading.project import CONFIG, open_project
from indicators.reading.tables import read_table
from indicators.reading.validation import from_file
from indicators.reading.yamlfile import read_yaml
from indicators.warnings.run import warnings_of
from tests.mutations import spoiled

ROOTS = {"ruritania": Path(__file__).parent / "ruritania", "shipped": Path(__file__).parents[1]}
SECONDS = 2.0
"""Of the processor, that a case may take."""
FOREVER = 30.0
"""After which a case that waits is stopped, whatever the machine does beside it."""
LONGEST = 1200
"""Letters of a message or a hint."""
MEMO = PRESETS["memo"]


class Case(NamedTuple):
    """What a number stands for."""

    number: int
    asks: str
    project: str
    file: str

    @property
    def dice(self):
        """The dice of this case alone; what `case` threw is thrown again first."""
        return random.Random(f"case {self.number}")


class TooSlow(BaseException):
    """Raised in the middle of a case that takes too long."""


# ---- the good projects ----


class Good(NamedTuple):
    """A good project: texts by file, what was read, and its descriptors."""

    folder: str
    texts: dict
    project: object
    descriptors: dict


@functools.cache
def good(name):
    """A project as it stands, opened once."""
    root = ROOTS[name]
    project = open_project(root)
    assert [p for p in project.problems if p.level == "error"] == []
    config = project.config
    paths = [root / CONFIG, *sorted((root / config.definitions).glob("*.yaml"))]
    paths += [p for p in sorted((root / config.data).iterdir()) if p.suffix in (".csv", ".yaml")]
    texts = {p.relative_to(root).as_posix(): p.read_text(encoding="utf-8") for p in paths}
    return Good(config.definitions, texts, project, dict(read_descriptors(root, config.data, lambda problem: None).valid))


@functools.cache
def definitions_of(name):
    """What `read_definitions` gives of a good project: definitions by name, and all names."""
    return read_definitions(ROOTS[name], good(name).folder, pillars_of(name), lambda problem: None)


def pillars_of(name):
    """Ids of the pillars."""
    return tuple(pillar.id for pillar in good(name).project.config.pillars)


@functools.cache
def needs(name):
    """Tables that each indicator rests on in a good project, through its parts, and what links those tables to others."""
    descriptors, project = good(name).descriptors, good(name).project
    paths = {d.resource.path: t for t, d in descriptors.items()}
    links = {
        table: {of.partition(".")[0] for listing in d.resource.relations.lists.values() for of in listing.of}
        | {foreign.reference.resource for foreign in d.resource.schema_.foreignKeys}
        | ({paths[d.resource.relations.coverage]} if isinstance(d.resource.relations.coverage, str) else set())
        for table, d in descriptors.items()
    }

    def reached(tables):
        more = tables | {other for table in tables for other in links[table]}
        return tables if more == tables else reached(more)

    def of(definition):
        parts = (project.definition(part) for part in parts_of(definition))
        return set().union(tables_of(definition), *(of(part) for part in parts))

    # A variant stands inside its indicator and falls with it.
    return {d.name: reached(of(base) | of(d)) for base in project.definitions.values() for d in base.rules}


@functools.cache
def files_behind(name):
    """Definition files that each indicator rests on, through its parts."""
    project = good(name).project

    def of(definition):
        return set().union({project.places[definition.name].file}, *(of(project.definition(part)) for part in parts_of(definition)))

    return {d.name: of(base) | of(d) for base in project.definitions.values() for d in base.rules}


@functools.cache
def good_values(name, indicator):
    """Values of an indicator of a good project."""
    return series(good(name).project, Query(*indicator.split("@"))).values


# ---- a case ----


def case(number):
    """What a number stands for."""
    dice = random.Random(number)
    asks = dice.choices(["reader", "project", "shipped"], [75, 24, 1])[0]
    project = {"reader": dice.choice(["ruritania", "shipped"]), "project": "ruritania", "shipped": "shipped"}[asks]
    files = sorted(good(project).texts)
    kinds = [[f for f in files if f.startswith(good(project).folder)], [f for f in files if f.endswith(".csv")]]
    kinds += [[f for f in files if f.endswith(".resource.yaml")], [CONFIG], [f for f in files if f.endswith("datapackage.yaml")]]
    kind = dice.choices(kinds, [4, 3, 3, 1, 0.5])[0]
    return Case(number, asks, project, dice.choice(kind))


def mutant_of(one):
    """The spoiled file of a case."""
    return spoiled(one.file, good(one.project).texts[one.file], one.dice)


def faults_of(number):
    """What does not hold in a case: an empty list where all is well."""
    one = case(number)
    mutant = mutant_of(one)
    good_project = good(one.project).project
    path = folder_of(one.project) / one.file
    try:
        with in_time():
            path.write_bytes(mutant.raw)
            problems, project = asked(one)
    except TooSlow:
        where = "".join(traceback.format_exc().splitlines(keepends=True)[-12:])
        return [f"took longer than {SECONDS} s of the processor, or waited {FOREVER} s:\n{where}"]
    except Exception:
        return [f"an exception that is no ProblemsFound:\n{traceback.format_exc(limit=-6)}"]
    finally:
        path.unlink(missing_ok=True)
        path.write_text(good(one.project).texts[one.file], encoding="utf-8")
    found = [fault for problem in problems for fault in form_faults(problem, one, mutant)]
    found += owed_faults(problems, one, mutant)
    return found + (remaining_faults(project, one, good_project) if project else [])


@contextmanager
def in_time():
    """Stops what takes too long."""

    def stop(number, frame):
        raise TooSlow

    signal.signal(signal.SIGPROF, stop)
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.setitimer(signal.ITIMER_REAL, FOREVER)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


@functools.cache
def workplace():
    """A folder that goes when this process does."""
    return tempfile.TemporaryDirectory(prefix="fuzzing-")


@functools.cache
def folder_of(name):
    """A copy of a project, of this process alone."""
    folder = Path(workplace().name) / name
    for file, text in good(name).texts.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
    for document in good(name).project.config.codebook:
        shutil.copy(ROOTS[name] / document, folder / document)
    return folder


def asked(one):
    """The problems of a case, and the project if it could be opened as a whole."""
    problems = []
    if one.asks == "reader":
        read_alone(one, problems.append)
        return problems, None
    try:
        project = open_project(folder_of(one.project))
    except ProblemsFound as refused:
        return refused.problems, None
    problems += [*project.problems, *warnings_of(project)]
    compute_some(project, one)
    return problems, project


def read_alone(one, report):
    """The reader of one file, which stands in its place in the copy."""
    folder, name = folder_of(one.project), Path(one.file).name
    data = good(one.project).project.config.data
    if one.file == CONFIG:
        file = read_yaml(folder / CONFIG, CONFIG, report)
        _ = file and from_file(Config, file, report)
    elif one.file.endswith(".csv"):
        descriptor = next(d for d in good(one.project).descriptors.values() if d.resource.path == name)
        read_table(folder, data, descriptor, report)
    elif one.file.startswith(good(one.project).folder):
        written, named = read_definitions(only(one), good(one.project).folder, pillars_of(one.project), report)
        all_written, all_named = definitions_of(one.project)
        others = {key: item for key, item in all_written.items() if item.file.name != one.file}
        names = named.all | all_named.all if named.complete else None
        cross_check(others | written, names, good(one.project).project.collection.described.resources, report)
    else:
        read_descriptors(folder, data, report)


def only(one):
    """A folder of definitions with the spoiled file alone."""
    folder = folder_of(one.project).parent / "alone" / good(one.project).folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(folder_of(one.project) / one.file, folder)
    return folder_of(one.project).parent / "alone"


def compute_some(project, one):
    """Three indicators, those of the spoiled file first, with their breakdowns; of the shipped project a chart and its words."""
    dice = one.dice
    names = [d.name for base in project.definitions.values() for d in base.rules]
    near = [n for n in names if project.places[n].file == one.file] or [
        n for n in names if any(t.resource.path == Path(one.file).name.replace(".resource.yaml", ".csv") for t in tables_under(project, n))
    ]
    chosen = dice.sample(near, min(2, len(near))) + dice.sample(names, min(1, len(names)))
    for name in chosen:
        definition = project.definition(name)
        found = series(project, Query(*name.split("@")))
        assert found.values["score"].dropna().between(0, 100).all()
        if definition.breakdown:
            series(project, Query(*name.split("@"), breakdown=dice.choice(definition.breakdown).by))
        if one.asks == "shipped" or dice.random() < 0.1:
            draw(project, name, found)


def tables_under(project, name):
    """Tables that a definition reads itself."""
    return [project.tables[t] for t in tables_of(project.definition(name)) if t in project.tables]


def draw(project, name, found):
    """The chart of an indicator, and a number in words."""
    made = results(project)
    with suppress(ProblemsFound):
        drawing_of(picture_of(made, View(*name.split("@"))), PALETTES["light"], MEMO.size)
    if len(found.values):
        explained(project, found, found.values.index[-1])


# ---- what must hold ----


def form_faults(problem, one, mutant):
    """A problem has a code, words without anything that cannot be seen, and a line that the file has."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", problem.code):
        yield f"a code of another form: {problem.code!r}"
    for words in (problem.message, problem.hint):
        if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp") for letter in words):
            yield f"words that cannot be printed: {words[:300]!r}"
        if len(words) > LONGEST:
            yield f"words without end ({len(words)}): {words[:300]!r}"
    if not problem.message.strip() or not problem.hint.strip():
        yield f"a problem without words or way out: {problem!r}"
    texts = good(one.project).texts
    lines = last_line(mutant.raw) if problem.place.file == one.file else texts.get(problem.place.file, "").count("\n") + 1
    if not 0 <= problem.place.line <= lines:
        yield f"a line that is not there: {problem}"
    if "\n" in problem.place.file or not problem.place.file:
        yield f"a file that is none: {problem!r}"


def last_line(raw):
    """Lines of a file as the most generous reader counts them."""
    breaks = ("\r\n", "\r", "\n", "\x85", "\u2028", "\u2029")
    text = raw.decode("utf-8", "replace")
    return 1 + text.count("\n") + text.count("\r") + sum(text.count(b) for b in breaks[3:])


def owed_faults(problems, one, mutant):
    """A key that nobody knows is named, on its line."""
    if not mutant.owed:
        return []
    line, key = mutant.owed
    if any(p.place == (one.file, line) and key in p.message for p in problems):
        return []
    return [f"the key {key!r} on line {line} is taken without a word at this line; problems: {[str(p) for p in problems]}"]


def remaining_faults(project, one, good_project):
    """What rests on no spoiled file is still there, with the same numbers."""
    if one.file == CONFIG or one.file.endswith("datapackage.yaml"):
        return []
    if one.file.startswith(good(one.project).folder):
        kept = [name for name, files in files_behind(one.project).items() if one.file not in files]
    else:
        spoiled_path = Path(one.file).name.replace(".resource.yaml", ".csv")
        table = next(t for t, d in good(one.project).descriptors.items() if d.resource.path == spoiled_path)
        kept = [name for name, tables in needs(one.project).items() if table not in tables]
    there = {d.name for base in project.definitions.values() for d in base.rules}
    lost = [name for name in kept if name not in there]
    if lost:
        return [f"lost, though nothing that they rest on has changed: {lost}; {[str(p) for p in project.problems]}"]
    if not kept:
        return []
    name = one.dice.choice(kept)
    try:
        pd.testing.assert_frame_equal(series(project, Query(*name.split("@"))).values, good_values(one.project, name))
    except AssertionError as e:
        return [f"{name} has other numbers, though nothing that it rests on has changed: {e}"]
    return []


# ---- many cases ----


def failures(numbers):
    """(number, what did not hold) of each case that fails."""
    return [(number, faults) for number in numbers if (faults := faults_of(number))]


def _work_in(folder):
    tempfile.tempdir = folder


def failures_in_parallel(numbers, processes=2):
    """The same, by several processes at once."""
    with (
        tempfile.TemporaryDirectory(prefix="fuzzing-") as folder,  # processes that are stopped do not tidy up
        multiprocessing.get_context("spawn").Pool(processes, _work_in, (folder,)) as pool,
    ):
        found = [one for part in pool.imap_unordered(failures, [numbers[n : n + 50] for n in range(0, len(numbers), 50)]) for one in part]
    return sorted(found)


def told(found):
    """Failures as a person reads them, with the line that shows one again."""
    return "\n\n".join("\n".join([f"python -m tests.fuzzing {number}", *faults]) for number, faults in found)


def main(number):
    """Show one case."""
    one = case(number)
    mutant = mutant_of(one)
    print(one, mutant.what, f"owed: {mutant.owed}", sep="\n")
    print(*(faults_of(number) or ["all holds"]), sep="\n")
    kept = Path(tempfile.mkdtemp(prefix="spoiled-")) / Path(one.file).name
    kept.write_bytes(mutant.raw)
    print(f"the spoiled file: {kept}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
