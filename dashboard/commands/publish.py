"""`relations publish`: the pages of a project as a folder of files that need no server, whole or not at all."""

import argparse
import datetime
import hashlib
import importlib.metadata
import json
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from dashboard.commands import CLEAN, with_bar
from dashboard.export.output import json_text
from dashboard.words import numbers
from indicators.compute.pipeline import results
from indicators.nouns.series import Results
from indicators.problems import Place, ProblemsFound, fault, refused
from indicators.reading.project import Project, open_project
from indicators.reading.replacing import folder_instead
from indicators.reading.revision import is_changed, revision

EXAMPLE = "relations publish public"
RECORD = "published.json"
FORMAT = "relations-publication/1"
OTHER = "name a new folder, or one that holds an earlier publication and nothing else; nothing was written"
MOST_WAITING = 8
"""Pictures that wait for the browser while pages are made."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new folder, or an earlier publication, which is replaced")


def run(given: argparse.Namespace) -> int:
    """Publish, and print what was written. ProblemsFound, and nothing is changed, if the project has errors, a page cannot be made, or
    the folder holds anything else."""
    check_place(given.folder)
    project = open_project(given.project)
    if project.errors:
        raise ProblemsFound(project.errors)
    pages, files, size = publish(project, given.folder)
    print(f"{given.folder}: {pages} pages and {files} other files, {size / 1e6:.1f} MB; open {given.folder / 'index.html'}")
    return CLEAN


def publish(project: Project, folder: Path) -> tuple[int, int, int]:
    """Write the pages of a project to a folder; the number of pages and of other files, and their bytes."""
    from dashboard.export.browser import Chromium  # slow to load

    made = results(project)
    record = about(project, made)
    try:
        with Chromium() as browser, folder_instead(folder) as new, ThreadPoolExecutor(1) as hand:
            pages = _written(project, made, record, new, browser, hand)
            files = sorted(path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_file())
            (new / RECORD).write_text(json_text(record | {"files": files}), encoding="utf-8")
            size = sum((new / file).stat().st_size for file in files)
            check_place(folder)  # someone may have put something there in the meantime
    except OSError as e:
        problem = fault("not-written/file", hint="choose another folder; nothing was changed", path=folder, why=e.strerror)
        raise refused(problem, Place(str(folder))) from None
    return pages, len(files) + 1 - pages, size


def _written(project: Project, made: Results, record: dict[str, Any], new: Path, browser: Any, hand: ThreadPoolExecutor) -> int:
    """Write all but the record; the number of pages."""
    from dashboard.app.site import Drawn, Site  # slow to load
    from dashboard.live import Current

    waiting: deque[Future[None]] = deque()

    def write(name: str, data: bytes) -> None:
        path = new / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)

    def draw(one: Drawn) -> None:
        waiting.append(hand.submit(lambda: write(one.file, one.finished(browser.svg(one.figure).encode()))))
        while len(waiting) > MOST_WAITING:
            waiting.popleft().result()

    site = Site(Current(project, made, 1), sentence(record), write, draw)
    for _ in with_bar(_pages(site), len(site.addresses)):
        pass
    while waiting:
        waiting.popleft().result()
    for name, data in site.finish():
        write(name, data)
    return len(site.addresses)


def _pages(site: Any) -> Iterator[None]:
    for address in site.addresses:
        try:
            yield site.add(address)
        except ProblemsFound as e:
            raise ProblemsFound(replace(one, place=Place(address)) for one in e.problems) from None
        except OSError:  # the disk is full, or gone
            raise
        except Exception as e:  # whatever is wrong with one page, nothing is published
            hint = "nothing was published; please report the message"
            raise refused(fault("fault/view", hint=hint, kind=type(e).__name__, why=e), Place(address)) from e


def check_place(folder: Path) -> None:
    """ProblemsFound unless there is nothing, or an earlier publication alone."""
    place = Place(str(folder))
    if folder.exists() and not folder.is_dir():
        raise refused(fault("not-empty/file", hint=OTHER), place)
    if not folder.is_dir():
        return
    known = _files_of(folder)
    others = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())
    strange = [name for name in others if name not in known]
    if strange:
        first = f"{strange[0]!r}" + (f" and {len(strange) - 1} more" if len(strange) > 1 else "")
        raise refused(fault("not-empty/folder", hint=OTHER, first=first), place)


def _files_of(folder: Path) -> set[str]:
    """The files that an earlier publication wrote into a folder; none where its record cannot be read."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        return {*map(str, record["files"]), RECORD} if record["format"] == FORMAT else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def about(project: Project, made: Results) -> dict[str, Any]:
    """What is published: title, day of the data, revision, digest of the tables, program, day."""
    digests = "".join(f"{name} {table.digest}\n" for name, table in sorted(made.tables.items()))
    return {
        "format": FORMAT,
        "title": made.config.title,
        "as_of": made.config.as_of,
        "published_on": datetime.date.today().isoformat(),
        "program": f"relations-health {importlib.metadata.version('relations-health')}",
        "revision": _revision(project),
        "data_sha256": hashlib.sha256(digests.encode()).hexdigest(),
    }


def _revision(project: Project) -> dict[str, Any] | None:
    """The commit on which the project stands, and whether its files were changed since; None without git."""
    try:
        found = revision(project.root, "HEAD")
        return {"commit": found.commit, "changed_since": is_changed(found, project.config)}
    except ProblemsFound:
        return None


def sentence(record: dict[str, Any]) -> str:
    """What was published when, as every page says it.

    >>> day, commit = {"as_of": "1896-06-30", "published_on": "1896-07-01"}, {"commit": "a761d52f", "changed_since": True}
    >>> what = {"title": "Ruritania", "program": "relations-health 1", "data_sha256": "9f" * 32, "revision": commit}
    >>> sentence(what | day).partition("Published")[2]
    ' on 1 July 1896 with relations-health 1, from revision a761d52 with later changes of its files. Data: sha256 9f9f9f9f9f9f.'
    """
    as_of, on = (numbers.day(datetime.date.fromisoformat(record[key])) for key in ("as_of", "published_on"))
    revised, changes = record["revision"], " with later changes of its files"
    source = f", from revision {revised['commit'][:7]}{changes if revised['changed_since'] else ''}" if revised else ""
    digest = record["data_sha256"][:12]
    return f"{record['title']}, data as of {as_of}. Published on {on} with {record['program']}{source}. Data: sha256 {digest}."
