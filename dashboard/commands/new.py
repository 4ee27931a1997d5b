"""`relations new`: a small project about two invented countries to start from, written to a new folder."""

import argparse
import shlex
from pathlib import Path

from dashboard.commands import CLEAN
from indicators.problems import Place, fault, refused
from indicators.reading.replacing import new_folder

EXAMPLE = "relations new my-project"
STARTER = Path(__file__).parents[1] / "starter"
NOTHING = "name a new folder; nothing was written"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")


def run(given: argparse.Namespace) -> int:
    """Create the project and print what to do next."""
    print(next_steps(given.folder, begin(given.folder)), end="")
    return CLEAN


def begin(folder: Path) -> tuple[str, ...]:
    """Write the project to a new or empty folder; the files written, sorted. ProblemsFound, and nothing is changed, if the folder
    is not empty; also if it cannot be written."""
    from indicators import schema
    from indicators.reading.project import open_project

    try:
        if folder.exists() and not folder.is_dir():
            raise refused(fault("not-empty/file", hint=NOTHING), Place(str(folder)))
        if folder.exists() and any(folder.iterdir()):
            names = sorted(p.name for p in folder.iterdir())
            first = f"{names[0]!r}" + (f" and {len(names) - 1} more" if len(names) > 1 else "")
            raise refused(fault("not-empty/folder", hint=NOTHING, first=first), Place(str(folder)))
        with new_folder(folder) as new:
            for path in sorted(p for p in STARTER.rglob("*") if p.is_file()):
                to = new / path.relative_to(STARTER)
                to.parent.mkdir(parents=True, exist_ok=True)
                to.write_bytes(path.read_bytes())
            for _ in schema.write(open_project(new)):
                pass
    except OSError as e:
        hint = "name a folder that you can write to; nothing was written"
        problem = fault("not-written/file", hint=hint, path=folder, why=e.strerror)
        raise refused(problem, Place(str(folder))) from None
    return tuple(sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()))


def next_steps(folder: Path, written: tuple[str, ...]) -> str:
    """The files that were created, and the next steps, as lines.

    >>> print(next_steps(Path("my states"), ("config.yaml",)).splitlines()[3])
      relations --project 'my states' serve     show it; pages follow your edits
    """
    relations = f"relations --project {shlex.quote(str(folder))}"
    return f"""{folder}: {len(written)} files, a small project about two invented countries
try it:
  {relations} check     read and check everything
  {relations} serve     show it; pages follow your edits
then replace, checking after each step:
  config.yaml                  title, sides, as_of, pillars
  data/sources.csv             the sources; every other table refers to them
  data/*.csv                   the rows; codes and labels are in the *.resource.yaml next to each
  data/coverage.csv            how completely each kind of event was collected
  indicators/definitions/      what is counted: a file a pillar
after changing tables, columns, codes or ids, so that editors know them:
  {relations} schema --write
"""
