"""What counts rows where their files are: DuckDB on this machine, or Spark where its master is. Both are asked in the SQL that they share;
where they differ, a method says it in the words of each. Neither starts before something is asked."""

import functools
import importlib.util
import os
import re
import shutil
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from indicators.nouns.vocabulary import ROW
from indicators.reading.kept import kept_in

AT_ONCE = 50_000
"""Rows that are fetched together."""
SETTINGS: dict[str, Any] = {
    **dict.fromkeys(("autoinstall_known_extensions", "autoload_known_extensions", "python_enable_replacements"), False),
    "memory_limit": "1GB",
}
"""Of DuckDB. It goes on in files where it would need more memory."""
SPARK_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}
"""Standard SQL, days without a time zone, and cells as they are written."""
LOCAL_SETTINGS = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
TRUSTED = "RELATIONS_SPARK_MASTER"
"""What the environment calls the addresses to which this machine may connect, with blanks between them: a project may be anybody's."""
PLAIN_PATTERN = r"\^?(([A-Za-z0-9_ :;/-]|\\[d.]|\[[A-Za-z0-9_ .:-]+\])([+*?]|[{][0-9]+(,[0-9]+)?[}])?)+\$?"
MOST_REPEATS = 3
"""Patterns that Java reads as we do, and in which repetitions are few and not inside each other, so that its time cannot explode."""


class Engine(Protocol):
    """What reads files and answers SQL about them."""

    package: str
    """The package that it needs."""
    extra: str
    """The extra that installs it."""
    needs_passes: bool
    """Whether a question about all rows must be cut into parts that fit into the memory of this machine."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What it raises where files, or what counts them, are at fault."""

    def literal(self, text: str) -> str:
        """A text in SQL."""

    def fits(self, cell: str, pattern: str) -> str:
        """SQL for whether a cell as a whole fits a pattern."""

    def knows(self, pattern: str) -> bool:
        """Whether it can match a pattern: not all know the language of descriptors, and what one does not know is looked at in Python."""

    def days(self, day: str) -> str:
        """SQL for the days from 1970-01-01 to a day."""

    def read_parquet(self, files: Sequence[Path], split_at: Path | None) -> dict[str, str]:
        """Makes the rows of some files `raw`, with @file and @line, and columns from the names of the folders below `split_at`; the kind
        of each column."""

    def view(self, name: str, sql: str) -> None:
        """What is asked under a name from now on."""

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of an answer; `values` for the question marks in it."""

    def frame(self, sql: str) -> pd.DataFrame:
        """The rows of an answer together."""

    def lazy(self, sql: str) -> Any:
        """An answer that Narwhals can go on with, computed when it is collected."""

    def page(self, lazy: Any, start: int, count: int) -> pd.DataFrame:
        """Some rows of such an answer, from a place on, always in the same order."""


def exactly(path: Path) -> str:
    """A path as DuckDB takes it for this one file, and not for a pattern that fits others.

    >>> exactly(Path("data/e*.csv")), exactly(Path("a[1]?.csv"))
    ('data/e[*].csv', 'a[[]1][?].csv')
    """
    return re.sub(r"[*?\[]", r"[\g<0>]", str(path))


class Duck:
    """DuckDB, in this process."""

    package = extra = "duckdb"
    needs_passes = True

    def __init__(self, master: str = "") -> None:
        pass

    @functools.cached_property
    def errors(self) -> tuple[type[Exception], ...]:
        import duckdb

        return duckdb.Error, OSError

    @functools.cached_property
    def _connection(self) -> Any:
        import duckdb

        connection = duckdb.connect(config=SETTINGS | {"temp_directory": str(kept_in())})
        connection.execute("SET enable_progress_bar = false")  # it would be drawn into what a command prints
        connection.execute("SET parquet_metadata_cache = true")  # else each step of a question reads it; files that change get a new engine
        return connection

    def literal(self, text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    def fits(self, cell: str, pattern: str) -> str:
        return f"regexp_full_match({cell}, {self.literal(pattern)})"

    def knows(self, pattern: str) -> bool:
        try:
            self._connection.execute(f"SELECT {self.fits(self.literal(''), pattern)}")
        except self.errors:
            return False
        return True

    def days(self, day: str) -> str:
        return f"date_diff('day', DATE '1970-01-01', CAST({day} AS DATE))"

    def read_csv(self, files: Mapping[str, Path], separator: str) -> dict[str, str]:
        """The same of CSV, all of its cells texts; @file is its name here."""
        options = f"all_varchar = true, header = true, delim = {self.literal(separator)}, quote = '\"', escape = '\"'"
        options += ", strict_mode = true, null_padding = false, nullstr = '', hive_partitioning = false"
        parts = [
            f'SELECT *, {self.literal(name)} AS "@file", 1 + row_number() OVER () AS "@line" '
            f"FROM read_csv({self.literal(exactly(path))}, {options})"
            for name, path in files.items()
        ]
        self._connection.execute(f"CREATE OR REPLACE TABLE raw AS {' UNION ALL BY NAME '.join(parts)}")
        return self._kinds()

    def read_parquet(self, files: Sequence[Path], split_at: Path | None) -> dict[str, str]:
        options = f"filename = '@file', file_row_number = true, hive_partitioning = {split_at is not None}"
        options += ", hive_types_autocast = false" * (split_at is not None)
        listed = ", ".join(self.literal(exactly(path)) for path in files)
        renamed = 'SELECT * EXCLUDE (file_row_number), file_row_number + 1 AS "@line"'
        self.view("raw", f"{renamed} FROM read_parquet([{listed}], {options})")
        return self._kinds()

    def _kinds(self) -> dict[str, str]:
        return {row[0]: row[1] for row in self._connection.execute("DESCRIBE raw").fetchall() if not row[0].startswith("@")}

    def view(self, name: str, sql: str) -> None:
        self._connection.execute(f"CREATE OR REPLACE VIEW {name} AS {sql}")

    def keep(self, name: str, path: Path) -> None:
        """Write what is asked under a name into a file of Parquet."""
        self._connection.execute(f"COPY {name} TO {self.literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        asked = self._connection.cursor().execute(sql, list(values))
        while found := asked.fetchmany(AT_ONCE):
            yield from found

    def frame(self, sql: str) -> pd.DataFrame:
        return self.lazy(sql).df()

    def lazy(self, sql: str) -> Any:
        """From a cursor of its own, because threads may not share one."""
        return self._connection.cursor().sql(sql)

    def page(self, lazy: Any, start: int, count: int) -> pd.DataFrame:
        """In the order of the files."""
        return lazy.limit(count, start).df()


class Spark:
    """Spark, at an address. Its drivers and workers read the files at the same paths."""

    package, extra = "pyspark", "scale"
    needs_passes = False

    def __init__(self, master: str) -> None:
        self._master = master

    @functools.cached_property
    def errors(self) -> tuple[type[Exception], ...]:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        return PySparkException, Py4JError, OSError

    @functools.cached_property
    def _session(self) -> Any:
        from pyspark.sql import SparkSession

        builder = SparkSession.builder.master(self._master).appName("relations-health")
        here = LOCAL_SETTINGS if self._master.startswith("local") else {}
        for key, value in (QUIET | here).items():
            builder = builder.config(key, value)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of the version of pandas, through which nothing goes here
            session = builder.getOrCreate().newSession()  # of its own, so that tables do not see each other's names
        for key, value in SPARK_SETTINGS.items():
            session.conf.set(key, value)
        return session

    def literal(self, text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def fits(self, cell: str, pattern: str) -> str:
        return f"({cell}) RLIKE {self.literal(f'^(?:{pattern})' + chr(92) + 'z')}"

    def knows(self, pattern: str) -> bool:
        return bool(re.fullmatch(PLAIN_PATTERN, pattern)) and len(re.findall(r"[+*]|[{][0-9]+,", pattern)) <= MOST_REPEATS

    def days(self, day: str) -> str:
        return f"unix_date(CAST({day} AS DATE))"

    def read_parquet(self, files: Sequence[Path], split_at: Path | None) -> dict[str, str]:
        """OSError where Spark leaves out a file, as it does those whose names begin with . or _."""
        from pyspark.sql import functions

        read = self._session.read.option("mergeSchema", "true").option("__globPaths__", "false")
        found = (read.option("basePath", str(split_at)) if split_at else read).parquet(*map(str, files))
        if len(found.inputFiles()) != len(files):
            raise OSError(f"Spark reads {len(found.inputFiles())} of {len(files)} files")
        of_row = functions.col("_metadata.file_path"), functions.col("_metadata.row_index") + 1
        kinds = {name: kind.upper().replace("STRING", "VARCHAR") for name, kind in found.dtypes}
        found.select("*", of_row[0].alias("@file"), of_row[1].alias("@line")).createOrReplaceTempView("raw")
        return kinds

    def view(self, name: str, sql: str) -> None:
        self._session.sql(sql).createOrReplaceTempView(name)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        return map(tuple, self._session.sql(sql, args=list(values)).toLocalIterator())

    def frame(self, sql: str) -> pd.DataFrame:
        return self.lazy(sql).toArrow().to_pandas()

    def lazy(self, sql: str) -> Any:
        return self._session.sql(sql)

    def page(self, lazy: Any, start: int, count: int) -> pd.DataFrame:
        """By the alphabet of their ids, because the order of files is nobody's there."""
        return lazy.orderBy(ROW).offset(start).limit(count).toArrow().to_pandas()


ENGINES: Mapping[str, type[Duck] | type[Spark]] = {"duckdb": Duck, "spark": Spark}
"""The engines by the words of `engine`."""


def is_trusted(master: str) -> bool:
    """Whether this machine may connect to a master: it is this machine itself, or whoever sits at it has named that address."""
    return master.partition("[")[0] == "local" or master in os.environ.get(TRUSTED, "").split()


def missing_for(engine: type[Duck] | type[Spark]) -> str:
    """What is not installed and an engine needs, "" if all is there."""
    if importlib.util.find_spec(engine.package) is None:
        return f"the package {engine.package}"
    has_java = engine is Duck or "JAVA_HOME" in os.environ or shutil.which("java")
    return "" if has_java else "Java (17 or newer)"
