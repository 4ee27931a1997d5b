"""What a data package and each of its tables say as the Frictionless standard has it: sources, terms, the form of a CSV."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from indicators.nouns.vocabulary import FileModel, Texts


class Producer(FileModel):
    """Where a table comes from, as the Frictionless standard has it."""

    title: str
    """What the source is called."""
    path: str = ""
    """Its address, or a file in the same folder. E.g. `sources.csv`."""
    email: str = ""
    """Whom to ask."""


class Licence(FileModel):
    """Terms of a table, as the Frictionless standard has them."""

    name: str = ""
    """Short name of the licence. E.g. `CC-BY-4.0`."""
    title: str = ""
    """The terms, in a line."""
    path: str = ""
    """Where the terms are. E.g. `https://creativecommons.org/licenses/by/4.0/`."""


class Package(FileModel):
    """`datapackage.yaml`: a Frictionless Data Package, of which `resources` names one descriptor file a table."""

    name: str = ""
    """Short name of the package, in lower case."""
    title: str = ""
    """What the tables are called together."""
    description: str = ""
    """What they hold, and over which years."""
    homepage: str = ""
    """Their address on the web."""
    version: str = ""
    """Which state of the tables this is."""
    created: str = ""
    """The day on which they were made."""
    keywords: Texts = ()
    """Words to find them by."""
    sources: tuple[Producer, ...] = ()
    """Where the tables come from."""
    licenses: tuple[Licence, ...] = ()
    """Terms of the tables."""
    resources: tuple[str, ...]
    """The descriptors, one file for each table, in the same folder. E.g. `[events.resource.yaml]`."""


class Delimited(FileModel):
    """How the cells of a CSV are separated."""

    delimiter: Literal[",", ";", "\t", "|"] = ","
    """The character between the cells of a row. E.g. `;`."""
    quoteChar: Literal['"'] = '"'
    """The character around cells that hold a delimiter; only `"` is read."""
    doubleQuote: Literal[True] = True
    """A quote inside a cell is doubled; only this is read."""


class Dialect(Delimited):
    """The form of a CSV, as the Frictionless standard has it."""

    header: Literal[True] = True
    """A line names the columns; only this is read."""
    headerRows: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1, max_length=1)] = (1,)
    """Which row names the columns, counted from 1, where it is not the first: what is above it is left out. E.g. `[4]`; not: two rows."""
    commentRows: tuple[Annotated[int, Field(ge=1)], ...] = ()
    """Rows that are left out, counted from 1: codes or units below the header. E.g. `[2, 3]`."""
    commentChar: Annotated[str, Field(max_length=5, pattern=r'^([^\w\s",;|+-]|--)[^\w\s",;|]*$')] | None = None
    """How rows begin that are left out: signs with which no cell begins. E.g. `'#'`."""
    csv: Delimited | None = None
    """The same keys, where newer versions of the standard have them. E.g. `{delimiter: ;}`."""

    @property
    def separator(self) -> str:
        """The character between the cells of a row."""
        return self.csv.delimiter if self.csv else self.delimiter

    def leaves_out(self, number: int, cells: Sequence[str]) -> bool:
        """Whether a row, by its number in the file from 1, is above the header or a comment.

        >>> dialect = Dialect(headerRows=(2,), commentRows=(3,), commentChar="#")
        >>> [dialect.leaves_out(*row) for row in ((1, ["a"]), (2, ["b"]), (3, ["c"]), (4, ["# d"]), (5, ["e"]))]
        [True, False, True, True, False]
        """
        begins = self.commentChar is not None and bool(cells) and cells[0].startswith(self.commentChar)
        return number < self.headerRows[0] or number in self.commentRows or begins
