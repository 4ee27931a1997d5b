"""Series remembered across states of a project: taken again where nothing that they are made of has changed."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from indicators.crosscheck import parts_of, tables_of
from indicators.model import Definition, Query, Series
from indicators.project import Project

WORDS = {"title", "question", "counts", "notes", "credit", "annotations", "excuses"}
"""Keys of a definition that change no number."""
PLACE = {"id", "variant", "variants", "pillar"}
MOST = 256


def ground(project: Project, definition: Definition) -> tuple[Any, ...]:
    """All that a series is made from: rule, files with descriptors and grades, the day, and the same of its parts. Two series
    of equal grounds are the same but for their words: those of the definition, and the notes."""
    rule = definition.model_dump(mode="json", exclude=WORDS | PLACE)
    read = [table_ground(project, name) for name in sorted(tables_of(definition))]
    return project.config.as_of, rule, read, [ground(project, project.definition(part)) for part in parts_of(definition)]


def table_ground(project: Project, name: str) -> tuple[Any, ...]:
    """What a table is made from."""
    table = project.tables[name]
    return name, table.digest, table.spans, table.resource


class Remembered:
    """Series by question, each with the ground that it was made on; the least used are forgotten. Safe between threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Query, tuple[tuple[Any, ...], Series]] = OrderedDict()
        self._lock = threading.Lock()

    def recall(self, query: Query, made_on: tuple[Any, ...], compute: Callable[[], Series]) -> Series:
        """The series of a question on this ground: remembered, or computed and remembered."""
        with self._lock:
            kept = self._kept.get(query)
        if kept is None or kept[0] != made_on:
            kept = (made_on, compute())
        with self._lock:
            self._kept[query] = kept
            self._kept.move_to_end(query)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return kept[1]
