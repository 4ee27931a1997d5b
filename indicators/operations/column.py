"""A column as conditions and breakdowns see it: its kind, its cells, and the codes that they hold."""

import datetime
import functools
import re
from typing import Any, Literal, NamedTuple, get_args

import narwhals as nw

from indicators.nouns.descriptor import FieldOf, Resource
from indicators.nouns.periods import FREQUENCIES, FREQUENCY, Frequency, first_day, label, period_named, period_of
from indicators.nouns.vocabulary import DAY, form_of
from indicators.problems import Refused

Kind = Literal["list", "string", "boolean", "integer", "number", "year", "yearmonth", "date", "period"]
"""Of columns: whether cells are lists, or texts that name periods, else the Frictionless type."""
KINDS: tuple[Kind, ...] = get_args(Kind)
NUMBERS: tuple[Kind, ...] = ("integer", "number", "year")
TIMES: tuple[Kind, ...] = ("year", "yearmonth", "date", "period")
TEXTS: tuple[Kind, ...] = ("list", "string", "yearmonth", "period")
OF_CODES = ("string", "integer", "year", "boolean")
"""Types of the columns by whose codes a number may be broken down."""


class Column(NamedTuple):
    """A column as conditions see it: its field, its vocabulary, and, for a list column, the separator. `names`: the frequency of the
    periods that its texts name; `places`: whether these place a row in time."""

    field: FieldOf
    separator: str | None = None
    codes: tuple[str | float, ...] = ()
    names: Frequency | None = None
    places: bool = False

    @property
    def kind(self) -> Kind:
        """The kind of the column: which conditions it knows."""
        return "list" if self.separator else "period" if self.names else self.field.kind

    @property
    def values(self) -> "nw.Expr":
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

    def ordered(self, bound: int) -> "tuple[nw.Expr, Any]":
        """Cells and a bound, a period of `names`, in a form that can be compared; what is not the name of such a period is missing."""
        assert self.names
        if self.places:  # there names are also read as SDMX writes them
            return nw.col(DAY), datetime.datetime.combine(first_day(bound, self.names), datetime.time())
        name = label(bound, self.names)
        is_name = self.values.str.contains("^" + re.sub("[0-9]", "[0-9]", name))
        return nw.when(is_name).then(self.values.str.slice(0, len(name))), name


def column_of(resource: Resource, name: str) -> Column:
    """A column of a table as conditions see it."""
    listing, field = resource.relations.lists.get(name), resource.columns[name]
    if listing:
        return Column(field, listing.separator, listing.enum)
    time = resource.relations.time
    places = field.type == "string" and bool(time and time.every and time.start == name)
    named = FREQUENCY[time.every] if time and places else names_of(field) if field.type == "string" else None
    return Column(field, None, field.codes, named, places)


def names_of(field: FieldOf) -> Frequency | None:
    """The frequency of the periods that the texts of a column name, by its vocabulary or its pattern; None where they are other texts.

    >>> from indicators.nouns.descriptor import Constraints
    >>> patterns = ("[0-9]{4}-Q[1-4]", "[0-9]{4}(-Q[1-4])?", ".*")
    >>> [names_of(FieldOf(name="q", type="string", description="", constraints=Constraints(pattern=one))) for one in patterns]
    ['quarterly', None, None]
    """
    if field.codes:
        found = {frequency_of(code) for code in field.codes}
        return found.pop() if len(found) == 1 else None
    return _named_by(field.constraints.pattern) if field.constraints.pattern else None


@functools.cache
def _named_by(pattern: str) -> Frequency | None:
    """The frequency of periods that match a pattern, if there is one such frequency."""
    try:
        fits = form_of(pattern)
    except Refused:  # reported with the descriptor
        return None
    days = (datetime.date(2019, 1, 31), datetime.date(2024, 12, 17))
    found: list[Frequency] = [one for one in FREQUENCIES if any(fits(label(period_of(day, one), one)) for day in days)]
    return found[0] if len(found) == 1 else None


def frequency_of(value: Any) -> Frequency | None:
    """The frequency of what is the name of a period, else None.

    >>> frequency_of("2024-Q1"), frequency_of(2024), frequency_of("many")
    ('quarterly', 'annual', None)
    """
    found = period_named(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else None
    return found[1] if found else None


def code_text(code: Any) -> str:
    """A code as text, in the one form in which a breakdown names its parts.

    >>> code_text(1.0), code_text(2024), code_text(True), code_text("GRA")
    ('1', '2024', 'true', 'GRA')
    """
    if isinstance(code, bool):
        return str(code).lower()
    return f"{code:.15g}" if isinstance(code, int | float) else str(code)


def codes_in(resource: Resource, column: str) -> tuple[str, ...]:
    """The vocabulary of a column, as texts."""
    return tuple(map(code_text, column_of(resource, column).codes))
