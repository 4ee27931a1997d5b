"""`relations export`: write views to files, one after the other; an error in one stops only that one."""

import argparse
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from dashboard.charts.frame import Figure
from dashboard.charts.view import parse_view
from dashboard.commands import CLEAN, FOUND, of_today, report, with_bar
from dashboard.export import sheet
from dashboard.export.formats import FORMATS, ExportJob, Format, Pictures, job_of
from dashboard.export.output import PRESETS, Name, make_folder, name_of, write
from indicators.compute.pipeline import results
from indicators.nouns.series import Results
from indicators.problems import Place, Problem, ProblemsFound, fault
from indicators.reading.project import DRAWN, open_project

EXAMPLE = "relations export 'summonses?frequency=triannual&from=2019' --format png --output charts"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    views = "indicator, id@variant or view (default: all indicators, each by its main rule)"
    parser.add_argument("views", nargs="*", metavar="ID|VIEW", help=views)
    parser.add_argument("--variants", action="store_true", help="also each variant of these indicators")
    formats = "; ".join(f"{one.name}: {one.about}" for one in FORMATS.values())
    parser.add_argument("--format", choices=FORMATS, default="png", help=f"{formats} (default: png)")
    parser.add_argument(
        "--output", type=Path, required=True, metavar="DIR", help="folder for the files; created if needed, existing files are replaced"
    )
    sizes = "; ".join(f"{preset.name}: {preset.about}" for preset in PRESETS.values())
    parser.add_argument("--preset", choices=PRESETS, default="memo", help=f"{sizes} (default: memo)")


def run(given: argparse.Namespace) -> int:
    """Write the files, print the path of each, report problems; 0 if all were written, otherwise 1."""
    code = CLEAN
    for outcome in files(Order(given.project, tuple(given.views), given.variants, FORMATS[given.format], given.preset, given.output)):
        if isinstance(outcome, Problem):
            code = FOUND
            report([outcome])
        else:
            print(outcome, flush=True)
    return code


@dataclass(frozen=True)
class Order:
    """What to export: of which project, which views (all if none is named; with `variants` theirs too), how and where."""

    project: Path
    views: tuple[str, ...]
    variants: bool
    format: Format
    preset: Name
    output: Path


def files(order: Order) -> Iterator[Path | Problem]:
    """The files that are written, and the problems, in order. ProblemsFound if nothing can be written."""
    with _drawing(order.format) as draw, ThreadPoolExecutor(1) as hand:
        project = open_project(order.project, only=_names_in(order.views) if order.views else None, roles=DRAWN)
        shown = results(project)
        yield from project.errors
        asked = order.views or list(shown.definitions)
        texts = list(dict.fromkeys(one for text in asked for one in (_with_variants(shown, text) if order.variants else [text])))
        for outcome in with_bar(_made(order, shown, texts, hand, draw), len(texts)):
            yield from outcome


def _names_in(views: Iterable[str]) -> Iterator[str]:
    """The names of the rules in the texts of views. What is not a view is reported later."""
    for text in views:
        with suppress(ProblemsFound):
            yield from parse_view(text).names


Draw = Callable[[Figure, float], Pictures]


@contextmanager
def _drawing(form: Format) -> Iterator[Draw]:
    """What draws the pictures that a format needs: a browser, which is started only if it needs any."""
    if not form.draws:
        yield lambda figure, factor: {}
        return
    from dashboard.export.browser import Chromium  # slow to load

    with Chromium() as browser:
        yield lambda figure, factor: browser.pictures(figure, form.draws, factor)


def _made(order: Order, shown: Results, texts: list[str], hand: ThreadPoolExecutor, draw: Draw) -> Iterator[list[Path | Problem]]:
    make_folder(order.output)
    pending: deque[tuple[str, Future[Path]]] = deque()
    for text in texts:
        try:
            view = of_today(parse_view(text), shown.formerly)
            if order.format.name == "csv" and len(view.query.columns) > 1:
                pending.append((text, hand.submit(_saved, order, name_of(view), sheet.two_ways_csv(shown, view).encode())))
                continue
            job = job_of(shown, view, PRESETS[order.preset])
            figure = job.drawing.figure if order.format.draws else {}
            pending.append((text, hand.submit(_written, order, job, figure, draw)))
        except Exception as e:  # whatever is wrong with one view, the others are written
            yield _named(text, e)
        # While the browser draws one picture, the next is prepared; no more than that are kept.
        while len(pending) > 1:
            yield _outcome(*pending.popleft())
    while pending:
        yield _outcome(*pending.popleft())


def _with_variants(shown: Results, text: str) -> list[str]:
    """A view and, if it names no variant, the same view of each variant. What is not a view is reported later."""
    with suppress(ProblemsFound):
        view = parse_view(text).renamed(shown.formerly)
        definition = shown.definitions.get(view.indicator)
        if definition and not view.variant:
            return [text, *(replace(view, variant=name).text for name in definition.variants)]
    return [text]


def _written(order: Order, job: ExportJob, figure: Figure, draw: Draw) -> Path:
    name = job.name if order.format.draws else name_of(job.picture.view)  # a table has no size
    return _saved(order, name, order.format.make(job, draw(figure, job.preset.factor)))


def _saved(order: Order, name: str, data: bytes) -> Path:
    path = order.output / f"{name}.{order.format.suffix}"
    write(path, data)
    return path


def _outcome(text: str, future: "Future[Path]") -> list[Path | Problem]:
    try:
        return [future.result()]
    except Exception as e:
        return _named(text, e)


def _named(text: str, error: Exception) -> list[Path | Problem]:
    """The problems of a view, under its name."""
    if isinstance(error, ProblemsFound):
        return [replace(problem, place=Place(text)) for problem in error.problems]
    hint = "the other views are written; please report the message"
    return [fault("fault/view", hint=hint, kind=type(error).__name__, why=error).at(Place(text))]
