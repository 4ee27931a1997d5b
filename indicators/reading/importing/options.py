"""What the person who imports a file says of it: everything that the file itself does not show."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

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
