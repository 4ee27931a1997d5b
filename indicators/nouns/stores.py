"""Tables whose rows stay in their files: what is asked of the store that holds them, and ids of rows that are fetched when asked for."""

import datetime
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import narwhals as nw
import pandas as pd

from indicators.nouns.vocabulary import grouped
from indicators.problems import Place, fault, refused


class Store(Protocol):
    """The rows of a table that stay in their files: how many, their first and last day, and a `key` that is another where they are."""

    rows: int
    first: datetime.date
    last: datetime.date
    key: str

    def lines(self) -> "nw.LazyFrame[Any]":
        """The rows with the columns of `Table.frame`, computed when they are collected."""

    def counts(self, column: str) -> pd.Series:
        """The different cells of a column, as text, and the number of rows that have each."""

    def found(self, ids: Sequence[str]) -> pd.DataFrame:
        """The rows with these ids, as `Table.frame` has them."""

    def page(self, select: "Callable[[], nw.LazyFrame[Any]]", asked: str, start: int, count: int) -> tuple[str, ...]:
        """Ids of some of the rows that `select` gives, from a place on; `asked`: all that these depend on, as text."""

    def recalled(self, name: str, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """A small frame under a name, computed once for these rows and kept beside them."""


class NotInMemory:
    """Takes the place of the frame of a table in a store: whatever needs all rows at once is refused, and never gets none."""

    def __init__(self, name: str) -> None:
        self._name = name

    def _refuse(self, *_: object) -> Any:
        raise refused(fault("not-in-store/use", hint=IN_MEMORY, table=self._name, purpose="this"), Place(self._name))

    __len__ = __getitem__ = __iter__ = __contains__ = _refuse

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._refuse()


IN_MEMORY = "give the table engine: pandas in its descriptor, if it is a CSV that fits into memory (limits in config.yaml)"


AT_ONCE = 10_000
"""Ids that are fetched together."""


class StoredIds(Sequence[str]):
    """Ids of rows in a store: their number is known, and they are fetched when they are asked for. `groups`: what tells each group of
    rows from others, its number of rows, and what gives some of its ids from a place on."""

    def __init__(self, groups: "Iterable[IdGroup]") -> None:
        alike = grouped((one.shared or one.key, one) for one in {one.key: one for one in groups}.values())
        self.groups = tuple(one.together((one, *more)) if one.together and more else one for one, *more in alike.values())

    def __len__(self) -> int:
        return sum(one.number for one in self.groups)

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, slice):
            at = range(len(self))[place]
            return self[at : at + 1][0]
        start, stop, step = place.indices(len(self))
        ids: list[str] = []
        for one in self.groups:
            inside = range(max(start, 0), min(stop, one.number))
            ids += one.fetch(inside.start, len(inside)) if len(inside) else ()
            start, stop = start - one.number, stop - one.number
        return tuple(ids[::step])

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), AT_ONCE):
            yield from self[start : start + AT_ONCE]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StoredIds) and {one.key for one in self.groups} == {one.key for one in other.groups}

    def __hash__(self) -> int:
        return hash(frozenset(one.key for one in self.groups))


class IdGroup(NamedTuple):
    """See `StoredIds`. Groups with the same `shared` are rows of one table and period by different `selections`, which may have rows in
    common: `together` gives each once."""

    key: Hashable
    number: int
    fetch: Callable[[int, int], Sequence[str]]
    shared: Hashable = None
    together: "Callable[[Sequence[IdGroup]], IdGroup] | None" = None
    selections: Mapping[str, "Callable[[], Any]"] = MappingProxyType({})


Ids = Sequence[str]
"""Ids of rows: a tuple, or `StoredIds`."""


def at_hand(ids: Ids) -> tuple[str, ...]:
    """The ids that are in memory: none of those in a store, which may be millions."""
    return () if isinstance(ids, StoredIds) else tuple(ids)
