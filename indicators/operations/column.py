"""A column as conditions and breakdowns see it: its kind, its cells, and the codes that they hold."""

import datetime
import re
from typing import Any, Literal, NamedTuple, get_args

import narwhals as nw

from indicators.nouns.descriptor import FieldOf

Kind = Literal["list", "string", "boolean", "integer", "number", "year", "yearmonth", "date"]
"""Of columns: whether cells are lists, else the Frictionless type."""
KINDS: tuple[Kind, ...] = get_args(Kind)
NUMBERS: tuple[Kind, ...] = ("integer", "number", "year")
TIMES: tuple[Kind, ...] = ("year", "yearmonth", "date")
TEXTS: tuple[Kind, ...] = ("list", "string", "yearmonth")
OF_CODES = ("string", "integer", "year", "boolean")
"""Types of the columns by whose codes a number may be broken down."""


class Column(NamedTuple):
    """A column as conditions see it: its field, its vocabulary, and, for a list column, the separator."""

    field: FieldOf
    separator: str | None = None
    codes: tuple[str | float, ...] = ()

    @property
    def kind(self) -> Kind:
        """The kind of the column: which conditions it knows."""
        return "list" if self.separator else self.field.kind

    @property
    def values(self) -> "nw.Expr":
        """The cells."""
        return nw.col(self.field.name)

    def cell(self, value: Any) -> Any:
        """The value as a cell holds it: a day for a column of dates, and a text for a truth value."""
        if self.kind == "boolean":
            return "true" if value else "false"
        return datetime.datetime.fromisoformat(value) if self.kind == "date" else value

    def holds_code(self, code: str) -> "nw.Expr":
        """Cells with a code, which is given as `code_text` writes it."""
        return self.holds(float(code) if self.kind in NUMBERS else code == "true" if self.kind == "boolean" else code)

    def holds(self, value: Any) -> "nw.Expr":
        """Cells equal to the value; on a list column, cells that contain it."""
        if self.separator is None:
            return self.values == self.cell(value)
        sep = re.escape(self.separator)
        return self.values.str.contains(f"(?:^|{sep}){re.escape(str(value))}(?:{sep}|$)")


def code_text(code: Any) -> str:
    """A code as text, in the one form in which a breakdown names its parts.

    >>> code_text(1.0), code_text(2024), code_text(True), code_text("GRA")
    ('1', '2024', 'true', 'GRA')
    """
    if isinstance(code, bool):
        return str(code).lower()
    return f"{code:.15g}" if isinstance(code, int | float) else str(code)
