"""What the person who imports a file says of it: everything that the file itself does not show."""

import datetime
import importlib
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from indicators.problems import Fault, Place, ProblemsFound, fault

Kind = Literal["events", "observations", "reference"]
Gone = Literal["keep", "remove"]


class Options(NamedTuple):
    """The options of `relations import`; "" and () where nothing is said."""

    name: str = ""
    key: tuple[str, ...] = ()
    kind: Kind | None = None
    time: str = ""
    date: str = ""
    decimal: str = ""
    encoding: str = ""
    header: tuple[int, ...] = ()
    skip: tuple[int, ...] = ()
    sheet: str = ""
    missing: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    fill: tuple[str, ...] = ()
    where: Mapping[str, str] = {}
    recorded: str = ""
    gone: Gone | None = None


def cannot(name: str, why: str, hint: str, line: int = 0) -> ProblemsFound:
    """Why a file cannot be imported, to be raised."""
    return ProblemsFound([reason(why, hint).at(Place(name, line))])


def reason(why: str, hint: str) -> Fault:
    """One reason why a file is not imported as it is."""
    return fault("not-imported", hint=f"{hint}; nothing was written", why=why)


def package(name: str, file: str, kind: str) -> Any:
    """A package that only some kinds of file need. ProblemsFound where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        raise cannot(file, f"{kind} needs the package {name.replace('_', '-')}", "pip install '.[import]', or save it as CSV") from None


def as_text(cell: Any) -> str:
    """A cell as CSV would write it: whole numbers without a point, days without a time, lists with semicolons."""
    if cell is None or (isinstance(cell, float) and cell != cell) or type(cell).__name__ in ("NaTType", "NAType"):
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(float(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ")
    if isinstance(cell, list | tuple) or type(cell).__name__ == "ndarray":
        return ";".join(map(as_text, cell))
    return cell.isoformat() if isinstance(cell, datetime.date) else str(cell)
